//! Load, fitness and form over time.

use paceline_analysis::season::{DistributionKind, PmcPreset};
use serde::{Deserialize, Serialize};
use specta::Type;

/// How the athlete wants fitness computed; kept as a preference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct FitnessModel {
    /// The habit of which program.
    pub preset: PmcPreset,
    /// Days, time constant of fitness (CTL).
    pub ctl_days: f64,
    /// Days, time constant of fatigue (ATL).
    pub atl_days: f64,
}

impl Default for FitnessModel {
    fn default() -> Self {
        let model = PmcPreset::default().model();
        Self {
            preset: PmcPreset::default(),
            ctl_days: model.ctl_days,
            atl_days: model.atl_days,
        }
    }
}

/// Which days of whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitnessQuery {
    /// First local day, such as 2026-05-01; a year ago where absent.
    pub from: Option<String>,
    /// Last local day; six weeks ahead where absent.
    pub to: Option<String>,
    /// A sport key; all sports where absent.
    pub sport: Option<String>,
}

/// The performance management chart and what belongs to it. Columns have one entry a day from
/// `first` on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitnessView {
    /// Session epoch.
    pub epoch: u32,
    /// The day of the first entries.
    pub first: String,
    /// The entry of today; entries after it are a forecast from planned loads.
    pub today: Option<u32>,
    /// How it was computed.
    pub model: FitnessModel,
    /// Training load done, planned after today.
    pub load: Vec<f64>,
    /// Fitness.
    pub ctl: Vec<f64>,
    /// Fatigue.
    pub atl: Vec<f64>,
    /// Form.
    pub tsb: Vec<f64>,
    /// Change of fitness over seven days.
    pub ramp: Vec<Option<f64>>,
    /// The sports the load comes from, most first, each with its own fitness.
    pub sports: Vec<SportLoadView>,
    /// Weeks from Monday on, oldest first.
    pub weeks: Vec<WeekView>,
    /// How today stands; absent where today is outside.
    pub now: Option<StandingView>,
    /// Loads planned from tomorrow on.
    pub planned: Vec<PlannedLoadView>,
    /// Activities of the span that no load could be given.
    pub without_load: u32,
    /// All days with activities: the chart can reach from the first of them.
    pub since: Option<String>,
}

/// One sport's part of the load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct SportLoadView {
    pub sport: String,
    pub load: Vec<f64>,
    pub ctl: Vec<f64>,
}

/// What a week comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WeekView {
    /// Its Monday.
    pub monday: String,
    /// Activities.
    pub count: u32,
    /// Training load.
    pub load: f64,
    /// Seconds.
    pub moving_s: f64,
    /// Metres.
    pub distance_m: f64,
    /// Metres.
    pub ascent_m: f64,
    /// Mean daily load over its standard deviation (Foster).
    pub monotony: Option<f64>,
    /// Load times monotony.
    pub strain: Option<f64>,
    /// Seconds below, between and above the two thresholds.
    pub easy_s: f64,
    /// See `easyS`.
    pub moderate_s: f64,
    /// See `easyS`.
    pub hard_s: f64,
    /// Absent where too little is known.
    pub distribution: Option<DistributionKind>,
    /// Treff's polarisation index.
    pub polarisation: Option<f64>,
}

/// How the athlete stands on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StandingView {
    /// Fitness.
    pub ctl: f64,
    /// Fatigue.
    pub atl: f64,
    /// Form.
    pub tsb: f64,
    /// Change of fitness over seven days.
    pub ramp: Option<f64>,
    /// Load of the last seven days.
    pub week_load: f64,
    /// Foster's monotony of the last seven days.
    pub monotony: Option<f64>,
    /// Week's load times monotony.
    pub strain: Option<f64>,
    /// Mean of 7 days over mean of 28 that hold them.
    pub acute_chronic_coupled: Option<f64>,
    /// Mean of 7 days over mean of the 21 before them.
    pub acute_chronic_uncoupled: Option<f64>,
    /// Exponentially weighted (Williams 2017).
    pub acute_chronic_ewma: Option<f64>,
}

/// Load planned for a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlannedLoadView {
    /// Local day.
    pub day: String,
    /// Training load; 0 takes the plan away.
    pub load: f64,
    /// At most 200 characters.
    pub title: String,
}

/// What a taper is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaperQuery {
    /// The day of the race.
    pub race: String,
    /// Form wanted on it.
    pub target_tsb: f64,
    /// Daily load without a taper; the mean of the last 28 days where absent.
    pub daily_load: Option<f64>,
}
