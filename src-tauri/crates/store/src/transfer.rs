//! Athletes that go from one tenant to another, and tenants that end.
//!
//! The blobs go first: opened with one tenant's key and sealed with the other's
//! in batches, each committed. Then every row goes in one transaction, with the
//! ids of the blobs exchanged. A crash in between leaves blobs that no row names.

use crate::blobs::{BlobId, named};
use crate::doors::no_tenant;
use crate::schema::{TABLES, all};
use crate::{AuditEvent, Owner, Sealer, Store, StoreError};
use paceline_model::{AthleteId, Instant, Permission};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;

/// What becomes of the athlete in the tenant they come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer {
    /// They stay there too; from then on the two go different ways.
    Copy,
    /// They are gone from there.
    Move,
}

/// How often blobs that came meanwhile are fetched before giving up.
const ROUNDS: u32 = 5;

impl Owner {
    async fn own_sealer(&self) -> Result<Sealer, StoreError> {
        let key = self.store.admit(&self.session, Permission::Manage).await?;
        Ok(Sealer::new(key))
    }

    /// Copies or moves an athlete with everything of theirs to another tenant of which the user is
    /// an owner too; `told` hears how many blobs of how many are done. Written to both audit logs.
    ///
    /// # Errors
    /// `NotFound` for an athlete who is not here, `AlreadyThere` if they are in the other tenant,
    /// `LastAthlete` where moving would leave nobody; damage. Nothing is changed then.
    pub async fn transfer(
        &self,
        athlete: AthleteId,
        to: &Self,
        how: Transfer,
        now: Instant,
        mut told: impl FnMut(usize, usize) + Send,
    ) -> Result<(), StoreError> {
        if to.session.tenant == self.session.tenant {
            return Err(StoreError::AlreadyThere);
        }
        let (from_sealer, to_sealer) = (self.own_sealer().await?, to.own_sealer().await?);
        let mut moved: HashMap<BlobId, BlobId> = HashMap::new();
        for _ in 0..ROUNDS {
            let mut waiting: Vec<_> = {
                let mut connection = self.store.reading.acquire().await?;
                named(&mut connection, self.session.tenant, Some(athlete)).await?
            }
            .into_iter()
            .filter(|(id, _)| !moved.contains_key(id))
            .collect();
            let total = moved.len() + waiting.len();
            while !waiting.is_empty() {
                let batch = self.store.open_blobs(&from_sealer, &mut waiting).await?;
                moved.extend(self.store.keep_blobs(&to_sealer, batch).await?);
                told(moved.len(), total);
            }
            if self.rows(athlete, to, how, now, &moved).await? {
                if how == Transfer::Move {
                    // Another athlete of this tenant may have the same file.
                    let mut connection = self.store.reading.acquire().await?;
                    let kept = named(&mut connection, self.session.tenant, None).await?;
                    let gone = moved.keys().filter(|id| !kept.contains_key(*id));
                    self.store.erase_blobs(gone.copied()).await?;
                }
                return Ok(());
            }
        }
        Err(StoreError::Busy)
    }

    /// The rows in one transaction; not if blobs came meanwhile that are not in `moved`.
    async fn rows(
        &self,
        athlete: AthleteId,
        to: &Self,
        how: Transfer,
        now: Instant,
        moved: &HashMap<BlobId, BlobId>,
    ) -> Result<bool, StoreError> {
        let (from, into) = (self.session.tenant, to.session.tenant);
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        let row: Option<(String, i64)> = sqlx::query_as(
            "SELECT name, (SELECT COUNT(*) FROM athletes WHERE tenant_id = ?1 AND deleted = 0)
             FROM athletes WHERE tenant_id = ?1 AND id = ?2 AND deleted = 0",
        )
        .bind(from.0)
        .bind(athlete.0)
        .fetch_optional(&mut *tx)
        .await?;
        let (name, athletes) = row.ok_or(StoreError::NotFound {
            what: "The athlete",
        })?;
        if how == Transfer::Move && athletes < 2 {
            return Err(StoreError::LastAthlete);
        }
        let there: Option<(i64,)> =
            sqlx::query_as("SELECT 1 FROM athletes WHERE tenant_id = ? AND id = ?")
                .bind(into.0)
                .bind(athlete.0)
                .fetch_optional(&mut *tx)
                .await?;
        if there.is_some() {
            return Err(StoreError::AlreadyThere);
        }
        let needed = named(&mut tx, from, Some(athlete)).await?;
        if needed.keys().any(|id| !moved.contains_key(id)) {
            return Ok(false);
        }
        sqlx::query(
            "CREATE TEMP TABLE moved (old BLOB PRIMARY KEY, new BLOB NOT NULL) WITHOUT ROWID",
        )
        .execute(&mut *tx)
        .await?;
        let pairs: Vec<_> = moved.iter().collect();
        for chunk in pairs.chunks(1000) {
            let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO temp.moved (old, new) ");
            insert.push_values(chunk, |mut row, (old, new)| {
                row.push_bind(old.as_slice()).push_bind(new.as_slice());
            });
            insert.build().execute(&mut *tx).await?;
        }
        for table in TABLES.iter().filter(|t| t.copied) {
            let columns = table.columns(&mut tx).await?;
            let values: Vec<String> = columns
                .iter()
                .map(|column| match table.blob {
                    Some((blob, _)) if blob == column => {
                        format!("(SELECT new FROM temp.moved WHERE old = {column})")
                    }
                    _ => column.clone(),
                })
                .collect();
            sqlx::query(sqlx::AssertSqlSafe(format!(
                "INSERT INTO {0} (tenant_id, {1}) SELECT ?3, {2} FROM {0} WHERE {3}",
                table.name,
                columns.join(", "),
                values.join(", "),
                table.of_athlete()
            )))
            .bind(from.0)
            .bind(athlete.0)
            .bind(into.0)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("DROP TABLE temp.moved")
            .execute(&mut *tx)
            .await?;
        if how == Transfer::Move {
            self.take_away(&mut tx, athlete).await?;
        }
        let word = |word: &str| AuditEvent::AthleteTransfer {
            athlete: name.clone(),
            how: word.to_owned(),
        };
        let (left, came) = match how {
            Transfer::Copy => ("copied to another tenant", "copied from another tenant"),
            Transfer::Move => ("moved to another tenant", "moved from another tenant"),
        };
        let user = self.session.user;
        self.store
            .audit_in(&mut tx, from, user, &word(left), now)
            .await?;
        self.store
            .audit_in(&mut tx, into, user, &word(came), now)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Every row of an athlete; who was a member as that athlete is none any more.
    async fn take_away(
        &self,
        tx: &mut SqliteConnection,
        athlete: AthleteId,
    ) -> Result<(), StoreError> {
        for sql in [
            "UPDATE memberships SET opened_athlete = NULL WHERE tenant_id = ? AND opened_athlete = ?",
            "DELETE FROM memberships WHERE tenant_id = ? AND athlete_id = ? AND role = 'athlete'",
            "UPDATE memberships SET athlete_id = NULL WHERE tenant_id = ? AND athlete_id = ?",
        ] {
            sqlx::query(sql)
                .bind(self.session.tenant.0)
                .bind(athlete.0)
                .execute(&mut *tx)
                .await?;
        }
        for table in all().rev() {
            sqlx::query(sqlx::AssertSqlSafe(format!(
                "DELETE FROM {} WHERE {}",
                table.name,
                table.of_athlete()
            )))
            .bind(self.session.tenant.0)
            .bind(athlete.0)
            .execute(&mut *tx)
            .await?;
        }
        Ok(())
    }

    /// Ends the tenant: its wrapped keys, its rows with the audit log, and its blobs, overwritten
    /// where they lay. Noted in the logs of the user's other tenants. What backups, exports, or the
    /// file system keep of it is not reached.
    ///
    /// # Errors
    /// `LastTenant` where it is the user's only one; those of the database: before the rows are
    /// gone nothing is, and after it nothing opens what is left.
    pub async fn delete_tenant(self, now: Instant) -> Result<(), StoreError> {
        let Self { store, session } = self;
        let tenant = session.tenant;
        sqlx::query("PRAGMA secure_delete = ON")
            .execute(&store.writing)
            .await?;
        let mut tx = store.writing.begin_with("BEGIN IMMEDIATE").await?;
        let others: Vec<(uuid::Uuid,)> = sqlx::query_as(
            "SELECT tenant_id FROM memberships WHERE user_id = ? AND tenant_id <> ?",
        )
        .bind(session.user.0)
        .bind(tenant.0)
        .fetch_all(&mut *tx)
        .await?;
        if others.is_empty() {
            return Err(StoreError::LastTenant);
        }
        let ids = named(&mut tx, tenant, None).await?;
        sqlx::query("DELETE FROM memberships WHERE tenant_id = ?")
            .bind(tenant.0)
            .execute(&mut *tx)
            .await?;
        for table in all().rev() {
            sqlx::query(sqlx::AssertSqlSafe(format!(
                "DELETE FROM {} WHERE tenant_id = ?",
                table.name
            )))
            .bind(tenant.0)
            .execute(&mut *tx)
            .await?;
        }
        // The audit log goes with its tenant, and only so.
        let gone = sqlx::query("DELETE FROM tenants WHERE id = ?")
            .bind(tenant.0)
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(no_tenant());
        }
        let event = AuditEvent::Deletion {
            what: format!("tenant {tenant}"),
            count: 1,
        };
        for (other,) in others {
            let other = paceline_model::TenantId(other);
            store
                .audit_in(&mut tx, other, session.user, &event, now)
                .await?;
        }
        tx.commit().await?;
        store.tenant_keys.forget(tenant);
        store.erase_blobs(ids.into_keys()).await?;
        store.fold_in().await;
        Ok(())
    }
}

impl Store {
    /// Folds the write-ahead log in, so that pages of before do not lie in it. Best effort: readers
    /// may hold it back.
    async fn fold_in(&self) {
        let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.writing)
            .await;
    }
}
