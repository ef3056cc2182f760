//! The serial number in canonical form (DECISIONS 2).

use super::vendor::is_trade_sign;
use crate::{Error, ErrorCode, Result, text};

/// The longest serial number taken, in characters of the text as given.
pub const MAX_SERIAL_CHARS: usize = 255;
/// The most characters a serial may have once it is normalised.
const MAX_NORMALIZED: usize = 64;

/// The serial number in canonical form: upper case, without label and separators, leading zeros kept.
///
/// Dropped are leading labels (`S/N`, `SN:`, `Serial No.`, `Serial number`, `Seriennummer`), white space, every Unicode
/// dash and `_ . / : #`. A label falls where it is repeated (`S/N: S/N: 1`) and behind separators (`-S/N: 1`), too. `SN` is
/// one only where `:`, `.`, `#` or a blank follows: `SN123456` and `SN-123456` are whole serials, of which
/// [`ChargerIdentity::advisories`](super::ChargerIdentity::advisories) tells.
///
/// # Errors
///
/// At `serial`: [`ErrorCode::Empty`], [`ErrorCode::TooLong`] (255 characters as given, 64 once normalised), and
/// [`ErrorCode::InvalidCharacter`], which names the character and its position (from 1) in the text as given.
///
/// ```
/// use tierra::charger::normalize_serial;
/// assert_eq!(normalize_serial("Serial No. ace–0 123 456")?, "ACE0123456");
/// let error = normalize_serial("\u{410}CE0123456").unwrap_err(); // Cyrillic А
/// assert!(error.to_string().starts_with("serial: has `А` (U+0410) at position 1"));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn normalize_serial(serial: &str) -> Result<String> {
    text::check_text("serial", serial, MAX_SERIAL_CHARS, "a serial number")?;
    // The normal form would make letters of it: `1™` is no serial `1TM`.
    if let Some((index, sign)) = serial.chars().enumerate().find(|(_, c)| is_trade_sign(*c)) {
        return Err(invalid_character(serial, &text::place(index + 1, sign)));
    }
    let upper = text::nfkc_upper(serial);
    let mut normalized = String::with_capacity(upper.len());
    for character in without_labels(&upper).chars().filter(|c| !is_separator(*c)) {
        if !is_serial_character(character) {
            let source = text::source_of(serial, character);
            let place = source.map_or_else(|| text::name(character), |(position, c)| text::place(position, c));
            return Err(invalid_character(serial, &place));
        }
        normalized.push(character);
    }
    if normalized.is_empty() || is_label(&normalized) {
        let message = format!("`{}` has no letter or digit; expected a serial number", text::excerpt(serial));
        return Err(Error::new(ErrorCode::Empty, "serial", message));
    }
    if normalized.len() > MAX_NORMALIZED {
        let message = format!(
            "`{}` has {} letters and digits; expected at most {MAX_NORMALIZED}",
            text::excerpt(serial),
            normalized.len()
        );
        return Err(Error::new(ErrorCode::TooLong, "serial", message));
    }
    Ok(normalized)
}

const fn is_serial_character(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit()
}

const fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '_' | '.' | '/' | ':' | '#') || is_dash(character)
}

/// Whether Unicode gives the character the property `Dash` (PropList.txt, Unicode 17).
const fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{058A}' | '\u{05BE}' | '\u{1400}' | '\u{1806}' | '\u{2010}'..='\u{2015}' | '\u{2053}' | '\u{207B}'
            | '\u{208B}' | '\u{2212}' | '\u{2E17}' | '\u{2E1A}' | '\u{2E3A}'..='\u{2E3B}' | '\u{2E40}' | '\u{2E5D}'
            | '\u{301C}' | '\u{3030}' | '\u{30A0}' | '\u{FE31}'..='\u{FE32}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
            | '\u{10D6E}' | '\u{10EAD}'
    )
}

/// The words of labels in upper case. Between two words may stand blanks, full stops and dashes.
const LABELS: &[&str] = &[
    "SERIAL NUMBER",
    "SERIAL NUM",
    "SERIAL NO",
    "SERIAL NR",
    "SERIAL N°",
    "SER NO",
    "SER NR",
    "SERIENNUMMER",
    "SERIEN NUMMER",
    "SERIEN NR",
    "SERIAL",
    "S/N",
    "S N",
    "SN",
];

/// The serial without the labels and separators at its front.
fn without_labels(serial: &str) -> &str {
    // A label at the very end is told from letters of a serial by what follows it, which is no blank.
    let mut rest = serial.trim_end().trim_start_matches(is_separator);
    while let Some(shorter) = LABELS.iter().find_map(|label| after_label(rest, label)) {
        rest = shorter.trim_start_matches(is_separator);
    }
    rest
}

/// Whether nothing but a label is left, whose words were parted in some other way (`Serial-N-o`).
fn is_label(normalized: &str) -> bool {
    LABELS.iter().any(|label| after_label(normalized, label) == Some(""))
}

/// What may be the serial proper of a normalised one that begins with the letters of a label, `SN` and `SERIALNO` alike.
pub(super) fn after_possible_labels(normalized: &str) -> Option<&str> {
    let mut rest = normalized;
    while let Some(shorter) = LABELS.iter().find_map(|label| after_words(rest, label)) {
        rest = shorter;
    }
    let has_digit = rest.bytes().any(|byte| byte.is_ascii_digit());
    (has_digit && rest.len() < normalized.len()).then_some(rest)
}

fn after_words<'a>(normalized: &'a str, label: &str) -> Option<&'a str> {
    label.split(' ').try_fold(normalized, str::strip_prefix)
}

fn after_label<'a>(serial: &'a str, label: &str) -> Option<&'a str> {
    let mut rest = serial;
    for (index, word) in label.split(' ').enumerate() {
        if index > 0 {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '/') || is_dash(c));
        }
        rest = rest.strip_prefix(word)?;
    }
    // A label ends in a mark or a blank, or has nothing behind it. `SN` and `SERIAL` alone may be a serial's own letters,
    // and `S/N` is a label whatever follows.
    let ends = |c: char| c.is_whitespace() || matches!(c, ':' | '.' | '#');
    let is_never_a_serial = !matches!(label, "SN" | "SERIAL" | "S N");
    let ended = rest.starts_with(ends) || label == "S/N" || (rest.is_empty() && is_never_a_serial);
    ended.then(|| rest.trim_start_matches(ends))
}

/// Normalises serials of ASCII one after the other.
#[derive(Debug, Clone)]
pub(super) struct AsciiSerial {
    /// As many places as a serial may have bytes, so that no length need be watched.
    normalized: [u8; MAX_SERIAL_CHARS],
    /// The upper case of a serial that may have a label.
    upper: String,
}

impl Default for AsciiSerial {
    fn default() -> Self {
        Self { normalized: [0; MAX_SERIAL_CHARS], upper: String::new() }
    }
}

/// A byte that is dropped from a serial.
const DROPPED: u8 = 0;
/// A byte that is refused, or is no ASCII.
const REFUSED: u8 = 0xFF;

/// What becomes of each byte of a serial: its upper case, [`DROPPED`] or [`REFUSED`].
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling, where a wrong index is an error")]
const ASCII: [u8; 256] = {
    let mut table = [REFUSED; 256];
    let mut byte = 0;
    while byte < 128 {
        let upper = (byte as u8).to_ascii_uppercase();
        if is_separator(upper as char) {
            table[byte] = DROPPED;
        } else if is_serial_character(upper as char) {
            table[byte] = upper;
        }
        byte += 1;
    }
    table
};

impl AsciiSerial {
    /// The answer of [`normalize_serial`] in bytes; `None` for a serial that is not wholly ASCII or is refused.
    pub(super) fn normalized(&mut self, serial: &str) -> Option<&[u8]> {
        if serial.len() > MAX_SERIAL_CHARS {
            return None;
        }
        let mut bytes = serial.as_bytes();
        let mut may_be_label = false;
        // Every label begins so.
        if let Some(b's' | b'S') = bytes.iter().find(|byte| !is_separator(char::from(**byte))) {
            if !serial.is_ascii() {
                return None;
            }
            self.upper.clear();
            self.upper.push_str(serial);
            self.upper.make_ascii_uppercase();
            let rest = without_labels(&self.upper);
            may_be_label = true;
            bytes = rest.as_bytes();
        }
        let mut length = 0;
        let mut refused = false;
        for byte in bytes {
            let becomes = ASCII.get(usize::from(*byte)).copied().unwrap_or(REFUSED);
            // Written in any case and kept by the count alone: a branch a character would often be guessed wrong.
            if let Some(place) = self.normalized.get_mut(length) {
                *place = becomes;
            }
            length += usize::from(becomes != DROPPED);
            refused |= becomes == REFUSED;
        }
        if refused || length > MAX_NORMALIZED {
            return None;
        }
        let normalized = self.normalized.get(..length).filter(|normalized| !normalized.is_empty())?;
        let is_label = || std::str::from_utf8(normalized).is_ok_and(is_label);
        (!may_be_label || !is_label()).then_some(normalized)
    }
}

/// Refuses the character at a place of the text as given.
fn invalid_character(serial: &str, place: &str) -> Error {
    let shortened = if looks_shortened(serial) {
        "; it looks like a number that a spreadsheet shortened: read it from the device"
    } else {
        ""
    };
    let message = format!("has {place} in `{}`; expected letters A–Z and digits 0–9{shortened}", text::excerpt(serial));
    Error::new(ErrorCode::InvalidCharacter, "serial", message)
}

/// Whether a serial that is refused is such as `1,00E+12`.
fn looks_shortened(serial: &str) -> bool {
    let letters: String = serial.chars().filter(|c| !is_separator(*c) && !matches!(c, ',' | '+')).collect();
    is_shortened_number(&letters.to_ascii_uppercase())
}

/// Whether a normalised serial may be a whole number in scientific notation, such as `1.00E12`, which is how spreadsheets
/// show and save a long one: its first digits, and as many more as the exponent says.
pub(super) fn is_shortened_number(normalized: &str) -> bool {
    let Some((digits, exponent)) = normalized.split_once('E') else { return false };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = exponent.parse().is_ok_and(|exponent: usize| exponent + 1 >= digits.len());
    are_digits(digits) && are_digits(exponent) && exponent.len() <= 2 && !digits.starts_with('0') && is_whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_and_separators_fall() {
        for (serial, expected) in [
            ("S/N: 12345", "12345"),
            ("s/n12345", "12345"),
            ("SN:12345", "12345"),
            ("SN 12345", "12345"),
            ("S.N.: 12345", "12345"),
            ("S / N: 12345", "12345"),
            ("SN12345", "SN12345"),
            ("Serial No. 00012", "00012"),
            ("Serial-Number: A1", "A1"),
            ("SERIAL: A1", "A1"),
            ("Serial #A1", "A1"),
            ("SERIAL1", "SERIAL1"),
            ("Serien-Nr.: 77", "77"),
            ("Seriennummer 77", "77"),
            ("SNOW 1", "SNOW1"),
            ("SN", "SN"),
            ("ace−0123_456/7:8#9.0", "ACE01234567890"),
            ("ＡＣＥ０１２３", "ACE0123"),
            ("①②", "12"),
            ("S/N: S/N: 1", "1"),
            ("SN: Serial No. 1", "1"),
            ("－Seriennummer: 1", "1"),
            ("-S/N: 123", "123"),
            ("#SN. SN 7", "7"),
            ("SN-22004711", "SN22004711"),
            ("S/N: SN-22004711", "SN22004711"),
            ("1.00E12", "100E12"),
        ] {
            assert_eq!(normalize_serial(serial).unwrap(), expected, "{serial}");
        }
    }

    #[test]
    fn strange_characters_are_named_with_their_position() {
        for (serial, place) in [
            ("АBC1", "`А` (U+0410) at position 1"),
            ("AB٣", "`٣` (U+0663) at position 3"),
            ("AB\u{200B}1", "(U+200B) at position 3"),
            ("S/N: Ä1", "`Ä` (U+00C4) at position 6"),
            ("A1+", "`+` (U+002B) at position 3"),
            ("A°1", "`°` (U+00B0) at position 2"),
            ("A1™", "`™` (U+2122) at position 3"),
            ("A´1", "`´` (U+00B4) at position 2"),
        ] {
            let error = normalize_serial(serial).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidCharacter);
            assert!(error.message().contains(place), "{error}");
        }
        let shortened = normalize_serial("1,00E+12").unwrap_err();
        assert!(shortened.message().ends_with("read it from the device"), "{shortened}");
        assert_eq!(normalize_serial("12\u{0}34").unwrap_err().code(), ErrorCode::InvalidCharacter);
    }

    #[test]
    fn lengths_have_limits() {
        assert!(normalize_serial(&"A".repeat(64)).is_ok());
        assert_eq!(normalize_serial(&"A".repeat(65)).unwrap_err().code(), ErrorCode::TooLong);
        assert!(normalize_serial(&format!("{}A", "-".repeat(254))).is_ok());
        assert_eq!(normalize_serial(&format!("{}A", "-".repeat(255))).unwrap_err().code(), ErrorCode::TooLong);
        for nothing in
            ["- -", "S/N:", "S/N", "SN:", "Serial No.", "serial no", "Seriennummer: ", "S/N: S/N", "Serial-N-o"]
        {
            assert_eq!(normalize_serial(nothing).unwrap_err().code(), ErrorCode::Empty, "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn a_normal_serial_is_a_fixed_point(
            serial in prop_oneof![
                "\\PC{1,80}",
                "([-#. /:_]{0,2}(S/N|SN|S N|Serial|Serial N[-o]o?|Ser.?nr|Serien-?nummer|№|ﬁ|[a-z0-9ß]{1,4})){1,6}",
            ],
        ) {
            if let Ok(once) = normalize_serial(&serial) {
                prop_assert!(once.len() <= 64 && once.chars().all(is_serial_character));
                prop_assert_eq!(normalize_serial(&once), Ok(once));
            }
        }
    }
}
