//! Sheets of cells, from `.xlsx` and `.xls` files.

use std::io::{Cursor, Read, Write};

use calamine::{DataRef, Reader, SheetType, Xlsx};
use chrono::{Days, NaiveDate};
use rust_decimal::prelude::ToPrimitive;

use super::place::Place;
use super::report::{Refusal, SetAsideReason};
use super::xls;
use crate::{Decimal, Error, ErrorCode, Result, decimal, text};

/// The largest file that is taken, in bytes. The largest that the authorities publish has about 1.3 million.
const MAX_FILE: usize = 64 << 20;

/// The most bytes a file may unpack to: a damaged or hostile one could otherwise fill the memory.
const MAX_UNPACKED: u64 = 256 << 20;

/// The most that all cells may hold, where a cell counts as one and so do each 16 bytes of its text: a short file can refer to
/// one long text often. The authorities' workbooks come to about 200,000.
const MAX_CONTENT: usize = 8_000_000;

/// The size of a sheet.
const MOST_ROWS: u32 = 1 << 20;
const MOST_COLUMNS: u32 = 1 << 14;

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    /// A number that is shown as a date: days since [`Workbook::day_zero`]. In an `.xls` file dates are plain numbers.
    Date(f64),
    /// A truth value or a fault, as a spreadsheet shows it.
    Other(String),
}

/// A row with at least one cell.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// From 1.
    pub(super) number: u32,
    /// By column from 0, in ascending order.
    pub(super) cells: Vec<(u32, Cell)>,
}

/// A sheet with its rows in ascending order; those without cells are absent.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
}

/// A workbook with its sheets in order.
#[derive(Debug, Clone)]
pub(super) struct Workbook {
    pub(super) sheets: Vec<Sheet>,
    /// The day from which dates are counted.
    pub(super) day_zero: NaiveDate,
}

impl Cell {
    /// What a spreadsheet shows, with runs of blanks made one space; a date as its number.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Other(text) => squeezed(text),
            Self::Number(number) | Self::Date(number) => {
                by_15_digits(*number).map_or_else(|_| number.to_string(), |digits| digits.to_string())
            }
        }
    }
}

impl Row {
    pub(super) fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(column, _)| *column).ok()?;
        self.cells.get(at).map(|(_, cell)| cell)
    }

    /// What the cell at `column` shows; empty where there is none.
    pub(super) fn text(&self, column: u32) -> String {
        self.cell(column).map(Cell::shown).unwrap_or_default()
    }

    /// The columns and what they show, without those that show nothing.
    pub(super) fn texts(&self) -> impl Iterator<Item = (u32, String)> {
        self.cells.iter().map(|(column, cell)| (*column, cell.shown())).filter(|(_, text)| !text.is_empty())
    }

    /// The first cell behind `column` that shows something.
    pub(super) fn next_after(&self, column: u32) -> Option<(u32, &Cell)> {
        let behind = self.cells.iter().find(|(at, cell)| *at > column && !cell.shown().is_empty());
        behind.map(|(at, cell)| (*at, cell))
    }
}

/// Cells of a workbook on their way into sheets.
pub(super) struct Cells {
    cells: Vec<(u32, u32, Cell)>,
    /// How much of [`MAX_CONTENT`] is left.
    room: Option<usize>,
}

impl Cells {
    pub(super) fn new() -> Self {
        Self { cells: Vec::new(), room: Some(MAX_CONTENT) }
    }

    /// Adds the cell at `row` and `column`, both from 0.
    pub(super) fn push(&mut self, row: u32, column: u32, cell: Cell) {
        let length = if let Cell::Text(text) | Cell::Other(text) = &cell { text.len() } else { 0 };
        self.room = self.room.and_then(|room| room.checked_sub(1 + length / 16));
        if self.room.is_some() {
            self.cells.push((row, column, cell));
        }
    }

    /// Whether more was added than is taken; then it is of no use to go on.
    pub(super) fn is_full(&self) -> bool {
        self.room.is_none()
    }

    /// The sheet of the cells added since the last one.
    pub(super) fn take_sheet(&mut self, name: &str) -> Result<Sheet> {
        if self.is_full() {
            let message = "the workbook holds more than 8 million cells or 128 million bytes of text; expected less";
            return Err(Error::new(ErrorCode::OutOfRange, "", message));
        }
        Ok(Sheet::of_cells(name, std::mem::take(&mut self.cells)))
    }
}

impl Sheet {
    /// Groups cells, in whatever order they come, into rows.
    fn of_cells(name: &str, mut cells: Vec<(u32, u32, Cell)>) -> Self {
        cells.sort_by_key(|(row, column, _)| (*row, *column));
        cells.dedup_by_key(|(row, column, _)| (*row, *column));
        let mut rows: Vec<Row> = Vec::new();
        for (row, column, cell) in cells {
            let number = row.saturating_add(1);
            match rows.last_mut().filter(|last| last.number == number) {
                Some(last) => last.cells.push((column, cell)),
                None => rows.push(Row { number, cells: vec![(column, cell)] }),
            }
        }
        Self { name: name.to_owned(), rows }
    }

    /// Where a cell of this sheet stands.
    pub(super) fn place(&self, row: u32, column: u32) -> Place {
        Place::of_cell(&self.name, row, column)
    }
}

impl Workbook {
    /// Reads all sheets of an `.xlsx` or `.xls` file; `wanted` says in errors what was expected.
    pub(super) fn read(bytes: &[u8], wanted: &str) -> Result<Self> {
        if bytes.len() > MAX_FILE {
            let message = format!("the file has {} bytes; expected at most {MAX_FILE}", bytes.len());
            return Err(Error::new(ErrorCode::OutOfRange, "", message));
        }
        let (sheets, from_1904) = if bytes.starts_with(b"PK") {
            // The library adds up the digits of cell references unchecked: a false one overflows, which in a build with
            // overflow checks panics. In others the place is wrong, which is seen below.
            std::panic::catch_unwind(|| read_xlsx(bytes, wanted))
                .unwrap_or_else(|_| Err(invalid(format!("the workbook is damaged; expected {wanted}"))))?
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

/// The error for a file as a whole.
pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorCode::InvalidWorkbook, "", message)
}

/// The sheets, and whether dates count from 1904.
fn read_xlsx(bytes: &[u8], wanted: &str) -> Result<(Vec<Sheet>, bool)> {
    check_unpacked(bytes, wanted)?;
    let unreadable = |error: &dyn std::fmt::Display| {
        let why = text::excerpt(&error.to_string());
        invalid(format!("the workbook cannot be read (`{why}`): it is damaged or cut short; expected {wanted}"))
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let names = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = names.map(|sheet| sheet.name.clone()).collect();
    let mut sheets = Vec::with_capacity(names.len());
    let mut cells = Cells::new();
    for name in names {
        let mut reader = book.worksheet_cells_reader(&name).map_err(|error| unreadable(&error))?;
        while let Some(cell) = reader.next_cell().map_err(|error| unreadable(&error))? {
            let (row, column) = cell.get_position();
            if row >= MOST_ROWS || column >= MOST_COLUMNS {
                return Err(unreadable(&"a cell beyond the last row or column"));
            }
            if let Some(value) = cell_of(cell.get_value()) {
                cells.push(row, column, value);
            }
            if cells.is_full() {
                break;
            }
        }
        sheets.push(cells.take_sheet(&name)?);
    }
    Ok((sheets, book.has_1904_epoch()))
}

/// Unpacks every part of a zip once, so that nothing behind it can be made to hold more than [`MAX_UNPACKED`].
///
/// The sizes that a zip states of its parts may be false; that its parts agree with their check sums is seen here too.
fn check_unpacked(bytes: &[u8], wanted: &str) -> Result<()> {
    let damaged = |what: &str| invalid(format!("{what}: it is damaged or cut short; expected {wanted}"));
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("the file is a zip without an end"))?;
    let mut room = MAX_UNPACKED;
    let mut has_workbook = false;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|_| damaged("a part of the workbook cannot be unpacked"))?;
        let name = part.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        has_workbook |= name.ends_with("workbook.xml");
        let mut unpacked = Unpacked { length: 0, kept: name.ends_with("sharedstrings.xml").then(Vec::new) };
        std::io::copy(&mut part.take(room), &mut unpacked)
            .map_err(|_| damaged("a part of the workbook cannot be unpacked"))?;
        room = room.saturating_sub(unpacked.length);
        if room == 0 {
            let message = format!("the file unpacks to more than {MAX_UNPACKED} bytes; expected at most that");
            return Err(Error::new(ErrorCode::OutOfRange, "", message));
        }
        if unpacked.kept.is_some_and(|strings| !is_count_possible(&strings)) {
            return Err(damaged("the workbook states more texts than it can hold"));
        }
    }
    if has_workbook { Ok(()) } else { Err(invalid(format!("the file is a zip without a workbook; expected {wanted}"))) }
}

/// Counts what is unpacked, and keeps it where it is looked at.
struct Unpacked {
    length: u64,
    kept: Option<Vec<u8>>,
}

impl Write for Unpacked {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.length = self.length.saturating_add(bytes.len() as u64);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether the part with the texts of cells can hold as many as it says: the library reserves memory for that number unseen.
fn is_count_possible(strings: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    let stated = |behind: &[u8]| {
        let digits = behind.iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_usize, |number, digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')))
    };
    let places = strings.windows(COUNT.len()).enumerate().filter(|(_, window)| *window == COUNT);
    let mut behind = places.filter_map(|(at, _)| strings.get(at + COUNT.len()..));
    behind.all(|behind| stated(behind.get(..40).unwrap_or(behind)) <= strings.len())
}

fn cell_of(value: &DataRef<'_>) -> Option<Cell> {
    let text = |text: &str| (!text.is_empty()).then(|| Cell::Text(text.to_owned()));
    match value {
        DataRef::Empty => None,
        #[expect(clippy::cast_precision_loss, reason = "a whole number of a spreadsheet is an f64 all the same")]
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Bool(truth) => Some(Cell::Other(truth.to_string().to_uppercase())),
        DataRef::DateTime(date) => Some(Cell::Date(date.as_f64())),
        DataRef::DateTimeIso(string) | DataRef::DurationIso(string) => Some(Cell::Other(string.clone())),
        DataRef::Error(error) => Some(Cell::Other(error.to_string())),
    }
}

/// A number of a spreadsheet as it shows it: by 15 significant digits.
///
/// `0.49757999999999997` is how a spreadsheet stores `0.49758`.
pub(super) fn by_15_digits(number: f64) -> Result<Decimal> {
    decimal::parse_decimal(&format!("{number:.14e}"))
}

/// The figure of a cell, or why it is none.
pub(super) fn figure_of(cell: Option<&Cell>) -> Result<Decimal, Refusal> {
    let number = match cell {
        None => return Err(Refusal::new(SetAsideReason::Blank, "")),
        Some(Cell::Number(number)) => by_15_digits(*number),
        Some(Cell::Text(text)) => match text.trim() {
            "" => return Err(Refusal::new(SetAsideReason::Blank, "")),
            "NA" => return Err(Refusal::new(SetAsideReason::NotAvailable, "NA")),
            // A number that was typed as a text, such as `0 `.
            digits => decimal::parse_decimal(digits),
        },
        Some(cell @ (Cell::Date(_) | Cell::Other(_))) => {
            return Err(Refusal::new(SetAsideReason::NotANumber, text::excerpt(&cell.shown())));
        }
    };
    number.map_err(|error| match error.code() {
        ErrorCode::InvalidNumber | ErrorCode::NotFinite => {
            let shown = cell.map(Cell::shown).unwrap_or_default();
            Refusal::new(SetAsideReason::NotANumber, text::excerpt(&shown))
        }
        _ => Refusal::invalid(&error),
    })
}

/// The text without outer blanks and with inner runs of blanks and line breaks made one space.
pub(super) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
