//! The SQLite file: connections, schema and every SQL statement of the project.
//!
//! Rows go in and come out here; what they mean is decided in the ledger and the domain. Days are stored as `YYYY-MM-DD` and
//! instants as UTC with milliseconds, so that they sort as text and an auditor can read the file with any SQLite shell.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod checks;
mod connection;
pub(crate) mod disputes;
pub(crate) mod factors;
pub(crate) mod registrations;
pub(crate) mod settings;
pub(crate) mod webhooks;

pub(crate) use connection::{SCHEMA_VERSION, Store, StoreSettings};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
pub(crate) use rusqlite::Connection;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode as SqlCode, OptionalExtension, Params, Row};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::emission::{Authority, CalorificBasis, EmissionScope, FuelPropertyType, GwpVersion};
use crate::{Error, ErrorCode, Result};

/// An instant as it is stored: UTC with milliseconds, `2026-01-31T12:00:00.000Z`.
pub(crate) fn instant_text(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A value that is stored as its text and read back from it.
pub(crate) struct Text<T>(pub(crate) T);

macro_rules! stored_as_text {
    ($($type:ty, $write:expr, $read:expr;)+) => {
        $(
            impl ToSql for Text<$type> {
                fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                    let write: fn(&$type) -> String = $write;
                    Ok(ToSqlOutput::from(write(&self.0)))
                }
            }

            impl FromSql for Text<$type> {
                fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                    let read: fn(&str) -> Option<$type> = $read;
                    read(value.as_str()?).map(Text).ok_or(FromSqlError::InvalidType)
                }
            }
        )+
    };
}

stored_as_text! {
    Uuid, Uuid::to_string, |text| Uuid::try_parse(text).ok();
    NaiveDate, NaiveDate::to_string, |text| crate::parse_date(text).ok();
    DateTime<Utc>, |instant| instant_text(*instant),
        |text| DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.with_timezone(&Utc));
    Decimal, Decimal::to_string, |text| Decimal::from_str_exact(text).ok();
    Authority, Authority::to_string, |text| text.parse().ok();
    CalorificBasis, CalorificBasis::to_string, |text| text.parse().ok();
    EmissionScope, EmissionScope::to_string, |text| text.parse().ok();
    FuelPropertyType, FuelPropertyType::to_string, |text| text.parse().ok();
    GwpVersion, GwpVersion::to_string, |text| text.parse().ok();
}

/// Statements on a connection, with errors of the library.
pub(crate) trait Sql {
    fn statement(&self, sql: &'static str) -> Result<CachedStatement<'_>>;

    /// Runs a statement and tells how many rows it changed.
    fn run(&self, sql: &'static str, params: impl Params) -> Result<usize> {
        self.statement(sql)?.execute(params).map_err(sql_error)
    }

    /// Inserts one row and tells its integer id.
    fn insert(&self, sql: &'static str, params: impl Params) -> Result<i64> {
        self.statement(sql)?.insert(params).map_err(sql_error)
    }

    /// The one row of a query, or none.
    fn row<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        self.statement(sql)?.query_row(params, read).optional().map_err(sql_error)
    }

    /// All rows of a query.
    fn rows<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.statement(sql)?;
        let rows = statement.query_map(params, read).map_err(sql_error)?;
        rows.collect::<rusqlite::Result<_>>().map_err(sql_error)
    }

    /// Shows each row of a query to `visit`, holding one at a time.
    fn each_row(
        &self,
        sql: &'static str,
        params: impl Params,
        mut visit: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params).map_err(sql_error)?;
        while let Some(row) = rows.next().map_err(sql_error)? {
            visit(row)?;
        }
        Ok(())
    }

    /// A count.
    fn count(&self, sql: &'static str, params: impl Params) -> Result<u64> {
        let counted: Option<i64> = self.row(sql, params, |row| row.get(0))?;
        Ok(counted.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}

impl Sql for Connection {
    fn statement(&self, sql: &'static str) -> Result<CachedStatement<'_>> {
        self.prepare_cached(sql).map_err(sql_error)
    }
}

/// What SQLite says, as an error of the library.
pub(crate) fn sql_error(error: rusqlite::Error) -> Error {
    let sentence = error.to_string();
    let (code, expected) = match error.sqlite_error_code() {
        Some(SqlCode::DatabaseBusy | SqlCode::DatabaseLocked) => {
            (ErrorCode::Busy, "another program to let go of it within the time waited")
        }
        Some(SqlCode::DiskFull) => (ErrorCode::DiskFull, "room on the disk; nothing of the change was kept"),
        Some(SqlCode::ReadOnly | SqlCode::PermissionDenied) => (ErrorCode::ReadOnly, "a file that can be written"),
        Some(SqlCode::NotADatabase) => (ErrorCode::NotADatabase, "a file that this library made"),
        Some(SqlCode::DatabaseCorrupt) => (ErrorCode::CorruptFile, "an undamaged file; restore a backup"),
        Some(_) => (ErrorCode::FileError, "a file that can be read and written"),
        // A value that is not of the column's kind: somebody else wrote it.
        None => (ErrorCode::CorruptFile, "values that this library wrote"),
    };
    Error::new(code, "", format!("the ledger's file answered `{sentence}`; expected {expected}"))
}
