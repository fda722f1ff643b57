//! Files packed with gzip, as services' exports hold them.
//!
//! Unpacks into memory, in pieces and up to a limit: what little is packed can
//! stand for very much. A damaged end keeps what came before it.

use crate::FormatError;
use flate2::bufread::GzDecoder;
use paceline_model::{Warning, WarningCode};
use std::io::{ErrorKind, Read};

/// The most that is unpacked.
pub(crate) const LIMIT_BYTES: u64 = 512_000_000;
/// What is unpacked before anything is decided.
const HEAD_BYTES: u64 = 64 << 10;

/// Whether the bytes begin like a gzip file that deflate packed.
pub(crate) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B, 8])
}

/// What a packed file held.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub bytes: Vec<u8>,
    pub warnings: Vec<Warning>,
}

/// Unpacks a file whose beginning is `wanted`, at most `limit` bytes of it;
/// `None` if it is not.
///
/// # Errors
/// [`FormatError::Damaged`] where not a byte could be unpacked,
/// [`FormatError::TooLarge`] beyond the limit.
pub(crate) fn unpack(
    packed: &[u8],
    limit: u64,
    wanted: impl Fn(&[u8]) -> bool,
) -> Result<Option<Unpacked>, FormatError> {
    let mut out = Vec::new();
    let mut warnings = Vec::new();
    let mut rest = packed;
    let mut judged = false;
    while is_gzip(rest) {
        let mut member = GzDecoder::new(rest);
        let mut failure = None;
        loop {
            let before = out.len();
            // One byte more than allowed tells that there is more.
            let room = (limit + 1).saturating_sub(before as u64);
            let piece = if judged { room } else { HEAD_BYTES.min(room) };
            if let Err(error) = (&mut member).take(piece).read_to_end(&mut out) {
                failure = Some(error);
            }
            if out.len() as u64 > limit {
                return Err(FormatError::TooLarge { limit_bytes: limit });
            }
            let whole = failure.is_some() || out.len() == before;
            if !judged && (whole || out.len() as u64 >= HEAD_BYTES) {
                if !out.is_empty() && !wanted(&out) {
                    return Ok(None);
                }
                judged = true;
            }
            if whole {
                break;
            }
        }
        let left = member.into_inner();
        if let Some(error) = failure {
            let offset = packed.len() - left.len();
            if out.is_empty() {
                return Err(FormatError::Damaged {
                    format: "gzip".to_owned(),
                    offset: offset as u64,
                    reason: "it cannot be unpacked".to_owned(),
                });
            }
            warnings.push(warning(&error, left, offset));
            return Ok(Some(Unpacked {
                bytes: out,
                warnings,
            }));
        }
        rest = left;
    }
    // Tapes and some servers fill up with noughts.
    if rest.iter().any(|&b| b != 0) {
        warnings.push(Warning {
            code: WarningCode::Damaged,
            message: format!(
                "{} bytes behind the packed file are none of it; they were left out.",
                rest.len()
            ),
        });
    }
    Ok(Some(Unpacked {
        bytes: out,
        warnings,
    }))
}

fn warning(error: &std::io::Error, left: &[u8], offset: usize) -> Warning {
    let (code, message) = if error.kind() == ErrorKind::UnexpectedEof {
        (
            WarningCode::Truncated,
            format!(
                "The packed file breaks off at byte {offset}; what could be unpacked was read."
            ),
        )
    } else if left.len() < 8 {
        // Only the eight bytes at the end hold the sum.
        (
            WarningCode::ChecksumWrong,
            "The checksum of the packed file is wrong; what was unpacked may differ from what was packed."
                .to_owned(),
        )
    } else {
        (
            WarningCode::Damaged,
            format!(
                "The packed file is damaged at byte {offset}; what could be unpacked before it was read."
            ),
        )
    };
    Warning { code, message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    /// Text that does not pack to nothing.
    fn text(len: usize) -> Vec<u8> {
        let mut x = 1u32;
        (0..len)
            .map(|_| {
                x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                b'a' + (x >> 28) as u8
            })
            .collect()
    }

    fn all(bytes: &[u8]) -> Unpacked {
        unpack(bytes, LIMIT_BYTES, |_| true)
            .expect("unpackable")
            .expect("wanted")
    }

    #[test]
    fn members_are_joined() {
        let text = text(200_000);
        let mut bytes = packed(&text[..150_000]);
        bytes.extend(packed(&text[150_000..]));
        bytes.extend([0; 512]);
        let got = all(&bytes);
        assert_eq!(got.bytes, text);
        assert!(got.warnings.is_empty());
    }

    #[test]
    fn a_cut_file_gives_its_beginning() {
        let text = text(200_000);
        let bytes = packed(&text);
        let got = all(&bytes[..bytes.len() / 2]);
        assert!(got.bytes.len() > 50_000 && text.starts_with(&got.bytes));
        assert_eq!(got.warnings[0].code, WarningCode::Truncated);
    }

    #[test]
    fn a_wrong_sum_and_junk_behind_are_warnings() {
        let text = text(1000);
        let mut bytes = packed(&text);
        let sum = bytes.len() - 6;
        bytes[sum] ^= 1;
        let got = all(&bytes);
        assert_eq!(got.bytes, text);
        assert_eq!(got.warnings[0].code, WarningCode::ChecksumWrong);
        bytes[sum] ^= 1;
        bytes.extend(b"junk");
        let got = all(&bytes);
        assert_eq!((got.bytes, got.warnings.len()), (text, 1));
    }

    #[test]
    fn a_bomb_is_refused_at_its_beginning_or_at_the_limit() {
        let bytes = packed(&vec![0; 10_000_000]);
        let unwanted = unpack(&bytes, LIMIT_BYTES, |head| {
            assert!(head.len() <= 128 << 10);
            false
        });
        assert!(matches!(unwanted, Ok(None)));
        let over = unpack(&bytes, 1_000_000, |_| true);
        assert!(matches!(
            over,
            Err(FormatError::TooLarge {
                limit_bytes: 1_000_000
            })
        ));
        assert_eq!(all(&bytes).bytes.len(), 10_000_000);
    }

    #[test]
    fn nothing_to_unpack_is_an_error() {
        let bytes = [0x1F, 0x8B, 8, 0, 1, 2];
        assert!(matches!(
            unpack(&bytes, LIMIT_BYTES, |_| true),
            Err(FormatError::Damaged { .. })
        ));
    }
}
