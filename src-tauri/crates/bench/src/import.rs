//! A thousand rides from a folder into the sealed store, with first metrics,
//! against rustyfit merely decoding the same files; and the memory it takes.
//!
//! The import runs in a process of its own, so that its peak memory is its own.

use crate::fit::rustyfit;
use crate::rides;
use paceline_app::wire::{ProfileInput, Units};
use paceline_app::{App, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant as Clock;

const RIDES: u32 = 1_000;
const ROUNDS: usize = 3;
const MOST_OF_RUSTYFIT: f64 = 1.0;
const MOST_MIB: f64 = 300.0;

/// What one import came to.
struct Import {
    seconds: f64,
    peak_mib: f64,
    stored_bytes: u64,
}

/// Prints the figures; `false` if a limit is missed.
pub fn run() -> Result<bool, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let files = folder.path().join("rides");
    let bytes = write(&files)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{RIDES} FIT files of {} samples and 8 channels, {:.1} MB, {cores} cores, best of {ROUNDS} rounds",
        rides::SAMPLES,
        bytes as f64 / 1e6
    );
    let (mut ours, mut one, mut all): (Option<Import>, f64, f64) =
        (None, f64::INFINITY, f64::INFINITY);
    for round in 0..ROUNDS {
        let import = import_in_child(&files, &folder.path().join(format!("data-{round}")))?;
        let before = ours.as_ref().map_or(0.0, |o| o.peak_mib);
        let peak_mib = import.peak_mib.max(before);
        if ours.as_ref().is_none_or(|o| import.seconds < o.seconds) {
            ours = Some(import);
        }
        if let Some(best) = &mut ours {
            best.peak_mib = peak_mib;
        }
        one = one.min(decode(&files, 1)?);
        all = all.min(decode(&files, cores)?);
    }
    let Some(ours) = ours else {
        return Err("nothing was imported".to_owned());
    };
    let values = f64::from(RIDES) * rides::SAMPLES as f64 * 9.0;
    println!(
        "import, end to end: {:.2} s, {:.2} ms a ride, {:.0} MB/s",
        ours.seconds,
        1e3 * ours.seconds / f64::from(RIDES),
        bytes as f64 / 1e6 / ours.seconds
    );
    println!("rustyfit decoding only, one thread: {one:.2} s; on {cores} threads: {all:.2} s");
    println!(
        "data folder {:.1} MB with originals: {:.2} bytes a value",
        ours.stored_bytes as f64 / 1e6,
        ours.stored_bytes as f64 / values
    );
    let of_rustyfit = ours.seconds / one;
    println!(
        "      {:.2} of rustyfit on as many threads",
        ours.seconds / all
    );
    let mut met = true;
    for (what, value, most) in [
        (
            "of the time rustyfit needs to decode",
            of_rustyfit,
            MOST_OF_RUSTYFIT,
        ),
        ("MiB at most in memory", ours.peak_mib, MOST_MIB),
    ] {
        let ok = value <= most;
        met &= ok;
        println!(
            "{} {value:.2} {what} (limit {most})",
            if ok { "ok    " } else { "MISSED" }
        );
    }
    Ok(met)
}

fn write(folder: &Path) -> Result<u64, String> {
    std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    let mut bytes = 0;
    for day in 0..RIDES {
        let file = rides::fit(day);
        bytes += file.len() as u64;
        std::fs::write(folder.join(format!("{day:04}.fit")), file).map_err(|e| e.to_string())?;
    }
    Ok(bytes)
}

/// Seconds in which rustyfit reads and decodes every file, on that many threads.
fn decode(folder: &Path, threads: usize) -> Result<f64, String> {
    let paths: Vec<PathBuf> = (0..RIDES)
        .map(|day| folder.join(format!("{day:04}.fit")))
        .collect();
    let clock = Clock::now();
    let whole = std::thread::scope(|scope| {
        let shares: Vec<_> = paths
            .chunks(paths.len().div_ceil(threads))
            .map(|share| {
                scope.spawn(|| {
                    share
                        .iter()
                        .all(|path| std::fs::read(path).is_ok_and(|bytes| rustyfit(&bytes)))
                })
            })
            .collect();
        shares.into_iter().all(|s| s.join().unwrap_or(false))
    });
    if whole {
        Ok(clock.elapsed().as_secs_f64())
    } else {
        Err("rustyfit cannot read a generated ride".to_owned())
    }
}

fn import_in_child(files: &Path, data: &Path) -> Result<Import, String> {
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let output = Command::new(program)
        .arg("import-once")
        .args([files, data])
        .output()
        .map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text
        .split_whitespace()
        .filter_map(|w| w.parse::<f64>().ok());
    let mut next = || numbers.next().ok_or("the import said nothing");
    let (seconds, peak_mib) = (next()?, next()?);
    let stored = ["paceline.db", "blobs.db"].iter();
    let stored_bytes = stored
        .filter_map(|name| std::fs::metadata(data.join(name)).ok())
        .map(|m| m.len())
        .sum();
    std::fs::remove_dir_all(data).map_err(|e| e.to_string())?;
    Ok(Import {
        seconds,
        peak_mib,
        stored_bytes,
    })
}

/// The child: imports `files` into a new data folder and prints seconds and peak MiB.
pub fn once(files: &Path, data: &Path) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let options = OpenOptions {
            data_dir: data.to_path_buf(),
            key_file_only: true,
        };
        let said = |e: paceline_app::WireError| e.to_string();
        let app = App::open(options).await.map_err(said)?;
        let input = ProfileInput {
            name: "Bench".to_owned(),
            units: Units::Metric,
            sex: None,
        };
        app.create_profile(input).await.map_err(said)?;
        let clock = Clock::now();
        let report = app
            .import_paths(vec![files.to_path_buf()], |_| {})
            .await
            .map_err(said)?;
        let seconds = clock.elapsed().as_secs_f64();
        app.close().await;
        if report.added != RIDES {
            return Err(format!("{} of {RIDES} rides were added", report.added));
        }
        println!("{seconds} {}", peak_mib());
        Ok(())
    })
}

/// The most memory this process ever had resident; NaN where the system does not say.
fn peak_mib() -> f64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|text| {
            let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        })
        .map_or(f64::NAN, |kib| kib / 1024.0)
}
