use super::layout::Layout;
use super::reference::Figures;
use paceline_analysis::curve::{FullCurve, full_curve, power_for_curve};
use paceline_analysis::wellness::{Beats, Habit, RrFilter, Variability, clean, variability};
use paceline_analysis::{ActivityInput, Seconds, analyse};
use paceline_model::{ActivitySummary, AthleteSettings, Metric, Metrics, Recording, Sex, Sport};

/// The athlete of the references.
pub fn athlete() -> AthleteSettings {
    AthleteSettings {
        ftp_w: Some(250.0),
        critical_power_w: Some(250.0),
        w_prime_j: Some(20_000.0),
        peak_power_w: Some(1_000.0),
        threshold_hr: Some(165.0),
        resting_hr: Some(50.0),
        max_hr: Some(190.0),
        threshold_speed: Some(14.4 / 3.6),
        weight_kg: Some(75.0),
        height_m: Some(1.80),
        sex: Some(Sex::Male),
        ..AthleteSettings::default()
    }
}

/// One file as we and as GoldenCheetah lay it out, with our figures.
pub struct Activity<'a> {
    pub sport: Sport,
    pub summary: ActivitySummary,
    pub metrics: Metrics,
    pub seconds: Seconds<'a>,
    /// Our power curve.
    pub power: FullCurve,
    /// The same samples as GoldenCheetah takes them.
    pub theirs: Layout,
    /// The peer's own figures of the file.
    given: &'a Figures,
    rr: &'a [(i32, u16)],
}

impl<'a> Activity<'a> {
    /// Computes everything of a recording from a file of a format (`fit`, `tcx`, `gpx`).
    pub fn new(recording: &'a Recording, format: &str, given: &'a Figures) -> Self {
        let input = ActivityInput::from(recording);
        let (summary, metrics) = analyse(input, &athlete(), None, None);
        let seconds = Seconds::new(input);
        Self {
            sport: recording.sport,
            summary,
            metrics: metrics.values,
            power: full_curve(&power_for_curve(&seconds.power)),
            theirs: Layout::new(&input, format),
            seconds,
            given,
            rr: &recording.rr,
        }
    }

    pub fn figure(&self, metric: Metric) -> Option<f64> {
        self.metrics.get(metric)
    }

    /// A figure that the peer gave itself.
    pub fn given(&self, symbol: &str) -> Option<f64> {
        self.given.get(symbol).copied()
    }

    /// Variability of the beats as recorded, artefacts left out by GoldenCheetah's rule.
    pub fn variability(&self, joined: bool, habit: Habit) -> Option<Variability> {
        if self.rr.is_empty() {
            return None;
        }
        let beats = if joined {
            Beats::from_recorded(self.rr)
        } else {
            let intervals: Vec<f64> = self.rr.iter().map(|(_, rr)| f64::from(*rr)).collect();
            Beats::from_intervals(&intervals)
        };
        Some(variability(&clean(&beats, RrFilter::GoldenCheetah), habit))
    }
}
