//! Best mean power over every second, and the chart of days.

use super::activity::Activity;
use super::compare::{Pair, Verdict};
use paceline_analysis::curve::{FullCurve, full_curve, power_for_curve};
use paceline_analysis::season::{Day, PmcPreset, pmc};

/// Watts.
const CURVE_LIMIT_W: f64 = 1.0;
/// Points of fitness, fatigue and form.
const DAY_LIMIT: f64 = 0.1;

const GAPS: &str = "It fills gaps of up to 25 s with power on a straight line, where ours holds the last value for at \
    most 10 s: a best beside such a gap is partly invented there.";

/// Whether GoldenCheetah computes its curve at so many seconds; between, it repeats the next longer.
fn on_grid(seconds: u32) -> bool {
    let step = match seconds {
        0..=120 => 1,
        121..=300 => 2,
        301..=1200 => 10,
        1201..=3600 => 20,
        3601..=7200 => 120,
        _ => 300,
    };
    seconds.is_multiple_of(step)
}

/// The point at which a curve lies farthest from the peer's: seconds, ours, theirs.
fn farthest(curve: &FullCurve, theirs: &[(u32, f64)]) -> Option<(u32, f64, f64)> {
    let points = theirs.iter().filter(|(s, _)| on_grid(*s));
    let both = points.filter_map(|(s, w)| Some((*s, f64::from(curve.value(*s)?), *w)));
    both.max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()))
}

/// The curve of one file, held by its worst point.
pub fn curve(file: &str, activity: &Activity, theirs: &[(u32, f64)]) -> Option<Pair> {
    let (seconds, ours, watts) = farthest(&activity.power, theirs)?;
    let used = (ours - watts).abs() / CURVE_LIMIT_W;
    let verdict = if used <= 1.0 {
        Verdict::Within
    } else {
        let by_habit = full_curve(&power_for_curve(&activity.theirs.power));
        let there = by_habit.value(seconds).map(f64::from);
        let within = |(_, ours, theirs): (u32, f64, f64)| (ours - theirs).abs() <= CURVE_LIMIT_W;
        match there.filter(|_| farthest(&by_habit, theirs).is_some_and(within)) {
            Some(value) => Verdict::ByHabit(GAPS, value),
            None => Verdict::Open(there),
        }
    };
    Some(Pair {
        file: format!("{seconds} s of {file}"),
        ours: Some(ours),
        theirs: watts,
        used,
        verdict,
    })
}

/// Fitness, fatigue and form of every day from the peer's own loads, each day by what lies farthest.
pub fn days(theirs: &[[f64; 4]]) -> Vec<Pair> {
    let loads: Vec<f64> = theirs.iter().map(|day| day[0]).collect();
    let ours = pmc(Day(0), &loads, &PmcPreset::GoldenCheetah.model(), &[]);
    let of_day = |(i, day): (usize, &[f64; 4])| {
        let values = [ours.ctl[i], ours.atl[i], ours.tsb[i]];
        let names = ["CTL", "ATL", "TSB"];
        let apart = |k: &usize| (values[*k] - day[k + 1]).abs();
        let k = (0..3)
            .max_by(|a, b| apart(a).total_cmp(&apart(b)))
            .unwrap_or(0);
        let used = apart(&k) / DAY_LIMIT;
        Pair {
            file: format!("{} of day {}", names[k], i + 1),
            ours: Some(values[k]),
            theirs: day[k + 1],
            used,
            verdict: match used <= 1.0 {
                true => Verdict::Within,
                false => Verdict::Open(None),
            },
        }
    };
    theirs.iter().enumerate().map(of_day).collect()
}
