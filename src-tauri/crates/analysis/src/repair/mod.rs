//! Faults of sensors found in the samples, and edits that mend them without touching the original.
//!
//! [`findings`] reads an activity and says what looks wrong, each with the edit that would mend it.
//! [`apply`] lays a list of edits over a copy of the samples, in the order of the list and leaving
//! out what is disabled; the same original and the same list give the same samples. Undo is taking
//! an edit off the list. Nothing here decides for the athlete.

mod altitude;
mod apply;
mod edited;
mod findings;
#[cfg(test)]
mod laws;
mod peaks;
mod position;
mod silence;
mod steady;
#[cfg(test)]
mod tests;
mod together;
mod words;

pub use apply::apply;
pub use edited::{Edited, apply_to, apply_to_recording};
pub use findings::findings;
