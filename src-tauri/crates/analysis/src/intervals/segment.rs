//! Change points of a signal at one value a second.

/// A stretch `a..b` of seconds and its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub a: usize,
    pub b: usize,
    pub mean: f64,
}

impl Segment {
    pub const fn len(&self) -> usize {
        self.b - self.a
    }
}

/// Blocks of a signal longer than this many are made longer, so that time stays near linear.
const MAX_BLOCKS: usize = 2_500;
const BLOCK_S: usize = 5;
/// Shortest stretch in blocks.
const SHORTEST: usize = 2;

/// Sums that give mean and squared error of any stretch at once.
pub(super) struct Sums(Vec<f64>, Vec<f64>);

impl Sums {
    pub fn new(x: &[f64]) -> Self {
        let (mut s, mut q) = (vec![0.0], vec![0.0]);
        for v in x {
            s.push(s[s.len() - 1] + v);
            q.push(q[q.len() - 1] + v * v);
        }
        Self(s, q)
    }

    pub fn mean(&self, a: usize, b: usize) -> f64 {
        if b > a {
            (self.0[b] - self.0[a]) / (b - a) as f64
        } else {
            0.0
        }
    }

    fn error(&self, a: usize, b: usize) -> f64 {
        let s = self.0[b] - self.0[a];
        (self.1[b] - self.1[a] - s * s / (b - a).max(1) as f64).max(0.0)
    }
}

/// Cuts `x` (finite) into stretches of constant mean by optimal partitioning with pruning (PELT,
/// Killick, Fearnhead & Eckley 2012): squared error of the means of blocks of five seconds (longer
/// beyond three and a half hours) of a five-second running median, and a penalty of 5 σ² ln n for each cut, like BIC's 2 σ² ln n but
/// stronger because neighbouring seconds resemble each other. σ is the robust deviation of
/// differences between blocks (1.4826 MAD / √2), `floor` at least. Each cut is then moved to the
/// second, up to two blocks and two seconds away, that leaves least error; cuts over which the
/// means differ by less than `least` go, the weakest first, and so do stretches under 8 s.
pub(super) fn segments(x: &[f64], floor: f64, least: f64) -> Vec<Segment> {
    let n = x.len();
    let block = BLOCK_S.max(n.div_ceil(MAX_BLOCKS));
    let smooth = running_median(x);
    let blocks: Vec<f64> = smooth
        .chunks(block)
        .map(|c| c.iter().sum::<f64>() / c.len() as f64)
        .collect();
    if blocks.len() < 2 * SHORTEST {
        return Vec::new();
    }
    let sigma = noise(&blocks).max(floor);
    let penalty = 5.0 * sigma * sigma * (blocks.len() as f64).ln();
    let mut cuts = vec![0];
    cuts.extend(pelt(&blocks, penalty).iter().map(|c| c * block));
    cuts.push(n);
    let sums = Sums::new(x);
    for _ in 0..2 {
        for k in 1..cuts.len() - 1 {
            let (a, c, b) = (cuts[k - 1], cuts[k], cuts[k + 1]);
            let reach = 2 * block + 2;
            let from = (a + 5).max(c.saturating_sub(reach));
            let to = b.saturating_sub(5).min(c + reach);
            let error = |t: usize| sums.error(a, t) + sums.error(t, b);
            if let Some(best) = (from..=to).min_by(|p, q| error(*p).total_cmp(&error(*q))) {
                cuts[k] = best;
            }
        }
    }
    let mut out: Vec<Segment> = cuts
        .windows(2)
        .map(|w| Segment {
            a: w[0],
            b: w[1],
            mean: sums.mean(w[0], w[1]),
        })
        .collect();
    weed(&mut out, &sums, least);
    out
}

fn weed(out: &mut Vec<Segment>, sums: &Sums, least: f64) {
    while out.len() > 1 {
        let step = |k: usize| (out[k].mean - out[k + 1].mean).abs();
        let weakest = (0..out.len() - 1).min_by(|p, q| step(*p).total_cmp(&step(*q)));
        let short = (0..out.len()).find(|k| out[*k].len() < 8);
        let k = match (weakest.filter(|k| step(*k) < least), short) {
            (Some(k), _) => k,
            // A stretch too short goes to the neighbour it resembles.
            (None, Some(0)) => 0,
            (None, Some(k)) if k + 1 == out.len() || step(k - 1) < step(k) => k - 1,
            (None, Some(k)) => k,
            (None, None) => return,
        };
        out[k].b = out[k + 1].b;
        out[k].mean = sums.mean(out[k].a, out[k].b);
        out.remove(k + 1);
    }
}

fn running_median(x: &[f64]) -> Vec<f64> {
    (0..x.len())
        .map(|i| {
            if i < 2 || i + 2 >= x.len() {
                return x[i];
            }
            let mut w = [x[i - 2], x[i - 1], x[i], x[i + 1], x[i + 2]];
            w.sort_unstable_by(f64::total_cmp);
            w[2]
        })
        .collect()
}

fn noise(blocks: &[f64]) -> f64 {
    let mut steps: Vec<f64> = blocks.windows(2).map(|w| (w[1] - w[0]).abs()).collect();
    if steps.is_empty() {
        return 0.0;
    }
    let middle = steps.len() / 2;
    let mad = *steps.select_nth_unstable_by(middle, f64::total_cmp).1;
    1.4826 * mad / std::f64::consts::SQRT_2
}

/// Cuts between blocks, first to last.
fn pelt(y: &[f64], penalty: f64) -> Vec<usize> {
    let n = y.len();
    let sums = Sums::new(y);
    let share: Vec<f64> = (0..=n).map(|k| 1.0 / k.max(1) as f64).collect();
    let mut best = vec![f64::INFINITY; n + 1];
    best[0] = -penalty;
    let mut from = vec![0usize; n + 1];
    // Side by side for the loop that decides the time: where a stretch may begin, the sum up to
    // there, and the best cost up to there less the sum of squares.
    let mut start: Vec<usize> = Vec::new();
    let mut sum: Vec<f64> = Vec::new();
    let mut base: Vec<f64> = Vec::new();
    let mut cost: Vec<f64> = Vec::new();
    for t in SHORTEST..=n {
        let new = t - SHORTEST;
        start.push(new);
        sum.push(sums.0[new]);
        base.push(best[new] - sums.1[new]);
        let (s, q) = (sums.0[t], sums.1[t]);
        cost.clear();
        cost.extend((0..start.len()).map(|k| {
            let d = s - sum[k];
            base[k] + q - d * d * share[t - start[k]]
        }));
        let mut least = f64::INFINITY;
        for (k, c) in cost.iter().enumerate() {
            if *c < least {
                least = *c;
                from[t] = start[k];
            }
        }
        best[t] = least + penalty;
        let limit = best[t];
        let mut kept = 0;
        for k in 0..start.len() {
            if cost[k] <= limit {
                start[kept] = start[k];
                sum[kept] = sum[k];
                base[kept] = base[k];
                kept += 1;
            }
        }
        start.truncate(kept);
        sum.truncate(kept);
        base.truncate(kept);
    }
    let mut cuts = Vec::new();
    let mut t = n;
    while from[t] > 0 {
        t = from[t];
        cuts.push(t);
    }
    cuts.reverse();
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_minutes_late_in_a_long_ride_are_cut_to_the_second() {
        let mut x: Vec<f64> = (0..16_000)
            .map(|i| 0.6 + 0.05 * f64::from(i * 7919 % 101) / 101.0)
            .collect();
        let mut want = vec![];
        for k in 0..24 {
            want.push(x.len());
            x.extend([if k % 2 == 0 { 1.3 } else { 0.5 }; 30]);
        }
        x.extend([0.6; 1_280]);
        let cuts: Vec<usize> = segments(&x, 0.025, 0.05).iter().map(|s| s.a).collect();
        for w in want {
            assert!(cuts.iter().any(|c| c.abs_diff(w) <= 1), "{w} in {cuts:?}");
        }
    }
}
