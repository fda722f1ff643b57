//! What is measured of the body outside activities: weight, blood pressure,
//! monitoring, sleep, stress, oxygen and HRV messages.

use super::profile::message;
use super::wire::{EPOCH_UNIX_S, Message, TIMESTAMP};
use paceline_model::{Biometric, BiometricKind, Instant};
use std::collections::BTreeMap;

/// A mean in the making and its latest time.
#[derive(Debug, Default, Clone, Copy)]
struct Mean {
    sum: f64,
    count: f64,
    at: u32,
}

impl Mean {
    fn add(&mut self, value: f64, at: u32) {
        self.sum += value;
        self.count += 1.0;
        self.at = self.at.max(at);
    }
}

/// Body measurements of one part.
#[derive(Debug, Default)]
pub(super) struct Body {
    single: Vec<(BiometricKind, u32, f64)>,
    /// From user profiles, which say no time.
    profile: Vec<(BiometricKind, f64)>,
    means: BTreeMap<u8, Mean>,
    /// Highest count of steps by kind of movement, and the latest time.
    steps: BTreeMap<i64, (f64, u32)>,
    /// When a stage of sleep began.
    stages: Vec<(u32, i64)>,
    /// A sleep message was seen.
    pub sleep: bool,
}

const STRESS: u8 = 0;
const OXYGEN: u8 = 1;
const RESPIRATION: u8 = 2;

impl Body {
    /// Takes in a message of any other kind; gives the fields it read.
    pub fn take(&mut self, m: &Message<'_>, clock: Option<u32>) -> &'static [u8] {
        use BiometricKind as K;
        let at = m.time(TIMESTAMP).or(clock).unwrap_or(0);
        match m.def.global {
            message::WEIGHT_SCALE => {
                let fields = [
                    // One below the mark of absence: the scale is still calculating.
                    (0, 100.0, K::Weight),
                    (1, 100.0, K::BodyFat),
                    (2, 100.0, K::BodyWater),
                    (4, 100.0, K::BoneMass),
                    (5, 100.0, K::MuscleMass),
                    (13, 10.0, K::BodyMassIndex),
                ];
                for (field, scale, kind) in fields {
                    if m.int(field) != Some(0xFFFE) {
                        self.put(kind, at, m.scaled(field, scale));
                    }
                }
                &[253, 0, 1, 2, 4, 5, 13]
            }
            message::BLOOD_PRESSURE => {
                self.put(K::BloodPressureSystolic, at, m.scaled(0, 1.0));
                self.put(K::BloodPressureDiastolic, at, m.scaled(1, 1.0));
                &[253, 0, 1]
            }
            message::USER_PROFILE => {
                let weight = m.scaled(4, 10.0).map(|v| (K::Weight, v));
                let resting = m.scaled(8, 1.0).map(|v| (K::RestingHeartRate, v));
                if self.profile.len() < 16 {
                    self.profile.extend(
                        [weight, resting]
                            .into_iter()
                            .flatten()
                            .filter(|p| p.1 > 0.0),
                    );
                }
                &[4, 8]
            }
            message::MONITORING => {
                // The count means steps only while on foot.
                let kind = m.int(5).or_else(|| m.int(24).map(|v| v & 0x1F));
                if let (Some(kind @ (1 | 6)), Some(steps)) = (kind, m.int(3)) {
                    let entry = self.steps.entry(kind).or_default();
                    entry.0 = entry.0.max(steps as f64);
                    entry.1 = entry.1.max(at);
                }
                &[253, 3, 5, 24, 26]
            }
            message::MONITORING_INFO => &[253, 0, 1, 3, 4, 5],
            message::MONITORING_HR_DATA => {
                let day = m.scaled(1, 1.0).or_else(|| m.scaled(0, 1.0));
                self.put(K::RestingHeartRate, at, day);
                &[253, 0, 1]
            }
            message::STRESS_LEVEL => {
                let at = m.time(1).unwrap_or(at);
                // Negative: too active or not worn.
                self.mean(STRESS, at, m.scaled(0, 1.0).filter(|&v| v >= 0.0));
                &[253, 0, 1]
            }
            message::SPO2_DATA => {
                self.mean(OXYGEN, at, m.scaled(0, 1.0).filter(|&v| v > 0.0));
                &[253, 0]
            }
            message::RESPIRATION_RATE => {
                self.mean(RESPIRATION, at, m.scaled(0, 100.0).filter(|&v| v > 0.0));
                &[253, 0]
            }
            message::SLEEP_LEVEL => {
                self.sleep = true;
                if let Some(stage) = m.int(0) {
                    self.stages.push((at, stage));
                }
                &[253, 0]
            }
            message::SLEEP_ASSESSMENT => {
                self.sleep = true;
                self.put(K::SleepScore, at, m.scaled(6, 1.0));
                &[253, 6]
            }
            message::HRV_STATUS_SUMMARY => {
                self.put(K::HrvRmssd, at, m.scaled(1, 128.0));
                &[253, 1]
            }
            _ => &[],
        }
    }

    fn put(&mut self, kind: BiometricKind, at: u32, value: Option<f64>) {
        if let Some(value) = value {
            self.single.push((kind, at, value));
        }
    }

    fn mean(&mut self, which: u8, at: u32, value: Option<f64>) {
        if let Some(value) = value {
            self.means.entry(which).or_default().add(value, at);
        }
    }

    /// Everything measured; `created` stands in for a missing time, and user
    /// profiles count only where the file is one of settings.
    pub fn finish(mut self, created: Option<u32>, settings: bool) -> Vec<Biometric> {
        use BiometricKind as K;
        if settings {
            for (kind, value) in std::mem::take(&mut self.profile) {
                self.single.push((kind, 0, value));
            }
        }
        for (which, kind) in [
            (STRESS, K::Stress),
            (OXYGEN, K::OxygenSaturation),
            (RESPIRATION, K::RespirationRate),
        ] {
            if let Some(m) = self.means.get(&which) {
                self.single.push((kind, m.at, m.sum / m.count));
            }
        }
        let steps: f64 = self.steps.values().map(|s| s.0).sum();
        if steps > 0.0 {
            let at = self.steps.values().map(|s| s.1).max().unwrap_or(0);
            self.single.push((K::Steps, at, steps));
        }
        self.sleep();
        self.single
            .into_iter()
            .filter_map(|(kind, at, value)| {
                let at = if at == 0 { created? } else { at };
                Some(Biometric {
                    kind,
                    at: Instant::from_unix_s(EPOCH_UNIX_S + i64::from(at)),
                    value,
                })
            })
            .collect()
    }

    /// Each stage lasts until the next begins.
    fn sleep(&mut self) {
        use BiometricKind as K;
        self.stages.sort_by_key(|s| s.0);
        let mut seconds = [0.0; 5];
        for pair in self.stages.windows(2) {
            // A gap of half a day is another night's beginning, not sleep.
            let span = f64::from(pair[1].0 - pair[0].0);
            if let Ok(stage @ 0..=4) = usize::try_from(pair[0].1)
                && span < 43_200.0
            {
                seconds[stage] += span;
            }
        }
        let Some(&(end, _)) = self.stages.last() else {
            return;
        };
        let [_, awake, light, deep, rem] = seconds;
        let asleep = light + deep + rem;
        if asleep > 0.0 {
            for (kind, value) in [
                (K::SleepTotal, asleep),
                (K::SleepDeep, deep),
                (K::SleepLight, light),
                (K::SleepRem, rem),
                (K::SleepAwake, awake),
            ] {
                self.single.push((kind, end, value));
            }
        }
    }
}
