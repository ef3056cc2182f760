//! When an investment has paid itself back.

use super::cash_flow::check_amounts;
use super::rates::{check_rate, periods};
use crate::Result;
use crate::wire::record;

record! {
    /// When the sum of the amounts reaches zero.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[non_exhaustive]
    pub struct Payback {
        /// Periods until the sum reaches zero, the last one in part: what it brings is taken to come evenly. `None` where
        /// it never does, and where nothing was paid at first.
        pub periods: Option<f64>,
        /// The whole periods at whose end it has: `periods` rounded up.
        pub whole_periods: Option<u32>,
        /// Whether the sum stays at zero or above from then on, by the amounts given.
        pub stays_paid_back: bool,
    }
}

/// The periods after which the amounts, discounted at `rate`, have paid back what was paid.
///
/// The first amount stands at time 0, each next one at the end of a period; what a period brings is taken to come evenly
/// within it, so that the answer is interpolated, and given in whole periods as well (DECISIONS 47). A rate of 0 is the
/// simple payback, any other the discounted one. Where the sum falls below zero again later, `stays_paid_back` says so: the
/// first time is told.
///
/// # Errors
///
/// [`ErrorCode::Empty`](crate::ErrorCode::Empty) at `amounts`, [`ErrorCode::NotFinite`](crate::ErrorCode::NotFinite) at
/// `amounts[i]` or `rate`, [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) at `rate` for -1 or less.
///
/// ```
/// // The contract's sample project: 10.5 % of the target a year.
/// let mut amounts = vec![262_500.0; 11];
/// amounts[0] = -2_500_000.0;
/// let found = tierra::returns::payback(&amounts, 0.0)?;
/// assert!((found.periods.unwrap_or_default() - 1.0 / 0.105).abs() < 1e-12);
/// assert_eq!((found.whole_periods, found.stays_paid_back), (Some(10), true));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn payback(amounts: &[f64], rate: f64) -> Result<Payback> {
    check_rate("rate", rate)?;
    check_amounts("amounts", "", amounts.iter().copied())?;
    let mut found: Option<f64> = None;
    let mut stays = true;
    let mut before = 0.0;
    let mut was_paid = false;
    for (period, amount) in periods().zip(amounts) {
        let present = if *amount == 0.0 { 0.0 } else { amount * libm::pow(1.0 + rate, -period) };
        let after = before + present;
        // What a sum of binary floats leaves of zero is zero.
        let after = if after.abs() <= 4.0 * f64::EPSILON * (before.abs() + present.abs()) { 0.0 } else { after };
        if found.is_none() && was_paid && after >= 0.0 {
            let part = if present == 0.0 { 1.0 } else { -before / present };
            found = Some(period - 1.0 + part);
        } else if found.is_some() && after < 0.0 {
            stays = false;
        }
        was_paid |= after < 0.0;
        before = after;
    }
    let whole_periods = found.map(|periods| whole(libm::ceil(periods)));
    Ok(Payback { periods: found, whole_periods, stays_paid_back: found.is_some() && stays })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between zero and the number of amounts")]
fn whole(periods: f64) -> u32 {
    periods as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(amounts: &[f64]) -> (Option<f64>, Option<u32>, bool) {
        let found = payback(amounts, 0.0).unwrap();
        (found.periods, found.whole_periods, found.stays_paid_back)
    }

    #[test]
    fn the_first_time_is_told_and_that_it_does_not_last() {
        assert_eq!(simple(&[-100.0, 50.0, 50.0]), (Some(2.0), Some(2), true));
        assert_eq!(simple(&[-100.0, -50.0, 100.0, 100.0]), (Some(2.5), Some(3), true));
        assert_eq!(simple(&[-100.0, 120.0, -50.0]), (Some(1.0 - 1.0 + 100.0 / 120.0), Some(1), false));
        assert_eq!(simple(&[-100.0, 120.0, -50.0, 40.0]), (Some(100.0 / 120.0), Some(1), false));
        assert_eq!(simple(&[-100.0, 99.0, 0.0]), (None, None, false));
        assert_eq!(simple(&[100.0, -50.0]), (None, None, false));
        assert_eq!(simple(&[0.0, 0.0]), (None, None, false));
        // 0.1 + 0.2 - 0.3 is nothing left to pay.
        assert_eq!(simple(&[-0.3, 0.1, 0.2]), (Some(2.0), Some(2), true));
    }
}
