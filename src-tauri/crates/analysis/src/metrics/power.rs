/// Normalized Power in watts of second-by-second power: the fourth root of the
/// mean fourth power of the 30-second rolling mean (Allen & Coggan, Training and
/// Racing with a Power Meter). Unrecorded seconds are left out, as the timer was
/// stopped; the first value is that of second 30. `None` below 30 s.
#[must_use]
pub fn normalized_power(watts: &[f64]) -> Option<f64> {
    const WINDOW: usize = 30;
    let recorded: Vec<f64> = watts.iter().copied().filter(|w| w.is_finite()).collect();
    if recorded.len() < WINDOW {
        return None;
    }
    let mut sum: f64 = recorded[..WINDOW].iter().sum();
    let mut fourth = (sum / 30.0).powi(4);
    for i in WINDOW..recorded.len() {
        sum += recorded[i] - recorded[i - WINDOW];
        fourth += (sum / 30.0).powi(4);
    }
    let windows = (recorded.len() - WINDOW + 1) as f64;
    Some((fourth / windows).max(0.0).powf(0.25))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_constant_power_it_is_that_power() {
        assert!((normalized_power(&[213.0; 3600]).unwrap() - 213.0).abs() < 1e-9);
        assert_eq!(normalized_power(&[213.0; 29]), None);
    }

    #[test]
    fn blocks_weigh_by_their_fourth_power() {
        // Two hours, half at 100 W and half at 300 W; the transition's 29 windows hardly matter.
        let mut watts = vec![100.0; 36_000];
        watts.extend(vec![300.0; 36_000]);
        let expected = ((100f64.powi(4) + 300f64.powi(4)) / 2.0).powf(0.25);
        assert!((normalized_power(&watts).unwrap() - expected).abs() < 0.1);
    }

    proptest! {
        #[test]
        fn a_pause_changes_nothing(w in proptest::collection::vec(0.0f64..800.0, 60..200), at in 0usize..60) {
            let mut paused = w.clone();
            paused.splice(at..at, std::iter::repeat_n(f64::NAN, 100));
            let (a, b) = (normalized_power(&w).unwrap(), normalized_power(&paused).unwrap());
            prop_assert!((a - b).abs() < 1e-6);
        }
    }
}
