//! A maximum that no spike makes.

/// The highest heart rate reached or passed in every second of some `seconds` in a row, in beats a
/// minute: a maximum that no single spike makes.
///
/// `heart_rate` at 1 Hz, NaN where not recorded, which breaks a window, as do values of 0 or less
/// and above 250. None where no window is whole, or for 0 seconds.
#[must_use]
pub fn sustained_maximum(heart_rate: &[f64], seconds: usize) -> Option<f64> {
    if seconds == 0 {
        return None;
    }
    // Indices of a window whose values rise: the first is its minimum.
    let mut rising = std::collections::VecDeque::new();
    let (mut from, mut best) = (0, None);
    for (i, &v) in heart_rate.iter().enumerate() {
        if !(v > 0.0 && v <= 250.0) {
            rising.clear();
            from = i + 1;
            continue;
        }
        while rising.back().is_some_and(|j: &usize| heart_rate[*j] >= v) {
            rising.pop_back();
        }
        rising.push_back(i);
        if i + 1 - from < seconds {
            continue;
        }
        while rising.front().is_some_and(|j| *j + seconds <= i) {
            rising.pop_front();
        }
        let lowest = rising.front().map(|j| heart_rate[*j]);
        best = match (best, lowest) {
            (Some(a), Some(b)) => Some(f64::max(a, b)),
            (a, b) => a.or(b),
        };
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_maximum_must_be_held() {
        let mut hr = vec![150.0; 30];
        hr[10] = 230.0;
        hr[20..26].fill(180.0);
        assert_eq!(sustained_maximum(&hr, 5), Some(180.0));
        hr[22] = f64::NAN;
        assert_eq!(sustained_maximum(&hr, 5), Some(150.0));
        assert_eq!(sustained_maximum(&hr[..4], 5), None);
    }

    proptest! {
        #[test]
        fn a_held_maximum_is_reached_and_falls_with_time(
            hr in proptest::collection::vec(prop_oneof![any::<f64>(), 60.0..200.0_f64], 0..200), n in 0usize..20,
        ) {
            let (short, long) = (sustained_maximum(&hr, n), sustained_maximum(&hr, n + 1));
            prop_assert!(n == 0 || long.unwrap_or(0.0) <= short.unwrap_or(0.0));
            let naive = (n > 0).then(|| hr.windows(n.max(1))
                .filter(|w| w.iter().all(|v| *v > 0.0 && *v <= 250.0))
                .map(|w| w.iter().copied().fold(f64::INFINITY, f64::min))
                .reduce(f64::max)).flatten();
            prop_assert_eq!(short, naive);
        }
    }
}
