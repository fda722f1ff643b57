use super::apply::change;
use super::findings::{Present, range, values};
use super::words::{clock, lasting, name, quantity, whole};
use crate::input::Axis;
use crate::input::MAX_POWER_W;
use crate::summary::plausible_speed;
use paceline_model::{Change, Channel, Finding, FindingKind, Series, Severity};

/// Above this a heart rate is a strap's noise: the highest of healthy adults lie under 220.
const MAX_HR: f64 = 230.0;
const MAX_CADENCE: f64 = 250.0;
/// A peak is judged by its neighbours only where they are this near, in seconds.
const NEAR_S: f64 = 6.0;
/// Longer than this, a stretch beyond the limits is not bridged but taken out, in seconds.
const BRIDGE_S: f64 = 30.0;
const ROUNDS: usize = 40;

/// Values far above what is possible, and peaks of one or two samples far above what is held for
/// three beside them:
/// power over 3,000 W, or 3 times and 700 W above; speed over the sport's limit, or twice and
/// 10 m/s above; heart rate over 230, or leaping by 25 within 3 s and back within a minute;
/// cadence over 250.
pub(super) fn find(axis: &Axis, all: &mut Vec<Finding>) {
    let limit = plausible_speed(axis.input.sport);
    of(axis, &Channel::Power, MAX_POWER_W, all, |p| {
        narrow(p, |v, level| v >= (3.0 * level).max(level + 700.0))
    });
    of(axis, &Channel::Speed, limit, all, |p| {
        narrow(p, |v, level| v >= (2.0 * level).max(level + 10.0))
    });
    of(axis, &Channel::HeartRate, MAX_HR, all, |p| {
        leaps(p, 25.0, 12.0, 60.0)
    });
    of(axis, &Channel::Cadence, MAX_CADENCE, all, |_| Vec::new());
}

/// The same of altitude, leaping by 30 m and back within half a minute; what is left once mended.
pub(super) fn altitude(axis: &Axis, all: &mut Vec<Finding>) -> Vec<f64> {
    of(axis, &Channel::Altitude, f64::INFINITY, all, |p| {
        leaps(p, 30.0, 10.0, 30.0)
    })
}

/// Whether a value takes part: a heart rate of 0 is a silent sensor.
fn there(channel: &Channel) -> fn(f64) -> bool {
    match channel {
        Channel::HeartRate => |v| v > 0.0,
        _ => |_| true,
    }
}

/// Flags what is over the limit or what `peaks` names, mends a copy, and looks again until nothing
/// is left: a peak may hide behind a higher one.
fn of(
    axis: &Axis,
    channel: &Channel,
    limit: f64,
    all: &mut Vec<Finding>,
    peaks: impl Fn(&Present) -> Vec<usize>,
) -> Vec<f64> {
    let original = values(axis, channel);
    let Some(column) = axis
        .input
        .series
        .column(channel)
        .filter(|_| !original.is_empty())
    else {
        return Vec::new();
    };
    let times = &axis.input.series.time_ms;
    let there = there(channel);
    let mut flagged = vec![false; times.len()];
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut mended = original.to_vec();
    for _ in 0..ROUNDS {
        let present = Present::new(times, &mended, there);
        let over = (0..present.len()).filter(|k| present.value[*k] > limit);
        let found: Vec<usize> = over.chain(peaks(&present)).collect();
        if found.is_empty() {
            break;
        }
        for k in found {
            flagged[present.index[k]] = true;
        }
        runs = joined(&flagged, original, there);
        let mut scratch = Series {
            time_ms: times.clone(),
            columns: vec![column.clone()],
        };
        for &(a, b) in &runs {
            change(&mut scratch, &mend(channel, times, a, b));
        }
        mended = scratch.values(channel).unwrap_or_default();
    }
    for (a, b) in runs {
        all.push(finding(channel, times, original, limit, a, b));
    }
    mended
}

/// Flagged samples that follow one another, absent ones between them included.
fn joined(flagged: &[bool], values: &[f64], there: fn(f64) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for (i, &f) in flagged.iter().enumerate() {
        if f {
            match runs.last_mut() {
                Some(run) if open => run.1 = i,
                _ => runs.push((i, i)),
            }
            open = true;
        } else if values[i].is_finite() && there(values[i]) {
            open = false;
        }
    }
    runs
}

fn mend(channel: &Channel, times: &[i32], a: usize, b: usize) -> Change {
    let (from_ms, to_ms) = range(times, a, b);
    let channel = channel.clone();
    if f64::from(times[b]) - f64::from(times[a]) > BRIDGE_S * 1000.0
        && channel != Channel::HeartRate
        && channel != Channel::Altitude
    {
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
    }
}

fn finding(
    channel: &Channel,
    times: &[i32],
    values: &[f64],
    limit: f64,
    a: usize,
    b: usize,
) -> Finding {
    let (from_ms, to_ms) = range(times, a, b);
    let before = values[..a].iter().rev().find(|v| v.is_finite()).copied();
    let usual = before.or_else(|| values[b + 1..].iter().find(|v| v.is_finite()).copied());
    let far = |v: &f64| (v - usual.unwrap_or(0.0)).abs();
    let worst = values[a..=b]
        .iter()
        .copied()
        .filter(|v| v.is_finite())
        .max_by(|x, y| far(x).total_cmp(&far(y)))
        .unwrap_or(0.0);
    let seconds = (f64::from(to_ms) - f64::from(from_ms)) / 1000.0;
    let reads = format!(
        "{} reads {} at {} for {}",
        name(channel),
        quantity(channel, worst),
        clock(from_ms),
        lasting(seconds.max(1.0)),
    );
    let message = match usual {
        _ if worst > limit => format!("{reads}; nobody goes beyond {}.", quantity(channel, limit)),
        Some(u) if *channel == Channel::HeartRate => format!(
            "{reads}, {} beats from the {} before: no heart changes so fast.",
            whole((worst - u).abs()),
            whole(u)
        ),
        Some(u) => format!("{reads} between values about {}.", quantity(channel, u)),
        None => format!("{reads}."),
    };
    Finding {
        kind: FindingKind::Spike,
        channel: Some(channel.clone()),
        from_ms,
        to_ms,
        severity: if worst > limit && matches!(channel, Channel::Power | Channel::Speed) {
            Severity::Fault
        } else {
            Severity::Warning
        },
        message,
        suggestion: Some(mend(channel, times, a, b)),
    }
}

/// Samples that are `far` above the level held by three in a row around them (a morphological
/// opening: the running maximum of the running minimum).
fn narrow(p: &Present, far: impl Fn(f64, f64) -> bool) -> Vec<usize> {
    let n = p.len();
    if n < 4 {
        return Vec::new();
    }
    let held: Vec<f64> = p
        .value
        .windows(3)
        .map(|w| w[0].min(w[1]).min(w[2]))
        .collect();
    (0..n)
        .filter(|&k| {
            let windows = &held[k.saturating_sub(2)..=k.min(n - 3)];
            let level = windows.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            far(p.value[k], level.max(0.0))
                && p.between(k.saturating_sub(1), (k + 1).min(n - 1)) <= NEAR_S
        })
        .collect()
}

/// Stretches entered by a leap of `leap` within 3 s and left, within `back_s`, by one back to
/// within `near` of the value before.
fn leaps(p: &Present, leap: f64, near: f64, back_s: f64) -> Vec<usize> {
    let n = p.len();
    let mut out = Vec::new();
    let mut i = 1;
    while i < n {
        let base = p.value[i - 1];
        let end = if (p.value[i] - base).abs() >= leap && p.between(i - 1, i) <= 3.0 {
            (i + 1..n)
                .take_while(|&j| p.between(i, j) <= back_s)
                .find(|&j| {
                    (p.value[j] - base).abs() <= near
                        && (p.value[j] - p.value[j - 1]).abs() >= leap - near
                        && p.between(j - 1, j) <= 3.0
                })
        } else {
            None
        };
        match end {
            Some(j) => {
                out.extend(i..j);
                i = j + 1;
            }
            None => i += 1,
        }
    }
    out
}
