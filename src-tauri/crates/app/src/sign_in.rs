//! Signing in: a passphrase, the system's keyring or the recovery key, then a
//! code where there is a second factor, and only then the door is opened.

use crate::accounts::{Pending, chosen, slowly, typed};
use crate::app::locked;
use crate::damage::Keys;
use crate::import::now;
use crate::sessions::Presence;
use crate::wire::{Credentials, Secret, SignInState, SignInView};
use crate::{App, WireError};
use paceline_model::UserId;
use paceline_store::{AuditEvent, Store};
use paceline_vault::{KdfParams, RecoveryKey, UnlockedVault};
use std::sync::Arc;
use uuid::Uuid;

/// How long a right passphrase waits for the code of the second factor.
const CODE_WITHIN_MS: u64 = 5 * 60_000;

const UNLOCKED: SignInView = SignInView {
    state: SignInState::Unlocked,
    second_factor_removed: false,
    recovery_codes_left: None,
};

fn program() -> String {
    let path = std::env::current_exe().ok();
    let name = path.as_ref().and_then(|p| p.file_stem());
    name.map_or_else(
        || "paceline".to_owned(),
        |n| n.to_string_lossy().into_owned(),
    )
}

impl App {
    pub(crate) async fn begin_sign_in(
        &self,
        store: &Store,
        way: &'static str,
    ) -> Result<Presence, WireError> {
        let id = Uuid::now_v7();
        let presence = Presence::new(store.dir(), id)?;
        store.begin_sign_in(id, way, &program(), now()).await?;
        Ok(presence)
    }

    /// Opens the door to who has shown everything that is asked for.
    async fn welcome(&self, store: Arc<Store>, way: &'static str) -> Result<(), WireError> {
        let presence = self.begin_sign_in(&store, way).await?;
        let user = store.user();
        self.admit(store, Some(presence)).await?;
        self.read_auto_lock().await?;
        self.note_sign_in(user).await;
        Ok(())
    }

    /// Notes a sign-in and the attempts that failed before it, in whatever process.
    async fn note_sign_in(&self, user: UserId) {
        let vault = self.vault().ok();
        let failures = vault.as_ref().map_or(0, |v| v.failures(user).unwrap_or(0));
        let failed = (failures > 0).then_some(AuditEvent::SignInFailed { attempts: failures });
        for event in failed.into_iter().chain([AuditEvent::SignIn]) {
            // Nobody is kept out of their data because a log is full.
            if let Err(error) = self.audit_everywhere(event).await {
                tracing::error!(%error, "a sign-in was not noted in the audit log");
                return;
            }
        }
        if failures > 0
            && let Some(Err(error)) = vault.map(|v| v.told_of_failures(user))
        {
            // The next sign-in tells of them again.
            tracing::warn!(%error, "failed attempts stay counted");
        }
    }

    /// Opens the databases on a thread of their own: data of an earlier version are backed up and
    /// brought up to date by that, which takes a while.
    async fn open_store(&self, vault: UnlockedVault) -> Result<Arc<Store>, WireError> {
        let dir = self.inner.options.data_dir.clone();
        let runtime = tokio::runtime::Handle::current();
        let vault = Arc::new(vault);
        let keys = Arc::clone(&vault);
        let open = move || runtime.block_on(Store::open_for(&dir, keys));
        let opened = tokio::task::spawn_blocking(open).await;
        match opened.map_err(|e| WireError::internal(&e))? {
            Ok(store) => Ok(store),
            Err(error) => Err(self.damaged(error, Keys::Account(vault)).await),
        }
    }

    /// What an unlocked vault leads to: the code, or the open door.
    async fn proceed(
        &self,
        vault: UnlockedVault,
        way: &'static str,
    ) -> Result<SignInView, WireError> {
        let store = self.open_store(vault).await?;
        if store.second_factor().await?.is_some() {
            let pending = Pending {
                store,
                way,
                since_ms: self.inner.accounts.now().running_ms,
            };
            let before = locked(&self.inner.accounts.pending).replace(pending);
            if let Some(before) = before {
                before.store.close().await;
            }
            return Ok(SignInView {
                state: SignInState::CodeNeeded,
                second_factor_removed: false,
                recovery_codes_left: None,
            });
        }
        self.welcome(store, way).await?;
        Ok(UNLOCKED)
    }

    fn must_be_locked(&self) -> Result<(), WireError> {
        if self.is_locked() {
            return Ok(());
        }
        Err(WireError::Conflict {
            reason: "Somebody is signed in. Lock first.".to_owned(),
        })
    }

    /// Signs in with a passphrase. Where there is a second factor, [`App::sign_in_code`] follows.
    ///
    /// # Errors
    /// `validation` of `passphrase` if it is wrong; `wait` with the seconds; `notFound`; `conflict`
    /// while somebody is signed in; `damaged` with the way out, which then needs no other sign-in;
    /// `storage`.
    pub async fn sign_in(&self, input: Credentials) -> Result<SignInView, WireError> {
        self.must_be_locked()?;
        let (user, vault) = (self.account(&input.handle)?.user, self.vault()?);
        let passphrase = typed(&input.passphrase)?;
        let now = self.inner.accounts.now();
        // Not measured yet: nothing is strengthened today.
        let target = locked(&self.inner.accounts.kdf).unwrap_or(KdfParams::FLOOR);
        let unlocked = slowly(move || vault.sign_in(user, &passphrase, target, &now)).await?;
        self.proceed(unlocked, "passphrase").await
    }

    /// Finishes signing in with a code of the authenticator, or one of the recovery codes.
    ///
    /// # Errors
    /// `validation` of `code` if it is wrong or was used; `wait`; `conflict` if no code is awaited
    /// (any more).
    pub async fn sign_in_code(&self, code: Secret) -> Result<SignInView, WireError> {
        self.must_be_locked()?;
        self.expire_pending(self.inner.accounts.now().running_ms)
            .await;
        let pending = locked(&self.inner.accounts.pending)
            .as_ref()
            .map(|p| (Arc::clone(&p.store), p.way));
        let Some((store, way)) = pending else {
            return Err(WireError::Conflict {
                reason: "No code is awaited. Begin with the passphrase.".to_owned(),
            });
        };
        let left = self.check_code(&store, &code).await?;
        locked(&self.inner.accounts.pending).take();
        self.welcome(store, way).await?;
        Ok(SignInView {
            recovery_codes_left: Some(left),
            ..UNLOCKED
        })
    }

    /// Forgets a passphrase that waits for its code or for what is to become of damaged data.
    pub async fn cancel_sign_in(&self) {
        self.forget_pending().await;
    }

    pub(crate) async fn forget_pending(&self) {
        locked(&self.inner.accounts.enrolling).take();
        self.forget_damaged_account();
        let pending = locked(&self.inner.accounts.pending).take();
        if let Some(pending) = pending {
            pending.store.close().await;
        }
    }

    pub(crate) async fn expire_pending(&self, running_ms: u64) {
        self.forget_undecided();
        let expired = {
            let mut pending = locked(&self.inner.accounts.pending);
            pending.take_if(|p| running_ms.saturating_sub(p.since_ms) > CODE_WITHIN_MS)
        };
        if let Some(expired) = expired {
            expired.store.close().await;
        }
    }

    /// Signs in through the system's keyring, where the account allowed it. The code of a second
    /// factor is asked for all the same.
    ///
    /// # Errors
    /// `conflict` if it is not allowed or somebody is signed in; `notFound`; `storage` if the
    /// keyring does not answer: the passphrase still works.
    pub async fn unlock_by_keyring(&self, handle: &str) -> Result<SignInView, WireError> {
        self.must_be_locked()?;
        let (user, vault) = (self.account(handle)?.user, self.vault()?);
        let unlocked = slowly(move || vault.unlock_by_keyring(user)).await?;
        self.proceed(unlocked, "keyring").await
    }

    /// Signs in with the printed recovery key and sets a new passphrase. The key is all there is to
    /// an account, so it also takes a second factor away, which may be as lost as the passphrase.
    ///
    /// # Errors
    /// `validation` of `recoveryKey` (with the group in which something is wrong) and `passphrase`;
    /// `notFound`; `conflict` while somebody is signed in.
    pub async fn recover(
        &self,
        input: Credentials,
        recovery_key: Secret,
    ) -> Result<SignInView, WireError> {
        self.must_be_locked()?;
        let (user, vault) = (self.account(&input.handle)?.user, self.vault()?);
        let passphrase = chosen(&input.passphrase)?;
        let key = RecoveryKey::read(recovery_key.expose())?;
        let params = self.kdf().await?;
        let recovered = slowly(move || vault.recover(user, &key, &passphrase, params)).await?;
        let store = self.open_store(recovered).await?;
        let mut removed = false;
        while let Some(sealed) = store.second_factor().await? {
            removed = true;
            store.swap_second_factor(Some(&sealed), None).await?;
        }
        self.welcome(store, "recovery_key").await?;
        Ok(SignInView {
            second_factor_removed: removed,
            ..UNLOCKED
        })
    }
}
