//! Which session on which day, and how fit the athlete is then.

use super::random::Random;
use std::f64::consts::TAU;

/// Three years.
pub(super) const DAYS: i64 = 3 * 365;
pub(super) const THRESHOLD_HR: f64 = 170.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Endurance,
    Long,
    Tempo,
    Threshold,
    Vo2,
    Race,
    Recovery,
    Trainer,
    EasyRun,
    LongRun,
    TempoRun,
    Swim,
    Strength,
}

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub day: i64,
    /// Minutes after local midnight.
    pub minute: i64,
    pub kind: Kind,
    /// Share of the session's usual length.
    pub size: f64,
    pub seed: u64,
}

/// Day of the year from 0, on a civil calendar close enough for seasons.
pub(super) fn day_of_year(absolute_day: i64) -> f64 {
    (absolute_day as f64).rem_euclid(365.2425)
}

/// Progress within the season that peaks in summer, 0 to 1, by days since the first.
pub(super) fn form(day: i64) -> f64 {
    let season = (day as f64 / 365.0 * TAU - 2.2).sin();
    0.5 + 0.5 * season
}

/// A fortnight's flu in the second winter and a week's cold in the third autumn.
pub(super) fn ill(day: i64) -> bool {
    (395..407).contains(&day) || (890..896).contains(&day)
}

pub(super) fn ftp(day: i64) -> f64 {
    228.0 + 10.0 * day as f64 / 365.0 + 20.0 * form(day)
}

pub(super) fn threshold_speed(day: i64) -> f64 {
    3.62 + 0.05 * day as f64 / 365.0 + 0.14 * form(day)
}

pub(super) fn weight(day: i64) -> f64 {
    73.8 - 0.4 * day as f64 / 365.0 - 2.2 * form(day)
}

pub(super) fn plan(first_day: i64) -> Vec<Session> {
    let mut random = Random::new(0x5EA5);
    let mut sessions = Vec::new();
    for day in 0..DAYS {
        // 1970-01-01 was a Thursday.
        let weekday = (first_day + day + 3).rem_euclid(7);
        let winter = !(75.0..300.0).contains(&day_of_year(first_day + day));
        let rest_week = (day / 7) % 4 == 3;
        let holiday = (560..574).contains(&day) || (205..212).contains(&day);
        let seed = (day as u64).wrapping_mul(7919);
        let roll = random.unit();
        let size = random.between(0.85, 1.2) * if rest_week { 0.7 } else { 1.0 };
        let quality = if winter {
            Kind::Tempo
        } else {
            random.pick(&[Kind::Threshold, Kind::Vo2, Kind::Tempo])
        };
        let long = if form(day) > 0.8 && random.chance(0.22) {
            Kind::Race
        } else {
            Kind::Long
        };
        if ill(day) || (holiday && roll < 0.7) {
            continue;
        }
        let mut add = |minute: i64, chance: f64, kind: Kind| {
            if random.chance(if rest_week { 0.7 * chance } else { chance }) {
                sessions.push(Session {
                    day,
                    minute: minute + (roll * 35.0) as i64,
                    kind,
                    size,
                    seed: seed + minute as u64,
                });
            }
        };
        match weekday {
            0 => add(6 * 60 + 20, 0.35, Kind::Strength),
            1 if winter => add(18 * 60 + 10, 0.8, Kind::Trainer),
            1 => add(17 * 60 + 40, 0.8, quality),
            2 => add(
                12 * 60 + 5,
                0.6,
                if roll < 0.3 {
                    Kind::TempoRun
                } else {
                    Kind::EasyRun
                },
            ),
            3 => add(
                17 * 60 + 50,
                0.6,
                if winter {
                    Kind::Trainer
                } else {
                    Kind::Endurance
                },
            ),
            4 => add(6 * 60 + 30, 0.4, Kind::Swim),
            5 => add(
                9 * 60,
                0.85,
                if winter && roll < 0.3 {
                    Kind::Endurance
                } else {
                    long
                },
            ),
            _ if winter => add(9 * 60 + 30, 0.65, Kind::LongRun),
            _ => add(
                9 * 60 + 30,
                0.55,
                if roll < 0.4 {
                    Kind::Recovery
                } else {
                    Kind::EasyRun
                },
            ),
        }
    }
    sessions
}
