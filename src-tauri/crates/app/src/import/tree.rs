//! Folders and archives, read alike.

use super::walk::{Found, read_error};
use paceline_formats::archive::{Archive, ArchiveError, Entry};
use paceline_formats::exports::without_account;
use paceline_model::{Warning, WarningCode};
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// A single file beyond this is not read into memory.
const MAX_FILE_BYTES: u64 = 512 << 20;
/// An archive within an archive beyond this goes through a file.
const IN_MEMORY_BYTES: u64 = 16 << 20;
/// An archive within an archive beyond this is unpacked by the user.
const MAX_INNER_BYTES: u64 = 64 << 30;

/// Why there is nothing.
pub(super) enum Fault {
    /// Cancelled.
    Stopped,
    /// In the user's words.
    Said(String),
}

impl From<ArchiveError> for Fault {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Stopped => Self::Stopped,
            other => Self::Said(other.to_string()),
        }
    }
}

/// Something an archive can be read from.
pub(super) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Numbered files under a common root.
pub(super) trait Tree {
    fn len(&self) -> usize;
    /// The path with forward slashes, for telling what it is.
    fn name(&self, i: usize) -> String;
    /// The path as the user knows it, without an account's address.
    fn display(&self, i: usize) -> String;
    /// How the folder that names begin with is shown.
    fn root(&self, prefix: &str) -> String;
    fn explicit(&self, i: usize) -> bool;
    fn remarks(&self, i: usize) -> Vec<Warning>;
    /// Why it cannot even be looked at.
    fn fault(&self, i: usize) -> Option<String>;
    fn head(&mut self, i: usize, bytes: u64) -> Result<Vec<u8>, String>;
    /// The bytes and, if they are damaged, how.
    fn bytes(
        &mut self,
        i: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(Vec<u8>, Option<String>), Fault>;
    /// The file as an archive's reader.
    fn open(
        &mut self,
        i: usize,
        spool: &Path,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Box<dyn ReadSeek>, Fault>;
}

/// What was found on the disk.
pub(super) struct FolderTree {
    found: Vec<Found>,
}

impl FolderTree {
    pub(super) const fn new(found: Vec<Found>) -> Self {
        Self { found }
    }
}

impl Tree for FolderTree {
    fn len(&self) -> usize {
        self.found.len()
    }

    fn name(&self, i: usize) -> String {
        let path = self.found[i].path.to_string_lossy();
        if std::path::MAIN_SEPARATOR == '/' {
            path.into_owned()
        } else {
            path.replace(std::path::MAIN_SEPARATOR, "/")
        }
    }

    fn display(&self, i: usize) -> String {
        let found = &self.found[i];
        let Some(base) = found.path.file_name().map(|n| n.to_string_lossy()) else {
            return found.display.clone();
        };
        match found.display.strip_suffix(base.as_ref()) {
            Some(folder) => format!("{folder}{}", without_account(&base)),
            None => found.display.clone(),
        }
    }

    fn root(&self, prefix: &str) -> String {
        let folder = prefix.trim_end_matches('/');
        if std::path::MAIN_SEPARATOR == '/' {
            folder.to_owned()
        } else {
            folder.replace('/', std::path::MAIN_SEPARATOR_STR)
        }
    }

    fn explicit(&self, i: usize) -> bool {
        self.found[i].explicit
    }

    fn remarks(&self, _: usize) -> Vec<Warning> {
        Vec::new()
    }

    fn fault(&self, i: usize) -> Option<String> {
        self.found[i].error.clone()
    }

    fn head(&mut self, i: usize, bytes: u64) -> Result<Vec<u8>, String> {
        let mut head = Vec::new();
        File::open(&self.found[i].path)
            .and_then(|f| f.take(bytes).read_to_end(&mut head))
            .map_err(|e| read_error(&e))?;
        Ok(head)
    }

    fn bytes(
        &mut self,
        i: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(Vec<u8>, Option<String>), Fault> {
        let said = |e: std::io::Error| Fault::Said(read_error(&e));
        let mut file = File::open(&self.found[i].path).map_err(said)?;
        let size = file.metadata().map_err(said)?.len();
        if size > MAX_FILE_BYTES {
            return Err(Fault::Said(too_large(size)));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        // The file may grow while it is read, and the user may want it no longer.
        while go_on() {
            let n = (&mut file)
                .take(4 << 20)
                .read_to_end(&mut bytes)
                .map_err(said)?;
            if bytes.len() as u64 > MAX_FILE_BYTES {
                return Err(Fault::Said(too_large(bytes.len() as u64)));
            }
            if n == 0 {
                return Ok((bytes, None));
            }
        }
        Err(Fault::Stopped)
    }

    fn open(
        &mut self,
        i: usize,
        _: &Path,
        _: &dyn Fn() -> bool,
    ) -> Result<Box<dyn ReadSeek>, Fault> {
        let file = File::open(&self.found[i].path).map_err(|e| Fault::Said(read_error(&e)))?;
        Ok(Box::new(BufReader::new(file)))
    }
}

fn too_large(size: u64) -> String {
    format!(
        "The file has {} MB; no recording is larger than {} MB. Is it one?",
        size >> 20,
        MAX_FILE_BYTES >> 20
    )
}

/// The entries of an archive.
pub(super) struct ArchiveTree {
    archive: Archive<Box<dyn ReadSeek>>,
    display: String,
}

impl ArchiveTree {
    pub(super) fn open(reader: Box<dyn ReadSeek>, display: &str) -> Result<Self, Fault> {
        Ok(Self {
            archive: Archive::open(reader)?,
            display: display.to_owned(),
        })
    }

    /// What is wrong with the archive as a whole.
    pub(super) fn trouble(&self) -> Option<String> {
        self.archive.trouble().map(str::to_owned)
    }

    fn entry(&self, i: usize) -> &Entry {
        &self.archive.entries()[i]
    }
}

impl Tree for ArchiveTree {
    fn len(&self) -> usize {
        self.archive.entries().len()
    }

    fn name(&self, i: usize) -> String {
        self.entry(i).name.clone()
    }

    fn display(&self, i: usize) -> String {
        format!(
            "{} › {}",
            self.display,
            without_account(&self.entry(i).name)
        )
    }

    fn root(&self, prefix: &str) -> String {
        match prefix.trim_end_matches('/') {
            "" => self.display.clone(),
            folder => format!("{} › {}", self.display, without_account(folder)),
        }
    }

    fn explicit(&self, _: usize) -> bool {
        false
    }

    fn remarks(&self, i: usize) -> Vec<Warning> {
        let astray = self.entry(i).astray.then(|| Warning {
            code: WarningCode::Other,
            message: "Its name in the archive points outside of it, as harmful archives do. Nothing is unpacked to the disk, so it was read under a cleaned name.".to_owned(),
        });
        astray.into_iter().collect()
    }

    fn fault(&self, _: usize) -> Option<String> {
        None
    }

    fn head(&mut self, i: usize, bytes: u64) -> Result<Vec<u8>, String> {
        self.archive.head(i, bytes).map_err(|e| e.to_string())
    }

    fn bytes(
        &mut self,
        i: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(Vec<u8>, Option<String>), Fault> {
        let unpacked = self.archive.read(i, MAX_FILE_BYTES, go_on)?;
        Ok((unpacked.bytes, unpacked.damage))
    }

    fn open(
        &mut self,
        i: usize,
        spool: &Path,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Box<dyn ReadSeek>, Fault> {
        if (1..=IN_MEMORY_BYTES).contains(&self.entry(i).size) {
            let unpacked = self.archive.read(i, IN_MEMORY_BYTES, go_on)?;
            return Ok(Box::new(Cursor::new(unpacked.bytes)));
        }
        let no_room = |e: std::io::Error| {
            Fault::Said(format!(
                "There is no room to unpack this archive ({e}). Free some space, or unpack it and import the folder."
            ))
        };
        // Without a name, so that nothing of it is left behind whatever happens.
        let mut file = tempfile::tempfile_in(spool).map_err(no_room)?;
        match self.archive.copy_to(i, MAX_INNER_BYTES, &mut file, go_on) {
            Ok(_) => {}
            Err(ArchiveError::Unreadable { reason }) => {
                return Err(no_room(std::io::Error::other(reason)));
            }
            Err(other) => return Err(other.into()),
        }
        file.seek(SeekFrom::Start(0)).map_err(no_room)?;
        Ok(Box::new(BufReader::new(file)))
    }
}
