use super::*;
use crate::sample::SampleAthlete;
use crate::{ActivityInput, Seconds};
use paceline_model::{
    Channel, Column, Instant, Interval, IntervalChange, IntervalEdit, IntervalKind, IntervalSource,
    Lap, Recording, Series, SettingKind, Sport, Units, Values,
};
use proptest::prelude::*;

const FTP: f64 = 250.0;

/// About normal and repeatable.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        (0..12)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (self.0 >> 33) as f64 / (1u64 << 31) as f64
            })
            .sum::<f64>()
            - 6.0
    }
}

fn column(channel: Channel, values: &[f64], scale: f64) -> Column {
    Column {
        channel,
        values: Values::Scaled {
            raw: values.iter().map(|v| (v * scale).round() as i32).collect(),
            scale,
            offset: 0.0,
        },
    }
}

/// A ride by power with a heart that follows.
fn ride(watts: &[f64]) -> Recording {
    let mut hr = 100.0;
    let beats: Vec<f64> = watts
        .iter()
        .map(|w| {
            hr += (80.0 + 0.35 * w - hr) / 35.0;
            hr
        })
        .collect();
    Recording {
        timed: true,
        sport: Sport::Cycling,
        series: Series {
            time_ms: (0..watts.len() as i32).map(|i| i * 1000).collect(),
            columns: vec![
                column(Channel::Power, watts, 1.0),
                column(Channel::HeartRate, &beats, 1.0),
            ],
        },
        ..Recording::default()
    }
}

/// Blocks of (seconds, share of FTP), with slow and quick noise of `rough` of the power.
fn blocks(list: &[(usize, f64)], rough: f64, seed: u64) -> Vec<f64> {
    let mut noise = Noise(seed);
    let mut slow = 0.0;
    let mut out = Vec::new();
    for &(n, share) in list {
        for _ in 0..n {
            slow = 0.8 * slow + 0.6 * noise.next();
            out.push((FTP * share * (1.0 + rough * (0.7 * slow + 0.7 * noise.next()))).max(0.0));
        }
    }
    out
}

fn settings() -> AthleteSettings {
    AthleteSettings {
        ftp_w: Some(FTP),
        threshold_hr: Some(168.0),
        threshold_speed: Some(4.0),
        ..AthleteSettings::default()
    }
}

fn found(r: &Recording) -> Intervals {
    find(&Seconds::new(ActivityInput::from(r)), &settings(), &[])
}

fn works(i: &Intervals) -> Vec<(i32, i32)> {
    let work = i.intervals.iter().filter(|i| i.kind == IntervalKind::Work);
    work.map(|i| (i.start_s, i.end_s)).collect()
}

/// The blocks above `level` are found to within 3 s, and nothing else, at every roughness.
#[track_caller]
fn exact(list: &[(usize, f64)], level: f64) -> Intervals {
    let mut want = Vec::new();
    let mut at = 0;
    for &(n, share) in list {
        if share > level {
            want.push((at as i32, (at + n) as i32));
        }
        at += n;
    }
    let mut last = None;
    for (rough, seed) in [(0.0, 1), (0.04, 2), (0.08, 3), (0.08, 4), (0.12, 5)] {
        let i = found(&ride(&blocks(list, rough, seed)));
        let got = works(&i);
        assert_eq!(got.len(), want.len(), "rough {rough}: {got:?} for {want:?}");
        for (g, w) in got.iter().zip(&want) {
            assert!(
                g.0.abs_diff(w.0) <= 3 && g.1.abs_diff(w.1) <= 3,
                "rough {rough}: {g:?} for {w:?}"
            );
        }
        last.get_or_insert(i);
    }
    last.unwrap()
}

fn set(times: usize, on: (usize, f64), off: (usize, f64)) -> Vec<(usize, f64)> {
    let mut list = vec![(600, 0.55)];
    for k in 0..times {
        list.push(on);
        list.push(if k + 1 == times { (480, 0.5) } else { off });
    }
    list
}

fn labels(i: &Intervals) -> Vec<String> {
    let cycling = |g: &Group| g.label(Sport::Cycling, Units::Metric);
    i.groups.iter().map(cycling).collect()
}

#[test]
fn five_times_four_minutes_are_found_to_the_second() {
    let i = exact(&set(5, (240, 1.16), (180, 0.5)), 0.7);
    assert_eq!(labels(&i), ["5 × 4:00 at 290 W"]);
    let kinds: Vec<_> = i.intervals.iter().map(|i| i.kind).collect();
    assert_eq!(kinds.first(), Some(&IntervalKind::WarmUp));
    assert_eq!(kinds.last(), Some(&IntervalKind::CoolDown));
    assert_eq!(kinds.len(), 11);
}

#[test]
fn thirties_are_found_to_the_second() {
    let i = exact(&set(12, (30, 1.3), (30, 0.5)), 0.7);
    assert_eq!(labels(&i), ["12 × 0:30 at 325 W"]);
}

#[test]
fn tempo_efforts_are_found() {
    let i = exact(&set(2, (1200, 0.88), (300, 0.55)), 0.7);
    assert_eq!(labels(&i), ["2 × 20:00 at 220 W"]);
}

#[test]
fn a_pyramid_is_one_ladder() {
    let mut list = vec![(600, 0.55)];
    for m in [1, 2, 3, 4, 3, 2, 1] {
        list.extend([(m * 60, 1.1), (120, 0.45)]);
    }
    let i = exact(&list, 0.7);
    assert_eq!(labels(&i), ["1:00-2:00-3:00-4:00-3:00-2:00-1:00 at 275 W"]);
}

#[test]
fn over_unders_are_found_in_both_levels() {
    let mut list = vec![(600, 0.55)];
    for _ in 0..2 {
        for _ in 0..3 {
            list.extend([(120, 0.92), (60, 1.12)]);
        }
        list.push((300, 0.5));
    }
    let mut want = Vec::new();
    let mut at = 0;
    for &(n, share) in &list {
        if share > 0.7 {
            want.push((at, at + n as i32));
        }
        at += n as i32;
    }
    for (rough, seed) in [(0.0, 1), (0.03, 2), (0.05, 3)] {
        let i = found(&ride(&blocks(&list, rough, seed)));
        let got = works(&i);
        assert_eq!(got.len(), want.len(), "{got:?}");
        assert!(
            got.iter()
                .zip(&want)
                .all(|(g, w)| g.0.abs_diff(w.0) <= 3 && g.1.abs_diff(w.1) <= 3)
        );
        assert_eq!(i.groups.len(), 2, "{rough}");
        if rough > 0.0 {
            continue;
        }
        assert_eq!(labels(&i), ["6 × 2:00 at 230 W", "6 × 1:00 at 280 W"]);
    }
}

#[test]
fn a_steady_ride_has_no_intervals() {
    for (rough, seed) in [(0.0, 1), (0.1, 2), (0.3, 3)] {
        let i = found(&ride(&blocks(&[(5400, 0.68)], rough, seed)));
        assert_eq!(i.intervals, vec![], "{rough}");
    }
}

#[test]
fn a_group_ride_has_few_intervals() {
    let mut noise = Noise(9);
    let mut list = Vec::new();
    for _ in 0..400 {
        let n = 5.0 + 20.0 * noise.next().abs();
        list.push((n as usize, (0.7 + 0.35 * noise.next()).max(0.0)));
    }
    let n = works(&found(&ride(&blocks(&list, 0.15, 7)))).len();
    assert!(n <= 6, "{n}");
}

#[test]
fn running_goes_by_pace_and_a_ride_without_power_by_heart() {
    let list = set(5, (240, 1.05), (120, 0.65));
    let watts = blocks(&list, 0.03, 3);
    let mut run = ride(&watts);
    run.sport = Sport::Running;
    let speed: Vec<f64> = watts.iter().map(|w| w / FTP * 4.0).collect();
    run.series.columns[0] = column(Channel::Speed, &speed, 1000.0);
    let i = found(&run);
    assert_eq!(i.basis, Some(Basis::Speed));
    assert_eq!(
        i.groups[0].label(Sport::Running, Units::Metric),
        "5 × 4:00 at 3:58 /km"
    );
    let mut heart = ride(&blocks(&set(4, (480, 1.05), (240, 0.4)), 0.03, 3));
    heart.series.columns.remove(0);
    let i = found(&heart);
    assert_eq!(i.basis, Some(Basis::HeartRate));
    assert_eq!(works(&i).len(), 4, "{:?}", works(&i));
    for (k, w) in works(&i).iter().enumerate() {
        let start = 600 + 720 * k as i32;
        assert!(
            w.0.abs_diff(start) <= 30 && w.1.abs_diff(start + 480) <= 40,
            "{w:?}"
        );
    }
    assert!(i.intervals.iter().all(|i| i.confidence <= 0.5));
}

/// The settings of the sample athlete on the day.
fn on_the_day(athlete: &SampleAthlete, r: &Recording) -> AthleteSettings {
    let at = |kind| {
        let all = athlete.settings();
        let before = all
            .iter()
            .filter(|s| s.kind == kind && s.valid_from <= r.start);
        before.max_by_key(|s| s.valid_from).map(|s| s.value)
    };
    AthleteSettings {
        ftp_w: at(SettingKind::Ftp),
        threshold_hr: at(SettingKind::ThresholdHeartRate),
        threshold_speed: at(SettingKind::ThresholdSpeed),
        ..AthleteSettings::default()
    }
}

#[test]
fn the_sample_athletes_sessions_are_found_as_they_are_named() {
    let athlete = SampleAthlete::new(Instant(1_790_000_000_000));
    let (mut right, mut all, mut rides, mut efforts) = (0, 0, 0, 0);
    for r in (0..athlete.len())
        .step_by(3)
        .filter_map(|k| athlete.recording(k))
    {
        let name = r.name.clone().unwrap_or_default();
        let settings = on_the_day(&athlete, &r);
        let count = works(&find(
            &Seconds::new(ActivityInput::from(&r)),
            &settings,
            &[],
        ))
        .len();
        let times = name
            .split(" × ")
            .next()
            .and_then(|n| n.rsplit(' ').next()?.parse::<usize>().ok());
        match times {
            Some(n) => {
                all += 1;
                right += usize::from(count == n);
            }
            // Hills ridden hard are efforts too, but they are few.
            None if r.sport != Sport::Strength && name != "Road race" => {
                rides += 1;
                efforts += count;
                assert!(count <= 10, "{name}: {count}");
            }
            None => {}
        }
    }
    assert!(all > 30 && right * 100 >= all * 80, "{right} of {all}");
    assert!(rides > 50 && efforts <= 2 * rides, "{efforts} in {rides}");
}

fn lap(start: i32, end: i32, trigger: &str, metres: Option<f64>) -> Lap {
    Lap {
        start_ms: start * 1000,
        end_ms: end * 1000,
        trigger: Some(trigger.to_owned()),
        totals: paceline_model::RecordedTotals {
            distance_m: metres,
            ..paceline_model::RecordedTotals::default()
        },
        ..Lap::default()
    }
}

#[test]
fn pressed_laps_win_where_edges_match() {
    let mut r = ride(&blocks(&set(5, (240, 1.16), (180, 0.5)), 0.05, 3));
    r.laps = vec![
        lap(0, 604, "manual", None),
        lap(604, 842, "manual", None),
        lap(842, 3180, "session_end", None),
    ];
    assert_eq!(lap_habit(&r.laps), LapHabit::Pressed);
    let i = found(&r);
    assert_eq!(works(&i)[0], (604, 842));
    assert_eq!(i.intervals[1].source, IntervalSource::Lap);
    assert_eq!(i.intervals[3].source, IntervalSource::Detected);
}

#[test]
fn laps_by_distance_are_the_recorders_own() {
    let mut laps: Vec<Lap> = (0..5)
        .map(|k| lap(k * 300, k * 300 + 300, "", Some(1003.0)))
        .collect();
    assert_eq!(lap_habit(&laps), LapHabit::EveryDistance(1000.0));
    laps[2].totals.distance_m = Some(700.0);
    assert_eq!(lap_habit(&laps), LapHabit::Pressed);
    laps.iter_mut()
        .for_each(|l| l.trigger = Some("time".to_owned()));
    assert_eq!(lap_habit(&laps), LapHabit::EveryTime(300.0));
    assert_eq!(lap_habit(&laps[..1]), LapHabit::None);
}

fn edit(change: IntervalChange) -> IntervalEdit {
    IntervalEdit {
        id: "00000000-0000-0000-0000-000000000000".parse().unwrap(),
        enabled: true,
        change,
    }
}

#[test]
fn the_athletes_changes_outlive_a_new_detection() {
    let edits = vec![
        edit(IntervalChange::Rename {
            start_s: 600,
            end_s: 840,
            name: "First".to_owned(),
        }),
        edit(IntervalChange::Remove {
            start_s: 1020,
            end_s: 1260,
        }),
        edit(IntervalChange::Move {
            start_s: 1440,
            end_s: 1680,
            new_start_s: 1450,
            new_end_s: 1670,
        }),
        edit(IntervalChange::SetKind {
            start_s: 2280,
            end_s: 2520,
            kind: IntervalKind::Recovery,
        }),
        edit(IntervalChange::Add {
            start_s: 60,
            end_s: 120,
            kind: IntervalKind::Work,
            name: None,
        }),
    ];
    for seed in [3, 4] {
        let r = ride(&blocks(&set(5, (240, 1.16), (180, 0.5)), 0.05, seed));
        let seconds = Seconds::new(ActivityInput::from(&r));
        let i = find(&seconds, &settings(), &edits);
        let named = i
            .intervals
            .iter()
            .find(|i| i.name.as_deref() == Some("First"))
            .unwrap();
        assert!(named.start_s.abs_diff(600) <= 3 && named.figures.avg_power.is_some());
        let work = works(&i);
        assert_eq!(work.len(), 4, "{work:?}");
        assert_eq!((work[0], work[2]), ((60, 120), (1450, 1670)));
        assert!(i.intervals.windows(2).all(|w| w[0].end_s <= w[1].start_s));
        let mut undone = edits.clone();
        undone.iter_mut().for_each(|e| e.enabled = false);
        assert_eq!(
            find(&seconds, &settings(), &undone),
            find(&seconds, &settings(), &[])
        );
    }
    let flat = ride(&[170.0; 3600]);
    let i = find(
        &Seconds::new(ActivityInput::from(&flat)),
        &settings(),
        &edits[..1],
    );
    assert_eq!(
        works(&i),
        [(600, 840)],
        "what is no longer found is kept as the athlete's own"
    );
}

#[test]
fn a_repeated_session_is_recognised_and_compared() {
    let of = |list: &[(usize, f64)], seed| found(&ride(&blocks(list, 0.04, seed))).intervals;
    let before = of(&set(5, (240, 1.16), (180, 0.5)), 3);
    let after = of(&set(5, (240, 1.20), (180, 0.5)), 4);
    let c = compare(&before, &after, Basis::Power).unwrap();
    assert_eq!(c.pairs.len(), 5);
    assert!((c.mean.power.unwrap() - 10.0).abs() < 2.0, "{:?}", c.mean);
    assert!(c.mean.heart_rate.unwrap() > 0.0 && c.mean.efficiency.is_some());
    let one_less = of(&set(4, (240, 1.16), (180, 0.5)), 5);
    assert_eq!(
        compare(&before, &one_less, Basis::Power)
            .unwrap()
            .pairs
            .len(),
        4
    );
    let others = [
        of(&set(5, (480, 1.16), (180, 0.5)), 6),
        of(&set(5, (240, 0.95), (180, 0.5)), 7),
        of(&set(8, (240, 1.16), (180, 0.5)), 8),
    ];
    for other in others {
        assert_eq!(compare(&before, &other, Basis::Power), None);
    }
    let key = |i: &[Interval]| Signature::new(i, Basis::Power).unwrap();
    for other in [&after, &one_less] {
        assert!(key(&before).near().contains(&key(other).key()));
        assert!(key(other).near().contains(&key(&before).key()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn intervals_of_anything_are_in_order_and_finite(
        values in proptest::collection::vec(prop_oneof![any::<i32>(), 0..600i32, Just(i32::MIN)], 0..900),
        step in 1..12_000i32,
        ftp in prop_oneof![any::<f64>(), 100.0..400.0f64],
        sport in 0usize..14,
        edits in proptest::collection::vec((any::<i32>(), any::<i32>(), 0..5u8), 0..4),
    ) {
        let watts: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
        let mut r = ride(&watts);
        r.sport = Sport::ALL[sport];
        for (k, t) in r.series.time_ms.iter_mut().enumerate() {
            *t = (k as i32).wrapping_mul(step);
        }
        r.laps = edits.iter().map(|e| Lap { start_ms: e.0, end_ms: e.1, ..Lap::default() }).collect();
        let edits: Vec<IntervalEdit> = edits.into_iter().map(|(start_s, end_s, k)| edit(match k {
            0 => IntervalChange::Add { start_s, end_s, kind: IntervalKind::Work, name: None },
            1 => IntervalChange::Remove { start_s, end_s },
            2 => IntervalChange::Move { start_s: 0, end_s: 100, new_start_s: start_s, new_end_s: end_s },
            3 => IntervalChange::Rename { start_s, end_s, name: "x".to_owned() },
            _ => IntervalChange::SetKind { start_s, end_s, kind: IntervalKind::CoolDown },
        })).collect();
        let settings = AthleteSettings { ftp_w: Some(ftp), ..AthleteSettings::default() };
        let i = find(&Seconds::new(ActivityInput::from(&r)), &settings, &edits);
        prop_assert!(i.intervals.iter().all(|i| i.start_s < i.end_s && (0.0..=1.0).contains(&i.confidence)));
        prop_assert!(i.intervals.windows(2).all(|w| w[0].end_s <= w[1].start_s));
        for g in &i.groups {
            prop_assert!(g.value.is_finite() && !g.label(r.sport, Units::Imperial).contains("NaN"));
        }
        for i in &i.intervals {
            let f = i.figures;
            for v in [f.avg_power, f.avg_hr, f.avg_speed, f.efficiency, f.decoupling].into_iter().flatten() {
                prop_assert!(v.is_finite());
            }
        }
        if let Some(s) = i.basis.and_then(|b| Signature::new(&i.intervals, b)) {
            prop_assert!(s.near().contains(&s.key()));
            prop_assert!(s.likeness(&s).is_none_or(|l| l > 0.99));
        }
    }
}
