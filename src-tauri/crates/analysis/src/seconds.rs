use crate::input::{ActivityInput, Axis};
use paceline_model::{Channel, Sport};

/// An activity second by second: what every metric is computed from.
///
/// Second `i` is the `i`-th after the first sample. A channel is either as long as the activity or
/// empty where it was never recorded; NaN marks a second without a holding sample (a pause, a gap
/// beyond [`crate::MAX_HOLD_S`], a sensor that dropped out). Distance is interpolated between
/// samples and never decreases; every other channel holds its last value.
#[derive(Debug, Clone)]
pub struct Seconds<'a> {
    /// What it was made from.
    pub input: ActivityInput<'a>,
    /// Whether a sample holds, that is whether the timer ran and the recorder wrote.
    pub recorded: Vec<bool>,
    /// Whether the athlete was in motion; never outside `recorded`.
    pub moving: Vec<bool>,
    /// Watts.
    pub power: Vec<f64>,
    /// Beats per minute.
    pub heart_rate: Vec<f64>,
    /// Revolutions, strides or strokes per minute.
    pub cadence: Vec<f64>,
    /// Metres per second.
    pub speed: Vec<f64>,
    /// Metres above sea level.
    pub altitude: Vec<f64>,
    /// Metres from the start.
    pub distance: Vec<f64>,
}

impl<'a> Seconds<'a> {
    /// Lays an activity out; empty for a route without times and for a span over a week, which is
    /// a damaged clock.
    #[must_use]
    pub fn new(input: ActivityInput<'a>) -> Self {
        Self::of(&Axis::new(input))
    }

    pub(crate) fn of(axis: &Axis<'a>) -> Self {
        let count = axis.input.series.len();
        let spread = |values: &[f64]| axis.per_second(values, 0, count);
        let flags = |on: &dyn Fn(usize) -> bool| -> Vec<bool> {
            let values: Vec<f64> = (0..count).map(|i| f64::from(u8::from(on(i)))).collect();
            spread(&values).iter().map(|v| *v == 1.0).collect()
        };
        let timed = axis.input.timed;
        let timed = |v: Vec<f64>| if timed { v } else { Vec::new() };
        let recorded = if axis.input.timed {
            flags(&|_| true)
        } else {
            Vec::new()
        };
        let moving = if axis.input.timed {
            flags(&|i| axis.moving[i])
        } else {
            Vec::new()
        };
        Self {
            input: axis.input,
            power: timed(spread(&axis.power)),
            heart_rate: timed(spread(&axis.heart_rate)),
            cadence: timed(spread(&axis.cadence)),
            speed: timed(spread(&axis.speed)),
            altitude: timed(spread(&axis.altitude)),
            distance: along(&axis.input.series.time_ms, &axis.distance, recorded.len()),
            recorded,
            moving,
        }
    }

    /// The number of seconds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recorded.len()
    }

    /// Whether nothing was recorded over time.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recorded.is_empty()
    }

    /// The sport it counts as.
    #[must_use]
    pub fn sport(&self) -> Sport {
        self.input.sport
    }

    /// Any other channel second by second, in its unit; empty where it was not recorded.
    #[must_use]
    pub fn channel(&self, channel: &Channel) -> Vec<f64> {
        match self.input.series.values(channel) {
            Some(values) if !self.is_empty() && values.iter().any(|v| v.is_finite()) => {
                Axis::spread(&self.input, &values)
            }
            _ => Vec::new(),
        }
    }
}

/// Metres at each of `n` seconds from the first sample, linear between samples.
fn along(times: &[i32], distance: &[f64], n: usize) -> Vec<f64> {
    if distance.is_empty() || times.is_empty() || n == 0 {
        return Vec::new();
    }
    let first = i64::from(times[0]);
    let mut at = 0;
    (0..n)
        .map(|second| {
            let t = first + second as i64 * 1000;
            while at + 1 < times.len() && i64::from(times[at + 1]) <= t {
                at += 1;
            }
            let (t0, d0) = (i64::from(times[at]), distance[at]);
            let Some(&next) = times.get(at + 1) else {
                return d0;
            };
            let span = i64::from(next) - t0;
            if span <= 0 || t <= t0 {
                return d0;
            }
            d0 + (distance[at + 1] - d0) * (t - t0) as f64 / span as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use paceline_model::{Column, RecordedTotals, Series, Values};

    #[test]
    fn a_gap_is_unrecorded_and_its_distance_is_interpolated() {
        let series = Series {
            time_ms: vec![0, 1000, 2000, 30_000, 31_000],
            columns: vec![
                Column {
                    channel: Channel::Power,
                    values: Values::Float(vec![100.0, 110.0, 120.0, 130.0, 140.0]),
                },
                Column {
                    channel: Channel::Distance,
                    values: Values::Float(vec![0.0, 10.0, 20.0, 300.0, 310.0]),
                },
            ],
        };
        let totals = RecordedTotals::default();
        let seconds = Seconds::new(ActivityInput {
            sport: Sport::Cycling,
            timed: true,
            series: &series,
            laps: &[],
            lengths: &[],
            timer: &[],
            totals: &totals,
        });
        assert_eq!(seconds.len(), 32);
        assert_eq!(seconds.power[1], 110.0);
        assert_eq!(seconds.power[11], 120.0);
        assert!(seconds.power[12].is_nan() && !seconds.recorded[12]);
        assert_eq!(seconds.power[31], 140.0);
        assert_eq!(seconds.distance[16], 160.0);
        assert!(seconds.moving[0] && !seconds.moving[20]);
    }
}
