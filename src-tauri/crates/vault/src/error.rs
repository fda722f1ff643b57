use std::path::PathBuf;
use thiserror::Error;

/// Why keys or sealed values cannot be used; each says what to do. None holds a secret.
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
    /// The header file and its copy are damaged.
    #[error(
        "{} is damaged, and its copy {} is damaged or missing. Restore one of them from a backup; without it the data cannot be opened. Nothing was changed.",
        path.display(),
        copy.display()
    )]
    HeaderDamaged { path: PathBuf, copy: PathBuf },
    /// The header file comes from a later version of Paceline.
    #[error(
        "{} was written by a newer version of Paceline (format {version}). Install that version to open this data; nothing was changed.",
        path.display()
    )]
    HeaderNewer { path: PathBuf, version: u32 },
    /// An account's entry in the header does not fit its keys.
    #[error(
        "The entry of {handle} in {} was changed outside Paceline or is damaged. Restore the file from a backup; nothing was changed.",
        path.display()
    )]
    RecordBroken { path: PathBuf, handle: String },
    /// Another process changes the accounts and does not finish.
    #[error("Another Paceline is using {}. Close it, or wait, and try again.", path.display())]
    Busy { path: PathBuf },
    /// The folder opens only for an account.
    #[error("This data belongs to accounts with a passphrase. Sign in to open it.")]
    SignInNeeded,
    /// The folder has keys already.
    #[error("The folder {} holds data already. Open it, or choose an empty folder.", data_dir.display())]
    NotEmpty { data_dir: PathBuf },
    /// The vault that gave this key out was locked.
    #[error("Paceline is locked. Unlock it and try again; nothing is lost.")]
    Locked,
    /// Not a file that Paceline sealed.
    #[error("This is no sealed file of Paceline. Choose another file.")]
    NotSealed,
    /// A sealed file of a later version.
    #[error(
        "This file was sealed by a newer version of Paceline (format {version}). Install that version to open it."
    )]
    SealedNewer { version: u16 },
    /// Not the passphrase of a sealed file.
    #[error(
        "This is not the passphrase of the file, or the file is damaged. Check the keyboard layout and capitals."
    )]
    FilePassphrase,
    /// A sealed file was changed or cut short.
    #[error("The file is damaged or cut short. Use another copy of it; nothing was changed.")]
    FileDamaged,
    /// A sealed file cannot be read or written.
    #[error("The file could not be read or written ({0}). Check it and the free space.")]
    Stream(#[from] std::io::Error),
    /// No such account.
    #[error("There is no such account in this data folder.")]
    UnknownUser,
    /// The handle is another account's, or the user has an account.
    #[error("This name is taken by another account. Choose another one.")]
    HandleTaken,
    /// The handle is empty, too long or holds characters that do not show.
    #[error("A name has 1 to 64 characters, all of which show.")]
    HandleInvalid,
    /// The passphrase is too short to be chosen, or absurdly long.
    #[error(
        "A passphrase has at least 8 characters and at most 1024 bytes. A few uncommon words make a good one."
    )]
    PassphraseLength,
    /// Not the passphrase of this account.
    #[error("This is not the passphrase of this account. Check the keyboard layout and capitals.")]
    WrongPassphrase,
    /// Too soon after failed attempts.
    #[error("Too many wrong attempts. Try again in {seconds} s with Paceline left open.")]
    Wait { seconds: u64 },
    /// Argon2's memory is not to be had.
    #[error(
        "{mib} MiB of free memory are needed to check the passphrase. Close other programs and try again."
    )]
    Memory { mib: u32 },
    /// A group of the recovery key was typed wrongly.
    #[error("There is a typing error in group {group} of the recovery key.")]
    RecoveryKeyTypo { group: usize },
    /// Letters of the recovery key are missing or too many.
    #[error("A recovery key has eight groups of five letters or digits. Check that all are there.")]
    RecoveryKeyLength,
    /// A recovery key, but not the one in force.
    #[error("This recovery key is not the one of this account; a newer one may have replaced it.")]
    WrongRecoveryKey,
    /// The account has no keyring unlock.
    #[error(
        "Unlocking through the system's keyring is not set up for this account. Sign in with the passphrase."
    )]
    NoKeyringUnlock,
    /// Only an account that had the folder before there were accounts can do this.
    #[error("Only the account that owned this data folder before it had accounts can do this.")]
    NotOwner,
    /// The folder would be left without a way in.
    #[error("This would leave nobody who can open the data. Set up another account first.")]
    LastWayIn,
    /// Not the code of this moment, or not a recovery code.
    #[error(
        "This code is not right. Check the clock of this machine and of the phone, and use the newest code."
    )]
    WrongCode,
    /// The code was used before.
    #[error("This code was used already. Wait for the next one.")]
    CodeUsed,
}
