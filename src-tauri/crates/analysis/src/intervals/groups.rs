use super::Basis;
use paceline_model::{Interval, IntervalKind, Sport, Units};
use serde::{Deserialize, Serialize};

/// Efforts that belong together: alike in length and level, or a ladder of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The length of each in seconds, in the order of time.
    pub seconds: Vec<i32>,
    /// Mean over all of their time: watts, metres per second or beats per minute.
    pub value: f64,
    /// What `value` is.
    pub basis: Basis,
}

/// Numbers the groups into the work intervals and gives them.
///
/// Efforts are alike within a tenth of length (5 s at least) and 8 % of level. Where four and more
/// efforts mostly have lengths of their own, all within 4 s of half minutes, but one level within 10 %,
/// they are a ladder; not by heart rate.
pub fn groups(intervals: &mut [Interval], basis: Option<Basis>) -> Vec<Group> {
    let Some(basis) = basis else {
        return Vec::new();
    };
    let mut works: Vec<(usize, i32, f64)> = Vec::new();
    for (k, i) in intervals.iter_mut().enumerate() {
        i.group = None;
        let value = match basis {
            Basis::Power => i.figures.avg_power,
            Basis::Speed => i.figures.avg_speed,
            Basis::HeartRate => i.figures.avg_hr,
        };
        if let (IntervalKind::Work, Some(v)) = (i.kind, value) {
            works.push((k, i.seconds(), v));
        }
    }
    let mut sets: Vec<Vec<usize>> = Vec::new();
    for w in 0..works.len() {
        let fits = |set: &&mut Vec<usize>| {
            let n = set.len() as f64;
            let long = set.iter().map(|m| f64::from(works[*m].1)).sum::<f64>() / n;
            let level = set.iter().map(|m| works[*m].2).sum::<f64>() / n;
            (f64::from(works[w].1) - long).abs() <= (0.1 * long).max(5.0).min(0.34 * long)
                && (works[w].2 - level).abs() <= 0.08 * level
        };
        match sets.iter_mut().find(fits) {
            Some(set) => set.push(w),
            None => sets.push(vec![w]),
        }
    }
    let apart = sets
        .iter()
        .filter(|s| s.len() <= 2)
        .map(Vec::len)
        .sum::<usize>();
    let level = works.iter().map(|w| w.2).sum::<f64>() / works.len().max(1) as f64;
    let one_level = works.iter().all(|w| (w.2 - level).abs() <= 0.1 * level);
    // What somebody planned has round lengths; a heart has one level on any hilly ride.
    let planned = basis != Basis::HeartRate
        && works
            .iter()
            .all(|w| w.1.rem_euclid(30).min(30 - w.1.rem_euclid(30)) <= 4);
    if works.len() >= 4 && one_level && planned && apart * 10 > works.len() * 6 {
        sets = vec![(0..works.len()).collect()];
    }
    sets.retain(|s| s.len() >= 2);
    for (number, set) in sets.iter().enumerate() {
        for m in set {
            intervals[works[*m].0].group = u16::try_from(number).ok();
        }
    }
    sets.iter()
        .map(|set| {
            let time: f64 = set.iter().map(|m| f64::from(works[*m].1)).sum();
            let sum: f64 = set
                .iter()
                .map(|m| works[*m].2 * f64::from(works[*m].1))
                .sum();
            Group {
                seconds: set.iter().map(|m| works[*m].1).collect(),
                value: if time > 0.0 { sum / time } else { 0.0 },
                basis,
            }
        })
        .collect()
}

impl Group {
    /// `5 × 4:00 at 290 W`, `3 × 8:00 at 3:45 /km`, or a ladder as `1:00-2:00-1:00 at 300 W`. A
    /// length within 3 s of a multiple of 5 s is said as that.
    #[must_use]
    pub fn label(&self, sport: Sport, units: Units) -> String {
        let longest = self.seconds.iter().copied().max().unwrap_or(0);
        let shortest = self.seconds.iter().copied().min().unwrap_or(0);
        let alike = f64::from(longest) <= f64::from(shortest) * 1.25 + 10.0;
        let sum: i64 = self.seconds.iter().map(|s| i64::from(*s)).sum();
        let lengths = if alike {
            let mean = sum as f64 / self.seconds.len().max(1) as f64;
            format!("{} × {}", self.seconds.len(), clock(mean))
        } else {
            let each: Vec<String> = self.seconds.iter().map(|s| clock(f64::from(*s))).collect();
            each.join("-")
        };
        format!("{lengths} at {}", self.level(sport, units))
    }

    fn level(&self, sport: Sport, units: Units) -> String {
        let (metres, unit) = match (sport, units) {
            (Sport::Swimming, Units::Metric) => (100.0, "/100 m"),
            (Sport::Swimming, Units::Imperial) => (91.44, "/100 yd"),
            (Sport::Rowing, _) => (500.0, "/500 m"),
            (_, Units::Metric) => (1000.0, "/km"),
            (_, Units::Imperial) => (1609.344, "/mi"),
        };
        match self.basis {
            Basis::Power => format!("{:.0} W", self.value),
            Basis::HeartRate => format!("{:.0} bpm", self.value),
            Basis::Speed if self.value > 0.0 => {
                let s = (metres / self.value).round() as i64;
                format!("{}:{:02} {unit}", s / 60, s % 60)
            }
            Basis::Speed => "0 m/s".to_owned(),
        }
    }
}

fn clock(seconds: f64) -> String {
    let round = (seconds / 5.0).round() * 5.0;
    let s = if seconds >= 15.0 && (round - seconds).abs() <= 3.0 {
        round
    } else {
        seconds.round()
    } as i64;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}
