use crate::Seconds;
use crate::metrics::elevation::Turns;
use crate::metrics::heart::beats;
use paceline_model::{Climb, ClimbCategory, Sport};

/// Metres of way of one step of the profile.
const STEP_M: f64 = 20.0;
/// Altitudes that come back by less are noise, of a GPS too.
const NOISE_M: f64 = 5.0;
/// The least mean grade of a climb, and of every stretch at its foot and top.
const LEAST_GRADE: f64 = 0.03;
/// A metre lost weighs as much as so many gained.
const LOSS_WEIGHT: f64 = 5.0;
/// Length in metres times grade in percent of the smallest climb.
const LEAST_SCORE: f64 = 3_500.0;
const LEAST_LENGTH_M: f64 = 200.0;
/// Steeper than any road or path for so long: a damaged altitude.
const MOST_GRADE: f64 = 0.6;

/// A point of the profile: second, metres along, mean altitude.
#[derive(Clone, Copy)]
struct Point {
    second: usize,
    way: f64,
    altitude: f64,
}

fn profile(distance: &[f64], altitude: &[f64]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    let (mut sum, mut count) = (0.0, 0u32);
    for (second, (way, a)) in distance.iter().zip(altitude).enumerate() {
        if !(way.is_finite() && a.is_finite()) {
            continue;
        }
        sum += a;
        count += 1;
        if points.last().is_none_or(|p| *way >= p.way + STEP_M) {
            points.push(Point {
                second,
                way: *way,
                altitude: sum / f64::from(count),
            });
            (sum, count) = (0.0, 0);
        }
    }
    points
}

/// What each step of the profile is worth: metres gained less those that the least grade asks for,
/// metres lost several times. Within a leg between two turning points the way up never falls and
/// the way down never rises, so that noise is worth nothing.
fn worth(points: &[Point]) -> Vec<f64> {
    let mut turns = Turns::new(0, points[0].altitude, NOISE_M);
    let mut corners: Vec<usize> = (1..points.len())
        .filter_map(|i| turns.push(i, points[i].altitude))
        .map(|(i, _)| i)
        .collect();
    if let Some((i, _)) = turns.last() {
        corners.push(i);
    }
    let mut worth: Vec<f64> = points
        .windows(2)
        .map(|p| -LEAST_GRADE * (p[1].way - p[0].way))
        .collect();
    for leg in corners.windows(2) {
        let mut extreme = points[leg[0]].altitude;
        let up = points[leg[1]].altitude > extreme;
        for i in leg[0]..leg[1] {
            let next = points[i + 1].altitude;
            if up && next > extreme {
                worth[i] += next - extreme;
                extreme = next;
            } else if !up && next < extreme {
                worth[i] -= LOSS_WEIGHT * (extreme - next);
                extreme = next;
            }
        }
    }
    worth
}

/// A stretch of steps: its first, the one after its last, and what everything before it and
/// everything up to its end is worth.
struct Stretch {
    from: usize,
    to: usize,
    before: f64,
    after: f64,
    /// The nearest stretch to the left with less before it.
    lower: Option<usize>,
}

/// The stretches of the greatest worth, none part of another: those of Ruzzo and Tompa (1999), in
/// linear time. Two rises are one where what lies between costs less than either is worth.
fn best_stretches(worth: &[f64]) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut sum = 0.0;
    for (i, w) in worth.iter().copied().enumerate() {
        let before = sum;
        sum += w;
        if w.is_nan() || w <= 0.0 {
            continue;
        }
        let mut new = Stretch {
            from: i,
            to: i + 1,
            before,
            after: sum,
            lower: None,
        };
        loop {
            let mut at = found.len().checked_sub(1);
            while let Some(j) = at.filter(|j| found[*j].before >= new.before) {
                at = found[j].lower;
            }
            match at {
                Some(j) if found[j].after < new.after => {
                    new.from = found[j].from;
                    new.before = found[j].before;
                    found.truncate(j);
                }
                lower => {
                    new.lower = lower;
                    found.push(new);
                    break;
                }
            }
        }
    }
    found
}

const fn category(score: f64) -> ClimbCategory {
    if score >= 80_000.0 {
        ClimbCategory::HorsCategorie
    } else if score >= 64_000.0 {
        ClimbCategory::First
    } else if score >= 32_000.0 {
        ClimbCategory::Second
    } else if score >= 16_000.0 {
        ClimbCategory::Third
    } else if score >= 8_000.0 {
        ClimbCategory::Fourth
    } else {
        ClimbCategory::Uncategorised
    }
}

/// Percent over the steepest stretch of at least 100 m.
fn steepest(points: &[Point]) -> Option<f64> {
    const SPAN_M: f64 = 100.0;
    let mut from = 0;
    let mut best: Option<f64> = None;
    for end in points {
        while from + 1 < points.len() && points[from + 1].way <= end.way - SPAN_M {
            from += 1;
        }
        let way = end.way - points[from].way;
        if way >= SPAN_M {
            let grade = 100.0 * (end.altitude - points[from].altitude) / way;
            best = Some(best.map_or(grade, |b| b.max(grade)));
        }
    }
    best
}

fn mean(values: &[f64], from: usize, to: usize, keep: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for v in values.get(from..to)?.iter().copied().filter(|v| keep(*v)) {
        sum += v;
        count += 1;
    }
    (count > 0)
        .then(|| sum / f64::from(count))
        .filter(|mean| mean.is_finite())
}

/// The climbs of an activity, in time order.
///
/// On a profile of 20-metre steps, freed of turns below 5 m, every metre gained counts one, every
/// metre of way takes 0.03 off, and every metre lost takes five; the stretches of the greatest worth
/// are climbs, so that a short flat or dip parts no climb that is worth more on both sides of it,
/// and no climb begins or ends with less than 3 %. One counts if length in metres × mean grade in
/// percent reaches 3,500 over at least 200 m; categories are the usual ladder of that product
/// (8,000, 16,000, 32,000, 64,000, 80,000). Pauses count as time. None in water and where lifts
/// carry one up.
#[must_use]
pub fn climbs(seconds: &Seconds) -> Vec<Climb> {
    if matches!(seconds.sport(), Sport::Swimming | Sport::AlpineSkiing) {
        return Vec::new();
    }
    let points = profile(&seconds.distance, &seconds.altitude);
    if points.len() < 2 {
        return Vec::new();
    }
    best_stretches(&worth(&points))
        .into_iter()
        .filter_map(|stretch| {
            let along = &points[stretch.from..=stretch.to];
            let (foot, top) = (along[0], along[along.len() - 1]);
            let (length_m, gain_m) = (top.way - foot.way, top.altitude - foot.altitude);
            let grade = gain_m / length_m;
            let score = 100.0 * gain_m;
            let hours = (top.second - foot.second) as f64 / 3600.0;
            let is_climb = length_m >= LEAST_LENGTH_M
                && (LEAST_GRADE..=MOST_GRADE).contains(&grade)
                && score >= LEAST_SCORE
                && hours > 0.0;
            is_climb.then(|| Climb {
                start_s: foot.second as u32,
                end_s: top.second as u32,
                start_m: foot.way,
                length_m,
                gain_m,
                grade: 100.0 * grade,
                max_grade: steepest(along),
                score,
                category: category(score),
                vam: gain_m / hours,
                avg_power: mean(&seconds.power, foot.second, top.second, f64::is_finite),
                avg_hr: mean(&seconds.heart_rate, foot.second, top.second, beats),
            })
        })
        .filter(|c| c.score.is_finite() && c.vam.is_finite() && c.start_m.is_finite())
        .collect()
}

#[cfg(test)]
#[path = "climbs_tests.rs"]
mod tests;
