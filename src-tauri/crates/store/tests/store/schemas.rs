//! Data of every schema there ever was open with today's code, and hold what they held.
//!
//! `tests/schemas/NNNN` is a data folder as the version of that schema left it, with what each
//! table held then. A new schema needs one: `cargo xtask bless` makes it.

use crate::fixtures::filled;
use paceline_store::Store;
use paceline_vault::{KeyPolicy, Vault};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Row};
use std::path::{Path, PathBuf};

/// The migrations of the main database, newest last.
fn versions() -> Vec<i64> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../migrations");
    let mut all: Vec<i64> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|e| {
            e.unwrap()
                .file_name()
                .to_str()?
                .split_once('_')?
                .0
                .parse()
                .ok()
        })
        .collect();
    all.sort_unstable();
    all
}

fn kept(version: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/schemas/{version:04}"))
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Held {
    table: String,
    columns: Vec<String>,
    rows: u64,
    checksum: String,
}

async fn pool(dir: &Path, name: &str) -> sqlx::SqlitePool {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join(name));
    let options = if name == "paceline.db" {
        let vault = Vault::open(dir, KeyPolicy::KeyFileOnly).unwrap();
        options
            .pragma("key", format!("\"x'{}'\"", *vault.database_key_hex()))
            .pragma("cipher_hmac_algorithm", "HMAC_SHA256")
    } else {
        options
    };
    sqlx::SqlitePool::connect_with(options).await.unwrap()
}

/// What the tables of both databases hold; of those in `only` no more than their columns.
async fn held(dir: &Path, only: Option<&[Held]>) -> Vec<Held> {
    let mut all = Vec::new();
    for name in ["paceline.db", "blobs.db"] {
        let pool = pool(dir, name).await;
        let tables: Vec<(String,)> = sqlx::query_as(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
             AND name NOT LIKE '%sqlx%' ORDER BY name",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        for (table,) in tables {
            let columns: Vec<String> = match only.map(|o| o.iter().find(|h| h.table == table)) {
                Some(None) => continue,
                Some(Some(before)) => before.columns.clone(),
                None => sqlx::query_as("SELECT name FROM pragma_table_info(?)")
                    .bind(&table)
                    .fetch_all(&pool)
                    .await
                    .unwrap()
                    .into_iter()
                    .map(|(c,): (String,)| c)
                    .collect(),
            };
            let quoted: Vec<String> = columns.iter().map(|c| format!("quote(\"{c}\")")).collect();
            let sql = format!(
                "SELECT {} AS r FROM \"{table}\" ORDER BY r",
                quoted.join("||','||")
            );
            let rows = sqlx::query(AssertSqlSafe(sql))
                .fetch_all(&pool)
                .await
                .unwrap();
            let mut hasher = blake3::Hasher::new();
            for row in &rows {
                hasher.update(row.get::<String, _>(0).as_bytes());
                hasher.update(b"\n");
            }
            all.push(Held {
                table,
                columns,
                rows: rows.len() as u64,
                checksum: hasher.finalize().to_hex().to_string(),
            });
        }
        pool.close().await;
    }
    all
}

const FILES: [&str; 5] = [
    "paceline.db",
    "blobs.db",
    "vault.json",
    "vault.json.bak",
    "paceline.key",
];

/// Rows of tables that the store's own tests leave empty, as far as the schema has them.
const MORE: [(&str, &str); 15] = [
    ("settings", "INSERT INTO settings (tenant_id, athlete_id, kind, valid_from, value)
      SELECT tenant_id, id, 'ftp', 5, 250.5 FROM athletes"),
    ("zone_schemes", "INSERT INTO zone_schemes (tenant_id, athlete_id, reference, valid_from, scheme)
      SELECT tenant_id, id, 'ftp', 5, '[]' FROM athletes"),
    ("sync_jobs", "INSERT INTO sync_jobs (tenant_id, id, source_id, state)
      SELECT tenant_id, id, id, 'done' FROM sources"),
    ("jobs", "INSERT INTO jobs (tenant_id, id, kind, state, created_at)
      SELECT id, id, 'x', 'failed', 7 FROM tenants"),
    ("activity_edits", "INSERT INTO activity_edits (tenant_id, activity_id)
      SELECT tenant_id, id FROM activities"),
    ("envelopes", "INSERT INTO envelopes SELECT tenant_id, id, 'cycling', 'power', 24000, 1, x'00', x'01ff'
      FROM athletes"),
    ("efforts", "INSERT INTO efforts SELECT tenant_id, id, 1000000, 180.25, 3 FROM activities"),
    ("planned_loads", "INSERT INTO planned_loads (tenant_id, athlete_id, day, load)
      SELECT tenant_id, id, 20000, 80 FROM athletes"),
    ("preferences", "INSERT INTO preferences (tenant_id, athlete_id, name, value)
      SELECT tenant_id, id, 'x', '[]' FROM athletes"),
    ("audit_log", "INSERT INTO audit_log SELECT id, 1, 5, id, 'Ada', 'exported', '{}', zeroblob(32), zeroblob(32)
      FROM tenants WHERE id NOT IN (SELECT tenant_id FROM audit_log)"),
    ("comments", "INSERT INTO comments (tenant_id, id, athlete_id, day, author_id, author_name, text, created_at)
      SELECT tenant_id, id, id, 20000, id, 'Ada', 'Rest', 6 FROM athletes"),
    ("comment_reads", "INSERT INTO comment_reads SELECT tenant_id, id, author_id, 7 FROM comments"),
    ("athlete_groups", "INSERT INTO athlete_groups (tenant_id, id, name, created_at)
      SELECT id, id, 'Juniors', 8 FROM tenants"),
    ("athlete_group_members", "INSERT INTO athlete_group_members (tenant_id, group_id, athlete_id)
      SELECT tenant_id, tenant_id, id FROM athletes"),
    ("athlete_tags", "INSERT INTO athlete_tags (tenant_id, athlete_id, tag)
      SELECT tenant_id, id, 'U23' FROM athletes"),
];

async fn fill(dir: &Path) {
    let pool = pool(dir, "paceline.db").await;
    for (table, sql) in MORE {
        let (there,): (bool,) =
            sqlx::query_as("SELECT count(*) > 0 FROM sqlite_schema WHERE name = ?")
                .bind(table)
                .fetch_one(&pool)
                .await
                .unwrap();
        if there {
            sqlx::query(sql).execute(&pool).await.unwrap();
        }
    }
    pool.close().await;
}

async fn bless(version: i64) {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 5).await;
    store.close().await;
    fill(dir.path()).await;
    let folder = kept(version);
    std::fs::create_dir_all(&folder).unwrap();
    for name in FILES.iter().filter(|n| dir.path().join(n).exists()) {
        std::fs::copy(dir.path().join(name), folder.join(name)).unwrap();
    }
    let held = held(dir.path(), None).await;
    let text = serde_json::to_string_pretty(&held).unwrap() + "\n";
    std::fs::write(folder.join("held.json"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_every_schema_open_and_hold_what_they_held() {
    let newest = *versions().last().unwrap();
    if std::env::var("PACELINE_BLESS").is_ok_and(|v| v == "1") && !kept(newest).exists() {
        bless(newest).await;
    }
    for version in versions() {
        let folder = kept(version);
        let text = std::fs::read_to_string(folder.join("held.json")).unwrap_or_else(|e| {
            panic!("schema {version} has no kept data ({e}): run cargo xtask bless")
        });
        let before: Vec<Held> = serde_json::from_str(&text).unwrap();
        assert!(
            before.iter().filter(|h| h.rows > 0).count() >= 15,
            "schema {version}"
        );
        let dir = tempfile::tempdir().unwrap();
        for name in FILES.iter().filter(|n| folder.join(n).exists()) {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            assert!(
                bytes.len() < 300_000,
                "{version}/{name} is too large to keep"
            );
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
        let store = Store::open(dir.path(), vault).await.unwrap();
        assert!(
            store.integrity().await.unwrap().is_empty(),
            "schema {version}"
        );
        store.close().await;
        let after = held(dir.path(), Some(&before)).await;
        assert_eq!(after, before, "schema {version}");
        let backups = dir.path().join("backups");
        assert_eq!(backups.exists(), version < newest, "schema {version}");
    }
}
