//! Rows and values for the statements of a session: what stands between the tables and a driver.

use std::ops::ControlFlow;

use super::driver::Session;
use super::table::{Cells, Columns, Table};
use super::value::{FromValue, Value};
use crate::Result;

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
        // No table has more.
        const COLUMNS: usize = 32;
        let mut values = Vec::with_capacity(COLUMNS);
        row.values(&mut values);
        self.insert(T::insert_text(), &values)
    }
}
