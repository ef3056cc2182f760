//! A plain value of any language.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::{Error, Result, float, text};

/// How deep lists and objects of a [`Value`] may be nested, whichever language they come from.
pub const MAX_DEPTH: usize = 32;

/// A plain value: what JSON can say, with numbers kept exact.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number by its digits, as it came in.
    Number(String),
    /// A whole number, on the way out.
    Integer(i64),
    /// A binary float: rates of return on the way out, and what a language holds as one on the way in.
    Float(f64),
    /// An exact decimal, on the way out: money, factors and quantities.
    Decimal(Decimal),
    /// A text.
    String(String),
    /// A value of a class that a language has for it, by its text: a date or an instant, a UUID. Only a field of that kind
    /// takes it; a name or a serial does not.
    Native(NativeKind, String),
    /// A list.
    Array(Vec<Value>),
    /// Fields in order, each name once.
    Object(Vec<(Cow<'static, str>, Value)>),
}

/// What a [`Value::Native`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NativeKind {
    /// A date or an instant.
    Date,
    /// A UUID.
    Uuid,
}

/// The one field of an object that stands for a number JSON has no form for: `{"$number": "NaN"}`. Only number fields take
/// it.
pub(super) const NUMBER_FIELD: &str = "$number";

impl Value {
    /// The digits in an object that stands for a number.
    pub(super) fn wrapped_number(&self) -> Option<&str> {
        match self {
            Self::Object(fields) => match fields.as_slice() {
                [(name, Self::String(digits))] if name == NUMBER_FIELD => Some(digits),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value as an error message shows it, with its type: a string `x`, a number `5`, null.
    pub(super) fn describe(&self) -> String {
        if let Some(digits) = self.wrapped_number() {
            return format!("a number `{}`", text::excerpt(digits));
        }
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => format!("a boolean `{value}`"),
            Self::Number(digits) => format!("a number `{}`", text::excerpt(digits)),
            Self::Integer(value) => format!("a number `{value}`"),
            Self::Float(value) => format!("a number `{}`", float::written(*value)),
            Self::Decimal(value) => format!("a number `{value}`"),
            Self::String(value) => format!("a string `{}`", text::excerpt(value)),
            Self::Native(NativeKind::Date, value) => format!("a date `{}`", text::excerpt(value)),
            Self::Native(NativeKind::Uuid, value) => format!("a UUID `{}`", text::excerpt(value)),
            Self::Array(items) => format!("a list of {}", items.len()),
            Self::Object(fields) => format!("an object of {} fields", fields.len()),
        }
    }

    pub(super) fn object(fields: Vec<(&'static str, Value)>) -> Self {
        Self::Object(fields.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect())
    }

    /// An object of one field.
    // Out of line: half the calls answer with one.
    #[inline(never)]
    pub(super) fn field(name: &'static str, value: Value) -> Self {
        Self::object(vec![(name, value)])
    }

    pub(super) fn list<T>(items: impl IntoIterator<Item = T>, to_value: impl FnMut(T) -> Value) -> Self {
        Self::Array(items.into_iter().map(to_value).collect())
    }

    pub(super) fn text(value: impl ToString) -> Self {
        Self::String(value.to_string())
    }

    pub(super) fn optional_text(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Null, Self::text)
    }

    /// A count or an index.
    pub(super) fn count(value: usize) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// An exact decimal without trailing zeros.
    pub(super) fn decimal(value: Decimal) -> Self {
        Self::Decimal(value.normalize())
    }
}

/// The answer for one item of a batch: its value, or the error as a value.
pub(super) fn item_answer(answer: Result<Value>) -> Value {
    answer.unwrap_or_else(|error| Value::object(vec![("error", error_value(&error))]))
}

/// An error as the bindings show it inside a batch; with its issues, where it has some.
pub(super) fn error_value(error: &Error) -> Value {
    let mut fields = vec![
        ("code", Value::text(error.code())),
        ("path", Value::text(error.path())),
        ("message", Value::text(error.message())),
    ];
    if !error.issues().is_empty() {
        fields.push(("issues", super::params::issues_value(error)));
    }
    Value::object(fields)
}
