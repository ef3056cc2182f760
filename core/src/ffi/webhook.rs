//! Webhooks over plain values.

use super::read::{Fields, integer, list, string, wrong_type};
use super::value::Value;
use crate::webhook::{self, DEFAULT_TOLERANCE_S, WebhookSecret};
use crate::{Error, ErrorCode, Result};

/// `{secrets, id, timestamp, body}` → `{headers: {…}}`. Wherever `secrets` stands, it is a list or one text.
pub(super) fn sign_webhook(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["secrets", "id", "timestamp", "body"])?;
    let secrets = fields.required("secrets", read_secrets)?;
    let id = fields.required("id", string)?;
    let timestamp = fields.required("timestamp", integer)?;
    let body = fields.required("body", string)?;
    let signed = webhook::sign(&secrets, id, timestamp, body.as_bytes())?;
    let headers = signed.pairs().map(|(name, value)| (name, Value::text(value)));
    Ok(Value::object(vec![("headers", Value::object(headers.into()))]))
}

/// `{headers | signature, body, secrets, now, tolerance?}` → `{timestamp}`.
pub(super) fn verify_webhook(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["headers", "signature", "body", "secrets", "now", "tolerance"])?;
    let signature = fields.optional("signature", string)?;
    let headers = match signature {
        Some(_) => fields.optional("headers", read_headers)?,
        None => Some(fields.required("headers", read_headers)?),
    };
    let body = fields.required("body", string)?.as_bytes();
    let secrets = fields.required("secrets", read_secrets)?;
    let now = fields.required("now", integer)?;
    let tolerance = fields.optional("tolerance", integer)?.unwrap_or(DEFAULT_TOLERANCE_S);
    let timestamp = match (headers, signature) {
        (Some(_), Some(_)) => {
            let message = "stands beside `headers`; expected either";
            return Err(Error::new(ErrorCode::UnknownField, "signature", message));
        }
        (headers, None) => webhook::verify_headers(headers.unwrap_or_default(), body, &secrets, now, tolerance)?,
        (None, Some(signature)) => webhook::verify_signature(signature, body, &secrets, now, tolerance)?,
    };
    Ok(Value::object(vec![("timestamp", Value::Integer(timestamp))]))
}

/// `{secret, body}` → `{signature}`, Terra Lumina's form.
pub(super) fn sign_body(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["secret", "body"])?;
    let secret = fields.required("secret", string)?;
    let signature = webhook::sign_body(secret, fields.required("body", string)?.as_bytes())?;
    Ok(Value::object(vec![("signature", Value::text(signature))]))
}

/// `{signature, body, secret}` → `{verified: true}`; what does not fit is an error.
pub(super) fn verify_body(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["signature", "body", "secret"])?;
    let signature = fields.required("signature", string)?;
    let body = fields.required("body", string)?;
    webhook::verify_body(signature, body.as_bytes(), fields.required("secret", string)?)?;
    Ok(Value::object(vec![("verified", Value::Bool(true))]))
}

/// `{url}` → `{url}` in normal form.
#[cfg(feature = "sqlite")]
pub(super) fn check_webhook_url(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["url"])?;
    let url = webhook::check_webhook_url(fields.required("url", string)?)?;
    Ok(Value::object(vec![("url", Value::text(url))]))
}

/// `{address}` → `{address}` in its usual form.
#[cfg(feature = "sqlite")]
pub(super) fn check_webhook_address(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["address"])?;
    let address = fields.required("address", |value| {
        let text = string(value)?;
        text.parse::<std::net::IpAddr>().map_err(|_| {
            let shown = crate::text::excerpt(text);
            Error::new(ErrorCode::UnknownValue, "", format!("`{shown}` is no IP address; expected IPv4 or IPv6"))
        })
    })?;
    webhook::check_webhook_address(address)?;
    Ok(Value::object(vec![("address", Value::text(address))]))
}

fn read_secrets(value: &Value) -> Result<Vec<WebhookSecret>> {
    match value {
        Value::Array(_) => list(value, read_secret),
        one => read_secret(one).map(|secret| vec![secret]),
    }
}

/// Not by `named`: a value of another type must not be shown either, for it may hold the secret.
fn read_secret(value: &Value) -> Result<WebhookSecret> {
    match value {
        Value::String(text) => text.parse(),
        _ => Err(Error::new(ErrorCode::WrongType, "", "is no string; expected a secret, `whsec_…`")),
    }
}

/// Names and values; a value that is no text, as some frameworks have them, is of no header that is looked at.
fn read_headers(value: &Value) -> Result<Vec<(&str, &str)>> {
    let Value::Object(headers) = value else { return Err(wrong_type(value, "an object")) };
    let texts = headers.iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((name.as_ref(), text.as_str())),
        _ => None,
    });
    Ok(texts.collect())
}
