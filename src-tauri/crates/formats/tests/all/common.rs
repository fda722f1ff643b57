//! What several modules need: the corpus, and the comparison with its references.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The corpus beside the workspace; says so where there is none.
pub fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?;
    let corpus = root.parent()?.join("shared/corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    eprintln!("skipped: no corpus at {}", corpus.display());
    None
}

/// The corpus files with one of the endings, in order of name; none where there is no corpus.
pub fn corpus_files(endings: &[&str]) -> Vec<PathBuf> {
    let Some(corpus) = corpus() else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus)
        .expect("the corpus")
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| {
            p.extension()
                .is_some_and(|e| endings.iter().any(|wanted| e.eq_ignore_ascii_case(wanted)))
        })
        .collect();
    files.sort();
    files
}

/// Fields of a CSV line; quotes may hold commas.
fn split_csv(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => out.last_mut().expect("one field").push(c),
        }
    }
    out
}

type Row = BTreeMap<String, String>;

/// Rows by file.
fn reference(corpus: &Path, table: &str) -> BTreeMap<String, Vec<Row>> {
    let text = std::fs::read_to_string(corpus.join("reference").join(table)).expect("reference");
    let mut lines = text.lines();
    let head = split_csv(lines.next().expect("header"));
    let mut out: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for line in lines {
        let row: Row = head.iter().cloned().zip(split_csv(line)).collect();
        out.entry(row["file"].clone()).or_default().push(row);
    }
    out
}

/// Equal as text, or as numbers within the last printed digit.
fn agree(a: &str, b: &str) -> bool {
    let numbers = |s: &str| {
        s.split(';')
            .map(|p| p.parse::<f64>().ok())
            .collect::<Option<Vec<_>>>()
    };
    a == b
        || matches!((numbers(a), numbers(b)), (Some(x), Some(y))
            if x.len() == y.len() && x.iter().zip(&y).all(|(x, y)| (x - y).abs() <= 0.000_11 * x.abs().max(1.0)))
}

/// File, column, why ours is right.
pub type Explained = (&'static str, &'static str, &'static str);

/// Compares what `ours` reads in the wanted files of the corpus with a table of
/// what other decoders read. Prints the disagreements; each must be explained,
/// and an explanation that no disagreement needs any more fails too.
pub fn compare(
    table: &str,
    wanted: impl Fn(&str) -> bool,
    ours: impl Fn(&str, &[u8]) -> BTreeMap<&'static str, String>,
    explained: &[Explained],
) {
    let Some(corpus) = corpus() else { return };
    let mut unexplained = Vec::new();
    let mut used = BTreeSet::new();
    let mut compared = 0;
    for (name, rows) in reference(&corpus, table) {
        if !wanted(&name) {
            continue;
        }
        let bytes = std::fs::read(corpus.join(&name)).expect("a file the reference names");
        compared += 1;
        for (column, value) in ours(&name, &bytes) {
            let theirs: Vec<&str> = rows
                .iter()
                .map(|r| r.get(column).map_or("", String::as_str))
                .collect();
            if theirs.iter().any(|t| agree(t, &value)) {
                continue;
            }
            let why = explained
                .iter()
                .position(|e| e.0 == name && e.1 == column)
                .inspect(|&i| {
                    used.insert(i);
                })
                .map(|i| explained[i].2);
            eprintln!(
                "{name:58} {column:24} ours {value:28} theirs {:40} {}",
                theirs.join(" | "),
                why.unwrap_or("UNEXPLAINED")
            );
            if why.is_none() {
                unexplained.push(format!("{name} {column}"));
            }
        }
    }
    eprintln!("{compared} files compared");
    assert!(compared > 0, "no file of the table was wanted");
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    let stale: Vec<_> = (0..explained.len())
        .filter(|i| !used.contains(i))
        .map(|i| explained[i])
        .collect();
    assert!(stale.is_empty(), "explained but not seen: {stale:#?}");
}

/// Year, month, day, hour, minute, second of Unix milliseconds.
pub fn civil(ms: i64) -> (i64, i64, i64, i64, i64, i64) {
    let s = ms.div_euclid(1000);
    let days = s.div_euclid(86_400);
    let t = s.rem_euclid(86_400);
    // Civil date of a day number, proleptic Gregorian.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = doy - (153 * mp + 2) / 5 + 1;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    let y = yoe + era * 400 + i64::from(m <= 2);
    (y, m, d, t / 3600, t / 60 % 60, t % 60)
}

/// A small generator with a fixed seed, so that a failure can be repeated.
pub struct Random(u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Runs over the files on two threads, each file with a generator of its own.
pub fn over(files: &[PathBuf], work: impl Fn(&[u8], &mut Random) + Sync) {
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
