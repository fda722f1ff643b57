use serde::{Deserialize, Serialize};
use specta::Type;
use std::borrow::Cow;

/// What a column of samples measures. The unit is fixed by the channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
// Renamed for TypeScript: the bridge has a Channel of its own.
#[serde(rename = "SampleChannel", rename_all = "snake_case")]
pub enum Channel {
    /// Degrees north, WGS 84.
    Latitude,
    /// Degrees east, WGS 84.
    Longitude,
    /// Metres above sea level.
    Altitude,
    /// Metres from the start of the activity, as recorded.
    Distance,
    /// Metres per second.
    Speed,
    /// Beats per minute.
    HeartRate,
    /// Revolutions, strides (both feet count one) or strokes per minute; fractions included.
    Cadence,
    /// Watts.
    Power,
    /// Degrees Celsius, ambient.
    Temperature,
    /// Percent.
    Grade,
    /// Percent of power by the right pedal.
    RightBalance,
    /// Percent.
    LeftTorqueEffectiveness,
    /// Percent.
    RightTorqueEffectiveness,
    /// Percent.
    LeftPedalSmoothness,
    /// Percent.
    RightPedalSmoothness,
    /// Millimetres.
    VerticalOscillation,
    /// Percent.
    VerticalRatio,
    /// Milliseconds.
    GroundContactTime,
    /// Percent of ground contact by the left foot.
    GroundContactBalance,
    /// Millimetres.
    StepLength,
    /// Breaths per minute.
    RespirationRate,
    /// Percent.
    MuscleOxygen,
    /// Grams per decilitre.
    TotalHemoglobin,
    /// Degrees Celsius.
    CoreTemperature,
    /// Any other numeric field: recorder's name, and unit in brackets where given.
    Other(String),
}

impl Channel {
    /// Every named channel, in display order.
    pub const NAMED: [Self; 24] = [
        Self::Latitude,
        Self::Longitude,
        Self::Altitude,
        Self::Distance,
        Self::Speed,
        Self::HeartRate,
        Self::Cadence,
        Self::Power,
        Self::Temperature,
        Self::Grade,
        Self::RightBalance,
        Self::LeftTorqueEffectiveness,
        Self::RightTorqueEffectiveness,
        Self::LeftPedalSmoothness,
        Self::RightPedalSmoothness,
        Self::VerticalOscillation,
        Self::VerticalRatio,
        Self::GroundContactTime,
        Self::GroundContactBalance,
        Self::StepLength,
        Self::RespirationRate,
        Self::MuscleOxygen,
        Self::TotalHemoglobin,
        Self::CoreTemperature,
    ];

    /// The stable name used in the database and on the wire; `x:` precedes a recorder's own name.
    #[must_use]
    pub fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Altitude => "altitude",
            Self::Distance => "distance",
            Self::Speed => "speed",
            Self::HeartRate => "heart_rate",
            Self::Cadence => "cadence",
            Self::Power => "power",
            Self::Temperature => "temperature",
            Self::Grade => "grade",
            Self::RightBalance => "right_balance",
            Self::LeftTorqueEffectiveness => "left_torque_effectiveness",
            Self::RightTorqueEffectiveness => "right_torque_effectiveness",
            Self::LeftPedalSmoothness => "left_pedal_smoothness",
            Self::RightPedalSmoothness => "right_pedal_smoothness",
            Self::VerticalOscillation => "vertical_oscillation",
            Self::VerticalRatio => "vertical_ratio",
            Self::GroundContactTime => "ground_contact_time",
            Self::GroundContactBalance => "ground_contact_balance",
            Self::StepLength => "step_length",
            Self::RespirationRate => "respiration_rate",
            Self::MuscleOxygen => "muscle_oxygen",
            Self::TotalHemoglobin => "total_hemoglobin",
            Self::CoreTemperature => "core_temperature",
            Self::Other(name) => return Cow::Owned(format!("x:{name}")),
        })
    }

    /// The channel of a stable name.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        match key.strip_prefix("x:") {
            Some(name) => Self::Other(name.to_owned()),
            None => Self::NAMED
                .into_iter()
                .find(|c| c.key() == key)
                .unwrap_or_else(|| Self::Other(key.to_owned())),
        }
    }
}
