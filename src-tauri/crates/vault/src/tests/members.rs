use super::*;

#[test]
fn a_tenants_key_reaches_exactly_those_it_was_wrapped_for() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    for (n, handle) in [(2, "Ben"), (3, "Cleo")] {
        anna.add_account(user(n), handle, &phrase(RIGHT), KdfParams::FLOOR)
            .unwrap();
    }
    let (key, mine) = anna.new_tenant_key(tenant(7)).unwrap();
    let sealed = key.seal(b"id", SealedKind::Secret, b"v").unwrap();
    let giver = anna.member(user(1)).unwrap();
    assert_eq!(giver, anna.user_key().member());
    let for_ben = anna
        .user_key()
        .wrap(&key, &anna.member(user(2)).unwrap())
        .unwrap();
    let ben = sign_in(dir.path(), 2, RIGHT, 0).unwrap();
    let cleo = sign_in(dir.path(), 3, RIGHT, 0).unwrap();
    let opened = ben.tenant_key(tenant(7), &giver, &for_ben).unwrap();
    assert_eq!(
        opened.open(b"id", SealedKind::Secret, &sealed).unwrap(),
        b"v"
    );
    assert!(anna.tenant_key(tenant(7), &giver, &mine).is_ok());
    for wrapped in [&mine, &for_ben] {
        assert!(cleo.tenant_key(tenant(7), &giver, wrapped).is_err());
    }
    // Only who made the folder derives the first tenants' keys.
    assert!(matches!(
        refused(cleo.derived_tenant_key(tenant(7))),
        VaultError::NotOwner
    ));
}

#[test]
fn two_tenants_keys_have_nothing_to_do_with_each_other_or_with_the_derived_ones() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    let (one, _) = anna.new_tenant_key(tenant(7)).unwrap();
    let (other, _) = anna.new_tenant_key(tenant(7)).unwrap();
    let derived = anna.derived_tenant_key(tenant(7)).unwrap();
    let sealed = one.seal(b"id", SealedKind::Secret, b"v").unwrap();
    assert!(other.open(b"id", SealedKind::Secret, &sealed).is_err());
    assert!(derived.open(b"id", SealedKind::Secret, &sealed).is_err());
}

#[test]
fn after_locking_no_key_that_was_given_out_works() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    let (new, wrapped) = anna.new_tenant_key(tenant(7)).unwrap();
    let sealed = new.seal(b"id", SealedKind::Secret, b"v").unwrap();
    let me = anna.user_key().member();
    let reopened = anna.tenant_key(tenant(7), &me, &wrapped).unwrap();
    let derived = anna.derived_tenant_key(tenant(7)).unwrap();
    let busy = reopened.clone();
    let working = std::thread::spawn(move || {
        // A job that goes on sealing is refused at its next value.
        loop {
            if let Err(e) = busy.seal(b"id", SealedKind::Secret, b"v") {
                return e;
            }
        }
    });
    let _locked = anna.lock();
    assert!(matches!(working.join().unwrap(), VaultError::Locked));
    for key in [new, reopened, derived] {
        let opened = key.open(b"id", SealedKind::Secret, &sealed);
        assert!(matches!(opened, Err(VaultError::Locked)));
    }
}
