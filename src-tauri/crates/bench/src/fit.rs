//! FIT decoding: ours to columns with the checksum, rustyfit's streaming
//! decoder and fitparser, one thread, same bytes in memory, interleaved.

use crate::peers::{failing, files, judge, megabytes, pair, report};
use crate::rides;
use embedded_io_adapters::std::FromStd;
use rustyfit::{DecoderEvent, StreamingIterator};
use std::hint::black_box;

/// Rounds of the quick decoders; the best counts.
const ROUNDS: usize = 15;
/// Rounds of the slow one, which takes seconds for each.
const SLOW_ROUNDS: usize = 3;

const LEAST_MB_S: f64 = 250.0;
const LEAST_OVER_RUSTYFIT: f64 = 4.0;
const LEAST_OVER_FITPARSER: f64 = 40.0;

/// Prints the figures; `false` if a limit is missed.
pub fn run(folder: Option<&str>) -> bool {
    let files = files(folder, "fit", rides::fit);
    let ours_fails = failing(&files, ours);
    let rustyfit_fails = failing(&files, rustyfit);
    let fitparser_fails = failing(&files, fitparser);
    println!(
        "{} files, {:.1} MB, one thread, best of {ROUNDS} rounds",
        files.len(),
        megabytes(&files, &[])
    );
    report("ours", &files, &ours_fails);
    report("rustyfit", &files, &rustyfit_fails);
    report("fitparser", &files, &fitparser_fails);

    let alone = pair(&files, &ours_fails, ROUNDS, ours, None);
    println!("\nours, every file it reads: {:.0} MB/s", alone.0);
    let (a, b) = pair(&files, &rustyfit_fails, ROUNDS, ours, Some(rustyfit));
    let over_rustyfit = a / b;
    println!("ours {a:.0} MB/s, rustyfit stream {b:.1} MB/s: {over_rustyfit:.1}×");
    let (a, b) = pair(&files, &fitparser_fails, SLOW_ROUNDS, ours, Some(fitparser));
    let over_fitparser = a / b;
    println!("ours {a:.0} MB/s, fitparser {b:.2} MB/s: {over_fitparser:.0}×");

    judge(&[
        ("MB/s", alone.0, LEAST_MB_S),
        ("times rustyfit", over_rustyfit, LEAST_OVER_RUSTYFIT),
        ("times fitparser", over_fitparser, LEAST_OVER_FITPARSER),
    ])
}

fn ours(bytes: &[u8]) -> bool {
    black_box(paceline_formats::fit::decode(black_box(bytes))).is_ok()
}

/// Whether rustyfit's streaming decoder gets to the end.
pub fn rustyfit(bytes: &[u8]) -> bool {
    let mut reader = FromStd::new(black_box(bytes));
    let mut decoder = rustyfit::Decoder::new();
    let mut stream = decoder.stream(&mut reader);
    while let Some(event) = stream.next() {
        match event {
            Ok(DecoderEvent::Message(m)) => {
                black_box(m);
            }
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    true
}

fn fitparser(bytes: &[u8]) -> bool {
    black_box(fitparser::from_bytes(black_box(bytes))).is_ok()
}
