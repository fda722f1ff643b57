//! The landscape: a height for every place, and loops through it.

use super::random::Random;
use std::f64::consts::TAU;

/// Home, degrees: hills that look like the Alpine foreland, roads that are made up.
const HOME: (f64, f64) = (47.28, 9.12);
const METRES_PER_DEGREE: f64 = 111_195.0;

/// Metres above sea level at `x` metres east and `y` north of home.
pub(super) fn height(x: f64, y: f64) -> f64 {
    let wave = |lx: f64, ly: f64, phase: f64| (x / lx + y / ly + phase).sin();
    560.0
        + 90.0 * wave(3_900.0, 5_300.0, 0.4)
        + 70.0 * wave(-2_700.0, 3_100.0, 1.9)
        + 26.0 * wave(1_150.0, -940.0, 0.7)
        + 5.0 * wave(310.0, 270.0, 2.2)
}

/// Harmonics of a road's shape: enough for bends, few enough that it never crosses its middle.
const BENDS: usize = 12;

/// A road that ends where it begins.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    centre: (f64, f64),
    radius: f64,
    waves: [(f64, f64); BENDS],
    start: f64,
    turn: f64,
    /// Metres along the road at equal steps of angle.
    mileage: Vec<f64>,
}

impl Loop {
    const STEPS: usize = 2_000;

    /// Road number `seed` of about `length` metres; the same number gives the same road.
    pub fn new(seed: u64, length: f64) -> Self {
        let mut random = Random::new(0x10A0 + seed);
        let start = random.between(0.0, TAU);
        let mut waves = [(0.0, 0.0); BENDS];
        for (k, wave) in waves.iter_mut().enumerate() {
            *wave = (
                random.between(0.03, 0.2) / ((k + 1) as f64).powf(0.9),
                random.between(0.0, TAU),
            );
        }
        let mut road = Self {
            centre: (0.0, 0.0),
            radius: 1.0,
            waves,
            start,
            turn: if random.chance(0.5) { 1.0 } else { -1.0 },
            mileage: Vec::new(),
        };
        let unit = road.measure();
        road.radius = length / unit;
        // Home lies on the road.
        let (x, y) = road.at_angle(0.0);
        road.centre = (-x, -y);
        road.measure();
        road
    }

    fn at_angle(&self, a: f64) -> (f64, f64) {
        let angle = self.start + self.turn * a;
        let mut r = 1.0;
        for (k, (amplitude, phase)) in self.waves.iter().enumerate() {
            r += amplitude * ((k + 2) as f64 * angle + phase).cos();
        }
        (
            self.centre.0 + self.radius * r * angle.cos(),
            self.centre.1 + self.radius * r * angle.sin(),
        )
    }

    fn measure(&mut self) -> f64 {
        self.mileage.clear();
        let mut sum = 0.0;
        let mut last = self.at_angle(0.0);
        for i in 0..=Self::STEPS {
            let here = self.at_angle(TAU * i as f64 / Self::STEPS as f64);
            sum += (here.0 - last.0).hypot(here.1 - last.1);
            self.mileage.push(sum);
            last = here;
        }
        sum
    }

    /// Metres around.
    pub fn length(&self) -> f64 {
        self.mileage[Self::STEPS]
    }

    /// East and north of home after `metres` on the road.
    pub fn at(&self, metres: f64) -> (f64, f64) {
        let total = self.mileage[Self::STEPS];
        let m = metres.rem_euclid(total);
        let i = self
            .mileage
            .partition_point(|x| *x <= m)
            .clamp(1, Self::STEPS);
        let (a, b) = (self.mileage[i - 1], self.mileage[i]);
        let f = if b > a { (m - a) / (b - a) } else { 0.0 };
        self.at_angle(TAU * ((i - 1) as f64 + f) / Self::STEPS as f64)
    }

    /// Metres above sea level there.
    pub fn height(&self, metres: f64) -> f64 {
        let (x, y) = self.at(metres);
        height(x, y)
    }

    /// Rise per metre there, over the next 20 m.
    pub fn grade(&self, metres: f64) -> f64 {
        (self.height(metres + 10.0) - self.height(metres - 10.0)) / 20.0
    }
}

/// Latitude and longitude in degrees of a place east and north of home.
pub(super) fn degrees((x, y): (f64, f64)) -> (f64, f64) {
    let lat = HOME.0 + y / METRES_PER_DEGREE;
    (
        lat,
        HOME.1 + x / (METRES_PER_DEGREE * HOME.0.to_radians().cos()),
    )
}
