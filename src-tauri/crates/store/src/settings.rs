use crate::{Reader, StoreError, Writer};
use paceline_model::{Biometric, BiometricKind, Instant, SettingKind, SettingValue, SourceKind};
use serde::Serialize;
use std::collections::HashSet;
use uuid::Uuid;

pub(crate) fn key<T: Serialize>(kind: &T) -> Result<String, StoreError> {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        other => Err(crate::error::damaged(format!("{other:?} is not a key"))),
    }
}

impl Reader {
    /// The settings history, by kind and date.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn settings(&self) -> Result<Vec<SettingValue>, StoreError> {
        let rows: Vec<(String, i64, f64)> = sqlx::query_as(
            "SELECT kind, valid_from, value FROM settings
             WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0 ORDER BY kind, valid_from",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.into_iter()
            .map(|(kind, from, value)| {
                Ok(SettingValue {
                    kind: crate::json::<SettingKind>(&format!("\"{kind}\""))?,
                    value,
                    valid_from: Instant(from),
                })
            })
            .collect()
    }

    /// How many measurements of the body are stored.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn biometric_count(&self) -> Result<u32, StoreError> {
        let (n,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM biometrics WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_one(&self.store.reading)
        .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }
}

impl Reader {
    /// The measurements of a kind, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn biometrics(&self, kind: BiometricKind) -> Result<Vec<Biometric>, StoreError> {
        let rows: Vec<(i64, f64)> = sqlx::query_as(
            "SELECT at, value FROM biometrics
             WHERE tenant_id = ? AND athlete_id = ? AND kind = ? AND deleted = 0 ORDER BY at",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(key(&kind)?)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(at, value)| Biometric {
                kind,
                at: Instant(at),
                value,
            })
            .collect())
    }
}

impl Reader {
    /// Every measurement that lies in `[from, to)`, oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn biometrics_between(
        &self,
        from: Instant,
        to: Instant,
    ) -> Result<Vec<Biometric>, StoreError> {
        let rows: Vec<(String, i64, f64)> = sqlx::query_as(
            "SELECT kind, at, value FROM biometrics WHERE tenant_id = ? AND athlete_id = ?
             AND deleted = 0 AND at >= ? AND at < ? ORDER BY at",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(from.0)
        .bind(to.0)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            // A kind of a newer version is left to it.
            .filter_map(|(kind, at, value)| {
                Some(Biometric {
                    kind: crate::json(&format!("\"{kind}\"")).ok()?,
                    at: Instant(at),
                    value,
                })
            })
            .collect())
    }
}

impl Writer {
    /// Takes a measurement away.
    ///
    /// # Errors
    /// `NotFound` if it is not there; those of the database.
    pub async fn delete_biometric(
        &self,
        kind: BiometricKind,
        at: Instant,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE biometrics SET deleted = 1 WHERE tenant_id = ? AND athlete_id = ? AND kind = ?
             AND at = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(key(&kind)?)
        .bind(at.0)
        .execute(&self.store.writing)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "The measurement",
            });
        }
        Ok(())
    }

    /// Adds or replaces the entry of its kind and date.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_setting(&self, setting: &SettingValue) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO settings (tenant_id, athlete_id, kind, valid_from, value)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (tenant_id, athlete_id, kind, valid_from)
             DO UPDATE SET value = excluded.value, deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(key(&setting.kind)?)
        .bind(setting.valid_from.0)
        .bind(setting.value)
        .execute(&self.store.writing)
        .await?;
        Ok(())
    }

    /// Takes the entry of `kind` that begins at `valid_from` out of force.
    ///
    /// # Errors
    /// `NotFound` if there is none.
    pub async fn delete_setting(
        &self,
        kind: SettingKind,
        valid_from: Instant,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE settings SET deleted = 1 WHERE tenant_id = ? AND athlete_id = ? AND kind = ?
             AND valid_from = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .bind(key(&kind)?)
        .bind(valid_from.0)
        .execute(&self.store.writing)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound {
                what: "The setting",
            });
        }
        Ok(())
    }

    /// Stores measurements of the body; the same kind and instant is one measurement, and the
    /// last word on it counts.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_biometrics(
        &self,
        values: &[Biometric],
        source: SourceKind,
        now: Instant,
    ) -> Result<(), StoreError> {
        let sources = self.sources(&HashSet::from([source]), now).await?;
        let source = sources.get(&source).copied();
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        self.biometrics_in(&mut tx, values, source).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives how many of them are new or changed.
    pub(crate) async fn biometrics_in(
        &self,
        tx: &mut sqlx::SqliteConnection,
        values: &[Biometric],
        source: Option<Uuid>,
    ) -> Result<u64, StoreError> {
        let mut changed = 0;
        for b in values {
            let done = sqlx::query(
                "INSERT INTO biometrics (tenant_id, athlete_id, kind, at, value, source_id)
                 VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, athlete_id, kind, at)
                 DO UPDATE SET value = excluded.value, source_id = excluded.source_id, deleted = 0
                 WHERE value <> excluded.value OR deleted = 1",
            )
            .bind(self.session.tenant.0)
            .bind(self.session.athlete.0)
            .bind(key(&b.kind)?)
            .bind(b.at.0)
            .bind(b.value)
            .bind(source)
            .execute(&mut *tx)
            .await?;
            changed += done.rows_affected();
        }
        Ok(changed)
    }
}
