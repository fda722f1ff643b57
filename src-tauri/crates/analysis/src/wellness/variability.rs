use super::beats::CleanBeats;
use serde::{Deserialize, Serialize};

/// Which intervals count as between normal beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Habit {
    /// An interval counts if it is usable, a difference if both of its intervals are and follow on
    /// one another. Five-minute segments count where at least half of their time is covered.
    #[default]
    Paceline,
    /// An interval counts if it and the one before are usable, a difference if three in a row are;
    /// time gaps part nothing and any segment counts.
    GoldenCheetah,
}

/// Heart-rate variability in the time domain (Task Force of the ESC and NASPE 1996, Circulation
/// 93:1043); figures without enough beats are absent.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Variability {
    /// Intervals that counted.
    pub beats: usize,
    /// Share of recorded intervals that were artefacts, 0 to 1.
    pub artefact_share: Option<f64>,
    /// Milliseconds, mean interval (AVNN).
    pub mean_rr_ms: Option<f64>,
    /// Beats a minute, 60,000 over the mean interval.
    pub mean_hr: Option<f64>,
    /// Milliseconds, root mean square of successive differences.
    pub rmssd_ms: Option<f64>,
    /// Natural logarithm of rMSSD in milliseconds; absent where rMSSD is 0.
    pub ln_rmssd: Option<f64>,
    /// Milliseconds, standard deviation (n − 1) of the intervals.
    pub sdnn_ms: Option<f64>,
    /// Milliseconds, standard deviation (n − 1) of the means of 5-minute segments.
    pub sdann_ms: Option<f64>,
    /// Milliseconds, mean of the standard deviations (n − 1) within 5-minute segments.
    pub sdnn_index_ms: Option<f64>,
    /// Percent of successive differences above 50 ms.
    pub pnn50: Option<f64>,
    /// Percent of successive differences above 20 ms.
    pub pnn20: Option<f64>,
}

const SEGMENT_MS: f64 = 300_000.0;

/// Sum, mean and squared deviations, kept exact by Welford's update.
#[derive(Clone, Copy, Default)]
struct Spread {
    n: usize,
    mean: f64,
    squares: f64,
    sum: f64,
}

impl Spread {
    fn add(&mut self, v: f64) {
        self.n += 1;
        self.sum += v;
        let d = v - self.mean;
        self.mean += d / self.n as f64;
        self.squares += d * (v - self.mean);
    }

    fn deviation(&self) -> Option<f64> {
        (self.n > 1).then(|| (self.squares / (self.n - 1) as f64).sqrt())
    }
}

fn counts(clean: &CleanBeats, habit: Habit) -> Vec<bool> {
    match habit {
        Habit::Paceline => clean.usable.clone(),
        Habit::GoldenCheetah => (0..clean.usable.len())
            .map(|i| i > 0 && clean.usable[i] && clean.usable[i - 1])
            .collect(),
    }
}

/// The figures of a whole recording.
///
/// Standard deviations divide by n − 1. Segments of SDANN and the SDNN index are 5 minutes of
/// recording time. Gaps: see [`Habit`]; a gap in time is no difference. With
/// [`super::RrFilter::LipponenTarvainen`] corrected intervals count, as their authors do; with the
/// other rules artefacts are left out and nothing takes their place.
#[must_use]
pub fn variability(clean: &CleanBeats, habit: Habit) -> Variability {
    let rr = &clean.beats.rr_ms;
    let ok = counts(clean, habit);
    let mut all = Spread::default();
    let (mut squares, mut pairs, mut above50, mut above20) = (0.0, 0usize, 0usize, 0usize);
    let (mut means, mut within) = (Spread::default(), Spread::default());
    let mut segment = Spread::default();
    let mut number = None;
    let mut close = |segment: &Spread| {
        if segment.n > 0 && (habit == Habit::GoldenCheetah || segment.sum >= SEGMENT_MS / 2.0) {
            means.add(segment.mean);
            if let Some(deviation) = segment.deviation() {
                within.add(deviation);
            }
        }
    };
    for i in 0..rr.len() {
        if !ok[i] {
            continue;
        }
        let own = (clean.beats.end_ms[i] / SEGMENT_MS).floor();
        if number != Some(own) {
            close(&segment);
            (segment, number) = (Spread::default(), Some(own));
        }
        all.add(rr[i]);
        segment.add(rr[i]);
        let joined = clean.beats.joined[i] || habit == Habit::GoldenCheetah;
        if i > 0 && ok[i - 1] && joined {
            let difference = (rr[i] - rr[i - 1]).abs();
            squares += difference * difference;
            pairs += 1;
            above50 += usize::from(difference > 50.0);
            above20 += usize::from(difference > 20.0);
        }
    }
    close(&segment);
    let of_pairs = |v: f64| (pairs > 0).then(|| v / pairs as f64);
    let rmssd = of_pairs(squares).map(f64::sqrt);
    let mean_rr = (all.n > 0).then_some(all.mean);
    Variability {
        beats: all.n,
        artefact_share: clean.artefact_share(),
        mean_rr_ms: mean_rr,
        mean_hr: mean_rr.map(|v| 60_000.0 / v).filter(|v| v.is_finite()),
        rmssd_ms: rmssd,
        ln_rmssd: rmssd.filter(|v| *v > 0.0).map(f64::ln),
        sdnn_ms: all.deviation(),
        sdann_ms: means.deviation(),
        sdnn_index_ms: (within.n > 0).then_some(within.mean),
        pnn50: of_pairs(100.0 * above50 as f64),
        pnn20: of_pairs(100.0 * above20 as f64),
    }
}

/// rMSSD of one window of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RmssdWindow {
    /// Seconds from the start of the recording to the start of the window.
    pub from_s: f64,
    /// Seconds from the start of the recording to its end.
    pub to_s: f64,
    /// Milliseconds.
    pub rmssd_ms: f64,
    /// Beats a minute.
    pub mean_hr: f64,
    /// Successive differences in it.
    pub pairs: usize,
    /// Share of recorded intervals that were artefacts, 0 to 1.
    pub artefact_share: f64,
}

/// Differences a window must hold to have a value.
const FEWEST_PAIRS: usize = 10;

/// Starts of windows in milliseconds, `step` apart, that hold an interval; at most 100,000.
pub(crate) fn starts(ends: &[f64], window: f64, step: f64) -> Vec<f64> {
    let mut out = Vec::new();
    let (Some(&first), Some(&last)) = (ends.first(), ends.last()) else {
        return out;
    };
    let (mut k, mut at) = ((first / step).floor().max(0.0), 0);
    while k * step < last && out.len() < 100_000 {
        let from = k * step;
        while at < ends.len() && ends[at] <= from {
            at += 1;
        }
        let Some(&next) = ends.get(at) else { break };
        if next > from + window {
            // Nothing until the next interval: go on with the first window that holds it.
            k = ((next - window) / step).floor().max(k) + 1.0;
            continue;
        }
        if from + window <= last || out.is_empty() {
            out.push(from);
        }
        k += 1.0;
    }
    out
}

/// rMSSD over an activity in windows of `window_s` seconds (10 to 3,600), `step_s` (1 to 3,600)
/// apart; a window takes the intervals that end in it.
///
/// Windows with fewer than 10 differences are left out, as is the rest that fills no window; a
/// recording shorter than one has one window.
/// rMSSD falls with intensity: compare it only at equal heart rate.
#[must_use]
pub fn rmssd_over(clean: &CleanBeats, window_s: f64, step_s: f64) -> Vec<RmssdWindow> {
    let (window, step) = window_and_step(window_s, step_s);
    let (ends, rr) = (&clean.beats.end_ms, &clean.beats.rr_ms);
    // Sums up to each interval: of usable time and number, of squared differences and number.
    let mut sums = vec![(0.0, 0usize, 0.0, 0usize)];
    for i in 0..rr.len() {
        let (mut time, mut n, mut squares, mut pairs) = sums[i];
        if clean.usable[i] {
            time += rr[i];
            n += 1;
            if i > 0 && clean.usable[i - 1] && clean.beats.joined[i] {
                squares += (rr[i] - rr[i - 1]).powi(2);
                pairs += 1;
            }
        }
        sums.push((time, n, squares, pairs));
    }
    starts(ends, window, step)
        .into_iter()
        .filter_map(|from| {
            let to = from + window;
            let a = ends.partition_point(|t| *t <= from);
            let b = ends.partition_point(|t| *t <= to);
            // The first interval's difference reaches back out of the window.
            let (before, inner, after) = (sums[a], sums[(a + 1).min(b)], sums[b]);
            let pairs = after.3 - inner.3;
            let n = after.1 - before.1;
            (pairs >= FEWEST_PAIRS).then(|| RmssdWindow {
                from_s: from / 1000.0,
                to_s: to / 1000.0,
                rmssd_ms: ((after.2 - inner.2).max(0.0) / pairs as f64).sqrt(),
                mean_hr: 60_000.0 * n as f64 / (after.0 - before.0),
                pairs,
                artefact_share: clean.artefact_share_in(from, to).unwrap_or(0.0),
            })
        })
        .collect()
}

/// Milliseconds, held within sense; what is not a number is the shortest.
pub(crate) fn window_and_step(window_s: f64, step_s: f64) -> (f64, f64) {
    let held = |seconds: f64, shortest: f64| {
        if seconds.is_nan() {
            shortest
        } else {
            seconds.clamp(shortest, 3600.0)
        }
    };
    (held(window_s, 10.0) * 1000.0, held(step_s, 1.0) * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wellness::{Beats, RrFilter, clean};
    use proptest::prelude::*;

    fn of(rr: &[f64], habit: Habit) -> Variability {
        variability(&clean(&Beats::from_intervals(rr), RrFilter::None), habit)
    }

    #[test]
    fn figures_follow_the_task_forces_definitions() {
        // Differences 50, −60, 10, 20: squares 2500 + 3600 + 100 + 400 = 6600 over 4.
        let v = of(&[800.0, 850.0, 790.0, 800.0, 820.0], Habit::Paceline);
        assert!((v.rmssd_ms.unwrap() - 1650.0_f64.sqrt()).abs() < 1e-9);
        assert!((v.ln_rmssd.unwrap() - 1650.0_f64.sqrt().ln()).abs() < 1e-9);
        assert_eq!((v.pnn50, v.pnn20), (Some(25.0), Some(50.0)));
        assert_eq!((v.mean_rr_ms, v.beats), (Some(812.0), 5));
        assert!((v.mean_hr.unwrap() - 73.892).abs() < 0.001);
        // Squares about 812: 144 + 1444 + 484 + 144 + 64 = 2280 over 4.
        assert!((v.sdnn_ms.unwrap() - 570.0_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn segments_of_five_minutes_have_a_deviation_between_and_within() {
        let mut rr = Vec::new();
        for level in [800.0, 1000.0, 900.0] {
            let beats = (300_000.0 / level) as usize / 2;
            for _ in 0..beats {
                rr.extend([level - 10.0, level + 10.0]);
            }
        }
        let v = of(&rr, Habit::Paceline);
        assert!((v.sdann_ms.unwrap() - 100.0).abs() < 2.0, "{v:?}");
        assert!((v.sdnn_index_ms.unwrap() - 10.0).abs() < 2.0, "{v:?}");
        assert!(v.sdnn_ms.unwrap() > 75.0);
    }

    #[test]
    fn a_difference_never_reaches_over_a_gap() {
        let v = of(&[800.0, 810.0, f64::NAN, 500.0, 510.0], Habit::Paceline);
        assert!((v.rmssd_ms.unwrap() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn goldencheetahs_habit_leaves_out_the_interval_after_an_artefact() {
        let rr = [800.0, 810.0, 3000.0, 800.0, 810.0, 820.0];
        let found = clean(&Beats::from_intervals(&rr), RrFilter::GoldenCheetah);
        assert_eq!(variability(&found, Habit::Paceline).beats, 5);
        assert_eq!(variability(&found, Habit::GoldenCheetah).beats, 3);
    }

    #[test]
    fn windows_show_where_an_activity_was_calm() {
        let mut rr = Vec::new();
        for i in 0..750 {
            rr.push(if i % 2 == 0 { 380.0 } else { 420.0 });
        }
        for i in 0..376 {
            rr.push(if i % 2 == 0 { 799.0 } else { 801.0 });
        }
        let found = rmssd_over(
            &clean(&Beats::from_intervals(&rr), RrFilter::None),
            60.0,
            30.0,
        );
        assert_eq!(found.len(), 19);
        assert!((found[0].rmssd_ms - 40.0).abs() < 1e-6 && (found[0].mean_hr - 150.0).abs() < 1.0);
        assert!((found[18].rmssd_ms - 2.0).abs() < 1e-6 && (found[18].mean_hr - 75.0).abs() < 1.0);
    }

    proptest! {
        #[test]
        fn figures_scale_with_the_intervals(
            rr in proptest::collection::vec(400.0..900.0_f64, 3..200), k in 0.5..2.0_f64,
        ) {
            let scaled: Vec<f64> = rr.iter().map(|v| v * k).collect();
            let (a, b) = (of(&rr, Habit::Paceline), of(&scaled, Habit::Paceline));
            for (x, y) in [(a.rmssd_ms, b.rmssd_ms), (a.sdnn_ms, b.sdnn_ms), (a.mean_rr_ms, b.mean_rr_ms)] {
                prop_assert!((x.unwrap() * k - y.unwrap()).abs() < 1e-6);
            }
        }

        #[test]
        fn a_constant_added_changes_neither_difference_nor_deviation(
            rr in proptest::collection::vec(400.0..900.0_f64, 3..200), c in 1.0..300.0_f64,
        ) {
            let moved: Vec<f64> = rr.iter().map(|v| v + c).collect();
            let (a, b) = (of(&rr, Habit::Paceline), of(&moved, Habit::Paceline));
            prop_assert!((a.rmssd_ms.unwrap() - b.rmssd_ms.unwrap()).abs() < 1e-6);
            prop_assert!((a.sdnn_ms.unwrap() - b.sdnn_ms.unwrap()).abs() < 1e-6);
        }

        #[test]
        fn nothing_is_ever_not_finite(
            rr in proptest::collection::vec(prop_oneof![any::<f64>(), 0.0..3000.0_f64], 0..200),
            recorded in proptest::collection::vec(any::<(i32, u16)>(), 0..60),
            window in any::<f64>(), step in any::<f64>(),
        ) {
            for beats in [Beats::from_intervals(&rr), Beats::from_recorded(&recorded)] {
                for filter in [RrFilter::None, RrFilter::Malik, RrFilter::GoldenCheetah, RrFilter::LipponenTarvainen] {
                    let found = clean(&beats, filter);
                    for habit in [Habit::Paceline, Habit::GoldenCheetah] {
                        let v = variability(&found, habit);
                        for f in [v.mean_rr_ms, v.mean_hr, v.rmssd_ms, v.ln_rmssd, v.sdnn_ms, v.sdann_ms,
                            v.sdnn_index_ms, v.pnn50, v.pnn20, v.artefact_share] {
                            prop_assert!(f.is_none_or(f64::is_finite));
                        }
                    }
                    for w in rmssd_over(&found, window, step) {
                        prop_assert!(w.rmssd_ms.is_finite() && w.mean_hr.is_finite());
                    }
                }
            }
        }
    }
}
