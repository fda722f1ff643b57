//! What the lists of accounts hold beside the files: words for the files they
//! name, and entries that stand for no file.

use paceline_formats::exports::{Failure, Listing, strava};
use paceline_model::{AccountEntry, SourceKind, Warning, WarningCode};
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// An entry without a file.
pub(super) struct Loose {
    pub entry: AccountEntry,
    pub remarks: Vec<Warning>,
}

/// One list, reduced to what no file speaks for.
pub(super) struct Lists {
    /// The list as the user knows it.
    pub display: String,
    pub source: SourceKind,
    pub loose: Vec<Loose>,
    /// Entries that could not be read.
    pub failures: Vec<Failure>,
    pub warnings: Vec<Warning>,
    /// All its entries.
    pub count: usize,
}

impl From<AccountEntry> for Loose {
    fn from(entry: AccountEntry) -> Self {
        Self {
            entry,
            remarks: Vec::new(),
        }
    }
}

impl Lists {
    pub(super) fn garmin(display: String, listing: Listing) -> Self {
        Self {
            display,
            source: SourceKind::GarminExport,
            count: listing.entries.len(),
            loose: listing.entries.into_iter().map(Loose::from).collect(),
            failures: listing.failures,
            warnings: listing.warnings,
        }
    }

    fn without_file(&mut self, entry: AccountEntry, message: String) {
        // Without a start there is nothing to place the totals at.
        if entry.recording.timed {
            self.loose.push(Loose {
                entry,
                remarks: vec![Warning {
                    code: WarningCode::MissingFile,
                    message,
                }],
            });
        } else {
            self.failures.push(Failure {
                which: entry.id,
                why: message,
            });
        }
    }
}

/// The words of Strava's lists for the files of a tree.
#[derive(Default)]
pub(super) struct Entries {
    by_file: HashMap<String, Arc<AccountEntry>>,
    read: HashSet<usize>,
    lists: Vec<Lists>,
}

/// Names are compared without case, and without the packing that some unpackers take off.
fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.strip_suffix(".gz").unwrap_or(&lower).to_owned()
}

impl Entries {
    /// Takes in the list that is file `i` of a tree of `names`; its entries' files are looked for
    /// under `prefix`, or taken for missing where the list was chosen `alone`.
    pub(super) fn strava(
        &mut self,
        i: usize,
        display: String,
        prefix: &str,
        bytes: &[u8],
        names: &[String],
        alone: bool,
    ) {
        // What is no list of Strava's is a file like any other.
        let Ok(listing) = strava::activities("activities.csv", bytes) else {
            return;
        };
        self.read.insert(i);
        let there: HashSet<String> = names.iter().map(|n| key(n)).collect();
        let mut list = Lists {
            display,
            source: SourceKind::StravaExport,
            loose: Vec::new(),
            failures: listing.failures,
            warnings: listing.warnings,
            count: listing.entries.len(),
        };
        for entry in listing.entries {
            let Some(file) = &entry.file else {
                list.loose.push(Loose::from(entry));
                continue;
            };
            let at = key(&format!("{prefix}{file}"));
            if !alone && there.contains(&at) {
                match self.by_file.entry(at) {
                    Vacant(free) => {
                        free.insert(Arc::new(entry));
                    }
                    // Two entries of one file: the first has it, the other keeps its totals.
                    Occupied(_) => list.loose.push(Loose::from(entry)),
                }
                continue;
            }
            let message = if alone {
                format!(
                    "Its file {file} was not chosen along with the list, so only its totals are here. Import the whole export."
                )
            } else {
                format!(
                    "Its file {file} is not in the export, so only its totals are here. Ask Strava for a new export."
                )
            };
            list.without_file(entry, message);
        }
        self.lists.push(list);
    }

    /// What a list says of a file.
    pub(super) fn take(&mut self, name: &str) -> Option<Arc<AccountEntry>> {
        if self.by_file.is_empty() {
            return None;
        }
        self.by_file.get(&key(name)).cloned()
    }

    /// Whether file `i` is a list that was taken in.
    pub(super) fn was_read(&self, i: usize) -> bool {
        self.read.contains(&i)
    }

    pub(super) fn finish(self) -> Vec<Lists> {
        self.lists
    }
}
