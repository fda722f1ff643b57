//! Backups of the data folder, on demand and by themselves; putting one in
//! place; and what to do when the data are damaged.
//!
//! What is wanted of backups stands in a small plain file of the data folder and
//! not in the database: it must be known when the database cannot be opened.

use crate::backup_views::{count, salvage_view, verified_view, view};
use crate::damage::Keys;
use crate::import::now;
use crate::wire::{
    BackupPlan, BackupProgress, BackupSchedule, BackupStep, BackupView, BackupsView, RestoreReport,
    SalvageReport, VerifiedView, iso,
};
use crate::{App, WireError};
use paceline_store::backup::{
    Access, Backup, Depth, FolderKeys, Reason, Step, newest_good, restore, rotate, shelf, verify,
};
use paceline_store::salvage::salvage;
use paceline_store::{AuditEvent, Store, StoreError};
use paceline_vault::UnlockedVault;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const PLAN: &str = "backups.json";
const FOLDER: &str = "backups";
/// How often the app looks whether a backup is due.
const LOOK: Duration = Duration::from_secs(3600);
/// After a start the app has other things to do first.
const SETTLE: Duration = Duration::from_secs(60);
const DAY_MS: i64 = 86_400_000;

fn plan(dir: &Path) -> BackupPlan {
    // A plan that cannot be read must not be the end of backups.
    std::fs::read(dir.join(PLAN))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn folder(dir: &Path, plan: &BackupPlan) -> PathBuf {
    plan.folder
        .as_ref()
        .map_or_else(|| dir.join(FOLDER), PathBuf::from)
}

/// Where backups may lie: those before a change of the schema are always in the data folder.
fn folders(dir: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder(dir, &plan(dir))];
    if all[0] != dir.join(FOLDER) {
        all.push(dir.join(FOLDER));
    }
    all
}

pub(crate) type Told = Box<dyn Fn(Step, u64, u64) + Send + Sync>;

/// Does long work on a thread of its own: what it computes would keep others waiting.
async fn apart<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T, WireError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, WireError>>,
{
    let handle = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || handle.block_on(work()))
        .await
        .map_err(|e| WireError::internal(&e))?
}

/// At most ten messages a second, and always the last one of a step.
pub(crate) fn told(progress: impl Fn(BackupProgress) + Send + Sync + 'static) -> Told {
    let last = std::sync::Mutex::new(std::time::Instant::now());
    Box::new(move |step, done, total| {
        let mut last = crate::app::locked(&last);
        if done < total && last.elapsed() < Duration::from_millis(100) {
            return;
        }
        *last = std::time::Instant::now();
        drop(last);
        progress(BackupProgress {
            step: match step {
                Step::Database => BackupStep::Database,
                Step::Blobs => BackupStep::Blobs,
                Step::Verifying => BackupStep::Verifying,
                Step::Rows => BackupStep::Rows,
            },
            done: count(done),
            total: count(total),
        });
    })
}

pub(crate) fn listed(dir: &Path) -> Result<BackupsView, WireError> {
    let plan = plan(dir);
    let mut backups = Vec::new();
    let mut unreadable = Vec::new();
    for folder in folders(dir) {
        let shelf = shelf(&folder)?;
        backups.extend(shelf.backups);
        let named = |name: &String| folder.join(name).display().to_string();
        unreadable.extend(shelf.unreadable.iter().map(named));
    }
    backups.sort_by_key(|b| std::cmp::Reverse(b.made_at()));
    Ok(BackupsView {
        folder: folder(dir, &plan).display().to_string(),
        plan,
        backups: backups.iter().map(view).collect(),
        unreadable,
    })
}

pub(crate) fn find(dir: &Path, name: &str) -> Result<Backup, WireError> {
    for folder in folders(dir) {
        let mut all = shelf(&folder)?.backups.into_iter();
        if let Some(backup) = all.find(|b| b.name == name) {
            return Ok(backup);
        }
    }
    Err(WireError::NotFound {
        what: format!("The backup “{name}”"),
    })
}

fn access<'a>(key: &'a str, keys: &'a dyn FolderKeys) -> Access<'a> {
    Access {
        database_key_hex: key,
        tenants: Some(keys),
    }
}

/// The damage with the way out of it: the newest backup that holds everything.
pub(crate) async fn damage(
    dir: PathBuf,
    error: StoreError,
    keys: Arc<dyn FolderKeys>,
) -> WireError {
    if !error.is_damage() {
        return error.into();
    }
    let newest = apart(move || async move {
        let key = keys.database_key_hex();
        let mut newest: Option<Backup> = None;
        for folder in folders(&dir) {
            // A folder that cannot be read offers nothing.
            let found = newest_good(&folder, access(&key, &*keys)).await;
            let both = [newest, found.ok().flatten()].into_iter().flatten();
            newest = both.max_by_key(Backup::made_at);
        }
        Ok(newest)
    })
    .await
    .ok()
    .flatten();
    WireError::Damaged {
        reason: error.to_string(),
        backup: newest.as_ref().map(|b| b.name.clone()),
        made_at: newest.map(|b| iso(b.made_at())),
    }
}

async fn made(
    store: Arc<Store>,
    folder: PathBuf,
    reason: Reason,
    depth: Depth,
    listener: Told,
) -> Result<Backup, WireError> {
    apart(move || async move {
        let made = store.back_up(&folder, reason, depth, now(), &listener);
        Ok(made.await?)
    })
    .await
}

pub(crate) async fn place(
    dir: PathBuf,
    backup: Backup,
    keys: Arc<dyn FolderKeys>,
    listener: Told,
) -> Result<RestoreReport, WireError> {
    apart(move || async move {
        let key = keys.database_key_hex();
        let access = access(&key, &*keys);
        let put = restore(&dir, &backup, access, Depth::Whole, now(), &listener).await?;
        Ok(RestoreReport {
            verified: verified_view(&backup, put.verified),
            set_aside: put.set_aside.display().to_string(),
        })
    })
    .await
}

pub(crate) async fn save(
    dir: PathBuf,
    to: PathBuf,
    keys: Arc<dyn FolderKeys>,
    listener: Told,
) -> Result<SalvageReport, WireError> {
    apart(move || async move {
        let key = keys.database_key_hex();
        let salvaged = salvage(&dir, &to, access(&key, &*keys), &listener).await?;
        Ok(salvage_view(&to, &salvaged))
    })
    .await
}

impl App {
    fn dir(&self) -> &Path {
        &self.inner.options.data_dir
    }

    /// The backups there are, and how they are made by themselves.
    ///
    /// # Errors
    /// Folders that cannot be read.
    pub fn backups(&self) -> Result<BackupsView, WireError> {
        listed(self.dir())
    }

    /// Changes how backups are made by themselves. Those that are there stay where they are.
    ///
    /// # Errors
    /// `validation` of the number and of the folder.
    pub fn save_backup_plan(&self, plan: BackupPlan) -> Result<BackupsView, WireError> {
        if !(1..=365).contains(&plan.keep) {
            return Err(WireError::validation("keep", "Keep from 1 to 365 backups."));
        }
        if let Some(folder) = &plan.folder {
            let path = Path::new(folder);
            if !path.is_absolute() {
                return Err(WireError::validation("folder", "Choose a whole path."));
            }
            std::fs::create_dir_all(path).map_err(|error| WireError::File {
                file_name: folder.clone(),
                reason: format!("The folder cannot be made: {error}. Choose another one."),
            })?;
        }
        let path = self.dir().join(PLAN);
        let text = serde_json::to_vec_pretty(&plan).map_err(|e| WireError::internal(&e))?;
        let new = path.with_extension("new");
        std::fs::write(&new, text)
            .and_then(|()| std::fs::rename(&new, &path))
            .map_err(|error| WireError::File {
                file_name: path.display().to_string(),
                reason: format!("{error}. Check the folder's permissions and free space."),
            })?;
        self.backups()
    }

    /// Makes a backup now, in `to` or where they go by themselves, and verifies it: every sealed
    /// value if `whole`.
    ///
    /// # Errors
    /// `storage`: damage, a full disk, an unwritable folder, another backup being made. The earlier
    /// ones stay.
    pub async fn back_up(
        &self,
        to: Option<PathBuf>,
        whole: bool,
        progress: impl Fn(BackupProgress) + Send + Sync + 'static,
    ) -> Result<BackupView, WireError> {
        let _busy = self.inner.busy.lock().await;
        let folder = to.unwrap_or_else(|| folder(self.dir(), &plan(self.dir())));
        let depth = if whole { Depth::Whole } else { Depth::Sample };
        let store = self.store()?;
        let made = made(
            Arc::clone(&store),
            folder,
            Reason::Manual,
            depth,
            told(progress),
        )
        .await?;
        store.audit_everywhere(&AuditEvent::Backup, now()).await?;
        Ok(view(&made))
    }

    /// Looks whether a backup can be put in place, at every byte and every sealed value.
    ///
    /// # Errors
    /// `notFound`; `storage` with what is wrong with it.
    pub async fn verify_backup(
        &self,
        name: &str,
        progress: impl Fn(BackupProgress) + Send + Sync + 'static,
    ) -> Result<VerifiedView, WireError> {
        let backup = find(self.dir(), name)?;
        let vault = self.folder_keys()?;
        let listener = told(progress);
        apart(move || async move {
            let key = vault.database_key_hex();
            let seen = verify(&backup, access(&key, &*vault), Depth::Whole, &listener).await?;
            Ok(verified_view(&backup, seen))
        })
        .await
    }

    /// The newest backup that holds everything, and what is wrong with those that are newer.
    pub(crate) async fn newest_backup(
        &self,
    ) -> Result<(Option<BackupView>, Vec<String>), WireError> {
        let vault = self.store()?.keys()?;
        let dir = self.dir().to_path_buf();
        apart(move || async move {
            let key = vault.database_key_hex();
            let mut faults = Vec::new();
            let mut all = Vec::new();
            for folder in folders(&dir) {
                let shelf = shelf(&folder)?;
                all.extend(shelf.backups);
                let path = |name: &String| folder.join(name).display().to_string();
                let fault = |name| format!("The backup {} cannot be read.", path(name));
                faults.extend(shelf.unreadable.iter().map(fault));
            }
            all.sort_by_key(|b| std::cmp::Reverse(b.made_at()));
            for backup in &all {
                let access = access(&key, &*vault);
                match verify(backup, access, Depth::Sample, &|_, _, _| {}).await {
                    Ok(_) if backup.missing() == 0 => return Ok((Some(view(backup)), faults)),
                    Ok(_) => {}
                    Err(error) => faults.push(error.to_string()),
                }
            }
            Ok((None, faults))
        })
        .await
    }

    /// Puts a backup in place of the present data, which are set aside, and goes on with it. The
    /// passphrases stay those of now. Where the present data are damaged and belong to accounts,
    /// the app is locked after it.
    ///
    /// # Errors
    /// `notFound`; `storage` for a backup that is not sound. The present data are open then.
    pub async fn restore_backup(
        &self,
        name: &str,
        progress: impl Fn(BackupProgress) + Send + Sync + 'static,
    ) -> Result<RestoreReport, WireError> {
        let dir = self.dir().to_path_buf();
        let backup = find(&dir, name)?;
        if let Some(keys) = self.damaged_keys() {
            let report = place(dir, backup, keys.of_folder(), told(progress)).await?;
            self.leave_damage(keys).await?;
            return Ok(report);
        }
        let report = self
            .with_closed(move |vault| place(dir, backup, vault, told(progress)))
            .await?;
        // Whoever has to sign in anew is in the log by that.
        if let Ok(store) = self.store() {
            store.audit_everywhere(&AuditEvent::Restore, now()).await?;
        }
        Ok(report)
    }

    /// Reads everything that can be read of the present data into the empty folder `to`.
    ///
    /// # Errors
    /// `storage`: a folder that is not empty or cannot be written.
    pub async fn salvage(
        &self,
        to: &Path,
        progress: impl Fn(BackupProgress) + Send + Sync + 'static,
    ) -> Result<SalvageReport, WireError> {
        let dir = self.dir().to_path_buf();
        let to = to.to_path_buf();
        if let Some(keys) = self.damaged_keys() {
            return save(dir, to, keys.of_folder(), told(progress)).await;
        }
        self.with_closed(move |vault| save(dir, to, vault, told(progress)))
            .await
    }

    /// Does something while the databases are closed, and opens them again whatever it came to.
    async fn with_closed<T, F>(
        &self,
        work: impl FnOnce(Arc<UnlockedVault>) -> F + Send,
    ) -> Result<T, WireError>
    where
        T: Send,
        F: Future<Output = Result<T, WireError>> + Send,
    {
        self.cancel_import();
        let store = self.store()?;
        let vault = store.keys()?;
        let by_itself = self.inner.door.sign_in().is_none();
        drop(store);
        let presence = self.shut().await;
        let done = work(Arc::clone(&vault)).await;
        let opened = if by_itself {
            drop(vault);
            self.open_by_itself().await
        } else {
            match Store::open_for(self.dir(), Arc::clone(&vault)).await {
                Ok(store) => self.admit(store, presence).await,
                Err(error) => Err(self.damaged(error, Keys::Account(vault)).await),
            }
        };
        // What went wrong first says more.
        done.and_then(|value| opened.map(|()| value))
    }

    /// Makes a backup if one is due and anything changed, and removes the oldest. Whether it did.
    ///
    /// # Errors
    /// As [`App::back_up`].
    pub async fn back_up_if_due(&self) -> Result<bool, WireError> {
        let plan = plan(self.dir());
        let every = match plan.schedule {
            BackupSchedule::Off => return Ok(false),
            BackupSchedule::Daily => DAY_MS,
            BackupSchedule::Weekly => 7 * DAY_MS,
        };
        let folder = folder(self.dir(), &plan);
        let all = shelf(&folder)?.backups;
        let last = all.iter().find(|b| b.reason() == Reason::Scheduled);
        // An hour's grace, so that who starts the app at the same time each day gets one each day.
        let due = last.is_none_or(|b| now().0 - b.made_at().0 >= every - DAY_MS / 24);
        // A clock that was set back must not stop backups.
        let ahead = last.is_some_and(|b| b.made_at().0 > now().0 + DAY_MS);
        if !due && !ahead {
            return Ok(false);
        }
        // Nothing of anybody's is there yet.
        self.session()?;
        let store = self.store()?;
        let looked = Arc::clone(&store);
        let content = apart(move || async move { Ok(looked.content().await?) }).await?;
        if all.first().is_some_and(|b| b.content() == content) {
            return Ok(false);
        }
        let _busy = self.inner.busy.lock().await;
        let quiet = Box::new(|_, _, _| {});
        made(
            store,
            folder.clone(),
            Reason::Scheduled,
            Depth::Sample,
            quiet,
        )
        .await?;
        rotate(&folder, plan.keep as usize)?;
        Ok(true)
    }

    /// Makes the backups that are due, from a minute after the start until the app is closed.
    pub async fn keep_backed_up(&self) {
        let closing = self.closing();
        let mut wait = SETTLE;
        loop {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = closing.cancelled() => return,
            }
            match self.back_up_if_due().await {
                Ok(_) | Err(WireError::Locked | WireError::NoProfile) => {}
                Err(error) => tracing::error!(%error, "the scheduled backup could not be made"),
            }
            wait = LOOK;
        }
    }
}
