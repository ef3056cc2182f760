//! The keyed hash of a charger, for ids that are stored or shared.

use super::{ChargerIdentity, hash_text::hash_as_text};
use crate::{Error, ErrorCode, Result, mac};

/// The shortest secret of a keyed hash, in bytes.
pub const MIN_KEYED_HASH_SECRET_BYTES: usize = 16;

/// HMAC-SHA-256 of `VENDOR:SERIAL` under a secret; as text 64 lower-case hexadecimal digits (DECISIONS 3).
///
/// A plain [`SerialHash`](super::SerialHash) can be turned back by trying every serial; this one only by who has the
/// secret. Two parties with two secrets cannot match theirs.
///
/// ```
/// use tierra::charger::{KeyedHash, identify};
/// let hash = identify("EVduty Inc.", "5555")?.keyed_hash(b"sixteen bytes or more")?;
/// assert_eq!(hash.to_string().parse::<KeyedHash>()?, hash);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyedHash([u8; 32]);

impl KeyedHash {
    /// The keyed hash of a vendor and a serial that are canonical already. See [`ChargerIdentity::keyed_hash`].
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `secret`, which the message does not show, for fewer than
    /// [`MIN_KEYED_HASH_SECRET_BYTES`] bytes.
    pub fn of(secret: &[u8], vendor_canonical: &str, serial_normalized: &str) -> Result<Self> {
        if secret.len() < MIN_KEYED_HASH_SECRET_BYTES {
            let message = format!("has {} bytes; expected at least {MIN_KEYED_HASH_SECRET_BYTES}", secret.len());
            return Err(Error::new(ErrorCode::OutOfRange, "secret", message));
        }
        let head = vendor_canonical.to_owned() + ":";
        Ok(Self(mac::bytes(mac::hmac_sha256(secret, &head, serial_normalized.as_bytes()))))
    }
}

impl ChargerIdentity {
    /// The charger's hash under a secret of at least [`MIN_KEYED_HASH_SECRET_BYTES`] bytes.
    ///
    /// # Errors
    ///
    /// Those of [`KeyedHash::of`].
    ///
    /// ```
    /// let charger = tierra::charger::identify("EVduty Inc.", "5555")?;
    /// let hash = charger.keyed_hash(b"sixteen bytes or more")?;
    /// assert_eq!(hash.to_string(), "a4d5ca170ebcb0a7b64e61e215034410b5f13123f3f3543d0a84ab5a418ff2f3");
    /// assert!(charger.keyed_hash(b"short").is_err());
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn keyed_hash(&self, secret: &[u8]) -> Result<KeyedHash> {
        KeyedHash::of(secret, &self.vendor_canonical, &self.serial_normalized)
    }
}

hash_as_text!(KeyedHash, "no keyed hash");
