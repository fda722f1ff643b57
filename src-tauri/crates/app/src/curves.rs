//! Curves of days, seasons and years: the best of every month is kept, and any
//! range is put together from months and the days at its ends.

use crate::figures::a_few_at_once;
use crate::wire::CurveChannel;
use crate::{App, WireError};
use paceline_analysis::curve::{
    Envelope, FullCurve, full_curve, heart_rate_for_curve, power_for_curve, speed_for_curve,
};
use paceline_analysis::{FORMULA_VERSION, GapModel, Seconds, grade, grade_adjusted_speed};
use paceline_model::{ActivityId, Instant, Sport};
use paceline_store::{CurveKey, DayRow, MonthCurve};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Metres per second of every second. Of a swim it is what the distance grows by: in a pool a
/// recorder writes a sample a length, and no speed holds from one to the next.
fn speed_of<'a>(seconds: &'a Seconds) -> Cow<'a, [f64]> {
    if seconds.sport() == Sport::Swimming && !seconds.distance.is_empty() {
        let growth = seconds.distance.windows(2).map(|d| d[1] - d[0]);
        return Cow::Owned(growth.collect());
    }
    Cow::Borrowed(&seconds.speed)
}

impl CurveChannel {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Power => "power",
            Self::HeartRate => "heart_rate",
            Self::Speed => "speed",
            Self::GradeAdjustedSpeed => "grade_adjusted_speed",
        }
    }

    /// The curve of one activity; empty where the channel was not recorded.
    pub(crate) fn of(self, seconds: &Seconds) -> FullCurve {
        let samples: &[f64] = match self {
            Self::Power => &seconds.power,
            Self::HeartRate => &seconds.heart_rate,
            Self::Speed => &speed_of(seconds),
            Self::GradeAdjustedSpeed => &grade_adjusted_speed(
                &seconds.speed,
                &grade(&seconds.distance, &seconds.altitude),
                GapModel::Minetti,
            ),
        };
        if !samples.iter().any(|v| *v > 0.0) {
            return full_curve(&[]);
        }
        full_curve(&match self {
            Self::Power => power_for_curve(samples),
            Self::HeartRate => heart_rate_for_curve(samples),
            Self::Speed | Self::GradeAdjustedSpeed => speed_for_curve(samples, seconds.sport()),
        })
    }
}

/// Days before an activity whose best its own curve is shown against.
pub(crate) const CURVE_SEASON: i32 = 90;

/// Session epoch, activity, version of its samples, channel: one activity may be in two tenants.
type CurveId = (u32, ActivityId, i64, CurveChannel);

/// Curves of single activities that were asked for lately.
#[derive(Default)]
pub(crate) struct Lately(Mutex<HashMap<CurveId, Arc<FullCurve>>>);

impl Lately {
    /// Forty kilobytes each.
    const KEPT: usize = 512;

    fn get(&self, key: CurveId) -> Option<Arc<FullCurve>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&key).cloned()
    }

    pub(crate) fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn put(&self, key: CurveId, curve: Arc<FullCurve>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= Self::KEPT {
            kept.clear();
        }
        kept.insert(key, curve);
    }
}

/// The best of a range, and what it is of: the envelope's ids count the members.
pub(crate) struct Best {
    pub envelope: Envelope,
    /// Oldest first.
    pub members: Vec<DayRow>,
}

/// Year × 12 + month − 1 of a day.
fn month_of(day: i32) -> i32 {
    use chrono::Datelike;
    let date = date_of(day);
    date.year() * 12 + date.month0().cast_signed()
}

pub(crate) fn date_of(day: i32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_epoch_days(day).unwrap_or_default()
}

/// First and last day of a month.
fn days_of(month: i32) -> (i32, i32) {
    let first = |m: i32| {
        chrono::NaiveDate::from_ymd_opt(m.div_euclid(12), m.rem_euclid(12).unsigned_abs() + 1, 1)
            .map_or(0, |d| d.to_epoch_days())
    };
    (first(month), first(month + 1) - 1)
}

fn members(rows: &[&DayRow]) -> Vec<(ActivityId, i64)> {
    rows.iter().map(|r| (r.id, r.data_version)).collect()
}

impl App {
    /// Dated activities of the local days `[from, to]`, oldest first.
    pub(crate) async fn days(&self, from: i32, to: i32) -> Result<Vec<DayRow>, WireError> {
        // A local day begins up to fourteen hours before or twelve after that of UTC.
        let rows = self
            .reader()
            .await?
            .days(
                Instant::of_day(from.saturating_sub(1)),
                Instant::of_day(to.saturating_add(2)),
            )
            .await?;
        Ok(rows
            .into_iter()
            .filter(|r| (from..=to).contains(&r.day()))
            .collect())
    }

    /// The curve of one activity at every second, from its edited samples.
    pub(crate) async fn curve_of(
        &self,
        id: ActivityId,
        channel: CurveChannel,
    ) -> Result<Arc<FullCurve>, WireError> {
        let epoch = self.epoch();
        let (material, ride) = self.edited(id).await?;
        let key = (epoch, id, material.data_version, channel);
        if let Some(curve) = self.inner.lately.get(key) {
            return Ok(curve);
        }
        let curve = tokio::task::spawn_blocking(move || channel.of(&Seconds::new(ride.input())))
            .await
            .map_err(|e| WireError::internal(&e))?;
        let curve = Arc::new(curve);
        self.inner.lately.put(key, curve.clone());
        Ok(curve)
    }

    /// The best of a sport over the local days `[from, to]`. Months that are kept and still true
    /// are taken as they are; what has come since is added, and a month that lost something is
    /// made anew.
    pub(crate) async fn best(
        &self,
        sport: Sport,
        channel: CurveChannel,
        from: i32,
        to: i32,
    ) -> Result<Best, WireError> {
        let all = self.days(from, to).await?;
        let rows: Vec<DayRow> = all.into_iter().filter(|r| r.sport == sport).collect();
        let mut months: BTreeMap<i32, Vec<(u32, &DayRow)>> = BTreeMap::new();
        for (i, row) in (0u32..).zip(&rows) {
            months
                .entry(month_of(row.day()))
                .or_default()
                .push((i, row));
        }
        let (Some(first), Some(last)) = (months.keys().next(), months.keys().next_back()) else {
            return Ok(Best {
                envelope: Envelope::new(),
                members: rows,
            });
        };
        let key = CurveKey {
            sport,
            channel: channel.key(),
        };
        let kept = self
            .reader()
            .await?
            .month_curves(key, *first, *last)
            .await?;
        let mut kept: HashMap<i32, MonthCurve> = kept
            .into_iter()
            .filter(|m| m.formula_version == FORMULA_VERSION)
            .map(|m| (m.month, m))
            .collect();
        let mut envelope = Envelope::new();
        let mut changed = Vec::new();
        for (month, there) in &months {
            let only: Vec<&DayRow> = there.iter().map(|(_, r)| *r).collect();
            let (begins, ends) = days_of(*month);
            if begins < from || ends > to {
                // A month that is cut is not kept.
                let part = self.extend(Envelope::new(), &only, &[], channel).await?;
                envelope.merge(&part.with_ids(|i| there[i as usize].0));
                continue;
            }
            let now = members(&only);
            let old = kept.remove(month);
            let old = old.filter(|m| m.members.iter().all(|x| now.contains(x)));
            let (known, base) = match old {
                Some(m) => match Envelope::from_bytes(&m.curve) {
                    Ok(base) => (m.members, base),
                    Err(_) => (Vec::new(), Envelope::new()),
                },
                None => (Vec::new(), Envelope::new()),
            };
            let part = if known.len() == now.len() {
                renumbered(base, &known, &now)
            } else {
                let base = renumbered(base, &known, &now);
                let part = self.extend(base, &only, &known, channel).await?;
                changed.push(MonthCurve {
                    month: *month,
                    formula_version: FORMULA_VERSION,
                    members: now,
                    curve: part.to_bytes(),
                });
                part
            };
            envelope.merge(&part.with_ids(|i| there[i as usize].0));
        }
        if !changed.is_empty() {
            match self.writer().await {
                Ok(writer) => writer.put_month_curves(key, &changed).await?,
                // Who only looks on keeps nothing, and sees the same.
                Err(WireError::Forbidden { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Best {
            envelope,
            members: rows,
        })
    }

    /// Adds to an envelope whose ids count `rows` those of them that are not in `known`.
    async fn extend(
        &self,
        mut base: Envelope,
        rows: &[&DayRow],
        known: &[(ActivityId, i64)],
        channel: CurveChannel,
    ) -> Result<Envelope, WireError> {
        let mut missing = Vec::new();
        for (i, row) in (0u32..).zip(rows) {
            if known.contains(&(row.id, row.data_version)) {
                continue;
            }
            let key = (self.epoch(), row.id, row.data_version, channel);
            match self.inner.lately.get(key) {
                Some(curve) => base.add(&curve, i),
                None => missing.push((i, row.id)),
            }
        }
        let jobs = missing.into_iter().map(|(i, id)| {
            let app = self.clone();
            async move { Ok((i, app.curve_of(id, channel).await?)) }
        });
        a_few_at_once(jobs, |(i, curve)| base.add(&curve, i)).await?;
        Ok(base)
    }
}

/// Ids that counted `known` made to count `now`.
fn renumbered(base: Envelope, known: &[(ActivityId, i64)], now: &[(ActivityId, i64)]) -> Envelope {
    if known == now {
        return base;
    }
    let place: Vec<u32> = known
        .iter()
        .map(|k| {
            let at = now.iter().position(|n| n == k).unwrap_or(0);
            u32::try_from(at).unwrap_or(0)
        })
        .collect();
    base.with_ids(|i| place.get(i as usize).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use paceline_analysis::ActivityInput;
    use paceline_model::{Channel, Column, RecordedTotals, Series, Values};

    #[test]
    fn a_swim_with_a_sample_a_length_is_as_fast_over_minutes_as_its_lengths() {
        let column = |channel, values| Column {
            channel,
            values: Values::Float(values),
        };
        // Eight lengths of 25 m in 20 s each, with half a minute at the wall in the middle.
        let series = Series {
            time_ms: (0..=8)
                .map(|i| i * 20_000)
                .flat_map(|t| match t {
                    80_000 => vec![80_000, 110_000],
                    t if t > 80_000 => vec![t + 30_000],
                    t => vec![t],
                })
                .collect(),
            columns: vec![
                column(
                    Channel::Distance,
                    vec![
                        0.0, 25.0, 50.0, 75.0, 100.0, 100.0, 125.0, 150.0, 175.0, 200.0,
                    ],
                ),
                column(Channel::Speed, vec![1.25; 10]),
            ],
        };
        let totals = RecordedTotals::default();
        let curve = CurveChannel::Speed.of(&Seconds::new(ActivityInput {
            sport: Sport::Swimming,
            timed: true,
            series: &series,
            laps: &[],
            lengths: &[],
            timer: &[],
            totals: &totals,
        }));
        let best = |seconds| curve.at(seconds).map_or(0.0, |p| p.value);
        assert!((best(20) - 1.25).abs() < 1e-6);
        assert!((best(80) - 1.25).abs() < 1e-6, "{}", best(80));
        assert!((best(190) - 200.0 / 190.0).abs() < 1e-6, "{}", best(190));
    }

    #[test]
    fn a_month_begins_and_ends_on_its_days() {
        for day in [-1, 0, 30, 31, 19_782, 20_000] {
            let month = month_of(day);
            let (begins, ends) = days_of(month);
            assert!((begins..=ends).contains(&day), "{day}");
            assert_eq!((month_of(begins), month_of(ends)), (month, month));
            assert_eq!(month_of(ends + 1), month + 1);
        }
    }
}
