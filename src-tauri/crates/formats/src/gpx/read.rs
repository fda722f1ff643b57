//! The elements of a GPX file, taken in one by one.

use super::group::{self, Run, Track};
use super::laps::{LapElement, Part, Total};
use crate::xml::extras::Extras;
use crate::xml::fields::{Field, Inner, Path, Sampler, keep_attributes};
use crate::xml::layout::{self, Table};
use crate::xml::points::slot;
use crate::xml::walk::{Reading, Tag, next_start};
use crate::xml::words::{self, title};
use paceline_model::{
    DecodedFile, Device, FileKind, Instant, RecordedTotals, Recording, Series, Warning,
};

/// Laps beyond this are taken as damage.
const MAX_LAPS: usize = 10_000;

/// Where an element stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Gpx,
    Metadata,
    Track,
    Segment,
    Route,
    Point,
    /// Something within a point.
    Inner(Inner),
    FileName,
    FileNotes,
    TrackName,
    TrackNotes,
    TrackSport,
    /// Extensions of the file or of a track, where laps stand.
    Extensions(&'static str),
    Lap,
    LapPart(Part),
    /// Summaries of a lap that stand as elements of their own.
    LapSummary,
    /// Of no use even to look at.
    Skip,
    /// No table knows it; kept under the element it belongs to.
    Unknown(&'static str),
}

/// Tracks or routes with all their points.
struct Paths {
    sampler: Sampler,
    tracks: Vec<Track>,
    /// First row and track of each segment.
    runs: Vec<(usize, usize)>,
}

impl Paths {
    fn new(bytes: usize) -> Self {
        Self {
            sampler: Sampler::new(bytes),
            tracks: Vec::new(),
            runs: Vec::new(),
        }
    }

    fn rows(&self) -> usize {
        self.sampler.points.len()
    }

    fn begin_run(&mut self) {
        if self.tracks.is_empty() {
            self.tracks.push(Track::default());
        }
        self.runs.push((self.rows(), self.tracks.len() - 1));
    }

    /// The rows of each run that has any.
    fn runs(&self) -> Vec<Run> {
        let ends = self.runs.iter().skip(1).map(|r| r.0);
        self.runs
            .iter()
            .zip(ends.chain(std::iter::once(self.rows())))
            .map(|(&(first, track), end)| Run {
                rows: first..end,
                track,
            })
            .filter(|r| !r.rows.is_empty())
            .collect()
    }
}

/// A GPX file while it is read.
pub(super) struct Gpx {
    /// Those being read: tracks, or routes.
    paths: Paths,
    in_route: bool,
    /// The others.
    aside: Paths,
    creator: Option<Device>,
    name: Option<String>,
    notes: Option<String>,
    laps: Vec<LapElement>,
    lap: LapElement,
    extras: Extras,
    path: Path,
}

impl Gpx {
    /// For a text of `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            paths: Paths::new(bytes),
            in_route: false,
            aside: Paths::new(bytes),
            creator: None,
            name: None,
            notes: None,
            laps: Vec::new(),
            lap: LapElement::default(),
            extras: Extras::default(),
            path: Path::default(),
        }
    }

    fn turn_to(&mut self, route: bool) {
        if self.in_route != route {
            self.in_route = route;
            std::mem::swap(&mut self.paths, &mut self.aside);
        }
    }

    fn begin_track(&mut self, route: bool) -> Place {
        self.turn_to(route);
        self.paths.tracks.push(Track::default());
        if route {
            self.paths.begin_run();
            return Place::Route;
        }
        Place::Track
    }

    fn begin_point(&mut self, tag: &Tag<'_>) -> Place {
        // A point outside of any segment is a segment's all the same.
        if self.paths.runs.is_empty() {
            self.paths.begin_run();
        }
        let sampler = &mut self.paths.sampler;
        sampler.begin();
        for (name, value) in tag.attributes() {
            let field = match name {
                "lat" => Field::Slot(slot::LATITUDE),
                "lon" => Field::Slot(slot::LONGITUDE),
                _ => Field::Unknown,
            };
            sampler.take(field, name, &value, &mut self.extras);
        }
        Place::Point
    }

    fn in_point(&mut self, tag: &Tag<'_>) -> Place {
        let sampler = &mut self.paths.sampler;
        let name = tag.name();
        let inner = match name {
            "ele" => Inner::Value(Field::Slot(slot::ALTITUDE)),
            "time" => Inner::Time,
            "extensions" => Inner::Inside,
            "name" | "cmt" | "desc" | "src" | "url" | "urlname" | "link" | "sym" | "type"
            | "fix" => Inner::Text,
            _ => return Place::Inner(sampler.extension(tag, &mut self.extras)),
        };
        Place::Inner(sampler.enter(inner, name))
    }

    fn unknown(&mut self, of: &'static str, tag: &Tag<'_>) -> Place {
        self.path.push(tag.name());
        keep_attributes(&mut self.extras, of, &self.path, tag);
        Place::Unknown(of)
    }

    fn in_lap(&mut self, tag: &Tag<'_>) -> Place {
        let name = tag.name();
        if name == "summary" {
            let of = tag.attribute("name");
            return match of.as_deref().map(Total::of) {
                Some(Some(total)) => Place::LapPart(Part::Total(total)),
                Some(None) => self.unknown("lap", tag),
                None => Place::LapSummary,
            };
        }
        if let Some(kind) = tag.attribute("kind").filter(|_| name == "trigger") {
            self.lap.take(Part::Trigger, &kind);
        }
        match Part::of(name) {
            Some(part) => Place::LapPart(part),
            None if matches!(name, "index" | "startPoint" | "endPoint") => Place::Skip,
            None => self.unknown("lap", tag),
        }
    }
}

fn first(place: &mut Option<String>, text: &str) {
    if place.is_none() && !text.is_empty() {
        *place = Some(text.to_owned());
    }
}

impl Reading for Gpx {
    type Place = Place;

    fn open(&mut self, within: Option<Place>, tag: &Tag<'_>) -> Place {
        let Some(within) = within else {
            self.path.clear();
            if let Some(creator) = tag.attribute("creator") {
                self.creator = self.creator.take().or_else(|| words::device(&creator));
            }
            return Place::Gpx;
        };
        match (within, tag.name()) {
            (Place::Point, _) => self.in_point(tag),
            (Place::Inner(Inner::Inside), _) => {
                Place::Inner(self.paths.sampler.extension(tag, &mut self.extras))
            }
            // Whatever stands in a field is the field.
            (Place::Inner(inner), name) => Place::Inner(self.paths.sampler.enter(inner, name)),
            (Place::Segment | Place::Track, "trkpt") | (Place::Route, "rtept") => {
                self.begin_point(tag)
            }
            (Place::Track, "trkseg") => {
                self.paths.begin_run();
                Place::Segment
            }
            (Place::Gpx, "trk") => self.begin_track(false),
            (Place::Gpx, "rte") => self.begin_track(true),
            (Place::Gpx, "wpt") => {
                self.extras.count("waypoint");
                keep_attributes(&mut self.extras, "waypoint", &self.path, tag);
                self.path.push("");
                Place::Unknown("waypoint")
            }
            (Place::Gpx, "metadata") => Place::Metadata,
            (Place::Gpx | Place::Metadata, "name") => Place::FileName,
            (Place::Gpx | Place::Metadata, "desc") => Place::FileNotes,
            // When the file was written, and what its points show anyway.
            (Place::Gpx | Place::Metadata, "time" | "bounds") => Place::Skip,
            (Place::Gpx, "extensions") => Place::Extensions("file"),
            (Place::Track, "extensions") => Place::Extensions("track"),
            (Place::Track | Place::Route, "name") => Place::TrackName,
            (Place::Track | Place::Route, "desc") => Place::TrackNotes,
            (Place::Track | Place::Route, "type") => Place::TrackSport,
            (Place::Extensions(_), "lap") => {
                self.lap = LapElement::default();
                Place::Lap
            }
            (Place::Lap, _) => self.in_lap(tag),
            (Place::LapSummary, name) => match Total::of(name) {
                Some(total) => Place::LapPart(Part::Total(total)),
                None => self.unknown("lap", tag),
            },
            (Place::Gpx | Place::Metadata, _) => self.unknown("file", tag),
            (Place::Track | Place::Segment, _) => self.unknown("track", tag),
            (Place::Route, _) => self.unknown("route", tag),
            (Place::Extensions(of) | Place::Unknown(of), _) => self.unknown(of, tag),
            (
                Place::FileName
                | Place::FileNotes
                | Place::TrackName
                | Place::TrackNotes
                | Place::TrackSport
                | Place::LapPart(_)
                | Place::Skip,
                _,
            ) => Place::Skip,
        }
    }

    fn close(&mut self, place: Place, text: &str) {
        match place {
            Place::Inner(inner) => self.paths.sampler.close(inner, text, &mut self.extras),
            Place::Point => self.paths.sampler.end(),
            Place::FileName => first(&mut self.name, title(text)),
            Place::FileNotes => first(&mut self.notes, text),
            Place::TrackName | Place::TrackNotes | Place::TrackSport => {
                if let Some(track) = self.paths.tracks.last_mut() {
                    match place {
                        Place::TrackName => first(&mut track.name, title(text)),
                        Place::TrackNotes => first(&mut track.notes, text),
                        _ => first(&mut track.sport, text),
                    }
                }
            }
            Place::LapPart(part) => self.lap.take(part, text),
            Place::Lap if self.laps.len() < MAX_LAPS => {
                self.laps.push(std::mem::take(&mut self.lap));
            }
            Place::Unknown(of) => {
                self.extras.keep(of, self.path.all(), text);
                self.path.pop();
            }
            Place::Gpx
            | Place::Metadata
            | Place::Track
            | Place::Segment
            | Place::Route
            | Place::Extensions(_)
            | Place::Lap
            | Place::LapSummary
            | Place::Skip => {}
        }
    }

    fn resume(&mut self, rest: &str, open: &mut Vec<Place>) -> Option<usize> {
        let (at, name) = next_start(rest, &["trkpt", "trkseg", "trk", "rtept", "rte"])?;
        self.paths.sampler.discard();
        self.path.clear();
        open.clear();
        let places: &[Place] = match name {
            "trkpt" => &[Place::Gpx, Place::Track, Place::Segment],
            "trkseg" => &[Place::Gpx, Place::Track],
            "rtept" => &[Place::Gpx, Place::Route],
            _ => &[Place::Gpx],
        };
        open.extend_from_slice(places);
        if places.len() > 1 {
            self.turn_to(name == "rtept");
        }
        Some(at)
    }
}

impl Gpx {
    /// The file's recordings; `None` where it has no point.
    pub fn finish(mut self, warnings: Vec<Warning>) -> Option<DecodedFile> {
        self.turn_to(false);
        let is_track = self.paths.rows() > 0;
        if is_track {
            self.routes_as_extras();
        } else {
            self.turn_to(true);
        }
        let mut paths = self.paths;
        let zone = paths.sampler.zone;
        let runs = paths.runs();
        if runs.is_empty() {
            return None;
        }
        let mut shared = Vec::new();
        let mut table = Table::of(paths.sampler.points, &mut shared);
        let groups = {
            let near = table.near();
            group::recordings(&table.times, runs, &paths.tracks, near)
        };
        let mut recordings: Vec<Recording> = groups
            .into_iter()
            .map(|runs| {
                let mut r = recording(&mut table, &runs, &mut paths.tracks, shared.clone());
                r.device.clone_from(&self.creator);
                r.utc_offset_s = zone.filter(|_| r.timed);
                r
            })
            .collect();
        // Of several recordings none is what the file is called.
        if let [only] = recordings.as_mut_slice() {
            only.name = only.name.take().or(self.name);
            only.notes = only.notes.take().or(self.notes);
        }
        for lap in &self.laps {
            lay_lap(lap, &mut recordings);
        }
        for r in &mut recordings {
            r.laps.sort_by_key(|l| l.start_ms);
        }
        if let Some(first) = recordings.first_mut() {
            first.extra = self.extras.finish();
        }
        Some(DecodedFile {
            kind: if is_track {
                FileKind::Activity
            } else {
                FileKind::Course
            },
            format: "gpx",
            recordings,
            biometrics: Vec::new(),
            warnings,
        })
    }

    /// Beside a track a route is something that was planned.
    fn routes_as_extras(&mut self) {
        for route in &self.aside.tracks {
            self.extras.count("route");
            if let Some(name) = &route.name {
                self.extras.keep("route", "name", name);
            }
        }
    }
}

/// One recording of runs in order of time.
fn recording(
    table: &mut Table,
    runs: &[Run],
    tracks: &mut [Track],
    mut warnings: Vec<Warning>,
) -> Recording {
    let ranges: Vec<_> = runs.iter().map(|r| r.rows.clone()).collect();
    let mut own = table.take(&ranges);
    // The same runs, counted in the rows of this recording.
    let mut next = 0;
    let own_ranges: Vec<_> = ranges
        .iter()
        .map(|r| {
            let from = next;
            next += r.len();
            from..next
        })
        .collect();
    let axis = layout::axis(&own.times, &mut warnings);
    let mut own_tracks: Vec<usize> = runs.iter().map(|r| r.track).collect();
    own_tracks.dedup();
    let (sport, sub_sport) = own_tracks
        .iter()
        .find_map(|&t| tracks[t].sport.as_deref())
        .map_or_else(Default::default, words::sport);
    let name = own_tracks.iter().find_map(|&t| tracks[t].name.clone());
    // They may be long; where a track gives several recordings, the first has them.
    let notes = own_tracks.iter().find_map(|&t| tracks[t].notes.take());
    let real = axis.as_ref().is_some_and(|a| a.real);
    let points = axis.map(|a| a.ms);
    layout::mend(&mut own.columns, points.as_deref(), sport, &mut warnings);
    let start = points.as_ref().and_then(|p| p.first()).copied();
    let start = start.unwrap_or(0);
    let at = |t: i64| layout::clamp(t - start);
    let timer = points.as_ref().map_or_else(Vec::new, |points| {
        let end = points.last().copied().unwrap_or(0);
        let pauses = layout::pauses(points, &own_ranges);
        layout::timer(&pauses, start, end, at)
    });
    Recording {
        start: Instant(if real { start } else { 0 }),
        timed: real,
        sport,
        sub_sport,
        name,
        notes,
        totals: RecordedTotals::default(),
        series: Series {
            time_ms: match &points {
                Some(points) => points.iter().map(|&t| at(t)).collect(),
                None => vec![0; own.times.len()],
            },
            columns: own.columns,
        },
        timer,
        warnings,
        ..Recording::default()
    }
}

/// Gives a lap to the recording it lies in.
fn lay_lap(lap: &LapElement, recordings: &mut [Recording]) {
    let Some(start) = lap.start else { return };
    let begun = |r: &&mut Recording| r.timed && r.start.0 <= start + 1000;
    let Some(of) = recordings.iter_mut().rfind(begun) else {
        return;
    };
    let end = of.start.0 + of.series.time_ms.last().map_or(0, |&t| i64::from(t));
    let base = of.start.0;
    if let Some(lap) = lap.lap(end, |t| layout::clamp(t - base)) {
        of.laps.push(lap);
    }
}
