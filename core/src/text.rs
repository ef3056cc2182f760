//! Text rules that more than one room of the domain uses.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::{Error, ErrorCode, Result};

/// Refuses an empty or over-long text, and NUL or another control character.
///
/// `max` counts characters (Unicode scalar values) of the text as given.
pub(crate) fn check_text(path: &str, text: &str, max: usize, expected: &str) -> Result<()> {
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
    let upper = nfkc(text).to_uppercase();
    nfkc(&upper).into_owned()
}

/// The first character of a text as given that becomes `wanted` in normal form and upper case, and its position from 1.
pub(crate) fn source_of(text: &str, wanted: char) -> Option<(usize, char)> {
    let becomes_wanted = |c: char| nfkc_upper(c.encode_utf8(&mut [0; 4])).contains(wanted);
    let found = text.chars().enumerate().find(|(_, c)| becomes_wanted(*c));
    found.map(|(index, character)| (index + 1, character))
}

/// The text in Unicode normalisation form KC, borrowed where it already is.
fn nfkc(text: &str) -> Cow<'_, str> {
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
        out.extend(word.chars().flat_map(char::to_uppercase));
    }
    out
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
    fn length_counts_characters_not_bytes() {
        assert!(check_text("vendor", &"ö".repeat(120), 120, "a name").is_ok());
        let error = check_text("vendor", &"ö".repeat(121), 120, "a name").unwrap_err();
        assert_eq!(error.code(), ErrorCode::TooLong);
    }
}
