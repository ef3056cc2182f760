//! The reference data against what it was transcribed from.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use tierra::Decimal;
use tierra::decimal::parse_decimal;
use tierra::emission::{
    Authority, EmissionFactor, EmissionFactorData, EmissionFactors, EmissionScope, FuelPropertyType, GwpVersion,
    ResolveQuery, factor_id, reference_data,
};
use tierra::rust_decimal::RoundingStrategy;
use tierra::uuid::Uuid;

use crate::shared_data::shared_data;

fn library(data: &EmissionFactorData, name: &str) -> Uuid {
    data.libraries.iter().find(|library| library.name == name).expect(name).id
}

fn factors_of<'a>(data: &'a EmissionFactorData, name: &str) -> impl Iterator<Item = &'a EmissionFactor> {
    let id = library(data, name);
    data.factors.iter().filter(move |factor| factor.library_id == id)
}

type Row = HashMap<String, String>;

/// A file's rows by column name; lines that start with `#` are left out.
fn rows_of(path: &Path) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).unwrap();
    let names = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| names.iter().zip(&record).map(|(n, v)| (n.into(), v.into())).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn csv_rows(file: &str) -> Option<Vec<Row>> {
    shared_data(file).map(|path| rows_of(&path))
}

#[test]
fn what_was_packed_is_what_the_tables_say() {
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/emission/reference/tables");
    let rows = ["defra.csv", "epa_hub.csv", "egrid.csv", "ipcc_2006.csv"].map(|file| rows_of(&tables.join(file)));
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let data = reference_data().unwrap();
    assert_eq!(rows.len(), data.factors.len());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let figure = |figure: Option<Decimal>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    for (row, factor) in rows.iter().zip(&data.factors) {
        let source = factor.source.clone().unwrap();
        let ours = [
            ("category", factor.category.clone()),
            ("fuel_type", factor.fuel_type.clone()),
            ("technology", text(&factor.technology)),
            ("region", text(&factor.region)),
            ("gas", factor.gas.clone()),
            ("unit", factor.unit.clone()),
            ("value", factor.value.to_string()),
            ("lower", figure(factor.lower)),
            ("upper", figure(factor.upper)),
            ("biogenic", if factor.is_biogenic { "1".into() } else { String::new() }),
            ("scope", factor.scope.map(|scope| scope.to_string()).unwrap_or_default()),
            ("external_id", text(&factor.external_id)),
            ("table", source.table),
            ("row", source.row),
        ];
        for (name, ours) in ours {
            assert_eq!(row[name], ours, "{name} of {row:?}");
        }
    }
}

#[test]
fn what_the_data_holds() {
    let data = reference_data().unwrap();
    let mut counts = BTreeMap::new();
    for library in &data.libraries {
        let factors = data.factors.iter().filter(|factor| factor.library_id == library.id).count();
        let properties = data.fuel_properties.iter().filter(|property| property.library_id == library.id).count();
        let steps = data.region_parents.iter().filter(|step| step.library_id == library.id).count();
        println!("{}: {factors} factors, {properties} fuel properties, {steps} steps of regions", library.name);
        counts.insert(library.name.as_str(), (factors, properties, steps));
    }
    let expected = BTreeMap::from([
        ("DEFRA 2022", (741, 0, 1)),
        ("DEFRA 2023", (750, 0, 1)),
        ("DEFRA 2024", (750, 0, 1)),
        ("EPA Emission Factors Hub 2024", (913, 58, 125)),
        ("EPA Emission Factors Hub 2025", (919, 58, 125)),
        ("IPCC 2006 Guidelines", (795, 66, 0)),
        ("eGRID2023", (436, 0, 125)),
    ]);
    assert_eq!(counts, expected);
    let gwp = GwpVersion::ALL.map(|version| data.gwp_values.iter().filter(|value| value.version == version).count());
    println!("GWP values: AR4 {}, AR5 {}, AR6 {}", gwp[0], gwp[1], gwp[2]);
    assert_eq!(gwp, [59, 89, 89]);
}

#[test]
fn packed_size_and_time() {
    let packed = include_bytes!(concat!(env!("OUT_DIR"), "/reference.bin")).len();
    println!("reference data: {packed} bytes packed");
    assert!(packed <= 150_000);
    let best = (0..10).map(|_| {
        let start = std::time::Instant::now();
        let factors = EmissionFactors::reference().unwrap();
        let taken = start.elapsed();
        assert!(!factors.factors().is_empty());
        taken
    });
    println!("loading it: {:?} at best", best.min().unwrap());
}

#[test]
fn every_figure_says_where_it_is_from() {
    let data = reference_data().unwrap();
    for library in &data.libraries {
        assert!(library.publication.is_some() && library.licence.is_some(), "{}", library.name);
    }
    assert!(data.factors.iter().all(|factor| factor.source.is_some()));
    assert!(data.fuel_properties.iter().all(|property| property.source.is_some()));
    assert!(data.gwp_values.iter().all(|value| value.source.is_some()));
}

#[test]
fn every_unit_is_a_mass_with_its_gas_by_an_activity() {
    let data = reference_data().unwrap();
    for factor in &data.factors {
        let (mass, activity) = factor.unit.split_once('/').expect(&factor.unit);
        let (unit, label) = mass.split_once(' ').expect(&factor.unit);
        assert!(["kg", "g", "lb"].contains(&unit), "{}", factor.unit);
        assert!(!activity.is_empty());
        // A figure in CO2e says so, and of which gas.
        let gas = label.strip_prefix("CO2e of ").unwrap_or(label);
        assert_eq!(gas, factor.gas, "{}", factor.unit);
    }
}

#[test]
fn the_newest_library_of_each_authority_is_its_default() {
    let data = reference_data().unwrap();
    for authority in Authority::ALL {
        let of_authority: Vec<_> = data.libraries.iter().filter(|library| library.authority == authority).collect();
        let newest = of_authority.iter().map(|library| library.release_year).max();
        let defaults: Vec<_> = of_authority.iter().filter(|library| library.is_default).collect();
        assert_eq!(defaults.len(), usize::from(!of_authority.is_empty()), "{authority}");
        assert!(defaults.iter().all(|library| Some(library.release_year) == newest));
    }
    assert!(data.libraries.iter().all(|library| library.authority != Authority::Iea));
}

#[test]
fn ids_are_those_of_the_contents() {
    let data = reference_data().unwrap();
    let ids: HashSet<Uuid> = data.factors.iter().map(factor_id).collect();
    assert_eq!(ids.len(), data.factors.len());
    assert!(data.factors.iter().all(|factor| factor.id == factor_id(factor)));
}

#[test]
fn biogenic_co2_stands_where_the_library_says() {
    let data = reference_data().unwrap();
    for library in &data.libraries {
        for pair in &library.biogenic_categories {
            let of = |category: &str| {
                let found =
                    data.factors.iter().filter(move |it| it.library_id == library.id && it.category == category);
                found.collect::<Vec<_>>()
            };
            assert!(!of(&pair.category).is_empty() && !of(&pair.biogenic_category).is_empty(), "{pair:?}");
            for factor in of(&pair.biogenic_category) {
                assert!(factor.is_biogenic && factor.gas == "CO2", "{factor:?}");
                assert_eq!(factor.scope, Some(EmissionScope::OutsideOfScopes));
            }
        }
    }
}

#[test]
fn gwp_values_agree_with_globalwarmingpotentials() {
    let Some(rows) = csv_rows("gwp/globalwarmingpotentials.csv") else { return };
    let data = reference_data().unwrap();
    let unhyphened = |gas: &str| gas.replace('-', "");
    let mut ours: HashMap<(GwpVersion, String), Decimal> =
        data.gwp_values.iter().map(|value| ((value.version, unhyphened(&value.gas)), value.value)).collect();
    let mut compared = [0; 3];
    for row in &rows {
        for (index, (version, column)) in
            GwpVersion::ALL.into_iter().zip(["AR4GWP100", "AR5GWP100", "AR6GWP100"]).enumerate()
        {
            if row[column].is_empty() {
                continue;
            }
            let found = ours.remove(&(version, unhyphened(&row["Species"])));
            assert_eq!(found, Some(parse_decimal(&row[column]).unwrap()), "{} {version}", row["Species"]);
            compared[index] += 1;
        }
    }
    println!("GWP values compared: AR4 {}, AR5 {}, AR6 {}", compared[0], compared[1], compared[2]);
    // What is left: CO2, and methane by origin.
    let mut rest: Vec<_> = ours.into_iter().map(|((version, gas), value)| format!("{version} {gas} {value}")).collect();
    rest.sort_unstable();
    let expected = [
        "ar4 CO2 1",
        "ar5 CH4 fossil 30",
        "ar5 CH4 nonfossil 28",
        "ar5 CO2 1",
        "ar6 CH4 fossil 29.8",
        "ar6 CH4 nonfossil 27",
        "ar6 CO2 1",
    ];
    assert_eq!(rest, expected);
}

/// A figure as a spreadsheet shows it: the binary number that the cell holds, to 15 significant digits.
fn shown(figure: &str) -> Decimal {
    let binary: f64 = figure.parse().unwrap();
    parse_decimal(&format!("{binary:.14e}")).unwrap()
}

#[test]
fn defra_agrees_with_the_flat_files() {
    let data = reference_data().unwrap();
    for year in ["2022", "2023", "2024"] {
        let Some(rows) = csv_rows(&format!("defra/defra-{year}.csv")) else { return };
        let factors: Vec<_> = factors_of(&data, &format!("DEFRA {year}")).collect();
        let categories: HashSet<&str> = factors.iter().map(|factor| factor.category.as_str()).collect();
        // The edition of 2022 calls one of them otherwise than those since.
        let category = |row: &Row| {
            let level_1 = if row["l1"] == "WTT- UK & overseas elec" { "WTT- UK electricity" } else { &row["l1"] };
            format!("{level_1} / {}", row["l2"])
        };
        let taken = rows.iter().filter(|row| categories.contains(category(row).as_str()));
        let taken: Vec<_> = taken.filter(|row| !row["value"].is_empty()).collect();
        assert_eq!(taken.len(), factors.len());
        for (row, factor) in taken.iter().zip(&factors) {
            assert_eq!(category(row), factor.category);
            assert_eq!(shown(&row["value"]), factor.value, "{row:?}");
            assert_eq!(factor.external_id.as_deref().unwrap_or_default(), row["id"]);
            let mass = row["ghg"].trim_end_matches(" per unit");
            assert_eq!(format!("{mass}/{}", row["uom"]), factor.unit);
            let electricity = row["l3"] == "Electricity: UK";
            assert_eq!(factor.fuel_type, if electricity { "Electricity" } else { &row["l3"] });
            assert_eq!(factor.region.as_deref(), electricity.then_some("UK"));
        }
        println!("DEFRA {year}: {} figures compared", factors.len());
    }
}

#[test]
fn egrid_agrees_with_the_published_rates() {
    let Some(path) = shared_data("egrid/egrid2023_rates.csv") else { return };
    let data = reference_data().unwrap();
    let mut reader = csv::Reader::from_path(path).unwrap();
    let head = reader.headers().unwrap().clone();
    // The gases behind CO2 have one name in both halves: they are read by place.
    let start = |column: &str| head.iter().position(|name| name.starts_with(column)).unwrap();
    let halves =
        [(start("Total output emission"), None), (start("Non-baseload output emission"), Some("Non-baseload"))];
    let mut compared = 0;
    // The last row is the date.
    for record in reader.records().map(Result::unwrap).filter(|record| !record[0].is_empty()) {
        let region = if &record[0] == "U.S." { "US" } else { &record[0] };
        for (start, technology) in halves {
            for (gas, place) in ["CO2", "CH4", "N2O", "CO2e"].into_iter().zip(start..) {
                let published = parse_decimal(&record[place].replace(',', "")).unwrap();
                let decimals = record[place].split_once('.').map_or(0, |(_, fraction)| fraction.len());
                let found = factors_of(&data, "eGRID2023").find(|factor| {
                    factor.category == "Electricity"
                        && factor.region.as_deref() == Some(region)
                        && factor.gas == gas
                        && factor.technology.as_deref() == technology
                });
                let found = found.unwrap_or_else(|| panic!("no {gas} for {region}")).value;
                let rounded =
                    found.round_dp_with_strategy(decimals.try_into().unwrap(), RoundingStrategy::MidpointAwayFromZero);
                assert_eq!(rounded, published, "{region} {gas}");
                compared += 1;
            }
        }
    }
    println!("eGRID2023: {compared} rates compared");
    assert_eq!(compared, factors_of(&data, "eGRID2023").filter(|factor| factor.category == "Electricity").count());
}

/// What the GHG Protocol's tool calls some fuels, and what the Guidelines do.
const IPCC_NAMES: [(&str, &str); 8] = [
    ("Liquified Petroleum Gases", "Liquefied Petroleum Gases"),
    ("White Spirit/SBP", "White Spirit and SBP"),
    ("Coke oven coke", "Coke Oven Coke and Lignite Coke"),
    ("Lignite coke", "Coke Oven Coke and Lignite Coke"),
    ("Municipal waste (Non biomass fraction)", "Municipal Wastes (non-biomass fraction)"),
    ("Wood or Wood waste", "Wood/Wood Waste"),
    ("Sulphite lyes (Black liqour)", "Sulphite Lyes (Black Liquor)"),
    ("Other primary solid biomass fuels", "Other Primary Solid Biomass"),
];

const IPCC_CONTEXTS: [(&str, &str); 9] = [
    ("Energy", "1.A.1"),
    ("Manufacturing", "1.A.2"),
    ("Construction", "1.A.2"),
    ("Commercial", "1.A.4.a"),
    ("Institutional", "1.A.4.a"),
    ("Residential", "1.A.4.b"),
    ("Agriculture", "1.A.4.c"),
    ("Forestry", "1.A.4.c"),
    ("Fisheries", "1.A.4.c"),
];

/// Where the tool differs from the Guidelines: fuel, category, gas, its figure, and why ours stays.
const IPCC_EXCEPTIONS: [(&str, &str, &str, &str, &str); 1] = [(
    "Other Primary Solid Biomass",
    "1.A.2",
    "CH4",
    "20",
    "Table 2.3 has 30, as for wood and in Table 2.2; 20 is no default of the 2006 Guidelines",
)];

/// Fuels of the tool for the United States and for one technology, of which the Guidelines have no default.
const NOT_IPCC: [&str; 10] = [
    "Biogas",
    "Butane",
    "Distillate fuel oil No.1",
    "Distillate fuel oil No.2",
    "Propane",
    "Pulping liquors",
    "Residual fuel oil No.4",
    "Residual fuel oil No.5",
    "Residual fuel oil No.6",
    "Tires and tire derived fuel",
];

fn ipcc_name(amee: &str) -> String {
    let named = IPCC_NAMES.iter().find(|(theirs, _)| *theirs == amee).map_or(amee, |(_, ours)| ours);
    named.to_lowercase().replace('-', " ")
}

#[test]
fn ipcc_agrees_with_the_ghg_protocols_tool() {
    let Some(rows) = csv_rows("fuels/amee-ipcc-ghgp-stationary.csv") else { return };
    let data = reference_data().unwrap();
    let (mut compared, mut excepted, mut of_technology, mut not_ipcc) = (0, 0, 0, 0);
    let mut seen = HashSet::new();
    for row in &rows {
        if NOT_IPCC.contains(&row["fuel"].as_str()) {
            not_ipcc += 1;
            continue;
        }
        let Some((_, category)) = IPCC_CONTEXTS.iter().find(|(context, _)| *context == row["context"]) else {
            // Tables 2.6 to 2.10, by technology, are not among the defaults.
            of_technology += 1;
            continue;
        };
        let name = ipcc_name(&row["fuel"]);
        for (gas, column) in [("CO2", "EFLHVNRGCO2"), ("CH4", "EFLHVNRGCH4"), ("N2O", "EFLHVNRGN2O")] {
            let found = factors_of(&data, "IPCC 2006 Guidelines").find(|factor| {
                factor.category == *category && factor.gas == gas && ipcc_name(&factor.fuel_type) == name
            });
            let found = found.unwrap_or_else(|| panic!("no {gas} for {name} in {category}"));
            seen.insert(found.id);
            let figure = parse_decimal(&row[column]).unwrap();
            let exception = IPCC_EXCEPTIONS.iter().find(|(fuel, of, gas, theirs, _)| {
                found.fuel_type == *fuel && category == of && found.gas == *gas && figure.to_string() == *theirs
            });
            if exception.is_some() {
                excepted += 1;
            } else {
                assert_eq!(found.value, figure, "{name} {category} {gas}");
                compared += 1;
            }
        }
    }
    println!(
        "IPCC 2006: {compared} figures agree, {excepted} excepted; {of_technology} rows by technology and {not_ipcc} of \
         other fuels not compared"
    );
    for (fuel, category, gas, theirs, why) in IPCC_EXCEPTIONS {
        println!("  {fuel}, {category}, {gas}: the tool has {theirs}. {why}");
    }
    // Nothing of ours is left uncompared.
    assert_eq!(seen.len(), factors_of(&data, "IPCC 2006 Guidelines").count());
}

#[test]
fn calorific_values_and_densities_agree_with_the_ghg_protocols_tool() {
    let Some(rows) = csv_rows("fuels/amee-ipcc-ghgp-stationary.csv") else { return };
    let data = reference_data().unwrap();
    let id = library(&data, "IPCC 2006 Guidelines");
    let mut compared = HashSet::new();
    for row in rows.iter().filter(|row| !NOT_IPCC.contains(&row["fuel"].as_str())) {
        for (kind, column) in [(FuelPropertyType::Ncv, "LHV"), (FuelPropertyType::Density, "density")] {
            // -1 stands for none; some rows by technology lack the density that the fuel has.
            if row[column].starts_with('-') {
                continue;
            }
            let found = data.fuel_properties.iter().find(|property| {
                property.library_id == id
                    && property.property_type == kind
                    && ipcc_name(&property.fuel_type) == ipcc_name(&row["fuel"])
            });
            let found = found.unwrap_or_else(|| panic!("no {kind} of {}", row["fuel"]));
            assert_eq!(found.value, parse_decimal(&row[column]).unwrap(), "{} {kind}", row["fuel"]);
            compared.insert(found.id);
        }
    }
    println!("IPCC 2006: {} fuel properties compared", compared.len());
    assert_eq!(compared.len(), data.fuel_properties.iter().filter(|property| property.library_id == id).count());
}

#[test]
fn ipcc_figures_have_their_intervals_and_no_other_library_has_any() {
    let data = reference_data().unwrap();
    let id = library(&data, "IPCC 2006 Guidelines");
    for factor in &data.factors {
        let bounds = factor.lower.zip(factor.upper);
        assert_eq!(bounds.is_some(), factor.library_id == id);
        assert!(bounds.is_none_or(|(lower, upper)| Decimal::ZERO < lower && lower < upper));
    }
}

#[test]
fn the_tree_of_states_is_that_of_egrid() {
    let data = reference_data().unwrap();
    let id = library(&data, "eGRID2023");
    let of_category = |category: &str| -> HashSet<&str> {
        let of_category = factors_of(&data, "eGRID2023").filter(|factor| factor.category == category);
        of_category.filter_map(|factor| factor.region.as_deref()).collect()
    };
    let mut subregions = of_category("Electricity");
    let mut states = of_category("Electricity, state output rates");
    assert!(subregions.remove("US") && states.remove("US"));
    let steps: Vec<_> = data.region_parents.iter().filter(|step| step.library_id == id).collect();
    let below = |top: bool| -> HashSet<&str> {
        steps.iter().filter(|step| (step.parent == "US") == top).map(|step| step.region.as_str()).collect()
    };
    assert_eq!(below(true), subregions);
    assert_eq!(below(false), states);
    let parents: HashSet<&str> =
        steps.iter().map(|step| step.parent.as_str()).filter(|parent| *parent != "US").collect();
    assert_eq!(parents, subregions);
    println!("{} states in {} subregions, {} steps", states.len(), subregions.len(), steps.len());
}

#[test]
fn a_query_finds_its_factor() {
    let factors = EmissionFactors::reference().unwrap();
    let find = |authority, fuel_type, gas, category, region, technology| {
        let query = ResolveQuery { region, technology, ..ResolveQuery::new(authority, 2025, fuel_type, gas, category) };
        factors.resolve(&query).unwrap().expect(fuel_type).factor
    };
    let gas = find(Authority::Ipcc, "natural gas", "CO2", "1.A.4.a", None, None);
    assert_eq!((gas.value.to_string().as_str(), gas.unit.as_str()), ("56100", "kg CO2/TJ"));
    let grid = find(Authority::Egrid, "Electricity", "CO2", "Electricity", Some("AZNM"), None);
    assert_eq!(grid.value.to_string(), "703.703");
    let car = find(
        Authority::Epa,
        "Gasoline",
        "N2O",
        "Mobile combustion, on-road gasoline",
        None,
        Some("Gasoline Light-Duty Trucks / 1975"),
    );
    assert_eq!((car.value.to_string().as_str(), car.unit.as_str()), ("0.0513", "g N2O/vehicle-mile"));
    let tractor = find(
        Authority::Epa,
        "Diesel Equipment",
        "CH4",
        "Mobile combustion, non-road",
        None,
        Some("Agricultural Equipment"),
    );
    assert_eq!(tractor.value.to_string(), "1.26");
}
