//! What the fields of a point are called, whoever wrote the file and whatever
//! prefix it gives them: Garmin's track point and activity extensions,
//! Cluetrust's data extension, bare elements.

use super::extras::Extras;
use super::number::{Decimal, instant};
use super::points::{Points, Put, slot};
use super::walk::Tag;
use paceline_model::Channel;

/// Where a field of a point goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// To a named channel, by its place in [`Channel::NAMED`].
    Slot(u8),
    /// To a column of this name and unit.
    Column(&'static str),
    /// Not known: a number goes to a column of its own name.
    Unknown,
}

/// What a field of a point means, by its name without prefix.
pub(crate) fn field(name: &str) -> Field {
    // The usual spellings first; `fold` is for the rest.
    match name {
        "hr" | "heartrate" => Field::Slot(slot::HEART_RATE),
        "cad" | "cadence" | "Cadence" | "RunCadence" => Field::Slot(slot::CADENCE),
        "atemp" | "temp" => Field::Slot(slot::TEMPERATURE),
        "power" | "Watts" => Field::Slot(slot::POWER),
        "speed" | "Speed" => Field::Slot(slot::SPEED),
        "distance" => Field::Slot(slot::DISTANCE),
        // What fields stand in, on every point.
        "extensions" | "TrackPointExtension" | "Extensions" | "TPX" => Field::Unknown,
        _ => match folded(name) {
            Field::Unknown => named(name),
            known => known,
        },
    }
}

/// The channel whose stable name this is, as Paceline writes it.
fn named(name: &str) -> Field {
    let at = Channel::NAMED.iter().position(|c| c.key() == name);
    match at.and_then(|at| u8::try_from(at).ok()) {
        Some(slot) => Field::Slot(slot),
        None => Field::Unknown,
    }
}

/// Longer names are nobody's.
const LONGEST: usize = 40;

/// The name without case, hyphens and underscores.
fn folded(name: &str) -> Field {
    let mut buffer = [0u8; LONGEST];
    let mut len = 0;
    for b in name.bytes().filter(|b| !matches!(b, b'_' | b'-')) {
        match buffer.get_mut(len) {
            Some(place) => *place = b.to_ascii_lowercase(),
            None => return Field::Unknown,
        }
        len += 1;
    }
    match &buffer[..len] {
        b"hr" | b"heartrate" | b"heartratebpm" | b"bpm" => Field::Slot(slot::HEART_RATE),
        b"cad" | b"cadence" | b"runcadence" | b"bikecadence" => Field::Slot(slot::CADENCE),
        b"atemp" | b"temp" | b"temperature" | b"airtemp" | b"airtemperature" => {
            Field::Slot(slot::TEMPERATURE)
        }
        b"power" | b"watts" | b"powerinwatts" => Field::Slot(slot::POWER),
        b"speed" => Field::Slot(slot::SPEED),
        b"distance" | b"distancemeters" => Field::Slot(slot::DISTANCE),
        b"altitude" | b"altitudemeters" | b"elevation" => Field::Slot(slot::ALTITUDE),
        b"respirationrate" => named("respiration_rate"),
        b"coretemperature" | b"coretemp" => named("core_temperature"),
        b"smo2" => named("muscle_oxygen"),
        b"wtemp" | b"watertemperature" => Field::Column("water_temperature [°C]"),
        b"depth" => Field::Column("depth [m]"),
        b"course" | b"cog" => Field::Column("course [°]"),
        b"bearing" => Field::Column("bearing [°]"),
        b"heading" => Field::Column("heading [°]"),
        b"verticalspeed" => Field::Column("vertical_speed [m/s]"),
        _ => Field::Unknown,
    }
}

/// Names of the elements that are open within another, for what no table knows.
#[derive(Debug, Default)]
pub(crate) struct Path {
    text: String,
    /// Length of the text before each name and its slash, and where the name begins.
    names: Vec<(usize, usize)>,
}

/// Deeper elements have no name of their own.
const DEEPEST: usize = 8;

impl Path {
    pub fn push(&mut self, name: &str) {
        let before = self.text.len();
        if self.names.len() < DEEPEST && name.len() <= 4 * LONGEST {
            if before > 0 {
                self.text.push('/');
            }
            self.names.push((before, self.text.len()));
            self.text.push_str(name);
        } else {
            let last = self.names.last().map_or(0, |n| n.1);
            self.names.push((before, last));
        }
    }

    pub fn pop(&mut self) {
        if let Some((before, _)) = self.names.pop() {
            self.text.truncate(before);
        }
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.names.clear();
    }

    /// All names, outermost first, between slashes.
    pub fn all(&self) -> &str {
        &self.text
    }

    /// The innermost name.
    pub fn last(&self) -> &str {
        self.names.last().map_or("", |n| &self.text[n.1..])
    }
}

/// Keeps the attributes of an element no table knows; its own name is on the path already.
pub(crate) fn keep_attributes(extras: &mut Extras, of: &'static str, path: &Path, tag: &Tag<'_>) {
    for (name, value) in tag.attributes() {
        extras.keep(of, &format!("{}@{name}", path.all()), &value);
    }
}

/// What an element within a point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inner {
    /// A known field.
    Value(Field),
    /// Something with children, or a field of an unknown name.
    Inside,
    /// Text even where it looks like a number.
    Text,
    /// The point's time.
    Time,
}

/// Points while they are read, element by element.
#[derive(Debug)]
pub(crate) struct Sampler {
    pub points: Points,
    path: Path,
    time: Option<i64>,
    /// Seconds east of UTC, where a time is written in a zone other than UTC.
    pub zone: Option<i32>,
}

impl Sampler {
    /// For a text of `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            points: Points::new(bytes),
            path: Path::default(),
            time: None,
            zone: None,
        }
    }

    /// A point begins.
    pub fn begin(&mut self) {
        self.time = None;
        self.path.clear();
    }

    /// An element known to be `inner` begins within the point.
    pub fn enter(&mut self, inner: Inner, name: &str) -> Inner {
        self.path.push(name);
        inner
    }

    /// An element of an extension begins within the point.
    pub fn extension(&mut self, tag: &Tag<'_>, extras: &mut Extras) -> Inner {
        let name = tag.name();
        self.path.push(name);
        match field(name) {
            Field::Unknown => {
                if tag.says_something() {
                    for (attribute, value) in tag.attributes() {
                        self.take(
                            Field::Unknown,
                            &format!("{name}@{attribute}"),
                            &value,
                            extras,
                        );
                    }
                }
                Inner::Inside
            }
            known => Inner::Value(known),
        }
    }

    /// An element within the point ends.
    pub fn close(&mut self, inner: Inner, text: &str, extras: &mut Extras) {
        match inner {
            Inner::Value(field) => self.take_last(field, text, extras),
            Inner::Inside => self.take_last(Field::Unknown, text, extras),
            Inner::Text => extras.keep(POINT, self.path.all(), text),
            Inner::Time => match instant(text) {
                Some((time, zone)) => {
                    self.time = Some(time);
                    self.zone = zone.or(self.zone);
                }
                None => extras.keep(POINT, self.path.all(), text),
            },
        }
        self.path.pop();
    }

    /// The point ends.
    pub fn end(&mut self) {
        self.points.end(self.time);
    }

    /// Forgets the point that was begun.
    pub fn discard(&mut self) {
        self.points.discard();
        self.begin();
    }

    fn take_last(&mut self, field: Field, text: &str, extras: &mut Extras) {
        if !text.is_empty() {
            take(&mut self.points, field, self.path.last(), text, extras);
        }
    }

    /// Takes the text of a field into the point that is being read; what is no
    /// number, or the second of its kind, is kept under `name`.
    pub fn take(&mut self, field: Field, name: &str, text: &str, extras: &mut Extras) {
        take(&mut self.points, field, name, text, extras);
    }
}

/// What extras of points are kept under.
const POINT: &str = "point";

fn take(points: &mut Points, field: Field, name: &str, text: &str, extras: &mut Extras) {
    let Some(value) = Decimal::parse(text) else {
        extras.keep(POINT, name, text);
        return;
    };
    let put = match field {
        Field::Slot(slot) => points.put(slot, value),
        Field::Column(name) => points.put_other(name, value),
        Field::Unknown => points.put_other(name, value),
    };
    match (put, field) {
        (Put::Taken, _) => {}
        // Two sensors, or one in two forms: the other stands beside it.
        (Put::Second, Field::Slot(_)) if points.put_other(name, value) == Put::Taken => {}
        _ => extras.keep(POINT, name, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(field: Field) -> Option<Channel> {
        match field {
            Field::Slot(slot) => Some(Channel::NAMED[usize::from(slot)].clone()),
            _ => None,
        }
    }

    #[test]
    fn a_field_is_known_in_every_spelling() {
        for (name, of) in [
            ("hr", Channel::HeartRate),
            ("heartrate", Channel::HeartRate),
            ("HeartRate", Channel::HeartRate),
            ("heart_rate", Channel::HeartRate),
            ("HeartRateBpm", Channel::HeartRate),
            ("cad", Channel::Cadence),
            ("RunCadence", Channel::Cadence),
            ("PowerInWatts", Channel::Power),
            ("Watts", Channel::Power),
            ("atemp", Channel::Temperature),
            ("altitude", Channel::Altitude),
            ("respirationRate", Channel::RespirationRate),
            ("SmO2", Channel::MuscleOxygen),
            ("core_temperature", Channel::CoreTemperature),
            ("ground_contact_time", Channel::GroundContactTime),
            ("grade", Channel::Grade),
        ] {
            assert_eq!(channel(field(name)), Some(of), "{name}");
        }
        assert_eq!(field("cog"), Field::Column("course [°]"));
        assert_eq!(field("hdop"), Field::Unknown);
        assert_eq!(field(&"x".repeat(1000)), Field::Unknown);
    }

    #[test]
    fn a_path_names_what_is_open() {
        let mut path = Path::default();
        path.push("Plan");
        path.push("Name");
        assert_eq!((path.all(), path.last()), ("Plan/Name", "Name"));
        path.pop();
        assert_eq!(path.all(), "Plan");
        for _ in 0..1000 {
            path.push("deep");
        }
        assert!(path.all().len() < 100);
        for _ in 0..1000 {
            path.pop();
        }
        assert_eq!(path.all(), "Plan");
    }
}
