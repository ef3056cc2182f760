//! What is exceeded with a probability: P50, P75, P90, P99.

use super::energy::check_not_negative;
use crate::returns::cash_flow::check_amounts;
use crate::returns::rates::{check_finite, finite};
use crate::{Error, ErrorCode, Result, float};

/// How many standard deviations below the median a value lies that is exceeded with a probability.
///
/// The quantile of the standard normal distribution, positive above 0.5: P90 is 1.2816 (DECISIONS 51). To 1e-14.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at `probability` for 0, 1 and what lies outside.
///
/// ```
/// let z = tierra::returns::exceedance_quantile(0.9)?;
/// assert!((z - 1.2815515655446004).abs() < 1e-14);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn exceedance_quantile(probability: f64) -> Result<f64> {
    check_finite("probability", probability)?;
    if probability <= 0.0 || probability >= 1.0 {
        let message = format!(
            "`{}` is out of range; expected a probability between 0 and 1, such as 0.9",
            float::written(probability)
        );
        return Err(Error::new(ErrorCode::OutOfRange, "probability", message));
    }
    Ok(if probability < 0.5 { -quantile(probability) } else { quantile(1.0 - probability) })
}

/// The value that is exceeded with a probability: p50 × (1 - z × uncertainty).
///
/// `uncertainty` is the standard deviation as a part of `p50`. That of one year and that of ten years are two inputs
/// (DECISIONS 51): the years' own variation is smaller over ten. May be below zero where the uncertainty is large: a normal
/// distribution is.
///
/// # Errors
///
/// Those of [`exceedance_quantile`]; [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at `p50` or `uncertainty` below
/// zero.
///
/// ```
/// let p90 = tierra::returns::exceedance_value(120_000.0, 0.065, 0.9)?;
/// assert!((p90 - 110_003.89778875212).abs() < 1e-8);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn exceedance_value(p50: f64, uncertainty: f64, probability: f64) -> Result<f64> {
    check_not_negative("p50", p50)?;
    check_not_negative("uncertainty", uncertainty)?;
    let z = exceedance_quantile(probability)?;
    finite([p50 * (1.0 - z * uncertainty)].into_iter(), "the value")
}

/// Uncertainties that have nothing to do with each other, together: the root of the sum of their squares.
///
/// All in one unit, such as parts of the median.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `parts`, [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at `parts[i]` below zero.
///
/// ```
/// assert_eq!(tierra::returns::combine_uncertainties(&[3.0, 4.0])?, 5.0);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn combine_uncertainties(parts: &[f64]) -> Result<f64> {
    check_amounts("parts", "", parts.iter().copied())?;
    for (index, part) in parts.iter().enumerate() {
        check_not_negative("", *part).map_err(|error| error.at_index(index).under("parts"))?;
    }
    Ok(parts.iter().fold(0.0, |sum, part| libm::hypot(sum, *part)))
}

/// How far above the median a tail of this probability, at most a half, begins.
fn quantile(tail: f64) -> f64 {
    // Hastings' approximation (Abramowitz and Stegun, 26.2.23), wrong by at most 4.5e-4.
    let t = libm::sqrt(-2.0 * libm::log(tail));
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = t - above / below;
    // Halley's method on the tail of the distribution: each step triples the digits.
    for _ in 0..3 {
        let density = libm::exp(-z * z / 2.0) / libm::sqrt(std::f64::consts::TAU);
        let step = (libm::erfc(z / std::f64::consts::SQRT_2) / 2.0 - tail) / density;
        z += step / (1.0 + z * step / 2.0);
    }
    // The middle is the middle.
    if tail == 0.5 { 0.0 } else { z }
}
