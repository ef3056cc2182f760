//! JSON schemas (draft 2020-12) of what the core declares: for `openapi.json`, and for the vectors.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tierra::ffi::describe::{FieldShape, NamesShape, RecordShape, Shape};
use tierra::ffi::{ArgumentKind, CallShape};

use crate::catalog::Catalog;
use crate::shapes::{comes_out, goes_in, must_be_given};
use crate::words::{Style, reworded};

/// How a description writes what a doc comment names.
pub const STYLE: Style = Style { tick: "`", nothing: "null" };

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Into a call.
    In,
    /// Out of it.
    Out,
}

/// What the schemas are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Requests and their answers: fields that are not known are ignored, and null is no absence (DECISIONS 53).
    Http,
    /// Calls of the library: an unknown field is an error, null is an absence, and a number may stand in a text.
    Calls,
}

/// Makes schemas, and keeps those that others refer to.
#[derive(Debug)]
pub struct Schemas<'c> {
    catalog: &'c Catalog,
    made_for: Use,
    /// The schemas of records and names, by name.
    named: BTreeMap<String, Value>,
}

impl<'c> Schemas<'c> {
    /// No schema yet.
    pub fn new(catalog: &'c Catalog, made_for: Use) -> Self {
        Self { catalog, made_for, named: BTreeMap::new() }
    }

    /// What was referred to, by name.
    pub fn into_named(self) -> BTreeMap<String, Value> {
        self.named
    }

    /// Adds a schema under a name of its own.
    pub fn add(&mut self, name: &str, schema: Value) {
        self.named.insert(name.to_owned(), schema);
    }

    /// The schema that refers to one under a name.
    pub fn refer(&self, name: &str) -> Value {
        let place = match self.made_for {
            Use::Http => "#/components/schemas/",
            Use::Calls => "#/$defs/",
        };
        json!({"$ref": format!("{place}{name}")})
    }

    /// A doc comment as a description.
    pub fn described(&self, doc: &str) -> String {
        reworded(doc, self.catalog, STYLE)
    }

    /// The schema of what a call answers, in the object that JSON wraps it into.
    pub fn answer(&mut self, call: &CallShape) -> Value {
        let schema = self.of(&call.answer, Way::Out);
        match call.wrap {
            Some(name) => json!({
                "type": "object",
                "required": [name],
                "properties": {name: schema},
                "additionalProperties": false
            }),
            None => schema,
        }
    }

    /// The schema of a call's whole input.
    pub fn input(&mut self, call: &CallShape) -> Value {
        if let [argument] = call.arguments.as_slice()
            && argument.kind == ArgumentKind::Whole
        {
            return self.of(&argument.field.shape, Way::In);
        }
        let mut object = Object::default();
        for argument in &call.arguments {
            match (argument.kind, &argument.field.shape) {
                (ArgumentKind::Flat, Shape::Record(record)) => self.fields_of(record, Way::In, &mut object),
                (ArgumentKind::Ignored, _) => object.add(argument.field.json, json!({}), false),
                _ => {
                    let schema = self.field(&argument.field, String::new(), Way::In);
                    let is_needed = is_required(&argument.field, Way::In) && !is_empty_query(&argument.field);
                    object.add(argument.field.json, schema, is_needed);
                }
            }
        }
        object.into_schema(self.made_for == Use::Calls)
    }

    /// The schema of a shape.
    pub fn of(&mut self, shape: &Shape, way: Way) -> Value {
        match shape {
            Shape::Boolean => json!({"type": "boolean"}),
            Shape::Integer => self.number("integer", way),
            Shape::Float | Shape::Decimal => self.number("number", way),
            Shape::Text => json!({"type": "string"}),
            Shape::Uuid => json!({"type": "string", "format": "uuid"}),
            Shape::Date => json!({"type": "string", "format": "date"}),
            Shape::Instant => json!({"type": "string", "format": "date-time"}),
            Shape::Digest => json!({"type": "string", "pattern": "^[a-f0-9]{64}$"}),
            Shape::Any => json!({}),
            Shape::Json | Shape::Verbatim => json!({"type": "object", "additionalProperties": true}),
            Shape::Error => self.error(),
            Shape::Nothing => json!({"type": "object", "maxProperties": 0}),
            Shape::Names(names) => self.names(names),
            // Scopes may also come as one text with spaces between them.
            Shape::List(item) if self.takes_text(item, way) => {
                json!({"type": ["array", "string"], "items": self.of(item, way)})
            }
            Shape::List(item) => json!({"type": "array", "items": self.of(item, way)}),
            Shape::Optional(inner) => self.optional(inner, way),
            Shape::Map(item) => json!({"type": "object", "additionalProperties": self.of(item, way)}),
            Shape::Record(record) => self.record(record, way),
            // An item of a batch that cannot be read is its own answer.
            Shape::OneOf(shapes) if way == Way::In && shapes.contains(&Shape::Error) => json!({}),
            Shape::OneOf(shapes) => {
                let each: Vec<Value> = shapes.iter().map(|shape| self.item(shape, way)).collect();
                json!({"oneOf": each})
            }
        }
    }

    fn takes_text(&self, item: &Shape, way: Way) -> bool {
        let is_scope = matches!(item, Shape::Names(names) if names.name == "Scope");
        self.made_for == Use::Calls && way == Way::In && is_scope
    }

    /// What stands in a list of answers: an error says by its one field that it is one.
    fn item(&mut self, shape: &Shape, way: Way) -> Value {
        let schema = self.of(shape, way);
        match shape {
            Shape::Error => json!({
                "type": "object",
                "required": ["error"],
                "properties": {"error": schema},
                "additionalProperties": false
            }),
            _ => schema,
        }
    }

    /// A number; into a call it may also come by its digits in a text.
    fn number(&self, kind: &str, way: Way) -> Value {
        if self.made_for == Use::Calls && way == Way::In {
            return json!({"type": [kind, "string"]});
        }
        json!({"type": kind})
    }

    fn optional(&mut self, inner: &Shape, way: Way) -> Value {
        if let Shape::Record(RecordShape { in_json: Some(shape), .. }) = inner {
            return self.of(shape, way);
        }
        let schema = self.of(inner, way);
        if self.made_for == Use::Http && way == Way::In {
            return schema;
        }
        or_null(schema)
    }

    fn error(&mut self) -> Value {
        const NAME: &str = "ErrorValue";
        if !self.named.contains_key(NAME) {
            let mut object = Object::default();
            object.add("code", json!({"type": "string", "description": "The stable code."}), true);
            let path = "The path of the field, empty where the input as a whole is meant.";
            object.add("path", json!({"type": "string", "description": path}), true);
            object.add("message", json!({"type": "string", "description": "What is wrong, in a sentence."}), true);
            let mut schema = object.into_schema(false);
            describe(&mut schema, "Why something was refused.".to_owned());
            self.add(NAME, schema);
        }
        self.refer(NAME)
    }

    fn names(&mut self, names: &NamesShape) -> Value {
        if !self.named.contains_key(names.name) {
            let texts: Vec<&str> = names.values.iter().map(|(text, _)| *text).collect();
            let mut schema = json!({"type": "string", "enum": texts});
            let mut doc = names.doc.clone();
            doc.push('\n');
            for (text, meaning) in &names.values {
                doc.push_str(&format!("\n- `{text}`: {}", meaning.replace('\n', " ")));
            }
            describe(&mut schema, self.described(doc.trim()));
            self.add(names.name, schema);
        }
        self.refer(names.name)
    }

    fn record(&mut self, record: &RecordShape, way: Way) -> Value {
        let name = record_name(record, way);
        if !self.named.contains_key(&name) {
            // A record may stand within itself: it is there before its fields are.
            self.add(&name, Value::Null);
            let mut object = Object::default();
            self.fields_of(record, way, &mut object);
            let mut schema = object.into_schema(self.made_for == Use::Calls);
            describe(&mut schema, self.described(&self.catalog.record_doc(record)));
            self.add(&name, schema);
        }
        self.refer(&name)
    }

    fn fields_of(&mut self, record: &RecordShape, way: Way, object: &mut Object) {
        for field in &record.fields {
            if let (true, Shape::Record(inner)) = (field.is_flattened, &field.shape) {
                self.fields_of(inner, way, object);
                continue;
            }
            let schema = self.field(field, self.catalog.field_doc(record, field), way);
            object.add(field.json, schema, is_required(field, way));
        }
    }

    /// The fields of a record one by one: the name, the schema, and whether it must be there.
    pub fn parts(&mut self, record: &RecordShape, way: Way) -> Vec<(String, Value, bool)> {
        let mut object = Object::default();
        self.fields_of(record, way, &mut object);
        let Object { properties, required } = object;
        let is_required = |name: &String| required.contains(name);
        properties.into_iter().map(|(name, schema)| (name.clone(), schema, is_required(&name))).collect()
    }

    /// The schema of a field or an argument, with its bounds and what it is.
    pub fn field(&mut self, field: &FieldShape, doc: String, way: Way) -> Value {
        // What is left out where it says nothing is never null.
        let shape = match &field.shape {
            Shape::Optional(inner) if field.is_left_out && way == Way::Out => inner,
            shape => shape,
        };
        let mut schema = self.of(shape, way);
        let may_be_absent = !is_required(field, Way::In) && !matches!(shape, Shape::Optional(_));
        if self.made_for == Use::Calls && way == Way::In && may_be_absent {
            schema = or_null(schema);
        }
        if let Some(target) = schema.as_object_mut() {
            bound(target, field);
            if way == Way::In
                && let Some(default) = field.default.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok())
                && !default.is_null()
            {
                target.insert("default".to_owned(), default);
            }
        }
        let doc = if doc.is_empty() { field.doc.clone() } else { doc };
        describe(&mut schema, self.described(&doc));
        schema
    }
}

/// Whether a field must be there.
pub fn is_required(field: &FieldShape, way: Way) -> bool {
    match way {
        Way::Out => !field.is_left_out,
        Way::In => must_be_given(field),
    }
}

/// Whether a field is a query that need not be there, as none of its parameters must.
fn is_empty_query(field: &FieldShape) -> bool {
    let Shape::Record(record) = &field.shape else { return false };
    field.json == "query" && !record.fields.iter().any(|field| is_required(field, Way::In))
}

/// The name of a record's schema: a page goes by what it is of, and what goes both ways has two.
fn record_name(record: &RecordShape, way: Way) -> String {
    let argument = match record.argument.as_deref() {
        Some(Shape::Record(argument)) => argument.name,
        _ => "",
    };
    let goes_both_ways = comes_out(record) && goes_in(record);
    let suffix = if goes_both_ways && way == Way::In { "Input" } else { "" };
    format!("{argument}{}{suffix}", record.name)
}

/// The bounds that a field declares.
fn bound(target: &mut Map<String, Value>, field: &FieldShape) {
    let is_list = target.get("type").is_some_and(|kind| kind == "array" || kind == &json!(["array", "null"]));
    let is_text = target.get("type").is_some_and(|kind| kind == "string" || kind == &json!(["string", "null"]));
    if let Some((least, most)) = field.chars.filter(|_| is_text) {
        target.insert("minLength".to_owned(), json!(least));
        target.insert("maxLength".to_owned(), json!(most));
    }
    if let Some((least, most)) = field.bounds {
        target.insert("minimum".to_owned(), json!(least));
        target.insert("maximum".to_owned(), json!(most));
    }
    if let Some((least, most)) = field.items.filter(|_| is_list) {
        target.insert("minItems".to_owned(), json!(least));
        if let Some(most) = most {
            target.insert("maxItems".to_owned(), json!(most));
        }
    }
    if let Some(format) = field.format {
        target.insert("format".to_owned(), json!(format));
    }
    if let Some(only) = field.only {
        target.insert("enum".to_owned(), json!([only]));
    }
}

/// The schema or null.
fn or_null(mut schema: Value) -> Value {
    let kind = schema.get("type").cloned();
    match (kind, schema.as_object_mut()) {
        (Some(Value::String(kind)), Some(object)) => {
            object.insert("type".to_owned(), json!([kind, "null"]));
            schema
        }
        (Some(Value::Array(mut kinds)), Some(object)) => {
            kinds.push(json!("null"));
            object.insert("type".to_owned(), Value::Array(kinds));
            schema
        }
        (_, Some(object)) if object.is_empty() => schema,
        _ => json!({"oneOf": [schema, {"type": "null"}]}),
    }
}

fn describe(schema: &mut Value, doc: String) {
    if let (false, Some(object)) = (doc.is_empty(), schema.as_object_mut()) {
        object.insert("description".to_owned(), Value::String(doc));
    }
}

/// An object's schema in the making.
#[derive(Debug, Default)]
struct Object {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Object {
    fn add(&mut self, name: &str, schema: Value, is_required: bool) {
        self.properties.insert(name.to_owned(), schema);
        if is_required {
            self.required.push(name.to_owned());
        }
    }

    fn into_schema(self, is_closed: bool) -> Value {
        let mut schema = json!({"type": "object"});
        if let Some(object) = schema.as_object_mut() {
            if !self.required.is_empty() {
                object.insert("required".to_owned(), json!(self.required));
            }
            object.insert("properties".to_owned(), Value::Object(self.properties));
            if is_closed {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        schema
    }
}
