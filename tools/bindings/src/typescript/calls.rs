//! The declarations of calls: functions, the methods of loaded factors, the groups of a ledger.

use std::collections::BTreeMap;

use tierra::ffi::CallShape;
use tierra::ffi::describe::Shape;

use super::method::{Method, On};
use super::overrides::{CALLS_BY_HAND, SAID_OF_ALL};
use super::records::{fits, tag, with_default};
use super::text::{comment, said};
use super::types::{Place, Way, type_of};
use crate::catalog::Catalog;
use crate::words::{capital, lower, wrapped};

/// The functions that need nothing but their input.
pub fn functions(catalog: &Catalog) -> String {
    let calls = methods(catalog, &catalog.pure, On::Nothing);
    calls.iter().map(|method| declaration(catalog, method, "export function ", 0) + "\n").collect()
}

/// The methods of loaded factors.
pub fn factors(catalog: &Catalog) -> String {
    let calls = methods(catalog, &catalog.factors, On::Factors);
    let texts: Vec<_> = calls.iter().map(|method| declaration(catalog, method, "", 2)).collect();
    texts.join("\n")
}

/// The groups of a ledger: their names, and what each declares.
pub fn groups(catalog: &Catalog) -> BTreeMap<&str, String> {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for method in methods(catalog, &catalog.ledger, On::Ledger) {
        if let Some((group, _)) = method.call.name.split_once('.') {
            groups.entry(group).or_default().push_str(&declaration(catalog, &method, "", 6));
        }
    }
    groups
}

/// The calls that are not made by hand.
pub fn methods<'c>(catalog: &Catalog, calls: &'c [CallShape], on: On) -> Vec<Method<'c>> {
    // A call of no declared answer is one on loaded factors, with the data beside the query: for other languages.
    let calls = calls.iter().filter(|call| !CALLS_BY_HAND.contains(&call.name) && call.answer != Shape::Any);
    calls.map(|call| Method::of(catalog, call, on)).collect()
}

fn declaration(catalog: &Catalog, method: &Method<'_>, start: &str, indent: usize) -> String {
    let mut out = comment(&paragraphs(catalog, method), indent);
    for (kinds, answer) in overloads(method) {
        out.push_str(&signature(method, &kinds, &answer, start, indent));
    }
    out
}

/// The types of the arguments and of the answer: where one of several goes in, each has its own answer.
fn overloads(method: &Method<'_>) -> Vec<(Vec<String>, String)> {
    let kinds: Vec<String> = method.arguments.iter().map(|argument| argument.kind.clone()).collect();
    let Shape::OneOf(answers) = &method.call.answer else { return vec![(kinds, method.answer())] };
    let given = method.arguments.iter().enumerate().find_map(|(index, argument)| match &argument.shape {
        Shape::OneOf(shapes) if shapes.len() == answers.len() => Some((index, shapes)),
        _ => None,
    });
    let Some((place, shapes)) = given else { return vec![(kinds, method.answer())] };
    let each = |(shape, answer): (&Shape, &Shape)| {
        let kind = type_of(shape, Way::In, method.place());
        let replaced = |(index, old): (usize, &String)| if index == place { kind.clone() } else { old.clone() };
        let kinds = kinds.iter().enumerate().map(replaced).collect();
        (kinds, type_of(answer, Way::Out, method.place()))
    };
    shapes.iter().zip(answers).map(each).collect()
}

fn signature(method: &Method<'_>, kinds: &[String], answer: &str, start: &str, indent: usize) -> String {
    let blank = " ".repeat(indent);
    let mut parts: Vec<String> = method
        .arguments
        .iter()
        .zip(kinds)
        .map(|(argument, kind)| format!("{}{}: {kind}", argument.name, if argument.may_lack { "?" } else { "" }))
        .collect();
    parts.extend(options(method));
    let line = format!("{blank}{start}{}({}): {answer};", method.name, parts.join(", "));
    if fits(&line) {
        return line + "\n";
    }
    let lines: Vec<_> = parts.iter().map(|part| format!("{blank}  {part},\n")).collect();
    format!("{blank}{start}{}(\n{}{blank}): {answer};\n", method.name, lines.concat())
}

/// The object of options, where there are any.
fn options(method: &Method<'_>) -> Option<String> {
    let mut bases: Vec<String> = method.named_options.map(str::to_owned).into_iter().collect();
    if bases.is_empty() && method.has_now {
        bases.push("At".to_owned());
    }
    let fields: Vec<_> = method
        .options
        .iter()
        .map(|choice| {
            let mark = if choice.is_required { "" } else { "?" };
            let kind = if choice.is_required || choice.kind.ends_with(" | null") {
                choice.kind.clone()
            } else {
                format!("{} | null", choice.kind)
            };
            format!("{}{mark}: {kind}", choice.field.json)
        })
        .collect();
    if !fields.is_empty() {
        bases.push(format!("{{ {} }}", fields.join("; ")));
    }
    let mark = if method.options.iter().any(|choice| choice.is_required) { "" } else { "?" };
    (!bases.is_empty()).then(|| format!("options{mark}: {}", bases.join(" & ")))
}

/// What is said of a call: what it does, what its arguments are, what it throws.
fn paragraphs(catalog: &Catalog, method: &Method<'_>) -> Vec<String> {
    let place = method.place();
    let doc = catalog.doc(method.call).unwrap_or_default();
    let mut all = vec![said(&doc.text, catalog, place)];
    for argument in method.arguments.iter().filter(|argument| !argument.doc.is_empty()) {
        all.push(tag(&format!("@param {}", argument.name), &said(&argument.doc, catalog, place)));
    }
    let each: Vec<_> = method
        .options
        .iter()
        .filter(|choice| !choice.field.doc.is_empty())
        .map(|choice| {
            let doc = with_default(&said(&choice.field.doc, catalog, place), &choice.field);
            format!("`{}`: {}", choice.field.json, lower(doc.trim_end_matches('.')))
        })
        .collect();
    if !each.is_empty() {
        all.push(format!("@param options {}.", each.join("; ")));
    }
    let errors = SAID_OF_ALL.iter().fold(doc.errors, |errors, all| errors.replace(all, ""));
    if !errors.is_empty() {
        all.push(tag("@throws {TierraError}", &said(&errors, catalog, place)));
    }
    all.into_iter().filter(|text| !text.is_empty()).collect()
}

/// What a group of a ledger's calls is for.
pub fn group_doc(catalog: &Catalog, group: &str) -> String {
    let name = capital(group);
    let doc = catalog.type_doc("ledger", &name);
    let text = said(&doc, catalog, Place::Ledger);
    // The first sentence names the method that leads there in Rust.
    let text = text.replace(&format!(": `Ledger.{group}`."), ".");
    wrapped(&text, usize::MAX).join("\n").trim().replace("\n\n\n", "\n\n")
}
