//! Disputes and their messages.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::registrations::OrganizationRow;
use super::{Sql, Text};
use crate::Result;

/// A dispute with the names of its parties.
#[derive(Debug, Clone)]
pub(crate) struct DisputeRow {
    pub(crate) id: i64,
    pub(crate) public_id: Uuid,
    pub(crate) conflict_id: i64,
    pub(crate) conflict: Uuid,
    pub(crate) opener: OrganizationRow,
    pub(crate) other: OrganizationRow,
    pub(crate) status: String,
    pub(crate) reason: String,
    pub(crate) resolution_note: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

macro_rules! select_dispute {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.public_id, d.conflict_id, c.public_id, a.id, a.public_id, a.name, b.id, b.public_id, b.name, ",
            "d.status, d.reason, d.resolution_note, d.created_at, d.updated_at FROM disputes AS d ",
            "JOIN conflicts AS c ON c.id = d.conflict_id JOIN organizations AS a ON a.id = d.organization_id ",
            "JOIN organizations AS b ON b.id = d.other_organization_id ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<DisputeRow> {
    let party = |at: usize| -> rusqlite::Result<OrganizationRow> {
        Ok(OrganizationRow { id: row.get(at)?, public_id: row.get::<_, Text<Uuid>>(at + 1)?.0, name: row.get(at + 2)? })
    };
    Ok(DisputeRow {
        id: row.get(0)?,
        public_id: row.get::<_, Text<Uuid>>(1)?.0,
        conflict_id: row.get(2)?,
        conflict: row.get::<_, Text<Uuid>>(3)?.0,
        opener: party(4)?,
        other: party(7)?,
        status: row.get(10)?,
        reason: row.get(11)?,
        resolution_note: row.get(12)?,
        created_at: row.get::<_, Text<DateTime<Utc>>>(13)?.0,
        updated_at: row.get::<_, Text<DateTime<Utc>>>(14)?.0,
    })
}

/// Inserts the dispute; its `id` is not looked at.
pub(crate) fn insert(sql: &Connection, row: &DisputeRow) -> Result<i64> {
    sql.insert(
        "INSERT INTO disputes (public_id, conflict_id, organization_id, other_organization_id, status, reason, created_at, \
         updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            Text(row.public_id),
            row.conflict_id,
            row.opener.id,
            row.other.id,
            row.status,
            row.reason,
            Text(row.created_at),
            Text(row.updated_at),
        ],
    )
}

pub(crate) fn live_of_conflict(sql: &Connection, conflict: i64) -> Result<Option<Uuid>> {
    sql.row(
        "SELECT public_id FROM disputes WHERE conflict_id = ?1 AND status IN ('open', 'under_review')",
        params![conflict],
        |row| Ok(row.get::<_, Text<Uuid>>(0)?.0),
    )
}

pub(crate) fn by_public_id(sql: &Connection, public_id: Uuid) -> Result<Option<DisputeRow>> {
    sql.row(select_dispute!("WHERE d.public_id = ?1"), params![Text(public_id)], read)
}

pub(crate) fn count_of_party(sql: &Connection, organization: i64) -> Result<u64> {
    sql.count(
        "SELECT count(*) FROM disputes WHERE organization_id = ?1 OR other_organization_id = ?1",
        params![organization],
    )
}

/// A page of the disputes of a party, newest first.
pub(crate) fn list_of_party(sql: &Connection, organization: i64, limit: u32, offset: u64) -> Result<Vec<DisputeRow>> {
    sql.rows(
        select_dispute!(
            "WHERE d.organization_id = ?1 OR d.other_organization_id = ?1 ORDER BY d.id DESC LIMIT ?2 OFFSET ?3"
        ),
        params![organization, limit, i64::try_from(offset).unwrap_or(i64::MAX)],
        read,
    )
}

pub(crate) fn set_status(sql: &Connection, row: &DisputeRow) -> Result<()> {
    sql.run(
        "UPDATE disputes SET status = ?2, resolution_note = ?3, updated_at = ?4 WHERE id = ?1",
        params![row.id, row.status, row.resolution_note, Text(row.updated_at)],
    )?;
    Ok(())
}

/// A message of a dispute.
#[derive(Debug, Clone)]
pub(crate) struct MessageRow {
    pub(crate) public_id: Uuid,
    pub(crate) dispute_id: i64,
    pub(crate) author: OrganizationRow,
    pub(crate) body: String,
    pub(crate) created_at: DateTime<Utc>,
}

pub(crate) fn insert_message(sql: &Connection, row: &MessageRow) -> Result<()> {
    sql.insert(
        "INSERT INTO dispute_messages (public_id, dispute_id, organization_id, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![Text(row.public_id), row.dispute_id, row.author.id, row.body, Text(row.created_at)],
    )?;
    Ok(())
}

macro_rules! select_message {
    ($rest:literal) => {
        concat!(
            "SELECT m.public_id, m.dispute_id, o.id, o.public_id, o.name, m.body, m.created_at FROM dispute_messages AS m ",
            "JOIN organizations AS o ON o.id = m.organization_id ",
            $rest
        )
    };
}

fn read_message(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        public_id: row.get::<_, Text<Uuid>>(0)?.0,
        dispute_id: row.get(1)?,
        author: OrganizationRow { id: row.get(2)?, public_id: row.get::<_, Text<Uuid>>(3)?.0, name: row.get(4)? },
        body: row.get(5)?,
        created_at: row.get::<_, Text<DateTime<Utc>>>(6)?.0,
    })
}

/// A dispute's messages, oldest first.
pub(crate) fn messages(sql: &Connection, dispute: i64) -> Result<Vec<MessageRow>> {
    sql.rows(select_message!("WHERE m.dispute_id = ?1 ORDER BY m.id"), params![dispute], read_message)
}

/// Shows every dispute to `visit`, oldest first.
pub(crate) fn each(sql: &Connection, mut visit: impl FnMut(DisputeRow) -> Result<()>) -> Result<()> {
    sql.each_row(select_dispute!("ORDER BY d.id"), (), |row| visit(read(row).map_err(super::sql_error)?))
}

/// Shows every message to `visit`, oldest first.
pub(crate) fn each_message(sql: &Connection, mut visit: impl FnMut(MessageRow) -> Result<()>) -> Result<()> {
    sql.each_row(select_message!("ORDER BY m.id"), (), |row| visit(read_message(row).map_err(super::sql_error)?))
}
