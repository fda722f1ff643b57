//! Puts a backup in the place of the present data, all of it or nothing.
//!
//! The new files are made ready beside the old ones. Then a note says what is
//! about to be moved where; while it says that the moving has begun, the next
//! opening moves everything back. Once all is in place the note says so, and the
//! first opening that succeeds takes it away. An opening that fails moves
//! everything back as well. What was there before stays in `set-aside`.

use super::make::{append, ids};
use super::{Access, BLOB_FILE, Backup, Depth, Listener, MAIN_FILE, Verified, verify};
use crate::StoreError;
use crate::databases::{IN_USE, blob_file};
use crate::disk::{Lock, failed, make_folder, remove, sync, sync_folder, write_whole};
use paceline_model::Instant;
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions as _, Connection as _};
use std::path::{Path, PathBuf};

const NOTE: &str = "restoring.json";
const READY: &str = ".restoring";
const SET_ASIDE: &str = "set-aside";
/// The databases and what SQLite keeps beside them.
const FILES: [&str; 8] = [
    MAIN_FILE,
    "paceline.db-wal",
    "paceline.db-shm",
    "paceline.db-journal",
    BLOB_FILE,
    "blobs.db-wal",
    "blobs.db-shm",
    "blobs.db-journal",
];

#[derive(Serialize, Deserialize)]
struct Note {
    aside: String,
    present: Vec<String>,
    in_place: bool,
}

/// A backup that is in place.
#[derive(Debug, Clone)]
pub struct Putting {
    /// Where the data lie that were there before.
    pub set_aside: PathBuf,
    /// What the look at the backup came to.
    pub verified: Verified,
}

/// Verifies `backup` and puts it in place of what is in `dir`, which nobody may have open. The
/// header and the keys stay: the backup is of the same data, under the same keys, and an older
/// passphrase must not come back with it.
///
/// # Errors
/// A backup that is not sound; [`StoreError::Busy`] while anybody has the data open; a full or
/// unwritable disk. The present data are in place then.
pub async fn restore(
    dir: &Path,
    backup: &Backup,
    access: Access<'_>,
    depth: Depth,
    now: Instant,
    listener: Listener<'_>,
) -> Result<Putting, StoreError> {
    make_folder(dir)?;
    let _alone = Lock::alone(&dir.join(IN_USE))?;
    undo_interrupted(dir)?;
    let verified = verify(backup, access, depth, listener).await?;
    let ready = dir.join(READY);
    clear(&ready)?;
    make_folder(&ready)?;
    let swapped = async {
        lay_out(backup, &ready, listener).await?;
        swap(dir, &ready, now)
    }
    .await;
    let gone = clear(&ready);
    let set_aside = swapped?;
    gone?;
    Ok(Putting {
        set_aside,
        verified,
    })
}

fn clear(folder: &Path) -> Result<(), StoreError> {
    match std::fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(failed(folder)(e)),
        _ => Ok(()),
    }
}

/// The databases of a backup as a data folder has them.
async fn lay_out(backup: &Backup, ready: &Path, listener: Listener<'_>) -> Result<(), StoreError> {
    let main = ready.join(MAIN_FILE);
    std::fs::copy(backup.path.join(MAIN_FILE), &main).map_err(failed(&main))?;
    writable(&main)?;
    sync(&main)?;
    let blobs = ready.join(BLOB_FILE);
    let mut packs: Vec<_> = backup.packs().collect();
    packs.sort_by_key(|p| std::cmp::Reverse(p.bytes));
    let Some((largest, others)) = packs.split_first() else {
        return Ok(());
    };
    std::fs::copy(backup.path.join(&largest.name), &blobs).map_err(failed(&blobs))?;
    writable(&blobs)?;
    if !others.is_empty() {
        let mut connection = blob_file(&blobs).connect().await?;
        let joined = async {
            for pack in others {
                let path = backup.path.join(&pack.name);
                let all = ids(&path).await?;
                let all: Vec<&Vec<u8>> = all.iter().collect();
                append(&mut connection, &path, &all, listener).await?;
            }
            Ok::<_, StoreError>(())
        }
        .await;
        connection.close().await?;
        joined?;
    }
    sync(&blobs)
}

/// A backup may lie where its files may not be written; what is put in place must be.
fn writable(path: &Path) -> Result<(), StoreError> {
    let mut permissions = std::fs::metadata(path).map_err(failed(path))?.permissions();
    if permissions.readonly() {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            permissions.set_mode(permissions.mode() | 0o600);
        }
        #[cfg(not(unix))]
        permissions.set_readonly(false);
        std::fs::set_permissions(path, permissions).map_err(failed(path))?;
    }
    Ok(())
}

fn note(dir: &Path, note: &Note) -> Result<(), StoreError> {
    let text = serde_json::to_vec_pretty(note).map_err(crate::error::damaged)?;
    write_whole(&dir.join(NOTE), &text)
}

fn read_note(dir: &Path) -> Result<Option<Note>, StoreError> {
    let path = dir.join(NOTE);
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| {
            crate::error::damaged(format!(
                "{}: {e}; the data that were there before lie in {}",
                path.display(),
                dir.join(SET_ASIDE).display()
            ))
        }),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(failed(&path)(e)),
    }
}

fn swap(dir: &Path, ready: &Path, now: Instant) -> Result<PathBuf, StoreError> {
    let time = sqlx::types::chrono::DateTime::from_timestamp_millis(now.0).unwrap_or_default();
    let base = time.format("%Y-%m-%dT%H%M%SZ").to_string();
    let mut name = base.clone();
    let mut n = 1;
    while dir.join(SET_ASIDE).join(&name).exists() {
        n += 1;
        name = format!("{base}-{n}");
    }
    let aside = dir.join(SET_ASIDE).join(&name);
    make_folder(&aside)?;
    let present = FILES.iter().filter(|f| dir.join(f).exists());
    let mut plan = Note {
        aside: name,
        present: present.map(|f| (*f).to_owned()).collect(),
        in_place: false,
    };
    note(dir, &plan)?;
    let moved = (|| {
        for file in &plan.present {
            let from = dir.join(file);
            std::fs::rename(&from, aside.join(file)).map_err(failed(&from))?;
        }
        sync_folder(&aside);
        for file in [MAIN_FILE, BLOB_FILE] {
            let from = ready.join(file);
            if from.exists() {
                std::fs::rename(&from, dir.join(file)).map_err(failed(&from))?;
            }
        }
        sync_folder(dir);
        plan.in_place = true;
        note(dir, &plan)
    })();
    if let Err(error) = moved {
        undo(dir, &plan)?;
        return Err(error);
    }
    Ok(aside)
}

/// Moves the data that were there before back. May itself be interrupted and done again.
fn undo(dir: &Path, plan: &Note) -> Result<(), StoreError> {
    let aside = dir.join(SET_ASIDE).join(&plan.aside);
    for file in FILES {
        let (from, to) = (aside.join(file), dir.join(file));
        if from.exists() {
            std::fs::rename(&from, &to).map_err(failed(&to))?;
        } else if !plan.present.iter().any(|p| p == file) {
            remove(&to)?;
        }
    }
    sync_folder(dir);
    remove(&dir.join(NOTE))?;
    // Empty now; one that is not holds what somebody put there.
    let _ = std::fs::remove_dir(&aside);
    let _ = std::fs::remove_dir(dir.join(SET_ASIDE));
    clear(&dir.join(READY))
}

/// Moves back what a restore that was killed had begun to move. Nobody may have the data open.
/// Returns whether a backup is in place that was not opened yet.
pub(crate) fn undo_interrupted(dir: &Path) -> Result<bool, StoreError> {
    match read_note(dir)? {
        None => Ok(false),
        Some(plan) if plan.in_place => Ok(true),
        Some(plan) => {
            tracing::warn!("a restore was interrupted; the data from before are put back");
            undo(dir, &plan).map(|()| false)
        }
    }
}

pub(crate) fn pending(dir: &Path) -> bool {
    dir.join(NOTE).exists()
}

/// What was put in place opened.
pub(crate) fn settle(dir: &Path) -> Result<(), StoreError> {
    remove(&dir.join(NOTE))
}

/// What was put in place did not open.
pub(crate) fn refuse(dir: &Path) -> Result<(), StoreError> {
    read_note(dir)?.map_or(Ok(()), |plan| undo(dir, &plan))
}
