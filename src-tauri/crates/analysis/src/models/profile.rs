//! The power profile: an athlete's best powers beside the published levels of cyclists.

use paceline_model::Sex;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The four durations of the profile, each for an ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ProfileDuration {
    /// Neuromuscular power.
    FiveSeconds,
    /// Anaerobic capacity.
    OneMinute,
    /// Maximal oxygen uptake.
    FiveMinutes,
    /// Functional threshold power.
    Threshold,
}

impl ProfileDuration {
    /// Shortest first.
    pub const ALL: [Self; 4] = [
        Self::FiveSeconds,
        Self::OneMinute,
        Self::FiveMinutes,
        Self::Threshold,
    ];

    /// Its length; the threshold's is an hour.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::FiveSeconds => 5,
            Self::OneMinute => 60,
            Self::FiveMinutes => 300,
            Self::Threshold => 3600,
        }
    }

    /// The ability in words.
    #[must_use]
    pub const fn ability(self) -> &'static str {
        match self {
            Self::FiveSeconds => "sprint (5 s)",
            Self::OneMinute => "anaerobic capacity (1 min)",
            Self::FiveMinutes => "aerobic power (5 min)",
            Self::Threshold => "threshold (60 min)",
        }
    }

    /// Highest and lowest row of the table, W/kg.
    const fn range(self, sex: Sex) -> (f64, f64) {
        match (sex, self) {
            (Sex::Male, Self::FiveSeconds) => (24.04, 10.17),
            (Sex::Male, Self::OneMinute) => (11.50, 5.64),
            (Sex::Male, Self::FiveMinutes) => (7.60, 2.33),
            (Sex::Male, Self::Threshold) => (6.40, 1.86),
            (Sex::Female, Self::FiveSeconds) => (19.42, 8.43),
            (Sex::Female, Self::OneMinute) => (9.29, 4.67),
            (Sex::Female, Self::FiveMinutes) => (6.61, 1.89),
            (Sex::Female, Self::Threshold) => (5.69, 1.50),
        }
    }
}

/// The table's categories, lowest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PowerCategory {
    Untrained,
    Fair,
    Moderate,
    Good,
    VeryGood,
    Excellent,
    Exceptional,
    WorldClass,
}

impl PowerCategory {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Untrained => "untrained",
            Self::Fair => "fair",
            Self::Moderate => "moderate",
            Self::Good => "good",
            Self::VeryGood => "very good",
            Self::Excellent => "excellent",
            Self::Exceptional => "exceptional",
            Self::WorldClass => "world class",
        }
    }

    fn of_row(row: f64) -> Self {
        /// Where a category ends, in rows from the top: in the middle of what it shares with the
        /// next.
        const ENDS: [(f64, PowerCategory); 7] = [
            (7.0, PowerCategory::WorldClass),
            (13.0, PowerCategory::Exceptional),
            (19.0, PowerCategory::Excellent),
            (25.5, PowerCategory::VeryGood),
            (32.0, PowerCategory::Good),
            (38.0, PowerCategory::Moderate),
            (44.0, PowerCategory::Fair),
        ];
        ENDS.iter()
            .find(|(end, _)| row <= *end)
            .map_or(Self::Untrained, |(_, category)| *category)
    }
}

/// Where one best power stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileEntry {
    /// Over which duration.
    pub duration: ProfileDuration,
    /// Watts.
    pub watts: f64,
    /// Watts per kilogram of body mass.
    pub watts_per_kg: f64,
    /// The table's category.
    pub category: PowerCategory,
    /// Place in the table between its lowest row, 0, and its highest, 100; those beyond stand at
    /// the ends.
    pub position: f64,
}

/// The shape of a whole profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ProfileShape {
    /// All within [`EVEN`] of each other.
    AllRounder,
    /// Best over 5 s.
    Sprinter,
    /// Best over 1 or 5 min.
    Pursuiter,
    /// Best at threshold.
    TimeTrialist,
}

/// Positions within so many points of each other are even.
pub const EVEN: f64 = 10.0;

/// A power profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PowerProfile {
    /// The durations there is a best power for, shortest first.
    pub entries: Vec<ProfileEntry>,
    /// `None` unless all four durations are known.
    pub shape: Option<ProfileShape>,
}

impl PowerProfile {
    /// The entry highest in the table.
    #[must_use]
    pub fn strongest(&self) -> Option<&ProfileEntry> {
        let by = |a: &&ProfileEntry, b: &&ProfileEntry| a.position.total_cmp(&b.position);
        self.entries.iter().max_by(by)
    }

    /// The entry lowest in the table.
    #[must_use]
    pub fn weakest(&self) -> Option<&ProfileEntry> {
        let by = |a: &&ProfileEntry, b: &&ProfileEntry| a.position.total_cmp(&b.position);
        self.entries.iter().min_by(by)
    }

    /// Strengths and weaknesses in a sentence; empty without an entry.
    #[must_use]
    pub fn words(&self) -> String {
        let (Some(best), Some(worst)) = (self.strongest(), self.weakest()) else {
            return String::new();
        };
        if self.entries.len() == 1 {
            return format!(
                "{}: {}.",
                upper(best.duration.ability()),
                best.category.words()
            );
        }
        if best.position - worst.position < EVEN {
            return format!(
                "Even over all durations: {}.",
                if best.category == worst.category {
                    best.category.words().to_owned()
                } else {
                    format!("{} to {}", worst.category.words(), best.category.words())
                }
            );
        }
        let kind = match self.shape {
            Some(ProfileShape::Sprinter) => ", the profile of a sprinter",
            Some(ProfileShape::Pursuiter) => ", the profile of a pursuiter",
            Some(ProfileShape::TimeTrialist) => ", the profile of a time trialist",
            _ => "",
        };
        format!(
            "Strength: {}, {}. Weakness: {}, {}{kind}.",
            best.duration.ability(),
            best.category.words(),
            worst.duration.ability(),
            worst.category.words(),
        )
    }
}

fn upper(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The power profile of best powers in watts over durations in seconds, at a body mass in
/// kilograms, against the table of Coggan (Allen & Coggan, Training and Racing with a Power Meter,
/// second edition). `None` without a positive mass.
///
/// The table has 52 rows per column, evenly spaced in W/kg from the highest of world class to the
/// lowest of untrained, so a row is interpolated from the two ends alone. Its categories overlap
/// by design; here each ends in the middle of what it shares with the next. The ends were checked
/// against two public copies (github.com/pulmark/cycling-power-profile, which lists both ends of
/// every category; cyklopedia.cc, which prints the third edition's rows). The third edition begins
/// at 25.18 W/kg for men's 5 s and 6.74 for women's 5 min and is otherwise the same.
///
/// The threshold is `ftp` where given, else the best hour. A duration counts where a best power
/// over it, or over at most a tenth more, is known. Mass is of the body alone.
#[must_use]
pub fn power_profile(
    points: &[(u32, f64)],
    ftp: Option<f64>,
    mass_kg: f64,
    sex: Sex,
) -> Option<PowerProfile> {
    if !(1.0..=1000.0).contains(&mass_kg) {
        return None;
    }
    let usable = |w: &f64| *w > 0.0 && *w <= 3000.0;
    let entries: Vec<ProfileEntry> = ProfileDuration::ALL
        .into_iter()
        .filter_map(|duration| {
            let from = duration.seconds();
            let known = ftp
                .filter(|w| duration == ProfileDuration::Threshold && usable(w))
                .or_else(|| {
                    points
                        .iter()
                        .filter(|(s, w)| (from..=from + from / 10).contains(s) && usable(w))
                        .map(|(_, w)| *w)
                        .max_by(f64::total_cmp)
                });
            known.map(|watts| entry(duration, watts, mass_kg, sex))
        })
        .collect();
    let mut profile = PowerProfile {
        shape: None,
        entries,
    };
    profile.shape = shape(&profile);
    Some(profile)
}

fn entry(duration: ProfileDuration, watts: f64, mass_kg: f64, sex: Sex) -> ProfileEntry {
    const LAST_ROW: f64 = 51.0;
    let (top, bottom) = duration.range(sex);
    let watts_per_kg = watts / mass_kg;
    let height = ((watts_per_kg - bottom) / (top - bottom)).clamp(0.0, 1.0);
    ProfileEntry {
        duration,
        watts,
        watts_per_kg,
        category: PowerCategory::of_row(LAST_ROW * (1.0 - height)),
        position: 100.0 * height,
    }
}

fn shape(profile: &PowerProfile) -> Option<ProfileShape> {
    let (best, worst) = (profile.strongest()?, profile.weakest()?);
    if profile.entries.len() < ProfileDuration::ALL.len() {
        return None;
    }
    Some(if best.position - worst.position < EVEN {
        ProfileShape::AllRounder
    } else {
        match best.duration {
            ProfileDuration::FiveSeconds => ProfileShape::Sprinter,
            ProfileDuration::OneMinute | ProfileDuration::FiveMinutes => ProfileShape::Pursuiter,
            ProfileDuration::Threshold => ProfileShape::TimeTrialist,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_of_the_published_table_are_met_by_the_even_spacing() {
        // Rows as printed (third edition at cyklopedia.cc, columns that did not change) and the
        // lower ends of the categories (pulmark/cycling-power-profile).
        let rows: [(Sex, ProfileDuration, usize, f64); 20] = [
            (Sex::Male, ProfileDuration::OneMinute, 1, 11.39),
            (Sex::Male, ProfileDuration::OneMinute, 8, 10.58),
            (Sex::Male, ProfileDuration::OneMinute, 20, 9.20),
            (Sex::Male, ProfileDuration::OneMinute, 33, 7.71),
            (Sex::Male, ProfileDuration::FiveMinutes, 14, 6.15),
            (Sex::Male, ProfileDuration::FiveMinutes, 21, 5.43),
            (Sex::Male, ProfileDuration::FiveMinutes, 45, 2.95),
            (Sex::Male, ProfileDuration::Threshold, 10, 5.51),
            (Sex::Male, ProfileDuration::Threshold, 26, 4.09),
            (Sex::Male, ProfileDuration::Threshold, 39, 2.93),
            (Sex::Male, ProfileDuration::FiveSeconds, 8, 21.86),
            (Sex::Male, ProfileDuration::FiveSeconds, 20, 18.60),
            (Sex::Female, ProfileDuration::FiveSeconds, 21, 14.89),
            (Sex::Female, ProfileDuration::FiveSeconds, 45, 9.72),
            (Sex::Female, ProfileDuration::OneMinute, 10, 8.38),
            (Sex::Female, ProfileDuration::OneMinute, 33, 6.30),
            (Sex::Female, ProfileDuration::FiveMinutes, 8, 5.87),
            (Sex::Female, ProfileDuration::FiveMinutes, 39, 3.00),
            (Sex::Female, ProfileDuration::Threshold, 9, 4.95),
            (Sex::Female, ProfileDuration::Threshold, 26, 3.55),
        ];
        for (sex, duration, row, printed) in rows {
            let (top, bottom) = duration.range(sex);
            let ours = top - (top - bottom) * row as f64 / 51.0;
            assert!((ours - printed).abs() < 0.011, "{duration:?} {row}: {ours}");
        }
    }

    #[test]
    fn a_rider_is_placed_in_the_middle_of_each_published_category() {
        // Middles of the ranges published for men at threshold.
        for (low, high, category) in [
            (5.69, 6.40, PowerCategory::WorldClass),
            (5.15, 5.87, PowerCategory::Exceptional),
            (4.62, 5.33, PowerCategory::Excellent),
            (4.09, 4.80, PowerCategory::VeryGood),
            (3.47, 4.18, PowerCategory::Good),
            (2.93, 3.64, PowerCategory::Moderate),
            (2.40, 3.11, PowerCategory::Fair),
            (1.86, 2.58, PowerCategory::Untrained),
        ] {
            let watts = 70.0 * f64::midpoint(low, high);
            let found = power_profile(&[(3600, watts)], None, 70.0, Sex::Male).unwrap();
            assert_eq!(found.entries[0].category, category);
        }
    }

    #[test]
    fn strengths_and_weaknesses_are_named() {
        let points = [(5, 1500.0), (60, 600.0), (300, 330.0), (3600, 230.0)];
        let found = power_profile(&points, None, 70.0, Sex::Male).unwrap();
        assert_eq!(found.shape, Some(ProfileShape::Sprinter));
        assert_eq!(
            found.words(),
            "Strength: sprint (5 s), exceptional. Weakness: threshold (60 min), moderate, the profile of a sprinter."
        );
        let ftp = power_profile(&points, Some(400.0), 70.0, Sex::Male).unwrap();
        assert_eq!(
            ftp.strongest().unwrap().duration,
            ProfileDuration::Threshold
        );
        let one = power_profile(&[(300, 300.0)], None, 60.0, Sex::Female).unwrap();
        assert_eq!(one.words(), "Aerobic power (5 min): excellent.");
        assert_eq!(one.shape, None);
        assert_eq!(
            power_profile(&[], None, 60.0, Sex::Female).unwrap().words(),
            ""
        );
    }

    #[test]
    fn an_even_profile_is_an_all_rounders() {
        let points: Vec<(u32, f64)> = ProfileDuration::ALL
            .iter()
            .map(|d| {
                let (top, bottom) = d.range(Sex::Female);
                (d.seconds(), 60.0 * (bottom + 0.45 * (top - bottom)))
            })
            .collect();
        let found = power_profile(&points, None, 60.0, Sex::Female).unwrap();
        assert_eq!(found.shape, Some(ProfileShape::AllRounder));
        assert_eq!(found.words(), "Even over all durations: good.");
        assert!(
            found
                .entries
                .iter()
                .all(|e| (e.position - 45.0).abs() < 1e-9)
        );
    }

    proptest! {
        #[test]
        fn whatever_the_powers_a_place_is_in_the_table(
            points in proptest::collection::vec(
                (0u32..4000, prop_oneof![5 => 0.0f64..2500.0, 1 => Just(f64::NAN), 1 => Just(1e300)]), 0..30),
            mass in prop_oneof![5 => 30.0f64..150.0, 1 => Just(f64::NAN), 1 => Just(0.0), 1 => Just(1e-300)],
            ftp in proptest::option::of(prop_oneof![100.0f64..400.0, Just(f64::INFINITY)]),
            female: bool,
        ) {
            let sex = if female { Sex::Female } else { Sex::Male };
            let Some(found) = power_profile(&points, ftp, mass, sex) else { return Ok(()) };
            for e in &found.entries {
                prop_assert!((0.0..=100.0).contains(&e.position) && e.watts_per_kg.is_finite());
            }
            prop_assert_eq!(found.words().is_empty(), found.entries.is_empty());
        }

        #[test]
        fn more_power_or_less_mass_is_never_a_lower_place(watts in 50.0f64..600.0, more in 1.0f64..2.0) {
            for duration in ProfileDuration::ALL {
                let base = entry(duration, watts, 70.0, Sex::Male);
                for better in [entry(duration, watts * more, 70.0, Sex::Male), entry(duration, watts, 70.0 / more, Sex::Male)] {
                    prop_assert!(better.position >= base.position);
                    prop_assert!(better.category >= base.category);
                }
            }
        }
    }
}
