//! Files around the databases: written whole, locked, with errors that say what to do.

use crate::StoreError;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

pub(crate) fn failed(path: &Path) -> impl Fn(std::io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { path: path.clone() }
        }
        _ => StoreError::Io {
            path: path.clone(),
            source,
        },
    }
}

/// Makes new names in a folder last through a power cut, where the file system can.
pub(crate) fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|f| f.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

/// Waits until the disk has a file.
pub(crate) fn sync(path: &Path) -> Result<(), StoreError> {
    let file = File::options().write(true).open(path);
    file.and_then(|f| f.sync_all()).map_err(failed(path))
}

/// Writes so that a crash leaves the old file or the new one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let new = path.with_extension("new");
    let mut file = File::create(&new).map_err(failed(&new))?;
    file.write_all(bytes).map_err(failed(&new))?;
    file.sync_all().map_err(failed(&new))?;
    drop(file);
    std::fs::rename(&new, path).map_err(failed(path))?;
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    Ok(())
}

pub(crate) fn make_folder(path: &Path) -> Result<(), StoreError> {
    std::fs::create_dir_all(path).map_err(failed(path))
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(failed(path)(e)),
        _ => Ok(()),
    }
}

/// A lock on a file of its own; the system drops it with the process.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    fn open(path: &Path) -> Result<File, StoreError> {
        let mut options = File::options();
        options.create(true).truncate(false).write(true).read(true);
        options.open(path).map_err(failed(path))
    }

    /// Held by one alone.
    pub(crate) fn alone(path: &Path) -> Result<Self, StoreError> {
        let file = Self::open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(TryLockError::Error(e)) => Err(failed(path)(e)),
        }
    }

    /// Held beside others, and not beside one who is alone.
    pub(crate) fn shared(path: &Path) -> Result<Self, StoreError> {
        let file = Self::open(path)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(TryLockError::Error(e)) => Err(failed(path)(e)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The system would do it too, some time after the file is closed.
        let _ = self.0.unlock();
    }
}
