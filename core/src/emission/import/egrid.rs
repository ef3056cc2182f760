//! EPA's eGRID summary tables.

use chrono::{Datelike, NaiveDate};

use super::collector::{Collector, Draft, FactorDraft, midnight};
use super::report::{FactorImport, Refusal, SetAsideReason};
use super::sheet::{Cell, Row, Sheet, figure_of, invalid};
use super::workbook::Workbook;
use crate::emission::{
    Authority, EmissionFactorLibrary, EmissionScope, GwpVersion, SourceRow, egrid_region_parents, library_id,
};
use crate::{Error, ErrorCode, Result, text};

const WANTED: &str = "an eGRID summary workbook, `.xlsx`";

/// The tables that are read: what their titles hold, the heading of their regions and the category of their factors.
const TABLES: [(&str, &str, &str); 2] = [
    ("Subregion Output Emission Rates", "eGRID subregion acronym", "Electricity"),
    ("State Output Emission Rates", "State", "Electricity, state output rates"),
];

/// Imports the summary tables of EPA's eGRID: output emission rates of electricity by grid subregion and by state.
///
/// The factors are `lb CO2/MWh` and the like, the published CO2e among them. The GWPs that it is made with are those of the
/// report whose sums fit it best (AR4 up to eGRID2021, AR5 since; DECISIONS 37), none where none does. The headings may stand in several
/// rows, and the day in words or as a date of the spreadsheet. Non-baseload
/// rates have the technology `Non-baseload`. Rates of NOx and SO2 and the grid gross loss are set aside; the resource mix is not
/// read. The version is the day on which the tables were created, for an edition is revised: the rate of `AZNM` in eGRID2023 was
/// 740.81 in January 2025 and 703.703 in March. Source: US EPA, public domain.
///
/// # Errors
///
/// [`ErrorCode::InvalidWorkbook`] for a file of another kind, damaged or without one of the two tables;
/// [`ErrorCode::OutOfRange`] beyond 64 MiB; [`ErrorCode::InvalidDate`]; [`ErrorCode::MissingField`] for a column;
/// [`ErrorCode::AmbiguousFactor`] for two rows that contradict one another. The path is that of the cell, such as `Table 1!D7`.
///
/// ```
/// use tierra::emission::import::import_egrid_summary;
/// let error = import_egrid_summary(b"").unwrap_err();
/// assert_eq!(error.code(), tierra::ErrorCode::InvalidWorkbook);
/// ```
pub fn import_egrid_summary(bytes: &[u8]) -> Result<FactorImport> {
    let book = Workbook::read(bytes, WANTED)?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for (title, region, category) in TABLES {
        tables.push(Table::find(&book, title, region, category)?);
    }
    let mut collector = Collector::new(library(&tables)?)?;
    let library_id = collector.library_id();
    collector.region_parents(egrid_region_parents(library_id));
    for table in &tables {
        table.read(&mut collector)?;
    }
    let read: Vec<_> = tables.iter().map(|table| table.sheet.name.clone()).collect();
    collector.report().sheets_not_read = book.names_without(&read);
    collector.report().sheets = read;
    Ok(collector.finish())
}

/// One of the tables of rates.
struct Table<'a> {
    sheet: &'a Sheet,
    /// As it is quoted, `Table 1. Subregion Output Emission Rates (eGRID2023)`.
    title: String,
    /// Such as `eGRID2023`.
    edition: String,
    created: NaiveDate,
    /// The number of the row of headings.
    header: u32,
    region: u32,
    columns: Vec<(u32, Column)>,
    category: &'static str,
}

/// What a column holds.
enum Column {
    Rate { gas: &'static str, is_non_baseload: bool },
    Aside(SetAsideReason, String),
}

impl<'a> Table<'a> {
    fn find(book: &'a Workbook, wanted: &str, region: &str, category: &'static str) -> Result<Self> {
        let title_of = |sheet: &Sheet| {
            let mut texts = sheet.rows.iter().take(5).flat_map(|row| row.texts());
            texts.find(|(_, text)| text.contains(wanted) && text.contains("(eGRID")).map(|(_, text)| text)
        };
        let found = book.sheets.iter().find_map(|sheet| Some((sheet, title_of(sheet)?)));
        let (sheet, title) = found.ok_or_else(|| {
            invalid(format!("the file is {}, without the table `{wanted} (eGRID…)`; expected {WANTED}", book.kind()))
        })?;
        let edition = title.split(['(', ')']).nth(1).unwrap_or_default().to_owned();
        let missing = |what: &str| {
            let message = format!("{what} is missing; expected it in `{title}`");
            Error::new(ErrorCode::MissingField, sheet.name.clone(), message)
        };
        let is_header = |row: &&Row| {
            let texts: Vec<_> = row.texts().map(|(_, text)| plain(&text)).collect();
            ["CO2", "CH4", "N2O"].iter().all(|gas| texts.iter().any(|text| text == gas))
        };
        let header =
            sheet.rows.iter().find(is_header).ok_or_else(|| missing("the row of headings `CO2`, `CH4`, `N2O`"))?;
        let above = || sheet.rows.iter().take_while(|row| row.number < header.number).flat_map(Row::texts);
        if !above().any(|(_, text)| text.contains("lb/MWh")) {
            return Err(missing("the unit `lb/MWh`"));
        }
        let is_region = |(_, text): &(u32, String)| text::folded(text) == text::folded(region);
        // In the row of the gases, or in one above it.
        let named = header.texts().chain(above());
        let (region_column, _) =
            named.into_iter().find(is_region).ok_or_else(|| missing(&format!("the column `{region}`")))?;
        let non_baseload = above().find(|(_, text)| text.starts_with("Non-baseload")).map(|(column, _)| column);
        // Headings of columns that the row of the gases has none for stand above it: the nearest one.
        let headings: std::collections::BTreeMap<u32, String> =
            above().filter(|(column, _)| *column > region_column).chain(header.texts()).collect();
        let columns = headings.into_iter().filter(|(_, text)| !is_name(text));
        let columns =
            columns.map(|(column, text)| (column, Column::of(&text, non_baseload.is_some_and(|from| column >= from))));
        Ok(Self {
            sheet,
            edition,
            created: created(book, sheet)?,
            header: header.number,
            region: region_column,
            columns: columns.collect(),
            category,
            title: format!("Table {title}"),
        })
    }

    /// CO2, CH4, N2O and CO2e of every row that states all four, of the total output.
    fn rates(&self) -> Vec<[f64; 4]> {
        let at = |wanted: &str| {
            let is_it =
                |column: &Column| matches!(column, Column::Rate { gas, is_non_baseload: false } if *gas == wanted);
            self.columns.iter().find(|(_, column)| is_it(column)).map(|(at, _)| *at)
        };
        let (Some(co2), Some(ch4), Some(n2o), Some(co2e)) = (at("CO2"), at("CH4"), at("N2O"), at("CO2e")) else {
            return Vec::new();
        };
        let rates_of = |row: &Row| {
            let rate = |at: u32| match row.cell(at) {
                Some(Cell::Number(rate)) => Some(*rate),
                _ => None,
            };
            Some([rate(co2)?, rate(ch4)?, rate(n2o)?, rate(co2e)?])
        };
        self.sheet.rows.iter().filter(|row| row.number > self.header).filter_map(rates_of).collect()
    }

    fn read(&self, collector: &mut Collector) -> Result<()> {
        let rows = self.sheet.rows.iter().filter(|row| row.number > self.header);
        for row in rows.take_while(|row| !row.text(self.region).is_empty()) {
            // A note below the table stands alone in its row.
            if row.texts().nth(1).is_some() {
                collector.row(|collector| self.read_row(row, collector))?;
            }
        }
        Ok(())
    }

    fn read_row(&self, row: &Row, collector: &mut Collector) -> Result<()> {
        let acronym = row.text(self.region);
        for (at, column) in &self.columns {
            let place = self.sheet.place(row.number, *at);
            match column {
                Column::Aside(reason, heading) => collector.set_aside(&place, Refusal::new(*reason, heading)),
                Column::Rate { gas, is_non_baseload } => {
                    let draft = FactorDraft {
                        category: self.category.to_owned(),
                        fuel_type: "Electricity".to_owned(),
                        gas: (*gas).to_owned(),
                        unit: format!("lb {gas}/MWh"),
                        region: Some(if acronym == "U.S." { "US".to_owned() } else { acronym.clone() }),
                        technology: is_non_baseload.then(|| "Non-baseload".to_owned()),
                        scope: Some(EmissionScope::Scope2),
                        source: Some(SourceRow {
                            table: self.title.clone(),
                            row: format!("row {}: {acronym}", row.number),
                        }),
                        ..FactorDraft::default()
                    };
                    collector.figure(&place, figure_of(row.cell(*at)), Draft::Factor(draft))?;
                }
            }
        }
        Ok(())
    }
}

impl Column {
    fn of(heading: &str, is_non_baseload: bool) -> Self {
        let plain = plain(heading);
        if let Some(gas) = ["CO2", "CH4", "N2O", "CO2e"].into_iter().find(|gas| plain == *gas) {
            return Self::Rate { gas, is_non_baseload };
        }
        let reason = if text::folded(&plain).contains("NOX") || plain.contains("SO2") {
            SetAsideReason::OtherPollutant
        } else if plain.contains("Grid Gross Loss") {
            SetAsideReason::GridLoss
        } else {
            SetAsideReason::UnknownLabel
        };
        Self::Aside(reason, text::excerpt(heading))
    }
}

/// Whether a column names what its row is of.
fn is_name(heading: &str) -> bool {
    matches!(text::folded(heading).as_str(), "EGRID SUBREGION ACRONYM" | "EGRID SUBREGION NAME" | "STATE")
}

/// The text with its subscripts as plain characters: `CO₂e` is `CO2e`.
fn plain(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '₂' => '2',
            '₄' => '4',
            'ₓ' => 'x',
            other => other,
        })
        .collect()
}

/// The day behind `Created:`, as `03/27/2025` or a date of the spreadsheet, in the same cell or the next.
fn created(book: &Workbook, sheet: &Sheet) -> Result<NaiveDate> {
    const LABEL: &str = "Created:";
    let found = sheet.rows.iter().find_map(|row| {
        let (column, text) = row.texts().find(|(_, text)| text.starts_with(LABEL))?;
        let within = text.strip_prefix(LABEL).unwrap_or_default().trim().to_owned();
        let next = row.next_after(column).map(|(_, cell)| cell).filter(|_| within.is_empty());
        let date = next.map_or(within, Cell::shown);
        Some((sheet.place(row.number, column), date, next.and_then(|cell| book.date_of(cell))))
    });
    let (place, date, day) = found.ok_or_else(|| {
        let message = format!("`{LABEL}` is missing: the sheet is cut short; expected the day below the table");
        Error::new(ErrorCode::InvalidWorkbook, sheet.name.clone(), message)
    })?;
    day.or_else(|| NaiveDate::parse_from_str(&date, "%m/%d/%Y").ok()).ok_or_else(|| {
        let message = format!("`{}` is no date; expected `MM/DD/YYYY`", text::excerpt(&date));
        Error::new(ErrorCode::InvalidDate, place.to_string(), message)
    })
}

/// The GWPs of CH4 and N2O of each report.
const GWPS: [(GwpVersion, f64, f64); 3] =
    [(GwpVersion::Ar4, 25.0, 298.0), (GwpVersion::Ar5, 28.0, 265.0), (GwpVersion::Ar6, 27.9, 273.0)];

/// How far a sum of rates that are rounded to three places may be from the published one, in lb/MWh, on the average of many.
const CLOSE: f64 = 0.15;

/// The report with whose GWPs the published CO2e of the tables is the sum of its gases; `None` where none is.
fn gwp_of_sums(tables: &[Table<'_>]) -> Option<GwpVersion> {
    let rows: Vec<[f64; 4]> = tables.iter().flat_map(Table::rates).collect();
    let count = f64::from(u32::try_from(rows.len()).ok().filter(|count| *count > 0)?);
    let off = |(_, ch4, n2o): (GwpVersion, f64, f64)| {
        let row_off = |[co2, of_ch4, of_n2o, co2e]: &[f64; 4]| (co2 + ch4 * of_ch4 + n2o * of_n2o - co2e).abs();
        rows.iter().map(row_off).sum::<f64>() / count
    };
    let nearest = GWPS.into_iter().min_by(|left, right| off(*left).total_cmp(&off(*right)))?;
    (off(nearest) <= CLOSE).then_some(nearest.0)
}

fn library(tables: &[Table<'_>]) -> Result<EmissionFactorLibrary> {
    let first = tables.first().ok_or_else(|| invalid(format!("no table was found; expected {WANTED}")))?;
    let (edition, created) = (&first.edition, first.created);
    if let Some(other) = tables.iter().find(|other| other.edition != *edition || other.created != created) {
        let message = format!(
            "is of `{}`, created {}, but `{}` is of `{edition}`, created {created}; expected one edition",
            text::excerpt(&other.edition),
            other.created,
            first.sheet.name
        );
        return Err(Error::new(ErrorCode::InvalidWorkbook, other.sheet.name.clone(), message));
    }
    let version = created.to_string();
    Ok(EmissionFactorLibrary {
        id: library_id(Authority::Egrid, edition, &version),
        name: edition.clone(),
        authority: Authority::Egrid,
        release_year: created.year(),
        is_default: false,
        values_exclude_oxidation: false,
        gwp_version: gwp_of_sums(tables),
        calorific_basis: None,
        biogenic_categories: Vec::new(),
        publication: Some(format!("{edition} Summary Tables, created {version}")),
        licence: Some("US public domain".to_owned()),
        created_at: midnight(created),
        version,
    })
}
