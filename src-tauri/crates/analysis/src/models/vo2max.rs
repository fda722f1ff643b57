//! Maximal oxygen uptake from field data, each estimate with its method and error.

use super::vdot::oxygen_cost;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How maximal oxygen uptake was estimated. Speeds in m/s, masses in kg, rates in bpm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Vo2maxMethod {
    /// 16.6 + 8.87 × W/kg of 5 min (Sitko et al. 2021, IJSPP 17:9, 46 road cyclists). The error is
    /// what its R² of 0.69 leaves of its sample's standard deviation, 9.05.
    FiveMinutePower,
    /// 10.8 × W/kg of 5 min + 7: the American College of Sports Medicine's cost of cycling, 5 min
    /// taken for the power of maximal uptake. GoldenCheetah's estimate. No error is published.
    AcsmCycling,
    /// The oxygen cost of level running (Daniels & Gilbert 1979) over the share of maximal uptake
    /// that the share of maximal heart rate stands for, %HRmax = 0.64·%VO2max + 37 (Swain et al.
    /// 1994, MSSE 26:112: 63, 76, 89 and 92 % of HRmax at 40, 60, 80 and 85 % of VO2max, 162
    /// adults). The error, 14 %, is that of estimates from submaximal treadmill work in 4,637
    /// adults (Loe et al. 2016, PLoS ONE).
    PaceAndHeartRate,
    /// As [`Vo2maxMethod::PaceAndHeartRate`], by the share of heart-rate reserve, which equals the
    /// share of oxygen-uptake reserve over 3.5 ml/kg/min (Swain & Leutholtz 1997). Needs a resting
    /// rate. The same error.
    PaceAndHeartRateReserve,
    /// (metres in 12 min − 504.9)/44.73 (Cooper 1968, JAMA 203:201, 115 men, r = 0.90). No
    /// standard error is published.
    Cooper,
    /// 15.3 × HRmax/HRrest (Uth et al. 2004, Eur J Appl Physiol 91:111, well-trained men: standard
    /// error 2.7 with a measured maximum).
    HeartRateRatio,
}

/// An estimate of maximal oxygen uptake.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Vo2max {
    /// ml/kg/min.
    pub value: f64,
    /// How it was estimated.
    pub method: Vo2maxMethod,
    /// Standard error of the method in a person, ml/kg/min; `None` where none is published.
    pub standard_error: Option<f64>,
}

/// Nobody's maximal uptake is outside, ml/kg/min: there is no estimate then.
const HUMAN: std::ops::RangeInclusive<f64> = 10.0..=100.0;

fn estimate(value: f64, method: Vo2maxMethod) -> Option<Vo2max> {
    let standard_error = match method {
        Vo2maxMethod::FiveMinutePower => Some(9.05 * 0.31f64.sqrt()),
        Vo2maxMethod::PaceAndHeartRate | Vo2maxMethod::PaceAndHeartRateReserve => {
            Some(0.14 * value)
        }
        Vo2maxMethod::HeartRateRatio => Some(2.7),
        Vo2maxMethod::AcsmCycling | Vo2maxMethod::Cooper => None,
    };
    HUMAN.contains(&value).then_some(Vo2max {
        value,
        method,
        standard_error,
    })
}

/// From the best mean power of 5 min in watts and the mass in kilograms, by
/// [`Vo2maxMethod::FiveMinutePower`] and by [`Vo2maxMethod::AcsmCycling`]; the 5 min must be
/// maximal. Empty where the result would be no human's.
#[must_use]
pub fn vo2max_from_power(five_minute_watts: f64, mass_kg: f64) -> Vec<Vo2max> {
    if mass_kg.is_nan() || mass_kg <= 0.0 {
        return Vec::new();
    }
    let relative = five_minute_watts / mass_kg;
    [
        (16.6 + 8.87 * relative, Vo2maxMethod::FiveMinutePower),
        (10.8 * relative + 7.0, Vo2maxMethod::AcsmCycling),
    ]
    .into_iter()
    .filter(|_| relative > 0.0)
    .filter_map(|(value, method)| estimate(value, method))
    .collect()
}

/// From metres run in 12 min.
#[must_use]
pub fn vo2max_cooper(metres: f64) -> Option<Vo2max> {
    estimate((metres - 504.9) / 44.73, Vo2maxMethod::Cooper)
}

/// From maximal and resting heart rate.
#[must_use]
pub fn vo2max_heart_rate_ratio(max: f64, rest: f64) -> Option<Vo2max> {
    (rest >= 20.0 && max > rest)
        .then(|| estimate(15.3 * max / rest, Vo2maxMethod::HeartRateRatio))
        .flatten()
}

/// From a steady, level stretch of running: its speed in m/s (grade-adjusted where there is grade)
/// and heart rate. By heart-rate reserve where a resting rate is given, else by the share of the
/// maximum. `None` below 2 m/s, where cost is that of walking, and outside 63 to 100 % of the
/// maximum, where Swain's line was not drawn.
#[must_use]
pub fn vo2max_steady(
    speed: f64,
    heart_rate: f64,
    max_heart_rate: f64,
    resting_heart_rate: Option<f64>,
) -> Option<Vo2max> {
    let of_max = heart_rate / max_heart_rate;
    let running = (2.0..=8.0).contains(&speed) && max_heart_rate > 0.0;
    if !running || !(0.63..=1.0).contains(&of_max) {
        return None;
    }
    let cost = oxygen_cost(speed * 60.0);
    match resting_heart_rate {
        Some(rest) if rest >= 20.0 && rest < heart_rate => {
            let reserve = (heart_rate - rest) / (max_heart_rate - rest);
            let value = (cost - 3.5) / reserve + 3.5;
            estimate(value, Vo2maxMethod::PaceAndHeartRateReserve)
        }
        _ => estimate(
            cost / ((of_max - 0.37) / 0.64),
            Vo2maxMethod::PaceAndHeartRate,
        ),
    }
}

/// From a run: the median of [`vo2max_steady`] over its steady stretches. A stretch is one of the
/// consecutive 5 min after the first ten, in which heart rate has not settled, with every second
/// of both recorded (a gap or a pause ends it unused), speed within a tenth of its mean (standard
/// deviation) and a heart rate that moves by at most 5 bpm from its first to its second half.
/// `speed` in m/s, grade-adjusted on hills, and `heart_rate`, second by second from the start, NaN
/// where unrecorded. `None` without such a stretch.
#[must_use]
pub fn vo2max_from_run(
    speed: &[f64],
    heart_rate: &[f64],
    max_heart_rate: f64,
    resting_heart_rate: Option<f64>,
) -> Option<Vo2max> {
    const SETTLED_S: usize = 600;
    const STRETCH_S: usize = 300;
    let length = speed.len().min(heart_rate.len());
    let (speed, heart_rate) = (
        speed.get(SETTLED_S..length)?,
        heart_rate.get(SETTLED_S..length)?,
    );
    let mut found: Vec<Vo2max> = speed
        .chunks_exact(STRETCH_S)
        .zip(heart_rate.chunks_exact(STRETCH_S))
        .filter_map(|(speed, rate)| {
            let (mean_speed, deviation) = mean_and_deviation(speed)?;
            let (early, late) = rate.split_at(STRETCH_S / 2);
            let (early, _) = mean_and_deviation(early)?;
            let (late, _) = mean_and_deviation(late)?;
            let steady = deviation <= 0.1 * mean_speed && (late - early).abs() <= 5.0;
            let rate = f64::midpoint(early, late);
            steady
                .then(|| vo2max_steady(mean_speed, rate, max_heart_rate, resting_heart_rate))
                .flatten()
        })
        .collect();
    found.sort_by(|a, b| a.value.total_cmp(&b.value));
    found.get(found.len() / 2).copied()
}

/// `None` where a second is missing.
fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    (mean.is_finite() && square.is_finite()).then(|| (mean, square.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn five_minutes_at_five_watts_per_kilogram() {
        let [sitko, acsm] = vo2max_from_power(350.0, 70.0)[..] else {
            panic!("two methods");
        };
        assert!((sitko.value - 60.95).abs() < 1e-9);
        assert!((acsm.value - 61.0).abs() < 1e-9);
        assert!((sitko.standard_error.unwrap() - 5.04).abs() < 0.01);
        assert_eq!(acsm.standard_error, None);
    }

    #[test]
    fn the_sitko_sample_mean_is_met() {
        // Mean of the sample: 61.13 ml/kg/min; the regression passes through the means, so at
        // (61.13 − 16.6)/8.87 = 5.02 W/kg.
        let found = vo2max_from_power(5.02 * 71.4, 71.4);
        assert!((found[0].value - 61.13).abs() < 0.01);
    }

    #[test]
    fn cooper_and_the_heart_rate_ratio_are_as_published() {
        // 2,400 m in 12 min: (2400 − 504.9)/44.73 = 42.37.
        assert!((vo2max_cooper(2400.0).unwrap().value - 42.367).abs() < 1e-3);
        assert_eq!(vo2max_cooper(400.0), None);
        assert!((vo2max_heart_rate_ratio(190.0, 50.0).unwrap().value - 58.14).abs() < 1e-9);
        assert_eq!(vo2max_heart_rate_ratio(50.0, 190.0), None);
    }

    #[test]
    fn pace_and_heart_rate_follow_the_published_means() {
        // 76 % of HRmax stands for 60 % of VO2max within the rounding of the line (0.609).
        let cost = oxygen_cost(200.0);
        let found = vo2max_steady(200.0 / 60.0, 0.76 * 190.0, 190.0, None).unwrap();
        assert!((found.value - cost / 0.609_375).abs() < 1e-9);
        assert!((found.standard_error.unwrap() - 0.14 * found.value).abs() < 1e-12);
        let reserve = vo2max_steady(200.0 / 60.0, 148.0, 190.0, Some(50.0)).unwrap();
        assert_eq!(reserve.method, Vo2maxMethod::PaceAndHeartRateReserve);
        assert!((reserve.value - ((cost - 3.5) / 0.7 + 3.5)).abs() < 1e-9);
        assert_eq!(vo2max_steady(1.2, 150.0, 190.0, None), None, "walking");
        assert_eq!(vo2max_steady(3.3, 100.0, 190.0, None), None, "too easy");
    }

    #[test]
    fn of_a_run_only_steady_stretches_count() {
        let mut speed = vec![3.0; 600];
        let mut rate = vec![120.0; 600];
        for (s, r) in [(3.3, 150.0), (3.3, 150.0), (3.4, 152.0)] {
            speed.extend(vec![s; 300]);
            rate.extend(vec![r; 300]);
        }
        // Intervals and a stretch with a gap say nothing.
        speed.extend((0..300).map(|i| if i % 60 < 30 { 5.0 } else { 2.0 }));
        rate.extend(vec![170.0; 300]);
        speed.extend(vec![3.3; 300]);
        rate.extend((0..300).map(|i| if i == 7 { f64::NAN } else { 186.0 }));
        let found = vo2max_from_run(&speed, &rate, 190.0, None).unwrap();
        let expected = vo2max_steady(3.3, 150.0, 190.0, None).unwrap();
        assert!((found.value - expected.value).abs() < 1e-6);
        assert_eq!(
            vo2max_from_run(&speed[..800], &rate[..800], 190.0, None),
            None
        );
    }

    fn wild() -> impl Strategy<Value = f64> {
        prop_oneof![
            4 => 0.0f64..400.0,
            1 => Just(f64::NAN),
            1 => Just(f64::INFINITY),
            1 => Just(1e300),
            1 => Just(-1e300),
            1 => Just(0.0),
            1 => Just(1e-300),
        ]
    }

    proptest! {
        #[test]
        fn every_estimate_is_a_humans_or_none(a in wild(), b in wild(), c in wild(), d in proptest::option::of(wild())) {
            let all = vo2max_from_power(a, b)
                .into_iter()
                .chain(vo2max_cooper(a * 10.0))
                .chain(vo2max_heart_rate_ratio(a, b))
                .chain(vo2max_steady(a / 50.0, b, c, d))
                .chain(vo2max_from_run(&vec![a / 50.0; 1000], &vec![b; 1000], c, d));
            for found in all {
                prop_assert!(HUMAN.contains(&found.value));
                prop_assert!(found.standard_error.is_none_or(|e| e > 0.0 && e.is_finite()));
            }
        }

        #[test]
        fn a_lower_heart_rate_at_a_pace_is_a_higher_uptake(speed in 2.5f64..3.5, rate in 135.0f64..160.0, less in 1.0f64..10.0) {
            for rest in [None, Some(45.0)] {
                let (Some(one), Some(other)) = (vo2max_steady(speed, rate, 190.0, rest), vo2max_steady(speed, rate - less, 190.0, rest)) else { continue };
                prop_assert!(other.value > one.value);
            }
        }
    }
}
