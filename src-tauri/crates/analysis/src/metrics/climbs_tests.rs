use super::*;
use crate::ActivityInput;
use paceline_model::{RecordedTotals, Series};
use proptest::prelude::*;

const TOTALS: RecordedTotals = RecordedTotals {
    elapsed_s: None,
    timer_s: None,
    distance_m: None,
    ascent_m: None,
    descent_m: None,
    calories_kcal: None,
    work_j: None,
    avg_hr: None,
    max_hr: None,
    avg_power: None,
    max_power: None,
    avg_cadence: None,
    avg_speed: None,
    max_speed: None,
    pool_length_m: None,
};

/// Climbs of a ride at 5 m/s over stretches of so many metres at a grade.
fn over(stretches: &[(f64, f64)], noise: impl Fn(usize) -> f64) -> Vec<Climb> {
    let series = Series::default();
    let (mut distance, mut altitude) = (vec![0.0], vec![200.0]);
    for (metres, grade) in stretches {
        for _ in 0..(metres / 5.0) as usize {
            distance.push(distance[distance.len() - 1] + 5.0);
            altitude.push(altitude[altitude.len() - 1] + 5.0 * grade);
        }
    }
    for (i, a) in altitude.iter_mut().enumerate() {
        *a += noise(i);
    }
    of(&series, distance, altitude)
}

fn of(series: &Series, distance: Vec<f64>, altitude: Vec<f64>) -> Vec<Climb> {
    let n = distance.len();
    climbs(&Seconds {
        power: vec![250.0; n],
        heart_rate: vec![150.0; n],
        cadence: Vec::new(),
        speed: vec![5.0; n],
        recorded: vec![true; n],
        moving: vec![true; n],
        altitude,
        distance,
        input: ActivityInput {
            sport: Sport::Cycling,
            timed: true,
            series,
            laps: &[],
            lengths: &[],
            timer: &[],
            totals: &TOTALS,
        },
    })
}

#[test]
fn a_climb_is_found_from_foot_to_top_with_its_figures() {
    let found = over(&[(3000.0, 0.0), (4000.0, 0.06), (2000.0, -0.03)], |_| 0.0);
    assert_eq!(found.len(), 1);
    let climb = found[0];
    assert!((climb.start_m - 3000.0).abs() <= 25.0, "{climb:?}");
    assert!((climb.length_m - 4000.0).abs() <= 50.0);
    assert!((climb.gain_m - 240.0).abs() <= 4.0);
    assert!((climb.grade - 6.0).abs() < 0.1 && (climb.max_grade.unwrap() - 6.0).abs() < 0.1);
    // 4 km at 6 % is 24,000 and so third; at 18 km/h that is 1,080 m in an hour.
    assert_eq!(climb.category, ClimbCategory::Third);
    assert!((climb.vam - 1080.0).abs() < 15.0);
    assert_eq!((climb.avg_power, climb.avg_hr), (Some(250.0), Some(150.0)));
}

#[test]
fn a_short_flat_and_a_dip_part_no_climb_and_a_valley_does() {
    let up = (2000.0, 0.07);
    let one = [
        &[up, (500.0, 0.0), up][..],
        &[up, (300.0, -0.03), up],
        &[up, (800.0, 0.01), up],
    ];
    for stretches in one {
        assert_eq!(over(stretches, |_| 0.0).len(), 1, "{stretches:?}");
    }
    for stretches in [&[up, (1000.0, -0.06), up][..], &[up, (3000.0, 0.0), up]] {
        assert_eq!(over(stretches, |_| 0.0).len(), 2, "{stretches:?}");
    }
}

#[test]
fn noise_of_a_gps_makes_no_climb_and_breaks_none() {
    // Waves of 2 m within half a minute, and a jitter of half a metre.
    let noise =
        |i: usize| 2.0 * (i as f64 / 15.0).sin() + 0.5 * f64::from(u8::from(i.is_multiple_of(2)));
    assert!(over(&[(20_000.0, 0.0)], noise).is_empty());
    let found = over(&[(2000.0, 0.0), (5000.0, 0.05), (2000.0, 0.0)], noise);
    assert_eq!(found.len(), 1);
    assert!((found[0].gain_m - 250.0).abs() < 10.0, "{:?}", found[0]);
}

#[test]
fn the_ladder_of_categories_is_the_usual_one() {
    for (metres, grade, expected) in [
        (1000.0, 0.05, Some(ClimbCategory::Uncategorised)),
        (1700.0, 0.05, Some(ClimbCategory::Fourth)),
        (3300.0, 0.05, Some(ClimbCategory::Third)),
        (6500.0, 0.05, Some(ClimbCategory::Second)),
        (10_000.0, 0.066, Some(ClimbCategory::First)),
        (13_800.0, 0.081, Some(ClimbCategory::HorsCategorie)),
        (600.0, 0.05, None),
        (5000.0, 0.025, None),
    ] {
        let found = over(&[(metres, grade)], |_| 0.0);
        assert_eq!(
            found.first().map(|c| c.category),
            expected,
            "{metres} {grade}"
        );
    }
}

proptest! {
    #[test]
    fn climbs_follow_one_another_and_rise(steps in proptest::collection::vec(-0.12f64..0.14, 1..60)) {
        let stretches: Vec<(f64, f64)> = steps.iter().map(|g| (200.0, *g)).collect();
        let found = over(&stretches, |_| 0.0);
        for pair in found.windows(2) {
            prop_assert!(pair[0].end_s <= pair[1].start_s);
        }
        for climb in found {
            prop_assert!(climb.grade >= 3.0 && climb.score >= 3500.0 && climb.length_m >= 200.0);
            prop_assert!(climb.max_grade.is_none_or(|g| g >= climb.grade - 1e-6));
        }
    }

    #[test]
    fn no_profile_makes_it_panic_or_infinite(
        d in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
        a in proptest::collection::vec(proptest::num::f64::ANY, 0..100),
        steps in proptest::collection::vec(0.0f64..400.0, 0..100),
    ) {
        let series = Series::default();
        let mut way = 0.0;
        let along: Vec<f64> = steps.iter().map(|s| { way += s; way }).collect();
        for distance in [d, along] {
            for climb in of(&series, distance.clone(), a.clone()) {
                prop_assert!(climb.gain_m.is_finite() && climb.vam.is_finite());
                prop_assert!(climb.max_grade.is_none_or(f64::is_finite));
            }
        }
    }
}
