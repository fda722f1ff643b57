use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// From whole seconds since the Unix epoch.
    #[must_use]
    pub const fn from_unix_s(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn unix_s(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Midnight UTC of a day counted from 1970-01-01.
    #[must_use]
    pub fn of_day(day: i32) -> Self {
        Self(i64::from(day) * 86_400_000)
    }

    /// The day on the spot, counted from 1970-01-01, so many seconds east of UTC; the day of UTC
    /// where that is not known.
    #[must_use]
    pub fn local_day(self, utc_offset_s: Option<i32>) -> i32 {
        let local = self.unix_s() + i64::from(utc_offset_s.unwrap_or(0));
        i32::try_from(local.div_euclid(86_400)).unwrap_or(0)
    }

    /// Milliseconds from `earlier` to `self`; negative if `self` is the earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
