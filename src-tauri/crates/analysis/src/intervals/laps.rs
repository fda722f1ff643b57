use paceline_model::{Interval, IntervalKind, IntervalSource, Lap};

/// How the laps of an activity came about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LapHabit {
    /// None, or one over everything.
    None,
    /// Pressed by the athlete, or by a workout the recorder led through.
    Pressed,
    /// By the recorder at equal distances, metres.
    EveryDistance(f64),
    /// By the recorder at equal times, seconds.
    EveryTime(f64),
}

/// Distances that recorders lap at, metres.
const USUAL_M: [f64; 5] = [1000.0, 1609.344, 5000.0, 8046.72, 500.0];
/// A detected edge this near a pressed one, in seconds, is the pressed one.
const NEAR_S: i32 = 10;

/// Tells pressed laps from those a recorder makes by itself.
///
/// The recorder's own word decides where it gives one for most laps. Else three laps or more, the
/// last aside, whose distances lie within 2 % of 1 km, 1 mile, 5 km, 5 miles or 500 m are laps by
/// distance, and those whose lengths lie within a second of whole minutes all alike are by time.
#[must_use]
pub fn lap_habit(laps: &[Lap]) -> LapHabit {
    if laps.len() < 2 {
        return LapHabit::None;
    }
    let inner = &laps[..laps.len() - 1];
    let by = |word: &str| {
        let n = inner
            .iter()
            .filter(|l| l.trigger.as_deref().is_some_and(|t| t.contains(word)));
        2 * n.count() > inner.len()
    };
    let metres: Vec<f64> = inner.iter().filter_map(|l| l.totals.distance_m).collect();
    let seconds = |l: &Lap| (f64::from(l.end_ms) - f64::from(l.start_ms)) / 1000.0;
    if by("distance") {
        let mean = metres.iter().sum::<f64>() / metres.len().max(1) as f64;
        return LapHabit::EveryDistance(mean);
    }
    if by("time") {
        return LapHabit::EveryTime(inner.iter().map(seconds).sum::<f64>() / inner.len() as f64);
    }
    if by("manual") && inner.iter().any(|l| l.intensity.is_some()) {
        return LapHabit::Pressed;
    }
    if inner.len() >= 3 && metres.len() == inner.len() {
        let usual = USUAL_M
            .into_iter()
            .find(|u| metres.iter().all(|m| (m - u).abs() <= 0.02 * u));
        if let Some(u) = usual {
            return LapHabit::EveryDistance(u);
        }
    }
    LapHabit::Pressed
}

/// Moves detected edges onto pressed ones within ten seconds (and a tenth of the interval at most);
/// an interval with both edges pressed is the lap. Laps that a workout marked as work or rest
/// become intervals where detection found none.
pub(super) fn merge(mut found: Vec<Interval>, laps: &[Lap]) -> Vec<Interval> {
    if lap_habit(laps) != LapHabit::Pressed {
        return found;
    }
    let second = |ms: i32| (i64::from(ms) + 500).div_euclid(1000) as i32;
    let mut edges: Vec<i32> = laps
        .iter()
        .flat_map(|l| [second(l.start_ms), second(l.end_ms)])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let near = |s: i32, long: i32| {
        let reach = NEAR_S.min(long / 4);
        let at = edges.partition_point(|e| *e < s);
        edges[at.saturating_sub(1)..edges.len().min(at + 1)]
            .iter()
            .copied()
            .filter(|e| e.abs_diff(s) <= reach.unsigned_abs())
            .min_by_key(|e| e.abs_diff(s))
    };
    for i in &mut found {
        let long = i.seconds();
        let (start, end) = (near(i.start_s, long), near(i.end_s, long));
        let (a, b) = (start.unwrap_or(i.start_s), end.unwrap_or(i.end_s));
        if a >= b {
            continue;
        }
        (i.start_s, i.end_s) = (a, b);
        if let (Some(a), Some(b)) = (start, end) {
            i.source = IntervalSource::Lap;
            let lap = laps
                .iter()
                .find(|l| second(l.start_ms) == a && second(l.end_ms) == b);
            i.name = lap.and_then(|l| l.name.clone());
            i.confidence = i.confidence.max(0.9);
        }
    }
    for lap in laps {
        let (start, end) = (second(lap.start_ms), second(lap.end_ms));
        whole(&mut found, start, end);
    }
    for lap in laps {
        let kind = match lap.intensity.as_deref() {
            Some("interval") => IntervalKind::Work,
            Some("active") if laps.iter().any(|l| l.intensity.as_deref() == Some("rest")) => {
                IntervalKind::Work
            }
            Some("rest" | "recovery") => IntervalKind::Recovery,
            Some("warmup") => IntervalKind::WarmUp,
            Some("cooldown") => IntervalKind::CoolDown,
            _ => continue,
        };
        let (start_s, end_s) = (second(lap.start_ms), second(lap.end_ms));
        let free = found
            .iter()
            .all(|i| i.end_s <= start_s || i.start_s >= end_s);
        if end_s > start_s && free {
            found.push(Interval {
                start_s,
                end_s,
                kind,
                source: IntervalSource::Lap,
                name: lap.name.clone(),
                confidence: 0.9,
                group: None,
                figures: paceline_model::IntervalFigures::default(),
            });
        }
    }
    found.sort_by_key(|i| (i.start_s, i.end_s));
    // Two neighbours whose shared edge went to different presses.
    for k in 1..found.len() {
        if found[k].start_s < found[k - 1].end_s {
            found[k].start_s = found[k - 1].end_s.min(found[k].end_s);
        }
    }
    found.retain(|i| i.end_s > i.start_s);
    found
}

/// A lap of which detected work fills six tenths and reaches beyond nowhere by more than ten seconds
/// is one effort, whatever hill or crossing broke it; not where the pieces are alike, which is a
/// set within the lap.
fn whole(found: &mut Vec<Interval>, start: i32, end: i32) {
    let inside = |i: &Interval| {
        i.start_s >= start.saturating_sub(NEAR_S) && i.end_s <= end.saturating_add(NEAR_S)
    };
    let work = |i: &&Interval| i.kind == IntervalKind::Work && i.end_s > start && i.start_s < end;
    let pieces: Vec<Interval> = found.iter().filter(work).cloned().collect();
    let filled: i64 = pieces.iter().map(|i| i64::from(i.seconds())).sum();
    let span = i64::from(end) - i64::from(start);
    let alike = pieces.windows(2).any(|w| {
        let (a, b) = (w[0].seconds(), w[1].seconds());
        i64::from(a.abs_diff(b)) * 100 <= i64::from(a) * 15
    });
    let partial = pieces
        .first()
        .is_some_and(|p| (p.start_s, p.end_s) != (start, end));
    if pieces.is_empty()
        || !partial
        || alike
        || !pieces.iter().all(inside)
        || filled * 10 < span * 6
    {
        return;
    }
    let confidence = pieces.iter().map(|i| i.confidence).fold(0.0, f64::max);
    found.retain(|i| !(i.kind == IntervalKind::Work && i.end_s > start && i.start_s < end));
    for i in found.iter_mut() {
        // What lies beside gives way.
        if i.start_s < start && i.end_s > start {
            i.end_s = start;
        }
        if i.end_s > end && i.start_s < end {
            i.start_s = end;
        }
    }
    found.retain(|i| i.end_s <= start || i.start_s >= end);
    found.push(Interval {
        start_s: start,
        end_s: end,
        kind: IntervalKind::Work,
        source: IntervalSource::Lap,
        name: None,
        confidence: confidence.max(0.9),
        group: None,
        figures: paceline_model::IntervalFigures::default(),
    });
    found.sort_by_key(|i| (i.start_s, i.end_s));
}
