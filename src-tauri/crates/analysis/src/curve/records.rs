use super::distance::Distance;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far back the latest records reach, in days, today being one of them.
pub const RECENT_DAYS: i32 = 90;

/// What is best of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Watts.
    Power,
    /// Watts per kilogram.
    PowerToWeight,
    /// Beats per minute.
    HeartRate,
    /// Metres per second.
    Speed,
    /// Metres per second on the flat at the same cost.
    GradeAdjustedSpeed,
}

/// What an effort is measured over, and in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffortKey {
    /// The best mean of a quantity over so many seconds, in its unit; more is better.
    Time {
        /// The quantity.
        quantity: Quantity,
        /// The duration in seconds.
        seconds: u32,
    },
    /// The time over a distance, in seconds; less is better.
    Distance {
        /// The distance.
        distance: Distance,
    },
}

impl EffortKey {
    /// Whether `a` beats `b`.
    #[must_use]
    pub fn beats(self, a: f64, b: f64) -> bool {
        match self {
            Self::Time { .. } => a > b,
            Self::Distance { .. } => a < b,
        }
    }
}

/// What somebody did on a day, or what of it stands as a record.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effort<A> {
    /// In the unit of its key.
    pub value: f64,
    /// The local day of the activity, counted from 1970-01-01.
    pub day: i32,
    /// The activity.
    pub activity: A,
    /// Seconds from the activity's start at which the effort begins.
    pub start_s: f64,
}

/// The records of one key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Records<A> {
    /// The best there is.
    pub all_time: Effort<A>,
    /// The best since 1 January of today's year.
    pub this_year: Option<Effort<A>>,
    /// The best of the last [`RECENT_DAYS`] days, today included.
    pub last_90_days: Option<Effort<A>>,
    /// Every all-time record when it was set, oldest first; the last is `all_time`.
    pub progress: Vec<Effort<A>>,
}

/// The records of all keys among efforts, in whatever order these come, as of the local day `today`
/// counted from 1970-01-01.
///
/// A record stands until it is beaten: of equal efforts the earlier day has it, then the lower
/// activity, then the earlier start. Of the efforts of one day the best alone makes progress.
/// Efforts after `today` (a clock that was ahead) and values that are no number are passed over.
/// What may hold a record (power that was estimated, an activity the user took out) is for the
/// caller to say by leaving it out.
#[must_use]
pub fn records<A: Clone + Ord>(
    efforts: impl IntoIterator<Item = (EffortKey, Effort<A>)>,
    today: i32,
) -> BTreeMap<EffortKey, Records<A>> {
    let mut by_key: BTreeMap<EffortKey, Vec<Effort<A>>> = BTreeMap::new();
    for (key, effort) in efforts {
        if effort.value.is_finite() && effort.day <= today {
            by_key.entry(key).or_default().push(effort);
        }
    }
    let new_year = new_year(today);
    let recent = today.saturating_sub(RECENT_DAYS - 1);
    by_key
        .into_iter()
        .filter_map(|(key, mut efforts)| {
            efforts.sort_by(|a, b| {
                a.day
                    .cmp(&b.day)
                    .then_with(|| better_first(key, a.value, b.value))
                    .then_with(|| a.activity.cmp(&b.activity))
                    .then_with(|| a.start_s.total_cmp(&b.start_s))
            });
            let progress = progress(key, &efforts);
            let since = |day: i32| {
                let from = efforts.partition_point(|e| e.day < day);
                self::progress(key, &efforts[from..]).pop()
            };
            Some((
                key,
                Records {
                    all_time: progress.last()?.clone(),
                    this_year: since(new_year),
                    last_90_days: since(recent),
                    progress,
                },
            ))
        })
        .collect()
}

fn better_first(key: EffortKey, a: f64, b: f64) -> std::cmp::Ordering {
    match key {
        EffortKey::Time { .. } => b.total_cmp(&a),
        EffortKey::Distance { .. } => a.total_cmp(&b),
    }
}

/// Those that beat all before them.
fn progress<A: Clone>(key: EffortKey, efforts: &[Effort<A>]) -> Vec<Effort<A>> {
    let mut best: Vec<Effort<A>> = Vec::new();
    for effort in efforts {
        if best.last().is_none_or(|b| key.beats(effort.value, b.value)) {
            best.push(effort.clone());
        }
    }
    best
}

/// The first day of the year that a day is in, both counted from 1970-01-01 (Gregorian calendar).
fn new_year(day: i32) -> i32 {
    // Years of 400 have 146,097 days; 1970 begins 719,162 days after the year 1.
    let first = |year: i64| {
        let before = year - 1;
        before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
            - 719_162
    };
    let day = i64::from(day);
    let guess = (day + 719_162) * 400 / 146_097 + 1;
    let year = (guess - 1..=guess + 1).rev().find(|y| first(*y) <= day);
    let start = first(year.unwrap_or(guess - 1));
    i32::try_from(start).unwrap_or(i32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIVE_MINUTES: EffortKey = EffortKey::Time {
        quantity: Quantity::Power,
        seconds: 300,
    };
    const TEN_KM: EffortKey = EffortKey::Distance {
        distance: Distance::m(10_000),
    };
    /// 2024-03-01.
    const TODAY: i32 = 19_783;

    fn effort(value: f64, day: i32, activity: u32) -> Effort<u32> {
        Effort {
            value,
            day,
            activity,
            start_s: 0.0,
        }
    }

    #[test]
    fn a_year_begins_on_the_first_of_january() {
        assert_eq!(new_year(0), 0);
        assert_eq!(new_year(364), 0);
        assert_eq!(new_year(365), 365);
        assert_eq!(new_year(-1), -365);
        // 2024 began on day 19,723 and has 366 days.
        assert_eq!(new_year(TODAY), 19_723);
        assert_eq!(new_year(19_722), 19_358);
        assert_eq!(new_year(19_723 + 365), 19_723);
        assert_eq!(new_year(19_723 + 366), 19_723 + 366);
    }

    #[test]
    fn records_say_when_and_by_what_they_were_set() {
        let found = records(
            [
                (FIVE_MINUTES, effort(320.0, TODAY - 700, 1)),
                (FIVE_MINUTES, effort(350.0, TODAY - 400, 2)),
                (FIVE_MINUTES, effort(340.0, TODAY - 70, 3)),
                (FIVE_MINUTES, effort(330.0, TODAY - 10, 4)),
                (FIVE_MINUTES, effort(999.0, TODAY + 1, 5)),
            ],
            TODAY,
        );
        let power = &found[&FIVE_MINUTES];
        assert_eq!(power.all_time, effort(350.0, TODAY - 400, 2));
        assert_eq!(power.this_year, Some(effort(330.0, TODAY - 10, 4)));
        assert_eq!(power.last_90_days, Some(effort(340.0, TODAY - 70, 3)));
        let progress: Vec<u32> = power.progress.iter().map(|e| e.activity).collect();
        assert_eq!(progress, [1, 2]);
    }

    #[test]
    fn over_a_distance_less_time_is_better() {
        let found = records(
            [
                (TEN_KM, effort(2400.0, TODAY - 89, 1)),
                (TEN_KM, effort(2500.0, TODAY, 2)),
                (TEN_KM, effort(2300.0, TODAY - 90, 3)),
            ],
            TODAY,
        );
        assert_eq!(found[&TEN_KM].all_time.activity, 3);
        assert_eq!(found[&TEN_KM].last_90_days.unwrap().activity, 1);
    }

    #[test]
    fn a_record_stands_until_it_is_beaten() {
        let twice = [
            (TEN_KM, effort(2400.0, 10, 9)),
            (TEN_KM, effort(2400.0, 9, 10)),
        ];
        let found = records(twice, TODAY);
        assert_eq!(found[&TEN_KM].all_time.activity, 10);
        assert_eq!(found[&TEN_KM].progress.len(), 1);
        assert!(found[&TEN_KM].this_year.is_none());
    }

    fn efforts() -> impl Strategy<Value = Vec<(EffortKey, Effort<u32>)>> {
        let value = prop_oneof![5 => 0.0f64..9.0, 3 => (0i32..9).prop_map(f64::from), 1 => proptest::num::f64::ANY];
        let day = prop_oneof![9 => TODAY - 800..TODAY + 5, 1 => proptest::num::i32::ANY];
        let one = (any::<bool>(), value, day, 0u32..5).prop_map(|(timed, value, day, id)| {
            (
                if timed { FIVE_MINUTES } else { TEN_KM },
                effort(value, day, id),
            )
        });
        proptest::collection::vec(one, 0..60)
    }

    proptest! {
        #[test]
        fn no_effort_beats_the_record_of_its_time(efforts in efforts(), today in prop_oneof![Just(TODAY), proptest::num::i32::ANY]) {
            let found = records(efforts.clone(), today);
            let counted = |e: &Effort<u32>| e.value.is_finite() && e.day <= today;
            for (key, e) in efforts.iter().filter(|(_, e)| counted(e)) {
                let r = &found[key];
                prop_assert!(!key.beats(e.value, r.all_time.value));
                if e.day >= new_year(today) {
                    prop_assert!(!key.beats(e.value, r.this_year.unwrap().value));
                }
                if i64::from(e.day) > i64::from(today) - 90 {
                    prop_assert!(!key.beats(e.value, r.last_90_days.unwrap().value));
                }
            }
            for (key, r) in &found {
                prop_assert_eq!(r.progress.last(), Some(&r.all_time));
                for pair in r.progress.windows(2) {
                    prop_assert!(key.beats(pair[1].value, pair[0].value) && pair[0].day <= pair[1].day);
                }
                for mark in r.progress.iter().chain(&r.this_year).chain(&r.last_90_days) {
                    prop_assert!(efforts.contains(&(*key, *mark)));
                }
            }
        }

        #[test]
        fn the_order_in_which_efforts_come_does_not_matter(mut efforts in efforts()) {
            let one = records(efforts.clone(), TODAY);
            efforts.reverse();
            prop_assert_eq!(one, records(efforts, TODAY));
        }
    }
}
