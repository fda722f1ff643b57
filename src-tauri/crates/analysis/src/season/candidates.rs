//! What each effort says of each threshold, and which of them becomes a proposal.

use super::proposals::{
    Confidence, DayValue, Effort, LOWER_NEEDS, Measure, Method, Proposal, ProposalEvidence,
    SPIKE_ABOVE_MINUTE, believed, lowest_share, margin,
};
use paceline_model::SettingKind;

/// A threshold read from one effort.
pub(crate) struct Candidate<'a> {
    effort: &'a Effort,
    method: Method,
    value: f64,
}

/// Straight between 95 % at 20 min and 100 % at `full` seconds; none below 20 min.
fn share_of_best(duration_s: f64, full: f64) -> Option<f64> {
    let along = ((duration_s - 1200.0) / (full - 1200.0)).clamp(0.0, 1.0);
    (duration_s >= 1200.0).then_some(0.95 + 0.05 * along)
}

pub(crate) fn ftp<'a>(efforts: &[&'a Effort]) -> Vec<Candidate<'a>> {
    let of = |measure: Measure, method: Method| {
        efforts.iter().filter_map(move |e| {
            let share = match method {
                Method::BestPower if e.duration_s <= 5400.0 => share_of_best(e.duration_s, 3600.0)?,
                Method::BestPower => return None,
                _ => 1.0,
            };
            (e.measure == measure).then_some(Candidate {
                effort: e,
                method,
                value: share * e.value,
            })
        })
    };
    let mut all: Vec<Candidate> = of(Measure::Power, Method::BestPower)
        .chain(of(Measure::EstimatedFtp, Method::EstimatedFtp))
        .filter(|c| believed(SettingKind::Ftp, c.value))
        .collect();
    if all.is_empty() {
        all.extend(of(Measure::CriticalPower, Method::CriticalPower));
    }
    all
}

pub(crate) fn threshold_hr<'a>(efforts: &[&'a Effort]) -> Vec<Candidate<'a>> {
    let of = |e: &&'a Effort| {
        let share = share_of_best(e.duration_s, 1800.0)?;
        (e.measure == Measure::HeartRate && e.duration_s <= 3600.0).then_some(Candidate {
            effort: e,
            method: Method::BestHeartRate,
            value: share * e.value,
        })
    };
    efforts.iter().filter_map(of).collect()
}

pub(crate) fn max_hr<'a>(efforts: &[&'a Effort]) -> Vec<Candidate<'a>> {
    let heart = || efforts.iter().filter(|e| e.measure == Measure::HeartRate);
    let held = |e: &Effort| {
        heart().any(|long| {
            long.activity == e.activity
                && long.day == e.day
                && (60.0..=300.0).contains(&long.duration_s)
                && e.value - long.value <= SPIKE_ABOVE_MINUTE
        })
    };
    heart()
        .filter(|e| (5.0..=30.0).contains(&e.duration_s) && held(e))
        .map(|e| Candidate {
            effort: e,
            method: Method::SustainedMaximum,
            value: e.value,
        })
        .collect()
}

pub(crate) fn threshold_speed<'a>(efforts: &[&'a Effort]) -> Vec<Candidate<'a>> {
    efforts
        .iter()
        .filter(|e| e.measure == Measure::RunningSpeed && (1200.0..=3600.0).contains(&e.duration_s))
        .map(|e| Candidate {
            effort: e,
            method: Method::RiegelHour,
            value: e.value * (3600.0 / e.duration_s).powf(1.0 / 1.06 - 1.0),
        })
        .collect()
}

pub(crate) fn swim_speed<'a>(efforts: &[&'a Effort]) -> Vec<Candidate<'a>> {
    efforts
        .iter()
        .filter(|e| e.measure == Measure::CriticalSwimSpeed)
        .map(|e| Candidate {
            effort: e,
            method: Method::CriticalSwimSpeed,
            value: e.value,
        })
        .collect()
}

pub(crate) fn from_efforts(
    kind: SettingKind,
    current: Option<f64>,
    mut all: Vec<Candidate>,
) -> Option<Proposal> {
    all.retain(|c| believed(kind, c.value));
    // Of equal values the longest effort, then the latest, speaks.
    let best = all.iter().max_by(|a, b| {
        a.value
            .total_cmp(&b.value)
            .then(a.effort.duration_s.total_cmp(&b.effort.duration_s))
            .then(a.effort.day.cmp(&b.effort.day))
    })?;
    let near = margin(kind, best.value).max(0.03 * best.value);
    let count = |wanted: &dyn Fn(&&Candidate) -> bool| {
        let mut seen: Vec<_> = all
            .iter()
            .filter(wanted)
            .map(|c| (c.effort.activity, c.effort.day))
            .collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    };
    let support = count(&|c| c.value >= best.value - near).saturating_sub(1);
    let lower = current.is_some_and(|c| best.value < c);
    let differs = current.is_none_or(|c| (best.value - c).abs() >= margin(kind, c));
    let maximal = current.is_none_or(|c| best.value >= lowest_share(kind) * c);
    if !differs || (lower && !(maximal && support + 1 >= LOWER_NEEDS)) {
        return None;
    }
    let confidence = match (lower, support, best.method) {
        (true, _, _) | (_, _, Method::CriticalPower) => Confidence::Low,
        (_, 0, Method::EstimatedFtp | Method::SustainedMaximum) => Confidence::Low,
        (_, 0, _) => Confidence::Medium,
        (_, 1, _) => Confidence::Medium,
        _ => Confidence::High,
    };
    Some(Proposal {
        kind,
        value: best.value,
        current,
        reason: super::wording::of_effort(
            kind,
            best.value,
            current,
            best.effort,
            best.method,
            support,
        ),
        evidence: ProposalEvidence {
            method: best.method,
            activity: best.effort.activity,
            day: best.effort.day,
            observed: best.effort.value,
            duration_s: Some(best.effort.duration_s).filter(|d| *d > 0.0),
            support: u32::try_from(support).unwrap_or(u32::MAX),
        },
        confidence,
    })
}

/// From values sorted by size.
pub(crate) fn from_days(
    kind: SettingKind,
    current: Option<f64>,
    sorted: &[DayValue],
    method: Method,
) -> Option<Proposal> {
    let n = sorted.len();
    let (least, at) = match method {
        Method::LowPercentile => (7, n / 10),
        _ => (3, n / 2),
    };
    if n < least {
        return None;
    }
    let value = sorted.get(at)?.1;
    let last = sorted.iter().map(|v| v.0).max()?;
    if current.is_some_and(|c| (value - c).abs() < margin(kind, c)) {
        return None;
    }
    Some(Proposal {
        kind,
        value,
        current,
        reason: super::wording::of_days(kind, value, current, n, method),
        evidence: ProposalEvidence {
            method,
            activity: None,
            day: last,
            observed: value,
            duration_s: None,
            support: u32::try_from(n).unwrap_or(u32::MAX),
        },
        confidence: if n >= 3 * least {
            Confidence::High
        } else {
            Confidence::Medium
        },
    })
}
