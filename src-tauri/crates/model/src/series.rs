use crate::Channel;

/// One channel of a recording, one value per entry of [`Series::time_ms`].
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What is measured; fixes the unit.
    pub channel: Channel,
    /// The samples.
    pub values: Values,
}

/// Samples as the recorder wrote them, so that storing and reading back is exact.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Value = `raw / scale - offset`; [`Values::MISSING`] marks an absent sample.
    Scaled {
        /// Raw integers.
        raw: Vec<i32>,
        /// Divisor, never zero.
        scale: f64,
        /// Subtracted after division.
        offset: f64,
    },
    /// Floating-point fields; NaN marks an absent sample.
    Float(Vec<f32>),
}

impl Values {
    /// The raw value of an absent sample.
    pub const MISSING: i32 = i32::MIN;

    /// Number of samples, absent ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Scaled { raw, .. } => raw.len(),
            Self::Float(v) => v.len(),
        }
    }

    /// Whether there is no sample at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `index` in the channel's unit; `None` if absent or out of range.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<f64> {
        match self {
            Self::Scaled { raw, scale, offset } => match *raw.get(index)? {
                Self::MISSING => None,
                r => Some(f64::from(r) / scale - offset),
            },
            Self::Float(v) => Some(f64::from(*v.get(index)?)).filter(|x| x.is_finite()),
        }
    }

    /// All samples in the channel's unit, NaN where absent.
    #[must_use]
    pub fn to_f64(&self) -> Vec<f64> {
        match self {
            Self::Scaled { raw, scale, offset } => raw
                .iter()
                .map(|&r| {
                    if r == Self::MISSING {
                        f64::NAN
                    } else {
                        f64::from(r) / scale - offset
                    }
                })
                .collect(),
            Self::Float(v) => v
                .iter()
                .map(|&x| {
                    if x.is_finite() {
                        f64::from(x)
                    } else {
                        f64::NAN
                    }
                })
                .collect(),
        }
    }

    /// Samples that are there.
    #[must_use]
    pub fn present(&self) -> usize {
        match self {
            Self::Scaled { raw, .. } => raw.iter().filter(|r| **r != Self::MISSING).count(),
            Self::Float(v) => v.iter().filter(|x| x.is_finite()).count(),
        }
    }

    /// Whether every sample is absent.
    #[must_use]
    pub fn all_missing(&self) -> bool {
        match self {
            Self::Scaled { raw, .. } => raw.iter().all(|&r| r == Self::MISSING),
            Self::Float(v) => v.iter().all(|x| !x.is_finite()),
        }
    }
}

/// All samples of a recording on one shared time axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Milliseconds from the recording's start; never decreasing.
    pub time_ms: Vec<i32>,
    /// One column per channel, each as long as `time_ms`; a channel stands at most once.
    pub columns: Vec<Column>,
}

impl Series {
    /// Number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.time_ms.len()
    }

    /// Whether there is no sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.time_ms.is_empty()
    }

    /// The column of a channel.
    #[must_use]
    pub fn column(&self, channel: &Channel) -> Option<&Column> {
        self.columns.iter().find(|c| c.channel == *channel)
    }

    /// The samples of a channel in its unit, NaN where absent.
    #[must_use]
    pub fn values(&self, channel: &Channel) -> Option<Vec<f64>> {
        self.column(channel).map(|c| c.values.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_value_is_raw_over_scale_less_offset() {
        let altitude = Values::Scaled {
            raw: vec![2500, Values::MISSING],
            scale: 5.0,
            offset: 500.0,
        };
        assert_eq!(altitude.get(0), Some(0.0));
        assert_eq!(altitude.get(1), None);
        assert_eq!(altitude.present(), 1);
        assert!(altitude.to_f64()[1].is_nan());
    }
}
