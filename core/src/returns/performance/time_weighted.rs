//! The time-weighted return, true or linked by periods.

use chrono::NaiveDate;

use super::days::{Day, DayTiming, Days, Valuation, no_capital};
use super::modified_dietz::{self, as_f64};
use crate::named_values::named_values;
use crate::returns::CashFlow;
use crate::returns::rates::{linked, solve};
use crate::wire::record;
use crate::{Error, ErrorCode, Result};

named_values! {
    /// How the return between two valuations is found.
    #[derive(Default)]
    LinkMethod {
        /// By the values alone: there must be one on every day with a flow. The true time-weighted return.
        #[default]
        True => "true",
        /// By the modified Dietz method, which weighs flows between the valuations by the time that they were there.
        ModifiedDietz => "modified_dietz",
        /// By the internal rate of the period (the Bank Administration Institute's method).
        InternalRate => "internal_rate",
    }
}

record! {
    /// The return between two valuations.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[non_exhaustive]
    pub struct PeriodReturn {
        /// The first day on which it could be earned.
        pub start: NaiveDate,
        /// The day of the valuation at its end.
        pub end: NaiveDate,
        /// The return as a fraction, of the period and not of a year.
        pub rate: f64,
    }
}

record! {
    /// What a unit of money, held from beginning to end, returned.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq)]
    #[non_exhaustive]
    pub struct TimeWeightedReturn {
        /// The return over all of the time, as a fraction: 0.08 is 8 %.
        pub rate: f64,
        /// The same a year, by ACT/365F; `None` for less than a year, which is not annualised.
        pub annual_rate: Option<f64>,
        /// The days from beginning to end.
        pub days: i64,
        /// From valuation to valuation.
        pub periods: Vec<PeriodReturn>,
    }
}

/// The time-weighted return: the returns between valuations, linked, so that the size of the flows does not count.
///
/// The earliest valuation is what was held at the beginning where it precedes all flows, else nothing was held; the last one
/// is what is left. With [`LinkMethod::True`] every day with a flow needs a valuation, but for the first day of a holding
/// that begins with nothing, whose price is what was paid (DECISIONS 43). `timing` says when within their days the flows
/// fall: by default what is paid in works from the day's start and what is paid out until its end (DECISIONS 42). Not
/// rounded. Once all is lost, it stays lost.
///
/// # Errors
///
/// [`ErrorCode::NoValuation`] at `values` where none stands on or after the last flow, at `flows[i].date` where the method
/// needs one on its day; [`ErrorCode::NoCapital`] at `flows` where something was gained on nothing, or more was taken out
/// than there was; [`ErrorCode::Duplicate`] at `values[i].date`; [`ErrorCode::OutOfRange`] and [`ErrorCode::NotFinite`] at
/// `values[i].value`; [`ErrorCode::NotFinite`] at `flows[i].amount`; [`ErrorCode::NoRoot`] at `flows` for a period without
/// an internal rate.
///
/// ```
/// use tierra::{parse_date, returns::{CashFlow, DayTiming, LinkMethod, Valuation, time_weighted_return}};
/// // Bought for 100, sold for 110, no price in between.
/// let flows = [
///     CashFlow::new(parse_date("2024-06-18")?, -100.0),
///     CashFlow::new(parse_date("2025-06-18")?, 110.0),
/// ];
/// let sold = [Valuation::new(parse_date("2025-06-18")?, 0.0)];
/// let found = time_weighted_return(&flows, &sold, LinkMethod::True, DayTiming::default())?;
/// assert!((found.rate - 0.1).abs() < 1e-15);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn time_weighted_return(
    flows: &[CashFlow],
    values: &[Valuation],
    method: LinkMethod,
    timing: DayTiming,
) -> Result<TimeWeightedReturn> {
    let holding = Days::of(flows, values, timing)?;
    let mut periods = Vec::new();
    let (mut value, mut start) = (holding.begin.map_or(0.0, |begin| begin.value), holding.start());
    let mut first =
        holding.begin.map_or_else(|| first_day(&holding.days), |begin| begin.date.succ_opt().unwrap_or(begin.date));
    // The days since the last valuation.
    let mut open = 0;
    for (at, day) in holding.days.iter().enumerate() {
        let Some(end) = day.value else { continue };
        let days = holding.days.get(open..=at).unwrap_or_default();
        let to = i64::from(day.date.to_epoch_days()) + 1;
        let rate = match method {
            LinkMethod::True => of_values(value, end, days, start)?,
            LinkMethod::ModifiedDietz => modified_dietz::over(value, end, days, start, to)?,
            LinkMethod::InternalRate => of_internal_rate(value, end, days, start, to)?,
        };
        periods.push(PeriodReturn { start: first, end: day.date, rate });
        (value, start, open) = (end, to, at + 1);
        first = day.date.succ_opt().unwrap_or(day.date);
    }
    let rate = linked(periods.iter().map(|period| period.rate));
    let days = holding.end() - holding.start();
    let years = as_f64(days) / 365.0;
    let annual_rate = (years >= 1.0).then(|| if rate == -1.0 { -1.0 } else { libm::expm1(libm::log1p(rate) / years) });
    Ok(TimeWeightedReturn { rate, annual_rate, days, periods })
}

fn first_day(days: &[Day]) -> NaiveDate {
    days.first().map_or(NaiveDate::MIN, |day| day.date)
}

/// The return up to a valuation, where only its own day and the one on which a holding began may have flows.
fn of_values(begin: f64, end: f64, days: &[Day], start: i64) -> Result<f64> {
    let Some((last, before)) = days.split_last() else { return Ok(0.0) };
    let mut begin = begin;
    for (at, day) in before.iter().enumerate() {
        // Right after the value at the beginning, which is known; and what begins with nothing is worth what was paid for it.
        let follows = i64::from(day.date.to_epoch_days()) == start && day.at_end == 0.0;
        let only_paid_in = day.at_start >= 0.0 && day.at_end >= 0.0 && day.at_start + day.at_end > 0.0;
        let bought = begin == 0.0 && only_paid_in;
        if at > 0 || !(follows || bought) {
            let message = format!(
                "`{}` has a flow and no valuation, and the return up to it is unknown; expected a value on that day, or \
                 `modified_dietz` or `internal_rate`",
                day.date
            );
            let error = Error::new(ErrorCode::NoValuation, "date", message);
            return Err(error.at_index(day.flow.unwrap_or(0)).under("flows"));
        }
        begin += day.at_start + day.at_end;
    }
    let (capital, left) = (begin + last.at_start, end - last.at_end);
    match (capital, left) {
        (0.0, 0.0) => Ok(0.0),
        _ if capital > 0.0 && left >= 0.0 => Ok(left / capital - 1.0),
        _ => Err(no_capital(last.date, if capital > 0.0 { left } else { capital })),
    }
}

/// The internal rate of a period, over the whole of it.
fn of_internal_rate(begin: f64, end: f64, days: &[Day], from: i64, to: i64) -> Result<f64> {
    // Bought at the end of the day of its first value, it was held for no time.
    let length = as_f64((to - from).max(1));
    let mut terms = vec![(0.0, -begin)];
    let mut add = |time: i64, amount: f64| match terms.last_mut() {
        Some((last, sum)) if *last >= as_f64(time - from) / length => *sum += amount,
        _ => terms.push((as_f64(time - from) / length, amount)),
    };
    for day in days {
        let start = i64::from(day.date.to_epoch_days());
        add(start, -day.at_start);
        add(start + 1, -day.at_end);
    }
    add(to, end);
    let received = terms.iter().any(|(_, amount)| *amount > 0.0);
    let paid = terms.iter().any(|(_, amount)| *amount < 0.0);
    match (paid, received) {
        (true, true) => Ok(solve(&terms, "flows")?.rate()),
        (true, false) => Ok(-1.0),
        (false, false) => Ok(0.0),
        (false, true) => Err(no_capital(first_day(days), 0.0)),
    }
}
