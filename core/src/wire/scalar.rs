//! Reading one value: its type, its text or its digits.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::value::{NativeKind, Value};
use crate::instant::parse_instant;
use crate::{Error, ErrorCode, Result, decimal, float, hex, text};

/// The years of an instant.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// A type that is read from a plain value. The path of an error is seen from the value.
pub(crate) trait Read<'a>: Sized {
    /// Reads the value.
    fn read(value: &'a Value) -> Result<Self>;

    /// What the absence of a field means; nothing where it must be there.
    fn absent() -> Option<Self> {
        None
    }
}

macro_rules! reads {
    ($($type:ty, |$value:ident| $read:expr;)+) => {
        $(impl<'a> Read<'a> for $type {
            fn read($value: &'a Value) -> Result<Self> { $read }
        })+
    };
}

reads! {
    &'a str, |value| string(value);
    String, |value| string(value).map(str::to_owned);
    bool, |value| boolean(value);
    i32, |value| integer(value);
    i64, |value| integer(value);
    u16, |value| integer(value);
    u32, |value| integer(value);
    u64, |value| integer(value);
    usize, |value| integer(value);
    Decimal, |value| decimal::parse_decimal(&digits(value, "a number")?);
    f64, |value| float(value);
    NaiveDate, |value| day(value);
    DateTime<Utc>, |value| instant(value);
    Uuid, |value| uuid(value);
    &'a Value, |value| Ok(value);
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(value: &'a Value) -> Result<Self> {
        T::read(value).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(value: &'a Value) -> Result<Self> {
        list(value, T::read)
    }
}

/// An object whose names are data, in its order.
impl<'a, T: Read<'a>> Read<'a> for Vec<(String, T)> {
    fn read(value: &'a Value) -> Result<Self> {
        let fields = object(value)?;
        let mut found = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            found.push((name.to_string(), T::read(value).map_err(|error| error.under(name))?));
        }
        Ok(found)
    }
}

/// An item of a batch: what is wrong with it is its own answer and leaves the others untouched.
impl<'a, T: Read<'a>> Read<'a> for Result<T> {
    fn read(value: &'a Value) -> Result<Self> {
        Ok(T::read(value))
    }
}

/// A SHA-256 as 64 lower-case hexadecimal digits.
impl<'a> Read<'a> for [u8; 32] {
    fn read(value: &'a Value) -> Result<Self> {
        let digits = string(value)?;
        hex::bytes(digits).ok_or_else(|| {
            let message =
                format!("`{}` is no digest; expected 64 lower-case hexadecimal digits", text::excerpt(digits));
            Error::new(ErrorCode::UnknownValue, "", message)
        })
    }
}

/// The fields of an object whose names are data.
pub(crate) fn object(value: &Value) -> Result<&[(Cow<'static, str>, Value)]> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(wrong_type(other, "an object")),
    }
}

pub(crate) fn list<'a, T>(value: &'a Value, mut read: impl FnMut(&'a Value) -> Result<T>) -> Result<Vec<T>> {
    let items = items(value)?;
    // A plain loop: collecting through `Result` is twice the code, for each of the many kinds of item.
    let mut found = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        found.push(read(item).map_err(|error| error.at_index(index))?);
    }
    Ok(found)
}

/// The items of a list, unread.
pub(crate) fn items(value: &Value) -> Result<&[Value]> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(wrong_type(other, "a list")),
    }
}

pub(crate) fn string(value: &Value) -> Result<&str> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_type(other, "a string")),
    }
}

fn boolean(value: &Value) -> Result<bool> {
    match value {
        Value::Bool(value) => Ok(*value),
        other => Err(wrong_type(other, "true or false")),
    }
}

/// The digits of a number, or of a string that holds one.
fn digits<'a>(value: &'a Value, expected: &str) -> Result<Cow<'a, str>> {
    match value {
        Value::Number(digits) | Value::String(digits) => Ok(Cow::Borrowed(digits)),
        Value::Float(value) => Ok(Cow::Owned(float::written(*value))),
        other => other.wrapped_number().map(Cow::Borrowed).ok_or_else(|| wrong_type(other, expected)),
    }
}

/// The text of a string, or of a value of the language's own class.
fn text_of(value: &Value, kind: NativeKind) -> Result<&str> {
    match value {
        Value::Native(found, text) if *found == kind => Ok(text),
        other => string(other),
    }
}

/// The nearest `f64` to a number's digits.
fn float(value: &Value) -> Result<f64> {
    match value {
        Value::Float(value) if value.is_finite() => Ok(*value),
        other => decimal::parse_f64(&digits(other, "a number")?),
    }
}

/// A whole number, also from a string of digits, as in a query string.
pub(super) fn integer<T: TryFrom<i64>>(value: &Value) -> Result<T> {
    whole(value)?.and_then(|number| T::try_from(number).ok()).ok_or_else(|| beyond(value))
}

// One piece of code for every width of number.
/// A whole number; `None` where it is beyond them all.
#[inline(never)]
fn whole(value: &Value) -> Result<Option<i64>> {
    let digits = digits(value, "a whole number")?;
    let unsigned = digits.strip_prefix('-').unwrap_or(&digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|digit| digit.is_ascii_digit()) {
        let message = format!("`{}` is not a whole number; expected digits without a fraction", text::excerpt(&digits));
        return Err(Error::new(ErrorCode::InvalidNumber, "", message));
    }
    Ok(digits.parse().ok())
}

#[cold]
#[inline(never)]
fn beyond(value: &Value) -> Error {
    digits(value, "a whole number").map_or_else(std::convert::identity, |digits| {
        let expected = if digits.starts_with('-') { "zero or more" } else { "a smaller whole number" };
        let message = format!("`{}` is out of range; expected {expected}", text::excerpt(&digits));
        Error::new(ErrorCode::OutOfRange, "", message)
    })
}

/// A day. An instant has none before a time zone is named, and only the caller knows which is meant.
fn day(value: &Value) -> Result<NaiveDate> {
    let Some(instant) = value.wrapped_date() else { return crate::parse_date(text_of(value, NativeKind::Date)?) };
    let in_utc = match instant.split_once('T') {
        Some((day, _)) if crate::parse_date(day).is_ok() => format!(", which is `{day}` in UTC"),
        _ => String::new(),
    };
    let expected =
        format!("the day itself as a string `YYYY-MM-DD`{in_utc}: the day of a `Date` depends on the time zone");
    Err(wrong_type(value, &expected))
}

/// An instant in ISO 8601 with an offset (RFC 3339).
fn instant(value: &Value) -> Result<DateTime<Utc>> {
    let text = value.wrapped_date().map_or_else(|| text_of(value, NativeKind::Date), Ok)?;
    // No leap second, and a year of four digits: what every language can hold.
    let plain = parse_instant(text)
        .filter(|instant| instant.timestamp_subsec_nanos() < 1_000_000_000 && YEARS.contains(&instant.year()));
    plain.ok_or_else(|| {
        let message = format!(
            "`{}` is not an instant; expected ISO 8601 such as `2024-01-15T00:00:00.000Z`",
            text::excerpt(text)
        );
        Error::new(ErrorCode::InvalidDate, "", message)
    })
}

fn uuid(value: &Value) -> Result<Uuid> {
    let text = text_of(value, NativeKind::Uuid)?;
    // The hyphenated form only: the crate would also take braces and URNs.
    let parsed = if text.len() == 36 { Uuid::try_parse(text).ok() } else { None };
    parsed.ok_or_else(|| {
        let message = format!("`{}` is not a UUID; expected 8-4-4-4-12 hexadecimal digits", text::excerpt(text));
        Error::new(ErrorCode::InvalidUuid, "", message)
    })
}

pub(crate) fn wrong_type(value: &Value, expected: &str) -> Error {
    Error::new(ErrorCode::WrongType, "", format!("is {}; expected {expected}", value.describe()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::parse_json;

    /// A `Date` of JavaScript's, as its wrapper hands it on.
    #[test]
    fn an_instant_of_a_languages_own_class_has_no_day() {
        let date = |text: &str| parse_json(&format!(r#"{{"$date": "{text}"}}"#)).unwrap();
        let error = NaiveDate::read(&date("2026-01-31T23:30:00.000Z")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::WrongType);
        assert_eq!(
            error.message(),
            "is a `Date` of the instant `2026-01-31T23:30:00.000Z`; expected the day itself as a string `YYYY-MM-DD`, \
             which is `2026-01-31` in UTC: the day of a `Date` depends on the time zone"
        );
        let invalid = NaiveDate::read(&date("null")).unwrap_err();
        assert!(!invalid.message().contains("in UTC"), "{invalid}");
        assert!(String::read(&date("2026-01-31T23:30:00.000Z")).unwrap_err().message().starts_with("is a `Date`"));
        // Where an instant is meant it is one.
        let instant = DateTime::<Utc>::read(&date("2026-01-31T23:30:00.000Z")).unwrap();
        assert_eq!(instant.to_rfc3339(), "2026-01-31T23:30:00+00:00");
        assert_eq!(DateTime::<Utc>::read(&date("null")).unwrap_err().code(), ErrorCode::InvalidDate);
    }
}
