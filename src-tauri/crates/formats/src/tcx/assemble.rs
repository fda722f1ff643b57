//! From activities and their laps to recordings.

use super::laps::LapElement;
use super::read::{ActivityElement, Kind, Tcx};
use crate::clock::WEEK_S;
use crate::xml::layout::{self, Table};
use crate::xml::words;
use paceline_model::{
    DecodedFile, FileKind, Instant, Lap, RecordedTotals, Recording, Series, Sport, Warning,
};
use std::ops::Range;

/// Activities of one session that lie further apart are not legs of one event.
const EVENT_GAP_MS: i64 = 3_600_000;

/// A recording with what legs are told by.
struct Leg {
    recording: Recording,
    session: Option<usize>,
    /// Unix milliseconds.
    end: i64,
}

impl Tcx {
    /// The file's recordings; `None` where there is nothing in it.
    pub fn finish(self, warnings: Vec<Warning>) -> Option<DecodedFile> {
        let zone = self.zone.or(self.sampler.zone);
        let mut extras = self.extras;
        let mut shared = Vec::new();
        let mut table = Table::of(self.sampler.points, &mut shared);
        // An activity without points ends where the next one with points begins.
        let mut next = table.times.len();
        let mut ends: Vec<usize> = self
            .activities
            .iter()
            .rev()
            .map(|a| {
                let end = next;
                next = a.runs.first().map_or(next, |r| r.0);
                end
            })
            .collect();
        ends.reverse();
        let has_activity = self
            .activities
            .iter()
            .any(|a| a.kind != Kind::Course && !(a.laps.is_empty() && a.runs.is_empty()));
        let mut legs: Vec<Leg> = Vec::new();
        for (mut activity, end) in self.activities.into_iter().zip(ends) {
            if has_activity && activity.kind == Kind::Course {
                extras.count("course");
                continue;
            }
            for lap in &mut activity.laps {
                if let Some(speed) = lap.mend() {
                    extras.keep("lap", "MaximumSpeed", &speed.to_string());
                }
            }
            let runs = ranges(&activity.runs, end);
            if activity.laps.is_empty() && runs.is_empty() {
                continue;
            }
            legs.push(leg(&mut table, activity, &runs, shared.clone()));
        }
        number(&mut legs);
        let mut recordings: Vec<Recording> = legs.into_iter().map(|l| l.recording).collect();
        for r in recordings.iter_mut().filter(|r| r.timed) {
            r.utc_offset_s = zone;
        }
        let kind = match recordings.first_mut() {
            Some(first) => {
                first.extra = extras.finish();
                if has_activity {
                    FileKind::Activity
                } else {
                    FileKind::Course
                }
            }
            None if self.workouts > 0 => FileKind::Workout,
            None => return None,
        };
        Some(DecodedFile {
            kind,
            format: "tcx",
            recordings,
            biometrics: Vec::new(),
            warnings,
        })
    }
}

/// A run of rows and the lap it is of.
type Run = (Range<usize>, Option<usize>);

fn ranges(runs: &[(usize, Option<usize>)], end: usize) -> Vec<Run> {
    let ends = runs.iter().skip(1).map(|r| r.0).chain([end]);
    runs.iter()
        .zip(ends)
        .map(|(&(from, lap), to)| (from..to.max(from), lap))
        .filter(|r| !r.0.is_empty())
        .collect()
}

fn leg(
    table: &mut Table,
    activity: ActivityElement,
    runs: &[Run],
    mut warnings: Vec<Warning>,
) -> Leg {
    let rows: Vec<Range<usize>> = runs.iter().map(|r| r.0.clone()).collect();
    let mut own = table.take(&rows);
    let first_row = rows.first().map_or(0, |r| r.start);
    let own_runs: Vec<Run> = runs
        .iter()
        .map(|(r, lap)| (r.start - first_row..r.end - first_row, *lap))
        .collect();
    let axis = layout::axis(&own.times, &mut warnings);
    let (sport, sub_sport) = match activity.kind {
        Kind::Transition => (Sport::Transition, None),
        _ => activity
            .sport
            .as_deref()
            .map_or_else(Default::default, words::sport),
    };
    let real = axis.as_ref().is_some_and(|a| a.real);
    let axis = axis.map(|a| a.ms);
    layout::mend(&mut own.columns, axis.as_deref(), sport, &mut warnings);

    let points = axis.as_deref().unwrap_or_default();
    let bounds = lap_bounds(&activity.laps, &own_runs, points);
    let first_lap = bounds.iter().flatten().map(|b| b.0).min();
    let timed = if own.times.is_empty() {
        first_lap.or(activity.id).is_some()
    } else {
        real
    };
    let start = match (first_lap, points.first().copied()) {
        (Some(lap), Some(point)) => lap.min(point),
        (lap, point) => point.or(lap).or(activity.id).unwrap_or(0),
    };
    let last_lap = bounds.iter().flatten().map(|b| b.1).max();
    let end = points.last().copied().max(last_lap).unwrap_or(start);
    let at = |t: i64| layout::clamp(t - start);
    let pauses = pauses(&own_runs, &bounds, points);
    let mut laps: Vec<Lap> = activity
        .laps
        .iter()
        .zip(&bounds)
        .map(|(lap, bounds)| {
            let (from, to) = bounds.unwrap_or((start, start));
            lap.lap(at(from), at(to))
        })
        .collect();
    laps.sort_by_key(|l| l.start_ms);
    let recording = Recording {
        start: Instant(if timed { start } else { 0 }),
        timed,
        sport,
        sub_sport,
        name: activity.name,
        notes: activity.notes,
        device: activity.device,
        totals: totals(&activity.laps),
        series: Series {
            time_ms: match &axis {
                Some(axis) => axis.iter().map(|&t| at(t)).collect(),
                None => vec![0; own.times.len()],
            },
            columns: own.columns,
        },
        laps,
        timer: layout::timer(&pauses, start, end, at),
        warnings,
        ..Recording::default()
    };
    Leg {
        recording,
        session: activity.session,
        end,
    }
}

/// Start and end of each lap in Unix milliseconds; `None` where nothing tells.
fn lap_bounds(laps: &[LapElement], runs: &[Run], axis: &[i64]) -> Vec<Option<(i64, i64)>> {
    let near = |t: i64| {
        axis.first()
            .is_none_or(|&first| (t - first).abs() <= WEEK_S * 1000)
    };
    let mut points: Vec<Option<(i64, i64)>> = vec![None; laps.len()];
    for (rows, lap) in runs.iter().filter(|_| !axis.is_empty()) {
        if let Some(points) = lap.and_then(|lap| points.get_mut(lap)) {
            let (first, last) = (axis[rows.start], axis[rows.end - 1]);
            *points = Some(points.map_or((first, last), |p| (p.0, last)));
        }
    }
    let mut before: Option<i64> = None;
    let mut out: Vec<Option<(i64, i64)>> = laps
        .iter()
        .zip(points)
        .map(|(lap, points)| {
            let first = points.map(|p| p.0);
            let start = lap.start.filter(|&t| near(t)).or(first).or(before)?;
            #[allow(clippy::cast_possible_truncation)]
            let timer = (lap.totals.timer_s.unwrap_or(0.0).clamp(0.0, 1e7) * 1000.0).round() as i64;
            let end = (start + timer).max(points.map_or(start, |p| p.1));
            before = Some(end);
            Some((start, end))
        })
        .collect();
    for i in 1..out.len() {
        if let (Some(before), Some(next)) = (out[i - 1], out[i])
            && (before.0..before.1).contains(&next.0)
        {
            out[i - 1] = Some((before.0, next.0));
        }
    }
    out
}

/// When the timer stood still: between tracks of one lap, and between laps.
fn pauses(runs: &[Run], bounds: &[Option<(i64, i64)>], axis: &[i64]) -> Vec<(i64, i64)> {
    if axis.is_empty() || runs.len() < 2 {
        return Vec::new();
    }
    let ranges: Vec<Range<usize>> = runs.iter().map(|r| r.0.clone()).collect();
    let longest = layout::longest_step(axis, &ranges);
    let within = runs
        .windows(2)
        .filter(|w| w[0].1 == w[1].1)
        .map(|w| (axis[w[0].0.end - 1], axis[w[1].0.start]));
    let between = bounds.windows(2).filter_map(|w| Some((w[0]?.1, w[1]?.0)));
    let mut pauses: Vec<(i64, i64)> = within
        .chain(between)
        .filter(|(from, to)| to - from > longest)
        .collect();
    pauses.sort_unstable();
    // Laps may overlap; a pause does not begin before the one before it is over.
    let mut over = i64::MIN;
    pauses.retain(|&(from, to)| {
        let apart = from >= over;
        if apart {
            over = to;
        }
        apart
    });
    pauses
}

/// Sums and maxima of the laps, of what each lap has.
fn totals(laps: &[LapElement]) -> RecordedTotals {
    let sum = |of: fn(&RecordedTotals) -> Option<f64>| {
        let all: Option<Vec<f64>> = laps.iter().map(|l| of(&l.totals)).collect();
        all.filter(|v| !v.is_empty()).map(|v| v.iter().sum())
    };
    // A lap of nought metres covers none, though it says nothing.
    let some = |of: fn(&RecordedTotals) -> Option<f64>| {
        let known: Vec<f64> = laps.iter().filter_map(|l| of(&l.totals)).collect();
        (!known.is_empty()).then(|| known.iter().sum())
    };
    let max = |of: fn(&RecordedTotals) -> Option<f64>| {
        laps.iter().filter_map(|l| of(&l.totals)).reduce(f64::max)
    };
    RecordedTotals {
        timer_s: sum(|t| t.timer_s),
        distance_m: some(|t| t.distance_m),
        calories_kcal: some(|t| t.calories_kcal),
        max_hr: max(|t| t.max_hr),
        max_power: max(|t| t.max_power),
        max_speed: max(|t| t.max_speed),
        ..RecordedTotals::default()
    }
}

/// Numbers the legs of each event.
fn number(legs: &mut [Leg]) {
    let mut from = 0;
    while from < legs.len() {
        let mut to = from + 1;
        while to < legs.len()
            && legs[to].session.is_some()
            && legs[to].session == legs[to - 1].session
            && legs[to - 1].recording.timed
            && (0..=EVENT_GAP_MS).contains(&(legs[to].recording.start.0 - legs[to - 1].end))
        {
            to += 1;
        }
        if to - from > 1 {
            let start = legs[from].recording.start;
            for (k, leg) in legs[from..to].iter_mut().enumerate() {
                leg.recording.leg = Some((u16::try_from(k).unwrap_or(u16::MAX), start));
            }
        }
        from = to;
    }
}
