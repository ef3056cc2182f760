//! The seam: what the store asks of a database, and all that it knows of one.
//!
//! A driver is one file that implements [`Driver`], [`Session`] and [`Row`] with the types of its library. Statements are
//! written for SQLite; another driver turns their numbered placeholders, `?1`, into its own when it prepares them.

use std::ops::ControlFlow;
use std::path::Path;

use super::table::{Cells, Columns, Table};
use super::value::{FromValue, Value};
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

impl dyn Session + '_ {
    /// The first row of a query, or none.
    pub(crate) fn row<T: Columns>(&self, sql: &'static str, params: &[Value<'_>]) -> Result<Option<T>> {
        let mut found = None;
        self.query(sql, params, &mut |row| {
            found = Some(T::read(&mut Cells::of(row))?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// All rows of a query.
    pub(crate) fn rows<T: Columns>(&self, sql: &'static str, params: &[Value<'_>]) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Shows each row of a query to `visit`, holding one at a time.
    pub(crate) fn each<T: Columns>(
        &self,
        sql: &'static str,
        params: &[Value<'_>],
        mut visit: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        self.query(sql, params, &mut |row| {
            visit(T::read(&mut Cells::of(row))?)?;
            Ok(ControlFlow::Continue(()))
        })
    }

    /// The first value of a query for one column, or none.
    pub(crate) fn value<T: FromValue>(&self, sql: &'static str, params: &[Value<'_>]) -> Result<Option<T>> {
        let mut found = None;
        self.query(sql, params, &mut |row| {
            found = Some(Cells::of(row).next("answer")?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// All values of a query for one column.
    pub(crate) fn values<T: FromValue>(&self, sql: &'static str, params: &[Value<'_>]) -> Result<Vec<T>> {
        let mut values = Vec::new();
        self.query(sql, params, &mut |row| {
            values.push(Cells::of(row).next("answer")?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(values)
    }

    /// A count.
    pub(crate) fn count(&self, sql: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let counted: Option<i64> = self.value(sql, params)?;
        Ok(counted.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    /// Inserts a row, whose key is not looked at, and tells its integer id, where the table has one.
    pub(crate) fn insert_row<T: Table>(&self, row: &T) -> Result<i64> {
        let mut values = Vec::with_capacity(T::MOST_COLUMNS);
        row.values(&mut values);
        self.insert(T::insert_text(), &values)
    }
}
