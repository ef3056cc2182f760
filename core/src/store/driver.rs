//! The seam: what the store asks of a database, and all that it knows of one.
//!
//! A driver is one file that implements [`Driver`], [`Session`] and [`Row`] with the types of its library. Statements are
//! written for SQLite; another driver turns their numbered placeholders, `?1`, into its own when it prepares them.

use std::ops::ControlFlow;
use std::path::Path;

use super::value::Value;
use crate::Result;

/// A database: transactions, a copy, an end.
pub(crate) trait Driver {
    /// Gives the change its transaction: all of it is kept when this returns, or none of it.
    ///
    /// Two changes are one after the other, in whichever thread or process they are.
    fn write<T>(&self, change: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T>;

    /// Gives the question one state of the database, whatever is written meanwhile.
    fn read<T>(&self, question: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T>;

    /// Copies the whole to a new file while others read and write, as long as `progress`, told what is done and the whole,
    /// wants to go on.
    fn back_up(&self, to: &Path, progress: &mut dyn FnMut(u64, u64) -> bool) -> Result<()>;

    /// Ends all connections; every later call is refused.
    fn close(&self) -> Result<()>;
}

/// Statements within a transaction.
///
/// A statement is prepared once: its text lives as long as the program, so that a driver can know it again by its text. Rows
/// are shown where they stand, and none is copied before it is read.
pub(crate) trait Session {
    /// Runs a statement and tells how many rows it changed.
    fn run(&self, sql: &'static str, params: &[Value<'_>]) -> Result<usize>;

    /// Inserts one row and tells its integer id, where the table has one.
    fn insert(&self, sql: &'static str, params: &[Value<'_>]) -> Result<i64>;

    /// Shows the rows of a query to `visit`, one at a time, until it breaks off. Other statements may be run meanwhile.
    fn query(
        &self,
        sql: &'static str,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&dyn Row) -> Result<ControlFlow<()>>,
    ) -> Result<()>;
}

/// A row of an answer, where it stands.
pub(crate) trait Row {
    /// The value at a position of the SELECT list, from 0.
    fn value(&self, at: usize) -> Result<Value<'_>>;
}
