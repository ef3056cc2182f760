//! The append-only log of changes.

use rusqlite::{Connection, Row, params};

use super::Sql;
use crate::Result;

/// A change as it is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditRow {
    pub(crate) seq: i64,
    pub(crate) at: String,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) hash: [u8; 32],
}

macro_rules! select_audit {
    ($rest:literal) => {
        concat!("SELECT seq, at, actor, action, subject, before, after, hash FROM audit_log ", $rest)
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        seq: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        before: row.get(5)?,
        after: row.get(6)?,
        hash: row.get(7)?,
    })
}

pub(crate) fn head(sql: &Connection) -> Result<Option<(i64, [u8; 32])>> {
    sql.row("SELECT seq, hash FROM audit_head WHERE id = 1", (), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(crate) fn set_head(sql: &Connection, seq: i64, hash: &[u8; 32]) -> Result<()> {
    sql.run("UPDATE audit_head SET seq = ?1, hash = ?2 WHERE id = 1", params![seq, hash])?;
    Ok(())
}

pub(crate) fn insert(sql: &Connection, row: &AuditRow) -> Result<()> {
    sql.insert(
        "INSERT INTO audit_log (seq, at, actor, action, subject, before, after, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![row.seq, row.at, row.actor, row.action, row.subject, row.before, row.after, row.hash],
    )?;
    Ok(())
}

/// Shows the whole log to `visit`, oldest first.
pub(crate) fn each(sql: &Connection, mut visit: impl FnMut(AuditRow) -> Result<()>) -> Result<()> {
    sql.each_row(select_audit!("ORDER BY seq"), (), |row| visit(read(row).map_err(super::sql_error)?))
}

/// What was logged after `after`, oldest first; of one subject where one is named.
pub(crate) fn list(sql: &Connection, subject: Option<&str>, after: i64, limit: u32) -> Result<Vec<AuditRow>> {
    match subject {
        Some(subject) => sql.rows(
            select_audit!("WHERE subject = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"),
            params![subject, after, limit],
            read,
        ),
        None => sql.rows(select_audit!("WHERE seq > ?1 ORDER BY seq LIMIT ?2"), params![after, limit], read),
    }
}

/// What the last logged change of a subject left.
pub(crate) fn last_state(sql: &Connection, subject: &str) -> Result<Option<Option<String>>> {
    sql.row("SELECT after FROM audit_log WHERE subject = ?1 ORDER BY seq DESC LIMIT 1", params![subject], |row| {
        row.get(0)
    })
}

/// How many subjects the log says exist, by the word before the full stop of the action that made them.
pub(crate) fn count_standing(sql: &Connection, kind: &str) -> Result<u64> {
    sql.count(
        "SELECT count(*) FILTER (WHERE before IS NULL) - count(*) FILTER (WHERE after IS NULL) FROM audit_log \
         WHERE (before IS NULL OR after IS NULL) AND action GLOB ?1 || '.*'",
        params![kind],
    )
}
