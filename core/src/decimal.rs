//! Exact decimal numbers: reading by digits, rounding, and the way to `f64`.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{Error, ErrorCode, Result, float, text};

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
            let message = format!(
                "`{}` is not a number; expected digits, with `.` as the decimal mark and no other separators",
                text::excerpt(digits)
            );
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
        // Lengths are at most MAX_DIGITS.
        let signed = |length: usize| i64::try_from(length).unwrap_or(FAR);
        let power = self.exponent + signed(joined.len() - unpadded.len()) - signed(self.fraction.len());
        (unpadded.trim_start_matches('0').to_owned(), power)
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
/// [`ErrorCode::NotFinite`] and [`ErrorCode::InvalidNumber`] as [`parse_decimal`]; [`ErrorCode::OutOfRange`] for a size
/// beyond `f64`, about 1.8e308. The error's path is empty.
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
    let value = float::nearest(&significant, power).ok_or_else(|| {
        let message =
            format!("`{}` is too large for a 64-bit float; expected a size up to 1.8e308", text::excerpt(digits));
        Error::new(ErrorCode::OutOfRange, "", message)
    })?;
    Ok(if number.negative { -value } else { value })
}

/// The `f64` nearest to a decimal, correctly rounded.
///
/// ```
/// use tierra::{Decimal, decimal::nearest_f64};
/// assert_eq!(nearest_f64(Decimal::new(1, 1)), 0.1);
/// ```
#[must_use]
pub fn nearest_f64(value: Decimal) -> f64 {
    let digits = value.mantissa().unsigned_abs().to_string();
    // A decimal is never beyond f64.
    let size = float::nearest(digits.trim_start_matches('0'), -i64::from(value.scale())).unwrap_or(f64::NAN);
    if value.is_sign_negative() { -size } else { size }
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

/// `left × right`, exact where the product fits into 96 bits and 28 decimal places, else rounded there, halves to even.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] with `what` in the message when the product does not fit.
pub(crate) fn multiply(left: Decimal, right: Decimal, what: &str) -> Result<Decimal> {
    left.checked_mul(right).ok_or_else(|| too_large(&format!("{what}: `{left}` × `{right}`")))
}

/// `left + right`, exactly.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] with `what` in the message when the sum does not fit with all its decimal places.
pub(crate) fn add(left: Decimal, right: Decimal, what: &str) -> Result<Decimal> {
    let places = left.normalize().scale().max(right.normalize().scale());
    // A sum that does not fit loses decimal places in silence.
    let exact = left.checked_add(right).filter(|sum| sum.scale() >= places);
    exact.ok_or_else(|| too_large(&format!("{what}: `{left}` + `{right}`")))
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
        fn never_panics(digits in "\\PC{0,40}") {
            let _ = parse_decimal(&digits);
            let _ = parse_f64(&digits);
        }
    }
}
