//! The records of an exported tenant, as bytes.
//!
//! ```text
//! tag:u8 length:u32 (little endian) payload
//! M  JSON: what this is, once, first
//! B  a blob: kind:u8 id:32 plain bytes
//! T  JSON: a table and its columns; its rows follow
//! R  a row: each value as type:u8 and, by type, nothing (0 NULL), 8 bytes
//!    (1 integer, 2 real) or length:u32 and bytes (3 text, 4 blob)
//! E  JSON: how many blobs and rows there were, once, last
//! ```

use crate::StoreError;
use crate::error::damaged;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

/// Raised when an older version could not read the records any more.
pub(crate) const FORMAT: u32 = 1;
/// What one record may hold: an original file of the largest size that is imported, and its frame.
const LONGEST: u32 = 1 << 30;

/// What an exported tenant says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    pub format: u32,
    /// The migration whose tables these are.
    pub schema: i64,
    pub name: String,
    /// Milliseconds since 1970.
    pub exported_at: i64,
    pub athletes: u32,
    pub activities: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TableHead {
    pub table: String,
    pub columns: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub blobs: u64,
    pub rows: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Record {
    Manifest(Manifest),
    Blob {
        kind: u8,
        id: [u8; 32],
        bytes: Vec<u8>,
    },
    Table(TableHead),
    Row(Vec<Value>),
    End(Counts),
}

fn frame(out: &mut Vec<u8>, tag: u8, payload: &[u8]) -> Result<(), StoreError> {
    let length = u32::try_from(payload.len())
        .ok()
        .filter(|n| *n <= LONGEST)
        .ok_or_else(|| damaged("a stored value is larger than 1 GiB"))?;
    out.push(tag);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(payload);
    Ok(())
}

fn framed_json<T: Serialize>(out: &mut Vec<u8>, tag: u8, value: &T) -> Result<(), StoreError> {
    frame(out, tag, &serde_json::to_vec(value).map_err(damaged)?)
}

impl Record {
    /// Appends the record.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), StoreError> {
        match self {
            Self::Manifest(m) => framed_json(out, b'M', m),
            Self::Table(t) => framed_json(out, b'T', t),
            Self::End(c) => framed_json(out, b'E', c),
            Self::Blob { kind, id, bytes } => {
                let mut payload = Vec::with_capacity(33 + bytes.len());
                payload.push(*kind);
                payload.extend_from_slice(id);
                payload.extend_from_slice(bytes);
                frame(out, b'B', &payload)
            }
            Self::Row(values) => {
                let mut payload = Vec::new();
                for value in values {
                    match value {
                        Value::Null => payload.push(0),
                        Value::Integer(n) => {
                            payload.push(1);
                            payload.extend_from_slice(&n.to_le_bytes());
                        }
                        Value::Real(x) => {
                            payload.push(2);
                            payload.extend_from_slice(&x.to_le_bytes());
                        }
                        Value::Text(text) => sized(&mut payload, 3, text.as_bytes())?,
                        Value::Blob(bytes) => sized(&mut payload, 4, bytes)?,
                    }
                }
                frame(out, b'R', &payload)
            }
        }
    }

    /// The next record; `None` where the bytes end between two.
    pub(crate) fn read(from: &mut impl Read) -> Result<Option<Self>, StoreError> {
        let mut tag = [0];
        if from.read(&mut tag).map_err(unread)? == 0 {
            return Ok(None);
        }
        let mut length = [0; 4];
        from.read_exact(&mut length).map_err(unread)?;
        let length = u32::from_le_bytes(length);
        if length > LONGEST {
            return Err(bad());
        }
        // As much memory as there are bytes, whatever the length says.
        let mut payload = Vec::new();
        from.take(u64::from(length))
            .read_to_end(&mut payload)
            .map_err(unread)?;
        if payload.len() != length as usize {
            return Err(bad());
        }
        let json = |_| bad();
        Ok(Some(match tag[0] {
            b'M' => Self::Manifest(serde_json::from_slice(&payload).map_err(json)?),
            b'T' => Self::Table(serde_json::from_slice(&payload).map_err(json)?),
            b'E' => Self::End(serde_json::from_slice(&payload).map_err(json)?),
            b'B' => {
                let (head, bytes) = payload.split_first_chunk::<33>().ok_or_else(bad)?;
                let (kind, id) = head.split_first().ok_or_else(bad)?;
                Self::Blob {
                    kind: *kind,
                    id: id.try_into().map_err(|_| bad())?,
                    bytes: bytes.to_vec(),
                }
            }
            b'R' => Self::Row(values(&payload)?),
            _ => return Err(bad()),
        }))
    }
}

fn sized(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) -> Result<(), StoreError> {
    let length = u32::try_from(bytes.len()).map_err(damaged)?;
    out.push(kind);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

fn values(mut payload: &[u8]) -> Result<Vec<Value>, StoreError> {
    fn eight(payload: &mut &[u8]) -> Result<[u8; 8], StoreError> {
        let (value, rest) = payload.split_first_chunk::<8>().ok_or_else(bad)?;
        *payload = rest;
        Ok(*value)
    }
    fn run<'p>(payload: &mut &'p [u8]) -> Result<&'p [u8], StoreError> {
        let (length, rest) = payload.split_first_chunk::<4>().ok_or_else(bad)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (bytes, rest) = rest.split_at_checked(length).ok_or_else(bad)?;
        *payload = rest;
        Ok(bytes)
    }
    let mut all = Vec::new();
    while let Some((kind, rest)) = payload.split_first() {
        payload = rest;
        all.push(match kind {
            0 => Value::Null,
            1 => Value::Integer(i64::from_le_bytes(eight(&mut payload)?)),
            2 => Value::Real(f64::from_le_bytes(eight(&mut payload)?)),
            3 => Value::Text(String::from_utf8(run(&mut payload)?.to_vec()).map_err(|_| bad())?),
            4 => Value::Blob(run(&mut payload)?.to_vec()),
            _ => return Err(bad()),
        });
    }
    Ok(all)
}

/// What is said of records that make no sense.
pub(crate) fn bad() -> StoreError {
    paceline_vault::VaultError::FileDamaged.into()
}

fn unread(error: io::Error) -> StoreError {
    use paceline_vault::VaultError;
    match error.kind() {
        // Cut short, or said by the seal.
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => bad(),
        _ => VaultError::Stream(error).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            (-1e300f64..1e300).prop_map(Value::Real),
            "\\PC{0,20}".prop_map(Value::Text),
            proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Blob),
        ]
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_went(row in proptest::collection::vec(value(), 0..12)) {
            let mut bytes = Vec::new();
            Record::Row(row.clone()).write(&mut bytes).unwrap();
            Record::End(Counts { blobs: 1, rows: 2 }).write(&mut bytes).unwrap();
            let mut from = bytes.as_slice();
            prop_assert_eq!(Record::read(&mut from).unwrap(), Some(Record::Row(row)));
            prop_assert!(matches!(Record::read(&mut from), Ok(Some(Record::End(_)))));
            prop_assert_eq!(Record::read(&mut from).unwrap(), None);
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut from = bytes.as_slice();
            while let Ok(Some(_)) = Record::read(&mut from) {}
        }
    }

    #[test]
    fn a_length_without_its_bytes_takes_no_memory() {
        let mut bytes = vec![b'R'];
        bytes.extend_from_slice(&(LONGEST - 1).to_le_bytes());
        assert!(Record::read(&mut bytes.as_slice()).is_err());
        let mut bytes = vec![b'R'];
        bytes.extend_from_slice(&u32::MAX.to_le_bytes());
        assert!(Record::read(&mut bytes.as_slice()).is_err());
    }
}
