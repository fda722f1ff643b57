//! FIT decoding: ours to columns with the checksum, rustyfit's streaming
//! decoder and fitparser, one thread, same bytes in memory, interleaved.

use crate::rides;
use embedded_io_adapters::std::FromStd;
use rustyfit::{DecoderEvent, StreamingIterator};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

/// Rounds of the quick decoders; the best counts.
const ROUNDS: usize = 15;
/// Rounds of the slow one, which takes seconds for each.
const SLOW_ROUNDS: usize = 3;

const LEAST_MB_S: f64 = 250.0;
const LEAST_OVER_RUSTYFIT: f64 = 4.0;
const LEAST_OVER_FITPARSER: f64 = 40.0;

struct File {
    name: String,
    bytes: Vec<u8>,
}

/// Prints the figures; `false` if a limit is missed.
pub fn run(folder: Option<&str>) -> bool {
    let folder = folder.map_or_else(default_corpus, PathBuf::from);
    let mut files = read(&folder);
    if files.is_empty() {
        println!("no corpus at {}: generated files instead", folder.display());
        files = generated();
    }
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

    let limits = [
        ("MB/s", alone.0, LEAST_MB_S),
        ("times rustyfit", over_rustyfit, LEAST_OVER_RUSTYFIT),
        ("times fitparser", over_fitparser, LEAST_OVER_FITPARSER),
    ];
    let mut met = true;
    for (what, value, least) in limits {
        let ok = value >= least;
        met &= ok;
        println!(
            "{} {value:.1} {what} (limit {least})",
            if ok { "ok    " } else { "MISSED" }
        );
    }
    met
}

fn default_corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(4)
        .unwrap_or(Path::new("."))
        .join("shared/corpus")
}

fn read(folder: &Path) -> Vec<File> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<File> = entries
        .filter_map(|e| {
            let path = e.ok()?.path();
            let fit = path.extension()?.eq_ignore_ascii_case("fit");
            Some(File {
                name: path.file_name()?.to_string_lossy().into_owned(),
                bytes: fit.then(|| std::fs::read(&path).ok()).flatten()?,
            })
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn generated() -> Vec<File> {
    (0..40)
        .map(|day| File {
            name: format!("generated {day}"),
            bytes: rides::fit(day),
        })
        .collect()
}

/// Reads a file; `false` if the decoder gives up on it.
type Decode = fn(&[u8]) -> bool;

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

/// Names of the files a decoder cannot read.
fn failing(files: &[File], decode: Decode) -> Vec<String> {
    files
        .iter()
        .filter(|f| !decode(&f.bytes))
        .map(|f| f.name.clone())
        .collect()
}

fn report(name: &str, files: &[File], fails: &[String]) {
    println!(
        "{name}: reads {} of {}{}",
        files.len() - fails.len(),
        files.len(),
        if fails.is_empty() {
            String::new()
        } else {
            format!("; not {}", fails.join(", "))
        }
    );
}

fn megabytes(files: &[File], without: &[String]) -> f64 {
    files
        .iter()
        .filter(|f| !without.contains(&f.name))
        .map(|f| f.bytes.len() as f64 / 1e6)
        .sum()
}

/// MB/s of one or two decoders over the files not left out, rounds interleaved.
fn pair(
    files: &[File],
    without: &[String],
    rounds: usize,
    first: Decode,
    second: Option<Decode>,
) -> (f64, f64) {
    let megabytes = megabytes(files, without);
    let time = |decode: Decode| {
        let clock = Clock::now();
        for f in files.iter().filter(|f| !without.contains(&f.name)) {
            decode(&f.bytes);
        }
        clock.elapsed().as_secs_f64()
    };
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..rounds {
        best.0 = best.0.min(time(first));
        if let Some(second) = second {
            best.1 = best.1.min(time(second));
        }
    }
    (megabytes / best.0, megabytes / best.1)
}
