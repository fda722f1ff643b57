//! Laps of TCX: their totals, their ends, and the pauses within and between them.

use crate::tcx_builder::*;

#[test]
fn a_lap_s_totals_are_taken_over() {
    let r = only(&lap(
        0,
        &format!(
            "<TotalTimeSeconds>60.5</TotalTimeSeconds><DistanceMeters>512.25</DistanceMeters>\
             <MaximumSpeed>11.5</MaximumSpeed><Calories>31</Calories>\
             <AverageHeartRateBpm xsi:type=\"HeartRateInBeatsPerMinute_t\"><Value>131</Value></AverageHeartRateBpm>\
             <MaximumHeartRateBpm><Value>155</Value></MaximumHeartRateBpm><Intensity>Resting</Intensity>\
             <Cadence>86</Cadence><TriggerMethod>Location</TriggerMethod>{}<Notes>up</Notes>\
             <Extensions><n:LX><n:AvgSpeed>8.46</n:AvgSpeed><n:MaxBikeCadence>110</n:MaxBikeCadence>\
             <n:AvgWatts>201</n:AvgWatts><n:MaxWatts>560</n:MaxWatts></n:LX></Extensions>",
            track(&[0, 10])
        ),
    ));
    let lap = &r.laps[0];
    assert_eq!((lap.start_ms, lap.end_ms), (0, 60_500));
    assert_eq!(lap.trigger.as_deref(), Some("position_lap"));
    assert_eq!(lap.intensity.as_deref(), Some("rest"));
    assert_eq!(lap.name.as_deref(), Some("up"));
    let t = lap.totals;
    assert_eq!((t.timer_s, t.distance_m), (Some(60.5), Some(512.25)));
    assert_eq!((t.max_speed, t.avg_speed), (Some(11.5), Some(8.46)));
    assert_eq!((t.calories_kcal, t.avg_cadence), (Some(31.0), Some(86.0)));
    assert_eq!((t.avg_hr, t.max_hr), (Some(131.0), Some(155.0)));
    assert_eq!((t.avg_power, t.max_power), (Some(201.0), Some(560.0)));
    assert_eq!(extra(&r, "lap", "MaxBikeCadence").as_deref(), Some("110"));
}

#[test]
fn a_runner_s_cadence_of_a_lap_stands_in_its_extension() {
    let r = only(&lap(
        0,
        &format!(
            "{}<Extensions><LX><AvgRunCadence>82</AvgRunCadence><MaxRunCadence>95</MaxRunCadence></LX></Extensions>",
            track(&[0])
        ),
    ));
    assert_eq!(r.laps[0].totals.avg_cadence, Some(82.0));
}

#[test]
fn the_activity_s_totals_are_the_sums_of_its_laps() {
    let one = |start, metres: &str| {
        lap(
            start,
            &format!(
                "<TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>{metres}</DistanceMeters><Calories>10</Calories>\
                 <MaximumHeartRateBpm><Value>{}</Value></MaximumHeartRateBpm>{}",
                150 + start,
                track(&[start, start + 59])
            ),
        )
    };
    let r = only(&(one(0, "400") + &one(60, "0")));
    assert_eq!(r.totals.timer_s, Some(120.0));
    assert_eq!(r.totals.distance_m, Some(400.0));
    assert_eq!(r.totals.calories_kcal, Some(20.0));
    assert_eq!(r.totals.max_hr, Some(210.0));
    assert_eq!(r.laps[1].totals.distance_m, None);
}

#[test]
fn strava_s_metres_per_hour_become_metres_per_second() {
    let r = only(&lap(
        0,
        &format!(
            "<TotalTimeSeconds>4070</TotalTimeSeconds><DistanceMeters>6106.6</DistanceMeters><MaximumSpeed>16200.0</MaximumSpeed>{}",
            track(&[0])
        ),
    ));
    assert_eq!(r.laps[0].totals.max_speed, Some(4.5));
    assert_eq!(r.totals.max_speed, Some(4.5));
}

#[test]
fn a_gap_between_tracks_of_a_lap_is_a_pause() {
    let r = only(&lap(
        0,
        &(track(&[0, 1, 2]) + "<Track/>" + &track(&[60, 61])),
    ));
    assert_eq!(
        r.timer,
        timer(&[(0, true), (2000, false), (60_000, true), (61_000, false)])
    );
}

#[test]
fn time_between_the_end_of_a_lap_and_the_next_one_s_start_is_a_pause() {
    let time = |s: u32| format!("<TotalTimeSeconds>{s}</TotalTimeSeconds>");
    let r = only(
        &(lap(0, &(time(3) + &track(&[0, 1, 2]))) + &lap(120, &(time(2) + &track(&[120, 121])))),
    );
    assert_eq!(
        r.timer,
        timer(&[(0, true), (3000, false), (120_000, true), (122_000, false)])
    );
}

#[test]
fn laps_that_say_their_time_are_no_pause_though_they_have_no_points() {
    let time = |s: u32| format!("<TotalTimeSeconds>{s}</TotalTimeSeconds>");
    let r = only(
        &(lap(0, &(time(3) + &track(&[0, 1, 2])))
            + &lap(3, &(time(117) + "<Track />"))
            + &lap(120, &(time(2) + &track(&[120, 121])))),
    );
    assert_eq!(r.timer, []);
    assert_eq!(r.laps.len(), 3);
    assert_eq!((r.laps[1].start_ms, r.laps[1].end_ms), (3000, 120_000));
}

#[test]
fn a_lap_ends_with_its_last_point_if_its_timer_stood_still_meanwhile() {
    let time = |s: u32| format!("<TotalTimeSeconds>{s}</TotalTimeSeconds>");
    let r = only(
        &(lap(0, &(time(3) + &track(&[0, 1, 50]))) + &lap(51, &(time(20) + &track(&[51, 55])))),
    );
    assert_eq!(r.laps[0].end_ms, 50_000);
    // And not after the next one began.
    let r = only(&(lap(0, &(time(9) + &track(&[0, 1]))) + &lap(5, &(time(1) + &track(&[5])))));
    assert_eq!(r.laps[0].end_ms, 5000);
}
