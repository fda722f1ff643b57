//! The use-cases over a real store, without a window.
#![allow(missing_docs, clippy::unwrap_used)]

mod account;
mod accounts;
mod archives;
mod backup;
mod common;
mod engine;
mod formats;
mod garmin;
mod isolation;
mod locked_folder;
mod planted;
mod robust;
mod second_factor;
mod sessions;
mod strava;
mod tenants;
mod timing;
mod use_cases;
mod wellness;
