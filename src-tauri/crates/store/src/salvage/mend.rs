//! What hangs in the air because other rows, or sealed values, are lost.

use super::Salvaged;
use crate::StoreError;
use crate::backup::{Access, NAMED, tenant_keys};
use crate::digest::{Table, quoted, tables};
use paceline_vault::SealedKind;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use uuid::Uuid;

/// A foreign key: columns here, columns there.
pub(super) struct Link {
    pub child: String,
    pub parent: String,
    pub columns: Vec<(String, String)>,
    /// Whether a row may point nowhere.
    optional: bool,
}

pub(super) async fn links(
    connection: &mut SqliteConnection,
    all: &[Table],
) -> Result<Vec<Link>, StoreError> {
    let mut links = Vec::new();
    for table in all {
        let rows: Vec<(i64, String, String, Option<String>, bool)> = sqlx::query_as(
            "SELECT k.id, k.\"table\", k.\"from\", k.\"to\", c.\"notnull\" = 0 AND c.pk = 0
             FROM pragma_foreign_key_list(?1) k JOIN pragma_table_info(?1) c ON c.name = k.\"from\"
             ORDER BY k.id, k.seq",
        )
        .bind(&table.name)
        .fetch_all(&mut *connection)
        .await?;
        let mut by_id: BTreeMap<i64, Link> = BTreeMap::new();
        for (id, parent, from, to, optional) in rows {
            let link = by_id.entry(id).or_insert_with(|| Link {
                child: table.name.clone(),
                parent,
                columns: Vec::new(),
                optional: false,
            });
            // The last column of a key is the one that tells rows of a tenant apart.
            link.optional = optional;
            link.columns.push((from.clone(), to.unwrap_or(from)));
        }
        links.extend(by_id.into_values());
    }
    Ok(links)
}

/// Stands in for lost owners, lets go what names lost rows or values, and writes the originals of
/// lost activities out.
pub(crate) async fn mend(
    main: &mut SqliteConnection,
    sealed: &mut SqliteConnection,
    access: Access<'_>,
    to: &Path,
    report: &mut Salvaged,
) -> Result<(), StoreError> {
    let all = tables(main).await?;
    let links = links(main, &all).await?;
    let mut tx = main.begin().await?;
    lost_blobs(&mut tx, sealed, report).await?;
    stand_ins(&mut tx, report).await?;
    report.originals = originals(&mut tx, sealed, access, to).await?;
    loop {
        let mut changed = 0;
        for link in &links {
            let same = |(child, parent): &(String, String)| {
                format!(
                    "p.{} = {}.{}",
                    quoted(parent),
                    quoted(&link.child),
                    quoted(child)
                )
            };
            let filled = |(child, _): &(String, String)| format!("{} IS NOT NULL", quoted(child));
            let dangling = format!(
                "{} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
                link.columns
                    .iter()
                    .map(filled)
                    .collect::<Vec<_>>()
                    .join(" AND "),
                quoted(&link.parent),
                link.columns
                    .iter()
                    .map(same)
                    .collect::<Vec<_>>()
                    .join(" AND ")
            );
            // Where the rest of a row means something without it, the row stays.
            let last = link.columns.last().map_or("", |c| c.0.as_str());
            let forget = format!(
                "UPDATE OR IGNORE {} SET {} = NULL WHERE {dangling}",
                quoted(&link.child),
                quoted(last)
            );
            if link.optional {
                let done = sqlx::query(AssertSqlSafe(forget)).execute(&mut *tx).await?;
                changed += done.rows_affected();
            }
            let drop = format!("DELETE FROM {} WHERE {dangling}", quoted(&link.child));
            let done = sqlx::query(AssertSqlSafe(drop)).execute(&mut *tx).await?;
            let dropped = done.rows_affected();
            changed += dropped;
            if let Some(entry) = report.tables.iter_mut().find(|t| t.table == link.child) {
                entry.dropped += dropped;
            }
        }
        if changed == 0 {
            break;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Samples and originals whose bytes are lost are not named any more.
async fn lost_blobs(
    main: &mut SqliteConnection,
    sealed: &mut SqliteConnection,
    report: &mut Salvaged,
) -> Result<(), StoreError> {
    let there: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT id FROM blobs")
        .fetch_all(sealed)
        .await?;
    let there: HashSet<Vec<u8>> = there.into_iter().map(|r| r.0).collect();
    let named: Vec<(Uuid, i64, Vec<u8>)> = sqlx::query_as(NAMED).fetch_all(&mut *main).await?;
    let mut touched: HashSet<(Vec<u8>, Vec<u8>)> = HashSet::new();
    for (_, kind, id) in named.into_iter().filter(|n| !there.contains(&n.2)) {
        let (find, forget) = if kind == 1 {
            (
                "SELECT tenant_id, activity_id FROM series WHERE blob = ?",
                "DELETE FROM series WHERE blob = ?",
            )
        } else {
            (
                "SELECT tenant_id, activity_id FROM activity_origins WHERE original_blob = ?",
                "UPDATE activity_origins SET original_blob = NULL WHERE original_blob = ?",
            )
        };
        let of: Vec<(Vec<u8>, Vec<u8>)> =
            sqlx::query_as(find).bind(&id).fetch_all(&mut *main).await?;
        touched.extend(of);
        sqlx::query(forget).bind(&id).execute(&mut *main).await?;
    }
    // Columns without their time axis are no samples.
    let timeless = "NOT EXISTS (SELECT 1 FROM series t WHERE t.tenant_id = series.tenant_id
         AND t.activity_id = series.activity_id AND t.channel = 'time')";
    let of: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT DISTINCT tenant_id, activity_id FROM series WHERE {timeless}"
    )))
    .fetch_all(&mut *main)
    .await?;
    touched.extend(of);
    sqlx::query(AssertSqlSafe(format!(
        "DELETE FROM series WHERE {timeless}"
    )))
    .execute(&mut *main)
    .await?;
    sqlx::query(
        "UPDATE activities SET sample_count = 0 WHERE sample_count > 0 AND NOT EXISTS
         (SELECT 1 FROM series t WHERE t.tenant_id = activities.tenant_id
         AND t.activity_id = activities.id)",
    )
    .execute(main)
    .await?;
    report.touched_activities = touched.len() as u64;
    Ok(())
}

async fn stand_ins(main: &mut SqliteConnection, report: &mut Salvaged) -> Result<(), StoreError> {
    // Whose the rows are is known from the rows.
    let fill = [
        "INSERT OR IGNORE INTO users (id, name, created_at)
         SELECT DISTINCT user_id, 'Recovered', 0 FROM memberships
         WHERE user_id NOT IN (SELECT id FROM users)",
        "INSERT OR IGNORE INTO tenants (id, name, created_at)
         SELECT DISTINCT tenant_id, 'Recovered', 0 FROM (
             SELECT tenant_id FROM memberships UNION SELECT tenant_id FROM athletes
             UNION SELECT tenant_id FROM activities)
         WHERE tenant_id NOT IN (SELECT id FROM tenants)",
        "INSERT OR IGNORE INTO athletes (tenant_id, id, name, units, created_at)
         SELECT DISTINCT tenant_id, athlete_id, 'Recovered', 'metric', 0 FROM (
             SELECT tenant_id, athlete_id FROM activities
             UNION SELECT tenant_id, athlete_id FROM biometrics
             UNION SELECT tenant_id, athlete_id FROM settings) a
         WHERE NOT EXISTS (SELECT 1 FROM athletes t WHERE t.tenant_id = a.tenant_id
             AND t.id = a.athlete_id)",
        "INSERT OR IGNORE INTO memberships (tenant_id, user_id, role, created_at)
         SELECT t.id, (SELECT id FROM users ORDER BY created_at, id LIMIT 1), 'owner', 0
         FROM tenants t WHERE EXISTS (SELECT 1 FROM users)
         AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.tenant_id = t.id)",
    ];
    let owners = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM tenants)";
    for (at, sql) in fill.into_iter().enumerate() {
        if at == 3 {
            let (users, tenants): (i64, i64) = sqlx::query_as(owners).fetch_one(&mut *main).await?;
            if users == 0 && tenants > 0 {
                sqlx::query("INSERT INTO users (id, name, created_at) VALUES (?, 'Recovered', 0)")
                    .bind(Uuid::now_v7())
                    .execute(&mut *main)
                    .await?;
                report.stand_ins += 1;
            }
        }
        report.stand_ins += sqlx::query(sql).execute(&mut *main).await?.rows_affected();
    }
    Ok(())
}

/// Writes the original files whose activity is lost.
async fn originals(
    main: &mut SqliteConnection,
    sealed: &mut SqliteConnection,
    access: Access<'_>,
    to: &Path,
) -> Result<u64, StoreError> {
    let keys = tenant_keys(main, access).await?;
    let rows: Vec<(Uuid, Vec<u8>, String)> = sqlx::query_as(
        "SELECT DISTINCT o.tenant_id, o.original_blob, o.file_name FROM activity_origins o
         WHERE o.original_blob IS NOT NULL AND NOT EXISTS (SELECT 1 FROM activities a
         WHERE a.tenant_id = o.tenant_id AND a.id = o.activity_id)",
    )
    .fetch_all(main)
    .await?;
    let mut written = 0;
    for (tenant, id, name) in rows {
        let value: Option<(Vec<u8>,)> = sqlx::query_as("SELECT sealed FROM blobs WHERE id = ?")
            .bind(&id)
            .fetch_optional(&mut *sealed)
            .await?;
        let (Some((value,)), Some(key)) = (value, keys.get(&tenant)) else {
            continue;
        };
        let plain = key.open(&id, SealedKind::Original, &value)?;
        let bytes = crate::read::unpack_original(&plain)?;
        let folder = to.join("originals");
        crate::disk::make_folder(&folder)?;
        // A name may be anybody's; only its last part is used, and never twice.
        let last = Path::new(&name)
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or("file");
        let path = folder.join(format!("{written:05}-{last}"));
        std::fs::write(&path, bytes).map_err(crate::disk::failed(&path))?;
        written += 1;
    }
    Ok(written)
}
