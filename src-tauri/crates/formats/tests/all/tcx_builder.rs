//! Builds TCX files, independent of the crate's own writer, and looks into what was read.

use paceline_formats::decode;
use paceline_model::{Channel, DecodedFile, FileKind, Recording, TimerEvent, Warning, WarningCode};

/// 2024-05-01T06:00:00Z.
pub const T0: i64 = 1_714_543_200_000;

pub fn file(content: &str) -> DecodedFile {
    let text = format!(
        "<TrainingCenterDatabase xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\">{content}</TrainingCenterDatabase>"
    );
    decode("x.tcx", text.as_bytes()).expect("a readable file")
}

/// The only recording of an activity with this content.
pub fn only(content: &str) -> Recording {
    let text = format!("<Activities><Activity Sport=\"Biking\">{content}</Activity></Activities>");
    let mut file = file(&text);
    assert_eq!(file.recordings.len(), 1);
    assert_eq!(file.warnings, []);
    assert_eq!(file.kind, FileKind::Activity);
    file.recordings.remove(0)
}

/// A point at a second of the day's sixth hour.
pub fn point(s: u32, content: &str) -> String {
    format!(
        "<Trackpoint><Time>2024-05-01T06:{:02}:{:02}Z</Time>{content}</Trackpoint>",
        s / 60,
        s % 60
    )
}

pub fn track(seconds: &[u32]) -> String {
    let points: String = seconds.iter().map(|&s| point(s, "")).collect();
    format!("<Track>{points}</Track>")
}

pub fn lap(start: u32, content: &str) -> String {
    format!(
        "<Lap StartTime=\"2024-05-01T06:{:02}:{:02}Z\">{content}</Lap>",
        start / 60,
        start % 60
    )
}

pub fn of_points(contents: &[&str]) -> Recording {
    let points: String = contents
        .iter()
        .zip(0..)
        .map(|(content, s)| point(s, content))
        .collect();
    only(&lap(0, &format!("<Track>{points}</Track>")))
}

pub fn values(r: &Recording, channel: &Channel) -> Vec<f64> {
    r.series.values(channel).expect("the channel")
}

pub fn has(warnings: &[Warning], code: WarningCode) -> bool {
    warnings.iter().any(|w| w.code == code)
}

pub fn extra(r: &Recording, of: &str, name: &str) -> Option<String> {
    let message = r.extra.iter().find(|m| m.name == of)?;
    let field = message.fields.iter().find(|f| f.name == name)?;
    Some(field.sample.clone())
}

pub fn timer(events: &[(i32, bool)]) -> Vec<TimerEvent> {
    events
        .iter()
        .map(|&(at_ms, running)| TimerEvent { at_ms, running })
        .collect()
}
