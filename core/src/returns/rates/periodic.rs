//! Values and modified rates of flows that come once a period, and the modified rate of dated ones.

use chrono::NaiveDate;

use super::npv::{check_rate, finite};
use super::xirr::{XirrOptions, check_signs, check_span};
use crate::Result;
use crate::named_values::named_values;
use crate::returns::cash_flow::{CashFlow, check_amounts};

named_values! {
    /// When within its period an amount falls.
    #[derive(Default)]
    Timing {
        /// At its start: the first amount is not discounted.
        #[default]
        Start => "start",
        /// In its middle: the first amount is discounted by half a period.
        Middle => "middle",
        /// At its end: the first amount is discounted by a period, as spreadsheets' NPV does.
        End => "end",
    }
}

impl Timing {
    /// How many periods after the start of its own an amount falls.
    pub(in crate::returns) fn offset(self) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle => 0.5,
            Self::End => 1.0,
        }
    }
}

/// The net present value of amounts that come once a period.
///
/// Σ amountₖ / (1 + rate)^(k + t), k from 0 on, t by `timing`. `rate` is that of a period, as a fraction. The result is
/// not rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`](crate::ErrorCode::NotFinite) at `rate` or `amounts[i]`;
/// [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) at `rate` for -1 or less, or when the sum overflows;
/// [`ErrorCode::Empty`](crate::ErrorCode::Empty) at `amounts`.
///
/// ```
/// use tierra::returns::{Timing, npv};
/// let amounts = [-40000.0, 5000.0, 8000.0, 12000.0, 30000.0];
/// assert!((npv(0.08, &amounts, Timing::Start)? - 3065.222668179).abs() < 1e-8);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn npv(rate: f64, amounts: &[f64], timing: Timing) -> Result<f64> {
    check_rate("rate", rate)?;
    check_amounts("amounts", "", amounts.iter().copied())?;
    let present = |(period, amount): (f64, &f64)| amount * libm::pow(1.0 + rate, -(period + timing.offset()));
    finite(periods().zip(amounts).filter(|(_, amount)| **amount != 0.0).map(present), "the net present value")
}

/// The modified internal rate of return per period: what was paid, discounted at `finance_rate` to the first period, grows
/// to what was received, compounded at `reinvest_rate` to the last.
///
/// (FV of the positive amounts / -PV of the negative ones)^(1/(n-1)) - 1, as spreadsheets' MIRR. Both rates are fractions a
/// period. It always exists and is only one, unlike [`irr`](super::irr). Nothing received and a last amount of zero is -1.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`](crate::ErrorCode::NotFinite) and [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) at
/// `finance_rate` or `reinvest_rate`, or when a value overflows; [`ErrorCode::NotFinite`](crate::ErrorCode::NotFinite) at
/// `amounts[i]`; [`ErrorCode::Empty`](crate::ErrorCode::Empty) and [`ErrorCode::OneSign`](crate::ErrorCode::OneSign) at
/// `amounts`.
///
/// ```
/// let found = tierra::returns::mirr(&[-75000.0, 12000.0, 15000.0, 18000.0, 21000.0, 24000.0], 0.1, 0.12)?;
/// assert!((found - 0.07971710360838036).abs() < 1e-14);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn mirr(amounts: &[f64], finance_rate: f64, reinvest_rate: f64) -> Result<f64> {
    check_rate("finance_rate", finance_rate)?;
    check_rate("reinvest_rate", reinvest_rate)?;
    check_amounts("amounts", "", amounts.iter().copied())?;
    let last = periods().nth(amounts.len().saturating_sub(1)).unwrap_or(0.0);
    let is_lost = amounts.last() == Some(&0.0);
    let flows = periods().zip(amounts.iter().copied());
    modified("amounts", flows, last, is_lost, finance_rate, reinvest_rate)
}

/// The modified internal rate of return of dated flows, a year: [`mirr`] with years by the day count in place of periods.
///
/// # Errors
///
/// Those of [`mirr`], with the path `flows`; [`ErrorCode::OneDay`](crate::ErrorCode::OneDay) where all fall on one day;
/// [`ErrorCode::ShortPeriod`](crate::ErrorCode::ShortPeriod) where they span less than a year and annualising was not asked
/// for.
///
/// ```
/// use tierra::{parse_date, returns::{CashFlow, XirrOptions, xmirr}};
/// let flows = [CashFlow::new(parse_date("2021-01-01")?, -100.0), CashFlow::new(parse_date("2023-01-01")?, 121.0)];
/// assert!((xmirr(&flows, 0.05, 0.05, XirrOptions::default())? - 0.1).abs() < 1e-14);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn xmirr(flows: &[CashFlow], finance_rate: f64, reinvest_rate: f64, options: XirrOptions) -> Result<f64> {
    check_rate("finance_rate", finance_rate)?;
    check_rate("reinvest_rate", reinvest_rate)?;
    check_amounts("flows", "amount", flows.iter().map(|flow| flow.amount))?;
    let days = || flows.iter().map(|flow| flow.date);
    let (first, last) = (days().min().unwrap_or_default(), days().max().unwrap_or_default());
    if first == last {
        return Err(super::xirr::one_day(first));
    }
    check_span(first, last, options)?;
    let years = |day: NaiveDate| options.day_count.years(first, day);
    let is_lost = flows.iter().any(|flow| flow.date == last && flow.amount == 0.0);
    let terms = flows.iter().map(|flow| (years(flow.date), flow.amount));
    modified("flows", terms, years(last), is_lost, finance_rate, reinvest_rate)
}

fn modified(
    path: &str,
    flows: impl Iterator<Item = (f64, f64)> + Clone,
    last: f64,
    is_lost: bool,
    finance_rate: f64,
    reinvest_rate: f64,
) -> Result<f64> {
    let amounts = flows.clone().map(|(_, amount)| amount);
    let nothing_received = !amounts.clone().any(|amount| amount > 0.0);
    if nothing_received && is_lost && amounts.clone().any(|amount| amount < 0.0) {
        return Ok(-1.0);
    }
    check_signs(path, amounts)?;
    let paid = flows.clone().filter(|(_, amount)| *amount < 0.0);
    let paid = finite(paid.map(|(time, amount)| -amount * libm::pow(1.0 + finance_rate, -time)), "what was paid")?;
    let received = flows.filter(|(_, amount)| *amount > 0.0);
    let grown = received.map(|(time, amount)| amount * libm::pow(1.0 + reinvest_rate, last - time));
    let received = finite(grown, "what was received")?;
    finite([libm::expm1(libm::log(received / paid) / last)].into_iter(), "the rate")
}

/// 0, 1, 2, …
pub(in crate::returns) fn periods() -> impl Iterator<Item = f64> + Clone {
    (0_u32..).map(f64::from)
}
