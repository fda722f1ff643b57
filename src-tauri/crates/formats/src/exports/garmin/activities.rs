use super::json::{elements, instant, number, text, truth};
use crate::FormatError;
use crate::exports::{Failure, Listing};
use crate::xml::words;
use paceline_model::{
    AccountEntry, Device, ExtraField, ExtraMessage, Instant, RecordedTotals, Recording, Warning,
    WarningCode,
};
use serde::Deserialize;

const KEY: &str = "summarizedActivitiesExport";
/// More than anybody has activities.
const MAX: usize = 500_000;
/// Kilojoules in a kilocalorie.
const KJ: f64 = 4.184;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    #[serde(default, deserialize_with = "text")]
    activity_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    description: Option<String>,
    #[serde(default, deserialize_with = "text")]
    activity_type: Option<String>,
    #[serde(default, deserialize_with = "instant")]
    begin_timestamp: Option<i64>,
    #[serde(default, deserialize_with = "instant")]
    start_time_gmt: Option<i64>,
    #[serde(default, deserialize_with = "instant")]
    start_time_local: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    duration: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    elapsed_duration: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    moving_duration: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    distance: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    elevation_gain: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    elevation_loss: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    avg_speed: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    max_speed: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    avg_hr: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    max_hr: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    avg_power: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    max_power: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    norm_power: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    avg_bike_cadence: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    avg_run_cadence: Option<f64>,
    #[serde(default, deserialize_with = "number")]
    calories: Option<f64>,
    #[serde(default, deserialize_with = "text")]
    device_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    location_name: Option<String>,
    #[serde(default, deserialize_with = "truth")]
    parent: bool,
}

/// Reads `…_summarizedActivities.json`. The list names no files.
///
/// # Errors
/// [`FormatError::Empty`]; [`FormatError::Damaged`] if not one activity can be read.
pub fn activities(bytes: &[u8]) -> Result<Listing, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut listing = Listing::default();
    let mut parents = Vec::new();
    let mut count = 0usize;
    let mut odd = 0usize;
    let damage = elements(&text, KEY, |element| {
        count += 1;
        match serde_json::from_str::<Activity>(element) {
            Ok(activity) if count <= MAX => match entry(&activity, count) {
                Ok(entry) if activity.parent => parents.push(entry),
                Ok(entry) => listing.entries.push(entry),
                Err(failure) => listing.failures.push(failure),
            },
            _ => odd += 1,
        }
    });
    if listing.entries.is_empty()
        && let Some(offset) = damage
    {
        return Err(FormatError::Damaged {
            format: "Garmin JSON".to_owned(),
            offset: offset as u64,
            reason: "it is no list of activities".to_owned(),
        });
    }
    // An event of several sports stands beside its legs; the legs are the activities.
    for parent in parents {
        if !listing
            .entries
            .iter()
            .any(|leg| within(&leg.recording, &parent.recording))
        {
            listing.entries.push(parent);
        }
    }
    if let Some(offset) = damage {
        listing.warnings.push(Warning {
            code: WarningCode::Truncated,
            message: format!(
                "The list is cut short at byte {offset}; the activities before it were read. Download the export again."
            ),
        });
    }
    if odd > 0 {
        listing.warnings.push(Warning {
            code: WarningCode::Damaged,
            message: format!("{odd} entries of the list could not be read and were left out."),
        });
    }
    Ok(listing)
}

fn within(leg: &Recording, event: &Recording) -> bool {
    let span = (event.totals.elapsed_s.unwrap_or(0.0) * 1000.0) as i64;
    let after = leg.start.since(event.start);
    after >= -1000 && after < span.max(1000)
}

fn entry(a: &Activity, position: usize) -> Result<AccountEntry, Failure> {
    let id = a.activity_id.clone().ok_or_else(|| Failure {
        which: format!("entry {position}"),
        why: "It has no activity id.".to_owned(),
    })?;
    let start = a
        .begin_timestamp
        .or(a.start_time_gmt)
        .ok_or_else(|| Failure {
            which: id.clone(),
            why: "It has no start.".to_owned(),
        })?;
    let (sport, finer) = a
        .activity_type
        .as_deref()
        .map_or_else(Default::default, words::sport);
    let positive = |n: Option<f64>, scale: f64| n.filter(|n| *n > 0.0).map(|n| n * scale);
    let distance_m = positive(a.distance, 0.01);
    let climb = |n: Option<f64>| {
        n.filter(|n| *n > 0.0 || distance_m.is_some())
            .map(|n| n / 100.0)
    };
    let timer_s = positive(a.duration, 0.001);
    Ok(AccountEntry {
        file: None,
        recording: Recording {
            start: Instant(start),
            timed: true,
            utc_offset_s: offset_s(a.start_time_gmt.unwrap_or(start), a.start_time_local),
            sport,
            sub_sport: finer,
            name: a.name.clone(),
            notes: a.description.clone(),
            device: a
                .device_id
                .clone()
                .filter(|d| d != "0")
                .map(|serial| Device {
                    manufacturer: Some("Garmin".to_owned()),
                    product: None,
                    serial: Some(serial),
                }),
            totals: RecordedTotals {
                elapsed_s: positive(a.elapsed_duration, 0.001).or(timer_s),
                timer_s: positive(a.moving_duration, 0.001).or(timer_s),
                distance_m,
                ascent_m: climb(a.elevation_gain),
                descent_m: climb(a.elevation_loss),
                calories_kcal: positive(a.calories, 1.0 / KJ),
                avg_hr: positive(a.avg_hr, 1.0),
                max_hr: positive(a.max_hr, 1.0),
                avg_power: positive(a.avg_power, 1.0),
                max_power: positive(a.max_power, 1.0),
                avg_cadence: positive(a.avg_bike_cadence, 1.0).or(positive(a.avg_run_cadence, 1.0)),
                // Centimetres per millisecond.
                avg_speed: positive(a.avg_speed, 10.0),
                max_speed: positive(a.max_speed, 10.0),
                ..RecordedTotals::default()
            },
            extra: vec![facts(a, &id)],
            ..Recording::default()
        },
        id,
    })
}

/// Local times are written as if they were UTC, so the difference is the zone's.
fn offset_s(gmt_ms: i64, local_ms: Option<i64>) -> Option<i32> {
    const QUARTER_MS: i64 = 15 * 60_000;
    let ms = local_ms?.checked_sub(gmt_ms)?;
    let plausible = ms % QUARTER_MS == 0 && ms.abs() <= 14 * 3_600_000;
    plausible.then_some((ms / 1000) as i32)
}

fn facts(a: &Activity, id: &str) -> ExtraMessage {
    let normalized = a.norm_power.filter(|p| *p > 0.0).map(|p| p.to_string());
    let fields = [
        ("Activity id", Some(id)),
        ("Type", a.activity_type.as_deref()),
        ("Place", a.location_name.as_deref()),
        ("Normalized power [W]", normalized.as_deref()),
    ];
    ExtraMessage {
        name: "Garmin Connect".to_owned(),
        count: 1,
        fields: fields
            .into_iter()
            .filter_map(|(name, value)| {
                Some(ExtraField {
                    name: name.to_owned(),
                    sample: value?.to_owned(),
                })
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_the_difference_of_the_two_clocks() {
        assert_eq!(offset_s(0, Some(-28_800_000)), Some(-28_800));
        assert_eq!(offset_s(0, Some(20_700_000)), Some(20_700));
        assert_eq!(offset_s(0, Some(1234)), None);
        assert_eq!(offset_s(0, Some(i64::MAX)), None);
        assert_eq!(offset_s(0, None), None);
    }
}
