//! Who is entitled to a distribution, and by what weight.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Share;
use crate::named_values::named_values;
use crate::returns::exact;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal, order, text};

/// The longest id of a holder, in characters.
const MAX_ID: usize = 255;

record! {
    /// Units that a holder had for a time.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HeldUnits {
        /// The holder's id, 1 to 255 characters; it may stand for several holdings.
        #[wire(chars = 1..=MAX_ID)]
        pub id: String,
        /// The units: tokens, or what was invested. Zero or more.
        pub units: Decimal,
        /// The day on which they came, at its start.
        pub start: NaiveDate,
        /// The day on which they went, at its end, which no longer counts; `None` where they are still held.
        pub end: Option<NaiveDate>,
    }
}

named_values! {
    /// By what a distribution is shared.
    #[derive(Default)]
    WeightBasis {
        /// The units held at the end of the record date.
        #[default]
        RecordDate => "record_date",
        /// The units times the days at whose end they were held, from the first day up to the record date.
        DaysHeld => "days_held",
    }
}

/// The weights by which holders share a distribution, one a holder, in the order in which they come first.
///
/// A day counts what is held at its end (DECISIONS 42): units that came on the record date count, those that went on it do
/// not, and those that came later have none. Who has no weight is listed with zero. The weights are exact; with
/// [`WeightBasis::DaysHeld`] they are unit-days since `first_day`, and who sold before the record date keeps those up to
/// then.
///
/// # Errors
///
/// [`ErrorCode::MissingField`] at `first_day` for days held without one, [`ErrorCode::InvalidPeriod`] there for one after the
/// record date; [`ErrorCode::OutOfRange`] at `holdings[i].units` below zero; [`ErrorCode::InvalidPeriod`] at
/// `holdings[i].end` before `start`; [`ErrorCode::Empty`] at `holdings`, or `holdings[i].id`; [`ErrorCode::OutOfRange`] where
/// a sum does not fit.
///
/// ```
/// use tierra::{Decimal, parse_date, returns::{HeldUnits, WeightBasis, entitlement_weights}};
/// let held = |id: &str, start: &str| -> tierra::Result<HeldUnits> {
///     Ok(HeldUnits { id: id.into(), units: Decimal::TEN, start: parse_date(start)?, end: None })
/// };
/// let holdings = [held("a", "2024-11-01")?, held("b", "2025-03-02")?, held("c", "2025-04-01")?];
/// let (first_day, record_date) = (parse_date("2025-01-01")?, parse_date("2025-03-31")?);
/// let days = entitlement_weights(&holdings, record_date, WeightBasis::DaysHeld, Some(first_day))?;
/// let weights: Vec<_> = days.iter().map(|share| share.weight).collect();
/// assert_eq!(weights, [Decimal::from(900), Decimal::from(300), Decimal::ZERO]);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn entitlement_weights(
    holdings: &[HeldUnits],
    record_date: NaiveDate,
    basis: WeightBasis,
    first_day: Option<NaiveDate>,
) -> Result<Vec<Share>> {
    let first_day = match (basis, first_day) {
        (WeightBasis::RecordDate, _) => record_date,
        (WeightBasis::DaysHeld, Some(first_day)) => first_day,
        (WeightBasis::DaysHeld, None) => {
            let message = "is missing; expected the day from which days are counted";
            return Err(Error::new(ErrorCode::MissingField, "first_day", message));
        }
    };
    if first_day > record_date {
        let message = format!("`{first_day}` is after the record date `{record_date}`; expected a day up to it");
        return Err(Error::new(ErrorCode::InvalidPeriod, "first_day", message));
    }
    if holdings.is_empty() {
        return Err(Error::new(ErrorCode::Empty, "holdings", "is empty; expected at least one holding"));
    }
    for (index, holding) in holdings.iter().enumerate() {
        check(holding).map_err(|error| error.at_index(index).under("holdings"))?;
    }
    let mut shares: Vec<(usize, Share)> = Vec::new();
    // Holder by holder; equal ids stay in their order.
    for index in order::ranked_by(holdings, |left, right| left.id.cmp(&right.id)) {
        let Some(holding) = holdings.get(index) else { continue };
        let located = |error: Error| error.at_index(index).under("holdings");
        let days = days_held(holding, first_day, record_date);
        let weight = decimal::multiply(holding.units, Decimal::from(days), "units × days").map_err(located)?;
        match shares.last_mut() {
            Some((_, share)) if share.id == holding.id => {
                share.weight = decimal::add(share.weight, weight, "the weights").map_err(located)?.normalize();
            }
            _ => shares.push((index, Share { id: holding.id.clone(), weight: weight.normalize() })),
        }
    }
    let first_come = order::ranked_by(&shares, |(left, _), (right, _)| left.cmp(right));
    Ok(first_come.into_iter().filter_map(|at| shares.get(at).map(|(_, share)| share.clone())).collect())
}

fn check(holding: &HeldUnits) -> Result<()> {
    text::check_text("id", &holding.id, MAX_ID, "the id of a holder")?;
    exact::check_sign("units", holding.units, true)?;
    if let Some(end) = holding.end.filter(|end| *end < holding.start) {
        let message = format!("`{end}` is before `{}`; expected a day on or after it", holding.start);
        return Err(Error::new(ErrorCode::InvalidPeriod, "end", message));
    }
    Ok(())
}

/// The days of a period at whose end units were held.
fn days_held(holding: &HeldUnits, first_day: NaiveDate, last_day: NaiveDate) -> i64 {
    let start = holding.start.max(first_day);
    // The day on which they go no longer counts.
    let end = holding.end.map_or(last_day, |end| end.pred_opt().unwrap_or(end).min(last_day));
    ((end - start).num_days() + 1).max(0)
}
