use crate::Seconds;
use paceline_model::IntervalFigures;

/// Means of the seconds from `start_s` up to `end_s`, counted from the recording's start.
///
/// Power and speed over recorded seconds, zeros with them; heart rate over seconds that have one.
/// Efficiency is mean power by mean heart rate, or speed in metres per minute by it; decoupling is
/// 100 × (first half − second half) / first half of it. Absent where not recorded.
pub(super) fn figures(seconds: &Seconds, start_s: i32, end_s: i32) -> IntervalFigures {
    let first = first_second(seconds);
    let at = |s: i32| {
        usize::try_from(i64::from(s) - first)
            .unwrap_or(0)
            .min(seconds.len())
    };
    let (a, b) = (at(start_s), at(end_s));
    let power = mean(&seconds.power, a, b, |_| true);
    let hr = mean(&seconds.heart_rate, a, b, |v| v > 0.0);
    let speed = mean(&seconds.speed, a, b, |_| true);
    let efficiency = |a: usize, b: usize| {
        let hr = mean(&seconds.heart_rate, a, b, |v| v > 0.0)?;
        let output = match power {
            Some(_) => mean(&seconds.power, a, b, |_| true)?,
            None => 60.0 * mean(&seconds.speed, a, b, |_| true)?,
        };
        (output > 0.0)
            .then(|| output / hr)
            .filter(|e| e.is_finite())
    };
    let middle = a + b.saturating_sub(a) / 2;
    let halves = efficiency(a, middle).zip(efficiency(middle, b));
    IntervalFigures {
        avg_power: power,
        avg_hr: hr,
        avg_speed: speed,
        efficiency: efficiency(a, b),
        decoupling: halves
            .map(|(x, y)| 100.0 * (x - y) / x)
            .filter(|d| d.is_finite()),
    }
}

/// The second, from the recording's start, of the first entry of the second-by-second view.
pub(super) fn first_second(seconds: &Seconds) -> i64 {
    let first = seconds.input.series.time_ms.first().copied();
    i64::from(first.unwrap_or(0)).div_euclid(1000)
}

fn mean(values: &[f64], a: usize, b: usize, keep: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0u32);
    for v in values.get(a..b)? {
        if v.is_finite() && keep(*v) {
            sum += v;
            n += 1;
        }
    }
    let mean = sum / f64::from(n);
    (n > 0 && mean.is_finite()).then_some(mean)
}
