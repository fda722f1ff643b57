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
    // Stretches without a hole: first second and the one after the last.
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut sum = 0.0f64;
    sums.push(0.0);
    for (i, s) in samples.iter().enumerate() {
        if s.is_finite() {
            sum += s;
            match runs.last_mut() {
                Some(run) if run.1 == i => run.1 = i + 1,
                _ => runs.push((i, i + 1)),
            }
        }
        sums.push(sum);
    }
    durations
        .iter()
        .filter_map(|&seconds| {
            let d = seconds as usize;
            let mut best: Option<(f64, usize)> = None;
            for &(from, to) in runs.iter().filter(|run| d > 0 && run.1 - run.0 >= d) {
                let found = highest(&sums[from..=to - d], &sums[from + d..=to]);
                if best.is_none_or(|(b, _)| found.0 > b) {
                    best = Some((found.0, from + found.1));
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

/// The highest difference of two equally long, non-empty slices, and its first place.
fn highest(low: &[f64], high: &[f64]) -> (f64, usize) {
    /// Blocks of this many windows are judged by their highest; only the best one is searched.
    const BLOCK: usize = 256;
    const LANES: usize = 8;
    let (mut best, mut at) = (f64::NEG_INFINITY, 0);
    for (index, (l, h)) in low.chunks(BLOCK).zip(high.chunks(BLOCK)).enumerate() {
        // Independent lanes, so that the compiler may use the processor's vectors.
        let mut lanes = [f64::NEG_INFINITY; LANES];
        let (lc, hc) = (l.chunks_exact(LANES), h.chunks_exact(LANES));
        let rest = lc.remainder().iter().zip(hc.remainder());
        for (l, h) in lc.zip(hc) {
            for k in 0..LANES {
                let v = h[k] - l[k];
                lanes[k] = if v > lanes[k] { v } else { lanes[k] };
            }
        }
        let top = rest.map(|(l, h)| h - l).fold(
            lanes.into_iter().fold(f64::NEG_INFINITY, f64::max),
            f64::max,
        );
        if top > best {
            (best, at) = (top, index);
        }
    }
    let from = at * BLOCK;
    let place = (from..low.len()).find(|&i| high[i] - low[i] >= best);
    (best, place.unwrap_or(from))
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
