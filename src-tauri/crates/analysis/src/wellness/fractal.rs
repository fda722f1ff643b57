use super::beats::CleanBeats;
use super::variability::{starts, window_and_step};
use serde::{Deserialize, Serialize};

/// α1 at about the first ventilatory threshold (Rogers 2021, Front Physiol 11:596567).
pub const ALPHA1_AT_VT1: f64 = 0.75;
/// α1 at about the second ventilatory threshold (Rogers 2021, J Funct Morphol Kinesiol 6:38).
pub const ALPHA1_AT_VT2: f64 = 0.5;
/// Share of artefacts above which α1 is not to be trusted.
pub const ALPHA1_MAX_ARTEFACTS: f64 = 0.03;
/// Intervals below which α1 is not to be trusted.
pub const ALPHA1_MIN_BEATS: usize = 100;

const SCALES: std::ops::RangeInclusive<usize> = 4..=16;

/// The slope of fluctuation over scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alpha1 {
    /// About 1.5 for a random walk, 1 for 1/f noise, 0.5 for white noise.
    pub alpha1: f64,
    /// Coefficient of determination of the fit.
    pub r2: f64,
}

/// Short-term scaling exponent of detrended fluctuation analysis (Peng 1995, Chaos 5:82).
///
/// The intervals less their mean are summed up, cut into windows of n beats from the front and,
/// where some are left over, from the back too, and freed of a straight line each;
/// `F(n)` is the root of the mean square of the rest and α1 the slope of `log F` over `log n`, n from 4 to
/// 16. Intervals in milliseconds; the unit and any constant added cancel. Kubios removes a slow
/// trend first (smoothness priors, λ 500), which is not done here and lowers α1 where heart rate
/// drifts. None for fewer than 32 intervals, values that are not numbers or beyond 10⁶, and a
/// series without variation.
#[must_use]
pub fn dfa_alpha1(rr_ms: &[f64]) -> Option<Alpha1> {
    let n = rr_ms.len();
    if n < 2 * SCALES.end() || !rr_ms.iter().all(|v| v.abs() <= 1e6) {
        return None;
    }
    let mean = rr_ms.iter().sum::<f64>() / n as f64;
    let mut sum = 0.0;
    let profile: Vec<f64> = rr_ms
        .iter()
        .map(|v| {
            sum += v - mean;
            sum
        })
        .collect();
    let mut points = Vec::with_capacity(13);
    for scale in SCALES {
        let front = profile.chunks_exact(scale);
        let back = front.remainder().len();
        let mut rest: f64 = front.map(unexplained).sum();
        let mut windows = n / scale;
        if back > 0 {
            rest += profile[back..]
                .chunks_exact(scale)
                .map(unexplained)
                .sum::<f64>();
            windows *= 2;
        }
        let fluctuation = (rest / (windows * scale) as f64).sqrt();
        if fluctuation <= 1e-6 {
            return None;
        }
        points.push(((scale as f64).ln(), fluctuation.ln()));
    }
    let k = points.len() as f64;
    let (mx, my) = (
        points.iter().map(|p| p.0).sum::<f64>() / k,
        points.iter().map(|p| p.1).sum::<f64>() / k,
    );
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        xx += (x - mx) * (x - mx);
        xy += (x - mx) * (y - my);
        yy += (y - my) * (y - my);
    }
    Some(Alpha1 {
        alpha1: xy / xx,
        r2: if yy > 0.0 {
            (xy * xy / (xx * yy)).min(1.0)
        } else {
            1.0
        },
    })
}

/// Squared deviations from the best straight line.
fn unexplained(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let middle = (n - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / n;
    let (mut xy, mut yy) = (0.0, 0.0);
    for (i, v) in values.iter().enumerate() {
        xy += (i as f64 - middle) * (v - mean);
        yy += (v - mean) * (v - mean);
    }
    let xx = n * (n * n - 1.0) / 12.0;
    (yy - xy * xy / xx).max(0.0)
}

/// Whether an α1 may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alpha1Validity {
    /// Enough beats, artefacts at most [`ALPHA1_MAX_ARTEFACTS`], no gap.
    Valid,
    /// Fewer than [`ALPHA1_MIN_BEATS`] intervals.
    TooFewBeats,
    /// More artefacts than [`ALPHA1_MAX_ARTEFACTS`].
    TooManyArtefacts,
    /// Beats are missing in the window.
    Gap,
}

/// α1 of one window of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alpha1Window {
    /// Seconds from the start of the recording to the start of the window.
    pub from_s: f64,
    /// Seconds from the start of the recording to its end.
    pub to_s: f64,
    /// The exponent.
    pub alpha1: f64,
    /// Coefficient of determination of its fit.
    pub r2: f64,
    /// Beats a minute.
    pub mean_hr: f64,
    /// Intervals in it.
    pub beats: usize,
    /// Share of recorded intervals that were artefacts, 0 to 1.
    pub artefact_share: f64,
    /// Whether to believe it.
    pub validity: Alpha1Validity,
}

/// α1 over an activity in windows of `window_s` seconds (10 to 3,600; 120 in the studies), `step_s`
/// (1 to 3,600) apart.
///
/// Use [`super::RrFilter::LipponenTarvainen`], as the studies did; with a rule that leaves
/// intervals out, those on both sides are set side by side. Values are given with their
/// [`Alpha1Validity`], never withheld for it; thresholds may be read only from a ramp test, at
/// [`ALPHA1_AT_VT1`] and [`ALPHA1_AT_VT2`], with a chest strap.
#[must_use]
pub fn alpha1_over(clean: &CleanBeats, window_s: f64, step_s: f64) -> Vec<Alpha1Window> {
    let (window, step) = window_and_step(window_s, step_s);
    let ends = &clean.beats.end_ms;
    let windows = starts(ends, window, step).into_iter().filter_map(|from| {
        let to = from + window;
        let range = ends.partition_point(|t| *t <= from)..ends.partition_point(|t| *t <= to);
        let gap = clean.beats.joined[range.clone()].iter().skip(1).any(|j| !j);
        let rr: Vec<f64> = range
            .filter(|i| clean.usable[*i])
            .map(|i| clean.beats.rr_ms[i])
            .collect();
        let found = dfa_alpha1(&rr)?;
        let artefact_share = clean.artefact_share_in(from, to).unwrap_or(0.0);
        Some(Alpha1Window {
            from_s: from / 1000.0,
            to_s: to / 1000.0,
            alpha1: found.alpha1,
            r2: found.r2,
            mean_hr: 60_000.0 * rr.len() as f64 / rr.iter().sum::<f64>(),
            beats: rr.len(),
            artefact_share,
            validity: if rr.len() < ALPHA1_MIN_BEATS {
                Alpha1Validity::TooFewBeats
            } else if artefact_share > ALPHA1_MAX_ARTEFACTS {
                Alpha1Validity::TooManyArtefacts
            } else if gap {
                Alpha1Validity::Gap
            } else {
                Alpha1Validity::Valid
            },
        })
    });
    windows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wellness::{Beats, RrFilter, clean};
    use proptest::prelude::*;

    /// Even numbers in −0.5..0.5 from a linear congruential generator.
    fn noise(n: usize) -> Vec<f64> {
        let mut state = 12_345u64;
        (0..n)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
            })
            .collect()
    }

    fn summed(values: &[f64]) -> Vec<f64> {
        let mut sum = 0.0;
        values
            .iter()
            .map(|v| {
                sum += v;
                sum
            })
            .collect()
    }

    #[test]
    fn white_noise_has_a_half_and_a_random_walk_one_and_a_half() {
        // Peng 1995; at scales of 4 to 16 beats white noise comes out a little higher.
        let white = dfa_alpha1(&noise(20_000)).unwrap();
        assert!((0.48..0.62).contains(&white.alpha1), "{white:?}");
        let walk = dfa_alpha1(&summed(&noise(20_000))).unwrap();
        assert!((1.4..1.65).contains(&walk.alpha1), "{walk:?}");
        assert!(white.r2 > 0.99 && walk.r2 > 0.99);
    }

    #[test]
    fn windows_say_why_they_are_not_to_be_believed() {
        let wave: Vec<f64> = noise(900).iter().map(|v| 500.0 + 40.0 * v).collect();
        let whole = alpha1_over(
            &clean(&Beats::from_intervals(&wave), RrFilter::default()),
            120.0,
            30.0,
        );
        assert!(whole.len() > 8);
        assert!(
            whole
                .iter()
                .all(|w| w.validity == Alpha1Validity::Valid && (w.mean_hr - 120.0).abs() < 2.0)
        );
        let mut holed = wave.clone();
        holed[300] = f64::NAN;
        let found = alpha1_over(
            &clean(&Beats::from_intervals(&holed), RrFilter::default()),
            120.0,
            30.0,
        );
        assert!(found.iter().any(|w| w.validity == Alpha1Validity::Gap));
        let mut dirty = wave.clone();
        for i in (100..400).step_by(12) {
            dirty[i] = 1000.0;
        }
        let found = alpha1_over(
            &clean(&Beats::from_intervals(&dirty), RrFilter::default()),
            120.0,
            30.0,
        );
        assert!(
            found
                .iter()
                .any(|w| w.validity == Alpha1Validity::TooManyArtefacts)
        );
        let short = alpha1_over(
            &clean(&Beats::from_intervals(&wave), RrFilter::default()),
            30.0,
            30.0,
        );
        assert!(
            short
                .iter()
                .all(|w| w.validity == Alpha1Validity::TooFewBeats)
        );
    }

    proptest! {
        #[test]
        fn the_unit_and_a_constant_cancel(
            rr in proptest::collection::vec(400.0..900.0_f64, 64..200), k in 0.1..5.0_f64, c in -300.0..300.0_f64,
        ) {
            let other: Vec<f64> = rr.iter().map(|v| v * k + c).collect();
            let (a, b) = (dfa_alpha1(&rr).unwrap(), dfa_alpha1(&other).unwrap());
            prop_assert!((a.alpha1 - b.alpha1).abs() < 1e-6);
        }

        #[test]
        fn nothing_is_ever_not_finite(
            rr in proptest::collection::vec(prop_oneof![any::<f64>(), 0.0..3000.0_f64], 0..200),
            window in any::<f64>(), step in any::<f64>(),
        ) {
            let found = dfa_alpha1(&rr);
            prop_assert!(found.is_none_or(|a| a.alpha1.is_finite() && a.r2.is_finite()));
            let beats = clean(&Beats::from_intervals(&rr), RrFilter::default());
            for w in alpha1_over(&beats, window, step) {
                prop_assert!([w.alpha1, w.r2, w.mean_hr, w.from_s, w.to_s, w.artefact_share].iter().all(|v| v.is_finite()));
            }
        }
    }
}
