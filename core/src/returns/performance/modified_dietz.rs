//! The modified Dietz method.

use chrono::NaiveDate;

use super::days::{Day, DayTiming, Days, Valuation, no_capital};
use crate::returns::CashFlow;
use crate::{Error, ErrorCode, Result};

/// The return over a period by the modified Dietz method: gain over the capital that was held on average.
///
/// (end - begin - flows) / (begin + Σ weight × flow), a flow's weight being the part of the period that it was there.
/// `begin` is the value at the end of its day, at which the period starts, `end` that at the end of the last day; flows lie
/// after the one and not after the other and are negative where they are paid in. A fraction over the whole period, not
/// annualised, not rounded (GIPS; P. Dietz, "Pension Funds: Measuring Investment Performance", 1966).
///
/// # Errors
///
/// [`ErrorCode::InvalidPeriod`] at `end.date` when it is not after that of `begin`; [`ErrorCode::OutOfRange`] at
/// `flows[i].date` for a flow outside, at `begin.value` or `end.value` below zero; [`ErrorCode::NotFinite`];
/// [`ErrorCode::NoCapital`] at `flows` when the average capital is zero or less: a method that divides by it has no answer.
///
/// ```
/// use tierra::{parse_date, returns::{CashFlow, DayTiming, Valuation, modified_dietz}};
/// let begin = Valuation::new(parse_date("2024-12-31")?, 100_000.0);
/// let end = Valuation::new(parse_date("2025-03-31")?, 112_000.0);
/// let flows = [CashFlow::new(parse_date("2025-02-14")?, -10_000.0)];
/// let found = modified_dietz(begin, end, &flows, DayTiming::End)?;
/// assert!((found - 2000.0 / 105_000.0).abs() < 1e-15);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn modified_dietz(begin: Valuation, end: Valuation, flows: &[CashFlow], timing: DayTiming) -> Result<f64> {
    if end.date <= begin.date {
        let message = format!("`{}` is not after `{}`; expected a later day", end.date, begin.date);
        return Err(Error::new(ErrorCode::InvalidPeriod, "end.date", message));
    }
    for (index, flow) in flows.iter().enumerate() {
        if flow.date <= begin.date || flow.date > end.date {
            let message =
                format!("`{}` lies outside; expected a day after `{}` up to `{}`", flow.date, begin.date, end.date);
            return Err(Error::new(ErrorCode::OutOfRange, "date", message).at_index(index).under("flows"));
        }
    }
    let days = Days::of(flows, &[begin, end], timing).map_err(|error| in_place(&error))?;
    over(begin.value, end.value, &days.days, days.start(), days.end())
}

/// The error with the names of the two values in place of their places in a list.
fn in_place(error: &Error) -> Error {
    let path = error.path().replace("values[0]", "begin").replace("values[1]", "end");
    Error::new(error.code(), path, error.message())
}

/// The return over a period between two instants, in days.
pub(super) fn over(begin: f64, end: f64, days: &[Day], from: i64, to: i64) -> Result<f64> {
    // Bought at the end of the day of its first value, it was held for no time.
    let length = as_f64((to - from).max(1));
    let (mut flows, mut weighted) = (0.0, 0.0);
    for day in days {
        let start = i64::from(day.date.to_epoch_days());
        flows += day.at_start + day.at_end;
        weighted += (day.at_start * as_f64(to - start) + day.at_end * as_f64(to - start - 1)) / length;
    }
    let (gain, capital) = (end - begin - flows, begin + weighted);
    if capital > 0.0 {
        return Ok(gain / capital);
    }
    if capital == 0.0 && gain == 0.0 {
        return Ok(0.0);
    }
    Err(no_capital(days.last().map_or(NaiveDate::MIN, |day| day.date), capital))
}

#[expect(clippy::cast_precision_loss, reason = "days between two dates of four-digit years are far below 2^53")]
pub(super) fn as_f64(days: i64) -> f64 {
    days as f64
}
