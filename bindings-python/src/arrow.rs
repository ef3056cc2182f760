//! Apache Arrow's PyCapsule interface: streams in and out, without a copy.

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchIterator, StructArray, make_array};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods};

use crate::fault::Fault;

const STREAM: &std::ffi::CStr = c"arrow_array_stream";

/// The arrays of a stream: of a table they are records of its columns.
pub fn arrays(object: &Bound<'_, PyAny>) -> Result<Vec<ArrayRef>, Fault> {
    let capsule = object.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>().map_err(PyErr::from)?;
    let pointer = capsule.pointer_checked(Some(STREAM))?;
    // SAFETY: a capsule of this name holds a stream of Arrow's C interface. It is moved out of the capsule, which is told so.
    let reader = unsafe { ArrayStreamReader::from_raw(pointer.cast::<FFI_ArrowArrayStream>().as_ptr()) };
    let read = || reader?.collect::<Result<Vec<_>, _>>();
    read().map_err(|error| PyValueError::new_err(error.to_string()).into())
}

/// An array that comes alone.
pub fn one_array(object: &Bound<'_, PyAny>) -> Result<Vec<ArrayRef>, Fault> {
    let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) =
        object.call_method0("__arrow_c_array__")?.extract()?;
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(c"arrow_array"))?.cast::<FFI_ArrowArray>();
    // SAFETY: capsules of these names hold the two structs of Arrow's C interface. The array is moved out of its capsule, which
    // is told so; the schema is looked at while its capsule lives.
    let read = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
    read.map(|data| vec![make_array(data)]).map_err(|error| PyValueError::new_err(error.to_string()).into())
}

/// The record batches of a table.
pub fn batches(object: &Bound<'_, PyAny>) -> Result<Vec<RecordBatch>, Fault> {
    let batch = |array: ArrayRef| array.as_any().downcast_ref::<StructArray>().map(RecordBatch::from);
    let batches: Option<Vec<_>> = arrays(object)?.into_iter().map(batch).collect();
    Ok(batches.ok_or_else(|| PyValueError::new_err("the stream holds no table"))?)
}

/// A stream of one record batch.
pub fn stream(py: Python<'_>, batch: RecordBatch) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = batch.schema();
    let batches = RecordBatchIterator::new([Ok(batch)], schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), STREAM)
}
