//! Session, lap, length and event messages.

use super::profile;
use super::wire::{Message, TIMESTAMP};
use paceline_model::RecordedTotals;

/// A session message; times in FIT seconds.
#[derive(Debug, Clone, Default)]
pub(super) struct SessionMessage {
    pub start: Option<u32>,
    pub end: Option<u32>,
    pub sport: Option<u16>,
    pub sub_sport: Option<u16>,
    pub totals: RecordedTotals,
}

/// A lap message.
#[derive(Debug, Clone)]
pub(super) struct LapMessage {
    pub start: Option<u32>,
    pub end: Option<u32>,
    pub sport: Option<(u16, Option<u16>)>,
    pub trigger: Option<u16>,
    pub intensity: Option<u16>,
    pub totals: RecordedTotals,
}

/// A length message.
#[derive(Debug, Clone)]
pub(super) struct LengthMessage {
    pub start: Option<u32>,
    pub end: Option<u32>,
    pub elapsed_s: Option<f64>,
    pub active: bool,
    pub stroke: Option<u16>,
    pub strokes: Option<u16>,
}

/// A start or stop of the timer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub at: u32,
    pub running: bool,
}

/// Fields of a session message that are read.
pub(super) const SESSION_FIELDS: &[u8] = &[
    254, 253, 0, 1, 2, 5, 6, 7, 8, 9, 11, 14, 15, 16, 17, 18, 20, 21, 22, 23, 44, 48, 92, 124, 125,
];
/// Fields of a lap message that are read.
pub(super) const LAP_FIELDS: &[u8] = &[
    254, 253, 0, 1, 2, 7, 8, 9, 11, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24, 25, 39, 41, 80,
    110, 111,
];
/// Fields of a length message that are read.
pub(super) const LENGTH_FIELDS: &[u8] = &[254, 253, 0, 1, 2, 3, 4, 5, 7, 12];

/// Reads a session message.
pub(super) fn session(m: &Message<'_>) -> SessionMessage {
    SessionMessage {
        start: m.time(2),
        end: m.time(TIMESTAMP),
        sport: m.code(5),
        sub_sport: m.code(6),
        totals: RecordedTotals {
            elapsed_s: m.scaled(7, 1000.0),
            timer_s: m.scaled(8, 1000.0),
            distance_m: m.scaled(9, 100.0),
            ascent_m: m.scaled(22, 1.0),
            descent_m: m.scaled(23, 1.0),
            calories_kcal: m.scaled(11, 1.0),
            work_j: m.scaled(48, 1.0),
            avg_hr: m.scaled(16, 1.0),
            max_hr: m.scaled(17, 1.0),
            avg_power: m.scaled(20, 1.0),
            max_power: m.scaled(21, 1.0),
            avg_cadence: cadence(m, 18, 92),
            avg_speed: m.scaled(124, 1000.0).or_else(|| m.scaled(14, 1000.0)),
            max_speed: m.scaled(125, 1000.0).or_else(|| m.scaled(15, 1000.0)),
            pool_length_m: m.scaled(44, 100.0),
        },
    }
}

/// Reads a lap message.
pub(super) fn lap(m: &Message<'_>) -> LapMessage {
    LapMessage {
        start: m.time(2),
        end: m.time(TIMESTAMP),
        sport: m.code(25).map(|s| (s, m.code(39))),
        trigger: m.code(24),
        intensity: m.code(23),
        totals: RecordedTotals {
            elapsed_s: m.scaled(7, 1000.0),
            timer_s: m.scaled(8, 1000.0),
            distance_m: m.scaled(9, 100.0),
            ascent_m: m.scaled(21, 1.0),
            descent_m: m.scaled(22, 1.0),
            calories_kcal: m.scaled(11, 1.0),
            work_j: m.scaled(41, 1.0),
            avg_hr: m.scaled(15, 1.0),
            max_hr: m.scaled(16, 1.0),
            avg_power: m.scaled(19, 1.0),
            max_power: m.scaled(20, 1.0),
            avg_cadence: cadence(m, 17, 80),
            avg_speed: m.scaled(110, 1000.0).or_else(|| m.scaled(13, 1000.0)),
            max_speed: m.scaled(111, 1000.0).or_else(|| m.scaled(14, 1000.0)),
            pool_length_m: None,
        },
    }
}

/// Reads a length message.
pub(super) fn length(m: &Message<'_>) -> LengthMessage {
    LengthMessage {
        start: m.time(2),
        end: m.time(TIMESTAMP),
        elapsed_s: m.scaled(3, 1000.0),
        // Where the type is not said, a stroke or a count of strokes tells.
        active: match m.code(12) {
            Some(kind) => kind == 1,
            None => m.code(7).is_some() || m.code(5).is_some_and(|s| s > 0),
        },
        stroke: m.code(7),
        strokes: m.code(5),
    }
}

fn cadence(m: &Message<'_>, whole: u8, fraction: u8) -> Option<f64> {
    Some(m.scaled(whole, 1.0)? + m.scaled(fraction, 128.0).unwrap_or(0.0))
}

/// The data of an event in words: what the number holds depends on the event.
pub(super) fn event_sample(m: &Message<'_>, event: u16) -> String {
    let data = m.int(3).or_else(|| m.int(2));
    match (event, data) {
        (42 | 43, Some(d)) => {
            let byte = |shift: u32| (d >> shift) & 0xFF;
            format!(
                "front gear {} ({} teeth), rear gear {} ({} teeth)",
                byte(16),
                byte(24),
                byte(0),
                byte(8)
            )
        }
        (11, Some(d)) => format!("{:.3} V", d as f64 / 1000.0),
        (13 | 14, Some(d)) => format!("{d} bpm"),
        (36, Some(d)) => format!("calibration {d}"),
        (44, Some(d)) => match d {
            0 => "seated",
            1 => "standing",
            2 => "transition to seated",
            3 => "transition to standing",
            _ => "unknown position",
        }
        .to_owned(),
        (_, Some(d)) => d.to_string(),
        (_, None) => "no data".to_owned(),
    }
}

/// A word of an enumeration, its number where it has none.
pub(super) fn word(words: &[&str], code: u16) -> String {
    words
        .get(usize::from(code))
        .map_or_else(|| code.to_string(), |&w| w.to_owned())
}

/// The trigger of a lap in words.
pub(super) fn trigger(code: u16) -> String {
    word(profile::lap_trigger(), code)
}

/// The intensity of a lap in words.
pub(super) fn intensity(code: u16) -> String {
    word(profile::intensity(), code)
}
