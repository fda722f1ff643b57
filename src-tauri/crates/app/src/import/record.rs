//! Third stage, in the order of the files: what is new, what is known, what
//! belongs to a ride that is there.

use super::process::{Decoded, Decoding, Outcome, Processed, words};
use super::same_ride::{MAX_START_GAP_MS, Span, same_recording, same_ride};
use paceline_model::{AccountEntry, ActivityId, ImportId, Instant, SourceKind};
use paceline_store::{
    Action, Claim, FileRecord, ItemRow, KnownRide, OriginRecord, Outcome as Stored, Part, Words,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the store holds, kept up while the import adds to it.
pub(super) struct Ledger {
    by_hash: HashMap<[u8; 32], Vec<Origin>>,
    by_start: BTreeMap<i64, Vec<(Origin, Span)>>,
    by_external: HashMap<(SourceKind, String), ActivityId>,
    /// Which of an account's entries an activity has its words from: the first to be joined to it.
    speaker: HashMap<(SourceKind, ActivityId), String>,
    richest: HashMap<ActivityId, i64>,
}

/// One part of a file, and what it is known by.
#[derive(Debug, Clone)]
struct Origin {
    activity: ActivityId,
    hash: [u8; 32],
    part: u32,
    source: SourceKind,
    external_id: Option<String>,
}

impl Origin {
    /// Whether an account of `source` may say that the file is one of its own.
    fn free_for(&self, source: SourceKind) -> bool {
        self.source == SourceKind::File || self.source == source
    }
}

impl Ledger {
    pub(super) fn new(known: Vec<KnownRide>) -> Self {
        let mut ledger = Self {
            by_hash: HashMap::new(),
            by_start: BTreeMap::new(),
            by_external: HashMap::new(),
            speaker: HashMap::new(),
            richest: HashMap::new(),
        };
        for k in known {
            let span = Span {
                start_ms: k.start.0,
                elapsed_s: k.elapsed_s,
                distance_m: k.distance_m,
                sport: k.sport,
                device: k.device,
            };
            let origin = Origin {
                activity: k.activity,
                hash: k.content_hash,
                part: k.part,
                source: k.source,
                external_id: k.external_id,
            };
            ledger.note(origin, k.timed.then_some(span), k.richness);
        }
        ledger
    }

    pub(super) fn hashes(&self) -> HashSet<[u8; 32]> {
        self.by_hash.keys().copied().collect()
    }

    fn note(&mut self, origin: Origin, span: Option<Span>, richness: i64) {
        let best = self.richest.entry(origin.activity).or_insert(richness);
        *best = (*best).max(richness);
        if let Some(id) = &origin.external_id {
            self.heard(origin.source, id, origin.activity);
        }
        if let Some(span) = span {
            self.by_start
                .entry(span.start_ms)
                .or_default()
                .push((origin.clone(), span));
        }
        self.by_hash.entry(origin.hash).or_default().push(origin);
    }

    fn heard(&mut self, source: SourceKind, id: &str, activity: ActivityId) {
        self.by_external.insert((source, id.to_owned()), activity);
        self.speaker
            .entry((source, activity))
            .or_insert_with(|| id.to_owned());
    }

    /// Whether the entry may name the activity: two recordings of one ride have two entries.
    fn speaks(&self, source: SourceKind, id: &str, activity: ActivityId) -> bool {
        self.speaker
            .get(&(source, activity))
            .is_none_or(|first| first == id)
    }

    fn near(&self, span: &Span) -> impl Iterator<Item = &(Origin, Span)> {
        let from = span.start_ms.saturating_sub(MAX_START_GAP_MS);
        let to = span.start_ms.saturating_add(MAX_START_GAP_MS);
        self.by_start.range(from..=to).flat_map(|(_, rides)| rides)
    }

    fn matching(&self, span: &Span, taken: &[ActivityId]) -> Option<ActivityId> {
        self.near(span)
            // Two sessions of one file are two activities, however alike.
            .filter(|(o, _)| !taken.contains(&o.activity))
            .filter(|(_, other)| same_ride(other, span))
            .min_by_key(|(_, other)| other.start_ms.abs_diff(span.start_ms))
            .map(|(o, _)| o.activity)
    }

    /// The file that an entry of a list without file names is of.
    fn file_of(&self, span: &Span, source: SourceKind) -> Option<Origin> {
        self.near(span)
            .filter(|(o, _)| o.free_for(source) && o.external_id.is_none())
            .filter(|(_, other)| same_recording(other, span))
            .min_by_key(|(_, other)| other.start_ms.abs_diff(span.start_ms))
            .map(|(o, _)| o.clone())
    }

    /// What is written for a unit, and what is said of it.
    pub(super) fn record(
        &mut self,
        unit: Processed,
        import: ImportId,
        position: u64,
        now: Instant,
    ) -> FileRecord {
        let mut record = FileRecord {
            import,
            position,
            source: unit.source,
            item: None,
            origin: None,
            parts: Vec::new(),
            claims: Vec::new(),
            biometrics: Vec::new(),
        };
        let mut item = ItemRow {
            path: unit.display,
            outcome: Stored::Failed,
            activities: Vec::new(),
            reason: None,
            warnings: unit.remarks,
        };
        let entry = unit.entry.as_deref();
        match unit.result {
            Outcome::Done => return record,
            Outcome::Failed(reason) => item.reason = Some(reason),
            Outcome::Skipped(reason, warnings, biometrics) => {
                item.outcome = if biometrics.is_empty() {
                    Stored::Skipped
                } else {
                    Stored::Biometrics
                };
                item.reason = Some(reason);
                item.warnings.extend(warnings);
                record.biometrics = biometrics;
            }
            Outcome::Known(hash) => self.known(&mut record, &mut item, &hash, entry),
            Outcome::File(decoded) if self.by_hash.contains_key(&decoded.hash) => {
                let quiet = decoded.quiet;
                self.known(&mut record, &mut item, &decoded.hash, entry);
                if quiet {
                    return record;
                }
            }
            Outcome::File(decoded) => {
                let quiet = decoded.quiet;
                let origin = OriginRecord {
                    content_hash: decoded.hash,
                    external_id: entry.map(|e| e.id.clone()),
                    account: entry.map_or_else(Vec::new, |e| e.recording.extra.clone()),
                    file_name: unit.file_name,
                    format: decoded.format.to_owned(),
                    bytes: unit.bytes,
                    original: decoded.original.clone(),
                    imported_at: now,
                };
                let named = entry.is_some_and(|entry| {
                    decoded.original.is_none()
                        && self.names(&mut record, &mut item, entry, &decoded)
                });
                if !named {
                    self.file(&mut record, &mut item, origin, *decoded);
                } else if quiet {
                    return record;
                }
            }
        }
        record.item = Some(item);
        record
    }

    /// A file that is stored: the account's newer words still count.
    fn known(
        &self,
        record: &mut FileRecord,
        item: &mut ItemRow,
        hash: &[u8; 32],
        entry: Option<&AccountEntry>,
    ) {
        let origins = self.by_hash.get(hash).map_or(&[][..], Vec::as_slice);
        item.outcome = Stored::Known;
        for origin in origins {
            if !item.activities.contains(&origin.activity) {
                item.activities.push(origin.activity);
            }
        }
        let single = origins.len() == 1;
        if let Some(entry) = entry {
            let claims = origins
                .iter()
                .map(|origin| self.claim(entry, origin, record.source, single));
            record.claims.extend(claims);
        }
    }

    /// Whether an entry without a file is of a ride that is there, which then takes its words.
    fn names(
        &mut self,
        record: &mut FileRecord,
        item: &mut ItemRow,
        entry: &AccountEntry,
        decoded: &Decoded,
    ) -> bool {
        let source = record.source;
        let key = (source, entry.id.clone());
        if let Some(&activity) = self.by_external.get(&key) {
            item.outcome = Stored::Known;
            item.activities = vec![activity];
            record.claims.push(Claim {
                activity,
                origin: None,
                external_id: entry.id.clone(),
                account: entry.recording.extra.clone(),
                words: if self.speaks(source, &entry.id, activity) {
                    words(entry, true)
                } else {
                    Words::default()
                },
            });
            return true;
        }
        // Strava's list names the files it is of; an entry that names none has none.
        let file = decoded
            .parts
            .first()
            .filter(|_| decoded.quiet)
            .and_then(span_of)
            .and_then(|span| self.file_of(&span, source));
        let Some(file) = file else {
            return false;
        };
        record.claims.push(self.claim(entry, &file, source, true));
        self.heard(source, &entry.id, file.activity);
        let same = |o: &Origin| o.hash == file.hash && o.part == file.part;
        for (origin, _) in self.by_start.values_mut().flatten() {
            if same(origin) {
                origin.external_id = Some(entry.id.clone());
            }
        }
        item.outcome = Stored::Known;
        item.activities = vec![file.activity];
        true
    }

    /// What the entry says of the file; that it is the account's only if no other account says so.
    fn claim(
        &self,
        entry: &AccountEntry,
        origin: &Origin,
        source: SourceKind,
        single: bool,
    ) -> Claim {
        Claim {
            activity: origin.activity,
            origin: origin
                .free_for(source)
                .then_some((origin.hash, origin.part)),
            external_id: entry.id.clone(),
            account: entry.recording.extra.clone(),
            words: if self.speaks(source, &entry.id, origin.activity) {
                words(entry, single)
            } else {
                Words::default()
            },
        }
    }

    fn file(
        &mut self,
        record: &mut FileRecord,
        item: &mut ItemRow,
        origin: OriginRecord,
        file: Decoded,
    ) {
        let source = record.source;
        let single = file.parts.len() == 1;
        let by_account = origin
            .external_id
            .clone()
            .filter(|_| single)
            .and_then(|id| self.by_external.get(&(source, id)).copied());
        let mut taken = Vec::new();
        let mut added = false;
        for (index, part) in file.parts.into_iter().enumerate() {
            let span = span_of(&part);
            let found = by_account.or_else(|| self.matching(span.as_ref()?, &taken));
            let action = match found {
                Some(into) => Action::Merge {
                    into,
                    replace: part.prepared.richness > self.richest.get(&into).copied().unwrap_or(0),
                },
                None => Action::Add(ActivityId(uuid::Uuid::now_v7())),
            };
            let id = action.activity();
            added |= matches!(action, Action::Add(_));
            taken.push(id);
            let speaks = origin
                .external_id
                .as_deref()
                .is_none_or(|entry| self.speaks(source, entry, id));
            let noted = Origin {
                activity: id,
                hash: file.hash,
                part: u32::try_from(index).unwrap_or(u32::MAX),
                source,
                external_id: origin.external_id.clone(),
            };
            self.note(noted, span, part.prepared.richness);
            for warning in &part.prepared.head.warnings {
                if !item.warnings.contains(warning) {
                    item.warnings.push(warning.clone());
                }
            }
            record.parts.push(Part {
                action,
                name: part.title,
                words: part.words.filter(|_| speaks),
                prepared: part.prepared,
            });
        }
        item.outcome = if added { Stored::Added } else { Stored::Merged };
        item.activities = taken;
        record.biometrics = file.biometrics;
        record.origin = Some(origin);
    }
}

fn span_of(part: &Decoding) -> Option<Span> {
    let head = &part.prepared.head;
    head.timed.then(|| Span {
        start_ms: head.start.0,
        elapsed_s: part.prepared.summary.elapsed_s,
        distance_m: part.prepared.summary.distance_m,
        sport: head.sport,
        device: head.device.clone(),
    })
}
