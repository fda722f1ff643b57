use crate::Instant;
use serde::{Deserialize, Serialize};
use specta::Type;

/// One measured value of the body, outside an activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Biometric {
    /// What was measured; fixes the unit.
    pub kind: BiometricKind,
    /// When; for a night, its end. A day known by its date alone stands at noon UTC, which is
    /// the same day from UTC-11 to UTC+11.
    pub at: Instant,
    /// In the unit of the kind.
    pub value: f64,
}

/// Kinds of [`Biometric`], each with its unit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
pub enum BiometricKind {
    /// Kilograms.
    Weight,
    /// Percent.
    BodyFat,
    /// Percent.
    BodyWater,
    /// Kilograms.
    MuscleMass,
    /// Kilograms.
    BoneMass,
    /// Kilograms per square metre.
    BodyMassIndex,
    /// Beats per minute.
    RestingHeartRate,
    /// Milliseconds, rMSSD of the night.
    HrvRmssd,
    /// Seconds asleep.
    SleepTotal,
    /// Seconds.
    SleepDeep,
    /// Seconds.
    SleepLight,
    /// Seconds.
    SleepRem,
    /// Seconds awake in bed.
    SleepAwake,
    /// 0–100, the device's own.
    SleepScore,
    /// 0–100, the device's own.
    Stress,
    /// Percent.
    OxygenSaturation,
    /// Breaths per minute.
    RespirationRate,
    /// Steps in the day.
    Steps,
    /// Millimetres of mercury.
    BloodPressureSystolic,
    /// Millimetres of mercury.
    BloodPressureDiastolic,
    /// 0 (none) to 10 (worst), as felt.
    Soreness,
    /// 0 (none) to 10 (worst), as felt.
    Fatigue,
    /// 0 (none) to 10 (worst), as felt; a device's own figure is [`Self::Stress`].
    PerceivedStress,
    /// 0 (worst) to 10 (best), as felt.
    Mood,
    /// 1 on a day of illness or injury.
    Illness,
}
