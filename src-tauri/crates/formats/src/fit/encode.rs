//! Writes a recording as a FIT activity file.

use crate::FormatError;
use paceline_model::Recording;

/// Writes a recording.
///
/// # Errors
/// none yet
pub fn encode(recording: &Recording) -> Result<Vec<u8>, FormatError> {
    Err(FormatError::NotWritable {
        format: "FIT".to_owned(),
        reason: format!("{} samples cannot be written yet", recording.series.len()),
    })
}
