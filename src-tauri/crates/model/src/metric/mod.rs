//! The figures of one activity: what each is called, what it means, and their container.

mod activity;
mod catalogue;

pub use activity::{
    ActivityMetrics, Climb, ClimbCategory, EnergySource, LoadMethod, Quadrants, Stop, TrainingLoad,
};
pub use catalogue::Metric;

use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// What a figure's number counts, so that whoever shows it can choose the athlete's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Quantity {
    Watts,
    WattsPerKg,
    Kilojoules,
    KilojoulesPerKg,
    Kcal,
    BeatsPerMinute,
    /// Watts per beat per minute.
    WattsPerBeat,
    /// Metres a minute per beat per minute, that is metres per beat.
    MetresPerBeat,
    Seconds,
    Metres,
    Millimetres,
    Milliseconds,
    MetresPerSecond,
    /// Metres per second, shown as time per kilometre or mile.
    Pace,
    /// Metres per second, shown as time per 100 metres or yards.
    SwimPace,
    MetresPerHour,
    /// Revolutions, steps, strokes or breaths per minute.
    PerMinute,
    Percent,
    Points,
    Ratio,
    Celsius,
    /// A number of things.
    Count,
}

/// Where a figure is shown.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum MetricGroup {
    General,
    Load,
    Power,
    HeartRate,
    Running,
    Swimming,
    Elevation,
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MetricInfo {
    /// Stable name in the database, in JSON and on the command line.
    pub key: &'static str,
    /// The field's usual term.
    pub name: &'static str,
    /// What the number counts.
    pub unit: Quantity,
    /// Where it is shown.
    pub group: MetricGroup,
    /// Formula, source, and what zeros and pauses do, in a sentence or two.
    pub definition: &'static str,
}

/// Figures by name; only finite numbers are let in. A name it does not know, as another version may
/// have stored, is passed over when it is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, f64>", into = "BTreeMap<Metric, f64>")]
pub struct Metrics(BTreeMap<Metric, f64>);

impl Metrics {
    /// A figure, if the activity has it.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Option<f64> {
        self.0.get(&metric).copied()
    }

    /// Notes a figure; nothing happens where there is none or it is not finite.
    pub fn set(&mut self, metric: Metric, value: impl Into<Option<f64>>) {
        if let Some(value) = value.into().filter(|v| v.is_finite()) {
            self.0.insert(metric, value);
        }
    }

    /// Every figure in the order of [`Metric::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Metric, f64)> + '_ {
        self.0.iter().map(|(metric, value)| (*metric, *value))
    }

    /// How many figures there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<BTreeMap<String, f64>> for Metrics {
    fn from(stored: BTreeMap<String, f64>) -> Self {
        stored
            .into_iter()
            .filter_map(|(key, value)| Some((Metric::from_key(&key)?, value)))
            .collect()
    }
}

impl From<Metrics> for BTreeMap<Metric, f64> {
    fn from(metrics: Metrics) -> Self {
        metrics.0
    }
}

impl FromIterator<(Metric, f64)> for Metrics {
    fn from_iter<T: IntoIterator<Item = (Metric, f64)>>(figures: T) -> Self {
        let mut metrics = Self::default();
        for (metric, value) in figures {
            metrics.set(metric, value);
        }
        metrics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, MapDeserializer};
    use std::collections::HashSet;

    #[test]
    fn every_figure_is_found_by_its_key_and_no_two_share_a_key_or_a_name() {
        let mut keys = HashSet::new();
        let mut names = HashSet::new();
        for metric in Metric::ALL {
            let info = metric.info();
            assert_eq!(Metric::from_key(info.key), Some(*metric));
            assert_eq!(info.key, metric.key());
            assert!(keys.insert(info.key), "{}", info.key);
            assert!(names.insert(info.name), "{}", info.name);
            assert!(info.definition.ends_with('.'), "{}", info.key);
        }
        assert_eq!(Metric::from_key("no such figure"), None);
    }

    #[test]
    fn serde_speaks_of_a_figure_by_its_key() {
        for metric in Metric::ALL {
            let key: serde::de::value::StrDeserializer<'_, Error> =
                metric.key().into_deserializer();
            assert_eq!(Metric::deserialize(key), Ok(*metric));
        }
    }

    #[test]
    fn figures_of_another_version_are_passed_over() {
        let stored = [("normalized_power", 250.0), ("figure_of_next_year", 1.0)];
        let stored = MapDeserializer::<_, Error>::new(stored.into_iter());
        let metrics = Metrics::deserialize(stored).unwrap();
        assert_eq!(metrics.len(), 1);
        assert_eq!(metrics.get(Metric::NormalizedPower), Some(250.0));
    }

    #[test]
    fn what_is_not_finite_is_not_let_in() {
        let mut metrics = Metrics::default();
        metrics.set(Metric::Work, f64::NAN);
        metrics.set(Metric::Work, f64::INFINITY);
        metrics.set(Metric::Work, None);
        assert!(metrics.is_empty());
        metrics.set(Metric::Work, 3.0);
        metrics.set(Metric::Work, f64::NAN);
        assert_eq!(metrics.iter().collect::<Vec<_>>(), [(Metric::Work, 3.0)]);
    }
}
