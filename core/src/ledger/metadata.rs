//! What an organisation notes about its registration.

use std::str::FromStr;

use super::json_text::json_of;
use crate::store::check_json;
use crate::wire::{Read, Sink, Value, Write, json_fault, wrong_type};
use crate::{Error, ErrorCode, Result, text};

/// An organisation's own notes on a registration: a JSON object, kept and given back as it was written.
///
/// At most 16 KiB of text and 32 levels of objects and lists, which every language's reader of JSON can follow.
///
/// ```
/// use tierra::ledger::Metadata;
/// let metadata: Metadata = r#"{"site":"Depot 4","kwh":12.50}"#.parse()?;
/// assert_eq!(metadata.as_json(), r#"{"site":"Depot 4","kwh":12.50}"#);
/// assert!("[1]".parse::<Metadata>().is_err());
/// let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(32), "]".repeat(32));
/// assert_eq!(deep.parse::<Metadata>().unwrap_err().code().as_str(), "out_of_range");
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata(String);

impl Metadata {
    /// The most bytes of JSON text.
    pub const MOST_BYTES: usize = 16 * 1024;
    /// The most levels of objects and lists.
    pub const MOST_LEVELS: usize = 32;

    /// The object as compact JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

impl Default for Metadata {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

impl FromStr for Metadata {
    type Err = Error;

    /// Reads JSON text.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidJson`], [`ErrorCode::WrongType`] for what is no object, [`ErrorCode::TooLong`],
    /// [`ErrorCode::OutOfRange`] for what is nested too deep.
    fn from_str(json: &str) -> Result<Self> {
        let json = json.trim();
        if json.len() > Self::MOST_BYTES {
            let message = format!("has {} bytes of JSON; expected at most {}", json.len(), Self::MOST_BYTES);
            return Err(Error::new(ErrorCode::TooLong, "", message));
        }
        if let Some(error) = json_fault(json) {
            let message = format!("`{}` is not JSON ({error}); expected a JSON object", text::excerpt(json));
            return Err(Error::new(ErrorCode::InvalidJson, "", message));
        }
        if !json.starts_with('{') {
            let message = format!("is `{}`; expected a JSON object", text::excerpt(json));
            return Err(Error::new(ErrorCode::WrongType, "", message));
        }
        if levels(json) > Self::MOST_LEVELS {
            let message = format!("is nested too deep; expected at most {} levels", Self::MOST_LEVELS);
            return Err(Error::new(ErrorCode::OutOfRange, "", message));
        }
        Ok(Self(json.to_owned()))
    }
}

/// How deep objects and lists are nested in JSON text.
fn levels(json: &str) -> usize {
    let (mut deepest, mut level) = (0_usize, 0_usize);
    let (mut in_text, mut is_escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                level += 1;
                deepest = deepest.max(level);
            }
            b'}' | b']' if !in_text => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

impl Metadata {
    /// Metadata as the store holds it, which is refused where it is no JSON.
    pub(super) fn stored(json: String) -> Result<Self> {
        check_json(&json)?;
        Ok(Self(json))
    }
}

impl Read<'_> for Metadata {
    fn read(value: &Value) -> Result<Self> {
        match value {
            Value::Object(_) => {
                check_finite(value)?;
                json_of(value).parse()
            }
            other => Err(wrong_type(other, "an object")),
        }
    }
}

/// Refuses NaN and the infinities, which JSON cannot say: they would be kept as null.
fn check_finite(value: &Value) -> Result<()> {
    match value {
        Value::Float(number) if !number.is_finite() => {
            Err(Error::new(ErrorCode::NotFinite, "", format!("is {}; expected a finite number", value.describe())))
        }
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| check_finite(item).map_err(|e| e.at_index(index)))
        }
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, field)| check_finite(field).map_err(|e| e.under(name)))
        }
        _ => Ok(()),
    }
}

impl Write for Metadata {
    fn write(&self, out: &mut dyn Sink) {
        out.json(&self.0);
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Metadata {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Json
    }
}
