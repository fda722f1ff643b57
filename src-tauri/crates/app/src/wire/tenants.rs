use super::Units;
use paceline_model::{Permission, Role};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A tenant of the user's in the switcher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct TenantView {
    pub id: String,
    pub name: String,
    /// What the user is there.
    pub role: Role,
    /// Whether it is the one on screen.
    pub current: bool,
    /// Those the user reaches there.
    pub athletes: Vec<AthleteView>,
}

/// An athlete in the switcher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct AthleteView {
    pub id: String,
    pub name: String,
    /// Whether it is the one on screen.
    pub current: bool,
    /// Whether the data were generated.
    pub sample: bool,
}

/// A new tenant with its first athlete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TenantInput {
    /// 1 to 80 characters after trimming.
    pub name: String,
    /// Name of the first athlete; that of the tenant where absent.
    pub athlete: Option<String>,
    /// How the athlete's quantities are shown.
    pub units: Units,
}

/// What a role allows: a row of the table of permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct RoleView {
    pub role: Role,
    pub allows: Vec<Permission>,
}

/// A member of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct MemberView {
    pub user_id: String,
    pub name: String,
    pub role: Role,
    /// The athlete that the member is, if one of them.
    pub athlete_id: Option<String>,
    pub since: String,
    /// Whether it is the user.
    pub me: bool,
}

/// The members of a tenant, and who could become one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct MembersView {
    pub members: Vec<MemberView>,
    pub others: Vec<UserView>,
}

/// Somebody with an account in this data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct UserView {
    pub user_id: String,
    pub name: String,
}

/// What becomes of an athlete in the tenant they come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TransferKind {
    /// They stay there too.
    Copy,
    /// They are gone from there.
    Move,
}

/// How far a copy, an export or an import of a tenant is; the total is 0 while it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct TenantProgress {
    pub done: u32,
    pub total: u32,
}

/// What an imported tenant brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ImportedTenantView {
    pub id: String,
    pub name: String,
    pub activities: u32,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntryView {
    /// From 1, without gaps.
    pub seq: u32,
    /// When.
    pub at: String,
    /// Who, if known.
    pub user_id: Option<String>,
    /// Their name at the time.
    pub user_name: String,
    /// What, as a word such as `sign_in`.
    pub event: String,
    /// The rest of it, as JSON.
    pub detail: String,
    /// Hash of the entry before, hexadecimal digits.
    pub previous: String,
    /// Hash of this one, which covers the one before.
    pub hash: String,
}

/// What verifying the audit log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuditCheckView {
    /// Entries up to which the chain holds.
    pub count: u32,
    /// Hash of the last of these. Noted elsewhere it shows later that nothing was exchanged.
    pub head: String,
    /// The first entry that does not fit.
    pub broken_at: Option<u32>,
}
