//! Which errors a call may have: those that its doc comment names under `# Errors`, and those of the functions named there.

use std::collections::BTreeSet;

use tierra::ErrorCode;
use tierra::ffi::CallShape;
use tierra::ffi::describe::{Describe, Shape};

use crate::catalog::Catalog;
use crate::docs::Doc;
use crate::schema::{Way, is_required};
use crate::words::snake_case;

/// The codes that a call may be refused with.
pub fn codes_of(catalog: &Catalog, call: &CallShape) -> BTreeSet<ErrorCode> {
    let mut codes = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![(call.documented.to_owned(), catalog.doc(call))];
    while let Some((path, doc)) = waiting.pop() {
        let Some(doc) = doc.filter(|_| seen.insert(path.clone())) else { continue };
        for name in links(told(&doc)) {
            match name.rsplit_once("::") {
                Some(("ErrorCode" | "crate::ErrorCode", variant)) => codes.extend(code_named(variant)),
                _ => waiting.push((name.clone(), catalog.doc_named(&path, &name))),
            }
        }
    }
    codes
}

/// The codes of what may be wrong with the form of a value that comes in a body, or with `is_text` in a path or a query.
pub fn faults_of(shape: &Shape, is_text: bool) -> BTreeSet<ErrorCode> {
    let mut faults = BTreeSet::new();
    add_faults(shape, is_text, &mut faults);
    faults
}

fn add_faults(shape: &Shape, is_text: bool, faults: &mut BTreeSet<ErrorCode>) {
    if !is_text {
        faults.insert(ErrorCode::WrongType);
    }
    match shape {
        Shape::Integer => faults.extend([ErrorCode::InvalidNumber, ErrorCode::OutOfRange]),
        Shape::Float | Shape::Decimal => faults.extend([ErrorCode::InvalidNumber]),
        Shape::Names(_) | Shape::Digest => faults.extend([ErrorCode::UnknownValue]),
        Shape::Uuid => faults.extend([ErrorCode::InvalidUuid]),
        Shape::Date | Shape::Instant => faults.extend([ErrorCode::InvalidDate]),
        Shape::List(inner) | Shape::Optional(inner) | Shape::Map(inner) => add_faults(inner, is_text, faults),
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| add_faults(shape, is_text, faults)),
        Shape::Record(record) => {
            for field in &record.fields {
                if is_required(field, Way::In) {
                    faults.insert(ErrorCode::MissingField);
                }
                add_faults(&field.shape, is_text, faults);
            }
        }
        _ => {}
    }
}

/// What a code means.
pub fn meaning_of(code: &str) -> String {
    let Shape::Names(names) = ErrorCode::shape() else { return String::new() };
    names.values.iter().find(|(text, _)| *text == code).map(|(_, doc)| doc.replace('\n', " ")).unwrap_or_default()
}

/// Where the errors are told: "as there" points at what the text before names.
fn told(doc: &Doc) -> &str {
    if doc.errors.starts_with("As there") { &doc.text } else { &doc.errors }
}

fn code_named(variant: &str) -> Option<ErrorCode> {
    let text = snake_case(variant);
    ErrorCode::ALL.iter().find(|code| code.as_str() == text).copied()
}

/// What a text links to.
fn links(text: &str) -> Vec<String> {
    let linked = text.split("[`").skip(1);
    linked.filter_map(|rest| rest.split_once("`]")).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found() {
        assert_eq!(
            links("Those of [`charger::identify`], [`ErrorCode::Empty`] at `name`."),
            ["charger::identify", "ErrorCode::Empty"]
        );
        assert_eq!(code_named("InvalidPeriod"), Some(ErrorCode::InvalidPeriod));
    }
}
