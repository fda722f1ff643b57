use crate::Seconds;
use crate::metrics::power::finite;
use paceline_model::{ActivitySummary, AthleteSettings, Metric, Metrics, SettingKind, Sex};

/// No heart beats faster; recorders write 255 for a lost strap.
const MAX_BPM: f64 = 250.0;

/// Whether a heart rate was measured.
pub(crate) fn beats(bpm: f64) -> bool {
    bpm > 0.0 && bpm <= MAX_BPM
}

/// The heart rates that loads are measured by, in beats per minute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Thresholds {
    pub resting: f64,
    pub max: f64,
    pub threshold: f64,
    /// What the athlete never gave.
    pub assumed: Vec<SettingKind>,
}

impl Thresholds {
    /// What the athlete gave, and a rule for what is missing: a resting heart rate of 60; a maximum
    /// of threshold/0.9; a threshold of rest + 85 % of the reserve (Elevate's rule). `None` where
    /// neither maximum nor threshold is known, or where they contradict each other.
    pub(crate) fn of(settings: &AthleteSettings) -> Option<Self> {
        let mut assumed = Vec::new();
        let mut or = |given: Option<f64>, kind, rule: f64| {
            given.filter(|bpm| beats(*bpm)).unwrap_or_else(|| {
                assumed.push(kind);
                rule
            })
        };
        let resting = or(settings.resting_hr, SettingKind::RestingHeartRate, 60.0);
        let by_threshold = settings.threshold_hr.map_or(f64::NAN, |t| t / 0.9);
        let max = or(settings.max_hr, SettingKind::MaxHeartRate, by_threshold);
        let by_reserve = resting + 0.85 * (max - resting);
        let threshold = or(
            settings.threshold_hr,
            SettingKind::ThresholdHeartRate,
            by_reserve,
        );
        (resting < threshold && threshold <= max && max.is_finite()).then_some(Self {
            resting,
            max,
            threshold,
            assumed,
        })
    }
}

/// Banister's weighting of an hour's share (Banister 1991, Morton, Fitz-Clarke & Banister 1990):
/// x·0.64·e^(1.92x) for men, x·0.86·e^(1.67x) for women, per minute. x below rest is 0.
fn weight(x: f64, sex: Sex) -> f64 {
    let x = x.max(0.0);
    match sex {
        Sex::Male => x * 0.64 * (1.92 * x).exp(),
        Sex::Female => x * 0.86 * (1.67 * x).exp(),
    }
}

/// Training impulses of men and of women, both in one pass.
fn impulses(heart_rate: &[f64], resting: f64, max: f64) -> Option<[f64; 2]> {
    if resting >= max || !(max - resting).is_finite() {
        return None;
    }
    let mut sums = [0.0; 2];
    let (mut last, mut weights, mut any) = (f64::NAN, [0.0; 2], false);
    for bpm in heart_rate.iter().copied().filter(|bpm| beats(*bpm)) {
        // A heart rate stays the same for seconds on end, and exponentials are dear.
        if bpm != last {
            let x = (bpm - resting) / (max - resting);
            weights = [weight(x, Sex::Male), weight(x, Sex::Female)];
            last = bpm;
        }
        sums[0] += weights[0];
        sums[1] += weights[1];
        any = true;
    }
    any.then_some(sums.map(|sum| sum / 60.0))
        .filter(|sums| sums.iter().all(|sum| sum.is_finite()))
}

/// Banister's TRIMP of heart rates second by second: the sum of minutes × x·A·e^(bx) with
/// x = (HR − rest)/(max − rest), and A 0.64, b 1.92 for men, A 0.86, b 1.67 for women.
///
/// Seconds without a heart rate add nothing. GoldenCheetah and Elevate use 0.64 for both sexes,
/// GoldenCheetah takes the mean heart rate besides ([`trimp_of_mean`]). `None` without a heart rate
/// or where rest is not below maximum.
#[must_use]
pub fn trimp(heart_rate: &[f64], resting: f64, max: f64, sex: Sex) -> Option<f64> {
    let [men, women] = impulses(heart_rate, resting, max)?;
    Some(match sex {
        Sex::Male => men,
        Sex::Female => women,
    })
}

/// Banister's TRIMP of `minutes` at a mean heart rate, with the constants of [`trimp`]. As the
/// weighting is convex it is never more than that of the heart rates second by second.
///
/// The minutes of an activity are those in motion, of which GoldenCheetah has more (any speed or
/// cadence above 0 is motion there), and its mean is over gaps filled on straight lines.
#[must_use]
pub fn trimp_of_mean(minutes: f64, mean: f64, resting: f64, max: f64, sex: Sex) -> Option<f64> {
    (beats(mean) && resting < max && minutes >= 0.0)
        .then(|| minutes * weight((mean - resting) / (max - resting), sex))
        .and_then(finite)
}

/// Edwards' TRIMP (1993): minutes in 50–60, 60–70, 70–80, 80–90 and from 90 % of maximum heart rate
/// times 1 to 5. Less than 50 % and seconds without a heart rate count nothing.
#[must_use]
pub fn trimp_edwards(heart_rate: &[f64], max: f64) -> Option<f64> {
    if !beats(max) {
        return None;
    }
    let limits = [0.5, 0.6, 0.7, 0.8, 0.9].map(|share| share * max);
    zoned(heart_rate, |bpm| {
        limits
            .iter()
            .map(|limit| f64::from(u8::from(bpm >= *limit)))
            .sum()
    })
}

/// Lucía's TRIMP (2003): minutes below the first ventilatory threshold, between the two, and from
/// the second on, times 1, 2 and 3.
#[must_use]
pub fn trimp_lucia(heart_rate: &[f64], vt1: f64, vt2: f64) -> Option<f64> {
    if vt1.is_nan() || vt2.is_nan() || vt1 > vt2 {
        return None;
    }
    zoned(heart_rate, |bpm| {
        1.0 + f64::from(u8::from(bpm >= vt1)) + f64::from(u8::from(bpm >= vt2))
    })
}

fn zoned(heart_rate: &[f64], weight: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut sum, mut any) = (0.0, false);
    for bpm in heart_rate.iter().copied().filter(|bpm| beats(*bpm)) {
        sum += weight(bpm);
        any = true;
    }
    any.then_some(sum / 60.0)
}

/// Heart rates at the ventilatory thresholds VT1 and VT2: the athlete's aerobic threshold and
/// threshold heart rate; where one was never given, VT2 is 90 % of maximum heart rate and VT1 89 %
/// of VT2 (the top of Friel's second zone). `None` where nothing is known to start from.
#[must_use]
pub fn ventilatory_thresholds(settings: &AthleteSettings) -> Option<(f64, f64)> {
    let given = |bpm: Option<f64>| bpm.filter(|bpm| beats(*bpm));
    let vt2 = given(settings.threshold_hr).or(given(settings.max_hr).map(|max| 0.9 * max))?;
    let vt1 = given(settings.aerobic_threshold_hr).unwrap_or(0.89 * vt2);
    (vt1 <= vt2).then_some((vt1, vt2))
}

/// Heart-rate recovery in beats per minute: the largest fall over 60 seconds from a heart rate of
/// at least 85 % of `max`. A second without a heart rate, or a leap of more than 10 beats from one
/// second to the next, which is a strap that slipped, ends the stretch. `None` where it never fell.
#[must_use]
pub fn heart_rate_recovery(heart_rate: &[f64], max: f64) -> Option<f64> {
    const SPAN: usize = 60;
    const LEAP_BPM: f64 = 10.0;
    let effort = 0.85 * max;
    let (mut unbroken, mut fall) = (0, 0.0f64);
    let mut last = f64::NAN;
    for (i, bpm) in heart_rate.iter().copied().enumerate() {
        unbroken = if !beats(bpm) {
            0
        } else if (bpm - last).abs() <= LEAP_BPM {
            unbroken + 1
        } else {
            1
        };
        last = bpm;
        if unbroken > SPAN && heart_rate[i - SPAN] >= effort {
            fall = fall.max(heart_rate[i - SPAN] - bpm);
        }
    }
    (fall > 0.0).then_some(fall)
}

pub(super) fn figures(
    seconds: &Seconds,
    settings: &AthleteSettings,
    summary: &ActivitySummary,
    m: &mut Metrics,
) {
    let hr = &seconds.heart_rate;
    let mean = summary.avg_hr.filter(|bpm| beats(*bpm));
    m.set(Metric::AverageHr, summary.avg_hr);
    m.set(Metric::MaxHr, summary.max_hr);
    let lowest = hr.iter().copied().filter(|bpm| beats(*bpm));
    m.set(Metric::MinHr, lowest.reduce(f64::min));
    let max = settings.max_hr.filter(|bpm| beats(*bpm));
    if let Some(max) = max {
        let share = |bpm: Option<f64>| bpm.map(|bpm| 100.0 * bpm / max);
        m.set(Metric::AverageHrOfMax, share(mean));
        m.set(Metric::MaxHrOfMax, share(summary.max_hr));
        m.set(Metric::TrimpEdwards, trimp_edwards(hr, max));
    }
    let reference = max.or(summary.max_hr.filter(|bpm| beats(*bpm)));
    m.set(
        Metric::HrRecovery,
        reference.and_then(|max| heart_rate_recovery(hr, max)),
    );
    if let Some((resting, max)) = settings.resting_hr.zip(max).filter(|(r, max)| r < max) {
        let reserve = mean.map(|bpm| 100.0 * (bpm - resting) / (max - resting));
        m.set(Metric::AverageHrReserve, reserve);
        if let Some([men, women]) = impulses(hr, resting, max) {
            let own = if settings.sex == Some(Sex::Female) {
                women
            } else {
                men
            };
            m.set(Metric::Trimp, own);
            m.set(Metric::TrimpMen, men);
            m.set(Metric::TrimpWomen, women);
        }
        let minutes = summary.moving_s / 60.0;
        for (metric, sex) in [
            (Metric::TrimpMeanMen, Sex::Male),
            (Metric::TrimpMeanWomen, Sex::Female),
        ] {
            let value = mean.and_then(|mean| trimp_of_mean(minutes, mean, resting, max, sex));
            m.set(metric, value);
        }
    }
    if let Some((vt1, vt2)) = ventilatory_thresholds(settings) {
        m.set(Metric::TrimpLucia, trimp_lucia(hr, vt1, vt2));
    }
    m.set(Metric::HrTss, hr_tss(hr, settings));
}

/// hrTSS: 100 × TRIMP by TRIMP of one hour at threshold heart rate, with the constants of the
/// athlete's sex (men's where it is not known). What the athlete never gave follows the rules that
/// [`paceline_model::Metric::HrTss`] states. TrainingPeaks' own table by zone is not public;
/// GoldenCheetah's `TRIMP(100)` is this of the mean heart rate.
#[must_use]
pub fn hr_tss(heart_rate: &[f64], settings: &AthleteSettings) -> Option<f64> {
    let by = Thresholds::of(settings)?;
    let sex = settings.sex.unwrap_or(Sex::Male);
    let impulse = trimp(heart_rate, by.resting, by.max, sex)?;
    let hour = trimp_of_mean(60.0, by.threshold, by.resting, by.max, sex)?;
    finite(100.0 * impulse / hour)
}

#[cfg(test)]
#[path = "heart_tests.rs"]
mod tests;
