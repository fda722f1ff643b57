//! Backups as use-cases: asked for, by themselves, put in place, and the way out of damage.

use crate::account::*;
use crate::common::*;
use paceline_app::wire::*;
use paceline_app::{App, OpenOptions, Rescue, WireError};
use std::path::Path;

fn options(dir: &Path) -> OpenOptions {
    OpenOptions {
        data_dir: dir.join("data"),
        key_file_only: true,
    }
}

async fn with_rides(dir: &Path, n: usize) -> App {
    let app = ready(dir).await;
    for (i, ride) in rides(n).iter().enumerate() {
        write(&dir.join("rides"), &format!("{i}.fit"), ride);
    }
    import(&app, &dir.join("rides")).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_brings_back_what_was_deleted_and_the_app_goes_on_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), 3).await;
    let steps = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&steps);
    let made = app
        .back_up(None, true, move |p| seen.lock().unwrap().push(p.step))
        .await
        .unwrap();
    let steps = steps.lock().unwrap().clone();
    for step in [
        BackupStep::Database,
        BackupStep::Blobs,
        BackupStep::Verifying,
    ] {
        assert!(steps.contains(&step), "{step:?} among {steps:?}");
    }
    let before = all(&app).await;
    let epoch = app.status().await.unwrap().profile.unwrap().epoch;
    let ids: Vec<String> = before.iter().map(|r| r.id.clone()).collect();
    app.delete_activities(ids).await.unwrap();
    let report = app.restore_backup(&made.name, |_| {}).await.unwrap();
    assert_eq!(report.verified.activities, 3);
    assert!(Path::new(&report.set_aside).join("paceline.db").is_file());
    assert_eq!(all(&app).await, before);
    let profile = app.status().await.unwrap().profile.unwrap();
    assert!(profile.epoch > epoch, "answers of before are stale");
    let checked = app.check().await.unwrap();
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    assert_eq!(checked.newest_backup.unwrap().name, made.name);
    let error = app.restore_backup("../data", |_| {}).await.unwrap_err();
    assert!(matches!(error, WireError::NotFound { .. }), "{error}");
    assert_eq!(all(&app).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_by_themselves_wait_for_their_time_and_for_a_change() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), 1).await;
    assert!(app.back_up_if_due().await.unwrap());
    assert!(
        !app.back_up_if_due().await.unwrap(),
        "there is one of today"
    );
    let age = |by_days: i64| {
        for backup in app.backups().unwrap().backups {
            let file = Path::new(&backup.path).join("backup.json");
            let mut text: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            let at = text["made_at"].as_i64().unwrap() - by_days * 86_400_000;
            text["made_at"] = at.into();
            std::fs::write(&file, text.to_string()).unwrap();
        }
    };
    age(2);
    assert!(!app.back_up_if_due().await.unwrap(), "nothing changed");
    let elsewhere = dir.path().join("elsewhere");
    let plan = BackupPlan {
        schedule: BackupSchedule::Weekly,
        keep: 2,
        folder: None,
    };
    app.save_backup_plan(plan.clone()).unwrap();
    let change = |n: u32| {
        app.save_setting(SettingView {
            kind: SettingKind::Ftp,
            value: 200.0 + f64::from(n),
            valid_from: "2026-01-01".into(),
        })
    };
    change(0).await.unwrap();
    assert!(!app.back_up_if_due().await.unwrap(), "a week is not over");
    for n in 1..5 {
        age(8);
        change(n).await.unwrap();
        assert!(app.back_up_if_due().await.unwrap());
    }
    let all = app.backups().unwrap();
    assert_eq!(all.backups.len(), 2, "two are kept");
    assert!(
        all.backups
            .iter()
            .all(|b| b.reason == BackupReason::Scheduled)
    );
    let folder = Some(elsewhere.display().to_string());
    let moved = BackupPlan {
        folder,
        ..plan.clone()
    };
    assert_eq!(app.save_backup_plan(moved).unwrap().backups.len(), 2);
    assert!(app.back_up_if_due().await.unwrap(), "none is there yet");
    assert_eq!(
        std::fs::read_dir(&elsewhere).unwrap().count(),
        2,
        "with the lock"
    );
    let off = BackupPlan {
        schedule: BackupSchedule::Off,
        ..plan.clone()
    };
    app.save_backup_plan(off).unwrap();
    age(30);
    change(9).await.unwrap();
    assert!(!app.back_up_if_due().await.unwrap());
    for wrong in [
        BackupPlan {
            keep: 0,
            ..plan.clone()
        },
        BackupPlan {
            folder: Some("here".into()),
            ..plan
        },
    ] {
        let error = app.save_backup_plan(wrong).unwrap_err();
        assert!(matches!(error, WireError::Validation { .. }), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_data_name_the_newest_good_backup_and_can_be_restored_or_salvaged() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), 3).await;
    let good = app.back_up(None, true, |_| {}).await.unwrap();
    app.save_setting(SettingView {
        kind: SettingKind::Ftp,
        value: 250.0,
        valid_from: "2026-01-01".into(),
    })
    .await
    .unwrap();
    let worse = app.back_up(None, true, |_| {}).await.unwrap();
    app.close().await;
    let broken = Path::new(&worse.path).join("paceline.db");
    std::fs::write(&broken, "no database").unwrap();
    let path = dir.path().join("data/paceline.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..3000].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();

    let Err(error) = App::open(options(dir.path())).await else {
        panic!("it opened");
    };
    let WireError::Damaged {
        backup, made_at, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(backup.as_deref(), Some(good.name.as_str()));
    assert_eq!(made_at.as_deref(), Some(good.made_at.as_str()));
    assert!(error.to_string().contains(&good.name), "{error}");

    let rescue = Rescue::new(options(dir.path()));
    let saved = dir.path().join("saved");
    let report = rescue.salvage(&saved, |_| {}).await.unwrap();
    assert!(!report.complete && report.bad_pages == 1, "{report:?}");
    let opened = App::open(OpenOptions {
        data_dir: saved,
        key_file_only: true,
    })
    .await
    .unwrap();
    assert_eq!(all(&opened).await.len(), 3, "the first page held no row");
    let checked = opened.check().await.unwrap();
    assert!(checked.findings.is_empty(), "{:?}", checked.findings);
    opened.close().await;

    let refused = rescue.restore(&worse.name, |_| {}).await.unwrap_err();
    assert!(refused.to_string().contains(&worse.name), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "what is there stays");
    let report = rescue.restore(&good.name, |_| {}).await.unwrap();
    let aside = Path::new(&report.set_aside).join("paceline.db");
    assert_eq!(std::fs::read(aside).unwrap(), bytes, "and is kept");
    let app = App::open(options(dir.path())).await.unwrap();
    assert_eq!(all(&app).await.len(), 3);
    assert!(app.settings().await.unwrap().is_empty());
    app.close().await;

    // A lost header comes back with a backup, too.
    for name in ["vault.json", "vault.json.bak"] {
        std::fs::remove_file(dir.path().join("data").join(name)).unwrap();
    }
    assert!(App::open(options(dir.path())).await.is_err());
    rescue.restore(&good.name, |_| {}).await.unwrap();
    let app = App::open(options(dir.path())).await.unwrap();
    assert_eq!(all(&app).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_app_can_be_salvaged_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), 2).await;
    let to = dir.path().join("saved");
    let report = app.salvage(&to, |_| {}).await.unwrap();
    assert!(report.complete, "{report:?}");
    assert_eq!(all(&app).await.len(), 2);
    let error = app.salvage(&to, |_| {}).await.unwrap_err();
    assert!(matches!(error, WireError::Conflict { .. }), "{error:?}");
    assert_eq!(all(&app).await.len(), 2);
}

fn damage(data: &Path) -> Vec<u8> {
    let path = data.join("paceline.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..3000].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_opens_on_damaged_data_shows_the_way_out_and_goes_on_with_the_backup() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), 2).await;
    let made = app.back_up(None, true, |_| {}).await.unwrap();
    app.close().await;
    let bytes = damage(&dir.path().join("data"));

    let app = App::open_even_damaged(options(dir.path())).await.unwrap();
    let status = app.status().await.unwrap();
    let found = status.damage.unwrap();
    assert_eq!(found.backup.as_deref(), Some(made.name.as_str()));
    assert_eq!(found.made_at.as_deref(), Some(made.made_at.as_str()));
    assert!(!found.signed_in, "nobody can leave");
    assert!(status.locked && status.profile.is_none());
    let error = app.activity_page(ListQuery::default()).await.unwrap_err();
    assert_eq!(error, WireError::Locked);
    let seen = app.verify_backup(&made.name, |_| {}).await.unwrap();
    assert_eq!(seen.activities, 2);
    let saved = app
        .salvage(&dir.path().join("saved"), |_| {})
        .await
        .unwrap();
    assert_eq!(saved.bad_pages, 1);
    assert!(app.status().await.unwrap().damage.is_some());

    let report = app.restore_backup(&made.name, |_| {}).await.unwrap();
    let aside = Path::new(&report.set_aside).join("paceline.db");
    assert_eq!(std::fs::read(aside).unwrap(), bytes);
    let status = app.status().await.unwrap();
    assert!(status.damage.is_none() && !status.locked);
    assert_eq!(all(&app).await.len(), 2);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_data_of_an_account_are_restored_or_salvaged_after_the_right_passphrase_alone() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let made = app.back_up(None, true, |_| {}).await.unwrap();
    app.close().await;
    let bytes = damage(&dir.path().join("data"));

    let app = open_at(dir.path(), &clock).await;
    assert!(app.status().await.unwrap().damage.is_none(), "nobody's yet");
    refused(app.sign_in(ada("not the passphrase")).await, "passphrase");
    let to = dir.path().join("saved");
    let early = [
        app.restore_backup(&made.name, |_| {}).await.unwrap_err(),
        app.salvage(&to, |_| {}).await.unwrap_err(),
        app.verify_backup(&made.name, |_| {}).await.unwrap_err(),
    ];
    assert!(early.iter().all(|e| *e == WireError::Locked), "{early:?}");

    let error = app.sign_in(ada(PASSPHRASE)).await.unwrap_err();
    let WireError::Damaged {
        backup, made_at, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(backup.as_deref(), Some(made.name.as_str()));
    assert_eq!(made_at.as_deref(), Some(made.made_at.as_str()));
    assert!(app.status().await.unwrap().damage.unwrap().signed_in);

    // The keys do not wait for ever, nor for who went away.
    clock.pass(16 * 60);
    let error = app.salvage(&to, |_| {}).await.unwrap_err();
    assert_eq!(error, WireError::Locked);
    app.sign_in(ada(PASSPHRASE)).await.unwrap_err();
    app.cancel_sign_in().await;
    assert!(app.status().await.unwrap().damage.is_none());
    let error = app.restore_backup(&made.name, |_| {}).await.unwrap_err();
    assert_eq!(error, WireError::Locked);

    app.sign_in(ada(PASSPHRASE)).await.unwrap_err();
    let report = app.salvage(&to, |_| {}).await.unwrap();
    assert!(!report.complete && report.bad_pages == 1, "{report:?}");
    let saved = OpenOptions {
        data_dir: to,
        key_file_only: true,
    };
    let saved = open_with(saved, &clock).await;
    saved.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(all(&saved).await.len(), 1, "and it asks for the passphrase");
    saved.close().await;

    let report = app.restore_backup(&made.name, |_| {}).await.unwrap();
    assert_eq!(report.verified.activities, 1);
    let aside = Path::new(&report.set_aside).join("paceline.db");
    assert_eq!(std::fs::read(aside).unwrap(), bytes, "it is kept");
    let status = app.status().await.unwrap();
    assert!(status.damage.is_none() && status.locked, "signed in anew");
    let done = app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(done.state, SignInState::Unlocked);
    assert_eq!(all(&app).await.len(), 1);
    app.close().await;
}
