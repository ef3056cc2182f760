//! The vectors held against the schema of the calls, which is generated from the core's declarations: what goes in and what
//! comes out must be what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::fixtures::Fixtures;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn read(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join(file)).unwrap()).unwrap()
}

/// The schemas, made ready one by one.
struct Schemas {
    defs: Value,
    ready: BTreeMap<String, Validator>,
    /// What is not as they say.
    wrong: Vec<String>,
}

impl Schemas {
    fn read() -> Self {
        Self { defs: read("calls.schema.json")["$defs"].take(), ready: BTreeMap::new(), wrong: Vec::new() }
    }

    fn names(&self) -> BTreeSet<String> {
        let ends = |name: &&String| name.ends_with(".input") || name.ends_with(".answer");
        self.defs.as_object().unwrap().keys().filter(ends).cloned().collect()
    }

    fn check(&mut self, case: &str, name: &str, value: &Value) {
        assert!(self.defs.get(name).is_some(), "{case}: no schema {name}");
        let validator = self.ready.entry(name.to_owned()).or_insert_with(|| {
            let schema = json!({"$ref": format!("#/$defs/{name}"), "$defs": self.defs});
            jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
        });
        if let Some(error) = validator.iter_errors(value).next() {
            self.wrong.push(format!("{case}: {name} at {}: {error}", error.instance_path()));
        }
    }
}

#[derive(Deserialize)]
struct File {
    // Those below refer to those above.
    fixtures: Box<RawValue>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    op: String,
    input: Option<Box<RawValue>>,
    input_text: Option<String>,
    expected: Option<Value>,
}

/// Every case that has an answer: its id, its call, its input with the references expanded, and the answer.
fn cases() -> Vec<(String, String, Value, Value)> {
    let manifest = read("manifest.json");
    let mut cases = Vec::new();
    for name in manifest["files"].as_object().unwrap().keys() {
        let file: File = serde_json::from_str(&std::fs::read_to_string(folder().join(name)).unwrap()).unwrap();
        let fixtures = Fixtures::read(file.fixtures.get());
        for Case { id, op, input, input_text, expected } in file.cases {
            let Some(expected) = expected else { continue };
            let text = input_text.unwrap_or_else(|| fixtures.expanded_json(input.unwrap().get()));
            cases.push((id, op, serde_json::from_str(&text).unwrap(), expected));
        }
    }
    cases
}

#[test]
fn what_goes_in_and_comes_out_is_as_declared() {
    let mut schemas = Schemas::read();
    let mut count = 0;
    for (id, op, input, expected) in cases() {
        count += 1;
        match op.as_str() {
            "ledger" => check_steps(&mut schemas, &id, &input, &expected),
            "resolve" | "co2e" | "factors" => {
                let call = input.get("call").and_then(Value::as_str).unwrap_or(&op);
                // The data is what a ledger loads.
                schemas.check(
                    &id,
                    "ledger.factors.load.input",
                    &json!({"now": "2026-01-01T00:00:00Z", "data": input["data"]}),
                );
                schemas.check(&id, &format!("factors.{call}.input"), &input["query"]);
                schemas.check(&id, &format!("factors.{call}.answer"), &expected);
            }
            _ => {
                schemas.check(&id, &format!("calls.{op}.input"), &input);
                schemas.check(&id, &format!("calls.{op}.answer"), &expected);
            }
        }
    }
    let asked: BTreeSet<String> = schemas.ready.keys().cloned().collect();
    let idle: Vec<_> = schemas.names().difference(&asked).cloned().collect();
    println!("vectors by schema: {count} cases, {} schemas", asked.len());
    let shown = schemas.wrong.iter().take(30).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(schemas.wrong.is_empty(), "{} wrong:\n{shown}", schemas.wrong.len());
    assert!(idle.is_empty(), "no vector asks {idle:?}");
}

fn check_steps(schemas: &mut Schemas, id: &str, input: &Value, expected: &Value) {
    let answers = expected["answers"].as_array().unwrap();
    for (at, (step, answer)) in input["steps"].as_array().unwrap().iter().zip(answers).enumerate() {
        if answer.get("error").is_some_and(|error| error.get("code").is_some()) {
            continue;
        }
        let (id, call) = (format!("{id} step {at}"), step["call"].as_str().unwrap());
        schemas.check(&id, &format!("ledger.{call}.input"), &resolved(&step["input"], answers));
        schemas.check(&id, &format!("ledger.{call}.answer"), answer);
    }
}

/// The input with what it takes from the answers before it.
fn resolved(value: &Value, answers: &[Value]) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| resolved(item, answers)).collect(),
        Value::Object(fields) if fields.contains_key("$temporary") => json!("a-file"),
        Value::Object(fields) => match fields.get("$answer").and_then(Value::as_u64) {
            Some(index) => {
                let at = fields.get("at").and_then(Value::as_str).unwrap_or_default().replace('.', "/");
                let pointer = if at.is_empty() { at } else { format!("/{at}") };
                answers[usize::try_from(index).unwrap()].pointer(&pointer).unwrap().clone()
            }
            None => fields.iter().map(|(name, value)| (name.clone(), resolved(value, answers))).collect(),
        },
        other => other.clone(),
    }
}

#[test]
fn another_shape_is_found() {
    let mut schemas = Schemas::read();
    schemas.check("a good one", "calls.identify.input", &json!({"vendor": "ABB", "serial": "1"}));
    assert!(schemas.wrong.is_empty());
    schemas.check("a field more", "calls.identify.input", &json!({"vendor": "ABB", "serial": "1", "more": 1}));
    schemas.check("a field less", "calls.identify.input", &json!({"vendor": "ABB"}));
    schemas.check("another type", "calls.xnpv.answer", &json!({"npv": "1"}));
    schemas.check("no name", "calls.http_status.input", &json!({"code": "none"}));
    assert_eq!(schemas.wrong.len(), 4, "{:?}", schemas.wrong);
}
