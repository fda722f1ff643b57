//! The app under test with a data folder of its own, and the driver that
//! holds its window. What was started here is ended here, and nothing else.

use crate::webdriver::{SOON, Window, is_ready};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Deref;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How the desktop asks for colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Light,
    Dark,
}

/// A running app. Dereferences to its window.
pub struct App {
    window: Window,
    driver: Child,
    name: String,
    data: Option<TempDir>,
}

impl App {
    /// Starts the app on an empty data folder.
    pub fn start(name: &str) -> Self {
        Self::start_with(
            name,
            Look::Light,
            TempDir::new().expect("a temporary folder"),
        )
    }

    /// Starts the app on a data folder that may hold something already.
    pub fn start_with(name: &str, look: Look, data: TempDir) -> Self {
        let program = program("PACELINE_APP", "debug/paceline-desktop");
        let tool = program_in_tools();
        let (port, native) = (free_port(), free_port());
        let theme = match look {
            Look::Light => "Adwaita",
            // WebKitGTK answers prefers-color-scheme by the ending of this name.
            Look::Dark => "Adwaita:dark",
        };
        let log = artifacts().join(format!("{name}.log"));
        let log = std::fs::File::create(&log).expect("the folder for artifacts is writable");
        let mut command = Command::new(tool);
        command
            .args(["--port", &port.to_string()])
            .args(["--native-port", &native.to_string()])
            .args(["--native-driver", "/usr/bin/WebKitWebDriver"])
            .env("PACELINE_DATA_DIR", data.path())
            .env("PACELINE_KEY_FILE_ONLY", "1")
            .env("GTK_THEME", theme)
            .env("TZ", "UTC")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file can be shared"))
            .stderr(log)
            // A group of its own holds the driver, WebKit's driver and the app: they end together.
            .process_group(0);
        let mut driver = command.spawn().expect("tauri-driver starts");
        let started = Instant::now();
        while !is_ready(port) {
            let gone = driver.try_wait().expect("it is our child");
            assert!(gone.is_none(), "tauri-driver ended: {gone:?}");
            assert!(started.elapsed() < SOON, "tauri-driver did not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        let window = match Window::open(port, &program.to_string_lossy()) {
            Ok(window) => window,
            Err(reason) => {
                end_group(&mut driver);
                panic!("{} did not open: {reason}", program.display());
            }
        };
        Self {
            window,
            driver,
            name: name.to_owned(),
            data: Some(data),
        }
    }

    /// Passes the first screen with a name and metric units.
    pub fn introduce(&self) {
        self.fill("first-run-name", "Ada");
        self.click("first-run-units-metric");
        self.click("first-run-submit");
    }

    /// Ends the app and returns its folder, for another start on the same data.
    pub fn stop(mut self) -> TempDir {
        self.data.take().expect("only this method takes it")
    }

    /// Keeps a picture of the window among the artifacts.
    pub fn keep_picture(&self, name: &str) {
        // What the page says is painted a frame or two later.
        std::thread::sleep(Duration::from_millis(200));
        match self.picture() {
            Ok(png) => {
                let path = artifacts().join(format!("{name}.png"));
                std::fs::write(&path, png).expect("the folder for artifacts is writable");
                eprintln!("picture: {}", path.display());
            }
            Err(reason) => eprintln!("no picture of {name}: {reason}"),
        }
    }
}

impl Deref for App {
    type Target = Window;

    fn deref(&self) -> &Window {
        &self.window
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep_picture(&format!("{}-failed", self.name));
        }
        let _ended = self.window.close();
        end_group(&mut self.driver);
    }
}

/// Ends a child and everything in its process group, first asking, then not.
fn end_group(child: &mut Child) {
    let signal = |name: &str| {
        Command::new("sh")
            .args(["-c", &format!("kill -s {name} -- -{}", child.id())])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    signal("TERM");
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(3) {
        std::thread::sleep(Duration::from_millis(50));
        // The child itself stays as a zombie of ours until it is waited for, so look past it.
        if alive_members(child.id()) == 0 {
            break;
        }
    }
    signal("KILL");
    let _reaped = child.wait();
}

/// Running processes of a group, zombies left out.
fn alive_members(group: u32) -> usize {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok())
        .filter(|stat| {
            // "pid (name) state parent group …"; a name may hold spaces and brackets.
            let Some((_, rest)) = stat.rsplit_once(") ") else {
                return false;
            };
            let mut words = rest.split(' ');
            let state = words.next();
            let of_group = words.nth(1).and_then(|word| word.parse().ok()) == Some(group);
            of_group && state != Some("Z")
        })
        .count()
}

fn program(variable: &str, in_target: &str) -> PathBuf {
    let path = std::env::var_os(variable).map_or_else(|| target().join(in_target), PathBuf::from);
    assert!(
        path.is_file(),
        "{} is not built; `cargo xtask test --only e2e` builds it",
        path.display()
    );
    path
}

/// Runs the command-line program beside the app on a data folder, before the app starts there.
pub fn paceline(data: &Path, arguments: &[&str]) {
    let program = program("PACELINE_APP", "debug/paceline-desktop").with_file_name("paceline");
    let output = Command::new(&program)
        .arg("--data-dir")
        .arg(data)
        .args(arguments)
        .env("PACELINE_KEY_FILE_ONLY", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("{} does not start: {e}", program.display()));
    assert!(
        output.status.success(),
        "paceline {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn program_in_tools() -> PathBuf {
    program("PACELINE_TAURI_DRIVER", "tools/bin/tauri-driver")
}

fn target() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// The folder for logs and pictures.
pub fn artifacts() -> PathBuf {
    let folder = std::env::var_os("PACELINE_E2E_ARTIFACTS")
        .map_or_else(|| target().join("e2e"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the target folder is writable");
    folder
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

#[test]
fn a_group_ends_with_every_process_in_it() {
    let mut child = Command::new("sh")
        .args(["-c", "sleep 60 & sleep 60"])
        .process_group(0)
        .spawn()
        .unwrap();
    let started = Instant::now();
    while alive_members(child.id()) < 3 && started.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(alive_members(child.id()) >= 2);
    end_group(&mut child);
    assert_eq!(alive_members(child.id()), 0);
}
