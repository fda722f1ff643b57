use crate::account::recovery_slot;
use crate::header::{Header, KeyringSlot, MachineSlot, PassphraseSlot, Record};
use crate::keys::{derived_tenant_key, remove_key_file};
use crate::locked::attempt;
use crate::seal::Issued;
use crate::second_factor::SecondFactor;
use crate::secret::{Key, hex};
use crate::{
    KdfParams, KeyPolicy, LockedVault, MemberKey, Now, Passphrase, RecoveryKey, TenantKey, UserKey,
    VaultError,
};
use paceline_model::{TenantId, UserId};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The keys of one data folder in the hands of one user.
///
/// Ends with [`UnlockedVault::lock`] or when it is dropped: every key is then
/// cleared, also those in [`TenantKey`]s it gave out, which answer
/// [`VaultError::Locked`] from then on. The key of the database as text is the
/// caller's to drop, and an open database is the caller's to close.
pub struct UnlockedVault {
    data_dir: PathBuf,
    database: Key,
    root: Option<Key>,
    key: UserKey,
    issued: Issued,
}

impl UnlockedVault {
    pub(crate) fn new(data_dir: PathBuf, database: Key, root: Option<Key>, key: UserKey) -> Self {
        Self {
            data_dir,
            database,
            root,
            key,
            issued: Issued::default(),
        }
    }

    /// Clears every key.
    #[must_use]
    pub fn lock(self) -> LockedVault {
        LockedVault::of(self.data_dir.clone())
    }

    /// Whose keys these are.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.key.user
    }

    /// The user's own key, for what is theirs alone.
    #[must_use]
    pub const fn user_key(&self) -> &UserKey {
        &self.key
    }

    /// The raw key of `paceline.db`, as 64 hexadecimal digits.
    #[must_use]
    pub fn database_key_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.database.bytes()))
    }

    #[cfg(test)]
    pub(crate) fn database_bytes(&self) -> &[u8; crate::secret::KEY] {
        self.database.bytes()
    }

    fn update<T>(
        &self,
        change: impl FnOnce(&mut Record) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        Header::update(&self.data_dir, |header| {
            change(header.record_mut(self.key.user)?)
        })
    }

    /// A random key for a new tenant, and the same wrapped for this user, to be kept with the
    /// membership ([`UnlockedVault::tenant_key`]).
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn new_tenant_key(&self, tenant: TenantId) -> Result<(TenantKey, Vec<u8>), VaultError> {
        let key = self.issued.give(TenantKey::new(tenant, Key::random()?));
        let wrapped = self.key.wrap(&key, &self.key.member())?;
        Ok((key, wrapped))
    }

    /// The key of a tenant that `giver` wrapped for this user. The giver's [`MemberKey`] is kept
    /// with the membership, since the giver's account may have gone.
    ///
    /// # Errors
    /// [`VaultError::SealBroken`] if it was wrapped for another user or tenant, by another giver, or
    /// was changed.
    pub fn tenant_key(
        &self,
        tenant: TenantId,
        giver: &MemberKey,
        wrapped: &[u8],
    ) -> Result<TenantKey, VaultError> {
        let key = self.key.unwrap(tenant, giver, wrapped)?;
        Ok(self.issued.give(key))
    }

    /// The key of a tenant from before tenants had keys of their own ([`crate::Vault::tenant_key`]).
    /// To let others in, or to be independent of this account, wrap it ([`UserKey::wrap`]) like any
    /// other.
    ///
    /// # Errors
    /// [`VaultError::NotOwner`] if this user never held the folder's second secret.
    pub fn derived_tenant_key(&self, tenant: TenantId) -> Result<TenantKey, VaultError> {
        let root = self.root.as_ref().ok_or(VaultError::NotOwner)?;
        Ok(self.issued.give(derived_tenant_key(root.bytes(), tenant)))
    }

    /// The public key of an account of this folder, vouched for by the database's key: nobody
    /// without that key put another in its place.
    ///
    /// # Errors
    /// [`VaultError::UnknownUser`], [`VaultError::RecordBroken`].
    pub fn member(&self, user: UserId) -> Result<MemberKey, VaultError> {
        let header =
            Header::load(&self.data_dir)?.ok_or_else(|| Header::missing(&self.data_dir))?;
        header.record(user)?.member(&self.database, &self.data_dir)
    }

    /// Makes an account of the user of a folder that opened by itself. The way in without a
    /// passphrase stays until [`UnlockedVault::require_sign_in`].
    ///
    /// # Errors
    /// [`VaultError::HandleTaken`] if the user has one; [`VaultError::HandleInvalid`];
    /// [`VaultError::Memory`]; files that cannot be written.
    pub fn add_passphrase(
        &self,
        handle: &str,
        passphrase: &Passphrase,
        params: KdfParams,
    ) -> Result<RecoveryKey, VaultError> {
        let chosen = (passphrase, params);
        let root = self.root.as_ref();
        let (record, recovery) = Record::new(&self.key, handle, chosen, &self.database, root)?;
        Header::update(&self.data_dir, |header| header.add(record))?;
        Ok(recovery)
    }

    /// Makes an account for somebody else, who can open the database and no tenant until one is
    /// wrapped for them.
    ///
    /// # Errors
    /// As [`UnlockedVault::add_passphrase`]; [`VaultError::SignInNeeded`] if this user has no account
    /// yet: theirs comes first.
    pub fn add_account(
        &self,
        user: UserId,
        handle: &str,
        passphrase: &Passphrase,
        params: KdfParams,
    ) -> Result<(MemberKey, RecoveryKey), VaultError> {
        let key = UserKey::random(user)?;
        let chosen = (passphrase, params);
        let (record, recovery) = Record::new(&key, handle, chosen, &self.database, None)?;
        Header::update(&self.data_dir, |header| {
            if header.record(self.key.user).is_err() {
                return Err(VaultError::SignInNeeded);
            }
            header.add(record)
        })?;
        Ok((key.member(), recovery))
    }

    /// Removes an account. Tenants for which only that user held a key are beyond reach afterwards.
    ///
    /// # Errors
    /// [`VaultError::LastWayIn`] for the account that made the folder, on which derived tenant keys
    /// depend, and for the last one; [`VaultError::UnknownUser`].
    pub fn remove_account(&self, user: UserId) -> Result<(), VaultError> {
        let removed = Header::update(&self.data_dir, |header| {
            if header.record(user)?.root.is_some() || header.users.len() == 1 {
                return Err(VaultError::LastWayIn);
            }
            let removed = header.record(user)?.clone();
            header.users.retain(|record| record.user != user);
            Ok(removed)
        })?;
        if let Some(Err(e)) = removed.keyring.map(|slot| slot.forget()) {
            // What is left opens nothing: the key it wrapped has gone.
            tracing::warn!(error = %e, "a removed account's keyring entry stays");
        }
        Ok(())
    }

    /// Ends the way in without a passphrase.
    ///
    /// A copy of the old key (in a backup of the key file, say) opens copies of this folder all the
    /// same: the database's key stays what it is.
    ///
    /// # Errors
    /// [`VaultError::LastWayIn`] if there is no account; a keyring or file that does not let go, in
    /// which case signing in is not yet required.
    pub fn require_sign_in(&self) -> Result<(), VaultError> {
        Header::update(&self.data_dir, |header| {
            if header.users.is_empty() {
                return Err(VaultError::LastWayIn);
            }
            // The key goes first: the other order could leave it behind unnoticed.
            if let Some(slot) = header.machine.take() {
                slot.forget(&self.data_dir)?;
            }
            remove_key_file(&self.data_dir)
        })
    }

    /// Lets the folder open by itself again, through the keyring or a key file.
    ///
    /// # Errors
    /// [`VaultError::NotOwner`] unless this is the account that made the folder, and the only one;
    /// a file that cannot be written.
    pub fn open_by_itself(&self, policy: KeyPolicy) -> Result<(), VaultError> {
        let root = self.root.as_ref().ok_or(VaultError::NotOwner)?;
        let secret = Zeroizing::new([&self.database.bytes()[..], root.bytes()].concat());
        Header::update(&self.data_dir, |header| {
            if header.users.len() != 1 {
                return Err(VaultError::NotOwner);
            }
            if header.machine.is_none() {
                header.machine = Some(MachineSlot::store(&self.data_dir, policy, &secret)?);
            }
            Ok(())
        })
    }

    /// Sets a new passphrase; the old one is asked for and its attempts are counted.
    ///
    /// A copy of the header from before still opens with the old passphrase.
    ///
    /// # Errors
    /// As [`LockedVault::sign_in`].
    pub fn change_passphrase(
        &self,
        old: &Passphrase,
        new: &Passphrase,
        params: KdfParams,
        now: &Now,
    ) -> Result<(), VaultError> {
        let user = self.key.user;
        let record = attempt(&self.data_dir, user, now, |r| &mut r.throttle)?;
        record.passphrase.open(user, old)?;
        let slot = PassphraseSlot::new(&self.key, new, params)?;
        self.update(|record| {
            record.passphrase = slot;
            record.throttle.succeeded();
            Ok(())
        })
    }

    /// Replaces the recovery key; the old one opens nothing from now on.
    ///
    /// # Errors
    /// [`VaultError::UnknownUser`] without an account; files that cannot be written.
    pub fn rotate_recovery_key(&self) -> Result<RecoveryKey, VaultError> {
        let (slot, recovery) = recovery_slot(&self.key)?;
        self.update(|record| {
            record.recovery = slot;
            Ok(())
        })?;
        Ok(recovery)
    }

    /// Lets the system's keyring unlock this account ([`LockedVault::unlock_by_keyring`]).
    ///
    /// # Errors
    /// [`VaultError::KeyringUnreachable`]: the passphrase is then the only way in;
    /// [`VaultError::UnknownUser`] without an account.
    pub fn allow_keyring_unlock(&self) -> Result<(), VaultError> {
        let slot = KeyringSlot::new(&self.key)?;
        let kept = slot.clone();
        match self.update(|record| Ok(record.keyring.replace(slot))) {
            Ok(None) => Ok(()),
            Ok(Some(old)) => old.forget(),
            Err(e) => {
                // Nothing refers to it: a stray entry is harmless, and the first error matters more.
                let _ = kept.forget();
                Err(e)
            }
        }
    }

    /// Ends unlocking through the keyring.
    ///
    /// # Errors
    /// [`VaultError::KeyringUnreachable`] if the keyring keeps its entry, which opens nothing then.
    pub fn forbid_keyring_unlock(&self) -> Result<(), VaultError> {
        let old = self.update(|record| Ok(record.keyring.take()))?;
        old.map_or(Ok(()), |slot| slot.forget())
    }

    /// Checks a code of the second factor whose sealed state is `sealed`, and returns the state to
    /// keep in its place before the user is let in: it refuses this code the next time. Replace it
    /// only if the kept state still is `sealed`: two processes may be given one code at once.
    ///
    /// # Errors
    /// [`VaultError::Wait`], [`VaultError::WrongCode`], [`VaultError::CodeUsed`],
    /// [`VaultError::SealBroken`] for a state of another user.
    pub fn check_code(&self, sealed: &[u8], code: &str, now: &Now) -> Result<Vec<u8>, VaultError> {
        self.check(sealed, now, |factor| {
            factor.verify(code, now.wall_ms / 1000)
        })
    }

    /// Spends one of the ten recovery codes of the second factor; otherwise as
    /// [`UnlockedVault::check_code`].
    ///
    /// # Errors
    /// As [`UnlockedVault::check_code`].
    pub fn check_recovery_code(
        &self,
        sealed: &[u8],
        code: &str,
        now: &Now,
    ) -> Result<Vec<u8>, VaultError> {
        self.check(sealed, now, |factor| factor.spend(code))
    }

    fn check(
        &self,
        sealed: &[u8],
        now: &Now,
        verify: impl FnOnce(&mut SecondFactor) -> Result<(), VaultError>,
    ) -> Result<Vec<u8>, VaultError> {
        let mut factor = SecondFactor::open(&self.key, sealed)?;
        attempt(&self.data_dir, self.key.user, now, |r| &mut r.code_throttle)?;
        verify(&mut factor)?;
        self.update(|record| {
            record.code_throttle.succeeded();
            Ok(())
        })?;
        factor.seal(&self.key)
    }
}
