//! JSON text to values and back.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::value::{MAX_DEPTH, Value};
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

/// Writes a value as compact JSON text, fields in their order.
///
/// ```
/// use tierra::ffi::{NumberStyle, Value, write_json};
/// let value = Value::Decimal(tierra::Decimal::new(18396, 5));
/// assert_eq!(write_json(&value, NumberStyle::Digits), "0.18396");
/// assert_eq!(write_json(&value, NumberStyle::Strings), "\"0.18396\"");
/// ```
#[must_use]
pub fn write_json(value: &Value, style: NumberStyle) -> String {
    let mut out = String::new();
    write_into(&mut out, value, style);
    out
}

fn write_into(out: &mut String, value: &Value, style: NumberStyle) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(digits) => out.push_str(digits),
        Value::Integer(value) => out.push_str(&value.to_string()),
        Value::Float(value) if value.is_finite() => out.push_str(&float::written(*value)),
        Value::Float(_) => out.push_str("null"),
        Value::Decimal(value) if style == NumberStyle::Digits => out.push_str(&value.to_string()),
        Value::Decimal(value) => write_string(out, &value.to_string()),
        Value::String(value) | Value::Native(_, value) => write_string(out, value),
        Value::Array(items) => {
            write_parts(out, ('[', ']'), items, |out, item| write_into(out, item, style));
        }
        Value::Object(fields) => write_parts(out, ('{', '}'), fields, |out, (name, value)| {
            write_string(out, name);
            out.push(':');
            write_into(out, value, style);
        }),
    }
}

fn write_parts<T>(out: &mut String, (open, close): (char, char), parts: &[T], write: impl Fn(&mut String, &T)) {
    out.push(open);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, part);
    }
    out.push(close);
}

fn write_string(out: &mut String, text: &str) {
    // Writing a string to memory cannot fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
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
