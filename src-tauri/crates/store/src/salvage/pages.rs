//! Pages of a file of SQLite without SQLite, which gives up at the first bad one.

use crate::StoreError;
use crate::disk::failed;
use paceline_vault::{PAGE, PAGE_RESERVED, Page, PageOpener};
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// What a longer check value than the one in use would need.
const MOST_FREE: usize = 80;

/// A file's pages, as far as they can be read.
pub(crate) struct Pages {
    file: File,
    size: usize,
    /// Bytes at the end of a page that hold no data.
    reserved: usize,
    count: u32,
    opener: Option<PageOpener>,
    /// Newer versions of pages, by number.
    logged: HashMap<u32, Vec<u8>>,
    /// Whether pages whose check value does not fit are looked at all the same: the value that all
    /// of them depend on is lost.
    pub(crate) doubtful: bool,
}

impl Pages {
    /// The plain file of sealed values.
    pub(crate) fn plain(path: &Path) -> Result<Self, StoreError> {
        let mut pages = Self::open(path, 8192, 0, None)?;
        let mut head = [0u8; 21];
        if pages.read_at(0, &mut head) && head.starts_with(b"SQLite format 3\0") {
            let size = usize::from(u16::from_be_bytes([head[16], head[17]]));
            let size = if size == 1 { 65_536 } else { size };
            if (512..=65_536).contains(&size) && size.is_power_of_two() && head[20] < 64 {
                pages = Self::open(path, size, usize::from(head[20]), None)?;
            }
        }
        Ok(pages)
    }

    /// The encrypted database with its write-ahead log.
    pub(crate) fn encrypted(path: &Path, log: &Path, key_hex: &str) -> Result<Self, StoreError> {
        let mut start = [0u8; 16];
        let mut pages = Self::open(path, PAGE, PAGE_RESERVED, None)?;
        if pages.read_at(0, &mut start) {
            pages.opener = PageOpener::new(key_hex, &start);
        }
        if let Ok(bytes) = std::fs::read(log) {
            pages.logged = committed(&bytes, PAGE);
            if let Some(last) = pages.logged.keys().max() {
                pages.count = pages.count.max(*last);
            }
        }
        pages.doubtful = !(1..=pages.count).any(|n| pages.page(n).is_some());
        pages.reserved = pages.left_free();
        Ok(pages)
    }

    fn open(
        path: &Path,
        size: usize,
        reserved: usize,
        opener: Option<PageOpener>,
    ) -> Result<Self, StoreError> {
        let file = File::open(path).map_err(failed(path))?;
        let bytes = file.metadata().map_err(failed(path))?.len();
        Ok(Self {
            file,
            size,
            reserved,
            count: u32::try_from(bytes.div_ceil(size as u64)).unwrap_or(u32::MAX),
            opener,
            logged: HashMap::new(),
            doubtful: false,
        })
    }

    /// Bytes at the end of every page that SQLite keeps free for SQLCipher, which may be more than
    /// that needs. The first page says how many; without it, whether data ever lie there.
    fn left_free(&mut self) -> usize {
        let said = self.page(1).and_then(|page| page.get(20).copied());
        if let Some(said) = said.map(usize::from).filter(|n| *n >= PAGE_RESERVED) {
            return said;
        }
        let between = self.size - MOST_FREE..self.size - PAGE_RESERVED;
        let used = (2..=self.count).any(|n| {
            let page = self.page(n);
            page.is_some_and(|page| page[between.clone()].iter().any(|byte| *byte != 0))
        });
        if used { PAGE_RESERVED } else { MOST_FREE }
    }

    fn read_at(&mut self, at: u64, into: &mut [u8]) -> bool {
        self.file.seek(SeekFrom::Start(at)).is_ok() && self.file.read_exact(into).is_ok()
    }

    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// Bytes of a page that hold data.
    pub(crate) const fn usable(&self) -> usize {
        self.size - self.reserved
    }

    /// Page `number`, counted from 1; `None` if it cannot be read.
    pub(crate) fn page(&mut self, number: u32) -> Option<Vec<u8>> {
        if number == 0 || number > self.count {
            return None;
        }
        let raw = if let Some(newer) = self.logged.get(&number) {
            newer.clone()
        } else {
            let mut raw = vec![0; self.size];
            if !self.read_at(u64::from(number - 1) * self.size as u64, &mut raw) {
                return None;
            }
            raw
        };
        let Some(opener) = &self.opener else {
            return Some(raw);
        };
        match opener.open(number, &raw) {
            Page::Whole(plain) => Some(plain),
            Page::Doubtful(plain) if self.doubtful => Some(plain),
            _ => None,
        }
    }
}

/// The newest committed version of each page in a write-ahead log
/// (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>).
fn committed(log: &[u8], size: usize) -> HashMap<u32, Vec<u8>> {
    let word = |bytes: &[u8], at: usize| -> Option<u32> {
        Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
    };
    let mut all = HashMap::new();
    let (Some(magic), Some(header)) = (word(log, 0), log.get(..32)) else {
        return all;
    };
    if magic & !1 != 0x377f_0682 || word(log, 8) != u32::try_from(size).ok() {
        return all;
    }
    let big = magic & 1 == 1;
    let sum = |mut s: (u32, u32), bytes: &[u8]| {
        for pair in bytes.chunks_exact(8) {
            let of = |b: &[u8]| {
                let b: [u8; 4] = b.try_into().unwrap_or_default();
                if big {
                    u32::from_be_bytes(b)
                } else {
                    u32::from_le_bytes(b)
                }
            };
            s.0 = s.0.wrapping_add(of(&pair[..4])).wrapping_add(s.1);
            s.1 = s.1.wrapping_add(of(&pair[4..])).wrapping_add(s.0);
        }
        s
    };
    let mut running = sum((0, 0), &header[..24]);
    let mut waiting = Vec::new();
    for frame in log[32..].chunks_exact(24 + size) {
        let (head, page) = frame.split_at(24);
        if head[8..16] != header[16..24] {
            break;
        }
        running = sum(sum(running, &head[..8]), page);
        if (word(head, 16), word(head, 20)) != (Some(running.0), Some(running.1)) {
            break;
        }
        waiting.push((word(head, 0).unwrap_or(0), page.to_vec()));
        // A frame that ends a transaction states the size of the database after it.
        if word(head, 4) != Some(0) {
            all.extend(waiting.drain(..));
        }
    }
    all
}
