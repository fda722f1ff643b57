//! A virtual desktop session: a display, a message bus and, where a test asks
//! for it, an unlocked keyring. Every part is a child of this process and ends
//! with it.

use crate::Outcome;
use crate::process::{command, target};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Whether this process could show a window as it is.
pub fn has_display() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if named("WAYLAND_DISPLAY") {
        return true;
    }
    // A display that is named and gone (a closed ssh session) is none.
    std::env::var("DISPLAY").is_ok_and(|display| {
        let Some(number) = local_display(&display) else {
            return !display.is_empty();
        };
        Path::new("/tmp/.X11-unix")
            .join(format!("X{number}"))
            .exists()
    })
}

/// The number of `:N` or `:N.S`; `None` for a display reached over a network.
fn local_display(display: &str) -> Option<u32> {
    let number = display.strip_prefix(':')?;
    number.split('.').next()?.parse().ok()
}

/// A display, a bus and perhaps a keyring of their own.
pub struct Session {
    children: Vec<Child>,
    variables: Vec<(&'static str, String)>,
    folder: PathBuf,
}

impl Session {
    /// Starts a display of 1440 by 900 and a session bus.
    pub fn start() -> Outcome<Self> {
        let folder = target().join(format!("xtask/session-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let mut session = Self {
            children: vec![],
            variables: vec![],
            folder,
        };
        let frame = session.folder.clone();
        let mut display = command("Xvfb");
        display
            .args(["-displayfd", "1", "-screen", "0", "1440x900x24"])
            .args(["-nolisten", "tcp", "-fbdir"])
            .arg(frame);
        let number = session.keep(&mut display)?;
        session.set("DISPLAY", format!(":{number}"));
        session.bus()?;
        // Software rendering, said beforehand: there is no graphics card to look for.
        session.set("LIBGL_ALWAYS_SOFTWARE", "1".to_owned());
        session.set("GDK_BACKEND", "x11".to_owned());
        session.set("NO_AT_BRIDGE", "1".to_owned());
        Ok(session)
    }

    /// Starts a session bus and an unlocked keyring, without a display.
    pub fn with_keyring() -> Outcome<Self> {
        let folder = target().join(format!("xtask/keyring-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let mut session = Self {
            children: vec![],
            variables: vec![],
            folder,
        };
        session.bus()?;
        session.keyring()?;
        Ok(session)
    }

    fn bus(&mut self) -> Outcome {
        let address =
            self.keep(command("dbus-daemon").args(["--session", "--nofork", "--print-address=1"]))?;
        self.set("DBUS_SESSION_BUS_ADDRESS", address);
        Ok(())
    }

    /// A keyring in a folder of its own, with an empty password: the user's is never touched.
    fn keyring(&mut self) -> Outcome {
        let folder = self.folder.join("data");
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let mut daemon = self.command("gnome-keyring-daemon");
        daemon
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("XDG_CACHE_HOME", &folder)
            .env("XDG_DATA_HOME", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = daemon
            .spawn()
            .map_err(|e| format!("gnome-keyring-daemon did not start: {e}"))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(b"\n").map_err(|e| e.to_string())?;
        }
        self.children.push(child);
        // It is on the bus when it answers; the tests must not come first.
        for _ in 0..50 {
            std::thread::sleep(std::time::Duration::from_millis(100));
            let mut ask = self.command("dbus-send");
            ask.args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ]);
            if crate::process::output(&mut ask).is_ok_and(|reply| reply.contains("true")) {
                return Ok(());
            }
        }
        Err("gnome-keyring-daemon did not appear on the session bus".to_owned())
    }

    /// Starts a child that prints one line when it is ready, and returns that line.
    fn keep(&mut self, command: &mut Command) -> Outcome<String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{name} did not start: {e}"))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout)
                .read_line(&mut line)
                .map_err(|e| format!("{name}: {e}"))?;
        }
        self.children.push(child);
        let line = line.trim().to_owned();
        if line.is_empty() {
            return Err(format!("{name} ended before it was ready"));
        }
        Ok(line)
    }

    fn set(&mut self, name: &'static str, value: String) {
        self.variables.push((name, value));
    }

    /// Lets a command run in this session.
    pub fn enter(&self, command: &mut Command) {
        command.env_remove("WAYLAND_DISPLAY");
        for (name, value) in &self.variables {
            command.env(name, value);
        }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = command(program);
        self.enter(&mut command);
        command
    }

    /// The display's memory as a file, in X's window dump format.
    pub fn framebuffer(&self) -> PathBuf {
        self.folder.join("Xvfb_screen0")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Last started, first ended: the keyring before its bus.
        for child in self.children.iter_mut().rev() {
            let _gone = child.kill();
            let _gone = child.wait();
        }
        let _absent = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_display_is_told_from_a_remote_one() {
        assert_eq!(local_display(":99"), Some(99));
        assert_eq!(local_display(":0.1"), Some(0));
        assert_eq!(local_display("host:10.0"), None);
        assert_eq!(local_display(":"), None);
    }
}
