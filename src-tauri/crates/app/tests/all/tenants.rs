//! Tenants as the window uses them: switching, the coach's desk, roles.

use crate::common::*;
use paceline_app::wire::*;
use paceline_app::{App, WireError};
use paceline_model::{ActivityId, ActivitySummary, Instant, Recording, SourceKind, Sport};
use paceline_store::{Action, FileRecord, ItemRow, OriginRecord, Outcome, Part, Session, Store};
use paceline_vault::{KeyPolicy, Vault};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock, UNIX_EPOCH};

pub async fn second(app: &App, name: &str) -> String {
    let input = TenantInput {
        name: name.into(),
        athlete: None,
        units: Units::Metric,
    };
    app.create_tenant(input).await.unwrap()
}

pub async fn current(app: &App) -> TenantView {
    let all = app.tenants().await.unwrap();
    all.into_iter().find(|t| t.current).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn switching_shows_the_other_tenant_alone_and_comes_back_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = write(dir.path(), "a.fit", &rides(1)[0]);
    import(&app, &ride).await;
    let first = current(&app).await;
    let club = second(&app, "Club").await;
    let before = app.view();
    let profile = app.switch_tenant(&club).await.unwrap();
    assert_eq!(profile.name, "Club");
    assert!(all(&app).await.is_empty());
    // What was asked before the switch is answered as of before, and is known as stale.
    let late = before.status().await.unwrap();
    assert_eq!(late.activity_count, 1);
    assert!(late.profile.unwrap().epoch < profile.epoch);
    let now = app.status().await.unwrap().profile.unwrap();
    assert_eq!((now.name.as_str(), now.epoch), ("Club", profile.epoch));
    app.close().await;
    drop((app, before));
    let app = open(dir.path()).await;
    assert_eq!(current(&app).await.id, club);
    app.switch_tenant(&first.id).await.unwrap();
    assert_eq!(all(&app).await.len(), 1);
    let log = app.audit_page(None, 10).await.unwrap();
    assert_eq!(log[0].event, "switch");
    assert_eq!(app.verify_audit().await.unwrap().broken_at, None);
    let none = app.switch_tenant(&first.athletes[0].id).await.unwrap_err();
    assert!(matches!(none, WireError::NotFound { .. }), "{none:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_stops_the_import_of_the_tenant_that_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let club = second(&app, "Club").await;
    let (begun, mut first) = tokio::sync::mpsc::unbounded_channel();
    let busy = app.view();
    let running = tokio::spawn(async move {
        busy.load_sample(move |p| {
            if p.done > 0 {
                let _ = begun.send(());
            }
        })
        .await
    });
    first.recv().await.unwrap();
    app.switch_tenant(&club).await.unwrap();
    let report = running.await.unwrap().unwrap();
    assert!(report.cancelled);
    assert!(all(&app).await.is_empty(), "nothing of it came here");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_coach_sees_the_athletes_of_all_tenants_with_how_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    app.load_sample(|_| {}).await.unwrap();
    app.refresh(|_, _| {}).await.unwrap();
    let home = current(&app).await;
    let eve = app.add_athlete("Eve", Units::Metric).await.unwrap();
    second(&app, "Club").await;
    let group = GroupInput {
        id: None,
        name: "Racers".into(),
        athlete_ids: vec![home.athletes[0].id.clone(), eve.clone()],
    };
    app.put_group(group).await.unwrap();
    app.set_athlete_tags(&eve, vec!["injured".into()])
        .await
        .unwrap();
    let setting = SettingView {
        kind: SettingKind::MaxHeartRate,
        value: 188.0,
        valid_from: "2026-01-01".into(),
    };
    let athlete_ids = vec![home.athletes[0].id.clone(), eve.clone()];
    app.save_setting_of_many(BulkSetting {
        athlete_ids,
        setting: setting.clone(),
    })
    .await
    .unwrap();
    let view = app.coach_overview().await.unwrap();
    let names: Vec<&str> = view.athletes.iter().map(|a| a.athlete.as_str()).collect();
    assert_eq!(names, ["Ada", "Eve", "Club"]);
    let fitness = app.fitness(FitnessQuery::default()).await.unwrap();
    let now = fitness.now.unwrap();
    let ada = &view.athletes[0];
    assert!(
        (ada.ctl.unwrap() - now.ctl).abs() < 0.05,
        "{:?} {}",
        ada.ctl,
        now.ctl
    );
    assert!((ada.atl.unwrap() - now.atl).abs() < 1e-6);
    assert!((ada.load_7 - now.week_load).abs() < 1e-6);
    assert_eq!(ada.groups, ["Racers"]);
    assert_eq!(view.athletes[1].tags, ["injured"]);
    assert_eq!(view.athletes[1].ctl, None);
    app.switch_athlete(&eve).await.unwrap();
    let settings = app.settings().await.unwrap();
    assert!(settings.iter().any(|s| s.value == 188.0));
    let wrong = BulkSetting {
        athlete_ids: vec![view.athletes[2].athlete_id.clone()],
        setting,
    };
    let refused = app.save_setting_of_many(wrong).await.unwrap_err();
    assert!(matches!(refused, WireError::NotFound { .. }), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_set_for_many_reaches_the_load_of_who_is_not_on_screen() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = write(dir.path(), "a.fit", &rides(1)[0]);
    let club = second(&app, "Club").await;
    let home = current(&app).await;
    app.switch_tenant(&club).await.unwrap();
    import(&app, &ride).await;
    let id = all(&app).await[0].id.clone();
    let setting = SettingView {
        kind: SettingKind::Ftp,
        value: 200.0,
        valid_from: "2000-01-01".into(),
    };
    app.save_setting(setting.clone()).await.unwrap();
    app.refresh(|_, _| {}).await.unwrap();
    let before = app.activity(&id).await.unwrap().row.load.unwrap();
    let bulk = BulkSetting {
        athlete_ids: vec![current(&app).await.athletes[0].id.clone()],
        setting: SettingView {
            value: 100.0,
            ..setting
        },
    };
    app.save_setting_of_many(bulk).await.unwrap();
    app.switch_tenant(&home.id).await.unwrap();
    assert_eq!(app.refresh(|_, _| {}).await.unwrap(), 1);
    assert_eq!(app.refresh(|_, _| {}).await.unwrap(), 0);
    let desk = app.coach_overview().await.unwrap();
    assert!(
        desk.athletes[0].load_7.is_sign_positive(),
        "not minus nought"
    );
    app.switch_tenant(&club).await.unwrap();
    let after = app.activity(&id).await.unwrap().row.load.unwrap();
    assert!(after > 2.0 * before, "{before} {after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_athlete_goes_to_the_club_and_the_club_to_a_file_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = write(dir.path(), "a.fit", &rides(1)[0]);
    import(&app, &ride).await;
    let home = current(&app).await;
    let club = second(&app, "Club").await;
    let ada = &home.athletes[0].id;
    app.transfer_athlete(ada, &club, TransferKind::Copy, |_| {})
        .await
        .unwrap();
    app.switch_tenant(&club).await.unwrap();
    app.switch_athlete(ada).await.unwrap();
    let copied = all(&app).await;
    assert_eq!(copied.len(), 1);
    app.analysis(&copied[0].id).await.unwrap();
    let path = dir.path().join("club.paceline");
    let short = app.export_tenant(&path, "short", |_| {}).await.unwrap_err();
    assert!(matches!(short, WireError::Validation { .. }), "{short:?}");
    app.export_tenant(&path, "words for a file", |_| {})
        .await
        .unwrap();
    let refused = app.delete_tenant(&club, "club").await.unwrap_err();
    assert!(matches!(refused, WireError::Validation { .. }));
    app.delete_tenant(&club, "Club").await.unwrap();
    assert_eq!(current(&app).await.id, home.id);
    let wrong = app.import_tenant(&path, "other words", None, |_| {}).await;
    assert!(matches!(wrong, Err(WireError::Storage { .. })), "{wrong:?}");
    let back = app
        .import_tenant(&path, "words for a file", None, |_| {})
        .await
        .unwrap();
    assert_eq!((back.name.as_str(), back.activities), ("Club", 1));
    app.switch_tenant(&back.id).await.unwrap();
    app.switch_athlete(ada).await.unwrap();
    let check = app.check().await.unwrap();
    assert_eq!((check.activities, check.findings.len()), (1, 0));
}

/// Small rides of every athlete, `apart_s` from each other, put there directly.
pub async fn fill(dir: &Path, rides: u64, first_unix_s: i64, apart_s: i64) {
    let vault = Vault::open(dir, KeyPolicy::KeyFileOnly).unwrap();
    let store = Store::open(dir, vault).await.unwrap();
    for tenant in store.tenants().await.unwrap() {
        for athlete in tenant.athletes {
            let session = store.session(tenant.id, Some(athlete.id)).await.unwrap();
            fill_one(&store, &session, rides, first_unix_s, apart_s).await;
        }
    }
    store.close().await;
}

async fn fill_one(store: &Arc<Store>, session: &Session, rides: u64, first: i64, apart: i64) {
    let writer = store.writer(session).await.unwrap();
    let sealer = store.sealer(session).await.unwrap();
    let import = writer.begin_import(&[], Instant(1)).await.unwrap();
    for start in (0..rides).step_by(500) {
        let record = |n: u64| {
            let head = Recording {
                start: Instant::from_unix_s(first + n as i64 * apart),
                timed: true,
                sport: Sport::Cycling,
                ..Recording::default()
            };
            let summary = ActivitySummary {
                elapsed_s: 3600.0,
                moving_s: 3500.0,
                distance_m: Some(30_000.0),
                training_stress_score: Some(60.0),
                ..ActivitySummary::default()
            };
            let id = ActivityId(uuid::Uuid::now_v7());
            FileRecord {
                import,
                position: n,
                source: SourceKind::File,
                item: Some(ItemRow {
                    path: n.to_string(),
                    outcome: Outcome::Added,
                    activities: vec![id],
                    reason: None,
                    warnings: Vec::new(),
                }),
                origin: Some(OriginRecord {
                    content_hash: *blake3::hash(&n.to_le_bytes()).as_bytes(),
                    external_id: None,
                    account: Vec::new(),
                    file_name: n.to_string(),
                    format: "fit".into(),
                    bytes: 8,
                    original: Some(sealer.original(&n.to_le_bytes()).unwrap()),
                    imported_at: Instant(1),
                }),
                parts: vec![Part {
                    action: Action::Add(id),
                    name: format!("Ride {n}"),
                    words: None,
                    prepared: sealer.prepare(head, summary).unwrap(),
                }],
                claims: Vec::new(),
                biometrics: Vec::new(),
            }
        };
        let files = (start..start + 500).map(record).collect();
        let mut staged = writer.stage(files).await.unwrap();
        writer.put(&mut staged, Instant(1)).await.unwrap();
    }
    writer
        .finish_import(import, &[], false, Instant(2))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_activities_in_each_tenant_are_switched_in_an_eye_blink() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let home = current(&app).await;
    app.close().await;
    drop(app);
    fill(&dir.path().join("data"), 10_000, 1_500_000_000, 20_000).await;
    let app = open(dir.path()).await;
    let club = second(&app, "Club").await;
    let ada = &home.athletes[0].id;
    let clock = Clock::now();
    app.transfer_athlete(ada, &club, TransferKind::Copy, |_| {})
        .await
        .unwrap();
    println!(
        "10,000 activities copied in {:.1} s",
        clock.elapsed().as_secs_f64()
    );
    app.switch_tenant(&club).await.unwrap();
    app.switch_athlete(ada).await.unwrap();
    let mut took = Vec::new();
    for round in 0..10 {
        let to = if round % 2 == 0 { &home.id } else { &club };
        let clock = Clock::now();
        app.switch_tenant(to).await.unwrap();
        let switched = clock.elapsed();
        let page = app
            .activity_page(ListQuery {
                limit: 50,
                ..ListQuery::default()
            })
            .await
            .unwrap();
        assert_eq!((page.total, page.rows.len()), (10_000, 50));
        took.push((clock.elapsed(), switched));
    }
    took.sort();
    println!("switch with the first page of the list: {took:?}");
    assert!(
        took[took.len() / 2].0 < Duration::from_millis(150),
        "{took:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_athletes_with_five_hundred_activities_are_on_the_desk_within_a_second() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    for n in 1..10 {
        app.add_athlete(&format!("Athlete {n}"), Units::Metric)
            .await
            .unwrap();
        second(&app, &format!("Club {n}")).await;
    }
    second(&app, "Club 10").await;
    app.close().await;
    drop(app);
    let day = 86_400;
    let first = UNIX_EPOCH.elapsed().unwrap().as_secs() as i64 - 500 * day;
    fill(&dir.path().join("data"), 500, first, day).await;
    let app = open(dir.path()).await;
    let clock = Clock::now();
    let view = app.coach_overview().await.unwrap();
    let took = clock.elapsed();
    println!("coach's desk: {took:?}");
    assert_eq!(view.athletes.len(), 20);
    for athlete in view.athletes {
        let last = athlete.last_activity.unwrap();
        assert_eq!(
            (last.name.as_str(), last.sport.as_str()),
            ("Ride 499", "cycling")
        );
        assert!(athlete.ctl.is_some());
    }
    assert!(took < Duration::from_secs(1), "{took:?}");
}
