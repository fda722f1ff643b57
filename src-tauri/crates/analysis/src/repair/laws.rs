use super::tests::{edit, found, ride, scaled};
use super::*;
use paceline_model::{Change, Channel, Column, Edit, Finding, Recording, Series, Values};
use proptest::prelude::*;

fn channels() -> impl Strategy<Value = Channel> {
    prop_oneof![
        Just(Channel::Power),
        Just(Channel::HeartRate),
        Just(Channel::Distance),
        Just(Channel::Altitude),
        Just(Channel::Latitude),
        Just(Channel::Other("g".to_owned())),
    ]
}

fn amounts() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), -1e3..1e3f64, Just(0.0)]
}

fn changes() -> impl Strategy<Value = Change> {
    let times = || prop_oneof![any::<i32>(), -5_000..90_000i32];
    (0..11u8, channels(), times(), times(), amounts(), amounts()).prop_map(
        |(which, channel, from_ms, to_ms, a, b)| match which {
            0 => Change::SetMissing {
                channel,
                from_ms,
                to_ms,
            },
            1 => Change::Interpolate {
                channel,
                from_ms,
                to_ms,
            },
            2 => Change::Clamp {
                channel,
                from_ms,
                to_ms,
                min: Some(a),
                max: Some(b),
            },
            3 => Change::Scale {
                channel,
                from_ms,
                to_ms,
                factor: a,
            },
            4 => Change::Offset {
                channel,
                from_ms,
                to_ms,
                add: a,
            },
            5 => Change::ReplaceWithConstant {
                channel,
                from_ms,
                to_ms,
                value: a,
            },
            6 => Change::DriftCorrect {
                from_ms,
                to_ms,
                start_m: a,
                end_m: b,
            },
            7 => Change::RemovePosition { from_ms, to_ms },
            8 => Change::Trim { from_ms, to_ms },
            9 => Change::CropOut { from_ms, to_ms },
            _ => Change::OrderTime,
        },
    )
}

fn any_series() -> impl Strategy<Value = Series> {
    proptest::collection::vec(
        (
            -2_000..90_000i32,
            prop_oneof![any::<i32>(), 0..400i32, Just(i32::MIN)],
            any::<f32>(),
        ),
        0..80,
    )
    .prop_flat_map(|rows| (Just(rows), any::<bool>()))
    .prop_map(|(mut rows, sorted)| {
        if sorted {
            rows.sort_by_key(|r| r.0);
        }
        let raw: Vec<i32> = rows.iter().map(|r| r.1).collect();
        let column = |channel, scale, offset| Column {
            channel,
            values: Values::Scaled {
                raw: raw.clone(),
                scale,
                offset,
            },
        };
        Series {
            time_ms: rows.iter().map(|r| r.0).collect(),
            columns: vec![
                column(Channel::Power, 1.0, 0.0),
                column(Channel::HeartRate, 1.0, 0.0),
                column(Channel::Distance, 100.0, 0.0),
                column(Channel::Altitude, 5.0, 500.0),
                column(Channel::Latitude, 1e7, 0.0),
                column(Channel::Longitude, 1e7, 0.0),
                Column {
                    channel: Channel::Speed,
                    values: Values::Float(rows.iter().map(|r| r.2).collect()),
                },
            ],
        }
    })
}

fn bits(column: &Column) -> Vec<i64> {
    match &column.values {
        Values::Scaled { raw, .. } => raw.iter().map(|r| i64::from(*r)).collect(),
        Values::Float(v) => v.iter().map(|x| i64::from(x.to_bits())).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_edits_of_any_samples_leave_well_formed_samples(
        series in any_series(),
        list in proptest::collection::vec(changes(), 0..6),
    ) {
        let edits: Vec<Edit> = list.into_iter().map(edit).collect();
        let after = apply(&series, &edits);
        prop_assert!(after.columns.iter().all(|c| c.values.len() == after.len()));
        let disabled: Vec<Edit> = edits.into_iter().map(|e| Edit { enabled: false, ..e }).collect();
        for same in [apply(&series, &[]), apply(&series, &disabled)] {
            prop_assert_eq!(&same.time_ms, &series.time_ms);
            for (a, b) in same.columns.iter().zip(&series.columns) {
                prop_assert_eq!(bits(a), bits(b));
            }
        }
        let r = Recording { timed: true, series: after, ..Recording::default() };
        for f in found(&r) {
            prop_assert!(f.from_ms < f.to_ms && !f.message.contains("NaN") && !f.message.contains("inf"), "{f:?}");
        }
    }

    #[test]
    fn an_edit_touches_its_channel_and_range_alone(series in any_series(), change in changes()) {
        use Change::{Clamp, Interpolate, Offset, ReplaceWithConstant, Scale, SetMissing};
        let (channel, from, to) = match &change {
            SetMissing { channel, from_ms, to_ms }
            | Interpolate { channel, from_ms, to_ms }
            | Clamp { channel, from_ms, to_ms, .. }
            | Scale { channel, from_ms, to_ms, .. }
            | Offset { channel, from_ms, to_ms, .. }
            | ReplaceWithConstant { channel, from_ms, to_ms, .. } => (channel.clone(), *from_ms, *to_ms),
            _ => return Ok(()),
        };
        let after = apply(&series, &[edit(change)]);
        prop_assert_eq!(&after.time_ms, &series.time_ms);
        for (a, b) in after.columns.iter().zip(&series.columns) {
            for (i, (x, y)) in bits(a).iter().zip(bits(b)).enumerate() {
                let t = series.time_ms[i];
                if a.channel != channel || t < from || t >= to {
                    prop_assert_eq!(*x, y);
                }
            }
        }
    }

    #[test]
    fn edits_that_say_so_do_nothing_the_second_time(series in any_series(), change in changes()) {
        if matches!(change, Change::Scale { .. } | Change::Offset { .. } | Change::DriftCorrect { .. }) {
            return Ok(());
        }
        let once = apply(&series, &[edit(change.clone())]);
        let twice = apply(&once, &[edit(change)]);
        prop_assert_eq!(&once.time_ms, &twice.time_ms);
        for (a, b) in once.columns.iter().zip(&twice.columns) {
            prop_assert_eq!(bits(a), bits(b));
        }
    }

    #[test]
    fn applying_what_is_suggested_comes_to_an_end_within_a_few_rounds(
        faults in proptest::collection::vec((0..6u8, 100usize..1700, 1usize..90, 20.0..3500.0f64), 1..8),
    ) {
        let mut r = ride();
        for (which, at, long, size) in faults {
            let hit = |i: usize| (at..at + long).contains(&i);
            let (channel, f): (Channel, Box<dyn Fn(f64) -> f64>) = match which {
                0 => (Channel::Power, Box::new(move |_| size)),
                1 => (Channel::HeartRate, Box::new(move |v| v + size / 30.0)),
                2 => (Channel::HeartRate, Box::new(|_| 0.0)),
                3 => (Channel::Power, Box::new(|_| f64::NAN)),
                4 => (Channel::Altitude, Box::new(move |v| v + size / 20.0)),
                _ => (Channel::Latitude, Box::new(move |v| v + size / 1e5)),
            };
            let column = r.series.columns.iter_mut().find(|c| c.channel == channel).unwrap();
            let Values::Scaled { scale, .. } = column.values else { unreachable!() };
            let new: Vec<f64> = column.values.to_f64().into_iter().enumerate()
                .map(|(i, v)| if hit(i) { f(v) } else { v }).collect();
            *column = scaled(channel, &new, scale);
        }
        let suggested = |r: &Recording| -> Vec<Finding> {
            found(r).into_iter().filter(|f| f.suggestion.is_some()).collect()
        };
        let mut left = suggested(&r);
        for _ in 0..4 {
            let edits: Vec<Edit> = left.into_iter().filter_map(|f| f.suggestion).map(edit).collect();
            r = apply_to_recording(&r, &edits);
            left = suggested(&r);
        }
        prop_assert!(left.is_empty(), "{left:?}");
    }
}
