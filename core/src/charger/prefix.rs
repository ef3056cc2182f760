//! Look-up by the first digits of a hash.

use std::{collections::HashSet, fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::{Error, ErrorCode, Result, hex, text};

/// How many entries a padded answer has, or a multiple of it.
pub const PREFIX_PAGE: usize = 64;
/// The digits of a whole hash.
const HASH_DIGITS: usize = 64;
const PREFIX_DIGITS: std::ops::RangeInclusive<usize> = 4..=16;

/// The first 4 to 16 lower-case hexadecimal digits of a hash (DECISIONS 3).
///
/// Who asks for a prefix and picks the answer himself does not tell the asked party which charger is meant: it learns a
/// group, as in the range look-up of Pwned Passwords (k-anonymity). Four digits make 65,536 groups, enough to keep answers
/// short for millions of chargers; more than sixteen would name one charger.
///
/// ```
/// use tierra::charger::{HashPrefix, identify};
/// let hash = identify("EVduty", "5555")?.serial_hash().to_string();
/// let prefix: HashPrefix = hash[..5].parse()?;
/// assert_eq!(prefix.suffix_of(&hash), Some(&hash[5..]));
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HashPrefix(String);

impl HashPrefix {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rest of a hash that begins with the prefix; `None` for another hash.
    #[must_use]
    pub fn suffix_of<'a>(&self, hash: &'a str) -> Option<&'a str> {
        hash.strip_prefix(&self.0)
    }

    /// How many digits a suffix has.
    #[must_use]
    pub fn suffix_digits(&self) -> usize {
        HASH_DIGITS - self.0.len()
    }
}

impl fmt::Display for HashPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HashPrefix {
    type Err = Error;

    /// Reads 4 to 16 lower-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownValue`] with an empty path.
    fn from_str(digits: &str) -> Result<Self> {
        if PREFIX_DIGITS.contains(&digits.len()) && hex::is_digits(digits) {
            return Ok(Self(digits.to_owned()));
        }
        let message = format!(
            "`{}` is no prefix of a hash; expected {} to {} lower-case hexadecimal digits",
            text::excerpt(digits),
            PREFIX_DIGITS.start(),
            PREFIX_DIGITS.end()
        );
        Err(Error::new(ErrorCode::UnknownValue, "", message))
    }
}

#[cfg(feature = "json")]
impl crate::wire::Read<'_> for HashPrefix {
    fn read(value: &crate::wire::Value) -> Result<Self> {
        crate::wire::string(value)?.parse()
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for HashPrefix {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Text
    }
}

/// One entry of the answer to a prefix: the rest of a hash, and how many registrations it has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SuffixCount {
    /// The rest of the hash, lower-case hexadecimal digits.
    pub suffix: String,
    /// How many registrations; 0 for padding.
    pub count: u32,
}

/// The answer to a prefix, filled up with made-up suffixes of count 0 to a multiple of [`PREFIX_PAGE`] entries.
///
/// Answers of one length do not show to who watches the line how full a group is, and an empty group looks like the
/// others. The entries are sorted by suffix: their order says nothing of which are real. `seed` is 32 random bytes, drawn
/// anew for each answer, from which the padding is derived. The asking party passes over entries of count 0.
///
/// # Errors
///
/// At `found[i].suffix`: [`ErrorCode::UnknownValue`] for a suffix of another length or with other characters;
/// [`ErrorCode::Duplicate`] for one that stands twice.
///
/// ```
/// use tierra::charger::{SuffixCount, pad_suffixes};
/// let found = vec![SuffixCount { suffix: "f".repeat(59), count: 2 }];
/// let answer = pad_suffixes(&"a1b2c".parse()?, found, &[7; 32])?;
/// assert_eq!(answer.len(), 64);
/// assert_eq!(answer.iter().filter(|entry| entry.count > 0).count(), 1);
/// assert!(answer.is_sorted_by_key(|entry| &entry.suffix));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn pad_suffixes(prefix: &HashPrefix, found: Vec<SuffixCount>, seed: &[u8; 32]) -> Result<Vec<SuffixCount>> {
    let digits = prefix.suffix_digits();
    let mut known = HashSet::with_capacity(found.len());
    for (index, SuffixCount { suffix, .. }) in found.iter().enumerate() {
        let refuse = |code, message: String| Err(Error::new(code, format!("found[{index}].suffix"), message));
        if suffix.len() != digits || !hex::is_digits(suffix) {
            let shown = text::excerpt(suffix);
            let message = format!("`{shown}` is no suffix; expected {digits} lower-case hexadecimal digits");
            return refuse(ErrorCode::UnknownValue, message);
        }
        if !known.insert(suffix.clone()) {
            return refuse(ErrorCode::Duplicate, format!("`{}` stands twice; expected it once", text::excerpt(suffix)));
        }
    }
    let wanted = found.len().next_multiple_of(PREFIX_PAGE).max(PREFIX_PAGE);
    // A made-up suffix that is a real one by chance is passed over for the next.
    let made_up = (0u64..).map(|number| padding(seed, number, digits)).filter(|suffix| !known.contains(suffix));
    let made_up: Vec<_> = made_up.take(wanted - found.len()).map(|suffix| SuffixCount { suffix, count: 0 }).collect();
    let mut answer = found;
    answer.extend(made_up);
    answer.sort_unstable();
    Ok(answer)
}

/// The first digits of SHA-256 over the seed and a number.
fn padding(seed: &[u8; 32], number: u64, digits: usize) -> String {
    let mut digest = Sha256::new();
    digest.update(seed);
    digest.update(number.to_be_bytes());
    let mut suffix = hex::digits(&digest.finalize());
    suffix.truncate(digits);
    suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(count: usize) -> Vec<SuffixCount> {
        (0..count).map(|n| SuffixCount { suffix: padding(&[1; 32], n as u64, 59), count: 1 }).collect()
    }

    #[test]
    fn answers_come_in_pages() {
        let prefix = "00000".parse().unwrap();
        for (real, padded) in [(0, 64), (1, 64), (64, 64), (65, 128), (128, 128)] {
            let answer = pad_suffixes(&prefix, found(real), &[2; 32]).unwrap();
            assert_eq!((answer.len(), answer.iter().filter(|one| one.count > 0).count()), (padded, real));
            assert!(answer.windows(2).all(|pair| pair[0].suffix < pair[1].suffix));
        }
        let other = pad_suffixes(&prefix, Vec::new(), &[3; 32]).unwrap();
        assert_ne!(other, pad_suffixes(&prefix, Vec::new(), &[4; 32]).unwrap());
        // Padding that meets a real suffix gives way.
        let met = pad_suffixes(&prefix, found(3), &[1; 32]).unwrap();
        assert_eq!((met.len(), met.iter().filter(|one| one.count > 0).count()), (64, 3));
    }

    #[test]
    fn refusals() {
        for bad in ["", "abc", "ABCD", "abcg", "é1b2", &"a".repeat(17)] {
            assert_eq!(bad.parse::<HashPrefix>().unwrap_err().code(), ErrorCode::UnknownValue, "{bad}");
        }
        let prefix: HashPrefix = "abcd".parse().unwrap();
        let one = |suffix: String| SuffixCount { suffix, count: 1 };
        let short = pad_suffixes(&prefix, vec![one("a".repeat(60)), one("a".repeat(59))], &[0; 32]).unwrap_err();
        assert_eq!((short.code(), short.path()), (ErrorCode::UnknownValue, "found[1].suffix"));
        let twice = pad_suffixes(&prefix, vec![one("a".repeat(60)), one("a".repeat(60))], &[0; 32]).unwrap_err();
        assert_eq!(twice.code(), ErrorCode::Duplicate);
    }
}
