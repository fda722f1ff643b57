//! Makes one never-decreasing time axis of what samples say: clocks that jump,
//! step back or were never set, and samples without a time. One set of rules
//! for every format, whatever its clock counts in.

use paceline_model::{Warning, WarningCode};

/// No activity lies further than this from its own middle; what does is a wrong clock.
pub(crate) const WEEK_S: i64 = 7 * 86_400;
/// Steps back up to this are samples written out of order, longer ones a clock set back.
const OUT_OF_ORDER_S: i64 = 60;

/// The time of each sample, never decreasing, in ticks of which `per_second`
/// make a second; `None` if no sample has a time.
pub(crate) fn axis<I>(times: I, per_second: i64, warnings: &mut Vec<Warning>) -> Option<Vec<i64>>
where
    I: ExactSizeIterator<Item = Option<i64>> + Clone,
{
    let rows = times.len();
    let mut sorted: Vec<i64> = times.clone().flatten().collect();
    if sorted.is_empty() {
        return None;
    }
    let missing = rows - sorted.len();
    let half = sorted.len() / 2;
    let middle = *sorted.select_nth_unstable(half).1;
    let near = |t: i64| (t - middle).abs() <= WEEK_S * per_second;

    let mut out = Vec::with_capacity(rows);
    let mut strayed = 0usize;
    let mut swapped = 0usize;
    let mut set_back = 0usize;
    // Added to all later times once the clock was set back.
    let mut added = 0i64;
    let mut last: Option<i64> = None;
    // Samples before the first believable time, to be filled backwards.
    let mut leading = 0usize;
    for time in times {
        let good = time.filter(|&t| near(t));
        if time.is_some() && good.is_none() {
            strayed += 1;
        }
        let next = match (good, last) {
            (Some(t), None) => t,
            (Some(t), Some(l)) => {
                let mut t = t + added;
                if t < l - OUT_OF_ORDER_S * per_second {
                    added += l + per_second - t;
                    t = l + per_second;
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
            *t = first - (leading - i) as i64 * per_second;
        }
    }
    let mut warn = |code, count: usize, what: &str| {
        if count > 0 {
            warnings.push(Warning {
                code,
                message: format!("{count} of {rows} samples {what}"),
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

    const T: i64 = 1_000_000_000;

    fn axis_of(times: &[Option<i64>]) -> (Vec<i64>, Vec<Warning>) {
        let mut warnings = Vec::new();
        let axis = axis(times.iter().copied(), 1, &mut warnings).expect("a time");
        (axis.into_iter().map(|t| t - T).collect(), warnings)
    }

    fn all(times: &[i64]) -> Vec<Option<i64>> {
        times.iter().map(|&t| Some(t)).collect()
    }

    #[test]
    fn one_record_years_away_is_set_beside_its_neighbours() {
        let (axis, warnings) = axis_of(&all(&[T, T + 1, T + 68_342_641, T + 3, T + 4]));
        assert_eq!(axis, [0, 1, 1, 3, 4]);
        assert_eq!(warnings[0].code, WarningCode::TimeJump);
    }

    #[test]
    fn records_before_the_clock_was_set_count_back_from_the_first_true_time() {
        let (axis, _) = axis_of(&all(&[T - 90_000_000, T - 89_999_999, T, T + 1, T + 2]));
        assert_eq!(axis, [-2, -1, 0, 1, 2]);
    }

    #[test]
    fn a_clock_set_back_an_hour_runs_on() {
        let (axis, warnings) = axis_of(&all(&[T, T + 1, T - 3600, T - 3599]));
        assert_eq!(axis, [0, 1, 2, 3]);
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn swapped_records_and_missing_times_keep_the_axis_from_falling() {
        let (axis, warnings) = axis_of(&[Some(T), Some(T + 2), Some(T + 1), None, Some(T + 3)]);
        assert_eq!(axis, [0, 2, 2, 2, 3]);
        assert_eq!(warnings.len(), 2);
    }

    #[test]
    fn the_rules_hold_whatever_the_clock_counts_in() {
        let mut warnings = Vec::new();
        let ms = [T * 1000, T * 1000 + 500, (T - 3600) * 1000];
        let axis = axis(ms.iter().map(|&t| Some(t)), 1000, &mut warnings).expect("a time");
        assert_eq!(axis[2] - axis[1], 1000);
    }
}
