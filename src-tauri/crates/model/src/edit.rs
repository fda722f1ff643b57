use crate::{Channel, EditId};
use serde::{Deserialize, Serialize};
use specta::Type;

/// One entry of an activity's edit list. The recording itself is never altered: undoing is
/// disabling or removing the entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// Which entry.
    pub id: EditId,
    /// Whether it takes effect.
    pub enabled: bool,
    /// What it does.
    #[serde(flatten)]
    pub change: Change,
}

/// What an [`Edit`] does to the samples. Times are milliseconds from the recording's start and
/// stay those of the original whatever other edits do; a range holds `from_ms` and not `to_ms`.
/// Values are in the channel's unit and kept at the recorder's own resolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(
    tag = "change",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
#[allow(missing_docs)]
pub enum Change {
    /// The channel was not recorded there. Idempotent.
    SetMissing {
        channel: Channel,
        from_ms: i32,
        to_ms: i32,
    },
    /// A straight line from the last value before the range to the first after it; the nearer one
    /// held where the other is lacking, missing where both are. Idempotent.
    Interpolate {
        channel: Channel,
        from_ms: i32,
        to_ms: i32,
    },
    /// No value below `min` or above `max`. Idempotent.
    Clamp {
        channel: Channel,
        from_ms: i32,
        to_ms: i32,
        min: Option<f64>,
        max: Option<f64>,
    },
    /// Values times `factor`, as power × 0.97.
    Scale {
        channel: Channel,
        from_ms: i32,
        to_ms: i32,
        factor: f64,
    },
    /// `add` added; quantities that cannot be negative stop at 0.
    Offset {
        channel: Channel,
        from_ms: i32,
        to_ms: i32,
        add: f64,
    },
    /// Every sample of the range reads `value`, missing ones too. Idempotent.
    ReplaceWithConstant {
        channel: Channel,
        from_ms: i32,
        to_ms: i32,
        value: f64,
    },
    /// Adds to the altitude an amount that runs straight from `start_m` at `from_ms` to `end_m` at
    /// `to_ms`, metres.
    DriftCorrect {
        from_ms: i32,
        to_ms: i32,
        start_m: f64,
        end_m: f64,
    },
    /// Latitude and longitude were not recorded there. Idempotent.
    RemovePosition { from_ms: i32, to_ms: i32 },
    /// Only the samples from `from_ms` up to, and with, `to_ms` remain; distance begins anew.
    /// Idempotent.
    Trim { from_ms: i32, to_ms: i32 },
    /// The samples of the range are gone as in a pause; distance closes over them. Idempotent.
    CropOut { from_ms: i32, to_ms: i32 },
    /// Samples in the order of their times, those of one time made one. Idempotent.
    OrderTime,
}

/// What looks wrong in the samples, and how it could be mended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// Where it is; `None` for the time axis itself.
    pub channel: Option<Channel>,
    /// First millisecond from the recording's start.
    pub from_ms: i32,
    /// First millisecond after it.
    pub to_ms: i32,
    /// How much it matters.
    pub severity: Severity,
    /// One or two sentences for the user, with the figures.
    pub message: String,
    /// What would mend it; `None` where nothing can be known of the truth.
    pub suggestion: Option<Change>,
}

/// The kinds of [`Finding`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Single values far above their neighbours or above what is possible.
    Spike,
    /// Heart rate that follows the cadence.
    CadenceLock,
    /// Zeros where the sensor must have had a value.
    Dropout,
    /// Nothing from a sensor while the recorder wrote.
    Gap,
    /// Power that rests on something other than zero.
    ZeroOffset,
    /// A value that does not move while others do.
    Stuck,
    /// A position far from those before and after it.
    GpsJump,
    /// Altitude that ends elsewhere than it began, at the same place.
    BarometricDrift,
    /// Altitude that leaps.
    AltitudeStep,
    /// A sample earlier than the one before it.
    TimeBackwards,
    /// Samples that share a time.
    DuplicateTime,
}

/// How much a [`Finding`] matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know; figures hardly change.
    Note,
    /// Some figures are off.
    Warning,
    /// Headline figures are wrong.
    Fault,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_reads_back_from_its_json() {
        let edit = Edit {
            id: EditId(uuid::Uuid::from_u128(7)),
            enabled: true,
            change: Change::Scale {
                channel: Channel::Other("left [W]".to_owned()),
                from_ms: 0,
                to_ms: 60_000,
                factor: 0.97,
            },
        };
        let json = serde_json::to_string(&edit).unwrap();
        assert!(json.contains(r#""change":"scale""#), "{json}");
        assert_eq!(serde_json::from_str::<Edit>(&json).unwrap(), edit);
        let order = Edit {
            change: Change::OrderTime,
            ..edit
        };
        let json = serde_json::to_string(&order).unwrap();
        assert_eq!(serde_json::from_str::<Edit>(&json).unwrap(), order);
    }
}
