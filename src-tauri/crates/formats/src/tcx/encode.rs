//! Writes a recording as a TCX activity with Garmin's activity extension.
//!
//! Written and read back, a recording is the same but for what TCX has no
//! place for: sports other than cycling and running, temperature and further
//! channels, parts of a heart beat, a turn or a watt, lengths, beat-to-beat
//! intervals, what a lap says beyond the format's own totals, the zone. A
//! sample belongs to the last lap that began by then; pauses are the breaks
//! between tracks, and go where no sample parts them. Where there are no laps
//! the whole is one.

use super::laps::{INTENSITIES, TRIGGERS};
use crate::FormatError;
use crate::xml::number::iso;
use crate::xml::words;
use crate::xml::write::{Cells, element, number, runs};
use paceline_model::{Channel, Lap, RecordedTotals, Recording, Sport};
use std::fmt::Write;
use std::ops::Range;

const PLACES: usize = 3;

const NAMESPACES: &str = "xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\" \
xmlns:ns3=\"http://www.garmin.com/xmlschemas/ActivityExtension/v2\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
xsi:schemaLocation=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2 http://www.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd\"";

/// Writes a recording as a TCX file with one activity.
///
/// # Errors
/// [`FormatError::NotWritable`] where the recording has no times.
pub fn encode(recording: &Recording) -> Result<Vec<u8>, FormatError> {
    if !recording.timed {
        return Err(FormatError::NotWritable {
            format: "TCX".to_owned(),
            reason: "it has no times, and every TCX point needs one".to_owned(),
        });
    }
    let sport = match recording.sport {
        Sport::Cycling => "Biking",
        Sport::Running => "Running",
        _ => "Other",
    };
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<TrainingCenterDatabase {NAMESPACES}>");
    let _ = writeln!(out, "<Activities><Activity Sport=\"{sport}\">");
    element(&mut out, "Id", &iso(recording.start.0));
    out.push('\n');
    let columns = Columns::of(recording);
    let laps = laps(recording);
    let rows = rows(recording, &laps);
    let runs = runs(recording);
    for (lap, rows) in laps.iter().zip(rows) {
        let _ = writeln!(
            out,
            "<Lap StartTime=\"{}\">",
            iso(recording.start.0 + i64::from(lap.start_ms))
        );
        lap_head(&mut out, recording, lap, &rows, &runs);
        for run in &runs {
            let own = run.start.max(rows.start)..run.end.min(rows.end);
            if own.is_empty() {
                continue;
            }
            out.push_str("<Track>\n");
            for row in own {
                columns.point(&mut out, recording, row);
            }
            out.push_str("</Track>\n");
        }
        if let Some(name) = &lap.name {
            element(&mut out, "Notes", name);
        }
        lap_extension(&mut out, recording, &lap.totals);
        out.push_str("</Lap>\n");
    }
    if let Some(notes) = &recording.notes {
        element(&mut out, "Notes", notes);
        out.push('\n');
    }
    if let Some(name) = &recording.name {
        out.push_str(
            "<Training VirtualPartner=\"false\"><Plan Type=\"Workout\" IntervalWorkout=\"false\">",
        );
        element(&mut out, "Name", name);
        out.push_str("</Plan></Training>\n");
    }
    creator(&mut out, recording);
    out.push_str("</Activity></Activities>\n</TrainingCenterDatabase>\n");
    Ok(out.into_bytes())
}

fn creator(out: &mut String, recording: &Recording) {
    let Some(device) = &recording.device else {
        return;
    };
    out.push_str("<Creator xsi:type=\"Device_t\">");
    element(
        out,
        "Name",
        &words::device_name(device).unwrap_or_else(|| "unknown".to_owned()),
    );
    element(out, "UnitId", device.serial.as_deref().unwrap_or("0"));
    element(out, "ProductID", "0");
    out.push_str("<Version><VersionMajor>0</VersionMajor><VersionMinor>0</VersionMinor></Version></Creator>\n");
}

/// The recording's laps in order of time, or one over all of it.
fn laps(recording: &Recording) -> Vec<Lap> {
    let mut laps = recording.laps.clone();
    laps.sort_by_key(|l| l.start_ms);
    if laps.is_empty() {
        laps.push(Lap {
            start_ms: 0,
            end_ms: recording.series.time_ms.last().copied().unwrap_or(0),
            totals: recording.totals,
            ..Lap::default()
        });
    }
    laps
}

/// The rows of each lap: from its start to the next one's; those before the first are its too.
fn rows(recording: &Recording, laps: &[Lap]) -> Vec<Range<usize>> {
    let times = &recording.series.time_ms;
    let mut edges: Vec<usize> = laps
        .iter()
        .map(|l| times.partition_point(|t| *t < l.start_ms))
        .collect();
    if let Some(first) = edges.first_mut() {
        *first = 0;
    }
    edges.push(times.len());
    edges.windows(2).map(|w| w[0]..w[1].max(w[0])).collect()
}

fn lap_head(
    out: &mut String,
    recording: &Recording,
    lap: &Lap,
    rows: &Range<usize>,
    runs: &[Range<usize>],
) {
    let t = &lap.totals;
    let timer = t.timer_s.or(t.elapsed_s);
    let timer = timer.unwrap_or_else(|| running_s(recording, lap, rows, runs));
    number(out, "TotalTimeSeconds", Some(timer), 3);
    let distance = t.distance_m.or_else(|| covered_m(recording, rows));
    number(out, "DistanceMeters", distance.or(Some(0.0)), 3);
    number(out, "MaximumSpeed", t.max_speed, 4);
    let calories = t.calories_kcal.unwrap_or(0.0).clamp(0.0, 65_535.0);
    number(out, "Calories", Some(calories), 0);
    for (name, bpm) in [
        ("AverageHeartRateBpm", t.avg_hr),
        ("MaximumHeartRateBpm", t.max_hr),
    ] {
        if let Some(bpm) = bpm.map(f64::round).filter(|v| (1.0..=255.0).contains(v)) {
            let _ = write!(out, "<{name}><Value>{bpm:.0}</Value></{name}>");
        }
    }
    let word = |words: &[(&'static str, &str)], of: &Option<String>| {
        let known = words.iter().find(|w| Some(w.1) == of.as_deref());
        known.map_or(words[0].0, |w| w.0)
    };
    element(out, "Intensity", word(&INTENSITIES, &lap.intensity));
    if recording.sport != Sport::Running {
        number(out, "Cadence", cadence(t), 0);
    }
    element(out, "TriggerMethod", word(&TRIGGERS, &lap.trigger));
    out.push('\n');
}

fn cadence(t: &RecordedTotals) -> Option<f64> {
    t.avg_cadence
        .map(f64::round)
        .filter(|c| (0.0..=254.0).contains(c))
}

fn lap_extension(out: &mut String, recording: &Recording, t: &RecordedTotals) {
    let before = out.len();
    out.push_str("<Extensions><ns3:LX>");
    let empty = out.len();
    number(out, "ns3:AvgSpeed", t.avg_speed, 4);
    if recording.sport == Sport::Running {
        number(out, "ns3:AvgRunCadence", cadence(t), 0);
    }
    number(out, "ns3:AvgWatts", t.avg_power, 0);
    number(out, "ns3:MaxWatts", t.max_power, 0);
    if out.len() == empty {
        out.truncate(before);
    } else {
        out.push_str("</ns3:LX></Extensions>\n");
    }
}

/// Seconds of a lap without the pauses in it.
fn running_s(recording: &Recording, lap: &Lap, rows: &Range<usize>, runs: &[Range<usize>]) -> f64 {
    let times = &recording.series.time_ms;
    let paused: f64 = runs
        .windows(2)
        .filter(|w| rows.contains(&(w[0].end - 1)) && rows.contains(&w[1].start))
        .map(|w| f64::from(times[w[1].start].saturating_sub(times[w[0].end - 1])))
        .sum();
    let span = f64::from(lap.end_ms.saturating_sub(lap.start_ms));
    (span - paused).max(0.0) / 1000.0
}

/// Metres between the first and the last sample of a lap, as recorded.
fn covered_m(recording: &Recording, rows: &Range<usize>) -> Option<f64> {
    let column = recording.series.column(&Channel::Distance)?;
    let mut known = rows.clone().filter_map(|row| column.values.get(row));
    let first = known.next()?;
    Some((known.next_back().unwrap_or(first) - first).max(0.0))
}

/// The columns that are written.
struct Columns<'a> {
    latitude: Option<Cells<'a>>,
    longitude: Option<Cells<'a>>,
    altitude: Option<Cells<'a>>,
    distance: Option<Cells<'a>>,
    heart_rate: Option<Cells<'a>>,
    cadence: Option<Cells<'a>>,
    speed: Option<Cells<'a>>,
    power: Option<Cells<'a>>,
    runs: bool,
}

impl<'a> Columns<'a> {
    fn of(recording: &'a Recording) -> Self {
        let named = |channel, places| Cells::of(recording, &channel, places);
        Self {
            latitude: Cells::position(recording, &Channel::Latitude),
            longitude: Cells::position(recording, &Channel::Longitude),
            altitude: named(Channel::Altitude, PLACES),
            distance: named(Channel::Distance, PLACES),
            heart_rate: named(Channel::HeartRate, PLACES),
            cadence: named(Channel::Cadence, PLACES),
            speed: named(Channel::Speed, PLACES),
            power: named(Channel::Power, PLACES),
            runs: recording.sport == Sport::Running,
        }
    }

    fn point(&self, out: &mut String, recording: &Recording, row: usize) {
        let text = |cells: &Option<Cells<'_>>| cells.as_ref().and_then(|c| c.text(row));
        let whole = |cells: &Option<Cells<'_>>, from: f64, to: f64| {
            cells.as_ref().and_then(|c| c.whole(row, from..=to))
        };
        out.push_str("<Trackpoint>");
        let at = recording.start.0 + i64::from(recording.series.time_ms[row]);
        element(out, "Time", &iso(at));
        if let (Some(lat), Some(lon)) = (text(&self.latitude), text(&self.longitude)) {
            out.push_str("<Position>");
            element(out, "LatitudeDegrees", &lat);
            element(out, "LongitudeDegrees", &lon);
            out.push_str("</Position>");
        }
        if let Some(metres) = text(&self.altitude) {
            element(out, "AltitudeMeters", &metres);
        }
        if let Some(metres) = text(&self.distance) {
            element(out, "DistanceMeters", &metres);
        }
        if let Some(bpm) = whole(&self.heart_rate, 1.0, 255.0) {
            out.push_str("<HeartRateBpm>");
            element(out, "Value", &bpm);
            out.push_str("</HeartRateBpm>");
        }
        let cadence = whole(&self.cadence, 0.0, 254.0);
        if let Some(turns) = cadence.as_ref().filter(|_| !self.runs) {
            element(out, "Cadence", turns);
        }
        let before = out.len();
        out.push_str("<Extensions><ns3:TPX>");
        let empty = out.len();
        for (name, text) in [
            ("ns3:Speed", text(&self.speed)),
            ("ns3:RunCadence", cadence.filter(|_| self.runs)),
            ("ns3:Watts", whole(&self.power, 0.0, 65_535.0)),
        ] {
            if let Some(text) = text {
                element(out, name, &text);
            }
        }
        if out.len() == empty {
            out.truncate(before);
        } else {
            out.push_str("</ns3:TPX></Extensions>");
        }
        out.push_str("</Trackpoint>\n");
    }
}
