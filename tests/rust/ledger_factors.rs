//! Emission factors in a ledger: the same answers as in memory, loaded whole or not at all.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tierra::Decimal;
use tierra::access::Scopes;
use tierra::chrono::{DateTime, Utc};
use tierra::emission::*;
use tierra::ffi::{FactorHandle, LedgerHandle, NumberStyle, Value, call_json, error_body, parse_json, write_json};
use tierra::ledger::{Caller, Ledger};
use tierra::uuid::Uuid;
use tierra::{Error, ErrorCode};

use crate::ledger_support::{
    Rng, SeedOnFailure, TempDir, assert_sound, at, child_of, new_caller, number_from_env, open, python, register, seed,
};

const NOW: &str = "2026-01-01T00:00:00Z";

fn library(authority: Authority, name: &str, release_year: i32, version: &str) -> EmissionFactorLibrary {
    EmissionFactorLibrary {
        id: library_id(authority, name, version),
        name: name.to_owned(),
        authority,
        version: version.to_owned(),
        release_year,
        is_default: false,
        values_exclude_oxidation: false,
        gwp_version: None,
        calorific_basis: None,
        biogenic_categories: Vec::new(),
        publication: None,
        licence: None,
        created_at: at(0),
    }
}

fn factor(library: &EmissionFactorLibrary, number: u32, fuel: &str, gas: &str, value: &str) -> EmissionFactor {
    EmissionFactor {
        // By its number: factors that say the same may stand twice.
        id: Uuid::from_u64_pair(library.id.as_u64_pair().0, number.into()),
        library_id: library.id,
        external_id: None,
        category: "Fuels".to_owned(),
        fuel_type: fuel.to_owned(),
        gas: gas.to_owned(),
        is_biogenic: false,
        value: value.parse().unwrap(),
        oxidation_factor: Decimal::ONE,
        unit: "kg/kWh".to_owned(),
        region: None,
        technology: None,
        scope: None,
        lower: None,
        upper: None,
        source: None,
        created_at: at(0),
    }
}

fn gwp(version: GwpVersion, gas: &str, value: &str) -> GwpValue {
    let (id, value) = (gwp_value_id(version, gas), value.parse().unwrap());
    GwpValue { id, version, gas: gas.to_owned(), value, source: None, created_at: at(0) }
}

fn json_of(data: &EmissionFactorData) -> String {
    write_json(data, NumberStyle::Digits)
}

/// The same factors in memory and in a ledger.
struct Both {
    memory: FactorHandle,
    ledger: LedgerHandle,
    caller: String,
    ids: Vec<Uuid>,
}

impl Both {
    fn of(data: &EmissionFactorData) -> Self {
        Self::in_loads(std::slice::from_ref(data))
    }

    /// In memory all at once, in the ledger load by load.
    fn in_loads(loads: &[EmissionFactorData]) -> Self {
        let mut all = EmissionFactorData::default();
        loads.iter().for_each(|load| all.extend(load.clone()));
        let ledger = LedgerHandle::open(&parse_json(r#"{"seed": "both"}"#).unwrap()).unwrap();
        let made = ledger.answer_json("access.create_organization", &format!(r#"{{"now": "{NOW}", "name": "Green"}}"#));
        let Value::Object(made) = parse_json(&made).unwrap() else { panic!("{made}") };
        let Value::String(organization) = &made[0].1 else { panic!() };
        for load in loads {
            let input = format!(r#"{{"now": "{NOW}", "data": {}}}"#, json_of(load));
            let answer = ledger.answer_json("factors.load", &input);
            assert!(answer.starts_with(r#"{"loaded":"#), "{answer}");
        }
        let caller = format!(r#"{{"organization": "{organization}", "scopes": ""}}"#);
        let memory = FactorHandle::load(&json_of(&all));
        assert_eq!(memory.load_error(), None);
        Self { memory, ledger, caller, ids: all.factors.iter().map(|factor| factor.id).collect() }
    }

    /// The answer of both, which must be one.
    fn ask(&self, call: &str, query: &str) -> String {
        let mut expected = self.memory.answer_json(call, query, NumberStyle::Digits);
        let input = format!(r#"{{"caller": {}, "query": {query}}}"#, self.caller);
        let found = self.ledger.answer_json(&format!("factors.{call}"), &input);
        if expected.contains("factors[") {
            // A place in the data of memory is an id in a ledger.
            for (place, id) in self.ids.iter().enumerate() {
                expected = expected.replace(&format!("factors[{place}]"), &format!("factors[{id}]"));
            }
        }
        assert_eq!(found, expected, "{call} {query}");
        found
    }

    /// The answer of both, which is none of an error.
    fn ok(&self, call: &str, query: &str) -> serde_json::Value {
        let answer: serde_json::Value = serde_json::from_str(&self.ask(call, query)).unwrap();
        assert!(answer.get("error").is_none(), "{answer}");
        answer
    }

    /// The body with which a service answers the refusal of both.
    fn refused(&self, call: &str, query: &str) -> (u16, serde_json::Value) {
        let answer = parse_json(&self.ask(call, query)).unwrap();
        let Value::Object(fields) = answer else { panic!() };
        let error = write_json(&fields[0].1, NumberStyle::Digits);
        let told = call_json("error_body", &error, NumberStyle::Digits).unwrap();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        (u16::try_from(told["status"].as_u64().unwrap()).unwrap(), told["body"].clone())
    }
}

// The contract's test scenarios.

/// DEFRA of 2022 and 2024, IPCC of 2006, each with some factors.
fn seeded() -> EmissionFactorData {
    let mut defra = library(Authority::Defra, "DEFRA 2024", 2024, "2024");
    defra.is_default = true;
    let earlier = library(Authority::Defra, "DEFRA 2022", 2022, "2022");
    let ipcc = library(Authority::Ipcc, "IPCC 2006", 2006, "2006");
    let gas = |library: &EmissionFactorLibrary, number| EmissionFactor {
        category: "1.A.1".to_owned(),
        ..factor(library, number, "Natural Gas", "CO2", "0.18396")
    };
    let mut factors: Vec<_> =
        (0..12).map(|number| factor(&defra, number, &format!("Fuel {number}"), "CO2", "0.2")).collect();
    factors.push(gas(&defra, 100));
    factors.push(EmissionFactor { region: Some("Europe".to_owned()), ..gas(&defra, 101) });
    let specific = EmissionFactor { technology: Some("Catalyst".to_owned()), ..gas(&defra, 102) };
    factors.push(EmissionFactor { region: Some("Europe".to_owned()), value: "0.17".parse().unwrap(), ..specific });
    factors.push(gas(&earlier, 103));
    factors.push(gas(&ipcc, 104));
    let property = |property_type, value: &str, unit: &str| {
        let (id, value) = (Uuid::nil(), value.parse().unwrap());
        let (fuel_type, unit) = ("Natural Gas".to_owned(), unit.to_owned());
        let (library_id, created_at) = (defra.id, at(0));
        let property = FuelProperty {
            id,
            library_id,
            fuel_type,
            property_type,
            value,
            unit,
            region: None,
            source: None,
            created_at,
        };
        FuelProperty { id: fuel_property_id(&property), ..property }
    };
    EmissionFactorData {
        fuel_properties: vec![
            property(FuelPropertyType::Ncv, "10.55", "kWh/m³"),
            property(FuelPropertyType::Density, "0.8", "kg/m³"),
        ],
        gwp_values: vec![
            gwp(GwpVersion::Ar5, "CH4", "28"),
            gwp(GwpVersion::Ar4, "CH4", "25"),
            gwp(GwpVersion::Ar5, "N2O", "265"),
        ],
        libraries: vec![defra, earlier, ipcc],
        factors,
        region_parents: Vec::new(),
    }
}

const GAS_QUERY: &str = r#""authority": "defra", "fuelType": "Natural Gas", "gas": "CO2", "category": "1.A.1""#;

fn first_library() -> Uuid {
    seeded().libraries[0].id
}

#[test]
fn scenario_01_list_libraries() {
    let listed = Both::of(&seeded()).ok("libraries", "{}");
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["DEFRA 2024", "DEFRA 2022", "IPCC 2006"]);
    assert_eq!(Both::of(&EmissionFactorData::default()).ask("libraries", "{}"), "[]");
}

#[test]
fn scenario_02_filter_libraries() {
    let both = Both::of(&seeded());
    let listed = both.ok("libraries", r#"{"authority": "defra"}"#);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(listed.as_array().unwrap().iter().all(|one| one["authority"] == "defra"));
    assert_eq!(both.ok("libraries", r#"{"authority": "defra", "releaseYear": "2022"}"#)[0]["name"], "DEFRA 2022");
}

#[test]
fn scenario_03_paginate_factors() {
    let both = Both::of(&seeded());
    let id = first_library();
    let page = both.ok("search", &format!(r#"{{"libraryId": "{id}", "pageSize": 5, "page": 2}}"#));
    assert_eq!((&page["total"], &page["totalPages"], &page["page"]), (&15.into(), &3.into(), &2.into()));
    assert_eq!(page["items"].as_array().unwrap().len(), 5);
    assert_eq!(page["items"][0]["fuelType"], "Fuel 5");
    let past = both.ok("search", &format!(r#"{{"libraryId": "{id}", "page": 4294967295, "pageSize": 100}}"#));
    assert_eq!((past["items"].as_array().unwrap().len(), &past["total"]), (0, &15.into()));
    let one =
        both.ok("search", &format!(r#"{{"libraryId": "{id}", "fuelType": " natural  gas", "region": "EUROPE"}}"#));
    assert_eq!(one["total"], 2);
}

#[test]
fn scenario_04_resolve_specific_tier() {
    let both = Both::of(&seeded());
    let query = format!(r#"{{{GAS_QUERY}, "reportingYear": 2024, "region": "Europe", "technology": "Catalyst"}}"#);
    let found = both.ok("resolve", &query);
    assert_eq!((&found["tier"], &found["factor"]["value"]), (&"specific".into(), &0.17.into()));
    assert_eq!(found["usedFallback"], false);
    both.ok("explain", &query);
}

#[test]
fn scenario_05_resolve_with_fallback() {
    let both = Both::of(&seeded());
    let found = both.ok("resolve", &format!(r#"{{{GAS_QUERY}, "reportingYear": 2100}}"#));
    assert_eq!((&found["usedFallback"], &found["library"]["name"]), (&true.into(), &"DEFRA 2024".into()));
    let found = both.ok("resolve", &format!(r#"{{{GAS_QUERY}, "reportingYear": "2023"}}"#));
    assert_eq!((&found["usedFallback"], &found["library"]["name"]), (&true.into(), &"DEFRA 2022".into()));
    let found = both.ok("resolve", &format!(r#"{{{GAS_QUERY}, "reportingYear": 1990}}"#));
    assert_eq!(found["libraryMatch"], "default");
}

#[test]
fn scenario_06_resolve_no_match() {
    let query =
        r#"{"authority": "defra", "reportingYear": 2024, "fuelType": "Peat", "gas": "CO2", "category": "1.A.1"}"#;
    let answer = Both::of(&seeded()).ask("resolve", query);
    assert_eq!(answer, r#"{"factor":null,"tier":null,"library":null,"usedFallback":false,"libraryMatch":null}"#);
}

/// What a refusal by the parameters is: 400 `VALIDATION_FAILED`, with the parameter.
fn assert_validation(told: &(u16, serde_json::Value), path: &str) {
    assert_eq!((told.0, &told.1["code"]), (400, &"VALIDATION_FAILED".into()), "{}", told.1);
    let issues = told.1["details"]["issues"].as_array().unwrap();
    assert!(issues.iter().any(|issue| issue["path"] == serde_json::json!([path])), "{}", told.1);
}

#[test]
fn scenario_07_validation_missing_library_id() {
    let both = Both::of(&seeded());
    assert_validation(&both.refused("search", "{}"), "libraryId");
    assert_validation(&both.refused("fuel_properties", "{}"), "libraryId");
    // No parameters at all.
    let answer = both.ledger.answer_json("factors.search", &format!(r#"{{"caller": {}}}"#, both.caller));
    assert_eq!(answer, both.memory.answer_json("search", "{}", NumberStyle::Digits));
}

#[test]
fn scenario_08_validation_invalid_uuid() {
    let told = Both::of(&seeded()).refused("search", r#"{"libraryId": "not-a-uuid"}"#);
    assert_validation(&told, "libraryId");
    assert_eq!(told.1["error"], "Validation error: Invalid library ID");
}

#[test]
fn scenario_09_validation_invalid_authority() {
    let both = Both::of(&seeded());
    let query =
        r#"{"authority": "unknown", "reportingYear": 2024, "fuelType": "Peat", "gas": "CO2", "category": "1.A.1"}"#;
    assert_validation(&both.refused("resolve", query), "authority");
    assert_validation(&both.refused("libraries", r#"{"authority": "unknown"}"#), "authority");
}

#[test]
fn scenario_10_validation_reporting_year_out_of_range() {
    let both = Both::of(&seeded());
    assert_validation(
        &both.refused("resolve", &format!(r#"{{{GAS_QUERY}, "reportingYear": "1800"}}"#)),
        "reportingYear",
    );
    assert_validation(&both.refused("libraries", r#"{"releaseYear": 2101}"#), "releaseYear");
}

/// Factors in memory know no callers: the ledger is asked.
#[test]
fn scenario_11_unauthorized() {
    let ledger = Ledger::in_memory().unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    ledger.factors().load(&seeded(), at(1)).unwrap();
    for token in ["", "Bearer ", "tk_unknown"] {
        let error = ledger.access().verify(token, at(2)).unwrap_err();
        let status = error_body(&error).status;
        assert_eq!((error.code(), status), (ErrorCode::InvalidToken, 401));
    }
    // Any scope will do, and an organisation must exist.
    let scopes: Scopes = "lookup".parse().unwrap();
    let key = ledger.access().issue_key(caller.organization(), "reader", scopes, None, at(2)).unwrap();
    let known = ledger.access().verify(&key.secret, at(3)).unwrap();
    assert_eq!(ledger.factors().libraries(&known, &LibraryFilter::default()).unwrap().len(), 3);
    let nobody = Caller::new(Uuid::nil(), Scopes::all());
    let error = ledger.factors().libraries(&nobody, &LibraryFilter::default()).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::NotFound, "caller.organization"));
}

#[test]
fn scenario_12_gwp_filter() {
    let both = Both::of(&seeded());
    let listed = both.ok("gwp_values", r#"{"version": "ar5"}"#);
    let gases: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["gas"].as_str().unwrap()).collect();
    assert_eq!(gases, ["CH4", "N2O"]);
    assert_eq!(both.ok("gwp_values", "{}").as_array().unwrap().len(), 3);
    assert_validation(&both.refused("gwp_values", r#"{"version": "ar7"}"#), "version");
}

#[test]
fn scenario_13_fuel_properties_filter() {
    let both = Both::of(&seeded());
    let id = first_library();
    let listed = both.ok("fuel_properties", &format!(r#"{{"libraryId": "{id}", "propertyType": "ncv"}}"#));
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["propertyType"], "ncv");
    assert_eq!(both.ok("fuel_properties", &format!(r#"{{"libraryId": "{id}"}}"#)).as_array().unwrap().len(), 2);
}

// Random data and random queries, in memory and in a ledger.

const FUELS: [&str; 5] = ["Natural gas", "NATURAL  GAS", " Diesel", "Electricity", "Straße"];
const GASES: [&str; 5] = ["CO2", "CH4", "N2O", "CO2e", "co2"];
const CATEGORIES: [&str; 4] = ["Fuels", "fuels ", "Electricity", "Outside of scopes"];
const REGIONS: [&str; 6] = ["GB", "VT", "vt", "NEWE", "Newe", "US"];
const TECHNOLOGIES: [&str; 4] = ["Turbine", "turbine", "Residual mix", "Boiler"];
const UNITS: [&str; 8] = [
    "kg/kWh",
    "kg CO2e/kWh (Gross CV)",
    "kg/litres",
    "g/kWh (Net CV)",
    "tonne/MWh",
    "kg CO2e of CH4/kWh",
    "furlongs",
    "kg/tonnes",
];
const VALUES: [&str; 5] = ["0.2", "0.20", "0.3", "1.234567890123456789", "-0.1"];
const ACTIVITY_UNITS: [&str; 7] = ["kWh", "MWh", "litres", "kWh (Gross CV)", "kWh (Net CV)", "tonnes", "furlongs"];

fn one_of<'a>(rng: &mut Rng, from: &[&'a str]) -> &'a str {
    from[rng.below(from.len())]
}

fn maybe(rng: &mut Rng, percent: usize, from: &[&str]) -> Option<String> {
    rng.chance(percent).then(|| one_of(rng, from).to_owned())
}

/// A library with factors of all kinds, some of which tie.
fn random_library(rng: &mut Rng, number: usize) -> EmissionFactorData {
    let authority = *rng.pick(&[Authority::Defra, Authority::Egrid]);
    let year = 2020 + i32::try_from(rng.below(4)).unwrap();
    let mut of_all = library(authority, &format!("Library {number}"), year, &format!("{year} rev {}", rng.below(12)));
    of_all.is_default = rng.chance(30);
    of_all.values_exclude_oxidation = rng.chance(30);
    of_all.gwp_version = rng.chance(50).then_some(GwpVersion::Ar5);
    of_all.calorific_basis = rng.chance(40).then_some(CalorificBasis::Gross);
    of_all.publication = maybe(rng, 50, &["A publication", "Eine Veröffentlichung"]);
    of_all.created_at = at(i64::try_from(rng.below(3)).unwrap());
    if rng.chance(60) {
        let (category, biogenic_category) = ("Fuels".to_owned(), "Outside of scopes".to_owned());
        of_all.biogenic_categories.push(BiogenicCategory { category, biogenic_category });
    }
    let mut data = EmissionFactorData::default();
    for number in 0..u32::try_from(5 + rng.below(60)).unwrap() {
        let (fuel, gas, value) = (one_of(rng, &FUELS), one_of(rng, &GASES), one_of(rng, &VALUES));
        let mut one = factor(&of_all, number, fuel, gas, value);
        one.category = one_of(rng, &CATEGORIES).to_owned();
        one.unit = one_of(rng, &UNITS).to_owned();
        one.is_biogenic = rng.chance(25);
        one.oxidation_factor = one_of(rng, &["1", "0.995", "0.990"]).parse().unwrap();
        one.region = maybe(rng, 50, &REGIONS);
        one.technology = maybe(rng, 30, &TECHNOLOGIES);
        one.external_id = maybe(rng, 30, &["1.A.1", "\"quoted\""]);
        one.scope = rng.chance(50).then(|| *rng.pick(&EmissionScope::ALL));
        one.upper = rng.chance(20).then(|| one.value + Decimal::ONE);
        one.source = maybe(rng, 30, &["Table 1"]).map(|table| SourceRow { table, row: "row 7".to_owned() });
        data.factors.push(one);
    }
    for number in 0..rng.below(8) {
        let (property_type, unit) = *rng.pick(&[
            (FuelPropertyType::Density, "kg/litre"),
            (FuelPropertyType::Ncv, "kWh/kg"),
            (FuelPropertyType::Gcv, "kWh/kg"),
            (FuelPropertyType::Ncv, "MJ/litre"),
        ]);
        data.fuel_properties.push(FuelProperty {
            id: Uuid::from_u64_pair(of_all.id.as_u64_pair().0, u64::try_from(number).unwrap()),
            library_id: of_all.id,
            fuel_type: one_of(rng, &FUELS).to_owned(),
            property_type,
            value: one_of(rng, &["0.8", "11.9"]).parse().unwrap(),
            unit: unit.to_owned(),
            region: maybe(rng, 30, &REGIONS),
            source: None,
            created_at: at(0),
        });
    }
    for (region, parent) in [("VT", "NEWE"), ("vt", "Npcc"), ("newe", "US"), ("NEWE", "Us"), ("US", "World")] {
        if rng.chance(50) {
            let (region, parent) = (region.to_owned(), parent.to_owned());
            data.region_parents.push(RegionParent { library_id: of_all.id, region, parent });
        }
    }
    data.libraries.push(of_all);
    data
}

fn random_loads(rng: &mut Rng) -> Vec<EmissionFactorData> {
    let mut loads = vec![EmissionFactorData::default()];
    for number in 0..2 + rng.below(5) {
        if rng.chance(40) {
            loads.push(EmissionFactorData::default());
        }
        let last = loads.len() - 1;
        loads[last].extend(random_library(rng, number));
    }
    for (gas, value) in [("CH4", "28"), ("CH4 non-fossil", "27.0"), ("n2o", "265"), ("CO2", "1")] {
        for version in [GwpVersion::Ar5, GwpVersion::Ar6] {
            if rng.chance(70) {
                let load = rng.below(loads.len());
                loads[load].gwp_values.push(gwp(version, gas, value));
            }
        }
    }
    loads
}

/// Fields of a JSON object, of which each is there or not.
fn object(fields: Vec<(&str, Option<String>)>) -> String {
    let there: Vec<_> =
        fields.into_iter().filter_map(|(name, value)| Some(format!("\"{name}\": {}", value?))).collect();
    format!("{{{}}}", there.join(", "))
}

fn quoted(text: &str) -> Option<String> {
    Some(serde_json::to_string(text).unwrap())
}

fn maybe_quoted(rng: &mut Rng, percent: usize, from: &[&str]) -> Option<String> {
    maybe(rng, percent, from).and_then(|text| quoted(&text))
}

/// What says which factor: the fields that queries and rows have in common.
fn random_choice(rng: &mut Rng, digests: &[String]) -> Vec<(&'static str, Option<String>)> {
    let year = if rng.chance(3) { 1800 } else { 2018 + rng.below(8) };
    vec![
        ("authority", quoted(one_of(rng, &["defra", "egrid", "iea"]))),
        ("reportingYear", Some(year.to_string())),
        ("fuelType", quoted(if rng.chance(5) { "Peat" } else { one_of(rng, &FUELS) })),
        ("category", quoted(one_of(rng, &CATEGORIES))),
        ("region", maybe_quoted(rng, 60, &REGIONS)),
        ("technology", maybe_quoted(rng, 40, &TECHNOLOGIES)),
        ("factorUnit", maybe_quoted(rng, 20, &["kWh", "kg/kWh", "litres"])),
        ("libraryDigest", rng.chance(20).then(|| quoted(rng.pick::<String>(digests)).unwrap())),
    ]
}

fn random_query(rng: &mut Rng, libraries: &[Uuid], digests: &[String]) -> (&'static str, String) {
    let library = Some(format!("\"{}\"", if rng.chance(5) { Uuid::nil() } else { *rng.pick(libraries) }));
    let gwp_version = quoted(one_of(rng, &["ar5", "ar6", "ar4"]));
    let mut choice = random_choice(rng, digests);
    let call = *rng.pick(&[
        "libraries",
        "search",
        "search",
        "fuel_properties",
        "gwp_values",
        "digest",
        "resolve",
        "resolve",
        "explain",
        "explain",
        "co2e",
        "co2e",
        "emissions",
        "emissions",
        "emissions",
        "inventory",
    ]);
    let fields = match call {
        "libraries" => vec![
            ("authority", maybe_quoted(rng, 50, &["defra", "egrid", "ipcc"])),
            ("releaseYear", rng.chance(30).then(|| "2021".to_owned())),
        ],
        "search" => vec![
            ("libraryId", library),
            ("fuelType", maybe_quoted(rng, 40, &FUELS)),
            ("gas", maybe_quoted(rng, 30, &GASES)),
            ("category", maybe_quoted(rng, 30, &CATEGORIES)),
            ("region", maybe_quoted(rng, 20, &REGIONS)),
            ("technology", maybe_quoted(rng, 15, &TECHNOLOGIES)),
            ("unit", maybe_quoted(rng, 15, &UNITS)),
            ("page", Some(rng.below(4).to_string())),
            ("pageSize", Some((1 + rng.below(12)).to_string())),
        ],
        "fuel_properties" => vec![
            ("libraryId", library),
            ("fuelType", maybe_quoted(rng, 50, &FUELS)),
            ("propertyType", maybe_quoted(rng, 30, &["ncv", "density"])),
        ],
        "gwp_values" => vec![("version", maybe_quoted(rng, 70, &["ar4", "ar5", "ar6"]))],
        "digest" => vec![("libraryId", library)],
        "inventory" => {
            let rows: Vec<_> = (0..rng.below(12)).map(|_| random_row(rng, digests)).collect();
            let defaults = rng.chance(30).then(|| r#"{"authority": "egrid"}"#.to_owned());
            vec![("rows", Some(format!("[{}]", rows.join(", ")))), ("gwpVersion", gwp_version), ("defaults", defaults)]
        }
        "emissions" => {
            let row = random_row(rng, digests);
            return (call, format!("{{\"gwpVersion\": {}, {}", gwp_version.unwrap(), row.trim_start_matches('{')));
        }
        _ => {
            choice.push(("gas", quoted(one_of(rng, &GASES))));
            if call == "co2e" {
                let unit = quoted(one_of(rng, &ACTIVITY_UNITS)).unwrap();
                choice.push(("activity", Some(format!("{{\"amount\": 12.5, \"unit\": {unit}}}"))));
                choice.push(("gwpVersion", gwp_version));
            }
            choice
        }
    };
    (call, object(fields))
}

fn random_row(rng: &mut Rng, digests: &[String]) -> String {
    let mut row = random_choice(rng, digests);
    if rng.chance(10) {
        row.remove(0);
    }
    row.push(("gas", maybe_quoted(rng, 30, &GASES)));
    row.push(("amount", Some(one_of(rng, &["1000", "0.125", "-3"]).to_owned())));
    row.push(("unit", quoted(one_of(rng, &ACTIVITY_UNITS))));
    row.push(("scope", maybe_quoted(rng, 30, &["scope_1", "scope_2"])));
    let contract = r#"[{"name": "REGO", "value": 0, "unit": "kg CO2e/kWh", "amount": 0.1}]"#;
    row.push(("instruments", rng.chance(10).then(|| contract.to_owned())));
    object(row)
}

#[test]
fn answers_are_those_of_memory_byte_for_byte() {
    let rounds = number_from_env("TIERRA_ROUNDS", 25);
    let first = seed(20_260_101);
    let (mut asked, mut refused) = (0, 0);
    for seed in first..first + rounds {
        let _told = SeedOnFailure(seed);
        let mut rng = Rng::new(seed);
        let loads = random_loads(&mut rng);
        let both = Both::in_loads(&loads);
        let libraries: Vec<Uuid> = loads.iter().flat_map(|load| &load.libraries).map(|one| one.id).collect();
        let mut digests = vec!["ab".repeat(32)];
        for id in &libraries {
            let answer = both.ok("digest", &format!(r#"{{"libraryId": "{id}"}}"#));
            digests.push(answer["digest"].as_str().unwrap().to_owned());
        }
        for _ in 0..150 {
            let (call, query) = random_query(&mut rng, &libraries, &digests);
            let answer = both.ask(call, &query);
            asked += 1;
            refused += usize::from(answer.starts_with(r#"{"error":"#));
        }
    }
    assert!(refused * 10 > asked && refused * 2 < asked, "{refused} of {asked} refused");
}

/// The crate's own tables: every fuel of every library, in memory and in a ledger.
#[cfg(feature = "reference-data")]
#[test]
fn the_reference_data_answers_alike_from_a_ledger() {
    let data = reference_data().unwrap();
    let both = Both::of(&data);
    let mut seen = std::collections::HashSet::new();
    let year_of = |id: Uuid| data.libraries.iter().find(|library| library.id == id).unwrap();
    let (mut asked, mut counted) = (0, 0);
    for one in &data.factors {
        let library = year_of(one.library_id);
        if !seen.insert((library.id, &one.fuel_type, &one.category)) {
            continue;
        }
        let unit = one.unit.split_once('/').map_or("kWh", |(_, unit)| unit);
        let mut choice = vec![
            ("authority", quoted(library.authority.as_str())),
            ("reportingYear", Some(library.release_year.to_string())),
            ("fuelType", quoted(&one.fuel_type)),
            ("category", quoted(&one.category)),
            ("region", one.region.as_deref().and_then(quoted)),
        ];
        let mut query = choice.clone();
        query.push(("gas", quoted(&one.gas)));
        both.ask("explain", &object(query));
        choice.extend([("amount", Some("1000".to_owned())), ("unit", quoted(unit)), ("gwpVersion", quoted("ar5"))]);
        let answer = both.ask("emissions", &object(choice));
        asked += 1;
        counted += usize::from(answer.starts_with(r#"{"co2eKg":"#));
    }
    assert!(asked > 500 && counted * 2 > asked, "{counted} of {asked}");
    // Names that are not there: the answer names the nearest of the whole library, of which a ledger reads a part.
    for library in &data.libraries {
        for (fuel, category) in [("Disel", "Mobile combustion"), ("Gasoline", "Mobile"), ("Electricity", "Electricty")]
        {
            let asked = || {
                vec![
                    ("authority", quoted(library.authority.as_str())),
                    ("reportingYear", Some(library.release_year.to_string())),
                    ("fuelType", quoted(fuel)),
                    ("category", quoted(category)),
                ]
            };
            for gas in ["CO2", "CO2e"] {
                let query: Vec<_> = asked().into_iter().chain([("gas", quoted(gas))]).collect();
                both.ask("explain", &object(query.clone()));
                both.ask("resolve", &object(query));
            }
            let row = [("amount", Some("1".to_owned())), ("unit", quoted("kWh")), ("gwpVersion", quoted("ar6"))];
            both.ask("emissions", &object(asked().into_iter().chain(row).collect()));
        }
    }
    let row = |state: &str| {
        format!(
            r#"{{"fuelType": "Electricity", "category": "Electricity", "amount": 7, "unit": "MWh", "region": "{state}"}}"#
        )
    };
    let rows = ["VT", "ky", "CAMX", "US", "none"].map(row).join(", ");
    let defaults = r#"{"authority": "egrid", "reportingYear": 2024}"#;
    both.ok("inventory", &format!(r#"{{"rows": [{rows}], "defaults": {defaults}, "gwpVersion": "ar6"}}"#));
}

#[test]
fn rust_has_the_answers_too() {
    let ledger = Ledger::in_memory().unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    ledger.factors().load(&seeded(), at(1)).unwrap();
    let memory = EmissionFactors::new(seeded()).unwrap();
    let query = ResolveQuery {
        region: Some("europe"),
        ..ResolveQuery::new(Authority::Defra, 2024, "Natural gas", "CO2", "1.A.1")
    };

    let found = ledger.factors().resolve(&caller, &query).unwrap().unwrap();
    let expected = memory.resolve(&query).unwrap().unwrap();
    assert_eq!((&found.factor, &found.library), (expected.factor, expected.library));
    assert_eq!((found.tier, found.region_steps), (expected.tier, expected.region_steps));
    assert_eq!((found.library_match, found.used_fallback()), (LibraryMatch::Exact, false));

    let of_query = ledger.factors().of_query(&caller, &query).unwrap();
    assert_eq!(of_query.resolve().unwrap(), Some(expected));
    assert_eq!(of_query.explain().unwrap().tiers, memory.explain(&query).unwrap().tiers);
    let activity = Activity { amount: 100.into(), unit: "MWh" };
    let co2e = of_query.co2e(&activity, GwpVersion::Ar5).unwrap();
    assert_eq!(co2e, memory.co2e(&query, &activity, GwpVersion::Ar5).unwrap());

    let row = ActivityRow::new(Authority::Defra, 2024, "1.A.1", "natural gas", 100.into(), "kWh");
    let of_row = ledger.factors().of_row(&caller, &row).unwrap();
    assert_eq!(of_row.emissions(GwpVersion::Ar5).unwrap().co2e_kg.to_string(), "18.396");
    let of_defra = ledger.factors().of_authorities(&caller, &[Authority::Defra]).unwrap();
    assert_eq!((of_defra.libraries().len(), of_defra.gwp_values().len()), (2, 3));
    let inventory = of_defra.inventory([row, row], GwpVersion::Ar5).unwrap();
    assert_eq!(inventory.totals().co2e_kg.to_string(), "36.792");
    assert_eq!(of_defra.digest(first_library()), memory.digest(first_library()));
    assert_eq!(ledger.factors().digest(&caller, Uuid::nil()).unwrap(), None);

    let filter = FactorFilter { gas: Some("co2"), page_size: 3, ..FactorFilter::of_library(first_library()) };
    let page = ledger.factors().search(&caller, &filter).unwrap();
    let expected: Vec<_> = memory.search(&filter).unwrap().items.into_iter().cloned().collect();
    assert_eq!(page.items, expected);
    let properties = FuelPropertyFilter { library_id: first_library(), fuel_type: None, property_type: None };
    assert_eq!(ledger.factors().fuel_properties(&caller, &properties).unwrap(), memory.fuel_properties());
    assert_eq!(ledger.factors().gwp_values(&caller, None).unwrap(), memory.gwp_values());
    assert_sound(&ledger);
}

// Loading.

fn refusal(ledger: &Ledger, data: &EmissionFactorData) -> (ErrorCode, String) {
    let head = ledger.audit().head().unwrap();
    let error: Error = ledger.factors().load(data, at(9)).unwrap_err();
    assert_eq!(ledger.audit().head().unwrap(), head, "something was written");
    (error.code(), error.path().to_owned())
}

#[test]
fn a_library_is_loaded_whole_and_once() {
    let ledger = Ledger::in_memory().unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let data = seeded();
    let done = ledger.factors().load(&data, at(1)).unwrap();
    assert_eq!((done.loaded.libraries, done.loaded.factors, done.loaded.fuel_properties), (3, 17, 2));
    assert_eq!((done.loaded.gwp_values, done.already.libraries, done.already.factors), (3, 0, 0));
    assert!(done.libraries.iter().all(|library| !library.already));
    assert_eq!(
        Some(done.libraries[0].digest),
        EmissionFactors::new(data.clone()).unwrap().digest(data.libraries[0].id)
    );
    let head = ledger.audit().head().unwrap();
    assert_eq!(head.seq, 5);

    // Again, in another order: nothing is written.
    let mut again = data.clone();
    again.factors.reverse();
    let done = ledger.factors().load(&again, at(2)).unwrap();
    assert_eq!((done.already.libraries, done.already.factors, done.already.gwp_values), (3, 17, 3));
    assert_eq!((done.loaded.libraries, done.loaded.factors, done.loaded.gwp_values), (0, 0, 0));
    assert!(done.libraries.iter().all(|library| library.already));
    assert_eq!(ledger.audit().head().unwrap(), head);

    // Beside one that is new, it is left alone.
    let mut more = data.clone();
    let iea = library(Authority::Iea, "IEA 2024", 2024, "2024");
    more.factors.push(factor(&iea, 0, "Electricity", "CO2", "0.3"));
    more.libraries.push(iea);
    let done = ledger.factors().load(&more, at(3)).unwrap();
    assert_eq!((done.loaded.libraries, done.loaded.factors), (1, 1));
    assert_eq!((done.already.libraries, done.already.factors), (3, 17));

    // Which library is the default may change; the log says so.
    let mut other_default = data.clone();
    other_default.libraries[0].is_default = false;
    other_default.libraries[1].is_default = true;
    assert_eq!(ledger.factors().load(&other_default, at(4)).unwrap().already.libraries, 3);
    let listed = ledger.factors().libraries(&caller, &LibraryFilter::default()).unwrap();
    assert_eq!(listed.iter().map(|one| one.is_default).collect::<Vec<_>>(), [false, true, false, false]);
    let log = ledger.audit().entries(Some(&data.libraries[0].id.to_string()), 0, 9).unwrap();
    assert_eq!(log.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["factors.load", "factors.load"]);
    assert!(log[1].before.as_ref().unwrap().contains(r#""isDefault":true"#));
    assert!(log[1].after.as_ref().unwrap().contains(r#""isDefault":false"#));
    assert_sound(&ledger);
    assert_eq!(ledger.audit().verify(None).unwrap().records, 6);
}

#[test]
fn a_load_that_is_refused_leaves_nothing() {
    let ledger = Ledger::in_memory().unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    ledger.factors().load(&seeded(), at(1)).unwrap();
    let duplicate = |path: &str| (ErrorCode::Duplicate, path.to_owned());
    let new = || {
        let iea = library(Authority::Iea, "IEA 2024", 2024, "2024");
        let factors = vec![factor(&iea, 0, "Electricity", "CO2", "0.3")];
        EmissionFactorData { libraries: vec![iea], factors, ..Default::default() }
    };

    let mut other = seeded();
    other.factors[3].value = "0.21".parse().unwrap();
    assert_eq!(refusal(&ledger, &other), duplicate("libraries[0].id"));
    let mut fewer = seeded();
    fewer.fuel_properties.clear();
    assert_eq!(refusal(&ledger, &fewer), duplicate("libraries[0].id"));

    let mut taken = new();
    taken.factors.push(EmissionFactor { id: seeded().factors[0].id, ..taken.factors[0].clone() });
    assert_eq!(refusal(&ledger, &taken), duplicate("factors[1].id"));
    let mut taken = new();
    taken
        .fuel_properties
        .push(FuelProperty { library_id: taken.libraries[0].id, ..seeded().fuel_properties[0].clone() });
    assert_eq!(refusal(&ledger, &taken), duplicate("fuelProperties[0].id"));
    let mut taken = new();
    taken.gwp_values.push(GwpValue { id: seeded().gwp_values[0].id, ..gwp(GwpVersion::Ar6, "CH4", "27.9") });
    assert_eq!(refusal(&ledger, &taken), duplicate("gwpValues[0].id"));
    let mut other = new();
    other.gwp_values.extend([gwp(GwpVersion::Ar6, "CH4", "27.9"), gwp(GwpVersion::Ar5, " ch4 ", "29")]);
    assert_eq!(refusal(&ledger, &other), duplicate("gwpValues[1].value"));

    // What contradicts itself, and what names a library that is not given whole.
    let mut alone = new();
    alone.factors[0].library_id = first_library();
    assert_eq!(refusal(&ledger, &alone), (ErrorCode::UnknownReference, "factors[0].libraryId".to_owned()));
    let mut early = new();
    early.factors[0].created_at = DateTime::<Utc>::MAX_UTC;
    assert_eq!(refusal(&ledger, &early), (ErrorCode::OutOfRange, "factors[0].createdAt".to_owned()));

    let iea = LibraryFilter { authority: Some(Authority::Iea), release_year: None };
    assert_eq!(ledger.factors().libraries(&caller, &iea).unwrap(), []);
    assert_eq!(ledger.factors().gwp_values(&caller, None).unwrap(), seeded().gwp_values);
    assert_eq!(ledger.factors().load(&new(), at(2)).unwrap().loaded.factors, 1);
    // The same value again, however it is written.
    let again = EmissionFactorData { gwp_values: vec![gwp(GwpVersion::Ar5, "ch4", "28.0")], ..Default::default() };
    assert_eq!(ledger.factors().load(&again, at(3)).unwrap().already.gwp_values, 1);
    assert_sound(&ledger);
}

/// Two libraries with this many factors in all.
fn large(count: u32) -> EmissionFactorData {
    let libraries =
        vec![library(Authority::Defra, "Large 2023", 2023, "1"), library(Authority::Defra, "Large 2024", 2024, "1")];
    let one = |number: u32| {
        let of = &libraries[usize::try_from(number % 2).unwrap()];
        factor(of, number, &format!("Fuel {}", number / 2), "CO2", "0.25")
    };
    let factors = (0..count).map(one).collect();
    EmissionFactorData { factors, libraries, gwp_values: vec![gwp(GwpVersion::Ar5, "CH4", "28")], ..Default::default() }
}

const CHILD: &str = "TIERRA_FACTOR_LOADER";

/// A process that loads while others read, and that is killed at any moment.
#[test]
fn readers_and_killed_loaders_see_all_or_nothing() {
    const FACTORS: u32 = 4000;
    if let Ok(path) = std::env::var(CHILD) {
        let ledger = open(Path::new(&path)).unwrap();
        let data = large(FACTORS);
        println!("loading");
        ledger.factors().load(&data, at(5)).unwrap();
        return;
    }
    let name = "ledger_factors::readers_and_killed_loaders_see_all_or_nothing";
    let mut killed = 0;
    for round in 0..12 {
        let folder = TempDir::new();
        let path = folder.file("factors.sqlite");
        let ledger = open(&path).unwrap();
        let caller = new_caller(&ledger, "Green Miles");
        let mut child = child_of(name, CHILD, &path).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let deadline = std::time::Instant::now() + Duration::from_millis(40 * round);
        // The last rounds are not killed.
        let kills = round < 10;
        let look = || {
            let libraries = ledger.factors().libraries(&caller, &LibraryFilter::default()).unwrap();
            let first = large(0).libraries[0].id;
            let total = ledger.factors().search(&caller, &FactorFilter::of_library(first)).unwrap().total;
            assert!(matches!(libraries.len(), 0 | 2), "{libraries:?}");
            // Two questions: between them the load may have come.
            assert!(total == u64::from(FACTORS) / 2 || total == 0 && libraries.is_empty(), "{total}");
            libraries.len()
        };
        let status = loop {
            look();
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if kills && std::time::Instant::now() >= deadline {
                child.kill().unwrap();
                break child.wait().unwrap();
            }
        };
        killed += usize::from(!status.success());
        assert!(kills || status.success());
        let there = look();
        assert!(there == 2 || !status.success());
        assert_sound(&ledger);
        // What was not loaded can be.
        ledger.factors().load(&large(FACTORS), at(7)).unwrap();
        assert_eq!(look(), 2);
    }
    assert!(killed > 0);
}

#[test]
fn threads_read_while_libraries_are_loaded() {
    let folder = TempDir::new();
    let path = folder.file("factors.sqlite");
    let ledger = open(&path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let reader = open(&path).unwrap();
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    let query = ResolveQuery::new(Authority::Iea, 2024, "Electricity", "CO2", "Fuels");
                    let found = reader.factors().resolve(&caller, &query).unwrap();
                    // Each library is newer than the one before, and says so by its value.
                    let year = found.map(|found| (found.library.release_year, found.factor.value));
                    assert!(year.is_none_or(|(year, value)| Decimal::from(year) == value));
                }
            });
        }
        for year in 1995..2025 {
            let iea = library(Authority::Iea, &format!("IEA {year}"), year, "1");
            let mut data = EmissionFactorData::default();
            data.factors.extend((1..50).map(|number| factor(&iea, number, "Coal", "CO2", "1")));
            data.factors.push(factor(&iea, 0, "Electricity", "CO2", &year.to_string()));
            data.libraries.push(iea);
            ledger.factors().load(&data, at(i64::from(year))).unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_sound(&ledger);
}

// The file.

const MAKE_VERSION_1: &str = "
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.executescript(open(sys.argv[2]).read())
c.execute('PRAGMA application_id = 0x54696572')
c.execute('PRAGMA user_version = 1')
c.commit()
";

/// A file of the present version without what version 2 brought.
const BACK_TO_VERSION_1: &str = r#"
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute('PRAGMA foreign_keys = OFF')
for table in ['factors', 'fuel_properties', 'region_parents', 'factor_biogenic_categories', 'factor_libraries', 'gwp_values',
              'credential_earlier_secrets', 'endpoint_earlier_secrets']:
    c.execute('DROP TABLE ' + table)
c.execute('DROP INDEX deliveries_pending')
c.execute("CREATE INDEX deliveries_pending ON deliveries (endpoint_id) WHERE status = 'pending'")
c.execute('PRAGMA user_version = 1')
c.commit()
print([name for (name,) in c.execute('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql')])
"#;

fn version_of(path: &Path) -> String {
    let program =
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA user_version').fetchone()[0])";
    python(program, &[path.to_str().unwrap()]).trim().to_owned()
}

#[test]
fn a_file_of_version_1_is_brought_to_the_present_version() {
    let folder = TempDir::new();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema_1.sql");
    let old = folder.file("old.sqlite");
    python(MAKE_VERSION_1, &[old.to_str().unwrap(), schema.to_str().unwrap()]);

    // With what a ledger of version 1 remembers.
    let used = folder.file("used.sqlite");
    let ledger = open(&used).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    register(&ledger, &caller, "1", tierra::registration::OnConflict::Warn).unwrap();
    let scopes = Scopes::all();
    let key = ledger.access().issue_key(caller.organization(), "Depot", scopes, None, at(1)).unwrap();
    let rotated = ledger.access().rotate(key.credential.id, 3600, at(1)).unwrap();
    let head = ledger.audit().head().unwrap();
    ledger.close().unwrap();
    python(BACK_TO_VERSION_1, &[used.to_str().unwrap()]);
    assert_eq!((version_of(&old), version_of(&used)), ("1".to_owned(), "1".to_owned()));

    // For reading alone it stays as it is, and has no factors.
    let reader = Ledger::options().read_only().open(&used).unwrap();
    assert_eq!(
        reader.registrations().list(&caller, None, tierra::PageRequest::default(), at(2)).unwrap().data.len(),
        1
    );
    let error = reader.factors().libraries(&caller, &LibraryFilter::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ReadOnly, "{error}");
    assert_eq!(reader.factors().load(&seeded(), at(2)).unwrap_err().code(), ErrorCode::ReadOnly);
    for secret in [&key.secret, &rotated.secret] {
        assert_eq!(reader.access().verify(secret, at(2)).unwrap().organization(), caller.organization());
    }
    assert_eq!(reader.access().verify("tk_0", at(2)).unwrap_err().code(), ErrorCode::InvalidToken);
    assert_sound(&reader);
    assert_eq!(version_of(&used), "1");

    for path in [&old, &used] {
        let ledger = open(path).unwrap();
        let caller = new_caller(&ledger, "Volt Credits");
        assert_eq!(ledger.factors().load(&seeded(), at(3)).unwrap().loaded.libraries, 3);
        assert_eq!(ledger.factors().libraries(&caller, &LibraryFilter::default()).unwrap().len(), 3);
        assert_sound(&ledger);
        assert_eq!(version_of(path), Ledger::SCHEMA_VERSION.to_string());
    }
    // A reader that was there before sees it at once.
    assert_eq!(reader.factors().libraries(&caller, &LibraryFilter::default()).unwrap().len(), 3);
    assert!(reader.audit().verify(Some(&head)).unwrap().ok);
    let file = open(&used).unwrap();
    assert_eq!(file.registrations().list(&caller, None, tierra::PageRequest::default(), at(4)).unwrap().data.len(), 1);
}

#[test]
fn factors_that_were_altered_in_the_file_are_found() {
    let folder = TempDir::new();
    let original = folder.file("original.sqlite");
    let ledger = open(&original).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let mut data = seeded();
    let library = data.libraries[0].id;
    let (region, parent) = ("London".to_owned(), "Europe".to_owned());
    data.region_parents.push(RegionParent { library_id: library, region, parent });
    let (category, biogenic_category) = ("1.A.1".to_owned(), "Fuels".to_owned());
    data.libraries[0].biogenic_categories.push(BiogenicCategory { category, biogenic_category });
    ledger.factors().load(&data, at(1)).unwrap();
    ledger.close().unwrap();
    let alter = "
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute('PRAGMA foreign_keys = OFF')
changed = c.total_changes
c.executescript(sys.argv[2])
assert c.total_changes > changed, 'nothing was changed'
c.commit()
";
    let (library, gwp) = (library.to_string(), "gwp values".to_owned());
    for (sql, subject) in [
        ("UPDATE factors SET value = '0.1' WHERE id = 1", &library),
        ("UPDATE factors SET unit = 'g/kWh' WHERE id = 1", &library),
        ("UPDATE factors SET fuel_key = 'PEAT' WHERE id = 1", &library),
        ("UPDATE factors SET region_key = NULL WHERE region IS NOT NULL", &library),
        ("UPDATE factors SET value = 'none' WHERE id = 1", &library),
        ("DELETE FROM factors WHERE id = 2", &library),
        ("UPDATE factor_libraries SET is_default = 0 WHERE id = 1", &library),
        ("UPDATE factor_libraries SET digest = zeroblob(32) WHERE id = 1", &library),
        ("UPDATE factor_libraries SET release_year = 2023 WHERE id = 1", &library),
        ("DELETE FROM factor_biogenic_categories", &library),
        ("UPDATE region_parents SET parent = 'World'", &library),
        ("UPDATE fuel_properties SET value = '1' WHERE id = 1", &library),
        ("UPDATE fuel_properties SET fuel_key = 'PEAT' WHERE id = 1", &library),
        ("UPDATE gwp_values SET value = '1' WHERE id = 1", &gwp),
        ("UPDATE gwp_values SET gas_key = 'SF6' WHERE id = 1", &gwp),
        ("UPDATE gwp_values SET value = 'none' WHERE id = 1", &gwp),
        ("DELETE FROM gwp_values", &gwp),
        ("DELETE FROM factors WHERE library_id = 3; DELETE FROM factor_libraries WHERE id = 3", &"factors".to_owned()),
    ] {
        let copy = folder.file("copy.sqlite");
        std::fs::copy(&original, &copy).unwrap();
        python(alter, &[copy.to_str().unwrap(), sql]);
        let ledger = open(&copy).unwrap();
        let found = ledger.audit().verify(None).unwrap().findings;
        let named: Vec<_> = found.iter().map(|one| (one.check, &one.subject)).collect();
        assert_eq!(named, [("audit_state", subject)], "{sql}: {found:?}");
        ledger.close().unwrap();
    }
    // A query answers from what is there, or says that it cannot.
    let copy = folder.file("copy.sqlite");
    std::fs::copy(&original, &copy).unwrap();
    python(alter, &[copy.to_str().unwrap(), "UPDATE factors SET oxidation_factor = '7'"]);
    let ledger = open(&copy).unwrap();
    let query = ResolveQuery::new(Authority::Defra, 2024, "Natural gas", "CO2", "1.A.1");
    let error = ledger.factors().resolve(&caller, &query).unwrap_err();
    assert_eq!(error.code(), ErrorCode::CorruptFile, "{error}");
}
