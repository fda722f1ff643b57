//! A passphrase with a second factor: set, locked, tried wrongly, unlocked.

use crate::app::App;
use crate::fixtures::{RIDES, write};
use crate::journeys::{IMPORT, import};
use crate::webdriver::SOON;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

const PASSPHRASE: &str = "seven herons count tidal pebbles";
/// Argon2id is measured and run in a debug build.
const SLOWLY: Duration = Duration::from_secs(60);

/// The step of 30 seconds that is now.
fn step() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() / 30
}

/// What an authenticator shows in a step (RFC 6238).
fn code(letters: &str, step: u64) -> String {
    use hmac::{KeyInit as _, Mac as _};
    let (mut bits, mut held, mut key) = (0u32, 0u32, Vec::new());
    for letter in letters.bytes().filter(u8::is_ascii_alphanumeric) {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let value = alphabet.iter().position(|&l| l == letter).unwrap();
        bits = (bits << 5) | u32::try_from(value).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            key.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    let mut mac = hmac::Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn banner(app: &App) -> String {
    app.until("a refusal", SLOWLY, || {
        app.all("error-banner").first().map(|b| app.text(b))
    })
}

#[test]
#[ignore = "needs the built app and a display: cargo xtask test --only e2e"]
fn a_locked_window_shows_nothing_until_passphrase_and_code_are_right() {
    let files = TempDir::new().unwrap();
    write(files.path(), &RIDES[0]);
    let app = App::start("accounts");
    app.introduce();
    import(&app, files.path());

    app.click("nav-settings");
    app.click("tab-security");
    app.click("security-sign-up");
    app.wait_for("new-handle", SOON);
    let (weak, rest) = PASSPHRASE.split_at(5);
    let said = || app.text(app.all("strength").first()?).into();
    let judged = |before: &str| {
        app.until("a judgement", SOON, || {
            let said: Option<String> = said();
            said.filter(|s| s != before && !s.contains("Four or five"))
        })
    };
    app.fill("new-passphrase", weak);
    let bad = judged("");
    app.fill("new-passphrase", rest);
    let good = judged(&bad);
    assert_ne!(bad, good);
    app.fill("new-passphrase-again", PASSPHRASE);
    app.keep_picture("security-sign-up");
    app.click("new-passphrase-submit");
    app.wait_for("recovery-key", SLOWLY);
    let key = app.read("recovery-key");
    let letters = key.chars().filter(char::is_ascii_alphanumeric).count();
    assert_eq!(letters, 40, "{key}");
    app.keep_picture("security-recovery-key");
    app.click("sheet-sure");
    app.click("sheet-done");

    app.click("totp-begin");
    app.fill("confirm-passphrase", PASSPHRASE);
    app.click("confirm-submit");
    app.wait_for("totp-secret", SLOWLY);
    let secret = app.read("totp-secret");
    app.keep_picture("security-second-factor");
    let used = step();
    app.fill("totp-code", &code(&secret, used));
    app.click("totp-confirm");
    app.wait_for("recovery-codes", SLOWLY);
    let codes = app.read("recovery-codes");
    let codes: Vec<&str> = codes.split_whitespace().collect();
    assert_eq!(
        codes.iter().filter(|c| c.len() >= 10).count(),
        10,
        "{codes:?}"
    );
    app.click("sheet-sure");
    app.click("sheet-done");
    app.keep_picture("security");

    app.click("lock-now");
    app.wait_for("lock", SLOWLY);
    let page = app
        .script("return document.documentElement.outerHTML")
        .unwrap();
    let page = page.as_str().unwrap().to_owned();
    assert!(
        !page.contains(RIDES[0].name),
        "a locked window shows a title"
    );
    assert!(app.all("nav-activities").is_empty() && app.all("lock-now").is_empty());
    assert!(!page.contains(&secret) && !page.contains(codes[0]));
    app.keep_picture("lock");

    app.fill("lock-passphrase", "seven herons count tidal stones");
    app.click("lock-submit");
    let said = banner(&app);
    assert!(said.to_lowercase().contains("passphrase"), "{said}");
    app.fill("lock-passphrase", PASSPHRASE);
    app.click("lock-submit");
    app.wait_for("lock-code", SLOWLY);
    app.fill("lock-code", "000000");
    app.click("lock-code-submit");
    let said = banner(&app);
    assert!(said.to_lowercase().contains("code"), "{said}");
    // The code that turned it on was used by that; the one after it is good already.
    app.fill("lock-code", &code(&secret, step().max(used + 1)));
    app.click("lock-code-submit");
    app.wait_for("nav-activities", SLOWLY);
    app.click("nav-activities");
    app.until("the ride", IMPORT, || {
        let row = app.all("activity-row");
        app.text(row.first()?).contains(RIDES[0].name).then_some(())
    });
}

#[test]
fn codes_are_those_of_the_standard() {
    // RFC 6238, appendix B: the secret in letters, 59 s and 1,111,111,109 s, the last six digits.
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    assert_eq!(code(secret, 1), "287082");
    assert_eq!(code(secret, 37_037_036), "081804");
}
