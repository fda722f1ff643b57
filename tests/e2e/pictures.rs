//! Every screen, light and dark, as the real window shows it.

use crate::app::{App, Look, artifacts};
use crate::fixtures::{RIDES, write, write_damaged};
use crate::webdriver::SOON;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

fn keep(app: &App, screen: &str, look: Look) {
    // Charts, maps and fonts settle within a few frames of the data.
    std::thread::sleep(Duration::from_millis(1200));
    let folder = std::env::var_os("PACELINE_SCREENSHOTS")
        .map_or_else(|| artifacts().join("screens"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    let look = match look {
        Look::Light => "light",
        Look::Dark => "dark",
    };
    let picture = app.picture().unwrap();
    assert!(picture.starts_with(b"\x89PNG"), "{screen} is no picture");
    // A page of one colour packs into almost nothing.
    assert!(picture.len() > 6_000, "{screen} looks blank");
    let path = folder.join(format!("{screen}-{look}.png"));
    std::fs::write(&path, picture).unwrap();
    eprintln!("picture: {}", path.display());
}

/// Waits until the figures of all activities are made.
pub fn analysed(app: &App) {
    app.until(
        "the figures of all activities",
        Duration::from_secs(240),
        || app.all("figures-progress").is_empty().then_some(()),
    );
}

fn tour(look: Look) {
    let app = App::start_with("tour", look, TempDir::new().unwrap());
    // Refused by some window managers, and then the window's own size does.
    let _refused = app.resize(1280, 800);
    app.wait("first-run-name");
    let dark = app
        .script("return matchMedia('(prefers-color-scheme: dark)').matches")
        .unwrap();
    assert_eq!(
        dark,
        serde_json::Value::Bool(look == Look::Dark),
        "the desktop's colours"
    );
    keep(&app, "first-run", look);

    app.click("sample-button");
    let rows = app.until("the sample athlete", Duration::from_secs(240), || {
        let rows = app.all("activity-row");
        (rows.len() >= 10).then_some(rows)
    });
    keep(&app, "activities", look);
    // A ride outdoors with a power meter shows the most.
    let ride = rows
        .iter()
        .find(|row| {
            let text = app.text(row);
            text.contains("Cycling") && !text.contains("indoor")
        })
        .expect("the sample athlete rides outdoors");
    app.press(ride).unwrap();
    app.wait("chart-stack");
    app.wait("activity-title");
    keep(&app, "activity", look);
    analysed(&app);
    for (screen, ready) in [
        ("fitness", "fitness-chart"),
        ("curves", "curve-chart"),
        ("wellness", "diary"),
    ] {
        app.click(&format!("nav-{screen}"));
        app.wait_for(ready, Duration::from_secs(120));
        keep(&app, screen, look);
    }

    let files = TempDir::new().unwrap();
    for ride in &RIDES {
        write(files.path(), ride);
    }
    write_damaged(files.path());
    app.click("nav-import");
    app.fill("import-path-input", &files.path().to_string_lossy());
    app.click("import-path-submit");
    app.wait_for("import-done", Duration::from_secs(120));
    keep(&app, "import", look);

    app.click("nav-settings");
    app.until("the settings", SOON, || {
        app.all("activity-list").is_empty().then_some(())
    });
    keep(&app, "settings", look);
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask screenshots"]
fn every_screen_is_pictured_in_light_and_in_dark() {
    tour(Look::Light);
    tour(Look::Dark);
}
