use super::BackupView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a check of everything stored came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CheckView {
    /// Activities looked at.
    pub activities: u32,
    /// What is damaged, one sentence each; empty if all is well.
    pub findings: Vec<String>,
    /// The newest backup that holds everything and was found whole.
    pub newest_backup: Option<BackupView>,
}
