//! One small generated file per peculiarity of GPX.

use crate::gpx_builder::*;
use paceline_formats::{FormatError, decode};
use paceline_model::{Channel, FileKind, Sport, TimerEvent, Values, WarningCode};

#[test]
fn points_become_columns_on_their_own_times() {
    let r = points(&["<ele>408.2</ele>", "<ele>408.4</ele>"]);
    assert!(r.timed);
    assert_eq!(r.start.0, T0);
    assert_eq!(r.series.time_ms, [0, 1000]);
    assert_eq!(values(&r, &Channel::Latitude), [47.0, 47.001]);
    assert_eq!(values(&r, &Channel::Altitude), [408.2, 408.4]);
    assert_eq!(r.timer, []);
}

#[test]
fn attributes_may_come_in_any_order_and_points_may_close_themselves() {
    let r = only(
        "<trk><trkseg><trkpt lon='8.5' lat='47.5'/><trkpt lat=\"47.6\" lon=\"8.6\" /></trkseg></trk>",
    );
    assert_eq!(values(&r, &Channel::Latitude), [47.5, 47.6]);
    assert_eq!(values(&r, &Channel::Longitude), [8.5, 8.6]);
}

#[test]
fn a_track_without_times_is_read_as_one_that_has_none() {
    let r =
        only("<trk><trkseg><trkpt lat='47' lon='8'/><trkpt lat='47.1' lon='8'/></trkseg></trk>");
    assert!(!r.timed);
    assert_eq!(r.start.0, 0);
    assert_eq!(r.series.time_ms, [0, 0]);
}

#[test]
fn a_point_without_a_time_stands_beside_its_neighbour() {
    let points = format!(
        "{}<trkpt lat='47' lon='8'/>{}",
        at("06:00:00"),
        at("06:00:04")
    );
    let r = only(&format!("<trk><trkseg>{points}</trkseg></trk>"));
    assert_eq!(r.series.time_ms, [0, 0, 4000]);
    assert!(has(&r.warnings, WarningCode::TimeMissing));
}

#[test]
fn a_time_on_few_points_only_is_no_time_axis() {
    let bare = "<trkpt lat='47' lon='8'/>".repeat(4);
    let r = only(&format!(
        "<trk><trkseg>{bare}{}</trkseg></trk>",
        at("06:00:00")
    ));
    assert!(!r.timed);
    assert!(has(&r.warnings, WarningCode::TimeMissing));
}

#[test]
fn one_time_for_all_points_is_that_of_a_planned_route() {
    let r = only(&format!(
        "<trk><trkseg>{}</trkseg></trk>",
        at("06:00:00").repeat(3)
    ));
    assert!(!r.timed);
    assert!(has(&r.warnings, WarningCode::TimeMissing));
    let two = only(&format!(
        "<trk><trkseg>{}</trkseg></trk>",
        at("06:00:00").repeat(2)
    ));
    assert!(two.timed);
}

#[test]
fn a_clock_that_was_never_set_gives_times_that_are_true_to_each_other() {
    let point = |s| format!("<trkpt lat='47' lon='8'><time>1970-01-01T00:00:0{s}Z</time></trkpt>");
    let r = only(&format!(
        "<trk><trkseg>{}{}</trkseg></trk>",
        point(1),
        point(4)
    ));
    assert!(!r.timed);
    assert_eq!(r.start.0, 0);
    assert_eq!(r.series.time_ms, [0, 3000]);
    assert!(has(&r.warnings, WarningCode::TimeMissing));
}

#[test]
fn zones_are_kept_and_parts_of_seconds_count() {
    let r = only(
        "<trk><trkseg><trkpt lat='47' lon='8'><time>2024-05-01T08:00:00.250+02:00</time></trkpt>\
         <trkpt lat='47' lon='8'><time>2024-05-01T08:00:01.5+02:00</time></trkpt></trkseg></trk>",
    );
    assert_eq!(r.utc_offset_s, Some(7200));
    assert_eq!(r.start.0, T0 + 250);
    assert_eq!(r.series.time_ms, [0, 1250]);
}

#[test]
fn a_file_without_elevation_has_no_such_channel() {
    let r = points(&["", ""]);
    assert_eq!(r.series.column(&Channel::Altitude), None);
}

#[test]
fn garmin_s_extension_is_read_under_any_prefix_and_in_both_versions() {
    for (open, close) in [
        ("gpxtpx:TrackPointExtension", "gpxtpx"),
        ("ns3:TrackPointExtension", "ns3"),
        ("undeclared:TrackPointExtension", "undeclared"),
    ] {
        let inner = format!(
            "<{open}><{close}:atemp>21.5</{close}:atemp><{close}:wtemp>15</{close}:wtemp>\
             <{close}:depth>3.2</{close}:depth><{close}:hr>142</{close}:hr><{close}:cad>88</{close}:cad>\
             <{close}:speed>7.25</{close}:speed><{close}:course>181.5</{close}:course></{open}>"
        );
        let r = extension(&inner);
        assert_eq!(values(&r, &Channel::Temperature), [21.5]);
        assert_eq!(values(&r, &Channel::HeartRate), [142.0]);
        assert_eq!(values(&r, &Channel::Cadence), [88.0]);
        assert_eq!(values(&r, &Channel::Speed), [7.25]);
        assert_eq!(other(&r, "water_temperature [°C]"), [15.0]);
        assert_eq!(other(&r, "depth [m]"), [3.2]);
        assert_eq!(other(&r, "course [°]"), [181.5]);
    }
}

#[test]
fn cluetrust_s_extension_is_read() {
    let r = extension(
        "<gpxdata:hr>151.5</gpxdata:hr><gpxdata:cadence>90</gpxdata:cadence>\
         <gpxdata:temp>23.9000000953674</gpxdata:temp><gpxdata:distance>5657</gpxdata:distance>\
         <gpxdata:power>210</gpxdata:power><gpxdata:speed>2.20000004768372</gpxdata:speed>\
         <gpxdata:altitude>128</gpxdata:altitude><gpxdata:seaLevelPressure>1014</gpxdata:seaLevelPressure>\
         <gpxdata:verticalSpeed>0.07</gpxdata:verticalSpeed><gpxdata:energy>11.065199</gpxdata:energy>",
    );
    assert_eq!(values(&r, &Channel::HeartRate), [151.5]);
    assert_eq!(values(&r, &Channel::Cadence), [90.0]);
    assert_eq!(values(&r, &Channel::Temperature), [23.9]);
    assert_eq!(values(&r, &Channel::Distance), [5657.0]);
    assert_eq!(values(&r, &Channel::Power), [210.0]);
    assert_eq!(values(&r, &Channel::Speed), [2.2]);
    assert_eq!(values(&r, &Channel::Altitude), [128.0]);
    assert_eq!(other(&r, "seaLevelPressure"), [1014.0]);
    assert_eq!(other(&r, "vertical_speed [m/s]"), [0.07]);
    assert_eq!(other(&r, "energy"), [11.065_199]);
}

#[test]
fn power_is_read_bare_and_from_garmin_s_power_extension() {
    for inner in [
        "<power>250</power>",
        "<pwr:PowerInWatts>250</pwr:PowerInWatts>",
        "<gpxpx:PowerExtension><gpxpx:PowerInWatts>250</gpxpx:PowerInWatts></gpxpx:PowerExtension>",
        "<a:TrackPointExtension><a:Watts>250</a:Watts></a:TrackPointExtension>",
    ] {
        assert_eq!(values(&extension(inner), &Channel::Power), [250.0]);
    }
}

#[test]
fn the_same_heart_rate_twice_is_one_and_another_one_stands_beside_it() {
    let r = extension("<heartrate>89</heartrate><a:TPX><a:hr>89</a:hr></a:TPX>");
    assert_eq!(values(&r, &Channel::HeartRate), [89.0]);
    assert!(r.series.column(&Channel::Other("hr".to_owned())).is_none());
    let r = extension("<heartrate>89</heartrate><a:TPX><a:hr>95</a:hr></a:TPX>");
    assert_eq!(values(&r, &Channel::HeartRate), [89.0]);
    assert_eq!(other(&r, "hr"), [95.0]);
}

#[test]
fn numbers_of_unknown_fields_become_columns_and_text_is_kept() {
    let r = points(&[
        "<sat>9</sat><hdop>1.2</hdop><fix>3d</fix><name>7</name>",
        "<hdop>1.25</hdop><extensions><x:grip style='hard'>4</x:grip><x:mood>good</x:mood></extensions>",
    ]);
    assert_eq!(other(&r, "hdop"), [1.2, 1.25]);
    assert_eq!(other(&r, "sat")[0], 9.0);
    assert!(other(&r, "grip")[0].is_nan());
    assert_eq!(other(&r, "grip")[1], 4.0);
    assert_eq!(extra(&r, "point", "fix").as_deref(), Some("3d"));
    assert_eq!(extra(&r, "point", "name").as_deref(), Some("7"));
    assert_eq!(extra(&r, "point", "mood").as_deref(), Some("good"));
    assert_eq!(extra(&r, "point", "grip@style").as_deref(), Some("hard"));
}

#[test]
fn speed_and_course_of_gpx_1_0_stand_in_the_point_itself() {
    let r = points(&["<course>319.4</course><speed>2.600</speed>"]);
    assert_eq!(values(&r, &Channel::Speed), [2.6]);
    assert_eq!(other(&r, "course [°]"), [319.4]);
}

#[test]
fn a_break_between_segments_is_a_pause_of_the_timer() {
    let first = segment(&["06:00:00", "06:00:01", "06:00:02"]);
    let second = segment(&["06:05:00", "06:05:01"]);
    let r = only(&format!("<trk>{first}<trkseg></trkseg>{second}</trk>"));
    let event = |at_ms, running| TimerEvent { at_ms, running };
    assert_eq!(
        r.timer,
        [
            event(0, true),
            event(2000, false),
            event(300_000, true),
            event(301_000, false)
        ]
    );
}

#[test]
fn segments_that_follow_each_other_closely_are_no_pause() {
    let first = segment(&["06:00:00", "06:00:05", "06:00:10"]);
    let second = segment(&["06:00:20", "06:00:25"]);
    let r = only(&format!("<trk>{first}{second}</trk>"));
    assert_eq!(r.timer, []);
    assert_eq!(r.series.len(), 5);
}

#[test]
fn tracks_of_one_outing_are_one_recording_and_of_two_days_are_two() {
    let track = |times: &[&str]| format!("<trk><name>log</name>{}</trk>", segment(times));
    let lunch = track(&["06:00:00", "07:00:00"]) + &track(&["08:30:00", "09:00:00"]);
    assert_eq!(only(&lunch).series.len(), 4);
    let evening = track(&["06:00:00", "07:00:00"]) + &track(&["17:00:00", "18:00:00"]);
    let two = file(&format!("<gpx>{evening}</gpx>"));
    let starts: Vec<i64> = two.recordings.iter().map(|r| r.start.0 - T0).collect();
    assert_eq!(starts, [0, 11 * 3_600_000]);
}

#[test]
fn tracks_of_two_sports_are_two_recordings() {
    let text = format!(
        "<gpx><trk><type>Ride</type>{}</trk><trk><type>9</type>{}</trk></gpx>",
        segment(&["06:00:00", "07:00:00"]),
        segment(&["07:02:00", "08:00:00"])
    );
    let sports: Vec<Sport> = file(&text).recordings.iter().map(|r| r.sport).collect();
    assert_eq!(sports, [Sport::Cycling, Sport::Running]);
}

#[test]
fn segments_out_of_order_are_put_in_order() {
    let text = segment(&["07:00:00", "07:00:01"]) + &segment(&["06:00:00", "06:00:01"]);
    let r = only(&format!("<trk>{text}</trk>"));
    assert_eq!(r.series.time_ms, [0, 1000, 3_600_000, 3_601_000]);
    assert_eq!(r.warnings, []);
}

#[test]
fn a_point_years_away_does_not_make_the_activity_longer() {
    let points = at("06:00:00")
        + &at("06:00:01")
        + "<trkpt lat='47' lon='8'><time>1999-11-30T00:00:00Z</time></trkpt>"
        + &at("06:00:03");
    let r = only(&format!("<trk><trkseg>{points}</trkseg></trk>"));
    assert_eq!(r.series.time_ms, [0, 1000, 1000, 3000]);
    assert!(has(&r.warnings, WarningCode::TimeJump));
}

#[test]
fn times_twice_and_out_of_order_never_turn_the_axis_back() {
    let r = only(&format!(
        "<trk>{}</trk>",
        segment(&["06:00:00", "06:00:02", "06:00:02", "06:00:01", "06:00:03"])
    ));
    assert_eq!(r.series.time_ms, [0, 2000, 2000, 2000, 3000]);
    assert!(has(&r.warnings, WarningCode::TimeJump));
}

#[test]
fn a_route_without_a_track_is_a_course() {
    let f = file(
        "<gpx><rte><name>To the pass</name><rtept lat='46' lon='8'><ele>1200</ele></rtept><rtept lat='46.1' lon='8'/></rte></gpx>",
    );
    assert_eq!(f.kind, FileKind::Course);
    assert_eq!(f.recordings[0].name.as_deref(), Some("To the pass"));
    assert_eq!(f.recordings[0].series.len(), 2);
    assert!(!f.recordings[0].timed);
}

#[test]
fn a_route_beside_a_track_and_way_points_are_kept_but_are_no_samples() {
    let r = only(&format!(
        "<wpt lat='46' lon='7'><name>Hut</name></wpt><rte><name>Plan</name><rtept lat='46' lon='8'/></rte><trk>{}</trk>",
        segment(&["06:00:00"])
    ));
    assert_eq!(r.series.len(), 1);
    assert_eq!(extra(&r, "waypoint", "name").as_deref(), Some("Hut"));
    assert_eq!(extra(&r, "route", "name").as_deref(), Some("Plan"));
}

#[test]
fn a_file_without_a_point_holds_no_activity() {
    for content in [
        "<metadata><time>2024-05-01T06:00:00Z</time></metadata>",
        "<wpt lat='1' lon='2'/>",
        "<trk><trkseg/></trk><trk/>",
        "",
    ] {
        let text = format!("<gpx>{content}</gpx>");
        assert_eq!(
            decode("x.gpx", text.as_bytes()),
            Err(FormatError::NoActivity),
            "{content}"
        );
    }
}

#[test]
fn title_text_sport_and_creator_are_taken_over() {
    let mut f = file(&format!(
        "<gpx creator='Garmin Edge 530'><metadata><name>file</name><desc>long</desc></metadata>\
         <trk><name>Tom &amp; Ann &#x2764; &lt;3</name><desc><![CDATA[a <b> c]]></desc><type>gravel_cycling</type>{}</trk></gpx>",
        segment(&["06:00:00"])
    ));
    let r = f.recordings.remove(0);
    assert_eq!(r.name.as_deref(), Some("Tom & Ann ❤ <3"));
    assert_eq!(r.notes.as_deref(), Some("a <b> c"));
    assert_eq!(r.sport, Sport::Cycling);
    assert_eq!(r.sub_sport.as_deref(), Some("gravel_cycling"));
    let device = r.device.expect("a device");
    assert_eq!(device.manufacturer.as_deref(), Some("Garmin"));
    assert_eq!(device.product.as_deref(), Some("Edge 530"));
}

#[test]
fn the_file_s_title_stands_in_for_the_track_s() {
    for content in ["<name>old</name>", "<metadata><name>old</name></metadata>"] {
        let r = only(&format!("{content}<trk>{}</trk>", segment(&["06:00:00"])));
        assert_eq!(r.name.as_deref(), Some("old"));
    }
}

#[test]
fn laps_of_cluetrust_s_extension_are_read() {
    let r = only(&format!(
        "<trk>{}</trk><extensions><gpxdata:lap><gpxdata:index>1</gpxdata:index>\
         <gpxdata:startPoint lat='51' lon='6'/><gpxdata:startTime>2024-05-01T06:00:01Z</gpxdata:startTime>\
         <gpxdata:elapsedTime>4.67</gpxdata:elapsedTime><gpxdata:calories>1</gpxdata:calories>\
         <gpxdata:distance>0.5881348</gpxdata:distance>\
         <gpxdata:summary name=\"AverageHeartRateBpm\" kind=\"avg\">163</gpxdata:summary>\
         <gpxdata:trigger kind=\"manual\" /><gpxdata:intensity>active</gpxdata:intensity></gpxdata:lap></extensions>",
        segment(&["06:00:00", "06:00:09"])
    ));
    let lap = &r.laps[0];
    assert_eq!((lap.start_ms, lap.end_ms), (1000, 5670));
    assert_eq!(lap.totals.elapsed_s, Some(4.67));
    assert_eq!(lap.totals.calories_kcal, Some(1.0));
    assert_eq!(lap.totals.avg_hr, Some(163.0));
    assert_eq!(lap.trigger.as_deref(), Some("manual"));
    assert_eq!(lap.intensity.as_deref(), Some("active"));
}

#[test]
fn semicircles_written_as_degrees_are_read_back_as_semicircles() {
    let r = only(
        "<trk><trkseg><trkpt lat=\"37.53921300172806\" lon=\"-11.63882902823388576507568359375\"/></trkseg></trk>",
    );
    let scales: Vec<f64> = r
        .series
        .columns
        .iter()
        .map(|c| match &c.values {
            Values::Scaled { raw, scale, .. } => {
                assert_eq!(raw.len(), 1);
                *scale
            }
            Values::Float(_) => 0.0,
        })
        .collect();
    assert_eq!(scales, [2_147_483_648.0 / 180.0; 2]);
}

#[test]
fn positions_off_the_globe_and_at_nought_are_none() {
    let r = only(
        "<trk><trkseg><trkpt lat='0' lon='0'/><trkpt lat='95' lon='8'/><trkpt lat='45' lon='8'/></trkseg></trk>",
    );
    let lat = values(&r, &Channel::Latitude);
    assert!(lat[0].is_nan() && lat[1].is_nan() && lat[2] == 45.0);
    assert!(has(&r.warnings, WarningCode::ValueImplausible));
}

#[test]
fn a_runner_s_steps_are_halved() {
    let cad = "<extensions><cad>172</cad></extensions>";
    let point =
        |s| format!("<trkpt lat='47' lon='8'><time>2024-05-01T06:00:0{s}Z</time>{cad}</trkpt>");
    let r = only(&format!(
        "<trk><type>running</type><trkseg>{}{}</trkseg></trk>",
        point(0),
        point(1)
    ));
    assert_eq!(values(&r, &Channel::Cadence), [86.0, 86.0]);
    assert!(has(&r.warnings, WarningCode::Other));
}
