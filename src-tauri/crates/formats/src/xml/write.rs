//! Text of elements and numbers for the writers.

use super::number::POW10;
use paceline_model::{Channel, Recording, Values};
use std::fmt::Write;

/// Writes text of an element or an attribute; letters that XML cannot hold are left out.
pub(crate) fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Written as they are, attributes would lose them.
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
}

/// Writes an element that holds text.
pub(crate) fn element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    escape(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Writes an element that holds a number, if there is one.
pub(crate) fn number(out: &mut String, name: &str, value: Option<f64>, places: usize) {
    if let Some(value) = value.filter(|v| v.is_finite()) {
        element(out, name, &fixed(value, places));
    }
}

/// A number with at most so many decimal places.
pub(crate) fn fixed(value: f64, places: usize) -> String {
    trimmed(format!("{value:.places$}"))
}

fn trimmed(mut text: String) -> String {
    if text.contains('.') {
        let len = text.trim_end_matches('0').trim_end_matches('.').len();
        text.truncate(len);
    }
    if text == "-0" {
        text.remove(0);
    }
    text
}

/// A column as text, value by value.
pub(crate) struct Cells<'a> {
    values: &'a Values,
    /// The decimal places of its raw numbers, if that is all there is to its scale.
    exact: Option<usize>,
    places: usize,
    /// Noughts at the end are written too.
    in_full: bool,
}

impl<'a> Cells<'a> {
    /// The column of a channel, with at most so many places where it is not decimal.
    pub fn of(recording: &'a Recording, channel: &Channel, places: usize) -> Option<Self> {
        let values = &recording.series.column(channel)?.values;
        Some(Self::new(values, places))
    }

    /// The values with at most so many places where they are not decimal.
    pub fn new(values: &'a Values, places: usize) -> Self {
        let exact = match values {
            Values::Scaled { scale, offset, .. } if *offset == 0.0 => {
                POW10[..10].iter().position(|p| *p as f64 == *scale)
            }
            _ => None,
        };
        Self {
            values,
            exact,
            places,
            in_full: false,
        }
    }

    /// The column of a position. What are not decimals are semicircles, and get
    /// all the digits that tell them from decimals.
    pub fn position(recording: &'a Recording, channel: &Channel) -> Option<Self> {
        const BEYOND_A_SEMICIRCLE: usize = 9;
        Some(Self {
            in_full: true,
            ..Self::of(recording, channel, BEYOND_A_SEMICIRCLE)?
        })
    }

    /// The value of a row; `None` where there is none.
    pub fn text(&self, row: usize) -> Option<String> {
        match (self.values, self.exact) {
            (Values::Scaled { raw, .. }, Some(places)) => {
                let raw = *raw.get(row)?;
                (raw != Values::MISSING).then(|| decimal(raw, places))
            }
            (Values::Float(v), _) => {
                let value = *v.get(row)?;
                value.is_finite().then(|| trimmed(value.to_string()))
            }
            _ if self.in_full => {
                let places = self.places;
                self.values.get(row).map(|v| format!("{v:.places$}"))
            }
            _ => self.values.get(row).map(|v| fixed(v, self.places)),
        }
    }

    /// The value of a row as a whole number within bounds.
    pub fn whole(&self, row: usize, bounds: std::ops::RangeInclusive<f64>) -> Option<String> {
        let value = self.values.get(row)?.round();
        bounds.contains(&value).then(|| fixed(value, 0))
    }
}

/// `raw / 10^places`, exactly.
fn decimal(raw: i32, places: usize) -> String {
    let unit = POW10[places];
    let whole = i64::from(raw).abs();
    let sign = if raw < 0 { "-" } else { "" };
    let mut text = format!("{sign}{}", whole / unit);
    if places > 0 {
        let _ = write!(text, ".{:0places$}", whole % unit);
    }
    trimmed(text)
}

/// The stretches of rows between pauses of the timer.
pub(crate) fn runs(recording: &Recording) -> Vec<std::ops::Range<usize>> {
    let times = &recording.series.time_ms;
    let mut edges = vec![0];
    let mut stopped = None;
    for event in &recording.timer {
        match (event.running, stopped) {
            (false, None) => stopped = Some(event.at_ms),
            (true, Some(stop)) => {
                stopped = None;
                if event.at_ms > stop {
                    edges.push(times.partition_point(|t| *t <= stop));
                }
            }
            _ => {}
        }
    }
    edges.push(times.len());
    edges.sort_unstable();
    edges
        .windows(2)
        .map(|w| w[0]..w[1])
        .filter(|r| !r.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_numbers_are_written_exactly_and_short() {
        for (raw, places, text) in [
            (375_405_270, 7, "37.540527"),
            (-1, 7, "-0.0000001"),
            (4800, 3, "4.8"),
            (0, 3, "0"),
            (-5000, 3, "-5"),
            (120, 0, "120"),
        ] {
            assert_eq!(decimal(raw, places), text);
        }
        assert_eq!(fixed(-0.000_01, 3), "0");
        assert_eq!(fixed(25.6, 3), "25.6");
    }

    #[test]
    fn text_is_escaped_and_stripped_of_what_xml_cannot_hold() {
        let mut out = String::new();
        escape(&mut out, "<a & \"b\">\n\u{1}é");
        assert_eq!(out, "&lt;a &amp; &quot;b&quot;&gt;&#10;é");
    }
}
