//! One function per command, one to three lines each.

pub mod accounts;
pub mod activities;
pub mod analysis;
pub mod backup;
pub mod coach;
pub mod fitness;
pub mod imports;
pub mod profile;
pub mod tenants;
pub mod wellness;
