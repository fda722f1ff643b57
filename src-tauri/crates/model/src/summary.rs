use crate::Sport;
use serde::{Deserialize, Serialize};

/// What the first analysis says of one activity. Absent where the data do not allow it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ActivitySummary {
    /// Version of the formulas that made it.
    pub formula_version: u32,
    /// The sport it was made for, which decides what counts as moving.
    #[serde(default)]
    pub sport: Sport,
    /// Seconds from first to last sample, pauses included.
    pub elapsed_s: f64,
    /// Seconds with the timer running.
    pub timer_s: f64,
    /// Seconds in motion.
    pub moving_s: f64,
    /// Metres.
    pub distance_m: Option<f64>,
    /// Metres.
    pub ascent_m: Option<f64>,
    /// Metres.
    pub descent_m: Option<f64>,
    /// Metres per second over moving time.
    pub avg_speed: Option<f64>,
    /// Metres per second.
    pub max_speed: Option<f64>,
    /// Beats per minute.
    pub avg_hr: Option<f64>,
    /// Beats per minute.
    pub max_hr: Option<f64>,
    /// Watts, zeros included.
    pub avg_power: Option<f64>,
    /// Watts.
    pub max_power: Option<f64>,
    /// Watts, Coggan.
    pub normalized_power: Option<f64>,
    /// NP / FTP.
    pub intensity_factor: Option<f64>,
    /// 100 × hours × IF².
    pub training_stress_score: Option<f64>,
    /// Joules.
    pub work_j: Option<f64>,
    /// Per minute, zeros excluded.
    pub avg_cadence: Option<f64>,
    /// Per minute.
    pub max_cadence: Option<f64>,
    /// Degrees Celsius.
    pub avg_temperature: Option<f64>,
    /// Metres.
    pub min_altitude: Option<f64>,
    /// Metres.
    pub max_altitude: Option<f64>,
    /// Kilocalories as recorded.
    pub calories_kcal: Option<f64>,
    /// Mean-maximal power, watts.
    pub power_curve: Vec<CurvePoint>,
    /// Mean-maximal heart rate, beats per minute.
    pub hr_curve: Vec<CurvePoint>,
    /// Time in zones.
    pub zones: Vec<ZoneTimes>,
    /// One per lap.
    pub laps: Vec<LapSummary>,
    /// The track's shape for small pictures: points on a square of 100 by 100, north up.
    pub outline: Vec<[u8; 2]>,
}

/// The best mean over a duration and where it began.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Window length in seconds.
    pub seconds: u32,
    /// Best mean in the channel's unit.
    pub value: f64,
    /// Seconds from the recording's start at which the window begins.
    pub start_s: u32,
}

/// Time in the zones of one quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneTimes {
    /// Channel key: `power`, `heart_rate` or `speed`.
    pub channel: String,
    /// The reference the bounds come from, e.g. `FTP 250 W`.
    pub basis: String,
    /// Low to high.
    pub zones: Vec<ZoneTime>,
}

/// Time in one zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneTime {
    /// Zone name.
    pub name: String,
    /// Lower bound in the channel's unit, inclusive.
    pub from: f64,
    /// Upper bound, exclusive; absent for the top zone.
    pub to: Option<f64>,
    /// Seconds.
    pub seconds: f64,
}

/// What a lap comes to, from the samples; the recorder's figures where samples lack.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LapSummary {
    /// Milliseconds from the recording's start.
    pub start_ms: i32,
    /// Milliseconds from the recording's start.
    pub end_ms: i32,
    /// Title or intensity, if any.
    pub label: Option<String>,
    /// The figures.
    pub stats: RangeStats,
}

/// Figures of a stretch of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RangeStats {
    /// Seconds, pauses included.
    pub elapsed_s: f64,
    /// Seconds in motion.
    pub moving_s: f64,
    pub distance_m: Option<f64>,
    pub ascent_m: Option<f64>,
    pub descent_m: Option<f64>,
    /// Percent, mean.
    pub grade: Option<f64>,
    /// Metres per second over moving time.
    pub avg_speed: Option<f64>,
    pub max_speed: Option<f64>,
    pub avg_hr: Option<f64>,
    pub max_hr: Option<f64>,
    pub avg_power: Option<f64>,
    pub max_power: Option<f64>,
    pub normalized_power: Option<f64>,
    pub work_j: Option<f64>,
    pub avg_cadence: Option<f64>,
    pub avg_temperature: Option<f64>,
}
