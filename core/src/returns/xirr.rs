//! The internal rate of return of dated and of periodic cash flows.

use chrono::{Months, NaiveDate};

use super::cash_flow::{CashFlow, Sum, check_amounts};
use super::day_count::DayCount;
use super::roots::{Term, all_roots};
use crate::wire::fields_of;
use crate::{Error, ErrorCode, Result, order};

/// How [`xirr`] counts and what it may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct XirrOptions {
    /// How years are counted; ACT/365F by default.
    pub day_count: DayCount,
    /// Whether flows that span less than a year may be annualised. By default they are refused (DECISIONS 17).
    pub annualize_short_period: bool,
}

/// An internal rate of return, and every other rate that solves the same flows.
#[derive(Debug, Clone, PartialEq)]
pub struct InternalRate {
    rate: f64,
    other_rates: Vec<f64>,
}

impl InternalRate {
    /// The rate nearest to zero, as a fraction: 0.08 is 8 % a year (a period, for [`irr`]).
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The other rates at which the net present value is zero, ascending. Where there are any, the flows change sign more
    /// than once and the rate alone says little.
    #[must_use]
    pub fn other_rates(&self) -> &[f64] {
        &self.other_rates
    }

    /// Of all roots, ascending; `None` where there are none.
    fn of_roots(roots: &[f64]) -> Option<Self> {
        let mut rates: Vec<f64> = roots.iter().map(|x| libm::expm1(*x)).collect();
        let nearest = rates.iter().enumerate().min_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()))?.0;
        let rate = rates.remove(nearest);
        Some(Self { rate, other_rates: rates })
    }
}

fields_of! {
    snake_case InternalRate {
        rate: f64 = |found| found.rate,
        other_rates: &[f64] = |found| found.other_rates(),
    }
}

/// The yearly rate at which the net present value of dated cash flows is zero.
///
/// All real rates above -1 are found, each bracketed by a proof (see the source of `returns/roots.rs`); the one nearest
/// to zero is [`InternalRate::rate`], the others are reported. Flows of one day are netted first; the order of the flows
/// does not matter. A root that touches zero without crossing counts when the net present value comes within 1e-12 of
/// the discounted flows' size. Rates come out to about 1e-15 relative to 1 + rate, unrounded.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `flows`; [`ErrorCode::NotFinite`] at `flows[i].amount`; [`ErrorCode::OneSign`] when there
/// is nothing paid or nothing received; [`ErrorCode::OneDay`]; [`ErrorCode::ShortPeriod`] when the flows span less than
/// a year and [`XirrOptions::annualize_short_period`] is not set; [`ErrorCode::NoRoot`] when no rate exists;
/// [`ErrorCode::OutOfRange`] for many thousands of flows that change sign so often that a search would take minutes.
///
/// ```
/// use tierra::{parse_date, returns::{CashFlow, XirrOptions, xirr}};
/// let flows = [
///     CashFlow::new(parse_date("2015-06-11")?, -1000.0),
///     CashFlow::new(parse_date("2015-07-21")?, -9000.0),
///     CashFlow::new(parse_date("2015-10-17")?, -3000.0),
///     CashFlow::new(parse_date("2018-06-10")?, 20000.0),
/// ];
/// let found = xirr(&flows, XirrOptions::default())?;
/// assert!((found.rate() - 0.16353715844).abs() < 1e-11);
/// assert!(found.other_rates().is_empty());
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn xirr(flows: &[CashFlow], options: XirrOptions) -> Result<InternalRate> {
    check_amounts("flows", "amount", flows.iter().map(|flow| flow.amount))?;
    check_signs("flows", flows.iter().map(|flow| flow.amount))?;
    let mut days = flows.iter().filter(|flow| flow.amount != 0.0).map(|flow| flow.date);
    if let Some(day) = days.next().filter(|first| days.all(|day| day == *first)) {
        let message = format!("all fall on `{day}`; expected amounts on at least two days");
        return Err(Error::new(ErrorCode::OneDay, "flows", message));
    }
    let net = net_by_day(flows);
    let (Some((first, _)), Some((last, _))) = (net.first(), net.last()) else { return Err(all_offset("flows")) };
    check_signs("flows", net.iter().map(|(_, amount)| *amount))?;
    let anniversary = first.checked_add_months(Months::new(12));
    let years = |date: NaiveDate| options.day_count.years(*first, date);
    // A year by the calendar or by the day count: 2024-01-01 to 2024-12-31 is one by ACT/365F.
    let under_a_year = anniversary.is_some_and(|anniversary| *last < anniversary) && years(*last) < 1.0;
    if !options.annualize_short_period && under_a_year {
        let message = format!(
            "span `{first}` to `{last}`, less than a year; expected a year or more, or `annualize_short_period`"
        );
        return Err(Error::new(ErrorCode::ShortPeriod, "flows", message));
    }
    let terms: Vec<Term> = merge_times(net.iter().map(|(date, amount)| Term { time: years(*date), amount: *amount }));
    solve(&terms, "flows")
}

/// The rate per period at which the net present value of periodic cash flows is zero.
///
/// The first amount stands at time 0, each next one a period later. Roots, precision and errors are those of [`xirr`],
/// with the path `amounts`; nothing is annualised.
///
/// # Errors
///
/// [`ErrorCode::Empty`], [`ErrorCode::NotFinite`], [`ErrorCode::OneSign`] and [`ErrorCode::NoRoot`] at `amounts`.
///
/// ```
/// let found = tierra::returns::irr(&[-100.0, 39.0, 59.0, 55.0, 20.0])?;
/// assert!((found.rate() - 0.2809484211599611).abs() < 1e-14);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn irr(amounts: &[f64]) -> Result<InternalRate> {
    check_amounts("amounts", "", amounts.iter().copied())?;
    check_signs("amounts", amounts.iter().copied())?;
    let first = amounts.iter().position(|amount| *amount != 0.0).unwrap_or(0);
    let periods = (0_u32..).map(f64::from);
    let terms: Vec<Term> = periods
        .zip(amounts.iter().skip(first))
        .filter(|(_, amount)| **amount != 0.0)
        .map(|(time, amount)| Term { time, amount: *amount })
        .collect();
    solve(&terms, "amounts")
}

fn solve(terms: &[Term], path: &str) -> Result<InternalRate> {
    let roots = all_roots(&scaled(terms)).ok_or_else(|| {
        let message = format!("are {} flows that change sign too often to be searched; expected fewer", terms.len());
        Error::new(ErrorCode::OutOfRange, path, message)
    })?;
    InternalRate::of_roots(&roots).ok_or_else(|| {
        let message =
            "are worth zero at no rate above -1 that a 64-bit float holds; expected flows that some rate balances";
        Error::new(ErrorCode::NoRoot, path, message)
    })
}

/// The terms with the largest amount made about 1, so that no sum overflows. A power of two changes no digit.
fn scaled(terms: &[Term]) -> Vec<Term> {
    let largest = terms.iter().map(|term| term.amount.abs()).fold(0.0, f64::max);
    let exponent = libm::frexp(largest).1;
    terms
        .iter()
        .map(|term| Term { amount: libm::ldexp(term.amount, -exponent), ..*term })
        .filter(|term| term.amount != 0.0)
        .collect()
}

/// The net amount of each day that has one, by day.
fn net_by_day(flows: &[CashFlow]) -> Vec<(NaiveDate, f64)> {
    let by_day = order::ranked_by(flows, |left, right| left.date.cmp(&right.date));
    let sorted: Vec<CashFlow> = by_day.into_iter().filter_map(|at| flows.get(at).copied()).collect();
    let net_of_day = |day: &[CashFlow]| {
        let net = day.iter().map(|flow| flow.amount).collect::<Sum>().value();
        let size = day.iter().map(|flow| flow.amount.abs()).fold(0.0, f64::max);
        // What is left of 0.1 + 0.2 - 0.3 is rounding, not a flow.
        let is_flow = net.abs() > 2.0 * f64::EPSILON * size;
        day.first().filter(|_| is_flow).map(|flow| (flow.date, net))
    };
    sorted.chunk_by(|left, right| left.date == right.date).filter_map(net_of_day).collect()
}

/// Joins flows of different days that a day count puts at one time, such as the 30th and 31st in 30/360.
fn merge_times(terms: impl Iterator<Item = Term>) -> Vec<Term> {
    let mut merged: Vec<Term> = Vec::new();
    for term in terms {
        match merged.last_mut() {
            // A later day may even lie before an earlier one (28 February and 1 March, 30/360 SIA): never by a day.
            Some(last) if term.time <= last.time => last.amount += term.amount,
            _ => merged.push(term),
        }
    }
    merged.retain(|term| term.amount != 0.0);
    merged
}

fn check_signs(path: &str, amounts: impl Iterator<Item = f64> + Clone) -> Result<()> {
    let paid = amounts.clone().any(|amount| amount < 0.0);
    let received = amounts.into_iter().any(|amount| amount > 0.0);
    let missing = match (paid, received) {
        (true, true) => return Ok(()),
        (true, false) => "have no positive amount; expected something received",
        (false, true) => "have no negative amount; expected something paid",
        (false, false) => return Err(all_offset(path)),
    };
    Err(Error::new(ErrorCode::OneSign, path, missing))
}

fn all_offset(path: &str) -> Error {
    Error::new(
        ErrorCode::OneSign,
        path,
        "are all zero or offset on their day; expected something paid and something received",
    )
}
