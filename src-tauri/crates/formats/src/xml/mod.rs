//! What the XML formats share: from bytes to text, through its elements to
//! columns, and from columns to the series of a recording. Which element means
//! what is the formats' own.

mod column;
pub(crate) mod extras;
pub(crate) mod fields;
pub(crate) mod layout;
pub(crate) mod number;
pub(crate) mod points;
mod text;
pub(crate) mod walk;
pub(crate) mod words;
pub(crate) mod write;

use crate::FormatError;
use paceline_model::{Warning, WarningCode};
use quick_xml::Reader;
use quick_xml::events::Event;
pub(crate) use text::decode;
use walk::Damage;

/// How far into a file its root element is looked for.
const ROOT_WITHIN: usize = 64 << 10;

/// The name of a document's root element, without prefix; `None` where the
/// bytes are no XML.
pub(crate) fn root(bytes: &[u8]) -> Option<String> {
    let (head, _) = decode(&bytes[..bytes.len().min(ROOT_WITHIN)]);
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\0');
    if !head.starts_with('<') {
        return None;
    }
    let mut reader = Reader::from_str(head);
    reader.config_mut().allow_dangling_amp = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                return Some(tag.local_name().as_ref().to_owned());
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// What to say of damaged places; `replaced` if letters had to be.
pub(crate) fn warnings(damages: &[Damage], text: &str, replaced: bool) -> Vec<Warning> {
    let mut out: Vec<Warning> = damages.iter().map(|d| warning(d, text)).collect();
    if replaced {
        out.push(Warning {
            code: WarningCode::Damaged,
            message: "Some bytes are no letters of the file's encoding; “�” stands for them."
                .to_owned(),
        });
    }
    out
}

fn warning(damage: &Damage, text: &str) -> Warning {
    let line = 1 + text.as_bytes()[..damage.offset.min(text.len())]
        .iter()
        .filter(|&&b| b == b'\n')
        .count();
    let place = format!("byte {} (line {line})", damage.offset);
    let (code, message) = match (damage.cut_off, damage.skipped) {
        (true, _) => (
            WarningCode::Truncated,
            format!(
                "The file breaks off: {} at {place}. Everything before it was read.",
                damage.reason
            ),
        ),
        (false, Some(bytes)) => (
            WarningCode::Damaged,
            format!(
                "The file is damaged at {place}: {}. {bytes} bytes were skipped; what stands before and behind them was read.",
                damage.reason
            ),
        ),
        (false, None) => (
            WarningCode::Damaged,
            format!(
                "The file is damaged at {place}: {}. Everything before it was read.",
                damage.reason
            ),
        ),
    };
    Warning { code, message }
}

/// Why a file gave nothing at all: damage, if there was any.
pub(crate) fn nothing(format: &str, damages: Vec<Damage>) -> FormatError {
    match damages.into_iter().next() {
        Some(damage) => FormatError::Damaged {
            format: format.to_owned(),
            offset: damage.offset as u64,
            reason: damage.reason,
        },
        None => FormatError::NoActivity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_behind_blanks_declaration_and_comments() {
        for text in [
            "<gpx/>",
            "   \r\n<?xml version=\"1.0\"?><!-- <wrong/> --><!DOCTYPE gpx []><x:gpx a='1'>",
            "\u{feff}<gpx>",
        ] {
            assert_eq!(root(text.as_bytes()).as_deref(), Some("gpx"), "{text}");
        }
        for text in [
            "",
            "gpx",
            "{\"gpx\": 1}",
            "<?xml version=\"1.0\"?>",
            "<!-- ",
        ] {
            assert_eq!(root(text.as_bytes()), None, "{text}");
        }
    }
}
