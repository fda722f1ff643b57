//! Tenant keys wrapped for a member who need not be there.
//!
//! Every user has an X25519 key pair whose secret half is derived from their
//! user key. A tenant key is wrapped under a key derived from two exchanges:
//! a fresh pair's with the member (so each wrapping differs) and the giver's
//! with the member (so the member knows who gave it). Both public halves, both
//! users and the tenant take part in the derivation; the wrapping fits nobody
//! and nothing else. A stolen user key opens the wrappings of the past.

use crate::secret::{Key, random};
use crate::{TenantKey, UserKey, VaultError};
use paceline_model::{TenantId, UserId};
use x25519_dalek::{PublicKey, StaticSecret};

const PUBLIC: usize = 32;

/// The public half of a user's key: what others need to give them a tenant key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberKey {
    user: UserId,
    public: [u8; PUBLIC],
}

impl MemberKey {
    /// The member's key as bytes that [`MemberKey::from_bytes`] reads: user, then public key.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.user.0.as_bytes(), &self.public[..]].concat()
    }

    /// A member's key that came from elsewhere. Who sent it must be known by other means, such as
    /// comparing [`MemberKey::fingerprint`].
    ///
    /// # Errors
    /// [`VaultError::SealBroken`] for bytes of another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        let (user, public) = bytes
            .split_first_chunk::<16>()
            .ok_or(VaultError::SealBroken)?;
        Ok(Self {
            user: UserId(uuid::Uuid::from_bytes(*user)),
            public: public.try_into().map_err(|_| VaultError::SealBroken)?,
        })
    }

    /// Whose key it is.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Twenty-four letters in groups of four (120 bits) for two people to compare.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        use crate::base32::{HUMAN, letter, values};
        let hash = blake3::hash(&self.to_bytes());
        let mut text = String::new();
        for (at, value) in values(&hash.as_bytes()[..15]).into_iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                text.push(' ');
            }
            text.push(letter(HUMAN, value));
        }
        text
    }

    pub(crate) fn public(&self) -> &[u8] {
        &self.public
    }
}

/// The key under which `tenant`'s is wrapped. Refuses public keys that make every secret the same.
fn wrapping(
    secrets: [(&StaticSecret, PublicKey); 2],
    fresh: &[u8],
    giver: &MemberKey,
    member: &MemberKey,
    tenant: TenantId,
) -> Result<Key, VaultError> {
    let [first, second] = secrets.map(|(secret, public)| secret.diffie_hellman(&public));
    if !first.was_contributory() || !second.was_contributory() {
        return Err(VaultError::SealBroken);
    }
    Ok(Key::derived(
        "paceline 2026 tenant key for a member v1",
        &[
            first.as_bytes(),
            second.as_bytes(),
            fresh,
            &giver.to_bytes(),
            &member.to_bytes(),
            tenant.0.as_bytes(),
        ],
    ))
}

impl UserKey {
    fn exchange(&self) -> StaticSecret {
        let secret = Key::derived(
            "paceline 2026 user exchange key v1",
            &[self.user.0.as_bytes(), self.key.bytes()],
        );
        StaticSecret::from(*secret.bytes())
    }

    /// The public half of this key.
    #[must_use]
    pub fn member(&self) -> MemberKey {
        MemberKey {
            user: self.user,
            public: PublicKey::from(&self.exchange()).to_bytes(),
        }
    }

    /// `key` wrapped for `member` (who may be this user), as given by this user. To be kept with the
    /// membership; it is no secret by itself, but tells the size of a wrapped key (104 bytes).
    ///
    /// # Errors
    /// [`VaultError::SealBroken`] if the member's key is not a usable one, [`VaultError::Locked`] if
    /// `key` belongs to a vault that was locked, [`VaultError::Random`].
    pub fn wrap(&self, key: &TenantKey, member: &MemberKey) -> Result<Vec<u8>, VaultError> {
        let fresh = StaticSecret::from(*random::<32>()?);
        let public = PublicKey::from(&fresh).to_bytes();
        let theirs = PublicKey::from(member.public);
        let secrets = [(&fresh, theirs), (&self.exchange(), theirs)];
        let outer = wrapping(secrets, &public, &self.member(), member, key.tenant())?;
        let wrapped = key.with(|inner| outer.wrap(&[], inner))?;
        Ok([&public[..], &wrapped].concat())
    }

    /// The tenant's key out of what `giver` wrapped for this user.
    pub(crate) fn unwrap(
        &self,
        tenant: TenantId,
        giver: &MemberKey,
        wrapped: &[u8],
    ) -> Result<TenantKey, VaultError> {
        let (fresh, body) = wrapped
            .split_first_chunk::<PUBLIC>()
            .ok_or(VaultError::SealBroken)?;
        let mine = self.exchange();
        let secrets = [
            (&mine, PublicKey::from(*fresh)),
            (&mine, PublicKey::from(giver.public)),
        ];
        let outer = wrapping(secrets, fresh, giver, &self.member(), tenant)?;
        Ok(TenantKey::new(tenant, outer.unwrap_key(&[], body)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SealedKind;
    use proptest::prelude::*;

    fn user(n: u128) -> UserKey {
        UserKey::random(UserId(uuid::Uuid::from_u128(n))).unwrap()
    }

    fn tenant(n: u128) -> TenantId {
        TenantId(uuid::Uuid::from_u128(n))
    }

    fn new_key(n: u128) -> TenantKey {
        TenantKey::new(tenant(n), Key::random().unwrap())
    }

    #[test]
    fn a_member_opens_what_was_wrapped_for_them_while_they_were_away() {
        let (owner, coach) = (user(1), user(2));
        let key = new_key(5);
        let sealed = key.seal(b"id", SealedKind::Secret, b"v").unwrap();
        for member in [owner.member(), coach.member()] {
            let wrapped = owner.wrap(&key, &member).unwrap();
            assert_eq!(wrapped.len(), 104);
            let who = if member == owner.member() {
                &owner
            } else {
                &coach
            };
            let back = who.unwrap(tenant(5), &owner.member(), &wrapped).unwrap();
            assert_eq!(back.open(b"id", SealedKind::Secret, &sealed).unwrap(), b"v");
        }
    }

    #[test]
    fn a_wrapped_key_fits_no_other_user_tenant_or_giver() {
        let (owner, coach, other) = (user(1), user(2), user(3));
        let wrapped = owner.wrap(&new_key(5), &coach.member()).unwrap();
        assert!(coach.unwrap(tenant(5), &owner.member(), &wrapped).is_ok());
        assert!(other.unwrap(tenant(5), &owner.member(), &wrapped).is_err());
        assert!(owner.unwrap(tenant(5), &owner.member(), &wrapped).is_err());
        assert!(coach.unwrap(tenant(6), &owner.member(), &wrapped).is_err());
        assert!(coach.unwrap(tenant(5), &other.member(), &wrapped).is_err());
        // The same keys under another user's name.
        let mut renamed = owner.member();
        renamed.user = UserId(uuid::Uuid::from_u128(9));
        assert!(coach.unwrap(tenant(5), &renamed, &wrapped).is_err());
    }

    #[test]
    fn a_public_key_that_fixes_the_secret_is_refused() {
        let mut weak = user(2).member();
        weak.public = [0; 32];
        assert!(user(1).wrap(&new_key(5), &weak).is_err());
        let mut wrapped = vec![0u8; 104];
        assert!(user(1).unwrap(tenant(5), &weak, &wrapped).is_err());
        wrapped.truncate(10);
        assert!(user(1).unwrap(tenant(5), &weak, &wrapped).is_err());
    }

    #[test]
    fn fingerprints_tell_members_apart() {
        let (a, b) = (user(1).member(), user(2).member());
        assert_ne!(a.fingerprint(), b.fingerprint());
        assert_eq!(a.fingerprint().len(), 24 + 5);
        assert_eq!(MemberKey::from_bytes(&a.to_bytes()).unwrap(), a);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_bytes_are_no_member_and_no_wrapped_key(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            prop_assert_eq!(MemberKey::from_bytes(&bytes).is_ok(), bytes.len() == 48);
            let me = user(1);
            prop_assert!(me.unwrap(tenant(5), &me.member(), &bytes).is_err());
        }

        #[test]
        fn any_flipped_bit_of_a_wrapped_key_is_noticed(at in 0usize..104, bit in 0u8..8) {
            let me = user(1);
            let mut wrapped = me.wrap(&new_key(5), &me.member()).unwrap();
            wrapped[at] ^= 1 << bit;
            // The top bit of an X25519 coordinate is not part of it, but of the derivation.
            prop_assert!(me.unwrap(tenant(5), &me.member(), &wrapped).is_err());
        }
    }
}
