//! Dates of the Gregorian calendar to seconds since 1970.

/// Seconds since 1970-01-01T00:00:00Z of a civil date and time in UTC; `None` if there is no such.
pub(super) fn unix_s(date: (i64, u32, u32), time: (u32, u32, u32)) -> Option<i64> {
    let ((year, month, day), (hour, minute, second)) = (date, time);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days_in_month).contains(&day) || !(1970..=2200).contains(&year) {
        return None;
    }
    // A leap second is the second after it.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days from 0000-03-01, so that the leap day ends its year.
    let (y, m) = if month > 2 {
        (year, i64::from(month) - 3)
    } else {
        (year - 1, i64::from(month) + 9)
    };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + i64::from(day) - 1;
    let since_1970 = days - 719_468;
    Some(since_1970 * 86_400 + i64::from(hour * 3600 + minute * 60 + second))
}

/// `2023-07-12T05:00:00.0`, `2023-07-12 05:00:00` or `2023-07-12` as seconds since 1970 with
/// milliseconds, read as UTC; noon where there is no time.
pub(super) fn iso_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let (date, time) = text.split_at_checked(10)?;
    let mut parts = date.split('-');
    let mut next = || parts.next()?.parse::<u32>().ok();
    let date = (i64::from(next()?), next()?, next()?);
    let time = time.trim_start_matches(['T', ' ']).trim_end_matches('Z');
    if time.is_empty() {
        return unix_s(date, (12, 0, 0)).map(|s| s * 1000);
    }
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = whole.split(':');
    let mut next = || parts.next()?.parse::<u32>().ok();
    let (hour, minute) = (next()?, next()?);
    let second = next().unwrap_or(0);
    let digits: String = fraction
        .chars()
        .take_while(char::is_ascii_digit)
        .chain("000".chars())
        .take(3)
        .collect();
    let ms: i64 = digits.parse().ok()?;
    Some(unix_s(date, (hour, minute, second))? * 1000 + ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates_are_right() {
        assert_eq!(unix_s((1970, 1, 1), (0, 0, 0)), Some(0));
        assert_eq!(unix_s((2000, 2, 29), (12, 0, 0)), Some(951_825_600));
        assert_eq!(unix_s((2016, 9, 11), (7, 2, 11)), Some(1_473_577_331));
        assert_eq!(unix_s((2024, 12, 31), (23, 59, 59)), Some(1_735_689_599));
        assert_eq!(unix_s((2023, 2, 29), (0, 0, 0)), None);
        assert_eq!(unix_s((2023, 13, 1), (0, 0, 0)), None);
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut last = unix_s((1971, 12, 31), (0, 0, 0)).unwrap();
        for year in 1972..2101 {
            for month in 1..=12 {
                for day in 1..=31 {
                    if let Some(s) = unix_s((year, month, day), (0, 0, 0)) {
                        assert_eq!(s, last + 86_400, "{year}-{month}-{day}");
                        last = s;
                    }
                }
            }
        }
    }

    #[test]
    fn iso_times_are_utc_and_dates_alone_are_noon() {
        assert_eq!(iso_ms("2023-07-12T05:00:00.0"), Some(1_689_138_000_000));
        assert_eq!(iso_ms("2023-07-12T05:00:00.25"), Some(1_689_138_000_250));
        assert_eq!(iso_ms("2023-07-12 05:00:00"), Some(1_689_138_000_000));
        assert_eq!(iso_ms("2023-07-12"), Some(1_689_163_200_000));
        for bad in [
            "",
            "2023",
            "2023-07-xx",
            "2023-07-12Tnoon",
            "日本日本日本日本",
        ] {
            assert_eq!(iso_ms(bad), None, "{bad}");
        }
    }
}
