//! Instants as they are stored and told: UTC with milliseconds.

use chrono::{DateTime, SecondsFormat, Utc};

/// An instant as text, `2026-01-31T12:00:00.000Z`, which sorts by time.
pub(crate) fn instant_text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The instant as its text tells it: without the part of a millisecond.
pub(crate) fn to_milliseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(instant.timestamp_millis()).unwrap_or(instant)
}
