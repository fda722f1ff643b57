//! The errors a caller can branch on. Everything else is `internal`: its cause
//! goes to the log under a report id, never into the message.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What went wrong, as the UI and the CLI see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[serde(
    tag = "code",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum WireError {
    /// The named thing is not (or no longer) there.
    #[error("{what} was not found.")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// An input breaks a rule.
    #[error("{field}: {rule}")]
    Validation {
        /// Which input.
        field: String,
        /// What holds for it.
        rule: String,
    },
    /// A file could not be read or written.
    #[error("{file_name}: {reason}")]
    File {
        /// Which file.
        file_name: String,
        /// Why, and what to do.
        reason: String,
    },
    /// Something else is under way that excludes this.
    #[error("{reason}")]
    Conflict {
        /// What it is, and what to do.
        reason: String,
    },
    /// The user stopped it.
    #[error("Cancelled.")]
    Cancelled,
    /// The store cannot be used: disk full, damaged, written by a newer version.
    #[error("{reason}")]
    Storage {
        /// Why, and what to do.
        reason: String,
    },
    /// The data themselves are damaged: a backup or salvage is the way on.
    #[error("{reason} {}", way_out(backup.as_deref()))]
    Damaged {
        /// What is wrong.
        reason: String,
        /// The newest backup that holds everything, by name.
        backup: Option<String>,
        /// When it was made.
        made_at: Option<String>,
    },
    /// The member's role does not allow it.
    #[error("{reason}")]
    Forbidden {
        /// What it is, and who can help.
        reason: String,
    },
    /// Too soon after failed attempts.
    #[error("Too many wrong attempts. Try again in {seconds} s with Paceline left open.")]
    Wait {
        /// What is left to wait.
        seconds: u32,
    },
    /// Somebody has to sign in first.
    #[error("Paceline is locked. Unlock it and try again; nothing is lost.")]
    Locked,
    /// The first run is not done.
    #[error("There is no athlete yet. Create one first.")]
    NoProfile,
    /// A fault of the program; the log has the cause under this id.
    #[error("Something went wrong inside Paceline. The log names it under {report_id}.")]
    Internal {
        /// Names the entry in the log.
        report_id: String,
    },
}

fn way_out(backup: Option<&str>) -> String {
    match backup {
        Some(name) => format!(
            "The newest good backup is {name}: restore it, or salvage what can be read into a new folder."
        ),
        None => "There is no good backup; salvage what can be read into a new folder.".to_owned(),
    }
}

impl WireError {
    /// Writes the cause to the log under a fresh report id.
    #[must_use]
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        let report_id = uuid::Uuid::now_v7().simple().to_string()[..13].to_owned();
        tracing::error!(report_id, %cause, "internal error");
        Self::Internal { report_id }
    }

    /// An input that breaks a rule.
    #[must_use]
    pub fn validation(field: &str, rule: impl Into<String>) -> Self {
        Self::Validation {
            field: field.to_owned(),
            rule: rule.into(),
        }
    }
}

impl From<paceline_store::StoreError> for WireError {
    fn from(error: paceline_store::StoreError) -> Self {
        use paceline_store::StoreError as E;
        match error {
            E::NotFound { what } => Self::NotFound {
                what: what.to_owned(),
            },
            E::Database(cause) => Self::internal(&cause),
            E::Vault(error) => error.into(),
            E::Forbidden { .. } => Self::Forbidden {
                reason: error.to_string(),
            },
            E::Busy | E::Occupied { .. } => Self::Conflict {
                reason: error.to_string(),
            },
            E::LastOwner | E::LastTenant | E::LastAthlete | E::AlreadyThere => Self::Conflict {
                reason: error.to_string(),
            },
            said => Self::Storage {
                reason: said.to_string(),
            },
        }
    }
}

impl From<paceline_vault::VaultError> for WireError {
    fn from(error: paceline_vault::VaultError) -> Self {
        use paceline_vault::VaultError as E;
        let field = match &error {
            E::Locked | E::SignInNeeded => return Self::Locked,
            E::Wait { seconds } => {
                return Self::Wait {
                    seconds: u32::try_from(*seconds).unwrap_or(u32::MAX),
                };
            }
            E::UnknownUser => {
                return Self::NotFound {
                    what: "The account".to_owned(),
                };
            }
            E::NoKeyringUnlock | E::LastWayIn | E::NotOwner => {
                return Self::Conflict {
                    reason: error.to_string(),
                };
            }
            E::WrongPassphrase | E::PassphraseLength => "passphrase",
            E::HandleTaken | E::HandleInvalid => "handle",
            E::RecoveryKeyTypo { .. } | E::RecoveryKeyLength | E::WrongRecoveryKey => "recoveryKey",
            E::WrongCode | E::CodeUsed => "code",
            said => {
                return Self::Storage {
                    reason: said.to_string(),
                };
            }
        };
        Self::validation(field, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_carries_its_code_and_fields_in_camel_case() {
        let json = serde_json::to_value(WireError::File {
            file_name: "a.fit".into(),
            reason: "cut short".into(),
        })
        .unwrap();
        assert_eq!(
            json,
            serde_json::json!({"code": "file", "fileName": "a.fit", "reason": "cut short"})
        );
        assert_eq!(
            serde_json::to_value(WireError::NoProfile).unwrap(),
            serde_json::json!({"code": "noProfile"})
        );
    }

    #[test]
    fn an_internal_error_hides_its_cause() {
        let error = WireError::internal(&"SELECT secret");
        assert!(!error.to_string().contains("secret"));
    }
}
