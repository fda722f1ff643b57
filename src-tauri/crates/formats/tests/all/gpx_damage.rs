//! GPX that is damaged, in another encoding, or none at all.

use crate::gpx_builder::*;
use paceline_formats::{FormatError, decode, gpx};
use paceline_model::{Channel, WarningCode};

#[test]
fn an_ampersand_that_is_none_damages_nothing() {
    let r = only(&format!(
        "<trk><name>Tom & Ann</name>{}</trk>",
        segment(&["06:00:00"])
    ));
    assert_eq!(r.name.as_deref(), Some("Tom & Ann"));
}

#[test]
fn marks_blanks_and_declarations_before_the_root_are_passed_over() {
    let body = format!("<gpx><trk>{}</trk></gpx>", segment(&["06:00:00"]));
    for head in [
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n",
        "          <?xml version=\"1.0\"?>",
        "<?xml version='1.0'?><!DOCTYPE gpx [<!ENTITY a \"b\">]><!-- <gpx/> -->\n",
    ] {
        assert_eq!(file(&format!("{head}{body}")).recordings.len(), 1);
    }
}

#[test]
fn the_whole_file_may_be_prefixed() {
    let text = "<a:gpx xmlns:a='http://www.topografix.com/GPX/1/1'><a:trk><a:trkseg><a:trkpt lat='1' lon='2'><a:ele>3</a:ele></a:trkpt></a:trkseg></a:trk></a:gpx>";
    assert_eq!(values(&file(text).recordings[0], &Channel::Altitude), [3.0]);
}

#[test]
fn other_encodings_are_read() {
    let text = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><gpx><trk><name>Köln</name>{}</trk></gpx>",
            segment(&["06:00:00"])
        )
    };
    let latin: Vec<u8> = text("ISO-8859-1").chars().map(|c| c as u8).collect();
    let wide: Vec<u8> = text("UTF-16")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for bytes in [latin, [&[0xFE, 0xFF][..], &wide].concat(), wide] {
        let f = decode("x.gpx", &bytes).expect("readable");
        assert_eq!(f.recordings[0].name.as_deref(), Some("Köln"));
        assert_eq!(f.warnings, []);
    }
}

#[test]
fn a_cut_file_yields_everything_before_the_cut() {
    let text = format!(
        "<gpx><trk>{}",
        segment(&["06:00:00", "06:00:01", "06:00:02"])
    );
    let cut = &text[..text.rfind("<time>").expect("a time")];
    let f = file(cut);
    assert_eq!(f.recordings[0].series.len(), 2);
    assert!(has(&f.warnings, WarningCode::Truncated));
    assert!(f.warnings[0].message.contains("byte "), "{:?}", f.warnings);
}

#[test]
fn a_damaged_point_is_skipped_and_what_follows_is_read() {
    let times: Vec<String> = (0..9).map(|s| format!("06:00:0{s}")).collect();
    let times: Vec<&str> = times.iter().map(String::as_str).collect();
    let text = format!("<gpx><trk>{}</trk></gpx>\n", segment(&times));
    let fourth = text.match_indices("</time>").nth(3).expect("a fourth").0;
    let mut bytes = text.into_bytes();
    bytes[fourth + 3] = b'x';
    let f = decode("x.gpx", &bytes).expect("readable");
    assert_eq!(f.recordings[0].series.len(), 8);
    assert_eq!(f.warnings.len(), 1);
    assert!(has(&f.warnings, WarningCode::Damaged));
    assert!(
        f.warnings[0].message.contains("(line 1)"),
        "{:?}",
        f.warnings
    );
}

#[test]
fn damage_before_the_first_point_is_an_error_that_names_the_place() {
    let got = decode("x.gpx", b"<gpx><trk></wrong><trkseg></gpx");
    assert!(matches!(got, Err(FormatError::Damaged { .. })), "{got:?}");
    let text = got.expect_err("damaged").to_string();
    assert!(text.contains("GPX") && text.contains("byte"), "{text}");
}

#[test]
fn two_documents_in_one_file_are_both_read() {
    let one = |times: &[&str]| {
        format!(
            "<?xml version=\"1.0\"?><gpx><trk>{}</trk></gpx>",
            segment(times)
        )
    };
    let f = file(&(one(&["06:00:00"]) + &one(&["06:00:01"])));
    assert_eq!(f.recordings[0].series.len(), 2);
}

#[test]
fn junk_behind_the_document_is_a_warning_and_filling_is_not() {
    let text = format!("<gpx><trk>{}</trk></gpx>", segment(&["06:00:00"]));
    let padded = [text.as_bytes(), &[0; 100]].concat();
    assert_eq!(decode("x.gpx", &padded).expect("readable").warnings, []);
    let junk = [text.as_bytes(), b"\nPK\x03\x04 and so on"].concat();
    let f = decode("x.gpx", &junk).expect("readable");
    assert!(has(&f.warnings, WarningCode::Damaged));
    assert_eq!(f.recordings[0].series.len(), 1);
}

#[test]
fn what_is_no_gpx_is_not_recognised() {
    assert_eq!(gpx::decode(b""), Err(FormatError::Empty));
    for bytes in [
        &b"<kml><trk/></kml>"[..],
        b"gpx",
        b"<",
        b"\xff\xfe<\0",
        b"{}",
    ] {
        assert!(matches!(
            gpx::decode(bytes),
            Err(FormatError::NotRecognised { .. })
        ));
    }
    assert!(!gpx::is_gpx(b"<kml/>") && gpx::is_gpx(b" <gpx/>"));
}
