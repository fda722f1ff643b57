use super::day::counted;
use serde::{Deserialize, Serialize};

/// Which standard deviation monotony divides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deviation {
    /// Over n: the seven days are the whole week, not a sample of it. Ours and Runalyze's.
    #[default]
    Population,
    /// Over n − 1: what a spreadsheet's standard deviation gives; monotony is 7.4 % lower.
    Sample,
}

/// What a week of equal days has for monotony, where the deviation is 0 and the quotient is not
/// defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EqualDays {
    /// No value, and no strain: nothing was measured.
    #[default]
    Undefined,
    /// 10, which also caps every other week (Runalyze).
    CappedAtTen,
    /// 0 (Statistics for Strava).
    Zero,
}

/// How monotony is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MonotonyModel {
    /// Which standard deviation.
    pub deviation: Deviation,
    /// What a week of equal days has.
    pub equal_days: EqualDays,
}

/// A week's load by Foster.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Week {
    /// Sum of the seven days' loads.
    pub load: f64,
    /// Mean daily load over its standard deviation; absent where not defined.
    pub monotony: Option<f64>,
    /// `load · monotony`.
    pub strain: Option<f64>,
}

/// Days in a window of monotony, and of the acute load.
pub const WEEK_DAYS: usize = 7;
/// Days of the chronic load in the acute:chronic ratio.
pub const CHRONIC_DAYS: usize = 28;

/// Monotony and strain of the seven days that end on each day (Foster 1998, Med Sci Sports Exerc
/// 30:1164).
///
/// `monotony = mean / SD` of seven daily loads, days of rest as 0; `strain = weekly load ·
/// monotony`. Foster's own marks for alarm are about 2 for monotony; 1.5 is often used as a first.
/// SD and weeks of equal days by [`MonotonyModel`]; a week of rest has no monotony, whatever the
/// model. The first six days have no value.
#[must_use]
pub fn monotony(loads: &[f64], model: MonotonyModel) -> Vec<Option<Week>> {
    let mut out = vec![None; loads.len().min(WEEK_DAYS - 1)];
    out.extend(
        loads
            .windows(WEEK_DAYS)
            .map(|week| Some(week_of(week, model))),
    );
    out
}

fn week_of(days: &[f64], model: MonotonyModel) -> Week {
    let n = days.len() as f64;
    let load: f64 = days.iter().map(|v| counted(*v)).sum();
    let mean = load / n;
    let squares: f64 = days.iter().map(|v| (counted(*v) - mean).powi(2)).sum();
    let divisor = match model.deviation {
        Deviation::Population => n,
        Deviation::Sample => n - 1.0,
    };
    let deviation = (squares / divisor).sqrt();
    // Rounding leaves a rest of the order of 1e-16 of the mean where days are equal.
    let monotony = if mean <= 0.0 {
        None
    } else if deviation <= mean * 1e-9 {
        match model.equal_days {
            EqualDays::Undefined => None,
            EqualDays::CappedAtTen => Some(10.0),
            EqualDays::Zero => Some(0.0),
        }
    } else if model.equal_days == EqualDays::CappedAtTen {
        Some((mean / deviation).min(10.0))
    } else {
        Some(mean / deviation)
    };
    Week {
        load,
        monotony,
        strain: monotony.map(|m| load * m),
    }
}

/// How the acute:chronic ratio is formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcuteChronic {
    /// Mean of 7 days over the mean of the 28 that include them: never above 4.
    Coupled,
    /// Mean of 7 days over the mean of the 21 before them (Lolli 2017; Windt & Gabbett 2019).
    Uncoupled,
    /// Exponentially weighted means with `λ = 2/(N + 1)`, N = 7 and 28 (Williams 2017), begun with
    /// the first day's load.
    #[default]
    Ewma,
}

/// The acute:chronic workload ratio at the end of each day; absent for the first 27 days and where
/// there is no chronic load.
///
/// A description of how load changes, not a forecast of injury: Impellizzeri and others (2020, Int
/// J Sports Physiol Perform 15:907) find no ground for using it as a risk factor, and the ratio
/// has artefacts of its own (Lolli 2017: coupling alone correlates acute with chronic load by
/// about 0.5). Show it as a trend, without "sweet spot" or "danger zone". Statistics for Strava
/// divides 7-day by 42-day exponential means in its place.
#[must_use]
pub fn acute_chronic(loads: &[f64], method: AcuteChronic) -> Vec<Option<f64>> {
    let ratio = |acute: f64, chronic: f64| (chronic > 1e-6).then(|| acute / chronic);
    let n = loads.len();
    if method == AcuteChronic::Ewma {
        let (fast, slow) = (2.0 / 8.0, 2.0 / 29.0);
        let start = loads.first().map_or(0.0, |v| counted(*v));
        let (mut acute, mut chronic) = (start, start);
        return loads
            .iter()
            .enumerate()
            .map(|(i, v)| {
                acute += fast * (counted(*v) - acute);
                chronic += slow * (counted(*v) - chronic);
                (i + 1 >= CHRONIC_DAYS)
                    .then(|| ratio(acute, chronic))
                    .flatten()
            })
            .collect();
    }
    let mean = |days: &[f64]| days.iter().map(|v| counted(*v)).sum::<f64>() / days.len() as f64;
    let mut out = vec![None; n.min(CHRONIC_DAYS - 1)];
    out.extend(loads.windows(CHRONIC_DAYS).map(|days| {
        let (before, week) = days.split_at(CHRONIC_DAYS - WEEK_DAYS);
        match method {
            AcuteChronic::Uncoupled => ratio(mean(week), mean(before)),
            _ => ratio(mean(week), mean(days)),
        }
    }));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_week_of_session_loads_has_fosters_monotony_and_strain() {
        // Mean 300, squared deviations 0, 90000, 10000, 40000, 40000, 90000, 10000: population SD
        // √40000 = 200.
        let week = [300.0, 0.0, 400.0, 500.0, 100.0, 600.0, 200.0];
        let found = monotony(&week, MonotonyModel::default());
        assert_eq!(found[..6], [None; 6]);
        let week = found[6].unwrap();
        assert_eq!(week.load, 2100.0);
        assert!((week.monotony.unwrap() - 1.5).abs() < 1e-12);
        assert!((week.strain.unwrap() - 3150.0).abs() < 1e-9);
    }

    #[test]
    fn a_spreadsheets_deviation_lowers_monotony() {
        let week = [300.0, 0.0, 400.0, 500.0, 100.0, 600.0, 200.0];
        let sample = MonotonyModel {
            deviation: Deviation::Sample,
            ..MonotonyModel::default()
        };
        let value = monotony(&week, sample)[6].unwrap().monotony.unwrap();
        assert!((value - 1.5 * (6.0_f64 / 7.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn equal_days_have_no_monotony_unless_a_peers_habit_is_asked_for() {
        let of = |equal_days, loads: &[f64]| {
            let model = MonotonyModel {
                equal_days,
                ..MonotonyModel::default()
            };
            monotony(loads, model)[6].unwrap().monotony
        };
        let equal = [70.1; 7];
        assert_eq!(of(EqualDays::Undefined, &equal), None);
        assert_eq!(of(EqualDays::CappedAtTen, &equal), Some(10.0));
        assert_eq!(of(EqualDays::Zero, &equal), Some(0.0));
        assert_eq!(of(EqualDays::CappedAtTen, &[0.0; 7]), None);
    }

    #[test]
    fn a_doubled_week_shows_in_each_ratio_as_its_authors_say() {
        let mut loads = vec![100.0; 21];
        loads.extend([200.0; 7]);
        let last = |m| acute_chronic(&loads, m)[27].unwrap();
        assert!((last(AcuteChronic::Uncoupled) - 2.0).abs() < 1e-12);
        assert!((last(AcuteChronic::Coupled) - 1.6).abs() < 1e-12);
        // 200 − 100·(1 − 2/8)^7 over 200 − 100·(1 − 2/29)^7.
        let ewma = (200.0 - 100.0 * 0.75_f64.powi(7)) / (200.0 - 100.0 * (27.0_f64 / 29.0).powi(7));
        assert!((last(AcuteChronic::Ewma) - ewma).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn coupling_follows_from_the_uncoupled_ratio(l in proptest::collection::vec(1.0..300.0_f64, 28..60)) {
            // Windt & Gabbett 2019: with four weeks the coupled ratio is 4u/(u + 3), below 4.
            let coupled = acute_chronic(&l, AcuteChronic::Coupled);
            let uncoupled = acute_chronic(&l, AcuteChronic::Uncoupled);
            for (c, u) in coupled.iter().flatten().zip(uncoupled.iter().flatten()) {
                prop_assert!((c - 4.0 * u / (u + 3.0)).abs() < 1e-9);
                prop_assert!(*c < 4.0);
            }
        }

        #[test]
        fn ratios_and_monotony_do_not_depend_on_the_unit(
            l in proptest::collection::vec(1.0..300.0_f64, 28..40), k in 0.1..50.0_f64,
        ) {
            let scaled: Vec<f64> = l.iter().map(|v| v * k).collect();
            for m in [AcuteChronic::Coupled, AcuteChronic::Uncoupled, AcuteChronic::Ewma] {
                for (a, b) in acute_chronic(&l, m).iter().zip(acute_chronic(&scaled, m)) {
                    prop_assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-9);
                }
            }
            let model = MonotonyModel::default();
            for (a, b) in monotony(&l, model).iter().flatten().zip(monotony(&scaled, model).iter().flatten()) {
                prop_assert!((a.monotony.unwrap() / b.monotony.unwrap() - 1.0).abs() < 1e-9);
                prop_assert!((a.strain.unwrap() * k / b.strain.unwrap() - 1.0).abs() < 1e-9);
            }
        }

        #[test]
        fn nothing_is_ever_not_finite(l in proptest::collection::vec(any::<f64>(), 0..70)) {
            for m in [AcuteChronic::Coupled, AcuteChronic::Uncoupled, AcuteChronic::Ewma] {
                let r = acute_chronic(&l, m);
                prop_assert_eq!(r.len(), l.len());
                prop_assert!(r.iter().flatten().all(|v| v.is_finite() && *v >= 0.0));
            }
            for equal_days in [EqualDays::Undefined, EqualDays::CappedAtTen, EqualDays::Zero] {
                for deviation in [Deviation::Population, Deviation::Sample] {
                    let w = monotony(&l, MonotonyModel { deviation, equal_days });
                    prop_assert_eq!(w.len(), l.len());
                    prop_assert!(w.iter().flatten().all(|w| w.load.is_finite()
                        && w.monotony.is_none_or(f64::is_finite)
                        && w.strain.is_none_or(f64::is_finite)));
                }
            }
        }
    }
}
