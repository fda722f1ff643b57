use crate::files::{FolderLock, read, write_private};
use crate::header::{Header, MachineSlot};
use crate::secret::{KEY, Key, hex, random};
use crate::{TenantKey, UnlockedVault, UserKey, VaultError, keyring_store};
use paceline_model::{TenantId, UserId};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const KEY_FILE: &str = "paceline.key";
/// Database key and root of the tenant keys.
const SECRET_BYTES: usize = 2 * KEY;

/// A key as hexadecimal digits; leaves memory with its owner.
pub type KeyText = Zeroizing<String>;

/// Where keys may be put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPolicy {
    /// The keyring, or a file where there is none.
    Auto,
    /// A file, never the keyring.
    KeyFileOnly,
}

/// Where the keys lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyProtection {
    /// In the operating system's keyring.
    Keyring,
    /// In a file that only this user may read.
    KeyFile,
}

impl MachineSlot {
    /// Puts a folder's secret where it opens without anybody signing in.
    pub(crate) fn store(
        data_dir: &Path,
        policy: KeyPolicy,
        secret: &[u8],
    ) -> Result<Self, VaultError> {
        let id = uuid::Uuid::from_bytes(*random()?);
        let key_id = format!("data-key-{}", id.simple());
        let in_keyring = policy == KeyPolicy::Auto
            && match keyring_store::write(&key_id, secret) {
                Ok(()) => true,
                Err(reason) => {
                    tracing::warn!(reason, "no keyring; the key goes to a file");
                    false
                }
            };
        let protection = if in_keyring {
            KeyProtection::Keyring
        } else {
            // A key file without a header is what an interrupted first start leaves.
            write_private(&data_dir.join(KEY_FILE), secret)?;
            KeyProtection::KeyFile
        };
        Ok(Self { protection, key_id })
    }

    fn secret(&self, data_dir: &Path) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let path = data_dir.join(KEY_FILE);
        let (secret, place) = match self.protection {
            KeyProtection::Keyring => (
                keyring_store::read(&self.key_id)
                    .map_err(|reason| VaultError::KeyringUnreachable { reason })?,
                "the system's keyring".to_owned(),
            ),
            KeyProtection::KeyFile => (
                read(&path, SECRET_BYTES as u64)?.map(Zeroizing::new),
                path.display().to_string(),
            ),
        };
        let secret = secret.ok_or_else(|| VaultError::KeyMissing {
            data_dir: data_dir.to_path_buf(),
            place: place.clone(),
        })?;
        if secret.len() != SECRET_BYTES {
            return Err(VaultError::KeyDamaged { place });
        }
        Ok(secret)
    }

    /// Takes the secret away from where it opens by itself. What a disk or a backup still holds of
    /// an erased file is beyond reach.
    pub(crate) fn forget(&self, data_dir: &Path) -> Result<(), VaultError> {
        match self.protection {
            KeyProtection::Keyring => keyring_store::delete(&self.key_id)
                .map_err(|reason| VaultError::KeyringUnreachable { reason }),
            KeyProtection::KeyFile => remove_key_file(data_dir),
        }
    }
}

/// Removes the key file, if there is one: also one to which no header refers, as an interruption
/// may have left it.
pub(crate) fn remove_key_file(data_dir: &Path) -> Result<(), VaultError> {
    let path = data_dir.join(KEY_FILE);
    match std::fs::remove_file(&path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(VaultError::Io { path, source })
        }
        _ => Ok(()),
    }
}

/// The key that seals a tenant's blobs where tenants had no key of their own yet: BLAKE3's key
/// derivation of the folder's second secret and the tenant's id.
pub(crate) fn derived_tenant_key(root: &[u8], tenant: TenantId) -> TenantKey {
    let parts: [&[u8]; 2] = [root, tenant.0.as_bytes()];
    TenantKey::new(
        tenant,
        Key::hashed("paceline 2026 tenant data key v1", &parts),
    )
}

/// The user key of whoever made the folder, with a passphrase from the first day or without: so one
/// can be added, or taken away, and everything sealed with the key stays readable.
pub(crate) fn first_user_key(root: &Key, user: UserId) -> UserKey {
    let key = Key::derived(
        "paceline 2026 user key of a folder v1",
        &[root.bytes(), user.0.as_bytes()],
    );
    UserKey { user, key }
}

/// Whether a folder without a header holds data, which then must not be started over.
pub(crate) fn holds_data(data_dir: &Path) -> bool {
    data_dir.join("paceline.db").exists()
}

/// Copies the header of one folder to another, whose own is replaced: for backups, which hold no
/// key but those wrapped in the header.
///
/// # Errors
/// [`VaultError::KeyMissing`] if there is none; one that is damaged or newer; files that cannot be
/// read or written.
pub fn copy_header(from: &Path, to: &Path) -> Result<(), VaultError> {
    let header = Header::load(from)?.ok_or_else(|| Header::missing(from))?;
    header.save(to)
}

/// [`copy_header`], and the key file where the folder has one: the copy opens as the folder does.
///
/// # Errors
/// As [`copy_header`].
pub fn copy_keys(from: &Path, to: &Path) -> Result<(), VaultError> {
    if let Some(secret) = read(&from.join(KEY_FILE), SECRET_BYTES as u64)?.map(Zeroizing::new) {
        write_private(&to.join(KEY_FILE), &secret)?;
    }
    copy_header(from, to)
}

/// The keys of one data folder that opens without anybody signing in.
pub struct Vault {
    data_dir: PathBuf,
    secret: Zeroizing<Vec<u8>>,
    protection: KeyProtection,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({:?})", self.protection)
    }
}

impl Vault {
    /// Opens the keys of `data_dir`, or makes them if the folder is new.
    ///
    /// New keys are made only where neither a header nor a database is: a lost
    /// key is an error, never a fresh start over somebody's data.
    ///
    /// # Errors
    /// Key missing, damaged or out of reach; files that cannot be read or written;
    /// [`VaultError::SignInNeeded`] if the folder opens only for its accounts.
    pub fn open(data_dir: &Path, policy: KeyPolicy) -> Result<Self, VaultError> {
        if let Some(header) = Header::load(data_dir)? {
            return Self::existing(data_dir, &header);
        }
        if holds_data(data_dir) {
            return Err(Header::missing(data_dir));
        }
        let _lock = FolderLock::take(data_dir)?;
        // Another process may have been first.
        match Header::load(data_dir)? {
            Some(header) => Self::existing(data_dir, &header),
            None => Self::create(data_dir, policy),
        }
    }

    fn existing(data_dir: &Path, header: &Header) -> Result<Self, VaultError> {
        let slot = header.machine.as_ref().ok_or(VaultError::SignInNeeded)?;
        let secret = slot.secret(data_dir)?;
        header.keep_copy(data_dir);
        Ok(Self {
            data_dir: data_dir.to_path_buf(),
            secret,
            protection: slot.protection,
        })
    }

    fn create(data_dir: &Path, policy: KeyPolicy) -> Result<Self, VaultError> {
        let secret = Zeroizing::new(random::<SECRET_BYTES>()?.to_vec());
        let slot = MachineSlot::store(data_dir, policy, &secret)?;
        let protection = slot.protection;
        let header = Header {
            machine: Some(slot),
            users: vec![],
        };
        header.save(data_dir)?;
        Ok(Self {
            data_dir: data_dir.to_path_buf(),
            secret,
            protection,
        })
    }

    /// Where the keys lie.
    #[must_use]
    pub const fn protection(&self) -> KeyProtection {
        self.protection
    }

    /// The raw key of `paceline.db`, as 64 hexadecimal digits.
    #[must_use]
    pub fn database_key_hex(&self) -> KeyText {
        Zeroizing::new(hex::encode(&self.secret[..KEY]))
    }

    /// The key that seals a tenant's blobs: BLAKE3's key derivation of the folder's second secret
    /// and the tenant's id.
    #[must_use]
    pub fn tenant_key(&self, tenant: TenantId) -> TenantKey {
        derived_tenant_key(&self.secret[KEY..], tenant)
    }

    /// The same keys as those of one user, who is whoever uses this machine: the form in which a
    /// folder with and without accounts is used alike, and in which a passphrase can be added.
    ///
    /// # Errors
    /// [`VaultError::SignInNeeded`] if the folder has accounts besides: their keys are their own.
    pub fn into_unlocked(self, user: UserId) -> Result<UnlockedVault, VaultError> {
        self.unlocked_for(user)
    }

    /// [`Vault::into_unlocked`] while it is not known for certain whose folder it is.
    ///
    /// # Errors
    /// As [`Vault::into_unlocked`].
    pub fn unlocked_for(&self, user: UserId) -> Result<UnlockedVault, VaultError> {
        let (database, root) = self.secret.split_at(KEY);
        let database = Key::from_bytes(database).ok_or(VaultError::SealBroken)?;
        let root = Key::from_bytes(root).ok_or(VaultError::SealBroken)?;
        let header =
            Header::load(&self.data_dir)?.ok_or_else(|| Header::missing(&self.data_dir))?;
        let key = first_user_key(&root, user);
        let owner = |record: &crate::header::Record| record.public_key == key.member().public();
        if !header.users.is_empty() && !header.record(user).is_ok_and(owner) {
            return Err(VaultError::SignInNeeded);
        }
        Ok(UnlockedVault::new(
            self.data_dir.clone(),
            database,
            Some(root),
            key,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(dir: &Path) -> Result<Vault, VaultError> {
        Vault::open(dir, KeyPolicy::KeyFileOnly)
    }

    #[test]
    fn keys_are_the_same_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let first = open(dir.path()).unwrap();
        let second = open(dir.path()).unwrap();
        assert_eq!(*first.database_key_hex(), *second.database_key_hex());
        assert_eq!(first.database_key_hex().len(), 64);
        assert_eq!(second.protection(), KeyProtection::KeyFile);
        let tenant = TenantId(uuid::Uuid::from_u128(5));
        let sealed = first
            .tenant_key(tenant)
            .seal(b"x", crate::SealedKind::Secret, b"s")
            .unwrap();
        let opened = second
            .tenant_key(tenant)
            .open(b"x", crate::SealedKind::Secret, &sealed);
        assert_eq!(opened.unwrap(), b"s");
    }

    #[cfg(unix)]
    #[test]
    fn the_key_file_is_for_this_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).unwrap();
        let mode = std::fs::metadata(dir.path().join(KEY_FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_lost_key_is_an_error_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).unwrap();
        std::fs::remove_file(dir.path().join(KEY_FILE)).unwrap();
        assert!(matches!(
            open(dir.path()),
            Err(VaultError::KeyMissing { .. })
        ));
        assert!(!dir.path().join(KEY_FILE).exists());
        // Header gone too, but a database is there.
        std::fs::remove_file(dir.path().join("vault.json")).unwrap();
        std::fs::remove_file(dir.path().join("vault.json.bak")).unwrap();
        std::fs::write(dir.path().join("paceline.db"), b"data").unwrap();
        assert!(matches!(
            open(dir.path()),
            Err(VaultError::KeyMissing { .. })
        ));
    }

    #[test]
    fn a_key_cut_short_is_named_as_damaged() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).unwrap();
        std::fs::write(dir.path().join(KEY_FILE), b"short").unwrap();
        assert!(matches!(
            open(dir.path()),
            Err(VaultError::KeyDamaged { .. })
        ));
    }

    #[test]
    fn a_secret_service_keeps_the_key() {
        // Only a session that offers a keyring can show this; the test command starts one.
        if std::env::var("PACELINE_TEST_KEYRING").is_err() {
            eprintln!("skipped: PACELINE_TEST_KEYRING is not set, there is no keyring to test");
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let first = Vault::open(dir.path(), KeyPolicy::Auto).unwrap();
        assert_eq!(first.protection(), KeyProtection::Keyring);
        assert!(!dir.path().join(KEY_FILE).exists());
        let second = Vault::open(dir.path(), KeyPolicy::Auto).unwrap();
        assert_eq!(*first.database_key_hex(), *second.database_key_hex());
        let slot = Header::load(dir.path()).unwrap().unwrap().machine.unwrap();
        slot.forget(dir.path()).unwrap();
        assert!(matches!(
            Vault::open(dir.path(), KeyPolicy::Auto),
            Err(VaultError::KeyMissing { .. })
        ));
    }
}
