//! Programs from crates.io that the tests and bundles need, pinned, under
//! `target/tools`.

use crate::Outcome;
use crate::process::{cargo, root, run};
use std::path::PathBuf;

/// A program and the version of the crate it comes from.
pub struct Tool {
    crate_name: &'static str,
    version: &'static str,
    program: &'static str,
}

/// Speaks WebDriver to the app's own window.
pub const TAURI_DRIVER: Tool = Tool {
    crate_name: "tauri-driver",
    version: "2.1.0",
    program: "tauri-driver",
};

/// Makes installable packages.
pub const TAURI_CLI: Tool = Tool {
    crate_name: "tauri-cli",
    version: "2.12.5",
    program: "cargo-tauri",
};

/// Installs a tool where it is absent, and returns its path.
pub fn ensure(tool: &Tool) -> Outcome<PathBuf> {
    let folder = root().join("target/tools");
    let program = folder.join("bin").join(tool.program);
    let stamp = folder.join(format!("{}-{}", tool.crate_name, tool.version));
    if program.is_file() && stamp.is_file() {
        return Ok(program);
    }
    run(cargo()
        .args(["install", tool.crate_name, "--version", tool.version])
        .args(["--locked", "--root"])
        .arg(&folder))?;
    std::fs::write(&stamp, "").map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok(program)
}
