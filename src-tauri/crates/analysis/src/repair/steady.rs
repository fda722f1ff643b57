use super::findings::{median, range, values};
use super::words::{clock, lasting, name, quantity};
use crate::input::Axis;
use paceline_model::{Change, Channel, Finding, FindingKind, Severity, Sport};

/// Coasting shorter than this may still hold the last power, seconds.
const COASTING_S: f64 = 3.0;
/// So much coasting is needed before a rest value is believed, seconds.
const OFFSET_S: f64 = 60.0;
/// A lock is judged over spans of this length, seconds.
const LOCK_S: i64 = 240;

/// Values that do not move, or move with the wrong thing.
pub(super) fn find(axis: &Axis, all: &mut Vec<Finding>) {
    // Seconds of one value that a healthy sensor does not give.
    for (channel, limit) in [
        (Channel::Power, 60.0),
        (Channel::HeartRate, 300.0),
        (Channel::Speed, 300.0),
        (Channel::Cadence, 900.0),
    ] {
        stuck(axis, &channel, limit, all);
    }
    zero_offset(axis, all);
    cadence_lock(axis, all);
}

/// One value other than 0, sample after sample, while another sensor gives at least eight: for a
/// minute of power, five of heart rate or speed, a quarter of an hour of cadence.
fn stuck(axis: &Axis, channel: &Channel, limit: f64, all: &mut Vec<Finding>) {
    let v = values(axis, channel);
    let times = &axis.input.series.time_ms;
    let mut a = 0;
    while a < v.len() {
        let mut b = a;
        while b + 1 < v.len() && v[b + 1] == v[a] {
            b += 1;
        }
        let seconds: f64 = axis.hold[a..=b].iter().sum();
        if v[a].is_finite() && v[a] != 0.0 && seconds >= limit && others_move(axis, channel, a, b) {
            let (from_ms, to_ms) = range(times, a, b);
            all.push(Finding {
                kind: FindingKind::Stuck,
                channel: Some(channel.clone()),
                from_ms,
                to_ms,
                severity: Severity::Warning,
                message: format!(
                    "{} stays at exactly {} for {} from {} while other sensors move.",
                    name(channel),
                    quantity(channel, v[a]),
                    lasting(seconds),
                    clock(from_ms)
                ),
                suggestion: Some(Change::SetMissing {
                    channel: channel.clone(),
                    from_ms,
                    to_ms,
                }),
            });
        }
        a = b + 1;
    }
}

fn others_move(axis: &Axis, channel: &Channel, a: usize, b: usize) -> bool {
    [
        Channel::Power,
        Channel::HeartRate,
        Channel::Cadence,
        Channel::Speed,
    ]
    .iter()
    .filter(|c| *c != channel)
    .any(|c| {
        let mut seen: Vec<f64> = Vec::new();
        for x in values(axis, c).get(a..=b).unwrap_or(&[]) {
            if x.is_finite() && !seen.contains(x) {
                seen.push(*x);
                if seen.len() >= 8 {
                    return true;
                }
            }
        }
        false
    })
}

/// Power that rests on the same 3 to 60 W whenever the legs do: nine tenths of at least a minute of
/// coasting (cadence 0 for over 3 s, in motion) within 3 W of their median. A zero offset below
/// zero is cut off at 0 by the meter and cannot be seen.
fn zero_offset(axis: &Axis, all: &mut Vec<Finding>) {
    let (w, c) = (&axis.power, &axis.cadence);
    if w.is_empty() || c.is_empty() {
        return;
    }
    let (mut still, mut seconds) = (0.0, 0.0);
    let mut rest = Vec::new();
    for i in 0..w.len() {
        if c[i] != 0.0 {
            still = 0.0;
            continue;
        }
        still += axis.hold[i];
        if still > COASTING_S && w[i].is_finite() && axis.moving[i] {
            rest.push(w[i]);
            seconds += axis.hold[i];
        }
    }
    let level = median(&mut rest);
    let near = rest.iter().filter(|x| (*x - level).abs() <= 3.0).count();
    if seconds < OFFSET_S || !(3.0..=60.0).contains(&level) || near * 10 < rest.len() * 9 {
        return;
    }
    let times = &axis.input.series.time_ms;
    let (from_ms, to_ms) = range(times, 0, times.len() - 1);
    all.push(Finding {
        kind: FindingKind::ZeroOffset,
        channel: Some(Channel::Power),
        from_ms,
        to_ms,
        severity: Severity::Warning,
        message: format!(
            "Power rests on {} while coasting, {} in all: the meter's zero was off.",
            quantity(&Channel::Power, level),
            lasting(seconds)
        ),
        suggestion: Some(Change::Offset {
            channel: Channel::Power,
            from_ms,
            to_ms,
            add: -level,
        }),
    });
}

/// Heart rate that is the cadence: over four minutes the two (steps, for a sport on foot) differ by
/// 1.5 on average or less while the cadence moves with a deviation of 3 or more, so that a heart
/// beating at that rate by chance does not count.
fn cadence_lock(axis: &Axis, all: &mut Vec<Finding>) {
    let (hr, cadence) = (&axis.heart_rate, &axis.cadence);
    if hr.is_empty() || cadence.is_empty() {
        return;
    }
    let on_foot = matches!(
        axis.input.sport,
        Sport::Running | Sport::Walking | Sport::Hiking
    );
    let times = &axis.input.series.time_ms;
    for factor in if on_foot { &[1.0, 2.0][..] } else { &[1.0] } {
        let mut open: Option<(usize, usize)> = None;
        let mut a = 0;
        while a < times.len() {
            let end = i64::from(times[a]) + LOCK_S * 1000 / 4;
            let b = a + times[a..].partition_point(|t| i64::from(*t) < end).max(1);
            // A quarter of the span at a time; the whole must hold.
            match open {
                _ if !follows(hr, cadence, *factor, a, b) => {
                    close(axis, open.take(), *factor, all);
                }
                Some((from, _)) => open = Some((from, b - 1)),
                None => open = Some((a, b - 1)),
            }
            a = b;
        }
        close(axis, open, *factor, all);
    }
}

fn follows(hr: &[f64], cadence: &[f64], factor: f64, a: usize, b: usize) -> bool {
    let (mut sum, mut n) = (0.0, 0usize);
    for i in a..b {
        if hr[i] > 0.0 && cadence[i] > 0.0 {
            sum += (hr[i] - factor * cadence[i]).abs();
            n += 1;
        }
    }
    n * 2 > b - a && sum / n as f64 <= 1.5
}

fn close(axis: &Axis, open: Option<(usize, usize)>, factor: f64, all: &mut Vec<Finding>) {
    let Some((a, b)) = open else { return };
    let times = &axis.input.series.time_ms;
    let turns: Vec<f64> = (a..=b)
        .filter(|i| axis.heart_rate[*i] > 0.0 && axis.cadence[*i] > 0.0)
        .map(|i| axis.cadence[i] * factor)
        .collect();
    let mean = turns.iter().sum::<f64>() / turns.len() as f64;
    let spread =
        (turns.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / turns.len() as f64).sqrt();
    let seconds: f64 = axis.hold[a..=b].iter().sum();
    if seconds < LOCK_S as f64 || !spread.is_finite() || spread < 3.0 {
        return;
    }
    let (from_ms, to_ms) = range(times, a, b);
    all.push(Finding {
        kind: FindingKind::CadenceLock,
        channel: Some(Channel::HeartRate),
        from_ms,
        to_ms,
        severity: Severity::Fault,
        message: format!(
            "Heart rate is the cadence for {} from {}: the sensor counted {} in place of beats.",
            lasting(seconds),
            clock(from_ms),
            if axis.input.sport != Sport::Cycling {
                "steps"
            } else {
                "turns"
            }
        ),
        suggestion: Some(Change::SetMissing {
            channel: Channel::HeartRate,
            from_ms,
            to_ms,
        }),
    });
}
