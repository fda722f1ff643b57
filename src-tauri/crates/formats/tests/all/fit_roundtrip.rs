//! What is written is read back the same.

use paceline_formats::{FormatError, fit};
use paceline_model::{
    Channel, Column, Device, Instant, Lap, Length, RecordedTotals, Recording, Series, Sport,
    TimerEvent, Values,
};
use proptest::prelude::*;

fn scaled(channel: Channel, raw: Vec<i32>, scale: f64, offset: f64) -> Column {
    Column {
        channel,
        values: Values::Scaled { raw, scale, offset },
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

fn recordings() -> impl Strategy<Value = Recording> {
    (1usize..60).prop_flat_map(|rows| {
        (
            proptest::collection::vec(0i32..30, rows),
            (
                raws(rows, -1_000_000_000..1_000_000_000),
                raws(rows, 0..60_000),
            ),
            (
                raws(rows, 0..254),
                raws(rows, 0..250 * 128),
                raws(rows, 0..2000),
            ),
            (
                raws(rows, -40..60),
                raws(rows, -3000..3000),
                raws(rows, 0..101),
            ),
            raws(rows, -1_000_000..1_000_000),
            proptest::collection::vec(-1e6f32..1e6, rows),
            proptest::collection::vec(300u16..1500, 0..20),
            (0usize..Sport::ALL.len(), -48i32..48),
        )
            .prop_map(
                |(
                    steps,
                    (lat, speed),
                    (hr, cadence, power),
                    (temp, grade, balance),
                    other,
                    float,
                    rr,
                    (sport, zone),
                )| {
                    let mut t = 0;
                    let time_ms: Vec<i32> = steps
                        .iter()
                        .map(|s| {
                            let now = t;
                            t += s * 1000;
                            now
                        })
                        .collect();
                    let end_ms = *time_ms.last().expect("rows");
                    let mut beat = 0;
                    let totals = RecordedTotals {
                        elapsed_s: Some(f64::from(end_ms) / 1000.0),
                        distance_m: Some(12_345.67),
                        avg_cadence: Some(85.5),
                        avg_power: Some(210.0),
                        max_speed: Some(15.125),
                        ..RecordedTotals::default()
                    };
                    Recording {
                        start: Instant::from_unix_s(1_700_000_000),
                        timed: true,
                        utc_offset_s: Some(zone * 900),
                        sport: Sport::ALL[sport],
                        // FIT knows kinds of skating, but not skating itself.
                        sub_sport: (Sport::ALL[sport] == Sport::Skating)
                            .then(|| "inline_skating".to_owned()),
                        name: Some("Threshold intervals".to_owned()),
                        device: Some(Device {
                            manufacturer: Some("Wahoo Fitness".to_owned()),
                            product: Some("ELEMNT BOLT".to_owned()),
                            serial: Some("4711".to_owned()),
                        }),
                        totals,
                        series: Series {
                            time_ms,
                            columns: vec![
                                scaled(Channel::Latitude, lat, 2_147_483_648.0 / 180.0, 0.0),
                                scaled(Channel::Speed, speed, 1000.0, 0.0),
                                scaled(Channel::HeartRate, hr, 1.0, 0.0),
                                scaled(Channel::Cadence, cadence, 128.0, 0.0),
                                scaled(Channel::Power, power, 1.0, 0.0),
                                scaled(Channel::Temperature, temp, 1.0, 0.0),
                                scaled(Channel::Grade, grade, 100.0, 0.0),
                                scaled(Channel::RightBalance, balance, 1.0, 0.0),
                                scaled(
                                    Channel::Other("Leg Spring [kN/m]".to_owned()),
                                    other,
                                    10.0,
                                    -3.0,
                                ),
                                Column {
                                    channel: Channel::Other("Air Power".to_owned()),
                                    values: Values::Float(float),
                                },
                            ],
                        },
                        laps: vec![Lap {
                            start_ms: 0,
                            end_ms,
                            trigger: Some("distance".to_owned()),
                            intensity: Some("warmup".to_owned()),
                            name: None,
                            totals,
                        }],
                        lengths: vec![Length {
                            start_ms: 0,
                            end_ms,
                            active: true,
                            stroke: Some("butterfly".to_owned()),
                            strokes: Some(14),
                        }],
                        timer: vec![
                            TimerEvent {
                                at_ms: 0,
                                running: true,
                            },
                            TimerEvent {
                                at_ms: end_ms,
                                running: false,
                            },
                        ],
                        rr: rr
                            .into_iter()
                            .map(|ms| {
                                beat += i32::from(ms);
                                (beat, ms)
                            })
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_written_recording_reads_back_the_same(recording in recordings()) {
        let bytes = fit::encode(&recording).expect("writable");
        let mut file = fit::decode(&bytes).expect("readable");
        prop_assert_eq!(&file.warnings, &[]);
        prop_assert_eq!(file.recordings.len(), 1);
        let mut read = file.recordings.remove(0);
        prop_assert_eq!(&read.warnings, &[]);
        // Times of beats come back by adding the intervals up from the sample they follow.
        let intervals = |r: &Recording| r.rr.iter().map(|b| b.1).collect::<Vec<_>>();
        prop_assert_eq!(intervals(&read), intervals(&recording));
        read.rr.clone_from(&recording.rr);
        read.extra.clear();
        let mut written = recording;
        read.series.columns = sorted(read.series.columns);
        written.series.columns = sorted(written.series.columns);
        prop_assert_eq!(read, written);
    }
}

#[test]
fn a_recording_without_times_cannot_be_written() {
    let route = Recording::default();
    assert!(matches!(
        fit::encode(&route),
        Err(FormatError::NotWritable { .. })
    ));
}

#[test]
fn values_beyond_their_field_are_written_as_absent() {
    let recording = Recording {
        start: Instant::from_unix_s(1_700_000_000),
        timed: true,
        series: Series {
            time_ms: vec![0, 1000],
            columns: vec![scaled(Channel::HeartRate, vec![150, 300], 1.0, 0.0)],
        },
        ..Recording::default()
    };
    let file = fit::decode(&fit::encode(&recording).expect("writable")).expect("readable");
    let column = &file.recordings[0].series.columns[0];
    assert_eq!(column.values.get(0), Some(150.0));
    assert_eq!(column.values.get(1), None);
}

#[test]
fn a_finer_sport_survives_even_where_it_is_a_machine_or_a_sport_of_its_own() {
    for (sport, finer) in [
        (Sport::Running, "treadmill"),
        (Sport::Cycling, "indoor_cycling"),
        (Sport::Cycling, "e_biking"),
        (Sport::Hiking, "snowshoeing"),
        (Sport::Swimming, "lap_swimming"),
        (Sport::Other, "tennis"),
    ] {
        let recording = Recording {
            start: Instant::from_unix_s(1_700_000_000),
            timed: true,
            sport,
            sub_sport: Some(finer.to_owned()),
            series: Series {
                time_ms: vec![0],
                columns: Vec::new(),
            },
            ..Recording::default()
        };
        let file = fit::decode(&fit::encode(&recording).expect("writable")).expect("readable");
        let read = &file.recordings[0];
        assert_eq!(
            (read.sport, read.sub_sport.as_deref()),
            (sport, Some(finer))
        );
    }
}
