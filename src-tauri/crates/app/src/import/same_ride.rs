//! Whether two recordings are of one ride: the watch and the head unit, or
//! the file and what a service made of it.
//!
//! The rule, each part of it needed:
//! - sports agree, or one of them is not known;
//! - the two spans of time overlap by 85 % of the longer one (so a warm-up
//!   recorded alone stays apart from the race), or start within 5 s of each
//!   other and the shorter covers half of the longer (a file cut short, and
//!   the whole one);
//! - distances, where both are known and not nearly nothing, differ by no more
//!   than 12 % (a footpod against GPS) or 200 m.
//!
//! One device cannot record two rides at once, so the same serial number with
//! an overlap of 85 % of the shorter span settles it without distances.
//! Recordings without real times are never matched: only equal bytes are.

use paceline_model::{Device, Sport};

/// What is compared.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    /// Milliseconds since the Unix epoch.
    pub start_ms: i64,
    /// Seconds, pauses included.
    pub elapsed_s: f64,
    /// Metres.
    pub distance_m: Option<f64>,
    /// Sport.
    pub sport: Sport,
    /// What recorded it.
    pub device: Option<Device>,
}

/// Rides that start further apart than this are never the same; bounds the search.
pub(crate) const MAX_START_GAP_MS: i64 = 3 * 3_600_000;

/// Whether `a` and `b` are of one ride; see the module's rule.
pub(crate) fn same_ride(a: &Span, b: &Span) -> bool {
    let known = |s: Sport| !matches!(s, Sport::Other | Sport::Multisport);
    if known(a.sport) && known(b.sport) && a.sport != b.sport {
        return false;
    }
    #[allow(clippy::cast_precision_loss)]
    let lag = (b.start_ms - a.start_ms) as f64 / 1000.0;
    let overlap = (a.elapsed_s.min(lag + b.elapsed_s) - lag.max(0.0)).max(0.0);
    let (short, long) = (
        a.elapsed_s.min(b.elapsed_s).max(1.0),
        a.elapsed_s.max(b.elapsed_s).max(1.0),
    );
    if same_serial(a.device.as_ref(), b.device.as_ref()) && overlap >= 0.85 * short {
        return true;
    }
    let together = lag.abs() <= 5.0;
    // Recordings of a moment have no overlap to speak of: the start decides.
    let in_time =
        overlap >= 0.85 * long || (together && overlap >= 0.5 * long) || (together && long <= 10.0);
    in_time && distances_agree(a.distance_m, b.distance_m)
}

/// Whether `entry`, from an account's list, is of the very recording `file` in the same account: they
/// start together and last as long. The sport does not matter, since accounts let it be changed.
pub(crate) fn same_recording(file: &Span, entry: &Span) -> bool {
    const SAME_START_MS: u64 = 5_000;
    let serial = |s: &Span| s.device.as_ref().and_then(|d| d.serial.clone());
    let other_device = match (serial(file), serial(entry)) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    };
    let longer = file.elapsed_s.max(entry.elapsed_s);
    !other_device
        && file.start_ms.abs_diff(entry.start_ms) <= SAME_START_MS
        && (file.elapsed_s - entry.elapsed_s).abs() <= (0.1 * longer).max(60.0)
}

fn same_serial(a: Option<&Device>, b: Option<&Device>) -> bool {
    match (
        a.and_then(|d| d.serial.as_ref()),
        b.and_then(|d| d.serial.as_ref()),
    ) {
        (Some(x), Some(y)) => x == y && !x.trim_matches('0').is_empty(),
        _ => false,
    }
}

fn distances_agree(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) if a > 50.0 && b > 50.0 => (a - b).abs() <= (0.12 * a.max(b)).max(200.0),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start_s: i64, elapsed_s: f64, distance_m: f64) -> Span {
        Span {
            start_ms: (1_700_000_000 + start_s) * 1000,
            elapsed_s,
            distance_m: Some(distance_m),
            sport: Sport::Cycling,
            device: None,
        }
    }

    fn both(a: &Span, b: &Span) -> bool {
        assert_eq!(
            same_ride(a, b),
            same_ride(b, a),
            "the rule must not depend on order"
        );
        same_ride(a, b)
    }

    #[test]
    fn watch_and_head_unit_started_a_minute_apart_are_one_ride() {
        assert!(both(
            &span(0, 5400.0, 45_000.0),
            &span(70, 5380.0, 45_600.0)
        ));
    }

    #[test]
    fn a_warm_up_before_the_race_is_another_ride() {
        assert!(!both(
            &span(0, 1200.0, 9_000.0),
            &span(1300, 3600.0, 40_000.0)
        ));
    }

    #[test]
    fn a_file_cut_short_is_the_whole_ones_ride() {
        let mut cut = span(0, 2900.0, 24_000.0);
        cut.distance_m = None;
        assert!(both(&cut, &span(0, 5400.0, 45_000.0)));
    }

    #[test]
    fn other_sports_at_the_same_time_stay_apart() {
        let run = Span {
            sport: Sport::Running,
            ..span(0, 3600.0, 10_000.0)
        };
        assert!(!both(&run, &span(0, 3600.0, 10_000.0)));
        let unknown = Span {
            sport: Sport::Other,
            ..run
        };
        assert!(both(&unknown, &span(0, 3600.0, 10_000.0)));
    }

    #[test]
    fn far_apart_distances_are_two_rides() {
        assert!(!both(
            &span(0, 3600.0, 10_000.0),
            &span(10, 3600.0, 30_000.0)
        ));
    }

    #[test]
    fn an_account_s_entry_is_of_the_file_that_starts_and_lasts_with_it_whatever_the_sport() {
        let file = span(0, 3600.0, 10_000.0);
        let of = |start, elapsed| Span {
            sport: Sport::Hiking,
            ..span(start, elapsed, 9_000.0)
        };
        assert!(same_recording(&file, &of(2, 3590.0)));
        assert!(!same_recording(&file, &of(60, 3600.0)));
        assert!(!same_recording(&file, &of(0, 1800.0)));
        let device = |serial: &str, ride: Span| Span {
            device: Some(Device {
                serial: Some(serial.into()),
                ..Device::default()
            }),
            ..ride
        };
        let by = |a, b| same_recording(&device(a, file.clone()), &device(b, of(0, 3600.0)));
        assert!(by("1", "1") && !by("1", "2"));
    }

    #[test]
    fn one_device_cannot_record_two_rides_at_once() {
        let device = |s: &str| {
            Some(Device {
                serial: Some(s.into()),
                ..Device::default()
            })
        };
        let a = Span {
            device: device("391"),
            ..span(0, 3600.0, 10_000.0)
        };
        let b = Span {
            device: device("391"),
            ..span(60, 1800.0, 3_000.0)
        };
        assert!(both(&a, &b));
        assert!(!both(
            &a,
            &Span {
                device: device("392"),
                ..b
            }
        ));
    }
}
