//! Every use-case of Paceline, callable without a window: profile, import,
//! activities, settings, export. Translates between the wire types and the
//! core crates; knows neither tauri nor SQL. Start at [`App`].

mod error;
pub mod wire;

pub use error::WireError;
