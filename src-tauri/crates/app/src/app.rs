use crate::import::{self, Listener, What, now};
use crate::wire::{
    ActivitiesChangedView, AppStatusView, ImportItem, ImportProgress, ImportReport,
    ImportSummaryView, KeyProtection, ProfileInput, ProfileView, WorkView, iso,
};
use crate::{Machine, OpenOptions, WireError};
use paceline_model::{ImportId, SourceKind};
use paceline_store::{ImportRow, Outcome, Reader, Session, Writer};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// All use-cases over one data folder; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
    /// What a use-case keeps to from its beginning to its end, whatever is switched to meanwhile.
    view: Option<View>,
}

/// Who acts on what, and since which switch.
#[derive(Clone, Copy)]
struct View {
    session: Session,
    epoch: u32,
}

pub(crate) struct Inner {
    pub options: OpenOptions,
    pub door: crate::lock::Door,
    /// Present while the data do not open because they are damaged.
    pub damaged: Mutex<Option<crate::damage::Damaged>>,
    pub accounts: crate::accounts::Accounts,
    /// Raised when the session changes, so that answers of an older one are known as stale.
    pub epoch: AtomicU32,
    changed: broadcast::Sender<ActivitiesChangedView>,
    import: Mutex<Option<CancellationToken>>,
    /// Held by what must not overlap: imports, recalculations, the collection of orphans.
    pub busy: tokio::sync::Mutex<()>,
    /// Held by the one who brings figures up to date.
    pub refreshing: tokio::sync::Mutex<()>,
    /// Told when figures may be stale.
    pub stale: tokio::sync::Notify,
    pub working: broadcast::Sender<WorkView>,
    pub lately: crate::curves::Lately,
    pub closing: CancellationToken,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Opens the data folder, making it if it is not there. One that belongs to accounts stays
    /// locked until somebody signs in.
    ///
    /// # Errors
    /// `storage`, with what to do: key lost, newer schema, folder not writable.
    pub async fn open(options: OpenOptions) -> Result<Self, WireError> {
        Self::open_on(options, Machine::this()?).await
    }

    /// [`App::open`] by other clocks, or with other work for each guess of a passphrase.
    ///
    /// # Errors
    /// As [`App::open`].
    pub async fn open_on(options: OpenOptions, machine: Machine) -> Result<Self, WireError> {
        let app = Self::new(options, machine)?;
        app.open_by_itself().await?;
        Ok(app)
    }

    /// Over a folder that is there now, with nothing open.
    pub(crate) fn new(options: OpenOptions, machine: Machine) -> Result<Self, WireError> {
        std::fs::create_dir_all(&options.data_dir).map_err(|error| WireError::Storage {
            reason: format!(
                "The data folder {} cannot be made: {error}. Choose another with PACELINE_DATA_DIR.",
                options.data_dir.display()
            ),
        })?;
        Ok(Self {
            inner: Arc::new(Inner {
                options,
                door: crate::lock::Door::default(),
                damaged: Mutex::default(),
                accounts: crate::accounts::Accounts::new(machine),
                epoch: AtomicU32::new(0),
                changed: broadcast::channel(64).0,
                import: Mutex::new(None),
                busy: tokio::sync::Mutex::new(()),
                refreshing: tokio::sync::Mutex::new(()),
                stale: tokio::sync::Notify::new(),
                working: broadcast::channel(64).0,
                lately: crate::curves::Lately::default(),
                closing: CancellationToken::new(),
            }),
            view: None,
        })
    }

    /// Stops what runs, waits for it, closes the databases.
    pub async fn close(&self) {
        self.inner.closing.cancel();
        self.cancel_import();
        self.wait_for_work().await;
        self.end(crate::sessions::Ending::Closed).await;
    }

    /// Told whenever activities change.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ActivitiesChangedView> {
        self.inner.changed.subscribe()
    }

    /// The app as it stands now: what is asked of it is of this session and bears this epoch, even
    /// if the user switches to another tenant before the answer is there.
    #[must_use]
    pub fn view(&self) -> Self {
        // The epoch first: a switch in between makes the answer stale, never false.
        let epoch = self.epoch();
        let session = self.session().ok();
        Self {
            inner: Arc::clone(&self.inner),
            view: session.map(|session| View { session, epoch }),
        }
    }

    /// The app as it acts on another athlete than the one on screen.
    pub(crate) fn view_of(&self, session: Session) -> Self {
        let epoch = self.epoch();
        Self {
            inner: Arc::clone(&self.inner),
            view: Some(View { session, epoch }),
        }
    }

    pub(crate) fn epoch(&self) -> u32 {
        self.view
            .map_or_else(|| self.inner.epoch.load(Ordering::SeqCst), |v| v.epoch)
    }

    pub(crate) fn session(&self) -> Result<Session, WireError> {
        let now = self.inner.door.session()?;
        self.view
            .map(|v| v.session)
            .or(now)
            .ok_or(WireError::NoProfile)
    }

    pub(crate) async fn reader(&self) -> Result<Reader, WireError> {
        let store = self.store()?;
        Ok(store.reader(&self.session()?).await?)
    }

    pub(crate) async fn writer(&self) -> Result<Writer, WireError> {
        let store = self.store()?;
        Ok(store.writer(&self.session()?).await?)
    }

    pub(crate) fn closing(&self) -> CancellationToken {
        self.inner.closing.clone()
    }

    pub(crate) async fn tell_changed(&self) -> Result<(), WireError> {
        let count = self.reader().await?.activity_count().await?;
        // Nobody listening is no fault.
        let _ = self.inner.changed.send(ActivitiesChangedView {
            epoch: self.epoch(),
            count,
        });
        Ok(())
    }

    /// What the window needs before it can draw anything.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn status(&self) -> Result<AppStatusView, WireError> {
        let (profile, activity_count) = match self.session() {
            Ok(_) => (
                Some(self.profile().await?),
                self.reader().await?.activity_count().await?,
            ),
            Err(_) => (None, 0),
        };
        let store = self.store().ok();
        Ok(AppStatusView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_dir: self.inner.options.data_dir.display().to_string(),
            locked: store.is_none(),
            damage: self.damage_view(),
            key_protection: match store
                .filter(|_| self.inner.door.sign_in().is_none())
                .and_then(|s| s.protection())
            {
                Some(paceline_vault::KeyProtection::Keyring) => KeyProtection::Keyring,
                Some(paceline_vault::KeyProtection::KeyFile) => KeyProtection::KeyFile,
                None => KeyProtection::Passphrase,
            },
            profile,
            activity_count,
            import_running: locked(&self.inner.import).is_some(),
        })
    }

    pub(crate) async fn profile(&self) -> Result<ProfileView, WireError> {
        let p = self.reader().await?.profile().await?;
        Ok(ProfileView {
            athlete_id: p.athlete.to_string(),
            name: p.name,
            units: p.units.into(),
            epoch: self.epoch(),
            sex: p.sex.map(Into::into),
            sample: p.sample,
        })
    }

    /// The first run: user, tenant and athlete.
    ///
    /// # Errors
    /// `validation` of the name; `conflict` if there is a profile already.
    pub async fn create_profile(&self, input: ProfileInput) -> Result<ProfileView, WireError> {
        let name = valid_name(&input.name)?;
        let _busy = self.inner.busy.lock().await;
        if self.session().is_ok() {
            return Err(WireError::Conflict {
                reason: "There is an athlete already. Change name and units in the settings."
                    .to_owned(),
            });
        }
        let store = self.store()?;
        let session = store
            .create_profile(&name, input.units.into(), now())
            .await?;
        self.inner.door.enter(session)?;
        self.inner.epoch.fetch_add(1, Ordering::SeqCst);
        self.profile().await
    }

    /// Changes name, units and sex; figures that depend on it follow in the background.
    ///
    /// # Errors
    /// `validation` of the name; `noProfile`.
    pub async fn update_profile(&self, input: ProfileInput) -> Result<ProfileView, WireError> {
        let name = valid_name(&input.name)?;
        self.writer()
            .await?
            .update_profile(&name, input.units.into(), input.sex.map(Into::into))
            .await?;
        self.figures_are_stale();
        self.profile().await
    }

    /// Imports files and folders; returns when done or cancelled.
    ///
    /// # Errors
    /// `conflict` while another import runs; those of the store. Unreadable files are no
    /// error but items of the report.
    pub async fn import_paths(
        &self,
        paths: Vec<PathBuf>,
        progress: impl Fn(ImportProgress) + Send + Sync + 'static,
    ) -> Result<ImportReport, WireError> {
        let roots: Vec<PathBuf> = paths
            .into_iter()
            .map(|p| std::path::absolute(&p).unwrap_or(p))
            .collect();
        if roots.is_empty() {
            return Err(WireError::validation(
                "paths",
                "Choose at least one file or folder.",
            ));
        }
        let names: Vec<String> = roots.iter().map(|p| p.display().to_string()).collect();
        self.import(None, names, What::Paths(roots), Arc::new(progress))
            .await
    }

    /// Finishes imports that a crash or a kill interrupted; each file is stored once.
    ///
    /// # Errors
    /// As [`App::import_paths`].
    pub async fn resume_imports(
        &self,
        progress: impl Fn(ImportProgress) + Send + Sync + 'static,
    ) -> Result<Vec<ImportReport>, WireError> {
        let listener: Listener = Arc::new(progress);
        let mut reports = Vec::new();
        for row in self.reader().await?.imports().await?.into_iter().rev() {
            if row.finished_at.is_some() {
                continue;
            }
            let what = if row.roots == [SAMPLE_ROOT] {
                self.sample().1
            } else {
                What::Paths(row.roots.iter().map(PathBuf::from).collect())
            };
            let report = self
                .import(Some(row.id), row.roots, what, Arc::clone(&listener))
                .await;
            reports.push(report?);
        }
        Ok(reports)
    }

    fn sample(&self) -> (paceline_analysis::sample::SampleAthlete, What) {
        let athlete = paceline_analysis::sample::SampleAthlete::new(now());
        let made = athlete.clone();
        let what = What::Made(athlete.len(), Arc::new(move |i| made.recording(i)));
        (athlete, what)
    }

    /// Loads the generated three-season athlete through the same path as any file.
    ///
    /// # Errors
    /// As [`App::import_paths`].
    pub async fn load_sample(
        &self,
        progress: impl Fn(ImportProgress) + Send + Sync + 'static,
    ) -> Result<ImportReport, WireError> {
        let (athlete, what) = self.sample();
        let writer = self.writer().await?;
        for setting in athlete.settings() {
            writer.put_setting(&setting).await?;
        }
        writer
            .put_biometrics(&athlete.biometrics(), SourceKind::Sample, now())
            .await?;
        writer.mark_sample().await?;
        let roots = vec![SAMPLE_ROOT.to_owned()];
        self.import(None, roots, what, Arc::new(progress)).await
    }

    async fn import(
        &self,
        resume: Option<ImportId>,
        roots: Vec<String>,
        what: What,
        listener: Listener,
    ) -> Result<ImportReport, WireError> {
        let session = self.session()?;
        let (store, ends) = self.inner.door.open()?;
        let cancel = ends.child_token();
        {
            let mut running = locked(&self.inner.import);
            if running.is_some() {
                return Err(WireError::Conflict {
                    reason: "An import is running. Wait for it or cancel it first.".to_owned(),
                });
            }
            *running = Some(cancel.clone());
        }
        let _running = Running(&self.inner.import);
        let _busy = self.inner.busy.lock().await;
        let writer = store.writer(&session).await?;
        let id = match resume {
            Some(id) => id,
            None => writer.begin_import(&roots, now()).await?,
        };
        let totals = import::run(&store, &session, id, what, listener, cancel).await;
        if let Ok(totals) = &totals {
            for id in &totals.restyled {
                match self.refresh_one(*id).await {
                    // Deleted meanwhile.
                    Ok(_) | Err(WireError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        self.figures_are_stale();
        // One that locking interrupted stays unfinished, and goes on after unlocking.
        self.tell_changed().await?;
        let totals = totals?;
        let shown: Vec<String> = roots.iter().map(|r| shown_root(r)).collect();
        writer
            .finish_import(id, &shown, totals.cancelled, now())
            .await?;
        let p = totals.progress;
        Ok(ImportReport {
            import_id: id.to_string(),
            found: p.found,
            done: p.done,
            new_activities: p.new_activities,
            added: p.added,
            merged: p.merged,
            known: p.known,
            failed: p.failed,
            skipped: p.skipped,
            biometrics: p.biometrics,
            cancelled: totals.cancelled,
            elapsed_s: p.elapsed_s,
        })
    }

    /// Asks a running import to stop after the files under way.
    pub fn cancel_import(&self) {
        if let Some(token) = locked(&self.inner.import).as_ref() {
            token.cancel();
        }
    }

    /// Past imports, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn past_imports(&self) -> Result<Vec<ImportSummaryView>, WireError> {
        let rows = self.reader().await?.imports().await?;
        Ok(rows.into_iter().map(import_view).collect())
    }

    /// The files of one import.
    ///
    /// # Errors
    /// `notFound` for an id that is none.
    pub async fn import_items(&self, import_id: &str) -> Result<Vec<ImportItem>, WireError> {
        let id: ImportId = import_id.parse().map_err(|_| WireError::NotFound {
            what: "The import".to_owned(),
        })?;
        let rows = self.reader().await?.import_items(id).await?;
        Ok(rows.iter().map(import::item_view).collect())
    }
}

/// Stands for the generated data among an import's roots.
const SAMPLE_ROOT: &str = "Sample data";

/// Frees the place of the running import however it ends.
struct Running<'a>(&'a Mutex<Option<CancellationToken>>);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        *locked(self.0) = None;
    }
}

fn import_view(row: ImportRow) -> ImportSummaryView {
    let of = |outcome: Outcome| {
        row.counts
            .iter()
            .find(|c| c.0 == outcome)
            .map_or(0, |c| c.1)
    };
    ImportSummaryView {
        import_id: row.id.to_string(),
        started_at: iso(row.started_at),
        finished_at: row.finished_at.map(iso),
        added: of(Outcome::Added),
        merged: of(Outcome::Merged),
        known: of(Outcome::Known),
        failed: of(Outcome::Failed),
        skipped: of(Outcome::Skipped),
        cancelled: row.cancelled,
        roots: row.roots.iter().map(|r| shown_root(r)).collect(),
    }
}

/// A chosen path without an account's address in the name of the file.
fn shown_root(root: &str) -> String {
    let base = root
        .rfind(std::path::MAIN_SEPARATOR)
        .map_or(0, |i| i + std::path::MAIN_SEPARATOR.len_utf8());
    format!(
        "{}{}",
        &root[..base],
        paceline_formats::exports::without_account(&root[base..])
    )
}

pub(crate) fn valid_name(name: &str) -> Result<String, WireError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(WireError::validation("name", "Write a name.")),
        1..=80 => Ok(name.to_owned()),
        _ => Err(WireError::validation(
            "name",
            "Write at most 80 characters.",
        )),
    }
}
