//! Tables for reading, JSON for programs.

use paceline_app::wire::{
    AccountsView, ActivityPageView, ActivityView, AppStatusView, CheckView, ImportItem,
    ImportOutcome, ImportReport, KeyProtection, SecurityView, SettingView, SignInEntryView,
    StrengthView,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

/// Prints `value` as JSON or as the text `table` makes of it.
pub fn value<T: Serialize>(json: bool, value: &T, table: impl FnOnce(&T) -> String) {
    let text = if json {
        serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
    } else {
        table(value)
    };
    // A pipe whose reader went away, as with `head`, is no error.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

pub fn clock(seconds: f64) -> String {
    let s = seconds.round().max(0.0);
    format!(
        "{}:{:02}:{:02}",
        (s / 3600.0).floor(),
        ((s % 3600.0) / 60.0).floor(),
        s % 60.0
    )
}

pub fn or_dash(value: Option<f64>, scale: f64, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{:.digits$}", v * scale))
}

pub fn status(s: &AppStatusView) -> String {
    let nobody = if s.locked { "locked" } else { "no athlete yet" };
    let who = s.profile.as_ref().map_or(nobody, |p| p.name.as_str());
    let keys = match s.key_protection {
        KeyProtection::Keyring => "in the system's keyring",
        KeyProtection::Passphrase => "under a passphrase",
        KeyProtection::KeyFile => "in a file beside the data (no keyring was found or wanted)",
    };
    format!(
        "Paceline {}\nAthlete     {who}\nActivities  {}\nData        {}\nKeys        {keys}\n",
        s.version, s.activity_count, s.data_dir
    )
}

pub fn check(c: &CheckView) -> String {
    let mut out = String::new();
    for finding in &c.findings {
        let _ = writeln!(out, "damaged  {finding}");
    }
    let _ = match c.findings.len() {
        0 => writeln!(out, "{} activities, every one of them whole", c.activities),
        n => writeln!(out, "{} activities, {n} findings", c.activities),
    };
    let _ = match &c.newest_backup {
        Some(b) => writeln!(out, "newest good backup: {} of {}", b.name, b.made_at),
        None => writeln!(out, "there is no good backup"),
    };
    out
}

pub fn page(p: &ActivityPageView) -> String {
    let mut out = format!(
        "{:8}  {:16}  {:12}  {:>8}  {:>8}  {:>6}  {:>5}  {:>4}  {}\n",
        "id", "start", "sport", "km", "moving", "ascent", "NP", "HR", "name"
    );
    for r in &p.rows {
        // The tail of a version 7 UUID tells activities apart; its head is their time.
        let start = if r.timed {
            r.start.replace('T', " ")
        } else {
            "no date".to_owned()
        };
        let _ = writeln!(
            out,
            "{}  {:16}  {:12}  {:>8}  {:>8}  {:>6}  {:>5}  {:>4}  {}",
            r.id,
            start.get(..16).unwrap_or(&start),
            r.sport,
            or_dash(r.distance_m, 0.001, 2),
            clock(r.moving_s),
            or_dash(r.ascent_m, 1.0, 0),
            or_dash(r.normalized_power, 1.0, 0),
            or_dash(r.avg_hr, 1.0, 0),
            r.name
        );
    }
    let _ = writeln!(
        out,
        "{} activities, {:.0} km, {} moving, {:.0} m ascent",
        p.total,
        p.totals.distance_m / 1000.0,
        clock(p.totals.moving_s),
        p.totals.ascent_m
    );
    out
}

pub fn activity(a: &ActivityView) -> String {
    let s = &a.summary;
    let mut out = format!("{}\n{} {}\n\n", a.row.name, a.row.sport, a.row.start);
    let lines = [
        ("Elapsed", clock(s.elapsed_s)),
        ("Moving", clock(s.moving_s)),
        ("Distance, km", or_dash(s.distance_m, 0.001, 3)),
        ("Ascent, m", or_dash(s.ascent_m, 1.0, 0)),
        ("Average speed, km/h", or_dash(s.avg_speed, 3.6, 2)),
        ("Average HR, bpm", or_dash(s.avg_hr, 1.0, 1)),
        ("Maximum HR, bpm", or_dash(s.max_hr, 1.0, 0)),
        ("Average power, W", or_dash(s.avg_power, 1.0, 1)),
        ("Normalized Power, W", or_dash(s.normalized_power, 1.0, 1)),
        ("Intensity Factor", or_dash(s.intensity_factor, 1.0, 3)),
        (
            "Training Stress Score",
            or_dash(s.training_stress_score, 1.0, 1),
        ),
        ("Work, kJ", or_dash(s.work_j, 0.001, 0)),
        ("Average cadence, rpm", or_dash(s.avg_cadence, 1.0, 0)),
    ];
    for (name, value) in lines {
        let _ = writeln!(out, "{name:22} {value:>10}");
    }
    let _ = writeln!(
        out,
        "\n{} samples, {} laps, {} lengths; {}",
        a.sample_count,
        a.laps.len(),
        a.lengths.len(),
        a.channels
            .iter()
            .map(|c| c.key.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    );
    for origin in &a.origins {
        let held = if origin.has_original {
            &origin.format
        } else {
            "totals only"
        };
        let device = origin.device.as_deref().unwrap_or("unknown device");
        let _ = writeln!(
            out,
            "from {}: {} ({held}, {device})",
            origin.source, origin.file_name
        );
    }
    for warning in &a.warnings {
        let _ = writeln!(out, "! {}", warning.message);
    }
    out
}

pub fn report(r: &ImportReport, items: &[ImportItem]) -> String {
    let mut out = String::new();
    // Exports hold thousands of photos and the like: told by reason, not one by one.
    let mut left_out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in items {
        let reason = item.reason.as_deref().unwrap_or("");
        match item.outcome {
            ImportOutcome::Failed => {
                let _ = writeln!(out, "failed   {}: {reason}", item.path);
            }
            ImportOutcome::Merged => {
                let _ = writeln!(out, "merged   {}", item.path);
            }
            ImportOutcome::Skipped => left_out.entry(reason).or_default().push(&item.path),
            _ => {}
        }
        for warning in &item.warnings {
            let _ = writeln!(out, "warning  {}: {}", item.path, warning.message);
        }
    }
    for (reason, paths) in left_out {
        let _ = match paths[..] {
            [path] => writeln!(out, "left out {path}: {reason}"),
            _ => writeln!(out, "left out {} files: {reason}", paths.len()),
        };
    }
    let _ = writeln!(
        out,
        "{}. {} in {:.1} s: {} added, {} merged, {} known, {} of body measurements, {} left out, {} failed{}",
        counted(r.new_activities, "new activity", "new activities"),
        counted(r.done, "file or list entry", "files and list entries"),
        r.elapsed_s,
        r.added,
        r.merged,
        r.known,
        r.biometrics,
        r.skipped,
        r.failed,
        if r.cancelled { " (cancelled)" } else { "" }
    );
    out
}

fn counted(n: u32, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

pub fn settings(all: &[SettingView]) -> String {
    let mut out = String::new();
    for s in all {
        let kind = serde_json::to_value(s.kind).ok();
        let kind = kind.as_ref().and_then(|k| k.as_str()).unwrap_or("");
        let _ = writeln!(
            out,
            "{kind:22} {:>10.2}  from {}",
            s.value,
            s.valid_from.get(..10).unwrap_or("")
        );
    }
    if out.is_empty() {
        "No settings yet.\n".to_owned()
    } else {
        out
    }
}

pub fn accounts(a: &AccountsView) -> String {
    let mut out = String::new();
    for account in &a.accounts {
        let keyring = if account.keyring_unlock {
            "  keyring unlock"
        } else {
            ""
        };
        let wait = match account.wait_s {
            0 => String::new(),
            s => format!("  next attempt in {s} s"),
        };
        let _ = writeln!(out, "{}{keyring}{wait}", account.handle);
    }
    if a.accounts.is_empty() {
        out += "No account: the folder opens without a passphrase.\n";
    }
    out
}

pub fn security(s: &SecurityView) -> String {
    let yes = |b| if b { "yes" } else { "no" };
    format!(
        "Account         {}\nSecond factor   {} ({} recovery codes left)\nKeyring unlock  {}\nLocks after     {}\n",
        s.handle.as_deref().unwrap_or("none"),
        yes(s.second_factor),
        s.recovery_codes_left,
        yes(s.keyring_unlock),
        s.auto_lock_minutes
            .map_or_else(|| "never".to_owned(), |m| format!("{m} min"))
    )
}

pub fn strength(s: &StrengthView) -> String {
    let mut out = format!("{} of 4. {}\n", s.score, s.verdict);
    for line in s.warning.iter().chain(&s.suggestions) {
        let _ = writeln!(out, "{line}");
    }
    out
}

pub fn sign_ins(all: &[SignInEntryView]) -> String {
    let mut out = String::new();
    for s in all {
        let word = |value: serde_json::Result<serde_json::Value>| match value {
            Ok(serde_json::Value::String(word)) => word,
            _ => "now".to_owned(),
        };
        let mark = if s.current { " (this one)" } else { "" };
        let _ = writeln!(
            out,
            "{}  {}  {:12}  {} {}  {}{mark}",
            s.id,
            s.started_at.get(..16).unwrap_or(&s.started_at),
            word(serde_json::to_value(s.way)),
            s.program,
            s.process,
            word(serde_json::to_value(s.ending))
        );
    }
    out
}
