//! Reading JSON whose shape nobody promises: element by element, so that one
//! that is odd costs nothing but itself and a file cut short gives what comes
//! before the cut.

use crate::exports::civil;
use serde::de::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Calls `each` with every element of every array under `key`, or of the outermost array where
/// `key` is empty or absent. Gives the place of the damage, if any.
pub(super) fn elements<'t>(
    text: &'t str,
    key: &str,
    mut each: impl FnMut(&'t str),
) -> Option<usize> {
    let quoted = format!("\"{key}\"");
    let mut at = 0;
    let mut keyed = false;
    while !key.is_empty()
        && let Some(found) = text[at..].find(&quoted)
    {
        let after = at + found + quoted.len();
        let rest = text[after..].trim_start();
        let rest = rest.strip_prefix(':').map_or(rest, str::trim_start);
        at = after;
        if let Some(inside) = rest.strip_prefix('[') {
            keyed = true;
            let start = text.len() - inside.len();
            match array(text, start, &mut each) {
                Ok(end) => at = end,
                Err(damage) => return Some(damage),
            }
        }
    }
    if keyed {
        return None;
    }
    match text.trim_start().strip_prefix('[') {
        Some(inside) => array(text, text.len() - inside.len(), &mut each).err(),
        None => Some(0),
    }
}

/// The elements from `at` on; gives where the array ends.
fn array<'t>(text: &'t str, mut at: usize, each: &mut impl FnMut(&'t str)) -> Result<usize, usize> {
    loop {
        let rest = text[at..].trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        at = text.len() - rest.len();
        if rest.starts_with(']') {
            return Ok(at + 1);
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        match values.next() {
            Some(Ok(value)) => {
                each(value.get());
                at += values.byte_offset();
            }
            _ => return Err(at),
        }
    }
}

/// A number however it is written; anything else is none.
pub(super) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(n) => n.as_f64().filter(|n| n.is_finite()),
        Value::String(s) => s.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    })
}

/// A text that is not blank; anything else is none.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(s) if !s.trim().is_empty() => Some(s.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    })
}

pub(super) fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(from)?.as_bool().unwrap_or(false))
}

/// Milliseconds since 1970 of a time in any of the shapes that have been seen: a number, ISO text,
/// `[year, month, day, hour, minute, second, nanoseconds]`, or one of these as `date`.
pub(super) fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(instant_of(&Value::deserialize(from)?))
}

fn instant_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => {
            let n = n.as_f64()?;
            // Seconds until 2033 are below, milliseconds since 2001 above.
            let ms = if n.abs() < 1e12 { n * 1000.0 } else { n };
            (ms > 0.0 && ms < 1e14).then_some(ms as i64)
        }
        Value::String(s) => civil::iso_ms(s),
        Value::Array(parts) => {
            let part = |i: usize| match parts.get(i) {
                Some(n) => n.as_u64().and_then(|n| u32::try_from(n).ok()),
                None if i > 2 => Some(0),
                None => None,
            };
            let date = (i64::from(part(0)?), part(1)?, part(2)?);
            let time = if parts.len() > 3 {
                (part(3)?, part(4)?, part(5)?)
            } else {
                (12, 0, 0)
            };
            civil::unix_s(date, time).map(|s| s * 1000)
        }
        Value::Object(fields) => fields.get("date").and_then(instant_of),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, key: &str) -> (Vec<String>, Option<usize>) {
        let mut found = Vec::new();
        let damage = elements(text, key, |e| found.push(e.to_owned()));
        (found, damage)
    }

    #[test]
    fn elements_are_found_under_their_key_or_at_the_top() {
        let nested = r#"[{"list":[{"a":1},{"a":[2]}]},{"list":[{"a":3}]}]"#;
        let (found, damage) = all(nested, "list");
        assert_eq!(found, [r#"{"a":1}"#, r#"{"a":[2]}"#, r#"{"a":3}"#]);
        assert_eq!(damage, None);
        assert_eq!(all("[1, 2]", "list").0, ["1", "2"]);
        assert_eq!(all(" [] ", ""), (vec![], None));
    }

    #[test]
    fn a_file_cut_short_gives_what_comes_before() {
        let (found, damage) = all(r#"[{"list":[{"a":1},{"a":2},{"a"#, "list");
        assert_eq!(found.len(), 2);
        assert!(damage.is_some());
        assert_eq!(all("not json", "").1, Some(0));
    }

    #[test]
    fn times_are_understood_in_every_shape() {
        let at = |json: &str| instant_of(&serde_json::from_str(json).unwrap());
        let expected = Some(1_689_138_000_000);
        assert_eq!(at("1689138000000"), expected);
        assert_eq!(at("1689138000"), expected);
        assert_eq!(at("1689138000000.0"), expected);
        assert_eq!(at("\"2023-07-12T05:00:00.0\""), expected);
        assert_eq!(at("[2023, 7, 12, 5, 0, 0, 6000000]"), expected);
        assert_eq!(at("{\"date\": \"2023-07-12T05:00:00.0\"}"), expected);
        for none in ["null", "-1", "[]", "\"soon\"", "{}", "[2023, -7, 1]"] {
            assert_eq!(at(none), None, "{none}");
        }
    }
}
