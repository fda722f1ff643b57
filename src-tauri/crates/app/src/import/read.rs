//! First stage of an import: everything found, read in an order that does not
//! depend on timing, one file in memory at a time.
//!
//! Folders and archives are both trees of files ([`Tree`]); an archive within is
//! a tree of its own. What an account's lists say goes to the files they name;
//! entries without a file come after all files, so that they find the rides
//! they belong to.

use super::budget::{Budget, Ticket};
use super::lists::{Entries, Lists};
use super::tree::{ArchiveTree, Fault, FolderTree, Tree};
use super::walk::{Found, promising};
use paceline_formats::archive::MAX_NESTING;
use paceline_formats::exports::{self, Export, Role, garmin};
use paceline_formats::{FormatError, decode};
use paceline_model::{AccountEntry, Recording, SourceKind, Warning, WarningCode};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;

/// What a file of unknown ending is judged by.
const HEAD_BYTES: u64 = 64 << 10;

/// What one step of the import works on.
pub(super) enum Payload {
    /// A file's bytes, or why there are none.
    Bytes(Result<Vec<u8>, String>),
    /// One of Garmin's lists of measurements.
    Body(garmin::File, Result<Vec<u8>, String>),
    /// An account's entry without a file. A quiet one is not spoken of if all it does is to name
    /// a ride that is there.
    Entry { quiet: bool },
    /// Not for importing, and why.
    Skip(String),
    /// Recorded under this import already.
    Done,
    /// Made up on the spot, by its place among its kind.
    Made(Box<Recording>),
}

/// One unit of work, in the order in which it counts.
pub(super) struct Input {
    pub seq: u64,
    pub display: String,
    pub file_name: String,
    pub explicit: bool,
    pub source: SourceKind,
    pub payload: Payload,
    /// What an account says of it.
    pub entry: Option<Arc<AccountEntry>>,
    /// What the way it came in leaves to be said.
    pub remarks: Vec<Warning>,
    pub ticket: Option<Ticket>,
}

/// Reads everything found and hands it on in order.
pub(super) struct Reader<'a> {
    /// Takes one unit; false ends the reading.
    pub deliver: &'a mut dyn FnMut(Input) -> bool,
    pub budget: Arc<Budget>,
    pub cancel: CancellationToken,
    /// Files known to be there, for the progress.
    pub found: Arc<AtomicU64>,
    /// What an interrupted run of this import recorded already.
    pub before: HashSet<String>,
    /// For archives within archives that are too large for memory.
    pub spool: PathBuf,
    pub seq: u64,
    /// Names given out, and the last number put to each.
    seen: HashMap<String, u32>,
    lists: Vec<Lists>,
}

/// How a file is announced.
struct Place {
    display: String,
    explicit: bool,
    source: SourceKind,
    entry: Option<Arc<AccountEntry>>,
    remarks: Vec<Warning>,
}

impl Place {
    /// Of something nothing more is known of.
    fn plain(display: String, source: SourceKind) -> Self {
        Self {
            display,
            explicit: false,
            source,
            entry: None,
            remarks: Vec::new(),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        deliver: &'a mut dyn FnMut(Input) -> bool,
        cancel: CancellationToken,
        found: Arc<AtomicU64>,
        before: HashSet<String>,
        spool: PathBuf,
    ) -> Self {
        Self {
            deliver,
            budget: Arc::new(Budget::default()),
            cancel,
            found,
            before,
            spool,
            seq: 0,
            seen: HashMap::new(),
            lists: Vec::new(),
        }
    }

    /// Reads `found`, then what its lists hold beside it; false when the taker had enough.
    pub(super) fn read_all(&mut self, found: Vec<Found>) -> bool {
        let mut tree = FolderTree::new(found);
        if !self.tree(&mut tree, 0, SourceKind::File) {
            return false;
        }
        let lists = std::mem::take(&mut self.lists);
        lists.into_iter().all(|list| self.list(list))
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
                let place = Place::plain(name.clone(), SourceKind::Sample);
                self.send(place, name, Payload::Made(Box::new(recording)), SIZE)
            })
    }

    /// Reads a tree that lies in an export of `within`.
    fn tree(&mut self, tree: &mut dyn Tree, depth: usize, within: SourceKind) -> bool {
        let names: Vec<String> = (0..tree.len()).map(|i| tree.name(i)).collect();
        let exports = exports::find(names.iter().map(String::as_str));
        let Some(mut entries) = self.entries(tree, &names, &exports) else {
            return false;
        };
        let mut left_out: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
        for (i, name) in names.iter().enumerate() {
            if self.cancel.is_cancelled() {
                return false;
            }
            let export = exports.iter().find(|e| e.role(name).is_some());
            let role = export.and_then(|e| e.role(name));
            let base = name.rsplit('/').next().unwrap_or(name);
            let place = Place {
                display: tree.display(i),
                explicit: tree.explicit(i),
                source: export.map_or(within, |e| e.kind),
                entry: entries.take(name),
                remarks: tree.remarks(i),
            };
            let body = garmin::file(base).filter(|_| export.is_some() || place.explicit);
            let go_on = match (role, body) {
                _ if entries.was_read(i) => true,
                (_, Some(garmin::File::Activities)) => self.garmin_list(tree, i, place),
                (_, Some(file)) => self.body(tree, i, file, place),
                (Some(Role::LeftOut), _) if !place.explicit => {
                    let root = export.map_or("", |e| e.prefix.as_str());
                    let kinds = left_out.entry(root).or_default();
                    *kinds.entry(ending(base)).or_default() += 1;
                    self.found.fetch_sub(1, Ordering::Relaxed);
                    true
                }
                _ => self.file(tree, i, role, place, depth),
            };
            if !go_on {
                return false;
            }
        }
        self.lists.extend(entries.finish());
        left_out.into_iter().all(|(root, kinds)| {
            let display = format!("{} › other files", tree.root(root));
            self.found.fetch_add(1, Ordering::Relaxed);
            self.skip(Place::plain(display, within), left_out_reason(&kinds))
        })
    }

    /// Strava's lists of the tree, before its files; `None` when cancelled.
    fn entries(
        &mut self,
        tree: &mut dyn Tree,
        names: &[String],
        exports: &[Export],
    ) -> Option<Entries> {
        let mut entries = Entries::default();
        for (i, name) in names.iter().enumerate() {
            let export = exports
                .iter()
                .find(|e| e.kind == SourceKind::StravaExport && e.role(name) == Some(Role::List));
            let alone = export.is_none()
                && tree.explicit(i)
                && name.to_ascii_lowercase().ends_with("activities.csv");
            if export.is_none() && !alone {
                continue;
            }
            let prefix = export.map_or("", |e| e.prefix.as_str());
            match self.bytes(tree, i) {
                Err(Fault::Stopped) => return None,
                // It is announced as unreadable when its turn comes.
                Err(Fault::Said(_)) => {}
                Ok((bytes, _)) => {
                    let display = tree.display(i);
                    entries.strava(i, display, prefix, &bytes, names, alone);
                }
            }
        }
        Some(entries)
    }

    fn garmin_list(&mut self, tree: &mut dyn Tree, i: usize, place: Place) -> bool {
        let name = base_of(&place.display);
        let (bytes, _) = match self.bytes(tree, i) {
            Ok(read) => read,
            Err(Fault::Stopped) => return false,
            Err(Fault::Said(reason)) => {
                return self.send(place, name, Payload::Bytes(Err(reason)), 0);
            }
        };
        match garmin::activities(&bytes) {
            Ok(listing) => {
                self.lists.push(Lists::garmin(place.display, listing));
                true
            }
            Err(error) => self.send(place, name, Payload::Bytes(Err(error.to_string())), 0),
        }
    }

    fn body(&mut self, tree: &mut dyn Tree, i: usize, file: garmin::File, place: Place) -> bool {
        let name = base_of(&place.display);
        if self.before.contains(&place.display) {
            return self.send(place, name, Payload::Done, 0);
        }
        let (bytes, size) = match self.bytes(tree, i) {
            Ok((bytes, _)) => {
                let size = bytes.len() as u64;
                (Ok(bytes), size)
            }
            Err(Fault::Stopped) => return false,
            Err(Fault::Said(reason)) => (Err(reason), 0),
        };
        self.send(place, name, Payload::Body(file, bytes), size)
    }

    fn file(
        &mut self,
        tree: &mut dyn Tree,
        i: usize,
        role: Option<Role>,
        mut place: Place,
        depth: usize,
    ) -> bool {
        let name = base_of(&place.display);
        if self.before.contains(&place.display) {
            return self.send(place, name, Payload::Done, 0);
        }
        if let Some(reason) = tree.fault(i) {
            return self.send(place, name, Payload::Bytes(Err(reason)), 0);
        }
        let lower = name.to_ascii_lowercase();
        let archive = lower.ends_with(".zip") || lower.ends_with(".kmz");
        if archive || place.explicit {
            match tree.head(i, 4) {
                Ok(head) if paceline_formats::archive::is_zip(&head) => {
                    return self.archive(tree, i, place, depth);
                }
                _ => {}
            }
        }
        if !place.explicit && role.is_none() && !promising(&name) {
            match tree.head(i, HEAD_BYTES).map(|head| foreign(&name, &head)) {
                Ok(true) => {
                    let payload = Payload::Skip("Not a training file.".to_owned());
                    return self.send(place, name, payload, 0);
                }
                Ok(false) => {}
                // Of a photo in a protected archive nobody needs to hear that it failed.
                Err(reason) if depth > 0 => {
                    return self.send(place, name, Payload::Skip(reason), 0);
                }
                Err(reason) => return self.send(place, name, Payload::Bytes(Err(reason)), 0),
            }
        }
        match self.bytes(tree, i) {
            Err(Fault::Stopped) => false,
            Err(Fault::Said(reason)) => self.send(place, name, Payload::Bytes(Err(reason)), 0),
            Ok((bytes, damage)) => {
                if let Some(damage) = damage {
                    place.remarks.push(Warning {
                        code: WarningCode::Damaged,
                        message: format!(
                            "It is damaged in the archive: {damage}. What comes before was read; download the archive again."
                        ),
                    });
                }
                let size = bytes.len() as u64;
                self.send(place, name, Payload::Bytes(Ok(bytes)), size)
            }
        }
    }

    fn archive(&mut self, tree: &mut dyn Tree, i: usize, place: Place, depth: usize) -> bool {
        let name = base_of(&place.display);
        if depth >= MAX_NESTING {
            let reason = format!(
                "Archives lie more than {MAX_NESTING} deep in each other here. Unpack this one and import the folder."
            );
            return self.send(place, name, Payload::Bytes(Err(reason)), 0);
        }
        let cancel = self.cancel.clone();
        let opened = tree.open(i, &self.spool, &|| !cancel.is_cancelled());
        let opened = opened.and_then(|reader| ArchiveTree::open(reader, &place.display));
        let mut inner = match opened {
            Ok(inner) => inner,
            Err(Fault::Stopped) => return false,
            Err(Fault::Said(reason)) => {
                return self.send(place, name, Payload::Bytes(Err(reason)), 0);
            }
        };
        // The archive itself is no file of the import, what it holds is.
        self.found.fetch_add(inner.len() as u64, Ordering::Relaxed);
        self.found.fetch_sub(1, Ordering::Relaxed);
        let trouble = inner.trouble();
        if inner.len() == 0 {
            return self.skip(place, "The archive holds no files.".to_owned());
        }
        self.tree(&mut inner, depth + 1, place.source)
            && trouble.is_none_or(|trouble| self.send(place, name, Payload::Bytes(Err(trouble)), 0))
    }

    /// The entries of a list that stand for no file, and the list itself.
    fn list(&mut self, list: Lists) -> bool {
        let units = list.loose.len() + list.failures.len() + 1;
        self.found.fetch_add(units as u64, Ordering::Relaxed);
        let file_name = base_of(&list.display);
        for loose in list.loose {
            let entry = loose.entry;
            let title: String = entry
                .recording
                .name
                .as_deref()
                .unwrap_or("untitled")
                .chars()
                .take(80)
                .collect();
            let display = format!("{} › {title} ({})", list.display, entry.id);
            let place = Place {
                entry: Some(Arc::new(entry)),
                remarks: loose.remarks,
                ..Place::plain(display, list.source)
            };
            let quiet = list.source == SourceKind::GarminExport;
            if !self.send(place, file_name.clone(), Payload::Entry { quiet }, 0) {
                return false;
            }
        }
        for failure in list.failures {
            let place = Place::plain(format!("{} › {}", list.display, failure.which), list.source);
            let payload = Payload::Bytes(Err(failure.why));
            if !self.send(place, file_name.clone(), payload, 0) {
                return false;
            }
        }
        let count = match list.count {
            1 => "1 activity".to_owned(),
            n => format!("{n} activities"),
        };
        let reason =
            format!("The account's list of {count}: titles, notes and sports come from it.");
        let place = Place {
            remarks: list.warnings,
            ..Place::plain(list.display, list.source)
        };
        self.skip(place, reason)
    }

    fn bytes(&self, tree: &mut dyn Tree, i: usize) -> Result<(Vec<u8>, Option<String>), Fault> {
        tree.bytes(i, &|| !self.cancel.is_cancelled())
    }

    fn skip(&mut self, place: Place, reason: String) -> bool {
        let name = base_of(&place.display);
        self.send(place, name, Payload::Skip(reason), 0)
    }

    fn send(&mut self, place: Place, file_name: String, payload: Payload, size: u64) -> bool {
        let ticket = self.budget.take(size);
        let seq = self.seq;
        self.seq += 1;
        let display = self.once(place.display);
        (self.deliver)(Input {
            seq,
            display,
            file_name,
            explicit: place.explicit,
            source: place.source,
            payload,
            entry: place.entry,
            remarks: place.remarks,
            ticket: Some(ticket),
        })
    }

    /// Items are known by their names: archives may use one twice, and so may masked addresses.
    fn once(&mut self, display: String) -> String {
        let Some(&used) = self.seen.get(&display) else {
            self.seen.insert(display.clone(), 1);
            return display;
        };
        let mut n = used;
        let name = loop {
            n += 1;
            let name = format!("{display} ({n})");
            if !self.seen.contains_key(&name) {
                break name;
            }
        };
        self.seen.insert(display, n);
        self.seen.insert(name.clone(), 1);
        name
    }
}

/// The last part of a display path, whatever separates it.
fn base_of(display: &str) -> String {
    let inner = display.rsplit(" › ").next().unwrap_or(display);
    inner
        .rsplit(['/', std::path::MAIN_SEPARATOR])
        .next()
        .unwrap_or(inner)
        .to_owned()
}

/// Whether the beginning of a file is of no format we know of.
fn foreign(name: &str, head: &[u8]) -> bool {
    matches!(
        decode(name, head),
        Err(FormatError::NotRecognised { .. } | FormatError::Empty)
    )
}

fn ending(base: &str) -> String {
    base.rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .filter(|e| e.len() <= 5 && e.chars().all(|c| c.is_ascii_alphanumeric()))
        .map_or_else(|| "others".to_owned(), |e| format!(".{e}"))
}

fn left_out_reason(kinds: &BTreeMap<String, u64>) -> String {
    let mut most: Vec<_> = kinds.iter().collect();
    most.sort_by_key(|(kind, n)| (std::cmp::Reverse(**n), *kind));
    let count: u64 = kinds.values().sum();
    let named: Vec<String> = most
        .iter()
        .take(6)
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect();
    format!(
        "{count} files of the account that hold no training, such as photos, planned routes and settings: {}.",
        named.join(", ")
    )
}
