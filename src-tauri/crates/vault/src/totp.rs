//! Time-based one-time passwords: RFC 6238 over RFC 4226 with HMAC-SHA-1, six
//! digits and steps of 30 s, which is what every authenticator understands.

use crate::VaultError;
use crate::base32::{RFC4648, letter, values};
use hmac::{Hmac, KeyInit as _, Mac as _};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use sha1::Sha1;
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

/// Seconds.
const STEP: u64 = 30;
const DIGITS: u32 = 6;
/// RFC 4226 recommends 160 bits.
pub(crate) const SECRET: usize = 20;
/// Steps to either side that a clock may be off.
const WINDOW: u64 = 1;

/// RFC 4226, section 5.3.
fn code(secret: &[u8], step: u64, digits: u32) -> u32 {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(hash[19] & 15);
    let word = [hash[at], hash[at + 1], hash[at + 2], hash[at + 3]];
    (u32::from_be_bytes(word) & 0x7fff_ffff) % 10u32.pow(digits)
}

/// The step around `unix_s` to which a typed code belongs, looking at all of them whatever matches.
pub(crate) fn step_of(secret: &[u8], typed: &str, unix_s: u64) -> Result<u64, VaultError> {
    let mut value = 0u32;
    let mut count = 0;
    for character in typed.chars().filter(|c| !c.is_whitespace()) {
        let digit = character.to_digit(10).ok_or(VaultError::WrongCode)?;
        count += 1;
        if count > DIGITS {
            return Err(VaultError::WrongCode);
        }
        value = value * 10 + digit;
    }
    if count != DIGITS {
        return Err(VaultError::WrongCode);
    }
    let here = unix_s / STEP;
    let mut found = Choice::from(0);
    let mut at = 0u64;
    for step in here.saturating_sub(WINDOW)..=here.saturating_add(WINDOW) {
        let same = code(secret, step, DIGITS).ct_eq(&value);
        at.conditional_assign(&step, same);
        found |= same;
    }
    if bool::from(found) {
        Ok(at)
    } else {
        Err(VaultError::WrongCode)
    }
}

/// The secret for typing into an authenticator.
pub(crate) fn secret_text(secret: &[u8]) -> Zeroizing<String> {
    let values = Zeroizing::new(values(secret));
    let mut text = Zeroizing::new(String::with_capacity(values.len()));
    text.extend(values.iter().map(|&value| letter(RFC4648, value)));
    text
}

/// The `otpauth` address that an authenticator reads from a QR code.
pub(crate) fn uri(secret: &[u8], handle: &str) -> Zeroizing<String> {
    use std::fmt::Write as _;
    let mut uri = Zeroizing::new(String::with_capacity(160 + 3 * handle.len()));
    uri.push_str("otpauth://totp/Paceline:");
    for byte in handle.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    let secret = secret_text(secret);
    let _ = write!(
        uri,
        "?secret={}&issuer=Paceline&algorithm=SHA1&digits={DIGITS}&period={STEP}",
        *secret
    );
    uri
}

/// The address as a QR code: an SVG picture, black on white with its quiet zone.
pub(crate) fn qr_svg(uri: &str) -> Result<Zeroizing<String>, VaultError> {
    let code = QrCode::with_error_correction_level(uri, EcLevel::M)
        .map_err(|_| VaultError::HandleInvalid)?;
    let svg = code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build();
    Ok(Zeroizing::new(svg))
}

/// The code an authenticator shows.
#[cfg(test)]
pub(crate) fn shown(secret: &[u8], unix_s: u64) -> String {
    format!("{:06}", code(secret, unix_s / STEP, DIGITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238_for_sha_1_are_met() {
        // Appendix B.
        for (seconds, expected) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(code(RFC_SECRET, seconds / STEP, 8), expected);
        }
    }

    #[test]
    fn the_vectors_of_rfc_4226_are_met() {
        // Appendix D.
        let expected = [
            755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871,
            520_489,
        ];
        for (step, expected) in (0u64..).zip(expected) {
            assert_eq!(code(RFC_SECRET, step, 6), expected);
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_and_late_and_no_longer() {
        // 287082 belongs to step 1: seconds 30 to 59.
        for good in [0, 29, 30, 59, 60, 89] {
            assert_eq!(step_of(RFC_SECRET, "287082", good).unwrap(), 1);
        }
        for bad in [90, 120, 1_000_000] {
            assert!(step_of(RFC_SECRET, "287082", bad).is_err());
        }
        assert_eq!(step_of(RFC_SECRET, " 287 082", 45).unwrap(), 1);
        for bad in ["", "28708", "2870822", "287083", "28708x", "99999999999999"] {
            assert!(matches!(
                step_of(RFC_SECRET, bad, 45),
                Err(VaultError::WrongCode)
            ));
        }
        assert!(step_of(RFC_SECRET, "000000", u64::MAX).is_err());
    }

    #[test]
    fn the_address_is_one_that_authenticators_read() {
        assert_eq!(
            *uri(RFC_SECRET, "J\u{f6}rg & co"),
            "otpauth://totp/Paceline:J%C3%B6rg%20%26%20co?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Paceline&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn the_picture_is_a_whole_svg_for_the_longest_handle_too() {
        let longest = uri(&[255; SECRET], &"\u{1f6b4}".repeat(64));
        let svg = qr_svg(&longest).unwrap();
        assert!(svg.starts_with("<?xml") && svg.trim_end().ends_with("</svg>"));
        // Nothing a content security policy would have to allow.
        assert!(!svg.contains("script") && !svg.contains("href"));
    }
}
