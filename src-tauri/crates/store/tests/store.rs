//! The store over real database files.
#![allow(missing_docs, clippy::unwrap_used)]

use paceline_model::*;
use paceline_store::*;
use paceline_vault::{KeyPolicy, Vault};
use std::path::Path;

async fn open(dir: &Path) -> Store {
    let vault = Vault::open(dir, KeyPolicy::KeyFileOnly).unwrap();
    Store::open(dir, vault).await.unwrap()
}

fn recording(start_s: i64, samples: i32) -> Recording {
    Recording {
        start: Instant::from_unix_s(start_s),
        timed: true,
        sport: Sport::Cycling,
        name: Some("Secretname ride".into()),
        device: Some(Device {
            manufacturer: Some("Maker".into()),
            ..Device::default()
        }),
        series: Series {
            time_ms: (0..samples).map(|i| i * 1000).collect(),
            columns: vec![
                Column {
                    channel: Channel::Power,
                    values: Values::Scaled {
                        raw: (0..samples).map(|i| 200 + i % 30).collect(),
                        scale: 1.0,
                        offset: 0.0,
                    },
                },
                Column {
                    channel: Channel::Other("Skin [°C]".into()),
                    values: Values::Float((0..samples).map(|i| 30.0 + i as f32 / 100.0).collect()),
                },
            ],
        },
        laps: vec![Lap {
            start_ms: 0,
            end_ms: 60_000,
            name: Some("One".into()),
            ..Lap::default()
        }],
        lengths: vec![Length {
            start_ms: 0,
            end_ms: 30_000,
            active: true,
            strokes: Some(14),
            ..Length::default()
        }],
        rr: vec![(800, 800), (1590, 790)],
        ..Recording::default()
    }
}

fn summary(distance: f64) -> ActivitySummary {
    ActivitySummary {
        formula_version: 1,
        elapsed_s: 60.0,
        moving_s: 58.0,
        distance_m: Some(distance),
        ascent_m: Some(10.0),
        work_j: Some(1000.0),
        ..ActivitySummary::default()
    }
}

fn file(store: &Store, session: &Session, import: ImportId, n: u64, action: Action) -> FileRecord {
    let sealer = store.sealer(session);
    let rec = recording(1_700_000_000 + n as i64 * 86_400, 60);
    let bytes = format!("original {n}").into_bytes();
    FileRecord {
        import,
        position: n,
        item: ItemRow {
            path: format!("/x/{n}.fit"),
            outcome: Outcome::Added,
            activities: vec![action.activity()],
            reason: None,
            warnings: Vec::new(),
        },
        origin: Some(OriginRecord {
            content_hash: *blake3::hash(&bytes).as_bytes(),
            file_name: format!("{n}.fit"),
            format: "fit".into(),
            bytes: bytes.len() as u64,
            original: Some(sealer.original(&bytes).unwrap()),
            imported_at: Instant(5),
        }),
        parts: vec![Part {
            action,
            name: format!("Ride {n}"),
            prepared: sealer.prepare(rec, summary(1000.0 * n as f64)).unwrap(),
        }],
        biometrics: vec![Biometric {
            kind: BiometricKind::Weight,
            at: Instant(n as i64),
            value: 70.0,
        }],
    }
}

fn new_id() -> ActivityId {
    ActivityId(uuid::Uuid::now_v7())
}

async fn filled(dir: &Path, n: u64) -> (Store, Session, Vec<ActivityId>) {
    let store = open(dir).await;
    let session = store
        .create_profile("Ada", Units::Metric, Instant(1))
        .await
        .unwrap();
    let writer = store.writer(&session);
    let import = writer
        .begin_import(&["/x".into()], Instant(2))
        .await
        .unwrap();
    let ids: Vec<_> = (0..n).map(|_| new_id()).collect();
    let files: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(i, id)| file(&store, &session, import, i as u64, Action::Add(*id)))
        .collect();
    writer.put_files(&files).await.unwrap();
    (store, session, ids)
}

#[tokio::test]
async fn an_activity_comes_back_as_it_was_stored_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 2).await;
    store.close().await;
    let store = open(dir.path()).await;
    assert_eq!(store.first_session().await.unwrap(), Some(session));
    let reader = store.reader(&session);
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

#[tokio::test]
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

#[tokio::test]
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

#[tokio::test]
async fn a_merged_recording_adds_an_origin_and_never_an_activity() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    let writer = store.writer(&session);
    let reader = store.reader(&session);
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    writer
        .update_activity(
            ids[0],
            &ActivityEdit {
                name: "Mine".into(),
                sport: Sport::Running,
                notes: String::new(),
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
        );
        writer.put_files(&[merge]).await.unwrap();
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

#[tokio::test]
async fn the_same_bytes_cannot_be_stored_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 1).await;
    let writer = store.writer(&session);
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    let again = file(&store, &session, import, 0, Action::Add(new_id()));
    assert!(writer.put_files(&[again]).await.is_err());
    assert_eq!(store.reader(&session).activity_count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_deleted_activity_is_gone_with_its_samples_and_can_be_imported_again() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 2).await;
    let writer = store.writer(&session);
    writer.delete_activities(&ids[..1]).await.unwrap();
    let reader = store.reader(&session);
    assert_eq!(reader.activity_count().await.unwrap(), 1);
    assert!(reader.activity(ids[0]).await.is_err());
    assert!(writer.delete_activities(&ids[..1]).await.is_err());
    // The two rides have equal samples, so only the deleted one's original is without an owner.
    assert_eq!(store.collect_orphans().await.unwrap(), 1);
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    let again = file(&store, &session, import, 0, Action::Add(new_id()));
    writer.put_files(&[again]).await.unwrap();
    assert_eq!(reader.activity_count().await.unwrap(), 2);
    assert!(store.integrity().await.unwrap().is_empty());
}

#[tokio::test]
async fn one_tenant_never_sees_or_changes_another_ones_rows() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _, ids) = filled(dir.path(), 1).await;
    let other = store
        .create_profile("Bob", Units::Imperial, Instant(9))
        .await
        .unwrap();
    let reader = store.reader(&other);
    assert_eq!(reader.activity_count().await.unwrap(), 0);
    assert!(reader.activity(ids[0]).await.is_err());
    assert!(reader.series(ids[0], &[]).await.is_err());
    assert!(reader.known_rides().await.unwrap().is_empty());
    assert!(reader.imports().await.unwrap().is_empty());
    let writer = store.writer(&other);
    assert!(writer.delete_activities(&ids).await.is_err());
    let edit = ActivityEdit {
        name: "x".into(),
        sport: Sport::Other,
        notes: String::new(),
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
    );
    assert!(
        writer.put_files(&[across]).await.is_err(),
        "a foreign key holds the tenants apart"
    );
}

#[tokio::test]
async fn the_list_filters_sorts_and_sums_over_all_matches() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 5).await;
    let reader = store.reader(&session);
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

#[tokio::test]
async fn settings_hold_from_their_date_and_can_be_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 0).await;
    let (reader, writer) = (store.reader(&session), store.writer(&session));
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

#[tokio::test]
async fn every_change_of_a_synced_row_moves_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    // Held through behaviour that sync will rely on: two edits give two versions.
    let key = Vault::open(dir.path(), KeyPolicy::KeyFileOnly)
        .unwrap()
        .database_key_hex();
    let edit = |name: &str| ActivityEdit {
        name: name.into(),
        sport: Sport::Cycling,
        notes: String::new(),
    };
    let mut versions = Vec::new();
    for name in ["a", "b"] {
        store
            .writer(&session)
            .update_activity(ids[0], &edit(name))
            .await
            .unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(dir.path().join("paceline.db"))
            .pragma("key", format!("\"x'{}'\"", *key));
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let (version,): (i64,) = sqlx::query_as("SELECT version FROM activities")
            .fetch_one(&pool)
            .await
            .unwrap();
        versions.push(version);
    }
    assert!(versions[0] > 0 && versions[1] > versions[0], "{versions:?}");
}

#[tokio::test]
async fn every_tenant_table_leads_with_its_tenant_and_points_within_it() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 0).await;
    store.close().await;
    let key = Vault::open(dir.path(), KeyPolicy::KeyFileOnly)
        .unwrap()
        .database_key_hex();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(dir.path().join("paceline.db"))
        .pragma("key", format!("\"x'{}'\"", *key));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
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
        if ["users", "tenants", "clock"].contains(&table.as_str()) {
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
    assert!(checked >= 14, "{checked} tables");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 0).await;
    store.close().await;
    let key = Vault::open(dir.path(), KeyPolicy::KeyFileOnly)
        .unwrap()
        .database_key_hex();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(dir.path().join("paceline.db"))
        .pragma("key", format!("\"x'{}'\"", *key));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
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
