//! Exact decimal numbers: reading by digits, rounding, and the way to `f64`.

use ethnum::U256;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::{Error, ErrorCode, Result, text};

/// Reads a decimal number by its digits, exactly or not at all.
///
/// Takes `-12.5`, `1e-7` and `1.5E+3`; the result has no trailing zeros, so that `5` and `5.00` are one value.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] for NaN and the infinities, [`ErrorCode::InvalidNumber`] for a text that is no number,
/// [`ErrorCode::OutOfRange`] when the value has more than 28 decimal places or does not fit into 96 bits. Nothing is
/// rounded. The error's path is empty.
///
/// ```
/// use tierra::decimal::parse_decimal;
/// assert_eq!(parse_decimal("1.50e2")?.to_string(), "150");
/// assert_eq!(parse_decimal("NaN").unwrap_err().code(), tierra::ErrorCode::NotFinite);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn parse_decimal(digits: &str) -> Result<Decimal> {
    let number = Number::of(digits)?;
    let out_of_range = || {
        let message = format!(
            "`{}` cannot be held exactly; expected at most 28 decimal places and a size up to 7.9e28",
            text::excerpt(digits)
        );
        Error::new(ErrorCode::OutOfRange, "", message)
    };
    let plain = number.plain_digits().ok_or_else(out_of_range)?;
    Decimal::from_str_exact(&plain).map(|value| value.normalize()).map_err(|_| out_of_range())
}

/// More digits than any exact value needs, counting leading and trailing zeros.
const MAX_DIGITS: usize = 400;

/// Whether a text is one of the spellings of NaN or infinity in the languages of the bindings.
fn is_not_finite(text: &str) -> bool {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    ["nan", "inf", "infinity", "snan"].iter().any(|name| bare.eq_ignore_ascii_case(name))
}

/// The parts of a number as it is written.
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    /// The power of ten behind `e`.
    exponent: i64,
}

impl<'a> Number<'a> {
    /// Takes a number apart.
    ///
    /// [`ErrorCode::NotFinite`], [`ErrorCode::InvalidNumber`], or [`ErrorCode::OutOfRange`] for more digits than any
    /// number needs.
    fn of(digits: &'a str) -> Result<Self> {
        if digits.len() > MAX_DIGITS {
            let message =
                format!("`{}` has {} digits; expected at most {MAX_DIGITS}", text::excerpt(digits), digits.len());
            return Err(Error::new(ErrorCode::OutOfRange, "", message));
        }
        if is_not_finite(digits) {
            let message = format!("`{digits}` is not finite; expected a finite number");
            return Err(Error::new(ErrorCode::NotFinite, "", message));
        }
        let (negative, unsigned) = match digits.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, digits.strip_prefix('+').unwrap_or(digits)),
        };
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let lacks_digits = power.is_empty() || (whole.is_empty() && fraction.is_empty());
        if lacks_digits || ![whole, fraction, power].into_iter().all(all_digits) {
            let message = format!("`{}` is not a number; expected decimal digits", text::excerpt(digits));
            return Err(Error::new(ErrorCode::InvalidNumber, "", message));
        }
        // An exponent of more than 18 digits is beyond any value, whichever it is.
        let beyond = if exponent.starts_with('-') { -FAR } else { FAR };
        Ok(Self { negative, whole, fraction, exponent: exponent.parse().unwrap_or(beyond).clamp(-FAR, FAR) })
    }

    /// The digits without outer zeros, and the power of ten of the last one; no digits for zero.
    fn significant(&self) -> (String, i64) {
        let joined = format!("{}{}", self.whole, self.fraction);
        let unpadded = joined.trim_end_matches('0');
        let dropped = self.fraction.len().abs_diff(joined.len() - unpadded.len());
        // Both are at most MAX_DIGITS.
        let shift = i64::try_from(dropped).unwrap_or(FAR);
        let shift = if joined.len() - unpadded.len() < self.fraction.len() { -shift } else { shift };
        (unpadded.trim_start_matches('0').to_owned(), self.exponent + shift)
    }

    /// The digits without an exponent and without outer zeros; `None` when they are beyond any decimal.
    fn plain_digits(&self) -> Option<String> {
        let (significant, power) = self.significant();
        if significant.is_empty() {
            return Some("0".to_owned());
        }
        let length = i64::try_from(significant.len()).ok()?;
        if power < -28 || length + power > 29 {
            return None;
        }
        let sign = if self.negative { "-" } else { "" };
        let places = usize::try_from(power.unsigned_abs()).ok()?;
        if power >= 0 {
            return Some(format!("{sign}{significant}{}", "0".repeat(places)));
        }
        let padded = format!("{significant:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at_checked(padded.len() - places)?;
        Some(format!("{sign}{whole}.{fraction}"))
    }
}

/// An exponent beyond any value.
const FAR: i64 = 1_000_000;

/// Reads the `f64` nearest to a number's digits, correctly rounded, for cash flows and rates.
///
/// # Errors
///
/// As [`parse_decimal`], with [`ErrorCode::OutOfRange`] for more than 38 significant digits, more than 58 decimal places
/// or a size above 1e57. The error's path is empty.
///
/// ```
/// use tierra::decimal::parse_f64;
/// assert_eq!(parse_f64("1426.4559062157832")?, 1426.4559062157832);
/// assert_eq!(parse_f64("5.551115123125783e-17")?, 5.551115123125783e-17);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn parse_f64(digits: &str) -> Result<f64> {
    let number = Number::of(digits)?;
    let (significant, power) = number.significant();
    let read = || {
        let mantissa = if significant.is_empty() { 0 } else { significant.parse().ok()? };
        nearest_to(number.negative, mantissa, power)
    };
    read().ok_or_else(|| {
        let message = format!(
            "`{}` is out of range; expected at most 38 digits, 58 decimal places and a size up to 1e57",
            text::excerpt(digits)
        );
        Error::new(ErrorCode::OutOfRange, "", message)
    })
}

/// The `f64` nearest to `mantissa × 10^power`, ties to even; `None` where 256 bits cannot tell.
///
/// The standard library reads any size, with a table that would add a twentieth to the browser module.
fn nearest_to(negative: bool, mantissa: u128, power: i64) -> Option<f64> {
    const MOST_PLACES: u32 = 58;
    const LARGEST_POWER: u32 = 57;
    if mantissa == 0 {
        return Some(0.0);
    }
    let ten = U256::from(10_u8);
    let power_of_ten = u32::try_from(power.unsigned_abs()).ok()?;
    let (quotient, exact, exponent) = if power >= 0 {
        let factor = if power_of_ten > LARGEST_POWER { return None } else { ten.pow(power_of_ten) };
        (U256::from(mantissa).checked_mul(factor)?, true, 0)
    } else {
        let divisor = if power_of_ten > MOST_PLACES { return None } else { ten.pow(power_of_ten) };
        // All 256 bits used, the quotient keeps at least 63: more than the 53 of an f64 and one to round by.
        let mantissa = U256::from(mantissa);
        let shift = mantissa.leading_zeros();
        let numerator = mantissa << shift;
        (numerator / divisor, numerator % divisor == U256::ZERO, -i32::try_from(shift).ok()?)
    };
    // The top 64 bits, the last of them set when anything below is: f64 then rounds as if it saw all.
    let excess = 256_u32.saturating_sub(quotient.leading_zeros()).saturating_sub(64);
    let top = u64::try_from(quotient >> excess).ok()?;
    let below = !exact || quotient & ((U256::ONE << excess) - U256::ONE) != U256::ZERO;
    #[expect(clippy::cast_precision_loss, reason = "this is the one rounding")]
    let rounded = (top | u64::from(below)) as f64;
    let value = libm::ldexp(rounded, exponent + i32::try_from(excess).ok()?);
    Some(if negative { -value } else { value })
}

/// The `f64` nearest to a decimal, correctly rounded.
///
/// ```
/// use tierra::{Decimal, decimal::nearest_f64};
/// assert_eq!(nearest_f64(Decimal::new(1, 1)), 0.1);
/// ```
#[must_use]
pub fn nearest_f64(value: Decimal) -> f64 {
    let mantissa = value.mantissa();
    // A decimal has at most 29 digits and 28 places: always within reach.
    nearest_to(mantissa < 0, mantissa.unsigned_abs(), -i64::from(value.scale())).unwrap_or(f64::NAN)
}

/// Rounds to `places` decimal places, halves away from zero, as invoices and bank statements do.
///
/// ```
/// use tierra::{Decimal, decimal::round_half_up};
/// assert_eq!(round_half_up(Decimal::new(2345, 3), 2), Decimal::new(235, 2));
/// assert_eq!(round_half_up(Decimal::new(-2345, 3), 2), Decimal::new(-235, 2));
/// ```
#[must_use]
pub fn round_half_up(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// `left × right`, exact up to 28 decimal places.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] with `what` in the message when the product does not fit.
pub(crate) fn multiply(left: Decimal, right: Decimal, what: &str) -> Result<Decimal> {
    left.checked_mul(right).ok_or_else(|| too_large(&format!("{what}: `{left}` × `{right}`")))
}

/// `left + right`.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] with `what` in the message when the sum does not fit.
pub(crate) fn add(left: Decimal, right: Decimal, what: &str) -> Result<Decimal> {
    left.checked_add(right).ok_or_else(|| too_large(&format!("{what}: `{left}` + `{right}`")))
}

fn too_large(what: &str) -> Error {
    Error::new(ErrorCode::OutOfRange, "", format!("{what} does not fit; expected a size up to 7.9e28"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_by_digits() {
        for (digits, expected) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("5.00", "5"),
            ("1e-7", "0.0000001"),
            ("1.5E+3", "1500"),
            (".5", "0.5"),
            ("5.", "5"),
            ("0.1234567890123456789012345678", "0.1234567890123456789012345678"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("100000e-5", "1"),
            ("0e999999999999", "0"),
        ] {
            assert_eq!(parse_decimal(digits).unwrap().to_string(), expected, "{digits}");
        }
    }

    #[test]
    fn floats_halfway_between_two_go_to_the_even_one() {
        for (digits, expected) in [
            ("9007199254740993", 9007199254740992.0),
            ("9007199254740993.00000000001", 9007199254740994.0),
            ("9007199254740995", 9007199254740996.0),
            ("-0.1", -0.1),
            ("0e-999999999999999999999", 0.0),
            ("1e57", 1e57),
            ("12345678901234567890123456789012345678e-58", 1.234_567_890_123_456_8e-21),
        ] {
            assert_eq!(parse_f64(digits).unwrap(), expected, "{digits}");
        }
        for digits in ["1e400", "1e-59", "1234567890123456789012345678901234567891"] {
            assert_eq!(parse_f64(digits).unwrap_err().code(), ErrorCode::OutOfRange, "{digits}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        for (digits, code) in [
            ("", ErrorCode::InvalidNumber),
            ("-", ErrorCode::InvalidNumber),
            ("1,000", ErrorCode::InvalidNumber),
            ("1e", ErrorCode::InvalidNumber),
            ("0x10", ErrorCode::InvalidNumber),
            ("NaN", ErrorCode::NotFinite),
            ("-Infinity", ErrorCode::NotFinite),
            ("inf", ErrorCode::NotFinite),
            ("1e400", ErrorCode::OutOfRange),
            ("1e99999999999999999999", ErrorCode::OutOfRange),
            ("79228162514264337593543950336", ErrorCode::OutOfRange),
            ("0.12345678901234567890123456789", ErrorCode::OutOfRange),
        ] {
            assert_eq!(parse_decimal(digits).unwrap_err().code(), code, "{digits}");
        }
    }

    proptest! {
        #[test]
        fn reading_agrees_with_rust_decimal(mantissa in any::<i64>(), scale in 0_u32..=28) {
            let value = Decimal::from_i128_with_scale(i128::from(mantissa), scale);
            prop_assert_eq!(parse_decimal(&value.to_string()).unwrap(), value);
        }

        #[test]
        fn nearest_f64_is_correctly_rounded(mantissa in any::<i64>(), scale in 0_u32..=28) {
            let value = Decimal::from_i128_with_scale(i128::from(mantissa), scale);
            prop_assert_eq!(nearest_f64(value), value.to_string().parse::<f64>().unwrap());
        }

        #[test]
        fn reading_a_float_agrees_with_the_standard_library(bits in any::<u64>(), small in -1e6_f64..1e6) {
            for value in [f64::from_bits(bits), small, small * 1e-30, small * 1e40] {
                let in_reach = value.abs() < 1e57 && value.abs() > 1e-40;
                if in_reach {
                    prop_assert_eq!(parse_f64(&format!("{value:e}")).unwrap(), value);
                }
            }
        }

        #[test]
        fn many_digits_round_as_in_the_standard_library(digits in "[0-9]{1,19}\\.[0-9]{1,19}", power in -20_i32..18) {
            let text = format!("{digits}e{power}");
            prop_assert_eq!(parse_f64(&text).unwrap(), text.parse::<f64>().unwrap());
        }

        #[test]
        fn never_panics(digits in "\\PC{0,40}") {
            let _ = parse_decimal(&digits);
            let _ = parse_f64(&digits);
        }
    }
}
