//! A return over one span of time made that over another.

use rust_decimal::Decimal;

use super::npv::{check_rate, finite};
use crate::returns::cash_flow::check_amounts;
use crate::returns::exact;
use crate::{Error, ErrorCode, Result, decimal, float};

/// The yearly rate that gives a return over `years`: (1 + total)^(1/years) - 1.
///
/// `total_return` is a fraction, -1 (all lost) or more: 0.08 is 8 %. A return over less than a year is refused unless
/// `annualize_short_period`: what five days brought, nobody earns for a year (DECISIONS 17). Years between two days come
/// from [`year_fraction`](crate::returns::year_fraction). Not rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at `total_return` (below -1) or `years` (zero or less), or where
/// the rate overflows; [`ErrorCode::ShortPeriod`] at `years`.
///
/// ```
/// use tierra::{ErrorCode, returns::annualize};
/// assert!((annualize(0.21, 2.0, false)? - 0.1).abs() < 1e-15);
/// assert_eq!(annualize(-0.0124, 150.0 / 365.0, false).unwrap_err().code(), ErrorCode::ShortPeriod);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn annualize(total_return: f64, years: f64, annualize_short_period: bool) -> Result<f64> {
    check_return("total_return", total_return)?;
    check_above_zero("years", years)?;
    if years < 1.0 && !annualize_short_period {
        let message =
            format!("`{}` is less than a year; expected 1 or more, or `annualize_short_period`", float::written(years));
        return Err(Error::new(ErrorCode::ShortPeriod, "years", message));
    }
    if total_return == -1.0 {
        return Ok(-1.0);
    }
    finite([libm::expm1(libm::log1p(total_return) / years)].into_iter(), "the yearly rate")
}

/// Returns of periods that follow one another, linked: Π(1 + return) - 1.
///
/// Returns are fractions, -1 or more. Once all is lost, it stays lost. Not rounded.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `returns`; [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] (below -1) at `returns[i]`, or
/// where the product overflows.
///
/// ```
/// let found = tierra::returns::link_returns(&[0.1625, -0.0556])?;
/// assert!((found - 0.097865).abs() < 1e-15);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn link_returns(returns: &[f64]) -> Result<f64> {
    check_amounts("returns", "", returns.iter().copied())?;
    for (index, value) in returns.iter().enumerate() {
        check_return("", *value).map_err(|error| error.at_index(index).under("returns"))?;
    }
    finite([linked(returns.iter().copied())].into_iter(), "the return")
}

/// Π(1 + return) - 1 in a form that keeps the digits of small returns.
pub(in crate::returns) fn linked(returns: impl Iterator<Item = f64>) -> f64 {
    returns.fold(0.0, |total, value| total + value + total * value)
}

/// What a holding brought from its beginning to its end: (end + income) / begin - 1.
///
/// Money is exact; the return is the nearest fraction, not a yearly one. `income` is what was paid out in between.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `begin_value` for zero or less, at `end_value` or `income` for less than zero, or where a
/// sum does not fit.
///
/// ```
/// use tierra::{Decimal, returns::holding_period_return};
/// let found = holding_period_return(Decimal::from(500), Decimal::from(510), Decimal::new(4250, 2))?;
/// assert_eq!(found, 0.105);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn holding_period_return(begin_value: Decimal, end_value: Decimal, income: Decimal) -> Result<f64> {
    exact::check_sign("begin_value", begin_value, false)?;
    exact::check_sign("end_value", end_value, true)?;
    exact::check_sign("income", income, true)?;
    let gain = decimal::add(end_value, income, "end value + income")?;
    let gain = decimal::add(gain, -begin_value, "end value + income - begin value")?;
    Ok(ratio(gain, begin_value))
}

/// The quotient of two exact numbers as a float, within two units in its last place.
pub(in crate::returns) fn ratio(part: Decimal, whole: Decimal) -> f64 {
    decimal::nearest_f64(part) / decimal::nearest_f64(whole)
}

/// The yearly rate that a nominal one comes to when it is compounded `periods` times a year: (1 + nominal/n)^n - 1.
///
/// Spreadsheets' EFFECT. Not rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] at `nominal_rate`; [`ErrorCode::OutOfRange`] there where a period loses all, at `periods` for
/// zero, or where the rate overflows.
///
/// ```
/// assert!((tierra::returns::effective_rate(0.0525, 4)? - 0.0535426673).abs() < 1e-9);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn effective_rate(nominal_rate: f64, periods: u32) -> Result<f64> {
    let count = check_periods(periods)?;
    check_rate("nominal_rate", nominal_rate / count)?;
    finite([libm::expm1(count * libm::log1p(nominal_rate / count))].into_iter(), "the effective rate")
}

/// The nominal rate that, compounded `periods` times a year, comes to a yearly one: n × ((1 + rate)^(1/n) - 1).
///
/// Spreadsheets' NOMINAL, the inverse of [`effective_rate`]. Not rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] at `effective_rate`; [`ErrorCode::OutOfRange`] there for -1 or less, at `periods` for zero.
///
/// ```
/// assert!((tierra::returns::nominal_rate(0.1, 4)? - 0.0964547563).abs() < 1e-9);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn nominal_rate(effective_rate: f64, periods: u32) -> Result<f64> {
    let count = check_periods(periods)?;
    check_rate("effective_rate", effective_rate)?;
    Ok(count * libm::expm1(libm::log1p(effective_rate) / count))
}

/// How many periods a value takes to grow, or shrink, to another at a rate per period: ln(end/begin) / ln(1 + rate).
///
/// Spreadsheets' PDURATION. Negative where the rate leads away from the end.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] at any; [`ErrorCode::OutOfRange`] at `rate` for -1 or less and for 0, at which nothing grows, at
/// `begin_value` or `end_value` for zero or less.
///
/// ```
/// assert!((tierra::returns::periods_to_grow(0.1, 1000.0, 2000.0)? - 7.272540897341714).abs() < 1e-14);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn periods_to_grow(rate: f64, begin_value: f64, end_value: f64) -> Result<f64> {
    check_rate("rate", rate)?;
    check_above_zero("begin_value", begin_value)?;
    check_above_zero("end_value", end_value)?;
    if rate == 0.0 {
        let message = "`0` is out of range; expected a rate at which something grows or shrinks";
        return Err(Error::new(ErrorCode::OutOfRange, "rate", message));
    }
    let growth = libm::log(end_value / begin_value);
    finite([growth / libm::log1p(rate)].into_iter(), "the number of periods")
}

fn check_periods(periods: u32) -> Result<f64> {
    if periods == 0 {
        let message = "`0` is out of range; expected 1 or more periods a year";
        return Err(Error::new(ErrorCode::OutOfRange, "periods", message));
    }
    Ok(f64::from(periods))
}

/// Refuses a return that is not finite, or of which more than all is lost.
fn check_return(path: &str, value: f64) -> Result<()> {
    check_finite(path, value)?;
    if value < -1.0 {
        let message = format!("`{}` is out of range; expected -1, all lost, or more", float::written(value));
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    Ok(())
}

pub(in crate::returns) fn check_above_zero(path: &str, value: f64) -> Result<()> {
    check_finite(path, value)?;
    if value <= 0.0 {
        let message = format!("`{}` is out of range; expected more than zero", float::written(value));
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    Ok(())
}

pub(in crate::returns) fn check_finite(path: &str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    let message = format!("`{}` is not finite; expected a finite number", float::written(value));
    Err(Error::new(ErrorCode::NotFinite, path, message))
}
