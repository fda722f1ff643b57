//! The engine's use-cases over real stores and generated rides.

use crate::common::*;
use paceline_app::wire::*;
use paceline_app::{App, WireError};
use paceline_model::{Channel, Column, Instant, Recording, Series, Sport, Values};
use std::path::Path;

/// A ride of steady watts but for a harder stretch from 600 s to 900 s, some days before today.
fn ride(days_ago: i64, watts: i32, hard: i32) -> Recording {
    let today = chrono::Utc::now().timestamp() / 86_400;
    let n = 3_600;
    let column = |channel, scale: f64, f: &dyn Fn(i32) -> f64| Column {
        channel,
        values: Values::Scaled {
            raw: (0..n).map(|i| (f(i) * scale).round() as i32).collect(),
            scale,
            offset: 0.0,
        },
    };
    let power = move |i: i32| f64::from(if (600..900).contains(&i) { hard } else { watts });
    Recording {
        start: Instant((today - days_ago) * 86_400_000 + 36_000_000),
        timed: true,
        utc_offset_s: Some(0),
        sport: Sport::Cycling,
        name: Some(format!("Ride of {days_ago} days ago")),
        series: Series {
            time_ms: (0..n).map(|i| i * 1000).collect(),
            columns: vec![
                column(Channel::Power, 1.0, &power),
                column(Channel::HeartRate, 1.0, &|i| 120.0 + power(i) / 10.0),
                column(Channel::Speed, 1000.0, &|_| 8.0),
                column(Channel::Distance, 100.0, &|i| f64::from(i) * 8.0),
            ],
        },
        ..Recording::default()
    }
}

async fn with_rides(dir: &Path, rides: &[Recording]) -> App {
    let app = ready(dir).await;
    let files = tempfile::tempdir().unwrap();
    for (i, r) in rides.iter().enumerate() {
        let bytes = paceline_formats::fit::encode(r).unwrap();
        std::fs::write(files.path().join(format!("{i}.fit")), bytes).unwrap();
    }
    let report = app
        .import_paths(vec![files.path().to_path_buf()], |_| {})
        .await
        .unwrap();
    assert_eq!(report.added as usize, rides.len());
    app
}

async fn ids(app: &App) -> Vec<String> {
    let query = ListQuery {
        descending: false,
        ..ListQuery::default()
    };
    let page = app.activity_page(query).await.unwrap();
    page.rows.into_iter().map(|r| r.id).collect()
}

async fn set(app: &App, kind: SettingKind, value: f64, from: &str) {
    let setting = SettingView {
        kind,
        value,
        valid_from: from.to_owned(),
    };
    app.save_setting(setting).await.unwrap();
}

fn power(from: Option<String>) -> CurvesQuery {
    CurvesQuery {
        sport: "cycling".to_owned(),
        channel: CurveChannel::Power,
        from,
        to: None,
        every_second: true,
    }
}

fn value_at(points: &[BestPointView], seconds: u32) -> f64 {
    points
        .iter()
        .find(|p| p.seconds == seconds)
        .map_or(f64::NAN, |p| p.value)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_threshold_makes_only_the_rides_of_its_days_anew() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), &[ride(40, 200, 200), ride(10, 200, 200)]).await;
    set(&app, SettingKind::Ftp, 200.0, "2000-01-01").await;
    assert_eq!(app.refresh(|_, _| {}).await.unwrap(), 2);
    assert_eq!(
        app.refresh(|_, _| {}).await.unwrap(),
        0,
        "nothing is stale now"
    );
    let day = chrono::Utc::now().date_naive() - chrono::Days::new(20);
    set(&app, SettingKind::Ftp, 250.0, &day.to_string()).await;
    let mut told = Vec::new();
    let made = app.refresh(|done, total| told.push((done, total))).await;
    assert_eq!(
        made.unwrap(),
        1,
        "the older ride was ridden under the older threshold"
    );
    assert_eq!(told.last(), Some(&(1, 1)));
    let ids = ids(&app).await;
    let load = async |id: &str| app.activity(id).await.unwrap().row.load.unwrap();
    assert!((load(&ids[0]).await - 100.0).abs() < 0.1, "an hour at FTP");
    assert!(
        (load(&ids[1]).await - 64.0).abs() < 0.1,
        "an hour at 0.8 of it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fitness_follows_loads_plans_and_the_chosen_model() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), &[ride(3, 200, 200)]).await;
    set(&app, SettingKind::Ftp, 200.0, "2000-01-01").await;
    app.refresh(|_, _| {}).await.unwrap();
    let fitness = app.fitness(FitnessQuery::default()).await.unwrap();
    let today = fitness.today.unwrap() as usize;
    assert_eq!(fitness.load.len(), fitness.ctl.len());
    let load: f64 = fitness.load.iter().sum();
    assert!((load - 100.0).abs() < 0.1);
    let share = 1.0 - (-1.0f64 / 42.0).exp();
    let expected = load * share * (1.0 - share).powi(3);
    assert!((fitness.ctl[today] - expected).abs() < 0.01);
    let tomorrow = (chrono::Local::now().date_naive() + chrono::Days::new(1)).to_string();
    let plan = PlannedLoadView {
        day: tomorrow,
        load: 80.0,
        title: "Hills".to_owned(),
    };
    app.plan_loads(vec![plan.clone()]).await.unwrap();
    let planned = app.fitness(FitnessQuery::default()).await.unwrap();
    assert_eq!(planned.planned, [plan]);
    assert!(planned.ctl[today + 1] > fitness.ctl[today + 1]);
    let model = FitnessModel {
        ctl_days: 20.0,
        ..FitnessModel::default()
    };
    app.set_fitness_model(model).await.unwrap();
    let other = app.fitness(FitnessQuery::default()).await.unwrap();
    assert!(other.ctl[today] > fitness.ctl[today]);
    let bad = FitnessModel {
        atl_days: 60.0,
        ..FitnessModel::default()
    };
    let refused = app.set_fitness_model(bad).await;
    assert!(matches!(refused, Err(WireError::Validation { .. })));
    let race = (chrono::Local::now().date_naive() + chrono::Days::new(21)).to_string();
    let taper = TaperQuery {
        race,
        target_tsb: 5.0,
        daily_load: Some(50.0),
    };
    assert!(app.taper(taper).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_curve_of_a_span_is_the_best_of_its_rides_and_follows_them() {
    let dir = tempfile::tempdir().unwrap();
    let rides = [ride(300, 150, 390), ride(100, 160, 300), ride(10, 200, 350)];
    let app = with_rides(dir.path(), &rides).await;
    let all = app.curve(power(None)).await.unwrap();
    assert_eq!((all.count, all.points.len()), (3, 3600));
    assert!((value_at(&all.points, 300) - 390.0).abs() < 0.01);
    assert!(
        value_at(&all.points, 3600) > 210.0,
        "the steadiest hour is another ride's"
    );
    assert!(all.points.windows(2).all(|w| w[0].value >= w[1].value));
    let from = chrono::Local::now().date_naive() - chrono::Days::new(150);
    let recent = app.curve(power(Some(from.to_string()))).await.unwrap();
    assert!((value_at(&recent.points, 300) - 350.0).abs() < 0.01);
    let ids = ids(&app).await;
    app.delete_activities(vec![ids[0].clone()]).await.unwrap();
    let left = app.curve(power(None)).await.unwrap();
    assert!(
        (value_at(&left.points, 300) - 350.0).abs() < 0.01,
        "what is gone holds no best"
    );
    let abilities = app.abilities(power(None)).await.unwrap();
    assert!(!abilities.models.is_empty());
    let record = abilities
        .records
        .iter()
        .find(|r| r.seconds == Some(300))
        .unwrap();
    assert!((record.all_time.as_ref().unwrap().value - 350.0).abs() < 0.01);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_figures_curve_and_samples_and_never_the_original() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), &[ride(10, 200, 350)]).await;
    let id = ids(&app).await.swap_remove(0);
    let before = app
        .activity_series(&id, vec!["power".to_owned()])
        .await
        .unwrap();
    let edit: Edit = serde_json::from_value(serde_json::json!({
        "id": "01a2108c-d34b-7000-8000-000000000001",
        "enabled": true,
        "change": "scale",
        "channel": "power",
        "fromMs": 0,
        "toMs": 3_600_000,
        "factor": 0.5,
    }))
    .unwrap();
    app.set_repairs(&id, vec![edit.clone()]).await.unwrap();
    let halved = app.activity(&id).await.unwrap().summary.avg_power.unwrap();
    assert!((halved - 106.25).abs() < 0.1, "{halved}");
    let curve = app.curve(power(None)).await.unwrap();
    assert!((value_at(&curve.points, 300) - 175.0).abs() < 0.01);
    let analysis = app.analysis(&id).await.unwrap();
    assert_eq!(analysis.repairs, std::slice::from_ref(&edit));
    let twice = app.set_repairs(&id, vec![edit.clone(), edit]).await;
    assert!(matches!(twice, Err(WireError::Validation { .. })));
    app.set_repairs(&id, Vec::new()).await.unwrap();
    let after = app
        .activity_series(&id, vec!["power".to_owned()])
        .await
        .unwrap();
    assert!(before == after, "undone, everything is as it was recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_is_told_in_figures_intervals_and_balance() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), &[ride(10, 180, 320)]).await;
    set(&app, SettingKind::Ftp, 250.0, "2000-01-01").await;
    set(&app, SettingKind::WPrime, 20_000.0, "2000-01-01").await;
    let id = ids(&app).await.swap_remove(0);
    let found = app.analysis(&id).await.unwrap();
    let figures: Vec<&FigureView> = found.groups.iter().flat_map(|g| &g.figures).collect();
    let np = figures
        .iter()
        .find(|f| f.key == "normalized_power")
        .unwrap();
    assert!(np.value > 200.0 && !np.definition.is_empty());
    let work: Vec<_> = found
        .intervals
        .iter()
        .filter(|i| i.kind == paceline_model::IntervalKind::Work)
        .collect();
    assert_eq!(work.len(), 1);
    assert!((work[0].start_s - 600).abs() <= 3 && (work[0].end_s - 900).abs() <= 3);
    let balance = found.balance.unwrap();
    assert!(
        (balance.lowest - (20_000.0 - 300.0 * 70.0)).abs() < 400.0,
        "{balance:?}"
    );
    assert!(app.similar_sessions(&id).await.unwrap().is_empty());
    let curve = app
        .activity_curve(&id, CurveChannel::Power, true)
        .await
        .unwrap();
    assert_eq!(curve.points.len(), 3600);
    assert!(curve.season.is_empty(), "there was no ride before it");
}

#[tokio::test(flavor = "multi_thread")]
async fn measurements_typed_in_make_a_baseline_and_can_be_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let app = with_rides(dir.path(), &[]).await;
    let today = chrono::Local::now().date_naive();
    let day = |ago: u64| (today - chrono::Days::new(ago)).to_string();
    let all: Vec<MeasurementInput> = (0..70)
        .map(|ago| MeasurementInput {
            kind: BiometricKind::RestingHeartRate,
            day: day(ago),
            value: Some(48.0 + f64::from(u32::try_from(ago % 5).unwrap())),
        })
        .collect();
    app.save_measurements(all).await.unwrap();
    let wellness = app.wellness(None, None).await.unwrap();
    let track = &wellness.tracks[0];
    assert_eq!(track.values.len(), 90);
    assert_eq!(track.values[89], Some(48.0));
    let (low, high) = (track.low[89].unwrap(), track.high[89].unwrap());
    assert!(low < 50.0 && high > 50.0 && high - low < 3.0);
    let gone = MeasurementInput {
        kind: BiometricKind::RestingHeartRate,
        day: day(0),
        value: None,
    };
    app.save_measurements(vec![gone.clone()]).await.unwrap();
    let wellness = app.wellness(None, None).await.unwrap();
    assert_eq!(wellness.tracks[0].values[89], None);
    let absurd = MeasurementInput {
        value: Some(480.0),
        ..gone
    };
    let refused = app.save_measurements(vec![absurd]).await;
    assert!(matches!(refused, Err(WireError::Validation { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn thresholds_are_proposed_and_never_set() {
    let dir = tempfile::tempdir().unwrap();
    let rides = [ride(30, 280, 290), ride(20, 281, 290), ride(10, 282, 290)];
    let app = with_rides(dir.path(), &rides).await;
    set(&app, SettingKind::Ftp, 240.0, "2000-01-01").await;
    app.refresh(|_, _| {}).await.unwrap();
    let ftp = |all: &[ProposalView]| {
        let found = all.iter().find(|p| p.proposal.kind == SettingKind::Ftp);
        found.map(|p| p.proposal.value)
    };
    let proposed = app.proposals().await.unwrap();
    let value = ftp(&proposed).unwrap();
    assert!((265.0..290.0).contains(&value), "{value}");
    let held = app.settings().await.unwrap();
    assert!(
        held.iter()
            .all(|s| s.kind != SettingKind::Ftp || s.value == 240.0)
    );
    app.dismiss_proposal(SettingKind::Ftp, value).await.unwrap();
    assert_eq!(ftp(&app.proposals().await.unwrap()), None);
}
