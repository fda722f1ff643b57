use crate::paceline::{Paceline, ride, write};
use tempfile::tempdir;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_folder_goes_in_and_comes_out_as_table_json_and_file() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let files = dir.path().join("rides");
    write(&files, "a.fit", &ride(1, 600, 200));
    write(&files, "b.fit", &ride(2, 900, 150));
    let folder = files.display().to_string();

    let (code, imported) = app.json(&["import", &folder]);
    assert_eq!(code, 0);
    assert_eq!(imported["report"]["added"], 2);
    let rows = app.rows();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["avgPower"], 200.0);
    assert_eq!(rows[1]["sport"], "cycling");

    // The beginning of an id is enough where it is the only one.
    let id = rows[0]["id"].as_str().unwrap();
    let (code, shown) = app.json(&["show", id]);
    assert_eq!((code, &shown["sampleCount"]), (0, &600.into()));
    let table = app.run(&["show", id]);
    assert!(text(&table.stdout).contains("Average power, W"));

    let target = dir.path().join("out.fit");
    let (code, said) = app.json(&["export", id, "--output", &target.display().to_string()]);
    assert_eq!((code, said["path"].as_str()), (0, target.to_str()));
    let back = paceline_formats::fit::decode(&std::fs::read(&target).unwrap()).unwrap();
    assert_eq!(back.recordings[0].series.len(), 600);
    let piped = app.run(&["export", id, "--output", "-"]);
    assert_eq!(piped.stdout, std::fs::read(&target).unwrap());

    let (code, checked) = app.json(&["check"]);
    assert_eq!((code, &checked["activities"]), (0, &2.into()));
}

#[test]
fn exit_codes_tell_a_script_what_went_wrong() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    assert_eq!(
        app.run(&["list"]).status.code(),
        Some(1),
        "nobody is there yet"
    );
    assert_eq!(app.run(&["init", "--name", "Ada"]).status.code(), Some(0));
    assert_eq!(app.run(&["init", "--name", "Ada"]).status.code(), Some(1));
    assert_eq!(app.run(&["no-such-verb"]).status.code(), Some(2));
    assert_eq!(app.run(&["import"]).status.code(), Some(2));
    assert_eq!(app.run(&["list", "--sort", "taste"]).status.code(), Some(2));
    let missing = app.run(&["show", "00000000-0000-7000-8000-000000000000", "--json"]);
    assert_eq!(missing.status.code(), Some(4));
    // An error is JSON too, where JSON was asked for, and on the stream of errors.
    let said: serde_json::Value = serde_json::from_slice(&missing.stderr).unwrap();
    assert_eq!(said["code"], "notFound");

    let damaged = dir.path().join("damaged.fit");
    std::fs::write(&damaged, [0x5a; 300]).unwrap();
    let output = app.run(&["import", &damaged.display().to_string()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        text(&output.stdout).contains("damaged.fit: "),
        "{}",
        text(&output.stdout)
    );
    assert_eq!(app.run(&["list"]).status.code(), Some(0));
}

#[test]
fn no_progress_bar_is_drawn_where_nobody_watches() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let file = write(dir.path(), "a.fit", &ride(1, 60, 200));
    let output = app.run(&["import", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        !text(&output.stderr).contains('\u{1b}'),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stdout).contains("1 added"));
}

#[test]
fn an_account_s_export_is_told_in_activities_and_in_files() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let export = dir.path().join("export");
    write(&export.join("activities"), "1.fit", &ride(1, 600, 200));
    std::fs::write(export.join("profile.csv"), "Athlete ID\n7\n").unwrap();
    std::fs::write(export.join("goals.csv"), "Goal\n").unwrap();
    let rows = [
        "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Filename",
        "1,\"Nov 15, 2023, 10:13:20 PM\",Home by night,Ride,600,5.4,activities/1.fit",
        "2,\"Nov 20, 2023, 7:00:00 AM\",Lost,Ride,1800,10,activities/2.fit",
    ];
    std::fs::write(export.join("activities.csv"), rows.join("\n")).unwrap();
    let output = app.run(&["import", &export.display().to_string()]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("2 new activities. 4 files"), "{said}");
    assert!(said.contains("2 left out, 0 failed"), "{said}");
    assert!(
        said.contains("photos, planned routes and settings: 2 .csv"),
        "{said}"
    );
    assert!(
        said.contains("activities/2.fit is not in the export"),
        "{said}"
    );
    let rows = app.rows();
    assert_eq!(rows[0]["name"], "Home by night");
    let shown = text(&app.run(&["show", rows[1]["id"].as_str().unwrap()]).stdout);
    assert!(shown.contains("from Strava export: "), "{shown}");
    assert!(shown.contains("(totals only, "), "{shown}");
}

#[test]
fn a_threshold_given_later_gives_the_rides_their_load() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let file = write(dir.path(), "a.fit", &ride(1, 3600, 250));
    app.run(&["import", &file.display().to_string()]);
    assert!(app.rows()[0]["load"].is_null());
    let set = app.run(&["settings", "set", "ftp", "250", "--from", "2020-01-01"]);
    assert_eq!(set.status.code(), Some(0), "{}", text(&set.stderr));
    let load = app.rows()[0]["load"].as_f64().unwrap();
    assert!(
        (load - 100.0).abs() < 0.1,
        "an hour at FTP is 100, and it says {load}"
    );
    let (_, settings) = app.json(&["settings"]);
    assert_eq!(settings[0]["value"], 250.0);
    app.run(&["settings", "unset", "ftp", "--from", "2020-01-01"]);
    let id = app.rows()[0]["id"].as_str().unwrap().to_owned();
    let (_, analysis) = app.json(&["analyse", &id]);
    assert_ne!(
        analysis["load"]["method"], "power",
        "without a threshold power says nothing of load"
    );
    assert_eq!(app.rows()[0]["load"], analysis["load"]["value"]);
}

#[test]
fn a_check_names_what_is_damaged() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let file = write(dir.path(), "a.fit", &ride(1, 600, 200));
    app.run(&["import", &file.display().to_string()]);
    // Bytes in the middle of the blob file, where a value lies.
    let path = app.dir.join("blobs.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() * 3 / 4;
    for byte in &mut bytes[middle..middle + 600] {
        *byte ^= 0x55;
    }
    std::fs::write(&path, bytes).unwrap();
    let output = app.run(&["check"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(
        text(&output.stdout).contains("damaged  "),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn the_engine_answers_on_the_command_line_as_table_and_as_json() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let files = dir.path().join("rides");
    write(&files, "a.fit", &ride(1, 3600, 200));
    app.json(&["import", &files.display().to_string()]);
    app.run(&["settings", "set", "ftp", "200", "--from", "2000-01-01"]);
    let id = app.rows()[0]["id"].as_str().unwrap().to_owned();
    let day = app.rows()[0]["start"].as_str().unwrap()[..10].to_owned();

    let (code, analysis) = app.json(&["analyse", &id]);
    assert_eq!(code, 0);
    assert!((analysis["load"]["value"].as_f64().unwrap() - 100.0).abs() < 0.5);
    let (code, fitness) = app.json(&["fitness", "--from", &day, "--to", &day]);
    assert_eq!((code, fitness["load"].as_array().unwrap().len()), (0, 1));
    assert!((fitness["load"][0].as_f64().unwrap() - 100.0).abs() < 0.5);
    let (code, curve) = app.json(&["curve", &id, "--every-second"]);
    assert_eq!((code, curve["points"].as_array().unwrap().len()), (0, 3600));
    let span = ["curve", "--from", &day, "--to", &day];
    let (code, best) = app.json(&span);
    assert_eq!((code, &best["curve"]["count"]), (0, &1.into()));
    assert_eq!(best["curve"]["points"][0]["value"], 200.0);
    let (code, zones) = app.json(&["zones", &id]);
    assert_eq!((code, zones[0]["channel"].as_str()), (0, Some("power")));
    let weeks = ["zones", "--from", &day, "--to", &day];
    let (code, weeks) = app.json(&weeks);
    assert_eq!((code, weeks.as_array().unwrap().len()), (0, 1));

    for verb in [
        vec!["analyse", &id],
        vec!["fitness", "--from", &day, "--to", &day],
        vec!["curve", &id],
        span.to_vec(),
        vec!["zones", &id],
        vec!["zones", "--from", &day, "--to", &day],
    ] {
        let said = app.run(&verb);
        assert_eq!(said.status.code(), Some(0), "{verb:?}");
        assert!(text(&said.stdout).lines().count() >= 2, "{verb:?}");
    }
    let wrong = app.run(&["fitness", "--from", "yesterday"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        text(&wrong.stderr).contains("2026-05-31"),
        "it says what a date looks like"
    );
}
