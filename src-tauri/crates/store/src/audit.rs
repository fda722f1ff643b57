//! The audit log of a tenant: what was done there, by whom and when, in a chain
//! in which each entry's hash covers the one before it.
//!
//! The hash of an entry is BLAKE3 over the previous hash (32 zero bytes before
//! the first) and the entry's canonical form: sequence number, instant (both
//! 8 bytes, little endian), user id (16 bytes, zeros for none), then name,
//! event and detail, each with its length in bytes (8, little endian) before it.
//! The tenant is no part of it, so that the log goes along with an export.
//!
//! The database refuses to change or shorten the log. Whoever holds the
//! database's key could write another one: only a head noted elsewhere shows
//! that ([`AuditHead`]).

use crate::error::damaged;
use crate::{Auditor, Session, Store, StoreError};
use paceline_model::{Instant, Role, TenantId, UserId};
use serde::Serialize;
use sqlx::SqliteConnection;
use std::sync::Arc;
use uuid::Uuid;

/// Something that is written to the log. Holds names and numbers, never what an athlete recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "event",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[allow(missing_docs)]
pub enum AuditEvent {
    /// The tenant began.
    TenantCreated,
    /// A user signed in; in all their tenants.
    SignIn,
    /// Attempts that failed before a sign-in; in all tenants of the user.
    SignInFailed { attempts: u32 },
    /// The tenant was switched to.
    Switch,
    /// Something left the tenant as a file: the tenant whole, a single activity, the log.
    Export { what: String },
    /// Something was deleted: activities, an athlete, another tenant of the user.
    Deletion { what: String, count: u32 },
    /// A member came (`from` absent), went (`to` absent) or got another role.
    RoleChange {
        user: UserId,
        name: String,
        from: Option<Role>,
        to: Option<Role>,
    },
    /// A stored token was used for a service.
    TokenUse { service: String },
    /// The tenant came out of a file.
    TenantImported { activities: u32 },
    /// An athlete came from another tenant or went to one.
    AthleteTransfer { athlete: String, how: String },
    /// The folder was backed up; in all tenants of the user.
    Backup,
    /// The folder was restored from a backup; in all tenants of the user.
    Restore,
    /// The tenant got another name.
    TenantRenamed { to: String },
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// From 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// Who, if known.
    pub user: Option<UserId>,
    /// Their name at the time.
    pub user_name: String,
    /// What, as a word.
    pub event: String,
    /// The rest of it, as a JSON object.
    pub detail: String,
    /// Hash of the entry before.
    pub previous: [u8; 32],
    /// Hash of this one.
    pub hash: [u8; 32],
}

/// Where a log ends. Noted elsewhere, it shows later that nothing up to it was exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    /// Entries.
    pub count: u64,
    /// Hash of the last; zeros of an empty log.
    pub hash: [u8; 32],
}

/// What verifying a log found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditCheck {
    /// As far as the chain holds.
    pub head: AuditHead,
    /// The first entry that does not fit the one before it, or itself.
    pub broken_at: Option<u64>,
}

impl AuditEntry {
    fn expected(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.previous);
        hasher.update(&self.seq.to_le_bytes());
        hasher.update(&self.at.0.to_le_bytes());
        let user = self.user.map_or(Uuid::nil(), |u| u.0);
        hasher.update(user.as_bytes());
        for text in [&self.user_name, &self.event, &self.detail] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

type Columns = (
    i64,
    i64,
    Option<Uuid>,
    String,
    String,
    String,
    Vec<u8>,
    Vec<u8>,
);

fn entry(columns: Columns) -> Result<AuditEntry, StoreError> {
    let (seq, at, user, user_name, event, detail, previous, hash) = columns;
    let fixed = |bytes: Vec<u8>| {
        <[u8; 32]>::try_from(bytes).map_err(|_| damaged("a hash has the wrong length"))
    };
    Ok(AuditEntry {
        seq: u64::try_from(seq).map_err(damaged)?,
        at: Instant(at),
        user: user.map(UserId),
        user_name,
        event,
        detail,
        previous: fixed(previous)?,
        hash: fixed(hash)?,
    })
}

/// Event and detail apart, as they are kept.
fn split(event: &AuditEvent) -> Result<(String, String), StoreError> {
    let mut value = serde_json::to_value(event).map_err(damaged)?;
    let fields = value
        .as_object_mut()
        .ok_or_else(|| damaged("an event is an object"))?;
    let Some(serde_json::Value::String(word)) = fields.remove("event") else {
        return Err(damaged("an event has a word"));
    };
    Ok((word, value.to_string()))
}

impl Store {
    /// Appends to the log of one tenant within a transaction, so that what is done and its entry
    /// stand or fall together.
    pub(crate) async fn audit_in(
        &self,
        tx: &mut SqliteConnection,
        tenant: TenantId,
        user: UserId,
        event: &AuditEvent,
        now: Instant,
    ) -> Result<(), StoreError> {
        let last: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT seq, hash FROM audit_log WHERE tenant_id = ? ORDER BY seq DESC LIMIT 1",
        )
        .bind(tenant.0)
        .fetch_optional(&mut *tx)
        .await?;
        let name: Option<(String,)> = sqlx::query_as("SELECT name FROM users WHERE id = ?")
            .bind(user.0)
            .fetch_optional(&mut *tx)
            .await?;
        let (seq, previous) = last.unwrap_or((0, vec![0; 32]));
        let (word, detail) = split(event)?;
        let mut new = entry((
            seq + 1,
            now.0,
            Some(user.0),
            name.map_or_else(String::new, |n| n.0),
            word,
            detail,
            previous,
            vec![0; 32],
        ))?;
        new.hash = new.expected();
        sqlx::query(
            "INSERT INTO audit_log (tenant_id, seq, at, user_id, user_name, event, detail, previous,
             hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(tenant.0)
        .bind(seq + 1)
        .bind(new.at.0)
        .bind(user.0)
        .bind(new.user_name)
        .bind(new.event)
        .bind(new.detail)
        .bind(new.previous.as_slice())
        .bind(new.hash.as_slice())
        .execute(tx)
        .await?;
        Ok(())
    }

    /// Appends to the log of the session's tenant. Open to every member, whatever their role: what
    /// they did is noted, not what they may read.
    ///
    /// # Errors
    /// `NotFound` for who is no member; those of the database.
    pub async fn audit(
        self: &Arc<Self>,
        session: &Session,
        event: &AuditEvent,
        now: Instant,
    ) -> Result<(), StoreError> {
        self.reader(session).await?;
        let mut tx = self.writing.begin_with("BEGIN IMMEDIATE").await?;
        self.audit_in(&mut tx, session.tenant, session.user, event, now)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Appends to the logs of all the user's tenants, for what concerns the folder or the account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn audit_everywhere(
        &self,
        event: &AuditEvent,
        now: Instant,
    ) -> Result<(), StoreError> {
        let user = self.user();
        let mut tx = self.writing.begin_with("BEGIN IMMEDIATE").await?;
        let tenants: Vec<(Uuid,)> =
            sqlx::query_as("SELECT tenant_id FROM memberships WHERE user_id = ?")
                .bind(user.0)
                .fetch_all(&mut *tx)
                .await?;
        for (tenant,) in tenants {
            self.audit_in(&mut tx, TenantId(tenant), user, event, now)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Entries read at once.
const PAGE: u32 = 1000;

impl Auditor {
    /// Entries after `after` (0 for the first), in their order, at most `limit`.
    ///
    /// # Errors
    /// Damage; those of the database.
    pub async fn audit_after(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT seq, at, user_id, user_name, event, detail, previous, hash FROM audit_log
             WHERE tenant_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        )
        .bind(self.session.tenant.0)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&self.store.reading)
        .await?;
        rows.into_iter().map(entry).collect()
    }

    /// Entries before `before` (all where absent), the newest first, at most `limit`.
    ///
    /// # Errors
    /// Damage; those of the database.
    pub async fn audit_before(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT seq, at, user_id, user_name, event, detail, previous, hash FROM audit_log
             WHERE tenant_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        )
        .bind(self.session.tenant.0)
        .bind(before.map_or(i64::MAX, |b| i64::try_from(b).unwrap_or(i64::MAX)))
        .bind(limit)
        .fetch_all(&self.store.reading)
        .await?;
        rows.into_iter().map(entry).collect()
    }

    /// Walks the whole chain.
    ///
    /// # Errors
    /// Those of the database; a log that was tampered with is a finding.
    pub async fn verify_audit(&self) -> Result<AuditCheck, StoreError> {
        let mut head = AuditHead {
            count: 0,
            hash: [0; 32],
        };
        loop {
            let page = self.audit_after(head.count, PAGE).await?;
            for entry in &page {
                let fits = entry.seq == head.count + 1
                    && entry.previous == head.hash
                    && entry.hash == entry.expected();
                if !fits {
                    return Ok(AuditCheck {
                        head,
                        broken_at: Some(entry.seq),
                    });
                }
                head = AuditHead {
                    count: entry.seq,
                    hash: entry.hash,
                };
            }
            if page.is_empty() {
                return Ok(AuditCheck {
                    head,
                    broken_at: None,
                });
            }
        }
    }
}
