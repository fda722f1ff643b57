//! What is written as GPX or TCX is read back the same, in all that the format
//! has a place for.

use paceline_formats::{FormatError, fit, gpx, tcx};
use paceline_model::{
    Channel, Column, DecodedFile, Device, Instant, Lap, RecordedTotals, Recording, Series, Sport,
    TimerEvent, Values,
};
use proptest::prelude::*;

const SEMICIRCLES: f64 = 2_147_483_648.0 / 180.0;

fn scaled(channel: Channel, raw: Vec<i32>, scale: f64) -> Column {
    Column {
        channel,
        values: Values::Scaled {
            raw,
            scale,
            offset: 0.0,
        },
    }
}

/// A column whose first sample is there, so that it exists at all.
fn raws(rows: usize, range: std::ops::Range<i32>) -> impl Strategy<Value = Vec<i32>> {
    let value = prop_oneof![4 => range.clone(), 1 => Just(Values::MISSING)];
    (range, proptest::collection::vec(value, rows)).prop_map(|(first, mut v)| {
        if let Some(f) = v.first_mut() {
            *f = first;
        }
        v
    })
}

fn full(rows: usize, range: std::ops::Range<i32>) -> impl Strategy<Value = Vec<i32>> {
    proptest::collection::vec(range, rows)
}

/// What both formats hold; steps of one to three seconds and a pause of minutes after `pause`.
fn recordings() -> impl Strategy<Value = Recording> {
    (2usize..40, any::<bool>()).prop_flat_map(|(rows, garmin)| {
        (
            (
                proptest::collection::vec(1000i32..3000, rows),
                0..rows,
                400_000i32..4_000_000,
            ),
            (
                full(rows, 1..800_000_000),
                full(rows, -1_700_000_000..1_700_000_000),
            ),
            (
                raws(rows, -400_000..8_000_000),
                raws(rows, 0..15_000),
                raws(rows, 30..255),
                raws(rows, 0..90),
                raws(rows, 0..2000),
            ),
            "[ -~äß–❤\n]{1,30}",
            (700_000_000_000i64..2_000_000_000_000, any::<bool>()),
        )
            .prop_map(
                move |(
                    (steps, pause, length),
                    (lat, lon),
                    (ele, speed, hr, cadence, power),
                    text,
                    (start, run),
                )| {
                    let mut t = 0;
                    let mut timer = Vec::new();
                    let mut time_ms = Vec::new();
                    for (i, step) in steps.iter().enumerate() {
                        time_ms.push(t);
                        // A pause at the end would have no sample behind it.
                        if i == pause && i + 1 < steps.len() {
                            timer = vec![(0, true), (t, false), (t + length, true)];
                            t += length;
                        } else {
                            t += step;
                        }
                    }
                    let end = *time_ms.last().expect("rows");
                    if !timer.is_empty() {
                        timer.push((end, false));
                    }
                    let position = if garmin { SEMICIRCLES } else { 1e7 };
                    let distance = (0..time_ms.len() as i32).map(|i| i * 7654).collect();
                    let text = text.trim().replace('\n', " ");
                    let name = (!text.is_empty()).then(|| text.clone());
                    Recording {
                        start: Instant(start),
                        timed: true,
                        sport: if run { Sport::Running } else { Sport::Cycling },
                        notes: name.clone(),
                        name,
                        device: Some(Device {
                            manufacturer: Some("Wahoo Fitness".to_owned()),
                            product: Some("ELEMNT BOLT".to_owned()),
                            serial: None,
                        }),
                        series: Series {
                            time_ms,
                            columns: vec![
                                scaled(Channel::Latitude, lat, position),
                                scaled(Channel::Longitude, lon, position),
                                scaled(Channel::Altitude, ele, 1000.0),
                                scaled(Channel::Distance, distance, 1000.0),
                                scaled(Channel::Speed, speed, 1000.0),
                                scaled(Channel::HeartRate, hr, 1.0),
                                scaled(Channel::Cadence, cadence, 1.0),
                                scaled(Channel::Power, power, 1.0),
                            ],
                        },
                        timer: timer
                            .into_iter()
                            .map(|(at_ms, running)| TimerEvent { at_ms, running })
                            .collect(),
                        ..Recording::default()
                    }
                },
            )
    })
}

fn sorted(mut columns: Vec<Column>) -> Vec<Column> {
    columns.sort_by(|a, b| a.channel.cmp(&b.channel));
    columns
}

/// The only recording, its columns in order.
fn only(mut file: DecodedFile) -> Recording {
    assert_eq!(file.warnings, []);
    assert_eq!(file.recordings.len(), 1);
    let mut r = file.recordings.remove(0);
    r.series.columns = sorted(r.series.columns);
    r
}

/// Part by part, so that a difference can be seen.
fn assert_same(read: &Recording, written: &Recording) {
    for (a, b) in read.series.columns.iter().zip(&written.series.columns) {
        assert_eq!(a, b);
    }
    assert_eq!(read.series.time_ms, written.series.time_ms);
    assert_eq!(read.timer, written.timer);
    assert_eq!(read.laps, written.laps);
    assert_eq!(read.totals, written.totals);
    assert_eq!(read.warnings, written.warnings);
    assert_eq!(read, written);
}

fn lap_totals() -> RecordedTotals {
    RecordedTotals {
        timer_s: Some(61.5),
        distance_m: Some(512.25),
        calories_kcal: Some(31.0),
        avg_hr: Some(131.0),
        max_hr: Some(155.0),
        avg_power: Some(201.0),
        max_power: Some(560.0),
        avg_cadence: Some(86.0),
        avg_speed: Some(8.125),
        max_speed: Some(11.5),
        ..RecordedTotals::default()
    }
}

proptest! {
    #[test]
    fn a_recording_written_as_gpx_reads_back_the_same(mut written in recordings(), gravel in any::<bool>()) {
        let rows = written.series.len();
        let other = |name: &str| Channel::Other(name.to_owned());
        written.series.columns.extend([
            scaled(Channel::Temperature, vec![215; rows], 10.0),
            scaled(other("course [°]"), vec![1815; rows], 10.0),
            scaled(other("hdop"), vec![12; rows], 10.0),
            scaled(other("heading [°]"), vec![90; rows], 1.0),
            scaled(other("ele_alt"), vec![7; rows], 1.0),
            scaled(Channel::Grade, vec![-125; rows], 100.0),
            scaled(Channel::MuscleOxygen, vec![645; rows], 10.0),
        ]);
        written.series.columns = sorted(written.series.columns);
        if gravel && written.sport == Sport::Cycling {
            written.sub_sport = Some("gravel_cycling".to_owned());
        }
        written.laps = vec![Lap {
            start_ms: 0,
            end_ms: 61_500,
            trigger: Some("manual".to_owned()),
            intensity: Some("active".to_owned()),
            name: Some("up <the> hill".to_owned()),
            totals: RecordedTotals { elapsed_s: Some(61.5), ascent_m: Some(41.5), ..lap_totals() },
        }];
        let read = only(gpx::decode(&gpx::encode(&written).expect("writable")).expect("readable"));
        assert_same(&read, &written);
    }

    #[test]
    fn a_recording_written_as_tcx_reads_back_the_same(mut written in recordings()) {
        written.device.as_mut().expect("a device").serial = Some("3815748186".to_owned());
        written.series.columns = sorted(written.series.columns);
        let end_ms = *written.series.time_ms.last().expect("rows");
        let timer_s = f64::from(end_ms) / 1000.0;
        written.laps = vec![Lap {
            start_ms: 0,
            end_ms,
            trigger: Some("distance".to_owned()),
            intensity: Some("rest".to_owned()),
            name: Some("up <the> hill".to_owned()),
            totals: RecordedTotals { timer_s: Some(timer_s), ..lap_totals() },
        }];
        let t = lap_totals();
        written.totals = RecordedTotals {
            timer_s: Some(timer_s),
            distance_m: t.distance_m,
            calories_kcal: t.calories_kcal,
            max_hr: t.max_hr,
            max_power: t.max_power,
            max_speed: t.max_speed,
            ..RecordedTotals::default()
        };
        let read = only(tcx::decode(&tcx::encode(&written).expect("writable")).expect("readable"));
        assert_same(&read, &written);
    }

    #[test]
    fn a_second_round_changes_nothing(written in recordings()) {
        let once = gpx::encode(&written).expect("writable");
        let read = only(gpx::decode(&once).expect("readable"));
        prop_assert_eq!(gpx::encode(&read).expect("writable"), gpx::encode(&only(
            gpx::decode(&gpx::encode(&read).expect("writable")).expect("readable"))).expect("writable"));
    }
}

#[test]
fn a_fit_recording_keeps_its_values_through_gpx_and_tcx() {
    let written = Recording {
        start: Instant::from_unix_s(1_700_000_000),
        timed: true,
        sport: Sport::Cycling,
        series: Series {
            time_ms: vec![0, 1000],
            columns: vec![
                scaled(
                    Channel::Latitude,
                    vec![560_000_001, 560_000_432],
                    SEMICIRCLES,
                ),
                scaled(
                    Channel::Longitude,
                    vec![-90_000_001, -90_000_432],
                    SEMICIRCLES,
                ),
                Column {
                    channel: Channel::Altitude,
                    values: Values::Scaled {
                        raw: vec![4541, 4542],
                        scale: 5.0,
                        offset: 500.0,
                    },
                },
                scaled(Channel::Distance, vec![1, 812], 100.0),
                scaled(Channel::Cadence, vec![80 * 128, 81 * 128], 128.0),
                Column {
                    channel: Channel::Power,
                    values: Values::Float(vec![200.0, 201.0]),
                },
            ],
        },
        ..Recording::default()
    };
    let from_fit = fit::decode(&fit::encode(&written).expect("writable")).expect("readable");
    let from_fit = &from_fit.recordings[0];
    for file in [
        gpx::decode(&gpx::encode(from_fit).expect("writable")).expect("readable"),
        tcx::decode(&tcx::encode(from_fit).expect("writable")).expect("readable"),
    ] {
        let read = &file.recordings[0];
        for column in &from_fit.series.columns {
            let got = read.series.column(&column.channel).expect("the channel");
            for row in 0..2 {
                let (a, b) = (column.values.get(row), got.values.get(row));
                let (a, b) = (a.expect("a value"), b.expect("a value"));
                assert!((a - b).abs() < 1e-9, "{} {a} {b}", column.channel.key());
            }
        }
    }
}

fn three_points() -> Recording {
    Recording {
        series: Series {
            time_ms: vec![0; 3],
            columns: vec![
                scaled(Channel::Latitude, vec![1, Values::MISSING, 3], 1e7),
                scaled(Channel::Longitude, vec![1, Values::MISSING, 3], 1e7),
                scaled(Channel::HeartRate, vec![100, 101, 102], 1.0),
            ],
        },
        ..Recording::default()
    }
}

#[test]
fn a_route_without_times_is_written_as_gpx_and_cannot_be_written_as_tcx() {
    let route = three_points();
    let bytes = gpx::encode(&route).expect("writable");
    assert!(!String::from_utf8_lossy(&bytes).contains("<time>"));
    assert!(!gpx::decode(&bytes).expect("readable").recordings[0].timed);
    let refused = tcx::encode(&route).expect_err("no times");
    assert!(refused.to_string().contains("no times"), "{refused}");
}

#[test]
fn samples_without_a_position_are_left_out_of_gpx_and_kept_in_tcx() {
    let ride = Recording {
        timed: true,
        start: Instant::from_unix_s(1_700_000_000),
        ..three_points()
    };
    let read = gpx::decode(&gpx::encode(&ride).expect("writable")).expect("readable");
    assert_eq!(read.recordings[0].series.len(), 2);
    let read = tcx::decode(&tcx::encode(&ride).expect("writable")).expect("readable");
    assert_eq!(read.recordings[0].series.len(), 3);
}

#[test]
fn an_indoor_ride_cannot_be_written_as_gpx() {
    let mut ride = three_points();
    ride.series.columns.drain(..2);
    for ride in [ride, Recording::default()] {
        assert!(matches!(
            gpx::encode(&ride),
            Err(FormatError::NotWritable { format, .. }) if format == "GPX"
        ));
    }
}

#[test]
fn samples_of_several_laps_stay_in_their_laps() {
    let lap = |start_ms, end_ms| Lap {
        start_ms,
        end_ms,
        trigger: Some("manual".to_owned()),
        intensity: Some("active".to_owned()),
        ..Lap::default()
    };
    let ride = Recording {
        timed: true,
        start: Instant::from_unix_s(1_700_000_000),
        series: Series {
            time_ms: vec![0, 1000, 2000, 3000],
            columns: vec![scaled(Channel::Distance, vec![0, 5, 11, 19], 1.0)],
        },
        laps: vec![lap(0, 1000), lap(2000, 3000)],
        ..Recording::default()
    };
    let bytes = tcx::encode(&ride).expect("writable");
    let text = String::from_utf8(bytes.clone()).expect("text");
    let points: Vec<usize> = text
        .split("<Lap ")
        .skip(1)
        .map(|l| l.matches("<Trackpoint>").count())
        .collect();
    assert_eq!(points, [2, 2]);
    let read = &tcx::decode(&bytes).expect("readable").recordings[0];
    assert_eq!(read.laps[1].start_ms, 2000);
    assert_eq!(read.laps[0].totals.distance_m, Some(5.0));
    assert_eq!(read.laps[1].totals.timer_s, Some(1.0));
    assert_eq!(read.timer, []);
}

#[test]
fn what_xml_cannot_hold_is_left_out_of_text() {
    let mut ride = three_points();
    ride.name = Some("a\u{0}\u{b}b & <c> \"d\"".to_owned());
    let read = gpx::decode(&gpx::encode(&ride).expect("writable")).expect("readable");
    assert_eq!(read.recordings[0].name.as_deref(), Some("ab & <c> \"d\""));
}
