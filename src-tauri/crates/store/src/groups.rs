use crate::{Coach, Reader, StoreError};
use paceline_model::{AthleteId, GroupId, Instant, SettingValue};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// A group of athletes of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Id.
    pub id: GroupId,
    /// As typed.
    pub name: String,
    /// Who is in it.
    pub athletes: Vec<AthleteId>,
}

impl Reader {
    /// The names of the athlete's groups, and the athlete's tags, both in alphabetical order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn labels(&self) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let groups: Vec<(String,)> = sqlx::query_as(
            "SELECT g.name FROM athlete_group_members AS m
             JOIN athlete_groups AS g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
             WHERE m.tenant_id = ? AND m.athlete_id = ? AND m.deleted = 0 AND g.deleted = 0
             ORDER BY g.name",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        let tags: Vec<(String,)> = sqlx::query_as(
            "SELECT tag FROM athlete_tags WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0
             ORDER BY tag",
        )
        .bind(self.session.tenant.0)
        .bind(self.session.athlete.0)
        .fetch_all(&self.store.reading)
        .await?;
        let names = |rows: Vec<(String,)>| rows.into_iter().map(|r| r.0).collect();
        Ok((names(groups), names(tags)))
    }
}

impl Coach {
    /// The groups of the tenant, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn groups(&self) -> Result<Vec<Group>, StoreError> {
        let groups: Vec<(Uuid, String)> = sqlx::query_as(
            "SELECT id, name FROM athlete_groups WHERE tenant_id = ? AND deleted = 0
             ORDER BY name, id",
        )
        .bind(self.session.tenant.0)
        .fetch_all(&self.store.reading)
        .await?;
        let members: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT group_id, athlete_id FROM athlete_group_members
             WHERE tenant_id = ? AND deleted = 0 ORDER BY athlete_id",
        )
        .bind(self.session.tenant.0)
        .fetch_all(&self.store.reading)
        .await?;
        Ok(groups
            .into_iter()
            .map(|(id, name)| Group {
                id: GroupId(id),
                name,
                athletes: members
                    .iter()
                    .filter(|m| m.0 == id)
                    .map(|m| AthleteId(m.1))
                    .collect(),
            })
            .collect())
    }

    /// Makes a group (`id` absent), or gives one another name and other members.
    ///
    /// # Errors
    /// `NotFound` for a group or an athlete that is not the tenant's; nothing is changed then.
    pub async fn put_group(
        &self,
        id: Option<GroupId>,
        name: &str,
        athletes: &[AthleteId],
        now: Instant,
    ) -> Result<GroupId, StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        let tenant = self.session.tenant.0;
        let group = if let Some(id) = id {
            let done = sqlx::query(
                "UPDATE athlete_groups SET name = ? WHERE tenant_id = ? AND id = ? AND deleted = 0",
            )
            .bind(name)
            .bind(tenant)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound { what: "The group" });
            }
            id
        } else {
            let id = GroupId(Uuid::now_v7());
            sqlx::query(
                "INSERT INTO athlete_groups (tenant_id, id, name, created_at) VALUES (?, ?, ?, ?)",
            )
            .bind(tenant)
            .bind(id.0)
            .bind(name)
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
            id
        };
        sqlx::query(
            "UPDATE athlete_group_members SET deleted = 1
             WHERE tenant_id = ? AND group_id = ? AND deleted = 0",
        )
        .bind(tenant)
        .bind(group.0)
        .execute(&mut *tx)
        .await?;
        for athlete in athletes {
            self.has(&mut tx, *athlete).await?;
            sqlx::query(
                "INSERT INTO athlete_group_members (tenant_id, group_id, athlete_id) VALUES (?, ?, ?)
                 ON CONFLICT (tenant_id, group_id, athlete_id) DO UPDATE SET deleted = 0",
            )
            .bind(tenant)
            .bind(group.0)
            .bind(athlete.0)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(group)
    }

    /// Takes a group away; its athletes stay.
    ///
    /// # Errors
    /// `NotFound`; those of the database.
    pub async fn delete_group(&self, id: GroupId) -> Result<(), StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        let done = sqlx::query(
            "UPDATE athlete_groups SET deleted = 1 WHERE tenant_id = ? AND id = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound { what: "The group" });
        }
        sqlx::query(
            "UPDATE athlete_group_members SET deleted = 1
             WHERE tenant_id = ? AND group_id = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Replaces the tags of an athlete.
    ///
    /// # Errors
    /// `NotFound` for an athlete who is not the tenant's.
    pub async fn put_tags(&self, athlete: AthleteId, tags: &[String]) -> Result<(), StoreError> {
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        self.has(&mut tx, athlete).await?;
        sqlx::query(
            "UPDATE athlete_tags SET deleted = 1
             WHERE tenant_id = ? AND athlete_id = ? AND deleted = 0",
        )
        .bind(self.session.tenant.0)
        .bind(athlete.0)
        .execute(&mut *tx)
        .await?;
        for tag in tags {
            sqlx::query(
                "INSERT INTO athlete_tags (tenant_id, athlete_id, tag) VALUES (?, ?, ?)
                 ON CONFLICT (tenant_id, athlete_id, tag) DO UPDATE SET deleted = 0",
            )
            .bind(self.session.tenant.0)
            .bind(athlete.0)
            .bind(tag)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Lets one setting hold for many athletes, all or none.
    ///
    /// # Errors
    /// `NotFound` for an athlete who is not the tenant's.
    pub async fn put_setting_of(
        &self,
        athletes: &[AthleteId],
        setting: &SettingValue,
    ) -> Result<(), StoreError> {
        let kind = crate::settings::key(&setting.kind)?;
        let mut tx = self.store.writing.begin_with("BEGIN IMMEDIATE").await?;
        for athlete in athletes {
            self.has(&mut tx, *athlete).await?;
            sqlx::query(
                "INSERT INTO settings (tenant_id, athlete_id, kind, valid_from, value)
                 VALUES (?, ?, ?, ?, ?) ON CONFLICT (tenant_id, athlete_id, kind, valid_from)
                 DO UPDATE SET value = excluded.value, deleted = 0",
            )
            .bind(self.session.tenant.0)
            .bind(athlete.0)
            .bind(&kind)
            .bind(setting.valid_from.0)
            .bind(setting.value)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn has(&self, tx: &mut SqliteConnection, athlete: AthleteId) -> Result<(), StoreError> {
        crate::tenants::athlete_is_here(tx, self.session.tenant, athlete).await
    }
}
