//! The one error type of the crate.

use thiserror::Error;

/// Why a file gave nothing. Each message names the thing and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormatError {
    /// No byte in it.
    #[error("The file is empty. Copy it from the device or download it again.")]
    Empty,
    /// No known format.
    #[error("“{name}” is not a FIT, TCX or GPX file. Choose a file in one of these formats.")]
    NotRecognised {
        /// The file's name as given.
        name: String,
    },
    /// A known format or a variant of it that is not read.
    #[error("{format} files are not supported. Export the activity as FIT, TCX or GPX instead.")]
    Unsupported {
        /// What was recognised.
        format: String,
    },
    /// Broken before anything could be read.
    #[error(
        "The {format} file is damaged at byte {offset}: {reason}. Nothing could be read; copy it from the device or download it again."
    )]
    Damaged {
        /// `FIT`, `TCX`, …
        format: String,
        /// Where reading stopped.
        offset: u64,
        /// What was found, without a full stop.
        reason: String,
    },
    /// Readable, but there is no activity and no measurement in it.
    #[error(
        "The file was read, but holds no activity and no measurement. Choose a file that a recording was saved to."
    )]
    NoActivity,
    /// Larger than is read at once.
    #[error("The file is larger than {} MB, the most that is read at once. Split it into smaller parts.", limit_bytes / 1_000_000)]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// A recording that the target format cannot hold.
    #[error("The activity cannot be written as {format}: {reason}.")]
    NotWritable {
        /// The target format.
        format: String,
        /// Why, without a full stop.
        reason: String,
    },
}
