//! The audit log of the tenant on screen.

use crate::activities::write_file;
use crate::import::now;
use crate::wire::{AuditCheckView, AuditEntryView, iso};
use crate::{App, WireError};
use paceline_store::{AuditEntry, AuditEvent, Auditor};
use std::path::Path;

/// Entries of one page, at most.
const MOST: u32 = 500;

fn hex(hash: &[u8; 32]) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

fn count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn view(e: AuditEntry) -> AuditEntryView {
    AuditEntryView {
        seq: count(e.seq),
        at: iso(e.at),
        user_id: e.user.map(|u| u.to_string()),
        user_name: e.user_name,
        event: e.event,
        detail: e.detail,
        previous: hex(&e.previous),
        hash: hex(&e.hash),
    }
}

impl App {
    /// Notes what was done in the log of the tenant on screen.
    ///
    /// # Errors
    /// `noProfile`, `locked`; those of the store.
    pub async fn audit(&self, event: AuditEvent) -> Result<(), WireError> {
        Ok(self.store()?.audit(&self.session()?, &event, now()).await?)
    }

    /// Notes what concerns the folder or the account (signing in, a backup) in the logs of all the
    /// user's tenants.
    ///
    /// # Errors
    /// `locked`; those of the store.
    pub async fn audit_everywhere(&self, event: AuditEvent) -> Result<(), WireError> {
        Ok(self.store()?.audit_everywhere(&event, now()).await?)
    }

    async fn auditor(&self) -> Result<Auditor, WireError> {
        Ok(self.store()?.auditor(&self.session()?).await?)
    }

    /// Entries before the one numbered `before` (all where absent), the newest first; at most 500.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner.
    pub async fn audit_page(
        &self,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<AuditEntryView>, WireError> {
        let entries = self
            .auditor()
            .await?
            .audit_before(before.map(u64::from), limit.min(MOST))
            .await?;
        Ok(entries.into_iter().map(view).collect())
    }

    /// Walks the chain of the log.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner.
    pub async fn verify_audit(&self) -> Result<AuditCheckView, WireError> {
        let found = self.auditor().await?.verify_audit().await?;
        Ok(AuditCheckView {
            count: count(found.head.count),
            head: hex(&found.head.hash),
            broken_at: found.broken_at.map(count),
        })
    }

    /// Writes the whole log to `path`, one JSON object a line, oldest first.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner; `file` if it cannot be written.
    pub async fn export_audit(&self, path: &Path) -> Result<(), WireError> {
        let auditor = self.auditor().await?;
        let mut bytes = Vec::new();
        let mut last = 0;
        loop {
            let page = auditor.audit_after(last, MOST).await?;
            let Some(end) = page.last() else { break };
            last = end.seq;
            for entry in page {
                serde_json::to_writer(&mut bytes, &view(entry))
                    .map_err(|e| WireError::internal(&e))?;
                bytes.push(b'\n');
            }
        }
        write_file(path, &bytes)?;
        self.audit(AuditEvent::Export {
            what: "audit log".to_owned(),
        })
        .await
    }
}
