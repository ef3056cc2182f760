//! The charger registry: `charger-registry.openapi.json`.

use serde_json::{Value, json};

use super::compare::{Body, Found, Pair, is_required};
use super::{derived, spec};

/// What ours has beyond the contract, and why.
const ADDED: &[(&str, &str)] = &[
    ("* 401", "every operation with `security` refuses a token that is no good (DECISIONS 54)"),
    ("* 403", "a scope that is missing (DECISIONS 54)"),
    ("* 404", "an id of nobody's, of another's, or malformed (DECISIONS 8, 53)"),
    ("* 409", "a state that does not allow the change, or a conflict that `fail` stops at"),
    ("* 422", "what is wrong with fields (DECISIONS 54)"),
    ("* 429", "every operation may be limited, not the lookup alone (DECISIONS 54)"),
    ("* body", "an answer of which the contract states no shape"),
    ("*.error.path", "which field an error is about"),
    ("* ?page", "lists are paged; the contract pages the registrations and names no parameter"),
    ("* ?per_page", "lists are paged; the contract pages the registrations and names no parameter"),
    ("* minLength 1", "an empty text is refused with `empty`"),
    (r#"*.serial_hash pattern "^[a-f0-9]{64}$""#, "what the contract says in words and of the path alone"),
    (r#"*.type enum ["overlap"]"#, "the only kind of conflict, which the contract has as an example"),
    ("DELETE /api/v1/webhooks/endpoints/{id} x-scope webhooks:manage", "as the other operations on endpoints say"),
    ("GET /api/v1/webhooks/endpoints/{id} x-scope webhooks:manage", "as the other operations on endpoints say"),
    (
        "PATCH /api/v1/webhooks/endpoints/{id} request",
        "the contract says in words that URL, events and status may change",
    ),
    ("POST /api/v1/lookup 200|1.results[].error", "why an item of a batch names no charger"),
    ("POST /api/v1/oauth/token request.scope", "fewer scopes than the client's (RFC 6749, 4.4.2)"),
    ("POST /api/v1/webhooks/endpoints 201.events[] enum [*", "the events that the request names"),
    (
        r#"POST /api/v1/webhooks/endpoints 201.status enum ["active","disabled"]"#,
        "the states of which the contract has one as an example",
    ),
    ("POST /api/v1/webhooks/endpoints request.events minItems 1", "an endpoint for no event is refused with `empty`"),
    ("GET /api/v1/disputes/{public_id} 200.conflict", "the conflict disputed"),
    ("GET /api/v1/disputes/{public_id} 200.created_at", "when it was opened"),
    ("GET /api/v1/disputes/{public_id} 200.messages", "what `POST …/messages` adds"),
    ("GET /api/v1/disputes/{public_id} 200.opened_by", "which party may withdraw it"),
    ("GET /api/v1/disputes/{public_id} 200.other_party", "whom it is with"),
    ("GET /api/v1/disputes/{public_id} 200.reason", "what was said when it was opened"),
    ("GET /api/v1/disputes/{public_id} 200.resolution_note", "the outcome that was recorded"),
    ("GET /api/v1/disputes/{public_id} 200.updated_at", "when its state last changed"),
    ("GET /api/v1/registrations/{public_id} 200.conflicts", "the contract says in words that they are shown"),
    ("GET /api/v1/registrations/{public_id} 200.created_at", "when it was made"),
    ("GET /api/v1/registrations/{public_id} 200.metadata", "the notes that the owner gave"),
    ("GET /api/v1/registrations/{public_id} 200.renewed_from", "the registration that it renews"),
];

/// The operations of a document: path, method, operation.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
    })
}

fn schema_of(content: &Value) -> Option<&Value> {
    content.pointer("/content/application~1json/schema")
}

#[test]
fn the_document_is_as_the_contract_has_it() {
    let Some(contract) = spec("charger-registry.openapi.json") else { return };
    let contract: Value = serde_json::from_str(&contract).unwrap();
    let document = derived();
    let found = compared(&contract, &document);
    for (path, method, _) in operations(&document).filter(|(path, ..)| path.starts_with("/api/v1/")) {
        assert!(!contract["paths"][path][method].is_null(), "{method} {path} is not of the contract");
    }
    let statuses = |(.., operation): (&String, &String, &Value)| operation["responses"].as_object().unwrap().len();
    println!(
        "charger registry: {} operations, {} answers, {} fields and parameters, {} additions",
        operations(&contract).count(),
        operations(&contract).map(statuses).sum::<usize>(),
        found.fields,
        found.added.len()
    );
    found.settle(ADDED);
}

#[test]
fn what_is_missing_is_found() {
    let Some(contract) = spec("charger-registry.openapi.json") else { return };
    let contract: Value = serde_json::from_str(&contract).unwrap();
    let whole = derived();
    for (at, value) in [
        ("/paths/~1api~1v1~1disputes/post", Value::Null),
        ("/paths/~1api~1v1~1disputes/post/x-scope", json!("lookup")),
        ("/paths/~1api~1v1~1disputes/post/responses/409", json!({"x-added": true})),
        ("/paths/~1api~1v1~1registrations/get/parameters/0/name", json!("state")),
        ("/paths/~1api~1v1~1lookup~1{serial_hash}/get/parameters/0/schema/pattern", json!("^.*$")),
        ("/components/schemas/RegistrationRequest/properties/vendor/maxLength", json!(121)),
        ("/components/schemas/RegistrationRequest/required/4", json!("metadata")),
        ("/components/schemas/RegistrationStatus/enum/0", json!("waiting")),
        ("/components/schemas/BatchSummary/properties/total/type", json!("string")),
        ("/components/schemas/LookupItems/properties/items/maxItems", json!(101)),
        ("/components/schemas/TokenRequest/properties/grant_type/enum/0", json!("password")),
    ] {
        let mut document = whole.clone();
        *document.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = value;
        assert!(!compared(&contract, &document).missing.is_empty(), "{at}");
    }
}

/// Holds a document against the contract.
fn compared(contract: &Value, document: &Value) -> Found {
    let pair = Pair { theirs: contract, ours: document };
    let mut found = Found::default();
    for (path, method, theirs) in operations(contract) {
        let at = format!("{} {path}", method.to_uppercase());
        let ours = &document["paths"][path][method];
        if ours.is_null() {
            found.miss(&at, "no such operation");
            continue;
        }
        about(&at, theirs, ours, &mut found);
        parameters(pair, &at, theirs, ours, &mut found);
        request(pair, &at, theirs, ours, &mut found);
        answers(pair, &at, theirs, ours, &mut found);
    }
    found
}

/// Tags, who may call and with which scope.
fn about(at: &str, theirs: &Value, ours: &Value, found: &mut Found) {
    for part in ["tags", "security"] {
        if theirs.get(part) != ours.get(part) {
            found.miss(at, format_args!("{part} {:?}, ours {:?}", theirs.get(part), ours.get(part)));
        }
    }
    let description = theirs["description"].as_str().unwrap_or_default();
    let scopes = ["lookup", "registrations:write", "disputes:write", "disputes:resolve", "webhooks:manage"];
    let stated = scopes.iter().find(|scope| description.contains(&format!("`{scope}`")));
    match (stated, ours.get("x-scope").and_then(Value::as_str)) {
        (Some(theirs), ours) if ours != Some(theirs) => found.miss(at, format_args!("scope {theirs}, ours {ours:?}")),
        (None, Some(ours)) => found.add(format!("{at} x-scope {ours}")),
        _ => {}
    }
}

fn parameters<'d>(pair: Pair<'d>, at: &str, theirs: &'d Value, ours: &'d Value, found: &mut Found) {
    let list = |operation: &'d Value| operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    let (theirs, ours) = (list(theirs), list(ours));
    let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
    for parameter in theirs {
        let at = format!("{at} ?{}", parameter["name"].as_str().unwrap());
        found.fields += 1;
        let Some(mine) = ours.iter().find(|one| same(one, parameter)) else {
            found.miss(&at, "no such parameter");
            continue;
        };
        if mine["required"] != parameter["required"] {
            found.miss(&at, format_args!("required {}", parameter["required"]));
        }
        pair.schema(&at, &parameter["schema"], &mine["schema"], Body::Request, found);
    }
    for parameter in ours.iter().filter(|one| !theirs.iter().any(|other| same(one, other))) {
        if parameter["required"] == json!(true) {
            found.miss(at, format_args!("{} is required", parameter["name"]));
        }
        found.add(format!("{at} ?{}", parameter["name"].as_str().unwrap()));
    }
}

fn request<'d>(pair: Pair<'d>, at: &str, theirs: &'d Value, ours: &'d Value, found: &mut Found) {
    let at = format!("{at} request");
    let (theirs, ours) = (theirs.get("requestBody"), ours.get("requestBody"));
    match (theirs, ours) {
        (Some(theirs), Some(ours)) => {
            if ours["required"] == json!(true) && theirs["required"] != json!(true) {
                found.miss(&at, "is required");
            }
            pair.schema(&at, schema_of(theirs).unwrap(), schema_of(ours).unwrap(), Body::Request, found);
        }
        (Some(_), None) => found.miss(&at, "no body"),
        (None, Some(ours)) => {
            assert!(ours["required"] == json!(false), "{at}: a body that the contract lacks is required");
            found.add(at);
        }
        (None, None) => {}
    }
}

fn answers<'d>(pair: Pair<'d>, at: &str, theirs: &'d Value, ours: &'d Value, found: &mut Found) {
    let (theirs, ours) = (theirs["responses"].as_object().unwrap(), ours["responses"].as_object().unwrap());
    for (status, answer) in theirs {
        let at = format!("{at} {status}");
        let Some(mine) = ours.get(status) else {
            found.miss(&at, "no such status");
            continue;
        };
        if mine.get("x-added").is_some() {
            found.miss(&at, "is the contract's, and said to be added");
        }
        match (schema_of(answer), schema_of(mine)) {
            (Some(theirs), Some(ours)) => pair.schema(&at, theirs, ours, Body::Answer, found),
            (Some(_), None) => found.miss(&at, "no body"),
            (None, Some(_)) => found.add(format!("{at} body")),
            (None, None) => {}
        }
    }
    for (status, answer) in ours.iter().filter(|(status, _)| !theirs.contains_key(*status)) {
        if answer.get("x-added") != Some(&json!(true)) {
            found.miss(at, format_args!("{status} is added and does not say so"));
        }
        found.add(format!("{at} {status}"));
    }
}

#[test]
fn what_the_contract_requires_of_an_error_is_there() {
    let document = derived();
    let error = &document["components"]["schemas"]["ErrorValue"];
    assert!(is_required(error, "code") && is_required(error, "message"));
}
