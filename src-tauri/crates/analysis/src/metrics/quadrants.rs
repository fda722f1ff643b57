use crate::Seconds;
use crate::metrics::power::critical_power;
use paceline_model::{AthleteSettings, Quadrants, Sport};

/// Where the four quadrants meet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuadrantSplit {
    /// Watts, critical power.
    pub power: f64,
    /// Revolutions per minute at that power.
    pub cadence: f64,
    /// Metres of crank.
    pub crank_m: f64,
}

/// Crank of 172.5 mm and a cadence of 90 a minute, the usual of medium frames and the usual on
/// the flat.
const CRANK_M: f64 = 0.1725;
const CADENCE: f64 = 90.0;

/// Quadrant analysis (Coggan): shares of pedalling seconds by average effective pedal force
/// AEPF = 60·P/(2π·cadence·crank) newtons and circumferential pedal velocity
/// CPV = 2π·cadence·crank/60 metres per second, parted at the force and velocity of critical power
/// at the reference cadence. On the line counts as high.
///
/// Seconds with cadence and power above 0 count; coasting and pauses do not. `None` where there is
/// none, or where the split is no point.
#[must_use]
pub fn quadrants(power: &[f64], cadence: &[f64], split: QuadrantSplit) -> Option<Quadrants> {
    let per_turn = std::f64::consts::TAU * split.crank_m / 60.0;
    let velocity = per_turn * split.cadence;
    let force = split.power / velocity;
    if !(velocity > 0.0 && force > 0.0 && velocity.is_finite() && force.is_finite()) {
        return None;
    }
    let mut counts = [0u32; 4];
    for (w, turns) in power.iter().zip(cadence) {
        if !(*w > 0.0 && *turns > 0.0) {
            continue;
        }
        let v = per_turn * turns;
        let at = match (w / v >= force, v >= velocity) {
            (true, true) => 0,
            (true, false) => 1,
            (false, false) => 2,
            (false, true) => 3,
        };
        counts[at] += 1;
    }
    let seconds: u32 = counts.iter().sum();
    (seconds > 0).then(|| Quadrants {
        shares: counts.map(|count| 100.0 * f64::from(count) / f64::from(seconds)),
        seconds,
        split_force_n: force,
        split_velocity: velocity,
        split_cadence: split.cadence,
        split_power: split.power,
        crank_m: split.crank_m,
    })
}

/// Of a ride with power and cadence, by the athlete's critical power.
pub(super) fn of(seconds: &Seconds, settings: &AthleteSettings) -> Option<Quadrants> {
    if seconds.sport() != Sport::Cycling {
        return None;
    }
    let split = QuadrantSplit {
        power: critical_power(settings)?,
        cadence: CADENCE,
        crank_m: CRANK_M,
    };
    quadrants(&seconds.power, &seconds.cadence, split)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPLIT: QuadrantSplit = QuadrantSplit {
        power: 250.0,
        cadence: 90.0,
        crank_m: 0.1725,
    };

    #[test]
    fn the_split_lies_where_force_times_velocity_is_critical_power() {
        let found = quadrants(&[250.0], &[90.0], SPLIT).unwrap();
        assert!((found.split_force_n * found.split_velocity - 250.0).abs() < 1e-9);
        // 2π × 90/60 × 0.1725 m.
        assert!((found.split_velocity - 1.6258).abs() < 1e-4);
        assert_eq!(found.shares, [100.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn a_sprint_a_grind_an_easy_spin_and_a_fast_spin_are_one_to_four() {
        let power = [900.0, 400.0, 80.0, 150.0, 0.0, f64::NAN, 300.0];
        let cadence = [115.0, 55.0, 70.0, 110.0, 0.0, 90.0, f64::NAN];
        let found = quadrants(&power, &cadence, SPLIT).unwrap();
        assert_eq!((found.shares, found.seconds), ([25.0; 4], 4));
    }

    proptest! {
        #[test]
        fn shares_sum_to_a_hundred_and_nothing_panics(
            w in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
            c in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
            p in proptest::num::f64::ANY,
        ) {
            for split in [SPLIT, QuadrantSplit { power: p, ..SPLIT }, QuadrantSplit { cadence: p, ..SPLIT }] {
                if let Some(found) = quadrants(&w, &c, split) {
                    prop_assert!((found.shares.iter().sum::<f64>() - 100.0).abs() < 1e-9);
                    prop_assert!(found.split_force_n.is_finite() && found.split_velocity.is_finite());
                }
            }
        }
    }
}
