//! Rows of a CSV file by the names of their columns.
//!
//! Lines are taken one by one and not by a CSV reader over the whole file: line numbers are then exact whatever the line
//! ends and blank lines, and a quotation mark that is never closed spoils its own line and not the rest of the file.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read, SeekFrom};
use std::path::Path;

use csv::ByteRecord;
use tierra::{Error, ErrorCode};

/// The longest line taken, in bytes.
const MAX_LINE: usize = 1 << 20;
/// The most lines that one quoted record may go on over.
const MAX_CONTINUATION: usize = 100;
/// The longest text of a name, in characters.
const MAX_NAME: usize = 255;

/// A file that cannot be used at all: which, why, and what was expected, in one line.
#[derive(Debug)]
pub struct Unreadable(String);

impl Unreadable {
    pub(crate) fn new(path: &Path, reason: impl fmt::Display, expected: impl fmt::Display) -> Self {
        Self(format!("{}: {reason}; expected {expected}", shown_path(path)))
    }

    /// The core's refusal of a file as a whole, which says itself what was expected.
    pub(crate) fn of_core(path: &Path, error: &Error) -> Self {
        Self(format!("{}: {}: {error}", shown_path(path), error.code()))
    }

    pub(crate) fn of_io(path: &Path, error: &io::Error, expected: impl fmt::Display) -> Self {
        let reason = match error.kind() {
            ErrorKind::NotFound => "there is no such file".to_owned(),
            ErrorKind::PermissionDenied => "may not be read".to_owned(),
            ErrorKind::IsADirectory => "is a directory".to_owned(),
            ErrorKind::InvalidData => "is not UTF-8 text".to_owned(),
            _ => format!("cannot be read ({error})"),
        };
        Self::new(path, reason, expected)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

/// The path as a person would type it from where they are.
pub(crate) fn shown_path(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

/// What a file must have.
pub(crate) struct Columns {
    pub(crate) needed: &'static [&'static str],
    pub(crate) optional: &'static [&'static str],
}

impl Columns {
    fn expected(&self) -> String {
        format!("a CSV file with the columns {}", self.needed.join(", "))
    }
}

/// How many rows a file had, and what became of them: `read` is `used` plus the refused ones.
pub(crate) struct Tally {
    pub(crate) file: String,
    pub(crate) read: usize,
    pub(crate) used: usize,
    pub(crate) refused: Vec<Refusal>,
}

/// A row that was not used.
pub(crate) struct Refusal {
    pub(crate) line: u64,
    /// The row's own id, where it has one.
    pub(crate) id: Option<String>,
    pub(crate) error: Error,
}

/// Hands each row of a file to `take`, which uses it or says why not.
pub(crate) fn read_rows(
    path: &Path,
    columns: &Columns,
    mut take: impl FnMut(&Row<'_>) -> tierra::Result<()>,
) -> Result<Tally, Unreadable> {
    let io_error = |error: io::Error| Unreadable::of_io(path, &error, columns.expected());
    let mut records = Records::open(path).map_err(io_error)?;
    let header = Header::read(path, columns, &mut records)?;
    let mut tally = Tally { file: shown_path(path), read: 0, used: 0, refused: Vec::new() };
    let mut fields = ByteRecord::new();
    while let Some((line, read)) = records.next(&mut fields).map_err(io_error)? {
        let row = Row { line, header: &header, fields: &fields };
        tally.read += 1;
        match read.and_then(|()| header.check(&fields)).and_then(|()| take(&row)) {
            Ok(()) => tally.used += 1,
            Err(error) => tally.refused.push(Refusal { line, id: row.id(), error }),
        }
    }
    Ok(tally)
}

/// One row of a file.
pub(crate) struct Row<'a> {
    /// The line on which it begins, counted from 1 with the header.
    pub(crate) line: u64,
    header: &'a Header,
    fields: &'a ByteRecord,
}

impl<'a> Row<'a> {
    /// The field without outer blanks; empty where the file has no such column.
    pub(crate) fn text(&self, column: &str) -> tierra::Result<&'a str> {
        let field = self.header.place(column).and_then(|place| self.fields.get(place)).unwrap_or_default();
        std::str::from_utf8(field).map(str::trim).map_err(|error| {
            let message = format!("is not UTF-8 text from byte {} on; expected UTF-8", error.valid_up_to() + 1);
            Error::from_host(ErrorCode::InvalidUnicode, column, &message)
        })
    }

    /// A text that names something and is printed again: not empty, not over-long, without control characters.
    pub(crate) fn name(&self, column: &str) -> tierra::Result<&'a str> {
        let text = self.text(column)?;
        let refusal = |code, message: &str| Err(Error::from_host(code, column, message));
        if text.is_empty() {
            return refusal(ErrorCode::Empty, "is empty; expected a name");
        }
        if text.len() > MAX_NAME && text.chars().count() > MAX_NAME {
            return refusal(ErrorCode::TooLong, &format!("is too long; expected at most {MAX_NAME} characters"));
        }
        if let Some(control) = text.chars().find(|character| character.is_control()) {
            let code_point = u32::from(control);
            let message = format!("has the control character U+{code_point:04X}; expected a name without any");
            return refusal(ErrorCode::InvalidCharacter, &message);
        }
        Ok(text)
    }

    /// [`Row::name`] of a column that may be absent and of a field that may be empty.
    pub(crate) fn optional_name(&self, column: &str) -> tierra::Result<Option<&'a str>> {
        if self.text(column)?.is_empty() { Ok(None) } else { self.name(column).map(Some) }
    }

    /// The field in the first column that is an id, for messages.
    fn id(&self) -> Option<String> {
        let column = ["registration_id", "row_id", "investment_id"].into_iter().find(|id| self.header.has(id))?;
        self.optional_name(column).ok()?.map(str::to_owned)
    }
}

/// Where each column stands.
struct Header {
    places: Vec<(&'static str, usize)>,
    count: usize,
}

impl Header {
    fn read(path: &Path, columns: &Columns, records: &mut Records) -> Result<Self, Unreadable> {
        let unreadable = |reason: String| Unreadable::new(path, reason, columns.expected());
        let mut fields = ByteRecord::new();
        let read = records.next(&mut fields).map_err(|error| Unreadable::of_io(path, &error, columns.expected()))?;
        let Some((_, read)) = read else { return Err(unreadable("is empty".to_owned())) };
        read.map_err(|error| {
            // What was expected of the line; of the file more is.
            let reason = error.message().split("; expected").next().unwrap_or_default();
            unreadable(format!("has a first line that {reason}"))
        })?;
        if fields.get(0).is_some_and(|first| first.starts_with(b"\xFF\xFE") || first.starts_with(b"\xFE\xFF")) {
            return Err(unreadable("is UTF-16, not UTF-8".to_owned()));
        }
        let names: Vec<String> = fields.iter().map(column_name).collect();
        if let Some(separator) = other_separator(&fields) {
            return Err(unreadable(format!("is separated by {separator}, not by commas")));
        }
        let missing: Vec<&str> =
            columns.needed.iter().copied().filter(|column| !names.iter().any(|name| name == column)).collect();
        if !missing.is_empty() {
            return Err(unreadable(format!("has no column {}", missing.join(", "))));
        }
        let known = columns.needed.iter().chain(columns.optional).copied();
        let mut places = Vec::new();
        for column in known {
            let mut found = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(place, _)| place);
            places.extend(found.next().map(|place| (column, place)));
            if found.next().is_some() {
                return Err(unreadable(format!("has the column {column} twice")));
            }
        }
        Ok(Self { places, count: names.len() })
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.places.iter().find(|(name, _)| *name == column).map(|(_, place)| *place)
    }

    fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    fn check(&self, fields: &ByteRecord) -> tierra::Result<()> {
        if fields.len() == self.count {
            return Ok(());
        }
        let message = format!("has {} fields; expected {}, as in the header", fields.len(), self.count);
        Err(Error::from_host(ErrorCode::LengthMismatch, "", &message))
    }
}

fn column_name(field: &[u8]) -> String {
    String::from_utf8_lossy(field).trim().to_lowercase()
}

/// What separates the columns of a header that has one field, if it is no comma.
fn other_separator(header: &ByteRecord) -> Option<&'static str> {
    let only = header.get(0).filter(|_| header.len() == 1)?;
    [(b';', "semicolons"), (b'\t', "tabs"), (b'|', "vertical bars")]
        .into_iter()
        .find(|(separator, _)| only.contains(separator))
        .map(|(_, name)| name)
}

/// A line without its end.
struct Line {
    number: u64,
    bytes: Vec<u8>,
    too_long: bool,
}

impl Line {
    fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// The records of a file in order, each with its line.
struct Records {
    input: BufReader<File>,
    /// How many lines were read.
    lines: u64,
    /// Lines read to see whether a quoted record goes on.
    ahead: VecDeque<Line>,
    quoted: QuotedReader,
}

impl Records {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // A directory opens, and only its first read would fail.
        if file.metadata()?.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        Ok(Self {
            input: BufReader::with_capacity(1 << 16, file),
            lines: 0,
            ahead: VecDeque::new(),
            quoted: QuotedReader::new(),
        })
    }

    /// Reads the next record that is not blank, and says on which line it begins.
    fn next(&mut self, record: &mut ByteRecord) -> io::Result<Option<(u64, tierra::Result<()>)>> {
        record.clear();
        let line = loop {
            let line = match self.ahead.pop_front() {
                Some(line) => Some(line),
                None => self.read_line()?,
            };
            match line {
                None => return Ok(None),
                Some(line) if line.is_blank() => {}
                Some(line) => break line,
            }
        };
        if line.too_long {
            let message = format!("is longer than {MAX_LINE} bytes; expected a shorter line");
            return Ok(Some((line.number, Err(Error::from_host(ErrorCode::TooLong, "", &message)))));
        }
        if !line.bytes.contains(&b'"') {
            line.bytes.split(|byte| *byte == b',').for_each(|field| record.push_field(field));
            return Ok(Some((line.number, Ok(()))));
        }
        let number = line.number;
        Ok(Some((number, self.read_quoted(line, record)?)))
    }

    /// Reads a record with quotation marks, which may go on over the next lines.
    fn read_quoted(&mut self, first: Line, record: &mut ByteRecord) -> io::Result<tierra::Result<()>> {
        let is_odd = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
        let mut text = first.bytes;
        let mut open = is_odd(&text);
        let mut continuation = 0;
        while open && continuation < MAX_CONTINUATION {
            let Some(line) = self.look_ahead(continuation)? else { break };
            open ^= is_odd(&line.bytes);
            text.push(b'\n');
            text.extend_from_slice(&line.bytes);
            continuation += 1;
        }
        if open || !self.quoted.read_one(text, record) {
            // The lines ahead stay where they are: each is a record of its own.
            let message = "has a quotation mark that is not closed; expected marks in pairs";
            return Ok(Err(Error::from_host(ErrorCode::InvalidCharacter, "", message)));
        }
        self.ahead.drain(..continuation);
        Ok(Ok(()))
    }

    fn look_ahead(&mut self, place: usize) -> io::Result<Option<&Line>> {
        while self.ahead.len() <= place {
            let Some(line) = self.read_line()? else { break };
            self.ahead.push_back(line);
        }
        Ok(self.ahead.get(place))
    }

    fn read_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::with_capacity(160);
        let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX) + 1;
        if self.input.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.lines += 1;
        let too_long = bytes.len() > MAX_LINE && !bytes.ends_with(b"\n");
        if too_long {
            self.input.skip_until(b'\n')?;
            bytes.truncate(1);
        }
        for end in [b"\n", b"\r"] {
            if bytes.ends_with(end) {
                bytes.pop();
            }
        }
        if self.lines == 1 && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        Ok(Some(Line { number: self.lines, bytes, too_long }))
    }
}

/// Takes records with quotation marks apart. One CSV reader for all of them: to build one takes longer than a record.
struct QuotedReader(csv::Reader<Cursor<Vec<u8>>>);

impl QuotedReader {
    fn new() -> Self {
        Self(csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Cursor::default()))
    }

    /// Reads a text that holds one record and nothing else; false where it holds more.
    fn read_one(&mut self, text: Vec<u8>, record: &mut ByteRecord) -> bool {
        let read = || -> csv::Result<bool> {
            *self.0.get_mut() = Cursor::new(text);
            self.0.seek_raw(SeekFrom::Start(0), csv::Position::new())?;
            let mut rest = ByteRecord::new();
            Ok(self.0.read_byte_record(record)? && !self.0.read_byte_record(&mut rest)?)
        };
        read().unwrap_or(false)
    }
}
