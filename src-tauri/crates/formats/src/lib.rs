//! Bytes to and from [`paceline_model`] values: what recorders and services
//! write, read without loss, and written back.
//!
//! Knows no path, clock, network or database: callers hand over the bytes of a
//! file, and its name where a name helps to tell formats apart. Input is never
//! trusted: nothing here panics on it, and no length field in it decides how
//! much memory is taken. Start at [`decode`]; each format is a module.
//!
//! `fuzz/` holds targets for cargo-fuzz, a workspace of its own. In this crate's
//! folder, `cargo install cargo-fuzz` once, then, with a nightly toolchain or
//! with `RUSTC_BOOTSTRAP=1` set for a stable one,
//! `cargo fuzz run gpx SEEDS -- -max_len=30000`, where the target is `fit`,
//! `gpx`, `tcx`, `any`, `archive`, `strava` or `garmin` and SEEDS a folder with
//! a few files of the kind. What it finds becomes a test.

pub mod archive;
mod clock;
mod error;
pub mod exports;
pub mod fit;
pub mod gpx;
mod gzip;
pub mod tcx;
mod xml;

pub use error::FormatError;
use paceline_model::DecodedFile;

/// The formats that have a mark of their own.
#[derive(Clone, Copy)]
enum Format {
    Fit,
    Gpx,
    Tcx,
}

fn recognise(bytes: &[u8]) -> Option<Format> {
    if fit::is_fit(bytes) {
        return Some(Format::Fit);
    }
    match xml::root(bytes)?.to_ascii_lowercase().as_str() {
        "gpx" => Some(Format::Gpx),
        "trainingcenterdatabase" => Some(Format::Tcx),
        _ => None,
    }
}

/// Reads one file of whatever format its content shows, packed with gzip or not.
///
/// The content decides; `file_name` is only for messages and for formats that
/// have no mark of their own. The format of a packed file is that of its content.
///
/// # Errors
/// [`FormatError::Empty`], [`FormatError::NotRecognised`] and whatever the
/// format's own decoder reports; [`FormatError::TooLarge`] of a packed file
/// that unpacks to more than 512 MB. A file that is damaged but gives anything
/// at all is not an error: the rest comes with a warning.
pub fn decode(file_name: &str, bytes: &[u8]) -> Result<DecodedFile, FormatError> {
    if bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    if !gzip::is_gzip(bytes) {
        return decode_plain(file_name, bytes);
    }
    let wanted = |head: &[u8]| recognise(head).is_some();
    let Some(unpacked) = gzip::unpack(bytes, gzip::LIMIT_BYTES, wanted)? else {
        return Err(FormatError::NotRecognised {
            name: file_name.to_owned(),
        });
    };
    if unpacked.bytes.is_empty() {
        return Err(FormatError::Empty);
    }
    let mut file = decode_plain(file_name, &unpacked.bytes)?;
    file.warnings.extend(unpacked.warnings);
    Ok(file)
}

fn decode_plain(file_name: &str, bytes: &[u8]) -> Result<DecodedFile, FormatError> {
    match recognise(bytes) {
        Some(Format::Fit) => fit::decode(bytes),
        Some(Format::Gpx) => gpx::decode(bytes),
        Some(Format::Tcx) => tcx::decode(bytes),
        None => Err(FormatError::NotRecognised {
            name: file_name.to_owned(),
        }),
    }
}
