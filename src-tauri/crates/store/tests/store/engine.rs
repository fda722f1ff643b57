//! What the analysis engine keeps in the store.

use crate::fixtures::*;
use paceline_model::*;
use paceline_store::*;

const POWER: CurveKey<'_> = CurveKey {
    sport: Sport::Cycling,
    channel: "power",
};

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_stale_until_made_from_the_samples_and_settings_that_hold() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 2).await;
    let (reader, writer) = (
        store.reader(&session).await.unwrap(),
        store.writer(&session).await.unwrap(),
    );
    let states = reader.figures_states().await.unwrap();
    assert_eq!(states.iter().map(|s| s.id).collect::<Vec<_>>(), ids);
    assert!(
        states
            .iter()
            .all(|s| (s.made_from, s.data_version) == (-1, 0))
    );
    let none: Option<Vec<u8>> = reader.metrics(ids[0]).await.unwrap();
    assert_eq!(none, None);
    let figures = Figures {
        id: ids[0],
        summary: summary(1234.0),
        metrics: vec![1, 2, 3],
        load: Some(55.5),
        settings_key: -9,
        data_version: 0,
        three_zones: Some([3.0, 2.0, 1.0]),
        of_samples: Some(OfSamples {
            efforts: vec![DistanceTime {
                distance_mm: 5_000_000,
                seconds: 600.0,
                start_s: 7.0,
            }],
            session: Some(SessionShape {
                key: (5, -3),
                shape: "{}".into(),
            }),
        }),
    };
    writer.put_figures(&[figures]).await.unwrap();
    let state = reader.figures_states().await.unwrap().swap_remove(0);
    assert_eq!((state.made_from, state.settings_key), (0, -9));
    assert_eq!(
        reader.metrics::<Vec<u8>>(ids[0]).await.unwrap(),
        Some(vec![1, 2, 3])
    );
    let stored = reader.activity(ids[0]).await.unwrap();
    assert_eq!(stored.summary.distance_m, Some(1234.0));
    assert_eq!(stored.row.load, Some(55.5));
    let records = |sport| reader.distance_records(sport, Instant(0), Instant(i64::MAX));
    let best = records(Sport::Cycling).await.unwrap();
    assert_eq!(
        (best.len(), best[0].activity, best[0].best.seconds),
        (1, ids[0], 600.0)
    );
    assert!(records(Sport::Running).await.unwrap().is_empty());
    let sessions = reader.sessions(Sport::Cycling).await.unwrap();
    assert_eq!(
        (sessions.len(), sessions[0].0, sessions[0].1.key),
        (1, ids[0], (5, -3))
    );
    let zones = reader
        .zone_days(Instant(0), Instant(i64::MAX))
        .await
        .unwrap();
    assert_eq!(zones, [(19_675, Sport::Cycling, [3.0, 2.0, 1.0])]);

    writer.put_repairs(ids[0], &["cut"]).await.unwrap();
    writer.put_interval_edits(ids[0], &["mine"]).await.unwrap();
    let state = reader.figures_states().await.unwrap().swap_remove(0);
    assert_eq!(
        (state.made_from, state.data_version),
        (0, 1),
        "edits of intervals change no sample"
    );
    let material = reader.material(ids[0]).await.unwrap();
    assert_eq!(material.repairs, r#"["cut"]"#);
    assert_eq!(material.intervals, r#"["mine"]"#);
    let gone = writer.put_repairs(new_id(), &["cut"]).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_material_of_figures_is_the_activity_without_its_samples() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    let reader = store.reader(&session).await.unwrap();
    let (m, a) = (
        reader.material(ids[0]).await.unwrap(),
        reader.activity(ids[0]).await.unwrap(),
    );
    assert_eq!(m.laps, a.laps);
    assert_eq!(m.lengths, a.lengths);
    assert_eq!(m.timer, a.timer);
    assert_eq!(m.totals, a.totals);
    assert_eq!(m.summary, a.summary);
    assert_eq!(
        (m.start, m.sport, m.timed),
        (a.row.start, a.row.sport, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_s_curve_comes_back_with_what_it_was_made_from() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 3).await;
    let (reader, writer) = (
        store.reader(&session).await.unwrap(),
        store.writer(&session).await.unwrap(),
    );
    let month = |month, n: usize| MonthCurve {
        month,
        formula_version: 3,
        members: ids.iter().take(n).map(|id| (*id, 7)).collect(),
        curve: vec![9; 4000],
    };
    let kept = [month(24_287, 1), month(24_288, 3)];
    writer.put_month_curves(POWER, &kept).await.unwrap();
    writer
        .put_month_curves(POWER, &[month(24_288, 2)])
        .await
        .unwrap();
    let read = |from, to| reader.month_curves(POWER, from, to);
    assert_eq!(
        read(24_280, 24_300).await.unwrap(),
        [month(24_287, 1), month(24_288, 2)]
    );
    assert_eq!(read(24_288, 24_288).await.unwrap().len(), 1);
    let other = CurveKey {
        channel: "heart_rate",
        ..POWER
    };
    assert!(
        reader
            .month_curves(other, 0, 99_999)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_counts_days_by_the_clock_on_the_spot() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 2).await;
    let rows = store
        .reader(&session)
        .await
        .unwrap()
        .days(Instant(0), Instant(i64::MAX))
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    let mut row = rows[0].clone();
    row.start = Instant::from_unix_s(86_400 + 82_800);
    row.utc_offset_s = Some(7_200);
    assert_eq!(
        row.day(),
        2,
        "23:00 UTC is 01:00 of the next day in Helsinki"
    );
    row.utc_offset_s = None;
    assert_eq!(row.day(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_and_preferences_are_kept_and_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, _) = filled(dir.path(), 0).await;
    let (reader, writer) = (
        store.reader(&session).await.unwrap(),
        store.writer(&session).await.unwrap(),
    );
    let plan = |day, load| PlannedLoad {
        day,
        load,
        title: "Long ride".into(),
    };
    writer
        .put_planned(&[plan(20_000, 120.0), plan(20_001, 60.0)])
        .await
        .unwrap();
    writer.put_planned(&[plan(20_000, 0.0)]).await.unwrap();
    assert_eq!(
        reader.planned(0, 30_000).await.unwrap(),
        [plan(20_001, 60.0)]
    );
    assert_eq!(reader.preference::<u32>("days").await.unwrap(), 0);
    writer.put_preference("days", &42u32).await.unwrap();
    assert_eq!(reader.preference::<u32>("days").await.unwrap(), 42);
    assert_eq!(
        reader.preference::<String>("days").await.unwrap(),
        "",
        "what makes no sense is as good as absent"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn exertion_is_told_and_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    let (reader, writer) = (
        store.reader(&session).await.unwrap(),
        store.writer(&session).await.unwrap(),
    );
    for rpe in [Some(7.0), None] {
        let edit = ActivityEdit {
            name: "Ride".into(),
            sport: Sport::Cycling,
            notes: String::new(),
            rpe,
        };
        writer.update_activity(ids[0], &edit).await.unwrap();
        assert_eq!(reader.activity(ids[0]).await.unwrap().row.rpe, rpe);
        assert_eq!(reader.figures_states().await.unwrap()[0].rpe, rpe);
    }
}
