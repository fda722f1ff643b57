//! The use-cases, one by one.

use crate::common::*;
use paceline_app::WireError;
use paceline_app::wire::*;
use paceline_model::Instant;
use std::sync::{Arc, Mutex};

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_run_everything_says_that_there_is_no_profile() {
    let dir = tempfile::tempdir().unwrap();
    let app = open(dir.path()).await;
    assert_eq!(app.status().await.unwrap().profile, None);
    assert_eq!(
        app.activity_facets().await.unwrap_err(),
        WireError::NoProfile
    );
    let blank = ProfileInput {
        name: "  ".into(),
        units: Units::Metric,
        sex: None,
    };
    assert!(matches!(
        app.create_profile(blank).await,
        Err(WireError::Validation { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_imported_once_and_a_second_time_adds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let files = dir.path().join("rides");
    for (i, r) in rides(3).iter().enumerate() {
        write(&files, &format!("{i}.fit"), r);
    }
    std::fs::write(
        files.join("copy.fit"),
        std::fs::read(files.join("0.fit")).unwrap(),
    )
    .unwrap();
    std::fs::write(files.join("notes.md"), "not a ride").unwrap();
    std::fs::write(files.join("broken.fit"), [0x0e, 0x10, 1, 2, 3]).unwrap();
    let report = import(&app, &files).await;
    assert_eq!(
        (report.added, report.known, report.failed, report.skipped),
        (3, 1, 1, 1)
    );
    let items = app.import_items(&report.import_id).await.unwrap();
    let broken = items
        .iter()
        .find(|i| i.path.ends_with("broken.fit"))
        .unwrap();
    assert_eq!(broken.outcome, ImportOutcome::Failed);
    assert!(broken.reason.as_ref().is_some_and(|r| !r.is_empty()));
    let again = import(&app, &files).await;
    assert_eq!((again.added, again.merged, again.known), (0, 0, 4));
    assert_eq!(all(&app).await.len(), 3);
    assert_eq!(app.past_imports().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_ride_from_another_device_becomes_one_activity_with_two_origins() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let head_unit = rides(1).remove(0);
    let mut watch = head_unit.clone();
    watch.start = Instant(watch.start.0 + 40_000);
    watch.device.as_mut().unwrap().serial = Some("77".into());
    watch
        .series
        .columns
        .retain(|c| c.channel != paceline_model::Channel::Power);
    // The poorer recording comes first, so that the richer one has to take its place.
    let first = import(&app, &write(dir.path(), "watch.fit", &watch)).await;
    let second = import(&app, &write(dir.path(), "unit.fit", &head_unit)).await;
    assert_eq!((first.added, second.added, second.merged), (1, 0, 1));
    let rows = all(&app).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].origin_count, 2);
    assert!(
        rows[0].avg_power.is_some(),
        "the richer recording's samples are shown"
    );
    let view = app.activity(&rows[0].id).await.unwrap();
    for origin in &view.origins {
        let to = dir.path().join(format!("saved-{}", origin.file_name));
        app.save_original(&view.row.id, &origin.origin_id, &to)
            .await
            .unwrap();
        assert_eq!(
            std::fs::read(to).unwrap(),
            std::fs::read(dir.path().join(&origin.file_name)).unwrap()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_shows_figures_samples_and_the_statistics_of_a_range() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    import(&app, &write(dir.path(), "a.fit", &rides(1)[0])).await;
    let id = all(&app).await[0].id.clone();
    let view = app.activity(&id).await.unwrap();
    assert!(view.summary.normalized_power.unwrap() > 100.0);
    assert!(!view.summary.power_curve.is_empty() && !view.laps.is_empty());
    let frame = app
        .activity_series(&id, vec!["power".into()])
        .await
        .unwrap();
    assert_eq!(&frame[..4], b"PLSF");
    let stats = app.range_stats(&id, 60, 359).await.unwrap();
    assert!((stats.elapsed_s - 299.0).abs() < 1.5, "{}", stats.elapsed_s);
    assert!(matches!(
        app.activity("nothing").await,
        Err(WireError::NotFound { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_threshold_changes_zones_and_load() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    import(&app, &write(dir.path(), "a.fit", &rides(1)[0])).await;
    let row = all(&app).await.remove(0);
    assert_eq!(row.load, None);
    let ftp = |value: f64| SettingView {
        kind: SettingKind::Ftp,
        value,
        valid_from: "2020-01-01".into(),
    };
    assert!(matches!(
        app.save_setting(ftp(5.0)).await,
        Err(WireError::Validation { .. })
    ));
    app.save_setting(ftp(250.0)).await.unwrap();
    app.refresh(|_, _| {}).await.unwrap();
    let load = all(&app).await[0].load.unwrap();
    app.save_setting(ftp(200.0)).await.unwrap();
    app.refresh(|_, _| {}).await.unwrap();
    let higher = all(&app).await[0].load.unwrap();
    assert!((higher / load - (250.0f64 / 200.0).powi(2)).abs() < 1e-6);
    let view = app.activity(&row.id).await.unwrap();
    assert!(view.summary.zones.iter().any(|z| z.basis == "FTP 200 W"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_typed_survives_and_deleting_is_final() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let file = write(dir.path(), "a.fit", &rides(1)[0]);
    import(&app, &file).await;
    let id = all(&app).await[0].id.clone();
    let edit = ActivityEdit {
        name: "My ride".into(),
        sport: "running".into(),
        notes: "wet".into(),
        rpe: None,
    };
    app.update_activity(&id, edit).await.unwrap();
    let row = all(&app).await.remove(0);
    assert_eq!(
        (row.name.as_str(), row.sport.as_str()),
        ("My ride", "running")
    );
    app.delete_activities(vec![id.clone()]).await.unwrap();
    assert!(all(&app).await.is_empty());
    assert!(matches!(
        app.activity(&id).await,
        Err(WireError::NotFound { .. })
    ));
    assert_eq!(import(&app, &file).await.added, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_and_ends_with_every_file_counted() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let files = dir.path().join("rides");
    for (i, r) in rides(5).iter().enumerate() {
        write(&files, &format!("{i}.fit"), r);
    }
    let told: Arc<Mutex<Vec<ImportProgress>>> = Arc::default();
    let listener = Arc::clone(&told);
    let report = app
        .import_paths(vec![files], move |p| listener.lock().unwrap().push(p))
        .await
        .unwrap();
    let told = told.lock().unwrap();
    let last = told.last().unwrap();
    assert_eq!((last.found, last.done, last.added), (5, 5, 5));
    assert_eq!(told.iter().map(|p| p.items.len()).sum::<usize>(), 5);
    assert_eq!(report.done, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_import_keeps_what_it_has_and_the_next_takes_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let files = dir.path().join("rides");
    for (i, r) in rides(30).iter().enumerate() {
        write(&files, &format!("{i:02}.fit"), r);
    }
    let stopper = app.clone();
    let report = app
        .import_paths(vec![files.clone()], move |_| stopper.cancel_import())
        .await
        .unwrap();
    assert!(report.cancelled);
    let rest = import(&app, &files).await;
    assert_eq!(rest.added + rest.known, 30);
    assert_eq!(all(&app).await.len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_read_back_has_the_same_samples() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = rides(1).remove(0);
    import(&app, &write(dir.path(), "a.fit", &ride)).await;
    let id = all(&app).await[0].id.clone();
    for format in [ExportFormat::Fit, ExportFormat::Gpx, ExportFormat::Tcx] {
        let path = dir.path().join(format!("out.{}", format.extension()));
        app.export_activity(&id, format, &path).await.unwrap();
        let back = paceline_formats::decode("out", &std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(back.recordings.len(), 1, "{format:?}");
        assert_eq!(
            back.recordings[0].series.len(),
            ride.series.len(),
            "{format:?}"
        );
        // Our own export is the same ride, whatever its format.
        let report = import(&app, &path).await;
        assert_eq!(report.added, 0, "{format:?}");
    }
    let nowhere = dir.path().join("no/such/folder/x.fit");
    assert!(matches!(
        app.export_activity(&id, ExportFormat::Fit, &nowhere).await,
        Err(WireError::File { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_interrupted_by_a_crash_is_finished_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path().join("rides");
    for (i, r) in rides(12).iter().enumerate() {
        write(&files, &format!("{i:02}.fit"), r);
    }
    {
        let app = ready(dir.path()).await;
        let task = tokio::spawn({
            let (app, files) = (app.clone(), files.clone());
            async move { app.import_paths(vec![files], |_| {}).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(120)).await;
        task.abort();
        let _ = task.await;
        app.close().await;
    }
    let app = open(dir.path()).await;
    app.resume_imports(|_| {}).await.unwrap();
    assert_eq!(all(&app).await.len(), 12);
    let past = app.past_imports().await.unwrap();
    assert_eq!(past.len(), 1);
    assert_eq!(past[0].added, 12);
    assert!(past[0].finished_at.is_some());
}
