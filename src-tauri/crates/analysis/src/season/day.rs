use serde::{Deserialize, Serialize};
use specta::Type;

/// A local calendar day: days since 1970-01-01, which is day 0, a Thursday.
///
/// The caller turns an instant into the day of the place where it happened; nothing here knows a
/// time zone.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, Type,
)]
#[serde(transparent)]
pub struct Day(pub i32);

impl Day {
    /// 1900-01-01: days before it come from damaged clocks.
    pub const EARLIEST: Self = Self(-25_567);
    /// 2200-01-01: days from it on come from damaged clocks.
    pub const LATEST: Self = Self(84_006);

    /// The day `days` later (earlier where negative), held at the ends of `i32`.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from `earlier` to `self`; negative where `self` is the earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 as i64 - earlier.0 as i64
    }

    /// The Monday on or before it.
    #[must_use]
    pub const fn monday(self) -> Self {
        // Day 0 is a Thursday, the fourth day of its ISO week.
        Self(
            self.0
                .saturating_sub((self.0.saturating_add(3)).rem_euclid(7)),
        )
    }
}

/// The highest daily load or amount that is believed; one above it comes from a damaged file.
pub const MAX_DAILY: f64 = 1e9;

/// A day's amount as it counts: what is not a number, negative or beyond [`MAX_DAILY`] is no load.
pub(crate) fn counted(value: f64) -> f64 {
    if believed(value) { value } else { 0.0 }
}

pub(crate) fn believed(value: f64) -> bool {
    (0.0..=MAX_DAILY).contains(&value)
}

/// One amount (load, metres, seconds, …) for every day of a span: what the functions of a season
/// are given. Days without an entry are 0, which is a day without training.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DailyLoads {
    /// The day of `loads[0]`.
    pub first: Day,
    /// One amount a day, in the unit of what was added.
    pub loads: Vec<f64>,
}

impl DailyLoads {
    /// Adds up entries of one day and fills the days between with 0, from the first entry to the
    /// last or to `through`, whichever is later.
    ///
    /// Entries outside [`Day::EARLIEST`]`..`[`Day::LATEST`] and amounts that are not a number,
    /// negative or above [`MAX_DAILY`] are left out. Empty where nothing is left.
    #[must_use]
    pub fn from_entries(
        entries: impl IntoIterator<Item = (Day, f64)>,
        through: Option<Day>,
    ) -> Self {
        let range = Day::EARLIEST..Day::LATEST;
        let entries: Vec<(Day, f64)> = entries
            .into_iter()
            .filter(|(day, amount)| range.contains(day) && believed(*amount))
            .collect();
        let Some(first) = entries.iter().map(|e| e.0).min() else {
            return Self::default();
        };
        let last = entries
            .iter()
            .map(|e| e.0)
            .chain(through.filter(|d| range.contains(d)))
            .max()
            .unwrap_or(first);
        let mut loads = vec![0.0; last.since(first) as usize + 1];
        for (day, amount) in entries {
            loads[day.since(first) as usize] += amount;
        }
        Self { first, loads }
    }

    /// The last day; `first` where empty.
    #[must_use]
    pub fn last(&self) -> Day {
        let after = i32::try_from(self.loads.len().saturating_sub(1)).unwrap_or(i32::MAX);
        self.first.plus(after)
    }

    /// The amount of a day; 0 outside the span and for what is not believed.
    #[must_use]
    pub fn at(&self, day: Day) -> f64 {
        usize::try_from(day.since(self.first))
            .ok()
            .and_then(|i| self.loads.get(i))
            .map_or(0.0, |v| counted(*v))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weeks_begin_on_monday() {
        // 2024-01-01 was a Monday, 19,723 days after 1970-01-01.
        assert_eq!(Day(19_723).monday(), Day(19_723));
        assert_eq!(Day(19_729).monday(), Day(19_723));
        assert_eq!(Day(19_722).monday(), Day(19_716));
        assert_eq!(Day(0).monday(), Day(-3));
    }

    #[test]
    fn entries_of_a_day_add_up_and_days_between_are_zero() {
        let daily = DailyLoads::from_entries(
            [
                (Day(12), 40.0),
                (Day(10), 50.0),
                (Day(12), 5.0),
                (Day(11), f64::NAN),
                (Day(i32::MAX), 70.0),
            ],
            Some(Day(14)),
        );
        assert_eq!(daily.first, Day(10));
        assert_eq!(daily.loads, [50.0, 0.0, 45.0, 0.0, 0.0]);
        assert_eq!(daily.last(), Day(14));
        assert_eq!(
            (daily.at(Day(12)), daily.at(Day(9)), daily.at(Day(99))),
            (45.0, 0.0, 0.0)
        );
    }

    proptest! {
        #[test]
        fn any_entries_give_finite_days(
            entries in proptest::collection::vec((any::<i32>(), any::<f64>()), 0..40),
            through in proptest::option::of(any::<i32>()),
        ) {
            let daily = DailyLoads::from_entries(
                entries.into_iter().map(|(d, v)| (Day(d), v)),
                through.map(Day),
            );
            prop_assert!(daily.loads.iter().all(|v| v.is_finite() && *v >= 0.0));
            prop_assert!(daily.at(daily.last().plus(1)) == 0.0);
        }

        #[test]
        fn a_monday_is_at_most_six_days_back(day in any::<i32>()) {
            let back = Day(day).since(Day(day).monday());
            prop_assert!((0..7).contains(&back));
        }
    }
}
