//! Values as the contract's bodies write them.

use chrono::{DateTime, Utc};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::instant::instant_text;
use crate::store::{Record, Recorded};
use crate::{Error, ErrorCode, Result};

/// An instant as UTC with milliseconds.
pub(super) fn instant<S: Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant_text(*instant))
}

/// An instant or null.
pub(super) fn optional_instant<S: Serializer>(
    instant: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    instant.map(instant_text).serialize(serializer)
}

/// The value as compact JSON.
pub(crate) fn json_of(value: &impl Serialize) -> Result<String> {
    // Only a value of the store that is no JSON can fail here.
    serde_json::to_string(value).map_err(|error| {
        let message =
            format!("the ledger's file holds what is no JSON ({error}); expected values that this library wrote");
        Error::new(ErrorCode::CorruptFile, "", message)
    })
}

/// The row as the audit log keeps it.
pub(super) fn record_of(row: &impl Recorded) -> Result<String> {
    json_of(&Record(row))
}

/// JSON text as the JSON it is, or null.
pub(super) fn raw<S: Serializer>(json: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match json {
        Some(json) => serde_json::from_str::<&RawValue>(json).map_err(serde::ser::Error::custom)?.serialize(serializer),
        None => serializer.serialize_none(),
    }
}
