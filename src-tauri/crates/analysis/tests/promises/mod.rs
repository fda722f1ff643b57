//! Any recording whatever, and what the engine promises of it: the tests and the fuzzer share this.

use paceline_analysis::curve::{
    Envelope, Track, distance_efforts, full_curve, heart_rate_for_curve, power_for_curve,
    speed_for_curve,
};
use paceline_analysis::models::{
    CpModel, WbalMethod, eftps, fit, power_profile, predict, w_prime_balance,
};
use paceline_analysis::repair::{apply_to, findings};
use paceline_analysis::wellness::{Beats, Habit, RrFilter, clean, dfa_alpha1, variability};
use paceline_analysis::{ActivityInput, Seconds, analyse, intervals};
use paceline_model::*;

/// Reads a recording out of bytes: what is asked for beyond their end is 0.
pub fn recording(bytes: &[u8]) -> Recording {
    let mut bytes = bytes.iter().copied();
    let mut byte = move || bytes.next();
    let sport = Sport::ALL[usize::from(byte().unwrap_or(0)) % Sport::ALL.len()];
    let shape = byte().unwrap_or(0);
    let count = usize::from(byte().unwrap_or(0)) * 8;
    let mut number = move || i32::from(byte().unwrap_or(0)) | (i32::from(byte().unwrap_or(0)) << 8);
    let mut at = 0i32;
    let time_ms: Vec<i32> = (0..count)
        .map(|_| {
            let step = number();
            at = at.saturating_add(if shape & 1 == 0 { 1000 } else { step * 7 });
            at
        })
        .collect();
    let columns = Channel::NAMED
        .iter()
        .enumerate()
        .map(|(i, channel)| {
            let raw = (0..count).map(|_| match number() {
                0xFFFF => f32::NAN,
                0xFFFE => f32::MAX,
                0xFFFD => f32::MIN,
                n if shape & 2 == 0 => (n % 400) as f32,
                n => (n - 30_000) as f32 * if i % 3 == 0 { 1e6 } else { 0.1 },
            });
            Column {
                channel: channel.clone(),
                values: Values::Float(raw.collect()),
            }
        })
        .collect();
    let end = time_ms.last().copied().unwrap_or(0);
    Recording {
        sport,
        timed: shape & 4 == 0,
        series: Series { time_ms, columns },
        laps: (0..i32::from(shape >> 5))
            .map(|i| Lap {
                start_ms: number() * 50 * i,
                end_ms: number() * 90,
                ..Lap::default()
            })
            .collect(),
        lengths: (0..i32::from(shape >> 6))
            .map(|i| Length {
                start_ms: i * 25_000,
                end_ms: number() * 20,
                active: number() % 2 == 0,
                strokes: u16::try_from(number()).ok(),
                ..Length::default()
            })
            .collect(),
        timer: vec![
            TimerEvent {
                at_ms: end / 3,
                running: false,
            },
            TimerEvent {
                at_ms: end / 2,
                running: shape & 8 == 0,
            },
        ],
        totals: RecordedTotals {
            pool_length_m: Some(f64::from(number() % 60)),
            distance_m: Some(f64::from(number())),
            ..RecordedTotals::default()
        },
        rr: (0..count / 2)
            .map(|i| (i as i32 * 900, u16::try_from(number()).unwrap_or(0)))
            .collect(),
        ..Recording::default()
    }
}

fn settings(all: bool) -> AthleteSettings {
    if !all {
        return AthleteSettings::default();
    }
    AthleteSettings {
        ftp_w: Some(250.0),
        threshold_hr: Some(165.0),
        max_hr: Some(190.0),
        resting_hr: Some(50.0),
        threshold_speed: Some(4.0),
        critical_swim_speed: Some(1.2),
        weight_kg: Some(75.0),
        w_prime_j: Some(20_000.0),
        critical_power_w: Some(250.0),
        aerobic_threshold_hr: Some(145.0),
        sex: Some(Sex::Female),
        ..AthleteSettings::default()
    }
}

/// No number that is none, in whatever is printed of a result.
fn finite(what: &str, result: &impl std::fmt::Debug) {
    let text = format!("{result:?}");
    for none in ["NaN", "(inf", " inf", "[inf", "-inf"] {
        assert!(!text.contains(none), "{what}: {none} in {text}");
    }
}

/// Everything the engine says of a recording is a number or absent, and nothing panics.
pub fn check(r: &Recording) {
    let input = ActivityInput::from(r);
    let seconds = Seconds::new(input);
    for all in [false, true] {
        let settings = settings(all);
        let (summary, metrics) = analyse(input, &settings, Some(5.0), None);
        finite("summary", &summary);
        finite("figures", &metrics);
        let again = analyse(input, &settings, Some(5.0), Some(&summary));
        assert!(
            again == (summary, metrics),
            "what is known is not taken over as it was"
        );
        finite("intervals", &intervals::find(&seconds, &settings, &[]));
    }
    let found = findings(&input);
    let edits: Vec<Edit> = found
        .iter()
        .filter_map(|f| f.suggestion.clone())
        .map(|change| Edit {
            id: EditId(uuid::Uuid::nil()),
            enabled: true,
            change,
        })
        .collect();
    finite("findings", &found);
    let mended = apply_to(&input, &edits);
    finite(
        "mended",
        &analyse(mended.input(), &settings(true), None, None),
    );
    curves(r, &seconds);
    let beats = clean(&Beats::from_recorded(&r.rr), RrFilter::default());
    finite("beats", &variability(&beats, Habit::Paceline));
    let intervals: Vec<f64> = r.rr.iter().map(|b| f64::from(b.1)).collect();
    finite("alpha", &dfa_alpha1(&intervals));
}

fn curves(r: &Recording, seconds: &Seconds) {
    let power = full_curve(&power_for_curve(&seconds.power));
    let heart = full_curve(&heart_rate_for_curve(&seconds.heart_rate));
    let speed = full_curve(&speed_for_curve(&seconds.speed, r.sport));
    let mut envelope = Envelope::new();
    for (id, curve) in (0..).zip([&power, &heart, &speed]) {
        assert!(curve.values().iter().all(|v| v.is_finite()));
        envelope.add(curve, id);
    }
    let points = envelope.monotone();
    assert!(points.windows(2).all(|w| w[0].value >= w[1].value));
    assert!(Envelope::from_bytes(&envelope.to_bytes()).is_ok_and(|back| back == envelope));
    let points: Vec<(u32, f64)> = points.iter().map(|p| (p.seconds, p.value)).collect();
    for model in CpModel::ALL {
        finite("model", &fit(model, &points));
    }
    finite("eftp", &eftps(&points));
    finite("profile", &power_profile(&points, None, 75.0, Sex::Male));
    for method in [WbalMethod::Differential, WbalMethod::default()] {
        finite(
            "balance",
            &w_prime_balance(&seconds.power, 250.0, 20_000.0, method),
        );
    }
    let efforts = distance_efforts(&Track::per_second(&seconds.distance, r.sport), r.sport);
    finite("efforts", &efforts);
    let races: Vec<_> = efforts
        .iter()
        .map(|e| paceline_analysis::models::RaceEffort {
            metres: e.distance.metres(),
            seconds: e.elapsed_s,
        })
        .collect();
    finite("races", &predict(&races));
}
