//! Cells, rows and sheets, whatever kind of file they are from.

use super::place::Place;
use super::report::{Refusal, SetAsideReason};
use crate::{Decimal, Error, ErrorCode, Result, decimal, text};

/// The most that all cells may hold, where a cell counts as one and so do each 16 bytes of its text: a short file can refer to
/// one long text often. The authorities' workbooks come to about 200,000.
const MAX_CONTENT: usize = 8_000_000;

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    /// A number that is shown as a date: days since the workbook's day zero. In an `.xls` file dates are plain numbers.
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

/// The error for a file as a whole.
pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorCode::InvalidWorkbook, "", message)
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
