//! Work and recovery found in an activity, and repeated sessions compared.
//!
//! [`find`] is the way in: it detects, lets the laps an athlete pressed decide where edges match,
//! and lays the athlete's own changes over it, so that these outlive a new detection. [`Signature`]
//! is what is kept to search for sessions of one shape, [`compare`] puts two side by side.

mod compare;
mod detect;
mod edits;
mod figures;
mod groups;
mod laps;
mod segment;
#[cfg(test)]
mod tests;

pub use compare::{Comparison, Delta, Signature, SignatureStep, compare};
pub use detect::{Basis, Detection, detect};
pub use groups::{Group, groups};
pub use laps::{LapHabit, lap_habit};

use crate::Seconds;
use paceline_model::{AthleteSettings, Interval, IntervalEdit};
use serde::{Deserialize, Serialize};

/// What an activity is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intervals {
    /// What they were found by; absent where nothing was recorded that could show them.
    pub basis: Option<Basis>,
    /// In the order of time, none over another.
    pub intervals: Vec<Interval>,
    /// Efforts that repeat.
    pub groups: Vec<Group>,
}

/// Detected intervals with the edges of pressed laps and the athlete's enabled changes, in the
/// order of the list. A steady activity has none.
#[must_use]
pub fn find(seconds: &Seconds, settings: &AthleteSettings, edits: &[IntervalEdit]) -> Intervals {
    let detection = detect(seconds, settings);
    let mut intervals = laps::merge(detection.intervals, seconds.input.laps);
    edits::apply(&mut intervals, edits);
    for i in &mut intervals {
        i.figures = figures::figures(seconds, i.start_s, i.end_s);
    }
    let groups = groups(&mut intervals, detection.basis);
    Intervals {
        basis: detection.basis,
        intervals,
        groups,
    }
}
