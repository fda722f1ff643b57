use crate::Instant;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How quantities are shown. Stored values are always SI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Units {
    /// Kilometres, metres, kilograms, °C.
    #[default]
    Metric,
    /// Miles, feet, pounds, °F.
    Imperial,
}

/// For formulas whose constants differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Sex {
    Female,
    Male,
}

/// A quantity of the athlete that holds from a date until the next entry of its kind.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// Watts, cycling functional threshold power.
    Ftp,
    /// Beats per minute, lactate-threshold heart rate.
    ThresholdHeartRate,
    /// Beats per minute.
    MaxHeartRate,
    /// Beats per minute.
    RestingHeartRate,
    /// Metres per second, running threshold speed.
    ThresholdSpeed,
    /// Metres per second, critical swim speed.
    CriticalSwimSpeed,
    /// Kilograms.
    Weight,
    /// Joules above critical power.
    WPrime,
    /// Watts; FTP stands in where it was never given.
    CriticalPower,
    /// Watts, the highest of one second (Pmax).
    PeakPower,
    /// Beats per minute at the first ventilatory threshold (VT1).
    AerobicThresholdHeartRate,
    /// Metres.
    Height,
}

/// One entry of the settings history.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SettingValue {
    /// Which quantity.
    pub kind: SettingKind,
    /// In the unit of the kind.
    pub value: f64,
    /// First instant at which it holds.
    pub valid_from: Instant,
}

/// The settings that hold at one date; absent where the athlete never gave one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AthleteSettings {
    pub ftp_w: Option<f64>,
    pub threshold_hr: Option<f64>,
    pub max_hr: Option<f64>,
    pub resting_hr: Option<f64>,
    pub threshold_speed: Option<f64>,
    pub critical_swim_speed: Option<f64>,
    pub weight_kg: Option<f64>,
    pub w_prime_j: Option<f64>,
    pub critical_power_w: Option<f64>,
    pub peak_power_w: Option<f64>,
    pub aerobic_threshold_hr: Option<f64>,
    pub height_m: Option<f64>,
    pub sex: Option<Sex>,
    /// Own zones; the built-in schemes hold where empty.
    pub zones: Vec<ZoneScheme>,
}

/// Upper bounds of zones as fractions of a reference, e.g. FTP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneScheme {
    /// Which reference the fractions multiply.
    pub reference: SettingKind,
    /// Zone names, one more than `bounds`.
    pub names: Vec<String>,
    /// Increasing fractions between neighbouring zones.
    pub bounds: Vec<f64>,
}
