//! Doc comments of Rust in the words of another language.

use std::collections::BTreeSet;

use crate::catalog::Catalog;

/// How a language writes what a doc comment names.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// What stands about a name: one backtick or two.
    pub tick: &'static str,
    /// What the language calls nothing.
    pub nothing: &'static str,
}

/// Words of the core's doc comments that only a Rust program can follow, and those in their place.
const RUST_ALONE: [(&str, &str); 12] = [
    ("crate's own", "package's own"),
    (" ([`Unit`])", ""),
    ("up to [`MAX_VENDOR_CHARS`] and [`MAX_SERIAL_CHARS`]", "up to 120 and 255 characters"),
    ("[`MIN_KEYED_HASH_SECRET_BYTES`] bytes", "16 bytes in UTF-8"),
    ("Those of [`KeyedHash::of`]", "As [`identify`]; [`ErrorCode::OutOfRange`] at `secret` for a short one"),
    ("[`MAX_SIGNATURES`]", "16"),
    ("an `f64` that is not rounded", "not rounded"),
    (", each bracketed by a proof (see the source of `returns/roots.rs`)", ""),
    ("[`XirrOptions::annualize_short_period`]", "`annualize_short_period`"),
    ("[`InternalRate::rate`]", "`rate`"),
    (" Without `exchange` all", " Without `currency` and `rates` all"),
    ("that of `exchange`", "`currency`"),
];

/// A doc comment, each paragraph in one line and without links' targets, in words that a program of another language can
/// follow.
pub fn beyond_rust(text: &str) -> String {
    let lines: Vec<_> = text.lines().filter(|line| !(line.starts_with("[`") && line.contains("`]: "))).collect();
    let paragraphs: Vec<_> = lines.join("\n").trim().split("\n\n").map(in_one_line).collect();
    RUST_ALONE.iter().fold(paragraphs.join("\n\n"), |text, (rust, other)| text.replace(rust, other))
}

/// The text with links resolved: an error code and a value of a field by their texts, a function by its name.
pub fn reworded(text: &str, catalog: &Catalog, style: Style) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let (before, from) = rest.split_at(at);
        let Some((name, behind)) = from.strip_prefix('`').and_then(|inner| inner.split_once('`')) else { break };
        let behind_link = behind.strip_prefix(']').filter(|_| before.ends_with('['));
        let is_link = behind_link.is_some();
        out.push_str(if is_link { before.strip_suffix('[').unwrap_or(before) } else { before });
        let name = if is_link { resolved(name, catalog) } else { plain(name, style) };
        out.push_str(style.tick);
        out.push_str(&name);
        out.push_str(style.tick);
        rest = behind_link.map_or(behind, without_target);
    }
    out.push_str(rest);
    out
}

/// What stands behind a link, without its target.
pub fn without_target(behind: &str) -> &str {
    match behind.strip_prefix('(').and_then(|target| target.split_once(')')) {
        Some((_, rest)) => rest,
        None => behind,
    }
}

fn plain(name: &str, style: Style) -> String {
    match name {
        "None" => style.nothing.to_owned(),
        other => other.to_owned(),
    }
}

fn resolved(name: &str, catalog: &Catalog) -> String {
    let Some((owner, last)) = name.rsplit_once("::") else { return name.to_owned() };
    let owner = owner.rsplit("::").next().unwrap_or(owner);
    let value = catalog.names.get(owner).and_then(|names| {
        let wanted = letters(last);
        names.values.iter().find(|(text, _)| letters(text) == wanted).map(|(text, _)| (*text).to_owned())
    });
    if let Some(value) = value {
        return value;
    }
    if owner == "ErrorCode" {
        return snake_case(last);
    }
    let is_type = owner.starts_with(char::is_uppercase);
    if is_type { format!("{owner}.{last}") } else { last.to_owned() }
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A name in camel case in snake case.
pub fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// A name in snake case in camel case.
pub fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// The first letter large.
pub fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// A sentence that follows a name or a colon.
pub fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    // An abbreviation stays as it is.
    let is_word = !letters.clone().next().is_some_and(char::is_uppercase);
    match first {
        Some(first) if first.is_uppercase() && is_word => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// The text with runs of blanks and line breaks made one space.
pub fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names that stand in code.
pub fn names_in(code: &str) -> BTreeSet<&str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect()
}

/// Paragraphs broken into lines of at most `width` characters.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, paragraph) in text.split("\n\n").enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}
