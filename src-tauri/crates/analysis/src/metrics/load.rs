use crate::Seconds;
use crate::metrics::heart;
use paceline_model::{
    ActivitySummary, AthleteSettings, LoadMethod, Metric, Metrics, Sport, TrainingLoad,
};

/// Points of a session: 100 × hours × `intensity` with the intensity already raised to its power
/// (squared of IF and its like, cubed in water).
#[must_use]
pub(crate) fn stress_score(seconds: f64, intensity: f64) -> f64 {
    100.0 * seconds / 3600.0 * intensity
}

/// The square of an intensity that is `value` by its `threshold`.
pub(crate) fn intensity_score(value: f64, threshold: f64) -> f64 {
    let factor = value / threshold;
    factor * factor
}

/// Foster's session load (2001): rating of perceived exertion (CR-10, 0 to 10) × minutes. `None`
/// for a rating off the scale.
#[must_use]
pub fn session_rpe(rpe: f64, seconds: f64) -> Option<f64> {
    ((0.0..=10.0).contains(&rpe) && seconds > 0.0)
        .then(|| rpe * (seconds / 60.0))
        .filter(|load| load.is_finite())
}

/// Points of an hour at a rating of perceived exertion from 0 to 10: Friel's table for estimating
/// TSS (20, 30, 40, 50, 60, 70, 80, 100, 120, 140 for 1 to 10), linear in between and down to 0.
/// `None` for a rating off the scale.
#[must_use]
pub fn points_per_hour(rpe: f64) -> Option<f64> {
    const FRIEL: [f64; 11] = [
        0.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0, 120.0, 140.0,
    ];
    if !(0.0..=10.0).contains(&rpe) {
        return None;
    }
    let below = (rpe as usize).min(9);
    let part = rpe - below as f64;
    Some(FRIEL[below] + part * (FRIEL[below + 1] - FRIEL[below]))
}

/// The rating that an hour of a sport is taken to have where nothing else is known.
const fn usual_rpe(sport: Sport) -> f64 {
    match sport {
        Sport::Cycling
        | Sport::Running
        | Sport::Swimming
        | Sport::Rowing
        | Sport::Paddling
        | Sport::CrossCountrySkiing
        | Sport::Skating => 4.0,
        _ => 3.0,
    }
}

/// Seconds that a rating or a duration is multiplied by: with the timer running, else in motion,
/// else in all.
pub(super) fn session_seconds(summary: &ActivitySummary) -> Option<f64> {
    [summary.timer_s, summary.moving_s, summary.elapsed_s]
        .into_iter()
        .find(|s| *s > 0.0 && s.is_finite())
}

/// One training load for every sport; 100 is an hour at threshold. The first that the data and
/// settings allow: power (TSS of a ride), pace (rTSS of a run, sTSS of a swim), heart rate
/// (hrTSS), the athlete's own rating ([`points_per_hour`]), duration at a rating of 4 in sports of
/// endurance and 3 in others. Power, pace and heart rate count only if they cover at least half of
/// the recorded seconds; a sensor that failed early would make the session an easy one.
///
/// TrainingPeaks falls back in the same order but for duration, intervals.icu lets each sport
/// choose, GoldenCheetah adds no sports up.
pub(super) fn training_load(
    seconds: &Seconds,
    settings: &AthleteSettings,
    summary: &ActivitySummary,
    m: &Metrics,
    rpe: Option<f64>,
) -> Option<TrainingLoad> {
    let recorded = seconds.recorded.iter().filter(|r| **r).count();
    let covers = |channel: &[f64]| 2 * channel.iter().filter(|v| v.is_finite()).count() >= recorded;
    let load = |value: Option<f64>, method| {
        value
            .filter(|v| v.is_finite() && *v >= 0.0)
            .map(|value| TrainingLoad {
                value,
                method,
                assumed: Vec::new(),
            })
    };
    let by_power = || {
        let tss = m.get(Metric::TrainingStressScore);
        load(tss.filter(|_| covers(&seconds.power)), LoadMethod::Power)
    };
    let by_pace = || match seconds.sport() {
        Sport::Running => {
            let tss = m.get(Metric::RunningTss);
            load(tss.filter(|_| covers(&seconds.speed)), LoadMethod::Pace)
        }
        Sport::Swimming => load(m.get(Metric::SwimTss), LoadMethod::Pace),
        _ => None,
    };
    let by_heart = || {
        let score = m.get(Metric::HrTss).filter(|_| covers(&seconds.heart_rate));
        let assumed = heart::Thresholds::of(settings)?.assumed;
        load(score, LoadMethod::HeartRate).map(|load| TrainingLoad { assumed, ..load })
    };
    let hours = session_seconds(summary).map(|s| s / 3600.0);
    let by_rating =
        |rpe: f64, method| load(hours.zip(points_per_hour(rpe)).map(|(h, p)| h * p), method);
    by_power()
        .or_else(by_pace)
        .or_else(by_heart)
        .or_else(|| by_rating(rpe?, LoadMethod::Rpe))
        .or_else(|| by_rating(usual_rpe(seconds.sport()), LoadMethod::Duration))
}

pub(super) fn figures(
    seconds: &Seconds,
    settings: &AthleteSettings,
    summary: &ActivitySummary,
    rpe: Option<f64>,
    m: &mut Metrics,
) -> Option<TrainingLoad> {
    let session = rpe.zip(session_seconds(summary));
    m.set(
        Metric::SessionRpe,
        session.and_then(|(rpe, s)| session_rpe(rpe, s)),
    );
    let load = training_load(seconds, settings, summary, m, rpe);
    m.set(Metric::TrainingLoad, load.as_ref().map(|l| l.value));
    load
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_session_s_load_is_rating_times_minutes() {
        assert_eq!(session_rpe(5.0, 3600.0), Some(300.0));
        assert_eq!(session_rpe(11.0, 3600.0), None);
        assert_eq!(session_rpe(5.0, f64::NAN), None);
    }

    #[test]
    fn a_rating_of_eight_is_an_hour_at_threshold() {
        assert_eq!(points_per_hour(8.0), Some(100.0));
        assert_eq!(points_per_hour(4.5), Some(55.0));
        assert_eq!(points_per_hour(10.0), Some(140.0));
        assert_eq!(points_per_hour(-1.0), None);
    }

    proptest! {
        #[test]
        fn harder_is_more(a in 0.0f64..10.0, b in 0.0f64..10.0) {
            let (a, b) = (a.min(b), a.max(b));
            prop_assert!(points_per_hour(a) <= points_per_hour(b));
        }

        #[test]
        fn no_rating_gives_a_number_that_is_none(rpe in proptest::num::f64::ANY, s in proptest::num::f64::ANY) {
            prop_assert!(points_per_hour(rpe).is_none_or(f64::is_finite));
            prop_assert!(session_rpe(rpe, s).is_none_or(f64::is_finite));
        }
    }
}
