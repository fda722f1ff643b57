use paceline_vault::VaultError;
use thiserror::Error;

/// Why the store could not do what was asked; each says what to do.
#[derive(Debug, Error)]
#[allow(missing_docs)]
pub enum StoreError {
    #[error("The disk is full. Free some space and try again; everything stored so far is safe.")]
    DiskFull,
    #[error(
        "The disk could not be read or written ({reason}). Check it and its free space and try again; everything stored so far is safe."
    )]
    Disk { reason: String },
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
    #[error(
        "The data come from an earlier version of Paceline and could not be brought up to date ({reason}). They are as they were; a backup of them is in {backup}. Go on with the earlier version, and report this."
    )]
    Migration { reason: String, backup: String },
    #[error(
        "The data come from an earlier version of Paceline. Before they are brought up to date a backup is made, and it could not be: {reason} Nothing was changed."
    )]
    NoBackup { reason: String },
    #[error("{path} is not empty. Choose an empty folder.")]
    Occupied { path: String },
    #[error("The backup {name} cannot be used: {reason}. Choose another one.")]
    Unsound { name: String, reason: String },
    #[error("The backup did not open in its place ({reason}). The data from before are back.")]
    NotRestored { reason: String },
    #[error(
        "{count} stored values are missing, so no backup was made; the earlier ones stay. Let Paceline check the data, and restore a backup or salvage what is there."
    )]
    BlobsMissing { count: u64 },
    #[error("{what} was not found.")]
    NotFound { what: &'static str },
    #[error("As {} you may not {deed}. Ask an owner of the tenant.", role.key())]
    Forbidden {
        deed: &'static str,
        role: paceline_model::Role,
    },
    #[error("A tenant needs an owner. Make somebody else an owner first.")]
    LastOwner,
    #[error("This is the only tenant. Create another one first.")]
    LastTenant,
    #[error(
        "This is the only athlete of the tenant. Copy instead, and delete the tenant if you want it gone."
    )]
    LastAthlete,
    #[error("The athlete is in that tenant already.")]
    AlreadyThere,
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
                sqlx::Error::PoolClosed => Self::Vault(VaultError::Locked),
                sqlx::Error::RowNotFound => Self::NotFound { what: "The entry" },
                sqlx::Error::ColumnDecode { .. } => Self::Damaged {
                    reason: error.to_string(),
                },
                other => Self::Database(other),
            };
        };
        // SQLite's primary result codes stand in the low byte.
        match code & 0xff {
            // What SQLite says of a page that SQLCipher cannot open; faults in SQL say what they are.
            1 if error
                .as_database_error()
                .is_some_and(|e| e.message() == "SQL logic error") =>
            {
                Self::Damaged {
                    reason: "a page of the database does not open".to_owned(),
                }
            }
            5 | 6 => Self::Busy,
            // SQLite's pager takes a page that SQLCipher refuses for want of memory.
            7 => Self::Damaged {
                reason: "a page of the database does not open, or memory ran out".to_owned(),
            },
            8 => Self::ReadOnly {
                path: "the data folder".to_owned(),
            },
            10 => Self::Disk {
                reason: error.to_string(),
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

impl StoreError {
    /// Whether the data themselves are damaged, so that a backup or salvage is the way on.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::WrongKey { .. })
    }
}

pub(crate) fn damaged(reason: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged {
        reason: reason.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, FileRecord, ItemRow, OriginRecord, Outcome, Part, Store};
    use paceline_model::{
        ActivityId, ActivitySummary, Instant, Recording, Series, SourceKind, Units,
    };
    use paceline_vault::{KeyPolicy, Vault};

    /// No database of the pool grows beyond what it has now and a few pages more.
    async fn fill(pool: &sqlx::SqlitePool) {
        let mut all = Vec::new();
        for _ in 0..pool.options().get_max_connections() {
            all.push(pool.acquire().await.unwrap());
        }
        for connection in &mut all {
            let (pages,): (i64,) = sqlx::query_as("PRAGMA page_count")
                .fetch_one(&mut **connection)
                .await
                .unwrap();
            sqlx::query(sqlx::AssertSqlSafe(format!(
                "PRAGMA max_page_count = {}",
                pages + 4
            )))
            .execute(&mut **connection)
            .await
            .unwrap();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_disk_is_said_and_what_was_stored_stays_whole() {
        for full in ["paceline.db", "blobs.db"] {
            let dir = tempfile::tempdir().unwrap();
            let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
            let store = Store::open(dir.path(), vault).await.unwrap();
            let session = store
                .create_profile("Ada", Units::Metric, Instant(1))
                .await
                .unwrap();
            let writer = store.writer(&session).await.unwrap();
            let sealer = store.sealer(&session).await.unwrap();
            let import = writer.begin_import(&[], Instant(2)).await.unwrap();
            let record = |n: u64| {
                let bytes: Vec<u8> = (0..20_000u64)
                    .map(|i| (i.wrapping_mul(i + n) >> 3) as u8)
                    .collect();
                let id = ActivityId(uuid::Uuid::now_v7());
                let head = Recording {
                    notes: Some("x".repeat(4000)),
                    series: Series {
                        time_ms: (0..5000).map(|i| i * 997 + i % 13).collect(),
                        columns: Vec::new(),
                    },
                    ..Recording::default()
                };
                FileRecord {
                    import,
                    position: n,
                    source: SourceKind::File,
                    item: Some(ItemRow {
                        path: n.to_string(),
                        outcome: Outcome::Added,
                        activities: vec![id],
                        reason: None,
                        warnings: Vec::new(),
                    }),
                    origin: Some(OriginRecord {
                        content_hash: *blake3::hash(&bytes).as_bytes(),
                        external_id: None,
                        account: Vec::new(),
                        file_name: n.to_string(),
                        format: "fit".into(),
                        bytes: bytes.len() as u64,
                        original: Some(sealer.original(&bytes).unwrap()),
                        imported_at: Instant(3),
                    }),
                    parts: vec![Part {
                        action: Action::Add(id),
                        name: n.to_string(),
                        words: None,
                        prepared: sealer.prepare(head, ActivitySummary::default()).unwrap(),
                    }],
                    claims: Vec::new(),
                    biometrics: Vec::new(),
                }
            };
            let put = async |n| {
                let mut staged = writer.stage(vec![record(n)]).await?;
                writer.put(&mut staged, Instant(4)).await
            };
            put(0).await.unwrap();
            let pool = if full == "blobs.db" {
                &store.blobs
            } else {
                &store.writing
            };
            fill(pool).await;
            let mut stored = 1;
            let error = loop {
                match put(stored).await {
                    Ok(_) => stored += 1,
                    Err(error) => break error,
                }
                assert!(stored < 100, "the disk never fills");
            };
            assert!(matches!(error, StoreError::DiskFull), "{full}: {error:?}");
            assert!(error.to_string().contains("Free some space"));
            let reader = store.reader(&session).await.unwrap();
            assert_eq!(u64::from(reader.activity_count().await.unwrap()), stored);
            let items = reader.import_items(import).await.unwrap();
            assert_eq!(items.len() as u64, stored);
            assert!(store.integrity().await.unwrap().is_empty(), "{full}");
        }
    }
}
