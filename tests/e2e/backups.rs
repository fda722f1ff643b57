//! Yesterday comes back.

use crate::app::{App, Look};
use crate::fixtures::{RIDES, write};
use crate::journeys::{IMPORT, import};
use crate::webdriver::SOON;
use tempfile::TempDir;

fn listed(app: &App, rides: usize) {
    app.click("nav-activities");
    app.until("the rides in the list", IMPORT, || {
        (app.all("activity-row").len() == rides).then_some(())
    });
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn a_backup_brings_back_the_list_as_it_was_and_keeps_what_it_replaced() {
    let (before, after) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(before.path(), &RIDES[0]);
    write(before.path(), &RIDES[1]);
    write(after.path(), &RIDES[2]);
    let app = App::start("backups");
    app.introduce();
    import(&app, before.path());
    app.click("nav-settings");
    app.click("tab-backups");
    app.click("backup-now");
    app.wait_for("backup-done", IMPORT);
    assert_eq!(app.all("backup-row").len(), 1);
    app.keep_picture("backups");
    import(&app, after.path());
    listed(&app, 3);

    app.click("nav-settings");
    app.click("tab-backups");
    app.click("check-data");
    let whole = app.until("the check", IMPORT, || {
        app.all("check-result").first().map(|r| app.text(r))
    });
    assert!(whole.contains("3 activities"), "{whole}");
    app.click("backup-restore");
    app.keep_picture("backup-restore");
    app.click("backup-restore-confirm");
    let told = app.until("word of the restore", IMPORT, || {
        let told = app.text(app.all("backup-done").first()?);
        told.contains("2 activities").then_some(told)
    });
    let aside = told
        .rsplit("lies in ")
        .next()
        .unwrap()
        .trim_end_matches('.');
    assert!(
        std::path::Path::new(aside).join("paceline.db").is_file(),
        "the data of before lie in {aside}"
    );
    listed(&app, 2);
    // And at the next start.
    let data = app.stop();
    let app = App::start_with("backups-again", Look::Light, data);
    app.until("the list", SOON, || {
        (app.all("activity-row").len() == 2).then_some(())
    });
}
