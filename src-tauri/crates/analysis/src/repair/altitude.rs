use super::apply::change;
use super::findings::{Present, median, range};
use super::peaks;
use super::words::{clock, lasting, whole};
use crate::input::{Axis, haversine};
use paceline_model::{Change, Channel, Finding, FindingKind, Series, Severity};

/// A leap of the barometer, metres within [`STEP_S`] seconds.
const STEP_M: f64 = 15.0;
const STEP_S: f64 = 3.0;
/// Samples on each side that must keep the new level.
const LEVEL: usize = 10;
/// The same place, metres.
const SAME_PLACE_M: f64 = 100.0;
/// Weather moves a barometer by 8 m for a hectopascal; less than this is not worth a word.
const DRIFT_M: f64 = 20.0;
/// Shorter activities have no time to drift, seconds.
const DRIFT_S: f64 = 1200.0;
/// Samples whose median is the altitude of the start, and of the end.
const ENDS: usize = 30;

/// A leap this soon is the instrument that finds its height, seconds.
const SETTLING_S: f64 = 60.0;

/// Peaks, then steps (15 m and more within 3 s, steeper than the way covered allows, and kept), and
/// then what is left between start and end where they are at one place: 20 m and more after at
/// least 20 minutes, laid to weather and taken off along a straight line. Steps within the first
/// minute are the instrument settling: what came before the last of them goes.
pub(super) fn find(axis: &Axis, all: &mut Vec<Finding>) {
    let series = axis.input.series;
    let Some(column) = series.column(&Channel::Altitude) else {
        return;
    };
    let smooth = peaks::altitude(axis, all);
    if smooth.len() != series.len() {
        return;
    }
    let mut mended = Series {
        time_ms: series.time_ms.clone(),
        columns: vec![column.clone()],
    };
    for f in all.iter().filter(|f| f.channel == Some(Channel::Altitude)) {
        if let (FindingKind::Spike, Some(c)) = (f.kind, &f.suggestion) {
            change(&mut mended, c);
        }
    }
    for finding in steps(axis, &smooth) {
        if let Some(c) = &finding.suggestion {
            change(&mut mended, c);
        }
        all.push(finding);
    }
    drift(axis, &mended, all);
}

fn steps(axis: &Axis, altitude: &[f64]) -> Vec<Finding> {
    let times = &axis.input.series.time_ms;
    let p = Present::new(times, altitude, |_| true);
    let last = times.len() - 1;
    let mut found = Vec::new();
    let mut settled: Option<usize> = None;
    for k in 1..p.len() {
        let (a, b) = (p.index[k - 1], p.index[k]);
        let leap = p.value[k] - p.value[k - 1];
        if leap.abs() < STEP_M || p.between(k - 1, k) > STEP_S {
            continue;
        }
        let way = axis
            .distance
            .get(b)
            .zip(axis.distance.get(a))
            .map_or(0.0, |(y, x)| (y - x).abs());
        if leap.abs() < 2.0 * way {
            continue;
        }
        if p.between(0, k) <= SETTLING_S {
            settled = Some(k);
            continue;
        }
        let before = level(&p.value[k.saturating_sub(LEVEL)..k]);
        let after = level(&p.value[k..(k + LEVEL).min(p.len())]);
        if (after - before) * leap.signum() < 0.7 * leap.abs() {
            continue;
        }
        let (from_ms, end) = range(times, b, b);
        found.push(Finding {
            kind: FindingKind::AltitudeStep,
            channel: Some(Channel::Altitude),
            from_ms,
            to_ms: end,
            severity: Severity::Warning,
            message: format!(
                "Altitude leaps from {} m to {} m at {} and stays there.",
                whole(p.value[k - 1]),
                whole(p.value[k]),
                clock(from_ms)
            ),
            suggestion: Some(Change::Offset {
                channel: Channel::Altitude,
                from_ms,
                to_ms: range(times, last, last).1,
                add: -leap,
            }),
        });
    }
    if let Some(k) = settled {
        let (from_ms, _) = range(times, p.index[0], p.index[0]);
        let to_ms = times[p.index[k]];
        found.push(Finding {
            kind: FindingKind::AltitudeStep,
            channel: Some(Channel::Altitude),
            from_ms,
            to_ms,
            severity: Severity::Warning,
            message: format!(
                "Altitude finds its height only after {}: {} m, then {} m.",
                lasting(p.between(0, k).max(1.0)),
                whole(p.value[0]),
                whole(p.value[k])
            ),
            suggestion: Some(Change::SetMissing {
                channel: Channel::Altitude,
                from_ms,
                to_ms,
            }),
        });
    }
    found
}

fn level(values: &[f64]) -> f64 {
    median(&mut values.to_vec())
}

fn drift(axis: &Axis, mended: &Series, all: &mut Vec<Finding>) {
    let series = axis.input.series;
    let (Some(lat), Some(lon)) = (
        series.values(&Channel::Latitude),
        series.values(&Channel::Longitude),
    ) else {
        return;
    };
    let altitude = mended.values(&Channel::Altitude).unwrap_or_default();
    let p = Present::new(&series.time_ms, &altitude, |_| true);
    if p.len() < 4 * ENDS {
        return;
    }
    let place = |k: &usize| match (lat.get(p.index[*k]), lon.get(p.index[*k])) {
        (Some(a), Some(b)) if a.is_finite() && b.is_finite() => Some((*a, *b)),
        _ => None,
    };
    let home = (0..ENDS).find_map(|k| place(&k));
    let end = (p.len() - ENDS..p.len()).rev().find_map(|k| place(&k));
    let (Some(home), Some(end)) = (home, end) else {
        return;
    };
    if haversine(home.0, home.1, end.0, end.1) > SAME_PLACE_M {
        return;
    }
    let way = axis.distance.last().copied().unwrap_or(0.0);
    let hours = p.between(0, p.len() - 1) / 3600.0;
    if way < 1000.0 || hours * 3600.0 < DRIFT_S {
        return;
    }
    let from = level(&p.value[..ENDS]);
    let to = level(&p.value[p.len() - ENDS..]);
    let off = to - from;
    if !off.is_finite() || off.abs() < DRIFT_M {
        return;
    }
    let times = &series.time_ms;
    let (from_ms, to_ms) = range(times, 0, times.len() - 1);
    let from_ms = from_ms.max(p.time[0]);
    all.push(Finding {
        kind: FindingKind::BarometricDrift,
        channel: Some(Channel::Altitude),
        from_ms,
        to_ms,
        severity: Severity::Note,
        message: format!(
            "Start and end are at one place, but altitude goes from {} m to {} m: {} m in {:.1} h.",
            whole(from),
            whole(to),
            whole(off),
            hours
        ),
        suggestion: Some(Change::DriftCorrect {
            from_ms,
            to_ms,
            start_m: 0.0,
            end_m: -off,
        }),
    });
}
