use crate::{Biometric, Instant, Series, Sport};
use serde::{Deserialize, Serialize};

/// What kind of file was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum FileKind {
    Activity,
    Course,
    Workout,
    Settings,
    Monitoring,
    Sleep,
    Weight,
    Wellness,
    Other,
}

/// Everything one file gave.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedFile {
    /// What the file says it is.
    pub kind: FileKind,
    /// `fit`, `tcx`, `gpx`, …
    pub format: &'static str,
    /// What could be read. Several for multisport, chained files and multi-activity TCX.
    pub recordings: Vec<Recording>,
    /// Weight, resting HR, HRV, sleep and the like, where the file carries them.
    pub biometrics: Vec<Biometric>,
    /// What was wrong with the file as a whole; recordings carry their own too.
    pub warnings: Vec<Warning>,
}

/// Alias kept short for signatures.
pub type Decoded = DecodedFile;

/// One activity (or one leg of a multisport one) as a recorder wrote it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recording {
    /// First instant: the session's start, else the first sample. `Instant(0)` if the file has no time.
    pub start: Instant,
    /// Whether `start` and the time axis are real (a GPX route without times has none).
    pub timed: bool,
    /// Seconds east of UTC where it was recorded, if the file says so.
    pub utc_offset_s: Option<i32>,
    /// Sport family.
    pub sport: Sport,
    /// The recorder's finer word in snake case.
    pub sub_sport: Option<String>,
    /// Title.
    pub name: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// What recorded it.
    pub device: Option<Device>,
    /// Position of this leg in a multisport event, from 0, and the event's start; `None` if single.
    pub leg: Option<(u16, Instant)>,
    /// What the recorder itself totalled.
    pub totals: RecordedTotals,
    /// The samples.
    pub series: Series,
    /// Laps in time order.
    pub laps: Vec<Lap>,
    /// Pool lengths in time order.
    pub lengths: Vec<Length>,
    /// Timer starts and stops in time order.
    pub timer: Vec<TimerEvent>,
    /// R-R intervals: (milliseconds from start of the later beat, interval in ms).
    pub rr: Vec<(i32, u16)>,
    /// Messages and fields no table knows, kept and shown.
    pub extra: Vec<ExtraMessage>,
    /// What was wrong and what was done about it.
    pub warnings: Vec<Warning>,
}

/// The recorder's own totals; every field absent where not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RecordedTotals {
    /// Seconds, pauses included.
    pub elapsed_s: Option<f64>,
    /// Seconds with the timer running.
    pub timer_s: Option<f64>,
    /// Metres.
    pub distance_m: Option<f64>,
    /// Metres.
    pub ascent_m: Option<f64>,
    /// Metres.
    pub descent_m: Option<f64>,
    /// Kilocalories.
    pub calories_kcal: Option<f64>,
    /// Joules.
    pub work_j: Option<f64>,
    /// Beats per minute.
    pub avg_hr: Option<f64>,
    /// Beats per minute.
    pub max_hr: Option<f64>,
    /// Watts.
    pub avg_power: Option<f64>,
    /// Watts.
    pub max_power: Option<f64>,
    /// Per minute.
    pub avg_cadence: Option<f64>,
    /// Metres per second.
    pub avg_speed: Option<f64>,
    /// Metres per second.
    pub max_speed: Option<f64>,
    /// Pool length in metres.
    pub pool_length_m: Option<f64>,
}

/// What recorded the data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Device {
    /// `Garmin`, `Wahoo Fitness`, …
    pub manufacturer: Option<String>,
    /// Product name, or its number as text.
    pub product: Option<String>,
    /// Serial number as text.
    pub serial: Option<String>,
}

/// A lap as recorded.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lap {
    /// Milliseconds from the recording's start.
    pub start_ms: i32,
    /// Milliseconds from the recording's start.
    pub end_ms: i32,
    /// `manual`, `distance`, `time`, `session_end`, …
    pub trigger: Option<String>,
    /// `active`, `rest`, `warmup`, …
    pub intensity: Option<String>,
    /// Title.
    pub name: Option<String>,
    /// The recorder's own totals for the lap.
    pub totals: RecordedTotals,
}

/// One pool length.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Length {
    /// Milliseconds from the recording's start.
    pub start_ms: i32,
    /// Milliseconds from the recording's start.
    pub end_ms: i32,
    /// `false` for rest.
    pub active: bool,
    /// `freestyle`, `backstroke`, `drill`, …
    pub stroke: Option<String>,
    /// Strokes in the length.
    pub strokes: Option<u16>,
}

/// The timer started or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerEvent {
    /// Milliseconds from the recording's start.
    pub at_ms: i32,
    /// `true` when it began to run.
    pub running: bool,
}

/// A message that no table knows, or whose fields none does; one entry per distinct message kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExtraMessage {
    /// `message 233`, or a developer field's application and name.
    pub name: String,
    /// How often it came.
    pub count: u32,
    /// Fields with the first value seen, as text.
    pub fields: Vec<ExtraField>,
}

/// One field of an [`ExtraMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraField {
    /// `field 7`, or the name a developer field declares.
    pub name: String,
    /// First value seen, as text, with its unit where known.
    pub sample: String,
}

/// Something was wrong with a file, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The kind, for tests and filters.
    pub code: WarningCode,
    /// One sentence for the user, naming place and consequence.
    pub message: String,
}

/// The kinds of [`Warning`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum WarningCode {
    Truncated,
    Damaged,
    ChecksumWrong,
    ChecksumMissing,
    HeaderWrong,
    TimeJump,
    TimeMissing,
    ValueImplausible,
    NoSession,
    MissingFile,
    Other,
}
