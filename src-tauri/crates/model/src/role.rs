use serde::{Deserialize, Serialize};
use specta::Type;

/// What a member of a tenant is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers for the tenant and everybody's data in it.
    Owner,
    /// Trains the athletes of the tenant.
    Coach,
    /// Is one of the athletes, and reaches the rows of that one alone.
    Athlete,
    /// Looks on.
    Viewer,
}

/// What a member may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See activities, figures, plans and comments, and export single activities.
    View,
    /// Write comments.
    Comment,
    /// Import, edit, delete, plan, and change settings of an athlete.
    Edit,
    /// Add athletes, keep groups and tags, change settings of many athletes at once.
    Coach,
    /// Read, verify and export the audit log.
    Audit,
    /// Rename, export and delete the tenant, choose its members, copy and move its athletes.
    Manage,
}

/// Who may do what: the one table. Rows are the permissions in their order, columns owner, coach,
/// athlete and viewer.
const TABLE: [(Permission, [bool; 4]); 6] = [
    (Permission::View, [true, true, true, true]),
    (Permission::Comment, [true, true, true, false]),
    (Permission::Edit, [true, true, true, false]),
    (Permission::Coach, [true, true, false, false]),
    (Permission::Audit, [true, false, false, false]),
    (Permission::Manage, [true, false, false, false]),
];

impl Role {
    /// Every role, the mightiest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Coach, Self::Athlete, Self::Viewer];

    /// Whether a member with this role may do something of this kind.
    #[must_use]
    pub fn allows(self, permission: Permission) -> bool {
        TABLE
            .iter()
            .any(|(row, roles)| *row == permission && roles[self as usize])
    }

    /// Whether the role reaches the rows of one athlete only.
    #[must_use]
    pub const fn of_one_athlete(self) -> bool {
        matches!(self, Self::Athlete)
    }

    /// The word it is stored as.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Coach => "coach",
            Self::Athlete => "athlete",
            Self::Viewer => "viewer",
        }
    }

    /// The role of a stored word.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

impl Permission {
    /// Every permission, the least first.
    pub const ALL: [Self; 6] = [
        Self::View,
        Self::Comment,
        Self::Edit,
        Self::Coach,
        Self::Audit,
        Self::Manage,
    ];

    /// What it permits, as the end of “you may not …”.
    #[must_use]
    pub const fn deed(self) -> &'static str {
        match self {
            Self::View => "see this",
            Self::Comment => "comment here",
            Self::Edit => "change anything here",
            Self::Coach => "manage the athletes here",
            Self::Audit => "read the log here",
            Self::Manage => "manage this tenant",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_every_permission() {
        let rows: Vec<Permission> = TABLE.iter().map(|row| row.0).collect();
        assert_eq!(rows, Permission::ALL);
    }

    #[test]
    fn a_viewer_only_looks_and_only_an_owner_manages() {
        for permission in Permission::ALL {
            assert!(Role::Owner.allows(permission), "{permission:?}");
            assert_eq!(
                Role::Viewer.allows(permission),
                permission == Permission::View,
                "{permission:?}"
            );
        }
        for role in [Role::Coach, Role::Athlete, Role::Viewer] {
            assert!(!role.allows(Permission::Manage), "{role:?}");
            assert!(!role.allows(Permission::Audit), "{role:?}");
        }
        assert!(!Role::Athlete.allows(Permission::Coach));
    }

    #[test]
    fn no_role_may_more_than_the_one_before_it() {
        for pair in Role::ALL.windows(2) {
            for permission in Permission::ALL {
                assert!(pair[0].allows(permission) || !pair[1].allows(permission));
            }
        }
    }

    #[test]
    fn roles_are_stored_as_words_and_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_key(role.key()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.key());
        }
        assert_eq!(Role::from_key("king"), None);
    }
}
