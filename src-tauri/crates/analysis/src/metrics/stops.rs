use crate::Seconds;
use crate::metrics::swimming;
use paceline_model::{Sport, Stop};

/// The shortest stop.
const LEAST_S: usize = 10;
/// Metres per second at which a stretch without samples was travelled, as through a tunnel.
const TRAVELLED: f64 = 1.0;

/// The stops of an activity of at least 10 seconds, in time order: stretches in which the athlete
/// stood or the recorder was paused. Not one is a stretch without samples over which the distance
/// grew by more than a metre a second, through a tunnel say. In a pool they are the rests between
/// lengths.
#[must_use]
pub fn stops(seconds: &Seconds) -> Vec<Stop> {
    let pool = seconds.input.lengths.iter().any(|l| l.active);
    if seconds.sport() == Sport::Swimming && pool {
        return at_the_wall(seconds);
    }
    let mut found = Vec::new();
    let mut from: Option<usize> = None;
    for i in 0..=seconds.len() {
        if seconds.moving.get(i) == Some(&false) {
            from.get_or_insert(i);
            continue;
        }
        let Some(start) = from.take() else { continue };
        let length = i - start;
        let at = |i: usize| seconds.distance.get(i.min(seconds.len() - 1)).copied();
        let metres = at(i).zip(at(start)).map_or(0.0, |(b, a)| b - a);
        if length >= LEAST_S && metres <= TRAVELLED * length as f64 {
            let written = seconds.recorded[start..i].iter().filter(|r| **r).count();
            found.push(Stop {
                start_s: start as u32,
                seconds: length as u32,
                recorded: 2 * written > length,
            });
        }
    }
    found
}

fn at_the_wall(seconds: &Seconds) -> Vec<Stop> {
    let first = seconds.input.series.time_ms.first().copied().unwrap_or(0);
    swimming::rests(seconds)
        .filter(|(_, rest)| *rest >= LEAST_S as f64)
        .map(|(from, rest)| Stop {
            start_s: ((i64::from(from) - i64::from(first)).max(0) / 1000) as u32,
            seconds: rest as u32,
            recorded: true,
        })
        .collect()
}
