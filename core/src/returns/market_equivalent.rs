//! What a fund returned beside a public market: the public market equivalent.

use chrono::NaiveDate;

use super::cash_flow::check_amounts;
use super::rates::{check_above_zero, check_finite, finite, periods, solve};
use super::{DayCount, InternalRate};
use crate::wire::record;
use crate::{Error, ErrorCode, Result, float};

record! {
    /// A fund beside an index.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq)]
    #[non_exhaustive]
    pub struct MarketEquivalent {
        /// Kaplan and Schoar's PME: distributions and what is left, grown by the index to the end, to contributions grown
        /// likewise. Above 1 the fund did better than the index.
        pub ks_pme: f64,
        /// Gredil, Griffiths and Stucke's direct alpha: the rate of the flows after each has grown by the index to the
        /// end; what the fund earned a year above the index. `None` where no rate exists.
        pub direct_alpha: Option<f64>,
        /// Long and Nickels' PME: the rate that the contributions would have had in the index, distributions taken out of it.
        /// `None` where none exists, as where the index could not have paid them.
        pub ln_pme: Option<f64>,
        /// The fund's own rate. `None` where none exists.
        pub irr: Option<f64>,
    }
}

/// The public market equivalents of a fund's flows against the values of an index on the same days.
///
/// Contributions are negative, distributions positive; `index` has a value for each, above zero, with the income of the index
/// in it. `nav` is what is left after the last of them. Rates are a year by ACT/365F where `dates` are given, else a period:
/// amounts then stand a period apart. Of several rates the headline stands here as in [`irr`](super::irr). Nothing is rounded.
///
/// # Errors
///
/// [`ErrorCode::Empty`] and [`ErrorCode::NotFinite`] at `amounts`; [`ErrorCode::LengthMismatch`] at `index` or `dates`;
/// [`ErrorCode::OutOfRange`] at `index[i]` for zero or less, at `nav` below zero, at `dates[i]` for a day before the one
/// before it; [`ErrorCode::OneSign`] at `amounts` without a contribution.
///
/// ```
/// use tierra::returns::public_market_equivalent;
/// let found = public_market_equivalent(&[-25.0, 15.0, 0.0], &[100.0, 115.0, 130.0], 20.0, None)?;
/// assert!((found.ks_pme - 1.137).abs() < 1e-3);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn public_market_equivalent(
    amounts: &[f64],
    index: &[f64],
    nav: f64,
    dates: Option<&[NaiveDate]>,
) -> Result<MarketEquivalent> {
    check(amounts, index, nav, dates)?;
    let last = index.last().copied().unwrap_or(1.0);
    let times: Vec<f64> = match dates {
        None => periods().take(amounts.len()).collect(),
        Some(dates) => years(dates),
    };
    let grown: Vec<f64> = amounts.iter().zip(index).map(|(amount, value)| amount * (last / value)).collect();
    let paid = finite(grown.iter().filter(|amount| **amount < 0.0).map(|amount| -amount), "what was paid in")?;
    let received = finite(grown.iter().copied().filter(|amount| *amount > 0.0), "what was distributed")?;
    if paid == 0.0 {
        let message = "have no negative amount; expected something paid in";
        return Err(Error::new(ErrorCode::OneSign, "amounts", message));
    }
    Ok(MarketEquivalent {
        ks_pme: finite([(received + nav) / paid].into_iter(), "the equivalent")?,
        direct_alpha: rate(&times, &grown, nav),
        ln_pme: rate(&times, amounts, paid - received),
        irr: rate(&times, amounts, nav),
    })
}

fn rate(times: &[f64], amounts: &[f64], left: f64) -> Option<f64> {
    let mut terms: Vec<(f64, f64)> = Vec::with_capacity(amounts.len());
    for (time, amount) in times.iter().zip(amounts) {
        match terms.last_mut() {
            Some((last, sum)) if last == time => *sum += amount,
            _ => terms.push((*time, *amount)),
        }
    }
    let (_, at_end) = terms.last_mut()?;
    *at_end += left;
    if terms.iter().all(|(_, amount)| *amount <= 0.0) {
        return Some(-1.0);
    }
    solve(&terms, "amounts").ok().as_ref().map(InternalRate::rate)
}

fn years(dates: &[NaiveDate]) -> Vec<f64> {
    let Some(first) = dates.first() else { return Vec::new() };
    dates.iter().map(|date| DayCount::Actual365Fixed.years(*first, *date)).collect()
}

fn check(amounts: &[f64], index: &[f64], nav: f64, dates: Option<&[NaiveDate]>) -> Result<()> {
    check_amounts("amounts", "", amounts.iter().copied())?;
    for (path, length) in [("index", Some(index.len())), ("dates", dates.map(<[_]>::len))] {
        if let Some(length) = length.filter(|length| *length != amounts.len()) {
            let message =
                format!("has length {length}, `amounts` has length {}; expected equal lengths", amounts.len());
            return Err(Error::new(ErrorCode::LengthMismatch, path, message));
        }
    }
    for (at, value) in index.iter().enumerate() {
        check_above_zero("", *value).map_err(|error| error.at_index(at).under("index"))?;
    }
    check_finite("nav", nav)?;
    if nav < 0.0 {
        let message = format!("`{}` is out of range; expected zero or more", float::written(nav));
        return Err(Error::new(ErrorCode::OutOfRange, "nav", message));
    }
    for (at, pair) in dates.unwrap_or_default().windows(2).enumerate() {
        if let [before, date] = pair
            && date < before
        {
            let message = format!("`{date}` is before `{before}`; expected the days in order");
            return Err(Error::new(ErrorCode::OutOfRange, "", message).at_index(at + 1).under("dates"));
        }
    }
    Ok(())
}
