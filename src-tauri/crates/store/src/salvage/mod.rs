//! What can be read of damaged data, row by row and value by value, into a new
//! data folder.
//!
//! SQLite is not asked to read the damaged files. Every page that opens is read
//! by itself. Which table its rows belong to is known from the trees as far as
//! they hold together; where a page that leads to others is lost, from the shape
//! of the rows. The damaged folder is not changed.

mod blobs;
mod fit;
mod mend;
mod pages;
mod records;
mod rows;

use crate::StoreError;
use crate::backup::{Access, BLOB_FILE, Listener, MAIN_FILE};
use crate::databases::{BLOBS, IN_USE, MAIN, blob_file, encrypted, migration_error};
use crate::disk::{Lock, make_folder, sync_folder};
use serde::{Deserialize, Serialize};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};
use std::path::Path;

/// What became of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalvagedTable {
    /// Its name.
    pub table: String,
    /// Rows that were read.
    pub read: u64,
    /// Rows that could not be put into the new store, or that named others which are lost.
    pub dropped: u64,
}

/// What was read and what was lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salvaged {
    /// Pages of the two files.
    pub pages: [u64; 2],
    /// Pages of the two files that could not be read.
    pub bad_pages: [u64; 2],
    /// By table, in the order of names.
    pub tables: Vec<SalvagedTable>,
    /// Rows that were on readable pages and could not be read, or fit no table.
    pub unreadable_rows: u64,
    /// Users, tenants and athletes put in place of lost ones, so that what is theirs has an owner.
    pub stand_ins: u64,
    /// Sealed values that rows name and that opened.
    pub blobs: u64,
    /// Sealed values that rows name and that are lost.
    pub lost_blobs: u64,
    /// Activities that lost samples or their original file.
    pub touched_activities: u64,
    /// Original files of lost activities, written to the folder `originals` to be imported again.
    pub originals: u64,
}

impl Salvaged {
    /// Whether anything was lost.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.unreadable_rows == 0
            && self.lost_blobs == 0
            && self.bad_pages == [0, 0]
            && self.tables.iter().all(|t| t.dropped == 0)
    }
}

/// Reads what can be read of the databases in `dir` into the empty folder `to`, which then opens as
/// `dir` did.
///
/// # Errors
/// A folder that is not empty; files that cannot be opened at all; [`StoreError::Busy`] while the
/// data are open; data of a newer version; a full or unwritable disk.
pub async fn salvage(
    dir: &Path,
    to: &Path,
    access: Access<'_>,
    listener: Listener<'_>,
) -> Result<Salvaged, StoreError> {
    make_folder(to)?;
    let occupied = std::fs::read_dir(to).map_err(crate::disk::failed(to))?;
    if occupied.count() > 0 {
        return Err(StoreError::Occupied {
            path: to.display().to_string(),
        });
    }
    let _alone = Lock::alone(&dir.join(IN_USE))?;
    let mut report = Salvaged::default();
    let found = rows::read(dir, access.database_key_hex, &mut report, listener)?;
    let supported = MAIN.iter().map(|m| m.version).max().unwrap_or(0);
    let version = found.version.unwrap_or(supported);
    if version > supported {
        return Err(StoreError::NewerSchema {
            found: version,
            supported,
        });
    }
    paceline_vault::copy_keys(dir, to)?;
    let mut main = encrypted(&to.join(MAIN_FILE), access.database_key_hex)
        .create_if_missing(true)
        .foreign_keys(false)
        .connect()
        .await?;
    let mut sealed = blob_file(&to.join(BLOB_FILE))
        .create_if_missing(true)
        .connect()
        .await?;
    let filled = async {
        create(&MAIN, version, &mut main).await?;
        create(&BLOBS, i64::MAX, &mut sealed).await?;
        // Rows come as they were, and not in the order in which they came to be.
        let triggers = fit::take_triggers(&mut main).await?;
        fit::insert(&mut main, found, &mut report).await?;
        blobs::read(dir, &mut main, &mut sealed, access, &mut report, listener).await?;
        mend::mend(&mut main, &mut sealed, access, to, &mut report).await?;
        for trigger in triggers {
            sqlx::raw_sql(AssertSqlSafe(trigger))
                .execute(&mut main)
                .await?;
        }
        Ok::<_, StoreError>(())
    }
    .await;
    let closed = (main.close().await, sealed.close().await);
    filled?;
    closed.0?;
    closed.1?;
    sync_folder(to);
    Ok(report)
}

/// The schema as it was at `version`: rows of older data get what later versions add when the new
/// folder is opened.
pub(crate) async fn create(
    migrator: &Migrator,
    version: i64,
    connection: &mut SqliteConnection,
) -> Result<(), StoreError> {
    let upto = migrator.iter().filter(|m| m.version <= version).cloned();
    let upto = Migrator::with_migrations(upto.collect());
    let run = upto.run(connection).await;
    run.map_err(|e| migration_error(&upto, e))
}
