//! What no table knows is kept here: per kind of element a count, and of each
//! of its fields the first value seen. Bounded, whatever the file holds.

use paceline_model::{ExtraField, ExtraMessage};

const MAX_FIELDS: usize = 64;
/// Letters of a name or a value that are kept.
const MAX_LETTERS: usize = 64;

#[derive(Debug)]
struct Field {
    name: String,
    sample: String,
    count: u32,
}

#[derive(Debug)]
struct Kept {
    of: &'static str,
    /// How often the element itself came, where that is counted.
    count: u32,
    fields: Vec<Field>,
}

/// The extras of one file.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    kept: Vec<Kept>,
}

impl Extras {
    fn kept(&mut self, of: &'static str) -> &mut Kept {
        let index = match self.kept.iter().position(|k| k.of == of) {
            Some(index) => index,
            None => {
                self.kept.push(Kept {
                    of,
                    count: 0,
                    fields: Vec::new(),
                });
                self.kept.len() - 1
            }
        };
        &mut self.kept[index]
    }

    /// Counts an element that is kept only here.
    pub fn count(&mut self, of: &'static str) {
        let kept = self.kept(of);
        kept.count = kept.count.saturating_add(1);
    }

    /// Keeps a field of an element; `name` is its path below the element.
    pub fn keep(&mut self, of: &'static str, name: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let kept = self.kept(of);
        if let Some(field) = kept.fields.iter_mut().find(|f| f.name == name) {
            field.count = field.count.saturating_add(1);
        } else if kept.fields.len() < MAX_FIELDS && name.len() <= 4 * MAX_LETTERS {
            kept.fields.push(Field {
                name: name.to_owned(),
                sample: short(value),
                count: 1,
            });
        }
    }

    /// What was kept, in the order in which it came.
    pub fn finish(self) -> Vec<ExtraMessage> {
        self.kept
            .into_iter()
            .map(|kept| {
                let most = kept.fields.iter().map(|f| f.count).max().unwrap_or(0);
                ExtraMessage {
                    name: kept.of.to_owned(),
                    count: kept.count.max(most),
                    fields: kept
                        .fields
                        .into_iter()
                        .map(|f| ExtraField {
                            name: f.name,
                            sample: f.sample,
                        })
                        .collect(),
                }
            })
            .collect()
    }
}

/// The first letters of a text, on one line.
pub(crate) fn short(text: &str) -> String {
    text.split_whitespace()
        .flat_map(|word| std::iter::once(' ').chain(word.chars()))
        .skip(1)
        .take(MAX_LETTERS)
        .collect()
}
