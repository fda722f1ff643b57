use paceline_model::{ActivitySummary, AthleteSettings, Channel, Metric, Metrics, Sport};

use crate::Seconds;
use crate::metrics::load::{intensity_score, stress_score};

/// How the 30-second mean of Normalized Power begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NpRule {
    /// The first value is that of the first full window, second 30 (Allen and Coggan).
    Coggan,
    /// From the first second, as if 30 seconds at 0 W had gone before: GoldenCheetah's IsoPower.
    /// Ten minutes at a steady 200 W come to 198.0 W.
    GoldenCheetah,
}

/// Seconds of the rolling mean of Normalized Power and Normalized Graded Pace.
const WINDOW: usize = 30;

pub(crate) fn fourth_power(x: f64) -> f64 {
    let square = x * x;
    square * square
}

pub(crate) fn fourth_root(x: f64) -> f64 {
    x.sqrt().sqrt()
}

/// A number that can be counted with.
pub(crate) fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

/// Normalized Power in watts of second-by-second power: the fourth root of the
/// mean fourth power of the 30-second rolling mean (Allen & Coggan, Training and
/// Racing with a Power Meter). Zeros count. Unrecorded seconds are left out, as the timer was
/// stopped; the first value is that of second 30. `None` below 30 s.
///
/// GoldenCheetah begins otherwise ([`NpRule::GoldenCheetah`]), fills gaps of up to 25 s on straight
/// lines and takes a record without power for 0 W: what nobody measured is left out here.
#[must_use]
pub fn normalized_power(watts: &[f64]) -> Option<f64> {
    normalized_power_by(NpRule::Coggan, watts)
}

/// [`normalized_power`] by a rule of choice. Elevate takes windows that do not overlap and Endurain
/// no mean at all; neither is offered.
#[must_use]
pub fn normalized_power_by(rule: NpRule, watts: &[f64]) -> Option<f64> {
    let mut lead = watts.iter().copied().filter(|w| w.is_finite());
    let mut trail = watts.iter().copied().filter(|w| w.is_finite());
    let (mut sum, mut total, mut windows) = (0.0, 0.0, 0u32);
    for _ in 0..WINDOW {
        let Some(w) = lead.next() else { break };
        sum += w;
        if rule == NpRule::GoldenCheetah {
            total += fourth_power(sum / WINDOW as f64);
        }
        windows += 1;
    }
    if rule == NpRule::Coggan {
        if windows < WINDOW as u32 {
            return None;
        }
        total = fourth_power(sum / WINDOW as f64);
        windows = 1;
    }
    for (new, old) in lead.zip(&mut trail) {
        sum += new - old;
        total += fourth_power(sum / WINDOW as f64);
        windows += 1;
    }
    finite(fourth_root(total / f64::from(windows)))
}

/// xPower and the seconds it is a mean of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct XPower {
    /// Watts.
    pub watts: f64,
    /// Seconds, those of pauses in which it decays included.
    pub seconds: f64,
}

/// Skiba's xPower (2006): the fourth root of the mean fourth power of the exponentially weighted
/// mean with a constant of 25 s.
///
/// At 1 Hz each second weighs 1/26 and the mean begins at 0 W. Zeros count. In a second not
/// recorded the mean decays as at 0 W and counts, until it is at most 0.1 W; the rest of the pause
/// is left out. Constants and the rule for pauses are GoldenCheetah's. `None` without a sample.
#[must_use]
pub fn x_power(watts: &[f64]) -> Option<XPower> {
    const WEIGHT: f64 = 1.0 / 26.0;
    const DECAY: f64 = 25.0 / 26.0;
    const NEGLIGIBLE_W: f64 = 0.1;
    let (mut mean, mut total, mut seconds) = (0.0, 0.0, 0u32);
    for w in watts {
        if w.is_finite() {
            mean = mean * DECAY + w * WEIGHT;
        } else if mean > NEGLIGIBLE_W {
            mean *= DECAY;
        } else {
            continue;
        }
        total += fourth_power(mean);
        seconds += 1;
    }
    if seconds == 0 {
        return None;
    }
    Some(XPower {
        watts: finite(fourth_root(total / f64::from(seconds)))?,
        seconds: f64::from(seconds),
    })
}

/// Kilojoules beyond `critical_power` watts, summed second by second. Seconds below it and seconds
/// not recorded add nothing. `None` without a sample.
#[must_use]
pub fn work_above(watts: &[f64], critical_power: f64) -> Option<f64> {
    let (mut joules, mut any) = (0.0, false);
    for w in watts.iter().filter(|w| w.is_finite()) {
        joules += (w - critical_power).max(0.0);
        any = true;
    }
    any.then_some(joules / 1000.0).and_then(finite)
}

/// Critical power in watts, FTP where none was given.
pub(crate) fn critical_power(settings: &AthleteSettings) -> Option<f64> {
    settings
        .critical_power_w
        .or(settings.ftp_w)
        .filter(|w| *w > 0.0 && w.is_finite())
}

fn mean_above_zero(watts: &[f64]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for w in watts.iter().filter(|w| **w > 0.0 && w.is_finite()) {
        sum += w;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

/// Mean of a pedal's channel over the seconds in which the pedals were pushed.
fn while_pedalling(seconds: &Seconds, channel: &Channel, all: f64) -> Option<f64> {
    let values = seconds.channel(channel);
    let (mut sum, mut count) = (0.0, 0u32);
    for (i, value) in values.iter().enumerate() {
        let pushed = seconds.power.get(i).is_none_or(|w| *w > 0.0)
            && seconds.cadence.get(i).is_none_or(|c| *c > 0.0);
        if pushed && *value > 0.0 && *value <= all {
            sum += value;
            count += 1;
        }
    }
    (count > 0).then(|| sum / f64::from(count))
}

pub(super) fn figures(
    seconds: &Seconds,
    settings: &AthleteSettings,
    summary: &ActivitySummary,
    m: &mut Metrics,
) {
    let np = summary.normalized_power;
    m.set(Metric::MaxPower, summary.max_power);
    m.set(Metric::NormalizedPower, np);
    if super::on_foot(seconds.sport()) {
        m.set(Metric::AverageRunningPower, summary.avg_power);
    }
    let average = summary.avg_power.filter(|w| *w > 0.0);
    let x = x_power(&seconds.power);
    m.set(Metric::AveragePower, summary.avg_power);
    m.set(Metric::AveragePowerNonZero, mean_above_zero(&seconds.power));
    m.set(Metric::XPower, x.map(|x| x.watts));
    m.set(Metric::Work, summary.work_j.map(|j| j / 1000.0));
    if let Some(average) = average {
        m.set(Metric::VariabilityIndex, np.map(|np| np / average));
        m.set(Metric::SkibaVariabilityIndex, x.map(|x| x.watts / average));
    }
    if let Some(hr) = summary.avg_hr.filter(|hr| *hr > 0.0) {
        m.set(Metric::EfficiencyFactor, np.map(|np| np / hr));
    }
    if let Some(kg) = settings.weight_kg.filter(|kg| *kg > 0.0) {
        m.set(Metric::WorkPerKg, summary.work_j.map(|j| j / 1000.0 / kg));
        m.set(Metric::PowerPerKg, summary.avg_power.map(|w| w / kg));
        m.set(Metric::NormalizedPowerPerKg, np.map(|w| w / kg));
    }
    if seconds.sport() != Sport::Cycling {
        return;
    }
    m.set(Metric::IntensityFactor, summary.intensity_factor);
    m.set(Metric::TrainingStressScore, summary.training_stress_score);
    if let Some(cp) = critical_power(settings) {
        m.set(Metric::RelativeIntensity, x.map(|x| x.watts / cp));
        let score = x.map(|x| stress_score(x.seconds, intensity_score(x.watts, cp)));
        m.set(Metric::BikeScore, score);
        m.set(Metric::WorkAboveCp, work_above(&seconds.power, cp));
    }
    let right = while_pedalling(seconds, &Channel::RightBalance, 99.999);
    m.set(Metric::LeftBalance, right.map(|right| 100.0 - right));
    for (metric, channel) in [
        (
            Metric::LeftTorqueEffectiveness,
            Channel::LeftTorqueEffectiveness,
        ),
        (
            Metric::RightTorqueEffectiveness,
            Channel::RightTorqueEffectiveness,
        ),
        (Metric::LeftPedalSmoothness, Channel::LeftPedalSmoothness),
        (Metric::RightPedalSmoothness, Channel::RightPedalSmoothness),
    ] {
        m.set(metric, while_pedalling(seconds, &channel, 100.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `times` blocks of so many seconds at so many watts.
    fn blocks(times: usize, block: &[(usize, f64)]) -> Vec<f64> {
        let once = block
            .iter()
            .flat_map(|(n, w)| std::iter::repeat_n(*w, *n))
            .collect::<Vec<_>>();
        once.repeat(times)
    }

    #[test]
    fn of_constant_power_it_is_that_power() {
        assert!((normalized_power(&[213.0; 3600]).unwrap() - 213.0).abs() < 1e-9);
        assert_eq!(normalized_power(&[213.0; 29]), None);
    }

    #[test]
    fn blocks_weigh_by_their_fourth_power() {
        // Two hours, half at 100 W and half at 300 W; the transition's 29 windows hardly matter.
        let mut watts = vec![100.0; 36_000];
        watts.extend(vec![300.0; 36_000]);
        let expected = ((100f64.powi(4) + 300f64.powi(4)) / 2.0).powf(0.25);
        assert!((normalized_power(&watts).unwrap() - expected).abs() < 0.1);
    }

    #[test]
    fn two_synthetic_hours_come_to_what_independent_code_gave() {
        // Figures from the project's study of other programs.
        let sprints = blocks(30, &[(10, 800.0), (110, 120.0)]);
        let halves = blocks(10, &[(180, 300.0), (180, 100.0)]);
        for (watts, np, cheetah, x) in [
            (&sprints, 238.2, 238.7, 206.8),
            (&halves, 248.8, 248.5, 240.8),
        ] {
            assert!((normalized_power(watts).unwrap() - np).abs() < 0.06);
            let by = normalized_power_by(NpRule::GoldenCheetah, watts).unwrap();
            assert!((by - cheetah).abs() < 0.06, "{by} {cheetah}");
            let found = x_power(watts).unwrap();
            assert!((found.watts - x).abs() < 0.06, "{} {x}", found.watts);
            assert_eq!(found.seconds, 3600.0);
        }
    }

    #[test]
    fn goldencheetah_begins_at_zero_watts() {
        let by = normalized_power_by(NpRule::GoldenCheetah, &[200.0; 600]).unwrap();
        assert!((by - 198.0).abs() < 0.05, "{by}");
    }

    #[test]
    fn x_power_decays_through_a_pause_and_no_further() {
        let mut watts = vec![200.0; 600];
        watts.extend(vec![f64::NAN; 3600]);
        let found = x_power(&watts).unwrap();
        // From 200 W the mean needs ln(2000)/ln(26/25) = 194 seconds to 0.1 W.
        assert_eq!(found.seconds, 794.0);
    }

    #[test]
    fn work_above_critical_power_counts_only_what_is_above() {
        assert_eq!(work_above(&[300.0, 200.0, f64::NAN], 250.0), Some(0.05));
        assert_eq!(work_above(&[f64::NAN], 250.0), None);
    }

    proptest! {
        #[test]
        fn a_pause_changes_nothing(w in proptest::collection::vec(0.0f64..800.0, 60..200), at in 0usize..60) {
            let mut paused = w.clone();
            paused.splice(at..at, std::iter::repeat_n(f64::NAN, 100));
            let (a, b) = (normalized_power(&w).unwrap(), normalized_power(&paused).unwrap());
            prop_assert!((a - b).abs() < 1e-6);
        }

        #[test]
        fn power_means_scale_with_power(w in proptest::collection::vec(0.0f64..800.0, 40..200), k in 0.1f64..10.0) {
            let scaled: Vec<f64> = w.iter().map(|w| w * k).collect();
            for rule in [NpRule::Coggan, NpRule::GoldenCheetah] {
                let (a, b) = (normalized_power_by(rule, &w).unwrap(), normalized_power_by(rule, &scaled).unwrap());
                prop_assert!((a * k - b).abs() < 1e-6 * (1.0 + b), "{rule:?} {a} {b}");
            }
            // The pause rule of xPower has an absolute limit, which no pause here reaches.
            let (a, b) = (x_power(&w).unwrap().watts, x_power(&scaled).unwrap().watts);
            prop_assert!((a * k - b).abs() < 1e-6 * (1.0 + b));
        }

        #[test]
        fn a_power_mean_lies_between_the_extremes(w in proptest::collection::vec(0.0f64..800.0, 40..200)) {
            let top = w.iter().copied().fold(0.0, f64::max) + 1e-9;
            let mean = normalized_power(&w).unwrap();
            prop_assert!(mean >= w.iter().copied().fold(f64::MAX, f64::min) - 1e-9 && mean <= top);
            prop_assert!(x_power(&w).unwrap().watts <= top);
            prop_assert!(normalized_power_by(NpRule::GoldenCheetah, &w).unwrap() <= top);
        }

        #[test]
        fn no_power_makes_them_infinite_or_panic(w in proptest::collection::vec(proptest::num::f64::ANY, 0..200), cp in proptest::num::f64::ANY) {
            for rule in [NpRule::Coggan, NpRule::GoldenCheetah] {
                prop_assert!(normalized_power_by(rule, &w).is_none_or(f64::is_finite));
            }
            prop_assert!(x_power(&w).is_none_or(|x| x.watts.is_finite()));
            prop_assert!(work_above(&w, cp).is_none_or(f64::is_finite));
        }
    }
}
