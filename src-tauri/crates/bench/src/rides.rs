//! Generated rides: an hour and a half at 1 Hz with eight channels, as noisy as
//! real ones (steps of power, a wandering road, a heart that follows): packed they
//! take 0.6 bytes a value, where the real files of the corpus take 0.5.

use paceline_model::{Channel, Column, Instant, Recording, Series, Sport, Values};

/// Samples of a ride.
pub const SAMPLES: usize = 5_400;

/// A small generator with a fixed seed: the same rides in every run.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal, deviation 1.
    fn normal(&mut self) -> f64 {
        (0..6).map(|_| self.unit()).sum::<f64>() * 1.414 - 4.242
    }
}

/// The ride of a day: each starts a day after the one before, so that no two are taken for one.
pub fn recording(day: u32) -> Recording {
    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ (u64::from(day) + 1).wrapping_mul(0xD134_2543));
    let mut columns: [Vec<i32>; 8] = std::array::from_fn(|_| Vec::with_capacity(SAMPLES));
    let (mut heading, mut north, mut east, mut height) =
        (random.unit() * std::f64::consts::TAU, 0.0, 0.0, 420.0);
    let (mut target, mut power, mut heart, mut slope, mut distance) = (190.0, 0.0, 100.0, 0.0, 0.0);
    let (mut speed, mut bend, mut coasting, mut cadence) = (7.0, 0.0, false, 86.0);
    for _ in 0..SAMPLES {
        if random.unit() < 0.01 {
            target = 90.0 + 240.0 * random.unit();
        }
        slope = 0.998 * slope + 0.0008 * random.normal();
        coasting = if coasting {
            random.unit() < 0.93
        } else {
            random.unit() < 0.006
        };
        power = if coasting {
            0.0
        } else {
            (0.7 * power + 0.3 * (target + 2500.0 * slope + 30.0 * random.normal())).max(0.0)
        };
        let aim = (2.0 + 0.62 * (power + 30.0).powf(0.47) - 60.0 * slope).clamp(1.5, 19.0);
        speed += (aim - speed) / 12.0;
        heart += (95.0 + 0.28 * power - heart) / 40.0 + 0.1 * random.normal();
        bend = 0.95 * bend + 0.004 * random.normal();
        heading += bend;
        north += speed * heading.cos();
        east += speed * heading.sin();
        height += speed * slope;
        distance += speed;
        let semicircles = 2_147_483_648.0 / 180.0 / 111_195.0;
        cadence += (86.0 - cadence) / 20.0 + 0.6 * random.normal();
        let row = [
            561_200_000.0 + north * semicircles,
            101_400_000.0 + east * semicircles * 1.47,
            (height + 500.0) * 5.0,
            distance * 100.0,
            // Recorders write a speed in steps, sensors count turns of a wheel.
            (speed * 50.0).round() * 20.0,
            heart,
            if coasting {
                0.0
            } else {
                cadence.round() * 128.0
            },
            power,
        ];
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value.round() as i32);
        }
    }
    let channels = [
        (Channel::Latitude, 2_147_483_648.0 / 180.0, 0.0),
        (Channel::Longitude, 2_147_483_648.0 / 180.0, 0.0),
        (Channel::Altitude, 5.0, 500.0),
        (Channel::Distance, 100.0, 0.0),
        (Channel::Speed, 1000.0, 0.0),
        (Channel::HeartRate, 1.0, 0.0),
        (Channel::Cadence, 128.0, 0.0),
        (Channel::Power, 1.0, 0.0),
    ];
    Recording {
        start: Instant::from_unix_s(1_500_000_000 + i64::from(day) * 86_400),
        timed: true,
        sport: Sport::Cycling,
        series: Series {
            time_ms: (0..SAMPLES as i32).map(|i| i * 1000).collect(),
            columns: channels
                .into_iter()
                .zip(columns)
                .map(|((channel, scale, offset), raw)| Column {
                    channel,
                    values: Values::Scaled { raw, scale, offset },
                })
                .collect(),
        },
        ..Recording::default()
    }
}

/// The ride of a day as a FIT file.
pub fn fit(day: u32) -> Vec<u8> {
    paceline_formats::fit::encode(&recording(day)).unwrap_or_default()
}

/// The ride of a day as a GPX file.
pub fn gpx(day: u32) -> Vec<u8> {
    paceline_formats::gpx::encode(&recording(day)).unwrap_or_default()
}

/// The ride of a day as a TCX file.
pub fn tcx(day: u32) -> Vec<u8> {
    paceline_formats::tcx::encode(&recording(day)).unwrap_or_default()
}
