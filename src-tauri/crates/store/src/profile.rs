use crate::tenants::{athlete_in, tenant_in};
use crate::{AuditEvent, Reader, Session, Store, StoreError, Writer};
use paceline_model::{AthleteId, Instant, Sex, TenantId, Units, UserId};
use paceline_vault::VaultError;
use uuid::Uuid;

/// The athlete of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Id.
    pub athlete: AthleteId,
    /// As typed.
    pub name: String,
    /// How quantities are shown.
    pub units: Units,
    /// For formulas whose constants differ.
    pub sex: Option<Sex>,
    /// Whether the data were generated.
    pub sample: bool,
}

pub(crate) const fn units_text(units: Units) -> &'static str {
    match units {
        Units::Metric => "metric",
        Units::Imperial => "imperial",
    }
}

impl Store {
    /// Who was here first, `None` before the first run.
    pub(crate) async fn first_user(&self) -> Result<Option<UserId>, StoreError> {
        let row: Option<(Uuid,)> =
            sqlx::query_as("SELECT id FROM users ORDER BY created_at, id LIMIT 1")
                .fetch_optional(&self.reading)
                .await?;
        Ok(row.map(|(id,)| UserId(id)))
    }

    /// Tenant, membership and athlete of the user whose store this is, and the user where this is
    /// their first; in one transaction.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn create_profile(
        &self,
        name: &str,
        units: Units,
        now: Instant,
    ) -> Result<Session, StoreError> {
        let session = Session {
            user: self.user(),
            tenant: TenantId(Uuid::now_v7()),
            athlete: AthleteId(Uuid::now_v7()),
        };
        // Whoever made the folder has a key for their first tenant that needs no keeping.
        let key = match self.keys()?.derived_tenant_key(session.tenant) {
            Ok(_) => None,
            Err(VaultError::NotOwner) => Some(self.new_key(session.tenant)?),
            Err(error) => return Err(error.into()),
        };
        let mut tx = self.writing.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO users (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(session.user.0)
        .bind(name)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        tenant_in(&mut tx, &session, name, key, now).await?;
        athlete_in(&mut tx, &session, name, units, now).await?;
        self.audit_in(
            &mut tx,
            session.tenant,
            session.user,
            &AuditEvent::TenantCreated,
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(session)
    }
}

impl Reader {
    /// The athlete.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn profile(&self) -> Result<Profile, StoreError> {
        let (name, units, sex, sample): (String, String, Option<String>, bool) = sqlx::query_as(
            "SELECT name, units, sex, sample FROM athletes WHERE tenant_id = ? AND id = ?",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_one(&self.store.reading)
        .await?;
        Ok(Profile {
            athlete: self.session.athlete,
            name,
            units: if units == "imperial" {
                Units::Imperial
            } else {
                Units::Metric
            },
            sex: match sex.as_deref() {
                Some("female") => Some(Sex::Female),
                Some("male") => Some(Sex::Male),
                _ => None,
            },
            sample,
        })
    }
}

impl Writer {
    /// Changes name, units and sex.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update_profile(
        &self,
        name: &str,
        units: Units,
        sex: Option<Sex>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE athletes SET name = ?, units = ?, sex = ? WHERE tenant_id = ? AND id = ?",
        )
        .bind(name)
        .bind(units_text(units))
        .bind(sex.map(|s| match s {
            Sex::Female => "female",
            Sex::Male => "male",
        }))
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .execute(&self.store.writing)
        .await?;
        Ok(())
    }

    /// Notes that generated data were loaded.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn mark_sample(&self) -> Result<(), StoreError> {
        sqlx::query("UPDATE athletes SET sample = 1 WHERE tenant_id = ? AND id = ?")
            .bind(self.session.tenant.0)
            .bind(self.session.athlete.0)
            .execute(&self.store.writing)
            .await?;
        Ok(())
    }
}
