use crate::StoreError;
use crate::databases::Databases;
use crate::disk::Lock;
use crate::doors::TenantKeys;
use paceline_model::UserId;
use paceline_vault::{KeyProtection, UnlockedVault, Vault, VaultError};
use sqlx::sqlite::SqlitePool;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

/// The two databases of one data folder, open for one user.
pub struct Store {
    /// Connections that cannot change anything.
    pub(crate) reading: SqlitePool,
    pub(crate) writing: SqlitePool,
    pub(crate) blobs: SqlitePool,
    /// Held while the files are open.
    in_use: Mutex<Option<Lock>>,
    user: UserId,
    /// Absent once the store was closed.
    keys: RwLock<Option<Arc<UnlockedVault>>>,
    pub(crate) tenant_keys: TenantKeys,
    protection: Option<KeyProtection>,
    dir: PathBuf,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.dir.display())
    }
}

impl Store {
    /// Opens or creates the databases in `dir`, which opens by itself, and brings their schema up
    /// to date.
    ///
    /// # Errors
    /// Wrong key, newer schema, unwritable folder, damage; nothing is changed then.
    pub async fn open(dir: &Path, vault: Vault) -> Result<Arc<Self>, StoreError> {
        let mut store = Self::connect(dir, &vault.database_key_hex()).await?;
        // Whoever uses this machine; before the first run it is settled already who that will be.
        store.user = store.first_user().await?.unwrap_or(store.user);
        store.protection = Some(vault.protection());
        store.keys = RwLock::new(Some(Arc::new(vault.into_unlocked(store.user)?)));
        Ok(Arc::new(store))
    }

    /// [`Store::open`] for the account that `vault` belongs to.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_for(
        dir: &Path,
        vault: impl Into<Arc<UnlockedVault>> + Send,
    ) -> Result<Arc<Self>, StoreError> {
        let vault = vault.into();
        let mut store = Self::connect(dir, &vault.database_key_hex()).await?;
        store.user = vault.user();
        store.keys = RwLock::new(Some(vault));
        Ok(Arc::new(store))
    }

    async fn connect(dir: &Path, key_hex: &str) -> Result<Self, StoreError> {
        let open = Databases::open(dir, key_hex).await?;
        Ok(Self {
            reading: open.reading,
            writing: open.writing,
            blobs: open.blobs,
            in_use: Mutex::new(Some(open.in_use)),
            user: UserId(uuid::Uuid::now_v7()),
            keys: RwLock::new(None),
            tenant_keys: TenantKeys::default(),
            protection: None,
            dir: dir.to_path_buf(),
        })
    }

    /// Folds the write-ahead logs in and closes. The keys leave memory, also those that readers and
    /// writers still hold; these find everything closed.
    pub async fn close(&self) {
        drop(
            self.keys
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        self.reading.close().await;
        for pool in [&self.writing, &self.blobs] {
            // Best effort: an unfolded log is replayed at the next start.
            let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(pool)
                .await;
            pool.close().await;
        }
        // Now others may be put in their place.
        drop(
            self.in_use
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }

    /// The folder the databases lie in.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the keys lie, if the folder opened by itself.
    #[must_use]
    pub const fn protection(&self) -> Option<KeyProtection> {
        self.protection
    }

    /// Whose store this is: who signed in, or whoever uses this machine.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The user's keys. Not to be kept: closing the store is to end them.
    ///
    /// # Errors
    /// [`VaultError::Locked`] once the store was closed.
    pub fn keys(&self) -> Result<Arc<UnlockedVault>, VaultError> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.clone().ok_or(VaultError::Locked)
    }

    /// SQLite's own check of both files; the findings, empty if all is well.
    ///
    /// # Errors
    /// If the databases cannot be read at all.
    pub async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let mut findings = Vec::new();
        for pool in [&self.reading, &self.blobs] {
            let rows: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check")
                .fetch_all(pool)
                .await?;
            findings.extend(rows.into_iter().map(|r| r.0).filter(|t| t != "ok"));
            let broken = sqlx::query("PRAGMA foreign_key_check")
                .fetch_all(pool)
                .await?;
            if !broken.is_empty() {
                findings.push(format!(
                    "{} rows point to rows that are not there",
                    broken.len()
                ));
            }
        }
        Ok(findings)
    }

    /// Deletes blobs that no row names, as a crash between the two commits leaves
    /// them. Not to be called while an import runs. Returns how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn collect_orphans(&self) -> Result<u64, StoreError> {
        let named: Vec<(Vec<u8>,)> = sqlx::query_as(
            "SELECT blob FROM series UNION SELECT original_blob FROM activity_origins
             WHERE original_blob IS NOT NULL",
        )
        .fetch_all(&self.reading)
        .await?;
        let named: std::collections::HashSet<Vec<u8>> = named.into_iter().map(|r| r.0).collect();
        let there: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT id FROM blobs")
            .fetch_all(&self.blobs)
            .await?;
        let mut tx = self.blobs.begin_with("BEGIN IMMEDIATE").await?;
        let mut deleted = 0;
        for (id,) in there {
            if !named.contains(&id) {
                deleted += sqlx::query("DELETE FROM blobs WHERE id = ?")
                    .bind(id)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected();
            }
        }
        tx.commit().await?;
        Ok(deleted)
    }
}

impl Drop for Store {
    /// Closes what [`Store::close`] did not. SQLCipher frees what its connections share when the
    /// process exits, and a connection that a thread is still closing then takes the process down:
    /// so none outlives its store. Needs the runtime's other threads to hand connections back, and
    /// waits for them no longer than two seconds.
    fn drop(&mut self) {
        let open: Vec<SqlitePool> = [&self.reading, &self.writing, &self.blobs]
            .into_iter()
            .filter(|pool| !pool.is_closed())
            .cloned()
            .collect();
        if open.is_empty() {
            return;
        }
        let (done, closed) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            let _ends = done;
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() {
                runtime.block_on(async {
                    for pool in open {
                        pool.close().await;
                    }
                });
            }
        });
        // An error either way: the thread has ended, or time is up.
        let _ = closed.recv_timeout(Duration::from_secs(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paceline_vault::KeyPolicy;

    #[tokio::test(flavor = "multi_thread")]
    async fn readers_cannot_change_anything() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
        let store = Store::open(dir.path(), vault).await.unwrap();
        let change = "UPDATE clock SET version = version + 1";
        let refused = sqlx::query(change).execute(&store.reading).await;
        assert!(refused.is_err());
        sqlx::query(change).execute(&store.writing).await.unwrap();
    }
}
