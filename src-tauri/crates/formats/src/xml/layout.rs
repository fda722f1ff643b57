//! From points to the series of a recording: their order, their time axis, the
//! pauses between their runs, and values that cannot be meant as they stand.

use super::points::{NO_TIME, Points};
use crate::clock;
use paceline_model::{Channel, Column, Sport, TimerEvent, Values, Warning, WarningCode};
use std::ops::Range;

/// A gap between two runs of points is a pause if it is longer than this many
/// usual steps; programs also begin a run at every lap.
const PAUSE_STEPS: i64 = 3;

/// A degree of latitude, mean Earth radius 6,371,008.8 m (IUGG).
const DEGREE_M: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;
/// Closer than this a track goes on where another ended.
const STONE_S_THROW_M: f64 = 100.0;

/// Finished points: the columns, and Unix milliseconds or [`NO_TIME`] of each row.
#[derive(Debug)]
pub(crate) struct Table {
    pub times: Vec<i64>,
    pub columns: Vec<Column>,
}

impl Table {
    /// Of all points that ended; what had to be given up is told in `warnings`.
    pub fn of(mut points: Points, warnings: &mut Vec<Warning>) -> Self {
        let columns = points.finish();
        for channel in &points.given_up {
            warnings.push(Warning {
                code: WarningCode::ValueImplausible,
                message: format!(
                    "The channel {} holds too few values for the length of the recording and was left out.",
                    channel.key()
                ),
            });
        }
        if points.refused > 0 {
            warnings.push(Warning {
                code: WarningCode::ValueImplausible,
                message: format!(
                    "{} values are beyond anything that can be measured and were left out.",
                    points.refused
                ),
            });
        }
        Self {
            times: points.times,
            columns,
        }
    }

    /// Tells whether two rows are within a stone's throw of each other.
    pub fn near(&self) -> impl Fn(usize, usize) -> bool {
        let degrees = |channel| {
            let index = index(&self.columns, &channel);
            move |row: usize| index.and_then(|i| self.columns[i].values.get(row))
        };
        let (lat, lon) = (degrees(Channel::Latitude), degrees(Channel::Longitude));
        move |a, b| {
            let place = |row| Some((lat(row)?, lon(row)?));
            let (Some((p, q)), Some((r, s))) = (place(a), place(b)) else {
                return false;
            };
            DEGREE_M * (r - p).hypot((s - q) * p.to_radians().cos()) < STONE_S_THROW_M
        }
    }

    /// The rows of the runs, one run after the other; takes the columns along
    /// where the runs are all there is.
    pub fn take(&mut self, runs: &[Range<usize>]) -> Self {
        let mut next = 0;
        let whole = runs.iter().all(|r| {
            let joins = r.start == next;
            next = r.end;
            joins
        }) && next == self.times.len();
        if whole {
            return Self {
                times: std::mem::take(&mut self.times),
                columns: std::mem::take(&mut self.columns),
            };
        }
        Self {
            times: gather(&self.times, runs),
            columns: self
                .columns
                .iter()
                .filter_map(|c| {
                    let values = match &c.values {
                        Values::Scaled { raw, scale, offset } => Values::Scaled {
                            raw: gather(raw, runs),
                            scale: *scale,
                            offset: *offset,
                        },
                        Values::Float(v) => Values::Float(gather(v, runs)),
                    };
                    (!values.all_missing()).then(|| Column {
                        channel: c.channel.clone(),
                        values,
                    })
                })
                .collect(),
        }
    }
}

fn gather<T: Copy>(values: &[T], runs: &[Range<usize>]) -> Vec<T> {
    runs.iter()
        .flat_map(|r| &values[r.clone()])
        .copied()
        .collect()
}

/// 1990 in Unix milliseconds. Nothing recorded positions before; what says so is a clock never set.
const FIRST_MS: i64 = 631_152_000_000;

/// The time axis of a recording.
#[derive(Debug)]
pub(crate) struct Axis {
    /// Unix milliseconds of each row, never decreasing.
    pub ms: Vec<i64>,
    /// Whether they are true, or true to each other only.
    pub real: bool,
}

/// The axis of rows; `None` where less than half of them have a time, or all
/// the same one, as programs write that plan routes.
pub(crate) fn axis(times: &[i64], warnings: &mut Vec<Warning>) -> Option<Axis> {
    let mut warn = |message: String| {
        warnings.push(Warning {
            code: WarningCode::TimeMissing,
            message,
        });
    };
    let rows = times.len();
    let mut known = times.iter().copied().filter(|&t| t != NO_TIME);
    let timed = known.clone().count();
    if timed * 2 < rows || timed == 0 {
        if timed > 0 {
            warn(format!(
                "Only {timed} of {rows} points have a time; they were read as a route without times."
            ));
        }
        return None;
    }
    let first = known.next()?;
    if timed > 2 && known.all(|t| t == first) {
        warn(format!(
            "All {rows} points have the same time; they were read as a route without times."
        ));
        return None;
    }
    let known = times.iter().map(|&t| (t != NO_TIME).then_some(t));
    let ms = clock::axis(known, 1000, warnings)?;
    let real = ms.last().is_some_and(|&t| t >= FIRST_MS);
    if !real {
        warnings.push(Warning {
            code: WarningCode::TimeMissing,
            message: "The clock was not set; only times within the activity are true.".to_owned(),
        });
    }
    Some(Axis { ms, real })
}

/// The pauses between runs of rows, from the last point of one to the first of
/// the next, in Unix milliseconds.
pub(crate) fn pauses(axis: &[i64], runs: &[Range<usize>]) -> Vec<(i64, i64)> {
    if runs.len() < 2 {
        return Vec::new();
    }
    let longest = longest_step(axis, runs);
    runs.windows(2)
        .filter(|w| !w[0].is_empty() && !w[1].is_empty())
        .map(|w| (axis[w[0].end - 1], axis[w[1].start]))
        .filter(|(from, to)| to - from > longest)
        .collect()
}

/// What a step between points may take without being a pause: a few times the
/// median step between points of one run that have different times.
pub(crate) fn longest_step(axis: &[i64], runs: &[Range<usize>]) -> i64 {
    let mut steps: Vec<i64> = runs
        .iter()
        .flat_map(|r| axis[r.clone()].windows(2).map(|w| w[1] - w[0]))
        .filter(|&step| step > 0)
        .collect();
    if steps.is_empty() {
        return PAUSE_STEPS * 1000;
    }
    let half = steps.len() / 2;
    PAUSE_STEPS * *steps.select_nth_unstable(half).1
}

/// The timer's events around pauses, where there are any; times in Unix milliseconds.
pub(crate) fn timer(
    pauses: &[(i64, i64)],
    start: i64,
    end: i64,
    at: impl Fn(i64) -> i32,
) -> Vec<TimerEvent> {
    if pauses.is_empty() {
        return Vec::new();
    }
    let event = |t, running| TimerEvent {
        at_ms: at(t),
        running,
    };
    let mut events = vec![event(start, true)];
    for &(from, to) in pauses {
        events.push(event(from, false));
        events.push(event(to, true));
    }
    events.push(event(end, false));
    events
}

/// Milliseconds as a recording counts them.
#[allow(clippy::cast_possible_truncation)]
pub(crate) fn clamp(ms: i64) -> i32 {
    ms.clamp(i64::from(i32::MIN + 1), i64::from(i32::MAX)) as i32
}

/// Sets right what its writer got wrong, and says so. Speeds are only looked at
/// where there is a time axis.
pub(crate) fn mend(
    columns: &mut Vec<Column>,
    axis: Option<&[i64]>,
    sport: Sport,
    warnings: &mut Vec<Warning>,
) {
    positions(columns, warnings);
    step_cadence(columns, sport, warnings);
    if let Some(axis) = axis {
        speed_unit(columns, axis, warnings);
    }
    columns.retain(|c| !c.values.all_missing());
}

fn index(columns: &[Column], channel: &Channel) -> Option<usize> {
    columns.iter().position(|c| c.channel == *channel)
}

/// Positions off the globe, and the point 0°, 0° that stands for none.
fn positions(columns: &mut [Column], warnings: &mut Vec<Warning>) {
    let (Some(lat), Some(lon)) = (
        index(columns, &Channel::Latitude),
        index(columns, &Channel::Longitude),
    ) else {
        return;
    };
    let Ok([lat, lon]) = columns.get_disjoint_mut([lat, lon]) else {
        return;
    };
    let (
        Values::Scaled { raw: a, scale, .. },
        Values::Scaled {
            raw: b,
            scale: other,
            ..
        },
    ) = (&mut lat.values, &mut lon.values)
    else {
        return;
    };
    let limit = |degrees: f64, scale: f64| (degrees * scale).min(f64::from(i32::MAX)) as i32;
    let (most_lat, most_lon) = (limit(90.0, *scale), limit(180.0, *other));
    let mut none = 0usize;
    for (a, b) in a.iter_mut().zip(b.iter_mut()) {
        let known = *a != Values::MISSING && *b != Values::MISSING;
        let off = known && (a.abs() > most_lat || b.abs() > most_lon || (*a == 0 && *b == 0));
        if off {
            none += 1;
            (*a, *b) = (Values::MISSING, Values::MISSING);
        }
    }
    if none > 0 {
        warnings.push(Warning {
            code: WarningCode::ValueImplausible,
            message: format!(
                "{none} points have a position off the globe or at 0°, 0°; they were read as points without one."
            ),
        });
    }
}

/// Cadence counts both feet as one; above what legs can do it counted steps.
fn step_cadence(columns: &mut [Column], sport: Sport, warnings: &mut Vec<Warning>) {
    let most = match sport {
        Sport::Running => 130.0,
        Sport::Walking | Sport::Hiking => 95.0,
        _ => return,
    };
    let Some(cadence) = index(columns, &Channel::Cadence) else {
        return;
    };
    let Values::Scaled { raw, scale, .. } = &mut columns[cadence].values else {
        return;
    };
    let mut moving: Vec<i32> = raw.iter().copied().filter(|&v| v > 0).collect();
    if moving.is_empty() {
        return;
    }
    let half = moving.len() / 2;
    if f64::from(*moving.select_nth_unstable(half).1) / *scale > most {
        *scale *= 2.0;
        warnings.push(Warning {
            code: WarningCode::Other,
            message: "The cadence counts single steps; it was halved, since both feet count one."
                .to_owned(),
        });
    }
}

/// The format has metres per second; some programs write kilometres per hour.
/// The way covered tells which.
fn speed_unit(columns: &mut [Column], axis: &[i64], warnings: &mut Vec<Warning>) {
    let Some(speed) = index(columns, &Channel::Speed) else {
        return;
    };
    let way = match index(columns, &Channel::Distance) {
        Some(d) => columns[d].values.to_f64(),
        None => match (
            index(columns, &Channel::Latitude),
            index(columns, &Channel::Longitude),
        ) {
            (Some(lat), Some(lon)) => way(&columns[lat].values, &columns[lon].values),
            _ => return,
        },
    };
    let speeds = columns[speed].values.to_f64();
    let (mut told, mut covered) = (0.0, 0.0);
    for i in 1..axis.len().min(way.len()) {
        let step = (axis[i] - axis[i - 1]) as f64 / 1000.0;
        let metres = way[i] - way[i - 1];
        if step > 0.0 && step <= 10.0 && metres >= 0.0 && speeds[i].is_finite() {
            told += speeds[i] * step;
            covered += metres;
        }
    }
    // Less is not enough to tell by.
    if covered < 200.0 || !(3.4..3.8).contains(&(told / covered)) {
        return;
    }
    if let Values::Scaled { scale, .. } = &mut columns[speed].values {
        *scale *= 3.6;
        warnings.push(Warning {
            code: WarningCode::ValueImplausible,
            message: "The speeds are in kilometres per hour where the format has metres per second; they were read as such."
                .to_owned(),
        });
    }
}

/// Metres from the first position, on a sphere; NaN where there is none.
fn way(lat: &Values, lon: &Values) -> Vec<f64> {
    let (lat, lon) = (lat.to_f64(), lon.to_f64());
    let mut sum = 0.0;
    let mut last: Option<(f64, f64)> = None;
    lat.iter()
        .zip(&lon)
        .map(|(&a, &b)| {
            if !(a.is_finite() && b.is_finite()) {
                return f64::NAN;
            }
            if let Some((p, q)) = last {
                let east = (b - q) * a.to_radians().cos();
                sum += DEGREE_M * (a - p).hypot(east);
            }
            last = Some((a, b));
            sum
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(channel: Channel, raw: Vec<i32>, scale: f64) -> Column {
        Column {
            channel,
            values: Values::Scaled {
                raw,
                scale,
                offset: 0.0,
            },
        }
    }

    #[test]
    fn a_gap_of_a_few_usual_steps_between_runs_is_no_pause() {
        let axis = [0, 1000, 2000, 5000, 6000, 66_000];
        assert_eq!(pauses(&axis, &[0..3, 3..5, 5..6]), [(6000, 66_000)]);
    }

    #[test]
    fn rows_are_gathered_run_by_run() {
        let mut table = Table {
            times: vec![10, 20, 30, 40],
            columns: vec![column(Channel::Power, vec![1, 2, 3, Values::MISSING], 1.0)],
        };
        let later = table.take(&[2..4, 0..1]);
        assert_eq!(later.times, [30, 40, 10]);
        assert_eq!(later.columns[0].values.get(2), Some(1.0));
        assert!(table.take(&[3..3, 3..4]).columns.is_empty());
        assert_eq!(table.take(&[0..2, 2..4]).times.len(), 4);
        assert!(table.times.is_empty());
    }

    #[test]
    fn speeds_in_kilometres_per_hour_are_found_out_by_the_way() {
        let axis: Vec<i64> = (0..100).map(|i| i * 1000).collect();
        let distance = column(Channel::Distance, (0..100).map(|i| i * 5).collect(), 1.0);
        let mut warnings = Vec::new();
        let mut columns = vec![distance.clone(), column(Channel::Speed, vec![18; 100], 1.0)];
        mend(&mut columns, Some(&axis), Sport::Cycling, &mut warnings);
        assert_eq!(columns[1].values.get(5), Some(5.0));
        assert_eq!(warnings.len(), 1);
        let mut columns = vec![distance, column(Channel::Speed, vec![5; 100], 1.0)];
        mend(&mut columns, Some(&axis), Sport::Cycling, &mut warnings);
        assert_eq!(columns[1].values.get(5), Some(5.0));
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn a_runner_s_single_steps_are_halved_and_a_cyclist_s_turns_are_not() {
        let mut warnings = Vec::new();
        let mut columns = vec![column(Channel::Cadence, vec![0, 172, 175], 1.0)];
        mend(&mut columns, None, Sport::Cycling, &mut warnings);
        assert_eq!(columns[0].values.get(1), Some(172.0));
        mend(&mut columns, None, Sport::Running, &mut warnings);
        assert_eq!(columns[0].values.get(1), Some(86.0));
        assert_eq!(columns[0].values.get(2), Some(87.5));
    }

    #[test]
    fn positions_off_the_globe_and_in_the_gulf_of_guinea_are_none() {
        let mut warnings = Vec::new();
        let mut columns = vec![
            column(Channel::Latitude, vec![0, 910_000_000, 450_000_000], 1e7),
            column(Channel::Longitude, vec![0, 5, 5], 1e7),
        ];
        mend(&mut columns, None, Sport::Cycling, &mut warnings);
        assert_eq!(columns[0].values.get(0), None);
        assert_eq!(columns[1].values.get(1), None);
        assert_eq!(columns[0].values.get(2), Some(45.0));
        assert!(warnings[0].message.starts_with("2 points"));
    }
}
