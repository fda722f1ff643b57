//! Writes a recording as a FIT activity file.
//!
//! Times are whole seconds there, so parts of a second are lost; values keep
//! the resolution of their field. Channels without a native field go out as
//! developer fields. Extras, notes and warnings are not written.

mod message;

use super::crc::crc16;
use super::profile::{self, Canonical, message as number};
use super::wire::{EPOCH_UNIX_S, NO_TIME, SYSTEM_TIME_BELOW};
use crate::FormatError;
use message::*;
use paceline_model::{Channel, Column, RecordedTotals, Recording, Values};

/// Intervals of one hrv message.
const INTERVALS: usize = 5;

fn not_writable(reason: impl Into<String>) -> FormatError {
    FormatError::NotWritable {
        format: "FIT".to_owned(),
        reason: reason.into(),
    }
}

/// Writes a recording as a FIT activity file.
///
/// # Errors
/// [`FormatError::NotWritable`] where the recording has no times, or times that
/// FIT's counter cannot hold.
pub fn encode(recording: &Recording) -> Result<Vec<u8>, FormatError> {
    if !recording.timed {
        return Err(not_writable(
            "it has no times, and every FIT sample needs one",
        ));
    }
    let clock = Clock(recording.start.0);
    let last = recording.series.time_ms.last().copied().unwrap_or(0);
    let ends = recording.laps.iter().map(|l| l.end_ms);
    let end_ms = ends.fold(last, i32::max);
    let start = clock.at(0)?;
    let end = clock.at(end_ms)?;

    let mut w = Writer {
        out: vec![0; 14],
        defined: Default::default(),
    };
    file_id(&mut w, recording, start);
    for event in &recording.timer {
        let mut f = Fields::default();
        f.time(253, clock.at(event.at_ms)?).put(0, ENUM, &[0]).put(
            1,
            ENUM,
            &[if event.running { 0 } else { 4 }],
        );
        w.message(2, number::EVENT, &f);
    }
    let channels = channels(&mut w, recording);
    samples(&mut w, recording, &channels, clock)?;
    for length in &recording.lengths {
        let mut f = Fields::default();
        let elapsed = f64::from(length.end_ms.saturating_sub(length.start_ms)) / 1000.0;
        f.time(253, clock.at(length.end_ms)?)
            .time(2, clock.at(length.start_ms)?)
            .scaled(3, U32, Some(elapsed), 1000.0)
            .put(12, ENUM, &[u8::from(length.active)])
            .byte(
                7,
                ENUM,
                length.stroke.as_deref().and_then(profile::stroke_code),
            )
            .scaled(5, U16, length.strokes.map(f64::from), 1.0);
        w.message(6, number::LENGTH, &f);
    }
    for lap in &recording.laps {
        let mut f = Fields::default();
        f.time(253, clock.at(lap.end_ms)?)
            .time(2, clock.at(lap.start_ms)?)
            .byte(
                23,
                ENUM,
                code(lap.intensity.as_deref(), profile::intensity()),
            )
            .byte(
                24,
                ENUM,
                code(lap.trigger.as_deref(), profile::lap_trigger()),
            );
        totals(&mut f, &lap.totals, &LAP);
        w.message(7, number::LAP, &f);
    }
    session(&mut w, recording, start, end);
    let mut f = Fields::default();
    f.time(253, end)
        .put(1, U16, &1u16.to_le_bytes())
        .put(2, ENUM, &[0])
        .put(3, ENUM, &[26])
        .put(4, ENUM, &[1]);
    if let Some(offset) = recording.utc_offset_s {
        f.time(5, end.saturating_add_signed(offset));
    }
    w.message(9, number::ACTIVITY, &f);
    Ok(close(w.out))
}

/// Fills in the header and appends the checksum.
fn close(mut out: Vec<u8>) -> Vec<u8> {
    let size = (out.len() - 14) as u32;
    out[0] = 14;
    out[1] = 0x20;
    out[2..4].copy_from_slice(&2190u16.to_le_bytes());
    out[4..8].copy_from_slice(&size.to_le_bytes());
    out[8..12].copy_from_slice(b".FIT");
    let crc = crc16(&out[..12]);
    out[12..14].copy_from_slice(&crc.to_le_bytes());
    let crc = crc16(&out);
    out.extend_from_slice(&crc.to_le_bytes());
    out
}

/// From milliseconds since the recording's start to FIT seconds.
#[derive(Clone, Copy)]
struct Clock(i64);

impl Clock {
    fn at(self, ms: i32) -> Result<u32, FormatError> {
        let s = (self.0 + i64::from(ms)).div_euclid(1000) - EPOCH_UNIX_S;
        u32::try_from(s)
            .ok()
            .filter(|s| (SYSTEM_TIME_BELOW..NO_TIME).contains(s))
            .ok_or_else(|| not_writable("its date lies outside what FIT's clock can count"))
    }
}

fn file_id(w: &mut Writer, recording: &Recording, start: u32) {
    let device = recording.device.clone().unwrap_or_default();
    let maker = device
        .manufacturer
        .as_deref()
        .map(profile::manufacturer_code);
    let serial: Option<u32> = device.serial.as_deref().and_then(|s| s.parse().ok());
    let mut id = Fields::default();
    let mut info = Fields::default();
    id.put(0, ENUM, &[4]).time(4, start);
    info.time(253, start).put(0, U8, &[0]);
    if let Some(maker) = maker {
        id.put(1, U16, &maker.to_le_bytes());
        info.put(2, U16, &maker.to_le_bytes());
    }
    if let Some(serial) = serial {
        id.put(3, U32Z, &serial.to_le_bytes());
        info.put(3, U32Z, &serial.to_le_bytes());
    }
    if let Some(product) = &device.product {
        id.text(8, product);
        info.text(27, product);
    }
    w.message(0, number::FILE_ID, &id);
    w.message(1, number::DEVICE_INFO, &info);
    if let Some(name) = &recording.name {
        let mut f = Fields::default();
        f.put(4, ENUM, &[profile::sport_codes(recording.sport, None).0])
            .text(8, name);
        w.message(10, number::WORKOUT, &f);
    }
}

/// How a column goes out.
enum Out<'a> {
    Native(&'a Canonical, &'a Column),
    /// The raw numbers, with the scale in the field's description.
    Whole(&'a [i32]),
    Single(&'a [f32]),
    Double(&'a Column),
}

/// Describes the developer fields and says how each column is written.
fn channels<'a>(w: &mut Writer, recording: &'a Recording) -> Vec<Out<'a>> {
    let mut out = Vec::new();
    let mut described = 0u8;
    for column in &recording.series.columns {
        if let Some(c) = profile::canonical(&column.channel) {
            out.push(Out::Native(c, column));
            continue;
        }
        // Beyond this a definition could not hold them.
        if described >= 200 {
            continue;
        }
        let (how, base, scale) = match &column.values {
            Values::Float(v) => (Out::Single(v), F32, None),
            Values::Scaled { raw, scale, offset }
                if scale.fract() == 0.0
                    && (1.0..255.0).contains(scale)
                    && offset.fract() == 0.0
                    && offset.abs() < 127.0 =>
            {
                (Out::Whole(raw), I32, Some((*scale as u8, *offset as i8)))
            }
            Values::Scaled { .. } => (Out::Double(column), F64, None),
        };
        if described == 0 {
            let mut f = Fields::default();
            f.put(1, BYTE, b"paceline-columns").put(3, U8, &[0]);
            w.message(3, number::DEVELOPER_DATA_ID, &f);
        }
        let label = match &column.channel {
            Channel::Other(label) => label.clone(),
            named => named.key().into_owned(),
        };
        let (name, unit) = match label.strip_suffix(']').and_then(|l| l.rsplit_once(" [")) {
            Some((name, unit)) => (name, Some(unit)),
            None => (label.as_str(), None),
        };
        let mut f = Fields::default();
        f.put(0, U8, &[0])
            .put(1, U8, &[described])
            .put(2, U8, &[base])
            .text(3, name);
        if let Some(unit) = unit {
            f.text(8, unit);
        }
        if let Some((scale, offset)) = scale {
            f.put(6, U8, &[scale]).put(7, I8, &offset.to_le_bytes());
        }
        w.message(4, number::FIELD_DESCRIPTION, &f);
        described += 1;
        out.push(how);
    }
    out
}

fn samples(
    w: &mut Writer,
    recording: &Recording,
    channels: &[Out<'_>],
    clock: Clock,
) -> Result<(), FormatError> {
    let mut native = vec![(253u8, 4u8, U32)];
    let mut dev = Vec::new();
    for out in channels {
        match out {
            Out::Native(c, _) => {
                native.push((c.field, width(c.base), c.base));
                if *c.channel == Channel::Cadence {
                    native.push((53, 1, U8));
                }
            }
            Out::Whole(_) | Out::Single(_) => dev.push((dev.len() as u8, 4u8, 0)),
            Out::Double(_) => dev.push((dev.len() as u8, 8u8, 0)),
        }
    }
    let mut definition = vec![0x45 | if dev.is_empty() { 0 } else { 0x20 }, 0, 0];
    definition.extend_from_slice(&number::RECORD.to_le_bytes());
    definition.push(native.len() as u8);
    for (number, size, base) in native {
        definition.extend_from_slice(&[number, size, base]);
    }
    if !dev.is_empty() {
        definition.push(dev.len() as u8);
        for (number, size, app) in dev {
            definition.extend_from_slice(&[number, size, app]);
        }
    }
    let mut beats = recording.rr.as_slice();
    for (row, &ms) in recording.series.time_ms.iter().enumerate() {
        let due = beats.partition_point(|b| b.0 < ms);
        hrv(w, &beats[..due]);
        beats = &beats[due..];
        w.define(5, definition.clone());
        w.out.push(5);
        w.out.extend_from_slice(&clock.at(ms)?.to_le_bytes());
        for out in channels {
            if let Out::Native(c, column) = out {
                native_value(&mut w.out, c, column, row);
            }
        }
        for out in channels {
            match out {
                Out::Native(..) => {}
                Out::Whole(raw) => {
                    let v = raw.get(row).copied().unwrap_or(Values::MISSING);
                    let v = if v == Values::MISSING { i32::MAX } else { v };
                    w.out.extend_from_slice(&v.to_le_bytes());
                }
                Out::Single(v) => {
                    let v = v.get(row).copied().unwrap_or(f32::NAN);
                    w.out.extend_from_slice(&v.to_le_bytes());
                }
                Out::Double(c) => {
                    let v = c.values.get(row).unwrap_or(f64::NAN);
                    w.out.extend_from_slice(&v.to_le_bytes());
                }
            }
        }
    }
    hrv(w, beats);
    Ok(())
}

fn hrv(w: &mut Writer, beats: &[(i32, u16)]) {
    for group in beats.chunks(INTERVALS) {
        let mut bytes = [0xFF; 2 * INTERVALS];
        for (slot, (_, interval)) in bytes.chunks_exact_mut(2).zip(group) {
            slot.copy_from_slice(&interval.to_le_bytes());
        }
        let mut f = Fields::default();
        f.put(0, U16, &bytes);
        w.message(8, number::HRV, &f);
    }
}

fn width(base: u8) -> u8 {
    match base {
        0x83 | 0x84 => 2,
        0x85 | 0x86 => 4,
        _ => 1,
    }
}

/// The value in the field's raw units; the mark of absence where it has none or does not fit.
fn native_value(out: &mut Vec<u8>, c: &Canonical, column: &Column, row: usize) {
    let raw: Option<i64> = match &column.values {
        Values::Scaled { raw, scale, offset } if *scale == c.scale && *offset == c.offset => raw
            .get(row)
            .copied()
            .filter(|&r| r != Values::MISSING)
            .map(i64::from),
        values => values
            .get(row)
            .map(|v| ((v + c.offset) * c.scale).round() as i64),
    };
    let fits = |low: i64, high: i64| raw.filter(|r| (low..high).contains(r));
    match c.channel {
        Channel::Cadence => {
            let v = fits(0, 0xFF * 128);
            out.push(v.map_or(0xFF, |v| (v / 128) as u8));
            out.push(v.map_or(0xFF, |v| (v % 128) as u8));
            return;
        }
        Channel::RightBalance => {
            out.push(fits(0, 0x7F).map_or(0xFF, |v| v as u8 | 0x80));
            return;
        }
        _ => {}
    }
    match c.base {
        I8 => out.push(fits(-128, 0x7F).map_or(0x7F, |v| v as i8 as u8)),
        0x83 => {
            let v = fits(-32_768, 0x7FFF).map_or(0x7FFF, |v| v as i16);
            out.extend_from_slice(&v.to_le_bytes());
        }
        U16 => {
            let v = fits(0, 0xFFFF).map_or(0xFFFF, |v| v as u16);
            out.extend_from_slice(&v.to_le_bytes());
        }
        I32 => {
            let v = fits(i64::from(i32::MIN), 0x7FFF_FFFF).map_or(i32::MAX, |v| v as i32);
            out.extend_from_slice(&v.to_le_bytes());
        }
        U32 => {
            let v = fits(0, 0xFFFF_FFFF).map_or(u32::MAX, |v| v as u32);
            out.extend_from_slice(&v.to_le_bytes());
        }
        _ => out.push(fits(0, 0xFF).map_or(0xFF, |v| v as u8)),
    }
}

/// Field numbers of totals, which differ between laps and sessions.
struct Numbers {
    avg_hr: u8,
    avg_cadence: u8,
    cadence_fraction: u8,
    avg_power: u8,
    ascent: u8,
    work: u8,
    avg_speed: u8,
}

const LAP: Numbers = Numbers {
    avg_hr: 15,
    avg_cadence: 17,
    cadence_fraction: 80,
    avg_power: 19,
    ascent: 21,
    work: 41,
    avg_speed: 110,
};

const SESSION: Numbers = Numbers {
    avg_hr: 16,
    avg_cadence: 18,
    cadence_fraction: 92,
    avg_power: 20,
    ascent: 22,
    work: 48,
    avg_speed: 124,
};

/// A maximum stands right behind its average in both kinds of message.
fn totals(f: &mut Fields, t: &RecordedTotals, n: &Numbers) {
    let steps = t.avg_cadence.map(|c| (c * 128.0).round());
    f.scaled(7, U32, t.elapsed_s, 1000.0)
        .scaled(8, U32, t.timer_s, 1000.0)
        .scaled(9, U32, t.distance_m, 100.0)
        .scaled(11, U16, t.calories_kcal, 1.0)
        .scaled(n.avg_hr, U8, t.avg_hr, 1.0)
        .scaled(n.avg_hr + 1, U8, t.max_hr, 1.0)
        .scaled(n.avg_cadence, U8, steps.map(|s| (s / 128.0).floor()), 1.0)
        .scaled(n.cadence_fraction, U8, steps.map(|s| s % 128.0), 1.0)
        .scaled(n.avg_power, U16, t.avg_power, 1.0)
        .scaled(n.avg_power + 1, U16, t.max_power, 1.0)
        .scaled(n.ascent, U16, t.ascent_m, 1.0)
        .scaled(n.ascent + 1, U16, t.descent_m, 1.0)
        .scaled(n.work, U32, t.work_j, 1.0)
        .scaled(n.avg_speed, U32, t.avg_speed, 1000.0)
        .scaled(n.avg_speed + 1, U32, t.max_speed, 1000.0);
}

fn session(w: &mut Writer, recording: &Recording, start: u32, end: u32) {
    let (sport, sub) = profile::sport_codes(recording.sport, recording.sub_sport.as_deref());
    let mut f = Fields::default();
    f.time(253, end)
        .time(2, start)
        .put(5, ENUM, &[sport])
        .put(6, ENUM, &[sub])
        .scaled(44, U16, recording.totals.pool_length_m, 100.0);
    totals(&mut f, &recording.totals, &SESSION);
    f.put(25, U16, &0u16.to_le_bytes())
        .scaled(26, U16, Some(recording.laps.len() as f64), 1.0);
    w.message(9, number::SESSION, &f);
}

/// The number of a word.
fn code(word: Option<&str>, words: &[&str]) -> Option<u8> {
    let at = words.iter().position(|w| Some(*w) == word)?;
    u8::try_from(at).ok()
}
