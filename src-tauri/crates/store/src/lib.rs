//! The multi-tenant store: `paceline.db`, encrypted as a whole by SQLCipher,
//! and `blobs.db`, whose every value is sealed before it gets there.
//!
//! The only place that speaks SQL. Rows are reached through a [`Reader`] or a
//! [`Writer`] of one session; no bare tenant id travels. Knows no file format
//! and no formula. Start at [`Store`].

mod codec;
mod edit;
mod envelopes;
mod error;
mod figures;
mod imports;
mod list;
mod open;
mod plan;
mod prepare;
mod profile;
mod read;
mod rows;
mod settings;
mod sources;
mod stale;
mod words;
mod write;

pub use edit::ActivityEdit;
pub use envelopes::{CurveKey, DayRow, MonthCurve};
pub use error::StoreError;
pub use imports::{ImportRow, ItemRow, Outcome};
pub use list::{Facets, ListRow, ListTotals, Page, Query, Sort};
pub use open::{Reader, Session, Store, Writer};
pub use plan::PlannedLoad;
pub use prepare::{Blob, Prepared, Sealer};
pub use profile::Profile;
pub use read::{KnownRide, Origin, StoredActivity};
pub use stale::{
    DistanceRecord, DistanceTime, Figures, FiguresState, Material, OfSamples, SessionShape,
};
pub use words::{Claim, Words};
pub use write::{Action, FileRecord, OriginRecord, Part, Staged};

pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(error::damaged)
}
