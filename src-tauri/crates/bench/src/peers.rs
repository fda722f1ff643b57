//! What comparisons with other decoders share: the files, which of them each
//! decoder reads, rounds that take turns, limits.

use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

/// A file in memory.
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Reads a file; `false` if the decoder gives up on it.
pub type Decode = fn(&[u8]) -> bool;

/// The files of a folder, or of the corpus beside the workspace, with this
/// ending; where there are none, rides made up by `generate` from their day.
pub fn files(folder: Option<&str>, ending: &str, generate: fn(u32) -> Vec<u8>) -> Vec<File> {
    let folder = folder.map_or_else(corpus, PathBuf::from);
    let found = read(&folder, ending);
    if !found.is_empty() {
        return found;
    }
    println!(
        "no {ending} in {}: generated files instead",
        folder.display()
    );
    (0..40)
        .map(|day| File {
            name: format!("generated {day}"),
            bytes: generate(day),
        })
        .collect()
}

/// The corpus beside the workspace, whether it is there or not.
pub fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(4)
        .unwrap_or(Path::new("."))
        .join("shared/corpus")
}

fn read(folder: &Path, ending: &str) -> Vec<File> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<File> = entries
        .filter_map(|e| {
            let path = e.ok()?.path();
            let wanted = path.extension()?.eq_ignore_ascii_case(ending);
            Some(File {
                name: path.file_name()?.to_string_lossy().into_owned(),
                bytes: wanted.then(|| std::fs::read(&path).ok()).flatten()?,
            })
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// Names of the files a decoder cannot read.
pub fn failing(files: &[File], decode: Decode) -> Vec<String> {
    files
        .iter()
        .filter(|f| !decode(&f.bytes))
        .map(|f| f.name.clone())
        .collect()
}

/// Says which files a decoder reads.
pub fn report(name: &str, files: &[File], fails: &[String]) {
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

/// Megabytes of the files that are not left out.
pub fn megabytes(files: &[File], without: &[String]) -> f64 {
    files
        .iter()
        .filter(|f| !without.contains(&f.name))
        .map(|f| f.bytes.len() as f64 / 1e6)
        .sum()
}

/// MB/s of one or two decoders over the files not left out, rounds interleaved.
pub fn pair(
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

/// Prints figures beside their limits: what, value, least; `false` if one is missed.
pub fn judge(limits: &[(&str, f64, f64)]) -> bool {
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
