//! One session second by second.

use super::land::{Loop, degrees};
use super::plan::{self, Kind, Session, THRESHOLD_HR};
use super::random::Random;
use paceline_model::{
    Channel, Column, Device, Instant, Lap, Length, RecordedTotals, Recording, Series, Sport,
    TimerEvent, Values,
};
use std::f64::consts::TAU;

/// Seconds and share of threshold.
type Block = (f64, f64);

fn interval(list: &mut Vec<Block>, times: usize, on: Block, off: Block) {
    for _ in 0..times {
        list.extend([on, off]);
    }
}

fn minutes(m: f64, share: f64) -> Block {
    (m * 60.0, share)
}

/// Title, sport and blocks of a session.
fn script(s: &Session, random: &mut Random) -> (String, Sport, Vec<Block>) {
    let k = s.size;
    let mut b = vec![minutes(12.0, 0.58)];
    let (name, sport): (&str, Sport) = match s.kind {
        Kind::Endurance => {
            b.push(minutes(65.0 * k, 0.66));
            (
                random.pick(&["Valley loop", "Back roads", "Lake loop"]),
                Sport::Cycling,
            )
        }
        Kind::Long => {
            b.push(minutes(150.0 * k, 0.68));
            (
                random.pick(&["Long ride", "Hills and back roads", "Big lake loop"]),
                Sport::Cycling,
            )
        }
        Kind::Tempo => {
            interval(&mut b, 2, minutes(20.0 * k, 0.85), minutes(5.0, 0.55));
            b.push(minutes(15.0, 0.62));
            ("2 × 20 min tempo", Sport::Cycling)
        }
        Kind::Threshold => {
            interval(&mut b, 4, minutes(8.0, 1.0), minutes(4.0, 0.5));
            b.push(minutes(15.0 * k, 0.6));
            ("4 × 8 min threshold", Sport::Cycling)
        }
        Kind::Vo2 => {
            interval(&mut b, 5, minutes(3.0, 1.17), minutes(3.0, 0.45));
            b.push(minutes(20.0 * k, 0.6));
            ("5 × 3 min VO₂max", Sport::Cycling)
        }
        Kind::Race => {
            b.push(minutes(70.0 * k, 0.92));
            ("Road race", Sport::Cycling)
        }
        Kind::Recovery => {
            b = vec![minutes(50.0 * k, 0.5)];
            ("Recovery spin", Sport::Cycling)
        }
        Kind::Trainer => {
            interval(&mut b, 3, minutes(10.0, 0.92), minutes(4.0, 0.5));
            b.push(minutes(6.0 * k, 0.5));
            ("Trainer: 3 × 10 min", Sport::Cycling)
        }
        Kind::EasyRun => {
            b = vec![minutes(45.0 * k, 0.78)];
            (
                random.pick(&["Lunch run", "Easy run", "Forest run"]),
                Sport::Running,
            )
        }
        Kind::LongRun => {
            b = vec![minutes(85.0 * k, 0.79)];
            ("Long run", Sport::Running)
        }
        Kind::TempoRun => {
            b = vec![minutes(12.0, 0.76)];
            interval(&mut b, 3, minutes(8.0, 0.98), minutes(2.5, 0.65));
            b.push(minutes(8.0, 0.74));
            ("3 × 8 min tempo run", Sport::Running)
        }
        Kind::Swim => return ("Pool swim".to_owned(), Sport::Swimming, Vec::new()),
        Kind::Strength => {
            interval(&mut b, 6, minutes(3.0, 0.62), minutes(3.0 * k, 0.42));
            ("Strength", Sport::Strength)
        }
    };
    (name.to_owned(), sport, b)
}

fn scaled(channel: Channel, values: &[f64], scale: f64) -> Column {
    let raw = values
        .iter()
        .map(|v| {
            if v.is_finite() {
                (v * scale).round() as i32
            } else {
                Values::MISSING
            }
        })
        .collect();
    Column {
        channel,
        values: Values::Scaled {
            raw,
            scale,
            offset: 0.0,
        },
    }
}

pub(super) fn record(s: &Session, first_day: i64) -> Recording {
    let mut random = Random::new(s.seed);
    let absolute = first_day + s.day;
    let summer = (88.0..302.0).contains(&plan::day_of_year(absolute));
    let offset_s = if summer { 7200 } else { 3600 };
    let start = Instant((absolute * 86_400 + s.minute * 60 - i64::from(offset_s)) * 1000);
    let (name, sport, blocks) = script(s, &mut random);
    let mut r = Recording {
        start,
        timed: true,
        utc_offset_s: Some(offset_s),
        sport,
        name: Some(name),
        device: Some(Device {
            manufacturer: None,
            product: Some(
                if sport == Sport::Cycling {
                    "Sample head unit"
                } else {
                    "Sample watch"
                }
                .to_owned(),
            ),
            serial: Some(
                if sport == Sport::Cycling {
                    "100001"
                } else {
                    "100002"
                }
                .to_owned(),
            ),
        }),
        ..Recording::default()
    };
    if sport == Sport::Swimming {
        swim(&mut r, s, &mut random);
    } else {
        move_on(&mut r, s, &blocks, absolute, &mut random);
    }
    r
}

/// 25 m lengths in sets of four, a rest after each set.
fn swim(r: &mut Recording, s: &Session, random: &mut Random) {
    r.sub_sport = Some("lap_swimming".to_owned());
    let sets = (14.0 * s.size) as usize;
    let (mut t, mut metres) = (0.0f64, 0.0f64);
    let ms = |t: f64| (t * 1000.0).round() as i32;
    let mut distance = vec![0.0];
    r.series.time_ms.push(0);
    for set in 0..sets {
        let from = t;
        for _ in 0..4 {
            let begin = t;
            t += 24.0 + 0.15 * set as f64 + 0.7 * random.normal();
            metres += 25.0;
            r.lengths.push(Length {
                start_ms: ms(begin),
                end_ms: ms(t),
                active: true,
                stroke: Some("freestyle".to_owned()),
                strokes: Some((19.0 + 0.9 * random.normal()).round() as u16),
            });
            r.series.time_ms.push(ms(t));
            distance.push(metres);
        }
        r.laps.push(Lap {
            start_ms: ms(from),
            end_ms: ms(t),
            totals: RecordedTotals {
                distance_m: Some(100.0),
                ..RecordedTotals::default()
            },
            ..Lap::default()
        });
        t += random.between(12.0, 25.0);
    }
    r.series
        .columns
        .push(scaled(Channel::Distance, &distance, 100.0));
    r.totals = RecordedTotals {
        elapsed_s: Some(t),
        timer_s: Some(t),
        distance_m: Some(metres),
        calories_kcal: Some((metres * 0.24).round()),
        pool_length_m: Some(25.0),
        ..RecordedTotals::default()
    };
}

/// Times of threshold power in a race for a town sign, and in an attack of a minute in a race: what
/// is in every cyclist's season beside the intervals.
fn sprint(s: &Session, t: usize) -> Option<f64> {
    let within = |every: usize, from: usize, long: usize| {
        let at = (t % every).checked_sub(from)?;
        (at < long).then_some(at as f64)
    };
    match s.kind {
        Kind::Race => within(1_500, 1_100, 14)
            .map(|i| 3.9 - 0.1 * i)
            .or_else(|| within(1_900, 600, 65).map(|i| 2.1 - 0.009 * i)),
        Kind::Endurance if s.seed.is_multiple_of(2) => {
            within(2_100, 1_500, 10).map(|i| 3.6 - 0.12 * i)
        }
        _ => None,
    }
}

/// Everything on land: effort decides power or speed, the land decides the rest.
fn move_on(r: &mut Recording, s: &Session, blocks: &[Block], absolute: i64, random: &mut Random) {
    let total: f64 = blocks.iter().map(|b| b.0).sum();
    let (ride, run) = (r.sport == Sport::Cycling, r.sport == Sport::Running);
    let outdoors = s.kind != Kind::Trainer && (ride || run);
    if s.kind == Kind::Trainer {
        r.sub_sport = Some("indoor_cycling".to_owned());
    }
    let (ftp, pace, mass) = (
        plan::ftp(s.day),
        plan::threshold_speed(s.day),
        plan::weight(s.day) + 9.0,
    );
    let road = Loop::new(s.seed % 6, total * if ride { 7.9 } else { 2.85 });
    let season = (plan::day_of_year(absolute) / 365.0 * TAU - 1.9).sin();
    let warmth = if s.kind == Kind::Trainer {
        20.5
    } else {
        11.0 + 10.0 * season + 2.5 * random.normal()
    };

    let n = total as usize;
    let mut out = Tracks::with_capacity(n);
    let (mut noise, mut surge) = (0.0f64, 0.0f64);
    let (mut v, mut d) = (if ride { 6.0 } else { 2.4 }, 0.0f64);
    let (mut hr, mut cadence) = (92.0 + 6.0 * random.normal(), 84.0f64);
    let (mut block, mut block_end) = (0, blocks.first().map_or(0.0, |b| b.0));
    let mut lap_from = 0usize;
    // Outdoors the session ends at home: where the loop closes, whatever the blocks say.
    for t in 0..n + n / 2 {
        let home = d >= road.length() && t * 2 > n;
        if if outdoors { home } else { t >= n } {
            break;
        }
        if t as f64 >= block_end && block + 1 < blocks.len() {
            r.laps.push(lap(lap_from, t));
            lap_from = t;
            block += 1;
            block_end += blocks[block].0;
        }
        let share = blocks[block].1;
        // Slow surges and quick jitter, steadier indoors and in hard efforts.
        noise = 0.86 * noise + 0.5 * random.normal();
        surge = 0.995 * surge + 0.1 * random.normal();
        let loose = if outdoors {
            if share > 0.8 { 0.7 } else { 1.0 }
        } else {
            0.3
        };
        let grade = if outdoors { road.grade(d) } else { 0.0 };
        let effort = share * (1.0 + loose * (0.07 * noise + 0.05 * surge))
            + if outdoors { 3.2 * grade } else { 0.0 };
        let mut watts = 0.0;
        if ride {
            let coasting = outdoors
                && (grade < -0.045
                    || (share < 0.8 && random.chance(0.006))
                    || (cadence < 5.0 && random.chance(0.8)));
            watts = if coasting {
                0.0
            } else {
                (ftp * effort.clamp(0.05, 1.9)).max(0.0)
            };
            if !coasting && let Some(all_out) = sprint(s, t) {
                watts = ftp * all_out;
            }
            let wind_and_tyres = 0.5 * 1.19 * 0.34 * v * v + mass * 9.81 * (0.0055 + grade);
            v = (v + (watts / v.max(2.0) - wind_and_tyres) / mass).clamp(1.5, 17.5);
            let wanted = if watts > 20.0 {
                86.0 + 6.0 * (share - 0.7) - 180.0 * grade.max(0.0)
            } else {
                0.0
            };
            cadence = if wanted == 0.0 {
                0.0
            } else {
                (0.7 * cadence.max(60.0) + 0.3 * wanted + random.normal()).clamp(52.0, 112.0)
            };
        } else if run {
            let target = pace * effort.clamp(0.5, 1.2) * (1.0 - 3.4 * grade.clamp(-0.03, 0.12))
                - 3.2 * grade * pace;
            v += 0.12 * (target.clamp(1.8, 5.2) - v);
            cadence = 82.0 + 4.0 * (v - 3.0) + 0.6 * random.normal();
        }
        d += if ride || run { v } else { 0.0 };
        let load = if ride {
            watts / ftp
        } else if run {
            v * (1.0 + 3.2 * grade.max(-0.1)) / pace
        } else {
            effort
        };
        let drift = 7.0 * t as f64 / 10_800.0;
        let wanted = 66.0 + (THRESHOLD_HR - 66.0) * load.clamp(0.2, 1.25).powf(0.85) + drift;
        hr += (wanted - hr) / if wanted > hr { 38.0 } else { 55.0 } + 0.22 * random.normal();
        let (lat, lon) = degrees(road.at(d));
        out.push([
            lat,
            lon,
            road.height(d) + 0.15 * noise,
            d,
            v,
            hr.clamp(70.0, 187.0),
            cadence,
            watts,
            warmth + 1.5 * (t as f64 / 7_000.0).sin(),
        ]);
    }
    let n = out.0[0].len();
    r.laps.push(lap(lap_from, n));
    r.timer = vec![
        TimerEvent {
            at_ms: 0,
            running: true,
        },
        TimerEvent {
            at_ms: (n as i32) * 1000,
            running: false,
        },
    ];
    r.series = out.into_series(outdoors, ride, run);
    r.totals = RecordedTotals {
        elapsed_s: Some(n as f64),
        timer_s: Some(n as f64),
        distance_m: (ride || run).then_some(d),
        calories_kcal: Some((total / 60.0 * if ride { 9.6 } else { 11.0 }).round()),
        ..RecordedTotals::default()
    };
}

fn lap(from: usize, to: usize) -> Lap {
    Lap {
        start_ms: from as i32 * 1000,
        end_ms: to as i32 * 1000,
        trigger: Some("manual".to_owned()),
        ..Lap::default()
    }
}

/// Latitude, longitude, altitude, distance, speed, heart rate, cadence, power, temperature.
struct Tracks([Vec<f64>; 9]);

impl Tracks {
    fn with_capacity(n: usize) -> Self {
        Self(std::array::from_fn(|_| Vec::with_capacity(n)))
    }

    fn push(&mut self, values: [f64; 9]) {
        for (track, value) in self.0.iter_mut().zip(values) {
            track.push(value);
        }
    }

    fn into_series(self, outdoors: bool, ride: bool, run: bool) -> Series {
        let [lat, lon, alt, dist, speed, hr, cadence, watts, warmth] = self.0;
        let mut columns = Vec::new();
        if outdoors {
            columns.push(scaled(Channel::Latitude, &lat, 1e7));
            columns.push(scaled(Channel::Longitude, &lon, 1e7));
            columns.push(scaled(Channel::Altitude, &alt, 5.0));
        }
        if ride || run {
            columns.push(scaled(Channel::Distance, &dist, 100.0));
            columns.push(scaled(Channel::Speed, &speed, 1000.0));
            columns.push(scaled(Channel::Cadence, &cadence, 1.0));
        }
        columns.push(scaled(Channel::HeartRate, &hr, 1.0));
        if ride {
            columns.push(scaled(Channel::Power, &watts, 1.0));
        }
        columns.push(scaled(Channel::Temperature, &warmth, 1.0));
        Series {
            time_ms: (0..hr.len()).map(|t| t as i32 * 1000).collect(),
            columns,
        }
    }
}
