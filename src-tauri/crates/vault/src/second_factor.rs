//! A second factor: codes of an authenticator, and ten recovery codes for when
//! it is lost.
//!
//! What it can do on a local, encrypted store, and what not. The data is
//! encrypted under keys that the passphrase opens; a code that changes every 30
//! seconds cannot be part of a key. So the secret lies sealed inside the user's
//! key, and is only asked for once the passphrase was right. It keeps somebody
//! who watched the passphrase being typed from using the app at this machine.
//! It does not keep somebody who has the passphrase and a copy of the data
//! folder from reading it with another program, nor does it add anything
//! against malware. For those: a passphrase nobody sees, and disk encryption.

use crate::base32::{HUMAN, between_groups, letter, typed, values};
use crate::secret::{Key, random};
use crate::{SealedKind, UserKey, VaultError, totp};
use serde::{Deserialize, Serialize};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::Zeroizing;

const ID: &[u8] = b"totp";
const CODES: usize = 10;
/// 50 bits, ten letters.
const CODE_LETTERS: usize = 10;

/// A second factor being set up, or as it was sealed.
///
/// Neither shown, copied nor written out; leaves memory with its owner.
pub struct SecondFactor {
    secret: Zeroizing<[u8; totp::SECRET]>,
    last_step: Option<u64>,
    salt: Zeroizing<[u8; 32]>,
    codes: Vec<[u8; 32]>,
}

/// The state inside its seal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    version: u8,
    secret: [u8; totp::SECRET],
    last_step: Option<u64>,
    salt: [u8; 32],
    codes: Vec<[u8; 32]>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
        zeroize::Zeroize::zeroize(&mut self.salt);
    }
}

/// Ten codes of two groups of five letters and digits, each good for one sign-in. Shown once.
pub type RecoveryCodes = Vec<Zeroizing<String>>;

impl SecondFactor {
    /// A new factor and its recovery codes. It is in force once [`SecondFactor::confirm`] gave the
    /// state to keep.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn enrol() -> Result<(Self, RecoveryCodes), VaultError> {
        let mut factor = Self {
            secret: random()?,
            last_step: None,
            salt: random()?,
            codes: vec![],
        };
        let codes = factor.new_recovery_codes()?;
        Ok((factor, codes))
    }

    /// The secret in letters, for an authenticator without a camera.
    #[must_use]
    pub fn secret_text(&self) -> Zeroizing<String> {
        totp::secret_text(&*self.secret)
    }

    /// The `otpauth` address for the account `handle`.
    #[must_use]
    pub fn uri(&self, handle: &str) -> Zeroizing<String> {
        totp::uri(&*self.secret, handle)
    }

    /// [`SecondFactor::uri`] as a QR code in SVG.
    ///
    /// # Errors
    /// [`VaultError::HandleInvalid`] if the handle is too long for one.
    pub fn qr_svg(&self, handle: &str) -> Result<Zeroizing<String>, VaultError> {
        totp::qr_svg(&self.uri(handle))
    }

    /// Takes the first code, which shows that the authenticator has the secret and that the clocks
    /// agree, and gives the state to keep. `unix_s` is the wall time in seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`VaultError::WrongCode`].
    pub fn confirm(
        &mut self,
        key: &UserKey,
        code: &str,
        unix_s: u64,
    ) -> Result<Vec<u8>, VaultError> {
        self.verify(code, unix_s)?;
        self.seal(key)
    }

    /// Replaces all recovery codes.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn new_recovery_codes(&mut self) -> Result<RecoveryCodes, VaultError> {
        let mut shown = Vec::with_capacity(CODES);
        let mut hashes = Vec::with_capacity(CODES);
        for _ in 0..CODES {
            // 56 bits, of which ten letters take 50.
            let letters = Zeroizing::new(values(&*random::<7>()?));
            let letters = &letters[..CODE_LETTERS];
            hashes.push(self.hash(letters));
            let mut text = Zeroizing::new(String::with_capacity(CODE_LETTERS + 1));
            for (at, &value) in letters.iter().enumerate() {
                if at == CODE_LETTERS / 2 {
                    text.push('-');
                }
                text.push(letter(HUMAN, value));
            }
            shown.push(text);
        }
        self.codes = hashes;
        Ok(shown)
    }

    /// How many recovery codes are left.
    #[must_use]
    pub const fn recovery_codes_left(&self) -> usize {
        self.codes.len()
    }

    fn hash(&self, letters: &[u8]) -> [u8; 32] {
        let context = "paceline 2026 second factor recovery code v1";
        *Key::derived(context, &[&*self.salt, letters]).bytes()
    }

    /// Accepts a code of this step or one beside it, of a later step than the last one accepted.
    pub(crate) fn verify(&mut self, code: &str, unix_s: u64) -> Result<(), VaultError> {
        let step = totp::step_of(&*self.secret, code, unix_s)?;
        if self.last_step.is_some_and(|last| step <= last) {
            return Err(VaultError::CodeUsed);
        }
        self.last_step = Some(step);
        Ok(())
    }

    /// Accepts a recovery code once.
    pub(crate) fn spend(&mut self, code: &str) -> Result<(), VaultError> {
        let mut letters = Zeroizing::new(Vec::with_capacity(CODE_LETTERS));
        for character in code.chars().filter(|&c| !between_groups(c)) {
            if letters.len() == CODE_LETTERS {
                return Err(VaultError::WrongCode);
            }
            letters.push(typed(character).ok_or(VaultError::WrongCode)?);
        }
        let hash = self.hash(&letters);
        let (mut found, mut at) = (Choice::from(0), 0u32);
        for (index, kept) in (0u32..).zip(&self.codes) {
            let same = kept.ct_eq(&hash);
            at.conditional_assign(&index, same);
            found |= same;
        }
        if !bool::from(found) {
            return Err(VaultError::WrongCode);
        }
        self.codes.remove(at as usize);
        Ok(())
    }

    /// The state sealed inside the user's key.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn seal(&self, key: &UserKey) -> Result<Vec<u8>, VaultError> {
        let kept = Kept {
            version: 1,
            secret: *self.secret,
            last_step: self.last_step,
            salt: *self.salt,
            codes: self.codes.clone(),
        };
        // Large enough never to grow, which would leave copies behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer(&mut *plain, &kept).map_err(|e| VaultError::Random(e.to_string()))?;
        key.seal(None, ID, SealedKind::SecondFactor, &plain)
    }

    /// What [`SecondFactor::seal`] gave.
    ///
    /// # Errors
    /// [`VaultError::SealBroken`] for anything else.
    pub fn open(key: &UserKey, sealed: &[u8]) -> Result<Self, VaultError> {
        let plain = key.open(None, ID, SealedKind::SecondFactor, sealed)?;
        let kept: Kept = serde_json::from_slice(&plain).map_err(|_| VaultError::SealBroken)?;
        if kept.version != 1 {
            return Err(VaultError::SealBroken);
        }
        Ok(Self {
            secret: Zeroizing::new(kept.secret),
            last_step: kept.last_step,
            salt: Zeroizing::new(kept.salt),
            codes: kept.codes.clone(),
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use paceline_model::UserId;
    use proptest::prelude::*;

    fn user_key() -> UserKey {
        UserKey::random(UserId(uuid::Uuid::from_u128(1))).unwrap()
    }

    /// The code an authenticator shows.
    pub(crate) fn shown(factor: &SecondFactor, unix_s: u64) -> String {
        totp::shown(&*factor.secret, unix_s)
    }

    #[test]
    fn an_accepted_code_is_refused_the_second_time_and_so_is_an_older_one() {
        let key = user_key();
        let (mut factor, _) = SecondFactor::enrol().unwrap();
        let (earlier, code) = (shown(&factor, 3000), shown(&factor, 3030));
        let sealed = factor.confirm(&key, &code, 3030).unwrap();
        let mut again = SecondFactor::open(&key, &sealed).unwrap();
        for replayed in [&code, &earlier] {
            assert!(matches!(
                again.verify(replayed, 3031),
                Err(VaultError::CodeUsed)
            ));
        }
        let next = shown(&again, 3060);
        again.verify(&next, 3060).unwrap();
    }

    #[test]
    fn each_of_ten_recovery_codes_is_good_once() {
        let key = user_key();
        let (mut factor, codes) = SecondFactor::enrol().unwrap();
        assert_eq!(codes.len(), 10);
        for code in &codes {
            assert_eq!(code.len(), 11);
            factor
                .spend(&code.to_lowercase().replace('-', " "))
                .unwrap();
            factor = SecondFactor::open(&key, &factor.seal(&key).unwrap()).unwrap();
            assert!(matches!(factor.spend(code), Err(VaultError::WrongCode)));
        }
        assert_eq!(factor.recovery_codes_left(), 0);
        let fresh = factor.new_recovery_codes().unwrap();
        assert!(factor.spend(&codes[0]).is_err());
        assert!(factor.spend(&fresh[9]).is_ok());
    }

    #[test]
    fn the_sealed_state_shows_no_code_and_opens_for_its_user_alone() {
        let key = user_key();
        let (factor, codes) = SecondFactor::enrol().unwrap();
        let sealed = factor.seal(&key).unwrap();
        assert!(SecondFactor::open(&key, &sealed).is_ok());
        assert!(SecondFactor::open(&user_key(), &sealed).is_err());
        let plain = key
            .open(None, ID, SealedKind::SecondFactor, &sealed)
            .unwrap();
        let text = String::from_utf8_lossy(&plain).to_string();
        assert!(codes.iter().all(|code| !text.contains(&**code)));
        assert!(plain.len() < 4096);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_is_no_recovery_code(text in "\\PC{0,24}") {
            let (mut factor, _) = SecondFactor::enrol().unwrap();
            prop_assert!(factor.spend(&text).is_err());
            prop_assert!(factor.verify(&text, 1_000_000).is_err() || text.trim().len() >= 6);
        }
    }
}
