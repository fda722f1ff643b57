//! Keys and sealing: the one place that knows ciphers and the OS keyring.
//!
//! A random database key opens `paceline.db`; a random data key per tenant
//! seals what is the tenant's. Each user has a *user key*, which nobody sees:
//!
//! ```text
//! passphrase (Argon2id) ─┐
//! recovery key ──────────┼─> user key ─┬─> database key
//! OS keyring ────────────┘             ├─> tenant keys wrapped for this member
//!                                      ├─> tokens, second factor
//!                                      └─> root of the first tenants' derived keys (who made the folder)
//! ```
//!
//! What wraps a user key, and the database key under it, lies in a small plain
//! header file; wrapped tenant keys and sealed secrets are the caller's to keep
//! in the database. A folder without accounts opens by itself: its secret lies
//! in the system's keyring or, where there is none, in a file that only this
//! user may read, which callers show as a warning.
//!
//! What this does not do: a copy of the header (a backup) still opens with the
//! passphrase it had, since the keys under it stay; the throttle and the second
//! factor hold only who goes through the app (see [`SecondFactor`], [`Now`]);
//! keys are cleared from memory when they end, but the system may have swapped
//! them out, and other programs of the same account can read this one's memory.
//!
//! Knows no SQL and no window. Start at [`LockedVault::open`], or at
//! [`Vault::open`] for a folder that opens by itself.

mod account;
mod base32;
mod error;
mod files;
mod header;
mod kdf;
mod keyring_store;
mod keys;
mod locked;
mod member;
mod pages;
mod passphrase;
mod recovery;
mod seal;
mod second_factor;
mod secret;
mod stream;
#[cfg(test)]
mod tests;
mod throttle;
mod totp;
mod unlocked;

pub use error::VaultError;
pub use kdf::KdfParams;
pub use keys::{KeyPolicy, KeyProtection, KeyText, Vault, copy_header, copy_keys};
pub use locked::{Account, LockedVault};
pub use member::MemberKey;
pub use pages::{PAGE, PAGE_RESERVED, Page, PageOpener};
pub use passphrase::{Passphrase, Strength, strength};
pub use recovery::RecoveryKey;
pub use seal::{SealedKind, TenantKey, UserKey};
pub use second_factor::{RecoveryCodes, SecondFactor};
pub use stream::{SealedReader, SealedWriter};
pub use throttle::{Now, RunClock};
pub use unlocked::UnlockedVault;
pub use zeroize::Zeroizing;
