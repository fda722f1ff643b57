use super::apply::apply;
use crate::ActivityInput;
use paceline_model::{
    Change, Channel, Edit, Lap, Length, RecordedTotals, Recording, Series, Sport, TimerEvent,
};

/// An activity as the edits leave it: what is analysed in place of the recording.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Edited {
    pub sport: Sport,
    pub timed: bool,
    pub series: Series,
    pub laps: Vec<Lap>,
    pub lengths: Vec<Length>,
    pub timer: Vec<TimerEvent>,
    pub totals: RecordedTotals,
}

impl Edited {
    /// The same, to be analysed.
    #[must_use]
    pub fn input(&self) -> ActivityInput<'_> {
        ActivityInput {
            sport: self.sport,
            timed: self.timed,
            series: &self.series,
            laps: &self.laps,
            lengths: &self.lengths,
            timer: &self.timer,
            totals: &self.totals,
        }
    }
}

/// Samples by [`apply`], and what stands beside them in their wake.
///
/// The start of the recording and every time stay. Trimming cuts laps at the new edges and drops
/// laps, pool lengths and timer events outside; cropping out stops the timer over the range and
/// drops the lengths in it. Totals the recorder counted over samples that are no longer so, of the
/// activity and of each lap touched, are forgotten, and the samples decide.
#[must_use]
pub fn apply_to(input: &ActivityInput, edits: &[Edit]) -> Edited {
    let mut out = Edited {
        sport: input.sport,
        timed: input.timed,
        series: apply(input.series, edits),
        laps: input.laps.to_vec(),
        lengths: input.lengths.to_vec(),
        timer: input.timer.to_vec(),
        totals: *input.totals,
    };
    for edit in edits.iter().filter(|e| e.enabled) {
        match &edit.change {
            Change::Trim { from_ms, to_ms } => trim(&mut out, *from_ms, *to_ms, input.series),
            Change::CropOut { from_ms, to_ms } => crop(&mut out, *from_ms, *to_ms),
            change => {
                let Some((channel, from, to)) = scope(change) else {
                    continue;
                };
                if input.series.column(&channel).is_none() {
                    continue;
                }
                forget(&mut out.totals, &channel);
                for lap in &mut out.laps {
                    if lap.start_ms < to && lap.end_ms > from {
                        forget(&mut lap.totals, &channel);
                    }
                }
            }
        }
    }
    out
}

/// A recording with [`apply_to`] done to it; R-R intervals outside what is kept go too.
#[must_use]
pub fn apply_to_recording(recording: &Recording, edits: &[Edit]) -> Recording {
    let edited = apply_to(&ActivityInput::from(recording), edits);
    let mut rr = recording.rr.clone();
    for edit in edits.iter().filter(|e| e.enabled) {
        match edit.change {
            Change::Trim { from_ms, to_ms } => rr.retain(|b| b.0 >= from_ms && b.0 <= to_ms),
            Change::CropOut { from_ms, to_ms } => rr.retain(|b| b.0 < from_ms || b.0 >= to_ms),
            _ => {}
        }
    }
    Recording {
        series: edited.series,
        laps: edited.laps,
        lengths: edited.lengths,
        timer: edited.timer,
        totals: edited.totals,
        rr,
        ..recording.clone()
    }
}

/// The channel and range a change of values touches.
fn scope(change: &Change) -> Option<(Channel, i32, i32)> {
    match change {
        Change::SetMissing {
            channel,
            from_ms,
            to_ms,
        }
        | Change::Interpolate {
            channel,
            from_ms,
            to_ms,
        }
        | Change::Clamp {
            channel,
            from_ms,
            to_ms,
            ..
        }
        | Change::Scale {
            channel,
            from_ms,
            to_ms,
            ..
        }
        | Change::Offset {
            channel,
            from_ms,
            to_ms,
            ..
        }
        | Change::ReplaceWithConstant {
            channel,
            from_ms,
            to_ms,
            ..
        } => Some((channel.clone(), *from_ms, *to_ms)),
        Change::DriftCorrect { from_ms, to_ms, .. } => Some((Channel::Altitude, *from_ms, *to_ms)),
        Change::RemovePosition { .. }
        | Change::Trim { .. }
        | Change::CropOut { .. }
        | Change::OrderTime => None,
    }
}

fn forget(totals: &mut RecordedTotals, channel: &Channel) {
    match channel {
        Channel::Power => {
            totals.avg_power = None;
            totals.max_power = None;
            totals.work_j = None;
        }
        Channel::HeartRate => {
            totals.avg_hr = None;
            totals.max_hr = None;
        }
        Channel::Cadence => totals.avg_cadence = None,
        Channel::Speed => {
            totals.avg_speed = None;
            totals.max_speed = None;
        }
        Channel::Distance => {
            totals.distance_m = None;
            totals.avg_speed = None;
        }
        Channel::Altitude => {
            totals.ascent_m = None;
            totals.descent_m = None;
        }
        _ => {}
    }
}

const fn only_the_pool(totals: &RecordedTotals) -> RecordedTotals {
    RecordedTotals {
        elapsed_s: None,
        timer_s: None,
        distance_m: None,
        ascent_m: None,
        descent_m: None,
        calories_kcal: None,
        work_j: None,
        avg_hr: None,
        max_hr: None,
        avg_power: None,
        max_power: None,
        avg_cadence: None,
        avg_speed: None,
        max_speed: None,
        pool_length_m: totals.pool_length_m,
    }
}

/// Whether the timer ran just before `at_ms`; it does until an event says otherwise.
fn running(timer: &[TimerEvent], at_ms: i32) -> bool {
    let before = timer.iter().rfind(|e| e.at_ms < at_ms);
    before.is_none_or(|e| e.running)
}

fn trim(out: &mut Edited, from: i32, to: i32, original: &Series) {
    let times = &original.time_ms;
    let samples_stay = times.iter().all(|t| *t >= from && *t <= to);
    let laps_stay = out
        .laps
        .iter()
        .all(|l| l.start_ms >= from && l.end_ms <= to);
    if samples_stay && laps_stay {
        return;
    }
    out.totals = only_the_pool(&out.totals);
    out.laps.retain(|l| l.end_ms > from && l.start_ms < to);
    for lap in &mut out.laps {
        if lap.start_ms < from || lap.end_ms > to {
            lap.start_ms = lap.start_ms.max(from);
            lap.end_ms = lap.end_ms.min(to);
            lap.totals = only_the_pool(&lap.totals);
        }
    }
    out.lengths.retain(|l| l.start_ms >= from && l.end_ms <= to);
    let stopped = !running(&out.timer, from);
    out.timer.retain(|e| e.at_ms >= from && e.at_ms <= to);
    if stopped {
        out.timer.insert(
            0,
            TimerEvent {
                at_ms: from,
                running: false,
            },
        );
    }
}

fn crop(out: &mut Edited, from: i32, to: i32) {
    if from >= to {
        return;
    }
    out.totals = only_the_pool(&out.totals);
    for lap in &mut out.laps {
        if lap.start_ms < to && lap.end_ms > from {
            lap.totals = only_the_pool(&lap.totals);
        }
    }
    out.lengths.retain(|l| l.end_ms <= from || l.start_ms >= to);
    let (before, after) = (running(&out.timer, from), running(&out.timer, to));
    out.timer.retain(|e| e.at_ms < from || e.at_ms >= to);
    let at = out.timer.partition_point(|e| e.at_ms < from);
    let stop = before.then_some(TimerEvent {
        at_ms: from,
        running: false,
    });
    let start = after.then_some(TimerEvent {
        at_ms: to,
        running: true,
    });
    out.timer.splice(at..at, stop.into_iter().chain(start));
}
