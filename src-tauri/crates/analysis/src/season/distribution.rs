use super::day::Day;
use paceline_model::ZoneTime;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// Seconds below the first threshold, between the two, and above the second (Seiler & Kjerland
/// 2006, Scand J Med Sci Sports 16:49).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ThreeZones {
    /// Seconds, zone 1.
    pub low: f64,
    /// Seconds, zone 2.
    pub middle: f64,
    /// Seconds, zone 3.
    pub high: f64,
}

/// Seconds of a zone beyond which nothing is believed: 300 years.
const MAX_SECONDS: f64 = 1e10;

impl ThreeZones {
    /// Shares of low, middle and high, which add up to 1; none without time. Seconds that are not
    /// a number, negative or beyond 10¹⁰ count as 0.
    #[must_use]
    pub fn shares(&self) -> Option<[f64; 3]> {
        let zones = [self.low, self.middle, self.high].map(|v| {
            if (0.0..=MAX_SECONDS).contains(&v) {
                v
            } else {
                0.0
            }
        });
        let sum: f64 = zones.iter().sum();
        // A millisecond is the least there is to share out.
        (sum >= 1e-3).then(|| zones.map(|v| v / sum))
    }

    fn add(&mut self, other: Self) {
        let counted = |v: f64| {
            if (0.0..=MAX_SECONDS).contains(&v) {
                v
            } else {
                0.0
            }
        };
        self.low = (self.low + counted(other.low)).min(MAX_SECONDS);
        self.middle = (self.middle + counted(other.middle)).min(MAX_SECONDS);
        self.high = (self.high + counted(other.high)).min(MAX_SECONDS);
    }
}

/// Which zones of a finer scheme lie below the first threshold, and which above the second.
///
/// Each is a convention: where the thresholds are known, [`three_zones_at`] is nearer the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneMapping {
    /// Coggan's seven power levels: 1–2, 3–4, 5–7 (as intervals.icu does).
    Coggan7,
    /// Five zones of threshold heart rate, Friel's with the upper three joined: 1–2, 3–4, 5.
    Friel5,
    /// Five zones of maximum heart rate in tenths from 50 %: 1–3 (below 80 %), 4, 5 (from 90 %).
    Maximum5,
    /// Six zones of running pace: 1–2, 3–4, 5–6.
    Pace6,
    /// Three zones as they are.
    Three,
}

impl ZoneMapping {
    /// Number of zones it expects.
    #[must_use]
    pub const fn zones(self) -> usize {
        match self {
            Self::Coggan7 => 7,
            Self::Friel5 | Self::Maximum5 => 5,
            Self::Pace6 => 6,
            Self::Three => 3,
        }
    }

    /// Number of zones below the first threshold, and below the second.
    const fn cuts(self) -> (usize, usize) {
        match self {
            Self::Coggan7 | Self::Friel5 | Self::Pace6 => (2, 4),
            Self::Maximum5 => (3, 4),
            Self::Three => (1, 2),
        }
    }
}

/// Seconds in zones of a finer scheme, lowest first, put into three; none where their number is
/// not the one the mapping is for.
#[must_use]
pub fn three_zones(seconds: &[f64], mapping: ZoneMapping) -> Option<ThreeZones> {
    if seconds.len() != mapping.zones() {
        return None;
    }
    let (first, second) = mapping.cuts();
    let mut out = ThreeZones::default();
    for (i, &s) in seconds.iter().enumerate() {
        let zero = ThreeZones::default();
        out.add(if i < first {
            ThreeZones { low: s, ..zero }
        } else if i < second {
            ThreeZones { middle: s, ..zero }
        } else {
            ThreeZones { high: s, ..zero }
        });
    }
    Some(out)
}

/// Seconds in zones of any scheme put into three by the thresholds themselves, in the unit of the
/// zones' bounds.
///
/// A zone that a threshold cuts is shared out in proportion, as if time were even within it; the
/// open uppermost zone is taken to be as wide as the one below it. None where the thresholds are
/// not positive and increasing.
#[must_use]
pub fn three_zones_at(zones: &[ZoneTime], first: f64, second: f64) -> Option<ThreeZones> {
    if !(first > 0.0 && second > first && second.is_finite()) {
        return None;
    }
    let mut out = ThreeZones::default();
    let mut width = 0.0;
    for zone in zones {
        let to = zone.to.unwrap_or(zone.from + width);
        width = to - zone.from;
        let below = |limit: f64| {
            if width > 0.0 && width.is_finite() {
                ((limit - zone.from) / width).clamp(0.0, 1.0)
            } else {
                f64::from(u8::from(zone.from < limit))
            }
        };
        let (a, b) = (below(first), below(second));
        out.add(ThreeZones {
            low: zone.seconds * a,
            middle: zone.seconds * (b - a),
            high: zone.seconds * (1.0 - b),
        });
    }
    Some(out)
}

/// Treff's polarisation index `log10(Z1/Z2 · Z3 · 100)` of the shares of three zones (Treff,
/// Winkert, Sareban, Steinacker & Sperlich 2019, Front Physiol 10:707), in arbitrary units; above
/// 2.00 a distribution is polarised.
///
/// Without time in zone 3 it is 0; without time in zone 2 the authors' form
/// `log10(Z1/0.01 · (Z3 − 0.01) · 100)` is used (0 where Z3 is at most 1 %). It says something
/// only where Z1 > Z3 and is absent elsewhere. Values below 0, which tiny shares give, are
/// returned as 0.
#[must_use]
pub fn polarisation_index(zones: &ThreeZones) -> Option<f64> {
    let [low, middle, high] = zones.shares()?;
    if low <= high {
        return None;
    }
    if high <= 0.0 {
        return Some(0.0);
    }
    let product = if middle <= 0.0 {
        low / 0.01 * (high - 0.01) * 100.0
    } else {
        low / middle * high * 100.0
    };
    Some(if product > 1.0 && product.is_finite() {
        product.log10()
    } else {
        0.0
    })
}

/// How training is spread over three zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DistributionKind {
    /// Nearly all below the first threshold.
    Base,
    /// Much low, some high, little between.
    Polarised,
    /// The more, the lower.
    Pyramidal,
    /// Most between the thresholds.
    Threshold,
    /// Most above the second threshold.
    HighIntensity,
    /// None of them.
    Mixed,
}

/// A distribution with its label.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Seconds in zones.
    pub zones: ThreeZones,
    /// Shares of low, middle and high.
    pub shares: [f64; 3],
    /// Treff's index.
    pub polarisation: Option<f64>,
    /// The label.
    pub kind: DistributionKind,
}

/// Labels a distribution by the first rule that holds (shares Z1, Z2, Z3):
/// 1. base: Z1 of at least 95 %;
/// 2. high intensity: Z3 > Z1 and Z3 ≥ Z2;
/// 3. threshold: Z2 ≥ Z1 and Z2 > Z3;
/// 4. polarised: Z1 > Z3 > Z2 and an index above 2.00 (Treff 2019);
/// 5. pyramidal: Z1 > Z2 > Z3;
/// 6. mixed.
///
/// The fourth and fifth are Treff's, the others ours. None without time.
#[must_use]
pub fn classify(zones: ThreeZones) -> Option<Distribution> {
    let shares = zones.shares()?;
    let [low, middle, high] = shares;
    let polarisation = polarisation_index(&zones);
    let kind = if low >= 0.95 {
        DistributionKind::Base
    } else if high > low && high >= middle {
        DistributionKind::HighIntensity
    } else if middle >= low && middle > high {
        DistributionKind::Threshold
    } else if low > high && high > middle && polarisation.is_some_and(|p| p > 2.0) {
        DistributionKind::Polarised
    } else if low > middle && middle > high {
        DistributionKind::Pyramidal
    } else {
        DistributionKind::Mixed
    };
    Some(Distribution {
        zones,
        shares,
        polarisation,
        kind,
    })
}

/// A week's distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WeekZones {
    /// Its Monday.
    pub monday: Day,
    /// What was trained.
    pub distribution: Distribution,
}

/// Distribution of every week, Monday to Sunday, in which there was time in zones. Weeks without
/// are left out.
#[must_use]
pub fn weekly_distribution(entries: &[(Day, ThreeZones)]) -> Vec<WeekZones> {
    let mut weeks: BTreeMap<Day, ThreeZones> = BTreeMap::new();
    for (day, zones) in entries {
        weeks.entry(day.monday()).or_default().add(*zones);
    }
    weeks
        .into_iter()
        .filter_map(|(monday, zones)| {
            classify(zones).map(|distribution| WeekZones {
                monday,
                distribution,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(low: f64, middle: f64, high: f64) -> ThreeZones {
        ThreeZones { low, middle, high }
    }

    #[test]
    fn treffs_index_is_above_two_where_training_is_polarised() {
        // log10(0.80/0.05 · 0.15 · 100) = log10 240 and log10(0.68/0.06 · 0.26 · 100).
        let index = |z| polarisation_index(&z).unwrap();
        assert!((index(of(80.0, 5.0, 15.0)) - 240.0_f64.log10()).abs() < 1e-9);
        assert!((index(of(68.0, 6.0, 26.0)) - 2.469).abs() < 0.001);
        assert!(index(of(78.0, 14.0, 8.0)) < 2.0);
        assert_eq!(index(of(90.0, 10.0, 0.0)), 0.0);
        assert!((index(of(80.0, 0.0, 20.0)) - 1520.0_f64.log10()).abs() < 1e-9);
        assert_eq!(polarisation_index(&of(20.0, 10.0, 70.0)), None);
    }

    #[test]
    fn labels_follow_the_stated_order() {
        let kind = |a, b, c| classify(of(a, b, c)).unwrap().kind;
        assert_eq!(kind(96.0, 3.0, 1.0), DistributionKind::Base);
        assert_eq!(kind(80.0, 5.0, 15.0), DistributionKind::Polarised);
        assert_eq!(kind(78.0, 14.0, 8.0), DistributionKind::Pyramidal);
        assert_eq!(kind(40.0, 50.0, 10.0), DistributionKind::Threshold);
        assert_eq!(kind(20.0, 20.0, 60.0), DistributionKind::HighIntensity);
        assert_eq!(kind(50.0, 24.0, 26.0), DistributionKind::Mixed);
        assert_eq!(classify(of(0.0, 0.0, 0.0)), None);
    }

    #[test]
    fn finer_schemes_fall_into_three() {
        let seven = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        assert_eq!(
            three_zones(&seven, ZoneMapping::Coggan7),
            Some(of(3.0, 7.0, 18.0))
        );
        assert_eq!(
            three_zones(&seven[..5], ZoneMapping::Friel5),
            Some(of(3.0, 7.0, 5.0))
        );
        assert_eq!(
            three_zones(&seven[..5], ZoneMapping::Maximum5),
            Some(of(6.0, 4.0, 5.0))
        );
        assert_eq!(
            three_zones(&seven[..6], ZoneMapping::Pace6),
            Some(of(3.0, 7.0, 11.0))
        );
        assert_eq!(three_zones(&seven, ZoneMapping::Friel5), None);
    }

    #[test]
    fn a_zone_that_a_threshold_cuts_is_shared_out() {
        let zone = |from, to, seconds| ZoneTime {
            name: String::new(),
            from,
            to,
            seconds,
        };
        let zones = [
            zone(0.0, Some(120.0), 100.0),
            zone(120.0, Some(160.0), 80.0),
            zone(160.0, None, 40.0),
        ];
        let found = three_zones_at(&zones, 130.0, 170.0).unwrap();
        assert_eq!(found, of(120.0, 70.0, 30.0));
        assert_eq!(three_zones_at(&zones, 170.0, 130.0), None);
    }

    #[test]
    fn weeks_add_up_what_their_days_hold() {
        let found = weekly_distribution(&[
            (Day(19_723), of(100.0, 0.0, 20.0)),
            (Day(19_729), of(60.0, 10.0, 10.0)),
            (Day(19_730), of(f64::NAN, 50.0, 0.0)),
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].distribution.zones, of(160.0, 10.0, 30.0));
        assert_eq!(found[1].distribution.kind, DistributionKind::Threshold);
    }

    proptest! {
        #[test]
        fn a_label_does_not_depend_on_the_unit(
            a in 0.1..1e4_f64, b in 0.1..1e4_f64, c in 0.1..1e4_f64, k in 0.01..100.0_f64,
        ) {
            let (x, y) = (classify(of(a, b, c)).unwrap(), classify(of(a * k, b * k, c * k)).unwrap());
            prop_assert!((x.polarisation.unwrap_or(0.0) - y.polarisation.unwrap_or(0.0)).abs() < 1e-9);
            prop_assert!((x.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }

        #[test]
        fn nothing_is_ever_not_finite(
            v in proptest::collection::vec(any::<f64>(), 0..9),
            bounds in proptest::collection::vec((any::<f64>(), proptest::option::of(any::<f64>()), any::<f64>()), 0..8),
            first in any::<f64>(), second in any::<f64>(), day in any::<i32>(),
        ) {
            let zones: Vec<ZoneTime> = bounds
                .into_iter()
                .map(|(from, to, seconds)| ZoneTime { name: String::new(), from, to, seconds })
                .collect();
            let mut found: Vec<ThreeZones> = [ZoneMapping::Coggan7, ZoneMapping::Friel5, ZoneMapping::Maximum5,
                ZoneMapping::Pace6, ZoneMapping::Three].iter().filter_map(|m| three_zones(&v, *m)).collect();
            found.extend(three_zones_at(&zones, first.abs(), second.abs()));
            if let [a, b, c, ..] = v[..] {
                found.push(of(a, b, c));
            }
            for z in &found {
                if let Some(d) = classify(*z) {
                    prop_assert!(d.shares.iter().all(|s| (0.0..=1.0).contains(s)));
                    prop_assert!(d.polarisation.is_none_or(f64::is_finite));
                }
            }
            let weeks = weekly_distribution(&found.iter().map(|z| (Day(day), *z)).collect::<Vec<_>>());
            prop_assert!(weeks.iter().all(|w| w.distribution.shares.iter().all(|s| s.is_finite())));
        }
    }
}
