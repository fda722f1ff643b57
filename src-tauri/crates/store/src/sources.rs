use crate::{StoreError, Writer};
use paceline_model::{Instant, SourceKind};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Writer {
    /// The athlete's source of each kind, made where there is none yet.
    pub(crate) async fn sources(
        &self,
        kinds: &HashSet<SourceKind>,
        now: Instant,
    ) -> Result<HashMap<SourceKind, Uuid>, StoreError> {
        let mut found = HashMap::new();
        for &kind in kinds {
            let row: Option<(Uuid,)> = sqlx::query_as(
                "SELECT id FROM sources WHERE tenant_id = ? AND athlete_id = ? AND kind = ? AND deleted = 0
                 ORDER BY id LIMIT 1",
            )
            .bind(self.session.tenant.0)
            .bind(self.session.athlete.0)
            .bind(kind.key())
            .fetch_optional(&self.store.writing)
            .await?;
            let id = match row {
                Some((id,)) => id,
                None => self.new_source(kind, now).await?,
            };
            found.insert(kind, id);
        }
        Ok(found)
    }

    async fn new_source(&self, kind: SourceKind, now: Instant) -> Result<Uuid, StoreError> {
        let id = Uuid::now_v7();
        sqlx::query(
            "INSERT INTO sources (tenant_id, id, athlete_id, kind, name, created_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(self.session.tenant.0)
        .bind(id)
        .bind(self.session.athlete.0)
        .bind(kind.key())
        .bind(kind.title())
        .bind(now.0)
        .execute(&self.store.writing)
        .await?;
        Ok(id)
    }
}
