//! What an athlete can do, fitted to or derived from efforts: critical power, W′bal, profiles, predictions.

mod choose;
mod critical_power;
#[cfg(test)]
mod critical_power_tests;
mod duration;
mod eftp;
mod least_squares;
mod wbal;

pub use choose::{EffortChoice, EffortRule};
pub use critical_power::{CpFit, CpModel, Estimate, FittedEffort, fit, fit_by};
pub use duration::{FitError, Hyperbola, Parameter};
pub use eftp::{BestPower, Eftp, EftpMethod, eftp, eftps, modelled_ftp};
pub use wbal::{EXHAUSTED_J, MATCH_J, Match, Wbal, WbalMethod, w_prime_balance};
