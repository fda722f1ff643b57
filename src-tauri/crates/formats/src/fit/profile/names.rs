//! The words of FIT's enumerations, and names of messages and fields.

use paceline_model::{FileKind, Sport};

const SPORTS: [&str; 50] = [
    "generic",
    "running",
    "cycling",
    "transition",
    "fitness_equipment",
    "swimming",
    "basketball",
    "soccer",
    "tennis",
    "american_football",
    "training",
    "walking",
    "cross_country_skiing",
    "alpine_skiing",
    "snowboarding",
    "rowing",
    "mountaineering",
    "hiking",
    "multisport",
    "paddling",
    "flying",
    "e_biking",
    "motorcycling",
    "boating",
    "driving",
    "golf",
    "hang_gliding",
    "horseback_riding",
    "hunting",
    "fishing",
    "inline_skating",
    "rock_climbing",
    "sailing",
    "ice_skating",
    "sky_diving",
    "snowshoeing",
    "snowmobiling",
    "stand_up_paddleboarding",
    "surfing",
    "wakeboarding",
    "water_skiing",
    "kayaking",
    "rafting",
    "windsurfing",
    "kitesurfing",
    "tactical",
    "jumpmaster",
    "boxing",
    "floor_climbing",
    "baseball",
];

const SUB_SPORTS: [&str; 60] = [
    "generic",
    "treadmill",
    "street",
    "trail",
    "track",
    "spin",
    "indoor_cycling",
    "road",
    "mountain",
    "downhill",
    "recumbent",
    "cyclocross",
    "hand_cycling",
    "track_cycling",
    "indoor_rowing",
    "elliptical",
    "stair_climbing",
    "lap_swimming",
    "open_water",
    "flexibility_training",
    "strength_training",
    "warm_up",
    "match",
    "exercise",
    "challenge",
    "indoor_skiing",
    "cardio_training",
    "indoor_walking",
    "e_bike_fitness",
    "bmx",
    "casual_walking",
    "speed_walking",
    "bike_to_run_transition",
    "run_to_bike_transition",
    "swim_to_bike_transition",
    "atv",
    "motocross",
    "backcountry",
    "resort",
    "rc_drone",
    "wingsuit",
    "whitewater",
    "skate_skiing",
    "yoga",
    "pilates",
    "indoor_running",
    "gravel_cycling",
    "e_bike_mountain",
    "commuting",
    "mixed_surface",
    "navigate",
    "track_me",
    "map",
    "single_gas_diving",
    "multi_gas_diving",
    "gauge_diving",
    "apnea_diving",
    "apnea_hunting",
    "virtual_activity",
    "obstacle",
];

/// The recorder's word for the sport and the family it belongs to.
pub(in crate::fit) fn sport(code: u16, sub: Option<u16>) -> (Sport, String) {
    let word = SPORTS
        .get(usize::from(code))
        .map_or_else(|| format!("sport {code}"), |&s| s.to_owned());
    let family = match code {
        1 | 66 => Sport::Running,
        2 | 21 => Sport::Cycling,
        3 => Sport::Transition,
        5 => Sport::Swimming,
        11 | 65 => Sport::Walking,
        12 => Sport::CrossCountrySkiing,
        13 | 14 => Sport::AlpineSkiing,
        15 => Sport::Rowing,
        16 | 17 | 35 => Sport::Hiking,
        18 => Sport::Multisport,
        19 | 37 | 41 | 42 => Sport::Paddling,
        30 | 33 => Sport::Skating,
        // Machines and the gym: the finer word says which movement it is.
        4 | 10 => match sub {
            Some(1 | 45) => Sport::Running,
            Some(5 | 6) => Sport::Cycling,
            Some(14) => Sport::Rowing,
            Some(27) => Sport::Walking,
            Some(20) => Sport::Strength,
            _ => Sport::Other,
        },
        _ => Sport::Other,
    };
    (family, word)
}

/// The number written for a sport family.
fn sport_code(sport: Sport) -> u8 {
    match sport {
        Sport::Running => 1,
        Sport::Cycling => 2,
        Sport::Transition => 3,
        Sport::Swimming => 5,
        Sport::Strength => 10,
        Sport::Walking => 11,
        Sport::CrossCountrySkiing => 12,
        Sport::AlpineSkiing => 13,
        Sport::Rowing => 15,
        Sport::Hiking => 17,
        Sport::Multisport => 18,
        Sport::Paddling => 19,
        Sport::Skating => 33,
        Sport::Other => 0,
    }
}

/// The recorder's finer word; `None` for the generic one.
pub(in crate::fit) fn sub_sport(code: u16) -> Option<String> {
    match code {
        0 => None,
        62 => Some("breathing".to_owned()),
        65 => Some("sail_race".to_owned()),
        67 => Some("ultra".to_owned()),
        68 => Some("indoor_climbing".to_owned()),
        69 => Some("bouldering".to_owned()),
        70 => Some("hiit".to_owned()),
        _ => Some(
            SUB_SPORTS
                .get(usize::from(code))
                .map_or_else(|| format!("sub sport {code}"), |&s| s.to_owned()),
        ),
    }
}

/// The numbers written for a sport and its finer word, which may itself be a
/// sport of the family.
pub(in crate::fit) fn sport_codes(family: Sport, finer: Option<&str>) -> (u8, u8) {
    let Some(word) = finer else {
        // The family has no number of its own: it is training, refined.
        let sub = if family == Sport::Strength { 20 } else { 0 };
        return (sport_code(family), sub);
    };
    let sub = (1..=70u16).find(|&c| sub_sport(c).as_deref() == Some(word));
    if let Some(sub) = sub {
        let machine = (sport(sport_code(family).into(), Some(sub)).0 != family)
            .then(|| {
                [4u8, 10]
                    .into_iter()
                    .find(|&m| sport(m.into(), Some(sub)).0 == family)
            })
            .flatten();
        return (machine.unwrap_or_else(|| sport_code(family)), sub as u8);
    }
    let own = (0..SPORTS.len() as u16).find(|&c| sport(c, None) == (family, word.to_owned()));
    (own.map_or_else(|| sport_code(family), |c| c as u8), 0)
}

const STROKES: [&str; 8] = [
    "freestyle",
    "backstroke",
    "breaststroke",
    "butterfly",
    "drill",
    "mixed",
    "im",
    "im_by_round",
];

/// A swimming stroke's word.
pub(in crate::fit) fn stroke(code: u16) -> Option<String> {
    STROKES.get(usize::from(code)).map(|&s| s.to_owned())
}

/// The number of a stroke's word.
pub(in crate::fit) fn stroke_code(word: &str) -> Option<u8> {
    STROKES
        .iter()
        .position(|&s| s == word)
        .and_then(|i| u8::try_from(i).ok())
}

const LAP_TRIGGERS: [&str; 9] = [
    "manual",
    "time",
    "distance",
    "position_start",
    "position_lap",
    "position_waypoint",
    "position_marked",
    "session_end",
    "fitness_equipment",
];

const INTENSITIES: [&str; 7] = [
    "active", "rest", "warmup", "cooldown", "recovery", "interval", "other",
];

/// Why a lap ended: word of a number, number of a word.
pub(in crate::fit) fn lap_trigger() -> &'static [&'static str] {
    &LAP_TRIGGERS
}

/// What a lap was meant to be, by number.
pub(in crate::fit) fn intensity() -> &'static [&'static str] {
    &INTENSITIES
}

/// What the type number of the file id says.
pub(in crate::fit) fn kind_of_file(code: u16) -> FileKind {
    match code {
        4 => FileKind::Activity,
        5 => FileKind::Workout,
        6 => FileKind::Course,
        1..=3 => FileKind::Settings,
        9 => FileKind::Weight,
        14 | 44 | 68 => FileKind::Wellness,
        15 | 28 | 32 => FileKind::Monitoring,
        49 => FileKind::Sleep,
        _ => FileKind::Other,
    }
}

/// The word of an event's number.
pub(in crate::fit) fn event_name(code: u16) -> String {
    match code {
        0 => "timer",
        3 => "workout",
        4 => "workout_step",
        5 => "power_down",
        6 => "power_up",
        7 => "off_course",
        8 => "session",
        9 => "lap",
        10 => "course_point",
        11 => "battery",
        12 => "virtual_partner_pace",
        13 => "hr_high_alert",
        14 => "hr_low_alert",
        22 => "battery_low",
        26 => "activity",
        27 => "fitness_equipment",
        28 => "length",
        32 => "user_marker",
        33 => "sport_point",
        36 => "calibration",
        42 => "front_gear_change",
        43 => "rear_gear_change",
        44 => "rider_position_change",
        45 => "elev_high_alert",
        46 => "elev_low_alert",
        47 => "comm_timeout",
        75 => "radar_threat_alert",
        _ => return format!("event {code}"),
    }
    .to_owned()
}

/// A message's name, else its number.
pub(in crate::fit) fn message_name(global: u16) -> String {
    match global {
        0 => "file_id",
        1 => "capabilities",
        2 => "device_settings",
        3 => "user_profile",
        4 => "hrm_profile",
        5 => "sdm_profile",
        6 => "bike_profile",
        7 => "zones_target",
        8 => "hr_zone",
        9 => "power_zone",
        10 => "met_zone",
        12 => "sport",
        15 => "goal",
        18 => "session",
        19 => "lap",
        20 => "record",
        21 => "event",
        23 => "device_info",
        26 => "workout",
        27 => "workout_step",
        28 => "schedule",
        30 => "weight_scale",
        31 => "course",
        32 => "course_point",
        33 => "totals",
        34 => "activity",
        35 => "software",
        37 => "file_capabilities",
        49 => "file_creator",
        51 => "blood_pressure",
        53 => "speed_zone",
        55 => "monitoring",
        72 => "training_file",
        78 => "hrv",
        80 => "ant_rx",
        81 => "ant_tx",
        101 => "length",
        103 => "monitoring_info",
        105 => "pad",
        106 => "slave_device",
        127 => "connectivity",
        131 => "cadence_zone",
        132 => "hr",
        142 => "segment_lap",
        145 => "memo_glob",
        148 => "segment_id",
        158 => "workout_session",
        160 => "gps_metadata",
        161 => "camera_event",
        162 => "timestamp_correlation",
        164 => "gyroscope_data",
        165 => "accelerometer_data",
        167 => "three_d_sensor_calibration",
        206 => "field_description",
        207 => "developer_data_id",
        208 => "magnetometer_data",
        209 => "barometer_data",
        211 => "monitoring_hr_data",
        216 => "time_in_zone",
        225 => "set",
        227 => "stress_level",
        229 => "max_met_data",
        258 => "dive_settings",
        262 => "dive_alarm",
        268 => "dive_summary",
        269 => "spo2_data",
        275 => "sleep_level",
        285 => "jump",
        289 => "aad_accel_features",
        290 => "beat_intervals",
        297 => "respiration_rate",
        304 => "hsa_accelerometer_data",
        312 => "split",
        313 => "split_summary",
        317 => "climb_pro",
        319 => "tank_update",
        323 => "tank_summary",
        346 => "sleep_assessment",
        370 => "hrv_status_summary",
        371 => "hrv_value",
        372 => "raw_bbi",
        _ => return format!("message {global}"),
    }
    .to_owned()
}

/// Names of fields worth a word although nothing computes with them.
pub(in crate::fit) fn field_name(global: u16, field: u8) -> String {
    let name = match (global, field) {
        (_, 253) => "timestamp",
        (_, 254) => "message_index",
        (18, 10) | (19, 10) => "total_cycles",
        (18, 24) => "total_training_effect",
        (18, 25) => "first_lap_index",
        (18, 26) => "num_laps",
        (18, 27) => "event_group",
        (18, 28) => "trigger",
        (18, 34) | (19, 33) => "normalized_power",
        (18, 35) => "training_stress_score",
        (18, 36) => "intensity_factor",
        (18, 37) => "left_right_balance",
        (18, 45) => "threshold_power",
        (18, 110) => "sport_profile_name",
        (18, 137) => "total_anaerobic_training_effect",
        (49, 0) => "software_version",
        (49, 1) => "hardware_version",
        (216, 2) => "time_in_hr_zone",
        (216, 5) => "time_in_power_zone",
        _ => return format!("field {field}"),
    };
    name.to_owned()
}
