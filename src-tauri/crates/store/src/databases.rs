//! The two files of a data folder: how a connection to each is made, and how
//! both are opened together, whatever the last time left behind.

use crate::StoreError;
use crate::backup::{BLOB_FILE, MAIN_FILE, pending, refuse, settle, undo_interrupted};
use crate::disk::Lock;
use crate::error::damaged;
use crate::upgrade::upgrade;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::Path;
use std::time::Duration;

pub(crate) static MAIN: Migrator = sqlx::migrate!("../../../migrations");
pub(crate) static BLOBS: Migrator = sqlx::migrate!("../../../migrations/blobs");

/// Locked by everybody who has the data open; alone by who puts others in their place.
pub(crate) const IN_USE: &str = "paceline.lock";

/// Both files, open.
#[derive(Debug)]
pub(crate) struct Databases {
    /// Connections that cannot change anything.
    pub reading: SqlitePool,
    /// One connection.
    pub writing: SqlitePool,
    pub blobs: SqlitePool,
    pub in_use: Lock,
}

impl Databases {
    /// Opens or creates both files in `dir` and brings their schema up to date.
    ///
    /// # Errors
    /// Wrong key, newer schema, unwritable folder, damage; nothing is changed then.
    pub(crate) async fn open(dir: &Path, key_hex: &str) -> Result<Self, StoreError> {
        silence().await?;
        let lock = dir.join(IN_USE);
        let mut restored = false;
        let mut unclean = false;
        match Lock::alone(&lock) {
            Ok(_alone) => {
                restored = undo_interrupted(dir)?;
                // Who ended well folded the log in and removed it.
                unclean = leftover(dir, "paceline.db-wal") || leftover(dir, "blobs.db-journal");
            }
            Err(StoreError::Busy) if !pending(dir) => {}
            Err(error) => return Err(error),
        }
        let in_use = share(&lock).await?;
        match connect_both(dir, key_hex, unclean).await {
            Ok((reading, writing, blobs)) => {
                if restored {
                    settle(dir)?;
                }
                Ok(Self {
                    reading,
                    writing,
                    blobs,
                    in_use,
                })
            }
            Err(error) if restored => {
                drop(in_use);
                let _alone = Lock::alone(&lock)?;
                refuse(dir)?;
                Err(StoreError::NotRestored {
                    reason: error.to_string(),
                })
            }
            Err(error) => Err(error),
        }
    }
}

/// Keeps SQLCipher from writing to the terminal: what is wrong is said as an error. It holds for
/// the whole process and must be said before any file is read.
async fn silence() -> Result<(), StoreError> {
    static SAID: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
    let say = || async {
        let quiet = SqliteConnectOptions::new().pragma("cipher_log_level", "NONE");
        quiet.in_memory(true).connect().await?.close().await
    };
    SAID.get_or_try_init(say).await?;
    Ok(())
}

/// Who opens the data looks around alone for a moment; others who open them wait for that.
async fn share(lock: &Path) -> Result<Lock, StoreError> {
    let mut patience = 100;
    loop {
        match Lock::shared(lock) {
            Err(StoreError::Busy) if patience > 0 => patience -= 1,
            done => return done,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn leftover(dir: &Path, name: &str) -> bool {
    std::fs::metadata(dir.join(name)).is_ok_and(|m| m.len() > 0)
}

type Pools = (SqlitePool, SqlitePool, SqlitePool);

async fn connect_both(dir: &Path, key_hex: &str, unclean: bool) -> Result<Pools, StoreError> {
    let main_path = dir.join(MAIN_FILE);
    let options = encrypted(&main_path, key_hex).create_if_missing(true);
    // One connection writes: the pages it knows stay known, and nobody waits for a lock.
    let writing = connect(options.clone(), 1, &main_path).await?;
    let blobs_path = dir.join(BLOB_FILE);
    let appended = blob_file(&blobs_path).create_if_missing(true);
    let opened = async {
        let blobs = connect(appended, 4, &blobs_path).await?;
        let ready = prepare(dir, key_hex, &writing, &blobs, unclean).await;
        let reading = match ready {
            Ok(()) => connect(options.pragma("query_only", "ON"), 4, &main_path).await,
            Err(error) => Err(error),
        };
        if reading.is_err() {
            blobs.close().await;
        }
        Ok((reading?, blobs))
    }
    .await;
    match opened {
        Ok((reading, blobs)) => Ok((reading, writing, blobs)),
        Err(error) => {
            writing.close().await;
            Err(error)
        }
    }
}

async fn prepare(
    dir: &Path,
    key_hex: &str,
    writing: &SqlitePool,
    blobs: &SqlitePool,
    unclean: bool,
) -> Result<(), StoreError> {
    if unclean {
        for pool in [writing, blobs] {
            let rows: Vec<(String,)> = sqlx::query_as("PRAGMA quick_check(1)")
                .fetch_all(pool)
                .await?;
            if let Some((finding,)) = rows.into_iter().find(|r| r.0 != "ok") {
                return Err(damaged(finding));
            }
        }
    }
    upgrade(dir, key_hex, writing, blobs).await?;
    sqlx::query("INSERT OR IGNORE INTO clock (one, version, device) VALUES (1, 0, ?)")
        .bind(uuid::Uuid::now_v7())
        .execute(writing)
        .await?;
    Ok(())
}

fn base(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(20))
        // The key is in the text of a statement, and a slow one is written to the log as a warning.
        .disable_statement_logging()
}

fn keyed(options: SqliteConnectOptions, key_hex: &str) -> SqliteConnectOptions {
    options
        // The key must be the first pragma; sqlx keeps their order.
        .pragma("key", format!("\"x'{key_hex}'\""))
        // Quicker than the default SHA-512 where the processor knows SHA-256, and no weaker here.
        .pragma("cipher_hmac_algorithm", "HMAC_SHA256")
        // What `VACUUM INTO` writes is like the rest.
        .pragma("cipher_default_hmac_algorithm", "HMAC_SHA256")
        // A page that falls out of the cache is decrypted and verified anew.
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "memory")
}

/// `paceline.db`, to read and write.
pub(crate) fn encrypted(path: &Path, key_hex: &str) -> SqliteConnectOptions {
    keyed(base(path), key_hex)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode NORMAL loses at worst the last commits at a power cut, never consistency.
        .synchronous(SqliteSynchronous::Normal)
}

/// `blobs.db`, to read and append to.
pub(crate) fn blob_file(path: &Path) -> SqliteConnectOptions {
    // What is only ever appended needs no second copy in a write-ahead log: an import took a
    // seventh longer with one. Every commit waits for the disk, since rows will rely on it.
    base(path)
        .page_size(8192)
        .journal_mode(SqliteJournalMode::Truncate)
        .synchronous(SqliteSynchronous::Full)
}

/// A file that nobody writes to any more: of a backup.
pub(crate) fn still(path: &Path, key_hex: Option<&str>) -> SqliteConnectOptions {
    let options = base(path).read_only(true).immutable(true);
    match key_hex {
        Some(key) => keyed(options, key),
        None => options,
    }
}

async fn connect(
    options: SqliteConnectOptions,
    connections: u32,
    path: &Path,
) -> Result<SqlitePool, StoreError> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options)
        .await
        .map_err(|error| match StoreError::from(error) {
            StoreError::WrongKey { .. } => StoreError::WrongKey {
                path: path.display().to_string(),
            },
            StoreError::ReadOnly { .. } => StoreError::ReadOnly {
                path: path.display().to_string(),
            },
            other => other,
        })
}

pub(crate) fn migration_error(migrator: &Migrator, error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(found) => StoreError::NewerSchema {
            found,
            supported: migrator.iter().map(|m| m.version).max().unwrap_or(0),
        },
        MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => e.into(),
        other => damaged(other),
    }
}
