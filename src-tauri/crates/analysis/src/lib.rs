//! Pure functions from samples to numbers: no clock, no file, no database.
//!
//! The time base, stated once and used everywhere: a sample holds from its own
//! timestamp until the next one, but for at most [`MAX_HOLD_S`] seconds, and
//! never while the timer is stopped. Seconds without a holding sample are not
//! recorded: they count as 0 W in power windows, break heart-rate windows and
//! enter no average. Start at [`summarise`].

mod analyse;
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

pub use analyse::analyse;
pub use curve::{durations, mean_max};
pub use input::{ActivityInput, MAX_HOLD_S};
pub use metrics::climbs::climbs;
pub use metrics::compute as compute_metrics;
pub use metrics::decoupling::{DecouplingRule, decoupling};
pub use metrics::elevation::{GRADE_SPAN_M, HYSTERESIS_M, climb, climb_by_steps, grade};
pub use metrics::energy::{calories_of_heart_rate, calories_of_work};
pub use metrics::heart::{
    heart_rate_recovery, hr_tss, trimp, trimp_edwards, trimp_lucia, trimp_of_mean,
    ventilatory_thresholds,
};
pub use metrics::load::{points_per_hour, session_rpe};
pub use metrics::power::{
    NpRule, XPower, normalized_power, normalized_power_by, work_above, x_power,
};
pub use metrics::quadrants::{QuadrantSplit, quadrants};
pub use metrics::running::{
    GapModel, grade_adjusted_speed, lactate_normalized_power, running_cost, running_power,
};
pub use metrics::stops::stops;
pub use metrics::swimming::{critical_swim_speed, swim_tss};
pub use seconds::Seconds;
pub use summary::{derived_columns, range_stats, summarise};

/// Raised with every change of a formula; stored with its results.
pub const FORMULA_VERSION: u32 = 3;
