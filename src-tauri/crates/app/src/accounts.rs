//! Accounts: a passphrase for the folder, and what guards it.
//!
//! Whatever is to be changed about how an account is reached asks for the
//! passphrase again, so that an unattended window gives nobody a way of their own.

use crate::app::locked;
use crate::import::now;
use crate::lock::policy;
use crate::wire::{
    AccountView, AccountsView, Credentials, KeyProtection, NewAccountView, Secret, SecurityView,
    StrengthView,
};
use crate::{App, WireError};
use paceline_model::UserId;
use paceline_store::Store;
use paceline_vault::{
    Account, KdfParams, LockedVault, Now, Passphrase, RunClock, SecondFactor, UnlockedVault,
    VaultError, strength,
};
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// What of the machine accounts depend on.
#[derive(Clone)]
pub struct Machine {
    /// Both clocks.
    pub now: Arc<dyn Fn() -> Now + Send + Sync>,
    /// The work that each guess of a passphrase is to take; measured when needed where absent.
    pub kdf: Option<KdfParams>,
}

impl Machine {
    /// This machine and its clocks.
    ///
    /// # Errors
    /// `storage` if the system gives no random number.
    pub fn this() -> Result<Self, WireError> {
        let clock = RunClock::start()?;
        Ok(Self {
            now: Arc::new(move || clock.now()),
            kdf: None,
        })
    }
}

/// Who is signing in, and what is remembered between attempts.
pub(crate) struct Accounts {
    machine: Machine,
    pub kdf: Mutex<Option<KdfParams>>,
    /// A right passphrase that waits for its code.
    pub pending: Mutex<Option<Pending>>,
    /// A second factor that waits for its first code.
    pub enrolling: Mutex<Option<crate::second_factor::Enrolling>>,
    /// When somebody was there last, by the running clock.
    pub active_ms: AtomicU64,
    pub idle_minutes: AtomicU32,
    /// When it was looked last whether to lock.
    pub looked: Mutex<Option<Now>>,
}

pub(crate) struct Pending {
    pub store: Arc<Store>,
    pub way: &'static str,
    pub since_ms: u64,
}

impl Accounts {
    pub(crate) fn new(machine: Machine) -> Self {
        Self {
            kdf: Mutex::new(machine.kdf),
            machine,
            pending: Mutex::default(),
            enrolling: Mutex::default(),
            active_ms: AtomicU64::new(0),
            idle_minutes: AtomicU32::new(0),
            looked: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> Now {
        (self.machine.now)()
    }
}

/// Work of the vault, which takes a while or waits for files, off the runtime's threads.
pub(crate) async fn slowly<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, WireError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|e| WireError::internal(&e))??)
}

pub(crate) fn typed(secret: &Secret) -> Result<Passphrase, WireError> {
    Ok(Passphrase::typed(secret.expose())?)
}

pub(crate) fn chosen(secret: &Secret) -> Result<Passphrase, WireError> {
    Ok(Passphrase::chosen(secret.expose())?)
}

const fn protection(p: paceline_vault::KeyProtection) -> KeyProtection {
    match p {
        paceline_vault::KeyProtection::Keyring => KeyProtection::Keyring,
        paceline_vault::KeyProtection::KeyFile => KeyProtection::KeyFile,
    }
}

impl App {
    pub(crate) fn vault(&self) -> Result<LockedVault, WireError> {
        Ok(LockedVault::open(&self.inner.options.data_dir)?)
    }

    /// The keys of who is signed in.
    pub(crate) fn keys(&self) -> Result<Arc<UnlockedVault>, WireError> {
        Ok(self.store()?.keys()?)
    }

    pub(crate) fn account(&self, handle: &str) -> Result<Account, WireError> {
        let wanted = handle.trim().to_lowercase();
        let accounts = self.vault()?.accounts()?;
        accounts
            .into_iter()
            .find(|a| a.handle.to_lowercase() == wanted)
            .ok_or_else(|| VaultError::UnknownUser.into())
    }

    /// The account of who is signed in; an error where there is none yet.
    pub(crate) fn own_account(&self) -> Result<Account, WireError> {
        let user = self.store()?.user();
        let accounts = self.vault()?.accounts()?;
        accounts
            .into_iter()
            .find(|a| a.user == user)
            .ok_or_else(|| WireError::Conflict {
                reason: "There is no passphrase yet. Set one first.".to_owned(),
            })
    }

    /// This machine's parameters; measured at the first time, which takes a second or three.
    pub(crate) async fn kdf(&self) -> Result<KdfParams, WireError> {
        let known = *locked(&self.inner.accounts.kdf);
        if let Some(known) = known {
            return Ok(known);
        }
        let measured = slowly(KdfParams::calibrated).await?;
        Ok(*locked(&self.inner.accounts.kdf).get_or_insert(measured))
    }

    /// Measures, while somebody types, how much work a guess of a passphrase may take here, so that
    /// a weaker account can be strengthened as it signs in.
    pub async fn prepare_sign_in(&self) {
        if self.is_locked()
            && let Err(error) = self.kdf().await
        {
            tracing::warn!(%error, "this machine's speed could not be measured");
        }
    }

    /// Who can sign in, and who did.
    ///
    /// # Errors
    /// `storage` if the header cannot be read.
    pub async fn accounts(&self) -> Result<AccountsView, WireError> {
        let vault = self.vault()?;
        let now = self.inner.accounts.now();
        let mut accounts = Vec::new();
        for account in vault.accounts()? {
            let wait = vault.wait(account.user, &now)?;
            accounts.push(AccountView {
                user_id: account.user.to_string(),
                handle: account.handle,
                keyring_unlock: account.keyring_unlock,
                wait_s: u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX),
            });
        }
        Ok(AccountsView {
            accounts,
            opens_by_itself: vault.opens_by_itself()?.map(protection),
            locked: self.is_locked(),
            code_needed: locked(&self.inner.accounts.pending).is_some(),
            user_id: self.store().ok().map(|s| s.user().to_string()),
        })
    }

    /// How soon a passphrase would be guessed; `known` are words that a guesser would try first.
    ///
    /// # Errors
    /// `validation` of one that is absurdly long.
    pub async fn passphrase_strength(
        &self,
        passphrase: Secret,
        known: Vec<String>,
    ) -> Result<StrengthView, WireError> {
        let allowed = chosen(&passphrase).is_ok();
        let passphrase = typed(&passphrase)?;
        let judged = slowly(move || {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            Ok(strength(&passphrase, &known))
        });
        let s = judged.await?;
        Ok(StrengthView {
            allowed,
            score: s.score,
            verdict: s.verdict.to_owned(),
            warning: s.warning,
            suggestions: s.suggestions,
        })
    }

    /// Gives the folder that opened by itself an account with a passphrase, and ends the way in
    /// without one. Everything in it stays readable.
    ///
    /// # Errors
    /// `validation` of handle and passphrase; `conflict` if there is an account; `locked`.
    pub async fn sign_up(&self, input: Credentials) -> Result<NewAccountView, WireError> {
        let passphrase = chosen(&input.passphrase)?;
        let store = self.store()?;
        if self.own_account().is_ok() {
            return Err(WireError::Conflict {
                reason: "There is a passphrase already. Change it instead.".to_owned(),
            });
        }
        let (keys, params) = (store.keys()?, self.kdf().await?);
        let recovery =
            slowly(move || keys.add_passphrase(&input.handle, &passphrase, params)).await?;
        // From here on the recovery key must reach its owner, whatever fails.
        let ended = self.require_sign_in().await;
        Ok(NewAccountView {
            user_id: store.user().to_string(),
            recovery_key: recovery.printed().into(),
            still_opens_by_itself: ended.err().map(|e| e.to_string()),
        })
    }

    /// Ends the way in without a passphrase, where [`App::sign_up`] could not.
    ///
    /// # Errors
    /// `conflict` without an account; `storage` if the keyring or the key file does not let go.
    pub async fn require_sign_in(&self) -> Result<(), WireError> {
        let store = self.store()?;
        self.own_account()?;
        let keys = store.keys()?;
        slowly(move || keys.require_sign_in()).await?;
        if self.inner.door.sign_in().is_none() {
            let presence = self.begin_sign_in(&store, "passphrase").await?;
            self.inner.door.signed_in(presence);
            self.read_auto_lock().await?;
        }
        Ok(())
    }

    /// Lets the folder open without a passphrase again, through the system's keyring or, where there
    /// is none, a key file. The account and its passphrase stay, for [`App::require_sign_in`].
    ///
    /// # Errors
    /// `validation` of the passphrase; `wait`; `conflict` while there is a second factor, and unless
    /// this is the folder's first account and its only one; `storage`; `locked`.
    pub async fn require_no_sign_in(&self, passphrase: Secret) -> Result<KeyProtection, WireError> {
        self.confirm_passphrase(&passphrase).await?;
        let store = self.store()?;
        if store.second_factor().await?.is_some() {
            return Err(WireError::Conflict {
                reason: "A second factor guards the account. Remove it first.".to_owned(),
            });
        }
        let keys = store.keys()?;
        let policy = policy(&self.inner.options);
        slowly(move || keys.open_by_itself(policy)).await?;
        let where_to = self.vault()?.opens_by_itself()?;
        where_to.map(protection).ok_or(WireError::Locked)
    }

    /// Makes an account for somebody else, who is in no tenant until an owner lets them in.
    ///
    /// # Errors
    /// `validation` of handle and passphrase; `conflict` or `locked` before the first account.
    pub async fn add_account(&self, input: Credentials) -> Result<NewAccountView, WireError> {
        let passphrase = chosen(&input.passphrase)?;
        self.own_account()?;
        let (store, params) = (self.store()?, self.kdf().await?);
        let (keys, user) = (store.keys()?, UserId(Uuid::now_v7()));
        let handle = input.handle.clone();
        let made = slowly(move || keys.add_account(user, &handle, &passphrase, params));
        let (_, recovery) = made.await?;
        store.add_user(user, input.handle.trim(), now()).await?;
        Ok(NewAccountView {
            user_id: user.to_string(),
            recovery_key: recovery.printed().into(),
            still_opens_by_itself: None,
        })
    }

    /// Makes sure that whoever sits there knows the passphrase; attempts are counted.
    pub(crate) async fn confirm_passphrase(&self, passphrase: &Secret) -> Result<(), WireError> {
        let (user, vault) = (self.own_account()?.user, self.vault()?);
        let passphrase = typed(passphrase)?;
        let now = self.inner.accounts.now();
        slowly(move || {
            vault
                .sign_in(user, &passphrase, KdfParams::FLOOR, &now)
                .map(drop)
        })
        .await
    }

    /// Sets a new passphrase.
    ///
    /// # Errors
    /// `validation` of either; `wait`; `conflict` without an account; `locked`.
    pub async fn change_passphrase(&self, old: Secret, new: Secret) -> Result<(), WireError> {
        self.own_account()?;
        let (old, new) = (typed(&old)?, chosen(&new)?);
        let (keys, params) = (self.keys()?, self.kdf().await?);
        let now = self.inner.accounts.now();
        slowly(move || keys.change_passphrase(&old, &new, params, &now)).await
    }

    /// A new recovery key, shown this once; the old one opens nothing from now on.
    ///
    /// # Errors
    /// `validation` of the passphrase; `wait`; `conflict` without an account; `locked`.
    pub async fn rotate_recovery_key(&self, passphrase: Secret) -> Result<Secret, WireError> {
        self.confirm_passphrase(&passphrase).await?;
        let keys = self.keys()?;
        let key = slowly(move || keys.rotate_recovery_key()).await?;
        Ok(key.printed().into())
    }

    /// Lets the system's keyring unlock the account.
    ///
    /// # Errors
    /// `validation` of the passphrase; `wait`; `storage` if there is no keyring: the passphrase then
    /// is the only way in.
    pub async fn allow_keyring_unlock(&self, passphrase: Secret) -> Result<(), WireError> {
        if self.inner.options.key_file_only {
            return Err(WireError::Conflict {
                reason: "The system's keyring is switched off by PACELINE_KEY_FILE_ONLY."
                    .to_owned(),
            });
        }
        self.confirm_passphrase(&passphrase).await?;
        let keys = self.keys()?;
        slowly(move || keys.allow_keyring_unlock()).await
    }

    /// Ends unlocking through the keyring.
    ///
    /// # Errors
    /// `storage` if the keyring keeps its entry, which opens nothing then; `locked`.
    pub async fn forbid_keyring_unlock(&self) -> Result<(), WireError> {
        self.own_account()?;
        let keys = self.keys()?;
        slowly(move || keys.forbid_keyring_unlock()).await
    }

    /// What guards the account that is signed in.
    ///
    /// # Errors
    /// `locked`; those of the store.
    pub async fn security(&self) -> Result<SecurityView, WireError> {
        let store = self.store()?;
        let account = self.own_account().ok();
        let left = match store.second_factor().await? {
            Some(sealed) => {
                let keys = store.keys()?;
                let factor = SecondFactor::open(keys.user_key(), &sealed)?;
                Some(factor.recovery_codes_left())
            }
            None => None,
        };
        Ok(SecurityView {
            second_factor: left.is_some(),
            recovery_codes_left: left.map_or(0, |n| u32::try_from(n).unwrap_or(u32::MAX)),
            keyring_unlock: account.as_ref().is_some_and(|a| a.keyring_unlock),
            auto_lock_minutes: account.as_ref().and_then(|_| self.auto_lock_minutes()),
            handle: account.map(|a| a.handle),
        })
    }
}
