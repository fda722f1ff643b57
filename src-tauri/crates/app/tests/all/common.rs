//! An app over a folder of its own, and files to feed it.

use paceline_analysis::sample::SampleAthlete;
use paceline_app::wire::*;
use paceline_app::{App, OpenOptions};
use paceline_formats::fit;
use paceline_model::{Instant, Recording, Sport};
use std::path::{Path, PathBuf};

pub async fn open(dir: &Path) -> App {
    let options = OpenOptions {
        data_dir: dir.join("data"),
        key_file_only: true,
    };
    App::open(options).await.unwrap()
}

pub async fn ready(dir: &Path) -> App {
    let app = open(dir).await;
    let input = ProfileInput {
        name: " Ada ".into(),
        units: Units::Metric,
        sex: None,
    };
    app.create_profile(input).await.unwrap();
    app
}

pub fn rides(n: usize) -> Vec<Recording> {
    let athlete = SampleAthlete::new(Instant(1_790_000_000_000));
    (0..athlete.len())
        .filter_map(|i| athlete.recording(i))
        .filter(|r| r.sport == Sport::Cycling)
        .take(n)
        .collect()
}

pub fn write(dir: &Path, name: &str, recording: &Recording) -> PathBuf {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, fit::encode(recording).unwrap()).unwrap();
    path
}

pub async fn import(app: &App, path: &Path) -> ImportReport {
    app.import_paths(vec![path.to_path_buf()], |_| {})
        .await
        .unwrap()
}

pub async fn all(app: &App) -> Vec<ActivityRowView> {
    app.activity_page(ListQuery {
        limit: 1000,
        ..ListQuery::default()
    })
    .await
    .unwrap()
    .rows
}

/// The items of an import by the end of their paths.
pub async fn items(app: &App, report: &ImportReport) -> Vec<ImportItem> {
    app.import_items(&report.import_id).await.unwrap()
}

#[track_caller]
pub fn item<'i>(items: &'i [ImportItem], end: &str) -> &'i ImportItem {
    let found: Vec<_> = items.iter().filter(|i| i.path.ends_with(end)).collect();
    let all: Vec<_> = items.iter().map(|i| &i.path).collect();
    assert_eq!(found.len(), 1, "{end} among {all:#?}");
    found[0]
}

/// The bytes of an archive of files.
pub fn zipped<'f>(files: impl IntoIterator<Item = (&'f str, Vec<u8>)>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut writer, &bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Bytes that do not pack.
pub fn noise(n: usize) -> Vec<u8> {
    let mut x = 1u64;
    // Repeats lie further apart than what packs looks back.
    let block: Vec<u8> = (0..1 << 20)
        .map(|_| {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (x >> 56) as u8
        })
        .collect();
    block.iter().copied().cycle().take(n).collect()
}

pub fn fit_bytes(recording: &Recording) -> Vec<u8> {
    fit::encode(recording).unwrap()
}

pub fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Added, merged, known, biometrics, skipped and failed files.
pub fn counts(r: &ImportReport) -> [u32; 6] {
    [
        r.added,
        r.merged,
        r.known,
        r.biometrics,
        r.skipped,
        r.failed,
    ]
}

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
