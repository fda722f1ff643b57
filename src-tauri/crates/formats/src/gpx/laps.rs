//! Laps as Cluetrust's data extension writes them: pytrainer, Movescount and
//! Paceline.

use crate::xml::number::{instant, number};
use paceline_model::{Lap, RecordedTotals};

/// A lap while it is read.
#[derive(Debug, Default)]
pub(super) struct LapElement {
    /// Unix milliseconds.
    pub start: Option<i64>,
    pub totals: RecordedTotals,
    pub trigger: Option<String>,
    pub intensity: Option<String>,
    pub name: Option<String>,
}

/// Parts of a lap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Start,
    Elapsed,
    Calories,
    Distance,
    Trigger,
    Intensity,
    Name,
    Total(Total),
}

/// What a summary is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Total {
    Timer,
    Ascent,
    Descent,
    Work,
    AvgHr,
    MaxHr,
    AvgPower,
    MaxPower,
    AvgCadence,
    AvgSpeed,
    MaxSpeed,
}

/// Names of summaries, as pytrainer took them over from TCX and Paceline went on.
pub(super) const TOTALS: [(&str, Total, &str); 11] = [
    ("TotalTimeSeconds", Total::Timer, "total"),
    ("TotalAscent", Total::Ascent, "total"),
    ("TotalDescent", Total::Descent, "total"),
    ("TotalWork", Total::Work, "total"),
    ("AverageHeartRateBpm", Total::AvgHr, "avg"),
    ("MaximumHeartRateBpm", Total::MaxHr, "max"),
    ("AverageWatts", Total::AvgPower, "avg"),
    ("MaximumWatts", Total::MaxPower, "max"),
    ("AverageCadence", Total::AvgCadence, "avg"),
    ("AverageSpeed", Total::AvgSpeed, "avg"),
    ("MaximumSpeed", Total::MaxSpeed, "max"),
];

impl Total {
    pub fn of(name: &str) -> Option<Self> {
        TOTALS.iter().find(|t| t.0 == name).map(|t| t.1)
    }

    pub fn place(self, totals: &mut RecordedTotals) -> &mut Option<f64> {
        match self {
            Self::Timer => &mut totals.timer_s,
            Self::Ascent => &mut totals.ascent_m,
            Self::Descent => &mut totals.descent_m,
            Self::Work => &mut totals.work_j,
            Self::AvgHr => &mut totals.avg_hr,
            Self::MaxHr => &mut totals.max_hr,
            Self::AvgPower => &mut totals.avg_power,
            Self::MaxPower => &mut totals.max_power,
            Self::AvgCadence => &mut totals.avg_cadence,
            Self::AvgSpeed => &mut totals.avg_speed,
            Self::MaxSpeed => &mut totals.max_speed,
        }
    }
}

impl Part {
    /// By the element's name; summaries say what they are of in an attribute.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "startTime" => Self::Start,
            "elapsedTime" => Self::Elapsed,
            "calories" => Self::Calories,
            "distance" => Self::Distance,
            "trigger" => Self::Trigger,
            "intensity" => Self::Intensity,
            "name" => Self::Name,
            _ => return None,
        })
    }
}

impl LapElement {
    /// Takes the text of a part. A nought where nothing was measured says nothing.
    pub fn take(&mut self, part: Part, text: &str) {
        if text.is_empty() {
            return;
        }
        let counted = || number(text).filter(|v| *v > 0.0);
        match part {
            Part::Start => self.start = instant(text).map(|t| t.0),
            Part::Elapsed => self.totals.elapsed_s = number(text),
            Part::Calories => self.totals.calories_kcal = counted(),
            Part::Distance => self.totals.distance_m = counted(),
            Part::Trigger => self.trigger = Some(text.to_ascii_lowercase()),
            Part::Intensity => self.intensity = Some(text.to_ascii_lowercase()),
            Part::Name => self.name = Some(text.to_owned()),
            Part::Total(total) => *total.place(&mut self.totals) = counted(),
        }
    }

    /// The lap, its times counted by `at` from Unix milliseconds; `end` where
    /// it does not say how long it was.
    pub fn lap(&self, end: i64, at: impl Fn(i64) -> i32) -> Option<Lap> {
        let start = self.start?;
        #[allow(clippy::cast_possible_truncation)]
        let stop = match self.totals.elapsed_s {
            Some(s) => start + (s.clamp(0.0, 1e7) * 1000.0).round() as i64,
            None => end.max(start),
        };
        Some(Lap {
            start_ms: at(start),
            end_ms: at(stop),
            trigger: self.trigger.clone(),
            intensity: self.intensity.clone(),
            name: self.name.clone(),
            totals: self.totals,
        })
    }
}
