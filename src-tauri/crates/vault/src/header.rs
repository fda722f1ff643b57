//! The plain header file `vault.json`: what must be readable before anything
//! is unlocked, and nothing else. It holds user handles, how their keys are
//! derived, wrapped keys, public keys and the state of the throttle.
//!
//! Version 1 names where the one secret of a folder without accounts lies;
//! version 2 adds accounts. Every change writes the file and a second copy,
//! `vault.json.bak`, which is used where the first is damaged or gone. The copy
//! is never older on purpose: an old one would still open with a passphrase
//! that was changed.

use crate::files::{FolderLock, read, write_private};
use crate::kdf::{KdfParams, SALT};
use crate::secret::hex;
use crate::throttle::Throttle;
use crate::{KeyProtection, VaultError};
use paceline_model::UserId;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const HEADER: &str = "vault.json";
const COPY: &str = "vault.json.bak";
const WITHOUT_ACCOUNTS: u32 = 1;
const WITH_ACCOUNTS: u32 = 2;
/// Far above a thousand accounts.
const LIMIT: u64 = 4 << 20;
const LONGEST_HANDLE: usize = 64;

/// Where the secret of a folder lies that opens without anybody signing in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MachineSlot {
    pub(crate) protection: KeyProtection,
    /// Names the keyring entry, so that several data folders do not share one.
    pub(crate) key_id: String,
}

/// The user key under a key derived from the passphrase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassphraseSlot {
    /// Always Argon2id, version 1.3.
    pub(crate) argon2id: KdfParams,
    #[serde(with = "hex")]
    pub(crate) salt: Vec<u8>,
    #[serde(with = "hex")]
    pub(crate) wrapped: Vec<u8>,
}

/// The user key under a random key in the system's keyring.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyringSlot {
    pub(crate) entry: String,
    #[serde(with = "hex")]
    pub(crate) wrapped: Vec<u8>,
}

/// Bytes in hexadecimal digits, where a field may be absent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wrapped(#[serde(with = "hex")] pub(crate) Vec<u8>);

/// One account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub(crate) user: UserId,
    pub(crate) handle: String,
    #[serde(with = "hex")]
    pub(crate) public_key: Vec<u8>,
    pub(crate) passphrase: PassphraseSlot,
    pub(crate) recovery: Wrapped,
    pub(crate) keyring: Option<KeyringSlot>,
    /// The database's key under the user key.
    #[serde(with = "hex")]
    pub(crate) database: Vec<u8>,
    /// The root of the derived tenant keys under the user key, for who had it before accounts.
    pub(crate) root: Option<Wrapped>,
    /// Vouches with the database's key for user, handle and public key.
    #[serde(with = "hex")]
    pub(crate) seal: Vec<u8>,
    pub(crate) throttle: Throttle,
    /// Attempts on the second factor, which a right passphrase must not clear.
    pub(crate) code_throttle: Throttle,
}

/// The header file in memory.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) machine: Option<MachineSlot>,
    pub(crate) users: Vec<Record>,
}

#[derive(Deserialize)]
struct AnyVersion {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Version1 {
    version: u32,
    protection: KeyProtection,
    key_id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version2 {
    version: u32,
    machine: Option<MachineSlot>,
    users: Vec<Record>,
    /// BLAKE3 of this file's content with this field empty: finds damage, not intent.
    check: String,
}

enum Fault {
    Damaged,
    Newer(u32),
}

/// The handle as it is kept, if it can be one: 1 to 64 characters that show, in form C.
pub(crate) fn handle(text: &str) -> Result<String, VaultError> {
    use unicode_normalization::UnicodeNormalization as _;
    let handle: String = text.trim().nfc().collect();
    let length = handle.chars().count();
    if !(1..=LONGEST_HANDLE).contains(&length) || handle.chars().any(char::is_control) {
        return Err(VaultError::HandleInvalid);
    }
    Ok(handle)
}

/// Whether a person would take two handles for the same.
fn alike(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

impl Version2 {
    fn sum(&mut self) -> Result<String, VaultError> {
        self.check.clear();
        Ok(blake3::hash(&json(self)?).to_hex().to_string())
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, VaultError> {
    serde_json::to_vec_pretty(value).map_err(|e| VaultError::Random(e.to_string()))
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() as u64 > LIMIT {
            return Err(Fault::Damaged);
        }
        let any: AnyVersion = serde_json::from_slice(bytes).map_err(|_| Fault::Damaged)?;
        match any.version {
            WITHOUT_ACCOUNTS => {
                let old: Version1 = serde_json::from_slice(bytes).map_err(|_| Fault::Damaged)?;
                Ok(Self {
                    machine: Some(MachineSlot {
                        protection: old.protection,
                        key_id: old.key_id,
                    }),
                    users: vec![],
                })
            }
            WITH_ACCOUNTS => {
                let mut file: Version2 =
                    serde_json::from_slice(bytes).map_err(|_| Fault::Damaged)?;
                let check = std::mem::take(&mut file.check);
                let sum = file.sum().map_err(|_| Fault::Damaged)?;
                let header = Self {
                    machine: file.machine,
                    users: file.users,
                };
                if check != sum || !header.sound() {
                    return Err(Fault::Damaged);
                }
                Ok(header)
            }
            0 => Err(Fault::Damaged),
            newer => Err(Fault::Newer(newer)),
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, VaultError> {
        // A folder without accounts stays readable for earlier versions of Paceline.
        if let (Some(machine), true) = (&self.machine, self.users.is_empty()) {
            return json(&Version1 {
                version: WITHOUT_ACCOUNTS,
                protection: machine.protection,
                key_id: machine.key_id.clone(),
            });
        }
        let mut file = Version2 {
            version: WITH_ACCOUNTS,
            machine: self.machine.clone(),
            users: self.users.clone(),
            check: String::new(),
        };
        file.check = file.sum()?;
        json(&file)
    }

    fn sound(&self) -> bool {
        let whole = |record: &Record| {
            record.passphrase.argon2id.acceptable()
                && record.passphrase.salt.len() == SALT
                && handle(&record.handle).is_ok_and(|kept| kept == record.handle)
        };
        let once = self.users.iter().enumerate().all(|(at, record)| {
            self.users[..at]
                .iter()
                .all(|other| other.user != record.user && !alike(&other.handle, &record.handle))
        });
        (self.machine.is_some() || !self.users.is_empty()) && once && self.users.iter().all(whole)
    }

    /// The header of a data folder; `None` if it has none.
    pub(crate) fn load(data_dir: &Path) -> Result<Option<Self>, VaultError> {
        let (path, copy) = (data_dir.join(HEADER), data_dir.join(COPY));
        let parse = |path: &PathBuf| -> Result<Option<Option<Self>>, VaultError> {
            match read(path, LIMIT)?.map(|bytes| Self::parse(&bytes)) {
                None => Ok(None),
                Some(Ok(header)) => Ok(Some(Some(header))),
                Some(Err(Fault::Damaged)) => Ok(Some(None)),
                Some(Err(Fault::Newer(version))) => Err(VaultError::HeaderNewer {
                    path: path.clone(),
                    version,
                }),
            }
        };
        let first = parse(&path)?;
        if let Some(Some(header)) = first {
            return Ok(Some(header));
        }
        match parse(&copy)? {
            Some(Some(header)) => {
                tracing::warn!(path = %path.display(), "the key file is damaged; using its copy");
                Ok(Some(header))
            }
            None if first.is_none() => Ok(None),
            _ => Err(VaultError::HeaderDamaged { path, copy }),
        }
    }

    /// Writes the header and its copy. Under the folder's lock.
    pub(crate) fn save(&self, data_dir: &Path) -> Result<(), VaultError> {
        let bytes = self.bytes()?;
        write_private(&data_dir.join(HEADER), &bytes)?;
        write_private(&data_dir.join(COPY), &bytes)
    }

    /// Makes the copy where an earlier version of Paceline made none; its lack stops nobody.
    pub(crate) fn keep_copy(&self, data_dir: &Path) {
        let copy = data_dir.join(COPY);
        if copy.exists() {
            return;
        }
        let written = self.bytes().and_then(|bytes| write_private(&copy, &bytes));
        if let Err(e) = written {
            tracing::warn!(error = %e, "the copy of the key file was not written");
        }
    }

    /// Changes the header as it is on the disk now; writes nothing if `change` fails.
    pub(crate) fn update<T>(
        data_dir: &Path,
        change: impl FnOnce(&mut Self) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let _lock = FolderLock::take(data_dir)?;
        let mut header = Self::load(data_dir)?.ok_or_else(|| Self::missing(data_dir))?;
        let done = change(&mut header)?;
        header.save(data_dir)?;
        Ok(done)
    }

    pub(crate) fn path(data_dir: &Path) -> PathBuf {
        data_dir.join(HEADER)
    }

    pub(crate) fn missing(data_dir: &Path) -> VaultError {
        VaultError::KeyMissing {
            data_dir: data_dir.to_path_buf(),
            place: Self::path(data_dir).display().to_string(),
        }
    }

    pub(crate) fn record(&self, user: UserId) -> Result<&Record, VaultError> {
        let mut users = self.users.iter();
        users
            .find(|r| r.user == user)
            .ok_or(VaultError::UnknownUser)
    }

    pub(crate) fn record_mut(&mut self, user: UserId) -> Result<&mut Record, VaultError> {
        let mut users = self.users.iter_mut();
        users
            .find(|r| r.user == user)
            .ok_or(VaultError::UnknownUser)
    }

    pub(crate) fn add(&mut self, record: Record) -> Result<(), VaultError> {
        let taken =
            |other: &Record| other.user == record.user || alike(&other.handle, &record.handle);
        if self.users.iter().any(taken) {
            return Err(VaultError::HandleTaken);
        }
        self.users.push(record);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
