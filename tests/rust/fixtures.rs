//! Parts of inputs that several vectors share: expands the references to them, as the schema of the vectors says.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tierra::ffi::{NumberStyle, Value, parse_json, write_json};

const REFERENCE: &str = "$fixture";

/// The fixtures of one file.
pub(crate) struct Fixtures(BTreeMap<String, Value>);

impl Fixtures {
    /// Reads `{name: value, …}`, where a value may refer to those above it.
    pub(crate) fn read(json: &str) -> Self {
        let Value::Object(named) = parse_json(json).unwrap() else { panic!("no object of fixtures") };
        let mut fixtures = Self(BTreeMap::new());
        for (name, value) in named {
            let value = fixtures.expanded(value);
            fixtures.0.insert(name.into_owned(), value);
        }
        fixtures
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The input with its references expanded; as it stands where it has none.
    pub(crate) fn expanded_json(&self, input: &str) -> String {
        if !input.contains(REFERENCE) {
            return input.to_owned();
        }
        write_json(&self.expanded(parse_json(input).unwrap()), NumberStyle::Digits)
    }

    fn expanded(&self, value: Value) -> Value {
        match value {
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.expanded(item)).collect()),
            Value::Object(fields) => self.expanded_object(fields),
            other => other,
        }
    }

    fn expanded_object(&self, fields: Vec<(Cow<'static, str>, Value)>) -> Value {
        let (references, changes): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name == REFERENCE);
        let changes = changes.into_iter().map(|(name, value)| (name, self.expanded(value)));
        let Some((_, Value::String(name))) = references.first() else { return Value::Object(changes.collect()) };
        let fixture = self.0.get(name).unwrap_or_else(|| panic!("no fixture `{name}` above"));
        changes.fold(fixture.clone(), |changed, (name, value)| with_field(changed, name, value))
    }
}

/// The object with a field in the place of the one of that name, or behind all.
fn with_field(object: Value, name: Cow<'static, str>, value: Value) -> Value {
    let Value::Object(mut fields) = object else { panic!("a fixture that is no object has no field `{name}`") };
    match fields.iter_mut().find(|(known, _)| *known == name) {
        Some((_, place)) => *place = value,
        None => fields.push((name, value)),
    }
    Value::Object(fields)
}
