use crate::input::Axis;
use paceline_model::{AthleteSettings, SettingKind, Sport, ZoneScheme, ZoneTime, ZoneTimes};

/// Coggan's seven levels as fractions of FTP (Training and Racing with a Power Meter).
const POWER: (&[&str], &[f64]) = (
    &[
        "Active recovery",
        "Endurance",
        "Tempo",
        "Threshold",
        "VO₂max",
        "Anaerobic",
        "Neuromuscular",
    ],
    &[0.55, 0.75, 0.90, 1.05, 1.20, 1.50],
);
/// Friel's zones as fractions of the threshold heart rate, the upper three joined.
const HEART_RATE: (&[&str], &[f64]) = (
    &[
        "Recovery",
        "Aerobic",
        "Tempo",
        "Sub-threshold",
        "Above threshold",
    ],
    &[0.81, 0.90, 0.94, 1.00],
);
/// Fifths of the maximum from 50 %, where no threshold is known.
const MAX_HEART_RATE: (&[&str], &[f64]) = (
    &["Very light", "Light", "Moderate", "Hard", "Maximum"],
    &[0.60, 0.70, 0.80, 0.90],
);
/// Friel's running pace zones turned into fractions of threshold speed.
const SPEED: (&[&str], &[f64]) = (
    &[
        "Recovery",
        "Aerobic",
        "Tempo",
        "Threshold",
        "VO₂max",
        "Anaerobic",
    ],
    &[0.775, 0.877, 0.943, 1.01, 1.11],
);

fn scheme(
    settings: &AthleteSettings,
    kind: SettingKind,
    built_in: (&[&str], &[f64]),
) -> (Vec<String>, Vec<f64>) {
    let own = |z: &&ZoneScheme| {
        z.reference == kind && z.names.len() == z.bounds.len() + 1 && z.bounds.is_sorted()
    };
    settings.zones.iter().find(own).map_or_else(
        || {
            (
                built_in.0.iter().map(|n| (*n).to_owned()).collect(),
                built_in.1.to_vec(),
            )
        },
        |z| (z.names.clone(), z.bounds.clone()),
    )
}

fn times(
    axis: &Axis,
    values: &[f64],
    channel: &str,
    basis: String,
    reference: f64,
    (names, bounds): (Vec<String>, Vec<f64>),
) -> Option<ZoneTimes> {
    if values.is_empty() || !reference.is_finite() || reference <= 0.0 {
        return None;
    }
    let limits: Vec<f64> = bounds.iter().map(|b| b * reference).collect();
    let mut seconds = vec![0.0; names.len()];
    for (value, hold) in values.iter().zip(&axis.hold) {
        if value.is_finite() {
            seconds[limits.partition_point(|l| l <= value)] += hold;
        }
    }
    let zones = names.into_iter().zip(&seconds).enumerate();
    Some(ZoneTimes {
        channel: channel.to_owned(),
        basis,
        zones: zones
            .map(|(i, (name, &seconds))| ZoneTime {
                name,
                from: if i == 0 { 0.0 } else { limits[i - 1] },
                to: limits.get(i).copied(),
                seconds,
            })
            .collect(),
    })
}

/// Time in zones of every quantity that has samples and a reference.
pub(crate) fn zone_times(axis: &Axis, settings: &AthleteSettings) -> Vec<ZoneTimes> {
    let mut all = Vec::new();
    if let Some(ftp) = settings.ftp_w
        && axis.input.sport == Sport::Cycling
    {
        let s = scheme(settings, SettingKind::Ftp, POWER);
        all.extend(times(
            axis,
            &axis.power,
            "power",
            format!("FTP {ftp:.0} W"),
            ftp,
            s,
        ));
    }
    let hr = &axis.heart_rate;
    if let Some(lthr) = settings.threshold_hr {
        let s = scheme(settings, SettingKind::ThresholdHeartRate, HEART_RATE);
        all.extend(times(
            axis,
            hr,
            "heart_rate",
            format!("threshold {lthr:.0} bpm"),
            lthr,
            s,
        ));
    } else if let Some(max) = settings.max_hr {
        let s = scheme(settings, SettingKind::MaxHeartRate, MAX_HEART_RATE);
        all.extend(times(
            axis,
            hr,
            "heart_rate",
            format!("maximum {max:.0} bpm"),
            max,
            s,
        ));
    }
    if let Some(v) = settings.threshold_speed
        && axis.input.sport == Sport::Running
    {
        let s = scheme(settings, SettingKind::ThresholdSpeed, SPEED);
        let basis = format!("threshold {:.1} km/h", v * 3.6);
        all.extend(times(axis, &axis.speed, "speed", basis, v, s));
    }
    all
}
