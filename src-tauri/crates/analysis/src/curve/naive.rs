use paceline_model::CurvePoint;

/// What [`super::full_curve`] gives, the plain way: every window of every duration is looked at, in
/// a time that grows with the square of the length.
///
/// The yardstick of tests, and fit to be one of benchmarks. A window is a difference of two prefix
/// sums, so that it is quadratic and not cubic. Gaps, zeros and ties as there.
pub fn naive_curve(samples: &[f64]) -> Vec<CurvePoint> {
    let mut sums = vec![0.0];
    let mut holes = vec![0u32];
    for x in samples {
        let usable = x.abs() <= super::MAX_SAMPLE;
        sums.push(sums[sums.len() - 1] + if usable { *x } else { 0.0 });
        holes.push(holes[holes.len() - 1] + u32::from(!usable));
    }
    let mut points = Vec::new();
    for d in 1..=samples.len() {
        let mut best = f64::NEG_INFINITY;
        let mut at = None;
        for i in 0..=samples.len() - d {
            let total = sums[i + d] - sums[i];
            if total > best && holes[i + d] == holes[i] {
                best = total;
                at = Some(i);
            }
        }
        let Some(start) = at else { break };
        points.push(CurvePoint {
            seconds: u32::try_from(d).unwrap_or(u32::MAX),
            value: best / d as f64,
            start_s: u32::try_from(start).unwrap_or(u32::MAX),
        });
    }
    points
}
