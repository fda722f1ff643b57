use paceline_model::CurvePoint;

/// The window lengths of a curve in seconds, up to `limit`, which closes it.
#[must_use]
pub fn durations(limit: u32) -> Vec<u32> {
    const GRID: [u32; 58] = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 60, 75, 90, 105, 120,
        150, 180, 210, 240, 270, 300, 360, 420, 480, 540, 600, 720, 900, 1080, 1200, 1500, 1800,
        2100, 2400, 2700, 3000, 3600, 4500, 5400, 6300, 7200, 9000, 10_800, 14_400, 18_000, 21_600,
        28_800, 36_000, 43_200,
    ];
    let mut all: Vec<u32> = GRID.into_iter().filter(|d| *d < limit).collect();
    if limit > 0 {
        all.push(limit);
    }
    all
}

/// Mean-maximal values of a second-by-second channel: for each duration the best
/// mean over that many neighbouring seconds, and where it begins.
///
/// A NaN second breaks every window over it; a caller who wants pauses to count
/// as 0 puts zeros there. Durations that fit nowhere are left out. Exact: prefix
/// sums in f64, every window looked at.
#[must_use]
pub fn mean_max(samples: &[f64], durations: &[u32]) -> Vec<CurvePoint> {
    let mut sums = Vec::with_capacity(samples.len() + 1);
    // Seconds since the last hole, so that a window is known to be whole at a glance.
    let mut whole = Vec::with_capacity(samples.len() + 1);
    let (mut sum, mut run) = (0.0f64, 0usize);
    sums.push(0.0);
    whole.push(0);
    for s in samples {
        if s.is_finite() {
            sum += s;
            run += 1;
        } else {
            run = 0;
        }
        sums.push(sum);
        whole.push(run);
    }
    durations
        .iter()
        .filter_map(|&seconds| {
            let d = seconds as usize;
            if d == 0 || d > samples.len() {
                return None;
            }
            let mut best: Option<(f64, usize)> = None;
            for end in d..=samples.len() {
                if whole[end] >= d {
                    let total = sums[end] - sums[end - d];
                    if best.is_none_or(|(b, _)| total > b) {
                        best = Some((total, end - d));
                    }
                }
            }
            best.map(|(total, start)| CurvePoint {
                seconds,
                value: total / f64::from(seconds),
                start_s: u32::try_from(start).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(samples: &[f64], d: usize) -> Option<f64> {
        samples
            .windows(d)
            .filter(|w| w.iter().all(|x| x.is_finite()))
            .map(|w| w.iter().sum::<f64>() / d as f64)
            .max_by(f64::total_cmp)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_window_is_looked_at(
            samples in proptest::collection::vec(prop_oneof![9 => 0.0f64..1500.0, 1 => Just(f64::NAN)], 1..300),
            d in 1u32..100,
        ) {
            let ours = mean_max(&samples, &[d]).first().map(|p| p.value);
            match (ours, naive(&samples, d as usize)) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() < 1e-9),
                (a, b) => prop_assert_eq!(a.is_none(), b.is_none()),
            }
        }
    }

    #[test]
    fn the_window_begins_where_the_best_effort_does() {
        let mut samples = vec![100.0; 600];
        samples[200..260].fill(400.0);
        let points = mean_max(&samples, &[60, 120]);
        assert_eq!((points[0].value, points[0].start_s), (400.0, 200));
        assert_eq!(points[1].value, 250.0);
    }

    #[test]
    fn the_grid_ends_at_the_whole_activity() {
        assert_eq!(durations(0), Vec::<u32>::new());
        assert_eq!(durations(7), [1, 2, 3, 4, 5, 6, 7]);
        assert!(durations(90_000).is_sorted());
    }
}
