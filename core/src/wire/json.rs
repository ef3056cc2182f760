//! JSON text to values and back.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::names::{Field, Record};
use super::sink::{Sink, Write, write_map};
use super::value::{MAX_DEPTH, Value};
use crate::instant::{add_day, instant_text};
use crate::{Error, ErrorCode, Result, float, order, text};

/// How exact decimals are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberStyle {
    /// As JSON numbers, digit for digit: the form of the contracts.
    Digits,
    /// As JSON strings, for languages whose JSON numbers are binary floats.
    Strings,
}

/// Reads JSON text. Numbers are kept by their digits.
///
/// # Errors
///
/// [`ErrorCode::InvalidJson`] with line and column; [`ErrorCode::Duplicate`] with the path of a field that stands
/// twice; [`ErrorCode::InvalidUnicode`] with the path of a text that holds a lone surrogate; [`ErrorCode::OutOfRange`]
/// for a nesting deeper than 32.
///
/// ```
/// use tierra::{ErrorCode, ffi::parse_json};
/// let error = parse_json(r#"{"period": {"start": "2026-01-01", "start": "2026-02-01"}}"#).unwrap_err();
/// assert_eq!((error.code(), error.path()), (ErrorCode::Duplicate, "period.start"));
/// ```
pub fn parse_json(text: &str) -> Result<Value> {
    // One pass finds every error of syntax; what follows reads text that is known to be JSON.
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| invalid_json(text, &error))?;
    value_of(raw, 0)
}

/// Why a text is not JSON; nothing where it is.
#[cfg(feature = "ledger")]
pub(crate) fn json_fault(text: &str) -> Option<String> {
    serde_json::from_str::<&RawValue>(text).err().map(|error| error.to_string())
}

fn invalid_json(text: &str, error: &serde_json::Error) -> Error {
    if text.trim().is_empty() {
        return Error::new(ErrorCode::InvalidJson, "", "is empty; expected JSON text");
    }
    // serde_json ends its sentence with the place; ours says it in the same words as every other error.
    let sentence = error.to_string();
    let reason = sentence.split(" at line ").next().unwrap_or_default();
    let (line, column) = (error.line(), error.column());
    Error::new(
        ErrorCode::InvalidJson,
        "",
        format!("is not JSON at line {line}, column {column} ({reason}); expected JSON text"),
    )
}

fn value_of(raw: &RawValue, depth: usize) -> Result<Value> {
    let json = raw.get();
    let unreadable = |error: serde_json::Error| invalid_json(json, &error);
    match json.as_bytes().first() {
        Some(b'{' | b'[') if depth == MAX_DEPTH => Err(Error::new(
            ErrorCode::OutOfRange,
            "",
            format!("is nested too deep; expected at most {MAX_DEPTH} levels"),
        )),
        Some(b'{') => {
            let Fields(fields) = serde_json::from_str(json).map_err(|_| lone_surrogate(json))?;
            object_of(fields, depth)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).map_err(unreadable)?;
            let mut values = Vec::with_capacity(items.len());
            for (index, item) in items.into_iter().enumerate() {
                values.push(value_of(item, depth + 1).map_err(|error| error.at_index(index))?);
            }
            Ok(Value::Array(values))
        }
        Some(b'"') => serde_json::from_str(json).map(Value::String).map_err(|_| lone_surrogate(json)),
        Some(b't') => Ok(Value::Bool(true)),
        Some(b'f') => Ok(Value::Bool(false)),
        Some(b'n') => Ok(Value::Null),
        _ => Ok(Value::Number(json.to_owned())),
    }
}

/// The only thing that can be wrong with a string in text that passed as JSON.
fn lone_surrogate(json: &str) -> Error {
    let message = format!("`{}` holds a lone surrogate; expected Unicode text", text::excerpt(json));
    Error::new(ErrorCode::InvalidUnicode, "", message)
}

fn object_of(fields: Vec<(Cow<'_, str>, &RawValue)>, depth: usize) -> Result<Value> {
    if let Some((_, again)) = order::first_repeat(fields.iter().map(|(name, _)| name.as_bytes())) {
        let name = fields.get(again).map_or("", |(name, _)| name.as_ref());
        let message = format!("`{}` stands twice in one object; expected it once", text::excerpt(name));
        return Err(Error::new(ErrorCode::Duplicate, name, message));
    }
    let mut values = Vec::with_capacity(fields.len());
    for (name, raw) in fields {
        let value = value_of(raw, depth + 1).map_err(|error| error.under(&name))?;
        values.push((Cow::Owned(name.into_owned()), value));
    }
    Ok(Value::Object(values))
}

/// The fields of an object in order, duplicates included.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &RawValue>()? {
                    fields.push((name, value));
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(FieldsVisitor).map(Fields)
    }
}

/// A field name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Writes an answer as compact JSON text, fields in their order.
///
/// Decimals are numbers or texts as `style` says, without trailing zeros; binary floats are the shortest digits that read
/// back (ECMAScript's form).
///
/// ```
/// use tierra::ffi::{NumberStyle, write_json};
/// let value = tierra::Decimal::new(183960, 6);
/// assert_eq!(write_json(&value, NumberStyle::Digits), "0.18396");
/// assert_eq!(write_json(&value, NumberStyle::Strings), "\"0.18396\"");
/// ```
#[must_use]
pub fn write_json(answer: &(impl Write + ?Sized), style: NumberStyle) -> String {
    let mut out = JsonSink::new(style);
    answer.write(&mut out);
    out.into_text()
}

/// Makes compact JSON text of an answer.
#[derive(Debug)]
pub struct JsonSink {
    text: String,
    style: NumberStyle,
}

impl JsonSink {
    /// No text yet.
    #[must_use]
    pub fn new(style: NumberStyle) -> Self {
        Self { text: String::new(), style }
    }

    /// The text of all that was handed over.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// Parts a value or a name from the one before it. A value ends with a quote, a bracket, a digit or a letter.
    fn part(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }

    fn word(&mut self, word: &str) {
        self.part();
        self.text.push_str(word);
    }

    fn quoted(&mut self, text: &str) {
        self.part();
        let is_plain = text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
        if is_plain {
            self.text.push('"');
            self.text.push_str(text);
            self.text.push('"');
        } else {
            // Writing a string to memory cannot fail.
            self.text.push_str(&serde_json::to_string(text).unwrap_or_default());
        }
    }

    fn shown(&mut self, value: impl fmt::Display) {
        use fmt::Write;
        self.part();
        // Nor can this.
        let _ = write!(self.text, "{value}");
    }

    fn name(&mut self, name: &str) {
        self.quoted(name);
        self.text.push(':');
    }

    /// The name of a declared field, in which nothing is to be escaped.
    fn field_name(&mut self, name: &str) {
        self.part();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }
}

impl Sink for JsonSink {
    fn null(&mut self) {
        self.word("null");
    }

    fn no_answer(&mut self) {
        self.word("{}");
    }

    fn no_record(&mut self, nulls: &dyn Write) {
        nulls.write(self);
    }

    fn begin_wrapped(&mut self, name: &str) {
        self.begin_map();
        self.key(name);
    }

    fn end_wrapped(&mut self) {
        self.end_map();
    }

    fn refusal(&mut self, error: &Error) {
        self.begin_wrapped("error");
        self.error(error);
        self.end_wrapped();
    }

    fn boolean(&mut self, value: bool) {
        self.word(if value { "true" } else { "false" });
    }

    fn integer(&mut self, value: i64) {
        self.shown(value);
    }

    fn float(&mut self, value: f64) {
        if value.is_finite() { self.word(&float::written(value)) } else { self.null() }
    }

    fn decimal(&mut self, value: Decimal) {
        let value = value.normalize();
        if self.style == NumberStyle::Digits {
            return self.shown(value);
        }
        self.word("\"");
        self.text.push_str(&value.to_string());
        self.text.push('"');
    }

    fn text(&mut self, text: &str) {
        self.quoted(text);
    }

    fn uuid(&mut self, value: Uuid) {
        self.part();
        self.text.push('"');
        self.text.push_str(value.hyphenated().encode_lower(&mut [0; uuid::fmt::Hyphenated::LENGTH]));
        self.text.push('"');
    }

    fn date(&mut self, value: NaiveDate) {
        self.word("\"");
        add_day(&mut self.text, value);
        self.text.push('"');
    }

    fn instant(&mut self, value: DateTime<Utc>) {
        self.quoted(&instant_text(value));
    }

    fn json(&mut self, text: &str) {
        self.word(text);
    }

    fn verbatim(&mut self, json: &str) {
        self.json(json);
    }

    fn error(&mut self, error: &Error) {
        self.word("{");
        for (name, text) in [("code", error.code().as_str()), ("path", error.path()), ("message", error.message())] {
            self.name(name);
            self.quoted(text);
        }
        if !error.issues().is_empty() {
            self.name("issues");
            error.issues().write(self);
        }
        self.text.push('}');
    }

    fn begin_list(&mut self, _: usize) {
        self.word("[");
    }

    fn end_list(&mut self) {
        self.text.push(']');
    }

    fn begin_record(&mut self, _: &'static Record) {
        self.word("{");
    }

    fn field(&mut self, field: &'static Field) {
        self.field_name(field.json);
    }

    fn end_record(&mut self) {
        self.text.push('}');
    }

    fn begin_map(&mut self) {
        self.word("{");
    }

    fn key(&mut self, name: &str) {
        self.name(name);
    }

    fn end_map(&mut self) {
        self.text.push('}');
    }
}

/// A plain value as it came in.
impl Write for Value {
    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::Null => out.null(),
            Self::Bool(value) => out.boolean(*value),
            Self::Number(digits) => out.json(digits),
            Self::Float(value) => out.float(*value),
            Self::String(text) | Self::Native(_, text) => out.text(text),
            Self::Array(items) => items.write(out),
            Self::Object(fields) => write_map(out, fields.iter().map(|(name, value)| (name.as_ref(), value))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_survive() {
        let json = r#"{"a":0.10,"b":[1e-7,12345678901234567890.123456789,-0],"c":{"d":null,"e":true,"f":"\u00e9\n"}}"#;
        let written = write_json(&parse_json(json).unwrap(), NumberStyle::Digits);
        assert_eq!(written, json.replace("\\u00e9", "é"));
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (json, code, path) in [
            ("", ErrorCode::InvalidJson, ""),
            ("{\"a\":1,}", ErrorCode::InvalidJson, ""),
            ("{} {}", ErrorCode::InvalidJson, ""),
            ("NaN", ErrorCode::InvalidJson, ""),
            ("01", ErrorCode::InvalidJson, ""),
            ("\"\u{0}\"", ErrorCode::InvalidJson, ""),
            (r#"{"a":[{"b":"\ud800"}]}"#, ErrorCode::InvalidUnicode, "a[0].b"),
            (r#"{"\udc00":1}"#, ErrorCode::InvalidUnicode, ""),
            (r#"{"a":{"b":1,"\u0062":2}}"#, ErrorCode::Duplicate, "a.b"),
        ] {
            let error = parse_json(json).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path), "{json}: {error}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(parse_json(&deep).unwrap_err().code(), ErrorCode::OutOfRange);
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_what_is_json(text in "[\\[\\]{}:,\"0-9.eE+\\-a-z\\\\ ]{0,40}") {
            let ours = parse_json(&text);
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // serde_json lets a later duplicate win and refuses numbers beyond f64; nothing else may differ.
            let explained = matches!(&ours, Err(error) if error.code() != ErrorCode::InvalidJson)
                || matches!(&theirs, Err(error) if error.to_string().contains("out of range"));
            prop_assert!(explained || ours.is_ok() == theirs.is_ok(), "{:?} {:?}", ours, theirs);
        }
    }
}
