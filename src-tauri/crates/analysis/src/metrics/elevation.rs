/// A change of direction counts once it exceeds this many metres: above the noise
/// of a barometer (about 1 m), below the smallest climb worth counting.
pub const HYSTERESIS_M: f64 = 3.0;

/// Ascent and descent in metres of altitudes in time order, NaN ignored.
///
/// Turning points are confirmed when the altitude has come back from the extreme by
/// `hysteresis_m`; between confirmed turning points the whole difference counts, so a
/// steady climb loses nothing and noise below the threshold adds nothing.
#[must_use]
pub fn climb(altitudes: impl Iterator<Item = f64>, hysteresis_m: f64) -> Option<(f64, f64)> {
    let mut altitudes = altitudes.filter(|a| a.is_finite());
    let first = altitudes.next()?;
    let (mut up, mut down) = (0.0, 0.0);
    // The bounds since the last confirmed turning point; before the first move both are open.
    let (mut low, mut high) = (first, first);
    let mut rising: Option<bool> = None;
    for a in altitudes {
        match rising {
            None if a - low >= hysteresis_m => (rising, high) = (Some(true), a),
            None if high - a >= hysteresis_m => (rising, low) = (Some(false), a),
            None => (low, high) = (low.min(a), high.max(a)),
            Some(true) if high - a >= hysteresis_m => {
                up += high - low;
                (rising, low) = (Some(false), a);
            }
            Some(true) => high = high.max(a),
            Some(false) if a - low >= hysteresis_m => {
                down += high - low;
                (rising, high) = (Some(true), a);
            }
            Some(false) => low = low.min(a),
        }
    }
    match rising {
        Some(true) => up += high - low,
        Some(false) => down += high - low,
        None => {}
    }
    Some((up, down))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(altitudes: &[f64]) -> (f64, f64) {
        climb(altitudes.iter().copied(), HYSTERESIS_M).unwrap()
    }

    #[test]
    fn a_steady_climb_counts_in_full_and_noise_not_at_all() {
        let steady: Vec<f64> = (0..=1000).map(|i| f64::from(i) * 0.1).collect();
        let (up, down) = of(&steady);
        assert!((up - 100.0).abs() < 1e-9 && down == 0.0);
        let noise: Vec<f64> = (0..1000).map(|i| 100.0 + f64::from(i % 3)).collect();
        assert_eq!(of(&noise), (0.0, 0.0));
    }

    #[test]
    fn two_hills_count_both_ways() {
        assert_eq!(of(&[0.0, 50.0, 10.0, 60.0, 0.0]), (100.0, 100.0));
        assert_eq!(of(&[60.0, 0.0, 50.0]), (50.0, 60.0));
        assert_eq!(climb(std::iter::once(f64::NAN), 3.0), None);
    }

    proptest! {
        #[test]
        fn ascent_less_descent_is_the_net_change_within_the_threshold(a in proptest::collection::vec(0.0f64..500.0, 2..100)) {
            let (up, down) = of(&a);
            let net = a[a.len() - 1] - a[0];
            prop_assert!((up - down - net).abs() <= 2.0 * HYSTERESIS_M, "{up} {down} {net}");
        }
    }
}
