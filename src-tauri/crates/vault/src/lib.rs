//! Keys and sealing: the one place that knows ciphers and the OS keyring.
//!
//! A random database key opens `paceline.db`; a data key per tenant, derived
//! from a second random secret, seals everything in `blobs.db`. Both lie in
//! the operating system's keyring or, where there is none, in a file that only
//! this user may read, which callers show as a warning. Knows no SQL and no
//! window. Start at [`Vault::open`].

mod error;
mod keyring_store;
mod keys;
mod seal;

pub use error::VaultError;
pub use keys::{KeyPolicy, KeyProtection, Vault};
pub use seal::{SealedKind, TenantKey};
