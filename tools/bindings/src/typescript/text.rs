//! Doc comments of Rust as JSDoc.

use tierra::ffi::CallShape;

use super::overrides::{ASIDES, CLASSES, SENTENCES, renamed};
use super::types::Place;
use crate::catalog::Catalog;
use crate::words::{Style, beyond_rust, camel_case, capital, reworded, without_target, wrapped};

/// How JSDoc writes what a doc comment names.
const STYLE: Style = Style { tick: "`", nothing: "null" };
/// The longest line.
pub const WIDTH: usize = 120;
/// The blank within a link, which no line is broken at.
const UNBROKEN: char = '\u{1}';

/// A comment of some paragraphs, indented; nothing for no text.
pub fn comment(paragraphs: &[String], indent: usize) -> String {
    let blank = " ".repeat(indent);
    let text = paragraphs.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n\n");
    if text.is_empty() {
        return String::new();
    }
    let one = format!("{blank}/** {text} */\n").replace(UNBROKEN, " ");
    let is_tag = text.starts_with('@');
    if !text.contains('\n') && !is_tag && one.chars().count() <= WIDTH + 1 {
        return one;
    }
    let mut out = format!("{blank}/**\n");
    let mut tag = "";
    for paragraph in text.split("\n\n") {
        let is_after_tag = !tag.is_empty();
        tag = if paragraph.starts_with('@') { "  " } else { "" };
        // Tags stand below one another.
        if !(out.ends_with("/**\n") || is_after_tag && !tag.is_empty()) {
            out.push_str(&format!("{blank} *\n"));
        }
        for (index, line) in wrapped(paragraph, WIDTH - indent - 3 - tag.len()).iter().enumerate() {
            out.push_str(&format!("{blank} * {}{line}\n", if index == 0 { "" } else { tag }));
        }
    }
    out.replace(UNBROKEN, " ") + &format!("{blank} */\n")
}

/// A doc comment in JavaScript's words.
pub fn said(text: &str, catalog: &Catalog, place: Place) -> String {
    let own = SENTENCES.iter().fold(beyond_rust(text), |text, (rust, own)| text.replace(rust, own));
    fields_in_json(&reworded(&linked(&without_asides(&own), catalog, place), catalog, STYLE), catalog)
}

/// The text with fields by their names in JSON, where only these are JavaScript's.
fn fields_in_json(text: &str, catalog: &Catalog) -> String {
    let in_code = |(index, part): (usize, &str)| match index % 2 {
        1 => field_in_json(part, catalog).unwrap_or_else(|| part.to_owned()),
        _ => part.to_owned(),
    };
    text.split('`').enumerate().map(in_code).collect::<Vec<_>>().join("`")
}

fn field_in_json(code: &str, catalog: &Catalog) -> Option<String> {
    let (owner, name) = code.split_once('.').map_or((None, code), |(owner, name)| (Some(owner), name));
    let records = || catalog.records.values().filter(|record| owner.is_none_or(|owner| owner == record.name));
    let mut fields = records().flat_map(|record| &record.fields);
    if owner.is_none() && fields.clone().any(|field| field.json == name) {
        return None;
    }
    fields.find(|field| field.name == name).map(|field| field.json.to_owned())
}

/// Without what speaks of Rust's names for fields, or of the repository.
fn without_asides(text: &str) -> String {
    let mut out = text.to_owned();
    for (start, end) in ASIDES {
        while let Some((before, behind)) = out.split_once(start)
            && let Some((_, rest)) = behind.split_once(end)
        {
            out = format!("{before}{rest}");
        }
    }
    out
}

/// The text with links to calls and types as JSDoc has them.
fn linked(text: &str, catalog: &Catalog, place: Place) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("[`") {
        let Some((name, behind)) = from.split_once("`]") else { break };
        out.push_str(before);
        match target(name, catalog, place) {
            Some(target) => {
                out.push_str(&format!("{{@link{UNBROKEN}{target}}}"));
                rest = without_target(behind);
            }
            None => {
                out.push_str("[`");
                out.push_str(name);
                out.push_str("`]");
                rest = behind;
            }
        }
    }
    out + rest
}

/// What a link leads to, where it is a call or a type of TypeScript's.
fn target(name: &str, catalog: &Catalog, place: Place) -> Option<String> {
    let parts: Vec<&str> = name.split("::").filter(|part| *part != "crate" && *part != "Self").collect();
    let tail = match parts.as_slice() {
        [.., owner, last] if owner.starts_with(char::is_uppercase) => format!("::{owner}::{last}"),
        [.., last] => format!("::{last}"),
        [] => return None,
    };
    let calls = catalog.factors.iter().chain(&catalog.ledger).chain(&catalog.pure);
    if let Some(call) = calls.into_iter().find(|call| call.documented.ends_with(&tail)) {
        return Some(call_name(call, catalog, place));
    }
    let [name] = parts.as_slice() else { return None };
    if CLASSES.contains(name) {
        return Some((*name).to_owned());
    }
    let record = catalog.records.keys().chain(catalog.names.keys()).find(|known| *known == name);
    record.map(|name| renamed(name).to_owned())
}

fn call_name(call: &CallShape, catalog: &Catalog, place: Place) -> String {
    match call.name.split_once('.') {
        Some((group, name)) if place == Place::Ledger => format!("{}.{}", capital(group), camel_case(name)),
        Some((group, name)) => format!("Ledger.{}.{}", capital(group), camel_case(name)),
        None if catalog.factors.iter().any(|known| known.name == call.name) => {
            format!("EmissionFactors.{}", camel_case(call.name))
        }
        None => camel_case(call.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_stands_in_one_line_or_more() {
        assert_eq!(comment(&["Its id.".to_owned()], 2), "  /** Its id. */\n");
        assert_eq!(comment(&[String::new()], 2), "");
        let tags = ["Does it.".to_owned(), "@param id its id.".to_owned(), "@throws {TierraError} `empty`.".to_owned()];
        let expected = "/**\n * Does it.\n *\n * @param id its id.\n * @throws {TierraError} `empty`.\n */\n";
        assert_eq!(comment(&tags, 0), expected);
    }

    #[test]
    fn links_to_what_only_rust_has_are_taken_out() {
        assert_eq!(
            beyond_rust("One\nline, as [`Unit`].\n\nMore.\n\n[`Unit`]: super::Unit"),
            "One line, as [`Unit`].\n\nMore."
        );
        assert_eq!(
            without_asides("The scope. An addition to the contract, in JSON `scope`. More."),
            "The scope. More."
        );
    }
}
