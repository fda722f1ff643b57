//! What a thief finds while the app is locked: in a copy of its folder, and in
//! the memory of the running process.
#![cfg(target_os = "linux")]

use crate::account::*;
use crate::common::*;
use crate::planted::*;
use crate::tenants::{current, second};
use paceline_app::App;
use paceline_app::wire::*;
use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const FOLDER: &str = "PACELINE_TEST_WATCHED";

/// Tells the watcher where the process is, and waits until it has looked.
fn pause(stage: &str) {
    println!("\nstage:{stage}");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}

async fn plant(app: &App, dir: &Path) {
    let folder = dir.join("plain");
    for i in 0..RIDES {
        write(&folder, &file_name(i), &ride(i));
    }
    let report = import(app, &folder).await;
    assert_eq!(report.added as usize, RIDES);
    for (i, row) in all(app).await.iter().enumerate() {
        let mail = if i < 20 { mail(i) } else { String::new() };
        let edit = ActivityEdit {
            name: word("Ausfahrt", i),
            sport: "cycling".into(),
            notes: format!("{} {mail}", word("Notiz", i)),
            rpe: None,
        };
        app.update_activity(&row.id, edit).await.unwrap();
        if i < 20 {
            let id = row.id.clone();
            let on = CommentTarget::Activity { id };
            app.add_comment(on, &word("Kommentar", i)).await.unwrap();
        }
    }
    // Whoever made the folder is the first of them.
    for i in 1..10 {
        let name = word("Mensch", i);
        app.add_athlete(&name, Units::Metric).await.unwrap();
    }
    let athlete = current(app).await.athletes[0].id.clone();
    for i in 0..10 {
        let group = GroupInput {
            id: None,
            name: word("Gruppe", i),
            athlete_ids: vec![athlete.clone()],
        };
        app.put_group(group).await.unwrap();
    }
    app.set_athlete_tags(&athlete, words("Marke", 15))
        .await
        .unwrap();
    for i in 0..5 {
        second(app, &word("Verein", i)).await;
    }
    app.refresh(|_, _| {}).await.unwrap();
}

/// The process that is watched; started by the test below.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other process of a_locked_app_betrays_nothing_to_who_copies_or_watches_it"]
async fn watched() {
    let Some(dir) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(dir.join("data")).unwrap();
    let log = std::fs::File::create(dir.join("data/paceline.log")).unwrap();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(std::sync::Mutex::new(log))
        .init();
    let clock = Clock::new(1);
    let app = open_at(&dir, &clock).await;
    let input = ProfileInput {
        name: word("Mensch", 0),
        units: Units::Metric,
        sex: None,
    };
    app.create_profile(input).await.unwrap();
    pause(&format!("made {}", current(&app).await.id));
    let made = app.sign_up(ada(PASSPHRASE)).await.unwrap();
    assert_eq!(made.still_opens_by_itself, None);
    let begun = app.enrol_second_factor(PASSPHRASE.into()).await.unwrap();
    let confirmed = app
        .confirm_second_factor(code(&begun.secret_text, &clock))
        .await
        .unwrap();
    let mut told = vec![made.recovery_key, begun.secret_text];
    told.extend(confirmed.codes.clone());
    let told: Vec<&str> = told.iter().map(Secret::expose).collect();
    std::fs::write(dir.join("told"), told.join("\n")).unwrap();
    plant(&app, &dir).await;
    app.back_up(None, true, |_| {}).await.unwrap();
    app.lock().await.unwrap();
    pause("locked");
    app.sign_in(ada(PASSPHRASE)).await.unwrap();
    app.sign_in_code(confirmed.codes[0].clone()).await.unwrap();
    let rows = all(&app).await;
    app.analysis(&rows[0].id).await.unwrap();
    let out = dir.join("plain/out.gpx");
    app.export_activity(&rows[0].id, ExportFormat::Gpx, &out)
        .await
        .unwrap();
    pause("open");
    app.lock().await.unwrap();
    pause("locked");
    app.close().await;
    pause("closed");
}

struct Watched {
    child: Child,
    says: BufReader<ChildStdout>,
    hears: ChildStdin,
}

impl Watched {
    fn start(dir: &Path) -> Self {
        let temporary = dir.join("temporary");
        std::fs::create_dir_all(&temporary).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["locked_folder::watched", "--exact"])
            .args(["--ignored", "--nocapture"])
            .env(FOLDER, dir)
            .env("TMPDIR", temporary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            says: BufReader::new(child.stdout.take().unwrap()),
            hears: child.stdin.take().unwrap(),
            child,
        }
    }

    /// Waits until the process comes to a stage; gives what it says of it.
    fn at(&mut self, stage: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.says.read_line(&mut line).unwrap() > 0, "{stage}");
            if let Some(now) = line.trim().strip_prefix("stage:") {
                let rest = now.strip_prefix(stage);
                return rest.unwrap_or_else(|| panic!("{now}")).trim().to_owned();
            }
        }
    }

    fn go_on(&mut self) {
        self.hears.write_all(b"\n").unwrap();
    }

    /// What lies in the memory that the process can write to, and where.
    fn memory(&self, search: &Search) -> Vec<String> {
        const CHUNK: usize = 1 << 20;
        let of = |what: &str| format!("/proc/{}/{what}", self.child.id());
        let memory = std::fs::File::open(of("mem")).unwrap();
        let mut found = Vec::new();
        let mut buffer = vec![0; CHUNK + search.longest()];
        for line in std::fs::read_to_string(of("maps")).unwrap().lines() {
            let mut fields = line.split_whitespace();
            let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
            if !rights.starts_with("rw") {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let [start, end] = [start, end].map(|x| u64::from_str_radix(x, 16).unwrap());
            for at in (start..end).step_by(CHUNK) {
                let length = usize::try_from(end - at).unwrap().min(buffer.len());
                if memory.read_exact_at(&mut buffer[..length], at).is_ok() {
                    let here = search.found(&buffer[..length]);
                    found.extend(here.iter().map(|what| format!("{what} in {line}")));
                }
            }
        }
        found
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder's keys, in every spelling: taken from where they lie before there is a passphrase.
fn keys(data: &Path, tenant: &str) -> Search {
    let secret = std::fs::read(data.join("paceline.key")).unwrap();
    let (database, root) = secret.split_at(32);
    let tenant: uuid::Uuid = tenant.parse().unwrap();
    let mut hasher = blake3::Hasher::new_derive_key("paceline 2026 tenant data key v1");
    let tenant = *hasher
        .update(root)
        .update(tenant.as_bytes())
        .finalize()
        .as_bytes();
    let mut search = Search::default();
    for (name, key) in [
        ("database key", database),
        ("folder's secret", root),
        ("tenant key", &tenant),
        ("passphrase", PASSPHRASE.as_bytes()),
    ] {
        let mut spelled = spellings(key);
        if name == "database key" {
            // In capital and small letters.
            let digits = spelled.drain(2..4).collect();
            search.add(format!("{name} in digits"), digits);
        }
        search.add(name.to_owned(), spelled);
    }
    search
}

/// SQLCipher is given its key as digits within a statement. SQLite and sqlx release the text of a
/// statement as it is, so that where it was is left to chance (SECURITY.md); the key itself is
/// cleared by SQLCipher, every other one by the vault.
fn nothing_in_memory(mut found: Vec<String>) {
    let before = found.len();
    found.retain(|what| !what.starts_with("database key in digits"));
    println!("{} released copies of digits", before - found.len());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_locked_app_betrays_nothing_to_who_copies_or_watches_it() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut secrets = Search::secrets();
    assert_eq!(secrets.len(), 200);
    let mut watched = Watched::start(dir.path());
    let tenant = watched.at("made");
    let keys = keys(&data, &tenant);
    watched.go_on();

    watched.at("locked");
    let told = std::fs::read_to_string(dir.path().join("told")).unwrap();
    told.lines().for_each(|secret| secrets.add_word(secret));
    let nothing_in = |folder: &Path| {
        let (mut found, bytes) = secrets.found_below(folder);
        found.extend(keys.found_below(folder).0);
        assert!(found.is_empty(), "{found:#?}");
        bytes
    };
    let bytes = nothing_in(&data);
    assert!(data.join("backups").is_dir());
    nothing_in(&dir.path().join("temporary"));
    nothing_in_memory(watched.memory(&keys));
    watched.go_on();

    watched.at("open");
    let found = watched.memory(&keys);
    for key in ["database key", "tenant key"] {
        let digits = "database key in digits";
        let mut shown = found.iter().filter(|what| !what.starts_with(digits));
        let shown = shown.any(|what| what.starts_with(key));
        assert!(shown, "this search would not find a {key}: {found:#?}");
    }
    watched.go_on();

    watched.at("locked");
    nothing_in_memory(watched.memory(&keys));
    nothing_in(&data);
    watched.go_on();

    watched.at("closed");
    nothing_in(&data);
    nothing_in(&dir.path().join("temporary"));
    println!(
        "{} secrets and the keys: none in {bytes} bytes",
        secrets.len()
    );
    // The same search finds what lies open.
    let (shown, _) = secrets.found_below(&dir.path().join("plain"));
    for i in 0..RIDES {
        for what in [file_name(i), format!("place {i} ")] {
            assert!(shown.iter().any(|s| s.starts_with(&what)), "{what}");
        }
    }
    let gpx = |what: &&String| what.ends_with("out.gpx");
    assert!(shown.iter().filter(gpx).any(|s| s.starts_with("place")));
    assert!(shown.iter().filter(gpx).any(|s| s.starts_with("Ausfahrt")));
    watched.go_on();
}
