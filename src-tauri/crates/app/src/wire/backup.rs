use serde::{Deserialize, Serialize};
use specta::Type;

/// When backups are made by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum BackupSchedule {
    /// Never.
    Off,
    /// A day after the last one, if anything changed.
    #[default]
    Daily,
    /// A week after the last one, if anything changed.
    Weekly,
}

/// How backups are made by themselves; of the data folder, whoever uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupPlan {
    /// When.
    pub schedule: BackupSchedule,
    /// How many of those made by themselves are kept, 1 to 365.
    pub keep: u32,
    /// Where to; the folder `backups` of the data folder where absent.
    pub folder: Option<String>,
}

impl Default for BackupPlan {
    fn default() -> Self {
        Self {
            schedule: BackupSchedule::default(),
            keep: 7,
            folder: None,
        }
    }
}

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum BackupReason {
    /// Somebody asked for it.
    Manual,
    /// Its time had come.
    Scheduled,
    /// Before the data were brought up to date for a newer version.
    Migration,
}

/// A backup as it lies there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// Names it among the others.
    pub name: String,
    /// Its own folder.
    pub path: String,
    /// When it was made.
    pub made_at: String,
    /// Why it was made.
    pub reason: BackupReason,
    /// Version of the schema.
    pub schema: u32,
    /// Bytes of its files, those it shares with others included.
    pub bytes: f64,
    /// Bytes that it did not share with the one before it.
    pub added_bytes: f64,
    /// Sealed values in it: columns of samples, original files.
    pub blobs: u32,
    /// Sealed values that were lost already when it was made.
    pub missing: u32,
}

/// The backups there are, and how more are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupsView {
    /// Where new ones go.
    pub folder: String,
    /// How they are made by themselves.
    pub plan: BackupPlan,
    /// Newest first.
    pub backups: Vec<BackupView>,
    /// Folders that look like backups and cannot be read as such.
    pub unreadable: Vec<String>,
}

/// What goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum BackupStep {
    /// The database is copied.
    Database,
    /// Sealed values are copied.
    Blobs,
    /// What was copied is looked at.
    Verifying,
    /// Rows are read one by one.
    Rows,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct BackupProgress {
    pub step: BackupStep,
    pub done: u32,
    pub total: u32,
}

/// What a look at a backup came to: all of it is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedView {
    /// The backup.
    pub backup: BackupView,
    /// Activities in it.
    pub activities: u32,
    /// Rows of all tables.
    pub rows: f64,
    /// Sealed values that were opened.
    pub unsealed: u32,
    /// Sealed values that were not, since they are of tenants whose key is not to be had now.
    pub without_key: u32,
}

/// A backup is in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RestoreReport {
    /// What was put in place.
    pub verified: VerifiedView,
    /// The folder in which the data lie that were there before.
    pub set_aside: String,
}

/// What became of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SalvagedTableView {
    /// Its name.
    pub table: String,
    /// Rows that were read.
    pub read: u32,
    /// Of these, rows that named others which are lost, or broke a rule.
    pub dropped: u32,
}

/// What was read of damaged data and what was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SalvageReport {
    /// The new data folder.
    pub folder: String,
    /// Whether nothing was lost.
    pub complete: bool,
    /// Pages of both files.
    pub pages: u32,
    /// Pages that could not be read.
    pub bad_pages: u32,
    /// By table.
    pub tables: Vec<SalvagedTableView>,
    /// Rows that could not be read on pages that could, or fit no table.
    pub unreadable_rows: u32,
    /// Users, tenants and athletes put in place of lost ones.
    pub stand_ins: u32,
    /// Sealed values saved.
    pub blobs: u32,
    /// Sealed values lost.
    pub lost_blobs: u32,
    /// Activities that lost samples or their original file.
    pub touched_activities: u32,
    /// Original files of lost activities, in the folder `originals`, to be imported again.
    pub originals: u32,
}
