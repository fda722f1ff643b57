use crate::curve::power_for_curve;
use crate::input::{ActivityInput, Axis, MAX_POWER_W};
use crate::metrics::elevation::{HYSTERESIS_M, climb};
use crate::metrics::load::stress_score;
use crate::metrics::zones;
use crate::outline::outline;
use crate::{FORMULA_VERSION, durations, mean_max, normalized_power};
use paceline_model::{
    ActivitySummary, AthleteSettings, Column, LapSummary, RangeStats, RecordedTotals, Sport,
};

/// Faster is a GPS jump: 40 m/s on a bicycle or skis, 12 m/s elsewhere.
pub(crate) const fn plausible_speed(sport: Sport) -> f64 {
    match sport {
        Sport::Running | Sport::Walking | Sport::Hiking | Sport::Swimming | Sport::Rowing => 12.0,
        _ => 40.0,
    }
}

/// The headline figures, curves, zones and laps of an activity.
///
/// Powers in watts with zeros, cadence without zeros, speeds over moving time. Where
/// the samples say nothing of a total, the recorder's own stands. Never fails: what
/// the data do not allow is absent.
#[must_use]
pub fn summarise(input: &ActivityInput, settings: &AthleteSettings) -> ActivitySummary {
    summary(&Axis::new(*input), settings, None)
}

pub(crate) fn summary(
    axis: &Axis,
    settings: &AthleteSettings,
    known: Option<&ActivitySummary>,
) -> ActivitySummary {
    let input = &axis.input;
    let n = input.series.len();
    if let Some(known) = known {
        let factor = intensity_factor(known.normalized_power, settings, input.sport);
        let watts = axis.per_second(&axis.power, 0, n);
        return ActivitySummary {
            intensity_factor: factor,
            training_stress_score: stress(factor, &watts),
            zones: zones::zone_times(axis, settings),
            ..known.clone()
        };
    }
    let all = stats(axis, 0, n);
    let totals = input.totals;
    let recorded_timer: f64 = axis.hold.iter().sum();
    let elapsed = if input.timed { all.elapsed_s } else { 0.0 };
    let elapsed_s = longest(elapsed, totals.elapsed_s, input);
    let timer_s = totals
        .timer_s
        .filter(|t| *t > 0.0 && *t <= elapsed_s + 60.0)
        .unwrap_or(if recorded_timer > 0.0 {
            recorded_timer
        } else {
            elapsed_s
        });
    let moving_s = moving_time(axis, timer_s);
    let watts = axis.per_second(&axis.power, 0, n);
    let np = all.normalized_power;
    let factor = intensity_factor(np, settings, input.sport);
    let distance_m = distance(axis);
    let limit = |v: &[f64]| durations(u32::try_from(v.len()).unwrap_or(u32::MAX));
    let filled = power_for_curve(&watts);
    let beats = axis.per_second(&axis.heart_rate, 0, n);
    ActivitySummary {
        formula_version: FORMULA_VERSION,
        sport: input.sport,
        elapsed_s,
        timer_s,
        moving_s,
        distance_m,
        ascent_m: all.ascent_m.or(totals.ascent_m),
        descent_m: all.descent_m.or(totals.descent_m),
        avg_speed: distance_m.filter(|_| moving_s > 0.0).map(|d| d / moving_s),
        max_speed: all.max_speed.or(totals.max_speed),
        avg_hr: all.avg_hr.or(totals.avg_hr),
        max_hr: all.max_hr.or(totals.max_hr),
        avg_power: all.avg_power.or(totals.avg_power),
        max_power: all.max_power.or(totals.max_power),
        normalized_power: np,
        intensity_factor: factor,
        training_stress_score: stress(factor, &watts),
        work_j: all.work_j.or(totals.work_j),
        avg_cadence: all.avg_cadence.or(totals.avg_cadence),
        max_cadence: top(&axis.cadence, 0, n, 300.0),
        avg_temperature: all.avg_temperature,
        min_altitude: axis
            .altitude
            .iter()
            .copied()
            .filter(|a| a.is_finite())
            .reduce(f64::min),
        max_altitude: axis
            .altitude
            .iter()
            .copied()
            .filter(|a| a.is_finite())
            .reduce(f64::max),
        calories_kcal: totals.calories_kcal,
        power_curve: if watts.iter().any(|w| *w > 0.0) {
            mean_max(&filled, &limit(&filled))
        } else {
            Vec::new()
        },
        hr_curve: if beats.iter().any(|b| *b > 0.0) {
            mean_max(&beats, &limit(&beats))
        } else {
            Vec::new()
        },
        zones: zones::zone_times(axis, settings),
        laps: laps(axis),
        outline: outline(axis),
    }
}

fn intensity_factor(np: Option<f64>, settings: &AthleteSettings, sport: Sport) -> Option<f64> {
    match (np, settings.ftp_w, sport) {
        (Some(np), Some(ftp), Sport::Cycling) if ftp > 0.0 => Some(np / ftp),
        _ => None,
    }
}

fn stress(intensity_factor: Option<f64>, watts: &[f64]) -> Option<f64> {
    let powered = watts.iter().filter(|w| w.is_finite()).count() as f64;
    intensity_factor.map(|f| stress_score(powered, f * f))
}

/// Metres of the whole activity. In a pool the lengths swum count: samples stand at their ends and
/// miss the last one, and a total holds the drills that no stroke was counted in.
fn distance(axis: &Axis) -> Option<f64> {
    let totals = axis.input.totals;
    let swum = axis.input.lengths.iter().filter(|l| l.active).count();
    if swum > 0 {
        let by_lengths = totals.pool_length_m.map(|m| m * swum as f64);
        return totals.distance_m.filter(|d| *d > 0.0).or(by_lengths);
    }
    let sampled = axis.distance.last().copied();
    // A rowing machine may record a speed and never a distance.
    let driven = axis.speed.iter().zip(&axis.hold);
    let driven = driven.filter(|(v, _)| v.is_finite()).map(|(v, h)| v * h);
    [sampled, totals.distance_m, Some(driven.sum())]
        .into_iter()
        .flatten()
        .find(|d| *d > 0.0)
}

/// Seconds from start to end. The samples decide; laps and lengths stand in where there are next to
/// none of them (pool swims by length), and a recorder that went on after its last sample is
/// believed by up to six hours: more is a clock that jumped.
fn longest(samples: f64, recorded: Option<f64>, input: &ActivityInput) -> f64 {
    let sparse = input.series.len() < 2 || !input.lengths.is_empty();
    let lengths = input.lengths.iter().map(|l| l.end_ms);
    let laps = input.laps.iter().map(|l| l.end_ms);
    let spanned = match lengths.chain(laps).max() {
        Some(end) if sparse => samples.max(f64::from(end) / 1000.0),
        _ => samples,
    };
    match recorded {
        Some(r) if r > spanned && (spanned < 1.0 || r < spanned + 6.0 * 3600.0) => r,
        _ => spanned,
    }
}

fn moving_time(axis: &Axis, timer_s: f64) -> f64 {
    if !axis.input.lengths.is_empty() {
        return swum(axis, i32::MIN, i32::MAX).min(timer_s);
    }
    if axis.speed.is_empty() || axis.distance.last().is_none_or(|d| *d <= 0.0) {
        return timer_s;
    }
    moving_in(axis, 0, axis.hold.len()).min(timer_s)
}

/// Seconds of the lengths swum between two times: in a pool a recorder writes a sample a length,
/// and no sample holds so long.
fn swum(axis: &Axis, from_ms: i32, to_ms: i32) -> f64 {
    let lengths = axis.input.lengths.iter().filter(|l| l.active);
    lengths
        .map(|l| {
            let (start, end) = (l.start_ms.max(from_ms), l.end_ms.min(to_ms));
            (f64::from(end) - f64::from(start)).max(0.0) / 1000.0
        })
        .sum()
}

fn moving_in(axis: &Axis, from: usize, to: usize) -> f64 {
    (from..to)
        .filter(|&i| axis.moving[i])
        .map(|i| axis.hold[i])
        .sum()
}

/// Figures of the samples from index `from` up to, not including, `to`.
#[must_use]
pub fn range_stats(input: &ActivityInput, from: usize, to: usize) -> RangeStats {
    let to = to.min(input.series.len());
    stats(&Axis::new(*input), from, to)
}

/// Distance in metres and speed in metres per second, sample by sample, where the recorder wrote
/// none and positions give them.
#[must_use]
pub fn derived_columns(input: &ActivityInput) -> Vec<Column> {
    Axis::new(*input).derived()
}

fn laps(axis: &Axis) -> Vec<LapSummary> {
    let last = axis.input.laps.len().saturating_sub(1);
    axis.input
        .laps
        .iter()
        .enumerate()
        .map(|(i, lap)| {
            // The last lap takes in the closing sample.
            let end = if i == last {
                lap.end_ms.saturating_add(1)
            } else {
                lap.end_ms
            };
            let (from, to) = axis.range(lap.start_ms, end);
            let mut figures = stats(axis, from, to);
            let span = f64::from(lap.end_ms.saturating_sub(lap.start_ms).max(0)) / 1000.0;
            figures.elapsed_s = lap.totals.elapsed_s.unwrap_or(span);
            if !axis.input.lengths.is_empty() {
                figures.moving_s = swum(axis, lap.start_ms, lap.end_ms);
            }
            fill(&mut figures, &lap.totals);
            LapSummary {
                start_ms: lap.start_ms,
                end_ms: lap.end_ms,
                label: lap
                    .name
                    .clone()
                    .or_else(|| lap.intensity.clone().filter(|i| i != "active")),
                stats: figures,
            }
        })
        .collect()
}

/// A lap's own totals stand where its samples say nothing; its distance always, being measured to the line.
fn fill(s: &mut RangeStats, t: &RecordedTotals) {
    s.distance_m = t.distance_m.filter(|d| *d > 0.0).or(s.distance_m);
    s.ascent_m = s.ascent_m.or(t.ascent_m);
    s.descent_m = s.descent_m.or(t.descent_m);
    s.avg_hr = s.avg_hr.or(t.avg_hr);
    s.max_hr = s.max_hr.or(t.max_hr);
    s.avg_power = s.avg_power.or(t.avg_power);
    s.max_power = s.max_power.or(t.max_power);
    s.avg_cadence = s.avg_cadence.or(t.avg_cadence);
    s.max_speed = s.max_speed.or(t.max_speed);
    if s.moving_s <= 0.0 {
        s.moving_s = t.timer_s.unwrap_or(s.elapsed_s);
    }
    s.avg_speed = s
        .distance_m
        .filter(|_| s.moving_s > 0.0)
        .map(|d| d / s.moving_s)
        .or(t.avg_speed);
}

fn mean(
    axis: &Axis,
    values: &[f64],
    from: usize,
    to: usize,
    keep: impl Fn(f64) -> bool,
) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let (mut sum, mut weight) = (0.0, 0.0);
    for (v, hold) in values[from..to].iter().zip(&axis.hold[from..to]) {
        if v.is_finite() && keep(*v) {
            sum += v * hold;
            weight += hold;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}

fn top(values: &[f64], from: usize, to: usize, limit: f64) -> Option<f64> {
    values
        .get(from..to)?
        .iter()
        .copied()
        .filter(|v| v.is_finite() && *v <= limit)
        .reduce(f64::max)
}

fn stats(axis: &Axis, from: usize, to: usize) -> RangeStats {
    let times = &axis.input.series.time_ms;
    if from >= to || to > times.len() {
        return RangeStats::default();
    }
    // Up to where the next sample begins, but for the closing one of the activity.
    let last = axis.hold.get(to - 1).filter(|_| to < times.len());
    let elapsed_s = (i64::from(times[to - 1]) - i64::from(times[from])) as f64 / 1000.0
        + last.copied().unwrap_or(0.0);
    // The stretch ends where the next sample begins.
    let end = to.min(times.len() - 1);
    let distance_m = axis
        .distance
        .get(end)
        .zip(axis.distance.get(from))
        .map(|(b, a)| b - a)
        .filter(|d| *d > 0.0);
    let climbed = axis
        .altitude
        .get(from..to)
        .and_then(|a| climb(a.iter().copied(), HYSTERESIS_M));
    let moving_s = if axis.input.lengths.is_empty() {
        moving_in(axis, from, to)
    } else {
        swum(axis, times[from], times[end])
    };
    let rise = axis.altitude.get(from..to).and_then(|a| {
        let mut finite = a.iter().copied().filter(|x| x.is_finite());
        let first = finite.next()?;
        Some(finite.next_back().unwrap_or(first) - first)
    });
    let power = axis.power.get(from..to).unwrap_or(&[]);
    let work: f64 = power
        .iter()
        .zip(&axis.hold[from..to])
        .filter(|(w, _)| w.is_finite())
        .map(|(w, h)| w * h)
        .sum();
    RangeStats {
        elapsed_s,
        moving_s,
        distance_m,
        ascent_m: climbed.map(|c| c.0),
        descent_m: climbed.map(|c| c.1),
        grade: rise
            .zip(distance_m)
            .filter(|(_, d)| *d > 20.0)
            .map(|(r, d)| 100.0 * r / d),
        avg_speed: distance_m.filter(|_| moving_s > 0.0).map(|d| d / moving_s),
        max_speed: top(&axis.speed, from, to, plausible_speed(axis.input.sport)),
        avg_hr: mean(axis, &axis.heart_rate, from, to, |v| v > 0.0),
        max_hr: top(&axis.heart_rate, from, to, 255.0).filter(|v| *v > 0.0),
        avg_power: mean(axis, &axis.power, from, to, |_| true),
        max_power: top(&axis.power, from, to, MAX_POWER_W),
        normalized_power: normalized_power(&axis.per_second(&axis.power, from, to)),
        work_j: (!power.is_empty()).then_some(work),
        avg_cadence: mean(axis, &axis.cadence, from, to, |v| v > 0.0),
        avg_temperature: mean(axis, &axis.temperature, from, to, |_| true),
    }
}
