//! Brings older data up to date: a verified backup first, then everything in one
//! transaction, or nothing.

use crate::StoreError;
use crate::backup::{Access, Backup, Depth, Reason, Source, make};
use crate::databases::{BLOBS, MAIN, migration_error};
use paceline_model::Instant;
use paceline_vault::KeyText;
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, SqlitePool};
use std::path::{Path, PathBuf};

/// The folder of backups in a data folder.
pub(crate) const BACKUPS: &str = "backups";

async fn applied(pool: &SqlitePool) -> Result<Vec<i64>, StoreError> {
    let (there,): (bool,) =
        sqlx::query_as("SELECT count(*) > 0 FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(pool)
            .await?;
    if !there {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64,)> = sqlx::query_as("SELECT version FROM _sqlx_migrations ORDER BY version")
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// Whether data are there, and of an older schema than this program's.
async fn older(migrator: &Migrator, pool: &SqlitePool) -> Result<bool, StoreError> {
    let applied = applied(pool).await?;
    let known: Vec<i64> = migrator.iter().map(|m| m.version).collect();
    Ok(!applied.is_empty()
        && applied.iter().all(|v| known.contains(v))
        && applied.len() < known.len())
}

/// Brings both databases up to date.
///
/// # Errors
/// [`StoreError::Migration`] names the backup that was made; [`StoreError::NewerSchema`]. Nothing
/// is changed then.
pub(crate) async fn upgrade(
    dir: &Path,
    key_hex: &str,
    writing: &SqlitePool,
    blobs: &SqlitePool,
) -> Result<(), StoreError> {
    upgrade_to((&MAIN, &BLOBS), dir, key_hex, writing, blobs).await
}

async fn upgrade_to(
    (main, sealed): (&Migrator, &Migrator),
    dir: &Path,
    key_hex: &str,
    writing: &SqlitePool,
    blobs: &SqlitePool,
) -> Result<(), StoreError> {
    let both = [(main, writing), (sealed, blobs)];
    let mut backup: Option<Backup> = None;
    for (migrator, pool) in both {
        if !older(migrator, pool).await? {
            continue;
        }
        if backup.is_none() {
            let made = before(
                dir.to_path_buf(),
                KeyText::new(key_hex.to_owned()),
                writing.clone(),
            );
            backup = Some(made.await.map_err(|e| StoreError::NoBackup {
                reason: e.to_string(),
            })?);
        }
        if let Err(error) = step(migrator, pool).await {
            return Err(StoreError::Migration {
                reason: error.to_string(),
                backup: backup
                    .map(|b| b.path.display().to_string())
                    .unwrap_or_default(),
            });
        }
    }
    for (migrator, pool) in both {
        // Makes a new database, and refuses one whose history is another.
        let run = migrator.run(pool).await;
        run.map_err(|e| migration_error(migrator, e))?;
    }
    Ok(())
}

/// The backup before the change. On a thread of its own: it takes as long as the data are large.
async fn before(dir: PathBuf, key: KeyText, writing: SqlitePool) -> Result<Backup, StoreError> {
    let runtime = tokio::runtime::Handle::current();
    let work = move || {
        runtime.block_on(async move {
            let source = Source {
                dir: &dir,
                writing: &writing,
                access: Access {
                    database_key_hex: &key,
                    // Who acts is not known yet.
                    tenants: None,
                },
            };
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let now = Instant(now.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(0)));
            let (folder, depth) = (dir.join(BACKUPS), Depth::Sample);
            make(
                &source,
                &folder,
                Reason::Migration,
                depth,
                now,
                &|_, _, _| {},
            )
            .await
        })
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(crate::error::damaged)?
}

/// Every migration that is not applied, in one transaction.
async fn step(migrator: &Migrator, pool: &SqlitePool) -> Result<(), StoreError> {
    let done = applied(pool).await?;
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let waiting: Vec<_> = migrator
        .iter()
        .filter(|m| !done.contains(&m.version))
        .collect();
    for migration in waiting {
        sqlx::raw_sql(migration.sql.clone())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (?, ?, TRUE, ?, 0)",
        )
        .bind(migration.version)
        .bind(&*migration.description)
        .bind(&*migration.checksum)
        .execute(&mut *tx)
        .await?;
    }
    let broken = sqlx::query(AssertSqlSafe("PRAGMA foreign_key_check"))
        .fetch_all(&mut *tx)
        .await?;
    if !broken.is_empty() {
        return Err(crate::error::damaged(format!(
            "{} rows would point to rows that are not there",
            broken.len()
        )));
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use crate::backup::{shelf, verify};
    use paceline_model::Units;
    use paceline_vault::{KeyPolicy, Vault};
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::{Migration, MigrationType};

    fn later(sql: &'static [&'static str]) -> Migrator {
        let newest = MAIN.iter().map(|m| m.version).max().unwrap();
        let more = sql.iter().zip(1..).map(|(text, n)| {
            let version = newest + n;
            let kind = MigrationType::Simple;
            Migration::new(version, "later".into(), kind, text.into_sql_str(), false)
        });
        Migrator::with_migrations(MAIN.iter().cloned().chain(more).collect())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_migration_that_fails_leaves_the_data_as_they_were_and_names_the_backup() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
        let key = vault.database_key_hex();
        let store = Store::open(dir.path(), vault).await.unwrap();
        store
            .create_profile("Ada", Units::Metric, Instant(1))
            .await
            .unwrap();
        let before = store.tables().await.unwrap();
        let run = async |sql| {
            let migrators = (&later(sql), &BLOBS);
            upgrade_to(migrators, dir.path(), &key, &store.writing, &store.blobs).await
        };
        let faults: [&'static [&'static str]; 3] = [
            &[
                "CREATE TABLE more (x INTEGER) STRICT",
                "UPDATE athletes SET name = 'B'; SELECT no_such()",
            ],
            &["DELETE FROM users; CREATE TABLE more (x"],
            &["PRAGMA defer_foreign_keys = ON; DELETE FROM tenants"],
        ];
        for (n, fault) in faults.into_iter().enumerate() {
            let error = run(fault).await.unwrap_err();
            let StoreError::Migration { backup, .. } = &error else {
                panic!("{error:?}")
            };
            assert!(error.to_string().contains("as they were"), "{error}");
            assert_eq!(store.tables().await.unwrap(), before, "fault {n}");
            let all = shelf(&dir.path().join(BACKUPS)).unwrap().backups;
            assert_eq!(all.len(), n + 1);
            let made = all
                .iter()
                .find(|b| b.path.display().to_string() == *backup)
                .unwrap();
            let access = Access {
                database_key_hex: &key,
                tenants: None,
            };
            let seen = verify(made, access, Depth::Whole, &|_, _, _| {})
                .await
                .unwrap();
            assert_eq!(seen.rows, before.iter().map(|t| t.rows).sum::<u64>());
        }
        run(&["CREATE TABLE more (x INTEGER) STRICT"])
            .await
            .unwrap();
        assert_eq!(store.tables().await.unwrap().len(), before.len() + 1);
        // What a later version left is not touched by this one.
        let error = upgrade(dir.path(), &key, &store.writing, &store.blobs)
            .await
            .unwrap_err();
        assert!(matches!(error, StoreError::NewerSchema { .. }), "{error:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn without_a_backup_nothing_is_brought_up_to_date() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
        let key = vault.database_key_hex();
        let store = Store::open(dir.path(), vault).await.unwrap();
        let before = store.tables().await.unwrap();
        std::fs::write(dir.path().join(BACKUPS), "in the way").unwrap();
        let migrators = (&later(&["CREATE TABLE more (x INTEGER) STRICT"]), &BLOBS);
        let error = upgrade_to(migrators, dir.path(), &key, &store.writing, &store.blobs).await;
        let error = error.unwrap_err();
        assert!(matches!(error, StoreError::NoBackup { .. }), "{error:?}");
        assert!(error.to_string().contains("backups"), "{error}");
        assert_eq!(store.tables().await.unwrap(), before);
    }
}
