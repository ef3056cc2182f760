//! Everything that the core declares: calls, the records and names that they speak of, and their doc comments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tierra::ffi::describe::{FieldShape, NamesShape, RecordShape, Shape};
use tierra::ffi::{ArgumentKind, CallShape};

use crate::docs::{Doc, Docs};

/// What the core declares.
#[derive(Debug)]
pub struct Catalog {
    /// Calls on nothing but their input.
    pub pure: Vec<CallShape>,
    /// Calls on loaded emission factors.
    pub factors: Vec<CallShape>,
    /// Calls on a ledger.
    pub ledger: Vec<CallShape>,
    /// The records that calls take and give, by name.
    pub records: BTreeMap<&'static str, RecordShape>,
    /// The sets of texts that fields have, by name.
    pub names: BTreeMap<&'static str, NamesShape>,
    /// The records that stand within what goes in, and are no call's arguments themselves.
    nested: BTreeSet<&'static str>,
    docs: Docs,
}

impl Catalog {
    /// Reads the doc comments below `core/src`, and asks the core for the rest.
    pub fn read(sources: &Path) -> Result<Self, String> {
        let docs = Docs::read(sources)?;
        let pure = tierra::ffi::Calls::ALL.shapes();
        let (factors, ledger) = (tierra::ffi::FactorCall::shapes(), tierra::ffi::LedgerHandle::shapes());
        let mut catalog = Self {
            pure,
            factors,
            ledger,
            records: BTreeMap::new(),
            names: BTreeMap::new(),
            nested: BTreeSet::new(),
            docs,
        };
        let calls: Vec<CallShape> = catalog.calls().cloned().collect();
        for call in &calls {
            catalog.note(&call.answer);
            for argument in &call.arguments {
                catalog.note(&argument.field.shape);
                let is_spread = matches!(argument.kind, ArgumentKind::Body | ArgumentKind::Flat | ArgumentKind::Whole);
                catalog.note_input(&argument.field.shape, !is_spread);
            }
            if catalog.doc(call).is_none() {
                return Err(format!("{}: no doc comment at {}", call.name, call.documented));
            }
        }
        let (taken, given) = tierra::ffi::handle_shapes();
        for shape in &taken {
            catalog.note(shape);
            catalog.note_input(shape, true);
        }
        given.iter().for_each(|shape| catalog.note(shape));
        Ok(catalog)
    }

    /// All calls.
    pub fn calls(&self) -> impl Iterator<Item = &CallShape> {
        self.pure.iter().chain(&self.factors).chain(&self.ledger)
    }

    /// The doc comment of a call.
    pub fn doc(&self, call: &CallShape) -> Option<Doc> {
        self.docs.at(call.documented)
    }

    /// The doc comment of what a doc comment at `from` names: by its path, by its room, or by its last names wherever it stands.
    pub fn doc_named(&self, from: &str, name: &str) -> Option<Doc> {
        let room = from.split("::").next().unwrap_or_default();
        let last = name.rsplitn(3, "::").take(2).collect::<Vec<_>>();
        let short = last.iter().rev().copied().collect::<Vec<_>>().join("::");
        let alone = name.rsplit("::").next().unwrap_or(name);
        let by_path = self.docs.at(name).or_else(|| self.docs.at(&format!("{room}::{short}")));
        by_path.or_else(|| self.docs.anywhere(&short)).or_else(|| self.docs.anywhere(alone))
    }

    /// The doc comment of a record, which its type has where its declaration has none.
    pub fn record_doc(&self, record: &RecordShape) -> String {
        if !record.doc.is_empty() {
            return Doc::of(&record.doc).text;
        }
        self.docs.anywhere(record.name).map(|doc| doc.text).unwrap_or_default()
    }

    /// The doc comment of a field, which its type's field or method of the name has where its declaration has none.
    pub fn field_doc(&self, record: &RecordShape, field: &FieldShape) -> String {
        if !field.doc.is_empty() {
            return field.doc.clone();
        }
        self.docs.anywhere(&format!("{}::{}", record.name, field.name)).map(|doc| doc.text).unwrap_or_default()
    }

    /// The doc comment of a type of a room.
    pub fn type_doc(&self, room: &str, name: &str) -> String {
        self.docs.at(&format!("{room}::{name}")).map(|doc| doc.text).unwrap_or_default()
    }

    /// The room that a record stands in: `charger`, `ledger`, …
    pub fn room_of(&self, record: &str) -> &str {
        self.docs.room_of(record).unwrap_or_default()
    }

    /// Whether a record is the whole answer of a call on a ledger, which has the contract's body beside it.
    pub fn is_outermost(&self, name: &str) -> bool {
        fn is(shape: &Shape, name: &str) -> bool {
            match shape {
                Shape::Record(record) => record.name == name,
                Shape::Optional(inner) => is(inner, name),
                Shape::OneOf(shapes) => shapes.iter().any(|shape| is(shape, name)),
                _ => false,
            }
        }
        self.ledger.iter().any(|call| is(&call.answer, name))
    }

    /// Whether a record goes in within another one, as an object of its own.
    pub fn is_nested_input(&self, name: &str) -> bool {
        self.nested.contains(name)
    }

    fn note_input(&mut self, shape: &Shape, is_nested: bool) {
        match shape {
            Shape::Record(record) => {
                if is_nested && !self.nested.insert(record.name) {
                    return;
                }
                for field in &record.fields {
                    self.note_input(&field.shape, !field.is_flattened);
                }
            }
            Shape::List(inner) | Shape::Optional(inner) | Shape::Map(inner) => self.note_input(inner, is_nested),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| self.note_input(shape, is_nested)),
            _ => {}
        }
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
