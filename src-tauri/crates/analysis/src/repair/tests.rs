use super::*;
use crate::ActivityInput;
use paceline_model::{
    Change, Channel, Column, Edit, Finding, FindingKind, Lap, RecordedTotals, Recording, Series,
    Sport, TimerEvent, Values,
};

pub(super) fn scaled(channel: Channel, values: &[f64], scale: f64) -> Column {
    let raw = values.iter().map(|v| {
        if v.is_finite() {
            (v * scale).round() as i32
        } else {
            Values::MISSING
        }
    });
    Column {
        channel,
        values: Values::Scaled {
            raw: raw.collect(),
            scale,
            offset: 0.0,
        },
    }
}

pub(super) fn edit(change: Change) -> Edit {
    Edit {
        id: "00000000-0000-0000-0000-000000000000".parse().unwrap(),
        enabled: true,
        change,
    }
}

/// Half an hour of lively riding, second by second.
pub(super) fn ride() -> Recording {
    let n = 1800;
    let wave = |i: usize, a: f64, period: f64| a * (i as f64 / period).sin();
    let of = |f: &dyn Fn(usize) -> f64| (0..n).map(f).collect::<Vec<f64>>();
    Recording {
        timed: true,
        sport: Sport::Cycling,
        series: Series {
            time_ms: (0..n as i32).map(|i| i * 1000).collect(),
            columns: vec![
                scaled(Channel::Power, &of(&|i| 200.0 + wave(i, 60.0, 7.0)), 1.0),
                scaled(
                    Channel::HeartRate,
                    &of(&|i| 140.0 + wave(i, 12.0, 60.0)),
                    1.0,
                ),
                scaled(Channel::Cadence, &of(&|i| 88.0 + wave(i, 6.0, 11.0)), 1.0),
                scaled(Channel::Speed, &of(&|i| 8.0 + wave(i, 1.0, 13.0)), 1000.0),
                scaled(Channel::Distance, &of(&|i| 8.0 * i as f64), 100.0),
                scaled(
                    Channel::Altitude,
                    &of(&|i| 500.0 + wave(i, 30.0, 300.0)),
                    5.0,
                ),
                scaled(
                    Channel::Latitude,
                    &of(&|i| 47.0 + wave(i, 0.01, 286.4789)),
                    1e7,
                ),
                scaled(
                    Channel::Longitude,
                    &of(&|i| 9.0 + 0.01 * (i as f64 / 286.4789).cos()),
                    1e7,
                ),
            ],
        },
        laps: vec![Lap {
            start_ms: 0,
            end_ms: 1_800_000,
            totals: RecordedTotals {
                distance_m: Some(14_400.0),
                ..RecordedTotals::default()
            },
            ..Lap::default()
        }],
        timer: vec![TimerEvent {
            at_ms: 0,
            running: true,
        }],
        ..Recording::default()
    }
}

/// The ride with `f` done to one channel.
fn with(channel: &Channel, f: impl Fn(usize, f64) -> f64) -> Recording {
    let mut r = ride();
    let column = r
        .series
        .columns
        .iter_mut()
        .find(|c| c.channel == *channel)
        .unwrap();
    let Values::Scaled { scale, .. } = column.values else {
        panic!("the ride is made of scaled columns")
    };
    let changed: Vec<f64> = column
        .values
        .to_f64()
        .into_iter()
        .enumerate()
        .map(|(i, v)| f(i, v))
        .collect();
    *column = scaled(channel.clone(), &changed, scale);
    r
}

pub(super) fn found(r: &Recording) -> Vec<Finding> {
    findings(&ActivityInput::from(r))
}

/// Exactly one finding, and none with a suggestion once it is applied.
#[track_caller]
fn one(r: &Recording, kind: FindingKind) -> Finding {
    let all = found(r);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].kind, kind);
    if let Some(c) = &all[0].suggestion {
        let after = apply_to_recording(r, &[edit(c.clone())]);
        let left: Vec<_> = found(&after)
            .into_iter()
            .filter(|f| f.suggestion.is_some())
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
    all[0].clone()
}

#[test]
fn a_healthy_ride_has_no_findings() {
    assert_eq!(found(&ride()), vec![]);
    let mut untimed = with(&Channel::Power, |_, _| 9000.0);
    untimed.timed = false;
    assert_eq!(found(&untimed), vec![]);
}

#[test]
fn the_sample_athlete_has_healthy_sensors() {
    let athlete = crate::sample::SampleAthlete::new(paceline_model::Instant(1_790_000_000_000));
    for r in (0..athlete.len())
        .step_by(23)
        .filter_map(|i| athlete.recording(i))
    {
        assert_eq!(found(&r), vec![], "{:?}", r.name);
    }
}

#[test]
fn a_power_spike_is_found_and_bridged() {
    let r = with(&Channel::Power, |i, v| if i == 700 { 2143.0 } else { v });
    let f = one(&r, FindingKind::Spike);
    assert!(
        f.message.contains("2,143 W at 0:11:40 for 1 s"),
        "{}",
        f.message
    );
    assert_eq!((f.from_ms, f.to_ms), (700_000, 701_000));
    let sprint = with(&Channel::Power, |i, v| {
        if (700..708).contains(&i) { 1100.0 } else { v }
    });
    assert_eq!(found(&sprint), vec![], "a sprint is no spike");
}

#[test]
fn a_heart_that_leaps_and_returns_is_found() {
    let r = with(&Channel::HeartRate, |i, v| {
        if (600..612).contains(&i) { v + 55.0 } else { v }
    });
    one(&r, FindingKind::Spike);
    let zeros = with(&Channel::HeartRate, |i, v| {
        if (600..640).contains(&i) { 0.0 } else { v }
    });
    let f = one(&zeros, FindingKind::Dropout);
    assert!(matches!(f.suggestion, Some(Change::SetMissing { .. })));
}

#[test]
fn coasting_is_told_from_a_silent_power_meter() {
    let silent = |i: usize, v: f64| if (600..612).contains(&i) { 0.0 } else { v };
    one(&with(&Channel::Power, silent), FindingKind::Dropout);
    let mut coasting = with(&Channel::Power, silent);
    coasting.series.columns[2] = with(&Channel::Cadence, silent).series.columns[2].clone();
    assert_eq!(found(&coasting), vec![]);
    let absent = |i: usize, v: f64| if (600..620).contains(&i) { f64::NAN } else { v };
    one(&with(&Channel::Power, absent), FindingKind::Gap);
}

#[test]
fn a_stuck_sensor_and_a_zero_that_is_off_are_found() {
    one(
        &with(&Channel::Power, |i, v| {
            if (300..420).contains(&i) { 187.0 } else { v }
        }),
        FindingKind::Stuck,
    );
    let rest = |i: usize| i % 300 < 30;
    let mut off = with(
        &Channel::Power,
        |i, v| if rest(i) { 14.0 } else { v + 14.0 },
    );
    off.series.columns[2] = with(&Channel::Cadence, |i, v| if rest(i) { 0.0 } else { v })
        .series
        .columns[2]
        .clone();
    let f = one(&off, FindingKind::ZeroOffset);
    assert!(matches!(f.suggestion, Some(Change::Offset { add, .. }) if add == -14.0));
}

#[test]
fn a_heart_rate_that_is_the_cadence_is_found() {
    let turns = ride().series.values(&Channel::Cadence).unwrap();
    let r = with(
        &Channel::HeartRate,
        |i, v| if i >= 900 { turns[i] } else { v },
    );
    one(&r, FindingKind::CadenceLock);
}

#[test]
fn a_position_that_jumps_and_returns_is_taken_out() {
    let r = with(&Channel::Latitude, |i, v| {
        if (800..804).contains(&i) { v + 0.02 } else { v }
    });
    let f = one(&r, FindingKind::GpsJump);
    assert_eq!((f.from_ms, f.to_ms), (800_000, 804_000));
}

#[test]
fn altitude_that_drifts_steps_or_settles_is_found() {
    one(
        &with(&Channel::Altitude, |i, _| 500.0 + 40.0 * i as f64 / 1800.0),
        FindingKind::BarometricDrift,
    );
    one(
        &with(
            &Channel::Altitude,
            |i, _| if i < 900 { 500.0 } else { 560.0 },
        ),
        FindingKind::AltitudeStep,
    );
    let f = one(
        &with(&Channel::Altitude, |i, _| if i < 5 { 0.0 } else { 500.0 }),
        FindingKind::AltitudeStep,
    );
    assert!(matches!(
        f.suggestion,
        Some(Change::SetMissing { to_ms: 5000, .. })
    ));
}

#[test]
fn a_clock_that_goes_back_is_put_in_order() {
    let mut r = ride();
    r.series.time_ms[500] = 498_500;
    one(&r, FindingKind::TimeBackwards);
    let mut twice = ride();
    twice.series.time_ms[500] = 499_000;
    let f = one(&twice, FindingKind::DuplicateTime);
    let after = apply(&twice.series, &[edit(f.suggestion.unwrap())]);
    assert_eq!(after.len(), twice.series.len() - 1);
}

#[test]
fn trimming_keeps_times_and_begins_the_distance_anew() {
    let r = ride();
    let trim = Change::Trim {
        from_ms: 600_000,
        to_ms: 1_200_000,
    };
    let after = apply_to_recording(&r, &[edit(trim.clone())]);
    assert_eq!(after.series.time_ms.first(), Some(&600_000));
    assert_eq!(after.series.time_ms.last(), Some(&1_200_000));
    let metres = after.series.values(&Channel::Distance).unwrap();
    assert_eq!((metres[0], metres[600]), (0.0, 4800.0));
    assert_eq!(
        (after.laps[0].start_ms, after.laps[0].end_ms),
        (600_000, 1_200_000)
    );
    assert_eq!(after.laps[0].totals, RecordedTotals::default());
    assert_eq!(apply_to_recording(&after, &[edit(trim)]), after);
}

#[test]
fn a_stretch_cropped_out_counts_as_a_pause() {
    let r = ride();
    let crop = Change::CropOut {
        from_ms: 600_000,
        to_ms: 900_000,
    };
    let after = apply_to_recording(&r, &[edit(crop)]);
    assert_eq!(after.series.len(), 1500);
    let metres = after.series.values(&Channel::Distance).unwrap();
    assert_eq!(metres[599], metres[600]);
    let settings = paceline_model::AthleteSettings::default();
    let whole = crate::summarise(&ActivityInput::from(&r), &settings);
    let less = crate::summarise(&ActivityInput::from(&after), &settings);
    assert_eq!(less.timer_s, whole.timer_s - 300.0);
    assert_eq!(less.elapsed_s, whole.elapsed_s);
}
