//! Race times from other races, and critical speed.

use super::choose::{EffortRule, clean};
use super::critical_power::{Estimate, goodness};
use super::duration::{FitError, Hyperbola, hyperbola};
use super::vdot::{race_time, vdot};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A race or a best effort over a distance, run all out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct RaceEffort {
    pub metres: f64,
    pub seconds: f64,
}

impl RaceEffort {
    fn usable(&self) -> bool {
        DISTANCES.contains(&self.metres) && (10.0..=604_800.0).contains(&self.seconds)
    }
}

/// The exponent of Riegel (1981) for running.
pub const RIEGEL: f64 = 1.06;
/// Metres for which there are predictions at all.
const DISTANCES: std::ops::RangeInclusive<f64> = 400.0..=250_000.0;
/// Metres for which Cameron's curve was drawn: 400 m to 50 miles.
const CAMERON: std::ops::RangeInclusive<f64> = 400.0..=80_467.2;
/// Exponents that can be a runner's own: at 1 speed would not fall with distance at all.
const EXPONENTS: std::ops::RangeInclusive<f64> = 1.0..=1.5;

/// Seconds for another distance in metres: T2 = T1·(D2/D1)^exponent (Riegel 1981, American
/// Scientist 69:285, for 3.5 to 230 min; usually [`RIEGEL`]). `None` for efforts and distances
/// outside 400 m to 250 km and exponents outside 1 to 1.5.
#[must_use]
pub fn riegel(effort: RaceEffort, metres: f64, exponent: f64) -> Option<f64> {
    let usable = effort.usable() && DISTANCES.contains(&metres) && EXPONENTS.contains(&exponent);
    usable.then(|| effort.seconds * (metres / effort.metres).powf(exponent))
}

/// A runner's own exponent: the slope of ln(time) on ln(distance) through the efforts. `None`
/// without two distances of which one is half as long again as the other, and outside 1 to 1.5,
/// where the efforts were not all maximal.
#[must_use]
pub fn personal_exponent(efforts: &[RaceEffort]) -> Option<f64> {
    let points: Vec<(f64, f64)> = efforts
        .iter()
        .filter(|e| e.usable())
        .map(|e| (e.metres.ln(), e.seconds.ln()))
        .collect();
    let n = points.len() as f64;
    let low = points.iter().map(|p| p.0).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|p| p.0).fold(f64::NEG_INFINITY, f64::max);
    if points.len() < 2 || high - low < 1.5f64.ln() - 1e-9 {
        return None;
    }
    let x = points.iter().map(|p| p.0).sum::<f64>() / n;
    let y = points.iter().map(|p| p.1).sum::<f64>() / n;
    let across: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let along: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    Some(across / along).filter(|e| EXPONENTS.contains(e))
}

/// Seconds for another distance in metres by Cameron's curve of the world's best times:
/// T2 = T1·(D2/D1)·f(D1)/f(D2), f(m) = 13.49681 − 0.000030363·m + 835.7114/m^0.7905 (D. Cameron,
/// 1998). `None` outside 400 m to 50 miles.
#[must_use]
pub fn cameron(effort: RaceEffort, metres: f64) -> Option<f64> {
    let usable = effort.usable() && CAMERON.contains(&effort.metres) && CAMERON.contains(&metres);
    let f = |m: f64| 13.496_81 - 0.000_030_363 * m + 835.711_4 / m.powf(0.7905);
    usable.then(|| effort.seconds * metres / effort.metres * f(effort.metres) / f(metres))
}

/// The distances of [`predict`]: name and metres.
pub const RACES: [(&str, f64); 8] = [
    ("1500 m", 1500.0),
    ("Mile", 1609.344),
    ("3 km", 3000.0),
    ("5 km", 5000.0),
    ("10 km", 10_000.0),
    ("15 km", 15_000.0),
    ("Half marathon", 21_097.5),
    ("Marathon", 42_195.0),
];

/// Times for one distance in seconds by each method; `None` where a method does not reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Prediction {
    /// Metres.
    pub metres: f64,
    /// Equal VDOT ([`race_time`]).
    pub daniels: Option<f64>,
    /// [`riegel`] with the usual exponent.
    pub riegel: Option<f64>,
    /// [`riegel`] with the runner's own exponent, from the nearest effort.
    pub personal: Option<f64>,
    /// [`cameron`].
    pub cameron: Option<f64>,
}

/// A table of predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Predictions {
    /// The effort all but the personal column start from: that of the highest VDOT.
    pub from: RaceEffort,
    /// Its VDOT.
    pub vdot: f64,
    /// The runner's own exponent ([`personal_exponent`]).
    pub exponent: Option<f64>,
    /// One row for each of [`RACES`].
    pub races: Vec<Prediction>,
}

/// Race times for [`RACES`] from one or more efforts. `None` where none of them has a [`vdot`].
/// The training for the distance is taken for done: a marathon from a mile is a wish.
#[must_use]
pub fn predict(efforts: &[RaceEffort]) -> Option<Predictions> {
    let (best, from) = efforts
        .iter()
        .filter(|e| e.usable())
        .filter_map(|e| Some((vdot(e.metres, e.seconds)?, *e)))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let exponent = personal_exponent(efforts);
    let own = |metres: f64| {
        let away = |e: &RaceEffort| (e.metres / metres).ln().abs();
        let nearest = efforts
            .iter()
            .filter(|e| e.usable())
            .min_by(|a, b| away(a).total_cmp(&away(b)))?;
        riegel(*nearest, metres, exponent?)
    };
    let races = RACES
        .iter()
        .map(|&(_, metres)| Prediction {
            metres,
            daniels: race_time(best, metres),
            riegel: riegel(from, metres, RIEGEL),
            personal: own(metres),
            cameron: cameron(from, metres),
        })
        .collect();
    Some(Predictions {
        from,
        vdot: best,
        exponent,
        races,
    })
}

/// Critical speed, to power's critical power.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CriticalSpeed {
    /// m/s.
    pub speed: Estimate,
    /// D′, the metres that can be run above it.
    pub d_prime: Estimate,
    /// Share of the variance of speed explained.
    pub r_squared: f64,
    /// Root of the mean squared residual of speed, m/s.
    pub rmse: f64,
    /// The efforts that carried the fit, by time.
    pub efforts: Vec<RaceEffort>,
    /// How many m/s each lies above the curve.
    pub residuals: Vec<f64>,
}

/// Critical speed and D′ from all-out efforts of 2 to 20 min: speed = CS + D′/t (Hughson et al.
/// 1984), fitted as [`Hyperbola`] says, distance taking the part of work.
///
/// # Errors
/// [`FitError`]: why the efforts do not allow it.
pub fn critical_speed(efforts: &[RaceEffort], by: Hyperbola) -> Result<CriticalSpeed, FitError> {
    /// No runner is faster over 2 min, m/s.
    const FASTEST: f64 = 12.0;
    let speeds = efforts
        .iter()
        .filter(|e| e.usable())
        .map(|e| (e.seconds, e.metres / e.seconds));
    let chosen = EffortRule::all(120, 1200).choose(&clean(speeds, FASTEST));
    let found = hyperbola(&chosen, by)?;
    let [speed, d_prime] = found.parameters;
    let residuals: Vec<f64> = chosen
        .iter()
        .map(|(t, v)| v - (speed + d_prime / t))
        .collect();
    let (r_squared, rmse) = goodness(&chosen, &residuals);
    let freedom = chosen.len().saturating_sub(2);
    let error = |i: usize| found.standard_errors.map(|e| e[i]);
    Ok(CriticalSpeed {
        speed: Estimate::new(speed, error(0), freedom),
        d_prime: Estimate::new(d_prime, error(1), freedom),
        r_squared,
        rmse,
        efforts: chosen
            .iter()
            .map(|&(seconds, v)| RaceEffort {
                metres: v * seconds,
                seconds,
            })
            .collect(),
        residuals,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEN_IN_FORTY: RaceEffort = RaceEffort {
        metres: 10_000.0,
        seconds: 2400.0,
    };

    fn effort(metres: f64, seconds: f64) -> RaceEffort {
        RaceEffort { metres, seconds }
    }

    #[test]
    fn forty_minutes_over_ten_kilometres_are_88_3_and_184_0_by_riegel() {
        let half = riegel(TEN_IN_FORTY, 21_097.5, RIEGEL).unwrap() / 60.0;
        let full = riegel(TEN_IN_FORTY, 42_195.0, RIEGEL).unwrap() / 60.0;
        assert!((half - 88.3).abs() < 0.05, "{half}");
        assert!((full - 184.0).abs() < 0.05, "{full}");
    }

    #[test]
    fn cameron_is_worked_by_hand() {
        // f(5,000) = 13.345 + 835.7114/839.6 = 14.3404, f(10,000) = 13.1932 + 835.7114/1452.1 =
        // 13.7687: 20:00 × 2 × 1.04152 = 41:39.8.
        let found = cameron(effort(5000.0, 1200.0), 10_000.0).unwrap();
        assert!((found - 2499.7).abs() < 0.5, "{found}");
        assert_eq!(cameron(effort(5000.0, 1200.0), 100_000.0), None);
    }

    #[test]
    fn two_efforts_give_the_exponent_they_were_made_with() {
        let efforts = [
            effort(5000.0, 1200.0),
            effort(21_097.5, 1200.0 * (21_097.5f64 / 5000.0).powf(1.09)),
        ];
        assert!((personal_exponent(&efforts).unwrap() - 1.09).abs() < 1e-9);
        assert_eq!(personal_exponent(&efforts[..1]), None);
        let easy = [effort(5000.0, 1500.0), effort(10_000.0, 2700.0)];
        assert_eq!(
            personal_exponent(&easy),
            None,
            "faster over twice the distance"
        );
    }

    #[test]
    fn the_table_has_every_race_by_every_method_and_names_where_it_starts() {
        let found = predict(&[effort(5000.0, 1160.0), TEN_IN_FORTY]).unwrap();
        assert_eq!(found.from, TEN_IN_FORTY);
        assert!((found.vdot - 51.94).abs() < 0.005);
        assert_eq!(found.races.len(), RACES.len());
        let ten = found.races.iter().find(|r| r.metres == 10_000.0).unwrap();
        for own in [ten.daniels, ten.riegel, ten.cameron, ten.personal] {
            assert!((own.unwrap() - 2400.0).abs() < 0.01);
        }
        // From 40:00, published: half 1:28:16 by Daniels' table for VDOT 52 (1:28:31), a little
        // faster than 1:28:18 of Riegel's.
        let half = found.races.iter().find(|r| r.metres == 21_097.5).unwrap();
        for time in [half.daniels, half.riegel, half.cameron] {
            assert!((time.unwrap() / 60.0 - 88.4).abs() < 0.8, "{time:?}");
        }
        for rows in found.races.windows(2) {
            assert!(rows[0].daniels < rows[1].daniels);
            assert!(rows[0].personal < rows[1].personal);
            assert!(rows[0].cameron < rows[1].cameron);
        }
        assert_eq!(predict(&[]), None);
    }

    #[test]
    fn critical_speed_is_the_slope_of_distance_on_time() {
        // CS 4.5 m/s, D′ 180 m: 3 min 990 m, 7 min 2,070 m, 12 min 3,420 m.
        let efforts = [
            effort(990.0, 180.0),
            effort(2070.0, 420.0),
            effort(3420.0, 720.0),
        ];
        for by in [
            Hyperbola::WorkTime,
            Hyperbola::InverseTime,
            Hyperbola::Nonlinear,
        ] {
            let found = critical_speed(&efforts, by).unwrap();
            assert!((found.speed.value - 4.5).abs() < 1e-6, "{by:?}");
            assert!((found.d_prime.value - 180.0).abs() < 1e-3, "{by:?}");
            assert!(found.rmse < 1e-6 && found.efforts.len() == 3);
        }
        assert_eq!(
            critical_speed(&efforts[..1], Hyperbola::WorkTime).unwrap_err(),
            FitError::TooFew { have: 1, need: 2 }
        );
    }

    fn wild() -> impl Strategy<Value = RaceEffort> {
        let value = || {
            prop_oneof![
                8 => 0.0f64..50_000.0,
                1 => Just(f64::NAN),
                1 => Just(f64::INFINITY),
                1 => Just(1e300),
                1 => Just(-1.0),
            ]
        };
        (value(), value()).prop_map(|(metres, seconds)| RaceEffort { metres, seconds })
    }

    proptest! {
        #[test]
        fn whatever_the_efforts_nothing_is_infinite(
            efforts in proptest::collection::vec(wild(), 0..8), target in wild(), exponent in 0.5f64..3.0,
        ) {
            let good = |t: Option<f64>| t.is_none_or(|t| t.is_finite() && t > 0.0);
            for e in &efforts {
                prop_assert!(good(riegel(*e, target.metres, exponent)));
                prop_assert!(good(cameron(*e, target.metres)));
            }
            prop_assert!(good(personal_exponent(&efforts)));
            for row in predict(&efforts).into_iter().flat_map(|p| p.races) {
                prop_assert!([row.daniels, row.riegel, row.personal, row.cameron].into_iter().all(good));
            }
            for by in [Hyperbola::WorkTime, Hyperbola::InverseTime, Hyperbola::Nonlinear] {
                if let Ok(found) = critical_speed(&efforts, by) {
                    prop_assert!(found.speed.value.is_finite() && found.d_prime.value.is_finite());
                    prop_assert!(found.r_squared.is_finite() && found.rmse.is_finite());
                }
            }
        }

        #[test]
        fn there_and_back_is_the_same_time(metres in 1000.0f64..40_000.0, speed in 2.5f64..6.0, to in 1000.0f64..40_000.0) {
            let start = effort(metres, metres / speed);
            let there = riegel(start, to, RIEGEL).unwrap();
            let back = riegel(effort(to, there), metres, RIEGEL).unwrap();
            prop_assert!((back - start.seconds).abs() < 1e-6 * back);
            let there = cameron(start, to).unwrap();
            let back = cameron(effort(to, there), metres).unwrap();
            prop_assert!((back - start.seconds).abs() < 1e-6 * back);
        }
    }
}
