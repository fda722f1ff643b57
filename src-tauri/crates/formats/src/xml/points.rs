//! Points of a track, straight into columns.
//!
//! Text is decimal, and so are the columns: each value stands as it was
//! written, up to a resolution of its channel beyond which digits are noise of
//! some conversion (a watch's 0.246 m/s written as 0.2460000067949295). Only
//! positions that were semicircles stay semicircles. A column grows when a
//! value comes; holes are filled then, against a budget that the length of the
//! input sets, so that little text cannot ask for much memory.

use super::column::{Data, Growing, SEMICIRCLES, semicircles};
use super::number::{Decimal, POW10};
use paceline_model::{Channel, Column, Values};

/// A point without a time.
pub(crate) const NO_TIME: i64 = i64::MIN;
/// Columns of one file; further fields count among the extras only.
const MAX_COLUMNS: usize = 256;
/// The columns that most files have, by place in [`Channel::NAMED`].
pub(crate) mod slot {
    pub const LATITUDE: u8 = 0;
    pub const LONGITUDE: u8 = 1;
    pub const ALTITUDE: u8 = 2;
    pub const DISTANCE: u8 = 3;
    pub const SPEED: u8 = 4;
    pub const HEART_RATE: u8 = 5;
    pub const CADENCE: u8 = 6;
    pub const POWER: u8 = 7;
    pub const TEMPERATURE: u8 = 8;
}

/// What became of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    Taken,
    /// The point already has another value of this channel.
    Second,
    /// No room for it: a number or a column beyond all measure.
    Refused,
}

/// All points of a file.
#[derive(Debug)]
pub(crate) struct Points {
    /// Unix milliseconds of each finished row, or [`NO_TIME`].
    pub times: Vec<i64>,
    columns: Vec<Growing>,
    named: [Option<u16>; Channel::NAMED.len()],
    fill_budget: usize,
    /// Columns given up because they would have taken too much memory.
    pub given_up: Vec<Channel>,
    /// Values beyond what their column can hold.
    pub refused: usize,
}

impl Points {
    /// For a file of `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self {
            times: Vec::new(),
            columns: Vec::new(),
            named: [None; Channel::NAMED.len()],
            fill_budget: 16 * bytes + (1 << 16),
            given_up: Vec::new(),
            refused: 0,
        }
    }

    /// Finished points.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Ends the point that is being read.
    pub fn end(&mut self, time: Option<i64>) {
        self.times.push(time.unwrap_or(NO_TIME));
    }

    /// Forgets what was taken into a point that never ended.
    pub fn discard(&mut self) {
        let rows = self.times.len();
        for c in &mut self.columns {
            match &mut c.data {
                Data::Decimal(v) | Data::Semicircles(v) => v.truncate(rows),
                Data::Float(v) => v.truncate(rows),
            }
        }
    }

    /// Takes a value of a named channel into the point that is being read.
    #[inline]
    pub fn put(&mut self, slot: u8, value: Decimal) -> Put {
        let index = match self.named[usize::from(slot)] {
            Some(index) => usize::from(index),
            None => match self.add(Channel::NAMED[usize::from(slot)].clone()) {
                Some(index) => {
                    self.named[usize::from(slot)] = u16::try_from(index).ok();
                    index
                }
                None => return Put::Refused,
            },
        };
        let row = self.times.len();
        let c = &mut self.columns[index];
        if let Data::Decimal(raw) = &mut c.data
            && raw.len() == row
            && value.digits <= c.places
            && let Some(v) = value
                .mantissa
                .checked_mul(POW10[(c.places - value.digits) as usize])
            && let Ok(v) = i32::try_from(v)
            && v != Values::MISSING
        {
            raw.push(v);
            return Put::Taken;
        }
        self.put_slowly(index, value)
    }

    /// Takes a value of a field that only its name describes.
    pub fn put_other(&mut self, name: &str, value: Decimal) -> Put {
        let known = self
            .columns
            .iter()
            .position(|c| matches!(&c.channel, Channel::Other(n) if n == name));
        let index = match known {
            Some(index) => index,
            None => match self.add(Channel::Other(name.to_owned())) {
                Some(index) => index,
                None => return Put::Refused,
            },
        };
        self.put_slowly(index, value)
    }

    fn add(&mut self, channel: Channel) -> Option<usize> {
        if self.columns.len() >= MAX_COLUMNS {
            return None;
        }
        self.columns.push(Growing::of(channel));
        Some(self.columns.len() - 1)
    }

    fn put_slowly(&mut self, index: usize, value: Decimal) -> Put {
        let row = self.times.len();
        if self.columns[index].len() < row && !self.fill(index, row) {
            return Put::Refused;
        }
        let c = &mut self.columns[index];
        if !c.settled && value.digits > c.places {
            c.settle(value);
        }
        let value = value.shortened();
        if matches!(c.data, Data::Decimal(_)) && value.digits > c.places {
            c.refine(value);
        }
        let second = c.len() > row;
        match &mut c.data {
            Data::Float(v) => {
                #[allow(clippy::cast_possible_truncation)]
                let value = value.to_f64() as f32;
                if second {
                    return same(v[row] == value);
                }
                v.push(value);
                Put::Taken
            }
            Data::Semicircles(v) => {
                let Some(raw) = semicircles(value) else {
                    self.refused += 1;
                    return Put::Refused;
                };
                if second {
                    return same(v[row] == raw);
                }
                v.push(raw);
                Put::Taken
            }
            Data::Decimal(_) => self.put_decimal(index, value, second),
        }
    }

    fn put_decimal(&mut self, index: usize, value: Decimal, second: bool) -> Put {
        let row = self.times.len();
        let c = &mut self.columns[index];
        loop {
            let raw = value
                .scaled(c.places)
                .and_then(|v| i32::try_from(v).ok())
                .filter(|&v| v != Values::MISSING);
            if let Data::Decimal(v) = &mut c.data {
                if second {
                    return same(raw == Some(v[row]));
                }
                if let Some(raw) = raw {
                    v.push(raw);
                    return Put::Taken;
                }
            }
            match &c.channel {
                Channel::Latitude | Channel::Longitude => {
                    self.refused += 1;
                    return Put::Refused;
                }
                // A coarser place makes room, down to whole units.
                _ if c.places > 0 => c.coarsen(),
                Channel::Other(_) => {
                    c.float();
                    return self.put_slowly(index, value);
                }
                _ => {
                    self.refused += 1;
                    return Put::Refused;
                }
            }
        }
    }

    #[cold]
    fn fill(&mut self, index: usize, rows: usize) -> bool {
        let c = &mut self.columns[index];
        let holes = rows - c.len();
        if holes > self.fill_budget {
            if !self.given_up.contains(&c.channel) {
                self.given_up.push(c.channel.clone());
            }
            return false;
        }
        self.fill_budget -= holes;
        c.fill(rows);
        true
    }

    /// The columns, each as long as the rows; those that never held a value or
    /// would need too much filling are left out.
    pub fn finish(&mut self) -> Vec<Column> {
        self.discard();
        let rows = self.times.len();
        for index in 0..self.columns.len() {
            if self.columns[index].len() < rows && !self.fill(index, rows) {
                self.columns[index].data = Data::Decimal(Vec::new());
            }
        }
        self.columns
            .drain(..)
            .filter(|c| c.len() > 0)
            .map(|c| Column {
                channel: c.channel,
                values: match c.data {
                    Data::Decimal(raw) => scaled(raw, POW10[c.places as usize] as f64),
                    Data::Semicircles(raw) => scaled(raw, SEMICIRCLES),
                    Data::Float(v) => Values::Float(v),
                },
            })
            .collect()
    }
}

fn scaled(raw: Vec<i32>, scale: f64) -> Values {
    Values::Scaled {
        raw,
        scale,
        offset: 0.0,
    }
}

fn same(equal: bool) -> Put {
    if equal { Put::Taken } else { Put::Second }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(slot: u8, texts: &[&str]) -> (Points, Vec<Put>) {
        let mut points = Points::new(1000);
        let mut puts = Vec::new();
        for text in texts {
            if let Some(d) = Decimal::parse(text) {
                puts.push(points.put(slot, d));
            }
            points.end(None);
        }
        (points, puts)
    }

    fn column(slot: u8, texts: &[&str]) -> (Vec<i32>, f64) {
        match points(slot, texts).0.finish().remove(0).values {
            Values::Scaled { raw, scale, .. } => (raw, scale),
            Values::Float(_) => panic!("no decimals"),
        }
    }

    #[test]
    fn the_slots_name_their_channels() {
        for (slot, channel) in [
            (slot::LATITUDE, Channel::Latitude),
            (slot::LONGITUDE, Channel::Longitude),
            (slot::ALTITUDE, Channel::Altitude),
            (slot::DISTANCE, Channel::Distance),
            (slot::SPEED, Channel::Speed),
            (slot::HEART_RATE, Channel::HeartRate),
            (slot::CADENCE, Channel::Cadence),
            (slot::POWER, Channel::Power),
            (slot::TEMPERATURE, Channel::Temperature),
        ] {
            assert_eq!(Channel::NAMED[usize::from(slot)], channel);
        }
    }

    #[test]
    fn positions_keep_seven_digits() {
        let (raw, scale) = column(slot::LATITUDE, &["37.5405270", "", "-0.1"]);
        assert_eq!(raw, [375_405_270, Values::MISSING, -1_000_000]);
        assert_eq!(scale, 1e7);
    }

    #[test]
    fn positions_that_were_semicircles_stay_semicircles() {
        let semicircles = [447_875_999, -692_275_200, 12_345_678];
        let degrees: Vec<String> = semicircles
            .iter()
            .map(|&s| format!("{}", f64::from(s) / SEMICIRCLES))
            .collect();
        let texts: Vec<&str> = degrees.iter().map(String::as_str).collect();
        assert_eq!(
            column(slot::LATITUDE, &texts),
            (semicircles.to_vec(), SEMICIRCLES)
        );
    }

    #[test]
    fn long_positions_that_were_not_are_rounded_to_a_centimetre() {
        let (raw, scale) = column(slot::LATITUDE, &["60.272281646728516"]);
        assert_eq!((raw[0], scale), (602_722_816, 1e7));
    }

    #[test]
    fn noise_of_conversions_is_rounded_away() {
        assert_eq!(column(slot::SPEED, &["0.2460000067949295"]).0, [246]);
        assert_eq!(
            column(slot::ALTITUDE, &["4.80000019073486328125"]).0,
            [4800]
        );
    }

    #[test]
    fn a_column_takes_on_the_places_its_values_need() {
        let (raw, scale) = column(slot::HEART_RATE, &["120", "121.5", "90"]);
        assert_eq!((raw, scale), (vec![1200, 1215, 900], 10.0));
        let (raw, scale) = column(slot::POWER, &["200.0", "210.00"]);
        assert_eq!((raw, scale), (vec![200, 210], 1.0));
    }

    #[test]
    fn a_distance_too_long_for_millimetres_makes_the_column_coarser() {
        let (raw, scale) = column(slot::DISTANCE, &["1.234", "3000000.5"]);
        assert_eq!((raw, scale), (vec![123, 300_000_050], 100.0));
    }

    #[test]
    fn a_second_value_of_a_point_is_told_apart() {
        let mut p = Points::new(1000);
        let d = |t| Decimal::parse(t).expect("a number");
        assert_eq!(p.put(slot::POWER, d("200")), Put::Taken);
        assert_eq!(p.put(slot::POWER, d("200.0")), Put::Taken);
        assert_eq!(p.put(slot::POWER, d("210")), Put::Second);
    }

    #[test]
    fn other_fields_become_decimals_or_floats() {
        let mut p = Points::new(1000);
        let d = |t| Decimal::parse(t).expect("a number");
        for (a, b) in [("21.7999992370605", "1"), ("3", "9999999999999")] {
            p.put_other("temp", d(a));
            p.put_other("nanos", d(b));
            p.end(None);
        }
        let columns = p.finish();
        assert_eq!(columns[0].values.get(0), Some(21.8));
        assert!(matches!(columns[1].values, Values::Float(_)));
        assert_eq!(columns[1].values.get(0), Some(1.0));
    }

    #[test]
    fn absurd_numbers_are_refused_and_counted() {
        let (p, puts) = points(slot::LATITUDE, &["99999", "5"]);
        assert_eq!(puts, [Put::Refused, Put::Taken]);
        assert_eq!(p.refused, 1);
    }
}
