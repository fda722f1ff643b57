//! Data that do not open, without an [`App`](crate::App).

use crate::backup::{find, listed, place, save, told};
use crate::import::now;
use crate::lock::policy;
use crate::wire::{BackupProgress, BackupsView, RestoreReport, SalvageReport};
use crate::{OpenOptions, WireError};
use paceline_store::backup::{Backup, MachineKeys};
use paceline_store::{AuditEvent, Store};
use paceline_vault::{Vault, VaultError};
use std::path::Path;
use std::sync::Arc;

/// For data that do not open: backups, putting one in place, and salvage, without an [`App`].
pub struct Rescue {
    options: OpenOptions,
}

impl Rescue {
    /// Of the folder that `options` name. Changes nothing.
    #[must_use]
    pub const fn new(options: OpenOptions) -> Self {
        Self { options }
    }

    /// The backups there are.
    ///
    /// # Errors
    /// Folders that cannot be read.
    pub fn backups(&self) -> Result<BackupsView, WireError> {
        listed(&self.options.data_dir)
    }

    async fn keys(&self) -> Result<Result<Vault, VaultError>, WireError> {
        let (dir, policy) = (self.options.data_dir.clone(), policy(&self.options));
        // The keyring may wait for its owner to unlock it.
        tokio::task::spawn_blocking(move || Vault::open(&dir, policy))
            .await
            .map_err(|e| WireError::internal(&e))
    }

    async fn vault(&self, header_from: Option<&Backup>) -> Result<Vault, WireError> {
        match (self.keys().await?, header_from) {
            (Err(VaultError::HeaderDamaged { .. } | VaultError::KeyMissing { .. }), Some(from))
                if !readable_header(&self.options.data_dir) =>
            {
                paceline_vault::copy_header(&from.path, &self.options.data_dir)?;
                Ok(self.keys().await??)
            }
            (vault, _) => Ok(vault?),
        }
    }

    /// Puts a backup in place of data that do not open; those are set aside. A header that is lost
    /// comes back with it.
    ///
    /// # Errors
    /// `notFound`; `storage` for a backup that is not sound, or data that somebody has open.
    pub async fn restore(
        &self,
        name: &str,
        progress: impl Fn(BackupProgress) + Send + Sync + 'static,
    ) -> Result<RestoreReport, WireError> {
        let dir = &self.options.data_dir;
        let backup = find(dir, name)?;
        let vault = self.vault(Some(&backup)).await?;
        let keys = Arc::new(MachineKeys::from(vault));
        let report = place(dir.clone(), backup, keys, told(progress)).await?;
        // What does not open is not left in place.
        let store = Store::open(dir, self.vault(None).await?).await?;
        let noted = store.audit_everywhere(&AuditEvent::Restore, now()).await;
        store.close().await;
        noted?;
        Ok(report)
    }

    /// Reads what can be read into the empty folder `to`, which then is a data folder.
    ///
    /// # Errors
    /// `storage`: a folder that is not empty, keys that are lost, data that somebody has open.
    pub async fn salvage(
        &self,
        to: &Path,
        progress: impl Fn(BackupProgress) + Send + Sync + 'static,
    ) -> Result<SalvageReport, WireError> {
        let vault = self.vault(None).await?;
        let keys = Arc::new(MachineKeys::from(vault));
        let (dir, to) = (self.options.data_dir.clone(), to.to_path_buf());
        save(dir, to, keys, told(progress)).await
    }
}

fn readable_header(dir: &Path) -> bool {
    tempfile::tempdir().is_ok_and(|t| paceline_vault::copy_header(dir, t.path()).is_ok())
}
