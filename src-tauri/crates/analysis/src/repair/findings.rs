use super::{altitude, peaks, position, silence, steady, together, words};
use crate::input::{ActivityInput, Axis};
use paceline_model::{Change, Channel, Finding, FindingKind, Severity};

/// What looks wrong in the samples, in the order of time; empty for a route without times.
///
/// Each finding stands for itself. Mending one fault may show another that hid behind it (a spike
/// beside a stuck value, a leap beside a leap, all of it behind a clock that runs backwards): after
/// a few rounds of applying what is suggested none is left that suggests anything. What is found
/// and with which limits is stated beside each detector in this folder; a limit is set so that a
/// healthy recording gives nothing.
#[must_use]
pub fn findings(input: &ActivityInput) -> Vec<Finding> {
    let mut all = Vec::new();
    if !input.timed || input.series.is_empty() {
        return all;
    }
    let backwards = clock(input, &mut all);
    // On a clock that runs backwards no span means anything: it is put in order first.
    if !backwards {
        let axis = Axis::recorded(*input);
        peaks::find(&axis, &mut all);
        silence::find(&axis, &mut all);
        steady::find(&axis, &mut all);
        position::find(&axis, &mut all);
        altitude::find(&axis, &mut all);
        together::together(input, &mut all);
    }
    all.sort_by(|a, b| (a.from_ms, a.kind, &a.channel).cmp(&(b.from_ms, b.kind, &b.channel)));
    all
}

/// Times that run backwards or repeat; whether any runs backwards.
fn clock(input: &ActivityInput, all: &mut Vec<Finding>) -> bool {
    let times = &input.series.time_ms;
    let mut add =
        |kind, severity, wrong: &dyn Fn(i32, i32) -> bool, words: &dyn Fn(usize) -> String| {
            let mut at = times
                .windows(2)
                .enumerate()
                .filter(|(_, w)| wrong(w[0], w[1]));
            let Some((first, _)) = at.next() else {
                return false;
            };
            let mut last = first;
            let mut count = 1;
            for (i, _) in at {
                last = i;
                count += 1;
            }
            let (a, b) = (times[first + 1], times[last + 1]);
            all.push(Finding {
                kind,
                channel: None,
                from_ms: a.min(b),
                to_ms: a.max(b).saturating_add(1),
                severity,
                message: words(count),
                suggestion: Some(Change::OrderTime),
            });
            true
        };
    add(
        FindingKind::DuplicateTime,
        Severity::Note,
        &|a, b| a == b,
        &|n| match n {
            1 => "One sample has the same time as the one before it.".to_owned(),
            n => format!(
                "{} samples have the same time as the one before.",
                words::whole(n as f64)
            ),
        },
    );
    add(
        FindingKind::TimeBackwards,
        Severity::Fault,
        &|a, b| b < a,
        &|n| match n {
            1 => "The clock goes backwards once.".to_owned(),
            n => format!("The clock goes backwards {} times.", words::whole(n as f64)),
        },
    )
}

/// The samples of a channel that are there: index, time, value.
pub(super) struct Present {
    pub index: Vec<usize>,
    pub time: Vec<i32>,
    pub value: Vec<f64>,
}

impl Present {
    pub fn new(times: &[i32], values: &[f64], there: impl Fn(f64) -> bool) -> Self {
        let mut out = Self {
            index: Vec::with_capacity(values.len()),
            time: Vec::with_capacity(values.len()),
            value: Vec::with_capacity(values.len()),
        };
        for (i, (&t, &v)) in times.iter().zip(values).enumerate() {
            if v.is_finite() && there(v) {
                out.index.push(i);
                out.time.push(t);
                out.value.push(v);
            }
        }
        out
    }

    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// Seconds between two entries.
    pub fn between(&self, a: usize, b: usize) -> f64 {
        (f64::from(self.time[b]) - f64::from(self.time[a])) / 1000.0
    }
}

/// The range of milliseconds that holds the samples `first..=last` and no other.
pub(super) fn range(times: &[i32], first: usize, last: usize) -> (i32, i32) {
    let end = match times.get(last + 1) {
        Some(&next) if next > times[last] => next,
        Some(_) => times[last].saturating_add(1),
        None => times[last].saturating_add(1000),
    };
    (times[first], end)
}

pub(super) fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// A channel of the axis, empty where not recorded.
pub(super) fn values<'a>(axis: &'a Axis, channel: &Channel) -> &'a [f64] {
    match channel {
        Channel::Power => &axis.power,
        Channel::HeartRate => &axis.heart_rate,
        Channel::Cadence => &axis.cadence,
        Channel::Altitude => &axis.altitude,
        // A speed made from distances is not the sensor's.
        Channel::Speed
            if axis
                .input
                .series
                .column(channel)
                .is_some_and(|c| !c.values.all_missing()) =>
        {
            &axis.speed
        }
        _ => &[],
    }
}
