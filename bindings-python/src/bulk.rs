//! Chargers and claims by the million: tables and columns in, columns out.

use arrow_array::RecordBatch;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyCapsule, PyList, PyString};
use tierra::charger::{CHARGER_FIELDS, HashBatch, IdentityBatch, IdentityHasher, SerialHash, charger_pairs};
use tierra::columns::Columns;
use tierra::ffi::{self, Value};
use tierra::overlap::{CLAIM_FIELDS, ClaimTable, PeriodIndex};
use tierra::{Error, ErrorCode};

use crate::answer::Tape;
use crate::column::{column, hashes};
use crate::fault::Fault;
use crate::table::{Source, Table, Wanted};
use crate::{arrow, convert, error_object, raise};

/// How many rows are worked on before Ctrl-C is looked for and progress told.
const CHUNK: usize = 1 << 16;

/// Works through rows piece by piece, without Python's lock. `progress` is told how many are done after each piece; where it
/// answers `False`, the rest is left. Tells how many rows were worked on.
pub fn in_pieces(
    py: Python<'_>,
    rows: usize,
    piece: usize,
    progress: &Bound<'_, PyAny>,
    mut work: impl FnMut(std::ops::Range<usize>) + Send,
) -> PyResult<usize> {
    let mut done = 0;
    while done < rows {
        let next = rows.min(done + piece);
        py.detach(|| work(done..next));
        done = next;
        py.check_signals()?;
        if !goes_on(progress, done, rows)? {
            break;
        }
    }
    Ok(done)
}

const CHARGERS: Wanted<'static> =
    Wanted { name: "chargers", fields: &CHARGER_FIELDS, needed: &CHARGER_FIELDS, by_place: true, kept: None };

/// The hashes of chargers that are read piece by piece: `read` gives those from a place on, none behind the last.
fn hashes_of_pieces(
    py: Python<'_>,
    mut read: impl FnMut(usize) -> Result<Columns, Fault>,
    count: impl Fn() -> usize,
    progress: &Bound<'_, PyAny>,
) -> Result<HashBatch, Fault> {
    let (mut hasher, mut batch) = (IdentityHasher::new(), HashBatch::default());
    let (mut done, mut told) = (0, 0);
    loop {
        let table = read(done)?;
        if table.rows() == 0 {
            return Ok(batch);
        }
        py.detach(|| batch.push_columns(&mut hasher, &table, 0..table.rows()));
        py.check_signals()?;
        done += table.rows();
        if done - told >= CHUNK || done >= count() {
            told = done;
            if !goes_on(progress, done, count())? {
                return Ok(batch);
            }
        }
    }
}

/// Tells how far a call is, and asks whether it is to go on.
fn goes_on(progress: &Bound<'_, PyAny>, done: usize, rows: usize) -> PyResult<bool> {
    Ok(progress.is_none() || !progress.call1((done, rows))?.cast::<PyBool>().is_ok_and(|go_on| !go_on.is_true()))
}

/// The hashes of chargers, a row a charger.
#[pyclass(frozen, module = "tierra._tierra")]
pub struct HashData(HashBatch);

#[pymethods]
impl HashData {
    #[new]
    fn new(
        py: Python<'_>,
        chargers: &Bound<'_, PyAny>,
        columns: &Bound<'_, PyAny>,
        progress: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        // As many rows as stay in the processor's cache.
        const FEW: usize = 4096;
        let hashes = match Table::source(chargers, &CHARGERS, columns) {
            Ok(Source::Columns(table)) => {
                let (table, mut batch, mut hasher) = (table.columns, HashBatch::default(), IdentityHasher::new());
                in_pieces(py, table.rows(), CHUNK, progress, |rows| batch.push_columns(&mut hasher, &table, rows))?;
                Ok(batch)
            }
            Ok(Source::Rows(list)) => {
                let read = |from| Ok(Table::of_rows(&list, from..from + FEW, &CHARGERS)?.columns);
                hashes_of_pieces(py, read, || list.len(), progress)
            }
            Ok(Source::Batches(batches, renamed)) => {
                let rows = batches.iter().map(RecordBatch::num_rows).sum();
                let mut pieces = batches.iter().flat_map(|batch| {
                    (0..batch.num_rows().max(1))
                        .step_by(FEW)
                        .map(|from| batch.slice(from, FEW.min(batch.num_rows() - from)))
                });
                let read = |_| match pieces.find(|piece| piece.num_rows() > 0) {
                    Some(piece) => Ok(Table::of_batches(py, &[piece], &CHARGERS, &renamed)?.columns),
                    // The names of columns are looked at where there is no row, too.
                    None => Ok(Table::of_batches(
                        py,
                        batches.get(..1).filter(|_| rows == 0).unwrap_or_default(),
                        &CHARGERS,
                        &renamed,
                    )?
                    .columns),
                };
                hashes_of_pieces(py, read, || rows, progress)
            }
            Err(fault) => Err(fault),
        };
        hashes.map(Self).map_err(|fault| fault.into_exception(py))
    }

    fn __len__(&self) -> usize {
        self.0.hashes().len()
    }

    /// 32 bytes a row, zero where it was refused.
    fn packed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let hashes = self.0.hashes();
        PyBytes::new_with(py, hashes.len() * 32, |bytes| {
            for (bytes, hash) in bytes.as_chunks_mut::<32>().0.iter_mut().zip(hashes) {
                *bytes = *hash.as_bytes();
            }
            Ok(())
        })
    }

    /// A batch whose hashes and refused rows were taken out before.
    #[staticmethod]
    fn of(packed: &[u8], errors: Vec<(usize, String, String, String)>) -> PyResult<Self> {
        let mut batch = HashBatch::default();
        let mut errors = errors.into_iter().peekable();
        for (row, hash) in packed.as_chunks::<32>().0.iter().enumerate() {
            batch.push(match errors.next_if(|(refused, ..)| *refused == row) {
                Some((_, code, path, message)) => {
                    let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
                    let code =
                        *known.ok_or_else(|| PyValueError::new_err(format!("`{code}` is no code of an error")))?;
                    let below = path.strip_prefix(&format!("chargers[{row}]")).unwrap_or(&path);
                    Err(Error::from_host(code, below.trim_start_matches('.'), &message))
                }
                None => Ok(SerialHash::from_bytes(*hash)),
            });
        }
        Ok(Self(batch))
    }

    /// The refused rows and why.
    fn errors<'py>(&self, py: Python<'py>) -> PyResult<Vec<(usize, Bound<'py, PyAny>)>> {
        let error = |(row, error): &(usize, Error)| Ok((*row, error_object(py, &located(*row, error))?));
        self.0.errors().iter().map(error).collect()
    }

    /// The hash of a row as text; nothing where it was refused.
    fn text(&self, row: usize) -> Option<String> {
        let is_refused = self.0.errors().binary_search_by_key(&row, |(refused, _)| *refused).is_ok();
        if is_refused { None } else { self.0.hashes().get(row).map(ToString::to_string) }
    }

    /// The hashes of all rows as texts.
    fn texts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut refused = self.0.errors().iter().map(|(row, _)| *row).peekable();
        let text = |(row, hash): (usize, &SerialHash)| {
            let is_refused = refused.next_if_eq(&row).is_some();
            (!is_refused).then(|| hash.with_text(|text| PyString::new(py, text)))
        };
        PyList::new(py, self.0.hashes().iter().enumerate().map(text).collect::<Vec<_>>())
    }

    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = py.detach(|| ffi::hashes_table(&self.0)).map_err(|error| raise(py, &error))?;
        arrow::stream(py, batch)
    }
}

/// The error of a row, at its place.
fn located(row: usize, error: &Error) -> Error {
    error.clone().under(&format!("chargers[{row}]"))
}

/// The identities of chargers, each with its own answer.
#[pyfunction]
pub fn identify_batch<'py>(
    py: Python<'py>,
    chargers: &Bound<'py, PyAny>,
    columns: &Bound<'py, PyAny>,
    progress: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let table = Table::read(chargers, &CHARGERS, columns).map_err(|fault| fault.into_exception(py))?.columns;
    let pairs = charger_pairs(&table);
    let mut results = Vec::with_capacity(pairs.len());
    in_pieces(py, pairs.len(), CHUNK, progress, |rows| results.extend(IdentityBatch::answers(&pairs, rows)))?;
    let tape = py.detach(|| {
        let batch = IdentityBatch::of_answers(results);
        Tape::of(&batch)
    });
    tape.into_objects(py)
}

/// Claims as columns, or as one table; the rows that were refused as chargers claim nothing.
fn claims(claims: &Claims<'_>) -> Result<ClaimTable, Fault> {
    let (chargers, starts, ends, left_out, refused, columns) = claims;
    if starts.is_none() && ends.is_none() {
        let wanted = Wanted { name: "chargers", fields: &CLAIM_FIELDS, needed: &[], by_place: false, kept: None };
        return Ok(ClaimTable::of(&Table::read(chargers, &wanted, columns)?.columns)?);
    }
    let chargers = hashes(chargers).map_err(|fault| fault.under("chargers"))?;
    let starts = column(starts).map_err(|fault| fault.under("starts"))?;
    let ends = column(ends).map_err(|fault| fault.under("ends"))?;
    let left_out =
        if left_out.is_none() { None } else { Some(column(left_out).map_err(|fault| fault.under("left_out"))?) };
    Ok(ClaimTable::new(&chargers, &starts, &ends, left_out.as_ref(), refused)?)
}

/// Chargers, starts, ends, a mask of rows to leave out, rows whose charger was refused, and which column a field has.
type Claims<'py> =
    (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, Vec<usize>, Bound<'py, PyAny>);

/// The rows of conflicting pairs.
#[pyclass(frozen, module = "tierra._tierra")]
pub struct PairData(Vec<(u32, u32)>);

#[pymethods]
impl PairData {
    #[new]
    fn new(py: Python<'_>, claims: Claims<'_>, most: usize) -> PyResult<Self> {
        let claims = self::claims(&claims).map_err(|fault| fault.into_exception(py))?;
        let pairs =
            py.detach(|| claims.columns()?.conflicting_pairs(most)).map_err(|error: Error| raise(py, &error))?;
        Ok(Self(pairs))
    }

    /// Pairs whose sides were taken out before.
    #[staticmethod]
    fn of(first: &[u8], second: &[u8]) -> Self {
        let side =
            |bytes: &[u8]| -> Vec<u32> { bytes.as_chunks().0.iter().map(|row| u32::from_ne_bytes(*row)).collect() };
        Self(side(first).into_iter().zip(side(second)).collect())
    }

    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::stream(py, ffi::pairs_table(&self.0).map_err(|error| raise(py, &error))?)
    }

    /// The rows of one side, 32 bits each.
    fn side<'py>(&self, py: Python<'py>, is_second: bool) -> PyResult<Bound<'py, PyBytes>> {
        PyBytes::new_with(py, self.0.len() * 4, |bytes| {
            for (bytes, pair) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(&self.0) {
                *bytes = if is_second { pair.1 } else { pair.0 }.to_ne_bytes();
            }
            Ok(())
        })
    }
}

/// How many conflicting pairs columns have.
#[pyfunction]
pub fn count_conflict_pairs(py: Python<'_>, claims: Claims<'_>) -> PyResult<u64> {
    let claims = self::claims(&claims).map_err(|fault| fault.into_exception(py))?;
    py.detach(|| claims.columns().map(|claims| claims.count_pairs())).map_err(|error| raise(py, &error))
}

/// Claims loaded once, to be asked about and added to.
#[pyclass(module = "tierra._tierra")]
pub struct ClaimIndex(PeriodIndex);

#[pymethods]
impl ClaimIndex {
    #[new]
    fn new(py: Python<'_>, claims: Claims<'_>) -> PyResult<Self> {
        let claims = self::claims(&claims).map_err(|fault| fault.into_exception(py))?;
        let index = py.detach(|| claims.columns().map(|claims| PeriodIndex::new(&claims)));
        index.map(Self).map_err(|error| raise(py, &error))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn conflicts_with(
        &self,
        py: Python<'_>,
        charger: &Bound<'_, PyAny>,
        start: &Bound<'_, PyAny>,
        end: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<u32>> {
        let found = || self.0.conflicts_with(&one_charger(charger)?, one_day("start", start)?, one_day("end", end)?);
        found().map_err(|error: Error| raise(py, &error))
    }

    fn insert(
        &mut self,
        py: Python<'_>,
        charger: &Bound<'_, PyAny>,
        start: &Bound<'_, PyAny>,
        end: &Bound<'_, PyAny>,
    ) -> PyResult<u32> {
        let mut insert = || self.0.insert(&one_charger(charger)?, one_day("start", start)?, one_day("end", end)?);
        insert().map_err(|error: Error| raise(py, &error))
    }
}

/// A charger's hash as text or bytes.
fn one_charger(charger: &Bound<'_, PyAny>) -> Result<SerialHash, Error> {
    if let Ok(text) = charger.cast::<PyString>() {
        return convert::string(text).and_then(|text| text.parse()).map_err(|error: Error| error.under("charger"));
    }
    let bytes = charger.cast::<PyBytes>().ok().and_then(|bytes| <[u8; 32]>::try_from(bytes.as_bytes()).ok());
    bytes
        .map(SerialHash::from_bytes)
        .ok_or_else(|| wrong_type("charger", charger, "a hash as 64 hexadecimal digits or as `bytes` of length 32"))
}

/// A day as a count from 1970-01-01, a date or a text `YYYY-MM-DD`.
fn one_day(path: &str, day: &Bound<'_, PyAny>) -> Result<i32, Error> {
    let text = match convert::from_python(day).map_err(|error| error.under(path))? {
        Value::Number(digits) => {
            let out_of_range = |_| {
                let message = format!("`{digits}` is out of range; expected days since 1970-01-01");
                Error::from_host(ErrorCode::OutOfRange, path, &message)
            };
            return digits.parse().map_err(out_of_range);
        }
        Value::String(text) | Value::Native(ffi::NativeKind::Date, text) => text,
        _ => {
            return Err(wrong_type(
                path,
                day,
                "a date, a text `YYYY-MM-DD` or a whole number of days since 1970-01-01",
            ));
        }
    };
    tierra::parse_date(&text).map(|date| date.to_epoch_days()).map_err(|error| error.under(path))
}

fn wrong_type(path: &str, object: &Bound<'_, PyAny>, expected: &str) -> Error {
    let message = format!("is {}; expected {expected}", convert::describe(object));
    Error::from_host(ErrorCode::WrongType, path, &message)
}
