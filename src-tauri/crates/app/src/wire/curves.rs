//! Curves of spans of days, the models fitted to them, and records.

use paceline_analysis::models::{
    CpFit, CriticalSpeed, Eftp, PowerProfile, Predictions, TrainingSpeeds, Vo2max,
};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a curve is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CurveChannel {
    /// Watts.
    Power,
    /// Beats per minute.
    HeartRate,
    /// Metres per second.
    Speed,
    /// Metres per second on the flat at the same cost.
    GradeAdjustedSpeed,
}

/// Which curve of which days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CurvesQuery {
    /// A sport key.
    pub sport: String,
    /// What the curve is of.
    pub channel: CurveChannel,
    /// First local day, such as 2026-05-01; a year ago where absent.
    pub from: Option<String>,
    /// Last local day; today where absent.
    pub to: Option<String>,
    /// Every second instead of what a chart can show apart.
    pub every_second: bool,
}

/// The best over a duration, and whose it is.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BestPointView {
    /// The duration.
    pub seconds: u32,
    /// The best mean, in the channel's unit.
    pub value: f64,
    /// Which activity holds it: an index into the activities of the answer.
    pub activity: u32,
    /// Seconds from that activity's first sample at which it begins.
    pub start_s: u32,
    /// Seconds of the window: more than `seconds` where a longer effort stands in.
    pub window_s: u32,
}

/// An activity that holds a best.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct HolderView {
    pub id: String,
    /// Its local day.
    pub day: String,
}

/// The best of a span of days.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CurveView {
    /// Session epoch.
    pub epoch: u32,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Activities of the sport in the span.
    pub count: u32,
    /// The envelope: at no duration less than at a longer one.
    pub points: Vec<BestPointView>,
    /// Those that hold a best.
    pub activities: Vec<HolderView>,
}

/// What the curve of a span says of the athlete, and the records beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AbilitiesView {
    /// Session epoch.
    pub epoch: u32,
    /// Critical-power models fitted to it; of a power curve only.
    pub models: Vec<ModelView>,
    /// Estimates of FTP, each with its method; of a power curve only.
    pub eftp: Vec<Eftp>,
    /// Bests per kilogram against published categories; needs weight and sex.
    pub profile: Option<PowerProfile>,
    /// What the profile says in a sentence.
    pub profile_words: String,
    /// Estimates of VO2max, each with its method.
    pub vo2max: Vec<Vo2max>,
    /// Race times foreseen; of a runner's speed curve only.
    pub predictions: Option<Predictions>,
    /// Critical speed, to power's critical power; of a runner's speed curve only.
    pub critical_speed: Option<CriticalSpeed>,
    /// Metres per second, from the fastest 200 and 400 metres; of a swimmer's speed curve only.
    pub critical_swim_speed: Option<f64>,
    /// Training speeds after Daniels; of a runner's speed curve only.
    pub training_speeds: Option<TrainingSpeeds>,
    /// Records of this curve and, for speed, over distances.
    pub records: Vec<RecordView>,
    /// Kilograms that values per kilogram were divided by.
    pub weight_kg: Option<f64>,
}

/// A critical-power model, or why it could not be fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModelView {
    /// Stable name.
    pub key: String,
    /// For reading.
    pub name: String,
    /// What was found.
    pub fit: Option<CpFit>,
    /// Why nothing was.
    pub reason: Option<String>,
    /// Seconds and watts of the fitted curve, for drawing.
    pub curve: Vec<[f64; 2]>,
}

/// What is best over a duration or a distance.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordView {
    /// Seconds of a record by time.
    pub seconds: Option<u32>,
    /// Metres of a record by distance.
    pub distance_m: Option<f64>,
    /// Of all time.
    pub all_time: Option<RecordHolderView>,
    /// Since 1 January.
    pub this_year: Option<RecordHolderView>,
    /// Of the last 90 days.
    pub last_90_days: Option<RecordHolderView>,
}

/// A record and when it was set.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordHolderView {
    /// The best mean in the channel's unit, or seconds over a distance.
    pub value: f64,
    /// Local day.
    pub day: String,
    /// Activity.
    pub activity_id: String,
    /// Seconds from its first sample at which it begins.
    pub start_s: f64,
}
