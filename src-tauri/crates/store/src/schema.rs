//! The tables of a tenant, each after those it points to, and how a row belongs
//! to an athlete: what copying, moving, exporting and deleting walk along.

use crate::StoreError;
use paceline_vault::SealedKind;
use sqlx::SqliteConnection;

/// By what a row belongs to one athlete.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    /// It is the athlete.
    Itself,
    /// Its column `athlete_id`.
    Athlete,
    /// The row of another table that a column names.
    Through(&'static str, &'static str),
    /// It is the tenant's.
    Tenant,
}

pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) of: Of,
    /// The column that names a blob, and what the blob is.
    pub(crate) blob: Option<(&'static str, SealedKind)>,
    /// Whether a row goes along when its athlete is copied to another tenant.
    pub(crate) copied: bool,
}

const fn table(name: &'static str, of: Of) -> Table {
    Table {
        name,
        of,
        blob: None,
        copied: !matches!(of, Of::Tenant),
    }
}

const fn of_activity(name: &'static str) -> Table {
    table(name, Of::Through("activity_id", "activities"))
}

/// Memberships and the audit log are not among them: they are about the tenant, not in it.
pub(crate) const TABLES: [Table; 23] = [
    table("athletes", Of::Itself),
    table("sources", Of::Athlete),
    table("sync_jobs", Of::Through("source_id", "sources")),
    table("jobs", Of::Tenant),
    table("activities", Of::Athlete),
    of_activity("activity_summaries"),
    Table {
        blob: Some(("original_blob", SealedKind::Original)),
        ..of_activity("activity_origins")
    },
    of_activity("laps"),
    of_activity("lengths"),
    Table {
        blob: Some(("blob", SealedKind::Series)),
        ..of_activity("series")
    },
    table("biometrics", Of::Athlete),
    table("settings", Of::Athlete),
    table("zone_schemes", Of::Athlete),
    table("imports", Of::Athlete),
    table("import_items", Of::Through("import_id", "imports")),
    of_activity("activity_edits"),
    table("envelopes", Of::Athlete),
    of_activity("efforts"),
    table("planned_loads", Of::Athlete),
    table("preferences", Of::Athlete),
    table("comments", Of::Athlete),
    table("comment_reads", Of::Through("comment_id", "comments")),
    table("athlete_tags", Of::Athlete),
];

/// Of the tenant, and of no one athlete alone.
pub(crate) const GROUPS: [Table; 2] = [
    table("athlete_groups", Of::Tenant),
    Table {
        copied: false,
        ..table("athlete_group_members", Of::Athlete)
    },
];

/// Every table of a tenant, each after those it points to.
pub(crate) fn all() -> impl DoubleEndedIterator<Item = &'static Table> {
    TABLES.iter().chain(&GROUPS)
}

impl Table {
    /// The condition that a row is of tenant `?1` and athlete `?2`.
    pub(crate) fn of_athlete(&self) -> String {
        let within = match self.of {
            Of::Itself => "id = ?2".to_owned(),
            Of::Athlete => "athlete_id = ?2".to_owned(),
            Of::Through(column, parent) => format!(
                "{column} IN (SELECT id FROM {parent} WHERE tenant_id = ?1 AND athlete_id = ?2)"
            ),
            Of::Tenant => "FALSE".to_owned(),
        };
        format!("tenant_id = ?1 AND {within}")
    }

    /// Its columns but the tenant and the version, both of which are given anew.
    pub(crate) async fn columns(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<String>, StoreError> {
        columns(connection, self.name).await
    }
}

pub(crate) async fn columns(
    connection: &mut SqliteConnection,
    table: &str,
) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT name FROM pragma_table_info(?) ORDER BY cid")
        .bind(table)
        .fetch_all(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| row.0)
        .filter(|name| name != "tenant_id" && name != "version")
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use paceline_vault::{KeyPolicy, Vault};
    use std::collections::BTreeSet;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_list_holds_every_table_of_a_tenant_after_those_it_points_to() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
        let store = Store::open(dir.path(), vault).await.unwrap();
        let found: Vec<(String,)> = sqlx::query_as(
            "SELECT name FROM sqlite_schema AS t WHERE type = 'table' AND EXISTS
             (SELECT 1 FROM pragma_table_info(t.name) WHERE name = 'tenant_id')",
        )
        .fetch_all(&store.reading)
        .await
        .unwrap();
        let mut found: BTreeSet<String> = found.into_iter().map(|t| t.0).collect();
        assert!(found.remove("memberships") && found.remove("audit_log"));
        let listed: BTreeSet<String> = all().map(|t| t.name.to_owned()).collect();
        assert_eq!(listed, found);
        let order: Vec<&str> = all().map(|t| t.name).collect();
        for table in all() {
            let targets: Vec<(String,)> =
                sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_list(?)")
                    .bind(table.name)
                    .fetch_all(&store.reading)
                    .await
                    .unwrap();
            let place = |name: &str| order.iter().position(|t| *t == name);
            for (target,) in targets {
                assert!(
                    target == "tenants" || place(&target) < place(table.name),
                    "{} before {target}",
                    table.name
                );
            }
            let columns: Vec<(String,)> =
                sqlx::query_as("SELECT name FROM pragma_table_info(?) WHERE name LIKE '%blob'")
                    .bind(table.name)
                    .fetch_all(&store.reading)
                    .await
                    .unwrap();
            let columns: Vec<&str> = columns.iter().map(|c| c.0.as_str()).collect();
            let named: Vec<&str> = table.blob.iter().map(|b| b.0).collect();
            assert_eq!(columns, named, "{}", table.name);
        }
    }
}
