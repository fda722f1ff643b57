//! What a database holds, in figures that can be compared: rows and checksums by table.

use crate::StoreError;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

/// One table of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDigest {
    /// Its name.
    pub table: String,
    /// The columns that the checksum covers.
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: u64,
    /// BLAKE3 over every row's values in the order of the key, as hexadecimal digits.
    pub checksum: String,
}

/// A table as the schema states it.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub name: String,
    /// Names and types in the order of the statement.
    pub columns: Vec<(String, String)>,
    /// Positions in `columns` of the primary key, in its order.
    pub key: Vec<usize>,
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The project's own tables, by name.
pub(crate) async fn tables(connection: &mut SqliteConnection) -> Result<Vec<Table>, StoreError> {
    let names: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         AND name NOT LIKE '\\_sqlx\\_%' ESCAPE '\\' ORDER BY name",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut tables = Vec::with_capacity(names.len());
    for (name,) in names {
        let columns: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid")
                .bind(&name)
                .fetch_all(&mut *connection)
                .await?;
        let mut key: Vec<(i64, usize)> = columns
            .iter()
            .enumerate()
            .filter(|(_, c)| c.2 > 0)
            .map(|(at, c)| (c.2, at))
            .collect();
        key.sort_unstable();
        tables.push(Table {
            name,
            columns: columns.into_iter().map(|c| (c.0, c.1)).collect(),
            key: key.into_iter().map(|k| k.1).collect(),
        });
    }
    Ok(tables)
}

/// Rows and checksums of every table, over the columns that `only` names where it names any.
pub(crate) async fn digest(
    connection: &mut SqliteConnection,
    only: Option<&[TableDigest]>,
) -> Result<Vec<TableDigest>, StoreError> {
    let mut all = Vec::new();
    for table in tables(connection).await? {
        let wanted = only.map(|o| o.iter().find(|t| t.table == table.name));
        let columns: Vec<String> = match wanted {
            Some(None) => continue,
            Some(Some(w)) => w.columns.clone(),
            None => table.columns.iter().map(|c| c.0.clone()).collect(),
        };
        let values: Vec<String> = columns
            .iter()
            .map(|c| format!("quote({})", quoted(c)))
            .collect();
        let key: Vec<String> = table
            .key
            .iter()
            .map(|k| quoted(&table.columns[*k].0))
            .collect();
        let order = if key.is_empty() {
            "rowid".to_owned()
        } else {
            key.join(", ")
        };
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {order}",
            values.join(" || ',' || "),
            quoted(&table.name)
        );
        let mut hasher = blake3::Hasher::new();
        let mut rows = 0;
        // Streamed: a table need not fit into memory.
        let mut texts = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *connection);
        while let Some(row) = std::future::poll_fn(|cx| texts.as_mut().poll_next(cx)).await {
            let text: String = row?.try_get(0)?;
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
            rows += 1;
        }
        drop(texts);
        all.push(TableDigest {
            table: table.name,
            columns,
            rows,
            checksum: hasher.finalize().to_hex().to_string(),
        });
    }
    Ok(all)
}

/// One figure for all tables.
pub(crate) fn content(tables: &[TableDigest]) -> String {
    let mut hasher = blake3::Hasher::new();
    for t in tables {
        hasher.update(t.table.as_bytes());
        hasher.update(t.checksum.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}
