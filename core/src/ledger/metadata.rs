//! What an organisation notes about its registration.

use std::str::FromStr;

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::value::RawValue;

use crate::{Error, ErrorCode, Result, text};

/// An organisation's own notes on a registration: a JSON object, kept and given back as it was written.
///
/// At most 16 KiB of text.
///
/// ```
/// use tierra::ledger::Metadata;
/// let metadata: Metadata = r#"{"site":"Depot 4","kwh":12.50}"#.parse()?;
/// assert_eq!(metadata.as_json(), r#"{"site":"Depot 4","kwh":12.50}"#);
/// assert!("[1]".parse::<Metadata>().is_err());
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata(String);

impl Metadata {
    /// The most bytes of JSON text.
    pub const MOST_BYTES: usize = 16 * 1024;

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
    /// [`ErrorCode::InvalidJson`], [`ErrorCode::WrongType`] for what is no object, [`ErrorCode::TooLong`].
    fn from_str(json: &str) -> Result<Self> {
        let json = json.trim();
        if json.len() > Self::MOST_BYTES {
            let message = format!("has {} bytes of JSON; expected at most {}", json.len(), Self::MOST_BYTES);
            return Err(Error::new(ErrorCode::TooLong, "", message));
        }
        if let Err(error) = serde_json::from_str::<&RawValue>(json) {
            let message = format!("`{}` is not JSON ({error}); expected a JSON object", text::excerpt(json));
            return Err(Error::new(ErrorCode::InvalidJson, "", message));
        }
        if !json.starts_with('{') {
            let message = format!("is `{}`; expected a JSON object", text::excerpt(json));
            return Err(Error::new(ErrorCode::WrongType, "", message));
        }
        Ok(Self(json.to_owned()))
    }
}

impl Metadata {
    /// Metadata as the store holds it.
    pub(super) fn stored(json: &str) -> Self {
        Self(json.to_owned())
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}
