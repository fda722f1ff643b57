use crate::{StoreError, Writer};
use paceline_model::ActivityId;

/// What the user may change about an activity.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct ActivityEdit {
    pub name: String,
    pub sport: paceline_model::Sport,
    pub notes: String,
    /// Session RPE, Borg CR-10.
    pub rpe: Option<f64>,
}

impl Writer {
    /// Changes what the user may change; later imports leave it alone.
    ///
    /// # Errors
    /// `NotFound`; those of the database.
    pub async fn update_activity(
        &self,
        id: ActivityId,
        edit: &ActivityEdit,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE activities SET name_edited = name_edited OR name <> ?1, name = ?1,
             sport_edited = sport_edited OR sport <> ?2, sport = ?2,
             notes_edited = notes_edited OR notes <> ?3, notes = ?3, rpe = ?6
             WHERE tenant_id = ?4 AND id = ?5 AND athlete_id = ?7 AND deleted = 0",
        )
        .bind(&edit.name)
        .bind(edit.sport.key())
        .bind(&edit.notes)
        .bind(self.session.tenant.0)
        .bind(id.0)
        .bind(edit.rpe)
        .bind(self.session.athlete.0)
        .execute(&self.store.writing)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "The activity",
            });
        }
        Ok(())
    }

    /// Deletes activities, all or none: a tombstone stays for other devices, the samples go.
    /// The same file imported again is added again.
    ///
    /// # Errors
    /// `NotFound` if one is not there; those of the database.
    pub async fn delete_activities(&self, ids: &[ActivityId]) -> Result<(), StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        for id in ids {
            let done = sqlx::query(
                "UPDATE activities SET deleted = 1
                 WHERE tenant_id = ? AND id = ? AND athlete_id = ? AND deleted = 0",
            )
            .bind(self.session.tenant.0)
            .bind(id.0)
            .bind(self.session.athlete.0)
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound {
                    what: "The activity",
                });
            }
            for sql in [
                "UPDATE activity_origins SET deleted = 1, original_blob = NULL WHERE tenant_id = ? AND activity_id = ?",
                "DELETE FROM series WHERE tenant_id = ? AND activity_id = ?",
                "DELETE FROM laps WHERE tenant_id = ? AND activity_id = ?",
                "DELETE FROM lengths WHERE tenant_id = ? AND activity_id = ?",
                "UPDATE activity_edits SET deleted = 1 WHERE tenant_id = ? AND activity_id = ?",
                "DELETE FROM efforts WHERE tenant_id = ? AND activity_id = ?",
                "DELETE FROM activity_summaries WHERE tenant_id = ? AND activity_id = ?",
            ] {
                sqlx::query(sql)
                    .bind(self.session.tenant.0)
                    .bind(id.0)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
