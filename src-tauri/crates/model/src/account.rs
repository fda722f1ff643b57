use crate::Recording;
use serde::{Deserialize, Serialize};

/// Where stored data come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Files the athlete chose, whatever recorded them.
    File,
    /// Strava's export of a whole account.
    StravaExport,
    /// Garmin's export of a whole account.
    GarminExport,
    /// Generated data to look around in.
    Sample,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::File,
        Self::StravaExport,
        Self::GarminExport,
        Self::Sample,
    ];

    /// The stable name used in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::StravaExport => "strava_export",
            Self::GarminExport => "garmin_export",
            Self::Sample => "sample",
        }
    }

    /// The name an athlete knows it by.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::File => "Files",
            Self::StravaExport => "Strava export",
            Self::GarminExport => "Garmin export",
            Self::Sample => "Sample data",
        }
    }

    /// The kind of a stable name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// One activity as an account lists it, beside its file or without one.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountEntry {
    /// The provider's own id of the activity, unique within the provider.
    pub id: String,
    /// Path of its file within the export, with forward slashes, where the list names one.
    pub file: Option<String>,
    /// What the list says of it: start, title, notes, sport, totals, device; never samples.
    /// Facts that have no field of their own (gear, commute) stand in `extra`.
    pub recording: Recording,
}
