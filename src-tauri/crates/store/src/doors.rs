//! The doors to rows: each is a type of its own, opens for one session, and
//! looks at the member's role at the moment it opens. What a role may not do
//! has no door, so that no caller can forget to ask.

use crate::{Sealer, Store, StoreError};
use paceline_model::{AthleteId, Permission, Role, TenantId, UserId};
use paceline_vault::{MemberKey, TenantKey};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Who acts, in which tenant, on which athlete. Made by the store alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub(crate) user: UserId,
    pub(crate) tenant: TenantId,
    pub(crate) athlete: AthleteId,
}

impl Session {
    /// The athlete whose rows are reached.
    #[must_use]
    pub const fn athlete(&self) -> AthleteId {
        self.athlete
    }

    /// The tenant in which the athlete is.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The user who acts.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }
}

/// Reads the rows of one session's athlete. Opens for whoever may see them.
#[derive(Debug, Clone)]
pub struct Reader {
    pub(crate) store: Arc<Store>,
    pub(crate) session: Session,
    pub(crate) sealer: Sealer,
}

macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            pub(crate) store: Arc<Store>,
            pub(crate) session: Session,
        }
    )+};
}

doors! {
    /// Writes the rows of one session's athlete. Opens for whoever may edit them.
    Writer,
    /// Writes comments on one session's athlete. Opens for whoever may comment.
    Commenter,
    /// Keeps the athletes of one session's tenant: who is there, groups, tags, settings of many.
    /// Opens for whoever may coach.
    Coach,
    /// Reads the audit log of one session's tenant. Opens for whoever may audit.
    Auditor,
    /// Manages one session's tenant: name, members, copies, export, end. Opens for owners.
    Owner,
}

/// A member's tenant key as it is kept with the membership: who wrapped it, and the wrapping.
/// Without one the tenant opens with the key derived from the folder's second secret.
type Wrapped = Option<(Vec<u8>, Vec<u8>)>;

/// The keys of the user's tenants, as far as they were asked for: to open one takes as long as
/// several queries. They die with the vault that gave them out.
#[derive(Default)]
pub(crate) struct TenantKeys(Mutex<HashMap<TenantId, TenantKey>>);

impl TenantKeys {
    /// Forgets the key of a tenant that is gone, or that the user left.
    pub(crate) fn forget(&self, tenant: TenantId) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&tenant);
    }
}

/// A membership as a door finds it.
pub(crate) struct Membership {
    pub(crate) role: Role,
    /// The athlete that the member is.
    pub(crate) athlete: Option<AthleteId>,
    pub(crate) wrapped: Wrapped,
}

pub(crate) type MembershipColumns = (String, Option<Uuid>, Option<Vec<u8>>, Option<Vec<u8>>);

impl Membership {
    pub(crate) fn of(columns: MembershipColumns) -> Result<Self, StoreError> {
        let (role, athlete, wrapped, giver) = columns;
        Ok(Self {
            role: Role::from_key(&role)
                .ok_or_else(|| crate::error::damaged(format!("“{role}” is no role")))?,
            athlete: athlete.map(AthleteId),
            wrapped: giver.zip(wrapped),
        })
    }

    /// Whether the member reaches an athlete of the tenant at all.
    pub(crate) fn reaches(&self, athlete: AthleteId) -> bool {
        !self.role.of_one_athlete() || self.athlete == Some(athlete)
    }
}

/// What is said of tenants that are not there and of those of others alike.
pub(crate) const fn no_tenant() -> StoreError {
    StoreError::NotFound { what: "The tenant" }
}

impl Store {
    pub(crate) async fn membership(
        &self,
        user: UserId,
        tenant: TenantId,
    ) -> Result<Membership, StoreError> {
        if self.user() != user {
            return Err(no_tenant());
        }
        let row: Option<MembershipColumns> = sqlx::query_as(
            "SELECT role, athlete_id, wrapped_key, giver FROM memberships
             WHERE tenant_id = ? AND user_id = ?",
        )
        .bind(tenant.0)
        .bind(user.0)
        .fetch_optional(&self.reading)
        .await?;
        Membership::of(row.ok_or_else(no_tenant)?)
    }

    /// The key of a tenant out of what the user's membership keeps.
    pub(crate) fn tenant_key(
        &self,
        tenant: TenantId,
        wrapped: &Wrapped,
    ) -> Result<TenantKey, StoreError> {
        let mut known = self
            .tenant_keys
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.get(&tenant) {
            return Ok(key.clone());
        }
        let vault = self.keys()?;
        let key = match wrapped {
            Some((giver, wrapped)) => {
                vault.tenant_key(tenant, &MemberKey::from_bytes(giver)?, wrapped)?
            }
            None => vault.derived_tenant_key(tenant)?,
        };
        known.insert(tenant, key.clone());
        Ok(key)
    }

    /// Whether the session's member may do this now, and the key of the tenant.
    pub(crate) async fn admit(
        &self,
        session: &Session,
        permission: Permission,
    ) -> Result<TenantKey, StoreError> {
        let member = self.membership(session.user, session.tenant).await?;
        if !member.reaches(session.athlete) {
            return Err(no_tenant());
        }
        if !member.role.allows(permission) {
            return Err(StoreError::Forbidden {
                deed: permission.deed(),
                role: member.role,
            });
        }
        self.tenant_key(session.tenant, &member.wrapped)
    }

    /// Reading access to the rows of `session`.
    ///
    /// # Errors
    /// `NotFound` for who is no member (any more); `Vault` if the tenant's key does not open.
    pub async fn reader(self: &Arc<Self>, session: &Session) -> Result<Reader, StoreError> {
        let key = self.admit(session, Permission::View).await?;
        Ok(Reader {
            store: Arc::clone(self),
            session: *session,
            sealer: Sealer::new(key),
        })
    }

    /// Writing access to the rows of `session`.
    ///
    /// # Errors
    /// As [`Store::reader`]; `Forbidden` for members who may not edit.
    pub async fn writer(self: &Arc<Self>, session: &Session) -> Result<Writer, StoreError> {
        self.admit(session, Permission::Edit).await?;
        Ok(Writer {
            store: Arc::clone(self),
            session: *session,
        })
    }

    /// Packs and seals for `session` without the database.
    ///
    /// # Errors
    /// As [`Store::writer`].
    pub async fn sealer(&self, session: &Session) -> Result<Sealer, StoreError> {
        Ok(Sealer::new(self.admit(session, Permission::Edit).await?))
    }

    /// Access to write comments.
    ///
    /// # Errors
    /// As [`Store::reader`]; `Forbidden` for members who may not comment.
    pub async fn commenter(self: &Arc<Self>, session: &Session) -> Result<Commenter, StoreError> {
        self.admit(session, Permission::Comment).await?;
        Ok(Commenter {
            store: Arc::clone(self),
            session: *session,
        })
    }

    /// Access to the athletes of the tenant.
    ///
    /// # Errors
    /// As [`Store::reader`]; `Forbidden` for members who may not coach.
    pub async fn coach(self: &Arc<Self>, session: &Session) -> Result<Coach, StoreError> {
        self.admit(session, Permission::Coach).await?;
        Ok(Coach {
            store: Arc::clone(self),
            session: *session,
        })
    }

    /// Access to the tenant's audit log.
    ///
    /// # Errors
    /// As [`Store::reader`]; `Forbidden` for members who may not audit.
    pub async fn auditor(self: &Arc<Self>, session: &Session) -> Result<Auditor, StoreError> {
        self.admit(session, Permission::Audit).await?;
        Ok(Auditor {
            store: Arc::clone(self),
            session: *session,
        })
    }

    /// Access to the tenant as a whole.
    ///
    /// # Errors
    /// As [`Store::reader`]; `Forbidden` for members who are no owners.
    pub async fn owner(self: &Arc<Self>, session: &Session) -> Result<Owner, StoreError> {
        self.admit(session, Permission::Manage).await?;
        Ok(Owner {
            store: Arc::clone(self),
            session: *session,
        })
    }
}
