//! Every use-case of Paceline, callable without a window: profile, import,
//! activities, settings, export. Translates between the wire types and the
//! core crates; knows neither tauri nor SQL. Start at [`App`].

mod accounts;
mod activities;
mod analysis;
mod app;
mod audit;
mod backup;
mod backup_views;
mod check;
mod coach;
mod curves;
mod damage;
mod data_dir;
mod error;
mod figures;
mod fitness;
mod import;
mod lock;
mod performance;
mod rescue;
mod samples;
mod second_factor;
mod sessions;
mod settings;
mod sign_in;
mod tenants;
mod wellness;
pub mod wire;

pub use accounts::Machine;
pub use app::App;
pub use data_dir::{OpenOptions, default_data_dir, key_file_only};
pub use error::WireError;
pub use rescue::Rescue;
