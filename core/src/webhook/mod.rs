//! Is this webhook genuine, where may it go, and when is it tried again? (DECISIONS 9 and 10)
//!
//! A delivery is signed twice, side by side, so that a receiver may check whichever it knows:
//!
//! | header | signature | key |
//! |---|---|---|
//! | `EVR-Signature: t=…,v1=…` | hex HMAC-SHA-256 of `{t}.{body}` | the secret's text, as Stripe does |
//! | `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…` | base64 HMAC-SHA-256 of `{id}.{t}.{body}` | the secret's bytes, by the Standard Webhooks specification |
//!
//! The two keys differ, so that no message signed in one form can pass in the other. While a secret is being replaced a
//! delivery carries a signature for each live secret. [`sign_body`] and [`verify_body`] are Terra Lumina's form: a plain
//! hex HMAC of the body.
//!
//! The host sends and receives; nothing here opens a socket. Bodies are the raw bytes as they travel.
//!
//! ```
//! use tierra::webhook::{DEFAULT_TOLERANCE_S, WebhookSecret, sign, verify_signature};
//! let secret = WebhookSecret::from_bytes(&[7; 32])?; // random bytes, in earnest
//! let headers = sign(std::slice::from_ref(&secret), "evt_1", 1_767_225_600, b"{}")?;
//! let signed_at = verify_signature(&headers.evr_signature, b"{}", &[secret], 1_767_225_601, DEFAULT_TOLERANCE_S)?;
//! assert_eq!(signed_at, 1_767_225_600);
//! # Ok::<(), tierra::Error>(())
//! ```

mod address;
#[cfg(feature = "json")]
mod delivery;
mod event;
#[cfg(feature = "webhook-delivery")]
mod retry;
mod secret;
mod signature;
#[cfg(feature = "webhook-delivery")]
mod url;

pub use address::check_webhook_address;
#[cfg(feature = "json")]
pub use delivery::verify_webhook;
#[cfg(feature = "json")]
pub(crate) use delivery::{ReceivedHeaders, Secrets};
pub use event::EventType;
#[cfg(feature = "webhook-delivery")]
pub use retry::{
    AttemptOutcome, AttemptVerdict, DISABLE_AFTER, MAX_RETRY_AFTER, RETRY_SCHEDULE, Verdict, after_attempt,
};
pub use secret::WebhookSecret;
pub use signature::{
    DEFAULT_TOLERANCE_S, MAX_SIGNATURES, SignedHeaders, StandardHeaders, sign, sign_body, verify_body, verify_headers,
    verify_signature, verify_standard,
};
#[cfg(feature = "webhook-delivery")]
pub use url::{MAX_URL_CHARS, check_webhook_url};
