//! Who may ask, and how often: scopes and rate limits (DECISIONS 8, 11).
//!
//! ```
//! use tierra::access::{Scope, Scopes};
//! let granted: Scopes = "lookup registrations:write".parse()?;
//! assert!(granted.contains(Scope::Lookup) && !granted.contains(Scope::DisputesResolve));
//! # Ok::<(), tierra::Error>(())
//! ```

mod rate_limit;
mod scope;

pub use rate_limit::{
    BucketKind, DEFAULT_MAX_BUCKETS, MAX_BUCKET_NAME_BYTES, RateDecision, RateLimit, RateLimiter, RateLimits,
};
pub use scope::{Scope, Scopes};
