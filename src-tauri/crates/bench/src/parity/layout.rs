//! The samples of an activity as GoldenCheetah 3.5 takes them on import, so
//! that our formulas can be asked what they make of those.
//!
//! Its habits, as its sources tell: a sample counts for one second; a gap of
//! less than 25 s is filled by straight lines (in GPX but for position only
//! altitude, distance and speed are; the rest takes the later value); a longer
//! one is left open; what a record lacks is 0; the timer's stops are not
//! looked at; speed that nobody recorded (of GPX: ever) is the way since the
//! last sample by its time, and so is a speed of 0 in TCX; way that nobody
//! recorded in TCX is speed by time.

use paceline_analysis::{ActivityInput, derived_columns};
use paceline_model::{Channel, Column, Sport};

/// Gaps of so many seconds and more stay open.
const OPEN_S: f64 = 25.0;
/// Longer is a damaged clock.
const LONGEST_S: f64 = 7.0 * 86_400.0;
/// Kilometres an hour below which an interpolated speed is none, in metres per second.
const STANDING: f64 = 0.35 / 3.6;

/// Channels second by second, NaN where a gap stayed open.
#[derive(Default)]
pub struct Layout {
    pub power: Vec<f64>,
    pub heart_rate: Vec<f64>,
    pub cadence: Vec<f64>,
    /// Metres per second.
    pub speed: Vec<f64>,
    /// Metres.
    pub distance: Vec<f64>,
    pub altitude: Vec<f64>,
}

const POWER: usize = 0;
const HEART_RATE: usize = 1;
const CADENCE: usize = 2;
const SPEED: usize = 3;
const DISTANCE: usize = 4;
const ALTITUDE: usize = 5;
/// One second of every channel.
type Point = [f64; 6];

impl Layout {
    pub fn new(input: &ActivityInput, format: &str) -> Self {
        let series = input.series;
        let derived = derived_columns(input);
        let column = |channel: Channel, of: &[Column]| {
            let found = of.iter().find(|c| c.channel == channel);
            found.map(|c| c.values.to_f64())
        };
        let get = |channel| column(channel, &series.columns).unwrap_or_default();
        let distance = column(Channel::Distance, &series.columns)
            .or_else(|| column(Channel::Distance, &derived))
            .unwrap_or_default();
        // A run's steps are a channel of their own there, and say nothing of motion.
        let cadence = if input.sport == Sport::Running && format == "fit" {
            Vec::new()
        } else {
            get(Channel::Cadence)
        };
        let columns = [
            get(Channel::Power),
            get(Channel::HeartRate),
            cadence,
            get(Channel::Speed),
            distance,
            get(Channel::Altitude),
        ];
        let without_speed = columns[SPEED].is_empty() || format == "gpx";
        let by_speed = format == "tcx" && series.column(&Channel::Distance).is_none();
        let mut points: Vec<Point> = Vec::new();
        // The last point taken and its time in seconds.
        let mut last: Option<(Point, f64)> = None;
        let first = series.time_ms.first().copied().unwrap_or(0);
        for (i, time) in series.time_ms.iter().enumerate() {
            let mut at = (f64::from(*time) - f64::from(first)) / 1000.0;
            if format != "tcx" {
                at = at.floor();
            }
            let before = last.map_or([0.0; 6], |(point, _)| point);
            let mut point = [0.0; 6];
            for (channel, values) in columns.iter().enumerate() {
                let value = values.get(i).copied().unwrap_or(f64::NAN);
                let lasting = channel == ALTITUDE || channel == DISTANCE || format == "gpx";
                point[channel] = match value.is_finite() {
                    true if channel == ALTITUDE && format != "fit" => f64::from(value as f32),
                    true => value,
                    false if lasting => before[channel],
                    false => 0.0,
                };
            }
            let Some((_, from)) = last else {
                points.push(point);
                last = Some((point, at));
                continue;
            };
            let gap = at - from;
            if gap <= 0.0 || at > LONGEST_S {
                continue;
            }
            if by_speed && !without_speed {
                point[DISTANCE] = before[DISTANCE] + point[SPEED] * gap;
            } else if without_speed || (format == "tcx" && point[SPEED] == 0.0) {
                point[SPEED] = (point[DISTANCE] - before[DISTANCE]).max(0.0) / gap;
            }
            if gap == 1.0 {
                points.push(point);
            } else if gap >= OPEN_S {
                points.resize((at as usize).max(points.len()), [f64::NAN; 6]);
                points.push(point);
            } else {
                // Of a part of a second nothing is taken: its sample only bounds the next line.
                let whole = gap.floor();
                if whole < 1.0 {
                    continue;
                }
                let line = (1..=whole as u32)
                    .map(|s| between(&before, &point, f64::from(s) / gap, format));
                points.extend(line);
                if format == "fit" {
                    points.pop();
                    points.push(point);
                } else if let Some(end) = points.last() {
                    (point, at) = (*end, from + whole);
                }
            }
            last = Some((point, at));
        }
        let channel = |i: usize| points.iter().map(|p| p[i]).collect();
        Self {
            power: channel(POWER),
            heart_rate: channel(HEART_RATE),
            cadence: channel(CADENCE),
            speed: channel(SPEED),
            distance: channel(DISTANCE),
            altitude: channel(ALTITUDE),
        }
    }

    /// Seconds that it has a sample of.
    pub fn seconds(&self) -> f64 {
        self.power.iter().filter(|w| w.is_finite()).count() as f64
    }

    /// Metres climbed: a reference follows the altitude by steps of more than 3 m. Added and compared
    /// as there, for steps of 3.0 m are common and fall either way by the last bit.
    pub fn climbed(&self) -> Option<f64> {
        let mut known = self.altitude.iter().copied().filter(|a| a.is_finite());
        let mut reference = known.next()?;
        let mut up = 0.0;
        for altitude in known {
            if altitude > reference + 3.0 {
                up += altitude - reference;
                reference = altitude;
            } else if altitude < reference - 3.0 {
                reference = altitude;
            }
        }
        Some(up)
    }

    /// Rise by way: of single seconds, held where it is steeper than 40 % or nothing was moved; from
    /// the tenth second on the mean of ten, below 0.01 % none.
    pub fn slope(&self) -> Vec<f64> {
        const SMOOTHED: usize = 10;
        let mut raw = vec![0.0; self.altitude.len()];
        let mut last: Option<usize> = None;
        for i in 0..raw.len() {
            if !self.altitude[i].is_finite() {
                raw[i] = f64::NAN;
                continue;
            }
            if let Some(before) = last {
                // In its units: whole metres and steps of 0.2 m make slopes of just 40 %.
                let km = |i: usize| (self.distance[i] * 100.0).round() / 100_000.0;
                let way = km(i) - km(before);
                let percent = (self.altitude[i] - self.altitude[before]) / (way * 10.0);
                let held = way <= 0.0 || percent.abs() > 40.0;
                raw[i] = if held { raw[before] } else { percent / 100.0 };
            }
            last = Some(i);
        }
        let known: Vec<usize> = (0..raw.len()).filter(|i| raw[*i].is_finite()).collect();
        let mut smooth = raw.clone();
        for k in SMOOTHED..known.len() {
            let sum: f64 = known[k + 1 - SMOOTHED..=k].iter().map(|i| raw[*i]).sum();
            let mean = sum / SMOOTHED as f64;
            smooth[known[k]] = if mean.abs() < 1e-4 { 0.0 } else { mean };
        }
        smooth
    }

    /// Seconds with a speed or a cadence above 0, its time in motion.
    pub fn moving(&self) -> f64 {
        let moved = |(v, c): &(&f64, &f64)| **v > 0.0 || **c > 0.0;
        self.speed.iter().zip(&self.cadence).filter(moved).count() as f64
    }

    /// Metres from the first sample to the last and in the first second.
    pub fn way(&self) -> Option<f64> {
        let (first, last) = self.distance.first().zip(self.distance.last())?;
        Some(last - first + self.speed.first()?)
    }
}

/// The point at a share of the way from one to another.
fn between(from: &Point, to: &Point, share: f64, format: &str) -> Point {
    let mut point = *to;
    for (i, value) in point.iter_mut().enumerate() {
        if format != "gpx" || i >= SPEED {
            *value = from[i] + (to[i] - from[i]) * share;
        }
    }
    if format != "fit" && point[SPEED] <= STANDING {
        point[SPEED] = 0.0;
    }
    point
}

/// Mean of what is above 0.
pub fn mean_above_zero(values: &[f64]) -> Option<f64> {
    let above = values.iter().filter(|v| **v > 0.0);
    let (sum, count) = above.fold((0.0, 0u32), |(sum, n), v| (sum + v, n + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Mean of what is a number.
pub fn mean(values: &[f64]) -> Option<f64> {
    let known = values.iter().filter(|v| v.is_finite());
    let (sum, count) = known.fold((0.0, 0u32), |(sum, n), v| (sum + v, n + 1));
    (count > 0).then(|| sum / f64::from(count))
}
