//! Expected answers that others have published, each with its source (`checks/emission-facts.csv`), and one company's inventory.

use std::collections::BTreeMap;

use tierra::chrono::DateTime;
use tierra::emission::import::{import_egrid_summary, import_epa_hub, import_factor_csv};
use tierra::emission::{
    ActivityRow, Authority, Co2eWarning, EmissionFactorData, EmissionFactorLibrary, EmissionFactors, Emissions,
    GwpValue, GwpVersion, ResolveQuery, gwp_value_id, library_id,
};
use tierra::{Decimal, ErrorCode, Result};

use crate::emission_editions::{defra, read};
use crate::shared_data::shared_data;

/// One fact: what is asked, and what is expected.
#[derive(Debug)]
struct Fact {
    source: String,
    query: String,
    amount: String,
    unit: String,
    expected: String,
}

/// The libraries that the facts are of, beside the reference data.
fn factors() -> Option<EmissionFactors> {
    let mut all = EmissionFactors::reference().unwrap();
    for year in [2021, 2024, 2025] {
        all = all.extended(defra(year)?.data).unwrap();
    }
    for hub in ["2021", "2024", "2025"] {
        all = all.extended(import_epa_hub(&read(&format!("epa/epa-hub-{hub}.xlsx"))?).unwrap().data).unwrap();
    }
    let egrid = import_egrid_summary(&read("egrid/egrid-2021-summary.xlsx")?).unwrap();
    Some(all.extended(egrid.data).unwrap().extended(of_our_own()).unwrap())
}

fn own_library(name: &str) -> EmissionFactorLibrary {
    EmissionFactorLibrary {
        id: library_id(Authority::Iea, name, "1"),
        name: name.to_owned(),
        authority: Authority::Iea,
        version: "1".to_owned(),
        release_year: 2023,
        is_default: false,
        values_exclude_oxidation: false,
        gwp_version: None,
        calorific_basis: None,
        biogenic_categories: Vec::new(),
        publication: None,
        licence: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

/// A blend is a factor a component, by mass; methane is 1 kg a kg. HFC-1234yf has 1, as the fact has it.
fn of_our_own() -> EmissionFactorData {
    let csv = "category,fuel_type,gas,value,unit\n\
               Refrigerants,R454C,HFC-32,0.215,kg HFC-32/kg\n\
               Refrigerants,R454C,Yf,0.785,kg Yf/kg\n\
               Leaks,Natural gas,CH4,1,kg CH4/kg\n";
    let mut data = import_factor_csv(csv.as_bytes(), own_library("Ours")).unwrap().data;
    let (version, gas) = (GwpVersion::Ar4, "Yf");
    data.gwp_values.push(GwpValue {
        id: gwp_value_id(version, gas),
        version,
        gas: gas.to_owned(),
        value: Decimal::ONE,
        created_at: DateTime::UNIX_EPOCH,
        source: None,
    });
    data
}

/// An activity by DEFRA, with its technology and region.
fn defra_row<'a>(year: i32, category: &'a str, fuel: &'a str, amount: Decimal, unit: &'a str) -> ActivityRow<'a> {
    ActivityRow { gas: Some("CO2e"), ..ActivityRow::new(Authority::Defra, year, category, fuel, amount, unit) }
}

/// Whether a figure is the expected one, to its digits.
fn is(figure: Decimal, expected: &str) -> bool {
    let expected: Decimal = expected.trim().parse().unwrap();
    figure.round_dp(expected.scale()) == expected
}

fn emitted<'f>(factors: &'f EmissionFactors, row: &ActivityRow<'_>) -> Result<Emissions<'f>> {
    factors.emissions(row, GwpVersion::Ar5)
}

fn is_refused(found: &Result<Emissions<'_>>, code: ErrorCode) -> bool {
    found.as_ref().is_err_and(|error| error.code() == code)
}

/// Whether a fact holds; `None` for one that this test does not know.
fn holds(factors: &EmissionFactors, fact: &Fact) -> Option<bool> {
    let amount: Decimal = fact.amount.parse().unwrap_or(Decimal::ONE);
    let kg = |row: ActivityRow<'_>| emitted(factors, &row).unwrap().co2e_kg;
    let rate = |authority, year, region, gas| {
        let query = ResolveQuery {
            region: Some(region),
            ..ResolveQuery::new(authority, year, "Electricity", gas, "Electricity")
        };
        factors.resolve(&query).unwrap().unwrap().factor.value
    };
    let (gases, liquids) = ("Fuels / Gaseous fuels", "Fuels / Liquid fuels");
    Some(match (fact.source.as_str(), fact.query.as_str()) {
        ("DEFRA 2025 row Electricity: UK" | "DEFRA 2021", "UK electricity generated CO2e") => {
            let year = if fact.source.contains("2025") { 2025 } else { 2021 };
            let row = defra_row(year, "UK electricity / Electricity generated", "Electricity", amount, &fact.unit);
            is(kg(ActivityRow { region: Some("UK"), ..row }), &fact.expected)
        }
        ("DEFRA 2021", "Fuels / Gaseous fuels / Natural gas CO2e")
        | ("hyperledger-labs/blockchain-carbon-accounting#541", _) => {
            is(kg(defra_row(2021, gases, "Natural gas", amount, &fact.unit)), &fact.expected)
        }
        ("DEFRA 2021", "WTT- overseas electricity (generation) of Austria") => {
            let category = "WTT- UK & overseas elec / WTT- overseas electricity (generation)";
            let row = defra_row(2021, category, "Electricity", amount, &fact.unit);
            let nowhere = emitted(factors, &row);
            is_refused(&nowhere, ErrorCode::FactorNotFound)
                && is(kg(ActivityRow { region: Some("Austria"), ..row }), &fact.expected)
        }
        // All of the blank cells are asked in `emission_editions::a_blank_cell_of_defra_has_no_factor`.
        ("DEFRA 2025", "Material use etc.: technology asked whose cell is blank") => {
            let row = defra_row(2025, "Material use / Construction", "Average construction", amount, "tonnes");
            let reused = emitted(factors, &ActivityRow { technology: Some("Re-used"), ..row });
            let asbestos = defra_row(2025, "Waste disposal / Construction", "Asbestos", amount, "tonnes");
            let nonsense = emitted(factors, &ActivityRow { technology: Some("nonsense"), ..asbestos });
            is_refused(&reused, ErrorCode::FactorNotFound)
                && reused.unwrap_err().message().contains("`Primary material production`")
                && is_refused(&nonsense, ErrorCode::FactorNotFound)
        }
        ("DEFRA 2025", "UK electricity for EVs / Mini / Plug-in Hybrid") => {
            let row = defra_row(2025, "UK electricity for EVs / Cars (by market segment)", "Mini", amount, &fact.unit);
            let asked = |technology| emitted(factors, &ActivityRow { technology: Some(technology), ..row });
            is_refused(&asked("Plug-in Hybrid Electric Vehicle"), ErrorCode::FactorNotFound)
                && is(asked("Battery Electric Vehicle").unwrap().co2e_kg, "0.03005")
        }
        ("DEFRA 2025", "Refrigerant & other / Montreal / HCFC-22, only Kyoto products") => {
            let fuel = "HCFC-22/R22 = chlorodifluoromethane";
            let row = defra_row(2025, "Refrigerant & other / Montreal protocol products", fuel, amount, &fact.unit);
            let asked = |technology| emitted(factors, &ActivityRow { technology: Some(technology), ..row });
            is_refused(&asked("Emissions including only Kyoto products"), ErrorCode::FactorNotFound)
                && is(asked("Emissions including only non-Kyoto products").unwrap().co2e_kg, "1760")
        }
        ("DEFRA 2025", "Water supply") => {
            is(kg(defra_row(2025, "Water supply / Water supply", "Water supply", amount, &fact.unit)), &fact.expected)
        }
        ("DEFRA 2024", "Diesel (average biofuel blend)") => {
            let row = defra_row(2024, liquids, "Diesel (average biofuel blend)", amount, "gallons");
            let unsaid = emitted(factors, &row);
            is_refused(&unsaid, ErrorCode::UnknownUnit)
                && unsaid.unwrap_err().message().contains("`imperial gallon`")
                && is(kg(ActivityRow { unit: "imperial gallons", ..row }), &fact.expected)
        }
        ("EPA Hub 2025 Table 3", _) => {
            let category = "Mobile combustion, on-road gasoline";
            let row = ActivityRow::new(Authority::Epa, 2025, category, "Gasoline", amount, &fact.unit);
            let row = ActivityRow { technology: Some("Gasoline Passenger Cars / 2020"), ..row };
            let car = emitted(factors, &row).unwrap();
            let stated = car.method.co2_stated_in().iter().any(|it| it.fuel_type == "Motor Gasoline");
            let totals = factors.inventory([row], GwpVersion::Ar5).unwrap();
            is(car.co2e_kg, &fact.expected)
                && car.warnings.first() == Some(&Co2eWarning::Co2NotStated)
                && car.method.gases_stated() == ["CH4", "N2O"]
                && stated
                && totals.totals().warnings.first().map(|it| (it.warning, it.rows))
                    == Some((Co2eWarning::Co2NotStated, 1))
        }
        (hub, "CAMX CO2 lb/MWh") if hub.starts_with("EPA Hub ") => {
            let year = hub.split(' ').nth(2).unwrap().parse().unwrap();
            is(rate(Authority::Epa, year, "CAMX", "CO2"), &fact.expected)
        }
        ("eGRID2021 Table 1", _) => {
            let rates = fact.expected.split('/').zip(["CO2", "CO2e"]);
            let found = rates.map(|(expected, gas)| is(rate(Authority::Egrid, 2023, "AKGD", gas), expected));
            let query = ResolveQuery::new(Authority::Egrid, 2023, "Electricity", "CO2e", "Electricity");
            let library = factors.resolve(&ResolveQuery { region: Some("AKGD"), ..query }).unwrap().unwrap().library;
            found.collect::<Vec<_>>() == [true, true] && library.gwp_version == Some(GwpVersion::Ar4)
        }
        ("usnistgov/REFPROP-issues#280", _) => {
            let row = ActivityRow::new(Authority::Iea, 2023, "Refrigerants", "R454C", amount, &fact.unit);
            is(factors.emissions(&row, GwpVersion::Ar4).unwrap().co2e_kg, &fact.expected)
        }
        ("FLCAC-admin/LCIAformatter#106", _) => {
            let row = ActivityRow::new(Authority::Iea, 2023, "Leaks", "Natural gas", amount, &fact.unit);
            is(factors.emissions(&row, GwpVersion::Ar6).unwrap().co2e_kg, &fact.expected)
        }
        _ => return None,
    })
}

#[test]
fn published_facts_come_out() {
    let Some(path) = shared_data("checks/emission-facts.csv") else { return };
    let factors = factors().unwrap();
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap();
    let facts: Vec<Fact> = rows
        .records()
        .map(|record| {
            let record = record.unwrap();
            let at = |at: usize| record.get(at).unwrap_or_default().trim().to_owned();
            // The unit of a gallon is followed by a remark.
            Fact { source: at(0), query: at(1), amount: at(2), unit: at(3), expected: at(4) }
        })
        .collect();
    let outcomes: Vec<(&Fact, Option<bool>)> = facts.iter().map(|fact| (fact, holds(&factors, fact))).collect();
    let passed = outcomes.iter().filter(|(_, holds)| *holds == Some(true)).count();
    println!("emission-facts.csv: passed {passed} out of {}", facts.len());
    let failed: Vec<_> = outcomes.iter().filter(|(_, holds)| *holds != Some(true)).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Every row of a company's inventory that is no spend, by the factors that it names, to the digits of its own answers; the
/// natural gas by EPA's Hub as well.
#[test]
fn the_inventory_of_ghgtools_comes_out_to_its_digits() {
    let Some(path) = shared_data("inventories/ghgtools-inventory-with-answers.csv") else { return };
    let mut rows = csv::Reader::from_path(path).unwrap();
    let rows: Vec<BTreeMap<String, String>> = rows.deserialize().map(std::result::Result::unwrap).collect();
    let activities: Vec<_> = rows.iter().filter(|row| row["unit"] != "USD").collect();
    let mut factor_rows: Vec<String> = activities
        .iter()
        .map(|row| {
            let [category, service, kind, region, value, unit] =
                ["emission_category", "service_type", "service_subcategory2", "subregion", "kgco2e_perunit", "unit"]
                    .map(|name| format!("\"{}\"", row[name]));
            let scope = row["emission_scope"].to_lowercase().replace(' ', "_");
            format!("{category},{service},CO2e,{value},kg CO2e/{},{region},{kind},{scope}", unit.trim_matches('"'))
        })
        .collect();
    factor_rows.sort_unstable();
    factor_rows.dedup();
    let csv = format!("category,fuel_type,gas,value,unit,region,technology,scope\n{}\n", factor_rows.join("\n"));
    let import = import_factor_csv(csv.as_bytes(), own_library("ghgtools")).unwrap();
    assert_eq!((import.report.figures_set_aside, import.report.rows_read as usize), (0, factor_rows.len()));
    let hub = import_epa_hub(&read("epa/epa-hub-2024.xlsx").unwrap()).unwrap();
    let factors = EmissionFactors::reference().unwrap().extended(hub.data).unwrap().extended(import.data).unwrap();
    let given =
        |text: &'static str, row: &BTreeMap<String, String>| Some(row[text].clone()).filter(|it| !it.is_empty());
    let texts: Vec<_> =
        activities.iter().map(|row| (given("subregion", row), given("service_subcategory2", row))).collect();
    let asked: Vec<ActivityRow<'_>> = activities
        .iter()
        .zip(&texts)
        .map(|(row, (region, technology))| ActivityRow {
            region: region.as_deref(),
            technology: technology.as_deref(),
            ..ActivityRow::new(
                Authority::Iea,
                2023,
                &row["emission_category"],
                &row["service_type"],
                row["usage"].parse().unwrap(),
                &row["unit"],
            )
        })
        .collect();
    let inventory = factors.inventory(asked.iter().copied(), GwpVersion::Ar5).unwrap();
    assert!(inventory.failed().is_empty(), "{:?}", inventory.failed());
    let mut by_hub = 0;
    for (row, activity) in inventory.rows().iter().zip(&activities) {
        let expected: Decimal = activity["kg_co2e"].parse().unwrap();
        // The answers are binary floats of 15 or more digits.
        let last = Decimal::new(1, expected.scale());
        assert!((row.co2e_kg - expected).abs() <= last, "{activity:?}: {}", row.co2e_kg);
        if activity["service_type"] == "Natural Gas" {
            let (category, usage) = ("Stationary combustion", activity["usage"].parse().unwrap());
            let of_hub = ActivityRow::new(Authority::Epa, 2024, category, "Natural Gas", usage, &activity["unit"]);
            let emitted = factors.emissions(&of_hub, GwpVersion::Ar5).unwrap();
            assert!((emitted.co2e_kg - expected).abs() <= last, "{activity:?}: {}", emitted.co2e_kg);
            by_hub += 1;
        }
    }
    println!(
        "ghgtools: {} of {} rows are no spend, all to their digits; {by_hub} by EPA's Hub",
        asked.len(),
        rows.len()
    );
    assert_eq!((asked.len(), by_hub), (24, 5));
}
