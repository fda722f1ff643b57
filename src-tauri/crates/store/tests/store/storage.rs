use crate::fixtures::*;
use paceline_model::*;
use paceline_store::*;
use paceline_vault::{KeyPolicy, Vault};

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_comes_back_as_it_was_stored_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 2).await;
    store.close().await;
    let store = open(dir.path()).await;
    assert_eq!(store.first_session().await.unwrap(), Some(session));
    let reader = store.reader(&session).await.unwrap();
    let original = recording(1_700_086_400, 60);
    let stored = reader.activity(ids[1]).await.unwrap();
    assert_eq!(stored.row.name, "Ride 1");
    assert_eq!(stored.laps, original.laps);
    assert_eq!(stored.lengths, original.lengths);
    assert_eq!(stored.device, original.device);
    assert_eq!(stored.channels.len(), 2);
    assert_eq!(stored.summary, summary(1000.0));
    assert_eq!(reader.series(ids[1], &[]).await.unwrap(), original.series);
    assert_eq!(
        reader
            .series(ids[1], &[Channel::Power])
            .await
            .unwrap()
            .columns
            .len(),
        1
    );
    assert_eq!(reader.rr(ids[1]).await.unwrap(), original.rr);
    let (name, bytes) = reader.original(ids[1], stored.origins[0].id).await.unwrap();
    assert_eq!(
        (name.as_str(), bytes.as_slice()),
        ("1.fit", b"original 1".as_slice())
    );
    assert!(store.integrity().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_readable_lies_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 1).await;
    store.close().await;
    for name in ["paceline.db", "blobs.db"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap();
        for word in ["Ride 0", "original 0", "Ada", "0.fit"] {
            assert!(
                !bytes.windows(word.len()).any(|w| w == word.as_bytes()),
                "{word} stands in {name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_changes_nothing_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 1).await;
    store.close().await;
    let other = tempfile::tempdir().unwrap();
    let vault = Vault::open(other.path(), KeyPolicy::KeyFileOnly).unwrap();
    let before = std::fs::read(dir.path().join("paceline.db")).unwrap();
    let error = Store::open(dir.path(), vault).await.unwrap_err();
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error:?}");
    assert_eq!(
        std::fs::read(dir.path().join("paceline.db")).unwrap(),
        before
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_recording_adds_an_origin_and_never_an_activity() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    let writer = store.writer(&session).await.unwrap();
    let reader = store.reader(&session).await.unwrap();
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    writer
        .update_activity(
            ids[0],
            &ActivityEdit {
                name: "Mine".into(),
                sport: Sport::Running,
                notes: String::new(),
                rpe: None,
            },
        )
        .await
        .unwrap();
    for (n, replace) in [(7, false), (8, true)] {
        let merge = file(
            &store,
            &session,
            import,
            n,
            Action::Merge {
                into: ids[0],
                replace,
            },
        )
        .await;
        put_files(&writer, vec![merge], Instant(9)).await.unwrap();
    }
    assert_eq!(reader.activity_count().await.unwrap(), 1);
    let stored = reader.activity(ids[0]).await.unwrap();
    assert_eq!(stored.origins.len(), 3);
    assert_eq!(stored.row.origin_count, 3);
    assert_eq!(stored.row.name, "Mine", "what the user typed stays");
    assert_eq!(stored.row.sport, Sport::Running);
    assert_eq!(
        stored.row.distance_m,
        Some(8000.0),
        "the figures of the richer recording"
    );
    assert_eq!(reader.known_rides().await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_cannot_be_stored_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 1).await;
    let writer = store.writer(&session).await.unwrap();
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    let again = file(&store, &session, import, 0, Action::Add(new_id())).await;
    assert!(put_files(&writer, vec![again], Instant(9)).await.is_err());
    assert_eq!(
        store
            .reader(&session)
            .await
            .unwrap()
            .activity_count()
            .await
            .unwrap(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_activity_is_gone_with_its_samples_and_can_be_imported_again() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 2).await;
    let writer = store.writer(&session).await.unwrap();
    writer.delete_activities(&ids[..1]).await.unwrap();
    let reader = store.reader(&session).await.unwrap();
    assert_eq!(reader.activity_count().await.unwrap(), 1);
    assert!(reader.activity(ids[0]).await.is_err());
    assert!(writer.delete_activities(&ids[..1]).await.is_err());
    // The two rides have equal samples, so only the deleted one's original is without an owner.
    assert_eq!(store.collect_orphans().await.unwrap(), 1);
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    let again = file(&store, &session, import, 0, Action::Add(new_id())).await;
    put_files(&writer, vec![again], Instant(9)).await.unwrap();
    assert_eq!(reader.activity_count().await.unwrap(), 2);
    assert!(store.integrity().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 0).await;
    store.close().await;
    let pool = raw(dir.path()).await;
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
    let error = Store::open(dir.path(), vault).await.unwrap_err();
    assert!(
        matches!(error, StoreError::NewerSchema { found: 9999, .. }),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_store_leaves_no_connection_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 2).await;
    drop(store);
    // The last connection to go folds the write-ahead log in and removes it.
    for name in ["paceline.db-wal", "blobs.db-wal"] {
        assert!(!dir.path().join(name).exists(), "{name} is still in use");
    }
}
