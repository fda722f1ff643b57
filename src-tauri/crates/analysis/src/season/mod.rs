//! An athlete over months and years: load, fitness, forecast, distribution, thresholds.
