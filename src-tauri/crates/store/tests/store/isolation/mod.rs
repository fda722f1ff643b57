//! No method of the store shows, changes or betrays what another tenant holds.
//!
//! The methods are read from the source, so that a new one without a case here
//! fails. Each is called in one tenant with the ids of another one of twin
//! content, and again with ids that are nowhere: what it says must be the same,
//! and what the other tenant holds must not move.

mod cases;

use crate::fixtures::*;
use cases::{of_others, of_reader, of_store, of_writer};
use paceline_model::*;
use paceline_store::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

const NOW: Instant = Instant(1_000_000);
/// Stands in every text of the other tenant.
const MARK: &str = "FOREIGN";
/// Is every number of the other tenant that has no twin.
const NUMBER: f64 = 123.4375;

/// Methods of the store itself that open, close or look after the folder as a whole, and reach no
/// row of a tenant for anybody.
const OF_THE_FOLDER: [&str; 8] = [
    "open",
    "open_for",
    "close",
    "integrity",
    "collect_orphans",
    "back_up",
    "content",
    "tables",
];

const DOORS: [&str; 7] = [
    "Store",
    "Reader",
    "Writer",
    "Commenter",
    "Coach",
    "Auditor",
    "Owner",
];

/// Type and name of every method that waits for a database, as the source has them.
fn methods() -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut of = String::new();
            for line in text.lines() {
                if let Some(rest) = line.strip_prefix("impl ") {
                    of = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                } else if line.starts_with('}') {
                    of.clear();
                } else if let Some(rest) = line.strip_prefix("    pub async fn ")
                    && DOORS.contains(&of.as_str())
                {
                    let name = rest
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect();
                    all.insert((of.clone(), name));
                }
            }
        }
    }
    all
}

/// Ids of things that are not the session's.
struct Ids {
    tenant: TenantId,
    athlete: AthleteId,
    activity: ActivityId,
    origin: Uuid,
    import: ImportId,
    comment: CommentId,
    group: GroupId,
    user: UserId,
}

impl Ids {
    fn nowhere() -> Self {
        let id = Uuid::now_v7;
        Self {
            tenant: TenantId(id()),
            athlete: AthleteId(id()),
            activity: ActivityId(id()),
            origin: id(),
            import: ImportId(id()),
            comment: CommentId(id()),
            group: GroupId(id()),
            user: UserId(id()),
        }
    }
}

/// What was said, with every id in it the same.
fn said(what: &dyn std::fmt::Debug) -> String {
    let text = format!("{what:?}");
    let hex = |s: &str| s.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-');
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        match rest.get(..36) {
            Some(id) if hex(id) && Uuid::parse_str(id).is_ok() => {
                out.push_str("ID");
                rest = &rest[36..];
            }
            _ => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// A tenant's rides and everything beside them; `mark` stands in every text.
async fn fill(store: &Arc<Store>, session: &Session, mark: &str, number: f64) -> Ids {
    let writer = store.writer(session).await.unwrap();
    let import = writer.begin_import(&[mark.into()], NOW).await.unwrap();
    let ids = [new_id(), new_id()];
    let mut files = Vec::new();
    for (n, id) in (0..).zip(ids) {
        let mut record = file(store, session, import, n, Action::Add(id)).await;
        record.item.as_mut().unwrap().path = format!("/{mark}/{n}");
        record.origin.as_mut().unwrap().file_name = format!("{mark}-{n}");
        files.push(record);
    }
    put_files(&writer, files, NOW).await.unwrap();
    for id in ids {
        let edit = ActivityEdit {
            name: mark.into(),
            sport: Sport::Cycling,
            notes: mark.into(),
            rpe: Some(4.0),
        };
        writer.update_activity(id, &edit).await.unwrap();
        writer.put_repairs(id, &[mark]).await.unwrap();
    }
    let value = |kind| SettingValue {
        kind,
        value: number,
        valid_from: Instant(0),
    };
    writer.put_setting(&value(SettingKind::Ftp)).await.unwrap();
    let body = Biometric {
        kind: BiometricKind::Weight,
        at: Instant(77),
        value: number,
    };
    writer
        .put_biometrics(&[body], SourceKind::File, NOW)
        .await
        .unwrap();
    let plan = PlannedLoad {
        day: 3,
        load: number,
        title: mark.into(),
    };
    writer.put_planned(&[plan]).await.unwrap();
    writer.put_preference("p", &mark).await.unwrap();
    let door = store.commenter(session).await.unwrap();
    let comment = door
        .add_comment(CommentOn::Activity(ids[0]), mark, NOW)
        .await
        .unwrap();
    let coach = store.coach(session).await.unwrap();
    let group = coach
        .put_group(None, mark, &[session.athlete()], NOW)
        .await
        .unwrap();
    coach
        .put_tags(session.athlete(), &[mark.into()])
        .await
        .unwrap();
    let reader = store.reader(session).await.unwrap();
    Ids {
        tenant: session.tenant(),
        athlete: session.athlete(),
        activity: ids[0],
        origin: reader.activity(ids[0]).await.unwrap().origins[0].id,
        import,
        comment,
        group,
        user: session.user(),
    }
}

/// Every row of a tenant, and its blobs.
async fn everything(dir: &Path, tenant: TenantId) -> Vec<String> {
    let pool = raw(dir).await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, group_concat('quote(\"' || c.name || '\")', '||') FROM sqlite_schema AS t,
         pragma_table_info(t.name) AS c WHERE t.type = 'table' AND EXISTS (SELECT 1 FROM
         pragma_table_info(t.name) WHERE name = 'tenant_id' OR t.name = 'tenants') GROUP BY t.name",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(columns.len() > 25);
    let mut all = Vec::new();
    let mut blobs = BTreeSet::new();
    for (table, values) in columns {
        let key = if table == "tenants" {
            "id"
        } else {
            "tenant_id"
        };
        let sql = format!("SELECT {values} FROM {table} WHERE {key} = ? ORDER BY 1");
        let rows: Vec<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(tenant.0)
            .fetch_all(&pool)
            .await
            .unwrap();
        all.extend(rows.into_iter().map(|r| format!("{table}: {}", r.0)));
    }
    for sql in [
        "SELECT blob FROM series WHERE tenant_id = ?",
        "SELECT original_blob FROM activity_origins WHERE tenant_id = ? AND original_blob NOT NULL",
    ] {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(sql)
            .bind(tenant.0)
            .fetch_all(&pool)
            .await
            .unwrap();
        blobs.extend(rows.into_iter().map(|r| r.0));
    }
    pool.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("blobs.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    for id in blobs {
        let (hex,): (String,) = sqlx::query_as("SELECT hex(sealed) FROM blobs WHERE id = ?")
            .bind(&id)
            .fetch_one(&pool)
            .await
            .unwrap();
        all.push(hex);
    }
    pool.close().await;
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_method_shows_changes_or_betrays_the_rows_of_another_tenant() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let own = store
        .create_profile("Ada", Units::Metric, NOW)
        .await
        .unwrap();
    fill(&store, &own, "Own", 71.0).await;
    let foreign = store
        .create_tenant("FOREIGN club", "FOREIGN athlete", Units::Imperial, NOW)
        .await
        .unwrap();
    let mut theirs = fill(&store, &foreign, MARK, NUMBER).await;
    // It becomes the tenant of somebody else; the session from before is kept on purpose.
    theirs.user = UserId(Uuid::now_v7());
    let pool = raw(dir.path()).await;
    for sql in [
        "INSERT INTO users SELECT ?2, 'FOREIGN user', 5 WHERE ?1 = ?1",
        "UPDATE memberships SET user_id = ?2 WHERE tenant_id = ?1",
        "UPDATE comments SET author_id = ?2, author_name = 'FOREIGN user' WHERE tenant_id = ?1",
    ] {
        sqlx::query(sql)
            .bind(foreign.tenant().0)
            .bind(theirs.user.0)
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
    let before = everything(dir.path(), foreign.tenant()).await;
    assert!(before.len() > 40, "{}", before.len());
    assert!(before.iter().any(|row| row.contains(MARK)));

    let nowhere = Ids::nowhere();
    let all = methods();
    assert!(all.len() > 70, "{} methods", all.len());
    for (of, name) in &all {
        if of == "Store" && OF_THE_FOLDER.contains(&name.as_str()) {
            continue;
        }
        let mut answers = Vec::new();
        for ids in [&theirs, &nowhere] {
            answers.push(match of.as_str() {
                "Store" => of_store(&store, &own, &foreign, name, ids).await,
                "Reader" => of_reader(&store.reader(&own).await.unwrap(), name, ids).await,
                "Writer" => {
                    let writer = store.writer(&own).await.unwrap();
                    of_writer(&store, &own, &writer, name, ids).await
                }
                _ => of_others(&store, &own, of, name, ids).await,
            });
        }
        let [with_theirs, with_none] = &answers[..] else {
            unreachable!()
        };
        // Who else has an account in this folder is no secret to an owner, who may let them in.
        let shown = if name == "others" {
            with_theirs.replace("FOREIGN user", "")
        } else {
            with_theirs.clone()
        };
        assert!(!shown.contains(MARK), "{of}::{name} shows {shown}");
        assert!(!shown.contains("123.4375"), "{of}::{name} shows {shown}");
        if ![
            "audit_after",
            "audit_before",
            "verify_audit",
            "tenants",
            "first_session",
        ]
        .contains(&name.as_str())
        {
            assert_eq!(with_theirs, with_none, "{of}::{name} betrays");
        }
        let after = everything(dir.path(), foreign.tenant()).await;
        assert!(after == before, "{of}::{name} changes");
    }
    assert!(store.integrity().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_foreign_activity_takes_no_longer_than_for_one_that_is_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).await;
    let own = store
        .create_profile("Ada", Units::Metric, NOW)
        .await
        .unwrap();
    fill(&store, &own, "Own", 71.0).await;
    let other = store
        .create_tenant("B", "B", Units::Metric, NOW)
        .await
        .unwrap();
    let theirs = fill(&store, &other, MARK, NUMBER).await;
    let reader = store.reader(&own).await.unwrap();
    let nowhere = Ids::nowhere();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..300 {
        for (ids, times) in [&theirs, &nowhere].into_iter().zip(&mut times) {
            let start = std::time::Instant::now();
            assert!(reader.activity(ids.activity).await.is_err());
            assert!(reader.series(ids.activity, &[]).await.is_err());
            assert!(reader.material(ids.activity).await.is_err());
            times.push(start.elapsed());
        }
    }
    let [theirs, nowhere] = times.map(|mut t| {
        t.sort();
        t[t.len() / 2].as_secs_f64()
    });
    let ratio = theirs / nowhere;
    println!(
        "a foreign one {:.0} µs, none {:.0} µs",
        theirs * 1e6,
        nowhere * 1e6
    );
    assert!((0.67..1.5).contains(&ratio), "{ratio}");
}
