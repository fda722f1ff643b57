use crate::{Blob, ItemRow, Prepared, StoreError, Writer};
use paceline_model::{ActivityId, ActivitySummary, Biometric, ImportId, Instant};
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

/// What becomes of one recording of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A new activity under this id.
    Add(ActivityId),
    /// One more origin of an activity that is there.
    Merge {
        /// Which.
        into: ActivityId,
        /// Whether its samples and figures give way to the new, richer ones.
        replace: bool,
    },
}

impl Action {
    /// The activity the recording belongs to.
    #[must_use]
    pub const fn activity(&self) -> ActivityId {
        match self {
            Self::Add(id) | Self::Merge { into: id, .. } => *id,
        }
    }
}

/// The file a recording comes from.
#[derive(Debug, Clone)]
pub struct OriginRecord {
    /// BLAKE3 of the file's bytes.
    pub content_hash: [u8; 32],
    /// As found.
    pub file_name: String,
    /// `fit`, `tcx`, `gpx`, …
    pub format: String,
    /// Size of the file.
    pub bytes: u64,
    /// The kept file.
    pub original: Option<Blob>,
    /// When it was imported.
    pub imported_at: Instant,
}

/// One recording of a file and what becomes of it.
pub struct Part {
    /// What becomes of it.
    pub action: Action,
    /// The title it gets if new.
    pub name: String,
    /// It.
    pub prepared: Prepared,
}

/// Everything one file brings, committed as one.
pub struct FileRecord {
    /// The import it belongs to.
    pub import: ImportId,
    /// Its place among the import's files.
    pub position: u64,
    /// What is said of it.
    pub item: ItemRow,
    /// The file itself; absent for failures.
    pub origin: Option<OriginRecord>,
    /// Its recordings.
    pub parts: Vec<Part>,
    /// Its measurements of the body.
    pub biometrics: Vec<Biometric>,
}

type SqliteQuery<'q> = Query<'q, Sqlite, SqliteArguments>;

/// The version is raised here once for both rows; the triggers that do it for any other writer
/// would write each of them twice.
const ACTIVITY: &str = "UPDATE clock SET version = version + 1;
    INSERT INTO activities (tenant_id, id, athlete_id, start, timed, utc_offset_s, name, sport,
        sub_sport, notes, device, leg, event_start, sample_count, elapsed_s, moving_s, distance_m,
        ascent_m, avg_power, normalized_power, avg_hr, load, work_j, outline, origin_count,
        has_warnings, totals, timer, extra, created_at, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?,
        (SELECT version FROM clock));
    INSERT INTO activity_summaries (tenant_id, activity_id, formula_version, summary)
    VALUES (?, ?, ?, ?);
    INSERT INTO activity_origins (tenant_id, id, activity_id, content_hash, part, file_name,
        format, bytes, original_blob, device, start, elapsed_s, distance_m, richness, warnings,
        imported_at, version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT version FROM clock))";

const ORIGIN: &str = "INSERT INTO activity_origins (tenant_id, id, activity_id, content_hash, part,
        file_name, format, bytes, original_blob, device, start, elapsed_s, distance_m, richness,
        warnings, imported_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

impl Writer<'_> {
    /// Writes files: first all their blobs in one commit, then each file in a
    /// transaction of its own, so that whatever happens no row lacks its bytes
    /// and no activity is there by half.
    ///
    /// # Errors
    /// Those of the database; files before the failing one are stored.
    pub async fn put_files(&self, files: &[FileRecord]) -> Result<(), StoreError> {
        self.put_blobs(files).await?;
        for file in files {
            let mut tx = self.store.main.begin_with("BEGIN IMMEDIATE").await?;
            for (index, part) in file.parts.iter().enumerate() {
                if let Some(origin) = &file.origin {
                    self.part_in(&mut tx, index, part, origin).await?;
                }
            }
            if !file.biometrics.is_empty() {
                self.biometrics_in(&mut tx, &file.biometrics).await?;
            }
            self.item_in(&mut tx, file.import, file.position, &file.item)
                .await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn put_blobs(&self, files: &[FileRecord]) -> Result<(), StoreError> {
        /// Rows of one statement: each statement costs more than its rows.
        const ROWS: usize = 16;
        let mut all: Vec<&Blob> = Vec::new();
        for file in files {
            let series = file.parts.iter().filter(|p| p.stores_samples());
            all.extend(series.flat_map(|p| &p.prepared.blobs));
            let kept = file.origin.iter().filter(|_| !file.parts.is_empty());
            all.extend(kept.filter_map(|o| o.original.as_ref()));
        }
        let mut tx = self.store.blobs.begin_with("BEGIN IMMEDIATE").await?;
        for rows in all.chunks(ROWS) {
            let mut insert =
                QueryBuilder::<Sqlite>::new("INSERT OR IGNORE INTO blobs (id, sealed) ");
            insert.push_values(rows, |mut row, blob| {
                row.push_bind(blob.id.as_slice())
                    .push_bind(blob.sealed.as_slice());
            });
            insert.build().execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn part_in(
        &self,
        tx: &mut SqliteConnection,
        index: usize,
        part: &Part,
        origin: &OriginRecord,
    ) -> Result<(), StoreError> {
        let (id, p) = (part.action.activity(), &part.prepared);
        match part.action {
            Action::Add(_) => self.insert_activity(tx, id, index, part, origin).await?,
            Action::Merge { replace: true, .. } => {
                for table in ["series", "laps", "lengths"] {
                    sqlx::query(sqlx::AssertSqlSafe(format!(
                        "DELETE FROM {table} WHERE tenant_id = ? AND activity_id = ?"
                    )))
                    .bind(self.session.tenant.0)
                    .bind(id.0)
                    .execute(&mut *tx)
                    .await?;
                }
                self.replace_activity(tx, id, part).await?;
            }
            Action::Merge { replace: false, .. } => {}
        }
        if part.stores_samples() {
            self.details_in(tx, id, p).await?;
        }
        if !matches!(part.action, Action::Add(_)) {
            let query = sqlx::query(ORIGIN);
            self.bind_origin(query, id, index, p, origin)
                .execute(&mut *tx)
                .await?;
            sqlx::query(
                "UPDATE activities SET
                 origin_count = (SELECT COUNT(*) FROM activity_origins AS o WHERE o.tenant_id = activities.tenant_id
                     AND o.activity_id = activities.id AND o.deleted = 0),
                 has_warnings = MAX(has_warnings, ?) WHERE tenant_id = ? AND id = ?",
            )
            .bind(!p.head.warnings.is_empty())
            .bind(self.session.tenant.0)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        }
        Ok(())
    }

    async fn insert_activity(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        index: usize,
        part: &Part,
        origin: &OriginRecord,
    ) -> Result<(), StoreError> {
        let (p, h, s) = (&part.prepared, &part.prepared.head, &part.prepared.summary);
        // One round trip to the database's thread for all rows that are always there.
        let query = sqlx::query(ACTIVITY)
            .bind(self.session.tenant.0)
            .bind(id.0)
            .bind(self.session.athlete.0)
            .bind(h.start.0)
            .bind(h.timed)
            .bind(h.utc_offset_s)
            .bind(&part.name)
            .bind(h.sport.key())
            .bind(&h.sub_sport)
            .bind(h.notes.as_deref().unwrap_or(""))
            .bind(&p.texts.device)
            .bind(h.leg.map(|l| i64::from(l.0)))
            .bind(h.leg.map(|l| l.1.0))
            .bind(i64::try_from(p.sample_count).unwrap_or(i64::MAX))
            .bind(s.elapsed_s)
            .bind(s.moving_s)
            .bind(s.distance_m)
            .bind(s.ascent_m)
            .bind(s.avg_power)
            .bind(s.normalized_power)
            .bind(s.avg_hr)
            .bind(s.training_stress_score)
            .bind(s.work_j)
            .bind(outline(s))
            .bind(!h.warnings.is_empty())
            .bind(&p.texts.totals)
            .bind(&p.texts.timer)
            .bind(&p.texts.extra)
            .bind(origin.imported_at.0)
            .bind(self.session.tenant.0)
            .bind(id.0)
            .bind(s.formula_version)
            .bind(&p.texts.summary);
        self.bind_origin(query, id, index, p, origin)
            .execute(&mut *tx)
            .await?;
        Ok(())
    }

    fn bind_origin<'q>(
        &self,
        query: SqliteQuery<'q>,
        id: ActivityId,
        index: usize,
        p: &'q Prepared,
        origin: &'q OriginRecord,
    ) -> SqliteQuery<'q> {
        query
            .bind(self.session.tenant.0)
            .bind(Uuid::now_v7())
            .bind(id.0)
            .bind(origin.content_hash.as_slice())
            .bind(i64::try_from(index).unwrap_or(i64::MAX))
            .bind(&origin.file_name)
            .bind(&origin.format)
            .bind(i64::try_from(origin.bytes).unwrap_or(i64::MAX))
            .bind(origin.original.as_ref().map(|b| b.id.as_slice()))
            .bind(&p.texts.device)
            .bind(p.head.start.0)
            .bind(p.summary.elapsed_s)
            .bind(p.summary.distance_m)
            .bind(p.richness)
            .bind(&p.texts.warnings)
            .bind(origin.imported_at.0)
    }

    /// What the user typed stays; everything recorded gives way.
    async fn replace_activity(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        part: &Part,
    ) -> Result<(), StoreError> {
        let (p, h) = (&part.prepared, &part.prepared.head);
        sqlx::query(
            "UPDATE activities SET start = ?, timed = ?, utc_offset_s = coalesce(?, utc_offset_s),
             sport = CASE WHEN sport_edited = 1 OR ? = 'other' THEN sport ELSE ? END,
             sub_sport = coalesce(?, sub_sport), device = ?, sample_count = ?, totals = ?, timer = ?, extra = ?
             WHERE tenant_id = ? AND id = ?",
        )
        .bind(h.start.0)
        .bind(h.timed)
        .bind(h.utc_offset_s)
        .bind(h.sport.key())
        .bind(h.sport.key())
        .bind(&h.sub_sport)
        .bind(&p.texts.device)
        .bind(i64::try_from(p.sample_count).unwrap_or(i64::MAX))
        .bind(&p.texts.totals)
        .bind(&p.texts.timer)
        .bind(&p.texts.extra)
        .bind(self.session.tenant.0)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        self.figures_in(tx, id, &p.summary, &p.texts.summary).await
    }

    async fn details_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        p: &Prepared,
    ) -> Result<(), StoreError> {
        let tenant = self.session.tenant.0;
        // One statement per table: each statement costs more than its rows.
        for (chunk_index, chunk) in p.series.chunks(200).enumerate() {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO series (tenant_id, activity_id, channel, position, blob) ",
            );
            insert.push_values(chunk.iter().enumerate(), |mut row, (i, (channel, blob))| {
                row.push_bind(tenant)
                    .push_bind(id.0)
                    .push_bind(channel.clone())
                    .push_bind(i64::try_from(chunk_index * 200 + i).unwrap_or(i64::MAX))
                    .push_bind(blob.to_vec());
            });
            insert.build().execute(&mut *tx).await?;
        }
        for (chunk_index, chunk) in p.texts.laps.chunks(200).enumerate() {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO laps (tenant_id, activity_id, position, start_ms, end_ms, lap) ",
            );
            insert.push_values(
                chunk.iter().enumerate(),
                |mut row, (i, (start, end, text))| {
                    row.push_bind(tenant)
                        .push_bind(id.0)
                        .push_bind(i64::try_from(chunk_index * 200 + i).unwrap_or(i64::MAX))
                        .push_bind(*start)
                        .push_bind(*end)
                        .push_bind(text.clone());
                },
            );
            insert.build().execute(&mut *tx).await?;
        }
        for (chunk_index, chunk) in p.head.lengths.chunks(200).enumerate() {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO lengths (tenant_id, activity_id, position, start_ms, end_ms, active, stroke, strokes) ",
            );
            insert.push_values(chunk.iter().enumerate(), |mut row, (i, length)| {
                row.push_bind(tenant)
                    .push_bind(id.0)
                    .push_bind(i64::try_from(chunk_index * 200 + i).unwrap_or(i64::MAX))
                    .push_bind(length.start_ms)
                    .push_bind(length.end_ms)
                    .push_bind(length.active)
                    .push_bind(length.stroke.clone())
                    .push_bind(length.strokes.map(i64::from));
            });
            insert.build().execute(&mut *tx).await?;
        }
        Ok(())
    }

    async fn summary_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        formula_version: u32,
        text: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO activity_summaries (tenant_id, activity_id, formula_version, summary)
             VALUES (?, ?, ?, ?) ON CONFLICT (tenant_id, activity_id)
             DO UPDATE SET formula_version = excluded.formula_version, summary = excluded.summary",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(formula_version)
        .bind(text)
        .execute(tx)
        .await?;
        Ok(())
    }

    async fn figures_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        s: &ActivitySummary,
        text: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE activities SET elapsed_s = ?, moving_s = ?, distance_m = ?, ascent_m = ?, avg_power = ?,
             normalized_power = ?, avg_hr = ?, load = ?, work_j = ?, outline = ? WHERE tenant_id = ? AND id = ?",
        )
        .bind(s.elapsed_s)
        .bind(s.moving_s)
        .bind(s.distance_m)
        .bind(s.ascent_m)
        .bind(s.avg_power)
        .bind(s.normalized_power)
        .bind(s.avg_hr)
        .bind(s.training_stress_score)
        .bind(s.work_j)
        .bind(outline(s))
        .bind(self.session.tenant.0)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        self.summary_in(tx, id, s.formula_version, text).await
    }

    /// Replaces the figures of an activity after a recalculation.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn replace_summary(
        &self,
        id: ActivityId,
        s: &ActivitySummary,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(s).map_err(crate::error::damaged)?;
        let mut tx = self.store.main.begin_with("BEGIN IMMEDIATE").await?;
        self.figures_in(&mut tx, id, s, &text).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// An outline as it is stored and drawn.
fn outline(s: &ActivitySummary) -> String {
    let points: Vec<String> = s.outline.iter().map(|[x, y]| format!("{x},{y}")).collect();
    points.join(" ")
}

impl Part {
    const fn stores_samples(&self) -> bool {
        matches!(
            self.action,
            Action::Add(_) | Action::Merge { replace: true, .. }
        )
    }
}
