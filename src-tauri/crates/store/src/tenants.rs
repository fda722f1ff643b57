//! Tenants and their athletes.

use crate::doors::Membership;
use crate::profile::units_text;
use crate::{AuditEvent, Coach, Session, Store, StoreError};
use paceline_model::{AthleteId, Instant, Role, TenantId, Units};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// A tenant as a member sees it in the switcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Id.
    pub id: TenantId,
    /// As typed.
    pub name: String,
    /// What the user is there.
    pub role: Role,
    /// The athletes that the user reaches there, in the order in which they came.
    pub athletes: Vec<AthleteRow>,
}

/// An athlete of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AthleteRow {
    /// Id.
    pub id: AthleteId,
    /// As typed.
    pub name: String,
    /// Whether the data were generated.
    pub sample: bool,
}

impl Store {
    /// The tenants the user belongs to, in the order in which they came.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn tenants(&self) -> Result<Vec<TenantRow>, StoreError> {
        let user = self.user();
        let rows: Vec<(Uuid, String, String, Option<Uuid>)> = sqlx::query_as(
            "SELECT t.id, t.name, m.role, m.athlete_id FROM memberships AS m
             JOIN tenants AS t ON t.id = m.tenant_id WHERE m.user_id = ?
             ORDER BY m.created_at, t.id",
        )
        .bind(user.0)
        .fetch_all(&self.reading)
        .await?;
        let athletes: Vec<(Uuid, Uuid, String, bool)> = sqlx::query_as(
            "SELECT a.tenant_id, a.id, a.name, a.sample FROM memberships AS m
             JOIN athletes AS a ON a.tenant_id = m.tenant_id AND a.deleted = 0
             WHERE m.user_id = ? ORDER BY a.created_at, a.id",
        )
        .bind(user.0)
        .fetch_all(&self.reading)
        .await?;
        rows.into_iter()
            .map(|(id, name, role, own)| {
                let member = Membership::of((role, own, None, None))?;
                Ok(TenantRow {
                    id: TenantId(id),
                    name,
                    role: member.role,
                    athletes: athletes
                        .iter()
                        .filter(|a| a.0 == id && member.reaches(AthleteId(a.1)))
                        .map(|a| AthleteRow {
                            id: AthleteId(a.1),
                            name: a.2.clone(),
                            sample: a.3,
                        })
                        .collect(),
                })
            })
            .collect()
    }

    /// The session with which the user goes on: the athlete they looked at last, else the first of
    /// the first tenant. `None` before the first run.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn first_session(&self) -> Result<Option<Session>, StoreError> {
        let user = self.user();
        let row: Option<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT m.tenant_id, a.id FROM memberships AS m
             JOIN athletes AS a ON a.tenant_id = m.tenant_id AND a.deleted = 0
                 AND (m.role <> 'athlete' OR a.id = m.athlete_id)
             WHERE m.user_id = ?
             ORDER BY m.opened_at DESC NULLS LAST, m.created_at, m.tenant_id,
                 a.id IS m.opened_athlete DESC, a.created_at, a.id LIMIT 1",
        )
        .bind(user.0)
        .fetch_optional(&self.reading)
        .await?;
        Ok(row.map(|(tenant, athlete)| Session {
            user,
            tenant: TenantId(tenant),
            athlete: AthleteId(athlete),
        }))
    }

    /// A session in a tenant: on `athlete`, or where none is named on the one looked at last there.
    /// The tenant's key is open from then on.
    ///
    /// # Errors
    /// `NotFound` where the user is no member, or the athlete is not one they reach.
    pub async fn session(
        &self,
        tenant: TenantId,
        athlete: Option<AthleteId>,
    ) -> Result<Session, StoreError> {
        let user = self.user();
        let member = self.membership(user, tenant).await?;
        let found: Option<(Uuid,)> = sqlx::query_as(
            "SELECT a.id FROM memberships AS m
             JOIN athletes AS a ON a.tenant_id = m.tenant_id AND a.deleted = 0
                 AND (m.role <> 'athlete' OR a.id = m.athlete_id) AND a.id = coalesce(?3, a.id)
             WHERE m.user_id = ?1 AND m.tenant_id = ?2
             ORDER BY a.id IS m.opened_athlete DESC, a.created_at, a.id LIMIT 1",
        )
        .bind(user.0)
        .bind(tenant.0)
        .bind(athlete.map(|a| a.0))
        .fetch_optional(&self.reading)
        .await?;
        let (athlete,) = found.ok_or(StoreError::NotFound {
            what: "The athlete",
        })?;
        self.tenant_key(tenant, &member.wrapped)?;
        Ok(Session {
            user,
            tenant,
            athlete: AthleteId(athlete),
        })
    }

    /// Notes that the user looks at a session from now on: the next start goes on there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_opened(&self, session: &Session, now: Instant) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE memberships SET opened_at = ?, opened_athlete = ?
             WHERE tenant_id = ? AND user_id = ?",
        )
        .bind(now.0)
        .bind(session.athlete.0)
        .bind(session.tenant.0)
        .bind(session.user.0)
        .execute(&self.writing)
        .await?;
        Ok(())
    }

    /// A tenant of the user's with its first athlete, under a key of its own.
    ///
    /// # Errors
    /// `Vault` before the folder's first user; those of the database.
    pub async fn create_tenant(
        &self,
        name: &str,
        athlete: &str,
        units: Units,
        now: Instant,
    ) -> Result<Session, StoreError> {
        let tenant = TenantId(Uuid::now_v7());
        let key = self.new_key(tenant)?;
        let session = Session {
            user: self.user(),
            tenant,
            athlete: AthleteId(Uuid::now_v7()),
        };
        let mut tx = self.writing.begin_with("BEGIN IMMEDIATE").await?;
        tenant_in(&mut tx, &session, name, Some(key), now).await?;
        athlete_in(&mut tx, &session, athlete, units, now).await?;
        let event = AuditEvent::TenantCreated;
        self.audit_in(&mut tx, tenant, session.user, &event, now)
            .await?;
        tx.commit().await?;
        Ok(session)
    }

    /// A new tenant's key wrapped for the user, and the user's public key.
    pub(crate) fn new_key(&self, tenant: TenantId) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
        let vault = self.keys()?;
        let (_, wrapped) = vault.new_tenant_key(tenant)?;
        Ok((wrapped, vault.user_key().member().to_bytes()))
    }
}

/// Tenant and the owner's membership; `key` is the wrapped key and who wrapped it.
pub(crate) async fn tenant_in(
    tx: &mut SqliteConnection,
    session: &Session,
    name: &str,
    key: Option<(Vec<u8>, Vec<u8>)>,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO tenants (id, name, created_at) VALUES (?, ?, ?)")
        .bind(session.tenant.0)
        .bind(name)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
    let (wrapped, giver) = key.unzip();
    sqlx::query(
        "INSERT INTO memberships (tenant_id, user_id, role, wrapped_key, giver, created_at)
         VALUES (?, ?, 'owner', ?, ?, ?)",
    )
    .bind(session.tenant.0)
    .bind(session.user.0)
    .bind(wrapped)
    .bind(giver)
    .bind(now.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// The session's athlete.
pub(crate) async fn athlete_in(
    tx: &mut SqliteConnection,
    session: &Session,
    name: &str,
    units: Units,
    now: Instant,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO athletes (tenant_id, id, name, units, created_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(session.tenant.0)
    .bind(session.athlete.0)
    .bind(name)
    .bind(units_text(units))
    .bind(now.0)
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether an athlete is one of a tenant's.
pub(crate) async fn athlete_is_here(
    tx: &mut SqliteConnection,
    tenant: TenantId,
    athlete: AthleteId,
) -> Result<(), StoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT 1 FROM athletes WHERE tenant_id = ? AND id = ? AND deleted = 0")
            .bind(tenant.0)
            .bind(athlete.0)
            .fetch_optional(tx)
            .await?;
    row.map(|_| ()).ok_or(StoreError::NotFound {
        what: "The athlete",
    })
}

impl Coach {
    /// One more athlete of the tenant.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_athlete(
        &self,
        name: &str,
        units: Units,
        now: Instant,
    ) -> Result<AthleteId, StoreError> {
        let session = Session {
            athlete: AthleteId(Uuid::now_v7()),
            ..self.session
        };
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        athlete_in(&mut tx, &session, name, units, now).await?;
        tx.commit().await?;
        Ok(session.athlete)
    }
}
