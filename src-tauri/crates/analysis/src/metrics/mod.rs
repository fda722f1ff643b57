//! Figures of one activity: [`compute`] gives all of them, and each formula stands alone too.
//!
//! Headline figures that the summary has already are taken from it, so that no two places disagree.

pub(crate) mod climbs;
pub(crate) mod decoupling;
pub(crate) mod elevation;
pub(crate) mod energy;
pub(crate) mod heart;
pub(crate) mod load;
pub(crate) mod power;
pub(crate) mod quadrants;
pub(crate) mod running;
pub(crate) mod stops;
pub(crate) mod swimming;
pub(crate) mod zones;

use crate::Seconds;
use paceline_model::{
    ActivityMetrics, ActivitySummary, AthleteSettings, Channel, Metric, Metrics, Sport,
};

/// Whether steps are taken, and cadence counts them in pairs.
pub(crate) const fn on_foot(sport: Sport) -> bool {
    matches!(sport, Sport::Running | Sport::Walking | Sport::Hiking)
}

/// Every figure that an activity's samples, the athlete's settings on the day and the athlete's own
/// rating (0 to 10) allow. `summary` is that of the same samples and settings. Never fails: what
/// the data do not allow is absent, and no figure is infinite.
#[must_use]
pub fn compute(
    seconds: &Seconds,
    settings: &AthleteSettings,
    summary: &ActivitySummary,
    rpe: Option<f64>,
) -> ActivityMetrics {
    let mut values = Metrics::default();
    let m = &mut values;
    general(seconds, summary, m);
    let ground = running::Ground::of(seconds);
    power::figures(seconds, settings, summary, m);
    heart::figures(seconds, settings, summary, m);
    running::figures(seconds, summary, &ground, m);
    decoupling::figures(seconds, summary, &ground.speed, m);
    swimming::figures(seconds, summary, m);
    running::load(seconds, settings, &ground, m);
    swimming::load(seconds, settings, m);
    let energy_source = energy::figures(seconds, settings, summary, m);
    let load = load::figures(seconds, settings, summary, rpe, m);
    let climbs = climbs::climbs(seconds);
    if !seconds.altitude.is_empty() {
        m.set(Metric::Climbs, climbs.len() as f64);
    }
    ActivityMetrics {
        values,
        load,
        energy_source,
        climbs,
        stops: stops::stops(seconds),
        quadrants: quadrants::of(seconds, settings),
    }
}

/// Mean, least and greatest of a channel over the seconds that `keep` lets count.
fn extent(values: &[f64], keep: impl Fn(f64) -> bool) -> Option<[f64; 3]> {
    let (mut sum, mut count) = (0.0, 0u32);
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for v in values.iter().copied().filter(|v| v.is_finite() && keep(*v)) {
        sum += v;
        count += 1;
        least = least.min(v);
        most = most.max(v);
    }
    (count > 0).then(|| [sum / f64::from(count), least, most])
}

fn general(seconds: &Seconds, summary: &ActivitySummary, m: &mut Metrics) {
    let positive = |s: f64| (s > 0.0).then_some(s);
    m.set(Metric::MovingTime, positive(summary.moving_s));
    m.set(Metric::TimerTime, positive(summary.timer_s));
    m.set(Metric::ElapsedTime, positive(summary.elapsed_s));
    let stopped = positive(summary.elapsed_s).map(|s| (s - summary.moving_s).max(0.0));
    m.set(Metric::StoppedTime, stopped);
    m.set(Metric::Distance, summary.distance_m);
    m.set(Metric::AverageSpeed, summary.avg_speed);
    m.set(Metric::MaxSpeed, summary.max_speed);
    if !on_foot(seconds.sport()) {
        m.set(Metric::AverageCadence, summary.avg_cadence);
        m.set(Metric::MaxCadence, summary.max_cadence);
    }
    m.set(Metric::Ascent, summary.ascent_m);
    m.set(Metric::Descent, summary.descent_m);
    m.set(Metric::MinAltitude, summary.min_altitude);
    m.set(Metric::MaxAltitude, summary.max_altitude);
    let hours = positive(summary.moving_s).map(|s| s / 3600.0);
    let vam = summary.ascent_m.zip(hours).map(|(m, h)| m / h);
    m.set(Metric::Vam, vam);
    m.set(Metric::AverageTemperature, summary.avg_temperature);
    let ambient = extent(&seconds.channel(&Channel::Temperature), |_| true);
    m.set(Metric::MinTemperature, ambient.map(|e| e[1]));
    m.set(Metric::MaxTemperature, ambient.map(|e| e[2]));
    let of = |channel: Channel| extent(&seconds.channel(&channel), |v| v > 0.0);
    let core = of(Channel::CoreTemperature);
    m.set(Metric::AverageCoreTemperature, core.map(|e| e[0]));
    m.set(Metric::MaxCoreTemperature, core.map(|e| e[2]));
    let breaths = of(Channel::RespirationRate);
    m.set(Metric::AverageRespirationRate, breaths.map(|e| e[0]));
    let oxygen = of(Channel::MuscleOxygen);
    m.set(Metric::AverageMuscleOxygen, oxygen.map(|e| e[0]));
}

#[cfg(test)]
mod tests;
