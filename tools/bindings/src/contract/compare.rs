//! Two schemas side by side: what the contract has must be in ours; what ours adds is noted.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Found {
    /// What the contract has and ours has not, or has otherwise.
    pub missing: Vec<String>,
    /// What ours adds.
    pub added: BTreeSet<String>,
    /// How many fields and parameters were compared.
    pub fields: usize,
}

/// Which way a body goes: a request may not ask for more than the contract says, an answer not promise less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// It is sent.
    Request,
    /// It is answered.
    Answer,
}

/// Two documents.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'d> {
    pub theirs: &'d Value,
    pub ours: &'d Value,
}

/// What bounds a value, each of which must be as the contract has it.
const BOUNDS: [&str; 10] =
    ["format", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "default", "enum"];

impl Found {
    pub fn miss(&mut self, at: &str, what: impl std::fmt::Display) {
        self.missing.push(format!("{at}: {what}"));
    }

    pub fn add(&mut self, what: String) {
        self.added.insert(what);
    }

    /// Fails where something is missing, and where what is added is not what `listed` names, each with its reason.
    pub fn settle(&self, listed: &[(&str, &str)]) {
        assert!(self.missing.is_empty(), "not as the contract has it:\n{}", self.missing.join("\n"));
        let unlisted: Vec<_> =
            self.added.iter().filter(|added| !listed.iter().any(|(name, _)| is_named(name, added))).collect();
        assert!(unlisted.is_empty(), "added and not listed: {unlisted:#?}");
        let idle: Vec<_> =
            listed.iter().filter(|(name, _)| !self.added.iter().any(|added| is_named(name, added))).collect();
        assert!(idle.is_empty(), "listed and not there: {idle:#?}");
        assert!(listed.iter().all(|(_, reason)| reason.len() > 10));
    }
}

/// Whether a name of the list is this addition's: as it stands, or by what stands before or behind a star.
fn is_named(name: &str, added: &str) -> bool {
    match name.split_once('*') {
        Some((before, behind)) => added.starts_with(before) && added.ends_with(behind),
        None => name == added,
    }
}

/// What a schema refers to.
pub fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => resolved(document, document.pointer(reference.strip_prefix('#').unwrap()).unwrap()),
        None => schema,
    }
}

impl<'d> Pair<'d> {
    /// Holds our schema against the contract's.
    pub fn schema(self, at: &str, theirs: &'d Value, ours: &'d Value, body: Body, found: &mut Found) {
        let (outer, theirs, inner) = (ours, resolved(self.theirs, theirs), resolved(self.ours, ours));
        if let Some(each) = theirs.get("oneOf").and_then(Value::as_array) {
            let ours = inner.get("oneOf").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if ours.len() != each.len() {
                found.miss(at, format_args!("{} of {} alternatives", ours.len(), each.len()));
            }
            for (index, (theirs, ours)) in each.iter().zip(ours).enumerate() {
                self.schema(&format!("{at}|{index}"), theirs, ours, body, found);
            }
            return;
        }
        if theirs.get("type") != inner.get("type") {
            return found.miss(at, format_args!("type {:?}, ours {:?}", theirs.get("type"), inner.get("type")));
        }
        for bound in BOUNDS {
            let ours = outer.get(bound).or_else(|| inner.get(bound));
            match (theirs.get(bound), ours) {
                (Some(theirs), ours) if Some(theirs) != ours => {
                    found.miss(at, format_args!("{bound} {theirs}, ours {ours:?}"))
                }
                (None, Some(ours)) => found.add(format!("{at} {bound} {ours}")),
                _ => {}
            }
        }
        if let (Some(theirs), Some(ours)) = (theirs.get("items"), inner.get("items")) {
            self.schema(&format!("{at}[]"), theirs, ours, body, found);
        } else if theirs.get("items").is_some() {
            found.miss(at, "items");
        }
        if theirs.get("additionalProperties") != inner.get("additionalProperties") {
            found.miss(at, "whether other fields may stand in it");
        }
        self.fields(at, theirs, inner, body, found);
    }

    fn fields(self, at: &str, theirs: &'d Value, ours: &'d Value, body: Body, found: &mut Found) {
        let none = Map::new();
        let of = |schema: &'d Value| schema.get("properties").and_then(Value::as_object);
        let (theirs_of, ours_of) = (of(theirs).unwrap_or(&none), of(ours).unwrap_or(&none));
        for (name, schema) in theirs_of {
            let at = format!("{at}.{name}");
            found.fields += 1;
            let Some(mine) = ours_of.get(name) else {
                found.miss(&at, "no such field");
                continue;
            };
            match (is_required(theirs, name), is_required(ours, name)) {
                (true, false) => found.miss(&at, "is not required"),
                (false, true) if body == Body::Request => found.miss(&at, "is required"),
                _ => {}
            }
            self.schema(&at, schema, mine, body, found);
        }
        for name in ours_of.keys().filter(|name| !theirs_of.contains_key(*name)) {
            if body == Body::Request && is_required(ours, name) {
                found.miss(at, format_args!("`{name}`, which the contract lacks, is required"));
            }
            found.add(format!("{at}.{name}"));
        }
    }
}

/// Whether an object must have a field.
pub fn is_required(schema: &Value, name: &str) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|one| one == name))
}

#[test]
fn a_difference_is_found() {
    let theirs = serde_json::json!({"type": "object", "required": ["a"], "properties": {
        "a": {"type": "string", "maxLength": 5}, "b": {"type": "integer"}, "c": {"type": "array", "items": {"type": "string"}}
    }});
    let ours = serde_json::json!({"type": "object", "required": ["b"], "properties": {
        "a": {"type": "string", "maxLength": 6, "minLength": 1}, "b": {"type": "number"}, "d": {"type": "string"}
    }});
    let mut found = Found::default();
    Pair { theirs: &theirs, ours: &ours }.schema("x", &theirs, &ours, Body::Request, &mut found);
    let about: Vec<&str> = found.missing.iter().map(|told| told.split(['"', ',']).next().unwrap()).collect();
    assert_eq!(
        about,
        [
            "x.a: is not required",
            "x.a: maxLength 5",
            "x.b: is required",
            "x.b: type Some(String(",
            "x.c: no such field"
        ]
    );
    assert_eq!(found.added.iter().map(String::as_str).collect::<Vec<_>>(), ["x.a minLength 1", "x.d"]);
}
