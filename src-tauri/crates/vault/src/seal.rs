use crate::VaultError;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use paceline_model::TenantId;
use zeroize::Zeroizing;

const NONCE: usize = 24;
const TAG: usize = 16;

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
}

/// Seals and opens the values of one tenant with XChaCha20-Poly1305.
///
/// Tenant, blob id and kind are associated data, so a value cannot be moved to
/// another row, another kind or another tenant without being noticed.
#[derive(Clone)]
pub struct TenantKey {
    tenant: TenantId,
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for TenantKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TenantKey({})", self.tenant)
    }
}

impl TenantKey {
    pub(crate) fn new(tenant: TenantId, key: &Zeroizing<[u8; 32]>) -> Self {
        Self {
            tenant,
            cipher: XChaCha20Poly1305::new((&**key).into()),
        }
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
    /// [`VaultError::Random`] if the system gives no nonce.
    pub fn seal(&self, id: &[u8], kind: SealedKind, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|e| VaultError::Random(e.to_string()))?;
        let aad = self.associated(id, kind);
        let sealed = self
            .cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_| VaultError::SealBroken)?;
        let mut out = Vec::with_capacity(NONCE + sealed.len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// What [`TenantKey::seal`] was given.
    ///
    /// # Errors
    /// [`VaultError::SealBroken`] for anything else.
    pub fn open(&self, id: &[u8], kind: SealedKind, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        if sealed.len() < NONCE + TAG {
            return Err(VaultError::SealBroken);
        }
        let (nonce, body) = sealed.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::SealBroken)?;
        let aad = self.associated(id, kind);
        self.cipher
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: body,
                    aad: &aad,
                },
            )
            .map_err(|_| VaultError::SealBroken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(tenant: u128, byte: u8) -> TenantKey {
        TenantKey::new(
            TenantId(uuid::Uuid::from_u128(tenant)),
            &Zeroizing::new([byte; 32]),
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
        assert!(
            key(1, 7)
                .open(b"other", SealedKind::Series, &sealed)
                .is_err()
        );
        assert!(
            key(1, 7)
                .open(b"id", SealedKind::Original, &sealed)
                .is_err()
        );
        assert!(key(2, 7).open(b"id", SealedKind::Series, &sealed).is_err());
        assert!(key(1, 8).open(b"id", SealedKind::Series, &sealed).is_err());
        assert!(
            key(1, 7)
                .open(b"id", SealedKind::Series, &sealed[..20])
                .is_err()
        );
    }
}
