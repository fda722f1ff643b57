use super::figures::{figures, first_second};
use super::segment::{Segment, Sums, segments};
use crate::Seconds;
use paceline_model::{AthleteSettings, Interval, IntervalKind, IntervalSource, Sport};
use serde::{Deserialize, Serialize};

/// What intervals were found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Basis {
    Power,
    Speed,
    HeartRate,
}

/// Intervals before laps and the athlete have their say.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// What they were found by; absent where nothing recorded could show them.
    pub basis: Option<Basis>,
    /// Watts, metres per second or beats per minute that count as threshold.
    pub reference: f64,
    /// In the order of time, from the first second to the last; empty where nothing stands out.
    pub intervals: Vec<Interval>,
}

/// The limits of a basis, as shares of the threshold.
struct Limits {
    /// Work is never below the first; from the second on, it may be whatever the session does.
    level: (f64, f64),
    /// How far an effort stands out from what is beside it.
    contrast: f64,
    /// Differences of mean below this are one level.
    step: f64,
    /// Noise is at least this.
    floor: f64,
    /// Seconds an isolated effort lasts, and one that is repeated.
    alone_s: usize,
    repeated_s: usize,
    /// Seconds by which the signal follows the effort.
    lag_s: i32,
}

impl Basis {
    const fn limits(self) -> Limits {
        match self {
            Self::Power => Limits {
                level: (0.75, 0.87),
                contrast: 0.15,
                step: 0.05,
                floor: 0.025,
                alone_s: 60,
                repeated_s: 10,
                lag_s: 0,
            },
            Self::Speed => Limits {
                level: (0.82, 0.93),
                contrast: 0.10,
                step: 0.04,
                floor: 0.02,
                alone_s: 60,
                repeated_s: 15,
                lag_s: 0,
            },
            Self::HeartRate => Limits {
                level: (0.84, 0.92),
                contrast: 0.10,
                step: 0.03,
                floor: 0.01,
                alone_s: 150,
                repeated_s: 90,
                lag_s: 20,
            },
        }
    }
}

/// A level within an effort lasts this long at least, seconds.
const LEVEL_S: usize = 30;

/// An effort in seconds of the signal.
#[derive(Debug, Clone, Copy)]
struct Effort {
    a: usize,
    b: usize,
    mean: f64,
    /// How suddenly, how evenly and how far it stands out, 0 to 1.
    clear: f64,
    /// How evenly it goes, 0 to 1.
    even: f64,
    /// Whether it is one level of an effort of several.
    part: bool,
}

impl Effort {
    const fn len(&self) -> usize {
        self.b - self.a
    }
}

/// Finds work and what lies between, in power where most seconds have one, else in speed for
/// sports that go by pace, else in heart rate.
///
/// 1. Change points of the signal ([`segments`]). Seconds not recorded count as standing still.
/// 2. The level of work: half way between the two groups into which the session's own levels fall
///    (Otsu 1979), held between two shares of the threshold (power 75 and 87 %, speed 82 and 93 %,
///    heart rate 84 and 92 %). Without a setting the threshold is 95 % of the best 20 minutes.
/// 3. Runs above it are efforts; a dip of up to 30 s and a tenth of both sides, or one too shallow
///    to be a rest, does not part them. An effort of several levels stays parted where the levels
///    change suddenly and by more than its noise: over-unders, pyramids without rests.
/// 4. An effort must stand out from the two minutes on either side by 15 % of threshold (speed and
///    heart rate 10), last a minute, and begin, end and go on clearly enough; a shorter one counts
///    if it is done three times alike.
/// 5. What is before the first effort is warm-up, after the last cool-down, between them recovery.
///
/// Heart rate follows effort by half a minute and more: edges are moved 20 s forward, efforts under
/// 90 s cannot be seen, and confidence is halved.
#[must_use]
pub fn detect(seconds: &Seconds, settings: &AthleteSettings) -> Detection {
    let none = |basis, reference| Detection {
        basis,
        reference,
        intervals: Vec::new(),
    };
    let Some((basis, x)) = signal(seconds) else {
        return none(None, 0.0);
    };
    let set = match (basis, seconds.sport()) {
        (Basis::Power, Sport::Cycling) => settings.ftp_w,
        (Basis::Speed, Sport::Running) => settings.threshold_speed,
        (Basis::Speed, Sport::Swimming) => settings.critical_swim_speed,
        (Basis::HeartRate, _) => settings.threshold_hr,
        _ => None,
    };
    let given = set.filter(|r| r.is_finite() && *r > 0.0);
    let reference = given.unwrap_or_else(|| 0.95 * best(&x, 1200));
    if !reference.is_finite() || reference <= 0.0 {
        return none(Some(basis), 0.0);
    }
    let limits = basis.limits();
    // Shares of threshold; a sprint must not outweigh minutes.
    let x: Vec<f64> = x.iter().map(|v| (v / reference).clamp(0.0, 2.5)).collect();
    let parts = segments(&x, limits.floor, limits.step);
    let efforts = efforts(&x, &parts, &limits);
    let first = first_second(seconds);
    let at = |s: usize| (first + s as i64).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
    let shift = |s: usize| {
        if s == 0 || s == x.len() {
            at(s)
        } else {
            at(s).saturating_sub(limits.lag_s).max(at(0))
        }
    };
    let mut intervals = Vec::new();
    let mut add = |a: usize, b: usize, kind, confidence: f64| {
        let (start_s, end_s) = (shift(a), shift(b));
        if start_s < end_s {
            intervals.push(Interval {
                start_s,
                end_s,
                kind,
                source: IntervalSource::Detected,
                name: None,
                confidence: if basis == Basis::HeartRate {
                    0.5 * confidence
                } else {
                    confidence
                },
                group: None,
                figures: figures(seconds, start_s, end_s),
            });
        }
    };
    let mut end = 0;
    for (k, e) in efforts.iter().enumerate() {
        let kind = if k == 0 {
            IntervalKind::WarmUp
        } else {
            IntervalKind::Recovery
        };
        if e.a > end {
            add(end, e.a, kind, e.clear);
        }
        add(e.a, e.b, IntervalKind::Work, e.clear);
        end = e.b;
    }
    if let Some(last) = efforts.last().filter(|_| end < x.len()) {
        add(end, x.len(), IntervalKind::CoolDown, last.clear);
    }
    Detection {
        basis: Some(basis),
        reference,
        intervals,
    }
}

fn signal(seconds: &Seconds) -> Option<(Basis, Vec<f64>)> {
    let recorded = seconds.recorded.iter().filter(|r| **r).count();
    let mostly = |v: &[f64]| 2 * v.iter().filter(|x| **x > 0.0).count() > recorded;
    let filled = |v: &[f64]| {
        v.iter()
            .map(|x| if x.is_finite() { *x } else { 0.0 })
            .collect()
    };
    if recorded < 60 {
        return None;
    }
    if mostly(&seconds.power) {
        return Some((Basis::Power, filled(&seconds.power)));
    }
    let by_pace = matches!(
        seconds.sport(),
        Sport::Running | Sport::Rowing | Sport::Swimming | Sport::Walking | Sport::Paddling
    );
    // Between the walls of a pool nobody measures; the lengths are the intervals there.
    if by_pace && seconds.input.lengths.is_empty() && mostly(&seconds.speed) {
        return Some((Basis::Speed, filled(&seconds.speed)));
    }
    if mostly(&seconds.heart_rate) {
        let first = seconds.heart_rate.iter().find(|v| **v > 0.0);
        let mut last = *first?;
        let held = seconds.heart_rate.iter().map(|v| {
            if *v > 0.0 && v.is_finite() {
                last = *v;
            }
            last
        });
        return Some((Basis::HeartRate, held.collect()));
    }
    None
}

/// The best mean over `window` seconds, or over all where there are fewer.
fn best(x: &[f64], window: usize) -> f64 {
    let sums = Sums::new(x);
    let w = window.min(x.len());
    (w..=x.len())
        .map(|b| sums.mean(b - w, b))
        .fold(0.0, f64::max)
}

/// Half way between the means of the two groups of levels that differ most from each other and
/// least within (Otsu), each level weighing as long as it lasts.
fn half_way(parts: &[Segment]) -> f64 {
    let mut by_level: Vec<(f64, f64)> = parts.iter().map(|p| (p.mean, p.len() as f64)).collect();
    by_level.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = by_level.iter().map(|p| p.1).sum();
    let sum: f64 = by_level.iter().map(|p| p.0 * p.1).sum();
    let (mut w, mut s) = (0.0, 0.0);
    let mut top = (f64::NEG_INFINITY, 0.0);
    for (level, weight) in &by_level[..by_level.len().saturating_sub(1)] {
        w += weight;
        s += level * weight;
        let (low, high) = (s / w, (sum - s) / (total - w));
        let between = w * (total - w) * (high - low) * (high - low);
        if between > top.0 {
            top = (between, (low + high) / 2.0);
        }
    }
    top.1
}

fn efforts(x: &[f64], parts: &[Segment], limits: &Limits) -> Vec<Effort> {
    let level = half_way(parts).clamp(limits.level.0, limits.level.1);
    let sums = Sums::new(x);
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (k, p) in parts.iter().enumerate() {
        if p.mean < level {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.1 == k => run.1 = k + 1,
            _ => runs.push((k, k + 1)),
        }
    }
    let span = |r: &(usize, usize)| (parts[r.0].a, parts[r.1 - 1].b);
    let spans: Vec<(usize, usize)> = runs.iter().map(span).collect();
    let joined = join(&runs, &spans, &sums, limits, 30.0, |_| false);
    // A rest between efforts alike is meant, however short; another is a descent or a crossing.
    let spans: Vec<(usize, usize)> = joined.iter().map(span).collect();
    let meant = |k: usize| {
        let ((a, b), (c, d)) = (spans[k - 1], spans[k]);
        like(b - a, d - c, 15, 3)
    };
    let joined = join(&joined, &spans, &sums, limits, 90.0, meant);
    let bounds: Vec<(usize, usize)> = joined.iter().map(span).collect();
    let mut found: Vec<Effort> = Vec::new();
    for (k, &(a, b)) in bounds.iter().enumerate() {
        let before = if k == 0 { 0 } else { bounds[k - 1].1 };
        let after = bounds.get(k + 1).map_or(x.len(), |n| n.0);
        let mean = sums.mean(a, b);
        let rest = [
            sums.mean(a.saturating_sub(120).max(before), a),
            sums.mean(b, (b + 120).min(after)),
        ];
        let contrast = mean - rest[0].max(rest[1]);
        // The last effort of a run that ends with the recording has nothing after it.
        if contrast < limits.contrast || b - a < limits.repeated_s {
            continue;
        }
        let edge = |at: usize, up: bool| {
            let near = 15.min((b - a) / 2).max(1);
            let (out, inside) = if up {
                (
                    sums.mean(at.saturating_sub(near), at),
                    sums.mean(at, at + near),
                )
            } else {
                (
                    sums.mean(at, (at + near).min(x.len())),
                    sums.mean(at - near, at),
                )
            };
            ((inside - out) / contrast).clamp(0.0, 1.0)
        };
        let sharp = 0.5 * (edge(a, true) + edge(b, false));
        let even = (1.0 - 4.0 * unevenness(&sums, a, b, mean)).clamp(0.0, 1.0);
        let far = (contrast / (2.0 * limits.contrast)).min(1.0);
        let clear = 0.4 * sharp + 0.3 * even + 0.3 * far;
        let levels = levels(x, &parts[joined[k].0..joined[k].1], &sums, limits);
        let part = levels.len() > 1;
        found.extend(levels.into_iter().map(|(a, b)| Effort {
            a,
            b,
            mean: sums.mean(a, b),
            clear,
            even,
            part,
        }));
    }
    let streak = streaks(&found);
    found
        .iter()
        .zip(streak)
        .filter(|(e, times)| {
            ((*times >= 3 || e.part) && e.clear >= 0.4)
                || (e.len() >= 300 && e.clear >= 0.6)
                // A short one alone may be a hill or a gap closed in a bunch, unless it is even.
                || (e.len() >= limits.alone_s && e.clear >= 0.7 && e.even >= 0.6)
        })
        .map(|(e, _)| *e)
        .collect()
}

/// For each effort, how many stand in a row with it that are alike in length (15 %, 3 s at least)
/// and level (10 %) with rests alike between them (a fifth, 5 s at least).
fn streaks(all: &[Effort]) -> Vec<usize> {
    let mut out = vec![1; all.len()];
    let mut from = 0;
    for k in 1..=all.len() {
        let goes_on = k < all.len() && {
            let (e, f) = (&all[k - 1], &all[k]);
            let rest = f.a - e.b;
            like(e.len(), f.len(), 15, 3)
                && (e.mean - f.mean).abs() <= 0.1 * e.mean
                && (k - 1 == from || like(e.a - all[k - 2].b, rest, 20, 5))
        };
        if !goes_on {
            for o in &mut out[from..k] {
                *o = (k - from).max(*o);
            }
            from = k;
        }
    }
    out
}

/// Joins runs of segments over dips of up to `longest` seconds and a tenth of both sides, and over
/// those too shallow for a rest; `meant` keeps the dip before a run.
fn join(
    runs: &[(usize, usize)],
    spans: &[(usize, usize)],
    sums: &Sums,
    limits: &Limits,
    longest: f64,
    meant: impl Fn(usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    // Each dip is weighed by the efforts it parts as they stand after those before it.
    let mut open = 0;
    for (k, run) in runs.iter().enumerate() {
        if let Some(last) = out.last_mut() {
            let (a, b) = (spans[open].0, spans[k - 1].1);
            let (c, d) = spans[k];
            let work = ((b - a) + (d - c)) as f64;
            let gap = (c - b) as f64;
            let mean = (sums.mean(a, b) * (b - a) as f64 + sums.mean(c, d) * (d - c) as f64) / work;
            let shallow = sums.mean(b, c) > mean - limits.contrast && gap <= 0.25 * work;
            if shallow || (gap <= longest && gap <= 0.1 * work && !meant(k)) {
                last.1 = run.1;
                continue;
            }
        }
        out.push(*run);
        open = k;
    }
    out
}

/// Deviation of the means of half minutes, as a share of the mean; of an effort under two minutes,
/// of its quarters.
fn unevenness(sums: &Sums, a: usize, b: usize, mean: f64) -> f64 {
    let step = 30.min((b - a) / 4).max(1);
    let n = (b - a) / step;
    let error: f64 = (0..n)
        .map(|k| (sums.mean(a + k * step, a + (k + 1) * step) - mean).powi(2))
        .sum();
    (error / n.max(1) as f64).sqrt() / mean.max(f64::MIN_POSITIVE)
}

/// The levels within one effort that change suddenly and by three times what its blocks of five
/// seconds vary around them.
fn levels(x: &[f64], parts: &[Segment], sums: &Sums, limits: &Limits) -> Vec<(usize, usize)> {
    let (mut error, mut n) = (0.0, 0.0);
    for p in parts {
        for block in x[p.a..p.b].chunks_exact(5) {
            error += (block.iter().sum::<f64>() / 5.0 - p.mean).powi(2);
            n += 1.0;
        }
    }
    let noise = (error / f64::max(n, 1.0)).sqrt();
    let mut out: Vec<Segment> = Vec::new();
    for p in parts {
        if let Some(last) = out.last_mut() {
            let step = p.mean - last.mean;
            let near = 10.min(p.len()).min(last.len());
            let sudden = sums.mean(p.a, p.a + near) - sums.mean(p.a - near, p.a);
            if step.abs() < limits.step.max(3.0 * noise)
                || sudden / step < 0.6
                || p.len() < LEVEL_S
                || last.len() < LEVEL_S
            {
                last.b = p.b;
                last.mean = sums.mean(last.a, last.b);
                continue;
            }
        }
        out.push(*p);
    }
    let whole = vec![(parts[0].a, parts[parts.len() - 1].b)];
    let long = out.iter().all(|p| p.len() >= LEVEL_S);
    // On an ergometer every level is meant; outdoors hills make levels too, but never alternate.
    let ergometer = noise < 0.03 && out.iter().all(|p| p.len() >= 2 * LEVEL_S);
    let alternate = out.len() >= 4
        && out.windows(3).all(|w| {
            like(w[0].len(), w[2].len(), 15, 5) && (w[0].mean - w[2].mean).abs() <= 0.06 * w[0].mean
        });
    if long && (ergometer || alternate) {
        out.iter().map(|s| (s.a, s.b)).collect()
    } else {
        whole
    }
}

fn like(a: usize, b: usize, percent: usize, least: usize) -> bool {
    a.abs_diff(b) <= least.max(a * percent / 100)
}
