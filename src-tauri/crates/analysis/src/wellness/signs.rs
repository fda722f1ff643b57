//! What each sign of a morning scores and says.

use super::baseline::{BAND_LEAST, Band, BaselineDay};
use super::readiness::Part;

/// What is known on a morning; everything may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Morning {
    /// rMSSD in milliseconds on [`super::Scale::Log`].
    pub hrv: Option<BaselineDay>,
    /// Resting heart rate in beats a minute on [`super::Scale::Linear`].
    pub resting_hr: Option<BaselineDay>,
    /// Seconds asleep.
    pub sleep_s: Option<f64>,
    /// Seconds of sleep needed; [`SLEEP_NEED_S`] where not given.
    pub sleep_need_s: Option<f64>,
    /// Fitness, load a day; form and ramp are read against it.
    pub ctl: Option<f64>,
    /// Form, load a day.
    pub tsb: Option<f64>,
    /// Change of fitness over 7 days, load a day.
    pub ramp: Option<f64>,
    /// Acute:chronic ratio.
    pub acute_chronic: Option<f64>,
    /// 0 (none) to 10 (worst), as felt.
    pub soreness: Option<f64>,
    /// 0 (none) to 10 (worst), as felt.
    pub fatigue: Option<f64>,
    /// 0 (none) to 10 (worst), as felt.
    pub stress: Option<f64>,
    /// Ill or injured, as the athlete says.
    pub ill: bool,
}

/// Sleep need where none is given: 8 h, within the 7–9 h of the National Sleep Foundation (2015).
pub const SLEEP_NEED_S: f64 = 28_800.0;

/// Straight lines between points of increasing x, level beyond the ends.
fn along(x: f64, points: &[(f64, f64)]) -> f64 {
    let after = points.partition_point(|p| p.0 <= x);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        (Some((_, y)), None) | (None, Some(&(_, y))) => y,
        (None, None) => 0.0,
    }
}

pub(crate) struct Reading {
    pub score: f64,
    pub value: f64,
    pub baseline: Option<f64>,
    pub statement: String,
}

/// A part's score and words, or why it has none; the rules stand at [`super::readiness`].
pub(crate) fn reading(part: Part, m: &Morning) -> Result<Reading, String> {
    match part {
        Part::Hrv => hrv(m),
        Part::RestingHeartRate => resting(m),
        Part::Sleep => sleep(m),
        Part::Form => of_fitness(
            m,
            m.tsb,
            "form",
            &[(-60.0, 0.0), (-30.0, 50.0), (-10.0, 100.0)],
        ),
        Part::Ramp => of_fitness(
            m,
            m.ramp,
            "change of fitness in a week",
            &[(8.0, 100.0), (20.0, 40.0), (35.0, 0.0)],
        ),
        Part::AcuteChronic => {
            let ratio = believed(m.acute_chronic, 0.0, 100.0, "ratio of the week's load")?;
            Ok(Reading {
                score: along(ratio, &[(1.3, 100.0), (2.0, 40.0), (2.5, 0.0)]),
                value: ratio,
                baseline: Some(1.0),
                statement: format!("The last week's load is {ratio:.2} times that of four weeks."),
            })
        }
        Part::Soreness => felt(m.soreness, "soreness"),
        Part::Fatigue => felt(m.fatigue, "fatigue"),
        Part::Stress => felt(m.stress, "stress"),
    }
}

fn believed(value: Option<f64>, low: f64, high: f64, what: &str) -> Result<f64, String> {
    match value {
        None => Err(format!("There is no {what} for today.")),
        Some(v) if (low..=high).contains(&v) => Ok(v),
        Some(_) => Err(format!(
            "The {what} given is not between {low:.0} and {high:.0}."
        )),
    }
}

/// The band's mean, low and high, or what is missing for it.
fn banded(day: Option<BaselineDay>, what: &str) -> Result<(BaselineDay, Band), String> {
    let day = day.ok_or_else(|| format!("There is no {what} for today."))?;
    let band = day.band.ok_or_else(|| {
        format!(
            "Your normal range of {what} needs {} days of measurements; there are {}.",
            BAND_LEAST, day.band_days
        )
    })?;
    let finite = [band.mean, band.low, band.high]
        .iter()
        .all(|v| v.abs() <= 1e9);
    if finite {
        Ok((day, band))
    } else {
        Err(format!("Your range of {what} is not a number."))
    }
}

fn hrv(m: &Morning) -> Result<Reading, String> {
    let (day, band) = banded(m.hrv, "heart-rate variability")?;
    let value = believed(day.value, 0.0, 1e4, "heart-rate variability")?;
    let number = |v: Option<f64>| v.filter(|v| v.abs() <= 1e9);
    let today = number(day.deviation).unwrap_or(0.0);
    let week = number(day.recent_deviation).unwrap_or(today);
    let away = 0.6 * today + 0.4 * week;
    let points = [
        (-2.5, 0.0),
        (-1.0, 70.0),
        (-0.5, 100.0),
        (1.5, 100.0),
        (3.0, 60.0),
    ];
    let place = if value < band.low {
        "below"
    } else if value > band.high {
        "above"
    } else {
        "within"
    };
    Ok(Reading {
        score: along(away, &points),
        value,
        baseline: Some(band.mean),
        statement: format!(
            "HRV is {value:.0} ms, {place} your normal {:.0}–{:.0} ms.",
            band.low, band.high
        ),
    })
}

fn resting(m: &Morning) -> Result<Reading, String> {
    let (day, band) = banded(m.resting_hr, "resting heart rate")?;
    let value = believed(day.value, 20.0, 200.0, "resting heart rate")?;
    let above = value - band.mean;
    let side = if above < 0.0 { "below" } else { "above" };
    Ok(Reading {
        score: along(above, &[(2.0, 100.0), (5.0, 50.0), (10.0, 0.0)]),
        value,
        baseline: Some(band.mean),
        statement: format!(
            "Resting heart rate is {value:.0} bpm, {:.0} {side} your usual {:.0} bpm.",
            above.abs(),
            band.mean
        ),
    })
}

fn sleep(m: &Morning) -> Result<Reading, String> {
    let slept = believed(m.sleep_s.map(|s| s / 3600.0), 0.0, 24.0, "hours of sleep")?;
    let need = m.sleep_need_s.unwrap_or(SLEEP_NEED_S) / 3600.0;
    let need = believed(Some(need), 1.0, 24.0, "hours of sleep needed")?;
    Ok(Reading {
        score: along(slept / need, &[(0.5, 0.0), (1.0, 100.0)]),
        value: slept,
        baseline: Some(need),
        statement: format!("You slept {slept:.1} h of the {need:.1} h you need."),
    })
}

fn of_fitness(
    m: &Morning,
    value: Option<f64>,
    what: &str,
    points: &[(f64, f64)],
) -> Result<Reading, String> {
    let value = believed(value, -1e6, 1e6, what)?;
    let ctl = believed(m.ctl, 0.0, 1e6, "fitness")?;
    let percent = 100.0 * value / ctl.max(20.0);
    // A rounded nothing has no sign.
    let whole = |v: f64| v.round() + 0.0;
    Ok(Reading {
        score: along(percent, points),
        value: percent,
        baseline: None,
        statement: format!(
            "The {what} is {:+.0}, {:+.0} % of your fitness of {ctl:.0}.",
            whole(value),
            whole(percent)
        ),
    })
}

fn felt(value: Option<f64>, what: &str) -> Result<Reading, String> {
    let value = believed(value, 0.0, 10.0, what)?;
    Ok(Reading {
        score: 100.0 - 10.0 * value,
        value,
        baseline: None,
        statement: format!("You gave your {what} {value:.0} of 10."),
    })
}
