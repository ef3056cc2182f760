//! Writing: a value hands itself to a sink, part by part.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::names::{Field, HasRecord, Record};
use crate::{Error, Result, hex};

/// What takes an answer: [`JsonSink`](super::JsonSink) makes text of it, a binding its language's own objects.
///
/// The parts come in the order of the contract. Between [`Sink::begin_list`] and [`Sink::end_list`] stand its items, between
/// [`Sink::begin_record`] and [`Sink::end_record`] each field's [`Sink::field`] with its value behind it.
pub trait Sink {
    /// Nothing.
    fn null(&mut self);
    /// No answer, which JSON writes as an object without fields.
    fn no_answer(&mut self);
    /// Nothing, which JSON writes as a record whose fields are null.
    fn no_record(&mut self, nulls: &dyn Write);
    /// An answer that JSON wraps into an object of one field of this name.
    fn begin_wrapped(&mut self, name: &str);
    /// The end of it.
    fn end_wrapped(&mut self);
    /// The error of an item of a batch, which JSON wraps into an object of the field `error`.
    fn refusal(&mut self, error: &Error);
    /// True or false.
    fn boolean(&mut self, value: bool);
    /// A whole number.
    fn integer(&mut self, value: i64);
    /// A binary float.
    fn float(&mut self, value: f64);
    /// An exact decimal.
    fn decimal(&mut self, value: Decimal);
    /// A text.
    fn text(&mut self, text: &str);
    /// A UUID.
    fn uuid(&mut self, value: Uuid);
    /// A day.
    fn date(&mut self, value: NaiveDate);
    /// An instant, of which milliseconds are told.
    fn instant(&mut self, value: DateTime<Utc>);
    /// JSON text, kept as it stands.
    fn json(&mut self, text: &str);
    /// JSON text whose bytes matter, such as those of a body that is signed: a language has it as text.
    fn verbatim(&mut self, json: &str);
    /// An error as a value: in a batch, or why a query was refused.
    fn error(&mut self, error: &Error);
    /// A list of so many items.
    fn begin_list(&mut self, length: usize);
    /// The end of a list.
    fn end_list(&mut self);
    /// An object whose fields are those of a record.
    fn begin_record(&mut self, record: &'static Record);
    /// The next field of the record.
    fn field(&mut self, field: &'static Field);
    /// The end of a record.
    fn end_record(&mut self);
    /// An object whose names are data.
    fn begin_map(&mut self);
    /// The next name of a map.
    fn key(&mut self, name: &str);
    /// The end of a map.
    fn end_map(&mut self);
}

/// A type that can be handed to a [`Sink`].
pub trait Write {
    /// Hands it over.
    fn write(&self, out: &mut dyn Sink);
}

/// A record, whose fields may stand among those of another one.
pub(crate) trait WriteRecord: HasRecord {
    /// Hands its fields over.
    fn write_fields(&self, out: &mut dyn Sink);

    /// Hands it over as an object of its own.
    fn write_record(&self, out: &mut dyn Sink) {
        out.begin_record(Self::RECORD);
        self.write_fields(out);
        out.end_record();
    }
}

macro_rules! writes {
    ($($type:ty, |$value:ident, $out:ident| $write:expr;)+) => {
        $(impl Write for $type {
            fn write(&self, $out: &mut dyn Sink) {
                let $value = self;
                $write;
            }
        })+
    };
}

writes! {
    str, |value, out| out.text(value);
    String, |value, out| out.text(value);
    char, |value, out| out.text(value.encode_utf8(&mut [0; 4]));
    bool, |value, out| out.boolean(*value);
    i32, |value, out| out.integer((*value).into());
    i64, |value, out| out.integer(*value);
    u16, |value, out| out.integer((*value).into());
    u32, |value, out| out.integer((*value).into());
    u64, |value, out| out.integer(i64::try_from(*value).unwrap_or(i64::MAX));
    usize, |value, out| out.integer(i64::try_from(*value).unwrap_or(i64::MAX));
    f64, |value, out| out.float(*value);
    Decimal, |value, out| out.decimal(*value);
    Uuid, |value, out| out.uuid(*value);
    NaiveDate, |value, out| out.date(*value);
    DateTime<Utc>, |value, out| out.instant(*value);
    [u8; 32], |value, out| hex::with_digits(value, |digits| out.text(digits));
    Error, |value, out| out.error(value);
}

impl<T: Write + ?Sized> Write for &T {
    fn write(&self, out: &mut dyn Sink) {
        (**self).write(out);
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut dyn Sink) {
        match self {
            Some(value) => value.write(out),
            None => out.null(),
        }
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, out: &mut dyn Sink) {
        self.as_slice().write(out);
    }
}

impl<T: Write> Write for [T] {
    fn write(&self, out: &mut dyn Sink) {
        write_list(out, self.iter());
    }
}

/// The answer for one item of a batch: its own, or the error that says why there is none.
impl<T: Write> Write for Result<T> {
    fn write(&self, out: &mut dyn Sink) {
        match self {
            Ok(answer) => answer.write(out),
            Err(error) => out.refusal(error),
        }
    }
}

/// Hands a list over whose items are made one by one.
pub(crate) fn write_list<T: Write>(out: &mut dyn Sink, items: impl ExactSizeIterator<Item = T>) {
    out.begin_list(items.len());
    for item in items {
        item.write(out);
    }
    out.end_list();
}

/// An item of a list that JSON writes as an object by the items' names.
pub(crate) trait Keyed {
    /// Its name, which stands once in the list.
    fn key(&self) -> &str;
}

/// Hands a list over as an object by the names of its items, in their order.
pub(crate) fn write_keyed<T: Keyed + Write>(out: &mut dyn Sink, items: &[T]) {
    write_map(out, items.iter().map(|item| (item.key(), item)));
}

/// Hands an object over whose names are data, in their order.
pub(crate) fn write_map<'n>(out: &mut dyn Sink, fields: impl IntoIterator<Item = (&'n str, impl Write)>) {
    out.begin_map();
    for (name, value) in fields {
        out.key(name);
        value.write(out);
    }
    out.end_map();
}

/// What says nothing and may be left out: nothing, false, an empty list.
pub(crate) trait IsBlank {
    fn is_blank(&self) -> bool;
}

impl<T> IsBlank for Option<T> {
    fn is_blank(&self) -> bool {
        self.is_none()
    }
}

impl<T> IsBlank for Vec<T> {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl IsBlank for bool {
    fn is_blank(&self) -> bool {
        !self
    }
}

impl Write for () {
    fn write(&self, out: &mut dyn Sink) {
        out.no_answer();
    }
}

/// Hands an answer over that JSON wraps into an object of one field.
pub(crate) fn write_wrapped(out: &mut dyn Sink, name: &str, answer: &dyn Write) {
    out.begin_wrapped(name);
    answer.write(out);
    out.end_wrapped();
}
