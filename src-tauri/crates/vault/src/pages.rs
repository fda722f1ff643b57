//! Pages of an encrypted database one by one, for salvage: SQLite gives up a
//! database at the first page it cannot read, and the pages beside it are whole.
//!
//! The layout is SQLCipher 4's: pages of 4096 bytes whose last 48 hold the
//! initialisation vector (16) and an HMAC-SHA256 (32) over ciphertext, vector and
//! page number; the rest is AES-256-CBC under the raw key. The first 16 bytes of
//! the file are its salt, from which with the key the HMAC's key follows
//! (<https://www.zetetic.net/sqlcipher/design/>).

use crate::secret::{KEY, Key, hex};
use aes::Aes256;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _, block_padding::NoPadding};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Bytes of a page of `paceline.db`.
pub const PAGE: usize = 4096;
/// Bytes at the end of a page that are SQLCipher's own.
pub const PAGE_RESERVED: usize = 48;
const SALT: usize = 16;
const VECTOR: usize = 16;
const MAGIC: &[u8; SALT] = b"SQLite format 3\0";

/// Opens single pages of one file of `paceline.db`.
pub struct PageOpener {
    key: Key,
    check: Key,
}

/// What became of a page.
pub enum Page {
    /// As it was written.
    Whole(Vec<u8>),
    /// Decrypted, though its check value does not fit: damaged, or the file's salt is. What it
    /// says must be looked at with suspicion.
    Doubtful(Vec<u8>),
    /// Not a page of this length.
    Short,
}

impl PageOpener {
    /// For the file that begins with `start` and is encrypted under the database's key, given as
    /// [`crate::Vault::database_key_hex`] gives it. `None` if either is too short.
    #[must_use]
    pub fn new(database_key_hex: &str, start: &[u8]) -> Option<Self> {
        let bytes = Zeroizing::new(hex::decode(database_key_hex)?);
        let key = Key::from_bytes(&bytes)?;
        let salt: Vec<u8> = start.get(..SALT)?.iter().map(|byte| byte ^ 0x3a).collect();
        // PBKDF2-HMAC-SHA512 of two rounds; its first block is longer than the key.
        let round = |data: &[&[u8]]| -> Option<Zeroizing<[u8; 64]>> {
            let mut mac = Hmac::<Sha512>::new_from_slice(key.bytes()).ok()?;
            for part in data {
                mac.update(part);
            }
            Some(Zeroizing::new(mac.finalize().into_bytes().into()))
        };
        let first = round(&[&salt, &1u32.to_be_bytes()])?;
        let second = round(&[&*first])?;
        let check = Key::made(|out| {
            for (at, byte) in out.iter_mut().enumerate() {
                *byte = first[at] ^ second[at];
            }
            Ok::<(), ()>(())
        })
        .ok()?;
        Some(Self { key, check })
    }

    /// Page `number`, counted from 1, of the bytes as they lie in the file.
    #[must_use]
    pub fn open(&self, number: u32, raw: &[u8]) -> Page {
        if raw.len() != PAGE {
            return Page::Short;
        }
        let from = if number == 1 { SALT } else { 0 };
        let usable = PAGE - PAGE_RESERVED;
        let vector = &raw[usable..usable + VECTOR];
        let whole = Hmac::<Sha256>::new_from_slice(self.check.bytes()).is_ok_and(|mut mac| {
            mac.update(&raw[from..usable + VECTOR]);
            mac.update(&number.to_le_bytes());
            let sum = mac.finalize().into_bytes();
            bool::from(sum.as_slice().ct_eq(&raw[usable + VECTOR..]))
        });
        let mut plain = raw.to_vec();
        let key: &[u8; KEY] = self.key.bytes();
        let opened = cbc::Decryptor::<Aes256>::new_from_slices(key, vector).is_ok_and(|cipher| {
            cipher
                .decrypt_padded::<NoPadding>(&mut plain[from..usable])
                .is_ok()
        });
        if !opened {
            return Page::Short;
        }
        if number == 1 {
            plain[..SALT].copy_from_slice(MAGIC);
        }
        plain[usable..].fill(0);
        if whole {
            Page::Whole(plain)
        } else {
            Page::Doubtful(plain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_page_that_nobody_wrote_is_taken_for_whole(
            fill in proptest::collection::vec(any::<u8>(), 0..64),
            number in any::<u32>(),
        ) {
            let opener = PageOpener::new(&"07".repeat(32), &[3; 16]).unwrap();
            let raw: Vec<u8> = fill.iter().copied().chain(std::iter::repeat(9)).take(PAGE).collect();
            prop_assert!(matches!(opener.open(number, &raw), Page::Doubtful(plain) if plain.len() == PAGE));
            prop_assert!(matches!(opener.open(number, &raw[1..]), Page::Short));
        }
    }

    #[test]
    fn without_a_key_or_a_salt_there_is_no_opener() {
        assert!(PageOpener::new("07", &[3; 16]).is_none());
        assert!(PageOpener::new(&"07".repeat(32), &[3; 15]).is_none());
    }
}
