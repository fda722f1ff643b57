//! What nights and mornings say: heart-rate variability, baselines, readiness.
//!
//! R-R intervals become [`Beats`], are freed of artefacts by [`clean`] and give [`variability`].

mod artefacts;
mod beats;
mod fractal;
mod variability;

pub use beats::{BeatKind, Beats, CleanBeats, LONGEST_INTERVAL_MS, RrFilter, clean};
pub use fractal::{
    ALPHA1_AT_VT1, ALPHA1_AT_VT2, ALPHA1_MAX_ARTEFACTS, ALPHA1_MIN_BEATS, Alpha1, Alpha1Validity,
    Alpha1Window, alpha1_over, dfa_alpha1,
};
pub use variability::{Habit, RmssdWindow, Variability, rmssd_over, variability};
