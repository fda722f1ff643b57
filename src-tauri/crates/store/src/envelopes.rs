use crate::error::damaged;
use crate::{Reader, StoreError, Writer};
use paceline_model::{ActivityId, Instant, Sport};
use sqlx::Row;
use uuid::Uuid;

/// An activity as the calendar sees it; quantities in SI units.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct DayRow {
    pub id: ActivityId,
    pub start: Instant,
    pub utc_offset_s: Option<i32>,
    pub sport: Sport,
    pub elapsed_s: f64,
    pub moving_s: f64,
    pub distance_m: Option<f64>,
    pub ascent_m: Option<f64>,
    pub work_j: Option<f64>,
    pub load: Option<f64>,
    /// Raised with every change of its samples.
    pub data_version: i64,
}

impl DayRow {
    /// The local day it began on, counted from 1970-01-01.
    #[must_use]
    pub fn day(&self) -> i32 {
        self.start.local_day(self.utc_offset_s)
    }
}

/// The kept best of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthCurve {
    /// Year × 12 + month − 1.
    pub month: i32,
    /// Formulas it was made by.
    pub formula_version: u32,
    /// What it was made from, with the version of the samples.
    pub members: Vec<(ActivityId, i64)>,
    /// As the analysis packed it.
    pub curve: Vec<u8>,
}

/// Whose best is kept: sport, channel key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CurveKey<'a> {
    /// The sport.
    pub sport: Sport,
    /// `power`, `heart_rate`, `speed`, …
    pub channel: &'a str,
}

impl Reader {
    /// Dated activities that begin in `[from, to)`, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn days(&self, from: Instant, to: Instant) -> Result<Vec<DayRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, start, utc_offset_s, sport, elapsed_s, moving_s, distance_m, ascent_m, work_j,
             load, data_version FROM activities INDEXED BY activities_by_start
             WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0 AND start >= ? AND start < ?
             AND timed = 1 ORDER BY start",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DayRow {
                    id: ActivityId(row.try_get::<Uuid, _>("id")?),
                    start: Instant(row.try_get("start")?),
                    utc_offset_s: row.try_get("utc_offset_s")?,
                    sport: Sport::from_key(row.try_get("sport")?),
                    elapsed_s: row.try_get("elapsed_s")?,
                    moving_s: row.try_get("moving_s")?,
                    distance_m: row.try_get("distance_m")?,
                    ascent_m: row.try_get("ascent_m")?,
                    work_j: row.try_get("work_j")?,
                    load: row.try_get("load")?,
                    data_version: row.try_get("data_version")?,
                })
            })
            .collect()
    }

    /// Local day, sport and seconds in three zones of the dated activities that begin in
    /// `[from, to)` and have them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn zone_days(
        &self,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<(i32, Sport, [f64; 3])>, StoreError> {
        let rows: Vec<(i64, i32, String, f64, f64, f64)> = sqlx::query_as(
            "SELECT start, coalesce(utc_offset_s, 0), sport, easy_s, moderate_s, hard_s
             FROM activities AS a INDEXED BY activities_by_start
             JOIN activity_summaries AS s ON s.tenant_id = a.tenant_id AND s.activity_id = a.id
             WHERE a.tenant_id = ? AND athlete_id = ? AND deleted = 0 AND start >= ? AND start < ?
             AND timed = 1 AND easy_s IS NOT NULL ORDER BY start",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(start, offset, sport, easy, moderate, hard)| {
                let day = Instant(start).local_day(Some(offset));
                (day, Sport::from_key(&sport), [easy, moderate, hard])
            })
            .collect())
    }

    /// The kept months of `[from, to]`, oldest first.
    ///
    /// # Errors
    /// Damage; those of the database.
    pub async fn month_curves(
        &self,
        key: CurveKey<'_>,
        from: i32,
        to: i32,
    ) -> Result<Vec<MonthCurve>, StoreError> {
        let rows = sqlx::query(
            "SELECT month, formula_version, members, curve FROM envelopes
             WHERE tenant_id = ? AND athlete_id = ? AND sport = ? AND channel = ?
             AND month BETWEEN ? AND ? ORDER BY month",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(key.sport.key())
        .bind(key.channel)
        .bind(from)
        .bind(to)
        .fetch_all(&self.store.reading)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(MonthCurve {
                    month: row.try_get("month")?,
                    formula_version: row.try_get("formula_version")?,
                    members: unpack(row.try_get("members")?)?,
                    curve: zstd::stream::decode_all(row.try_get::<&[u8], _>("curve")?)
                        .map_err(damaged)?,
                })
            })
            .collect()
    }
}

impl Writer {
    /// Keeps the best of months in place of what was kept, all or none.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_month_curves(
        &self,
        key: CurveKey<'_>,
        months: &[MonthCurve],
    ) -> Result<(), StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        for m in months {
            sqlx::query(
                "INSERT OR REPLACE INTO envelopes (tenant_id, athlete_id, sport, channel, month,
                 formula_version, members, curve) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(self.session.tenant.0)
            .bind(self.session.athlete.0)
            .bind(key.sport.key())
            .bind(key.channel)
            .bind(m.month)
            .bind(m.formula_version)
            .bind(pack(&m.members))
            .bind(zstd::bulk::compress(&m.curve, 3).map_err(damaged)?)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn pack(members: &[(ActivityId, i64)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(members.len() * 24);
    for (id, version) in members {
        out.extend_from_slice(id.0.as_bytes());
        out.extend_from_slice(&version.to_le_bytes());
    }
    out
}

fn unpack(bytes: &[u8]) -> Result<Vec<(ActivityId, i64)>, StoreError> {
    if !bytes.len().is_multiple_of(24) {
        return Err(damaged("the members of a curve are cut short"));
    }
    bytes
        .chunks_exact(24)
        .map(|c| {
            let (id, version) = c.split_at(16);
            let version: [u8; 8] = version.try_into().map_err(damaged)?;
            let id = Uuid::from_slice(id).map_err(damaged)?;
            Ok((ActivityId(id), i64::from_le_bytes(version)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_as_they_went() {
        let members = vec![
            (ActivityId(Uuid::now_v7()), 0),
            (ActivityId(Uuid::now_v7()), -7),
        ];
        assert_eq!(unpack(&pack(&members)).unwrap(), members);
        assert!(unpack(&[0; 23]).is_err());
    }
}
