//! A plain value of any language, on the way in.

use std::borrow::Cow;

use crate::{float, text};

/// How deep lists and objects of a [`Value`] may be nested, whichever language they come from.
pub const MAX_DEPTH: usize = 32;

/// A plain value: what JSON can say, with numbers kept exact.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number by its digits.
    Number(String),
    /// What a language holds as a binary float.
    Float(f64),
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
const NUMBER_FIELD: &str = "$number";

/// The one field of an object that stands for an instant of a language's own class, by its text:
/// `{"$date": "2026-01-01T00:00:00.000Z"}`.
const DATE_FIELD: &str = "$date";

impl Value {
    /// The digits in an object that stands for a number.
    pub(super) fn wrapped_number(&self) -> Option<&str> {
        self.wrapped(NUMBER_FIELD)
    }

    /// The text in an object that stands for an instant.
    pub(super) fn wrapped_date(&self) -> Option<&str> {
        self.wrapped(DATE_FIELD)
    }

    fn wrapped(&self, field: &str) -> Option<&str> {
        let Self::Object(fields) = self else { return None };
        match fields.as_slice() {
            [(name, Self::String(text))] if name == field => Some(text),
            _ => None,
        }
    }

    /// The value as an error message shows it, with its type: a string `x`, a number `5`, null.
    ///
    /// ```
    /// assert_eq!(tierra::ffi::Value::String("KEBA".into()).describe(), "a string `KEBA`");
    /// ```
    #[must_use]
    pub fn describe(&self) -> String {
        if let Some(digits) = self.wrapped_number() {
            return format!("a number `{}`", text::excerpt(digits));
        }
        if let Some(instant) = self.wrapped_date() {
            return format!("a `Date` of the instant `{}`", text::excerpt(instant));
        }
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => format!("a boolean `{value}`"),
            Self::Number(digits) => format!("a number `{}`", text::excerpt(digits)),
            Self::Float(value) => format!("a number `{}`", float::written(*value)),
            Self::String(value) => format!("a string `{}`", text::excerpt(value)),
            Self::Native(NativeKind::Date, value) => format!("a date `{}`", text::excerpt(value)),
            Self::Native(NativeKind::Uuid, value) => format!("a UUID `{}`", text::excerpt(value)),
            Self::Array(items) => format!("a list of {}", items.len()),
            Self::Object(fields) => format!("an object of {} fields", fields.len()),
        }
    }
}
