//! Every GPX and TCX file of the corpus against what gpxpy and tcxreader read
//! in it.

use crate::common::{Explained, civil, compare};
use paceline_formats::decode;
use paceline_model::{Channel, DecodedFile, Recording};
use std::collections::BTreeMap;

const EXPLAINED: &[Explained] = &[
    ("gc_MetadataOnly.gpx", "errors", NOTHING),
    (
        "gp_gpx1.1_with_extensions_without_namespaces.gpx",
        "errors",
        NOTHING,
    ),
    ("gp_unicode_with_bom.gpx", "errors", NOTHING),
    ("tc_empty.tcx", "errors", NOTHING),
    (
        "gp_cerknicko-jezero-without-elevations.gpx",
        "n_points_with_time",
        NEIGHBOUR,
    ),
    ("gp_cerknicko-without-times.gpx", "n_points_with_time", FEW),
    ("gp_cerknicko-without-times.gpx", "first_time", FEW),
    ("gp_cerknicko-without-times.gpx", "last_time", FEW),
    (
        "gp_cerknicko-without-times.gpx",
        "length_2d_m",
        "tracks without times that begin where another ended are one recording, and the step between them counts",
    ),
    ("gp_gpx1.0_with_all_fields.gpx", "first_time", ZONELESS),
    ("gp_gpx1.0_with_all_fields.gpx", "last_time", ZONELESS),
    ("gp_gpx1.1_with_all_fields.gpx", "first_time", ZONELESS),
    ("gp_gpx1.1_with_all_fields.gpx", "last_time", ZONELESS),
    (
        "gp_track-with-less-sec-time.gpx",
        "first_time",
        "the same instant, printed in its own zone",
    ),
    (
        "gp_track-with-less-sec-time.gpx",
        "last_time",
        "the same instant, printed in its own zone",
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "n_points",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "n_points_with_time",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "n_points_with_ele",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "n_points_with_hr",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "n_segments_or_laps",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "first_time",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "last_time",
        SESSION,
    ),
    ("gc_activity_165850259_multi-session.tcx", "avg_hr", SESSION),
    ("gc_activity_165850259_multi-session.tcx", "max_hr", SESSION),
    (
        "gc_activity_165850259_multi-session.tcx",
        "min_ele",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "max_ele",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "distance_m",
        SESSION,
    ),
    (
        "gc_activity_165850259_multi-session.tcx",
        "calories",
        SESSION,
    ),
    (
        "sl_20160911_run_708752345.tcx",
        "n_points_with_cadence",
        RUN_CADENCE,
    ),
    ("sl_20160911_run_708752345.tcx", "avg_cadence", RUN_CADENCE),
    ("sl_20160911_run_708752345.tcx", "max_cadence", RUN_CADENCE),
    (
        "tr_cross-country-skiing_activity_1.tcx",
        "n_points_with_cadence",
        RUN_CADENCE,
    ),
    (
        "tr_cross-country-skiing_activity_1.tcx",
        "avg_cadence",
        RUN_CADENCE,
    ),
    (
        "tr_cross-country-skiing_activity_1.tcx",
        "max_cadence",
        RUN_CADENCE,
    ),
    (
        "sl_unknown_example.tcx",
        "n_segments_or_laps",
        "18 of the 32 laps have no point; they are laps all the same",
    ),
    ("tr_mapmyride_biking.tcx", "first_time", MILLISECONDS),
    ("tr_mapmyride_biking.tcx", "last_time", MILLISECONDS),
];

const NOTHING: &str =
    "no track, no route and no lap: an error that says so, where the reference gives an empty list";
const NEIGHBOUR: &str = "the point without a time stands beside its neighbour";
const FEW: &str = "5 of the 25 points of their track have a time, too few for an axis";
const ZONELESS: &str = "a time without a zone is UTC";
const SESSION: &str = "the reference does not look into a multisport session";
const RUN_CADENCE: &str =
    "the cadence stands in the extension as RunCadence, where the reference does not look";
const MILLISECONDS: &str = "parts of milliseconds are rounded";

fn iso(ms: i64, zone: bool) -> String {
    let (y, m, d, h, min, s) = civil(ms);
    let part = match ms.rem_euclid(1000) {
        0 => String::new(),
        part => format!(".{part:03}000"),
    };
    let zone = if zone { "+00:00" } else { "" };
    format!("{y:04}-{m:02}-{d:02} {h:02}:{min:02}:{s:02}{part}{zone}")
}

fn values(rs: &[Recording], channel: &Channel) -> Vec<f64> {
    rs.iter()
        .filter_map(|r| r.series.values(channel))
        .flatten()
        .filter(|v| v.is_finite())
        .collect()
}

/// Metres along the points as gpxpy measures them, but not over pauses.
fn length(r: &Recording) -> f64 {
    const DEGREE_M: f64 = 6_378_137.0 * std::f64::consts::PI / 180.0;
    let (Some(lat), Some(lon)) = (
        r.series.values(&Channel::Latitude),
        r.series.values(&Channel::Longitude),
    ) else {
        return 0.0;
    };
    let stops: Vec<i32> = r
        .timer
        .iter()
        .filter(|e| !e.running)
        .map(|e| e.at_ms)
        .collect();
    let mut sum = 0.0;
    for i in 1..lat.len() {
        let (from, to) = (r.series.time_ms[i - 1], r.series.time_ms[i]);
        if stops.iter().any(|&s| s == from && s < to) {
            continue;
        }
        let east = (lon[i] - lon[i - 1]) * lat[i - 1].to_radians().cos();
        let step = (lat[i] - lat[i - 1]).hypot(east) * DEGREE_M;
        if step.is_finite() {
            sum += step;
        }
    }
    sum
}

/// Ours, under the names of the reference's columns.
fn ours(file: &DecodedFile) -> BTreeMap<&'static str, String> {
    let rs = &file.recordings;
    let gpx = file.format == "gpx";
    let mut out = BTreeMap::new();
    let rows: usize = rs.iter().map(|r| r.series.len()).sum();
    out.insert("n_points", rows.to_string());
    let timed = rs.iter().filter(|r| r.timed);
    let instants: Vec<i64> = timed
        .flat_map(|r| r.series.time_ms.iter().map(|&t| r.start.0 + i64::from(t)))
        .collect();
    out.insert("n_points_with_time", instants.len().to_string());
    for (name, edge) in [
        ("first_time", instants.iter().min()),
        ("last_time", instants.iter().max()),
    ] {
        out.insert(name, edge.map_or(String::new(), |&t| iso(t, gpx)));
    }
    let fixed = |v: Option<f64>| v.map_or(String::new(), |v| format!("{v:.6}"));
    for (count, avg, max, channel) in [
        ("n_points_with_ele", "", "max_ele", Channel::Altitude),
        ("n_points_with_hr", "avg_hr", "max_hr", Channel::HeartRate),
        (
            "n_points_with_power",
            "avg_power",
            "max_power",
            Channel::Power,
        ),
        (
            "n_points_with_cadence",
            "avg_cadence",
            "max_cadence",
            Channel::Cadence,
        ),
    ] {
        let v = values(rs, &channel);
        out.insert(count, v.len().to_string());
        out.insert(max, fixed(v.iter().copied().reduce(f64::max)));
        if !avg.is_empty() && !v.is_empty() {
            out.insert(avg, fixed(Some(v.iter().sum::<f64>() / v.len() as f64)));
        }
    }
    let min = values(rs, &Channel::Altitude).into_iter().reduce(f64::min);
    out.insert("min_ele", fixed(min));
    if gpx {
        out.insert("length_2d_m", fixed(Some(rs.iter().map(length).sum())));
    } else {
        let laps: usize = rs.iter().map(|r| r.laps.len()).sum();
        out.insert("n_segments_or_laps", laps.to_string());
        let sum =
            |of: fn(&Recording) -> Option<f64>| rs.iter().filter_map(of).fold(0.0, |a, b| a + b);
        out.insert("distance_m", fixed(Some(sum(|r| r.totals.distance_m))));
        out.insert("calories", fixed(Some(sum(|r| r.totals.calories_kcal))));
    }
    out
}

#[test]
fn every_corpus_file_agrees_with_the_reference_or_says_why_not() {
    compare(
        "decode_gpx_tcx.csv",
        // Whose content the reference could not read.
        |name| name != "strava_708752345.tcx.gz",
        |name, bytes| match decode(name, bytes) {
            Ok(file) => ours(&file),
            Err(e) => BTreeMap::from([("errors", e.to_string())]),
        },
        EXPLAINED,
    );
}

#[test]
fn a_packed_file_reads_the_same_as_the_one_it_was_packed_from() {
    let Some(corpus) = crate::common::corpus() else {
        return;
    };
    for (packed, plain) in [
        ("strava_708752345.tcx.gz", "sl_20160911_run_708752345.tcx"),
        ("strava_906581465.gpx.gz", "sl_20170319_run_906581465.gpx"),
    ] {
        let read = |name: &str| {
            let bytes = std::fs::read(corpus.join(name)).expect("a corpus file");
            decode(name, &bytes).expect("readable")
        };
        assert_eq!(read(packed), read(plain), "{packed}");
    }
}
