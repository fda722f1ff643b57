//! Recordings of every format, packed and in archives, through the whole import.

use crate::common::*;
use crate::strava::{Row, list, named};
use paceline_formats::{gpx, tcx};
use std::io::Write;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_comes_out_of_an_archive_packed_or_not_under_any_ending() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(6);
    let route =
        b"<gpx><rte><rtept lat='1' lon='2'/><rtept lat='1.1' lon='2'/></rte></gpx>".to_vec();
    let archive = put(
        dir.path(),
        "all.zip",
        zipped([
            ("0.fit", fit_bytes(&rides[0])),
            ("1.fit.gz", gz(&fit_bytes(&rides[1]))),
            ("2.gpx", gpx::encode(&rides[2]).unwrap()),
            ("3.gpx.gz", gz(&gpx::encode(&rides[3]).unwrap())),
            ("4.TCX", tcx::encode(&rides[4]).unwrap()),
            ("5.xml", tcx::encode(&rides[5]).unwrap()),
            ("6.gpx", route),
        ]),
    );
    let report = import(&app, &archive).await;
    let items = items(&app, &report).await;
    assert_eq!(counts(&report), [6, 0, 0, 0, 1, 0], "{items:#?}");
    for (i, ride) in rides.iter().enumerate() {
        let found = items.iter().find(|f| f.path.contains(&format!("› {i}.")));
        let id = &found.unwrap().activity_ids[0];
        let samples = app.activity(id).await.unwrap().sample_count;
        assert!(samples as usize >= ride.series.len() * 9 / 10, "{i}");
    }
    assert_eq!(import(&app, &archive).await.known, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ride_in_three_formats_is_one_activity_with_three_origins() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = &rides(1)[0];
    // What the phone knew: no power.
    let mut poor = ride.clone();
    let power = paceline_model::Channel::Power;
    poor.series.columns.retain(|c| c.channel != power);
    assert!(poor.series.columns.len() < ride.series.columns.len());
    let archive = put(
        dir.path(),
        "thrice.zip",
        zipped([
            ("1.gpx", gpx::encode(&poor).unwrap()),
            ("2.fit.gz", gz(&fit_bytes(ride))),
            ("3.tcx", tcx::encode(&poor).unwrap()),
        ]),
    );
    let report = import(&app, &archive).await;
    assert_eq!(counts(&report), [1, 2, 0, 0, 0, 0]);
    let rows = all(&app).await;
    assert_eq!((rows.len(), report.new_activities), (1, 1));
    let shown = app.activity(&rows[0].id).await.unwrap();
    assert_eq!(shown.origins.len(), 3);
    assert!(
        shown.summary.avg_power.is_some(),
        "the device's file is shown"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_the_account_go_to_its_gpx_and_tcx_files() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let mut rides = rides(3);
    for ride in &mut rides {
        ride.name = Some("Morning Ride".into());
    }
    let rows = [
        Row::of(81, &rides[0], "Sunday round", "activities/1.gpx.gz"),
        Row {
            kind: "E-Bike Ride",
            ..Row::of(82, &rides[1], "With a tailwind", "activities/2.tcx.gz")
        },
    ];
    // As Strava hands out files that were uploaded with blanks before the declaration.
    let blanks = [&b"          "[..], &tcx::encode(&rides[1]).unwrap()].concat();
    let export = put(
        dir.path(),
        "export_2.zip",
        zipped([
            ("activities.csv", list(&rows).into_bytes()),
            ("activities/1.gpx.gz", gz(&gpx::encode(&rides[0]).unwrap())),
            ("activities/2.tcx.gz", gz(&blanks)),
            ("activities/3.gpx", gpx::encode(&rides[2]).unwrap()),
        ]),
    );
    let report = import(&app, &export).await;
    assert_eq!(counts(&report), [3, 0, 0, 0, 1, 0]);
    let round = named(&app, "Sunday round").await;
    assert!(round.sample_count > 0 && round.origins[0].has_original);
    let assisted = named(&app, "With a tailwind").await;
    assert_eq!(assisted.row.sub_sport.as_deref(), Some("e_biking"));
    // The recorder's own title stays where the list says nothing.
    named(&app, "Morning Ride").await;

    // The device's recording of the first comes later: one ride, still by the athlete's title.
    let device = write(dir.path(), "device.fit", &rides[0]);
    let report = import(&app, &device).await;
    assert_eq!(counts(&report), [0, 1, 0, 0, 0, 0]);
    let round = named(&app, "Sunday round").await;
    assert_eq!(round.origins.len(), 2);
    assert_eq!(all(&app).await.len(), 3);
}
