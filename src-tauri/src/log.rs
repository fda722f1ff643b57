//! The log file: what went wrong under which report id, no personal data.

use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

/// A log larger than this is set aside at the next start; one old one is kept.
const LIMIT: u64 = 5 << 20;

/// Writes to `paceline.log` in the data folder; without one, to the terminal.
pub fn start(dir: &Path) {
    let path = dir.join("paceline.log");
    if std::fs::metadata(&path).is_ok_and(|m| m.len() > LIMIT) {
        // If it cannot be set aside it just grows on.
        let _ = std::fs::rename(&path, dir.join("paceline.old.log"));
    }
    let filter = EnvFilter::try_from_env("PACELINE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let builder = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter(filter);
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path);
    // A second subscriber, as in tests, is refused; the first goes on.
    let _ = match file {
        Ok(file) => builder.with_writer(Mutex::new(file)).try_init(),
        Err(_) => builder.try_init(),
    };
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tracing::error!(place = ?panic.location().map(ToString::to_string), "panic");
        before(panic);
    }));
}
