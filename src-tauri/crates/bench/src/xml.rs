//! GPX and TCX decoding: ours to columns, and the crates `gpx` and `tcx` to
//! their own structures, one thread, same bytes in memory, taking turns.

use crate::peers::{Decode, failing, files, judge, megabytes, pair, report};
use crate::rides;
use std::hint::black_box;
use std::io::BufReader;

/// Rounds of ours alone; the best counts.
const ROUNDS: usize = 15;
/// Rounds together with a peer, which takes a second for each.
const SLOW_ROUNDS: usize = 5;

const LEAST_MB_S: f64 = 150.0;
const LEAST_OVER_PEER: f64 = 10.0;

/// Prints the figures; `false` if a limit is missed.
pub fn run(folder: Option<&str>) -> bool {
    let gpx = format(folder, "gpx", rides::gpx, our_gpx, their_gpx);
    let tcx = format(folder, "tcx", rides::tcx, our_tcx, their_tcx);
    judge(&[
        ("MB/s of GPX", gpx.0, LEAST_MB_S),
        ("times the crate gpx", gpx.1, LEAST_OVER_PEER),
        ("MB/s of TCX", tcx.0, LEAST_MB_S),
        ("times the crate tcx", tcx.1, LEAST_OVER_PEER),
    ])
}

/// MB/s of ours over every file, and how many times the peer's over those the peer reads too.
fn format(
    folder: Option<&str>,
    ending: &str,
    generate: fn(u32) -> Vec<u8>,
    ours: Decode,
    peer: Decode,
) -> (f64, f64) {
    let files = files(folder, ending, generate);
    println!(
        "{} {ending} files, {:.1} MB, one thread, best of {ROUNDS} rounds",
        files.len(),
        megabytes(&files, &[])
    );
    let peer_fails = failing(&files, peer);
    report("ours", &files, &failing(&files, ours));
    report(&format!("the crate {ending}"), &files, &peer_fails);
    let (alone, _) = pair(&files, &[], ROUNDS, ours, None);
    let (a, b) = pair(&files, &peer_fails, SLOW_ROUNDS, ours, Some(peer));
    println!("ours, every file: {alone:.0} MB/s");
    println!(
        "ours {a:.0} MB/s, the crate {ending} {b:.1} MB/s: {:.1}×\n",
        a / b
    );
    (alone, a / b)
}

fn our_gpx(bytes: &[u8]) -> bool {
    black_box(paceline_formats::gpx::decode(black_box(bytes))).is_ok()
}

fn our_tcx(bytes: &[u8]) -> bool {
    black_box(paceline_formats::tcx::decode(black_box(bytes))).is_ok()
}

fn their_gpx(bytes: &[u8]) -> bool {
    black_box(gpx::read(black_box(bytes))).is_ok()
}

fn their_tcx(bytes: &[u8]) -> bool {
    black_box(tcx::read(&mut BufReader::new(black_box(bytes)))).is_ok()
}
