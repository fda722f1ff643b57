//! The peer's habits as figures of ours: the same formulas over its layout, by
//! its presets and from its own inputs, and how each is told.

use super::activity::Activity;
use paceline_analysis::curve::full_curve;
use paceline_analysis::models::{WbalMethod, vdot, w_prime_balance};
use paceline_analysis::wellness::{Habit as Beat, Variability};
use paceline_analysis::{
    DecouplingRule, NpRule, decoupling, lactate_normalized_power, normalized_power,
    normalized_power_by, running_power, trimp_of_mean, x_power,
};
use paceline_model::{Sex, Sport};

pub(super) const CP: f64 = 250.0;

pub(super) const RING: &str = "Its 30-s mean begins with 30 seconds at 0 W; Coggan's with the first full window, \
    so that a short or even ride is not made easier.";
pub(super) const GAPS: &str = "It fills gaps of up to 25 s with power on a straight line and takes a record \
    without power for 0 W; ours holds the last value for at most 10 s and invents none.";
pub(super) const RING_AND_GAPS: &str =
    "Both: a 30-s mean that begins at 0 W, and gaps of up to 25 s filled on straight lines.";
pub(super) const FILLED: &str = "It averages over samples, gaps of up to 25 s filled on straight lines; ours weighs each \
    recorded value by the time it holds.";
pub(super) const ITS_MOTION: &str = "It moves in every second with a speed or cadence above 0, gaps under 25 s filled; ours below \
    walking pace (0.5 m/s, bicycle 0.8) takes for the drift of a GPS at rest, holds a sample for 10 s at most, stops \
    with the timer and where no speed was recorded takes the timer's time.";
pub(super) const NOT_A_RIDE: &str = "It has this of every sport, and of files that name none, by the FTP or CP of the bicycle; ours \
    only of rides.";
pub(super) const NOT_A_RUN: &str = "It takes the skier for a runner.";

pub(super) fn by_ring(a: &Activity) -> Option<f64> {
    normalized_power_by(NpRule::GoldenCheetah, &a.seconds.power)
}

pub(super) fn by_gaps(a: &Activity) -> Option<f64> {
    normalized_power(&a.theirs.power)
}

pub(super) fn by_both(a: &Activity) -> Option<f64> {
    normalized_power_by(NpRule::GoldenCheetah, &a.theirs.power)
}

pub(super) fn stress(power: Option<f64>, seconds: f64) -> Option<f64> {
    power.map(|w| 100.0 * seconds / 3600.0 * (w / CP).powi(2))
}

pub(super) fn bike_score(a: &Activity) -> Option<f64> {
    let x = x_power(&a.theirs.power)?;
    stress(Some(x.watts), x.seconds)
}

pub(super) fn powered(a: &Activity) -> f64 {
    a.seconds.power.iter().filter(|w| w.is_finite()).count() as f64
}

pub(super) fn banister(seconds: f64, bpm: Option<f64>) -> Option<f64> {
    trimp_of_mean(seconds / 60.0, bpm?, 50.0, 190.0, Sex::Male)
}

/// Its time in motion, or all of it where nothing says so, and its mean heart rate.
pub(super) fn its_trimp(a: &Activity) -> Option<f64> {
    let seconds = a.given("time_riding").or(a.given("workout_time"))?;
    banister(seconds, a.given("average_hr"))
}

/// SWOLF of whole seconds and whole cadences.
pub(super) fn its_swolf(a: &Activity) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for length in a.seconds.input.lengths.iter().filter(|l| l.active) {
        let Some(strokes) = length.strokes.filter(|n| *n > 0) else {
            continue;
        };
        let seconds = f64::from(length.end_ms - length.start_ms) / 1000.0;
        let cadence = (60.0 * f64::from(strokes) / seconds).floor();
        sum += seconds + cadence * seconds / 60.0;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

/// For figures that ours has of rides alone.
pub(super) fn elsewhere(a: &Activity, figure: Option<f64>) -> Option<f64> {
    figure.filter(|_| a.sport != Sport::Cycling)
}

/// For figures that ours has of runs alone.
pub(super) fn not_running(a: &Activity, figure: Option<f64>) -> Option<f64> {
    figure.filter(|_| !on_foot(a))
}

pub(super) fn on_foot(a: &Activity) -> bool {
    matches!(a.sport, Sport::Running | Sport::Walking | Sport::Hiking)
}

pub(super) fn best_vdot(speed: &[f64]) -> Option<f64> {
    let curve = full_curve(speed);
    let all = (240u32..14_400).filter_map(|s| {
        let seconds = f64::from(s);
        vdot(f64::from(curve.value(s)?) * seconds, seconds)
    });
    all.reduce(f64::max)
}

/// In kilojoules; as it cuts powers and the time constant to whole numbers.
pub(super) fn its_wbal(a: &Activity) -> Option<f64> {
    let watts = &a.theirs.power;
    let whole: Vec<f64> = watts.iter().map(|w| w.max(0.0).trunc()).collect();
    let but_last = whole.split_last()?.1;
    let rule = WbalMethod::Integral { tau: None };
    let tau = w_prime_balance(but_last, CP, 20_000.0, rule)?.tau?.trunc();
    let rule = WbalMethod::Integral { tau: Some(tau) };
    Some(w_prime_balance(but_last, CP, 20_000.0, rule)?.minimum / 1000.0)
}

pub(super) fn wbal(a: &Activity) -> Option<f64> {
    if a.seconds.power.is_empty() {
        return None;
    }
    let rule = WbalMethod::Integral { tau: None };
    Some(w_prime_balance(&a.seconds.power, CP, 20_000.0, rule)?.minimum / 1000.0)
}

/// By speed where one runs, else by power.
pub(super) fn decoupled(a: &Activity, power: &[f64], speed: &[f64], hr: &[f64]) -> Option<f64> {
    let output = if a.sport == Sport::Running {
        speed
    } else {
        power
    };
    decoupling(output, hr, DecouplingRule::GoldenCheetah)
}

pub(super) fn govss_of(speed: &[f64], slope: &[f64]) -> Option<f64> {
    let lnp = lactate_normalized_power(speed, slope, 75.0, 1.80)?;
    let factor = lnp / running_power(4.0, 0.0, 75.0, 1.80);
    let seconds = speed.iter().filter(|v| v.is_finite()).count() as f64;
    Some(100.0 * seconds / 3600.0 * factor * factor)
}

pub(super) fn its_govss(a: &Activity) -> Option<f64> {
    govss_of(&a.theirs.speed, &a.theirs.slope())
}

pub(super) fn beats(a: &Activity) -> Option<Variability> {
    a.variability(true, Beat::Paceline)
}

pub(super) fn its_beats(a: &Activity) -> Option<Variability> {
    a.variability(false, Beat::GoldenCheetah)
}

pub(super) const BEATS: &str = "It drops a good beat after each artefact and takes the difference across a gap in the \
    recording for one between neighbouring beats; ours takes neither.";
