//! Ours beside theirs, and what became of each difference.

use super::activity::Activity;
use super::measures::Measure;
use super::reasons;

/// What a pair of values came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    Within,
    /// Beyond the limit; ours by the peer's habit is this and within.
    ByHabit(&'static str, f64),
    /// Beyond the limit for a reason looked into by hand.
    Stated(&'static str),
    /// Beyond the limit, and nobody knows why; by the last habit tried it is this.
    Open(Option<f64>),
}

/// One figure of one file.
pub struct Pair {
    pub file: String,
    pub ours: Option<f64>,
    pub theirs: f64,
    /// How many times the limit they lie apart.
    pub used: f64,
    pub verdict: Verdict,
}

/// Holds a figure of one file against the peer's.
pub fn pair(measure: &Measure, file: &str, activity: &Activity, theirs: f64) -> Pair {
    let ours = (measure.ours)(activity);
    let used = |value: Option<f64>| value.map_or(f64::INFINITY, |v| measure.limit.used(v, theirs));
    let mut last = None;
    let mut verdict = None;
    if used(ours) <= 1.0 {
        verdict = Some(Verdict::Within);
    } else {
        for habit in measure.habits {
            let value = (habit.figure)(activity);
            last = value.or(last);
            if used(value) <= 1.0 {
                verdict = value.map(|v| Verdict::ByHabit(habit.because, v));
                break;
            }
        }
    }
    let stated = || reasons::stated(measure.symbol, file).map(Verdict::Stated);
    Pair {
        file: file.to_owned(),
        ours,
        theirs,
        used: used(ours),
        verdict: verdict.or_else(stated).unwrap_or(Verdict::Open(last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parity::measures::MEASURES;
    use paceline_model::{Channel, Column, Recording, Series, Sport, Values};

    #[test]
    fn only_what_a_habit_comes_to_explains_a_difference() {
        let recording = Recording {
            sport: Sport::Cycling,
            timed: true,
            series: Series {
                time_ms: (0..600).map(|i| i * 1000).collect(),
                columns: vec![Column {
                    channel: Channel::Power,
                    values: Values::Float(vec![200.0; 600]),
                }],
            },
            ..Recording::default()
        };
        let given = std::collections::BTreeMap::new();
        let activity = Activity::new(&recording, "fit", &given);
        let measure = MEASURES.iter().find(|m| m.symbol == "coggan_np").unwrap();
        let verdict = |theirs| pair(measure, "no file", &activity, theirs).verdict;
        assert_eq!(verdict(200.4), Verdict::Within);
        assert!(matches!(verdict(198.0), Verdict::ByHabit(_, v) if (v - 198.0).abs() < 0.05));
        assert!(matches!(verdict(196.0), Verdict::Open(_)));
    }
}
