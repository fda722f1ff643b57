//! GPX files, and what is read in them written again.

#![no_main]

#[path = "../../tests/all/promises.rs"]
mod promises;
mod written;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = paceline_formats::gpx::decode(data) {
        promises::check(&file, data.len());
        written::check(&file);
    }
});
