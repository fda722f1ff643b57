//! The rows of a new activity as SQL that goes to the database's thread in one
//! piece: each trip there costs as much as a dozen rows.

use crate::figures::outline;
use crate::write::Part;
use crate::{FileRecord, ItemRow, OriginRecord, StoreError, Writer};
use paceline_model::ImportId;
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

/// Rows of one statement: SQLite numbers at most 32,766 parameters in each.
const ROWS: usize = 200;
/// Rows of one piece; files of more are written step by step.
const PIECE: usize = 2_000;

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl FileRecord {
    /// Whether the file brings nothing but new activities, and not too much for one piece.
    pub(crate) fn is_all_new(&self) -> bool {
        let rows = |p: &Part| {
            p.prepared.series.len() + p.prepared.texts.laps.len() + p.prepared.head.lengths.len()
        };
        self.origin.is_some()
            && self.claims.is_empty()
            && self.biometrics.is_empty()
            && self.parts.iter().all(Part::is_new)
            && self.parts.iter().map(rows).sum::<usize>() < PIECE
    }
}

impl Writer {
    /// Writes a file of new activities in a transaction of its own, in one trip.
    pub(crate) async fn put_new(
        &self,
        file: &FileRecord,
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new("BEGIN IMMEDIATE; ");
        for (index, part) in file.parts.iter().enumerate() {
            if let Some(origin) = &file.origin {
                self.push_activity(&mut sql, index, part, origin, source)?;
                self.push_details(&mut sql, part);
            }
        }
        if let Some(item) = &file.item {
            self.push_item(&mut sql, file.import, file.position, item)?;
        }
        sql.push("COMMIT");
        let pool = self.store.writing.clone();
        // A task of its own: a caller that goes away in the middle leaves no transaction open.
        let task = tokio::spawn(async move {
            let mut connection = pool.acquire().await?;
            let done = sql.build().execute(&mut *connection).await;
            if done.is_err() {
                // Where it failed before it began there is nothing to take back.
                let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
            }
            done.map(|_| ())
        });
        task.await.map_err(crate::error::damaged)??;
        Ok(())
    }

    /// The activity, its figures and its first origin. The version is raised once for both rows;
    /// the triggers that do it for any other writer would write each of them twice.
    pub(crate) fn push_activity(
        &self,
        sql: &mut QueryBuilder<Sqlite>,
        index: usize,
        part: &Part,
        origin: &OriginRecord,
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let (p, h, s) = (&part.prepared, &part.prepared.head, &part.prepared.summary);
        sql.push(
            "UPDATE clock SET version = version + 1;
             INSERT INTO activities (version, origin_count, tenant_id, id, athlete_id, start, timed,
             utc_offset_s, name, sport, sub_sport, notes, words_source, device, leg, event_start,
             sample_count, elapsed_s, moving_s, distance_m, ascent_m, avg_power, normalized_power,
             avg_hr, load, work_j, outline, has_warnings, totals, timer, extra, created_at)
             VALUES ((SELECT version FROM clock), 1, ",
        );
        let id = part.action.activity().0;
        let mut row = sql.separated(", ");
        row.push_bind(self.session.tenant.0)
            .push_bind(id)
            .push_bind(self.session.athlete.0)
            .push_bind(h.start.0)
            .push_bind(h.timed)
            .push_bind(h.utc_offset_s)
            .push_bind(part.name.clone())
            .push_bind(h.sport.key())
            .push_bind(h.sub_sport.clone())
            .push_bind(h.notes.clone().unwrap_or_default())
            .push_bind(part.words.as_ref().and(source))
            .push_bind(p.texts.device.clone())
            .push_bind(h.leg.map(|l| i64::from(l.0)))
            .push_bind(h.leg.map(|l| l.1.0))
            .push_bind(count(p.sample_count))
            .push_bind(s.elapsed_s)
            .push_bind(s.moving_s)
            .push_bind(s.distance_m)
            .push_bind(s.ascent_m)
            .push_bind(s.avg_power)
            .push_bind(s.normalized_power)
            .push_bind(s.avg_hr)
            .push_bind(s.training_stress_score)
            .push_bind(s.work_j)
            .push_bind(outline(s))
            .push_bind(!h.warnings.is_empty())
            .push_bind(p.texts.totals.clone())
            .push_bind(p.texts.timer.clone())
            .push_bind(p.texts.extra.clone())
            .push_bind(origin.imported_at.0);
        sql.push(
            "); INSERT INTO activity_summaries (tenant_id, activity_id, formula_version, summary)
             VALUES (",
        );
        let mut row = sql.separated(", ");
        row.push_bind(self.session.tenant.0)
            .push_bind(id)
            .push_bind(s.formula_version)
            .push_bind(p.texts.summary.clone());
        sql.push("); ");
        self.push_origin_of(
            sql,
            "(SELECT version FROM clock)",
            index,
            part,
            origin,
            source,
        )
    }

    /// One more origin of an activity that is there.
    pub(crate) fn push_origin(
        &self,
        sql: &mut QueryBuilder<Sqlite>,
        index: usize,
        part: &Part,
        origin: &OriginRecord,
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        self.push_origin_of(sql, "0", index, part, origin, source)
    }

    fn push_origin_of(
        &self,
        sql: &mut QueryBuilder<Sqlite>,
        version: &str,
        index: usize,
        part: &Part,
        origin: &OriginRecord,
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let p = &part.prepared;
        let account = serde_json::to_string(&origin.account).map_err(crate::error::damaged)?;
        sql.push(format!(
            "INSERT INTO activity_origins (version, tenant_id, athlete_id, id, activity_id, source_id,
             external_id, account, content_hash, part, file_name, format, bytes, original_blob,
             device, start, elapsed_s, distance_m, richness, warnings, imported_at)
             VALUES ({version}, "
        ));
        let mut row = sql.separated(", ");
        row.push_bind(self.session.tenant.0)
            .push_bind(self.session.athlete.0)
            .push_bind(Uuid::now_v7())
            .push_bind(part.action.activity().0)
            .push_bind(source)
            .push_bind(origin.external_id.clone())
            .push_bind(account)
            .push_bind(origin.content_hash.to_vec())
            .push_bind(count(index))
            .push_bind(origin.file_name.clone())
            .push_bind(origin.format.clone())
            .push_bind(i64::try_from(origin.bytes).unwrap_or(i64::MAX))
            .push_bind(origin.original.as_ref().map(|b| b.id.to_vec()))
            .push_bind(p.texts.device.clone())
            .push_bind(p.head.start.0)
            .push_bind(p.summary.elapsed_s)
            .push_bind(p.summary.distance_m)
            .push_bind(p.richness)
            .push_bind(p.texts.warnings.clone())
            .push_bind(origin.imported_at.0);
        sql.push("); ");
        Ok(())
    }

    /// Series, laps and lengths, where the activity takes this recording's.
    pub(crate) fn push_details(&self, sql: &mut QueryBuilder<Sqlite>, part: &Part) {
        if !part.stores_samples() {
            return;
        }
        let (tenant, id) = (self.session.tenant.0, part.action.activity().0);
        let p = &part.prepared;
        let at = |chunk: usize, i: usize| count(chunk * ROWS + i);
        for (n, chunk) in p.series.chunks(ROWS).enumerate() {
            sql.push("INSERT INTO series (tenant_id, activity_id, channel, position, blob) ");
            sql.push_values(chunk.iter().enumerate(), |mut row, (i, (channel, blob))| {
                row.push_bind(tenant)
                    .push_bind(id)
                    .push_bind(channel.clone())
                    .push_bind(at(n, i))
                    .push_bind(blob.to_vec());
            });
            sql.push("; ");
        }
        for (n, chunk) in p.texts.laps.chunks(ROWS).enumerate() {
            sql.push("INSERT INTO laps (tenant_id, activity_id, position, start_ms, end_ms, lap) ");
            let rows = chunk.iter().enumerate();
            sql.push_values(rows, |mut row, (i, (start, end, text))| {
                row.push_bind(tenant)
                    .push_bind(id)
                    .push_bind(at(n, i))
                    .push_bind(*start)
                    .push_bind(*end)
                    .push_bind(text.clone());
            });
            sql.push("; ");
        }
        for (n, chunk) in p.head.lengths.chunks(ROWS).enumerate() {
            sql.push(
                "INSERT INTO lengths (tenant_id, activity_id, position, start_ms, end_ms, active,
                 stroke, strokes) ",
            );
            sql.push_values(chunk.iter().enumerate(), |mut row, (i, length)| {
                row.push_bind(tenant)
                    .push_bind(id)
                    .push_bind(at(n, i))
                    .push_bind(length.start_ms)
                    .push_bind(length.end_ms)
                    .push_bind(length.active)
                    .push_bind(length.stroke.clone())
                    .push_bind(length.strokes.map(i64::from));
            });
            sql.push("; ");
        }
    }

    /// What is said of a file of an import.
    pub(crate) fn push_item(
        &self,
        sql: &mut QueryBuilder<Sqlite>,
        import: ImportId,
        position: u64,
        item: &ItemRow,
    ) -> Result<(), StoreError> {
        let json = crate::error::damaged;
        sql.push(
            "INSERT INTO import_items
             (tenant_id, import_id, path, position, outcome, activity_ids, reason, warnings)
             VALUES (",
        );
        let mut row = sql.separated(", ");
        row.push_bind(self.session.tenant.0)
            .push_bind(import.0)
            .push_bind(item.path.clone())
            .push_bind(i64::try_from(position).unwrap_or(i64::MAX))
            .push_bind(item.outcome.text())
            .push_bind(serde_json::to_string(&item.activities).map_err(json)?)
            .push_bind(item.reason.clone())
            .push_bind(serde_json::to_string(&item.warnings).map_err(json)?);
        sql.push(") ON CONFLICT (tenant_id, import_id, path) DO NOTHING; ");
        Ok(())
    }
}
