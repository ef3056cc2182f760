//! Columns of many rows: what offers Python's buffer protocol, and lists of texts.
//!
//! What is read is copied, because another thread of Python may write to a buffer while the core works on it without the
//! lock.

use pyo3::buffer::{Element, PyBuffer, PyUntypedBuffer};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyMemoryView, PySlice, PyString, PyTuple};
use tierra::charger::{HashBatch, IdentityHasher, SerialHash};
use tierra::ffi::{self, Value};
use tierra::overlap::{ClaimColumns, PeriodIndex};
use tierra::{Error, ErrorCode};

use crate::{convert, raise};

/// A row that was refused: where it stands, code, path and message.
type Refused = (usize, &'static str, String, String);

/// The hashes of a list of pairs, 32 bytes a row, and the rows refused.
#[pyfunction]
pub fn serial_hashes<'py>(
    py: Python<'py>,
    chargers: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyBytes>, Vec<Refused>)> {
    let Ok(list) = chargers.cast::<PyList>() else {
        return Err(raise(py, &wrong_type("chargers", chargers, "a list of pairs of vendor and serial")));
    };
    let mut hasher = IdentityHasher::new();
    let mut batch = HashBatch::default();
    let mut chunk = Chunk::default();
    let mut row = 0;
    // By index, because the list may change while the lock is not held.
    while let Ok(charger) = list.get_item(row) {
        chunk.read(&charger, row);
        row += 1;
        if chunk.rows.len() == Chunk::ROWS {
            py.detach(|| chunk.hash(&mut hasher, &mut batch));
        }
    }
    py.detach(|| chunk.hash(&mut hasher, &mut batch));
    let (hashes, errors) = batch.into_parts();
    let packed = PyBytes::new_with(py, hashes.len() * 32, |bytes| {
        for (bytes, hash) in bytes.as_chunks_mut::<32>().0.iter_mut().zip(&hashes) {
            *bytes = *hash.as_bytes();
        }
        Ok(())
    })?;
    let refused = errors.iter().map(|(row, error)| {
        // What stood in a row of its own has its path already.
        let path = match error.path() {
            path @ ("vendor" | "serial") => format!("chargers[{row}].{path}"),
            path => path.to_owned(),
        };
        (*row, error.code().as_str(), path, error.message().to_owned())
    });
    Ok((packed, refused.collect()))
}

/// Hashes of 32 bytes each as texts of 64 hexadecimal digits.
#[pyfunction]
pub fn hash_texts<'py>(py: Python<'py>, packed: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyList>> {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or(b'0');
    let text = |hash: &[u8; 32]| {
        let mut digits = [0; 64];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(hash) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        PyString::new(py, std::str::from_utf8(&digits).unwrap_or_default())
    };
    PyList::new(py, packed.as_bytes().as_chunks::<32>().0.iter().map(text))
}

/// Some rows of a list, copied out of Python.
#[derive(Default)]
struct Chunk {
    /// The vendors and serials, one behind the other.
    texts: String,
    rows: Vec<Row>,
}

enum Row {
    /// How many bytes of the texts are the vendor and the serial.
    Texts(usize, usize),
    Answer(Result<SerialHash, Error>),
}

impl Chunk {
    /// Enough that giving the lock back and taking it again costs nothing beside them.
    const ROWS: usize = 4096;

    fn read(&mut self, charger: &Bound<'_, PyAny>, row: usize) {
        let row = match self.read_texts(charger) {
            Some((vendor, serial)) => Row::Texts(vendor, serial),
            None => Row::Answer(one_hash(charger).map_err(|error| error.under(&format!("chargers[{row}]")))),
        };
        self.rows.push(row);
    }

    /// Takes a pair of texts; `None` for anything else.
    fn read_texts(&mut self, charger: &Bound<'_, PyAny>) -> Option<(usize, usize)> {
        let pair = charger.cast::<PyTuple>().ok().filter(|pair| pair.len() == 2)?;
        let (vendor, serial) = (pair.get_borrowed_item(0).ok()?, pair.get_borrowed_item(1).ok()?);
        let (vendor, serial) = (vendor.cast::<PyString>().ok()?, serial.cast::<PyString>().ok()?);
        let (vendor, serial) = (vendor.to_str().ok()?, serial.to_str().ok()?);
        self.texts.push_str(vendor);
        self.texts.push_str(serial);
        Some((vendor.len(), serial.len()))
    }

    fn hash(&mut self, hasher: &mut IdentityHasher, batch: &mut HashBatch) {
        let mut texts = self.texts.as_str();
        for row in self.rows.drain(..) {
            batch.push(match row {
                Row::Texts(vendor, serial) => {
                    let (vendor, rest) = texts.split_at_checked(vendor).unwrap_or((texts, ""));
                    let (serial, rest) = rest.split_at_checked(serial).unwrap_or((rest, ""));
                    texts = rest;
                    hasher.serial_hash(vendor, serial)
                }
                Row::Answer(answer) => answer,
            });
        }
        self.texts.clear();
    }
}

/// The hash of a row that is no tuple of two texts, or why it has none: as `identify_batch` answers it.
fn one_hash(charger: &Bound<'_, PyAny>) -> Result<SerialHash, Error> {
    let fields = || -> PyResult<Bound<'_, PyAny>> {
        let (vendor, serial) = if let Ok(pair) = charger.cast::<PyList>() {
            (pair.get_item(0)?, pair.get_item(1)?)
        } else {
            let pair = charger.cast::<PyTuple>()?;
            (pair.get_item(0)?, pair.get_item(1)?)
        };
        let fields = PyDict::new(charger.py());
        fields.set_item("vendor", vendor)?;
        fields.set_item("serial", serial)?;
        Ok(fields.into_any())
    };
    let is_pair = !charger.is_instance_of::<PyString>() && charger.len().is_ok_and(|length| length == 2);
    let input = if is_pair { fields().unwrap_or_else(|_| charger.clone()) } else { charger.clone() };
    ffi::read_identity(&convert::from_python(&input)?).map(|identity| identity.serial_hash())
}

/// A mask of rows to leave out, and the rows whose charger was refused, to leave out too.
type LeftOut<'py> = (Option<Bound<'py, PyAny>>, Vec<usize>);

/// The rows of all conflicting pairs of columns: two columns of whole numbers of 32 bits.
#[pyfunction]
pub fn find_conflict_pairs<'py>(
    py: Python<'py>,
    chargers: &Bound<'py, PyAny>,
    starts: &Bound<'py, PyAny>,
    ends: &Bound<'py, PyAny>,
    left_out: LeftOut<'py>,
    most: usize,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let columns = Columns::read(chargers, starts, ends, left_out).map_err(|error| raise(py, &error))?;
    let pairs = py.detach(|| columns.claims()?.conflicting_pairs(most)).map_err(|error| raise(py, &error))?;
    drop(columns);
    let column = |side: fn(&(u32, u32)) -> u32| {
        PyBytes::new_with(py, pairs.len() * 4, |bytes| {
            for (bytes, pair) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(&pairs) {
                *bytes = side(pair).to_ne_bytes();
            }
            Ok(())
        })
    };
    Ok((column(|pair| pair.0)?, column(|pair| pair.1)?))
}

/// How many conflicting pairs columns have.
#[pyfunction]
pub fn count_conflict_pairs(
    py: Python<'_>,
    chargers: &Bound<'_, PyAny>,
    starts: &Bound<'_, PyAny>,
    ends: &Bound<'_, PyAny>,
    left_out: LeftOut<'_>,
) -> PyResult<u64> {
    let columns = Columns::read(chargers, starts, ends, left_out).map_err(|error| raise(py, &error))?;
    py.detach(|| columns.claims().map(|claims| claims.count_pairs())).map_err(|error| raise(py, &error))
}

/// Claims loaded once, to be asked about and added to.
#[pyclass(module = "tierra._tierra")]
pub struct ClaimIndex(PeriodIndex);

#[pymethods]
impl ClaimIndex {
    #[new]
    fn new(
        py: Python<'_>,
        chargers: &Bound<'_, PyAny>,
        starts: &Bound<'_, PyAny>,
        ends: &Bound<'_, PyAny>,
        left_out: LeftOut<'_>,
    ) -> PyResult<Self> {
        let columns = Columns::read(chargers, starts, ends, left_out).map_err(|error| raise(py, &error))?;
        let index = py.detach(|| columns.claims().map(|claims| PeriodIndex::new(&claims)));
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

/// Claims as columns, copied out of Python.
struct Columns {
    chargers: Vec<SerialHash>,
    starts: Vec<i32>,
    ends: Vec<i32>,
    left_out: Option<Vec<bool>>,
}

impl Columns {
    fn read(
        chargers: &Bound<'_, PyAny>,
        starts: &Bound<'_, PyAny>,
        ends: &Bound<'_, PyAny>,
        (left_out, refused): LeftOut<'_>,
    ) -> Result<Self, Error> {
        let chargers = hashes(chargers)?;
        let mut left_out = left_out.map(|left_out| mask(&left_out)).transpose()?;
        for row in refused {
            let mask = left_out.get_or_insert_with(|| vec![false; chargers.len()]);
            // A mask of another length is refused further down.
            if let Some(row) = mask.get_mut(row) {
                *row = true;
            }
        }
        Ok(Self { chargers, starts: days("starts", starts)?, ends: days("ends", ends)?, left_out })
    }

    fn claims(&self) -> Result<ClaimColumns<'_>, Error> {
        let claims = ClaimColumns::new(&self.chargers, &self.starts, &self.ends)?;
        match &self.left_out {
            Some(left_out) => claims.leaving_out(left_out),
            None => Ok(claims),
        }
    }
}

const HASHES: &str = "a buffer of 32 bytes a row (`bytes`, or a numpy array of `uint8` with 32 columns)";
const DAYS: &str =
    "a buffer of whole numbers of 32 bits, days since 1970-01-01 (a numpy array of `int32`, `array.array('i')`)";
const MASK: &str = "a buffer of one byte a row (a numpy array of `bool`, `bytearray`)";

fn hashes(column: &Bound<'_, PyAny>) -> Result<Vec<SerialHash>, Error> {
    let buffer = PyUntypedBuffer::get(column).map_err(|_| wrong_type("chargers", column, HASHES))?;
    let rows_of_32 = match buffer.shape() {
        [_, 32] => true,
        [length] => length.is_multiple_of(32),
        _ => false,
    };
    if buffer.item_size() != 1 || !rows_of_32 {
        return Err(wrong_items("chargers", &buffer, HASHES));
    }
    let mut hashes = Vec::with_capacity(buffer.len_bytes() / 32);
    bytes("chargers", column, &buffer, HASHES, |bytes| {
        hashes.extend(bytes.as_chunks().0.iter().map(|hash| SerialHash::from_bytes(*hash)));
    })?;
    Ok(hashes)
}

fn mask(column: &Bound<'_, PyAny>) -> Result<Vec<bool>, Error> {
    let buffer = PyUntypedBuffer::get(column).map_err(|_| wrong_type("left_out", column, MASK))?;
    if buffer.item_size() != 1 || buffer.dimensions() != 1 {
        return Err(wrong_items("left_out", &buffer, MASK));
    }
    let mut mask = Vec::with_capacity(buffer.len_bytes());
    bytes("left_out", column, &buffer, MASK, |bytes| mask.extend(bytes.iter().map(|byte| *byte != 0)))?;
    Ok(mask)
}

fn days(path: &str, column: &Bound<'_, PyAny>) -> Result<Vec<i32>, Error> {
    let buffer = PyUntypedBuffer::get(column).map_err(|_| wrong_type(path, column, DAYS))?;
    let is_foreign =
        |order: &u8| matches!((order, cfg!(target_endian = "little")), (b'>' | b'!', true) | (b'<', false));
    let foreign_order = buffer.format().to_bytes().first().is_some_and(is_foreign);
    let are_days = buffer.item_size() == 4 && i32::is_compatible_format(buffer.format()) && !foreign_order;
    if !are_days || buffer.dimensions() != 1 {
        return Err(wrong_items(path, &buffer, DAYS));
    }
    if !buffer.is_c_contiguous() {
        let days = buffer.as_typed().and_then(|days: &PyBuffer<i32>| days.to_vec(column.py()));
        return days.map_err(|_| wrong_items(path, &buffer, DAYS));
    }
    let mut days = Vec::with_capacity(buffer.item_count());
    bytes(path, column, &buffer, DAYS, |bytes| {
        days.extend(bytes.as_chunks().0.iter().map(|day| i32::from_ne_bytes(*day)));
    })?;
    Ok(days)
}

/// Shows the bytes of a buffer in pieces, so that there is never a second copy of all of them.
fn bytes(
    path: &str,
    column: &Bound<'_, PyAny>,
    buffer: &PyUntypedBuffer,
    expected: &str,
    mut show: impl FnMut(&[u8]),
) -> Result<(), Error> {
    const PIECE: usize = 1 << 16;
    if !buffer.is_c_contiguous() {
        let message =
            format!("is a buffer with gaps between its items; expected {expected}, each row behind the other");
        return Err(Error::from_host(ErrorCode::WrongType, path, &message));
    }
    let py = column.py();
    let mut piece_of = |flat: &Bound<'_, PyAny>, from: usize, to: usize| -> PyResult<()> {
        let piece = flat.get_item(PySlice::new(py, from.cast_signed(), to.cast_signed(), 1))?;
        show(&PyBuffer::<u8>::get(&piece)?.to_vec(py)?);
        Ok(())
    };
    let length = buffer.len_bytes();
    // A cast to bytes is refused where there is nothing to cast.
    if length == 0 {
        return Ok(());
    }
    let mut read = || -> PyResult<()> {
        let flat = PyMemoryView::from(column)?.call_method1("cast", ("B",))?;
        (0..length).step_by(PIECE).try_for_each(|from| piece_of(&flat, from, length.min(from + PIECE)))
    };
    read().map_err(|_| wrong_items(path, buffer, expected))
}

fn wrong_type(path: &str, object: &Bound<'_, PyAny>, expected: &str) -> Error {
    let message = format!("is {}; expected {expected}", convert::describe(object));
    Error::from_host(ErrorCode::WrongType, path, &message)
}

fn wrong_items(path: &str, buffer: &PyUntypedBuffer, expected: &str) -> Error {
    let message = format!(
        "is a buffer of shape {:?} with items of {} bytes in format `{}`; expected {expected}",
        buffer.shape(),
        buffer.item_size(),
        buffer.format().to_string_lossy()
    );
    Error::from_host(ErrorCode::WrongType, path, &message)
}
