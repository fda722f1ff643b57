//! What a decoded file promises whatever the input was; held by the tests and
//! by the fuzz targets.

use paceline_model::{DecodedFile, Values};

/// Fails where a promise is broken; `input` is the length of the file, unpacked.
pub fn check(file: &DecodedFile, input: usize) {
    for r in &file.recordings {
        assert!(r.series.time_ms.is_sorted());
        for c in &r.series.columns {
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
