//! Least squares for curves of few parameters: Levenberg–Marquardt, covariance and Student's t.

/// A curve `y = f(x; p)`: its value and its derivative by each parameter; `None` where the
/// parameters have no meaning, which a step may then not enter.
pub(crate) type Curve<'a, const N: usize> = &'a dyn Fn(&[f64; N], f64) -> Option<(f64, [f64; N])>;

/// The parameters of least squared error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Solution<const N: usize> {
    pub parameters: [f64; N],
    /// Standard error of each parameter from the covariance s²(JᵀJ)⁻¹; `None` without a degree of
    /// freedom left.
    pub standard_errors: Option<[f64; N]>,
}

/// Why there is no [`Solution`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoSolution {
    /// No start, or no end after [`MAX_STEPS`].
    NotFound,
    /// The data do not fix every parameter.
    Singular,
}

const MAX_STEPS: usize = 500;
/// The search has arrived when a step changes no parameter by more than this share of it.
const STILL: f64 = 1e-12;

/// Minimises Σ(y − f(x))² from `start` (Levenberg 1944, Marquardt 1963): the damping multiplies
/// the diagonal, so that parameters of very different size (joules beside watts) are alike.
pub(crate) fn fit<const N: usize>(
    points: &[(f64, f64)],
    start: [f64; N],
    curve: Curve<N>,
) -> Result<Solution<N>, NoSolution> {
    let mut parameters = start;
    let mut at = Normal::of(points, &parameters, curve).ok_or(NoSolution::NotFound)?;
    let mut damping = 1e-3;
    let mut arrived = false;
    for _ in 0..MAX_STEPS {
        let mut damped = at.product;
        for (i, row) in damped.iter_mut().enumerate() {
            row[i] *= 1.0 + damping;
        }
        let step = inverse(&damped).map(|inverse| inverse.map(|row| dot(&row, &at.gradient)));
        let mut next = parameters;
        for (value, step) in next.iter_mut().zip(step.unwrap_or([0.0; N])) {
            *value += step;
        }
        let still = |(a, b): (&f64, &f64)| (a - b).abs() <= STILL * a.abs();
        arrived = step.is_some() && parameters.iter().zip(&next).all(still);
        match Normal::of(points, &next, curve) {
            Some(normal) if step.is_some() && normal.error <= at.error => {
                (parameters, at) = (next, normal);
                damping = (damping / 10.0).max(1e-12);
            }
            _ => damping *= 10.0,
        }
        if arrived {
            break;
        }
    }
    if !arrived {
        return Err(NoSolution::NotFound);
    }
    let covariance = inverse(&at.product).ok_or(NoSolution::Singular)?;
    let freedom = points.len().saturating_sub(N);
    let mut errors = [0.0; N];
    for (i, error) in errors.iter_mut().enumerate() {
        *error = (covariance[i][i] * at.error / freedom.max(1) as f64).sqrt();
    }
    let finite = parameters.iter().chain(&errors).all(|v| v.is_finite());
    finite
        .then_some(Solution {
            parameters,
            standard_errors: (freedom > 0).then_some(errors),
        })
        .ok_or(NoSolution::Singular)
}

/// JᵀJ, Jᵀr and Σr² at one set of parameters.
struct Normal<const N: usize> {
    product: [[f64; N]; N],
    gradient: [f64; N],
    error: f64,
}

impl<const N: usize> Normal<N> {
    fn of(points: &[(f64, f64)], parameters: &[f64; N], curve: Curve<N>) -> Option<Self> {
        let mut normal = Self {
            product: [[0.0; N]; N],
            gradient: [0.0; N],
            error: 0.0,
        };
        for &(x, y) in points {
            let (value, slope) = curve(parameters, x)?;
            let residual = y - value;
            normal.error += residual * residual;
            for i in 0..N {
                normal.gradient[i] += slope[i] * residual;
                for j in 0..N {
                    normal.product[i][j] += slope[i] * slope[j];
                }
            }
        }
        let finite = normal.error.is_finite()
            && normal.product.iter().flatten().all(|v| v.is_finite())
            && normal.gradient.iter().all(|v| v.is_finite());
        finite.then_some(normal)
    }
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The inverse of a symmetric positive matrix, scaled to a unit diagonal first; `None` where two
/// of its rows say the same to eleven digits.
fn inverse<const N: usize>(matrix: &[[f64; N]; N]) -> Option<[[f64; N]; N]> {
    const SAME: f64 = 1e-11;
    let mut scale = [0.0; N];
    for i in 0..N {
        scale[i] = matrix[i][i].sqrt();
        if scale[i] <= 0.0 || !scale[i].is_finite() {
            return None;
        }
    }
    let mut left = *matrix;
    let mut right = [[0.0; N]; N];
    for i in 0..N {
        right[i][i] = 1.0;
        for j in 0..N {
            left[i][j] /= scale[i] * scale[j];
        }
    }
    for column in 0..N {
        let pivot =
            (column..N).max_by(|a, b| left[*a][column].abs().total_cmp(&left[*b][column].abs()))?;
        left.swap(column, pivot);
        right.swap(column, pivot);
        let lead = left[column][column];
        if lead.is_nan() || lead.abs() < SAME {
            return None;
        }
        for j in 0..N {
            left[column][j] /= lead;
            right[column][j] /= lead;
        }
        for row in (0..N).filter(|row| *row != column) {
            let factor = left[row][column];
            for j in 0..N {
                left[row][j] -= factor * left[column][j];
                right[row][j] -= factor * right[column][j];
            }
        }
    }
    for i in 0..N {
        for j in 0..N {
            right[i][j] /= scale[i] * scale[j];
        }
    }
    Some(right)
}

/// Student's t below which 97.5 % lie: the half width of a 95 % interval in standard errors.
/// Exact for one and two degrees of freedom, else the expansion of Hill (1970, CACM
/// algorithm 396), good to four digits.
pub(crate) fn t_975(freedom: usize) -> f64 {
    const TAILS: f64 = 0.05;
    match freedom {
        0 => f64::INFINITY,
        1 => 12.706_204_736_174_7,
        2 => 4.302_652_729_696_14,
        _ => {
            let n = freedom as f64;
            let a = 1.0 / (n - 0.5);
            let b = 48.0 / (a * a);
            let mut c = ((20_700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
            let d =
                ((94.5 / (b + c) - 3.0) / b + 1.0) * (a * std::f64::consts::FRAC_PI_2).sqrt() * n;
            let mut y = (d * TAILS).powf(2.0 / n);
            if y > 0.05 + a {
                // The normal deviate of the same tail.
                let x = -1.959_963_984_540_054;
                y = x * x;
                if freedom < 5 {
                    c += 0.3 * (n - 4.5) * (x + 0.6);
                }
                c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b;
                y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x;
                y = (a * y * y).exp_m1();
            } else {
                y = ((1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0)
                    + 0.5 / (n + 4.0))
                    * y
                    - 1.0)
                    * (n + 1.0)
                    / (n + 2.0)
                    + 1.0 / y;
            }
            (n * y).sqrt()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_t_is_that_of_the_tables() {
        // Two-sided 95 %, as printed in every table of the distribution.
        for (freedom, t) in [
            (1, 12.706),
            (2, 4.303),
            (3, 3.182),
            (4, 2.776),
            (5, 2.571),
            (6, 2.447),
            (8, 2.306),
            (10, 2.228),
            (20, 2.086),
            (30, 2.042),
            (120, 1.980),
            (100_000, 1.960),
        ] {
            assert!(
                (t_975(freedom) - t).abs() < 1.5e-3,
                "{freedom}: {}",
                t_975(freedom)
            );
        }
    }

    fn line(p: &[f64; 2], x: f64) -> Option<(f64, [f64; 2])> {
        Some((p[0] + p[1] * x, [1.0, x]))
    }

    #[test]
    fn a_line_has_the_errors_of_the_textbook() {
        // y on x = 1..5: slope 0.6, intercept 2.2, SSE 2.4, so s² = 0.8,
        // se(slope) = √(0.8/10), se(intercept) = √(0.8·55/50).
        let points = [(1.0, 2.0), (2.0, 4.0), (3.0, 5.0), (4.0, 4.0), (5.0, 5.0)];
        let found = fit(&points, [0.0, 0.0], &line).unwrap();
        assert!((found.parameters[0] - 2.2).abs() < 1e-9);
        assert!((found.parameters[1] - 0.6).abs() < 1e-9);
        let errors = found.standard_errors.unwrap();
        assert!((errors[0] - 0.88f64.sqrt()).abs() < 1e-9);
        assert!((errors[1] - 0.08f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn a_curve_is_found_from_afar_and_an_unfixed_parameter_is_refused() {
        let decay = |p: &[f64; 2], x: f64| {
            let e = (-p[1] * x).exp();
            Some((p[0] * e, [e, -p[0] * x * e]))
        };
        let points: Vec<(f64, f64)> = (0..8)
            .map(|x| (f64::from(x), 30.0 * (-0.4 * f64::from(x)).exp()))
            .collect();
        let found = fit(&points, [1.0, 0.05], &decay).unwrap();
        assert!((found.parameters[0] - 30.0).abs() < 1e-6);
        assert!((found.parameters[1] - 0.4).abs() < 1e-6);
        let same = [(2.0, 1.0), (2.0, 3.0), (2.0, 2.0)];
        assert_eq!(
            fit(&same, [0.0, 0.0], &line).unwrap_err(),
            NoSolution::Singular
        );
    }

    #[test]
    fn two_points_on_a_line_leave_no_error_to_state() {
        let found = fit(&[(1.0, 2.0), (3.0, 6.0)], [0.0, 0.0], &line).unwrap();
        assert_eq!(found.standard_errors, None);
    }
}
