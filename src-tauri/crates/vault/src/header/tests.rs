use super::*;
use proptest::prelude::*;

fn record(n: u128, handle: &str) -> Record {
    Record {
        user: UserId(uuid::Uuid::from_u128(n)),
        handle: handle.to_owned(),
        public_key: vec![1; 32],
        passphrase: PassphraseSlot {
            argon2id: KdfParams::FLOOR,
            salt: vec![2; SALT],
            wrapped: vec![3; 72],
        },
        recovery: Wrapped(vec![4; 72]),
        keyring: Some(KeyringSlot {
            entry: "user-key-1".to_owned(),
            wrapped: vec![5; 72],
        }),
        database: vec![6; 72],
        root: None,
        seal: vec![7; 32],
        throttle: Throttle::default(),
        code_throttle: Throttle::default(),
    }
}

fn two() -> Header {
    Header {
        machine: None,
        users: vec![record(1, "Anna"), record(2, "Jörg")],
    }
}

fn parsed(bytes: &[u8]) -> Option<Header> {
    Header::parse(bytes).ok()
}

#[test]
fn a_header_is_read_back_as_it_was_written() {
    let header = two();
    assert!(parsed(&header.bytes().unwrap()) == Some(header));
}

#[test]
fn a_header_of_version_one_is_read_and_stays_one_without_accounts() {
    let text = r#"{"version": 1, "protection": "key_file", "key_id": "data-key-7"}"#;
    let header = parsed(text.as_bytes()).unwrap();
    assert!(header.users.is_empty());
    let again = String::from_utf8(header.bytes().unwrap()).unwrap();
    assert!(again.contains("\"version\": 1"));
    assert!(parsed(again.as_bytes()) == Some(header));
}

#[test]
fn a_newer_header_names_itself_and_is_never_replaced_by_its_copy() {
    let dir = tempfile::tempdir().unwrap();
    two().save(dir.path()).unwrap();
    std::fs::write(dir.path().join(HEADER), r#"{"version": 3, "more": true}"#).unwrap();
    let Err(e) = Header::load(dir.path()) else {
        panic!("it was read");
    };
    let text = e.to_string();
    assert!(
        text.contains("vault.json") && text.contains("newer"),
        "{text}"
    );
}

#[test]
fn a_damaged_or_lost_header_is_read_from_its_copy_and_mended_by_the_next_change() {
    for damage in [
        None,
        Some(&b""[..]),
        Some(&b"{\"version\": 2"[..]),
        Some(&b"\xff\x00"[..]),
    ] {
        let dir = tempfile::tempdir().unwrap();
        two().save(dir.path()).unwrap();
        let path = dir.path().join(HEADER);
        match damage {
            None => std::fs::remove_file(&path).unwrap(),
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
        }
        assert!(Header::load(dir.path()).unwrap() == Some(two()));
        Header::update(dir.path(), |_| Ok(())).unwrap();
        assert!(parsed(&std::fs::read(&path).unwrap()) == Some(two()));
    }
}

#[test]
fn a_header_damaged_in_both_copies_is_named_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(HEADER), b"{").unwrap();
    for copy in [None, Some(b"[]")] {
        if let Some(bytes) = copy {
            std::fs::write(dir.path().join(COPY), bytes).unwrap();
        }
        let Err(e @ VaultError::HeaderDamaged { .. }) = Header::load(dir.path()) else {
            panic!("it was read");
        };
        assert!(e.to_string().contains("vault.json") && e.to_string().contains("backup"));
    }
    assert_eq!(std::fs::read(dir.path().join(HEADER)).unwrap(), b"{");
}

#[test]
fn a_change_that_fails_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    two().save(dir.path()).unwrap();
    let before = std::fs::read(dir.path().join(HEADER)).unwrap();
    let failed = Header::update(dir.path(), |header| {
        header.users.clear();
        Err::<(), _>(VaultError::UnknownUser)
    });
    assert!(failed.is_err());
    assert_eq!(std::fs::read(dir.path().join(HEADER)).unwrap(), before);
}

#[test]
fn many_writers_lose_no_change() {
    let dir = tempfile::tempdir().unwrap();
    two().save(dir.path()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    Header::update(dir.path(), |header| {
                        header.users[0].throttle.failed += 1;
                        Ok(())
                    })
                    .unwrap();
                }
            });
        }
    });
    let header = Header::load(dir.path()).unwrap().unwrap();
    assert_eq!(header.users[0].throttle.failed, 20);
}

#[test]
fn handles_that_a_person_would_confuse_are_refused() {
    let mut header = two();
    assert!(header.add(record(3, "anna")).is_err());
    assert!(header.add(record(1, "somebody")).is_err());
    assert!(header.add(record(3, "Ben")).is_ok());
    assert_eq!(handle("  Jo\u{308}rg ").unwrap(), "J\u{f6}rg");
    for bad in ["", "   ", "a\nb", &"x".repeat(65)] {
        assert!(handle(bad).is_err());
    }
}

#[test]
fn parameters_below_the_floor_or_beyond_reason_are_damage() {
    for (from, to) in [
        ("\"m\": 19456", "\"m\": 8"),
        ("\"m\": 19456", "\"m\": 4294967295"),
    ] {
        let text = String::from_utf8(two().bytes().unwrap()).unwrap();
        let mut file: Version2 = serde_json::from_str(&text.replace(from, to)).unwrap();
        file.check = file.sum().unwrap();
        assert!(parsed(&json(&file).unwrap()).is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Header::parse(&bytes);
    }

    #[test]
    fn any_json_is_read_or_refused(text in "\\{\"version\": ?[0-4],?( ?\"(users|machine|check|key_id)\": ?(\\[\\{?\\}?\\]|null|\"\"|-1e9),?){0,4}\\}") {
        let _ = Header::parse(text.as_bytes());
    }

    #[test]
    fn a_changed_byte_is_damage_and_never_another_account(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let header = two();
        let mut bytes = header.bytes().unwrap();
        let at = at.index(bytes.len());
        bytes[at] = to;
        // White space, or a digit's case, may differ without a change of meaning.
        prop_assert!(parsed(&bytes).is_none_or(|read| read == header));
    }

    #[test]
    fn a_header_cut_short_is_damage(at in any::<prop::sample::Index>()) {
        let bytes = two().bytes().unwrap();
        let at = at.index(bytes.len());
        prop_assert!(parsed(&bytes[..at]).is_none());
    }
}
