//! Reasons of proposals in plain words.

use super::proposals::{Effort, Method};
use paceline_model::SettingKind;

pub(crate) fn of_effort(
    kind: SettingKind,
    value: f64,
    current: Option<f64>,
    effort: &Effort,
    method: Method,
    support: usize,
) -> String {
    let observed = amount(kind, effort.value);
    let minutes = effort.duration_s / 60.0;
    let found = match method {
        Method::EstimatedFtp => format!("an effort is estimated to be worth {observed}"),
        Method::BestPower | Method::BestHeartRate if value == effort.value => {
            format!("your best {minutes:.0} min were {observed}")
        }
        Method::BestPower | Method::BestHeartRate => format!(
            "your best {minutes:.0} min were {observed}, of which {:.0} % count",
            100.0 * value / effort.value
        ),
        Method::CriticalPower => format!("your critical power is {observed}"),
        Method::SustainedMaximum => {
            format!("you held {observed} for {:.0} s", effort.duration_s)
        }
        Method::RiegelHour => format!(
            "you ran {observed} for {minutes:.0} min, which is {} for an hour",
            amount(kind, value)
        ),
        _ => format!("a test gave {observed}"),
    };
    let others = match support {
        0 => "no other activity comes near it".to_owned(),
        1 => "another activity comes near it".to_owned(),
        n => format!("{n} other activities come near it"),
    };
    format!("{}: {found}; {others}.", change(kind, value, current))
}

pub(crate) fn of_days(
    kind: SettingKind,
    value: f64,
    current: Option<f64>,
    days: usize,
    method: Method,
) -> String {
    let what = match method {
        Method::LowPercentile => "the lowest tenth",
        _ => "the middle",
    };
    format!(
        "{}: it is {what} of {days} measurements of late.",
        change(kind, value, current)
    )
}

fn change(kind: SettingKind, value: f64, current: Option<f64>) -> String {
    let name = match kind {
        SettingKind::Ftp => "FTP",
        SettingKind::ThresholdHeartRate => "Threshold heart rate",
        SettingKind::MaxHeartRate => "Maximum heart rate",
        SettingKind::RestingHeartRate => "Resting heart rate",
        SettingKind::ThresholdSpeed => "Threshold speed",
        SettingKind::CriticalSwimSpeed => "Critical swim speed",
        _ => "Weight",
    };
    let value = amount(kind, value);
    match current.filter(|c| c.abs() <= 1e9) {
        Some(current) => format!("{name} {value} in place of {}", amount(kind, current)),
        None => format!("{name} {value}"),
    }
}

fn amount(kind: SettingKind, value: f64) -> String {
    match kind {
        SettingKind::Ftp => format!("{value:.0} W"),
        SettingKind::ThresholdSpeed | SettingKind::CriticalSwimSpeed => format!("{value:.2} m/s"),
        SettingKind::Weight => format!("{value:.1} kg"),
        _ => format!("{value:.0} bpm"),
    }
}
