//! Which runs of points are one recording.
//!
//! A segment holds points that were recorded without a break; within it, a gap
//! of more than 12 hours that no later point takes back breaks it too. Runs
//! are put in order of time, and a run goes on with a recording if
//! - it does not begin before that recording's last point,
//! - no more than 12 hours lie between them if both are of one track (a night
//!   ends an activity, a meal does not), no more than 3 hours if they are not,
//! - their tracks do not name different sports.
//!
//! Of several such recordings the one with the same track takes it, else the
//! one that ended last. Segments of one track that overlap in time stay
//! together; the clock's rules make one axis of them.
//!
//! Runs without times stay in the order of the file: those of one track are
//! one recording, and so is a track that begins where the one before ended.

use crate::clock::WEEK_S;
use crate::xml::points::NO_TIME;
use crate::xml::words;
use paceline_model::Sport;
use std::ops::Range;

/// Runs that go on at one time beyond this are no recording of anything.
const MOST_AT_ONCE: usize = 64;
const NIGHT_MS: i64 = 12 * 3_600_000;
const MEAL_MS: i64 = 3 * 3_600_000;
/// Longer gaps are a clock that jumped.
const WEEK_MS: i64 = WEEK_S * 1000;

/// What a track says of itself.
#[derive(Debug, Default)]
pub(super) struct Track {
    pub name: Option<String>,
    pub notes: Option<String>,
    /// The word of its `type`.
    pub sport: Option<String>,
}

/// Points without a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub rows: Range<usize>,
    /// Index of its track.
    pub track: usize,
}

struct Recording {
    runs: Vec<Run>,
    end: i64,
    sport: Option<Sport>,
}

/// The runs of each recording, in order of time; `near` tells whether two rows
/// are at one place.
pub(super) fn recordings(
    times: &[i64],
    runs: Vec<Run>,
    tracks: &[Track],
    near: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<Run>> {
    let mut timeless = Vec::new();
    let mut timed = Vec::new();
    for run in runs.into_iter().flat_map(|r| split(times, r)) {
        match bounds(&times[run.rows.clone()]) {
            Some(bounds) => timed.push((bounds, run)),
            None => timeless.push(run),
        }
    }
    // Stable, so that runs of one moment keep the order of the file.
    timed.sort_by_key(|t| t.0.0);
    let sports: Vec<Option<Sport>> = tracks
        .iter()
        .map(|t| {
            let sport = words::sport(t.sport.as_deref()?).0;
            (sport != Sport::Other).then_some(sport)
        })
        .collect();
    let mut out: Vec<Recording> = Vec::new();
    // Those of `out` that may go on.
    let mut open: Vec<usize> = Vec::new();
    for ((start, end), run) in timed {
        let sport = sports[run.track];
        let last_track = |r: &Recording| r.runs.last().map(|l| l.track);
        let goes_on = |r: &Recording| {
            let same = last_track(r) == Some(run.track);
            let gap = start - r.end;
            let in_time = if same {
                gap <= NIGHT_MS
            } else {
                (0..=MEAL_MS).contains(&gap)
            };
            in_time && (r.sport.is_none() || sport.is_none() || r.sport == sport)
        };
        // Later runs begin no earlier: what ended a night ago is over.
        open.retain(|&i| start - out[i].end <= NIGHT_MS);
        let best = open
            .iter()
            .copied()
            .filter(|&i| goes_on(&out[i]))
            .max_by_key(|&i| (last_track(&out[i]) == Some(run.track), out[i].end));
        match best {
            Some(i) => {
                let r = &mut out[i];
                r.end = r.end.max(end);
                r.sport = r.sport.or(sport);
                r.runs.push(run);
            }
            None => {
                if open.len() == MOST_AT_ONCE {
                    open.remove(0);
                }
                open.push(out.len());
                out.push(Recording {
                    runs: vec![run],
                    end,
                    sport,
                });
            }
        }
    }
    let mut out: Vec<Vec<Run>> = out.into_iter().map(|r| r.runs).collect();
    let first_timeless = out.len();
    for run in timeless {
        match out[first_timeless..].last_mut() {
            Some(before) if follows(before, &run, &near) => before.push(run),
            _ => out.push(vec![run]),
        }
    }
    out
}

fn follows(before: &[Run], run: &Run, near: impl Fn(usize, usize) -> bool) -> bool {
    before
        .last()
        .is_some_and(|l| l.track == run.track || near(l.rows.end - 1, run.rows.start))
}

/// First and last time of a run, without strays of a wrong clock; `None` where
/// less than half of its points have a time.
fn bounds(times: &[i64]) -> Option<(i64, i64)> {
    let mut known: Vec<i64> = times.iter().copied().filter(|&t| t != NO_TIME).collect();
    if known.is_empty() || known.len() * 2 < times.len() {
        return None;
    }
    let (first, last) = (known[0], known[known.len() - 1]);
    if known.is_sorted() && last - first <= WEEK_MS {
        return Some((first, last));
    }
    let half = known.len() / 2;
    let middle = *known.select_nth_unstable(half).1;
    known.retain(|t| (t - middle).abs() <= WEEK_MS);
    Some((
        known.iter().copied().min().unwrap_or(middle),
        known.iter().copied().max().unwrap_or(middle),
    ))
}

/// A run broken where a night lies between two of its points.
fn split(times: &[i64], run: Run) -> Vec<Run> {
    let own = &times[run.rows.clone()];
    let night = |w: &[i64]| (NIGHT_MS..WEEK_MS).contains(&(w[1].saturating_sub(w[0])));
    if !own.windows(2).any(night) || own.contains(&NO_TIME) || !own.is_sorted() {
        return vec![run];
    }
    let mut out = Vec::new();
    let mut from = run.rows.start;
    for (i, w) in own.windows(2).enumerate() {
        if night(w) {
            let next = run.rows.start + i + 1;
            out.push(Run {
                rows: from..next,
                track: run.track,
            });
            from = next;
        }
    }
    out.push(Run {
        rows: from..run.rows.end,
        track: run.track,
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const T: i64 = 1_700_000_000_000;

    /// Runs of two points each, from and to the hours given.
    fn group(runs: &[(usize, i64, i64)], sports: &[&str]) -> Vec<Vec<usize>> {
        let mut times = Vec::new();
        let mut given = Vec::new();
        for &(track, from, to) in runs {
            let rows = times.len()..times.len() + 2;
            times.extend([T + from * HOUR, T + to * HOUR]);
            given.push(Run { rows, track });
        }
        let tracks: Vec<Track> = sports
            .iter()
            .map(|s| Track {
                sport: (!s.is_empty()).then(|| (*s).to_owned()),
                ..Track::default()
            })
            .collect();
        recordings(&times, given, &tracks, |_, _| false)
            .iter()
            .map(|runs| runs.iter().map(|r| r.rows.start / 2).collect())
            .collect()
    }

    #[test]
    fn tracks_a_meal_apart_are_one_activity_and_a_day_apart_are_two() {
        assert_eq!(group(&[(0, 0, 2), (1, 4, 5)], &["", ""]), [[0, 1]]);
        assert_eq!(group(&[(0, 0, 2), (1, 6, 7)], &["", ""]), [[0], [1]]);
    }

    #[test]
    fn segments_of_one_track_are_parted_by_a_night_only() {
        assert_eq!(group(&[(0, 0, 2), (0, 13, 14)], &[""]), [[0, 1]]);
        assert_eq!(group(&[(0, 0, 2), (0, 15, 16)], &[""]), [[0], [1]]);
    }

    #[test]
    fn runs_are_put_in_order_of_time() {
        assert_eq!(group(&[(0, 4, 5), (0, 0, 2)], &[""]), [[1, 0]]);
    }

    #[test]
    fn tracks_of_different_sports_or_of_one_time_stay_apart() {
        assert_eq!(group(&[(0, 0, 1), (1, 1, 2)], &["run", "ride"]), [[0], [1]]);
        assert_eq!(
            group(&[(0, 0, 1), (1, 1, 2)], &["run", "running"]),
            [[0, 1]]
        );
        let two_riders = [(0, 0, 2), (1, 1, 3), (0, 3, 4), (1, 4, 5)];
        assert_eq!(group(&two_riders, &["", ""]), [[0, 2], [1, 3]]);
    }

    #[test]
    fn a_segment_over_several_days_is_broken_at_night() {
        let times: Vec<i64> = (0..20i64).map(|d| T + d * 24 * HOUR).collect();
        let run = Run {
            rows: 0..20,
            track: 0,
        };
        let got = recordings(&times, vec![run], &[Track::default()], |_, _| false);
        assert_eq!(got.len(), 20);
    }

    #[test]
    fn a_point_with_a_wrong_clock_parts_nothing() {
        let times = [T, T + 1000, T + 70_000_000_000, T + 3000];
        let run = Run {
            rows: 0..4,
            track: 0,
        };
        let got = recordings(&times, vec![run], &[Track::default()], |_, _| false);
        assert_eq!(got.len(), 1);
    }

    #[test]
    fn tracks_without_times_are_one_recording_where_one_begins_at_the_other_s_end() {
        let times = [NO_TIME, NO_TIME, NO_TIME, NO_TIME, T];
        let run = |row, track| Run {
            rows: row..row + 1,
            track,
        };
        let runs = vec![run(0, 0), run(1, 0), run(2, 1), run(3, 2), run(4, 3)];
        let tracks: Vec<Track> = (0..4).map(|_| Track::default()).collect();
        let got = recordings(&times, runs, &tracks, |a, b| (a, b) == (2, 3));
        let rows: Vec<Vec<usize>> = got
            .iter()
            .map(|runs| runs.iter().map(|r| r.rows.start).collect())
            .collect();
        assert_eq!(rows, [vec![4], vec![0, 1], vec![2, 3]]);
    }
}
