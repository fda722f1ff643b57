//! FIT, the binary format of Garmin, Wahoo, COROS, Suunto and most others: bytes
//! straight to columns, and back.
//!
//! Knows nothing of files or of what an activity comes to. Start at [`decode`]:
//! `container` splits chained files and checks sums, `part` walks the messages
//! of one, `columns` takes records, `summary`/`hr`/`biometric` take the rest,
//! the crate's `clock` makes the time axis and `assemble` cuts recordings out of it. What
//! the numbers mean is in `profile`.
//!
//! Where this differs from the makers' own decoder, and why:
//! - A wrong or missing checksum, a header that says length 0 (the recorder
//!   lost power) and a cut-off end are warnings: the samples are there.
//! - Headers with compressed timestamps are read; without a full time before
//!   them they count from zero, and the file id's time stands for the start.
//! - A sample whose time is more than a week from the middle of the activity
//!   is a wrong clock, not a two-year ride: it stays, beside its neighbours.
//! - Samples without any time (pool swims by length) stand at the end of their
//!   lengths.
//! - Beats that a strap hands over after a swim (`hr` messages, chained parts)
//!   become heart rate and R-R intervals of the activity before them.
//! - A developer field that declares a native one (running power) or is known
//!   by name and unit (core temperature, muscle oxygen) fills that channel,
//!   unless the record has the native field itself.
//! - Cadence holds its fraction: whole and fractional fields are one column.
//! - Balance without the right-pedal mark is read as the left pedal's share.
//! - A field smaller than its base type is read as the number its bytes make.
//! - One recording per session; samples before the first and after the last
//!   belong to these.

mod assemble;
mod biometric;
mod columns;
mod container;
mod crc;
mod developer;
mod encode;
mod extra;
mod hr;
mod part;
mod profile;
mod summary;
mod wire;

pub use container::{decode, is_fit};
pub use encode::encode;
