//! The classes of the records and the literals of the names, a module a room.

use std::collections::{BTreeMap, BTreeSet};

use tierra::ffi::describe::{FieldShape, NamesShape, RecordShape, Shape};

use super::types::{answered, default, taken};
use super::{docstring, head};
use crate::Written;
use crate::catalog::Catalog;
use crate::shapes::{comes_out, goes_in};
use crate::words::{in_one_line, names_in};

/// Classes that are written by hand: an error is an exception, a page a listing, an inventory makes its rows as they are
/// asked for, and a caller checks itself.
const BY_HAND: [&str; 8] =
    ["BodyIssue", "Caller", "ErrorAnswer", "ErrorBody", "ErrorDetails", "Inventory", "Issue", "Page"];

/// Fields that a `repr` does not show, so that no secret and no signature stands in a log.
const SECRETS: [&str; 3] = ["access_token", "headers", "secret"];

/// What one module declares.
#[derive(Default)]
struct Module<'c> {
    names: Vec<&'c NamesShape>,
    records: Vec<&'c RecordShape>,
}

/// A module a room, and the list of all classes.
pub fn written(catalog: &Catalog) -> Vec<Written> {
    let mut modules: BTreeMap<String, Module<'_>> = BTreeMap::new();
    for names in catalog.names.values() {
        modules.entry(module_of(catalog, names.name)).or_default().names.push(names);
    }
    for record in catalog.records.values().filter(|record| !BY_HAND.contains(&record.name)) {
        if comes_out(record) || catalog.is_nested_input(record.name) {
            modules.entry(module_of(catalog, record.name)).or_default().records.push(record);
        }
    }
    let mut files: Vec<Written> =
        modules.iter().map(|(room, module)| module_file(catalog, &modules, room, module)).collect();
    files.push(list_of_classes(&modules));
    files
}

fn module_of(catalog: &Catalog, name: &str) -> String {
    match catalog.room_of(name) {
        "error" | "ffi" | "page" | "period" => "common".to_owned(),
        // Records that are named for what they show of a type of this room.
        "" => "emission".to_owned(),
        room => room.to_owned(),
    }
}

fn module_file(catalog: &Catalog, modules: &BTreeMap<String, Module<'_>>, room: &str, module: &Module<'_>) -> Written {
    let mut body = String::new();
    for names in &module.names {
        body.push_str(&literal(catalog, names));
    }
    for record in in_order(&module.records) {
        body.push_str("\n\n");
        body.push_str(&class(catalog, record));
    }
    let what = format!("What the calls of `{room}` take and give.");
    let from = if room == "common" { "core/src".to_owned() } else { format!("core/src/{room}") };
    let mut text = head(&what, &from);
    text.push_str(&imports(&body, modules, room));
    let names = module.names.iter().map(|names| names.name).chain(module.records.iter().map(|record| record.name));
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    text.push_str(&list_of_names(&names));
    text.push_str(if body.starts_with('\n') { "" } else { "\n" });
    text.push_str(body.trim_end());
    text.push('\n');
    Written { path: format!("bindings-python/python/tierra/_records/{room}.py"), text }
}

/// What a module offers.
pub fn list_of_names(names: &[&str]) -> String {
    let lines: Vec<_> = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    format!("__all__ = [\n{}]\n", lines.concat())
}

/// What the text of a module needs from elsewhere.
pub fn imports_of(body: &str, known: &BTreeMap<String, BTreeSet<&str>>, own: &str, depth: &str) -> String {
    let code = without_docstrings(body);
    let words = names_in(&code);
    let has = |name: &str| words.contains(name);
    let mut out = String::new();
    let from = |module: &str, names: &[&str]| {
        let found: Vec<_> = names.iter().copied().filter(|name| has(name)).collect();
        let line = format!("from {module} import {}\n", found.join(", "));
        let lines: Vec<_> = found.iter().map(|name| format!("    {name},\n")).collect();
        match found.len() {
            0 => String::new(),
            _ if line.chars().count() <= super::WIDTH => line,
            _ => format!("from {module} import (\n{})\n", lines.concat()),
        }
    };
    out.push_str(&from("collections.abc", &["Iterable", "Mapping"]));
    out.push_str(&from("dataclasses", &["dataclass", "field"]));
    out.push_str(&from("datetime", &["date", "datetime"]));
    out.push_str(&from("decimal", &["Decimal"]));
    out.push_str(&from("typing", &["Any", "ClassVar", "Literal", "SupportsFloat"]));
    out.push_str(&from("uuid", &["UUID"]));
    out.push('\n');
    let mut locals = vec![
        from(&format!("{depth}_answer"), &["Answer", "Listing", "Page"]),
        from(&format!("{depth}_error"), &["TierraError"]),
    ];
    for (module, names) in known.iter().filter(|(module, _)| *module != own) {
        let names: Vec<_> = names.iter().copied().collect();
        let path =
            if depth == ".." && !own.is_empty() { format!(".{module}") } else { format!("{depth}_records.{module}") };
        locals.push(from(&path, &names));
    }
    out.push_str(&locals.concat());
    out
}

/// What is no docstring, so that a word in a sentence is not taken for a name.
fn without_docstrings(body: &str) -> String {
    body.split("\"\"\"").step_by(2).collect()
}

fn imports(body: &str, modules: &BTreeMap<String, Module<'_>>, own: &str) -> String {
    imports_of(body, &known(modules), own, "..") + "\n"
}

fn known<'c>(modules: &BTreeMap<String, Module<'c>>) -> BTreeMap<String, BTreeSet<&'c str>> {
    let of = |module: &Module<'c>| {
        let records = module.records.iter().map(|record| record.name);
        module.names.iter().map(|names| names.name).chain(records).collect()
    };
    modules.iter().map(|(room, module)| (room.clone(), of(module))).collect()
}

/// The names that each module declares, for files that import them.
pub fn declared(catalog: &Catalog) -> BTreeMap<String, BTreeSet<&str>> {
    let mut known: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in catalog.names.values().map(|names| names.name) {
        known.entry(module_of(catalog, name)).or_default().insert(name);
    }
    for record in catalog.records.values().filter(|record| !BY_HAND.contains(&record.name)) {
        if comes_out(record) || catalog.is_nested_input(record.name) {
            known.entry(module_of(catalog, record.name)).or_default().insert(record.name);
        }
    }
    known
}

/// Records whose fields others have among theirs come before those.
fn in_order<'c>(records: &[&'c RecordShape]) -> Vec<&'c RecordShape> {
    let mut ordered: Vec<&RecordShape> = Vec::new();
    let mut waiting: Vec<&RecordShape> = records.to_vec();
    while !waiting.is_empty() {
        let here: BTreeSet<&str> = waiting.iter().map(|record| record.name).collect();
        let (ready, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|record| parent(record).is_none_or(|parent| !here.contains(parent.name)));
        if ready.is_empty() {
            ordered.extend(rest);
            break;
        }
        ordered.extend(ready);
        waiting = rest;
    }
    ordered
}

/// The record whose fields stand first among a record's own.
fn parent(record: &RecordShape) -> Option<&RecordShape> {
    record.fields.iter().find_map(|field| match &field.shape {
        Shape::Record(inner) if field.is_flattened => Some(inner),
        _ => None,
    })
}

fn literal(catalog: &Catalog, names: &NamesShape) -> String {
    let values: Vec<_> = names.values.iter().map(|(text, _)| format!("\"{text}\"")).collect();
    let one_line = format!("{} = Literal[{}]\n", names.name, values.join(", "));
    let mut out = if one_line.chars().count() <= super::WIDTH {
        one_line
    } else {
        let lines: Vec<_> = values.iter().map(|value| format!("    {value},\n")).collect();
        format!("{} = Literal[\n{}]\n", names.name, lines.concat())
    };
    let meanings: Vec<_> = names
        .values
        .iter()
        .filter(|(_, doc)| !doc.is_empty())
        .map(|(text, doc)| format!("`{text}`: {}", first_sentence(doc)))
        .collect();
    let text =
        if meanings.is_empty() { names.doc.clone() } else { format!("{}\n\n{}", names.doc, meanings.join("; ")) };
    out.push_str(&docstring(&text, catalog, 0));
    out
}

fn first_sentence(doc: &str) -> String {
    let flat = in_one_line(doc);
    let sentence = flat.split(". ").next().unwrap_or(&flat).trim_end_matches('.');
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// What a field is where the core leaves it out.
fn where_left_out(field: &FieldShape) -> &'static str {
    match field.shape {
        Shape::Boolean => "False",
        Shape::List(_) => "()",
        _ => "None",
    }
}

/// What a field is where a program does not say it.
fn preset(record: &RecordShape, field: &FieldShape) -> Option<String> {
    if field.is_left_out {
        return Some(where_left_out(field).to_owned());
    }
    let is_input = !comes_out(record);
    match (&field.default, &field.shape) {
        (Some(json), _) if is_input => Some(default(json)),
        (None, Shape::Optional(_)) if is_input => Some("None".to_owned()),
        _ => None,
    }
}

/// The type of a field: of what comes out, or of all that the core takes.
fn type_of(record: &RecordShape, field: &FieldShape) -> String {
    if comes_out(record) { answered(&field.shape) } else { taken(&field.shape) }
}

fn left_out(record: &RecordShape) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for field in &record.fields {
        match &field.shape {
            Shape::Record(inner) if field.is_flattened => found.extend(left_out(inner)),
            _ if field.is_left_out => found.push((field.name, where_left_out(field))),
            _ => {}
        }
    }
    found
}

fn class(catalog: &Catalog, record: &RecordShape) -> String {
    let parent = parent(record);
    let is_outermost = parent.is_none() && catalog.is_outermost(record.name);
    let base = match parent {
        Some(parent) => format!("({})", parent.name),
        None if is_outermost => "(Answer)".to_owned(),
        None => String::new(),
    };
    let mut fields: Vec<&FieldShape> = record.fields.iter().filter(|field| !field.is_flattened).collect();
    // What may be left out stands behind what may not, so that the others may be given by their places.
    fields.sort_by_key(|field| preset(record, field).is_some());
    let by_place = if base.is_empty() { "" } else { ", kw_only=True" };
    let mut out = format!("@dataclass(frozen=True, slots=True{by_place})\nclass {}{base}:\n", record.name);
    out.push_str(&docstring(&catalog.record_doc(record), catalog, 4));
    out.push('\n');
    for field in fields {
        let is_secret = comes_out(record) && SECRETS.contains(&field.name);
        let default = match preset(record, field) {
            Some(value) => format!(" = {value}"),
            None if is_secret => " = field(repr=False)".to_owned(),
            None => String::new(),
        };
        out.push_str(&format!("    {}: {}{default}\n", field.name, type_of(record, field)));
        let doc = catalog.field_doc(record, field);
        if !doc.is_empty() {
            out.push_str(&docstring(&doc, catalog, 4));
        }
    }
    let mut unset: Vec<String> =
        left_out(record).iter().map(|(name, value)| format!("(\"{name}\", {value})")).collect();
    if is_outermost || parent.is_some_and(|parent| catalog.is_outermost(parent.name)) {
        unset.push("(\"json\", None)".to_owned());
    }
    let pairs = match unset.as_slice() {
        [] => "()".to_owned(),
        [one] => format!("({one},)"),
        many => format!("({})", many.join(", ")),
    };
    out.push_str(&format!("\n    _left_out: ClassVar[tuple[tuple[str, Any], ...]] = {pairs}\n"));
    if goes_in(record) {
        out.push_str(&names_in_json(record));
    }
    out
}

/// By which names its fields go in again.
fn names_in_json(record: &RecordShape) -> String {
    let pairs: Vec<_> = record.fields.iter().map(|field| format!("(\"{}\", \"{}\")", field.json, field.name)).collect();
    let line = format!("    _json: ClassVar[tuple[tuple[str, str], ...]] = ({})\n", pairs.join(", "));
    if line.chars().count() <= super::WIDTH && pairs.len() > 1 {
        return line;
    }
    let lines: Vec<_> = pairs.iter().map(|pair| format!("        {pair},\n")).collect();
    format!("    _json: ClassVar[tuple[tuple[str, str], ...]] = (\n{}    )\n", lines.concat())
}

/// The module that the extension asks for the classes of the core's records.
fn list_of_classes(modules: &BTreeMap<String, Module<'_>>) -> Written {
    let mut text = head("The classes of the core's records, by their names.", "core/src");
    text.push_str("from typing import Any\n\nfrom .._answer import Listing, Page\nfrom .._caller import Caller\n");
    let mut names: Vec<&str> = vec!["Caller", "Listing", "Page"];
    for (room, module) in modules {
        let own: Vec<&str> =
            module.records.iter().filter(|record| comes_out(record)).map(|record| record.name).collect();
        if own.is_empty() {
            continue;
        }
        let lines: Vec<_> = own.iter().map(|name| format!("    {name},\n")).collect();
        text.push_str(&format!("from .{room} import (\n{})\n", lines.concat()));
        names.extend(own);
    }
    names.sort_unstable();
    let lines: Vec<_> = names.iter().map(|name| format!("    \"{name}\": {name},\n")).collect();
    text.push_str(&format!("\nCLASSES: dict[str, type[Any]] = {{\n{}}}\n", lines.concat()));
    Written { path: "bindings-python/python/tierra/_records/__init__.py".to_owned(), text }
}
