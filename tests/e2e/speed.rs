//! How long the window lets one wait, measured by the page itself in the real
//! web view.
//!
//! The targets are for a release build on a quiet machine. Here a debug build
//! runs beside whatever else the machine does, so a figure fails only beyond
//! three times its target; the figure itself is always printed.

use crate::app::{App, Look};
use crate::fixtures::{Ride, write, write_many};
use crate::webdriver::SOON;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// From the frame's arrival to the drawn charts, ten hours at one sample a second.
const ACTIVITY_MS: f64 = 100.0;

/// From asking for the list to its first rows on screen.
const LIST_MS: f64 = 150.0;

/// Activities in the long list. `PACELINE_E2E_ROWS` names another number, for trying things out.
const ROWS: u32 = 20_000;

const TOLERANCE: f64 = 3.0;

/// A figure the page keeps in a data attribute of its root element.
fn measured(app: &App, name: &str) -> f64 {
    let script = format!("return document.documentElement.dataset.{name} ?? null");
    app.until(&format!("the page to measure {name}"), SOON, || {
        app.script(&script).ok()?.as_str()?.parse().ok()
    })
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn ten_hours_of_samples_are_drawn_without_a_wait() {
    let files = TempDir::new().unwrap();
    let ride = Ride {
        name: "Ten hours",
        day: 20,
        seconds: 36_000,
        watts: 150,
    };
    let path = write(files.path(), &ride);
    let app = App::start_with("ten-hours", Look::Light, TempDir::new().unwrap());
    app.introduce();
    app.click("nav-import");
    app.fill("import-path-input", &path.to_string_lossy());
    app.click("import-path-submit");
    app.wait_for("import-done", Duration::from_secs(180));
    app.click("nav-activities");
    app.click("activity-row");
    app.wait("chart-stack");
    let took = measured(&app, "activityFrameMs");
    println!("36,000 samples: frame to drawn charts {took:.0} ms (target {ACTIVITY_MS:.0} ms)");
    app.keep_picture("ten-hours");
    assert!(took < ACTIVITY_MS * TOLERANCE, "{took} ms");
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn a_list_of_twenty_thousand_shows_its_first_rows_at_once() {
    let count = std::env::var("PACELINE_E2E_ROWS")
        .ok()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(ROWS);
    let files = TempDir::new().unwrap();
    write_many(files.path(), count);
    let app = App::start("long-list-import");
    app.introduce();
    app.click("nav-import");
    app.fill("import-path-input", &files.path().to_string_lossy());
    let started = Instant::now();
    app.click("import-path-submit");
    app.wait_for("import-done", Duration::from_secs(900));
    println!(
        "{count} small files imported in {:.0} s (debug build)",
        started.elapsed().as_secs_f64()
    );
    let data = app.stop();

    // A fresh start: nothing is in the page's memory, only in the database.
    let app = App::start_with("long-list", Look::Light, data);
    app.wait("activity-row");
    let took = measured(&app, "listFirstRowsMs");
    println!("{count} activities: first rows after {took:.0} ms (target {LIST_MS:.0} ms)");
    app.keep_picture("long-list");
    let rows = app.all("activity-row").len();
    assert!(rows < 500, "a list that is not virtual: {rows} rows");
    assert!(took < LIST_MS * TOLERANCE, "{took} ms");
}
