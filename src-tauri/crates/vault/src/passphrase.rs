//! What a person types: one form of it, and how soon it would be guessed.

use crate::VaultError;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// NIST SP 800-63B's least for a secret that a person chooses.
const SHORTEST: usize = 8;
/// Bytes; a limit against accidents, far beyond what anybody types.
const LONGEST: usize = 1024;

/// A passphrase in Unicode's normalisation form C, so that ä typed as one key and as two opens the
/// same. Nothing is trimmed or folded.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A passphrase as it was typed to sign in.
    ///
    /// # Errors
    /// [`VaultError::PassphraseLength`] if it is longer than 1024 bytes.
    pub fn typed(text: &str) -> Result<Self, VaultError> {
        // Composing never lengthens past three times, and a string that grows leaves copies behind.
        if text.len() > LONGEST {
            return Err(VaultError::PassphraseLength);
        }
        let mut normal = Zeroizing::new(String::with_capacity(3 * text.len()));
        normal.extend(text.nfc());
        Ok(Self(normal))
    }

    /// A passphrase somebody chooses for the future.
    ///
    /// # Errors
    /// [`VaultError::PassphraseLength`] if it has fewer than 8 characters or more than 1024 bytes.
    pub fn chosen(text: &str) -> Result<Self, VaultError> {
        let passphrase = Self::typed(text)?;
        if passphrase.0.chars().count() < SHORTEST {
            return Err(VaultError::PassphraseLength);
        }
        Ok(passphrase)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// How soon a passphrase would be guessed, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// 0 (guessed at once) to 4 (out of reach); from 3 on it is worth its name.
    pub score: u8,
    /// The score as a sentence.
    pub verdict: &'static str,
    /// What makes it weak, if something does.
    pub warning: Option<String>,
    /// How to make it better.
    pub suggestions: Vec<String>,
}

/// Judges a passphrase by zxcvbn's estimate of its first 100 characters; `known` are words that a
/// guesser would try first (handle, names, e-mail). Says nothing of the passphrase itself.
#[must_use]
pub fn strength(passphrase: &Passphrase, known: &[&str]) -> Strength {
    let estimate = zxcvbn::zxcvbn(&passphrase.0, known);
    let score = u8::from(estimate.score());
    let feedback = estimate.feedback();
    Strength {
        score,
        verdict: match score {
            0 => "Guessed at once.",
            1 => "Guessed within hours.",
            2 => "Guessed by somebody who really wants to.",
            3 => "Hard to guess.",
            _ => "Out of reach of guessing.",
        },
        warning: feedback.and_then(|f| f.warning()).map(|w| w.to_string()),
        suggestions: feedback
            .map(|f| f.suggestions().iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_passphrase_is_the_same_however_its_letters_are_composed() {
        let composed = Passphrase::typed("Z\u{fc}rich\u{e5}").unwrap();
        let decomposed = Passphrase::typed("Zu\u{308}richa\u{30a}").unwrap();
        assert_eq!(composed.bytes(), decomposed.bytes());
        let other = Passphrase::typed("Zuricha").unwrap();
        assert_ne!(composed.bytes(), other.bytes());
        // Only form C: a ligature stays one, and spaces stay.
        assert_eq!(
            Passphrase::typed(" \u{fb01} ").unwrap().bytes(),
            " \u{fb01} ".as_bytes()
        );
    }

    #[test]
    fn a_passphrase_too_short_or_too_long_is_refused_when_it_is_chosen() {
        assert!(Passphrase::chosen("seven77").is_err());
        assert!(Passphrase::chosen("eight888").is_ok());
        // Eight letters, whatever they weigh.
        assert!(Passphrase::chosen("\u{e4}\u{e4}\u{e4}\u{e4}").is_err());
        assert!(Passphrase::chosen(&"x".repeat(1025)).is_err());
    }

    #[test]
    fn a_common_passphrase_is_called_weak_and_told_why() {
        let weak = strength(&Passphrase::typed("password1").unwrap(), &[]);
        assert!(weak.score <= 1);
        assert!(weak.warning.is_some());
        assert!(!weak.suggestions.is_empty());
        let strong = Passphrase::typed("tundra ostrich ledger quarry mint").unwrap();
        let strong = strength(&strong, &[]);
        assert_eq!(strong.score, 4);
        assert_eq!(strong.warning, None);
    }

    #[test]
    fn a_passphrase_made_of_the_persons_own_name_is_weaker() {
        let passphrase = Passphrase::typed("wolkenstein84").unwrap();
        let unknown = strength(&passphrase, &[]);
        let known = strength(&passphrase, &["wolkenstein"]);
        assert!(known.score < unknown.score, "{known:?} {unknown:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_text_has_one_form_and_a_score(text in "\\PC{0,60}") {
            let once = Passphrase::typed(&text).unwrap();
            let twice = Passphrase::typed(std::str::from_utf8(once.bytes()).unwrap());
            if let Ok(twice) = twice {
                prop_assert_eq!(once.bytes(), twice.bytes());
            }
            prop_assert!(strength(&once, &["anna"]).score <= 4);
        }
    }
}
