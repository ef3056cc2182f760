//! Inventories of many rows: tables or rows in, figures out, without an object a row.

use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyString};
use tierra::columns::Columns;
use tierra::emission::{EmissionFactors, RowEmissions};
use tierra::ffi::{self, InventoryHandle, InventoryRows, NumberStyle, Value};
use tierra::{Decimal, Error, ErrorCode};

use crate::answer::{Tape, set_field};
use crate::bulk::in_pieces;
use crate::column::is_nothing;
use crate::fault::Fault;
use crate::table::{Table, Wanted};
use crate::{arrow, convert, error_object, raise, taped};

/// How many rows are counted before Ctrl-C is looked for and progress told.
const PIECE: usize = 8192;

/// The fields that are a row's alone, and no default for others.
const OF_A_ROW: [&str; 3] = ["amount", "instruments", "id"];

/// The defaults as a table of one row.
fn defaults_of(defaults: &Bound<'_, PyAny>, fields: &[&str]) -> Result<Columns, Fault> {
    let py = defaults.py();
    if defaults.is_none() {
        return Ok(Columns::default());
    }
    if !convert::is_mapping(defaults)? {
        let message = format!("is {}; expected a mapping of fields", convert::describe(defaults));
        return Err(Error::from_host(ErrorCode::WrongType, "", &message).into());
    }
    for name in OF_A_ROW {
        if defaults.contains(name)? {
            let message = format!("`{name}` is a row's alone; expected it in the rows");
            return Err(Error::from_host(ErrorCode::UnknownField, name, &message).into());
        }
    }
    let wanted = Wanted { name: "", fields, needed: &[], by_place: false, kept: None };
    let table = Table::read(PyList::new(py, [defaults])?.as_any(), &wanted, py.None().bind(py))?.columns;
    match table.refused(0) {
        Some(error) => Err(error.clone().into()),
        None => Ok(table),
    }
}

/// A row that failed: its place, its id and the error.
type Failed<'py> = (usize, Option<Bound<'py, PyAny>>, Bound<'py, PyAny>);

/// The arguments of an inventory: rows, the GWP version, defaults, which column a field has, and whom progress is told.
pub type Rows<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Whose factors rows and defaults name. What is no text is left to the row that has it.
fn authorities(table: &Columns, defaults: &Columns) -> Vec<String> {
    let named = [table, defaults].into_iter().filter_map(|table| table.get("authority"));
    let texts = named.flat_map(|column| (0..column.len()).filter_map(|row| column.text(row)));
    let mut named: Vec<&str> = Vec::new();
    for text in texts {
        if !named.contains(&text) && text.parse::<tierra::emission::Authority>().is_ok() {
            named.push(text);
        }
    }
    named.into_iter().map(str::to_owned).collect()
}

/// An inventory, counted.
#[pyclass(frozen, module = "tierra._tierra")]
pub struct InventoryData {
    handle: InventoryHandle,
    ids: Option<Py<PyList>>,
    cancelled: bool,
}

impl InventoryData {
    /// Counts rows by what `factors` loads for the authorities that they name.
    pub fn count<'py>(
        rows: &Rows<'py>,
        factors: impl FnOnce(Vec<String>) -> Result<Arc<EmissionFactors>, Error> + Send,
    ) -> PyResult<Self> {
        let (rows, gwp_version, defaults, columns, progress) = rows;
        let py = rows.py();
        let raised = |fault: Fault| fault.into_exception(py);
        let fields = InventoryRows::fields();
        let wanted = Wanted { name: "rows", fields: &fields, needed: &["amount"], by_place: false, kept: Some("id") };
        let table = Table::read(rows, &wanted, columns).map_err(raised)?;
        let given = convert::from_python(gwp_version).map_err(|error| error.under("gwpVersion"));
        let gwp_version = given.map_err(|error| raise(py, &error))?;
        let defaults = defaults_of(defaults, &fields).map_err(|fault| raised(fault.under("defaults")))?;
        let named = authorities(&table.columns, &defaults);
        let factors = py.detach(|| factors(named)).map_err(|error| raise(py, &error))?;
        let taken = InventoryRows::new(&factors, &gwp_version, &defaults);
        let mut taken = taken.map_err(|error| raise(py, &error))?;
        let (of_table, total) = (&table.columns, table.columns.rows());
        let done = in_pieces(py, total, PIECE, progress, |rows| taken.push_columns(of_table, rows))?;
        let handle = py.detach(|| taken.finish()).map_err(|error| raise(py, &error))?;
        Ok(Self { handle, cancelled: done < total, ids: table.kept.map(Bound::unbind) })
    }

    fn id<'py>(&self, py: Python<'py>, row: usize) -> Option<Bound<'py, PyAny>> {
        self.ids.as_ref()?.bind(py).get_item(row).ok().filter(|id| !is_nothing(id))
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

    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = py.detach(|| ffi::inventory_table(&self.handle)).map_err(|error| raise(py, &error))?;
        arrow::stream(py, batch)
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let ids = self.ids.iter().flat_map(|ids| ids.bind(py).iter());
        let ids: Vec<Option<Value>> = ids.map(|id| convert::from_python(&id).ok()).collect();
        let id = |row: usize| ids.get(row).cloned().flatten();
        py.detach(|| self.handle.to_json(NumberStyle::Digits, id)).map_err(|error| raise(py, &error))
    }
}
