//! Text rules that more than one room of the domain uses.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::{Error, ErrorCode, Result};

/// Refuses an empty or over-long text, and NUL or another control character.
///
/// `max` counts characters (Unicode scalar values) of the text as given.
pub(crate) fn check_text(path: &str, text: &str, max: usize, expected: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::new(ErrorCode::Empty, path, format!("is empty; expected {expected}")));
    }
    // A text cannot have more characters than bytes: the count is needed only for long ones.
    if text.len() > max {
        let count = text.chars().count();
        if count > max {
            let message = format!("has {count} characters, `{}`; expected at most {max}", excerpt(text));
            return Err(Error::new(ErrorCode::TooLong, path, message));
        }
    }
    if let Some((position, character)) = text.chars().enumerate().find(|(_, c)| c.is_control() && !c.is_whitespace()) {
        let message =
            format!("has the control character {} at position {}; expected {expected}", name(character), position + 1);
        return Err(Error::new(ErrorCode::InvalidCharacter, path, message));
    }
    Ok(())
}

/// The text in Unicode normalisation form KC, borrowed where it already is.
pub(crate) fn nfkc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
}

/// The text in upper case without outer blanks and with inner runs of blanks made one space.
///
/// Upper case, because identities need it too: the table of the other would be carried for nothing. Two texts of an emission query are equal when their folded forms are (DECISIONS 13).
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_uppercase));
    }
    out
}

/// The value whose name a text is, exactly.
///
/// # Errors
///
/// [`ErrorCode::UnknownValue`] with an empty path, which lists the names.
pub(crate) fn one_of<T: Copy, const N: usize>(text: &str, all: [T; N], name: fn(T) -> &'static str) -> Result<T> {
    if let Some(found) = all.into_iter().find(|value| name(*value) == text) {
        return Ok(found);
    }
    let names = all.map(|value| format!("`{}`", name(value))).join(", ");
    Err(Error::new(ErrorCode::UnknownValue, "", format!("`{}` is not known; expected one of {names}", excerpt(text))))
}

/// A character as a person can find it: itself and its code point, `А` (U+0410).
pub(crate) fn name(character: char) -> String {
    if character.is_control() {
        return format!("U+{:04X}", u32::from(character));
    }
    format!("`{character}` (U+{:04X})", u32::from(character))
}

/// A float as JavaScript writes it (ECMA-262, Number::toString): the shortest digits that read back, plain from 1e-6 up
/// to 1e21. `NaN`, `Infinity` and `-Infinity` by their names.
///
/// The standard library's own formatting would add a tenth to the browser module.
pub(crate) fn float(value: f64) -> String {
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

/// The first characters of a text, for an error message.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH: usize = 40;
    let mut out: String = text.chars().take(LENGTH).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(LENGTH).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            assert_eq!(float(value), expected);
        }
    }

    proptest! {
        #[test]
        fn a_written_float_reads_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(float(value).parse::<f64>().unwrap(), value);
        }
    }

    #[test]
    fn folding_ignores_case_and_blanks() {
        assert_eq!(folded("  Natural \t GAS "), "NATURAL GAS");
        assert_eq!(folded(""), "");
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(check_text("vendor", &"ö".repeat(120), 120, "a name").is_ok());
        let error = check_text("vendor", &"ö".repeat(121), 120, "a name").unwrap_err();
        assert_eq!(error.code(), ErrorCode::TooLong);
    }
}
