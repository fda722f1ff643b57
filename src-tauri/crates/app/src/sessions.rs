//! Sign-ins that last: shown to other processes, ended from there, and ended by
//! themselves when nobody is there.
//!
//! Each sign-in holds a small empty file open and locked. Another process sees
//! by the lock whether the sign-in lasts, and ends it by removing the file: who
//! signed in looks for it at every use, which costs less than a question to the
//! database.

use crate::app::locked;
use crate::import::now;
use crate::wire::{LockView, SignInEnding, SignInEntryView, SignInWay, iso};
use crate::{App, WireError};
use paceline_store::SignInRow;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;
use uuid::Uuid;

const FOLDER: &str = "sessions";
/// How often it is looked whether somebody is still there.
const TICK: Duration = Duration::from_secs(5);
/// A machine whose wall clock went on for so much longer than its running clock was asleep.
const SLEPT_MS: u64 = 30_000;
const AUTO_LOCK: &str = "auto_lock_minutes";
/// Minutes of an account that chose none; 0 stands for never.
const DEFAULT_MINUTES: u32 = 15;
const MOST_MINUTES: u32 = 24 * 60;

/// How a sign-in ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Locked,
    Idle,
    Suspended,
    Revoked,
    Closed,
}

impl Ending {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Idle => "idle",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Closed => "closed",
        }
    }
}

/// The file of a sign-in that lasts.
pub(crate) struct Presence {
    id: Uuid,
    path: PathBuf,
    /// Locked as long as it is open.
    _file: File,
}

fn path(data_dir: &Path, id: Uuid) -> PathBuf {
    data_dir.join(FOLDER).join(id.simple().to_string())
}

impl Presence {
    /// # Errors
    /// `storage` if the folder cannot be written.
    pub(crate) fn new(data_dir: &Path, id: Uuid) -> Result<Self, WireError> {
        let path = path(data_dir, id);
        let made = || {
            std::fs::create_dir_all(data_dir.join(FOLDER))?;
            let file = File::create(&path)?;
            file.lock()?;
            Ok(file)
        };
        let file = made().map_err(|error: std::io::Error| WireError::Storage {
            reason: format!(
                "{}: {error}. Check the folder's permissions and free space.",
                path.display()
            ),
        })?;
        Ok(Self {
            id,
            path,
            _file: file,
        })
    }

    pub(crate) const fn id(&self) -> Uuid {
        self.id
    }

    /// Whether nobody ended it.
    pub(crate) fn holds(&self) -> bool {
        self.path.exists()
    }

    /// Whether the sign-in `id` lasts, in whichever process.
    fn lasts(data_dir: &Path, id: Uuid) -> bool {
        File::open(path(data_dir, id))
            .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }

    /// Ends the sign-in `id`, in whichever process.
    fn end(data_dir: &Path, id: Uuid) -> std::io::Result<()> {
        match std::fs::remove_file(path(data_dir, id)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // A file that stays is one without a lock, which means as much.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn way(key: &str) -> SignInWay {
    match key {
        "keyring" => SignInWay::Keyring,
        "recovery_key" => SignInWay::RecoveryKey,
        _ => SignInWay::Passphrase,
    }
}

fn ending(key: &str) -> SignInEnding {
    match key {
        "idle" => SignInEnding::Idle,
        "suspended" => SignInEnding::Suspended,
        "revoked" => SignInEnding::Revoked,
        "closed" => SignInEnding::Closed,
        "lost" => SignInEnding::Lost,
        _ => SignInEnding::Locked,
    }
}

impl App {
    /// The sign-ins of the account, newest first, and which of them last.
    ///
    /// # Errors
    /// `locked`; those of the store.
    pub async fn sign_ins(&self) -> Result<Vec<SignInEntryView>, WireError> {
        let store = self.store()?;
        let current = self.inner.door.sign_in();
        let mut rows = store.sign_ins().await?;
        for row in &mut rows {
            if row.ended.is_none() && !Presence::lasts(store.dir(), row.id) {
                let at = now();
                store.end_sign_in(row.id, "lost", at).await?;
                row.ended = Some((at, "lost".to_owned()));
            }
        }
        let view = |row: SignInRow| SignInEntryView {
            current: current == Some(row.id),
            id: row.id.to_string(),
            way: way(&row.way),
            program: row.program,
            process: row.process,
            started_at: iso(row.started_at),
            // When a program ended without a word is not known, only that it did.
            ended_at: row
                .ended
                .as_ref()
                .filter(|(_, how)| how != "lost")
                .map(|(at, _)| iso(*at)),
            ending: row.ended.map(|(_, how)| ending(&how)),
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Ends a sign-in of the account: this one at once, that of another process at its next use.
    ///
    /// # Errors
    /// `notFound` unless it is one of the account's that lasts; `locked`; those of the store.
    pub async fn end_sign_in(&self, id: &str) -> Result<(), WireError> {
        let store = self.store()?;
        let known = store.sign_ins().await?;
        let row = known.iter().find(|row| row.id.to_string() == id);
        let row = row.filter(|row| row.ended.is_none());
        let Some(row) = row else {
            return Err(WireError::NotFound {
                what: "A sign-in that lasts".to_owned(),
            });
        };
        if self.inner.door.sign_in() == Some(row.id) {
            self.end(Ending::Revoked).await;
            return Ok(());
        }
        store.end_sign_in(row.id, "revoked", now()).await?;
        Presence::end(store.dir(), row.id).map_err(|error| WireError::Storage {
            reason: format!(
                "The other sign-in could not be ended: {error}. Check the permissions of {}.",
                store.dir().display()
            ),
        })
    }

    /// Locks: whoever comes next has to sign in. An import under way goes on after unlocking.
    ///
    /// # Errors
    /// `conflict` where there is no account to sign in with.
    pub async fn lock(&self) -> Result<(), WireError> {
        if !self.is_locked() && self.inner.door.sign_in().is_none() {
            return Err(WireError::Conflict {
                reason: "There is no passphrase to unlock with. Set one first.".to_owned(),
            });
        }
        self.end(Ending::Locked).await;
        Ok(())
    }

    /// Locks because the machine is about to sleep, where somebody signed in.
    pub async fn lock_before_sleep(&self) {
        if self.inner.door.sign_in().is_some() {
            self.end(Ending::Suspended).await;
        }
    }

    /// Whether it is locked, and the epoch.
    #[must_use]
    pub fn lock_view(&self) -> LockView {
        LockView {
            locked: self.is_locked(),
            epoch: self.inner.epoch.load(Ordering::SeqCst),
        }
    }

    /// Notes that somebody is there. Cheap: to be called at movements and keys, now and then.
    pub fn report_activity(&self) {
        let accounts = &self.inner.accounts;
        let running = accounts.now().running_ms;
        accounts.active_ms.store(running, Ordering::Relaxed);
    }

    pub(crate) async fn read_auto_lock(&self) -> Result<(), WireError> {
        let kept: Option<u32> = self.store()?.user_preference(AUTO_LOCK).await?;
        let minutes = kept.unwrap_or(DEFAULT_MINUTES).min(MOST_MINUTES);
        let idle = &self.inner.accounts.idle_minutes;
        idle.store(minutes, Ordering::Relaxed);
        self.report_activity();
        Ok(())
    }

    pub(crate) fn auto_lock_minutes(&self) -> Option<u32> {
        let minutes = self.inner.accounts.idle_minutes.load(Ordering::Relaxed);
        (minutes > 0).then_some(minutes)
    }

    /// Locks after so many minutes (1 to 1440) without use, or never.
    ///
    /// # Errors
    /// `validation` of the minutes; `locked`; those of the store.
    pub async fn set_auto_lock(&self, minutes: Option<u32>) -> Result<(), WireError> {
        if minutes.is_some_and(|m| !(1..=MOST_MINUTES).contains(&m)) {
            let rule = format!("Choose 1 to {MOST_MINUTES} minutes, or never.");
            return Err(WireError::validation("minutes", rule));
        }
        self.store()?
            .put_user_preference(AUTO_LOCK, &minutes.unwrap_or(0))
            .await?;
        self.read_auto_lock().await
    }

    /// Locks if the sign-in was ended from elsewhere, the machine slept or nobody was there for the
    /// minutes that are set. Gives whether it did.
    pub async fn lock_if_due(&self) -> bool {
        let accounts = &self.inner.accounts;
        let now = accounts.now();
        let since = |before: u64, now: u64| now.saturating_sub(before);
        let slept = {
            let mut last = locked(&accounts.looked);
            let before = last.replace(now).filter(|l| l.run == now.run);
            before.is_some_and(|l| {
                since(l.wall_ms, now.wall_ms)
                    > since(l.running_ms, now.running_ms).saturating_add(SLEPT_MS)
            })
        };
        self.expire_pending(now.running_ms).await;
        if self.inner.door.sign_in().is_none() {
            return false;
        }
        let idle_ms = since(accounts.active_ms.load(Ordering::Relaxed), now.running_ms);
        let idle = self
            .auto_lock_minutes()
            .is_some_and(|minutes| idle_ms >= u64::from(minutes) * 60_000);
        let ending = if self.inner.door.revoked() {
            Ending::Revoked
        } else if slept {
            Ending::Suspended
        } else if idle {
            Ending::Idle
        } else {
            return false;
        };
        self.end(ending).await;
        true
    }

    /// Looks every few seconds whether to lock, until the app is closed. For a program that stays.
    pub async fn keep_locking(&self) {
        let closing = self.closing();
        loop {
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = closing.cancelled() => return,
            }
            self.lock_if_due().await;
        }
    }
}
