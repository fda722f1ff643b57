//! Load, fitness and form over time, planned load and tapers.

use crate::curves::date_of;
use crate::wire::{
    FitnessModel, FitnessQuery, FitnessView, PlannedLoadView, SportLoadView, StandingView,
    TaperQuery, WeekView,
};
use crate::{App, WireError};
use paceline_analysis::season::{
    AcuteChronic, Day, MonotonyModel, PmcModel, TaperSearch, ThreeZones, acute_chronic, classify,
    monotony, pmc, search_taper,
};
use paceline_model::{Instant, Sport};
use paceline_store::{DayRow, PlannedLoad};
use std::collections::BTreeMap;

pub(crate) const MODEL: &str = "fitness_model";
/// Days that are shown when nothing is said.
const BACK: i32 = 365;
const AHEAD: i32 = 42;

/// The local day of this machine.
pub(crate) fn today() -> i32 {
    chrono::Local::now().date_naive().to_epoch_days()
}

pub(crate) fn iso_day(day: i32) -> String {
    date_of(day).format("%Y-%m-%d").to_string()
}

pub(crate) fn parse_day(field: &str, text: &str) -> Result<i32, WireError> {
    chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .map(|d| d.to_epoch_days())
        .filter(|d| (Day::EARLIEST.0..Day::LATEST.0).contains(d))
        .ok_or_else(|| WireError::validation(field, "Write a date such as 2026-05-31."))
}

/// The days from one to another, both included, within what can be meant.
pub(crate) fn span(
    from: Option<&str>,
    to: Option<&str>,
    default: (i32, i32),
) -> Result<(i32, i32), WireError> {
    let from = from.map_or(Ok(default.0), |t| parse_day("from", t))?;
    let to = to.map_or(Ok(default.1), |t| parse_day("to", t))?;
    if to < from {
        return Err(WireError::validation(
            "to",
            "The last day lies before the first. Exchange them.",
        ));
    }
    Ok((from, to))
}

pub(crate) fn sport_of(key: Option<&str>) -> Result<Option<Sport>, WireError> {
    key.filter(|k| !k.is_empty())
        .map(|key| {
            Sport::ALL
                .into_iter()
                .find(|s| s.key() == key)
                .ok_or_else(|| WireError::validation("sport", format!("“{key}” is not a sport.")))
        })
        .transpose()
}

pub(crate) fn model_of(m: FitnessModel) -> PmcModel {
    PmcModel {
        ctl_days: m.ctl_days,
        atl_days: m.atl_days,
        ..m.preset.model()
    }
}

/// Loads of every day from the first of `rows` to `last`, of all sports and of each.
struct Loads {
    first: i32,
    total: Vec<f64>,
    sports: BTreeMap<Sport, Vec<f64>>,
}

impl Loads {
    fn of(rows: &[DayRow], planned: &[PlannedLoad], first: i32, last: i32) -> Self {
        let days = usize::try_from(last - first + 1).unwrap_or(0);
        let mut all = Self {
            first,
            total: vec![0.0; days],
            sports: BTreeMap::new(),
        };
        let index = |day: i32| usize::try_from(day - first).ok().filter(|i| *i < days);
        for row in rows {
            let (Some(i), Some(load)) = (index(row.day()), row.load) else {
                continue;
            };
            all.total[i] += load;
            all.sports
                .entry(row.sport)
                .or_insert_with(|| vec![0.0; days])[i] += load;
        }
        for plan in planned {
            if let Some(i) = index(plan.day) {
                all.total[i] += plan.load;
            }
        }
        all
    }

    /// Of a week from its Monday; days before the first are days of rest.
    fn week(&self, monday: i32) -> [f64; 7] {
        std::array::from_fn(|k| {
            let i = monday - self.first + i32::try_from(k).unwrap_or(0);
            let i = usize::try_from(i).ok();
            i.and_then(|i| self.total.get(i)).copied().unwrap_or(0.0)
        })
    }
}

impl App {
    /// The performance management chart. Every load since the first activity counts, whatever span
    /// is shown.
    ///
    /// # Errors
    /// `validation` of dates and sport.
    pub async fn fitness(&self, query: FitnessQuery) -> Result<FitnessView, WireError> {
        let today = today();
        let (from, to) = span(
            query.from.as_deref(),
            query.to.as_deref(),
            (today - BACK, today + AHEAD),
        )?;
        let sport = sport_of(query.sport.as_deref())?;
        let chosen: FitnessModel = self.reader().await?.preference(MODEL).await?;
        let model = model_of(chosen);
        let mut rows = self.days(Day::EARLIEST.0, to.max(today)).await?;
        rows.retain(|r| sport.is_none_or(|s| r.sport == s));
        let planned = if sport.is_none() {
            self.reader().await?.planned(today + 1, to).await?
        } else {
            Vec::new()
        };
        let begins = rows.first().map_or(from, DayRow::day).min(from);
        let loads = Loads::of(&rows, &planned, begins, to);
        let whole = pmc(Day(begins), &loads.total, &model, &[]);
        let skip = usize::try_from(from - begins).unwrap_or(0);
        let cut = |v: &[f64]| v.get(skip..).unwrap_or_default().to_vec();
        let mut sports: Vec<SportLoadView> = loads
            .sports
            .iter()
            .map(|(sport, column)| SportLoadView {
                sport: sport.key().to_owned(),
                load: cut(column),
                ctl: cut(&pmc(Day(begins), column, &model, &[]).ctl),
            })
            .filter(|s| s.load.iter().any(|l| *l > 0.0) || s.ctl.iter().any(|c| *c >= 0.5))
            .collect();
        let sum = |s: &SportLoadView| s.load.iter().sum::<f64>();
        sports.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
        let at = usize::try_from(today - begins).ok();
        let now = at.filter(|_| (from..=to).contains(&today)).and_then(|i| {
            let until = loads.total.get(..=i)?;
            let last = |method| acute_chronic(until, method).last().copied().flatten();
            let week = monotony(until, MonotonyModel::default())
                .last()
                .copied()
                .flatten();
            let recent = &until[until.len().saturating_sub(7)..];
            Some(StandingView {
                ctl: *whole.ctl.get(i)?,
                atl: *whole.atl.get(i)?,
                tsb: *whole.tsb.get(i)?,
                ramp: *whole.ramp.get(i)?,
                week_load: recent.iter().sum(),
                monotony: week.and_then(|w| w.monotony),
                strain: week.and_then(|w| w.strain),
                acute_chronic_coupled: last(AcuteChronic::Coupled),
                acute_chronic_uncoupled: last(AcuteChronic::Uncoupled),
                acute_chronic_ewma: last(AcuteChronic::Ewma),
            })
        });
        let shown: Vec<&DayRow> = rows
            .iter()
            .filter(|r| (from..=to).contains(&r.day()))
            .collect();
        Ok(FitnessView {
            epoch: self.epoch(),
            first: iso_day(from),
            today: u32::try_from(today - from).ok().filter(|_| today <= to),
            model: chosen,
            load: cut(&whole.load),
            ctl: cut(&whole.ctl),
            atl: cut(&whole.atl),
            tsb: cut(&whole.tsb),
            ramp: whole.ramp.get(skip..).unwrap_or_default().to_vec(),
            sports,
            weeks: self
                .weeks(&shown, &loads, from, to.min(today), sport)
                .await?,
            now,
            planned: planned
                .into_iter()
                .map(|p| PlannedLoadView {
                    day: iso_day(p.day),
                    load: p.load,
                    title: p.title,
                })
                .collect(),
            without_load: u32::try_from(shown.iter().filter(|r| r.load.is_none()).count())
                .unwrap_or(u32::MAX),
            since: rows.first().map(|r| iso_day(r.day())),
        })
    }

    async fn weeks(
        &self,
        rows: &[&DayRow],
        loads: &Loads,
        from: i32,
        to: i32,
        sport: Option<Sport>,
    ) -> Result<Vec<WeekView>, WireError> {
        let monday = |day: i32| Day(day).monday().0;
        let zones = self
            .reader()
            .await?
            .zone_days(Instant::of_day(monday(from) - 1), Instant::of_day(to + 2))
            .await?;
        let mut all = Vec::new();
        let mut first = monday(from);
        while first <= to {
            let days = first..first + 7;
            let within = || rows.iter().filter(|r| days.contains(&r.day()));
            let column = loads.week(first);
            let week = monotony(&column, MonotonyModel::default())
                .last()
                .copied()
                .flatten();
            let mut three = [0.0; 3];
            for (day, kind, seconds) in &zones {
                if days.contains(day) && sport.is_none_or(|s| s == *kind) {
                    three.iter_mut().zip(seconds).for_each(|(a, b)| *a += b);
                }
            }
            let spread = classify(ThreeZones {
                low: three[0],
                middle: three[1],
                high: three[2],
            });
            all.push(WeekView {
                monday: iso_day(first),
                count: u32::try_from(within().count()).unwrap_or(u32::MAX),
                load: column.iter().sum(),
                moving_s: within().map(|r| r.moving_s).sum(),
                distance_m: within().filter_map(|r| r.distance_m).sum(),
                ascent_m: within().filter_map(|r| r.ascent_m).sum(),
                monotony: week.and_then(|w| w.monotony),
                strain: week.and_then(|w| w.strain),
                easy_s: three[0],
                moderate_s: three[1],
                hard_s: three[2],
                distribution: spread.as_ref().map(|d| d.kind),
                polarisation: spread.and_then(|d| d.polarisation),
            });
            first += 7;
        }
        Ok(all)
    }

    /// Chooses how fitness is computed from now on, for all days.
    ///
    /// # Errors
    /// `validation` of the time constants.
    pub async fn set_fitness_model(&self, model: FitnessModel) -> Result<(), WireError> {
        if !(7.0..=120.0).contains(&model.ctl_days) {
            return Err(WireError::validation("ctlDays", "Write 7 to 120 days."));
        }
        if !(1.0..=42.0).contains(&model.atl_days) || model.atl_days >= model.ctl_days {
            return Err(WireError::validation(
                "atlDays",
                "Write 1 to 42 days, fewer than for fitness.",
            ));
        }
        Ok(self.writer().await?.put_preference(MODEL, &model).await?)
    }

    /// Plans loads for days, or takes plans away with a load of 0.
    ///
    /// # Errors
    /// `validation` of days and loads; nothing is planned then.
    pub async fn plan_loads(&self, plans: Vec<PlannedLoadView>) -> Result<(), WireError> {
        let plans = plans
            .into_iter()
            .map(|p| {
                if !(0.0..=2_000.0).contains(&p.load) {
                    return Err(WireError::validation(
                        "load",
                        "Write a load from 0 to 2000.",
                    ));
                }
                if p.title.chars().count() > 200 {
                    return Err(WireError::validation(
                        "title",
                        "Write at most 200 characters.",
                    ));
                }
                Ok(PlannedLoad {
                    day: parse_day("day", &p.day)?,
                    load: p.load,
                    title: p.title.trim().to_owned(),
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(self.writer().await?.put_planned(&plans).await?)
    }

    /// Tapers that lead to the form wanted on a race's morning; `None` where nothing lies between
    /// today and the race.
    ///
    /// # Errors
    /// `validation` of the day.
    pub async fn taper(&self, query: TaperQuery) -> Result<Option<TaperSearch>, WireError> {
        let (today, race) = (today(), parse_day("race", &query.race)?);
        if race <= today + 1 || race > today + 400 {
            return Err(WireError::validation(
                "race",
                "Choose a day from the day after tomorrow to 400 days ahead.",
            ));
        }
        let model = model_of(self.reader().await?.preference(MODEL).await?);
        let rows = self.days(Day::EARLIEST.0, today).await?;
        let begins = rows.first().map_or(today, DayRow::day);
        let loads = Loads::of(&rows, &[], begins, today);
        let Some(start) = pmc(Day(begins), &loads.total, &model, &[]).end() else {
            return Ok(None);
        };
        let recent = &loads.total[loads.total.len().saturating_sub(28)..];
        let usual = query
            .daily_load
            .unwrap_or_else(|| recent.iter().sum::<f64>() / 28.0);
        let plans = self.reader().await?.planned(today + 1, race - 1).await?;
        let daily: Vec<f64> = (today + 1..race)
            .map(|day| {
                plans
                    .iter()
                    .find(|p| p.day == day)
                    .map_or(usual, |p| p.load)
            })
            .collect();
        Ok(search_taper(start, &daily, query.target_tsb, 28, &model))
    }
}
