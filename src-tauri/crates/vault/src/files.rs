//! Small files that must be whole, and the lock that keeps two processes from
//! writing them at once.

use crate::VaultError;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

const LOCK: &str = "vault.lock";
/// Writing takes milliseconds; who holds the lock longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

fn failed(path: &Path) -> impl Fn(std::io::Error) -> VaultError {
    move |source| VaultError::Io {
        path: path.to_path_buf(),
        source,
    }
}

fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// Writes so that a crash leaves the old file or the new one, readable by this user alone.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let failed = failed(path);
    let temporary = path.with_extension("new");
    let mut file = private().truncate(true).open(&temporary).map_err(&failed)?;
    file.write_all(bytes).map_err(&failed)?;
    file.sync_all().map_err(&failed)?;
    drop(file);
    std::fs::rename(&temporary, path).map_err(&failed)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        // The new name itself must reach the disk; some file systems cannot do it and need not.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(())
}

/// The whole file, or its first `limit` + 1 bytes; `None` if it is not there.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, VaultError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(path)(e)),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(failed(path))?;
    Ok(Some(bytes))
}

/// Held while the header is read, changed and written; the system drops it with the process.
pub(crate) struct FolderLock(#[expect(dead_code, reason = "held for its drop")] File);

impl FolderLock {
    pub(crate) fn take(data_dir: &Path) -> Result<Self, VaultError> {
        Self::take_within(data_dir, PATIENCE)
    }

    fn take_within(data_dir: &Path, patience: Duration) -> Result<Self, VaultError> {
        let path = data_dir.join(LOCK);
        let file = private().open(&path).map_err(failed(&path))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::Error(source)) => return Err(failed(&path)(source)),
                Err(TryLockError::WouldBlock) if start.elapsed() > patience => {
                    return Err(VaultError::Busy { path });
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_once_and_free_again_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let held = FolderLock::take(dir.path()).unwrap();
        let second = FolderLock::take_within(dir.path(), Duration::from_millis(30));
        assert!(matches!(second, Err(VaultError::Busy { .. })));
        drop(held);
        assert!(FolderLock::take_within(dir.path(), Duration::ZERO).is_ok());
    }

    #[test]
    fn a_file_that_is_missing_is_none_and_one_too_long_is_cut() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        assert_eq!(read(&path, 4).unwrap(), None);
        write_private(&path, b"123456").unwrap();
        assert_eq!(read(&path, 4).unwrap().unwrap(), b"12345");
        assert_eq!(read(&path, 6).unwrap().unwrap(), b"123456");
        assert!(!path.with_extension("new").exists());
    }
}
