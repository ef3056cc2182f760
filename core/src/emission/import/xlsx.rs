//! Sheets of `.xlsx` files.

use std::io::{Cursor, Read, Write};

use calamine::{DataRef, Reader, SheetType, Xlsx};

use super::sheet::{Cell, Cells, Sheet, invalid};
use crate::{Error, ErrorCode, Result, text};

/// How a zip begins, which an `.xlsx` file is.
pub(super) const SIGNATURE: [u8; 2] = *b"PK";

/// The most bytes a file may unpack to: a damaged or hostile one could otherwise fill the memory.
const MAX_UNPACKED: u64 = 256 << 20;

/// The size of a sheet.
const MOST_ROWS: u32 = 1 << 20;
const MOST_COLUMNS: u32 = 1 << 14;

/// The sheets of a file, and whether its dates count from 1904.
pub(super) fn read(bytes: &[u8], wanted: &str) -> Result<(Vec<Sheet>, bool)> {
    // The library adds up the digits of cell references unchecked: a false one overflows, which in a build with overflow
    // checks panics. In others the place is wrong, which is seen below.
    std::panic::catch_unwind(|| read_sheets(bytes, wanted))
        .unwrap_or_else(|_| Err(invalid(format!("the workbook is damaged; expected {wanted}"))))
}

fn read_sheets(bytes: &[u8], wanted: &str) -> Result<(Vec<Sheet>, bool)> {
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
