//! `cargo xtask bless`: writes golden files and the TypeScript bindings anew.
//! What changed is then seen, and judged, in the diff.

use crate::process::{WORKSPACE, cargo, run as finish};
use crate::{Outcome, only_flags, system, ui};

/// Runs the tests with leave to write what they otherwise compare.
pub fn run(arguments: &[String]) -> Outcome {
    only_flags(arguments, &[])?;
    system::ensure()?;
    ui::install()?;
    ui::build()?;
    finish(
        cargo()
            .arg("test")
            .args(WORKSPACE)
            .env("PACELINE_BLESS", "1"),
    )?;
    println!("Blessed; `git diff` shows what changed");
    Ok(())
}
