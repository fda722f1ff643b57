//! One function per command, one to three lines each.

pub mod activities;
pub mod imports;
pub mod profile;
