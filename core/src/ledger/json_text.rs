//! JSON that the file holds and that is told as it stands.

use std::fmt;
use std::ops::Deref;

use crate::Result;
use crate::store::check_json;
use crate::wire::{NumberStyle, Sink, Write, write_json};

/// JSON text as this library wrote it, which stands in an answer as the JSON it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// Text as the store holds it, which is refused where it is no JSON.
    pub(super) fn stored(text: String) -> Result<Self> {
        check_json(&text)?;
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for JsonText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Write for JsonText {
    fn write(&self, out: &mut dyn Sink) {
        out.json(&self.0);
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for JsonText {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Json
    }
}

/// The body of an event, whose bytes are what is signed: a language has it as text, JSON as the JSON it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBody(JsonText);

impl EventBody {
    /// Text as the store holds it, which is refused where it is no JSON.
    pub(super) fn stored(text: String) -> Result<Self> {
        JsonText::stored(text).map(Self)
    }
}

impl Deref for EventBody {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Write for EventBody {
    fn write(&self, out: &mut dyn Sink) {
        out.verbatim(&self.0);
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for EventBody {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Verbatim
    }
}

/// The value as compact JSON: the form of events and of the audit log's records.
pub(super) fn json_of(value: &(impl Write + ?Sized)) -> String {
    write_json(value, NumberStyle::Digits)
}
