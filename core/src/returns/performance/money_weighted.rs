//! The money-weighted return: the rate of the flows between two values.

use chrono::NaiveDate;

use super::days::{DayTiming, Days, Valuation};
use crate::returns::{CashFlow, InternalRate, XirrOptions, xirr};
use crate::{Error, ErrorCode, Result};

/// The money-weighted return a year: the internal rate ([`xirr`]) of what was held at first, the flows, and what is left.
///
/// The earliest valuation is what was held at the beginning where it precedes all flows; the last is what is left, and 0
/// where nothing is. Those between do not count. A valuation stands at the end of its day, which is the start of the next
/// one; `timing` says when within their days the flows fall.
///
/// # Errors
///
/// [`ErrorCode::NoValuation`] at `values` where none stands on or after the last flow, [`ErrorCode::Duplicate`] at
/// `values[i].date`, [`ErrorCode::OutOfRange`] and [`ErrorCode::NotFinite`] at `values[i].value`, and those of [`xirr`].
///
/// ```
/// use tierra::{parse_date, returns::{CashFlow, DayTiming, Valuation, XirrOptions, money_weighted_return}};
/// let flows = [CashFlow::new(parse_date("2017-01-01")?, -100.0)];
/// let values = [Valuation::new(parse_date("2017-12-31")?, 112.0)];
/// let found = money_weighted_return(&flows, &values, DayTiming::default(), XirrOptions::default())?;
/// assert!((found.rate() - 0.12).abs() < 1e-15);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn money_weighted_return(
    flows: &[CashFlow],
    values: &[Valuation],
    timing: DayTiming,
    options: XirrOptions,
) -> Result<InternalRate> {
    let holding = Days::of(flows, values, timing)?;
    let mut dated = Vec::with_capacity(2 * holding.days.len() + 2);
    if let Some(begin) = holding.begin {
        dated.push(CashFlow::new(next(begin.date)?, -begin.value));
    }
    for day in &holding.days {
        dated.extend((day.at_start != 0.0).then(|| CashFlow::new(day.date, -day.at_start)));
        if day.at_end != 0.0 {
            dated.push(CashFlow::new(next(day.date)?, -day.at_end));
        }
    }
    let Some(last) = holding.days.last() else { return xirr(&dated, options) };
    dated.push(CashFlow::new(next(last.date)?, last.value.unwrap_or(0.0)));
    xirr(&dated, options)
}

fn next(date: NaiveDate) -> Result<NaiveDate> {
    date.succ_opt().ok_or_else(|| {
        Error::new(
            ErrorCode::OutOfRange,
            "values",
            format!("`{date}` is the last day there is; expected an earlier one"),
        )
    })
}
