use super::signs::{Morning, Reading, reading};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The parts of readiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Part {
    Hrv,
    RestingHeartRate,
    Sleep,
    Form,
    Ramp,
    AcuteChronic,
    Soreness,
    Fatigue,
    Stress,
}

impl Part {
    /// Every part with its weight in percent; they add up to 100.
    pub const WEIGHTS: [(Self, f64); 9] = [
        (Self::Hrv, 30.0),
        (Self::RestingHeartRate, 15.0),
        (Self::Sleep, 20.0),
        (Self::Form, 15.0),
        (Self::Ramp, 5.0),
        (Self::AcuteChronic, 5.0),
        (Self::Soreness, 4.0),
        (Self::Fatigue, 3.0),
        (Self::Stress, 3.0),
    ];

    fn of_the_body(self) -> bool {
        matches!(self, Self::Hrv | Self::RestingHeartRate | Self::Sleep)
    }
}

/// A score as a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// 70 and above: train as planned.
    Green,
    /// 40 to 70: train, with an eye on it.
    Amber,
    /// Below 40, or ill: rest or easy.
    Red,
}

/// What one part says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// Which part.
    pub part: Part,
    /// Percent of the score it made, missing parts' weights shared out.
    pub weight: f64,
    /// 0 (worst) to 100.
    pub score: f64,
    /// What was measured: ms, beats a minute, hours, percent of fitness, ratio or 0–10.
    pub value: f64,
    /// What it was held against, in the same unit, where there is such a thing.
    pub baseline: Option<f64>,
    /// The same in plain words.
    pub statement: String,
}

/// A part that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MissingPart {
    /// Which part.
    pub part: Part,
    /// Percent it would have made.
    pub weight: f64,
    /// Why, in plain words.
    pub statement: String,
}

/// Readiness with all its reasons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// 0 to 100; absent with too little to go by.
    pub score: Option<f64>,
    /// The score as a colour; red also without a score where ill.
    pub light: Option<Light>,
    /// Percent of the weights for which there was data.
    pub coverage: f64,
    /// What each part said, the heaviest first.
    pub reasons: Vec<Reason>,
    /// What is missing and why.
    pub missing: Vec<MissingPart>,
    /// What the score is worth, in plain words.
    pub note: String,
}

/// Percent of the weights that must be known for a score.
pub const LEAST_COVERAGE: f64 = 50.0;
/// The highest score of someone ill.
pub const ILL_AT_MOST: f64 = 20.0;

/// How ready the athlete is, with every reason. **Our rule, not a validated instrument**: no
/// published score weighs these signs, and none of them alone foretells a good or bad day.
///
/// The score is the weighted mean of the parts' scores ([`Part::WEIGHTS`]); weights of missing
/// parts are shared out over the others. There is none where less than [`LEAST_COVERAGE`] percent
/// of the weights are known, or neither HRV nor resting heart rate nor sleep is. Each part's score
/// runs in straight lines between these points:
/// - HRV: mean of the day's and the week's deviation from the band's mean in SD, the day counting
///   6 and the week 4: 100 from −0.5 to +1.5, 70 at −1, 0 at −2.5; 60 at +3 (unusually high is a
///   sign too, Plews 2013).
/// - Resting heart rate: beats a minute above the mean of 60 days: 100 up to 2, 50 at 5, 0 at 10.
/// - Sleep: share of the need: 0 at a half, 100 at all of it.
/// - Form: TSB in percent of CTL: 100 from −10, 50 at −30, 0 at −60. Ramp: percent of CTL a week:
///   100 up to 8, 40 at 20, 0 at 35. CTL below 20 counts as 20.
/// - Acute:chronic ratio: 100 up to 1.3, 40 at 2, 0 at 2.5; a rise in load, no risk of injury (see
///   [`crate::season::acute_chronic`]).
/// - Soreness, fatigue, stress: 100 at 0, 0 at 10.
///
/// Illness, as the athlete says, caps the score at [`ILL_AT_MOST`] and makes it red.
#[must_use]
pub fn readiness(morning: &Morning) -> Readiness {
    let mut read: Vec<(Part, f64, Reading)> = Vec::new();
    let mut missing = Vec::new();
    for (part, weight) in Part::WEIGHTS {
        match reading(part, morning) {
            Ok(found) => read.push((part, weight, found)),
            Err(statement) => missing.push(MissingPart {
                part,
                weight,
                statement,
            }),
        }
    }
    let coverage: f64 = read.iter().map(|r| r.1).sum();
    let enough = coverage >= LEAST_COVERAGE && read.iter().any(|r| r.0.of_the_body());
    let mean = read.iter().map(|r| r.1 * r.2.score).sum::<f64>() / coverage.max(1.0);
    let mean = mean.clamp(0.0, 100.0);
    let score = enough.then(|| {
        if morning.ill {
            mean.min(ILL_AT_MOST)
        } else {
            mean
        }
    });
    let light = score.map(|s| {
        if s >= 70.0 {
            Light::Green
        } else if s >= 40.0 {
            Light::Amber
        } else {
            Light::Red
        }
    });
    let mut reasons: Vec<Reason> = read
        .into_iter()
        .map(|(part, weight, found)| Reason {
            part,
            weight: 100.0 * weight / coverage,
            score: found.score,
            value: found.value,
            baseline: found.baseline,
            statement: found.statement,
        })
        .collect();
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    Readiness {
        score,
        light: if morning.ill { Some(Light::Red) } else { light },
        coverage,
        reasons,
        missing,
        note: note(enough, coverage, morning.ill),
    }
}

fn note(enough: bool, coverage: f64, ill: bool) -> String {
    let rule = "This is Paceline's own rule, not a validated instrument; how you feel comes first.";
    let ill = if ill {
        format!(
            " You said that you are ill or injured: the score is held at {ILL_AT_MOST:.0} at most."
        )
    } else {
        String::new()
    };
    if enough {
        format!("{rule}{ill} It rests on {coverage:.0} % of what it can use.")
    } else {
        format!(
            "{rule}{ill} No score: {coverage:.0} % of what it can use is known, and it needs \
             {LEAST_COVERAGE:.0} % with HRV, resting heart rate or sleep among it."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::season::Day;
    use crate::wellness::{BaselineDay, DailyValues, Scale, baseline};
    use proptest::prelude::*;

    fn day(usual: f64, spread: f64, today: f64, scale: Scale) -> Option<BaselineDay> {
        let mut values: Vec<f64> = (0..60)
            .map(|i| usual + spread * (f64::from(i) * 1.3).sin())
            .collect();
        values.push(today);
        let daily = DailyValues {
            first: Day(0),
            values,
        };
        baseline(&daily, scale).pop()
    }

    fn rested() -> Morning {
        Morning {
            hrv: day(60.0, 6.0, 61.0, Scale::Log),
            resting_hr: day(48.0, 2.0, 47.0, Scale::Linear),
            sleep_s: Some(8.2 * 3600.0),
            ctl: Some(70.0),
            tsb: Some(5.0),
            ramp: Some(2.0),
            acute_chronic: Some(1.0),
            soreness: Some(0.0),
            fatigue: Some(0.0),
            stress: Some(0.0),
            ..Morning::default()
        }
    }

    #[test]
    fn a_rested_morning_is_green_and_says_why() {
        let found = readiness(&rested());
        assert_eq!(
            (found.score, found.light),
            (Some(100.0), Some(Light::Green))
        );
        assert_eq!((found.coverage, found.missing.len()), (100.0, 0));
        assert_eq!(found.reasons[0].part, Part::Hrv);
        let first = &found.reasons[0].statement;
        assert!(
            first.starts_with("HRV is 61 ms, within your normal 58–62 ms"),
            "{first}"
        );
        assert!(found.note.contains("not a validated instrument"));
    }

    #[test]
    fn a_bad_night_in_a_hard_block_is_not_green() {
        let tired = Morning {
            hrv: day(60.0, 6.0, 48.0, Scale::Log),
            resting_hr: day(48.0, 2.0, 54.0, Scale::Linear),
            sleep_s: Some(5.5 * 3600.0),
            tsb: Some(-30.0),
            ..rested()
        };
        let found = readiness(&tired);
        assert!(found.score.unwrap() < 60.0, "{found:?}");
        assert_ne!(found.light, Some(Light::Green));
    }

    #[test]
    fn missing_parts_are_said_and_their_weight_is_shared_out() {
        let partly = Morning {
            hrv: None,
            soreness: None,
            ..rested()
        };
        let found = readiness(&partly);
        assert_eq!(found.coverage, 66.0);
        let weights: f64 = found.reasons.iter().map(|r| r.weight).sum();
        assert!((weights - 100.0).abs() < 1e-9);
        let sleep = found
            .reasons
            .iter()
            .find(|r| r.part == Part::Sleep)
            .unwrap();
        assert!((sleep.weight - 100.0 * 20.0 / 66.0).abs() < 1e-9);
        let said: Vec<_> = found.missing.iter().map(|m| m.statement.as_str()).collect();
        assert_eq!(said[0], "There is no heart-rate variability for today.");
    }

    #[test]
    fn a_rounded_nothing_is_said_without_a_minus() {
        let level = Morning {
            tsb: Some(-0.2),
            ..rested()
        };
        let found = readiness(&level);
        let form = found.reasons.iter().find(|r| r.part == Part::Form).unwrap();
        assert_eq!(
            form.statement,
            "The form is +0, +0 % of your fitness of 70."
        );
    }

    #[test]
    fn too_little_gives_no_score_but_the_reasons_stay() {
        let load_alone = Morning {
            hrv: None,
            resting_hr: None,
            sleep_s: None,
            ..rested()
        };
        let found = readiness(&load_alone);
        assert_eq!((found.score, found.light), (None, None));
        assert!(!found.reasons.is_empty() && found.note.contains("No score"));
        let young = Morning {
            hrv: baseline(
                &DailyValues {
                    first: Day(0),
                    values: vec![60.0; 6],
                },
                Scale::Log,
            )
            .pop(),
            ..Morning::default()
        };
        let why = &readiness(&young).missing[0].statement;
        assert!(
            why.contains("needs 14 days of measurements; there are 5"),
            "{why}"
        );
    }

    #[test]
    fn illness_is_red_whatever_the_rest_says() {
        let found = readiness(&Morning {
            ill: true,
            ..rested()
        });
        assert_eq!((found.score, found.light), (Some(20.0), Some(Light::Red)));
        let nothing = readiness(&Morning {
            ill: true,
            ..Morning::default()
        });
        assert_eq!((nothing.score, nothing.light), (None, Some(Light::Red)));
    }

    #[test]
    fn the_weights_add_up_to_a_hundred() {
        assert_eq!(Part::WEIGHTS.iter().map(|w| w.1).sum::<f64>(), 100.0);
    }

    proptest! {
        #[test]
        fn less_sleep_or_more_soreness_never_raises_the_score(
            slept in 0.0..12.0_f64, less in 0.0..3.0_f64, sore in 0.0..10.0_f64, more in 0.0..5.0_f64,
        ) {
            let at = |hours: f64, soreness: f64| {
                let morning = Morning { sleep_s: Some(hours * 3600.0), soreness: Some(soreness), ..rested() };
                readiness(&morning).score.unwrap()
            };
            prop_assert!(at((slept - less).max(0.0), sore) <= at(slept, sore) + 1e-9);
            prop_assert!(at(slept, (sore + more).min(10.0)) <= at(slept, sore) + 1e-9);
        }

        #[test]
        fn no_morning_has_a_score_out_of_range(
            v in proptest::collection::vec(proptest::option::of(prop_oneof![any::<f64>(), -50.0..100.0_f64]), 9),
            values in proptest::collection::vec(prop_oneof![any::<f64>(), 30.0..90.0_f64], 1..80),
            broken in any::<f64>(), ill in any::<bool>(),
        ) {
            let daily = DailyValues { first: Day(0), values };
            let mut hrv = baseline(&daily, Scale::Log).pop();
            if let Some(band) = hrv.as_mut().and_then(|d| d.band.as_mut()) {
                band.low = broken;
            }
            let morning = Morning {
                hrv, resting_hr: baseline(&daily, Scale::Linear).pop(),
                sleep_s: v[0], sleep_need_s: v[1], ctl: v[2], tsb: v[3], ramp: v[4],
                acute_chronic: v[5], soreness: v[6], fatigue: v[7], stress: v[8], ill,
            };
            let found = readiness(&morning);
            prop_assert!(found.score.is_none_or(|s| (0.0..=100.0).contains(&s)));
            prop_assert_eq!(found.reasons.len() + found.missing.len(), Part::WEIGHTS.len());
            for r in &found.reasons {
                prop_assert!((0.0..=100.0).contains(&r.score) && r.value.is_finite() && r.weight.is_finite());
                prop_assert!(r.baseline.is_none_or(f64::is_finite));
                prop_assert!(!r.statement.contains("NaN") && !r.statement.contains("inf"));
            }
        }
    }
}
