use paceline_model::{
    Channel, Column, Lap, Length, RecordedTotals, Recording, Series, Sport, TimerEvent, Values,
};

/// A sample holds for at most this long: smart recording leaves gaps up to about 8 s.
pub const MAX_HOLD_S: f64 = 10.0;
/// Longer spans than a week are a damaged clock; the second-by-second view is not built.
const MAX_SECONDS: usize = 7 * 86_400;

/// What the analysis reads; a fresh recording and a stored activity both give it.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct ActivityInput<'a> {
    pub sport: Sport,
    pub timed: bool,
    pub series: &'a Series,
    pub laps: &'a [Lap],
    pub lengths: &'a [Length],
    pub timer: &'a [TimerEvent],
    pub totals: &'a RecordedTotals,
}

impl<'a> From<&'a Recording> for ActivityInput<'a> {
    fn from(r: &'a Recording) -> Self {
        Self {
            sport: r.sport,
            timed: r.timed,
            series: &r.series,
            laps: &r.laps,
            lengths: &r.lengths,
            timer: &r.timer,
            totals: &r.totals,
        }
    }
}

/// The samples laid out for counting.
pub(crate) struct Axis<'a> {
    pub input: ActivityInput<'a>,
    /// Seconds for which each sample holds.
    pub hold: Vec<f64>,
    /// Metres covered up to each sample, never decreasing; empty if unknown.
    pub distance: Vec<f64>,
    /// Metres per second; empty if unknown.
    pub speed: Vec<f64>,
    /// Whether each sample's hold is in motion.
    pub moving: Vec<bool>,
    pub power: Vec<f64>,
    pub heart_rate: Vec<f64>,
    pub cadence: Vec<f64>,
    pub altitude: Vec<f64>,
    pub temperature: Vec<f64>,
}

impl<'a> Axis<'a> {
    /// What figures are computed from.
    pub(crate) fn new(input: ActivityInput<'a>) -> Self {
        let mut axis = Self::recorded(input);
        axis.power = possible(axis.power);
        axis
    }

    /// As it was recorded, faults of sensors and all.
    pub(crate) fn recorded(input: ActivityInput<'a>) -> Self {
        let series = input.series;
        let get = |c: Channel| match series.values(&c) {
            Some(v) if v.len() == series.len() && v.iter().any(|x| x.is_finite()) => v,
            _ => Vec::new(),
        };
        let hold = holds(input);
        let recorded = get(Channel::Distance);
        let known: Vec<bool> = recorded.iter().map(|d| d.is_finite()).collect();
        let distance = if recorded.is_empty() {
            from_positions(input, &get(Channel::Latitude), &get(Channel::Longitude))
        } else {
            monotonic(recorded)
        };
        let mut speed = get(Channel::Speed);
        if speed.is_empty() {
            speed = derive_speed(&series.time_ms, &distance);
            bridge(&series.time_ms, &distance, &known, &mut speed);
        }
        let limit = stopped_below(input.sport);
        let moving = (0..series.len())
            .map(|i| match speed.get(i) {
                Some(v) if v.is_finite() => *v >= limit,
                // Without a speed the timer decides.
                _ => true,
            })
            .collect();
        Self {
            input,
            hold,
            distance,
            speed,
            moving,
            power: get(Channel::Power),
            heart_rate: get(Channel::HeartRate),
            cadence: get(Channel::Cadence),
            altitude: get(Channel::Altitude),
            temperature: get(Channel::Temperature),
        }
    }

    /// Distance and speed where nobody recorded them, for drawing; a route without times has no
    /// speed.
    pub(crate) fn derived(&self) -> Vec<Column> {
        let series = self.input.series;
        [
            (Channel::Distance, &self.distance),
            (Channel::Speed, &self.speed),
        ]
        .into_iter()
        .filter(|(channel, values)| !values.is_empty() && series.column(channel).is_none())
        .map(|(channel, values)| Column {
            channel,
            values: Values::Float(values.iter().map(|v| *v as f32).collect()),
        })
        .collect()
    }

    /// The channel second by second from the sample at `from` to the one before `to`: NaN where not recorded.
    pub(crate) fn per_second(&self, values: &[f64], from: usize, to: usize) -> Vec<f64> {
        let times = &self.input.series.time_ms;
        if values.is_empty() || from >= to {
            return Vec::new();
        }
        let start = i64::from(times[from]);
        let span = (i64::from(times[to - 1]) - start) / 1000 + 1;
        let Ok(n) = usize::try_from(span) else {
            return Vec::new();
        };
        if n > MAX_SECONDS {
            return Vec::new();
        }
        let steady = n == to - from && self.hold[from..to].iter().all(|h| *h == 1.0);
        if steady
            && times[from..to]
                .windows(2)
                .all(|w| w[1].wrapping_sub(w[0]) == 1000)
        {
            return values[from..to].to_vec();
        }
        // A second belongs to the sample that holds at its middle.
        let middle_after = |ms: i64| (ms + 499).div_euclid(1000).max(0) as usize;
        let mut out = vec![f64::NAN; n];
        for i in from..to {
            let first = i64::from(times[i]) - start;
            let hold = (self.hold[i] * 1000.0) as i64;
            let a = middle_after(first);
            let b = middle_after(first + hold);
            // Half a second and more is seen even where no middle falls into it.
            let b = if a >= b && hold >= 500 { a + 1 } else { b };
            for second in out.iter_mut().take(b.min(n)).skip(a) {
                *second = values[i];
            }
        }
        out
    }

    /// The whole of a channel second by second, without laying out the others.
    pub(crate) fn spread(input: &ActivityInput, values: &[f64]) -> Vec<f64> {
        let axis = Axis {
            hold: holds(*input),
            ..Axis::bare(*input)
        };
        axis.per_second(values, 0, input.series.len())
    }

    fn bare(input: ActivityInput<'a>) -> Self {
        Self {
            input,
            hold: Vec::new(),
            distance: Vec::new(),
            speed: Vec::new(),
            moving: Vec::new(),
            power: Vec::new(),
            heart_rate: Vec::new(),
            cadence: Vec::new(),
            altitude: Vec::new(),
            temperature: Vec::new(),
        }
    }

    /// Indices of the samples in `[from_ms, to_ms)`.
    pub(crate) fn range(&self, from_ms: i32, to_ms: i32) -> (usize, usize) {
        let times = &self.input.series.time_ms;
        (
            times.partition_point(|t| *t < from_ms),
            times.partition_point(|t| *t < to_ms),
        )
    }
}

/// Above this a power meter has lost its mind; track sprinters reach 2,600 W.
pub(crate) const MAX_POWER_W: f64 = 3_000.0;

/// What no human gives is no measurement: such a sample counts as not recorded.
fn possible(mut power: Vec<f64>) -> Vec<f64> {
    for watts in &mut power {
        if *watts > MAX_POWER_W {
            *watts = f64::NAN;
        }
    }
    power
}

/// Below this, in metres per second, the athlete stands: drift of a GPS at rest is slower.
/// GoldenCheetah calls any speed or cadence above 0 motion.
const fn stopped_below(sport: Sport) -> f64 {
    match sport {
        Sport::Cycling => 0.8,
        Sport::Swimming => 0.1,
        Sport::Walking | Sport::Hiking => 0.25,
        _ => 0.5,
    }
}

/// Seconds each sample holds; 0 while the timer is stopped.
fn holds(input: ActivityInput) -> Vec<f64> {
    let times = &input.series.time_ms;
    let mut holds: Vec<f64> = times
        .windows(2)
        .map(|w| {
            let gap = (i64::from(w[1]) - i64::from(w[0])) as f64 / 1000.0;
            gap.clamp(0.0, MAX_HOLD_S)
        })
        .collect();
    if !times.is_empty() {
        // The last sample holds as long as its kind usually does.
        holds.push(holds.last().copied().unwrap_or(1.0).min(1.0));
    }
    for (start, end) in pauses(input.timer) {
        let first = times
            .partition_point(|t| i64::from(*t) < start)
            .saturating_sub(1);
        for i in first..times.len() {
            let t = i64::from(times[i]);
            if t >= end {
                break;
            }
            let until = t as f64 + holds[i] * 1000.0;
            let covered = until.min(end as f64) - (t.max(start)) as f64;
            holds[i] = (holds[i] - covered.max(0.0) / 1000.0).max(0.0);
        }
    }
    holds
}

/// Spans in milliseconds in which the timer is stopped.
fn pauses(timer: &[TimerEvent]) -> Vec<(i64, i64)> {
    let mut spans = Vec::new();
    let mut stopped: Option<i64> = None;
    for event in timer {
        let at = i64::from(event.at_ms);
        match (event.running, stopped) {
            (false, None) => stopped = Some(at),
            (true, Some(from)) => {
                if at > from {
                    spans.push((from, at));
                }
                stopped = None;
            }
            _ => {}
        }
    }
    // A stop that nothing follows is the end; samples after it are the recorder's own closing.
    spans
}

fn monotonic(mut distance: Vec<f64>) -> Vec<f64> {
    let mut last = 0.0f64;
    let mut first = None;
    for d in &mut distance {
        if d.is_finite() {
            let zero = *first.get_or_insert(if *d < 100.0 { 0.0 } else { *d });
            last = last.max(*d - zero);
        }
        *d = last;
    }
    distance
}

/// Great-circle distances summed, mean Earth radius 6,371,008.8 m (IUGG). What lies between the
/// last sample before a pause and the first after it was not recorded, and does not count.
fn from_positions(input: ActivityInput, lat: &[f64], lon: &[f64]) -> Vec<f64> {
    if lat.is_empty() || lon.len() != lat.len() {
        return Vec::new();
    }
    let times = &input.series.time_ms;
    let pauses = pauses(input.timer);
    let mut pauses = pauses.iter().peekable();
    let mut last: Option<(f64, f64, i64)> = None;
    let mut sum = 0.0;
    lat.iter()
        .zip(lon)
        .zip(times)
        .map(|((&a, &b), &t)| {
            let t = i64::from(t);
            if a.is_finite() && b.is_finite() {
                if let Some((p, q, before)) = last {
                    while pauses.next_if(|pause| pause.1 <= before).is_some() {}
                    let paused = pauses
                        .peek()
                        .is_some_and(|pause| pause.0 >= before && pause.1 <= t);
                    if !paused {
                        sum += haversine(p, q, a, b);
                    }
                }
                last = Some((a, b, t));
            }
            sum
        })
        .collect()
}

pub(crate) fn haversine(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let (p1, p2) = (lat1.to_radians(), lat2.to_radians());
    let dp = ((p2 - p1) / 2.0).sin();
    let dl = ((lon2 - lon1).to_radians() / 2.0).sin();
    let h = dp * dp + p1.cos() * p2.cos() * dl * dl;
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

/// Where samples without a distance lie between two that have one, as in pools that are recorded by
/// the length, nothing says when the way was made: it was made evenly.
fn bridge(times: &[i32], distance: &[f64], known: &[bool], speed: &mut [f64]) {
    if speed.len() != known.len() {
        return;
    }
    let mut from = 0;
    for i in (0..known.len()).filter(|i| known[*i]) {
        let seconds = (i64::from(times[i]) - i64::from(times[from])) as f64 / 1000.0;
        // Closer ones are within the five seconds that a speed is taken over.
        if i - from > 1 && seconds > 5.0 {
            speed[from..=i].fill((distance[i] - distance[from]) / seconds);
        }
        from = i;
    }
}

/// Speed over the five seconds around each sample, from distances.
fn derive_speed(times: &[i32], distance: &[f64]) -> Vec<f64> {
    if distance.is_empty() || times.last() == times.first() {
        return Vec::new();
    }
    let n = times.len();
    let (mut a, mut b) = (0, 0);
    (0..n)
        .map(|i| {
            let t = i64::from(times[i]);
            while i64::from(times[a]) < t - 2500 {
                a += 1;
            }
            while b + 1 < n && i64::from(times[b + 1]) <= t + 2500 {
                b += 1;
            }
            let (p, q) = (a.min(i.saturating_sub(1)), b.max((i + 1).min(n - 1)));
            let dt = (i64::from(times[q]) - i64::from(times[p])) as f64 / 1000.0;
            if dt > 0.0 {
                (distance[q] - distance[p]) / dt
            } else {
                f64::NAN
            }
        })
        .collect()
}
