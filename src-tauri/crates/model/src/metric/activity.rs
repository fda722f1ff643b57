use crate::{Metrics, SettingKind};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Everything computed from one activity beside its summary.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ActivityMetrics {
    /// The figures.
    pub values: Metrics,
    /// The one number in which activities of all sports add up.
    pub load: Option<TrainingLoad>,
    /// Where the calories among `values` come from.
    pub energy_source: Option<EnergySource>,
    /// In time order.
    pub climbs: Vec<Climb>,
    /// In time order.
    pub stops: Vec<Stop>,
    /// How the pedals were pushed.
    pub quadrants: Option<Quadrants>,
}

/// The load of one activity: 100 is an hour at threshold, whatever the method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrainingLoad {
    /// Points.
    pub value: f64,
    /// What it was computed from.
    pub method: LoadMethod,
    /// Settings that the athlete never gave and that a stated rule stood in for.
    pub assumed: Vec<SettingKind>,
}

/// What a training load is computed from, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LoadMethod {
    /// TSS.
    Power,
    /// rTSS of a run, sTSS of a swim.
    Pace,
    /// hrTSS.
    HeartRate,
    /// Friel's points per hour for the athlete's own rating.
    Rpe,
    /// An hour counts what an hour of the sport usually does.
    Duration,
}

/// Where calories come from, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum EnergySource {
    /// The recorder's total.
    Recorded,
    /// Work at the pedals and a gross efficiency of 24 %.
    Work,
    /// Heart rate, by its reserve.
    HeartRate,
}

/// A sustained ascent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Climb {
    /// First second, from the recording's first sample.
    pub start_s: u32,
    /// Second at the top.
    pub end_s: u32,
    /// Metres from the start of the activity to the foot.
    pub start_m: f64,
    /// Metres along the way.
    pub length_m: f64,
    /// Metres from foot to top.
    pub gain_m: f64,
    /// Percent, mean.
    pub grade: f64,
    /// Percent, over the steepest 100 metres.
    pub max_grade: Option<f64>,
    /// Length in metres times mean grade in percent.
    pub score: f64,
    /// By score.
    pub category: ClimbCategory,
    /// Metres per hour, stops included (velocità ascensionale media).
    pub vam: f64,
    /// Watts, zeros included.
    pub avg_power: Option<f64>,
    /// Beats per minute.
    pub avg_hr: Option<f64>,
}

/// The usual ladder of climbs, by length in metres times grade in percent.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
pub enum ClimbCategory {
    /// From 3,500.
    Uncategorised,
    /// From 8,000.
    Fourth,
    /// From 16,000.
    Third,
    /// From 32,000.
    Second,
    /// From 64,000.
    First,
    /// From 80,000.
    HorsCategorie,
}

/// A time without progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// First second, from the recording's first sample.
    pub start_s: u32,
    /// Seconds.
    pub seconds: u32,
    /// Whether the recorder went on writing through most of it; otherwise it was paused.
    pub recorded: bool,
}

/// Shares of pedalling time by force and speed of the pedal (Coggan's quadrant analysis).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Quadrants {
    /// Percent of seconds: I high force and high speed, II high force and low speed,
    /// III low force and low speed, IV low force and high speed.
    pub shares: [f64; 4],
    /// Seconds of pedalling they are shares of.
    pub seconds: u32,
    /// Newtons of average effective pedal force at the point that parts the quadrants.
    pub split_force_n: f64,
    /// Metres per second of circumferential pedal velocity at that point.
    pub split_velocity: f64,
    /// Revolutions per minute at that point.
    pub split_cadence: f64,
    /// Watts at that point: critical power, or FTP where none is known.
    pub split_power: f64,
    /// Metres of crank assumed.
    pub crank_m: f64,
}
