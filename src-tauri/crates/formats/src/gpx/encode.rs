//! Writes a recording as GPX 1.1: Garmin's track point extension for heart
//! rate, cadence, temperature and speed, a bare `power` as Strava and Zwift
//! read it, Cluetrust's data extension for distance and laps.
//!
//! Written and read back, a recording is the same but for what GPX has no
//! place for: samples without a position, parts of a heart beat or a turn,
//! lengths, beat-to-beat intervals, totals, serial number, zone. Channels that
//! no extension knows are bare elements of their own name, where that can be
//! an element's; other programs pass over them. Pauses are the breaks between
//! segments, and go where no sample parts them.

use super::laps::TOTALS;
use crate::FormatError;
use crate::xml::number::iso;
use crate::xml::words;
use crate::xml::write::{Cells, element, escape, number, runs};
use paceline_model::{Channel, Lap, Recording};
use std::borrow::Cow;
use std::fmt::Write;

const PLACES: usize = 3;

/// Elements of a point that GPX itself has, in the order it wants them.
const OWN_BEFORE: [&str; 2] = ["magvar", "geoidheight"];
const OWN_AFTER: [&str; 6] = ["sat", "hdop", "vdop", "pdop", "ageofdgpsdata", "dgpsid"];

const NAMESPACES: &str = "xmlns=\"http://www.topografix.com/GPX/1/1\" \
xmlns:gpxtpx=\"http://www.garmin.com/xmlschemas/TrackPointExtension/v2\" \
xmlns:gpxdata=\"http://www.cluetrust.com/XML/GPXDATA/1/0\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
xsi:schemaLocation=\"http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd\"";

fn not_writable(reason: &str) -> FormatError {
    FormatError::NotWritable {
        format: "GPX".to_owned(),
        reason: reason.to_owned(),
    }
}

/// Writes a recording as a GPX file with one track; times are left out where
/// the recording has none.
///
/// # Errors
/// [`FormatError::NotWritable`] where no sample has a position.
pub fn encode(recording: &Recording) -> Result<Vec<u8>, FormatError> {
    let columns = Columns::of(recording)
        .ok_or_else(|| not_writable("it has no positions, and every GPX point needs one"))?;
    let device = recording.device.as_ref().and_then(words::device_name);
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"");
    escape(&mut out, device.as_deref().unwrap_or(words::OURSELVES));
    let _ = writeln!(out, "\" {NAMESPACES}>");
    if recording.timed {
        out.push_str("<metadata>");
        element(&mut out, "time", &iso(recording.start.0));
        out.push_str("</metadata>\n");
    }
    out.push_str("<trk>\n");
    if let Some(name) = &recording.name {
        element(&mut out, "name", name);
        out.push('\n');
    }
    if let Some(notes) = &recording.notes {
        element(&mut out, "desc", notes);
        out.push('\n');
    }
    let sport = words::word(recording.sport, recording.sub_sport.as_deref());
    element(&mut out, "type", &sport);
    out.push('\n');
    let mut any = false;
    for run in runs(recording) {
        let before = out.len();
        out.push_str("<trkseg>\n");
        let empty = out.len();
        for row in run {
            columns.point(&mut out, recording, row);
        }
        if out.len() == empty {
            out.truncate(before);
        } else {
            any = true;
            out.push_str("</trkseg>\n");
        }
    }
    if !any {
        return Err(not_writable(
            "it has no positions, and every GPX point needs one",
        ));
    }
    out.push_str("</trk>\n");
    if recording.timed && !recording.laps.is_empty() {
        out.push_str("<extensions>\n");
        for (i, lap) in recording.laps.iter().enumerate() {
            write_lap(&mut out, recording, i, lap);
        }
        out.push_str("</extensions>\n");
    }
    out.push_str("</gpx>\n");
    Ok(out.into_bytes())
}

/// The columns that are written.
struct Columns<'a> {
    latitude: Cells<'a>,
    longitude: Cells<'a>,
    altitude: Option<Cells<'a>>,
    distance: Option<Cells<'a>>,
    speed: Option<Cells<'a>>,
    heart_rate: Option<Cells<'a>>,
    cadence: Option<Cells<'a>>,
    power: Option<Cells<'a>>,
    temperature: Option<Cells<'a>>,
    water: Option<Cells<'a>>,
    depth: Option<Cells<'a>>,
    course: Option<Cells<'a>>,
    bearing: Option<Cells<'a>>,
    own_before: Vec<(&'static str, Cells<'a>)>,
    own_after: Vec<(&'static str, Cells<'a>)>,
    /// Under their own names.
    bare: Vec<(Cow<'a, str>, Cells<'a>)>,
}

/// Names that have a place in the track point extension.
const EXTENSION: [&str; 4] = [
    "water_temperature [°C]",
    "depth [m]",
    "course [°]",
    "bearing [°]",
];

impl<'a> Columns<'a> {
    fn of(recording: &'a Recording) -> Option<Self> {
        let named = |channel, places| Cells::of(recording, &channel, places);
        let other = |name: &str| named(Channel::Other(name.to_owned()), PLACES);
        let own = |names: &[&'static str]| {
            names
                .iter()
                .filter_map(|&name| Some((name, other(name)?)))
                .collect()
        };
        let bare = recording
            .series
            .columns
            .iter()
            .filter_map(|c| Some((bare_name(&c.channel)?, Cells::new(&c.values, 6))))
            .collect();
        Some(Self {
            latitude: Cells::position(recording, &Channel::Latitude)?,
            longitude: Cells::position(recording, &Channel::Longitude)?,
            altitude: named(Channel::Altitude, PLACES),
            distance: named(Channel::Distance, PLACES),
            speed: named(Channel::Speed, PLACES),
            heart_rate: named(Channel::HeartRate, PLACES),
            cadence: named(Channel::Cadence, PLACES),
            power: named(Channel::Power, PLACES),
            temperature: named(Channel::Temperature, PLACES),
            water: other(EXTENSION[0]),
            depth: other(EXTENSION[1]),
            course: other(EXTENSION[2]),
            bearing: other(EXTENSION[3]),
            own_before: own(&OWN_BEFORE),
            own_after: own(&OWN_AFTER),
            bare,
        })
    }

    /// Writes the point of a row; nothing where it has no position.
    fn point(&self, out: &mut String, recording: &Recording, row: usize) {
        let (Some(lat), Some(lon)) = (self.latitude.text(row), self.longitude.text(row)) else {
            return;
        };
        let _ = write!(out, "<trkpt lat=\"{lat}\" lon=\"{lon}\">");
        let put = |out: &mut String, name: &str, cells: &Option<Cells<'_>>| {
            if let Some(text) = cells.as_ref().and_then(|c| c.text(row)) {
                element(out, name, &text);
            }
        };
        put(out, "ele", &self.altitude);
        if recording.timed {
            let at = i64::from(recording.series.time_ms.get(row).copied().unwrap_or(0));
            element(out, "time", &iso(recording.start.0 + at));
        }
        for (name, cells) in self.own_before.iter().chain(&self.own_after) {
            if let Some(text) = cells.text(row) {
                element(out, name, &text);
            }
        }
        let before = out.len();
        out.push_str("<extensions>");
        let empty = out.len();
        if let Some(watts) = self.power.as_ref().and_then(|c| c.text(row)) {
            element(out, "power", &watts);
        }
        self.extension(out, row);
        put(out, "gpxdata:distance", &self.distance);
        for (name, cells) in &self.bare {
            if let Some(text) = cells.text(row) {
                element(out, name, &text);
            }
        }
        if out.len() == empty {
            out.truncate(before);
        } else {
            out.push_str("</extensions>");
        }
        out.push_str("</trkpt>\n");
    }

    /// Garmin's extension, in the order and the ranges of its schema.
    fn extension(&self, out: &mut String, row: usize) {
        let before = out.len();
        out.push_str("<gpxtpx:TrackPointExtension>");
        let empty = out.len();
        let text = |cells: &Option<Cells<'_>>| cells.as_ref().and_then(|c| c.text(row));
        let whole = |cells: &Option<Cells<'_>>, from: f64, to: f64| {
            cells.as_ref().and_then(|c| c.whole(row, from..=to))
        };
        for (name, text) in [
            ("gpxtpx:atemp", text(&self.temperature)),
            ("gpxtpx:wtemp", text(&self.water)),
            ("gpxtpx:depth", text(&self.depth)),
            ("gpxtpx:hr", whole(&self.heart_rate, 1.0, 255.0)),
            ("gpxtpx:cad", whole(&self.cadence, 0.0, 254.0)),
            ("gpxtpx:speed", text(&self.speed)),
            ("gpxtpx:course", text(&self.course)),
            ("gpxtpx:bearing", text(&self.bearing)),
        ] {
            if let Some(text) = text {
                element(out, name, &text);
            }
        }
        if out.len() == empty {
            out.truncate(before);
        } else {
            out.push_str("</gpxtpx:TrackPointExtension>");
        }
    }
}

/// The element of a channel that has no other place, if its name can be one.
fn bare_name(channel: &Channel) -> Option<Cow<'_, str>> {
    let name = match channel {
        Channel::Latitude
        | Channel::Longitude
        | Channel::Altitude
        | Channel::Distance
        | Channel::Speed
        | Channel::HeartRate
        | Channel::Cadence
        | Channel::Power
        | Channel::Temperature => return None,
        Channel::Other(name) => match name.as_str() {
            "heading [°]" => "heading",
            "vertical_speed [m/s]" => "verticalSpeed",
            own if OWN_BEFORE.contains(&own) || OWN_AFTER.contains(&own) => return None,
            name => name,
        },
        named => return Some(named.key()),
    };
    let can_be = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    can_be.then_some(Cow::Borrowed(name))
}

fn write_lap(out: &mut String, recording: &Recording, index: usize, lap: &Lap) {
    let t = lap.totals;
    let span = f64::from(lap.end_ms.saturating_sub(lap.start_ms)) / 1000.0;
    out.push_str("<gpxdata:lap>");
    element(out, "gpxdata:index", &(index + 1).to_string());
    let start = recording.start.0 + i64::from(lap.start_ms);
    element(out, "gpxdata:startTime", &iso(start));
    number(out, "gpxdata:elapsedTime", t.elapsed_s.or(Some(span)), 3);
    number(out, "gpxdata:calories", t.calories_kcal, 3);
    number(out, "gpxdata:distance", t.distance_m, 3);
    for (name, total, kind) in TOTALS {
        let mut totals = t;
        if let Some(value) = *total.place(&mut totals) {
            let _ = write!(out, "<gpxdata:summary name=\"{name}\" kind=\"{kind}\">");
            out.push_str(&crate::xml::write::fixed(value, 3));
            out.push_str("</gpxdata:summary>");
        }
    }
    if let Some(trigger) = &lap.trigger {
        out.push_str("<gpxdata:trigger kind=\"");
        escape(out, trigger);
        out.push_str("\"/>");
    }
    if let Some(intensity) = &lap.intensity {
        element(out, "gpxdata:intensity", intensity);
    }
    if let Some(name) = &lap.name {
        element(out, "gpxdata:name", name);
    }
    out.push_str("</gpxdata:lap>\n");
}
