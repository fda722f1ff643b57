//! `activities.csv`, the list of activities in Strava's export of an account.

mod columns;
mod dates;
mod types;

use super::{Failure, Listing};
use crate::FormatError;
use columns::{Column, Layout};
use dates::Order;
use paceline_model::{
    AccountEntry, ExtraField, ExtraMessage, Instant, RecordedTotals, Recording, Sport, Warning,
    WarningCode,
};

/// More rows than anybody has activities.
const MAX_ROWS: usize = 500_000;
/// Rows looked at to find out what the columns hold.
const SAMPLE: usize = 200;

/// Lower case without accents, for comparing words of several languages.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !matches!(c, '\u{300}'..='\u{36f}'))
        .map(|c| match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
            'ç' => 'c',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ñ' => 'n',
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            c => c,
        })
        .collect()
}

/// Reads the list. Times are UTC, as Strava writes them.
///
/// # Errors
/// [`FormatError::Empty`]; [`FormatError::NotRecognised`] if it is no list of Strava's.
pub fn activities(file_name: &str, bytes: &[u8]) -> Result<Listing, FormatError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(FormatError::Empty);
    }
    let not_recognised = || FormatError::NotRecognised {
        name: file_name.to_owned(),
    };
    let mut rows = rows(bytes);
    let header = rows.next().ok_or_else(not_recognised)?;
    let rows: Vec<Vec<String>> = rows.take(MAX_ROWS).collect();
    let sample = &rows[..rows.len().min(SAMPLE)];
    let layout = Layout::of(&header, sample).ok_or_else(not_recognised)?;
    let mut listing = Listing::default();
    if layout.language.is_none() {
        listing.warnings.push(Warning {
            code: WarningCode::Other,
            message: format!(
                "The list's columns are named in a language that Paceline does not know (“{}”), so they were taken by their order. Check a few titles and distances.",
                header.first().map_or("", String::as_str)
            ),
        });
    }
    let order = order(&layout, &rows, &mut listing.warnings);
    for (i, row) in rows.iter().enumerate() {
        if row.iter().all(|v| v.trim().is_empty()) {
            continue;
        }
        match entry(&layout, row, order) {
            Ok(entry) => listing.entries.push(entry),
            // The header is the first line.
            Err(why) => listing.failures.push(Failure {
                which: format!("row {}", i + 2),
                why,
            }),
        }
    }
    Ok(listing)
}

/// Rows of fields, whatever separates them; bytes that are no UTF-8 are replaced.
fn rows(bytes: &[u8]) -> impl Iterator<Item = Vec<String>> + '_ {
    let head = bytes.split(|b| *b == b'\n').next().unwrap_or(bytes);
    let count = |c: u8| head.iter().filter(|b| **b == c).count();
    // A list saved again by a spreadsheet may have another separator.
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|c| (count(*c), *c == b','))
        .unwrap_or(b',');
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(bytes)
        .into_byte_records()
        .map_while(Result::ok)
        .map(|record| {
            record
                .iter()
                .map(|field| String::from_utf8_lossy(field).into_owned())
                .collect()
        })
}

/// Which number of `3/4/2024` is the day: what any row says, else what goes with the clock.
fn order(layout: &Layout, rows: &[Vec<String>], warnings: &mut Vec<Warning>) -> Order {
    let dates = || rows.iter().filter_map(|r| layout.get(r, Column::Date));
    if let Some(order) = dates().find_map(dates::order) {
        return order;
    }
    let Some(unclear) = dates().find(|d| dates::needs_order(d)) else {
        return Order::Day;
    };
    let american = unclear.to_ascii_uppercase().ends_with('M');
    warnings.push(Warning {
        code: WarningCode::Other,
        message: format!(
            "Nothing in the list says whether “{unclear}” begins with the day or the month; it was read as the {}.",
            if american { "month" } else { "day" }
        ),
    });
    if american { Order::Month } else { Order::Day }
}

fn entry(layout: &Layout, row: &[String], order: Order) -> Result<AccountEntry, String> {
    let get = |column| layout.get(row, column);
    let english = layout.groups_by_comma();
    let number = |column| get(column).and_then(|text| decimal(text, english));
    let positive = |column| number(column).filter(|n| *n > 0.0);
    let id = get(Column::Id).ok_or("It has no activity id.")?;
    let file = get(Column::Filename).map(|f| f.replace('\\', "/"));
    let date = get(Column::Date);
    let start = date.and_then(|d| dates::parse(d, order));
    if start.is_none() && file.is_none() {
        return Err(match date {
            Some(date) => format!("“{date}” is no date that Paceline can read."),
            None => "It has neither a date nor a file.".to_owned(),
        });
    }
    let kind = get(Column::Type);
    let (sport, finer) = kind.and_then(types::sport).unwrap_or_default();
    // The shown distance is in km, but swims are shown in metres.
    let shown_scale = if layout.shows_metres() || sport == Sport::Swimming {
        1.0
    } else {
        1000.0
    };
    let elapsed_s = positive(Column::Elapsed).or_else(|| positive(Column::ShownElapsed));
    let distance_m = if layout.place(Column::Distance).is_some() {
        positive(Column::Distance)
    } else {
        positive(Column::ShownDistance).map(|d| d * shown_scale)
    };
    Ok(AccountEntry {
        id: id.to_owned(),
        file,
        recording: Recording {
            start: start.map_or(Instant(0), Instant::from_unix_s),
            timed: start.is_some(),
            sport,
            sub_sport: finer,
            name: get(Column::Name).map(str::to_owned),
            notes: notes(get(Column::Description), get(Column::PrivateNote)),
            totals: RecordedTotals {
                elapsed_s,
                timer_s: positive(Column::Moving).or(elapsed_s),
                distance_m,
                ascent_m: number(Column::Gain).filter(|g| *g > 0.0 || distance_m.is_some()),
                descent_m: number(Column::Loss).filter(|g| *g > 0.0 || distance_m.is_some()),
                calories_kcal: positive(Column::Calories),
                avg_hr: positive(Column::AverageHeartRate),
                max_hr: positive(Column::MaxHeartRate),
                avg_power: positive(Column::AverageWatts),
                max_power: positive(Column::MaxWatts),
                avg_cadence: positive(Column::AverageCadence),
                avg_speed: positive(Column::AverageSpeed),
                max_speed: positive(Column::MaxSpeed),
                ..RecordedTotals::default()
            },
            extra: vec![facts(id, kind, &get)],
            ..Recording::default()
        },
    })
}

fn notes(description: Option<&str>, private: Option<&str>) -> Option<String> {
    match (description, private) {
        (Some(d), Some(p)) => Some(format!("{d}\n\nPrivate note: {p}")),
        (Some(d), None) => Some(d.to_owned()),
        (None, Some(p)) => Some(format!("Private note: {p}")),
        (None, None) => None,
    }
}

/// What Strava says that no field of a recording holds.
fn facts<'r>(
    id: &str,
    kind: Option<&str>,
    get: &impl Fn(Column) -> Option<&'r str>,
) -> ExtraMessage {
    let commute = get(Column::Commute).is_some_and(|c| {
        c.eq_ignore_ascii_case("true") || decimal(c, false).is_some_and(|n| n == 1.0)
    });
    let fields = [
        ("Activity id", Some(id)),
        ("Type", kind),
        ("Gear", get(Column::Gear)),
        ("Commute", commute.then_some("yes")),
        ("Weighted average power [W]", get(Column::WeightedWatts)),
        ("Perceived exertion", get(Column::Exertion)),
    ];
    ExtraMessage {
        name: "Strava".to_owned(),
        count: 1,
        fields: fields
            .into_iter()
            .filter_map(|(name, value)| {
                Some(ExtraField {
                    name: name.to_owned(),
                    sample: value?.to_owned(),
                })
            })
            .collect(),
    }
}

/// A number with a decimal point or comma, and whatever groups its thousands; of `1,500` only the
/// language says which the comma is.
fn decimal(text: &str, groups_by_comma: bool) -> Option<f64> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’'))
        .collect();
    let plain = match (text.rfind('.'), text.rfind(',')) {
        (Some(point), Some(comma)) if comma > point => text.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => text.replace(',', ""),
        (None, Some(comma)) => {
            let grouped = groups_by_comma && text.len() - comma == 4;
            let several = text.matches(',').count() > 1;
            text.replace(',', if grouped || several { "" } else { "." })
        }
        (Some(_), None) if text.matches('.').count() > 1 => text.replace('.', ""),
        _ => text,
    };
    plain.parse::<f64>().ok().filter(|n| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_notation() {
        for (text, number) in [
            ("15200.0", Some(15_200.0)),
            ("9,44", Some(9.44)),
            ("1.234,5", Some(1234.5)),
            ("1,234.5", Some(1234.5)),
            ("1\u{202f}234,5", Some(1234.5)),
            ("1’234.5", Some(1234.5)),
            ("1,234,567", Some(1_234_567.0)),
            ("-3", Some(-3.0)),
            ("", None),
            ("NaN", None),
            ("inf", None),
            ("ten", None),
        ] {
            assert_eq!(decimal(text, false), number, "{text}");
        }
        assert_eq!(decimal("1,500", true), Some(1500.0));
        assert_eq!(decimal("9,44", true), Some(9.44));
    }
}
