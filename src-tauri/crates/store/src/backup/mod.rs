//! Backups of a data folder: what one is, where it lies, and which there are.
//!
//! A backup is a folder of its own: a copy of `paceline.db` under the same key,
//! the sealed values that it names in *packs*, the vault's header, and
//! `backup.json`, which vouches for them. Packs are small `blobs.db`s that are
//! never changed again. A later backup takes the packs of the one before it by
//! hard link and writes a pack only of what is new, so that each folder is whole
//! by itself and a backup that goes leaves the others as they are.
//!
//! A backup is made under a name that begins with a dot, verified, and only then
//! gets its own: a kill leaves the earlier ones and nothing half done among them.
//! It holds no key but those wrapped in the header.

mod keys;
mod make;
mod restore;
mod rotate;
mod store;
mod verify;

pub(crate) use keys::tenant_keys;
pub use keys::{Access, FolderKeys, MachineKeys};
pub(crate) use make::{Source, make};
pub use restore::{Putting, restore};
pub(crate) use restore::{pending, refuse, settle, undo_interrupted};
pub use rotate::rotate;
pub(crate) use verify::kind_of;
pub use verify::{Verified, verify};

use crate::StoreError;
use crate::disk::failed;
use paceline_model::Instant;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

pub(crate) const MANIFEST: &str = "backup.json";
pub(crate) const MAIN_FILE: &str = "paceline.db";
pub(crate) const BLOB_FILE: &str = "blobs.db";
const FORMAT: u32 = 1;
/// Begins the name of a backup in the making.
const MAKING: &str = ".making-";
/// Begins the name of a backup that is being removed.
const GOING: &str = ".going-";

/// The rows that name blobs, as tenant, kind of seal, and the blob's id.
pub(crate) const NAMED: &str = "SELECT tenant_id, 1 AS kind, blob AS id FROM series
     UNION SELECT tenant_id, 2, original_blob FROM activity_origins WHERE original_blob IS NOT NULL";

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Somebody asked for it.
    Manual,
    /// Its time had come.
    Scheduled,
    /// Before the schema was brought up to date.
    Migration,
}

impl Reason {
    const fn word(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Scheduled => "scheduled",
            Self::Migration => "migration",
        }
    }
}

/// How closely a backup is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Depth {
    /// Everything but the sealed values themselves, of which 64 are unsealed.
    Sample,
    /// Every byte, and every sealed value.
    Whole,
}

/// What goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// `paceline.db` is copied.
    Database,
    /// Sealed values are copied.
    Blobs,
    /// What was copied is looked at.
    Verifying,
    /// Rows are read one by one.
    Rows,
}

/// How far it is: of [`Step::Blobs`] and [`Step::Verifying`] in sealed values.
pub type Listener<'a> = &'a (dyn Fn(Step, u64, u64) + Send + Sync);

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub name: String,
    pub bytes: u64,
    /// Of its content, as hexadecimal digits.
    pub blake3: String,
}

/// What `backup.json` says. It is plain, so it holds no figure of anybody's training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub format: u32,
    pub made_at: i64,
    pub reason: Reason,
    /// Versions of the two schemas.
    pub schema: [i64; 2],
    /// One figure for the rows of every table: equal where nothing changed.
    pub content: String,
    /// The database first, then packs.
    pub files: Vec<Item>,
    pub blobs: u64,
    /// Blobs that rows name and that were not there when the backup was made.
    pub missing: u64,
    /// Bytes that this backup did not share with the one before it.
    pub added_bytes: u64,
}

/// A backup as it lies there, not looked into.
#[derive(Debug, Clone)]
pub struct Backup {
    /// Tells it from the others of its folder.
    pub name: String,
    /// Its own folder.
    pub path: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Backup {
    /// When it was made.
    #[must_use]
    pub const fn made_at(&self) -> Instant {
        Instant(self.manifest.made_at)
    }

    /// Why it was made.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.manifest.reason
    }

    /// The version of the main database's schema.
    #[must_use]
    pub const fn schema(&self) -> i64 {
        self.manifest.schema[0]
    }

    /// Bytes of its files, those shared with other backups included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.manifest.files.iter().map(|f| f.bytes).sum()
    }

    /// Bytes that it did not share with the one before it.
    #[must_use]
    pub const fn added_bytes(&self) -> u64 {
        self.manifest.added_bytes
    }

    /// Sealed values that its rows name.
    #[must_use]
    pub const fn blobs(&self) -> u64 {
        self.manifest.blobs
    }

    /// Of these, how many were missing when it was made: such a backup was made of damaged data.
    #[must_use]
    pub const fn missing(&self) -> u64 {
        self.manifest.missing
    }

    /// Equal for two backups of the same rows, and to [`crate::Store::content`].
    #[must_use]
    pub fn content(&self) -> &str {
        &self.manifest.content
    }

    pub(crate) fn unsound(&self, reason: impl std::fmt::Display) -> StoreError {
        StoreError::Unsound {
            name: self.name.clone(),
            reason: reason.to_string(),
        }
    }

    fn packs(&self) -> impl Iterator<Item = &Item> {
        self.manifest.files.iter().filter(|f| f.name != MAIN_FILE)
    }
}

/// What lies in a folder of backups.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Newest first.
    pub backups: Vec<Backup>,
    /// Names of folders that look like backups and cannot be read as such.
    pub unreadable: Vec<String>,
}

/// The backups of a folder; none where there is no folder.
///
/// # Errors
/// A folder that cannot be read.
pub fn shelf(folder: &Path) -> Result<Shelf, StoreError> {
    let mut shelf = Shelf::default();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(shelf),
        Err(e) => return Err(failed(folder)(e)),
    };
    for entry in entries {
        let path = entry.map_err(failed(folder))?.path();
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
            continue;
        };
        let file = path.join(MANIFEST);
        // Folders of other things are none of ours.
        if name.starts_with('.') || !(file.is_file() || path.join(MAIN_FILE).is_file()) {
            continue;
        }
        let manifest = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok())
            .filter(|m| m.format == FORMAT && m.files.iter().all(|f| plain(&f.name)));
        match manifest {
            Some(manifest) => shelf.backups.push(Backup {
                name: name.to_owned(),
                path: path.clone(),
                manifest,
            }),
            None => shelf.unreadable.push(name.to_owned()),
        }
    }
    let order = |b: &Backup| (std::cmp::Reverse(b.manifest.made_at), b.name.clone());
    shelf.backups.sort_by_key(order);
    shelf.unreadable.sort();
    Ok(shelf)
}

/// A name that stays within its folder.
fn plain(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!(
        (parts.next(), parts.next()),
        (Some(std::path::Component::Normal(_)), None)
    )
}

/// The newest backup that holds everything, after looking at it.
///
/// # Errors
/// A folder that cannot be read.
pub async fn newest_good(folder: &Path, access: Access<'_>) -> Result<Option<Backup>, StoreError> {
    for backup in shelf(folder)?.backups {
        if backup.missing() == 0
            && verify(&backup, access, Depth::Sample, &|_, _, _| {})
                .await
                .is_ok()
        {
            return Ok(Some(backup));
        }
    }
    Ok(None)
}
