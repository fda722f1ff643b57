//! The lists in Garmin's export of an account.

#![allow(clippy::unwrap_used)]

use crate::common::{civil, corpus};
use paceline_formats::FormatError;
use paceline_formats::exports::garmin::{self, File};
use paceline_model::{BiometricKind as K, DecodedFile, FileKind, Sport};
use proptest::prelude::*;
use std::path::PathBuf;

fn body(file: File, json: &str) -> DecodedFile {
    garmin::body(file, json.as_bytes()).unwrap()
}

fn values(file: &DecodedFile) -> Vec<(K, i64, f64)> {
    file.biometrics
        .iter()
        .map(|b| (b.kind, b.at.0, b.value))
        .collect()
}

#[test]
fn lists_are_told_by_their_names() {
    for (name, file) in [
        ("a@b.c_0_summarizedActivities.json", Some(File::Activities)),
        (
            "a@b.c_1001_summarizedActivities_2.json",
            Some(File::Activities),
        ),
        ("2023-06-10_2023-09-18_1_sleepData.json", Some(File::Sleep)),
        ("UDSFile_2025-08-26_2025-12-04.json", Some(File::Days)),
        ("1_userBioMetrics.json", Some(File::Weights)),
        (
            "2025-12-10_2026-03-20_1_healthStatusData.json",
            Some(File::Health),
        ),
        (
            "BloodPressureFile_2025-01-01_2026-01-01.json",
            Some(File::BloodPressure),
        ),
        ("1_userBioMetricProfileData.json", None),
        ("1_fitnessAgeData.json", None),
        ("sleepData.txt", None),
    ] {
        assert_eq!(garmin::file(name), file, "{name}");
    }
}

#[test]
fn an_activity_has_its_units_put_right() {
    let list = garmin::activities(
        br#"[{"summarizedActivitiesExport":[{"activityId":111,"name":"Morning Run",
        "description":"easy","activityType":"trail_running","beginTimestamp":1780317224000,
        "startTimeGmt":1780317224000.0,"startTimeLocal":1780324424000.0,"duration":2490000.0,
        "elapsedDuration":2600000.0,"movingDuration":2400000.0,"distance":708000.0,"avgSpeed":0.284,
        "elevationGain":4448.0,"avgHr":150.0,"maxHr":170.0,"avgRunCadence":84.0,"calories":2092.0,
        "avgPower":0.0,"deviceId":3300000001,"parent":false}]}]"#,
    )
    .unwrap();
    assert_eq!((list.entries.len(), list.failures.len()), (1, 0));
    let entry = &list.entries[0];
    assert_eq!((entry.id.as_str(), entry.file.as_ref()), ("111", None));
    let r = &entry.recording;
    assert_eq!(r.start.0, 1_780_317_224_000);
    assert_eq!(r.utc_offset_s, Some(7200));
    assert_eq!(
        (r.sport, r.sub_sport.as_deref()),
        (Sport::Running, Some("trail"))
    );
    assert_eq!(
        (r.name.as_deref(), r.notes.as_deref()),
        (Some("Morning Run"), Some("easy"))
    );
    let t = r.totals;
    let near = |a: Option<f64>, b: f64| (a.unwrap() - b).abs() < 1e-9;
    assert!(near(t.elapsed_s, 2600.0) && near(t.timer_s, 2400.0));
    assert!(near(t.distance_m, 7080.0) && near(t.ascent_m, 44.48));
    assert!(near(t.avg_speed, 2.84) && near(t.calories_kcal, 500.0));
    assert_eq!((t.avg_hr, t.max_hr), (Some(150.0), Some(170.0)));
    assert_eq!((t.avg_cadence, t.avg_power), (Some(84.0), None));
    let serial = r.device.as_ref().unwrap().serial.as_deref();
    assert_eq!(serial, Some("3300000001"));
}

#[test]
fn of_an_event_of_several_sports_the_legs_are_the_activities() {
    let leg = |id: u32, start: i64, kind: &str, parent: bool| {
        format!(
            r#"{{"activityId":{id},"activityType":"{kind}","beginTimestamp":{start},"duration":3600000,"parent":{parent}}}"#
        )
    };
    let list = format!(
        r#"[{{"summarizedActivitiesExport":[{},{},{},{}]}}]"#,
        leg(1, 1_700_000_000_000, "multi_sport", true),
        leg(2, 1_700_000_000_000, "lap_swimming", false),
        leg(3, 1_700_001_000_000, "cycling", false),
        // One whose legs are not listed stays.
        leg(4, 1_600_000_000_000, "multi_sport", true),
    );
    let list = garmin::activities(list.as_bytes()).unwrap();
    let ids: Vec<_> = list.entries.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids, ["2", "3", "4"]);
    assert_eq!(list.entries[2].recording.sport, Sport::Multisport);
}

#[test]
fn odd_entries_cost_nothing_but_themselves_and_a_cut_list_gives_its_beginning() {
    let text = r#"[{"summarizedActivitiesExport":[
        {"activityId":1,"beginTimestamp":1700000000000,"duration":"60000"},
        "odd", {"activityId":2}, {"beginTimestamp":1700000000000},
        {"activityId":5,"beginTimestamp":1700000000000,"distance":[1],"name":7},
        {"activityId":6,"beginTi"#;
    let list = garmin::activities(text.as_bytes()).unwrap();
    let ids: Vec<_> = list.entries.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids, ["1", "5"]);
    assert_eq!(list.entries[0].recording.totals.elapsed_s, Some(60.0));
    assert_eq!(list.failures.len(), 2);
    assert_eq!(list.warnings.len(), 2);
    assert_eq!(garmin::activities(b""), Err(FormatError::Empty));
    assert!(matches!(
        garmin::activities(b"no json"),
        Err(FormatError::Damaged { .. })
    ));
}

#[test]
fn nights_stand_at_their_end_and_those_not_measured_are_no_zeros() {
    let night = |kind: &str, stages: &str| {
        format!(
            r#"{{"sleepStartTimestampGMT":"2023-07-13T04:07:00.0","sleepEndTimestampGMT":"2023-07-13T13:35:00.0",
            "calendarDate":"2023-07-13","sleepWindowConfirmationType":"{kind}"{stages},"averageRespiration":12.0}}"#
        )
    };
    let stages = r#","deepSleepSeconds":1200,"lightSleepSeconds":22920,"remSleepSeconds":9540,"awakeSleepSeconds":420,
        "spo2SleepSummary":{"averageSPO2":93.0},"sleepScores":{"overallScore":81}"#;
    let zeros = r#","deepSleepSeconds":0,"lightSleepSeconds":0,"awakeSleepSeconds":0"#;
    let file = body(
        File::Sleep,
        &format!(
            "[{},{},{}]",
            night("UNCONFIRMED", ""),
            night("ENHANCED_CONFIRMED_FINAL", stages),
            night("OFF_WRIST", zeros)
        ),
    );
    assert_eq!(file.kind, FileKind::Sleep);
    let at = 1_689_255_300_000;
    assert_eq!(civil(at), (2023, 7, 13, 13, 35, 0));
    assert_eq!(
        values(&file),
        [
            (K::SleepTotal, at, 33_660.0),
            (K::SleepDeep, at, 1200.0),
            (K::SleepLight, at, 22_920.0),
            (K::SleepRem, at, 9540.0),
            (K::SleepAwake, at, 420.0),
            (K::SleepScore, at, 81.0),
            (K::OxygenSaturation, at, 93.0),
            (K::RespirationRate, at, 12.0),
        ]
    );
    assert!(
        body(
            File::Sleep,
            &format!("[{}]", night("AUTO_CONFIRMED", zeros))
        )
        .biometrics
        .is_empty()
    );
}

#[test]
fn days_stand_at_noon_and_what_was_not_measured_is_left_out() {
    let file = body(
        File::Days,
        r#"[{"calendarDate":"2025-01-02","totalSteps":12345,"restingHeartRate":48,
            "allDayStress":{"aggregatorList":[{"type":"AWAKE","averageStressLevel":40},{"type":"TOTAL","averageStressLevel":24}]}},
            {"calendarDate":{"date":"2025-01-03"},"totalSteps":0,"restingHeartRate":null,
            "allDayStress":{"aggregatorList":[{"type":"TOTAL","averageStressLevel":-2}]}},
            {"totalSteps":5}]"#,
    );
    let at = 1_735_819_200_000;
    assert_eq!(civil(at), (2025, 1, 2, 12, 0, 0));
    assert_eq!(
        values(&file),
        [
            (K::Steps, at, 12_345.0),
            (K::RestingHeartRate, at, 48.0),
            (K::Stress, at, 24.0),
        ]
    );
}

#[test]
fn weights_variability_and_blood_pressure_are_read() {
    let weights = body(
        File::Weights,
        r#"[{"metaData":{"calendarDate":"2023-11-28T06:00:00.0"},"weight":{"weight":77250.0}},
            {"metaData":{"calendarDate":"2023-11-28T06:00:00.0"},"weight":{"weight":77000,"timestampGMT":"2023-11-28T05:00:00.0"}},
            {"metaData":{"calendarDate":"2023-11-28T06:00:00.0"},"userSetNullForHeight":true},
            {"weight":{"weight":0}}]"#,
    );
    let six = 1_701_151_200_000;
    assert_eq!(civil(six), (2023, 11, 28, 6, 0, 0));
    assert_eq!(
        values(&weights),
        [(K::Weight, six, 77.25), (K::Weight, six - 3_600_000, 77.0)]
    );
    let health = body(
        File::Health,
        r#"[{"calendarDate":"2025-01-02","metrics":[{"type":"HR","value":50},{"type":"HRV","value":62,"status":"IN_RANGE"}]},
            {"calendarDate":"2025-01-03","metrics":[{"type":"HRV","value":0,"status":"UNKNOWN"}]},
            {"calendarDate":"2025-01-04","metrics":[{"type":"HRV","value":55,"status":"UNKNOWN"}]}]"#,
    );
    assert_eq!(values(&health), [(K::HrvRmssd, 1_735_819_200_000, 62.0)]);
    let pressure = body(
        File::BloodPressure,
        r#"[{"metaData":{"calendarDate":[2025,8,3,8,58,46,6000000]},"bloodPressure":{"systolic":107,"diastolic":70}}]"#,
    );
    assert_eq!(
        values(&pressure)
            .iter()
            .map(|v| (v.0, civil(v.1), v.2))
            .collect::<Vec<_>>(),
        [
            (K::BloodPressureSystolic, (2025, 8, 3, 8, 58, 46), 107.0),
            (K::BloodPressureDiastolic, (2025, 8, 3, 8, 58, 46), 70.0),
        ]
    );
}

fn export(name: &str) -> Option<PathBuf> {
    Some(
        corpus()?
            .join("exports/garmin_takeout/DI_CONNECT")
            .join(name),
    )
}

#[test]
fn the_lists_of_the_corpus_are_read() {
    let Some(path) =
        export("DI-Connect-Fitness/athlete@example.invalid_0_summarizedActivities.json")
    else {
        return;
    };
    let list = garmin::activities(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!((list.entries.len(), list.failures.len()), (2, 0));
    let cardio = &list.entries[0].recording;
    assert_eq!(cardio.name.as_deref(), Some("Cardio"));
    assert_eq!(cardio.utc_offset_s, Some(-28_800));
    assert!((cardio.totals.calories_kcal.unwrap() - 242.3).abs() < 0.1);
    assert!((cardio.totals.elapsed_s.unwrap() - 1503.4).abs() < 0.1);
    let strength = &list.entries[1].recording;
    assert_eq!(strength.sport, Sport::Strength);
    assert!((strength.totals.timer_s.unwrap() - 1807.4).abs() < 0.1);
    let sleep =
        export("DI-Connect-Wellness/2023-06-10_2023-09-18_100000001_sleepData.json").unwrap();
    let sleep = garmin::body(File::Sleep, &std::fs::read(sleep).unwrap()).unwrap();
    // Two of the four nights were measured; seven values each, none has a score.
    assert_eq!(sleep.biometrics.len(), 14);
    let total = sleep.biometrics.iter().find(|b| b.kind == K::SleepTotal);
    assert_eq!(total.unwrap().value, 33_660.0);
}

const FILES: [File; 6] = [
    File::Activities,
    File::Sleep,
    File::Days,
    File::Weights,
    File::Health,
    File::BloodPressure,
];

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let key = prop::sample::select(vec![
        "summarizedActivitiesExport",
        "activityId",
        "beginTimestamp",
        "duration",
        "distance",
        "parent",
        "sleepEndTimestampGMT",
        "deepSleepSeconds",
        "calendarDate",
        "date",
        "totalSteps",
        "allDayStress",
        "aggregatorList",
        "type",
        "averageStressLevel",
        "metaData",
        "weight",
        "metrics",
        "value",
        "bloodPressure",
        "systolic",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,10}".prop_map(Value::from),
        Just(Value::from("2023-07-12T05:00:00.0")),
        Just(Value::from("TOTAL")),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = garmin::activities(&bytes);
        for file in FILES {
            let _ = garmin::body(file, &bytes);
        }
    }

    #[test]
    fn any_json_is_read_or_refused(value in json(), cut in any::<prop::sample::Index>()) {
        let text = value.to_string();
        let mut end = cut.index(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        for bytes in [text.as_bytes(), &text.as_bytes()[..end]] {
            let _ = garmin::activities(bytes);
            for file in FILES {
                if let Ok(read) = garmin::body(file, bytes) {
                    prop_assert!(read.biometrics.iter().all(|b| b.value.is_finite()));
                }
            }
        }
    }
}
