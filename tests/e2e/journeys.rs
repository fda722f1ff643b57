//! What a newcomer does in the first minutes.

use crate::app::App;
use crate::fixtures::{RIDES, write, write_damaged};
use crate::pictures::analysed;
use crate::webdriver::{SOON, key};
use std::time::Duration;
use tempfile::TempDir;

/// Long enough for a debug build on a busy machine with two cores.
pub const IMPORT: Duration = Duration::from_secs(120);

/// Imports a path by typing it, and waits for the result list.
pub fn import(app: &App, path: &std::path::Path) {
    app.click("nav-import");
    app.fill("import-path-input", &path.to_string_lossy());
    app.click("import-path-submit");
    app.wait_for("import-done", IMPORT);
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn a_newcomer_imports_a_folder_opens_a_ride_and_reads_a_range() {
    let files = TempDir::new().unwrap();
    for ride in &RIDES {
        write(files.path(), ride);
    }
    let app = App::start("first-ride");
    app.introduce();
    import(&app, files.path());
    app.keep_picture("import-done");

    app.click("nav-activities");
    let rows = app.until("three rides in the list", SOON, || {
        let rows = app.all("activity-row");
        (rows.len() == RIDES.len()).then_some(rows)
    });
    let listed: Vec<String> = rows.iter().map(|row| app.text(row)).collect();
    for ride in &RIDES {
        assert!(
            listed.iter().any(|row| row.contains(ride.name)),
            "{} is not listed: {listed:?}",
            ride.name
        );
    }

    let ride = &RIDES[0];
    let row = listed
        .iter()
        .position(|row| row.contains(ride.name))
        .unwrap();
    app.press(&rows[row]).unwrap();
    assert!(app.read("activity-title").contains(ride.name));
    app.keep_picture("activity");

    app.until("the charts to take the focus", SOON, || {
        let focused = "const c = document.querySelector('[data-testid=\"chart-stack\"]'); \
                       if (!c) return false; c.focus(); return document.activeElement === c";
        (app.script(focused) == Ok(true.into())).then_some(())
    });
    app.keys(None, &[key::RIGHT; 3]);
    app.keys(Some(key::SHIFT), &[key::RIGHT; 12]);
    app.keys(None, &[key::ENTER]);
    app.wait("range-reset");
    let power = app.read("range-avg-power");
    assert!(
        power.contains(&ride.watts.to_string()),
        "the average over any range of {} is {} W, and it says {power}",
        ride.name,
        ride.watts
    );
    let elapsed = app.read("range-elapsed");
    let seconds = clock_seconds(&elapsed).unwrap_or_else(|| panic!("{elapsed} is no duration"));
    assert!(
        (1..ride.seconds).contains(&seconds),
        "a part of the ride lasts less than the whole: {elapsed}"
    );
    app.keep_picture("activity-range");

    app.script("document.querySelector('[data-testid=\"chart-stack\"]').focus()")
        .unwrap();
    app.keys(None, &[key::ESCAPE]);
    app.until("the whole ride again", SOON, || {
        app.all("range-reset").is_empty().then_some(())
    });
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn a_damaged_file_is_named_with_its_reason_and_the_others_come_in() {
    let files = TempDir::new().unwrap();
    write(files.path(), &RIDES[2]);
    write_damaged(files.path());
    let app = App::start("damaged");
    app.introduce();
    import(&app, files.path());
    let failed = app.read("import-item-failed");
    app.keep_picture("import-damaged");
    assert!(failed.contains("dropped-watch.fit"), "{failed}");
    let reason = failed.replace("dropped-watch.fit", "");
    assert!(
        reason.split_whitespace().count() >= 3,
        "a reason is a sentence: {failed}"
    );
    app.click("nav-activities");
    app.until("the sound file in the list", SOON, || {
        (app.all("activity-row").len() == 1).then_some(())
    });
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn the_sample_athlete_shows_seasons_of_rides_to_explore() {
    let app = App::start("sample");
    app.click("sample-button");
    app.wait_for("activity-list", Duration::from_secs(240));
    let rows = app.until("rides of the sample athlete", IMPORT, || {
        let rows = app.all("activity-row");
        (rows.len() >= 10).then_some(rows)
    });
    app.keep_picture("sample-list");
    app.press(&rows[0]).unwrap();
    app.wait("chart-stack");
    assert!(!app.read("activity-title").is_empty());
    app.keep_picture("sample-activity");
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn the_sample_athlete_s_fitness_curves_and_mornings_are_told_in_figures() {
    let app = App::start("engine");
    app.click("sample-button");
    app.wait_for("activity-list", Duration::from_secs(240));
    analysed(&app);
    app.click("nav-fitness");
    app.wait_for("fitness-chart", Duration::from_secs(60));
    let weeks = app.until("weeks with their load", SOON, || {
        app.all("fitness-weeks").first().map(|w| app.text(w))
    });
    assert!(weeks.chars().any(|c| c.is_ascii_digit()), "{weeks}");
    app.keep_picture("fitness");
    app.click("nav-curves");
    app.wait_for("curve-chart", Duration::from_secs(120));
    let models = app.until("the fitted models", Duration::from_secs(120), || {
        let text = app.all("curve-models").first().map(|m| app.text(m))?;
        text.contains("W′").then_some(text)
    });
    assert!(models.contains("kJ"), "{models}");
    app.keep_picture("curves");
    app.click("nav-wellness");
    app.wait_for("diary", SOON);
    app.keep_picture("wellness");
}

/// Seconds of `12:34`, `1:02:03`, `45 s`, `12 min 5 s` and the like.
fn clock_seconds(text: &str) -> Option<u32> {
    let clock = text
        .split_whitespace()
        .find(|word| word.contains(':'))
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_digit()));
    if let Some(clock) = clock {
        return clock
            .split(':')
            .try_fold(0, |sum, part| Some(sum * 60 + part.parse::<u32>().ok()?));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut sum = None;
    for pair in words.windows(2) {
        let unit = match pair[1] {
            "h" => 3600,
            "min" => 60,
            "s" => 1,
            _ => continue,
        };
        sum = Some(sum.unwrap_or(0) + pair[0].parse::<u32>().ok()? * unit);
    }
    sum
}

#[test]
fn durations_are_read_in_both_forms() {
    assert_eq!(clock_seconds("Elapsed 1:02:03"), Some(3723));
    assert_eq!(clock_seconds("02:05"), Some(125));
    assert_eq!(clock_seconds("12 min 5 s"), Some(725));
    assert_eq!(clock_seconds("Elapsed"), None);
}
