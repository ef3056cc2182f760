//! A workbook as a whole, from an `.xlsx` or an `.xls` file.

use chrono::{Days, NaiveDate};
use rust_decimal::prelude::ToPrimitive;

use super::sheet::{Cell, Row, Sheet, by_15_digits, invalid};
use super::{xls, xlsx};
use crate::{Error, ErrorCode, Result, text};

/// The largest file that is taken, in bytes. The largest that the authorities publish has about 1.3 million.
const MAX_FILE: usize = 64 << 20;

/// A workbook with its sheets in order.
#[derive(Debug, Clone)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<Sheet>,
    /// The day from which dates are counted.
    pub(super) day_zero: NaiveDate,
}

impl Workbook {
    /// Reads all sheets of an `.xlsx` or `.xls` file; `wanted` says in errors what was expected.
    pub(super) fn read(bytes: &[u8], wanted: &str) -> Result<Self> {
        if bytes.len() > MAX_FILE {
            let message = format!("the file has {} bytes; expected at most {MAX_FILE}", bytes.len());
            return Err(Error::new(ErrorCode::OutOfRange, "", message));
        }
        let (sheets, from_1904) = if bytes.starts_with(&xlsx::SIGNATURE) {
            xlsx::read(bytes, wanted)?
        } else if bytes.starts_with(&xls::SIGNATURE) {
            xls::read(bytes, wanted)?
        } else if bytes.is_empty() {
            return Err(invalid(format!("the file is empty; expected {wanted}")));
        } else {
            let start = bytes.get(..bytes.len().min(60)).unwrap_or(bytes);
            let start = text::excerpt(&String::from_utf8_lossy(start));
            return Err(invalid(format!("the file begins with `{start}`, which no workbook does; expected {wanted}")));
        };
        // The first of January 1900 is day 1, and 1900 counts as a leap year: days of today are right from this zero on.
        let (year, month, day) = if from_1904 { (1904, 1, 1) } else { (1899, 12, 30) };
        Ok(Self { sheets, day_zero: NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default() })
    }

    /// The day that a cell states as a date or a number of days.
    pub(super) fn date_of(&self, cell: &Cell) -> Option<NaiveDate> {
        let (Cell::Date(days) | Cell::Number(days)) = cell else { return None };
        let days = by_15_digits(*days).ok()?.trunc().to_u64()?;
        self.day_zero.checked_add_days(Days::new(days))
    }

    /// What kind of workbook this is, for an error that expected another.
    pub(super) fn kind(&self) -> String {
        let shows = |wanted: &dyn Fn(&str) -> bool| {
            let mut cells = self.sheets.iter().flat_map(|sheet| sheet.rows.iter().take(20)).flat_map(Row::texts);
            cells.find(|(_, text)| wanted(text)).map(|(_, text)| text)
        };
        if shows(&|text| text.starts_with("GHG Conversion Factor")).is_some() {
            return "a DEFRA flat file".to_owned();
        }
        if shows(&|text| text == HUB_TITLE).is_some() {
            return "an EPA Emission Factors Hub".to_owned();
        }
        if shows(&|text| text.contains("Subregion Output Emission Rates")).is_some() {
            return "an eGRID summary workbook".to_owned();
        }
        if self.sheets.is_empty() {
            return "a workbook without a sheet".to_owned();
        }
        let names: Vec<_> =
            self.sheets.iter().take(6).map(|sheet| format!("`{}`", text::excerpt(&sheet.name))).collect();
        let more = if self.sheets.len() > names.len() { ", …" } else { "" };
        format!("a workbook with the sheets {}{more}", names.join(", "))
    }

    /// The names of the sheets that are not among `read`.
    pub(super) fn names_without(&self, read: &[String]) -> Vec<String> {
        self.sheets.iter().map(|sheet| sheet.name.clone()).filter(|name| !read.contains(name)).collect()
    }
}

/// The heading of EPA's Emission Factors Hub.
pub(super) const HUB_TITLE: &str = "Emission Factors for Greenhouse Gas Inventories";
