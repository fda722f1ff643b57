//! FIT files that measure the body and hold no activity.

use crate::fit_builder::{Def, File, T0};
use paceline_formats::fit;
use paceline_model::{BiometricKind, DecodedFile, FileKind};

fn decode(bytes: &[u8]) -> DecodedFile {
    fit::decode(bytes).expect("a readable file")
}

#[test]
fn a_weight_file_gives_measurements_and_no_recording() {
    let mut f = File::new();
    f.file_id(9);
    f.define(
        1,
        &Def::new(30)
            .field(253, 4, 0x86)
            .field(0, 2, 0x84)
            .field(1, 2, 0x84),
    );
    f.data(
        1,
        &[
            &T0.to_le_bytes()[..],
            &7550u16.to_le_bytes(),
            &1830u16.to_le_bytes(),
        ],
    );
    let file = decode(&f.close());
    assert_eq!(file.kind, FileKind::Weight);
    assert!(file.recordings.is_empty());
    let got: Vec<_> = file.biometrics.iter().map(|b| (b.kind, b.value)).collect();
    assert_eq!(
        got,
        [
            (BiometricKind::Weight, 75.5),
            (BiometricKind::BodyFat, 18.3)
        ]
    );
}

#[test]
fn a_night_adds_up_its_stages() {
    let mut f = File::new();
    f.file_id(49);
    f.define(1, &Def::new(275).field(253, 4, 0x86).field(0, 1, 0x00));
    for (minute, stage) in [(0u32, 2u8), (30, 3), (50, 1), (55, 4), (75, 1)] {
        f.data(1, &[&(T0 + minute * 60).to_le_bytes()[..], &[stage]]);
    }
    let file = decode(&f.close());
    assert_eq!(file.kind, FileKind::Sleep);
    let of = |kind| {
        file.biometrics
            .iter()
            .find(|b| b.kind == kind)
            .map(|b| b.value)
    };
    assert_eq!(of(BiometricKind::SleepTotal), Some(70.0 * 60.0));
    assert_eq!(of(BiometricKind::SleepAwake), Some(5.0 * 60.0));
    assert_eq!(of(BiometricKind::SleepRem), Some(20.0 * 60.0));
}

#[test]
fn resting_heart_rate_and_night_variability_are_read() {
    let mut f = File::new();
    f.file_id(44);
    f.define(1, &Def::new(211).field(253, 4, 0x86).field(1, 1, 0x02));
    f.data(1, &[&T0.to_le_bytes()[..], &[47]]);
    f.define(2, &Def::new(370).field(253, 4, 0x86).field(1, 2, 0x84));
    f.data(2, &[&T0.to_le_bytes()[..], &(64u16 * 128).to_le_bytes()]);
    let got: Vec<_> = decode(&f.close())
        .biometrics
        .iter()
        .map(|b| (b.kind, b.value))
        .collect();
    assert_eq!(
        got,
        [
            (BiometricKind::RestingHeartRate, 47.0),
            (BiometricKind::HrvRmssd, 64.0)
        ]
    );
}
