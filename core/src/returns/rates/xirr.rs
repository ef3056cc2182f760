//! The internal rate of return of dated and of periodic cash flows.

use std::borrow::Cow;

use chrono::{Months, NaiveDate};

use super::roots::all_roots;
use super::terms::Terms;
use crate::returns::DayCount;
use crate::returns::cash_flow::{CashFlow, Sum, check_amounts};
use crate::wire::fields_of;
use crate::{Error, ErrorCode, Result, order};

/// ln(1 + rate) for the highest rate that may go first among several: 10¹⁸.
const MEANT: f64 = 41.446_531_673_892_82;

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
    /// The rate, as a fraction: 0.08 is 8 % a year (a period, for [`irr`]); -1 for a total loss.
    ///
    /// Of several, those whose sign is that of the plain sum of the flows go first, and of these the one with the smallest
    /// |ln(1 + rate)| (DECISIONS 17). A rate above 10¹⁸ goes last: it is what a sum leaves of flows that nearly offset, and
    /// nobody means it.
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

    /// Whether there are other rates, so that the flows alone do not say which is meant.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        !self.other_rates.is_empty()
    }

    /// A rate that is the only one.
    pub(super) fn only(rate: f64) -> Self {
        Self { rate, other_rates: Vec::new() }
    }

    /// All that was paid is lost.
    fn total_loss() -> Self {
        Self::only(-1.0)
    }

    /// Of all roots x = ln(1 + rate), ascending, and the sign of the plain sum of the flows; `None` without roots.
    fn of_roots(roots: &[f64], sign_of_sum: f64) -> Option<Self> {
        let sign = |root: f64| if root == 0.0 { 0.0 } else { root.signum() };
        let rank = |root: f64| (root > MEANT, sign(root) != sign_of_sum);
        let by_rank = |left: &f64, right: &f64| rank(*left).cmp(&rank(*right)).then(left.abs().total_cmp(&right.abs()));
        let headline = roots.iter().enumerate().min_by(|(_, left), (_, right)| by_rank(left, right))?.0;
        let mut rates: Vec<f64> = roots.iter().map(|root| libm::expm1(*root)).collect();
        let rate = rates.remove(headline);
        Some(Self { rate, other_rates: rates })
    }
}

fields_of! {
    snake_case InternalRate {
        rate: f64 = |found| found.rate,
        other_rates: &[f64] = |found| found.other_rates(),
        /// Whether there are other rates, so that the flows alone do not say which is meant.
        ambiguous: bool = |found| found.is_ambiguous(),
    }
}

/// The yearly rate at which the net present value of dated cash flows is zero.
///
/// All real rates above -1 are found, each bracketed by a proof (see the source of `returns/rates/roots.rs`).
/// [`InternalRate::rate`] is chosen by the sign of the flows' sum and by nearness to zero (DECISIONS 17), the others are
/// reported, and the answer is then ambiguous. Flows of one day are netted first, so that it does not matter when within a
/// day they fall, nor in which order they stand. Where nothing is received and a flow of zero on a later day states the last
/// value, all is lost: the rate is -1.
///
/// A root that touches zero without crossing counts when the net present value comes within 1e-12 of the discounted flows'
/// size. Flows of one sign between others that together are below 1e-12 of the largest flow are what a sum of binary floats
/// leaves of zero: a root at which they weigh as much as what they balance is none, unless no other flow has their sign. Rates come out to about 1e-15 relative to
/// 1 + rate, unrounded.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `flows`; [`ErrorCode::NotFinite`] at `flows[i].amount`; [`ErrorCode::OneSign`] when there
/// is nothing paid, or nothing received and no last value of zero; [`ErrorCode::OneDay`]; [`ErrorCode::ShortPeriod`] when the flows span less than
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
    if let Some((first, last)) = loss_of(flows) {
        check_span(first, last, options)?;
        return Ok(InternalRate::total_loss());
    }
    check_signs("flows", flows.iter().map(|flow| flow.amount))?;
    let mut days = flows.iter().filter(|flow| flow.amount != 0.0).map(|flow| flow.date);
    if let Some(day) = days.next().filter(|first| days.all(|day| day == *first)) {
        return Err(one_day(day));
    }
    let net = net_by_day(flows);
    let (Some((first, _)), Some((last, _))) = (net.first(), net.last()) else { return Err(all_offset("flows")) };
    check_signs("flows", net.iter().map(|(_, amount)| *amount))?;
    check_span(*first, *last, options)?;
    let years = |date: NaiveDate| options.day_count.years(*first, date);
    solve(&merge_times(net.iter().map(|(date, amount)| (years(*date), *amount))), "flows")
}

/// The rate per period at which the net present value of periodic cash flows is zero.
///
/// The first amount stands at time 0, each next one a period later. Roots, the choice among several, precision and errors
/// are those of [`xirr`], with the path `amounts`; nothing is annualised. A last amount of zero where nothing is received is
/// a total loss: -1.
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
    let received = amounts.iter().any(|amount| *amount > 0.0);
    if !received && amounts.last() == Some(&0.0) && amounts.iter().any(|amount| *amount < 0.0) {
        return Ok(InternalRate::total_loss());
    }
    check_signs("amounts", amounts.iter().copied())?;
    let first = amounts.iter().position(|amount| *amount != 0.0).unwrap_or(0);
    let periods = (0_u32..).map(f64::from);
    let terms: Vec<(f64, f64)> = periods.zip(amounts.iter().skip(first).copied()).collect();
    solve(&terms, "amounts")
}

/// The first day on which something is paid, and the last, where a flow of zero states what is left, if nothing is received.
fn loss_of(flows: &[CashFlow]) -> Option<(NaiveDate, NaiveDate)> {
    if flows.iter().any(|flow| flow.amount > 0.0) {
        return None;
    }
    let first = flows.iter().filter(|flow| flow.amount < 0.0).map(|flow| flow.date).min()?;
    let last = flows.iter().map(|flow| flow.date).max().filter(|last| *last > first)?;
    flows.iter().any(|flow| flow.date == last && flow.amount == 0.0).then_some((first, last))
}

/// Refuses to annualise less than a year, by the calendar and by the day count: 2024-01-01 to 2024-12-31 is one by ACT/365F.
pub(in crate::returns) fn check_span(first: NaiveDate, last: NaiveDate, options: XirrOptions) -> Result<()> {
    let under_by_calendar = first.checked_add_months(Months::new(12)).is_some_and(|anniversary| last < anniversary);
    if options.annualize_short_period || !under_by_calendar || options.day_count.years(first, last) >= 1.0 {
        return Ok(());
    }
    let message =
        format!("span `{first}` to `{last}`, less than a year; expected a year or more, or `annualize_short_period`");
    Err(Error::new(ErrorCode::ShortPeriod, "flows", message))
}

pub(super) fn one_day(day: NaiveDate) -> Error {
    Error::new(ErrorCode::OneDay, "flows", format!("all fall on `{day}`; expected amounts on at least two days"))
}

pub(in crate::returns) fn solve(flows: &[(f64, f64)], path: &str) -> Result<InternalRate> {
    let terms = Terms::of(flows.iter().copied());
    let mut roots = all_roots(&terms).ok_or_else(|| {
        let message = format!("are {} flows that change sign too often to be searched; expected fewer", terms.len());
        Error::new(ErrorCode::OutOfRange, path, message)
    })?;
    if let Some(dust) = terms.dust() {
        let mut scratch = Vec::with_capacity(terms.len());
        roots.retain(|root| !terms.is_made_by(&dust, *root, &mut scratch));
    }
    InternalRate::of_roots(&roots, terms.sign_of_sum()).ok_or_else(|| {
        let message =
            "are worth zero at no rate above -1 that a 64-bit float holds; expected flows that some rate balances";
        Error::new(ErrorCode::NoRoot, path, message)
    })
}

/// The net amount of each day that has one, by day.
fn net_by_day(flows: &[CashFlow]) -> Vec<(NaiveDate, f64)> {
    let sorted: Cow<'_, [CashFlow]> = if flows.is_sorted_by_key(|flow| flow.date) {
        Cow::Borrowed(flows)
    } else {
        let by_day = order::ranked_by(flows, |left, right| left.date.cmp(&right.date));
        by_day.into_iter().filter_map(|at| flows.get(at).copied()).collect()
    };
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
fn merge_times(terms: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut merged: Vec<(f64, f64)> = Vec::new();
    for (time, amount) in terms {
        match merged.last_mut() {
            // A later day may even lie before an earlier one (28 February and 1 March, 30/360 SIA): never by a day.
            Some((last, sum)) if time <= *last => *sum += amount,
            _ => merged.push((time, amount)),
        }
    }
    merged
}

pub(in crate::returns) fn check_signs(path: &str, amounts: impl Iterator<Item = f64> + Clone) -> Result<()> {
    let paid = amounts.clone().any(|amount| amount < 0.0);
    let received = amounts.into_iter().any(|amount| amount > 0.0);
    let missing = match (paid, received) {
        (true, true) => return Ok(()),
        (true, false) => {
            "have no positive amount; expected something received, or a last amount of 0 where all is lost"
        }
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
