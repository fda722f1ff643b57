//! How long a refusal takes says nothing of whether somebody else has it.

use crate::common::*;
use paceline_app::wire::*;
use paceline_app::{App, OpenOptions, WireError};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_s_ride_is_refused_as_fast_as_one_that_is_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let options = OpenOptions {
        data_dir: dir.path().join("data"),
        key_file_only: true,
    };
    let app = App::open(options).await.unwrap();
    let ada = ProfileInput {
        name: "Ada".into(),
        units: Units::Metric,
        sex: None,
    };
    app.create_profile(ada).await.unwrap();
    let ride = write(dir.path(), "ride.fit", &rides(1)[0]);
    app.import_paths(vec![ride], |_| {}).await.unwrap();
    let theirs = all(&app).await[0].id.clone();
    let club = TenantInput {
        name: "Club".into(),
        athlete: None,
        units: Units::Metric,
    };
    let club = app.create_tenant(club).await.unwrap();
    app.switch_tenant(&club).await.unwrap();
    let ride = write(dir.path(), "other.fit", &rides(2)[1]);
    app.import_paths(vec![ride], |_| {}).await.unwrap();

    let refused = async |id: &str| {
        let begun = Instant::now();
        let answer = app.activity(id).await;
        let took = begun.elapsed();
        assert!(matches!(answer, Err(WireError::NotFound { .. })), "{id}");
        took
    };
    let (mut hers, mut nowhere) = (vec![], vec![]);
    // Taken in turns, so that whatever else the machine does falls on both.
    for _ in 0..400 {
        hers.push(refused(&theirs).await);
        nowhere.push(refused(&uuid::Uuid::now_v7().to_string()).await);
    }
    let median = |of: &mut Vec<Duration>| {
        of.sort_unstable();
        of[of.len() / 2].as_secs_f64() * 1e6
    };
    let (hers, nowhere) = (median(&mut hers), median(&mut nowhere));
    println!(
        "another tenant's ride refused in {hers:.0} µs, one that is nowhere in {nowhere:.0} µs"
    );
    assert!(
        (0.6..1.6).contains(&(hers / nowhere)),
        "{hers} µs and {nowhere} µs are told apart"
    );
    app.close().await;
}
