//! Reading fields out of a value: types, names and paths.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::value::{NativeKind, Value};
use crate::{Error, ErrorCode, Result, decimal, float, text};

/// The years of an instant.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// The fields of an object whose names have been checked.
pub(super) struct Fields<'a>(&'a [(Cow<'static, str>, Value)]);

impl<'a> Fields<'a> {
    /// The fields of an object that has no others than `known`.
    pub(super) fn of(value: &'a Value, known: &[&str]) -> Result<Self> {
        let fields = object(value)?;
        for (name, _) in fields {
            if !known.contains(&name.as_ref()) {
                let names: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
                let message = format!("`{}` is not a known field; expected {}", text::excerpt(name), names.join(", "));
                return Err(Error::new(ErrorCode::UnknownField, name.as_ref(), message));
            }
        }
        Ok(Self(fields))
    }

    /// The fields of an object whose names were checked elsewhere.
    pub(super) fn any(value: &'a Value) -> Result<Self> {
        object(value).map(Self)
    }

    /// The field's value; null counts as absent.
    fn get(&self, name: &str) -> Option<&'a Value> {
        let found = self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value);
        found.filter(|value| **value != Value::Null)
    }

    /// The field's value, which must be there.
    fn present(&self, name: &str) -> Result<&'a Value> {
        let missing = || Error::new(ErrorCode::MissingField, name, "is missing; expected a value");
        self.get(name).ok_or_else(missing)
    }

    pub(super) fn required<T>(&self, name: &str, read: fn(&'a Value) -> Result<T>) -> Result<T> {
        read(self.present(name)?).map_err(|error| error.under(name))
    }

    pub(super) fn optional<T>(&self, name: &str, read: fn(&'a Value) -> Result<T>) -> Result<Option<T>> {
        self.get(name).map(|value| read(value).map_err(|error| error.under(name))).transpose()
    }
}

/// The fields of an object whose names are data.
pub(super) fn object(value: &Value) -> Result<&[(Cow<'static, str>, Value)]> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(wrong_type(other, "an object")),
    }
}

/// The texts of an object that has just these fields, in this order.
pub(super) fn texts<'a, const N: usize>(value: &'a Value, names: [&str; N]) -> Result<[&'a str; N]> {
    let mut texts = [""; N];
    read_texts(value, &names, &mut texts)?;
    Ok(texts)
}

// One piece of code for every number of fields.
fn read_texts<'a>(value: &'a Value, names: &[&str], texts: &mut [&'a str]) -> Result<()> {
    let fields = Fields::of(value, names)?;
    for (name, text) in names.iter().zip(texts) {
        *text = fields.required(name, string)?;
    }
    Ok(())
}

pub(super) fn list<'a, T>(value: &'a Value, mut read: impl FnMut(&'a Value) -> Result<T>) -> Result<Vec<T>> {
    let items = items(value)?;
    // A plain loop: collecting through `Result` is twice the code, for each of the many kinds of item.
    let mut found = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        found.push(read(item).map_err(|error| error.at_index(index))?);
    }
    Ok(found)
}

/// The items of a list, unread.
pub(super) fn items(value: &Value) -> Result<&[Value]> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(wrong_type(other, "a list")),
    }
}

pub(super) fn string(value: &Value) -> Result<&str> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong_type(other, "a string")),
    }
}

pub(super) fn owned_string(value: &Value) -> Result<String> {
    string(value).map(str::to_owned)
}

pub(super) fn boolean(value: &Value) -> Result<bool> {
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

/// An exact decimal from a number by its digits, or from a string of digits.
pub(super) fn decimal(value: &Value) -> Result<Decimal> {
    decimal::parse_decimal(&digits(value, "a number")?)
}

/// The nearest `f64` to a number's digits.
pub(super) fn float(value: &Value) -> Result<f64> {
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

/// One of the names that a type of the domain knows.
pub(super) fn named<T: FromStr<Err = Error>>(value: &Value) -> Result<T> {
    string(value)?.parse()
}

pub(super) fn date(value: &Value) -> Result<NaiveDate> {
    crate::parse_date(text_of(value, NativeKind::Date)?)
}

/// An instant in ISO 8601 with an offset (RFC 3339).
pub(super) fn instant(value: &Value) -> Result<DateTime<Utc>> {
    let text = text_of(value, NativeKind::Date)?;
    let parsed = DateTime::parse_from_rfc3339(text).map(|instant| instant.with_timezone(&Utc)).ok();
    // No leap second, and a year of four digits: what every language can hold.
    let plain =
        parsed.filter(|instant| instant.timestamp_subsec_nanos() < 1_000_000_000 && YEARS.contains(&instant.year()));
    plain.ok_or_else(|| {
        let message = format!(
            "`{}` is not an instant; expected ISO 8601 such as `2024-01-15T00:00:00.000Z`",
            text::excerpt(text)
        );
        Error::new(ErrorCode::InvalidDate, "", message)
    })
}

pub(super) fn uuid(value: &Value) -> Result<Uuid> {
    let text = text_of(value, NativeKind::Uuid)?;
    // The hyphenated form only: the crate would also take braces and URNs.
    let parsed = if text.len() == 36 { Uuid::try_parse(text).ok() } else { None };
    parsed.ok_or_else(|| {
        let message = format!("`{}` is not a UUID; expected 8-4-4-4-12 hexadecimal digits", text::excerpt(text));
        Error::new(ErrorCode::InvalidUuid, "", message)
    })
}

fn wrong_type(value: &Value, expected: &str) -> Error {
    Error::new(ErrorCode::WrongType, "", format!("is {}; expected {expected}", value.describe()))
}
