//! Entries found by their own headers, for archives whose table of contents is
//! damaged or missing.
//!
//! Every entry repeats name, method and mostly sizes before its bytes. Programs
//! that write in one pass leave sizes and checksum to a note after the bytes;
//! a deflate stream knows its own end, so these are read too.

use super::ArchiveError;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::io::{self, Read, Seek, SeekFrom, Take};

const HEADER: [u8; 4] = *b"PK\x03\x04";
const NOTE: [u8; 4] = *b"PK\x07\x08";
const FIXED: usize = 30;
const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 1 << 3;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Longer names are bytes that only look like a header.
const MAX_NAME: usize = 4096;

/// An entry known by its own header alone.
#[derive(Debug)]
pub(super) struct Loose {
    pub header_start: u64,
    data_start: u64,
    pub name: String,
    method: u16,
    encrypted: bool,
    /// Absent where the note after the bytes holds it.
    pub packed: Option<u64>,
    /// As `packed`.
    pub size: Option<u64>,
    crc: Option<u32>,
    /// Where the next entry begins, or the archive ends.
    until: u64,
}

/// Every entry of the archive that its bytes show, at most `limit`.
pub(super) fn scan<R: Read + Seek>(reader: &mut R, limit: usize) -> io::Result<Vec<Loose>> {
    let length = reader.seek(SeekFrom::End(0))?;
    let mut found: Vec<Loose> = Vec::new();
    let mut at = 0u64;
    while found.len() < limit {
        let Some(start) = next_header(reader, at)? else {
            break;
        };
        at = start + 1;
        if let Some(loose) = header(reader, start, length)? {
            if let Some(last) = found.last_mut() {
                last.until = last.until.min(start);
            }
            let end = loose.data_start.saturating_add(loose.packed.unwrap_or(0));
            at = end.max(loose.data_start).min(length);
            found.push(loose);
        }
    }
    Ok(found)
}

/// Where the mark of a header stands at or after `from`.
fn next_header<R: Read + Seek>(reader: &mut R, from: u64) -> io::Result<Option<u64>> {
    reader.seek(SeekFrom::Start(from))?;
    let mut window = Vec::new();
    let mut base = from;
    loop {
        let kept = window.len();
        reader.by_ref().take(64 << 10).read_to_end(&mut window)?;
        if let Some(i) = window.windows(4).position(|w| w == HEADER) {
            return Ok(Some(base + i as u64));
        }
        if window.len() == kept {
            return Ok(None);
        }
        // A mark may lie across two pieces.
        let gone = window.len().saturating_sub(3);
        window.drain(..gone);
        base += gone as u64;
    }
}

fn header<R: Read + Seek>(reader: &mut R, start: u64, length: u64) -> io::Result<Option<Loose>> {
    reader.seek(SeekFrom::Start(start))?;
    let mut fixed = Vec::with_capacity(FIXED);
    reader.by_ref().take(FIXED as u64).read_to_end(&mut fixed)?;
    if fixed.len() < FIXED {
        return Ok(None);
    }
    let u16_at = |i: usize| u16::from_le_bytes([fixed[i], fixed[i + 1]]);
    let u32_at =
        |i: usize| u32::from_le_bytes([fixed[i], fixed[i + 1], fixed[i + 2], fixed[i + 3]]);
    let (needed, flags, method) = (u16_at(4), u16_at(6), u16_at(8));
    let (name_len, extra_len) = (usize::from(u16_at(26)), usize::from(u16_at(28)));
    // Highest version in use is 6.3; more is chance.
    if needed & 0xff > 63 || name_len == 0 || name_len > MAX_NAME {
        return Ok(None);
    }
    let mut rest = Vec::with_capacity(name_len + extra_len);
    reader
        .by_ref()
        .take((name_len + extra_len) as u64)
        .read_to_end(&mut rest)?;
    let Some((name, extra)) = rest.split_at_checked(name_len) else {
        return Ok(None);
    };
    let follow = flags & SIZES_FOLLOW != 0;
    let (mut packed, mut size) = (u64::from(u32_at(18)), u64::from(u32_at(22)));
    large_sizes(extra, &mut size, &mut packed);
    let known = !follow || packed > 0;
    Ok(Some(Loose {
        header_start: start,
        data_start: start + (FIXED + name_len + extra_len) as u64,
        name: String::from_utf8_lossy(name).into_owned(),
        method,
        encrypted: flags & ENCRYPTED != 0,
        packed: known.then_some(packed),
        size: known.then_some(size),
        crc: (!follow).then(|| u32_at(14)),
        until: length,
    }))
}

/// Sizes beyond 4 GB stand in the extra field of zip64, where the plain ones are all ones.
fn large_sizes(extra: &[u8], size: &mut u64, packed: &mut u64) {
    let mut rest = extra;
    while let Some((head, tail)) = rest.split_at_checked(4) {
        let (id, len) = (
            u16::from_le_bytes([head[0], head[1]]),
            usize::from(u16::from_le_bytes([head[2], head[3]])),
        );
        let Some((mut field, next)) = tail.split_at_checked(len) else {
            return;
        };
        if id == 1 {
            for value in [size, packed] {
                if *value == u64::from(u32::MAX)
                    && let Some((number, more)) = field.split_first_chunk::<8>()
                {
                    *value = u64::from_le_bytes(*number);
                    field = more;
                }
            }
            return;
        }
        rest = next;
    }
}

impl Loose {
    pub(super) fn refusal(&self) -> Option<ArchiveError> {
        if self.encrypted {
            return Some(ArchiveError::Encrypted);
        }
        match self.method {
            DEFLATED => None,
            STORED if self.packed.is_some() => None,
            STORED => Some(ArchiveError::EntryDamaged {
                reason: "nothing says where it ends".to_owned(),
            }),
            other => Some(ArchiveError::Method {
                method: format!("method {other}"),
            }),
        }
    }

    pub(super) fn read<R: Read + Seek, T>(
        &self,
        reader: &mut R,
        work: impl FnOnce(&mut dyn Read) -> T,
    ) -> Result<T, ArchiveError> {
        reader
            .seek(SeekFrom::Start(self.data_start))
            .map_err(|e| super::unreadable(&e))?;
        let room = self.until.saturating_sub(self.data_start);
        let source = reader.take(self.packed.unwrap_or(room).min(room));
        let source = if self.method == STORED {
            Source::Stored(source)
        } else {
            Source::Deflated(Box::new(DeflateDecoder::new(source)))
        };
        let mut checked = Checked {
            loose: self,
            source,
            crc: Crc::new(),
            count: 0,
            done: false,
        };
        Ok(work(&mut checked))
    }
}

enum Source<'a, R> {
    Stored(Take<&'a mut R>),
    Deflated(Box<DeflateDecoder<Take<&'a mut R>>>),
}

/// Ends in an error where size or checksum say that something is missing.
struct Checked<'a, R> {
    loose: &'a Loose,
    source: Source<'a, R>,
    crc: Crc,
    count: u64,
    done: bool,
}

impl<R: Read + Seek> Read for Checked<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.done || out.is_empty() {
            return Ok(0);
        }
        let n = match &mut self.source {
            Source::Stored(source) => source.read(out)?,
            Source::Deflated(source) => source.read(out)?,
        };
        self.crc.update(&out[..n]);
        self.count += n as u64;
        if n == 0 {
            self.done = true;
            let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut short");
            if self.loose.size.is_some_and(|size| size != self.count) {
                return Err(cut());
            }
            let expected = match self.loose.crc {
                Some(crc) => crc,
                None => self.note().ok_or_else(cut)?,
            };
            if expected != self.crc.sum() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "its checksum is wrong",
                ));
            }
        }
        Ok(n)
    }
}

impl<R: Read + Seek> Checked<'_, R> {
    /// The checksum of the note after the bytes; its mark is optional.
    fn note(&mut self) -> Option<u32> {
        let (reader, packed) = match &mut self.source {
            Source::Stored(source) => (source.get_mut(), self.count),
            Source::Deflated(source) => {
                let packed = source.total_in();
                (source.get_mut().get_mut(), packed)
            }
        };
        reader
            .seek(SeekFrom::Start(self.loose.data_start.checked_add(packed)?))
            .ok()?;
        let mut note = [0u8; 8];
        reader.read_exact(&mut note).ok()?;
        let (first, second) = note.split_at(4);
        let crc = if first == NOTE { second } else { first };
        crc.try_into().ok().map(u32::from_le_bytes)
    }
}
