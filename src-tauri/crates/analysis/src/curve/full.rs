use super::pack::{self, DamagedCurve};
use super::search::search;
use paceline_model::CurvePoint;
use serde::{Deserialize, Serialize};

/// The mean-maximal curve of one activity, for every whole second.
///
/// Values are kept in single precision (a watt to four decimals), which is what the recorders
/// themselves resolve; they are the exact means rounded once. Not made monotone: of 100, 0, 100 the
/// best two seconds have a mean of 50, all three one of 66.7. Only an
/// [`Envelope`](super::Envelope) offers a monotone view.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FullCurve {
    values: Vec<f32>,
    starts: Vec<u32>,
}

impl FullCurve {
    /// From what [`values`](Self::values) and [`starts`](Self::starts) gave; `None` where they
    /// differ in length or a value is no number.
    #[must_use]
    pub fn new(values: Vec<f32>, starts: Vec<u32>) -> Option<Self> {
        let sound = values.len() == starts.len() && values.iter().all(|v| v.is_finite());
        sound.then_some(Self { values, starts })
    }

    /// The longest duration in seconds: that of the longest stretch without a hole.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The best mean over so many seconds, in the channel's unit.
    #[must_use]
    pub fn value(&self, seconds: u32) -> Option<f32> {
        self.values.get(index(seconds)?).copied()
    }

    /// The first second of the best window of so many seconds, counted from the activity's start.
    #[must_use]
    pub fn start(&self, seconds: u32) -> Option<u32> {
        self.starts.get(index(seconds)?).copied()
    }

    /// Both.
    #[must_use]
    pub fn at(&self, seconds: u32) -> Option<CurvePoint> {
        Some(CurvePoint {
            seconds,
            value: f64::from(self.value(seconds)?),
            start_s: self.start(seconds)?,
        })
    }

    /// The points of these durations, without those that are longer than the curve.
    #[must_use]
    pub fn points(&self, durations: &[u32]) -> Vec<CurvePoint> {
        durations.iter().filter_map(|d| self.at(*d)).collect()
    }

    /// The values, one second first.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The first seconds of the windows, one second first.
    #[must_use]
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// Every value times `factor`, for watts per kilogram; `None` unless the factor is a positive
    /// number that keeps the values within range.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Option<Self> {
        if !(factor.is_finite() && factor > 0.0) {
            return None;
        }
        let scale = |v: &f32| (f64::from(*v) * factor) as f32;
        Self::new(self.values.iter().map(scale).collect(), self.starts.clone())
    }

    /// Packed for keeping: about four bytes a second, fewer once compressed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = pack::header(pack::CURVE, self.len());
        pack::put_values(&mut out, &self.values);
        pack::put_starts(&mut out, &self.starts);
        out
    }

    /// From what [`to_bytes`](Self::to_bytes) gave.
    ///
    /// # Errors
    /// Bytes that are no curve, cut short or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DamagedCurve> {
        let mut input = pack::Input::open(bytes, pack::CURVE)?;
        let (values, starts) = (input.values()?, input.starts()?);
        input.finish()?;
        Ok(Self { values, starts })
    }
}

fn index(seconds: u32) -> Option<usize> {
    usize::try_from(seconds.checked_sub(1)?).ok()
}

/// The mean-maximal curve of a second-by-second channel: for every whole second d up to its length
/// the highest mean of any d neighbouring seconds, and where that window begins (the first of
/// equals). The mean is arithmetic, over exactly d samples.
///
/// Exact: it is what looking at every window gives, found by leaving out only windows that cannot
/// be the best. Sums of whole numbers carry no rounding.
///
/// NaN, an infinity and anything beyond ±[`MAX_SAMPLE`](super::MAX_SAMPLE) is a second not
/// recorded, which breaks every window over it, so that the curve ends with the longest stretch
/// without a hole. Zeros and negative values count as they are. What a pause should be is the
/// caller's to say beforehand: [`power_for_curve`](super::power_for_curve) makes it 0 W,
/// [`speed_for_curve`](super::speed_for_curve) 0 m/s, and
/// [`heart_rate_for_curve`](super::heart_rate_for_curve) leaves it a hole. Grade-adjusted speed
/// goes the way of speed.
///
/// GoldenCheetah 3.5 gives the same to a thousandth of a watt at the durations it computes: every
/// second to 120, every 2nd to 300, 10th to 1,200, 20th to 3,600, 120th to 7,200, 300th beyond.
/// What it shows between them is the value of the next longer one, up to some watts low. It puts
/// zeros into gaps of up to an hour, makes a longer one a single sample, which joins what was
/// apart, and interpolates power across gaps of up to 25 s, where here a sample holds
/// ([`MAX_HOLD_S`](crate::MAX_HOLD_S)): short bests that lie beside a gap differ by that.
#[must_use]
pub fn full_curve(samples: &[f64]) -> FullCurve {
    let (values, starts) = search(samples)
        .into_iter()
        .map(|(value, start)| (value as f32, u32::try_from(start).unwrap_or(u32::MAX)))
        .unzip();
    FullCurve { values, starts }
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_SAMPLE, naive::naive_curve};
    use super::*;
    use proptest::prelude::*;

    /// Whole numbers as recorders write them: plateaus, stops, holes, negative offsets, noise.
    fn whole_samples() -> impl Strategy<Value = Vec<f64>> {
        let noise = |range: std::ops::Range<i32>, len| {
            proptest::collection::vec(range.prop_map(f64::from), 1..len)
        };
        let stretch = prop_oneof![
            4 => noise(0..900, 150),
            2 => noise(-40..40, 60),
            2 => noise(150..153, 200),
            3 => (-5i32..400, 1usize..200).prop_map(|(v, n)| vec![f64::from(v); n]),
            2 => (1usize..120).prop_map(|n| vec![0.0; n]),
            1 => (1usize..10).prop_map(|n| vec![f64::NAN; n]),
        ];
        proptest::collection::vec(stretch, 0..9).prop_map(|s| s.concat())
    }

    #[test]
    fn the_curve_of_little_is_little() {
        assert!(full_curve(&[]).is_empty());
        assert!(full_curve(&[f64::NAN, f64::INFINITY, 1e300, -1e300]).is_empty());
        let one = full_curve(&[f64::NAN, 7.0]);
        assert_eq!(
            (one.len(), one.value(1), one.start(1)),
            (1, Some(7.0), Some(1))
        );
        assert_eq!((one.at(0), one.at(2)), (None, None));
        assert_eq!(full_curve(&[0.0; 1000]).values(), [0.0; 1000]);
    }

    #[test]
    fn the_first_of_equal_windows_is_given_and_windows_do_not_cross_holes() {
        let mut samples = vec![100.0; 1000];
        samples[300..360].fill(400.0);
        samples[700..760].fill(400.0);
        samples[500] = f64::NAN;
        let curve = full_curve(&samples);
        assert_eq!(curve.len(), 500);
        assert_eq!(curve.at(60).unwrap().start_s, 300);
        assert_eq!(curve.value(120), Some(250.0));
        assert_eq!(curve.start(500), Some(0));
    }

    #[test]
    fn a_longer_window_may_have_the_higher_mean() {
        let curve = full_curve(&[100.0, 0.0, 100.0]);
        assert!(curve.value(3) > curve.value(2));
    }

    #[test]
    fn points_are_those_of_the_grid() {
        let samples: Vec<f64> = (0..5000).map(|i| f64::from((i * i) % 701)).collect();
        let grid = super::super::durations(5000);
        for (a, b) in full_curve(&samples)
            .points(&grid)
            .iter()
            .zip(super::super::mean_max(&samples, &grid))
        {
            assert_eq!(
                (a.seconds, a.start_s, a.value as f32),
                (b.seconds, b.start_s, b.value as f32)
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn it_is_what_looking_at_every_window_gives(samples in whole_samples()) {
            let curve = full_curve(&samples);
            let slow = naive_curve(&samples);
            prop_assert_eq!(curve.len(), slow.len());
            for p in slow {
                prop_assert_eq!(curve.value(p.seconds), Some(p.value as f32));
                prop_assert_eq!(curve.start(p.seconds), Some(p.start_s), "{} s", p.seconds);
            }
        }

        #[test]
        fn fractions_are_exact_to_single_precision(
            samples in proptest::collection::vec(prop_oneof![30 => 0.0f64..20.0, 1 => Just(f64::NAN), 5 => Just(0.0)], 0..700),
        ) {
            let curve = full_curve(&samples);
            let slow = naive_curve(&samples);
            prop_assert_eq!(curve.len(), slow.len());
            for p in slow {
                let found = curve.at(p.seconds).unwrap();
                prop_assert!((found.value - p.value).abs() <= 1e-6 * p.value.abs().max(1e-3));
                // The window it names has that mean.
                let from = found.start_s as usize;
                let window = &samples[from..from + p.seconds as usize];
                let mean = window.iter().sum::<f64>() / window.len() as f64;
                prop_assert!((found.value - mean).abs() <= 1e-6 * mean.abs().max(1e-3));
            }
        }

        #[test]
        fn more_everywhere_is_that_much_more_at_every_duration(samples in whole_samples(), more in -300i32..300) {
            let more = f64::from(more);
            let (a, b) = (full_curve(&samples), full_curve(&samples.iter().map(|x| x + more).collect::<Vec<_>>()));
            prop_assert_eq!(a.starts(), b.starts());
            for (x, y) in a.values().iter().zip(b.values()) {
                prop_assert!((f64::from(*x) + more - f64::from(*y)).abs() < 2e-4);
            }
        }

        #[test]
        fn twice_the_samples_is_twice_the_curve(samples in whole_samples()) {
            let twice = full_curve(&samples.iter().map(|x| x * 2.0).collect::<Vec<_>>());
            prop_assert_eq!(Some(twice), full_curve(&samples).scaled(2.0));
        }

        #[test]
        fn seconds_before_the_start_move_the_windows_alone(samples in whole_samples(), before in 1usize..100) {
            let mut later = vec![f64::NAN; before];
            later.extend(&samples);
            let (a, b) = (full_curve(&samples), full_curve(&later));
            prop_assert_eq!(a.values(), b.values());
            for (x, y) in a.starts().iter().zip(b.starts()) {
                prop_assert_eq!(*x as usize + before, *y as usize);
            }
        }

        #[test]
        fn a_window_of_two_halves_is_no_better_than_the_best_half(samples in whole_samples()) {
            // What holds in place of monotony: the mean of a long window is one of its parts.
            let curve = full_curve(&samples);
            for d in 1..=curve.len() as u32 / 2 {
                let (half, whole) = (curve.value(d).unwrap(), curve.value(2 * d).unwrap());
                prop_assert!(f64::from(half) >= f64::from(whole) - 1e-4);
            }
        }

        #[test]
        fn whatever_is_recorded_the_values_are_numbers(
            samples in proptest::collection::vec(prop_oneof![
                4 => proptest::num::f64::ANY,
                4 => -2.0 * MAX_SAMPLE..2.0 * MAX_SAMPLE,
                1 => Just(1e300),
            ], 0..400),
            factor in proptest::num::f64::ANY,
        ) {
            let curve = full_curve(&samples);
            let scaled = curve.scaled(factor).unwrap_or_default();
            for v in curve.values().iter().chain(scaled.values()) {
                prop_assert!(v.is_finite());
            }
            prop_assert_eq!(FullCurve::new(curve.values().to_vec(), curve.starts().to_vec()), Some(curve));
        }
    }
}
