//! A store on a temporary folder and what is put into it.

use paceline_model::*;
use paceline_store::*;
use paceline_vault::{KeyPolicy, Vault};
use std::path::Path;
use std::sync::Arc;

pub async fn open(dir: &Path) -> Arc<Store> {
    let vault = Vault::open(dir, KeyPolicy::KeyFileOnly).unwrap();
    Store::open(dir, vault).await.unwrap()
}

pub fn recording(start_s: i64, samples: i32) -> Recording {
    Recording {
        start: Instant::from_unix_s(start_s),
        timed: true,
        sport: Sport::Cycling,
        name: Some("Secretname ride".into()),
        device: Some(Device {
            manufacturer: Some("Maker".into()),
            ..Device::default()
        }),
        series: Series {
            time_ms: (0..samples).map(|i| i * 1000).collect(),
            columns: vec![
                Column {
                    channel: Channel::Power,
                    values: Values::Scaled {
                        raw: (0..samples).map(|i| 200 + i % 30).collect(),
                        scale: 1.0,
                        offset: 0.0,
                    },
                },
                Column {
                    channel: Channel::Other("Skin [°C]".into()),
                    values: Values::Float((0..samples).map(|i| 30.0 + i as f32 / 100.0).collect()),
                },
            ],
        },
        laps: vec![Lap {
            start_ms: 0,
            end_ms: 60_000,
            name: Some("One".into()),
            ..Lap::default()
        }],
        lengths: vec![Length {
            start_ms: 0,
            end_ms: 30_000,
            active: true,
            strokes: Some(14),
            ..Length::default()
        }],
        rr: vec![(800, 800), (1590, 790)],
        ..Recording::default()
    }
}

pub fn summary(distance: f64) -> ActivitySummary {
    ActivitySummary {
        formula_version: 1,
        elapsed_s: 60.0,
        moving_s: 58.0,
        distance_m: Some(distance),
        ascent_m: Some(10.0),
        work_j: Some(1000.0),
        outline: vec![[0, 100], [50, 7]],
        ..ActivitySummary::default()
    }
}

pub async fn file(
    store: &Store,
    session: &Session,
    import: ImportId,
    n: u64,
    action: Action,
) -> FileRecord {
    let sealer = store.sealer(session).await.unwrap();
    let rec = recording(1_700_000_000 + n as i64 * 86_400, 60);
    let bytes = format!("original {n}").into_bytes();
    FileRecord {
        import,
        position: n,
        source: SourceKind::File,
        item: Some(ItemRow {
            path: format!("/x/{n}.fit"),
            outcome: Outcome::Added,
            activities: vec![action.activity()],
            reason: None,
            warnings: Vec::new(),
        }),
        origin: Some(OriginRecord {
            content_hash: *blake3::hash(&bytes).as_bytes(),
            external_id: None,
            account: Vec::new(),
            file_name: format!("{n}.fit"),
            format: "fit".into(),
            bytes: bytes.len() as u64,
            original: Some(sealer.original(&bytes).unwrap()),
            imported_at: Instant(5),
        }),
        parts: vec![Part {
            action,
            name: format!("Ride {n}"),
            words: None,
            prepared: sealer.prepare(rec, summary(1000.0 * n as f64)).unwrap(),
        }],
        claims: Vec::new(),
        biometrics: vec![Biometric {
            kind: BiometricKind::Weight,
            at: Instant(n as i64),
            value: 70.0,
        }],
    }
}

pub fn new_id() -> ActivityId {
    ActivityId(uuid::Uuid::now_v7())
}

pub async fn filled(dir: &Path, n: u64) -> (Arc<Store>, Session, Vec<ActivityId>) {
    let store = open(dir).await;
    let session = store
        .create_profile("Ada", Units::Metric, Instant(1))
        .await
        .unwrap();
    let writer = store.writer(&session).await.unwrap();
    let import = writer
        .begin_import(&["/x".into()], Instant(2))
        .await
        .unwrap();
    let ids: Vec<_> = (0..n).map(|_| new_id()).collect();
    let mut files = Vec::new();
    for (i, id) in ids.iter().enumerate() {
        files.push(file(&store, &session, import, i as u64, Action::Add(*id)).await);
    }
    put_files(&writer, files, Instant(9)).await.unwrap();
    (store, session, ids)
}

/// The main database as any SQLite client with the key sees it.
pub async fn raw(dir: &Path) -> sqlx::SqlitePool {
    let key = Vault::open(dir, KeyPolicy::KeyFileOnly)
        .unwrap()
        .database_key_hex();
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(dir.join("paceline.db"))
        .pragma("key", format!("\"x'{}'\"", *key))
        .pragma("cipher_hmac_algorithm", "HMAC_SHA256");
    sqlx::SqlitePool::connect_with(options).await.unwrap()
}

/// The clock that every change of a synced row moves.
pub async fn clock(dir: &Path) -> i64 {
    let pool = raw(dir).await;
    let (version,): (i64,) = sqlx::query_as("SELECT version FROM clock")
        .fetch_one(&pool)
        .await
        .unwrap();
    pool.close().await;
    version
}

/// Both halves of writing files.
pub async fn put_files(
    writer: &Writer,
    files: Vec<FileRecord>,
    now: Instant,
) -> Result<Vec<ActivityId>, StoreError> {
    writer.put(&mut writer.stage(files).await?, now).await
}
