//! Garmin's export of an account, as a folder and as a zip.

use crate::common::*;
use paceline_app::App;
use paceline_app::wire::*;
use paceline_model::{Device, Recording};
use std::path::{Path, PathBuf};

const FITNESS: &str = "DI_CONNECT/DI-Connect-Fitness";
const WELLNESS: &str = "DI_CONNECT/DI-Connect-Wellness";

fn entry(id: u64, ride: &Recording, name: &str, kind: &str) -> String {
    let ms = ride.series.time_ms.last().copied().unwrap_or(0);
    let distance = ride.series.values(&paceline_model::Channel::Distance);
    let cm = distance.and_then(|d| d.last().copied()).unwrap_or(0.0) * 100.0;
    let device = ride.device.as_ref().and_then(|d| d.serial.as_deref());
    format!(
        r#"{{"activityId":{id},"name":"{name}","activityType":"{kind}","beginTimestamp":{start},
        "startTimeGmt":{start},"startTimeLocal":{local},"duration":{ms}.0,"elapsedDuration":{ms}.0,
        "distance":{cm},"calories":2092.0,"avgHr":140.0,"deviceId":{device},"parent":false}}"#,
        start = ride.start.0,
        local = ride.start.0 + 7_200_000,
        device = device.unwrap_or("0"),
    )
}

fn list(entries: &[String]) -> Vec<u8> {
    format!(
        r#"[{{"summarizedActivitiesExport":[{}]}}]"#,
        entries.join(",")
    )
    .into_bytes()
}

const SLEEP: &str = r#"[{"sleepEndTimestampGMT":"2023-07-13T13:35:00.0","sleepWindowConfirmationType":"ENHANCED_CONFIRMED_FINAL","deepSleepSeconds":1200,"lightSleepSeconds":22920,"remSleepSeconds":9540,"awakeSleepSeconds":420},
    {"sleepEndTimestampGMT":"2023-07-14T13:03:00.0","sleepWindowConfirmationType":"OFF_WRIST","deepSleepSeconds":0,"lightSleepSeconds":0,"awakeSleepSeconds":0}]"#;
const DAYS: &str = r#"[{"calendarDate":"2025-01-02","totalSteps":12345,"restingHeartRate":48}]"#;

fn rides_of(n: usize) -> Vec<Recording> {
    let mut rides = rides(n);
    for ride in &mut rides {
        ride.device = Some(Device {
            manufacturer: Some("Garmin".into()),
            product: None,
            serial: Some("3300000001".into()),
        });
        ride.name = None;
    }
    rides
}

/// Two rides with files in a zip of uploads, a third of which only the list knows.
fn files(rides: &[Recording]) -> Vec<(String, Vec<u8>)> {
    let uploads = zipped([
        ("ada@example.org_1.fit", fit_bytes(&rides[0])),
        ("ada@example.org_2.fit", fit_bytes(&rides[1])),
    ]);
    let entries = [
        entry(11, &rides[0], "Zurich Cycling", "road_biking"),
        entry(12, &rides[1], "Hill repeats", "hiking"),
        entry(13, &rides[2], "Only listed", "cycling"),
    ];
    let put = |name: String, bytes: &[u8]| (name, bytes.to_vec());
    vec![
        put(
            format!("{FITNESS}/ada@example.org_0_summarizedActivities.json"),
            &list(&entries),
        ),
        put(format!("{FITNESS}/ada@example.org_gear.json"), b"[]"),
        put(
            "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip".into(),
            &uploads,
        ),
        put(
            format!("{WELLNESS}/2023_1_sleepData.json"),
            SLEEP.as_bytes(),
        ),
        put(
            "DI_CONNECT/DI-Connect-Aggregator/UDSFile_2025.json".into(),
            DAYS.as_bytes(),
        ),
        put("customer_data/customer.json".into(), b"{}"),
    ]
}

fn as_folder(dir: &Path, files: &[(String, Vec<u8>)]) -> PathBuf {
    for (name, bytes) in files {
        put(&dir.join("garmin"), name, bytes);
    }
    dir.join("garmin")
}

fn as_zip(dir: &Path, files: &[(String, Vec<u8>)]) -> PathBuf {
    let bytes = zipped(files.iter().map(|(n, b)| (n.as_str(), b.clone())));
    put(dir, "garmin.zip", bytes)
}

async fn named(app: &App, name: &str) -> ActivityView {
    let rows = all(app).await;
    let names: Vec<_> = rows.iter().map(|r| r.name.as_str()).collect();
    let row = rows.iter().find(|r| r.name == name);
    let row = row.unwrap_or_else(|| panic!("{name} among {names:?}"));
    app.activity(&row.id).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_gives_its_uploads_its_titles_its_nights_and_what_is_only_listed() {
    let rides = rides_of(3);
    for zip in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let app = ready(dir.path()).await;
        let make = if zip { as_zip } else { as_folder };
        let export = make(dir.path(), &files(&rides));
        let report = import(&app, &export).await;
        assert_eq!(counts(&report), [3, 0, 0, 2, 3, 0], "{zip}");
        assert_eq!((report.new_activities, report.found), (3, report.done));
        let road = named(&app, "Zurich Cycling").await;
        assert_eq!(road.origins.len(), 1, "the list is no recording of its own");
        assert_eq!(road.origins[0].source, "Garmin export");
        assert_eq!(road.row.sub_sport.as_deref(), Some("road"));
        assert!(road.sample_count > 0);
        // The athlete said at Garmin that it was a hike.
        assert_eq!(named(&app, "Hill repeats").await.row.sport, "hiking");
        let listed = named(&app, "Only listed").await;
        assert_eq!((listed.sample_count, listed.origins.len()), (0, 1));
        assert_eq!(listed.summary.avg_hr, Some(140.0));
        assert!((listed.summary.calories_kcal.unwrap() - 500.0).abs() < 1e-9);
        let items = items(&app, &report).await;
        assert_eq!(
            item(&items, "sleepData.json").outcome,
            ImportOutcome::Biometrics
        );
        item(&items, "UploadedFiles_0-_Part1.zip › account_1.fit");
        item(&items, "Only listed (13)");
        let everything = format!("{items:?}{road:?}{listed:?}{:?}", app.past_imports().await);
        assert!(!everything.contains("example.org"), "{everything}");
        // Again, in the other form: nothing new, nothing doubled.
        let other = if zip { as_folder } else { as_zip };
        let again = import(&app, &other(dir.path(), &files(&rides))).await;
        assert_eq!(
            (again.new_activities, again.merged, again.failed),
            (0, 0, 0)
        );
        assert_eq!(again.biometrics, 0, "the nights and days are known");
        assert_eq!(all(&app).await.len(), 3);
        assert_eq!(named(&app, "Zurich Cycling").await.origins.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rides_imported_before_from_the_watch_get_their_titles_from_the_list() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides_of(3);
    import(&app, &write(dir.path(), "watch.fit", &rides[0])).await;
    // Without the uploads.
    let mut files = files(&rides);
    files.retain(|f| !f.0.ends_with(".zip"));
    let report = import(&app, &as_zip(dir.path(), &files)).await;
    assert_eq!((report.new_activities, all(&app).await.len()), (2, 3));
    let road = named(&app, "Zurich Cycling").await;
    assert_eq!(road.origins.len(), 1);
    assert_eq!(road.origins[0].file_name, "watch.fit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_activity_is_renamed_here_unless_the_user_has_spoken() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides_of(3);
    let mut files = files(&rides);
    import(&app, &as_zip(dir.path(), &files)).await;
    let id = named(&app, "Hill repeats").await.row.id;
    let edit = ActivityEdit {
        name: "Mine".into(),
        sport: "walking".into(),
        notes: String::new(),
        rpe: None,
    };
    app.update_activity(&id, edit).await.unwrap();
    files[0].1 = list(&[
        entry(11, &rides[0], "Renamed", "road_biking"),
        entry(12, &rides[1], "Renamed too", "cycling"),
        entry(13, &rides[2], "Still only listed", "cycling"),
    ]);
    let report = import(&app, &as_zip(dir.path(), &files)).await;
    assert_eq!(report.new_activities, 0);
    for name in ["Renamed", "Mine", "Still only listed"] {
        named(&app, name).await;
    }
    assert_eq!(named(&app, "Mine").await.row.sport, "walking");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_ride_in_both_accounts_is_one_and_keeps_the_title_it_had_first() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides_of(3);
    let strava = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Commute,Activity Gear,Filename\n\
        7,,Club ride,Ride,,60,1.0,false,,activities/1.fit\n";
    // Strava's file has other bytes, as its own downloads have.
    let mut theirs = rides[0].clone();
    theirs.device = None;
    theirs.laps.clear();
    let export = zipped([
        ("activities.csv", strava.as_bytes().to_vec()),
        ("activities/1.fit", fit_bytes(&theirs)),
    ]);
    import(&app, &put(dir.path(), "strava.zip", export)).await;
    import(&app, &as_zip(dir.path(), &files(&rides))).await;
    assert_eq!(all(&app).await.len(), 3);
    let ride = named(&app, "Club ride").await;
    assert_eq!(ride.row.origin_count, 2);
    assert!(!ride.laps.is_empty(), "the richer recording");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_list_chosen_by_itself_is_read_too() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let sleep = put(dir.path(), "2023_1_sleepData.json", SLEEP);
    assert_eq!(import(&app, &sleep).await.biometrics, 1);
    let again = import(&app, &sleep).await;
    assert_eq!((again.biometrics, again.known), (0, 1));
    let mended = put(
        dir.path(),
        "2023_1_sleepData.json",
        SLEEP.replace("1200", "1260"),
    );
    assert_eq!(import(&app, &mended).await.biometrics, 1);
    let days = put(dir.path(), "UDSFile_1.json", "no json");
    let report = import(&app, &days).await;
    assert_eq!(report.failed, 1);
    let rides = rides_of(1);
    let json = list(&[entry(1, &rides[0], "Listed", "cycling")]);
    let one = put(
        dir.path(),
        "ada@example.org_0_summarizedActivities.json",
        json,
    );
    assert_eq!(import(&app, &one).await.new_activities, 1);
    named(&app, "Listed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_of_the_corpus_comes_in() {
    let Some(corpus) = corpus() else { return };
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let report = import(&app, &corpus.join("exports/garmin_takeout")).await;
    assert_eq!(
        (report.new_activities, report.biometrics, report.failed),
        (2, 1, 0)
    );
    let strength = named(&app, "Strength").await;
    assert_eq!(strength.row.sport, "strength");
    assert!((strength.row.elapsed_s - 3186.2).abs() < 0.1);
    let again = import(&app, &corpus.join("exports/garmin_takeout")).await;
    assert_eq!((again.new_activities, again.biometrics), (0, 0));
    let items = items(&app, &again).await;
    assert!(!format!("{items:?}").contains("athlete@"));
}
