use crate::{StoreError, Writer};
use paceline_model::{ActivityId, ActivitySummary};
use sqlx::SqliteConnection;

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
