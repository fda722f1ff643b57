use super::File;
use super::json::{elements, instant, number, text};
use crate::FormatError;
use paceline_model::{
    Biometric, BiometricKind as K, DecodedFile, FileKind, Instant, Warning, WarningCode,
};
use serde::Deserialize;

/// A night; GMT although nothing in the text says so.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Night {
    #[serde(rename = "sleepEndTimestampGMT", default, deserialize_with = "instant")]
    end: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    sleep_window_confirmation_type: Option<String>,
    #[serde(default, deserialize_with = "number")]
    deep_sleep_seconds: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    light_sleep_seconds: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    rem_sleep_seconds: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    awake_sleep_seconds: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    average_respiration: Option<f64>,
    #[serde(default)]
    spo2_sleep_summary: Option<Oxygen>,
    #[serde(default)]
    sleep_scores: Option<Scores>,
}

#[derive(Deserialize)]
struct Oxygen {
    #[serde(rename = "averageSPO2", default, deserialize_with = "number")]
    average: Option<f64>,
}

#[derive(Deserialize)]
struct Scores {
    #[serde(rename = "overallScore", default, deserialize_with = "number")]
    overall: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Day {
    #[serde(default, deserialize_with = "instant")]
    calendar_date: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    total_steps: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    resting_heart_rate: Option<f64>,
    #[serde(default)]
    all_day_stress: Option<Stress>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stress {
    #[serde(default)]
    aggregator_list: Vec<StressOf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StressOf {
    #[serde(rename = "type", default, deserialize_with = "text")]
    part: Option<String>,
    #[serde(default, deserialize_with = "number")]
    average_stress_level: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Weighing {
    #[serde(default)]
    meta_data: Option<Meta>,
    #[serde(default)]
    weight: Option<Weight>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    #[serde(default, deserialize_with = "instant")]
    calendar_date: Option<i64>,
}

#[derive(Deserialize)]
struct Weight {
    #[serde(default, deserialize_with = "number")]
    weight: Option<f64>,
    #[serde(rename = "timestampGMT", default, deserialize_with = "instant")]
    at: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    #[serde(default, deserialize_with = "instant")]
    calendar_date: Option<i64>,
    #[serde(default)]
    metrics: Vec<Metric>,
}

#[derive(Deserialize)]
struct Metric {
    #[serde(rename = "type", default, deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "number")]
    value: Option<f64>,
    #[serde(default, deserialize_with = "text")]
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pressure {
    #[serde(default)]
    meta_data: Option<Meta>,
    #[serde(default)]
    blood_pressure: Option<Reading>,
}

#[derive(Deserialize)]
struct Reading {
    #[serde(default, deserialize_with = "number")]
    systolic: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    diastolic: Option<f64>,
}

/// Reads one of the lists of measurements. Nights stand at their end; days, and what is known by
/// its day alone, at noon UTC of the date.
///
/// Nights that were not measured (not confirmed, watch off the wrist) give nothing: their zeros are
/// not sleep. Resting heart rate is taken from the days alone and oxygen and breathing from the
/// nights alone, although other lists repeat them, so that no value counts twice.
///
/// # Errors
/// [`FormatError::Empty`]; [`FormatError::Damaged`] if it is no such list.
pub fn body(file: File, bytes: &[u8]) -> Result<DecodedFile, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut out = Values(Vec::new());
    let (mut read, mut odd) = (0usize, 0usize);
    let damage = elements(&text, "", |element| {
        let taken = match file {
            File::Sleep => serde_json::from_str(element).map(|n| out.night(&n)),
            File::Days => serde_json::from_str(element).map(|d| out.day(&d)),
            File::Weights => serde_json::from_str(element).map(|w| out.weight(&w)),
            File::Health => serde_json::from_str(element).map(|h| out.health(&h)),
            File::BloodPressure => serde_json::from_str(element).map(|p| out.pressure(&p)),
            File::Activities => Ok(()),
        };
        match taken {
            Ok(()) => read += 1,
            Err(_) => odd += 1,
        }
    });
    let mut warnings = Vec::new();
    if let Some(offset) = damage {
        if read == 0 {
            return Err(FormatError::Damaged {
                format: "Garmin JSON".to_owned(),
                offset: offset as u64,
                reason: "it is no list of measurements".to_owned(),
            });
        }
        warnings.push(Warning {
            code: WarningCode::Truncated,
            message: format!(
                "The list is cut short at byte {offset}; what comes before was read. Download the export again."
            ),
        });
    }
    if odd > 0 {
        warnings.push(Warning {
            code: WarningCode::Damaged,
            message: format!("{odd} entries of the list could not be read and were left out."),
        });
    }
    Ok(DecodedFile {
        kind: match file {
            File::Sleep => FileKind::Sleep,
            File::Weights => FileKind::Weight,
            File::Days => FileKind::Monitoring,
            File::Health | File::BloodPressure => FileKind::Wellness,
            File::Activities => FileKind::Other,
        },
        format: "garmin",
        recordings: Vec::new(),
        biometrics: out.0,
        warnings,
    })
}

struct Values(Vec<Biometric>);

impl Values {
    fn put(&mut self, kind: K, at: i64, value: Option<f64>, plausible: std::ops::Range<f64>) {
        if let Some(value) = value.filter(|v| plausible.contains(v)) {
            self.0.push(Biometric {
                kind,
                at: Instant(at),
                value,
            });
        }
    }

    fn night(&mut self, n: &Night) {
        let Some(at) = n.end else { return };
        let measured = !matches!(
            n.sleep_window_confirmation_type.as_deref(),
            Some("UNCONFIRMED" | "OFF_WRIST")
        );
        let stages = [
            n.deep_sleep_seconds,
            n.light_sleep_seconds,
            n.rem_sleep_seconds,
        ];
        let asleep: f64 = stages.iter().flatten().sum();
        if !measured || asleep <= 0.0 {
            return;
        }
        let night = 0.0..86_400.0;
        self.put(K::SleepTotal, at, Some(asleep), night.clone());
        self.put(K::SleepDeep, at, n.deep_sleep_seconds, night.clone());
        self.put(K::SleepLight, at, n.light_sleep_seconds, night.clone());
        self.put(K::SleepRem, at, n.rem_sleep_seconds, night.clone());
        self.put(K::SleepAwake, at, n.awake_sleep_seconds, night);
        let score = n.sleep_scores.as_ref().and_then(|s| s.overall);
        self.put(K::SleepScore, at, score, 1.0..101.0);
        let oxygen = n.spo2_sleep_summary.as_ref().and_then(|o| o.average);
        self.put(K::OxygenSaturation, at, oxygen, 50.0..101.0);
        self.put(K::RespirationRate, at, n.average_respiration, 1.0..100.0);
    }

    fn day(&mut self, d: &Day) {
        let Some(at) = d.calendar_date.map(noon) else {
            return;
        };
        self.put(K::Steps, at, d.total_steps, 1.0..1e6);
        self.put(K::RestingHeartRate, at, d.resting_heart_rate, 20.0..200.0);
        let stress = d
            .all_day_stress
            .iter()
            .flat_map(|s| &s.aggregator_list)
            .find(|s| s.part.as_deref() == Some("TOTAL"))
            .and_then(|s| s.average_stress_level);
        // Below zero: not worn, or too active to tell.
        self.put(K::Stress, at, stress, 0.0..101.0);
    }

    fn weight(&mut self, w: &Weighing) {
        let Some(weight) = &w.weight else { return };
        let day = w.meta_data.as_ref().and_then(|m| m.calendar_date);
        if let Some(at) = weight.at.or(day) {
            self.put(
                K::Weight,
                at,
                weight.weight.map(|g| g / 1000.0),
                20.0..400.0,
            );
        }
    }

    fn health(&mut self, h: &Health) {
        let Some(at) = h.calendar_date.map(noon) else {
            return;
        };
        let hrv = h
            .metrics
            .iter()
            .find(|m| m.kind.as_deref() == Some("HRV"))
            .filter(|m| m.status.as_deref() != Some("UNKNOWN"))
            .and_then(|m| m.value);
        self.put(K::HrvRmssd, at, hrv, 1.0..400.0);
    }

    fn pressure(&mut self, p: &Pressure) {
        let at = p.meta_data.as_ref().and_then(|m| m.calendar_date);
        if let (Some(at), Some(reading)) = (at, &p.blood_pressure) {
            let range = 20.0..300.0;
            self.put(
                K::BloodPressureSystolic,
                at,
                reading.systolic,
                range.clone(),
            );
            self.put(K::BloodPressureDiastolic, at, reading.diastolic, range);
        }
    }
}

/// Noon UTC of the day an instant lies in.
fn noon(ms: i64) -> i64 {
    const DAY_MS: i64 = 86_400_000;
    ms.div_euclid(DAY_MS) * DAY_MS + DAY_MS / 2
}
