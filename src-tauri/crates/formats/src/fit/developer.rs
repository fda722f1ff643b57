//! Developer fields: what an application on the device says it added, and the
//! channel that its values belong to.

use super::profile::{self, Meaning, message};
use super::wire::{Base, Kind, Message, text_of};
use paceline_model::Channel;
use std::collections::BTreeMap;

/// One described field.
#[derive(Debug, Clone)]
pub(super) struct Described {
    pub name: String,
    pub unit: Option<String>,
    pub kind: Kind,
    pub scale: f64,
    pub offset: f64,
    native: Option<(u16, u8)>,
}

impl Described {
    /// The name with its unit in brackets, if it has one.
    pub fn label(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} [{unit}]", self.name),
            None => self.name.clone(),
        }
    }

    /// The channel of the field and what its values are multiplied by to be in
    /// the channel's unit. A channel in `taken` comes from elsewhere in the same
    /// record: then the field keeps its own name, as it does with a unit unknown here.
    pub fn channel(&self, taken: &[Channel]) -> (Channel, f64) {
        let known = match self.native {
            Some((message::RECORD, field)) => native_channel(field),
            _ => None,
        }
        .or_else(|| self.by_name());
        let own = || (Channel::Other(self.label()), 1.0);
        match known {
            Some(c) if !taken.contains(&c) => match self.factor(&c) {
                Some(factor) => (c, factor),
                None => own(),
            },
            _ => own(),
        }
    }

    /// From the declared unit to the channel's.
    fn factor(&self, channel: &Channel) -> Option<f64> {
        let unit = self.unit.as_deref().unwrap_or_default().to_lowercase();
        let factors: &[(&str, f64)] = match channel {
            Channel::Speed => &[
                ("m/s", 1.0),
                ("mps", 1.0),
                ("km/h", 1.0 / 3.6),
                ("kmh", 1.0 / 3.6),
                ("kph", 1.0 / 3.6),
                ("m/min", 1.0 / 60.0),
                ("mph", 0.447_04),
            ],
            Channel::Distance | Channel::Altitude => &[
                ("m", 1.0),
                ("meter", 1.0),
                ("meters", 1.0),
                ("km", 1000.0),
                ("ft", 0.3048),
                ("feet", 0.3048),
                ("mi", 1609.344),
            ],
            Channel::VerticalOscillation | Channel::StepLength => &[
                ("mm", 1.0),
                ("millimeters", 1.0),
                ("cm", 10.0),
                ("centimeters", 10.0),
                ("m", 1000.0),
                ("meters", 1000.0),
            ],
            Channel::GroundContactTime => &[("ms", 1.0), ("milliseconds", 1.0), ("s", 1000.0)],
            Channel::CoreTemperature | Channel::Temperature if unit.contains('f') => return None,
            _ => return Some(1.0),
        };
        if unit.is_empty() {
            return Some(1.0);
        }
        factors.iter().find(|f| f.0 == unit).map(|f| f.1)
    }

    /// Fields known by their name, where the unit fits.
    fn by_name(&self) -> Option<Channel> {
        let name = self.name.to_ascii_lowercase().replace([' ', '-'], "_");
        let unit = self.unit.as_deref().unwrap_or_default().to_lowercase();
        let celsius = unit.ends_with('c') || unit.is_empty();
        match name.as_str() {
            "core_temperature" | "core_body_temperature" | "core_temp" if celsius => {
                Some(Channel::CoreTemperature)
            }
            "power" | "running_power" if unit.starts_with('w') => Some(Channel::Power),
            _ if name.starts_with("smo2") || name == "saturated_hemoglobin_percent" => {
                (unit.contains('%') || unit.is_empty() || unit.starts_with("percent"))
                    .then_some(Channel::MuscleOxygen)
            }
            _ if name.starts_with("thb") => unit
                .replace(' ', "")
                .starts_with("g/dl")
                .then_some(Channel::TotalHemoglobin),
            _ => None,
        }
    }
}

/// The channel a native record field stands for, whatever parts it is made of.
fn native_channel(field: u8) -> Option<Channel> {
    match profile::record_field(field)? {
        Meaning::Column { channel, .. } => match channel {
            Channel::Other(_) => None,
            named => Some(named),
        },
        Meaning::Cadence | Meaning::Cadence256 => Some(Channel::Cadence),
        _ => None,
    }
}

/// All fields described so far, by application index and number.
#[derive(Debug, Default)]
pub(super) struct Developers {
    fields: BTreeMap<(u8, u8), Described>,
}

impl Developers {
    /// The description of a field.
    pub fn field(&self, app: u8, number: u8) -> Option<&Described> {
        self.fields.get(&(app, number))
    }

    /// Takes in a field description; `true` if it says something new.
    pub fn describe(&mut self, m: &Message<'_>) -> bool {
        let (Some(app), Some(number), Some(base)) = (m.int(0), m.int(1), m.int(2)) else {
            return false;
        };
        let (Ok(app), Ok(number), Ok(base)) =
            (u8::try_from(app), u8::try_from(number), u8::try_from(base))
        else {
            return false;
        };
        let kind = Kind::from_wire(base);
        let float = matches!(kind.base, Base::F32 | Base::F64);
        let native = m
            .int(15)
            .and_then(|n| u8::try_from(n).ok())
            .map(|n| (m.code(14).unwrap_or(message::RECORD), n));
        let described = Described {
            name: m
                .bytes(3)
                .and_then(text_of)
                .map_or_else(|| format!("developer field {app}.{number}"), short),
            unit: m.bytes(8).and_then(text_of).map(short),
            kind,
            // Absent, and 0 where a recorder fills unused fields, mean 1.
            scale: m
                .int(6)
                .filter(|&s| s > 0 && !float)
                .map_or(1.0, |s| s as f64),
            offset: m.int(7).filter(|_| !float).map_or(0.0, |o| o as f64),
            native,
        };
        self.fields.insert((app, number), described);
        true
    }
}

/// Names come from the file: bounded.
fn short(text: String) -> String {
    if text.chars().count() > 64 {
        text.chars().take(64).collect()
    } else {
        text
    }
}
