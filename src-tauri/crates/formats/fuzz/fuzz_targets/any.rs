//! Files of any format, recognised by their content, packed ones too.

#![no_main]

#[path = "../../tests/all/promises.rs"]
mod promises;

use libfuzzer_sys::fuzz_target;

/// Deflate packs at most about a thousandfold.
const UNPACKED: usize = 1032;

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = paceline_formats::decode("a file", data) {
        let packed = data.starts_with(&[0x1F, 0x8B]);
        let factor = if packed { UNPACKED } else { 1 };
        promises::check(&file, factor * data.len());
    }
});
