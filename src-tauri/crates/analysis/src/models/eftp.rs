//! Estimated threshold power, with the method and the effort it comes from.

use super::critical_power::{CpFit, CpModel, fit};
use super::duration::Hyperbola;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How threshold power was estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EftpMethod {
    /// Critical power of the two-parameter model through the efforts of 2 to 20 min
    /// ([`CpModel::TwoParameter`], error of power). Usually some percent above the power of an
    /// hour.
    CriticalPower,
    /// 0.95 × the best power of 20 min or longer (Allen & Coggan, Training and Racing with a Power
    /// Meter).
    TwentyMinutes,
    /// The power of an hour on the one curve of a family on which a single effort lies; the
    /// highest over all efforts of up to 30 min. The family is Morton's model with a fixed shape:
    /// P(t) ∝ 1 + τ/(t + τ/(m−1)), τ = W′/CP = 80 s and m = Pmax/CP = 4 (20 kJ and 1,000 W at
    /// 250 W). So 5 min count for 82 %, 20 min for 96 % of their power. Intervals.icu does likewise
    /// with a family of its own, which is not published.
    OneEffort {
        /// The shortest effort that counts, seconds. Short efforts say little of an hour: not
        /// below 180, which is the default of [`eftps`].
        min_seconds: u32,
    },
    /// The power of 60 min on a fitted model ([`modelled_ftp`]); with the omni-domain model what
    /// WKO calls mFTP, though its model is another and not published.
    ModelHour,
}

/// A best power over a duration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct BestPower {
    pub seconds: u32,
    pub watts: f64,
}

/// An estimate of functional threshold power.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Eftp {
    /// Watts.
    pub watts: f64,
    /// How it was estimated.
    pub method: EftpMethod,
    /// The effort it comes from; of a model the longest of those that carried it, up to an hour.
    pub effort: BestPower,
}

const HOUR_S: f64 = 3600.0;
const LONGEST_SINGLE_S: u32 = 1800;
const SHORTEST_SINGLE_S: u32 = 180;
const MAX_WATTS: f64 = 3000.0;

/// One estimate from best powers in watts over durations in seconds; `None` where they lack what
/// the method needs, and for [`EftpMethod::ModelHour`] where the omni-domain model cannot be
/// fitted. Takes the efforts for maximal: an easy ride gives too low a value, never one too high,
/// so keep the highest of many.
#[must_use]
pub fn eftp(points: &[(u32, f64)], method: EftpMethod) -> Option<Eftp> {
    let usable = points
        .iter()
        .filter(|(s, w)| *s > 0 && *w > 0.0 && *w <= MAX_WATTS)
        .map(|&(seconds, watts)| BestPower { seconds, watts });
    match method {
        EftpMethod::CriticalPower => {
            let found = fit(CpModel::TwoParameter(Hyperbola::InverseTime), points).ok()?;
            of_model(&found, found.cp.value, method)
        }
        EftpMethod::TwentyMinutes => {
            let best = usable
                .filter(|e| e.seconds >= 1200)
                .max_by(|a, b| a.watts.total_cmp(&b.watts))?;
            Some(Eftp {
                watts: 0.95 * best.watts,
                method,
                effort: best,
            })
        }
        EftpMethod::OneEffort { min_seconds } => usable
            .filter(|e| (min_seconds.max(1)..=LONGEST_SINGLE_S).contains(&e.seconds))
            .map(|effort| Eftp {
                watts: effort.watts * family(HOUR_S) / family(f64::from(effort.seconds)),
                method,
                effort,
            })
            .max_by(|a, b| a.watts.total_cmp(&b.watts)),
        EftpMethod::ModelHour => modelled_ftp(&fit(CpModel::OmniDomain, points).ok()?),
    }
}

/// Every estimate the efforts allow, of the methods that need no model of hours
/// ([`EftpMethod::CriticalPower`], [`EftpMethod::TwentyMinutes`], [`EftpMethod::OneEffort`] from
/// 3 min), highest first.
#[must_use]
pub fn eftps(points: &[(u32, f64)]) -> Vec<Eftp> {
    let mut all: Vec<Eftp> = [
        EftpMethod::CriticalPower,
        EftpMethod::TwentyMinutes,
        EftpMethod::OneEffort {
            min_seconds: SHORTEST_SINGLE_S,
        },
    ]
    .into_iter()
    .filter_map(|method| eftp(points, method))
    .collect();
    all.sort_by(|a, b| b.watts.total_cmp(&a.watts));
    all
}

/// The power of 60 min on a fitted model.
#[must_use]
pub fn modelled_ftp(model: &CpFit) -> Option<Eftp> {
    of_model(model, model.power_at(HOUR_S)?, EftpMethod::ModelHour)
}

fn of_model(model: &CpFit, watts: f64, method: EftpMethod) -> Option<Eftp> {
    let last = model
        .efforts
        .iter()
        .rfind(|e| f64::from(e.seconds) <= HOUR_S)?;
    Some(Eftp {
        watts,
        method,
        effort: BestPower {
            seconds: last.seconds,
            watts: last.watts,
        },
    })
}

/// Multiple of critical power held for so many seconds on the fixed curve.
fn family(seconds: f64) -> f64 {
    const TAU_S: f64 = 80.0;
    const PEAK: f64 = 4.0;
    1.0 + TAU_S / (seconds + TAU_S / (PEAK - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SINGLE: EftpMethod = EftpMethod::OneEffort { min_seconds: 180 };

    #[test]
    fn twenty_minutes_count_for_ninety_five_percent() {
        let found = eftp(&[(300, 340.0), (1200, 300.0)], EftpMethod::TwentyMinutes).unwrap();
        assert_eq!(found.watts, 285.0);
        assert_eq!(
            found.effort,
            BestPower {
                seconds: 1200,
                watts: 300.0
            }
        );
        assert_eq!(eftp(&[(1199, 300.0)], EftpMethod::TwentyMinutes), None);
    }

    #[test]
    fn one_effort_is_carried_to_an_hour_along_the_family() {
        // 1 + 80/(3600 + 80/3) = 1.022059 and 1 + 80/(1200 + 80/3) = 1.065217.
        let found = eftp(&[(1200, 300.0)], SINGLE).unwrap();
        assert!((found.watts - 300.0 * 1.022_059 / 1.065_217).abs() < 1e-3);
        let short = eftp(&[(120, 500.0), (1200, 300.0)], SINGLE).unwrap();
        assert_eq!(short.effort.seconds, 1200, "2 min are too short to count");
        let five = eftp(&[(300, 400.0), (1200, 300.0)], SINGLE).unwrap();
        assert_eq!(five.effort.seconds, 300);
    }

    #[test]
    fn every_method_agrees_on_the_athlete_of_the_family() {
        let points: Vec<(u32, f64)> = (5..=7200)
            .map(|s| (s, 250.0 * family(f64::from(s))))
            .collect();
        let all = eftps(&points);
        assert_eq!(all.len(), 3);
        assert!(all.windows(2).all(|w| w[0].watts >= w[1].watts));
        for one in &all {
            assert!((one.watts / 255.5 - 1.0).abs() < 0.03, "{one:?}");
        }
        let fitted = fit(CpModel::Morton, &points).unwrap();
        let hour = modelled_ftp(&fitted).unwrap();
        assert!((hour.watts - 250.0 * family(3600.0)).abs() < 0.1);
        assert_eq!(hour.effort.seconds, 1200);
    }

    proptest! {
        #[test]
        fn no_efforts_give_a_value_that_is_none(
            points in proptest::collection::vec(
                (any::<u32>().prop_map(|s| s % 9000), prop_oneof![5 => 1.0f64..1200.0, 1 => Just(f64::NAN), 1 => Just(1e300), 1 => Just(-4.0)]),
                0..30,
            ),
        ) {
            for method in [EftpMethod::CriticalPower, EftpMethod::TwentyMinutes, SINGLE, EftpMethod::ModelHour] {
                if let Some(found) = eftp(&points, method) {
                    prop_assert!(found.watts.is_finite() && found.watts >= 0.0);
                    prop_assert!(points.contains(&(found.effort.seconds, found.effort.watts)));
                }
            }
            prop_assert!(eftps(&points).len() <= 3);
        }

        #[test]
        fn more_power_is_a_higher_threshold(watts in 50.0f64..600.0, more in 1.0f64..1.5, s in 180u32..1800) {
            let low = eftp(&[(s, watts)], SINGLE).unwrap().watts;
            let high = eftp(&[(s, watts * more)], SINGLE).unwrap().watts;
            prop_assert!((high - low * more).abs() < 1e-9 * high);
        }
    }
}
