use super::findings::{median, range, values};
use super::words::{clock, lasting, name, whole};
use crate::MAX_HOLD_S;
use crate::input::Axis;
use paceline_model::{Change, Channel, Finding, FindingKind, Severity};

/// Up to this many seconds a straight line is nearer the truth than nothing.
const BRIDGE_S: f64 = 30.0;
/// Zeros shorter than this are a soft pedal or a lost packet.
const ZEROS_S: f64 = 5.0;
/// Pedalling that would have to give power, revolutions per minute.
const PEDALLING: f64 = 50.0;
/// The power on both sides of a dropout, watts: less may well go to nothing.
const BEFORE_W: f64 = 80.0;
/// Positions are missed from here, seconds: shorter is a bridge.
const NO_POSITION_S: f64 = 60.0;

/// Sensors that fell silent between two stretches in which they spoke: no value for longer than a
/// sample holds while the recorder wrote, or zeros that cannot be. A heart rate of 0 cannot be;
/// a power of 0 cannot be for 5 s while the cadence stays above 50 and the power was above 80 W
/// straight before and after. With the cadence at 0 it is coasting; without a cadence nobody can
/// tell, and nothing is said.
pub(super) fn find(axis: &Axis, all: &mut Vec<Finding>) {
    for channel in [
        Channel::Power,
        Channel::HeartRate,
        Channel::Cadence,
        Channel::Speed,
    ] {
        gaps(axis, &channel, values(axis, &channel), MAX_HOLD_S, all);
    }
    let latitude = axis.input.series.values(&Channel::Latitude);
    gaps(
        axis,
        &Channel::Latitude,
        &latitude.unwrap_or_default(),
        NO_POSITION_S,
        all,
    );
    zero_hearts(axis, all);
    zero_watts(axis, all);
}

/// Runs of samples for which `wrong` holds, between samples for which it does not.
fn inner_runs(n: usize, wrong: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = None;
    for i in 0..n {
        match (wrong(i), start) {
            (true, None) => start = Some(i),
            (false, Some(a)) => {
                if a > 0 {
                    runs.push((a, i - 1));
                }
                start = None;
            }
            _ => {}
        }
    }
    runs
}

fn held(axis: &Axis, a: usize, b: usize) -> f64 {
    axis.hold[a..=b].iter().sum()
}

fn gaps(axis: &Axis, channel: &Channel, v: &[f64], at_least: f64, all: &mut Vec<Finding>) {
    let times = &axis.input.series.time_ms;
    // A pool swim by lengths has few samples, and under water a sensor is often out of reach.
    if v.len() != times.len() || !axis.input.lengths.is_empty() || !speaks_often(times, v) {
        return;
    }
    for (a, b) in inner_runs(v.len(), |i| v[i].is_nan()) {
        let seconds = held(axis, a, b);
        if seconds <= at_least || !axis.moving[a..=b].iter().any(|m| *m) {
            continue;
        }
        let (from_ms, to_ms) = range(times, a, b);
        let place = *channel == Channel::Latitude;
        all.push(Finding {
            kind: FindingKind::Gap,
            channel: Some(channel.clone()),
            from_ms,
            to_ms,
            severity: if seconds > 300.0 {
                Severity::Warning
            } else {
                Severity::Note
            },
            message: format!(
                "{} is missing for {} from {}.",
                name(channel),
                lasting(seconds),
                clock(from_ms)
            ),
            suggestion: (seconds <= BRIDGE_S && !place).then(|| Change::Interpolate {
                channel: channel.clone(),
                from_ms,
                to_ms,
            }),
        });
    }
}

/// Whether the sensor usually gives a value every few seconds; one that speaks seldom has no gaps.
fn speaks_often(times: &[i32], v: &[f64]) -> bool {
    let mut last = None;
    let mut steps = Vec::new();
    for (&t, x) in times.iter().zip(v) {
        if x.is_finite() {
            if let Some(l) = last {
                steps.push(f64::from(t) - f64::from(l));
            }
            last = Some(t);
        }
    }
    median(&mut steps) <= 5000.0
}

fn zero_hearts(axis: &Axis, all: &mut Vec<Finding>) {
    let (times, hr) = (&axis.input.series.time_ms, &axis.heart_rate);
    for (a, b) in inner_runs(hr.len(), |i| hr[i].is_nan() || hr[i] <= 0.0) {
        let zeros: f64 = (a..=b)
            .filter(|i| hr[*i] <= 0.0)
            .map(|i| axis.hold[i])
            .sum();
        if zeros < ZEROS_S {
            continue;
        }
        let (from_ms, to_ms) = range(times, a, b);
        let message = format!(
            "Heart rate reads 0 for {} from {}: the sensor lost contact.",
            lasting(zeros),
            clock(from_ms)
        );
        let bridged = held(axis, a, b) <= BRIDGE_S;
        all.push(dropout(
            Channel::HeartRate,
            from_ms,
            to_ms,
            bridged,
            message,
        ));
    }
}

fn dropout(channel: Channel, from_ms: i32, to_ms: i32, bridged: bool, message: String) -> Finding {
    Finding {
        kind: FindingKind::Dropout,
        channel: Some(channel.clone()),
        from_ms,
        to_ms,
        severity: Severity::Warning,
        message,
        suggestion: Some(if bridged {
            Change::Interpolate {
                channel,
                from_ms,
                to_ms,
            }
        } else {
            Change::SetMissing {
                channel,
                from_ms,
                to_ms,
            }
        }),
    }
}

fn zero_watts(axis: &Axis, all: &mut Vec<Finding>) {
    let (times, watts, cadence) = (&axis.input.series.time_ms, &axis.power, &axis.cadence);
    if cadence.is_empty() {
        return;
    }
    for (a, b) in inner_runs(watts.len(), |i| watts[i] == 0.0) {
        let seconds = held(axis, a, b);
        let pedalled = cadence[a..=b].iter().all(|c| *c >= PEDALLING);
        let turns = &cadence[a..=b];
        // A meter that holds its last cadence after the legs stop repeats one value.
        let alive = turns.iter().any(|c| *c != turns[0]) || seconds > 20.0;
        let near = |i: usize, j: usize| {
            (f64::from(times[j]) - f64::from(times[i])) <= 3000.0 && axis.moving[i]
        };
        if seconds < ZEROS_S
            || !pedalled
            || !alive
            || watts[a - 1].is_nan()
            || watts[a - 1] < BEFORE_W
            || watts[b + 1].is_nan()
            || watts[b + 1] < BEFORE_W
            || !near(a - 1, a)
            || !near(b, b + 1)
        {
            continue;
        }
        let (from_ms, to_ms) = range(times, a, b);
        let mean = turns.iter().sum::<f64>() / turns.len() as f64;
        let message = format!(
            "Power reads 0 for {} from {} while the cadence stays at {}, between {} W and {} W.",
            lasting(seconds),
            clock(from_ms),
            whole(mean),
            whole(watts[a - 1]),
            whole(watts[b + 1])
        );
        let bridged = seconds <= BRIDGE_S;
        all.push(dropout(Channel::Power, from_ms, to_ms, bridged, message));
    }
}
