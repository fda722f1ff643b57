//! Unlocking for one command, and `paceline account`.

use crate::{Arguments, print};
use clap::{Args, Subcommand};
use paceline_app::wire::{
    Credentials, KeyProtection, NewAccountView, Secret, SignInState, SignInView,
};
use paceline_app::{App, WireError, key_file_only};
use std::fmt::Write as _;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};

/// How a folder that belongs to accounts is unlocked. Secrets are no arguments: those show in the
/// list of processes and in the shell's history.
#[derive(Args)]
pub struct Unlock {
    /// The account to sign in with, where there are several; or PACELINE_USER.
    #[arg(long, global = true)]
    user: Option<String>,
    /// Read the passphrase from a file; or PACELINE_PASSPHRASE.
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase from the first line of standard input.
    #[arg(long, global = true, conflicts_with = "passphrase_file")]
    passphrase_stdin: bool,
    /// The code of the second factor, or a recovery code; or PACELINE_CODE.
    #[arg(long, global = true)]
    code: Option<String>,
}

#[derive(Subcommand)]
pub enum AccountCommand {
    /// Who can sign in.
    List,
    /// What guards the account.
    Security,
    /// Give this folder a passphrase, which is read as for signing in.
    Create { handle: String },
    /// Make an account for somebody else.
    Add {
        handle: String,
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: PathBuf,
    },
    /// How soon the passphrase would be guessed.
    Strength,
    /// Set another passphrase.
    ChangePassphrase {
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: PathBuf,
    },
    /// Make a new recovery key and print it; the old one opens nothing then.
    RecoveryKey,
    /// Sign in with the recovery key and set a new passphrase.
    Recover {
        handle: String,
        #[arg(long, value_name = "FILE")]
        recovery_key_file: PathBuf,
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: PathBuf,
    },
    /// Set up a second factor; its first code is read from standard input.
    SecondFactor {
        /// Take it away instead, for this code.
        #[arg(long, value_name = "CODE")]
        off: Option<String>,
    },
    /// Let the system's keyring unlock the account, or not.
    Keyring {
        /// allow or forbid
        #[arg(value_parser = ["allow", "forbid"])]
        what: String,
    },
    /// Whether the folder opens without the passphrase.
    OpensByItself {
        /// yes or no
        #[arg(value_parser = ["yes", "no"])]
        what: String,
    },
    /// Lock the window after minutes without use.
    AutoLock {
        /// 1 to 1440; never where absent.
        minutes: Option<u32>,
    },
    /// Where the account is signed in, and was.
    Sessions,
    /// End a session that runs elsewhere.
    EndSession { id: String },
}

fn from_env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

fn read_line() -> Result<Secret, WireError> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| WireError::validation("standard input", error.to_string()))?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line.into())
}

fn read_file(path: &Path) -> Result<Secret, WireError> {
    let mut text = std::fs::read_to_string(path).map_err(|error| WireError::File {
        file_name: path.display().to_string(),
        reason: error.to_string(),
    })?;
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(text.into())
}

impl Unlock {
    fn passphrase(&self) -> Result<Option<Secret>, WireError> {
        if self.passphrase_stdin {
            return read_line().map(Some);
        }
        match &self.passphrase_file {
            Some(path) => read_file(path).map(Some),
            None => Ok(from_env("PACELINE_PASSPHRASE").map(Into::into)),
        }
    }
}

fn needed(passphrase: Option<Secret>) -> Result<Secret, WireError> {
    passphrase.ok_or_else(|| {
        WireError::validation(
            "passphrase",
            "Give it with --passphrase-file, --passphrase-stdin or PACELINE_PASSPHRASE.",
        )
    })
}

/// Unlocks a folder that is locked, as far as what was given allows. Gives the passphrase, for what
/// asks for it again.
pub async fn unlock(u: &Unlock, app: &App) -> Result<Option<Secret>, WireError> {
    let passphrase = u.passphrase()?;
    if !app.is_locked() {
        return Ok(passphrase);
    }
    let accounts = app.accounts().await?.accounts;
    let user = u.user.clone().or_else(|| from_env("PACELINE_USER"));
    let account = match (&user, &accounts[..]) {
        (Some(user), all) => all.iter().find(|a| a.handle.eq_ignore_ascii_case(user)),
        (None, [only]) => Some(only),
        (None, _) => {
            return Err(WireError::validation(
                "user",
                "There are several accounts here. Name one with --user.",
            ));
        }
    };
    let Some(account) = account else {
        return Err(WireError::NotFound {
            what: "The account".to_owned(),
        });
    };
    let state = match &passphrase {
        Some(passphrase) => {
            let input = Credentials {
                handle: account.handle.clone(),
                passphrase: passphrase.clone(),
            };
            app.sign_in(input).await?
        }
        None if account.keyring_unlock && !key_file_only() => {
            app.unlock_by_keyring(&account.handle).await?
        }
        // What needs no unlocking goes on; the rest is refused as locked.
        None => return Ok(None),
    };
    if state.state == SignInState::CodeNeeded {
        let code = u.code.clone().or_else(|| from_env("PACELINE_CODE"));
        let code = code.ok_or_else(|| {
            WireError::validation(
                "code",
                "This account has a second factor. Give its code with --code.",
            )
        })?;
        app.sign_in_code(code.into()).await?;
    }
    Ok(passphrase)
}

fn made(account: &NewAccountView) -> String {
    let mut out = format!(
        "Recovery key  {}\n\nPrint it and keep it away from this machine. It is not shown again, and without it\na lost passphrase cannot be recovered from.\n",
        account.recovery_key.expose()
    );
    if let Some(reason) = &account.still_opens_by_itself {
        let _ = writeln!(
            out,
            "\nThe folder still opens without the passphrase: {reason}"
        );
    }
    out
}

fn recovered(signed_in: &SignInView) -> String {
    let mut out = "The new passphrase is set.\n".to_owned();
    if signed_in.second_factor_removed {
        out += "The second factor was taken away; set it up anew.\n";
    }
    out
}

pub async fn run(
    a: &Arguments,
    app: &App,
    command: &AccountCommand,
    passphrase: Option<Secret>,
) -> Result<(), WireError> {
    match command {
        AccountCommand::List => {
            print::value(a.json, &app.accounts().await?, print::accounts);
        }
        AccountCommand::Security => {
            print::value(a.json, &app.security().await?, print::security);
        }
        AccountCommand::Create { handle } => {
            let input = Credentials {
                handle: handle.clone(),
                passphrase: needed(passphrase)?,
            };
            print::value(a.json, &app.sign_up(input).await?, made);
        }
        AccountCommand::Add {
            handle,
            new_passphrase_file,
        } => {
            let input = Credentials {
                handle: handle.clone(),
                passphrase: read_file(new_passphrase_file)?,
            };
            print::value(a.json, &app.add_account(input).await?, made);
        }
        AccountCommand::Strength => {
            let judged = app.passphrase_strength(needed(passphrase)?, vec![]).await?;
            print::value(a.json, &judged, print::strength);
        }
        AccountCommand::ChangePassphrase {
            new_passphrase_file,
        } => {
            let new = read_file(new_passphrase_file)?;
            app.change_passphrase(needed(passphrase)?, new).await?;
        }
        AccountCommand::RecoveryKey => {
            let key = app.rotate_recovery_key(needed(passphrase)?).await?;
            print::value(
                a.json,
                &serde_json::json!({ "recoveryKey": key.expose() }),
                |_| format!("{}\n", key.expose()),
            );
        }
        AccountCommand::Recover {
            handle,
            recovery_key_file,
            new_passphrase_file,
        } => {
            let input = Credentials {
                handle: handle.clone(),
                passphrase: read_file(new_passphrase_file)?,
            };
            let signed_in = app.recover(input, read_file(recovery_key_file)?).await?;
            print::value(a.json, &signed_in, recovered);
        }
        AccountCommand::SecondFactor { off: Some(code) } => {
            let code = code.as_str().into();
            app.disable_second_factor(needed(passphrase)?, code).await?;
        }
        AccountCommand::SecondFactor { off: None } => {
            let begun = app.enrol_second_factor(needed(passphrase)?).await?;
            // Beside standard output, which is for the recovery codes.
            eprintln!(
                "Add this to the authenticator and type its code:\n{}\n{}",
                begun.uri.expose(),
                begun.secret_text.expose()
            );
            let codes = app.confirm_second_factor(read_line()?).await?;
            print::value(a.json, &codes, |c| {
                let lines: Vec<&str> = c.codes.iter().map(Secret::expose).collect();
                lines.join("\n") + "\n"
            });
        }
        AccountCommand::Keyring { what } if what == "allow" => {
            app.allow_keyring_unlock(needed(passphrase)?).await?;
        }
        AccountCommand::Keyring { .. } => app.forbid_keyring_unlock().await?,
        AccountCommand::OpensByItself { what } if what == "yes" => {
            let kept = app.require_no_sign_in(needed(passphrase)?).await?;
            print::value(a.json, &serde_json::json!({ "key": kept }), |_| {
                format!(
                    "The key is in {}.\n",
                    if kept == KeyProtection::Keyring {
                        "the system’s keyring"
                    } else {
                        "a file beside the data"
                    }
                )
            });
        }
        AccountCommand::OpensByItself { .. } => app.require_sign_in().await?,
        AccountCommand::AutoLock { minutes } => app.set_auto_lock(*minutes).await?,
        AccountCommand::Sessions => {
            print::value(a.json, &app.sign_ins().await?, |s| print::sign_ins(s));
        }
        AccountCommand::EndSession { id } => app.end_sign_in(id).await?,
    }
    Ok(())
}
