//! What an athlete can do: curves of spans, models fitted to them, records.

use crate::curves::Best;
use crate::figures::History;
use crate::fitness::{iso_day, span, sport_of, today};
use crate::wire::{
    AbilitiesView, BestPointView, CurveChannel, CurveView, CurvesQuery, HolderView, ModelView,
    RecordHolderView, RecordView,
};
use crate::{App, WireError};
use paceline_analysis::critical_swim_speed;
use paceline_analysis::curve::EFFORT_SECONDS;
use paceline_analysis::models::{self, CpModel};
use paceline_analysis::season::Day;
use paceline_model::{AthleteSettings, Instant, Sport};
use paceline_store::DistanceRecord;
use std::collections::BTreeMap;

/// Neighbouring durations of a chart differ by this factor at least.
const APART: f64 = 1.012;
/// Days of the latest records.
const RECENT: i32 = 90;

/// Durations up to `limit` that a chart can show apart, and all of the first minute.
pub(crate) fn apart(limit: u32) -> Vec<u32> {
    let mut all: Vec<u32> = (1..=limit.min(60)).collect();
    let mut next = 60.0 * APART;
    while next < f64::from(limit) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let whole = next.round() as u32;
        if all.last().is_none_or(|last| whole > *last) {
            all.push(whole);
        }
        next *= APART;
    }
    if limit > 60 && all.last() != Some(&limit) {
        all.push(limit);
    }
    all
}

fn title(model: CpModel) -> &'static str {
    match model.key() {
        "cp2_work_time" => "2 parameters, work over time",
        "cp2_inverse_time" => "2 parameters, power over 1/time",
        "cp2_nonlinear" => "2 parameters, hyperbola",
        "cp3_morton" => "3 parameters (Morton)",
        "ward_smith" => "Ward-Smith",
        _ => "Omni-domain",
    }
}

fn fitted(model: CpModel, points: &[(u32, f64)], longest: u32) -> ModelView {
    let fit = models::fit(model, points);
    let curve = fit.as_ref().map_or_else(
        |_| Vec::new(),
        |fit| {
            apart(longest)
                .into_iter()
                .filter_map(|s| Some([f64::from(s), fit.power_at(f64::from(s))?]))
                .collect()
        },
    );
    let (fit, reason) = match fit {
        Ok(fit) => (Some(fit), None),
        Err(reason) => (None, Some(reason.to_string())),
    };
    ModelView {
        key: model.key().to_owned(),
        name: title(model).to_owned(),
        fit,
        reason,
        curve,
    }
}

/// The ratio of maximal to resting heart rate as an estimate of VO2max.
fn beats(settings: &AthleteSettings) -> Option<models::Vo2max> {
    models::vo2max_heart_rate_ratio(settings.max_hr?, settings.resting_hr?)
}

/// What a runner's best speeds over durations in seconds say of VO2max: Cooper's twelve minutes, and
/// the ratio of heart rates beside them.
fn runner_vo2max(points: &[(u32, f64)], settings: &AthleteSettings) -> Vec<models::Vo2max> {
    let twelve = points.iter().find(|p| p.0 == 720);
    let cooper = twelve.and_then(|(seconds, mps)| models::vo2max_cooper(mps * f64::from(*seconds)));
    cooper.into_iter().chain(beats(settings)).collect()
}

/// What the power of a span says of the athlete.
#[derive(Default)]
struct Estimates {
    models: Vec<ModelView>,
    eftp: Vec<models::Eftp>,
    profile: Option<models::PowerProfile>,
    vo2max: Vec<models::Vo2max>,
}

fn estimates(points: &[(u32, f64)], settings: &AthleteSettings) -> Estimates {
    let longest = points.last().map_or(0, |p| p.0);
    let five = points.iter().find(|p| p.0 == 300).map(|p| p.1);
    let mut vo2max = match (five, settings.weight_kg) {
        (Some(watts), Some(kg)) => models::vo2max_from_power(watts, kg),
        _ => Vec::new(),
    };
    vo2max.extend(beats(settings));
    let profile = settings
        .weight_kg
        .zip(settings.sex)
        .and_then(|(kg, sex)| models::power_profile(points, settings.ftp_w, kg, sex))
        .filter(|p| !p.entries.is_empty());
    Estimates {
        models: CpModel::ALL
            .into_iter()
            .map(|m| fitted(m, points, longest))
            .collect(),
        eftp: models::eftps(points),
        profile,
        vo2max,
    }
}

/// Critical swim speed from the fastest 200 and 400 metres, m/s.
pub(crate) fn swim_speed(races: &[models::RaceEffort]) -> Option<f64> {
    let over = |metres: f64| {
        let race = races.iter().find(|r| (r.metres - metres).abs() < 0.5)?;
        Some((race.metres, race.seconds))
    };
    critical_swim_speed(over(200.0)?, over(400.0)?)
}

fn asked(query: &CurvesQuery) -> Result<(Sport, i32, i32), WireError> {
    let today = today();
    let (from, to) = (query.from.as_deref(), query.to.as_deref());
    let (from, to) = span(from, to, (today - 364, today))?;
    let sport = sport_of(Some(&query.sport))?
        .ok_or_else(|| WireError::validation("sport", "Name a sport."))?;
    Ok((sport, from, to))
}

impl App {
    /// The best of a span of days at every duration, and who holds it.
    ///
    /// # Errors
    /// `validation` of sport and dates.
    pub async fn curve(&self, query: CurvesQuery) -> Result<CurveView, WireError> {
        let (sport, from, to) = asked(&query)?;
        let best = self.best(sport, query.channel, from, to).await?;
        let (points, activities) = shown(&best, query.every_second);
        Ok(CurveView {
            epoch: self.epoch(),
            from: iso_day(from),
            to: iso_day(to),
            count: u32::try_from(best.members.len()).unwrap_or(u32::MAX),
            points,
            activities,
        })
    }

    /// The models fitted to the curve of a span, what they say of the athlete, and the records
    /// beside it.
    ///
    /// # Errors
    /// `validation` of sport and dates.
    pub async fn abilities(&self, query: CurvesQuery) -> Result<AbilitiesView, WireError> {
        let (sport, from, to) = asked(&query)?;
        let best = self.best(sport, query.channel, from, to).await?;
        let settings = History::read(&self.reader().await?)
            .await?
            .at(Instant::of_day(to + 1));
        let points: Vec<(u32, f64)> = best
            .envelope
            .monotone()
            .iter()
            .map(|p| (p.seconds, p.value))
            .collect();
        let runs = sport == Sport::Running && query.channel == CurveChannel::Speed;
        let found = if query.channel == CurveChannel::Power && !points.is_empty() {
            let known = settings.clone();
            tokio::task::spawn_blocking(move || estimates(&points, &known))
                .await
                .map_err(|e| WireError::internal(&e))?
        } else if runs {
            Estimates {
                vo2max: runner_vo2max(&points, &settings),
                ..Estimates::default()
            }
        } else {
            Estimates::default()
        };
        let races = if runs {
            self.races(sport, from, to).await?
        } else {
            Vec::new()
        };
        let predictions = models::predict(&races);
        Ok(AbilitiesView {
            epoch: self.epoch(),
            profile_words: found
                .profile
                .as_ref()
                .map(models::PowerProfile::words)
                .unwrap_or_default(),
            profile: found.profile,
            critical_speed: models::critical_speed(&races, models::Hyperbola::Nonlinear).ok(),
            training_speeds: predictions
                .as_ref()
                .and_then(|p| models::training_speeds(p.vdot)),
            predictions,
            critical_swim_speed: if sport == Sport::Swimming {
                swim_speed(&self.races(sport, from, to).await?)
            } else {
                None
            },
            models: found.models,
            eftp: found.eftp,
            vo2max: found.vo2max,
            records: self.records(sport, query.channel, today()).await?,
            weight_kg: settings.weight_kg,
        })
    }

    /// The fastest ways over distances of the span, as races.
    pub(crate) async fn races(
        &self,
        sport: Sport,
        from: i32,
        to: i32,
    ) -> Result<Vec<models::RaceEffort>, WireError> {
        let best = self
            .reader()
            .await?
            .distance_records(sport, Instant::of_day(from), Instant::of_day(to + 1))
            .await?;
        Ok(best
            .iter()
            .map(|r| models::RaceEffort {
                metres: f64::from(r.best.distance_mm) / 1000.0,
                seconds: r.best.seconds,
            })
            .collect())
    }

    async fn records(
        &self,
        sport: Sport,
        channel: CurveChannel,
        today: i32,
    ) -> Result<Vec<RecordView>, WireError> {
        use chrono::Datelike;
        let new_year = today - i32::try_from(crate::curves::date_of(today).ordinal0()).unwrap_or(0);
        let spans = [Day::EARLIEST.0, new_year, today - RECENT + 1];
        let mut bests = Vec::new();
        for from in spans {
            bests.push(self.best(sport, channel, from, today).await?);
        }
        let holder = |best: &Best, seconds: u32| {
            let p = best.envelope.at(seconds)?;
            let row = best.members.get(p.id as usize)?;
            Some(RecordHolderView {
                value: p.value,
                day: iso_day(row.day()),
                activity_id: row.id.to_string(),
                start_s: f64::from(p.start_s),
            })
        };
        let mut all: Vec<RecordView> = EFFORT_SECONDS
            .into_iter()
            .map(|seconds| RecordView {
                seconds: Some(seconds),
                distance_m: None,
                all_time: holder(&bests[0], seconds),
                this_year: holder(&bests[1], seconds),
                last_90_days: holder(&bests[2], seconds),
            })
            .filter(|r| r.all_time.is_some())
            .collect();
        if channel == CurveChannel::Speed {
            all.extend(self.distance_records(sport, spans, &bests[0]).await?);
        }
        Ok(all)
    }

    async fn distance_records(
        &self,
        sport: Sport,
        spans: [i32; 3],
        known: &Best,
    ) -> Result<Vec<RecordView>, WireError> {
        let reader = self.reader().await?;
        let mut by_distance: BTreeMap<u32, [Option<RecordHolderView>; 3]> = BTreeMap::new();
        let view = |r: &DistanceRecord| RecordHolderView {
            value: r.best.seconds,
            day: known
                .members
                .iter()
                .find(|m| m.id == r.activity)
                .map_or_else(String::new, |m| iso_day(m.day())),
            activity_id: r.activity.to_string(),
            start_s: r.best.start_s,
        };
        for (place, from) in spans.into_iter().enumerate() {
            let start = Instant::of_day(from);
            for record in reader
                .distance_records(sport, start, Instant(i64::MAX))
                .await?
            {
                by_distance.entry(record.best.distance_mm).or_default()[place] =
                    Some(view(&record));
            }
        }
        Ok(by_distance
            .into_iter()
            .map(|(mm, [all_time, this_year, last_90_days])| RecordView {
                seconds: None,
                distance_m: Some(f64::from(mm) / 1000.0),
                all_time,
                this_year,
                last_90_days,
            })
            .collect())
    }
}

/// The points a chart shows, with their holders numbered as these are listed.
fn shown(best: &Best, every_second: bool) -> (Vec<BestPointView>, Vec<HolderView>) {
    let points = best.envelope.monotone();
    let wanted = apart(u32::try_from(points.len()).unwrap_or(u32::MAX));
    let mut wanted = wanted.into_iter().peekable();
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut holders = Vec::new();
    let mut all = Vec::new();
    for p in &points {
        if !every_second && wanted.next_if_eq(&p.seconds).is_none() {
            continue;
        }
        let next = u32::try_from(holders.len()).unwrap_or(u32::MAX);
        let activity = *numbers.entry(p.id).or_insert_with(|| {
            if let Some(row) = best.members.get(p.id as usize) {
                holders.push(HolderView {
                    id: row.id.to_string(),
                    day: iso_day(row.day()),
                });
            }
            next
        });
        all.push(BestPointView {
            seconds: p.seconds,
            value: p.value,
            activity,
            start_s: p.start_s,
            window_s: p.window_s,
        });
    }
    (all, holders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_s_twelve_minutes_and_heart_rates_estimate_vo2max() {
        let both = AthleteSettings {
            max_hr: Some(190.0),
            resting_hr: Some(50.0),
            ..AthleteSettings::default()
        };
        // 2,880 m: (2,880 - 504.9) / 44.73 = 53.1; 15.3 x 190 / 50 = 58.1.
        let found = runner_vo2max(&[(600, 4.2), (720, 4.0)], &both);
        let values: Vec<f64> = found.iter().map(|v| (v.value * 10.0).round()).collect();
        assert_eq!(values, [531.0, 581.0]);
        assert!(runner_vo2max(&[(600, 4.2)], &AthleteSettings::default()).is_empty());
    }

    #[test]
    fn durations_are_apart_and_end_with_the_last() {
        assert!(apart(0).is_empty());
        assert_eq!(apart(3), [1, 2, 3]);
        let all = apart(20_000);
        assert!(all.windows(2).all(|w| w[0] < w[1]));
        assert_eq!((all.last(), all[59]), (Some(&20_000), 60));
        assert!(all.len() < 600, "{}", all.len());
    }
}
