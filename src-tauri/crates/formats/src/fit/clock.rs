//! Makes one never-decreasing time axis of what the records say: clocks that
//! jump, step back or were never set, and records without a time.

use super::wire::{NO_TIME, SYSTEM_TIME_BELOW};
use paceline_model::{Warning, WarningCode};

/// No activity lies further than this from its own middle; what does is a wrong clock.
const WEEK_S: i64 = 7 * 86_400;
/// Steps back up to this are records written out of order, longer ones a clock set back.
const OUT_OF_ORDER_S: i64 = 60;

/// Turns raw FIT seconds into absolute ones, given what system time lacks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shift(pub i64);

impl Shift {
    /// FIT seconds.
    pub fn apply(self, raw: u32) -> i64 {
        if raw < SYSTEM_TIME_BELOW {
            i64::from(raw) + self.0
        } else {
            i64::from(raw)
        }
    }
}

/// FIT seconds of each row, never decreasing; `None` if no row has a time.
pub(super) fn axis(raw: &[u32], shift: Shift, warnings: &mut Vec<Warning>) -> Option<Vec<i64>> {
    let mut sorted: Vec<u32> = raw.iter().copied().filter(|&t| t != NO_TIME).collect();
    if sorted.is_empty() {
        return None;
    }
    let missing = raw.len() - sorted.len();
    let half = sorted.len() / 2;
    let middle = shift.apply(*sorted.select_nth_unstable(half).1);
    let near = |t: i64| (t - middle).abs() <= WEEK_S;

    let mut out = Vec::with_capacity(raw.len());
    let mut strayed = 0usize;
    let mut swapped = 0usize;
    let mut set_back = 0usize;
    // Added to all later times once the clock was set back.
    let mut added = 0i64;
    let mut last: Option<i64> = None;
    // Rows before the first believable time, to be filled backwards.
    let mut leading = 0usize;
    for &t in raw {
        let time = (t != NO_TIME).then(|| shift.apply(t));
        let good = time.filter(|&t| near(t));
        if time.is_some() && good.is_none() {
            strayed += 1;
        }
        let next = match (good, last) {
            (Some(t), None) => t,
            (Some(t), Some(l)) => {
                let mut t = t + added;
                if t < l - OUT_OF_ORDER_S {
                    added += l + 1 - t;
                    t = l + 1;
                    set_back += 1;
                } else if t < l {
                    swapped += 1;
                    t = l;
                }
                t
            }
            (None, Some(l)) => l,
            (None, None) => {
                leading += 1;
                out.push(0);
                continue;
            }
        };
        last = Some(next);
        out.push(next);
    }
    if let Some(&first) = out.get(leading) {
        for (i, t) in out[..leading].iter_mut().enumerate() {
            *t = first - (leading - i) as i64;
        }
    }
    let mut warn = |code, count: usize, what: &str| {
        if count > 0 {
            warnings.push(Warning {
                code,
                message: format!("{count} of {} samples {what}", raw.len()),
            });
        }
    };
    warn(
        WarningCode::TimeJump,
        strayed,
        "have a time days away from all others; they were set beside their neighbours.",
    );
    warn(
        WarningCode::TimeJump,
        swapped,
        "are earlier than the one before; they were set to its time.",
    );
    warn(
        WarningCode::TimeMissing,
        missing,
        "have no time; they were set beside their neighbours.",
    );
    if set_back > 0 {
        warnings.push(Warning {
            code: WarningCode::TimeJump,
            message: format!(
                "The clock was set back during the recording ({set_back}×); what follows was moved to run on."
            ),
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: u32 = 1_000_000_000;

    fn axis_of(raw: &[u32]) -> (Vec<i64>, Vec<Warning>) {
        let mut warnings = Vec::new();
        let axis = axis(raw, Shift(0), &mut warnings).expect("a time");
        let base = i64::from(T);
        (axis.into_iter().map(|t| t - base).collect(), warnings)
    }

    #[test]
    fn one_record_years_away_is_set_beside_its_neighbours() {
        let (axis, warnings) = axis_of(&[T, T + 1, T + 68_342_641, T + 3, T + 4]);
        assert_eq!(axis, [0, 1, 1, 3, 4]);
        assert_eq!(warnings[0].code, WarningCode::TimeJump);
    }

    #[test]
    fn records_before_the_clock_was_set_count_back_from_the_first_true_time() {
        let (axis, _) = axis_of(&[T - 90_000_000, T - 89_999_999, T, T + 1, T + 2]);
        assert_eq!(axis, [-2, -1, 0, 1, 2]);
    }

    #[test]
    fn a_clock_set_back_an_hour_runs_on() {
        let (axis, warnings) = axis_of(&[T, T + 1, T - 3600, T - 3599]);
        assert_eq!(axis, [0, 1, 2, 3]);
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn swapped_records_and_missing_times_keep_the_axis_from_falling() {
        let (axis, warnings) = axis_of(&[T, T + 2, T + 1, NO_TIME, T + 3]);
        assert_eq!(axis, [0, 2, 2, 2, 3]);
        assert_eq!(warnings.len(), 2);
    }
}
