//! Hashes of many chargers, a few million a second.
//!
//! Three things make one identity slow: the rules of a maker's name, which a list with few makers repeats in vain; Unicode,
//! which most serials do without; and a piece of memory for each step. So a maker's spelling is looked up once, a serial of
//! ASCII goes through a table, and both are put straight into the block of 64 bytes that SHA-256 takes. Whatever is not so
//! simple goes the way of [`identify`], which also says what is wrong with it.

use rustc_hash::FxHashMap as HashMap;
use sha2::block_api::compress256;

use super::{SerialHash, canonicalize_vendor, identify, serial};
#[cfg(feature = "json")]
use crate::columns::Columns;
use crate::{Error, Result};

/// The most spellings remembered, each about 150 bytes.
const MOST_SPELLINGS: usize = 1 << 14;
/// The block that SHA-256 works on. Its last 8 bytes hold the length in bits, and a bit stands between.
const BLOCK: usize = 64;
const MOST_IN_BLOCK: usize = BLOCK - 8 - 1;

/// Hashes chargers one after the other and remembers makers' spellings between them.
///
/// ```
/// use tierra::charger::{IdentityHasher, identify};
/// let mut hasher = IdentityHasher::new();
/// for serial in ["S/N: 0012", "2200-4711"] {
///     assert_eq!(hasher.serial_hash("Keba GmbH", serial)?, identify("KEBA", serial)?.serial_hash());
/// }
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct IdentityHasher {
    /// Where in `makers` each spelling stands.
    spellings: HashMap<Box<str>, usize>,
    makers: Vec<Maker>,
    serial: serial::AsciiSerial,
}

/// A maker as the beginning of a block: `VENDOR:` and nothing behind it.
#[derive(Debug, Clone, Copy)]
struct Maker {
    block: [u8; BLOCK],
    length: usize,
}

impl IdentityHasher {
    /// A hasher that remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The hash of the charger with this maker and serial number, as [`identify`] gives it.
    ///
    /// # Errors
    ///
    /// As [`identify`].
    pub fn serial_hash(&mut self, vendor: &str, serial: &str) -> Result<SerialHash> {
        match self.fast(vendor, serial) {
            Some(hash) => Ok(hash),
            None => identify(vendor, serial).map(|identity| identity.serial_hash()),
        }
    }

    fn fast(&mut self, vendor: &str, serial: &str) -> Option<SerialHash> {
        let at = match self.spellings.get(vendor) {
            Some(at) => *at,
            None => self.remember(vendor)?,
        };
        let maker = self.makers.get(at)?;
        maker.hash_with(self.serial.normalized(serial)?)
    }

    /// Remembers a spelling; `None` for one that is refused or too long for a block.
    fn remember(&mut self, vendor: &str) -> Option<usize> {
        let maker = Maker::new(&canonicalize_vendor(vendor).ok()?)?;
        if self.makers.len() >= MOST_SPELLINGS {
            self.spellings.clear();
            self.makers.clear();
        }
        let at = self.makers.len();
        self.makers.push(maker);
        self.spellings.insert(vendor.into(), at);
        Some(at)
    }
}

impl Maker {
    fn new(vendor_canonical: &str) -> Option<Self> {
        let mut block = [0; BLOCK];
        let (vendor, rest) = block.get_mut(..MOST_IN_BLOCK)?.split_at_mut_checked(vendor_canonical.len())?;
        vendor.copy_from_slice(vendor_canonical.as_bytes());
        *rest.first_mut()? = b':';
        Some(Self { block, length: vendor_canonical.len() + 1 })
    }

    /// The hash with a serial behind it, where both fit into one block.
    fn hash_with(&self, serial: &[u8]) -> Option<SerialHash> {
        let mut block = self.block;
        let length = self.length + serial.len();
        if length > MOST_IN_BLOCK {
            return None;
        }
        block.get_mut(self.length..length)?.copy_from_slice(serial);
        *block.get_mut(length)? = 0x80;
        *block.last_chunk_mut()? = (length as u64 * 8).to_be_bytes();
        Some(sha256_of_block(&block))
    }
}

/// SHA-256 of a text that fills one block, padding and length included (FIPS 180-4, 5.1.1 and 6.2).
fn sha256_of_block(block: &[u8; BLOCK]) -> SerialHash {
    // The first 32 bits of the fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3).
    let mut state =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
    compress256(&mut state, std::slice::from_ref(block));
    let mut hash = [0; 32];
    for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    SerialHash::from_bytes(hash)
}

/// The hashes of many chargers, row by row, and which rows were refused.
#[derive(Debug, Clone, Default)]
pub struct HashBatch {
    hashes: Vec<SerialHash>,
    errors: Vec<(usize, Error)>,
}

impl HashBatch {
    /// A hash a row; 32 zero bytes where the row was refused.
    #[must_use]
    pub fn hashes(&self) -> &[SerialHash] {
        &self.hashes
    }

    /// The refused rows in ascending order, each with the error of [`identify`].
    #[must_use]
    pub fn errors(&self) -> &[(usize, Error)] {
        &self.errors
    }

    /// The hashes and the refused rows, to keep.
    #[must_use]
    pub fn into_parts(self) -> (Vec<SerialHash>, Vec<(usize, Error)>) {
        (self.hashes, self.errors)
    }

    /// Takes some rows of a table with the columns `vendor` and `serial`. The path of a refusal is `vendor`, `serial` or, where
    /// the row itself could not be read, empty.
    ///
    /// ```
    /// use tierra::charger::{HashBatch, IdentityHasher, identify};
    /// use tierra::columns::{Column, Columns, Texts};
    /// let column = |text: &str| {
    ///     let mut texts = Texts::default();
    ///     texts.push(text);
    ///     Column::texts(texts)
    /// };
    /// let table = Columns::new(vec![("vendor".into(), column("KEBA")), ("serial".into(), column("S/N: 2200-4711"))])?;
    /// let mut batch = HashBatch::default();
    /// batch.push_columns(&mut IdentityHasher::new(), &table, 0..1);
    /// assert_eq!(batch.hashes(), [identify("KEBA", "22004711")?.serial_hash()]);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[cfg(feature = "json")]
    pub fn push_columns(&mut self, hasher: &mut IdentityHasher, table: &Columns, rows: std::ops::Range<usize>) {
        self.hashes.reserve(rows.len());
        let (vendors, serials) = (table.get("vendor"), table.get("serial"));
        for row in rows {
            let texts =
                vendors.and_then(|vendors| vendors.text(row)).zip(serials.and_then(|serials| serials.text(row)));
            self.push(match texts {
                Some((vendor, serial)) => hasher.serial_hash(vendor, serial),
                None => Err(super::columns::refusal(table, row)),
            });
        }
    }

    /// Takes the answer of the next row.
    pub fn push(&mut self, answer: Result<SerialHash>) {
        let hash = answer.unwrap_or_else(|error| {
            self.errors.push((self.hashes.len(), error));
            SerialHash::from_bytes([0; 32])
        });
        self.hashes.push(hash);
    }
}

/// The hashes of many chargers, each as [`identify`] gives it: some 150 ns a charger.
///
/// A refused charger leaves the others untouched.
///
/// ```
/// use tierra::charger::{hash_batch, identify};
/// let batch = hash_batch([("KEBA", "12345678"), ("KEBA", ""), ("keba AG", "1234-5678")]);
/// assert_eq!(batch.hashes()[0], identify("KEBA", "12345678")?.serial_hash());
/// assert_eq!(batch.hashes()[2], batch.hashes()[0]);
/// let (row, error) = &batch.errors()[0];
/// assert_eq!((*row, error.path()), (1, "serial"));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn hash_batch<'a>(chargers: impl IntoIterator<Item = (&'a str, &'a str)>) -> HashBatch {
    let chargers = chargers.into_iter();
    let mut hasher = IdentityHasher::new();
    let mut batch = HashBatch { hashes: Vec::with_capacity(chargers.size_hint().0), errors: Vec::new() };
    chargers.for_each(|(vendor, serial)| batch.push(hasher.serial_hash(vendor, serial)));
    batch
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One by one, which is what the bulk call must agree with.
    fn agrees(chargers: &[(String, String)]) -> std::result::Result<(), TestCaseError> {
        let batch = hash_batch(chargers.iter().map(|(vendor, serial)| (vendor.as_str(), serial.as_str())));
        prop_assert_eq!(batch.hashes().len(), chargers.len());
        let mut errors = batch.errors().iter();
        for (row, ((vendor, serial), hash)) in chargers.iter().zip(batch.hashes()).enumerate() {
            match identify(vendor, serial) {
                Ok(identity) => prop_assert_eq!(*hash, identity.serial_hash(), "{:?} {:?}", vendor, serial),
                Err(error) => prop_assert_eq!(errors.next(), Some(&(row, error)), "{:?} {:?}", vendor, serial),
            }
        }
        prop_assert!(errors.next().is_none());
        Ok(())
    }

    fn serials() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,20}",
            "[ -~\t\n\u{0}-\u{1F}]{0,20}",
            "[ ]{0,2}[sS][/ .]?[nN]?[:. #]{0,2}[A-Za-z0-9 -]{0,12}",
            "(?i)(serial|serien|ser)[ .-]?(no|nr|number|num|nummer|n°)?[:. #]{0,2}[a-z0-9]{0,8}",
            "[a-zA-Z0-9]{50,70}",
            "[- ]{180,256}[a-z0-9]{0,9}",
        ]
    }

    fn vendors() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,20}",
            "[A-Za-z]{1,6}( (GmbH|B\\.V\\.|Inc\\.|Ltd|AG)){0,2}",
            "[a-z ]{45,130}",
            Just("KEBA".into())
        ]
    }

    proptest! {
        #[test]
        fn bulk_hashes_are_those_of_identify(
            rows in prop::collection::vec((vendors(), serials()), 1..20),
            again in prop::collection::vec((0_usize..20, serials()), 0..20),
        ) {
            let repeated = again.into_iter().map(|(at, serial)| (rows[at % rows.len()].0.clone(), serial));
            let rows: Vec<_> = rows.iter().cloned().chain(repeated).collect();
            agrees(&rows)?;
        }
    }

    #[test]
    fn every_length_around_a_block_is_right() {
        let rows = (1..=64).flat_map(|vendor| (1..=65).map(move |serial| ("V".repeat(vendor), "7".repeat(serial))));
        agrees(&rows.collect::<Vec<_>>()).unwrap();
    }

    #[test]
    fn more_spellings_than_are_remembered() {
        let rows: Vec<_> =
            (0..MOST_SPELLINGS + 10).map(|n| (format!("Maker{}", n % (MOST_SPELLINGS + 5)), n.to_string())).collect();
        agrees(&rows).unwrap();
    }
}
