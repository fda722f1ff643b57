use super::*;
use crate::secret::Key;

/// Fails to compile if the type implements the trait: there would be two ways to fill in `_`.
macro_rules! never {
    ($($secret:ty: $($forbidden:path),+;)+) => {$($(
        const _: fn() = || {
            trait Unless<A> {
                fn chosen() {}
            }
            impl<T: ?Sized> Unless<()> for T {}
            struct Forbidden;
            impl<T: ?Sized + $forbidden> Unless<Forbidden> for T {}
            let _ = <$secret as Unless<_>>::chosen;
        };
    )+)+};
}

never! {
    Key: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize;
    UserKey: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize;
    UnlockedVault: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize;
    Passphrase: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize;
    RecoveryKey: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize;
    SecondFactor: std::fmt::Debug, std::fmt::Display, Clone, serde::Serialize;
    Vault: std::fmt::Display, Clone, serde::Serialize;
    TenantKey: std::fmt::Display, serde::Serialize;
}

#[test]
fn no_error_and_no_debug_text_holds_a_secret() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, recovery) = signed_up(dir.path());
    let (factor, codes) = SecondFactor::enrol().unwrap();
    let sealed = factor.seal(anna.user_key()).unwrap();
    let printed = recovery.printed();
    let secrets = [
        RIGHT.to_owned(),
        WRONG.to_owned(),
        anna.database_key_hex().to_string(),
        printed.to_string(),
        printed[..5].to_owned(),
        factor.secret_text().to_string(),
        codes[0].to_string(),
    ];
    let typo = format!("{}-{}", &printed[..5], "@".repeat(5));
    let (key, _) = anna.new_tenant_key(tenant(1)).unwrap();
    let mut said = vec![
        format!("{key:?}"),
        format!("{:?}", locked(dir.path())),
        format!("{:?}", strength(&phrase(RIGHT), &[])),
    ];
    let mut errors = vec![
        refused(sign_in(dir.path(), 1, WRONG, 0)),
        refused(RecoveryKey::read(&typo)),
        refused(RecoveryKey::read(&printed[..40])),
        refused(anna.check_code(&sealed, "123", &at(0))),
        refused(anna.check_recovery_code(&sealed, &printed, &at(0))),
        refused(Passphrase::chosen("short")),
    ];
    std::fs::write(dir.path().join("vault.json"), b"{").unwrap();
    std::fs::write(dir.path().join("vault.json.bak"), b"{").unwrap();
    errors.push(refused(LockedVault::open(dir.path())));
    said.extend(errors.iter().map(|e| format!("{e} {e:?}")));
    for text in said {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{text}");
        }
    }
}

#[test]
fn the_header_and_its_neighbours_hold_no_secret() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, recovery) = signed_up(dir.path());
    let key = anna.database_key_hex();
    let raw = crate::secret::hex::decode(&key).unwrap();
    let own = anna.user_key().key.bytes();
    let mut files = 0;
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        files += 1;
        let text = String::from_utf8_lossy(&bytes);
        for secret in [
            RIGHT,
            &key,
            &recovery.printed(),
            &crate::secret::hex::encode(own),
        ] {
            assert!(!text.contains(secret));
        }
        assert!(!bytes.windows(32).any(|part| part == raw || part == own));
    }
    // The header, its copy and the lock.
    assert_eq!(files, 3);
}

#[cfg(unix)]
#[test]
fn every_file_of_the_vault_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    anna.open_by_itself(KeyPolicy::KeyFileOnly).unwrap();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.path().display());
    }
}
