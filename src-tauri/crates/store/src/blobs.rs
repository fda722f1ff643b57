//! The blobs of a tenant or an athlete in batches: read and opened, sealed for
//! another tenant, written, taken away. Never more than a batch is in memory.

use crate::error::damaged;
use crate::{Blob, Sealer, Store, StoreError, schema};
use paceline_model::{AthleteId, TenantId};
use paceline_vault::SealedKind;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::{HashMap, HashSet};

/// Values of one batch, and the bytes after which it is full.
const ROWS: usize = 64;
const BYTES: usize = 8 << 20;

pub(crate) type BlobId = [u8; 32];

/// A blob as it was before it was sealed.
pub(crate) struct Plain {
    pub(crate) id: BlobId,
    pub(crate) kind: SealedKind,
    pub(crate) bytes: Vec<u8>,
}

/// What the rows of a tenant, or of one athlete of it, name.
pub(crate) async fn named(
    connection: &mut SqliteConnection,
    tenant: TenantId,
    athlete: Option<AthleteId>,
) -> Result<HashMap<BlobId, SealedKind>, StoreError> {
    let mut all = HashMap::new();
    for table in schema::all() {
        let Some((column, kind)) = table.blob else {
            continue;
        };
        let condition = match athlete {
            Some(_) => table.of_athlete(),
            None => "tenant_id = ?1 AND ?2 IS NULL".to_owned(),
        };
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT DISTINCT {column} FROM {} WHERE {condition} AND {column} IS NOT NULL",
            table.name
        )))
        .bind(tenant.0)
        .bind(athlete.map(|a| a.0))
        .fetch_all(&mut *connection)
        .await?;
        for (id,) in rows {
            let id = id
                .try_into()
                .map_err(|_| damaged("a blob's id has the wrong length"))?;
            all.insert(id, kind);
        }
    }
    Ok(all)
}

impl Store {
    /// Up to a batch of blobs from the end of `waiting`, opened with `from`.
    pub(crate) async fn open_blobs(
        &self,
        from: &Sealer,
        waiting: &mut Vec<(BlobId, SealedKind)>,
    ) -> Result<Vec<Plain>, StoreError> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < ROWS && bytes < BYTES {
            let Some((id, kind)) = waiting.pop() else {
                break;
            };
            let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT sealed FROM blobs WHERE id = ?")
                .bind(id.as_slice())
                .fetch_optional(&self.blobs)
                .await?;
            let (sealed,) =
                row.ok_or_else(|| damaged("a stored value is missing from blobs.db"))?;
            bytes += sealed.len();
            batch.push((id, kind, sealed));
        }
        let from = from.clone();
        blocking(move || {
            batch
                .into_iter()
                .map(|(id, kind, sealed)| {
                    let bytes = from.key().open(&id, kind, &sealed)?;
                    Ok(Plain { id, kind, bytes })
                })
                .collect()
        })
        .await
    }

    /// Seals blobs for the tenant of `to` and commits them. Gives their ids, old and new.
    pub(crate) async fn keep_blobs(
        &self,
        to: &Sealer,
        batch: Vec<Plain>,
    ) -> Result<Vec<(BlobId, BlobId)>, StoreError> {
        let to = to.clone();
        let sealed: Vec<(BlobId, Blob)> = blocking(move || {
            batch
                .into_iter()
                .map(|plain| Ok((plain.id, to.seal(plain.kind, &plain.bytes)?)))
                .collect()
        })
        .await?;
        if sealed.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.blobs.begin_with("BEGIN IMMEDIATE").await?;
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT OR IGNORE INTO blobs (id, sealed) ");
        insert.push_values(&sealed, |mut row, (_, blob)| {
            row.push_bind(blob.id.as_slice())
                .push_bind(blob.sealed.as_slice());
        });
        insert.build().execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(sealed.into_iter().map(|(old, new)| (old, new.id)).collect())
    }

    /// Takes blobs away and overwrites where they lay. Those of a crash in the middle are named by
    /// no row, and go with the next collection of orphans.
    pub(crate) async fn erase_blobs(
        &self,
        ids: impl IntoIterator<Item = BlobId>,
    ) -> Result<(), StoreError> {
        let ids: HashSet<BlobId> = ids.into_iter().collect();
        let ids: Vec<BlobId> = ids.into_iter().collect();
        let mut connection = self.blobs.acquire().await?;
        sqlx::query("PRAGMA secure_delete = ON")
            .execute(&mut *connection)
            .await?;
        for chunk in ids.chunks(1000) {
            let mut delete = QueryBuilder::<Sqlite>::new("DELETE FROM blobs WHERE id IN (");
            let mut list = delete.separated(", ");
            for id in chunk {
                list.push_bind(id.as_slice());
            }
            delete.push(")");
            delete.build().execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// Work that keeps a core busy, away from the threads that wait for others.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(damaged)?
}
