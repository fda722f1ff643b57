//! TCX, Garmin's Training Center XML, which services still export: laps with
//! their totals and points, straight to columns, and back.
//!
//! Start at [`decode`]: `read` takes the elements in, `laps` what a lap says,
//! `assemble` makes recordings of activities, and what all XML formats share
//! lies in the crate's `xml`.
//!
//! What is not plain in the format, and how it is read:
//! - Each `Activity` is a recording. Those of one `MultiSportSession` are legs
//!   of one event as long as no more than an hour lies between them; a device
//!   that was never told the event was over strings days together.
//! - The total time of a lap is that of its timer. A lap ends when its total
//!   time is over or with its last point, whichever is later, but not after the
//!   next one began.
//! - A gap between two tracks of a lap, and between the end of a lap and the
//!   next one's start, is a pause of the timer, unless it is no longer than
//!   three usual steps between points.
//! - A nought for distance, energy, heart rate or speed of a lap is what
//!   exporters write who do not know it, and is read as absent.
//! - Strava writes a lap's greatest speed in metres per hour: what is faster
//!   than 100 m/s is read so if that makes it plausible, else left out.
//! - The activity's totals are the sums of its laps, where each lap has one.
//! - Cadence stands in the point or, of runners, in its extension; values of
//!   points are read from whatever extension holds them (`xml::fields`).
//! - Values stand as they were written: positions to 10⁻⁷°, or as the
//!   semicircles they were; altitude, distance and speed to the millimetre;
//!   others with the digits they need, at most three, or six in channels no
//!   table knows. Further digits are noise of conversions.
//! - A file of courses gives recordings under [`FileKind::Course`], one of
//!   planned workouts none under [`FileKind::Workout`].
//!
//! [`FileKind::Course`]: paceline_model::FileKind::Course
//! [`FileKind::Workout`]: paceline_model::FileKind::Workout

mod assemble;
mod encode;
mod laps;
mod read;

use crate::{FormatError, xml};
pub use encode::encode;
use paceline_model::DecodedFile;

/// Whether the bytes are an XML document of TCX.
#[must_use]
pub fn is_tcx(bytes: &[u8]) -> bool {
    xml::root(bytes).is_some_and(|root| root.eq_ignore_ascii_case("TrainingCenterDatabase"))
}

/// Reads a TCX file.
///
/// # Errors
/// [`FormatError::Empty`], [`FormatError::NotRecognised`] where it is no TCX;
/// [`FormatError::NoActivity`] where it has neither a lap nor a point,
/// [`FormatError::Damaged`] where damage is the reason.
pub fn decode(bytes: &[u8]) -> Result<DecodedFile, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    if !is_tcx(bytes) {
        return Err(FormatError::NotRecognised {
            name: "file".to_owned(),
        });
    }
    let (text, replaced) = xml::decode(bytes);
    let mut reader = read::Tcx::new(text.len());
    let damages = xml::walk::walk(&text, &mut reader);
    let warnings = xml::warnings(&damages, &text, replaced);
    reader
        .finish(warnings)
        .ok_or_else(|| xml::nothing("TCX", damages))
}
