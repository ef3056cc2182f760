//! Returns as multiples and sums of money, which no rate and no calendar enter.

use rust_decimal::Decimal;

use super::rates::ratio;
use crate::returns::exact;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal};

record! {
    /// A fund's multiples (EVCA and CFA Institute; each a quotient, not rounded).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[non_exhaustive]
    pub struct Multiples {
        /// What was paid in, fees included.
        pub paid_in: Decimal,
        /// What was distributed.
        pub distributed: Decimal,
        /// Distributed to paid in.
        pub dpi: f64,
        /// Residual value to paid in.
        pub rvpi: f64,
        /// Total value to paid in: `dpi` and `rvpi`.
        pub tvpi: f64,
        /// Multiple on invested capital: total value to what was invested, fees left out.
        pub moic: f64,
    }
}

/// DPI, RVPI, TVPI and MOIC of contributions, distributions and what is left.
///
/// All amounts are zero or more, in one currency, and summed exactly. `invested` is what of the contributions went into
/// investments; without it, all of them.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `contributions` when they come to nothing; [`ErrorCode::OutOfRange`] at `contributions[i]`,
/// `distributions[i]` or `nav` below zero, at `invested` for zero or less, or where a sum does not fit.
///
/// ```
/// use tierra::{Decimal, returns::multiples};
/// let found = multiples(&[Decimal::from(25)], &[Decimal::from(15)], Decimal::from(20), None)?;
/// assert_eq!((found.dpi, found.rvpi, found.tvpi, found.moic), (0.6, 0.8, 1.4, 1.4));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn multiples(
    contributions: &[Decimal],
    distributions: &[Decimal],
    nav: Decimal,
    invested: Option<Decimal>,
) -> Result<Multiples> {
    let paid_in = sum("contributions", contributions)?;
    let distributed = sum("distributions", distributions)?;
    exact::check_sign("nav", nav, true)?;
    if paid_in.is_zero() {
        return Err(Error::new(ErrorCode::Empty, "contributions", "come to nothing; expected something paid in"));
    }
    if let Some(invested) = invested {
        exact::check_sign("invested", invested, false)?;
    }
    let total = decimal::add(distributed, nav, "distributions + nav")?;
    Ok(Multiples {
        paid_in: paid_in.normalize(),
        distributed: distributed.normalize(),
        dpi: ratio(distributed, paid_in),
        rvpi: ratio(nav, paid_in),
        tvpi: ratio(total, paid_in),
        moic: ratio(total, invested.unwrap_or(paid_in)),
    })
}

fn sum(path: &str, amounts: &[Decimal]) -> Result<Decimal> {
    let mut total = Decimal::ZERO;
    for (index, amount) in amounts.iter().enumerate() {
        exact::check_sign("", *amount, true).map_err(|error| error.at_index(index).under(path))?;
        total = decimal::add(total, *amount, path)?;
    }
    Ok(total)
}

record! {
    /// What was gained before and after fees.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[non_exhaustive]
    pub struct Gain {
        /// Value and received less invested.
        pub gross: Decimal,
        /// The same less fees.
        pub net: Decimal,
        /// `gross` to what was invested, as a fraction.
        pub gross_return: f64,
        /// `net` to what was invested, as a fraction.
        pub net_return: f64,
    }
}

/// The gain on an investment before and after fees, which are apart from what was invested.
///
/// Money is exact; returns are fractions, not yearly ones and not rounded. `received` is what came out of it: income, sales.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `invested` for zero or less, at `value`, `received` or `fees` below zero, or where a sum does
/// not fit.
///
/// ```
/// use tierra::{Decimal, returns::gain};
/// let found = gain(Decimal::new(29858, 2), Decimal::new(33183, 2), Decimal::ZERO, Decimal::from(19))?;
/// assert_eq!((found.gross, found.net), (Decimal::new(3325, 2), Decimal::new(1425, 2)));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn gain(invested: Decimal, value: Decimal, received: Decimal, fees: Decimal) -> Result<Gain> {
    exact::check_sign("invested", invested, false)?;
    for (path, amount) in [("value", value), ("received", received), ("fees", fees)] {
        exact::check_sign(path, amount, true)?;
    }
    let gross = decimal::add(decimal::add(value, received, "value + received")?, -invested, "the gain")?;
    let net = decimal::add(gross, -fees, "the gain after fees")?;
    Ok(Gain {
        gross: gross.normalize(),
        net: net.normalize(),
        gross_return: ratio(gross, invested),
        net_return: ratio(net, invested),
    })
}
