//! Measurements whose results are limits: each subcommand prints figures taken
//! in one run on the same data and fails if a limit is missed.
//!
//! Absolute figures depend on the machine; the ratios to peers do not. Start at
//! the module of the subcommand.

mod engine;
mod fit;
mod import;
mod parity;
mod peers;
mod rides;
mod xml;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: paceline-bench {fit|xml|parity} [CORPUS_FOLDER] | import | engine";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let within_limits = match words.as_slice() {
        ["fit", rest @ ..] => Ok(fit::run(rest.first().copied())),
        ["xml", rest @ ..] => Ok(xml::run(rest.first().copied())),
        ["parity", rest @ ..] => parity::run(rest.first().copied()),
        ["import"] => import::run(),
        ["engine"] => engine::run(),
        ["import-once", files, data] => {
            import::once(Path::new(files), Path::new(data)).map(|()| true)
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match within_limits {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
