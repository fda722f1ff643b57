use crate::{Reader, StoreError, Writer};
use serde::{Serialize, de::DeserializeOwned};

/// Load that is planned for a day.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedLoad {
    /// Local day since 1970-01-01.
    pub day: i32,
    /// In the unit of training load.
    pub load: f64,
    /// What it is, as typed.
    pub title: String,
}

impl Reader {
    /// Planned loads of the days `[from, to]`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn planned(&self, from: i32, to: i32) -> Result<Vec<PlannedLoad>, StoreError> {
        let rows: Vec<(i32, f64, String)> = sqlx::query_as(
            "SELECT day, load, title FROM planned_loads WHERE tenant_id = ? AND athlete_id = ?
             AND deleted = 0 AND day BETWEEN ? AND ? ORDER BY day",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from)
        .bind(to)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(day, load, title)| PlannedLoad { day, load, title })
            .collect())
    }

    /// The preference of a name; its default where none was kept or what was kept makes no sense.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn preference<T: DeserializeOwned + Default>(
        &self,
        name: &str,
    ) -> Result<T, StoreError> {
        let row: Option<(String,)> = sqlx::query_as(
            "SELECT value FROM preferences WHERE tenant_id = ? AND athlete_id = ? AND name = ?
             AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(name)
        .fetch_optional(&self.store.reading)
        .await?;
        Ok(row
            .and_then(|(text,)| serde_json::from_str(&text).ok())
            .unwrap_or_default())
    }
}

impl Writer {
    /// Replaces the plans of the days given, all or none; a load of zero takes a day's plan away.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_planned(&self, plans: &[PlannedLoad]) -> Result<(), StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        for plan in plans {
            sqlx::query(
                "INSERT INTO planned_loads (tenant_id, athlete_id, day, load, title, deleted)
                 VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, athlete_id, day)
                 DO UPDATE SET load = excluded.load, title = excluded.title,
                 deleted = excluded.deleted",
            )
            .bind(self.session.tenant.0)
            .bind(self.session.athlete.0)
            .bind(plan.day)
            .bind(plan.load)
            .bind(&plan.title)
            .bind(plan.load <= 0.0)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Keeps a preference.
    ///
    /// # Errors
    /// Those of the database; a value that is no JSON.
    pub async fn put_preference<T: Serialize + Sync>(
        &self,
        name: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO preferences (tenant_id, athlete_id, name, value) VALUES (?, ?, ?, ?)
             ON CONFLICT (tenant_id, athlete_id, name)
             DO UPDATE SET value = excluded.value, deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(name)
        .bind(serde_json::to_string(value).map_err(crate::error::damaged)?)
        .execute(&self.store.writing)
        .await?;
        Ok(())
    }
}
