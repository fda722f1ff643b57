use crate::season::Day;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Days of the rolling mean.
pub const RECENT_DAYS: usize = 7;
/// Days of them that must have a value (Plews 2014, Int J Sports Physiol Perform 9:1026).
pub const RECENT_LEAST: usize = 3;
/// Days of the band.
pub const BAND_DAYS: usize = 60;
/// Days of them that must have a value; ours, two weeks.
pub const BAND_LEAST: usize = 14;
/// The smallest worthwhile change in standard deviations (Hopkins; Plews 2012, Eur J Appl Physiol
/// 112:3729).
pub const WORTHWHILE_SD: f64 = 0.5;

/// How values are averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// As they are: resting heart rate, sleep, weight.
    #[default]
    Linear,
    /// As natural logarithms: rMSSD, whose spread grows with its level.
    Log,
}

/// One value a day of one kind of measurement; NaN on days without.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DailyValues {
    /// The day of `values[0]`.
    pub first: Day,
    /// In the unit of the measurement.
    pub values: Vec<f64>,
}

impl DailyValues {
    /// The mean of each day's entries from the first day that has one to the last, or to `through`
    /// if it is later. Entries that are not numbers, beyond ±10⁹ or outside
    /// [`Day::EARLIEST`]`..`[`Day::LATEST`] are left out.
    #[must_use]
    pub fn from_entries(
        entries: impl IntoIterator<Item = (Day, f64)>,
        through: Option<Day>,
    ) -> Self {
        let range = Day::EARLIEST..Day::LATEST;
        let entries: Vec<(Day, f64)> = entries
            .into_iter()
            .filter(|(day, v)| range.contains(day) && v.abs() <= 1e9)
            .collect();
        let Some(first) = entries.iter().map(|e| e.0).min() else {
            return Self::default();
        };
        let ends = entries.iter().map(|e| e.0);
        let last = ends
            .chain(through.filter(|d| range.contains(d)))
            .max()
            .unwrap_or(first);
        let days = last.since(first) as usize + 1;
        let (mut sums, mut counts) = (vec![0.0; days], vec![0u32; days]);
        for (day, v) in entries {
            let i = day.since(first) as usize;
            sums[i] += v;
            counts[i] += 1;
        }
        let means = sums.iter().zip(&counts);
        Self {
            first,
            values: means
                .map(|(sum, n)| {
                    if *n == 0 {
                        f64::NAN
                    } else {
                        sum / f64::from(*n)
                    }
                })
                .collect(),
        }
    }
}

/// An athlete's normal range before a day, in the unit of the measurement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Mean (of the logarithms, turned back, on [`Scale::Log`]).
    pub mean: f64,
    /// Mean less half a standard deviation.
    pub low: f64,
    /// Mean and half a standard deviation.
    pub high: f64,
    /// Days with a value.
    pub days: usize,
}

/// Where a mean of days lies against the band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum BandStatus {
    Below,
    Within,
    Above,
}

/// One day's value against its athlete's own past.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BaselineDay {
    /// Which day.
    pub day: Day,
    /// The day's value.
    pub value: Option<f64>,
    /// Mean of the seven days that end on it; absent with fewer than three values.
    pub recent: Option<f64>,
    /// Days of the seven with a value.
    pub recent_days: usize,
    /// Coefficient of variation of the seven days in percent, on the scale (of ln rMSSD as Plews
    /// 2012); absent with fewer than three values or a mean of 0.
    pub cv: Option<f64>,
    /// Range of the sixty days before it; absent with fewer than fourteen values.
    pub band: Option<Band>,
    /// Days of the sixty with a value.
    pub band_days: usize,
    /// Where `recent` lies.
    pub status: Option<BandStatus>,
    /// `value` less the band's mean in standard deviations, on the scale; absent without
    /// variation.
    pub deviation: Option<f64>,
    /// `recent` less the band's mean in standard deviations.
    pub recent_deviation: Option<f64>,
}

#[derive(Clone, Copy)]
struct Moments {
    n: usize,
    mean: f64,
    sd: f64,
}

/// Number, mean and standard deviation (n − 1) of the days with a value.
fn moments(values: &[f64]) -> Moments {
    let present = || values.iter().copied().filter(|v| v.is_finite());
    let n = present().count();
    let mean = present().sum::<f64>() / n.max(1) as f64;
    let squares: f64 = present().map(|v| (v - mean) * (v - mean)).sum();
    Moments {
        n,
        mean,
        sd: (squares / n.saturating_sub(1).max(1) as f64).sqrt(),
    }
}

/// Every day against the days before it: rolling mean of 7 days with at least 3 values, and a band
/// of mean ± 0.5 standard deviations (n − 1) over the 60 days that end the day before, with at
/// least 14 values.
///
/// Today is no part of its own band (HRV4Training's 60 days include it). Days without a value stay
/// out of every mean and are not filled. On [`Scale::Log`] means and deviations are of natural
/// logarithms and turned back into the unit; values of 0 or less count as missing there, as do
/// values beyond ±10⁹ anywhere.
#[must_use]
pub fn baseline(daily: &DailyValues, scale: Scale) -> Vec<BaselineDay> {
    let scaled: Vec<f64> = daily
        .values
        .iter()
        .map(|v| match scale {
            Scale::Linear if v.abs() <= 1e9 => *v,
            Scale::Log if *v > 1e-9 && *v <= 1e9 => v.ln(),
            _ => f64::NAN,
        })
        .collect();
    let unit = |v: f64| match scale {
        Scale::Linear => v,
        Scale::Log => v.exp(),
    };
    (0..scaled.len())
        .map(|i| {
            let week = moments(&scaled[(i + 1).saturating_sub(RECENT_DAYS)..=i]);
            let past = moments(&scaled[i.saturating_sub(BAND_DAYS)..i]);
            let recent = (week.n >= RECENT_LEAST).then_some(week.mean);
            let banded = past.n >= BAND_LEAST;
            let half = WORTHWHILE_SD * past.sd;
            // Equal values leave a rest of rounding for a deviation.
            let varies = past.sd > 1e-9 * past.mean.abs().max(1e-9);
            let away = |v: f64| (banded && varies).then(|| (v - past.mean) / past.sd);
            let today = Some(scaled[i]).filter(|v| v.is_finite());
            let status = recent.filter(|_| banded).map(|v| {
                if v < past.mean - half && varies {
                    BandStatus::Below
                } else if v > past.mean + half && varies {
                    BandStatus::Above
                } else {
                    BandStatus::Within
                }
            });
            BaselineDay {
                day: daily.first.plus(i32::try_from(i).unwrap_or(i32::MAX)),
                value: today.map(unit),
                recent: recent.map(unit),
                recent_days: week.n,
                cv: recent
                    .filter(|m| m.abs() > 1e-6)
                    .map(|m| 100.0 * week.sd / m.abs()),
                band: banded.then(|| Band {
                    mean: unit(past.mean),
                    low: unit(past.mean - half),
                    high: unit(past.mean + half),
                    days: past.n,
                }),
                band_days: past.n,
                status,
                deviation: today.and_then(away),
                recent_deviation: recent.and_then(away),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(values: Vec<f64>, scale: Scale) -> Vec<BaselineDay> {
        baseline(
            &DailyValues {
                first: Day(0),
                values,
            },
            scale,
        )
    }

    #[test]
    fn a_week_needs_three_values_and_a_band_fourteen() {
        let mut values = vec![50.0, f64::NAN, f64::NAN, 52.0];
        let days = of(values.clone(), Scale::Linear);
        assert_eq!((days[3].recent, days[3].recent_days), (None, 2));
        values.push(54.0);
        assert_eq!(of(values.clone(), Scale::Linear)[4].recent, Some(52.0));
        values.extend([51.0; 11]);
        let days = of(values, Scale::Linear);
        assert_eq!((days[15].band_days, days[15].band), (13, None));
        let days = of(vec![51.0; 15], Scale::Linear);
        assert_eq!(days[14].band.unwrap().days, 14);
    }

    #[test]
    fn the_band_is_half_a_standard_deviation_each_way() {
        // 20 days of 40 and 60 in turn: mean 50, SD (n − 1) = 10·√(20/19).
        let mut values: Vec<f64> = (0..20)
            .map(|i| if i % 2 == 0 { 40.0 } else { 60.0 })
            .collect();
        values.push(70.0);
        let day = of(values, Scale::Linear)[20];
        let sd = 10.0 * (20.0_f64 / 19.0).sqrt();
        let band = day.band.unwrap();
        assert!((band.low - (50.0 - sd / 2.0)).abs() < 1e-9);
        assert!((band.high - (50.0 + sd / 2.0)).abs() < 1e-9);
        assert!((day.deviation.unwrap() - 20.0 / sd).abs() < 1e-9);
        assert_eq!(day.status, Some(BandStatus::Within));
    }

    #[test]
    fn a_drop_of_a_week_is_below_the_band_and_a_bad_day_is_not() {
        let steady = |i: usize| 60.0 + 3.0 * (i as f64 * 1.3).sin();
        let mut values: Vec<f64> = (0..60).map(steady).collect();
        values.push(45.0);
        assert_eq!(
            of(values.clone(), Scale::Log)[60].status,
            Some(BandStatus::Below)
        );
        values.truncate(60);
        values.push(57.0);
        assert_eq!(
            of(values.clone(), Scale::Log)[60].status,
            Some(BandStatus::Within)
        );
        values.extend([50.0; 6]);
        assert_eq!(of(values, Scale::Log)[66].status, Some(BandStatus::Below));
    }

    #[test]
    fn several_values_of_a_day_are_averaged() {
        let entries = [
            (Day(5), 50.0),
            (Day(7), 60.0),
            (Day(7), 62.0),
            (Day(6), f64::INFINITY),
        ];
        let daily = DailyValues::from_entries(entries, Some(Day(8)));
        assert_eq!((daily.first, daily.values.len()), (Day(5), 4));
        assert_eq!((daily.values[0], daily.values[2]), (50.0, 61.0));
        assert!(daily.values[1].is_nan() && daily.values[3].is_nan());
    }

    proptest! {
        #[test]
        fn a_baseline_moves_with_its_unit(
            v in proptest::collection::vec(30.0..90.0_f64, 15..100), k in 0.5..3.0_f64,
        ) {
            let scaled: Vec<f64> = v.iter().map(|x| x * k).collect();
            for scale in [Scale::Linear, Scale::Log] {
                for (a, b) in of(v.clone(), scale).iter().zip(of(scaled.clone(), scale)) {
                    prop_assert_eq!(a.band.is_some(), b.band.is_some());
                    if let (Some(x), Some(y)) = (a.band, b.band) {
                        prop_assert!((x.low * k - y.low).abs() < 1e-6);
                    }
                    if let (Some(x), Some(y)) = (a.deviation, b.deviation) {
                        prop_assert!((x - y).abs() < 1e-6);
                    }
                }
            }
        }

        #[test]
        fn nothing_is_ever_not_finite(
            first in any::<i32>(),
            values in proptest::collection::vec(prop_oneof![any::<f64>(), 30.0..90.0_f64], 0..90),
            entries in proptest::collection::vec((any::<i32>(), any::<f64>()), 0..20),
        ) {
            let daily = DailyValues::from_entries(entries.into_iter().map(|(d, v)| (Day(d), v)), None);
            for daily in [daily, DailyValues { first: Day(first), values }] {
                for scale in [Scale::Linear, Scale::Log] {
                    for d in baseline(&daily, scale) {
                        for v in [d.value, d.recent, d.cv, d.deviation, d.recent_deviation,
                            d.band.map(|b| b.low), d.band.map(|b| b.high), d.band.map(|b| b.mean)] {
                            prop_assert!(v.is_none_or(f64::is_finite), "{d:?}");
                        }
                    }
                }
            }
        }
    }
}
