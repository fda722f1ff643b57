//! A disk that failed: what the window says at the next start, and the way out.

use crate::app::{App, Look};
use crate::fixtures::{RIDES, write};
use crate::journeys::{IMPORT, import};
use crate::webdriver::SOON;
use std::path::Path;
use tempfile::TempDir;

fn damage(data: &Path) -> Vec<u8> {
    let path = data.join("paceline.db");
    // The log of a window that was ended holds whole pages still.
    let _ = std::fs::remove_file(data.join("paceline.db-wal"));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..3000].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();
    bytes
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn damaged_data_are_told_of_at_the_start_and_replaced_by_the_newest_backup() {
    let files = TempDir::new().unwrap();
    write(files.path(), &RIDES[0]);
    write(files.path(), &RIDES[1]);
    let app = App::start("damage-before");
    app.introduce();
    import(&app, files.path());
    app.click("nav-settings");
    app.click("tab-backups");
    app.click("backup-now");
    app.wait_for("backup-done", IMPORT);
    let data = app.stop();
    let bytes = damage(data.path());

    let app = App::start_with("damage", Look::Light, data);
    app.wait_for("damage-restore", SOON);
    app.keep_picture("damage");
    let reason = app.read("damage-reason");
    assert!(reason.contains("paceline.db does not open"), "{reason}");
    assert!(
        app.all("nav-activities").is_empty(),
        "nothing else is shown"
    );
    app.click("damage-restore");
    app.wait_for("damage-restored", IMPORT);
    app.keep_picture("damage-restored");
    let told = app.read("damage-restored");
    assert!(told.contains("2 activities"), "{told}");
    let aside = app
        .script("return document.querySelector('[data-testid=damage-restored] code').textContent")
        .unwrap();
    let aside = Path::new(aside.as_str().unwrap()).join("paceline.db");
    assert!(
        std::fs::read(&aside).unwrap() == bytes,
        "the damaged data are kept in {}",
        aside.display()
    );
    app.click("damage-go-on");
    app.until("the list as it was", SOON, || {
        (app.all("activity-row").len() == 2).then_some(())
    });
}
