//! The rows of a CSV file, each with its line, where one stray quote spoils one row and no more.
//!
//! A quote that is never closed would take all rows behind it for a field, and what reads CSV commonly says nothing of it. So a
//! row that goes on over several lines must be whole: as many fields as there are columns, nothing between a closing quote and
//! the next comma, and no lines of it that are rows by themselves. Else the quote is stray; its line is named, and the next line is
//! read as a row again. Lines end in LF, CR LF or CR.

use std::io::Read;

use csv::StringRecord;

use crate::{Error, ErrorCode, Result};

/// The most bytes of one row.
const MOST_BYTES_A_ROW: usize = 1 << 20;
const BYTES_A_READ: usize = 1 << 16;

/// Reads rows one after the other; the file is never held whole.
pub(crate) struct CsvRows<R> {
    source: R,
    buffer: Vec<u8>,
    /// Where the next row begins in the buffer.
    at: usize,
    /// The line of the next row, from 1.
    line: u64,
    /// The bytes of all rows before.
    passed: u64,
    is_at_end: bool,
    /// How many columns there are, once their names were read.
    width: Option<usize>,
}

/// A row, or why it is none.
pub(crate) struct CsvRow {
    /// The line where it begins, or where a stray quote stands, from 1.
    pub(crate) line: u64,
    /// Its fields without outer blanks, as many as there are columns.
    pub(crate) fields: Result<StringRecord>,
}

impl<R: Read> CsvRows<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, buffer: Vec::new(), at: 0, line: 1, passed: 0, is_at_end: false, width: None }
    }

    /// The names of the columns, which the first row holds; without any where the file is empty.
    ///
    /// # Errors
    ///
    /// Those of the source; [`ErrorCode::InvalidUnicode`], [`ErrorCode::InvalidCharacter`] for a stray quote.
    pub(crate) fn names(&mut self) -> Result<StringRecord> {
        const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
        while self.buffer.len() < BYTE_ORDER_MARK.len() && !self.is_at_end {
            self.fill()?;
        }
        if self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.pass(BYTE_ORDER_MARK.len(), 0);
        }
        let names = self.next()?.map_or_else(|| Ok(StringRecord::new()), |row| row.fields)?;
        self.width = Some(names.len());
        Ok(names)
    }

    /// The bytes of the file that were read as rows.
    #[cfg(any(feature = "ledger", test))]
    pub(crate) fn bytes_read(&self) -> u64 {
        self.passed
    }

    /// The next row; none at the end.
    ///
    /// # Errors
    ///
    /// Those of the source, and [`ErrorCode::FileError`] for a row of more than a million bytes without a quote.
    pub(crate) fn next(&mut self) -> Result<Option<CsvRow>> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            match scan(rest, self.is_at_end, self.width) {
                Scan::More => self.fill()?,
                Scan::End => return Ok(None),
                Scan::Blank { length } => self.pass(length, 1),
                Scan::Row { length, breaks, is_broken } => {
                    let line = self.line;
                    let fields = if is_broken { Err(stray_quote()) } else { self.fields_of(length) };
                    self.pass(length, breaks);
                    return Ok(Some(CsvRow { line, fields }));
                }
                Scan::Stray { before, length } => {
                    let line = self.line + before;
                    self.pass(length, before + 1);
                    return Ok(Some(CsvRow { line, fields: Err(stray_quote()) }));
                }
                Scan::TooLong => {
                    let message = format!("the row that begins at line {} has more than a million bytes", self.line);
                    return Err(Error::new(ErrorCode::FileError, "", format!("{message}; expected CSV")));
                }
            }
        }
    }

    fn fields_of(&self, length: usize) -> Result<StringRecord> {
        let row = self.buffer.get(self.at..self.at + length).unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .buffer_capacity(length.max(1))
            .from_reader(row);
        let mut fields = csv::ByteRecord::new();
        reader.read_byte_record(&mut fields).map_err(|error| {
            Error::new(ErrorCode::FileError, "", format!("the row cannot be read ({error}); expected CSV"))
        })?;
        let fields = StringRecord::from_byte_record(fields)
            .map_err(|_| Error::new(ErrorCode::InvalidUnicode, "", "the row is not UTF-8; expected UTF-8 text"))?;
        match self.width {
            Some(width) if width != fields.len() => {
                let message = format!("the row has {} fields; expected {width}, as the first line", fields.len());
                Err(Error::new(ErrorCode::LengthMismatch, "", message))
            }
            _ => Ok(fields),
        }
    }

    fn fill(&mut self) -> Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + BYTES_A_READ, 0);
        let read = loop {
            match self.source.read(self.buffer.get_mut(length..).unwrap_or_default()) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let count = read.map_err(|error| {
            Error::new(ErrorCode::FileError, "", format!("the file cannot be read ({error}); expected CSV in UTF-8"))
        })?;
        self.buffer.truncate(length + count);
        self.is_at_end = count == 0;
        Ok(())
    }

    fn pass(&mut self, length: usize, breaks: u64) {
        self.at += length;
        self.passed += length as u64;
        self.line += breaks;
    }
}

fn stray_quote() -> Error {
    let message = "a quote opens in this line that nothing closes as it should; expected `\"` at both ends of a field, and \
                   doubled within";
    Error::new(ErrorCode::InvalidCharacter, "", message)
}

/// What stands at the front of some bytes.
#[derive(Debug, PartialEq)]
enum Scan {
    /// That cannot be told without more bytes.
    More,
    End,
    /// A line without anything.
    Blank {
        length: usize,
    },
    /// A row of some bytes and line breaks; broken where more stands behind a closing quote.
    Row {
        length: usize,
        breaks: u64,
        is_broken: bool,
    },
    /// A stray quote: the line breaks before it, and the bytes up to the end of its line.
    Stray {
        before: u64,
        length: usize,
    },
    TooLong,
}

/// Where in a row a byte stands.
#[derive(Clone, Copy, PartialEq)]
enum In {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field: it closes the field or is the first of two.
    Quote,
    /// Behind the blanks behind a closing quote.
    Closed,
}

/// A quoted field that goes on over the end of its line.
#[derive(Clone, Copy)]
struct Open {
    /// The line breaks of the row before its quote.
    before: u64,
    /// Behind the end of the quote's line.
    resume: usize,
}

fn scan(bytes: &[u8], is_all: bool, width: Option<usize>) -> Scan {
    let mut place = In::FieldStart;
    let (mut fields, mut breaks, mut is_broken) = (1, 0, false);
    // The first field that goes on over a line, and the breaks before the quote that opened last.
    let (mut open, mut before): (Option<Open>, u64) = (None, 0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let Some(ending) = line_end(bytes, at, is_all) else { return Scan::More };
        if ending > 0 && place != In::Quoted {
            if at == 0 {
                return Scan::Blank { length: ending };
            }
            let length = at + ending;
            return match open {
                Some(open) if !is_whole(bytes.get(..at), fields, width) => stray(open),
                _ => Scan::Row { length, breaks: breaks + 1, is_broken },
            };
        }
        place = match (place, byte) {
            (In::Quoted, _) if ending > 0 => {
                open = open.or(Some(Open { before, resume: at + ending }));
                breaks += 1;
                In::Quoted
            }
            (In::Quoted, b'"') => In::Quote,
            (In::Quoted, _) => In::Quoted,
            (In::Quote, b'"') => In::Quoted,
            (In::FieldStart, b'"') => {
                before = breaks;
                In::Quoted
            }
            (_, b',') => {
                fields += 1;
                In::FieldStart
            }
            (In::Quote | In::Closed, b' ' | b'\t') => In::Closed,
            (In::Quote | In::Closed, _) => {
                is_broken = true;
                In::Plain
            }
            _ => In::Plain,
        };
        if let Some(open) = open.filter(|_| is_broken || width.is_some_and(|width| fields > width)) {
            return stray(open);
        }
        at += ending.max(1);
    }
    at_the_end(bytes, is_all, width, Seen { is_quoted: place == In::Quoted, fields, breaks, is_broken, open, before })
}

/// What was seen of a row whose end was not.
struct Seen {
    is_quoted: bool,
    fields: usize,
    breaks: u64,
    is_broken: bool,
    open: Option<Open>,
    before: u64,
}

fn at_the_end(bytes: &[u8], is_all: bool, width: Option<usize>, seen: Seen) -> Scan {
    if !is_all && bytes.len() <= MOST_BYTES_A_ROW {
        return Scan::More;
    }
    if bytes.is_empty() {
        return Scan::End;
    }
    match seen.open {
        Some(open) if seen.is_quoted => stray(open),
        Some(open) if is_all && !is_whole(Some(bytes), seen.fields, width) => stray(open),
        _ if !is_all => Scan::TooLong,
        None if seen.is_quoted => Scan::Stray { before: seen.before, length: bytes.len() },
        _ => Scan::Row { length: bytes.len(), breaks: seen.breaks + 1, is_broken: seen.is_broken },
    }
}

fn stray(open: Open) -> Scan {
    Scan::Stray { before: open.before, length: open.resume }
}

/// Whether a row that goes on over several lines is one: of as many fields as there are columns, and without rows within. A line
/// between its first and last is one by itself with as many commas and no quote; those two are where both have as many commas.
fn is_whole(row: Option<&[u8]>, fields: usize, width: Option<usize>) -> bool {
    let (Some(row), Some(width)) = (row, width) else { return true };
    let is_row = |line: &[u8]| line.iter().filter(|byte| **byte == b',').count() + 1 == width;
    let mut lines = row.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next().is_some_and(is_row);
    let last = lines.next_back().is_some_and(is_row);
    fields == width && !(first && last) && !lines.any(|line| is_row(line) && !line.contains(&b'"'))
}

/// How many bytes of a line's end stand here: none, one or CR LF. Nothing where that is not known yet.
fn line_end(bytes: &[u8], at: usize, is_all: bool) -> Option<usize> {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\n'), _) => Some(1),
        (Some(b'\r'), Some(b'\n')) => Some(2),
        (Some(b'\r'), None) if !is_all => None,
        (Some(b'\r'), _) => Some(1),
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives its bytes a few at a time.
    struct Dripping<'a>(&'a [u8], usize);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    /// The lines of all rows and their fields, or the code of what is wrong.
    fn read(csv: &str, at_once: usize) -> Vec<(u64, std::result::Result<Vec<String>, ErrorCode>)> {
        let mut rows = CsvRows::new(Dripping(csv.as_bytes(), at_once));
        rows.names().unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let fields = row.fields.map(|fields| fields.iter().map(str::to_owned).collect());
            all.push((row.line, fields.map_err(|error| error.code())));
        }
        assert_eq!(rows.bytes_read(), csv.len() as u64);
        all
    }

    #[test]
    fn a_stray_quote_spoils_its_own_row() {
        let row =
            |line: u64, fields: &[&str]| (line, Ok(fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>()));
        let stray = |line| (line, Err(ErrorCode::InvalidCharacter));
        for (csv, expected) in [
            // Never closed.
            (
                "a,b\n1,2\n\"3,4\n5,6\n7,8\n",
                vec![row(2, &["1", "2"]), stray(3), row(4, &["5", "6"]), row(5, &["7", "8"])],
            ),
            // Closed by the opening quote of a later field.
            ("a,b\n\"3,4\n5,6\n\"x,y\",8\n", vec![stray(2), row(3, &["5", "6"]), row(4, &["x,y", "8"])]),
            // Closed by another stray one, with the right number of fields.
            (
                "a,b\n\"3,4\n5,6\n7\",8\n9,10",
                vec![stray(2), row(3, &["5", "6"]), row(4, &["7\"", "8"]), row(5, &["9", "10"])],
            ),
            ("a,b\n\"3,4\n7\",8\n", vec![stray(2), row(3, &["7\"", "8"])]),
            // With too many.
            ("a,b\n\"3\n5\",6,7\n8,9", vec![stray(2), (3, Err(ErrorCode::LengthMismatch)), row(4, &["8", "9"])]),
            // In the second line of a field that is well.
            ("a,b\n\"3\n4\",\"5\n6,7\n", vec![stray(2), (3, Err(ErrorCode::InvalidCharacter)), row(4, &["6", "7"])]),
            ("a,b\n1,\"2", vec![stray(2)]),
            ("a,b\n1,\"2\" x\n3,4", vec![stray(2), row(3, &["3", "4"])]),
            // What is no stray one.
            (
                "a,b\n\"1\n\n2\" ,\"\"\"3\"\"\"\n\n5\" cable,\"\"\n",
                vec![row(2, &["1\n\n2", "\"3\""]), row(6, &["5\" cable", ""])],
            ),
        ] {
            for end in ["\n", "\r\n", "\r"] {
                let csv = csv.replace('\n', end);
                let of_line = |field: &String| field.replace(end, "\n");
                for at_once in [1, 3, 1000] {
                    let found = read(&csv, at_once).into_iter();
                    let found: Vec<_> = found
                        .map(|(line, fields)| (line, fields.map(|fields| fields.iter().map(of_line).collect())))
                        .collect();
                    assert_eq!(found, expected, "{csv:?}");
                }
            }
        }
    }

    #[test]
    fn a_byte_order_mark_and_an_empty_file() {
        assert_eq!(CsvRows::new(Dripping(b"\xEF\xBB\xBFa,b", 1)).names().unwrap(), vec!["a", "b"]);
        assert_eq!(CsvRows::new(Dripping(b"\n\r\n\na", 1)).names().unwrap(), vec!["a"]);
        for empty in ["", "\n\n"] {
            assert!(CsvRows::new(Dripping(empty.as_bytes(), 1)).names().unwrap().is_empty());
        }
    }

    proptest! {
        /// What another writer of CSV has written is read as it was meant.
        #[test]
        fn what_the_crate_writes_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[a-z\" ]{0,6}|[a-z\n\r\"]{0,6}", 3), 1..8),
            at_once in 1_usize..40,
        ) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let csv = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let found: Vec<_> = read(&csv, at_once).into_iter().map(|(_, fields)| fields).collect();
            let trimmed = |row: &Vec<String>| Ok(row.iter().map(|field| field.trim().to_owned()).collect());
            prop_assert_eq!(found, rows.iter().map(trimmed).collect::<Vec<_>>());
        }

        /// Whatever it is, every line is read once and nothing takes longer than the file.
        #[test]
        fn any_text_comes_to_its_end(csv in "[a\",\n\r ]{0,200}", at_once in 1_usize..40) {
            let mut rows = CsvRows::new(Dripping(csv.as_bytes(), at_once));
            if rows.names().is_ok() {
                let mut last = 0;
                while let Some(row) = rows.next().unwrap() {
                    prop_assert!(row.line > last, "{} after {last}", row.line);
                    last = row.line;
                }
                prop_assert_eq!(rows.bytes_read(), csv.len() as u64);
            }
        }
    }
}
