//! Five bits to a letter: the alphabet of authenticators, and one for people
//! that has no letter which could be another.

/// RFC 4648.
pub(crate) const RFC4648: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Digits and capitals without I, L, O and U.
pub(crate) const HUMAN: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes as values of five bits, the last one filled up with zeros.
pub(crate) fn values(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity((bytes.len() * 8).div_ceil(5));
    let (mut held, mut bits) = (0u32, 0u32);
    for &byte in bytes {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(((held >> bits) & 31) as u8);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(((held << (5 - bits)) & 31) as u8);
    }
    out
}

/// The whole bytes in `values`; the bits that fill up the last letter are dropped.
pub(crate) fn bytes(values: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(values.len() * 5 / 8);
    let (mut held, mut bits) = (0u32, 0u32);
    for &value in values {
        held = (held << 5) | u32::from(value & 31);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(((held >> bits) & 255) as u8);
        }
        held &= (1 << bits) - 1;
    }
    out
}

/// The letter of one value of five bits.
pub(crate) fn letter(alphabet: &[u8; 32], value: u8) -> char {
    char::from(alphabet[usize::from(value & 31)])
}

/// What a person typed as one letter of [`HUMAN`], in either case; I and L are read as 1, O as 0.
pub(crate) fn typed(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    HUMAN
        .iter()
        .position(|&known| char::from(known) == letter)
        .and_then(|at| u8::try_from(at).ok())
}

/// Whether a person may have typed this between groups.
pub(crate) fn between_groups(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn bytes_come_back(plain in proptest::collection::vec(any::<u8>(), 0..60)) {
            prop_assert_eq!(bytes(&values(&plain)), plain);
        }
    }

    #[test]
    fn the_vectors_of_rfc_4648_are_met() {
        // Section 10, without the padding that authenticators leave out.
        for (plain, coded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            let text: String = values(plain.as_bytes())
                .into_iter()
                .map(|value| letter(RFC4648, value))
                .collect();
            assert_eq!(text, coded);
        }
    }

    #[test]
    fn letters_that_look_alike_are_read_as_one() {
        assert_eq!(typed('o'), typed('0'));
        assert_eq!(typed('l'), typed('1'));
        assert_eq!(typed('I'), typed('1'));
        assert_eq!(typed('k'), typed('K'));
        assert_eq!(typed('U'), None);
        assert_eq!(typed('ö'), None);
    }
}
