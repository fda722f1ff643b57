//! Tenants beside each other: copies, exports, ends.

use crate::fixtures::*;
use paceline_model::*;
use paceline_store::*;
use paceline_vault::{KdfParams, Passphrase};
use std::path::Path;
use std::sync::Arc;

pub const NOW: Instant = Instant(1_000_000);

fn words(text: &str) -> Passphrase {
    Passphrase::typed(text).unwrap()
}

async fn second(store: &Arc<Store>) -> Session {
    store
        .create_tenant("Club", "Cleo", Units::Metric, NOW)
        .await
        .unwrap()
}

/// Samples, original and words of an activity, to compare.
pub async fn whole(store: &Arc<Store>, session: &Session, id: ActivityId) -> String {
    let reader = store.reader(session).await.unwrap();
    let a = reader.activity(id).await.unwrap();
    let series = reader.series(id, &[]).await.unwrap();
    let rr = reader.rr(id).await.unwrap();
    let original = reader.original(id, a.origins[0].id).await.unwrap();
    format!("{} {:?} {series:?} {rr:?} {original:?}", a.row.name, a.laps)
}

async fn blob_count(dir: &Path) -> i64 {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("blobs.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM blobs")
        .fetch_one(&pool)
        .await
        .unwrap();
    pool.close().await;
    n
}

pub async fn run(dir: &Path, sql: &str) -> Result<u64, sqlx::Error> {
    let pool = raw(dir).await;
    let done = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&pool)
        .await;
    pool.close().await;
    done.map(|d| d.rows_affected())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_athletes_of_a_tenant_may_bring_the_same_file() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 1).await;
    let coach = store.coach(&session).await.unwrap();
    let other = coach.add_athlete("Eve", Units::Metric, NOW).await.unwrap();
    let eve = store.session(session.tenant(), Some(other)).await.unwrap();
    let writer = store.writer(&eve).await.unwrap();
    let import = writer.begin_import(&[], NOW).await.unwrap();
    let id = new_id();
    let same = file(&store, &eve, import, 0, Action::Add(id)).await;
    put_files(&writer, vec![same], NOW).await.unwrap();
    whole(&store, &eve, id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_athlete_is_whole_under_the_other_key_and_goes_its_own_way() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, ids) = filled(dir.path(), 3).await;
    let club = second(&store).await;
    let before = whole(&store, &ada, ids[1]).await;
    let (from, to) = (
        store.owner(&ada).await.unwrap(),
        store.owner(&club).await.unwrap(),
    );
    let mut told = Vec::new();
    from.transfer(ada.athlete(), &to, Transfer::Copy, NOW, |done, all| {
        told.push((done, all));
    })
    .await
    .unwrap();
    assert_eq!(told.last().map(|t| t.0), told.last().map(|t| t.1));
    let copy = store
        .session(club.tenant(), Some(ada.athlete()))
        .await
        .unwrap();
    assert_eq!(whole(&store, &copy, ids[1]).await, before);
    let again = from
        .transfer(ada.athlete(), &to, Transfer::Copy, NOW, |_, _| {})
        .await;
    assert!(matches!(again, Err(StoreError::AlreadyThere)));
    // What is deleted here stays there, with its bytes.
    let writer = store.writer(&ada).await.unwrap();
    writer.delete_activities(&ids).await.unwrap();
    store.collect_orphans().await.unwrap();
    assert_eq!(whole(&store, &copy, ids[1]).await, before);
    assert!(store.integrity().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_athlete_leaves_neither_rows_nor_blobs_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, ids) = filled(dir.path(), 2).await;
    let blobs = blob_count(dir.path()).await;
    let club = second(&store).await;
    let before = whole(&store, &ada, ids[0]).await;
    let (from, to) = (
        store.owner(&ada).await.unwrap(),
        store.owner(&club).await.unwrap(),
    );
    let last = from
        .transfer(ada.athlete(), &to, Transfer::Move, NOW, |_, _| {})
        .await;
    assert!(matches!(last, Err(StoreError::LastAthlete)), "{last:?}");
    let coach = store.coach(&ada).await.unwrap();
    coach.add_athlete("Eve", Units::Metric, NOW).await.unwrap();
    from.transfer(ada.athlete(), &to, Transfer::Move, NOW, |_, _| {})
        .await
        .unwrap();
    let moved = store
        .session(club.tenant(), Some(ada.athlete()))
        .await
        .unwrap();
    assert_eq!(whole(&store, &moved, ids[0]).await, before);
    assert!(
        store
            .session(ada.tenant(), Some(ada.athlete()))
            .await
            .is_err()
    );
    assert_eq!(blob_count(dir.path()).await, blobs);
    assert_eq!(store.collect_orphans().await.unwrap(), 0);
    assert!(store.integrity().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_tenant_comes_back_in_another_folder() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, ids) = filled(dir.path(), 3).await;
    let door = store.commenter(&ada).await.unwrap();
    door.add_comment(CommentOn::Activity(ids[0]), "Well done", NOW)
        .await
        .unwrap();
    let coach = store.coach(&ada).await.unwrap();
    coach
        .put_group(None, "Juniors", &[ada.athlete()], NOW)
        .await
        .unwrap();
    let before = whole(&store, &ada, ids[2]).await;
    let owner = store.owner(&ada).await.unwrap();
    let file = owner
        .export_tenant(
            Vec::new(),
            words("a phrase"),
            KdfParams::FLOOR,
            NOW,
            |_, _| {},
        )
        .await
        .unwrap();
    for plain in ["Secretname", "Well done", "Juniors", "original 0"] {
        assert!(
            !file.windows(plain.len()).any(|w| w == plain.as_bytes()),
            "{plain}"
        );
    }

    let other = tempfile::tempdir().unwrap();
    let there = open(other.path()).await;
    there
        .create_profile("Bob", Units::Metric, NOW)
        .await
        .unwrap();
    let reading = std::io::Cursor::new(file.clone());
    let done = there
        .import_tenant(reading, words("a phrase"), Some("From Ada"), NOW, |_| {})
        .await
        .unwrap();
    assert_eq!((done.name.as_str(), done.activities), ("From Ada", 3));
    assert_ne!(done.session.tenant(), ada.tenant());
    assert_eq!(whole(&there, &done.session, ids[2]).await, before);
    let reader = there.reader(&done.session).await.unwrap();
    let comments = reader.comments(CommentQuery::Newest(9)).await.unwrap();
    assert_eq!(comments[0].text, "Well done");
    assert!(!comments[0].read);
    assert_eq!(reader.labels().await.unwrap().0, ["Juniors"]);
    let log = there.auditor(&done.session).await.unwrap();
    assert_eq!(log.verify_audit().await.unwrap().broken_at, None);
    let newest = &log.audit_before(None, 1).await.unwrap()[0];
    assert_eq!(newest.event, "tenant_imported");
    assert!(there.integrity().await.unwrap().is_empty());
    // Once more beside itself: as another tenant.
    let twice = there
        .import_tenant(
            std::io::Cursor::new(file),
            words("a phrase"),
            None,
            NOW,
            |_| {},
        )
        .await
        .unwrap();
    assert_ne!(twice.session.tenant(), done.session.tenant());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_whole_or_not_ours_brings_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, _) = filled(dir.path(), 2).await;
    let owner = store.owner(&ada).await.unwrap();
    let file = owner
        .export_tenant(
            Vec::new(),
            words("a phrase"),
            KdfParams::FLOOR,
            NOW,
            |_, _| {},
        )
        .await
        .unwrap();
    let (tenants, blobs) = (store.tenants().await.unwrap(), blob_count(dir.path()).await);
    let mut flipped = file.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let cases = [
        ("another passphrase", file.clone(), "another"),
        ("cut short", file[..file.len() - 1].to_vec(), "a phrase"),
        ("changed", flipped, "a phrase"),
        ("something else", b"GIF89a".to_vec(), "a phrase"),
        ("nothing", Vec::new(), "a phrase"),
    ];
    for (case, bytes, phrase) in cases {
        let done = store
            .import_tenant(
                std::io::Cursor::new(bytes),
                words(phrase),
                None,
                NOW,
                |_| {},
            )
            .await;
        assert!(
            matches!(done, Err(StoreError::Vault(_))),
            "{case}: {done:?}"
        );
        assert_eq!(store.tenants().await.unwrap(), tenants, "{case}");
        assert_eq!(blob_count(dir.path()).await, blobs, "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_tenant_is_gone_with_key_rows_log_and_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, ids) = filled(dir.path(), 2).await;
    let only = store.owner(&ada).await.unwrap();
    let only = only.delete_tenant(NOW).await;
    assert!(matches!(only, Err(StoreError::LastTenant)), "{only:?}");
    let club = second(&store).await;
    let (from, to) = (
        store.owner(&ada).await.unwrap(),
        store.owner(&club).await.unwrap(),
    );
    from.transfer(ada.athlete(), &to, Transfer::Copy, NOW, |_, _| {})
        .await
        .unwrap();
    let copy = store
        .session(club.tenant(), Some(ada.athlete()))
        .await
        .unwrap();
    let path = dir.path().join("blobs.db");
    let (sealed, before) = {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT sealed FROM blobs ORDER BY rowid DESC")
            .fetch_all(&pool)
            .await
            .unwrap();
        pool.close().await;
        (rows[0].0.clone(), rows.len())
    };
    let lies = |needle: &[u8]| {
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(needle.len()).any(|w| w == needle)
    };
    assert!(lies(&sealed[..32]));
    let owner = store.owner(&copy).await.unwrap();
    owner.delete_tenant(NOW).await.unwrap();
    assert!(!lies(&sealed[..32]), "the bytes are overwritten");
    assert_eq!(blob_count(dir.path()).await as usize, before / 2);
    assert!(store.reader(&copy).await.is_err());
    let id = format!("x'{}'", club.tenant().0.simple());
    let pool = raw(dir.path()).await;
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_schema AS t WHERE type = 'table' AND EXISTS
         (SELECT 1 FROM pragma_table_info(t.name) WHERE name = 'tenant_id')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(tables.len() > 20);
    for (table,) in tables {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE tenant_id = {id}");
        let (n,): (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(n, 0, "{table}");
    }
    pool.close().await;
    whole(&store, &ada, ids[0]).await;
    let log = store.auditor(&ada).await.unwrap();
    assert_eq!(
        log.audit_before(None, 1).await.unwrap()[0].event,
        "deletion"
    );
    assert!(store.integrity().await.unwrap().is_empty());
}
