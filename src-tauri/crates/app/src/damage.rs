//! Data that turned out to be damaged when they were to be opened: what is known
//! of it, and the keys, which the ways out of it need.

use crate::app::locked;
use crate::import::now;
use crate::wire::DamageView;
use crate::{App, Machine, OpenOptions, WireError};
use paceline_store::backup::{FolderKeys, MachineKeys};
use paceline_store::{AuditEvent, Store, StoreError};
use paceline_vault::UnlockedVault;
use std::sync::Arc;

/// How long the keys of somebody who signed in wait for a decision about their damaged data.
const DECIDE_WITHIN_MS: u64 = 15 * 60_000;

/// The keys of data that do not open.
#[derive(Clone)]
pub(crate) enum Keys {
    /// Of a folder that opens by itself.
    Machine(Arc<MachineKeys>),
    /// Of who signed in.
    Account(Arc<UnlockedVault>),
}

impl Keys {
    pub(crate) fn of_folder(&self) -> Arc<dyn FolderKeys> {
        match self {
            Self::Machine(keys) => Arc::clone(keys) as _,
            Self::Account(keys) => Arc::clone(keys) as _,
        }
    }
}

/// What was found out about data that do not open.
pub(crate) struct Damaged {
    view: DamageView,
    keys: Keys,
    since_ms: u64,
}

impl App {
    /// [`App::open`] for a window, to which damaged data are no error: [`App::status`] tells of
    /// them, everything but backups and salvage is refused as locked, and
    /// [`App::restore_backup`] leads out of it.
    ///
    /// # Errors
    /// As [`App::open`], except for `damaged`.
    pub async fn open_even_damaged(options: OpenOptions) -> Result<Self, WireError> {
        let app = Self::new(options, Machine::this()?)?;
        match app.open_by_itself().await {
            Ok(()) | Err(WireError::Damaged { .. }) => Ok(app),
            Err(error) => Err(error),
        }
    }

    /// What to do about data that did not open with `keys`, which are kept if it is damage.
    pub(crate) async fn damaged(&self, error: StoreError, keys: Keys) -> WireError {
        let dir = self.inner.options.data_dir.clone();
        let said = crate::backup::damage(dir, error, keys.of_folder()).await;
        if let WireError::Damaged {
            reason,
            backup,
            made_at,
        } = &said
        {
            *locked(&self.inner.damaged) = Some(Damaged {
                view: DamageView {
                    reason: reason.clone(),
                    backup: backup.clone(),
                    made_at: made_at.clone(),
                    signed_in: matches!(keys, Keys::Account(_)),
                },
                keys,
                since_ms: self.inner.accounts.now().running_ms,
            });
        }
        said
    }

    pub(crate) fn damage_view(&self) -> Option<DamageView> {
        self.forget_undecided();
        let damaged = locked(&self.inner.damaged);
        damaged.as_ref().map(|d| d.view.clone())
    }

    /// The keys of data that are known as damaged.
    pub(crate) fn damaged_keys(&self) -> Option<Keys> {
        self.forget_undecided();
        let damaged = locked(&self.inner.damaged);
        damaged.as_ref().map(|d| d.keys.clone())
    }

    /// The keys of a folder that is open, or would be were it not damaged.
    pub(crate) fn folder_keys(&self) -> Result<Arc<dyn FolderKeys>, WireError> {
        match self.damaged_keys() {
            Some(keys) => Ok(keys.of_folder()),
            None => Ok(self.store()?.keys()?),
        }
    }

    /// Keys that somebody signed in for leave memory; a folder that opens by itself needs nobody.
    pub(crate) fn forget_damaged_account(&self) {
        locked(&self.inner.damaged).take_if(|d| matches!(d.keys, Keys::Account(_)));
    }

    pub(crate) fn forget_undecided(&self) {
        let now = self.inner.accounts.now().running_ms;
        locked(&self.inner.damaged).take_if(|d| {
            matches!(d.keys, Keys::Account(_)) && now.saturating_sub(d.since_ms) > DECIDE_WITHIN_MS
        });
    }

    /// Goes on after a backup took the place of damaged data. Whoever had signed in does so anew:
    /// only now can a second factor be asked for.
    pub(crate) async fn leave_damage(&self, keys: Keys) -> Result<(), WireError> {
        locked(&self.inner.damaged).take();
        match keys {
            Keys::Machine(keys) => {
                drop(keys);
                self.open_by_itself().await?;
                let store = self.store()?;
                Ok(store.audit_everywhere(&AuditEvent::Restore, now()).await?)
            }
            Keys::Account(keys) => {
                let store = Store::open_for(&self.inner.options.data_dir, keys).await?;
                let noted = store.audit_everywhere(&AuditEvent::Restore, now()).await;
                store.close().await;
                Ok(noted?)
            }
        }
    }
}
