use crate::input::MAX_POWER_W;
use paceline_model::Sport;

/// No heart beats faster; recorders write 255 for a lost strap.
const MAX_HEART_RATE: f64 = 250.0;

/// Speeds in metres per second above which a position jumped.
///
/// On foot 12.5 (Bolt ran 12.4 at his fastest, Berlin 2009), in the water 4 (a dive; the fastest
/// swim 2.4), rowing and paddling 8 (an eight races at 6.2), skating 25, on a bicycle or on skis 40.
#[must_use]
pub const fn plausible_speed(sport: Sport) -> f64 {
    match sport {
        Sport::Running | Sport::Walking | Sport::Hiking => 12.5,
        Sport::Swimming => 4.0,
        Sport::Rowing | Sport::Paddling => 8.0,
        Sport::Skating => 25.0,
        _ => 40.0,
    }
}

/// Watts second by second as the power curve takes them: a second not recorded (pause, gap) is
/// 0 W, and more than 3,000 W is 3,000 W. A negative value stays.
#[must_use]
pub fn power_for_curve(power: &[f64]) -> Vec<f64> {
    let fill = |w: &f64| {
        if w.is_finite() {
            w.min(MAX_POWER_W)
        } else {
            0.0
        }
    };
    power.iter().map(fill).collect()
}

/// Beats per minute second by second as the heart-rate curve takes them: a second not recorded,
/// 0 or less, or beyond 250, is a hole that breaks windows. A heart does not stop in a pause.
#[must_use]
pub fn heart_rate_for_curve(heart_rate: &[f64]) -> Vec<f64> {
    let keep = |b: &f64| {
        if *b > 0.0 && *b <= MAX_HEART_RATE {
            *b
        } else {
            f64::NAN
        }
    };
    heart_rate.iter().map(keep).collect()
}

/// Metres per second second by second as the speed curve takes them, grade-adjusted or not: stops,
/// pauses and gaps are 0 m/s, and so is a second faster than [`plausible_speed`], so that a jump of
/// the position makes no record and yet breaks no long window.
#[must_use]
pub fn speed_for_curve(speed: &[f64], sport: Sport) -> Vec<f64> {
    let limit = plausible_speed(sport);
    let keep = |v: &f64| {
        if *v > 0.0 && *v <= limit { *v } else { 0.0 }
    };
    speed.iter().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pause_is_no_power_and_no_speed_but_a_hole_in_the_heart_rate() {
        let samples = [f64::NAN, 200.0];
        assert_eq!(power_for_curve(&samples), [0.0, 200.0]);
        assert!(heart_rate_for_curve(&samples)[0].is_nan());
        assert_eq!(
            speed_for_curve(&[f64::NAN, 3.0], Sport::Running),
            [0.0, 3.0]
        );
    }

    #[test]
    fn what_no_athlete_does_makes_no_record() {
        assert_eq!(power_for_curve(&[21_733.0, -3.0]), [3_000.0, -3.0]);
        assert!(
            heart_rate_for_curve(&[255.0, 0.0])
                .iter()
                .all(|b| b.is_nan())
        );
        assert_eq!(speed_for_curve(&[13.0, -1.0], Sport::Running), [0.0, 0.0]);
        assert_eq!(speed_for_curve(&[13.0], Sport::Cycling), [13.0]);
    }

    proptest! {
        #[test]
        fn only_the_heart_rate_keeps_holes(samples in proptest::collection::vec(proptest::num::f64::ANY, 0..50)) {
            prop_assert!(power_for_curve(&samples).iter().all(|w| !w.is_nan() && *w <= 3_000.0));
            prop_assert!(heart_rate_for_curve(&samples).iter().all(|b| b.is_nan() || (*b > 0.0 && *b <= 250.0)));
            for sport in Sport::ALL {
                let limit = plausible_speed(sport);
                prop_assert!(speed_for_curve(&samples, sport).iter().all(|v| (0.0..=limit).contains(v)));
            }
        }
    }
}
