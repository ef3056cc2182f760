//! A delivery as plain values: the headers that are sent, what is received, and the secrets beside it.

use super::{SignedHeaders, WebhookSecret, verify_headers, verify_signature};
use crate::wire::{Read, Sink, Value, Write, missing, object, write_map};
use crate::{Error, ErrorCode, Result};

/// Checks a delivery by its `headers`, or by the value of `EVR-Signature` alone; the time of signing in Unix seconds.
///
/// Headers have names in any case: `EVR-Signature` is checked where it is there, else the three of the Standard Webhooks
/// specification; others are passed over. `body` is the body as received: one that was parsed and written again has other
/// bytes. One secret that fits is enough. `now` is in Unix seconds; `tolerance_s` counts in both directions. Signatures are
/// compared in constant time, and before the time is looked at: [`ErrorCode::TimestampOutOfTolerance`] says that the webhook
/// was genuine once.
///
/// # Errors
///
/// [`ErrorCode::MissingField`] at `headers` where neither is given, [`ErrorCode::UnknownField`] at `signature` where both
/// are. At `headers`, at a header's name below it, or at `signature`: [`ErrorCode::InvalidSignature`] for one that is
/// missing, stands twice, is malformed or fits no secret, and [`ErrorCode::TimestampOutOfTolerance`]. At `secrets`:
/// [`ErrorCode::Empty`], [`ErrorCode::OutOfRange`].
///
/// ```
/// use tierra::{ErrorCode, webhook::{WebhookSecret, sign, verify_webhook}};
/// let secrets = [WebhookSecret::from_bytes(&[7; 32])?];
/// let header = sign(&secrets, "evt_1", 1_767_225_600, b"{}")?.evr_signature;
/// assert_eq!(verify_webhook(None, Some(&header), b"{}", &secrets, 1_767_225_660, 300)?, 1_767_225_600);
/// let unsigned = verify_webhook(None, None, b"{}", &secrets, 1_767_225_660, 300).unwrap_err();
/// assert_eq!(unsigned.code(), ErrorCode::MissingField);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn verify_webhook(
    headers: Option<&[(&str, &str)]>,
    signature: Option<&str>,
    body: &[u8],
    secrets: &[WebhookSecret],
    now: i64,
    tolerance_s: u32,
) -> Result<i64> {
    match (headers, signature) {
        (Some(headers), None) => verify_headers(headers.iter().copied(), body, secrets, now, tolerance_s),
        (None, Some(signature)) => verify_signature(signature, body, secrets, now, tolerance_s),
        (None, None) => Err(missing("headers")),
        (Some(_), Some(_)) => {
            Err(Error::new(ErrorCode::UnknownField, "signature", "stands beside `headers`; expected either"))
        }
    }
}

/// An object by the headers' names, ready to be sent.
impl Write for SignedHeaders {
    fn write(&self, out: &mut dyn Sink) {
        write_map(out, self.pairs());
    }
}

/// The headers of a request. A value that is no text, as some frameworks have them, is of no header that is looked at.
#[derive(Debug)]
pub(crate) struct ReceivedHeaders<'a>(pub(crate) Vec<(&'a str, &'a str)>);

impl<'a> Read<'a> for ReceivedHeaders<'a> {
    fn read(value: &'a Value) -> Result<Self> {
        let mut headers = Vec::new();
        for (name, value) in object(value)? {
            if let Value::String(text) = value {
                headers.push((name.as_ref(), text.as_str()));
            }
        }
        Ok(Self(headers))
    }
}

/// The secrets of an endpoint: a list, or one by itself.
#[derive(Debug)]
pub(crate) struct Secrets(pub(crate) Vec<WebhookSecret>);

impl<'a> Read<'a> for Secrets {
    fn read(value: &'a Value) -> Result<Self> {
        let secrets = match value {
            Value::Array(_) => Read::read(value)?,
            one => vec![Read::read(one)?],
        };
        Ok(Self(secrets))
    }
}

#[cfg(feature = "describe")]
mod described {
    use super::{ReceivedHeaders, Secrets, SignedHeaders};
    use crate::wire::describe::{Describe, Shape};

    impl Describe for SignedHeaders {
        fn shape() -> Shape {
            Shape::Map(Box::new(Shape::Text))
        }
    }

    impl Describe for ReceivedHeaders<'_> {
        fn shape() -> Shape {
            Shape::Map(Box::new(Shape::Any))
        }
    }

    impl Describe for Secrets {
        fn shape() -> Shape {
            Shape::OneOf(vec![Shape::Text, Shape::List(Box::new(Shape::Text))])
        }
    }
}
