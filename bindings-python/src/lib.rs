//! The Python extension module: converts values, and nothing else.
//!
//! What a Python user sees is the package `tierra` in `python/`; this module is its private `_tierra`.
#![allow(missing_docs, reason = "pyo3 makes items of its own; the package documents the calls")]

mod answer;
mod arrow;
mod bulk;
mod column;
mod convert;
mod fault;
mod inventory;
mod table;

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyTuple, PyType};
use tierra::emission::EmissionFactors;
use tierra::ffi::{self, FactorCall, ImportHandle, LedgerHandle, NumberStyle, RateLimiterHandle, Value};
use tierra::{Error, ErrorCode};

use answer::Tape;

/// Answers the call `op` on plain Python values.
#[pyfunction]
fn call<'py>(py: Python<'py>, op: &str, input: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let answer = || {
        let input = convert::from_python(input)?;
        py.detach(|| taped(false, |tape| ffi::call(op, &input, tape)))
    };
    answer().map_err(|error: Error| raise(py, &error))?.into_objects(py)
}

/// What `answer` hands over; with its JSON text beside it where that is wanted.
fn taped(with_json: bool, answer: impl FnOnce(&mut Tape) -> Result<(), Error>) -> Result<Tape, Error> {
    let mut tape = Tape::new(with_json);
    answer(&mut tape)?;
    Ok(tape)
}

/// Answers the call `op` on JSON text with JSON text, decimals as JSON numbers.
#[pyfunction]
fn call_json(py: Python<'_>, op: &Bound<'_, PyAny>, text: &Bound<'_, PyAny>) -> PyResult<String> {
    let op = json_text(op).map_err(|error| raise(py, &error))?;
    let text = json_text(text).map_err(|error| raise(py, &error))?;
    py.detach(|| ffi::call_json(&op, &text, NumberStyle::Digits)).map_err(|error| raise(py, &error))
}

/// The names of all calls.
#[pyfunction]
fn op_names() -> Vec<&'static str> {
    ffi::Calls::ALL.names()
}

/// Libraries, factors, fuel properties and GWP values, loaded once.
#[pyclass(frozen, module = "tierra._tierra")]
struct FactorData(Arc<EmissionFactors>);

#[pymethods]
impl FactorData {
    #[new]
    fn new(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let load = || {
            if data.is_instance_of::<PyString>() {
                let text = json_text(data)?;
                return py.detach(|| ffi::emission_factors_from_json(&text));
            }
            let value = convert::from_python(data)?;
            py.detach(|| ffi::read_emission_factors(&value))
        };
        load().map(|factors| Self(Arc::new(factors))).map_err(|error: Error| raise(py, &error))
    }

    fn call<'py>(&self, py: Python<'py>, op: &str, query: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let answer = || {
            let (call, query) = (FactorCall::named(op)?, convert::from_python(query)?);
            py.detach(|| taped(false, |tape| call.answer(&self.0, &query, tape)))
        };
        answer().map_err(|error: Error| raise(py, &error))?.into_objects(py)
    }

    /// All of these and more: JSON text, plain values, or what is loaded already.
    fn extended(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        let extend = || {
            if let Ok(other) = data.cast::<Self>() {
                let other = other.get();
                return py.detach(|| self.0.extended(other.0.data().clone()));
            }
            let text = if data.is_instance_of::<PyString>() { Some(json_text(data)?) } else { None };
            let value = if text.is_none() { convert::from_python(data)? } else { Value::Null };
            py.detach(|| match text {
                Some(text) => ffi::extend_emission_factors(&self.0, &ffi::parse_json(&text)?),
                None => ffi::extend_emission_factors(&self.0, &value),
            })
        };
        extend().map(|factors| Self(Arc::new(factors))).map_err(|error: Error| raise(py, &error))
    }

    /// The factors in an official file, and the report of what was read, made and set aside.
    #[staticmethod]
    fn import_file<'py>(
        py: Python<'py>,
        kind: &str,
        bytes: &[u8],
        options: &Bound<'py, PyAny>,
    ) -> PyResult<(Self, Bound<'py, PyAny>)> {
        let read = || {
            let options = convert::from_python(options)?;
            py.detach(|| ffi::import_factors(kind, bytes, &options))
        };
        let (factors, report) = read().map_err(|error: Error| raise(py, &error))?;
        Ok((Self(Arc::new(factors)), Tape::of(&report).into_objects(py)?))
    }

    fn inventory(&self, rows: inventory::Rows<'_>) -> PyResult<inventory::InventoryData> {
        inventory::InventoryData::count(&rows, |_| Ok(Arc::clone(&self.0)))
    }
}

/// A rate limiter.
#[pyclass(frozen, module = "tierra._tierra")]
struct RateLimiterData(RateLimiterHandle);

#[pymethods]
impl RateLimiterData {
    #[new]
    fn new(py: Python<'_>, limits: &Bound<'_, PyAny>) -> PyResult<Self> {
        let load = || RateLimiterHandle::new(&convert::from_python(limits)?);
        load().map(Self).map_err(|error: Error| raise(py, &error))
    }

    fn check<'py>(&self, py: Python<'py>, request: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let decision = convert::from_python(request).and_then(|request| self.0.check(&request));
        Tape::of(&decision.map_err(|error| raise(py, &error))?).into_objects(py)
    }
}

/// A ledger, open.
#[pyclass(frozen, module = "tierra._tierra")]
struct LedgerData {
    handle: LedgerHandle,
    /// SQLite's locks and connections do not outlive a fork: a copy in a child could destroy the file.
    process: u32,
}

#[pymethods]
impl LedgerData {
    #[new]
    fn new(py: Python<'_>, options: &Bound<'_, PyAny>) -> PyResult<Self> {
        let open = convert::from_python(options).and_then(|options| py.detach(|| LedgerHandle::open(&options)));
        let handle = open.map_err(|error| raise(py, &error))?;
        Ok(Self { handle, process: std::process::id() })
    }

    fn call<'py>(&self, py: Python<'py>, name: &str, input: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let answer = || {
            let (input, ledger) = (convert::from_python(input).map_err(ffi::in_body)?, self.here()?);
            py.detach(|| taped(true, |tape| ledger.call(name, &input, tape)))
        };
        answer().map_err(|error: Error| raise(py, &error))?.into_objects(py)
    }

    /// An inventory of rows, counted by what is loaded of the authorities that they name.
    fn inventory<'py>(
        &self,
        py: Python<'py>,
        caller: &Bound<'py, PyAny>,
        rows: inventory::Rows<'py>,
    ) -> PyResult<inventory::InventoryData> {
        let caller = convert::from_python(caller).map_err(|error| raise(py, &error))?;
        let ledger = self.here().map_err(|error| raise(py, &error))?;
        inventory::InventoryData::count(&rows, |named| ledger.factors_of(&caller, &named).map(Arc::new))
    }

    fn call_json(&self, py: Python<'_>, name: &Bound<'_, PyAny>, text: &Bound<'_, PyAny>) -> PyResult<String> {
        let answer = || {
            let (name, text, ledger) = (json_text(name)?, json_text(text)?, self.here()?);
            py.detach(|| ledger.call_json(&name, &text, NumberStyle::Digits))
        };
        answer().map_err(|error| raise(py, &error))
    }
}

impl LedgerData {
    /// The ledger, in the process that opened it.
    fn here(&self) -> Result<&LedgerHandle, Error> {
        if self.process == std::process::id() {
            return Ok(&self.handle);
        }
        let message =
            "the ledger was opened before this process was forked; expected one that is opened after the fork";
        Err(Error::from_host(ErrorCode::Closed, "", message))
    }
}

/// A CSV file on its way into a ledger.
#[pyclass(frozen, module = "tierra._tierra")]
struct ImportData(ImportHandle);

#[pymethods]
impl ImportData {
    #[new]
    fn new(py: Python<'_>, input: &Bound<'_, PyAny>) -> PyResult<Self> {
        let open = convert::from_python(input).and_then(|input| py.detach(|| LedgerHandle::import_csv(&input)));
        open.map(Self).map_err(|error| raise(py, &error))
    }

    fn step<'py>(&self, py: Python<'py>, ledger: &LedgerData, now: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let step = || {
            let (now, ledger) = (convert::from_python(now)?, ledger.here()?);
            py.detach(|| taped(false, |tape| self.0.step(ledger, &now, tape)))
        };
        step().map_err(|error: Error| raise(py, &error))?.into_objects(py)
    }
}

fn json_text(text: &Bound<'_, PyAny>) -> Result<String, Error> {
    let Ok(text) = text.cast::<PyString>() else {
        let message = format!("is {}; expected a string", convert::describe(text));
        return Err(Error::from_host(ErrorCode::WrongType, "", &message));
    };
    convert::string(text)
}

/// The package's `TierraError` for an error of the core, raised.
fn raise(py: Python<'_>, error: &Error) -> PyErr {
    error_object(py, error).map_or_else(std::convert::identity, PyErr::from_value)
}

/// The package's `TierraError` for an error of the core.
fn error_object<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let issue = |issue: &tierra::Issue| {
        (issue.code.as_str(), issue.message.as_str(), PyTuple::new(py, &issue.path)?).into_pyobject(py)
    };
    let issues: Vec<Bound<'py, PyTuple>> = error.issues().iter().map(issue).collect::<PyResult<_>>()?;
    let class = CLASS.import(py, "tierra._error", "TierraError")?;
    class.call1((error.code().as_str(), error.path(), error.message(), issues))
}

#[pymodule]
fn _tierra(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(call, module)?)?;
    module.add_function(wrap_pyfunction!(call_json, module)?)?;
    module.add_function(wrap_pyfunction!(op_names, module)?)?;
    module.add_function(wrap_pyfunction!(bulk::identify_batch, module)?)?;
    module.add_function(wrap_pyfunction!(bulk::count_conflict_pairs, module)?)?;
    module.add_class::<bulk::HashData>()?;
    module.add_class::<bulk::PairData>()?;
    module.add_class::<bulk::ClaimIndex>()?;
    module.add_class::<FactorData>()?;
    module.add_class::<inventory::InventoryData>()?;
    module.add_class::<RateLimiterData>()?;
    module.add_class::<LedgerData>()?;
    module.add_class::<ImportData>()?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
