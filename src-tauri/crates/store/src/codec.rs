//! Columns of samples as bytes, exactly: wrapping differences of neighbours,
//! their four bytes in separate planes, then zstd. Recorded columns change
//! slowly, so the upper planes are empty or nearly so.

use crate::StoreError;
use crate::error::damaged;
use paceline_model::Values;
use std::cell::RefCell;

/// Within a few percent of the levels above for planes of this kind.
const LEVEL: i32 = 1;
/// 64 M samples are two years at 1 Hz: more is damage.
const MAX_COUNT: usize = 64 << 20;

const SCALED: u8 = 1;
const FLOAT: u8 = 2;
const INTEGERS: u8 = 3;

thread_local! {
    /// Setting a compressor up costs as much as packing a short column.
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

/// Bytes compressed by the quickest level.
///
/// # Errors
/// If there is no memory for it.
pub(crate) fn compress(plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(zstd::bulk::Compressor::new(LEVEL).map_err(damaged)?),
        };
        compressor.compress(plain).map_err(damaged)
    })
}

fn pack(
    kind: u8,
    scale: f64,
    offset: f64,
    raw: impl ExactSizeIterator<Item = i32>,
) -> Result<Vec<u8>, StoreError> {
    let n = raw.len();
    let mut previous = 0i32;
    // Zigzag: small negative differences have empty high bytes too.
    let deltas: Vec<u32> = raw
        .map(|value| {
            let delta = value.wrapping_sub(previous);
            previous = value;
            ((delta << 1) ^ (delta >> 31)).cast_unsigned()
        })
        .collect();
    // Planes that are empty to the end are left out.
    let all = deltas.iter().fold(0, |all, d| all | d);
    let count = (4 - all.leading_zeros() as usize / 8).max(1);
    let mut planes = Vec::with_capacity(count * n);
    for plane in 0..count {
        planes.extend(deltas.iter().map(|d| (d >> (8 * plane)) as u8));
    }
    let packed = compress(&planes)?;
    let mut out = Vec::with_capacity(HEADER + packed.len());
    out.push(kind);
    out.push(count as u8);
    out.extend_from_slice(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&scale.to_le_bytes());
    out.extend_from_slice(&offset.to_le_bytes());
    out.extend_from_slice(&packed);
    Ok(out)
}

/// Kind, planes, count, scale, offset.
const HEADER: usize = 1 + 1 + 4 + 8 + 8;

fn unpack(bytes: &[u8]) -> Result<(u8, f64, f64, Vec<i32>), StoreError> {
    let short = || damaged("a column of samples is cut short");
    let (header, packed) = bytes.split_at_checked(HEADER).ok_or_else(short)?;
    let number = |at: usize| {
        let eight = header.get(at..at + 8).and_then(|b| b.try_into().ok());
        eight.map(f64::from_le_bytes).ok_or_else(short)
    };
    let count = header[2..6]
        .try_into()
        .map(u32::from_le_bytes)
        .map_err(|_| short())? as usize;
    let (kind, planes, scale, offset) =
        (header[0], usize::from(header[1]), number(6)?, number(14)?);
    if count > MAX_COUNT || !(1..=4).contains(&planes) {
        return Err(damaged("a column of samples is impossibly long"));
    }
    let bytes = zstd::bulk::decompress(packed, planes * count).map_err(damaged)?;
    if bytes.len() != planes * count {
        return Err(short());
    }
    let mut deltas = vec![0u32; count];
    for (plane, bytes) in bytes.chunks_exact(count.max(1)).enumerate() {
        for (delta, byte) in deltas.iter_mut().zip(bytes) {
            *delta |= u32::from(*byte) << (8 * plane);
        }
    }
    let mut previous = 0i32;
    let raw = deltas
        .into_iter()
        .map(|z| {
            let delta = (z >> 1).cast_signed() ^ -((z & 1).cast_signed());
            previous = previous.wrapping_add(delta);
            previous
        })
        .collect();
    Ok((kind, scale, offset, raw))
}

/// Samples of a channel.
///
/// # Errors
/// If there is no memory for them.
pub(crate) fn encode(values: &Values) -> Result<Vec<u8>, StoreError> {
    match values {
        Values::Scaled { raw, scale, offset } => pack(SCALED, *scale, *offset, raw.iter().copied()),
        Values::Float(v) => pack(FLOAT, 1.0, 0.0, v.iter().map(|x| x.to_bits().cast_signed())),
    }
}

/// What [`encode`] was given, bit by bit.
pub(crate) fn decode(bytes: &[u8]) -> Result<Values, StoreError> {
    let (kind, scale, offset, raw) = unpack(bytes)?;
    match kind {
        SCALED => Ok(Values::Scaled { raw, scale, offset }),
        FLOAT => Ok(Values::Float(
            raw.into_iter()
                .map(|r| f32::from_bits(r.cast_unsigned()))
                .collect(),
        )),
        other => Err(damaged(format!(
            "a column of samples has the unknown kind {other}"
        ))),
    }
}

/// Times, R-R intervals.
///
/// # Errors
/// If there is no memory for them.
pub(crate) fn encode_integers(
    values: impl ExactSizeIterator<Item = i32>,
) -> Result<Vec<u8>, StoreError> {
    pack(INTEGERS, 1.0, 0.0, values)
}

/// What [`encode_integers`] was given.
pub(crate) fn decode_integers(bytes: &[u8]) -> Result<Vec<i32>, StoreError> {
    match unpack(bytes)? {
        (INTEGERS, _, _, raw) => Ok(raw),
        (other, ..) => Err(damaged(format!("a time axis has the unknown kind {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn any_integers_come_back_exactly(raw in proptest::collection::vec(any::<i32>(), 0..500), scale in 1.0f64..1e7) {
            let values = Values::Scaled { raw, scale, offset: 500.0 };
            prop_assert_eq!(decode(&encode(&values).unwrap()).unwrap(), values);
        }

        #[test]
        fn any_floats_come_back_bit_by_bit(bits in proptest::collection::vec(any::<u32>(), 0..500)) {
            let values = Values::Float(bits.iter().map(|b| f32::from_bits(*b)).collect());
            let Values::Float(back) = decode(&encode(&values).unwrap()).unwrap() else { panic!("kind changed") };
            prop_assert_eq!(back.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), bits);
        }

        #[test]
        fn random_bytes_are_an_error_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            let _ = decode_integers(&bytes);
        }
    }

    #[test]
    fn a_steady_second_by_second_axis_takes_a_few_bytes() {
        let packed = encode_integers((0..5400).map(|i| i * 1000)).unwrap();
        assert!(packed.len() < 100, "{} bytes", packed.len());
    }
}
