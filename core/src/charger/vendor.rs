//! The maker's name in canonical form (DECISIONS 1).

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

use super::alias;
use crate::{Error, ErrorCode, Result, text};

/// The longest vendor taken, in characters of the text as given.
pub const MAX_VENDOR_CHARS: usize = 120;

/// Legal forms that are dropped from the end of a maker's name, each one or several words in canonical letters.
///
/// Punctuation within a form does not matter: `B.V.`, `BV` and `b.v` are one, as are `A/S` and `AS`.
pub const LEGAL_FORMS: &[&str] = &[
    "AB",
    "ABP",
    "AD",
    "AG",
    "ANS",
    "APS",
    "AS",
    "ASA",
    "AŞ",
    "BHD",
    "BV",
    "BVBA",
    "CO",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "CV",
    "D O O",
    "DOO",
    "EHF",
    "EIRL",
    "EK",
    "EURL",
    "GBR",
    "GESMBH",
    "GMBH",
    "HB",
    "HF",
    "INC",
    "INCORPORATED",
    "JSC",
    "KFT",
    "KG",
    "KGAA",
    "KK",
    "LDA",
    "LIMITED",
    "LLC",
    "LLP",
    "LP",
    "LTD",
    "LTDA",
    "MBH",
    "NV",
    "OHG",
    "OOO",
    "OY",
    "OYJ",
    "OÜ",
    "PJSC",
    "PLC",
    "PTE",
    "PTY",
    "PVT",
    "S A",
    "S R O",
    "S RO",
    "SA",
    "SA DE CV",
    "SAPI DE CV",
    "SARL",
    "SAS",
    "SASU",
    "SAU",
    "SCA",
    "SDN",
    "SE",
    "SL",
    "SLU",
    "SNC",
    "SP Z O O",
    "SP Z OO",
    "SPA",
    "SPOL S RO",
    "SPOL SRO",
    "SPRL",
    "SRL",
    "SRO",
    "UAB",
    "UG",
    "ULC",
    "VOF",
    "ZRT",
    "ŞTI",
    "ŞTİ",
];

/// The maker's name in canonical form: upper case, without legal forms, letters and digits only, aliases resolved.
///
/// # Errors
///
/// At `vendor`: [`ErrorCode::Empty`], [`ErrorCode::TooLong`], and [`ErrorCode::InvalidCharacter`] for a control
/// character, or for a Cyrillic or Greek letter in a name that also has Latin ones or that consists only of letters
/// that look Latin. Names wholly in another script are kept as they are.
///
/// ```
/// use tierra::charger::canonicalize_vendor;
/// for spelling in ["EV Duty", "evduty", "EVduty Inc."] {
///     assert_eq!(canonicalize_vendor(spelling)?, "EVDUTY");
/// }
/// assert_ne!(canonicalize_vendor("Bosch")?, canonicalize_vendor("Bösch")?);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn canonicalize_vendor(vendor: &str) -> Result<String> {
    text::check_text("vendor", vendor, MAX_VENDOR_CHARS, "the maker's name")?;
    let upper = text::nfkc_upper(vendor);
    refuse_disguise(vendor, &upper)?;
    let words: Vec<String> = upper.split(is_word_end).map(letters_and_digits).filter(|word| !word.is_empty()).collect();
    let letters = without_legal_forms(&words).concat();
    if letters.is_empty() {
        let message = format!("`{}` has no letter or digit; expected the maker's name", text::excerpt(vendor));
        return Err(Error::new(ErrorCode::Empty, "vendor", message));
    }
    Ok(alias::resolve(letters))
}

/// What parts two words of a company name. A full stop or slash does not: `B.V.` and `A/S` are one word each.
fn is_word_end(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | ';' | '&' | '+' | '(' | ')' | '[' | ']' | '|')
}

/// Letters and digits, with the diacritics that no precomposed letter took in.
fn letters_and_digits(word: &str) -> String {
    let is_diacritic = |c: char| !c.is_ascii() && CanonicalCombiningClassMapBorrowed::new().get_u8(c) != 0;
    word.chars().filter(|c| c.is_alphanumeric() || is_diacritic(*c)).collect()
}

/// The words without the legal forms at their end, the longest form first. The first word always stays: `AG` alone is a
/// name.
fn without_legal_forms(words: &[String]) -> &[String] {
    let mut name = words;
    while let Some(shorter) = without_a_legal_form(name) {
        name = shorter;
    }
    name
}

/// The words without the longest legal form at their end, where there is one.
fn without_a_legal_form(words: &[String]) -> Option<&[String]> {
    let last = words.last()?.as_bytes().last()?;
    let forms = LEGAL_FORMS.iter().zip(LAST_BYTES).filter(|(_, byte)| byte == last);
    forms.filter_map(|(form, _)| before_form(words, form)).min_by_key(|left| left.len())
}

/// The last byte of each legal form: most names end otherwise, and a look at these tells.
#[expect(clippy::indexing_slicing, reason = "evaluated while compiling, where a wrong index is an error")]
const LAST_BYTES: [u8; LEGAL_FORMS.len()] = {
    let mut bytes = [0; LEGAL_FORMS.len()];
    let mut at = 0;
    while at < bytes.len() {
        if let Some(last) = LEGAL_FORMS[at].as_bytes().last() {
            bytes[at] = *last;
        }
        at += 1;
    }
    bytes
};

fn before_form<'a>(words: &'a [String], form: &str) -> Option<&'a [String]> {
    if !words.last().is_some_and(|last| form.ends_with(last.as_str())) {
        return None;
    }
    let parts = form.split(' ');
    let (before, end) = words.split_at_checked(words.len().checked_sub(parts.clone().count())?)?;
    (!before.is_empty() && parts.eq(end)).then_some(before)
}

/// Refuses a name in which Cyrillic or Greek letters pass for Latin ones.
///
/// Such a name looks like another maker's but would be a charger of its own, so a double claim would go unseen. `upper` is
/// the name in normal form and upper case, in which it would be shown.
fn refuse_disguise(vendor: &str, upper: &str) -> Result<()> {
    let letters = || upper.chars().filter(|c| c.is_alphabetic());
    let Some(disguised) = letters().find(|c| is_cyrillic_or_greek(*c)) else { return Ok(()) };
    if !letters().any(is_latin) && !letters().all(looks_latin) {
        return Ok(());
    }
    let (position, character) = text::source_of(vendor, disguised).unwrap_or((1, disguised));
    let message = format!(
        "has {} at position {position}, which passes for a Latin letter in `{}`; expected the maker's name in one script",
        text::name(character),
        text::excerpt(vendor),
    );
    Err(Error::new(ErrorCode::InvalidCharacter, "vendor", message))
}

fn is_cyrillic_or_greek(character: char) -> bool {
    let blocks = ['\u{0370}'..='\u{03FF}', '\u{0400}'..='\u{052F}', '\u{1C80}'..='\u{1C8F}', '\u{1F00}'..='\u{1FFF}'];
    blocks.iter().any(|block| block.contains(&character))
}

fn is_latin(character: char) -> bool {
    let blocks = ['A'..='Z', '\u{00C0}'..='\u{024F}', '\u{1E00}'..='\u{1EFF}'];
    character.is_alphabetic() && blocks.iter().any(|block| block.contains(&character))
}

/// Whether a capital letter is drawn as a Latin one (Unicode Technical Standard 39, confusables).
fn looks_latin(character: char) -> bool {
    is_latin(character) || "АВЕЅІЈКМНОРСТУХԚԜҮӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_fall_whatever_their_punctuation() {
        for (vendor, expected) in [
            ("Alfen BV", "ALFEN"),
            ("Alfen B.V.", "ALFEN"),
            ("Wallbox Chargers, S.L.U.", "WALLBOX"),
            ("MENNEKES Elektrotechnik GmbH & Co. KG", "MENNEKES"),
            ("Garo AB", "GARO"),
            ("Wall Box Chargers", "WALLBOX"),
            ("Tesla Motors", "TESLA"),
            ("Tesla, Inc.", "TESLA"),
            ("Ekoenergetyka Polska Sp. z o.o.", "EKOENERGETYKAPOLSKA"),
            ("Zaptec A/S", "ZAPTEC"),
            ("Delta Electronics (Thailand) Public Co., Ltd.", "DELTAELECTRONICSTHAILANDPUBLIC"),
            ("AG", "AG"),
            ("Co. Ltd.", "CO"),
            ("go-e GmbH", "GOE"),
            ("E.ON Drive", "EONDRIVE"),
            ("ｅａｓｅｅ ＡＳ", "EASEE"),
            ("Bo\u{308}sch", "BÖSCH"),
            ("Groß", "GROSS"),
            ("ПАРУС Электро", "ПАРУСЭЛЕКТРО"),
            ("Cargadores del Norte S.A. de C.V.", "CARGADORESDELNORTE"),
            ("Şarj Ltd. Şti.", "ŞARJ"),
            ("ŞARJ LTD. ŞTİ.", "ŞARJ"),
            ("Nabíječky spol. s r.o.", "NABÍJEČKY"),
        ] {
            assert_eq!(canonicalize_vendor(vendor).unwrap(), expected, "{vendor}");
        }
    }

    #[test]
    fn disguises_are_named() {
        // Cyrillic А, Cyrillic о within Latin, and a name wholly of Cyrillic letters that look Latin.
        for (vendor, position) in [
            ("А\u{42}\u{42}", 1),
            ("Zaptec Pr\u{43E}", 10),
            ("\u{410}\u{412}\u{412}", 1),
            ("\u{430}\u{432}\u{432}", 1),
            ("\u{1D6A8}BB", 1),
            ("x\u{2126}mega", 2),
            ("µGrid", 1),
        ] {
            let error = canonicalize_vendor(vendor).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidCharacter);
            assert!(error.message().contains(&format!("position {position},")), "{error}");
        }
    }

    #[test]
    fn canonical_form_is_a_fixed_point() {
        for vendor in ["EVduty Inc.", "Wall Box Chargers", "ｅａｓｅｅ ＡＳ", "Bösch", "ŉAlfen", "ǰx"] {
            let once = canonicalize_vendor(vendor).unwrap();
            assert_eq!(canonicalize_vendor(&once).unwrap(), once, "{vendor}");
        }
    }
}
