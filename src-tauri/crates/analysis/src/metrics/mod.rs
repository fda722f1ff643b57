//! Figures of one activity.

pub(crate) mod elevation;
pub(crate) mod power;
pub(crate) mod zones;
