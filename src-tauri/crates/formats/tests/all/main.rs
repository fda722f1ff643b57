//! All tests of the crate from outside, in one binary: cases by peculiarity,
//! the corpus against other decoders, damage, and writing read back.

mod archive;
mod common;
mod fit_body;
mod fit_builder;
mod fit_cases;
mod fit_corpus;
mod fit_robustness;
mod fit_roundtrip;
mod garmin;
mod gpx_builder;
mod gpx_cases;
mod gpx_damage;
mod promises;
mod strava;
mod tcx_builder;
mod tcx_cases;
mod tcx_laps;
mod xml_corpus;
mod xml_robustness;
mod xml_roundtrip;
