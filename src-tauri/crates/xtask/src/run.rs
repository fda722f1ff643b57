//! `cargo xtask run`: from a fresh clone to the window.

use crate::display::Picture;
use crate::process::{WORKSPACE, cargo, command, root, run as finish, target};
use crate::session::{Session, has_display};
use crate::{Outcome, only_flags, system, ui};
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

/// How long the window may take to be drawn on a virtual display before that is an error.
const PATIENCE: Duration = Duration::from_secs(90);

/// Installs, builds and starts the app; in a virtual display where there is no other.
pub fn run(arguments: &[String]) -> Outcome {
    let flags = only_flags(arguments, &["--once", "--release"])?;
    let release = flags.contains(&"--release");
    system::ensure()?;
    ui::install()?;
    ui::build()?;
    let app = build_app(release)?;
    if has_display() && !flags.contains(&"--once") {
        eprintln!("Starting Paceline");
        return finish(&mut command(app));
    }
    in_virtual_display(app, flags.contains(&"--once"))
}

/// Builds the shell with the UI inside it and returns the program.
pub fn build_app(release: bool) -> Outcome<PathBuf> {
    let mut build = cargo();
    build.arg("build").arg("--bins").args(WORKSPACE);
    if release {
        build.arg("--release");
    }
    finish(&mut build)?;
    let profile = if release { "release" } else { "debug" };
    Ok(target().join(profile).join("paceline-desktop"))
}

fn in_virtual_display(app: PathBuf, once: bool) -> Outcome {
    let session = Session::start()?;
    let mut start = command(app);
    session.enter(&mut start);
    // A keyring started for the length of this command would lose the key with it, so that the next
    // start could not open what this one wrote. The key file stays.
    start.env("PACELINE_KEY_FILE_ONLY", "1");
    eprintln!("There is no display here: Paceline starts in a virtual one");
    let mut child = start
        .spawn()
        .map_err(|e| format!("the app did not start: {e}"))?;
    let drawn = wait_until_drawn(&session, &mut child);
    let outcome = drawn.and_then(|picture| {
        let path = root().join("target/screenshots/run.png");
        picture.write(&path)?;
        println!("Screenshot: {}", path.display());
        if once {
            return Ok(());
        }
        println!("Paceline is running; Ctrl-C ends it");
        let status = child.wait().map_err(|e| e.to_string())?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the app ended with {status}"))
        }
    });
    let _gone = child.kill();
    let _gone = child.wait();
    outcome
}

/// Waits until the display shows a drawn page that has stopped changing.
fn wait_until_drawn(session: &Session, child: &mut Child) -> Outcome<Picture> {
    let started = Instant::now();
    let mut before: Option<Picture> = None;
    while started.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(750));
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            return Err(format!(
                "the app ended with {status} before its window was drawn"
            ));
        }
        let Ok(dump) = std::fs::read(session.framebuffer()) else {
            continue;
        };
        let now = Picture::from_window_dump(&dump)?;
        if now.is_drawn() && before.as_ref() == Some(&now) {
            return Ok(now);
        }
        before = Some(now);
    }
    match before {
        // Something that never rests (a caret, a spinner) is drawn all the same.
        Some(picture) if picture.is_drawn() => Ok(picture),
        _ => Err(format!(
            "the window stayed blank for {} seconds",
            PATIENCE.as_secs()
        )),
    }
}
