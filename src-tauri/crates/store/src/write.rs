use crate::words::{Claim, Words};
use crate::{Blob, ItemRow, Outcome, Prepared, StoreError, Writer};
use paceline_model::{ActivityId, Biometric, ExtraMessage, ImportId, Instant, SourceKind, Sport};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashSet;
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

/// The file a recording comes from, or the entry of an account's list that stands for one.
#[derive(Debug, Clone)]
pub struct OriginRecord {
    /// BLAKE3 of the file's bytes, or of what the entry is known by.
    pub content_hash: [u8; 32],
    /// The account's own id of the activity.
    pub external_id: Option<String>,
    /// What the account says of it that no field holds.
    pub account: Vec<ExtraMessage>,
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
    /// What an account calls it; the activity takes it unless the user or another account has
    /// spoken. In `name` and `prepared` already.
    pub words: Option<Words>,
    /// It.
    pub prepared: Prepared,
}

/// Everything one file brings, committed as one.
pub struct FileRecord {
    /// The import it belongs to.
    pub import: ImportId,
    /// Its place among the import's files.
    pub position: u64,
    /// Where it comes from.
    pub source: SourceKind,
    /// What is said of it; nothing of an entry that only adds its words.
    pub item: Option<ItemRow>,
    /// The file itself; absent for failures.
    pub origin: Option<OriginRecord>,
    /// Its recordings.
    pub parts: Vec<Part>,
    /// What an account says of activities that are there.
    pub claims: Vec<Claim>,
    /// Its measurements of the body.
    pub biometrics: Vec<Biometric>,
}

/// Files whose bytes are in the blob store already; only these can get rows.
pub struct Staged {
    files: Vec<FileRecord>,
}

impl Staged {
    /// The files, with what became of them once they are put.
    #[must_use]
    pub fn files(&self) -> &[FileRecord] {
        &self.files
    }
}

impl Writer {
    /// Commits the bytes of files, all at once: the first half of writing them. While their rows
    /// are written, the bytes of the next may go in.
    ///
    /// # Errors
    /// Those of the database; nothing is stored then.
    pub async fn stage(&self, files: Vec<FileRecord>) -> Result<Staged, StoreError> {
        self.put_blobs(&files).await?;
        Ok(Staged { files })
    }

    /// Writes the rows of files, each file in a transaction of its own, so that whatever happens
    /// no row lacks its bytes and no activity is there by half. Gives the activities whose sport is
    /// another than their figures were made for. A file of measurements that are all here becomes
    /// a known one.
    ///
    /// # Errors
    /// Those of the database; files before the failing one are stored.
    pub async fn put(
        &self,
        staged: &mut Staged,
        now: Instant,
    ) -> Result<Vec<ActivityId>, StoreError> {
        let files = &mut staged.files;
        let kinds: HashSet<SourceKind> = files
            .iter()
            .filter(|f| f.origin.is_some() || !f.claims.is_empty() || !f.biometrics.is_empty())
            .map(|f| f.source)
            .collect();
        let sources = self.sources(&kinds, now).await?;
        let mut restyled = Vec::new();
        for file in files {
            let source = sources.get(&file.source).copied();
            if file.is_all_new() {
                self.put_new(file, source).await?;
                continue;
            }
            let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
            for (index, part) in file.parts.iter().enumerate() {
                if let Action::Merge { into, .. } = part.action {
                    // The activity of another athlete is not there.
                    self.sport_in(&mut tx, into).await?;
                }
                if let Some(origin) = &file.origin {
                    self.part_in(&mut tx, index, part, origin, source).await?;
                }
                if let Action::Merge { into, replace } = part.action
                    && (replace || part.words.is_some())
                    && self.sport_in(&mut tx, into).await? != part.prepared.head.sport
                {
                    restyled.push(into);
                }
            }
            for claim in &file.claims {
                let before = self.sport_in(&mut tx, claim.activity).await?;
                self.claim_in(&mut tx, claim, source).await?;
                if self.sport_in(&mut tx, claim.activity).await? != before {
                    restyled.push(claim.activity);
                }
            }
            if !file.biometrics.is_empty() {
                let changed = self
                    .biometrics_in(&mut tx, &file.biometrics, source)
                    .await?;
                if let Some(item) = &mut file.item
                    && item.outcome == Outcome::Biometrics
                    && changed == 0
                {
                    item.outcome = Outcome::Known;
                }
            }
            if let Some(item) = &file.item {
                let mut sql = QueryBuilder::<Sqlite>::new("");
                self.push_item(&mut sql, file.import, file.position, item)?;
                sql.build().execute(&mut *tx).await?;
            }
            tx.commit().await?;
        }
        Ok(restyled)
    }

    async fn sport_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
    ) -> Result<Sport, StoreError> {
        let (sport,): (String,) = sqlx::query_as(
            "SELECT sport FROM activities WHERE tenant_id = ? AND id = ? AND athlete_id = ?",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .fetch_optional(tx)
        .await?
        .ok_or(StoreError::NotFound {
            what: "The activity",
        })?;
        Ok(Sport::from_key(&sport))
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
        if all.is_empty() {
            return Ok(());
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
        source: Option<Uuid>,
    ) -> Result<(), StoreError> {
        let id = part.action.activity();
        let mut sql = QueryBuilder::<Sqlite>::new("");
        match part.action {
            Action::Add(_) => self.push_activity(&mut sql, index, part, origin, source)?,
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
        self.push_details(&mut sql, part);
        if !sql.sql().as_str().is_empty() {
            sql.build().execute(&mut *tx).await?;
        }
        if !matches!(part.action, Action::Add(_)) {
            if origin.original.is_some() {
                self.supersede_in(tx, id, origin.external_id.as_deref(), source)
                    .await?;
            }
            let mut sql = QueryBuilder::<Sqlite>::new("");
            self.push_origin(&mut sql, index, part, origin, source)?;
            sql.build().execute(&mut *tx).await?;
            sqlx::query(
                "UPDATE activities SET
                 origin_count = (SELECT COUNT(*) FROM activity_origins AS o WHERE o.tenant_id = activities.tenant_id
                     AND o.activity_id = activities.id AND o.deleted = 0),
                 has_warnings = EXISTS (SELECT 1 FROM activity_origins AS o WHERE o.tenant_id = activities.tenant_id
                     AND o.activity_id = activities.id AND o.deleted = 0 AND o.warnings <> '[]')
                 WHERE tenant_id = ? AND id = ?",
            )
            .bind(self.session.tenant.0)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
            if let Some(words) = &part.words {
                self.words_in(tx, id, words, source).await?;
            }
        }
        Ok(())
    }

    /// What the user typed and an account named stays; everything recorded gives way.
    async fn replace_activity(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        part: &Part,
    ) -> Result<(), StoreError> {
        let (p, h) = (&part.prepared, &part.prepared.head);
        sqlx::query(
            "UPDATE activities SET start = ?1, timed = ?2, utc_offset_s = coalesce(?3, utc_offset_s),
             sport = CASE WHEN sport_edited = 1 OR ?4 = 'other'
                 OR (words_source IS NOT NULL AND sport <> 'other') THEN sport ELSE ?4 END,
             sub_sport = CASE WHEN words_source IS NOT NULL THEN coalesce(sub_sport, ?5)
                 ELSE coalesce(?5, sub_sport) END,
             device = ?6, sample_count = ?7, totals = ?8, timer = ?9, extra = ?10,
             data_version = data_version + 1
             WHERE tenant_id = ?11 AND id = ?12",
        )
        .bind(h.start.0)
        .bind(h.timed)
        .bind(h.utc_offset_s)
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
}

impl Part {
    pub(crate) const fn is_new(&self) -> bool {
        matches!(self.action, Action::Add(_))
    }

    pub(crate) const fn stores_samples(&self) -> bool {
        matches!(
            self.action,
            Action::Add(_) | Action::Merge { replace: true, .. }
        )
    }
}
