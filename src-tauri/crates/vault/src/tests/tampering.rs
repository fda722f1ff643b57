use super::*;
use crate::header::{Header, Record};
use proptest::prelude::*;

fn two_accounts(dir: &Path) -> UnlockedVault {
    let (anna, _) = signed_up(dir);
    anna.add_account(user(2), "Ben", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    anna
}

fn changed(dir: &Path, change: impl FnOnce(&mut Vec<Record>)) {
    Header::update(dir, |header| {
        change(&mut header.users);
        Ok(())
    })
    .unwrap();
}

/// Something that puts a part of the second entry into the first.
type Swap = fn(&mut Record, &Record);

#[test]
fn parts_of_another_users_entry_open_nothing() {
    let swaps: [Swap; 6] = [
        |a, b| a.passphrase = b.passphrase.clone(),
        |a, b| a.passphrase.wrapped = b.passphrase.wrapped.clone(),
        |a, b| a.database = b.database.clone(),
        |a, b| a.root = Some(crate::header::Wrapped(b.database.clone())),
        |a, b| a.public_key = b.public_key.clone(),
        |a, b| a.seal = b.seal.clone(),
    ];
    for swap in swaps {
        let dir = tempfile::tempdir().unwrap();
        two_accounts(dir.path());
        changed(dir.path(), |users| {
            let other = users[1].clone();
            swap(&mut users[0], &other);
        });
        // Both have the same passphrase: only the binding can tell them apart.
        let e = refused(sign_in(dir.path(), 1, RIGHT, 0));
        assert!(
            matches!(
                e,
                VaultError::WrongPassphrase | VaultError::RecordBroken { .. }
            ),
            "{e}"
        );
        assert!(sign_in(dir.path(), 2, RIGHT, 0).is_ok());
    }
}

#[test]
fn a_public_key_put_in_anothers_place_is_noticed_by_who_would_wrap_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let anna = two_accounts(dir.path());
    let ben = anna.member(user(2)).unwrap();
    assert_eq!(ben.user(), user(2));
    changed(dir.path(), |users| users[1].public_key = vec![9; 32]);
    let e = refused(anna.member(user(2)));
    assert!(e.to_string().contains("Ben") && e.to_string().contains("vault.json"));
    // Damage in Ben's entry does not keep Anna out.
    assert!(sign_in(dir.path(), 1, RIGHT, 0).is_ok());
}

#[test]
fn a_renamed_or_renumbered_entry_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    two_accounts(dir.path());
    changed(dir.path(), |users| users[1].handle = "Bea".to_owned());
    assert!(matches!(
        refused(sign_in(dir.path(), 2, RIGHT, 0)),
        VaultError::RecordBroken { .. }
    ));
    changed(dir.path(), |users| users[0].user = user(3));
    assert!(matches!(
        refused(sign_in(dir.path(), 3, RIGHT, 0)),
        VaultError::WrongPassphrase
    ));
}

#[test]
fn weaker_parameters_slipped_into_a_slot_do_not_open_it() {
    let dir = tempfile::tempdir().unwrap();
    locked(dir.path())
        .sign_up(
            user(1),
            "Anna",
            &phrase(RIGHT),
            KdfParams::new(24 * 1024, 2, 1),
        )
        .unwrap();
    changed(dir.path(), |users| {
        users[0].passphrase.argon2id = KdfParams::FLOOR;
    });
    assert!(matches!(
        refused(sign_in(dir.path(), 1, RIGHT, 0)),
        VaultError::WrongPassphrase
    ));
}

#[test]
fn a_recovery_key_of_another_user_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    let (_, bens) = anna
        .add_account(user(2), "Ben", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    let recover = |n| locked(dir.path()).recover(user(n), &bens, &phrase(WRONG), KdfParams::FLOOR);
    assert!(matches!(refused(recover(1)), VaultError::WrongRecoveryKey));
    changed(dir.path(), |users| {
        let other = users[1].recovery.clone();
        users[0].recovery = other;
    });
    assert!(matches!(refused(recover(1)), VaultError::WrongRecoveryKey));
    assert!(recover(2).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_header_of_any_bytes_never_panics_and_never_opens(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("vault.json"), &bytes).unwrap();
        prop_assert!(LockedVault::open(dir.path()).is_err());
        prop_assert!(Vault::open(dir.path(), KeyPolicy::KeyFileOnly).is_err());
        prop_assert!(sign_in_anyway(dir.path()).is_err());
        // What was there stays for whoever can mend it.
        prop_assert_eq!(std::fs::read(dir.path().join("vault.json")).unwrap(), bytes);
    }

    #[test]
    fn wrapped_bytes_of_any_kind_are_refused_without_a_panic(
        database in proptest::collection::vec(any::<u8>(), 0..80),
        public in proptest::collection::vec(any::<u8>(), 0..40),
        keyring in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let (anna, recovery) = SHARED.with(|s| (s.0.clone(), RecoveryKey::read(&s.1).unwrap()));
        anna.save(dir.path()).unwrap();
        changed(dir.path(), |users| {
            users[0].database = database;
            users[0].public_key = public;
            users[0].recovery = crate::header::Wrapped(keyring);
        });
        let recovered = locked(dir.path()).recover(user(1), &recovery, &phrase(WRONG), KdfParams::FLOOR);
        prop_assert!(recovered.is_err());
    }
}

thread_local! {
    /// One account, since making one costs Argon2's time.
    static SHARED: (Header, String) = {
        let dir = tempfile::tempdir().unwrap();
        let (_, recovery) = signed_up(dir.path());
        let header = Header::load(dir.path()).unwrap().unwrap();
        (header, recovery.printed().to_string())
    };
}

fn sign_in_anyway(dir: &Path) -> Result<UnlockedVault, VaultError> {
    LockedVault::of(dir.to_path_buf()).sign_in(user(1), &phrase(RIGHT), KdfParams::FLOOR, &at(0))
}
