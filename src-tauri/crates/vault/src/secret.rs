//! The private primitives: 32-byte keys, how one is made from another, and the
//! one cipher. Nothing here leaves the crate.

use crate::VaultError;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize as _, Zeroizing};

const NONCE: usize = 24;
const TAG: usize = 16;
pub(crate) const KEY: usize = 32;

/// Bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, VaultError> {
    let mut bytes = Zeroizing::new([0u8; N]);
    getrandom::fill(&mut *bytes).map_err(|e| VaultError::Random(e.to_string()))?;
    Ok(bytes)
}

/// Parts joined so that no two different lists give the same bytes.
pub(crate) fn joined(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length = parts.iter().map(|part| part.len() + 8).sum();
    let mut all = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part);
    }
    all
}

/// A key of 256 bits; leaves memory with its owner. Boxed, since every move of an array leaves a
/// copy behind on the stack.
pub(crate) struct Key(Box<Zeroizing<[u8; KEY]>>);

impl Key {
    /// A key whose bytes `write` puts in their place.
    pub(crate) fn made<E>(write: impl FnOnce(&mut [u8; KEY]) -> Result<(), E>) -> Result<Self, E> {
        let mut key = Box::new(Zeroizing::new([0u8; KEY]));
        write(&mut key)?;
        Ok(Self(key))
    }

    pub(crate) fn random() -> Result<Self, VaultError> {
        Self::made(|key| getrandom::fill(key).map_err(|e| VaultError::Random(e.to_string())))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::made(|key| {
            if bytes.len() != KEY {
                return Err(());
            }
            key.copy_from_slice(bytes);
            Ok(())
        })
        .ok()
    }

    /// BLAKE3's key derivation of the parts, for one purpose that `context` names.
    pub(crate) fn derived(context: &str, parts: &[&[u8]]) -> Self {
        Self::hashed(context, &[&joined(parts)])
    }

    /// [`Key::derived`] of the parts as they are, without their lengths.
    pub(crate) fn hashed(context: &str, parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        for part in parts {
            hasher.update(part);
        }
        let mut hash = hasher.finalize();
        let mut key = Box::new(Zeroizing::new([0u8; KEY]));
        key.copy_from_slice(hash.as_bytes());
        // Both have met the secret parts.
        hash.zeroize();
        hasher.zeroize();
        Self(key)
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY] {
        &self.0
    }

    /// Nonce, ciphertext and tag of `plain` under XChaCha20-Poly1305; `associated` must be the
    /// same to open it.
    pub(crate) fn seal(&self, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce = random::<NONCE>()?;
        let payload = Payload {
            msg: plain,
            aad: associated,
        };
        let sealed = XChaCha20Poly1305::new(self.bytes().into())
            .encrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| VaultError::SealBroken)?;
        let mut out = Vec::with_capacity(NONCE + sealed.len());
        out.extend_from_slice(&*nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    pub(crate) fn open(&self, associated: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        if sealed.len() < NONCE + TAG {
            return Err(VaultError::SealBroken);
        }
        let (nonce, body) = sealed.split_at(NONCE);
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| VaultError::SealBroken)?;
        let payload = Payload {
            msg: body,
            aad: associated,
        };
        XChaCha20Poly1305::new(self.bytes().into())
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::SealBroken)
    }

    /// A key that another key keeps.
    pub(crate) fn wrap(&self, associated: &[u8], inner: &Self) -> Result<Vec<u8>, VaultError> {
        self.seal(associated, inner.bytes())
    }

    pub(crate) fn unwrap_key(&self, associated: &[u8], sealed: &[u8]) -> Result<Self, VaultError> {
        let plain = Zeroizing::new(self.open(associated, sealed)?);
        Self::from_bytes(&plain).ok_or(VaultError::SealBroken)
    }
}

/// Bytes written as hexadecimal digits, for the header.
pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn encode(bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
        let digit = |c: u8| (c as char).to_digit(16);
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return None;
        };
        pairs
            .iter()
            .map(|[high, low]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok())
            .collect()
    }

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        decode(&text).ok_or_else(|| serde::de::Error::custom("not hexadecimal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn hexadecimal_reads_back(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(hex::decode(&hex::encode(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_as_hexadecimal_is_read_or_refused(text in ".{0,40}") {
            let read = hex::decode(&text);
            prop_assert_eq!(
                read.is_some(),
                text.len() % 2 == 0 && text.bytes().all(|b| b.is_ascii_hexdigit())
            );
        }
    }

    #[test]
    fn a_derived_key_depends_on_where_its_parts_end() {
        let key = |parts: &[&[u8]]| *Key::derived("test", parts).bytes();
        assert_eq!(key(&[b"ab", b"c"]), key(&[b"ab", b"c"]));
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
        assert_ne!(
            *Key::derived("other", &[b"ab", b"c"]).bytes(),
            key(&[b"ab", b"c"])
        );
    }

    #[test]
    fn a_wrapped_key_opens_only_for_its_purpose() {
        let (outer, inner) = (Key::random().unwrap(), Key::random().unwrap());
        let wrapped = outer.wrap(b"purpose", &inner).unwrap();
        let back = outer.unwrap_key(b"purpose", &wrapped).unwrap();
        assert_eq!(back.bytes(), inner.bytes());
        assert!(outer.unwrap_key(b"another", &wrapped).is_err());
        assert!(inner.unwrap_key(b"purpose", &wrapped).is_err());
        let short = outer
            .seal(b"purpose", b"31 bytes are not a whole key...")
            .unwrap();
        assert!(outer.unwrap_key(b"purpose", &short).is_err());
    }
}
