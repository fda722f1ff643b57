//! Constants of the performance management chart and the habits of known programs.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How a time constant of N days becomes the share `a` of the new day in
/// `x(d) = x(d−1) + a·(load(d) − x(d−1))`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decay {
    /// `1 − e^(−1/N)`: a true time constant (Banister's model; GoldenCheetah, Elevate, Statistics
    /// for Strava).
    Exponential,
    /// `1/N`: what TrainingPeaks describes.
    Reciprocal,
    /// `2/(N + 1)`: the span of a moving average, about twice as fast (Runalyze).
    Span,
}

/// Which day's values form (TSB) is the difference of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// Yesterday's: form on the morning, before training.
    Yesterday,
    /// The same day's: form after training.
    SameDay,
}

/// What fitness and fatigue are on the eve of the first load where no seed says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Nothing.
    Zero,
    /// The first day's load (Statistics for Strava).
    FirstLoad,
}

/// Constants of the performance management chart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PmcModel {
    /// Days, time constant of fitness; below 1 counts as 1.
    pub ctl_days: f64,
    /// Days, time constant of fatigue; below 1 counts as 1.
    pub atl_days: f64,
    /// What a time constant means.
    pub decay: Decay,
    /// Which day form is of.
    pub balance: Balance,
    /// Where the curves begin.
    pub start: Start,
}

/// Habits of known programs, each with 42 and 7 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PmcPreset {
    /// `1 − e^(−1/N)`, yesterday's balance, from 0.
    #[default]
    Paceline,
    /// The same rule; its first day has a balance of 0.
    GoldenCheetah,
    /// GoldenCheetah with its setting that shows the balance of the same day.
    GoldenCheetahSameDay,
    /// `1/N`, yesterday's balance.
    TrainingPeaks,
    /// `2/(N + 1)`, the same day's balance.
    Runalyze,
    /// `1 − e^(−1/N)`, the same day's balance, from the first day's load.
    StatisticsForStrava,
}

impl PmcPreset {
    /// Its constants.
    #[must_use]
    pub const fn model(self) -> PmcModel {
        let model = PmcModel {
            ctl_days: 42.0,
            atl_days: 7.0,
            decay: Decay::Exponential,
            balance: Balance::Yesterday,
            start: Start::Zero,
        };
        match self {
            Self::Paceline | Self::GoldenCheetah => model,
            Self::GoldenCheetahSameDay => PmcModel {
                balance: Balance::SameDay,
                ..model
            },
            Self::TrainingPeaks => PmcModel {
                decay: Decay::Reciprocal,
                ..model
            },
            Self::Runalyze => PmcModel {
                decay: Decay::Span,
                balance: Balance::SameDay,
                ..model
            },
            Self::StatisticsForStrava => PmcModel {
                balance: Balance::SameDay,
                start: Start::FirstLoad,
                ..model
            },
        }
    }
}

impl Default for PmcModel {
    fn default() -> Self {
        PmcPreset::Paceline.model()
    }
}

impl PmcModel {
    /// The share of the new day for a time constant in days, in (0, 1].
    fn share(self, days: f64) -> f64 {
        let days = if days.is_finite() { days.max(1.0) } else { 1.0 };
        match self.decay {
            Decay::Exponential => -(-1.0 / days).exp_m1(),
            Decay::Reciprocal => 1.0 / days,
            Decay::Span => 2.0 / (days + 1.0),
        }
    }

    /// The shares of fitness and fatigue.
    pub(crate) fn shares(self) -> (f64, f64) {
        (self.share(self.ctl_days), self.share(self.atl_days))
    }
}
