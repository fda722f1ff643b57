use crate::{TenantKey, VaultError, keyring_store};
use paceline_model::TenantId;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const HEADER: &str = "vault.json";
const KEY_FILE: &str = "paceline.key";
const VERSION: u32 = 1;
/// Database key and root of the tenant keys.
const SECRET_BYTES: usize = 64;

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

/// What must be known before anything can be opened; holds no secret.
#[derive(Serialize, Deserialize)]
struct Header {
    version: u32,
    protection: KeyProtection,
    /// Names the keyring entry, so that several data folders do not share one.
    key_id: String,
}

/// The keys of one data folder.
pub struct Vault {
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
    /// Key missing, damaged or out of reach; files that cannot be read or written.
    pub fn open(data_dir: &Path, policy: KeyPolicy) -> Result<Self, VaultError> {
        let header_path = data_dir.join(HEADER);
        match std::fs::read(&header_path) {
            Ok(bytes) => {
                let header: Header =
                    serde_json::from_slice(&bytes).map_err(|_| VaultError::KeyDamaged {
                        place: header_path.display().to_string(),
                    })?;
                Self::existing(data_dir, &header)
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                if data_dir.join("paceline.db").exists() {
                    return Err(VaultError::KeyMissing {
                        data_dir: data_dir.to_path_buf(),
                        place: header_path.display().to_string(),
                    });
                }
                Self::create(data_dir, policy)
            }
            Err(source) => Err(VaultError::Io {
                path: header_path,
                source,
            }),
        }
    }

    fn existing(data_dir: &Path, header: &Header) -> Result<Self, VaultError> {
        let key_path = data_dir.join(KEY_FILE);
        let (secret, place) = match header.protection {
            KeyProtection::Keyring => (
                keyring_store::read(&header.key_id)
                    .map_err(|reason| VaultError::KeyringUnreachable { reason })?,
                "the system's keyring".to_owned(),
            ),
            KeyProtection::KeyFile => {
                let secret = match std::fs::read(&key_path) {
                    Ok(bytes) => Some(bytes),
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
                    Err(source) => {
                        return Err(VaultError::Io {
                            path: key_path,
                            source,
                        });
                    }
                };
                (secret, key_path.display().to_string())
            }
        };
        let secret = Zeroizing::new(secret.ok_or_else(|| VaultError::KeyMissing {
            data_dir: data_dir.to_path_buf(),
            place: place.clone(),
        })?);
        if header.version != VERSION || secret.len() != SECRET_BYTES {
            return Err(VaultError::KeyDamaged { place });
        }
        Ok(Self {
            secret,
            protection: header.protection,
        })
    }

    fn create(data_dir: &Path, policy: KeyPolicy) -> Result<Self, VaultError> {
        let mut secret = Zeroizing::new(vec![0u8; SECRET_BYTES]);
        getrandom::fill(&mut secret).map_err(|e| VaultError::Random(e.to_string()))?;
        let mut id = [0u8; 16];
        getrandom::fill(&mut id).map_err(|e| VaultError::Random(e.to_string()))?;
        let key_id = format!("data-key-{}", uuid::Uuid::from_bytes(id).simple());
        let in_keyring = policy == KeyPolicy::Auto
            && match keyring_store::write(&key_id, &secret) {
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
            write_private(&data_dir.join(KEY_FILE), &secret)?;
            KeyProtection::KeyFile
        };
        let header = Header {
            version: VERSION,
            protection,
            key_id,
        };
        let json =
            serde_json::to_vec_pretty(&header).map_err(|e| VaultError::Random(e.to_string()))?;
        write_private(&data_dir.join(HEADER), &json)?;
        Ok(Self { secret, protection })
    }

    /// Where the keys lie.
    #[must_use]
    pub const fn protection(&self) -> KeyProtection {
        self.protection
    }

    /// The raw key of `paceline.db`, as 64 hexadecimal digits.
    #[must_use]
    pub fn database_key_hex(&self) -> Zeroizing<String> {
        use std::fmt::Write as _;
        let mut hex = Zeroizing::new(String::with_capacity(64));
        for byte in &self.secret[..32] {
            // Writing to a string does not fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    /// The key that seals a tenant's blobs: BLAKE3's key derivation of the folder's second secret
    /// and the tenant's id.
    #[must_use]
    pub fn tenant_key(&self, tenant: TenantId) -> TenantKey {
        let mut hasher = blake3::Hasher::new_derive_key("paceline 2026 tenant data key v1");
        hasher.update(&self.secret[32..]);
        hasher.update(tenant.0.as_bytes());
        let key = Zeroizing::new(*hasher.finalize().as_bytes());
        TenantKey::new(tenant, &key)
    }
}

/// Writes so that a crash leaves the old file or the new one, readable by this user alone.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let temporary: PathBuf = path.with_extension("new");
    let failed = |source| VaultError::Io {
        path: path.to_path_buf(),
        source,
    };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&temporary).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    drop(file);
    std::fs::rename(&temporary, path).map_err(failed)
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
        std::fs::remove_file(dir.path().join(HEADER)).unwrap();
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
        let header: Header =
            serde_json::from_slice(&std::fs::read(dir.path().join(HEADER)).unwrap()).unwrap();
        keyring_store::delete(&header.key_id).unwrap();
        assert!(matches!(
            Vault::open(dir.path(), KeyPolicy::Auto),
            Err(VaultError::KeyMissing { .. })
        ));
    }
}
