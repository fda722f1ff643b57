//! Damaged, hostile and arbitrary XML and gzip: never a panic, never memory out
//! of proportion, never time that grows faster than the input.

use crate::common::{corpus_files, over};
use crate::promises::check;
use flate2::Compression;
use flate2::write::GzEncoder;
use paceline_formats::decode;
use paceline_model::{Channel, WarningCode};
use proptest::prelude::*;
use std::io::Write;

const CUTS: usize = 200;
const FLIPS: usize = 1000;
/// Of longer files the beginning and the end are flipped; between them they repeat themselves.
const HEAD: usize = 20_000;
const TAIL: usize = 10_000;

fn survive(bytes: &[u8]) {
    if let Ok(file) = decode("x", bytes) {
        check(&file, bytes.len());
    }
}

/// As [`survive`], of bytes that stand for more.
fn survive_packed(bytes: &[u8], unpacked: usize) {
    if let Ok(file) = decode("x", bytes) {
        check(&file, unpacked.max(bytes.len()));
    }
}

#[test]
fn every_corpus_file_survives_being_cut_anywhere() {
    over(&corpus_files(&["gpx", "tcx"]), |bytes, random| {
        for _ in 0..CUTS {
            survive(&bytes[..random.below(bytes.len())]);
        }
    });
}

#[test]
fn every_corpus_file_survives_flipped_bytes() {
    over(&corpus_files(&["gpx", "tcx"]), |bytes, random| {
        let part = match bytes.len().checked_sub(TAIL) {
            Some(tail) if tail > HEAD => [&bytes[..HEAD], &bytes[tail..]].concat(),
            _ => bytes.to_vec(),
        };
        let mut copy = part.clone();
        for round in 0..FLIPS {
            // Each round flips one more byte of the copy, which starts afresh now and then.
            if round % 10 == 0 {
                copy.copy_from_slice(&part);
            }
            let at = random.below(copy.len());
            copy[at] ^= 1 + random.below(255) as u8;
            survive(&copy);
        }
    });
}

#[test]
fn every_packed_corpus_file_survives_cuts_and_flipped_bytes() {
    over(&corpus_files(&["gz"]), |bytes, random| {
        for _ in 0..CUTS {
            survive_packed(&bytes[..random.below(bytes.len())], 4_000_000);
        }
        let mut copy = bytes.to_vec();
        for round in 0..FLIPS {
            if round % 10 == 0 {
                copy.copy_from_slice(bytes);
            }
            let at = random.below(copy.len());
            copy[at] ^= 1 + random.below(255) as u8;
            // A flip may turn a short file into one that unpacks to anything.
            survive_packed(&copy, 40_000_000);
        }
    });
}

/// A track of `rows` points, with `head` before it and `tail` after.
fn gpx(head: &str, rows: usize, tail: &str) -> String {
    let points: String = (0..rows)
        .map(|i| format!("<trkpt lat=\"47.{i}\" lon=\"8\"><ele>{i}</ele></trkpt>"))
        .collect();
    format!("<gpx>{head}<trk><trkseg>{points}{tail}</trkseg></trk></gpx>")
}

#[test]
fn entities_that_multiply_are_not_expanded() {
    let mut dtd = String::from("<!DOCTYPE gpx [<!ENTITY a0 \"ha\">");
    for i in 1..60 {
        dtd += &format!("<!ENTITY a{i} \"&a{0};&a{0};\">", i - 1);
    }
    let text = format!(
        "{dtd}]>{}",
        gpx("<metadata><name>&a59;</name></metadata>", 2, "")
    );
    let file = decode("x.gpx", text.as_bytes()).expect("readable");
    assert_eq!(file.recordings[0].name.as_deref(), Some("&a59;"));
}

#[test]
fn elements_nested_a_million_deep_are_passed_over() {
    let deep = "<x>".repeat(1_000_000) + &"</x>".repeat(1_000_000);
    let text = gpx(&deep, 3, "");
    let file = decode("x.gpx", text.as_bytes()).expect("readable");
    assert_eq!(file.recordings[0].series.len(), 3);
    // Without their ends they are one damage, and the track is found behind it or not at all.
    let text = gpx(&"<x>".repeat(300_000), 3, "");
    survive(text.as_bytes());
    let inside = gpx(
        "",
        2,
        &format!("<trkpt lat='1' lon='2'>{}", "<y>".repeat(300_000)),
    );
    survive(inside.as_bytes());
}

#[test]
fn an_attribute_of_megabytes_is_read_once_and_kept_short() {
    let giant = "9".repeat(8_000_000);
    let text = gpx(
        &format!("<wpt lat=\"{giant}\" note=\"{giant}\"/>"),
        1,
        &format!("<trkpt lat=\"{giant}\" lon=\"1\" x=\"{giant}\"><ele>{giant}</ele></trkpt>"),
    );
    let file = decode("x.gpx", text.as_bytes()).expect("readable");
    let r = &file.recordings[0];
    assert_eq!(r.series.len(), 2);
    assert_eq!(
        r.series
            .column(&Channel::Altitude)
            .and_then(|c| c.values.get(1)),
        None
    );
    let kept: usize = r
        .extra
        .iter()
        .flat_map(|m| &m.fields)
        .map(|f| f.sample.len())
        .sum();
    assert!(kept < 10_000, "{kept}");
}

#[test]
fn damage_everywhere_is_given_up_before_it_takes_long() {
    // Each opening quote runs to the end of the text.
    let text = gpx("", 2, &"<trkpt lat=\"1>".repeat(40_000));
    survive(text.as_bytes());
    let text = gpx("", 2, &"<trkpt lat='1' lon='2'></wrong>".repeat(40_000));
    let file = decode("x.gpx", text.as_bytes()).expect("readable");
    assert!(file.warnings.len() <= 20, "{}", file.warnings.len());
    assert!(file.warnings.iter().all(|w| w.code == WarningCode::Damaged));
}

#[test]
fn thousands_of_tracks_and_activities_take_no_more_than_their_share() {
    let long = "x".repeat(1_000_000);
    let day = |d: i64| {
        let (year, month) = (1990 + d / 336, d / 28 % 12 + 1);
        format!("{year}-{month:02}-{:02}T06:00:00Z", d % 28 + 1)
    };
    // Each a recording of its own, none with a copy of the text.
    let segments: String = (0..10_000)
        .map(|d| {
            format!(
                "<trkseg><trkpt lat='1' lon='2'><time>{}</time></trkpt></trkseg>",
                day(d)
            )
        })
        .collect();
    let text = format!(
        "<gpx><metadata><desc>{long}</desc></metadata><trk><desc>{long}</desc>{segments}</trk></gpx>"
    );
    let file = decode("x.gpx", text.as_bytes()).expect("readable");
    assert_eq!(file.recordings.len(), 10_000);
    let notes: usize = file
        .recordings
        .iter()
        .filter_map(|r| r.notes.as_ref())
        .map(String::len)
        .sum();
    assert!(notes <= 2 * long.len(), "{notes}");

    // All at the same hour.
    let track = "<trk><trkseg><trkpt lat='1' lon='2'><time>2024-05-01T06:00:00Z</time></trkpt>\
                 <trkpt lat='1' lon='2'><time>2024-05-01T07:00:00Z</time></trkpt></trkseg></trk>";
    survive(format!("<gpx>{}</gpx>", track.repeat(20_000)).as_bytes());

    let open = "<TrainingCenterDatabase><Activities>";
    for content in [
        "<Activity><Lap/></Activity>",
        "<Activity/><MultiSportSession><NextSport><Transition/>",
        "<Activity><Lap><Track><Trackpoint/></Track></Lap></Activity>",
    ] {
        let text = format!("{open}{}", content.repeat(50_000));
        if let Ok(file) = decode("x.tcx", text.as_bytes()) {
            let most = 1000 + text.len() / 64;
            let laps: usize = file.recordings.iter().map(|r| r.laps.len()).sum();
            assert!(file.recordings.len() + laps <= most, "{laps} of {most}");
            check(&file, text.len());
        }
    }
}

#[test]
fn sparse_columns_cannot_take_much_more_memory_than_the_file() {
    let fields: String = (0..300).map(|i| format!("<f{i}>1</f{i}>")).collect();
    let bare = "<trkpt/>".repeat(200_000);
    let text = gpx(
        "",
        0,
        &format!("{bare}<trkpt lat='1' lon='2'><extensions>{fields}</extensions></trkpt>"),
    );
    let file = decode("x.gpx", text.as_bytes()).expect("readable");
    check(&file, text.len());
    let r = &file.recordings[0];
    let cells: usize = r.series.columns.iter().map(|c| c.values.len()).sum();
    assert!(
        cells <= 16 * text.len() + 65_536 + r.series.len(),
        "{cells} cells"
    );
    assert!(
        r.warnings
            .iter()
            .any(|w| w.code == WarningCode::ValueImplausible)
    );
}

#[test]
fn a_packed_bomb_is_no_activity_file() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..200 {
        encoder.write_all(&[b' '; 1 << 16]).expect("memory");
    }
    let bytes = encoder.finish().expect("memory");
    let refused = decode("x.tcx.gz", &bytes).expect_err("no activity");
    assert!(refused.to_string().contains("x.tcx.gz"), "{refused}");
}

#[test]
fn packed_files_are_read_as_what_they_hold() {
    let pack = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    };
    let text = gpx("", 500, "");
    let packed = pack(text.as_bytes());
    let file = decode("x.gpx.gz", &packed).expect("readable");
    assert_eq!((file.format, file.recordings[0].series.len()), ("gpx", 500));
    assert_eq!(file.warnings, []);

    let cut = decode("x.gpx.gz", &packed[..packed.len() * 2 / 3]).expect("readable");
    assert!(cut.recordings[0].series.len() > 100);
    let codes: Vec<WarningCode> = cut.warnings.iter().map(|w| w.code).collect();
    assert_eq!(codes, [WarningCode::Truncated; 2]);

    for (bytes, says) in [
        (pack(b""), "empty"),
        (pack(b"neither"), "not a FIT, TCX or GPX"),
        (vec![0x1F, 0x8B, 8, 0], "damaged"),
    ] {
        let refused = decode("x.gz", &bytes).expect_err("nothing in it");
        assert!(refused.to_string().contains(says), "{refused}");
    }
}

/// Text with the words that mean something, in no order that does.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<gpx>"),
        Just("</gpx>"),
        Just("<trk>"),
        Just("</trk>"),
        Just("<trkseg>"),
        Just("</trkseg>"),
        Just("<trkpt lat='1.5' lon='-2'>"),
        Just("</trkpt>"),
        Just("<rte>"),
        Just("<rtept/>"),
        Just("<ele>12.3</ele>"),
        Just("<time>2024-05-01T06:00:00Z</time>"),
        Just("<time>2034-05-01T06:00:00+01:00</time>"),
        Just("<extensions>"),
        Just("</extensions>"),
        Just("<a:hr>120</a:hr>"),
        Just("<power>1e3</power>"),
        Just("<gpxdata:lap>"),
        Just("</gpxdata:lap>"),
        Just("<startTime>2024-05-01T06:00:00Z</startTime>"),
        Just("<TrainingCenterDatabase>"),
        Just("<Activities>"),
        Just("<Activity Sport='Biking'>"),
        Just("</Activity>"),
        Just("<Lap StartTime='2024-05-01T06:00:00Z'>"),
        Just("</Lap>"),
        Just("<Track>"),
        Just("</Track>"),
        Just("<Trackpoint>"),
        Just("</Trackpoint>"),
        Just("<Time>2024-05-01T06:00:01Z</Time>"),
        Just("<TotalTimeSeconds>9e9</TotalTimeSeconds>"),
        Just("<MultiSportSession>"),
        Just("<FirstSport>"),
        Just("<Courses>"),
        Just("<Course>"),
        Just("<![CDATA["),
        Just("]]>"),
        Just("<!--"),
        Just("-->"),
        Just("&amp;"),
        Just("&#0;"),
        Just("<?pi"),
        Just("?>"),
        Just("\""),
        Just("'"),
        Just("<"),
        Just(">"),
        Just("é"),
        Just("\0"),
    ];
    (any::<bool>(), proptest::collection::vec(piece, 0..60)).prop_map(|(gpx, pieces)| {
        let root = if gpx {
            "<gpx>"
        } else {
            "<TrainingCenterDatabase><Activities>"
        };
        root.to_owned() + &pieces.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn words_in_any_order_are_survived(text in soup()) {
        survive(text.as_bytes());
    }

    #[test]
    fn arbitrary_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        survive(&body);
        for root in ["<gpx><trk><trkseg>", "<TrainingCenterDatabase>", "\u{1f}\u{8b}\u{8}"] {
            survive(&[root.as_bytes(), &body].concat());
        }
        survive_packed(&[&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0][..], &body].concat(), 1 << 20);
    }
}
