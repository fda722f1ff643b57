//! From what a part says to recordings: one per session, each with the rows,
//! laps, lengths, beats and timer events of its stretch of time.

use super::hr::{intervals, merge_beats};
use super::part::Part;
use super::profile;
use super::summary::{self, SessionMessage};
use super::wire::{EPOCH_UNIX_S, NO_TIME, SYSTEM_TIME_BELOW, Shift};
use crate::clock;
use paceline_model::{
    Column, Instant, Lap, Length, RecordedTotals, Recording, Series, TimerEvent, Values, Warning,
    WarningCode,
};

/// A session with its bounds in FIT seconds.
struct Span {
    session: SessionMessage,
    start: Option<i64>,
    end: Option<i64>,
}

/// The part's recordings; `shared` warnings are added to each.
pub(super) fn recordings(mut part: Part, shared: &[Warning]) -> Vec<Recording> {
    if !part.is_activity() {
        return Vec::new();
    }
    let mut warnings = shared.to_vec();
    let mut columns = part.columns.finish();
    let raw = std::mem::take(&mut part.columns.times);
    for channel in &part.columns.given_up {
        warnings.push(Warning {
            code: WarningCode::ValueImplausible,
            message: format!(
                "The channel {} holds too few values for the length of the recording and was left out.",
                channel.key()
            ),
        });
    }
    let (shift, real) = system_shift(&part, &raw, &mut warnings);
    let mut spans = spans(&mut part, shift, &mut warnings);
    let (axis, timed) = rows_axis(&part, &raw, &spans, shift, real, &mut warnings);
    merge_beats(&part, &axis, &mut columns);
    spans.sort_by_key(|s| s.start.unwrap_or(i64::MAX));
    fill_starts(&mut spans, axis.first().copied());

    let multi = spans.len() > 1;
    let event_start = spans.first().and_then(|s| s.start).unwrap_or(0);
    let starts: Vec<i64> = spans.iter().map(|s| s.start.unwrap_or(0)).collect();
    let of = |t: i64| starts.partition_point(|&s| s <= t).saturating_sub(1);
    let mut legs: Vec<Leg> = spans.iter().map(|_| Leg::default()).collect();
    let mut from = 0;
    for (k, leg) in legs.iter_mut().enumerate() {
        let to = match starts.get(k + 1) {
            Some(&next) => from + axis[from..].partition_point(|&t| t < next),
            None => axis.len(),
        };
        leg.rows = from..to;
        from = to;
    }
    for (i, lap) in part.laps.iter().enumerate() {
        if let Some(t) = lap.start.or(lap.end).map(|t| shift.apply(t)) {
            legs[of(t)].laps.push(i);
        } else {
            legs[0].laps.push(i);
        }
    }
    for (i, length) in part.lengths.iter().enumerate() {
        let t = length.start.or(length.end).map_or(0, |t| shift.apply(t));
        legs[of(t)].lengths.push(i);
    }
    for event in &part.events {
        let t = shift.apply(event.at);
        legs[of(t)].events.push((t, event.running));
    }
    for (t, ms) in intervals(&part, shift) {
        legs[of(t.div_euclid(1000))].rr.push((t, ms));
    }

    let mut extras = std::mem::take(&mut part.extras).finish();
    let whole = legs.len() == 1;
    let mut out = Vec::with_capacity(legs.len());
    for (k, (span, leg)) in spans.iter().zip(legs).enumerate() {
        let rows = &axis[leg.rows.clone()];
        let first = rows.first().copied();
        let start = match (span.start, first) {
            (Some(s), Some(f)) => s.min(f),
            (Some(s), None) => s,
            (None, Some(f)) => f,
            (None, None) => 0,
        };
        let base = start * 1000;
        let ms = |t: i64| clamp(t * 1000 - base);
        let end = rows
            .last()
            .copied()
            .unwrap_or(start)
            .max(span.end.unwrap_or(start));
        let (sport, sub_sport) = sport_of(&span.session, &part);
        let taken = if whole {
            std::mem::take(&mut columns)
        } else {
            slice(&columns, leg.rows)
        };
        out.push(Recording {
            start: if timed {
                Instant::from_unix_s(EPOCH_UNIX_S + start)
            } else {
                Instant(0)
            },
            timed,
            utc_offset_s: part.utc_offset_s,
            sport,
            sub_sport,
            name: part.workout_name.clone(),
            notes: None,
            device: Some(part.device.clone()).filter(|d| *d != Default::default()),
            leg: multi.then(|| {
                (
                    u16::try_from(k).unwrap_or(u16::MAX),
                    Instant::from_unix_s(EPOCH_UNIX_S + event_start),
                )
            }),
            totals: span.session.totals,
            series: Series {
                time_ms: rows.iter().map(|&t| ms(t)).collect(),
                columns: taken,
            },
            laps: laps(&part, &leg.laps, shift, base, end * 1000),
            lengths: lengths(&part, &leg.lengths, shift, base),
            timer: leg
                .events
                .iter()
                .map(|&(t, running)| TimerEvent {
                    at_ms: ms(t),
                    running,
                })
                .collect(),
            rr: leg.rr.iter().map(|&(t, v)| (clamp(t - base), v)).collect(),
            extra: std::mem::take(&mut extras),
            warnings: warnings.clone(),
        });
    }
    for recording in &mut out {
        recording.timer.sort_by_key(|e| e.at_ms);
        recording.rr.sort_by_key(|r| r.0);
    }
    out
}

#[derive(Default)]
struct Leg {
    rows: std::ops::Range<usize>,
    laps: Vec<usize>,
    lengths: Vec<usize>,
    events: Vec<(i64, bool)>,
    rr: Vec<(i64, u16)>,
}

fn clamp(ms: i64) -> i32 {
    ms.clamp(i64::from(i32::MIN + 1), i64::from(i32::MAX)) as i32
}

/// What to add to times counted since the device was switched on, and whether
/// the result is a true time.
fn system_shift(part: &Part, raw: &[u32], warnings: &mut Vec<Warning>) -> (Shift, bool) {
    let first = raw.iter().copied().find(|&t| t != NO_TIME);
    let session = part.sessions.iter().find_map(|s| s.start.or(s.end));
    let is_system = |t: Option<u32>| t.is_some_and(|t| t < SYSTEM_TIME_BELOW);
    if !is_system(first.or(session)) {
        return (Shift(0), true);
    }
    let earliest = first.into_iter().chain(session).min().unwrap_or(0);
    if let Some(shift) = part.system_shift {
        return (Shift(shift), true);
    }
    let known = session
        .filter(|&t| t >= SYSTEM_TIME_BELOW)
        .or(part.time_created.filter(|&t| t >= SYSTEM_TIME_BELOW));
    let (shift, message) = match known {
        Some(t) => (
            i64::from(t) - i64::from(earliest),
            "The clock was not set; the time the file was begun stands for the start.",
        ),
        None => (
            0,
            "The clock was not set and the file says no date; only times within the activity are true.",
        ),
    };
    warnings.push(Warning {
        code: WarningCode::TimeMissing,
        message: message.to_owned(),
    });
    (Shift(shift), known.is_some())
}

/// The sessions with their bounds; one made up where there is none.
fn spans(part: &mut Part, shift: Shift, warnings: &mut Vec<Warning>) -> Vec<Span> {
    let mut sessions = std::mem::take(&mut part.sessions);
    if sessions.is_empty() {
        warnings.push(Warning {
            code: WarningCode::NoSession,
            message: "The file has no summary; totals are computed from its samples and laps."
                .to_owned(),
        });
        let sport = part
            .sport
            .or_else(|| part.laps.iter().find_map(|l| l.sport));
        sessions.push(SessionMessage {
            start: part.laps.iter().filter_map(|l| l.start).min(),
            sport: sport.map(|s| s.0),
            sub_sport: sport.and_then(|s| s.1),
            totals: RecordedTotals::default(),
            end: None,
        });
    }
    sessions
        .into_iter()
        .map(|session| {
            let end = session.end.map(|t| shift.apply(t));
            let start = session.start.map(|t| shift.apply(t)).or_else(|| {
                let elapsed = session.totals.elapsed_s.or(session.totals.timer_s)?;
                Some(end? - elapsed.clamp(0.0, 1e7) as i64)
            });
            Span {
                session,
                start,
                end,
            }
        })
        .collect()
}

/// Sessions without a start follow the one before. A lone start years from the
/// samples is a wrong clock.
fn fill_starts(spans: &mut [Span], first_row: Option<i64>) {
    let mut last = first_row;
    for span in spans.iter_mut() {
        if span.start.is_none() {
            span.start = last;
        }
        last = span.end.or(span.start).or(last);
    }
    if let ([only], Some(first)) = (spans, first_row)
        && only
            .start
            .is_some_and(|s| (s - first).abs() > clock::WEEK_S)
    {
        only.start = Some(first);
        only.end = None;
    }
}

/// FIT seconds of each row and whether they are true times.
fn rows_axis(
    part: &Part,
    raw: &[u32],
    spans: &[Span],
    shift: Shift,
    real: bool,
    warnings: &mut Vec<Warning>,
) -> (Vec<i64>, bool) {
    let times = raw.iter().map(|&t| (t != NO_TIME).then(|| shift.apply(t)));
    if let Some(axis) = clock::axis(times, 1, warnings) {
        return (axis, real);
    }
    let rows = raw.len();
    let ends: Vec<i64> = part
        .lengths
        .iter()
        .filter_map(|l| length_bounds(l, shift).map(|b| b.1))
        .collect();
    let start = spans.iter().filter_map(|s| s.start).min();
    let end = spans.iter().filter_map(|s| s.end).max();
    let mut warn = |message: &str| {
        if rows > 0 {
            warnings.push(Warning {
                code: WarningCode::TimeMissing,
                message: message.to_owned(),
            });
        }
    };
    if rows > 0 && ends.len() == rows {
        warn("The samples have no time; each stands at the end of its pool length.");
        let mut axis: Vec<i64> = ends.iter().map(|ms| ms.div_euclid(1000)).collect();
        for i in 1..axis.len() {
            axis[i] = axis[i].max(axis[i - 1]);
        }
        return (axis, real);
    }
    if let (Some(start), Some(end)) = (start, end)
        && end >= start
        && end - start <= 14 * 86_400
    {
        warn("The samples have no time; they were spread evenly over the session.");
        let steps = rows.saturating_sub(1).max(1) as i64;
        let axis = (0..rows as i64)
            .map(|i| start + (end - start) * i / steps)
            .collect();
        return (axis, real);
    }
    warn("The samples have no time; they were set one second apart.");
    match start {
        Some(start) => ((start..start + rows as i64).collect(), real),
        None => ((0..rows as i64).collect(), false),
    }
}

fn sport_of(session: &SessionMessage, part: &Part) -> (paceline_model::Sport, Option<String>) {
    let (code, sub) = match session.sport {
        Some(sport) => (sport, session.sub_sport),
        None => part
            .sport
            .or_else(|| part.laps.iter().find_map(|l| l.sport))
            .unwrap_or((0, session.sub_sport)),
    };
    let (sport, word) = profile::sport(code, sub);
    if sport == paceline_model::Sport::Strength {
        // Its only words say just that.
        return (sport, None);
    }
    let finer = sub.and_then(profile::sub_sport);
    // The family is coarser than the recorder's word: keep the word.
    let coarse = (word != sport.key() && word != "generic").then_some(word);
    (sport, finer.or(coarse))
}

fn laps(part: &Part, which: &[usize], shift: Shift, base: i64, end: i64) -> Vec<Lap> {
    let mut laps: Vec<Lap> = which
        .iter()
        .map(|&i| {
            let lap = &part.laps[i];
            let stamp = lap.end.map(|t| shift.apply(t) * 1000);
            let elapsed = lap
                .totals
                .elapsed_s
                .map(|s| (s.clamp(0.0, 1e7) * 1000.0) as i64);
            let start = lap
                .start
                .map(|t| shift.apply(t) * 1000)
                .or_else(|| Some(stamp? - elapsed?))
                .unwrap_or(base);
            // The elapsed time is finer than the stamp, which may come much later.
            let stop = elapsed.map(|e| start + e).or(stamp).unwrap_or(end);
            Lap {
                start_ms: clamp(start - base),
                end_ms: clamp(stop.max(start) - base),
                trigger: lap.trigger.map(summary::trigger),
                intensity: lap.intensity.map(summary::intensity),
                name: None,
                totals: lap.totals,
            }
        })
        .collect();
    laps.sort_by_key(|l| l.start_ms);
    laps
}

/// Start and end in FIT milliseconds.
fn length_bounds(l: &summary::LengthMessage, shift: Shift) -> Option<(i64, i64)> {
    let elapsed = l.elapsed_s.map(|s| (s.clamp(0.0, 1e6) * 1000.0) as i64);
    let stamp = l.end.map(|t| shift.apply(t) * 1000);
    let start = l.start.map(|t| shift.apply(t) * 1000);
    match (start, elapsed, stamp) {
        (Some(s), Some(e), _) => Some((s, s + e)),
        (Some(s), None, end) => Some((s, end.unwrap_or(s).max(s))),
        (None, e, Some(end)) => Some((end - e.unwrap_or(0), end)),
        (None, _, None) => None,
    }
}

fn lengths(part: &Part, which: &[usize], shift: Shift, base: i64) -> Vec<Length> {
    let mut last = base;
    let mut out: Vec<Length> = which
        .iter()
        .map(|&i| {
            let l = &part.lengths[i];
            let (start, end) = length_bounds(l, shift).unwrap_or((last, last));
            last = end;
            Length {
                start_ms: clamp(start - base),
                end_ms: clamp(end - base),
                active: l.active,
                stroke: l.stroke.and_then(profile::stroke),
                strokes: l.strokes,
            }
        })
        .collect();
    out.sort_by_key(|l| l.start_ms);
    out
}

/// The rows of one leg; columns without a value there are left out.
fn slice(columns: &[Column], rows: std::ops::Range<usize>) -> Vec<Column> {
    columns
        .iter()
        .filter_map(|c| {
            let values = match &c.values {
                Values::Scaled { raw, scale, offset } => {
                    let part = &raw[rows.clone()];
                    if part.iter().all(|&v| v == Values::MISSING) {
                        return None;
                    }
                    Values::Scaled {
                        raw: part.to_vec(),
                        scale: *scale,
                        offset: *offset,
                    }
                }
                Values::Float(v) => {
                    let part = &v[rows.clone()];
                    if part.iter().all(|v| !v.is_finite()) {
                        return None;
                    }
                    Values::Float(part.to_vec())
                }
            };
            Some(Column {
                channel: c.channel.clone(),
                values,
            })
        })
        .collect()
}
