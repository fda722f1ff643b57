//! A folder with an account, a clock that stands until it is set, and an
//! authenticator.

use crate::common::{rides, write};
use paceline_app::wire::*;
use paceline_app::{App, Machine, OpenOptions, WireError};
use paceline_vault::{KdfParams, Now};
use std::path::Path;
use std::sync::{Arc, Mutex};

pub const PASSPHRASE: &str = "correct horse battery staple";

/// Both clocks of a process.
#[derive(Clone)]
pub struct Clock(Arc<Mutex<Now>>);

impl Clock {
    pub fn new(run: u64) -> Self {
        Self(Arc::new(Mutex::new(Now {
            wall_ms: 1_800_000_000_000,
            run,
            running_ms: 1_000_000,
        })))
    }

    pub fn now(&self) -> Now {
        *self.0.lock().unwrap()
    }

    /// Time passes.
    pub fn pass(&self, seconds: u64) {
        self.set(seconds, seconds);
    }

    /// Each clock goes on by itself.
    pub fn set(&self, wall_s: u64, running_s: u64) {
        let mut now = self.0.lock().unwrap();
        now.wall_ms += wall_s * 1000;
        now.running_ms += running_s * 1000;
    }
}

pub async fn open_at(dir: &Path, clock: &Clock) -> App {
    let options = OpenOptions {
        data_dir: dir.join("data"),
        key_file_only: true,
    };
    open_with(options, clock).await
}

pub async fn open_with(options: OpenOptions, clock: &Clock) -> App {
    open_on(options, clock, KdfParams::FLOOR).await
}

/// On a machine that takes `kdf` for what a guess may cost.
pub async fn open_on(options: OpenOptions, clock: &Clock, kdf: KdfParams) -> App {
    let clock = clock.clone();
    let machine = Machine {
        now: Arc::new(move || clock.now()),
        kdf: Some(kdf),
    };
    App::open_on(options, machine).await.unwrap()
}

pub fn ada(passphrase: &str) -> Credentials {
    Credentials {
        handle: "Ada".into(),
        passphrase: passphrase.into(),
    }
}

/// An app over a folder with one ride and an account, signed in; and its recovery key.
pub async fn account(dir: &Path, clock: &Clock) -> (App, Secret) {
    let app = open_at(dir, clock).await;
    let input = ProfileInput {
        name: "Ada".into(),
        units: Units::Metric,
        sex: None,
    };
    app.create_profile(input).await.unwrap();
    let ride = write(dir, "ride.fit", &rides(1)[0]);
    app.import_paths(vec![ride], |_| {}).await.unwrap();
    let made = app.sign_up(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(made.still_opens_by_itself, None);
    (app, made.recovery_key)
}

/// What is said of one wrong input.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, WireError>, field: &str) {
    match answer {
        Err(WireError::Validation { field: said, .. }) if said == field => {}
        other => panic!("{field} was to be refused, but {other:?}"),
    }
}

/// The code that an authenticator with the secret in letters shows (RFC 6238).
pub fn code(secret: &Secret, clock: &Clock) -> Secret {
    use hmac::{KeyInit as _, Mac as _};
    let (mut bits, mut held, mut key) = (0u32, 0u32, Vec::new());
    for letter in secret.expose().bytes().filter(|b| !b.is_ascii_whitespace()) {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
            .iter()
            .position(|&l| l == letter)
            .unwrap();
        bits = (bits << 5) | u32::try_from(value).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            key.push((bits >> held) as u8);
        }
    }
    let mut mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(clock.now().wall_ms / 30_000).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000).into()
}
