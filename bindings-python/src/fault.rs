//! What stops a call: the core refuses, or Python raises.

use pyo3::prelude::*;
use tierra::Error;

use crate::raise;

/// Why a call stopped.
#[derive(Debug)]
pub enum Fault {
    /// A refusal, whose path may still grow.
    Refused(Error),
    /// An exception of Python's, such as Ctrl-C.
    Raised(PyErr),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

impl Fault {
    /// The same below a field.
    pub fn under(self, parent: &str) -> Self {
        match self {
            Self::Refused(error) => Self::Refused(error.under(parent)),
            raised => raised,
        }
    }

    /// The same of a table that is an argument of this name. What is wrong with `columns` is an argument of its own.
    pub fn under_table(self, name: &str) -> Self {
        match self {
            Self::Refused(error) if name.is_empty() || error.path().starts_with("columns.") => Self::Refused(error),
            other => other.under(name),
        }
    }

    /// The exception to raise.
    pub fn into_exception(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Refused(error) => raise(py, &error),
            Self::Raised(error) => error,
        }
    }
}
