//! Starting other programs: in the workspace's root, with cargo's own
//! variables of this process removed, and with their tests counted.

use crate::Outcome;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The flags every cargo call over the workspace shares. One selection of packages and features
/// means one build of each dependency, whichever command comes first.
pub const WORKSPACE: [&str; 3] = [
    "--workspace",
    "--features",
    "paceline-desktop/custom-protocol",
];

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A command in the workspace's root. Variables that cargo set for this process alone are removed:
/// a build script that watches one of them would otherwise run again under every other caller.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || matches!(text, "CARGO_PRIMARY_PACKAGE" | "CARGO_BIN_NAME" | "OUT_DIR")
        {
            command.env_remove(&name);
        }
    }
    command
}

/// The cargo that runs this.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end, output to the terminal.
pub fn run(command: &mut Command) -> Outcome {
    announce(command);
    let status = command
        .status()
        .map_err(|e| format!("{} did not start: {e}", name(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", name(command)))
    }
}

/// Runs to the end and returns what it printed.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("{} did not start: {e}", name(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "{} ended with {}: {}",
            name(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}

/// Whether a program is on the search path and answers `--version` (or the given flag).
pub fn answers(program: &str, flag: &str) -> bool {
    Command::new(program)
        .arg(flag)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Tests that a program said it ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that held.
    pub passed: u32,
    /// Tests that did not.
    pub failed: u32,
    /// Tests that did not run.
    pub ignored: u32,
}

impl Counts {
    /// Adds what one line of output reports: libtest's `test result:` or vitest's `Tests`.
    pub fn read(&mut self, line: &str) {
        let line = line.trim_start();
        let (separators, figures) = if let Some(rest) = line.strip_prefix("test result:") {
            (
                ';',
                rest.split_once(". ").map_or(rest, |(_, figures)| figures),
            )
        } else if let Some(rest) = line.strip_prefix("Tests ") {
            ('|', rest)
        } else {
            return;
        };
        for part in figures.split(separators) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u32>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" | "skipped" | "todo" => self.ignored += number,
                _ => {}
            }
        }
    }

    /// Adds another count to this one.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Runs to the end, passing its output on, and counts the tests it reports.
pub fn run_counting(command: &mut Command) -> (Counts, Outcome) {
    count_into(command, &mut std::io::stdout())
}

fn count_into(command: &mut Command, terminal: &mut dyn Write) -> (Counts, Outcome) {
    announce(command);
    let mut counts = Counts::default();
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(e) => return (counts, Err(format!("{} did not start: {e}", name(command)))),
    };
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&line);
            counts.read(&text);
            // A closed terminal is no reason to stop counting.
            let _closed = writeln!(terminal, "{text}");
        }
    }
    let outcome = match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} ended with {status}", name(command))),
        Err(e) => Err(format!("{} was lost: {e}", name(command))),
    };
    (counts, outcome)
}

fn announce(command: &Command) {
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| {
            let path = Path::new(word);
            let shown = if path.is_absolute() && path.parent().is_some_and(|p| p.ends_with("bin")) {
                path.file_name().unwrap_or(word)
            } else {
                word
            };
            shown.to_string_lossy().into_owned()
        })
        .collect();
    eprintln!("$ {}", words.join(" "));
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut name = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    if let Some(first) = command.get_args().next() {
        name.push(' ');
        name.push_str(&first.to_string_lossy());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_from_both_runners_and_from_nothing_else() {
        let mut counts = Counts::default();
        counts.read("running 7 tests");
        counts.read("test result: FAILED. 5 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.1s");
        assert_eq!(
            counts,
            Counts {
                passed: 5,
                failed: 1,
                ignored: 2
            }
        );
        counts.read("      Tests  1 failed | 41 passed | 3 skipped (45)");
        assert_eq!(
            counts,
            Counts {
                passed: 46,
                failed: 2,
                ignored: 5
            }
        );
    }

    #[test]
    fn a_program_that_fails_is_an_error_that_names_it() {
        let mut shown = vec![];
        let mut script = command("sh");
        script.args(["-c", "echo 'test result: ok. 2 passed; 0 failed'; exit 3"]);
        let (counts, outcome) = count_into(&mut script, &mut shown);
        assert!(shown.starts_with(b"test result"));
        assert_eq!(counts.passed, 2);
        assert!(outcome.unwrap_err().starts_with("sh -c ended with"));
    }
}
