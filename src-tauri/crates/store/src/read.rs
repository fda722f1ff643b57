use crate::error::damaged;
use crate::list::{ListRow, ROW};
use crate::prepare::{RR, TIME};
use crate::{Reader, StoreError, codec, json};
use paceline_model::{
    ActivityId, ActivitySummary, Channel, Column, Device, ExtraMessage, Instant, Lap, Length,
    RecordedTotals, Series, SourceKind, Sport, TimerEvent, Warning,
};
use paceline_vault::SealedKind;
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::HashMap;
use uuid::Uuid;

/// Everything of one activity except its samples.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct StoredActivity {
    pub row: ListRow,
    pub notes: String,
    pub device: Option<Device>,
    pub leg: Option<(u16, Instant)>,
    pub sample_count: u32,
    pub totals: RecordedTotals,
    pub timer: Vec<TimerEvent>,
    pub extra: Vec<ExtraMessage>,
    pub summary: ActivitySummary,
    pub laps: Vec<Lap>,
    pub lengths: Vec<Length>,
    pub origins: Vec<Origin>,
    /// In display order, the time axis and R-R intervals left out.
    pub channels: Vec<Channel>,
}

/// A file an activity comes from.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Origin {
    pub id: Uuid,
    pub source: SourceKind,
    pub file_name: String,
    pub format: String,
    pub bytes: u64,
    pub has_original: bool,
    pub device: Option<Device>,
    pub start: Instant,
    pub warnings: Vec<Warning>,
    pub imported_at: Instant,
}

/// What an import compares new recordings with; one per origin.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct KnownRide {
    pub activity: ActivityId,
    pub content_hash: [u8; 32],
    pub part: u32,
    pub source: SourceKind,
    pub external_id: Option<String>,
    pub timed: bool,
    pub start: Instant,
    pub elapsed_s: f64,
    pub distance_m: Option<f64>,
    pub sport: Sport,
    pub device: Option<Device>,
    pub richness: i64,
}

type LengthColumns = (i32, i32, bool, Option<String>, Option<i64>);

fn missing() -> StoreError {
    damaged("a stored value is missing from blobs.db")
}

fn device(text: Option<String>) -> Result<Option<Device>, StoreError> {
    text.map(|t| json(&t)).transpose()
}

/// Origins are files where nothing else is said.
fn source(kind: Option<String>) -> SourceKind {
    kind.and_then(|k| SourceKind::from_key(&k))
        .unwrap_or(SourceKind::File)
}

impl Reader {
    /// One activity.
    ///
    /// # Errors
    /// `NotFound`; those of the database.
    pub async fn activity(&self, id: ActivityId) -> Result<StoredActivity, StoreError> {
        let (tenant, db) = (self.session.tenant.0, &self.store.reading);
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {ROW}, notes, device, leg, event_start, sample_count, totals, timer, extra,
             summary FROM activities JOIN activity_summaries AS s
             ON s.tenant_id = activities.tenant_id AND s.activity_id = id
             WHERE activities.tenant_id = ? AND id = ? AND athlete_id = ? AND deleted = 0"
        )))
        .bind(tenant)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .fetch_optional(db)
        .await?
        .ok_or(StoreError::NotFound {
            what: "The activity",
        })?;
        let laps: Vec<(String,)> = sqlx::query_as(
            "SELECT lap FROM laps WHERE tenant_id = ? AND activity_id = ? ORDER BY position",
        )
        .bind(tenant)
        .bind(id.0)
        .fetch_all(db)
        .await?;
        let lengths: Vec<LengthColumns> = sqlx::query_as(
            "SELECT start_ms, end_ms, active, stroke, strokes FROM lengths
             WHERE tenant_id = ? AND activity_id = ? ORDER BY position",
        )
        .bind(tenant)
        .bind(id.0)
        .fetch_all(db)
        .await?;
        let channels: Vec<(String,)> = sqlx::query_as(
            "SELECT channel FROM series WHERE tenant_id = ? AND activity_id = ?
             AND channel NOT IN ('time', 'rr') ORDER BY position",
        )
        .bind(tenant)
        .bind(id.0)
        .fetch_all(db)
        .await?;
        let leg: Option<i64> = row.try_get("leg")?;
        let event: Option<i64> = row.try_get("event_start")?;
        let mut extra: Vec<ExtraMessage> = json(row.try_get("extra")?)?;
        extra.extend(self.account_facts(id).await?);
        Ok(StoredActivity {
            notes: row.try_get("notes")?,
            device: device(row.try_get("device")?)?,
            leg: leg
                .and_then(|l| u16::try_from(l).ok())
                .zip(event.map(Instant)),
            sample_count: row.try_get("sample_count")?,
            totals: json(row.try_get("totals")?)?,
            timer: json(row.try_get("timer")?)?,
            extra,
            summary: json(row.try_get("summary")?)?,
            laps: laps.iter().map(|l| json(&l.0)).collect::<Result<_, _>>()?,
            lengths: lengths
                .into_iter()
                .map(|(start_ms, end_ms, active, stroke, strokes)| Length {
                    start_ms,
                    end_ms,
                    active,
                    stroke,
                    strokes: strokes.and_then(|s| u16::try_from(s).ok()),
                })
                .collect(),
            origins: self.origins(id).await?,
            channels: channels.iter().map(|c| Channel::from_key(&c.0)).collect(),
            row: ListRow::from_row(&row)?,
        })
    }

    async fn origins(&self, id: ActivityId) -> Result<Vec<Origin>, StoreError> {
        let rows = sqlx::query(
            "SELECT o.id, s.kind, file_name, format, bytes, original_blob IS NOT NULL AS kept, device,
             start, warnings, imported_at FROM activity_origins AS o
             LEFT JOIN sources AS s ON s.tenant_id = o.tenant_id AND s.id = o.source_id
             WHERE o.tenant_id = ? AND activity_id = ? AND o.deleted = 0 ORDER BY imported_at, o.id",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.iter()
            .map(|r| {
                Ok(Origin {
                    id: r.try_get("id")?,
                    source: source(r.try_get("kind")?),
                    file_name: r.try_get("file_name")?,
                    format: r.try_get("format")?,
                    bytes: u64::try_from(r.try_get::<i64, _>("bytes")?).unwrap_or(0),
                    has_original: r.try_get("kept")?,
                    device: device(r.try_get("device")?)?,
                    start: Instant(r.try_get("start")?),
                    warnings: json(r.try_get("warnings")?)?,
                    imported_at: Instant(r.try_get("imported_at")?),
                })
            })
            .collect()
    }

    /// What the accounts the activity comes from say of it beside its words.
    async fn account_facts(&self, id: ActivityId) -> Result<Vec<ExtraMessage>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT account FROM activity_origins WHERE tenant_id = ? AND activity_id = ?
             AND deleted = 0 AND account <> '[]' ORDER BY imported_at, id",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .fetch_all(&self.store.reading)
        .await?;
        let mut facts = Vec::new();
        for (text,) in rows {
            facts.extend(json::<Vec<ExtraMessage>>(&text)?);
        }
        Ok(facts)
    }

    /// The sealed values of the ids, each asked for once.
    async fn sealed(
        &self,
        ids: impl Iterator<Item = &[u8]>,
    ) -> Result<HashMap<Vec<u8>, Vec<u8>>, StoreError> {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT id, sealed FROM blobs WHERE id IN (NULL");
        for id in ids {
            query.push(", ").push_bind(id.to_vec());
        }
        query.push(")");
        let rows: Vec<(Vec<u8>, Vec<u8>)> =
            query.build_query_as().fetch_all(&self.store.blobs).await?;
        Ok(rows.into_iter().collect())
    }

    async fn plain(&self, kind: SealedKind, id: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (sealed,): (Vec<u8>,) = sqlx::query_as("SELECT sealed FROM blobs WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.store.blobs)
            .await?
            .ok_or_else(missing)?;
        Ok(self.sealer.key().open(id, kind, &sealed)?)
    }

    /// The samples of the named channels, all where `channels` is empty, with the time axis.
    ///
    /// # Errors
    /// `NotFound` if the activity is not there; damage.
    pub async fn series(&self, id: ActivityId, channels: &[Channel]) -> Result<Series, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT channel, blob FROM series AS s JOIN activities AS a ON a.tenant_id = s.tenant_id
             AND a.id = s.activity_id WHERE channel <> 'rr' AND a.tenant_id = ",
        );
        query
            .push_bind(self.session.tenant.0)
            .push(" AND a.id = ")
            .push_bind(id.0)
            .push(" AND a.athlete_id = ")
            .push_bind(self.session.athlete.0);
        if !channels.is_empty() {
            query.push(" AND channel IN ('time'");
            for channel in channels {
                query.push(", ").push_bind(channel.key().into_owned());
            }
            query.push(")");
        }
        query.push(" ORDER BY position");
        let rows: Vec<(String, Vec<u8>)> = query
            .build_query_as()
            .fetch_all(&self.store.reading)
            .await?;
        let sealed = self.sealed(rows.iter().map(|r| r.1.as_slice())).await?;
        let mut series = Series::default();
        let mut found_axis = false;
        for (channel, blob) in rows {
            let value = sealed.get(&blob).ok_or_else(missing)?;
            let plain = self.sealer.key().open(&blob, SealedKind::Series, value)?;
            if channel == TIME {
                series.time_ms = codec::decode_integers(&plain)?;
                found_axis = true;
            } else {
                series.columns.push(Column {
                    channel: Channel::from_key(&channel),
                    values: codec::decode(&plain)?,
                });
            }
        }
        if !found_axis {
            return Err(StoreError::NotFound {
                what: "The activity",
            });
        }
        if series
            .columns
            .iter()
            .any(|c| c.values.len() != series.time_ms.len())
        {
            return Err(damaged("the columns of an activity differ in length"));
        }
        Ok(series)
    }

    /// R-R intervals: (milliseconds from start of the later beat, interval in ms).
    ///
    /// # Errors
    /// Damage; those of the database.
    pub async fn rr(&self, id: ActivityId) -> Result<Vec<(i32, u16)>, StoreError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as(
            "SELECT blob FROM series AS s JOIN activities AS a ON a.tenant_id = s.tenant_id
             AND a.id = s.activity_id
             WHERE a.tenant_id = ? AND a.id = ? AND a.athlete_id = ? AND channel = ?",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .bind(RR)
        .fetch_optional(&self.store.reading)
        .await?;
        let Some((blob,)) = row else {
            return Ok(Vec::new());
        };
        let all = codec::decode_integers(&self.plain(SealedKind::Series, &blob).await?)?;
        let (at, beats) = all.split_at(all.len() / 2);
        Ok(at
            .iter()
            .zip(beats)
            .map(|(a, b)| (*a, u16::try_from(*b).unwrap_or(u16::MAX)))
            .collect())
    }

    /// Name and bytes of an original file.
    ///
    /// # Errors
    /// `NotFound` if the origin is not there or its file was not kept.
    pub async fn original(
        &self,
        activity: ActivityId,
        origin: Uuid,
    ) -> Result<(String, Vec<u8>), StoreError> {
        let row: Option<(String, Option<Vec<u8>>)> = sqlx::query_as(
            "SELECT file_name, original_blob FROM activity_origins
             WHERE tenant_id = ? AND activity_id = ? AND id = ? AND athlete_id = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(activity.0)
        .bind(origin)
        .bind(self.session.athlete.0)
        .fetch_optional(&self.store.reading)
        .await?;
        let Some((name, Some(blob))) = row else {
            return Err(StoreError::NotFound {
                what: "The original file",
            });
        };
        let plain = self.plain(SealedKind::Original, &blob).await?;
        Ok((name, unpack_original(&plain)?))
    }

    /// Every origin as an import compares with it, in the order in which they came.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn known_rides(&self) -> Result<Vec<KnownRide>, StoreError> {
        let rows = sqlx::query(
            "SELECT o.activity_id, o.content_hash, o.part, o.external_id, s.kind, a.timed, o.start,
             o.elapsed_s, o.distance_m, a.sport, o.device, o.richness FROM activity_origins AS o
             JOIN activities AS a ON a.tenant_id = o.tenant_id AND a.id = o.activity_id
             LEFT JOIN sources AS s ON s.tenant_id = o.tenant_id AND s.id = o.source_id
             WHERE o.tenant_id = ? AND a.athlete_id = ? AND o.deleted = 0 AND a.deleted = 0
             ORDER BY o.id",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.iter()
            .map(|r| {
                let hash: Vec<u8> = r.try_get("content_hash")?;
                Ok(KnownRide {
                    activity: ActivityId(r.try_get("activity_id")?),
                    content_hash: hash
                        .try_into()
                        .map_err(|_| damaged("a hash has the wrong length"))?,
                    part: r.try_get("part")?,
                    source: source(r.try_get("kind")?),
                    external_id: r.try_get("external_id")?,
                    timed: r.try_get("timed")?,
                    start: Instant(r.try_get("start")?),
                    elapsed_s: r.try_get("elapsed_s")?,
                    distance_m: r.try_get("distance_m")?,
                    sport: Sport::from_key(r.try_get("sport")?),
                    device: device(r.try_get("device")?)?,
                    richness: r.try_get("richness")?,
                })
            })
            .collect()
    }

    /// Activities whose id begins with `prefix` (hexadecimal, dashes as printed), at most three.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn activities_by_prefix(&self, prefix: &str) -> Result<Vec<ActivityId>, StoreError> {
        let hex: String = prefix
            .chars()
            .filter(|c| *c != '-')
            .collect::<String>()
            .to_ascii_uppercase();
        let rows: Vec<(Uuid,)> = sqlx::query_as(
            "SELECT id FROM activities WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0
             AND substr(hex(id), 1, ?) = ? LIMIT 3",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(i64::try_from(hex.len()).unwrap_or(i64::MAX))
        .bind(hex)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows.into_iter().map(|r| ActivityId(r.0)).collect())
    }
}

/// The bytes of an original file as they came, out of what was sealed.
pub(crate) fn unpack_original(plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let (size, packed) = plain
        .split_at_checked(8)
        .ok_or_else(|| damaged("an original is cut short"))?;
    let size: [u8; 8] = size.try_into().map_err(damaged)?;
    let size = usize::try_from(u64::from_le_bytes(size)).map_err(damaged)?;
    zstd::bulk::decompress(packed, size).map_err(damaged)
}
