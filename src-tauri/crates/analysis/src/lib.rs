//! Pure functions from samples to numbers: no clock, no file, no database.
//!
//! The time base, stated once and used everywhere: a sample holds from its own
//! timestamp until the next one, but for at most [`MAX_HOLD_S`] seconds, and
//! never while the timer is stopped. Seconds without a holding sample are not
//! recorded: they count as 0 W in power windows, break heart-rate windows and
//! enter no average. Start at [`summarise`].

pub mod curve;
mod input;
pub mod intervals;
mod metrics;
pub mod models;
mod outline;
pub mod repair;
pub mod sample;
pub mod season;
mod seconds;
mod summary;
pub mod wellness;

pub use curve::{durations, mean_max};
pub use input::{ActivityInput, MAX_HOLD_S};
pub use metrics::elevation::{HYSTERESIS_M, climb};
pub use metrics::power::normalized_power;
pub use seconds::Seconds;
pub use summary::{derived_columns, range_stats, summarise};

/// Raised with every change of a formula; stored with its results.
pub const FORMULA_VERSION: u32 = 1;
