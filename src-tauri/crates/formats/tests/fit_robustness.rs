//! Damaged and arbitrary input: never a panic, never memory out of proportion.

use paceline_formats::fit;
use paceline_model::{DecodedFile, Values};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

const CUTS: usize = 200;
const FLIPS: usize = 1000;

/// A small generator with a fixed seed, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(4)
        .map(|p| p.join("shared/corpus"))
        .filter(|p| p.is_dir());
    let Some(folder) = folder else {
        eprintln!("skipped: no corpus beside the workspace");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the corpus")
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("fit")))
        .collect();
    files.sort();
    files
}

/// What a decoded file promises whatever the input was.
fn check(file: &DecodedFile, input: usize) {
    for r in &file.recordings {
        assert!(r.series.time_ms.is_sorted());
        for c in &r.series.columns {
            assert_eq!(c.values.len(), r.series.len());
            if let Values::Scaled { scale, .. } = c.values {
                assert!(scale > 0.0);
            }
        }
    }
    let cells: usize = file
        .recordings
        .iter()
        .map(|r| {
            let columns: usize = r.series.columns.iter().map(|c| c.values.len()).sum();
            r.series.len() + columns + r.laps.len() + r.lengths.len() + r.rr.len() + r.timer.len()
        })
        .sum();
    assert!(cells <= 32 * input + (1 << 18), "{cells} from {input}");
}

fn survive(bytes: &[u8]) {
    if let Ok(file) = fit::decode(bytes) {
        check(&file, bytes.len());
    }
}

/// Runs over the corpus on two threads.
fn over_corpus(work: impl Fn(&[u8], &mut Random) + Sync) {
    let files = corpus();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let bytes = std::fs::read(path).expect("a corpus file");
                    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ bytes.len() as u64);
                    work(&bytes, &mut random);
                }
            });
        }
    });
}

#[test]
fn every_corpus_file_survives_being_cut_anywhere() {
    over_corpus(|bytes, random| {
        for _ in 0..CUTS {
            survive(&bytes[..random.below(bytes.len())]);
        }
    });
}

#[test]
fn every_corpus_file_survives_flipped_bytes() {
    over_corpus(|bytes, random| {
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
