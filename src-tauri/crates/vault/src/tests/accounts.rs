use super::*;

#[test]
fn an_account_signs_in_to_the_keys_it_was_made_with() {
    let dir = tempfile::tempdir().unwrap();
    let (first, _) = signed_up(dir.path());
    let key = first.database_key_hex();
    let sealed = first
        .user_key()
        .seal(None, b"id", SealedKind::Secret, b"mine")
        .unwrap();
    let closed = first.lock();
    assert_eq!(
        closed.accounts().unwrap(),
        [Account {
            user: user(1),
            handle: "Anna".to_owned(),
            keyring_unlock: false
        }]
    );
    let again = sign_in(dir.path(), 1, RIGHT, 0).unwrap();
    assert_eq!(*again.database_key_hex(), *key);
    let opened = again
        .user_key()
        .open(None, b"id", SealedKind::Secret, &sealed);
    assert_eq!(*opened.unwrap(), b"mine");
    assert!(!dir.path().join("paceline.key").exists());
    assert_eq!(closed.opens_by_itself().unwrap(), None);
    assert!(matches!(
        refused(Vault::open(dir.path(), KeyPolicy::KeyFileOnly)),
        VaultError::SignInNeeded
    ));
}

#[test]
fn a_folder_that_holds_something_is_not_signed_up_over() {
    let dir = tempfile::tempdir().unwrap();
    signed_up(dir.path());
    let again = locked(dir.path()).sign_up(user(2), "Ben", &phrase(RIGHT), KdfParams::FLOOR);
    assert!(matches!(refused(again), VaultError::NotEmpty { .. }));
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("paceline.db"), b"data").unwrap();
    assert!(matches!(
        refused(LockedVault::open(other.path())),
        VaultError::KeyMissing { .. }
    ));
}

#[test]
fn a_folder_from_before_accounts_keeps_every_key_when_a_passphrase_is_added() {
    let dir = tempfile::tempdir().unwrap();
    let before = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
    let database = before.database_key_hex();
    let sealed = before
        .tenant_key(tenant(4))
        .seal(b"id", SealedKind::Series, b"watts")
        .unwrap();
    let open = before.into_unlocked(user(1)).unwrap();
    let token = open
        .user_key()
        .seal(None, b"id", SealedKind::Secret, b"token")
        .unwrap();
    assert!(matches!(
        refused(open.require_sign_in()),
        VaultError::LastWayIn
    ));
    open.add_passphrase("Anna", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    // Both ways in, until one is ended.
    assert!(Vault::open(dir.path(), KeyPolicy::KeyFileOnly).is_ok());
    open.require_sign_in().unwrap();
    assert!(!dir.path().join("paceline.key").exists());
    drop(open);
    let later = sign_in(dir.path(), 1, RIGHT, 0).unwrap();
    assert_eq!(*later.database_key_hex(), *database);
    let key = later.derived_tenant_key(tenant(4)).unwrap();
    assert_eq!(
        key.open(b"id", SealedKind::Series, &sealed).unwrap(),
        b"watts"
    );
    let token = later
        .user_key()
        .open(None, b"id", SealedKind::Secret, &token);
    assert_eq!(*token.unwrap(), b"token");
}

#[test]
fn an_account_alone_may_let_the_folder_open_by_itself_again() {
    let dir = tempfile::tempdir().unwrap();
    let (open, _) = signed_up(dir.path());
    let token = open
        .user_key()
        .seal(None, b"id", SealedKind::Secret, b"token")
        .unwrap();
    open.open_by_itself(KeyPolicy::KeyFileOnly).unwrap();
    let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
    assert_eq!(*vault.database_key_hex(), *open.database_key_hex());
    let without = vault.into_unlocked(user(1)).unwrap();
    assert!(
        without
            .user_key()
            .open(None, b"id", SealedKind::Secret, &token)
            .is_ok()
    );
    let somebody = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
    assert!(matches!(
        refused(somebody.into_unlocked(user(2))),
        VaultError::SignInNeeded
    ));
    open.require_sign_in().unwrap();
    // Also what an interruption between writing the key and the header leaves.
    let stray = dir.path().join("paceline.key");
    std::fs::write(&stray, [0; 64]).unwrap();
    open.require_sign_in().unwrap();
    assert!(!stray.exists());
    open.add_account(user(2), "Ben", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    assert!(matches!(
        refused(open.open_by_itself(KeyPolicy::KeyFileOnly)),
        VaultError::NotOwner
    ));
}

#[test]
fn a_changed_passphrase_replaces_the_old_one_in_both_copies_of_the_header() {
    let dir = tempfile::tempdir().unwrap();
    let (open, _) = signed_up(dir.path());
    let new = phrase("quarry mint saddle");
    let change = |old: &str| {
        let old = Passphrase::typed(old).unwrap();
        open.change_passphrase(&old, &new, KdfParams::FLOOR, &at(0))
    };
    assert!(matches!(
        refused(change(WRONG)),
        VaultError::WrongPassphrase
    ));
    change(RIGHT).unwrap();
    for broken in [false, true] {
        if broken {
            std::fs::write(dir.path().join("vault.json"), b"{").unwrap();
        }
        assert!(matches!(
            refused(sign_in(dir.path(), 1, RIGHT, 1)),
            VaultError::WrongPassphrase
        ));
        let again = sign_in(dir.path(), 1, "quarry mint saddle", 1).unwrap();
        assert_eq!(*again.database_key_hex(), *open.database_key_hex());
    }
}

#[test]
fn a_recovery_key_sets_a_new_passphrase_until_it_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let (open, printed) = signed_up(dir.path());
    let typed = RecoveryKey::read(&printed.printed().to_lowercase()).unwrap();
    let recover = |key: &RecoveryKey, text: &str| {
        locked(dir.path()).recover(user(1), key, &phrase(text), KdfParams::FLOOR)
    };
    let recovered = recover(&typed, "quarry mint saddle").unwrap();
    assert_eq!(*recovered.database_key_hex(), *open.database_key_hex());
    assert!(sign_in(dir.path(), 1, "quarry mint saddle", 0).is_ok());
    assert!(sign_in(dir.path(), 1, RIGHT, 0).is_err());
    let next = recovered.rotate_recovery_key().unwrap();
    assert!(matches!(
        refused(recover(&typed, "another passphrase")),
        VaultError::WrongRecoveryKey
    ));
    assert!(recover(&next, "another passphrase").is_ok());
}

#[test]
fn a_weak_slot_is_made_stronger_at_sign_in_and_a_strong_one_kept() {
    let dir = tempfile::tempdir().unwrap();
    signed_up(dir.path());
    let params = |dir: &Path| {
        let header = crate::header::Header::load(dir).unwrap().unwrap();
        header.users[0].passphrase.argon2id
    };
    let stronger = KdfParams::new(24 * 1024, 3, 1);
    for target in [stronger, KdfParams::FLOOR] {
        locked(dir.path())
            .sign_in(user(1), &phrase(RIGHT), target, &at(0))
            .unwrap();
        assert_eq!(params(dir.path()), stronger);
    }
    assert!(sign_in(dir.path(), 1, RIGHT, 0).is_ok());
}

#[test]
fn an_account_that_is_removed_opens_nothing_and_the_first_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    anna.add_account(user(2), "Ben", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    let ben = sign_in(dir.path(), 2, RIGHT, 0).unwrap();
    assert_eq!(*ben.database_key_hex(), *anna.database_key_hex());
    assert!(matches!(
        refused(ben.remove_account(user(1))),
        VaultError::LastWayIn
    ));
    anna.remove_account(user(2)).unwrap();
    assert!(matches!(
        refused(sign_in(dir.path(), 2, RIGHT, 0)),
        VaultError::UnknownUser
    ));
    assert!(matches!(
        refused(anna.remove_account(user(1))),
        VaultError::LastWayIn
    ));
}
