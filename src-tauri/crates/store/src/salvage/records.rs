//! Rows out of pages: SQLite's b-trees and record format, read with suspicion
//! (<https://www.sqlite.org/fileformat2.html>).

use super::pages::Pages;

/// A value as a record holds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    TableInterior,
    TableLeaf,
    IndexInterior,
    IndexLeaf,
}

/// A row of a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// Of tables that have one.
    pub rowid: Option<i64>,
    pub values: Vec<Value>,
}

/// A page of a b-tree.
pub(crate) struct Node {
    pub kind: Kind,
    /// Pages below this one.
    pub children: Vec<u32>,
    pub records: Vec<Record>,
    /// Cells that are no rows any more.
    pub broken: u64,
    /// Pages to which its rows run over.
    pub overflow: Vec<u32>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(
        bytes.get(at..at + 2)?.try_into().ok()?,
    )))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// A number of variable length, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (n, byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        if n == 8 {
            return Some((value << 8 | u64::from(*byte), at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + n + 1));
        }
    }
    None
}

/// The page as a node of a b-tree; `None` if it is none.
pub(crate) fn node(pages: &mut Pages, number: u32) -> Option<Node> {
    let page = pages.page(number)?;
    let head = if number == 1 { 100 } else { 0 };
    let kind = match page.get(head)? {
        5 => Kind::TableInterior,
        13 => Kind::TableLeaf,
        2 => Kind::IndexInterior,
        10 => Kind::IndexLeaf,
        _ => return None,
    };
    let interior = matches!(kind, Kind::TableInterior | Kind::IndexInterior);
    let cells = u16_at(&page, head + 3)?;
    let pointers = head + if interior { 12 } else { 8 };
    if pointers + 2 * cells > pages.usable() {
        return None;
    }
    let mut node = Node {
        kind,
        children: Vec::new(),
        records: Vec::new(),
        broken: 0,
        overflow: Vec::new(),
    };
    for cell in 0..cells {
        let at = u16_at(&page, pointers + 2 * cell)?;
        if interior {
            node.children.extend(u32_at(&page, at));
        }
        if kind == Kind::TableInterior {
            continue;
        }
        let at = if interior { at + 4 } else { at };
        match record(pages, &page, at, kind, &mut node.overflow) {
            Some(record) => node.records.push(record),
            None => node.broken += 1,
        }
    }
    if interior {
        node.children.extend(u32_at(&page, head + 8));
    }
    Some(node)
}

fn record(
    pages: &mut Pages,
    page: &[u8],
    at: usize,
    kind: Kind,
    overflow: &mut Vec<u32>,
) -> Option<Record> {
    let (length, at) = varint(page, at)?;
    let (rowid, at) = if kind == Kind::TableLeaf {
        let (rowid, at) = varint(page, at)?;
        (Some(rowid.cast_signed()), at)
    } else {
        (None, at)
    };
    let length = usize::try_from(length).ok()?;
    let usable = pages.usable();
    // No value here comes near SQLite's own limit, and a damaged length must not take all memory.
    if length as u64 > u64::from(pages.count()) * usable as u64 {
        return None;
    }
    let most = if kind == Kind::TableLeaf {
        usable - 35
    } else {
        (usable - 12) * 64 / 255 - 23
    };
    let least = (usable - 12) * 32 / 255 - 23;
    let local = if length <= most {
        length
    } else {
        let some = least + (length - least) % (usable - 4);
        if some <= most { some } else { least }
    };
    let mut payload = page.get(at..at + local)?.to_vec();
    if at + local > usable {
        return None;
    }
    let mut next = if length > local {
        u32_at(page, at + local)?
    } else {
        0
    };
    while payload.len() < length {
        if next == 0 {
            return None;
        }
        overflow.push(next);
        let more = pages.page(next)?;
        let take = (length - payload.len()).min(usable - 4);
        payload.extend_from_slice(more.get(4..4 + take)?);
        next = u32_at(&more, 0)?;
    }
    Some(Record {
        rowid,
        values: values(&payload)?,
    })
}

/// The values of a record; `None` unless it is filled exactly.
pub(crate) fn values(payload: &[u8]) -> Option<Vec<Value>> {
    let (head, mut at) = varint(payload, 0)?;
    let head = usize::try_from(head).ok()?;
    if head > payload.len() || head < at {
        return None;
    }
    let mut body = head;
    let mut all = Vec::new();
    while at < head {
        let (serial, next) = varint(payload, at)?;
        at = next;
        let int = |bytes: &[u8]| {
            let sign = if bytes.first().is_some_and(|b| b & 0x80 != 0) {
                -1
            } else {
                0
            };
            bytes
                .iter()
                .fold(sign, |value: i64, byte| value << 8 | i64::from(*byte))
        };
        let length = match serial {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(serial).ok()?,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            long => usize::try_from((long - 12) / 2).ok()?,
        };
        let bytes = payload.get(body..body.checked_add(length)?)?;
        body += length;
        all.push(match serial {
            0 => Value::Null,
            8 => Value::Int(0),
            9 => Value::Int(1),
            1..=6 => Value::Int(int(bytes)),
            7 => Value::Real(f64::from_bits(int(bytes).cast_unsigned())),
            even if even % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
        });
    }
    (at == head && body == payload.len()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_a_record_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = values(&bytes);
        }

        #[test]
        fn no_bytes_make_a_file_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40_000)) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("x");
            std::fs::write(&path, &bytes).unwrap();
            let mut pages = Pages::plain(&path).unwrap();
            for number in 0..=pages.count() + 1 {
                let _ = node(&mut pages, number);
            }
        }
    }

    #[test]
    fn a_record_is_read_as_the_format_states() {
        let record = [7, 0, 1, 2, 9, 17, 14, 0xff, 0x01, 0x00, b'h', b'i', 0xab];
        assert_eq!(
            values(&record),
            Some(vec![
                Value::Null,
                Value::Int(-1),
                Value::Int(256),
                Value::Int(1),
                Value::Text("hi".into()),
                Value::Blob(vec![0xab]),
            ])
        );
        assert_eq!(values(&record[..12]), None);
    }
}
