use crate::input::{ActivityInput, Axis};
use crate::summary::summary;
use crate::{FORMULA_VERSION, Seconds, compute_metrics};
use paceline_model::{ActivityMetrics, ActivitySummary, AthleteSettings};

/// The summary and every other figure. `known` is a summary of the same samples, sport and formulas
/// under other settings: what does not depend on settings is taken from it.
#[must_use]
pub fn analyse(
    input: ActivityInput,
    settings: &AthleteSettings,
    rpe: Option<f64>,
    known: Option<&ActivitySummary>,
) -> (ActivitySummary, ActivityMetrics) {
    let axis = Axis::new(input);
    let known = known.filter(|k| k.formula_version == FORMULA_VERSION && k.sport == input.sport);
    let summary = summary(&axis, settings, known);
    let metrics = compute_metrics(&Seconds::of(&axis), settings, &summary, rpe);
    (summary, metrics)
}
