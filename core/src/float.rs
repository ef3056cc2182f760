//! Floats read and written, the same on every platform.
//!
//! The standard library does both as well, with tables and code that would add a fifth to the browser module.

use std::cmp::Ordering;

/// The exact number of a float's shortest digits; nothing where an exact number cannot hold them.
#[cfg(feature = "json")]
pub(crate) fn decimal_of(value: f64) -> Option<rust_decimal::Decimal> {
    // Whole numbers up to here are exact as floats, and need no digits written.
    const WHOLE: f64 = 1e15;
    if value.fract() == 0.0 && value.abs() < WHOLE {
        return Some(rust_decimal::Decimal::from(value as i64));
    }
    let mut buffer = zmij::Buffer::new();
    if value.is_finite() { crate::decimal::parse_decimal(buffer.format_finite(value)).ok() } else { None }
}

/// A float as JavaScript writes it (ECMA-262, Number::toString): the shortest digits that read back, plain from 1e-6 up
/// to 1e21. `NaN`, `Infinity` and `-Infinity` by their names.
///
/// The standard library's own formatting would add a tenth to the browser module.
pub(crate) fn written(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let mut buffer = zmij::Buffer::new();
    let shortest = buffer.format_finite(value);
    let (sign, unsigned) = shortest.strip_prefix('-').map_or(("", shortest), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let joined = format!("{whole}{fraction}");
    let digits = joined.trim_start_matches('0').trim_end_matches('0');
    let leading = joined.len() - joined.trim_start_matches('0').len();
    // value = 0.digits × 10^point. The parts of a float's text are short and its exponent is a number.
    let point = exponent.parse::<i32>().unwrap_or(0) + offset(whole.len()) - offset(leading);
    let count = offset(digits.len());
    let body = match point {
        _ if point > 21 || point <= -6 => {
            let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
            let mark = if rest.is_empty() { "" } else { "." };
            let plus = if point > 0 { "+" } else { "" };
            format!("{first}{mark}{rest}e{plus}{}", point - 1)
        }
        _ if point <= 0 => format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        _ if count <= point => format!("{digits}{}", "0".repeat((point - count).unsigned_abs() as usize)),
        _ => {
            let (whole, fraction) = digits.split_at_checked(point.unsigned_abs() as usize).unwrap_or((digits, ""));
            format!("{whole}.{fraction}")
        }
    };
    format!("{sign}{body}")
}

/// A length of at most a few hundred as a signed number.
fn offset(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// The `f64` nearest to `digits × 10^power`, ties to even; `None` beyond the largest.
///
/// `digits` are decimal digits without leading zeros, none for zero.
pub(crate) fn nearest(digits: &str, power: i64) -> Option<f64> {
    // The value is below 10^size, and at least a tenth of that.
    let size = i64::try_from(digits.len()).ok()? + power;
    if digits.is_empty() || size < SMALLEST_SIZE {
        return Some(0.0);
    }
    if size > LARGEST_SIZE {
        return None;
    }
    match exact(digits, power) {
        Some(value) => Some(value),
        None => by_division(digits, power).filter(|value| value.is_finite()),
    }
}

/// Powers of ten around `f64`: half of 5e-324 is above 10^-325, and 1.8e308 below 10^309.
const SMALLEST_SIZE: i64 = -325;
const LARGEST_SIZE: i64 = 309;

/// One multiplication or division of two numbers that are exact rounds once, and so correctly.
fn exact(digits: &str, power: i64) -> Option<f64> {
    /// With 15 digits a whole number is below 2^53.
    const DIGITS: usize = 15;
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];
    if digits.len() > DIGITS {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 nothing is lost")]
    let whole = digits.parse::<u64>().ok()? as f64;
    let scale = POWERS.get(usize::try_from(power.unsigned_abs()).ok()?)?;
    Some(if power < 0 { whole / scale } else { whole * scale })
}

/// By long division, bit for bit, in whole numbers of any length.
fn by_division(digits: &str, power: i64) -> Option<f64> {
    /// One bit more than a `u64`: the quotient then has 64 or 65.
    const QUOTIENT_BITS: i32 = 65;
    let mut numerator = Whole::from_digits(digits);
    let mut denominator = Whole(vec![1]);
    let scaled = if power < 0 { &mut denominator } else { &mut numerator };
    (0..power.unsigned_abs()).for_each(|_| scaled.multiply_add(10, 0));

    // Shifted to one length, the two differ by less than a factor of two.
    let (above, below) = (numerator.bits(), denominator.bits());
    numerator.shift_left(below.saturating_sub(above));
    denominator.shift_left(above.saturating_sub(below));
    let mut quotient = 0_u128;
    for _ in 0..QUOTIENT_BITS {
        quotient <<= 1;
        if numerator.compare(&denominator) != Ordering::Less {
            numerator.subtract(&denominator);
            quotient |= 1;
        }
        numerator.shift_left(1);
    }
    let exponent = i32::try_from(above).ok()? - i32::try_from(below).ok()? - (QUOTIENT_BITS - 1);
    Some(rounded(quotient, !numerator.is_zero(), exponent))
}

/// `quotient × 2^exponent`, where `more` says that the true value is above it by less than one of its units.
fn rounded(quotient: u128, more: bool, exponent: i32) -> f64 {
    /// The bits of an `f64`, and the exponent of its last bit in the smallest numbers.
    const PRECISION: i32 = 53;
    const LOWEST: i32 = -1074;
    let bits = 128 - quotient.leading_zeros().cast_signed();
    let dropped = (bits - PRECISION).max(LOWEST - exponent);
    let kept = quotient.checked_shr(dropped.unsigned_abs()).unwrap_or(0);
    let rest = quotient ^ kept.checked_shl(dropped.unsigned_abs()).unwrap_or(0);
    let half = 1_u128.checked_shl(dropped.unsigned_abs() - 1).unwrap_or(0);
    let up = match rest.cmp(&half) {
        Ordering::Less => false,
        Ordering::Equal => more || kept % 2 == 1,
        Ordering::Greater => true,
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
    let significand = (kept + u128::from(up)) as f64;
    libm::ldexp(significand, exponent + dropped)
}

/// A whole number of any length, its 32-bit parts from the lowest up.
struct Whole(Vec<u32>);

impl Whole {
    fn from_digits(digits: &str) -> Self {
        let mut whole = Self(Vec::new());
        digits.bytes().for_each(|digit| whole.multiply_add(10, u32::from(digit.wrapping_sub(b'0'))));
        whole
    }

    fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for part in &mut self.0 {
            let product = u64::from(*part) * u64::from(factor) + carry;
            *part = low(product);
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(low(carry));
        }
    }

    fn shift_left(&mut self, bits: usize) {
        let mut carry = 0;
        for part in &mut self.0 {
            let shifted = u64::from(*part) << (bits % 32);
            *part = low(shifted) | carry;
            carry = low(shifted >> 32);
        }
        if carry > 0 {
            self.0.push(carry);
        }
        self.0.splice(0..0, std::iter::repeat_n(0, bits / 32));
    }

    fn subtract(&mut self, smaller: &Self) {
        let mut borrow = false;
        for (part, other) in self.0.iter_mut().zip(smaller.0.iter().chain(std::iter::repeat(&0))) {
            let (difference, first) = part.overflowing_sub(*other);
            let (difference, second) = difference.overflowing_sub(u32::from(borrow));
            *part = difference;
            borrow = first || second;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn bits(&self) -> usize {
        self.0.last().map_or(0, |last| self.0.len() * 32 - last.leading_zeros() as usize)
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
fn low(value: u64) -> u32 {
    value as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::parse_f64;
    use proptest::prelude::*;

    #[test]
    fn floats_halfway_between_two_go_to_the_even_one() {
        for digits in [
            "9007199254740993",
            "9007199254740993.00000000001",
            "9007199254740995",
            "-0.1",
            "0e-999999999999999999999",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "2.2250738585072011e-308",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "7.4109846876186982e-324",
            "1e-400",
            "12345678901234567890123456789012345678e-58",
        ] {
            assert_eq!(parse_f64(digits).unwrap(), digits.parse::<f64>().unwrap(), "{digits}");
        }
        for digits in ["1e400", "1.7976931348623159e308", "-1e309"] {
            assert_eq!(parse_f64(digits).unwrap_err().code(), crate::ErrorCode::OutOfRange, "{digits}");
        }
    }

    #[test]
    fn floats_are_written_as_javascript_writes_them() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (-1.25e-9, "-1.25e-9"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (9.972677594266028e-8, "9.972677594266028e-8"),
            (62652293842495.15, "62652293842495.15"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(written(value), expected);
        }
    }

    proptest! {
        #[cfg(feature = "json")]
        #[test]
        fn a_float_is_the_exact_number_of_its_digits(value in any::<f64>(), small in -1e12..1e12) {
            for value in [value, small, small / 8.0] {
                prop_assert_eq!(decimal_of(value), crate::decimal::parse_decimal(&written(value)).ok());
            }
        }

        #[test]
        fn a_written_float_reads_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(written(value).parse::<f64>().unwrap(), value);
        }
    }

    proptest! {
        #[test]
        fn every_float_reads_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            if value.is_finite() {
                let digits = format!("{value:e}");
                prop_assert_eq!(parse_f64(&digits).unwrap(), value);
            }
        }

        #[test]
        fn reading_agrees_with_the_standard_library(digits in "[0-9]{1,25}\\.[0-9]{1,25}", power in -360_i32..280) {
            let text = format!("{digits}e{power}");
            prop_assert_eq!(parse_f64(&text).unwrap(), text.parse::<f64>().unwrap());
        }
    }
}
