//! The web frontend: its packages and its build.

use crate::Outcome;
use crate::process::{command, root, run, target};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// `npm` in `ui/`, without colour codes so that its report can be read.
pub fn npm(arguments: &[&str]) -> Command {
    let mut npm = command("npm");
    npm.args(arguments)
        .current_dir(root().join("ui"))
        .env("NO_COLOR", "1")
        .env("CI", "1");
    npm
}

/// Installs the packages of `package-lock.json`, unless exactly these are installed already.
pub fn install() -> Outcome {
    let lock_path = root().join("ui/package-lock.json");
    let lock = std::fs::read(&lock_path).map_err(|e| format!("{}: {e}", lock_path.display()))?;
    let stamp = target().join("xtask/npm-installed.json");
    let modules = root().join("ui/node_modules");
    if modules.is_dir() && std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        eprintln!("ui: packages are those of package-lock.json");
        return Ok(());
    }
    let ci = ["ci", "--no-audit", "--no-fund"];
    if run(&mut npm(&ci)).is_err() {
        // A registry that failed once is asked once more, and then it is an error.
        std::thread::sleep(Duration::from_secs(5));
        run(&mut npm(&ci))?;
    }
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    }
    std::fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// Builds `ui/dist` where a source is newer than it. Left alone otherwise: touching it would
/// compile the shell again, which embeds it.
pub fn build() -> Outcome {
    let built = modified(&root().join("ui/dist/index.html"));
    if built.is_some_and(|built| newest(&root().join("ui")).is_some_and(|source| source < built)) {
        eprintln!("ui: dist is newer than every source");
        return Ok(());
    }
    run(&mut npm(&["run", "build"]))
}

fn newest(folder: &Path) -> Option<SystemTime> {
    let mut newest = None;
    let mut waiting: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !matches!(entry.file_name().to_str(), Some("node_modules" | "dist")) {
                    waiting.push(path);
                }
            } else {
                newest = newest.max(modified(&path));
            }
        }
    }
    newest
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}
