//! What nights and mornings say: heart-rate variability, baselines, readiness.
