//! Emission factors: `emission-factors.md`, of which the tables, the TypeScript blocks and the samples are read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::compare::{Found, is_required, resolved};
use super::{derived, spec};

/// What ours has beyond the contract, and why.
const ADDED: &[(&str, &str)] = &[
    ("GET /emission-factors/resolve ?factorUnit", "a fuel that a library states by several units (DECISIONS 36)"),
    ("GET /emission-factors/resolve ?libraryDigest", "a query that is pinned to the content of an edition"),
    ("GET /emission-factors/resolve/explain", "the steps of `resolve`, for auditors"),
    ("* 429", "every operation may be limited (DECISIONS 54)"),
    ("* maxLength 500", "a longer text is refused with `too_long`"),
    ("EmissionFactorDto.lower", "the confidence interval that the IPCC states"),
    ("EmissionFactorDto.scope", "the scope under which the publication states the figure"),
    ("EmissionFactorDto.source", "where in the publication the figure stands"),
    ("EmissionFactorDto.upper", "the confidence interval that the IPCC states"),
    ("EmissionFactorLibraryDto.biogenicCategories", "where the biogenic CO2 of the library's fuels stands"),
    ("EmissionFactorLibraryDto.calorificBasis", "kWh gross and net are different units (DECISIONS 15)"),
    ("EmissionFactorLibraryDto.gwpVersion", "what the library's CO2e is made with (DECISIONS 37)"),
    ("EmissionFactorLibraryDto.licence", "under what terms the figures may be used"),
    ("EmissionFactorLibraryDto.publication", "the full title, edition and revision"),
    (
        "EmissionFactorLibraryDto.valuesExcludeOxidation",
        "whether CO2e multiplies by the oxidation factor (DECISIONS 15)",
    ),
    ("FuelPropertyDto.source", "where in the publication the figure stands"),
    ("FuelPropertyType gcv", "the gross value, without which kWh gross and net could not be joined (DECISIONS 15)"),
    ("GwpValueDto.source", "where in the report the figure stands"),
    ("ResolvedEmissionFactorDto.libraryMatch", "how the year was met: exact, earlier, default (DECISIONS 12)"),
];

/// The DTO of each endpoint's answer, which the contract says by its samples (section "Endpoints").
const ANSWERS: [(&str, &str, bool); 5] = [
    ("/emission-factor-libraries", "EmissionFactorLibraryDto", true),
    ("/emission-factors", "PaginatedEmissionFactorsDto", false),
    ("/emission-factors/resolve", "ResolvedEmissionFactorDto", false),
    ("/fuel-properties", "FuelPropertyDto", true),
    ("/gwp-values", "GwpValueDto", true),
];

/// Which endpoint a row of the section "Validation Rules" is about.
const RULES: [(&str, &str); 5] = [
    ("List Libraries", "/emission-factor-libraries"),
    ("Search Factors", "/emission-factors"),
    ("Resolve Factors", "/emission-factors/resolve"),
    ("Fuel Properties", "/fuel-properties"),
    ("GWP Values", "/gwp-values"),
];

/// The contract, taken apart.
struct Contract {
    /// The text of each endpoint's section, by path.
    endpoints: BTreeMap<String, String>,
    /// The fields of each DTO: name and type.
    dtos: BTreeMap<String, Vec<(String, String)>>,
    /// The texts of each enum.
    enums: BTreeMap<String, Vec<String>>,
    text: String,
}

impl Contract {
    fn read() -> Option<Self> {
        let text = spec("emission-factors.md")?;
        let sections = |mark: &str| -> BTreeMap<String, String> {
            let parts = text.split(mark).skip(1).filter_map(|part| part.split_once('\n'));
            parts.map(|(title, body)| (title.trim().to_owned(), until_heading(body).to_owned())).collect()
        };
        let dtos = text.split("\ninterface ").skip(1).map(|part| {
            let (name, body) = part.split_once(" {").unwrap();
            let lines = body.split_once("\n}").unwrap().0.lines().filter(|line| !line.trim().is_empty());
            let fields = lines.map(|line| {
                let (name, rest) = line.trim().split_once(": ").unwrap();
                (name.to_owned(), rest.split_once(';').unwrap().0.to_owned())
            });
            (name.to_owned(), fields.collect())
        });
        let enums = sections("\n### ").into_iter().filter(|(title, _)| !title.contains(' ')).map(|(title, body)| {
            let values = rows(&body).into_iter().map(|row| ticked(&row[0]).unwrap()).collect();
            (title, values)
        });
        Some(Self {
            endpoints: sections("\n### GET "),
            dtos: dtos.collect(),
            enums: enums.collect(),
            text: text.clone(),
        })
    }

    /// The parameters that an endpoint's sections name: whether one must be there, and what is said of it.
    fn parameters(&self, path: &str) -> BTreeMap<String, (bool, String)> {
        let mut found: BTreeMap<String, (bool, String)> = BTreeMap::new();
        for row in rows(&self.endpoints[path]) {
            let told = format!("{} {}", row[2], row[3]);
            found.insert(ticked(&row[0]).unwrap(), (row[1].contains("Yes"), told));
        }
        let rules = until_heading(self.text.split_once("## Validation Rules\n").unwrap().1);
        let name = RULES.iter().find(|(_, of)| *of == path).unwrap().0;
        for row in rows(rules).into_iter().filter(|row| row[0] == name) {
            let entry =
                found.entry(ticked(&row[1]).unwrap()).or_insert_with(|| (row[2].contains("Required"), String::new()));
            assert_eq!(entry.0, row[2].contains("Required"), "the contract contradicts itself at {path} {}", row[1]);
            entry.1 += &format!(" {}", row[2]);
        }
        let sample = self.endpoints[path].split("  ?").nth(1).unwrap().lines().next().unwrap();
        for name in sample.split('&').map(|part| part.split_once('=').unwrap().0) {
            assert!(found.contains_key(name), "{path}: {name} is in the sample alone");
        }
        found
    }

    /// The samples of an endpoint's good answers.
    fn samples(&self, path: &str) -> Vec<Value> {
        let blocks = self.endpoints[path].split("```json\n").skip(1);
        blocks.map(|block| serde_json::from_str(block.split_once("```").unwrap().0).unwrap()).collect()
    }
}

fn until_heading(body: &str) -> &str {
    body.find("\n## ").into_iter().chain(body.find("\n### ")).min().map_or(body, |end| body.get(..end).unwrap())
}

/// The rows of the tables of a text, without their heads.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells =
        |line: &str| line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let lines = text.lines().filter(|line| line.trim().starts_with('|')).map(cells);
    let is_head = |row: &[String]| {
        row[0].starts_with("--") || ["Param", "Endpoint", "Value", "HTTP Code"].contains(&row[0].as_str())
    };
    lines.filter(|row| !is_head(row)).collect()
}

/// What stands between backticks.
fn ticked(text: &str) -> Option<String> {
    text.split('`').nth(1).map(str::to_owned)
}

fn operation<'d>(document: &'d Value, path: &str) -> &'d Value {
    &document["paths"][path]["get"]
}

fn answer<'d>(document: &'d Value, path: &str) -> &'d Value {
    &operation(document, path)["responses"]["200"]["content"]["application/json"]["schema"]
}

#[test]
fn the_document_is_as_the_contract_has_it() {
    let Some(contract) = Contract::read() else { return };
    let found = compared(&contract, &derived());
    println!(
        "emission factors: {} operations, {} fields and parameters, {} additions",
        ANSWERS.len(),
        found.fields,
        found.added.len()
    );
    found.settle(ADDED);
}

#[test]
fn what_is_missing_is_found() {
    let Some(contract) = Contract::read() else { return };
    let schemas = "/components/schemas";
    let whole = derived();
    for (at, value) in [
        ("/paths/~1gwp-values/get/parameters/0/name".to_owned(), json!("report")),
        ("/paths/~1emission-factors/get/parameters/8/schema/maximum".to_owned(), json!(1000)),
        ("/paths/~1emission-factors~1resolve/get/parameters/0/required".to_owned(), json!(false)),
        ("/paths/~1fuel-properties/get/responses/400".to_owned(), json!({"x-added": true})),
        (format!("{schemas}/EmissionFactor/properties/externalId/type"), json!("string")),
        (format!("{schemas}/EmissionFactor/required"), json!([])),
        (format!("{schemas}/Authority/enum/4"), json!("edgar")),
        (format!("{schemas}/GwpValue/properties/value/type"), json!("string")),
    ] {
        let mut document = whole.clone();
        *document.pointer_mut(&at).unwrap_or_else(|| panic!("{at}")) = value;
        assert!(!compared(&contract, &document).missing.is_empty(), "{at}");
    }
}

/// Holds a document against the contract.
fn compared(contract: &Contract, document: &Value) -> Found {
    let mut found = Found::default();
    assert_eq!(contract.endpoints.keys().map(String::as_str).collect::<Vec<_>>(), {
        let mut paths = ANSWERS.map(|(path, ..)| path);
        paths.sort_unstable();
        paths
    });
    for (path, dto, is_list) in ANSWERS {
        let at = format!("GET {path}");
        let ours = operation(document, path);
        if ours.is_null() {
            found.miss(&at, "no such operation");
            continue;
        }
        assert_eq!(ours["security"], json!([{"jwt": []}]), "{at}");
        parameters(contract, document, path, &mut found);
        statuses(&at, ours, &mut found);
        let mut schema = resolved(document, answer(document, path));
        if is_list {
            assert_eq!(schema["type"], "array", "{at}");
            schema = resolved(document, &schema["items"]);
        }
        fields(contract, document, dto, schema, &mut found);
    }
    let ours = document["paths"].as_object().unwrap().keys().filter(|path| !path.starts_with("/api/v1/"));
    for path in ours.filter(|path| !contract.endpoints.contains_key(*path)) {
        found.add(format!("GET {path}"));
    }
    found
}

fn parameters(contract: &Contract, document: &Value, path: &str, found: &mut Found) {
    let ours = operation(document, path)["parameters"].as_array().unwrap();
    let theirs = contract.parameters(path);
    for (name, (required, told)) in &theirs {
        let at = format!("GET {path} ?{name}");
        found.fields += 1;
        let Some(mine) = ours.iter().find(|one| one["name"] == **name && one["in"] == "query") else {
            found.miss(&at, "no such parameter");
            continue;
        };
        if mine["required"] != *required {
            found.miss(&at, format_args!("required {required}"));
        }
        bounds(contract, document, &at, told, &mine["schema"], found);
    }
    for name in ours.iter().filter_map(|one| one["name"].as_str()).filter(|name| !theirs.contains_key(*name)) {
        found.add(format!("GET {path} ?{name}"));
    }
}

/// What the tables say of a parameter, in their own words.
fn bounds(contract: &Contract, document: &Value, at: &str, told: &str, schema: &Value, found: &mut Found) {
    let inner = resolved(document, schema);
    let mut expected = Map::new();
    let mut expect = |name: &str, value: Value| drop(expected.insert(name.to_owned(), value));
    if told.contains("UUID") {
        expect("format", json!("uuid"));
    } else if told.contains("nteger") {
        expect("type", json!("integer"));
        match (told.contains("1990–2100"), told.contains("1–100"), told.contains("≥ 1")) {
            (true, ..) => {
                expect("minimum", json!(1990));
                expect("maximum", json!(2100));
            }
            (_, true, _) => {
                expect("minimum", json!(1));
                expect("maximum", json!(100));
            }
            (.., true) => expect("minimum", json!(1)),
            _ => found.miss(at, format_args!("bounds that are not understood: {told}")),
        }
        if let Some((_, default)) = told.split_once("default ") {
            let digits: String = default.chars().take_while(char::is_ascii_digit).collect();
            expect("default", json!(digits.parse::<u64>().unwrap()));
        }
    } else if told.contains("enum") || told.contains("must be") {
        let name = at.rsplit_once('?').unwrap().1;
        let of = |wanted: &str| {
            contract.enums.keys().find(|known| known.to_lowercase().ends_with(&wanted.to_lowercase())).cloned()
        };
        let theirs = of(name).unwrap_or_else(|| panic!("{at}: no enum of the contract is {name}"));
        texts(contract, document, &theirs, schema, found);
    } else {
        assert!(told.contains("min 1 char") || told.contains("non-empty"), "{at}: {told}");
        expect("type", json!("string"));
        expect("minLength", json!(1));
        if let Some(most) = inner.get("maxLength") {
            found.add(format!("{at} maxLength {most}"));
        }
    }
    for (name, value) in &expected {
        if inner.get(name) != Some(value) {
            found.miss(at, format_args!("{name} {value}, ours {:?}", inner.get(name)));
        }
    }
}

/// The texts of an enum.
fn texts(contract: &Contract, document: &Value, name: &str, ours: &Value, found: &mut Found) {
    let Some(ours) = resolved(document, ours).get("enum").and_then(Value::as_array) else {
        return found.miss(name, "is no enum");
    };
    let theirs: BTreeSet<&str> = contract.enums[name].iter().map(String::as_str).collect();
    let ours: BTreeSet<&str> = ours.iter().filter_map(Value::as_str).collect();
    theirs.difference(&ours).for_each(|text| found.miss(name, format_args!("no {text}")));
    ours.difference(&theirs).for_each(|text| found.add(format!("{name} {text}")));
}

fn statuses(at: &str, ours: &Value, found: &mut Found) {
    let stated = ["200", "400", "401", "500"];
    for status in stated {
        let Some(mine) = ours["responses"].get(status) else {
            found.miss(at, format_args!("no {status}"));
            continue;
        };
        if mine.get("x-added").is_some() {
            found.miss(at, format_args!("{status} is the contract's, and said to be added"));
        }
    }
    for (status, answer) in
        ours["responses"].as_object().unwrap().iter().filter(|(status, _)| !stated.contains(&status.as_str()))
    {
        assert_eq!(answer["x-added"], true, "{at} {status}");
        found.add(format!("{at} {status}"));
    }
}

/// Holds a schema against a DTO, and those that its fields have against theirs.
fn fields(contract: &Contract, document: &Value, dto: &str, ours: &Value, found: &mut Found) {
    let theirs = &contract.dtos[dto];
    for (name, kind) in theirs {
        let at = format!("{dto}.{name}");
        found.fields += 1;
        let Some(mine) = ours["properties"].get(name) else {
            found.miss(&at, "no such field");
            continue;
        };
        if !is_required(ours, name) {
            found.miss(&at, "is not required");
        }
        of_type(contract, document, &at, kind, mine, found);
    }
    for name in
        ours["properties"].as_object().unwrap().keys().filter(|name| !theirs.iter().any(|(known, _)| known == *name))
    {
        found.add(format!("{dto}.{name}"));
    }
}

/// Holds a field's schema against its type in TypeScript.
fn of_type(contract: &Contract, document: &Value, at: &str, kind: &str, schema: &Value, found: &mut Found) {
    let (kind, is_nullable) = kind.strip_suffix(" | null").map_or((kind, false), |kind| (kind, true));
    let (schema, may_be_null) = not_null(document, schema);
    if is_nullable != may_be_null {
        found.miss(at, format_args!("null: {is_nullable}, ours {may_be_null}"));
    }
    let is = |kinds: &[&str]| kinds.iter().any(|kind| schema["type"] == *kind);
    let is_right = match kind {
        "string" => is(&["string"]),
        "number" => is(&["number", "integer"]),
        "boolean" => is(&["boolean"]),
        list if list.ends_with("[]") => {
            fields(contract, document, list.trim_end_matches("[]"), resolved(document, &schema["items"]), found);
            is(&["array"])
        }
        dto if contract.dtos.contains_key(dto) => {
            fields(contract, document, dto, &schema, found);
            is(&["object"])
        }
        name if contract.enums.contains_key(name) => {
            texts(contract, document, name, &schema, found);
            true
        }
        union => {
            let theirs: Vec<&str> = union.split('|').map(|text| text.trim().trim_matches('"')).collect();
            schema["enum"].as_array().is_some_and(|ours| ours.iter().filter_map(Value::as_str).eq(theirs))
        }
    };
    if !is_right {
        found.miss(at, format_args!("{kind}, ours {schema}"));
    }
}

/// The schema of what is not null, and whether null is taken too.
fn not_null(document: &Value, schema: &Value) -> (Value, bool) {
    let null = json!({"type": "null"});
    if let Some(each) = schema.get("oneOf").and_then(Value::as_array).filter(|each| each.contains(&null)) {
        return (resolved(document, each.iter().find(|one| **one != null).unwrap()).clone(), true);
    }
    let mut schema = resolved(document, schema).clone();
    let may_be_null = schema["type"].as_array().is_some_and(|kinds| kinds.contains(&json!("null")));
    if may_be_null {
        schema["type"] = schema["type"][0].take();
    }
    (schema, may_be_null)
}

#[test]
fn the_contracts_samples_are_as_the_document_says() {
    let Some(contract) = Contract::read() else { return };
    let document = derived();
    let mut count = 0;
    for (path, ..) in ANSWERS {
        for sample in contract.samples(path) {
            // What we add to an answer is required of ours and not in the sample.
            let mut schema = json!({"allOf": [answer(&document, path)], "components": document["components"]});
            let required = &mut schema["components"]["schemas"]["Resolution"]["required"];
            required.as_array_mut().unwrap().retain(|name| name != "libraryMatch");
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let wrong: Vec<String> = validator.iter_errors(&sample).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{path}: {wrong:?}");
            count += 1;
        }
    }
    let text = contract.text.split_once("## Error Response Shape").unwrap().1;
    let sample: Value =
        serde_json::from_str(text.split("```json\n").nth(1).unwrap().split_once("```").unwrap().0).unwrap();
    let schema = json!({"$ref": "#/components/schemas/ErrorBody", "components": document["components"]});
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&sample));
    assert_eq!(count, 6, "one of each endpoint, and what is answered where no factor is found");
}
