//! A rate limiter for the bindings, which several threads may ask.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::call::{error_json, json_to_json};
use crate::access::{BucketKind, DEFAULT_MAX_BUCKETS, RateDecision, RateLimiter, RateLimits};
use crate::wire::{NumberStyle, Read, Value, Write, parse_json, record};
use crate::{Error, ErrorCode, Result};

/// A rate limiter that several threads may ask, for the bindings.
///
/// ```
/// use tierra::ffi::{NumberStyle, RateLimiterHandle};
/// let limit = r#"{"capacity": 1, "refill": 1, "period_seconds": 60}"#;
/// let limits = format!(r#"{{"key": {limit}, "ip": {limit}, "serial_hash": {limit}}}"#);
/// let limiter = RateLimiterHandle::load(&limits);
/// let ask = |now| limiter.check_json(&format!(r#"{{"now": {now}, "ip": "192.0.2.1"}}"#), NumberStyle::Digits);
/// assert!(ask("1767225600.25").starts_with(r#"{"allowed":true,"limit":1,"remaining":0,"retry_after":0,"#));
/// assert!(ask("1767225601").starts_with(r#"{"allowed":false,"limit":1,"remaining":0,"retry_after":60,"#));
/// ```
#[derive(Debug)]
pub struct RateLimiterHandle(Result<Mutex<RateLimiter>>);

record! {
    /// What a rate limiter is made of.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RateLimiterSettings {
        /// The limit of each kind of bucket.
        #[wire(flatten)]
        pub limits: RateLimits,
        /// How many buckets of each kind it holds; with 0 all names of a kind share one.
        #[wire(default = DEFAULT_MAX_BUCKETS)]
        pub max_buckets: usize,
    }
}

record! {
    /// A request that is to be let through or not: at least one bucket that it counts against.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RateRequest<'a> {
        /// When, in Unix seconds, to the microsecond.
        pub now: UnixSeconds,
        /// The API key or token, 1 to 256 bytes.
        pub key: Option<&'a str>,
        /// The address of the asking host, 1 to 256 bytes.
        pub ip: Option<&'a str>,
        /// The charger asked for, 1 to 256 bytes.
        pub serial_hash: Option<&'a str>,
    }
}

/// An instant that is told in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnixSeconds(pub DateTime<Utc>);

impl Read<'_> for UnixSeconds {
    fn read(value: &Value) -> Result<Self> {
        let seconds = Decimal::read(value)?;
        let micros = seconds.checked_mul(Decimal::from(1_000_000)).and_then(|micros| micros.floor().to_i64());
        micros.and_then(DateTime::from_timestamp_micros).map(Self).ok_or_else(|| {
            let message = format!("`{seconds}` is out of range; expected Unix seconds");
            Error::new(ErrorCode::OutOfRange, "", message)
        })
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for UnixSeconds {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Decimal
    }
}

impl RateLimiterHandle {
    /// A limiter from [`RateLimiterSettings`]: `{key, ip, serial_hash, max_buckets?}`, each limit `{capacity, refill,
    /// period_seconds}`.
    ///
    /// # Errors
    ///
    /// Those of [`RateLimit::new`](crate::access::RateLimit::new) and of the fields.
    pub fn new(settings: &Value) -> Result<Self> {
        let RateLimiterSettings { limits, max_buckets } = RateLimiterSettings::read(settings)?;
        Ok(Self(Ok(Mutex::new(RateLimiter::with_max_buckets(limits, max_buckets)))))
    }

    /// The same from JSON text; a refusal is kept for [`RateLimiterHandle::load_error`].
    #[must_use]
    pub fn load(json: &str) -> Self {
        parse_json(json).and_then(|settings| Self::new(&settings)).unwrap_or_else(|error| Self(Err(error)))
    }

    /// Why loading was refused, as [`answer_json`](super::answer_json) writes errors; `None` where it was not.
    #[must_use]
    pub fn load_error(&self) -> Option<String> {
        self.0.as_ref().err().map(error_json)
    }

    /// Asks with a [`RateRequest`]: `{now, key?, ip?, serial_hash?}`.
    ///
    /// # Errors
    ///
    /// Those of [`RateLimiter::check`] and of the fields.
    pub fn check(&self, request: &Value) -> Result<RateDecision> {
        let limiter = self.0.as_ref().map_err(Error::clone)?;
        let request = RateRequest::read(request)?;
        let named = BucketKind::ALL.into_iter().filter_map(|kind| Some((kind, request.name_of(kind)?)));
        let buckets: Vec<(BucketKind, &str)> = named.collect();
        // A thread that panicked leaves the buckets as they were between two requests: nothing in a check panics.
        limiter.lock().unwrap_or_else(PoisonError::into_inner).check(&buckets, request.now.0)
    }

    /// The answer or the error of [`RateLimiterHandle::check`] as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn check_json(&self, request: &str, style: NumberStyle) -> String {
        json_to_json(style, request, |request, out| {
            self.check(request)?.write(out);
            Ok(())
        })
    }
}

impl<'a> RateRequest<'a> {
    fn name_of(&self, kind: BucketKind) -> Option<&'a str> {
        match kind {
            BucketKind::Key => self.key,
            BucketKind::Ip => self.ip,
            BucketKind::SerialHash => self.serial_hash,
        }
    }
}
