//! What SQLite itself and the schema's invariants say of the file.

use uuid::Uuid;

use super::Session;
use super::table::{row, select};
use super::value::params;
use crate::Result;

/// The version of the file's schema: an earlier one in a file that is opened for reading alone.
pub(crate) fn schema_version(sql: &dyn Session) -> Result<u64> {
    sql.count("SELECT user_version FROM pragma_user_version", &[])
}

/// Whether the file has tables for secrets before the last two: one of an earlier version, opened for reading alone, has none.
pub(crate) fn holds_earlier_secrets(sql: &dyn Session) -> Result<bool> {
    Ok(schema_version(sql)? >= 3)
}

/// What SQLite finds wrong with its pages and indices; empty where nothing is.
pub(crate) fn integrity(sql: &dyn Session) -> Result<Vec<String>> {
    let found: Vec<String> = sql.values("PRAGMA integrity_check(100)", &[])?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

row! {
    /// A row that names a row of another table which is not there.
    struct DanglingRow {
        column table: String = "\"table\"",
        column rowid: Option<i64>,
        column parent: String,
    }
}

/// Rows that name a row which is not there, as `table row id`.
pub(crate) fn dangling(sql: &dyn Session) -> Result<Vec<String>> {
    let found: Vec<DanglingRow> = sql.rows(select!(DanglingRow as "f", "FROM pragma_foreign_key_check AS f"), &[])?;
    let sentence = |DanglingRow { table, rowid, parent }| {
        format!("{table} row {} names a row of {parent} that is not there", rowid.unwrap_or(0))
    };
    Ok(found.into_iter().map(sentence).collect())
}

row! {
    /// Two registrations.
    struct PairRow {
        seen first: Uuid = "a.public_id",
        seen second: Uuid = "b.public_id",
    }
}

/// Pairs of registrations of one charger that share a day, neither cancelled, without a conflict between them.
pub(crate) fn overlaps_without_conflict(sql: &dyn Session, most: usize) -> Result<Vec<PairRow>> {
    sql.rows(
        select!(
            PairRow as "a",
            "FROM registrations AS a JOIN registrations AS b ON b.serial_hash = a.serial_hash \
             AND b.id > a.id AND b.start_date <= a.end_date AND a.start_date <= b.end_date \
             WHERE a.cancelled_at IS NULL AND b.cancelled_at IS NULL AND NOT EXISTS \
             (SELECT 1 FROM conflicts AS c WHERE c.second_id = b.id AND c.first_id = a.id) LIMIT ?1"
        ),
        params![most],
    )
}

/// Conflicts whose registrations name two chargers or share no day.
pub(crate) fn conflicts_without_overlap(sql: &dyn Session, most: usize) -> Result<Vec<Uuid>> {
    sql.values(
        "SELECT c.public_id FROM conflicts AS c JOIN registrations AS a ON a.id = c.first_id \
         JOIN registrations AS b ON b.id = c.second_id WHERE a.serial_hash <> b.serial_hash \
         OR b.start_date > a.end_date OR a.start_date > b.end_date LIMIT ?1",
        params![most],
    )
}
