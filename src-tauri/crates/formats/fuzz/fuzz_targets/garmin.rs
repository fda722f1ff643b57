//! Garmin's lists of activities and of measurements.

#![no_main]

mod listing;

use libfuzzer_sys::fuzz_target;
use paceline_formats::exports::garmin::{self, File};

const FILES: [File; 5] = [
    File::Sleep,
    File::Days,
    File::Health,
    File::Weights,
    File::BloodPressure,
];

fuzz_target!(|data: &[u8]| {
    if let Ok(read) = garmin::activities(data) {
        listing::check(&read, data.len());
    }
    for file in FILES {
        if let Ok(read) = garmin::body(file, data) {
            assert!(read.biometrics.iter().all(|b| b.value.is_finite()));
            assert!(read.biometrics.len() <= 8 * data.len());
        }
    }
});
