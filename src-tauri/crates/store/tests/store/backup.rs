//! Backups: made, verified, rotated, put in place.

use crate::fixtures::*;
use paceline_model::*;
use paceline_store::backup::*;
use paceline_store::*;
use paceline_vault::{KeyPolicy, Vault};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs `work` with the keys of a data folder.
async fn with_keys<T>(dir: &Path, work: impl AsyncFnOnce(Access<'_>) -> T) -> T {
    let vault = Vault::open(dir, KeyPolicy::KeyFileOnly).unwrap();
    let key = vault.database_key_hex();
    let keys = MachineKeys::from(vault);
    work(Access {
        database_key_hex: &key,
        tenants: Some(&keys),
    })
    .await
}

fn quiet(_: Step, _: u64, _: u64) {}

async fn back_up(store: &Store, at: i64) -> Result<Backup, StoreError> {
    let folder = store.dir().join("backups");
    store
        .back_up(
            &folder,
            Reason::Scheduled,
            Depth::Whole,
            Instant(at),
            &quiet,
        )
        .await
}

async fn look(dir: &Path, backup: &Backup, depth: Depth) -> Result<Verified, StoreError> {
    with_keys(dir, async |access| {
        verify(backup, access, depth, &quiet).await
    })
    .await
}

async fn put(dir: &Path, backup: &Backup) -> Result<Putting, StoreError> {
    with_keys(dir, async |access| {
        restore(dir, backup, access, Depth::Whole, Instant(99_000), &quiet).await
    })
    .await
}

async fn add(store: &Arc<Store>, session: &Session, n: u64) -> ActivityId {
    let writer = store.writer(session).await.unwrap();
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    let id = new_id();
    let files = vec![file(store, session, import, n, Action::Add(id)).await];
    put_files(&writer, files, Instant(9)).await.unwrap();
    id
}

fn tree(folder: &Path) -> Vec<(PathBuf, blake3::Hash)> {
    let mut all = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let hash = blake3::hash(&std::fs::read(&path).unwrap());
                all.push((path, hash));
            }
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_everything_and_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 3).await;
    let before = store.tables().await.unwrap();
    let made = back_up(&store, 1_790_000_000_000).await.unwrap();
    assert_eq!(made.name, "2026-09-21T141320Z-scheduled");
    assert_eq!(made.content(), store.content().await.unwrap());
    let seen = look(dir.path(), &made, Depth::Whole).await.unwrap();
    assert_eq!((seen.activities, seen.blobs), (3, made.blobs()));
    assert!(
        seen.unsealed >= seen.blobs && seen.without_key == 0,
        "{seen:?}"
    );

    store
        .writer(&session)
        .await
        .unwrap()
        .delete_activities(&ids)
        .await
        .unwrap();
    store.collect_orphans().await.unwrap();
    add(&store, &session, 50).await;
    let error = put(dir.path(), &made).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Busy),
        "the data are open: {error:?}"
    );
    store.close().await;
    let left = std::fs::read(dir.path().join("paceline.db")).unwrap();
    let placed = put(dir.path(), &made).await.unwrap();
    let kept = std::fs::read(placed.set_aside.join("paceline.db")).unwrap();
    assert!(kept == left, "what was there before is kept");
    let store = open(dir.path()).await;
    assert_eq!(store.tables().await.unwrap(), before);
    assert!(store.integrity().await.unwrap().is_empty());
    for id in ids {
        let series = store
            .reader(&session)
            .await
            .unwrap()
            .series(id, &[])
            .await
            .unwrap();
        assert_eq!(series.len(), 60);
    }
    assert!(!dir.path().join("restoring.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn later_backups_share_what_is_old_and_stay_whole_when_others_go() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 2).await;
    let folder = dir.path().join("backups");
    let mut all = Vec::new();
    for n in 0..20 {
        add(&store, &session, 10 + n).await;
        all.push(back_up(&store, 1_000 * (n as i64 + 1)).await.unwrap());
    }
    let packs = |b: &Backup| std::fs::read_dir(&b.path).unwrap().count() - 4;
    assert_eq!(packs(&all[1]), 2);
    assert!(
        all.iter().all(|b| packs(b) <= 16),
        "packs are joined in time"
    );
    let gone = rotate(&folder, 3).unwrap();
    assert_eq!(gone.len(), 17);
    let left = shelf(&folder).unwrap();
    assert!(left.unreadable.is_empty());
    let names: Vec<_> = left.backups.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(names, [&all[19].name, &all[18].name, &all[17].name]);
    for backup in &left.backups {
        look(dir.path(), backup, Depth::Whole).await.unwrap();
    }
    store.close().await;
    put(dir.path(), &left.backups[1]).await.unwrap();
    assert_eq!(
        open(dir.path())
            .await
            .reader(&session)
            .await
            .unwrap()
            .activity_count()
            .await
            .unwrap(),
        21
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation_spares_what_was_asked_for_and_the_last_one() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 1).await;
    let folder = dir.path().join("backups");
    for (at, reason) in [
        (1, Reason::Manual),
        (2, Reason::Scheduled),
        (3, Reason::Scheduled),
    ] {
        let made = store.back_up(&folder, reason, Depth::Sample, Instant(at), &quiet);
        made.await.unwrap();
    }
    assert_eq!(
        rotate(&folder, 0).unwrap(),
        ["1970-01-01T000000Z-scheduled"]
    );
    let left: Vec<_> = shelf(&folder)
        .unwrap()
        .backups
        .iter()
        .map(Backup::reason)
        .collect();
    assert_eq!(left, [Reason::Scheduled, Reason::Manual]);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_damage_to_a_backup_is_found_and_it_is_not_put_in_place() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 4).await;
    let good = back_up(&store, 1_000).await.unwrap();
    add(&store, &session, 30).await;
    let made = back_up(&store, 2_000).await.unwrap();
    store.close().await;
    let live = std::fs::read(dir.path().join("paceline.db")).unwrap();
    let packs: Vec<_> = std::fs::read_dir(&made.path)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "db"))
        .collect();
    assert_eq!(packs.len(), 3);
    for path in packs {
        let whole = std::fs::read(&path).unwrap();
        // Not through the link that another backup shares.
        std::fs::remove_file(&path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 23 + 1) {
            let mut broken = whole.clone();
            broken[at] ^= 0x10;
            std::fs::write(&path, &broken).unwrap();
            let error = look(dir.path(), &made, Depth::Whole).await.unwrap_err();
            assert!(
                matches!(error, StoreError::Unsound { .. }),
                "{at}: {error:?}"
            );
            assert!(error.to_string().contains(&made.name));
        }
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(
            look(dir.path(), &made, Depth::Sample).await.is_err(),
            "cut short"
        );
        assert!(put(dir.path(), &made).await.is_err());
        let newest = with_keys(dir.path(), async |a| {
            newest_good(&made.path.join(".."), a).await
        });
        assert_eq!(newest.await.unwrap().unwrap().name, good.name);
        std::fs::remove_file(&path).unwrap();
        assert!(
            look(dir.path(), &made, Depth::Sample).await.is_err(),
            "gone"
        );
        std::fs::write(&path, &whole).unwrap();
    }
    look(dir.path(), &made, Depth::Whole).await.unwrap();
    assert!(std::fs::read(dir.path().join("paceline.db")).unwrap() == live);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_cannot_be_written_says_why_and_leaves_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 1).await;
    let first = back_up(&store, 1_000).await.unwrap();
    let before = tree(&first.path);
    let file = dir.path().join("a file");
    std::fs::write(&file, "x").unwrap();
    let folder = file.join("backups");
    let refused = store
        .back_up(&folder, Reason::Manual, Depth::Sample, Instant(5), &quiet)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("a file"), "{refused}");
    // Blobs that are gone are damage, and a good backup must not be pushed out by a bad one.
    let pool = sqlx::SqlitePool::connect_with(
        sqlx::sqlite::SqliteConnectOptions::new().filename(dir.path().join("blobs.db")),
    )
    .await
    .unwrap();
    sqlx::query("DELETE FROM blobs")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    // Those of the first backup still serve; without them there is nothing to take them from.
    back_up(&store, 2_000).await.unwrap();
    let elsewhere = dir.path().join("elsewhere");
    let refused = store
        .back_up(
            &elsewhere,
            Reason::Manual,
            Depth::Sample,
            Instant(5),
            &quiet,
        )
        .await
        .unwrap_err();
    assert!(
        matches!(refused, StoreError::BlobsMissing { .. }),
        "{refused:?}"
    );
    assert_eq!(shelf(&elsewhere).unwrap().backups.len(), 0);
    let hidden = std::fs::read_dir(&elsewhere).unwrap().count();
    assert_eq!(hidden, 1, "the lock alone");
    assert_eq!(tree(&first.path), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_kill_leaves_of_a_backup_is_no_backup_and_is_tidied_up() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ..) = filled(dir.path(), 1).await;
    let first = back_up(&store, 1_000).await.unwrap();
    let folder = dir.path().join("backups");
    for half in [".making-x", ".going-y"] {
        std::fs::create_dir(folder.join(half)).unwrap();
        std::fs::copy(
            first.path.join("paceline.db"),
            folder.join(half).join("paceline.db"),
        )
        .unwrap();
    }
    assert_eq!(shelf(&folder).unwrap().backups.len(), 1);
    back_up(&store, 2_000).await.unwrap();
    assert!(!folder.join(".making-x").exists() && !folder.join(".going-y").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_interrupted_anywhere_leaves_the_old_data_or_the_new() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 2).await;
    let made = back_up(&store, 1_000).await.unwrap();
    add(&store, &session, 30).await;
    store.close().await;
    // As it looks when the process ended after each of the moves.
    for moves in 0..=4 {
        let copy = tempfile::tempdir().unwrap();
        for (path, _) in tree(dir.path()) {
            let to = copy.path().join(path.strip_prefix(dir.path()).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, &to).unwrap();
        }
        let at = |name: &str| copy.path().join(name);
        let aside = at("set-aside").join("x");
        std::fs::create_dir_all(&aside).unwrap();
        std::fs::create_dir_all(at(".restoring")).unwrap();
        let note = serde_json::json!({
            "aside": "x", "present": ["paceline.db", "blobs.db"], "in_place": false
        });
        std::fs::write(at("restoring.json"), note.to_string()).unwrap();
        if moves > 0 {
            std::fs::rename(at("paceline.db"), aside.join("paceline.db")).unwrap();
        }
        if moves > 1 {
            std::fs::rename(at("blobs.db"), aside.join("blobs.db")).unwrap();
        }
        if moves > 2 {
            std::fs::copy(made.path.join("paceline.db"), at("paceline.db")).unwrap();
        }
        if moves > 3 {
            std::fs::write(at("blobs.db"), b"").unwrap();
        }
        let store = open(copy.path()).await;
        let count = store
            .reader(&session)
            .await
            .unwrap()
            .activity_count()
            .await
            .unwrap();
        assert_eq!(count, 3, "after {moves} moves the old data are back");
        assert!(store.integrity().await.unwrap().is_empty());
        assert!(!at("restoring.json").exists() && !at("set-aside").exists());
        store.close().await;
    }
    // Placed, and then it does not open: the old data are back, and the message says so.
    put(dir.path(), &made).await.unwrap();
    std::fs::write(dir.path().join("paceline.db"), [7u8; 8192]).unwrap();
    let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
    let error = Store::open(dir.path(), vault).await.unwrap_err();
    assert!(matches!(error, StoreError::NotRestored { .. }), "{error:?}");
    let store = open(dir.path()).await;
    assert_eq!(
        store
            .reader(&session)
            .await
            .unwrap()
            .activity_count()
            .await
            .unwrap(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_can_open_the_data_at_once_and_nobody_while_a_backup_is_put_in_place() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 1).await;
    store.close().await;
    let all: Vec<_> = (0..8)
        .map(|_| {
            let dir = dir.path().to_path_buf();
            tokio::spawn(async move { open(&dir).await })
        })
        .collect();
    for opened in all {
        let store = opened.await.unwrap();
        let reader = store.reader(&session).await.unwrap();
        assert_eq!(reader.activity_count().await.unwrap(), 1);
        store.close().await;
    }
    let lock = std::fs::File::options()
        .write(true)
        .open(dir.path().join("paceline.lock"))
        .unwrap();
    lock.lock().unwrap();
    let vault = Vault::open(dir.path(), KeyPolicy::KeyFileOnly).unwrap();
    let error = Store::open(dir.path(), vault).await.unwrap_err();
    assert!(matches!(error, StoreError::Busy), "{error:?}");
}

/// Not part of every run: `PACELINE_MEASURE=1 cargo test --release … measured -- --nocapture`.
#[tokio::test(flavor = "multi_thread")]
async fn backups_are_measured() {
    if std::env::var("PACELINE_MEASURE").is_err() {
        eprintln!("skipped: PACELINE_MEASURE is not set");
        return;
    }
    let dir = std::env::var("PACELINE_MEASURE_DIR").unwrap();
    let dir = Path::new(&dir);
    let store = open(dir).await;
    let folder = dir.join("backups-measured");
    let mut at = 1_000;
    for what in ["first", "nothing new", "sampled again"] {
        let start = std::time::Instant::now();
        let made = store
            .back_up(
                &folder,
                Reason::Scheduled,
                Depth::Sample,
                Instant(at),
                &quiet,
            )
            .await
            .unwrap();
        println!(
            "{what}: {:.2} s, {} bytes, {} added, {} blobs",
            start.elapsed().as_secs_f64(),
            made.bytes(),
            made.added_bytes(),
            made.blobs()
        );
        at += 1_000;
        let start = std::time::Instant::now();
        look(dir, &made, Depth::Whole).await.unwrap();
        println!("  verified whole in {:.2} s", start.elapsed().as_secs_f64());
    }
    let start = std::time::Instant::now();
    store.content().await.unwrap();
    println!("content: {:.2} s", start.elapsed().as_secs_f64());
}
