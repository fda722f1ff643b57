//! Who is a member of a tenant, as what, and with which key.

use crate::doors::{Membership, MembershipColumns};
use crate::tenants::athlete_is_here;
use crate::{AuditEvent, Owner, StoreError};
use paceline_model::{AthleteId, Instant, Permission, Role, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// A member of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub user: UserId,
    /// Name of the user.
    pub name: String,
    /// What they are in the tenant.
    pub role: Role,
    /// The athlete that the member is, if one of them.
    pub athlete: Option<AthleteId>,
    /// Since when.
    pub since: Instant,
}

/// The people of a folder, members of a tenant or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Id.
    pub id: UserId,
    /// Name.
    pub name: String,
}

impl Owner {
    /// Gives the tenant another name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rename(&self, name: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE tenants SET name = ? WHERE id = ?")
            .bind(name)
            .bind(self.session.tenant.0)
            .execute(&self.store.writing)
            .await?;
        Ok(())
    }

    /// The members of the tenant, in the order in which they came.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn members(&self) -> Result<Vec<MemberRow>, StoreError> {
        let rows: Vec<(Uuid, String, String, Option<Uuid>, i64)> = sqlx::query_as(
            "SELECT u.id, u.name, m.role, m.athlete_id, m.created_at FROM memberships AS m
             JOIN users AS u ON u.id = m.user_id WHERE m.tenant_id = ? ORDER BY m.created_at, u.id",
        )
        .bind(self.session.tenant.0)
        .fetch_all(&self.store.reading)
        .await?;
        rows.into_iter()
            .map(|(user, name, role, athlete, since)| {
                let member = Membership::of((role, athlete, None, None))?;
                Ok(MemberRow {
                    user: UserId(user),
                    name,
                    role: member.role,
                    athlete: member.athlete,
                    since: Instant(since),
                })
            })
            .collect()
    }

    /// The people of the folder who are no members, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn others(&self) -> Result<Vec<UserRow>, StoreError> {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "SELECT id, name FROM users WHERE id NOT IN
             (SELECT user_id FROM memberships WHERE tenant_id = ?) ORDER BY name, id",
        )
        .bind(self.session.tenant.0)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, name)| UserRow {
                id: UserId(id),
                name,
            })
            .collect())
    }

    /// Lets somebody in, with the tenant's key wrapped for them, or gives a member another role.
    /// Written to the audit log.
    ///
    /// # Errors
    /// `NotFound` for a user or athlete who is not there, `LastOwner`; `Vault` for a user without
    /// an account, for whom no key can be wrapped.
    pub async fn put_member(
        &self,
        user: UserId,
        role: Role,
        athlete: Option<AthleteId>,
        now: Instant,
    ) -> Result<(), StoreError> {
        if role.of_one_athlete() && athlete.is_none() {
            return Err(StoreError::NotFound {
                what: "The athlete",
            });
        }
        let key = self.store.admit(&self.session, Permission::Manage).await?;
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        let known: Option<(String,)> = sqlx::query_as("SELECT name FROM users WHERE id = ?")
            .bind(user.0)
            .fetch_optional(&mut *tx)
            .await?;
        let (name,) = known.ok_or(StoreError::NotFound { what: "The user" })?;
        if let Some(athlete) = athlete {
            athlete_is_here(&mut tx, self.session.tenant, athlete).await?;
        }
        let before = self.member_in(&mut tx, user).await?;
        if before.is_some() {
            sqlx::query(
                "UPDATE memberships SET role = ?, athlete_id = ? WHERE tenant_id = ? AND user_id = ?",
            )
            .bind(role.key())
            .bind(athlete.map(|a| a.0))
            .bind(self.session.tenant.0)
            .bind(user.0)
            .execute(&mut *tx)
            .await?;
        } else {
            let (wrapped, giver) = {
                let vault = self.store.keys()?;
                let wrapped = vault.user_key().wrap(&key, &vault.member(user)?)?;
                (wrapped, vault.user_key().member().to_bytes())
            };
            sqlx::query(
                "INSERT INTO memberships (tenant_id, user_id, role, athlete_id, wrapped_key, giver,
                 created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(self.session.tenant.0)
            .bind(user.0)
            .bind(role.key())
            .bind(athlete.map(|a| a.0))
            .bind(wrapped)
            .bind(giver)
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
        }
        self.keeps_an_owner(&mut tx).await?;
        let event = AuditEvent::RoleChange {
            user,
            name,
            from: before.map(|m| m.role),
            to: Some(role),
        };
        self.store
            .audit_in(&mut tx, self.session.tenant, self.session.user, &event, now)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a member's key and role away. What they saw or copied before is theirs: the tenant's
    /// key stays what it is. Written to the audit log.
    ///
    /// # Errors
    /// `NotFound` for who is no member, `LastOwner`.
    pub async fn remove_member(&self, user: UserId, now: Instant) -> Result<(), StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        let before = self.member_in(&mut tx, user).await?;
        let before = before.ok_or(StoreError::NotFound { what: "The member" })?;
        let (name,): (String,) = sqlx::query_as("SELECT name FROM users WHERE id = ?")
            .bind(user.0)
            .fetch_one(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM memberships WHERE tenant_id = ? AND user_id = ?")
            .bind(self.session.tenant.0)
            .bind(user.0)
            .execute(&mut *tx)
            .await?;
        self.keeps_an_owner(&mut tx).await?;
        let event = AuditEvent::RoleChange {
            user,
            name,
            from: Some(before.role),
            to: None,
        };
        self.store
            .audit_in(&mut tx, self.session.tenant, self.session.user, &event, now)
            .await?;
        tx.commit().await?;
        if self.store.user() == user {
            self.store.tenant_keys.forget(self.session.tenant);
        }
        Ok(())
    }

    async fn member_in(
        &self,
        tx: &mut SqliteConnection,
        user: UserId,
    ) -> Result<Option<Membership>, StoreError> {
        let row: Option<MembershipColumns> = sqlx::query_as(
            "SELECT role, athlete_id, wrapped_key, giver FROM memberships
             WHERE tenant_id = ? AND user_id = ?",
        )
        .bind(self.session.tenant.0)
        .bind(user.0)
        .fetch_optional(tx)
        .await?;
        row.map(Membership::of).transpose()
    }

    async fn keeps_an_owner(&self, tx: &mut SqliteConnection) -> Result<(), StoreError> {
        let (owners,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM memberships WHERE tenant_id = ? AND role = 'owner'",
        )
        .bind(self.session.tenant.0)
        .fetch_one(tx)
        .await?;
        if owners == 0 {
            return Err(StoreError::LastOwner);
        }
        Ok(())
    }
}
