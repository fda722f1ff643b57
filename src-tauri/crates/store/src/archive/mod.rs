//! A tenant as one sealed file: written whole, read back elsewhere under a new
//! id and a new key. Both walk through it once, a batch in memory at a time.

mod records;

use crate::blobs::{BlobId, Plain, blocking, named};
use crate::error::damaged;
use crate::schema::{Of, Table, all, columns};
use crate::tenants::tenant_in;
use crate::{AuditEvent, Owner, Sealer, Session, Store, StoreError};
use paceline_model::{AthleteId, Instant, Permission, TenantId};
use paceline_vault::{KdfParams, Passphrase, SealedKind, SealedReader, SealedWriter};
use records::{Counts, FORMAT, Manifest, Record, TableHead, Value, bad};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, TypeInfo, ValueRef};
use std::collections::HashMap;
use std::future::poll_fn;
use std::io::{Read, Write};
use std::sync::Arc;
use uuid::Uuid;

/// Bytes that are handed to the file at once.
const PIECE: usize = 4 << 20;
/// Records that are read at once, unless their bytes are enough sooner.
const RECORDS: usize = 2000;

const AUDIT: Table = Table {
    name: "audit_log",
    of: Of::Tenant,
    blob: None,
    copied: false,
};

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedTenant {
    /// On the first athlete of the new tenant.
    pub session: Session,
    /// Its name.
    pub name: String,
    /// Activities it holds.
    pub activities: u32,
}

/// The tables of an export, each after those it points to.
fn tables() -> impl Iterator<Item = &'static Table> {
    all().chain([&AUDIT])
}

/// Bytes on their way into a sealed file.
struct Out<W: Write + Send + 'static> {
    file: Option<SealedWriter<W>>,
    waiting: Vec<u8>,
    counts: Counts,
}

impl<W: Write + Send + 'static> Out<W> {
    async fn put(&mut self, record: &Record) -> Result<(), StoreError> {
        record.write(&mut self.waiting)?;
        match record {
            Record::Blob { .. } => self.counts.blobs += 1,
            Record::Row(_) => self.counts.rows += 1,
            _ => {}
        }
        if self.waiting.len() >= PIECE {
            self.hand_over().await?;
        }
        Ok(())
    }

    async fn hand_over(&mut self) -> Result<(), StoreError> {
        let mut file = self.file.take().ok_or_else(bad)?;
        let bytes = std::mem::take(&mut self.waiting);
        let file = blocking(move || {
            file.write_all(&bytes)
                .map_err(paceline_vault::VaultError::Stream)?;
            Ok(file)
        });
        self.file = Some(file.await?);
        Ok(())
    }

    async fn finish(mut self) -> Result<W, StoreError> {
        let end = Record::End(self.counts);
        self.put(&end).await?;
        self.hand_over().await?;
        let file = self.file.take().ok_or_else(bad)?;
        blocking(move || Ok(file.finish().map_err(paceline_vault::VaultError::Stream)?)).await
    }
}

fn value(row: &SqliteRow, at: usize) -> Result<Value, StoreError> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    Ok(match raw.type_info().name() {
        "INTEGER" | "BOOLEAN" => Value::Integer(row.try_get_unchecked(at)?),
        "REAL" => Value::Real(row.try_get_unchecked(at)?),
        "TEXT" => Value::Text(row.try_get_unchecked(at)?),
        "BLOB" => Value::Blob(row.try_get_unchecked(at)?),
        other => return Err(damaged(format!("a value of the type {other}"))),
    })
}

async fn schema(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let (version,): (i64,) =
        sqlx::query_as("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(connection)
            .await?;
    Ok(version)
}

impl Owner {
    /// Writes the tenant whole into `file`, sealed under a passphrase of its own: athletes with
    /// everything of theirs, groups, comments, the audit log; not who its members are. `told` hears
    /// how many blobs of how many are written. Gives `file` back for the caller to make durable.
    ///
    /// # Errors
    /// Damage; a file that cannot be written.
    pub async fn export_tenant<W: Write + Send + 'static>(
        &self,
        file: W,
        passphrase: Passphrase,
        params: KdfParams,
        now: Instant,
        mut told: impl FnMut(usize, usize) + Send,
    ) -> Result<W, StoreError> {
        let store = &self.store;
        let tenant = self.session.tenant;
        let sealer = Sealer::new(store.admit(&self.session, Permission::Manage).await?);
        let file = blocking(move || Ok(SealedWriter::new(file, &passphrase, params)?)).await?;
        let mut out = Out {
            file: Some(file),
            waiting: Vec::new(),
            counts: Counts::default(),
        };
        // One state of the database, whatever is written meanwhile.
        let mut connection = store.reading.begin().await?;
        let (name, athletes, activities): (String, u32, u32) = sqlx::query_as(
            "SELECT name,
             (SELECT COUNT(*) FROM athletes WHERE tenant_id = ?1 AND deleted = 0),
             (SELECT COUNT(*) FROM activities WHERE tenant_id = ?1 AND deleted = 0)
             FROM tenants WHERE id = ?1",
        )
        .bind(tenant.0)
        .fetch_one(&mut *connection)
        .await?;
        out.put(&Record::Manifest(Manifest {
            format: FORMAT,
            schema: schema(&mut connection).await?,
            name,
            exported_at: now.0,
            athletes,
            activities,
        }))
        .await?;
        let mut waiting: Vec<_> = named(&mut connection, tenant, None)
            .await?
            .into_iter()
            .collect();
        let total = waiting.len();
        while !waiting.is_empty() {
            for Plain { id, kind, bytes } in store.open_blobs(&sealer, &mut waiting).await? {
                let kind = kind as u8;
                out.put(&Record::Blob { kind, id, bytes }).await?;
            }
            told(total - waiting.len(), total);
        }
        for table in tables() {
            self.table(&mut connection, table, &mut out).await?;
        }
        connection.rollback().await?;
        out.finish().await
    }

    async fn table<W: Write + Send + 'static>(
        &self,
        connection: &mut SqliteConnection,
        table: &Table,
        out: &mut Out<W>,
    ) -> Result<(), StoreError> {
        let columns = table.columns(connection).await?;
        let sql = format!(
            "SELECT {} FROM {} WHERE tenant_id = ? ORDER BY {}",
            columns.join(", "),
            table.name,
            // The chain of the log is read in its order.
            columns[0]
        );
        out.put(&Record::Table(TableHead {
            table: table.name.to_owned(),
            columns: columns.clone(),
        }))
        .await?;
        let mut rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(self.session.tenant.0)
            .fetch(connection);
        while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
            let row = row?;
            let values: Vec<Value> = (0..columns.len())
                .map(|at| value(&row, at))
                .collect::<Result<_, _>>()?;
            out.put(&Record::Row(values)).await?;
        }
        Ok(())
    }
}

/// Records on their way out of a sealed file.
struct In<R: Read + Send + 'static> {
    file: Option<SealedReader<R>>,
    read: std::vec::IntoIter<Record>,
}

impl<R: Read + Send + 'static> In<R> {
    async fn next(&mut self) -> Result<Record, StoreError> {
        loop {
            if let Some(record) = self.read.next() {
                return Ok(record);
            }
            let mut file = self.file.take().ok_or_else(bad)?;
            let (file, read) = blocking(move || {
                let mut all = Vec::new();
                let mut bytes = 0;
                while all.len() < RECORDS && bytes < PIECE {
                    let Some(record) = Record::read(&mut file)? else {
                        break;
                    };
                    bytes += match &record {
                        Record::Blob { bytes, .. } => bytes.len(),
                        _ => 0,
                    };
                    all.push(record);
                }
                Ok((file, all))
            })
            .await?;
            if read.is_empty() {
                // An end without a record that says so.
                return Err(bad());
            }
            self.file = Some(file);
            self.read = read.into_iter();
        }
    }

    /// That after the end nothing comes, and that it is the file's own end.
    async fn end(&mut self) -> Result<(), StoreError> {
        if self.read.next().is_some() {
            return Err(bad());
        }
        let mut file = self.file.take().ok_or_else(bad)?;
        blocking(move || match Record::read(&mut file)? {
            None => Ok(()),
            Some(_) => Err(bad()),
        })
        .await
    }
}

fn kind_of(kind: u8) -> Result<SealedKind, StoreError> {
    [SealedKind::Series, SealedKind::Original]
        .into_iter()
        .find(|k| *k as u8 == kind)
        .ok_or_else(bad)
}

impl Store {
    /// Reads a tenant that [`Owner::export_tenant`] wrote, as a new tenant of the user's under a new
    /// key; `name` in place of its own. All or nothing: rows come in one transaction, and only
    /// once the file has shown to be whole. `told` hears how many blobs are done.
    ///
    /// # Errors
    /// `Vault` for another passphrase, a file that is damaged, cut short or none of ours;
    /// `NewerSchema`.
    pub async fn import_tenant<R: Read + Send + 'static>(
        self: &Arc<Self>,
        file: R,
        passphrase: Passphrase,
        name: Option<&str>,
        now: Instant,
        told: impl FnMut(usize) + Send,
    ) -> Result<ImportedTenant, StoreError> {
        let file = blocking(move || Ok(SealedReader::new(file, &passphrase)?)).await?;
        let records = In {
            file: Some(file),
            read: Vec::new().into_iter(),
        };
        let mut blobs = HashMap::new();
        let done = self.read_tenant(records, name, now, &mut blobs, told).await;
        if done.is_err() {
            // Nothing names them; what is left for another reason goes with the next collection.
            let _ = self.erase_blobs(blobs.into_values()).await;
        }
        done
    }

    async fn read_tenant<R: Read + Send + 'static>(
        self: &Arc<Self>,
        mut records: In<R>,
        name: Option<&str>,
        now: Instant,
        blobs: &mut HashMap<BlobId, BlobId>,
        mut told: impl FnMut(usize) + Send,
    ) -> Result<ImportedTenant, StoreError> {
        let Record::Manifest(manifest) = records.next().await? else {
            return Err(bad());
        };
        let supported = {
            let mut connection = self.reading.acquire().await?;
            schema(&mut connection).await?
        };
        if manifest.format != FORMAT || manifest.schema > supported {
            return Err(StoreError::NewerSchema {
                found: manifest.schema,
                supported,
            });
        }
        let name = name.unwrap_or(&manifest.name).to_owned();
        let tenant = TenantId(Uuid::now_v7());
        let (wrapped, giver) = self.new_key(tenant)?;
        let sealer = Sealer::new(self.tenant_key(tenant, &Some((giver.clone(), wrapped.clone())))?);
        let mut counts = Counts::default();
        let mut batch: Vec<Plain> = Vec::new();
        let mut next = records.next().await?;
        loop {
            let ended = !matches!(next, Record::Blob { .. });
            let bytes: usize = batch.iter().map(|b| b.bytes.len()).sum();
            if ended || batch.len() >= 64 || bytes >= PIECE {
                blobs.extend(self.keep_blobs(&sealer, std::mem::take(&mut batch)).await?);
                told(blobs.len());
            }
            let Record::Blob { kind, id, bytes } = next else {
                break;
            };
            counts.blobs += 1;
            let kind = kind_of(kind)?;
            batch.push(Plain { id, kind, bytes });
            next = records.next().await?;
        }
        let mut session = Session {
            user: self.user(),
            tenant,
            athlete: AthleteId(Uuid::nil()),
        };
        let mut tx = self.writing.begin_with("BEGIN IMMEDIATE").await?;
        // Rows of one table may point to each other's successors; the whole is checked at the end.
        sqlx::query("PRAGMA defer_foreign_keys = ON")
            .execute(&mut *tx)
            .await?;
        tenant_in(&mut tx, &session, &name, Some((wrapped, giver)), now).await?;
        let mut insert: Option<Insert> = None;
        let end = loop {
            match next {
                Record::Table(head) => {
                    if let Some(mut full) = insert.take() {
                        full.flush(&mut tx, tenant).await?;
                    }
                    insert = Some(Insert::new(&mut tx, head).await?);
                }
                Record::Row(values) => {
                    counts.rows += 1;
                    let insert = insert.as_mut().ok_or_else(bad)?;
                    insert.row(values, blobs)?;
                    if insert.is_full() {
                        insert.flush(&mut tx, tenant).await?;
                    }
                }
                Record::End(said) => break said,
                Record::Manifest(_) | Record::Blob { .. } => return Err(bad()),
            }
            next = records.next().await?;
        };
        if let Some(mut rest) = insert.take() {
            rest.flush(&mut tx, tenant).await?;
        }
        records.end().await?;
        if end != counts {
            return Err(bad());
        }
        let first: Option<(Uuid, u32)> = sqlx::query_as(
            "SELECT id, (SELECT COUNT(*) FROM activities WHERE tenant_id = ?1 AND deleted = 0)
             FROM athletes WHERE tenant_id = ?1 AND deleted = 0 ORDER BY created_at, id LIMIT 1",
        )
        .bind(tenant.0)
        .fetch_optional(&mut *tx)
        .await?;
        let (athlete, activities) = first.ok_or_else(bad)?;
        session.athlete = AthleteId(athlete);
        let event = AuditEvent::TenantImported { activities };
        self.audit_in(&mut tx, tenant, session.user, &event, now)
            .await?;
        tx.commit().await.map_err(refused)?;
        Ok(ImportedTenant {
            session,
            name,
            activities,
        })
    }
}

/// Rows of one table on their way in.
struct Insert {
    sql: String,
    columns: usize,
    blob: Option<usize>,
    waiting: Vec<Vec<Value>>,
}

impl Insert {
    /// SQLite numbers at most 32,766 parameters in a statement.
    const PARAMETERS: usize = 8000;

    /// Only tables and columns that are there come from a file into a statement.
    async fn new(tx: &mut SqliteConnection, head: TableHead) -> Result<Self, StoreError> {
        let table = tables().find(|t| t.name == head.table).ok_or_else(bad)?;
        let there = columns(tx, table.name).await?;
        if head.columns.is_empty() || head.columns.iter().any(|c| !there.contains(c)) {
            return Err(bad());
        }
        Ok(Self {
            sql: format!(
                "INSERT INTO {} (tenant_id, {}) ",
                table.name,
                head.columns.join(", ")
            ),
            blob: table
                .blob
                .and_then(|(blob, _)| head.columns.iter().position(|c| c == blob)),
            columns: head.columns.len(),
            waiting: Vec::new(),
        })
    }

    fn row(
        &mut self,
        mut values: Vec<Value>,
        blobs: &HashMap<BlobId, BlobId>,
    ) -> Result<(), StoreError> {
        if values.len() != self.columns {
            return Err(bad());
        }
        if let Some(Value::Blob(id)) = self.blob.and_then(|at| values.get_mut(at)) {
            let old: BlobId = id.as_slice().try_into().map_err(|_| bad())?;
            *id = blobs.get(&old).ok_or_else(bad)?.to_vec();
        }
        self.waiting.push(values);
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.waiting.len() * (self.columns + 1) >= Self::PARAMETERS
    }

    async fn flush(
        &mut self,
        tx: &mut SqliteConnection,
        tenant: TenantId,
    ) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut insert = QueryBuilder::<Sqlite>::new(self.sql.as_str());
        insert.push_values(self.waiting.drain(..), |mut row, values| {
            row.push_bind(tenant.0);
            for value in values {
                match value {
                    Value::Null => row.push_bind(None::<i64>),
                    Value::Integer(n) => row.push_bind(n),
                    Value::Real(x) => row.push_bind(x),
                    Value::Text(text) => row.push_bind(text),
                    Value::Blob(bytes) => row.push_bind(bytes),
                };
            }
        });
        insert.build().execute(tx).await.map_err(refused)?;
        Ok(())
    }
}

/// Rows that break a rule of the schema are the file's fault.
fn refused(error: sqlx::Error) -> StoreError {
    const CONSTRAINT: u32 = 19;
    let code = error.as_database_error().and_then(|e| e.code());
    match code.and_then(|c| c.parse::<u32>().ok()) {
        Some(code) if code & 0xff == CONSTRAINT => bad(),
        _ => error.into(),
    }
}
