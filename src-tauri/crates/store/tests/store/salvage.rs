//! Damaged files: what is still readable comes out whole, and what is lost is told.

use crate::fixtures::*;
use paceline_model::Sport;
use paceline_store::backup::{Access, MachineKeys};
use paceline_store::salvage::{Salvaged, salvage};
use paceline_store::*;
use paceline_vault::{KeyPolicy, Vault};
use std::collections::BTreeMap;
use std::path::Path;

const PAGE: usize = 4096;

async fn rescue(dir: &Path, to: &Path) -> Result<Salvaged, StoreError> {
    let vault = Vault::open(dir, KeyPolicy::KeyFileOnly).unwrap();
    let key = vault.database_key_hex();
    let keys = MachineKeys::from(vault);
    let access = Access {
        database_key_hex: &key,
        tenants: Some(&keys),
    };
    salvage(dir, to, access, &|_, _, _| {}).await
}

fn copy(from: &Path, to: &Path) {
    for name in ["paceline.db", "blobs.db", "vault.json", "paceline.key"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Rows that lie on each page, by table: from SQLite's own account of the whole file.
async fn rows_by_page(dir: &Path) -> BTreeMap<usize, (String, String, u64)> {
    let pool = raw(dir).await;
    let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "SELECT d.pageno, coalesce(s.tbl_name, d.name), d.pagetype || CASE WHEN s.type = 'index' THEN ' index' ELSE '' END, d.ncell
         FROM dbstat d LEFT JOIN sqlite_schema s ON s.name = d.name",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    pool.close().await;
    rows.into_iter()
        .map(|r| (r.0 as usize, (r.1, r.2, r.3 as u64)))
        .collect()
}

fn read_of(report: &Salvaged) -> BTreeMap<String, u64> {
    report
        .tables
        .iter()
        .map(|t| (t.table.clone(), t.read))
        .collect()
}

async fn big(dir: &Path) -> (Session, BTreeMap<String, u64>) {
    let (store, session, ids) = filled(dir, 60).await;
    // Some rows run over several pages, as summaries do.
    let writer = store.writer(&session).await.unwrap();
    for (n, id) in ids.iter().enumerate().step_by(7) {
        let edit = ActivityEdit {
            name: format!("Long {n}"),
            sport: Sport::Cycling,
            notes: "Übung ".repeat(100 + 220 * n),
            rpe: None,
        };
        writer.update_activity(*id, &edit).await.unwrap();
    }
    let counts = store.tables().await.unwrap();
    store.close().await;
    (
        session,
        counts.into_iter().map(|t| (t.table, t.rows)).collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_data_are_salvaged_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 25).await;
    let before = store.tables().await.unwrap();
    store.close().await;
    let to = tempfile::tempdir().unwrap();
    let report = rescue(dir.path(), to.path()).await.unwrap();
    assert!(report.complete(), "{report:?}");
    let store = open(to.path()).await;
    assert_eq!(store.tables().await.unwrap(), before);
    let reader = store.reader(&session).await.unwrap();
    for id in ids {
        assert_eq!(reader.series(id, &[]).await.unwrap().len(), 60);
    }
    assert!(store.integrity().await.unwrap().is_empty());
    let error = rescue(dir.path(), to.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::Occupied { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_and_not_folded_in_is_salvaged() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _, _) = filled(dir.path(), 25).await;
    let before = store.tables().await.unwrap();
    // As a kill leaves it: copied while it is open, with its log.
    let killed = tempfile::tempdir().unwrap();
    copy(dir.path(), killed.path());
    let log = dir.path().join("paceline.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    std::fs::copy(log, killed.path().join("paceline.db-wal")).unwrap();
    let to = tempfile::tempdir().unwrap();
    let report = rescue(killed.path(), to.path()).await.unwrap();
    assert!(report.complete(), "{report:?}");
    assert_eq!(open(to.path()).await.tables().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_page_can_be_lost_and_all_other_rows_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let (session, counts) = big(dir.path()).await;
    let whole = std::fs::read(dir.path().join("paceline.db")).unwrap();
    let pages = rows_by_page(dir.path()).await;
    let total = whole.len() / PAGE;
    println!("{total} pages");
    for page in 1..=total {
        // All of them take minutes; every third at an offset of its own meets every kind of page.
        if page > 12 && page % 3 != 0 {
            continue;
        }
        let hurt = tempfile::tempdir().unwrap();
        copy(dir.path(), hurt.path());
        let mut bytes = whole.clone();
        let at = (page - 1) * PAGE + 20 + page * 37 % 3000;
        bytes[at..at + 50].fill(0xa5);
        std::fs::write(hurt.path().join("paceline.db"), &bytes).unwrap();
        let to = tempfile::tempdir().unwrap();
        let report = rescue(hurt.path(), to.path()).await.unwrap();
        let read = read_of(&report);
        assert_eq!(report.bad_pages, [1, 0], "page {page}");
        let (name, kind, cells) =
            pages
                .get(&page)
                .cloned()
                .unwrap_or((String::new(), "free".into(), 0));
        for (table, count) in &counts {
            let lost = if *table != name || kind.ends_with("index") || name == "sqlite_schema" {
                0
            } else if kind == "overflow" {
                1
            } else {
                cells
            };
            let had = read.get(table).copied().unwrap_or(0);
            assert!(
                had + lost >= *count,
                "page {page} ({kind} of {name}): {had} of {count} rows of {table}, {lost} were on it"
            );
            assert!(
                had <= *count,
                "page {page}: {table} has {had} rows of {count}"
            );
        }
        let store = open(to.path()).await;
        assert!(store.integrity().await.unwrap().is_empty(), "page {page}");
        // Somebody is there to open it, whatever was lost.
        let here = store.first_session().await.unwrap().unwrap();
        let rides = store
            .reader(&here)
            .await
            .unwrap()
            .activity_count()
            .await
            .unwrap();
        assert!(rides > 0, "page {page} ({kind} of {name})");
        if name != "users" && name != "memberships" {
            assert_eq!(here, session, "page {page} ({kind} of {name})");
        }
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn random_damage_anywhere_is_said_and_salvaged_without_a_panic() {
    let dir = tempfile::tempdir().unwrap();
    big(dir.path()).await;
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let mut said = 0;
    for round in 0..24 {
        let hurt = tempfile::tempdir().unwrap();
        copy(dir.path(), hurt.path());
        for name in ["paceline.db", "blobs.db"] {
            let path = hurt.path().join(name);
            let mut bytes = std::fs::read(&path).unwrap();
            for _ in 0..1 + next(6) {
                let at = next(bytes.len());
                let end = (at + 1 + next(6000)).min(bytes.len());
                for byte in &mut bytes[at..end] {
                    *byte = byte.wrapping_add(1 + next(255) as u8);
                }
            }
            if round % 5 == 4 {
                let cut = bytes.len() - next(bytes.len() / 2);
                bytes.truncate(cut);
            }
            std::fs::write(&path, &bytes).unwrap();
        }
        let vault = Vault::open(hurt.path(), KeyPolicy::KeyFileOnly).unwrap();
        let (a, b) = ("paceline.db", "blobs.db");
        let before = [a, b].map(|n| std::fs::read(hurt.path().join(n)).unwrap());
        // Salvage first: opening may fold or roll back what it finds.
        let to = tempfile::tempdir().unwrap();
        let report = rescue(hurt.path(), to.path()).await.unwrap();
        assert!(!report.complete(), "round {round}");
        let after = [a, b].map(|n| std::fs::read(hurt.path().join(n)).unwrap());
        assert!(before == after, "the damaged files stay as they are");
        let saved = open(to.path()).await;
        assert!(saved.integrity().await.unwrap().is_empty(), "round {round}");
        saved.close().await;
        match Store::open(hurt.path(), vault).await {
            Err(error) => {
                said += 1;
                assert!(error.is_damage(), "round {round}: {error:?}");
                assert!(
                    error.to_string().to_lowercase().contains("backup"),
                    "{error}"
                );
            }
            Ok(store) => {
                // Damage that opening does not meet is found by the check.
                let found = store.integrity().await;
                let clean = found.as_ref().is_ok_and(Vec::is_empty);
                said += u32::from(!clean);
                if let Err(error) = found {
                    assert!(error.is_damage(), "round {round}: {error:?}");
                }
                store.close().await;
            }
        }
    }
    assert!(said >= 23, "{said} of 24 damages were said");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_activity_leaves_its_original_file_to_be_imported_again() {
    let dir = tempfile::tempdir().unwrap();
    big(dir.path()).await;
    let pages = rows_by_page(dir.path()).await;
    let leaf = pages
        .iter()
        .find(|(_, p)| p.0 == "activities" && p.1 == "leaf")
        .map(|(n, p)| (*n, p.2))
        .unwrap();
    let path = dir.path().join("paceline.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[(leaf.0 - 1) * PAGE..leaf.0 * PAGE].fill(0);
    std::fs::write(&path, bytes).unwrap();
    let to = tempfile::tempdir().unwrap();
    let report = rescue(dir.path(), to.path()).await.unwrap();
    assert_eq!(report.originals, leaf.1);
    let files: Vec<_> = std::fs::read_dir(to.path().join("originals"))
        .unwrap()
        .collect();
    assert_eq!(files.len() as u64, leaf.1);
    let first = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
    assert!(first.starts_with("original "), "{first}");
}
