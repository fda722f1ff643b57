//! Zip archives, entry by entry, from anything that reads and seeks.
//!
//! Nothing is ever written to a disk, so a name can do no harm; names are
//! cleaned all the same because they are shown. An entry that cannot be read
//! says why and what to do, and the others are read: where the table of
//! contents is damaged or missing (a download that broke off), entries are
//! found by their own headers (`salvage`). Start at [`Archive::open`].

mod name;
mod salvage;

use salvage::Loose;
use std::io::{Read, Seek, SeekFrom};
use thiserror::Error;
use zip::read::{Config, OwnedZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipReadOptions};

/// How deep archives within archives are opened; the outermost counts one. Garmin's export needs two.
pub const MAX_NESTING: usize = 4;
/// More entries than any account has files; the rest is left alone.
pub const MAX_ENTRIES: usize = 250_000;
/// An entry that unpacks to more than this many times its packed size is no recording: text
/// packs 30-fold, a device's log 10-fold.
const MAX_RATIO: u64 = 200;
/// Entries below this size are not held to [`MAX_RATIO`].
const RATIO_FROM: u64 = 16 << 20;
/// What an archive may unpack to in all: this much, and this many times its own size besides.
const TOTAL_BASE: u64 = 1 << 30;
const TOTAL_RATIO: u64 = 64;

/// Why an archive or an entry gives nothing; each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArchiveError {
    /// No byte in it.
    #[error("The archive is empty. Download it again.")]
    Empty,
    /// Not a zip, or nothing of it can be found.
    #[error("The archive is damaged: {reason}. Nothing in it could be found; download it again.")]
    Damaged {
        /// What was found, without a full stop.
        reason: String,
    },
    /// Several volumes.
    #[error(
        "The archive is one part of several. Join the parts or unpack them with the program that made them."
    )]
    Split,
    /// Needs a password.
    #[error("It is protected with a password. Unpack the archive and import the folder.")]
    Encrypted,
    /// Packed by a method that is not read.
    #[error(
        "It is packed in a way that is not read ({method}). Unpack the archive and import the folder."
    )]
    Method {
        /// The method's name or number.
        method: String,
    },
    /// Larger than the caller takes.
    #[error("It has {size_mb} MB; no recording is larger than {limit_mb} MB. Is it one?")]
    TooLarge {
        /// Its size.
        size_mb: u64,
        /// The limit.
        limit_mb: u64,
    },
    /// Unpacks to far more than it holds.
    #[error("It would unpack to {times} times its size, as no recording does. It was left alone.")]
    Bomb {
        /// Unpacked over packed size.
        times: u64,
    },
    /// The whole archive unpacks to far more than it holds.
    #[error(
        "The archive unpacks to more than {limit_mb} MB, as no collection of recordings does. The rest was left alone."
    )]
    TotalBomb {
        /// The limit.
        limit_mb: u64,
    },
    /// Its bytes are another entry's too.
    #[error(
        "It shares its bytes with another file of the archive, as bombs do. It was left alone."
    )]
    Overlap,
    /// Broken before a single byte.
    #[error("It is damaged in the archive: {reason}. Download the archive again.")]
    EntryDamaged {
        /// What was found, without a full stop.
        reason: String,
    },
    /// The archive's file could not be read.
    #[error("The archive could not be read: {reason}.")]
    Unreadable {
        /// The system's words, without a full stop.
        reason: String,
    },
    /// The caller asked to stop.
    #[error("Stopped.")]
    Stopped,
}

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path with forward slashes, cleaned: relative, without `..` and control characters.
    pub name: String,
    /// Unpacked size in bytes as the archive says; 0 where it does not.
    pub size: u64,
    /// Whether its name points outside the archive (absolute, or with `..`).
    pub astray: bool,
}

/// What an entry unpacks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The bytes, up to where it is damaged.
    pub bytes: Vec<u8>,
    /// What is wrong with them, without a full stop.
    pub damage: Option<String>,
}

enum Place {
    Listed(Box<OwnedZipFileEntry>),
    Loose(Loose),
}

/// An open archive.
pub struct Archive<R> {
    reader: R,
    entries: Vec<Entry>,
    places: Vec<Place>,
    refusals: Vec<Option<ArchiveError>>,
    trouble: Option<String>,
    total_limit: u64,
    unpacked: u64,
}

/// Whether the bytes begin as a zip does.
#[must_use]
pub fn is_zip(bytes: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]
        .iter()
        .any(|m| bytes.starts_with(*m))
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the table of contents, or finds the entries without it.
    ///
    /// # Errors
    /// If the reader fails, and if there is nothing that looks like an entry.
    pub fn open(mut reader: R) -> Result<Self, ArchiveError> {
        let length = reader.seek(SeekFrom::End(0)).map_err(|e| unreadable(&e))?;
        if length == 0 {
            return Err(ArchiveError::Empty);
        }
        let mut archive = Self {
            reader,
            entries: Vec::new(),
            places: Vec::new(),
            refusals: Vec::new(),
            trouble: None,
            total_limit: length
                .saturating_mul(TOTAL_RATIO)
                .saturating_add(TOTAL_BASE),
            unpacked: 0,
        };
        match archive.list() {
            Ok(()) => {}
            Err(ZipError::UnsupportedArchive(_)) => return Err(ArchiveError::Split),
            Err(ZipError::Io(error)) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
                return Err(unreadable(&error));
            }
            Err(error) => archive.find_loose(&said(&error))?,
        }
        archive.refuse_shared();
        Ok(archive)
    }

    /// The files, in the archive's own order; folders are left out.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is wrong with the archive as a whole, as a sentence; its entries may still be read.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Unpacks an entry of at most `limit` bytes, asking `go_on` now and then.
    ///
    /// # Errors
    /// Whatever keeps it from giving a single byte. Damage after the first is no error.
    pub fn read(
        &mut self,
        index: usize,
        limit: u64,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Unpacked, ArchiveError> {
        self.admit(index, limit)?;
        let size = self.entries.get(index).map_or(0, |e| e.size);
        // The size is only what the archive says: more memory is taken as bytes come.
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(1 << 20)).unwrap_or(0));
        let damage = self.copy(index, limit, &mut bytes, go_on)?;
        match damage {
            Some(reason) if bytes.is_empty() => Err(ArchiveError::EntryDamaged { reason }),
            damage => Ok(Unpacked { bytes, damage }),
        }
    }

    /// The first bytes of an entry, to judge it by.
    ///
    /// # Errors
    /// As [`Archive::read`].
    pub fn head(&mut self, index: usize, bytes: u64) -> Result<Vec<u8>, ArchiveError> {
        self.admit(index, u64::MAX)?;
        let mut head = Vec::new();
        let fault = self.with_entry(index, |reader| {
            reader.take(bytes).read_to_end(&mut head).err()
        })?;
        match fault {
            Some(error) if head.is_empty() => Err(ArchiveError::EntryDamaged {
                reason: error.to_string(),
            }),
            _ => Ok(head),
        }
    }

    /// Unpacks an entry into `out` in pieces, for entries too large for memory.
    /// Gives what was wrong with it, if anything.
    ///
    /// # Errors
    /// As [`Archive::read`]; the reason of `out` if it refuses.
    pub fn copy_to(
        &mut self,
        index: usize,
        limit: u64,
        out: &mut dyn std::io::Write,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<String>, ArchiveError> {
        self.admit(index, limit)?;
        self.copy(index, limit, out, go_on)
    }

    fn copy(
        &mut self,
        index: usize,
        limit: u64,
        out: &mut dyn std::io::Write,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<String>, ArchiveError> {
        let room = self.total_limit.saturating_sub(self.unpacked);
        let total_limit = self.total_limit;
        let mut copied = 0u64;
        let outcome = self.with_entry(index, |reader| {
            let mut piece = vec![0u8; 256 << 10];
            loop {
                if !go_on() {
                    return Err(ArchiveError::Stopped);
                }
                let n = match reader.read(&mut piece) {
                    Ok(0) => return Ok(None),
                    Ok(n) => n,
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(e) => return Ok(Some(e.to_string())),
                };
                copied += n as u64;
                if copied > room {
                    return Err(ArchiveError::TotalBomb {
                        limit_mb: total_limit >> 20,
                    });
                }
                if copied > limit {
                    return Err(ArchiveError::TooLarge {
                        size_mb: copied >> 20,
                        limit_mb: limit >> 20,
                    });
                }
                out.write_all(&piece[..n]).map_err(|e| unreadable(&e))?;
            }
        })?;
        self.unpacked += copied;
        outcome
    }

    /// Whether an entry may be read at all, before a byte of it is.
    fn admit(&self, index: usize, limit: u64) -> Result<(), ArchiveError> {
        if let Some(refusal) = self.refusals.get(index).and_then(Option::as_ref) {
            return Err(refusal.clone());
        }
        match self.entries.get(index) {
            Some(entry) if entry.size > limit => Err(ArchiveError::TooLarge {
                size_mb: entry.size >> 20,
                limit_mb: limit >> 20,
            }),
            Some(_) => Ok(()),
            None => Err(ArchiveError::EntryDamaged {
                reason: "there is no such entry".to_owned(),
            }),
        }
    }

    fn with_entry<T>(
        &mut self,
        index: usize,
        work: impl FnOnce(&mut dyn Read) -> T,
    ) -> Result<T, ArchiveError> {
        match self.places.get(index) {
            Some(Place::Listed(listed)) => {
                let mut file = listed
                    .as_ref()
                    .as_ref()
                    .with_reader(&mut self.reader, ZipReadOptions::new())
                    .map_err(|e| entry_error(&e))?;
                Ok(work(&mut file))
            }
            Some(Place::Loose(loose)) => loose.read(&mut self.reader, work),
            None => Err(ArchiveError::EntryDamaged {
                reason: "there is no such entry".to_owned(),
            }),
        }
    }

    /// Takes in the table of contents up to its first fault.
    fn list(&mut self) -> Result<(), ZipError> {
        let mut listed = Vec::new();
        let mut archive = ZipIterable::try_new(&mut self.reader, Config::default())?;
        let count = archive.len();
        let mut fault = None;
        for entry in archive.files()?.take(MAX_ENTRIES) {
            match entry {
                Ok(entry) if entry.is_dir() => {}
                Ok(entry) => listed.push(OwnedZipFileEntry::from(entry)),
                Err(error) => {
                    fault = Some(error);
                    break;
                }
            }
        }
        for entry in listed {
            self.admit_listed(entry);
        }
        if count > MAX_ENTRIES {
            self.trouble = Some(format!(
                "The archive holds {count} files; only the first {MAX_ENTRIES} were looked at."
            ));
        }
        fault.map_or(Ok(()), Err)
    }

    fn admit_listed(&mut self, listed: OwnedZipFileEntry) {
        let (size, packed) = (listed.size(), listed.compressed_size());
        let text = listed.name().map_or_else(
            |_| String::from_utf8_lossy(listed.name_raw()).into_owned(),
            std::borrow::Cow::into_owned,
        );
        let refusal = if listed.encrypted() {
            Some(ArchiveError::Encrypted)
        } else {
            method_refusal(listed.compression()).or_else(|| bomb(size, packed))
        };
        self.push(&text, size, refusal, Place::Listed(Box::new(listed)));
    }

    fn push(&mut self, text: &str, size: u64, refusal: Option<ArchiveError>, place: Place) {
        let (name, astray) = name::clean(text);
        self.entries.push(Entry { name, size, astray });
        self.refusals.push(refusal);
        self.places.push(place);
    }

    /// Looks for entries by their own headers, beyond those that are listed already.
    fn find_loose(&mut self, reason: &str) -> Result<(), ArchiveError> {
        let known: std::collections::HashSet<u64> =
            self.places.iter().filter_map(Place::header_start).collect();
        let found = salvage::scan(&mut self.reader, MAX_ENTRIES).map_err(|e| unreadable(&e))?;
        for loose in found {
            if known.contains(&loose.header_start) || loose.name.ends_with('/') {
                continue;
            }
            let refusal = loose
                .refusal()
                .or_else(|| bomb(loose.size.unwrap_or(0), loose.packed.unwrap_or(0)));
            let (text, size) = (loose.name.clone(), loose.size.unwrap_or(0));
            self.push(&text, size, refusal, Place::Loose(loose));
        }
        if self.entries.is_empty() {
            return Err(ArchiveError::Damaged {
                reason: reason.to_owned(),
            });
        }
        self.trouble = Some(format!(
            "The archive is damaged: {reason}. {} files could still be found in it; download it again for the others.",
            self.entries.len()
        ));
        Ok(())
    }

    /// Two entries over the same bytes multiply what the archive unpacks to.
    fn refuse_shared(&mut self) {
        let mut spans: Vec<(u64, u64, usize)> = self
            .places
            .iter()
            .enumerate()
            .filter_map(|(i, p)| p.span().map(|(from, to)| (from, to, i)))
            .collect();
        spans.sort_unstable();
        let mut end = 0;
        for (from, to, index) in spans {
            if from < end && self.refusals[index].is_none() {
                self.refusals[index] = Some(ArchiveError::Overlap);
            }
            end = end.max(to);
        }
    }
}

impl Place {
    fn header_start(&self) -> Option<u64> {
        match self {
            Self::Listed(e) => Some(e.header_start()),
            Self::Loose(_) => None,
        }
    }

    /// From its header to at least the end of its bytes.
    fn span(&self) -> Option<(u64, u64)> {
        match self {
            Self::Listed(e) => {
                /// The fixed part of a local header.
                const HEADER: u64 = 30;
                let from = e.header_start();
                Some((
                    from,
                    from.saturating_add(HEADER)
                        .saturating_add(e.compressed_size()),
                ))
            }
            Self::Loose(_) => None,
        }
    }
}

fn bomb(size: u64, packed: u64) -> Option<ArchiveError> {
    let times = size / packed.max(1);
    (size > RATIO_FROM && times > MAX_RATIO).then_some(ArchiveError::Bomb { times })
}

fn method_refusal(method: CompressionMethod) -> Option<ArchiveError> {
    let readable = [
        CompressionMethod::Stored,
        CompressionMethod::Deflated,
        CompressionMethod::Deflate64,
        CompressionMethod::Zstd,
    ];
    let said = match method {
        m if readable.contains(&m) => return None,
        CompressionMethod::BZIP2 => "bzip2".to_owned(),
        CompressionMethod::LZMA => "LZMA".to_owned(),
        CompressionMethod::XZ => "XZ".to_owned(),
        CompressionMethod::PPMD => "PPMd".to_owned(),
        other => other.to_string(),
    };
    Some(ArchiveError::Method { method: said })
}

fn unreadable(error: &std::io::Error) -> ArchiveError {
    ArchiveError::Unreadable {
        reason: error.to_string(),
    }
}

/// The library's words without their full stop.
fn said(error: &ZipError) -> String {
    match error {
        ZipError::InvalidArchive(text) => text.trim_end_matches('.').to_owned(),
        ZipError::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it is cut short".to_owned()
        }
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}

fn entry_error(error: &ZipError) -> ArchiveError {
    match error {
        ZipError::CompressionMethodNotSupported(number) => ArchiveError::Method {
            method: format!("method {number}"),
        },
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ArchiveError::Encrypted
        }
        other => ArchiveError::EntryDamaged {
            reason: said(other),
        },
    }
}
