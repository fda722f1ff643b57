//! The operating system's keyring behind a time limit: without a Secret
//! Service some desktops answer nothing at all.

use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

const SERVICE: &str = "app.paceline.desktop";
/// An unlock prompt needs a person's time; a missing service answers at once.
const LIMIT: Duration = Duration::from_secs(60);
const PROBE_LIMIT: Duration = Duration::from_secs(5);

fn limited<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (tx, rx) = mpsc::channel();
    std::thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            // The receiver may have given up.
            let _ = tx.send(work());
        })
        .map_err(|e| e.to_string())?;
    rx.recv_timeout(limit)
        .map_err(|_| format!("no answer within {} s", limit.as_secs()))?
}

fn read_entry(account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
    let entry = keyring::Entry::new(SERVICE, account).map_err(|e| e.to_string())?;
    match entry.get_secret() {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(e) => Err(e.to_string()),
    }
}

/// The secret of `account`; `None` if the keyring answers that it has none.
pub(crate) fn read(account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
    let account = account.to_owned();
    limited(LIMIT, move || read_entry(&account))
}

/// Stores and reads back: a keyring that forgets is as good as none.
pub(crate) fn write(account: &str, secret: &[u8]) -> Result<(), String> {
    let (account, secret) = (account.to_owned(), Zeroizing::new(secret.to_vec()));
    limited(PROBE_LIMIT, move || {
        let entry = keyring::Entry::new(SERVICE, &account).map_err(|e| e.to_string())?;
        entry.set_secret(&secret).map_err(|e| e.to_string())?;
        match read_entry(&account)? {
            Some(back) if back == secret => Ok(()),
            _ => Err("it did not keep what was stored".to_owned()),
        }
    })
}

/// Forgets the secret of `account`; that it has none is as good.
pub(crate) fn delete(account: &str) -> Result<(), String> {
    let account = account.to_owned();
    limited(LIMIT, move || {
        let deleted = keyring::Entry::new(SERVICE, &account).and_then(|e| e.delete_credential());
        match deleted {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(e) => Err(e.to_string()),
        }
    })
}
