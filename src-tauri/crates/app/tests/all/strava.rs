//! Strava's export of an account, as a folder and as a zip.

use crate::common::*;
use paceline_app::App;
use paceline_app::wire::*;
use paceline_model::Recording;
use std::path::{Path, PathBuf};

const HEAD: &str = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance";

/// `ms` as Strava writes dates, in its English of Britain.
fn date(ms: i64) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec",
    ];
    let s = ms / 1000;
    let (z, t) = (s / 86_400 + 719_468, s % 86_400);
    let (era, doe) = (z / 146_097, z % 146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    format!(
        "{} {} {}, {}:{:02}:{:02}",
        doy - (153 * mp + 2) / 5 + 1,
        MONTHS[m as usize - 1],
        yoe + era * 400 + i64::from(m <= 2),
        t / 3600,
        t / 60 % 60,
        t % 60
    )
}

pub struct Row<'r> {
    pub id: u64,
    pub start: i64,
    pub name: &'r str,
    pub kind: &'r str,
    pub file: &'r str,
    pub elapsed: f64,
    pub distance: f64,
}

impl Row<'_> {
    pub fn of<'r>(id: u64, ride: &Recording, name: &'r str, file: &'r str) -> Row<'r> {
        let t = ride.series.time_ms.last().copied().unwrap_or(0);
        let distance = ride.series.values(&paceline_model::Channel::Distance);
        Row {
            id,
            start: ride.start.0,
            name,
            kind: "Ride",
            file,
            elapsed: f64::from(t) / 1000.0,
            distance: distance.and_then(|d| d.last().copied()).unwrap_or(0.0),
        }
    }

    fn line(&self) -> String {
        let (e, d) = (self.elapsed, self.distance);
        format!(
            "{},\"{}\",\"{}\",{},\"said of {}\",{e:.0},{:.2},,,true,,Patria,{},,,{e},{e},{d}",
            self.id,
            date(self.start),
            self.name,
            self.kind,
            self.name,
            d / 1000.0,
            self.file
        )
    }
}

pub fn list(rows: &[Row]) -> String {
    let lines: Vec<String> = rows.iter().map(Row::line).collect();
    format!("{HEAD}\n{}\n", lines.join("\n"))
}

fn weights(id: u64) -> Row<'static> {
    Row {
        id,
        start: 1_700_000_000_000,
        name: "Weights",
        kind: "Weight Training",
        file: "",
        elapsed: 3600.0,
        distance: 0.0,
    }
}

fn missing(id: u64) -> Row<'static> {
    Row {
        id,
        start: 1_700_100_000_000,
        name: "Lost ride",
        kind: "Gravel Ride",
        file: "activities/404.fit.gz",
        elapsed: 5400.0,
        distance: 40_000.0,
    }
}

/// Two rides with rows, one without, a row without a file, one whose file is missing, and the rest
/// that Strava puts beside them.
fn files(rides: &[Recording]) -> Vec<(String, Vec<u8>)> {
    let rows = [
        Row::of(
            71,
            &rides[0],
            "Club \"\"championship\"\"",
            "activities/1.fit",
        ),
        Row::of(72, &rides[1], "To work", "activities/2.fit"),
        weights(73),
        missing(74),
    ];
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("activities.csv".into(), list(&rows).into_bytes()),
        (
            "bikes.csv".into(),
            b"Bike Name,Bike Brand\nPatria,x\n".to_vec(),
        ),
        ("media/1.jpg".into(), b"\xff\xd8\xff".to_vec()),
        ("media/2.jpg".into(), b"\xff\xd8\xff".to_vec()),
        ("routes/9.fit".into(), fit_bytes(&rides[3])),
    ];
    for (i, ride) in rides[..3].iter().enumerate() {
        files.push((format!("activities/{}.fit", i + 1), fit_bytes(ride)));
    }
    files
}

fn as_folder(dir: &Path, files: &[(String, Vec<u8>)]) -> PathBuf {
    for (name, bytes) in files {
        put(&dir.join("export_1"), name, bytes);
    }
    dir.join("export_1")
}

fn as_zip(dir: &Path, files: &[(String, Vec<u8>)]) -> PathBuf {
    let bytes = zipped(files.iter().map(|(n, b)| (n.as_str(), b.clone())));
    put(dir, "export_1.zip", bytes)
}

pub async fn named(app: &App, name: &str) -> ActivityView {
    let rows = all(app).await;
    let names: Vec<_> = rows.iter().map(|r| r.name.as_str()).collect();
    let row = rows.iter().find(|r| r.name == name);
    let row = row.unwrap_or_else(|| panic!("{name} among {names:?}"));
    app.activity(&row.id).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_gives_its_files_its_words_and_what_has_no_file() {
    let rides = rides(4);
    for zip in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let app = ready(dir.path()).await;
        let make = if zip { as_zip } else { as_folder };
        let export = make(dir.path(), &files(&rides));
        let report = import(&app, &export).await;
        // Five activities; the list and the other files are one item each.
        assert_eq!(counts(&report), [5, 0, 0, 0, 2, 0], "{zip}");
        assert_eq!(report.new_activities, 5);
        assert_eq!(all(&app).await.len(), 5);

        let club = named(&app, "Club \"championship\"").await;
        assert_eq!(club.notes, "said of Club \"championship\"");
        assert!(club.sample_count > 0);
        let said: Vec<_> = club.extra.iter().flat_map(|m| &m.fields).collect();
        let has = |name, value| said.iter().any(|f| f.name == name && f.sample == value);
        assert!(has("Gear", "Patria") && has("Commute", "yes"));

        let lost = named(&app, "Lost ride").await;
        assert_eq!((lost.sample_count, lost.row.has_warnings), (0, true));
        assert_eq!(lost.row.sub_sport.as_deref(), Some("gravel_cycling"));
        assert_eq!(lost.row.distance_m, Some(40_000.0));
        assert_eq!(lost.row.elapsed_s, 5400.0);
        assert!(lost.warnings[0].message.contains("activities/404.fit.gz"));
        let frame = app.activity_series(&lost.row.id, vec![]).await.unwrap();
        assert_eq!(&frame[..4], b"PLSF");

        let weights = named(&app, "Weights").await;
        assert_eq!(weights.row.sport, "strength");
        assert_eq!(weights.row.moving_s, 3600.0);
        assert_eq!(weights.row.distance_m, None);
        assert!(!weights.row.has_warnings && !weights.origins[0].has_original);

        let items = items(&app, &report).await;
        assert!(
            item(&items, "Lost ride (74)").warnings[0]
                .code
                .contains("issing")
        );
        let list = item(&items, "activities.csv");
        assert!(
            list.reason
                .as_ref()
                .unwrap()
                .contains("list of 4 activities")
        );
        let others = item(&items, "other files");
        let reason = others.reason.as_ref().unwrap();
        assert!(
            reason.contains("4 files") && reason.contains("2 .jpg"),
            "{reason}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_export_adds_what_is_new_and_follows_what_was_renamed() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(5);
    let mut files = files(&rides);
    import(&app, &as_zip(dir.path(), &files)).await;
    // The same again, as a folder this time: everything is known.
    let again = import(&app, &as_folder(dir.path(), &files)).await;
    assert_eq!(counts(&again), [0, 0, 5, 0, 2, 0]);
    assert_eq!(all(&app).await.len(), 5);

    // The user renames one here, the athlete another there.
    let id = named(&app, "To work").await.row.id;
    let edit = ActivityEdit {
        name: "Mine".into(),
        sport: "running".into(),
        notes: "wet".into(),
        rpe: None,
    };
    app.update_activity(&id, edit).await.unwrap();
    let rows = [
        Row::of(71, &rides[0], "Renamed", "activities/1.fit"),
        Row::of(72, &rides[1], "Renamed too", "activities/2.fit"),
        Row {
            name: "Gym",
            ..weights(73)
        },
        missing(74),
        Row::of(75, &rides[4], "New", "activities/5.fit"),
    ];
    files[0].1 = list(&rows).into_bytes();
    files.push(("activities/5.fit".into(), fit_bytes(&rides[4])));
    let newer = import(&app, &as_zip(dir.path(), &files)).await;
    assert_eq!(counts(&newer), [1, 0, 5, 0, 2, 0]);
    assert_eq!(all(&app).await.len(), 6);
    named(&app, "Renamed").await;
    named(&app, "Gym").await;
    named(&app, "New").await;
    let mine = named(&app, "Mine").await;
    assert_eq!(
        (mine.row.sport.as_str(), mine.notes.as_str()),
        ("running", "wet")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_missing_takes_the_place_of_its_totals() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = &rides(1)[0];
    let row = Row::of(7, ride, "Found again", "activities/7.fit");
    let without = [
        ("activities.csv".to_owned(), list(&[row]).into_bytes()),
        ("activities/other.gpx.txt".to_owned(), b"x".to_vec()),
    ];
    let report = import(&app, &as_zip(dir.path(), &without)).await;
    assert_eq!((report.added, report.new_activities), (1, 1));
    let lost = named(&app, "Found again").await;
    let with = [
        without[0].clone(),
        ("activities/7.fit".to_owned(), fit_bytes(ride)),
    ];
    let report = import(&app, &as_zip(dir.path(), &with)).await;
    assert_eq!(counts(&report), [0, 1, 0, 0, 1, 0]);
    let found = named(&app, "Found again").await;
    assert_eq!(found.row.id, lost.row.id);
    assert!(found.sample_count > 0 && found.row.avg_power.is_some());
    assert_eq!((found.origins.len(), found.row.has_warnings), (1, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_of_the_export_leaves_its_totals_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let row = Row {
        file: "activities/404.fit",
        ..missing(8)
    };
    let files = [
        ("activities.csv".to_owned(), list(&[row]).into_bytes()),
        ("activities/404.fit".to_owned(), vec![0x0e, 0x10, 1, 2, 3]),
    ];
    let report = import(&app, &as_zip(dir.path(), &files)).await;
    assert_eq!(counts(&report), [1, 0, 0, 0, 1, 0]);
    let kept = named(&app, "Lost ride").await;
    assert_eq!(kept.row.distance_m, Some(40_000.0));
    let message = &kept.warnings[0].message;
    assert!(
        message.contains("activities/404.fit gave no recording"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_s_ride_and_the_device_s_are_one_with_the_richer_samples_and_the_title() {
    let rides = rides(4);
    for device_first in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let app = ready(dir.path()).await;
        // What Strava hands out lacks the power that the device recorded, and its name.
        let mut poorer = rides[0].clone();
        poorer.name = None;
        poorer.device = None;
        let power = |c: &paceline_model::Column| c.channel == paceline_model::Channel::Power;
        poorer.series.columns.retain(|c| !power(c));
        let mut all_files = files(&rides);
        let at = all_files
            .iter()
            .position(|f| f.0 == "activities/1.fit")
            .unwrap();
        all_files[at].1 = fit_bytes(&poorer);
        let export = as_zip(dir.path(), &all_files);
        let device = write(dir.path(), "device.fit", &rides[0]);
        let order = if device_first {
            [&device, &export]
        } else {
            [&export, &device]
        };
        for path in order {
            import(&app, path).await;
        }
        assert_eq!(all(&app).await.len(), 5, "{device_first}");
        let ride = named(&app, "Club \"championship\"").await;
        assert_eq!((ride.row.origin_count, ride.origins.len()), (2, 2));
        assert!(ride.row.avg_power.is_some(), "the richer samples");
        assert_eq!(ride.notes, "said of Club \"championship\"");
        let sources: Vec<_> = ride.origins.iter().map(|o| o.source.as_str()).collect();
        assert!(sources.contains(&"Strava export") && sources.contains(&"Files"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_entries_of_one_ride_the_first_names_it_however_often_it_is_imported() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let unit = rides(1).remove(0);
    let mut watch = unit.clone();
    watch.device.as_mut().unwrap().serial = Some("77".into());
    watch.start.0 += 20_000;
    let rows = [
        Row::of(1, &unit, "Race", "activities/1.fit"),
        Row::of(2, &watch, "Watch copy", "activities/2.fit"),
    ];
    let files = [
        ("activities.csv".to_owned(), list(&rows).into_bytes()),
        ("activities/1.fit".to_owned(), fit_bytes(&unit)),
        ("activities/2.fit".to_owned(), fit_bytes(&watch)),
    ];
    let export = as_zip(dir.path(), &files);
    for _ in 0..2 {
        import(&app, &export).await;
        assert_eq!(all(&app).await.len(), 1);
        assert_eq!(named(&app, "Race").await.row.origin_count, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_without_a_file_joins_the_ride_that_a_device_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = &rides(1)[0];
    import(&app, &write(dir.path(), "device.fit", ride)).await;
    let row = Row::of(7, ride, "By hand", "");
    let files = [
        ("activities.csv".to_owned(), list(&[row]).into_bytes()),
        ("activities/x.txt".to_owned(), b"x".to_vec()),
    ];
    let report = import(&app, &as_zip(dir.path(), &files)).await;
    assert_eq!(report.merged, 1);
    let ride = named(&app, "By hand").await;
    assert!(ride.sample_count > 0);
    assert_eq!(ride.row.origin_count, 2);
    // Deleting and importing again brings it back; importing twice does not double it.
    let again = import(&app, &dir.path().join("export_1.zip")).await;
    assert_eq!((again.known, again.merged, again.added), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_chosen_without_its_files_gives_totals_and_says_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let csv = put(
        dir.path(),
        "activities.csv",
        list(&[weights(1), missing(2)]),
    );
    let report = import(&app, &csv).await;
    assert_eq!(counts(&report), [2, 0, 0, 0, 1, 0]);
    item(&items(&app, &report).await, "activities.csv");
    let lost = named(&app, "Lost ride").await;
    assert!(lost.warnings[0].message.contains("Import the whole export"));
    // Beside no export a file of that name is any other.
    let other = dir.path().join("other");
    put(&other, "activities.csv", "a,b\n1,2\n");
    assert_eq!(counts(&import(&app, &other).await), [0, 0, 0, 0, 1, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_cannot_be_read_are_named_and_resuming_adds_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let ride = &rides(1)[0];
    let mut text = list(&[Row::of(1, ride, "One", "activities/1.fit"), weights(2)]);
    text.push_str("3,soon,Three,Run,,60,1.0,,,false,,,\n");
    let files = [
        ("activities.csv".to_owned(), text.into_bytes()),
        ("activities/1.fit".to_owned(), fit_bytes(ride)),
    ];
    let export = as_zip(dir.path(), &files);
    {
        let app = ready(dir.path()).await;
        let report = import(&app, &export).await;
        assert_eq!(counts(&report), [2, 0, 0, 0, 1, 1]);
        let items = items(&app, &report).await;
        assert!(
            item(&items, "› row 4")
                .reason
                .as_ref()
                .unwrap()
                .contains("soon")
        );
        app.close().await;
    }
    let app = open(dir.path()).await;
    app.resume_imports(|_| {}).await.unwrap();
    assert_eq!(all(&app).await.len(), 2);
    assert_eq!(app.past_imports().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exports_of_the_corpus_come_in_as_they_are() {
    let Some(corpus) = corpus() else { return };
    for name in ["exports/strava_en103", "exports/strava_en103.zip"] {
        let dir = tempfile::tempdir().unwrap();
        let app = ready(dir.path()).await;
        let report = import(&app, &corpus.join(name)).await;
        // Five rows: three with files, one without, one whose file is missing.
        assert_eq!((report.new_activities, report.failed), (5, 0), "{name}");
        let turbo = named(&app, "Turbo").await;
        assert_eq!(turbo.row.sport, "cycling");
        assert!(turbo.notes.starts_with("line one\nline two"));
        assert!(turbo.sample_count > 0);
        let again = import(&app, &corpus.join(name)).await;
        assert_eq!((again.new_activities, again.known), (0, 5), "{name}");
    }
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let report = import(&app, &corpus.join("exports/strava_minimal")).await;
    assert_eq!((report.new_activities, report.failed), (2, 0));
    assert_eq!(named(&app, "First").await.row.sport, "running");
    named(&app, "Second").await;
}
