use paceline_model::{
    Interval, IntervalChange, IntervalEdit, IntervalFigures, IntervalKind, IntervalSource,
};

/// Lays the enabled changes over detected intervals, in the order of the list.
///
/// An interval is named by its span; the one meant shares at least half of the two spans' union.
/// Where a new detection no longer finds it, a change other than removal makes it anew, so that
/// nothing a user said is lost. The athlete's own intervals push others aside.
pub(super) fn apply(all: &mut Vec<Interval>, edits: &[IntervalEdit]) {
    for edit in edits.iter().filter(|e| e.enabled) {
        match &edit.change {
            IntervalChange::Add {
                start_s,
                end_s,
                kind,
                name,
            } => {
                let new = own(*start_s, *end_s, *kind, name.clone());
                place(all, new);
            }
            IntervalChange::Remove { start_s, end_s } => {
                if let Some(k) = meant(all, *start_s, *end_s) {
                    all.remove(k);
                }
            }
            IntervalChange::Move {
                start_s,
                end_s,
                new_start_s,
                new_end_s,
            } => {
                if new_start_s >= new_end_s {
                    continue;
                }
                let mut i = take(all, *start_s, *end_s);
                (i.start_s, i.end_s) = (*new_start_s, *new_end_s);
                place(all, i);
            }
            IntervalChange::Rename {
                start_s,
                end_s,
                name,
            } => {
                let mut i = take(all, *start_s, *end_s);
                i.name = Some(name.clone());
                place(all, i);
            }
            IntervalChange::SetKind {
                start_s,
                end_s,
                kind,
            } => {
                let mut i = take(all, *start_s, *end_s);
                i.kind = *kind;
                place(all, i);
            }
        }
    }
}

const fn own(start_s: i32, end_s: i32, kind: IntervalKind, name: Option<String>) -> Interval {
    Interval {
        start_s,
        end_s,
        kind,
        source: IntervalSource::User,
        name,
        confidence: 1.0,
        group: None,
        figures: IntervalFigures {
            avg_power: None,
            avg_hr: None,
            avg_speed: None,
            efficiency: None,
            decoupling: None,
        },
    }
}

fn meant(all: &[Interval], start: i32, end: i32) -> Option<usize> {
    let share = |i: &Interval| {
        let both = i64::from(i.end_s.min(end)) - i64::from(i.start_s.max(start));
        let union = i64::from(i.end_s.max(end)) - i64::from(i.start_s.min(start));
        both as f64 / union.max(1) as f64
    };
    (0..all.len())
        .max_by(|a, b| share(&all[*a]).total_cmp(&share(&all[*b])))
        .filter(|k| share(&all[*k]) >= 0.5)
}

/// The interval meant, taken off the list as the athlete's own; made where there is none.
fn take(all: &mut Vec<Interval>, start: i32, end: i32) -> Interval {
    match meant(all, start, end) {
        Some(k) => {
            let mut i = all.remove(k);
            i.source = IntervalSource::User;
            i.confidence = 1.0;
            i
        }
        None => own(start, end, IntervalKind::Work, None),
    }
}

fn place(all: &mut Vec<Interval>, new: Interval) {
    if new.start_s >= new.end_s {
        return;
    }
    let mut tail = Vec::new();
    for i in all.iter_mut() {
        if i.end_s <= new.start_s || i.start_s >= new.end_s {
            continue;
        }
        // What reaches beyond on both sides is left in two.
        if i.start_s < new.start_s && i.end_s > new.end_s {
            tail.push(Interval {
                start_s: new.end_s,
                ..i.clone()
            });
        }
        if i.start_s < new.start_s {
            i.end_s = new.start_s;
        } else {
            i.start_s = new.end_s;
        }
    }
    all.extend(tail);
    all.push(new);
    all.retain(|i| i.start_s < i.end_s);
    all.sort_by_key(|i| (i.start_s, i.end_s));
}
