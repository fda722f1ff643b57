//! Every FIT file of the corpus against what two other decoders read in it.
//!
//! Prints a table of disagreements; each must be explained in [`EXPLAINED`],
//! and an explanation no disagreement needs any more fails too.

use crate::common::{Explained, civil, compare};
use paceline_formats::fit;
use paceline_model::{Channel, DecodedFile, Recording, Values};
use std::collections::BTreeMap;

const EXPLAINED: &[Explained] = &[
    ("fd_garmin-fr935-cr.fit", "avg_hr", BEATS),
    ("fp_event_timestamp.fit", "avg_hr", BEATS),
    ("gc_GarminHRMswim.FIT", "avg_hr", BEATS),
    ("mu_HrmPluginTestActivity.fit", "avg_hr", BEATS),
    (
        "fp_strava-android-app-201.10-b1218918.fit",
        "last_ts",
        "the last record before the damage is dated 2085; its time is a wrong clock",
    ),
    (
        "gc_20160517-063148-1-1328-ANTFS-4-0.FIT",
        "first_ts",
        LENGTHS,
    ),
    (
        "gc_20160517-063148-1-1328-ANTFS-4-0.FIT",
        "last_ts",
        LENGTHS,
    ),
    ("gc_AleV_Swim_2015-02-09-16-15.fit", "first_ts", LENGTHS),
    ("gc_AleV_Swim_2015-02-09-16-15.fit", "last_ts", LENGTHS),
    ("gc_4077461142.fit", "avg_power", DEVELOPER),
    ("gc_Fr955v19.28andStryd.fit", "avg_power", DEVELOPER),
    ("gc_Garmin920_withFirstbeat.fit", "avg_power", DEVELOPER),
    ("gc_MultiSport-2019-11-24.fit", "avg_power", DEVELOPER),
    ("gc_RowingCIQspeed.FIT", "avg_power", DEVELOPER),
    (
        "gc_RowingCIQspeed.FIT",
        "avg_speed",
        "the speed of a developer field in km/h that declares the native one, turned into m/s",
    ),
    (
        "mu_chained_Activity_activity_poolswim.fit",
        "last_ts",
        "two activities: the first ends later than the second; the reference gives the last record's",
    ),
    ("sl_broken.fit", "avg_cadence", UNCLOSED),
    ("sl_broken.fit", "avg_hr", UNCLOSED),
    ("sl_broken.fit", "avg_power", UNCLOSED),
    ("sl_broken.fit", "avg_speed", UNCLOSED),
    ("sl_broken.fit", "first_ts", UNCLOSED),
    ("sl_broken.fit", "last_ts", UNCLOSED),
    ("sl_broken.fit", "n_record", UNCLOSED),
    ("sl_broken.fit", "record_max_distance_m", UNCLOSED),
];

const BEATS: &str = "the strap's beats, stored in `hr` messages, fill samples without a heart rate; the reference leaves them apart";
const DEVELOPER: &str = "the power of the developer field that declares the native one; the reference counts native fields only";
const LENGTHS: &str = "the records have no time; ours stand at the end of their pool lengths";
const UNCLOSED: &str = "the header says length 0: the reference gives up, we read to the end";

fn iso(ms: i64) -> String {
    let (y, m, d, h, min, s) = civil(ms);
    format!("{y:04}-{m:02}-{d:02}T{h:02}:{min:02}:{s:02}+00:00")
}

fn mean(recordings: &[Recording], channel: &Channel) -> Option<f64> {
    let mut sum = 0.0;
    let mut count = 0.0;
    for r in recordings {
        let Some(c) = r.series.column(channel) else {
            continue;
        };
        for i in 0..c.values.len() {
            let v = match (&c.values, channel) {
                // The others read the whole revolutions only.
                (Values::Scaled { raw, .. }, Channel::Cadence) if raw[i] != Values::MISSING => {
                    Some(f64::from(raw[i] >> 7))
                }
                (values, _) => values.get(i),
            };
            if let Some(v) = v {
                sum += v;
                count += 1.0;
            }
        }
    }
    (count > 0.0).then(|| sum / count)
}

/// Ours, under the names of the reference's columns.
fn ours(file: &DecodedFile) -> BTreeMap<&'static str, String> {
    let rs = &file.recordings;
    let instants = || {
        rs.iter().filter(|r| r.timed).flat_map(|r| {
            [r.series.time_ms.first(), r.series.time_ms.last()]
                .into_iter()
                .flatten()
                .map(|&t| r.start.0 + i64::from(t))
        })
    };
    let distances = |f: fn(&Recording) -> Option<f64>, digits: usize| {
        rs.iter()
            .filter_map(f)
            .map(|d| format!("{d:.digits$}"))
            .collect::<Vec<_>>()
            .join(";")
    };
    let sessions = rs
        .iter()
        .filter(|r| {
            !r.warnings
                .iter()
                .any(|w| w.code == paceline_model::WarningCode::NoSession)
        })
        .count();
    let fixed =
        |v: Option<f64>, digits: usize| v.map_or(String::new(), |v| format!("{v:.digits$}"));
    let max_distance = rs
        .iter()
        .filter_map(|r| r.series.values(&Channel::Distance))
        .flatten()
        .filter(|d| d.is_finite())
        .reduce(f64::max);
    BTreeMap::from([
        (
            "n_record",
            rs.iter().map(|r| r.series.len()).sum::<usize>().to_string(),
        ),
        (
            "n_lap",
            rs.iter().map(|r| r.laps.len()).sum::<usize>().to_string(),
        ),
        ("n_session", sessions.to_string()),
        (
            "n_length",
            rs.iter()
                .map(|r| r.lengths.len())
                .sum::<usize>()
                .to_string(),
        ),
        ("first_ts", instants().min().map_or(String::new(), iso)),
        ("last_ts", instants().max().map_or(String::new(), iso)),
        (
            "session_total_distance_m",
            distances(|r| r.totals.distance_m, 2),
        ),
        (
            "session_total_elapsed_s",
            distances(|r| r.totals.elapsed_s, 3),
        ),
        ("record_max_distance_m", fixed(max_distance, 2)),
        ("avg_hr", fixed(mean(rs, &Channel::HeartRate), 4)),
        ("avg_power", fixed(mean(rs, &Channel::Power), 4)),
        ("avg_cadence", fixed(mean(rs, &Channel::Cadence), 4)),
        ("avg_speed", fixed(mean(rs, &Channel::Speed), 4)),
    ])
}

#[test]
fn every_corpus_file_agrees_with_the_reference_or_says_why_not() {
    compare(
        "decode_fit.csv",
        // Packed files are the archive module's.
        |name| name.to_lowercase().ends_with(".fit"),
        |_, bytes| match fit::decode(bytes) {
            Ok(file) => ours(&file),
            Err(e) => BTreeMap::from([("error", e.to_string())]),
        },
        EXPLAINED,
    );
}
