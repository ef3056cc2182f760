//! Is this webhook genuine, and where may it go?

use std::net::IpAddr;

use crate::ffi::call::calls;
use crate::webhook::{self, DEFAULT_TOLERANCE_S, ReceivedHeaders, Secrets, SignedHeaders};

calls! {
    /// The calls on webhooks.
    pub(in crate::ffi) CALLS: (), "", "webhook";

    #[call(doc "webhook::sign")]
    sign_webhook(
        /// The endpoint's secret, `whsec_…`, or all that are live while one is being replaced.
        secrets: Secrets,
        /// Names the delivery; the same when it is tried again. 1 to 255 visible ASCII characters without a full stop.
        id: &str,
        /// The attempt's time in whole Unix seconds.
        timestamp: i64,
        /// What will be sent, byte for byte; UTF-8.
        body: &str,
    ) -> SignedHeaders as headers => |_| webhook::sign(&secrets.0, id, timestamp, body.as_bytes())?;
    verify_webhook(
        /// The request's headers, names in any case; or `signature` in their place.
        headers: Option<ReceivedHeaders<'_>>,
        /// The value of `EVR-Signature`; or `headers` in its place.
        signature: Option<&str>,
        /// The body as received, byte for byte; UTF-8.
        body: &str,
        /// The endpoint's secret, or several while one is being replaced.
        secrets: Secrets,
        /// The present time in whole Unix seconds.
        now: i64,
        /// How many seconds the time of signing may lie before or after `now`.
        tolerance: u32 = DEFAULT_TOLERANCE_S,
    ) -> i64 as timestamp => |_| {
        let headers = headers.as_ref().map(|headers| headers.0.as_slice());
        webhook::verify_webhook(headers, signature, body.as_bytes(), &secrets.0, now, tolerance)?
    };
    sign_body(
        /// The secret shared with the other side; its UTF-8 bytes are the key.
        secret: &str,
        /// What will be sent, byte for byte; UTF-8.
        body: &str,
    ) -> String as signature => |_| webhook::sign_body(secret, body.as_bytes())?;
    verify_body(
        /// The signature received: 64 lower-case hexadecimal digits.
        signature: &str,
        /// The body as received, byte for byte; UTF-8.
        body: &str,
        /// The secret shared with the other side.
        secret: &str,
    ) -> bool as verified => |_| webhook::verify_body(signature, body.as_bytes(), secret).map(|()| true)?;
    #[cfg(feature = "webhook-delivery")]
    check_webhook_url(
        /// The URL as it was given, at most 2048 characters.
        url: &str,
    ) -> String as url => |_| webhook::check_webhook_url(url)?;
    check_webhook_address(
        /// An IPv4 or IPv6 address to which the name of a webhook's host leads.
        address: IpAddr,
    ) -> IpAddr as address => |_| webhook::check_webhook_address(address).map(|()| address)?;
}
