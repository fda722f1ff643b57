use super::distance::{Distance, standard_distances};
use super::full::FullCurve;
use super::prepare::plausible_speed;
use paceline_model::{CurvePoint, Length, Sport};
use serde::{Deserialize, Serialize};

/// The durations that best efforts by time are told of, in seconds.
pub const EFFORT_SECONDS: [u32; 19] = [
    1, 5, 10, 15, 30, 60, 120, 180, 300, 480, 600, 900, 1200, 1800, 2400, 3600, 5400, 7200, 10_800,
];

/// Lengths that fall short of a distance by no more than rounding cover it, in metres.
const ROUNDING_M: f64 = 1e-6;

/// The best efforts by time of a power, heart-rate, speed or grade-adjusted speed curve: its points
/// at [`EFFORT_SECONDS`], as far as it goes. Zeros and pauses as in the curve.
#[must_use]
pub fn time_efforts(curve: &FullCurve) -> Vec<CurvePoint> {
    curve.points(&EFFORT_SECONDS)
}

/// The fastest way over a distance within an activity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DistanceEffort {
    /// The distance.
    pub distance: Distance,
    /// Seconds it took, pauses within it included.
    pub elapsed_s: f64,
    /// Seconds from the activity's start at which it begins.
    pub start_s: f64,
}

/// Where an athlete was when: seconds and metres from the start, straight between corners.
///
/// Metres never decrease. A leg faster than [`plausible_speed`] is a jump of the position: its time
/// counts, its metres do not, so that no effort gains by it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Track {
    corners: Vec<(f64, f64)>,
    limit: f64,
    /// The last distance as it was recorded.
    recorded: f64,
}

impl Track {
    /// From metres from the start, second by second. A second that is no number is passed over:
    /// the way leads straight from the one before to the one after. A distance that falls back
    /// (a recorder that began anew) counts on from there.
    #[must_use]
    pub fn per_second(distance: &[f64], sport: Sport) -> Self {
        let mut track = Self::new(sport);
        for (second, metres) in distance.iter().enumerate() {
            track.to(second as f64, *metres);
        }
        track
    }

    /// From the lengths of a pool of `pool_m` metres: each active one is swum evenly, and what lies
    /// between them is rest. Empty unless the pool has a length.
    #[must_use]
    pub fn lengths(lengths: &[Length], pool_m: f64) -> Self {
        let mut track = Self::new(Sport::Swimming);
        if !(pool_m.is_finite() && pool_m > 0.0) {
            return track;
        }
        let mut swum = 0.0;
        for length in lengths.iter().filter(|l| l.active) {
            track.to(f64::from(length.start_ms) / 1000.0, swum);
            swum += pool_m;
            track.to(f64::from(length.end_ms) / 1000.0, swum);
        }
        track
    }

    fn new(sport: Sport) -> Self {
        Self {
            limit: plausible_speed(sport),
            ..Self::default()
        }
    }

    /// Goes on to a point. One without a number, or not later than the last, is left out, and its
    /// metres with the next.
    fn to(&mut self, seconds: f64, recorded: f64) {
        if !(seconds.is_finite() && recorded.is_finite()) {
            return;
        }
        let Some(&(before, metres)) = self.corners.last() else {
            self.corners.push((seconds, 0.0));
            self.recorded = recorded;
            return;
        };
        let (took, went) = (seconds - before, recorded - self.recorded);
        if took <= 0.0 {
            return;
        }
        let plausible = went > 0.0 && went <= self.limit * took;
        self.corners
            .push((seconds, if plausible { metres + went } else { metres }));
        self.recorded = recorded;
    }

    /// The fastest window in which at least `distance` is covered; `None` where all of it is
    /// shorter, and for no distance.
    ///
    /// The window's ends lie between corners where the distance asks for it (linear
    /// interpolation); of equally fast windows the first is given. Whatever lies inside counts as
    /// time, pauses too. On a way of straight legs the fastest window begins or ends at a corner,
    /// so each corner is tried as both, with two places that only move on: O(n).
    #[must_use]
    pub fn fastest(&self, distance: Distance) -> Option<DistanceEffort> {
        let corners = &self.corners;
        let metres = distance.metres() - ROUNDING_M;
        let end_m = corners.last()?.1;
        if metres <= 0.0 || end_m < metres {
            return None;
        }
        let mut best: Option<DistanceEffort> = None;
        let mut consider = |start_s: f64, end_s: f64| {
            let elapsed_s = end_s - start_s;
            let better = best.is_none_or(|b| {
                elapsed_s < b.elapsed_s || (elapsed_s == b.elapsed_s && start_s < b.start_s)
            });
            if better {
                best = Some(DistanceEffort {
                    distance,
                    elapsed_s,
                    start_s,
                });
            }
        };
        // From a corner to the first moment at which the distance is covered.
        let mut end = 0;
        for &(start_s, from_m) in corners {
            let to_m = from_m + metres;
            if to_m > end_m {
                break;
            }
            while corners[end].1 < to_m {
                end += 1;
            }
            consider(start_s, between(corners[end - 1], corners[end], to_m));
        }
        // To a corner from the last moment at which the distance is still to come.
        let mut start = 0;
        for &(end_s, to_m) in corners {
            let from_m = to_m - metres;
            if from_m < 0.0 {
                continue;
            }
            while corners[start + 1].1 <= from_m {
                start += 1;
            }
            consider(between(corners[start], corners[start + 1], from_m), end_s);
        }
        best
    }
}

/// When, between two corners, the way had come so far.
fn between(a: (f64, f64), b: (f64, f64), metres: f64) -> f64 {
    a.0 + (b.0 - a.0) * ((metres - a.1) / (b.1 - a.1))
}

/// The best efforts over the sport's [`standard_distances`], as far as the way goes.
#[must_use]
pub fn distance_efforts(track: &Track, sport: Sport) -> Vec<DistanceEffort> {
    standard_distances(sport)
        .iter()
        .filter_map(|d| track.fastest(*d))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(distance: &[f64]) -> Track {
        Track::per_second(distance, Sport::Running)
    }

    /// Metres from the start of speeds held for a second each.
    fn along(speeds: &[f64]) -> Vec<f64> {
        let mut metres = 0.0;
        let ends = speeds.iter().map(|v| {
            metres += v;
            metres
        });
        std::iter::once(0.0).chain(ends).collect()
    }

    #[test]
    fn an_even_pace_covers_each_distance_in_its_time() {
        let track = run(&along(&vec![4.0; 2700]));
        let efforts = distance_efforts(&track, Sport::Running);
        let longest = efforts.last().unwrap();
        assert_eq!(longest.distance.metres(), 10_000.0);
        for effort in &efforts {
            assert!((effort.elapsed_s - effort.distance.metres() / 4.0).abs() < 1e-5);
        }
    }

    #[test]
    fn the_ends_of_the_fastest_window_lie_between_samples() {
        // Three seconds give 15 m; the sixteenth takes a third of a second on either side.
        let mut speeds = vec![3.0; 200];
        speeds.extend([5.0; 3]);
        speeds.extend([3.0; 200]);
        let found = run(&along(&speeds)).fastest(Distance::mm(16_000)).unwrap();
        assert!(
            (found.elapsed_s - (3.0 + 1.0 / 3.0)).abs() < 1e-5,
            "{found:?}"
        );
    }

    #[test]
    fn a_pause_within_an_effort_counts_as_time() {
        let mut speeds = vec![4.0; 100];
        speeds.extend([0.0; 60]);
        speeds.extend([4.0; 100]);
        let track = run(&along(&speeds));
        let found = |m| track.fastest(Distance::m(m)).unwrap().elapsed_s;
        assert!((found(400) - 100.0).abs() < 1e-5);
        assert!((found(800) - 260.0).abs() < 1e-5);
    }

    #[test]
    fn a_jump_of_the_position_makes_no_effort_faster() {
        let mut distance = along(&vec![4.0; 1000]);
        for d in &mut distance[500..] {
            *d += 900.0;
        }
        let found = run(&distance).fastest(Distance::m(1000)).unwrap();
        assert!((found.elapsed_s - 250.0).abs() < 1e-5);
        assert!(run(&distance).fastest(Distance::m(4000)).is_none());
    }

    #[test]
    fn a_distance_that_starts_again_counts_on() {
        let mut distance = along(&[4.0; 100]);
        distance.extend(along(&[4.0; 100]));
        let found = run(&distance).fastest(Distance::m(800)).unwrap();
        assert!((found.elapsed_s - 201.0).abs() < 1e-5);
    }

    #[test]
    fn lengths_of_a_pool_make_a_way_with_rests() {
        let length = |start_s: i32, end_s: i32, active| Length {
            start_ms: start_s * 1000,
            end_ms: end_s * 1000,
            active,
            ..Length::default()
        };
        let lengths = [
            length(0, 20, true),
            length(20, 40, true),
            length(40, 100, false),
            length(100, 118, true),
            length(118, 136, true),
            length(136, 156, true),
            length(156, 176, true),
        ];
        let track = Track::lengths(&lengths, 25.0);
        let hundred = track.fastest(Distance::m(100)).unwrap();
        assert_eq!(hundred.start_s.round(), 100.0);
        assert!((hundred.elapsed_s - 76.0).abs() < 1e-4);
        assert!(track.fastest(Distance::m(200)).is_none());
        assert_eq!(Track::lengths(&lengths, f64::NAN), Track::lengths(&[], 0.0));
    }

    /// The fastest window begins or ends at a corner: for each, the other end by a search of all.
    fn slowly(track: &Track, metres: f64) -> Option<f64> {
        let legs = || track.corners.windows(2);
        let mut best: Option<f64> = None;
        for &(t, d) in &track.corners {
            let ends = legs().find(|l| l[1].1 >= d + metres);
            let ends = ends.map(|l| between(l[0], l[1], d + metres) - t);
            let begins = legs()
                .rev()
                .find(|l| l[0].1 <= d - metres && l[1].1 > d - metres);
            let begins = begins.map(|l| t - between(l[0], l[1], d - metres));
            for took in [ends, begins].into_iter().flatten() {
                best = Some(best.map_or(took, |b: f64| b.min(took)));
            }
        }
        best
    }

    fn speeds() -> impl Strategy<Value = Vec<f64>> {
        let speed = prop_oneof![5 => 0.5f64..6.0, 2 => Just(0.0), 2 => Just(3.0)];
        proptest::collection::vec(speed, 1..200)
    }

    proptest! {
        #[test]
        fn two_pointers_find_what_trying_everything_does(speeds in speeds(), mm in 1u32..900_000) {
            let track = run(&along(&speeds));
            let distance = Distance::mm(mm);
            let found = track.fastest(distance).map(|e| e.elapsed_s);
            match (found, slowly(&track, distance.metres() - ROUNDING_M)) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-6, "{a} {b}"),
                (a, b) => prop_assert_eq!(a, b),
            }
        }

        #[test]
        fn a_longer_distance_takes_longer(speeds in speeds(), mm in 1u32..400_000, more in 0u32..400_000) {
            let track = run(&along(&speeds));
            if let Some(longer) = track.fastest(Distance::mm(mm + more)) {
                let shorter = track.fastest(Distance::mm(mm)).unwrap();
                prop_assert!(shorter.elapsed_s <= longer.elapsed_s + 1e-6);
                // It takes at least what the greatest speed needs, and lies within the way.
                prop_assert!(longer.elapsed_s * 6.0 + 1e-5 >= longer.distance.metres());
                prop_assert!(longer.start_s >= 0.0);
                prop_assert!(longer.start_s + longer.elapsed_s <= speeds.len() as f64 + 1e-6);
            }
        }

        #[test]
        fn a_wait_before_the_start_changes_nothing_but_the_start(speeds in speeds(), wait in 0usize..50, mm in 1u32..400_000) {
            let mut later = vec![0.0; wait];
            later.extend(&speeds);
            let a = run(&along(&speeds)).fastest(Distance::mm(mm));
            let b = run(&along(&later)).fastest(Distance::mm(mm));
            prop_assert_eq!(a.is_some(), b.is_some());
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert!((a.elapsed_s - b.elapsed_s).abs() < 1e-6);
            }
        }

        #[test]
        fn nothing_recorded_makes_an_effort_that_is_no_number(
            distance in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
            mm in proptest::num::u32::ANY,
            spans in proptest::collection::vec((proptest::num::i32::ANY, proptest::num::i32::ANY, proptest::bool::ANY), 0..20),
            pool_m in proptest::num::f64::ANY,
        ) {
            let lengths: Vec<Length> = spans
                .into_iter()
                .map(|(start_ms, end_ms, active)| Length { start_ms, end_ms, active, ..Length::default() })
                .collect();
            for track in [run(&distance), Track::lengths(&lengths, pool_m)] {
                let mut efforts = distance_efforts(&track, Sport::Running);
                efforts.extend(track.fastest(Distance::mm(mm)));
                for e in efforts {
                    prop_assert!(e.elapsed_s.is_finite() && e.elapsed_s > 0.0 && e.start_s.is_finite());
                }
            }
        }
    }
}
