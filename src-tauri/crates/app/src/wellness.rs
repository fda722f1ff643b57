//! Measurements of the body against what is normal, readiness, and thresholds
//! that the data suggest.

use crate::activities::activity_id;
use crate::figures::History;
use crate::fitness::{iso_day, parse_day, span, today};
use crate::import::now;
use crate::performance::swim_speed;
use crate::wire::{
    CurveChannel, FitnessQuery, HrvView, MeasurementInput, ProposalView, TrackView, WellnessView,
};
use crate::{App, WireError};
use chrono::TimeZone;
use paceline_analysis::models::{self, CpModel, Hyperbola};
use paceline_analysis::season::{Day, DayValue, Effort, Measure, ProposalInput, propose};
use paceline_analysis::wellness::{
    BaselineDay, Beats, DailyValues, Habit, Morning, RrFilter, Scale, baseline, clean, readiness,
    rmssd_over, variability,
};
use paceline_model::{Biometric, BiometricKind, Instant, SettingKind, SourceKind, Sport};
use std::collections::BTreeMap;

const DISMISSED: &str = "dismissed_proposals";
/// Days before the span that its first baselines look back on.
const LOOK_BACK: i32 = 75;
/// Days whose efforts speak of thresholds.
const EFFORTS: i32 = 90;

/// The local day of an instant on this machine.
fn day_of(at: Instant) -> i32 {
    chrono::Local
        .timestamp_millis_opt(at.0)
        .single()
        .map_or(0, |t| t.date_naive().to_epoch_days())
}

/// Noon UTC, as days known by their date alone are kept.
fn noon(day: i32) -> Instant {
    Instant((i64::from(day) * 24 + 12) * 3_600_000)
}

/// Plausible values of what is typed in: outside is a slip of the finger.
const fn bounds(kind: BiometricKind) -> (f64, f64) {
    use BiometricKind as K;
    match kind {
        K::Weight => (25.0, 250.0),
        K::BodyFat | K::BodyWater | K::OxygenSaturation | K::SleepScore | K::Stress => (0.0, 100.0),
        K::MuscleMass | K::BoneMass => (0.1, 150.0),
        K::BodyMassIndex => (8.0, 80.0),
        K::RestingHeartRate => (20.0, 140.0),
        K::HrvRmssd => (1.0, 400.0),
        K::SleepTotal | K::SleepDeep | K::SleepLight | K::SleepRem | K::SleepAwake => {
            (0.0, 86_400.0)
        }
        K::RespirationRate => (3.0, 60.0),
        K::Steps => (0.0, 200_000.0),
        K::BloodPressureSystolic | K::BloodPressureDiastolic => (20.0, 300.0),
        K::Soreness | K::Fatigue | K::PerceivedStress | K::Mood => (0.0, 10.0),
        K::Illness => (0.0, 1.0),
    }
}

struct Tracks {
    daily: BTreeMap<BiometricKind, DailyValues>,
    baselines: BTreeMap<BiometricKind, Vec<BaselineDay>>,
}

impl Tracks {
    fn of(all: &[Biometric], last: i32) -> Self {
        let mut entries: BTreeMap<BiometricKind, Vec<(Day, f64)>> = BTreeMap::new();
        for b in all {
            entries
                .entry(b.kind)
                .or_default()
                .push((Day(day_of(b.at)), b.value));
        }
        let daily: BTreeMap<BiometricKind, DailyValues> = entries
            .into_iter()
            .map(|(kind, e)| (kind, DailyValues::from_entries(e, Some(Day(last)))))
            .collect();
        let baselines = daily
            .iter()
            .map(|(kind, d)| {
                let scale = if *kind == BiometricKind::HrvRmssd {
                    Scale::Log
                } else {
                    Scale::Linear
                };
                (*kind, baseline(d, scale))
            })
            .collect();
        Self { daily, baselines }
    }

    fn baseline_on(&self, kind: BiometricKind, day: i32) -> Option<BaselineDay> {
        let all = self.baselines.get(&kind)?;
        all.iter().find(|b| b.day == Day(day)).copied()
    }

    fn value_on(&self, kind: BiometricKind, day: i32) -> Option<f64> {
        let daily = self.daily.get(&kind)?;
        let at = usize::try_from(Day(day).since(daily.first)).ok()?;
        daily.values.get(at).copied().filter(|v| v.is_finite())
    }

    fn view(&self, kind: BiometricKind, from: i32, to: i32) -> Option<TrackView> {
        let known: BTreeMap<i32, &BaselineDay> = self
            .baselines
            .get(&kind)?
            .iter()
            .map(|b| (b.day.0, b))
            .collect();
        let column = |of: &dyn Fn(&BaselineDay) -> Option<f64>| -> Vec<Option<f64>> {
            (from..=to)
                .map(|d| known.get(&d).and_then(|b| of(b)))
                .collect()
        };
        let values = column(&|b| b.value);
        values.iter().any(Option::is_some).then(|| TrackView {
            kind,
            values,
            recent: column(&|b| b.recent),
            low: column(&|b| b.band.map(|x| x.low)),
            high: column(&|b| b.band.map(|x| x.high)),
            variation: column(&|b| b.cv),
            status: known.get(&to).and_then(|b| b.status),
        })
    }
}

impl App {
    /// Measurements by day with what is normal, and readiness on the last day.
    ///
    /// # Errors
    /// `validation` of dates.
    pub async fn wellness(
        &self,
        from: Option<String>,
        to: Option<String>,
    ) -> Result<WellnessView, WireError> {
        let today = today();
        let (from, to) = span(from.as_deref(), to.as_deref(), (today - 89, today))?;
        let all = self
            .reader()
            .await?
            .biometrics_between(noon(from - LOOK_BACK), noon(to + 2))
            .await?;
        let tracks = Tracks::of(&all, to);
        let standing = self
            .fitness(FitnessQuery {
                from: Some(iso_day(to)),
                to: Some(iso_day(to)),
                sport: None,
            })
            .await?;
        let ctl = standing.ctl.first().copied();
        let felt = |kind| tracks.value_on(kind, to);
        let morning = Morning {
            hrv: tracks.baseline_on(BiometricKind::HrvRmssd, to),
            resting_hr: tracks.baseline_on(BiometricKind::RestingHeartRate, to),
            sleep_s: felt(BiometricKind::SleepTotal),
            sleep_need_s: None,
            ctl: ctl.filter(|c| *c > 0.0),
            tsb: ctl.filter(|c| *c > 0.0).and(standing.tsb.first().copied()),
            ramp: standing.ramp.first().copied().flatten(),
            acute_chronic: standing.now.and_then(|n| n.acute_chronic_ewma),
            soreness: felt(BiometricKind::Soreness),
            fatigue: felt(BiometricKind::Fatigue),
            stress: felt(BiometricKind::PerceivedStress),
            ill: felt(BiometricKind::Illness).is_some_and(|v| v > 0.0),
        };
        Ok(WellnessView {
            epoch: self.epoch(),
            first: iso_day(from),
            readiness: readiness(&morning),
            ready_on: iso_day(to),
            tracks: tracks
                .daily
                .keys()
                .filter_map(|kind| tracks.view(*kind, from, to))
                .collect(),
        })
    }

    /// Keeps measurements typed in for a day in place of what the day had of their kind, or takes
    /// a day's away.
    ///
    /// # Errors
    /// `validation` of days and values; nothing is changed then.
    pub async fn save_measurements(&self, all: Vec<MeasurementInput>) -> Result<(), WireError> {
        let mut kept = Vec::new();
        let mut days = Vec::new();
        for m in all {
            let day = parse_day("day", &m.day)?;
            let (low, high) = bounds(m.kind);
            days.push((m.kind, day, m.value.is_some()));
            match m.value {
                Some(value) if !(low..=high).contains(&value) => {
                    let rule = format!("Write a value from {low} to {high}.");
                    return Err(WireError::validation("value", rule));
                }
                Some(value) => kept.push(Biometric {
                    kind: m.kind,
                    at: noon(day),
                    value,
                }),
                None => {}
            }
        }
        let writer = self.writer().await?;
        // What is typed is there before what it replaces goes.
        if !kept.is_empty() {
            writer
                .put_biometrics(&kept, SourceKind::File, now())
                .await?;
        }
        for (kind, day, typed) in days {
            for b in self
                .reader()
                .await?
                .biometrics_between(noon(day - 2), noon(day + 2))
                .await?
            {
                let replaced = !typed || b.at != noon(day);
                if b.kind == kind && day_of(b.at) == day && replaced {
                    writer.delete_biometric(kind, b.at).await?;
                }
            }
        }
        Ok(())
    }

    /// Thresholds that the last ninety days suggest; none is applied.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn proposals(&self) -> Result<Vec<ProposalView>, WireError> {
        let today = today();
        let reader = self.reader().await?;
        let settings = History::read(&reader).await?.at(now());
        let efforts = self.efforts(today).await?;
        let (from, to) = (noon(today - EFFORTS), noon(today + 2));
        let measured = reader.biometrics_between(from, to).await?;
        let of = |kind: BiometricKind| -> Vec<DayValue> {
            let all = measured.iter().filter(|b| b.kind == kind);
            all.map(|b| (Day(day_of(b.at)), b.value)).collect()
        };
        let (resting_hr, weight_kg) = (
            of(BiometricKind::RestingHeartRate),
            of(BiometricKind::Weight),
        );
        let input = ProposalInput {
            efforts: &efforts,
            resting_hr: &resting_hr,
            weight_kg: &weight_kg,
        };
        let dismissed: Vec<(SettingKind, i64)> = reader.preference(DISMISSED).await?;
        Ok(propose(&input, &settings, Day(today))
            .into_iter()
            .filter(|p| !dismissed.contains(&(p.kind, rounded(p.value))))
            .map(|proposal| ProposalView {
                day: iso_day(proposal.evidence.day.0),
                proposal,
            })
            .collect())
    }

    /// Does not propose this value again.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn dismiss_proposal(&self, kind: SettingKind, value: f64) -> Result<(), WireError> {
        let mut dismissed: Vec<(SettingKind, i64)> =
            self.reader().await?.preference(DISMISSED).await?;
        let entry = (kind, rounded(value));
        if !dismissed.contains(&entry) {
            dismissed.push(entry);
            self.writer()
                .await?
                .put_preference(DISMISSED, &dismissed)
                .await?;
        }
        Ok(())
    }

    async fn efforts(&self, today: i32) -> Result<Vec<Effort>, WireError> {
        let reader = self.reader().await?;
        let rows = self.days(today - EFFORTS + 1, today).await?;
        let day = |id| rows.iter().find(|r| r.id == id).map(|r| Day(r.day()));
        let (from, to) = (noon(today - EFFORTS - 1), noon(today + 2));
        let mut all = Vec::new();
        for (id, s) in reader.summaries(from, to).await? {
            let Some(day) = day(id) else { continue };
            let mut take = |measure, p: &paceline_model::CurvePoint| {
                all.push(Effort {
                    measure,
                    activity: Some(id),
                    day,
                    duration_s: f64::from(p.seconds),
                    value: p.value,
                });
            };
            if s.sport == Sport::Cycling {
                let long = s.power_curve.iter().filter(|p| p.seconds >= 1200);
                long.for_each(|p| take(Measure::Power, p));
            }
            let told =
                |p: &&paceline_model::CurvePoint| [5, 60].contains(&p.seconds) || p.seconds >= 1200;
            s.hr_curve
                .iter()
                .filter(told)
                .for_each(|p| take(Measure::HeartRate, p));
        }
        for r in reader.distance_times(Sport::Running, from, to).await? {
            if let Some(day) = day(r.activity) {
                all.push(Effort {
                    measure: Measure::RunningSpeed,
                    activity: Some(r.activity),
                    day,
                    duration_s: r.best.seconds,
                    value: f64::from(r.best.distance_mm) / 1000.0 / r.best.seconds,
                });
            }
        }
        let swims = self
            .races(Sport::Swimming, today - EFFORTS + 1, today)
            .await?;
        if let Some(value) = swim_speed(&swims) {
            all.push(Effort {
                measure: Measure::CriticalSwimSpeed,
                activity: None,
                day: Day(today),
                duration_s: 0.0,
                value,
            });
        }
        let best = self
            .best(
                Sport::Cycling,
                CurveChannel::Power,
                today - EFFORTS + 1,
                today,
            )
            .await?;
        let points: Vec<(u32, f64)> = best
            .envelope
            .monotone()
            .iter()
            .map(|p| (p.seconds, p.value))
            .collect();
        if let Ok(fit) = models::fit(CpModel::TwoParameter(Hyperbola::Nonlinear), &points) {
            let longest = fit.efforts.last().map_or(0, |e| e.seconds);
            all.push(Effort {
                measure: Measure::CriticalPower,
                activity: None,
                day: Day(best
                    .members
                    .last()
                    .map_or(today, paceline_store::DayRow::day)),
                duration_s: f64::from(longest),
                value: fit.cp.value,
            });
        }
        Ok(all)
    }

    /// Heart-rate variability of an activity; `None` where no beats were recorded.
    ///
    /// # Errors
    /// `notFound`.
    pub async fn activity_hrv(&self, id: &str) -> Result<Option<HrvView>, WireError> {
        let rr = self.reader().await?.rr(activity_id(id)?).await?;
        if rr.is_empty() {
            return Ok(None);
        }
        let epoch = self.epoch();
        let view = tokio::task::spawn_blocking(move || {
            let beats = Beats::from_recorded(&rr);
            let clean = clean(&beats, RrFilter::default());
            let found = variability(&clean, Habit::Paceline);
            HrvView {
                epoch,
                beats: u32::try_from(found.beats).unwrap_or(u32::MAX),
                artefact_share: found.artefact_share,
                mean_hr: found.mean_hr,
                rmssd_ms: found.rmssd_ms,
                ln_rmssd: found.ln_rmssd,
                sdnn_ms: found.sdnn_ms,
                pnn50: found.pnn50,
                over_time: rmssd_over(&clean, 300.0, 60.0)
                    .into_iter()
                    .map(|w| [w.from_s, w.rmssd_ms])
                    .collect(),
            }
        })
        .await
        .map_err(|e| WireError::internal(&e))?;
        Ok(Some(view))
    }
}

/// A value as a key: near enough is the same.
#[allow(clippy::cast_possible_truncation)]
fn rounded(value: f64) -> i64 {
    (value * 100.0).round() as i64
}
