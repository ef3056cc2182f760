//! The derived document held against the contracts, path by path and field by field. What it has beyond them is listed here by
//! name, with the reason.

mod compare;
mod emission;
mod registry;

use std::path::PathBuf;

use serde_json::Value;

use crate::catalog::Catalog;

/// A file of the contracts, or `None`, said aloud, where they do not stand beside the checkout.
fn spec(file: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/spec");
    if !folder.is_dir() {
        println!("SKIPPED: {file} needs ../shared/spec, which is absent");
        return None;
    }
    Some(std::fs::read_to_string(folder.join(file)).unwrap())
}

fn derived() -> Value {
    let catalog = Catalog::read(&crate::top().join("core/src")).unwrap();
    crate::openapi::document(&catalog).unwrap()
}

#[test]
fn the_committed_document_is_the_derived_one() {
    let text = std::fs::read_to_string(crate::top().join(crate::openapi::FILE)).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), derived(), "run `cargo run --package tierra-bindings`");
}

#[test]
fn every_reference_leads_somewhere_and_no_schema_is_idle() {
    let document = derived();
    let mut referred = std::collections::BTreeSet::new();
    references(&document, &mut referred);
    for reference in &referred {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let is_used = referred.contains(&format!("#/components/schemas/{name}"));
        assert!(is_used, "nothing refers to {name}");
    }
}

fn references(value: &Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(reference) if name == "$ref" => drop(found.insert(reference.clone())),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
