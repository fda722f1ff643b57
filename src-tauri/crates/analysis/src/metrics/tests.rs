use super::*;
use crate::{ActivityInput, summarise};
use paceline_model::{
    Column, Length, LoadMethod, RecordedTotals, Recording, Series, SettingKind, Sex, TimerEvent,
    Values,
};
use proptest::prelude::*;

fn settings() -> AthleteSettings {
    AthleteSettings {
        ftp_w: Some(250.0),
        threshold_hr: Some(165.0),
        max_hr: Some(190.0),
        resting_hr: Some(50.0),
        threshold_speed: Some(4.0),
        critical_swim_speed: Some(1.25),
        weight_kg: Some(75.0),
        height_m: Some(1.8),
        ..AthleteSettings::default()
    }
}

/// A recording at 1 Hz with channels that stay the same.
fn steady(sport: Sport, n: usize, channels: &[(Channel, f32)]) -> Recording {
    let column = |(channel, value): &(Channel, f32)| Column {
        channel: channel.clone(),
        values: Values::Float(match channel {
            Channel::Distance => (0..n).map(|i| *value * i as f32).collect(),
            _ => vec![*value; n],
        }),
    };
    Recording {
        timed: true,
        sport,
        series: Series {
            time_ms: (0..n as i32).map(|i| i * 1000).collect(),
            columns: channels.iter().map(column).collect(),
        },
        ..Recording::default()
    }
}

fn of(r: &Recording, settings: &AthleteSettings, rpe: Option<f64>) -> ActivityMetrics {
    let input = ActivityInput::from(r);
    compute(
        &Seconds::new(input),
        settings,
        &summarise(&input, settings),
        rpe,
    )
}

fn load(r: &Recording, settings: &AthleteSettings, rpe: Option<f64>) -> (f64, LoadMethod) {
    let load = of(r, settings, rpe).load.unwrap();
    (load.value, load.method)
}

fn about(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|v| (v - expected).abs() < 1e-4 * expected.abs().max(1.0))
}

#[test]
fn an_hour_at_threshold_is_100_by_power_pace_and_heart_rate() {
    let ride = steady(Sport::Cycling, 3600, &[(Channel::Power, 250.0)]);
    let m = of(&ride, &settings(), None).values;
    for (metric, expected) in [
        (Metric::TrainingStressScore, 100.0),
        (Metric::IntensityFactor, 1.0),
        (Metric::VariabilityIndex, 1.0),
        (Metric::Work, 900.0),
        (Metric::WorkAboveCp, 0.0),
        (Metric::WorkPerKg, 12.0),
        (Metric::Calories, 900.0 / 4.184 / 0.24),
    ] {
        assert!(about(m.get(metric), expected), "{metric:?} {m:?}");
    }
    assert_eq!(load(&ride, &settings(), None).1, LoadMethod::Power);
    let run = [(Channel::Speed, 4.0), (Channel::Distance, 4.0)];
    let (value, method) = load(&steady(Sport::Running, 3600, &run), &settings(), None);
    assert!((value - 100.0).abs() < 1e-6 && method == LoadMethod::Pace);
    let beats = [(Channel::HeartRate, 165.0)];
    let (value, method) = load(&steady(Sport::Rowing, 3600, &beats), &settings(), None);
    assert!((value - 100.0).abs() < 1e-6 && method == LoadMethod::HeartRate);
}

#[test]
fn load_falls_back_from_power_over_heart_rate_and_rating_to_duration() {
    let n = 3600;
    let mut ride = steady(
        Sport::Cycling,
        n,
        &[(Channel::Power, 200.0), (Channel::HeartRate, 140.0)],
    );
    assert_eq!(load(&ride, &settings(), Some(5.0)).1, LoadMethod::Power);
    // A meter that failed after a quarter of the ride says too little.
    let Values::Float(watts) = &mut ride.series.columns[0].values else {
        unreachable!("steady() writes floats")
    };
    watts[n / 4..].fill(f32::NAN);
    // A sample holds its own second only where another follows.
    assert_eq!(load(&ride, &settings(), Some(5.0)).1, LoadMethod::HeartRate);
    let nothing = AthleteSettings::default();
    let (value, method) = load(&ride, &nothing, Some(8.0));
    assert!((value - 100.0).abs() < 0.1 && method == LoadMethod::Rpe);
    let (value, method) = load(&ride, &nothing, None);
    assert!((value - 50.0).abs() < 0.1 && method == LoadMethod::Duration);
    let only_threshold = AthleteSettings {
        threshold_hr: Some(165.0),
        ..AthleteSettings::default()
    };
    assert_eq!(
        of(&ride, &only_threshold, None).load.unwrap().assumed,
        [SettingKind::RestingHeartRate, SettingKind::MaxHeartRate]
    );
}

#[test]
fn a_run_without_altitude_has_no_grade_adjusted_pace_and_no_climbs() {
    let channels = [
        (Channel::Speed, 3.0),
        (Channel::Distance, 3.0),
        (Channel::Cadence, 85.0),
    ];
    let mut run = steady(Sport::Running, 1800, &channels);
    let m = of(&run, &settings(), None).values;
    for metric in [Metric::GradeAdjustedSpeed, Metric::Climbs, Metric::Ascent] {
        assert_eq!(m.get(metric), None, "{metric:?}");
    }
    assert!(about(m.get(Metric::NormalizedGradedSpeed), 3.0));
    assert!(about(m.get(Metric::StepRate), 170.0));
    assert!(about(m.get(Metric::StepLength), 180.0 / 170.0));
    let uphill: Vec<f32> = (0..1800).map(|i| 100.0 + 0.3 * i as f32).collect();
    run.series.columns.push(Column {
        channel: Channel::Altitude,
        values: Values::Float(uphill),
    });
    let found = of(&run, &settings(), None);
    let factor = crate::GapModel::Minetti.factor(0.1);
    assert!(about(
        found.values.get(Metric::GradeAdjustedSpeed),
        3.0 * factor
    ));
    assert_eq!(found.climbs.len(), 1);
}

fn pool(lengths: Vec<Length>) -> Recording {
    Recording {
        lengths,
        totals: RecordedTotals {
            pool_length_m: Some(50.0),
            ..RecordedTotals::default()
        },
        ..steady(Sport::Swimming, 200, &[(Channel::HeartRate, 130.0)])
    }
}

#[test]
fn a_pool_swim_has_the_pace_of_its_lengths_and_its_rests_are_stops() {
    let length = |start: i32, end: i32, strokes: Option<u16>| Length {
        start_ms: start * 1000,
        end_ms: end * 1000,
        active: true,
        stroke: None,
        strokes,
    };
    let found = of(
        &pool(vec![
            length(0, 40, Some(20)),
            length(40, 80, Some(22)),
            length(110, 150, None),
        ]),
        &settings(),
        None,
    );
    for (metric, expected) in [
        (Metric::SwimPace, 1.25),
        (Metric::Lengths, 3.0),
        (Metric::Strokes, 42.0),
        (Metric::StrokesPerLength, 21.0),
        (Metric::Swolf, 61.0),
        (Metric::Swolf25, 30.5),
        (Metric::StrokeRate, 31.5),
        (Metric::DistancePerStroke, 100.0 / 42.0),
        (Metric::RestTime, 30.0),
        (Metric::SwimTss, 100.0 * 120.0 / 3600.0),
    ] {
        assert!(about(found.values.get(metric), expected), "{metric:?}");
    }
    let stops: Vec<(u32, u32)> = found.stops.iter().map(|s| (s.start_s, s.seconds)).collect();
    assert_eq!(stops, [(80, 30)]);
}

#[test]
fn standing_and_pausing_are_stops_and_a_tunnel_is_none() {
    let time = |i: i32| {
        // Gaps of a minute after second 200 and after second 300.
        1000 * (i + 60 * i32::from(i > 200) + 60 * i32::from(i > 300))
    };
    let mut ride = steady(Sport::Cycling, 400, &[]);
    ride.series.time_ms = (0..400).map(time).collect();
    let speed = |i: usize| {
        if (50..80).contains(&i) || (90..95).contains(&i) {
            0.0
        } else {
            6.0
        }
    };
    let mut way = 0.0;
    let distance = (0..400).map(|i| {
        way += speed(i);
        // In the second gap the ride went on.
        if i > 300 { way + 360.0 } else { way }
    });
    ride.series.columns = vec![
        Column {
            channel: Channel::Distance,
            values: Values::Float(distance.collect()),
        },
        Column {
            channel: Channel::Speed,
            values: Values::Float((0..400).map(speed).collect()),
        },
    ];
    let found = of(&ride, &settings(), None).stops;
    let seen: Vec<(u32, bool)> = found.iter().map(|s| (s.start_s, s.recorded)).collect();
    // A sample before a gap still holds for ten seconds.
    assert_eq!(seen, [(50, true), (210, false)]);
    assert_eq!(found[0].seconds, 30);
}

#[test]
fn pedals_are_measured_while_they_are_pushed() {
    let mut ride = steady(
        Sport::Cycling,
        100,
        &[
            (Channel::Power, 200.0),
            (Channel::Cadence, 90.0),
            (Channel::RightBalance, 52.0),
            (Channel::LeftTorqueEffectiveness, 80.0),
        ],
    );
    for column in &mut ride.series.columns {
        if let Values::Float(v) = &mut column.values {
            let coasting = if column.channel == Channel::RightBalance {
                99.0
            } else {
                0.0
            };
            v[50..].fill(coasting);
        }
    }
    let m = of(&ride, &settings(), None).values;
    assert!(about(m.get(Metric::LeftBalance), 48.0));
    assert!(about(m.get(Metric::LeftTorqueEffectiveness), 80.0));
    assert!(about(m.get(Metric::AveragePower), 100.0));
    assert!(about(m.get(Metric::AveragePowerNonZero), 200.0));
}

fn any_value() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => 0.0f32..400.0,
        1 => any::<f32>(),
        1 => Just(f32::NAN),
        1 => Just(0.0),
    ]
}

prop_compose! {
    fn any_recording()(
        n in 0usize..120,
        sport in 0usize..Sport::ALL.len(),
        timed in any::<bool>(),
    )(
        gaps in proptest::collection::vec(prop_oneof![8 => Just(1000), 1 => 0i32..40_000], n),
        columns in proptest::collection::vec(
            (0usize..Channel::NAMED.len(), proptest::collection::vec(any_value(), n)),
            0..14,
        ),
        lengths in proptest::collection::vec((any::<i32>(), any::<i32>(), any::<bool>(), any::<Option<u16>>()), 0..5),
        timer in proptest::collection::vec((0i32..200_000, any::<bool>()), 0..6),
        pool in any::<Option<f64>>(),
        calories in any::<Option<f64>>(),
        sport in Just(sport),
        timed in Just(timed),
    ) -> Recording {
        let mut at = 0;
        let mut seen = std::collections::HashSet::new();
        Recording {
            timed,
            sport: Sport::ALL[sport],
            series: Series {
                time_ms: gaps.iter().map(|gap| { at += gap; at }).collect(),
                columns: columns
                    .into_iter()
                    .filter(|(channel, _)| seen.insert(*channel))
                    .map(|(channel, values)| Column {
                        channel: Channel::NAMED[channel].clone(),
                        values: Values::Float(values),
                    })
                    .collect(),
            },
            lengths: lengths
                .into_iter()
                .map(|(start_ms, end_ms, active, strokes)| Length { start_ms, end_ms, active, stroke: None, strokes })
                .collect(),
            timer: timer.into_iter().map(|(at_ms, running)| TimerEvent { at_ms, running }).collect(),
            totals: RecordedTotals { pool_length_m: pool, calories_kcal: calories, ..RecordedTotals::default() },
            ..Recording::default()
        }
    }
}

prop_compose! {
    fn any_settings()(
        v in proptest::collection::vec(prop_oneof![1 => Just(None), 1 => any::<Option<f64>>(), 2 => (0.0f64..400.0).prop_map(Some)], 12),
        sex in prop_oneof![Just(None), Just(Some(Sex::Female)), Just(Some(Sex::Male))],
    ) -> AthleteSettings {
        AthleteSettings {
            ftp_w: v[0], threshold_hr: v[1], max_hr: v[2], resting_hr: v[3], threshold_speed: v[4],
            critical_swim_speed: v[5], weight_kg: v[6], w_prime_j: v[7], critical_power_w: v[8],
            peak_power_w: v[9], aerobic_threshold_hr: v[10], height_m: v[11], sex, zones: Vec::new(),
        }
    }
}

proptest! {
    #[test]
    fn no_recording_and_no_settings_give_a_figure_that_is_none(
        r in any_recording(),
        settings in any_settings(),
        rpe in any::<Option<f64>>(),
    ) {
        let found = of(&r, &settings, rpe);
        prop_assert!(found.values.iter().all(|(_, v)| v.is_finite()));
        if let Some(load) = &found.load {
            prop_assert!(load.value.is_finite() && load.value >= 0.0);
            prop_assert_eq!(found.values.get(Metric::TrainingLoad), Some(load.value));
        }
        for c in &found.climbs {
            let all = [c.start_m, c.length_m, c.gain_m, c.grade, c.score, c.vam];
            prop_assert!(all.iter().all(|v| v.is_finite()), "{c:?}");
            for v in [c.max_grade, c.avg_power, c.avg_hr].into_iter().flatten() {
                prop_assert!(v.is_finite());
            }
        }
        if let Some(q) = found.quadrants {
            let all = [q.split_force_n, q.split_velocity, q.split_cadence, q.split_power];
            prop_assert!(all.iter().chain(&q.shares).all(|v| v.is_finite()));
        }
        for pair in found.stops.windows(2) {
            prop_assert!(pair[0].start_s <= pair[1].start_s);
        }
    }
}
