use paceline_model::{ActivitySummary, CurvePoint, RangeStats, Warning, ZoneTimes};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The columns by which the list can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum SortKey {
    #[default]
    Start,
    Name,
    Sport,
    Distance,
    Moving,
    Ascent,
    Power,
    NormalizedPower,
    HeartRate,
    Load,
}

/// Which activities, in which order, which slice of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListQuery {
    /// Sport keys; all where empty.
    pub sports: Vec<String>,
    /// First instant or day, inclusive.
    pub from: Option<String>,
    /// Last instant, exclusive.
    pub to: Option<String>,
    /// Substring of name or notes, any case.
    pub text: String,
    /// Column.
    pub sort: SortKey,
    /// Highest first.
    pub descending: bool,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows wanted, at most 1,000.
    pub limit: u32,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            sports: Vec::new(),
            from: None,
            to: None,
            text: String::new(),
            sort: SortKey::Start,
            descending: true,
            offset: 0,
            limit: 100,
        }
    }
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ActivityRowView {
    pub id: String,
    pub start: String,
    /// Whether `start` is a true date; a route without times has none.
    pub timed: bool,
    pub utc_offset_s: Option<i32>,
    pub name: String,
    pub sport: String,
    pub sub_sport: Option<String>,
    pub distance_m: Option<f64>,
    pub moving_s: f64,
    pub elapsed_s: f64,
    pub ascent_m: Option<f64>,
    pub avg_power: Option<f64>,
    pub normalized_power: Option<f64>,
    pub avg_hr: Option<f64>,
    /// Training load; what it comes from is in the activity's analysis.
    pub load: Option<f64>,
    /// Session RPE, Borg CR-10.
    pub rpe: Option<f64>,
    pub origin_count: u32,
    /// The track's shape, "x,y x,y …" on a square of 100 by 100, north up; empty without positions.
    pub outline: String,
    pub has_warnings: bool,
}

/// A slice of the list and what all of it comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityPageView {
    /// Session epoch.
    pub epoch: u32,
    /// Activities the query matches.
    pub total: u32,
    /// The slice.
    pub rows: Vec<ActivityRowView>,
    /// Over all matches, not just the slice.
    pub totals: PageTotals,
}

/// Sums over all activities a query matches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct PageTotals {
    pub moving_s: f64,
    pub distance_m: f64,
    pub ascent_m: f64,
    pub work_kj: f64,
}

/// What the list can be filtered by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ActivityFacets {
    pub sports: Vec<SportCount>,
    pub first_start: Option<String>,
    pub last_start: Option<String>,
}

/// How many activities of a sport.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct SportCount {
    pub sport: String,
    pub count: u32,
}

/// Everything of one activity except its samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ActivityView {
    pub epoch: u32,
    pub row: ActivityRowView,
    pub notes: String,
    pub summary: SummaryView,
    pub laps: Vec<LapView>,
    pub lengths: Vec<LengthView>,
    pub origins: Vec<OriginView>,
    pub warnings: Vec<WarningView>,
    pub extra: Vec<ExtraMessageView>,
    pub channels: Vec<ChannelInfoView>,
    pub device: Option<String>,
    pub sample_count: u32,
    /// Position in a multisport event, from 0.
    pub leg: Option<u16>,
    pub settings: SettingsInForce,
}

/// The settings that held on the day, as far as the page shows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct SettingsInForce {
    pub ftp_w: Option<f64>,
    pub threshold_hr: Option<f64>,
    pub max_hr: Option<f64>,
    pub weight_kg: Option<f64>,
}

macro_rules! view_of {
    ($(#[$doc:meta])* $view:ident of $model:ident { $($field:ident: $ty:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, Type)]
        #[serde(rename_all = "camelCase")]
        #[allow(missing_docs)]
        pub struct $view { $(pub $field: $ty),+ }
        impl From<&$model> for $view {
            fn from(m: &$model) -> Self { Self { $($field: m.$field),+ } }
        }
    };
}

view_of! {
    /// Figures of a stretch of an activity, SI units; powers in watts, heart rates per minute.
    RangeStatsView of RangeStats {
        elapsed_s: f64, moving_s: f64, distance_m: Option<f64>, ascent_m: Option<f64>,
        descent_m: Option<f64>, grade: Option<f64>, avg_speed: Option<f64>, max_speed: Option<f64>,
        avg_hr: Option<f64>, max_hr: Option<f64>, avg_power: Option<f64>, max_power: Option<f64>,
        normalized_power: Option<f64>, work_j: Option<f64>, avg_cadence: Option<f64>,
        avg_temperature: Option<f64>,
    }
}

view_of! {
    /// The best mean over a duration: seconds, value in the channel's unit, where it began.
    CurvePointView of CurvePoint { seconds: u32, value: f64, start_s: u32 }
}

/// The headline figures; units as in the model's summary.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct SummaryView {
    pub elapsed_s: f64,
    pub timer_s: f64,
    pub moving_s: f64,
    pub distance_m: Option<f64>,
    pub ascent_m: Option<f64>,
    pub descent_m: Option<f64>,
    pub avg_speed: Option<f64>,
    pub max_speed: Option<f64>,
    pub avg_hr: Option<f64>,
    pub max_hr: Option<f64>,
    pub avg_power: Option<f64>,
    pub max_power: Option<f64>,
    pub normalized_power: Option<f64>,
    pub intensity_factor: Option<f64>,
    pub training_stress_score: Option<f64>,
    pub work_j: Option<f64>,
    pub avg_cadence: Option<f64>,
    pub max_cadence: Option<f64>,
    pub avg_temperature: Option<f64>,
    pub min_altitude: Option<f64>,
    pub max_altitude: Option<f64>,
    pub calories_kcal: Option<f64>,
    pub power_curve: Vec<CurvePointView>,
    pub hr_curve: Vec<CurvePointView>,
    pub zones: Vec<ZoneTimesView>,
}

impl From<&ActivitySummary> for SummaryView {
    fn from(s: &ActivitySummary) -> Self {
        Self {
            elapsed_s: s.elapsed_s,
            timer_s: s.timer_s,
            moving_s: s.moving_s,
            distance_m: s.distance_m,
            ascent_m: s.ascent_m,
            descent_m: s.descent_m,
            avg_speed: s.avg_speed,
            max_speed: s.max_speed,
            avg_hr: s.avg_hr,
            max_hr: s.max_hr,
            avg_power: s.avg_power,
            max_power: s.max_power,
            normalized_power: s.normalized_power,
            intensity_factor: s.intensity_factor,
            training_stress_score: s.training_stress_score,
            work_j: s.work_j,
            avg_cadence: s.avg_cadence,
            max_cadence: s.max_cadence,
            avg_temperature: s.avg_temperature,
            min_altitude: s.min_altitude,
            max_altitude: s.max_altitude,
            calories_kcal: s.calories_kcal,
            power_curve: s.power_curve.iter().map(Into::into).collect(),
            hr_curve: s.hr_curve.iter().map(Into::into).collect(),
            zones: s.zones.iter().map(Into::into).collect(),
        }
    }
}

/// Time in the zones of one quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ZoneTimesView {
    /// `power`, `heart_rate` or `speed`.
    pub channel: String,
    /// The reference the bounds come from, e.g. `FTP 250 W`.
    pub basis: String,
    /// Low to high.
    pub zones: Vec<ZoneTimeView>,
}

/// Time in one zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ZoneTimeView {
    pub name: String,
    pub from: f64,
    pub to: Option<f64>,
    pub seconds: f64,
}

impl From<&ZoneTimes> for ZoneTimesView {
    fn from(z: &ZoneTimes) -> Self {
        Self {
            channel: z.channel.clone(),
            basis: z.basis.clone(),
            zones: z
                .zones
                .iter()
                .map(|t| ZoneTimeView {
                    name: t.name.clone(),
                    from: t.from,
                    to: t.to,
                    seconds: t.seconds,
                })
                .collect(),
        }
    }
}

/// One lap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LapView {
    /// Milliseconds from the start.
    pub start_ms: i32,
    /// Milliseconds from the start.
    pub end_ms: i32,
    /// Title or intensity.
    pub label: Option<String>,
    /// The figures.
    pub stats: RangeStatsView,
}

/// One pool length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct LengthView {
    pub start_ms: i32,
    pub end_ms: i32,
    /// False for a rest at the wall.
    pub active: bool,
    pub stroke: Option<String>,
    pub strokes: Option<u32>,
}

/// One file an activity comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct OriginView {
    pub origin_id: String,
    /// Where it came from, in words: `Files`, `Strava export`, …
    pub source: String,
    pub file_name: String,
    pub format: String,
    pub bytes: u32,
    pub imported_at: String,
    pub device: Option<String>,
    pub start: String,
    pub warnings: Vec<WarningView>,
    /// Whether the original file is kept and can be saved.
    pub has_original: bool,
}

/// What was wrong with a file and what was done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WarningView {
    /// Stable word.
    pub code: String,
    /// For reading.
    pub message: String,
}

impl From<&Warning> for WarningView {
    fn from(w: &Warning) -> Self {
        let code = serde_json::to_value(w.code)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_else(|| "other".to_owned());
        Self {
            code,
            message: w.message.clone(),
        }
    }
}

/// A message no table knows, kept and shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ExtraMessageView {
    pub name: String,
    pub count: u32,
    pub fields: Vec<ExtraFieldView>,
}

/// A field no table knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ExtraFieldView {
    pub name: String,
    pub sample: String,
}

/// A channel that can be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChannelInfoView {
    /// The model's key; `x:` precedes a recorder's own name.
    pub key: String,
    /// Unit of the samples, empty if none is known.
    pub unit: String,
    /// For reading.
    pub label: String,
}

/// What the user may change about an activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityEdit {
    /// 1 to 200 characters after trimming.
    pub name: String,
    /// The model's sport key.
    pub sport: String,
    /// At most 20,000 characters.
    pub notes: String,
    /// Session RPE from 0 to 10; absent where none was given.
    pub rpe: Option<f64>,
}

/// The formats an activity can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ExportFormat {
    Fit,
    Gpx,
    Tcx,
}

impl ExportFormat {
    /// The file name's ending, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Gpx => "gpx",
            Self::Tcx => "tcx",
        }
    }
}

impl std::str::FromStr for ExportFormat {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "fit" => Ok(Self::Fit),
            "gpx" => Ok(Self::Gpx),
            "tcx" => Ok(Self::Tcx),
            other => Err(format!(
                "{other} is not a format that can be written; write fit, gpx or tcx"
            )),
        }
    }
}
