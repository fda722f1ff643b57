use super::findings::range;
use super::words::{clock, lasting, whole};
use crate::input::{Axis, haversine};
use crate::summary::plausible_speed;
use paceline_model::{Change, Channel, Finding, FindingKind, Severity};

/// A jump within this is the receiver's noise, metres.
const NOISE_M: f64 = 50.0;
/// A jump that has not come back after this long is the new truth, seconds.
const BACK_S: f64 = 60.0;
/// A jump that stays is reported from here, metres.
const STAYS_M: f64 = 200.0;

/// Positions that cannot be reached from the last good one at the sport's highest speed and 50 m of
/// noise. Where a later one within a minute can, those between were wrong and could go; where none
/// can, the position moved for good, which is said from 200 m on and left alone.
pub(super) fn find(axis: &Axis, all: &mut Vec<Finding>) {
    let series = axis.input.series;
    let (Some(lat), Some(lon)) = (
        series.values(&Channel::Latitude),
        series.values(&Channel::Longitude),
    ) else {
        return;
    };
    let times = &series.time_ms;
    let limit = plausible_speed(axis.input.sport);
    let there: Vec<usize> = (0..times.len().min(lat.len()).min(lon.len()))
        .filter(|i| lat[*i].is_finite() && lon[*i].is_finite())
        .collect();
    let apart = |a: usize, b: usize| haversine(lat[a], lon[a], lat[b], lon[b]);
    let seconds = |a: usize, b: usize| (f64::from(times[b]) - f64::from(times[a])) / 1000.0;
    let reachable = |a: usize, b: usize| apart(a, b) <= NOISE_M + limit * seconds(a, b);
    let mut k = 1;
    while k < there.len() {
        let (good, i) = (there[k - 1], there[k]);
        if reachable(good, i) {
            k += 1;
            continue;
        }
        let back = (k + 1..there.len())
            .take_while(|&j| seconds(i, there[j]) <= BACK_S)
            .find(|&j| reachable(good, there[j]));
        let far = apart(good, i);
        if let Some(j) = back {
            let (from_ms, to_ms) = range(times, i, there[j] - 1);
            let away = (k..j).map(|x| apart(good, there[x])).fold(far, f64::max);
            all.push(Finding {
                kind: FindingKind::GpsJump,
                channel: Some(Channel::Latitude),
                from_ms,
                to_ms,
                severity: Severity::Warning,
                message: format!(
                    "The position jumps {} m away at {} and is back after {}.",
                    whole(away),
                    clock(from_ms),
                    lasting(seconds(i, there[j]).max(1.0))
                ),
                suggestion: Some(Change::RemovePosition { from_ms, to_ms }),
            });
            // What came back is good and the next is judged by it.
            k = j + 1;
        } else {
            let gap = seconds(good, i);
            if far >= STAYS_M && gap <= 10.0 {
                let (from_ms, to_ms) = range(times, i, i);
                all.push(Finding {
                    kind: FindingKind::GpsJump,
                    channel: Some(Channel::Latitude),
                    from_ms,
                    to_ms,
                    severity: Severity::Note,
                    message: format!(
                        "The position moves by {} m within {} at {} and stays there.",
                        whole(far),
                        lasting(gap.max(1.0)),
                        clock(from_ms)
                    ),
                    suggestion: None,
                });
            }
            k += 1;
        }
    }
}
