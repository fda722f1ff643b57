use crate::Seconds;
use crate::metrics::load::stress_score;
use crate::metrics::power::finite;
use paceline_model::{ActivitySummary, AthleteSettings, Length, Metric, Metrics, Sport};

/// Critical swim speed in metres per second of two time trials, by the line through them:
/// (d₂ − d₁)/(t₂ − t₁), usually 400 and 200 m (Wakayoshi et al. 1992). Metres and seconds, in either
/// order. `None` where the longer did not take longer.
#[must_use]
pub fn critical_swim_speed(first: (f64, f64), second: (f64, f64)) -> Option<f64> {
    let (short, long) = if first.0 <= second.0 {
        (first, second)
    } else {
        (second, first)
    };
    let (metres, seconds) = (long.0 - short.0, long.1 - short.1);
    (short.0 > 0.0 && short.1 > 0.0 && metres > 0.0 && seconds > 0.0)
        .then(|| metres / seconds)
        .and_then(finite)
        // Of absurd trials so little may be left that it is nothing.
        .filter(|v| *v > 0.0)
}

/// sTSS: 100 × hours × (speed/critical swim speed)³, over the seconds swum: of the lengths in a
/// pool, with the timer running elsewhere. Drag grows with the
/// square of speed, hence the cube. TrainingPeaks' rule; Elevate counts elapsed hours.
#[must_use]
pub fn swim_tss(metres: f64, seconds: f64, critical_speed: f64) -> Option<f64> {
    let factor = metres / seconds / critical_speed;
    (metres >= 0.0 && seconds > 0.0 && critical_speed > 0.0)
        .then(|| stress_score(seconds, factor * factor * factor))
        .and_then(finite)
}

/// Metres of the pool to which SWOLF is normalised.
const SWOLF_POOL_M: f64 = 25.0;

fn seconds_of(length: &Length) -> f64 {
    (f64::from(length.end_ms) - f64::from(length.start_ms)).max(0.0) / 1000.0
}

/// The lengths swum.
fn swum<'a>(seconds: &Seconds<'a>) -> impl Iterator<Item = &'a Length> {
    seconds.input.lengths.iter().filter(|l| l.active)
}

/// Metres and seconds swum: of a pool's active lengths, else of the time with the timer running.
/// Positions come and go under water, so that time in motion is not known there.
fn way(seconds: &Seconds, distance_m: Option<f64>, timer_s: f64) -> Option<(f64, f64)> {
    let pool = seconds.input.totals.pool_length_m.filter(|m| *m > 0.0);
    let lengths = swum(seconds).count();
    let in_water: f64 = swum(seconds).map(seconds_of).sum();
    match pool {
        Some(pool) if in_water > 0.0 => Some((pool * lengths as f64, in_water)),
        _ => distance_m
            .filter(|m| *m > 0.0 && timer_s > 0.0)
            .map(|m| (m, timer_s)),
    }
}

pub(super) fn figures(seconds: &Seconds, summary: &ActivitySummary, m: &mut Metrics) {
    if seconds.sport() != Sport::Swimming {
        return;
    }
    let speed = way(seconds, summary.distance_m, summary.timer_s);
    m.set(Metric::SwimPace, speed.map(|(metres, s)| metres / s));
    let count = swum(seconds).count();
    if count == 0 {
        return;
    }
    m.set(Metric::Lengths, count as f64);
    m.set(
        Metric::RestTime,
        rests(seconds).map(|(_, s)| s).sum::<f64>(),
    );
    let (mut strokes, mut time, mut counted) = (0.0, 0.0, 0u32);
    for length in swum(seconds) {
        if let Some(n) = length.strokes.filter(|n| *n > 0) {
            strokes += f64::from(n);
            time += seconds_of(length);
            counted += 1;
        }
    }
    if counted == 0 {
        return;
    }
    let n = f64::from(counted);
    let swolf = (strokes + time) / n;
    m.set(Metric::Strokes, strokes);
    m.set(Metric::StrokesPerLength, strokes / n);
    m.set(Metric::Swolf, swolf);
    if time > 0.0 {
        m.set(Metric::StrokeRate, strokes / (time / 60.0));
    }
    if let Some(pool) = seconds.input.totals.pool_length_m.filter(|m| *m > 0.0) {
        m.set(Metric::Swolf25, swolf * SWOLF_POOL_M / pool);
        m.set(Metric::DistancePerStroke, pool * n / strokes);
    }
}

/// Milliseconds from the recording's start and seconds of each rest between lengths swum.
pub(super) fn rests<'a>(seconds: &Seconds<'a>) -> impl Iterator<Item = (i32, f64)> {
    let mut active: Vec<&Length> = swum(seconds).collect();
    active.sort_by_key(|l| l.start_ms);
    let mut end: Option<i32> = None;
    active.into_iter().filter_map(move |length| {
        let since = end.filter(|end| *end < length.start_ms);
        end = Some(end.unwrap_or(i32::MIN).max(length.end_ms));
        since.map(|since| {
            let rest = f64::from(length.start_ms) - f64::from(since);
            (since, rest / 1000.0)
        })
    })
}

/// sTSS of a swim.
pub(super) fn load(seconds: &Seconds, settings: &AthleteSettings, m: &mut Metrics) {
    if seconds.sport() != Sport::Swimming {
        return;
    }
    let way = way(
        seconds,
        m.get(Metric::Distance),
        m.get(Metric::TimerTime).unwrap_or(0.0),
    );
    let score = way.zip(settings.critical_swim_speed);
    m.set(
        Metric::SwimTss,
        score.and_then(|((metres, s), critical)| swim_tss(metres, s, critical)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_trials_give_the_critical_speed_in_either_order() {
        // 200 m in 2:40 and 400 m in 5:50: 200 m in 190 s.
        let expected = Some(200.0 / 190.0);
        assert_eq!(
            critical_swim_speed((200.0, 160.0), (400.0, 350.0)),
            expected
        );
        assert_eq!(
            critical_swim_speed((400.0, 350.0), (200.0, 160.0)),
            expected
        );
        assert_eq!(critical_swim_speed((400.0, 300.0), (200.0, 310.0)), None);
    }

    #[test]
    fn an_hour_at_critical_speed_is_100_and_a_tenth_faster_a_third_more() {
        let hour = |v: f64| swim_tss(v * 3600.0, 3600.0, 1.2).unwrap();
        assert!((hour(1.2) - 100.0).abs() < 1e-9);
        assert!((hour(1.32) - 133.1).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn no_trial_and_no_swim_gives_a_number_that_is_none(
            a in proptest::num::f64::ANY, b in proptest::num::f64::ANY,
            c in proptest::num::f64::ANY, d in proptest::num::f64::ANY,
        ) {
            prop_assert!(critical_swim_speed((a, b), (c, d)).is_none_or(|v| v.is_finite() && v > 0.0));
            prop_assert!(swim_tss(a, b, c).is_none_or(f64::is_finite));
        }
    }
}
