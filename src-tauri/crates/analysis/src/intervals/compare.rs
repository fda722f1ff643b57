use super::Basis;
use paceline_model::{Interval, IntervalKind};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The shape of a session: what is stored to find others like it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// What the levels are.
    pub basis: Basis,
    /// Work intervals in the order of time.
    pub steps: Vec<SignatureStep>,
}

/// One effort of a [`Signature`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SignatureStep {
    /// Length.
    pub seconds: i32,
    /// Watts, metres per second or beats per minute.
    pub level: f64,
}

/// Lengths within a tenth, and 5 s, are the same.
const LENGTH: f64 = 0.10;
/// Levels within this share are the same work; an athlete grows by less in a season.
const LEVEL: f64 = 0.12;
/// Width of a bucket of total work time, in natural logarithms.
const BUCKET: f64 = 0.15;

impl Signature {
    /// The signature of a session; absent where there is no work, or a level is unknown.
    #[must_use]
    pub fn new(intervals: &[Interval], basis: Basis) -> Option<Self> {
        let steps: Option<Vec<SignatureStep>> = intervals
            .iter()
            .filter(|i| i.kind == IntervalKind::Work)
            .map(|i| {
                let level = level(i, basis)?;
                Some(SignatureStep {
                    seconds: i.seconds(),
                    level,
                })
            })
            .collect();
        let steps = steps.filter(|s| !s.is_empty())?;
        Some(Self { basis, steps })
    }

    /// A key for an index: number of efforts and bucket of the time they take. Sessions that match
    /// have a key among each other's [`Self::near`].
    #[must_use]
    pub fn key(&self) -> (u16, i16) {
        let total: f64 = self.steps.iter().map(|s| f64::from(s.seconds)).sum();
        let bucket = (total.max(1.0).ln() / BUCKET).floor();
        (
            u16::try_from(self.steps.len()).unwrap_or(u16::MAX),
            bucket as i16,
        )
    }

    /// The keys under which sessions of this shape are found: its own, its neighbours' in time, and
    /// those of one effort more or less.
    #[must_use]
    pub fn near(&self) -> Vec<(u16, i16)> {
        let (count, bucket) = self.key();
        let mut keys = Vec::new();
        for n in count.saturating_sub(1).max(1)..=count.saturating_add(1) {
            // One effort of few is much of the time.
            let reach = if n == count { 1 } else { 4 };
            keys.extend((-reach..=reach).map(|d| (n, bucket.saturating_add(d))));
        }
        keys
    }

    /// How alike two sessions are, from 0 to 1; absent where they are not the same session. The
    /// efforts must correspond in order, each within a tenth in length (5 s at least) and 12 % in
    /// level; of four and more, one may be missing on one side.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Option<f64> {
        if self.basis != other.basis {
            return None;
        }
        let pairs = align(&self.steps, &other.steps)?;
        let off: f64 = pairs
            .iter()
            .map(|&(a, b)| {
                let (x, y) = (self.steps[a], other.steps[b]);
                0.5 * apart(f64::from(x.seconds), f64::from(y.seconds)) / LENGTH
                    + 0.5 * apart(x.level, y.level) / LEVEL
            })
            .sum();
        let missing = self.steps.len().abs_diff(other.steps.len()) as f64;
        let share = (off / pairs.len() as f64).min(1.0);
        Some(((1.0 - 0.5 * share) / (1.0 + 0.2 * missing)).clamp(0.0, 1.0))
    }
}

fn level(i: &Interval, basis: Basis) -> Option<f64> {
    match basis {
        Basis::Power => i.figures.avg_power,
        Basis::Speed => i.figures.avg_speed,
        Basis::HeartRate => i.figures.avg_hr,
    }
    .filter(|v| v.is_finite())
}

fn apart(a: f64, b: f64) -> f64 {
    let middle = 0.5 * (a.abs() + b.abs());
    if middle > 0.0 {
        (a - b).abs() / middle
    } else {
        0.0
    }
}

fn same(a: &SignatureStep, b: &SignatureStep) -> bool {
    let (x, y) = (f64::from(a.seconds), f64::from(b.seconds));
    ((x - y).abs() <= 5.0 || apart(x, y) <= LENGTH) && apart(a.level, b.level) <= LEVEL
}

/// Pairs of corresponding efforts; the one left out is the first without which the rest fit.
fn align(a: &[SignatureStep], b: &[SignatureStep]) -> Option<Vec<(usize, usize)>> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if a.len() == b.len() {
        let all = a.iter().zip(b).all(|(x, y)| same(x, y));
        return all.then(|| (0..a.len()).map(|k| (k, k)).collect());
    }
    if a.len() < b.len() {
        let swapped = align(b, a)?;
        return Some(swapped.into_iter().map(|(x, y)| (y, x)).collect());
    }
    if a.len() != b.len() + 1 || a.len() < 4 {
        return None;
    }
    // As many as fit from the front; the one after them is the one that is missing.
    let front = a.iter().zip(b).take_while(|(x, y)| same(x, y)).count();
    let rest = a[front + 1..].iter().zip(&b[front..]);
    rest.clone().all(|(x, y)| same(x, y)).then(|| {
        (0..b.len())
            .map(|k| (if k < front { k } else { k + 1 }, k))
            .collect()
    })
}

/// Two sessions of one shape side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// From 0 to 1, as [`Signature::likeness`].
    pub likeness: f64,
    /// Pairs of corresponding efforts in the order of time.
    pub pairs: Vec<Delta>,
    /// The mean of what each pair says, of those that say it.
    pub mean: Delta,
}

/// Second session less first; absent where either does not say.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Delta {
    /// Number of the effort in the first session, from 0; 0 in a mean.
    pub first: u16,
    /// Number of the effort in the second session, from 0; 0 in a mean.
    pub second: u16,
    /// Seconds.
    pub seconds: f64,
    /// Watts.
    pub power: Option<f64>,
    /// Beats per minute.
    pub heart_rate: Option<f64>,
    /// Metres per second.
    pub speed: Option<f64>,
    /// Percent of the first's.
    pub efficiency: Option<f64>,
    /// Points of percent.
    pub decoupling: Option<f64>,
}

/// Puts the efforts of two sessions of one shape side by side; absent where the shapes differ.
#[must_use]
pub fn compare(first: &[Interval], second: &[Interval], basis: Basis) -> Option<Comparison> {
    let (a, b) = (
        Signature::new(first, basis)?,
        Signature::new(second, basis)?,
    );
    let likeness = a.likeness(&b)?;
    let works = |all: &[Interval]| -> Vec<Interval> {
        let work = all.iter().filter(|i| i.kind == IntervalKind::Work);
        work.cloned().collect()
    };
    let (x, y) = (works(first), works(second));
    let less =
        |p: Option<f64>, q: Option<f64>| p.zip(q).map(|(p, q)| q - p).filter(|d| d.is_finite());
    let pairs: Vec<Delta> = align(&a.steps, &b.steps)?
        .into_iter()
        .map(|(i, j)| {
            let (p, q) = (&x[i].figures, &y[j].figures);
            Delta {
                first: u16::try_from(i).unwrap_or(u16::MAX),
                second: u16::try_from(j).unwrap_or(u16::MAX),
                seconds: f64::from(y[j].seconds()) - f64::from(x[i].seconds()),
                power: less(p.avg_power, q.avg_power),
                heart_rate: less(p.avg_hr, q.avg_hr),
                speed: less(p.avg_speed, q.avg_speed),
                efficiency: p
                    .efficiency
                    .zip(q.efficiency)
                    .map(|(p, q)| 100.0 * (q - p) / p)
                    .filter(|d| d.is_finite()),
                decoupling: less(p.decoupling, q.decoupling),
            }
        })
        .collect();
    let mean = |of: fn(&Delta) -> Option<f64>| {
        let known: Vec<f64> = pairs.iter().filter_map(of).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let mean = Delta {
        first: 0,
        second: 0,
        seconds: mean(|d| Some(d.seconds)).unwrap_or(0.0),
        power: mean(|d| d.power),
        heart_rate: mean(|d| d.heart_rate),
        speed: mean(|d| d.speed),
        efficiency: mean(|d| d.efficiency),
        decoupling: mean(|d| d.decoupling),
    };
    Some(Comparison {
        likeness,
        pairs,
        mean,
    })
}
