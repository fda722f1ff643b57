use super::constants::PmcModel;
use super::day::{Day, counted};
use super::pmc::{Pmc, Seed, pmc};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Fitness, fatigue and form of the days after `start` from planned loads; `planned[0]` is the
/// load of the day after `start.day`.
///
/// The same recurrence as [`pmc`]: a plan that comes true gives the chart that was forecast.
#[must_use]
pub fn forecast(start: Seed, planned: &[f64], model: &PmcModel) -> Pmc {
    pmc(start.day.plus(1), planned, model, &[start])
}

/// How load falls in the days before a race (Mujika & Padilla 2003, Med Sci Sports Exerc 35:1182).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TaperShape {
    /// At once to the reduced load.
    Step,
    /// By equal amounts a day.
    Linear,
    /// By equal shares a day: steepest at first.
    Exponential,
}

impl TaperShape {
    const ALL: [Self; 3] = [Self::Step, Self::Linear, Self::Exponential];
}

/// A taper: the plan's loads are scaled down over the last days before the race.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Taper {
    /// Its form.
    pub shape: TaperShape,
    /// Number of days, the last of which is the eve of the race.
    pub days: u32,
    /// Share of the load taken away on its last day, 0 to 1; a step takes it away on every day.
    pub reduction: f64,
}

impl Taper {
    /// The share of the planned load that stays on day `k` of the taper, counted from 1.
    ///
    /// Step `1 − r`; linear `1 − r·k/n`; exponential `(1 − r)^(k/n)`. All reach `1 − r` on day n.
    #[must_use]
    pub fn share(&self, k: u32) -> f64 {
        let r = if self.reduction.is_finite() {
            self.reduction.clamp(0.0, 1.0)
        } else {
            0.0
        };
        if k == 0 || self.days == 0 {
            return 1.0;
        }
        let along = (f64::from(k) / f64::from(self.days)).min(1.0);
        match self.shape {
            TaperShape::Step => 1.0 - r,
            TaperShape::Linear => 1.0 - r * along,
            TaperShape::Exponential => (1.0 - r).powf(along),
        }
    }
}

/// What a taper leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaperOutcome {
    /// The taper.
    pub taper: Taper,
    /// Loads from the day after the start to the eve of the race, taper applied.
    pub loads: Vec<f64>,
    /// Share of the load of the taper's days that it takes away, 0 to 1.
    pub total_reduction: f64,
    /// Race day.
    pub race: Day,
    /// Fitness on the morning of the race.
    pub ctl: f64,
    /// Fatigue on the morning of the race.
    pub atl: f64,
    /// Form on the morning of the race: `ctl − atl`, the eve's in every model.
    pub tsb: f64,
}

/// The last days a plan can have: forty years.
const MAX_PLAN_DAYS: usize = 14_610;

/// The consequence of a taper. `planned[0]` is the load of the day after `start.day`, the last one
/// that of the race's eve; the taper covers at most all of them.
///
/// Values are of the race's morning, so that the race's own load plays no part. None where nothing
/// lies between `start` and the race, or more than 40 years.
#[must_use]
pub fn taper(start: Seed, planned: &[f64], taper: Taper, model: &PmcModel) -> Option<TaperOutcome> {
    if planned.is_empty() || planned.len() > MAX_PLAN_DAYS {
        return None;
    }
    let mut loads: Vec<f64> = planned.iter().map(|v| counted(*v)).collect();
    let days = (taper.days as usize).min(loads.len());
    let taper = Taper {
        days: days as u32,
        ..taper
    };
    let from = loads.len() - days;
    let before: f64 = loads[from..].iter().sum();
    for (k, load) in (1..).zip(&mut loads[from..]) {
        *load *= taper.share(k);
    }
    let after: f64 = loads[from..].iter().sum();
    let end = forecast(start, &loads, model).end()?;
    Some(TaperOutcome {
        taper,
        total_reduction: if before > 0.0 {
            1.0 - after / before
        } else {
            0.0
        },
        race: end.day.plus(1),
        ctl: end.ctl,
        atl: end.atl,
        tsb: end.ctl - end.atl,
        loads,
    })
}

/// What a search for a taper found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TaperSearch {
    /// The form asked for.
    pub target_tsb: f64,
    /// Whether `plans` reach it; if not they are as near as each shape comes.
    pub reached: bool,
    /// Lowest and highest form any taper of the search leads to.
    pub within_reach: (f64, f64),
    /// The best taper of each shape, the one that keeps most fitness first.
    pub plans: Vec<TaperOutcome>,
}

/// How near form must come to its target to count as reached.
pub const TSB_TOLERANCE: f64 = 0.05;
/// The longest taper that is searched, in days.
pub const LONGEST_TAPER: u32 = 42;
const STEPS: u32 = 20;

/// The tapers that reach a form on race day: for each shape and every length from 1 day to
/// `longest` (at most [`LONGEST_TAPER`]) the smallest reduction that gives `target_tsb`, and of
/// these, per shape, the one with the highest fitness on the day.
///
/// Form is not monotone in the reduction of a long taper: with 42 and 7 days, load more than about
/// 15 days before the race raises form on the day. Each length is therefore scanned in steps of
/// 5 % and the first crossing refined by bisection. Arguments as for [`taper`]. None where nothing
/// lies between or the target is not a number.
#[must_use]
pub fn search_taper(
    start: Seed,
    planned: &[f64],
    target_tsb: f64,
    longest: u32,
    model: &PmcModel,
) -> Option<TaperSearch> {
    if !target_tsb.is_finite() || planned.is_empty() || planned.len() > MAX_PLAN_DAYS {
        return None;
    }
    let longest = longest.clamp(1, LONGEST_TAPER).min(planned.len() as u32);
    let window = planned.len() - longest as usize;
    // Only the last days differ between candidates: what comes before is computed once.
    let head = forecast(start, &planned[..window], model)
        .end()
        .unwrap_or(start);
    let tail = &planned[window..];
    let (a, b) = model.shares();
    let race = |t: &Taper| {
        let (mut ctl, mut atl) = (counted(head.ctl), counted(head.atl));
        let from = tail.len() as u32 - t.days;
        for (i, load) in (0..).zip(tail) {
            let load = counted(*load) * if i < from { 1.0 } else { t.share(i - from + 1) };
            ctl += a * (load - ctl);
            atl += b * (load - atl);
        }
        (ctl, ctl - atl)
    };
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut best: Vec<(Taper, f64, f64)> = Vec::new();
    for shape in TaperShape::ALL {
        let mut chosen: Option<(Taper, f64, f64)> = None;
        for days in 1..=longest {
            let of = |reduction| Taper {
                shape,
                days,
                reduction,
            };
            let form = |reduction| race(&of(reduction)).1 - target_tsb;
            let scan: Vec<f64> = (0..=STEPS)
                .map(|i| form(f64::from(i) / f64::from(STEPS)))
                .collect();
            for miss in &scan {
                low = low.min(miss + target_tsb);
                high = high.max(miss + target_tsb);
            }
            let found = first_crossing(&scan, form);
            let (ctl, tsb) = race(&of(found));
            let miss = (tsb - target_tsb).abs();
            let better = chosen.is_none_or(|(_, kept, least)| {
                if miss <= TSB_TOLERANCE {
                    least > TSB_TOLERANCE || ctl > kept
                } else {
                    miss < least
                }
            });
            if better {
                chosen = Some((of(found), ctl, miss));
            }
        }
        best.extend(chosen);
    }
    best.sort_by(|x, y| y.1.total_cmp(&x.1));
    let reached = best.iter().any(|b| b.2 <= TSB_TOLERANCE);
    if reached {
        best.retain(|b| b.2 <= TSB_TOLERANCE);
    }
    let plans = best
        .iter()
        .filter_map(|b| taper(start, planned, b.0, model));
    Some(TaperSearch {
        target_tsb,
        reached,
        within_reach: (low, high),
        plans: plans.collect(),
    })
}

/// The smallest reduction at which `form` is 0, or the scanned one nearest to it.
fn first_crossing(scan: &[f64], form: impl Fn(f64) -> f64) -> f64 {
    let at = |i: usize| i as f64 / f64::from(STEPS);
    let nearest = (0..scan.len()).min_by(|i, j| scan[*i].abs().total_cmp(&scan[*j].abs()));
    let Some(i) = (1..scan.len()).find(|i| (scan[i - 1] < 0.0) != (scan[*i] < 0.0)) else {
        return nearest.map_or(0.0, at);
    };
    let (mut from, mut to) = (at(i - 1), at(i));
    let rising = scan[i] > scan[i - 1];
    for _ in 0..40 {
        let mid = 0.5 * (from + to);
        if (form(mid) < 0.0) == rising {
            from = mid;
        } else {
            to = mid;
        }
    }
    0.5 * (from + to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIT: Seed = Seed {
        day: Day(100),
        ctl: 80.0,
        atl: 80.0,
    };

    fn model() -> PmcModel {
        PmcModel::default()
    }

    #[test]
    fn a_plan_at_the_level_of_fitness_keeps_it() {
        let ahead = forecast(FIT, &[80.0; 30], &model());
        assert_eq!(ahead.first, Day(101));
        assert!(
            ahead
                .ctl
                .iter()
                .chain(&ahead.atl)
                .all(|v| (v - 80.0).abs() < 1e-9)
        );
        assert!(ahead.tsb.iter().all(|v| v.abs() < 1e-9));
    }

    #[test]
    fn every_shape_ends_at_the_same_reduction() {
        for shape in TaperShape::ALL {
            let t = Taper {
                shape,
                days: 10,
                reduction: 0.6,
            };
            assert!((t.share(10) - 0.4).abs() < 1e-12);
        }
        let share = |shape, k| {
            Taper {
                shape,
                days: 10,
                reduction: 0.6,
            }
            .share(k)
        };
        assert!((share(TaperShape::Linear, 5) - 0.7).abs() < 1e-12);
        assert!((share(TaperShape::Exponential, 5) - 0.4_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_fortnights_step_taper_gives_the_closed_form() {
        let t = Taper {
            shape: TaperShape::Step,
            days: 14,
            reduction: 0.5,
        };
        let found = taper(FIT, &[80.0; 20], t, &model()).unwrap();
        // Both averages move from 80 towards 40 for 14 days.
        let (ctl, atl) = (
            40.0 + 40.0 * (-14.0_f64 / 42.0).exp(),
            40.0 + 40.0 * (-14.0_f64 / 7.0).exp(),
        );
        assert!((found.ctl - ctl).abs() < 1e-9 && (found.atl - atl).abs() < 1e-9);
        assert!((found.tsb - (ctl - atl)).abs() < 1e-9);
        assert_eq!(found.race, Day(121));
        assert!((found.total_reduction - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_search_reaches_its_form_with_the_most_fitness() {
        let found = search_taper(FIT, &[80.0; 28], 15.0, 28, &model()).unwrap();
        assert!(found.reached && found.plans.len() == 3);
        for plan in &found.plans {
            assert!((plan.tsb - 15.0).abs() <= TSB_TOLERANCE, "{plan:?}");
            assert!(plan.ctl <= found.plans[0].ctl);
        }
        // Every taper of a week reaches less, every longer one costs more fitness.
        let fortnight = Taper {
            shape: TaperShape::Step,
            days: 14,
            reduction: 0.45,
        };
        let peer = taper(FIT, &[80.0; 28], fortnight, &model()).unwrap();
        assert!(found.plans[0].ctl > peer.ctl);
    }

    #[test]
    fn a_form_out_of_reach_is_said_with_the_nearest_plans() {
        let found = search_taper(FIT, &[80.0; 10], 70.0, 10, &model()).unwrap();
        assert!(!found.reached && found.plans.len() == 3);
        assert!(found.within_reach.1 < 70.0);
        let nearest = found.plans.iter().map(|p| p.tsb).fold(f64::MIN, f64::max);
        assert!((nearest - found.within_reach.1).abs() < 1e-6);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_found_plan_has_the_form_its_search_promises(
            loads in proptest::collection::vec(20.0..150.0_f64, 7..60), target in -10.0..30.0_f64,
        ) {
            let found = search_taper(FIT, &loads, target, 21, &model()).unwrap();
            for plan in &found.plans {
                prop_assert!(!found.reached || (plan.tsb - target).abs() <= TSB_TOLERANCE);
                prop_assert!(plan.tsb >= found.within_reach.0 - 0.5);
                prop_assert!(plan.tsb <= found.within_reach.1 + 0.5);
                prop_assert!(plan.loads.iter().zip(&loads).all(|(a, b)| a <= b));
            }
        }

        #[test]
        fn no_plan_or_start_makes_a_value_that_is_not_finite(
            day in any::<i32>(), ctl in any::<f64>(), atl in any::<f64>(),
            loads in proptest::collection::vec(any::<f64>(), 0..50),
            days in any::<u32>(), reduction in any::<f64>(), target in any::<f64>(),
            constant in any::<f64>(),
        ) {
            let start = Seed { day: Day(day), ctl, atl };
            let model = PmcModel { ctl_days: constant, ..model() };
            prop_assert!(forecast(start, &loads, &model).tsb.iter().all(|v| v.is_finite()));
            for shape in TaperShape::ALL {
                let t = taper(start, &loads, Taper { shape, days, reduction }, &model);
                prop_assert_eq!(t.is_some(), !loads.is_empty());
                if let Some(t) = t {
                    prop_assert!([t.ctl, t.atl, t.tsb, t.total_reduction].iter().all(|v| v.is_finite()));
                    prop_assert!(t.loads.iter().all(|v| v.is_finite()));
                }
            }
            if let Some(found) = search_taper(start, &loads, target, days, &model) {
                prop_assert!(found.within_reach.0.is_finite() && found.within_reach.1.is_finite());
                prop_assert!(found.plans.iter().all(|p| p.tsb.is_finite()));
            }
        }
    }
}
