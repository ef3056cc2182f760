//! How the proceeds of a fund are shared between investors and manager: the distribution waterfall.

use rust_decimal::Decimal;

use crate::returns::exact;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal};

/// Cents.
const MINOR_DIGITS: u32 = 2;
/// The most years of a preferred return.
const MAX_YEARS: u32 = 200;

record! {
    /// The terms of a waterfall. Rates and parts are fractions: 0.08 is 8 %.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct WaterfallTerms {
        /// What investors are to earn a year before the manager has a share, compounded yearly. Zero or more.
        #[wire(default)]
        pub preferred_rate: Decimal,
        /// For how many whole years.
        pub years: u32,
        /// The manager's part of what follows the preferred return, until `carry` of all profit is the manager's: 1 is a full
        /// catch-up, 0 none.
        #[wire(default)]
        pub catch_up: Decimal,
        /// The manager's part of the profit, 0 to below 1.
        pub carry: Decimal,
    }
}

record! {
    /// What each step of a waterfall gives, to the cent. All steps together are the proceeds.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Waterfall {
        /// What was contributed, back to the investors.
        pub return_of_capital: Decimal,
        /// The preferred return, to the investors.
        pub preferred_return: Decimal,
        /// The manager's part of the catch-up.
        pub catch_up: Decimal,
        /// The investors' part of the catch-up.
        pub catch_up_investors: Decimal,
        /// The manager's carry on what is left.
        pub carried_interest: Decimal,
        /// What is left to the investors.
        pub residual: Decimal,
        /// All that the investors (limited partners) receive.
        pub investors: Decimal,
        /// All that the manager (general partner) receives.
        pub manager: Decimal,
    }
}

/// Shares proceeds between investors and manager: capital, preferred return, catch-up, carry (European waterfall).
///
/// Each step takes what is left of the one before. The preferred return and the manager's parts are rounded half up to the
/// cent, the investors' parts are what is left, so that all adds up to the proceeds exactly.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `contributed` or `proceeds` below zero or with a fraction of a cent, at
/// `terms.preferred_rate` below zero, `terms.carry` outside 0 to below 1, `terms.years` above 200, or `terms.catch_up`
/// outside 0 to 1, and for one above zero that is not above the carry: the manager would never catch up. Where a value does
/// not fit.
///
/// ```
/// use tierra::{Decimal, returns::{WaterfallTerms, waterfall}};
/// let terms = WaterfallTerms {
///     preferred_rate: Decimal::new(8, 2),
///     years: 1,
///     catch_up: Decimal::ONE,
///     carry: Decimal::new(20, 2),
/// };
/// let found = waterfall(Decimal::from(100), Decimal::from(109), &terms)?;
/// assert_eq!((found.investors, found.manager), (Decimal::from(108), Decimal::ONE));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn waterfall(contributed: Decimal, proceeds: Decimal, terms: &WaterfallTerms) -> Result<Waterfall> {
    check_cents("contributed", contributed)?;
    check_cents("proceeds", proceeds)?;
    check_terms(terms).map_err(|error| error.under("terms"))?;
    let mut left = proceeds;
    let mut take = |most: Decimal| {
        let taken = most.min(left);
        left -= taken;
        taken
    };
    let return_of_capital = take(contributed);
    let preferred = preferred_return(contributed, terms)?;
    let preferred_return = take(preferred);
    // Until the manager has `carry` of the profit: catch_up × step = carry × (preferred + step).
    let step = if terms.catch_up > terms.carry {
        cents(decimal::multiply_divide(preferred, terms.carry, terms.catch_up - terms.carry, "the catch-up")?)
    } else {
        Decimal::ZERO
    };
    let step = take(step);
    let catch_up = cents(decimal::multiply(step, terms.catch_up, "the catch-up")?);
    let carried_interest = cents(decimal::multiply(left, terms.carry, "the carry")?);
    let residual = left - carried_interest;
    let manager = catch_up + carried_interest;
    Ok(Waterfall {
        return_of_capital: return_of_capital.normalize(),
        preferred_return: preferred_return.normalize(),
        catch_up: catch_up.normalize(),
        catch_up_investors: (step - catch_up).normalize(),
        carried_interest: carried_interest.normalize(),
        residual: residual.normalize(),
        investors: (proceeds - manager).normalize(),
        manager: manager.normalize(),
    })
}

fn preferred_return(contributed: Decimal, terms: &WaterfallTerms) -> Result<Decimal> {
    let growth = decimal::add(Decimal::ONE, terms.preferred_rate, "1 + preferred rate")?;
    let mut due = contributed;
    for _ in 0..terms.years {
        due = decimal::multiply(due, growth, "the preferred return")?;
    }
    Ok(cents(decimal::add(cents(due), -contributed, "the preferred return")?))
}

fn cents(value: Decimal) -> Decimal {
    decimal::round_half_up(value, MINOR_DIGITS)
}

fn check_cents(path: &str, value: Decimal) -> Result<()> {
    exact::check_sign(path, value, true)?;
    if value.normalize().scale() > MINOR_DIGITS {
        let message = format!("`{value}` has a fraction of a cent; expected at most {MINOR_DIGITS} decimal places");
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    Ok(())
}

fn check_terms(terms: &WaterfallTerms) -> Result<()> {
    let refused = |path: &str, value: String, expected: &str| {
        Err(Error::new(ErrorCode::OutOfRange, path, format!("`{value}` is out of range; expected {expected}")))
    };
    exact::check_sign("preferred_rate", terms.preferred_rate, true)?;
    if terms.years > MAX_YEARS {
        return refused("years", terms.years.to_string(), "0 to 200 years");
    }
    if terms.carry < Decimal::ZERO || terms.carry >= Decimal::ONE {
        return refused("carry", terms.carry.to_string(), "a part of 0 to below 1");
    }
    let is_part = terms.catch_up.is_zero() || (terms.catch_up > terms.carry && terms.catch_up <= Decimal::ONE);
    if !is_part {
        return refused("catch_up", terms.catch_up.to_string(), "0, or a part above the carry up to 1");
    }
    Ok(())
}
