//! Exact decimal numbers: reading by digits, rounding, and the way to `f64`.

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
    if digits.len() > MAX_DIGITS {
        let message = format!("`{}` has {} digits; expected at most {MAX_DIGITS}", text::excerpt(digits), digits.len());
        return Err(Error::new(ErrorCode::OutOfRange, "", message));
    }
    if is_not_finite(digits) {
        let message = format!("`{digits}` is not finite; expected a finite number");
        return Err(Error::new(ErrorCode::NotFinite, "", message));
    }
    let Some(plain) = plain_digits(digits) else {
        let message = format!("`{}` is not a number; expected decimal digits", text::excerpt(digits));
        return Err(Error::new(ErrorCode::InvalidNumber, "", message));
    };
    let out_of_range = || {
        let message = format!(
            "`{}` cannot be held exactly; expected at most 28 decimal places and a size up to 7.9e28",
            text::excerpt(digits)
        );
        Error::new(ErrorCode::OutOfRange, "", message)
    };
    let plain = plain.ok_or_else(out_of_range)?;
    Decimal::from_str_exact(&plain).map(|value| value.normalize()).map_err(|_| out_of_range())
}

/// More digits than any exact value needs, counting leading and trailing zeros.
const MAX_DIGITS: usize = 400;

/// The exponents that can belong to a value with 28 decimal places and 29 digits.
const EXPONENTS: std::ops::RangeInclusive<i64> = -400..=400;

/// Whether a text is one of the spellings of NaN or infinity in the languages of the bindings.
pub(crate) fn is_not_finite(text: &str) -> bool {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    ["nan", "inf", "infinity", "snan"].iter().any(|name| bare.eq_ignore_ascii_case(name))
}

/// The digits without an exponent and without outer zeros; `None` when they are no number, `Some(None)` when the
/// exponent is beyond any value.
fn plain_digits(digits: &str) -> Option<Option<String>> {
    let (negative, unsigned) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, Some(0)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let joined = format!("{whole}{fraction}");
    let significant = joined.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some(Some("0".to_owned()));
    }
    let Some(exponent) = exponent else { return Some(None) };
    let trailing = joined.len() - joined.trim_end_matches('0').len();
    // value = significant × 10^power
    let power = exponent - i64::try_from(fraction.len()).ok()? + i64::try_from(trailing).ok()?;
    let length = i64::try_from(significant.len()).ok()?;
    if power < -28 || length + power > 29 {
        return Some(None);
    }
    let sign = if negative { "-" } else { "" };
    let places = usize::try_from(power.unsigned_abs()).ok()?;
    Some(Some(if power >= 0 {
        format!("{sign}{significant}{}", "0".repeat(places))
    } else {
        let padded = format!("{significant:0>width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        format!("{sign}{whole}.{fraction}")
    }))
}

/// The exponent; `Some(None)` when it is well formed but beyond any value.
fn parse_exponent(text: &str) -> Option<Option<i64>> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().ok().filter(|exponent| EXPONENTS.contains(exponent)))
}

/// The `f64` nearest to a decimal, correctly rounded.
///
/// ```
/// use tierra::{Decimal, decimal::nearest_f64};
/// assert_eq!(nearest_f64(Decimal::new(1, 1)), 0.1);
/// ```
#[must_use]
pub fn nearest_f64(value: Decimal) -> f64 {
    /// 2^53: every whole number below it is an `f64`.
    const EXACT: i128 = 1 << 53;
    let mantissa = value.mantissa();
    // With both sides exact, one division rounds once, and so correctly. 10^22 is the last power of ten that is an f64.
    if mantissa.abs() < EXACT && value.scale() <= 22 {
        #[expect(clippy::cast_precision_loss, reason = "below 2^53 nothing is lost")]
        let numerator = mantissa as f64;
        return numerator / POWERS_OF_TEN.get(value.scale() as usize).copied().unwrap_or(1.0);
    }
    // The digits of a decimal always parse.
    value.to_string().parse().unwrap_or(f64::NAN)
}

const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

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
        }
    }
}
