use paceline_model::{Change, Channel, Column, Edit, Series, Values};

/// The samples after the enabled edits, applied in the order of the list; the original is not
/// touched.
///
/// Times stay those of the original, so that a range means the same before and after any other
/// edit; only [`Change::Trim`], [`Change::CropOut`] and [`Change::OrderTime`] take samples away.
/// A changed value is rounded to the recorder's own resolution (a watt, a fifth of a metre …); one
/// that cannot be written in it is missing. Values and channels outside an edit's range keep every
/// bit. A channel that is not there and a range without samples change nothing.
#[must_use]
pub fn apply(series: &Series, edits: &[Edit]) -> Series {
    let mut out = series.clone();
    for edit in edits.iter().filter(|e| e.enabled) {
        change(&mut out, &edit.change);
    }
    out
}

pub(super) fn change(series: &mut Series, change: &Change) {
    match change {
        Change::SetMissing {
            channel,
            from_ms,
            to_ms,
        } => each(series, channel, *from_ms, *to_ms, |_| f64::NAN),
        Change::Interpolate {
            channel,
            from_ms,
            to_ms,
        } => interpolate(series, channel, *from_ms, *to_ms),
        Change::Clamp {
            channel,
            from_ms,
            to_ms,
            min,
            max,
        } => each(series, channel, *from_ms, *to_ms, |v| {
            // A missing sample stays so: `f64::max` would take the bound for it.
            if v.is_nan() {
                return v;
            }
            let v = min.map_or(v, |m| v.max(m));
            max.map_or(v, |m| v.min(m))
        }),
        Change::Scale {
            channel,
            from_ms,
            to_ms,
            factor,
        } => each(series, channel, *from_ms, *to_ms, |v| {
            floored(channel, v * factor)
        }),
        Change::Offset {
            channel,
            from_ms,
            to_ms,
            add,
        } => each(series, channel, *from_ms, *to_ms, |v| {
            floored(channel, v + add)
        }),
        Change::ReplaceWithConstant {
            channel,
            from_ms,
            to_ms,
            value,
        } => each(series, channel, *from_ms, *to_ms, |_| *value),
        Change::DriftCorrect {
            from_ms,
            to_ms,
            start_m,
            end_m,
        } => {
            let span = f64::from(*to_ms) - f64::from(*from_ms);
            each_at(series, &Channel::Altitude, *from_ms, *to_ms, |v, t| {
                v + start_m + (end_m - start_m) * (f64::from(t) - f64::from(*from_ms)) / span
            });
        }
        Change::RemovePosition { from_ms, to_ms } => {
            for channel in [Channel::Latitude, Channel::Longitude] {
                each(series, &channel, *from_ms, *to_ms, |_| f64::NAN);
            }
        }
        Change::Trim { from_ms, to_ms } => {
            keep(series, |t| t >= *from_ms && t <= *to_ms);
        }
        Change::CropOut { from_ms, to_ms } => {
            keep(series, |t| t < *from_ms || t >= *to_ms);
        }
        Change::OrderTime => order(series),
    }
}

const fn may_be_negative(channel: &Channel) -> bool {
    matches!(
        channel,
        Channel::Latitude
            | Channel::Longitude
            | Channel::Altitude
            | Channel::Temperature
            | Channel::CoreTemperature
            | Channel::Grade
            | Channel::Other(_)
    )
}

fn floored(channel: &Channel, v: f64) -> f64 {
    if v < 0.0 && !may_be_negative(channel) {
        0.0
    } else {
        v
    }
}

fn put(values: &mut Values, index: usize, v: f64) {
    match values {
        Values::Scaled { raw, scale, offset } => {
            if let Some(slot) = raw.get_mut(index) {
                let scaled = ((v + *offset) * *scale).round();
                *slot = if scaled > f64::from(i32::MIN) && scaled <= f64::from(i32::MAX) {
                    scaled as i32
                } else {
                    Values::MISSING
                };
            }
        }
        Values::Float(all) => {
            if let Some(slot) = all.get_mut(index) {
                let narrow = v as f32;
                *slot = if narrow.is_finite() { narrow } else { f32::NAN };
            }
        }
    }
}

fn each(series: &mut Series, channel: &Channel, from: i32, to: i32, f: impl Fn(f64) -> f64) {
    each_at(series, channel, from, to, |v, _| f(v));
}

/// `f` of value and time for every sample of the range; what `f` leaves as it is keeps its bits.
fn each_at(
    series: &mut Series,
    channel: &Channel,
    from: i32,
    to: i32,
    f: impl Fn(f64, i32) -> f64,
) {
    let Some(column) = series.columns.iter_mut().find(|c| c.channel == *channel) else {
        return;
    };
    for (i, &t) in series.time_ms.iter().enumerate() {
        if t < from || t >= to {
            continue;
        }
        let before = column.values.get(i).unwrap_or(f64::NAN);
        let after = f(before, t);
        if after.to_bits() != before.to_bits() && !(after.is_nan() && before.is_nan()) {
            put(&mut column.values, i, after);
        }
    }
}

fn interpolate(series: &mut Series, channel: &Channel, from: i32, to: i32) {
    let times = &series.time_ms;
    let inside = |t: i32| t >= from && t < to;
    let Some(column) = series.columns.iter_mut().find(|c| c.channel == *channel) else {
        return;
    };
    let Some(first) = times.iter().position(|t| inside(*t)) else {
        return;
    };
    let last = times.iter().rposition(|t| inside(*t)).unwrap_or(first);
    let known = |i: usize| column.values.get(i).map(|v| (f64::from(times[i]), v));
    let before = (0..first).rev().find_map(known);
    let after = (last + 1..times.len()).find_map(known);
    let line = |t: i32| match (before, after) {
        (Some((a, u)), Some((b, v))) if b > a => {
            u + (v - u) * ((f64::from(t) - a) / (b - a)).clamp(0.0, 1.0)
        }
        (Some((_, u)), _) => u,
        (None, Some((_, v))) => v,
        (None, None) => f64::NAN,
    };
    for (i, &t) in times.iter().enumerate().take(last + 1).skip(first) {
        if inside(t) {
            put(&mut column.values, i, line(t));
        }
    }
}

/// Keeps the samples whose time `stays`, and closes the recorded distance over those that go.
fn keep(series: &mut Series, stays: impl Fn(i32) -> bool) {
    let times = &series.time_ms;
    let Some(first) = times.iter().position(|t| !stays(*t)) else {
        return;
    };
    let kept: Vec<usize> = (0..times.len()).filter(|i| stays(times[*i])).collect();
    if let Some(column) = series
        .columns
        .iter_mut()
        .find(|c| c.channel == Channel::Distance)
    {
        close_distance(column, &kept, first);
    }
    pick(series, &kept);
}

/// Takes off the metres of each stretch that is left out, from every sample after it. Before the
/// first kept sample the first recorded value stands.
fn close_distance(column: &mut Column, kept: &[usize], first_gone: usize) {
    let start = (0..column.values.len()).find(|i| column.values.get(*i).is_some());
    match &mut column.values {
        Values::Scaled { raw, .. } => {
            let missing = |r: i32| r == Values::MISSING;
            let mut last = start.map(|i| i64::from(raw[i]));
            let mut before: Option<usize> = None;
            let mut shift = 0i64;
            for &i in kept {
                let Some(&r) = raw.get(i).filter(|r| !missing(**r)) else {
                    continue;
                };
                let value = i64::from(r);
                let gone = i > first_gone && before.is_none_or(|b| broken(kept, b, i));
                if let (true, Some(l)) = (gone, last) {
                    shift += (value - l).max(0);
                }
                last = Some(value);
                before = Some(i);
                raw[i] = (value - shift).clamp(i64::from(i32::MIN) + 1, i64::from(i32::MAX)) as i32;
            }
        }
        Values::Float(all) => {
            let mut last = start.map(|i| f64::from(all[i]));
            let mut before: Option<usize> = None;
            let mut shift = 0.0f64;
            for &i in kept {
                let Some(value) = all.get(i).filter(|v| v.is_finite()).map(|v| f64::from(*v))
                else {
                    continue;
                };
                let gone = i > first_gone && before.is_none_or(|b| broken(kept, b, i));
                if let (true, Some(l)) = (gone, last) {
                    shift += (value - l).max(0.0);
                }
                last = Some(value);
                before = Some(i);
                if shift > 0.0 {
                    all[i] = (value - shift) as f32;
                }
            }
        }
    }
}

/// Whether any sample between two kept ones was left out.
fn broken(kept: &[usize], a: usize, b: usize) -> bool {
    kept.partition_point(|k| *k < b) - kept.partition_point(|k| *k < a) != b - a
}

fn pick(series: &mut Series, kept: &[usize]) {
    series.time_ms = kept.iter().map(|&i| series.time_ms[i]).collect();
    for column in &mut series.columns {
        match &mut column.values {
            Values::Scaled { raw, .. } => {
                *raw = kept
                    .iter()
                    .map(|&i| raw.get(i).copied().unwrap_or(Values::MISSING))
                    .collect();
            }
            Values::Float(all) => {
                *all = kept
                    .iter()
                    .map(|&i| all.get(i).copied().unwrap_or(f32::NAN))
                    .collect();
            }
        }
    }
}

/// Sorts by time; of samples that share one, each channel keeps the first value that is there.
fn order(series: &mut Series) {
    if series.time_ms.windows(2).all(|w| w[0] < w[1]) {
        return;
    }
    let mut sorted: Vec<usize> = (0..series.time_ms.len()).collect();
    sorted.sort_by_key(|&i| series.time_ms[i]);
    pick(series, &sorted);
    let mut first = 0;
    let mut kept = Vec::new();
    for i in 0..series.time_ms.len() {
        if i == 0 || series.time_ms[i] != series.time_ms[first] {
            first = i;
            kept.push(i);
            continue;
        }
        for column in &mut series.columns {
            if column.values.get(first).is_some() {
                continue;
            }
            match &mut column.values {
                Values::Scaled { raw, .. } => raw[first] = raw[i],
                Values::Float(all) => all[first] = all[i],
            }
        }
    }
    pick(series, &kept);
}
