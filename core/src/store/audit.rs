//! The append-only log of changes.

use super::Session;
use super::table::{row, select};
use super::value::params;
use crate::Result;

row! {
    /// A change as it is logged.
    struct AuditRow in "audit_log" as "a" {
        column seq: i64,
        column at: String,
        column actor: String,
        column action: String,
        column subject: String,
        column before: Option<String>,
        column after: Option<String>,
        column hash: [u8; 32],
    }
}

row! {
    /// Where the log ends.
    struct HeadRow in "audit_head" as "h" {
        column seq: i64,
        column hash: [u8; 32],
    }
}

pub(crate) fn head(sql: &dyn Session) -> Result<Option<HeadRow>> {
    sql.row(select!(HeadRow, "WHERE h.id = 1"), &[])
}

pub(crate) fn set_head(sql: &dyn Session, seq: i64, hash: &[u8; 32]) -> Result<()> {
    sql.run("UPDATE audit_head SET seq = ?1, hash = ?2 WHERE id = 1", params![seq, hash])?;
    Ok(())
}

pub(crate) fn insert(sql: &dyn Session, row: &AuditRow) -> Result<()> {
    sql.insert_row(row)?;
    Ok(())
}

/// Shows the whole log to `visit`, oldest first.
pub(crate) fn each(sql: &dyn Session, visit: impl FnMut(AuditRow) -> Result<()>) -> Result<()> {
    sql.each(select!(AuditRow, "ORDER BY a.seq"), &[], visit)
}

/// What was logged after `after`, oldest first; of one subject where one is named.
pub(crate) fn list(sql: &dyn Session, subject: Option<&str>, after: i64, limit: u32) -> Result<Vec<AuditRow>> {
    match subject {
        Some(subject) => sql.rows(
            select!(AuditRow, "WHERE a.subject = ?1 AND a.seq > ?2 ORDER BY a.seq LIMIT ?3"),
            params![subject, after, limit],
        ),
        None => sql.rows(select!(AuditRow, "WHERE a.seq > ?1 ORDER BY a.seq LIMIT ?2"), params![after, limit]),
    }
}

/// What the last logged change of a subject left.
pub(crate) fn last_state(sql: &dyn Session, subject: &str) -> Result<Option<Option<String>>> {
    sql.value("SELECT after FROM audit_log WHERE subject = ?1 ORDER BY seq DESC LIMIT 1", params![subject])
}

/// How many subjects the log says exist, by the word before the full stop of the action that made them.
pub(crate) fn count_standing(sql: &dyn Session, kind: &str) -> Result<u64> {
    sql.count(
        "SELECT count(*) FILTER (WHERE before IS NULL) - count(*) FILTER (WHERE after IS NULL) FROM audit_log \
         WHERE (before IS NULL OR after IS NULL) AND action GLOB ?1 || '.*'",
        params![kind],
    )
}
