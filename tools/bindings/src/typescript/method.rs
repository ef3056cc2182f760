//! A call as a method of JavaScript: what stands by its place, what stands among the options, and what it answers.

use tierra::ffi::describe::{FieldShape, RecordShape, Shape};
use tierra::ffi::{ArgumentKind, CallShape};

use super::overrides::{HIDDEN, ON_POOL, PLACED, WITHOUT_ANSWER, renamed, type_of as own_type};
use super::types::{Place, Way, type_of};
use crate::catalog::Catalog;
use crate::shapes::{must_be_given, record_of};
use crate::words::camel_case;

/// What a call is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Nothing but its input.
    Nothing,
    /// Loaded emission factors.
    Factors,
    /// A ledger.
    Ledger,
}

/// A call as JavaScript has it.
pub struct Method<'c> {
    /// What is declared.
    pub call: &'c CallShape,
    /// What it is made on.
    pub on: On,
    /// Its name, without that of its group.
    pub name: String,
    /// The arguments that stand by their place.
    pub arguments: Vec<Argument>,
    /// The options, each by its name.
    pub options: Vec<Choice>,
    /// The names of all options but the present time.
    pub option_names: Vec<&'static str>,
    /// Whether the present time may be given.
    pub has_now: bool,
    /// A record of options that has a name, such as that of a page.
    pub named_options: Option<&'static str>,
}

/// An argument that stands by its place.
pub struct Argument {
    /// Its name in JavaScript.
    pub name: String,
    /// The field of the input that it is.
    pub field: String,
    /// The field of the input that holds that one, where it is not the input's own.
    pub within: Option<String>,
    /// Whether it is the whole input.
    pub is_whole: bool,
    /// Whether it may be left out.
    pub may_lack: bool,
    /// What is given.
    pub shape: Shape,
    /// Its type.
    pub kind: String,
    /// What it is.
    pub doc: String,
}

/// An option.
pub struct Choice {
    /// The field, with its default.
    pub field: FieldShape,
    /// Its type.
    pub kind: String,
    /// Whether the call needs it.
    pub is_required: bool,
}

impl<'c> Method<'c> {
    /// The method of a call.
    pub fn of(catalog: &Catalog, call: &'c CallShape, on: On) -> Self {
        let name = call.name.rsplit('.').next().unwrap_or(call.name);
        let mut method = Self {
            call,
            on,
            name: camel_case(name),
            arguments: Vec::new(),
            options: Vec::new(),
            option_names: Vec::new(),
            has_now: false,
            named_options: None,
        };
        for argument in &call.arguments {
            method.take(catalog, &argument.field, argument.kind);
        }
        method
    }

    /// Where its types are named.
    pub fn place(&self) -> Place {
        if self.on == On::Ledger { Place::Ledger } else { Place::Common }
    }

    /// Whether it answers a promise.
    pub fn is_async(&self) -> bool {
        ON_POOL.contains(&self.call.name)
    }

    /// Whether it answers anything.
    pub fn has_answer(&self) -> bool {
        self.call.answer != Shape::Nothing && !WITHOUT_ANSWER.contains(&self.call.name)
    }

    /// The type of what it answers.
    pub fn answer(&self) -> String {
        let plain = match (own_type(self.call.name), self.has_answer()) {
            (_, false) => "void".to_owned(),
            (Some(own), _) => own.to_owned(),
            (None, _) => type_of(&self.call.answer, Way::Out, self.place()),
        };
        if self.is_async() { format!("Promise<{plain}>") } else { plain }
    }

    fn take(&mut self, catalog: &Catalog, field: &FieldShape, kind: ArgumentKind) {
        if self.on == On::Ledger && field.name == "now" {
            self.has_now = true;
            return;
        }
        match (kind, record_of(&field.shape)) {
            (ArgumentKind::Ignored, _) => {}
            (ArgumentKind::Flat, Some(record)) => self.take_fields(catalog, record),
            (ArgumentKind::Whole | ArgumentKind::Body, Some(record))
                if is_one_field(record) && field.name == "query" =>
            {
                for inner in &record.fields {
                    let within = (kind == ArgumentKind::Body).then(|| field.json.to_owned());
                    self.push(inner, catalog.field_doc(record, inner), within);
                }
            }
            (ArgumentKind::Whole | ArgumentKind::Body, record) => {
                let may_lack = record.is_some_and(|record| record.fields.iter().all(|field| !must_be_given(field)));
                let is_whole = kind == ArgumentKind::Whole;
                self.push(field, field.doc.clone(), None);
                if let Some(argument) = self.arguments.last_mut() {
                    argument.is_whole = is_whole;
                    argument.may_lack = may_lack && field.name == "query";
                }
            }
            (ArgumentKind::Field, _) if must_be_given(field) => self.push(field, field.doc.clone(), None),
            _ => self.choose(field.clone()),
        }
    }

    /// The fields of a record that stand among the arguments.
    fn take_fields(&mut self, catalog: &Catalog, record: &RecordShape) {
        let is_named = record.fields.iter().all(|field| !must_be_given(field)) && self.on == On::Ledger;
        if is_named {
            self.named_options = Some(renamed(record.name));
        }
        for field in &record.fields {
            if PLACED.contains(&(self.call.name, field.name)) {
                self.push(field, catalog.field_doc(record, field), None);
            } else if is_named {
                self.option_names.push(field.json);
            } else if !HIDDEN.contains(&field.name) {
                self.choose(field.clone());
            }
        }
    }

    fn push(&mut self, field: &FieldShape, doc: String, within: Option<String>) {
        let kind = self.type_of(field, Way::In);
        self.arguments.push(Argument {
            name: camel_case(field.name),
            field: field.json.to_owned(),
            within,
            is_whole: false,
            may_lack: false,
            shape: field.shape.clone(),
            kind,
            doc,
        });
    }

    fn choose(&mut self, field: FieldShape) {
        let kind = self.type_of(&field, Way::In);
        let is_required = must_be_given(&field);
        self.option_names.push(field.json);
        self.options.push(Choice { field, kind, is_required });
    }

    fn type_of(&self, field: &FieldShape, way: Way) -> String {
        match own_type(&format!("{}.{}", self.call.name, field.name)) {
            Some(own) => own.to_owned(),
            None => type_of(&field.shape, way, self.place()),
        }
    }
}

fn is_one_field(record: &RecordShape) -> bool {
    matches!(record.fields.as_slice(), [field] if must_be_given(field))
}
