//! Everything that the core declares: calls, the records and names that they speak of, and their doc comments.

use std::collections::BTreeMap;
use std::path::Path;

use tierra::ffi::CallShape;
use tierra::ffi::describe::{FieldShape, NamesShape, RecordShape, Shape};

use crate::docs::{Doc, Docs};

/// What the core declares.
#[derive(Debug)]
pub struct Catalog {
    /// Calls on nothing but their input.
    pub pure: Vec<CallShape>,
    /// The records that calls take and give, by name.
    pub records: BTreeMap<&'static str, RecordShape>,
    /// The sets of texts that fields have, by name.
    pub names: BTreeMap<&'static str, NamesShape>,
    docs: Docs,
}

impl Catalog {
    /// Reads the doc comments below `core/src`, and asks the core for the rest.
    pub fn read(sources: &Path) -> Result<Self, String> {
        let docs = Docs::read(sources)?;
        let pure = tierra::ffi::Calls::ALL.shapes();
        let mut catalog = Self { pure, records: BTreeMap::new(), names: BTreeMap::new(), docs };
        let calls: Vec<CallShape> = catalog.calls().cloned().collect();
        for call in &calls {
            catalog.note(&call.answer);
            call.arguments.iter().for_each(|argument| catalog.note(&argument.field.shape));
            if catalog.doc(call).is_none() {
                return Err(format!("{}: no doc comment at {}", call.name, call.documented));
            }
        }
        Ok(catalog)
    }

    /// All calls.
    pub fn calls(&self) -> impl Iterator<Item = &CallShape> {
        self.pure.iter()
    }

    /// The doc comment of a call.
    pub fn doc(&self, call: &CallShape) -> Option<Doc> {
        self.docs.at(call.documented)
    }

    /// The doc comment of a record, which its type has where its declaration has none.
    pub fn record_doc(&self, record: &RecordShape) -> String {
        if !record.doc.is_empty() {
            return Doc::of(&record.doc).text;
        }
        self.docs.anywhere(record.name).map(|doc| doc.text).unwrap_or_default()
    }

    /// The doc comment of a field, which the method of its name has where its declaration has none.
    pub fn field_doc(&self, record: &RecordShape, field: &FieldShape) -> String {
        if !field.doc.is_empty() {
            return field.doc.clone();
        }
        self.docs.anywhere(&format!("{}::{}", record.name, field.name)).map(|doc| doc.text).unwrap_or_default()
    }

    /// The room that a record stands in: `charger`, `ledger`, …
    pub fn room_of(&self, record: &str) -> &str {
        self.docs.room_of(record).unwrap_or_default()
    }

    fn note(&mut self, shape: &Shape) {
        match shape {
            Shape::Record(record) => {
                if let Some(argument) = &record.argument {
                    self.note(argument);
                }
                if self.records.insert(record.name, record.clone()).is_none() {
                    record.fields.iter().for_each(|field| self.note(&field.shape));
                }
            }
            Shape::Names(names) => {
                self.names.insert(names.name, names.clone());
            }
            Shape::List(inner) | Shape::Optional(inner) | Shape::Map(inner) => self.note(inner),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| self.note(shape)),
            _ => {}
        }
    }
}
