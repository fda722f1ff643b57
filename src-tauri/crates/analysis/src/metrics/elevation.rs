use crate::metrics::power::finite;

/// A change of direction counts once it exceeds this many metres: above the noise
/// of a barometer (about 1 m), below the smallest climb worth counting.
pub const HYSTERESIS_M: f64 = 3.0;

/// Metres of way over which [`grade`] is taken.
pub const GRADE_SPAN_M: f64 = 60.0;

/// Follows altitudes in time order and confirms each turning point when the altitude has come
/// back from it by the hysteresis.
pub(crate) struct Turns {
    hysteresis_m: f64,
    /// The bounds since the last confirmed turning point; before the first move both are open.
    low: (usize, f64),
    high: (usize, f64),
    rising: Option<bool>,
}

impl Turns {
    pub(crate) fn new(at: usize, altitude: f64, hysteresis_m: f64) -> Self {
        Self {
            hysteresis_m,
            low: (at, altitude),
            high: (at, altitude),
            rising: None,
        }
    }

    /// The turning point that this altitude confirms; the first is where the way began to rise or
    /// fall.
    pub(crate) fn push(&mut self, at: usize, altitude: f64) -> Option<(usize, f64)> {
        let risen = altitude - self.low.1 >= self.hysteresis_m;
        let fallen = self.high.1 - altitude >= self.hysteresis_m;
        if self.rising != Some(true) && risen {
            self.rising = Some(true);
            self.high = (at, altitude);
            return Some(self.low);
        }
        if self.rising != Some(false) && fallen {
            self.rising = Some(false);
            self.low = (at, altitude);
            return Some(self.high);
        }
        if self.rising != Some(true) && altitude < self.low.1 {
            self.low = (at, altitude);
        }
        if self.rising != Some(false) && altitude > self.high.1 {
            self.high = (at, altitude);
        }
        None
    }

    /// The last extreme, which nothing has confirmed; `None` where nothing rose or fell.
    pub(crate) fn last(&self) -> Option<(usize, f64)> {
        self.rising
            .map(|rising| if rising { self.high } else { self.low })
    }
}

/// Ascent and descent as GoldenCheetah counts them: a reference altitude moves to the present one
/// when they differ by more than `hysteresis_m` (3 m there), and the difference counts. What a hill
/// has beyond the last step, up to the hysteresis at either end, is lost: [`climb`] is nearer the
/// truth.
#[must_use]
pub fn climb_by_steps(
    altitudes: impl Iterator<Item = f64>,
    hysteresis_m: f64,
) -> Option<(f64, f64)> {
    let mut altitudes = altitudes.filter(|a| a.is_finite());
    let mut reference = altitudes.next()?;
    let (mut up, mut down) = (0.0, 0.0);
    for altitude in altitudes {
        let step = altitude - reference;
        if step.abs() > hysteresis_m {
            up += step.max(0.0);
            down -= step.min(0.0);
            reference = altitude;
        }
    }
    finite(up).zip(finite(down))
}

/// Ascent and descent in metres of altitudes in time order, NaN ignored.
///
/// Turning points are confirmed when the altitude has come back from the extreme by
/// `hysteresis_m`; between confirmed turning points the whole difference counts, so a
/// steady climb loses nothing and noise below the threshold adds nothing. GoldenCheetah's habit is
/// [`climb_by_steps`].
#[must_use]
pub fn climb(altitudes: impl Iterator<Item = f64>, hysteresis_m: f64) -> Option<(f64, f64)> {
    let mut altitudes = altitudes.filter(|a| a.is_finite());
    let mut turns = Turns::new(0, altitudes.next()?, hysteresis_m);
    let (mut up, mut down) = (0.0, 0.0);
    let mut from: Option<f64> = None;
    let mut leg = |to: f64| {
        match from {
            Some(from) if to > from => up += to - from,
            Some(from) => down += from - to,
            None => {}
        }
        from = Some(to);
    };
    for altitude in altitudes {
        if let Some((_, at)) = turns.push(0, altitude) {
            leg(at);
        }
    }
    if let Some((_, at)) = turns.last() {
        leg(at);
    }
    finite(up).zip(finite(down))
}

/// Grade as rise by way (0.05 is 5 %) at each second of way and altitude in metres.
///
/// The slope of the least-squares line of altitude on distance over [`GRADE_SPAN_M`] around the
/// second, and over at least 3 seconds to either side. Seconds without altitude are left out of the
/// line; where the points lie within a few metres of way, and where the line is steeper than 1,
/// which is a damaged altitude, it is NaN. As long as the shorter of the two.
#[must_use]
pub fn grade(distance: &[f64], altitude: &[f64]) -> Vec<f64> {
    const AROUND_S: usize = 3;
    /// Variance of the way within a window: of points spread evenly over 10 m.
    const LEAST_VARIANCE_M2: f64 = 100.0 / 12.0;
    let n = distance.len().min(altitude.len());
    let mut out = vec![f64::NAN; n];
    let known = |i: usize| distance[i].is_finite() && altitude[i].is_finite();
    let Some(first) = (0..n).find(|i| known(*i)) else {
        return out;
    };
    let (way, height) = (distance[first], altitude[first]);
    // Count, sums of way and altitude, of way squared and of way times altitude.
    let mut sums = [0.0f64; 5];
    let add = |sums: &mut [f64; 5], i: usize, sign: f64| {
        if known(i) {
            let (d, a) = (distance[i] - way, altitude[i] - height);
            sums[0] += sign;
            sums[1] += sign * d;
            sums[2] += sign * a;
            sums[3] += sign * d * d;
            sums[4] += sign * d * a;
        }
    };
    let (mut from, mut to) = (0, 0);
    for i in 0..n {
        let here = distance[i];
        while to < n && (to <= i + AROUND_S || distance[to] <= here + GRADE_SPAN_M / 2.0) {
            add(&mut sums, to, 1.0);
            to += 1;
        }
        while from + AROUND_S < i && distance[from] < here - GRADE_SPAN_M / 2.0 {
            add(&mut sums, from, -1.0);
            from += 1;
        }
        let [count, d, a, dd, da] = sums;
        if count < 2.0 {
            continue;
        }
        let variance = dd / count - (d / count) * (d / count);
        let slope = (da / count - (d / count) * (a / count)) / variance;
        if variance >= LEAST_VARIANCE_M2 && slope.abs() <= 1.0 {
            out[i] = slope;
        }
    }
    out
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

    #[test]
    fn steps_lose_what_lies_beyond_the_last_one() {
        let by = |a: &[f64]| climb_by_steps(a.iter().copied(), HYSTERESIS_M).unwrap();
        assert_eq!(by(&[0.0, 5.0, 7.0, 0.0]), (5.0, 5.0));
        assert_eq!(of(&[0.0, 5.0, 7.0, 0.0]), (7.0, 7.0));
    }

    #[test]
    fn an_even_slope_has_its_grade_everywhere_also_at_the_ends_and_over_gaps() {
        let distance: Vec<f64> = (0..500).map(|i| f64::from(i) * 3.0).collect();
        let mut altitude: Vec<f64> = distance.iter().map(|d| 800.0 - 0.04 * d).collect();
        altitude[100..110].fill(f64::NAN);
        let grades = grade(&distance, &altitude);
        assert!(grades.iter().all(|g| (g + 0.04).abs() < 1e-9));
    }

    #[test]
    fn standing_has_no_grade_and_a_barometer_s_steps_hardly_any() {
        assert!(grade(&[5.0; 100], &[1.0; 100]).iter().all(|g| g.is_nan()));
        let distance: Vec<f64> = (0..600).map(|i| f64::from(i) * 8.0).collect();
        let altitude: Vec<f64> = (0..600).map(|i| f64::from(i % 2) * 0.2).collect();
        let grades = grade(&distance, &altitude);
        assert!(grades[10..590].iter().all(|g| g.abs() < 0.002));
    }

    proptest! {
        #[test]
        fn ascent_less_descent_is_the_net_change_within_the_threshold(a in proptest::collection::vec(0.0f64..500.0, 2..100)) {
            let (up, down) = of(&a);
            let net = a[a.len() - 1] - a[0];
            prop_assert!((up - down - net).abs() <= 2.0 * HYSTERESIS_M, "{up} {down} {net}");
        }

        #[test]
        fn a_change_of_sea_level_changes_no_grade(a in proptest::collection::vec(0.0f64..50.0, 2..100), by in -500.0f64..4000.0) {
            let distance: Vec<f64> = (0..a.len()).map(|i| i as f64 * 4.0).collect();
            let moved: Vec<f64> = a.iter().map(|a| a + by).collect();
            for (x, y) in grade(&distance, &a).iter().zip(grade(&distance, &moved)) {
                prop_assert!(x.is_nan() == y.is_nan() && (x.is_nan() || (x - y).abs() < 1e-6));
            }
        }

        #[test]
        fn no_way_and_no_altitude_give_an_impossible_grade(
            d in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
            a in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
        ) {
            let grades = grade(&d, &a);
            prop_assert_eq!(grades.len(), d.len().min(a.len()));
            prop_assert!(grades.iter().all(|g| g.is_nan() || g.abs() <= 1.0));
            let ways = [climb(a.iter().copied(), HYSTERESIS_M), climb_by_steps(a.iter().copied(), HYSTERESIS_M)];
            for (up, down) in ways.into_iter().flatten() {
                prop_assert!(up.is_finite() && down.is_finite() && up >= 0.0 && down >= 0.0);
            }
        }
    }
}
