//! Accounts, signing in and what keeps an account safe.

use super::KeyProtection;
use paceline_vault::Zeroizing;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A text that is nobody else's business: something typed to sign in, or something shown once. It is
/// never in a log or an error, shows nothing of itself when printed for debugging, and leaves memory
/// with its owner (what the window keeps of it is beyond reach).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}

impl Type for Secret {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        String::definition(types)
    }
}

impl Secret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Zeroizing<String>> for Secret {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

/// An account as it shows before anybody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// The user.
    pub user_id: String,
    /// The name they sign in with.
    pub handle: String,
    /// Whether the system's keyring can unlock it.
    pub keyring_unlock: bool,
    /// Seconds until the next attempt may be made.
    pub wait_s: u32,
}

/// Who can sign in, and who did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountsView {
    /// In the order in which they were made.
    pub accounts: Vec<AccountView>,
    /// Where the keys lie if the folder opens without signing in.
    pub opens_by_itself: Option<KeyProtection>,
    /// Whether somebody has to sign in before anything else.
    pub locked: bool,
    /// Whether a passphrase was right and the code of the second factor is awaited.
    pub code_needed: bool,
    /// Who acts, with an account or without; absent while locked.
    pub user_id: Option<String>,
}

/// How soon a passphrase would be guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StrengthView {
    /// Whether it is long enough to be chosen at all.
    pub allowed: bool,
    /// 0 (guessed at once) to 4 (out of reach); from 3 on it is worth its name.
    pub score: u8,
    /// The score as a sentence.
    pub verdict: String,
    /// What makes it weak, if something does.
    pub warning: Option<String>,
    /// How to make it better.
    pub suggestions: Vec<String>,
}

/// A handle and a passphrase.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// 1 to 64 characters that show.
    pub handle: String,
    /// At least 8 characters where it is chosen.
    pub passphrase: Secret,
}

/// A new account. The recovery key is shown this once, to be printed; without it a lost passphrase
/// cannot be recovered from.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewAccountView {
    /// The user.
    pub user_id: String,
    /// Eight groups of five letters and digits.
    pub recovery_key: Secret,
    /// Why the folder still opens without signing in, if it does, and what to do.
    pub still_opens_by_itself: Option<String>,
}

/// How far signing in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SignInState {
    /// Done.
    Unlocked,
    /// The passphrase was right; a code of the second factor is needed.
    CodeNeeded,
}

/// What came of signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignInView {
    /// How far it is.
    pub state: SignInState,
    /// Whether the recovery key took a second factor away, which is to be set up anew.
    pub second_factor_removed: bool,
    /// Recovery codes that are left, if there is a second factor and it was asked for.
    pub recovery_codes_left: Option<u32>,
}

/// What guards the account that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecurityView {
    /// The name to sign in with; absent where the folder opens by itself and has no account.
    pub handle: Option<String>,
    /// Whether codes of an authenticator are asked for.
    pub second_factor: bool,
    /// Recovery codes that are left.
    pub recovery_codes_left: u32,
    /// Whether the system's keyring can unlock it.
    pub keyring_unlock: bool,
    /// Minutes without use after which it is locked; absent if never.
    pub auto_lock_minutes: Option<u32>,
}

/// A second factor being set up; shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EnrolmentView {
    /// The `otpauth` address.
    pub uri: Secret,
    /// The same as a QR code in SVG.
    pub qr_svg: Secret,
    /// The secret in letters, for an authenticator without a camera.
    pub secret_text: Secret,
}

/// Ten codes, each good for one sign-in; shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodesView {
    /// Two groups of five letters and digits each.
    pub codes: Vec<Secret>,
}

/// The way somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum SignInWay {
    Passphrase,
    Keyring,
    RecoveryKey,
}

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SignInEnding {
    /// By hand.
    Locked,
    /// After minutes without use.
    Idle,
    /// The machine slept.
    Suspended,
    /// From another process.
    Revoked,
    /// With the program.
    Closed,
    /// The program ended without a word.
    Lost,
}

/// One sign-in of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignInEntryView {
    /// Names it.
    pub id: String,
    /// Passphrase, keyring or recovery key.
    pub way: SignInWay,
    /// The program that signed in.
    pub program: String,
    /// Its process.
    pub process: u32,
    /// When.
    pub started_at: String,
    /// When it ended, if that is known.
    pub ended_at: Option<String>,
    /// How it ended; absent while it lasts.
    pub ending: Option<SignInEnding>,
    /// Whether it is this one.
    pub current: bool,
}

/// The app was locked or unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LockView {
    /// Whether somebody has to sign in before anything else.
    pub locked: bool,
    /// Session epoch; answers of an older one are stale.
    pub epoch: u32,
}
