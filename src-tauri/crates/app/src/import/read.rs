//! First stage of an import: from paths to bytes, with a bound on the bytes under way.

use super::walk::{Found, promising, read_error};
use paceline_formats::{FormatError, decode};
use paceline_model::Recording;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

/// A single file beyond this is not read into memory.
const MAX_FILE_BYTES: u64 = 512 << 20;
/// What a file of unknown ending is judged by.
const HEAD_BYTES: u64 = 64 << 10;

/// What one step of the import works on.
pub(super) enum Payload {
    /// A file's bytes, or why there are none.
    Bytes(Result<Vec<u8>, String>),
    /// Not for importing, and why.
    Skip(&'static str),
    /// Made up on the spot, by its place among its kind.
    Made(Box<Recording>),
}

/// One unit of work, in the order in which it counts.
pub(super) struct Input {
    pub seq: u64,
    pub display: String,
    pub file_name: String,
    pub explicit: bool,
    pub payload: Payload,
    pub ticket: Option<Ticket>,
}

/// Bounds the bytes read but not yet stored: memory stays flat whatever the disk delivers.
#[derive(Default)]
pub(super) struct Budget {
    used: Mutex<u64>,
    freed: Condvar,
}

/// Gives its share back when dropped.
pub(super) struct Ticket {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Budget {
    /// Original, samples and columns of a file come to about six times its size while it is worked on.
    const LIMIT: u64 = 20 << 20;

    fn take(self: &Arc<Self>, bytes: u64) -> Ticket {
        let mut used = self.lock();
        // A file beyond the limit goes alone.
        while *used > 0 && *used + bytes > Self::LIMIT {
            used = self
                .freed
                .wait(used)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        *used += bytes;
        Ticket {
            budget: Arc::clone(self),
            bytes,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, u64> {
        self.used
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.budget.lock() -= self.bytes;
        self.budget.freed.notify_all();
    }
}

/// Reads everything found and hands it on in order.
pub(super) struct Reader<'a> {
    /// Takes one unit; false ends the reading.
    pub deliver: &'a mut dyn FnMut(Input) -> bool,
    pub budget: Arc<Budget>,
    pub seq: u64,
}

impl Reader<'_> {
    /// Reads `found`; false when the taker had enough.
    pub(super) fn read_all(&mut self, found: &[Found]) -> bool {
        found.iter().all(|f| self.read_one(f))
    }

    /// Delivers generated recordings; false when the taker had enough.
    pub(super) fn make_all(
        &mut self,
        count: usize,
        make: &dyn Fn(usize) -> Option<Recording>,
    ) -> bool {
        /// About what a generated recording takes as a file.
        const SIZE: u64 = 200 << 10;
        (0..count)
            .filter_map(|i| make(i).map(|r| (i, r)))
            .all(|(i, recording)| {
                let name = format!("sample-{:03}.fit", i + 1);
                self.send(&name, &name, true, Payload::Made(Box::new(recording)), SIZE)
            })
    }

    fn read_one(&mut self, f: &Found) -> bool {
        let name = f
            .path
            .file_name()
            .map_or_else(|| f.display.clone(), |n| n.to_string_lossy().into_owned());
        if let Some(reason) = &f.error {
            return self.send_bytes(&f.display, &name, f.explicit, Err(reason.clone()));
        }
        if !f.explicit && !promising(&name) {
            match looks_foreign(&f.path) {
                Ok(true) => {
                    let payload = Payload::Skip("Not a training file.");
                    return self.send(&f.display, &name, false, payload, 0);
                }
                Ok(false) => {}
                Err(reason) => {
                    return self.send_bytes(&f.display, &name, f.explicit, Err(reason));
                }
            }
        }
        self.send_bytes(&f.display, &name, f.explicit, read_file(&f.path))
    }

    fn send_bytes(
        &mut self,
        display: &str,
        file_name: &str,
        explicit: bool,
        bytes: Result<Vec<u8>, String>,
    ) -> bool {
        let size = bytes.as_ref().map_or(0, |b| b.len() as u64);
        self.send(display, file_name, explicit, Payload::Bytes(bytes), size)
    }

    fn send(
        &mut self,
        display: &str,
        file_name: &str,
        explicit: bool,
        payload: Payload,
        size: u64,
    ) -> bool {
        let ticket = self.budget.take(size);
        let seq = self.seq;
        self.seq += 1;
        (self.deliver)(Input {
            seq,
            display: display.to_owned(),
            file_name: file_name.to_owned(),
            explicit,
            payload,
            ticket: Some(ticket),
        })
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|e| read_error(&e))?;
    let size = file.metadata().map_err(|e| read_error(&e))?.len();
    if size > MAX_FILE_BYTES {
        return Err(format!(
            "The file has {} MB; no recording is larger than {} MB. Is it one?",
            size >> 20,
            MAX_FILE_BYTES >> 20
        ));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // The file may grow while it is read.
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|e| read_error(&e))?;
    Ok(bytes)
}

/// Whether the beginning of a file of unknown ending is of no format we know of.
fn looks_foreign(path: &Path) -> Result<bool, String> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|f| f.take(HEAD_BYTES).read_to_end(&mut head))
        .map_err(|e| read_error(&e))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(matches!(
        decode(&name, &head),
        Err(FormatError::NotRecognised { .. } | FormatError::Empty)
    ))
}
