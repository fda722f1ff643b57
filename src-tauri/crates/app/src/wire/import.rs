use super::activity::WarningView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ImportOutcome {
    /// At least one new activity.
    Added,
    /// Recognised as another recording of a ride already there and joined to it.
    Merged,
    /// All it holds is here already.
    Known,
    /// No activity, but weights, sleep and the like.
    Biometrics,
    /// Not something to import: a course, a settings file, an index.
    Skipped,
    /// Could not be read; `reason` says why.
    Failed,
}

/// One file of an import, or one entry of an account's list that has no file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportItem {
    /// Path as found; inside an archive `archive.zip › name`.
    pub path: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// Activities it is an origin of.
    pub activity_ids: Vec<String>,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// What was wrong and what was done about it.
    pub warnings: Vec<WarningView>,
}

/// Where an import stands; at most ten a second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportProgress {
    /// Files found so far.
    pub found: u32,
    /// Files finished.
    pub done: u32,
    /// New activities; one file may hold several.
    pub new_activities: u32,
    /// Files that gave new activities.
    pub added: u32,
    /// Files joined to activities already there.
    pub merged: u32,
    /// Files imported before.
    pub known: u32,
    /// Files that could not be read.
    pub failed: u32,
    /// Files that are no activities.
    pub skipped: u32,
    /// Files of measurements of the body.
    pub biometrics: u32,
    /// The file finished last.
    pub current: Option<String>,
    /// Bytes read.
    pub bytes_done: f64,
    /// Seconds since the start.
    pub elapsed_s: f64,
    /// Files finished since the last message.
    pub items: Vec<ImportItem>,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ImportReport {
    pub import_id: String,
    pub found: u32,
    pub done: u32,
    /// New activities; one file may hold several.
    pub new_activities: u32,
    /// Files that gave new activities.
    pub added: u32,
    pub merged: u32,
    pub known: u32,
    pub failed: u32,
    pub skipped: u32,
    pub biometrics: u32,
    /// Whether it was stopped before the end.
    pub cancelled: bool,
    pub elapsed_s: f64,
}

/// A past import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ImportSummaryView {
    pub import_id: String,
    pub started_at: String,
    /// Absent while it runs, or if the program ended before it did.
    pub finished_at: Option<String>,
    /// What was chosen.
    pub roots: Vec<String>,
    pub added: u32,
    pub merged: u32,
    pub known: u32,
    pub failed: u32,
    pub skipped: u32,
    pub cancelled: bool,
}
