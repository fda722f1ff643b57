use std::path::PathBuf;
use thiserror::Error;

/// Why keys or sealed values cannot be used; each says what to do.
#[derive(Debug, Error)]
#[allow(missing_docs)]
pub enum VaultError {
    /// The keyring holds the key, and does not answer.
    #[error(
        "The key to this data lies in the system's keyring, which cannot be reached ({reason}). Unlock or start the keyring and open Paceline again; nothing is lost."
    )]
    KeyringUnreachable { reason: String },
    /// There is data, but no key to it.
    #[error(
        "The key to the data in {} is missing from {place}. Restore it from a backup, or open another data folder; nothing was changed.",
        data_dir.display()
    )]
    KeyMissing { data_dir: PathBuf, place: String },
    /// There is a key, but not a valid one.
    #[error("The key in {place} is damaged. Restore it from a backup; nothing was changed.")]
    KeyDamaged { place: String },
    /// A sealed value was changed, cut short or belongs elsewhere.
    #[error("A stored value does not open with its key: it was changed, cut short or moved.")]
    SealBroken,
    /// The operating system refused a file.
    #[error("{}: {source}. Check the folder's permissions and free space.", path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The operating system gave no randomness.
    #[error("The operating system gave no random bytes: {0}.")]
    Random(String),
}
