//! The secret that a sender and a receiver share.

use std::{fmt, str::FromStr};

use crate::{Error, ErrorCode, Result, base64};

/// What every secret's text begins with.
const PREFIX: &str = "whsec_";
/// How many bytes a secret has (Standard Webhooks specification, "Symmetric").
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret of a webhook endpoint: 24 to 64 random bytes, written `whsec_` and standard base64.
///
/// Its text is shown once, when the endpoint is made; `Debug` and error messages never show it.
///
/// ```
/// use tierra::webhook::WebhookSecret;
/// let secret: WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// assert_eq!(secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
/// assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Clone)]
pub struct WebhookSecret {
    text: String,
    bytes: Vec<u8>,
}

impl WebhookSecret {
    /// The secret of these bytes, which the host draws at random; 32 is a good length.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] with an empty path for fewer than 24 or more than 64 bytes.
    ///
    /// ```
    /// let secret = tierra::webhook::WebhookSecret::from_bytes(&[7; 24])?;
    /// assert_eq!(secret.reveal(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH");
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        check_length(bytes)?;
        Ok(Self { text: PREFIX.to_owned() + &base64::text(bytes), bytes: bytes.to_vec() })
    }

    /// The text, `whsec_…`, for the one time that it is shown and for storing it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The random bytes: the key of the Standard Webhooks signature.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl FromStr for WebhookSecret {
    type Err = Error;

    /// Reads `whsec_` and standard base64 with its padding.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownValue`] for another text, [`ErrorCode::OutOfRange`] for too few or too many bytes. Neither
    /// shows the text.
    fn from_str(text: &str) -> Result<Self> {
        let decoded = text.strip_prefix(PREFIX).and_then(base64::bytes);
        let bytes = decoded.ok_or_else(|| {
            let message = "is no webhook secret; expected `whsec_` and standard base64";
            Error::new(ErrorCode::UnknownValue, "", message)
        })?;
        check_length(&bytes)?;
        Ok(Self { text: text.to_owned(), bytes })
    }
}

#[cfg(feature = "json")]
impl<'a> crate::wire::Read<'a> for WebhookSecret {
    fn read(value: &'a crate::wire::Value) -> Result<Self> {
        crate::wire::string(value)?.parse()
    }
}

fn check_length(bytes: &[u8]) -> Result<()> {
    if BYTES.contains(&bytes.len()) {
        return Ok(());
    }
    let message = format!("has {} bytes; expected {} to {}", bytes.len(), BYTES.start(), BYTES.end());
    Err(Error::new(ErrorCode::OutOfRange, "", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_nothing_else_does() {
        for length in BYTES {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at * 3).unwrap()).collect();
            let read: WebhookSecret = WebhookSecret::from_bytes(&bytes).unwrap().reveal().parse().unwrap();
            assert_eq!(read.as_bytes(), bytes);
        }
        let good = WebhookSecret::from_bytes(&[7; 25]).unwrap();
        let text = good.reveal();
        for bad in
            ["", "whsec_", "whsec_AAAA", &text.replace("whsec_", ""), text.trim_end_matches('='), &format!(" {text}")]
        {
            let error = bad.parse::<WebhookSecret>().unwrap_err();
            assert!(
                bad.is_empty() || !error.message().contains(bad.trim_start_matches("whsec_").get(..4).unwrap_or("?"))
            );
        }
        assert!(WebhookSecret::from_bytes(&[0; 23]).is_err() && WebhookSecret::from_bytes(&[0; 65]).is_err());
    }
}
