use crate::input::ActivityInput;
use paceline_model::{Change, Channel, Finding};

/// Lets suggestions that follow one another without a good sample between them mend the whole
/// stretch: a line drawn from the edge of one fault to the other would begin at a wrong value.
/// Where one of them takes samples out, all of them do.
pub(super) fn together(input: &ActivityInput, all: &mut [Finding]) {
    let mut places: Vec<usize> = (0..all.len())
        .filter(|i| mended(&all[*i]).is_some())
        .collect();
    places.sort_by_key(|i| mended(&all[*i]).map(|(channel, from, ..)| (channel.key(), from)));
    let mut group: Vec<usize> = Vec::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for place in places {
        if group
            .iter()
            .any(|other| touch(input, &all[*other], &all[place]))
        {
            group.push(place);
        } else {
            groups.push(std::mem::replace(&mut group, vec![place]));
        }
    }
    groups.push(group);
    for group in groups.into_iter().filter(|g| g.len() > 1) {
        let parts = || group.iter().filter_map(|i| mended(&all[*i]));
        let from = parts().map(|p| p.1).min();
        let to = parts().map(|p| p.2).max();
        let missing = parts().any(|p| p.3);
        let (Some(from_ms), Some(to_ms)) = (from, to) else {
            continue;
        };
        for i in group {
            let Some((channel, ..)) = mended(&all[i]) else {
                continue;
            };
            let channel = channel.clone();
            all[i].suggestion = Some(if missing {
                Change::SetMissing {
                    channel,
                    from_ms,
                    to_ms,
                }
            } else {
                Change::Interpolate {
                    channel,
                    from_ms,
                    to_ms,
                }
            });
        }
    }
}

/// Channel and range of a suggestion that bridges samples or takes them out, and whether the latter.
fn mended(finding: &Finding) -> Option<(&Channel, i32, i32, bool)> {
    match finding.suggestion.as_ref()? {
        Change::Interpolate {
            channel,
            from_ms,
            to_ms,
        } => Some((channel, *from_ms, *to_ms, false)),
        Change::SetMissing {
            channel,
            from_ms,
            to_ms,
        } => Some((channel, *from_ms, *to_ms, true)),
        _ => None,
    }
}

/// Whether nothing good lies between two suggestions of one channel.
fn touch(input: &ActivityInput, a: &Finding, b: &Finding) -> bool {
    let (Some((channel, from, to, _)), Some((other, start, end, _))) = (mended(a), mended(b))
    else {
        return false;
    };
    if channel != other {
        return false;
    }
    let (from, to) = (to.min(end), start.max(from));
    if from >= to {
        return true;
    }
    let Some(column) = input.series.column(channel) else {
        return false;
    };
    let times = &input.series.time_ms;
    let (i, j) = (
        times.partition_point(|t| *t < from),
        times.partition_point(|t| *t < to),
    );
    (i..j).all(|k| column.values.get(k).is_none())
}
