//! Measurements typed in, beside those a watch made.

use crate::common::{import, open, put, ready};
use paceline_app::wire::{MeasurementInput, WellnessView};
use paceline_app::{App, WireError};
use paceline_model::BiometricKind as Kind;

const DAY: &str = "2026-05-14";
/// Seven hours on the day and six on the next.
const NIGHTS: &str = r#"[{"sleepEndTimestampGMT":"2026-05-14T13:30:00.0","sleepWindowConfirmationType":"ENHANCED_CONFIRMED_FINAL","deepSleepSeconds":3600,"lightSleepSeconds":18000,"remSleepSeconds":3600,"awakeSleepSeconds":420},
    {"sleepEndTimestampGMT":"2026-05-15T13:30:00.0","sleepWindowConfirmationType":"ENHANCED_CONFIRMED_FINAL","deepSleepSeconds":3600,"lightSleepSeconds":14400,"remSleepSeconds":3600,"awakeSleepSeconds":420}]"#;

fn typed(kind: Kind, day: &str, value: Option<f64>) -> MeasurementInput {
    MeasurementInput {
        kind,
        day: day.into(),
        value,
    }
}

async fn on(app: &App, day: &str) -> WellnessView {
    app.wellness(Some(day.into()), Some(day.into()))
        .await
        .unwrap()
}

fn value(view: &WellnessView, kind: Kind) -> Option<f64> {
    let track = view.tracks.iter().find(|t| t.kind == kind)?;
    track.values[0]
}

#[tokio::test]
async fn a_typed_day_is_kept_edited_and_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    {
        let app = ready(dir.path()).await;
        app.save_measurements(vec![
            typed(Kind::Weight, DAY, Some(70.0)),
            typed(Kind::Soreness, DAY, Some(0.0)),
        ])
        .await
        .unwrap();
        app.save_measurements(vec![typed(Kind::Weight, DAY, Some(71.5))])
            .await
            .unwrap();
    }
    let app = open(dir.path()).await;
    let view = on(&app, DAY).await;
    assert_eq!(value(&view, Kind::Weight), Some(71.5));
    assert_eq!(value(&view, Kind::Soreness), Some(0.0));
    app.save_measurements(vec![typed(Kind::Weight, DAY, None)])
        .await
        .unwrap();
    let view = on(&app, DAY).await;
    assert_eq!(value(&view, Kind::Weight), None);
    assert_eq!(value(&view, Kind::Soreness), Some(0.0));
}

#[tokio::test]
async fn what_is_typed_stands_in_place_of_what_was_measured_that_day_alone() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let name = "garmin/DI_CONNECT/DI-Connect-Wellness/2026_1_sleepData.json";
    put(dir.path(), name, NIGHTS.as_bytes());
    import(&app, &dir.path().join("garmin")).await;
    let slept = |view| value(&view, Kind::SleepTotal);
    assert_eq!(slept(on(&app, DAY).await), Some(25_200.0));
    app.save_measurements(vec![typed(Kind::SleepTotal, DAY, Some(28_800.0))])
        .await
        .unwrap();
    assert_eq!(slept(on(&app, DAY).await), Some(28_800.0));
    assert_eq!(slept(on(&app, "2026-05-15").await), Some(21_600.0));
}

#[tokio::test]
async fn one_impossible_value_keeps_all_of_them_out() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let refused = app
        .save_measurements(vec![
            typed(Kind::Weight, DAY, Some(70.0)),
            typed(Kind::RestingHeartRate, DAY, Some(400.0)),
        ])
        .await
        .unwrap_err();
    assert!(
        matches!(refused, WireError::Validation { .. }),
        "{refused:?}"
    );
    assert!(on(&app, DAY).await.tracks.is_empty());
}
