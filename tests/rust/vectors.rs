//! The vectors: the contract between the languages, run by Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tierra::ffi::{FactorCall, NumberStyle, Value, answer_json, call_json, error_json, op_names, parse_json};

use crate::fixtures::Fixtures;

#[derive(Deserialize)]
struct VectorFile {
    /// Parts of inputs that several cases share, by name.
    fixtures: Box<RawValue>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    op: String,
    needs: Option<String>,
    input: Option<Box<RawValue>>,
    input_text: Option<String>,
    error: Option<ExpectedError>,
    sha256: String,
}

#[derive(Deserialize)]
struct ExpectedError {
    code: String,
    path: String,
}

#[derive(Deserialize)]
struct Manifest {
    files: BTreeMap<String, ManifestFile>,
    /// How many steps of scenarios make a ledger's call, and how many of them are refused.
    #[cfg(feature = "ledger")]
    calls: BTreeMap<String, ManifestCall>,
    /// How many cases make a call on factors, and how many of them are refused.
    factor_calls: BTreeMap<String, ManifestFactorCall>,
    /// How many cases need a feature.
    needs: BTreeMap<String, usize>,
    total: ManifestTotal,
}

#[cfg(feature = "ledger")]
#[derive(Deserialize)]
struct ManifestCall {
    steps: usize,
    failing: usize,
}

#[derive(Deserialize)]
struct ManifestFactorCall {
    cases: usize,
    failing: usize,
}

#[derive(Deserialize)]
struct ManifestTotal {
    cases: usize,
}

#[derive(Deserialize)]
struct ManifestFile {
    cases: usize,
    failing: usize,
    fixtures: usize,
    sha256: String,
}

/// What a scenario of a ledger's calls has for a call.
const LEDGER: &str = "ledger";
/// The calls of which all cases need a feature, by feature.
const NEEDED: [(&str, &str); 2] = [("ledger", LEDGER), ("webhook-delivery", "check_webhook_url")];

/// Whether this build has a feature that a case may need.
fn has(feature: &str) -> bool {
    match feature {
        "ledger" => cfg!(feature = "ledger"),
        "webhook-delivery" => cfg!(feature = "webhook-delivery"),
        "reference-data" => cfg!(feature = "reference-data"),
        other => panic!("no feature {other}"),
    }
}

impl Case {
    /// Whether this build has what the case needs.
    fn runs(&self) -> bool {
        self.needs.as_deref().is_none_or(has)
    }

    fn input_text(&self) -> &str {
        match (&self.input, &self.input_text) {
            (Some(input), None) => input.get(),
            (None, Some(text)) => text,
            _ => panic!("{}: either input or input_text", self.id),
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn digest(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The answer to the case's call, or to its scenario.
fn answer(case: &Case, style: NumberStyle) -> tierra::Result<String> {
    #[cfg(feature = "ledger")]
    if case.op == LEDGER {
        return crate::scenario::play(case.input_text());
    }
    call_json(&case.op, case.input_text(), style)
}

/// The answer's text, or the error's.
fn answer_text(case: &Case) -> String {
    answer(case, NumberStyle::Digits).unwrap_or_else(|error| {
        let text = error_json(&error);
        text.strip_prefix(r#"{"error":"#).and_then(|text| text.strip_suffix('}')).unwrap().to_owned()
    })
}

fn manifest() -> Manifest {
    serde_json::from_str(&std::fs::read_to_string(folder().join("manifest.json")).unwrap()).unwrap()
}

fn files() -> Vec<(String, VectorFile)> {
    let manifest = manifest();
    assert!(!manifest.files.is_empty());
    let read = |(name, listed): (String, ManifestFile)| {
        let text = std::fs::read_to_string(folder().join(&name)).unwrap();
        assert_eq!(digest(&text), listed.sha256, "{name} is not the file of the manifest");
        let mut file: VectorFile = serde_json::from_str(&text).unwrap();
        let fixtures = Fixtures::read(file.fixtures.get());
        assert_eq!(fixtures.len(), listed.fixtures, "{name}");
        for input in file.cases.iter_mut().filter_map(|case| case.input.as_mut()) {
            *input = RawValue::from_string(fixtures.expanded_json(input.get())).unwrap();
        }
        assert_eq!(file.cases.len(), listed.cases, "{name}");
        assert_eq!(file.cases.iter().filter(|case| case.error.is_some()).count(), listed.failing, "{name}");
        (name, file)
    };
    manifest.files.into_iter().map(read).collect()
}

#[test]
fn every_vector_comes_out_byte_for_byte() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (_, file) in files() {
        for case in file.cases.iter().filter(|case| case.runs()) {
            count += 1;
            let text = answer_text(case);
            if digest(&text) != case.sha256 {
                failures.push(format!("{}: {text}", case.id));
            }
            if let Some(error) = &case.error {
                let stated =
                    format!(r#"{{"code":"{}","path":{}"#, error.code, serde_json::to_string(&error.path).unwrap());
                assert!(text.starts_with(&stated), "{}: {text}", case.id);
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    let manifest = manifest();
    let lacking: BTreeMap<_, _> = manifest.needs.iter().filter(|(feature, _)| !has(feature)).collect();
    assert_eq!(count + lacking.values().copied().sum::<usize>(), manifest.total.cases);
    println!("vectors in Rust: {count} passed, not run for want of a feature: {lacking:?}");
}

#[test]
fn only_these_calls_need_a_feature() {
    let files = files();
    let cases = || files.iter().flat_map(|(_, file)| &file.cases);
    let needing = |feature: &'static str| cases().filter(move |case| case.needs.as_deref() == Some(feature));
    for (feature, op) in NEEDED {
        assert!(needing(feature).count() > 0 && needing(feature).all(|case| case.op == op), "{feature}");
        assert!(cases().filter(|case| case.op == op).all(|case| case.needs.as_deref() == Some(feature)), "{op}");
    }
    assert!(needing("reference-data").all(|case| case.op == "factors"));
    let mut counts = BTreeMap::new();
    for feature in cases().filter_map(|case| case.needs.clone()) {
        *counts.entry(feature).or_insert(0) += 1;
    }
    assert_eq!(manifest().needs, counts);
    assert_eq!(op_names().any(|name| name == "check_webhook_url"), has("webhook-delivery"));
}

#[cfg(feature = "ledger")]
#[test]
fn every_call_of_a_ledger_has_steps_that_pass_and_that_fail() {
    let steps = manifest().calls;
    for name in tierra::ffi::LedgerHandle::call_names() {
        let counted = steps.get(name).unwrap_or_else(|| panic!("no scenario calls {name}"));
        assert!(counted.steps > counted.failing && counted.failing > 0, "{name}");
    }
    let known: BTreeSet<&str> = tierra::ffi::LedgerHandle::call_names().collect();
    let unknown: Vec<_> = steps.keys().filter(|name| !known.contains(name.as_str())).collect();
    assert_eq!(unknown, ["registrations.delete"]);
    assert!(steps.values().map(|counted| counted.failing).sum::<usize>() >= 40);
}

#[test]
fn every_call_on_factors_has_cases_that_pass_and_that_fail() {
    let counted = manifest().factor_calls;
    for name in FactorCall::names() {
        let of_call = counted.get(name).unwrap_or_else(|| panic!("no case calls {name}"));
        assert!(of_call.cases > of_call.failing && of_call.failing >= 3, "{name}");
    }
    let known: BTreeSet<&str> = FactorCall::names().collect();
    let unknown: Vec<_> = counted.keys().filter(|name| !known.contains(name.as_str())).collect();
    assert_eq!(unknown, ["Resolve", "delete"]);
}

#[test]
fn every_call_has_vectors_that_pass_and_that_fail() {
    let files = files();
    let cases: Vec<&Case> = files.iter().flat_map(|(_, file)| &file.cases).collect();
    for op in op_names() {
        let of_op = || cases.iter().filter(|case| case.op == op);
        assert!(of_op().any(|case| case.error.is_none()), "no case of {op} passes");
        assert!(of_op().filter(|case| case.error.is_some()).count() >= 3, "fewer than 3 cases of {op} fail");
    }
}

/// The typed, the value and the text form of a call are one.
#[test]
fn both_styles_of_numbers_say_the_same() {
    for (_, file) in files() {
        // A ledger answers with text, in which numbers are digits.
        for case in file.cases.iter().filter(|case| case.runs() && case.op != LEDGER) {
            let strings = answer_json(&case.op, case.input_text(), NumberStyle::Strings);
            let digits = answer_json(&case.op, case.input_text(), NumberStyle::Digits);
            let (strings, digits) = (parse_json(&strings).unwrap(), parse_json(&digits).unwrap());
            assert!(same_but_for_quotes(&strings, &digits), "{}", case.id);
        }
    }
}

fn same_but_for_quotes(strings: &Value, digits: &Value) -> bool {
    match (strings, digits) {
        (Value::String(text), Value::Number(number)) => text == number,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(a, b)| same_but_for_quotes(a, b))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|((a, x), (b, y))| a == b && same_but_for_quotes(x, y))
        }
        (left, right) => left == right,
    }
}
