//! Net present and net future value of dated cash flows.

use crate::returns::DayCount;
use crate::returns::cash_flow::{CashFlow, Sum, check_amounts, overflow};
use crate::{Error, ErrorCode, Result, float};

/// The net present value of dated cash flows at a yearly rate, on the day of the earliest flow.
///
/// Σ amount / (1 + rate)^years, with the years from the earliest day by `day_count`. `rate` is a fraction: 0.08 is 8 %.
/// The order of the flows does not matter beyond the last bit. The result is in the currency of the flows, an `f64`
/// that is not rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] at `rate` or `flows[i].amount`; [`ErrorCode::OutOfRange`] at `rate` for a rate of -1 or
/// less, or when the sum overflows; [`ErrorCode::Empty`] at `flows`.
///
/// ```
/// use tierra::{parse_date, returns::{CashFlow, DayCount, xnpv}};
/// let flows = [
///     CashFlow::new(parse_date("2023-01-01")?, -1000.0),
///     CashFlow::new(parse_date("2024-01-01")?, 1100.0),
/// ];
/// assert_eq!(xnpv(0.1, &flows, DayCount::default())?, 0.0);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn xnpv(rate: f64, flows: &[CashFlow], day_count: DayCount) -> Result<f64> {
    check(rate, flows)?;
    let Some(first) = flows.iter().map(|flow| flow.date).min() else { return Ok(0.0) };
    let terms = paid(flows).map(|flow| flow.amount * libm::pow(1.0 + rate, -day_count.years(first, flow.date)));
    finite(terms, "the net present value")
}

/// The net future value of dated cash flows at a yearly rate, on the day of the latest flow.
///
/// Σ amount × (1 + rate)^years, with the years to the latest day by `day_count`; otherwise as [`xnpv`].
///
/// # Errors
///
/// As [`xnpv`].
///
/// ```
/// use tierra::{parse_date, returns::{CashFlow, DayCount, xnfv}};
/// let flows = [
///     CashFlow::new(parse_date("2023-01-01")?, 1000.0),
///     CashFlow::new(parse_date("2024-01-01")?, 50.0),
/// ];
/// assert_eq!(xnfv(0.25, &flows, DayCount::default())?, 1300.0);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn xnfv(rate: f64, flows: &[CashFlow], day_count: DayCount) -> Result<f64> {
    check(rate, flows)?;
    let Some(last) = flows.iter().map(|flow| flow.date).max() else { return Ok(0.0) };
    let terms = paid(flows).map(|flow| flow.amount * libm::pow(1.0 + rate, day_count.years(flow.date, last)));
    finite(terms, "the net future value")
}

/// Without the zeros, whose discount factor may be infinite.
fn paid(flows: &[CashFlow]) -> impl Iterator<Item = &CashFlow> {
    flows.iter().filter(|flow| flow.amount != 0.0)
}

fn check(rate: f64, flows: &[CashFlow]) -> Result<()> {
    check_rate("rate", rate)?;
    check_amounts("flows", "amount", flows.iter().map(|flow| flow.amount))
}

/// Refuses a rate that is not finite, or at which nothing is left to divide by.
pub(in crate::returns) fn check_rate(path: &str, rate: f64) -> Result<()> {
    if !rate.is_finite() {
        let message = format!("`{}` is not finite; expected a rate as a fraction, such as 0.08", float::written(rate));
        return Err(Error::new(ErrorCode::NotFinite, path, message));
    }
    if rate <= -1.0 {
        let message = format!("`{}` is out of range; expected a rate above -1", float::written(rate));
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    Ok(())
}

/// The sum, where it is finite.
pub(in crate::returns) fn finite(terms: impl Iterator<Item = f64>, what: &str) -> Result<f64> {
    let value = terms.collect::<Sum>().value();
    if value.is_finite() { Ok(value) } else { Err(overflow(what)) }
}
