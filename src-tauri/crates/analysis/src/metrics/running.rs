use crate::Seconds;
use crate::metrics::elevation::grade;
use crate::metrics::load::{intensity_score, stress_score};
use crate::metrics::power::{finite, fourth_power, fourth_root, normalized_power};
use crate::summary::plausible_speed;
use paceline_model::{ActivitySummary, AthleteSettings, Channel, Metric, Metrics, Sport};

/// What the effort of a grade is taken to be, as a factor on speed that is 1 on the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapModel {
    /// Energy cost of running (Minetti et al. 2002, J Appl Physiol 93:1039), J/kg/m:
    /// 155.4i⁵ − 30.4i⁴ − 43.3i³ + 46.3i² + 19.5i + 3.6, within the study's ±45 %.
    Minetti,
    /// Energy cost of walking by the same study:
    /// 280.5i⁵ − 58.7i⁴ − 76.8i³ + 51.9i² + 19.6i + 2.5, within ±45 %.
    MinettiWalking,
    /// Elevate's and GoldenCheetah's fit of Strava's model of 2017, which goes by heart rate and
    /// gives downhill less: with the grade g in percent
    /// 0.98462 + 0.030266g + 0.0018814g² − 3.3882·10⁻⁶g³ − 4.5704·10⁻⁷g⁴, here by its value on the
    /// level, within the ±35 % that runners recorded.
    Strava,
}

/// Minetti's energy cost of running on a grade (0.05 is 5 %), J/kg/m, within ±0.45.
#[must_use]
pub fn running_cost(grade: f64) -> f64 {
    let i = grade.clamp(-0.45, 0.45);
    ((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + 3.6
}

impl GapModel {
    /// By how much speed on a grade (0.05 is 5 %) is worth more than on the level; an unknown grade
    /// is level.
    #[must_use]
    pub fn factor(self, grade: f64) -> f64 {
        if grade.is_nan() {
            return 1.0;
        }
        match self {
            Self::Minetti => running_cost(grade) / 3.6,
            Self::MinettiWalking => {
                let i = grade.clamp(-0.45, 0.45);
                (((((280.5 * i - 58.7) * i - 76.8) * i + 51.9) * i + 19.6) * i + 2.5) / 2.5
            }
            Self::Strava => {
                const LEVEL: f64 = 0.98462;
                let g = 100.0 * grade.clamp(-0.35, 0.35);
                ((((-4.5704e-7 * g - 3.3882e-6) * g + 0.0018814) * g + 0.030266) * g + LEVEL)
                    / LEVEL
            }
        }
    }
}

/// Speed on the level of equal effort, metres per second, second by second: speed ×
/// [`GapModel::factor`]. NaN where no speed is; as long as `speed`, seconds beyond `grade` level.
#[must_use]
pub fn grade_adjusted_speed(speed: &[f64], grade: &[f64], model: GapModel) -> Vec<f64> {
    let mut out: Vec<f64> = speed.to_vec();
    for (v, i) in out.iter_mut().zip(grade) {
        *v *= model.factor(*i);
    }
    out
}

/// The model that suits a sport: walking's cost where one walks.
const fn model_of(sport: Sport) -> GapModel {
    match sport {
        Sport::Walking | Sport::Hiking => GapModel::MinettiWalking,
        _ => GapModel::Minetti,
    }
}

/// An activity on foot, second by second; empty in other sports.
#[derive(Default)]
pub(super) struct Ground {
    /// Rise by way, NaN where it is not known.
    grade: Vec<f64>,
    /// Grade-adjusted speed, speed as it is where no altitude was recorded. Faster than the sport
    /// allows is a jump of the position and not recorded.
    pub speed: Vec<f64>,
}

impl Ground {
    pub(super) fn of(seconds: &Seconds) -> Self {
        if !super::on_foot(seconds.sport()) {
            return Self::default();
        }
        let grade = grade(&seconds.distance, &seconds.altitude);
        let mut speed = grade_adjusted_speed(&seconds.speed, &grade, model_of(seconds.sport()));
        let limit = plausible_speed(seconds.sport());
        for (graded, v) in speed.iter_mut().zip(&seconds.speed) {
            if !(0.0..=limit).contains(v) {
                *graded = f64::NAN;
            }
        }
        Self { grade, speed }
    }
}

/// Estimated watts of running at a steady speed in metres per second on a grade (Skiba 2006): weight
/// × speed × (air + cost × efficiency), with Minetti's cost, an efficiency of
/// (0.25 + 0.054v)(1 − 0.5v/8.33), and air of ½·1.2·0.9·A·v²/weight (Arsac & Locatelli 2002) with a
/// frontal area A of 0.266 × Du Bois' body surface, 0.2025·height^0.725·weight^0.425. At 14.4 km/h,
/// 75 kg and 1.80 m it is 400.3 W, as in GoldenCheetah.
#[must_use]
pub fn running_power(speed: f64, grade: f64, weight_kg: f64, height_m: f64) -> f64 {
    let area = 0.266 * 0.2025 * height_m.powf(0.725) * weight_kg.powf(0.425);
    let air = 0.5 * 1.2 * 0.9 * area * speed * speed / weight_kg;
    let efficiency = (0.25 + 0.054 * speed) * (1.0 - 0.5 * speed / 8.33);
    (air + running_cost(grade) * efficiency) * weight_kg * speed
}

/// Skiba's lactate-normalized running power in watts: the fourth-power mean of the 30-second mean
/// of [`running_power`] of the 120-second means of speed and grade, and of what the change of that
/// speed costs in kinetic energy. Means begin with what there is; pauses are cut out, an unknown
/// grade is level. `None` without a speed.
///
/// So does GoldenCheetah, whose figures differ by its grade: that of single seconds, held where it
/// is steeper than 40 % and averaged over 10 seconds, follows the steps of a barometer, where
/// [`grade`] fits a line over 60 m.
#[must_use]
pub fn lactate_normalized_power(
    speed: &[f64],
    grade: &[f64],
    weight_kg: f64,
    height_m: f64,
) -> Option<f64> {
    const LONG: usize = 120;
    const SHORT: usize = 30;
    let slope = |i: usize| {
        grade
            .get(i)
            .copied()
            .filter(|g| g.is_finite())
            .unwrap_or(0.0)
    };
    let recorded = || (0..speed.len()).filter(|i| speed[*i].is_finite());
    let mut trail = recorded();
    let mut short = [0.0; SHORT];
    let (mut v, mut g, mut watts, mut total, mut count) = (0.0, 0.0, 0.0, 0.0, 0usize);
    let mut before = 0.0;
    for i in recorded() {
        v += speed[i];
        g += slope(i);
        if count >= LONG
            && let Some(old) = trail.next()
        {
            v -= speed[old];
            g -= slope(old);
        }
        let n = (count + 1).min(LONG) as f64;
        let mean = v / n;
        let kinetic = 0.5 * weight_kg * (mean * mean - before * before);
        before = mean;
        let now = running_power(mean, g / n, weight_kg, height_m) + kinetic;
        watts += now - short[count % SHORT];
        short[count % SHORT] = now;
        count += 1;
        total += fourth_power(watts / count.min(SHORT) as f64);
    }
    (count > 0)
        .then(|| fourth_root(total / count as f64))
        .and_then(finite)
}

/// Mean of a channel over the seconds in which it is above 0.
fn mean_above_zero(values: &[f64]) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0u32);
    for v in values.iter().filter(|v| **v > 0.0 && v.is_finite()) {
        sum += v;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

/// Metres from foot to foot, over moving seconds with a cadence (in strides of two steps).
fn step_length(seconds: &Seconds) -> Option<f64> {
    let (mut metres, mut steps) = (0.0, 0.0);
    let each = seconds
        .speed
        .iter()
        .zip(&seconds.cadence)
        .zip(&seconds.moving);
    for ((v, cadence), moving) in each {
        if *moving && *v > 0.0 && *cadence > 0.0 {
            metres += v;
            steps += 2.0 * cadence / 60.0;
        }
    }
    (steps > 0.0).then(|| metres / steps)
}

pub(super) fn figures(
    seconds: &Seconds,
    summary: &ActivitySummary,
    ground: &Ground,
    m: &mut Metrics,
) {
    if !super::on_foot(seconds.sport()) {
        return;
    }
    m.set(
        Metric::NormalizedGradedSpeed,
        normalized_power(&ground.speed),
    );
    if !seconds.altitude.is_empty() {
        let (mut metres, mut count) = (0.0, 0u32);
        for (v, moving) in ground.speed.iter().zip(&seconds.moving) {
            if *moving && v.is_finite() {
                metres += v;
                count += 1;
            }
        }
        if count > 0 {
            m.set(Metric::GradeAdjustedSpeed, metres / f64::from(count));
        }
    }
    m.set(Metric::StepRate, summary.avg_cadence.map(|c| 2.0 * c));
    m.set(Metric::MaxStepRate, summary.max_cadence.map(|c| 2.0 * c));
    m.set(Metric::StepLength, step_length(seconds));
    for (metric, channel) in [
        (Metric::VerticalOscillation, Channel::VerticalOscillation),
        (Metric::VerticalRatio, Channel::VerticalRatio),
        (Metric::GroundContactTime, Channel::GroundContactTime),
        (Metric::GroundContactBalance, Channel::GroundContactBalance),
    ] {
        m.set(metric, mean_above_zero(&seconds.channel(&channel)));
    }
}

/// rTSS and GOVSS of a run.
pub(super) fn load(
    seconds: &Seconds,
    settings: &AthleteSettings,
    ground: &Ground,
    m: &mut Metrics,
) {
    let threshold = settings.threshold_speed.filter(|v| *v > 0.0);
    let (Sport::Running, Some(threshold)) = (seconds.sport(), threshold) else {
        return;
    };
    let time = ground.speed.iter().filter(|v| v.is_finite()).count() as f64;
    if let Some(ngp) = m.get(Metric::NormalizedGradedSpeed) {
        let score = stress_score(time, intensity_score(ngp, threshold));
        m.set(Metric::RunningTss, score);
    }
    let body = settings.weight_kg.zip(settings.height_m);
    let Some((kg, height)) = body.filter(|(kg, height)| *kg > 0.0 && *height > 0.0) else {
        return;
    };
    let lnp = lactate_normalized_power(&seconds.speed, &ground.grade, kg, height);
    m.set(Metric::LactateNormalizedPower, lnp);
    let at_threshold = running_power(threshold, 0.0, kg, height);
    if let Some(lnp) = lnp.filter(|_| at_threshold > 0.0) {
        m.set(
            Metric::Govss,
            stress_score(time, intensity_score(lnp, at_threshold)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MODELS: [GapModel; 3] = [
        GapModel::Minetti,
        GapModel::MinettiWalking,
        GapModel::Strava,
    ];

    #[test]
    fn the_level_is_the_level_in_every_model() {
        for model in MODELS {
            assert!((model.factor(0.0) - 1.0).abs() < 1e-12);
            assert_eq!(model.factor(f64::NAN), 1.0);
        }
    }

    #[test]
    fn grades_weigh_as_the_studies_say() {
        // The factors that the project's study of peers lists.
        for (grade, factor) in [(0.1, 1.66), (-0.1, 0.60), (-0.2, 0.50)] {
            assert!((GapModel::Minetti.factor(grade) - factor).abs() < 0.005);
        }
        for (grade, factor) in [(0.1, 1.47), (-0.1, 0.88), (-0.2, 1.08)] {
            let found = GapModel::Strava.factor(grade) * 0.98462;
            assert!((found - factor).abs() < 0.015, "{grade} {found}");
        }
        // Minetti's table: the cost of running at +45 % is 18.93 J/kg/m by measurement.
        assert!((running_cost(0.45) - 18.93).abs() < 0.6);
        assert_eq!(running_cost(2.0), running_cost(0.45));
    }

    #[test]
    fn a_run_on_the_level_is_as_fast_as_it_is() {
        let found = grade_adjusted_speed(&[3.0; 5], &[0.0, f64::NAN], GapModel::Minetti);
        assert_eq!(found, [3.0; 5]);
    }

    #[test]
    fn power_at_threshold_is_what_goldencheetah_gives_its_athlete() {
        // Its RTP at 14.4 km/h, 75 kg, 1.80 m.
        assert!((running_power(4.0, 0.0, 75.0, 1.80) - 400.30334).abs() < 1e-3);
    }

    #[test]
    fn lactate_normalized_power_of_an_even_run_is_its_power_and_the_start() {
        let watts = running_power(4.0, 0.02, 70.0, 1.75);
        let found = lactate_normalized_power(&[4.0; 90_000], &[0.02; 90_000], 70.0, 1.75).unwrap();
        // Half of 70 kg × 16 m²/s² once, within the first thirty windows of 90,000.
        assert!(found > watts && found < watts + 1.0, "{found} {watts}");
        assert_eq!(lactate_normalized_power(&[], &[], 70.0, 1.75), None);
    }

    proptest! {
        #[test]
        fn uphill_is_always_worth_more(a in 0.0f64..0.6, b in 0.0f64..0.6) {
            for model in MODELS {
                prop_assert!(model.factor(a.min(b)) <= model.factor(a.max(b)) + 1e-12);
            }
        }

        #[test]
        fn no_grade_makes_a_factor_that_is_none(grade in proptest::num::f64::ANY) {
            for model in MODELS {
                let factor = model.factor(grade);
                prop_assert!(factor > 0.2 && factor < 8.0, "{model:?} {factor}");
            }
            prop_assert!(running_cost(grade).is_nan() == grade.is_nan());
        }

        #[test]
        fn no_run_makes_power_infinite_or_panics(
            v in proptest::collection::vec(proptest::num::f64::ANY, 0..300),
            g in proptest::collection::vec(proptest::num::f64::ANY, 0..300),
            kg in proptest::num::f64::ANY,
        ) {
            prop_assert!(lactate_normalized_power(&v, &g, kg, 1.8).is_none_or(f64::is_finite));
            prop_assert!(lactate_normalized_power(&v, &g, 70.0, kg).is_none_or(f64::is_finite));
            prop_assert_eq!(grade_adjusted_speed(&v, &g, GapModel::Minetti).len(), v.len());
        }
    }
}
