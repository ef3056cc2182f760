//! Python values to plain values and back.

use std::borrow::Cow;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyType};
use tierra::ffi::{MAX_DEPTH, NativeKind, Value};
use tierra::{Error, ErrorCode};

/// A plain value from what Python programs hand over: `None`, `bool`, `int`, `float`, `Decimal`, `str`, `date`,
/// `datetime`, `UUID`, mappings with text keys, lists and tuples. A float is taken by the digits of its `repr`.
pub fn from_python(object: &Bound<'_, PyAny>) -> Result<Value, Error> {
    convert(object, 0)
}

fn convert(object: &Bound<'_, PyAny>, depth: usize) -> Result<Value, Error> {
    if let Ok(text) = object.cast::<PyString>() {
        return string(text).map(Value::String);
    }
    if object.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(value) = object.cast::<PyBool>() {
        return Ok(Value::Bool(value.is_true()));
    }
    if let Ok(float) = object.cast::<PyFloat>() {
        return Ok(Value::Float(float.value()));
    }
    if object.is_instance_of::<PyInt>() {
        return whole_number(object);
    }
    // Also what ends a list that holds itself.
    if depth == MAX_DEPTH {
        let message = format!("is nested too deep; expected at most {MAX_DEPTH} levels");
        return Err(Error::from_host(ErrorCode::OutOfRange, "", &message));
    }
    if let Ok(list) = object.cast::<PyList>() {
        return array(list.iter(), depth);
    }
    if let Ok(tuple) = object.cast::<PyTuple>() {
        return array(tuple.iter(), depth);
    }
    if let Ok(fields) = object.cast::<PyDict>() {
        return fields
            .iter()
            .map(|(name, value)| field(&name, &value, depth))
            .collect::<Result<_, _>>()
            .map(Value::Object);
    }
    from_class(object, depth)
}

fn array<'py>(items: impl Iterator<Item = Bound<'py, PyAny>>, depth: usize) -> Result<Value, Error> {
    let located = |(index, item)| convert(&item, depth + 1).map_err(|error| error.under(&format!("[{index}]")));
    items.enumerate().map(located).collect::<Result<_, _>>().map(Value::Array)
}

fn field(name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>, depth: usize) -> Result<(Cow<'static, str>, Value), Error> {
    let Ok(text) = name.cast::<PyString>() else {
        let message = format!("has a key that is {}; expected strings", describe(name));
        return Err(Error::from_host(ErrorCode::WrongType, "", &message));
    };
    let name = string(text)?;
    let value = convert(value, depth + 1).map_err(|error| error.under(&name))?;
    Ok((Cow::Owned(name), value))
}

fn whole_number(object: &Bound<'_, PyAny>) -> Result<Value, Error> {
    // int() first: a bool was taken before, but an IntEnum shows its name.
    let digits = object.call_method0(intern!(object.py(), "__index__")).and_then(|int| int.str()?.extract::<String>());
    digits.map(Value::Number).map_err(|_| {
        // CPython refuses to write whole numbers of thousands of digits.
        Error::from_host(
            ErrorCode::OutOfRange,
            "",
            "is a whole number of thousands of digits; expected a smaller number",
        )
    })
}

/// Text, or the error for the lone surrogates that a Python string may hold.
pub fn string(text: &Bound<'_, PyString>) -> Result<String, Error> {
    text.to_str().map(str::to_owned).map_err(|_| {
        let shown =
            text.repr().map(|repr| repr.to_string_lossy().chars().take(40).collect()).unwrap_or_else(|_| String::new());
        let message = format!("`{shown}` holds a lone surrogate; expected Unicode text");
        Error::from_host(ErrorCode::InvalidUnicode, "", &message)
    })
}

/// The classes of the standard library whose text is the value.
fn from_class(object: &Bound<'_, PyAny>, depth: usize) -> Result<Value, Error> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static UUID: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let py = object.py();
    let is = |class: &'static PyOnceLock<Py<PyType>>, module: &str, name: &str| {
        class.import(py, module, name).is_ok_and(|class| object.is_instance(class).unwrap_or(false))
    };
    let text = || object.str().ok().and_then(|text| string(&text).ok()).unwrap_or_default();
    // Days come by the thousand: their class first, without a look at its parents.
    if is_day(object) {
        return Ok(Value::Native(NativeKind::Date, text()));
    }
    if is(&DECIMAL, "decimal", "Decimal") {
        return Ok(Value::Number(text()));
    }
    if is(&DATETIME, "datetime", "datetime") {
        let iso: String = object.call_method0(intern!(py, "isoformat")).and_then(|t| t.extract()).unwrap_or_default();
        return Ok(day_or_instant(&iso));
    }
    if is(&DATE, "datetime", "date") {
        return Ok(Value::Native(NativeKind::Date, text()));
    }
    if is(&UUID, "uuid", "UUID") {
        return Ok(Value::Native(NativeKind::Uuid, text()));
    }
    if let Ok(names) = object.get_type().getattr(intern!(py, "_json")) {
        return record(object, &names, depth);
    }
    if let Ok(mapping) = object.cast::<PyMapping>() {
        let items = mapping.items().map_err(|error| unreadable(py, &error))?;
        let pairs = items.iter().map(|pair| pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>());
        let fields = pairs.map(|pair| {
            let (name, value) = pair.map_err(|error| unreadable(py, &error))?;
            field(&name, &value, depth)
        });
        return fields.collect::<Result<_, _>>().map(Value::Object);
    }
    if let Some(listed) = listed(object, depth)? {
        return Ok(listed);
    }
    // numpy's scalars: a whole number has __index__, a float __float__.
    if let Ok(int) = object.call_method0(intern!(py, "__index__")) {
        return whole_number(&int);
    }
    if let Ok(float) = object.call_method0(intern!(py, "__float__")) {
        return convert(&float, depth);
    }
    let message = format!("is {}; expected a plain value (text, number, date, list or dict)", describe(object));
    Err(Error::from_host(ErrorCode::WrongType, "", &message))
}

/// Whether an object is a mapping. What Python raises while it is asked, such as Ctrl-C, is raised.
pub fn is_mapping(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MAPPING: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if object.is_instance_of::<PyDict>() {
        return Ok(true);
    }
    object.is_instance(MAPPING.import(object.py(), "collections.abc", "Mapping")?)
}

static DATE: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// Whether an object is a `date`, and none of a class of its own, such as a `datetime`.
pub fn is_day(object: &Bound<'_, PyAny>) -> bool {
    DATE.import(object.py(), "datetime", "date").is_ok_and(|date| object.get_type().is(date))
}

/// A midnight without a zone is how pandas and numpy say a day; every other one is an instant.
fn day_or_instant(iso: &str) -> Value {
    if iso == "NaT" {
        return Value::Null;
    }
    let day = iso.split_once("T00:00:00").filter(|(_, rest)| rest.trim_start_matches(['.', '0']).is_empty());
    Value::Native(NativeKind::Date, day.map_or(iso, |(day, _)| day).to_owned())
}

/// What is a list in all but name, and the scalars of numpy: an array of numpy, a column of pandas, Polars or pyarrow, a
/// set, what a generator yields. `None` for what is none.
///
/// # Errors
///
/// `wrong_type` for a table, whose iteration gives the names of its columns; those of the values.
fn listed(object: &Bound<'_, PyAny>, depth: usize) -> Result<Option<Value>, Error> {
    let py = object.py();
    let has = |name: &str| object.hasattr(name).unwrap_or(false);
    if has("dtype") && has("astype") {
        return numpy_value(object, depth);
    }
    if has("columns") || has("column_names") || has("collect_schema") {
        let message = format!("is {}, a table; expected a list, or one of its columns", describe(object));
        return Err(Error::from_host(ErrorCode::WrongType, "", &message));
    }
    // Iteration over bytes gives numbers, over a file lines: neither is what a program means.
    if has("read") || object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyByteArray>() {
        return Ok(None);
    }
    let list = ["to_pylist", "to_list", "tolist"].into_iter().find(|name| has(name));
    let values = match list {
        Some(name) => object.call_method0(name).and_then(|list| list.try_iter()),
        None => object.try_iter(),
    };
    let Ok(values) = values else { return Ok(None) };
    let values: Vec<_> = values.collect::<PyResult<_>>().map_err(|error| unreadable(py, &error))?;
    array(values.into_iter(), depth).map(Some)
}

/// The values of an array or a scalar of numpy, or of a column of pandas. An instant keeps what a `datetime` would cut off.
fn numpy_value(object: &Bound<'_, PyAny>, depth: usize) -> Result<Option<Value>, Error> {
    let py = object.py();
    let plain = || -> PyResult<(bool, Bound<'_, PyAny>)> {
        let array = match object.getattr(intern!(py, "to_numpy")) {
            Ok(to_numpy) => to_numpy.call0()?,
            Err(_) => object.clone(),
        };
        let is_instants = array.getattr(intern!(py, "dtype"))?.getattr(intern!(py, "kind"))?.eq("M")?;
        let texts = intern!(py, "datetime_as_string");
        let array = if is_instants { py.import("numpy")?.call_method1(texts, (&array,))? } else { array };
        Ok((is_instants, array.call_method0(intern!(py, "tolist"))?))
    };
    let (is_instants, plain) = plain().map_err(|error| unreadable(py, &error))?;
    if plain.get_type().is(object.get_type()) {
        return Ok(None);
    }
    let value = convert(&plain, depth)?;
    Ok(Some(if is_instants { instants(value) } else { value }))
}

/// Texts in ISO 8601 as what they say.
fn instants(texts: Value) -> Value {
    match texts {
        Value::String(iso) => day_or_instant(&iso),
        Value::Array(items) => Value::Array(items.into_iter().map(instants).collect()),
        other => other,
    }
}

/// An object of the package's own, by the names that its fields have in JSON.
fn record(object: &Bound<'_, PyAny>, names: &Bound<'_, PyAny>, depth: usize) -> Result<Value, Error> {
    let py = object.py();
    let pairs: Vec<(String, String)> = names.extract().map_err(|error: PyErr| unreadable(py, &error))?;
    let fields = pairs.into_iter().map(|(json, name)| {
        let value = object.getattr(name.as_str()).map_err(|error| unreadable(py, &error))?;
        let value = convert(&value, depth + 1).map_err(|error| error.under(&json))?;
        Ok((Cow::Owned(json), value))
    });
    fields.collect::<Result<_, _>>().map(Value::Object)
}

fn unreadable(py: Python<'_>, error: &PyErr) -> Error {
    let message = format!("cannot be read ({}); expected a mapping of fields", error.value(py));
    Error::from_host(ErrorCode::WrongType, "", &message)
}

/// A plain value as an object of Python's.
pub fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Bool(value) => PyBool::new(py, *value).to_owned().into_any(),
        Value::Number(digits) => match digits.parse::<i64>() {
            Ok(number) => number.into_pyobject(py)?.into_any(),
            Err(_) => decimal_of(py, digits)?,
        },
        Value::Float(number) => number.into_pyobject(py)?.into_any(),
        Value::String(text) | Value::Native(_, text) => PyString::new(py, text).into_any(),
        _ => py.None().into_bound(py),
    })
}

/// The type of an object, for an error message.
pub fn describe(object: &Bound<'_, PyAny>) -> String {
    let name = object.get_type().name().map(|name| name.to_string());
    format!("a value of type `{}`", name.unwrap_or_else(|_| "?".to_owned()))
}

/// A `decimal.Decimal` without trailing zeros.
pub fn decimal(py: Python<'_>, value: tierra::Decimal) -> PyResult<Bound<'_, PyAny>> {
    decimal_of(py, &value.normalize().to_string())
}

/// A `decimal.Decimal` of these digits.
pub fn decimal_of<'py>(py: Python<'py>, digits: &str) -> PyResult<Bound<'py, PyAny>> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    DECIMAL.import(py, "decimal", "Decimal")?.call1((digits,))
}
