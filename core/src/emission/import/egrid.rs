//! EPA's eGRID summary tables.

use chrono::{Datelike, NaiveDate};

use super::collector::{Collector, Draft, FactorDraft, midnight};
use super::report::{FactorImport, Refusal, SetAsideReason};
use super::sheet::{Row, Sheet, figure_of, invalid};
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
/// The factors are `lb CO2/MWh` and the like, the published CO2e among them, which is made with the GWPs of AR5. Non-baseload
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
        let (region_column, _) =
            header.texts().find(is_region).ok_or_else(|| missing(&format!("the column `{region}`")))?;
        let non_baseload = above().find(|(_, text)| text.starts_with("Non-baseload")).map(|(column, _)| column);
        let columns = header.texts().filter(|(_, text)| !is_name(text));
        let columns =
            columns.map(|(column, text)| (column, Column::of(&text, non_baseload.is_some_and(|from| column >= from))));
        Ok(Self {
            sheet,
            edition,
            created: created(sheet)?,
            header: header.number,
            region: region_column,
            columns: columns.collect(),
            category,
            title: format!("Table {title}"),
        })
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
        let reason = if plain.contains("NOx") || plain.contains("SO2") {
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

/// The day behind `Created:`, as `03/27/2025`, in the same cell or the next.
fn created(sheet: &Sheet) -> Result<NaiveDate> {
    const LABEL: &str = "Created:";
    let found = sheet.rows.iter().find_map(|row| {
        let (column, text) = row.texts().find(|(_, text)| text.starts_with(LABEL))?;
        let within = text.strip_prefix(LABEL).unwrap_or_default().trim().to_owned();
        let date = if within.is_empty() { row.next_after(column)?.1.shown() } else { within };
        Some((sheet.place(row.number, column), date))
    });
    let (place, date) = found.ok_or_else(|| {
        let message = format!("`{LABEL}` is missing: the sheet is cut short; expected the day below the table");
        Error::new(ErrorCode::InvalidWorkbook, sheet.name.clone(), message)
    })?;
    NaiveDate::parse_from_str(&date, "%m/%d/%Y").map_err(|_| {
        let message = format!("`{}` is no date; expected `MM/DD/YYYY`", text::excerpt(&date));
        Error::new(ErrorCode::InvalidDate, place.to_string(), message)
    })
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
        gwp_version: Some(GwpVersion::Ar5),
        calorific_basis: None,
        biogenic_categories: Vec::new(),
        publication: Some(format!("{edition} Summary Tables, created {version}")),
        licence: Some("US public domain".to_owned()),
        created_at: midnight(created),
        version,
    })
}
