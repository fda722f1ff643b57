//! What must hold of every summary, whatever was recorded.
#![allow(missing_docs)]

mod promises;

use paceline_analysis::{ActivityInput, derived_columns, range_stats, summarise};
use paceline_model::*;
use proptest::prelude::*;

fn column(channel: Channel, raw: Vec<i32>, scale: f64) -> Column {
    Column {
        channel,
        values: Values::Scaled {
            raw,
            scale,
            offset: 0.0,
        },
    }
}

fn ride(watts: Vec<i32>) -> Recording {
    let n = watts.len() as i32;
    Recording {
        timed: true,
        sport: Sport::Cycling,
        series: Series {
            time_ms: (0..n).map(|i| i * 1000).collect(),
            columns: vec![
                column(Channel::Power, watts.clone(), 1.0),
                column(
                    Channel::HeartRate,
                    watts.iter().map(|w| 60 + w.rem_euclid(120)).collect(),
                    1.0,
                ),
                column(Channel::Distance, (0..n).map(|i| i * 800).collect(), 100.0),
                column(Channel::Speed, vec![8000; n as usize], 1000.0),
                column(
                    Channel::Altitude,
                    (0..n).map(|i| 500 + i % 400).collect(),
                    5.0,
                ),
            ],
        },
        ..Recording::default()
    }
}

fn settings() -> AthleteSettings {
    AthleteSettings {
        ftp_w: Some(250.0),
        threshold_hr: Some(165.0),
        ..AthleteSettings::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn of_any_recording_everything_said_is_a_number_or_absent(
        bytes in proptest::collection::vec(any::<u8>(), 0..20_000),
    ) {
        promises::check(&promises::recording(&bytes));
    }

    #[test]
    fn the_laws_hold_of_any_ride(watts in proptest::collection::vec(0i32..900, 40..1500)) {
        let r = ride(watts.clone());
        let s = summarise(&ActivityInput::from(&r), &settings());
        let mean = f64::from(watts.iter().sum::<i32>()) / watts.len() as f64;
        prop_assert!((s.avg_power.unwrap() - mean).abs() < 1e-6);
        prop_assert!((s.work_j.unwrap() - mean * watts.len() as f64).abs() < 1e-3);
        prop_assert!(s.moving_s <= s.timer_s + 1e-9 && s.timer_s <= s.elapsed_s + 1.0 + 1e-9);
        // The best mean over a longer time is never better, but for the grid's rounding.
        prop_assert!(s.power_curve[0].value == f64::from(*watts.iter().max().unwrap()));
        prop_assert!((s.power_curve.last().unwrap().value - mean).abs() < 1e-6);
        for zones in &s.zones {
            let sum: f64 = zones.zones.iter().map(|z| z.seconds).sum();
            prop_assert!((sum - watts.len() as f64).abs() < 1e-6, "{}", zones.channel);
        }
        let all = range_stats(&ActivityInput::from(&r), 0, usize::MAX);
        prop_assert_eq!(all.avg_power, s.avg_power);
        prop_assert_eq!(all.normalized_power, s.normalized_power);
        prop_assert_eq!(all.distance_m, s.distance_m);
        prop_assert_eq!(all.ascent_m, s.ascent_m);
    }

    #[test]
    fn no_input_makes_it_panic(
        times in proptest::collection::vec(any::<i32>(), 0..60),
        values in proptest::collection::vec(any::<i32>(), 60),
        floats in proptest::collection::vec(any::<f32>(), 60),
        events in proptest::collection::vec((any::<i32>(), any::<bool>()), 0..6),
        bounds in (any::<i32>(), any::<i32>()),
    ) {
        let mut times = times;
        times.sort_unstable();
        let n = times.len();
        let mut r = Recording { timed: true, sport: Sport::Running, ..Recording::default() };
        r.series.time_ms = times;
        for c in [Channel::Power, Channel::HeartRate, Channel::Speed, Channel::Altitude, Channel::Cadence] {
            r.series.columns.push(column(c, values[..n].to_vec(), 1.0));
        }
        for c in [Channel::Latitude, Channel::Longitude, Channel::Distance] {
            r.series.columns.push(Column { channel: c, values: Values::Float(floats[..n].to_vec()) });
        }
        r.timer = events.into_iter().map(|(at_ms, running)| TimerEvent { at_ms, running }).collect();
        r.laps = vec![Lap { start_ms: bounds.0, end_ms: bounds.1, ..Lap::default() }];
        let s = summarise(&ActivityInput::from(&r), &settings());
        prop_assert!(s.elapsed_s >= 0.0 && s.moving_s >= 0.0);
        let (from, to) = (bounds.0 as usize, bounds.1 as usize);
        let _ = range_stats(&ActivityInput::from(&r), from, to);
        for column in derived_columns(&ActivityInput::from(&r)) {
            prop_assert_eq!(column.values.len(), r.series.len());
        }
    }
}

#[test]
fn a_pause_counts_neither_as_timer_nor_in_averages() {
    let mut r = ride(vec![200; 600]);
    // Ten minutes' stop after five minutes, with the recorder writing on at 0 W for one of them.
    for (i, t) in r.series.time_ms.iter_mut().enumerate().skip(300) {
        *t = if i < 360 {
            i as i32 * 1000
        } else {
            (i as i32 + 540) * 1000
        };
    }
    r.series.columns[0] = column(
        Channel::Power,
        (0..600)
            .map(|i| if (300..360).contains(&i) { 0 } else { 200 })
            .collect(),
        1.0,
    );
    r.timer = vec![
        TimerEvent {
            at_ms: 0,
            running: true,
        },
        TimerEvent {
            at_ms: 300_000,
            running: false,
        },
        TimerEvent {
            at_ms: 900_000,
            running: true,
        },
    ];
    let s = summarise(&ActivityInput::from(&r), &settings());
    assert_eq!(s.avg_power, Some(200.0));
    assert_eq!(s.elapsed_s, 1139.0);
    assert!((s.timer_s - 540.0).abs() < 1.5, "{}", s.timer_s);
    assert!((s.normalized_power.unwrap() - 200.0).abs() < 1e-9);
}

#[test]
fn an_hour_at_threshold_is_a_hundred_points() {
    let r = ride(vec![250; 3600]);
    let s = summarise(&ActivityInput::from(&r), &settings());
    assert!((s.intensity_factor.unwrap() - 1.0).abs() < 1e-9);
    assert!((s.training_stress_score.unwrap() - 100.0).abs() < 0.1);
}

#[test]
fn a_steady_ride_has_its_speed_and_distance() {
    let s = summarise(
        &ActivityInput::from(&ride(vec![150; 1001])),
        &AthleteSettings::default(),
    );
    assert_eq!(s.distance_m, Some(8000.0));
    assert!((s.avg_speed.unwrap() - 8.0).abs() < 0.01);
    assert_eq!(s.max_speed, Some(8.0));
    assert!(s.zones.is_empty(), "no zones without thresholds");
}

#[test]
fn a_lap_without_samples_shows_what_the_recorder_wrote() {
    let r = Recording {
        timed: true,
        sport: Sport::Swimming,
        laps: vec![Lap {
            start_ms: 0,
            end_ms: 90_000,
            totals: RecordedTotals {
                distance_m: Some(100.0),
                avg_hr: Some(131.0),
                timer_s: Some(88.0),
                ..RecordedTotals::default()
            },
            ..Lap::default()
        }],
        ..Recording::default()
    };
    let s = summarise(&ActivityInput::from(&r), &AthleteSettings::default());
    assert_eq!(s.elapsed_s, 90.0);
    let lap = &s.laps[0].stats;
    assert_eq!(
        (lap.distance_m, lap.avg_hr, lap.moving_s),
        (Some(100.0), Some(131.0), 88.0)
    );
}

#[test]
fn a_distance_comes_from_lengths_samples_totals_or_speed_in_this_order() {
    let distance = |r: &Recording| summarise(&ActivityInput::from(r), &settings()).distance_m;
    let mut r = ride(vec![200; 101]);
    r.totals.distance_m = Some(5_000.0);
    assert_eq!(distance(&r), Some(800.0), "the samples");
    r.series.columns[2].values = Values::Float(vec![0.0; 101]);
    assert_eq!(distance(&r), Some(5_000.0), "the recorder's total");
    r.totals.distance_m = Some(0.0);
    let driven = distance(&r).unwrap();
    assert!(
        (driven - 808.0).abs() < 1.0,
        "8 m/s for 101 s, not {driven}"
    );
    r.sport = Sport::Swimming;
    r.totals.pool_length_m = Some(25.0);
    let length = |i: i32, active| Length {
        start_ms: i * 25_000,
        end_ms: (i + 1) * 25_000,
        active,
        ..Length::default()
    };
    r.lengths = vec![
        length(0, true),
        length(1, true),
        length(2, false),
        length(3, true),
    ];
    assert_eq!(distance(&r), Some(75.0), "the lengths swum");
}

#[test]
fn a_lap_beyond_the_samples_does_not_make_the_ride_longer() {
    let mut r = ride(vec![200; 601]);
    r.laps = vec![Lap {
        start_ms: 0,
        end_ms: 3_600_000,
        ..Lap::default()
    }];
    let s = summarise(&ActivityInput::from(&r), &settings());
    assert_eq!(s.elapsed_s, 600.0);
}

/// Due north at 1/11,119.5 of a degree a second, that is 10 m/s, without a recorded distance.
fn walk_north(seconds: i32, skip: i32) -> Recording {
    let at = |i: i32| if i < seconds / 2 { i } else { i + skip };
    let degrees = |v: Vec<f64>| {
        column(
            Channel::Latitude,
            v.iter().map(|d| (d * 1e7).round() as i32).collect(),
            1e7,
        )
    };
    let latitude = degrees(
        (0..seconds)
            .map(|i| 47.0 + f64::from(at(i)) / 11_119.5)
            .collect(),
    );
    let longitude = Column {
        channel: Channel::Longitude,
        ..degrees(vec![8.0; seconds as usize])
    };
    Recording {
        timed: true,
        sport: Sport::Running,
        series: Series {
            time_ms: (0..seconds).map(|i| at(i) * 1000).collect(),
            columns: vec![latitude, longitude],
        },
        ..Recording::default()
    }
}

#[test]
fn the_way_across_a_pause_is_no_part_of_the_distance() {
    let distance = |r: &Recording| {
        summarise(&ActivityInput::from(r), &settings())
            .distance_m
            .unwrap()
    };
    let mut r = walk_north(200, 300);
    let with_the_way = distance(&r);
    assert!((with_the_way - 4_990.0).abs() < 20.0, "{with_the_way}");
    let event = |at_ms, running| TimerEvent { at_ms, running };
    r.timer = vec![event(0, true), event(99_000, false), event(400_000, true)];
    let without = distance(&r);
    assert!((without - 1_980.0).abs() < 20.0, "{without}");
}

#[test]
fn distance_and_speed_are_worked_out_where_only_positions_were_recorded() {
    let r = walk_north(100, 0);
    let columns = derived_columns(&ActivityInput::from(&r));
    assert_eq!(columns.len(), 2);
    assert!((columns[0].values.get(99).unwrap() - 990.0).abs() < 5.0);
    assert!((columns[1].values.get(50).unwrap() - 10.0).abs() < 0.1);
    assert!(derived_columns(&ActivityInput::from(&ride(vec![100; 50]))).is_empty());
}

#[test]
fn a_pool_recorded_by_the_length_is_swum_evenly_between_its_distances() {
    // Samples every second; a distance only every thirtieth, 25 m on.
    let distance = |i: i32| {
        if i > 0 && i % 30 == 0 {
            25 * i / 30
        } else {
            Values::MISSING
        }
    };
    let recording = Recording {
        sport: Sport::Other,
        timed: true,
        series: Series {
            time_ms: (0..=120).map(|i| i * 1000).collect(),
            columns: vec![
                column(Channel::HeartRate, vec![130; 121], 1.0),
                column(Channel::Distance, (0..=120).map(distance).collect(), 1.0),
            ],
        },
        ..Recording::default()
    };
    let summary = summarise(&ActivityInput::from(&recording), &settings());
    assert_eq!(summary.distance_m, Some(100.0));
    assert!(summary.moving_s >= 119.0, "{}", summary.moving_s);
    assert!(
        (summary.max_speed.unwrap() - 25.0 / 30.0).abs() < 0.01 || summary.max_speed.unwrap() < 5.1
    );
}

#[test]
fn a_spike_beyond_what_humans_give_is_no_measurement() {
    let mut watts = vec![200; 3600];
    watts[1800] = 21_733;
    let r = ride(watts);
    let s = summarise(&ActivityInput::from(&r), &settings());
    assert_eq!(s.max_power, Some(200.0));
    assert!((s.normalized_power.unwrap() - 200.0).abs() < 0.5);
    assert_eq!(s.power_curve[0].value, 200.0);
    let found = paceline_analysis::repair::findings(&ActivityInput::from(&r));
    assert!(
        found.iter().any(|f| f.kind == FindingKind::Spike),
        "and it is shown"
    );
}

#[test]
fn a_lap_in_a_pool_is_as_fast_as_its_lengths() {
    let lengths = |i: i32| Length {
        start_ms: i * 25_000,
        end_ms: (i + 1) * 25_000,
        active: true,
        ..Length::default()
    };
    let r = Recording {
        timed: true,
        sport: Sport::Swimming,
        series: Series {
            time_ms: (0..=4).map(|i| i * 25_000).collect(),
            columns: vec![column(
                Channel::Distance,
                (0..=4).map(|i| i * 2500).collect(),
                100.0,
            )],
        },
        lengths: (0..4).map(lengths).collect(),
        laps: vec![Lap {
            start_ms: 0,
            end_ms: 100_000,
            ..Lap::default()
        }],
        totals: RecordedTotals {
            pool_length_m: Some(25.0),
            ..RecordedTotals::default()
        },
        ..Recording::default()
    };
    let s = summarise(&ActivityInput::from(&r), &settings());
    let lap = &s.laps[0].stats;
    assert!((lap.moving_s - 100.0).abs() < 1e-9 && (lap.avg_speed.unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn a_range_lasts_until_the_next_sample() {
    let r = ride(vec![200; 1000]);
    let ten_minutes = range_stats(&ActivityInput::from(&r), 100, 700);
    assert_eq!(ten_minutes.elapsed_s, 600.0);
}
