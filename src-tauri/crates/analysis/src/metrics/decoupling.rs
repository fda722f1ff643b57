use crate::Seconds;
use crate::metrics::heart::beats;
use crate::metrics::power::{finite, normalized_power};
use paceline_model::{ActivitySummary, Metric, Metrics};

/// How [`decoupling`] halves an activity and what it compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecouplingRule {
    /// Efficiency Factor of either half: the fourth-power mean of the 30-second means by mean heart
    /// rate, after 10 minutes of warm-up, halves by seconds with output and heart rate; at least
    /// 20 minutes must follow the warm-up.
    Friel,
    /// GoldenCheetah's: plain means over seconds with a heart rate, no warm-up left out, halves by
    /// recorded seconds, an output not recorded counting as 0.
    GoldenCheetah,
}

const WARM_UP_S: usize = 600;
const LEAST_S: usize = 1200;

/// Aerobic decoupling in percent (Friel): 100 × (r₁ − r₂)/r₁, r being output (watts, or metres per
/// second) by heart rate in the first and the second half. Positive where the heart drifted up or
/// output fell; up to 5 % is held to be aerobic. `None` where a half has no output or heart rate.
///
/// Pauses are left out of both. intervals.icu trims the warm-up and cool-down that the athlete set.
#[must_use]
pub fn decoupling(output: &[f64], heart_rate: &[f64], rule: DecouplingRule) -> Option<f64> {
    let n = output.len().min(heart_rate.len());
    let (output, heart_rate) = (&output[..n], &heart_rate[..n]);
    let counts = |i: &usize| match rule {
        DecouplingRule::Friel => output[*i].is_finite() && beats(heart_rate[*i]),
        DecouplingRule::GoldenCheetah => output[*i].is_finite() || heart_rate[*i].is_finite(),
    };
    let total = (0..n).filter(counts).count();
    let warm_up = match rule {
        DecouplingRule::Friel if total < WARM_UP_S + LEAST_S => return None,
        DecouplingRule::Friel => WARM_UP_S,
        DecouplingRule::GoldenCheetah => 0,
    };
    let half = match rule {
        DecouplingRule::Friel => (total - warm_up) / 2,
        // The second between the halves is the second half's.
        DecouplingRule::GoldenCheetah => total.saturating_sub(1) / 2,
    };
    let from = (0..n).filter(counts).nth(warm_up)?;
    let middle = (0..n).filter(counts).nth(warm_up + half)?;
    let ratio = |from: usize, to: usize| {
        let (mut work, mut pulse, mut count) = (0.0, 0.0, 0u32);
        for i in (from..to).filter(|i| beats(heart_rate[*i])) {
            if output[i].is_finite() {
                work += output[i];
            } else if rule == DecouplingRule::Friel {
                continue;
            }
            pulse += heart_rate[i];
            count += 1;
        }
        let mean = match rule {
            DecouplingRule::Friel => normalized_power(&output[from..to])?,
            DecouplingRule::GoldenCheetah => work / f64::from(count),
        };
        finite(mean / (pulse / f64::from(count))).filter(|r| *r > 0.0)
    };
    let first = ratio(from, middle)?;
    finite(100.0 * (first - ratio(middle, n)?) / first)
}

pub(super) fn figures(
    seconds: &Seconds,
    summary: &ActivitySummary,
    graded: &[f64],
    m: &mut Metrics,
) {
    let hr = &seconds.heart_rate;
    let ngp = m.get(Metric::NormalizedGradedSpeed);
    if super::on_foot(seconds.sport()) {
        m.set(
            Metric::PaceDecoupling,
            decoupling(graded, hr, DecouplingRule::Friel),
        );
        let bpm = summary.avg_hr.filter(|bpm| beats(*bpm));
        let metres = ngp.zip(bpm).map(|(ngp, bpm)| 60.0 * ngp / bpm);
        m.set(Metric::RunningEfficiencyFactor, metres);
    }
    m.set(
        Metric::PowerDecoupling,
        decoupling(&seconds.power, hr, DecouplingRule::Friel),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULES: [DecouplingRule; 2] = [DecouplingRule::Friel, DecouplingRule::GoldenCheetah];

    #[test]
    fn a_heart_that_beats_a_tenth_faster_for_the_same_power_decouples_by_a_eleventh() {
        let watts = vec![200.0; 6600];
        // 50 minutes of warm-up and first half, 50 of the second, ten of warm-up before.
        let hr: Vec<f64> = (0..6600)
            .map(|i| if i < 3600 { 130.0 } else { 143.0 })
            .collect();
        let found = decoupling(&watts, &hr, DecouplingRule::Friel).unwrap();
        assert!((found - 100.0 / 11.0).abs() < 1e-9, "{found}");
        // GoldenCheetah's first half is (n − 1)/2 seconds.
        let halves: Vec<f64> = [vec![130.0; 3299], vec![143.0; 3301]].concat();
        let found = decoupling(&watts, &halves, DecouplingRule::GoldenCheetah).unwrap();
        assert!((found - 100.0 / 11.0).abs() < 1e-9, "{found}");
    }

    #[test]
    fn half_an_hour_is_the_least_and_a_pause_is_no_part_of_it() {
        let with_pause = |n: usize| [vec![200.0; n], vec![f64::NAN; 900]].concat();
        let hr = |n: usize| [vec![130.0; n], vec![f64::NAN; 900]].concat();
        assert_eq!(
            decoupling(&with_pause(1799), &hr(1799), DecouplingRule::Friel),
            None
        );
        let found = decoupling(&with_pause(1800), &hr(1800), DecouplingRule::Friel);
        assert!(found.unwrap().abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn more_power_or_a_slower_heart_all_along_changes_nothing(
            w in proptest::collection::vec(100.0f64..300.0, 1900..2000),
            k in 0.5f64..2.0,
        ) {
            let hr: Vec<f64> = w.iter().map(|w| 80.0 + w / 10.0).collect();
            let scaled: Vec<f64> = w.iter().map(|w| w * k).collect();
            for rule in RULES {
                let (a, b) = (decoupling(&w, &hr, rule).unwrap(), decoupling(&scaled, &hr, rule).unwrap());
                prop_assert!((a - b).abs() < 1e-6);
            }
        }

        #[test]
        fn no_series_makes_it_infinite_or_panic(
            w in proptest::collection::vec(proptest::num::f64::ANY, 0..2000),
            hr in proptest::collection::vec(-10.0f64..260.0, 0..2000),
        ) {
            for rule in RULES {
                prop_assert!(decoupling(&w, &hr, rule).is_none_or(f64::is_finite));
                prop_assert!(decoupling(&hr, &w, rule).is_none_or(f64::is_finite));
            }
        }
    }
}
