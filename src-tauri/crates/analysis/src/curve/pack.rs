//! Curves as bytes: a version, what it is, a length, and one column after another.
//!
//! Neighbouring durations have neighbouring values and mostly the same window, so each column
//! holds differences, in as few bytes as they need (seven bits a byte, low ones first, the sign in
//! the lowest bit). Values are taken by their bits, ordered as the numbers are: nothing is rounded.

use std::fmt;

const VERSION: u8 = 1;
pub(super) const CURVE: u8 = b'c';
pub(super) const ENVELOPE: u8 = b'e';

/// Why bytes are no curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DamagedCurve(&'static str);

impl fmt::Display for DamagedCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(what) = self;
        write!(
            f,
            "a kept curve cannot be read: {what}; compute it anew from its activities"
        )
    }
}

impl std::error::Error for DamagedCurve {}

pub(super) fn header(kind: u8, len: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 + len * 5);
    out.extend([VERSION, kind]);
    put(&mut out, len as u64);
    out
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_difference(out: &mut Vec<u8>, from: i64, to: i64) {
    let difference = to - from;
    put(out, ((difference << 1) ^ (difference >> 63)) as u64);
}

/// The bits of a number, so that they order as the numbers do; its own inverse.
const fn ordered(bits: i32) -> i32 {
    bits ^ ((bits >> 31) & i32::MAX)
}

pub(super) fn put_values(out: &mut Vec<u8>, values: &[f32]) {
    let mut last = 0;
    for v in values {
        let bits = i64::from(ordered(v.to_bits() as i32));
        put_difference(out, last, bits);
        last = bits;
    }
}

pub(super) fn put_starts(out: &mut Vec<u8>, starts: &[u32]) {
    let mut last = 0;
    for s in starts {
        put_difference(out, last, i64::from(*s));
        last = i64::from(*s);
    }
}

/// Ids stay the same for long: each with how often it follows on itself.
pub(super) fn put_ids(out: &mut Vec<u8>, ids: &[u32]) {
    for same in ids.chunk_by(|a, b| a == b) {
        put(out, same.len() as u64);
        put(out, u64::from(same[0]));
    }
}

pub(super) struct Input<'a> {
    bytes: &'a [u8],
    len: usize,
}

impl<'a> Input<'a> {
    pub(super) fn open(bytes: &'a [u8], kind: u8) -> Result<Self, DamagedCurve> {
        let [version, found, rest @ ..] = bytes else {
            return Err(DamagedCurve("it has no beginning"));
        };
        if *version != VERSION {
            return Err(DamagedCurve("it is of a version not known here"));
        }
        if *found != kind {
            return Err(DamagedCurve("it is a curve of another kind"));
        }
        let mut input = Self {
            bytes: rest,
            len: 0,
        };
        let len = usize::try_from(input.number()?).unwrap_or(usize::MAX);
        // Each duration has a value and a start of at least a byte.
        if len > input.bytes.len() / 2 {
            return Err(DamagedCurve("it is cut short"));
        }
        input.len = len;
        Ok(input)
    }

    fn number(&mut self) -> Result<u64, DamagedCurve> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self
                .bytes
                .split_first()
                .ok_or(DamagedCurve("it is cut short"))?;
            self.bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(DamagedCurve("a number in it has no end"))
    }

    fn difference(&mut self, last: i64) -> Result<i64, DamagedCurve> {
        let number = self.number()?;
        let difference = (number >> 1) as i64 ^ -((number & 1) as i64);
        Ok(last.wrapping_add(difference))
    }

    pub(super) fn values(&mut self) -> Result<Vec<f32>, DamagedCurve> {
        let mut last = 0;
        (0..self.len)
            .map(|_| {
                last = self.difference(last)?;
                let bits = i32::try_from(last).map_err(|_| DamagedCurve("a value is no number"))?;
                let value = f32::from_bits(ordered(bits) as u32);
                if value.is_finite() {
                    Ok(value)
                } else {
                    Err(DamagedCurve("a value is no number"))
                }
            })
            .collect()
    }

    pub(super) fn starts(&mut self) -> Result<Vec<u32>, DamagedCurve> {
        let mut last = 0;
        (0..self.len)
            .map(|_| {
                last = self.difference(last)?;
                u32::try_from(last).map_err(|_| DamagedCurve("a window begins nowhere"))
            })
            .collect()
    }

    pub(super) fn ids(&mut self) -> Result<Vec<u32>, DamagedCurve> {
        let mut ids = Vec::with_capacity(self.len);
        while ids.len() < self.len {
            let same = usize::try_from(self.number()?).unwrap_or(usize::MAX);
            if same == 0 || same > self.len - ids.len() {
                return Err(DamagedCurve(
                    "it names more activities than it has durations",
                ));
            }
            let id = u32::try_from(self.number()?)
                .map_err(|_| DamagedCurve("it names an activity that cannot be"))?;
            ids.resize(ids.len() + same, id);
        }
        Ok(ids)
    }

    pub(super) fn finish(self) -> Result<(), DamagedCurve> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(DamagedCurve("something follows its end"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Envelope, FullCurve, full_curve};
    use super::*;
    use proptest::prelude::*;

    fn curve() -> impl Strategy<Value = FullCurve> {
        let value =
            prop_oneof![4 => 0.0f32..900.0, 1 => proptest::num::f32::NORMAL, 1 => Just(-0.0)];
        proptest::collection::vec((value, proptest::num::u32::ANY), 0..200).prop_map(|points| {
            let (values, starts) = points.into_iter().unzip();
            FullCurve::new(values, starts).unwrap()
        })
    }

    #[test]
    fn a_ride_takes_less_than_four_bytes_a_second() {
        let watts: Vec<f64> = (0..7200)
            .map(|i| {
                (200.0 + 150.0 * (f64::from(i) / 300.0).sin() + f64::from((i * 7919) % 97)).round()
            })
            .collect();
        let bytes = full_curve(&watts).to_bytes();
        assert!(bytes.len() < 4 * 7200, "{}", bytes.len());
    }

    #[test]
    fn what_is_wrong_with_bytes_is_said() {
        let mut bytes = full_curve(&[1.0, 2.0, 3.0]).to_bytes();
        let said = |b: &[u8]| FullCurve::from_bytes(b).unwrap_err().to_string();
        assert!(said(&[]).contains("no beginning"));
        assert!(said(&Envelope::new().to_bytes()).contains("another kind"));
        assert!(said(&bytes[..bytes.len() - 1]).contains("cut short"));
        bytes.push(0);
        assert!(said(&bytes).contains("follows its end"));
        bytes[0] = 9;
        assert!(said(&bytes).contains("version"));
        assert!(
            said(&[
                VERSION, CURVE, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f
            ])
            .contains("cut short")
        );
    }

    proptest! {
        #[test]
        fn curves_and_envelopes_come_back_as_they_went(a in curve(), b in curve(), ids in proptest::array::uniform2(proptest::num::u32::ANY)) {
            prop_assert_eq!(&FullCurve::from_bytes(&a.to_bytes()).unwrap(), &a);
            let mut envelope = Envelope::new();
            envelope.add(&a, ids[0]);
            envelope.add(&b, ids[1]);
            prop_assert_eq!(Envelope::from_bytes(&envelope.to_bytes()), Ok(envelope));
        }

        #[test]
        fn a_part_of_the_bytes_is_no_curve(a in curve(), cut in 0.0f64..1.0) {
            let bytes = a.to_bytes();
            let part = &bytes[..(bytes.len() as f64 * cut) as usize];
            prop_assert!(FullCurve::from_bytes(part).is_err());
        }

        #[test]
        fn damaged_bytes_are_an_error_or_a_curve_of_numbers(
            a in curve(),
            place in proptest::num::usize::ANY,
            byte in proptest::num::u8::ANY,
            noise in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
        ) {
            let mut envelope = Envelope::new();
            envelope.add(&a, 7);
            for (mut bytes, kind) in [(a.to_bytes(), CURVE), (envelope.to_bytes(), ENVELOPE)] {
                let at = place % bytes.len();
                bytes[at] = byte;
                let made = [[&[VERSION, kind], noise.as_slice()].concat(), bytes];
                for bytes in made {
                    if let Ok(c) = FullCurve::from_bytes(&bytes) {
                        prop_assert!(c.values().iter().all(|v| v.is_finite()));
                    }
                    if let Ok(e) = Envelope::from_bytes(&bytes) {
                        prop_assert!(e.values().iter().all(|v| v.is_finite()));
                        prop_assert_eq!(e.ids().len(), e.len());
                    }
                }
            }
        }
    }
}
