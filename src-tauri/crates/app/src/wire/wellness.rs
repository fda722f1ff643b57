//! Nights, mornings, and what the data say of thresholds.

use paceline_analysis::season::Proposal;
use paceline_analysis::wellness::{BandStatus, Readiness};
use paceline_model::BiometricKind;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Measurements of the body by day, with what is normal for the athlete. Columns have one entry a
/// day from `first` on.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WellnessView {
    /// Session epoch.
    pub epoch: u32,
    /// The day of the first entries.
    pub first: String,
    /// How ready the athlete is on the last day of the span, and why.
    pub readiness: Readiness,
    /// The day readiness is of.
    pub ready_on: String,
    /// Every kind of measurement there is.
    pub tracks: Vec<TrackView>,
}

/// One kind of measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrackView {
    /// What was measured; fixes the unit.
    pub kind: BiometricKind,
    /// The mean of each day.
    pub values: Vec<Option<f64>>,
    /// The rolling mean of seven days; geometric for heart-rate variability.
    pub recent: Vec<Option<f64>>,
    /// Lower edge of what is normal: the mean of sixty days less half a standard deviation.
    pub low: Vec<Option<f64>>,
    /// Upper edge of what is normal.
    pub high: Vec<Option<f64>>,
    /// Coefficient of variation of seven days, percent.
    pub variation: Vec<Option<f64>>,
    /// Where the seven days before the last stand against what is normal.
    pub status: Option<BandStatus>,
}

/// A measurement to keep or to take away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MeasurementInput {
    /// What was measured.
    pub kind: BiometricKind,
    /// Local day.
    pub day: String,
    /// In the unit of the kind; absent takes the day's measurements of this kind away.
    pub value: Option<f64>,
}

/// What the data say of the athlete's thresholds, for the athlete to take or to refuse.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProposalView {
    /// It.
    pub proposal: Proposal,
    /// The local day it rests on.
    pub day: String,
}

/// Heart-rate variability of an activity with recorded beats.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HrvView {
    /// Session epoch.
    pub epoch: u32,
    /// Intervals that counted.
    pub beats: u32,
    /// Share of artefacts, 0 to 1.
    pub artefact_share: Option<f64>,
    /// Beats per minute.
    pub mean_hr: Option<f64>,
    /// Milliseconds.
    pub rmssd_ms: Option<f64>,
    /// Natural logarithm of rMSSD in milliseconds.
    pub ln_rmssd: Option<f64>,
    /// Milliseconds.
    pub sdnn_ms: Option<f64>,
    /// Percent of differences above 50 ms.
    pub pnn50: Option<f64>,
    /// Seconds from the first sample and rMSSD in milliseconds, over windows of five minutes.
    pub over_time: Vec<[f64; 2]>,
}
