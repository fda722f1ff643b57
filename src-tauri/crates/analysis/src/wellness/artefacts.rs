//! Which intervals are artefacts, by three published rules, and the correction of one of them.

use super::beats::{BeatKind, Beats, RrFilter};

/// Shortest and longest interval of a heart, in milliseconds: 240 and 24 beats a minute.
const POSSIBLE_MS: (f64, f64) = (250.0, 2_500.0);

pub(crate) fn classify(beats: &Beats, filter: RrFilter) -> (Beats, Vec<bool>, Vec<BeatKind>) {
    let mut kinds = vec![BeatKind::Normal; beats.len()];
    match filter {
        RrFilter::None => {}
        RrFilter::Malik => {
            for run in beats.runs() {
                malik(&beats.rr_ms[run.clone()], &mut kinds[run]);
            }
        }
        RrFilter::GoldenCheetah => goldencheetah(&beats.rr_ms, &mut kinds),
        RrFilter::LipponenTarvainen => {
            let mut corrected = Beats::default();
            for run in beats.runs() {
                let rr = &beats.rr_ms[run.clone()];
                let own = &mut kinds[run.clone()];
                lipponen(rr, own);
                // What is neither half nor twice a heart's interval cannot be mended.
                for (kind, v) in own.iter_mut().zip(rr) {
                    if !possible(*v) && !matches!(kind, BeatKind::Missed | BeatKind::Extra) {
                        *kind = BeatKind::OutOfRange;
                    }
                }
                correct(&beats.end_ms[run], rr, own, &mut corrected);
            }
            let usable = corrected.rr_ms.iter().map(|v| possible(*v)).collect();
            return (corrected, usable, kinds);
        }
    }
    let usable = kinds.iter().map(|k| *k == BeatKind::Normal).collect();
    (beats.clone(), usable, kinds)
}

fn possible(rr: f64) -> bool {
    (POSSIBLE_MS.0..=POSSIBLE_MS.1).contains(&rr)
}

/// Refusals in a row after which the level is taken to have changed.
const AFRESH: usize = 5;

fn malik(rr: &[f64], kinds: &mut [BeatKind]) {
    let level = |from: usize| {
        let mut near: Vec<f64> = rr[from..]
            .iter()
            .copied()
            .filter(|v| possible(*v))
            .take(9)
            .collect();
        near.sort_by(f64::total_cmp);
        near.get(near.len() / 2).copied()
    };
    let Some(mut last) = level(0) else {
        kinds.fill(BeatKind::OutOfRange);
        return;
    };
    let mut refused = 0;
    for i in 0..rr.len() {
        if !possible(rr[i]) {
            kinds[i] = BeatKind::OutOfRange;
            continue;
        }
        if refused >= AFRESH {
            last = level(i).unwrap_or(last);
            refused = 0;
        }
        if (rr[i] - last).abs() > 0.2 * last {
            kinds[i] = BeatKind::Deviant;
            refused += 1;
        } else {
            (last, refused) = (rr[i], 0);
        }
    }
}

fn goldencheetah(rr: &[f64], kinds: &mut [BeatKind]) {
    const WINDOW: usize = 20;
    let inside = |v: f64| 270.0 < v && v < 2000.0;
    let mut sums = vec![(0.0, 0usize)];
    for &v in rr {
        let (sum, count) = sums[sums.len() - 1];
        sums.push(if inside(v) {
            (sum + v, count + 1)
        } else {
            (sum, count)
        });
    }
    for i in 0..rr.len() {
        let from = sums[(i + 1).saturating_sub(WINDOW)];
        let to = sums[(i + WINDOW + 1).min(rr.len())];
        kinds[i] = if inside(rr[i]) {
            // The interval itself is no part of the mean; alone, it has nothing to differ from.
            let mean = (to.0 - from.0 - rr[i]) / (to.1 - from.1 - 1) as f64;
            if (rr[i] - mean).abs() <= 0.2 * mean {
                BeatKind::Normal
            } else {
                BeatKind::Deviant
            }
        } else {
            BeatKind::OutOfRange
        };
    }
}

/// Lipponen & Tarvainen's constants: slope and intercept of the ectopic region, the factor of the
/// quartile deviation that covers 99.95 % of normal beats, and the beats around each that it and
/// the median are taken over.
const C1: f64 = 0.13;
const C2: f64 = 0.17;
const ALPHA: f64 = 5.2;
const AROUND_THRESHOLD: usize = 45;
const AROUND_MEDIAN: usize = 5;
/// Ours, for series the authors did not have in mind: very even ones, whose every change would be
/// an artefact, and ones so full of artefacts that none would be.
const LOWEST_THRESHOLD_MS: f64 = 10.0;
const HIGHEST_THRESHOLD: f64 = 0.3;

fn lipponen(rr: &[f64], kinds: &mut [BeatKind]) {
    let n = rr.len();
    if n < 4 {
        return;
    }
    let changes: Vec<f64> = std::iter::once(0.0)
        .chain(rr.windows(2).map(|pair| pair[1] - pair[0]))
        .collect();
    let medians = rolling(rr, AROUND_MEDIAN, |sorted| quantile(sorted, 0.5));
    let change: Vec<f64> = changes
        .iter()
        .zip(thresholds(&changes, &medians))
        .map(|(d, threshold)| d / threshold)
        .collect();
    let off: Vec<f64> = rr
        .iter()
        .zip(&medians)
        .map(|(v, m)| if v < m { 2.0 * (v - m) } else { v - m })
        .collect();
    let limit = thresholds(&off, &medians);
    let d = |i: usize| change.get(i).copied().unwrap_or(0.0);
    let far = |i: usize| i < n && (off[i] / limit[i]).abs() > 3.0;
    let mut i = 0;
    while i < n {
        let here = d(i);
        if here.abs() <= 1.0 {
            i += 1;
            continue;
        }
        let before = if i == 0 { 0.0 } else { d(i - 1) };
        let ectopic = if here > 1.0 {
            before.max(d(i + 1)) < -C1 * here - C2
        } else {
            before.min(d(i + 1)) > -C1 * here + C2
        };
        if ectopic {
            kinds[i] = BeatKind::Ectopic;
            if i > 0 {
                kinds[i - 1] = BeatKind::Ectopic;
            }
            i += 1;
            continue;
        }
        let last = if i + 1 < n && d(i + 1).abs() < d(i + 2).abs() {
            i + 1
        } else {
            i
        };
        let mut next = last + 1;
        for j in i..=last {
            let here = d(j);
            let long = here > 1.0 && d(j + 1).min(d(j + 2)) < -1.0;
            let short = here < -1.0 && d(j + 1).max(d(j + 2)) > 1.0;
            if !(long || short || far(j)) {
                continue;
            }
            let halves = (rr[j] / 2.0 - medians[j]).abs() < limit[j];
            let together = j + 1 < n && (rr[j] + rr[j + 1] - medians[j]).abs() < limit[j];
            if short && together {
                kinds[j] = BeatKind::Extra;
                kinds[j + 1] = BeatKind::Extra;
                next = j + 2;
                break;
            }
            kinds[j] = if long && halves {
                BeatKind::Missed
            } else {
                BeatKind::LongOrShort
            };
        }
        i = next;
    }
}

/// 5.2 times the quartile deviation of the size of the values around each.
fn thresholds(values: &[f64], medians: &[f64]) -> Vec<f64> {
    let sizes: Vec<f64> = values.iter().map(|v| v.abs()).collect();
    let spread = |sorted: &[f64]| (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2.0;
    rolling(&sizes, AROUND_THRESHOLD, spread)
        .into_iter()
        .zip(medians)
        .map(|(spread, median)| {
            (ALPHA * spread)
                .min(HIGHEST_THRESHOLD * median)
                .max(LOWEST_THRESHOLD_MS)
        })
        .collect()
}

/// A figure of the sorted values from `around` before to `around` after each, fewer at the ends.
fn rolling(values: &[f64], around: usize, figure: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut sorted: Vec<f64> = Vec::with_capacity(2 * around + 2);
    let place = |sorted: &[f64], v: f64| sorted.partition_point(|x| x.total_cmp(&v).is_lt());
    for &v in &values[..around.min(values.len())] {
        sorted.insert(place(&sorted, v), v);
    }
    (0..values.len())
        .map(|i| {
            if let Some(&v) = values.get(i + around) {
                sorted.insert(place(&sorted, v), v);
            }
            if let Some(old) = i.checked_sub(around + 1) {
                sorted.remove(place(&sorted, values[old]));
            }
            figure(&sorted)
        })
        .collect()
}

/// The quantile of sorted values, linear between them.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let at = q * (sorted.len().saturating_sub(1)) as f64;
    let low = at.floor() as usize;
    let (Some(a), b) = (sorted.get(low), sorted.get(low + 1)) else {
        return 0.0;
    };
    b.map_or(*a, |b| a + (b - a) * (at - low as f64))
}

/// Appends a run with its artefacts corrected.
fn correct(ends: &[f64], rr: &[f64], kinds: &[BeatKind], out: &mut Beats) {
    let mut before: Option<usize> = None;
    let mut ahead = 0;
    let mut first = true;
    let mut i = 0;
    while i < rr.len() {
        let mut put = |end: f64, rr: f64| {
            // Recorders' times are rough: an inserted beat must not come before the last one.
            let last = out.end_ms.last().copied().unwrap_or(end);
            out.end_ms.push(end.max(last));
            out.rr_ms.push(rr);
            out.joined.push(!std::mem::take(&mut first));
        };
        match kinds[i] {
            BeatKind::Missed => {
                put(ends[i] - rr[i] / 2.0, rr[i] / 2.0);
                put(ends[i], rr[i] / 2.0);
            }
            BeatKind::Extra if i + 1 < rr.len() => {
                put(ends[i + 1], rr[i] + rr[i + 1]);
                i += 1;
            }
            BeatKind::Normal | BeatKind::OutOfRange => put(ends[i], rr[i]),
            _ => {
                ahead = ahead.max(i + 1);
                while ahead < rr.len() && kinds[ahead] != BeatKind::Normal {
                    ahead += 1;
                }
                let after = (ahead < rr.len()).then_some(ahead);
                let value = match (before, after) {
                    (Some(a), Some(b)) => rr[a] + (rr[b] - rr[a]) * (i - a) as f64 / (b - a) as f64,
                    (Some(a), None) => rr[a],
                    (None, Some(b)) => rr[b],
                    (None, None) => rr[i],
                };
                put(ends[i], value);
            }
        }
        if kinds[i] == BeatKind::Normal {
            before = Some(i);
        }
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wellness::clean;
    use proptest::prelude::*;

    /// Intervals about 800 ms that breathe: even, with a swing of 30 ms over ten beats.
    fn breathing(n: usize) -> Vec<f64> {
        (0..n)
            .map(|i| {
                (800.0 + 30.0 * (i as f64 * 0.628).sin() + 4.0 * (i as f64 * 1.7).cos()).round()
            })
            .collect()
    }

    fn with(at: usize, remove: usize, insert: &[f64]) -> Vec<f64> {
        let mut rr = breathing(120);
        rr.splice(at..at + remove, insert.iter().copied());
        rr
    }

    fn kinds(rr: &[f64], filter: RrFilter) -> Vec<(usize, BeatKind)> {
        let found = clean(&Beats::from_intervals(rr), filter).kinds;
        found
            .into_iter()
            .enumerate()
            .filter(|(_, k)| *k != BeatKind::Normal)
            .collect()
    }

    #[test]
    fn a_steady_heart_has_no_artefact_by_any_rule() {
        for filter in [
            RrFilter::Malik,
            RrFilter::GoldenCheetah,
            RrFilter::LipponenTarvainen,
        ] {
            assert_eq!(kinds(&breathing(300), filter), []);
            assert_eq!(kinds(&[750.0; 200], filter), []);
        }
    }

    #[test]
    fn a_missed_beat_is_put_back() {
        let rr = with(60, 2, &[1605.0]);
        assert_eq!(
            kinds(&rr, RrFilter::LipponenTarvainen),
            [(60, BeatKind::Missed)]
        );
        let out = clean(&Beats::from_intervals(&rr), RrFilter::LipponenTarvainen).beats;
        assert_eq!(out.len(), 120);
        assert_eq!(out.rr_ms[60..62], [802.5, 802.5]);
    }

    #[test]
    fn an_extra_beat_is_taken_out() {
        let whole = breathing(120)[60];
        let rr = with(60, 1, &[300.0, whole - 300.0]);
        let found = kinds(&rr, RrFilter::LipponenTarvainen);
        assert_eq!(found, [(60, BeatKind::Extra), (61, BeatKind::Extra)]);
        let out = clean(&Beats::from_intervals(&rr), RrFilter::LipponenTarvainen).beats;
        assert_eq!(out.rr_ms, breathing(120));
    }

    #[test]
    fn a_premature_beat_and_its_pause_are_interpolated() {
        let rr = with(60, 2, &[520.0, 1080.0]);
        let found = kinds(&rr, RrFilter::LipponenTarvainen);
        assert_eq!(found, [(60, BeatKind::Ectopic), (61, BeatKind::Ectopic)]);
        let out = clean(&Beats::from_intervals(&rr), RrFilter::LipponenTarvainen).beats;
        assert!(out.rr_ms.iter().all(|v| (760.0..840.0).contains(v)));
        assert_eq!(kinds(&rr, RrFilter::Malik).len(), 2);
        assert_eq!(kinds(&rr, RrFilter::GoldenCheetah).len(), 2);
    }

    #[test]
    fn a_new_level_is_accepted_after_five_refusals() {
        let mut rr = vec![1000.0; 30];
        rr.extend([600.0; 30]);
        let found = kinds(&rr, RrFilter::Malik);
        assert_eq!(found.len(), AFRESH);
        assert_eq!(found[0], (30, BeatKind::Deviant));
    }

    #[test]
    fn quantiles_lie_between_sorted_values() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.25), 1.75);
        assert_eq!(quantile(&[], 0.5), 0.0);
        assert_eq!(
            rolling(&[3.0, 1.0, 2.0, 9.0], 1, |s| quantile(s, 0.5)),
            [2.0, 2.0, 2.0, 5.5]
        );
    }

    proptest! {
        #[test]
        fn any_intervals_are_classified_one_by_one(
            rr in proptest::collection::vec(prop_oneof![any::<f64>(), 200.0..2600.0_f64, 600.0..900.0_f64], 0..160),
        ) {
            let beats = Beats::from_intervals(&rr);
            for filter in [RrFilter::None, RrFilter::Malik, RrFilter::GoldenCheetah, RrFilter::LipponenTarvainen] {
                let out = clean(&beats, filter);
                prop_assert_eq!(out.kinds.len(), beats.len());
                prop_assert_eq!(out.usable.len(), out.beats.len());
                prop_assert_eq!(out.beats.joined.len(), out.beats.len());
                prop_assert!(out.beats.rr_ms.iter().all(|v| v.is_finite() && *v > 0.0));
                prop_assert!(out.beats.end_ms.is_sorted());
                if let Some(share) = out.artefact_share() {
                    prop_assert!((0.0..=1.0).contains(&share));
                }
            }
        }
    }
}
