//! A generated athlete of three seasons, so that somebody without files can look
//! around: rides, runs, swims and strength over winters, races and one illness.
//!
//! Deterministic: the same end date gives the same samples on every machine. The
//! rides are simulated second by second over a made-up landscape, so that power,
//! grade, speed and heart rate belong together as they do outdoors.

mod land;
mod plan;
mod random;
mod simulate;

use paceline_model::{Biometric, BiometricKind, Instant, Recording, SettingKind, SettingValue};
use plan::{DAYS, Session, plan};
use random::Random;

const DAY_MS: i64 = 86_400_000;

/// The athlete and everything recorded of it.
#[derive(Debug, Clone)]
pub struct SampleAthlete {
    first_day: i64,
    sessions: Vec<Session>,
}

impl SampleAthlete {
    /// Three seasons that end on the day of `until`.
    #[must_use]
    pub fn new(until: Instant) -> Self {
        let first_day = until.0.div_euclid(DAY_MS) - DAYS;
        Self {
            first_day,
            sessions: plan(first_day),
        }
    }

    /// A name that says what it is.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        "Sample Athlete"
    }

    /// Number of activities.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether there is no activity; there always is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// The activity at `index`, oldest first; generated anew each time.
    #[must_use]
    pub fn recording(&self, index: usize) -> Option<Recording> {
        self.sessions
            .get(index)
            .map(|s| simulate::record(s, self.first_day))
    }

    /// Thresholds and weight as they were tested and weighed.
    #[must_use]
    pub fn settings(&self) -> Vec<SettingValue> {
        let mut all = Vec::new();
        let mut add = |kind, day: i64, value: f64| {
            all.push(SettingValue {
                kind,
                value,
                valid_from: Instant((self.first_day + day) * DAY_MS),
            });
        };
        // Tested at the start and every ten weeks.
        for day in (0..DAYS).step_by(70) {
            add(SettingKind::Ftp, day, plan::ftp(day).round());
            add(
                SettingKind::ThresholdSpeed,
                day,
                (plan::threshold_speed(day) * 100.0).round() / 100.0,
            );
        }
        for day in (0..DAYS).step_by(180) {
            add(
                SettingKind::Weight,
                day,
                (plan::weight(day) * 10.0).round() / 10.0,
            );
        }
        add(SettingKind::ThresholdHeartRate, 0, plan::THRESHOLD_HR);
        add(SettingKind::MaxHeartRate, 0, 188.0);
        add(SettingKind::RestingHeartRate, 0, 48.0);
        add(SettingKind::WPrime, 0, 21_000.0);
        add(SettingKind::CriticalSwimSpeed, 0, 1.15);
        all
    }

    /// Morning weight twice a week, resting heart rate, HRV and sleep every day, the last on the
    /// morning of the day it is made.
    #[must_use]
    pub fn biometrics(&self) -> Vec<Biometric> {
        let mut all = Vec::new();
        let mut random = Random::new(0xB10);
        for day in 0..=DAYS {
            let at = Instant((self.first_day + day) * DAY_MS + 5 * 3_600_000);
            let ill = plan::ill(day);
            let mut add = |kind, value: f64, digits: f64| {
                all.push(Biometric {
                    kind,
                    at,
                    value: (value * digits).round() / digits,
                });
            };
            let strain = if ill { 9.0 } else { 0.0 };
            let rest = 50.0 - 4.0 * plan::form(day) + strain + random.normal();
            add(BiometricKind::RestingHeartRate, rest, 1.0);
            add(
                BiometricKind::HrvRmssd,
                58.0 + 14.0 * plan::form(day) - 2.5 * strain + 6.0 * random.normal(),
                1.0,
            );
            add(
                BiometricKind::SleepTotal,
                3600.0 * (7.4 + 0.6 * random.normal()).clamp(4.5, 9.5),
                1.0,
            );
            if day % 7 == 1 || day % 7 == 4 {
                add(
                    BiometricKind::Weight,
                    plan::weight(day) + 0.3 * random.normal(),
                    10.0,
                );
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ActivityInput, summarise};
    use paceline_model::{AthleteSettings, Channel, Sport};

    fn athlete() -> SampleAthlete {
        SampleAthlete::new(Instant(1_790_000_000_000))
    }

    #[test]
    fn the_same_date_gives_the_same_athlete() {
        let (a, b) = (athlete(), athlete());
        assert_eq!(a.len(), b.len());
        for i in [0, 17, 101, a.len() - 1] {
            assert_eq!(a.recording(i), b.recording(i));
        }
        assert_eq!(a.biometrics(), b.biometrics());
        assert!(a.recording(a.len()).is_none());
    }

    #[test]
    fn three_seasons_hold_a_plausible_number_of_every_sport() {
        let a = athlete();
        assert!((450..=650).contains(&a.len()), "{}", a.len());
        let all: Vec<_> = (0..a.len())
            .step_by(5)
            .filter_map(|i| a.recording(i))
            .collect();
        for sport in [
            Sport::Cycling,
            Sport::Running,
            Sport::Swimming,
            Sport::Strength,
        ] {
            assert!(all.iter().any(|r| r.sport == sport), "{sport:?}");
        }
        assert!(all.windows(2).all(|w| w[0].start < w[1].start));
    }

    #[test]
    fn every_figure_is_one_an_athlete_would_believe() {
        let a = athlete();
        let settings = AthleteSettings {
            ftp_w: Some(255.0),
            threshold_hr: Some(plan::THRESHOLD_HR),
            ..AthleteSettings::default()
        };
        for r in (0..a.len()).step_by(9).filter_map(|i| a.recording(i)) {
            let s = summarise(&ActivityInput::from(&r), &settings);
            let name = r.name.clone().unwrap_or_default();
            assert!(r.series.time_ms.is_sorted(), "{name}");
            assert!(
                (600.0..7.0 * 3600.0).contains(&s.elapsed_s),
                "{name} {}",
                s.elapsed_s
            );
            if let Some(hr) = s.max_hr {
                assert!((95.0..195.0).contains(&hr), "{name} {hr}");
            }
            let speed = s.avg_speed.unwrap_or(2.0) * 3.6;
            match r.sport {
                Sport::Cycling => {
                    assert!((17.0..43.0).contains(&speed), "{name} {speed} km/h");
                    let f = s.intensity_factor.unwrap();
                    assert!((0.45..1.1).contains(&f), "{name} IF {f}");
                    assert!(s.normalized_power >= s.avg_power, "{name}");
                }
                Sport::Running => assert!((8.0..17.0).contains(&speed), "{name} {speed} km/h"),
                Sport::Swimming => assert!(!r.lengths.is_empty()),
                _ => {}
            }
        }
    }

    #[test]
    fn altitude_belongs_to_the_place_and_the_loop_closes() {
        let a = athlete();
        let ride = (0..a.len())
            .filter_map(|i| a.recording(i))
            .find(|r| r.sport == Sport::Cycling && r.series.column(&Channel::Latitude).is_some())
            .unwrap();
        let alt = ride.series.values(&Channel::Altitude).unwrap();
        assert!(
            (alt[0] - alt[alt.len() - 1]).abs() < 40.0,
            "{} {}",
            alt[0],
            alt[alt.len() - 1]
        );
        assert!(alt.windows(2).all(|w| (w[1] - w[0]).abs() < 4.0));
    }
}
