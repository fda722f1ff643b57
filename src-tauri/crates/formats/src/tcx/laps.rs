//! What a lap says of itself.

use crate::xml::number::{instant, number};
use paceline_model::{Lap, RecordedTotals};

/// Nobody is faster than this, in metres per second.
const FASTEST: f64 = 100.0;

/// A lap while it is read.
#[derive(Debug, Default)]
pub(super) struct LapElement {
    /// Unix milliseconds.
    pub start: Option<i64>,
    pub totals: RecordedTotals,
    trigger: Option<String>,
    intensity: Option<String>,
    name: Option<String>,
}

/// Parts of a lap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Timer,
    Distance,
    MaxSpeed,
    Calories,
    AvgHr,
    MaxHr,
    Intensity,
    Cadence,
    Trigger,
    Notes,
    AvgSpeed,
    AvgPower,
    MaxPower,
}

impl Part {
    /// By the name of an element in a lap or its extension.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "TotalTimeSeconds" => Self::Timer,
            "DistanceMeters" => Self::Distance,
            "MaximumSpeed" => Self::MaxSpeed,
            "Calories" => Self::Calories,
            "AverageHeartRateBpm" => Self::AvgHr,
            "MaximumHeartRateBpm" => Self::MaxHr,
            "Intensity" => Self::Intensity,
            "Cadence" | "AvgRunCadence" => Self::Cadence,
            "TriggerMethod" => Self::Trigger,
            "Notes" => Self::Notes,
            "AvgSpeed" => Self::AvgSpeed,
            "AvgWatts" => Self::AvgPower,
            "MaxWatts" => Self::MaxPower,
            _ => return None,
        })
    }
}

impl LapElement {
    pub fn starting(text: Option<&str>) -> (Self, Option<i32>) {
        let written = text.and_then(instant);
        let lap = Self {
            start: written.map(|w| w.0),
            ..Self::default()
        };
        (lap, written.and_then(|w| w.1))
    }

    /// Takes the text of a part.
    pub fn take(&mut self, part: Part, text: &str) {
        if text.is_empty() {
            return;
        }
        let measured = || number(text).filter(|v| *v > 0.0);
        let t = &mut self.totals;
        match part {
            Part::Timer => t.timer_s = number(text).filter(|s| *s >= 0.0),
            Part::Distance => t.distance_m = measured(),
            Part::MaxSpeed => t.max_speed = measured(),
            Part::Calories => t.calories_kcal = measured(),
            Part::AvgHr => t.avg_hr = measured(),
            Part::MaxHr => t.max_hr = measured(),
            Part::Cadence => t.avg_cadence = number(text),
            Part::AvgSpeed => t.avg_speed = measured(),
            Part::AvgPower => t.avg_power = number(text),
            Part::MaxPower => t.max_power = number(text),
            Part::Intensity => self.intensity = Some(word(text, &INTENSITIES)),
            Part::Trigger => self.trigger = Some(word(text, &TRIGGERS)),
            Part::Notes => self.name = Some(text.to_owned()),
        }
    }

    /// Sets right what its writer is known to get wrong; gives what had to be left out.
    pub fn mend(&mut self) -> Option<f64> {
        let fastest = self.totals.max_speed.filter(|v| *v > FASTEST)?;
        let mean = match (self.totals.distance_m, self.totals.timer_s) {
            (Some(metres), Some(seconds)) if seconds > 0.0 => metres / seconds,
            _ => 0.0,
        };
        let per_hour = fastest / 3600.0;
        let plausible = per_hour <= FASTEST && per_hour >= mean;
        self.totals.max_speed = plausible.then_some(per_hour);
        (!plausible).then_some(fastest)
    }

    /// The lap between two instants of the recording's own count.
    pub fn lap(&self, start_ms: i32, end_ms: i32) -> Lap {
        Lap {
            start_ms,
            end_ms,
            trigger: self.trigger.clone(),
            intensity: self.intensity.clone(),
            name: self.name.clone(),
            totals: self.totals,
        }
    }
}

/// TCX's word and the model's.
type Words = [(&'static str, &'static str)];

pub(super) const INTENSITIES: [(&str, &str); 2] = [("Active", "active"), ("Resting", "rest")];

pub(super) const TRIGGERS: [(&str, &str); 5] = [
    ("Manual", "manual"),
    ("Distance", "distance"),
    ("Location", "position_lap"),
    ("Time", "time"),
    ("HeartRate", "heart_rate"),
];

/// The model's word of one of TCX's; others in lower case.
fn word(text: &str, words: &Words) -> String {
    words
        .iter()
        .find(|w| w.0.eq_ignore_ascii_case(text))
        .map_or_else(|| text.to_lowercase(), |w| w.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_per_hour_are_found_out_and_nonsense_is_left_out() {
        let lap = |max| {
            let mut lap = LapElement::default();
            lap.take(Part::Timer, "4070");
            lap.take(Part::Distance, "6106.6");
            lap.take(Part::MaxSpeed, max);
            (lap.mend(), lap.totals.max_speed)
        };
        assert_eq!(lap("16200.0"), (None, Some(4.5)));
        assert_eq!(lap("15.2"), (None, Some(15.2)));
        assert_eq!(lap("138.47"), (Some(138.47), None));
    }
}
