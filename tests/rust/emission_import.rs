//! Factors imported from the authorities' workbooks, against the same rows as CSV and against what the publications imply.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{Cursor, Read as _, Write as _};

use rust_xlsxwriter::{Format, Workbook};
use tierra::chrono::DateTime;
use tierra::decimal::parse_decimal;
#[cfg(feature = "reference-data")]
use tierra::emission::RegionParent;
use tierra::emission::import::{
    FactorImport, SetAsideReason, import_defra_flat_file, import_egrid_summary, import_epa_hub, import_factor_csv,
};
use tierra::emission::{
    Authority, EmissionFactor, EmissionFactorLibrary, EmissionFactors, EmissionScope, FuelPropertyType, library_id,
};
use tierra::{Decimal, Error, ErrorCode};

use crate::shared_data::shared_data;

fn read(file: &str) -> Option<Vec<u8>> {
    shared_data(file).map(|path| std::fs::read(path).unwrap())
}

/// Whether a figure is a number as a spreadsheet shows it: at most 15 significant digits, and none nearer to it.
fn is_shown_of(figure: Decimal, digits: &str) -> bool {
    let exact = parse_decimal(digits).unwrap();
    // The digits of the file are the shortest of its f64: where they end in a tie, either neighbour may be nearer to that.
    let unit = exact.round_sf(15).map(|rounded| half_unit(rounded.scale())).unwrap();
    figure.round_sf(15) == Some(figure) && (figure - exact).abs() <= unit
}

/// What every import must keep to.
fn check(import: &FactorImport) {
    assert!(import.check(), "{:?}", import.report);
    EmissionFactors::new(import.data.clone()).unwrap();
    let report = &import.report;
    let counted: usize = SetAsideReason::ALL.into_iter().map(|reason| report.count(reason)).sum();
    assert_eq!(counted, report.set_aside.len());
}

fn reasons(import: &FactorImport) -> BTreeMap<&'static str, usize> {
    let counts = SetAsideReason::ALL.into_iter().map(|reason| (reason.as_str(), import.report.count(reason)));
    counts.filter(|(_, count)| *count > 0).collect()
}

fn half_unit(places: u32) -> Decimal {
    Decimal::new(5, places + 1)
}

// DEFRA

/// Reasons and how often each stands in a report.
type Counts = &'static [(&'static str, usize)];

/// The edition, its file, the first row of its table, and what is set aside.
const DEFRA: [(i32, &str, u32, Counts); 3] = [
    (
        2022,
        "defra/defra-2022-flat.xls",
        6,
        &[("blank", 1047), ("energy_intensity", 514), ("no_label", 8), ("not_a_number", 4)],
    ),
    (2023, "defra/defra-2023-flat.xlsx", 7, &[("blank", 1047), ("energy_intensity", 514)]),
    (2024, "defra/defra-2024-flat.xlsx", 7, &[("blank", 1648), ("energy_intensity", 514)]),
];

fn defra(year: i32) -> Option<FactorImport> {
    let (_, file, ..) = DEFRA.iter().find(|(edition, ..)| *edition == year).unwrap();
    read(file).map(|bytes| import_defra_flat_file(&bytes).unwrap())
}

/// What level 1 of the edition of 2022 is called since 2023.
fn present_name(level_1: &str) -> &str {
    match level_1 {
        "WTT- UK & overseas elec" => "WTT- UK electricity",
        "WTT- business travel (air)" => "WTT- business travel- air",
        "WTT- business travel (sea)" => "WTT- business travel- sea",
        "WTT- pass vehs & travel (land)" => "WTT- pass vehs & travel- land",
        same => same,
    }
}

#[test]
fn every_row_of_defra_is_accounted_for() {
    for (year, file, first_row, expected) in DEFRA {
        let Some(bytes) = read(file) else { return };
        let import = import_defra_flat_file(&bytes).unwrap();
        check(&import);
        assert_eq!(reasons(&import), expected.iter().copied().collect());
        let by_row: HashMap<String, &EmissionFactor> =
            import.data.factors.iter().map(|factor| (factor.source.clone().unwrap().row, factor)).collect();
        let aside: HashMap<u32, SetAsideReason> =
            import.report.set_aside.iter().map(|one| (one.row, one.reason)).collect();
        let csv = std::fs::read(shared_data(&format!("defra/defra-{year}.csv")).unwrap()).unwrap();
        let mut rows = 0;
        for (row, record) in (first_row..).zip(csv::Reader::from_reader(csv.as_slice()).records()) {
            let record = record.unwrap();
            let [id, scope, label, value] = [1, 2, 9, 10].map(|at| &record[at]);
            rows += 1;
            let reason = match (label, value) {
                ("", _) => Some(SetAsideReason::NoLabel),
                (label, _) if label.starts_with("kWh") => Some(SetAsideReason::EnergyIntensity),
                (_, "") => Some(SetAsideReason::Blank),
                (_, "< 1") => Some(SetAsideReason::NotANumber),
                _ => None,
            };
            assert_eq!(aside.get(&row).copied(), reason, "{year} row {row}");
            let Some(factor) = by_row.get(&format!("row {row}")) else {
                assert!(reason.is_some(), "{year} row {row} is lost");
                continue;
            };
            assert!(is_shown_of(factor.value, value), "{year} row {row}: {} of {value}", factor.value);
            let (gas, mass) = match label.strip_prefix("kg CO2e of ") {
                Some(gas) => (gas.trim_end_matches(" per unit"), label.trim_end_matches(" per unit")),
                None => ("CO2e", label),
            };
            let unit = format!("{mass}/{}", record[8].trim_start_matches("per "));
            assert_eq!((factor.gas.as_str(), &factor.unit), (gas, &unit), "{year} row {row}");
            assert_eq!(factor.external_id.as_deref().unwrap_or_default(), id);
            assert_eq!(factor.is_biogenic, scope == "Outside of Scopes");
            assert_eq!(factor.category, format!("{} / {}", present_name(&record[3]), &record[4]));
        }
        assert_eq!((rows, by_row.len() + aside.len()), (import.report.rows_read, usize::try_from(rows).unwrap()));
        println!("DEFRA {year}: {rows} rows, {} factors, set aside {:?}", by_row.len(), reasons(&import));
    }
}

#[test]
fn the_editions_of_defra_say_what_they_are() {
    let dates = [(2022, "3.0", "2022-09-08"), (2023, "1.1", "2023-06-20"), (2024, "1.1", "2024-10-18")];
    for (year, version, day) in dates {
        let Some(import) = defra(year) else { return };
        let library = &import.data.libraries[0];
        assert_eq!((library.release_year, library.version.as_str()), (year, version));
        assert_eq!(library.created_at.to_rfc3339(), format!("{day}T00:00:00+00:00"));
        assert_eq!(library.id, library_id(Authority::Defra, &format!("DEFRA {year}"), version));
        assert_eq!(import.report.sheets, ["Front page", "Factors by Category"]);
    }
    // The copy of 2024 has a sheet of its holder's with the same headings and other figures.
    assert_eq!(defra(2024).unwrap().report.sheets_not_read, ["Sheet1", "Sheet2"]);
}

#[test]
fn electricity_of_the_united_kingdom() {
    // In the edition of 2022 level 4 says of which year the electricity is: no technology.
    let expected = [(2022, "0.19338"), (2023, "0.207074288590604"), (2024, "0.20705")];
    for (year, value) in expected {
        let Some(import) = defra(year) else { return };
        let factor = import
            .data
            .factors
            .iter()
            .find(|factor| factor.category == "UK electricity / Electricity generated" && factor.gas == "CO2e");
        let factor = factor.unwrap();
        assert_eq!(factor.value.to_string(), value);
        assert_eq!(factor.unit, "kg CO2e/kWh");
        assert_eq!((factor.fuel_type.as_str(), factor.region.as_deref()), ("Electricity", Some("UK")));
        assert_eq!((factor.scope, factor.technology.as_deref()), (Some(EmissionScope::Scope2), None));
    }
}

/// CO2, CH4 and N2O add up to CO2e.
///
/// Each of the four figures is published rounded: to as many decimals as it shows, and to five at least where any figure of the
/// group shows that many (a spreadsheet does not show closing zeros). The sum may differ from the total by half a unit of the last
/// decimal of each of the four, and by the 15th digit of the total, to which all are read.
#[test]
fn the_gases_of_defra_add_up_to_co2e() {
    const EXPECTED: [(i32, usize); 3] = [(2022, 1278), (2023, 1278), (2024, 1302)];
    for (year, expected) in EXPECTED {
        let Some(import) = defra(year) else { return };
        let mut groups: BTreeMap<[String; 5], HashMap<&str, Decimal>> = BTreeMap::new();
        for factor in &import.data.factors {
            let per = factor.unit.split_once('/').unwrap().1.to_owned();
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let key = [
                factor.category.clone(),
                factor.fuel_type.clone(),
                text(&factor.technology),
                text(&factor.region),
                per,
            ];
            assert!(groups.entry(key).or_default().insert(&factor.gas, factor.value).is_none());
        }
        let (mut checked, mut exceptions, mut furthest) = (0, Vec::new(), Decimal::ZERO);
        for (key, gases) in &groups {
            let [Some(total), Some(co2), Some(ch4), Some(n2o)] =
                ["CO2e", "CO2", "CH4", "N2O"].map(|gas| gases.get(gas))
            else {
                continue;
            };
            checked += 1;
            let most = gases.values().map(Decimal::scale).max().unwrap();
            let rounding: Decimal = gases.values().map(|figure| half_unit(figure.scale().max(most.min(5)))).sum();
            let last_digit = total.abs() * Decimal::new(1, 14);
            let difference = (co2 + ch4 + n2o - total).abs();
            furthest = furthest.max(difference);
            if difference > rounding + last_digit {
                exceptions.push((key, difference));
            }
        }
        println!("DEFRA {year}: {checked} groups of CO2, CH4, N2O and CO2e add up, at most {furthest} apart");
        assert_eq!(exceptions, [], "{year}");
        assert_eq!(checked, expected, "{year}");
    }
}

// EPA and eGRID

#[test]
fn the_hub_of_epa() {
    let expected = [
        ("epa/epa-hub-2024.xlsx", 2024, [1156, 58], vec![("blank", 20), ("gwp_table", 2), ("not_available", 183)]),
        (
            "epa/epa-hub-2025.xlsx",
            2025,
            [1162, 58],
            vec![("blank", 20), ("gwp_table", 64), ("grid_loss", 28), ("not_available", 183)],
        ),
    ];
    for (file, year, made, aside) in expected {
        let Some(bytes) = read(file) else { return };
        let import = import_epa_hub(&bytes).unwrap();
        check(&import);
        let report = &import.report;
        println!(
            "EPA {year}: {} rows, {} figures, set aside {:?}",
            report.rows_read,
            report.figures_read,
            reasons(&import)
        );
        assert_eq!([report.factors_made, report.properties_made], made);
        assert_eq!(reasons(&import), aside.into_iter().collect());
        assert_eq!(import.data.libraries[0].release_year, year);
        let tables: BTreeSet<_> =
            import.data.factors.iter().map(|factor| &factor.source.as_ref().unwrap().table).collect();
        assert_eq!(tables.len(), 10);
        assert!(import.data.factors.iter().all(|factor| !factor.fuel_type.is_empty() && factor.external_id.is_none()));
    }
}

#[test]
fn figures_of_the_hub_of_epa() {
    let Some(bytes) = read("epa/epa-hub-2025.xlsx") else { return };
    let factors = import_epa_hub(&bytes).unwrap().data.factors;
    let at = |row: &str, unit: &str, technology: Option<&str>| {
        let mut found = factors.iter().filter(|factor| {
            factor.source.as_ref().unwrap().row == row
                && factor.unit == unit
                && technology.is_none_or(|technology| factor.technology.as_deref() == Some(technology))
        });
        let factor = found.next().unwrap_or_else(|| panic!("{row} {unit}"));
        (factor.value.to_string(), factor)
    };
    for (row, unit, technology, value) in [
        ("row 38: Natural Gas", "kg CO2/mmBtu", None, "53.06"),
        ("row 38: Natural Gas", "g CH4/scf", None, "0.00103"),
        ("row 40: Blast Furnace Gas", "g CH4/mmBtu", None, "0.022"),
        ("row 106: Compressed Natural Gas (CNG)", "kg CO2/scf", None, "0.05444"),
        ("row 166: Gasoline Light-Duty Trucks / 1975", "g N2O/vehicle-mile", None, "0.0513"),
        ("row 206: Gasoline Heavy-Duty Vehicles / ≤1980", "g CH4/vehicle-mile", None, "0.4604"),
        ("row 251: Passenger Cars / Diesel / 2007-2022", "g N2O/vehicle-mile", None, "0.0192"),
        ("row 258: Light-Duty Cars / Ethanol", "g CH4/vehicle-mile", Some("Light-Duty Cars"), "0.012"),
        ("row 302: Agricultural Equipment / LPG", "g N2O/gallon", Some("Agricultural Equipment"), "0.94"),
        ("row 341: AZNM", "lb CO2/MWh", None, "740.81"),
        ("row 341: AZNM", "lb CO2/MWh", Some("Non-baseload"), "1260.436"),
        ("row 410: Steam and Heat", "kg CO2/mmBtu", None, "66.33"),
        ("row 425: Medium- and Heavy-Duty Truck", "kg CO2/short ton-mile", None, "0.186"),
        ("row 436: Aluminum Cans", "tonne CO2e/short ton", Some("Combusted"), "0.01"),
        ("row 512: Bus", "kg CO2/passenger-mile", None, "0.066"),
    ] {
        assert_eq!(at(row, unit, technology).0, value, "{row} {unit}");
    }
    assert_eq!(at("row 366: US Average", "lb CO2/MWh", None).1.region.as_deref(), Some("US"));
    let wood = at("row 35: Wood and Wood Residuals", "kg CO2/mmBtu", None).1;
    assert!(wood.is_biogenic && wood.scope == Some(EmissionScope::Scope1));
    assert!(!at("row 27: Municipal Solid Waste", "kg CO2/mmBtu", None).1.is_biogenic);
    assert!(at("row 108: Ethanol (100%)", "kg CO2/gallon", None).1.is_biogenic);
}

/// Heat content × factor per mmBtu is the factor per ton, scf or gallon, within half a unit of its last decimal.
#[test]
fn heat_contents_of_epa_agree_with_the_factors_per_unit() {
    for file in ["epa/epa-hub-2024.xlsx", "epa/epa-hub-2025.xlsx"] {
        let Some(bytes) = read(file) else { return };
        let data = import_epa_hub(&bytes).unwrap().data;
        let (mut checked, mut exceptions) = (0, Vec::new());
        for property in &data.fuel_properties {
            assert_eq!(property.property_type, FuelPropertyType::Gcv);
            let per = property.unit.strip_prefix("mmBtu/").unwrap();
            for (mass, gas) in [("kg", "CO2"), ("g", "CH4"), ("g", "N2O")] {
                let of = |per: &str| {
                    let unit = format!("{mass} {gas}/{per}");
                    let mut found = data.factors.iter().filter(|factor| {
                        factor.category == "Stationary combustion"
                            && factor.fuel_type == property.fuel_type
                            && factor.unit == unit
                    });
                    let value = found.next().unwrap().value;
                    assert!(found.next().is_none());
                    value
                };
                let (published, implied) = (of(per), property.value * of("mmBtu"));
                checked += 1;
                let difference = (implied - published).abs();
                if difference > half_unit(published.scale()) {
                    exceptions.push(format!("{} {gas}/{per}: {published}, implied {implied}", property.fuel_type));
                }
            }
        }
        println!("{file}: {checked} factors per unit agree with the heat content");
        assert_eq!(exceptions, [""; 0], "{file}");
        assert_eq!(checked, 174, "{file}");
    }
}

#[test]
fn rates_of_egrid() {
    let Some(bytes) = read("egrid/eGRID2023_Data.xlsx") else { return };
    let import = import_egrid_summary(&bytes).unwrap();
    check(&import);
    let report = &import.report;
    // 27 subregions and the US with two kinds of rates, 52 states and the US with one; each of four gases.
    assert_eq!((report.rows_read, report.factors_made), (28 + 53, (28 * 2 + 53) * 4));
    assert_eq!(reasons(&import), [("grid_loss", 28), ("other_pollutant", 28 * 6 + 53 * 3)].into_iter().collect());
    assert_eq!(report.sheets_not_read, ["Contents", "Table 2", "Table 4"]);
    let library = &import.data.libraries[0];
    assert_eq!(library.id, library_id(Authority::Egrid, "eGRID2023", "2025-03-27"));
    assert_eq!(library.release_year, 2025);
    let rate = |region: &str, gas: &str, technology: Option<&str>| {
        import.data.factors.iter().find(|factor| {
            factor.category == "Electricity"
                && factor.region.as_deref() == Some(region)
                && factor.gas == gas
                && factor.technology.as_deref() == technology
        })
    };
    let aznm = rate("AZNM", "CO2", None).unwrap();
    assert_eq!((aznm.value.to_string().as_str(), aznm.unit.as_str()), ("703.703", "lb CO2/MWh"));
    assert_eq!(aznm.source.as_ref().unwrap().table, "Table 1. Subregion Output Emission Rates (eGRID2023)");
    assert_eq!(aznm.source.as_ref().unwrap().row, "row 7: AZNM");
    assert_eq!(rate("AZNM", "CO2", Some("Non-baseload")).unwrap().value.to_string(), "1175.094");
    assert_eq!(rate("US", "CO2e", None).unwrap().value.to_string(), "770.884");
    // The rates by hand, to one decimal for CO2.
    let csv = std::fs::read(shared_data("egrid/egrid2023_rates.csv").unwrap()).unwrap();
    let mut rows = 0;
    for record in csv::Reader::from_reader(csv.as_slice()).records().map(|record| record.unwrap()) {
        let region = if &record[0] == "U.S." { "US" } else { &record[0] };
        for (at, gas, technology, places) in [
            (2, "CO2", None, 1),
            (3, "CH4", None, 3),
            (9, "CO2", Some("Non-baseload"), 1),
            (12, "CO2e", Some("Non-baseload"), 1),
        ] {
            let Some(factor) = rate(region, gas, technology) else { continue };
            let stated: Decimal = record[at].replace(',', "").parse().unwrap();
            assert!((factor.value - stated).abs() <= half_unit(places), "{region} {gas} {technology:?}: {stated}");
            rows += 1;
        }
    }
    assert_eq!(rows, 28 * 4);
}

/// CO2 + 28 CH4 + 265 N2O is the published CO2e, within what the rounding of the four rates to three decimals allows.
#[test]
fn the_gases_of_egrid_add_up_to_co2e() {
    let Some(bytes) = read("egrid/eGRID2023_Data.xlsx") else { return };
    let data = import_egrid_summary(&bytes).unwrap().data;
    let mut rates: BTreeMap<[String; 3], HashMap<&str, Decimal>> = BTreeMap::new();
    for factor in &data.factors {
        let key =
            [factor.category.clone(), factor.region.clone().unwrap(), factor.technology.clone().unwrap_or_default()];
        assert!(rates.entry(key).or_default().insert(&factor.gas, factor.value).is_none());
    }
    let (ch4, n2o) = (Decimal::from(28), Decimal::from(265));
    let rounding = half_unit(3) * (Decimal::ONE + ch4 + n2o + Decimal::ONE);
    let mut furthest = Decimal::ZERO;
    for (key, gases) in &rates {
        let difference = (gases["CO2"] + ch4 * gases["CH4"] + n2o * gases["N2O"] - gases["CO2e"]).abs();
        assert!(difference <= rounding, "{key:?} is {difference} apart");
        furthest = furthest.max(difference);
    }
    println!("eGRID2023: {} rates of CO2e add up, at most {furthest} apart of {rounding}", rates.len());
    assert_eq!(rates.len(), 28 * 2 + 53);
}

#[test]
fn each_importer_names_what_it_was_given() {
    type Import = fn(&[u8]) -> tierra::Result<FactorImport>;
    let importers: [(&str, Import); 3] = [
        ("a DEFRA flat file", import_defra_flat_file),
        ("an EPA Emission Factors Hub", import_epa_hub),
        ("an eGRID summary workbook", import_egrid_summary),
    ];
    let files = ["defra/defra-2022-flat.xls", "epa/epa-hub-2025.xlsx", "egrid/eGRID2023_Data.xlsx"];
    for (own, file) in files.iter().enumerate() {
        let Some(bytes) = read(file) else { return };
        for (at, (wanted, import)) in importers.iter().enumerate() {
            if at == own {
                continue;
            }
            let error = import(&bytes).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidWorkbook);
            assert!(error.message().contains(importers[own].0), "{error}");
            assert!(error.message().contains(&format!("expected {wanted}")), "{error}");
        }
    }
}

#[test]
fn damaged_workbooks_of_the_authorities_are_refused() {
    let Some(xls) = read("defra/defra-2022-flat.xls") else { return };
    let Some(xlsx) = read("epa/epa-hub-2024.xlsx") else { return };
    let mut random = Random(0x5EED);
    for cut in 0..60 {
        let refused = |result: tierra::Result<FactorImport>| {
            let error = result.expect_err("a file that is cut short");
            assert_eq!(error.code(), ErrorCode::InvalidWorkbook, "{error}");
        };
        refused(import_defra_flat_file(&xls[..xls.len() * cut / 60]));
        refused(import_epa_hub(&xlsx[..xlsx.len() * cut / 60]));
    }
    for _ in 0..20 {
        // The first bytes hold the structure of the file, the ones behind it mostly cells.
        let reach = if random.below(2) == 0 { 60_000 } else { xls.len() };
        let at = random.below(reach);
        let mut flipped = xls.clone();
        flipped[at] ^= 1 << random.below(8);
        if let Ok(import) = import_defra_flat_file(&flipped) {
            assert!(import.check());
        }
    }
}

// Workbooks made here

/// A row of a flat file: scope, levels 1 to 4, column text, unit, label and figure.
type FlatRow = [&'static str; 9];

const BUTANE: [&str; 6] = ["Scope 1", "Fuels", "Gaseous fuels", "Butane", "", ""];

fn butane(unit: &'static str, label: &'static str, figure: &'static str) -> FlatRow {
    let [scope, level_1, level_2, level_3, level_4, text] = BUTANE;
    [scope, level_1, level_2, level_3, level_4, text, unit, label, figure]
}

/// A flat file with its front page, to be changed.
struct Flat {
    year: i32,
    front_year: i32,
    headings: Vec<String>,
    rows: Vec<FlatRow>,
    has_end: bool,
    sheet: &'static str,
}

impl Flat {
    fn of(year: i32, rows: &[FlatRow]) -> Self {
        let label = if year < 2022 { "GHG" } else { "GHG/Unit" };
        let names = ["Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text", "UOM", label];
        let mut headings: Vec<_> = names.map(str::to_owned).into();
        headings.push(format!("GHG Conversion Factor {year}"));
        Self { year, front_year: year, headings, rows: rows.to_vec(), has_end: true, sheet: "Factors by Category" }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let front = book.add_worksheet().set_name("Front page").unwrap();
        front.write(4, 1, "Version:").unwrap().write(4, 2, 1).unwrap();
        front.write(4, 3, "Year:").unwrap().write(4, 4, self.front_year).unwrap();
        front.write(16, 1, "Updated:").unwrap();
        front.write_with_format(16, 2, 44_000, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
        let sheet = book.add_worksheet().set_name(self.sheet).unwrap();
        for (column, heading) in (0..).zip(&self.headings) {
            sheet.write(4, column, heading).unwrap();
        }
        for (row, cells) in (5..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell.parse::<f64>() {
                    Ok(number) if column == 8 => sheet.write(row, column, number).unwrap(),
                    _ if cell.is_empty() => continue,
                    _ => sheet.write(row, column, *cell).unwrap(),
                };
            }
        }
        if self.has_end {
            sheet.write(6 + u32::try_from(self.rows.len()).unwrap(), 1, "END").unwrap();
        }
        assert!(self.year > 0);
        book.save_to_buffer().unwrap()
    }

    fn import(&self) -> tierra::Result<FactorImport> {
        import_defra_flat_file(&self.bytes()).inspect(check)
    }

    fn error(&self) -> Error {
        self.import().unwrap_err()
    }
}

#[test]
fn old_editions_label_gases_as_masses() {
    let rows = [
        butane("litres", "kg CO2e", "1.74"),
        butane("litres", "kg CO2", "1.73"),
        butane("litres", "kg CH4", "0.00129"),
        butane("litres", "kg N2O", "0.00104"),
    ];
    let mut flat = Flat::of(2021, &rows);
    flat.has_end = false;
    let import = flat.import().unwrap();
    let units: Vec<_> = import.data.factors.iter().map(|factor| (factor.gas.as_str(), factor.unit.as_str())).collect();
    let expected = [
        ("CO2e", "kg CO2e/litres"),
        ("CO2", "kg CO2e of CO2/litres"),
        ("CH4", "kg CO2e of CH4/litres"),
        ("N2O", "kg CO2e of N2O/litres"),
    ];
    assert_eq!(units, expected);
    assert_eq!(import.data.libraries[0].version, "1.0");
    assert_eq!(import.data.libraries[0].created_at.to_rfc3339(), "2020-06-18T00:00:00+00:00");
}

/// A layout of which there is no file at hand: the basis of a unit in the column's text alone, the unit in words, the year of the
/// grid's data.
#[test]
fn the_oldest_editions_state_the_basis_of_a_unit_in_words() {
    let fuel = |text, unit, figure| ["Scope 1", "Fuels", "Gaseous fuels", "Butane", "", text, unit, "kg CO2e", figure];
    let power = |level_1, level_2, level_3, year, figure| {
        ["Scope 2", level_1, level_2, level_3, year, "", "kWh", "kg CO2e", figure]
    };
    let rows = [
        fuel("Energy - Gross CV", "kWh", "0.21"),
        fuel("Energy - Net CV", "kWh", "0.23"),
        fuel("Volume", "litres", "1.5"),
        fuel("Tonnes", "tonnes", "3000"),
        power("UK electricity", "Electricity generated", "Electricity: UK", "2016", "0.41205"),
        power("WTT- UK & overseas elec", "WTT- UK electricity (generation)", "Electricity: UK", "2016", "0.061"),
        power(
            "WTT- UK & overseas elec",
            "WTT- overseas electricity (generation)",
            "Electricity: France",
            "2016",
            "0.01",
        ),
        [
            "Scope 3",
            "SECR kWh pass & delivery vehs",
            "Vans",
            "Average (up to 3.5 tonnes)",
            "",
            "Diesel",
            "km",
            "kWh",
            "0.9",
        ],
    ];
    let import = import_defra_flat_file(&Flat::of(2016, &rows).bytes()).unwrap();
    check(&import);
    let made: Vec<_> = import
        .data
        .factors
        .iter()
        .map(|it| (it.category.as_str(), it.unit.as_str(), it.region.as_deref(), it.technology.as_deref()))
        .collect();
    let (fuels, unit) = ("Fuels / Gaseous fuels", "kg CO2e/kWh");
    assert_eq!(
        made,
        [
            (fuels, "kg CO2e/kWh (Gross CV)", None, None),
            (fuels, "kg CO2e/kWh (Net CV)", None, None),
            (fuels, "kg CO2e/litres", None, None),
            (fuels, "kg CO2e/tonnes", None, None),
            ("UK electricity / Electricity generated", unit, Some("UK"), None),
            ("WTT- UK electricity / WTT- UK electricity (generation)", unit, Some("UK"), None),
            ("WTT- UK & overseas elec / WTT- overseas electricity (generation)", unit, Some("France"), None),
        ]
    );
    assert_eq!(reasons(&import), BTreeMap::from([("energy_intensity", 1)]));
}

#[test]
fn a_label_whose_meaning_changed_is_an_error() {
    for (year, label) in [(2022, "kg CH4"), (2024, "kg CO2"), (2021, "kg CO2e of N2O per unit")] {
        let error = Flat::of(year, &[butane("litres", "kg CO2e", "1"), butane("litres", label, "2")]).error();
        assert_eq!(error.code(), ErrorCode::LabelChanged);
        assert_eq!(error.path(), "Factors by Category!H7");
        assert!(error.message().contains(&format!("`{label}`")), "{error}");
    }
    // Without `per unit` the label of 2022 means one thing in any edition.
    assert!(Flat::of(2024, &[butane("litres", "kg CO2e of CH4", "1")]).import().is_ok());
}

#[test]
fn a_sheet_cut_short_is_refused_from_2023_on() {
    let mut flat = Flat::of(2023, &[butane("litres", "kg CO2e", "1")]);
    flat.has_end = false;
    let error = flat.error();
    assert_eq!((error.code(), error.path()), (ErrorCode::InvalidWorkbook, "Factors by Category"));
    assert!(error.message().contains("`END`"));
    // What stands behind it is not read.
    flat.has_end = true;
    flat.rows.push(["", "END", "", "", "", "", "", "", ""]);
    flat.rows.push(butane("kWh", "kg CO2e", "7"));
    assert_eq!(flat.import().unwrap().report.rows_read, 1);
}

#[test]
fn rows_that_make_no_factor_are_set_aside() {
    let rows = [
        butane("litres", "kg CO2e", "0.49757999999999997"),
        butane("tonnes", "kg CO2e", "< 1"),
        butane("kWh (Net CV)", "kg CO2e", ""),
        butane("km", "kWh (Net CV)", "0.5"),
        butane("miles", "kWh (net)", ""),
        butane("m", "", "3"),
        butane("n", "kg of soot", "3"),
        butane("litres", "kg CO2e", "0.49758"),
        ["Scope 4", "Fuels", "Gaseous fuels", "Butane", "", "", "o", "kg CO2e", "3"],
        butane("", "kg CO2e", "3"),
    ];
    let import = Flat::of(2024, &rows).import().unwrap();
    assert_eq!(import.data.factors.len(), 1);
    assert_eq!(import.data.factors[0].value.to_string(), "0.49758");
    let aside: Vec<_> =
        import.report.set_aside.iter().map(|one| (one.row, one.reason.as_str(), one.text.as_str())).collect();
    let expected = [
        (7, "not_a_number", "< 1"),
        (8, "blank", ""),
        (9, "energy_intensity", "kWh (Net CV)"),
        (10, "energy_intensity", "kWh (net)"),
        (11, "no_label", ""),
        (12, "unknown_label", "kg of soot"),
        (13, "duplicate", "`0.49758`, as at Factors by Category!I6"),
        (14, "unknown_label", "Scope 4"),
        (15, "invalid", "unit: is empty; expected a text of at least 1 character"),
    ];
    assert_eq!(aside, expected);
    assert!(import.report.set_aside.iter().all(|one| one.column == "I" && one.sheet == "Factors by Category"));
    assert_eq!(import.report.set_aside[8].code, Some(ErrorCode::Empty));
}

#[test]
fn two_rows_that_contradict_one_another_are_an_error() {
    let error = Flat::of(2024, &[butane("litres", "kg CO2e", "1"), butane("litres", "kg CO2e", "2")]).error();
    assert_eq!((error.code(), error.path()), (ErrorCode::AmbiguousFactor, "Factors by Category!I7"));
    assert!(error.message().contains("`1` at Factors by Category!I6"), "{error}");
}

#[test]
fn columns_are_found_by_their_headings() {
    let whole = Flat::of(2024, &[butane("litres", "kg CO2e", "1")]);
    for at in 0..9 {
        let mut flat = Flat::of(2024, &whole.rows);
        flat.headings[at] = "Something".to_owned();
        let error = flat.error();
        let expected = if at == 8 { ErrorCode::InvalidWorkbook } else { ErrorCode::MissingField };
        assert_eq!(error.code(), expected, "{error}");
        let mut flat = Flat::of(2024, &whole.rows);
        let again = flat.headings[at].clone();
        flat.headings.push(again);
        let result = flat.import();
        if at < 8 {
            let error = result.unwrap_err();
            assert_eq!((error.code(), error.path()), (ErrorCode::Duplicate, "Factors by Category!J5"));
        }
    }
    // In another order, under other cases and with more columns.
    let mut book = Workbook::new();
    let front = book.add_worksheet().set_name("front page").unwrap();
    for (row, name, value) in [(0, "Year:", "2020"), (1, "version: ", "1.1"), (2, "Updated:", "17/07/2020")] {
        front.write(row, 0, name).unwrap().write(row, 3, value).unwrap();
    }
    let sheet = book.add_worksheet().set_name("Table").unwrap();
    let cells = [
        ("GHG Conversion Factor 2020", "2.5"),
        ("Lookup", "x"),
        ("uom", "litres"),
        ("GHG", "kg CH4"),
        ("SCOPE", "Scope 1"),
        ("Level 1", "Fuels"),
        ("Level 2", "Liquid fuels"),
        ("Level 3", "Diesel"),
        ("Level 4", ""),
        ("Column  Text", ""),
    ];
    for (column, (heading, cell)) in (0..).zip(cells) {
        sheet.write(0, column, heading).unwrap().write(1, column, cell).unwrap();
    }
    let import = import_defra_flat_file(&book.save_to_buffer().unwrap()).unwrap();
    check(&import);
    let factor = &import.data.factors[0];
    assert_eq!((factor.value.to_string(), factor.unit.as_str()), ("2.5".to_owned(), "kg CO2e of CH4/litres"));
}

#[test]
fn the_years_of_an_edition_agree() {
    let mut flat = Flat::of(2024, &[butane("litres", "kg CO2e", "1")]);
    flat.front_year = 2023;
    let error = flat.error();
    assert_eq!((error.code(), error.path()), (ErrorCode::InvalidWorkbook, "Factors by Category!I5"));
    assert!(error.message().contains("`2024`") && error.message().contains("`2023`"), "{error}");
    flat.front_year = 2024;
    flat.headings[8] = "GHG Conversion Factor".to_owned();
    assert_eq!(flat.error().code(), ErrorCode::InvalidWorkbook);
}

#[test]
fn what_is_no_workbook_is_refused() {
    let zip = |name: &str, content: &[u8]| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let mut other = Workbook::new();
    other.add_worksheet().set_name("Budget").unwrap().write(0, 0, "Rent").unwrap();
    let compound = [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &[0xFF; 2000]].concat();
    let cases = [
        (Vec::new(), "is empty"),
        (b"<!DOCTYPE html><p>Not found".to_vec(), "`<!DOCTYPE html><p>Not found`"),
        (b"PK\x03\x04".to_vec(), "cut short"),
        (zip("notes.txt", b"hello"), "a zip without a workbook"),
        (zip("xl/workbook.xml", b"<workbook"), "damaged"),
        (zip("xl/sharedStrings.xml", b"<sst uniqueCount='99999999999999'>"), "more texts than it can hold"),
        (compound, "damaged or cut short"),
        (other.save_to_buffer().unwrap(), "the sheets `Budget`"),
        (vec![0; 1000], "no workbook does"),
    ];
    for (bytes, message) in cases {
        for import in [import_defra_flat_file, import_epa_hub, import_egrid_summary] {
            let error = import(&bytes).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidWorkbook, "{error}");
            assert!(error.message().contains(message) && error.message().contains("; expected "), "{error}");
        }
    }
    let large = vec![b'P'; (64 << 20) + 1];
    assert_eq!(import_defra_flat_file(&large).unwrap_err().code(), ErrorCode::OutOfRange);
}

/// A generator of numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

#[test]
fn no_bytes_make_an_importer_panic() {
    let whole = Flat::of(2024, &[butane("litres", "kg CO2e", "1"), butane("tonnes", "kg CO2e of CH4 per unit", "2")]);
    let bytes = whole.bytes();
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let parts: Vec<_> = (0..zip.len())
        .map(|index| {
            let mut part = zip.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            (part.name().unwrap().into_owned(), content)
        })
        .collect();
    let packed = |parts: &[(String, Vec<u8>)]| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let mut random = Random(0xF1A7);
    let mut accepted = 0;
    let mut import = |bytes: &[u8]| match import_defra_flat_file(bytes) {
        Ok(import) => {
            check(&import);
            accepted += 1;
        }
        Err(error) => assert!(!error.message().is_empty()),
    };
    for cut in 0..bytes.len() {
        import(&bytes[..cut]);
    }
    for _ in 0..400 {
        // The check sums of the zip catch most of these.
        let mut flipped = bytes.clone();
        let at = random.below(flipped.len());
        flipped[at] ^= 1 << random.below(8);
        import(&flipped);
        // And none of these.
        let mut changed = parts.clone();
        let content = &mut changed[random.below(parts.len())].1;
        let at = random.below(content.len());
        match random.below(4) {
            0 => content.truncate(at),
            1 => content[at] = b"<>&\"/ =9"[random.below(8)],
            2 => drop(content.remove(at)),
            _ => content[at] ^= 1 << random.below(8),
        }
        import(&packed(&changed));
        let length = random.below(3000);
        let mut noise: Vec<u8> = (0..length).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        import(&noise);
        noise.splice(0..0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
        import(&noise);
        import_epa_hub(&noise).unwrap_err();
        import_egrid_summary(&noise).unwrap_err();
    }
    assert!(accepted > 100, "{accepted}");
}

// Files of Excel 97 made here

/// A record of a workbook's stream.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// A sheet's records, whose texts join `strings`.
fn xls_sheet(rows: &[&[&str]], strings: &mut Vec<String>) -> Vec<u8> {
    let mut bytes = record(0x0809, &[0, 6, 0x10, 0]);
    for (row, cells) in (0_u16..).zip(rows) {
        for (column, cell) in (0_u16..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
            let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
            let whole = cell.parse::<u32>().map(|number| (number << 2) | 2);
            bytes.extend(match (whole, cell.parse::<f64>()) {
                (Ok(short), _) => record(0x027E, &[place, short.to_le_bytes().to_vec()].concat()),
                (_, Ok(number)) => record(0x0203, &[place, number.to_le_bytes().to_vec()].concat()),
                _ => {
                    let index = u32::try_from(strings.len()).unwrap();
                    strings.push((*cell).to_owned());
                    record(0x00FD, &[place, index.to_le_bytes().to_vec()].concat())
                }
            });
        }
    }
    bytes.extend(record(0x000A, &[]));
    bytes
}

/// A workbook in a compound file.
fn xls(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut strings = Vec::new();
    let bodies: Vec<_> = sheets.iter().map(|(_, rows)| xls_sheet(rows, &mut strings)).collect();
    let count = u32::try_from(strings.len()).unwrap().to_le_bytes();
    let mut texts = [count, count].concat();
    for string in &strings {
        let units: Vec<u16> = string.encode_utf16().collect();
        texts.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
        texts.push(1);
        units.iter().for_each(|unit| texts.extend(unit.to_le_bytes()));
    }
    let bound = |(name, _): &(&str, &[&[&str]]), place: usize| {
        let place = u32::try_from(place).unwrap().to_le_bytes();
        let length = u8::try_from(name.len()).unwrap();
        record(0x0085, &[&place[..], &[0, 0, length, 0], name.as_bytes()].concat())
    };
    let globals = |places: &[usize]| {
        let bounds = sheets.iter().zip(places).flat_map(|(sheet, place)| bound(sheet, *place)).collect();
        [record(0x0809, &[0, 6, 5, 0]), bounds, record(0x00FC, &texts), record(0x000A, &[])].concat()
    };
    let mut at = globals(&vec![0; sheets.len()]).len();
    let mut places = Vec::new();
    for body in &bodies {
        places.push(at);
        at += body.len();
    }
    compound(&[globals(&places), bodies.concat()].concat())
}

/// A compound file with the one stream `Workbook`: a sector of the table, one of the directory, and those of the stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    let length = stream.len().max(4096);
    let sectors = u32::try_from(length.div_ceil(512)).unwrap();
    let mut header = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    header.resize(24, 0);
    header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header.resize(44, 0);
    for number in [1, 1, 0, 4096, END, 0, END, 0, 0] {
        header.extend(number.to_le_bytes());
    }
    header.resize(512, 0xFF);
    let mut table = vec![0xFFFF_FFFD, END];
    table.extend((3..3 + sectors).map(|next| if next == sectors + 2 { END } else { next }));
    table.resize(128, FREE);
    let entry = |name: &str, kind: u8, first: u32, length: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let name_length = u8::try_from(entry.len() + 2).unwrap();
        entry.resize(64, 0);
        entry.extend([name_length, 0, kind, 0]);
        entry.resize(116, 0);
        entry.extend(first.to_le_bytes());
        entry.extend(u64::try_from(length).unwrap().to_le_bytes());
        entry
    };
    let mut directory = [entry("Root Entry", 5, END, 0), entry("Workbook", 2, 2, length)].concat();
    directory.resize(512, 0);
    let mut file =
        [header, table.into_iter().flat_map(u32::to_le_bytes).collect(), directory, stream.to_vec()].concat();
    file.resize(1536 + usize::try_from(sectors).unwrap() * 512, 0);
    file
}

fn flat_xls() -> Vec<u8> {
    let front: &[&[&str]] = &[&["Version:", "1.5", "Year:", "2022"], &["Updated:", "44812"]];
    let names: &[&str] = &["Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text", "UOM", "GHG/Unit"];
    let header = [names, &["GHG Conversion Factor 2022"]].concat();
    let table: &[&[&str]] = &[
        &header,
        &butane("litres", "kg CO2e", "1.74529"),
        &butane("tonnes", "kg CO2e of CH4", "2"),
        &butane("kWh", "kg CO2e", "< 1"),
    ];
    xls(&[("Front page", front), ("Factors by Category", table)])
}

#[test]
fn files_of_excel_97_are_read() {
    let import = import_defra_flat_file(&flat_xls()).unwrap();
    check(&import);
    let values: Vec<_> = import.data.factors.iter().map(|factor| factor.value.to_string()).collect();
    assert_eq!(values, ["1.74529", "2"]);
    assert_eq!(import.data.libraries[0].version, "1.5");
    assert_eq!(import.data.libraries[0].created_at.to_rfc3339(), "2022-09-08T00:00:00+00:00");
    assert_eq!(reasons(&import), [("not_a_number", 1)].into_iter().collect());
}

#[test]
fn no_bytes_of_excel_97_make_an_importer_panic() {
    let bytes = flat_xls();
    let mut random = Random(0xB1FF);
    let mut accepted = 0;
    let mut import = |bytes: &[u8]| {
        if let Ok(import) = import_defra_flat_file(bytes) {
            check(&import);
            accepted += 1;
        }
    };
    // Half of the file is the free end of its table and its stream.
    (0..bytes.len()).step_by(7).for_each(|cut| import(&bytes[..cut]));
    for _ in 0..3000 {
        let mut changed = bytes.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(changed.len());
            changed[at] = [0, 1, 0xFF, u8::try_from(random.below(256)).unwrap()][random.below(4)];
        }
        import(&changed);
    }
    println!("{accepted} of 3000 damaged files of Excel 97 still make sense");
    assert!(accepted > 100, "{accepted}");
}

// CSV

fn own_library() -> EmissionFactorLibrary {
    EmissionFactorLibrary {
        id: library_id(Authority::Iea, "Ours", "1"),
        name: "Ours".to_owned(),
        authority: Authority::Iea,
        version: "1".to_owned(),
        release_year: 2024,
        is_default: false,
        values_exclude_oxidation: true,
        gwp_version: None,
        calorific_basis: None,
        biogenic_categories: Vec::new(),
        publication: None,
        licence: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

const ALL_COLUMNS: &str = "category,fuel_type,gas,value,unit,external_id,is_biogenic,oxidation_factor,region,technology,scope,lower,upper,source_table,source_row";

fn csv_import(csv: &str) -> tierra::Result<FactorImport> {
    import_factor_csv(csv.as_bytes(), own_library()).inspect(check)
}

#[test]
fn a_stray_quote_in_csv_spoils_its_own_row() {
    for end in ["\n", "\r\n", "\r"] {
        let csv = "category,fuel_type,gas,value,unit\n\"Site,Coal,CO2,2.4,kg CO2/kg\nSite,Wood,CO2,1.7,kg CO2/kg\n"
            .replace('\n', end);
        let import = csv_import(&csv).unwrap();
        assert_eq!((import.report.rows_read, import.report.rows_used), (2, 1), "{csv:?}");
        assert_eq!(import.data.factors[0].fuel_type, "Wood");
        let aside = &import.report.set_aside[0];
        assert_eq!((aside.row, aside.code), (2, Some(ErrorCode::InvalidCharacter)), "{csv:?}");
    }
}

#[test]
fn factors_from_csv() {
    let csv = format!(
        "\u{FEFF}{ALL_COLUMNS}\r\nSite, Wood chips ,CO2,1.70,kg CO2/kg,W1,TRUE,0.99,NL,Boiler,scope_1,1.5,1.9,T 1,row 2\r\n\
         Site,Coal,CO2,2.4,kg CO2/kg,,,,,,,,,,\r\n"
    );
    let import = csv_import(&csv).unwrap();
    assert_eq!((import.report.rows_used, import.report.rows_read), (2, 2));
    let [wood, coal] = import.data.factors.as_slice() else { panic!() };
    assert_eq!((wood.fuel_type.as_str(), wood.value.to_string().as_str()), ("Wood chips", "1.7"));
    assert_eq!((wood.external_id.as_deref(), wood.is_biogenic), (Some("W1"), true));
    assert_eq!(wood.oxidation_factor.to_string(), "0.99");
    assert_eq!((wood.region.as_deref(), wood.technology.as_deref()), (Some("NL"), Some("Boiler")));
    assert_eq!(wood.scope, Some(EmissionScope::Scope1));
    assert_eq!((wood.lower.unwrap().to_string(), wood.upper.unwrap().to_string()), ("1.5".into(), "1.9".into()));
    assert_eq!(wood.source.as_ref().unwrap().row, "row 2");
    assert_eq!((coal.oxidation_factor, coal.is_biogenic, coal.source.as_ref()), (Decimal::ONE, false, None));
    assert!(import.report.sheets.is_empty());
}

#[test]
fn rows_of_csv_that_fail_are_set_aside_with_line_and_column() {
    let rows: &[(&[u8], &str, &str, &str)] = &[
        (b"A,F,CO2,,kg/v,,,,,,,,,,", "value", "blank", "empty"),
        (b"A,F,CO2,abc,kg/v,,,,,,,,,,", "value", "not_a_number", "invalid_number"),
        (b"A,F,CO2,1e99,kg/v,,,,,,,,,,", "value", "invalid", "out_of_range"),
        (b"A,,CO2,1,kg/v,,,,,,,,,,", "fuel_type", "invalid", "empty"),
        (b"A,F,CO2,1,kg/v,,maybe,,,,,,,,", "is_biogenic", "invalid", "unknown_value"),
        (b"A,F,CO2,1,kg/v,,,2,,,,,,,", "oxidation_factor", "invalid", "out_of_range"),
        (b"A,F,CO2,1,kg/v,,,,,,scope_9,,,,", "scope", "invalid", "unknown_value"),
        (b"A,F,CO2,1,kg/v,,,,,,,2,,,", "lower", "invalid", "out_of_range"),
        (b"A,F,CO2,1,kg/v,,,,,,,,,T,", "source_row", "invalid", "missing_field"),
        (b"A,F,CO2,1,kg/v,,,,,,,,,T,\"a\x01\"", "source_row", "invalid", "invalid_character"),
        (b"A,F,CO2,1,kgCO2e/kWh,,,,,,,,,,", "unit", "invalid", "unknown_value"),
        (b"A,F,CO2e,1,kg CO2e,,,,,,,,,,", "unit", "invalid", "unknown_value"),
        (b"A,F,CO2,1,foo,,,,,,,,,,", "unit", "invalid", "unknown_value"),
        (b"A,F,CO2,1,kg CH4/kWh,,,,,,,,,,", "unit", "invalid", "unknown_value"),
        (b"A,F,CO2,1,ton/kWh,,,,,,,,,,", "unit", "invalid", "unknown_value"),
        (b"A,F,CO2,-1.2,kg/kWh,,,,,,,,,,", "value", "invalid", "out_of_range"),
        (b"A,F,CO2,1.2,kg/kWh,,,,,,,-1,,,", "lower", "invalid", "out_of_range"),
        (b"A,F,CO2,1", "", "invalid", "length_mismatch"),
        (b"A,F\xFF,CO2,1,kg/v,,,,,,,,,,", "", "invalid", "invalid_unicode"),
    ];
    let mut csv = ALL_COLUMNS.as_bytes().to_vec();
    // A row of two lines, and a blank one: rows are named by the line they begin at.
    csv.extend(b"\nA,\"F\nG\",CO2,1,kg/v,,,,,,,,,,\n\n");
    for (row, ..) in rows {
        csv.extend(*row);
        csv.push(b'\n');
    }
    csv.extend(b"A,\"F\nG\",CO2,1.0,kg/v,,,,,,,,,,");
    let import = import_factor_csv(&csv, own_library()).unwrap();
    check(&import);
    assert_eq!(import.data.factors.len(), 1);
    let aside = &import.report.set_aside;
    for ((line, one), (_, column, reason, code)) in (5..).zip(aside).zip(rows) {
        let found = (one.row, one.column.as_str(), one.reason.as_str(), one.code.unwrap().as_str());
        assert_eq!(found, (line, *column, *reason, *code), "{}", one.text);
    }
    let last = aside.last().unwrap();
    assert_eq!((last.row, last.reason, last.text.as_str()), (24, SetAsideReason::Duplicate, "`1`, as at line 2.value"));
}

#[test]
fn a_file_of_csv_is_refused_for_its_columns_and_contradictions() {
    let cases = [
        ("", ErrorCode::Empty, ""),
        ("category,fuel_type,gas,unit\n", ErrorCode::MissingField, "value"),
        ("category,fuel_type,gas,value,unit,colour\n", ErrorCode::UnknownField, "colour"),
        ("category,fuel_type,gas,value,unit,gas\n", ErrorCode::Duplicate, "gas"),
        ("category,fuel_type,gas,value,unit\nA,B,C,1,kg/d\nA,B,C,2,kg/d\n", ErrorCode::AmbiguousFactor, "line 3.value"),
    ];
    for (csv, code, path) in cases {
        let error = csv_import(csv).unwrap_err();
        assert_eq!((error.code(), error.path()), (code, path), "{error}");
    }
    let nameless = EmissionFactorLibrary { name: String::new(), ..own_library() };
    let error = import_factor_csv(b"", nameless.clone()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Empty);
    let error = import_factor_csv(b"category,fuel_type,gas,value,unit\n", nameless).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::Empty, "library.name"));
}

/// The reference tables say what the importers make of the publishers' own workbooks, in every field.
#[cfg(feature = "reference-data")]
#[test]
fn reference_data_is_what_the_workbooks_say() {
    let reference = EmissionFactors::reference().unwrap();
    let imports = [
        defra(2022),
        defra(2023),
        defra(2024),
        read("epa/epa-hub-2024.xlsx").map(|bytes| import_epa_hub(&bytes).unwrap()),
        read("epa/epa-hub-2025.xlsx").map(|bytes| import_epa_hub(&bytes).unwrap()),
        read("egrid/eGRID2023_Data.xlsx").map(|bytes| import_egrid_summary(&bytes).unwrap()),
    ];
    let mut compared = BTreeMap::new();
    for import in imports {
        let Some(import) = import else { return };
        let library = &import.data.libraries[0];
        let ours = reference.library(library.id).unwrap_or_else(|| panic!("{} is missing", library.name));
        // The reference data say that they are an excerpt, where they are.
        let publication = ours.publication.as_ref().map(|title| title.split("; excerpt: ").next().unwrap().to_owned());
        assert_eq!(EmissionFactorLibrary { is_default: false, publication, ..ours.clone() }, *library);
        assert_eq!((ours.excerpt().is_some(), library.excerpt()), (library.authority != Authority::Egrid, None));
        let by_id: HashMap<_, _> = import.data.factors.iter().map(|factor| (factor.id, factor)).collect();
        for factor in reference.factors().iter().filter(|factor| factor.library_id == library.id) {
            assert_eq!(by_id.get(&factor.id), Some(&factor));
            *compared.entry(library.name.clone()).or_insert(0) += 1;
        }
        let properties: HashMap<_, _> = import.data.fuel_properties.iter().map(|it| (it.id, it)).collect();
        for property in reference.fuel_properties().iter().filter(|property| property.library_id == library.id) {
            assert_eq!(properties.get(&property.id), Some(&property));
        }
        let steps = |steps: &[RegionParent]| -> BTreeSet<_> {
            let own = steps.iter().filter(|step| step.library_id == library.id);
            own.map(|step| (step.region.clone(), step.parent.clone())).collect()
        };
        assert_eq!(steps(reference.region_parents()), steps(&import.data.region_parents));
    }
    println!("reference factors equal to the importers': {compared:?}");
    assert!(compared.len() == 6 && compared.values().all(|count| *count > 400));
}
