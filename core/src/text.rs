//! Text rules that more than one room of the domain uses.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::{Error, ErrorCode, Result};

/// Refuses an empty or over-long text, and NUL or another control character.
///
/// `max` counts characters (Unicode scalar values) of the text as given.
pub(crate) fn check_text(path: &str, text: &str, max: usize, expected: &str) -> Result<()> {
    // Most texts are of these alone, which is seen at a glance.
    let printable = text.bytes().fold(true, |printable, byte| printable & matches!(byte, b' '..=b'~'));
    if printable && text.len() <= max && text.bytes().next().is_some_and(|first| first != b' ') {
        return Ok(());
    }
    if text.trim().is_empty() {
        return Err(Error::new(ErrorCode::Empty, path, format!("is empty; expected {expected}")));
    }
    // A text cannot have more characters than bytes: the count is needed only for long ones.
    if text.len() > max {
        let count = text.chars().count();
        if count > max {
            let message = format!("has {count} characters, `{}`; expected at most {max}", excerpt(text));
            return Err(Error::new(ErrorCode::TooLong, path, message));
        }
    }
    if let Some((position, character)) = text.chars().enumerate().find(|(_, c)| c.is_control() && !c.is_whitespace()) {
        let message =
            format!("has the control character {} at position {}; expected {expected}", name(character), position + 1);
        return Err(Error::new(ErrorCode::InvalidCharacter, path, message));
    }
    Ok(())
}

/// The text in normal form and upper case, in which vendors and serials are compared.
///
/// Upper case may undo the normal form (`ŉ`), so it is normalised once more.
pub(crate) fn nfkc_upper(text: &str) -> String {
    upper_of(&nfkc(text))
}

/// [`nfkc_upper`] of a text that is in normal form.
pub(crate) fn upper_of(normal: &str) -> String {
    if normal.is_ascii() {
        return normal.to_ascii_uppercase();
    }
    let upper: String = normal.chars().flat_map(upper).collect();
    nfkc(&upper).into_owned()
}

/// The upper case of a character, which folds case in full: `ẞ` is the one capital that is not the upper case of its own
/// small letter (`ß` has `SS`), so the two would differ (DECISIONS 1).
fn upper(character: char) -> std::char::ToUppercase {
    if character == 'ẞ' { 'ß'.to_uppercase() } else { character.to_uppercase() }
}

/// The first character of a text as given that becomes `wanted` in normal form and upper case, and its position from 1.
pub(crate) fn source_of(text: &str, wanted: char) -> Option<(usize, char)> {
    let becomes_wanted = |c: char| nfkc_upper(c.encode_utf8(&mut [0; 4])).contains(wanted);
    let found = text.chars().enumerate().find(|(_, c)| becomes_wanted(*c));
    found.map(|(index, character)| (index + 1, character))
}

/// The text in Unicode normalisation form KC, borrowed where it already is.
pub(crate) fn nfkc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
}

/// The text in upper case without outer blanks and with inner runs of blanks made one space.
///
/// Upper case, because identities need it too: the table of the other would be carried for nothing. Two texts of an emission query are equal when their folded forms are (DECISIONS 13).
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(upper));
    }
    out
}

/// Whether two texts are equal in folded form.
pub(crate) fn same_folded(left: &str, right: &str) -> bool {
    fn folded(word: &str) -> impl Iterator<Item = char> + '_ {
        word.chars().flat_map(upper)
    }
    let mut others = right.split_whitespace();
    left.split_whitespace().all(|word| others.next().is_some_and(|other| folded(word).eq(folded(other))))
        && others.next().is_none()
}

/// Whether two texts are equal but for blanks. Case counts: the units `mWh` and `MWh` are a thousand million apart.
pub(crate) fn same_words(left: &str, right: &str) -> bool {
    left.split_whitespace().eq(right.split_whitespace())
}

/// Texts in folded form, one behind the other, to look something up by.
///
/// On the stack, where they are short and ASCII, as nearly all are: a query then allocates nothing.
pub(crate) struct FoldedKey {
    short: [u8; Self::ROOM],
    length: usize,
    /// All of it, where it has no room on the stack.
    long: Option<Vec<u8>>,
}

impl FoldedKey {
    const ROOM: usize = 224;

    /// The key of one text.
    pub(crate) fn of(text: &str) -> Self {
        let mut key = Self { short: [0; Self::ROOM], length: 0, long: None };
        key.push(text);
        key
    }

    /// A key that begins with a number.
    pub(crate) fn of_number(number: usize) -> Self {
        let mut key = Self { short: [0; Self::ROOM], length: 0, long: None };
        key.push_bytes(&number.to_le_bytes());
        key
    }

    /// Adds a text. U+001F, which parts them, cannot stand in a text that passed [`check_text`].
    pub(crate) fn push(&mut self, text: &str) {
        if self.long.is_none() && text.is_ascii() && self.push_ascii(text.as_bytes()) {
            return;
        }
        let folded = folded(text);
        self.push_bytes(folded.as_bytes());
        self.push_bytes(&[0x1F]);
    }

    /// Adds an ASCII text where there is room for it.
    fn push_ascii(&mut self, text: &[u8]) -> bool {
        // A folded text is no longer than the text.
        let Some(room) = self.short.get_mut(self.length..self.length + text.len() + 1) else { return false };
        let length = if fold_simple(room, text) {
            text.len()
        } else {
            let mut length = 0;
            // Unicode's blanks, of which ASCII has one more than `split_ascii_whitespace` knows.
            for word in text.split(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).filter(|word| !word.is_empty()) {
                let start = if length == 0 { 0 } else { length + 1 };
                if let Some(blank) = room.get_mut(length).filter(|_| length > 0) {
                    *blank = b' ';
                }
                length = start + word.len();
                if let Some(place) = room.get_mut(start..length) {
                    place.copy_from_slice(word);
                    place.make_ascii_uppercase();
                }
            }
            length
        };
        if let Some(place) = room.get_mut(length) {
            *place = 0x1F;
        }
        self.length += length + 1;
        true
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        if self.long.is_none() {
            if let Some(room) = self.short.get_mut(self.length..self.length + bytes.len()) {
                room.copy_from_slice(bytes);
                self.length += bytes.len();
                return;
            }
            self.long = Some(self.as_bytes().to_vec());
        }
        if let Some(long) = &mut self.long {
            long.extend_from_slice(bytes);
        }
    }

    /// The key.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.long {
            Some(long) => long,
            None => self.short.get(..self.length).unwrap_or_default(),
        }
    }

    /// The key, to be kept.
    pub(crate) fn to_box(&self) -> Box<[u8]> {
        self.as_bytes().into()
    }
}

/// Copies an ASCII text in upper case; false where its blanks are other than single spaces within.
///
/// Eight bytes at a time: five texts are folded for a query of emission factors, which byte by byte took half of its time
/// (323 ns a query, 230 ns so).
fn fold_simple(room: &mut [u8], text: &[u8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    // The highest bit of each byte that is below a limit of ASCII.
    let below = |word: u64, limit: u64| !((word | HIGH) - limit * EACH) & HIGH;
    let (words, rest) = text.as_chunks::<8>();
    let mut last = [b'.'; 8];
    last.iter_mut().zip(rest).for_each(|(byte, rest)| *byte = *rest);
    let mut before = HIGH >> 56;
    let mut other = text.last().is_none_or(|last| *last == b' ');
    let mut places = room.chunks_mut(8);
    for word in words.iter().chain((!rest.is_empty()).then_some(&last)) {
        let word = u64::from_le_bytes(*word);
        let blanks = below(word, 0x21);
        other |= blanks & ((blanks << 8) | before) != 0 || below(word, 0x20) != 0;
        before = blanks >> 56;
        let lower = below(word, 0x7B) & !below(word, 0x61);
        let upper = (word - (lower >> 2)).to_le_bytes();
        let Some(place) = places.next() else { return false };
        match place.first_chunk_mut::<8>() {
            Some(place) => *place = upper,
            None => place.iter_mut().zip(upper).for_each(|(place, byte)| *place = byte),
        }
    }
    !other
}

/// The error for a text that is none of some names.
#[cold]
#[inline(never)]
pub(crate) fn unknown(text: &str, names: &[&str]) -> Error {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{}` is not known; expected one of {}", excerpt(text), names.join(", "));
    Error::new(ErrorCode::UnknownValue, "", message)
}

/// A character as a person can find it: itself and its code point, `А` (U+0410).
pub(crate) fn name(character: char) -> String {
    if character.is_control() {
        return format!("U+{:04X}", u32::from(character));
    }
    format!("`{character}` (U+{:04X})", u32::from(character))
}

/// A character and where it stands, from 1.
pub(crate) fn place(position: usize, character: char) -> String {
    format!("{} at position {position}", name(character))
}

/// The first characters of a text, for an error message.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH: usize = 40;
    let mut out: String = text.chars().take(LENGTH).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(LENGTH).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_case_and_blanks() {
        assert_eq!(folded("  Natural \t GAS "), "NATURAL GAS");
        assert_eq!(folded(""), "");
    }

    #[test]
    fn keys_are_folded_texts() {
        let key = |texts: &[&str]| {
            let mut key = FoldedKey::of_number(7);
            texts.iter().for_each(|text| key.push(text));
            key.to_box()
        };
        let long = "Long ".repeat(80);
        for texts in [["  Natural \t GAS ", "co2", ""], ["Straße", "ﬁ", "x"], [long.as_str(), "CH4", long.as_str()]]
        {
            let mut expected = 7_usize.to_le_bytes().to_vec();
            texts.iter().for_each(|text| expected.extend(format!("{}\u{1F}", folded(text)).bytes()));
            assert_eq!(*key(&texts), *expected, "{texts:?}");
            assert!(same_folded(texts[0], &folded(texts[0])));
        }
        assert!(same_folded("Natural  gas", " NATURAL GAS ") && !same_folded("Natural gas", "Natural"));
        assert!(!same_folded("Natural", "Natural gas") && same_folded("ß", "SS"));
        assert!(same_folded("Heiß", "HEIẞ") && folded("HEIẞ") == folded("heiss"));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(check_text("vendor", &"ö".repeat(120), 120, "a name").is_ok());
        let error = check_text("vendor", &"ö".repeat(121), 120, "a name").unwrap_err();
        assert_eq!(error.code(), ErrorCode::TooLong);
    }
}
