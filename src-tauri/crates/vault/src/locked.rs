use crate::files::FolderLock;
use crate::header::{Header, PassphraseSlot, Record};
use crate::keys::{first_user_key, holds_data};
use crate::secret::Key;
use crate::throttle::Throttle;
use crate::{
    KdfParams, KeyProtection, Now, Passphrase, RecoveryKey, UnlockedVault, UserKey, VaultError,
};
use paceline_model::UserId;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An account as it may be shown before anybody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: UserId,
    /// The name they sign in with.
    pub handle: String,
    /// Whether the system's keyring can unlock it.
    pub keyring_unlock: bool,
}

/// A data folder of which nothing is unlocked: holds its path and no key.
///
/// Everything here reads the header as it is on the disk, and so knows what
/// other processes changed. Methods that take a passphrase work for as long as
/// its parameters say (about 250 to 500 ms) and belong on a thread of their own.
#[derive(Debug, Clone)]
pub struct LockedVault {
    data_dir: PathBuf,
}

/// Counts an attempt on `user` before it is made; the entry as it was then.
pub(crate) fn attempt(
    data_dir: &Path,
    user: UserId,
    now: &Now,
    throttle: impl FnOnce(&mut Record) -> &mut Throttle,
) -> Result<Record, VaultError> {
    let (allowed, record) = Header::update(data_dir, |header| {
        let record = header.record_mut(user)?;
        let before = record.clone();
        // A refusal is written too: the time that passed until now is then known for good.
        Ok((throttle(record).attempt(now), before))
    })?;
    match allowed {
        Ok(()) => Ok(record),
        Err(wait) => Err(VaultError::Wait {
            seconds: wait
                .as_millis()
                .div_ceil(1000)
                .try_into()
                .unwrap_or(u64::MAX),
        }),
    }
}

impl LockedVault {
    /// The accounts' side of `data_dir`, which may be new; changes nothing.
    ///
    /// # Errors
    /// A header that is damaged together with its copy, or comes from a newer version;
    /// [`VaultError::KeyMissing`] if there is data without a header.
    pub fn open(data_dir: &Path) -> Result<Self, VaultError> {
        if Header::load(data_dir)?.is_none() && holds_data(data_dir) {
            return Err(Header::missing(data_dir));
        }
        Ok(Self::of(data_dir.to_path_buf()))
    }

    pub(crate) const fn of(data_dir: PathBuf) -> Self {
        Self { data_dir }
    }

    fn header(&self) -> Result<Header, VaultError> {
        Header::load(&self.data_dir)?.ok_or_else(|| Header::missing(&self.data_dir))
    }

    /// The accounts, in the order in which they were made; none in a folder that is new or opens
    /// without signing in.
    ///
    /// # Errors
    /// As [`LockedVault::open`].
    pub fn accounts(&self) -> Result<Vec<Account>, VaultError> {
        let header = Header::load(&self.data_dir)?;
        let users = header.map(|header| header.users).unwrap_or_default();
        let account = |record: Record| Account {
            user: record.user,
            handle: record.handle,
            keyring_unlock: record.keyring.is_some(),
        };
        Ok(users.into_iter().map(account).collect())
    }

    /// Where the keys lie if the folder opens without signing in ([`crate::Vault::open`]).
    ///
    /// # Errors
    /// As [`LockedVault::open`].
    pub fn opens_by_itself(&self) -> Result<Option<KeyProtection>, VaultError> {
        let header = Header::load(&self.data_dir)?;
        Ok(header.and_then(|h| h.machine).map(|slot| slot.protection))
    }

    /// Makes the keys of a new folder and its first account, and no other way in.
    ///
    /// The recovery key must be shown to be printed; it cannot be shown again, and without it a
    /// lost passphrase cannot be recovered from.
    ///
    /// # Errors
    /// [`VaultError::NotEmpty`] if the folder has keys or data; a handle that is none; no memory
    /// for the parameters; files that cannot be written.
    pub fn sign_up(
        &self,
        user: UserId,
        handle: &str,
        passphrase: &Passphrase,
        params: KdfParams,
    ) -> Result<(UnlockedVault, RecoveryKey), VaultError> {
        let (database, root) = (Key::random()?, Key::random()?);
        let key = first_user_key(&root, user);
        let (record, recovery) =
            Record::new(&key, handle, (passphrase, params), &database, Some(&root))?;
        let _lock = FolderLock::take(&self.data_dir)?;
        if Header::load(&self.data_dir)?.is_some() || holds_data(&self.data_dir) {
            return Err(VaultError::NotEmpty {
                data_dir: self.data_dir.clone(),
            });
        }
        let header = Header {
            machine: None,
            users: vec![record],
        };
        header.save(&self.data_dir)?;
        let unlocked = UnlockedVault::new(self.data_dir.clone(), database, Some(root), key);
        Ok((unlocked, recovery))
    }

    fn unlock(&self, record: &Record, key: UserKey) -> Result<UnlockedVault, VaultError> {
        let (database, root) = record.keys(&key, &self.data_dir)?;
        Ok(UnlockedVault::new(
            self.data_dir.clone(),
            database,
            root,
            key,
        ))
    }

    /// Unlocks with a passphrase. An account whose parameters became too weak for `target` (this
    /// machine's calibration) is wrapped anew with it.
    ///
    /// The attempt is counted as failed before it is made and forgiven when it was right.
    ///
    /// # Errors
    /// [`VaultError::Wait`], [`VaultError::WrongPassphrase`], [`VaultError::UnknownUser`],
    /// [`VaultError::RecordBroken`], [`VaultError::Memory`]; files that cannot be read or written:
    /// an attempt that cannot be counted is not made.
    pub fn sign_in(
        &self,
        user: UserId,
        passphrase: &Passphrase,
        target: KdfParams,
        now: &Now,
    ) -> Result<UnlockedVault, VaultError> {
        let record = attempt(&self.data_dir, user, now, |r| &mut r.throttle)?;
        let key = record.passphrase.open(user, passphrase)?;
        let unlocked = self.unlock(&record, key)?;
        let stronger = if record.passphrase.argon2id.needs_upgrade(target) {
            let slot = PassphraseSlot::new(unlocked.user_key(), passphrase, target);
            // Too little memory for the stronger slot today: the old one still opens.
            slot.inspect_err(|e| tracing::warn!(error = %e, "a passphrase was not strengthened"))
                .ok()
        } else {
            None
        };
        Header::update(&self.data_dir, |header| {
            let now = header.record_mut(user)?;
            now.throttle.succeeded();
            // Changed by another process meanwhile: that one counts.
            if let (Some(slot), true) = (stronger, now.passphrase == record.passphrase) {
                now.passphrase = slot;
            }
            Ok(())
        })?;
        Ok(unlocked)
    }

    /// What is left to wait before the next attempt on `user`.
    ///
    /// # Errors
    /// [`VaultError::UnknownUser`]; a header that cannot be read.
    pub fn wait(&self, user: UserId, now: &Now) -> Result<Duration, VaultError> {
        Ok(self.header()?.record(user)?.throttle.wait(now))
    }

    /// Attempts on the passphrase and the second factor of `user` that failed, in any process, since
    /// [`LockedVault::told_of_failures`].
    ///
    /// # Errors
    /// [`VaultError::UnknownUser`]; a header that cannot be read.
    pub fn failures(&self, user: UserId) -> Result<u32, VaultError> {
        let header = self.header()?;
        let record = header.record(user)?;
        Ok(record
            .throttle
            .untold
            .saturating_add(record.code_throttle.untold))
    }

    /// The [`LockedVault::failures`] stand in a log now.
    ///
    /// # Errors
    /// [`VaultError::UnknownUser`]; a header that cannot be read or written.
    pub fn told_of_failures(&self, user: UserId) -> Result<(), VaultError> {
        Header::update(&self.data_dir, |header| {
            let record = header.record_mut(user)?;
            record.throttle.untold = 0;
            record.code_throttle.untold = 0;
            Ok(())
        })
    }

    /// Unlocks through the system's keyring, where the user allowed it.
    ///
    /// # Errors
    /// [`VaultError::NoKeyringUnlock`], [`VaultError::KeyringUnreachable`], a key that the keyring
    /// lost or that does not fit.
    pub fn unlock_by_keyring(&self, user: UserId) -> Result<UnlockedVault, VaultError> {
        let header = self.header()?;
        let record = header.record(user)?;
        let slot = record.keyring.as_ref().ok_or(VaultError::NoKeyringUnlock)?;
        let key = slot.open(user, &self.data_dir)?;
        self.unlock(record, key)
    }

    /// Unlocks with the printed recovery key and sets a new passphrase, which ends every wait. The
    /// recovery key stays in force until [`UnlockedVault::rotate_recovery_key`].
    ///
    /// # Errors
    /// [`VaultError::WrongRecoveryKey`], [`VaultError::UnknownUser`],
    /// [`VaultError::RecordBroken`], [`VaultError::Memory`]; files that cannot be written.
    pub fn recover(
        &self,
        user: UserId,
        recovery: &RecoveryKey,
        passphrase: &Passphrase,
        params: KdfParams,
    ) -> Result<UnlockedVault, VaultError> {
        let header = self.header()?;
        let record = header.record(user)?;
        let unlocked = self.unlock(record, record.recover(recovery)?)?;
        let slot = PassphraseSlot::new(unlocked.user_key(), passphrase, params)?;
        Header::update(&self.data_dir, |header| {
            let now = header.record_mut(user)?;
            if now.recovery != record.recovery {
                // Rotated while the new passphrase was worked on.
                return Err(VaultError::WrongRecoveryKey);
            }
            now.passphrase = slot;
            now.throttle.forgive();
            Ok(())
        })?;
        Ok(unlocked)
    }
}
