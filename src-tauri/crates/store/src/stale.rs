use crate::{Reader, StoreError, json};
use paceline_model::{
    ActivityId, ActivitySummary, Instant, Lap, Length, RecordedTotals, Sport, TimerEvent,
};
use serde::Deserialize;
use sqlx::Row;
use uuid::Uuid;

/// What the figures of an activity were made from, beside what it is now.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct FiguresState {
    pub id: ActivityId,
    pub start: Instant,
    pub sport: Sport,
    pub rpe: Option<f64>,
    /// Formulas of the stored figures; 0 where there are none yet.
    pub formula_version: u32,
    /// Settings of the stored figures.
    pub settings_key: i64,
    /// Samples of the stored figures; −1 where there are none yet.
    pub made_from: i64,
    /// Samples as they are.
    pub data_version: i64,
}

/// What figures are computed from, beside the samples.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Material {
    pub id: ActivityId,
    pub start: Instant,
    pub utc_offset_s: Option<i32>,
    pub timed: bool,
    pub sport: Sport,
    pub rpe: Option<f64>,
    pub data_version: i64,
    /// Samples of the stored figures; −1 where there are none yet.
    pub made_from: i64,
    pub totals: RecordedTotals,
    pub timer: Vec<TimerEvent>,
    pub summary: ActivitySummary,
    pub laps: Vec<Lap>,
    pub lengths: Vec<Length>,
    /// Edits of the samples, as JSON.
    pub repairs: String,
    /// Edits of the intervals, as JSON.
    pub intervals: String,
}

/// Figures of one activity as they are kept.
#[derive(Debug, Clone)]
pub struct Figures<M> {
    /// Whose.
    pub id: ActivityId,
    /// The headline figures.
    pub summary: ActivitySummary,
    /// The whole.
    pub metrics: M,
    /// Training load of the list and the calendar.
    pub load: Option<f64>,
    /// Settings they were made under.
    pub settings_key: i64,
    /// Samples they were made from.
    pub data_version: i64,
    /// Seconds below, between and above the two thresholds.
    pub three_zones: Option<[f64; 3]>,
    /// What depends on the samples alone; `None` leaves what is kept.
    pub of_samples: Option<OfSamples>,
}

/// Figures that no setting changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfSamples {
    /// Best times over distances.
    pub efforts: Vec<DistanceTime>,
    /// The shape of a session of intervals.
    pub session: Option<SessionShape>,
}

/// The shape of a session of intervals, and by what it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionShape {
    /// Number of efforts and bucket of their time.
    pub key: (u16, i16),
    /// As JSON.
    pub shape: String,
}

/// The fastest way over a distance within an activity.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub struct DistanceTime {
    pub distance_mm: u32,
    pub seconds: f64,
    /// Seconds from the activity's first sample.
    pub start_s: f64,
}

/// A record over a distance.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub struct DistanceRecord {
    pub activity: ActivityId,
    pub start: Instant,
    pub best: DistanceTime,
}

#[derive(Deserialize)]
struct LengthRow {
    start_ms: i32,
    end_ms: i32,
    active: u8,
    stroke: Option<String>,
    strokes: Option<u16>,
}

impl Reader {
    /// Of every activity, what its figures were made from; oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn figures_states(&self) -> Result<Vec<FiguresState>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, start, sport, rpe, a.data_version, s.formula_version, s.settings_key,
             s.data_version AS made_from FROM activities AS a INDEXED BY activities_by_start
             JOIN activity_summaries AS s ON s.tenant_id = a.tenant_id AND s.activity_id = a.id
             WHERE a.tenant_id = ? AND athlete_id = ? AND deleted = 0 ORDER BY start",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(FiguresState {
                    id: ActivityId(row.try_get::<Uuid, _>("id")?),
                    start: Instant(row.try_get("start")?),
                    sport: Sport::from_key(row.try_get("sport")?),
                    rpe: row.try_get("rpe")?,
                    formula_version: row.try_get("formula_version")?,
                    settings_key: row.try_get("settings_key")?,
                    made_from: row.try_get("made_from")?,
                    data_version: row.try_get("data_version")?,
                })
            })
            .collect()
    }

    /// What figures of an activity are computed from, in one trip to the database.
    ///
    /// # Errors
    /// `NotFound`; those of the database.
    pub async fn material(&self, id: ActivityId) -> Result<Material, StoreError> {
        let row = sqlx::query(
            "SELECT start, utc_offset_s, timed, sport, rpe, a.data_version, totals, timer, s.summary,
             s.data_version AS made_from, coalesce(e.repairs, '[]') AS repairs,
             coalesce(e.intervals, '[]') AS intervals,
             (SELECT json_group_array(json(lap)) FROM (SELECT lap FROM laps
                 WHERE tenant_id = ?1 AND activity_id = ?2 ORDER BY position)) AS laps,
             (SELECT json_group_array(json_object('start_ms', start_ms, 'end_ms', end_ms,
                 'active', active, 'stroke', stroke, 'strokes', strokes))
                 FROM (SELECT * FROM lengths
                 WHERE tenant_id = ?1 AND activity_id = ?2 ORDER BY position)) AS lengths
             FROM activities AS a
             JOIN activity_summaries AS s ON s.tenant_id = a.tenant_id AND s.activity_id = a.id
             LEFT JOIN activity_edits AS e ON e.tenant_id = a.tenant_id AND e.activity_id = a.id
                 AND e.deleted = 0
             WHERE a.tenant_id = ?1 AND a.id = ?2 AND a.athlete_id = ?3 AND a.deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .fetch_optional(&self.store.reading)
        .await?
        .ok_or(StoreError::NotFound {
            what: "The activity",
        })?;
        let lengths: Vec<LengthRow> = json(row.try_get("lengths")?)?;
        Ok(Material {
            id,
            start: Instant(row.try_get("start")?),
            utc_offset_s: row.try_get("utc_offset_s")?,
            timed: row.try_get("timed")?,
            sport: Sport::from_key(row.try_get("sport")?),
            rpe: row.try_get("rpe")?,
            data_version: row.try_get("data_version")?,
            made_from: row.try_get("made_from")?,
            totals: json(row.try_get("totals")?)?,
            timer: json(row.try_get("timer")?)?,
            summary: json(row.try_get("summary")?)?,
            laps: json(row.try_get("laps")?)?,
            lengths: lengths
                .into_iter()
                .map(|l| Length {
                    start_ms: l.start_ms,
                    end_ms: l.end_ms,
                    active: l.active != 0,
                    stroke: l.stroke,
                    strokes: l.strokes,
                })
                .collect(),
            repairs: row.try_get("repairs")?,
            intervals: row.try_get("intervals")?,
        })
    }

    /// The fastest of a sport over each distance among activities that begin in `[from, to)`; of
    /// equals the earlier.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn distance_records(
        &self,
        sport: Sport,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<DistanceRecord>, StoreError> {
        let rows: Vec<(i64, f64, f64, Uuid, i64)> = sqlx::query_as(
            "SELECT distance_mm, seconds, start_s, activity_id, start FROM (
                 SELECT e.distance_mm, e.seconds, e.start_s, e.activity_id, a.start,
                     row_number() OVER (PARTITION BY e.distance_mm ORDER BY e.seconds, a.start) AS place
                 FROM activities AS a INDEXED BY activities_by_start
                 JOIN efforts AS e ON e.tenant_id = a.tenant_id AND e.activity_id = a.id
                 WHERE a.tenant_id = ? AND a.athlete_id = ? AND a.deleted = 0 AND a.start >= ?
                     AND a.start < ? AND a.sport = ? AND a.timed = 1)
             WHERE place = 1 ORDER BY distance_mm",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from.0)
        .bind(to.0)
        .bind(sport.key())
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(mm, seconds, start_s, activity, start)| DistanceRecord {
                activity: ActivityId(activity),
                start: Instant(start),
                best: DistanceTime {
                    distance_mm: u32::try_from(mm).unwrap_or(0),
                    seconds,
                    start_s,
                },
            })
            .collect())
    }

    /// Every best time over a distance of a sport among activities that begin in `[from, to)`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn distance_times(
        &self,
        sport: Sport,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<DistanceRecord>, StoreError> {
        let rows: Vec<(Uuid, i64, u32, f64, f64)> = sqlx::query_as(
            "SELECT a.id, a.start, e.distance_mm, e.seconds, e.start_s
             FROM activities AS a INDEXED BY activities_by_start
             JOIN efforts AS e ON e.tenant_id = a.tenant_id AND e.activity_id = a.id
             WHERE a.tenant_id = ? AND athlete_id = ? AND deleted = 0 AND start >= ? AND start < ?
             AND sport = ? AND timed = 1 ORDER BY start, distance_mm",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from.0)
        .bind(to.0)
        .bind(sport.key())
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            .map(
                |(id, start, distance_mm, seconds, start_s)| DistanceRecord {
                    activity: ActivityId(id),
                    start: Instant(start),
                    best: DistanceTime {
                        distance_mm,
                        seconds,
                        start_s,
                    },
                },
            )
            .collect())
    }

    /// The summaries of dated activities that begin in `[from, to)`, oldest first.
    ///
    /// # Errors
    /// Damage; those of the database.
    pub async fn summaries(
        &self,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<(ActivityId, ActivitySummary)>, StoreError> {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "SELECT a.id, summary FROM activities AS a INDEXED BY activities_by_start
             JOIN activity_summaries AS s ON s.tenant_id = a.tenant_id AND s.activity_id = a.id
             WHERE a.tenant_id = ? AND athlete_id = ? AND deleted = 0 AND start >= ? AND start < ?
             AND timed = 1 ORDER BY start",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.into_iter()
            .map(|(id, text)| Ok((ActivityId(id), json(&text)?)))
            .collect()
    }

    /// The shapes of all sessions of a sport.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sessions(
        &self,
        sport: Sport,
    ) -> Result<Vec<(ActivityId, SessionShape)>, StoreError> {
        let rows: Vec<(Uuid, u16, i16, String)> = sqlx::query_as(
            "SELECT id, session_efforts, session_bucket, session FROM activities AS a
             JOIN activity_summaries AS s ON s.tenant_id = a.tenant_id AND s.activity_id = a.id
             WHERE a.tenant_id = ? AND athlete_id = ? AND deleted = 0 AND sport = ?
             AND session_efforts IS NOT NULL ORDER BY start",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(sport.key())
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, efforts, bucket, shape)| {
                let key = (efforts, bucket);
                (ActivityId(id), SessionShape { key, shape })
            })
            .collect())
    }

    /// The kept figures of an activity, with the settings and the samples they were made from;
    /// `None` where there are none yet.
    ///
    /// # Errors
    /// Damage; those of the database.
    pub async fn metrics<M: serde::de::DeserializeOwned>(
        &self,
        id: ActivityId,
    ) -> Result<Option<M>, StoreError> {
        let row: Option<(Option<String>,)> = sqlx::query_as(
            "SELECT metrics FROM activity_summaries AS s JOIN activities AS a
             ON a.tenant_id = s.tenant_id AND a.id = s.activity_id
             WHERE a.tenant_id = ? AND a.id = ? AND a.athlete_id = ?",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .fetch_optional(&self.store.reading)
        .await?;
        // Figures of an older form are as good as none: they are made anew.
        Ok(row.and_then(|r| r.0).and_then(|t| json(&t).ok()))
    }
}
