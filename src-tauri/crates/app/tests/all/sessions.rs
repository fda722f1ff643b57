//! Sign-ins that last, and how they end.

use crate::account::*;
use crate::common::{all, rides, write};
use paceline_app::WireError;
use paceline_app::wire::*;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_ended_from_another_process_ends_at_its_next_use() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (here, _) = account(dir.path(), &clock).await;
    let there = open_at(dir.path(), &clock).await;
    there.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(all(&there).await.len(), 1);
    let lasting: Vec<_> = here.sign_ins().await.unwrap();
    assert_eq!(lasting.len(), 2);
    assert!(lasting.iter().all(|s| s.ending.is_none()));
    let other = lasting.iter().find(|s| !s.current).unwrap();

    here.end_sign_in(&other.id).await.unwrap();
    assert_eq!(
        there.activity_facets().await.unwrap_err(),
        WireError::Locked
    );
    let mut told = there.subscribe_unlocked();
    let shut = told.wait_for(|open| !*open);
    tokio::time::timeout(Duration::from_secs(20), shut)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(all(&here).await.len(), 1);
    let ended = here.sign_ins().await.unwrap();
    let ended = ended.iter().find(|s| s.id == other.id).unwrap();
    assert_eq!(ended.ending, Some(SignInEnding::Revoked));
    assert!(matches!(
        here.end_sign_in(&other.id).await,
        Err(WireError::NotFound { .. })
    ));
    there.sign_in(ada(PASSPHRASE)).await.unwrap();
    there.close().await;
    here.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_whose_process_died_shows_as_lost() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    app.close().await;
    let app = open_at(dir.path(), &clock).await;
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    // Gone without having closed: what the system does for a process that is killed.
    drop(app);
    let app = open_at(dir.path(), &clock).await;
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    let endings: Vec<_> = app.sign_ins().await.unwrap();
    let endings: Vec<_> = endings.iter().map(|s| s.ending).collect();
    assert_eq!(
        endings,
        [None, Some(SignInEnding::Lost), Some(SignInEnding::Closed)]
    );
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_for_the_minutes_that_are_set_locks() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    assert_eq!(app.security().await.unwrap().auto_lock_minutes, Some(15));
    for wrong in [0, 1441] {
        refused(app.set_auto_lock(Some(wrong)).await, "minutes");
    }
    app.set_auto_lock(Some(2)).await.unwrap();
    clock.pass(100);
    app.report_activity();
    clock.pass(119);
    assert!(!app.lock_if_due().await);
    clock.pass(1);
    assert!(app.lock_if_due().await);
    assert!(app.is_locked());
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(
        app.sign_ins().await.unwrap()[1].ending,
        Some(SignInEnding::Idle)
    );
    app.set_auto_lock(None).await.unwrap();
    clock.pass(1_000_000);
    assert!(!app.lock_if_due().await);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_slept_wakes_locked() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    assert!(!app.lock_if_due().await);
    clock.set(34, 5);
    assert!(!app.lock_if_due().await, "a clock that was corrected");
    clock.set(3600, 5);
    assert!(app.lock_if_due().await);
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(
        app.sign_ins().await.unwrap()[1].ending,
        Some(SignInEnding::Suspended)
    );
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_locking_interrupts_goes_on_after_unlocking() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let folder = dir.path().join("rides");
    for (i, ride) in rides(61).iter().enumerate().skip(1) {
        write(&folder, &format!("{i:03}.fit"), ride);
    }
    let (started, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let importing = app.clone();
    let import = tokio::spawn(async move {
        let told = move |p: ImportProgress| {
            let _ = started.send(p.done);
        };
        importing.import_paths(vec![folder], told).await
    });
    begun.recv().await.unwrap();
    app.lock().await.unwrap();
    assert_eq!(import.await.unwrap().unwrap_err(), WireError::Locked);
    let resuming = app.clone();
    let keeper = tokio::spawn(async move { resuming.keep_resuming().await });
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    let done = async {
        loop {
            let imports = app.past_imports().await.unwrap();
            if imports.iter().all(|i| i.finished_at.is_some()) {
                return imports;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let imports = tokio::time::timeout(Duration::from_secs(120), done)
        .await
        .unwrap();
    assert!(imports.iter().all(|i| !i.cancelled));
    assert_eq!(all(&app).await.len(), 61);
    app.close().await;
    keeper.await.unwrap();
}
