//! The multi-tenant store: `paceline.db`, encrypted as a whole by SQLCipher,
//! and `blobs.db`, whose every value is sealed before it gets there.
//!
//! The only place that speaks SQL. Rows are reached through the doors of one
//! session, of which each kind is a type: [`Reader`], [`Writer`] and so on, which
//! open only for members whose role allows it; no bare tenant id travels. Knows no file format
//! and no formula. Start at [`Store`].

mod archive;
mod audit;
pub mod backup;
mod blobs;
mod codec;
mod comments;
mod databases;
mod digest;
mod disk;
mod doors;
mod edit;
mod envelopes;
mod error;
mod figures;
mod groups;
mod imports;
mod list;
mod members;
mod open;
mod plan;
mod prepare;
mod profile;
mod read;
mod rows;
pub mod salvage;
mod schema;
mod settings;
mod sign_ins;
mod sources;
mod stale;
mod tenants;
mod transfer;
mod upgrade;
mod words;
mod write;

pub use archive::ImportedTenant;
pub use audit::{AuditCheck, AuditEntry, AuditEvent, AuditHead};
pub use comments::{Comment, CommentOn, CommentQuery};
pub use digest::TableDigest;
pub use doors::{Auditor, Coach, Commenter, Owner, Reader, Session, Writer};
pub use edit::ActivityEdit;
pub use envelopes::{CurveKey, DayRow, MonthCurve};
pub use error::StoreError;
pub use groups::Group;
pub use imports::{ImportRow, ItemRow, Outcome};
pub use list::{Facets, ListRow, ListTotals, Page, Query, Sort};
pub use members::{MemberRow, UserRow};
pub use open::Store;
pub use plan::PlannedLoad;
pub use prepare::{Blob, Prepared, Sealer};
pub use profile::Profile;
pub use read::{KnownRide, Origin, StoredActivity};
pub use sign_ins::SignInRow;
pub use stale::{
    DistanceRecord, DistanceTime, Figures, FiguresState, Material, OfSamples, SessionShape,
};
pub use tenants::{AthleteRow, TenantRow};
pub use transfer::Transfer;
pub use words::{Claim, Words};
pub use write::{Action, FileRecord, OriginRecord, Part, Staged};

pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(error::damaged)
}
