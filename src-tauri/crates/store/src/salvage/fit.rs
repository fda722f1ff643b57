//! Rows into their tables.

use super::mend::links;
use super::records::{Kind, Record, Value};
use super::rows::Found;
use super::{Salvaged, SalvagedTable};
use crate::StoreError;
use crate::digest::{Table, quoted, tables};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows between two commits.
const BATCH: usize = 5_000;

/// The columns of a table or an index in the order in which a record holds them.
struct Shape {
    /// `None` for an index.
    table: Option<usize>,
    /// Whether records carry a number of their own.
    rowid: bool,
    /// Name, type, and whether it may not be empty.
    columns: Vec<(String, String, bool)>,
    /// How many columns every record has: later ones may have come with a migration.
    least: usize,
    /// The column that stands for the record's number.
    alias: Option<usize>,
}

async fn shapes(
    connection: &mut SqliteConnection,
    all: &[Table],
) -> Result<Vec<Shape>, StoreError> {
    let mut shapes = Vec::new();
    for (at, table) in all.iter().enumerate() {
        let (without,): (bool,) = sqlx::query_as("SELECT wr FROM pragma_table_list(?)")
            .bind(&table.name)
            .fetch_one(&mut *connection)
            .await?;
        let facts: Vec<(String, String, bool, i64, bool)> = sqlx::query_as(
            "SELECT name, type, \"notnull\", pk, dflt_value IS NOT NULL FROM pragma_table_info(?)",
        )
        .bind(&table.name)
        .fetch_all(&mut *connection)
        .await?;
        let column = |name: &str| {
            let fact = facts.iter().find(|f| f.0 == name);
            fact.map(|f| (f.0.clone(), f.1.clone(), f.2 || f.3 > 0))
        };
        let order: Vec<usize> = if without {
            let rest = (0..table.columns.len()).filter(|c| !table.key.contains(c));
            table.key.iter().copied().chain(rest).collect()
        } else {
            (0..table.columns.len()).collect()
        };
        let alias = match (&table.key[..], without) {
            ([one], false) if table.columns[*one].1 == "INTEGER" => Some(*one),
            _ => None,
        };
        let needed = |c: &usize| facts.get(*c).is_some_and(|f| (f.2 || f.3 > 0) && !f.4);
        shapes.push(Shape {
            least: order.iter().rposition(needed).map_or(1, |last| last + 1),
            table: Some(at),
            rowid: !without,
            columns: order
                .iter()
                .filter_map(|c| column(&table.columns[*c].0))
                .collect(),
            alias,
        });
        let indexes: Vec<(String,)> =
            sqlx::query_as("SELECT name FROM pragma_index_list(?) WHERE origin <> 'pk'")
                .bind(&table.name)
                .fetch_all(&mut *connection)
                .await?;
        for (index,) in indexes {
            let names: Vec<(Option<String>,)> =
                sqlx::query_as("SELECT name FROM pragma_index_xinfo(?) ORDER BY seqno")
                    .bind(&index)
                    .fetch_all(&mut *connection)
                    .await?;
            shapes.push(Shape {
                least: names.len(),
                table: None,
                rowid: false,
                columns: names
                    .into_iter()
                    .map(|(name,)| {
                        let of = name.as_deref().and_then(column);
                        // An index may hold what the table forbids to be empty only elsewhere.
                        of.map_or((String::new(), "INTEGER".to_owned(), true), |c| {
                            (c.0, c.1, false)
                        })
                    })
                    .collect(),
                alias: None,
            });
        }
    }
    Ok(shapes)
}

fn fits(shape: &Shape, record: &Record) -> bool {
    let values = &record.values;
    if values.len() < shape.least || values.len() > shape.columns.len() {
        return false;
    }
    let columns = shape.columns.iter().zip(values).enumerate();
    columns
        .into_iter()
        .all(|(at, ((name, kind, filled), value))| match value {
            Value::Null => shape.alias == Some(at) || !filled,
            Value::Int(_) => kind == "INTEGER" || kind == "REAL",
            Value::Real(_) => kind == "REAL",
            Value::Text(_) => kind == "TEXT",
            Value::Blob(bytes) => {
                let id = name == "id" || name.ends_with("_id");
                kind == "BLOB" && (!id || bytes.len() == 16)
            }
        })
}

/// The only table whose rows these can be; `Err` names several.
fn place(shapes: &[Shape], kind: Kind, records: &[Record]) -> Result<Option<usize>, Vec<usize>> {
    let rowid = kind == Kind::TableLeaf;
    let fitting: Vec<Option<usize>> = shapes
        .iter()
        .filter(|s| s.rowid == rowid && records.iter().all(|r| fits(s, r)))
        .map(|s| s.table)
        .collect();
    match &fitting[..] {
        [] => Ok(None),
        [one] => Ok(*one),
        several => Err(several.iter().copied().flatten().collect()),
    }
}

/// Takes every trigger away and returns what makes them.
pub(crate) async fn take_triggers(
    connection: &mut SqliteConnection,
) -> Result<Vec<String>, StoreError> {
    let triggers: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            .fetch_all(&mut *connection)
            .await?;
    let mut all = Vec::with_capacity(triggers.len());
    for (name, sql) in triggers {
        let drop = AssertSqlSafe(format!("DROP TRIGGER {}", quoted(&name)));
        sqlx::query(drop).execute(&mut *connection).await?;
        all.push(sql);
    }
    Ok(all)
}

/// Puts every row that was found into its table.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    found: Found,
    report: &mut Salvaged,
) -> Result<(), StoreError> {
    let all = tables(connection).await?;
    let shapes = shapes(connection, &all).await?;
    let mut rows: BTreeMap<usize, Vec<Record>> = BTreeMap::new();
    for (name, records) in found.tables {
        match all.iter().position(|t| t.name == name) {
            Some(at) => rows.entry(at).or_default().extend(records),
            None => report.unreadable_rows += records.len() as u64,
        }
    }
    let mut unclear = Vec::new();
    for (kind, records) in found.strays.into_iter().filter(|s| !s.1.is_empty()) {
        match place(&shapes, kind, &records) {
            Ok(Some(at)) => rows.entry(at).or_default().extend(records),
            Ok(None) => {}
            Err(several) => unclear.push((several, records)),
        }
    }
    for (at, records) in rows {
        put(connection, &all[at], &shapes, at, records, report).await?;
    }
    for (several, records) in unclear {
        let mut best = (0, None);
        for at in several {
            let count = references(connection, &all, &all[at], &records).await?;
            if count > best.0 {
                best = (count, Some(at));
            }
        }
        match best.1 {
            Some(at) => put(connection, &all[at], &shapes, at, records, report).await?,
            None => report.unreadable_rows += records.len() as u64,
        }
    }
    report.tables.sort_by(|a, b| a.table.cmp(&b.table));
    clock(connection, &all).await
}

/// Sets the clock that every change moves, where it is lost: no earlier than any row.
async fn clock(connection: &mut SqliteConnection, all: &[Table]) -> Result<(), StoreError> {
    let mut newest = 0;
    for table in all {
        if table.name != "clock" && table.columns.iter().any(|c| c.0 == "version") {
            let sql = format!(
                "SELECT coalesce(max(version), 0) FROM {}",
                quoted(&table.name)
            );
            let (version,): (i64,) = sqlx::query_as(AssertSqlSafe(sql))
                .fetch_one(&mut *connection)
                .await?;
            newest = newest.max(version);
        }
    }
    sqlx::query("INSERT OR IGNORE INTO clock (one, version, device) VALUES (1, ?, ?)")
        .bind(newest)
        .bind(Uuid::now_v7())
        .execute(connection)
        .await?;
    Ok(())
}

async fn put(
    connection: &mut SqliteConnection,
    table: &Table,
    shapes: &[Shape],
    at: usize,
    records: Vec<Record>,
    report: &mut Salvaged,
) -> Result<(), StoreError> {
    let Some(shape) = shapes.iter().find(|s| s.table == Some(at)) else {
        return Ok(());
    };
    let (mut read, mut dropped) = (0, 0);
    for batch in records.chunks(BATCH) {
        let mut tx = connection.begin().await?;
        for record in batch {
            read += 1;
            if !fits(shape, record) {
                dropped += 1;
                continue;
            }
            let columns = shape.columns.iter().zip(&record.values);
            let names: Vec<String> = columns.map(|(c, _)| quoted(&c.0)).collect();
            let sql = format!(
                "INSERT OR IGNORE INTO {} ({}) VALUES ({})",
                quoted(&table.name),
                names.join(", "),
                vec!["?"; names.len()].join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (n, value) in record.values.iter().enumerate() {
                query = match value {
                    Value::Null if shape.alias == Some(n) => query.bind(record.rowid),
                    Value::Null => query.bind(None::<i64>),
                    Value::Int(i) => query.bind(*i),
                    Value::Real(r) => query.bind(*r),
                    Value::Text(t) => query.bind(t.clone()),
                    Value::Blob(b) => query.bind(b.clone()),
                };
            }
            match query.execute(&mut *tx).await {
                Ok(done) => dropped += u64::from(done.rows_affected() == 0),
                Err(e) if matches!(e.as_database_error().and_then(sqlx::error::DatabaseError::code), Some(c) if constraint(&c)) =>
                {
                    dropped += 1;
                }
                Err(e) => return Err(e.into()),
            }
        }
        tx.commit().await?;
    }
    match report.tables.iter_mut().find(|t| t.table == table.name) {
        Some(known) => {
            known.read += read;
            known.dropped += dropped;
        }
        None => report.tables.push(SalvagedTable {
            table: table.name.clone(),
            read,
            dropped,
        }),
    }
    Ok(())
}

/// Whether the row broke a rule of its table, which a whole row does not.
fn constraint(code: &str) -> bool {
    code.parse::<u32>()
        .is_ok_and(|c| c & 0xff == 19 || c & 0xff == 20)
}

/// How many of these rows others point to if they are rows of `table`.
async fn references(
    connection: &mut SqliteConnection,
    all: &[Table],
    table: &Table,
    records: &[Record],
) -> Result<u64, StoreError> {
    let mut count = 0;
    for link in links(connection, all).await? {
        let [(column, _)] = &link.columns[..] else {
            continue;
        };
        if link.parent != table.name {
            continue;
        }
        for record in records {
            let Some(Value::Blob(id)) = record.values.first() else {
                continue;
            };
            let sql = format!(
                "SELECT count(*) FROM {} WHERE {} = ?",
                quoted(&link.child),
                quoted(column)
            );
            let (n,): (i64,) = sqlx::query_as(AssertSqlSafe(sql))
                .bind(id)
                .fetch_one(&mut *connection)
                .await?;
            count += u64::from(n > 0);
        }
    }
    Ok(count)
}
