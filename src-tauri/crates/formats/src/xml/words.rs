//! The words services and watches use for sports, and the names of makers.

use paceline_model::{Device, Sport};

/// Word, sport, finer word; read whatever its case and separators. The first
/// row of a sport and finer word is the word Paceline writes.
const WORDS: [(&str, Sport, Option<&str>); 114] = [
    ("cycling", Sport::Cycling, None),
    ("ride", Sport::Cycling, None),
    ("bike", Sport::Cycling, None),
    ("biking", Sport::Cycling, None),
    ("bicycling", Sport::Cycling, None),
    ("road_biking", Sport::Cycling, Some("road")),
    ("roadcycling", Sport::Cycling, Some("road")),
    ("roadride", Sport::Cycling, Some("road")),
    ("mountain_biking", Sport::Cycling, Some("mountain")),
    ("mountainbikeride", Sport::Cycling, Some("mountain")),
    ("mountain", Sport::Cycling, Some("mountain")),
    ("gravel_cycling", Sport::Cycling, Some("gravel_cycling")),
    ("gravelride", Sport::Cycling, Some("gravel_cycling")),
    ("cyclocross", Sport::Cycling, Some("cyclocross")),
    ("downhill_biking", Sport::Cycling, Some("downhill")),
    ("track_cycling", Sport::Cycling, Some("track_cycling")),
    ("recumbent_cycling", Sport::Cycling, Some("recumbent")),
    ("velomobile", Sport::Cycling, Some("recumbent")),
    ("hand_cycling", Sport::Cycling, Some("hand_cycling")),
    ("handcycle", Sport::Cycling, Some("hand_cycling")),
    ("indoor_hand_cycling", Sport::Cycling, Some("hand_cycling")),
    ("bmx", Sport::Cycling, Some("bmx")),
    ("indoor_cycling", Sport::Cycling, Some("indoor_cycling")),
    ("spinning", Sport::Cycling, Some("spin")),
    ("virtual_ride", Sport::Cycling, Some("virtual_activity")),
    ("virtualcycling", Sport::Cycling, Some("virtual_activity")),
    ("e_bike_ride", Sport::Cycling, Some("e_biking")),
    ("ebiking", Sport::Cycling, Some("e_biking")),
    ("e_bike_fitness", Sport::Cycling, Some("e_bike_fitness")),
    ("e_bike_mountain", Sport::Cycling, Some("e_bike_mountain")),
    ("emountainbikeride", Sport::Cycling, Some("e_bike_mountain")),
    ("running", Sport::Running, None),
    ("run", Sport::Running, None),
    ("jogging", Sport::Running, None),
    ("trail_running", Sport::Running, Some("trail")),
    ("trailrun", Sport::Running, Some("trail")),
    ("street_running", Sport::Running, Some("street")),
    ("track_running", Sport::Running, Some("track")),
    ("treadmill_running", Sport::Running, Some("treadmill")),
    ("treadmill", Sport::Running, Some("treadmill")),
    ("indoor_running", Sport::Running, Some("indoor_running")),
    ("virtual_run", Sport::Running, Some("virtual_activity")),
    ("virtualrunning", Sport::Running, Some("virtual_activity")),
    ("ultra_run", Sport::Running, Some("ultra")),
    ("obstacle_run", Sport::Running, Some("obstacle")),
    ("swimming", Sport::Swimming, None),
    ("swim", Sport::Swimming, None),
    ("lap_swimming", Sport::Swimming, Some("lap_swimming")),
    ("poolswimming", Sport::Swimming, Some("lap_swimming")),
    ("poolswim", Sport::Swimming, Some("lap_swimming")),
    ("open_water_swimming", Sport::Swimming, Some("open_water")),
    ("openwaterswim", Sport::Swimming, Some("open_water")),
    ("openwater", Sport::Swimming, Some("open_water")),
    ("walking", Sport::Walking, None),
    ("walk", Sport::Walking, None),
    ("casual_walking", Sport::Walking, Some("casual_walking")),
    ("speed_walking", Sport::Walking, Some("speed_walking")),
    ("indoor_walking", Sport::Walking, Some("indoor_walking")),
    ("hiking", Sport::Hiking, None),
    ("hike", Sport::Hiking, None),
    ("trekking", Sport::Hiking, None),
    ("mountaineering", Sport::Hiking, Some("mountaineering")),
    ("snowshoeing", Sport::Hiking, Some("snowshoeing")),
    ("snowshoe", Sport::Hiking, Some("snowshoeing")),
    ("rowing", Sport::Rowing, None),
    ("indoor_rowing", Sport::Rowing, Some("indoor_rowing")),
    ("virtual_row", Sport::Rowing, Some("virtual_activity")),
    ("paddling", Sport::Paddling, None),
    ("canoeing", Sport::Paddling, None),
    ("kayaking", Sport::Paddling, Some("kayaking")),
    ("rafting", Sport::Paddling, Some("rafting")),
    (
        "whitewater_rafting_kayaking",
        Sport::Paddling,
        Some("whitewater"),
    ),
    (
        "stand_up_paddling",
        Sport::Paddling,
        Some("stand_up_paddleboarding"),
    ),
    (
        "standuppaddleboarding",
        Sport::Paddling,
        Some("stand_up_paddleboarding"),
    ),
    ("cross_country_skiing", Sport::CrossCountrySkiing, None),
    ("nordicski", Sport::CrossCountrySkiing, None),
    ("nordicskiing", Sport::CrossCountrySkiing, None),
    ("xcskiing", Sport::CrossCountrySkiing, None),
    (
        "skate_skiing",
        Sport::CrossCountrySkiing,
        Some("skate_skiing"),
    ),
    (
        "roller_ski",
        Sport::CrossCountrySkiing,
        Some("roller_skiing"),
    ),
    (
        "rollerskiing",
        Sport::CrossCountrySkiing,
        Some("roller_skiing"),
    ),
    ("alpine_skiing", Sport::AlpineSkiing, None),
    ("alpineski", Sport::AlpineSkiing, None),
    ("skiing", Sport::AlpineSkiing, None),
    ("downhillskiing", Sport::AlpineSkiing, None),
    ("resort_skiing", Sport::AlpineSkiing, Some("resort")),
    (
        "resort_skiing_snowboarding",
        Sport::AlpineSkiing,
        Some("resort"),
    ),
    (
        "backcountry_skiing",
        Sport::AlpineSkiing,
        Some("backcountry"),
    ),
    ("backcountryski", Sport::AlpineSkiing, Some("backcountry")),
    ("skitouring", Sport::AlpineSkiing, Some("backcountry")),
    (
        "backcountry_skiing_snowboarding",
        Sport::AlpineSkiing,
        Some("backcountry"),
    ),
    ("snowboarding", Sport::AlpineSkiing, Some("snowboarding")),
    ("snowboard", Sport::AlpineSkiing, Some("snowboarding")),
    (
        "resort_snowboarding",
        Sport::AlpineSkiing,
        Some("snowboarding"),
    ),
    ("skating", Sport::Skating, None),
    ("inline_skating", Sport::Skating, Some("inline_skating")),
    ("inlineskate", Sport::Skating, Some("inline_skating")),
    ("ice_skating", Sport::Skating, Some("ice_skating")),
    ("iceskate", Sport::Skating, Some("ice_skating")),
    ("strength", Sport::Strength, None),
    ("strengthtraining", Sport::Strength, None),
    ("weighttraining", Sport::Strength, None),
    ("transition", Sport::Transition, None),
    ("swim_to_bike_transition", Sport::Transition, None),
    ("bike_to_run_transition", Sport::Transition, None),
    ("run_to_bike_transition", Sport::Transition, None),
    ("multisport", Sport::Multisport, None),
    ("triathlon", Sport::Multisport, None),
    ("other", Sport::Other, None),
    ("unknown", Sport::Other, None),
    ("uncategorized", Sport::Other, None),
    ("default", Sport::Other, None),
    ("sport", Sport::Other, None),
    ("generic", Sport::Other, None),
];

/// The numbers Strava wrote for its kinds of activity until 2023, as words.
const STRAVA: [(u8, &str); 32] = [
    (1, "ride"),
    (2, "alpine_ski"),
    (3, "backcountry_ski"),
    (4, "hike"),
    (5, "ice_skate"),
    (6, "inline_skate"),
    (7, "nordic_ski"),
    (8, "roller_ski"),
    (9, "run"),
    (10, "walk"),
    (11, "workout"),
    (12, "snowboard"),
    (13, "snowshoe"),
    (14, "kitesurfing"),
    (15, "windsurfing"),
    (16, "swim"),
    (17, "virtual_ride"),
    (18, "e_bike_ride"),
    (19, "velomobile"),
    (21, "canoeing"),
    (22, "kayaking"),
    (23, "rowing"),
    (24, "stand_up_paddling"),
    (25, "surfing"),
    (26, "crossfit"),
    (27, "elliptical"),
    (28, "rock_climbing"),
    (29, "stair_climbing"),
    (30, "weight_training"),
    (31, "yoga"),
    (51, "handcycle"),
    (53, "virtual_run"),
];

/// The sport a word or one of Strava's numbers means, and the finer word; a
/// word no table knows is kept as the finer word of [`Sport::Other`].
pub(crate) fn sport(text: &str) -> (Sport, Option<String>) {
    let text = text.trim();
    let text = match text.parse::<u8>() {
        Ok(number) => match STRAVA.iter().find(|s| s.0 == number) {
            Some(known) => known.1,
            None => return (Sport::Other, None),
        },
        // Garmin marks winter sports and newer words.
        Err(_) => ["_ws", "_v2"]
            .iter()
            .find_map(|mark| text.strip_suffix(mark))
            .unwrap_or(text),
    };
    let folded: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .take(40)
        .collect();
    let folds = |word: &str| word.bytes().filter(|b| *b != b'_').eq(folded.bytes());
    if let Some(known) = WORDS.iter().find(|w| folds(w.0)) {
        return (known.1, known.2.map(str::to_owned));
    }
    (Sport::Other, snake(text))
}

/// A word in snake case; `None` where nothing of it is left.
fn snake(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut lower = false;
    for c in text.chars().take(40) {
        if !c.is_alphanumeric() {
            lower = false;
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        if c.is_uppercase() && lower {
            out.push('_');
        }
        lower = !c.is_uppercase();
        out.extend(c.to_lowercase());
    }
    let out = out.trim_end_matches('_');
    (!out.is_empty()).then(|| out.to_owned())
}

/// The word written for a sport and its finer word, so that it is read as the same.
pub(crate) fn word(of: Sport, finer: Option<&str>) -> String {
    let known = WORDS.iter().find(|w| w.1 == of && w.2 == finer);
    match (known, finer) {
        (Some(known), _) => known.0.to_owned(),
        (None, Some(finer)) if of == Sport::Other => finer.to_owned(),
        (None, _) => of.key().to_owned(),
    }
}

/// Makers whose name begins the name of what they make, the longer name first.
const MAKERS: [&str; 27] = [
    "Wahoo Fitness",
    "Garmin",
    "Wahoo",
    "Polar",
    "Suunto",
    "COROS",
    "Huami",
    "Amazfit",
    "Zepp",
    "Zwift",
    "Strava",
    "Bryton",
    "Hammerhead",
    "Sigma",
    "Lezyne",
    "TomTom",
    "Timex",
    "Fitbit",
    "Apple",
    "Samsung",
    "Huawei",
    "Xiaomi",
    "iGPSPORT",
    "TrainerRoad",
    "Rouvy",
    "Stages",
    "Decathlon",
];

/// Families of Garmin's devices, which name themselves without their maker.
const GARMIN: [&str; 16] = [
    "edge",
    "forerunner",
    "fenix",
    "fēnix",
    "vivo",
    "vívo",
    "epix",
    "venu",
    "instinct",
    "enduro",
    "tactix",
    "descent",
    "marq",
    "oregon",
    "etrex",
    "gpsmap",
];

/// As much of a title as anybody reads.
pub(crate) fn title(text: &str) -> &str {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// What Paceline calls itself in files it writes of no known device.
pub(crate) const OURSELVES: &str = "Paceline";

/// The device of a name such as “Garmin Edge 530”.
pub(crate) fn device(name: &str) -> Option<Device> {
    let name = name.trim();
    if name == OURSELVES || name.chars().all(|c| !c.is_alphanumeric()) {
        return None;
    }
    // Old watches repeat their serial number.
    let name = title(name.split(" (Unit ID").next().unwrap_or(name));
    for maker in MAKERS {
        let Some((head, rest)) = name.split_at_checked(maker.len()) else {
            continue;
        };
        if !head.eq_ignore_ascii_case(maker) || rest.starts_with(char::is_lowercase) {
            continue;
        }
        let rest = rest.trim();
        let product = (!rest.is_empty()).then(|| rest.to_owned());
        return Some(Device {
            manufacturer: Some(maker.to_owned()),
            product,
            serial: None,
        });
    }
    let lower = name.to_lowercase();
    let garmin = GARMIN.iter().any(|family| lower.starts_with(family));
    Some(Device {
        manufacturer: garmin.then(|| "Garmin".to_owned()),
        product: Some(name.to_owned()),
        serial: None,
    })
}

/// The name a device is written under, so that it is read as the same.
pub(crate) fn device_name(device: &Device) -> Option<String> {
    let parts: Vec<&str> = [device.manufacturer.as_deref(), device.product.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Sport, Option<String>) {
        sport(text)
    }

    #[test]
    fn sports_are_known_by_every_service_s_word() {
        assert_eq!(of("Biking"), (Sport::Cycling, None));
        assert_eq!(
            of("mountain_biking"),
            (Sport::Cycling, Some("mountain".into()))
        );
        assert_eq!(
            of("VirtualRide"),
            (Sport::Cycling, Some("virtual_activity".into()))
        );
        assert_eq!(of("Run"), (Sport::Running, None));
        assert_eq!(of("Trail Running"), (Sport::Running, Some("trail".into())));
        assert_eq!(of("17"), (Sport::Cycling, Some("virtual_activity".into())));
        assert_eq!(of("9"), (Sport::Running, None));
        assert_eq!(of("14"), (Sport::Other, Some("kitesurfing".into())));
        assert_eq!(of("200"), (Sport::Other, None));
        assert_eq!(
            of("cross_country_skiing_ws"),
            (Sport::CrossCountrySkiing, None)
        );
        assert_eq!(of("swimToBikeTransition_v2"), (Sport::Transition, None));
        assert_eq!(
            of("indoor_cardio"),
            (Sport::Other, Some("indoor_cardio".into()))
        );
    }

    #[test]
    fn a_word_nobody_knows_is_kept() {
        assert_eq!(of("Disc Golf"), (Sport::Other, Some("disc_golf".into())));
        assert_eq!(
            of("UnderwaterHockey"),
            (Sport::Other, Some("underwater_hockey".into()))
        );
        assert_eq!(of(" "), (Sport::Other, None));
    }

    #[test]
    fn every_sport_and_finer_word_reads_back_the_same() {
        for (_, family, finer) in WORDS {
            let written = word(family, finer);
            assert_eq!(
                of(&written),
                (family, finer.map(str::to_owned)),
                "{written}"
            );
        }
        assert_eq!(word(Sport::Cycling, Some("mountain")), "mountain_biking");
        assert_eq!(
            of(&word(Sport::Other, Some("tennis"))),
            (Sport::Other, Some("tennis".into()))
        );
        assert_eq!(word(Sport::Running, Some("moonwalk")), "running");
    }

    #[test]
    fn makers_are_told_from_products() {
        let d = |name: &str| device(name).map(|d| (d.manufacturer, d.product));
        let some = |s: &str| Some(s.to_owned());
        assert_eq!(
            d("Garmin Edge 530"),
            Some((some("Garmin"), some("Edge 530")))
        );
        assert_eq!(
            d("vívoactive HR"),
            Some((some("Garmin"), some("vívoactive HR")))
        );
        assert_eq!(d("StravaGPX"), Some((some("Strava"), some("GPX"))));
        assert_eq!(d("My app 2.0"), Some((None, some("My app 2.0"))));
        assert_eq!(d("Polarsteps"), Some((None, some("Polarsteps"))));
        assert_eq!(d("..."), None);
        for name in ["Garmin Edge 530", "Wahoo Fitness ELEMNT BOLT", "Strava"] {
            let device = device(name).expect("a device");
            assert_eq!(device_name(&device).as_deref(), Some(name));
        }
    }
}
