//! Webhooks over plain values.

use super::read::{Fields, integer, object, string, texts};
use super::value::Value;
use crate::webhook::{self, DEFAULT_TOLERANCE_S, WebhookSecret};
use crate::{Error, ErrorCode, Result};

/// `{secrets, id, timestamp, body}` → `{headers: {…}}`. Wherever `secrets` stands, it is a list or one text.
pub(super) fn sign_webhook(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["secrets", "id", "timestamp", "body"])?;
    let secrets = read_secrets(&fields)?;
    let id = fields.required("id", string)?;
    let timestamp = fields.required("timestamp", integer)?;
    let body = fields.required("body", string)?;
    let signed = webhook::sign(&secrets, id, timestamp, body.as_bytes())?;
    let headers = Value::object(signed.pairs().map(|(name, value)| (name, Value::text(value))).into());
    Ok(Value::field("headers", headers))
}

/// `{headers | signature, body, secrets, now, tolerance?}` → `{timestamp}`.
pub(super) fn verify_webhook(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["headers", "signature", "body", "secrets", "now", "tolerance"])?;
    let signature = fields.optional("signature", string)?;
    let body = fields.required("body", string)?.as_bytes();
    let secrets = read_secrets(&fields)?;
    let now = fields.required("now", integer)?;
    let tolerance = fields.optional("tolerance", integer)?.unwrap_or(DEFAULT_TOLERANCE_S);
    let timestamp = match signature {
        None => {
            let headers = fields.required("headers", read_headers)?;
            webhook::verify_headers(headers, body, &secrets, now, tolerance)?
        }
        Some(signature) => {
            if fields.optional("headers", Ok)?.is_some() {
                let message = "stands beside `headers`; expected either";
                return Err(Error::new(ErrorCode::UnknownField, "signature", message));
            }
            webhook::verify_signature(signature, body, &secrets, now, tolerance)?
        }
    };
    Ok(Value::field("timestamp", Value::Integer(timestamp)))
}

/// `{secret, body}` → `{signature}`, Terra Lumina's form.
pub(super) fn sign_body(input: &Value) -> Result<Value> {
    let [secret, body] = texts(input, ["secret", "body"])?;
    Ok(Value::field("signature", Value::String(webhook::sign_body(secret, body.as_bytes())?)))
}

/// `{signature, body, secret}` → `{verified: true}`; what does not fit is an error.
pub(super) fn verify_body(input: &Value) -> Result<Value> {
    let [signature, body, secret] = texts(input, ["signature", "body", "secret"])?;
    webhook::verify_body(signature, body.as_bytes(), secret)?;
    Ok(Value::field("verified", Value::Bool(true)))
}

/// `{url}` → `{url}` in normal form.
#[cfg(feature = "webhook-delivery")]
pub(super) fn check_webhook_url(input: &Value) -> Result<Value> {
    let [url] = texts(input, ["url"])?;
    Ok(Value::field("url", Value::String(webhook::check_webhook_url(url)?)))
}

/// `{address}` → `{address}` in its usual form.
pub(super) fn check_webhook_address(input: &Value) -> Result<Value> {
    let [given] = texts(input, ["address"])?;
    let address = given.parse::<std::net::IpAddr>().map_err(|_| {
        let message = format!("`{}` is no IP address; expected IPv4 or IPv6", crate::text::excerpt(given));
        Error::new(ErrorCode::UnknownValue, "address", message)
    })?;
    webhook::check_webhook_address(address)?;
    Ok(Value::field("address", Value::text(address)))
}

fn read_secrets(fields: &Fields<'_>) -> Result<Vec<WebhookSecret>> {
    let value = fields.required("secrets", Ok)?;
    let (listed, items) = match value {
        Value::Array(items) => (true, items.as_slice()),
        one => (false, std::slice::from_ref(one)),
    };
    let mut secrets = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let secret = string(item).and_then(str::parse);
        let placed = |error: Error| if listed { error.at_index(index) } else { error };
        secrets.push(secret.map_err(|error| placed(error).under("secrets"))?);
    }
    Ok(secrets)
}

/// Names and values; a value that is no text, as some frameworks have them, is of no header that is looked at.
fn read_headers(value: &Value) -> Result<Vec<(&str, &str)>> {
    let mut headers = Vec::new();
    for (name, value) in object(value)? {
        if let Value::String(text) = value {
            headers.push((name.as_ref(), text.as_str()));
        }
    }
    Ok(headers)
}
