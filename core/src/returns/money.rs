//! Amounts rounded by a rule with a name, and the tokens that an amount buys.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::named_values::named_values;
use crate::returns::exact;
use crate::{Error, ErrorCode, Result, decimal};

/// The decimal places of a token.
pub const TOKEN_DIGITS: u32 = 7;
/// The most decimal places that a decimal has.
const MOST_PLACES: u32 = 28;

named_values! {
    /// To which neighbour a value is rounded that lies between two.
    #[derive(Default)]
    Rounding {
        /// To the nearest, halves away from zero: as invoices and bank statements do.
        #[default]
        HalfUp => "half_up",
        /// To the nearest, halves towards zero.
        HalfDown => "half_down",
        /// To the nearest, halves to the even one: bankers' rounding.
        HalfEven => "half_even",
        /// Towards zero: what is not whole is not given.
        Down => "down",
        /// Away from zero.
        Up => "up",
        /// To the lower one.
        Floor => "floor",
        /// To the higher one.
        Ceiling => "ceiling",
    }
}

impl Rounding {
    fn strategy(self) -> RoundingStrategy {
        match self {
            Self::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Self::HalfDown => RoundingStrategy::MidpointTowardZero,
            Self::HalfEven => RoundingStrategy::MidpointNearestEven,
            Self::Down => RoundingStrategy::ToZero,
            Self::Up => RoundingStrategy::AwayFromZero,
            Self::Floor => RoundingStrategy::ToNegativeInfinity,
            Self::Ceiling => RoundingStrategy::ToPositiveInfinity,
        }
    }
}

/// An amount rounded to `minor_digits` decimal places by a rule.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `minor_digits` above 28.
///
/// ```
/// use tierra::{Decimal, returns::{Rounding, round_amount}};
/// assert_eq!(round_amount(Decimal::new(-2345, 3), 2, Rounding::HalfUp)?, Decimal::new(-235, 2));
/// assert_eq!(round_amount(Decimal::new(-2345, 3), 2, Rounding::HalfEven)?, Decimal::new(-234, 2));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn round_amount(amount: Decimal, minor_digits: u32, rounding: Rounding) -> Result<Decimal> {
    if minor_digits > MOST_PLACES {
        let message = format!("`{minor_digits}` is out of range; expected 0 to {MOST_PLACES} decimal places");
        return Err(Error::new(ErrorCode::OutOfRange, "minor_digits", message));
    }
    Ok(amount.round_dp_with_strategy(minor_digits, rounding.strategy()).normalize())
}

/// The tokens that an amount buys: amount / price, with seven decimal places, rounded down (DECISIONS 16).
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `amount` below zero, at `token_price` for zero or less, or where the tokens do not fit.
///
/// ```
/// use tierra::{Decimal, returns::ownership_tokens};
/// // The contract's sample: 500 at 2.60.
/// assert_eq!(ownership_tokens(Decimal::from(500), Decimal::new(26, 1))?, Decimal::new(1_923_076_923, 7));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn ownership_tokens(amount: Decimal, token_price: Decimal) -> Result<Decimal> {
    exact::check_sign("amount", amount, true)?;
    exact::check_sign("token_price", token_price, false)?;
    let quotient = decimal::multiply_divide(amount, Decimal::ONE, token_price, "the tokens")?;
    let tokens = quotient.round_dp_with_strategy(TOKEN_DIGITS, RoundingStrategy::ToZero);
    // A quotient rounded up to the next token would give more than was paid for.
    let is_too_many = exact::compare_products(tokens, token_price, amount).is_gt();
    Ok(if is_too_many { tokens - Decimal::new(1, TOKEN_DIGITS) } else { tokens }.normalize())
}
