//! Record messages, straight into columns.
//!
//! A definition is turned once into a [`Plan`]: which bytes go to which column.
//! Each record then runs down its plan. A column grows only when a value comes;
//! the holes before it are filled then, against a budget that the length of the
//! input sets, so a few bytes cannot ask for much memory.

mod plan;

use super::profile;
use super::wire::{Base, Kind, NO_TIME, integer_at, number_at};
use paceline_model::{Channel, Column, Values};
pub(super) use plan::Plan;
use plan::{Read, Special, Whole};

/// Columns of one file; more are counted among the extras only.
const MAX_COLUMNS: usize = 256;

/// One column while it grows.
#[derive(Debug)]
pub(super) struct Growing {
    pub channel: Channel,
    pub scale: f64,
    pub offset: f64,
    pub data: Data,
}

#[derive(Debug)]
pub(super) enum Data {
    Raw(Vec<i32>),
    Float(Vec<f32>),
}

impl Data {
    fn len(&self) -> usize {
        match self {
            Self::Raw(v) => v.len(),
            Self::Float(v) => v.len(),
        }
    }
}

/// A counter that rolls over, summed.
#[derive(Debug, Clone, Copy, Default)]
struct Rolled {
    last: Option<u32>,
    sum: u64,
}

impl Rolled {
    fn add(&mut self, value: u32, bits: u8) -> u64 {
        let mask = (1u32 << bits) - 1;
        let step = match self.last {
            Some(last) => value.wrapping_sub(last) & mask,
            None => value & mask,
        };
        self.last = Some(value);
        self.sum += u64::from(step);
        self.sum
    }
}

/// All records of a part.
#[derive(Debug)]
pub(super) struct Columns {
    /// FIT seconds of each row, [`NO_TIME`] where it has none.
    pub times: Vec<u32>,
    pub columns: Vec<Growing>,
    /// Columns given up because they would have taken too much memory.
    pub given_up: Vec<Channel>,
    fill_budget: usize,
    /// Cells that may still be set aside before values come.
    reserve_budget: usize,
    rolled: Vec<((u8, usize), Rolled)>,
}

impl Columns {
    /// For a part of `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            times: Vec::new(),
            columns: Vec::new(),
            given_up: Vec::new(),
            fill_budget: 16 * bytes + (1 << 16),
            reserve_budget: 4 * bytes,
            rolled: Vec::new(),
        }
    }

    /// Sets room aside for the rows that may come, so that columns need not
    /// move as they grow; never more in all than the input could fill.
    fn reserve(&mut self, plan: &Plan, rows: usize) {
        if self.times.is_empty() {
            self.times.reserve(rows);
        }
        for op in &plan.copied {
            if let Data::Raw(raw) = &mut self.columns[usize::from(op.column)].data
                && raw.is_empty()
                && raw.capacity() == 0
                && rows <= self.reserve_budget
            {
                self.reserve_budget -= rows;
                raw.reserve(rows);
            }
        }
    }

    fn column(&mut self, channel: Channel, scale: f64, offset: f64, float: bool) -> Option<usize> {
        if let Some(i) = self.columns.iter().position(|c| c.channel == channel) {
            return Some(i);
        }
        if self.columns.len() >= MAX_COLUMNS {
            return None;
        }
        self.columns.push(Growing {
            channel,
            scale,
            offset,
            data: if float {
                Data::Float(Vec::new())
            } else {
                Data::Raw(Vec::new())
            },
        });
        Some(self.columns.len() - 1)
    }

    fn canonical(&mut self, channel: &Channel) -> Option<usize> {
        let c = profile::canonical(channel)?;
        self.column(channel.clone(), c.scale, c.offset, false)
    }

    fn state(&mut self, field: u8, column: usize) -> usize {
        let key = (field, column);
        if let Some(i) = self.rolled.iter().position(|r| r.0 == key) {
            return i;
        }
        self.rolled.push((key, Rolled::default()));
        self.rolled.len() - 1
    }

    /// Appends one record; `time` is that of a compressed header. Gives the
    /// record's own timestamp if it has one.
    #[inline]
    pub fn append(&mut self, plan: &Plan, data: &[u8], time: Option<u32>) -> Option<u32> {
        let row = self.times.len();
        let mut stamp = time;
        if let Some((at, big)) = plan.timestamp
            && let Some(b) = quad(data, at)
        {
            let t = if big {
                u32::from_be_bytes(b)
            } else {
                u32::from_le_bytes(b)
            };
            if t != NO_TIME && t != 0 {
                stamp = Some(t);
            }
        }
        for op in &plan.copied {
            let at = op.at as usize;
            let value = match op.read {
                Whole::U8 => match data.get(at) {
                    Some(&b) if u32::from(b) != op.invalid => i32::from(b) << op.shift,
                    _ => continue,
                },
                Whole::I8 => match data.get(at) {
                    Some(&b) if u32::from(b) != op.invalid => i32::from(b as i8),
                    _ => continue,
                },
                Whole::U16Le => match pair(data, at).map(u16::from_le_bytes) {
                    Some(v) if u32::from(v) != op.invalid => i32::from(v),
                    _ => continue,
                },
                Whole::U16Be => match pair(data, at).map(u16::from_be_bytes) {
                    Some(v) if u32::from(v) != op.invalid => i32::from(v),
                    _ => continue,
                },
                Whole::I16Le => match pair(data, at).map(u16::from_le_bytes) {
                    Some(v) if u32::from(v) != op.invalid => i32::from(v as i16),
                    _ => continue,
                },
                Whole::I16Be => match pair(data, at).map(u16::from_be_bytes) {
                    Some(v) if u32::from(v) != op.invalid => i32::from(v as i16),
                    _ => continue,
                },
                // Beyond 31 bits no column can hold the number.
                Whole::U32Le => match quad(data, at).map(u32::from_le_bytes) {
                    Some(v) if v != op.invalid && v < 1 << 31 => v as i32,
                    _ => continue,
                },
                Whole::U32Be => match quad(data, at).map(u32::from_be_bytes) {
                    Some(v) if v != op.invalid && v < 1 << 31 => v as i32,
                    _ => continue,
                },
                Whole::I32Le => match quad(data, at).map(u32::from_le_bytes) {
                    Some(v) if v != op.invalid => v as i32,
                    _ => continue,
                },
                Whole::I32Be => match quad(data, at).map(u32::from_be_bytes) {
                    Some(v) if v != op.invalid => v as i32,
                    _ => continue,
                },
            };
            let column = usize::from(op.column);
            if let Data::Raw(raw) = &mut self.columns[column].data
                && raw.len() == row
            {
                raw.push(value);
            } else {
                self.put(column, row, value);
            }
        }
        for op in &plan.special {
            self.special(op, row, data);
        }
        self.times.push(stamp.unwrap_or(NO_TIME));
        stamp
    }

    #[cold]
    fn fill(&mut self, column: usize, row: usize) -> bool {
        let c = &mut self.columns[column];
        let holes = row.saturating_sub(c.data.len());
        if holes > self.fill_budget {
            if !self.given_up.contains(&c.channel) {
                self.given_up.push(c.channel.clone());
            }
            return false;
        }
        self.fill_budget -= holes;
        match &mut c.data {
            Data::Raw(v) => v.resize(row, Values::MISSING),
            Data::Float(v) => v.resize(row, f32::NAN),
        }
        true
    }

    fn put(&mut self, column: usize, row: usize, value: i32) {
        if self.columns[column].data.len() < row && !self.fill(column, row) {
            return;
        }
        match &mut self.columns[column].data {
            Data::Raw(v) if v.len() == row => v.push(value),
            Data::Raw(v) => v[row] = value,
            Data::Float(v) if v.len() == row => v.push(value as f32),
            Data::Float(v) => v[row] = value as f32,
        }
    }

    fn put_number(&mut self, column: usize, row: usize, value: f64) {
        let c = &self.columns[column];
        if matches!(c.data, Data::Float(_)) {
            if c.data.len() < row && !self.fill(column, row) {
                return;
            }
            if let Data::Float(v) = &mut self.columns[column].data {
                v.truncate(row);
                v.push(value as f32);
            }
            return;
        }
        let raw = ((value + c.offset) * c.scale).round();
        if raw.abs() < f64::from(i32::MAX) {
            self.put(column, row, raw as i32);
        }
    }

    fn special(&mut self, op: &Special, row: usize, data: &[u8]) {
        match op.read {
            Read::Slow {
                kind,
                big,
                from_scale,
                from_offset,
            } => {
                if let Some(v) = number_at(data, op.at, kind, big) {
                    self.put_number(op.column, row, v / from_scale - from_offset);
                }
            }
            Read::CadenceFraction => {
                if let (Some(&b), Data::Raw(raw)) =
                    (data.get(op.at), &mut self.columns[op.column].data)
                    && b != 0xFF
                    && raw.len() == row + 1
                {
                    raw[row] += i32::from(b);
                }
            }
            Read::Cadence256 { big } => {
                let kind = Kind {
                    base: Base::U16,
                    invalid: 0xFFFF,
                };
                if let Some(v) = integer_at(data, op.at, kind, big) {
                    self.put(op.column, row, (v / 2) as i32);
                }
            }
            Read::Balance => {
                if let Some(&b) = data.get(op.at)
                    && b != 0xFF
                {
                    let percent = i32::from(b & 0x7F);
                    let right = if b & 0x80 != 0 {
                        percent
                    } else {
                        100 - percent
                    };
                    self.put(op.column, row, right);
                }
            }
            Read::SpeedDistance { distance, state } => {
                let Some(&[a, b, c]) = data.get(op.at..op.at + 3) else {
                    return;
                };
                if (a, b, c) == (0xFF, 0xFF, 0xFF) {
                    return;
                }
                let speed = u32::from(a) | (u32::from(b & 0x0F) << 8);
                let metres16 = u32::from(b >> 4) | (u32::from(c) << 4);
                self.put(op.column, row, speed as i32 * 10);
                let sum = self.rolled[state].1.add(metres16, 12);
                let centimetres = (sum * 100 + 8) / 16;
                if let Ok(v) = i32::try_from(centimetres) {
                    self.put(distance, row, v);
                }
            }
            Read::Rolling {
                kind,
                big,
                bits,
                state,
            } => {
                if let Some(v) = integer_at(data, op.at, kind, big) {
                    let sum = self.rolled[state].1.add(v as u32, bits);
                    if let Ok(v) = i32::try_from(sum) {
                        self.put(op.column, row, v);
                    }
                }
            }
        }
    }

    /// Makes every column as long as the rows; those that never held a value,
    /// or would need too much filling, are left out.
    pub fn finish(&mut self) -> Vec<Column> {
        let rows = self.times.len();
        for i in 0..self.columns.len() {
            let len = self.columns[i].data.len();
            if len > 0 && len < rows && !self.fill(i, rows) {
                self.columns[i].data = Data::Raw(Vec::new());
            }
        }
        self.columns
            .drain(..)
            .filter(|c| c.data.len() > 0)
            .map(|c| Column {
                channel: c.channel,
                values: match c.data {
                    Data::Raw(raw) => Values::Scaled {
                        raw,
                        scale: c.scale,
                        offset: c.offset,
                    },
                    Data::Float(v) => Values::Float(v),
                },
            })
            .collect()
    }
}

#[inline]
fn pair(data: &[u8], at: usize) -> Option<[u8; 2]> {
    data.get(at..at + 2)?.try_into().ok()
}

#[inline]
fn quad(data: &[u8], at: usize) -> Option<[u8; 4]> {
    data.get(at..at + 4)?.try_into().ok()
}
