//! Bytes of an XML file to text: byte order marks, declared encodings, and
//! files that are not in the encoding they declare.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// How far into a file its declaration is looked for: behind it nothing but blanks may come before.
const DECLARATION_WITHIN: usize = 1024;

/// The text, and whether bytes that are none in its encoding had to be replaced.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[mark..]);
    }
    // Without a mark, every other byte of the first tag gives it away.
    match bytes {
        [b'<', 0, _, 0, ..] => return decode_as(UTF_16LE, bytes),
        [0, b'<', 0, _, ..] => return decode_as(UTF_16BE, bytes),
        _ => {}
    }
    match declared(&bytes[..bytes.len().min(DECLARATION_WITHIN)]) {
        // The declaration was read byte by byte, so the file cannot be UTF-16.
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => {
            decode_as(encoding, bytes)
        }
        _ => decode_as(UTF_8, bytes),
    }
}

fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, bool) {
    if encoding != UTF_8 {
        return encoding.decode_without_bom_handling(bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        // Cut off within a letter: the end will be missed anyway.
        Err(e) if e.error_len().is_none() => {
            let whole = &bytes[..e.valid_up_to()];
            (String::from_utf8_lossy(whole), false)
        }
        Err(_) => {
            let has_wide = bytes.utf8_chunks().any(|c| !c.valid().is_ascii());
            if has_wide {
                (String::from_utf8_lossy(bytes), true)
            } else {
                // Not one letter beyond ASCII is UTF-8: a program that wrote its own code page.
                WINDOWS_1252.decode_without_bom_handling(bytes)
            }
        }
    }
}

/// The encoding an XML declaration names.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let at = |needle: &[u8], within: &[u8]| within.windows(needle.len()).position(|w| w == needle);
    let declaration = &head[at(b"<?xml", head)?..];
    let declaration = &declaration[..at(b"?>", declaration)?];
    let value = &declaration[at(b"encoding", declaration)? + b"encoding".len()..];
    let open = value.iter().position(|&b| matches!(b, b'"' | b'\''))?;
    let label = &value[open + 1..];
    let close = label.iter().position(|&b| b == value[open])?;
    Encoding::for_label(&label[..close])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|u| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>Mālpils</a>";
        for big in [false, true] {
            assert_eq!(decode(&utf16(text, big)).0, text);
            let marked = format!("\u{feff}{text}");
            assert_eq!(decode(&utf16(&marked, big)).0, text);
        }
    }

    #[test]
    fn a_declared_code_page_is_read() {
        let bytes = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>K\xf6ln</a>";
        assert!(decode(bytes).0.ends_with("<a>Köln</a>"));
        let wrong = b"<?xml version='1.0' encoding='UTF-16'?><a>K</a>";
        assert!(decode(wrong).0.ends_with("<a>K</a>"));
    }

    #[test]
    fn a_code_page_that_calls_itself_utf_8_is_found_out() {
        let (text, replaced) = decode(b"<?xml version='1.0' encoding='utf-8'?><a>K\xf6ln</a>");
        assert!(text.ends_with("<a>Köln</a>"));
        assert!(!replaced);
    }

    #[test]
    fn damaged_letters_are_replaced_and_cut_ones_left_out() {
        let (text, replaced) = decode(b"<a>K\xc3\xb6ln \xff</a>");
        assert_eq!((&*text, replaced), ("<a>Köln \u{fffd}</a>", true));
        assert_eq!(decode(b"<a>K\xc3").0, "<a>K");
    }

    #[test]
    fn a_utf_8_mark_is_taken_off() {
        assert_eq!(decode(b"\xef\xbb\xbf<a/>").0, "<a/>");
    }
}
