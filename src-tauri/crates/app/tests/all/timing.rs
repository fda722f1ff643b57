//! How long a refusal takes says nothing of whether somebody else has it.

use crate::common::*;
use crate::tenants::second;
use paceline_app::WireError;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_s_ride_is_refused_as_fast_as_one_that_is_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    import(&app, &write(dir.path(), "ride.fit", &rides(1)[0])).await;
    let theirs = all(&app).await[0].id.clone();
    let club = second(&app, "Club").await;
    app.switch_tenant(&club).await.unwrap();
    import(&app, &write(dir.path(), "other.fit", &rides(2)[1])).await;

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
