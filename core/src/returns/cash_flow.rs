//! An amount on a day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal, float};

/// The most cash flows taken at once.
const MAX_FLOWS: usize = 1_000_000;

record! {
    /// An amount paid (negative) or received (positive) on a day.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct CashFlow {
        /// The day.
        pub date: NaiveDate,
        /// The amount, negative when paid. Any one currency.
        pub amount: f64,
    }
}

impl CashFlow {
    /// A cash flow of a binary floating-point amount.
    #[must_use]
    pub fn new(date: NaiveDate, amount: f64) -> Self {
        Self { date, amount }
    }

    /// A cash flow of an exact amount; the nearest `f64` is taken.
    ///
    /// ```
    /// use tierra::{Decimal, parse_date, returns::CashFlow};
    /// let flow = CashFlow::from_decimal(parse_date("2026-01-01")?, Decimal::new(-1010, 1));
    /// assert_eq!(flow.amount, -101.0);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn from_decimal(date: NaiveDate, amount: Decimal) -> Self {
        Self { date, amount: decimal::nearest_f64(amount) }
    }
}

/// Refuses an empty or over-long list and an amount that is not finite.
pub(super) fn check_amounts(path: &str, field: &str, amounts: impl ExactSizeIterator<Item = f64>) -> Result<()> {
    let count = amounts.len();
    if count == 0 {
        return Err(Error::new(ErrorCode::Empty, path, "is empty; expected at least one cash flow"));
    }
    check_count(path, "cash flows", count)?;
    for (index, amount) in amounts.enumerate() {
        if !amount.is_finite() {
            let message = format!("`{}` is not finite; expected a finite amount", float::written(amount));
            return Err(Error::new(ErrorCode::NotFinite, field, message).at_index(index).under(path));
        }
    }
    Ok(())
}

/// Refuses an over-long list.
pub(super) fn check_count(path: &str, what: &str, count: usize) -> Result<()> {
    if count > MAX_FLOWS {
        let message = format!("has {count} {what}; expected at most {MAX_FLOWS}");
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    Ok(())
}

/// The error for a sum that overflows `f64`.
pub(super) fn overflow(what: &str) -> Error {
    Error::new(
        ErrorCode::OutOfRange,
        "",
        format!("{what} is too large for a 64-bit float; expected smaller amounts or a rate farther from -1"),
    )
}

/// Sums with the rounding error carried along (Kahan's summation with Knuth's two-sum, which has no branch).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    total: f64,
    correction: f64,
}

impl Sum {
    pub(super) fn add(&mut self, value: f64) {
        let total = self.total + value;
        let added = total - self.total;
        self.correction += (self.total - (total - added)) + (value - added);
        self.total = total;
    }

    pub(super) fn value(self) -> f64 {
        self.total + self.correction
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Self::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}
