use super::*;
use crate::second_factor::tests::shown;

fn seconds(e: VaultError) -> u64 {
    match e {
        VaultError::Wait { seconds } => seconds,
        other => panic!("{other}"),
    }
}

#[test]
fn wrong_passphrases_are_slowed_across_restarts_and_clock_changes() {
    let dir = tempfile::tempdir().unwrap();
    signed_up(dir.path());
    for n in 0..4 {
        assert!(matches!(
            refused(sign_in(dir.path(), 1, WRONG, n)),
            VaultError::WrongPassphrase
        ));
    }
    // The fourth, at second 3, costs two seconds; the right passphrase waits as well.
    assert_eq!(seconds(refused(sign_in(dir.path(), 1, RIGHT, 3))), 2);
    assert_eq!(seconds(refused(sign_in(dir.path(), 1, RIGHT, 4))), 1);
    let ahead = Now {
        wall_ms: u64::MAX,
        run: 2,
        running_ms: 0,
    };
    // Half of the wait is credited to a restart: the second that is left.
    assert_eq!(
        locked(dir.path()).wait(user(1), &at(3)).unwrap().as_secs(),
        1
    );
    let restarted = locked(dir.path());
    let again = restarted.sign_in(user(1), &phrase(WRONG), KdfParams::FLOOR, &ahead);
    assert!(matches!(refused(again), VaultError::WrongPassphrase));
    let back = Now {
        wall_ms: 0,
        run: 3,
        running_ms: 0,
    };
    let refusal = restarted.sign_in(user(1), &phrase(RIGHT), KdfParams::FLOOR, &back);
    assert_eq!(seconds(refused(refusal)), 4);
    let waited = Now {
        running_ms: 4000,
        ..back
    };
    assert!(
        restarted
            .sign_in(user(1), &phrase(RIGHT), KdfParams::FLOOR, &waited)
            .is_ok()
    );
    // Forgiven.
    assert!(restarted.wait(user(1), &waited).unwrap().is_zero());
}

#[test]
fn an_attempt_counts_before_it_is_made() {
    let dir = tempfile::tempdir().unwrap();
    signed_up(dir.path());
    for n in 1..=3 {
        crate::locked::attempt(dir.path(), user(1), &at(0), |r| &mut r.throttle).unwrap();
        let header = crate::header::Header::load(dir.path()).unwrap().unwrap();
        assert_eq!(header.users[0].throttle.failed, n);
    }
}

#[test]
fn one_account_waits_without_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let (anna, _) = signed_up(dir.path());
    anna.add_account(user(2), "Ben", &phrase(RIGHT), KdfParams::FLOOR)
        .unwrap();
    for _ in 0..4 {
        assert!(sign_in(dir.path(), 2, WRONG, 0).is_err());
    }
    assert!(sign_in(dir.path(), 1, RIGHT, 0).is_ok());
    assert_eq!(seconds(refused(sign_in(dir.path(), 2, RIGHT, 0))), 2);
}

#[test]
fn a_code_is_accepted_once_and_guesses_are_slowed_whatever_the_passphrase() {
    let dir = tempfile::tempdir().unwrap();
    let (open, _) = signed_up(dir.path());
    let (mut factor, recovery) = SecondFactor::enrol().unwrap();
    let unix_s = at(0).wall_ms / 1000;
    let first = shown(&factor, unix_s);
    let sealed = factor.confirm(open.user_key(), &first, unix_s).unwrap();
    let next = shown(&factor, unix_s + 30);
    let kept = open.check_code(&sealed, &next, &at(30)).unwrap();
    assert!(matches!(
        refused(open.check_code(&kept, &next, &at(31))),
        VaultError::CodeUsed
    ));
    // That one counted. So do the next, and signing in between does not help.
    for _ in 0..3 {
        let wrong = open.check_code(&kept, "abcdef", &at(32));
        assert!(matches!(refused(wrong), VaultError::WrongCode));
    }
    let again = sign_in(dir.path(), 1, RIGHT, 32).unwrap();
    assert_eq!(seconds(refused(again.check_code(&kept, &next, &at(32)))), 2);
    let late = again.check_recovery_code(&kept, &recovery[4], &at(34));
    let spent = late.unwrap();
    let twice = again.check_recovery_code(&spent, &recovery[4], &at(34));
    assert!(matches!(refused(twice), VaultError::WrongCode));
    let left = SecondFactor::open(again.user_key(), &spent).unwrap();
    assert_eq!(left.recovery_codes_left(), 9);
}
