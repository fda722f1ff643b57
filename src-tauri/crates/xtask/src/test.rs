//! `cargo xtask test`: what CI runs, step by step, each timed. One selection
//! of packages and features throughout, so that nothing is built twice.

use crate::process::{Counts, WORKSPACE, cargo, run as finish, run_counting, target};
use crate::session::Session;
use crate::{Outcome, system, tools, ui};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

struct Step {
    name: &'static str,
    body: fn() -> (Counts, Outcome),
}

const STEPS: [Step; 11] = [
    Step {
        name: "packages",
        body: || plain(system::ensure()),
    },
    Step {
        name: "rustfmt",
        body: || plain(finish(cargo().args(["fmt", "--all", "--check"]))),
    },
    Step {
        name: "ui-install",
        body: || plain(ui::install()),
    },
    Step {
        name: "ui-format",
        body: || plain(finish(&mut ui::npm(&["run", "format"]))),
    },
    Step {
        name: "ui-lint",
        body: || plain(finish(&mut ui::npm(&["run", "lint"]))),
    },
    Step {
        name: "ui-check",
        body: || plain(finish(&mut ui::npm(&["run", "check"]))),
    },
    Step {
        name: "ui-test",
        body: || run_counting(&mut ui::npm(&["run", "test"])),
    },
    Step {
        name: "ui-build",
        body: || plain(ui::build()),
    },
    Step {
        name: "clippy",
        body: || {
            plain(finish(
                cargo()
                    .args(["clippy", "--all-targets"])
                    .args(WORKSPACE)
                    .args(["--", "-D", "warnings"]),
            ))
        },
    },
    Step {
        name: "tests",
        body: tests,
    },
    Step {
        name: "e2e",
        body: end_to_end,
    },
];

/// Runs every step, or those named after `--only`; says at the end what failed.
pub fn run(arguments: &[String]) -> Outcome {
    let chosen = match choose(arguments)? {
        Choice::List => {
            for step in &STEPS {
                println!("{}", step.name);
            }
            return Ok(());
        }
        Choice::Steps(chosen) => chosen,
    };
    let started = Instant::now();
    let mut rows: Vec<(&str, Counts, Outcome, Duration)> = vec![];
    for (index, step) in chosen.iter().enumerate() {
        println!("\n[{}/{}] {}", index + 1, chosen.len(), step.name);
        let since = Instant::now();
        let (counts, outcome) = (step.body)();
        let took = since.elapsed();
        if let Err(reason) = &outcome {
            println!("{}: {reason}", step.name);
        }
        println!(
            "[{}/{}] {} took {}",
            index + 1,
            chosen.len(),
            step.name,
            minutes(took)
        );
        rows.push((step.name, counts, outcome, took));
    }
    println!("\n{}", table(&rows));
    println!("total {}", minutes(started.elapsed()));
    let (total, broken) = verdict(&rows);
    println!("{} passed, {} failed", total.passed, total.failed);
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", broken.join(", ")))
    }
}

enum Choice {
    List,
    Steps(Vec<&'static Step>),
}

fn choose(arguments: &[String]) -> Outcome<Choice> {
    let mut chosen = vec![];
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--list" => return Ok(Choice::List),
            "--only" => {
                let name = words.next().ok_or("--only needs the name of a step")?;
                let step = STEPS
                    .iter()
                    .find(|step| step.name == name)
                    .ok_or_else(|| format!("there is no step '{name}'; --list names them"))?;
                chosen.push(step);
            }
            other => return Err(format!("it does not take '{other}'")),
        }
    }
    if chosen.is_empty() {
        chosen.extend(&STEPS);
    }
    Ok(Choice::Steps(chosen))
}

fn plain(outcome: Outcome) -> (Counts, Outcome) {
    (Counts::default(), outcome)
}

/// All tests that need no window, with a Secret Service of their own on a bus of their own.
fn tests() -> (Counts, Outcome) {
    let session = match Session::with_keyring() {
        Ok(session) => session,
        Err(reason) => return plain(Err(reason)),
    };
    let mut test = cargo();
    test.args(["test", "--no-fail-fast"])
        .args(WORKSPACE)
        .env("PACELINE_TEST_KEYRING", "1");
    session.enter(&mut test);
    run_counting(&mut test)
}

/// The journeys through the real window.
fn end_to_end() -> (Counts, Outcome) {
    let ready = || -> Outcome<_> {
        let app = crate::run::build_app(false)?;
        let driver = tools::ensure(&tools::TAURI_DRIVER)?;
        Ok((app, driver, Session::start()?))
    };
    match ready() {
        Ok((app, driver, session)) => run_counting(&mut journeys(&app, &driver, &session)),
        Err(reason) => plain(Err(reason)),
    }
}

/// The journeys' test binary, told where everything is; takes a filter as further argument.
pub fn journeys(app: &Path, driver: &Path, session: &Session) -> Command {
    let mut journeys = cargo();
    journeys
        .arg("test")
        .args(WORKSPACE)
        .args(["--test", "e2e", "--", "--ignored", "--nocapture"])
        // One window at a time: two would share a display and spoil each other's timings.
        .args(["--test-threads", "1"])
        .env("PACELINE_E2E", "1")
        .env("PACELINE_APP", app)
        .env("PACELINE_TAURI_DRIVER", driver)
        .env("PACELINE_E2E_ARTIFACTS", target().join("e2e"));
    session.enter(&mut journeys);
    journeys
}

fn table(rows: &[(&str, Counts, Outcome, Duration)]) -> String {
    let mut text = String::new();
    for (name, counts, outcome, took) in rows {
        let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
        let mut line = format!("{name:<12} {verdict:<7} {:>9}", minutes(*took));
        if *counts != Counts::default() {
            line.push_str(&format!(
                "  {} passed, {} failed, {} ignored",
                counts.passed, counts.failed, counts.ignored
            ));
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The sum of the tests, and the steps that did not succeed. A step that failed without naming a
/// failed test counts as one: no failure may hide behind a nought.
fn verdict<'a>(rows: &[(&'a str, Counts, Outcome, Duration)]) -> (Counts, Vec<&'a str>) {
    let mut total = Counts::default();
    let mut broken = vec![];
    for (name, counts, outcome, _) in rows {
        total.add(*counts);
        if outcome.is_err() {
            broken.push(*name);
            if counts.failed == 0 {
                total.failed += 1;
            }
        }
    }
    (total, broken)
}

fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_without_a_failed_test_is_still_counted() {
        let held = Counts {
            passed: 3,
            ..Counts::default()
        };
        let rows = [
            (
                "rustfmt",
                Counts::default(),
                Err("no".to_owned()),
                Duration::ZERO,
            ),
            ("tests", held, Ok(()), Duration::ZERO),
        ];
        let (total, broken) = verdict(&rows);
        assert_eq!((total.passed, total.failed), (3, 1));
        assert_eq!(broken, ["rustfmt"]);
    }

    #[test]
    fn an_unknown_step_is_refused() {
        let given = ["--only".to_owned(), "nothing".to_owned()];
        assert!(choose(&given).is_err());
        assert!(choose(&given[..1]).is_err());
        assert!(matches!(choose(&[]), Ok(Choice::Steps(all)) if all.len() == STEPS.len()));
    }

    #[test]
    fn durations_read_as_minutes_once_they_are_long() {
        assert_eq!(minutes(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(minutes(Duration::from_secs(125)), "2 min 05 s");
    }
}
