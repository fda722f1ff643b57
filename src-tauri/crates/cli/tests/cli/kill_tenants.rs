//! Tenants and athletes on their way, killed at moments nobody chose.

use crate::kill::{FILE_PASSPHRASE, moment, start_and_kill, whole};
use crate::paceline::{Paceline, ride, write};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

const KILLS: u32 = 10;
const RIDES: i64 = 50;

/// A tenant with two athletes, one with rides, and an empty one.
fn folder(dir: &Path) -> Paceline {
    let app = Paceline::new(&dir.join("whole"));
    let done = |arguments: &[&str]| {
        let output = app.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    };
    let rides = dir.join("rides");
    for day in 0..RIDES {
        let watts = 100 + i32::try_from(day).unwrap();
        write(&rides, &format!("{day}.fit"), &ride(day, 900, watts));
    }
    done(&["init", "--name", "Ada"]);
    done(&["import", &rides.display().to_string()]);
    done(&["tenant", "add-athlete", "Eve"]);
    done(&["tenant", "create", "Club", "--athlete", "Cleo"]);
    app
}

fn copied(from: &Path, to: &Path) -> Paceline {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let here = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copied(&path, &here);
        } else {
            std::fs::copy(&path, &here).unwrap();
        }
    }
    Paceline::new(to)
}

/// The rides of each athlete of each tenant, with all that is said of them but their ids.
fn totals(app: &Paceline) -> Vec<(String, String, Vec<Value>)> {
    let (code, tenants) = app.json(&["tenant", "list"]);
    assert_eq!(code, 0);
    let mut all = Vec::new();
    for tenant in tenants.as_array().unwrap() {
        for athlete in tenant["athletes"].as_array().unwrap() {
            let id = |of: &Value| of["id"].as_str().unwrap().to_owned();
            let (tenant_id, athlete_id) = (id(tenant), id(athlete));
            let there = ["tenant", "switch", &tenant_id, "--athlete", &athlete_id];
            assert_eq!(app.json(&there).0, 0);
            let mut rows = app.rows();
            for row in &mut rows {
                let row = row.as_object_mut().unwrap();
                row.retain(|key, _| key != "id" && key != "updatedAt");
            }
            let name = |of: &Value| of["name"].as_str().unwrap().to_owned();
            all.push((name(tenant), name(athlete), rows));
        }
    }
    all.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    // Whoever comes next starts where the first one did.
    let first = tenants
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["current"] == true);
    let first = first.unwrap()["id"].as_str().unwrap();
    assert_eq!(app.json(&["tenant", "switch", first]).0, 0);
    all
}

fn run(app: &Paceline, arguments: &[&str]) -> Option<i32> {
    let mut command = app.command(arguments);
    command.env("PACELINE_FILE_PASSPHRASE", FILE_PASSPHRASE);
    command.output().unwrap().status.code()
}

/// Kills `arguments` ten times: what is there afterwards is what was there before or what is there
/// when nobody disturbs it; and trying again, where it had not come to that, does.
fn killed(dir: &Path, whole_one: &Paceline, arguments: &[&str]) {
    let before = totals(whole_one);
    let undisturbed = copied(&whole_one.dir, &dir.join("undisturbed"));
    let started = Instant::now();
    assert_eq!(run(&undisturbed, arguments), Some(0));
    let mut span = started.elapsed();
    let after = totals(&undisturbed);
    assert_ne!(before, after);
    let mut in_the_middle = 0;
    let mut app = copied(&whole_one.dir, &dir.join("killed-0"));
    for kill in 1..=KILLS {
        if start_and_kill(&app, arguments, moment(span)) {
            in_the_middle += 1;
        } else {
            // The undisturbed one had other tests beside it, and took longer.
            span = span.mul_f64(0.8).max(Duration::from_millis(30));
        }
        whole(&app);
        let now = totals(&app);
        let done = now == after;
        assert!(
            done || now == before,
            "half there after kill {kill}: {now:#?}"
        );
        if done || kill == KILLS || kill % 3 == 0 {
            if !done {
                assert_eq!(run(&app, arguments), Some(0), "again after kill {kill}");
                assert_eq!(totals(&app), after, "again after kill {kill}");
                whole(&app);
            }
            app = copied(&whole_one.dir, &dir.join(format!("killed-{kill}")));
        }
    }
    println!("{in_the_middle} of {KILLS} kills hit a running {arguments:?}, {span:?}");
    assert!(
        in_the_middle >= 3,
        "the kills came too late to show anything"
    );
}

#[test]
fn an_athlete_whose_copying_is_killed_is_there_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let app = folder(dir.path());
    killed(dir.path(), &app, &["tenant", "transfer", "Ada", "Club"]);
}

#[test]
fn an_athlete_whose_move_is_killed_is_in_one_tenant_and_whole() {
    let dir = tempfile::tempdir().unwrap();
    let app = folder(dir.path());
    killed(
        dir.path(),
        &app,
        &["tenant", "transfer", "Ada", "Club", "--move"],
    );
}

#[test]
fn a_tenant_whose_import_is_killed_is_there_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let app = folder(dir.path());
    let file = dir.path().join("ada.paceline").display().to_string();
    assert_eq!(run(&app, &["tenant", "export", &file]), Some(0));
    killed(
        dir.path(),
        &app,
        &["tenant", "import", &file, "--name", "Came"],
    );
}
