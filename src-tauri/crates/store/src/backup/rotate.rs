use super::{Backup, GOING, MAKING, Reason, shelf};
use crate::StoreError;
use crate::disk::{Lock, failed};
use std::path::Path;

/// Backups before a change of the schema that are kept.
const MIGRATIONS: usize = 3;

/// Removes what earlier runs left half done. Under the folder's lock.
pub(super) fn tidy(folder: &Path) -> Result<(), StoreError> {
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        if name.starts_with(MAKING) || name.starts_with(GOING) {
            std::fs::remove_dir_all(&path).map_err(failed(&path))?;
        }
    }
    Ok(())
}

/// Removes scheduled backups beyond the newest `keep`, and those made before a change of the schema
/// beyond the newest three. What somebody asked for stays, and so does what is no good backup:
/// somebody has to look at it. Returns the names of those removed.
///
/// # Errors
/// Files that cannot be removed; a backup that is being made meanwhile.
pub fn rotate(folder: &Path, keep: usize) -> Result<Vec<String>, StoreError> {
    let all = shelf(folder)?.backups;
    let of = |reason, keep: usize| {
        all.iter()
            .filter(move |b: &&Backup| b.reason() == reason)
            .skip(keep)
    };
    // The last one is never taken away, whatever was asked for.
    let old: Vec<_> = of(Reason::Scheduled, keep.max(1))
        .chain(of(Reason::Migration, MIGRATIONS))
        .collect();
    if old.is_empty() {
        return Ok(Vec::new());
    }
    let _lock = Lock::alone(&folder.join(".lock"))?;
    for backup in &old {
        // Out of the list at once, whatever becomes of its files.
        let going = folder.join(format!("{GOING}{}", backup.name));
        std::fs::rename(&backup.path, &going).map_err(failed(&going))?;
    }
    tidy(folder)?;
    Ok(old.into_iter().map(|b| b.name.clone()).collect())
}
