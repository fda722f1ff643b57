//! Numbers and instants as XML writes them, exactly and without a detour over
//! floating point.

/// `mantissa / 10^digits`, as many digits as were written, at most eighteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub mantissa: i64,
    pub digits: u32,
}

/// Powers of ten up to the largest an `i64` holds.
pub(crate) const POW10: [i64; 19] = {
    let mut powers = [1i64; 19];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// Beyond this the next digit might not fit.
const FULL: i64 = (i64::MAX - 9) / 10;

impl Decimal {
    /// Reads a decimal number; blanks around it, an exponent and a decimal comma are tolerated.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.trim_ascii().as_bytes();
        let (negative, unsigned) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, bytes),
        };
        let mut mantissa = 0i64;
        let mut digits = 0u32;
        let mut any = false;
        let mut point = false;
        let mut exponent = 0i32;
        for (i, &b) in unsigned.iter().enumerate() {
            match b {
                b'0'..=b'9' => {
                    any = true;
                    if mantissa > FULL || digits == 18 {
                        // Before the point it is longer than anything that was measured.
                        if !point {
                            return None;
                        }
                        continue;
                    }
                    mantissa = mantissa * 10 + i64::from(b - b'0');
                    digits += u32::from(point);
                }
                b'.' | b',' if !point => point = true,
                b'e' | b'E' if any => {
                    exponent = std::str::from_utf8(&unsigned[i + 1..]).ok()?.parse().ok()?;
                    break;
                }
                _ => return None,
            }
        }
        if !any {
            return None;
        }
        let mantissa = if negative { -mantissa } else { mantissa };
        let number = Self { mantissa, digits };
        if exponent == 0 {
            Some(number)
        } else {
            number.shifted(exponent)
        }
    }

    /// Times ten to the `exponent`.
    fn shifted(mut self, exponent: i32) -> Option<Self> {
        if self.mantissa == 0 {
            return Some(Self {
                mantissa: 0,
                digits: 0,
            });
        }
        let digits = i32::try_from(self.digits).ok()?.checked_sub(exponent)?;
        if digits < 0 {
            let factor = POW10.get(digits.unsigned_abs() as usize)?;
            self.mantissa = self.mantissa.checked_mul(*factor)?;
            self.digits = 0;
        } else {
            self.digits = digits.unsigned_abs();
            while self.digits > 18 {
                self.mantissa /= 10;
                self.digits -= 1;
                if self.mantissa == 0 {
                    self.digits = 0;
                }
            }
        }
        Some(self)
    }

    /// Without zeros at its end.
    pub fn shortened(mut self) -> Self {
        while self.digits > 0 && self.mantissa % 10 == 0 {
            self.mantissa /= 10;
            self.digits -= 1;
        }
        self
    }

    /// `value × 10^digits`, rounded; `None` beyond an `i64`.
    pub fn scaled(self, digits: u32) -> Option<i64> {
        if self.digits <= digits {
            let factor = POW10.get((digits - self.digits) as usize)?;
            return self.mantissa.checked_mul(*factor);
        }
        let divisor = *POW10.get((self.digits - digits) as usize)?;
        let half = if self.mantissa < 0 {
            -divisor / 2
        } else {
            divisor / 2
        };
        Some(self.mantissa.checked_add(half)? / divisor)
    }

    #[allow(clippy::cast_precision_loss)]
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / POW10[self.digits as usize] as f64
    }
}

/// A number in text, `None` where it is none or has no value.
pub(crate) fn number(text: &str) -> Option<f64> {
    Decimal::parse(text).map(Decimal::to_f64)
}

/// Milliseconds since the Unix epoch, and seconds east of UTC where a zone other than UTC is written.
pub(crate) type Written = (i64, Option<i32>);

/// Reads an instant of ISO 8601: a zone or none (which is UTC), parts of seconds or none.
pub(crate) fn instant(text: &str) -> Option<Written> {
    let b = text.trim_ascii().as_bytes();
    if b.len() < 19 || b[4] != b'-' || b[7] != b'-' || b[13] != b':' || b[16] != b':' {
        return None;
    }
    if !matches!(b[10], b'T' | b't' | b' ') {
        return None;
    }
    let two = |at: usize| {
        let (tens, ones) = (b[at].wrapping_sub(b'0'), b[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
    };
    let year = two(0)? * 100 + two(2)?;
    let (month, day) = (two(5)?, two(8)?);
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let (ms, zone) = fraction(&b[19..])?;
    let offset = offset_s(zone)?;
    let local = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    let utc = (local - i64::from(offset)) * 1000 + ms;
    Some((utc, (offset != 0).then_some(offset)))
}

/// Milliseconds of `.123456`, and what follows.
fn fraction(b: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', rest @ ..] = b else {
        return Some((0, b));
    };
    let len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut tenths_ms = 0;
    for i in 0..4 {
        tenths_ms = tenths_ms * 10 + rest[..len].get(i).map_or(0, |b| i64::from(b - b'0'));
    }
    Some(((tenths_ms + 5) / 10, &rest[len..]))
}

/// Seconds east of UTC of `Z`, `+02:00`, `-0330`, `+05` or nothing.
fn offset_s(zone: &[u8]) -> Option<i32> {
    let (sign, rest) = match zone {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let two = |t: u8, o: u8| {
        (t.is_ascii_digit() && o.is_ascii_digit())
            .then(|| i32::from(t - b'0') * 10 + i32::from(o - b'0'))
    };
    let (hours, minutes) = match *rest {
        [a, b] => (two(a, b)?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (two(a, b)?, two(c, d)?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Days since 1970-01-01 of a civil date, proleptic Gregorian.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// Writes an instant in UTC, milliseconds only where there are any.
pub(crate) fn iso(ms: i64) -> String {
    let z = ms.div_euclid(86_400_000) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    let t = ms.rem_euclid(86_400_000);
    let (hour, minute, second) = (t / 3_600_000, t / 60_000 % 60, t / 1000 % 60);
    let seconds = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    match t % 1000 {
        0 => format!("{seconds}Z"),
        part => format!("{seconds}.{part:03}Z"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Option<(i64, u32)> {
        Decimal::parse(text).map(|d| (d.mantissa, d.digits))
    }

    #[test]
    fn decimals_keep_the_digits_they_were_written_with() {
        assert_eq!(decimal("-77.4332070"), Some((-774_332_070, 7)));
        assert_eq!(decimal(" +5 "), Some((5, 0)));
        assert_eq!(decimal(".5"), Some((5, 1)));
        assert_eq!(decimal("12,25"), Some((1225, 2)));
        assert_eq!(decimal("-0.0"), Some((0, 1)));
    }

    #[test]
    fn exponents_move_the_point() {
        assert_eq!(decimal("9.5E-4"), Some((95, 5)));
        assert_eq!(decimal("1.5e3"), Some((1500, 0)));
        assert_eq!(decimal("1e-400"), Some((0, 0)));
        assert_eq!(decimal("1e400"), None);
    }

    #[test]
    fn what_is_no_number_has_none() {
        for text in ["", "-", ".", "NaN", "INF", "12 m", "1.2.3", "e5", "--1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal("99999999999999999999"), None);
    }

    #[test]
    fn more_digits_than_fit_are_cut() {
        let long = Decimal::parse("-11.63882902823388576507568359375").expect("a number");
        assert_eq!(long.scaled(7), Some(-116_388_290));
        assert_eq!(Decimal::parse("0.15").expect("a number").scaled(1), Some(2));
        assert_eq!(
            Decimal::parse("-0.15").expect("a number").scaled(1),
            Some(-2)
        );
    }

    #[test]
    fn instants_are_read_with_zones_and_parts_of_seconds() {
        let base = 1_449_845_593_000;
        assert_eq!(instant("2015-12-11T14:53:13Z"), Some((base, None)));
        assert_eq!(
            instant("2015-12-11T15:53:13.994+01:00"),
            Some((base + 994, Some(3600)))
        );
        assert_eq!(
            instant("2015-12-11T11:23:13.9996-0330"),
            Some((base + 1000, Some(-12_600)))
        );
        assert_eq!(instant("2015-12-11 14:53:13"), Some((base, None)));
        assert_eq!(
            instant("2015-12-11T14:53:13.849800+00:00"),
            Some((base + 850, None))
        );
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in [
            "",
            "2015-12-11",
            "2015-13-11T14:53:13Z",
            "2015-12-00T14:53:13Z",
            "2015-12-11T25:53:13Z",
            "2015-12-11T14:53:13 PM",
            "2015-12-11T14:53:13+99:00",
            "2015-12-11x14:53:13Z",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_instants_read_back_the_same(ms in -62_135_596_800_000i64..253_402_300_799_000) {
            prop_assert_eq!(instant(&iso(ms)), Some((ms, None)));
        }

        #[test]
        fn decimals_read_what_the_standard_library_reads(value in -1e9f64..1e9) {
            let read = number(&value.to_string()).expect("a number");
            prop_assert!((read - value).abs() <= value.abs() * 1e-15 + 1e-17);
        }

        #[test]
        fn no_text_makes_them_panic(text in "\\PC{0,40}") {
            let _ = instant(&text);
            if let Some(d) = Decimal::parse(&text) {
                let _ = (d.shortened(), d.scaled(7), d.to_f64());
            }
        }
    }
}
