//! An athlete over months and years: load, fitness, forecast, distribution, thresholds.
//!
//! Everything speaks of local calendar [`Day`]s and of one amount a day ([`DailyLoads`]); start at
//! [`pmc()`].

mod candidates;
mod compare;
mod constants;
mod day;
mod distribution;
mod forecast;
mod maximum;
mod pmc;
mod proposals;
mod strain;
mod wording;

pub use compare::{Align, SeasonComparison, SeasonCurve, WeekTotal, compare_seasons, weeks};
pub use constants::{Balance, Decay, PmcModel, PmcPreset, Start};
pub use day::{DailyLoads, Day, MAX_DAILY};
pub use distribution::{
    Distribution, DistributionKind, ThreeZones, WeekZones, ZoneMapping, classify,
    polarisation_index, three_zones, three_zones_at, weekly_distribution,
};
pub use forecast::{
    LONGEST_TAPER, TSB_TOLERANCE, Taper, TaperOutcome, TaperSearch, TaperShape, forecast,
    search_taper, taper,
};
pub use maximum::sustained_maximum;
pub use pmc::{Pmc, PmcDay, RAMP_DAYS, Seed, SportPmc, pmc, pmc_by_sport};
pub use proposals::{
    Confidence, DayValue, EFFORT_DAYS, Effort, LOWER_NEEDS, Measure, Method, Proposal,
    ProposalEvidence, ProposalInput, RESTING_DAYS, SPIKE_ABOVE_MINUTE, WEIGHT_DAYS, margin,
    propose,
};
pub use strain::{
    AcuteChronic, CHRONIC_DAYS, Deviation, EqualDays, MonotonyModel, WEEK_DAYS, Week,
    acute_chronic, monotony,
};
