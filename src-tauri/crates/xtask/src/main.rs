//! `cargo xtask`: everything that is done to the project from a terminal, from
//! a fresh clone on.
//!
//! Knows commands, packages and processes, and nothing of athletes or files:
//! it depends on no other crate of the workspace, so that it compiles in
//! seconds where nothing is built yet. Start at [`COMMANDS`].

mod bench;
mod bless;
mod bundle;
mod display;
mod icons;
mod process;
mod run;
mod screenshots;
mod session;
mod system;
mod test;
mod tools;
mod ui;

use std::process::ExitCode;

/// Why a command stopped, in one sentence for the person at the terminal.
type Outcome<T = ()> = Result<T, String>;

struct CommandLine {
    name: &'static str,
    purpose: &'static str,
    body: fn(&[String]) -> Outcome,
}

const COMMANDS: [CommandLine; 8] = [
    CommandLine {
        name: "run",
        purpose: "install what is missing, build and start the app  [--once] [--release]",
        body: run::run,
    },
    CommandLine {
        name: "test",
        purpose: "everything CI runs  [--list] [--only STEP]...",
        body: test::run,
    },
    CommandLine {
        name: "bench",
        purpose: "build in release and measure  [SUBCOMMAND [ARGS]...]",
        body: bench::run,
    },
    CommandLine {
        name: "parity",
        purpose: "our figures beside GoldenCheetah's  [CORPUS_FOLDER]",
        body: bench::parity,
    },
    CommandLine {
        name: "bundle",
        purpose: "make the installable packages  [--bundles deb,appimage]",
        body: bundle::run,
    },
    CommandLine {
        name: "bless",
        purpose: "write the golden files and ui/src/lib/ipc/bindings.ts anew",
        body: bless::run,
    },
    CommandLine {
        name: "screenshots",
        purpose: "picture every screen of the real app, light and dark",
        body: screenshots::run,
    },
    CommandLine {
        name: "icons",
        purpose: "render icons/ from its SVG sources",
        body: icons::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        eprint!("{}", usage());
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|c| c.name == name) else {
        eprintln!("There is no command '{name}'.\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (command.body)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("cargo xtask {name}: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let mut text = String::from("cargo xtask COMMAND\n\n");
    for command in &COMMANDS {
        text.push_str(&format!("  {:<12} {}\n", command.name, command.purpose));
    }
    text
}

/// Refuses arguments a command does not take, so that a typing error never runs the wrong thing.
fn only_flags<'a>(arguments: &'a [String], allowed: &[&str]) -> Outcome<Vec<&'a str>> {
    arguments
        .iter()
        .map(|argument| {
            if allowed.contains(&argument.as_str()) {
                Ok(argument.as_str())
            } else {
                Err(format!("it does not take '{argument}'"))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_argument_is_refused_by_name() {
        let given = ["--once".to_owned(), "--twice".to_owned()];
        assert_eq!(only_flags(&given[..1], &["--once"]), Ok(vec!["--once"]));
        assert_eq!(
            only_flags(&given, &["--once"]),
            Err("it does not take '--twice'".to_owned())
        );
    }
}
