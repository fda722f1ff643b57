//! An import that is killed, again and again, at moments nobody chose.

use crate::paceline::{Paceline, ride, write};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::tempdir;

const FILES: i64 = 300;
/// Each folder's import is killed several times before it may end.
const FOLDERS: u32 = 5;
const KILLS_EACH: u32 = 4;
/// Of a tenant's file, for those who kill what reads one.
pub const FILE_PASSPHRASE: &str = "a phrase of words";

/// The same rides as a folder and as an archive.
fn files(folder: &Path, archive: &Path) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(archive).unwrap());
    for day in 0..FILES {
        let watts = 100 + i32::try_from(day % 200).unwrap();
        let name = format!("{day:03}.fit");
        let path = write(folder, &name, &ride(day, 240, watts));
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(&std::fs::read(path).unwrap()).unwrap();
    }
    zip.finish().unwrap();
}

/// What must not depend on how often the import was killed.
fn totals(app: &Paceline) -> Vec<Value> {
    app.rows()
        .iter()
        .map(|row| {
            let of = |key: &str| row[key].clone();
            serde_json::json!([
                of("start"),
                of("distanceM"),
                of("movingS"),
                of("avgPower"),
                of("avgHr"),
                of("originCount")
            ])
        })
        .collect()
}

/// A moment within `span`, from the clock: no run is like another.
pub fn moment(span: Duration) -> Duration {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .subsec_nanos();
    let mut x = u64::from(nanos) | 1;
    for _ in 0..5 {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    span.mul_f64((x % 1000) as f64 / 1000.0)
}

pub fn start_and_kill(app: &Paceline, arguments: &[&str], after: Duration) -> bool {
    let mut child = app
        .command(arguments)
        .env("PACELINE_FILE_PASSPHRASE", FILE_PASSPHRASE)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    // SIGKILL: nothing is told, nothing is tidied.
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    !ended
}

#[test]
fn an_import_killed_twenty_times_loses_nothing_and_doubles_nothing() {
    let dir = tempdir().unwrap();
    let rides = ["rides", "rides.zip"].map(|name| dir.path().join(name));
    files(&rides[0], &rides[1]);
    let rides = rides.map(|path| path.display().to_string());

    let undisturbed = Paceline::new(&dir.path().join("undisturbed"));
    let started = Instant::now();
    let (code, report) = undisturbed.json(&["import", &rides[0]]);
    let mut span = started.elapsed();
    assert_eq!((code, &report["report"]["added"]), (0, &FILES.into()));
    let expected = totals(&undisturbed);
    assert_eq!(expected.len(), 300);

    let mut in_the_middle = 0;
    for round in 0..FOLDERS {
        let app = Paceline::new(&dir.path().join(format!("killed-{round}")));
        let chosen = rides[round as usize % 2].as_str();
        for kill in 0..KILLS_EACH {
            let hit = if kill == 0 {
                start_and_kill(&app, &["import", chosen], moment(span))
            } else {
                whole(&app);
                start_and_kill(&app, &["import", "--resume"], moment(span / 2))
            };
            if hit {
                in_the_middle += 1;
            } else {
                // The undisturbed one had other tests beside it, and took longer.
                span = span.mul_f64(0.8);
            }
        }
        whole(&app);
        // Killed before the import was even noted, there is nothing to resume.
        app.run(&["import", "--resume"]);
        let (code, again) = app.json(&["import", chosen]);
        assert_eq!(code, 0);
        assert_eq!(again["report"]["failed"], 0);
        assert_eq!(totals(&app), expected, "round {round}");
        whole(&app);
        let (_, last) = app.json(&["import", chosen]);
        assert_eq!(last["report"]["known"], FILES);
    }
    println!(
        "{in_the_middle} of {} kills hit a running import; undisturbed it takes about {:.1} s",
        FOLDERS * KILLS_EACH,
        span.as_secs_f64()
    );
    assert!(
        in_the_middle >= FOLDERS,
        "the kills came too late to show anything"
    );
}

/// Whatever is there is whole: both databases, and the samples and original of every activity.
#[track_caller]
pub fn whole(app: &Paceline) {
    let output = app.run(&["check", "--json"]);
    if output.status.code() == Some(0) {
        return;
    }
    // Killed before the athlete was made: an empty folder is whole too.
    let error: Value = serde_json::from_slice(&output.stderr).unwrap_or_default();
    assert_eq!(
        error["code"],
        "noProfile",
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
