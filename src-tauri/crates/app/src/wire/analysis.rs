//! What the engine says of one activity, beside its summary.

use paceline_analysis::intervals::Comparison;
use paceline_model::{
    Climb, Edit, Finding, Interval, IntervalEdit, Metric, MetricGroup, Quadrants, Quantity, Stop,
    TrainingLoad,
};
use serde::Serialize;
use specta::Type;

/// Everything the engine says of one activity.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisView {
    /// Session epoch.
    pub epoch: u32,
    /// The number in which activities of all sports add up.
    pub load: Option<TrainingLoad>,
    /// Every figure there is, in groups for showing.
    pub groups: Vec<FigureGroupView>,
    /// In time order.
    pub climbs: Vec<Climb>,
    /// In time order.
    pub stops: Vec<Stop>,
    /// How the pedals were pushed.
    pub quadrants: Option<Quadrants>,
    /// The balance of work above critical power; absent without power or without W′.
    pub balance: Option<BalanceView>,
    /// Work and recovery, as found and as the user has it.
    pub intervals: Vec<Interval>,
    /// What the intervals come to in words, such as “5 × 4:00 at 290 W”.
    pub session: Option<String>,
    /// What the user did to the intervals.
    pub interval_edits: Vec<IntervalEdit>,
    /// What looks wrong in the samples as recorded.
    pub findings: Vec<Finding>,
    /// What the user did to the samples.
    pub repairs: Vec<Edit>,
}

/// Figures that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FigureGroupView {
    /// Which.
    pub group: MetricGroup,
    /// In the order in which they are shown.
    pub figures: Vec<FigureView>,
}

/// One figure and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FigureView {
    /// Stable name.
    pub key: String,
    /// The field's usual term.
    pub name: String,
    /// What the number counts.
    pub unit: Quantity,
    /// The number.
    pub value: f64,
    /// Formula, source, and what zeros and pauses do.
    pub definition: String,
}

impl FigureView {
    pub(crate) fn new(metric: Metric, value: f64) -> Self {
        let info = metric.info();
        Self {
            key: info.key.to_owned(),
            name: info.name.to_owned(),
            unit: info.unit,
            value,
            definition: info.definition.to_owned(),
        }
    }
}

/// What is left of W′ over an activity.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BalanceView {
    /// Watts, critical power or FTP in its place.
    pub critical_power: f64,
    /// Joules.
    pub w_prime: f64,
    /// Joules left at the lowest point.
    pub lowest: f64,
    /// Seconds from the first sample to it.
    pub lowest_at_s: u32,
    /// Expenditures worth naming, in time order.
    pub matches: Vec<MatchView>,
}

/// A stretch above critical power.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct MatchView {
    pub start_s: u32,
    pub seconds: u32,
    /// Joules above critical power.
    pub joules: f64,
}

/// The mean-maximal curve of an activity beside the best of a span.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityCurveView {
    /// Session epoch.
    pub epoch: u32,
    /// Of the activity, at durations that a chart can show apart, or at every second.
    pub points: Vec<super::CurvePointView>,
    /// The best of the days before it, of the same sport, at the same durations.
    pub season: Vec<super::CurvePointView>,
    /// First day of the season.
    pub from: String,
    /// Last day of the season.
    pub to: String,
}

/// A session of the same shape, compared with the one that was asked about.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SimilarView {
    /// Activity.
    pub id: String,
    /// Local day.
    pub day: String,
    /// Its title.
    pub name: String,
    /// 0 to 1.
    pub likeness: f64,
    /// What is different: the session asked about less this one.
    pub comparison: Option<Comparison>,
}
