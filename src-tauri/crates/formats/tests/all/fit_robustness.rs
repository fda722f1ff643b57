//! Damaged and arbitrary FIT: never a panic, never memory out of proportion.

use crate::common::{corpus_files, over};
use crate::promises::check;
use paceline_formats::fit;
use proptest::prelude::*;

const CUTS: usize = 200;
const FLIPS: usize = 1000;

fn survive(bytes: &[u8]) {
    if let Ok(file) = fit::decode(bytes) {
        check(&file, bytes.len());
    }
}

#[test]
fn every_corpus_file_survives_being_cut_anywhere() {
    over(&corpus_files(&["fit"]), |bytes, random| {
        for _ in 0..CUTS {
            survive(&bytes[..random.below(bytes.len())]);
        }
    });
}

#[test]
fn every_corpus_file_survives_flipped_bytes() {
    over(&corpus_files(&["fit"]), |bytes, random| {
        // Each round flips one more byte of the copy, which starts afresh now and then.
        // Beyond this length the few longest files repeat themselves.
        let part = &bytes[..bytes.len().min(400_000)];
        let mut copy = part.to_vec();
        for round in 0..FLIPS {
            if round % 10 == 0 {
                copy.copy_from_slice(part);
            }
            let at = random.below(copy.len());
            copy[at] ^= 1 + random.below(255) as u8;
            survive(&copy);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_behind_a_header_are_survived(body in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mut bytes = vec![14, 0x20, 0, 0];
        bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
        bytes.extend_from_slice(b".FIT\0\0");
        bytes.extend_from_slice(&body);
        survive(&bytes);
        survive(&body);
    }
}
