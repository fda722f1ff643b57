//! Measurements typed in, beside those a watch made.

use crate::common::{open, ready};
use paceline_app::wire::{MeasurementInput, WellnessView};
use paceline_app::{App, WireError};
use paceline_model::BiometricKind as Kind;

const DAY: &str = "2026-05-14";

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
    app.load_sample(|_| {}).await.unwrap();
    let all = app.wellness(None, None).await.unwrap();
    let rest = all
        .tracks
        .iter()
        .find(|t| t.kind == Kind::RestingHeartRate)
        .unwrap();
    let measured: Vec<usize> = (0..rest.values.len())
        .filter(|i| rest.values[*i].is_some())
        .collect();
    let (before, at) = (measured[measured.len() - 2], measured[measured.len() - 1]);
    let first: chrono::NaiveDate = all.first.parse().unwrap();
    let day = |i: usize| (first + chrono::Days::new(i as u64)).to_string();
    app.save_measurements(vec![typed(Kind::RestingHeartRate, &day(at), Some(91.0))])
        .await
        .unwrap();
    let value_on = |view| value(&view, Kind::RestingHeartRate);
    assert_eq!(value_on(on(&app, &day(at)).await), Some(91.0));
    assert_eq!(value_on(on(&app, &day(before)).await), rest.values[before]);
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
