//! Rate limits over plain values.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::json::{NumberStyle, parse_json};
use super::read::{Fields, decimal, integer, string};
use super::value::Value;
use super::write_answer;
use crate::access::{BucketKind, DEFAULT_MAX_BUCKETS, RateDecision, RateLimit, RateLimiter, RateLimits};
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

impl RateLimiterHandle {
    /// A limiter with the limits `{key, ip, serial_hash, max_buckets?}`, each `{capacity, refill, period_seconds}`.
    ///
    /// # Errors
    ///
    /// Those of [`RateLimit::new`] and of the fields.
    pub fn new(limits: &Value) -> Result<Self> {
        read_limiter(limits).map(|limiter| Self(Ok(Mutex::new(limiter))))
    }

    /// The same from JSON text; a refusal is kept for [`RateLimiterHandle::load_error`].
    #[must_use]
    pub fn load(json: &str) -> Self {
        parse_json(json).and_then(|limits| Self::new(&limits)).unwrap_or_else(|error| Self(Err(error)))
    }

    /// Why loading was refused, as [`answer_json`](super::answer_json) writes errors; `None` where it was not.
    #[must_use]
    pub fn load_error(&self) -> Option<String> {
        self.0.as_ref().err().map(|error| write_answer(Err(error.clone()), NumberStyle::Digits))
    }

    /// Asks with `{now, key?, ip?, serial_hash?}`, `now` in Unix seconds, to the microsecond →
    /// `{allowed, limit, remaining, retry_after, refused_by}`.
    ///
    /// # Errors
    ///
    /// Those of [`RateLimiter::check`] and of the fields.
    pub fn check(&self, request: &Value) -> Result<Value> {
        let limiter = self.0.as_ref().map_err(Error::clone)?;
        let fields = Fields::of(request, &["now", "key", "ip", "serial_hash"])?;
        let now = fields.required("now", read_now)?;
        let mut buckets = Vec::with_capacity(BucketKind::ALL.len());
        for kind in BucketKind::ALL {
            buckets.extend(fields.optional(kind.as_str(), string)?.map(|name| (kind, name)));
        }
        // A thread that panicked leaves the buckets as they were between two requests: nothing in a check panics.
        let decision = limiter.lock().unwrap_or_else(PoisonError::into_inner).check(&buckets, now)?;
        Ok(decision_value(&decision))
    }

    /// The answer or the error of [`RateLimiterHandle::check`] as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn check_json(&self, request: &str, style: NumberStyle) -> String {
        write_answer(parse_json(request).and_then(|request| self.check(&request)), style)
    }
}

fn read_limiter(limits: &Value) -> Result<RateLimiter> {
    let fields = Fields::of(limits, &["key", "ip", "serial_hash", "max_buckets"])?;
    let limits = RateLimits {
        key: fields.required("key", read_limit)?,
        ip: fields.required("ip", read_limit)?,
        serial_hash: fields.required("serial_hash", read_limit)?,
    };
    let max_buckets = fields.optional("max_buckets", integer)?.unwrap_or(DEFAULT_MAX_BUCKETS);
    Ok(RateLimiter::with_max_buckets(limits, max_buckets))
}

fn read_limit(value: &Value) -> Result<RateLimit> {
    let fields = Fields::of(value, &["capacity", "refill", "period_seconds"])?;
    RateLimit::new(
        fields.required("capacity", integer)?,
        fields.required("refill", integer)?,
        fields.required("period_seconds", integer)?,
    )
}

fn read_now(value: &Value) -> Result<DateTime<Utc>> {
    let seconds = decimal(value)?;
    let micros = seconds.checked_mul(Decimal::from(1_000_000)).and_then(|micros| micros.floor().to_i64());
    micros.and_then(DateTime::from_timestamp_micros).ok_or_else(|| {
        let message = format!("`{seconds}` is out of range; expected Unix seconds");
        Error::new(ErrorCode::OutOfRange, "", message)
    })
}

fn decision_value(decision: &RateDecision) -> Value {
    Value::object(vec![
        ("allowed", Value::Bool(decision.allowed)),
        ("limit", Value::Integer(decision.limit.into())),
        ("remaining", Value::Integer(decision.remaining.into())),
        ("retry_after", Value::Integer(i64::try_from(decision.retry_after).unwrap_or(i64::MAX))),
        ("refused_by", Value::optional_text(decision.refused_by)),
    ])
}
