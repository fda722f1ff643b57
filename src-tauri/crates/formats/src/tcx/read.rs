//! The elements of a TCX file, taken in one by one.

use super::laps::{LapElement, Part};
use crate::xml::extras::Extras;
use crate::xml::fields::{Field, Inner, Path, Sampler, keep_attributes};
use crate::xml::number::instant;
use crate::xml::points::slot;
use crate::xml::walk::{Reading, Tag, next_start};
use crate::xml::words::{self, title};
use paceline_model::Device;

/// A lap or an activity takes so many bytes of text at least; more of them are damage.
const LEAST_BYTES: usize = 64;
/// What short files may hold all the same.
const LEAST_ROOM: usize = 1000;

/// What an element with points in it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Activity,
    Transition,
    Course,
}

/// Where an element stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Database,
    /// Activities or courses, in whatever folder.
    Holder,
    Session,
    Leg,
    Activity,
    Id,
    Notes,
    Name,
    Lap,
    LapPart(Part),
    /// Something in a lap's extension.
    LapInside,
    Track,
    Point,
    Position,
    Inner(Inner),
    Creator,
    CreatorName,
    CreatorUnit,
    CreatorProduct,
    Training,
    Plan,
    /// Version of a device or program, part by part.
    Version(&'static str),
    VersionPart,
    Workouts,
    Skip,
    /// No table knows it; kept under the element it belongs to.
    Unknown(&'static str),
}

/// An activity, a transition or a course with its laps.
#[derive(Debug)]
pub(super) struct ActivityElement {
    pub kind: Kind,
    pub sport: Option<String>,
    /// Unix milliseconds of its id.
    pub id: Option<i64>,
    pub name: Option<String>,
    pub notes: Option<String>,
    pub device: Option<Device>,
    pub laps: Vec<LapElement>,
    /// First row and lap of each track; the lap may be missing.
    pub runs: Vec<(usize, Option<usize>)>,
    /// Which multisport session it is of.
    pub session: Option<usize>,
}

/// A TCX file while it is read.
pub(super) struct Tcx {
    pub sampler: Sampler,
    pub activities: Vec<ActivityElement>,
    pub workouts: usize,
    pub extras: Extras,
    pub zone: Option<i32>,
    /// Activities, laps and tracks that may still come.
    room: usize,
    sessions: usize,
    in_session: bool,
    version: String,
    path: Path,
}

impl Tcx {
    /// For a text of `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            sampler: Sampler::new(bytes),
            activities: Vec::new(),
            workouts: 0,
            extras: Extras::default(),
            zone: None,
            room: LEAST_ROOM + bytes / LEAST_BYTES,
            sessions: 0,
            in_session: false,
            version: String::new(),
            path: Path::default(),
        }
    }

    fn activity(&mut self) -> Option<&mut ActivityElement> {
        self.activities.last_mut()
    }

    /// Whether one more of what takes room may come.
    fn has_room(&mut self) -> bool {
        let more = self.room > 0;
        self.room -= usize::from(more);
        more
    }

    fn begin(&mut self, kind: Kind, tag: &Tag<'_>) -> Place {
        if !self.has_room() {
            return Place::Skip;
        }
        self.activities.push(ActivityElement {
            kind,
            sport: tag.attribute("Sport").map(|s| s.into_owned()),
            id: None,
            name: None,
            notes: None,
            device: None,
            laps: Vec::new(),
            runs: Vec::new(),
            session: self.in_session.then_some(self.sessions),
        });
        Place::Activity
    }

    fn begin_lap(&mut self, tag: &Tag<'_>) -> Place {
        let start = tag.attribute("StartTime");
        let (lap, zone) = LapElement::starting(start.as_deref());
        self.zone = zone.or(self.zone);
        if !self.has_room() {
            return Place::Skip;
        }
        if let Some(activity) = self.activity() {
            activity.laps.push(lap);
        }
        Place::Lap
    }

    fn begin_track(&mut self) -> Place {
        let row = self.sampler.points.len();
        if let Some(activity) = self.activity() {
            let lap = activity.laps.len().checked_sub(1);
            match activity.runs.last_mut() {
                // Nothing came in the track before: it is this one's.
                Some(last) if last.0 == row => last.1 = lap,
                _ => activity.runs.push((row, lap)),
            }
        }
        Place::Track
    }

    fn in_point(&mut self, tag: &Tag<'_>) -> Place {
        let name = tag.name();
        let inner = match name {
            "Time" => Inner::Time,
            "Position" => return Place::Position,
            "AltitudeMeters" => Inner::Value(Field::Slot(slot::ALTITUDE)),
            "DistanceMeters" => Inner::Value(Field::Slot(slot::DISTANCE)),
            "HeartRateBpm" => Inner::Value(Field::Slot(slot::HEART_RATE)),
            "Cadence" => Inner::Value(Field::Slot(slot::CADENCE)),
            "Extensions" => Inner::Inside,
            _ => return Place::Inner(self.sampler.extension(tag, &mut self.extras)),
        };
        Place::Inner(self.sampler.enter(inner, name))
    }

    fn in_position(&mut self, tag: &Tag<'_>) -> Place {
        let name = tag.name();
        let slot = match name {
            "LatitudeDegrees" => slot::LATITUDE,
            "LongitudeDegrees" => slot::LONGITUDE,
            _ => return Place::Inner(self.sampler.extension(tag, &mut self.extras)),
        };
        Place::Inner(self.sampler.enter(Inner::Value(Field::Slot(slot)), name))
    }

    fn in_lap(&mut self, tag: &Tag<'_>) -> Place {
        match tag.name() {
            "Track" => self.begin_track(),
            "Extensions" => self.lap_inside(tag),
            "BeginPosition" | "EndPosition" | "BeginAltitudeMeters" | "EndAltitudeMeters" => {
                Place::Skip
            }
            name => match Part::of(name) {
                Some(part) => Place::LapPart(part),
                None => self.unknown("lap", tag),
            },
        }
    }

    fn lap_inside(&mut self, tag: &Tag<'_>) -> Place {
        match Part::of(tag.name()) {
            Some(part) => Place::LapPart(part),
            None => {
                self.path.push(tag.name());
                if tag.says_something() {
                    keep_attributes(&mut self.extras, "lap", &self.path, tag);
                }
                Place::LapInside
            }
        }
    }

    fn unknown(&mut self, of: &'static str, tag: &Tag<'_>) -> Place {
        self.path.push(tag.name());
        keep_attributes(&mut self.extras, of, &self.path, tag);
        Place::Unknown(of)
    }

    fn in_activity(&mut self, tag: &Tag<'_>) -> Place {
        match tag.name() {
            "Lap" => self.begin_lap(tag),
            "Track" => self.begin_track(),
            "Id" => Place::Id,
            "Name" => Place::Name,
            "Notes" => Place::Notes,
            "Creator" => Place::Creator,
            "Training" => Place::Training,
            "CoursePoint" => {
                self.extras.count("course point");
                self.path.push("");
                Place::Unknown("course point")
            }
            _ => self.unknown("activity", tag),
        }
    }

    fn begin_version(&mut self, of: &'static str) -> Place {
        self.version.clear();
        Place::Version(of)
    }

    fn keep_code(&mut self, of: &'static str, name: &str, code: &str) {
        if says_something(code) {
            self.extras.keep(of, name, code);
        }
    }

    fn in_creator(&mut self, tag: &Tag<'_>) -> Place {
        match tag.name() {
            "Name" => Place::CreatorName,
            "UnitId" => Place::CreatorUnit,
            "ProductID" => Place::CreatorProduct,
            "Version" => self.begin_version("device"),
            _ => self.unknown("device", tag),
        }
    }
}

/// Programs that know no number write noughts.
fn says_something(code: &str) -> bool {
    code.bytes().any(|b| b.is_ascii_alphanumeric() && b != b'0')
}

fn first(place: &mut Option<String>, text: &str) {
    if place.is_none() && !text.is_empty() {
        *place = Some(text.to_owned());
    }
}

impl Reading for Tcx {
    type Place = Place;

    fn open(&mut self, within: Option<Place>, tag: &Tag<'_>) -> Place {
        let Some(within) = within else {
            self.path.clear();
            return Place::Database;
        };
        match (within, tag.name()) {
            (Place::Point, _) => self.in_point(tag),
            (Place::Inner(Inner::Inside), _) => {
                Place::Inner(self.sampler.extension(tag, &mut self.extras))
            }
            // Whatever stands in a field is the field.
            (Place::Inner(inner), name) => Place::Inner(self.sampler.enter(inner, name)),
            (Place::Position, _) => self.in_position(tag),
            (Place::Track, "Trackpoint") => {
                self.sampler.begin();
                Place::Point
            }
            (Place::Track, _) => self.unknown("track", tag),
            (Place::Lap, _) => self.in_lap(tag),
            (Place::LapInside, _) => self.lap_inside(tag),
            (Place::LapPart(part), _) => Place::LapPart(part),
            (Place::Activity, _) => self.in_activity(tag),
            (Place::Database, "Activities" | "Courses") => Place::Holder,
            (Place::Database, "Workouts") => Place::Workouts,
            // How the program that wrote the file sorts what is in it.
            (Place::Database, "Folders") => Place::Skip,
            (Place::Database, "Author") => {
                keep_attributes(&mut self.extras, "author", &self.path, tag);
                self.path.push("");
                Place::Unknown("author")
            }
            (Place::Database, _) => self.unknown("file", tag),
            (Place::Workouts, name) => {
                self.workouts += usize::from(name == "Workout");
                Place::Skip
            }
            (Place::Holder, "MultiSportSession") => {
                self.sessions += 1;
                self.in_session = true;
                Place::Session
            }
            (Place::Session, "FirstSport" | "NextSport") => Place::Leg,
            (Place::Session, "Id") => Place::Skip,
            (Place::Holder | Place::Leg | Place::Session, "Activity") => {
                self.begin(Kind::Activity, tag)
            }
            (Place::Holder, "Course") => self.begin(Kind::Course, tag),
            (Place::Leg, "Transition") => match self.begin(Kind::Transition, tag) {
                Place::Activity => self.begin_lap(tag),
                place => place,
            },
            (Place::Holder | Place::Session | Place::Leg, _) => self.unknown("file", tag),
            (Place::Creator, _) => self.in_creator(tag),
            (Place::Training, "Plan") => Place::Plan,
            (Place::Plan, "Name") => Place::Name,
            (Place::Training | Place::Plan, _) => self.unknown("activity", tag),
            (Place::Unknown("author"), "Version") => self.begin_version("author"),
            (Place::Version(_), _) => Place::VersionPart,
            (Place::Unknown(of), _) => self.unknown(of, tag),
            (
                Place::Id
                | Place::Notes
                | Place::Name
                | Place::CreatorName
                | Place::CreatorUnit
                | Place::CreatorProduct
                | Place::VersionPart
                | Place::Skip,
                _,
            ) => Place::Skip,
        }
    }

    fn close(&mut self, place: Place, text: &str) {
        match place {
            Place::Inner(inner) => self.sampler.close(inner, text, &mut self.extras),
            Place::Point => self.sampler.end(),
            Place::LapPart(part) => {
                if let Some(lap) = self.activity().and_then(|a| a.laps.last_mut()) {
                    lap.take(part, text);
                }
            }
            Place::LapInside => {
                self.extras.keep("lap", self.path.last(), text);
                self.path.pop();
            }
            Place::Unknown(of) => {
                self.extras.keep(of, self.path.all(), text);
                self.path.pop();
            }
            Place::VersionPart => {
                if !self.version.is_empty() {
                    self.version.push('.');
                }
                self.version.push_str(text);
            }
            Place::Version(of) => {
                let version = std::mem::take(&mut self.version);
                self.keep_code(of, "Version", &version);
            }
            Place::Session => self.in_session = false,
            Place::Id => {
                let id = instant(text).map(|t| t.0);
                if let Some(activity) = self.activity() {
                    activity.id = activity.id.or(id);
                }
            }
            Place::Name | Place::Notes | Place::CreatorName => {
                let Some(activity) = self.activities.last_mut() else {
                    return;
                };
                match place {
                    Place::Name => first(&mut activity.name, title(text)),
                    Place::Notes => first(&mut activity.notes, text),
                    _ => {
                        let serial = activity.device.take().and_then(|d| d.serial);
                        activity.device = words::device(text);
                        if serial.is_some() {
                            activity.device.get_or_insert_default().serial = serial;
                        }
                    }
                }
            }
            Place::CreatorUnit => {
                if let Some(activity) = self.activities.last_mut()
                    && says_something(text)
                {
                    activity.device.get_or_insert_default().serial = Some(text.to_owned());
                }
            }
            Place::CreatorProduct => self.keep_code("device", "ProductID", text),
            Place::Database
            | Place::Holder
            | Place::Leg
            | Place::Activity
            | Place::Lap
            | Place::Track
            | Place::Position
            | Place::Creator
            | Place::Training
            | Place::Plan
            | Place::Workouts
            | Place::Skip => {}
        }
    }

    fn resume(&mut self, rest: &str, open: &mut Vec<Place>) -> Option<usize> {
        let (at, name) = next_start(rest, &["Trackpoint", "Track", "Lap", "Activity"])?;
        // Points need something to belong to.
        if self.activities.is_empty() && name != "Activity" {
            return None;
        }
        self.sampler.discard();
        self.path.clear();
        open.clear();
        let within = [
            Place::Database,
            Place::Holder,
            Place::Activity,
            Place::Lap,
            Place::Track,
        ];
        let depth = match name {
            "Activity" => 2,
            "Lap" => 3,
            "Track" => 4,
            _ => 5,
        };
        open.extend_from_slice(&within[..depth]);
        // The start of its track may be what was damaged.
        if name == "Trackpoint" && self.activity().is_some_and(|a| a.runs.is_empty()) {
            self.begin_track();
        }
        Some(at)
    }
}
