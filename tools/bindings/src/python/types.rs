//! What Python calls the shapes of the core.

use tierra::ffi::describe::{RecordShape, Shape};

/// The type of what comes out.
pub fn answered(shape: &Shape) -> String {
    match shape {
        Shape::Boolean => "bool".to_owned(),
        Shape::Integer => "int".to_owned(),
        Shape::Float => "float".to_owned(),
        Shape::Decimal => "Decimal".to_owned(),
        Shape::Text | Shape::Digest | Shape::Verbatim => "str".to_owned(),
        Shape::Uuid => "UUID".to_owned(),
        Shape::Date => "date".to_owned(),
        Shape::Instant => "datetime".to_owned(),
        Shape::Any => "Any".to_owned(),
        Shape::Json => "dict[str, Any]".to_owned(),
        Shape::Error => "TierraError".to_owned(),
        Shape::Nothing => "None".to_owned(),
        Shape::Names(names) => names.name.to_owned(),
        Shape::List(item) => format!("tuple[{}, ...]", answered(item)),
        Shape::Optional(inner) => format!("{} | None", answered(inner)),
        Shape::Map(value) => format!("dict[str, {}]", answered(value)),
        Shape::Record(record) => named(record, answered),
        Shape::OneOf(shapes) => shapes.iter().map(answered).collect::<Vec<_>>().join(" | "),
    }
}

/// The type of what goes in: what the core reads of it.
pub fn taken(shape: &Shape) -> String {
    match shape {
        Shape::Decimal => "Decimal | float | str".to_owned(),
        Shape::Float => "SupportsFloat".to_owned(),
        Shape::Uuid => "UUID | str".to_owned(),
        Shape::Date => "date | str".to_owned(),
        Shape::Json => "Mapping[str, Any]".to_owned(),
        // A list of literals would refuse the list of texts that a program has.
        Shape::List(item) if matches!(**item, Shape::Names(_)) => "Iterable[str]".to_owned(),
        Shape::List(item) => format!("Iterable[{}]", taken(item)),
        Shape::Optional(inner) => format!("{} | None", taken(inner)),
        Shape::Map(value) => format!("Mapping[str, {}]", taken(value)),
        Shape::Record(record) if record.name == "Caller" => "Caller".to_owned(),
        Shape::Record(record) if record.name == "FactorDataInput" => {
            "EmissionFactorData | Mapping[str, Any]".to_owned()
        }
        Shape::Record(record) if record.directions == ["writes"] => "Mapping[str, Any]".to_owned(),
        Shape::Record(record) => format!("{} | Mapping[str, Any]", record.name),
        Shape::OneOf(shapes) => {
            let kinds: Vec<_> = shapes.iter().filter(|shape| **shape != Shape::Error).map(taken).collect();
            kinds.join(" | ")
        }
        other => answered(other),
    }
}

fn named(record: &RecordShape, of: fn(&Shape) -> String) -> String {
    match &record.argument {
        Some(argument) if record.name == "Page" => format!("Page[{}]", of(argument)),
        _ => record.name.to_owned(),
    }
}

/// A default in Python's words.
pub fn default(json: &str) -> String {
    match json {
        "null" => "None".to_owned(),
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        "[]" => "()".to_owned(),
        other => other.to_owned(),
    }
}
