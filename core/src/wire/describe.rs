//! What a type looks like to the other languages: the description that `tools/bindings` writes their declarations from.

use std::ops::{Bound, RangeBounds, RangeInclusive};

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{NumberStyle, Value, Write, write_json};
use crate::{Error, Result};

/// A type that other languages declare.
pub trait Describe {
    /// What it looks like.
    fn shape() -> Shape;
}

/// What a value looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// A binary float.
    Float,
    /// An exact decimal.
    Decimal,
    /// A text.
    Text,
    /// A UUID.
    Uuid,
    /// A day.
    Date,
    /// An instant.
    Instant,
    /// A SHA-256 as 64 lower-case hexadecimal digits.
    Digest,
    /// Any JSON, such as a caller's own id.
    Any,
    /// A JSON object that is kept as it was written.
    Json,
    /// JSON text whose bytes matter: a language has it as text, JSON as the JSON it is.
    Verbatim,
    /// An error as a value.
    Error,
    /// Nothing: the call has no answer.
    Nothing,
    /// One of some texts.
    Names(NamesShape),
    /// A list.
    List(Box<Shape>),
    /// A value or nothing.
    Optional(Box<Shape>),
    /// An object whose names are data.
    Map(Box<Shape>),
    /// An object of fields.
    Record(RecordShape),
    /// One of several.
    OneOf(Vec<Shape>),
}

/// One of some texts, each with a meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct NamesShape {
    /// The name of the type.
    pub name: &'static str,
    /// What it is.
    pub doc: String,
    /// The texts, each with its meaning.
    pub values: Vec<(&'static str, String)>,
}

/// An object of fields.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordShape {
    /// The name of the type.
    pub name: &'static str,
    /// What it is.
    pub doc: String,
    /// What it is a page or a list of, where it is one.
    pub argument: Option<Box<Shape>>,
    /// `reads`, `reads_all` and `writes`, as declared.
    pub directions: &'static [&'static str],
    /// Its fields, in order.
    pub fields: Vec<FieldShape>,
    /// What JSON has where this record or nothing stands, if that is not null.
    pub in_json: Option<Box<Shape>>,
}

/// A field of a record, or an argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldShape {
    /// Its name in JSON.
    pub json: &'static str,
    /// Its name in Rust and Python.
    pub name: &'static str,
    /// What it is, with units and bounds.
    pub doc: String,
    /// What stands in it.
    pub shape: Shape,
    /// Whether it is left out where it says nothing.
    pub is_left_out: bool,
    /// Whether the fields of its record stand in its place.
    pub is_flattened: bool,
    /// What it is where it is absent on the way in, as JSON.
    pub default: Option<String>,
    /// The least and the greatest number.
    pub bounds: Option<(i64, i64)>,
    /// The least and the most characters.
    pub chars: Option<(usize, usize)>,
    /// The least and, where there is one, the most items of a list.
    pub items: Option<(usize, Option<usize>)>,
    /// The form of a text, by its name in JSON Schema.
    pub format: Option<&'static str>,
    /// The one text that is taken.
    pub only: Option<&'static str>,
}

impl FieldShape {
    /// A field that must be there, unless its shape is optional.
    #[must_use]
    pub fn new(json: &'static str, name: &'static str, doc: &[&str], shape: Shape) -> Self {
        let doc = Described::lines(doc);
        Self {
            json,
            name,
            doc,
            shape,
            is_left_out: false,
            is_flattened: false,
            default: None,
            bounds: None,
            chars: None,
            items: None,
            format: None,
            only: None,
        }
    }

    /// A field that is left out where it says nothing.
    #[must_use]
    pub fn left_out_where_blank(self) -> Self {
        Self { is_left_out: true, ..self }
    }

    /// A field in which something else stands than its type says.
    #[must_use]
    pub fn shaped(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    /// A record whose fields stand in its place.
    #[must_use]
    pub fn in_place(self) -> Self {
        Self { is_flattened: true, ..self }
    }

    /// A list that is an object by the names of its items.
    #[must_use]
    pub fn by_key(self) -> Self {
        let shape = match self.shape {
            Shape::List(item) => Shape::Map(item),
            other => other,
        };
        Self { shape, ..self }
    }

    /// A field that may be absent on the way in.
    #[must_use]
    pub fn or_default(self, default: &impl Write) -> Self {
        Self { default: Some(write_json(default, NumberStyle::Digits)), ..self }
    }

    /// A number within bounds.
    #[must_use]
    pub fn within(self, range: RangeInclusive<i64>) -> Self {
        Self { bounds: Some((*range.start(), *range.end())), ..self }
    }

    /// A text of so many characters.
    #[must_use]
    pub fn of_length(self, range: RangeInclusive<usize>) -> Self {
        Self { chars: Some((*range.start(), *range.end())), ..self }
    }

    /// A list of so many items.
    #[must_use]
    pub fn of_items(self, range: impl RangeBounds<usize>) -> Self {
        let least = match range.start_bound() {
            Bound::Included(least) => *least,
            Bound::Excluded(below) => below + 1,
            Bound::Unbounded => 0,
        };
        let most = match range.end_bound() {
            Bound::Included(most) => Some(*most),
            Bound::Excluded(above) => Some(above.saturating_sub(1)),
            Bound::Unbounded => None,
        };
        Self { items: Some((least, most)), ..self }
    }

    /// A text of a form that JSON Schema has a name for.
    #[must_use]
    pub fn of_format(self, format: &'static str) -> Self {
        Self { format: Some(format), ..self }
    }

    /// A text of which one alone is taken.
    #[must_use]
    pub fn only(self, text: &'static str) -> Self {
        Self { only: Some(text), ..self }
    }
}

/// Doc comments as text.
#[derive(Debug)]
pub struct Described;

impl Described {
    /// The lines of a doc comment as one text, each without the blank before it.
    #[must_use]
    pub fn lines(lines: &[&str]) -> String {
        let lines: Vec<&str> = lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        lines.join("\n").trim().to_owned()
    }
}

macro_rules! shapes {
    ($($type:ty => $shape:expr;)+) => {
        $(impl Describe for $type {
            fn shape() -> Shape { $shape }
        })+
    };
}

shapes! {
    bool => Shape::Boolean;
    i32 => Shape::Integer;
    i64 => Shape::Integer;
    u16 => Shape::Integer;
    u32 => Shape::Integer;
    u64 => Shape::Integer;
    usize => Shape::Integer;
    f64 => Shape::Float;
    Decimal => Shape::Decimal;
    char => Shape::Text;
    str => Shape::Text;
    String => Shape::Text;
    Uuid => Shape::Uuid;
    NaiveDate => Shape::Date;
    DateTime<Utc> => Shape::Instant;
    [u8; 32] => Shape::Digest;
    Value => Shape::Any;
    Error => Shape::Error;
    () => Shape::Nothing;
}

impl<T: Describe + ?Sized> Describe for &T {
    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Describe> Describe for Option<T> {
    fn shape() -> Shape {
        Shape::Optional(Box::new(T::shape()))
    }
}

impl<T: Describe> Describe for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
}

impl<T: Describe> Describe for Vec<(String, T)> {
    fn shape() -> Shape {
        Shape::Map(Box::new(T::shape()))
    }
}

impl<T: Describe> Describe for [T] {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
}

impl<T: Describe> Describe for Result<T> {
    fn shape() -> Shape {
        Shape::OneOf(vec![T::shape(), Shape::Error])
    }
}
