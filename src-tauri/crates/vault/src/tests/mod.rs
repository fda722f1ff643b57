//! The vault as a whole, through its own public types; where a test changes the
//! header behind the vault's back, through the header's.

mod accounts;
mod attempts;
mod keyring;
mod members;
#[cfg(target_os = "linux")]
mod memory;
mod secrets;
mod tampering;

use crate::*;
use paceline_model::{TenantId, UserId};
use std::path::Path;

const RIGHT: &str = "tundra ostrich ledger";
const WRONG: &str = "tundra ostrich ledges";

fn user(n: u128) -> UserId {
    UserId(uuid::Uuid::from_u128(n))
}

fn tenant(n: u128) -> TenantId {
    TenantId(uuid::Uuid::from_u128(n))
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::chosen(text).unwrap()
}

fn at(seconds: u64) -> Now {
    Now {
        wall_ms: (1_800_000_000 + seconds) * 1000,
        run: 1,
        running_ms: seconds * 1000,
    }
}

/// The error of a result whose value has no `Debug`.
fn refused<T>(result: Result<T, VaultError>) -> VaultError {
    match result {
        Ok(_) => panic!("it was not refused"),
        Err(e) => e,
    }
}

fn locked(dir: &Path) -> LockedVault {
    LockedVault::open(dir).unwrap()
}

fn signed_up(dir: &Path) -> (UnlockedVault, RecoveryKey) {
    locked(dir)
        .sign_up(user(1), "Anna", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap()
}

fn sign_in(dir: &Path, n: u128, text: &str, seconds: u64) -> Result<UnlockedVault, VaultError> {
    locked(dir).sign_in(
        user(n),
        &Passphrase::typed(text).unwrap(),
        KdfParams::FLOOR,
        &at(seconds),
    )
}
