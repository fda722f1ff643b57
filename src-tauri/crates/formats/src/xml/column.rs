//! One column of decimals while it grows: how finely it counts, and what its
//! numbers were before they were written.

use super::number::{Decimal, POW10};
use paceline_model::{Channel, Values};

/// 2³¹ semicircles are 180°.
pub(crate) const SEMICIRCLES: f64 = 2_147_483_648.0 / 180.0;

/// Decimal places of a channel's column: at first, and at most.
const fn places(channel: &Channel) -> (u32, u32) {
    match channel {
        // 1 cm, as finely as receivers resolve.
        Channel::Latitude | Channel::Longitude => (7, 7),
        Channel::Altitude | Channel::Distance | Channel::Speed => (3, 3),
        Channel::Other(_) => (0, 6),
        _ => (0, 3),
    }
}

#[derive(Debug)]
pub(super) enum Data {
    /// `raw / 10^places`.
    Decimal(Vec<i32>),
    Semicircles(Vec<i32>),
    /// Numbers that no decimal column can hold.
    Float(Vec<f32>),
}

#[derive(Debug)]
pub(super) struct Growing {
    pub channel: Channel,
    pub data: Data,
    pub places: u32,
    most_places: u32,
    /// Whether it is known what the positions were before they were written.
    pub settled: bool,
}

impl Growing {
    pub fn of(channel: Channel) -> Self {
        let (places, most_places) = places(&channel);
        Self {
            settled: !matches!(channel, Channel::Latitude | Channel::Longitude),
            channel,
            data: Data::Decimal(Vec::new()),
            places,
            most_places,
        }
    }

    pub fn len(&self) -> usize {
        match &self.data {
            Data::Decimal(v) | Data::Semicircles(v) => v.len(),
            Data::Float(v) => v.len(),
        }
    }

    pub fn fill(&mut self, rows: usize) {
        match &mut self.data {
            Data::Decimal(v) | Data::Semicircles(v) => v.resize(rows, Values::MISSING),
            Data::Float(v) => v.resize(rows, f32::NAN),
        }
    }
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn semicircles(degrees: Decimal) -> Option<i32> {
    let raw = (degrees.to_f64() * SEMICIRCLES).round();
    (raw.abs() < f64::from(i32::MAX)).then_some(raw as i32)
}

impl Growing {
    /// Decides by the first position written with more digits than a column of
    /// degrees holds: if it is a whole number of semicircles, all were.
    pub fn settle(&mut self, value: Decimal) {
        self.settled = true;
        let exact = value.to_f64() * SEMICIRCLES;
        // What rounding to the digits written may have moved it by.
        let slack = 0.51 * SEMICIRCLES / POW10[value.digits as usize] as f64 + 1e-5;
        if slack > 0.02 || (exact - exact.round()).abs() > slack {
            return;
        }
        if let Data::Decimal(raw) = &mut self.data {
            let factor = SEMICIRCLES / POW10[self.places as usize] as f64;
            for v in raw.iter_mut().filter(|v| **v != Values::MISSING) {
                #[allow(clippy::cast_possible_truncation)]
                let whole = (f64::from(*v) * factor).round() as i32;
                *v = whole;
            }
            self.data = Data::Semicircles(std::mem::take(raw));
        }
    }

    /// Gives the column the decimal places of `value`, as far as its channel and its numbers allow.
    pub fn refine(&mut self, value: Decimal) {
        if self.places >= self.most_places {
            return;
        }
        let wanted = clean(value).digits.min(self.most_places);
        let Data::Decimal(raw) = &mut self.data else {
            return;
        };
        while self.places < wanted {
            let fits = |v: &i32| *v == Values::MISSING || v.checked_mul(10).is_some();
            if !raw.iter().all(fits) {
                return;
            }
            for v in raw.iter_mut().filter(|v| **v != Values::MISSING) {
                *v *= 10;
            }
            self.places += 1;
        }
    }

    pub fn coarsen(&mut self) {
        if let Data::Decimal(raw) = &mut self.data {
            for v in raw.iter_mut().filter(|v| **v != Values::MISSING) {
                *v = (*v + 5 * v.signum()) / 10;
            }
            self.places -= 1;
            self.most_places = self.places;
        }
    }

    pub fn float(&mut self) {
        if let Data::Decimal(raw) = &self.data {
            let scale = POW10[self.places as usize] as f64;
            #[allow(clippy::cast_possible_truncation)]
            let floats = raw
                .iter()
                .map(|&v| match v {
                    Values::MISSING => f32::NAN,
                    v => (f64::from(v) / scale) as f32,
                })
                .collect();
            self.data = Data::Float(floats);
        }
    }
}

/// A number that was a single float before it was written out in full, as it was meant.
#[allow(clippy::cast_possible_truncation)]
fn clean(value: Decimal) -> Decimal {
    if value.digits < 8 {
        return value;
    }
    let exact = value.to_f64();
    let single = exact as f32;
    if (f64::from(single) - exact).abs() > exact.abs() * 1e-13 {
        return value;
    }
    Decimal::parse(&single.to_string()).map_or(value, Decimal::shortened)
}
