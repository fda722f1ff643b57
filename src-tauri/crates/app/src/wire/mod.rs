//! What crosses the bridge to the UI and out of the CLI's `--json`: plain
//! views in SI units, ids as strings, instants as ISO 8601, absent as null.
//!
//! Knows nothing of how the figures come about. Start at [`AppStatusView`].

mod accounts;
mod activity;
mod analysis;
mod backup;
mod check;
mod coach;
mod curves;
mod fitness;
mod frame;
mod import;
mod tenants;
mod wellness;

pub use accounts::*;
pub use activity::*;
pub use analysis::*;
pub use backup::*;
pub use check::CheckView;
pub use coach::*;
pub use curves::*;
pub use fitness::*;
pub use frame::{ChannelHeader, FrameHeader, channel_label, channel_unit, encode_frame};
pub use import::*;
pub use paceline_analysis::season::TaperSearch;
pub use paceline_model::{BiometricKind, Edit, IntervalEdit, Permission, Role, SettingKind};
pub use tenants::*;
pub use wellness::*;

use paceline_model::Instant;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How quantities are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Units {
    /// Kilometres, metres, kilograms, °C.
    #[default]
    Metric,
    /// Miles, feet, pounds, °F.
    Imperial,
}

impl From<paceline_model::Units> for Units {
    fn from(units: paceline_model::Units) -> Self {
        match units {
            paceline_model::Units::Metric => Self::Metric,
            paceline_model::Units::Imperial => Self::Imperial,
        }
    }
}

impl From<Units> for paceline_model::Units {
    fn from(units: Units) -> Self {
        match units {
            Units::Metric => Self::Metric,
            Units::Imperial => Self::Imperial,
        }
    }
}

/// For formulas whose constants differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Sex {
    Female,
    Male,
}

/// Where the keys lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum KeyProtection {
    /// In the operating system's keyring.
    Keyring,
    /// In a file only this user may read; shown as a warning.
    KeyFile,
    /// Under the passphrase of an account.
    Passphrase,
}

/// What the window needs before it can draw anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppStatusView {
    /// The program's version.
    pub version: String,
    /// The folder that holds everything.
    pub data_dir: String,
    /// Whether somebody has to sign in before anything else.
    pub locked: bool,
    /// Present where the data do not open because they are damaged.
    pub damage: Option<DamageView>,
    /// Where the keys lie.
    pub key_protection: KeyProtection,
    /// Absent before the first run is done.
    pub profile: Option<ProfileView>,
    /// Activities in the store.
    pub activity_count: u32,
    /// Whether an import runs now.
    pub import_running: bool,
}

/// Damaged data and the way out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DamageView {
    /// What is wrong.
    pub reason: String,
    /// The newest backup that holds everything, by name.
    pub backup: Option<String>,
    /// When it was made.
    pub made_at: Option<String>,
    /// Whether it shows because somebody signed in, who can leave again.
    pub signed_in: bool,
}

/// Who uses this store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// The athlete.
    pub athlete_id: String,
    /// As typed.
    pub name: String,
    /// How quantities are shown.
    pub units: Units,
    /// For formulas whose constants differ; absent if not told.
    pub sex: Option<Sex>,
    /// Session epoch; answers of an older one are stale.
    pub epoch: u32,
    /// Whether the store holds the generated sample athlete.
    pub sample: bool,
}

/// What the first run asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileInput {
    /// 1 to 80 characters after trimming.
    pub name: String,
    /// How quantities are shown.
    pub units: Units,
    /// For formulas whose constants differ.
    pub sex: Option<Sex>,
}

macro_rules! same_variants {
    ($a:ident, $b:ident: $($v:ident),+) => {
        impl From<$a> for $b { fn from(x: $a) -> Self { match x { $($a::$v => Self::$v),+ } } }
        impl From<$b> for $a { fn from(x: $b) -> Self { match x { $($b::$v => Self::$v),+ } } }
    };
}
type ModelSex = paceline_model::Sex;
same_variants!(ModelSex, Sex: Female, Male);

/// One entry of the settings history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingView {
    /// Which quantity.
    pub kind: SettingKind,
    /// In the unit of the kind: W, bpm, m/s, kg, J.
    pub value: f64,
    /// First instant at which it holds.
    pub valid_from: String,
}

/// Something about the stored activities changed; lists read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivitiesChangedView {
    /// Session epoch.
    pub epoch: u32,
    /// Activities in the store now.
    pub count: u32,
}

/// How far the making of stale figures is; over when both are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct WorkView {
    pub done: u32,
    pub total: u32,
}

/// An instant as ISO 8601 in UTC, milliseconds only where there are any.
#[must_use]
pub fn iso(at: Instant) -> String {
    chrono::DateTime::from_timestamp_millis(at.0).map_or_else(
        || "1970-01-01T00:00:00Z".to_owned(),
        |t| t.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
    )
}

/// The instant of an ISO 8601 text with a zone, or of a plain date (UTC midnight).
#[must_use]
pub fn parse_iso(text: &str) -> Option<Instant> {
    let text = text.trim();
    if let Ok(t) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(Instant(t.timestamp_millis()));
    }
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(Instant(
        day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis(),
    ))
}
