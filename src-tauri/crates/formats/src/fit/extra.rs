//! What no table knows is kept here: per message kind a count, and of each of
//! its fields the first value seen. Bounded, whatever the file holds.

use super::developer::Developers;
use super::profile;
use super::wire::{Base, Definition, Field, integer_at, number_at, text_of};
use paceline_model::{ExtraField, ExtraMessage};
use std::collections::BTreeMap;

const MAX_MESSAGES: usize = 256;
const MAX_FIELDS: usize = 64;
const MAX_ELEMENTS: usize = 8;
/// Messages of one definition looked at; later ones only count.
pub(super) const LOOKED_AT: u32 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Native(u8),
    Developer(u8, u8),
}

#[derive(Debug, Default)]
struct Kept {
    fields: Vec<(Key, String, String)>,
}

/// The extras of one part.
#[derive(Debug, Default)]
pub(super) struct Extras {
    kept: BTreeMap<u16, Kept>,
    counts: BTreeMap<u16, u32>,
    events: BTreeMap<u16, (u32, String)>,
}

impl Extras {
    /// Adds to the count of a message.
    pub fn count(&mut self, global: u16, messages: u32) {
        if messages > 0 && (self.counts.contains_key(&global) || self.counts.len() < 1024) {
            let n = self.counts.entry(global).or_default();
            *n = n.saturating_add(messages);
        }
    }

    /// Keeps the fields of a message that `known` and `known_dev` do not name.
    /// A message without any known field is kept even if all its fields are empty.
    pub fn look(
        &mut self,
        def: &Definition,
        data: &[u8],
        known: &[u8],
        known_dev: &[usize],
        developers: &Developers,
    ) {
        let whole = known.is_empty();
        if !self.kept.contains_key(&def.global) {
            if self.kept.len() >= MAX_MESSAGES {
                return;
            }
            if whole {
                self.kept.insert(def.global, Kept::default());
            }
        }
        for f in &def.fields {
            if known.contains(&f.number) || self.has(def.global, Key::Native(f.number)) {
                continue;
            }
            if let Some(sample) = sample(data, f, def.big) {
                let name = profile::field_name(def.global, f.number);
                self.keep(def.global, Key::Native(f.number), name, sample);
            }
        }
        for (i, f) in def.dev.iter().enumerate() {
            let key = Key::Developer(f.app, f.number);
            if known_dev.contains(&i) || self.has(def.global, key) {
                continue;
            }
            let described = developers.field(f.app, f.number);
            let field = Field {
                number: f.number,
                size: f.size,
                at: f.at,
                kind: described.map_or(super::wire::Kind::from_wire(13), |d| d.kind),
            };
            if let Some(sample) = sample(data, &field, def.big) {
                let name = described.map_or_else(
                    || format!("developer field {}.{}", f.app, f.number),
                    super::developer::Described::label,
                );
                self.keep(def.global, key, name, sample);
            }
        }
    }

    /// Counts an event that means nothing to the recording, with its first data.
    pub fn event(&mut self, event: u16, sample: impl FnOnce() -> String) {
        if let Some(seen) = self.events.get_mut(&event) {
            seen.0 = seen.0.saturating_add(1);
        } else if self.events.len() < MAX_MESSAGES {
            self.events.insert(event, (1, sample()));
        }
    }

    fn has(&self, global: u16, key: Key) -> bool {
        self.kept
            .get(&global)
            .is_some_and(|k| k.fields.len() >= MAX_FIELDS || k.fields.iter().any(|f| f.0 == key))
    }

    fn keep(&mut self, global: u16, key: Key, name: String, sample: String) {
        self.kept
            .entry(global)
            .or_default()
            .fields
            .push((key, name, sample));
    }

    /// What was kept, in order of message number.
    pub fn finish(self) -> Vec<ExtraMessage> {
        let counts = self.counts;
        let messages = self.kept.into_iter().map(|(global, kept)| ExtraMessage {
            name: profile::message_name(global),
            count: counts.get(&global).copied().unwrap_or(0),
            fields: kept
                .fields
                .into_iter()
                .map(|(_, name, sample)| ExtraField { name, sample })
                .collect(),
        });
        let events = self
            .events
            .into_iter()
            .map(|(event, (count, sample))| ExtraMessage {
                name: format!("event: {}", profile::event_name(event)),
                count,
                fields: vec![ExtraField {
                    name: "data".to_owned(),
                    sample,
                }],
            });
        messages.chain(events).collect()
    }
}

/// The field's first valid value as text; `None` if it holds none.
fn sample(data: &[u8], f: &Field, big: bool) -> Option<String> {
    let bytes = data.get(f.at..f.at + f.size)?;
    if f.kind.base == Base::Text {
        return text_of(bytes).map(|t| t.chars().take(64).collect());
    }
    let kind = f.kind.narrowed(f.size)?;
    if f.size == 0 {
        return None;
    }
    if kind.base == Base::Bytes && bytes.iter().all(|&b| b == 0xFF) {
        return None;
    }
    let count = (f.size / kind.size()).min(MAX_ELEMENTS);
    let mut any = false;
    let values: Vec<String> = (0..count)
        .map(|i| {
            let at = f.at + i * kind.size();
            let text = integer_at(data, at, kind, big)
                .map(|v| v.to_string())
                .or_else(|| number_at(data, at, kind, big).map(|v| v.to_string()));
            any |= text.is_some();
            text.unwrap_or_else(|| "–".to_owned())
        })
        .collect();
    any.then(|| values.join(" "))
}
