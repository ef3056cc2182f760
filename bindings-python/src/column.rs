//! One column out of what Python has for it: a list, an array of numpy, a Series of pandas or Polars, an array of pyarrow,
//! anything with Arrow's PyCapsule interface or a buffer.

use pyo3::buffer::{Element, PyBuffer, PyUntypedBuffer};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyList, PyMemoryView, PyString};
use tierra::columns::{Cells, Column, Texts};
use tierra::ffi::Value;
use tierra::{Error, ErrorCode};

use crate::fault::Fault;
use crate::{arrow, convert};

/// How many cells are read before Ctrl-C is looked for.
const CELLS: usize = 1 << 16;

/// A column.
///
/// # Errors
///
/// `wrong_type` for what is none; what Python raises while it is read.
pub fn column(object: &Bound<'_, PyAny>) -> Result<Column, Fault> {
    if let Ok(list) = object.cast::<PyList>() {
        return of_list(list);
    }
    let has = |name: &str| object.hasattr(name).unwrap_or(false);
    if has("dtype") && (has("to_numpy") || has("astype")) && !has("to_arrow") {
        return of_numpy(object);
    }
    if has("__arrow_c_array__") || has("__arrow_c_stream__") {
        return of_arrow(object);
    }
    if object.is_instance_of::<PyString>() {
        return Err(no_column(object));
    }
    if PyUntypedBuffer::get(object).is_ok() {
        return of_buffer(object);
    }
    // A table or a mapping has columns of its own.
    if convert::is_mapping(object)? || has("columns") || has("column_names") || has("read") {
        return Err(no_column(object));
    }
    let values = match ["to_pylist", "to_list", "tolist"].into_iter().find(|name| has(name)) {
        Some(name) => object.call_method0(name)?.try_iter(),
        None => object.try_iter(),
    };
    let values = values.map_err(|_| no_column(object))?.collect::<PyResult<Vec<_>>>()?;
    of_list(&PyList::new(object.py(), values)?)
}

fn no_column(object: &Bound<'_, PyAny>) -> Fault {
    let message = format!(
        "is {}; expected a column, one value a row (a list, an array of numpy or pyarrow, a Series)",
        convert::describe(object)
    );
    Error::from_host(ErrorCode::WrongType, "", &message).into()
}

/// The values of a column as a list of Python's own objects.
pub fn objects<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(list.clone());
    }
    for name in ["to_pylist", "to_list", "tolist"] {
        if object.hasattr(name)? {
            return object.call_method0(name)?.cast_into::<PyList>().map_err(PyErr::from);
        }
    }
    PyList::new(object.py(), object.try_iter()?.collect::<PyResult<Vec<_>>>()?)
}

fn of_arrow(object: &Bound<'_, PyAny>) -> Result<Column, Fault> {
    let stream = if object.hasattr("__arrow_c_stream__")? { arrow::arrays(object)? } else { arrow::one_array(object)? };
    Ok(tierra::columns::arrow::column_of_chunks(&stream)?)
}

/// An array of numpy, or a column of pandas as one.
fn of_numpy(object: &Bound<'_, PyAny>) -> Result<Column, Fault> {
    let py = object.py();
    let array = match object.getattr(intern!(py, "to_numpy")) {
        Ok(to_numpy) => to_numpy.call0()?,
        Err(_) => object.clone(),
    };
    let dtype = array.getattr(intern!(py, "dtype"))?;
    let kind: String = dtype.getattr(intern!(py, "kind"))?.extract()?;
    let size: usize = dtype.getattr(intern!(py, "itemsize"))?.extract()?;
    let shape: Vec<usize> = array.getattr(intern!(py, "shape"))?.extract()?;
    let as_kind = |name: &str| array.call_method1(intern!(py, "astype"), (name,));
    match (kind.as_str(), shape.as_slice()) {
        ("O" | "U" | "T", [_]) => {
            of_list(&array.call_method0(intern!(py, "tolist"))?.cast_into().map_err(PyErr::from)?)
        }
        ("i", [_]) => Ok(Column::new(Cells::Whole(items(&as_kind("int64")?)?))),
        ("u", [_]) if size < 8 => Ok(Column::new(Cells::Whole(items(&as_kind("int64")?)?))),
        ("u", [_]) => of_list(&array.call_method0(intern!(py, "tolist"))?.cast_into().map_err(PyErr::from)?),
        ("f", [_]) => Ok(Column::new(Cells::Floats(items(&as_kind("float64")?)?))),
        ("b", [_]) => {
            Ok(Column::new(Cells::Booleans(items::<u8>(&as_kind("uint8")?)?.iter().map(|bit| *bit != 0).collect())))
        }
        ("M", [_]) => of_instants(&array),
        _ => {
            let message = format!(
                "is an array of numpy of shape {shape:?} and type `{}`; expected one dimension of texts, numbers, dates or \
                 booleans",
                dtype.str()?
            );
            Err(Error::from_host(ErrorCode::WrongType, "", &message).into())
        }
    }
}

/// Instants of numpy: days where all of them are midnights, and what they say otherwise. `NaT` is nothing.
fn of_instants(array: &Bound<'_, PyAny>) -> Result<Column, Fault> {
    let py = array.py();
    let days = array.call_method1(intern!(py, "astype"), ("datetime64[D]",))?;
    let nothing = py.import("numpy")?.call_method1(intern!(py, "isnat"), (array,))?;
    let nulls: Vec<bool> =
        items::<u8>(&nothing.call_method1("astype", ("uint8",))?)?.iter().map(|bit| *bit != 0).collect();
    let same: Vec<u8> = items(&days.call_method1("__eq__", (array,))?.call_method1("astype", ("uint8",))?)?;
    if same.iter().zip(&nulls).all(|(same, is_null)| *same != 0 || *is_null) {
        let days: Vec<i64> = items(&days.call_method1("astype", ("int64",))?)?;
        let day = |(day, is_null): (&i64, &bool)| if *is_null { 0 } else { i32::try_from(*day).unwrap_or(i32::MAX) };
        return Ok(Column::new(Cells::Days(days.iter().zip(&nulls).map(day).collect())).with_nulls(nulls));
    }
    let Value::Array(values) = convert::from_python(array)? else { return Err(no_column(array)) };
    Ok(Column::new(Cells::Values(values.into_iter().map(Ok).collect())))
}

/// The items of a contiguous array.
fn items<T: Element>(array: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    PyBuffer::<T>::get(array)?.to_vec(array.py())
}

/// A buffer of numbers in one dimension.
fn of_buffer(object: &Bound<'_, PyAny>) -> Result<Column, Fault> {
    let view = PyMemoryView::from(object)?;
    let format: String = view.getattr("format")?.extract()?;
    let shape: Vec<usize> = view.getattr("shape")?.extract()?;
    let refused = || {
        let message = format!(
            "is a buffer of shape {shape:?} in format `{format}`; expected one dimension of numbers or booleans"
        );
        Fault::from(Error::from_host(ErrorCode::WrongType, "", &message))
    };
    if shape.len() != 1 {
        return Err(refused());
    }
    let listed = || view.call_method0("tolist").map_err(|_| refused());
    Ok(Column::new(match format.trim_start_matches(['@', '=']) {
        "?" => Cells::Booleans(listed()?.extract()?),
        "i" | "l" if view.getattr("itemsize")?.eq(4)? => Cells::Whole(
            packed(&view)?.as_bytes().as_chunks().0.iter().map(|word| i32::from_ne_bytes(*word).into()).collect(),
        ),
        "q" | "l" => {
            Cells::Whole(packed(&view)?.as_bytes().as_chunks().0.iter().map(|word| i64::from_ne_bytes(*word)).collect())
        }
        "b" | "B" | "h" | "H" | "I" | "L" | "Q" => Cells::Whole(listed()?.extract().map_err(|_| refused())?),
        "d" => Cells::Floats(
            packed(&view)?.as_bytes().as_chunks().0.iter().map(|word| f64::from_ne_bytes(*word)).collect(),
        ),
        "e" | "f" => Cells::Floats(listed()?.extract()?),
        _ => return Err(refused()),
    }))
}

/// The bytes of a buffer in the order of its items, however they lie in memory.
fn packed<'py>(view: &Bound<'py, PyMemoryView>) -> PyResult<Bound<'py, PyBytes>> {
    view.call_method0("tobytes")?.cast_into::<PyBytes>().map_err(PyErr::from)
}

/// A column of hashes: also 32 bytes a row in a buffer of bytes.
pub fn hashes(object: &Bound<'_, PyAny>) -> Result<Column, Fault> {
    let view = match PyMemoryView::from(object) {
        Ok(view) if view.getattr("itemsize")?.eq(1)? => view,
        _ => return column(object),
    };
    let shape: Vec<usize> = view.getattr("shape")?.extract()?;
    let is_whole = matches!(shape[..], [_, 32]) || matches!(shape[..], [length] if length.is_multiple_of(32));
    if !is_whole {
        let message = format!("is a buffer of bytes of shape {shape:?}; expected 32 bytes a row");
        return Err(Error::from_host(ErrorCode::WrongType, "", &message).into());
    }
    Ok(Column::new(Cells::Hashes(packed(&view)?.as_bytes().as_chunks().0.to_vec())))
}

/// What cells have been so far.
enum Kind {
    Nothing,
    /// With the place in memory of the object that the last one was.
    Texts(Texts, usize),
    Whole(Vec<i64>),
    Floats(Vec<f64>),
    Days(Vec<i32>),
    Values(Vec<Result<Value, Error>>),
}

/// A column that is read cell by cell: of one kind as long as its cells are, of any afterwards.
pub struct Builder {
    kind: Kind,
    nulls: Vec<bool>,
}

impl Builder {
    /// A column without rows.
    pub fn new() -> Self {
        Self { kind: Kind::Nothing, nulls: Vec::new() }
    }

    /// Nothing in the next row.
    pub fn push_nothing(&mut self) {
        match &mut self.kind {
            Kind::Nothing => {}
            Kind::Texts(texts, _) => texts.repeat(),
            Kind::Whole(numbers) => numbers.push(0),
            Kind::Floats(numbers) => numbers.push(0.0),
            Kind::Days(days) => days.push(0),
            Kind::Values(values) => values.push(Ok(Value::Null)),
        }
        self.nulls.push(true);
    }

    /// The cell of the next row.
    pub fn push(&mut self, cell: &Bound<'_, PyAny>) {
        // Most columns are of texts, whose cells need no further look.
        if matches!(self.kind, Kind::Texts(..)) && self.push_alike(cell) {
            return self.nulls.push(false);
        }
        if is_nothing(cell) {
            return self.push_nothing();
        }
        if matches!(self.kind, Kind::Nothing) {
            self.begin(cell);
        }
        if !self.push_alike(cell) {
            self.widen();
            if let Kind::Values(values) = &mut self.kind {
                values.push(convert::from_python(cell));
            }
        }
        self.nulls.push(false);
    }

    /// Takes the kind of the first cell.
    fn begin(&mut self, cell: &Bound<'_, PyAny>) {
        let rows = self.nulls.len();
        self.kind = if cell.is_instance_of::<PyString>() {
            let mut texts = Texts::default();
            (0..rows).for_each(|_| texts.repeat());
            Kind::Texts(texts, 0)
        } else if cell.is_instance_of::<PyFloat>() {
            Kind::Floats(vec![0.0; rows])
        } else if cell.is_instance_of::<PyInt>() && !cell.is_instance_of::<PyBool>() {
            Kind::Whole(vec![0; rows])
        } else if convert::is_day(cell) {
            Kind::Days(vec![0; rows])
        } else {
            Kind::Values(vec![Ok(Value::Null); rows])
        };
    }

    /// Takes a cell that is of the column's kind.
    fn push_alike(&mut self, cell: &Bound<'_, PyAny>) -> bool {
        match &mut self.kind {
            Kind::Texts(texts, last) => {
                let Some(text) = cell.cast::<PyString>().ok().and_then(|text| text.to_str().ok()) else { return false };
                // Mostly the very object that the row before had; that none came to stand in its place, its text tells.
                if *last == cell.as_ptr() as usize && texts.last() == Some(text) {
                    texts.repeat();
                } else {
                    texts.push(text);
                    *last = cell.as_ptr() as usize;
                }
            }
            Kind::Whole(numbers) => {
                if !cell.is_instance_of::<PyInt>() || cell.is_instance_of::<PyBool>() {
                    return false;
                }
                let Ok(number) = cell.extract() else { return false };
                numbers.push(number);
            }
            Kind::Floats(numbers) => {
                let Ok(float) = cell.cast::<PyFloat>() else { return false };
                numbers.push(float.value());
            }
            Kind::Days(days) => {
                if !convert::is_day(cell) {
                    return false;
                }
                // Python counts days from the first of January of the year 1.
                const UNIX_EPOCH: i32 = 719_163;
                let Ok(ordinal) = cell.call_method0("toordinal").and_then(|ordinal| ordinal.extract::<i32>()) else {
                    return false;
                };
                days.push(ordinal - UNIX_EPOCH);
            }
            Kind::Nothing | Kind::Values(_) => return false,
        }
        true
    }

    /// Makes the column one of any kind.
    fn widen(&mut self) {
        if matches!(self.kind, Kind::Values(_)) {
            return;
        }
        let column =
            Self { kind: std::mem::replace(&mut self.kind, Kind::Nothing), nulls: self.nulls.clone() }.finish();
        self.kind = Kind::Values((0..self.nulls.len()).map(|row| column.value(row)).collect());
    }

    /// The column.
    pub fn finish(self) -> Column {
        let rows = self.nulls.len();
        let cells = match self.kind {
            Kind::Nothing => Cells::Booleans(vec![false; rows]),
            Kind::Texts(texts, _) => Cells::Texts(texts),
            Kind::Whole(numbers) => Cells::Whole(numbers),
            Kind::Floats(numbers) => Cells::Floats(numbers),
            Kind::Days(days) => Cells::Days(days),
            Kind::Values(values) => Cells::Values(values),
        };
        Column::new(cells).with_nulls(self.nulls)
    }
}

fn of_list(list: &Bound<'_, PyList>) -> Result<Column, Fault> {
    let mut column = Builder::new();
    // By index, because a signal's handler may change the list.
    let mut row = 0;
    while let Ok(cell) = list.get_item(row) {
        column.push(&cell);
        row += 1;
        if row % CELLS == 0 {
            breathe(list.py())?;
        }
    }
    Ok(column.finish())
}

/// Lets other threads of Python on, and hears Ctrl-C.
pub fn breathe(py: Python<'_>) -> PyResult<()> {
    py.detach(|| ());
    py.check_signals()
}

/// What is no value: `None`, and pandas' own `NA` and `NaT`.
pub fn is_nothing(cell: &Bound<'_, PyAny>) -> bool {
    if cell.is_none() {
        return true;
    }
    if cell.is_instance_of::<PyString>() || cell.is_instance_of::<PyInt>() || cell.is_instance_of::<PyFloat>() {
        return false;
    }
    cell.get_type().name().is_ok_and(|name| name == "NAType" || name == "NaTType")
}
