use super::{
    Access, BLOB_FILE, Backup, Depth, FORMAT, Item, Listener, MAIN_FILE, MAKING, MANIFEST,
    Manifest, NAMED, Reason, Step, rotate, shelf, verify,
};
use crate::StoreError;
use crate::databases::{BLOBS, encrypted, still};
use crate::digest::{content, digest};
use crate::disk::{Lock, failed, make_folder, sync, sync_folder, write_whole};
use paceline_model::Instant;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};
use std::collections::HashSet;
use std::path::Path;

/// Packs of a backup before they are written anew as one.
const PACKS: usize = 16;
/// Blobs copied between two looks at the live file, which nobody can write meanwhile.
const BATCH: usize = 256;

/// What is backed up: an open store, or one that is being opened.
pub(crate) struct Source<'a> {
    pub dir: &'a Path,
    pub writing: &'a SqlitePool,
    pub access: Access<'a>,
}

/// Makes a backup in `folder` and gives it its name once it was verified.
pub(crate) async fn make(
    source: &Source<'_>,
    folder: &Path,
    reason: Reason,
    depth: Depth,
    now: Instant,
    listener: Listener<'_>,
) -> Result<Backup, StoreError> {
    make_folder(folder)?;
    let _lock = Lock::alone(&folder.join(".lock"))?;
    rotate::tidy(folder)?;
    let name = free_name(folder, reason, now);
    let making = folder.join(format!("{MAKING}{name}"));
    make_folder(&making)?;
    let made = fill(source, folder, &making, &name, reason, now, listener).await;
    let made = match made {
        Ok(backup) if backup.missing() == 0 || reason == Reason::Migration => {
            verify(&backup, source.access, depth, listener)
                .await
                .map(|_| backup)
        }
        Ok(backup) => Err(StoreError::BlobsMissing {
            count: backup.missing(),
        }),
        Err(error) => Err(error),
    };
    let placed = made.and_then(|mut backup| {
        backup.path = folder.join(&backup.name);
        std::fs::rename(&making, &backup.path).map_err(failed(&backup.path))?;
        sync_folder(folder);
        Ok(backup)
    });
    if placed.is_err() {
        // The first error matters more; what stays is tidied up the next time.
        let _ = std::fs::remove_dir_all(&making);
    }
    placed
}

fn free_name(folder: &Path, reason: Reason, now: Instant) -> String {
    let time = sqlx::types::chrono::DateTime::from_timestamp_millis(now.0).unwrap_or_default();
    let base = format!("{}-{}", time.format("%Y-%m-%dT%H%M%SZ"), reason.word());
    let mut name = base.clone();
    let mut n = 1;
    while folder.join(&name).exists() {
        n += 1;
        name = format!("{base}-{n}");
    }
    name
}

async fn fill(
    source: &Source<'_>,
    folder: &Path,
    making: &Path,
    name: &str,
    reason: Reason,
    now: Instant,
    listener: Listener<'_>,
) -> Result<Backup, StoreError> {
    listener(Step::Database, 0, 1);
    let copy = making.join(MAIN_FILE);
    let content = copy_database(source, &copy).await?;
    listener(Step::Database, 1, 1);
    let mut connection = still(&copy, Some(source.access.database_key_hex))
        .connect()
        .await?;
    let read = async {
        let schema = schema(&mut connection).await?;
        let named: Vec<(Vec<u8>,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT DISTINCT id FROM ({NAMED})"
        )))
        .fetch_all(&mut connection)
        .await?;
        Ok::<_, StoreError>((schema, named))
    }
    .await;
    connection.close().await?;
    let (schema, named) = read?;
    let wanted: HashSet<Vec<u8>> = named.into_iter().map(|r| r.0).collect();
    let mut files = vec![item(making, MAIN_FILE)?];
    let (mut packs, missing) = packs(source, folder, making, name, &wanted, listener).await?;
    let added = packs.iter().filter(|p| p.0).map(|p| p.1.bytes).sum::<u64>() + files[0].bytes;
    files.extend(packs.drain(..).map(|p| p.1));
    paceline_vault::copy_header(source.dir, making)?;
    let manifest = Manifest {
        format: FORMAT,
        made_at: now.0,
        reason,
        schema: [schema, BLOBS.iter().map(|m| m.version).max().unwrap_or(0)],
        content,
        files,
        blobs: wanted.len() as u64,
        missing,
        added_bytes: added,
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(crate::error::damaged)?;
    write_whole(&making.join(MANIFEST), &text)?;
    Ok(Backup {
        name: name.to_owned(),
        path: making.to_path_buf(),
        manifest,
    })
}

/// Copies the database and returns the figure of its rows. Whoever writes waits meanwhile: only so
/// can the copy be compared with what was copied.
async fn copy_database(source: &Source<'_>, to: &Path) -> Result<String, StoreError> {
    let key = source.access.database_key_hex;
    let mut held = source.writing.begin_with("BEGIN IMMEDIATE").await?;
    let live = digest(&mut held, None).await?;
    let mut connection = encrypted(&source.dir.join(MAIN_FILE), key)
        .connect()
        .await?;
    let target = to.to_str().ok_or_else(|| StoreError::Io {
        path: to.display().to_string(),
        source: std::io::Error::other("the path is not Unicode"),
    })?;
    let copied = sqlx::query("VACUUM INTO ?")
        .bind(target)
        .execute(&mut connection)
        .await;
    connection.close().await?;
    held.rollback().await?;
    copied?;
    sync(to)?;
    let mut connection = still(to, Some(key)).connect().await?;
    let there = digest(&mut connection, None).await;
    connection.close().await?;
    if there? != live {
        return Err(crate::error::damaged(
            "the copy of the database differs from what was copied",
        ));
    }
    Ok(content(&live))
}

pub(crate) async fn schema(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let (version,): (i64,) =
        sqlx::query_as("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(connection)
            .await?;
    Ok(version)
}

fn item(folder: &Path, name: &str) -> Result<Item, StoreError> {
    let path = folder.join(name);
    let mut hasher = blake3::Hasher::new();
    let file = std::fs::File::open(&path).map_err(failed(&path))?;
    hasher.update_reader(file).map_err(failed(&path))?;
    Ok(Item {
        name: name.to_owned(),
        bytes: hasher.count(),
        blake3: hasher.finalize().to_hex().to_string(),
    })
}

/// The packs of the new backup, each with whether it is new, and how many blobs are missing.
async fn packs(
    source: &Source<'_>,
    folder: &Path,
    making: &Path,
    name: &str,
    wanted: &HashSet<Vec<u8>>,
    listener: Listener<'_>,
) -> Result<(Vec<(bool, Item)>, u64), StoreError> {
    let mut taken = Vec::new();
    let mut have: HashSet<Vec<u8>> = HashSet::new();
    if let Some(last) = shelf(folder)?.backups.into_iter().next() {
        let mut stored = 0;
        for pack in last.packs() {
            // One that cannot be read is not relied on any more.
            let Ok(ids) = ids(&last.path.join(&pack.name)).await else {
                continue;
            };
            stored += ids.len();
            have.extend(ids.into_iter().filter(|id| wanted.contains(id)));
            taken.push((last.path.join(&pack.name), pack.clone()));
        }
        // Many small packs, or much that nobody names any more: written anew.
        if taken.len() >= PACKS || stored > 2 * have.len() {
            taken.clear();
            have.clear();
        }
    }
    let mut packs = Vec::new();
    for (from, pack) in taken {
        let to = making.join(&pack.name);
        // Where there are no hard links, a copy does; packs are never changed either way.
        if std::fs::hard_link(&from, &to).is_err() {
            std::fs::copy(&from, &to).map_err(failed(&to))?;
            sync(&to)?;
        }
        packs.push((false, pack));
    }
    let mut new: Vec<&Vec<u8>> = wanted.iter().filter(|id| !have.contains(*id)).collect();
    new.sort_unstable();
    let mut missing = 0;
    if !new.is_empty() {
        let file = format!("blobs-{name}.db");
        missing = write_pack(source.dir, &making.join(&file), &new, listener).await?;
        packs.push((true, item(making, &file)?));
    }
    Ok((packs, missing))
}

pub(crate) async fn ids(pack: &Path) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut connection = still(pack, None).connect().await?;
    let rows: Result<Vec<(Vec<u8>,)>, _> = sqlx::query_as("SELECT id FROM blobs")
        .fetch_all(&mut connection)
        .await;
    connection.close().await?;
    Ok(rows?.into_iter().map(|r| r.0).collect())
}

/// An empty file of sealed values that nobody reads before it is whole.
pub(crate) async fn new_pack(path: &Path) -> Result<SqliteConnection, StoreError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .page_size(8192)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .busy_timeout(std::time::Duration::from_secs(20))
        .connect()
        .await?;
    BLOBS
        .run(&mut connection)
        .await
        .map_err(|e| crate::databases::migration_error(&BLOBS, e))?;
    Ok(connection)
}

/// Copies blobs from the live file and returns how many are not there. Never by copying the file:
/// closing a second handle on it would take SQLite's locks away.
async fn write_pack(
    dir: &Path,
    path: &Path,
    blobs: &[&Vec<u8>],
    listener: Listener<'_>,
) -> Result<u64, StoreError> {
    let mut connection = new_pack(path).await?;
    let written = append(&mut connection, &dir.join(BLOB_FILE), blobs, listener).await;
    connection.close().await?;
    let missing = written?;
    sync(path)?;
    Ok(missing)
}

pub(crate) async fn append(
    connection: &mut SqliteConnection,
    from: &Path,
    blobs: &[&Vec<u8>],
    listener: Listener<'_>,
) -> Result<u64, StoreError> {
    let from = from.display().to_string();
    sqlx::query("ATTACH DATABASE ? AS source")
        .bind(from)
        .execute(&mut *connection)
        .await?;
    let total = blobs.len() as u64;
    let mut done = 0;
    let mut missing = 0;
    for batch in blobs.chunks(BATCH) {
        let mut tx = connection.begin().await?;
        for id in batch {
            let copied = sqlx::query(
                "INSERT OR IGNORE INTO main.blobs (id, sealed)
                 SELECT id, sealed FROM source.blobs WHERE id = ?",
            )
            .bind(id.as_slice())
            .execute(&mut *tx)
            .await?
            .rows_affected();
            missing += 1 - copied.min(1);
        }
        tx.commit().await?;
        done += batch.len() as u64;
        listener(Step::Blobs, done, total);
    }
    sqlx::query("DETACH DATABASE source")
        .execute(&mut *connection)
        .await?;
    Ok(missing)
}
