//! Strava's list of activities.

#![no_main]

mod listing;

use libfuzzer_sys::fuzz_target;
use paceline_formats::exports::strava;

fuzz_target!(|data: &[u8]| {
    if let Ok(read) = strava::activities("activities.csv", data) {
        listing::check(&read, data.len());
    }
});
