//! What an athlete can do, fitted to or derived from efforts: critical power, W′bal, profiles, predictions.
//!
//! Start at [`fit`] for a model of power against duration (its efforts chosen by an
//! [`EffortRule`]), at [`w_prime_balance`] for what a ride left of W′ and at [`predict`] for races.

mod choose;
mod critical_power;
#[cfg(test)]
mod critical_power_tests;
mod duration;
mod eftp;
mod least_squares;
mod profile;
mod race;
mod vdot;
mod vo2max;
mod wbal;

pub use choose::{EffortChoice, EffortRule};
pub use critical_power::{CpFit, CpModel, Estimate, FittedEffort, fit, fit_by};
pub use duration::{FitError, Hyperbola, Parameter};
pub use eftp::{BestPower, Eftp, EftpMethod, eftp, eftps, modelled_ftp};
pub use profile::{
    EVEN, PowerCategory, PowerProfile, ProfileDuration, ProfileEntry, ProfileShape, power_profile,
};
pub use race::{
    CriticalSpeed, Prediction, Predictions, RACES, RIEGEL, RaceEffort, cameron, critical_speed,
    personal_exponent, predict, riegel,
};
pub use vdot::{TrainingSpeeds, race_time, training_speeds, vdot};
pub use vo2max::{
    Vo2max, Vo2maxMethod, vo2max_cooper, vo2max_from_power, vo2max_from_run,
    vo2max_heart_rate_ratio, vo2max_steady,
};
pub use wbal::{EXHAUSTED_J, MATCH_J, Match, Wbal, WbalMethod, w_prime_balance};
