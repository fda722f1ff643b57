use crate::EditId;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A stretch of an activity with a purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Interval {
    /// First second, from the recording's start.
    pub start_s: i32,
    /// First second after it, from the recording's start.
    pub end_s: i32,
    /// What it is for.
    pub kind: IntervalKind,
    /// Who says so.
    pub source: IntervalSource,
    /// The athlete's or the recorder's name for it.
    pub name: Option<String>,
    /// From 0 to 1: how clearly the samples show it; 1 where the athlete said so.
    pub confidence: f64,
    /// The number of the group of repeated efforts it belongs to, from 0.
    pub group: Option<u16>,
    /// What it comes to.
    pub figures: IntervalFigures,
}

impl Interval {
    /// Whole seconds; 0 for an interval that ends before it begins.
    #[must_use]
    pub fn seconds(&self) -> i32 {
        self.end_s.saturating_sub(self.start_s).max(0)
    }
}

/// What an interval is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum IntervalKind {
    WarmUp,
    Work,
    Recovery,
    CoolDown,
}

/// Where an interval comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum IntervalSource {
    /// Found in the samples.
    Detected,
    /// Edges pressed on the recorder.
    Lap,
    /// Made or moved by the athlete.
    User,
}

/// Means over an interval; absent where not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IntervalFigures {
    /// Watts, zeros included.
    pub avg_power: Option<f64>,
    /// Beats per minute.
    pub avg_hr: Option<f64>,
    /// Metres per second, stops included.
    pub avg_speed: Option<f64>,
    /// Mean power, or where there is none mean speed in metres per minute, by mean heart rate.
    pub efficiency: Option<f64>,
    /// Percent by which efficiency falls from the first half to the second.
    pub decoupling: Option<f64>,
}

/// One entry of the list of changes a user made to intervals. It is applied over whatever is
/// detected, so that it outlives a new detection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IntervalEdit {
    /// Which entry.
    pub id: EditId,
    /// Whether it takes effect.
    pub enabled: bool,
    /// What it does.
    #[serde(flatten)]
    pub change: IntervalChange,
}

/// What an [`IntervalEdit`] does. An interval is named by its span in seconds from the recording's
/// start: the one meant is the one that shares most of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "change",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[allow(missing_docs)]
pub enum IntervalChange {
    Add {
        start_s: i32,
        end_s: i32,
        kind: IntervalKind,
        name: Option<String>,
    },
    Remove {
        start_s: i32,
        end_s: i32,
    },
    Move {
        start_s: i32,
        end_s: i32,
        new_start_s: i32,
        new_end_s: i32,
    },
    Rename {
        start_s: i32,
        end_s: i32,
        name: String,
    },
    SetKind {
        start_s: i32,
        end_s: i32,
        kind: IntervalKind,
    },
}
