use super::SettingView;
use paceline_model::Role;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a comment is on: an activity, or a local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[allow(missing_docs)]
pub enum CommentTarget {
    Activity { id: String },
    Day { day: String },
}

/// Which comments are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CommentsQuery {
    /// Those on an activity, oldest first.
    Activity {
        /// Which.
        id: String,
    },
    /// Those on days, oldest first.
    Days {
        /// First local day.
        from: String,
        /// Last local day.
        to: String,
    },
    /// At most so many of all, newest first.
    Newest {
        /// How many.
        limit: u32,
    },
}

/// A comment as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct CommentView {
    pub id: String,
    pub on: CommentTarget,
    pub author: String,
    /// Whether the user wrote it, and may change it.
    pub mine: bool,
    pub text: String,
    pub created_at: String,
    pub edited_at: Option<String>,
    pub read: bool,
}

/// A group of athletes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct GroupView {
    pub id: String,
    pub name: String,
    pub athlete_ids: Vec<String>,
}

/// A group to be made (`id` absent) or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct GroupInput {
    pub id: Option<String>,
    pub name: String,
    pub athlete_ids: Vec<String>,
}

/// One setting for many athletes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct BulkSetting {
    pub athlete_ids: Vec<String>,
    pub setting: SettingView,
}

/// How load of the last days compares with what was planned for them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceView {
    /// Load that was planned for the seven days up to yesterday.
    pub planned: f64,
    /// Load that was done on the days that had a plan.
    pub done: f64,
    /// Days with a plan.
    pub days: u32,
    /// Days on which 80 to 120 % of the plan were done.
    pub kept: u32,
}

/// The newest activity of an athlete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LastActivityView {
    /// Its id.
    pub id: String,
    /// As in the list.
    pub name: String,
    /// The model's sport key.
    pub sport: String,
    /// When it began.
    pub start: String,
    /// Of the local time where it was recorded, if known.
    pub utc_offset_s: Option<i32>,
}

/// An athlete on the coach's desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct CoachRowView {
    pub tenant_id: String,
    pub tenant: String,
    pub role: Role,
    pub athlete_id: String,
    pub athlete: String,
    pub groups: Vec<String>,
    pub tags: Vec<String>,
    /// The newest activity that has a date.
    pub last_activity: Option<LastActivityView>,
    /// Load of the last 7 days, today included.
    pub load_7: f64,
    /// Load of the last 28 days, today included.
    pub load_28: f64,
    /// Activities of the last 28 days that have no load.
    pub without_load: u32,
    /// Fitness; absent before the first activity.
    pub ctl: Option<f64>,
    /// Fatigue.
    pub atl: Option<f64>,
    /// Form.
    pub tsb: Option<f64>,
    /// Change of fitness over 7 days.
    pub ramp: Option<f64>,
    /// Whether the ramp is steeper than 8 a week.
    pub ramp_alarm: bool,
    /// Absent where nothing was planned.
    pub compliance: Option<ComplianceView>,
    pub unread_comments: u32,
}

/// All athletes of all tenants that the user reaches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoachView {
    /// Session epoch.
    pub epoch: u32,
    /// Tenant by tenant, in the order in which athletes came.
    pub athletes: Vec<CoachRowView>,
    /// Names of tenants whose key could not be opened, which are left out.
    pub closed: Vec<String>,
}
