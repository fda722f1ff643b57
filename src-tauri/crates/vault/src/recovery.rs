//! The printed recovery key: 160 random bits in eight groups of five letters,
//! of which the fifth checks the four before it.
//!
//! Letters are values of GF(32). In group `g` the five letters satisfy
//! `Σ wᵢ·xᵢ = g` with five different weights, the check letter's being 1: so
//! one wrong letter, two letters exchanged, or a group in another's place are
//! always noticed, and the message can say which group to look at. Any other
//! error slips through one time in 32 per group and is then refused by the seal.

use crate::VaultError;
use crate::base32::{HUMAN, between_groups, bytes, letter, typed, values};
use crate::secret::{Key, random};
use paceline_model::UserId;
use zeroize::Zeroizing;

const GROUPS: usize = 8;
const DATA: usize = 4;
const GROUP: usize = DATA + 1;
const SECRET: usize = GROUPS * DATA * 5 / 8;
const WEIGHTS: [u8; DATA] = [2, 3, 4, 5];

/// Opens an account whose passphrase is lost. Printed once, kept by nobody.
pub struct RecoveryKey(Zeroizing<[u8; SECRET]>);

/// Product in GF(32) modulo x⁵ + x² + 1.
fn product(mut a: u8, mut b: u8) -> u8 {
    let mut sum = 0;
    while b > 0 {
        if b & 1 == 1 {
            sum ^= a;
        }
        a <<= 1;
        if a & 32 != 0 {
            a ^= 0b10_0101;
        }
        b >>= 1;
    }
    sum
}

fn check(group: usize, data: &[u8]) -> u8 {
    let sum = WEIGHTS
        .iter()
        .zip(data)
        .fold(0, |sum, (&weight, &value)| sum ^ product(weight, value));
    // Groups are few: the index is a value of GF(32) itself.
    sum ^ (group as u8 & 31)
}

impl RecoveryKey {
    pub(crate) fn random() -> Result<Self, VaultError> {
        random().map(Self)
    }

    /// The key as it is printed: eight groups of five letters and digits.
    #[must_use]
    pub fn printed(&self) -> Zeroizing<String> {
        let values = Zeroizing::new(values(&*self.0));
        let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
        for (index, data) in values.chunks(DATA).enumerate() {
            if index > 0 {
                text.push('-');
            }
            text.extend(data.iter().map(|&value| letter(HUMAN, value)));
            text.push(letter(HUMAN, check(index, data)));
        }
        text
    }

    /// Reads what a person typed: any case, with or without dashes and spaces, O for 0, I or L for 1.
    ///
    /// # Errors
    /// [`VaultError::RecoveryKeyTypo`] with the group in which something is wrong,
    /// [`VaultError::RecoveryKeyLength`] if letters are missing or too many.
    pub fn read(text: &str) -> Result<Self, VaultError> {
        let mut all = Zeroizing::new(Vec::with_capacity(GROUPS * GROUP + 1));
        for character in text.chars().filter(|&c| !between_groups(c)) {
            let group = all.len() / GROUP + 1;
            let value = typed(character).ok_or(VaultError::RecoveryKeyTypo { group })?;
            if all.len() == GROUPS * GROUP {
                return Err(VaultError::RecoveryKeyLength);
            }
            all.push(value);
        }
        if all.len() != GROUPS * GROUP {
            return Err(VaultError::RecoveryKeyLength);
        }
        let mut data = Zeroizing::new(Vec::with_capacity(GROUPS * DATA));
        for (index, group) in all.chunks(GROUP).enumerate() {
            if check(index, &group[..DATA]) != group[DATA] {
                return Err(VaultError::RecoveryKeyTypo { group: index + 1 });
            }
            data.extend_from_slice(&group[..DATA]);
        }
        let plain = Zeroizing::new(bytes(&data));
        let mut secret = Zeroizing::new([0u8; SECRET]);
        secret.copy_from_slice(&plain);
        Ok(Self(secret))
    }

    /// 160 random bits need no slow derivation.
    pub(crate) fn key(&self, user: UserId) -> Key {
        Key::derived(
            "paceline 2026 recovery key v1",
            &[&*self.0, user.0.as_bytes()],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn printed(seed: [u8; SECRET]) -> String {
        RecoveryKey(Zeroizing::new(seed)).printed().to_string()
    }

    fn group_of(result: Result<RecoveryKey, VaultError>) -> Option<usize> {
        match result {
            Err(VaultError::RecoveryKeyTypo { group }) => Some(group),
            _ => None,
        }
    }

    #[test]
    fn the_printed_form_is_eight_groups_of_five_without_lookalikes() {
        let text = printed([0x5a; SECRET]);
        assert_eq!(text.len(), 47);
        assert!(text.split('-').all(|group| group.len() == 5));
        assert_eq!(text.split('-').count(), 8);
        assert!(!text.contains(['I', 'L', 'O', 'U']));
    }

    #[test]
    fn missing_and_surplus_letters_are_named() {
        let text = printed([7; SECRET]);
        for wrong in ["", &text[..46], &format!("{text}A")] {
            assert!(matches!(
                RecoveryKey::read(wrong),
                Err(VaultError::RecoveryKeyLength)
            ));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn it_is_read_back_as_carelessly_as_people_type(seed in any::<[u8; SECRET]>()) {
            let text = printed(seed);
            let careless = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            for form in [text.clone(), careless, text.replace('-', "")] {
                let read = RecoveryKey::read(&form);
                prop_assert!(read.is_ok_and(|key| *key.0 == seed));
            }
        }

        #[test]
        fn one_wrong_letter_is_found_in_its_group(
            seed in any::<[u8; SECRET]>(), at in 0usize..40, by in 1u8..32,
        ) {
            let mut letters: Vec<char> = printed(seed).replace('-', "").chars().collect();
            letters[at] = letter(HUMAN, typed(letters[at]).unwrap() ^ by);
            let wrong: String = letters.iter().collect();
            prop_assert_eq!(group_of(RecoveryKey::read(&wrong)), Some(at / GROUP + 1));
        }

        #[test]
        fn two_letters_exchanged_are_found(
            seed in any::<[u8; SECRET]>(), group in 0usize..8, a in 0usize..5, b in 0usize..5,
        ) {
            let mut letters: Vec<char> = printed(seed).replace('-', "").chars().collect();
            let (a, b) = (group * GROUP + a, group * GROUP + b);
            prop_assume!(letters[a] != letters[b]);
            letters.swap(a, b);
            let wrong: String = letters.iter().collect();
            prop_assert_eq!(group_of(RecoveryKey::read(&wrong)), Some(group + 1));
        }

        #[test]
        fn groups_in_the_wrong_order_are_found(seed in any::<[u8; SECRET]>(), a in 0usize..8, b in 0usize..8) {
            prop_assume!(a != b);
            let text = printed(seed);
            let mut groups: Vec<&str> = text.split('-').collect();
            groups.swap(a, b);
            let found = group_of(RecoveryKey::read(&groups.join("-")));
            prop_assert_eq!(found, Some(a.min(b) + 1));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
            let _ = RecoveryKey::read(&text);
        }
    }
}
