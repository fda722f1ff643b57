//! Imports that are cancelled, killed, or lose their files on the way.

use crate::common::*;
use std::time::{Duration, Instant as Clock};

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_within_a_large_archive_takes_less_than_a_second_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(12);
    let names: Vec<String> = (0..12).map(|i| format!("{i:02}.fit")).collect();
    // A giant at the end, so that cancelling falls into its unpacking.
    let noise = noise(96 << 20);
    let files = names
        .iter()
        .zip(&rides)
        .map(|(n, r)| (n.as_str(), fit_bytes(r)));
    let archive = put(
        dir.path(),
        "big.zip",
        zipped(files.chain([("zz.fit", noise)])),
    );
    let stopper = app.clone();
    let stopped: std::sync::Arc<std::sync::Mutex<Option<Clock>>> = std::sync::Arc::default();
    let at = std::sync::Arc::clone(&stopped);
    let report = app
        .import_paths(vec![archive.clone()], move |p| {
            if p.done >= 3 && at.lock().unwrap().is_none() {
                *at.lock().unwrap() = Some(Clock::now());
                stopper.cancel_import();
            }
        })
        .await
        .unwrap();
    let waited = stopped.lock().unwrap().unwrap().elapsed();
    assert!(report.cancelled);
    assert!(waited < Duration::from_secs(1), "{waited:?}");
    let kept = all(&app).await.len();
    assert!((3..=12).contains(&kept), "{kept}");
    std::fs::remove_file(&archive).unwrap();
    let files = names
        .iter()
        .zip(&rides)
        .map(|(n, r)| (n.as_str(), fit_bytes(r)));
    let rest = import(&app, &put(dir.path(), "big.zip", zipped(files))).await;
    assert_eq!(rest.known as usize, kept);
    assert_eq!(rest.added as usize, 12 - kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_whose_import_was_killed_is_finished_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let rides = rides(12);
    let names: Vec<String> = (0..12).map(|i| format!("{i:02}.fit")).collect();
    let files = names
        .iter()
        .zip(&rides)
        .map(|(n, r)| (n.as_str(), fit_bytes(r)));
    let inner = zipped(files);
    let archive = put(dir.path(), "all.zip", zipped([("inner.zip", inner)]));
    {
        let app = ready(dir.path()).await;
        let task = tokio::spawn({
            let (app, archive) = (app.clone(), archive.clone());
            async move { app.import_paths(vec![archive], |_| {}).await }
        });
        tokio::time::sleep(Duration::from_millis(120)).await;
        task.abort();
        let _ = task.await;
        app.close().await;
    }
    let app = open(dir.path()).await;
    app.resume_imports(|_| {}).await.unwrap();
    assert_eq!(all(&app).await.len(), 12);
    let past = app.past_imports().await.unwrap();
    assert_eq!((past.len(), past[0].added), (1, 12));
    let items = app.import_items(&past[0].import_id).await.unwrap();
    assert_eq!(items.len(), 12, "each entry once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_vanishes_on_the_way_is_said_and_the_others_come_in() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let folder = dir.path().join("rides");
    let rides = rides(40);
    for (i, r) in rides.iter().enumerate() {
        write(&folder, &format!("{i:02}.fit"), r);
    }
    let last = folder.join("39.fit");
    let gone = last.clone();
    let report = app
        .import_paths(vec![folder], move |p| {
            if p.found > 0 {
                let _ = std::fs::remove_file(&gone);
            }
        })
        .await
        .unwrap();
    assert_eq!((report.added, report.failed, report.done), (39, 1, 40));
    let items = items(&app, &report).await;
    let reason = item(&items, "39.fit").reason.clone().unwrap();
    assert!(reason.contains("no such file"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_and_an_archive_in_it_chosen_together_are_each_read_once_and_counted_twice() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let folder = dir.path().join("rides");
    let ride = write(&folder, "a.fit", &rides(1)[0]);
    let report = app.import_paths(vec![folder, ride], |_| {}).await.unwrap();
    assert_eq!(counts(&report), [1, 0, 1, 0, 0, 0]);
    assert_eq!(items(&app, &report).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_a_chosen_file_s_name_is_neither_stored_nor_shown() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let path = write(
        dir.path(),
        "ada.lovelace@mail.example.org_123.fit",
        &rides(1)[0],
    );
    let report = import(&app, &path).await;
    let items = items(&app, &report).await;
    assert!(
        items[0].path.ends_with("account_123.fit"),
        "{}",
        items[0].path
    );
    let view = app.activity(&all(&app).await[0].id).await.unwrap();
    assert_eq!(view.origins[0].file_name, "account_123.fit");
    let past = app.past_imports().await.unwrap();
    assert!(!format!("{items:?}{view:?}{past:?}").contains("lovelace"));
}
