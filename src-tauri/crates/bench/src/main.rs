//! Measurements whose results are limits: each subcommand prints figures taken
//! in one run on the same data and fails if a limit is missed.
//!
//! Absolute figures depend on the machine; the ratios to peers do not. Knows
//! nothing of the app. Start at the module of the subcommand.

mod fit;

use std::process::ExitCode;

const USAGE: &str = "usage: paceline-bench fit [CORPUS_FOLDER]";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let within_limits = match args.next().as_deref() {
        Some("fit") => fit::run(args.next().as_deref()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    if within_limits {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
