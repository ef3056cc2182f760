//! Signing a delivery, and checking the signature of one.

use super::WebhookSecret;
use crate::{Error, ErrorCode, Result, base64, hex, mac, text};

/// How many seconds a signature's time may lie from the receiver's, either way (DECISIONS 9).
pub const DEFAULT_TOLERANCE_S: u32 = 300;
/// How many signatures of one kind a header may hold: one for each live secret, of which there are seldom three.
pub const MAX_SIGNATURES: usize = 16;
/// The last second of the year 9999.
const MAX_TIMESTAMP: i64 = 253_402_300_799;
const MAX_ID_CHARS: usize = 255;

const EVR_SIGNATURE: &str = "EVR-Signature";
const ID: &str = "webhook-id";
const TIMESTAMP: &str = "webhook-timestamp";
const SIGNATURE: &str = "webhook-signature";

/// The headers that a signed delivery carries, beside `content-type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `EVR-Signature`: `t=<unix seconds>,v1=<hex>`, one `v1` a secret.
    pub evr_signature: String,
    /// `webhook-id`: the delivery's id, the same in every attempt.
    pub webhook_id: String,
    /// `webhook-timestamp`: Unix seconds.
    pub webhook_timestamp: String,
    /// `webhook-signature`: `v1,<base64>`, one a secret, parted by spaces.
    pub webhook_signature: String,
}

impl SignedHeaders {
    /// Names and values, in the order in which they are sent.
    ///
    /// ```
    /// use tierra::webhook::{WebhookSecret, sign};
    /// let headers = sign(&[WebhookSecret::from_bytes(&[7; 32])?], "evt_1", 1_767_225_600, b"{}")?;
    /// assert_eq!(headers.pairs()[2], ("webhook-timestamp", "1767225600"));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            (EVR_SIGNATURE, &self.evr_signature),
            (ID, &self.webhook_id),
            (TIMESTAMP, &self.webhook_timestamp),
            (SIGNATURE, &self.webhook_signature),
        ]
    }
}

/// The three headers of the Standard Webhooks specification, as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardHeaders<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`: Unix seconds.
    pub timestamp: &'a str,
    /// `webhook-signature`: entries `v1,<base64>` parted by spaces.
    pub signature: &'a str,
}

/// The headers for a delivery of `body`: both forms of signature, each once for every live secret (DECISIONS 9).
///
/// `id` names the delivery and stays the same when it is tried again; `timestamp` is the attempt's time in Unix seconds;
/// `body` the raw bytes that will be sent. The first secret's signature stands first.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `secrets` or `id`; [`ErrorCode::OutOfRange`] at `secrets` for more than [`MAX_SIGNATURES`] and
/// at `timestamp` for a time before 1970 or after 9999; [`ErrorCode::TooLong`] and [`ErrorCode::InvalidCharacter`] at `id`,
/// which is 1 to 255 visible ASCII characters without a full stop, because a full stop parts the signed fields.
///
/// ```
/// use tierra::webhook::{WebhookSecret, sign};
/// // The example of the Standard Webhooks specification.
/// let secret: WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// let headers = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, br#"{"test": 2432232314}"#)?;
/// assert_eq!(headers.webhook_signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn sign(secrets: &[WebhookSecret], id: &str, timestamp: i64, body: &[u8]) -> Result<SignedHeaders> {
    check_secrets(secrets)?;
    check_id(id)?;
    if !(0..=MAX_TIMESTAMP).contains(&timestamp) {
        let message = format!("`{timestamp}` is out of range; expected Unix seconds from 0 to {MAX_TIMESTAMP}");
        return Err(Error::new(ErrorCode::OutOfRange, "timestamp", message));
    }
    let time = timestamp.to_string();
    let (mut evr_signature, mut webhook_signature) = ("t=".to_owned() + &time, String::new());
    for secret in secrets {
        evr_signature += ",v1=";
        evr_signature += &hex::digits(&mac::bytes(Form::Evr.code(secret, &time, body)));
        if !webhook_signature.is_empty() {
            webhook_signature += " ";
        }
        webhook_signature += "v1,";
        webhook_signature += &base64::text(&mac::bytes(Form::Standard { id }.code(secret, &time, body)));
    }
    Ok(SignedHeaders { evr_signature, webhook_id: id.to_owned(), webhook_timestamp: time, webhook_signature })
}

/// Checks an `EVR-Signature` header against the raw body; the time at which it was signed, in Unix seconds.
///
/// Several `v1` and several secrets are allowed: one that fits is enough. Other fields than `t` and `v1` are passed over, and
/// so is a malformed `v1` beside a good one.
/// `now` is in Unix seconds; `tolerance_s` counts in both directions. Signatures are compared in constant time, and before
/// the time is looked at: [`ErrorCode::TimestampOutOfTolerance`] says that the webhook was genuine once.
///
/// # Errors
///
/// At `signature`: [`ErrorCode::InvalidSignature`] for a header that is malformed or fits no secret,
/// [`ErrorCode::TimestampOutOfTolerance`]. At `secrets`: [`ErrorCode::Empty`], [`ErrorCode::OutOfRange`].
///
/// ```
/// use tierra::{ErrorCode, webhook::{WebhookSecret, sign, verify_signature}};
/// let secrets = [WebhookSecret::from_bytes(&[7; 32])?];
/// let header = sign(&secrets, "evt_1", 1_767_225_600, b"{}")?.evr_signature;
/// assert_eq!(verify_signature(&header, b"{}", &secrets, 1_767_225_900, 300)?, 1_767_225_600);
/// let altered = verify_signature(&header, b"{ }", &secrets, 1_767_225_600, 300).unwrap_err();
/// assert_eq!(altered.code(), ErrorCode::InvalidSignature);
/// let late = verify_signature(&header, b"{}", &secrets, 1_767_225_901, 300).unwrap_err();
/// assert_eq!(late.code(), ErrorCode::TimestampOutOfTolerance);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn verify_signature(
    header: &str,
    body: &[u8],
    secrets: &[WebhookSecret],
    now: i64,
    tolerance_s: u32,
) -> Result<i64> {
    check_secrets(secrets)?;
    let signed = Signed::evr(header).and_then(|signed| signed.check(body, secrets, now, tolerance_s));
    signed.map_err(|error| error.under("signature"))
}

/// Checks the three Standard Webhooks headers against the raw body; the time of signing in Unix seconds.
///
/// As [`verify_signature`]. Entries of another version than `v1` are passed over.
///
/// # Errors
///
/// Those of [`verify_signature`], at `webhook-id`, `webhook-timestamp` or `webhook-signature`.
///
/// ```
/// use tierra::webhook::{StandardHeaders, WebhookSecret, verify_standard};
/// let headers = StandardHeaders {
///     id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
///     timestamp: "1614265330",
///     signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
/// };
/// let secret: WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// assert_eq!(verify_standard(headers, br#"{"test": 2432232314}"#, &[secret], 1614265330, 300)?, 1614265330);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn verify_standard(
    headers: StandardHeaders<'_>,
    body: &[u8],
    secrets: &[WebhookSecret],
    now: i64,
    tolerance_s: u32,
) -> Result<i64> {
    check_secrets(secrets)?;
    let StandardHeaders { id, timestamp, signature } = headers;
    if check_id(id).is_err() {
        return Err(malformed("is no webhook id; expected visible ASCII characters without a full stop").under(ID));
    }
    let received = signature.split(' ').filter_map(|entry| entry.strip_prefix("v1,")).collect();
    let signed = Signed { form: Form::Standard { id }, time: timestamp, received, paths: (TIMESTAMP, SIGNATURE) };
    signed.check(body, secrets, now, tolerance_s)
}

/// Checks a delivery by its headers, names in any case: `EVR-Signature` where it is there, else the Standard Webhooks three.
///
/// Other headers are passed over. The answer is the time of signing in Unix seconds.
///
/// # Errors
///
/// Those of [`verify_signature`] at `headers`, at a header's name below it, or at `secrets`; a delivery without a
/// signature, or with one of these headers twice, is [`ErrorCode::InvalidSignature`].
///
/// ```
/// use tierra::webhook::{WebhookSecret, sign, verify_headers};
/// let secrets = [WebhookSecret::from_bytes(&[7; 32])?];
/// let signed = sign(&secrets, "evt_1", 1_767_225_600, b"{}")?;
/// assert!(verify_headers(signed.pairs(), b"{}", &secrets, 1_767_225_600, 300).is_ok());
/// assert!(verify_headers([("host", "example.com")], b"{}", &secrets, 1_767_225_600, 300).is_err());
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn verify_headers<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: &[u8],
    secrets: &[WebhookSecret],
    now: i64,
    tolerance_s: u32,
) -> Result<i64> {
    check_secrets(secrets)?;
    let mut found = [(EVR_SIGNATURE, None), (ID, None), (TIMESTAMP, None), (SIGNATURE, None)];
    for (name, value) in headers {
        let Some((known, place)) = found.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
            continue;
        };
        if place.replace(value).is_some() {
            return Err(malformed("stands twice; expected it once").under(known).under("headers"));
        }
    }
    let [(_, evr), (_, id), (_, timestamp), (_, signature)] = found;
    let answer = match (evr, id, timestamp, signature) {
        (Some(header), ..) => {
            let signed = Signed::evr(header).and_then(|signed| signed.check(body, secrets, now, tolerance_s));
            signed.map_err(|error| error.under(EVR_SIGNATURE))
        }
        (None, Some(id), Some(timestamp), Some(signature)) => {
            verify_standard(StandardHeaders { id, timestamp, signature }, body, secrets, now, tolerance_s)
        }
        _ => Err(malformed(
            "have no signature; expected `EVR-Signature`, or `webhook-id`, `webhook-timestamp` and `webhook-signature`",
        )),
    };
    answer.map_err(|error| error.under("headers"))
}

/// Terra Lumina's form of signature: the lower-case hex HMAC-SHA-256 of the raw body, without a time.
///
/// `secret` is a text as the receiver configured it; its UTF-8 bytes are the key. Nothing in this form tells a repeated
/// delivery from the first: prefer [`sign`].
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `secret`.
///
/// ```
/// let signature = tierra::webhook::sign_body("Jefe", b"what do ya want for nothing?")?; // RFC 4231, test case 2
/// assert_eq!(signature, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn sign_body(secret: &str, body: &[u8]) -> Result<String> {
    check_body_secret(secret)?;
    Ok(hex::digits(&mac::bytes(mac::hmac_sha256(secret.as_bytes(), "", body))))
}

/// Checks a signature of [`sign_body`], in constant time.
///
/// # Errors
///
/// [`ErrorCode::InvalidSignature`] at `signature` for one that is not 64 lower-case hexadecimal digits or does not fit;
/// [`ErrorCode::Empty`] at `secret`.
///
/// ```
/// use tierra::webhook::{sign_body, verify_body};
/// let signature = sign_body("a secret", b"{}")?;
/// assert!(verify_body(&signature, b"{}", "a secret").is_ok());
/// assert!(verify_body(&signature, b"{ }", "a secret").is_err());
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn verify_body(signature: &str, body: &[u8], secret: &str) -> Result<()> {
    check_body_secret(secret)?;
    let refusal = match hex::bytes(signature) {
        None => malformed("is not 64 lower-case hexadecimal digits"),
        Some(bytes) if mac::hmac_sha256(secret.as_bytes(), "", body) == mac::received(bytes) => return Ok(()),
        Some(_) => no_match(),
    };
    Err(refusal.under("signature"))
}

/// The two ways to sign with one secret.
#[derive(Clone, Copy)]
enum Form<'a> {
    Evr,
    Standard { id: &'a str },
}

impl Form<'_> {
    fn code(self, secret: &WebhookSecret, time: &str, body: &[u8]) -> mac::Code {
        match self {
            // As Stripe does: the key is the whole text, `whsec_` included.
            Self::Evr => mac::hmac_sha256(secret.reveal().as_bytes(), &[time, "."].concat(), body),
            Self::Standard { id } => mac::hmac_sha256(secret.as_bytes(), &[id, ".", time, "."].concat(), body),
        }
    }

    fn read(self, received: &str) -> Option<[u8; 32]> {
        match self {
            Self::Evr => hex::bytes(received),
            Self::Standard { .. } => base64::bytes(received)?.try_into().ok(),
        }
    }
}

/// What a delivery claims: when it was signed, and the signatures.
struct Signed<'a> {
    form: Form<'a>,
    time: &'a str,
    received: Vec<&'a str>,
    /// Where the time and the signatures stood.
    paths: (&'static str, &'static str),
}

impl<'a> Signed<'a> {
    /// `t=…,v1=…[,v1=…]`; fields of other names are passed over, for schemes to come.
    fn evr(header: &'a str) -> Result<Self> {
        let (mut time, mut received) = (None, Vec::new());
        for field in header.split(',') {
            // A field that says nothing must not hide one that does.
            let Some((name, value)) = field.trim_matches([' ', '\t']).split_once('=') else { continue };
            match name {
                "t" if time.is_some() => return Err(malformed("holds `t` twice; expected `t=…,v1=…`")),
                "t" => time = Some(value),
                "v1" => received.push(value),
                _ => {}
            }
        }
        let time = time.ok_or_else(|| malformed("holds no `t`; expected `t=…,v1=…`"))?;
        Ok(Self { form: Form::Evr, time, received, paths: ("", "") })
    }

    fn check(self, body: &[u8], secrets: &[WebhookSecret], now: i64, tolerance_s: u32) -> Result<i64> {
        let time = read_timestamp(self.time).map_err(|error| error.under(self.paths.0))?;
        self.any_fits(body, secrets).map_err(|error| error.under(self.paths.1))?;
        within_tolerance(time, now, tolerance_s).map_err(|error| error.under(self.paths.0))
    }

    /// Whether one of the signatures received is that of the body under one of the secrets.
    fn any_fits(&self, body: &[u8], secrets: &[WebhookSecret]) -> Result<()> {
        if !(1..=MAX_SIGNATURES).contains(&self.received.len()) {
            return Err(malformed("holds no `v1`, or more than 16; expected a signature for each secret"));
        }
        // A malformed one must not hide one that fits: proxies and other signers add theirs.
        let received: Vec<_> =
            self.received.iter().filter_map(|text| self.form.read(text)).map(mac::received).collect();
        if received.is_empty() {
            return Err(malformed("holds no `v1` of 32 bytes, in lower-case hexadecimal digits or base64"));
        }
        let fits = |secret| received.contains(&self.form.code(secret, self.time, body));
        if secrets.iter().any(fits) { Ok(()) } else { Err(no_match()) }
    }
}

/// Unix seconds as [`sign`] writes them: the signed text holds the digits, so that there is one way to write a time.
fn read_timestamp(digits: &str) -> Result<i64> {
    let time = digits.parse().ok().filter(|time| (0..=MAX_TIMESTAMP).contains(time));
    let time = time.filter(|time| time.to_string() == digits);
    time.ok_or_else(|| malformed(&format!("`{}` is no time; expected Unix seconds", text::excerpt(digits))))
}

fn within_tolerance(time: i64, now: i64, tolerance_s: u32) -> Result<i64> {
    let apart = time.abs_diff(now);
    if apart <= tolerance_s.into() {
        return Ok(time);
    }
    let side = if time < now { "ago" } else { "ahead" };
    let message = format!("was signed {apart} s {side}; expected at most {tolerance_s} s");
    Err(Error::new(ErrorCode::TimestampOutOfTolerance, "", message))
}

fn check_secrets(secrets: &[WebhookSecret]) -> Result<()> {
    let (code, message) = match secrets.len() {
        0 => (ErrorCode::Empty, "is empty; expected at least one secret"),
        1..=MAX_SIGNATURES => return Ok(()),
        _ => (ErrorCode::OutOfRange, "has more than 16 secrets; expected one, or two while one is being replaced"),
    };
    Err(Error::new(code, "secrets", message))
}

fn check_id(id: &str) -> Result<()> {
    text::check_text("id", id, MAX_ID_CHARS, "the id of the delivery")?;
    let Some((at, character)) = id.chars().enumerate().find(|(_, c)| !c.is_ascii_graphic() || *c == '.') else {
        return Ok(());
    };
    let shown = text::name(character);
    let message = format!("has {shown} at position {}; expected visible ASCII characters without a full stop", at + 1);
    Err(Error::new(ErrorCode::InvalidCharacter, "id", message))
}

fn check_body_secret(secret: &str) -> Result<()> {
    if secret.is_empty() {
        return Err(Error::new(ErrorCode::Empty, "secret", "is empty; expected the secret shared with the other side"));
    }
    Ok(())
}

fn malformed(message: &str) -> Error {
    Error::new(ErrorCode::InvalidSignature, "", message)
}

fn no_match() -> Error {
    malformed("is not that of the body under any secret given; expected the body's raw bytes and the endpoint's secret")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_767_225_600;

    fn secret(byte: u8) -> WebhookSecret {
        WebhookSecret::from_bytes(&[byte; 32]).unwrap()
    }

    #[test]
    fn one_secret_of_several_is_enough_while_keys_rotate() {
        let (old, new, other) = (secret(1), secret(2), secret(3));
        let headers = sign(&[old.clone(), new.clone()], "evt_1", NOW, b"{}").unwrap();
        for known in [vec![old.clone()], vec![new.clone()], vec![other.clone(), old]] {
            assert_eq!(verify_signature(&headers.evr_signature, b"{}", &known, NOW, 0), Ok(NOW));
            let only_standard = headers.pairs().into_iter().skip(1);
            assert_eq!(verify_headers(only_standard, b"{}", &known, NOW, 0), Ok(NOW));
        }
        let refused = verify_headers(headers.pairs(), b"{}", &[other], NOW, 0).unwrap_err();
        assert_eq!((refused.code(), refused.path()), (ErrorCode::InvalidSignature, "headers.EVR-Signature"));
    }

    #[test]
    fn a_malformed_header_is_named_for_what_is_wrong() {
        let good = sign(&[secret(1)], "evt_1", NOW, b"{}").unwrap().evr_signature;
        let v1 = good.split_once(',').unwrap().1;
        let many = format!("t={NOW}{}", format!(",{v1}").repeat(17));
        for (header, says) in [
            ("", "no `t`"),
            ("nonsense", "no `t`"),
            (v1, "no `t`"),
            (&format!("t={NOW}"), "no `v1`"),
            (&format!("t=,{v1}"), "no time"),
            (&format!("t=0{NOW},{v1}"), "no time"),
            (&format!("t=+{NOW},{v1}"), "no time"),
            (&format!("t=-1,{v1}"), "no time"),
            (&format!("t=253402300800,{v1}"), "no time"),
            (&format!("t={NOW},t={NOW},{v1}"), "`t` twice"),
            (&format!("t={NOW},v1="), "no `v1` of 32 bytes"),
            (&format!("t={NOW},{}", v1.to_uppercase().replace("V1", "v1")), "no `v1` of 32 bytes"),
            (&many, "more than 16"),
            (&format!("t={},{v1}", NOW + 1), "is not that of the body"),
        ] {
            let error = verify_signature(header, b"{}", &[secret(1)], NOW, 300).unwrap_err();
            assert_eq!((error.code(), error.path()), (ErrorCode::InvalidSignature, "signature"), "{header}");
            assert!(error.message().contains(says), "{header}: {error}");
        }
        let spaced = good.replace(',', " , ") + ", v0=x,scheme=y";
        assert_eq!(verify_signature(&spaced, b"{}", &[secret(1)], NOW, 300), Ok(NOW));
    }

    #[test]
    fn a_malformed_signature_hides_no_good_one() {
        let signed = sign(&[secret(1)], "evt_1", NOW, b"{}").unwrap();
        let (time, v1) = signed.evr_signature.split_once(',').unwrap();
        for other in ["v1=", "v1=zz", "v1", "nonsense", ""] {
            for header in [format!("{time},{other},{v1}"), format!("{other},{time},{v1},{other}")] {
                assert_eq!(verify_signature(&header, b"{}", &[secret(1)], NOW, 0), Ok(NOW), "{header}");
                assert!(verify_signature(&header, b"{ }", &[secret(1)], NOW, 0).is_err(), "{header}");
            }
        }
        let signature = format!("v1,zz v1, {}", signed.webhook_signature);
        let headers = StandardHeaders { id: "evt_1", timestamp: &NOW.to_string(), signature: &signature };
        assert_eq!(verify_standard(headers, b"{}", &[secret(1)], NOW, 0), Ok(NOW));
    }

    #[test]
    fn tolerance_counts_both_ways() {
        let header = sign(&[secret(1)], "evt_1", NOW, b"").unwrap().evr_signature;
        let check = |now| verify_signature(&header, b"", &[secret(1)], now, 300).map_err(|error| error.code());
        assert_eq!((check(NOW - 300), check(NOW + 300)), (Ok(NOW), Ok(NOW)));
        for now in [NOW - 301, NOW + 301, i64::MIN, i64::MAX] {
            assert_eq!(check(now), Err(ErrorCode::TimestampOutOfTolerance));
        }
    }

    #[test]
    fn a_header_twice_is_refused() {
        let signed = sign(&[secret(1)], "evt_1", NOW, b"").unwrap();
        let twice = [("evr-signature", signed.evr_signature.as_str()), ("EVR-SIGNATURE", "t=1,v1=2")];
        let error = verify_headers(twice, b"", &[secret(1)], NOW, 300).unwrap_err();
        assert_eq!(error.path(), "headers.EVR-Signature");
    }

    proptest! {
        #[test]
        fn what_is_signed_verifies_and_a_changed_bit_does_not(
            key in prop::collection::vec(any::<u8>(), 24..=64),
            body in prop::collection::vec(any::<u8>(), 1..200),
            at in any::<prop::sample::Index>(),
            bit in 0u8..8,
        ) {
            let secrets = [WebhookSecret::from_bytes(&key).unwrap()];
            let headers = sign(&secrets, "evt_1", NOW, &body).unwrap();
            let standard = || headers.pairs().into_iter().skip(1);
            prop_assert_eq!(verify_headers(headers.pairs(), &body, &secrets, NOW, 0), Ok(NOW));
            prop_assert_eq!(verify_headers(standard(), &body, &secrets, NOW, 0), Ok(NOW));
            let mut changed = body.clone();
            changed[at.index(body.len())] ^= 1 << bit;
            prop_assert!(verify_headers(headers.pairs(), &changed, &secrets, NOW, 0).is_err());
            prop_assert!(verify_headers(standard(), &changed, &secrets, NOW, 0).is_err());
        }

        #[test]
        fn no_header_panics(header in "[tv10-9a-f=, +é]{0,90}", other in any::<String>()) {
            for text in [&header, &other] {
                let _ = verify_signature(text, b"", &[secret(1)], NOW, 300);
                let headers = StandardHeaders { id: "a", timestamp: "1", signature: text };
                let _ = verify_standard(headers, b"", &[secret(1)], NOW, 300);
            }
        }
    }
}
