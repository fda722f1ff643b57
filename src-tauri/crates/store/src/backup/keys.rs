use crate::StoreError;
use paceline_model::{TenantId, UserId};
use paceline_vault::{KeyText, MemberKey, TenantKey, UnlockedVault, Vault};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// The keys of a data folder in somebody's hands.
pub trait FolderKeys: Send + Sync {
    /// The raw key of `paceline.db`.
    fn database_key_hex(&self) -> KeyText;

    /// The key of a tenant out of what a membership keeps: who wrapped it, and the wrapping. `None`
    /// where these are not that member's keys.
    fn open_tenant(
        &self,
        user: UserId,
        tenant: TenantId,
        wrapped: Option<(&[u8], &[u8])>,
    ) -> Option<TenantKey>;
}

impl FolderKeys for UnlockedVault {
    fn database_key_hex(&self) -> KeyText {
        self.database_key_hex()
    }

    fn open_tenant(
        &self,
        user: UserId,
        tenant: TenantId,
        wrapped: Option<(&[u8], &[u8])>,
    ) -> Option<TenantKey> {
        if self.user() != user {
            return None;
        }
        match wrapped {
            Some((giver, wrapped)) => {
                let giver = MemberKey::from_bytes(giver).ok()?;
                self.tenant_key(tenant, &giver, wrapped).ok()
            }
            None => self.derived_tenant_key(tenant).ok(),
        }
    }
}

/// The keys of a folder that opens by itself, before it is known whose they are: of damaged data
/// that shows only in the end.
pub struct MachineKeys {
    vault: Vault,
    users: Mutex<HashMap<UserId, UnlockedVault>>,
}

impl From<Vault> for MachineKeys {
    fn from(vault: Vault) -> Self {
        Self {
            vault,
            users: Mutex::default(),
        }
    }
}

impl FolderKeys for MachineKeys {
    fn database_key_hex(&self) -> KeyText {
        self.vault.database_key_hex()
    }

    fn open_tenant(
        &self,
        user: UserId,
        tenant: TenantId,
        wrapped: Option<(&[u8], &[u8])>,
    ) -> Option<TenantKey> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let vault = match users.entry(user) {
            Entry::Occupied(known) => known.into_mut(),
            // Keys that were given out end with the vault that gave them.
            Entry::Vacant(new) => new.insert(self.vault.unlocked_for(user).ok()?),
        };
        vault.open_tenant(user, tenant, wrapped)
    }
}

/// The keys that backups and salvage need. Not kept.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    /// The raw key of `paceline.db`, as hexadecimal digits.
    pub database_key_hex: &'a str,
    /// Opens tenants; without it sealed values are only counted.
    pub tenants: Option<&'a dyn FolderKeys>,
}

type Member = (Uuid, Uuid, Option<Vec<u8>>, Option<Vec<u8>>);

/// The keys of the tenants of a database, as far as they open.
pub(crate) async fn tenant_keys(
    connection: &mut SqliteConnection,
    access: Access<'_>,
) -> Result<HashMap<Uuid, TenantKey>, StoreError> {
    let Some(opener) = access.tenants else {
        return Ok(HashMap::new());
    };
    let (wrapped,): (bool,) = sqlx::query_as(
        "SELECT count(*) > 0 FROM pragma_table_info('memberships') WHERE name = 'wrapped_key'",
    )
    .fetch_one(&mut *connection)
    .await?;
    let members = if wrapped {
        "SELECT tenant_id, user_id, giver, wrapped_key FROM memberships"
    } else {
        "SELECT tenant_id, user_id, NULL, NULL FROM memberships"
    };
    let members: Vec<Member> = sqlx::query_as(members).fetch_all(connection).await?;
    let mut keys = HashMap::new();
    for (tenant, user, giver, wrapped) in members {
        let wrapped = giver.as_deref().zip(wrapped.as_deref());
        if let Some(key) = opener.open_tenant(UserId(user), TenantId(tenant), wrapped) {
            keys.entry(tenant).or_insert(key);
        }
    }
    Ok(keys)
}
