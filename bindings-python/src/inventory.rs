//! Inventories of many rows: dicts or columns in, figures out, without a plain value a row.
//!
//! A row whose fields are plain texts and numbers is read here; any other one goes to the core as plain values, which reads
//! it or says why not.

use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyType};
use tierra::decimal::parse_decimal;
use tierra::emission::{ActivityRow, Authority, EmissionFactors, EmissionScope, RowEmissions};
use tierra::ffi::{self, InventoryHandle, InventoryRows, NumberStyle, Value};
use tierra::{Decimal, Error, ErrorCode};

use crate::answer::{Tape, set_field};
use crate::{convert, error_object, raise, taped};

/// How many rows are read before the lock is given back and signals are looked for.
const CHUNK: usize = 8192;

/// The fields of a row: the name in Python and the one of the JSON form. Those of [`TEXTS`] come first, in its order.
const FIELDS: [(&str, &str); 15] = [
    ("category", "category"),
    ("fuel_type", "fuelType"),
    ("unit", "unit"),
    ("gas", "gas"),
    ("region", "region"),
    ("technology", "technology"),
    ("factor_unit", "factorUnit"),
    ("authority", "authority"),
    ("reporting_year", "reportingYear"),
    ("library_digest", "libraryDigest"),
    ("amount", "amount"),
    ("scope", "scope"),
    ("methane", "methane"),
    ("instruments", "instruments"),
    ("id", "id"),
];
/// How many of the fields are texts of any content.
const TEXTS: usize = 7;
/// The first of those that may be absent.
const FIRST_OPTIONAL: usize = 3;
const DIGEST: usize = 9;
const AMOUNT: usize = 10;
const SCOPE: usize = 11;
const METHANE: usize = 12;
const INSTRUMENTS: usize = 13;
const ID: usize = 14;

/// One cell a field; nothing where it is absent.
type Cells<'py> = [Option<Bound<'py, PyAny>>; FIELDS.len()];

/// Where a text stands among the texts of a chunk.
type Span = Option<(usize, usize)>;

/// Where rows come from.
enum Source<'py> {
    Rows(Bound<'py, PyList>),
    Columns([Option<Bound<'py, PyList>>; FIELDS.len()], usize),
}

impl<'py> Source<'py> {
    fn of(rows: &Bound<'py, PyAny>) -> Result<Self, Error> {
        if let Ok(list) = rows.cast::<PyList>() {
            return Ok(Self::Rows(list.clone()));
        }
        let Ok(columns) = rows.cast::<PyDict>() else {
            let message = format!("is {}; expected a list of rows or a mapping of columns", convert::describe(rows));
            return Err(Error::from_host(ErrorCode::WrongType, "rows", &message));
        };
        Self::of_columns(columns).map_err(|error| error.under("rows"))
    }

    fn of_columns(columns: &Bound<'py, PyDict>) -> Result<Self, Error> {
        let mut found: [Option<Bound<'py, PyList>>; FIELDS.len()] = Default::default();
        let mut first: Option<(&str, usize)> = None;
        for (name, column) in columns {
            let field = field_of(&name)?;
            let Some((shown, slot)) = FIELDS.get(field).map(|names| names.1).zip(found.get_mut(field)) else {
                continue;
            };
            let Ok(list) = column.cast::<PyList>() else {
                let message = format!(
                    "is {}; expected a column, one value a row (what holds for all rows goes into `defaults`)",
                    convert::describe(&column)
                );
                return Err(Error::from_host(ErrorCode::WrongType, shown, &message));
            };
            let (other, length) = *first.get_or_insert((shown, list.len()));
            if list.len() != length {
                let message = format!("has {} rows; expected {length}, as `{other}` has", list.len());
                return Err(Error::from_host(ErrorCode::LengthMismatch, shown, &message));
            }
            *slot = Some(list.clone());
        }
        Ok(Self::Columns(found, first.map_or(0, |(_, length)| length)))
    }

    fn len(&self) -> usize {
        match self {
            Self::Rows(list) => list.len(),
            Self::Columns(_, length) => *length,
        }
    }
}

/// The field that a name of Python's stands for.
fn field_of(name: &Bound<'_, PyAny>) -> Result<usize, Error> {
    let Ok(text) = name.cast::<PyString>() else {
        let message = format!("has a key that is {}; expected strings", convert::describe(name));
        return Err(Error::from_host(ErrorCode::WrongType, "", &message));
    };
    let text = convert::string(text)?;
    FIELDS.iter().position(|(known, _)| *known == text).ok_or_else(|| {
        let names: Vec<_> = FIELDS.iter().map(|(known, _)| format!("`{known}`")).collect();
        let shown: String = text.chars().take(40).collect();
        let message = format!("`{shown}` is not a known field; expected {}", names.join(", "));
        Error::from_host(ErrorCode::UnknownField, &text, &message)
    })
}

/// What is no value: `None`, NaN as pandas has it for what is missing, and pandas' own `NA` and `NaT`.
fn is_missing(cell: &Bound<'_, PyAny>) -> bool {
    if cell.is_none() {
        return true;
    }
    if cell.is_instance_of::<PyString>() || cell.is_instance_of::<PyInt>() {
        return false;
    }
    if let Ok(float) = cell.cast::<PyFloat>() {
        return float.value().is_nan();
    }
    cell.get_type().name().is_ok_and(|name| name == "NAType" || name == "NaTType")
}

/// A cell where something stands in it.
fn present<'py>(field: usize, cell: Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    if field == AMOUNT && cell.is_instance_of::<PyFloat>() {
        // An amount that is not a number is a mistake, not an amount left out.
        return Some(cell);
    }
    (!is_missing(&cell)).then_some(cell)
}

/// The same for a column, where an empty text is how tables leave out what may be left out.
fn present_in_column<'py>(field: usize, cell: Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    let may_be_left_out = (FIRST_OPTIONAL..TEXTS).contains(&field) || [DIGEST, SCOPE, METHANE].contains(&field);
    let is_empty =
        |cell: &Bound<'py, PyAny>| cell.cast::<PyString>().is_ok_and(|text| text.len().is_ok_and(|length| length == 0));
    present(field, cell).filter(|cell| !may_be_left_out || !is_empty(cell))
}

/// What is read of rows, with what was seen last, so that a text that stands in row after row is copied once a chunk.
struct Reader<'py> {
    source: Source<'py>,
    /// The names of the fields as Python has them.
    names: [Bound<'py, PyString>; FIELDS.len()],
    defaults: Cells<'py>,
    last: [Option<(Bound<'py, PyAny>, Span)>; TEXTS],
    decimal: Bound<'py, PyType>,
    ids: Ids,
    next: usize,
}

/// The ids of the rows as they were given; none while no row has one.
#[derive(Default)]
struct Ids(Option<Vec<Option<Py<PyAny>>>>);

impl Ids {
    fn note(&mut self, row: usize, id: Option<Bound<'_, PyAny>>) {
        if let Some(id) = id {
            let ids = self.0.get_or_insert_default();
            ids.resize_with(row, || None);
            ids.push(Some(id.unbind()));
        }
    }

    fn get(&self, row: usize) -> Option<&Py<PyAny>> {
        self.0.as_ref()?.get(row)?.as_ref()
    }
}

/// Some rows, copied out of Python.
#[derive(Default)]
struct Chunk {
    texts: String,
    rows: Vec<Row>,
}

enum Row {
    Plain(PlainRow),
    Other(Result<Value, Error>),
}

struct PlainRow {
    authority: Authority,
    year: i32,
    digest: Option<[u8; 32]>,
    amount: Decimal,
    scope: Option<EmissionScope>,
    texts: [Span; TEXTS],
}

impl<'py> Reader<'py> {
    fn new(py: Python<'py>, source: Source<'py>, defaults: Cells<'py>) -> PyResult<Self> {
        static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        Ok(Self {
            source,
            names: FIELDS.map(|(name, _)| PyString::intern(py, name)),
            defaults,
            last: Default::default(),
            decimal: DECIMAL.import(py, "decimal", "Decimal")?.clone(),
            ids: Ids::default(),
            next: 0,
        })
    }

    /// Reads the next rows, as many as a chunk has or are left.
    fn read(&mut self, chunk: &mut Chunk) {
        // The spans are those of another chunk.
        self.last = Default::default();
        while chunk.rows.len() < CHUNK {
            // A list may have grown shorter while the lock was not held.
            let Some((mut cells, unread)) = self.cells() else { return };
            let id = cells.get_mut(ID).and_then(Option::take);
            self.ids.note(self.next, id);
            let row = match unread {
                Some(unread) => Row::Other(unread),
                None => self.plain(&cells, chunk).map_or_else(|| Row::Other(other(cells)), Row::Plain),
            };
            chunk.rows.push(row);
            self.next += 1;
        }
    }

    /// The cells of the next row, and the row itself or an error where it cannot be read by cells; nothing behind the last.
    fn cells(&self) -> Option<(Cells<'py>, Option<Result<Value, Error>>)> {
        let mut cells = Cells::default();
        let list = match &self.source {
            Source::Rows(list) => list,
            Source::Columns(_, length) if self.next >= *length => return None,
            Source::Columns(columns, _) => {
                for (field, (cell, column)) in cells.iter_mut().zip(columns).enumerate() {
                    if let Some(column) = column {
                        *cell = present_in_column(field, column.get_item(self.next).ok()?);
                    }
                }
                return Some((cells, None));
            }
        };
        let row = list.get_item(self.next).ok()?;
        let copied;
        let fields = if let Ok(fields) = row.cast::<PyDict>() {
            fields
        } else if let Some(fields) = row.cast::<PyMapping>().ok().and_then(|row| as_dict(row).ok()) {
            copied = fields;
            &copied
        } else {
            return Some((cells, Some(convert::from_python(&row))));
        };
        let mut known = 0;
        for (field, (cell, name)) in cells.iter_mut().zip(&self.names).enumerate() {
            if let Ok(Some(found)) = fields.get_item(name) {
                known += 1;
                *cell = present(field, found);
            }
        }
        let mut names = fields.keys().into_iter();
        let unknown = if known == fields.len() { None } else { names.find_map(|name| field_of(&name).err()) };
        Some((cells, unknown.map(Err)))
    }

    /// The row where its fields are plain texts and numbers.
    fn plain(&mut self, cells: &Cells<'py>, chunk: &mut Chunk) -> Option<PlainRow> {
        let [texts @ .., authority, year, digest, amount, scope, methane, instruments, _] = cells;
        let [
            text_defaults @ ..,
            authority_default,
            year_default,
            digest_default,
            _,
            scope_default,
            methane_default,
            _,
            _,
        ] = &self.defaults;
        // Rare: left to the slower way.
        if methane.is_some() || methane_default.is_some() {
            return None;
        }
        if instruments.as_ref().is_some_and(|cell| !is_empty(cell)) {
            return None;
        }
        let amount = self.amount(amount.as_ref()?)?;
        let authority = text(authority.as_ref().or(authority_default.as_ref())?)?.parse().ok()?;
        let year = whole_number(year.as_ref().or(year_default.as_ref())?)?;
        let digest = match digest.as_ref().or(digest_default.as_ref()) {
            Some(digest) => Some(ffi::parse_digest(text(digest)?).ok()?),
            None => None,
        };
        let scope = match scope.as_ref().or(scope_default.as_ref()) {
            Some(scope) => Some(text(scope)?.parse().ok()?),
            None => None,
        };
        let mut spans = [None; TEXTS];
        let found = texts.iter().zip(text_defaults).zip(&mut self.last).zip(&mut spans);
        for (field, (((cell, default), last), span)) in found.enumerate() {
            match cell.as_ref().or(default.as_ref()) {
                Some(cell) => *span = chunk.take(cell, last)?,
                None if field < FIRST_OPTIONAL => return None,
                None => {}
            }
        }
        Some(PlainRow { authority, year, digest, amount, scope, texts: spans })
    }

    /// An amount: a float by the digits of its `repr`.
    fn amount(&self, cell: &Bound<'py, PyAny>) -> Option<Decimal> {
        // Whole numbers up to here are exact as floats, and need no digits written.
        const WHOLE: f64 = 1e15;
        if let Ok(float) = cell.cast::<PyFloat>() {
            let value = float.value();
            if value.fract() == 0.0 && value.abs() < WHOLE {
                return Some(Decimal::from(value as i64));
            }
            return parse_decimal(&value.to_string()).ok();
        }
        if let Ok(text) = cell.cast::<PyString>() {
            return parse_decimal(text.to_str().ok()?).ok();
        }
        if cell.is_instance_of::<PyInt>() && !cell.is_instance_of::<PyBool>() {
            return cell.extract::<i64>().ok().map(Decimal::from);
        }
        if cell.get_type().is(&self.decimal) {
            return parse_decimal(cell.str().ok()?.to_str().ok()?).ok();
        }
        None
    }
}

fn as_dict<'py>(row: &Bound<'py, PyMapping>) -> PyResult<Bound<'py, PyDict>> {
    let fields = PyDict::new(row.py());
    fields.update(row)?;
    Ok(fields)
}

fn is_empty(list: &Bound<'_, PyAny>) -> bool {
    (list.is_instance_of::<PyList>() || list.is_instance_of::<PyTuple>()) && list.len().is_ok_and(|length| length == 0)
}

fn text<'a>(cell: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    cell.cast::<PyString>().ok()?.to_str().ok()
}

/// A year; a column of pandas in which some are missing has floats.
fn whole_number(cell: &Bound<'_, PyAny>) -> Option<i32> {
    if cell.is_instance_of::<PyInt>() && !cell.is_instance_of::<PyBool>() {
        return cell.extract().ok();
    }
    let value = cell.cast::<PyFloat>().ok()?.value();
    (value.fract() == 0.0 && value.abs() < 1e6).then_some(value as i32)
}

/// The row as the plain values of the JSON form, for the core to read or refuse.
fn other(cells: Cells<'_>) -> Result<Value, Error> {
    let mut fields = Vec::new();
    for ((_, name), cell) in FIELDS.iter().zip(cells) {
        if let Some(cell) = cell {
            let value = convert::from_python(&cell).map_err(|error| error.under(name))?;
            fields.push(((*name).into(), value));
        }
    }
    Ok(Value::Object(fields))
}

impl Chunk {
    /// Takes a text, copied unless it is the very one that was taken last.
    fn take<'py>(&mut self, cell: &Bound<'py, PyAny>, last: &mut Option<(Bound<'py, PyAny>, Span)>) -> Option<Span> {
        if let Some((_, span)) = last.as_ref().filter(|(known, _)| known.is(cell)) {
            return Some(*span);
        }
        let start = self.texts.len();
        self.texts.push_str(text(cell)?);
        let span = Some((start, self.texts.len()));
        *last = Some((cell.clone(), span));
        Some(span)
    }

    fn count(&mut self, rows: &mut InventoryRows<'_>) {
        for row in self.rows.drain(..) {
            let row = match row {
                Row::Plain(row) => row,
                Row::Other(Ok(row)) => {
                    rows.push_value(&row);
                    continue;
                }
                Row::Other(Err(error)) => {
                    rows.push_unreadable(error);
                    continue;
                }
            };
            let text = |span: Span| span.and_then(|(start, end)| self.texts.get(start..end));
            let [category, fuel_type, unit, gas, region, technology, factor_unit] = row.texts.map(text);
            rows.push(&ActivityRow {
                authority: row.authority,
                reporting_year: row.year,
                fuel_type: fuel_type.unwrap_or_default(),
                category: category.unwrap_or_default(),
                gas,
                region,
                technology,
                factor_unit,
                library_digest: row.digest,
                amount: row.amount,
                unit: unit.unwrap_or_default(),
                scope: row.scope,
                methane: None,
                instruments: &[],
            });
        }
        self.texts.clear();
    }
}

/// The defaults as cells, and as the plain values of the JSON form.
fn read_defaults<'py>(defaults: &Bound<'py, PyAny>) -> Result<(Cells<'py>, Option<Value>), Error> {
    let mut cells = Cells::default();
    if defaults.is_none() {
        return Ok((cells, None));
    }
    let fields = defaults.cast::<PyMapping>().ok().and_then(|defaults| as_dict(defaults).ok()).ok_or_else(|| {
        let message = format!("is {}; expected a mapping of fields", convert::describe(defaults));
        Error::from_host(ErrorCode::WrongType, "", &message)
    })?;
    for (name, value) in fields {
        let field = field_of(&name)?;
        if [AMOUNT, INSTRUMENTS, ID].contains(&field) {
            let message = format!("`{name}` is a row's alone; expected it in the rows");
            return Err(Error::from_host(ErrorCode::UnknownField, &name.to_string(), &message));
        }
        if let Some(cell) = cells.get_mut(field) {
            *cell = present(field, value);
        }
    }
    let value = other(cells.clone())?;
    Ok((cells, Some(value)))
}

/// A row that failed: its place, its id and the error.
type Failed<'py> = (usize, Option<Bound<'py, PyAny>>, Bound<'py, PyAny>);

/// An inventory, counted.
#[pyclass(frozen, module = "tierra._tierra")]
pub struct InventoryData {
    handle: InventoryHandle,
    ids: Ids,
    cancelled: bool,
}

impl InventoryData {
    /// Counts rows. `progress` is told how far it is after each chunk; where it answers `False`, the rest is left.
    pub fn count<'py>(
        factors: &Arc<EmissionFactors>,
        rows: &Bound<'py, PyAny>,
        gwp_version: &Bound<'py, PyAny>,
        defaults: &Bound<'py, PyAny>,
        progress: &Bound<'py, PyAny>,
    ) -> PyResult<Self> {
        let py = rows.py();
        let source = Source::of(rows).map_err(|error| raise(py, &error))?;
        let total = source.len();
        let given = convert::from_python(gwp_version).map_err(|error| error.under("gwpVersion"));
        let gwp_version = given.map_err(|error| raise(py, &error))?;
        let defaults = read_defaults(defaults).map_err(|error| error.under("defaults"));
        let (cells, defaults) = defaults.map_err(|error| raise(py, &error))?;
        let taken = InventoryRows::new(factors, &gwp_version, defaults.as_ref());
        let mut taken = taken.map_err(|error| raise(py, &error))?;
        let mut reader = Reader::new(py, source, cells)?;
        let mut chunk = Chunk::default();
        let mut stopped = false;
        while !stopped {
            reader.read(&mut chunk);
            if chunk.rows.is_empty() {
                break;
            }
            py.detach(|| chunk.count(&mut taken));
            py.check_signals()?;
            if !progress.is_none() {
                let answer = progress.call1((reader.next, total))?;
                stopped = answer.cast::<PyBool>().is_ok_and(|answer| !answer.is_true());
            }
        }
        let handle = py.detach(|| taken.finish()).map_err(|error| raise(py, &error))?;
        Ok(Self { handle, cancelled: stopped && reader.next < total, ids: reader.ids })
    }

    fn id<'py>(&self, py: Python<'py>, row: usize) -> Option<Bound<'py, PyAny>> {
        self.ids.get(row).map(|id| id.bind(py).clone())
    }

    fn column_of<'py, T>(
        &self,
        py: Python<'py>,
        cell: impl Fn(&RowEmissions) -> PyResult<Option<T>>,
    ) -> PyResult<Bound<'py, PyList>>
    where
        T: IntoPyObject<'py>,
    {
        let mut cells: Vec<Option<T>> = Vec::with_capacity(self.__len__());
        for row in self.handle.rows() {
            // Those in between failed.
            cells.resize_with(row.row, || None);
            cells.push(cell(row)?);
        }
        cells.resize_with(self.__len__(), || None);
        PyList::new(py, cells)
    }
}

#[pymethods]
impl InventoryData {
    fn __len__(&self) -> usize {
        self.handle.rows().len() + self.handle.failed().len()
    }

    #[getter]
    fn cancelled(&self) -> bool {
        self.cancelled
    }

    #[getter]
    fn gwp_version(&self) -> &'static str {
        self.handle.gwp_version().as_str()
    }

    fn totals<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut tape = Tape::new(false);
        self.handle.write_totals(&mut tape);
        tape.into_objects(py)
    }

    /// The rows that failed: place, id and error.
    fn failed<'py>(&self, py: Python<'py>) -> PyResult<Vec<Failed<'py>>> {
        let row = |failed: &tierra::emission::FailedRow| {
            Ok((failed.row, self.id(py, failed.row), error_object(py, &failed.error)?))
        };
        self.handle.failed().iter().map(row).collect()
    }

    /// A figure of every row in the order given, `None` for those that failed.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let decimal = |value: Option<Decimal>| value.map(|value| convert::decimal(py, value)).transpose();
        match name {
            "biogenic_co2_kg" => self.column_of(py, |row| decimal(row.biogenic_co2_kg)),
            "market_based_co2e_kg" => self.column_of(py, |row| decimal(row.market_based_co2e_kg)),
            "scope" => self.column_of(py, |row| Ok(row.scope.map(|scope| PyString::intern(py, scope.as_str())))),
            "method" => self.column_of(py, |row| Ok(Some(row.method))),
            "category" => {
                let categories = self.handle.categories().map_err(|error| raise(py, &error))?;
                let categories: Vec<_> = categories.into_iter().map(|category| PyString::new(py, category)).collect();
                self.column_of(py, |row| Ok(categories.get(row.method).cloned()))
            }
            _ => self.column_of(py, |row| decimal(Some(row.co2e_kg))),
        }
    }

    fn method_count(&self) -> usize {
        self.handle.method_count()
    }

    fn method<'py>(&self, py: Python<'py>, at: usize) -> PyResult<Bound<'py, PyAny>> {
        let method = py.detach(|| taped(false, |tape| self.handle.write_method(at, tape)));
        method.map_err(|error| raise(py, &error))?.into_objects(py)
    }

    /// How many of the rows before this one were counted, and whether it was itself.
    fn place(&self, row: usize) -> (usize, bool) {
        let place = self.handle.rows().binary_search_by_key(&row, |counted| counted.row);
        (place.unwrap_or_else(|place| place), place.is_ok())
    }

    /// Some of the rows that were counted, by their places among those.
    fn rows<'py>(&self, py: Python<'py>, start: usize, end: usize) -> PyResult<Bound<'py, PyAny>> {
        let end = end.min(self.handle.rows().len());
        let rows = py.detach(|| taped(false, |tape| self.handle.write_rows(start.min(end)..end, tape)));
        let rows = rows.map_err(|error| raise(py, &error))?.into_objects(py)?;
        for (row, counted) in rows.try_iter()?.zip(self.handle.rows().iter().skip(start)) {
            // The row is as new as its answer: nobody has seen it without its id.
            let id = self.id(py, counted.row).unwrap_or_else(|| py.None().into_bound(py));
            set_field(&row?, intern!(py, "id"), &id)?;
        }
        Ok(rows)
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let id = |id: &Option<Py<PyAny>>| id.as_ref().and_then(|id| convert::from_python(id.bind(py)).ok());
        let ids: Vec<Option<Value>> = self.ids.0.iter().flatten().map(id).collect();
        let id = |row: usize| ids.get(row).cloned().flatten();
        py.detach(|| self.handle.to_json(NumberStyle::Digits, id)).map_err(|error| raise(py, &error))
    }
}
