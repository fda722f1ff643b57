use super::*;
use proptest::prelude::*;

fn settings() -> AthleteSettings {
    AthleteSettings {
        resting_hr: Some(50.0),
        threshold_hr: Some(165.0),
        max_hr: Some(190.0),
        ..AthleteSettings::default()
    }
}

/// An hour at x = 5/7 of the reserve: the worked example of the project's study of peers.
#[test]
fn an_hour_at_five_sevenths_of_the_reserve_is_108_for_men_and_121_for_women() {
    let bpm = 150.0;
    let hour = vec![bpm; 3600];
    for (sex, expected) in [(Sex::Male, 108.1), (Sex::Female, 121.5)] {
        let found = trimp(&hour, 50.0, 190.0, sex).unwrap();
        assert!((found - expected).abs() < 0.1, "{found}");
        let mean = trimp_of_mean(60.0, bpm, 50.0, 190.0, sex).unwrap();
        assert!((found - mean).abs() < 1e-6);
    }
}

#[test]
fn an_hour_at_threshold_heart_rate_is_100() {
    for sex in [None, Some(Sex::Female)] {
        let settings = AthleteSettings { sex, ..settings() };
        let found = hr_tss(&[165.0; 3600], &settings).unwrap();
        assert!((found - 100.0).abs() < 1e-9, "{found}");
    }
}

#[test]
fn what_was_never_given_is_assumed_and_named() {
    let only_max = AthleteSettings {
        max_hr: Some(190.0),
        ..AthleteSettings::default()
    };
    let by = Thresholds::of(&only_max).unwrap();
    assert_eq!(by.threshold, 60.0 + 0.85 * 130.0);
    assert_eq!(
        by.assumed,
        [
            SettingKind::RestingHeartRate,
            SettingKind::ThresholdHeartRate
        ]
    );
    assert_eq!(Thresholds::of(&AthleteSettings::default()), None);
    let contradictory = AthleteSettings {
        max_hr: Some(150.0),
        ..settings()
    };
    assert_eq!(Thresholds::of(&contradictory), None);
}

#[test]
fn zones_weigh_by_edwards_and_lucia() {
    let minutes = |bpm: f64| vec![bpm; 60];
    // 40, 55, 65, 75, 85 and 95 % of 200, a minute each.
    let all: Vec<f64> = [80.0, 110.0, 130.0, 150.0, 170.0, 190.0]
        .into_iter()
        .flat_map(minutes)
        .collect();
    assert_eq!(trimp_edwards(&all, 200.0), Some(15.0));
    // Below 140 three minutes, up to 180 two, above one.
    assert_eq!(trimp_lucia(&all, 140.0, 180.0), Some(10.0));
    assert_eq!(trimp_lucia(&all, 180.0, 140.0), None);
}

#[test]
fn recovery_is_the_largest_fall_after_an_effort_and_no_slipped_strap() {
    let mut hr = vec![180.0; 100];
    hr.extend((0..60).map(|i| 180.0 - f64::from(i) * 0.5));
    hr.extend(vec![150.0; 60]);
    assert_eq!(heart_rate_recovery(&hr, 190.0), Some(30.0));
    // 150 is below 85 % of 190, so that the fall from there is none.
    hr.extend((0..60).map(|i| 150.0 - f64::from(i)));
    assert_eq!(heart_rate_recovery(&hr, 190.0), Some(30.0));
    let slipped: Vec<f64> = [vec![180.0; 100], vec![90.0; 100]].concat();
    assert_eq!(heart_rate_recovery(&slipped, 190.0), None);
}

proptest! {
    #[test]
    fn the_mean_never_costs_more_than_its_parts(hr in proptest::collection::vec(60.0f64..190.0, 1..300)) {
        let mean = hr.iter().sum::<f64>() / hr.len() as f64;
        let minutes = hr.len() as f64 / 60.0;
        for sex in [Sex::Male, Sex::Female] {
            let whole = trimp(&hr, 50.0, 190.0, sex).unwrap();
            prop_assert!(trimp_of_mean(minutes, mean, 50.0, 190.0, sex).unwrap() <= whole + 1e-9);
        }
    }

    #[test]
    fn twice_the_time_is_twice_the_impulse(hr in proptest::collection::vec(60.0f64..190.0, 1..300)) {
        let twice = hr.repeat(2);
        let pairs = [
            (trimp(&hr, 50.0, 190.0, Sex::Male), trimp(&twice, 50.0, 190.0, Sex::Male)),
            (trimp_edwards(&hr, 190.0), trimp_edwards(&twice, 190.0)),
            (trimp_lucia(&hr, 140.0, 165.0), trimp_lucia(&twice, 140.0, 165.0)),
            (hr_tss(&hr, &settings()), hr_tss(&twice, &settings())),
        ];
        for (once, twice) in pairs {
            prop_assert!((2.0 * once.unwrap() - twice.unwrap()).abs() < 1e-6);
        }
    }

    #[test]
    fn no_heart_rate_and_no_setting_makes_them_infinite_or_panic(
        hr in proptest::collection::vec(proptest::num::f64::ANY, 0..200),
        a in proptest::num::f64::ANY,
        b in proptest::num::f64::ANY,
        c in proptest::num::f64::ANY,
    ) {
        for sex in [Sex::Male, Sex::Female] {
            prop_assert!(trimp(&hr, a, b, sex).is_none_or(f64::is_finite));
            prop_assert!(trimp_of_mean(c, c, a, b, sex).is_none_or(f64::is_finite));
        }
        prop_assert!(trimp_edwards(&hr, a).is_none_or(f64::is_finite));
        prop_assert!(trimp_lucia(&hr, a, b).is_none_or(f64::is_finite));
        prop_assert!(heart_rate_recovery(&hr, a).is_none_or(f64::is_finite));
        let settings = AthleteSettings { resting_hr: Some(a), threshold_hr: Some(b), max_hr: Some(c), ..settings() };
        prop_assert!(hr_tss(&hr, &settings).is_none_or(f64::is_finite));
        prop_assert!(ventilatory_thresholds(&settings).is_none_or(|(x, y)| x.is_finite() && y.is_finite()));
    }
}
