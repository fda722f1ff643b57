use super::{Backup, Depth, Listener, Reason, Source, make};
use crate::digest::{TableDigest, content, digest};
use crate::{Store, StoreError};
use paceline_model::Instant;
use std::path::Path;

impl Store {
    /// Makes a backup in `folder`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another is made there; a full disk or an unwritable folder;
    /// damage. The backups from before stay.
    pub async fn back_up(
        &self,
        folder: &Path,
        reason: Reason,
        depth: Depth,
        now: Instant,
        listener: Listener<'_>,
    ) -> Result<Backup, StoreError> {
        let vault = self.keys()?;
        let key = vault.database_key_hex();
        let source = Source {
            dir: self.dir(),
            writing: &self.writing,
            access: super::Access {
                database_key_hex: &key,
                tenants: Some(&*vault),
            },
        };
        make(&source, folder, reason, depth, now, listener).await
    }

    /// One figure for the rows of every table: changes with any of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn content(&self) -> Result<String, StoreError> {
        Ok(content(&self.tables().await?))
    }

    /// Rows and checksums of every table.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tables(&self) -> Result<Vec<TableDigest>, StoreError> {
        let mut connection = self.reading.acquire().await?;
        digest(&mut connection, None).await
    }
}
