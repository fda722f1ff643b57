use crate::{Reader, StoreError, Writer, json};
use paceline_model::{ActivityId, ImportId, Instant, Warning};
use sqlx::Row;
use uuid::Uuid;

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Outcome {
    Added,
    Merged,
    Known,
    Biometrics,
    Skipped,
    Failed,
}

impl Outcome {
    const ALL: [Self; 6] = [
        Self::Added,
        Self::Merged,
        Self::Known,
        Self::Biometrics,
        Self::Skipped,
        Self::Failed,
    ];

    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Merged => "merged",
            Self::Known => "known",
            Self::Biometrics => "biometrics",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    fn from_text(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|o| o.text() == text)
            .ok_or_else(|| crate::error::damaged(format!("{text} is not an outcome")))
    }
}

/// One run of the importer.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// Id.
    pub id: ImportId,
    /// When it began.
    pub started_at: Instant,
    /// When it ended; `None` while it runs or if the program ended before.
    pub finished_at: Option<Instant>,
    /// Whether it was stopped by the user.
    pub cancelled: bool,
    /// What was chosen.
    pub roots: Vec<String>,
    /// Files by outcome; added counts activities.
    pub counts: Vec<(Outcome, u32)>,
}

/// One file of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// As the user knows it.
    pub path: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Activities it is an origin of.
    pub activities: Vec<ActivityId>,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// What was wrong with it.
    pub warnings: Vec<Warning>,
}

impl Reader {
    /// Past imports, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn imports(&self) -> Result<Vec<ImportRow>, StoreError> {
        let tenant = self.session.tenant.0;
        let rows = sqlx::query(
            "SELECT id, started_at, finished_at, cancelled, roots FROM imports
             WHERE tenant_id = ? AND athlete_id = ? ORDER BY id DESC",
        )
        .bind(tenant)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        let mut counts: std::collections::HashMap<Uuid, Vec<(Outcome, u32)>> =
            std::collections::HashMap::new();
        let grouped: Vec<(Uuid, String, i64)> = sqlx::query_as(
            "SELECT import_id, outcome, COUNT(*) FROM import_items WHERE tenant_id = ?
             GROUP BY import_id, outcome",
        )
        .bind(tenant)
        .fetch_all(&self.store.reading)
        .await?;
        for (id, outcome, n) in grouped {
            let n = u32::try_from(n).unwrap_or(u32::MAX);
            counts
                .entry(id)
                .or_default()
                .push((Outcome::from_text(&outcome)?, n));
        }
        rows.iter()
            .map(|r| {
                let id: Uuid = r.try_get("id")?;
                Ok(ImportRow {
                    id: ImportId(id),
                    started_at: Instant(r.try_get("started_at")?),
                    finished_at: r.try_get::<Option<i64>, _>("finished_at")?.map(Instant),
                    cancelled: r.try_get("cancelled")?,
                    roots: json(r.try_get("roots")?)?,
                    counts: counts.remove(&id).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The files of an import in the order in which they were found.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn import_items(&self, import: ImportId) -> Result<Vec<ItemRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT path, outcome, activity_ids, reason, warnings FROM import_items
             WHERE tenant_id = ?1 AND import_id = ?2 AND EXISTS (SELECT 1 FROM imports
                 WHERE tenant_id = ?1 AND id = ?2 AND athlete_id = ?3) ORDER BY position",
        )
        .bind(self.session.tenant.0)
        .bind(import.0)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.iter()
            .map(|r| {
                Ok(ItemRow {
                    path: r.try_get("path")?,
                    outcome: Outcome::from_text(r.try_get("outcome")?)?,
                    activities: json(r.try_get("activity_ids")?)?,
                    reason: r.try_get("reason")?,
                    warnings: json(r.try_get("warnings")?)?,
                })
            })
            .collect()
    }
}

impl Writer {
    /// Notes that an import begins.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn begin_import(
        &self,
        roots: &[String],
        now: Instant,
    ) -> Result<ImportId, StoreError> {
        let id = ImportId(Uuid::now_v7());
        sqlx::query(
            "INSERT INTO imports (tenant_id, id, athlete_id, started_at, roots) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .bind(now.0)
        .bind(serde_json::to_string(roots).map_err(crate::error::damaged)?)
        .execute(&self.store.writing)
        .await?;
        Ok(id)
    }

    /// Notes that an import ended. Its roots are not needed to find files any more; `roots` is how
    /// they are shown from now on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn finish_import(
        &self,
        id: ImportId,
        roots: &[String],
        cancelled: bool,
        now: Instant,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE imports SET finished_at = ?, cancelled = ?, roots = ?
             WHERE tenant_id = ? AND id = ? AND athlete_id = ?",
        )
        .bind(now.0)
        .bind(cancelled)
        .bind(serde_json::to_string(roots).map_err(crate::error::damaged)?)
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .execute(&self.store.writing)
        .await?;
        Ok(())
    }
}
