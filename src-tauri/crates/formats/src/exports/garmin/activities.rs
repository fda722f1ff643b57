use super::json::{elements, instant, number, text, truth};
use crate::FormatError;
use crate::exports::{Failure, Listing};
use paceline_model::Sport::{self, *};
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
    let (sport, finer) = a.activity_type.as_deref().map_or((Other, None), type_of);
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

/// Sport and finer word of one of Garmin's type keys; the key itself is the finer word of others.
fn type_of(key: &str) -> (Sport, Option<String>) {
    let lower = key.to_ascii_lowercase();
    // Winter sports and newer keys carry a mark.
    let key = lower
        .strip_suffix("_ws")
        .or_else(|| lower.strip_suffix("_v2"))
        .unwrap_or(&lower);
    TYPES
        .iter()
        .find(|(keys, ..)| keys.split(' ').any(|k| k == key))
        .map_or_else(
            || {
                let finer = (key != "other" && key != "uncategorized").then(|| key.to_owned());
                (Other, finer)
            },
            |(_, sport, finer)| (*sport, finer.map(str::to_owned)),
        )
}

const TYPES: [(&str, Sport, Option<&str>); 48] = [
    ("running street_running", Running, None),
    ("treadmill_running", Running, Some("treadmill")),
    ("indoor_running", Running, Some("indoor_running")),
    ("trail_running", Running, Some("trail")),
    ("track_running", Running, Some("track")),
    ("virtual_run", Running, Some("virtual_activity")),
    ("obstacle_run", Running, Some("obstacle")),
    ("ultra_run", Running, Some("ultra")),
    ("cycling", Cycling, None),
    ("road_biking", Cycling, Some("road")),
    ("mountain_biking", Cycling, Some("mountain")),
    ("downhill_biking", Cycling, Some("downhill")),
    ("gravel_cycling", Cycling, Some("gravel_cycling")),
    ("cyclocross", Cycling, Some("cyclocross")),
    ("track_cycling", Cycling, Some("track_cycling")),
    ("recumbent_cycling", Cycling, Some("recumbent")),
    ("indoor_cycling", Cycling, Some("indoor_cycling")),
    ("virtual_ride", Cycling, Some("virtual_activity")),
    ("bmx", Cycling, Some("bmx")),
    ("e_bike_fitness", Cycling, Some("e_bike_fitness")),
    ("e_bike_mountain", Cycling, Some("e_bike_mountain")),
    (
        "hand_cycling indoor_hand_cycling",
        Cycling,
        Some("hand_cycling"),
    ),
    ("swimming", Swimming, None),
    ("lap_swimming", Swimming, Some("lap_swimming")),
    ("open_water_swimming", Swimming, Some("open_water")),
    ("walking", Walking, None),
    ("casual_walking", Walking, Some("casual_walking")),
    ("speed_walking", Walking, Some("speed_walking")),
    ("indoor_walking", Walking, Some("indoor_walking")),
    ("hiking", Hiking, None),
    ("mountaineering", Hiking, Some("mountaineering")),
    ("snow_shoe", Hiking, Some("snowshoeing")),
    ("rowing", Rowing, None),
    ("indoor_rowing", Rowing, Some("indoor_rowing")),
    ("paddling", Paddling, None),
    ("kayaking", Paddling, Some("kayaking")),
    ("whitewater_rafting_kayaking", Paddling, Some("whitewater")),
    (
        "stand_up_paddleboarding",
        Paddling,
        Some("stand_up_paddleboarding"),
    ),
    ("cross_country_skiing", CrossCountrySkiing, None),
    ("skate_skiing", CrossCountrySkiing, Some("skate_skiing")),
    (
        "resort_skiing_snowboarding resort_skiing",
        AlpineSkiing,
        Some("resort"),
    ),
    (
        "resort_snowboarding snowboarding",
        AlpineSkiing,
        Some("snowboarding"),
    ),
    (
        "backcountry_skiing_snowboarding backcountry_skiing",
        AlpineSkiing,
        Some("backcountry"),
    ),
    ("skating", Skating, Some("ice_skating")),
    ("inline_skating", Skating, Some("inline_skating")),
    ("strength_training", Strength, None),
    ("multi_sport", Multisport, None),
    (
        "swimtobiketransition biketoruntransition runtobiketransition transition",
        Transition,
        None,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garmin_s_keys_become_sports_with_their_finer_word() {
        for (key, expected) in [
            ("running", (Running, None)),
            ("gravel_cycling", (Cycling, Some("gravel_cycling"))),
            ("lap_swimming", (Swimming, Some("lap_swimming"))),
            ("cross_country_skiing_ws", (CrossCountrySkiing, None)),
            ("rowing_v2", (Rowing, None)),
            ("swimToBikeTransition_v2", (Transition, None)),
            ("indoor_cardio", (Other, Some("indoor_cardio"))),
            ("other", (Other, None)),
        ] {
            let expected = (expected.0, expected.1.map(str::to_owned));
            assert_eq!(type_of(key), expected, "{key}");
        }
    }

    #[test]
    fn the_zone_is_the_difference_of_the_two_clocks() {
        assert_eq!(offset_s(0, Some(-28_800_000)), Some(-28_800));
        assert_eq!(offset_s(0, Some(20_700_000)), Some(20_700));
        assert_eq!(offset_s(0, Some(1234)), None);
        assert_eq!(offset_s(0, Some(i64::MAX)), None);
        assert_eq!(offset_s(0, None), None);
    }
}
