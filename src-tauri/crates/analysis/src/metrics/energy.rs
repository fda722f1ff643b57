use crate::Seconds;
use crate::metrics::heart::beats;
use crate::metrics::power::finite;
use paceline_model::{ActivitySummary, AthleteSettings, EnergySource, Metric, Metrics, Sport};

/// Share of the energy burnt that reaches the pedals: cyclists measure 0.20 to 0.25.
const GROSS_EFFICIENCY: f64 = 0.24;
const KJ_PER_KCAL: f64 = 4.184;
/// Energy of a litre of oxygen on mixed fuel.
const KCAL_PER_LITRE: f64 = 4.9;
/// Oxygen uptake at rest, ml/kg/min: one MET.
const REST_UPTAKE: f64 = 3.5;

/// Kilocalories burnt for `kilojoules` at the pedals, at a gross efficiency of 24 %.
#[must_use]
pub fn calories_of_work(kilojoules: f64) -> Option<f64> {
    (kilojoules >= 0.0)
        .then_some(kilojoules / KJ_PER_KCAL / GROSS_EFFICIENCY)
        .and_then(finite)
}

/// Kilocalories burnt by heart rate, second by second: the share of the heart rate's reserve is
/// that of the reserve of oxygen uptake (Swain & Leutholtz 1997), whose maximum is 15.3 × maximum by
/// resting heart rate ml/kg/min (Uth et al. 2004); 4.9 kcal a litre. Seconds without a heart rate
/// add nothing. The estimate of the maximum alone errs by a tenth.
#[must_use]
pub fn calories_of_heart_rate(
    heart_rate: &[f64],
    resting: f64,
    max: f64,
    weight_kg: f64,
) -> Option<f64> {
    if !(beats(resting) && beats(max) && resting < max && weight_kg > 0.0) {
        return None;
    }
    let most = 15.3 * max / resting;
    let (mut uptake, mut any) = (0.0, false);
    for bpm in heart_rate.iter().copied().filter(|bpm| beats(*bpm)) {
        let share = ((bpm - resting) / (max - resting)).clamp(0.0, 1.0);
        uptake += REST_UPTAKE + share * (most - REST_UPTAKE);
        any = true;
    }
    any.then_some(uptake / 60.0 * weight_kg / 1000.0 * KCAL_PER_LITRE)
        .and_then(finite)
}

/// Calories and where they come from: the recorder's total, else work of a ride, else heart rate.
pub(super) fn figures(
    seconds: &Seconds,
    settings: &AthleteSettings,
    summary: &ActivitySummary,
    m: &mut Metrics,
) -> Option<EnergySource> {
    let recorded = summary.calories_kcal.filter(|kcal| *kcal > 0.0);
    let by_work = || {
        let pedalled = seconds.sport() == Sport::Cycling;
        let work = m.get(Metric::Work).filter(|kj| pedalled && *kj > 0.0)?;
        calories_of_work(work)
    };
    let by_heart = || {
        let (resting, max) = settings.resting_hr.zip(settings.max_hr)?;
        calories_of_heart_rate(&seconds.heart_rate, resting, max, settings.weight_kg?)
    };
    let (kcal, source) = recorded
        .and_then(finite)
        .map(|kcal| (kcal, EnergySource::Recorded))
        .or_else(|| by_work().map(|kcal| (kcal, EnergySource::Work)))
        .or_else(|| by_heart().map(|kcal| (kcal, EnergySource::HeartRate)))?;
    m.set(Metric::Calories, kcal);
    Some(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_kilojoule_at_the_pedals_is_about_a_kilocalorie() {
        assert!((calories_of_work(1000.0).unwrap() - 995.9).abs() < 0.1);
    }

    #[test]
    fn an_hour_at_half_the_reserve_burns_what_the_formula_gives() {
        // Maximum 15.3 × 190/50 = 58.1; half the reserve 30.8 ml/kg/min; 75 kg.
        let found = calories_of_heart_rate(&[120.0; 3600], 50.0, 190.0, 75.0).unwrap();
        assert!((found - 680.0).abs() < 1.0, "{found}");
    }

    proptest! {
        #[test]
        fn no_input_makes_them_infinite(
            hr in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
            a in proptest::num::f64::ANY, b in proptest::num::f64::ANY, c in proptest::num::f64::ANY,
        ) {
            prop_assert!(calories_of_work(a).is_none_or(f64::is_finite));
            prop_assert!(calories_of_heart_rate(&hr, a, b, c).is_none_or(f64::is_finite));
            prop_assert!(calories_of_heart_rate(&hr, 50.0, 190.0, c).is_none_or(f64::is_finite));
        }
    }
}
