use serde::{Deserialize, Serialize};

/// The sport families that change how an activity is analysed and shown. The
/// recorder's finer word (trail, track, gravel, open water) is kept beside it
/// as `sub_sport`, in snake case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Sport {
    Cycling,
    Running,
    Swimming,
    Walking,
    Hiking,
    Rowing,
    Paddling,
    CrossCountrySkiing,
    AlpineSkiing,
    Skating,
    Strength,
    Transition,
    Multisport,
    #[default]
    Other,
}

impl Sport {
    /// Every sport, in the order in which choices are shown.
    pub const ALL: [Self; 14] = [
        Self::Cycling,
        Self::Running,
        Self::Swimming,
        Self::Walking,
        Self::Hiking,
        Self::Rowing,
        Self::Paddling,
        Self::CrossCountrySkiing,
        Self::AlpineSkiing,
        Self::Skating,
        Self::Strength,
        Self::Transition,
        Self::Multisport,
        Self::Other,
    ];

    /// The stable name used in the database, in JSON and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cycling => "cycling",
            Self::Running => "running",
            Self::Swimming => "swimming",
            Self::Walking => "walking",
            Self::Hiking => "hiking",
            Self::Rowing => "rowing",
            Self::Paddling => "paddling",
            Self::CrossCountrySkiing => "cross_country_skiing",
            Self::AlpineSkiing => "alpine_skiing",
            Self::Skating => "skating",
            Self::Strength => "strength",
            Self::Transition => "transition",
            Self::Multisport => "multisport",
            Self::Other => "other",
        }
    }

    /// The sport of a stable name; unknown names are [`Sport::Other`].
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|s| s.key() == key)
            .unwrap_or_default()
    }
}
