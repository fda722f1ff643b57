//! GPX 1.0 and 1.1, what services export and phones record: text straight to
//! columns, and back.
//!
//! Start at [`decode`]: `read` takes the elements in, `laps` those of
//! Cluetrust's data extension, `group` decides which runs of points are one
//! activity, and what all XML formats share lies in the crate's `xml`.
//!
//! What is not plain in the format, and how it is read:
//! - Elements are known by their names without prefix: exporters use any
//!   prefix, and some declare none.
//! - Heart rate, cadence, power, temperature, speed and distance of points are
//!   read from whatever extension holds them, or none (`xml::fields`). A number
//!   of any other name becomes a column of that name; other text is kept once.
//! - Values stand as they were written: positions to 10⁻⁷°, or as the
//!   semicircles they were; altitude, distance and speed to the millimetre;
//!   others with the digits they need, at most three, or six in channels no
//!   table knows. Further digits are noise of conversions.
//! - A point that holds one channel twice with different values keeps the
//!   second under its own name.
//! - The break between two segments of a timed track is a pause of the timer,
//!   unless it is no longer than three usual steps between points: some
//!   programs begin a segment at every lap, or where reception was lost for a
//!   moment.
//! - Runs of points are one recording as long as no more than 12 hours lie
//!   between segments of one track and no more than 3 hours between tracks,
//!   tracks do not overlap in time and do not name different sports (`group`).
//! - Points without a time among many with one stand beside their neighbours;
//!   where most have none, or all the same one, the track is a route without
//!   times: not timed, all samples at 0 ms. Times before 1990 are those of a
//!   clock that was never set: not timed either, but true to each other.
//! - A file without a track but with a route is a course. Way points are no
//!   samples; they are counted and the first is kept.
//! - Times without a zone are UTC.
//! - Cadence of runners above 130, of walkers above 95 a minute counts single
//!   steps and is halved; speeds that the way covered shows to be in km/h are
//!   read as such.

mod encode;
mod group;
mod laps;
mod read;

use crate::{FormatError, xml};
pub use encode::encode;
use paceline_model::DecodedFile;

/// Whether the bytes are an XML document of GPX.
#[must_use]
pub fn is_gpx(bytes: &[u8]) -> bool {
    xml::root(bytes).is_some_and(|root| root.eq_ignore_ascii_case("gpx"))
}

/// Reads a GPX file.
///
/// # Errors
/// [`FormatError::Empty`], [`FormatError::NotRecognised`] where it is no GPX;
/// [`FormatError::NoActivity`] where neither a track nor a route has a point,
/// [`FormatError::Damaged`] where damage is the reason.
pub fn decode(bytes: &[u8]) -> Result<DecodedFile, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    if !is_gpx(bytes) {
        return Err(FormatError::NotRecognised {
            name: "file".to_owned(),
        });
    }
    let (text, replaced) = xml::decode(bytes);
    let mut reader = read::Gpx::new(text.len());
    let damages = xml::walk::walk(&text, &mut reader);
    let warnings = xml::warnings(&damages, &text, replaced);
    reader
        .finish(warnings)
        .ok_or_else(|| xml::nothing("GPX", damages))
}
