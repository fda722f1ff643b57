//! What a list of activities promises whatever the input was.

use paceline_formats::exports::Listing;

/// Fails where a promise is broken; `input` is the length of the list.
pub fn check(list: &Listing, input: usize) {
    assert!(list.entries.len() + list.failures.len() <= input);
    for entry in &list.entries {
        assert!(!entry.id.is_empty());
        let r = &entry.recording;
        assert!(r.timed || r.start.0 == 0);
        let t = r.totals;
        let figures = [
            t.elapsed_s,
            t.timer_s,
            t.distance_m,
            t.ascent_m,
            t.calories_kcal,
            t.avg_hr,
            t.avg_power,
            t.avg_speed,
        ];
        assert!(figures.into_iter().flatten().all(f64::is_finite));
    }
}
