//! Locks before the machine sleeps, so that no key sleeps in its memory.
//!
//! logind tells of it beforehand and waits for whoever holds a delay lock, by
//! default five seconds. Where there is no logind the app locks on waking.

use futures_util::StreamExt as _;
use paceline_app::App;
use zbus::{Connection, zvariant::OwnedFd};

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Logind {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;

    #[zbus(signal)]
    fn prepare_for_sleep(&self, start: bool) -> zbus::Result<()>;
}

/// Watches until the app ends.
pub async fn keep_locking(app: &App) {
    let watched = async { watch(&Connection::system().await?, app).await };
    if let Err(error) = watched.await {
        tracing::info!(%error, "no word before the machine sleeps; locking on waking");
    }
}

async fn watch(bus: &Connection, app: &App) -> zbus::Result<()> {
    let logind = LogindProxy::new(bus).await?;
    let mut words = logind.receive_prepare_for_sleep().await?;
    let hold = || logind.inhibit("sleep", "Paceline", "Locks your training", "delay");
    let mut held = Some(hold().await?);
    while let Some(word) = words.next().await {
        if *word.args()?.start() {
            app.lock_before_sleep().await;
            held = None;
        } else if held.is_none() {
            held = Some(hold().await?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use paceline_app::wire::{Credentials, ProfileInput, Units};
    use paceline_app::{App, OpenOptions};
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::{Child, Command, Stdio};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;
    use zbus::object_server::SignalEmitter;

    /// A bus of the test's own.
    struct Bus(Child, String);

    impl Bus {
        fn start() -> Self {
            let mut child = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .stdout(Stdio::piped())
                .spawn()
                .expect("dbus-daemon; the package dbus has it");
            let mut address = String::new();
            let out = child.stdout.as_mut().unwrap();
            BufReader::new(out).read_line(&mut address).unwrap();
            Self(child, address.trim().to_owned())
        }

        async fn connect(&self) -> Connection {
            let builder = zbus::connection::Builder::address(self.1.as_str()).unwrap();
            builder.build().await.unwrap()
        }
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            // Gone already is as good.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// Hands out delay locks, and their other ends to the test.
    struct Manager(Sender<std::io::PipeReader>);

    #[zbus::interface(name = "org.freedesktop.login1.Manager")]
    impl Manager {
        fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> OwnedFd {
            assert_eq!((what, who, mode), ("sleep", "Paceline", "delay"));
            assert!(!why.is_empty());
            let (reader, writer) = std::io::pipe().unwrap();
            self.0.send(reader).unwrap();
            OwnedFd::from(std::os::fd::OwnedFd::from(writer))
        }

        #[zbus(signal)]
        async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
    }

    async fn given(locks: &Receiver<std::io::PipeReader>) -> std::io::PipeReader {
        for _ in 0..200 {
            if let Ok(lock) = locks.try_recv() {
                return lock;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no delay lock was taken");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_machine_sleeps_only_when_the_app_is_locked() {
        let dir = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            data_dir: dir.path().join("data"),
            key_file_only: true,
        };
        let app = App::open(options).await.unwrap();
        let ada = ProfileInput {
            name: "Ada".into(),
            units: Units::Metric,
            sex: None,
        };
        app.create_profile(ada).await.unwrap();
        let ada = Credentials {
            handle: "Ada".into(),
            passphrase: "correct horse battery staple".into(),
        };
        app.sign_up(ada.clone()).await.unwrap();

        let bus = Bus::start();
        let (sender, locks) = channel();
        let logind = bus.connect().await;
        let path = "/org/freedesktop/login1";
        logind
            .object_server()
            .at(path, Manager(sender))
            .await
            .unwrap();
        logind.request_name("org.freedesktop.login1").await.unwrap();
        let (watching, ours) = (app.clone(), bus.connect().await);
        let watch = tokio::spawn(async move { watch(&ours, &watching).await });
        let mut lock = given(&locks).await;
        assert!(!app.is_locked());

        let emitter = SignalEmitter::new(&logind, path).unwrap();
        Manager::prepare_for_sleep(&emitter, true).await.unwrap();
        let released = tokio::task::spawn_blocking(move || lock.read(&mut [0]));
        let released = tokio::time::timeout(Duration::from_secs(20), released).await;
        assert_eq!(
            released
                .expect("the delay lock is let go")
                .unwrap()
                .unwrap(),
            0
        );
        assert!(app.is_locked());

        Manager::prepare_for_sleep(&emitter, false).await.unwrap();
        let _again = given(&locks).await;
        assert!(app.is_locked(), "waking opens nothing");
        app.sign_in(ada).await.unwrap();
        let ended = app.sign_ins().await.unwrap();
        assert!(
            ended
                .iter()
                .any(|s| s.ending == Some(paceline_app::wire::SignInEnding::Suspended)),
            "{ended:?}"
        );
        watch.abort();
        app.close().await;
    }
}
