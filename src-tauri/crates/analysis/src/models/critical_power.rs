//! The critical-power models: what is fitted and what a fit tells.

use super::choose::{EffortRule, clean};
use super::duration::{FitError, Hyperbola, Shape, hyperbola, shape};
use super::least_squares::t_975;
use serde::{Deserialize, Serialize};
use specta::Type;

/// More watts than this are no human's: such points carry no fit.
const MAX_WATTS: f64 = 3000.0;

/// A model of the power that can be held for a duration.
///
/// CP is critical power in watts, W′ the work above it in joules, Pmax the power of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CpModel {
    /// P = CP + W′/t (Monod & Scherrer 1965; Moritani 1981), the error minimised as stated by
    /// [`Hyperbola`]. 2 to 20 min, two efforts at least. Says nothing of sprints and too much
    /// beyond half an hour.
    TwoParameter(Hyperbola),
    /// P = CP + W′/(t + W′/(Pmax − CP)) (Morton 1996, t = W′/(P−CP) + W′/(CP−Pmax)), least
    /// squares of power. 5 s to 20 min, four efforts. GoldenCheetah writes the same curve as
    /// CP·(1 + τ/(t + t0)).
    Morton,
    /// P = CP + W′/t·(1 − e^(−t·(Pmax−CP)/W′)) (after Ward-Smith 1985), least squares of power.
    /// 5 s to 30 min, four efforts, one of 30 s or shorter.
    WardSmith,
    /// The omni-domain model (Puchowicz, Baker & Clarke 2020): as [`CpModel::WardSmith`], and
    /// beyond 30 min less by A·ln(t/1800 s) watts. 5 s to 4 h, five efforts, one of 30 s or
    /// shorter, one beyond 30 min.
    OmniDomain,
}

impl CpModel {
    /// Every model, simplest first.
    pub const ALL: [Self; 6] = [
        Self::TwoParameter(Hyperbola::WorkTime),
        Self::TwoParameter(Hyperbola::InverseTime),
        Self::TwoParameter(Hyperbola::Nonlinear),
        Self::Morton,
        Self::WardSmith,
        Self::OmniDomain,
    ];

    /// The stable name used in JSON and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::TwoParameter(Hyperbola::WorkTime) => "cp2_work_time",
            Self::TwoParameter(Hyperbola::InverseTime) => "cp2_inverse_time",
            Self::TwoParameter(Hyperbola::Nonlinear) => "cp2_nonlinear",
            Self::Morton => "cp3_morton",
            Self::WardSmith => "ward_smith",
            Self::OmniDomain => "omni_domain",
        }
    }

    /// The model of a stable name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.key() == key)
    }

    /// The efforts the model is meant for, maximal ones only.
    #[must_use]
    pub const fn rule(self) -> EffortRule {
        match self {
            Self::TwoParameter(_) => EffortRule::maximal(120, 1200),
            Self::Morton => EffortRule::maximal(5, 1200),
            Self::WardSmith => EffortRule::maximal(5, 1800),
            Self::OmniDomain => EffortRule::maximal(5, 14_400),
        }
    }
}

/// A fitted parameter in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// The value of least squared error.
    pub value: f64,
    /// Standard error; `None` where the efforts are as few as the parameters.
    pub standard_error: Option<f64>,
    /// The 95 % confidence interval, value ± t(0.975, n − p)·standard error. For the curves that
    /// are not lines it holds approximately. An athlete's efforts are not independent draws:
    /// read it as the least uncertainty there is.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    pub(crate) fn new(value: f64, standard_error: Option<f64>, freedom: usize) -> Self {
        let half = standard_error.map(|e| e * t_975(freedom));
        Self {
            value,
            standard_error,
            interval: half.map(|h| (value - h, value + h)),
        }
    }
}

/// An effort that carried a fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct FittedEffort {
    pub seconds: u32,
    pub watts: f64,
    /// Watts above the fitted curve; negative below.
    pub residual: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CpFit {
    /// Which model.
    pub model: CpModel,
    /// Critical power, watts.
    pub cp: Estimate,
    /// W′, joules.
    pub w_prime: Estimate,
    /// Watts of an instant; `None` in the two-parameter model, where it is infinite.
    pub p_max: Option<Estimate>,
    /// Watts lost with every e-fold of duration beyond 30 min (A of the omni-domain model).
    pub decline: Option<Estimate>,
    /// Share of the variance of power that the curve explains, at most 1; of power in every model,
    /// whatever its fit minimised, so that models can be compared. Negative where the mean power
    /// would describe the efforts better.
    pub r_squared: f64,
    /// Root of the mean squared residual, watts.
    pub rmse: f64,
    /// The efforts that carried the fit, by duration.
    pub efforts: Vec<FittedEffort>,
}

impl CpFit {
    /// Watts that can be held for so many seconds; `None` unless the duration is positive. Outside
    /// the durations of [`CpFit::efforts`] it is extrapolation.
    #[must_use]
    pub fn power_at(&self, seconds: f64) -> Option<f64> {
        let power = self.shape().at(&self.values(), seconds)?.0;
        power.is_finite().then_some(power.max(0.0))
    }

    /// Seconds for which so many watts can be held: where the falling curve reaches them, to the
    /// millisecond, by bisection up to a day. `None` where it is above them for a day and where it
    /// never reaches them.
    #[must_use]
    pub fn time_at(&self, watts: f64) -> Option<f64> {
        let (mut low, mut high) = (0.01, 86_400.0);
        if self.power_at(low)? < watts || self.power_at(high)? > watts || watts.is_nan() {
            return None;
        }
        while high - low > 1e-3 {
            let middle = f64::midpoint(low, high);
            if self.power_at(middle)? > watts {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }

    fn shape(&self) -> Shape {
        match self.model {
            CpModel::TwoParameter(_) => Shape::Hyperbola,
            CpModel::Morton => Shape::Morton,
            CpModel::WardSmith => Shape::WardSmith,
            CpModel::OmniDomain => Shape::OmniDomain,
        }
    }

    fn values(&self) -> [f64; 4] {
        let value = |e: Option<Estimate>| e.map_or(0.0, |e| e.value);
        [
            self.cp.value,
            self.w_prime.value,
            value(self.p_max),
            value(self.decline),
        ]
    }
}

/// Fits a model to the best powers in watts over durations in seconds, such as a season's
/// envelope, with the efforts of [`CpModel::rule`].
///
/// # Errors
/// [`FitError`]: why the points do not allow it.
pub fn fit(model: CpModel, points: &[(u32, f64)]) -> Result<CpFit, FitError> {
    fit_by(model, points, &model.rule())
}

/// As [`fit`], with other efforts. Points that are no efforts (not finite, zero, over 3,000 W)
/// are left out; of one duration the highest power counts.
///
/// # Errors
/// [`FitError`]: why the points do not allow it.
pub fn fit_by(model: CpModel, points: &[(u32, f64)], rule: &EffortRule) -> Result<CpFit, FitError> {
    let cleaned = clean(points.iter().map(|&(s, w)| (f64::from(s), w)), MAX_WATTS);
    let chosen = rule.choose(&cleaned);
    let fitted = match model {
        CpModel::TwoParameter(kind) => hyperbola(&chosen, kind)?.widen(),
        CpModel::Morton => shape::<3>(&chosen, Shape::Morton)?.widen(),
        CpModel::WardSmith => shape::<3>(&chosen, Shape::WardSmith)?.widen(),
        CpModel::OmniDomain => shape::<4>(&chosen, Shape::OmniDomain)?.widen(),
    };
    let freedom = chosen.len().saturating_sub(fitted.parameters);
    let estimate = |i: usize| {
        (i < fitted.parameters)
            .then(|| Estimate::new(fitted.values[i], fitted.errors.map(|e| e[i]), freedom))
    };
    let (Some(cp), Some(w_prime)) = (estimate(0), estimate(1)) else {
        return Err(FitError::NotFound);
    };
    let mut found = CpFit {
        model,
        cp,
        w_prime,
        p_max: estimate(2),
        decline: estimate(3),
        r_squared: 0.0,
        rmse: 0.0,
        efforts: Vec::new(),
    };
    found.efforts = chosen
        .iter()
        .map(|&(seconds, watts)| {
            let held = found.power_at(seconds).ok_or(FitError::NotFound)?;
            Ok(FittedEffort {
                seconds: seconds as u32,
                watts,
                residual: watts - held,
            })
        })
        .collect::<Result<_, FitError>>()?;
    let residuals: Vec<f64> = found.efforts.iter().map(|e| e.residual).collect();
    (found.r_squared, found.rmse) = goodness(&chosen, &residuals);
    Ok(found)
}

/// R² and the root mean squared residual.
pub(crate) fn goodness(points: &[(f64, f64)], residuals: &[f64]) -> (f64, f64) {
    let n = points.len().max(1) as f64;
    let mean = points.iter().map(|p| p.1).sum::<f64>() / n;
    let around: f64 = points.iter().map(|p| (p.1 - mean).powi(2)).sum();
    let left: f64 = residuals.iter().map(|r| r * r).sum();
    let r_squared = if around > 0.0 {
        1.0 - left / around
    } else {
        0.0
    };
    (r_squared, (left / n).sqrt())
}
