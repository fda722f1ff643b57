use crate::{DistanceTime, Figures, SessionShape, StoreError, Writer};
use paceline_model::{ActivityId, ActivitySummary};
use serde::Serialize;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

impl Writer {
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

    pub(crate) async fn figures_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        s: &ActivitySummary,
        text: &str,
    ) -> Result<(), StoreError> {
        self.columns_in(tx, id, s, s.training_stress_score).await?;
        self.summary_in(tx, id, s.formula_version, text).await
    }

    /// The figures that stand in the activity's own row.
    pub(crate) async fn columns_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        s: &ActivitySummary,
        load: Option<f64>,
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
        .bind(load)
        .bind(s.work_j)
        .bind(outline(s))
        .bind(self.session.tenant.0)
        .bind(id.0)
        .execute(tx)
        .await?;
        Ok(())
    }
}

/// An outline as it is stored and drawn.
pub(crate) fn outline(s: &ActivitySummary) -> String {
    let points: Vec<String> = s.outline.iter().map(|[x, y]| format!("{x},{y}")).collect();
    points.join(" ")
}

impl Writer {
    /// Keeps figures, all or none; those of activities that went meanwhile are left out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_figures<M: Serialize + Sync>(
        &self,
        all: &[Figures<M>],
    ) -> Result<(), StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        for f in all {
            let text = serde_json::to_string(&f.summary).map_err(crate::error::damaged)?;
            let metrics = serde_json::to_string(&f.metrics).map_err(crate::error::damaged)?;
            let kept = sqlx::query(
                "UPDATE activity_summaries SET formula_version = ?, summary = ?, metrics = ?,
                 settings_key = ?, data_version = ?, easy_s = ?, moderate_s = ?, hard_s = ?
                 WHERE tenant_id = ? AND activity_id = ? AND EXISTS (SELECT 1 FROM activities AS a
                     WHERE a.tenant_id = activity_summaries.tenant_id AND a.id = activity_id
                     AND a.athlete_id = ?)",
            )
            .bind(f.summary.formula_version)
            .bind(&text)
            .bind(&metrics)
            .bind(f.settings_key)
            .bind(f.data_version)
            .bind(f.three_zones.map(|z| z[0]))
            .bind(f.three_zones.map(|z| z[1]))
            .bind(f.three_zones.map(|z| z[2]))
            .bind(self.session.tenant.0)
            .bind(f.id.0)
            .bind(self.session.athlete.0)
            .execute(&mut *tx)
            .await?;
            if kept.rows_affected() > 0 {
                self.columns_in(&mut tx, f.id, &f.summary, f.load).await?;
                if let Some(of_samples) = &f.of_samples {
                    self.efforts_in(&mut tx, f.id, &of_samples.efforts).await?;
                    self.session_in(&mut tx, f.id, of_samples.session.as_ref())
                        .await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn session_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        session: Option<&SessionShape>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE activity_summaries SET session = ?, session_efforts = ?, session_bucket = ?
             WHERE tenant_id = ? AND activity_id = ?",
        )
        .bind(session.map(|s| s.shape.clone()))
        .bind(session.map(|s| s.key.0))
        .bind(session.map(|s| s.key.1))
        .bind(self.session.tenant.0)
        .bind(id.0)
        .execute(tx)
        .await?;
        Ok(())
    }

    async fn efforts_in(
        &self,
        tx: &mut SqliteConnection,
        id: ActivityId,
        efforts: &[DistanceTime],
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM efforts WHERE tenant_id = ? AND activity_id = ?")
            .bind(self.session.tenant.0)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        if efforts.is_empty() {
            return Ok(());
        }
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO efforts (tenant_id, activity_id, distance_mm, seconds, start_s) ",
        );
        insert.push_values(efforts, |mut row, e| {
            row.push_bind(self.session.tenant.0)
                .push_bind(id.0)
                .push_bind(e.distance_mm)
                .push_bind(e.seconds)
                .push_bind(e.start_s);
        });
        insert.build().execute(tx).await?;
        Ok(())
    }

    /// Replaces the edits of an activity's samples; its figures are stale from then on.
    ///
    /// # Errors
    /// `NotFound`; those of the database.
    pub async fn put_repairs<E: Serialize + Sync>(
        &self,
        id: ActivityId,
        edits: &[E],
    ) -> Result<(), StoreError> {
        self.put_edits(id, "repairs", edits).await
    }

    /// Replaces the edits of an activity's intervals.
    ///
    /// # Errors
    /// `NotFound`; those of the database.
    pub async fn put_interval_edits<E: Serialize + Sync>(
        &self,
        id: ActivityId,
        edits: &[E],
    ) -> Result<(), StoreError> {
        self.put_edits(id, "intervals", edits).await
    }

    async fn put_edits<E: Serialize + Sync>(
        &self,
        id: ActivityId,
        column: &str,
        edits: &[E],
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(edits).map_err(crate::error::damaged)?;
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        let raised = i64::from(column == "repairs");
        let there = sqlx::query(
            "UPDATE activities SET data_version = data_version + ?
             WHERE tenant_id = ? AND id = ? AND athlete_id = ? AND deleted = 0",
        )
        .bind(raised)
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(self.session.athlete.0)
        .execute(&mut *tx)
        .await?;
        if there.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "The activity",
            });
        }
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO activity_edits (tenant_id, activity_id, {column}) VALUES (?, ?, ?)
             ON CONFLICT (tenant_id, activity_id)
             DO UPDATE SET {column} = excluded.{column}, deleted = 0"
        )))
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(text)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}
