use paceline_model::Sport;
use serde::{Deserialize, Serialize};

/// A distance one races over, exact to the millimetre.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Distance {
    /// Millimetres, for a mile has 1,609.344 m.
    pub millimetres: u32,
}

impl Distance {
    /// Of so many metres; what is beyond 4,294 km is that.
    #[must_use]
    pub const fn m(metres: u32) -> Self {
        Self::mm(metres.saturating_mul(1000))
    }

    /// Of so many millimetres.
    #[must_use]
    pub const fn mm(millimetres: u32) -> Self {
        Self { millimetres }
    }

    /// In metres.
    #[must_use]
    pub fn metres(self) -> f64 {
        f64::from(self.millimetres) / 1000.0
    }
}

/// By the international agreement of 1959, like ten and a hundred of them.
const MILE: Distance = Distance::mm(1_609_344);
const TEN_MILES: Distance = Distance::mm(16_093_440);
const HUNDRED_MILES: Distance = Distance::mm(160_934_400);
const HALF_MARATHON: Distance = Distance::mm(21_097_500);
const MARATHON: Distance = Distance::mm(42_195_000);

/// The distances that best efforts of a sport are told of, shortest first; none where a distance
/// says little.
#[must_use]
pub const fn standard_distances(sport: Sport) -> &'static [Distance] {
    match sport {
        Sport::Running => {
            const {
                &[
                    Distance::m(400),
                    Distance::m(800),
                    Distance::m(1000),
                    Distance::m(1500),
                    MILE,
                    Distance::m(3000),
                    Distance::m(5000),
                    Distance::m(10_000),
                    Distance::m(15_000),
                    TEN_MILES,
                    Distance::m(20_000),
                    HALF_MARATHON,
                    Distance::m(30_000),
                    MARATHON,
                    Distance::m(50_000),
                    Distance::m(100_000),
                ]
            }
        }
        Sport::Walking | Sport::Hiking => {
            const {
                &[
                    Distance::m(1000),
                    MILE,
                    Distance::m(5000),
                    Distance::m(10_000),
                    Distance::m(20_000),
                    HALF_MARATHON,
                    MARATHON,
                    Distance::m(50_000),
                    Distance::m(100_000),
                ]
            }
        }
        Sport::Cycling => {
            const {
                &[
                    Distance::m(5000),
                    Distance::m(10_000),
                    Distance::m(20_000),
                    Distance::m(40_000),
                    Distance::m(50_000),
                    Distance::m(100_000),
                    HUNDRED_MILES,
                    Distance::m(200_000),
                    Distance::m(300_000),
                ]
            }
        }
        Sport::Swimming => {
            const {
                &[
                    Distance::m(100),
                    Distance::m(200),
                    Distance::m(400),
                    Distance::m(800),
                    Distance::m(1000),
                    Distance::m(1500),
                    Distance::m(1900),
                    Distance::m(3800),
                    Distance::m(5000),
                    Distance::m(10_000),
                ]
            }
        }
        Sport::Rowing | Sport::Paddling => {
            const {
                &[
                    Distance::m(500),
                    Distance::m(1000),
                    Distance::m(2000),
                    Distance::m(5000),
                    Distance::m(6000),
                    Distance::m(10_000),
                    HALF_MARATHON,
                    MARATHON,
                ]
            }
        }
        Sport::CrossCountrySkiing | Sport::Skating => {
            const {
                &[
                    Distance::m(1000),
                    Distance::m(5000),
                    Distance::m(10_000),
                    Distance::m(15_000),
                    HALF_MARATHON,
                    Distance::m(30_000),
                    MARATHON,
                    Distance::m(50_000),
                ]
            }
        }
        Sport::AlpineSkiing
        | Sport::Strength
        | Sport::Transition
        | Sport::Multisport
        | Sport::Other => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_distances_rise() {
        for sport in Sport::ALL {
            assert!(
                standard_distances(sport).is_sorted_by(|a, b| a < b),
                "{sport:?}"
            );
        }
        assert!(standard_distances(Sport::Running).contains(&MARATHON));
    }
}
