//! Backups, and what to do about damaged data: the one group of verbs that also
//! works where the data do not open.

use crate::print;
use clap::Subcommand;
use indicatif::ProgressBar;
use paceline_app::wire::{
    BackupPlan, BackupProgress, BackupReason, BackupStep, BackupView, BackupsView, RestoreReport,
    SalvageReport,
};
use paceline_app::{App, OpenOptions, Rescue, WireError};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum BackupCommand {
    /// Make a backup now and verify it.
    Backup {
        /// A folder for it; where they go by themselves where absent.
        #[arg(long)]
        to: Option<PathBuf>,
        /// Look at every sample and file in it, not at some of them.
        #[arg(long)]
        whole: bool,
    },
    /// List the backups, or change how they are made by themselves.
    Backups {
        /// off, daily or weekly
        #[arg(long)]
        schedule: Option<String>,
        /// How many of those made by themselves are kept.
        #[arg(long)]
        keep: Option<u32>,
        /// Where they go.
        #[arg(long)]
        folder: Option<PathBuf>,
    },
    /// Put a backup in place of the present data, which are set aside.
    Restore { name: String },
    /// Read what can be read of damaged data into a new data folder.
    Salvage { to: PathBuf },
}

impl BackupCommand {
    /// Whether it is of use where the data are damaged.
    pub const fn helps(&self) -> bool {
        !matches!(self, Self::Backup { .. })
    }
}

fn shown(bar: &ProgressBar) -> impl Fn(BackupProgress) + Send + Sync + 'static {
    let bar = bar.clone();
    move |p| {
        bar.set_length(u64::from(p.total));
        bar.set_position(u64::from(p.done));
        bar.set_message(match p.step {
            BackupStep::Database => "copying the database",
            BackupStep::Blobs => "copying samples and files",
            BackupStep::Verifying => "verifying",
            BackupStep::Rows => "reading rows",
        });
    }
}

/// Changes how backups are made by themselves, as far as anything is given.
fn plan(
    app: &App,
    schedule: Option<&str>,
    keep: Option<u32>,
    folder: Option<&Path>,
) -> Result<(), WireError> {
    if schedule.is_none() && keep.is_none() && folder.is_none() {
        return Ok(());
    }
    let BackupPlan {
        schedule: now,
        keep: kept,
        folder: place,
    } = app.backups()?.plan;
    let folder = folder.map(|f| full(f).display().to_string());
    app.save_backup_plan(BackupPlan {
        schedule: match schedule {
            Some(word) => crate::word("schedule", word)?,
            None => now,
        },
        keep: keep.unwrap_or(kept),
        folder: folder.or(place),
    })?;
    Ok(())
}

/// With the open app, or where the data do not open with what that said.
pub async fn run(
    app: Result<&App, (OpenOptions, WireError)>,
    command: &BackupCommand,
    json: bool,
    bar: &ProgressBar,
) -> Result<u8, WireError> {
    let app = app.map_err(|(options, error)| (Rescue::new(options), error));
    match command {
        BackupCommand::Backup { to, whole } => {
            let app = app.map_err(|(_, error)| error)?;
            let to = to.as_deref().map(full);
            let made = app.back_up(to, *whole, shown(bar)).await?;
            bar.finish_and_clear();
            print::value(json, &made, |b| format!("{}\n{}\n", b.name, b.path));
        }
        BackupCommand::Backups {
            schedule,
            keep,
            folder,
        } => {
            let all = match &app {
                Ok(app) => {
                    plan(app, schedule.as_deref(), *keep, folder.as_deref())?;
                    app.backups()
                }
                Err((rescue, _)) => rescue.backups(),
            };
            print::value(json, &all?, list);
        }
        BackupCommand::Restore { name } => {
            let done = match &app {
                Ok(app) => app.restore_backup(name, shown(bar)).await,
                Err((rescue, _)) => rescue.restore(name, shown(bar)).await,
            };
            bar.finish_and_clear();
            print::value(json, &done?, restored);
        }
        BackupCommand::Salvage { to } => {
            let to = full(to);
            let done = match &app {
                Ok(app) => app.salvage(&to, shown(bar)).await,
                Err((rescue, _)) => rescue.salvage(&to, shown(bar)).await,
            };
            bar.finish_and_clear();
            let done = done?;
            print::value(json, &done, salvaged);
            return Ok(u8::from(!done.complete));
        }
    }
    Ok(0)
}

fn full(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn size(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

fn row(b: &BackupView) -> String {
    let reason = match b.reason {
        BackupReason::Manual => "asked for",
        BackupReason::Scheduled => "by itself",
        BackupReason::Migration => "before a newer version",
    };
    let lost = match b.missing {
        0 => String::new(),
        n => format!("  {n} values were missing"),
    };
    format!(
        "{:36}  {}  {:>10}  {:>10} new  {reason}{lost}",
        b.name,
        b.made_at,
        size(b.bytes),
        size(b.added_bytes)
    )
}

fn list(all: &BackupsView) -> String {
    let mut out = String::new();
    for backup in &all.backups {
        let _ = writeln!(out, "{}", row(backup));
    }
    for path in &all.unreadable {
        let _ = writeln!(out, "unreadable  {path}");
    }
    let schedule = serde_json::to_value(all.plan.schedule).unwrap_or_default();
    let _ = writeln!(
        out,
        "{} backups; by itself: {}, {} kept, in {}",
        all.backups.len(),
        schedule.as_str().unwrap_or_default(),
        all.plan.keep,
        all.folder
    );
    out
}

fn restored(r: &RestoreReport) -> String {
    format!(
        "{} is in place: {} activities. The data from before lie in {}\n",
        r.verified.backup.name, r.verified.activities, r.set_aside
    )
}

fn salvaged(s: &SalvageReport) -> String {
    let mut out = format!("{} of {} pages could not be read\n", s.bad_pages, s.pages);
    for t in &s.tables {
        let lost = match t.dropped {
            0 => String::new(),
            n => format!(", {n} of them without what they belong to"),
        };
        let _ = writeln!(out, "{:24}  {:>8} rows read{lost}", t.table, t.read);
    }
    let _ = writeln!(
        out,
        "{:24}  {:>8} saved, {} lost, of {} activities",
        "samples and files", s.blobs, s.lost_blobs, s.touched_activities
    );
    if s.unreadable_rows > 0 {
        let _ = writeln!(out, "{} rows could not be read", s.unreadable_rows);
    }
    if s.stand_ins > 0 {
        let _ = writeln!(out, "{} lost owners were stood in for", s.stand_ins);
    }
    if s.originals > 0 {
        let _ = writeln!(
            out,
            "{} original files of lost activities lie in {}/originals; import them again",
            s.originals, s.folder
        );
    }
    let _ = writeln!(out, "The new data folder is {}", s.folder);
    out
}
