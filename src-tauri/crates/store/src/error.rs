use paceline_vault::VaultError;
use thiserror::Error;

/// Why the store could not do what was asked; each says what to do.
#[derive(Debug, Error)]
#[allow(missing_docs)]
pub enum StoreError {
    #[error("The disk is full. Free some space and try again; everything stored so far is safe.")]
    DiskFull,
    #[error("The data in {path} may not be written. Check the folder's permissions.")]
    ReadOnly { path: String },
    #[error(
        "Another program is using the data. Close it, or wait until it is done, and try again."
    )]
    Busy,
    #[error(
        "The data were written by a newer version of Paceline (schema {found}, this one knows {supported}). Install the newer version; nothing was changed."
    )]
    NewerSchema { found: i64, supported: i64 },
    #[error(
        "{path} does not open with its key, or is no database. Restore it from a backup; nothing was changed."
    )]
    WrongKey { path: String },
    #[error("The database is damaged ({reason}). Restore it from a backup.")]
    Damaged { reason: String },
    #[error("{what} was not found.")]
    NotFound { what: &'static str },
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error("{path}: {source}. Check the folder's permissions and free space.")]
    Io {
        path: String,
        source: std::io::Error,
    },
    #[error("The database refused: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(code) = error
            .as_database_error()
            .and_then(|e| e.code())
            .and_then(|c| c.parse::<u32>().ok())
        else {
            return match error {
                sqlx::Error::RowNotFound => Self::NotFound { what: "The entry" },
                sqlx::Error::ColumnDecode { .. } => Self::Damaged {
                    reason: error.to_string(),
                },
                other => Self::Database(other),
            };
        };
        // SQLite's primary result codes stand in the low byte.
        match code & 0xff {
            5 | 6 => Self::Busy,
            8 => Self::ReadOnly {
                path: "the data folder".to_owned(),
            },
            11 => Self::Damaged {
                reason: error.to_string(),
            },
            13 => Self::DiskFull,
            26 => Self::WrongKey {
                path: "paceline.db".to_owned(),
            },
            _ => Self::Database(error),
        }
    }
}

pub(crate) fn damaged(reason: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged {
        reason: reason.to_string(),
    }
}
