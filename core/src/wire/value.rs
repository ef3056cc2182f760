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
    ///
    /// ```
    /// assert_eq!(tierra::ffi::Value::String("KEBA".into()).describe(), "a string `KEBA`");
    /// ```
    #[must_use]
    pub fn describe(&self) -> String {
        if let Some(digits) = self.wrapped_number() {
            return format!("a number `{}`", text::excerpt(digits));
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
