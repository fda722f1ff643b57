//! Backups from a terminal: made, killed, refused by the disk, put in place.

use crate::paceline::{Paceline, ride, write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use tempfile::tempdir;

fn with_rides(dir: &Path, n: i64) -> Paceline {
    let app = Paceline::new(&dir.join("data"));
    let rides = dir.join("rides");
    for day in 0..n {
        let watts = 100 + i32::try_from(day).unwrap();
        write(&rides, &format!("{day:03}.fit"), &ride(day, 900, watts));
    }
    let (code, _) = app.json(&["import", &rides.display().to_string()]);
    assert_eq!(code, 0);
    app
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_backup_is_made_listed_and_put_in_place_and_damage_is_salvaged() {
    let dir = tempdir().unwrap();
    let app = with_rides(dir.path(), 3);
    let (code, made) = app.json(&["backup", "--whole"]);
    assert_eq!(code, 0);
    let name = made["name"].as_str().unwrap().to_owned();
    let elsewhere = dir.path().join("elsewhere");
    let (code, other) = app.json(&["backup", "--to", &elsewhere.display().to_string()]);
    assert_eq!(code, 0);
    assert!(
        elsewhere
            .join(other["name"].as_str().unwrap())
            .join("paceline.db")
            .is_file()
    );
    let (_, all) = app.json(&["backups", "--schedule", "weekly", "--keep", "3"]);
    assert_eq!(all["backups"][0]["name"], name.as_str());
    assert_eq!(
        (&all["plan"]["schedule"], &all["plan"]["keep"]),
        (&"weekly".into(), &3.into())
    );
    assert!(text(&app.run(&["backups"]).stdout).contains(&name));
    assert_eq!(app.run(&["restore", "no-such"]).status.code(), Some(4));

    let rows = app.rows();
    std::fs::write(app.dir.join("paceline.db"), [9u8; 20_000]).unwrap();
    let said = app.run(&["list", "--json"]);
    assert_eq!(said.status.code(), Some(1));
    let error: serde_json::Value = serde_json::from_slice(&said.stderr).unwrap();
    assert_eq!(error["code"], "damaged");
    assert_eq!(error["backup"], name.as_str());
    let saved = dir.path().join("saved").display().to_string();
    let (code, report) = app.json(&["salvage", &saved]);
    assert_eq!(
        (code, &report["complete"]),
        (1, &false.into()),
        "nothing of it is readable"
    );
    let (code, all) = app.json(&["backups"]);
    assert_eq!((code, all["backups"].as_array().unwrap().len()), (0, 1));
    let (code, report) = app.json(&["restore", &name]);
    assert_eq!((code, &report["verified"]["activities"]), (0, &3.into()));
    assert_eq!(app.rows(), rows);
    let (code, checked) = app.json(&["check"]);
    assert_eq!(
        (code, &checked["newestBackup"]["name"]),
        (0, &name.as_str().into())
    );
}

#[test]
fn a_backup_that_is_killed_leaves_the_earlier_ones_whole() {
    let dir = tempdir().unwrap();
    let app = with_rides(dir.path(), 60);
    let started = Instant::now();
    let (code, _) = app.json(&["backup"]);
    assert_eq!(code, 0);
    let span = started.elapsed();
    let mut hits = 0;
    for round in 0..12u32 {
        // Something new each time, so that packs are written too.
        let file = write(
            dir.path(),
            "more.fit",
            &ride(100 + i64::from(round), 900, 250),
        );
        app.json(&["import", &file.display().to_string()]);
        let folder = if round % 2 == 0 {
            None
        } else {
            Some(dir.path().join("fresh"))
        };
        let mut command = app.command(&["backup", "--whole"]);
        if let Some(folder) = &folder {
            command.arg("--to").arg(folder);
        }
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(span.mul_f64(f64::from(round + 1) / 14.0));
        hits += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        let (code, checked) = app.json(&["check"]);
        assert_eq!(
            (code, checked["findings"].as_array().unwrap().len()),
            (0, 0)
        );
        assert!(checked["newestBackup"].is_object(), "round {round}");
    }
    assert!(
        hits >= 3,
        "the kills came too late to show anything: {hits}"
    );
    let (_, all) = app.json(&["backups"]);
    assert!(all["unreadable"].as_array().unwrap().is_empty());
    let (code, made) = app.json(&["backup", "--whole"]);
    assert_eq!(code, 0);
    let hidden = std::fs::read_dir(app.dir.join("backups")).unwrap();
    let left = hidden.filter(|e| {
        e.as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".making")
    });
    assert_eq!(left.count(), 0, "what was half done is tidied up");
    let (code, _) = app.json(&["restore", made["name"].as_str().unwrap()]);
    assert_eq!(code, 0);
    assert_eq!(app.rows().len(), 72);
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_said_and_the_earlier_backups_stay() {
    let dir = tempdir().unwrap();
    let app = with_rides(dir.path(), 40);
    let (_, first) = app.json(&["backup"]);
    let fresh = dir.path().join("fresh");
    // Files may not grow beyond 200 blocks: what a full disk is to a program.
    let script = format!(
        "trap '' XFSZ; ulimit -f 200; exec {} backup --to {}",
        env!("CARGO_BIN_EXE_paceline"),
        fresh.display()
    );
    let said = Command::new("sh")
        .args(["-c", &script])
        .env("PACELINE_DATA_DIR", &app.dir)
        .env("PACELINE_KEY_FILE_ONLY", "1")
        .output()
        .unwrap();
    assert_eq!(said.status.code(), Some(1), "{}", text(&said.stdout));
    let error = text(&said.stderr);
    assert!(error.contains("disk"), "{error}");
    let left: Vec<_> = std::fs::read_dir(&fresh)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left, [".lock"]);
    let (code, checked) = app.json(&["check"]);
    assert_eq!(
        (code, &checked["newestBackup"]["name"]),
        (0, &first["name"])
    );
    let blocked = dir
        .path()
        .join("rides/000.fit/backups")
        .display()
        .to_string();
    let said = app.run(&["backup", "--to", &blocked]);
    assert_eq!(said.status.code(), Some(1));
    assert!(
        text(&said.stderr).contains("000.fit"),
        "{}",
        text(&said.stderr)
    );
}

#[test]
fn damaged_data_behind_a_passphrase_are_salvaged_and_restored_with_it() {
    let dir = tempdir().unwrap();
    let app = with_rides(dir.path(), 2);
    let kept = dir.path().join("passphrase");
    std::fs::write(&kept, "correct horse battery staple\n").unwrap();
    let kept = kept.display().to_string();
    let who = ["--user", "ada", "--passphrase-file", kept.as_str()];
    let with = |verb: &[&'static str], more: &[&str]| -> Vec<String> {
        let all = who.iter().copied().chain(verb.iter().copied());
        all.chain(more.iter().copied()).map(Into::into).collect()
    };
    let json = |arguments: Vec<String>| {
        let borrowed: Vec<&str> = arguments.iter().map(String::as_str).collect();
        app.json(&borrowed)
    };
    let (code, _) = json(with(&["account", "create", "ada"], &[]));
    assert_eq!(code, 0);
    let (code, made) = json(with(&["backup", "--whole"], &[]));
    assert_eq!(code, 0);
    let name = made["name"].as_str().unwrap();
    std::fs::write(app.dir.join("paceline.db"), [9u8; 20_000]).unwrap();

    let refused = app.run(&["restore", name]);
    assert_eq!(refused.status.code(), Some(5), "without the passphrase");
    for verb in ["list", "backup"] {
        let said = app.run(&["--user", "ada", "--passphrase-file", &kept, verb, "--json"]);
        assert_eq!(said.status.code(), Some(1));
        let error: serde_json::Value = serde_json::from_slice(&said.stderr).unwrap();
        assert_eq!(
            (&error["code"], &error["backup"]),
            (&"damaged".into(), &name.into()),
            "{verb}"
        );
    }
    let saved = dir.path().join("saved").display().to_string();
    let (code, report) = json(with(&["salvage"], &[&saved]));
    assert_eq!((code, &report["complete"]), (1, &false.into()));
    let (code, report) = json(with(&["restore"], &[name]));
    assert_eq!((code, &report["verified"]["activities"]), (0, &2.into()));
    let (code, page) = json(with(&["list"], &[]));
    assert_eq!((code, &page["total"]), (0, &2.into()));
}
