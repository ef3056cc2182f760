//! What SQLite itself and the schema's invariants say of the file.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{Sql, Text};
use crate::Result;

/// The version of the file's schema: an earlier one in a file that is opened for reading alone.
pub(crate) fn schema_version(sql: &Connection) -> Result<u64> {
    sql.count("SELECT user_version FROM pragma_user_version", ())
}

/// What SQLite finds wrong with its pages and indices; empty where nothing is.
pub(crate) fn integrity(sql: &Connection) -> Result<Vec<String>> {
    let found: Vec<String> = sql.rows("PRAGMA integrity_check(100)", (), |row| row.get(0))?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// Rows that name a row which is not there, as `table row id`.
pub(crate) fn dangling(sql: &Connection) -> Result<Vec<String>> {
    sql.rows("PRAGMA foreign_key_check", (), |row| {
        let (table, id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(format!("{table} row {} names a row of {parent} that is not there", id.unwrap_or(0)))
    })
}

/// Pairs of registrations of one charger that share a day, neither cancelled, without a conflict between them.
pub(crate) fn overlaps_without_conflict(sql: &Connection, most: usize) -> Result<Vec<(Uuid, Uuid)>> {
    sql.rows(
        "SELECT a.public_id, b.public_id FROM registrations AS a JOIN registrations AS b ON b.serial_hash = a.serial_hash \
         AND b.id > a.id AND b.start_date <= a.end_date AND a.start_date <= b.end_date \
         WHERE a.cancelled_at IS NULL AND b.cancelled_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM conflicts AS c WHERE c.second_id = b.id AND c.first_id = a.id) LIMIT ?1",
        params![i64::try_from(most).unwrap_or(i64::MAX)],
        |row| Ok((row.get::<_, Text<Uuid>>(0)?.0, row.get::<_, Text<Uuid>>(1)?.0)),
    )
}

/// Conflicts whose registrations name two chargers or share no day.
pub(crate) fn conflicts_without_overlap(sql: &Connection, most: usize) -> Result<Vec<Uuid>> {
    sql.rows(
        "SELECT c.public_id FROM conflicts AS c JOIN registrations AS a ON a.id = c.first_id \
         JOIN registrations AS b ON b.id = c.second_id WHERE a.serial_hash <> b.serial_hash \
         OR b.start_date > a.end_date OR a.start_date > b.end_date LIMIT ?1",
        params![i64::try_from(most).unwrap_or(i64::MAX)],
        |row| Ok(row.get::<_, Text<Uuid>>(0)?.0),
    )
}
