//! The dates of Strava's list. They are UTC, written the way of the account's
//! language: `Sep 11, 2016, 7:02:11 AM`, `09.12.2022, 15:24:49`,
//! `1 juil. 2026, 03:45:40`, `9 de mai. de 2026, 00:03:01`, `2018-09-12 15:02:23`.
//!
//! Numbers and month names settle nearly all of them without knowing the
//! language; only of `3/4/2024` nothing says which is the day.

use crate::exports::civil::unix_s;

/// What comes first in dates written with slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Day,
    Month,
}

#[derive(Debug, Default)]
struct Pieces {
    /// Value and number of digits.
    numbers: Vec<(u32, usize)>,
    month: Option<u32>,
    afternoon: Option<bool>,
    slashes: bool,
}

fn pieces(text: &str) -> Option<Pieces> {
    let mut out = Pieces::default();
    let mut rest = text.trim();
    let mut last_word = String::new();
    while let Some(c) = rest.chars().next() {
        let end = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        if c.is_ascii_digit() {
            let n = end(|c| c.is_ascii_digit());
            out.numbers.push((rest[..n].parse().ok()?, n));
            rest = &rest[n..];
        } else if c.is_alphabetic() {
            let n = end(char::is_alphabetic);
            let word = super::fold(&rest[..n]);
            match word.as_str() {
                "am" | "上午" | "午前" | "오전" => out.afternoon = Some(false),
                "pm" | "下午" | "午後" | "오후" => out.afternoon = Some(true),
                "m" if last_word == "a" => out.afternoon = Some(false),
                "m" if last_word == "p" => out.afternoon = Some(true),
                _ if out.month.is_none() => out.month = month(&word),
                _ => {}
            }
            last_word = word;
            rest = &rest[n..];
        } else {
            out.slashes |= c == '/';
            rest = &rest[c.len_utf8()..];
        }
    }
    Some(out)
}

/// The month whose name or abbreviation begins so, in the languages Strava speaks.
fn month(word: &str) -> Option<u32> {
    if let Some(rest) = word.strip_prefix("jui") {
        return Some(if rest.starts_with('n') { 6 } else { 7 });
    }
    let start: String = word.chars().take(3).collect();
    Some(match start.as_str() {
        "jan" | "gen" | "ene" => 1,
        "feb" | "fev" => 2,
        "mar" | "mrt" | "mrz" => 3,
        "apr" | "avr" | "abr" => 4,
        "may" | "mai" | "mag" | "mei" | "maj" => 5,
        "jun" | "giu" => 6,
        "jul" | "lug" => 7,
        "aug" | "aou" | "ago" => 8,
        "sep" | "set" => 9,
        "oct" | "okt" | "ott" | "out" => 10,
        "nov" => 11,
        "dec" | "dez" | "dic" | "des" => 12,
        _ => return None,
    })
}

/// What a date written with slashes says of the order, if anything.
pub(super) fn order(text: &str) -> Option<Order> {
    let p = pieces(text)?;
    match p.numbers.as_slice() {
        [(a, _), (b, _), (_, 4), ..] if p.slashes && p.month.is_none() => match (a, b) {
            (13.., _) => Some(Order::Day),
            (_, 13..) => Some(Order::Month),
            _ => None,
        },
        _ => None,
    }
}

/// Whether nothing in the date says which number is the day.
pub(super) fn needs_order(text: &str) -> bool {
    pieces(text).is_some_and(|p| {
        p.slashes
            && p.month.is_none()
            && matches!(p.numbers.as_slice(), [(a, _), (b, _), (_, 4), ..] if a != b)
    })
}

/// Seconds since 1970.
pub(super) fn parse(text: &str, order: Order) -> Option<i64> {
    let p = pieces(text)?;
    let n = &p.numbers;
    let (date, used) = match (p.month, n.as_slice()) {
        // `9 mei 2026`, `Sep 11, 2016`, and the year first.
        (Some(month), [(day, _), (year, 4), ..] | [(year, 4), (day, _), ..]) => {
            ((i64::from(*year), month, *day), 2)
        }
        (None, [(year, 4), (month, _), (day, _), ..]) => ((i64::from(*year), *month, *day), 3),
        (None, [(a, _), (b, _), (year, 4), ..]) => {
            let month_first = p.slashes && order == Order::Month;
            let (day, month) = if month_first { (*b, *a) } else { (*a, *b) };
            ((i64::from(*year), month, day), 3)
        }
        _ => return None,
    };
    let clock = |i: usize| n.get(used + i).map_or(0, |x| x.0);
    let hour = match (p.afternoon, clock(0)) {
        (Some(false), 12) => 0,
        (Some(true), h) if h < 12 => h + 12,
        (_, h) => h,
    };
    unix_s(date, (hour, clock(1), clock(2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dates_of_every_language_are_the_same_instant() {
        let instant = unix_s((2026, 5, 9), (15, 3, 1));
        for text in [
            "May 9, 2026, 3:03:01 PM",
            "May 9, 2026, 3:03:01\u{202f}PM",
            "9 May 2026, 15:03:01",
            "09.05.2026, 15:03:01",
            "9 mai 2026, 15:03:01",
            "9 mai 2026 à 15:03:01",
            "9 mei 2026, 15:03:01",
            "9 may 2026, 15:03:01",
            "9 may 2026, 3:03:01 p. m.",
            "9 mag 2026, 15:03:01",
            "9 de mai. de 2026, 15:03:01",
            "9. maj 2026 kl. 15.03.01",
            "2026-05-09 15:03:01",
            "2026/05/09 15:03:01",
            "2026年5月9日 15:03:01",
            "2026年5月9日 下午3:03:01",
            "9/5/2026, 15:03:01",
        ] {
            assert_eq!(parse(text, Order::Day), instant, "{text}");
        }
        assert_eq!(parse("5/9/2026, 3:03:01 PM", Order::Month), instant);
    }

    #[test]
    fn every_month_is_known_in_the_languages_of_the_exports() {
        let names = [
            "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
            "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
            "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
            "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
            "ene feb mar abr may jun jul ago sept oct nov dic",
            "gen feb mar apr mag giu lug ago set ott nov dic",
            "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
            "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. des.",
        ];
        for language in names {
            for (i, name) in language.split(' ').enumerate() {
                let month = i as u32 + 1;
                assert_eq!(
                    parse(&format!("3 {name} 2024, 00:00:00"), Order::Day),
                    unix_s((2024, month, 3), (0, 0, 0)),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn midnight_and_noon_are_told_apart() {
        let at = |t: &str| parse(t, Order::Month);
        assert_eq!(
            at("Jan 5, 2012, 12:10:00 AM"),
            unix_s((2012, 1, 5), (0, 10, 0))
        );
        assert_eq!(
            at("Jan 5, 2012, 12:10:00 PM"),
            unix_s((2012, 1, 5), (12, 10, 0))
        );
    }

    #[test]
    fn slashes_are_settled_by_any_day_beyond_the_twelfth() {
        assert_eq!(order("13/1/2024, 10:00"), Some(Order::Day));
        assert_eq!(order("1/13/2024, 10:00 AM"), Some(Order::Month));
        assert_eq!(order("1/2/2024, 10:00"), None);
        assert_eq!(order("01.02.2024, 10:00"), None);
        assert!(needs_order("1/2/2024") && !needs_order("2/2/2024") && !needs_order("1.2.2024"));
    }

    #[test]
    fn nonsense_is_no_date() {
        for text in [
            "",
            "yesterday",
            "99999999999999999999",
            "32 Jan 2020",
            "1 2",
            "date",
            "Jan 2020",
        ] {
            assert_eq!(parse(text, Order::Day), None, "{text}");
        }
    }
}
