//! Exact decimal numbers: reading by digits, rounding, and the way to `f64`.

use ethnum::{I256, U256};
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

/// `amount × multiplier ÷ divisor`, computed exactly and rounded once, halves to even, to 28 decimal places and 96 bits.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] with `what` in the message for a divisor of zero and for what does not fit.
pub(crate) fn multiply_divide(amount: Decimal, multiplier: Decimal, divisor: Decimal, what: &str) -> Result<Decimal> {
    if divisor == Decimal::ONE {
        return multiply(amount, multiplier, what);
    }
    let unfit = || too_large(&format!("{what}: `{amount}` × `{multiplier}` ÷ `{divisor}`"));
    let size = |value: Decimal| U256::from(value.mantissa().unsigned_abs());
    let scale = i64::from(amount.scale()) + i64::from(multiplier.scale()) - i64::from(divisor.scale());
    let negative = [amount, multiplier, divisor].iter().filter(|value| value.is_sign_negative()).count() % 2 == 1;
    // Two mantissas of 96 bits fit into 192.
    let quotient = rounded_quotient(size(amount) * size(multiplier), size(divisor), scale).ok_or_else(unfit)?;
    Ok(if negative { -quotient } else { quotient })
}

/// Whether `product` is `left × right` to the last digit, none of them negative.
pub(crate) fn is_product(product: Decimal, left: Decimal, right: Decimal) -> bool {
    let size = |value: Decimal| U256::from(value.mantissa().unsigned_abs());
    let scaled = |value: U256, places: u32| value.checked_mul(U256::new(10).checked_pow(places)?);
    // Two mantissas of 96 bits fit into 192.
    let ours = scaled(size(left) * size(right), product.scale());
    ours.is_some() && ours == scaled(size(product), left.scale() + right.scale())
}

/// `numerator ÷ (denominator × 10^scale)`, rounded once; `None` where it does not fit or the denominator is zero.
fn rounded_quotient(numerator: U256, denominator: U256, scale: i64) -> Option<Decimal> {
    if denominator == U256::ZERO {
        return None;
    }
    // As many digits as fit: 28 places at most, and no more than the integers here can hold.
    let room = i64::from((numerator.leading_zeros().saturating_sub(1)) * 3 / 10);
    let mut shift = room.min(28 - scale);
    loop {
        let power = |exponent: i64| U256::new(10).checked_pow(u32::try_from(exponent).ok()?);
        let (numerator, denominator) = if shift >= 0 {
            (numerator.checked_mul(power(shift)?)?, denominator)
        } else {
            (numerator, denominator.checked_mul(power(-shift)?)?)
        };
        let (quotient, rest) = (numerator / denominator, numerator % denominator);
        let half = rest.checked_mul(U256::new(2))?.cmp(&denominator);
        let up = half.is_gt() || (half.is_eq() && quotient & 1 == 1);
        let rounded = quotient + U256::from(up);
        let places = scale + shift;
        if rounded <= U256::from(LARGEST) && places <= 28 {
            let mantissa = i128::try_from(rounded).ok()?;
            return match u32::try_from(places) {
                Ok(places) => Some(Decimal::from_i128_with_scale(mantissa, places).normalize()),
                // A whole number with zeros behind it.
                Err(_) => {
                    let zeros = 10_i128.checked_pow(u32::try_from(-places).ok()?)?;
                    Decimal::try_from_i128_with_scale(mantissa.checked_mul(zeros)?, 0).ok()
                }
            };
        }
        // Whole digits would be lost.
        if places <= 0 {
            return None;
        }
        let over = i64::from(U256::from(LARGEST).leading_zeros()) - i64::from(rounded.leading_zeros());
        shift = (shift - (over * 3 / 10).max(1)).max(-scale);
    }
}

/// The largest mantissa of a decimal.
const LARGEST: u128 = (1 << 96) - 1;

/// A sum of decimals, kept exactly however many they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum(I256);

impl Sum {
    /// Adds a value. Some 10^38 of the largest fit.
    pub(crate) fn add(&mut self, value: Decimal) {
        // At most 10^28, which 96 bits hold.
        let power = 10_i128.pow(28_u32.saturating_sub(value.scale()));
        self.0 = self.0.wrapping_add(I256::from(value.mantissa()).wrapping_mul(I256::from(power)));
    }

    /// Adds another sum.
    pub(crate) fn merge(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// The sum, rounded once, halves to even, where it has more digits than a decimal.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] with `what` in the message for what does not fit.
    pub(crate) fn total(self, what: &str) -> Result<Decimal> {
        let total = rounded_quotient(self.0.unsigned_abs(), U256::ONE, 28);
        let total = total.ok_or_else(|| too_large(&format!("{what}: `{}` × 10^-28", self.0)))?;
        Ok(if self.0 < 0 { -total } else { total })
    }
}

/// A sum of decimals that is rounded once, halves to even, where it does not fit into 96 bits and 28 decimal places.
///
/// As [`Sum`], but cheap as long as nothing has to be rounded, which is nearly always.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RoundedSum {
    exact: Decimal,
    /// All of it, once it no longer fits.
    wide: Option<Sum>,
}

impl RoundedSum {
    /// Adds a value.
    pub(crate) fn add(&mut self, value: Decimal) {
        if let Some(wide) = &mut self.wide {
            return wide.add(value);
        }
        // A sum that does not fit loses decimal places in silence.
        let places = self.exact.scale().max(value.scale());
        match self.exact.checked_add(value).filter(|sum| sum.scale() >= places) {
            Some(sum) => self.exact = sum,
            None => {
                let mut wide = Sum::default();
                wide.add(self.exact);
                wide.add(value);
                self.wide = Some(wide);
            }
        }
    }

    /// The sum.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] with `what` in the message for what does not fit.
    pub(crate) fn total(self, what: &str) -> Result<Decimal> {
        self.wide.map_or(Ok(self.exact), |wide| wide.total(what))
    }
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

    #[test]
    fn quotients_are_rounded_once() {
        let of = |digits: &str| parse_decimal(digits).unwrap();
        for (amount, multiplier, divisor, expected) in [
            ("1", "1", "3", "0.3333333333333333333333333333"),
            ("2", "1", "3", "0.6666666666666666666666666667"),
            ("10", "1", "4", "2.5"),
            ("-7", "3.6", "1055.05585262", "-0.0238849914318955934403221831"),
            ("100000", "3.6", "1055.05585262", "341.21416331279419200460261601"),
            ("0", "3", "7", "0"),
            (
                "79228162514264337593543950335",
                "79228162514264337593543950335",
                "79228162514264337593543950335",
                "79228162514264337593543950335",
            ),
            ("1e-28", "1", "2", "0"),
            ("3e-28", "1", "2", "0.0000000000000000000000000002"),
        ] {
            let quotient = multiply_divide(of(amount), of(multiplier), of(divisor), "test").unwrap();
            assert!(quotient.to_string().starts_with(expected), "{amount} × {multiplier} ÷ {divisor} = {quotient}");
        }
        assert!(multiply_divide(of("1"), of("1"), of("0"), "test").is_err());
        assert!(multiply_divide(of("79228162514264337593543950335"), of("10"), of("3"), "test").is_err());
    }

    #[test]
    fn a_rounded_ratio_is_no_ratio() {
        let of = |digits: &str| parse_decimal(digits).unwrap();
        assert!(is_product(of("3600000000"), of("1000"), of("3600000")));
        assert!(is_product(of("0.1"), of("0.25"), of("0.4")));
        // TWh in Btu: the product is rounded to the very figure.
        assert!(!is_product(of("3600000000"), of("3412141633127.9419200460261601"), of("0.00105505585262")));
    }

    #[test]
    fn sums_lose_nothing_on_the_way() {
        let mut sum = Sum::default();
        let (large, small) = (Decimal::MAX, Decimal::new(1, 28));
        sum.add(large);
        sum.add(small);
        sum.add(-large);
        assert_eq!(sum.total("test").unwrap(), small);
        assert_eq!(Sum::default().total("test").unwrap(), Decimal::ZERO);
        (0..3).for_each(|_| sum.add(large));
        assert_eq!(sum.total("test").unwrap_err().code(), ErrorCode::OutOfRange);
    }

    #[test]
    fn a_sum_is_rounded_once() {
        let of = |digits: &str| parse_decimal(digits).unwrap();
        let sum = |digits: &[&str]| {
            let mut sum = RoundedSum::default();
            digits.iter().for_each(|digits| sum.add(of(digits)));
            sum.total("test").map(|total| total.to_string())
        };
        let last_place = "0.0000000000000000000000000001";
        assert_eq!(sum(&["4.0000000000000000000000000005", "4", last_place]).unwrap(), "8.000000000000000000000000001");
        assert_eq!(sum(&["0.1", "0.2"]).unwrap(), "0.3");
        assert_eq!(sum(&["79228162514264337593543950335", "1", "-1"]).unwrap(), "79228162514264337593543950335");
        assert!(sum(&["79228162514264337593543950335", "1"]).is_err());
    }

    proptest! {
        #[test]
        fn quotients_are_nearest(
            (a, b, c) in (any::<i64>(), any::<i64>(), 1..i64::MAX),
            (p, q, r) in (0_u32..9, 0_u32..9, 0_u32..9),
        ) {
            let quotient = multiply_divide(Decimal::new(a, p), Decimal::new(b, q), Decimal::new(c, r), "test");
            if let Ok(quotient) = quotient {
                // In whole numbers of the last place of quotient × divisor.
                let places = (quotient.scale() + r).max(p + q);
                let power = |exponent: u32| I256::from(10).pow(exponent);
                let divisor = I256::from(c) * power(places - quotient.scale() - r);
                let back = I256::from(quotient.mantissa()) * divisor;
                let product = I256::from(a) * I256::from(b) * power(places - p - q);
                prop_assert!((back - product).abs() * 2 <= divisor, "{quotient}");
            }
        }

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
