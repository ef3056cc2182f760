//! Which device is this? Vendor and serial made canonical, and the identity that follows from them.
//!
//! A charger is one maker and one serial number. People write both in many ways; this room brings every spelling of
//! one device to one [`ChargerIdentity`], and never brings two devices to the same one (DECISIONS 1–3):
//!
//! 1. **Vendor**: Unicode NFKC, upper case, trailing legal forms dropped ([`LEGAL_FORMS`]), then letters and digits
//!    only, then the dated alias table ([`VENDOR_ALIASES`]). Diacritics are kept: `Bosch` and `Bösch` are two makers.
//! 2. **Serial**: NFKC, upper case, a leading label such as `S/N:` dropped, separators removed, leading zeros kept.
//!    What is left is 1 to 64 of `A–Z 0–9`, or an error that names the character and its position.
//! 3. **Identity**: SHA-256 of `VENDOR:SERIAL`. The colon can stand in neither half, so no two chargers share it.
//!
//! The hash is an identifier, not anonymity: a serial of seven digits can be enumerated in seconds. For ids that are stored
//! or shared there is [`ChargerIdentity::keyed_hash`], and a look-up by [`HashPrefix`] that tells little of what is sought.
//!
//! ```
//! use tierra::charger::identify;
//! let one = identify("Alfen B.V.", "ace-0123456")?;
//! let two = identify("ALFEN", "S/N: ACE 0123456")?;
//! assert_eq!(one.serial_hash(), two.serial_hash());
//! assert_eq!(one.serial_last4(), "3456");
//! # Ok::<(), tierra::Error>(())
//! ```

mod advisory;
mod alias;
mod batch;
mod bulk;
#[cfg(feature = "json")]
mod columns;
mod hash_text;
mod keyed;
mod lookalike;
mod prefix;
mod serial;
mod vendor;

use sha2::{Digest, Sha256};

pub use advisory::{AdvisoryKind, IdentityAdvisory};
pub use alias::{VENDOR_ALIASES, VENDOR_ALIASES_DATE, VENDOR_ALIASES_VERSION};
pub use batch::{ChargerPair, IdentityBatch, LookalikeCharger, LookalikeGroup};
pub use bulk::{HashBatch, IdentityHasher, hash_batch};
#[cfg(feature = "json")]
pub use columns::{CHARGER_FIELDS, charger_pairs};
pub use keyed::{KeyedHash, MIN_KEYED_HASH_SECRET_BYTES};
pub use lookalike::{Lookalike, lookalike_groups};
pub use prefix::{HashPrefix, PREFIX_PAGE, SuffixCount, pad_suffixes};
pub use serial::{MAX_SERIAL_CHARS, normalize_serial};
pub use vendor::{LEGAL_FORMS, MAX_VENDOR_CHARS, canonicalize_vendor};

use crate::Result;
use crate::wire::fields_of;
use hash_text::hash_as_text;

/// One charger: its canonical maker, its normalised serial number and the hash of both.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChargerIdentity {
    vendor_canonical: String,
    serial_normalized: String,
    serial_hash: SerialHash,
}

impl ChargerIdentity {
    /// The maker's name in canonical form, such as `EVDUTY`.
    #[must_use]
    pub fn vendor_canonical(&self) -> &str {
        &self.vendor_canonical
    }

    /// The serial number in canonical form: 1 to 64 of `A–Z 0–9`.
    #[must_use]
    pub fn serial_normalized(&self) -> &str {
        &self.serial_normalized
    }

    /// SHA-256 of `VENDOR:SERIAL`, which names this charger everywhere.
    #[must_use]
    pub fn serial_hash(&self) -> SerialHash {
        self.serial_hash
    }

    /// The last four characters of the normalised serial, all of it where it is shorter.
    #[must_use]
    pub fn serial_last4(&self) -> &str {
        let serial = &self.serial_normalized;
        // One byte a character: the normalised serial is ASCII.
        serial.get(serial.len().saturating_sub(4)..).unwrap_or(serial)
    }
}

fields_of! {
    snake_case ChargerIdentity {
        vendor_canonical: &str = |identity| identity.vendor_canonical(),
        serial_normalized: &str = |identity| identity.serial_normalized(),
        serial_hash: SerialHash = |identity| identity.serial_hash(),
        serial_last4: &str = |identity| identity.serial_last4(),
        lookalikes: Vec<Lookalike> = |identity| identity.lookalikes(),
        advisories: Vec<IdentityAdvisory> = |identity| identity.advisories(),
    }
}

/// The identity of the charger with this maker and serial number.
///
/// `vendor` and `serial` are taken as people write them, up to [`MAX_VENDOR_CHARS`] and [`MAX_SERIAL_CHARS`].
///
/// # Errors
///
/// At `vendor` or `serial`: [`ErrorCode::Empty`](crate::ErrorCode::Empty) when nothing is left of it,
/// [`ErrorCode::TooLong`](crate::ErrorCode::TooLong), and [`ErrorCode::InvalidCharacter`](crate::ErrorCode::InvalidCharacter)
/// for a control character, a character that may not stand in a serial, or a Cyrillic or Greek letter that passes for a Latin
/// one in a vendor.
///
/// ```
/// let identity = tierra::charger::identify("EVduty Inc.", "SN: 0000-5555")?;
/// assert_eq!(identity.vendor_canonical(), "EVDUTY");
/// assert_eq!(identity.serial_normalized(), "00005555");
/// assert_eq!(
///     identity.serial_hash().to_string(),
///     "59d22d7fa6e58ead23ecd0dbfdf3383c5a2b59504443e33b8483a63a691fe563"
/// );
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn identify(vendor: &str, serial: &str) -> Result<ChargerIdentity> {
    let vendor_canonical = canonicalize_vendor(vendor)?;
    let serial_normalized = normalize_serial(serial)?;
    let serial_hash = SerialHash::of(&vendor_canonical, &serial_normalized);
    Ok(ChargerIdentity { vendor_canonical, serial_normalized, serial_hash })
}

/// The identities of many chargers, each with its own answer, in the order given.
///
/// A refused charger leaves the others untouched. The path of an error is that of [`identify`].
///
/// ```
/// let answers = tierra::charger::identify_batch([("KEBA", "12345678"), ("KEBA", "")]);
/// assert!(answers[0].is_ok());
/// assert_eq!(answers[1].as_ref().unwrap_err().path(), "serial");
/// ```
pub fn identify_batch<'a>(chargers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Result<ChargerIdentity>> {
    chargers.into_iter().map(|(vendor, serial)| identify(vendor, serial)).collect()
}

/// SHA-256 of `VENDOR:SERIAL`; as text 64 lower-case hexadecimal digits (DECISIONS 3).
///
/// ```
/// use tierra::charger::SerialHash;
/// let hash = SerialHash::of("EVDUTY", "00005555");
/// assert_eq!(hash.to_string().parse::<SerialHash>()?, hash);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialHash([u8; 32]);

impl SerialHash {
    /// The hash of a vendor and a serial that are canonical already. Use [`identify`] for texts as people write them.
    #[must_use]
    pub fn of(vendor_canonical: &str, serial_normalized: &str) -> Self {
        let mut digest = Sha256::new();
        digest.update(vendor_canonical);
        digest.update(":");
        digest.update(serial_normalized);
        Self(digest.finalize().into())
    }
}

hash_as_text!(SerialHash, "not a SHA-256 hash");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last4_of_a_short_serial_is_all_of_it() {
        assert_eq!(identify("ABB", "7").unwrap().serial_last4(), "7");
        assert_eq!(identify("ABB", "12345").unwrap().serial_last4(), "2345");
    }

    #[test]
    fn a_hash_reads_back_and_nothing_else_does() {
        let text = SerialHash::of("ABB", "1").to_string();
        assert_eq!(text.parse::<SerialHash>().unwrap().to_string(), text);
        for bad in ["", "00", &text.to_uppercase(), text.split_at(1).1, &format!("{text}0"), &"é".repeat(32)] {
            assert!(bad.parse::<SerialHash>().is_err(), "{bad}");
        }
    }
}
