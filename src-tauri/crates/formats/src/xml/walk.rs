//! Walks through the elements of a document and finds its way on after damage.
//!
//! Nothing recurses and nothing is expanded: nested elements cost a byte or two
//! of a stack each, entities a document declares for itself are left as they
//! are written, and text is borrowed unless a reference stands in it.

use super::extras::short;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;

/// After this many damaged places the rest is given up.
const MAX_DAMAGES: usize = 16;

/// What a format makes of elements: it gives each a place, and is told when
/// the element at a place ends.
pub(crate) trait Reading {
    /// Where in the format's structure an element stands.
    type Place: Copy;

    /// An element begins within another; `None` outside the root.
    fn open(&mut self, within: Option<Self::Place>, tag: &Tag<'_>) -> Self::Place;

    /// An element ends; `text` is what stood in it behind its last child,
    /// without blanks around it.
    fn close(&mut self, place: Self::Place, text: &str);

    /// Where in `rest`, which follows a damage, reading can begin anew; the
    /// elements to be thought open are put on `open`.
    fn resume(&mut self, rest: &str, open: &mut Vec<Self::Place>) -> Option<usize>;
}

/// The start of an element.
pub(crate) struct Tag<'a>(&'a BytesStart<'a>);

impl Tag<'_> {
    /// Its name without a namespace's prefix.
    pub fn name(&self) -> &str {
        let name = self.0.name().0;
        match name.bytes().position(|b| b == b':') {
            Some(colon) => &name[colon + 1..],
            None => name,
        }
    }

    /// Attributes by name without prefix, but those of XML itself.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut all = self.0.attributes();
        all.with_checks(false);
        all.flatten().filter_map(|a| {
            let name = a.key.0;
            let local = match name.split_once(':') {
                Some(("xmlns" | "xsi" | "xml", _)) => return None,
                Some((_, local)) => local,
                None if name == "xmlns" => return None,
                None => name,
            };
            let value = match a.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value,
                Err(_) => a.value,
            };
            Some((local, value))
        })
    }

    /// Whether there may be attributes besides the declaration of one namespace.
    pub fn says_something(&self) -> bool {
        let raw = self.0.attributes_raw().trim_ascii();
        let one_namespace =
            raw.starts_with("xmlns") && raw.bytes().filter(|b| *b == b'=').count() == 1;
        !raw.is_empty() && !one_namespace
    }

    /// The value of one attribute.
    pub fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attributes().find(|a| a.0 == name).map(|a| a.1)
    }
}

/// The next start of an element with one of the names, without a prefix.
pub(crate) fn next_start<'a>(text: &'a str, names: &[&str]) -> Option<(usize, &'a str)> {
    text.match_indices('<').find_map(|(at, _)| {
        let tail = &text[at + 1..];
        let end = tail.find(|c: char| !c.is_ascii_alphanumeric())?;
        let name = &tail[..end];
        names.contains(&name).then_some((at, name))
    })
}

/// A damaged place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Bytes of the text before it.
    pub offset: usize,
    /// What was found, without a full stop.
    pub reason: String,
    /// The text simply ended.
    pub cut_off: bool,
    /// Reading went on this many bytes later; else the rest is lost.
    pub skipped: Option<usize>,
}

/// Walks through all of a document; gives what was damaged in it.
pub(crate) fn walk<R: Reading>(text: &str, reading: &mut R) -> Vec<Damage> {
    let mut damages = Vec::new();
    let mut open = Vec::new();
    let mut from = 0;
    while let Err(mut damage) = pass(&text[from..], &mut open, reading) {
        damage.offset += from;
        let mut next = (damage.offset + 1).min(text.len());
        while !text.is_char_boundary(next) {
            next += 1;
        }
        if damages.len() < MAX_DAMAGES {
            damage.skipped = reading
                .resume(&text[next..], &mut open)
                .map(|at| next + at - damage.offset);
        }
        let resumed = damage.skipped.map(|s| damage.offset + s);
        // The end would have been found, had the text not gone on.
        damage.cut_off &= resumed.is_none();
        damages.push(damage);
        match resumed {
            Some(at) => from = at,
            None => break,
        }
    }
    damages
}

/// Text of an element while it grows.
enum Text<'a> {
    Borrowed(&'a str),
    Owned(String),
}

impl<'a> Text<'a> {
    fn clear(&mut self) {
        *self = Self::Borrowed("");
    }

    fn push(&mut self, piece: Cow<'a, str>) {
        match (&mut *self, piece) {
            (Self::Borrowed(""), Cow::Borrowed(piece)) => *self = Self::Borrowed(piece),
            (Self::Borrowed(before), piece) => *self = Self::Owned(format!("{before}{piece}")),
            (Self::Owned(before), piece) => before.push_str(&piece),
        }
    }

    fn get(&self) -> &str {
        match self {
            Self::Borrowed(text) => text.trim_ascii(),
            Self::Owned(text) => text.trim_ascii(),
        }
    }
}

/// Reads until the end or the first damage.
fn pass<R: Reading>(text: &str, open: &mut Vec<R::Place>, reading: &mut R) -> Result<(), Damage> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.trim_text_start = true;
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    let mut held = Text::Borrowed("");
    let mut pieces = false;
    let mut astray = None;
    loop {
        let before = position(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let place = reading.open(open.last().copied(), &Tag(&start));
                open.push(place);
                held.clear();
            }
            Ok(Event::Empty(start)) => {
                let place = reading.open(open.last().copied(), &Tag(&start));
                reading.close(place, "");
                held.clear();
            }
            Ok(Event::End(_)) => {
                if let Some(place) = open.pop() {
                    reading.close(place, held.get());
                }
                held.clear();
            }
            Ok(Event::Text(piece)) => {
                if open.is_empty() && piece.bytes().any(|b| !b.is_ascii_whitespace() && b != 0) {
                    astray.get_or_insert(before);
                }
                held.push(piece.into_inner());
                continue;
            }
            Ok(Event::CData(piece)) => {
                held.push(piece.into_inner());
                reader.config_mut().trim_text_start = false;
                pieces = true;
                continue;
            }
            Ok(Event::GeneralRef(reference)) => {
                held.push(Cow::Owned(resolved(&reference)));
                // A blank behind a reference belongs to the text.
                reader.config_mut().trim_text_start = false;
                pieces = true;
                continue;
            }
            Ok(Event::Eof) => break,
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Err(error) => {
                return Err(Damage {
                    offset: position(reader.error_position()).max(before),
                    cut_off: matches!(error, Error::Syntax(_)),
                    reason: reason(&error),
                    skipped: None,
                });
            }
        }
        if pieces {
            reader.config_mut().trim_text_start = true;
            pieces = false;
        }
    }
    if !open.is_empty() {
        open.clear();
        return Err(Damage {
            offset: text.len(),
            reason: "the end is missing".to_owned(),
            cut_off: true,
            skipped: None,
        });
    }
    match astray {
        Some(offset) => Err(Damage {
            offset,
            reason: "something that is no XML stands outside the document".to_owned(),
            cut_off: false,
            // All of it was read.
            skipped: None,
        }),
        None => Ok(()),
    }
}

fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// The letter of a reference; of entities only XML's own are known.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return letter.to_string();
    }
    match resolve_xml_entity(reference) {
        Some(text) => text.to_owned(),
        None => format!("&{};", &**reference),
    }
}

fn reason(error: &Error) -> String {
    match error {
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => format!(
            "the end of “{}” stands where that of “{}” was expected",
            short(found),
            short(expected)
        ),
        Error::Syntax(_) => "a tag has no end".to_owned(),
        _ => "a tag is not well-formed".to_owned(),
    }
}
