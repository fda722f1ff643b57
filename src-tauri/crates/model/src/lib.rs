//! The values every other crate speaks in: ids, instants, sports, channels,
//! recordings, settings, summaries.
//!
//! Deliberately knows no file system, no clock, no randomness, no database and
//! no window. Start reading at [`Recording`]: what a decoder yields and the
//! importer stores.

mod account;
mod biometric;
mod channel;
mod edit;
mod ids;
mod interval;
mod metric;
mod recording;
mod role;
mod series;
mod settings;
mod sport;
mod summary;
mod time;

pub use account::{AccountEntry, SourceKind};
pub use biometric::{Biometric, BiometricKind};
pub use channel::Channel;
pub use edit::{Change, Edit, Finding, FindingKind, Severity};
pub use ids::*;
pub use interval::{
    Interval, IntervalChange, IntervalEdit, IntervalFigures, IntervalKind, IntervalSource,
};
pub use metric::{
    ActivityMetrics, Climb, ClimbCategory, EnergySource, LoadMethod, Metric, MetricGroup,
    MetricInfo, Metrics, Quadrants, Quantity, Stop, TrainingLoad,
};
pub use recording::{
    Decoded, DecodedFile, Device, ExtraField, ExtraMessage, FileKind, Lap, Length, RecordedTotals,
    Recording, TimerEvent, Warning, WarningCode,
};
pub use role::{Permission, Role};
pub use series::{Column, Series, Values};
pub use settings::{AthleteSettings, SettingKind, SettingValue, Sex, Units, ZoneScheme};
pub use sport::Sport;
pub use summary::{ActivitySummary, CurvePoint, LapSummary, RangeStats, ZoneTime, ZoneTimes};
pub use time::Instant;
