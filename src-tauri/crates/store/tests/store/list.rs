use crate::fixtures::*;
use paceline_model::*;
use paceline_store::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_list_filters_sorts_and_sums_over_all_matches() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 5).await;
    let reader = store.reader(&session).await.unwrap();
    let query = Query {
        sort: Sort::Distance,
        descending: true,
        limit: 2,
        ..Query::default()
    };
    let page = reader.activity_page(&query).await.unwrap();
    assert_eq!(page.total, 5);
    assert_eq!(
        page.rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        [ids[4], ids[3]]
    );
    assert_eq!(page.totals.distance_m, 10_000.0);
    assert_eq!(page.rows[0].outline, "0,100 50,7");
    let next = reader
        .activity_page(&Query {
            offset: 2,
            ..query.clone()
        })
        .await
        .unwrap();
    assert_eq!(
        next.rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        [ids[2], ids[1]]
    );
    let named = Query {
        text: "rIDE 3".into(),
        ..query.clone()
    };
    assert_eq!(
        reader.activity_page(&named).await.unwrap().rows[0].id,
        ids[3]
    );
    let percent = Query {
        text: "%".into(),
        ..query.clone()
    };
    assert_eq!(reader.activity_page(&percent).await.unwrap().total, 0);
    let from = Query {
        from: Some(Instant::from_unix_s(1_700_000_000 + 3 * 86_400)),
        ..query.clone()
    };
    assert_eq!(reader.activity_page(&from).await.unwrap().total, 2);
    let runs = Query {
        sports: vec![Sport::Running],
        ..query
    };
    assert_eq!(reader.activity_page(&runs).await.unwrap().total, 0);
    assert_eq!(reader.facets().await.unwrap().sports, [(Sport::Cycling, 5)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_hold_from_their_date_and_can_be_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 0).await;
    let (reader, writer) = (
        store.reader(&session).await.unwrap(),
        store.writer(&session).await.unwrap(),
    );
    let ftp = |value, at| SettingValue {
        kind: SettingKind::Ftp,
        value,
        valid_from: Instant(at),
    };
    for s in [ftp(250.0, 20), ftp(240.0, 10), ftp(255.0, 20)] {
        writer.put_setting(&s).await.unwrap();
    }
    assert_eq!(
        reader.settings().await.unwrap(),
        [ftp(240.0, 10), ftp(255.0, 20)]
    );
    writer
        .delete_setting(SettingKind::Ftp, Instant(10))
        .await
        .unwrap();
    assert!(
        writer
            .delete_setting(SettingKind::Ftp, Instant(10))
            .await
            .is_err()
    );
    assert_eq!(reader.settings().await.unwrap(), [ftp(255.0, 20)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_synced_row_moves_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    // Held through behaviour that sync will rely on: two edits give two versions.
    let edit = |name: &str| ActivityEdit {
        name: name.into(),
        sport: Sport::Cycling,
        notes: String::new(),
        rpe: None,
    };
    let mut versions = Vec::new();
    for name in ["a", "b"] {
        store
            .writer(&session)
            .await
            .unwrap()
            .update_activity(ids[0], &edit(name))
            .await
            .unwrap();
        let pool = raw(dir.path()).await;
        let (version,): (i64,) = sqlx::query_as("SELECT version FROM activities")
            .fetch_one(&pool)
            .await
            .unwrap();
        versions.push(version);
    }
    assert!(versions[0] > 0 && versions[1] > versions[0], "{versions:?}");
}
