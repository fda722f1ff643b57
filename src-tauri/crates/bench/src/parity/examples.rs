//! Published worked examples, computed again.

use paceline_analysis::models::{RIEGEL, RaceEffort, race_time, riegel, training_speeds, vdot};
use paceline_analysis::season::{Day, PmcPreset, pmc};
use paceline_analysis::{
    GapModel, NpRule, normalized_power_by, running_power, trimp_of_mean, x_power,
};
use paceline_model::Sex;

/// One published figure.
pub struct Example {
    pub what: &'static str,
    pub ours: Option<f64>,
    pub published: f64,
    /// Half of the last digit published; 0.1 % of Daniels' printed table, which was not made by his
    /// formulas alone; 0.015 of Strava's factors, which were read off a curve.
    pub within: f64,
    pub source: &'static str,
}

impl Example {
    pub fn holds(&self) -> bool {
        let apart = |ours: f64| (ours - self.published).abs();
        self.ours.is_some_and(|ours| apart(ours) <= self.within)
    }
}

const STUDY: &str = "study of peers' sources (features.md 2)";
const DANIELS: &str = "Daniels & Gilbert 1979 (features.md 2.21)";
const TABLE: &str = "Daniels' Running Formula, table 3.1";
const MINETTI: &str = "Minetti 2002, J Appl Physiol 93:1039";
const STRAVA: &str = "Elevate's fit of Strava's model of 2017";
const BANISTER: &str = "Banister 1991; Morton 1990";

fn blocks(times: usize, block: &[(usize, f64)]) -> Vec<f64> {
    let once = block.iter().flat_map(|(n, w)| std::iter::repeat_n(*w, *n));
    once.collect::<Vec<_>>().repeat(times)
}

/// Minutes, from 10 km in 40:00.
fn riegel_minutes(metres: f64) -> Option<f64> {
    let effort = RaceEffort {
        metres: 10_000.0,
        seconds: 2_400.0,
    };
    riegel(effort, metres, RIEGEL).map(|seconds| seconds / 60.0)
}

/// Fitness after 42 days of 100.
fn fitness(preset: PmcPreset) -> Option<f64> {
    pmc(Day(0), &[100.0; 42], &preset.model(), &[])
        .ctl
        .last()
        .copied()
}

/// Strava's own factor, which is 0.98462 on the level.
fn strava(grade: f64) -> Option<f64> {
    Some(GapModel::Strava.factor(grade) * 0.98462)
}

fn minetti(grade: f64) -> Option<f64> {
    Some(GapModel::Minetti.factor(grade))
}

/// All of them.
pub fn examples() -> Vec<Example> {
    let sprints = blocks(30, &[(10, 800.0), (110, 120.0)]);
    let halves = blocks(10, &[(180, 300.0), (180, 100.0)]);
    let np = |rule, watts: &[f64]| normalized_power_by(rule, watts);
    let skiba = |watts: &[f64]| x_power(watts).map(|x| x.watts);
    let hour = |sex| trimp_of_mean(60.0, 150.0, 50.0, 190.0, sex);
    let mile_at_threshold = training_speeds(40.0).map(|s| 1_609.344 / s.threshold);
    let row = |what, ours, published, within, source| Example {
        what,
        ours,
        published,
        within,
        source,
    };
    vec![
        row(
            "NP, 30 × (10 s 800 W, 110 s 120 W)",
            np(NpRule::Coggan, &sprints),
            238.2,
            0.05,
            STUDY,
        ),
        row(
            "  as GoldenCheetah",
            np(NpRule::GoldenCheetah, &sprints),
            238.7,
            0.05,
            STUDY,
        ),
        row(
            "NP, 10 × (3 min 300 W, 3 min 100 W)",
            np(NpRule::Coggan, &halves),
            248.8,
            0.05,
            STUDY,
        ),
        row(
            "  as GoldenCheetah",
            np(NpRule::GoldenCheetah, &halves),
            248.5,
            0.05,
            STUDY,
        ),
        row(
            "  as GoldenCheetah, 10 min of 200 W",
            np(NpRule::GoldenCheetah, &[200.0; 600]),
            198.0,
            0.05,
            STUDY,
        ),
        row("xPower of the sprints", skiba(&sprints), 206.8, 0.05, STUDY),
        row("xPower of the halves", skiba(&halves), 240.8, 0.05, STUDY),
        row(
            "TRIMP, 60 min at 150 of 50 to 190, men",
            hour(Sex::Male),
            108.1,
            0.05,
            BANISTER,
        ),
        row("  women", hour(Sex::Female), 121.5, 0.05, BANISTER),
        row(
            "VDOT, 10 km in 40:00",
            vdot(10_000.0, 2_400.0),
            51.94,
            0.005,
            DANIELS,
        ),
        row(
            "VDOT, 5 km in 20:00",
            vdot(5_000.0, 1_200.0),
            49.81,
            0.005,
            DANIELS,
        ),
        row(
            "VDOT 50: 5 km, s",
            race_time(50.0, 5_000.0),
            1_197.0,
            1.0,
            TABLE,
        ),
        row(
            "VDOT 50: 10 km, s",
            race_time(50.0, 10_000.0),
            2_481.0,
            2.5,
            TABLE,
        ),
        row(
            "VDOT 50: marathon, s",
            race_time(50.0, 42_195.0),
            11_449.0,
            11.5,
            TABLE,
        ),
        row(
            "VDOT 40: threshold mile, s",
            mile_at_threshold,
            492.0,
            1.0,
            "Daniels' paces, run-fit.com",
        ),
        row(
            "Riegel, 10 km in 40:00: half, min",
            riegel_minutes(21_097.5),
            88.3,
            0.05,
            "Riegel 1981, Am Sci 69:285",
        ),
        row(
            "  marathon, min",
            riegel_minutes(42_195.0),
            184.0,
            0.05,
            "Riegel 1981, Am Sci 69:285",
        ),
        row(
            "CTL, 42 days of 100, 1 − e^(−1/42)",
            fitness(PmcPreset::GoldenCheetah),
            63.2,
            0.05,
            STUDY,
        ),
        row(
            "  1/42, as TrainingPeaks",
            fitness(PmcPreset::TrainingPeaks),
            63.7,
            0.05,
            STUDY,
        ),
        row(
            "  2/43, as Runalyze",
            fitness(PmcPreset::Runalyze),
            86.5,
            0.05,
            STUDY,
        ),
        row(
            "Cost of +10 % by the level's",
            minetti(0.1),
            1.66,
            0.005,
            MINETTI,
        ),
        row("  −10 %", minetti(-0.1), 0.60, 0.005, MINETTI),
        row("  −20 %", minetti(-0.2), 0.50, 0.005, MINETTI),
        row("Strava's factor of +10 %", strava(0.1), 1.47, 0.015, STRAVA),
        row("  −10 %", strava(-0.1), 0.88, 0.015, STRAVA),
        row("  −20 %", strava(-0.2), 1.08, 0.015, STRAVA),
        row(
            "Running power, 14.4 km/h, 75 kg, 1.80 m",
            Some(running_power(4.0, 0.0, 75.0, 1.8)),
            400.303,
            0.001,
            "GoldenCheetah 3.5, govss_rtp",
        ),
    ]
}
