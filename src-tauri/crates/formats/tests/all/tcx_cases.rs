//! One small generated file per peculiarity of TCX.

use crate::tcx_builder::*;
use paceline_formats::{FormatError, decode, tcx};
use paceline_model::{Channel, FileKind, Sport, WarningCode};

#[test]
fn track_points_become_columns_on_their_own_times() {
    let r = of_points(&[
        "<Position><LatitudeDegrees>47.5</LatitudeDegrees><LongitudeDegrees>8.25</LongitudeDegrees></Position>\
         <AltitudeMeters>408.2</AltitudeMeters><DistanceMeters>0.5</DistanceMeters>\
         <HeartRateBpm><Value>140</Value></HeartRateBpm><Cadence>88</Cadence><SensorState>Present</SensorState>",
        "",
    ]);
    assert_eq!((r.start.0, r.timed, r.sport), (T0, true, Sport::Cycling));
    assert_eq!(r.series.time_ms, [0, 1000]);
    assert_eq!(values(&r, &Channel::Latitude)[0], 47.5);
    assert_eq!(values(&r, &Channel::Longitude)[0], 8.25);
    assert_eq!(values(&r, &Channel::Altitude)[0], 408.2);
    assert_eq!(values(&r, &Channel::Distance)[0], 0.5);
    assert_eq!(values(&r, &Channel::HeartRate)[0], 140.0);
    assert_eq!(values(&r, &Channel::Cadence)[0], 88.0);
    assert!(values(&r, &Channel::Cadence)[1].is_nan());
    assert_eq!(
        extra(&r, "point", "SensorState").as_deref(),
        Some("Present")
    );
}

#[test]
fn the_activity_extension_is_read_under_any_prefix() {
    for prefix in ["ns3:", "", "x:"] {
        let r = of_points(&[&format!(
            "<Extensions><{prefix}TPX xmlns=\"http://www.garmin.com/xmlschemas/ActivityExtension/v2\" CadenceSensor=\"Bike\">\
             <{prefix}Speed>0.2460000067949295</{prefix}Speed><{prefix}RunCadence>84</{prefix}RunCadence>\
             <{prefix}Watts>215</{prefix}Watts><{prefix}Torque>12.5</{prefix}Torque></{prefix}TPX></Extensions>"
        )]);
        assert_eq!(values(&r, &Channel::Speed), [0.246]);
        assert_eq!(values(&r, &Channel::Cadence), [84.0]);
        assert_eq!(values(&r, &Channel::Power), [215.0]);
        assert_eq!(values(&r, &Channel::Other("Torque".to_owned())), [12.5]);
        assert_eq!(
            extra(&r, "point", "TPX@CadenceSensor").as_deref(),
            Some("Bike")
        );
    }
}

#[test]
fn points_without_a_position_are_samples() {
    let r = of_points(&["<HeartRateBpm><Value>99</Value></HeartRateBpm>", ""]);
    assert_eq!(r.series.len(), 2);
    assert_eq!(r.series.column(&Channel::Latitude), None);
}

#[test]
fn the_start_is_that_of_the_first_lap() {
    let r = only(&lap(10, &track(&[14, 15])));
    assert_eq!(r.start.0, T0 + 10_000);
    assert_eq!(r.series.time_ms, [4000, 5000]);
    assert_eq!(r.laps[0].start_ms, 0);
}

#[test]
fn a_lap_with_a_wrong_clock_begins_with_its_first_point() {
    let r = only(&format!(
        "<Lap StartTime=\"1989-12-31T00:00:00Z\">{}</Lap>",
        track(&[14, 15])
    ));
    assert_eq!(r.start.0, T0 + 14_000);
    assert_eq!(r.laps[0].start_ms, 0);
}

#[test]
fn zones_and_parts_of_seconds_are_read() {
    let r = only(
        "<Lap StartTime=\"2024-05-01T08:00:00+02:00\"><Track><Trackpoint><Time>2024-05-01T08:00:01.473400+02:00</Time></Trackpoint></Track></Lap>",
    );
    assert_eq!(r.start.0, T0);
    assert_eq!(r.series.time_ms, [1473]);
    assert_eq!(r.utc_offset_s, Some(7200));
}

#[test]
fn a_track_without_any_lap_is_read() {
    let r = only(&format!("<Id>2024-05-01T06:00:00Z</Id>{}", track(&[0, 1])));
    assert_eq!((r.series.len(), r.laps.len()), (2, 0));
}

#[test]
fn laps_without_any_point_are_a_recording() {
    let r = only(&lap(
        0,
        "<TotalTimeSeconds>1800</TotalTimeSeconds><DistanceMeters>1500</DistanceMeters>",
    ));
    assert!(r.timed && r.series.is_empty());
    assert_eq!(r.totals.distance_m, Some(1500.0));
    assert_eq!(r.laps[0].end_ms, 1_800_000);
}

#[test]
fn several_activities_are_several_recordings() {
    let one = |start| {
        format!(
            "<Activity Sport=\"Running\">{}</Activity>",
            lap(start, &track(&[start, start + 1]))
        )
    };
    let f = file(&format!("<Activities>{}{}</Activities>", one(0), one(60)));
    assert_eq!(f.recordings.len(), 2);
    assert!(
        f.recordings
            .iter()
            .all(|r| r.leg.is_none() && r.series.len() == 2)
    );
}

#[test]
fn a_multisport_session_is_an_event_with_legs() {
    let activity = |sport: &str, start: u32| {
        format!(
            "<Activity Sport=\"{sport}\"><Id>2024-05-01T06:00:00Z</Id>{}</Activity>",
            lap(start, &track(&[start, start + 9]))
        )
    };
    let transition = format!(
        "<Transition StartTime=\"2024-05-01T06:00:10Z\"><TotalTimeSeconds>5</TotalTimeSeconds>{}</Transition>",
        track(&[10, 15])
    );
    let f = file(&format!(
        "<Activities><MultiSportSession><Id>2024-05-01T06:00:00Z</Id><FirstSport>{}</FirstSport>\
         <NextSport>{transition}{}</NextSport></MultiSportSession></Activities>",
        activity("Other", 0),
        activity("Biking", 16)
    ));
    let got: Vec<_> = f
        .recordings
        .iter()
        .map(|r| (r.sport, r.leg.map(|l| (l.0, l.1.0)), r.series.len()))
        .collect();
    assert_eq!(
        got,
        [
            (Sport::Other, Some((0, T0)), 2),
            (Sport::Transition, Some((1, T0)), 2),
            (Sport::Cycling, Some((2, T0)), 2)
        ]
    );
}

#[test]
fn days_strung_together_as_one_session_are_no_event() {
    let day = |d: u32| {
        format!(
            "<NextSport><Activity Sport=\"Running\"><Lap StartTime=\"2024-05-0{d}T06:00:00Z\"><TotalTimeSeconds>60</TotalTimeSeconds></Lap></Activity></NextSport>"
        )
    };
    let f = file(&format!(
        "<Activities><MultiSportSession>{}{}</MultiSportSession></Activities>",
        day(1),
        day(3)
    ));
    assert_eq!(f.recordings.len(), 2);
    assert!(f.recordings.iter().all(|r| r.leg.is_none()));
}

#[test]
fn a_course_gives_a_recording_that_is_no_activity() {
    let f = file(&format!(
        "<Courses><Course><Name>Loop</Name><Lap><TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>900</DistanceMeters>\
         <BeginPosition><LatitudeDegrees>47</LatitudeDegrees></BeginPosition></Lap>{}<CoursePoint><Name>Summit</Name></CoursePoint></Course></Courses>",
        track(&[0, 1])
    ));
    assert_eq!(f.kind, FileKind::Course);
    let r = &f.recordings[0];
    assert_eq!(r.name.as_deref(), Some("Loop"));
    assert_eq!(r.series.len(), 2);
    assert_eq!(extra(r, "course point", "Name").as_deref(), Some("Summit"));
}

#[test]
fn a_course_beside_an_activity_is_kept_but_is_no_recording() {
    let f = file(&format!(
        "<Activities><Activity>{}</Activity></Activities><Courses><Course><Name>c</Name>{}</Course></Courses>",
        lap(0, &track(&[0])),
        track(&[5, 6])
    ));
    assert_eq!(f.kind, FileKind::Activity);
    assert_eq!(f.recordings.len(), 1);
    assert_eq!(f.recordings[0].series.len(), 1);
    assert!(f.recordings[0].extra.iter().any(|m| m.name == "course"));
}

#[test]
fn planned_workouts_are_recognised_and_give_no_recording() {
    let f = file(
        "<Workouts><Workout Sport=\"Running\"><Name>4×4</Name><Step><Name>go</Name></Step></Workout></Workouts>",
    );
    assert_eq!(f.kind, FileKind::Workout);
    assert!(f.recordings.is_empty());
}

#[test]
fn device_notes_and_plan_are_taken_over() {
    let r = only(&format!(
        "{}<Notes>windy</Notes><Training VirtualPartner=\"false\"><Plan Type=\"Workout\"><Name>Tempo</Name></Plan></Training>\
         <Creator xsi:type=\"Device_t\"><Name>Forerunner305 (Unit ID 3815748186)</Name><UnitId>3815748186</UnitId><ProductID>484</ProductID>\
         <Version><VersionMajor>2</VersionMajor><VersionMinor>90</VersionMinor><BuildMajor>0</BuildMajor></Version></Creator>",
        lap(0, &track(&[0]))
    ));
    assert_eq!(r.notes.as_deref(), Some("windy"));
    assert_eq!(r.name.as_deref(), Some("Tempo"));
    let device = r.device.clone().expect("a device");
    assert_eq!(device.manufacturer.as_deref(), Some("Garmin"));
    assert_eq!(device.product.as_deref(), Some("Forerunner305"));
    assert_eq!(device.serial.as_deref(), Some("3815748186"));
    assert_eq!(extra(&r, "device", "ProductID").as_deref(), Some("484"));
    assert_eq!(extra(&r, "device", "Version").as_deref(), Some("2.90.0"));
}

#[test]
fn a_unit_id_of_noughts_is_no_serial_number() {
    let r = only(&format!(
        "{}<Creator><Name>Polar V800</Name><UnitId>0</UnitId></Creator>",
        lap(0, &track(&[0]))
    ));
    let device = r.device.expect("a device");
    assert_eq!(device.manufacturer.as_deref(), Some("Polar"));
    assert_eq!(device.serial, None);
}

#[test]
fn blanks_before_the_declaration_marks_and_windows_line_ends_are_passed_over() {
    let body = format!(
        "<TrainingCenterDatabase>\r\n<Activities>\r\n<Activity Sport=\"Running\">\r\n{}</Activity></Activities></TrainingCenterDatabase>",
        lap(0, &track(&[0, 1]))
    );
    for head in [
        "          <?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n",
        "\u{feff}<?xml version=\"1.0\"?>",
        "\n\n",
    ] {
        let f = decode("x.tcx", format!("{head}{body}").as_bytes()).expect("readable");
        assert_eq!(f.recordings[0].series.len(), 2);
        assert_eq!(f.warnings, []);
    }
}

#[test]
fn an_activity_without_laps_and_points_is_none() {
    for content in [
        "<Activities><Activity Sport=\"Other\"/></Activities>",
        "<Activities/>",
        "",
        "<Folders><History><Running Name=\"Running\"/></History></Folders>",
    ] {
        let text = format!("<TrainingCenterDatabase>{content}</TrainingCenterDatabase>");
        assert_eq!(
            tcx::decode(text.as_bytes()),
            Err(FormatError::NoActivity),
            "{content}"
        );
    }
}

#[test]
fn speeds_in_kilometres_per_hour_are_found_out() {
    let points: String = (0..60u32)
        .map(|s| {
            point(
                s,
                &format!(
                    "<DistanceMeters>{}</DistanceMeters><Extensions><TPX><Speed>36.0</Speed></TPX></Extensions>",
                    s * 10
                ),
            )
        })
        .collect();
    let r = only(&lap(0, &format!("<Track>{points}</Track>")));
    assert_eq!(values(&r, &Channel::Speed)[5], 10.0);
    assert!(has(&r.warnings, WarningCode::ValueImplausible));
}

#[test]
fn a_cut_file_yields_everything_before_the_cut() {
    let text = format!(
        "<TrainingCenterDatabase><Activities><Activity Sport=\"Running\">{}",
        lap(0, &track(&[0, 1, 2]))
    );
    let cut = &text[..text.rfind("</Trackpoint>").expect("an end")];
    let f = decode("x.tcx", cut.as_bytes()).expect("readable");
    assert_eq!(f.recordings[0].series.len(), 2);
    assert_eq!(f.recordings[0].laps.len(), 1);
    assert!(has(&f.warnings, WarningCode::Truncated));
}

#[test]
fn a_damaged_point_is_skipped_and_what_follows_is_read() {
    let text = format!(
        "<TrainingCenterDatabase><Activities><Activity Sport=\"Running\">{}{}</Activity></Activities></TrainingCenterDatabase>",
        lap(0, &track(&[0, 1, 2, 3])),
        lap(4, &track(&[4, 5]))
    );
    let second = text.match_indices("</Time>").nth(1).expect("a second").0;
    let mut bytes = text.into_bytes();
    bytes[second + 2] = b'x';
    let f = decode("x.tcx", &bytes).expect("readable");
    assert_eq!(f.recordings[0].series.len(), 5);
    assert_eq!(f.recordings[0].laps.len(), 2);
    assert!(has(&f.warnings, WarningCode::Damaged));
}

#[test]
fn points_of_a_track_whose_start_is_damaged_belong_to_their_own_activity() {
    let one = |start| {
        format!(
            "<Activity Sport=\"Running\">{}</Activity>",
            lap(start, &track(&[start, start + 1]))
        )
    };
    let text = format!(
        "<TrainingCenterDatabase><Activities>{}{}</Activities></TrainingCenterDatabase>",
        one(0),
        one(60)
    );
    let second = text.match_indices("<Track>").nth(1).expect("a second").0;
    let mut bytes = text.into_bytes();
    bytes[second + 6] = b'"';
    let f = decode("x.tcx", &bytes).expect("readable");
    let rows: Vec<usize> = f.recordings.iter().map(|r| r.series.len()).collect();
    assert_eq!(rows, [2, 2], "{:?}", f.warnings);
}

#[test]
fn nothing_but_damage_is_an_error_that_says_so() {
    let got = tcx::decode(b"<TrainingCenterDatabase><Activities><Activity></Lap>");
    assert!(matches!(got, Err(FormatError::Damaged { .. })), "{got:?}");
    assert_eq!(tcx::decode(b""), Err(FormatError::Empty));
    assert!(matches!(
        tcx::decode(b"<gpx/>"),
        Err(FormatError::NotRecognised { .. })
    ));
}
