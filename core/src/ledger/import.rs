//! Registrations from a CSV file, row by row.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use chrono::{DateTime, Utc};

use super::caller::Caller;
use super::claims::{NewClaim, check_form, register_all};
use super::metadata::Metadata;
use super::open::Ledger;
use super::registration_records::{BatchItem, BatchItemStatus, BatchSummary, RegistrationRequest};
use crate::access::Scope;
use crate::csv_rows::CsvRows;
use crate::registration::OnConflict;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, text};

/// A CSV file of registrations on its way into the ledger.
///
/// The first line names the columns: `vendor`, `serial`, `program_name`, `start_date` and `end_date` (`YYYY-MM-DD`) must be
/// there, `metadata` (a JSON object) and `on_conflict` (`warn`, `fail`, `force`) may be; others are refused. The file is
/// UTF-8, with or without a byte-order mark, and is never held whole. A stray quote spoils its own row: its line is named, and
/// the rows behind it are read.
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
    rows: CsvRows<R>,
    columns: Columns,
    caller: Caller,
    on_conflict: OnConflict,
    bytes_total: Option<u64>,
    so_far: ImportProgress,
}

record! {
    /// How far an import has come. The counts always add up to `rows`.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
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
}

record! {
    /// A row that was not registered.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ImportProblem {
        /// Its line in the file, from 1.
        pub line: u64,
        /// `conflict` or `failed`.
        pub status: BatchItemStatus,
        /// The stable code.
        pub code: ErrorCode,
        /// The column, where one is to blame.
        pub path: String,
        /// Why, in a sentence.
        pub message: String,
    }
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
        let mut rows = CsvRows::new(source);
        let columns = Columns::of(&rows.names()?)?;
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
            let Some(row) = self.rows.next()? else {
                done = true;
                break;
            };
            records.push(row);
        }
        let requests: Vec<Result<RegistrationRequest<'_>>> =
            records.iter().map(|row| self.request_of(row.fields.as_ref().map_err(Error::clone)?)).collect();
        let claims = requests
            .iter()
            .map(|request| request.as_ref().map_err(Error::clone).and_then(|request| NewClaim::of(ledger, request)))
            .collect();
        let results =
            ledger.change(&self.caller, now, |change, organization| register_all(change, organization, claims))?;
        let problems: Vec<_> = records.iter().zip(&results).filter_map(|(row, item)| problem(row.line, item)).collect();
        let BatchSummary { total, created, conflict, failed } = BatchSummary::of(&results);
        self.so_far.rows += total as u64;
        self.so_far.created += created as u64;
        self.so_far.conflict += conflict as u64;
        self.so_far.failed += failed as u64;
        self.so_far.bytes_read = self.rows.bytes_read();
        self.so_far.bytes_total = self.bytes_total;
        self.so_far.done = done;
        Ok(ImportProgress { problems, ..self.so_far.clone() })
    }

    fn request_of<'a>(&self, record: &'a csv::StringRecord) -> Result<RegistrationRequest<'a>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_by_the_line_they_begin_at() {
        let ledger = Ledger::in_memory().unwrap();
        let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        let organization = ledger.access().create_organization("Green Miles", now).unwrap().public_id;
        let caller = Caller::new(organization, [Scope::RegistrationsWrite].into_iter().collect());
        let rows = [
            "vendor,serial,program_name,start_date,end_date",
            "A,1,x,2026-01-01,2026-01-02",
            "A,,x,,",
            "",
            "\"A\",2,\"two\nlines\",2026-13-01,",
            "A,3,x,y,",
        ];
        for end in ["\n", "\r\n", "\r"] {
            for last in ["", end] {
                let csv = rows.join(end) + last;
                let mut import = CsvImport::new(csv.as_bytes(), caller.clone(), OnConflict::Fail).unwrap();
                let lines: Vec<_> = import.step(&ledger, now).unwrap().problems.iter().map(|one| one.line).collect();
                let again = lines.iter().filter(|line| **line > 2).copied().collect::<Vec<_>>();
                assert_eq!(again, [3, 5, 7], "{csv:?}");
            }
        }
    }

    #[test]
    fn one_stray_quote_in_twenty_thousand_rows_spoils_one() {
        let ledger = Ledger::in_memory().unwrap();
        let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        let organization = ledger.access().create_organization("Green Miles", now).unwrap().public_id;
        let caller = Caller::new(organization, [Scope::RegistrationsWrite].into_iter().collect());
        for at in [1_u64, 17, 19_999, 20_000] {
            let mut csv = "vendor,serial,program_name,start_date,end_date\n".to_owned();
            for row in 1..=20_000 {
                let quote = if row == at { "\"" } else { "" };
                csv += &format!("{quote}KEBA,{at}X{row},Spring,2026-01-01,2026-01-02\n");
            }
            let mut import = CsvImport::new(csv.as_bytes(), caller.clone(), OnConflict::Fail).unwrap();
            let (mut problems, mut progress) = (Vec::new(), ImportProgress::default());
            while !progress.done {
                progress = import.step(&ledger, now).unwrap();
                problems.append(&mut progress.problems);
            }
            assert_eq!((progress.rows, progress.created, progress.failed), (20_000, 19_999, 1), "{at}");
            assert_eq!((problems.len(), problems[0].line), (1, at + 1));
            assert_eq!(problems[0].code, ErrorCode::InvalidCharacter);
        }
    }

    #[test]
    fn a_row_without_an_end_is_refused() {
        let caller = Caller::new(uuid::Uuid::nil(), [Scope::RegistrationsWrite].into_iter().collect());
        let csv = format!("vendor,serial,program_name,start_date,end_date\nA,{}", "x".repeat(2 << 20));
        let mut import = CsvImport::new(csv.as_bytes(), caller, OnConflict::Fail).unwrap();
        let error = import.step(&Ledger::in_memory().unwrap(), DateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FileError);
    }
}
