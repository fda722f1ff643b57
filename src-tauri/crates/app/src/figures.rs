//! Keeping figures true: whatever was made by other formulas, from other samples
//! or under other settings than those in force is made anew, and nothing else.

use crate::import::settings_at;
use crate::wire::WorkView;
use crate::{App, WireError};
use paceline_analysis::curve::{Track, distance_efforts};
use paceline_analysis::intervals::{self, Signature};
use paceline_analysis::repair::{Edited, apply_to};
use paceline_analysis::season::{ZoneMapping, three_zones};
use paceline_analysis::{FORMULA_VERSION, Seconds, analyse};
use paceline_model::{
    ActivityId, ActivityMetrics, ActivitySummary, AthleteSettings, Edit, Permission, Series,
    SettingValue, Sex, Sport, TenantId, ZoneTimes,
};
use paceline_store::{
    DistanceTime, Figures, FiguresState, Material, OfSamples, Reader, Session, SessionShape,
};
use std::collections::HashSet;
use tokio::task::JoinSet;

/// Activities of one commit, and at most so many at once between which an import may slip in.
const BATCH: usize = 128;
/// Activities being read or computed at once: enough for both cores and the readers.
const AT_ONCE: usize = 6;

/// What the settings of every day come from.
pub(crate) struct History {
    settings: Vec<SettingValue>,
    sex: Option<Sex>,
}

impl History {
    pub(crate) async fn read(reader: &Reader) -> Result<Self, WireError> {
        Ok(Self {
            settings: reader.settings().await?,
            sex: reader.profile().await?.sex,
        })
    }

    /// The settings in force when an activity began.
    pub(crate) fn at(&self, start: paceline_model::Instant) -> AthleteSettings {
        AthleteSettings {
            sex: self.sex,
            ..settings_at(&self.settings, start)
        }
    }
}

/// A name for everything beside the samples that figures depend on.
fn settings_key(settings: &AthleteSettings, sport: Sport, rpe: Option<f64>) -> i64 {
    let text = serde_json::to_vec(&(settings, sport, rpe)).unwrap_or_default();
    let hash = blake3::hash(&text);
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    i64::from_le_bytes(first)
}

fn is_stale(state: &FiguresState, history: &History) -> bool {
    state.formula_version != FORMULA_VERSION
        || state.made_from != state.data_version
        || state.settings_key != settings_key(&history.at(state.start), state.sport, state.rpe)
}

/// JSON that the store keeps.
pub(crate) fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, WireError> {
    serde_json::from_str(text).map_err(|e| WireError::internal(&e))
}

/// A stored activity with the user's edits applied: what everything is computed from and shown.
pub(crate) fn edited(material: &Material, series: Series) -> Result<Edited, WireError> {
    let edits: Vec<Edit> = parsed(&material.repairs)?;
    let whole = Edited {
        sport: material.sport,
        timed: material.timed,
        series,
        laps: material.laps.clone(),
        lengths: material.lengths.clone(),
        timer: material.timer.clone(),
        totals: material.totals,
    };
    Ok(if edits.is_empty() {
        whole
    } else {
        apply_to(&whole.input(), &edits)
    })
}

/// The kept summary where it is of these samples: what was imported and not edited has its curves
/// already, and so has what changed by a setting.
pub(crate) fn known(material: &Material) -> Option<&ActivitySummary> {
    let of_these = material.made_from == material.data_version
        || (material.made_from < 0 && material.repairs == "[]");
    of_these.then_some(&material.summary)
}

/// Figures of one activity from its samples and the settings of its day.
fn compute(material: &Material, ride: &Edited, history: &History) -> Figures<ActivityMetrics> {
    let settings = history.at(material.start);
    let input = ride.input();
    let (summary, metrics) = analyse(input, &settings, material.rpe, known(material));
    Figures {
        // Where the samples are as they were when these were made, they hold.
        of_samples: (material.made_from != material.data_version)
            .then(|| of_samples(&Seconds::new(input), &settings)),
        three_zones: below_between_above(&summary.zones, &settings),
        id: material.id,
        load: metrics.load.as_ref().map(|l| l.value),
        settings_key: settings_key(&settings, material.sport, material.rpe),
        data_version: material.data_version,
        summary,
        metrics,
    }
}

/// Seconds below, between and above the two thresholds: by power, else by heart rate, else by pace,
/// and of the built-in zones only, since zones of one's own may mean anything.
fn below_between_above(zones: &[ZoneTimes], settings: &AthleteSettings) -> Option<[f64; 3]> {
    ["power", "heart_rate", "speed"]
        .into_iter()
        .find_map(|channel| {
            let times = zones.iter().find(|z| z.channel == channel)?;
            let mapping = match channel {
                "power" => ZoneMapping::Coggan7,
                "heart_rate" if settings.threshold_hr.is_some() => ZoneMapping::Friel5,
                "heart_rate" => ZoneMapping::Maximum5,
                _ => ZoneMapping::Pace6,
            };
            let seconds: Vec<f64> = times.zones.iter().map(|z| z.seconds).collect();
            let three = three_zones(&seconds, mapping)?;
            Some([three.low, three.middle, three.high])
        })
}

fn of_samples(seconds: &Seconds, settings: &AthleteSettings) -> OfSamples {
    let input = seconds.input;
    let track = match input.totals.pool_length_m {
        Some(pool) if !input.lengths.is_empty() => Track::lengths(input.lengths, pool),
        _ => Track::per_second(&seconds.distance, input.sport),
    };
    let efforts = distance_efforts(&track, input.sport)
        .into_iter()
        .map(|e| DistanceTime {
            distance_mm: e.distance.millimetres,
            seconds: e.elapsed_s,
            start_s: e.start_s,
        })
        .collect();
    let found = intervals::find(seconds, settings, &[]);
    let session = found
        .basis
        .and_then(|basis| Signature::new(&found.intervals, basis))
        .and_then(|s| {
            Some(SessionShape {
                key: s.key(),
                shape: serde_json::to_string(&s).ok()?,
            })
        });
    OfSamples { efforts, session }
}

impl App {
    pub(crate) fn figures_are_stale(&self) {
        self.inner.stale.notify_one();
    }

    /// Told how far the making of stale figures is.
    #[must_use]
    pub fn subscribe_work(&self) -> tokio::sync::broadcast::Receiver<WorkView> {
        self.inner.working.subscribe()
    }

    /// Keeps figures current until the app is closed: now, and after every import and every change
    /// of a setting. For a program that stays; others call [`App::refresh`] when they need it.
    pub async fn keep_current(&self) {
        let closing = self.closing();
        loop {
            let told = |done, total| {
                // Nobody listening is no fault.
                let _ = self.inner.working.send(WorkView { done, total });
            };
            match self.refresh(told).await {
                // After unlocking there is news again.
                Ok(_) | Err(WireError::NoProfile | WireError::Locked) => {}
                Err(error) => tracing::error!(%error, "figures could not be brought up to date"),
            }
            tokio::select! {
                () = self.inner.stale.notified() => {}
                () = closing.cancelled() => return,
            }
        }
    }

    /// An activity's material and its samples with the user's edits applied.
    pub(crate) async fn edited(&self, id: ActivityId) -> Result<(Material, Edited), WireError> {
        let reader = self.reader().await?;
        let material = reader.material(id).await?;
        let series = reader.series(id, &[]).await?;
        let ride = edited(&material, series)?;
        Ok((material, ride))
    }

    /// Figures of one activity anew, whether stale or not.
    pub(crate) async fn refresh_one(&self, id: ActivityId) -> Result<(), WireError> {
        let (material, ride) = self.edited(id).await?;
        let history = History::read(&self.reader().await?).await?;
        let figures = tokio::task::spawn_blocking(move || compute(&material, &ride, &history))
            .await
            .map_err(|e| WireError::internal(&e))?;
        Ok(self.writer().await?.put_figures(&[figures]).await?)
    }

    /// Brings every stale figure up to date, newest first: of the athlete on screen, then of each
    /// other one that the user may edit, since a coach's desk shows them all. Tells how far it is.
    /// An import that wants to begin meanwhile may; what it brings is done too. Gives how many were
    /// made anew.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh(&self, mut told: impl FnMut(u32, u32)) -> Result<u32, WireError> {
        let Ok(_alone) = self.inner.refreshing.try_lock() else {
            // Whoever refreshes looks again before it ends.
            return Ok(0);
        };
        let mut done = 0u32;
        // What could not be made anew is not tried for ever.
        let mut tried = HashSet::new();
        self.refresh_of(None, &mut tried, &mut done, &mut told)
            .await?;
        let screen = self.session()?;
        for (tenant, _, session) in self.everybody().await?.0 {
            if session == screen || !tenant.role.allows(Permission::Edit) {
                continue;
            }
            match self
                .refresh_of(Some(session), &mut tried, &mut done, &mut told)
                .await
            {
                // Deleted, or taken from the user, since they were listed.
                Err(WireError::NotFound { .. }) => {}
                other => other?,
            }
            // Whoever is looked at comes first, also if they only just came.
            self.refresh_of(None, &mut tried, &mut done, &mut told)
                .await?;
        }
        Ok(done)
    }

    /// The stale figures of one athlete; of the one on screen, whoever that is, for `None`.
    async fn refresh_of(
        &self,
        athlete: Option<Session>,
        tried: &mut HashSet<(TenantId, ActivityId)>,
        done: &mut u32,
        told: &mut impl FnMut(u32, u32),
    ) -> Result<(), WireError> {
        let closing = self.closing();
        let before = *done;
        loop {
            let screen = self.session()?;
            let view = athlete.map_or_else(|| self.view(), |session| self.view_of(session));
            let session = view.session()?;
            let reader = view.reader().await?;
            let history = std::sync::Arc::new(History::read(&reader).await?);
            let states = reader.figures_states().await?;
            let stale: Vec<ActivityId> = states
                .iter()
                .rev()
                .filter(|s| !tried.contains(&(session.tenant(), s.id)) && is_stale(s, &history))
                .map(|s| s.id)
                .collect();
            let total = *done + u32::try_from(stale.len()).unwrap_or(u32::MAX);
            if stale.is_empty() || closing.is_cancelled() {
                break;
            }
            let writer = match view.writer().await {
                Ok(writer) => writer,
                // Who only looks on sees figures as they are.
                Err(WireError::Forbidden { .. }) => break,
                Err(error) => return Err(error),
            };
            let mut waiting = Vec::new();
            let mut left = false;
            for batch in stale.chunks(BATCH) {
                left = self.session()? != screen;
                if left || closing.is_cancelled() {
                    break;
                }
                tried.extend(batch.iter().map(|id| (session.tenant(), *id)));
                // While the figures of one batch are written, those of the next are computed.
                let _busy = self.inner.busy.lock().await;
                let (computed, written) = tokio::join!(
                    view.compute_batch(batch, &history),
                    writer.put_figures(&waiting)
                );
                written?;
                waiting = computed?;
                *done += u32::try_from(batch.len()).unwrap_or(u32::MAX);
                told(*done, total.max(*done));
            }
            let _busy = self.inner.busy.lock().await;
            writer.put_figures(&waiting).await?;
            if left && athlete.is_some() {
                // Switching asks for another round, which comes by here again.
                break;
            }
        }
        if *done > before {
            self.tell_changed().await?;
        }
        Ok(())
    }

    async fn compute_batch(
        &self,
        ids: &[ActivityId],
        history: &std::sync::Arc<History>,
    ) -> Result<Vec<Figures<ActivityMetrics>>, WireError> {
        let jobs = ids.iter().map(|id| {
            let (app, history, id) = (self.clone(), history.clone(), *id);
            async move {
                let (material, ride) = app.edited(id).await?;
                tokio::task::spawn_blocking(move || compute(&material, &ride, &history))
                    .await
                    .map_err(|e| WireError::internal(&e))
            }
        });
        let mut all = Vec::with_capacity(ids.len());
        a_few_at_once(jobs, |figures| all.push(figures)).await?;
        Ok(all)
    }
}

/// Runs jobs over activities, a few at once, and hands on what each gives as it comes; one whose
/// activity was deleted meanwhile gives nothing.
pub(crate) async fn a_few_at_once<J, T>(
    mut jobs: impl Iterator<Item = J>,
    mut take: impl FnMut(T),
) -> Result<(), WireError>
where
    J: Future<Output = Result<T, WireError>> + Send + 'static,
    T: Send + 'static,
{
    let mut running = JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(job) = jobs.next()
        {
            running.spawn(job);
        }
        let Some(ended) = running.join_next().await else {
            return Ok(());
        };
        match ended.map_err(|e| WireError::internal(&e))? {
            Ok(found) => take(found),
            Err(WireError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
}
