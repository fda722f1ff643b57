//! A folder that belongs to an account: given a passphrase, locked, unlocked.

use crate::account::*;
use crate::common::*;
use crate::tenants::fill;
use paceline_app::wire::*;
use paceline_app::{App, OpenOptions, WireError};
use paceline_vault::KdfParams;
use std::time::{Duration, Instant as Timer};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_opened_by_itself_gets_a_passphrase_and_stays_readable() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, recovery) = account(dir.path(), &clock).await;
    assert_eq!(recovery.expose().len(), 8 * 5 + 7);
    assert!(!dir.path().join("data/paceline.key").exists());
    assert!(matches!(
        app.sign_up(ada(PASSPHRASE)).await,
        Err(WireError::Conflict { .. })
    ));
    let before = all(&app).await;
    let status = app.status().await.unwrap();
    assert_eq!(status.key_protection, KeyProtection::Passphrase);
    app.close().await;

    let app = open_at(dir.path(), &clock).await;
    assert!(app.is_locked());
    let shown = app.accounts().await.unwrap();
    assert_eq!((shown.opens_by_itself, shown.user_id), (None, None));
    assert_eq!(shown.accounts[0].handle, "Ada");
    let unlocked = app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(unlocked.state, SignInState::Unlocked);
    assert_eq!(all(&app).await, before);
    assert!(app.check().await.unwrap().findings.is_empty());
    let after = app.status().await.unwrap();
    assert_eq!(after.key_protection, KeyProtection::Passphrase);
    assert_eq!(
        after.profile.map(|p| p.athlete_id),
        status.profile.map(|p| p.athlete_id)
    );
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_app_refuses_every_use_case_and_shows_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let id = all(&app).await[0].id.clone();
    let epoch = app.lock_view().epoch;
    app.lock().await.unwrap();
    assert!(app.lock_view().epoch > epoch);
    let status = app.status().await.unwrap();
    assert!(status.locked);
    assert_eq!((status.profile, status.activity_count), (None, 0));

    macro_rules! locked {
        ($($call:expr),+ $(,)?) => {$(
            assert_eq!($call.await.unwrap_err(), WireError::Locked, "{}", stringify!($call));
        )+};
    }
    let path = dir.path().join("out.fit");
    let input = || ProfileInput {
        name: "Bob".into(),
        units: Units::Metric,
        sex: None,
    };
    let days = FitnessQuery::default;
    locked![
        app.activity_page(ListQuery::default()),
        app.activity_facets(),
        app.activity(&id),
        app.resolve_activity(&id[..6]),
        app.analysis(&id),
        app.export_activity(&id, ExportFormat::Fit, &path),
        app.export_bytes(&id, ExportFormat::Gpx),
        app.delete_activities(vec![id.clone()]),
        app.settings(),
        app.fitness(days()),
        app.create_profile(input()),
        app.update_profile(input()),
        app.import_paths(vec![dir.path().join("ride.fit")], |_| {}),
        app.load_sample(|_| {}),
        app.resume_imports(|_| {}),
        app.past_imports(),
        app.check(),
        app.refresh(|_, _| {}),
        app.security(),
        app.sign_up(ada(PASSPHRASE)),
        app.add_account(ada(PASSPHRASE)),
        app.change_passphrase(PASSPHRASE.into(), "something else".into()),
        app.rotate_recovery_key(PASSPHRASE.into()),
        app.forbid_keyring_unlock(),
        app.require_no_sign_in(PASSPHRASE.into()),
        app.enrol_second_factor(PASSPHRASE.into()),
        app.confirm_second_factor("123456".into()),
        app.renew_recovery_codes("123456".into()),
        app.disable_second_factor(PASSPHRASE.into(), "123456".into()),
        app.set_auto_lock(Some(5)),
        app.sign_ins(),
        app.end_sign_in("x"),
    ];
    assert!(!path.exists());
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passphrases_are_slowed_across_restarts_and_clocks_that_are_set() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    app.lock().await.unwrap();
    for _ in 0..3 {
        refused(app.sign_in(ada("wrong horse")).await, "passphrase");
    }
    // The fourth is free too, and is the first that has to be waited after.
    refused(app.sign_in(ada("wrong horse")).await, "passphrase");
    let wait = |seconds| Err(WireError::Wait { seconds });
    assert_eq!(app.sign_in(ada(PASSPHRASE)).await, wait(2));
    // The wall clock of a running process counts for nothing.
    clock.set(1_000_000, 0);
    assert_eq!(app.sign_in(ada(PASSPHRASE)).await, wait(2));
    clock.pass(2);
    for doubled in [4, 8] {
        refused(app.sign_in(ada("wrong horse")).await, "passphrase");
        clock.pass(doubled);
    }
    refused(app.sign_in(ada("wrong horse")).await, "passphrase");
    assert_eq!(app.sign_in(ada(PASSPHRASE)).await, wait(16));
    app.close().await;

    // A restart with the clock far ahead takes half of the wait, and the next one nothing more.
    let mut waits = vec![];
    for run in 2..5 {
        let clock = Clock::new(run);
        clock.set(run * 10_000_000, 0);
        let app = open_at(dir.path(), &clock).await;
        waits.push(app.sign_in(ada(PASSPHRASE)).await.unwrap_err());
        assert!(app.accounts().await.unwrap().accounts[0].wait_s > 0);
        app.close().await;
    }
    assert_eq!(waits, vec![WireError::Wait { seconds: 8 }; 3]);
    let clock = Clock::new(9);
    let app = open_at(dir.path(), &clock).await;
    assert_eq!(app.sign_in(ada(PASSPHRASE)).await, wait(8));
    clock.pass(8);
    refused(app.sign_in(ada("wrong horse")).await, "passphrase");
    clock.pass(900);
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    // Those that failed before the restarts as well.
    let log = app.audit_page(None, 2).await.unwrap();
    assert_eq!(
        (&*log[0].event, &*log[1].event),
        ("sign_in", "sign_in_failed")
    );
    assert_eq!(log[1].detail, r#"{"attempts":8}"#);
    app.lock().await.unwrap();
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    let log = app.audit_page(None, 2).await.unwrap();
    assert_ne!(log[1].event, "sign_in_failed", "told once");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_gets_what_a_stronger_machine_can_do_at_the_next_sign_in() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    account(dir.path(), &clock).await.0.close().await;
    let memory = || {
        let header = std::fs::read_to_string(dir.path().join("data/vault.json")).unwrap();
        let header: serde_json::Value = serde_json::from_str(&header).unwrap();
        header["users"][0]["passphrase"]["argon2id"]["m"]
            .as_u64()
            .unwrap()
    };
    let options = || OpenOptions {
        data_dir: dir.path().join("data"),
        key_file_only: true,
    };
    let floor = memory();
    let strong = KdfParams::new(u32::try_from(floor * 2).unwrap(), 3, 1);
    let app = open_on(options(), &clock, strong).await;
    refused(app.sign_in(ada("wrong horse")).await, "passphrase");
    assert_eq!(memory(), floor, "a wrong passphrase changes nothing");
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(memory(), floor * 2);
    app.close().await;
    // A weaker machine takes nothing away.
    let app = open_at(dir.path(), &clock).await;
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(memory(), floor * 2);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_passphrase_any_more_opens_by_the_key_again() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let before = all(&app).await;
    refused(
        app.require_no_sign_in("wrong horse".into()).await,
        "passphrase",
    );
    let begun = app.enrol_second_factor(PASSPHRASE.into()).await.unwrap();
    let shown = code(&begun.secret_text, &clock);
    app.confirm_second_factor(shown).await.unwrap();
    let guarded = app.require_no_sign_in(PASSPHRASE.into()).await;
    assert!(matches!(guarded, Err(WireError::Conflict { .. })));
    clock.pass(60);
    let shown = code(&begun.secret_text, &clock);
    app.disable_second_factor(PASSPHRASE.into(), shown)
        .await
        .unwrap();
    let kept = app.require_no_sign_in(PASSPHRASE.into()).await.unwrap();
    assert_eq!(kept, KeyProtection::KeyFile);
    app.close().await;
    let app = open_at(dir.path(), &clock).await;
    assert!(!app.is_locked());
    assert_eq!(all(&app).await, before);
    app.require_sign_in().await.unwrap();
    app.close().await;
    assert!(open_at(dir.path(), &clock).await.is_locked());
    // With somebody else's account the folder is not one's own to open.
    let app = open_at(dir.path(), &clock).await;
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    let bob = Credentials {
        handle: "Bob".into(),
        passphrase: PASSPHRASE.into(),
    };
    app.add_account(bob).await.unwrap();
    let shared = app.require_no_sign_in(PASSPHRASE.into()).await;
    assert!(
        matches!(shared, Err(WireError::Conflict { .. })),
        "{shared:?}"
    );
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_passphrase_is_the_only_one_that_opens() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let new = "another one, and longer";
    refused(
        app.change_passphrase("wrong".into(), new.into()).await,
        "passphrase",
    );
    refused(
        app.change_passphrase(PASSPHRASE.into(), "short".into())
            .await,
        "passphrase",
    );
    app.change_passphrase(PASSPHRASE.into(), new.into())
        .await
        .unwrap();
    app.lock().await.unwrap();
    refused(app.sign_in(ada(PASSPHRASE)).await, "passphrase");
    app.sign_in(ada(new)).await.unwrap();
    assert_eq!(all(&app).await.len(), 1);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_key_sets_a_new_passphrase_and_a_rotated_one_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, first) = account(dir.path(), &clock).await;
    refused(app.rotate_recovery_key("wrong".into()).await, "passphrase");
    let second = app.rotate_recovery_key(PASSPHRASE.into()).await.unwrap();
    app.lock().await.unwrap();
    refused(app.recover(ada("a new one"), first).await, "recoveryKey");
    refused(
        app.recover(ada("a new one"), "ABCDE-FGH".into()).await,
        "recoveryKey",
    );
    let typed = second.expose().to_lowercase().replace('-', " ");
    let signed_in = app.recover(ada("a new one"), typed.into()).await.unwrap();
    assert!(!signed_in.second_factor_removed);
    assert_eq!(all(&app).await.len(), 1);
    app.lock().await.unwrap();
    refused(app.sign_in(ada(PASSPHRASE)).await, "passphrase");
    app.sign_in(ada("a new one")).await.unwrap();
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_account_opens_the_app_and_none_of_the_data() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let bob = || Credentials {
        handle: "Bob".into(),
        passphrase: "quite another passphrase".into(),
    };
    app.add_account(bob()).await.unwrap();
    let of_ada = app.sign_ins().await.unwrap()[0].id.clone();
    app.set_auto_lock(Some(3)).await.unwrap();
    refused(app.add_account(bob()).await, "handle");
    app.lock().await.unwrap();
    app.sign_in(bob()).await.unwrap();
    let status = app.status().await.unwrap();
    assert_eq!((status.locked, status.profile), (false, None));
    assert_eq!(
        app.activity_facets().await.unwrap_err(),
        WireError::NoProfile
    );
    // What is of another user is of another user.
    let sign_ins = app.sign_ins().await.unwrap();
    assert!(sign_ins.len() == 1 && sign_ins[0].id != of_ada);
    assert!(matches!(
        app.end_sign_in(&of_ada).await,
        Err(WireError::NotFound { .. })
    ));
    let security = app.security().await.unwrap();
    assert_eq!(security.handle.as_deref(), Some("Bob"));
    assert_eq!(security.auto_lock_minutes, Some(15));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_keyring_unlocks_an_account_that_allowed_it() {
    if std::env::var("PACELINE_TEST_KEYRING").is_err() {
        eprintln!("skipped: PACELINE_TEST_KEYRING is not set, there is no keyring to test");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    app.close().await;
    let options = OpenOptions {
        data_dir: dir.path().join("data"),
        key_file_only: false,
    };
    let app = open_with(options, &clock).await;
    assert!(matches!(
        app.unlock_by_keyring("ada").await,
        Err(WireError::Conflict { .. })
    ));
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    refused(app.allow_keyring_unlock("wrong".into()).await, "passphrase");
    app.allow_keyring_unlock(PASSPHRASE.into()).await.unwrap();
    assert!(app.security().await.unwrap().keyring_unlock);
    app.lock().await.unwrap();
    app.unlock_by_keyring("ada").await.unwrap();
    assert_eq!(all(&app).await.len(), 1);
    assert_eq!(app.sign_ins().await.unwrap()[0].way, SignInWay::Keyring);
    app.forbid_keyring_unlock().await.unwrap();
    app.lock().await.unwrap();
    assert!(matches!(
        app.unlock_by_keyring("ada").await,
        Err(WireError::Conflict { .. })
    ));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strength_is_judged_in_words_and_a_short_one_is_not_allowed() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let judge =
        |text: &str| app.passphrase_strength(text.into(), vec!["Ada".into(), "Lovelace".into()]);
    let weak = judge("adalovelace").await.unwrap();
    let strong = judge("umbrella quartz midnight fjord").await.unwrap();
    assert!(weak.allowed && weak.score < strong.score);
    assert!(!judge("short").await.unwrap().allowed);
    refused(app.sign_up(ada("short")).await, "passphrase");
    assert!(matches!(app.lock().await, Err(WireError::Conflict { .. })));
    assert!(!app.is_locked());
}

async fn first_page(app: &App) -> u32 {
    let query = ListQuery {
        limit: 100,
        ..ListQuery::default()
    };
    app.activity_page(query).await.unwrap().total
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_passphrase_to_ten_thousand_activities_takes_under_a_second_beyond_argon2() {
    const LIMIT: Duration = Duration::from_secs(1);
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let app = ready(dir.path()).await;
    app.close().await;
    drop(app);
    let data = dir.path().join("data");
    fill(&data, 10_000, 1_500_000_000, 20_000).await;
    let app = open_at(dir.path(), &clock).await;
    app.sign_up(ada(PASSPHRASE)).await.unwrap();
    app.close().await;
    let app = open_at(dir.path(), &clock).await;
    let vault = paceline_vault::LockedVault::open(&data).unwrap();
    let user = vault.accounts().unwrap()[0].user;
    let passphrase = paceline_vault::Passphrase::typed(PASSPHRASE).unwrap();
    let argon = (0..3).map(|_| {
        let timer = Timer::now();
        drop(vault.sign_in(user, &passphrase, KdfParams::FLOOR, &clock.now()));
        timer.elapsed()
    });
    let argon = argon.min().unwrap();
    let mut beyond = Vec::new();
    for _ in 0..3 {
        let timer = Timer::now();
        app.sign_in(ada(PASSPHRASE)).await.unwrap();
        assert_eq!(first_page(&app).await, 10_000);
        beyond.push(timer.elapsed().saturating_sub(argon));
        app.lock().await.unwrap();
    }
    beyond.sort();
    println!(
        "10,000 activities: listed in {beyond:?} beyond Argon2id's {argon:?}; limit {LIMIT:?}"
    );
    assert!(beyond[0] < LIMIT, "{beyond:?}");
    app.close().await;
}
