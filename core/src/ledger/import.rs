//! Registrations from a CSV file, row by row.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::registrations::{BatchItem, BatchItemStatus, NewClaim, RegistrationRequest, check_form, register_all};
use super::{Caller, Ledger, Metadata};
use crate::access::Scope;
use crate::registration::OnConflict;
use crate::{Error, ErrorCode, Result, text};

/// A CSV file of registrations on its way into the ledger.
///
/// The first line names the columns: `vendor`, `serial`, `program_name`, `start_date` and `end_date` (`YYYY-MM-DD`) must be
/// there, `metadata` (a JSON object) and `on_conflict` (`warn`, `fail`, `force`) may be; others are refused. The file is
/// UTF-8, with or without a byte-order mark, and is never held whole.
///
/// Each [`CsvImport::step`] takes the next rows in one transaction and says what became of them; the host shows the progress
/// and may stop between two steps. What was read stays; with `fail` the same file can be imported again, and only what is
/// missing is created.
///
/// ```
/// use tierra::{access::Scope, chrono::DateTime, registration::OnConflict};
/// use tierra::ledger::{Caller, CsvImport, Ledger};
/// let csv = "vendor,serial,program_name,start_date,end_date\nKEBA,22004711,Spring,2026-01-01,2026-12-31\nKEBA,,Spring,,\n";
/// let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
/// let ledger = Ledger::in_memory()?;
/// let organization = ledger.access().create_organization("Green Miles", now)?.public_id;
/// let caller = Caller::new(organization, [Scope::RegistrationsWrite].into_iter().collect());
/// let mut import = CsvImport::new(csv.as_bytes(), caller, OnConflict::Fail)?;
/// let progress = import.step(&ledger, now)?;
/// assert_eq!((progress.rows, progress.created, progress.failed, progress.done), (2, 1, 1, true));
/// assert_eq!(progress.problems[0].line, 3);
/// # Ok::<(), tierra::Error>(())
/// ```
pub struct CsvImport<R> {
    rows: csv::Reader<R>,
    columns: Columns,
    caller: Caller,
    on_conflict: OnConflict,
    bytes_total: Option<u64>,
    so_far: ImportProgress,
}

/// How far an import has come. The counts always add up to `rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportProgress {
    /// Rows read so far, without the line of column names.
    pub rows: u64,
    /// Rows registered, with or without conflicts.
    pub created: u64,
    /// Rows that `fail` stopped.
    pub conflict: u64,
    /// Rows that could not be registered.
    pub failed: u64,
    /// Bytes read so far.
    pub bytes_read: u64,
    /// Bytes in all, where that is known.
    pub bytes_total: Option<u64>,
    /// Whether the end was reached.
    pub done: bool,
    /// The rows of this step that were not registered, and why.
    pub problems: Vec<ImportProblem>,
}

/// A row that was not registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportProblem {
    /// Its line in the file, from 1.
    pub line: u64,
    /// `conflict` or `failed`.
    pub status: BatchItemStatus,
    /// The stable code.
    #[serde(serialize_with = "code_text")]
    pub code: ErrorCode,
    /// The column, where one is to blame.
    pub path: String,
    /// Why, in a sentence.
    pub message: String,
}

fn code_text<S: serde::Serializer>(code: &ErrorCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}

/// Where each field stands in a row.
#[derive(Debug, Clone, Copy)]
struct Columns {
    vendor: usize,
    serial: usize,
    program_name: usize,
    start_date: usize,
    end_date: usize,
    metadata: Option<usize>,
    on_conflict: Option<usize>,
}

/// How many rows a transaction takes.
const ROWS_A_STEP: usize = 1000;

impl CsvImport<BufReader<File>> {
    /// Opens a file and reads its column names. Needs the scope `registrations:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::FileError`] at `path`, and as [`CsvImport::new`].
    pub fn open(path: impl AsRef<Path>, caller: Caller, on_conflict: OnConflict) -> Result<Self> {
        let path = path.as_ref();
        let unreadable = |error: std::io::Error| {
            let message = format!("`{}` cannot be read ({error}); expected a CSV file", path.display());
            Error::new(ErrorCode::FileError, "path", message)
        };
        let file = File::open(path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let mut import = Self::new(BufReader::new(file), caller, on_conflict)?;
        import.bytes_total = Some(bytes);
        Ok(import)
    }
}

impl<R: Read> CsvImport<R> {
    /// Reads the column names. Rows without an `on_conflict` of their own take the one given. Needs `registrations:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InsufficientScope`]; at the column: [`ErrorCode::MissingField`], [`ErrorCode::UnknownField`],
    /// [`ErrorCode::Duplicate`]; [`ErrorCode::Empty`] for an empty file; [`ErrorCode::InvalidUnicode`].
    pub fn new(source: R, caller: Caller, on_conflict: OnConflict) -> Result<Self> {
        caller.require(Scope::RegistrationsWrite)?;
        let mut rows = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(source);
        let columns = Columns::of(rows.headers().map_err(|error| unreadable(&error))?)?;
        Ok(Self { rows, columns, caller, on_conflict, bytes_total: None, so_far: ImportProgress::default() })
    }

    /// Takes the next 1,000 rows in one transaction.
    ///
    /// # Errors
    ///
    /// Those of the file; then nothing of the step is kept, and the rows read are lost to this import.
    pub fn step(&mut self, ledger: &Ledger, now: DateTime<Utc>) -> Result<ImportProgress> {
        let mut records = Vec::with_capacity(ROWS_A_STEP);
        let mut done = false;
        while records.len() < ROWS_A_STEP {
            let mut record = csv::ByteRecord::new();
            if !self.rows.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
                done = true;
                break;
            }
            let line = record.position().map_or(0, csv::Position::line);
            records.push((line, csv::StringRecord::from_byte_record(record)));
        }
        let requests: Vec<Result<RegistrationRequest<'_>>> =
            records.iter().map(|(_, record)| self.request_of(record.as_ref().ok())).collect();
        let claims = requests
            .iter()
            .map(|request| request.as_ref().map_err(Error::clone).and_then(|request| NewClaim::of(ledger, request)))
            .collect();
        let results =
            ledger.change(&self.caller, now, |change, organization| register_all(change, organization, claims))?;
        let problems: Vec<_> =
            records.iter().zip(&results).filter_map(|((line, _), item)| problem(*line, item)).collect();
        let count = |status| results.iter().filter(|item| item.status == status).count() as u64;
        self.so_far.rows += results.len() as u64;
        self.so_far.created += count(BatchItemStatus::Created);
        self.so_far.conflict += count(BatchItemStatus::Conflict);
        self.so_far.failed += count(BatchItemStatus::Failed);
        self.so_far.bytes_read = self.rows.position().byte();
        self.so_far.bytes_total = self.bytes_total;
        self.so_far.done = done;
        Ok(ImportProgress { problems, ..self.so_far.clone() })
    }

    fn request_of<'a>(&self, record: Option<&'a csv::StringRecord>) -> Result<RegistrationRequest<'a>> {
        let Some(record) = record else {
            return Err(Error::new(ErrorCode::InvalidUnicode, "", "the row is not UTF-8; expected UTF-8 text"));
        };
        let width = self.rows_width();
        if record.len() != width {
            let message = format!("the row has {} fields; expected {width}, as the first line", record.len());
            return Err(Error::new(ErrorCode::LengthMismatch, "", message));
        }
        let field = |at: usize| record.get(at).unwrap_or_default();
        let optional = |at: Option<usize>| at.map(field).filter(|text| !text.is_empty());
        let date = |name: &str, at| crate::parse_date(field(at)).map_err(|error| error.under(name));
        let metadata = optional(self.columns.metadata).map(str::parse::<Metadata>).transpose();
        let on_conflict = optional(self.columns.on_conflict).map(str::parse::<OnConflict>).transpose();
        let request = RegistrationRequest {
            vendor: field(self.columns.vendor),
            serial: field(self.columns.serial),
            program_name: field(self.columns.program_name),
            start_date: date("start_date", self.columns.start_date)?,
            end_date: date("end_date", self.columns.end_date)?,
            metadata: metadata.map_err(|error| error.under("metadata"))?,
            on_conflict: on_conflict.map_err(|error| error.under("on_conflict"))?.unwrap_or(self.on_conflict),
        };
        check_form(&request)?;
        Ok(request)
    }

    fn rows_width(&self) -> usize {
        let columns = &self.columns;
        5 + usize::from(columns.metadata.is_some()) + usize::from(columns.on_conflict.is_some())
    }
}

impl Columns {
    fn of(names: &csv::StringRecord) -> Result<Self> {
        const REQUIRED: [&str; 5] = ["vendor", "serial", "program_name", "start_date", "end_date"];
        const OPTIONAL: [&str; 2] = ["metadata", "on_conflict"];
        if names.is_empty() {
            return Err(Error::new(ErrorCode::Empty, "", "the file is empty; expected a line of column names"));
        }
        for (index, name) in names.iter().enumerate() {
            if !REQUIRED.iter().chain(&OPTIONAL).any(|known| *known == name) {
                let known =
                    REQUIRED.iter().chain(&OPTIONAL).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let message = format!("`{}` is no column of an import; expected {known}", text::excerpt(name));
                return Err(Error::new(ErrorCode::UnknownField, text::excerpt(name), message));
            }
            if names.iter().take(index).any(|earlier| earlier == name) {
                let message = format!("the column `{name}` stands twice; expected it once");
                return Err(Error::new(ErrorCode::Duplicate, name, message));
            }
        }
        let at = |wanted: &str| names.iter().position(|name| name == wanted);
        let required = |wanted: &str| {
            at(wanted).ok_or_else(|| {
                let message = format!("the column `{wanted}` is missing; expected {}", REQUIRED.join(", "));
                Error::new(ErrorCode::MissingField, wanted, message)
            })
        };
        Ok(Self {
            vendor: required("vendor")?,
            serial: required("serial")?,
            program_name: required("program_name")?,
            start_date: required("start_date")?,
            end_date: required("end_date")?,
            metadata: at("metadata"),
            on_conflict: at("on_conflict"),
        })
    }
}

fn unreadable(error: &csv::Error) -> Error {
    let code = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => ErrorCode::InvalidUnicode,
        _ => ErrorCode::FileError,
    };
    Error::new(code, "", format!("the file cannot be read ({error}); expected CSV in UTF-8"))
}

fn problem(line: u64, item: &BatchItem) -> Option<ImportProblem> {
    let status = item.status;
    if let Some(error) = &item.error {
        let (code, path, message) = (error.code(), error.path().to_owned(), error.message().to_owned());
        return Some(ImportProblem { line, status, code, path, message });
    }
    if status != BatchItemStatus::Conflict {
        return None;
    }
    let others = item.conflicts.as_deref().unwrap_or_default();
    let first = others.first().map(|conflict| &conflict.conflicting_registration);
    let by = first.map_or_else(String::new, |other| {
        format!(" by `{}` from {}", text::excerpt(&other.organization), other.period)
    });
    let message = format!("the charger is claimed already{by}; expected a period that nobody has claimed");
    Some(ImportProblem { line, status, code: ErrorCode::Conflict, path: String::new(), message })
}
