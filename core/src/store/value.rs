//! What a column holds, and which types are kept in one.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::charger::{KeyedHash, SerialHash};
use crate::emission::{Authority, CalorificBasis, EmissionScope, FuelPropertyType, GwpVersion};
use crate::instant::{day_text, instant_text, parse_instant};
use crate::webhook::EventType;
use crate::{Error, ErrorCode, text};

/// A value on its way into a statement or out of a row, borrowed from where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'v> {
    Null,
    Integer(i64),
    Text(Cow<'v, str>),
    Blob(&'v [u8]),
}

/// The value as an error names it.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Integer(integer) => write!(f, "{integer}"),
            Value::Text(text) => f.write_str(&text::excerpt(text)),
            Value::Blob(bytes) => write!(f, "{} bytes", bytes.len()),
        }
    }
}

/// What a column holds that somebody else wrote.
pub(crate) fn unreadable(column: &str, value: &str) -> Error {
    let message = format!("the ledger's file holds `{value}` in `{column}`; expected values that this library wrote");
    Error::new(ErrorCode::CorruptFile, "", message)
}

/// What can be given to a statement.
pub(crate) trait ToValue {
    fn to_value(&self) -> Value<'_>;
}

/// What can be read from a column.
pub(crate) trait FromValue: Sized {
    /// None for a value that this library does not write.
    fn from_value(value: &Value<'_>) -> Option<Self>;
}

/// The parameters of a statement, in the order of its placeholders.
macro_rules! params {
    ($($param:expr),* $(,)?) => { &[$($crate::store::value::ToValue::to_value(&$param)),*] };
}
pub(crate) use params;

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value<'_> {
        self.as_str().to_value()
    }
}

impl FromValue for String {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.as_ref().to_owned()),
            _ => None,
        }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value<'_> {
        Value::Integer(i64::from(*self))
    }
}

impl FromValue for bool {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        i64::from_value(value).map(|integer| integer != 0)
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => (*bytes).try_into().ok(),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

/// A count or size, for LIMIT and OFFSET: what is past the largest integer is as good as no limit.
fn limit(size: u64) -> Value<'static> {
    Value::Integer(i64::try_from(size).unwrap_or(i64::MAX))
}

impl ToValue for u64 {
    fn to_value(&self) -> Value<'_> {
        limit(*self)
    }
}

impl ToValue for usize {
    fn to_value(&self) -> Value<'_> {
        limit(u64::try_from(*self).unwrap_or(u64::MAX))
    }
}

macro_rules! kept_as_integer {
    ($($type:ty),+) => {
        $(
            impl ToValue for $type {
                fn to_value(&self) -> Value<'_> {
                    Value::Integer(i64::from(*self))
                }
            }

            impl FromValue for $type {
                fn from_value(value: &Value<'_>) -> Option<Self> {
                    match value {
                        Value::Integer(integer) => Self::try_from(*integer).ok(),
                        _ => None,
                    }
                }
            }
        )+
    };
}

kept_as_integer!(i32, i64, u16, u32);

/// Types that are kept as their text and read back from it.
macro_rules! kept_as_text {
    ($($type:ty, $write:expr, $read:expr;)+) => {
        $(
            impl ToValue for $type {
                fn to_value(&self) -> Value<'_> {
                    let write: fn(&Self) -> Cow<'_, str> = $write;
                    Value::Text(write(self))
                }
            }

            impl FromValue for $type {
                fn from_value(value: &Value<'_>) -> Option<Self> {
                    let read: fn(&str) -> Option<Self> = $read;
                    match value {
                        Value::Text(text) => read(text),
                        _ => None,
                    }
                }
            }
        )+
    };
}

kept_as_text! {
    Uuid, |id| id.to_string().into(), |text| Self::try_parse(text).ok();
    NaiveDate, |day| day_text(*day).into(), |text| crate::parse_date(text).ok();
    DateTime<Utc>, |instant| instant_text(*instant).into(), parse_instant;
    Decimal, |decimal| decimal.to_string().into(), |text| Self::from_str_exact(text).ok();
    Authority, |value| value.as_str().into(), |text| text.parse().ok();
    CalorificBasis, |value| value.as_str().into(), |text| text.parse().ok();
    EmissionScope, |value| value.as_str().into(), |text| text.parse().ok();
    EventType, |value| value.as_str().into(), |text| text.parse().ok();
    FuelPropertyType, |value| value.as_str().into(), |text| text.parse().ok();
    GwpVersion, |value| value.as_str().into(), |text| text.parse().ok();
}

macro_rules! kept_as_bytes {
    ($($type:ty),+) => {
        $(
            impl ToValue for $type {
                fn to_value(&self) -> Value<'_> {
                    Value::Blob(self.as_bytes())
                }
            }

            impl FromValue for $type {
                fn from_value(value: &Value<'_>) -> Option<Self> {
                    <[u8; 32]>::from_value(value).map(Self::from_bytes)
                }
            }
        )+
    };
}

kept_as_bytes!(SerialHash, KeyedHash);
