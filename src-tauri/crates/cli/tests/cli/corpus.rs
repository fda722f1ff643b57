//! Everything in the corpus of real files, imported as a user would, and its
//! figures beside those of other decoders.

use crate::paceline::Paceline;
use paceline_app::wire::ActivityView;
use paceline_app::{App, OpenOptions};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tempfile::tempdir;

/// Files whose figures differ from the reference by more than the tolerance, and why ours hold.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("fp_DeveloperData.fit", "n_session", NO_SESSION),
    ("mu_WithGearChangeData.fit", "n_session", NO_SESSION),
    ("mu_valid_only_contain_fileid.fit", "n_session", NO_SESSION),
    (
        "fp_garmin-fenix-5-run.fit",
        "avg_hr",
        "smart recording: 21 samples in 57 s, each weighted with the time it holds",
    ),
    (
        "fp_strava-android-app-201.10-b1218918.fit",
        "session_total_distance_m",
        "the file is damaged after 928 m; its total is of the whole ride",
    ),
    ("gc_14582164182.fit.gz", "avg_hr", LOST_STRAP),
    ("sl_2020-01-09_virtualride.fit", "avg_hr", LOST_STRAP),
    (
        "gc_RowingCIQspeed.FIT",
        "session_total_distance_m",
        "the recorder wrote a speed and a distance of 0; ours is the speed over its time",
    ),
    (
        "mu_triathlon_summary_first.fit",
        "avg_hr",
        "the swim's heart rate is known for a part of its samples; here each leg weighs by all of its",
    ),
    (
        "gc_20130717_143733.fit",
        "avg_power",
        "spikes of up to 21,733 W are no measurement and count as not recorded",
    ),
    (
        "gc_MultiSport-2019-11-24.fit",
        "avg_power",
        "the running legs' power of a developer field counts too",
    ),
];

const NO_SESSION: &str = "the file has no session; its samples make one activity";
const LOST_STRAP: &str = "a heart rate of 0 is a lost strap and enters no average";

fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?;
    let corpus = root.parent()?.join("shared/corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    eprintln!("skipped: no corpus at {}", corpus.display());
    None
}

/// Fields of a CSV line; quotes may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => out.last_mut().unwrap().push(c),
        }
    }
    out
}

type Row = BTreeMap<String, String>;

/// The reference's rows of each file, one per decoder.
fn reference(corpus: &Path) -> BTreeMap<String, Vec<Row>> {
    let text = std::fs::read_to_string(corpus.join("reference/decode_fit.csv")).unwrap();
    let mut lines = text.lines();
    let head = fields(lines.next().unwrap());
    let mut out: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for line in lines {
        let row: Row = head.iter().cloned().zip(fields(line)).collect();
        out.entry(row["file"].clone()).or_default().push(row);
    }
    out
}

/// Mean over activities, weighted by their samples.
fn mean(all: &[ActivityView], of: fn(&ActivityView) -> Option<f64>) -> Option<f64> {
    let held: Vec<(f64, f64)> = all
        .iter()
        .filter_map(|a| Some((of(a)?, f64::from(a.sample_count))))
        .collect();
    let weight: f64 = held.iter().map(|h| h.1).sum();
    (weight > 0.0).then(|| held.iter().map(|h| h.0 * h.1).sum::<f64>() / weight)
}

/// Figure, ours, and how far from it the reference may be, as a fraction.
fn ours(all: &[ActivityView]) -> Vec<(&'static str, Option<f64>, f64)> {
    let sum = |of: fn(&ActivityView) -> f64| Some(all.iter().map(of).sum::<f64>());
    vec![
        ("n_record", sum(|a| f64::from(a.sample_count)), 0.0),
        ("n_lap", sum(|a| a.laps.len() as f64), 0.0),
        ("n_session", Some(all.len() as f64), 0.0),
        (
            "session_total_distance_m",
            sum(|a| a.summary.distance_m.unwrap_or(0.0)),
            0.01,
        ),
        // Ours weigh each sample with the time it holds; theirs count each once.
        ("avg_hr", mean(all, |a| a.summary.avg_hr), 0.03),
        ("avg_power", mean(all, |a| a.summary.avg_power), 0.03),
    ]
}

#[test]
fn the_corpus_comes_in_once_and_with_the_figures_of_other_decoders() {
    let Some(corpus) = corpus() else { return };
    let dir = tempdir().unwrap();
    let app = Paceline::new(dir.path());
    let folder = corpus.display().to_string();
    let (code, first) = app.json(&["import", &folder]);
    assert!(code == 0 || code == 3, "exit code {code}");
    let items = first["items"].as_array().unwrap();
    println!("{}", first["report"]);
    for item in items.iter().filter(|i| i["outcome"] == "failed") {
        println!("failed {}: {}", item["path"], item["reason"]);
        let reason = item["reason"].as_str().unwrap_or_default();
        assert!(reason.split_whitespace().count() >= 4, "no reason: {item}");
    }

    let (_, second) = app.json(&["import", &folder]);
    assert_eq!(second["report"]["added"], 0);
    assert_eq!(second["report"]["merged"], 0);
    assert_eq!(second["report"]["failed"], first["report"]["failed"]);
    let checked = app.run(&["check"]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");

    compare(&reference(&corpus), items, dir.path());
}

#[tokio::main]
async fn compare(reference: &BTreeMap<String, Vec<Row>>, items: &[Value], data: &Path) {
    let options = OpenOptions {
        data_dir: data.to_path_buf(),
        key_file_only: true,
    };
    let app = App::open(options).await.unwrap();
    let (mut unexplained, mut used, mut compared) = (vec![], BTreeSet::new(), 0);
    for (name, rows) in reference {
        // The exports hold copies of some of the files; the file itself counts.
        let Some(item) = items.iter().find(|i| {
            i["path"]
                .as_str()
                .unwrap()
                .ends_with(&format!("/corpus/{name}"))
        }) else {
            continue;
        };
        let ids = item["activityIds"].as_array().unwrap();
        let mut all = vec![];
        for id in ids {
            all.push(app.activity(id.as_str().unwrap()).await.unwrap());
        }
        // A ride recorded twice shows the richer file's figures.
        if all.is_empty() || all.iter().any(|a| a.origins.len() > 1) {
            continue;
        }
        compared += 1;
        for (figure, value, tolerance) in ours(&all) {
            let theirs: Vec<f64> = rows
                .iter()
                .filter_map(|r| r[figure].split(';').map(|p| p.parse::<f64>().ok()).sum())
                .collect();
            let agrees = match value {
                _ if theirs.is_empty() => true,
                Some(v) => theirs
                    .iter()
                    .any(|t| (v - t).abs() <= tolerance * t.abs().max(1.0)),
                None => false,
            };
            if agrees {
                continue;
            }
            let why = EXPLAINED.iter().position(|e| e.0 == name && e.1 == figure);
            println!(
                "{name:55} {figure:26} ours {value:?} theirs {theirs:?} {}",
                why.map_or("UNEXPLAINED", |i| EXPLAINED[i].2)
            );
            match why {
                Some(i) => drop(used.insert(i)),
                None => unexplained.push(format!("{name} {figure}")),
            }
        }
    }
    app.close().await;
    println!("{compared} files compared");
    assert!(compared > 40, "only {compared} files were compared");
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    let stale: Vec<_> = (0..EXPLAINED.len())
        .filter(|i| !used.contains(i))
        .map(|i| (EXPLAINED[i].0, EXPLAINED[i].1))
        .collect();
    assert!(stale.is_empty(), "explained but not seen: {stale:?}");
}
