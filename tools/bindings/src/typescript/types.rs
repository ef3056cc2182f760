//! What TypeScript calls the shapes of the core.

use tierra::ffi::describe::{RecordShape, Shape};

use super::overrides::{MORE_GIVEN, MOSTLY_GIVEN, NULL_AS_A_WHOLE, renamed};
use crate::shapes::{comes_out, goes_in};

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the core.
    In,
    /// From the core.
    Out,
    /// Either way: `Number` is the form of its exact numbers.
    Either,
}

/// Where a type is named: in the namespace of the ledger, or for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In `records.d.ts` and `calls.d.ts`.
    Common,
    /// In the namespace `Ledger`.
    Ledger,
}

/// The type of a shape.
pub fn type_of(shape: &Shape, way: Way, place: Place) -> String {
    let is_ledger = place == Place::Ledger;
    let text = match (shape, way) {
        (Shape::Boolean, _) => "boolean",
        (Shape::Integer, _) | (Shape::Float, Way::Out | Way::Either) => "number",
        (Shape::Float | Shape::Decimal, Way::In) => "DecimalInput",
        (Shape::Decimal, Way::Out) => "DecimalString",
        (Shape::Decimal, Way::Either) => "Number",
        (Shape::Uuid, _) if is_ledger => "Id",
        (Shape::Instant, Way::In) if is_ledger => "InstantInput",
        (Shape::Instant, _) if is_ledger => "InstantString",
        (Shape::Text | Shape::Digest | Shape::Uuid | Shape::Instant, _) => "string",
        (Shape::Date, _) => "DateString",
        (Shape::Any, _) => "unknown",
        (Shape::Json, _) if is_ledger => "Metadata",
        (Shape::Verbatim, _) => "{ [name: string]: unknown }",
        (Shape::Json, _) => "{ [name: string]: unknown }",
        (Shape::Error, _) => "{ code: ErrorCode; path: string; message: string }",
        (Shape::Nothing, _) => "void",
        (Shape::Names(names), _) => renamed(names.name),
        (Shape::List(item), _) => return list(item, way, place),
        (Shape::Optional(inner), Way::Out) if is_null_as_a_whole(inner) => return type_of(inner, way, place),
        (Shape::Optional(inner), _) => return format!("{} | null", type_of(inner, way, place)),
        (Shape::Map(value), _) => return format!("Record<string, {}>", type_of(value, way, place)),
        (Shape::Record(record), _) => return named(record, way, place),
        (Shape::OneOf(shapes), _) => return one_of(shapes, way, place),
    };
    text.to_owned()
}

fn list(item: &Shape, way: Way, place: Place) -> String {
    let inner = type_of(item, way, place);
    let is_union = inner.contains(" | ") && !inner.starts_with('{');
    let inner = if is_union { format!("({inner})") } else { inner };
    if way == Way::Out {
        return format!("{inner}[]");
    }
    // Scopes are one text in OAuth.
    let is_scopes = matches!(item, Shape::Names(names) if names.name == "Scope");
    format!("readonly {inner}[]{}", if is_scopes { " | string" } else { "" })
}

fn one_of(shapes: &[Shape], way: Way, place: Place) -> String {
    let kinds: Vec<_> = shapes
        .iter()
        // What could not be read is no part of what is given, and comes back as the error that a call throws.
        .filter(|shape| way != Way::In || **shape != Shape::Error)
        .map(|shape| if *shape == Shape::Error { "TierraError".to_owned() } else { type_of(shape, way, place) })
        .collect();
    kinds.join(" | ")
}

fn named(record: &RecordShape, way: Way, place: Place) -> String {
    let name = renamed(record.name);
    if let Some(argument) = record.argument.as_ref().filter(|_| is_generic(record)) {
        return format!("{name}<{}>", type_of(argument, way, place));
    }
    if !has_number(record) {
        return name.to_owned();
    }
    match way {
        Way::Either => format!("{name}<Number>"),
        _ if default_way(record) == way => name.to_owned(),
        Way::In => format!("{name}<DecimalInput>"),
        Way::Out => format!("{name}<DecimalString>"),
    }
}

fn is_null_as_a_whole(shape: &Shape) -> bool {
    matches!(shape, Shape::Record(record) if NULL_AS_A_WHOLE.contains(&record.name))
}

/// Whether a record is of any type: a page of a list is.
pub fn is_generic(record: &RecordShape) -> bool {
    record.name == "Page"
}

/// Whether a record goes in and comes out, with exact numbers in it: these have two forms.
pub fn has_number(record: &RecordShape) -> bool {
    if record.name == MORE_GIVEN.1 {
        return true;
    }
    way_of(record) == Way::Either && record.fields.iter().any(|field| holds_number(&field.shape))
}

fn holds_number(shape: &Shape) -> bool {
    match shape {
        Shape::Decimal => true,
        Shape::List(inner) | Shape::Optional(inner) | Shape::Map(inner) => holds_number(inner),
        Shape::Record(record) => has_number(record),
        Shape::OneOf(shapes) => shapes.iter().any(holds_number),
        _ => false,
    }
}

/// Which form of its numbers a record has where a program does not say.
pub fn default_way(record: &RecordShape) -> Way {
    if MOSTLY_GIVEN.contains(&record.name) || record.name == MORE_GIVEN.1 { Way::In } else { Way::Out }
}

/// The way that a record goes.
pub fn way_of(record: &RecordShape) -> Way {
    match (goes_in(record), comes_out(record)) {
        (true, true) => Way::Either,
        (true, false) => Way::In,
        _ => Way::Out,
    }
}
