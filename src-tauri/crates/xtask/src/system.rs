//! The libraries and programs of the operating system that the app, its
//! window and its tests need.
//!
//! On Debian and its relatives what is missing is installed; elsewhere it is
//! named, and the build goes on, since other systems name packages differently.

use crate::Outcome;
use crate::process::{answers, command, output, run};
use std::io::IsTerminal;
use std::process::Command;
use std::time::Duration;

/// To compile the shell and to show its window.
const PACKAGES: [&str; 15] = [
    "libwebkit2gtk-4.1-dev",        // the web view
    "webkit2gtk-driver",            // WebKitWebDriver, which drives it in tests
    "librsvg2-dev",                 // GTK loads its symbolic icons through it
    "libayatana-appindicator3-dev", // the tray
    "libxdo-dev",                   // menu accelerators under X11
    "libssl-dev",                   // headers some -sys crates look for
    "pkg-config",                   // finds all of these
    "build-essential",              // C for SQLCipher, OpenSSL and zstd
    "perl",                         // OpenSSL's own configuration
    "xvfb",                         // a display where there is none
    "xauth",                        // its access control
    "dbus",                         // a session bus where there is none
    "dbus-x11",                     // its X11 half
    "gnome-keyring",                // a Secret Service for the key tests
    "fonts-dejavu-core",            // text on a machine without any font
];

/// Installs whatever of the list is not installed yet.
pub fn ensure() -> Outcome {
    install(&PACKAGES)?;
    node()
}

/// Installs packages that only one command needs.
pub fn install(packages: &[&str]) -> Outcome {
    if !is_debian_like() {
        eprintln!(
            "This is not Debian or a relative of it. The equivalents of these packages are needed: {}",
            packages.join(" ")
        );
        return Ok(());
    }
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("Installing system packages: {}", missing.join(" "));
    let prefix = administrator(&missing)?;
    apt(&prefix, &["update", "-qq"])?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(missing.iter().copied());
    apt(&prefix, &install)
}

fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    // dpkg-query fails as a whole where one package is unknown, and still prints the others.
    let known = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Abbrev} ${Package}\n"])
        .args(packages)
        .output()
        .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
        .unwrap_or_default();
    not_installed(packages, &known)
}

fn not_installed<'a>(packages: &[&'a str], dpkg: &str) -> Vec<&'a str> {
    let installed: Vec<&str> = dpkg
        .lines()
        .filter_map(|line| line.strip_prefix("ii"))
        .map(str::trim)
        .collect();
    packages
        .iter()
        .copied()
        .filter(|package| !installed.contains(package))
        .collect()
}

fn is_debian_like() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| names_debian(&text))
        && answers("dpkg-query", "--version")
}

fn names_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| {
        let Some((key, value)) = line.split_once('=') else {
            return false;
        };
        matches!(key, "ID" | "ID_LIKE")
            && value
                .trim_matches('"')
                .split_whitespace()
                .any(|word| matches!(word, "debian" | "ubuntu"))
    })
}

/// What to put before `apt-get` so that it may write.
fn administrator(missing: &[&str]) -> Outcome<Vec<&'static str>> {
    if output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
        return Ok(vec![]);
    }
    if output(Command::new("sudo").args(["-n", "true"])).is_ok() {
        return Ok(vec!["sudo", "-n"]);
    }
    if std::io::stdin().is_terminal() && answers("sudo", "--version") {
        return Ok(vec!["sudo"]);
    }
    Err(format!(
        "installing packages needs an administrator. Run: sudo apt-get install {}",
        missing.join(" ")
    ))
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Outcome {
    let mut words: Vec<&str> = prefix.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    // Another apt may hold the lock on a machine that has just started.
    words.extend(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]);
    words.extend(arguments);
    let mut last = String::new();
    for attempt in 1..=3 {
        match run(command(words[0]).args(&words[1..])) {
            Ok(()) => return Ok(()),
            Err(reason) => last = reason,
        }
        if attempt < 3 {
            eprintln!("{last}; trying again");
            std::thread::sleep(Duration::from_secs(5 * attempt));
        }
    }
    Err(format!("{last}, three times"))
}

/// The UI's tools need Node 20.19 or newer.
fn node() -> Outcome {
    let version = output(Command::new("node").arg("--version"))
        .map_err(|_| "Node.js 20.19 or newer is needed: https://nodejs.org".to_owned())?;
    if node_is_enough(version.trim()) {
        Ok(())
    } else {
        Err(format!(
            "Node.js 20.19 or newer is needed; this is {}",
            version.trim()
        ))
    }
}

fn node_is_enough(version: &str) -> bool {
    let mut parts = version
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (20, 19)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_its_relatives_are_recognised_and_others_are_not() {
        assert!(names_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(names_debian("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!names_debian("ID=fedora\nHOME_URL=https://debian.org\n"));
    }

    #[test]
    fn only_fully_installed_packages_count_as_installed() {
        let dpkg = "ii  xvfb\nrc  xauth\n";
        assert_eq!(
            not_installed(&["xvfb", "xauth", "perl"], dpkg),
            ["xauth", "perl"]
        );
    }

    #[test]
    fn node_is_compared_by_number_and_not_by_text() {
        assert!(node_is_enough("v20.20.2"));
        assert!(node_is_enough("v100.0.0"));
        assert!(!node_is_enough("v20.9.0"));
        assert!(!node_is_enough("v18.20.8"));
        assert!(!node_is_enough(""));
    }
}
