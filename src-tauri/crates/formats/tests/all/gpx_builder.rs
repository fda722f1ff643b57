//! Builds GPX files, independent of the crate's own writer, and looks into what was read.

use paceline_formats::decode;
use paceline_model::{Channel, DecodedFile, Recording, Warning, WarningCode};

/// 2024-05-01T06:00:00Z.
pub const T0: i64 = 1_714_543_200_000;

pub fn file(text: &str) -> DecodedFile {
    decode("x.gpx", text.as_bytes()).expect("a readable file")
}

/// The only recording of a document with this content.
pub fn only(content: &str) -> Recording {
    let mut file = file(&format!(
        "<gpx version=\"1.1\" creator=\"test\">{content}</gpx>"
    ));
    assert_eq!(file.recordings.len(), 1);
    assert_eq!(file.warnings, []);
    file.recordings.remove(0)
}

/// A track of points with this content, a second apart.
pub fn points(contents: &[&str]) -> Recording {
    let points: String = contents
        .iter()
        .enumerate()
        .map(|(i, content)| {
            format!(
                "<trkpt lat=\"47.{i:03}\" lon=\"8.5\"><time>2024-05-01T06:00:{i:02}Z</time>{content}</trkpt>"
            )
        })
        .collect();
    only(&format!("<trk><trkseg>{points}</trkseg></trk>"))
}

pub fn extension(content: &str) -> Recording {
    points(&[&format!("<extensions>{content}</extensions>")])
}

/// A point at a time of the day.
pub fn at(time: &str) -> String {
    format!("<trkpt lat=\"47\" lon=\"8\"><time>2024-05-01T{time}Z</time></trkpt>")
}

pub fn segment(times: &[&str]) -> String {
    let points: String = times.iter().map(|t| at(t)).collect();
    format!("<trkseg>{points}</trkseg>")
}

pub fn values(r: &Recording, channel: &Channel) -> Vec<f64> {
    r.series.values(channel).expect("the channel")
}

pub fn other(r: &Recording, name: &str) -> Vec<f64> {
    values(r, &Channel::Other(name.to_owned()))
}

pub fn has(warnings: &[Warning], code: WarningCode) -> bool {
    warnings.iter().any(|w| w.code == code)
}

pub fn extra(r: &Recording, of: &str, name: &str) -> Option<String> {
    let message = r.extra.iter().find(|m| m.name == of)?;
    let field = message.fields.iter().find(|f| f.name == name)?;
    Some(field.sample.clone())
}
