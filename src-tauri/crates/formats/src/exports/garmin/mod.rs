//! The JSON lists in Garmin's export of an account: activities with titles and
//! totals, and what was measured of the body.
//!
//! What their fields mean is nowhere written down. It was taken from exports
//! themselves: durations are milliseconds, lengths and heights centimetres,
//! speeds centimetres per millisecond, weights grams, energy kilojoules (a
//! day of resting energy comes to 7,000), times UTC unless named local. Lists
//! whose meaning could not be established are left out.

mod activities;
mod body;
mod json;

pub use activities::activities;
pub use body::body;

/// The lists that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// `…_summarizedActivities.json`
    Activities,
    /// `…_sleepData.json`: nights with their stages.
    Sleep,
    /// `UDSFile_….json`: days with steps, resting heart rate, stress.
    Days,
    /// `…_userBioMetrics.json`: weights.
    Weights,
    /// `…_healthStatusData.json`: heart-rate variability of nights.
    Health,
    /// `BloodPressureFile_….json`
    BloodPressure,
}

/// Which list a file is, by its name without folders.
#[must_use]
pub fn file(base: &str) -> Option<File> {
    let lower = base.to_ascii_lowercase();
    let stem = lower.strip_suffix(".json")?;
    // Several lists are cut into numbered parts.
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    Some(match stem {
        s if s.ends_with("summarizedactivities") => File::Activities,
        s if s.ends_with("sleepdata") => File::Sleep,
        s if s.ends_with("userbiometrics") => File::Weights,
        s if s.ends_with("healthstatusdata") => File::Health,
        _ if lower.starts_with("udsfile") => File::Days,
        _ if lower.starts_with("bloodpressurefile") => File::BloodPressure,
        _ => return None,
    })
}
