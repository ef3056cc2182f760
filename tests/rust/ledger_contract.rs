//! The charger-registry contract, answer by answer: each scenario asks as a web framework over the ledger would, every answer
//! is held against the contract's schema, and every path, method and status of the contract must have been met.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use tierra::ErrorCode;
use tierra::access::{BucketKind, RateLimit, RateLimiter, RateLimits};
use tierra::chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use tierra::ffi::{LedgerHandle, parse_json};

use crate::ledger_support::{TempDir, at};

/// A path of the contract and the call that answers it.
struct Route {
    method: &'static str,
    path: &'static str,
    call: &'static str,
    /// What a good answer has for a status.
    success: u16,
    access: Needs,
}

#[derive(Clone, Copy, PartialEq)]
enum Needs {
    Nothing,
    AnyKey,
    Scope(&'static str),
}

const fn route(method: &'static str, path: &'static str, call: &'static str, success: u16, access: Needs) -> Route {
    Route { method, path, call, success, access }
}

const LOOKUP: Needs = Needs::Scope("lookup");
const REGISTER: Needs = Needs::Scope("registrations:write");
const DISPUTE: Needs = Needs::Scope("disputes:write");
const RESOLVE: Needs = Needs::Scope("disputes:resolve");
const WEBHOOKS: Needs = Needs::Scope("webhooks:manage");

const ROUTES: &[Route] = &[
    route("get", "/api/v1/lookup/{serial_hash}", "lookup.by_hash", 200, Needs::Nothing),
    route("post", "/api/v1/lookup", "lookup.charger", 200, LOOKUP),
    route("post", "/api/v1/registrations", "registrations.register", 201, REGISTER),
    route("get", "/api/v1/registrations", "registrations.list", 200, Needs::AnyKey),
    route("post", "/api/v1/registrations/batch", "registrations.register_batch", 207, REGISTER),
    route("get", "/api/v1/registrations/{public_id}", "registrations.show", 200, Needs::AnyKey),
    route("patch", "/api/v1/registrations/{public_id}", "registrations.update", 200, REGISTER),
    route("post", "/api/v1/registrations/{public_id}/cancel", "registrations.cancel", 200, REGISTER),
    route("post", "/api/v1/registrations/{public_id}/renew", "registrations.renew", 201, REGISTER),
    route("post", "/api/v1/disputes", "disputes.open", 201, DISPUTE),
    route("get", "/api/v1/disputes", "disputes.list", 200, DISPUTE),
    route("get", "/api/v1/disputes/{public_id}", "disputes.show", 200, Needs::AnyKey),
    route("post", "/api/v1/disputes/{public_id}/messages", "disputes.message", 201, DISPUTE),
    route("post", "/api/v1/disputes/{public_id}/withdraw", "disputes.withdraw", 200, DISPUTE),
    route("post", "/api/v1/disputes/{public_id}/review", "disputes.review", 200, RESOLVE),
    route("post", "/api/v1/disputes/{public_id}/resolve", "disputes.resolve", 200, RESOLVE),
    route("post", "/api/v1/oauth/token", "access.token", 200, Needs::Nothing),
    route("post", "/api/v1/webhooks/endpoints", "webhooks.create", 201, WEBHOOKS),
    route("get", "/api/v1/webhooks/endpoints", "webhooks.list", 200, WEBHOOKS),
    route("get", "/api/v1/webhooks/endpoints/{id}", "webhooks.show", 200, WEBHOOKS),
    route("patch", "/api/v1/webhooks/endpoints/{id}", "webhooks.update", 200, WEBHOOKS),
    route("delete", "/api/v1/webhooks/endpoints/{id}", "webhooks.delete", 200, WEBHOOKS),
    route("get", "/api/v1/webhooks/endpoints/{id}/deliveries", "webhooks.deliveries", 200, WEBHOOKS),
    route("post", "/api/v1/webhooks/deliveries/{id}/resend", "webhooks.resend", 200, WEBHOOKS),
];

/// Calls beside the contract that a scope guards.
const GUARDED: &[(&str, &str)] =
    &[("webhooks.attempts", "webhooks:manage"), ("webhooks.rotate_secret", "webhooks:manage")];

const ALL_SCOPES: [&str; 5] =
    ["lookup", "registrations:write", "disputes:write", "disputes:resolve", "webhooks:manage"];

/// Whether the call asks for emission factors: any caller may.
fn asks_factors(call: &str) -> bool {
    call.starts_with("factors.") && call != "factors.load"
}

const LIBRARY: &str = "550e8400-e29b-41d4-a716-446655440000";

/// A library with one of each.
fn factor_data() -> Value {
    let at = "2024-01-15T00:00:00.000Z";
    let id = |number: u32| format!("550e8400-e29b-41d4-a716-44665544000{number}");
    json!({
        "libraries": [{
            "id": LIBRARY, "name": "IEA 2024", "authority": "iea", "version": "1", "releaseYear": 2024, "isDefault": false,
            "createdAt": at
        }],
        "factors": [{
            "id": id(1), "libraryId": LIBRARY, "category": "Electricity", "fuelType": "Electricity", "gas": "CO2",
            "isBiogenic": false, "value": 0.4, "oxidationFactor": 1, "unit": "kg/kWh", "region": "FR", "createdAt": at,
            "source": {"table": "Table 1", "row": "FR"}
        }],
        "fuelProperties": [{
            "id": id(2), "libraryId": LIBRARY, "fuelType": "Coal", "propertyType": "ncv", "value": 7, "unit": "kWh/kg",
            "createdAt": at
        }],
        "gwpValues": [{"id": id(3), "version": "ar5", "gas": "CH4", "value": 28, "createdAt": at}],
        "regionParents": [{"libraryId": LIBRARY, "region": "Paris", "parent": "FR"}]
    })
}

fn factor_query() -> Value {
    json!({
        "authority": "iea", "reportingYear": 2024, "category": "Electricity", "fuelType": "Electricity", "gas": "CO2",
        "region": "Paris"
    })
}

/// An object with more fields.
fn with(mut object: Value, more: Value) -> Value {
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

/// The contract, and what it says of bodies.
struct Contract(Value);

impl Contract {
    /// None, said aloud, where the file is not beside the checkout.
    fn read() -> Option<Self> {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/spec/charger-registry.openapi.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("SKIPPED: the contract's table needs ../shared/spec, which is absent");
            return None;
        };
        Some(Self(serde_json::from_str(&text).unwrap()))
    }

    /// Every path, method and status.
    fn answers(&self) -> Vec<(String, String, u16)> {
        let mut answers = Vec::new();
        for (path, methods) in self.0["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                for status in operation["responses"].as_object().unwrap().keys() {
                    answers.push((path.clone(), method.clone(), status.parse().unwrap()));
                }
            }
        }
        answers
    }

    /// What is wrong with an answer by the contract's schema, of which nothing declared may be missing.
    fn check_answer(&self, route: &Route, status: u16, body: &Value) -> Result<(), String> {
        let response = &self.0["paths"][route.path][route.method]["responses"][status.to_string()];
        let Some(schema) = response.pointer("/content/application~1json/schema") else { return Ok(()) };
        self.check(schema, body, true)
    }

    /// What is wrong with a request that was taken.
    fn check_request(&self, route: &Route, body: &Value) -> Result<(), String> {
        let operation = &self.0["paths"][route.path][route.method];
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else { return Ok(()) };
        self.check(schema, body, false)
    }

    fn check(&self, schema: &Value, body: &Value, strict: bool) -> Result<(), String> {
        let mut whole = json!({"allOf": [schema], "components": self.0["components"]});
        if strict {
            require_all(&mut whole["allOf"]);
            require_all(&mut whole["components"]["schemas"]);
        }
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        let errors: Vec<_> =
            validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
        if errors.is_empty() { Ok(()) } else { Err(format!("{}\n{body:#}", errors.join("\n"))) }
    }
}

/// The contract declares fields and demands few: an empty object would pass. What is declared must be there, but for what only
/// some answers have.
fn require_all(schema: &mut Value) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let optional: &[&str] = if properties.contains_key("index") {
            &["registration", "conflicts", "error"]
        } else if properties.contains_key("conflicting_registration") {
            // A conflict that `fail` kept from becoming one has no id.
            &["public_id"]
        } else {
            &[]
        };
        let names = properties.keys().filter(|name| !optional.contains(&name.as_str()));
        schema["required"] = names.cloned().collect();
    }
    match schema {
        Value::Array(items) => items.iter_mut().for_each(require_all),
        Value::Object(fields) => fields.values_mut().for_each(require_all),
        _ => {}
    }
}

/// An answer met: path, method, status.
type Met = (&'static str, &'static str, u16);

/// What a web framework adds to the ledger: routes, bearers, the limit and statuses.
struct Api {
    ledger: LedgerHandle,
    limiter: RateLimiter,
    contract: Option<Contract>,
    now: DateTime<Utc>,
    met: Vec<Met>,
    world: World,
    _folder: TempDir,
}

/// One of everything, for calls that need an id.
#[derive(Default)]
struct World {
    green: String,
    green_key: String,
    green_key_id: String,
    volt_key: String,
    /// A third party without `disputes:resolve`, to whom nothing of the others may show.
    stranger_key: String,
    operator_key: String,
    client_id: String,
    client_secret: String,
    token: String,
    registration: String,
    conflict: String,
    dispute: String,
    endpoint: i64,
    delivery: i64,
    attempt: i64,
    copy: String,
}

struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or("")
    }

    #[track_caller]
    fn is(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{}", self.body);
        &self.body
    }

    #[track_caller]
    fn is_error(&self, status: u16, code: &str, path: &str) {
        let found = (self.status, self.code(), self.body["error"]["path"].as_str().unwrap_or("none"));
        assert_eq!(found, (status, code, path), "{}", self.body);
    }
}

fn status_of(code: &str) -> u16 {
    ErrorCode::ALL.iter().find(|known| known.as_str() == code).unwrap().http_status()
}

const HASH: &str = "59d22d7fa6e58ead23ecd0dbfdf3383c5a2b59504443e33b8483a63a691fe563";
const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn claim(serial: &str) -> Value {
    json!({
        "vendor": "KEBA", "serial": serial, "program_name": "Spring Rebate", "start_date": "2026-01-01",
        "end_date": "2026-12-31", "metadata": {"site": "Depot 4"}, "on_conflict": "warn"
    })
}

fn endpoint(url: &str) -> Value {
    json!({"url": url, "events": ["registration.created", "conflict.detected"]})
}

impl Api {
    fn new(contract: bool) -> Self {
        let folder = TempDir::new();
        let options = r#"{"path": null, "identity_key": "sixteen bytes or more"}"#;
        let limit = |capacity| RateLimit::new(capacity, 1, 60).unwrap();
        let limits = RateLimits { key: limit(1000), ip: limit(5), serial_hash: limit(5) };
        let mut api = Self {
            ledger: LedgerHandle::open(&parse_json(options).unwrap()).unwrap(),
            limiter: RateLimiter::new(limits),
            contract: if contract { Contract::read() } else { None },
            now: at(0),
            met: Vec::new(),
            world: World::default(),
            _folder: folder,
        };
        api.world.copy = api._folder.file("copy.sqlite").to_str().unwrap().to_owned();
        api.people();
        api
    }

    fn people(&mut self) {
        let mut issued = Vec::new();
        for name in ["Green Miles", "Volt Credits", "Strange Watts", "Registry"] {
            let id = self.good("access.create_organization", json!({"name": name}))["public_id"].clone();
            let scopes = match name {
                "Strange Watts" => json!("lookup registrations:write disputes:write webhooks:manage"),
                _ => json!(ALL_SCOPES),
            };
            let key = self.good("access.issue_key", json!({"organization": id, "name": "main", "scopes": scopes}));
            issued.push((id.as_str().unwrap().to_owned(), key));
        }
        let secret = |at: usize| issued[at].1["secret"].as_str().unwrap().to_owned();
        self.world.green = issued[0].0.clone();
        self.world.green_key_id = issued[0].1["id"].as_str().unwrap().to_owned();
        (self.world.green_key, self.world.volt_key) = (secret(0), secret(1));
        (self.world.stranger_key, self.world.operator_key) = (secret(2), secret(3));
    }

    /// One of everything of Green Miles'.
    fn furnish(&mut self) {
        let green = self.world.green_key.clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let scopes = json!(ALL_SCOPES);
        let client = json!({"organization": self.world.green, "name": "client", "scopes": scopes});
        let client = self.good("access.create_client", client);
        self.world.client_id = text(&client["id"]);
        self.world.client_secret = text(&client["secret"]);
        let token = self.good("access.token", self.input_of("access.token"));
        self.world.token = text(&token["access_token"]);
        let made = self.post(&green, "/api/v1/webhooks/endpoints", endpoint("https://hooks.example.com/in"));
        self.world.endpoint = made.is(201)["id"].as_i64().unwrap();
        let volt = self.world.volt_key.clone();
        self.post(&volt, "/api/v1/registrations", claim("1")).is(201);
        let made = self.post(&green, "/api/v1/registrations", claim("1"));
        self.world.registration = text(&made.is(201)["registration"]["public_id"]);
        self.world.conflict = text(&made.body["conflicts"][0]["public_id"]);
        let due = self.good("webhooks.due", json!({}));
        self.world.delivery = due["data"][0]["delivery_id"].as_i64().unwrap();
        self.world.attempt = due["data"][0]["attempt"].as_i64().unwrap();
    }

    /// Besides, a dispute over the conflict.
    fn furnish_dispute(&mut self) {
        self.furnish();
        let opened = self.ask_as("disputes.open", &ALL_SCOPES);
        self.world.dispute = opened["dispute"]["public_id"].as_str().unwrap().to_owned();
    }

    /// What the call needs to succeed beside `now` and `caller`, once the world is furnished.
    fn input_of(&self, call: &str) -> Value {
        let world = &self.world;
        let renewal = json!({"start_date": "2027-01-01", "end_date": "2027-12-31", "on_conflict": "fail"});
        match call {
            "access.create_client" | "access.issue_key" => {
                json!({"organization": world.green, "name": "second", "scopes": ["lookup"]})
            }
            "access.create_organization" => json!({"name": "Fifth"}),
            "access.credentials" => json!({"organization": world.green, "kind": "api_key"}),
            "access.organizations" | "disputes.list" => json!({"page": 1, "per_page": 10}),
            "access.revoke" => json!({"id": world.green_key_id}),
            "access.revoke_token" | "access.verify" => json!({"token": world.token}),
            "access.rotate" => json!({"id": world.green_key_id, "overlap_seconds": 60}),
            "access.token" => json!({"request": {
                "grant_type": "client_credentials", "client_id": world.client_id, "client_secret": world.client_secret
            }}),
            "audit.entries" => json!({"subject": world.registration, "after": 0, "limit": 10}),
            "audit.verify" => json!({"known": {"seq": 0, "hash": "0".repeat(64)}}),
            "audit.head" | "close" | "webhooks.list" | "webhooks.next_due" => json!({}),
            "back_up" => json!({"path": world.copy}),
            "disputes.open" => json!({"request": {"conflict": world.conflict, "reason": "Ours since 2024."}}),
            "disputes.message" => json!({"public_id": world.dispute, "request": {"body": "See the invoice."}}),
            "disputes.resolve" => json!({"public_id": world.dispute, "request": {"resolution_note": "Volt withdrew."}}),
            "disputes.review" | "disputes.show" | "disputes.withdraw" => json!({"public_id": world.dispute}),
            "factors.co2e" => json!({"query": with(factor_query(), json!({
                "activity": {"amount": 2.5, "unit": "kWh"}, "gwpVersion": "ar5"
            }))}),
            "factors.digest" => json!({"query": {"libraryId": LIBRARY}}),
            "factors.emissions" => json!({"query": with(factor_query(), json!({
                "amount": 2.5, "unit": "kWh", "gwpVersion": "ar5", "scope": "scope_2",
                "instruments": [{"name": "REGO", "value": 0, "unit": "kg CO2e/kWh", "amount": 1}]
            }))}),
            "factors.explain" | "factors.resolve" => json!({"query": factor_query()}),
            "factors.fuel_properties" => json!({"query": {"libraryId": LIBRARY, "propertyType": "ncv"}}),
            "factors.gwp_values" => json!({"query": {"version": "ar5"}}),
            "factors.inventory" => {
                json!({"query": {"rows": [], "gwpVersion": "ar5", "defaults": {"authority": "iea", "unit": "kWh"}}})
            }
            "factors.libraries" => json!({"query": {"authority": "iea", "releaseYear": 2024}}),
            "factors.load" => json!({"data": factor_data()}),
            "factors.search" => json!({"query": {"libraryId": LIBRARY, "gas": "CO2", "page": 1, "pageSize": 5}}),
            "lookup.by_hash" => json!({"serial_hash": HASH}),
            "lookup.by_keyed_hash" => json!({"keyed_hash": HASH}),
            "lookup.by_prefix" => json!({"prefix": "59d22"}),
            "lookup.charger" => json!({"request": {"items": [{"vendor": "KEBA", "serial": "1"}]}}),
            "registrations.cancel" | "registrations.show" => json!({"public_id": world.registration}),
            "registrations.expire" => json!({"limit": 10}),
            "registrations.list" => json!({"status": "active", "page": 1, "per_page": 10}),
            "registrations.register" => json!({"request": claim("2")}),
            "registrations.register_batch" => json!({"request": {"registrations": [claim("3"), claim("4")]}}),
            "registrations.renew" => json!({"public_id": world.registration, "request": renewal}),
            "registrations.update" => json!({
                "public_id": world.registration, "request": {"program_name": "Autumn", "metadata": {"kwh": 7}}
            }),
            "webhooks.attempts" | "webhooks.resend" => json!({"id": world.delivery}),
            "webhooks.create" => json!({"request": endpoint("https://hooks.example.com/two")}),
            "webhooks.delete" | "webhooks.show" => json!({"id": world.endpoint}),
            "webhooks.deliveries" => json!({"id": world.endpoint, "page": 1, "per_page": 10}),
            "webhooks.due" => json!({"limit": 10}),
            "webhooks.events" => json!({"after": 0, "limit": 10}),
            "webhooks.extend_lease" => json!({"delivery_id": world.delivery, "attempt": world.attempt, "seconds": 60}),
            "webhooks.record" => json!({
                "delivery_id": world.delivery, "attempt": world.attempt, "outcome": {"status": 503, "retry_after": "9"}
            }),
            "webhooks.rotate_secret" => json!({"id": world.endpoint, "overlap_seconds": 60}),
            "webhooks.update" => {
                json!({"id": world.endpoint, "request": {"url": "https://b.example/", "status": "active"}})
            }
            _ => panic!("{call} is new: say here what it needs"),
        }
    }

    /// Whether the call acts for a caller.
    fn has_caller(call: &str) -> bool {
        asks_factors(call)
            || GUARDED.iter().any(|(guarded, _)| *guarded == call)
            || ROUTES.iter().any(|route| route.call == call && route.access != Needs::Nothing)
    }

    /// The whole input of a call that Green Miles makes with these scopes.
    fn whole_input(&self, call: &str, scopes: &[&str]) -> Value {
        let mut input = self.input_of(call);
        input["now"] = json!(self.now_text());
        if Self::has_caller(call) {
            input["caller"] = json!({"organization": self.world.green, "scopes": scopes});
        }
        if asks_factors(call) {
            self.good("factors.load", self.input_of("factors.load"));
        }
        // The operator takes a dispute up before it is resolved.
        if call == "disputes.resolve" {
            let review = json!({"public_id": self.world.dispute, "now": self.now_text(), "caller": input["caller"]});
            self.raw("disputes.review", &review);
        }
        input
    }

    fn now_text(&self) -> String {
        self.now.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    fn raw(&self, call: &str, input: &Value) -> Value {
        serde_json::from_str(&self.ledger.answer_json(call, &input.to_string())).unwrap()
    }

    fn ask_as(&self, call: &str, scopes: &[&str]) -> Value {
        self.raw(call, &self.whole_input(call, scopes))
    }

    /// The answer of a call of the host's, which must be good.
    #[track_caller]
    fn good(&self, call: &str, mut input: Value) -> Value {
        input["now"] = json!(self.now_text());
        let answer = self.raw(call, &input);
        assert!(answer.get("error").is_none(), "{call}: {answer}");
        answer
    }

    fn head(&self) -> Value {
        self.good("audit.head", json!({}))
    }

    #[track_caller]
    fn post(&mut self, key: &str, path: &str, body: Value) -> Answer {
        self.send(Some(key), "post", path, json!({}), Some(body))
    }

    #[track_caller]
    fn get(&mut self, key: &str, path: &str, fields: Value) -> Answer {
        self.send(Some(key), "get", path, fields, None)
    }

    /// One HTTP request: `fields` are those of the path and the query.
    #[track_caller]
    fn send(&mut self, key: Option<&str>, method: &str, path: &str, fields: Value, body: Option<Value>) -> Answer {
        let found = ROUTES.iter().find(|route| (route.method, route.path) == (method, path));
        let route = found.unwrap_or_else(|| panic!("no {method} {path}"));
        let answer = self.answer(route, key, fields, body.clone());
        self.met.push((route.path, route.method, answer.status));
        if let Some(contract) = &self.contract {
            let checked = contract.check_answer(route, answer.status, &answer.body);
            assert!(checked.is_ok(), "{method} {path} {}: {checked:?}", answer.status);
            if let Some(body) = body.filter(|_| answer.status < 400) {
                let checked = contract.check_request(route, &body);
                assert!(checked.is_ok(), "{method} {path} took {body}: {checked:?}");
            }
        }
        answer
    }

    fn answer(&mut self, route: &Route, key: Option<&str>, fields: Value, body: Option<Value>) -> Answer {
        let mut input = fields;
        input["now"] = json!(self.now_text());
        if route.access == Needs::Nothing {
            let hash = input["serial_hash"].as_str().unwrap_or("none").to_owned();
            let buckets = [(BucketKind::Ip, "192.0.2.1"), (BucketKind::SerialHash, hash.as_str())];
            let decision = self.limiter.check(&buckets, self.now).unwrap();
            if !decision.allowed {
                return Answer { status: 429, body: json!({"retry_after": decision.retry_after}) };
            }
        } else {
            let caller = self.raw("access.verify", &json!({"token": key.unwrap_or(""), "now": input["now"]}));
            if caller.get("error").is_some() {
                return Answer { status: status_of(caller["error"]["code"].as_str().unwrap()), body: caller };
            }
            input["caller"] = caller;
        }
        if let Some(body) = body {
            input["request"] = body;
        }
        let body = self.raw(route.call, &input);
        match body["error"]["code"].as_str() {
            Some(code) => Answer { status: status_of(code), body },
            None => Answer { status: route.success, body },
        }
    }
}

/// Each scenario is a test of its own, and all of them make the table.
macro_rules! scenarios {
    ($(fn $name:ident($api:ident) $body:block)+) => {
        const SCENARIOS: &[(&str, fn(&mut Api))] = &[$((stringify!($name), |$api: &mut Api| $body),)+];

        mod scenario {
            $(
                #[test]
                fn $name() {
                    super::run(stringify!($name), &mut super::Api::new(true));
                }
            )+
        }
    };
}

fn run(name: &str, api: &mut Api) {
    let (_, scenario) = SCENARIOS.iter().find(|(known, _)| *known == name).unwrap();
    scenario(api);
    let report = api.raw("audit.verify", &json!({}));
    // A scenario may have closed the ledger; another answer than a good report fails.
    assert!(report["ok"] == json!(true) || report["error"]["code"] == json!("closed"), "{name}: {report}");
}

const REGISTRATIONS: &str = "/api/v1/registrations";
const REGISTRATION: &str = "/api/v1/registrations/{public_id}";
const BATCH: &str = "/api/v1/registrations/batch";
const CANCEL: &str = "/api/v1/registrations/{public_id}/cancel";
const RENEW: &str = "/api/v1/registrations/{public_id}/renew";
const HASH_LOOKUP: &str = "/api/v1/lookup/{serial_hash}";
const FULL_LOOKUP: &str = "/api/v1/lookup";
const DISPUTES: &str = "/api/v1/disputes";
const DISPUTE_PATH: &str = "/api/v1/disputes/{public_id}";
const MESSAGES: &str = "/api/v1/disputes/{public_id}/messages";
const WITHDRAW: &str = "/api/v1/disputes/{public_id}/withdraw";
const REVIEW: &str = "/api/v1/disputes/{public_id}/review";
const RESOLVE_PATH: &str = "/api/v1/disputes/{public_id}/resolve";
const TOKEN: &str = "/api/v1/oauth/token";
const ENDPOINTS: &str = "/api/v1/webhooks/endpoints";
const ENDPOINT: &str = "/api/v1/webhooks/endpoints/{id}";
const DELIVERIES: &str = "/api/v1/webhooks/endpoints/{id}/deliveries";
const RESEND: &str = "/api/v1/webhooks/deliveries/{id}/resend";

scenarios! {
    fn anybody_looks_a_charger_up_and_learns_no_name(api) {
        let ask = |api: &mut Api, hash: &Value| {
            let answer = api.send(None, "get", HASH_LOOKUP, json!({"serial_hash": hash}), None);
            answer.is(200).clone()
        };
        let unknown = ask(api, &json!(HASH));
        assert_eq!(unknown, json!({"registered": false, "registration_count": 0, "active_period": null}));
        api.furnish();
        let green = api.world.green_key.clone();
        let hash = api.get(&green, REGISTRATION, json!({"public_id": api.world.registration})).body["charger"]["serial_hash"].clone();
        let found = ask(api, &hash);
        let period = json!({"start": "2026-01-01", "end": "2026-12-31"});
        assert_eq!(found, json!({"registered": true, "registration_count": 2, "active_period": period}));
        api.now = at(400 * 86_400);
        assert_eq!(ask(api, &hash), unknown, "an expired one must look like an unknown one");
        for hash in [json!("ABC"), json!(HASH.to_uppercase()), json!("0".repeat(63))] {
            api.now += TimeDelta::hours(1);
            let answer = api.send(None, "get", HASH_LOOKUP, json!({"serial_hash": hash}), None);
            answer.is_error(422, "unknown_value", "serial_hash");
        }
    }

    fn anonymous_lookups_are_limited_by_address_and_charger(api) {
        let fields = || json!({"serial_hash": HASH});
        for _ in 0..5 {
            api.send(None, "get", HASH_LOOKUP, fields(), None).is(200);
        }
        let refused = api.send(None, "get", HASH_LOOKUP, fields(), None);
        assert_eq!(refused.is(429)["retry_after"], json!(60));
        api.now += TimeDelta::seconds(60);
        api.send(None, "get", HASH_LOOKUP, fields(), None).is(200);
    }

    fn a_party_looks_one_and_many_chargers_up(api) {
        api.furnish();
        let key = api.world.stranger_key.clone();
        let one = api.post(&key, FULL_LOOKUP, json!({"vendor": "Keba AG", "serial": "S/N: 1"}));
        let names: Vec<_> = one.is(200)["registrations"].as_array().unwrap().iter().map(|r| &r["organization"]).collect();
        assert_eq!(names, ["Volt Credits", "Green Miles"]);
        let items = json!({"items": [{"vendor": "KEBA", "serial": "2"}, {"vendor": "KEBA", "serial": "А"}, {"vendor": "KEBA", "serial": "1"}]});
        let many = api.post(&key, FULL_LOOKUP, items);
        let results = many.is(200)["results"].as_array().unwrap();
        assert_eq!(results.iter().map(|r| r["registration_count"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 0, 2]);
        assert_eq!(results[1]["error"]["path"], json!("items[1].serial"));
        assert!(results[0].get("error").is_none());
    }

    fn a_lookup_of_none_or_101_is_refused(api) {
        let key = api.world.green_key.clone();
        for count in [0, 101] {
            let items: Vec<_> = (0..count).map(|n| json!({"vendor": "KEBA", "serial": n.to_string()})).collect();
            api.post(&key, FULL_LOOKUP, json!({"items": items})).is_error(422, "out_of_range", "items");
        }
        let long = json!({"items": [{"vendor": "KEBA", "serial": "1"}, {"vendor": "K".repeat(121), "serial": "1"}]});
        api.post(&key, FULL_LOOKUP, long).is_error(422, "too_long", "items[1].vendor");
        api.post(&key, FULL_LOOKUP, json!({"vendor": "KEBA", "items": []})).is_error(422, "unknown_field", "vendor");
        api.post(&key, FULL_LOOKUP, json!({"vendor": "KEBA"})).is_error(422, "missing_field", "serial");
    }

    fn a_charger_is_registered_with_warn_fail_and_force(api) {
        let (green, volt) = (api.world.green_key.clone(), api.world.volt_key.clone());
        let first = api.post(&green, REGISTRATIONS, claim("S/N: wbx-1"));
        assert_eq!(first.is(201)["conflicts"], json!([]));
        assert_eq!(first.body["registration"]["charger"]["serial_last4"], json!("WBX1"));
        let before = api.head();
        let mut again = claim("WBX1");
        again["on_conflict"] = json!("fail");
        api.post(&volt, REGISTRATIONS, again.clone()).is_error(409, "conflict", "");
        assert_eq!(api.head(), before, "`fail` writes nothing");
        for (index, mode) in ["warn", "force"].into_iter().enumerate() {
            again["on_conflict"] = json!(mode);
            let made = api.post(&volt, REGISTRATIONS, again.clone());
            let conflicts = made.is(201)["conflicts"].as_array().unwrap().clone();
            assert_eq!(conflicts.len(), index + 1);
            assert_eq!(conflicts[0]["conflicting_registration"]["organization"], json!("Green Miles"));
            let subject = json!({"subject": conflicts[0]["public_id"]});
            let logged = api.good("audit.entries", subject);
            assert_eq!(logged["data"][0]["after"]["acknowledged"], json!(mode == "force"));
        }
    }

    fn a_registration_that_is_no_good_is_refused_and_writes_nothing(api) {
        let green = api.world.green_key.clone();
        let head = api.head();
        for (field, value, code, path) in [
            ("vendor", json!(""), "empty", "vendor"),
            ("vendor", json!("K".repeat(121)), "too_long", "vendor"),
            ("serial", json!("12\u{410}"), "invalid_character", "serial"),
            ("serial", json!("1".repeat(65)), "too_long", "serial"),
            ("program_name", json!("P".repeat(256)), "too_long", "program_name"),
            ("program_name", json!("  "), "empty", "program_name"),
            ("start_date", json!("2027-01-01"), "invalid_period", "start_date"),
            ("end_date", json!("2026-02-30"), "invalid_date", "end_date"),
            ("end_date", json!("2026-12-31T00:00:00Z"), "invalid_date", "end_date"),
            ("metadata", json!([]), "wrong_type", "metadata"),
            ("metadata", json!({"long": "x".repeat(17_000)}), "too_long", "metadata"),
            ("on_conflict", json!("ignore"), "unknown_value", "on_conflict"),
            ("status", json!("active"), "unknown_field", "status"),
        ] {
            let mut body = claim("1");
            body[field] = value;
            api.post(&green, REGISTRATIONS, body).is_error(422, code, path);
        }
        assert_eq!(api.head(), head);
    }

    fn registrations_are_listed_newest_first_by_page_and_status(api) {
        let green = api.world.green_key.clone();
        for (serial, start, end) in [("1", "2025-01-01", "2025-12-31"), ("2", "2026-01-01", "2026-12-31"), ("3", "2027-01-01", "2027-12-31"), ("4", "2026-01-01", "2026-01-01")] {
            let mut body = claim(serial);
            (body["start_date"], body["end_date"]) = (json!(start), json!(end));
            api.post(&green, REGISTRATIONS, body).is(201);
        }
        let last4 = |answer: &Answer| {
            let rows = answer.body["data"].as_array().unwrap().iter();
            rows.map(|row| row["charger"]["serial_last4"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let all = api.get(&green, REGISTRATIONS, json!({"page": "2", "per_page": "3"}));
        assert_eq!(all.is(200)["meta"], json!({"current_page": 2, "last_page": 2, "per_page": 3, "total": 4}));
        assert_eq!(last4(&all), ["1"]);
        for (status, expected) in [("expired", vec!["1"]), ("active", vec!["4", "2"]), ("pending", vec!["3"]), ("cancelled", vec![])] {
            let found = api.get(&green, REGISTRATIONS, json!({"status": status}));
            assert_eq!((last4(&found), found.is(200)["meta"]["total"].as_u64()), (expected.iter().map(|s| (*s).to_owned()).collect(), Some(expected.len() as u64)));
        }
        let beyond = api.get(&green, REGISTRATIONS, json!({"page": 4_294_967_295_u32, "per_page": 100}));
        assert_eq!(beyond.is(200)["data"], json!([]));
        api.get(&green, REGISTRATIONS, json!({"status": "gone"})).is_error(422, "unknown_value", "status");
        for (field, value) in [("page", 0), ("per_page", 0), ("per_page", 101)] {
            let mut fields = json!({});
            fields[field] = json!(value);
            api.get(&green, REGISTRATIONS, fields).is_error(422, "out_of_range", field);
        }
    }

    fn a_batch_answers_item_by_item(api) {
        let green = api.world.green_key.clone();
        let mut fails = claim("1");
        fails["on_conflict"] = json!("fail");
        let mut backwards = claim("9");
        (backwards["start_date"], backwards["end_date"]) = (json!("2026-02-01"), json!("2026-01-01"));
        let items = json!([claim("1"), claim("1"), fails, backwards, claim("А"), claim("5")]);
        let answer = api.post(&green, BATCH, json!({"registrations": items}));
        let statuses: Vec<_> = answer.is(207)["results"].as_array().unwrap().iter().map(|r| r["status"].clone()).collect();
        assert_eq!(statuses, ["created", "created", "conflict", "failed", "failed", "created"]);
        assert_eq!(answer.body["summary"], json!({"total": 6, "created": 3, "conflict": 1, "failed": 2}));
        assert_eq!(answer.body["results"][1]["conflicts"].as_array().unwrap().len(), 1);
        assert_eq!(answer.body["results"][2]["conflicts"].as_array().unwrap().len(), 2);
        assert!(answer.body["results"][3]["error"].as_str().unwrap().starts_with("start_date: "));
        let hundred: Vec<_> = (0..100).map(|n| claim(&format!("B{n}"))).collect();
        let answer = api.post(&green, BATCH, json!({"registrations": hundred}));
        assert_eq!(answer.is(207)["summary"]["created"], json!(100));
    }

    fn a_malformed_batch_writes_nothing(api) {
        let green = api.world.green_key.clone();
        let head = api.head();
        let events = api.good("webhooks.events", json!({}));
        for count in [0, 101] {
            let items: Vec<_> = (0..count).map(|n| claim(&n.to_string())).collect();
            api.post(&green, BATCH, json!({"registrations": items})).is_error(422, "out_of_range", "registrations");
        }
        let without = |field: &str| {
            let mut item = claim("2");
            item.as_object_mut().unwrap().remove(field);
            item
        };
        let with = |field: &str, value: Value| {
            let mut item = claim("2");
            item[field] = value;
            item
        };
        for (item, code, path) in [
            (without("vendor"), "missing_field", "registrations[1].vendor"),
            (without("end_date"), "missing_field", "registrations[1].end_date"),
            (with("program_name", json!("P".repeat(256))), "too_long", "registrations[1].program_name"),
            (with("serial", json!(5555)), "wrong_type", "registrations[1].serial"),
            (with("serial", json!("")), "empty", "registrations[1].serial"),
            (with("start_date", json!("01/02/2026")), "invalid_date", "registrations[1].start_date"),
            (with("on_conflict", json!("maybe")), "unknown_value", "registrations[1].on_conflict"),
            (with("owner", json!("me")), "unknown_field", "registrations[1].owner"),
            (json!(null), "wrong_type", "registrations[1]"),
        ] {
            let answer = api.post(&green, BATCH, json!({"registrations": [claim("1"), item]}));
            answer.is_error(422, code, path);
        }
        api.post(&green, BATCH, json!({"registrations": {}})).is_error(422, "wrong_type", "registrations");
        assert_eq!((api.head(), api.good("webhooks.events", json!({}))), (head, events));
        assert_eq!(api.get(&green, REGISTRATIONS, json!({})).is(200)["meta"]["total"], json!(0));
    }

    fn an_owner_sees_a_registration_with_its_conflicts(api) {
        api.furnish();
        let green = api.world.green_key.clone();
        let shown = api.get(&green, REGISTRATION, json!({"public_id": api.world.registration}));
        assert_eq!(shown.is(200)["conflicts"][0]["public_id"], json!(api.world.conflict));
        assert_eq!(shown.body["metadata"], json!({"site": "Depot 4"}));
        api.get(&green, REGISTRATION, json!({"public_id": UNKNOWN})).is_error(404, "not_found", "public_id");
        api.get(&green, REGISTRATION, json!({"public_id": "1"})).is_error(422, "invalid_uuid", "public_id");
    }

    fn only_name_and_notes_are_updated(api) {
        api.furnish();
        let green = api.world.green_key.clone();
        let fields = json!({"public_id": api.world.registration});
        let body = json!({"program_name": "Autumn", "metadata": {"n": 1.50}});
        let updated = api.send(Some(&green), "patch", REGISTRATION, fields.clone(), Some(body));
        assert_eq!(updated.is(200)["program_name"], json!("Autumn"));
        let head = api.head();
        api.send(Some(&green), "patch", REGISTRATION, fields.clone(), Some(json!({}))).is(200);
        api.send(Some(&green), "patch", REGISTRATION, fields.clone(), Some(json!({"program_name": "Autumn"}))).is(200);
        for field in ["start_date", "end_date", "vendor", "serial", "status"] {
            let mut body = json!({});
            body[field] = json!("2026-01-01");
            api.send(Some(&green), "patch", REGISTRATION, fields.clone(), Some(body)).is_error(422, "unknown_field", field);
        }
        assert_eq!(api.head(), head, "what changes nothing writes nothing");
    }

    fn cancelling_ends_a_registration_for_good(api) {
        api.furnish();
        let green = api.world.green_key.clone();
        let fields = || json!({"public_id": api.world.registration});
        let (cancel, renew) = (fields(), fields());
        let cancelled = api.send(Some(&green), "post", CANCEL, cancel.clone(), None);
        assert_eq!(cancelled.is(200)["status"], json!("cancelled"));
        let renewal = json!({"start_date": "2027-01-01", "end_date": "2027-12-31"});
        let head = api.head();
        api.send(Some(&green), "post", CANCEL, cancel, None).is_error(409, "invalid_transition", "status");
        api.send(Some(&green), "post", RENEW, renew, Some(renewal)).is_error(409, "invalid_transition", "status");
        let made = api.post(&green, REGISTRATIONS, claim("7"));
        let id = made.is(201)["registration"]["public_id"].clone();
        assert_ne!(api.head(), head);
        api.now = at(366 * 86_400);
        let expired = api.send(Some(&green), "post", CANCEL, json!({"public_id": id}), None);
        expired.is_error(409, "invalid_transition", "status");
        let dispute = json!({"conflict": api.world.conflict, "reason": "Gone."});
        api.post(&green, DISPUTES, dispute).is_error(409, "invalid_transition", "conflict");
    }

    fn renewing_makes_a_new_registration(api) {
        api.furnish();
        let green = api.world.green_key.clone();
        let fields = json!({"public_id": api.world.registration});
        let mut renewal = json!({"start_date": "2027-01-01", "end_date": "2027-12-31", "on_conflict": "fail"});
        let renewed = api.send(Some(&green), "post", RENEW, fields.clone(), Some(renewal.clone()));
        assert_eq!(renewed.is(201)["registration"]["status"], json!("pending"));
        let new = json!({"public_id": renewed.body["registration"]["public_id"]});
        assert_eq!(api.get(&green, REGISTRATION, new).is(200)["renewed_from"], json!(api.world.registration));
        api.send(Some(&green), "post", RENEW, fields.clone(), Some(renewal.clone())).is_error(409, "conflict", "");
        renewal["on_conflict"] = json!("warn");
        let twice = api.send(Some(&green), "post", RENEW, fields.clone(), Some(renewal.clone()));
        assert_eq!(twice.is(201)["conflicts"].as_array().unwrap().len(), 1);
        renewal["end_date"] = json!("2026-01-01");
        api.send(Some(&green), "post", RENEW, fields, Some(renewal)).is_error(422, "invalid_period", "start_date");
    }

    fn a_dispute_is_opened_talked_over_reviewed_and_resolved(api) {
        api.furnish();
        let (green, volt, operator) = (api.world.green_key.clone(), api.world.volt_key.clone(), api.world.operator_key.clone());
        let opening = json!({"conflict": api.world.conflict, "reason": "Ours since 2024."});
        let opened = api.post(&green, DISPUTES, opening.clone());
        assert_eq!(opened.is(201)["dispute"]["status"], json!("open"));
        let id = json!({"public_id": opened.body["dispute"]["public_id"]});
        api.post(&volt, DISPUTES, opening.clone()).is_error(409, "dispute_exists", "conflict");
        let note = || Some(json!({"resolution_note": "Volt withdrew."}));
        api.send(Some(&operator), "post", RESOLVE_PATH, id.clone(), note()).is_error(409, "invalid_transition", "status");
        api.send(Some(&volt), "post", WITHDRAW, id.clone(), None).is_error(409, "invalid_transition", "caller");
        for key in [&green, &volt] {
            let said = Some(json!({"body": "See the invoice."}));
            api.send(Some(key), "post", MESSAGES, id.clone(), said).is(201);
        }
        assert_eq!(api.send(Some(&operator), "post", REVIEW, id.clone(), None).is(200)["status"], json!("under_review"));
        api.send(Some(&operator), "post", REVIEW, id.clone(), None).is_error(409, "invalid_transition", "status");
        assert_eq!(api.send(Some(&operator), "post", RESOLVE_PATH, id.clone(), note()).is(200)["status"], json!("resolved"));
        let shown = api.get(&volt, DISPUTE_PATH, id.clone());
        assert_eq!(shown.is(200)["messages"].as_array().unwrap().len(), 2);
        assert_eq!((&shown.body["opened_by"], &shown.body["other_party"]), (&json!("Green Miles"), &json!("Volt Credits")));
        assert_eq!(shown.body["resolution_note"], json!("Volt withdrew."));
        let listed = api.get(&volt, DISPUTES, json!({}));
        assert_eq!(listed.is(200)["meta"]["total"], json!(1));
        assert_eq!(api.get(&operator, DISPUTES, json!({})).is(200)["meta"]["total"], json!(0));
        finals_refuse_everything(api, &id);
        // Resolved, it leaves the conflict open to a new one.
        api.post(&volt, DISPUTES, opening).is(201);
    }

    fn a_dispute_is_withdrawn_by_its_opener(api) {
        api.furnish_dispute();
        let green = api.world.green_key.clone();
        let id = json!({"public_id": api.world.dispute});
        assert_eq!(api.send(Some(&green), "post", WITHDRAW, id.clone(), None).is(200)["status"], json!("withdrawn"));
        finals_refuse_everything(api, &id);
    }

    fn texts_of_disputes_have_limits(api) {
        api.furnish_dispute();
        let key = api.world.operator_key.clone();
        let green = api.world.green_key.clone();
        let id = json!({"public_id": api.world.dispute});
        for (path, field) in [(MESSAGES, "body"), (RESOLVE_PATH, "resolution_note")] {
            for (text, code) in [(String::new(), "empty"), ("é".repeat(5001), "too_long")] {
                let mut body = json!({});
                body[field] = json!(text);
                api.send(Some(&key), "post", path, id.clone(), Some(body)).is_error(422, code, field);
            }
        }
        let body = json!({"conflict": api.world.conflict, "reason": "x".repeat(5001)});
        api.post(&green, DISPUTES, body).is_error(422, "too_long", "reason");
        let most = Some(json!({"body": "é".repeat(5000)}));
        api.send(Some(&green), "post", MESSAGES, id, most).is(201);
    }

    fn a_client_gets_a_token_for_an_hour(api) {
        api.furnish();
        let mut request = api.input_of("access.token")["request"].take();
        let answer = api.send(None, "post", TOKEN, json!({}), Some(request.clone()));
        assert_eq!(answer.is(200)["expires_in"], json!(3600));
        assert_eq!(answer.body["scope"], json!("lookup registrations:write disputes:write disputes:resolve webhooks:manage"));
        let token = answer.body["access_token"].as_str().unwrap().to_owned();
        api.now += TimeDelta::seconds(3599);
        api.get(&format!("Bearer {token}"), REGISTRATIONS, json!({})).is(200);
        api.now += TimeDelta::seconds(1);
        api.get(&token, REGISTRATIONS, json!({})).is_error(401, "invalid_token", "token");
        request["grant_type"] = json!("password");
        api.send(None, "post", TOKEN, json!({}), Some(request.clone())).is_error(400, "unsupported_grant_type", "grant_type");
        request["grant_type"] = json!("client_credentials");
        let id = request["client_id"].clone();
        for (field, value) in [
            ("client_secret", json!("tc_wrong")),
            ("client_secret", json!("")),
            ("client_id", json!(UNKNOWN)),
            ("client_id", json!("no uuid")),
            // A key is no client.
            ("client_id", json!(api.world.green_key_id)),
        ] {
            let mut bad = request.clone();
            bad[field] = value;
            api.now += TimeDelta::hours(1);
            api.send(None, "post", TOKEN, json!({}), Some(bad)).is_error(401, "invalid_client", "client_id");
        }
        request["scope"] = json!("lookup");
        let narrow = api.send(None, "post", TOKEN, json!({}), Some(request.clone()));
        let narrow = narrow.is(200)["access_token"].as_str().unwrap().to_owned();
        api.post(&narrow, REGISTRATIONS, claim("1")).is_error(403, "insufficient_scope", "caller");
        api.good("access.revoke", json!({"id": id}));
        api.send(None, "post", TOKEN, json!({}), Some(request)).is_error(401, "invalid_client", "client_id");
        api.get(&narrow, REGISTRATIONS, json!({})).is_error(401, "invalid_token", "token");
    }

    fn what_is_no_live_key_is_refused_everywhere(api) {
        api.furnish_dispute();
        let organization = api.world.green.clone();
        let issue = |api: &Api, expires: Option<String>| {
            let input = json!({"organization": organization, "name": "k", "scopes": ALL_SCOPES, "expires_at": expires});
            let key = api.good("access.issue_key", input);
            (key["id"].clone(), key["secret"].as_str().unwrap().to_owned())
        };
        let (_, short) = issue(api, Some((api.now + TimeDelta::minutes(5)).to_rfc3339()));
        let (revoked_id, revoked) = issue(api, None);
        let (rotated_id, rotated) = issue(api, None);
        api.get(&short, REGISTRATIONS, json!({})).is(200);
        api.get(&revoked, REGISTRATIONS, json!({})).is(200);
        api.good("access.revoke", json!({"id": revoked_id}));
        let new = api.good("access.rotate", json!({"id": rotated_id, "overlap_seconds": 60}));
        api.get(&rotated, REGISTRATIONS, json!({})).is(200);
        api.now += TimeDelta::hours(1);
        let head = api.head();
        let token = api.world.token.clone();
        for key in ["", "Bearer", "tk_guess", short.as_str(), revoked.as_str(), rotated.as_str(), token.as_str()] {
            for route in ROUTES.iter().filter(|route| route.access != Needs::Nothing) {
                let (fields, body) = parts(api.input_of(route.call));
                let answer = api.send(Some(key), route.method, route.path, fields, body);
                answer.is_error(401, "invalid_token", "token");
            }
        }
        assert_eq!(api.head(), head);
        api.get(new["secret"].as_str().unwrap(), REGISTRATIONS, json!({})).is(200);
        let again = json!({"id": revoked_id, "now": api.now_text()});
        assert_eq!(api.raw("access.revoke", &again)["error"]["code"], json!("invalid_transition"));
    }

    fn a_missing_scope_is_told_by_every_call_that_needs_one(api) {
        api.furnish_dispute();
        let head = api.head();
        for route in ROUTES {
            let Needs::Scope(scope) = route.access else { continue };
            let others: Vec<_> = ALL_SCOPES.into_iter().filter(|other| *other != scope).collect();
            let input = json!({"organization": api.world.green, "name": "less", "scopes": others});
            let key = api.good("access.issue_key", input)["secret"].as_str().unwrap().to_owned();
            let (fields, body) = parts(api.input_of(route.call));
            let answer = api.send(Some(&key), route.method, route.path, fields, body);
            answer.is_error(403, "insufficient_scope", "caller");
        }
        for (call, scope) in GUARDED {
            let others: Vec<_> = ALL_SCOPES.into_iter().filter(|other| other != scope).collect();
            assert_eq!(api.ask_as(call, &others)["error"]["code"], json!("insufficient_scope"), "{call}");
        }
        let csv = api._folder.file("rows.csv");
        std::fs::write(&csv, "vendor,serial,program_name,start_date,end_date\n").unwrap();
        let caller = json!({"organization": api.world.green, "scopes": ["lookup"]});
        let input = parse_json(&json!({"caller": caller, "path": csv}).to_string()).unwrap();
        assert_eq!(LedgerHandle::import_csv(&input).err().map(|e| e.code()), Some(ErrorCode::InsufficientScope));
        // Besides the keys made here nothing was written.
        let keys = ROUTES.iter().filter(|route| matches!(route.access, Needs::Scope(_))).count() as i64;
        assert_eq!(api.head()["seq"].as_i64(), head["seq"].as_i64().map(|seq| seq + keys));
    }

    fn any_key_may_read_what_is_its_own(api) {
        api.furnish_dispute();
        let input = json!({"organization": api.world.green, "name": "reader", "scopes": ["lookup"]});
        let key = api.good("access.issue_key", input)["secret"].as_str().unwrap().to_owned();
        for route in ROUTES.iter().filter(|route| route.access == Needs::AnyKey) {
            let (fields, body) = parts(api.input_of(route.call));
            api.send(Some(&key), route.method, route.path, fields, body).is(route.success);
        }
    }

    fn what_is_anothers_looks_like_what_is_not_there(api) {
        api.furnish_dispute();
        let key = api.world.stranger_key.clone();
        let head = api.head();
        let told = |answer: &Answer, id: &str| {
            answer.is(404);
            let error = &answer.body["error"];
            (error["code"].clone(), error["path"].clone(), error["message"].as_str().unwrap().replace(id, "ID"))
        };
        let mut asked = 0;
        for route in ROUTES.iter().filter(|route| route.access != Needs::Nothing && route.access != RESOLVE) {
            let (fields, body) = parts(api.input_of(route.call));
            let places = [("public_id", json!(UNKNOWN)), ("id", json!(999_999))];
            let in_path = places.iter().find(|(name, _)| fields.get(*name).is_some());
            let (mut unknown_fields, mut unknown_body) = (fields.clone(), body.clone());
            let (real, unknown) = if let Some((name, unknown)) = in_path {
                unknown_fields[*name] = unknown.clone();
                (fields[*name].clone(), unknown.clone())
            } else if route.call == "disputes.open" {
                unknown_body.as_mut().unwrap()["conflict"] = json!(UNKNOWN);
                (body.as_ref().unwrap()["conflict"].clone(), json!(UNKNOWN))
            } else {
                continue;
            };
            asked += 1;
            let text = |id: &Value| id.to_string().trim_matches('"').to_owned();
            let anothers = api.send(Some(&key), route.method, route.path, fields, body);
            let nobodys = api.send(Some(&key), route.method, route.path, unknown_fields, unknown_body);
            assert_eq!(told(&anothers, &text(&real)), told(&nobodys, &text(&unknown)), "{}", route.call);
        }
        assert_eq!(asked, 13, "registrations 4, disputes 4, webhooks 5");
        for (call, _) in GUARDED {
            let stranger = api.raw("access.verify", &json!({"token": key, "now": api.now_text()}));
            let mut input = api.whole_input(call, &[]);
            input["caller"] = stranger;
            let real = api.raw(call, &input)["error"].take();
            let id = input["id"].to_string();
            input["id"] = json!(999_999);
            let unknown = api.raw(call, &input)["error"].take();
            assert_eq!(real["code"], json!("not_found"), "{call}");
            let message = |error: &Value, id: &str| error["message"].as_str().unwrap().replace(id, "ID");
            assert_eq!(message(&real, &id), message(&unknown, "999999"), "{call}");
        }
        assert_eq!(api.head(), head);
    }

    fn endpoints_are_made_shown_changed_and_deleted(api) {
        let green = api.world.green_key.clone();
        let made = api.post(&green, ENDPOINTS, endpoint("HTTPS://Hooks.Example.com:443/a/../in"));
        assert_eq!(made.is(201)["url"], json!("https://hooks.example.com/in"));
        assert!(made.body["secret"].as_str().unwrap().starts_with("whsec_"));
        let id = json!({"id": made.body["id"]});
        let mut shown = made.body.clone();
        shown.as_object_mut().unwrap().remove("secret");
        assert_eq!(*api.get(&green, ENDPOINT, id.clone()).is(200), shown, "the secret is shown once");
        assert_eq!(*api.get(&green, ENDPOINTS, json!({})).is(200), json!({"data": [shown]}));
        let change = json!({"events": ["dispute.created"], "status": "disabled"});
        let changed = api.send(Some(&green), "patch", ENDPOINT, id.clone(), Some(change));
        assert_eq!((&changed.is(200)["status"], &changed.body["events"]), (&json!("disabled"), &json!(["dispute.created"])));
        assert!(changed.body.get("secret").is_none());
        assert_eq!(*api.send(Some(&green), "delete", ENDPOINT, id.clone(), None).is(200), json!({}));
        api.get(&green, ENDPOINT, id.clone()).is_error(404, "not_found", "id");
        api.send(Some(&green), "delete", ENDPOINT, id, None).is_error(404, "not_found", "id");
    }

    fn an_endpoint_must_be_public_and_https(api) {
        let green = api.world.green_key.clone();
        let made = api.post(&green, ENDPOINTS, endpoint("https://hooks.example.com/"));
        let id = json!({"id": made.is(201)["id"]});
        let head = api.head();
        for (url, code) in [
            ("https://127.0.0.1/", "forbidden_address"),
            ("https://[::ffff:10.0.0.1]/", "forbidden_address"),
            ("https://169.254.169.254/latest/meta-data/", "forbidden_address"),
            ("https://localhost/", "forbidden_address"),
            ("http://hooks.example.com/", "invalid_url"),
            ("https://user:secret@hooks.example.com/", "invalid_url"),
            ("hooks.example.com", "invalid_url"),
            ("", "empty"),
        ] {
            api.post(&green, ENDPOINTS, endpoint(url)).is_error(422, code, "url");
            api.send(Some(&green), "patch", ENDPOINT, id.clone(), Some(json!({"url": url}))).is_error(422, code, "url");
        }
        for (events, code, path) in [
            (json!([]), "empty", "events"),
            (json!(["dispute.created", "dispute.created"]), "duplicate", "events[1]"),
            (json!(["dispute.created", "dispute.lost"]), "unknown_value", "events[1]"),
        ] {
            let body = json!({"url": "https://hooks.example.com/", "events": events});
            api.post(&green, ENDPOINTS, body).is_error(422, code, path);
        }
        assert_eq!(api.head(), head);
        for _ in 1..100 {
            api.post(&green, ENDPOINTS, endpoint("https://hooks.example.com/")).is(201);
        }
        api.post(&green, ENDPOINTS, endpoint("https://hooks.example.com/")).is_error(422, "out_of_range", "url");
    }

    fn deliveries_are_listed_and_sent_again(api) {
        api.furnish();
        let green = api.world.green_key.clone();
        let id = json!({"id": api.world.endpoint});
        let listed = api.get(&green, DELIVERIES, id.clone());
        assert_eq!(listed.is(200)["meta"]["total"], json!(2), "created and detected");
        let record = api.input_of("webhooks.record");
        assert_eq!(api.good("webhooks.record", record.clone())["last_response_status"], json!(503));
        let mut twice = record;
        twice["now"] = json!(api.now_text());
        assert_eq!(api.raw("webhooks.record", &twice)["error"]["code"], json!("invalid_transition"));
        let delivery = json!({"id": api.world.delivery});
        let again = api.send(Some(&green), "post", RESEND, delivery.clone(), None);
        assert_eq!(again.is(200)["next_attempt_at"], json!(api.now_text()));
        let off = Some(json!({"status": "disabled"}));
        api.send(Some(&green), "patch", ENDPOINT, id, off).is(200);
        api.send(Some(&green), "post", RESEND, delivery, None).is_error(409, "invalid_transition", "id");
    }

    fn an_answer_that_disables_the_endpoint_ends_what_waits_for_it(api) {
        api.furnish();
        let green = api.world.green_key.clone();
        // The first attempt counts as lost, and a second is on its way.
        api.now += TimeDelta::seconds(121);
        assert_eq!(api.good("webhooks.due", json!({}))["data"][0]["attempt"], json!(2));
        let gone = json!({"delivery_id": api.world.delivery, "attempt": 1, "outcome": {"status": 410}});
        let recorded = api.good("webhooks.record", gone);
        assert_eq!((&recorded["status"], &recorded["last_error"]), (&json!("failed"), &json!("the endpoint was disabled")));
        let listed = api.get(&green, DELIVERIES, json!({"id": api.world.endpoint}));
        assert!(listed.is(200)["data"].as_array().unwrap().contains(&recorded));
        assert_eq!(api.get(&green, ENDPOINT, json!({"id": api.world.endpoint})).is(200)["status"], json!("disabled"));
        assert_eq!(api.good("webhooks.next_due", json!({})), json!({"due_at": null}));
    }

    fn a_closed_ledger_says_so_to_every_call(api) {
        for call in LedgerHandle::call_names() {
            let mut one = Api::new(false);
            if call == "disputes.open" { one.furnish() } else { one.furnish_dispute() }
            let input = one.whole_input(call, &ALL_SCOPES);
            let open = one.raw(call, &input);
            assert!(open.get("error").is_none(), "{call} must succeed before it is closed: {open}");
            one.good("close", json!({}));
            let closed = one.raw(call, &input);
            // Closing again does nothing.
            let expected = if call == "close" { json!(null) } else { json!("closed") };
            assert_eq!(closed["error"]["code"], expected, "{call}: {closed}");
            assert_eq!(api.raw("lookup.none", &json!({}))["error"]["code"], json!("unknown_op"));
        }
    }

    fn unknown_fields_and_wrong_types_are_told_where_they_stand(api) {
        api.furnish_dispute();
        let mut tried = 0;
        for call in LedgerHandle::call_names().filter(|call| *call != "close") {
            let input = api.whole_input(call, &ALL_SCOPES);
            let head = api.head();
            let mut expect = |input: &Value, code: &str, path: &str| {
                let error = api.raw(call, input)["error"].take();
                assert_eq!((&error["code"], &error["path"]), (&json!(code), &json!(path)), "{call} {input}");
                tried += 1;
            };
            for pointer in pointers(&input, "") {
                let at = |value: Value| {
                    let mut changed = input.clone();
                    *changed.pointer_mut(&pointer).unwrap() = value;
                    changed
                };
                let value = input.pointer(&pointer).unwrap();
                let path = error_path(&pointer);
                // `now` is asked of no call that needs no time.
                if pointer != "/now" && !pointer.starts_with("/request/metadata/") && !pointer.contains("/metadata/") {
                    let other = if value.is_boolean() { json!([]) } else { json!(true) };
                    expect(&at(other), "wrong_type", &path);
                }
                if value.is_object() && !pointer.ends_with("/metadata") {
                    let mut more = value.clone();
                    more["nonsense"] = json!(1);
                    let joint = if path.is_empty() { "" } else { "." };
                    expect(&at(more), "unknown_field", &format!("{path}{joint}nonsense"));
                }
            }
            let mut more = input.clone();
            more["nonsense"] = json!(1);
            expect(&more, "unknown_field", "nonsense");
            expect(&json!([]), "wrong_type", "");
            assert_eq!(api.head(), head, "{call}");
        }
        assert!(tried > 300, "{tried}");
        let mut input = api.whole_input("lookup.by_hash", &[]);
        for (now, code) in [(json!(true), "wrong_type"), (json!(null), "missing_field"), (json!("2026-01-01"), "invalid_date"), (json!("1969-12-31T23:59:59Z"), "out_of_range")] {
            input["now"] = now;
            let error = api.raw("lookup.by_hash", &input)["error"].take();
            assert_eq!((&error["code"], &error["path"]), (&json!(code), &json!("now")));
        }
        for text in ["", "{", "{\"now\": 1, \"now\": 2}", "\u{feff}{}", "[1"] {
            let answer = api.ledger.answer_json("lookup.by_hash", text);
            assert!(answer.starts_with(r#"{"error":{"code":""#), "{text}: {answer}");
        }
    }
}

/// A resolved or withdrawn dispute takes nothing any more.
fn finals_refuse_everything(api: &mut Api, id: &Value) {
    let (green, operator) = (api.world.green_key.clone(), api.world.operator_key.clone());
    let head = api.head();
    for (key, path, body) in [
        (&green, MESSAGES, Some(json!({"body": "One more thing."}))),
        (&green, WITHDRAW, None),
        (&operator, REVIEW, None),
        (&operator, RESOLVE_PATH, Some(json!({"resolution_note": "Again."}))),
    ] {
        api.send(Some(key), "post", path, id.clone(), body).is_error(409, "invalid_transition", "status");
    }
    assert_eq!(api.head(), head);
}

/// A call's input as a request's path and query, and its body.
fn parts(mut input: Value) -> (Value, Option<Value>) {
    let body = input.as_object_mut().unwrap().remove("request");
    (input, body)
}

/// Where every value of an input stands.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (format!("{at}/{name}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, value)| (format!("{at}/{n}"), value)).collect(),
        _ => Vec::new(),
    };
    inner.into_iter().flat_map(|(at, value)| [vec![at.clone()], pointers(value, &at)].concat()).collect()
}

/// The path of an error for a place: that of the contract's body, which does not stand under `request`, `query` or `data`.
fn error_path(pointer: &str) -> String {
    let bodies = ["/request", "/query", "/data"];
    let place = bodies.iter().find_map(|body| pointer.strip_prefix(body)).unwrap_or(pointer);
    let mut path = String::new();
    for part in place.split('/').filter(|part| !part.is_empty()) {
        if part.bytes().all(|digit| digit.is_ascii_digit()) {
            path.push_str(&format!("[{part}]"));
        } else {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(part);
        }
    }
    path
}

#[test]
fn every_answer_of_the_contract_is_met_by_a_scenario() {
    let Some(contract) = Contract::read() else { return };
    let mut met: BTreeMap<(String, String, u16), Vec<&str>> = BTreeMap::new();
    for (name, _) in SCENARIOS {
        let mut api = Api::new(true);
        run(name, &mut api);
        for (path, method, status) in api.met {
            let tests = met.entry((path.to_owned(), method.to_owned(), status)).or_default();
            if !tests.contains(name) {
                tests.push(name);
            }
        }
    }
    let answers = contract.answers();
    println!("\n{:<50} {:<6} {:<6} tests", "path", "method", "status");
    let mut missing = Vec::new();
    for answer in &answers {
        let tests = met.get(answer).cloned().unwrap_or_default();
        println!("{:<50} {:<6} {:<6} {}", answer.0, answer.1, answer.2, tests.join(", "));
        if tests.is_empty() {
            missing.push(answer);
        }
    }
    let beyond: Vec<_> = met.iter().filter(|(answer, _)| !answers.contains(answer)).collect();
    println!("beyond the contract, which leaves these statuses open:");
    for ((path, method, status), tests) in &beyond {
        println!("{path:<50} {method:<6} {status:<6} {}", tests.join(", "));
    }
    println!("contract: {} answers, all met; {} more beyond it", answers.len() - missing.len(), beyond.len());
    assert!(missing.is_empty(), "no scenario meets {missing:?}");
    assert!(beyond.iter().all(|((_, _, status), _)| *status >= 400), "a good answer that the contract does not know");
    // A path that the contract gains later must fail here, not pass unseen.
    let routed: Vec<_> = ROUTES.iter().map(|route| (route.path.to_owned(), route.method.to_owned())).collect();
    assert!(answers.iter().all(|(path, method, _)| routed.contains(&(path.clone(), method.clone()))));
}
