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
/// Case is folded in full (`Heiß` and `HEIẞ` are `HEISS`). Signs of trade such as `™`, `®` and `(R)` fall before the normal
/// form would make letters of them, and so do accents that stand on no letter: `Dell´Orto`, `Dell'Orto` and `Dellʼorto` are
/// one maker. What is left is composed, so that the canonical form of a canonical form is itself (DECISIONS 1).
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
    let upper = upper_without_signs(vendor);
    refuse_disguise(vendor, &upper)?;
    let words: Vec<String> = upper.split(is_word_end).map(letters_and_digits).filter(|word| !word.is_empty()).collect();
    // What was dropped may have parted a letter from the diacritics that now follow it.
    let letters = text::nfkc(&without_legal_forms(&words).concat()).trim_start_matches(is_diacritic).to_owned();
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

/// The name in normal form and upper case, without what only looks like part of it.
fn upper_without_signs(vendor: &str) -> String {
    if vendor.is_ascii() {
        return without_written_signs(vendor.to_ascii_uppercase());
    }
    let named: String = vendor.chars().filter(|c| !is_trade_sign(*c)).collect();
    // Only now: the upper case of a iota that stands alone (U+037A) would be a letter.
    let upper = text::upper_of(&without_spacing_accents(&text::nfkc(&named)));
    // Only now, too: `ŉ` is an apostrophe and a letter in normal form.
    without_written_signs(upper.chars().filter(|c| !is_modifier(*c)).collect())
}

/// Signs of which the normal form makes letters (`™` is `TM`), and their kin.
pub(super) const fn is_trade_sign(character: char) -> bool {
    matches!(character, '™' | '®' | '©' | '℠' | '℗' | '\u{1F12B}' | '\u{1F12C}' | '\u{1F16A}'..='\u{1F16C}')
}

/// The same signs as a keyboard writes them.
fn without_written_signs(upper: String) -> String {
    if !upper.contains('(') {
        return upper;
    }
    ["(R)", "(TM)", "(C)", "(SM)"].iter().fold(upper, |name, sign| name.replace(sign, ""))
}

/// Apostrophes, primes and accents that Unicode calls letters although they stand beside one (block Spacing Modifier
/// Letters): `ʼ` is written where others write `'`.
const fn is_modifier(character: char) -> bool {
    matches!(character, '\u{02B9}'..='\u{02DF}' | '\u{02E5}'..='\u{02FF}' | '\u{A717}'..='\u{A71F}' | '\u{A788}')
}

/// The text in normal form without its accents that stand alone, which are a blank with marks there (`´` is U+0020 U+0301).
///
/// Left in place the mark would move to the letter before it, and `Dell´Orto` would be another maker than `Dell'Orto`.
fn without_spacing_accents(normal: &str) -> String {
    let mut out = String::with_capacity(normal.len());
    let mut characters = normal.chars().peekable();
    while let Some(character) = characters.next() {
        if !character.is_whitespace() || characters.next_if(|next| is_diacritic(*next)).is_none() {
            out.push(character);
            continue;
        }
        while characters.next_if(|next| is_diacritic(*next)).is_some() {}
    }
    out
}

/// Letters and digits, with the diacritics that no precomposed letter took in.
fn letters_and_digits(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || is_diacritic(*c)).collect()
}

fn is_diacritic(character: char) -> bool {
    !character.is_ascii() && CanonicalCombiningClassMapBorrowed::new().get_u8(character) != 0
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
        "has {}, which passes for a Latin letter in `{}`; expected the maker's name in one script",
        text::place(position, character),
        text::excerpt(vendor),
    );
    Err(Error::new(ErrorCode::InvalidCharacter, "vendor", message))
}

fn is_cyrillic_or_greek(character: char) -> bool {
    // Greek and Coptic, Cyrillic with its supplement and extensions, Greek Extended.
    let blocks = [
        '\u{0370}'..='\u{03FF}',
        '\u{0400}'..='\u{052F}',
        '\u{1C80}'..='\u{1C8F}',
        '\u{1D2B}'..='\u{1D2B}',
        '\u{1F00}'..='\u{1FFF}',
        '\u{2DE0}'..='\u{2DFF}',
        '\u{A640}'..='\u{A69F}',
    ];
    blocks.iter().any(|block| block.contains(&character))
}

fn is_latin(character: char) -> bool {
    // Basic, Latin-1 with Extended-A and -B and the phonetic letters, Extended Additional, Extended-C, -D and -E.
    let blocks = [
        'A'..='Z',
        '\u{00C0}'..='\u{02AF}',
        '\u{1E00}'..='\u{1EFF}',
        '\u{2C60}'..='\u{2C7F}',
        '\u{A720}'..='\u{A7FF}',
        '\u{AB30}'..='\u{AB64}',
    ];
    character.is_alphabetic() && blocks.iter().any(|block| block.contains(&character))
}

/// Whether a capital letter is drawn as a Latin one (Unicode Technical Standard 39, confusables).
fn looks_latin(character: char) -> bool {
    is_latin(character) || "АВЕЅІЈКМНОРСТУХԌԚԜҮӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn signs_and_lone_accents_fall_and_case_is_folded() {
        let dell = "DELLORTO";
        for (vendor, expected) in [
            ("KEBA™", "KEBA"),
            ("KEBA®", "KEBA"),
            ("KEBA ©", "KEBA"),
            ("KEBA(R) GmbH", "KEBA"),
            ("Alfen™ B.V.", "ALFEN"),
            ("Heiß", "HEISS"),
            ("HEIẞ", "HEISS"),
            ("Dell´Orto", dell),
            ("Dell'Orto", dell),
            ("Dell’Orto", dell),
            ("Dell`Orto", dell),
            ("Dellʼorto", dell),
            ("Dellʹorto", dell),
            ("Dell ́Orto", dell),
            ("Dell΄Orto", dell),
            ("W¨", "W"),
            ("S()̣T3", "ṢT3"),
            ("A ́B", "AB"),
            ("ŉAlfen", "NALFEN"),
            ("ͺABB", "ABB"),
            ("Bo\u{200B}\u{308}sch", "BÖSCH"),
            ("\u{301}ABB", "ABB"),
        ] {
            assert_eq!(canonicalize_vendor(vendor).unwrap(), expected, "{vendor}");
        }
        assert_eq!(canonicalize_vendor("™\u{301}").unwrap_err().code(), ErrorCode::Empty);
    }

    fn is_fixed(vendor: &str) -> std::result::Result<(), TestCaseError> {
        if let Ok(once) = canonicalize_vendor(vendor) {
            prop_assert_eq!(canonicalize_vendor(&once), Ok(once), "{:?}", vendor);
        }
        Ok(())
    }

    #[test]
    fn the_form_of_every_character_is_a_fixed_point_and_the_same_in_every_case() {
        // Nothing beyond these planes has another form.
        for character in '\0'..='\u{1FFFF}' {
            let vendor = format!("a{character}");
            is_fixed(&vendor).unwrap();
            is_fixed(&format!("{character}\u{301}n")).unwrap();
            let Ok(form) = canonicalize_vendor(&vendor) else { continue };
            for other in [vendor.to_uppercase(), vendor.to_lowercase(), text::nfkc(&vendor).into_owned()] {
                // What the normal form turns into a trade sign's letters is no sign any more.
                if !is_trade_sign(character) {
                    assert_eq!(canonicalize_vendor(&other).unwrap(), form, "{vendor:?} {other:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn the_form_of_a_form_is_itself(
            vendor in prop_oneof![
                "\\PC{1,40}",
                prop::collection::vec(any::<char>(), 1..12).prop_map(String::from_iter),
                // Marks, accents that stand alone, what parts words, and letters that have more than one form.
                "[A-Za-zßẞŉǰıİſΐͅ ()'´`¨ʼ™®\u{300}-\u{345}\u{200B}\u{1D160}가-깋ᄀ-ᇿﬁ-ﬆ㎏-㏿]{1,12}",
                "([A-Z]{1,3}|Gm\\(R\\)bH|[´ ]\u{301}|\\(TM\\)|AG|S\\.A\\.){1,6}",
            ],
        ) {
            is_fixed(&vendor)?;
        }
    }
}
