//! `cargo xtask bench` and `parity`: the figures README and the issue speak of,
//! measured here and now in release, and ours beside GoldenCheetah's.

use crate::Outcome;
use crate::process::{cargo, command, run as finish, target};

/// What is measured when nothing is named, in this order.
const ALL: [&str; 4] = ["fit", "xml", "import", "engine"];

/// Builds `paceline-bench` in release and runs its comparison with GoldenCheetah.
pub fn parity(arguments: &[String]) -> Outcome {
    let named = std::iter::once("parity".to_owned()).chain(arguments.iter().cloned());
    run(&named.collect::<Vec<_>>())
}

/// Builds `paceline-bench` in release and runs all its parts, or the one named.
pub fn run(arguments: &[String]) -> Outcome {
    finish(cargo().args(["build", "--release", "-p", "paceline-bench"]))?;
    let program = target().join("release/paceline-bench");
    if !arguments.is_empty() {
        return finish(command(program).args(arguments));
    }
    for part in ALL {
        println!("== {part}");
        finish(command(&program).arg(part))?;
    }
    Ok(())
}
