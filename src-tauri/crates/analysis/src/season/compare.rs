use super::day::{DailyLoads, Day, counted};
use serde::{Deserialize, Serialize};

/// How seasons of different length are laid over one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// By their first day: day 0 is the start of each.
    #[default]
    Start,
    /// By their last day, e.g. a race: the last column is the last day of each.
    End,
}

/// One season of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeasonCurve {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Column of the common axis on which its first day lies; 0 on [`Align::Start`].
    pub offset: usize,
    /// Sum from the first day to the end of each day, in the unit of the amounts.
    pub cumulative: Vec<f64>,
    /// Sum of all days.
    pub total: f64,
    /// Days with an amount above 0.
    pub active_days: usize,
}

impl SeasonCurve {
    /// The sum up to a column of the common axis: 0 before its start, its total after its end.
    #[must_use]
    pub fn at(&self, column: usize) -> f64 {
        match column.checked_sub(self.offset) {
            None => 0.0,
            Some(i) => self.cumulative.get(i).copied().unwrap_or(self.total),
        }
    }
}

/// Seasons over one axis of days.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SeasonComparison {
    /// Length of the axis in days: that of the longest season.
    pub days: usize,
    /// In the order asked for.
    pub seasons: Vec<SeasonCurve>,
}

impl SeasonComparison {
    /// How far every season is ahead of the first one at a column, in the unit of the amounts;
    /// negative where behind. Empty without seasons.
    #[must_use]
    pub fn ahead(&self, column: usize) -> Vec<f64> {
        let Some(reference) = self.seasons.first() else {
            return Vec::new();
        };
        let reference = reference.at(column);
        self.seasons
            .iter()
            .map(|s| s.at(column) - reference)
            .collect()
    }
}

/// Cumulative amounts (load, metres, seconds, metres climbed, …) of two or more ranges of days,
/// aligned by day of the season.
///
/// `ranges` are first and last day, both counted; one whose last day lies before its first, or
/// that is longer than 200 years, is left out. Days outside `daily` are 0. Seasons are aligned by
/// count of days, not by date: a leap day shifts the rest of a year by one.
#[must_use]
pub fn compare_seasons(
    daily: &DailyLoads,
    ranges: &[(Day, Day)],
    align: Align,
) -> SeasonComparison {
    const LONGEST: i64 = 73_050;
    let length = |(first, last): (Day, Day)| last.since(first) + 1;
    let ranges: Vec<(Day, Day)> = ranges
        .iter()
        .copied()
        .filter(|r| (1..=LONGEST).contains(&length(*r)))
        .collect();
    let days = ranges.iter().map(|r| length(*r)).max().unwrap_or(0) as usize;
    let seasons = ranges
        .into_iter()
        .map(|range| {
            let own = length(range) as usize;
            let (mut sum, mut active_days) = (0.0, 0);
            let cumulative: Vec<f64> = (0..own as i32)
                .map(|i| {
                    let amount = daily.at(range.0.plus(i));
                    active_days += usize::from(amount > 0.0);
                    sum += amount;
                    sum
                })
                .collect();
            SeasonCurve {
                first: range.0,
                last: range.1,
                offset: match align {
                    Align::Start => 0,
                    Align::End => days - own,
                },
                total: sum,
                cumulative,
                active_days,
            }
        })
        .collect();
    SeasonComparison { days, seasons }
}

/// Sums of a week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WeekTotal {
    /// Its Monday.
    pub monday: Day,
    /// Sum of its days in the unit of the amounts.
    pub total: f64,
    /// Days with an amount above 0.
    pub active_days: usize,
}

/// Weeks from Monday to Sunday, from the first day's to the last's, those without an amount too.
#[must_use]
pub fn weeks(daily: &DailyLoads) -> Vec<WeekTotal> {
    let mut out: Vec<WeekTotal> = Vec::new();
    for (i, load) in (0..).zip(&daily.loads) {
        let monday = daily.first.plus(i).monday();
        if out.last().is_none_or(|w| w.monday != monday) {
            out.push(WeekTotal {
                monday,
                total: 0.0,
                active_days: 0,
            });
        }
        if let Some(week) = out.last_mut() {
            week.total += counted(*load);
            week.active_days += usize::from(counted(*load) > 0.0);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn daily(loads: &[f64]) -> DailyLoads {
        DailyLoads {
            first: Day(100),
            loads: loads.to_vec(),
        }
    }

    #[test]
    fn this_year_is_so_much_ahead_of_last_year() {
        let d = daily(&[10.0, 0.0, 20.0, 30.0, 40.0, 0.0]);
        let ranges = [(Day(100), Day(102)), (Day(103), Day(105))];
        let found = compare_seasons(&d, &ranges, Align::Start);
        assert_eq!(found.seasons[0].cumulative, [10.0, 10.0, 30.0]);
        assert_eq!(found.seasons[1].cumulative, [30.0, 70.0, 70.0]);
        assert_eq!(found.ahead(1), [0.0, 60.0]);
        assert_eq!(found.seasons[1].active_days, 2);
    }

    #[test]
    fn seasons_of_different_length_can_meet_at_their_race() {
        let d = daily(&[1.0; 10]);
        let ranges = [(Day(100), Day(104)), (Day(107), Day(109))];
        let found = compare_seasons(&d, &ranges, Align::End);
        assert_eq!((found.days, found.seasons[1].offset), (5, 2));
        assert_eq!(found.ahead(4), [0.0, -2.0]);
        assert_eq!(found.seasons[1].at(1), 0.0);
    }

    #[test]
    fn weeks_run_from_monday_to_sunday() {
        // Day 100 is Saturday 11 April 1970.
        let found = weeks(&daily(&[5.0, 7.0, 1.0, 0.0]));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].monday, found[0].total), (Day(95), 12.0));
        assert_eq!((found[1].monday, found[1].active_days), (Day(102), 1));
    }

    proptest! {
        #[test]
        fn curves_never_fall_and_end_at_their_total(
            first in any::<i32>(), loads in proptest::collection::vec(any::<f64>(), 0..60),
            ranges in proptest::collection::vec((-40i32..80, -5i32..60), 0..5),
            end in any::<bool>(), column in any::<usize>(),
        ) {
            let first = Day(first);
            let daily = DailyLoads { first, loads };
            let ranges: Vec<_> = ranges
                .into_iter()
                .map(|(from, n)| (first.plus(from), first.plus(from).plus(n)))
                .collect();
            let align = if end { Align::End } else { Align::Start };
            let found = compare_seasons(&daily, &ranges, align);
            for s in &found.seasons {
                prop_assert!(s.cumulative.is_sorted() && s.total.is_finite());
                prop_assert_eq!(s.cumulative.last().copied(), Some(s.total));
                prop_assert!(s.offset + s.cumulative.len() <= found.days);
            }
            prop_assert!(found.ahead(column).iter().all(|v| v.is_finite()));
            let sum: f64 = weeks(&daily).iter().map(|w| w.total).sum();
            let all: f64 = daily.loads.iter().map(|v| counted(*v)).sum();
            prop_assert!((sum - all).abs() <= 1e-9 * all.max(1.0));
        }
    }
}
