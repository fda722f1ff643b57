//! What belongs to the user whose store this is and to no tenant: sign-ins, the
//! sealed second factor, preferences.

use crate::{Store, StoreError};
use paceline_model::{Instant, UserId};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// How many sign-ins are kept of each user.
const KEPT: u32 = 200;

/// One sign-in of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// Names it.
    pub id: Uuid,
    /// `passphrase`, `keyring` or `recovery_key`.
    pub way: String,
    /// The program that signed in.
    pub program: String,
    /// Its process.
    pub process: u32,
    /// When.
    pub started_at: Instant,
    /// When and how it ended: `locked`, `idle`, `suspended`, `revoked`, `closed` or `lost`.
    pub ended: Option<(Instant, String)>,
}

impl Store {
    /// Notes a sign-in; of very many the oldest are forgotten.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn begin_sign_in(
        &self,
        id: Uuid,
        way: &str,
        program: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut tx = self.writing.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO sign_ins (user_id, id, way, program, process, started_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(self.user().0)
        .bind(id)
        .bind(way)
        .bind(program)
        .bind(std::process::id())
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "DELETE FROM sign_ins WHERE user_id = ?1 AND id NOT IN (SELECT id FROM sign_ins
             WHERE user_id = ?1 ORDER BY started_at DESC, id DESC LIMIT ?2)",
        )
        .bind(self.user().0)
        .bind(KEPT)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Notes how a sign-in ended, unless that is noted already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_sign_in(
        &self,
        id: Uuid,
        ending: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE sign_ins SET ended_at = ?, ending = ?
             WHERE user_id = ? AND id = ? AND ended_at IS NULL",
        )
        .bind(now.0)
        .bind(ending)
        .bind(self.user().0)
        .bind(id)
        .execute(&self.writing)
        .await?;
        Ok(())
    }

    /// The user's sign-ins, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sign_ins(&self) -> Result<Vec<SignInRow>, StoreError> {
        type Columns = (Uuid, String, String, u32, i64, Option<i64>, Option<String>);
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT id, way, program, process, started_at, ended_at, ending FROM sign_ins
             WHERE user_id = ? ORDER BY started_at DESC, id DESC",
        )
        .bind(self.user().0)
        .fetch_all(&self.reading)
        .await?;
        let row = |(id, way, program, process, started_at, ended_at, ending): Columns| SignInRow {
            id,
            way,
            program,
            process,
            started_at: Instant(started_at),
            ended: ended_at.map(Instant).zip(ending),
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// The sealed state of the user's second factor, if they have one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn second_factor(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT sealed FROM second_factors WHERE user_id = ?")
                .bind(self.user().0)
                .fetch_optional(&self.reading)
                .await?;
        Ok(row.map(|(sealed,)| sealed))
    }

    /// Puts another state in the place of the one that was read (`None`: no second factor). Gives
    /// whether it was done: not if the state has become another meanwhile.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn swap_second_factor(
        &self,
        read: Option<&[u8]>,
        new: Option<&[u8]>,
    ) -> Result<bool, StoreError> {
        let user = self.user().0;
        let done = match (read, new) {
            (None, None) => return Ok(self.second_factor().await?.is_none()),
            (None, Some(new)) => {
                sqlx::query(
                    "INSERT INTO second_factors (user_id, sealed) VALUES (?, ?)
                     ON CONFLICT DO NOTHING",
                )
                .bind(user)
                .bind(new)
                .execute(&self.writing)
                .await?
            }
            (Some(read), None) => {
                sqlx::query("DELETE FROM second_factors WHERE user_id = ? AND sealed = ?")
                    .bind(user)
                    .bind(read)
                    .execute(&self.writing)
                    .await?
            }
            (Some(read), Some(new)) => {
                sqlx::query("UPDATE second_factors SET sealed = ? WHERE user_id = ? AND sealed = ?")
                    .bind(new)
                    .bind(user)
                    .bind(read)
                    .execute(&self.writing)
                    .await?
            }
        };
        Ok(done.rows_affected() == 1)
    }

    /// A preference of the user, `None` where none was kept or what was kept makes no sense.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn user_preference<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        let row: Option<(String,)> =
            sqlx::query_as("SELECT value FROM user_preferences WHERE user_id = ? AND name = ?")
                .bind(self.user().0)
                .bind(name)
                .fetch_optional(&self.reading)
                .await?;
        Ok(row.and_then(|(text,)| serde_json::from_str(&text).ok()))
    }

    /// Keeps a preference of the user.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_user_preference<T: Serialize>(
        &self,
        name: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(value).map_err(crate::error::damaged)?;
        sqlx::query(
            "INSERT INTO user_preferences (user_id, name, value) VALUES (?, ?, ?)
             ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value",
        )
        .bind(self.user().0)
        .bind(name)
        .bind(text)
        .execute(&self.writing)
        .await?;
        Ok(())
    }

    /// Notes another user of the folder, who is in no tenant yet.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_user(&self, user: UserId, name: &str, now: Instant) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO users (id, name, created_at) VALUES (?, ?, ?)")
            .bind(user.0)
            .bind(name)
            .bind(now.0)
            .execute(&self.writing)
            .await?;
        Ok(())
    }
}
