//! Tenants and the audit log. A passphrase of a file comes from the variable
//! PACELINE_FILE_PASSPHRASE, so that it stands in no list of processes.

use crate::print;
use clap::Subcommand;
use paceline_app::wire::{
    AuditCheckView, AuditEntryView, CoachView, TenantInput, TenantView, TransferKind, Units,
};
use paceline_app::{App, WireError};
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum TenantCommand {
    /// List those you belong to, with their athletes.
    List,
    /// A new tenant with its first athlete.
    Create {
        name: String,
        /// Name of the first athlete; that of the tenant where absent.
        #[arg(long)]
        athlete: Option<String>,
        /// metric or imperial
        #[arg(long, default_value = "metric")]
        units: String,
    },
    /// Go on in another tenant from now on; the beginning of its id, or its name, is enough.
    Switch {
        tenant: String,
        /// An athlete of it, by name or the beginning of the id.
        #[arg(long)]
        athlete: Option<String>,
    },
    /// Give the tenant another name.
    Rename { name: String },
    /// One more athlete of the tenant.
    AddAthlete {
        name: String,
        /// metric or imperial
        #[arg(long, default_value = "metric")]
        units: String,
    },
    /// Copy an athlete of the tenant to another one, or move them there.
    Transfer {
        /// By name or the beginning of the id.
        athlete: String,
        /// The other tenant.
        to: String,
        /// Take them away here.
        #[arg(long = "move")]
        moved: bool,
    },
    /// Write the tenant whole to one encrypted file.
    Export { path: PathBuf },
    /// Read a tenant out of such a file.
    Import {
        path: PathBuf,
        /// In place of its own name.
        #[arg(long)]
        name: Option<String>,
    },
    /// End a tenant with everything in it; its name must be repeated.
    Delete {
        tenant: String,
        /// Its name.
        #[arg(long)]
        confirm: String,
    },
    /// Who is a member of the tenant.
    Members,
}

#[derive(Subcommand)]
pub enum AuditCommand {
    /// List the newest entries.
    List {
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Walk the chain of the log.
    Verify,
    /// Write the whole log, a JSON object a line.
    Export { path: PathBuf },
}

fn passphrase() -> Result<String, WireError> {
    std::env::var("PACELINE_FILE_PASSPHRASE").map_err(|_| {
        WireError::validation(
            "passphrase",
            "Put the passphrase of the file into the variable PACELINE_FILE_PASSPHRASE.",
        )
    })
}

/// The one that bears the name, or whose id begins so.
fn chosen<'t, T>(
    all: &'t [T],
    text: &str,
    what: &str,
    of: impl Fn(&T) -> (&str, &str),
) -> Result<&'t T, WireError> {
    let found: Vec<&T> = all
        .iter()
        .filter(|t| {
            let (id, name) = of(t);
            name == text || (text.len() >= 4 && id.starts_with(text))
        })
        .collect();
    match found[..] {
        [one] => Ok(one),
        [] => Err(WireError::NotFound {
            what: format!("The {what}"),
        }),
        _ => Err(WireError::validation(
            what,
            "Several fit. Write more of the id.",
        )),
    }
}

fn tenant<'t>(all: &'t [TenantView], text: &str) -> Result<&'t TenantView, WireError> {
    chosen(all, text, "tenant", |t| (&t.id, &t.name))
}

fn athlete<'t>(of: &'t TenantView, text: &str) -> Result<&'t str, WireError> {
    chosen(&of.athletes, text, "athlete", |a| (&a.id, &a.name)).map(|a| a.id.as_str())
}

fn units(text: &str) -> Result<Units, WireError> {
    crate::word("units", text)
}

pub async fn tenants(json: bool, app: &App, command: &TenantCommand) -> Result<(), WireError> {
    let all = app.tenants().await?;
    let said = |id: String| {
        print::value(json, &serde_json::json!({ "id": id }), |_| {
            format!("{id}\n")
        });
    };
    match command {
        TenantCommand::List => print::value(json, &all, |all| list(all)),
        TenantCommand::Create {
            name,
            athlete,
            units: shown,
        } => {
            let input = TenantInput {
                name: name.clone(),
                athlete: athlete.clone(),
                units: units(shown)?,
            };
            said(app.create_tenant(input).await?);
        }
        TenantCommand::Switch {
            tenant: to,
            athlete: on,
        } => {
            let to = tenant(&all, to)?;
            let mut profile = app.switch_tenant(&to.id).await?;
            if let Some(on) = on {
                profile = app.switch_athlete(athlete(to, on)?).await?;
            }
            print::value(json, &profile, |p| format!("{}: {}\n", to.name, p.name));
        }
        TenantCommand::Rename { name } => {
            app.rename_tenant(name).await?;
            print::value(json, &serde_json::json!({ "name": name.trim() }), |_| {
                format!("{}\n", name.trim())
            });
        }
        TenantCommand::AddAthlete { name, units: shown } => {
            said(app.add_athlete(name, units(shown)?).await?);
        }
        TenantCommand::Transfer {
            athlete: who,
            to,
            moved,
        } => {
            let here = all.iter().find(|t| t.current).ok_or(WireError::NoProfile)?;
            let how = if *moved {
                TransferKind::Move
            } else {
                TransferKind::Copy
            };
            let (who, to) = (athlete(here, who)?, tenant(&all, to)?);
            app.transfer_athlete(who, &to.id, how, |_| {}).await?;
            let done = serde_json::json!({ "athlete": who, "tenant": to.id, "moved": moved });
            print::value(json, &done, |_| {
                format!(
                    "{} {}\n",
                    if *moved { "moved to" } else { "copied to" },
                    to.name
                )
            });
        }
        TenantCommand::Export { path } => {
            app.export_tenant(path, &passphrase()?, |_| {}).await?;
            let path = path.display().to_string();
            print::value(json, &serde_json::json!({ "path": path }), |_| {
                format!("{path}\n")
            });
        }
        TenantCommand::Import { path, name } => {
            let done = app
                .import_tenant(path, &passphrase()?, name.as_deref(), |_| {})
                .await?;
            print::value(json, &done, |d| {
                format!("{}  {} ({} activities)\n", d.id, d.name, d.activities)
            });
        }
        TenantCommand::Delete {
            tenant: which,
            confirm,
        } => {
            let gone = tenant(&all, which)?;
            app.delete_tenant(&gone.id, confirm).await?;
            print::value(json, &serde_json::json!({ "deleted": gone.id }), |_| {
                format!("{} is deleted\n", gone.name)
            });
        }
        TenantCommand::Members => {
            print::value(json, &app.members().await?, |m| {
                m.members.iter().fold(String::new(), |mut out, m| {
                    let _ = writeln!(
                        out,
                        "{}  {:8}  {}",
                        m.user_id,
                        crate::engine::words(&m.role),
                        m.name
                    );
                    out
                })
            });
        }
    }
    Ok(())
}

fn list(all: &[TenantView]) -> String {
    let mut out = String::new();
    for t in all {
        let mark = |current| if current { '*' } else { ' ' };
        let role = crate::engine::words(&t.role);
        let _ = writeln!(out, "{} {}  {role:8}  {}", mark(t.current), t.id, t.name);
        for a in &t.athletes {
            let _ = writeln!(out, "  {} {}  {}", mark(a.current), a.id, a.name);
        }
    }
    out
}

/// Gives the exit code: 1 for a log that was tampered with.
pub async fn audit(json: bool, app: &App, command: Option<&AuditCommand>) -> Result<u8, WireError> {
    let limit = match command {
        Some(AuditCommand::Verify) => {
            let found = app.verify_audit().await?;
            print::value(json, &found, verified);
            return Ok(u8::from(found.broken_at.is_some()));
        }
        Some(AuditCommand::Export { path }) => {
            app.export_audit(path).await?;
            let path = path.display().to_string();
            print::value(json, &serde_json::json!({ "path": path }), |_| {
                format!("{path}\n")
            });
            return Ok(0);
        }
        Some(AuditCommand::List { limit }) => *limit,
        None => 50,
    };
    print::value(json, &app.audit_page(None, limit).await?, |all| {
        entries(all)
    });
    Ok(0)
}

fn verified(found: &AuditCheckView) -> String {
    match found.broken_at {
        Some(at) => format!("The log was tampered with at entry {at}.\n"),
        None => format!(
            "{} entries hold together, up to {}\n",
            found.count, found.head
        ),
    }
}

fn entries(all: &[AuditEntryView]) -> String {
    all.iter().fold(String::new(), |mut out, e| {
        let _ = writeln!(
            out,
            "{:>6}  {}  {:16}  {:16}  {}",
            e.seq, e.at, e.user_name, e.event, e.detail
        );
        out
    })
}

pub fn overview(view: &CoachView) -> String {
    let mut out = format!(
        "{:20}  {:20}  {:10}  {:>7}  {:>7}  {:>6}  {:>6}  {:>6}  {:>6}  {:>6}\n",
        "tenant", "athlete", "last", "7 days", "28 days", "CTL", "ATL", "TSB", "ramp", "unread"
    );
    let or_dash = |x: Option<f64>| print::or_dash(x, 1.0, 1);
    for a in &view.athletes {
        let last = a.last_activity.as_ref().map_or("-", |l| &l.start);
        let _ = writeln!(
            out,
            "{:20}  {:20}  {:10}  {:>7.0}  {:>7.0}  {:>6}  {:>6}  {:>6}  {:>6}  {:>6}{}",
            a.tenant,
            a.athlete,
            last.get(..10).unwrap_or(last),
            a.load_7,
            a.load_28,
            or_dash(a.ctl),
            or_dash(a.atl),
            or_dash(a.tsb),
            or_dash(a.ramp),
            a.unread_comments,
            if a.ramp_alarm { "  steep" } else { "" }
        );
    }
    out
}
