//! What somebody does who looks after more than one athlete.

use crate::app::{App, Look, paceline};
use crate::fixtures::{RIDES, write};
use crate::webdriver::{SOON, key};
use std::time::Duration;
use tempfile::TempDir;

/// The texts of every element with this `data-testid`.
fn texts(app: &App, testid: &str) -> Vec<String> {
    app.all(testid).iter().map(|e| app.text(e)).collect()
}

/// Chooses an option of a select by its value.
fn select(app: &App, testid: &str, value: &str) {
    app.wait(testid);
    app.script(&format!(
        "const s = document.querySelector('[data-testid=\"{testid}\"]'); s.value = '{value}'; \
         s.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ))
    .unwrap();
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn a_coach_sees_two_profiles_at_once_and_keeps_words_groups_and_tags() {
    let (data, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (hers, his) = (
        write(files.path(), &RIDES[0]),
        write(files.path(), &RIDES[1]),
    );
    let run = |arguments: &[&str]| paceline(data.path(), arguments);
    run(&["init", "--name", "Ada"]);
    run(&["import", &hers.to_string_lossy()]);
    run(&["tenant", "create", "Club", "--athlete", "Bob"]);
    run(&["tenant", "switch", "Club"]);
    run(&["import", &his.to_string_lossy()]);
    run(&["tenant", "switch", "Ada"]);

    let app = App::start_with("desk", Look::Light, data);
    app.click("nav-coach");
    let rows = app.until("both athletes", SOON, || {
        let rows = texts(&app, "desk-row");
        (rows.len() == 2).then_some(rows)
    });
    assert!(
        rows[0].contains("Ada") && rows[0].contains(RIDES[0].name),
        "{rows:?}"
    );
    assert!(
        rows[1].contains("Bob") && rows[1].contains("Club"),
        "{rows:?}"
    );
    assert!(rows[1].contains(RIDES[1].name), "{rows:?}");

    app.click("desk-groups");
    app.click("group-new");
    app.fill("group-name", "Racers");
    app.click("group-member");
    app.click("group-save");
    assert!(app.read("group").contains("Ada"));
    app.click("groups-close");

    app.click("desk-tags");
    app.fill("tags-text", "injured, base phase, injured");
    app.click("tags-save");
    app.until("two tags", SOON, || {
        (texts(&app, "desk-tag") == ["base phase", "injured"]).then_some(())
    });

    app.click("desk-bulk");
    app.click("bulk-who");
    select(&app, "bulk-kind", "ftp");
    app.fill("bulk-value", "250");
    let preview = app.read("bulk-preview");
    assert!(
        preview.contains("Ada") && preview.contains("250 W"),
        "{preview}"
    );
    app.click("bulk-save");
    app.until("what was set", SOON, || {
        app.read("desk-said").contains("250 W").then_some(())
    });
    app.until(
        "the load under the new threshold",
        Duration::from_secs(20),
        || {
            let row = texts(&app, "desk-row").into_iter().next()?;
            (row.contains("Racers") && !row.contains("without load")).then_some(())
        },
    );
    app.keep_picture("desk");

    app.fill("desk-search", "nobody of this name");
    app.wait("desk-none");
    app.script(
        "const s = document.querySelector('[data-testid=\"desk-search\"]'); s.value = ''; \
         s.dispatchEvent(new Event('input', { bubbles: true }))",
    )
    .unwrap();
    select(&app, "desk-label", "tag:injured");
    app.until("the tagged athlete alone", SOON, || {
        (texts(&app, "desk-athlete") == ["Ada"]).then_some(())
    });
    select(&app, "desk-label", "");

    // The other athlete's ride opens in the other profile, and takes a word there.
    app.until("both athletes again", SOON, || {
        let last = app.all("desk-last");
        (last.len() == 2).then(|| app.press(&last[1]).unwrap())
    });
    app.until("his ride", SOON, || {
        app.read("activity-title")
            .contains(RIDES[1].name)
            .then_some(())
    });
    app.click("comment-add");
    app.fill("comment-text", "Even all the way up.");
    app.keys(None, &[key::ENTER]);
    app.fill("comment-text", "Rest now.");
    app.keys(Some(key::CONTROL), &[key::ENTER]);
    let comment = app.read("comment");
    assert!(
        comment.contains("Even all the way up.\nRest now."),
        "{comment}"
    );
    app.script("document.querySelector('[data-testid=\"comment\"]').scrollIntoView()")
        .unwrap();
    // The picture is of a frame already drawn.
    std::thread::sleep(Duration::from_millis(600));
    app.keep_picture("desk-comment");

    app.click("comment-edit");
    app.fill("comment-edit-text", " Good.");
    app.click("comment-edit-save");
    app.until("the changed words", SOON, || {
        app.read("comment")
            .contains("Rest now. Good.")
            .then_some(())
    });
    app.click("comment-delete");
    app.click("comment-delete-yes");
    app.until("no comment", SOON, || {
        (app.all("comment").is_empty() && !app.all("comment-add").is_empty()).then_some(())
    });
}
