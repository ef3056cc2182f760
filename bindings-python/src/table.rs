//! A table out of what Python has for it: a DataFrame, anything with Arrow's PyCapsule interface, a mapping of columns, or a
//! list of rows.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow_array::RecordBatch;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};
use tierra::columns::{Columns, pick};
use tierra::ffi::Value;
use tierra::{Error, ErrorCode};

use crate::column::{Builder, breathe, column, objects};
use crate::fault::Fault;
use crate::{arrow, convert};

/// How many rows are read before Ctrl-C is looked for.
const ROWS: usize = 1 << 14;

/// What a call wants of a table.
pub struct Wanted<'w> {
    /// Its name among the call's arguments, for errors.
    pub name: &'w str,
    /// The fields, by their names in Python.
    pub fields: &'w [&'w str],
    /// Fields that a table must have a column for; rows are looked at one by one.
    pub needed: &'w [&'w str],
    /// Whether a row may be a tuple or a list of the fields in their order.
    pub by_place: bool,
    /// A field whose values are kept as they are.
    pub kept: Option<&'w str>,
}

/// A table, read.
pub struct Table<'py> {
    /// The columns, named as the fields are.
    pub columns: Columns,
    /// The values of the field that is kept.
    pub kept: Option<Bound<'py, PyList>>,
    /// Whether it has rows of their own fields, or no column at all.
    has_no_columns: bool,
}

/// Where the rows of a table are.
pub enum Source<'py> {
    /// Read already.
    Columns(Table<'py>),
    /// In a list, each with its own fields.
    Rows(Bound<'py, PyList>),
    /// In batches of Arrow's, with the columns that fields have.
    Batches(Vec<RecordBatch>, Vec<(String, String)>),
}

impl<'py> Table<'py> {
    /// Reads a table. `renamed` is `None`, or a mapping that says which column a field has.
    pub fn read(object: &Bound<'py, PyAny>, wanted: &Wanted<'_>, renamed: &Bound<'py, PyAny>) -> Result<Self, Fault> {
        match Self::source(object, wanted, renamed)? {
            Source::Columns(table) => Ok(table),
            Source::Rows(list) => Self::of_rows(&list, 0..usize::MAX, wanted),
            Source::Batches(batches, renamed) => Self::of_batches(object.py(), &batches, wanted, &renamed),
        }
    }

    /// Reads a table, or finds the list of its rows.
    pub fn source(
        object: &Bound<'py, PyAny>,
        wanted: &Wanted<'_>,
        renamed: &Bound<'py, PyAny>,
    ) -> Result<Source<'py>, Fault> {
        let renamed = names(renamed).map_err(|fault| fault.under("columns"))?;
        let has = |name: &str| object.hasattr(name).unwrap_or(false);
        if has("collect") && has("collect_schema") {
            let message = format!(
                "is {}, whose rows are still to be computed; expected a table, such as `.collect()` gives",
                convert::describe(object)
            );
            return Err(Error::from_host(ErrorCode::WrongType, wanted.name, &message).into());
        }
        let read = if has("iloc") && has("columns") {
            Self::of_mapping(object, objects(&object.getattr("columns")?)?, wanted, &renamed)
        } else if convert::is_mapping(object)? {
            Self::of_mapping(
                object,
                PyList::new(object.py(), object.try_iter()?.collect::<PyResult<Vec<_>>>()?)?,
                wanted,
                &renamed,
            )
        } else if has("__arrow_c_stream__") {
            return Ok(Source::Batches(arrow::batches(object)?, renamed));
        } else {
            return rows_of(object, wanted, &renamed).map(Source::Rows);
        };
        let table = read.map_err(|fault| fault.under_table(wanted.name))?;
        table.with_all(wanted).map(Source::Columns)
    }

    /// Refuses a table that lacks a column.
    fn with_all(self, wanted: &Wanted<'_>) -> Result<Self, Fault> {
        let is_lacking = |field: &&&str| !self.has_no_columns && self.columns.get(field).is_none();
        match wanted.needed.iter().find(is_lacking) {
            None => Ok(self),
            Some(field) => {
                let message = "is missing; expected a column of this name, or `columns` to say which it is";
                Err(Error::from_host(ErrorCode::MissingField, &format!("{}.{field}", wanted.name), message).into())
            }
        }
    }

    /// A DataFrame of pandas or a mapping: an object whose columns are its items.
    fn of_mapping(
        object: &Bound<'py, PyAny>,
        names: Bound<'py, PyList>,
        wanted: &Wanted<'_>,
        renamed: &[(String, String)],
    ) -> Result<Self, Fault> {
        if names.is_empty() {
            return Ok(Self { columns: Columns::default(), kept: None, has_no_columns: true });
        }
        let texts: Vec<String> =
            names.iter().map(|name| name.str().map(|name| name.to_string())).collect::<PyResult<_>>()?;
        let shown: Vec<&str> = texts.iter().map(String::as_str).collect();
        let places = pick(&shown, wanted.fields, renamed)?;
        let (mut columns, mut kept) = (Vec::new(), None);
        for (field, place) in wanted.fields.iter().zip(places) {
            let Some(place) = place else { continue };
            if shown.iter().filter(|name| shown.get(place) == Some(name)).count() > 1 {
                let message = "stands twice; expected a name for each column";
                return Err(Error::from_host(ErrorCode::Duplicate, field, message).into());
            }
            let mut values = object.get_item(names.get_item(place)?)?;
            if wanted.kept == Some(field) {
                let list = objects(&values)?;
                values = list.clone().into_any();
                kept = Some(list);
            }
            let values = column(&values).map_err(|fault| fault.under(field))?;
            columns.push(((*field).to_owned(), values));
        }
        Ok(Self { columns: Columns::new(columns)?, kept, has_no_columns: false })
    }

    /// Reads batches of one schema.
    pub fn of_batches(
        py: Python<'py>,
        batches: &[RecordBatch],
        wanted: &Wanted<'_>,
        renamed: &[(String, String)],
    ) -> Result<Self, Fault> {
        let columns = tierra::columns::arrow::fields_of(batches, wanted.fields, renamed);
        let columns = columns.map_err(|error| Fault::from(error).under_table(wanted.name))?;
        let kept = match wanted.kept.and_then(|kept| columns.get(kept)) {
            Some(kept) => {
                let value = |row| convert::to_python(py, &kept.value(row).unwrap_or(Value::Null));
                Some(PyList::new(py, (0..kept.len()).map(value).collect::<PyResult<Vec<_>>>()?)?)
            }
            None => None,
        };
        Self { columns, kept, has_no_columns: batches.is_empty() }.with_all(wanted)
    }

    /// Reads some of the rows of a list, as many as there are of these.
    pub fn of_rows(list: &Bound<'py, PyList>, rows: Range<usize>, wanted: &Wanted<'_>) -> Result<Self, Fault> {
        let py = list.py();
        let names: Vec<Bound<'py, PyString>> = wanted.fields.iter().map(|name| PyString::intern(py, name)).collect();
        let mut builders: Vec<Builder> = wanted.fields.iter().map(|_| Builder::new()).collect();
        let kept_at = wanted.fields.iter().position(|field| wanted.kept == Some(field));
        let (kept, mut has_kept) = (PyList::empty(py), false);
        let mut refused = BTreeMap::new();
        // By index, because a signal's handler may change the list.
        for (row, at) in rows.enumerate() {
            let Ok(given) = list.get_item(at) else { break };
            if row % ROWS == ROWS - 1 {
                breathe(py)?;
            }
            if wanted.by_place && push_pair(&given, &mut builders) {
                continue;
            }
            let (cells, refusal) = cells(&given, &names, wanted)?;
            refused.extend(refusal.map(|error| (row, error)));
            for (place, (builder, cell)) in builders.iter_mut().zip(&cells).enumerate() {
                if kept_at == Some(place) {
                    has_kept |= cell.is_some();
                    kept.append(cell.as_ref().map_or_else(|| py.None().into_bound(py), Clone::clone))?;
                }
                match cell {
                    Some(cell) => builder.push(cell),
                    None => builder.push_nothing(),
                }
            }
        }
        let columns = wanted.fields.iter().zip(builders).map(|(name, column)| ((*name).to_owned(), column.finish()));
        let columns = Columns::new(columns.collect())?.of_rows(refused);
        Ok(Self { columns, kept: has_kept.then_some(kept), has_no_columns: true })
    }
}

/// Takes a row that is a tuple of as many cells as there are columns, which is how most pairs come.
fn push_pair(row: &Bound<'_, PyAny>, builders: &mut [Builder]) -> bool {
    let Some(tuple) = row.cast::<PyTuple>().ok().filter(|tuple| tuple.len() == builders.len()) else { return false };
    for (builder, cell) in builders.iter_mut().zip(tuple.iter_borrowed()) {
        builder.push(&cell);
    }
    true
}

/// The cells of a row in the order of the fields, and why it is none.
type Cells<'py> = (Vec<Option<Bound<'py, PyAny>>>, Option<Error>);

fn cells<'py>(row: &Bound<'py, PyAny>, names: &[Bound<'py, PyString>], wanted: &Wanted<'_>) -> PyResult<Cells<'py>> {
    if wanted.by_place {
        let list = row.cast::<PyList>().ok().filter(|list| list.len() == names.len());
        if let Some(list) = list {
            return Ok((list.iter().map(Some).collect(), None));
        }
    }
    let copied;
    let fields = if let Ok(fields) = row.cast::<PyDict>() {
        fields
    } else if convert::is_mapping(row)? {
        copied = PyDict::new(row.py());
        copied.call_method1("update", (row,))?;
        &copied
    } else {
        return Ok((vec![None; names.len()], Some(no_row(row, wanted))));
    };
    let cells: Vec<_> = names.iter().map(|name| fields.get_item(name)).collect::<PyResult<_>>()?;
    if cells.iter().flatten().count() == fields.len() {
        return Ok((cells, None));
    }
    let unknown = fields.keys().iter().find_map(|name| known_name(&name, wanted.fields).err());
    Ok((cells, unknown))
}

fn no_row(row: &Bound<'_, PyAny>, wanted: &Wanted<'_>) -> Error {
    let shown = convert::from_python(row).map_or_else(|_| convert::describe(row), |value| value.describe());
    let expected = if wanted.by_place { "a pair or a mapping of fields" } else { "a mapping of fields" };
    Error::from_host(ErrorCode::WrongType, "", &format!("is {shown}; expected {expected}"))
}

/// Refuses a name that is no field's.
fn known_name(name: &Bound<'_, PyAny>, fields: &[&str]) -> Result<(), Error> {
    let Ok(text) = name.cast::<PyString>() else {
        let message = format!("has a key that is {}; expected strings", convert::describe(name));
        return Err(Error::from_host(ErrorCode::WrongType, "", &message));
    };
    let text = convert::string(text)?;
    if fields.contains(&text.as_str()) {
        return Ok(());
    }
    let names: Vec<_> = fields.iter().map(|known| format!("`{known}`")).collect();
    let shown: String = text.chars().take(40).collect();
    let message = format!("`{shown}` is not a known field; expected {}", names.join(", "));
    Err(Error::from_host(ErrorCode::UnknownField, &text, &message))
}

/// The rows of anything that yields them.
fn rows_of<'py>(
    object: &Bound<'py, PyAny>,
    wanted: &Wanted<'_>,
    renamed: &[(String, String)],
) -> Result<Bound<'py, PyList>, Fault> {
    if let Some((field, _)) = renamed.first() {
        let message = "names a column, and rows have fields; expected `columns` for a table alone";
        return Err(Error::from_host(ErrorCode::UnknownField, &format!("columns.{field}"), message).into());
    }
    if let Ok(list) = object.cast::<PyList>() {
        return Ok(list.clone());
    }
    let refused = || {
        let message = format!(
            "is {}; expected a list of rows, a mapping of columns, or a table of pandas, Polars, pyarrow or DuckDB",
            convert::describe(object)
        );
        Fault::from(Error::from_host(ErrorCode::WrongType, wanted.name, &message))
    };
    let is_text = object.is_instance_of::<PyString>() || pyo3::buffer::PyUntypedBuffer::get(object).is_ok();
    let is_array = object.hasattr("dtype")? && object.hasattr("tolist")?;
    if (is_text && !is_array)
        || object.hasattr("read")?
        || object.hasattr("columns")?
        || object.hasattr("column_names")?
    {
        return Err(refused());
    }
    objects(object).map_err(|_| refused())
}

/// Which column each field has, as a mapping says it.
fn names(renamed: &Bound<'_, PyAny>) -> Result<Vec<(String, String)>, Fault> {
    if renamed.is_none() {
        return Ok(Vec::new());
    }
    let refused = || {
        let message = format!("is {}; expected a mapping from field to column", convert::describe(renamed));
        Fault::from(Error::from_host(ErrorCode::WrongType, "", &message))
    };
    if !convert::is_mapping(renamed)? {
        return Err(refused());
    }
    let mut names = Vec::new();
    for pair in renamed.call_method0("items")?.try_iter()? {
        let (field, column): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair?.extract()?;
        names.push((field.str()?.to_string(), column.str()?.to_string()));
    }
    Ok(names)
}
