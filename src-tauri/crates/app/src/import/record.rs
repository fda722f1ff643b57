//! Third stage, in the order of the files: what is new, what is known, what
//! belongs to a ride that is there.

use super::process::{Decoded, Outcome, Processed};
use super::same_ride::{MAX_START_GAP_MS, Span, same_ride};
use paceline_model::{ActivityId, ImportId, Instant, SourceKind};
use paceline_store::{
    Action, FileRecord, ItemRow, KnownRide, OriginRecord, Outcome as Stored, Part,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the store holds, kept up while the import adds to it.
pub(super) struct Ledger {
    by_hash: HashMap<[u8; 32], Vec<ActivityId>>,
    by_start: BTreeMap<i64, Vec<(ActivityId, Span)>>,
    richest: HashMap<ActivityId, i64>,
}

impl Ledger {
    pub(super) fn new(known: Vec<KnownRide>) -> Self {
        let mut ledger = Self {
            by_hash: HashMap::new(),
            by_start: BTreeMap::new(),
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
            ledger.note(
                k.content_hash,
                k.activity,
                k.timed.then_some(span),
                k.richness,
            );
        }
        ledger
    }

    pub(super) fn hashes(&self) -> HashSet<[u8; 32]> {
        self.by_hash.keys().copied().collect()
    }

    fn note(&mut self, hash: [u8; 32], id: ActivityId, span: Option<Span>, richness: i64) {
        let ids = self.by_hash.entry(hash).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
        if let Some(span) = span {
            self.by_start
                .entry(span.start_ms)
                .or_default()
                .push((id, span));
        }
        let best = self.richest.entry(id).or_insert(richness);
        *best = (*best).max(richness);
    }

    fn matching(&self, span: &Span, taken: &[ActivityId]) -> Option<ActivityId> {
        let from = span.start_ms.saturating_sub(MAX_START_GAP_MS);
        let to = span.start_ms.saturating_add(MAX_START_GAP_MS);
        self.by_start
            .range(from..=to)
            .flat_map(|(_, rides)| rides)
            // Two sessions of one file are two activities, however alike.
            .filter(|(id, _)| !taken.contains(id))
            .filter(|(_, other)| same_ride(other, span))
            .min_by_key(|(_, other)| other.start_ms.abs_diff(span.start_ms))
            .map(|(id, _)| *id)
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
            source: SourceKind::File,
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
            warnings: Vec::new(),
        };
        match unit.result {
            Outcome::Failed(reason) => item.reason = Some(reason),
            Outcome::Skipped(reason, warnings, biometrics) => {
                item.outcome = if biometrics.is_empty() {
                    Stored::Skipped
                } else {
                    Stored::Biometrics
                };
                item.reason = Some(reason);
                item.warnings = warnings;
                record.biometrics = biometrics;
            }
            Outcome::Known(hash) => self.known(&mut item, &hash),
            Outcome::File(decoded) if self.by_hash.contains_key(&decoded.hash) => {
                self.known(&mut item, &decoded.hash);
            }
            Outcome::File(decoded) => {
                self.file(
                    &mut record,
                    &mut item,
                    *decoded,
                    unit.file_name,
                    unit.bytes,
                    now,
                );
            }
        }
        record.item = Some(item);
        record
    }

    fn known(&self, item: &mut ItemRow, hash: &[u8; 32]) {
        item.outcome = Stored::Known;
        item.activities = self.by_hash.get(hash).cloned().unwrap_or_default();
    }

    fn file(
        &mut self,
        record: &mut FileRecord,
        item: &mut ItemRow,
        file: Decoded,
        name: String,
        bytes: u64,
        now: Instant,
    ) {
        let mut taken = Vec::new();
        let mut added = false;
        for (title, prepared) in file.parts {
            let head = &prepared.head;
            let span = head.timed.then(|| Span {
                start_ms: head.start.0,
                elapsed_s: prepared.summary.elapsed_s,
                distance_m: prepared.summary.distance_m,
                sport: head.sport,
                device: head.device.clone(),
            });
            let action = match span.as_ref().and_then(|s| self.matching(s, &taken)) {
                Some(into) => Action::Merge {
                    into,
                    replace: prepared.richness > self.richest.get(&into).copied().unwrap_or(0),
                },
                None => Action::Add(ActivityId(uuid::Uuid::now_v7())),
            };
            let id = action.activity();
            added |= matches!(action, Action::Add(_));
            taken.push(id);
            self.note(file.hash, id, span, prepared.richness);
            for warning in &head.warnings {
                if !item.warnings.contains(warning) {
                    item.warnings.push(warning.clone());
                }
            }
            record.parts.push(Part {
                action,
                name: title,
                words: None,
                prepared,
            });
        }
        item.outcome = if added { Stored::Added } else { Stored::Merged };
        item.activities = taken;
        record.biometrics = file.biometrics;
        record.origin = Some(OriginRecord {
            content_hash: file.hash,
            external_id: None,
            account: Vec::new(),
            file_name: name,
            format: file.format.to_owned(),
            bytes,
            original: Some(file.original),
            imported_at: now,
        });
    }
}
