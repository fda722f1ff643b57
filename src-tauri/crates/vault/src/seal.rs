use crate::VaultError;
use crate::secret::{Key, joined};
use paceline_model::{TenantId, UserId};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use zeroize::Zeroizing;

/// What a sealed value is; part of what its seal vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum SealedKind {
    /// A column of samples.
    Series = 1,
    /// An original file.
    Original = 2,
    /// A token, an API key.
    Secret = 3,
    /// The state of a second factor.
    SecondFactor = 4,
}

/// Where the bytes of a tenant's key lie; emptied when the vault is locked.
type Cell = RwLock<Option<Key>>;

/// Seals and opens the values of one tenant with XChaCha20-Poly1305.
///
/// Tenant, blob id and kind are associated data, so a value cannot be moved to
/// another row, another kind or another tenant without being noticed. Clones
/// share the key: once the vault that gave it out is locked, none works, and
/// the key has left memory.
#[derive(Clone)]
pub struct TenantKey {
    tenant: TenantId,
    cell: Arc<Cell>,
}

impl std::fmt::Debug for TenantKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TenantKey({})", self.tenant)
    }
}

impl TenantKey {
    pub(crate) fn new(tenant: TenantId, key: Key) -> Self {
        Self {
            tenant,
            cell: Arc::new(RwLock::new(Some(key))),
        }
    }

    /// The tenant whose values this key seals.
    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Key) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        // A thread that panicked elsewhere leaves the key whole: it is only ever read or removed.
        let key = self.cell.read().unwrap_or_else(PoisonError::into_inner);
        work(key.as_ref().ok_or(VaultError::Locked)?)
    }

    fn associated(&self, id: &[u8], kind: SealedKind) -> Vec<u8> {
        let mut data = Vec::with_capacity(17 + id.len());
        data.extend_from_slice(self.tenant.0.as_bytes());
        data.push(kind as u8);
        data.extend_from_slice(id);
        data
    }

    /// Nonce, ciphertext and tag of `plain`.
    ///
    /// # Errors
    /// [`VaultError::Random`] if the system gives no nonce, [`VaultError::Locked`] after the vault
    /// was locked.
    pub fn seal(&self, id: &[u8], kind: SealedKind, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.with(|key| key.seal(&self.associated(id, kind), plain))
    }

    /// What [`TenantKey::seal`] was given.
    ///
    /// # Errors
    /// [`VaultError::SealBroken`] for anything else, [`VaultError::Locked`] after the vault was
    /// locked.
    pub fn open(&self, id: &[u8], kind: SealedKind, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.with(|key| key.open(&self.associated(id, kind), sealed))
    }

    /// [`TenantKey::open`] for tokens and the like: the bytes are cleared with their owner.
    ///
    /// # Errors
    /// As [`TenantKey::open`].
    pub fn open_secret(
        &self,
        id: &[u8],
        kind: SealedKind,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.open(id, kind, sealed).map(Zeroizing::new)
    }
}

/// The tenant keys a vault has given out, so that locking reaches them all.
#[derive(Default)]
pub(crate) struct Issued(Mutex<Vec<Weak<Cell>>>);

impl Issued {
    pub(crate) fn give(&self, key: TenantKey) -> TenantKey {
        let mut issued = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        issued.retain(|cell| cell.strong_count() > 0);
        issued.push(Arc::downgrade(&key.cell));
        key
    }
}

impl Drop for Issued {
    fn drop(&mut self) {
        let issued = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        for cell in issued.iter().filter_map(Weak::upgrade) {
            // Waits for a value that is being sealed; its key is cleared with the option.
            *cell.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

/// The key of one user: seals what is theirs alone and opens the tenant keys they were given.
///
/// Neither shown, copied nor written out; ends with the vault that holds it.
pub struct UserKey {
    pub(crate) user: UserId,
    pub(crate) key: Key,
}

impl UserKey {
    pub(crate) fn random(user: UserId) -> Result<Self, VaultError> {
        Key::random().map(|key| Self { user, key })
    }

    /// Whose key it is.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    fn sealing(&self) -> Key {
        Key::derived("paceline 2026 user sealing key v1", &[self.key.bytes()])
    }

    fn associated(
        &self,
        tenant: Option<TenantId>,
        id: &[u8],
        kind: SealedKind,
    ) -> Zeroizing<Vec<u8>> {
        let tenant: &[u8] = tenant.as_ref().map_or(&[], |t| t.0.as_bytes());
        joined(&[self.user.0.as_bytes(), tenant, &[kind as u8], id])
    }

    /// Seals a small secret of this user: a token, a second factor. Bound to the user, the tenant it
    /// belongs to (if to one), its id and its kind.
    ///
    /// # Errors
    /// [`VaultError::Random`] if the system gives no nonce.
    pub fn seal(
        &self,
        tenant: Option<TenantId>,
        id: &[u8],
        kind: SealedKind,
        plain: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        self.sealing()
            .seal(&self.associated(tenant, id, kind), plain)
    }

    /// What [`UserKey::seal`] was given.
    ///
    /// # Errors
    /// [`VaultError::SealBroken`] for anything else.
    pub fn open(
        &self,
        tenant: Option<TenantId>,
        id: &[u8],
        kind: SealedKind,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.sealing()
            .open(&self.associated(tenant, id, kind), sealed)
            .map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(tenant: u128, byte: u8) -> TenantKey {
        TenantKey::new(
            TenantId(uuid::Uuid::from_u128(tenant)),
            Key::from_bytes(&[byte; 32]).unwrap(),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_was_sealed_opens_unchanged(plain in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let k = key(1, 7);
            let sealed = k.seal(b"id", SealedKind::Series, &plain).unwrap();
            prop_assert_eq!(k.open(b"id", SealedKind::Series, &sealed).unwrap(), plain);
        }

        #[test]
        fn any_flipped_bit_is_noticed(at in 0usize..100, bit in 0u8..8) {
            let k = key(1, 7);
            let mut sealed = k.seal(b"id", SealedKind::Series, &[5u8; 60]).unwrap();
            let i = at % sealed.len();
            sealed[i] ^= 1 << bit;
            prop_assert!(k.open(b"id", SealedKind::Series, &sealed).is_err());
        }
    }

    #[test]
    fn a_value_opens_only_as_itself() {
        let sealed = key(1, 7).seal(b"id", SealedKind::Series, b"v").unwrap();
        let refused =
            |k: TenantKey, id: &[u8], kind, sealed: &[u8]| k.open(id, kind, sealed).is_err();
        assert!(!refused(key(1, 7), b"id", SealedKind::Series, &sealed));
        assert!(refused(key(1, 7), b"other", SealedKind::Series, &sealed));
        assert!(refused(key(1, 7), b"id", SealedKind::Original, &sealed));
        assert!(refused(key(2, 7), b"id", SealedKind::Series, &sealed));
        assert!(refused(key(1, 8), b"id", SealedKind::Series, &sealed));
        assert!(refused(key(1, 7), b"id", SealedKind::Series, &sealed[..20]));
    }

    #[test]
    fn a_value_sealed_by_an_earlier_version_opens() {
        // Key 07…07, tenant 1, id "id", kind 1, nonce 09…09: computed from the layout by itself.
        use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
        let mut associated = uuid::Uuid::from_u128(1).as_bytes().to_vec();
        associated.extend_from_slice(b"\x01id");
        let payload = Payload {
            msg: b"v",
            aad: &associated,
        };
        let body = chacha20poly1305::XChaCha20Poly1305::new(&[7u8; 32].into())
            .encrypt(&[9u8; 24].into(), payload)
            .unwrap();
        let sealed = [&[9u8; 24][..], &body].concat();
        assert_eq!(
            key(1, 7).open(b"id", SealedKind::Series, &sealed).unwrap(),
            b"v"
        );
    }

    #[test]
    fn a_users_secret_opens_only_as_itself() {
        let user = |n| UserId(uuid::Uuid::from_u128(n));
        let tenant = |n| Some(TenantId(uuid::Uuid::from_u128(n)));
        let mine = UserKey::random(user(1)).unwrap();
        let sealed = mine
            .seal(tenant(1), b"strava", SealedKind::Secret, b"token")
            .unwrap();
        let open = |key: &UserKey, tenant, id: &[u8], kind| key.open(tenant, id, kind, &sealed);
        let right = open(&mine, tenant(1), b"strava", SealedKind::Secret).unwrap();
        assert_eq!(*right, b"token");
        assert!(open(&mine, tenant(2), b"strava", SealedKind::Secret).is_err());
        assert!(open(&mine, None, b"strava", SealedKind::Secret).is_err());
        assert!(open(&mine, tenant(1), b"garmin", SealedKind::Secret).is_err());
        assert!(open(&mine, tenant(1), b"strava", SealedKind::SecondFactor).is_err());
        let other = UserKey::random(user(1)).unwrap();
        assert!(open(&other, tenant(1), b"strava", SealedKind::Secret).is_err());
        let renamed = UserKey {
            user: user(2),
            key: Key::from_bytes(mine.key.bytes()).unwrap(),
        };
        assert!(open(&renamed, tenant(1), b"strava", SealedKind::Secret).is_err());
    }

    #[test]
    fn a_key_given_out_dies_with_the_vault_that_gave_it() {
        let issued = Issued::default();
        let given = issued.give(key(1, 7));
        let clone = given.clone();
        let sealed = clone.seal(b"id", SealedKind::Secret, b"v").unwrap();
        drop(issued);
        for k in [given, clone] {
            assert!(matches!(
                k.open(b"id", SealedKind::Secret, &sealed),
                Err(VaultError::Locked)
            ));
            assert!(k.cell.read().unwrap().is_none());
        }
    }
}
