//! The same question in every edition of a publication that is at hand, and layouts of earlier years.

use calamine::{Data, DataType as _, Reader as _};
use tierra::emission::import::{
    FactorImport, SetAsideReason, import_defra_flat_file, import_egrid_summary, import_epa_hub,
};
use tierra::emission::{
    Authority, EmissionFactor, EmissionFactors, EmissionScope, FactorFilter, GwpVersion, ResolveQuery,
};
use tierra::{Decimal, ErrorCode};

use crate::shared_data::shared_data;

/// The editions of DEFRA that are at hand.
const DEFRA: [(i32, &str); 5] = [
    (2021, "defra/defra-2021-flat.xls"),
    (2022, "defra/defra-2022-flat.xls"),
    (2023, "defra/defra-2023-flat.xlsx"),
    (2024, "defra/defra-2024-flat.xlsx"),
    (2025, "defra/defra-2025-flat.xlsx"),
];

pub fn read(file: &str) -> Option<Vec<u8>> {
    shared_data(file).map(|path| std::fs::read(path).unwrap())
}

pub fn defra(year: i32) -> Option<FactorImport> {
    let (_, file) = DEFRA.iter().find(|(edition, _)| *edition == year).unwrap();
    read(file).map(|bytes| import_defra_flat_file(&bytes).unwrap())
}

fn of_all_editions() -> Option<EmissionFactors> {
    let mut all = EmissionFactors::default();
    for (year, _) in DEFRA {
        all = all.extended(defra(year)?.data).unwrap();
    }
    Some(all)
}

/// A row of the sheet as its cells show it, read by another reader's rows than the importer's.
pub struct FlatRow {
    pub number: u32,
    cells: Vec<(String, Data)>,
}

impl FlatRow {
    pub fn text(&self, name: &str) -> String {
        let cell = self.cells.iter().find(|(heading, _)| heading == name).map(|(_, cell)| cell.to_string());
        cell.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn value(&self) -> &Data {
        self.cells
            .iter()
            .find(|(heading, _)| heading.starts_with("GHG Conversion Factor"))
            .map(|(_, cell)| cell)
            .unwrap()
    }

    pub fn label(&self) -> String {
        let label = self.text("GHG/Unit");
        if label.is_empty() { self.text("GHG") } else { label }
    }
}

/// The rows of an edition's table.
pub fn flat_rows(year: i32) -> Option<Vec<FlatRow>> {
    let (_, file) = DEFRA.iter().find(|(edition, _)| *edition == year).unwrap();
    let mut book = calamine::open_workbook_auto(shared_data(file)?).unwrap();
    let range = book.worksheet_range("Factors by Category").unwrap();
    let first = range.start().unwrap().0;
    let rows: Vec<&[Data]> = range.rows().collect();
    let head = rows.iter().position(|row| row.iter().any(|cell| cell.get_string() == Some("Scope"))).unwrap();
    let names: Vec<String> = rows[head].iter().map(ToString::to_string).collect();
    let of = |(at, row): (usize, &&[Data])| FlatRow {
        number: first + u32::try_from(at).unwrap() + 1,
        cells: names.iter().cloned().zip(row.iter().cloned()).collect(),
    };
    let body = rows.iter().enumerate().skip(head + 1).map(of);
    Some(body.filter(|row| !["", "END"].contains(&row.text("Level 1").as_str())).collect())
}

/// Queries that every edition answers, as (category, fuel, technology, region, unit).
type Question = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, &'static str);

const QUESTIONS: [Question; 16] = [
    ("Fuels / Gaseous fuels", "Natural gas", None, None, "kWh (Gross CV)"),
    ("Fuels / Gaseous fuels", "Natural gas", None, None, "kWh (Net CV)"),
    ("Fuels / Gaseous fuels", "Natural gas", None, None, "cubic metres"),
    ("Fuels / Liquid fuels", "Diesel (average biofuel blend)", None, None, "litres"),
    ("Fuels / Solid fuels", "Coal (industrial)", None, None, "tonnes"),
    ("WTT- fuels / Liquid fuels", "Diesel (average biofuel blend)", None, None, "litres"),
    ("Bioenergy / Biomass", "Wood pellets", None, None, "tonnes"),
    ("UK electricity / Electricity generated", "Electricity", None, Some("UK"), "kWh"),
    ("Transmission and distribution / T&D- UK electricity", "Electricity", None, Some("GB"), "kWh"),
    ("WTT- UK electricity / WTT- UK electricity (generation)", "Electricity", None, Some("UK"), "kWh"),
    ("Managed assets- electricity / Electricity generated", "Electricity", None, Some("UK"), "kWh"),
    ("Heat and steam / Heat and steam", "Onsite heat and steam", None, None, "kWh"),
    ("Passenger vehicles / Cars (by size)", "Small car", Some("Petrol"), None, "miles"),
    (
        "Business travel- air / Flights",
        "Domestic, to/from UK",
        Some("Average passenger / With RF"),
        None,
        "passenger.km",
    ),
    ("Hotel stay / Hotel stay", "Hotel stay", None, Some("France"), "Room per night"),
    ("WTT- business travel- sea / WTT- ferry", "Foot passenger", None, None, "passenger.km"),
];

#[test]
fn one_question_is_answered_by_every_edition_of_defra() {
    let Some(factors) = of_all_editions() else { return };
    for (year, _) in DEFRA {
        let rows = flat_rows(year).unwrap();
        for (category, fuel, technology, region, unit) in QUESTIONS {
            let query = ResolveQuery {
                technology,
                region,
                factor_unit: Some(unit),
                ..ResolveQuery::new(Authority::Defra, year, fuel, "CO2e", category)
            };
            let found = factors.resolve(&query).unwrap().unwrap_or_else(|| panic!("{year}: {query:?}"));
            assert_eq!(found.library.release_year, year);
            // The row that it names states that figure.
            let row: u32 = found.factor.source.as_ref().unwrap().row.trim_start_matches("row ").parse().unwrap();
            let row = rows.iter().find(|one| one.number == row).unwrap();
            let stated = row.value().to_string().parse::<f64>().unwrap();
            assert!((found.factor.value.to_string().parse::<f64>().unwrap() - stated).abs() <= stated * 1e-14);
            assert_eq!((row.label().as_str(), row.text("UOM").as_str()), ("kg CO2e", unit), "{year}: {query:?}");
        }
    }
    println!("{} questions in {} editions", QUESTIONS.len(), DEFRA.len());
}

#[test]
fn the_edition_of_2021_states_units_and_countries_in_words() {
    let Some(import) = defra(2021) else { return };
    assert!(import.check(), "{:?}", import.report);
    let factors = &import.data.factors;
    let of = |wanted: &'static str| factors.iter().filter(move |factor| factor.category.starts_with(wanted));
    // A unit in words is no technology.
    assert_eq!((of("Fuels / ").count(), of("Fuels / ").filter(|it| it.technology.is_some()).count()), (468, 0));
    let countries = of("WTT- UK & overseas elec / WTT- overseas electricity (generation)");
    let countries: Vec<&EmissionFactor> = countries.collect();
    assert!(countries.len() > 50 && countries.iter().all(|it| it.fuel_type == "Electricity" && it.region.is_some()));
    let austria = countries.iter().find(|it| it.region.as_deref() == Some("Austria")).unwrap();
    assert_eq!(austria.value.to_string(), "0.0486881152494686");
    // 75 intensities in `kWh` and 438 in `kWh (Net CV)`; the label of one row is a stray mark.
    assert_eq!(import.report.count(SetAsideReason::EnergyIntensity), 513);
    let unknown: Vec<_> =
        import.report.set_aside.iter().filter(|it| it.reason == SetAsideReason::UnknownLabel).collect();
    assert_eq!(unknown.iter().map(|it| (it.row, it.text.as_str())).collect::<Vec<_>>(), [(7598, "`")]);
    // A zero that a formula left in level 4 is no technology either.
    assert!(
        !factors.iter().any(|it| it.technology.as_deref().is_some_and(|name| name == "0" || name.starts_with("0 / ")))
    );
    assert_eq!(import.data.libraries[0].gwp_version, Some(GwpVersion::Ar4));
}

/// Every blank cell of CO2e, asked for as its row names it, has no factor: never a neighbour's figure (DECISIONS 13).
#[test]
fn a_blank_cell_of_defra_has_no_factor() {
    let Some(import) = defra(2025) else { return };
    let library = import.data.libraries[0].id;
    let factors = EmissionFactors::new(import.data).unwrap();
    let (mut blank, mut of_technologies) = (0, 0);
    for row in flat_rows(2025).unwrap() {
        let is_blank = row.value().to_string().trim().is_empty();
        if row.label() != "kg CO2e" || !is_blank {
            continue;
        }
        blank += 1;
        let (level_3, unit) = (row.text("Level 3"), row.text("UOM"));
        let details = [row.text("Level 4"), row.text("Column Text")];
        let details: Vec<String> = details.into_iter().filter(|text| !text.is_empty() && *text != unit).collect();
        if details.is_empty() || level_3.starts_with("Electricity") {
            continue;
        }
        of_technologies += 1;
        let (technology, category) =
            (details.join(" / "), format!("{} / {}", row.text("Level 1"), row.text("Level 2")));
        let query = ResolveQuery {
            technology: Some(&technology),
            factor_unit: Some(&unit),
            ..ResolveQuery::new(Authority::Defra, 2025, &level_3, "CO2e", &category)
        };
        let found = factors.resolve(&query).unwrap();
        assert!(found.is_none(), "row {}: {technology} is answered by {:?}", row.number, found.unwrap().factor);
        // What there is instead is in the explanation. Some of them: each goes over the whole library.
        if of_technologies % 50 != 1 {
            continue;
        }
        let why = factors.explain(&query).unwrap();
        let filter = FactorFilter {
            fuel_type: Some(&level_3),
            gas: Some("CO2e"),
            category: Some(&category),
            ..FactorFilter::of_library(library)
        };
        assert_eq!(why.candidates.len() as u64, factors.search(&filter).unwrap().total);
    }
    assert_eq!(blank, 809);
    assert!(of_technologies > 500, "{of_technologies}");
    println!("{blank} blank cells of CO2e, {of_technologies} of them of a technology: no factor");
}

#[test]
fn the_hub_of_2021() {
    let Some(bytes) = read("epa/epa-hub-2021.xlsx") else { return };
    let import = import_epa_hub(&bytes).unwrap();
    assert!(import.check(), "{:?}", import.report);
    let library = &import.data.libraries[0];
    assert_eq!((library.name.as_str(), library.release_year), ("EPA Emission Factors Hub 2021", 2021));
    assert!(library.publication.as_ref().unwrap().ends_with("last modified 2021-09-15"));
    assert_eq!(import.report.count(SetAsideReason::UnknownLabel), 0, "{:?}", import.report);
    assert_eq!(import.report.count(SetAsideReason::Invalid), 0, "{:?}", import.report);
    let factors = EmissionFactors::new(import.data).unwrap();
    let asked = |category: &'static str, fuel: &'static str, gas: &'static str| {
        ResolveQuery::new(Authority::Epa, 2021, fuel, gas, category)
    };
    let value = |query: ResolveQuery<'_>| {
        let found = factors.resolve(&query).unwrap().unwrap_or_else(|| panic!("{query:?}"));
        (found.factor.value.to_string(), found.factor.unit.clone())
    };
    let of_region = |region| ResolveQuery { region: Some(region), ..asked("Electricity", "Electricity", "CO2") };
    assert_eq!(value(of_region("CAMX")), ("453.2".into(), "lb CO2/MWh".into()));
    assert_eq!(value(of_region("US")), ("884.2".into(), "lb CO2/MWh".into()));
    let non_baseload = ResolveQuery { technology: Some("Non-baseload"), ..of_region("CAMX") };
    assert_eq!(value(non_baseload), ("964".into(), "lb CO2/MWh".into()));
    let car = |technology, gas| ResolveQuery {
        technology: Some(technology),
        ..asked("Mobile combustion, on-road gasoline", "Gasoline", gas)
    };
    assert_eq!(value(car("Gasoline Passenger Cars / 1975", "CH4")), ("0.1423".into(), "g CH4/mile".into()));
    assert_eq!(value(car("Gasoline Light-Duty Trucks / 1976", "N2O")), ("0.0555".into(), "g N2O/mile".into()));
    let bus = ResolveQuery {
        technology: Some("Buses"),
        ..asked("Mobile combustion, on-road diesel and alternative fuels", "CNG", "CH4")
    };
    assert_eq!(value(bus), ("10".into(), "g CH4/mile".into()));
    assert_eq!(value(asked("Steam and heat", "Steam and Heat", "CO2")), ("66.33".into(), "kg CO2/mmBtu".into()));
    let freight =
        ResolveQuery { factor_unit: Some("ton-mile"), ..asked("Transportation and distribution", "Rail", "CO2") };
    assert_eq!(value(freight), ("0.022".into(), "kg CO2/ton-mile".into()));
    let gas = ResolveQuery { factor_unit: Some("mmBtu"), ..asked("Stationary combustion", "Natural Gas", "CO2") };
    assert_eq!(value(gas), ("53.06".into(), "kg CO2/mmBtu".into()));
}

#[test]
fn the_tables_of_egrid2021() {
    let Some(bytes) = read("egrid/egrid-2021-summary.xlsx") else { return };
    let import = import_egrid_summary(&bytes).unwrap();
    assert!(import.check(), "{:?}", import.report);
    let library = &import.data.libraries[0];
    assert_eq!((library.name.as_str(), library.version.as_str()), ("eGRID2021", "2023-01-30"));
    // Its CO2e is the sum of its gases by AR4: that of eGRID2023 by AR5 (DECISIONS 37).
    assert_eq!(library.gwp_version, Some(GwpVersion::Ar4));
    let later = import_egrid_summary(&read("egrid/eGRID2023_Data.xlsx").unwrap()).unwrap();
    assert_eq!(later.data.libraries[0].gwp_version, Some(GwpVersion::Ar5));
    assert_eq!(import.report.count(SetAsideReason::UnknownLabel), 0, "{:?}", import.report);
    assert_eq!((import.report.count(SetAsideReason::GridLoss), import.report.rows_read), (28, 28 + 53));
    let same_shape = |import: &FactorImport| (import.report.factors_made, import.data.region_parents.len());
    assert_eq!(same_shape(&import), same_shape(&later));
    let of = |region: &str, gas: &str| {
        let is_it = |it: &&EmissionFactor| {
            it.region.as_deref() == Some(region)
                && it.gas == gas
                && it.technology.is_none()
                && it.category == "Electricity"
        };
        let found: Vec<_> = import.data.factors.iter().filter(is_it).collect();
        assert_eq!((found.len(), found[0].scope), (1, Some(EmissionScope::Scope2)));
        found[0].value
    };
    assert_eq!((of("AKGD", "CO2").to_string(), of("AKGD", "CO2e").to_string()), ("1067.68".into(), "1073.669".into()));
    let sum = of("AKGD", "CO2") + of("AKGD", "CH4") * Decimal::from(25) + of("AKGD", "N2O") * Decimal::from(298);
    assert!((sum - of("AKGD", "CO2e")).abs() < Decimal::new(2, 1));
}

/// No error recommends a category that lacks CO2 as if it were whole (DECISIONS 34).
#[test]
fn a_category_without_co2_is_told_as_one() {
    let Some(bytes) = read("epa/epa-hub-2024.xlsx") else { return };
    let factors = EmissionFactors::new(import_epa_hub(&bytes).unwrap().data).unwrap();
    let told = |fuel: &str, category: &str| {
        let query = ResolveQuery::new(Authority::Epa, 2024, fuel, "CO2", category);
        let activity = tierra::emission::Activity { amount: Decimal::ONE, unit: "miles" };
        factors.co2e(&query, &activity, GwpVersion::Ar5).unwrap_err().message().to_owned()
    };
    let lacking = "`Mobile combustion, on-road gasoline` (CH4 and N2O only, without CO2)";
    assert!(told("Gasoline", "Mobile combustion").contains(lacking), "{}", told("Gasoline", "Mobile combustion"));
    let of_category = told("Petrol", "Mobile combustion, on-road gasoline");
    assert!(of_category.contains("this category (CH4 and N2O only, without CO2) are `Gasoline`"), "{of_category}");
    let of_nothing = told("Petrol", "On-road gasoline");
    assert!(of_nothing.contains(lacking), "{of_nothing}");
    let whole = told("Motor Gasolin", "Mobile combustion");
    assert!(whole.contains("`Motor Gasoline`") && !whole.contains("without CO2"), "{whole}");
}

#[test]
fn a_wrong_name_is_told_the_nearest() {
    let Some(import) = defra(2025) else { return };
    let factors = EmissionFactors::new(import.data).unwrap();
    let refusal = |fuel: &str, category: &str, technology: Option<&str>| {
        let query = ResolveQuery { technology, ..ResolveQuery::new(Authority::Defra, 2025, fuel, "CO2e", category) };
        let activity = tierra::emission::Activity { amount: Decimal::ONE, unit: "litres" };
        let error = factors.co2e(&query, &activity, GwpVersion::Ar5).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FactorNotFound);
        error.message().to_owned()
    };
    for (fuel, category, technology, named) in [
        ("Disel", "Fuels / Liquid fuels", None, "Diesel (100% mineral diesel)"),
        ("Natural gaz", "Fuels / Gaseous fuels", None, "Natural gas"),
        ("Diesel (average biofuel blend)", "Fuels / Liquid", None, "Fuels / Liquid fuels"),
        ("Average construction", "Material use / Construction", Some("Re-used"), "Primary material production"),
        ("petrol", "fuel", None, "Petrol (100% mineral petrol)"),
    ] {
        let told = refusal(fuel, category, technology);
        assert!(told.contains(&format!("`{named}`")), "{told}");
    }
}
