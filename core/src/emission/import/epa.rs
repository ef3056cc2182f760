//! EPA's Emission Factors Hub.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::collector::{Collector, Draft, FactorDraft, midnight};
use super::epa_columns::{Column, GASES, Name, without_footnote};
use super::report::{FactorImport, Refusal, SetAsideReason};
use super::sheet::{Cell, Row, Sheet, figure_of, invalid};
use super::workbook::{HUB_TITLE, Workbook};
use crate::emission::{
    Authority, CalorificBasis, EmissionFactorLibrary, EmissionScope, GwpVersion, SourceRow, egrid_region_parents,
    library_id,
};
use crate::{Error, ErrorCode, Result, text};

const WANTED: &str = "an EPA Emission Factors Hub, `.xlsx`";

/// The column in which a table's number stands, and the next one, with its title and the names of its rows.
const NUMBER_COLUMN: u32 = 1;
const NAME_COLUMN: u32 = 2;

/// The tables with factors that an edition must have; some copies end before the tables of GWPs.
const NEEDED: std::ops::RangeInclusive<u32> = 1..=10;

/// Imports the workbook of EPA's Emission Factors Hub (Emission Factors for Greenhouse Gas Inventories), editions from
/// 2019 on.
///
/// Tables are found by `Table <n>` in column B, columns by their headings and units, which may stand in two rows (`CO2 Factor`
/// above `(lb / MWh)`) and leave the gas to the heading (`CH4 Factor (g / mile)`). CO2 is in kg and CH4 and N2O in g, as
/// published; electricity is in lb per MWh; waste in tonnes of CO2e per short ton, made with the GWPs of AR4. Heat contents become
/// gross calorific values. Set aside are cells that are blank or `NA`, the grid gross loss and the tables of GWPs. Source:
/// US EPA, public domain.
///
/// # Errors
///
/// [`ErrorCode::InvalidWorkbook`] for a file of another kind, damaged or without one of the tables 1 to 10;
/// [`ErrorCode::OutOfRange`] beyond 64 MiB; [`ErrorCode::InvalidDate`]; [`ErrorCode::AmbiguousFactor`] for two rows that contradict
/// one another. The path is that of the cell, such as `Emission Factors Hub!E38`.
///
/// ```
/// use tierra::emission::import::import_epa_hub;
/// let error = import_epa_hub(b"PK").unwrap_err();
/// assert_eq!(error.code(), tierra::ErrorCode::InvalidWorkbook);
/// ```
pub fn import_epa_hub(bytes: &[u8]) -> Result<FactorImport> {
    let book = Workbook::read(bytes, WANTED)?;
    let is_hub = |sheet: &&Sheet| {
        let mut texts = sheet.rows.iter().take(5).flat_map(|row| row.texts());
        texts.any(|(_, text)| text == HUB_TITLE)
    };
    let sheet = book.sheets.iter().find(is_hub).ok_or_else(|| {
        invalid(format!("the file is {}, without the title `{HUB_TITLE}`; expected {WANTED}", book.kind()))
    })?;
    let mut collector = Collector::new(library(&book, sheet)?)?;
    let library_id = collector.library_id();
    collector.region_parents(egrid_region_parents(library_id));
    read_tables(sheet, &mut collector)?;
    let read = vec![sheet.name.clone()];
    collector.report().sheets_not_read = book.names_without(&read);
    collector.report().sheets = read;
    Ok(collector.finish())
}

/// The edition's year, from the sentence that compares it with the one before, and the day of its last change.
fn edition(book: &Workbook, sheet: &Sheet) -> Result<(i32, NaiveDate)> {
    let texts: Vec<_> = sheet.rows.iter().take(8).flat_map(|row| row.texts().map(|(_, text)| text)).collect();
    let before = texts.iter().find_map(|text| {
        let behind = text.split_once("an update from the ")?.1;
        behind.split(' ').next()?.parse::<i32>().ok()
    });
    let modified = modified(book, sheet)?;
    // The workbook of 2024 does not say when it was changed last: EPA's page says 5 June.
    let of_2024 = || NaiveDate::from_ymd_opt(2024, 6, 5).filter(|_| before == Some(2023));
    match (before.map(|year| year.saturating_add(1)), modified.or_else(of_2024)) {
        (Some(year), Some(day)) if day.year() == year => Ok((year, day)),
        (year, day) => {
            let year = year.map_or_else(|| "no edition".to_owned(), |year| format!("`{year}`"));
            let day = day.map_or_else(|| "no day".to_owned(), |day| format!("`{day}`"));
            let message = format!(
                "the head of the sheet states {year} and {day} of its last change; expected an edition that was changed within \
                 its year"
            );
            Err(Error::new(ErrorCode::InvalidWorkbook, sheet.name.clone(), message))
        }
    }
}

/// The day behind `Last Modified:`, in the same cell or the next: in words, or as a date of the spreadsheet.
fn modified(book: &Workbook, sheet: &Sheet) -> Result<Option<NaiveDate>> {
    const LABEL: &str = "Last Modified:";
    let found = sheet.rows.iter().take(8).find_map(|row| {
        let (column, text) = row.texts().find(|(_, text)| text.starts_with(LABEL))?;
        Some((row.next_after(column).map(|(_, cell)| cell), text))
    });
    let Some((next, text)) = found else { return Ok(None) };
    let within = text.strip_prefix(LABEL).unwrap_or_default().trim();
    let words = if within.is_empty() { next.map(Cell::shown).unwrap_or_default() } else { within.to_owned() };
    let in_words = |format| NaiveDate::parse_from_str(&words, format).ok();
    let day = ["%B %d, %Y", "%d %B %Y"].into_iter().find_map(in_words);
    let day = day.or_else(|| book.date_of(next.filter(|_| within.is_empty())?));
    day.map(Some).ok_or_else(|| {
        let message = format!(
            "`{LABEL} {}` is no date; expected such as `January 15, 2025` or `15 September 2021`",
            text::excerpt(&words)
        );
        Error::new(ErrorCode::InvalidDate, sheet.name.clone(), message)
    })
}

fn library(book: &Workbook, sheet: &Sheet) -> Result<EmissionFactorLibrary> {
    let (year, modified) = edition(book, sheet)?;
    let name = format!("EPA Emission Factors Hub {year}");
    let version = year.to_string();
    Ok(EmissionFactorLibrary {
        id: library_id(Authority::Epa, &name, &version),
        name,
        authority: Authority::Epa,
        version,
        release_year: year,
        is_default: false,
        values_exclude_oxidation: false,
        // That of the waste table, the only one in CO2e.
        gwp_version: Some(GwpVersion::Ar4),
        calorific_basis: Some(CalorificBasis::Gross),
        biogenic_categories: Vec::new(),
        publication: Some(format!(
            "Emission Factors for Greenhouse Gas Inventories (EPA Emission Factors Hub) {year}, last modified {modified}"
        )),
        licence: Some("US public domain".to_owned()),
        created_at: midnight(modified),
    })
}

fn read_tables(sheet: &Sheet, collector: &mut Collector) -> Result<()> {
    // The head holds a table of GWPs without a number.
    let mut table = Table::new(0, String::new());
    let mut rows_of: BTreeMap<u32, u64> = BTreeMap::new();
    for row in &sheet.rows {
        let number = row.text(NUMBER_COLUMN).strip_prefix("Table ").and_then(|number| number.parse().ok());
        if let Some(number) = number {
            table = Table::new(number, format!("Table {number} {}", row.text(NAME_COLUMN)));
        } else if table.read(sheet, row, collector)? {
            *rows_of.entry(table.number).or_default() += 1;
        }
    }
    let missing = NEEDED.into_iter().find(|number| !rows_of.contains_key(number));
    missing.map_or(Ok(()), |number| {
        let message = format!(
            "`Table {number}` is missing or has no row of figures: the sheet is cut short or its headings \
                               changed; expected the tables {} to {}",
            NEEDED.start(),
            NEEDED.end()
        );
        Err(Error::new(ErrorCode::InvalidWorkbook, sheet.name.clone(), message))
    })
}

/// A table on its way through its rows.
struct Table {
    number: u32,
    /// As it is quoted, `Table 1 Stationary Combustion`.
    title: String,
    columns: BTreeMap<u32, Column>,
    /// Gases of columns whose mass and unit stand in the row below.
    gases: BTreeMap<u32, String>,
    /// Headings over several columns: what they say from a column on.
    banners: BTreeMap<u32, String>,
    /// Mass and unit of a table that states them once for all of its columns.
    measure: Option<Column>,
    /// Names that stand once for the rows below.
    vehicle: String,
    subject: String,
    is_biomass: bool,
    is_over: bool,
}

impl Table {
    fn new(number: u32, title: String) -> Self {
        Self {
            number,
            title,
            columns: BTreeMap::new(),
            gases: BTreeMap::new(),
            banners: BTreeMap::new(),
            measure: None,
            vehicle: String::new(),
            subject: String::new(),
            is_biomass: false,
            is_over: false,
        }
    }

    /// Takes the next row; true for one with figures.
    fn read(&mut self, sheet: &Sheet, row: &Row, collector: &mut Collector) -> Result<bool> {
        let first = row.texts().next().map(|(_, text)| text).unwrap_or_default();
        self.is_over |= first.starts_with("Source") || first.starts_with("Notes");
        if self.is_over || first.is_empty() || self.read_headings(row) {
            return Ok(false);
        }
        let has_figure = |(column, kind): (&u32, &Column)| kind.is_figure() && !row.text(*column).is_empty();
        if !self.columns.iter().any(has_figure) {
            // A heading within the table.
            self.is_biomass = first.starts_with("Biomass Fuels");
            return Ok(false);
        }
        self.take_names(row);
        collector.row(|collector| self.read_figures(sheet, row, collector))?;
        Ok(true)
    }

    /// Takes the columns of a row of headings; false for any other row.
    fn read_headings(&mut self, row: &Row) -> bool {
        let mut headings: Vec<(u32, Column)> = Vec::new();
        let mut is_heading = false;
        let is_materials = row.texts().any(|(_, text)| text == "Material");
        for (column, text) in row.texts() {
            if self.number == 6 && text.ends_with("Emission Factors") {
                self.banners.insert(column, text);
                is_heading = true;
            } else if let Some(kind) = Column::of(&text, self.gases.get(&column).map(String::as_str)) {
                headings.push((column, kind));
            } else if let Some(gas) = text.strip_suffix(" Factor").filter(|gas| GASES.contains(gas)) {
                self.gases.insert(column, gas.to_owned());
            } else if let (true, Some(measure)) = (is_materials, self.measure.clone()) {
                headings.push((column, measure.treating(&text)));
            }
        }
        // In the waste table the unit stands once, above the treatments.
        if let (9, [(_, measure @ Column::Factor { .. })]) = (self.number, headings.as_slice()) {
            self.measure = Some(measure.clone());
            return true;
        }
        is_heading |= !headings.is_empty();
        self.columns.extend(headings);
        is_heading
    }

    /// Remembers the names that stand once for several rows.
    fn take_names(&mut self, row: &Row) {
        for (column, kind) in &self.columns {
            let text = row.text(*column);
            // What stands in brackets below a type of vehicle explains it.
            if text.is_empty() || text.starts_with('(') {
                continue;
            }
            match kind {
                Column::Name(Name::Vehicle) => self.vehicle = without_footnote(&text),
                Column::Name(Name::Subject) => self.subject = text,
                _ => {}
            }
        }
    }

    fn name(&self, row: &Row, wanted: Name) -> String {
        let column = self.columns.iter().find(|(_, kind)| **kind == Column::Name(wanted));
        column.map(|(column, _)| row.text(*column)).unwrap_or_default()
    }

    fn read_figures(&self, sheet: &Sheet, row: &Row, collector: &mut Collector) -> Result<()> {
        let names = Names::of(self, row);
        for (column, kind) in &self.columns {
            let place = sheet.place(row.number, *column);
            let cell = row.cell(*column);
            let aside = |reason| Refusal::new(reason, text::excerpt(&row.text(*column)));
            match kind {
                Column::Name(_) | Column::Remark => {}
                Column::GridLoss => collector.set_aside(&place, aside(SetAsideReason::GridLoss)),
                Column::Gwp => collector.set_aside(&place, aside(SetAsideReason::GwpTable)),
                Column::HeatContent { per } => {
                    let draft = Draft::GrossCalorificValue {
                        fuel_type: names.fuel_type.clone(),
                        unit: format!("mmBtu/{per}"),
                        source: self.source(row, &names),
                    };
                    collector.figure(&place, figure_of(cell), draft)?;
                }
                Column::Factor { .. } => {
                    let draft = self.factor(*column, kind, row, &names);
                    collector.figure(&place, figure_of(cell), Draft::Factor(draft))?;
                }
            }
        }
        // A column without a known heading: a new edition may have one.
        for (column, cell) in &row.cells {
            if matches!(cell, Cell::Number(_)) && !self.columns.contains_key(column) {
                let refusal = Refusal::new(SetAsideReason::UnknownLabel, cell.shown());
                collector.set_aside(&sheet.place(row.number, *column), refusal);
            }
        }
        Ok(())
    }

    fn source(&self, row: &Row, names: &Names) -> SourceRow {
        SourceRow { table: self.title.clone(), row: format!("row {}: {}", row.number, names.row) }
    }

    fn factor(&self, at: u32, column: &Column, row: &Row, names: &Names) -> FactorDraft {
        let Column::Factor { mass, gas, per, technology } = column else { return FactorDraft::default() };
        let per = per.clone().unwrap_or_else(|| self.name(row, Name::Unit));
        let banner = self.banners.range(..=at).next_back().map(|(_, banner)| banner.as_str()).unwrap_or_default();
        let non_baseload = banner.starts_with("Non-Baseload").then(|| "Non-baseload".to_owned());
        let (category, scope) = self.category();
        let unit = if per.is_empty() { String::new() } else { format!("{mass} {gas}/{per}") };
        FactorDraft {
            external_id: None,
            category: category.to_owned(),
            fuel_type: names.fuel_type.clone(),
            gas: gas.clone(),
            is_biogenic: names.is_biogenic,
            unit,
            region: names.region.clone(),
            technology: technology.clone().or(non_baseload).or_else(|| names.technology.clone()),
            scope,
            source: Some(self.source(row, names)),
        }
    }

    /// The category of the table's factors, and their scope: tables 1 to 5 are what an organisation burns itself.
    fn category(&self) -> (&'static str, Option<EmissionScope>) {
        match self.number {
            1 => ("Stationary combustion", Some(EmissionScope::Scope1)),
            2 => ("Mobile combustion", Some(EmissionScope::Scope1)),
            3 => ("Mobile combustion, on-road gasoline", Some(EmissionScope::Scope1)),
            4 => ("Mobile combustion, on-road diesel and alternative fuels", Some(EmissionScope::Scope1)),
            5 => ("Mobile combustion, non-road", Some(EmissionScope::Scope1)),
            6 => ("Electricity", Some(EmissionScope::Scope2)),
            7 => ("Steam and heat", Some(EmissionScope::Scope2)),
            8 => ("Transportation and distribution", Some(EmissionScope::Scope3)),
            9 => ("Waste", Some(EmissionScope::Scope3)),
            10 => ("Business travel and commuting", Some(EmissionScope::Scope3)),
            // A factor without a category is set aside as invalid.
            _ => ("", None),
        }
    }
}

/// What a row is of.
struct Names {
    /// The row as it is quoted.
    row: String,
    fuel_type: String,
    technology: Option<String>,
    region: Option<String>,
    is_biogenic: bool,
}

impl Names {
    fn of(table: &Table, row: &Row) -> Self {
        let model_year = table.name(row, Name::ModelYear);
        let joined = |parts: &[&str]| {
            let parts: Vec<_> = parts.iter().filter(|part| !part.is_empty()).copied().collect();
            parts.join(" / ")
        };
        let (vehicle, subject) = (table.vehicle.as_str(), table.subject.as_str());
        let of_vehicle = |fuel: &str| Self {
            row: joined(&[vehicle, subject, &model_year]),
            fuel_type: fuel.to_owned(),
            technology: Some(joined(&[vehicle, &model_year])),
            region: None,
            is_biogenic: false,
        };
        let of = |name: &str| Self {
            row: name.to_owned(),
            fuel_type: name.to_owned(),
            technology: None,
            region: None,
            is_biogenic: false,
        };
        match table.number {
            1 => Self { is_biogenic: table.is_biomass, ..of(subject) },
            2 => {
                Self { is_biogenic: subject.starts_with("Biodiesel") || subject.starts_with("Ethanol"), ..of(subject) }
            }
            3 => of_vehicle("Gasoline"),
            4 | 5 => of_vehicle(subject),
            6 => {
                // `CAMX (WECC California)`: the acronym names the subregion.
                let acronym = subject.split(" (").next().unwrap_or(subject);
                let region = if matches!(acronym, "US Average" | "U.S.") { "US" } else { acronym };
                Self { fuel_type: "Electricity".to_owned(), region: Some(region.to_owned()), ..of(subject) }
            }
            // The column of its names has no heading.
            7 => of(&row.text(NAME_COLUMN)),
            8 | 10 => of(vehicle),
            _ => of(subject),
        }
    }
}
