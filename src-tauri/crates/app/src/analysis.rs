//! Everything the engine says of one activity, and the edits of its samples and
//! intervals.

use crate::activities::activity_id;
use crate::curves::CURVE_SEASON;
use crate::figures::{History, known, parsed};
use crate::fitness::iso_day;
use crate::performance::apart;
use crate::wire::{
    ActivityCurveView, AnalysisView, BalanceView, CurveChannel, CurvePointView, FigureGroupView,
    FigureView, MatchView, SimilarView,
};
use crate::{App, WireError};
use paceline_analysis::intervals::{self, Signature};
use paceline_analysis::models::{Wbal, WbalMethod, w_prime_balance};
use paceline_analysis::repair::{Edited, findings};
use paceline_analysis::{Seconds, analyse};
use paceline_model::{
    ActivityId, ActivityMetrics, AthleteSettings, Edit, Finding, Interval, IntervalEdit, Metrics,
    Units,
};
use paceline_store::Material;
use std::collections::HashSet;

/// Sessions of one shape that are shown.
const SIMILAR: usize = 12;

/// Figures in the groups and the order in which they are shown.
pub(crate) fn grouped(values: &Metrics) -> Vec<FigureGroupView> {
    let mut groups: Vec<FigureGroupView> = Vec::new();
    for (metric, value) in values.iter() {
        let group = metric.info().group;
        let figure = FigureView::new(metric, value);
        match groups.iter_mut().find(|g| g.group == group) {
            Some(g) => g.figures.push(figure),
            None => groups.push(FigureGroupView {
                group,
                figures: vec![figure],
            }),
        }
    }
    groups
}

/// The balance of work above critical power; FTP stands in for it.
pub(crate) fn balance(seconds: &Seconds, settings: &AthleteSettings) -> Option<Wbal> {
    let cp = settings.critical_power_w.or(settings.ftp_w)?;
    let w_prime = settings.w_prime_j?;
    if !seconds.power.iter().any(|w| *w > 0.0) {
        return None;
    }
    w_prime_balance(&seconds.power, cp, w_prime, WbalMethod::Differential)
}

fn balance_view(found: &Wbal) -> BalanceView {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    BalanceView {
        critical_power: found.cp,
        w_prime: found.w_prime,
        lowest: found.minimum,
        lowest_at_s: count(found.minimum_at),
        matches: found
            .matches
            .iter()
            // Smaller ones are the noise of a road.
            .filter(|m| m.joules >= 2_000.0)
            .map(|m| MatchView {
                start_s: count(m.start),
                seconds: count(m.seconds),
                joules: m.joules,
            })
            .collect(),
    }
}

struct Found {
    metrics: ActivityMetrics,
    intervals: Vec<Interval>,
    session: Option<String>,
    balance: Option<BalanceView>,
    findings: Vec<Finding>,
}

fn find(
    original: &Edited,
    ride: &Edited,
    material: &Material,
    settings: &AthleteSettings,
    edits: &[IntervalEdit],
    units: Units,
) -> Found {
    let input = ride.input();
    let seconds = Seconds::new(input);
    let (_, metrics) = analyse(input, settings, material.rpe, known(material));
    let found = intervals::find(&seconds, settings, edits);
    let session: Vec<String> = found
        .groups
        .iter()
        .map(|g| g.label(material.sport, units))
        .collect();
    Found {
        metrics,
        session: (!session.is_empty()).then(|| session.join(", ")),
        intervals: found.intervals,
        balance: balance(&seconds, settings).as_ref().map(balance_view),
        findings: findings(&original.input()),
    }
}

impl App {
    /// Figures, intervals, climbs, the balance of W′ and what looks wrong in the samples.
    ///
    /// # Errors
    /// `notFound`.
    pub async fn analysis(&self, id: &str) -> Result<AnalysisView, WireError> {
        let id = activity_id(id)?;
        let reader = self.reader().await?;
        let (material, original, ride) = self.both(id).await?;
        let settings = History::read(&reader).await?.at(material.start);
        let units = reader.profile().await?.units;
        let interval_edits: Vec<IntervalEdit> = parsed(&material.intervals)?;
        let repairs: Vec<Edit> = parsed(&material.repairs)?;
        let edits = interval_edits.clone();
        let found = tokio::task::spawn_blocking(move || {
            find(&original, &ride, &material, &settings, &edits, units)
        })
        .await
        .map_err(|e| WireError::internal(&e))?;
        Ok(AnalysisView {
            epoch: self.epoch(),
            load: found.metrics.load,
            groups: grouped(&found.metrics.values),
            climbs: found.metrics.climbs,
            stops: found.metrics.stops,
            quadrants: found.metrics.quadrants,
            balance: found.balance,
            intervals: found.intervals,
            session: found.session,
            interval_edits,
            findings: found.findings,
            repairs,
        })
    }

    /// The samples as they were recorded and as the edits leave them.
    async fn both(&self, id: ActivityId) -> Result<(Material, Edited, Edited), WireError> {
        let reader = self.reader().await?;
        let material = reader.material(id).await?;
        let series = reader.series(id, &[]).await?;
        let ride = crate::figures::edited(&material, series.clone())?;
        let bare = Material {
            repairs: "[]".to_owned(),
            ..material.clone()
        };
        Ok((material, crate::figures::edited(&bare, series)?, ride))
    }

    /// Replaces the list of edits of an activity's samples; figures and curves follow. The
    /// recording itself stays as it is.
    ///
    /// # Errors
    /// `notFound`; `validation` of a list that is too long or names an edit twice.
    pub async fn set_repairs(&self, id: &str, edits: Vec<Edit>) -> Result<(), WireError> {
        let id = activity_id(id)?;
        unlike(edits.iter().map(|e| e.id.to_string()), edits.len())?;
        self.writer().await?.put_repairs(id, &edits).await?;
        self.refresh_one(id).await?;
        self.tell_changed().await
    }

    /// Replaces the list of the user's changes to an activity's intervals.
    ///
    /// # Errors
    /// As [`App::set_repairs`].
    pub async fn set_interval_edits(
        &self,
        id: &str,
        edits: Vec<IntervalEdit>,
    ) -> Result<(), WireError> {
        let id = activity_id(id)?;
        unlike(edits.iter().map(|e| e.id.to_string()), edits.len())?;
        Ok(self.writer().await?.put_interval_edits(id, &edits).await?)
    }

    /// The curve of an activity beside the best of the ninety days before it.
    ///
    /// # Errors
    /// `notFound`.
    pub async fn activity_curve(
        &self,
        id: &str,
        channel: CurveChannel,
        every_second: bool,
    ) -> Result<ActivityCurveView, WireError> {
        let id = activity_id(id)?;
        let material = self.reader().await?.material(id).await?;
        let own = self.curve_of(id, channel).await?;
        let limit = u32::try_from(own.len()).unwrap_or(u32::MAX);
        let durations = if every_second {
            (1..=limit).collect()
        } else {
            apart(limit)
        };
        let points = own.points(&durations);
        let day = material.start.local_day(material.utc_offset_s);
        let (from, to) = (day - CURVE_SEASON, day - 1);
        let season = if material.timed {
            let best = self.best(material.sport, channel, from, to).await?;
            let best = best.envelope.monotone();
            durations
                .iter()
                .filter_map(|s| best.get(*s as usize - 1))
                .map(|p| CurvePointView {
                    seconds: p.seconds,
                    value: p.value,
                    start_s: p.start_s,
                })
                .collect()
        } else {
            Vec::new()
        };
        Ok(ActivityCurveView {
            epoch: self.epoch(),
            points: points.iter().map(Into::into).collect(),
            season,
            from: iso_day(from),
            to: iso_day(to),
        })
    }

    /// Earlier and later sessions of the same shape, the likest first.
    ///
    /// # Errors
    /// `notFound`.
    pub async fn similar_sessions(&self, id: &str) -> Result<Vec<SimilarView>, WireError> {
        let id = activity_id(id)?;
        let (material, own) = self.intervals_of(id).await?;
        let Some(basis) = own.basis else {
            return Ok(Vec::new());
        };
        let Some(signature) = Signature::new(&own.intervals, basis) else {
            return Ok(Vec::new());
        };
        let near: HashSet<(u16, i16)> = signature.near().into_iter().collect();
        let mut all = Vec::new();
        for (known, session) in self.reader().await?.sessions(material.sport).await? {
            if known == id || !near.contains(&session.key) {
                continue;
            }
            let other: Signature = parsed(&session.shape)?;
            if let Some(likeness) = signature.likeness(&other) {
                all.push((likeness, known));
            }
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut views = Vec::new();
        for (likeness, other) in all.into_iter().take(SIMILAR) {
            let (there, theirs) = self.intervals_of(other).await?;
            let comparison = intervals::compare(&theirs.intervals, &own.intervals, basis);
            views.push(SimilarView {
                id: other.to_string(),
                day: iso_day(there.start.local_day(there.utc_offset_s)),
                name: self.reader().await?.activity(other).await?.row.name,
                likeness,
                comparison,
            });
        }
        Ok(views)
    }

    async fn intervals_of(
        &self,
        id: ActivityId,
    ) -> Result<(Material, intervals::Intervals), WireError> {
        let (material, ride) = self.edited(id).await?;
        let settings = History::read(&self.reader().await?)
            .await?
            .at(material.start);
        let edits: Vec<IntervalEdit> = parsed(&material.intervals)?;
        let found = tokio::task::spawn_blocking(move || {
            intervals::find(&Seconds::new(ride.input()), &settings, &edits)
        })
        .await
        .map_err(|e| WireError::internal(&e))?;
        Ok((material, found))
    }
}

/// An edit list that can be kept: each entry once, and no more than anybody makes.
fn unlike(ids: impl Iterator<Item = String>, count: usize) -> Result<(), WireError> {
    if count > 1_000 {
        return Err(WireError::validation(
            "edits",
            "An activity can have at most 1000 edits.",
        ));
    }
    let different: HashSet<String> = ids.collect();
    if different.len() < count {
        return Err(WireError::validation(
            "edits",
            "An edit stands in the list twice. Open the activity again.",
        ));
    }
    Ok(())
}
