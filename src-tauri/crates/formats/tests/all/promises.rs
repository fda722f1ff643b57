//! What a decoded file promises whatever the input was; held by the tests and
//! by the fuzz targets.

use paceline_model::{DecodedFile, Values};

/// Fails where a promise is broken; `input` is the length of the file, unpacked.
pub fn check(file: &DecodedFile, input: usize) {
    for r in &file.recordings {
        assert!(r.series.time_ms.is_sorted());
        assert!(r.laps.is_sorted_by_key(|l| l.start_ms));
        assert!(r.laps.iter().all(|l| l.start_ms <= l.end_ms));
        assert!(r.timer.is_sorted_by_key(|e| e.at_ms));
        assert!(r.timed || r.start.0 == 0);
        for (i, c) in r.series.columns.iter().enumerate() {
            let again = &r.series.columns[i + 1..];
            assert!(again.iter().all(|other| other.channel != c.channel));
            assert_eq!(c.values.len(), r.series.len());
            if let Values::Scaled { scale, .. } = c.values {
                assert!(scale > 0.0);
            }
        }
    }
    let cells: usize = file
        .recordings
        .iter()
        .map(|r| {
            let columns: usize = r.series.columns.iter().map(|c| c.values.len()).sum();
            r.series.len() + columns + r.laps.len() + r.lengths.len() + r.rr.len() + r.timer.len()
        })
        .sum();
    assert!(cells <= 32 * input + (1 << 18), "{cells} from {input}");
}
