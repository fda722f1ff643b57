//! `cargo xtask screenshots`: every screen of the real app, light and dark,
//! for README and for the eye.

use crate::process::{root, run as finish};
use crate::session::Session;
use crate::{Outcome, only_flags, run, system, test, tools, ui};

/// Drives the app through its screens and writes `tests/screenshots`.
pub fn run(arguments: &[String]) -> Outcome {
    only_flags(arguments, &[])?;
    system::ensure()?;
    ui::install()?;
    ui::build()?;
    let app = run::build_app(false)?;
    let driver = tools::ensure(&tools::TAURI_DRIVER)?;
    let session = Session::start()?;
    let folder = root().join("tests/screenshots");
    let mut journey = test::journeys(&app, &driver, &session);
    journey
        .arg("every_screen_is_pictured_in_light_and_in_dark")
        .env("PACELINE_SCREENSHOTS", &folder);
    finish(&mut journey)?;
    println!("Screenshots: {}", folder.display());
    Ok(())
}
