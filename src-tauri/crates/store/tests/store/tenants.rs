use crate::fixtures::*;
use paceline_model::*;
use paceline_store::*;

#[tokio::test(flavor = "multi_thread")]
async fn one_tenant_never_sees_or_changes_another_ones_rows() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _, ids) = filled(dir.path(), 1).await;
    let other = store
        .create_profile("Bob", Units::Imperial, Instant(9))
        .await
        .unwrap();
    let reader = store.reader(&other).await.unwrap();
    assert_eq!(reader.activity_count().await.unwrap(), 0);
    assert!(reader.activity(ids[0]).await.is_err());
    assert!(reader.series(ids[0], &[]).await.is_err());
    assert!(reader.known_rides().await.unwrap().is_empty());
    assert!(reader.imports().await.unwrap().is_empty());
    let writer = store.writer(&other).await.unwrap();
    assert!(writer.delete_activities(&ids).await.is_err());
    let edit = ActivityEdit {
        name: "x".into(),
        sport: Sport::Other,
        notes: String::new(),
        rpe: None,
    };
    assert!(writer.update_activity(ids[0], &edit).await.is_err());
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    let across = file(
        &store,
        &other,
        import,
        9,
        Action::Merge {
            into: ids[0],
            replace: false,
        },
    )
    .await;
    assert!(
        put_files(&writer, vec![across], Instant(9)).await.is_err(),
        "a foreign key holds the tenants apart"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_table_leads_with_its_tenant_and_points_within_it() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 0).await;
    store.close().await;
    let pool = raw(dir.path()).await;
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'
         AND name NOT LIKE 'sqlite_%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let mut checked = 0;
    for (table,) in tables {
        let first: Option<(String,)> =
            sqlx::query_as("SELECT name FROM pragma_table_info(?) WHERE pk = 1")
                .bind(&table)
                .fetch_optional(&pool)
                .await
                .unwrap();
        if [
            "users",
            "tenants",
            "clock",
            "sign_ins",
            "second_factors",
            "user_preferences",
        ]
        .contains(&table.as_str())
        {
            continue;
        }
        assert_eq!(first.unwrap().0, "tenant_id", "{table}");
        let keys: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT id, \"table\", \"from\" FROM pragma_foreign_key_list(?)")
                .bind(&table)
                .fetch_all(&pool)
                .await
                .unwrap();
        for (id, target, _) in &keys {
            if target == "users" {
                continue;
            }
            assert!(
                keys.iter()
                    .any(|(i, _, from)| i == id && from == "tenant_id"),
                "{table} -> {target}"
            );
        }
        checked += 1;
    }
    assert!(checked >= 27, "{checked} tables");
}
