use crate::{Reader, Session, Store, StoreError, Writer};
use paceline_model::{AthleteId, Instant, Sex, TenantId, Units, UserId};
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

const fn units_text(units: Units) -> &'static str {
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

    /// The first session of the user whose store this is, `None` before their first run.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn first_session(&self) -> Result<Option<Session>, StoreError> {
        let row: Option<(Uuid, Uuid, Uuid)> = sqlx::query_as(
            "SELECT m.user_id, m.tenant_id, a.id FROM memberships m
             JOIN athletes a ON a.tenant_id = m.tenant_id AND a.deleted = 0
             WHERE m.user_id = ? ORDER BY m.created_at, a.created_at LIMIT 1",
        )
        .bind(self.user().0)
        .fetch_optional(&self.reading)
        .await?;
        Ok(row.map(|(user, tenant, athlete)| Session {
            user: UserId(user),
            tenant: TenantId(tenant),
            athlete: AthleteId(athlete),
        }))
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
        let mut tx = self.writing.begin_with("BEGIN IMMEDIATE").await?;
        for (sql, id) in [
            (
                "INSERT INTO users (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                session.user.0,
            ),
            (
                "INSERT INTO tenants (id, name, created_at) VALUES (?, ?, ?)",
                session.tenant.0,
            ),
        ] {
            sqlx::query(sql)
                .bind(id)
                .bind(name)
                .bind(now.0)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query(
            "INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES (?, ?, 'owner', ?)",
        )
        .bind(session.tenant.0)
        .bind(session.user.0)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO athletes (tenant_id, id, name, units, created_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(session.tenant.0)
        .bind(session.athlete.0)
        .bind(name)
        .bind(units_text(units))
        .bind(now.0)
        .execute(&mut *tx)
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
