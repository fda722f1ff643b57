//! Which points of an envelope carry a fit: the maximal efforts, one per window.

use serde::{Deserialize, Serialize};

/// Which efforts a model is fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EffortRule {
    /// Shortest duration in seconds, included.
    pub min_seconds: u32,
    /// Longest duration in seconds, included.
    pub max_seconds: u32,
    /// Which of the points between.
    pub choice: EffortChoice,
}

/// Which points within the durations of an [`EffortRule`] count as maximal efforts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffortChoice {
    /// Every point: for trials to exhaustion, which are maximal by design. Not for an envelope
    /// with a point for every second: neighbouring points are one and the same effort, and the
    /// confidence intervals would be too narrow.
    All,
    /// One point per window of durations (neighbouring windows differ by a factor of about 4/3),
    /// and none whose work is less than this share of the work a maximal effort would have given:
    /// that is the upper hull of work against duration, through the origin and over every point
    /// given, also those outside the durations. In every model here work is a concave function of
    /// duration, so what lies below a straight line between two other efforts was not maximal.
    Maximal {
        /// Least share of the hull's work, 0 to 1.
        share: f64,
    },
}

/// Neighbouring windows of [`EffortChoice::Maximal`] differ by this factor.
const WINDOW: f64 = 4.0 / 3.0;

impl EffortRule {
    /// Maximal efforts of these durations, at least 97 % of the hull.
    #[must_use]
    pub const fn maximal(min_seconds: u32, max_seconds: u32) -> Self {
        Self {
            min_seconds,
            max_seconds,
            choice: EffortChoice::Maximal { share: 0.97 },
        }
    }

    /// Every effort of these durations.
    #[must_use]
    pub const fn all(min_seconds: u32, max_seconds: u32) -> Self {
        Self {
            min_seconds,
            max_seconds,
            choice: EffortChoice::All,
        }
    }

    /// The points to fit, by duration; `points` as [`clean`] leaves them.
    pub(crate) fn choose(&self, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let (min, max) = (f64::from(self.min_seconds), f64::from(self.max_seconds));
        let inside = |t: f64| (min..=max).contains(&t);
        let share = match self.choice {
            EffortChoice::All => {
                return points.iter().copied().filter(|p| inside(p.0)).collect();
            }
            EffortChoice::Maximal { share } => share,
        };
        let windows = ((max / min.max(1.0)).ln() / WINDOW.ln()).round().max(1.0);
        let width = (max / min.max(1.0)).ln() / windows;
        let mut chosen: Vec<(usize, f64, (f64, f64))> = Vec::new();
        for (&(seconds, value), hull) in points.iter().zip(hull(points)) {
            let reached = seconds * value / hull;
            if !inside(seconds) || reached.is_nan() || reached < share {
                continue;
            }
            let place = ((seconds / min.max(1.0)).ln() / width).clamp(0.0, windows - 1.0) as usize;
            match chosen.last_mut() {
                Some(last) if last.0 == place => {
                    // Of equals the longer: a steady effort's end, where most is asked.
                    if reached >= last.1 - 1e-9 {
                        *last = (place, reached, (seconds, value));
                    }
                }
                _ => chosen.push((place, reached, (seconds, value))),
            }
        }
        chosen.into_iter().map(|(_, _, point)| point).collect()
    }
}

/// The points that can be efforts, by duration, one per duration, the highest: positive, finite
/// and at most `most`, which is what no human gives and a damaged recording does.
pub(crate) fn clean(points: impl IntoIterator<Item = (f64, f64)>, most: f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = points
        .into_iter()
        .filter(|(s, v)| s.is_finite() && *s > 0.0 && *v > 0.0 && *v <= most)
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    points.dedup_by(|later, first| later.0 == first.0);
    points
}

/// The upper hull of (duration, work) through the origin, read at each point's duration.
fn hull(points: &[(f64, f64)]) -> Vec<f64> {
    let mut corners = vec![(0.0, 0.0)];
    for &(t, v) in points {
        let next = (t, t * v);
        while let [.., a, b] = corners[..] {
            // b stays only if it lies above the line from a to the new point.
            if (b.1 - a.1) * (next.0 - a.0) > (next.1 - a.1) * (b.0 - a.0) {
                break;
            }
            corners.pop();
        }
        corners.push(next);
    }
    let mut segment = 0;
    points
        .iter()
        .map(|&(t, _)| {
            while segment + 2 < corners.len() && corners[segment + 1].0 < t {
                segment += 1;
            }
            let (a, b) = (corners[segment], corners[segment + 1]);
            a.1 + (b.1 - a.1) * (t - a.0) / (b.0 - a.0)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_easy_stretch_between_two_efforts_is_left_out() {
        // Trials on the line W = 20,000 + 250 t, and one of 10 min that was ridden at 250 W.
        let points = clean(
            [
                (180.0, 361.1),
                (300.0, 316.7),
                (600.0, 250.0),
                (1200.0, 266.7),
            ],
            3000.0,
        );
        let chosen = EffortRule::maximal(120, 1200).choose(&points);
        assert_eq!(
            chosen.iter().map(|p| p.0).collect::<Vec<_>>(),
            [180.0, 300.0, 1200.0]
        );
        assert_eq!(EffortRule::all(120, 1000).choose(&points).len(), 3);
    }

    #[test]
    fn of_a_curve_with_every_second_the_ends_of_the_efforts_are_chosen() {
        // Three efforts of constant power; between them an envelope falls as 1/t.
        let efforts = [(180.0, 361.0), (480.0, 291.0), (1200.0, 266.0)];
        let points: Vec<(f64, f64)> = (1..=1800)
            .map(|t| {
                let t = f64::from(t);
                let best = efforts
                    .iter()
                    .map(|(d, w)| if t <= *d { *w } else { w * d / t })
                    .fold(0.0, f64::max);
                (t, best)
            })
            .collect();
        let chosen = EffortRule::maximal(120, 1200).choose(&points);
        for effort in efforts {
            assert!(chosen.contains(&effort), "{effort:?} in {chosen:?}");
        }
        assert!(chosen.len() <= 8);
    }

    #[test]
    fn impossible_points_are_no_efforts_and_of_one_duration_the_highest_stays() {
        let points = clean(
            [
                (60.0, f64::NAN),
                (60.0, 400.0),
                (60.0, 410.0),
                (5.0, 21_733.0),
                (0.0, 100.0),
                (30.0, -1.0),
            ],
            3000.0,
        );
        assert_eq!(points, [(60.0, 410.0)]);
    }

    proptest! {
        #[test]
        fn nothing_lies_above_the_hull_and_each_window_gives_one(
            raw in proptest::collection::vec((1u32..20_000, 1.0f64..2000.0), 0..200),
        ) {
            let points = clean(raw.into_iter().map(|(s, w)| (f64::from(s), w)), 3000.0);
            for ((t, v), hull) in points.iter().zip(hull(&points)) {
                prop_assert!(t * v <= hull * (1.0 + 1e-9));
            }
            let chosen = EffortRule::maximal(120, 1200).choose(&points);
            prop_assert!(chosen.len() <= 8);
            prop_assert!(chosen.windows(2).all(|w| w[0].0 < w[1].0));
        }
    }
}
