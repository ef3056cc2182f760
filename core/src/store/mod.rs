//! What is kept: every SQL statement of the project, over a driver that one file knows.
//!
//! Rows go in and come out here; what they mean is decided in the ledger and the domain. Days are stored as `YYYY-MM-DD` and
//! instants as UTC with milliseconds, so that they sort as text and an auditor can read the file with any SQLite shell.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod checks;
pub(crate) mod disputes;
mod driver;
pub(crate) mod factors;
pub(crate) mod organizations;
mod private_file;
mod query;
mod record;
pub(crate) mod registrations;
pub(crate) mod settings;
mod sqlite;
mod table;
mod value;
pub(crate) mod webhooks;

pub(crate) use driver::Session;
pub(crate) use record::{check_json, record_of};
pub(crate) use sqlite::{SCHEMA_VERSION, StoreSettings};
pub(crate) use value::unreadable;

use std::path::Path;

use crate::Result;
use driver::Driver;
use sqlite::Sqlite;

/// Where a ledger keeps what it must remember. With a second driver its field becomes one of two.
#[derive(Debug)]
pub(crate) struct Store {
    driver: Sqlite,
}

impl Store {
    /// In memory, until it is dropped.
    pub(crate) fn in_memory() -> Result<Self> {
        Ok(Self { driver: Sqlite::in_memory()? })
    }

    /// In a file, which is made where there is none.
    pub(crate) fn open(path: &Path, settings: StoreSettings) -> Result<Self> {
        Ok(Self { driver: Sqlite::open(path, settings)? })
    }

    /// [`Driver::write`].
    pub(crate) fn write<T>(&self, change: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T> {
        self.driver.write(change)
    }

    /// [`Driver::read`].
    pub(crate) fn read<T>(&self, question: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T> {
        self.driver.read(question)
    }

    /// [`Driver::back_up`].
    pub(crate) fn back_up(&self, to: &Path, progress: &mut dyn FnMut(u64, u64) -> bool) -> Result<()> {
        self.driver.back_up(to, progress)
    }

    /// [`Driver::close`].
    pub(crate) fn close(&self) -> Result<()> {
        self.driver.close()
    }
}
