//! Starts the program on a data folder of its own.

use paceline_formats::fit;
use paceline_model::{Channel, Column, Instant, Recording, Series, Sport, Values};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A data folder and the program over it.
pub struct Paceline {
    pub dir: PathBuf,
}

impl Paceline {
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_path_buf(),
        }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paceline"));
        command
            .args(arguments)
            .env("PACELINE_DATA_DIR", &self.dir)
            .env("PACELINE_KEY_FILE_ONLY", "1")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Exit code and standard output as JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.command(arguments).arg("--json").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let value = serde_json::from_str(&said).unwrap_or_else(|e| {
            let error = String::from_utf8_lossy(&output.stderr);
            panic!("{arguments:?}: {e}\nstdout: {said}\nstderr: {error}")
        });
        (output.status.code().unwrap_or(-1), value)
    }

    /// Every row of the list, oldest first.
    #[track_caller]
    pub fn rows(&self) -> Vec<Value> {
        let (code, page) = self.json(&["list", "--ascending", "--limit", "1000"]);
        assert_eq!(code, 0);
        page["rows"].as_array().unwrap().clone()
    }
}

/// A ride of `seconds` on day `day` at constant `watts`.
pub fn ride(day: i64, seconds: i32, watts: i32) -> Recording {
    let column = |channel, scale, value: &dyn Fn(i32) -> i32| Column {
        channel,
        values: Values::Scaled {
            raw: (0..seconds).map(value).collect(),
            scale,
            offset: 0.0,
        },
    };
    Recording {
        start: Instant::from_unix_s(1_700_000_000 + day * 86_400),
        timed: true,
        utc_offset_s: Some(3600),
        sport: Sport::Cycling,
        series: Series {
            time_ms: (0..seconds).map(|i| i * 1000).collect(),
            columns: vec![
                column(Channel::Distance, 100.0, &|i| i * 900),
                column(Channel::Power, 1.0, &|_| watts),
                column(Channel::HeartRate, 1.0, &|i| 120 + (i / 30) % 20),
            ],
        },
        ..Recording::default()
    }
}

/// Writes a ride as FIT.
pub fn write(folder: &Path, name: &str, recording: &Recording) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, fit::encode(recording).unwrap()).unwrap();
    path
}
