//! What nights and mornings say: heart-rate variability, baselines, readiness.
//!
//! R-R intervals become [`Beats`], are freed of artefacts by [`clean`] and give [`variability()`];
//! daily values become [`DailyValues`], are held against their past by [`baseline()`] and give
//! [`readiness()`].

mod artefacts;
mod baseline;
mod beats;
mod fractal;
mod readiness;
mod signs;
mod variability;

pub use baseline::{
    BAND_DAYS, BAND_LEAST, Band, BandStatus, BaselineDay, DailyValues, RECENT_DAYS, RECENT_LEAST,
    Scale, WORTHWHILE_SD, baseline,
};
pub use beats::{BeatKind, Beats, CleanBeats, LONGEST_INTERVAL_MS, RrFilter, clean};
pub use fractal::{
    ALPHA1_AT_VT1, ALPHA1_AT_VT2, ALPHA1_MAX_ARTEFACTS, ALPHA1_MIN_BEATS, Alpha1, Alpha1Validity,
    Alpha1Window, alpha1_over, dfa_alpha1,
};
pub use readiness::{
    ILL_AT_MOST, LEAST_COVERAGE, Light, MissingPart, Part, Readiness, Reason, readiness,
};
pub use signs::{Morning, SLEEP_NEED_S};
pub use variability::{Habit, RmssdWindow, Variability, rmssd_over, variability};
