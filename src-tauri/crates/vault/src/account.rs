//! One account's entry in the header: how its user key is reached, and what
//! the user key opens.
//!
//! Every wrapped key names in its associated data the user and the slot it is
//! for, so one that was copied into another user's entry, or into another slot,
//! does not open.

use crate::header::{Header, KeyringSlot, PassphraseSlot, Record, Wrapped, handle};
use crate::kdf::SALT;
use crate::member::MemberKey;
use crate::secret::{Key, joined, random};
use crate::throttle::Throttle;
use crate::{KdfParams, Passphrase, RecoveryKey, UserKey, VaultError, keyring_store};
use paceline_model::UserId;
use std::path::Path;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// What a user key is wrapped by, or what it wraps.
#[derive(Clone, Copy)]
enum Slot {
    Passphrase,
    Recovery,
    Keyring,
    Database,
    Root,
}

fn purpose(slot: Slot, user: UserId, more: &[u8]) -> Zeroizing<Vec<u8>> {
    let name: &[u8] = match slot {
        Slot::Passphrase => b"user key by passphrase",
        Slot::Recovery => b"user key by recovery key",
        Slot::Keyring => b"user key by keyring",
        Slot::Database => b"database key",
        Slot::Root => b"root of tenant keys",
    };
    joined(&[b"paceline 2026", name, user.0.as_bytes(), more])
}

fn kdf_bytes(params: KdfParams) -> Vec<u8> {
    let (memory, passes, lanes) = params.costs();
    [memory, passes, lanes]
        .iter()
        .flat_map(|n| n.to_le_bytes())
        .collect()
}

impl PassphraseSlot {
    pub(crate) fn new(
        key: &UserKey,
        passphrase: &Passphrase,
        params: KdfParams,
    ) -> Result<Self, VaultError> {
        let salt = random::<SALT>()?.to_vec();
        let outer = params.derive(passphrase.bytes(), &salt)?;
        let purpose = purpose(Slot::Passphrase, key.user, &kdf_bytes(params));
        Ok(Self {
            argon2id: params,
            wrapped: outer.wrap(&purpose, &key.key)?,
            salt,
        })
    }

    /// The user key, or [`VaultError::WrongPassphrase`]. Takes as long as the parameters say.
    pub(crate) fn open(
        &self,
        user: UserId,
        passphrase: &Passphrase,
    ) -> Result<UserKey, VaultError> {
        let outer = self.argon2id.derive(passphrase.bytes(), &self.salt)?;
        let purpose = purpose(Slot::Passphrase, user, &kdf_bytes(self.argon2id));
        let key = outer
            .unwrap_key(&purpose, &self.wrapped)
            .map_err(|_| VaultError::WrongPassphrase)?;
        Ok(UserKey { user, key })
    }
}

/// A recovery key and the user key under it.
pub(crate) fn recovery_slot(key: &UserKey) -> Result<(Wrapped, RecoveryKey), VaultError> {
    let recovery = RecoveryKey::random()?;
    let purpose = purpose(Slot::Recovery, key.user, &[]);
    let wrapped = recovery.key(key.user).wrap(&purpose, &key.key)?;
    Ok((Wrapped(wrapped), recovery))
}

impl KeyringSlot {
    /// Puts a random key into the keyring and the user key under it.
    pub(crate) fn new(key: &UserKey) -> Result<Self, VaultError> {
        let outer = Key::random()?;
        let id = uuid::Uuid::from_bytes(*random()?);
        let entry = format!("user-key-{}", id.simple());
        let purpose = purpose(Slot::Keyring, key.user, entry.as_bytes());
        let wrapped = outer.wrap(&purpose, &key.key)?;
        keyring_store::write(&entry, outer.bytes())
            .map_err(|reason| VaultError::KeyringUnreachable { reason })?;
        Ok(Self { entry, wrapped })
    }

    pub(crate) fn open(&self, user: UserId, data_dir: &Path) -> Result<UserKey, VaultError> {
        let place = || "the system's keyring".to_owned();
        let secret = keyring_store::read(&self.entry)
            .map_err(|reason| VaultError::KeyringUnreachable { reason })?
            .ok_or_else(|| VaultError::KeyMissing {
                data_dir: data_dir.to_path_buf(),
                place: place(),
            })?;
        let purpose = purpose(Slot::Keyring, user, self.entry.as_bytes());
        let key = Key::from_bytes(&secret)
            .and_then(|outer| outer.unwrap_key(&purpose, &self.wrapped).ok())
            .ok_or_else(|| VaultError::KeyDamaged { place: place() })?;
        Ok(UserKey { user, key })
    }

    pub(crate) fn forget(&self) -> Result<(), VaultError> {
        keyring_store::delete(&self.entry)
            .map_err(|reason| VaultError::KeyringUnreachable { reason })
    }
}

impl Record {
    /// A new account; `root` only for who holds the folder's derived tenant keys.
    pub(crate) fn new(
        key: &UserKey,
        name: &str,
        (passphrase, params): (&Passphrase, KdfParams),
        database: &Key,
        root: Option<&Key>,
    ) -> Result<(Self, RecoveryKey), VaultError> {
        let user = key.user;
        let (recovery, printed) = recovery_slot(key)?;
        let root = root
            .map(|root| key.key.wrap(&purpose(Slot::Root, user, &[]), root))
            .transpose()?;
        let mut record = Self {
            user,
            handle: handle(name)?,
            public_key: key.member().public().to_vec(),
            passphrase: PassphraseSlot::new(key, passphrase, params)?,
            recovery,
            keyring: None,
            database: key
                .key
                .wrap(&purpose(Slot::Database, user, &[]), database)?,
            root: root.map(Wrapped),
            seal: vec![],
            throttle: Throttle::default(),
            code_throttle: Throttle::default(),
        };
        record.seal = record.vouched(database).to_vec();
        Ok((record, printed))
    }

    fn vouched(&self, database: &Key) -> [u8; 32] {
        *Key::derived(
            "paceline 2026 account entry v1",
            &[
                database.bytes(),
                self.user.0.as_bytes(),
                self.handle.as_bytes(),
                &self.public_key,
            ],
        )
        .bytes()
    }

    fn broken(&self, data_dir: &Path) -> VaultError {
        VaultError::RecordBroken {
            path: Header::path(data_dir),
            handle: self.handle.clone(),
        }
    }

    pub(crate) fn recover(&self, recovery: &RecoveryKey) -> Result<UserKey, VaultError> {
        let purpose = purpose(Slot::Recovery, self.user, &[]);
        let key = recovery
            .key(self.user)
            .unwrap_key(&purpose, &self.recovery.0)
            .map_err(|_| VaultError::WrongRecoveryKey)?;
        Ok(UserKey {
            user: self.user,
            key,
        })
    }

    /// The database's key and, for who holds it, the root of the derived tenant keys.
    pub(crate) fn keys(
        &self,
        key: &UserKey,
        data_dir: &Path,
    ) -> Result<(Key, Option<Key>), VaultError> {
        let open = |slot, wrapped: &[u8]| {
            key.key
                .unwrap_key(&purpose(slot, self.user, &[]), wrapped)
                .map_err(|_| self.broken(data_dir))
        };
        let database = open(Slot::Database, &self.database)?;
        let root = self.root.as_ref();
        let root = root.map(|w| open(Slot::Root, &w.0)).transpose()?;
        if self.member(&database, data_dir)? != key.member() {
            return Err(self.broken(data_dir));
        }
        Ok((database, root))
    }

    /// The public key, if the database's key vouches for it.
    pub(crate) fn member(&self, database: &Key, data_dir: &Path) -> Result<MemberKey, VaultError> {
        let vouched = self.vouched(database);
        if !bool::from(vouched.ct_eq(self.seal.as_slice())) {
            return Err(self.broken(data_dir));
        }
        let bytes = [self.user.0.as_bytes(), &self.public_key[..]].concat();
        MemberKey::from_bytes(&bytes).map_err(|_| self.broken(data_dir))
    }
}
