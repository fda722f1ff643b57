//! Where everything lives, computed without a window so that the app and the
//! CLI agree.

use crate::WireError;
use std::path::PathBuf;

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The folder that holds everything; created where absent.
    pub data_dir: PathBuf,
    /// Never ask the OS keyring: keys go to a file only this user may read.
    pub key_file_only: bool,
}

impl OpenOptions {
    /// What the environment says: `PACELINE_DATA_DIR`, `PACELINE_KEY_FILE_ONLY=1`.
    ///
    /// # Errors
    /// `storage` where no folder can be derived (no home directory).
    pub fn from_env() -> Result<Self, WireError> {
        let data_dir = default_data_dir().ok_or_else(|| WireError::Storage {
            reason:
                "No home folder was found to keep the data in. Set PACELINE_DATA_DIR to a folder."
                    .to_owned(),
        })?;
        Ok(Self {
            data_dir,
            key_file_only: key_file_only(),
        })
    }
}

/// Whether the environment forbids the OS keyring.
#[must_use]
pub fn key_file_only() -> bool {
    std::env::var("PACELINE_KEY_FILE_ONLY").is_ok_and(|v| v == "1")
}

/// `PACELINE_DATA_DIR`; else the platform's folder for application data:
/// `$XDG_DATA_HOME/paceline` or `~/.local/share/paceline` on Linux,
/// `~/Library/Application Support/Paceline` on macOS, `%APPDATA%\Paceline` on Windows.
#[must_use]
pub fn default_data_dir() -> Option<PathBuf> {
    let var = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    if let Some(dir) = var("PACELINE_DATA_DIR") {
        return std::path::absolute(dir).ok();
    }
    if cfg!(target_os = "windows") {
        return var("APPDATA").map(|d| d.join("Paceline"));
    }
    if cfg!(target_os = "macos") {
        return var("HOME").map(|d| d.join("Library/Application Support/Paceline"));
    }
    var("XDG_DATA_HOME")
        .filter(|d| d.is_absolute())
        .or_else(|| var("HOME").map(|d| d.join(".local/share")))
        .map(|d| d.join("paceline"))
}
