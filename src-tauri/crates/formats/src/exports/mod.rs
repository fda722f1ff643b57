//! Exports of whole accounts: which files are one, and what the account's own
//! lists say of the recordings in it.
//!
//! The recordings themselves are read like any other file. Here are the lists
//! beside them: titles, notes, sports and totals in Strava's `activities.csv`,
//! the same and measurements of the body in Garmin's JSON. Start at [`find`].

mod civil;
pub mod garmin;
mod layout;
pub mod strava;

pub use layout::{Export, Role, find, without_account};
use paceline_model::{AccountEntry, Warning};

/// A list of activities, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// The activities, in the order of the list.
    pub entries: Vec<AccountEntry>,
    /// What was wrong with the list as a whole.
    pub warnings: Vec<Warning>,
    /// The entries that could not be read.
    pub failures: Vec<Failure>,
}

/// An entry that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `row 17`, or the activity's id.
    pub which: String,
    /// One sentence.
    pub why: String,
}
