//! The names that a text was most likely meant to be, for error messages.

use crate::text::folded;

/// How many names a message lists; more would hide the sentence.
const LISTED: usize = 5;

/// A name that is less alike is no help where better ones are there: a score of `strsim::jaro_winkler`, 0 to 1.
const ALIKE: f64 = 0.75;

/// The names most like a text, the likest first and each once. Where none
/// is alike, the first few of those that are left.
pub(crate) fn nearest<'a>(asked: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let asked = folded(asked);
    let mut scored: Vec<(f64, &str)> = Vec::new();
    for name in names {
        if !scored.iter().any(|(_, known)| *known == name) {
            scored.push((score(&asked, &folded(name)), name));
        }
    }
    // A stable sort: names that are equally alike stay in the order given.
    scored.sort_by(|left, right| right.0.total_cmp(&left.0));
    let alike = scored.iter().filter(|(score, _)| *score >= ALIKE).count();
    let count = if alike == 0 { LISTED } else { alike.min(LISTED) };
    scored.into_iter().take(count).map(|(_, name)| name).collect()
}

/// How alike two folded texts are: as texts, or word by word, each asked word beside the likest one of the name.
fn score(asked: &str, name: &str) -> f64 {
    let spelled = strsim::jaro_winkler(asked, name);
    let likest = |word: &str| words_of(name).map(|own| strsim::jaro_winkler(word, own)).fold(0.0, f64::max);
    let words = words_of(asked).count();
    let by_words =
        words_of(asked).map(likest).sum::<f64>() / f64::from(u32::try_from(words.max(1)).unwrap_or(u32::MAX));
    // Of names with all of the words the one that is spelled more alike.
    spelled.max(by_words) + spelled / 100.0
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Some names as a message lists them, each in backticks.
pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_hold_the_words_come_before_those_spelled_alike() {
        let names =
            ["Petrol (100% mineral petrol)", "Diesel (average biofuel blend)", "Diesel (100% mineral diesel)", "Dies"];
        assert_eq!(nearest("diesel", names).first(), Some(&"Diesel (100% mineral diesel)"));
        assert_eq!(nearest("Disel (average biofuel blend)", names).first(), Some(&"Diesel (average biofuel blend)"));
        assert_eq!(nearest("natural gaz", ["Coal", "Natural gas", "Natural gas"]), ["Natural gas"]);
        assert_eq!(nearest("xyz", ["Coal", "Peat"]), ["Coal", "Peat"]);
        assert!(nearest("x", []).is_empty());
        assert_eq!(quoted(&["a", "b"]), "`a`, `b`");
    }
}
