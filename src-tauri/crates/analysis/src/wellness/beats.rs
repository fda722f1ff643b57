use super::artefacts::classify;
use serde::{Deserialize, Serialize};

/// An interval longer than this, in milliseconds, is not one between two beats but a gap.
pub const LONGEST_INTERVAL_MS: f64 = 10_000.0;
/// Where a beat begins later than this after the last one ended, in milliseconds, beats between
/// were not recorded.
const LOST_MS: f64 = 1_500.0;

/// R-R intervals with the time of each, in time order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Beats {
    pub(crate) end_ms: Vec<f64>,
    pub(crate) rr_ms: Vec<f64>,
    pub(crate) joined: Vec<bool>,
}

impl Beats {
    /// From intervals in milliseconds that follow on one another.
    ///
    /// An interval that is not a number, not positive or above [`LONGEST_INTERVAL_MS`] is a gap: it
    /// is left out and the next one is not joined to the last.
    #[must_use]
    pub fn from_intervals(rr_ms: &[f64]) -> Self {
        let mut beats = Self::default();
        let (mut time, mut joined) = (0.0, false);
        for &rr in rr_ms {
            if rr > 0.0 && rr <= LONGEST_INTERVAL_MS {
                time += rr;
                beats.push(time, rr, joined);
                joined = true;
            } else {
                joined = false;
            }
        }
        beats
    }

    /// From a recording's `(milliseconds from start of the later beat, interval in milliseconds)`.
    ///
    /// Intervals are joined where one begins within 1.5 s of the end of the last: recorders write
    /// the time of beats only to the second or so. Intervals of 0 or above [`LONGEST_INTERVAL_MS`]
    /// are gaps. Intervals out of time order are put into it.
    #[must_use]
    pub fn from_recorded(rr: &[(i32, u16)]) -> Self {
        let mut rr = rr.to_vec();
        rr.sort_by_key(|beat| beat.0);
        let mut beats = Self::default();
        let (mut last, mut gap) = (f64::NEG_INFINITY, true);
        for (end, rr) in rr {
            let (end, rr) = (f64::from(end), f64::from(rr));
            if rr > 0.0 && rr <= LONGEST_INTERVAL_MS {
                let joined = !gap && (end - rr - last).abs() <= LOST_MS;
                beats.push(end, rr, joined);
                (last, gap) = (end, false);
            } else {
                gap = true;
            }
        }
        beats
    }

    fn push(&mut self, end: f64, rr: f64, joined: bool) {
        self.end_ms.push(end);
        self.rr_ms.push(rr);
        self.joined.push(joined);
    }

    /// Milliseconds from the start of the recording to the end of each interval.
    #[must_use]
    pub fn end_ms(&self) -> &[f64] {
        &self.end_ms
    }

    /// The intervals in milliseconds.
    #[must_use]
    pub fn rr_ms(&self) -> &[f64] {
        &self.rr_ms
    }

    /// Number of intervals.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rr_ms.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rr_ms.is_empty()
    }

    /// Ranges of intervals that follow on one another.
    pub(crate) fn runs(&self) -> Vec<std::ops::Range<usize>> {
        let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
        for (i, joined) in self.joined.iter().enumerate() {
            match runs.last_mut() {
                Some(run) if *joined => run.end = i + 1,
                _ => runs.push(i..i + 1),
            }
        }
        runs
    }
}

/// How artefacts are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RrFilter {
    /// Every interval counts.
    None,
    /// Intervals that differ by more than 20 % from the last normal one are left out (Malik 1989,
    /// Eur Heart J 10:1060). The rule compares with the last *normal* one, so that the beat after
    /// an artefact is not lost with it, and begins afresh from the median after five refusals in a
    /// row; some programs compare with the interval before, whatever it was.
    Malik,
    /// GoldenCheetah's: outside 270–2,000 ms, or more than 20 % off the mean of the intervals from
    /// 19 before to 20 after, is left out.
    GoldenCheetah,
    /// Beats are classified and the series corrected (Lipponen & Tarvainen 2019, J Med Eng Technol
    /// 43:173): ectopic, long and short intervals are interpolated, missed beats inserted, extra
    /// ones removed. One pass. Thresholds are held between 10 ms, below which every change of a very
    /// even series would be an artefact, and 30 % of the local median, above which a series full of
    /// artefacts would have none; the authors set neither. Intervals outside 250–2,500 ms that are
    /// no missed or extra beat are left out.
    #[default]
    LipponenTarvainen,
}

/// What an interval was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BeatKind {
    /// Between two normal beats.
    Normal,
    /// Shorter or longer than a heart allows.
    OutOfRange,
    /// Too far from its neighbours.
    Deviant,
    /// Before or after a beat out of rhythm.
    Ectopic,
    /// Too long or too short without being any of the others.
    LongOrShort,
    /// Two or more intervals in one: a beat was not detected.
    Missed,
    /// Part of an interval: a beat was detected that was none.
    Extra,
}

/// Intervals after artefacts were found: what every figure is computed from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CleanBeats {
    pub(crate) filter: RrFilter,
    pub(crate) beats: Beats,
    pub(crate) usable: Vec<bool>,
    pub(crate) kinds: Vec<BeatKind>,
    pub(crate) recorded_end_ms: Vec<f64>,
}

impl CleanBeats {
    /// Which rule was used.
    #[must_use]
    pub fn filter(&self) -> RrFilter {
        self.filter
    }

    /// The intervals after correction; not all of them need be [`CleanBeats::usable`].
    #[must_use]
    pub fn beats(&self) -> &Beats {
        &self.beats
    }

    /// Whether each of [`CleanBeats::beats`] is taken for one between normal beats.
    #[must_use]
    pub fn usable(&self) -> &[bool] {
        &self.usable
    }

    /// What each *recorded* interval was found to be.
    #[must_use]
    pub fn kinds(&self) -> &[BeatKind] {
        &self.kinds
    }

    /// The share of recorded intervals that are artefacts, 0 to 1; none without intervals.
    #[must_use]
    pub fn artefact_share(&self) -> Option<f64> {
        share(&self.kinds)
    }

    /// The share of artefacts among the intervals that end after `from_ms` and up to `to_ms`.
    pub(crate) fn artefact_share_in(&self, from_ms: f64, to_ms: f64) -> Option<f64> {
        let at = |ms: f64| self.recorded_end_ms.partition_point(|t| *t <= ms);
        let (from, to) = (at(from_ms), at(to_ms));
        share(self.kinds.get(from..to.max(from))?)
    }
}

fn share(kinds: &[BeatKind]) -> Option<f64> {
    let artefacts = kinds.iter().filter(|k| **k != BeatKind::Normal).count();
    (!kinds.is_empty()).then(|| artefacts as f64 / kinds.len() as f64)
}

/// Finds artefacts by the named rule, in every run of joined intervals on its own.
///
/// [`RrFilter::LipponenTarvainen`] changes the number of intervals; the others only mark them.
#[must_use]
pub fn clean(beats: &Beats, filter: RrFilter) -> CleanBeats {
    let (beats_out, usable, kinds) = classify(beats, filter);
    CleanBeats {
        filter,
        beats: beats_out,
        usable,
        kinds,
        recorded_end_ms: beats.end_ms.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_parts_intervals_and_is_no_interval() {
        let beats = Beats::from_intervals(&[800.0, 810.0, f64::NAN, 790.0, -5.0, 800.0, 60_000.0]);
        assert_eq!(beats.rr_ms, [800.0, 810.0, 790.0, 800.0]);
        assert_eq!(beats.joined, [false, true, false, false]);
        assert_eq!(beats.runs(), [0..2, 2..3, 3..4]);
    }

    #[test]
    fn recorded_intervals_are_parted_where_beats_were_lost() {
        let recorded = [
            (800, 800),
            (1610, 810),
            (9000, 790),
            (9800, 800),
            (9900, 0),
            (10_600, 800),
        ];
        let beats = Beats::from_recorded(&recorded);
        assert_eq!(beats.joined, [false, true, false, true, false]);
        assert_eq!(beats.end_ms[2], 9000.0);
    }
}
