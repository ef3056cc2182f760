//! The UK Government's GHG conversion factors, as a flat file.

use chrono::NaiveDate;

use super::collector::{Collector, Draft, FactorDraft, midnight};
use super::defra_names::{category_today, says_more, with_basis};
use super::report::{FactorImport, Refusal, SetAsideReason};
use super::sheet::{Cell, Row, Sheet, figure_of, invalid, squeezed};
use super::workbook::Workbook;
use crate::emission::{
    Authority, BiogenicCategory, EmissionFactorLibrary, EmissionScope, GwpVersion, RegionParent, SourceRow, library_id,
};
use crate::{Error, ErrorCode, Result, parse_date, text};

const WANTED: &str = "a DEFRA flat file of GHG conversion factors, `.xls` or `.xlsx`";

/// The sheet in all editions so far.
const SHEET: &str = "Factors by Category";

/// How the heading of the figures begins; the edition's year follows.
const FACTOR_HEADING: &str = "GHG Conversion Factor";

/// Imports a flat file of the UK Government's GHG conversion factors (DEFRA, DESNZ), of any edition from 2016 on.
///
/// One query finds a row in every edition: a category that was called otherwise once has its present name (`WTT- UK & overseas
/// elec` for the UK is `WTT- UK electricity`), `Electricity: Austria` is electricity of the region `Austria`, and what restates
/// the unit (`Energy - Gross CV`, `Volume`) is no technology.
///
/// Figures are kg CO2e per unit, of which a gas's own figure is a part: the factor's gas is then `CH4` and its unit
/// `kg CO2e of CH4/litres`, never a mass of CH4. Editions up to 2021 label such a figure `kg CH4`; that label in a later
/// edition, and the label of later ones in those, is an error. rows in `kWh` are energy intensities and are set aside, and
/// so are blank cells and texts such as `< 1`.
///
/// The sheet is the one with the heading `GHG Conversion Factor <year>`; of several it is `Factors by Category`. The edition's
/// year, version and date are those of the front page. Source: the flat files at gov.uk, Open Government Licence v3.0.
///
/// # Errors
///
/// [`ErrorCode::InvalidWorkbook`] for a file of another kind, damaged, cut short (the row `END` closes editions from 2023 on) or
/// whose years disagree; [`ErrorCode::OutOfRange`] beyond 64 MiB; [`ErrorCode::MissingField`] or [`ErrorCode::Duplicate`] for a
/// column; [`ErrorCode::LabelChanged`]; [`ErrorCode::AmbiguousFactor`] for two rows that contradict one another. The path is
/// that of the cell, such as `Factors by Category!I12`.
///
/// ```
/// use tierra::emission::import::import_defra_flat_file;
/// let error = import_defra_flat_file(b"<!DOCTYPE html>").unwrap_err();
/// assert_eq!(error.code(), tierra::ErrorCode::InvalidWorkbook);
/// ```
pub fn import_defra_flat_file(bytes: &[u8]) -> Result<FactorImport> {
    let book = Workbook::read(bytes, WANTED)?;
    let (sheet, header) = find_table(&book)?;
    let columns = Columns::of(sheet, header)?;
    let front = FrontPage::of(&book)?;
    let year = columns.edition(sheet, header)?;
    if year != front.year {
        let message = format!("the figures are of `{year}`, the front page says `{}`; expected one year", front.year);
        let path = sheet.place(header.number, columns.factor).to_string();
        return Err(Error::new(ErrorCode::InvalidWorkbook, path, message));
    }
    let mut collector = Collector::new(library(&front))?;
    let library_id = collector.library_id();
    collector.region_parents([RegionParent { library_id, region: "GB".to_owned(), parent: "UK".to_owned() }]);
    read_rows(sheet, header, &columns, year, &mut collector)?;
    let read = vec![front.sheet, sheet.name.clone()];
    collector.report().sheets_not_read = book.names_without(&read);
    collector.report().sheets = read;
    Ok(collector.finish())
}

/// The sheet with the factors and its row of headings.
fn find_table(book: &Workbook) -> Result<(&Sheet, &Row)> {
    let is_header = |row: &Row| row.texts().any(|(_, text)| text.starts_with(FACTOR_HEADING));
    let header_of = |sheet: &Sheet| sheet.rows.iter().take(50).position(is_header);
    let tables: Vec<_> =
        book.sheets.iter().filter_map(|sheet| Some((sheet, sheet.rows.get(header_of(sheet)?)?))).collect();
    let named = tables.iter().find(|(sheet, _)| text::folded(&sheet.name) == text::folded(SHEET));
    match (named, tables.as_slice()) {
        (Some(table), _) | (None, [table]) => Ok(*table),
        (None, []) => Err(invalid(format!(
            "the file is {}, without a heading `{FACTOR_HEADING} <year>`; expected {WANTED}",
            book.kind()
        ))),
        (None, several) => {
            let names: Vec<_> = several.iter().map(|(sheet, _)| format!("`{}`", text::excerpt(&sheet.name))).collect();
            let names = names.join(", ");
            Err(invalid(format!(
                "the sheets {names} all have the heading `{FACTOR_HEADING}`; expected one, or `{SHEET}`"
            )))
        }
    }
}

/// Where each column stands, from 0.
struct Columns {
    id: Option<u32>,
    scope: u32,
    level_1: u32,
    level_2: u32,
    level_3: u32,
    level_4: u32,
    column_text: u32,
    unit: u32,
    label: u32,
    factor: u32,
}

impl Columns {
    fn of(sheet: &Sheet, header: &Row) -> Result<Self> {
        let at = |names: &[&str]| -> Result<Option<u32>> {
            let is_named = |text: &str| names.iter().any(|name| text::folded(text) == text::folded(name));
            let mut found = header.texts().filter(|(_, text)| is_named(text));
            let first = found.next();
            if let (Some((column, text)), Some((again, _))) = (&first, found.next()) {
                let message = format!(
                    "the column `{text}` stands at {} already; expected it once",
                    sheet.place(header.number, *column)
                );
                return Err(Error::new(ErrorCode::Duplicate, sheet.place(header.number, again).to_string(), message));
            }
            Ok(first.map(|(column, _)| column))
        };
        let required = |names: &[&str]| {
            at(names)?.ok_or_else(|| {
                let name = names.join("` or `");
                let message = format!("the column `{name}` is missing; expected it among the headings");
                Error::new(ErrorCode::MissingField, format!("{}!{}", sheet.name, header.number), message)
            })
        };
        let factor = header.texts().find(|(_, text)| text.starts_with(FACTOR_HEADING)).map(|(column, _)| column);
        Ok(Self {
            id: at(&["ID"])?,
            scope: required(&["Scope"])?,
            level_1: required(&["Level 1"])?,
            level_2: required(&["Level 2"])?,
            level_3: required(&["Level 3"])?,
            level_4: required(&["Level 4"])?,
            column_text: required(&["Column Text"])?,
            unit: required(&["UOM"])?,
            label: required(&["GHG/Unit", "GHG"])?,
            factor: factor.unwrap_or_default(),
        })
    }

    /// The year that the heading of the figures names.
    fn edition(&self, sheet: &Sheet, header: &Row) -> Result<i32> {
        let heading = header.text(self.factor);
        let year = heading.strip_prefix(FACTOR_HEADING).and_then(|year| year.trim().parse().ok());
        year.ok_or_else(|| {
            let message = format!("`{}` names no year; expected `{FACTOR_HEADING} <year>`", text::excerpt(&heading));
            Error::new(ErrorCode::InvalidWorkbook, sheet.place(header.number, self.factor).to_string(), message)
        })
    }
}

/// What the front page says of the edition.
struct FrontPage {
    sheet: String,
    year: i32,
    version: String,
    updated: NaiveDate,
}

impl FrontPage {
    fn of(book: &Workbook) -> Result<Self> {
        let sheet = book.sheets.iter().find(|sheet| text::folded(&sheet.name) == "FRONT PAGE").ok_or_else(|| {
            invalid("the sheet `Front page` is missing; expected it, with the edition's year, version and date")
        })?;
        let missing = |label: &str| {
            let message = format!("the front page has no `{label}`; expected the edition's");
            Error::new(ErrorCode::InvalidWorkbook, sheet.name.clone(), message)
        };
        let years: Vec<_> = values(sheet, "Year:").map(|(at, cell)| (at, cell.shown())).collect();
        let (_, year) = years.first().ok_or_else(|| missing("Year:"))?;
        if let Some(((row, column), other)) = years.iter().find(|(_, other)| other != year) {
            let message = format!("`{}` and `{}`; expected one year", text::excerpt(year), text::excerpt(other));
            return Err(Error::new(ErrorCode::InvalidWorkbook, sheet.place(*row, *column).to_string(), message));
        }
        let (_, version) = values(sheet, "Version:").next().ok_or_else(|| missing("Version:"))?;
        let ((row, column), updated) = values(sheet, "Updated:").next().ok_or_else(|| missing("Updated:"))?;
        let updated_on = book.date_of(updated).or_else(|| date_in_words(&updated.shown())).ok_or_else(|| {
            let message =
                format!("`{}` is no date; expected when the edition was updated", text::excerpt(&updated.shown()));
            Error::new(ErrorCode::InvalidDate, sheet.place(row, column).to_string(), message)
        })?;
        let year = year.parse().map_err(|_| missing("Year:"))?;
        Ok(Self { sheet: sheet.name.clone(), year, version: version_of(version), updated: updated_on })
    }
}

/// The cells to the right of a label, with row and column.
fn values<'a>(sheet: &'a Sheet, label: &'a str) -> impl Iterator<Item = ((u32, u32), &'a Cell)> {
    sheet.rows.iter().flat_map(move |row| {
        let labels = row.texts().filter(move |(_, text)| text::folded(text) == text::folded(label));
        labels.filter_map(|(column, _)| row.next_after(column)).map(|(column, cell)| ((row.number, column), cell))
    })
}

/// A version as the publisher writes it: the number 3 is `3.0`.
fn version_of(cell: &Cell) -> String {
    let shown = cell.shown();
    let is_whole = matches!(cell, Cell::Number(_)) && shown.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { format!("{shown}.0") } else { shown }
}

/// `2024-10-17` or `17/10/2024`.
fn date_in_words(text: &str) -> Option<NaiveDate> {
    parse_date(text).ok().or_else(|| NaiveDate::parse_from_str(text, "%d/%m/%Y").ok())
}

fn library(front: &FrontPage) -> EmissionFactorLibrary {
    let FrontPage { year, version, updated, .. } = front;
    let name = format!("DEFRA {year}");
    let pair = |category: &str, biogenic: &str| BiogenicCategory {
        category: category.to_owned(),
        biogenic_category: format!("Outside of scopes / {biogenic}"),
    };
    EmissionFactorLibrary {
        id: library_id(Authority::Defra, &name, version),
        authority: Authority::Defra,
        version: version.clone(),
        release_year: *year,
        is_default: false,
        values_exclude_oxidation: false,
        gwp_version: Some(if *year <= 2022 { GwpVersion::Ar4 } else { GwpVersion::Ar5 }),
        // Its units of energy say which they are.
        calorific_basis: None,
        biogenic_categories: vec![
            pair("Fuels / Liquid fuels", "Forecourt fuels containing biofuel"),
            pair("Bioenergy / Biofuel", "Biofuel"),
            pair("Bioenergy / Biomass", "Biomass"),
            pair("Bioenergy / Biogas", "Biogas"),
            pair("UK electricity / Electricity generated", "Electricity generated"),
        ],
        publication: Some(format!(
            "UK Government GHG Conversion Factors for Company Reporting {year}, version {version} (flat file)"
        )),
        licence: Some("Open Government Licence v3.0".to_owned()),
        created_at: midnight(*updated),
        name,
    }
}

fn read_rows(sheet: &Sheet, header: &Row, columns: &Columns, year: i32, collector: &mut Collector) -> Result<()> {
    let mut ended = false;
    for row in sheet.rows.iter().filter(|row| row.number > header.number) {
        let mut texts = row.texts().map(|(_, text)| text);
        let first = texts.next();
        if first.as_deref() == Some("END") && texts.next().is_none() {
            ended = true;
            break;
        }
        // A row of blanks alone is no row of the table.
        if first.is_some() {
            collector.row(|collector| read_row(sheet, row, columns, year, collector))?;
        }
    }
    if !ended && year >= 2023 {
        let last = sheet.rows.last().map_or(0, |row| row.number);
        let message = format!(
            "the row `END` is missing behind row {last}: the sheet is cut short; expected it to close the table"
        );
        return Err(Error::new(ErrorCode::InvalidWorkbook, sheet.name.clone(), message));
    }
    Ok(())
}

fn read_row(sheet: &Sheet, row: &Row, columns: &Columns, year: i32, collector: &mut Collector) -> Result<()> {
    let place = sheet.place(row.number, columns.factor);
    let shown = row.text(columns.label);
    let label = Label::of(&shown, year).map_err(|message| {
        Error::new(ErrorCode::LabelChanged, sheet.place(row.number, columns.label).to_string(), message)
    })?;
    let aside = |reason, text: &str| Refusal::new(reason, text::excerpt(text));
    let refusal = match label {
        Label::Total | Label::PartOf(_) => None,
        Label::EnergyIntensity => Some(aside(SetAsideReason::EnergyIntensity, &shown)),
        Label::None => Some(aside(SetAsideReason::NoLabel, "")),
        Label::Unknown => Some(aside(SetAsideReason::UnknownLabel, &shown)),
    };
    let scope_text = row.text(columns.scope);
    let scope = scope_of(&scope_text).ok_or_else(|| aside(SetAsideReason::UnknownLabel, &scope_text));
    let refusal = refusal.map_or(scope, Err);
    match refusal {
        Err(refusal) => collector.set_aside(&place, refusal),
        Ok(scope) => {
            let draft = draft_of(row, columns, &label, scope, sheet);
            collector.figure(&place, figure_of(row.cell(columns.factor)), Draft::Factor(draft))?;
        }
    }
    Ok(())
}

/// What a row's figure is.
#[derive(Debug, PartialEq, Eq)]
enum Label {
    /// CO2e of all gases.
    Total,
    /// The part of it that is due to one gas.
    PartOf(&'static str),
    /// kWh per unit.
    EnergyIntensity,
    None,
    Unknown,
}

impl Label {
    /// Reads a label of an edition; an error says how its meaning changed.
    fn of(label: &str, year: i32) -> Result<Self, String> {
        let label = label.replace('₂', "2").replace('₄', "4");
        match label.as_str() {
            "" => return Ok(Self::None),
            "kg CO2e" => return Ok(Self::Total),
            "kWh (Net CV)" | "kWh (net)" | "kWh" => return Ok(Self::EnergyIntensity),
            _ => {}
        }
        for gas in ["CO2", "CH4", "N2O"] {
            let part = format!("kg CO2e of {gas}");
            if label == part {
                return Ok(Self::PartOf(gas));
            }
            // In 2022 the labels changed from `kg CH4` to `kg CO2e of CH4`, in 2023 to `kg CO2e of CH4 per unit`.
            let (is_old, is_new) = (label == format!("kg {gas}"), label == format!("{part} per unit"));
            if (is_old && year >= 2022) || (is_new && year < 2022) {
                let expected = if is_old { part } else { format!("kg {gas}") };
                return Err(format!(
                    "`{label}` is no label of the edition {year}, where it would mean something else; expected `{expected}`"
                ));
            }
            if is_old || is_new {
                return Ok(Self::PartOf(gas));
            }
        }
        Ok(Self::Unknown)
    }
}

/// The scope of a row, which may state none; an empty option for another text.
fn scope_of(text: &str) -> Option<Option<EmissionScope>> {
    match text::folded(text).as_str() {
        "" => Some(None),
        "SCOPE 1" => Some(Some(EmissionScope::Scope1)),
        "SCOPE 2" => Some(Some(EmissionScope::Scope2)),
        "SCOPE 3" => Some(Some(EmissionScope::Scope3)),
        "OUTSIDE OF SCOPES" => Some(Some(EmissionScope::OutsideOfScopes)),
        _ => None,
    }
}

fn draft_of(row: &Row, columns: &Columns, label: &Label, scope: Option<EmissionScope>, sheet: &Sheet) -> FactorDraft {
    let [level_1, level_2, level_3, level_4, column_text, unit] =
        [columns.level_1, columns.level_2, columns.level_3, columns.level_4, columns.column_text, columns.unit]
            .map(|column| row.text(column));
    let joined = |parts: &[&String]| {
        let parts: Vec<_> = parts.iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect();
        parts.join(" / ")
    };
    let (fuel_type, region) = match (level_1.as_str(), level_3.as_str(), level_3.strip_prefix("Electricity: ")) {
        ("Hotel stay", region, _) => {
            ("Hotel stay".to_owned(), Some(region.to_owned()).filter(|region| !region.is_empty()))
        }
        (_, _, Some(country)) => ("Electricity".to_owned(), Some(country.to_owned())),
        (_, "", None) => (level_2.clone(), None),
        _ => (level_3.clone(), None),
    };
    let unit = with_basis(unit, &column_text);
    let details: Vec<_> = [&level_4, &column_text].into_iter().filter(|detail| says_more(detail, &unit)).collect();
    let technology = Some(joined(&details)).filter(|technology| !technology.is_empty());
    let (gas, mass) = match label {
        Label::PartOf(gas) => (*gas, format!("kg CO2e of {gas}")),
        _ => ("CO2e", "kg CO2e".to_owned()),
    };
    let per = unit.strip_prefix("per ").unwrap_or(&unit);
    FactorDraft {
        external_id: columns.id.map(|column| row.text(column)).filter(|id| !id.is_empty()),
        category: category_today(&level_1, &level_2),
        fuel_type,
        gas: gas.to_owned(),
        is_biogenic: scope == Some(EmissionScope::OutsideOfScopes),
        // A row without a unit is refused for its empty unit.
        unit: if per.is_empty() { String::new() } else { format!("{mass}/{per}") },
        region,
        technology,
        scope,
        source: Some(SourceRow { table: squeezed(&sheet.name), row: format!("row {}", row.number) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_mean_what_their_edition_says() {
        for (label, year, expected) in [
            ("kg CO2e", 2020, Label::Total),
            ("kg CH4", 2021, Label::PartOf("CH4")),
            ("kg CO2e of CH4", 2022, Label::PartOf("CH4")),
            ("kg CO2e of N2O per unit", 2024, Label::PartOf("N2O")),
            ("kWh (Net CV)", 2024, Label::EnergyIntensity),
            ("kWh (net)", 2022, Label::EnergyIntensity),
            ("kWh", 2021, Label::EnergyIntensity),
            ("", 2022, Label::None),
            ("kg SF6", 2022, Label::Unknown),
        ] {
            assert_eq!(Label::of(label, year).unwrap(), expected, "{label} {year}");
        }
        for (label, year) in [("kg CH4", 2022), ("kg CO2", 2024), ("kg CO2e of CH4 per unit", 2021)] {
            assert!(Label::of(label, year).unwrap_err().contains(label));
        }
    }
}
