//! The door to the store: open for one user, or locked.

use crate::app::locked;
use crate::damage::Keys;
use crate::import::now;
use crate::sessions::{Ending, Presence};
use crate::{App, OpenOptions, WireError};
use paceline_store::backup::MachineKeys;
use paceline_store::{Session, Store, StoreError};
use paceline_vault::{KeyPolicy, Vault, VaultError};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How long locking waits for what is being written.
const PATIENCE: Duration = Duration::from_secs(10);

struct Open {
    store: Arc<Store>,
    session: Option<Session>,
    /// What shows other processes that the user is signed in here; absent where the folder opened by
    /// itself.
    presence: Option<Presence>,
    /// Cancelled when the door is locked or the app closed.
    ends: CancellationToken,
}

/// What is open, if anything is.
pub(crate) struct Door {
    open: Mutex<Option<Open>>,
    /// Whether it is open, for those who wait.
    told: watch::Sender<bool>,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
            told: watch::channel(false).0,
        }
    }
}

impl Door {
    /// The store, and what is cancelled when it is locked.
    pub(crate) fn open(&self) -> Result<(Arc<Store>, CancellationToken), WireError> {
        let open = locked(&self.open);
        let open = open.as_ref().ok_or(WireError::Locked)?;
        Ok((Arc::clone(&open.store), open.ends.clone()))
    }

    /// Whether the sign-in that opened it was ended from elsewhere.
    pub(crate) fn revoked(&self) -> bool {
        let open = locked(&self.open);
        let presence = open.as_ref().and_then(|o| o.presence.as_ref());
        presence.is_some_and(|p| !p.holds())
    }

    /// The sign-in that opened it, if it needed one.
    pub(crate) fn sign_in(&self) -> Option<uuid::Uuid> {
        let open = locked(&self.open);
        open.as_ref()?.presence.as_ref().map(Presence::id)
    }

    /// From now on the open folder is one that somebody signed in to.
    pub(crate) fn signed_in(&self, presence: Presence) {
        if let Some(open) = locked(&self.open).as_mut() {
            open.presence = Some(presence);
        }
    }

    /// Who acts on what; `None` before the first run.
    pub(crate) fn session(&self) -> Result<Option<Session>, WireError> {
        let open = locked(&self.open);
        Ok(open.as_ref().ok_or(WireError::Locked)?.session)
    }

    /// Acts as `session` from now on.
    pub(crate) fn enter(&self, session: Session) -> Result<(), WireError> {
        let mut open = locked(&self.open);
        open.as_mut().ok_or(WireError::Locked)?.session = Some(session);
        Ok(())
    }
}

/// Where keys may lie.
pub(crate) const fn policy(options: &OpenOptions) -> KeyPolicy {
    if options.key_file_only {
        KeyPolicy::KeyFileOnly
    } else {
        KeyPolicy::Auto
    }
}

impl App {
    pub(crate) fn store(&self) -> Result<Arc<Store>, WireError> {
        if self.inner.door.revoked() {
            let app = self.clone();
            // Shutting takes a while; what was asked for is refused at once.
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { app.end(Ending::Revoked).await });
            }
            return Err(WireError::Locked);
        }
        self.inner.door.open().map(|open| open.0)
    }

    /// Opens what opens without signing in; what does not stays locked.
    pub(crate) async fn open_by_itself(&self) -> Result<(), WireError> {
        let options = &self.inner.options;
        let policy = policy(options);
        let dir = options.data_dir.clone();
        // The keyring may wait for its owner to unlock it.
        let vault = tokio::task::spawn_blocking(move || Vault::open(&dir, policy))
            .await
            .map_err(|e| WireError::internal(&e))?;
        match vault {
            Ok(vault) => match Store::open(&options.data_dir, vault).await {
                Ok(store) => self.admit(store, None).await,
                Err(StoreError::Vault(VaultError::SignInNeeded)) => Ok(()),
                Err(error) => Err(self.damage(error).await),
            },
            Err(VaultError::SignInNeeded) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What to do about data that do not open.
    async fn damage(&self, error: StoreError) -> WireError {
        let (dir, policy) = (
            self.inner.options.data_dir.clone(),
            policy(&self.inner.options),
        );
        let vault = tokio::task::spawn_blocking(move || Vault::open(&dir, policy)).await;
        let Ok(Ok(vault)) = vault else {
            return error.into();
        };
        let keys = Keys::Machine(Arc::new(MachineKeys::from(vault)));
        self.damaged(error, keys).await
    }

    /// Opens the door to `store`, whose user may act from now on.
    pub(crate) async fn admit(
        &self,
        store: Arc<Store>,
        presence: Option<Presence>,
    ) -> Result<(), WireError> {
        let session = store.first_session().await?;
        locked(&self.inner.damaged).take();
        let before = locked(&self.inner.door.open).replace(Open {
            store,
            session,
            presence,
            ends: self.inner.closing.child_token(),
        });
        // Two who sign in at once: the later one stays.
        if let Some(before) = before {
            before.ends.cancel();
            before.store.close().await;
        }
        self.inner.epoch.fetch_add(1, Ordering::SeqCst);
        self.inner.door.told.send_replace(true);
        self.figures_are_stale();
        Ok(())
    }

    /// Whether somebody has to sign in first.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        !*self.inner.door.told.borrow()
    }

    /// Tells whenever the app is locked (`false`) or unlocked (`true`).
    #[must_use]
    pub fn subscribe_unlocked(&self) -> watch::Receiver<bool> {
        self.inner.door.told.subscribe()
    }

    /// Waits until nothing is being imported or recalculated, but not for ever.
    pub(crate) async fn wait_for_work(&self) {
        let _busy = tokio::time::timeout(PATIENCE, self.inner.busy.lock()).await;
    }

    /// Shuts the door: cancels what runs, forgets what was read, closes the databases and clears
    /// every key. Whoever asks for something from now on is told that the app is locked.
    pub(crate) async fn end(&self, ending: Ending) {
        let Some(open) = self.take_out().await else {
            return;
        };
        if let Some(presence) = &open.presence {
            // A sign-in whose end could not be noted shows as lost.
            let noted = open.store.end_sign_in(presence.id(), ending.key(), now());
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the end of a sign-in was not noted");
            }
        }
        self.close_store(&open.store).await;
    }

    /// Shuts the door for a while: the sign-in that is given back lasts, for [`App::admit`].
    pub(crate) async fn shut(&self) -> Option<Presence> {
        let open = self.take_out().await?;
        self.close_store(&open.store).await;
        open.presence
    }

    async fn close_store(&self, store: &Store) {
        store.close().await;
        // What was under way when the door was shut may have kept a curve.
        self.inner.lately.clear();
    }

    async fn take_out(&self) -> Option<Open> {
        self.forget_pending().await;
        let open = locked(&self.inner.door.open).take()?;
        open.ends.cancel();
        self.inner.epoch.fetch_add(1, Ordering::SeqCst);
        self.inner.door.told.send_replace(false);
        self.inner.lately.clear();
        self.wait_for_work().await;
        Some(open)
    }

    /// Finishes interrupted imports now and after every unlocking, until the app is closed.
    pub async fn keep_resuming(&self) {
        let mut told = self.subscribe_unlocked();
        loop {
            let closing = self.inner.closing.clone();
            tokio::select! {
                // The sender lives as long as the app.
                _ = told.wait_for(|open| *open) => {}
                () = closing.cancelled() => return,
            }
            match self.resume_imports(|_| {}).await {
                Ok(_) | Err(WireError::NoProfile | WireError::Locked) => {}
                Err(error) => {
                    tracing::error!(%error, "an interrupted import could not be finished");
                }
            }
            tokio::select! {
                _ = told.wait_for(|open| !*open) => {}
                () = closing.cancelled() => return,
            }
        }
    }
}
