//! `paceline`: the core without a window, for scripts and checks. Prints tables,
//! or with `--json` the same views the window gets. Start at [`Command`].
//!
//! Exit codes: 0 done, 1 failed or damage found, 2 wrong usage, 3 done but some files could not
//! be read, 4 not found, 5 locked, 130 cancelled.

mod account;
mod backup;
mod engine;
mod print;
mod tenant;

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use paceline_app::wire::{
    CurveChannel, CurvesQuery, ExportFormat, FitnessQuery, ImportProgress, ImportReport, ListQuery,
    ProfileInput, Secret, SettingKind, SettingView, SortKey, Units,
};
use paceline_app::{App, OpenOptions, WireError, key_file_only};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "paceline",
    version,
    about = "Own and understand your training, without a window"
)]
struct Arguments {
    /// The data folder; PACELINE_DATA_DIR or the platform's place where absent.
    #[arg(long, global = true)]
    data_dir: Option<PathBuf>,
    /// Print JSON instead of tables.
    #[arg(long, global = true)]
    json: bool,
    /// No progress and no notes.
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(flatten)]
    unlock: account::Unlock,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create the athlete of this data folder.
    Init {
        #[arg(long)]
        name: String,
        /// metric or imperial
        #[arg(long, default_value = "metric")]
        units: String,
    },
    /// Accounts: passphrase, recovery key, second factor, sessions.
    Account {
        #[command(subcommand)]
        command: account::AccountCommand,
    },
    /// What is here and where.
    Status,
    /// Look whether everything that is stored can be read.
    Check,
    #[command(flatten)]
    Backup(backup::BackupCommand),
    /// Import recordings, archives of them, and the exports of Strava and Garmin accounts.
    Import {
        /// Files, zip archives or folders.
        paths: Vec<PathBuf>,
        /// Finish imports that were interrupted instead.
        #[arg(long)]
        resume: bool,
        /// Load the generated sample athlete instead.
        #[arg(long)]
        sample: bool,
    },
    /// List activities, newest first.
    List {
        #[arg(long)]
        sport: Vec<String>,
        /// First day, such as 2026-05-01.
        #[arg(long)]
        from: Option<String>,
        /// Day after the last.
        #[arg(long)]
        to: Option<String>,
        /// Part of the name or the notes.
        #[arg(long, default_value = "")]
        text: String,
        /// start, name, sport, distance, moving, ascent, power, normalizedPower, heartRate or load
        #[arg(long, default_value = "start")]
        sort: String,
        #[arg(long)]
        ascending: bool,
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one activity; the beginning of its id is enough.
    Show { id: String },
    /// Every figure of one activity, its intervals, climbs, and what looks wrong in its samples.
    Analyse { id: String },
    /// Fitness, fatigue and form by day.
    Fitness {
        /// First day, such as 2026-05-01.
        #[arg(long)]
        from: Option<String>,
        /// Last day.
        #[arg(long)]
        to: Option<String>,
        #[arg(long)]
        sport: Option<String>,
    },
    /// The mean-maximal curve of one activity, or the best of a span of days with models and records.
    Curve {
        /// An activity; the span of days where absent.
        id: Option<String>,
        #[arg(long, default_value = "cycling")]
        sport: String,
        /// power, heartRate, speed or gradeAdjustedSpeed
        #[arg(long, default_value = "power")]
        channel: String,
        /// First day.
        #[arg(long)]
        from: Option<String>,
        /// Last day.
        #[arg(long)]
        to: Option<String>,
        /// Every whole second.
        #[arg(long)]
        every_second: bool,
    },
    /// Time in zones of one activity, or by week over a span of days.
    Zones {
        /// An activity; the span of days where absent.
        id: Option<String>,
        /// First day.
        #[arg(long)]
        from: Option<String>,
        /// Last day.
        #[arg(long)]
        to: Option<String>,
        #[arg(long)]
        sport: Option<String>,
    },
    /// Write one activity as a file.
    Export {
        id: String,
        /// fit, gpx or tcx
        #[arg(long, default_value = "fit")]
        format: ExportFormat,
        /// Where to; - for standard output.
        #[arg(long, short)]
        output: Option<PathBuf>,
    },
    /// Tenants: profiles that never mix, each with its athletes and members.
    Tenant {
        #[command(subcommand)]
        command: tenant::TenantCommand,
    },
    /// The audit log of the tenant.
    Audit {
        #[command(subcommand)]
        command: Option<tenant::AuditCommand>,
    },
    /// How all athletes of all tenants stand.
    Coach,
    /// The settings history: thresholds, weight.
    Settings {
        #[command(subcommand)]
        command: Option<SettingsCommand>,
    },
}

#[derive(Subcommand)]
enum SettingsCommand {
    /// List them.
    List,
    /// Set a value that holds from a day on.
    Set {
        kind: String,
        value: f64,
        #[arg(long)]
        from: String,
    },
    /// Take a value out of force.
    Unset {
        kind: String,
        #[arg(long)]
        from: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if arguments.json {
                // The error in the shape in which the window gets it.
                eprintln!("{}", serde_json::to_string(&error).unwrap_or_default());
            } else {
                eprintln!("paceline: {error}");
            }
            ExitCode::from(match error {
                WireError::NotFound { .. } => 4,
                WireError::Validation { .. } => 2,
                WireError::Locked | WireError::Wait { .. } => 5,
                WireError::Cancelled => 130,
                _ => 1,
            })
        }
    }
}

fn word<T: serde::de::DeserializeOwned>(field: &str, text: &str) -> Result<T, WireError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| WireError::validation(field, format!("“{text}” is not one of its words.")))
}

async fn run(a: &Arguments) -> Result<u8, WireError> {
    let options = match &a.data_dir {
        Some(dir) => OpenOptions {
            data_dir: dir.clone(),
            key_file_only: key_file_only(),
        },
        None => OpenOptions::from_env()?,
    };
    let app = match App::open(options.clone()).await {
        Ok(app) => app,
        Err(error) => {
            let Command::Backup(command) = &a.command else {
                return Err(error);
            };
            return backup::run(Err((options, error)), command, a.json, &bar(a.quiet)).await;
        }
    };
    let result = match account::unlock(&a.unlock, &app).await {
        Ok(passphrase) => command(a, &app, passphrase).await,
        // The app has kept the keys for the ways out of it.
        Err(WireError::Damaged { .. }) if matches!(&a.command, Command::Backup(c) if c.helps()) => {
            command(a, &app, None).await
        }
        Err(error) => Err(error),
    };
    app.close().await;
    result
}

async fn command(a: &Arguments, app: &App, passphrase: Option<Secret>) -> Result<u8, WireError> {
    match &a.command {
        Command::Init { name, units } => {
            let input = ProfileInput {
                name: name.clone(),
                units: word("units", units)?,
                sex: None,
            };
            let profile = app.create_profile(input).await?;
            print::value(a.json, &profile, |p| format!("Created {}.\n", p.name));
        }
        Command::Account { command } => account::run(a, app, command, passphrase).await?,
        Command::Status => print::value(a.json, &app.status().await?, print::status),
        Command::Check => {
            let found = app.check().await?;
            print::value(a.json, &found, print::check);
            return Ok(u8::from(!found.findings.is_empty()));
        }
        Command::Backup(command) => {
            return backup::run(Ok(app), command, a.json, &bar(a.quiet)).await;
        }
        Command::Import {
            paths,
            resume,
            sample,
        } => return import(a, app, paths, *resume, *sample).await,
        Command::List {
            sport,
            from,
            to,
            text,
            sort,
            ascending,
            limit,
        } => {
            let query = ListQuery {
                sports: sport.clone(),
                from: from.clone(),
                to: to.clone(),
                text: text.clone(),
                sort: word::<SortKey>("sort", sort)?,
                descending: !ascending,
                offset: 0,
                limit: *limit,
            };
            print::value(a.json, &app.activity_page(query).await?, print::page);
        }
        Command::Show { id } => {
            let id = app.resolve_activity(id).await?;
            print::value(a.json, &app.activity(&id).await?, print::activity);
        }
        Command::Analyse { id } => {
            let id = app.resolve_activity(id).await?;
            print::value(a.json, &app.analysis(&id).await?, engine::analysis);
        }
        Command::Fitness { from, to, sport } => {
            current(a, app).await?;
            let query = days(from, to, sport);
            print::value(a.json, &app.fitness(query).await?, engine::fitness);
        }
        Command::Curve {
            id,
            sport,
            channel,
            from,
            to,
            every_second,
        } => {
            let channel = word::<CurveChannel>("channel", channel)?;
            if let Some(id) = id {
                let id = app.resolve_activity(id).await?;
                let curve = app.activity_curve(&id, channel, *every_second).await?;
                print::value(a.json, &curve, engine::activity_curve);
                return Ok(0);
            }
            current(a, app).await?;
            let query = CurvesQuery {
                sport: sport.clone(),
                channel,
                from: from.clone(),
                to: to.clone(),
                every_second: *every_second,
            };
            let curve = app.curve(query.clone()).await?;
            let abilities = app.abilities(query).await?;
            print::value(
                a.json,
                &serde_json::json!({ "curve": curve, "abilities": abilities }),
                |_| engine::curve(&curve, &abilities),
            );
        }
        Command::Zones {
            id,
            from,
            to,
            sport,
        } => {
            if let Some(id) = id {
                let id = app.resolve_activity(id).await?;
                let zones = app.activity(&id).await?.summary.zones;
                print::value(a.json, &zones, |z| engine::zones(z));
            } else {
                current(a, app).await?;
                let weeks = app.fitness(days(from, to, sport)).await?.weeks;
                print::value(a.json, &weeks, |w| engine::weeks(w));
            }
        }
        Command::Export { id, format, output } => {
            let id = app.resolve_activity(id).await?;
            let (name, bytes) = app.export_bytes(&id, *format).await?;
            match output {
                Some(path) if path.as_os_str() == "-" => {
                    // A reader that went away wants no more.
                    let _ = std::io::stdout().lock().write_all(&bytes);
                }
                path => {
                    let path = path.clone().unwrap_or_else(|| name.into());
                    app.export_activity(&id, *format, &path).await?;
                    let path = path.display().to_string();
                    print::value(a.json, &serde_json::json!({ "path": path }), |_| {
                        format!("{path}\n")
                    });
                }
            }
        }
        Command::Tenant { command } => tenant::tenants(a.json, app, command).await?,
        Command::Audit { command } => return tenant::audit(a.json, app, command.as_ref()).await,
        Command::Coach => {
            current(a, app).await?;
            print::value(a.json, &app.coach_overview().await?, tenant::overview);
        }
        Command::Settings { command } => match command {
            None | Some(SettingsCommand::List) => {
                print::value(a.json, &app.settings().await?, |s| print::settings(s));
            }
            Some(SettingsCommand::Set { kind, value, from }) => {
                let kind = word::<SettingKind>("kind", kind)?;
                let setting = SettingView {
                    kind,
                    value: *value,
                    valid_from: from.clone(),
                };
                app.save_setting(setting).await?;
                current(a, app).await?;
            }
            Some(SettingsCommand::Unset { kind, from }) => {
                app.delete_setting(word("kind", kind)?, from).await?;
                current(a, app).await?;
            }
        },
    }
    Ok(0)
}

fn days(from: &Option<String>, to: &Option<String>, sport: &Option<String>) -> FitnessQuery {
    FitnessQuery {
        from: from.clone(),
        to: to.clone(),
        sport: sport.clone(),
    }
}

/// Brings figures up to date before they are asked for, and shows how far it is.
async fn current(a: &Arguments, app: &App) -> Result<(), WireError> {
    let bar = bar(a.quiet);
    app.refresh(|done, total| {
        bar.set_length(u64::from(total));
        bar.set_position(u64::from(done));
    })
    .await?;
    bar.finish_and_clear();
    Ok(())
}

async fn import(
    a: &Arguments,
    app: &App,
    paths: &[PathBuf],
    resume: bool,
    sample: bool,
) -> Result<u8, WireError> {
    if paths.is_empty() && !resume && !sample {
        return Err(WireError::validation(
            "paths",
            "Name at least one file or folder.",
        ));
    }
    if app.status().await?.profile.is_none() {
        let input = ProfileInput {
            name: "Athlete".to_owned(),
            units: Units::Metric,
            sex: None,
        };
        app.create_profile(input).await?;
        if !a.quiet {
            eprintln!("Created an athlete named “Athlete”, metric units.");
        }
    }
    let stopper = app.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopper.cancel_import();
        }
    });
    let bar = bar(a.quiet);
    let shown = bar.clone();
    let progress = move |p: ImportProgress| {
        shown.set_length(u64::from(p.found));
        shown.set_position(u64::from(p.done));
        shown.set_message(p.current.unwrap_or_default());
    };
    let reports: Vec<ImportReport> = if resume {
        app.resume_imports(progress).await?
    } else if sample {
        vec![app.load_sample(progress).await?]
    } else {
        vec![app.import_paths(paths.to_vec(), progress).await?]
    };
    bar.finish_and_clear();
    let mut code = 0;
    for report in &reports {
        let items = app.import_items(&report.import_id).await?;
        print::value(
            a.json,
            &serde_json::json!({ "report": report, "items": items }),
            |_| print::report(report, &items),
        );
        if report.cancelled {
            return Ok(130);
        }
        if report.failed > 0 {
            code = 3;
        }
    }
    Ok(code)
}

fn bar(quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
