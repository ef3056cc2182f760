//! Rows as the audit log keeps them: a JSON object of what they say, with neither integer ids nor secrets.
//!
//! The log's hashes are over these bytes: what stands here may never write an old row in another way.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::charger::{KeyedHash, SerialHash};
use crate::wire::{JsonSink, NumberStyle, Sink, Write, json_fault};
use crate::{Error, ErrorCode, Period, Result};

/// What a record shows.
pub(crate) trait Recorded {
    /// Whether a record leaves it out where there is none, in place of a null.
    const LEFT_OUT_WHERE_NONE: bool = false;

    /// Writes a value under this name; what has names of its own writes itself under those.
    ///
    /// [`ErrorCode::CorruptFile`] for what should be JSON and is not.
    fn record(&self, name: &str, to: &mut dyn Sink) -> Result<()>;
}

/// The row as the audit log keeps it.
pub(crate) fn record_of(row: &impl Recorded) -> Result<String> {
    let mut object = JsonSink::new(NumberStyle::Digits);
    object.begin_map();
    row.record("", &mut object)?;
    object.end_map();
    Ok(object.into_text())
}

/// Writes text that is JSON as the JSON it is.
pub(crate) fn record_json(json: &str, name: &str, to: &mut dyn Sink) -> Result<()> {
    check_json(json)?;
    to.key(name);
    to.json(json);
    Ok(())
}

/// Refuses text of the file that should be JSON and is not.
pub(crate) fn check_json(text: &str) -> Result<()> {
    let Some(fault) = json_fault(text) else { return Ok(()) };
    let message = format!("the ledger's file holds what is no JSON ({fault}); expected values that this library wrote");
    Err(Error::new(ErrorCode::CorruptFile, "", message))
}

impl<T: Recorded> Recorded for Option<T> {
    fn record(&self, name: &str, to: &mut dyn Sink) -> Result<()> {
        match self {
            Some(value) => return value.record(name, to),
            None if T::LEFT_OUT_WHERE_NONE => {}
            None => {
                to.key(name);
                to.null();
            }
        }
        Ok(())
    }
}

/// Only a ledger with an identity key has them, and the records of others are as they were before there were any.
impl Recorded for KeyedHash {
    const LEFT_OUT_WHERE_NONE: bool = true;

    fn record(&self, name: &str, to: &mut dyn Sink) -> Result<()> {
        to.key(name);
        self.write(to);
        Ok(())
    }
}

macro_rules! recorded_as_it_is {
    ($($type:ty),+) => {
        $(
            impl Recorded for $type {
                fn record(&self, name: &str, to: &mut dyn Sink) -> Result<()> {
                    to.key(name);
                    self.write(to);
                    Ok(())
                }
            }
        )+
    };
}

recorded_as_it_is!(bool, String, Uuid, DateTime<Utc>, SerialHash, Period);
