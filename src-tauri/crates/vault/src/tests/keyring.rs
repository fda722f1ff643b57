use super::*;

/// Whether this session offers a keyring; the test command starts one.
fn keyring() -> bool {
    let there = std::env::var("PACELINE_TEST_KEYRING").is_ok();
    if !there {
        eprintln!("skipped: PACELINE_TEST_KEYRING is not set, there is no keyring to test");
    }
    there
}

#[test]
fn a_keyring_unlocks_an_account_until_it_is_forbidden() {
    if !keyring() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    assert!(matches!(
        refused(locked(dir.path()).unlock_by_keyring(user(1))),
        VaultError::NoKeyringUnlock
    ));
    anna.allow_keyring_unlock().unwrap();
    // Twice: the first entry is replaced.
    anna.allow_keyring_unlock().unwrap();
    assert!(locked(dir.path()).accounts().unwrap()[0].keyring_unlock);
    let unlocked = locked(dir.path()).unlock_by_keyring(user(1)).unwrap();
    assert_eq!(*unlocked.database_key_hex(), *anna.database_key_hex());
    anna.add_account(user(2), "Ben", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    crate::header::Header::update(dir.path(), |header| {
        header.users[1].keyring = header.users[0].keyring.clone();
        Ok(())
    })
    .unwrap();
    assert!(matches!(
        refused(locked(dir.path()).unlock_by_keyring(user(2))),
        VaultError::KeyDamaged { .. }
    ));
    unlocked.forbid_keyring_unlock().unwrap();
    assert!(matches!(
        refused(locked(dir.path()).unlock_by_keyring(user(1))),
        VaultError::NoKeyringUnlock
    ));
    // The entry itself is gone too.
    assert!(matches!(
        refused(locked(dir.path()).unlock_by_keyring(user(2))),
        VaultError::KeyMissing { .. }
    ));
}

#[test]
fn requiring_to_sign_in_takes_the_key_out_of_the_keyring() {
    if !keyring() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path(), KeyPolicy::Auto).unwrap();
    assert_eq!(vault.protection(), KeyProtection::Keyring);
    let header = crate::header::Header::load(dir.path()).unwrap().unwrap();
    let entry = header.machine.unwrap().key_id;
    let open = vault.into_unlocked(user(1)).unwrap();
    open.add_passphrase("Anna", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    assert!(crate::keyring_store::read(&entry).unwrap().is_some());
    open.require_sign_in().unwrap();
    assert!(crate::keyring_store::read(&entry).unwrap().is_none());
    assert!(sign_in(dir.path(), 1, RIGHT, 0).is_ok());
}
