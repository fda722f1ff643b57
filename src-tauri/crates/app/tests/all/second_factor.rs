//! Codes of an authenticator, recovery codes, and what must stay unseen.

use crate::account::*;
use crate::common::all;
use paceline_app::wire::*;
use paceline_app::{App, WireError};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A second factor in force: its secret and the recovery codes.
async fn enrolled(app: &App, clock: &Clock) -> (Secret, Vec<Secret>) {
    let begun = app.enrol_second_factor(PASSPHRASE.into()).await.unwrap();
    assert!(begun.uri.expose().starts_with("otpauth://totp/"));
    assert!(begun.qr_svg.expose().contains("<svg"));
    refused(app.confirm_second_factor("000000".into()).await, "code");
    let first = code(&begun.secret_text, clock);
    let shown = app.confirm_second_factor(first).await.unwrap();
    assert_eq!(shown.codes.len(), 10);
    (begun.secret_text, shown.codes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_once_and_the_passphrase_alone_opens_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let (secret, _) = enrolled(&app, &clock).await;
    app.close().await;

    let app = open_at(dir.path(), &clock).await;
    assert!(matches!(
        app.sign_in_code("123456".into()).await,
        Err(WireError::Conflict { .. })
    ));
    let begun = app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(begun.state, SignInState::CodeNeeded);
    assert!(app.is_locked());
    assert!(app.accounts().await.unwrap().code_needed);
    assert_eq!(app.activity_facets().await.unwrap_err(), WireError::Locked);
    // The one that confirmed it is used up.
    refused(app.sign_in_code(code(&secret, &clock)).await, "code");
    clock.pass(60);
    let now = code(&secret, &clock);
    let done = app.sign_in_code(now.clone()).await.unwrap();
    assert_eq!(done.state, SignInState::Unlocked);
    assert_eq!(done.recovery_codes_left, Some(10));
    assert_eq!(all(&app).await.len(), 1);

    app.lock().await.unwrap();
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    refused(app.sign_in_code(now).await, "code");
    // Nobody finishes what somebody else began and left.
    clock.pass(301);
    assert!(matches!(
        app.sign_in_code(code(&secret, &clock)).await,
        Err(WireError::Conflict { .. })
    ));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_are_given_one_code_let_one_in() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let (secret, _) = enrolled(&app, &clock).await;
    app.close().await;
    clock.pass(60);
    let first = open_at(dir.path(), &clock).await;
    let second = open_at(dir.path(), &clock).await;
    first.sign_in(ada(PASSPHRASE)).await.unwrap();
    second.sign_in(ada(PASSPHRASE)).await.unwrap();
    let now = code(&secret, &clock);
    let (one, other) = tokio::join!(first.sign_in_code(now.clone()), second.sign_in_code(now));
    assert!(one.is_ok() != other.is_ok(), "{one:?} and {other:?}");
    assert!(first.is_locked() != second.is_locked());
    first.close().await;
    second.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_good_once_and_renewed_ones_replace_them() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let (_, codes) = enrolled(&app, &clock).await;
    app.lock().await.unwrap();
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    let done = app.sign_in_code(codes[0].clone()).await.unwrap();
    assert_eq!(done.recovery_codes_left, Some(9));
    app.lock().await.unwrap();
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    refused(app.sign_in_code(codes[0].clone()).await, "code");
    app.sign_in_code(codes[1].clone()).await.unwrap();
    assert_eq!(app.security().await.unwrap().recovery_codes_left, 8);

    let fresh = app.renew_recovery_codes(codes[2].clone()).await.unwrap();
    assert_eq!(app.security().await.unwrap().recovery_codes_left, 10);
    refused(app.renew_recovery_codes(codes[3].clone()).await, "code");
    refused(
        app.disable_second_factor("wrong".into(), fresh.codes[0].clone())
            .await,
        "passphrase",
    );
    app.disable_second_factor(PASSPHRASE.into(), fresh.codes[0].clone())
        .await
        .unwrap();
    assert!(!app.security().await.unwrap().second_factor);
    app.lock().await.unwrap();
    let done = app.sign_in(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(done.state, SignInState::Unlocked);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_slowed_and_the_right_passphrase_does_not_help() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, _) = account(dir.path(), &clock).await;
    let (secret, _) = enrolled(&app, &clock).await;
    app.lock().await.unwrap();
    clock.pass(60);
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    for _ in 0..4 {
        refused(app.sign_in_code("ABCDE-FGHJK".into()).await, "code");
    }
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    let early = app.sign_in_code(code(&secret, &clock)).await;
    assert_eq!(early, Err(WireError::Wait { seconds: 2 }));
    clock.pass(2);
    app.sign_in_code(code(&secret, &clock)).await.unwrap();
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_key_takes_a_lost_second_factor_away() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let (app, recovery) = account(dir.path(), &clock).await;
    enrolled(&app, &clock).await;
    app.lock().await.unwrap();
    let done = app.recover(ada("a new one"), recovery).await.unwrap();
    assert!(done.second_factor_removed);
    assert!(!app.security().await.unwrap().second_factor);
    app.close().await;
}

/// Keeps whatever is logged, at every level, while it is asked to.
struct Everything;
static HEARD: Mutex<String> = Mutex::new(String::new());
static LISTENING: AtomicBool = AtomicBool::new(false);

struct Words<'a>(&'a mut String);

impl tracing::field::Visit for Words<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl tracing::Subscriber for Everything {
    fn register_callsite(
        &self,
        _: &'static tracing::Metadata<'static>,
    ) -> tracing::subscriber::Interest {
        tracing::subscriber::Interest::sometimes()
    }
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        LISTENING.load(Ordering::Relaxed)
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut Words(&mut HEARD.lock().unwrap()));
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Words(&mut HEARD.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut heard = HEARD.lock().unwrap();
        let _ = write!(heard, "\n{}", event.metadata().target());
        event.record(&mut Words(&mut heard));
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_a_log_an_error_or_what_debugging_prints() {
    tracing::subscriber::set_global_default(Everything).unwrap();
    LISTENING.store(true, Ordering::Relaxed);
    tracing::warn!("a word to be heard");
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::new(1);
    let wrong = "zzwrongzz passphrase";
    let mut said = String::new();
    let (app, recovery) = account(dir.path(), &clock).await;
    let begun = app.enrol_second_factor(PASSPHRASE.into()).await.unwrap();
    let first = code(&begun.secret_text, &clock);
    let shown = app.confirm_second_factor(first.clone()).await.unwrap();
    let _ = write!(said, "{begun:?}{shown:?}{recovery:?}");
    app.lock().await.unwrap();
    let _ = write!(said, "{:?}", ada(PASSPHRASE));
    for _ in 0..5 {
        let error = app.sign_in(ada(wrong)).await.unwrap_err();
        let _ = write!(
            said,
            "{error}{error:?}{}",
            serde_json::to_string(&error).unwrap()
        );
    }
    clock.pass(1000);
    let broken = recovery.expose().replacen(&recovery.expose()[..2], "ZZ", 1);
    let error = app.recover(ada(wrong), broken.clone().into()).await;
    let _ = write!(said, "{error:?}");
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    for typed in [first.clone(), "zzcod-ezzzz".into(), "987654".into()] {
        let error = app.sign_in_code(typed).await.unwrap_err();
        let _ = write!(said, "{error}{error:?}");
    }
    clock.pass(1000);
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    app.sign_in_code(shown.codes[0].clone()).await.unwrap();
    let error = app.change_passphrase(wrong.into(), "x".into()).await;
    let _ = write!(
        said,
        "{error:?}{app_status:?}",
        app_status = app.status().await
    );
    let rotated = app.rotate_recovery_key(PASSPHRASE.into()).await.unwrap();
    app.close().await;
    LISTENING.store(false, Ordering::Relaxed);

    let heard = HEARD.lock().unwrap();
    assert!(heard.contains("a word to be heard"));
    let mut secrets = vec![PASSPHRASE, wrong, "zzcod", "987654", broken.as_str()];
    secrets.extend([recovery.expose(), rotated.expose(), first.expose()]);
    secrets.extend([begun.secret_text.expose(), begun.uri.expose()]);
    secrets.extend(shown.codes.iter().map(Secret::expose));
    for secret in secrets {
        assert!(!said.contains(secret), "an error or a view shows {secret}");
        assert!(!heard.contains(secret), "the log shows {secret}");
    }
}
