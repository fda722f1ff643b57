//! The curves of power (or speed) against duration, and how each is fitted.

use super::least_squares::{NoSolution, Solution, fit};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

/// How the two-parameter hyperbola is fitted: which error is minimised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Hyperbola {
    /// Work against time, a line W = W′ + CP·t: the error of work. Long efforts weigh most; the
    /// share of the variance explained is high by construction.
    WorkTime,
    /// Power against 1/t, a line P = CP + W′·(1/t): the error of power. Short efforts weigh most.
    #[default]
    InverseTime,
    /// Time against power, t = W′/(P − CP): the error of the time to exhaustion, as in trials at
    /// set power. Long efforts weigh most by far.
    Nonlinear,
}

/// Why efforts do not allow a fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitError {
    /// Fewer efforts than the model needs.
    TooFew {
        /// How many there are.
        have: usize,
        /// How many it needs.
        need: usize,
    },
    /// The longest effort is less than twice the shortest.
    NoSpread,
    /// The longest effort is not below the shortest: one of them was not maximal.
    NotFalling,
    /// The model has a sprint, the efforts have none of so many seconds or shorter.
    NoSprint {
        /// Seconds.
        longest: u32,
    },
    /// The model has a decline, the efforts have none longer than so many seconds.
    NothingLong {
        /// Seconds.
        beyond: u32,
    },
    /// The best fit has a parameter no human has: efforts are mixed that do not belong together.
    Implausible {
        /// Which one.
        parameter: Parameter,
    },
    /// No best fit, or more than one.
    NotFound,
}

/// A parameter of the curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    /// Critical power or speed.
    Critical,
    /// W′ or D′.
    Reserve,
    /// Pmax.
    Peak,
    /// A of the omni-domain model.
    Decline,
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { have, need } => write!(
                f,
                "too few maximal efforts of fitting length ({have} of {need}): choose a longer period or add efforts of other lengths"
            ),
            Self::NoSpread => f.write_str(
                "the efforts are of nearly one length: add one at least twice as long as the shortest",
            ),
            Self::NotFalling => f.write_str(
                "the longest effort is as strong as the shortest: add a maximal short effort",
            ),
            Self::NoSprint { longest } => {
                write!(f, "no effort of {longest} s or shorter: add a sprint")
            }
            Self::NothingLong { beyond } => write!(
                f,
                "no effort longer than {} min: add one or choose another model",
                beyond / 60
            ),
            Self::Implausible { parameter } => write!(
                f,
                "the best fit has an impossible {}: the efforts do not belong together, choose another period",
                match parameter {
                    Parameter::Critical => "critical power or speed",
                    Parameter::Reserve => "work or distance above it",
                    Parameter::Peak => "maximal power",
                    Parameter::Decline => "rise of power with time",
                }
            ),
            Self::NotFound => f.write_str(
                "the efforts do not determine the model: choose another period or a simpler model",
            ),
        }
    }
}

impl std::error::Error for FitError {}

impl From<NoSolution> for FitError {
    fn from(_: NoSolution) -> Self {
        Self::NotFound
    }
}

/// Where the omni-domain model begins to decline (TCPmax), seconds.
const DECLINE_FROM_S: f64 = 1800.0;
/// The longest effort that still fixes Pmax where its share has died away within a minute.
const SPRINT_S: f64 = 30.0;
/// No athlete sprints at more than this multiple of critical power; a fit that wants it has run
/// off towards infinity.
const MAX_PEAK: f64 = 30.0;

/// A curve with parameters CP, W′, Pmax and A, in this order, as many as it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Hyperbola,
    Morton,
    WardSmith,
    OmniDomain,
}

impl Shape {
    /// Power at a duration and its derivatives; parameters a curve lacks are not looked at.
    pub(crate) fn at<const N: usize>(self, p: &[f64; N], seconds: f64) -> Option<(f64, [f64; N])> {
        if !seconds.is_finite() || seconds <= 0.0 || N < 2 {
            return None;
        }
        let get = |i: usize| p.get(i).copied().unwrap_or(0.0);
        let (cp, w, over) = (get(0), get(1), get(2) - get(0));
        if w <= 0.0 || (self != Self::Hyperbola && over <= 0.0) {
            return None;
        }
        let (mut power, slope) = match self {
            Self::Hyperbola => (cp + w / seconds, [1.0, 1.0 / seconds, 0.0]),
            Self::Morton => {
                let from = seconds + w / over;
                let steep = w / (from * from);
                let shift = w / (over * over);
                (
                    cp + w / from,
                    [
                        1.0 - steep * shift,
                        1.0 / from - steep / over,
                        steep * shift,
                    ],
                )
            }
            Self::WardSmith | Self::OmniDomain => {
                let left = (-seconds * over / w).exp();
                (
                    cp + w / seconds * (1.0 - left),
                    [1.0 - left, (1.0 - left) / seconds - left * over / w, left],
                )
            }
        };
        let mut all = [slope[0], slope[1], slope[2], 0.0];
        if self == Self::OmniDomain && seconds > DECLINE_FROM_S {
            all[3] = -(seconds / DECLINE_FROM_S).ln();
            power += get(3) * all[3];
        }
        let mut slopes = [0.0; N];
        for (to, from) in slopes.iter_mut().zip(all) {
            *to = from;
        }
        Some((power, slopes))
    }
}

/// Fitted values with the curves' different numbers of parameters made alike.
pub(crate) struct Fitted {
    pub parameters: usize,
    pub values: [f64; 4],
    pub errors: Option<[f64; 4]>,
}

impl<const N: usize> Solution<N> {
    pub(crate) fn widen(&self) -> Fitted {
        let wide = |from: &[f64; N]| {
            let mut to = [0.0; 4];
            for (to, from) in to.iter_mut().zip(from) {
                *to = *from;
            }
            to
        };
        Fitted {
            parameters: N,
            values: wide(&self.parameters),
            errors: self.standard_errors.as_ref().map(wide),
        }
    }
}

fn enough(points: &[(f64, f64)], need: usize) -> Result<(), FitError> {
    let have = points.len();
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Err(FitError::TooFew { have, need });
    };
    if have < need {
        Err(FitError::TooFew { have, need })
    } else if last.0 < 2.0 * first.0 {
        Err(FitError::NoSpread)
    } else if last.1 >= first.1 {
        Err(FitError::NotFalling)
    } else {
        Ok(())
    }
}

/// CP and W′ of the hyperbola; `points` are (seconds, power) by duration.
pub(crate) fn hyperbola(points: &[(f64, f64)], kind: Hyperbola) -> Result<Solution<2>, FitError> {
    enough(points, 2)?;
    let line = |p: &[f64; 2], t: f64| Some((p[1] + p[0] * t, [t, 1.0]));
    let found = match kind {
        Hyperbola::WorkTime => {
            let work: Vec<(f64, f64)> = points.iter().map(|&(t, p)| (t, t * p)).collect();
            fit(&work, [0.0, 0.0], &line)?
        }
        Hyperbola::InverseTime => inverse_time(points)?,
        Hyperbola::Nonlinear => {
            let start = inverse_time(points)?.parameters;
            let weakest = points.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
            let cp = start[0].clamp(0.0, 0.98 * weakest);
            let mean = points.iter().map(|(t, p)| t * (p - cp)).sum::<f64>() / points.len() as f64;
            let times: Vec<(f64, f64)> = points.iter().map(|&(t, p)| (p, t)).collect();
            fit(&times, [cp, mean], &|p, power| {
                let over = power - p[0];
                (over > 0.0 && p[1] > 0.0)
                    .then(|| (p[1] / over, [p[1] / (over * over), 1.0 / over]))
            })?
        }
    };
    plausible(&found.widen())?;
    Ok(found)
}

fn inverse_time(points: &[(f64, f64)]) -> Result<Solution<2>, FitError> {
    Ok(fit(points, [0.0, 0.0], &|p, t| {
        Some((p[0] + p[1] / t, [1.0, 1.0 / t]))
    })?)
}

/// Least squares of power for the curves that are no hyperbola.
pub(crate) fn shape<const N: usize>(
    points: &[(f64, f64)],
    shape: Shape,
) -> Result<Solution<N>, FitError> {
    enough(points, N + 1)?;
    let (shortest, longest) = (points[0].0, points[points.len() - 1].0);
    if shape != Shape::Morton && shortest > SPRINT_S {
        return Err(FitError::NoSprint {
            longest: SPRINT_S as u32,
        });
    }
    if shape == Shape::OmniDomain && longest <= DECLINE_FROM_S {
        return Err(FitError::NothingLong {
            beyond: DECLINE_FROM_S as u32,
        });
    }
    let start = start(points);
    let mut first = [0.0; N];
    for (to, from) in first.iter_mut().zip(start) {
        *to = from;
    }
    let found = fit(points, first, &|p, t| shape.at(p, t))?;
    plausible(&found.widen())?;
    Ok(found)
}

/// Where the search begins: the hyperbola through the efforts of 2 to 20 min, or of all where
/// that is none, and a little above the strongest effort.
fn start(points: &[(f64, f64)]) -> [f64; 4] {
    let middle: Vec<(f64, f64)> = points
        .iter()
        .copied()
        .filter(|p| (120.0..=1200.0).contains(&p.0))
        .collect();
    let strongest = points.iter().map(|p| p.1).fold(0.0, f64::max);
    let weakest = points.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
    let [cp, w] = hyperbola(&middle, Hyperbola::InverseTime)
        .or_else(|_| hyperbola(points, Hyperbola::WorkTime))
        .map_or([0.9 * weakest, 60.0 * weakest], |s| s.parameters);
    let cp = cp.min(0.95 * strongest);
    [cp, w, 1.1 * strongest, 0.05 * cp]
}

fn plausible(fitted: &Fitted) -> Result<(), FitError> {
    let [cp, w, peak, decline] = fitted.values;
    let bad = |parameter| Err(FitError::Implausible { parameter });
    if cp <= 0.0 {
        bad(Parameter::Critical)
    } else if w <= 0.0 {
        bad(Parameter::Reserve)
    } else if fitted.parameters > 2 && (peak <= cp || peak > MAX_PEAK * cp) {
        bad(Parameter::Peak)
    } else if fitted.parameters > 3 && decline < 0.0 {
        bad(Parameter::Decline)
    } else {
        Ok(())
    }
}
