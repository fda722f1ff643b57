use super::constants::{Balance, PmcModel, Start};
use super::day::{Day, believed, counted};
use paceline_model::Sport;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fitness and fatigue given by the athlete or carried over from before the data begin.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Seed {
    /// The values hold at the end of this day and replace what its load would have given.
    pub day: Day,
    /// Load a day.
    pub ctl: f64,
    /// Load a day.
    pub atl: f64,
}

/// Fitness, fatigue and form of consecutive days; every column has one value a day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Pmc {
    /// The day of the first value.
    pub first: Day,
    /// Load as it counted.
    pub load: Vec<f64>,
    /// Chronic training load, "fitness", load a day at the end of the day.
    pub ctl: Vec<f64>,
    /// Acute training load, "fatigue", load a day at the end of the day.
    pub atl: Vec<f64>,
    /// Training stress balance, "form", of the day [`Balance`] names.
    pub tsb: Vec<f64>,
    /// Change of `ctl` over seven days; absent for the first seven.
    pub ramp: Vec<Option<f64>>,
    /// Days whose load was not a number, negative or absurd and counted as 0.
    pub ignored_days: usize,
}

/// One day of a [`Pmc`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PmcDay {
    /// Which day.
    pub day: Day,
    /// Load as it counted.
    pub load: f64,
    /// Load a day at the end of the day.
    pub ctl: f64,
    /// Load a day at the end of the day.
    pub atl: f64,
    /// Form, by [`Balance`].
    pub tsb: f64,
    /// Change of `ctl` over seven days.
    pub ramp: Option<f64>,
}

impl Pmc {
    /// Number of days.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ctl.len()
    }

    /// Whether it has no day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ctl.is_empty()
    }

    /// One day's values; none outside the span.
    #[must_use]
    pub fn at(&self, day: Day) -> Option<PmcDay> {
        let i = usize::try_from(day.since(self.first)).ok()?;
        Some(PmcDay {
            day,
            load: *self.load.get(i)?,
            ctl: *self.ctl.get(i)?,
            atl: *self.atl.get(i)?,
            tsb: *self.tsb.get(i)?,
            ramp: *self.ramp.get(i)?,
        })
    }

    /// What the last day leaves: the seed of a forecast.
    #[must_use]
    pub fn end(&self) -> Option<Seed> {
        Some(Seed {
            day: self
                .first
                .plus(i32::try_from(self.len()).ok()?.checked_sub(1)?),
            ctl: *self.ctl.last()?,
            atl: *self.atl.last()?,
        })
    }
}

/// Days over which the ramp rate is taken.
pub const RAMP_DAYS: usize = 7;

/// Fitness, fatigue and form (performance management chart, Coggan 2003 after Banister 1975).
///
/// `ctl(d) = ctl(d−1) + a·(load(d) − ctl(d−1))`, `atl` likewise with the shorter constant, `a` by
/// [`super::Decay`]; `tsb(d) = ctl(d−1) − atl(d−1)`, or of the same day by [`Balance`].
/// `loads[0]` is the load of `first` in any load unit (TSS, TRIMP, kJ); a day without training is
/// 0. Ramp is the change of `ctl` over [`RAMP_DAYS`] (GoldenCheetah sums over its short constant,
/// which is the same at 7).
///
/// Of seeds before `first` the latest decays without load up to it; a later one replaces the
/// values of its day. Without a seed the first day's form is 0, as in GoldenCheetah. Loads not
/// believed (see [`Pmc::ignored_days`]) count as 0.
#[must_use]
pub fn pmc(first: Day, loads: &[f64], model: &PmcModel, seeds: &[Seed]) -> Pmc {
    let (a, b) = model.shares();
    let mut seeds: Vec<Seed> = seeds
        .iter()
        .copied()
        .filter(|s| believed(s.ctl) && believed(s.atl))
        .collect();
    seeds.sort_by_key(|s| s.day);
    let earlier = seeds.partition_point(|s| s.day < first);
    let (mut ctl, mut atl) = match seeds[..earlier].last() {
        Some(seed) => {
            let idle = first.since(seed.day).saturating_sub(1) as f64;
            (
                seed.ctl * (1.0 - a).powf(idle),
                seed.atl * (1.0 - b).powf(idle),
            )
        }
        None if model.start == Start::FirstLoad => {
            let load = loads.first().map_or(0.0, |v| counted(*v));
            (load, load)
        }
        None => (0.0, 0.0),
    };
    let mut later = seeds[earlier..].iter().peekable();
    let n = loads.len();
    let mut out = Pmc {
        first,
        load: Vec::with_capacity(n),
        ctl: Vec::with_capacity(n),
        atl: Vec::with_capacity(n),
        tsb: Vec::with_capacity(n),
        ramp: Vec::with_capacity(n),
        ignored_days: loads.iter().filter(|v| !believed(**v)).count(),
    };
    let unstarted = earlier == 0 && model.start == Start::FirstLoad;
    for (i, value) in loads.iter().enumerate() {
        let load = counted(*value);
        let morning = if i == 0 && unstarted { 0.0 } else { ctl - atl };
        ctl += a * (load - ctl);
        atl += b * (load - atl);
        // A year of rest must not end in denormal numbers, which are slow and mean nothing.
        if ctl < 1e-12 {
            ctl = 0.0;
        }
        if atl < 1e-12 {
            atl = 0.0;
        }
        while let Some(seed) = later.next_if(|s| s.day.since(first) == i as i64) {
            (ctl, atl) = (seed.ctl, seed.atl);
        }
        out.load.push(load);
        out.ctl.push(ctl);
        out.atl.push(atl);
        out.tsb.push(match model.balance {
            Balance::Yesterday => morning,
            Balance::SameDay => ctl - atl,
        });
        let week_ago = i.checked_sub(RAMP_DAYS).map(|j| out.ctl[j]);
        out.ramp.push(week_ago.map(|then| ctl - then));
    }
    out
}

/// Charts of every sport and of all together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SportPmc {
    /// Of the sum of all sports.
    pub total: Pmc,
    /// Of each sport alone, over the same days.
    pub sports: BTreeMap<Sport, Pmc>,
}

/// [`pmc`] per sport and in total, all from `first`; shorter columns are filled with 0.
///
/// Seeds belong to the total: sports begin at 0, so that the sports add up to the total only where
/// nothing is seeded.
#[must_use]
pub fn pmc_by_sport(
    first: Day,
    loads: &BTreeMap<Sport, Vec<f64>>,
    model: &PmcModel,
    seeds: &[Seed],
) -> SportPmc {
    let days = loads.values().map(Vec::len).max().unwrap_or(0);
    let mut total = vec![0.0; days];
    let mut sports = BTreeMap::new();
    let mut ignored = 0;
    for (sport, column) in loads {
        let mut full = column.clone();
        full.resize(days, 0.0);
        for (sum, load) in total.iter_mut().zip(&full) {
            *sum += counted(*load);
        }
        let chart = pmc(first, &full, model, &[]);
        ignored += chart.ignored_days;
        sports.insert(*sport, chart);
    }
    let mut total = pmc(first, &total, model, seeds);
    total.ignored_days += ignored;
    SportPmc { total, sports }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::season::PmcPreset;
    use proptest::prelude::*;
    use std::path::Path;

    fn chart(loads: &[f64], preset: PmcPreset) -> Pmc {
        pmc(Day(0), loads, &preset.model(), &[])
    }

    #[test]
    fn forty_two_days_of_100_give_the_figure_each_program_gives() {
        // The answer to a step after one time constant: 100·(1 − 1/e) = 63.2; with 1/42 it is 63.65,
        // with 2/43 it is 86.5.
        let ctl = |preset| chart(&[100.0; 42], preset).ctl[41];
        assert!((ctl(PmcPreset::Paceline) - 63.212).abs() < 0.001);
        assert!((ctl(PmcPreset::GoldenCheetah) - 63.212).abs() < 0.001);
        assert!((ctl(PmcPreset::TrainingPeaks) - 63.654).abs() < 0.001);
        assert!((ctl(PmcPreset::Runalyze) - 86.47).abs() < 0.02);
        assert!((ctl(PmcPreset::StatisticsForStrava) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn form_is_of_the_morning_or_of_the_evening() {
        let morning = chart(&[100.0, 0.0], PmcPreset::Paceline);
        let evening = chart(&[100.0, 0.0], PmcPreset::GoldenCheetahSameDay);
        assert_eq!(morning.tsb[0], 0.0);
        assert_eq!(morning.tsb[1], evening.tsb[0]);
        assert!(morning.tsb[1] < -10.0);
    }

    #[test]
    fn a_seed_before_the_first_day_decays_and_one_within_replaces() {
        let model = PmcModel::default();
        let carried = Seed {
            day: Day(-43),
            ctl: 80.0,
            atl: 70.0,
        };
        let given = Seed {
            day: Day(2),
            ctl: 60.0,
            atl: 50.0,
        };
        let chart = pmc(Day(0), &[0.0; 4], &model, &[given, carried]);
        // 42 idle days lie between, then day 0 itself.
        assert!((chart.ctl[0] - 80.0 * (-43.0_f64 / 42.0).exp()).abs() < 1e-9);
        assert_eq!((chart.ctl[2], chart.atl[2]), (60.0, 50.0));
        assert_eq!(chart.tsb[3], 10.0);
    }

    #[test]
    fn a_sport_alone_and_all_together_add_up() {
        let loads = BTreeMap::from([
            (Sport::Cycling, vec![80.0, 0.0, 120.0]),
            (Sport::Running, vec![0.0, 50.0]),
        ]);
        let charts = pmc_by_sport(Day(0), &loads, &PmcModel::default(), &[]);
        assert_eq!(charts.total.load, [80.0, 50.0, 120.0]);
        for day in 0..3 {
            let sum: f64 = charts.sports.values().map(|c| c.ctl[day]).sum();
            assert!((charts.total.ctl[day] - sum).abs() < 1e-12);
        }
    }

    #[test]
    fn every_day_agrees_with_goldencheetah_within_a_tenth() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../../shared/corpus/reference/goldencheetah_pmc.csv");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            return;
        };
        let rows: Vec<Vec<f64>> = text
            .lines()
            .skip(1)
            .map(|line| {
                line.split(',')
                    .skip(3)
                    .take(4)
                    .map(|v| v.parse().unwrap())
                    .collect()
            })
            .collect();
        assert!(rows.len() > 50);
        let loads: Vec<f64> = rows.iter().map(|r| r[0]).collect();
        let ours = chart(&loads, PmcPreset::GoldenCheetah);
        let mut worst = 0.0_f64;
        for (i, row) in rows.iter().enumerate() {
            for (got, want) in [ours.ctl[i], ours.atl[i], ours.tsb[i]]
                .iter()
                .zip(&row[1..])
            {
                worst = worst.max((got - want).abs());
            }
        }
        println!("largest difference {worst:.6} over {} days", rows.len());
        assert!(worst < 0.1, "{worst}");
    }

    fn loads() -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec(0.0..400.0_f64, 0..200)
    }

    fn presets() -> impl Strategy<Value = PmcPreset> {
        proptest::sample::select(vec![
            PmcPreset::Paceline,
            PmcPreset::GoldenCheetahSameDay,
            PmcPreset::TrainingPeaks,
            PmcPreset::Runalyze,
            PmcPreset::StatisticsForStrava,
        ])
    }

    proptest! {
        #[test]
        fn charts_are_linear_in_the_load(a in loads(), b in loads(), k in 0.0..5.0_f64, p in presets()) {
            let n = a.len().min(b.len());
            let mixed: Vec<f64> = (0..n).map(|i| a[i] + k * b[i]).collect();
            let (x, y, z) = (chart(&a[..n], p), chart(&b[..n], p), chart(&mixed, p));
            for i in 0..n {
                prop_assert!((x.ctl[i] + k * y.ctl[i] - z.ctl[i]).abs() < 1e-8);
                prop_assert!((x.atl[i] + k * y.atl[i] - z.atl[i]).abs() < 1e-8);
                prop_assert!((x.tsb[i] + k * y.tsb[i] - z.tsb[i]).abs() < 1e-8);
            }
        }

        #[test]
        fn fitness_stays_between_nothing_and_the_hardest_day(l in loads(), p in presets()) {
            let hardest = l.iter().copied().fold(0.0, f64::max);
            let c = chart(&l, p);
            prop_assert!(c.ctl.iter().chain(&c.atl).all(|v| (0.0..=hardest + 1e-9).contains(v)));
        }

        #[test]
        fn a_chart_continued_from_its_end_is_the_chart(l in loads(), cut in 1usize..200) {
            let cut = cut.min(l.len().max(1));
            let whole = chart(&l, PmcPreset::Paceline);
            let head = chart(&l[..cut.min(l.len())], PmcPreset::Paceline);
            if let Some(end) = head.end() {
                let tail = pmc(end.day.plus(1), &l[cut..], &PmcModel::default(), &[end]);
                for (i, v) in tail.ctl.iter().enumerate() {
                    prop_assert!((v - whole.ctl[cut + i]).abs() < 1e-9);
                    prop_assert!((tail.tsb[i] - whole.tsb[cut + i]).abs() < 1e-9);
                }
            }
        }

        #[test]
        fn no_load_constant_or_seed_makes_a_value_that_is_not_finite(
            first in any::<i32>(),
            l in proptest::collection::vec(any::<f64>(), 0..40),
            ctl_days in any::<f64>(), atl_days in any::<f64>(),
            seed in (any::<i32>(), any::<f64>(), any::<f64>()),
            near in -3i32..20,
            p in presets(),
        ) {
            let model = PmcModel { ctl_days, atl_days, ..p.model() };
            let seeds = [
                Seed { day: Day(seed.0), ctl: seed.1, atl: seed.2 },
                Seed { day: Day(first).plus(near), ctl: seed.1.abs(), atl: 1e9 },
            ];
            let c = pmc(Day(first), &l, &model, &seeds);
            prop_assert_eq!(c.len(), l.len());
            let ramps: Vec<f64> = c.ramp.iter().flatten().copied().collect();
            for column in [&c.load, &c.ctl, &c.atl, &c.tsb, &ramps] {
                prop_assert!(column.iter().all(|v| v.is_finite()));
            }
            prop_assert_eq!(c.at(Day(first)).is_none(), c.is_empty());
            let by_sport = pmc_by_sport(Day(first), &BTreeMap::from([(Sport::Other, l)]), &model, &seeds);
            prop_assert!(by_sport.total.ctl.iter().all(|v| v.is_finite()));
        }
    }
}
