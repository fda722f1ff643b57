//! What accounts say of rides, and whose word counts.

use crate::fixtures::*;
use paceline_model::*;
use paceline_store::*;

const STRAVA: SourceKind = SourceKind::StravaExport;
const GARMIN: SourceKind = SourceKind::GarminExport;

fn words(name: &str, sport: Option<Sport>) -> Words {
    Words {
        name: Some(name.to_owned()),
        notes: Some(format!("notes of {name}")),
        sport,
        sub_sport: sport.map(|_| "trail".to_owned()),
    }
}

fn facts(gear: &str) -> Vec<ExtraMessage> {
    vec![ExtraMessage {
        name: "Strava".into(),
        count: 1,
        fields: vec![ExtraField {
            name: "Gear".into(),
            sample: gear.into(),
        }],
    }]
}

/// Only what an account says, about a ride that is there.
fn claim(import: ImportId, source: SourceKind, activity: ActivityId, said: Words) -> FileRecord {
    FileRecord {
        import,
        position: 1,
        source,
        item: None,
        origin: None,
        parts: Vec::new(),
        claims: vec![Claim {
            activity,
            origin: None,
            external_id: "7".into(),
            account: facts("Patria"),
            words: said,
        }],
        biometrics: Vec::new(),
    }
}

struct Athlete {
    dir: tempfile::TempDir,
    store: std::sync::Arc<Store>,
    session: Session,
    ride: ActivityId,
    import: ImportId,
}

impl Athlete {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (store, session, ids) = filled(dir.path(), 1).await;
        let writer = store.writer(&session).await.unwrap();
        let import = writer.begin_import(&[], Instant(3)).await.unwrap();
        Self {
            dir,
            store,
            session,
            ride: ids[0],
            import,
        }
    }

    async fn put(&self, record: FileRecord) -> Vec<ActivityId> {
        let writer = self.store.writer(&self.session).await.unwrap();
        put_files(&writer, vec![record], Instant(9)).await.unwrap()
    }

    async fn say(&self, source: SourceKind, name: &str, sport: Option<Sport>) -> Vec<ActivityId> {
        self.put(claim(self.import, source, self.ride, words(name, sport)))
            .await
    }

    async fn ride(&self) -> StoredActivity {
        let reader = self.store.reader(&self.session).await.unwrap();
        reader.activity(self.ride).await.unwrap()
    }

    async fn clock(&self) -> i64 {
        clock(self.dir.path()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_s_words_take_the_place_of_the_recorder_s_and_follow_the_account() {
    let athlete = Athlete::new().await;
    let restyled = athlete.say(STRAVA, "Club ride", Some(Sport::Running)).await;
    assert_eq!(restyled, [athlete.ride], "its figures are another sport's");
    let ride = athlete.ride().await;
    assert_eq!(ride.row.name, "Club ride");
    assert_eq!(ride.notes, "notes of Club ride");
    assert_eq!(
        (ride.row.sport, ride.row.sub_sport.as_deref()),
        (Sport::Running, Some("trail"))
    );
    assert!(athlete.say(STRAVA, "Renamed", None).await.is_empty());
    let ride = athlete.ride().await;
    assert_eq!(
        (ride.row.name.as_str(), ride.row.sport),
        ("Renamed", Sport::Running)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_that_spoke_first_is_not_contradicted_by_another() {
    let athlete = Athlete::new().await;
    athlete.say(STRAVA, "Club ride", Some(Sport::Cycling)).await;
    athlete
        .say(GARMIN, "Zurich Road Cycling", Some(Sport::Hiking))
        .await;
    let ride = athlete.ride().await;
    assert_eq!(
        (ride.row.name.as_str(), ride.row.sport),
        ("Club ride", Sport::Cycling)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_typed_is_never_overruled() {
    let athlete = Athlete::new().await;
    let edit = ActivityEdit {
        name: "Mine".into(),
        sport: Sport::Walking,
        notes: "wet".into(),
        rpe: None,
    };
    let writer = athlete.store.writer(&athlete.session).await.unwrap();
    writer.update_activity(athlete.ride, &edit).await.unwrap();
    assert!(
        athlete
            .say(STRAVA, "Club ride", Some(Sport::Running))
            .await
            .is_empty()
    );
    let ride = athlete.ride().await;
    assert_eq!(
        (ride.row.name.as_str(), ride.row.sport, ride.notes.as_str()),
        ("Mine", Sport::Walking, "wet")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn saying_the_same_again_changes_nothing() {
    let athlete = Athlete::new().await;
    athlete.say(STRAVA, "Club ride", Some(Sport::Running)).await;
    let before = athlete.clock().await;
    assert!(
        athlete
            .say(STRAVA, "Club ride", Some(Sport::Running))
            .await
            .is_empty()
    );
    assert_eq!(athlete.clock().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_knows_its_account_and_what_the_account_says_is_shown() {
    let athlete = Athlete::new().await;
    let known = athlete
        .store
        .reader(&athlete.session)
        .await
        .unwrap()
        .known_rides()
        .await
        .unwrap();
    assert_eq!(
        (known[0].source, known[0].external_id.as_ref()),
        (SourceKind::File, None)
    );
    let mut record = claim(
        athlete.import,
        STRAVA,
        athlete.ride,
        words("Club ride", None),
    );
    record.claims[0].origin = Some((known[0].content_hash, known[0].part));
    athlete.put(record).await;
    let known = athlete
        .store
        .reader(&athlete.session)
        .await
        .unwrap()
        .known_rides()
        .await
        .unwrap();
    assert_eq!(
        (known[0].source, known[0].external_id.as_deref()),
        (STRAVA, Some("7"))
    );
    let ride = athlete.ride().await;
    assert_eq!(ride.origins[0].source, STRAVA);
    assert!(ride.extra.contains(&facts("Patria")[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_without_its_file_gives_way_when_the_file_comes() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 0).await;
    let writer = store.writer(&session).await.unwrap();
    let import = writer.begin_import(&[], Instant(3)).await.unwrap();
    let id = new_id();
    let missing = Warning {
        code: WarningCode::MissingFile,
        message: "Its file is not in the export.".into(),
    };
    let mut entry = file(&store, &session, import, 1, Action::Add(id)).await;
    entry.source = STRAVA;
    {
        let origin = entry.origin.as_mut().unwrap();
        origin.external_id = Some("7".into());
        origin.original = None;
        let part = &mut entry.parts[0];
        let head = Recording {
            warnings: vec![missing.clone()],
            series: Series::default(),
            ..recording(1_700_000_000, 0)
        };
        part.words = Some(words("Club ride", Some(Sport::Running)));
        part.name = "Club ride".into();
        let sealer = store.sealer(&session).await.unwrap();
        part.prepared = sealer.prepare(head, summary(10.0)).unwrap();
    }
    put_files(&writer, vec![entry], Instant(9)).await.unwrap();
    let reader = store.reader(&session).await.unwrap();
    let stored = reader.activity(id).await.unwrap();
    assert!(stored.row.has_warnings && !stored.origins[0].has_original);
    assert_eq!(reader.series(id, &[]).await.unwrap(), Series::default());

    let into = Action::Merge {
        into: id,
        replace: true,
    };
    let mut found = file(&store, &session, import, 2, into).await;
    found.source = STRAVA;
    found.origin.as_mut().unwrap().external_id = Some("7".into());
    put_files(&writer, vec![found], Instant(9)).await.unwrap();
    let stored = reader.activity(id).await.unwrap();
    assert_eq!((stored.origins.len(), stored.row.origin_count), (1, 1));
    assert!(stored.origins[0].has_original && !stored.row.has_warnings);
    assert_eq!(stored.row.name, "Club ride", "the account's title stays");
    assert_eq!(stored.sample_count, 60);
    assert!(store.integrity().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_word_on_a_measurement_counts_and_the_same_is_no_change() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 0).await;
    let writer = store.writer(&session).await.unwrap();
    let weight = |value| Biometric {
        kind: BiometricKind::Weight,
        at: Instant(1000),
        value,
    };
    let put = async |value, source| {
        writer
            .put_biometrics(&[weight(value)], source, Instant(9))
            .await
            .unwrap();
    };
    put(70.0, SourceKind::File).await;
    put(70.5, GARMIN).await;
    let before = clock(dir.path()).await;
    put(70.5, GARMIN).await;
    assert_eq!(clock(dir.path()).await, before);
    let reader = store.reader(&session).await.unwrap();
    let stored = reader.biometrics(BiometricKind::Weight).await.unwrap();
    assert_eq!(stored, [weight(70.5)]);
}
