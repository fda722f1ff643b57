//! How much was done over how long: curves, envelopes, best efforts, records.
//!
//! [`full_curve`] gives one activity's best mean over every duration, [`Envelope`] the best of many
//! activities and whose it was, [`distance_efforts`] the fastest way over a distance and
//! [`records`] what is the best of all time, of the year and of late. What a channel's gaps and
//! faults count as is decided before, by [`power_for_curve`], [`heart_rate_for_curve`] and
//! [`speed_for_curve`].

mod distance;
mod efforts;
mod envelope;
mod full;
mod grid;
#[cfg(test)]
mod naive;
mod pack;
mod prepare;
mod records;
mod search;

pub use distance::{Distance, standard_distances};
pub use efforts::{DistanceEffort, EFFORT_SECONDS, Track, distance_efforts, time_efforts};
pub use envelope::{Envelope, EnvelopePoint};
pub use full::{FullCurve, full_curve};
pub use grid::{durations, mean_max};
pub use pack::DamagedCurve;
pub use prepare::{heart_rate_for_curve, plausible_speed, power_for_curve, speed_for_curve};
pub use records::{Effort, EffortKey, Quantity, RECENT_DAYS, Records, records};
pub use search::MAX_SAMPLE;
