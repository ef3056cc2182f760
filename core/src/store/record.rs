//! Rows as the audit log keeps them: a JSON object of what they say, with neither integer ids nor secrets.
//!
//! The log's hashes are over these bytes: what stands here may never write an old row in another way.

use chrono::{DateTime, Utc};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::Period;
use crate::charger::{KeyedHash, SerialHash};
use crate::instant::instant_text;

/// What a record shows.
pub(crate) trait Recorded {
    /// Whether a record leaves it out where there is none, in place of a null.
    const LEFT_OUT_WHERE_NONE: bool = false;

    /// Writes a value under this name; what has names of its own writes itself under those.
    fn record<M: SerializeMap>(&self, name: &'static str, to: &mut M) -> Result<(), M::Error>;
}

/// A row as the audit log keeps it.
pub(crate) struct Record<'r, T>(pub(crate) &'r T);

impl<T: Recorded> Serialize for Record<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        self.0.record("", &mut object)?;
        object.end()
    }
}

/// Writes text that is JSON as the JSON it is.
pub(crate) fn record_json<M: SerializeMap>(json: &str, name: &'static str, to: &mut M) -> Result<(), M::Error> {
    to.serialize_entry(name, serde_json::from_str::<&RawValue>(json).map_err(M::Error::custom)?)
}

impl<T: Recorded> Recorded for Option<T> {
    fn record<M: SerializeMap>(&self, name: &'static str, to: &mut M) -> Result<(), M::Error> {
        match self {
            Some(value) => value.record(name, to),
            None if T::LEFT_OUT_WHERE_NONE => Ok(()),
            None => to.serialize_entry(name, &()),
        }
    }
}

impl Recorded for DateTime<Utc> {
    fn record<M: SerializeMap>(&self, name: &'static str, to: &mut M) -> Result<(), M::Error> {
        to.serialize_entry(name, &instant_text(*self))
    }
}

/// Only a ledger with an identity key has them, and the records of others are as they were before there were any.
impl Recorded for KeyedHash {
    const LEFT_OUT_WHERE_NONE: bool = true;

    fn record<M: SerializeMap>(&self, name: &'static str, to: &mut M) -> Result<(), M::Error> {
        to.serialize_entry(name, &self.to_string())
    }
}

macro_rules! recorded_as_it_is {
    ($($type:ty),+) => {
        $(
            impl Recorded for $type {
                fn record<M: SerializeMap>(&self, name: &'static str, to: &mut M) -> Result<(), M::Error> {
                    to.serialize_entry(name, self)
                }
            }
        )+
    };
}

recorded_as_it_is!(bool, String, Uuid, SerialHash, Period);
