//! Zip archives, whole and damaged, and every entry of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use paceline_formats::archive::Archive;
use std::io::Cursor;

/// Less than the import takes, so that a run stays within the fuzzer's memory.
const LIMIT: u64 = 1 << 20;

fuzz_target!(|data: &[u8]| {
    let Ok(mut archive) = Archive::open(Cursor::new(data)) else {
        return;
    };
    for i in 0..archive.entries().len() {
        let name = &archive.entries()[i].name;
        assert!(!name.starts_with('/') && !name.contains(char::is_control));
        assert!(!name.split('/').any(|part| part == ".." || part.is_empty()));
        let head = archive.head(i, 16);
        match archive.read(i, LIMIT, &|| true) {
            Ok(unpacked) => {
                assert!(unpacked.bytes.len() as u64 <= LIMIT);
                assert!(unpacked.damage.is_some() || unpacked.bytes.starts_with(&head.unwrap()));
            }
            Err(error) => assert!(error.to_string().ends_with(['.', '?'])),
        }
    }
});
