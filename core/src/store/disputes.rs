//! Disputes and their messages.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Session;
use super::organizations::OrganizationRow;
use super::table::{row, select};
use super::value::params;
use crate::Result;

row! {
    /// A dispute with its parties.
    struct DisputeRow in "disputes" as "d" with "JOIN conflicts AS c ON c.id = d.conflict_id \
        JOIN organizations AS a ON a.id = d.organization_id JOIN organizations AS b ON b.id = d.other_organization_id",
        recorded
    {
        key id: i64,
        column public_id: Uuid,
        hidden conflict_id: i64,
        seen conflict: Uuid = "c.public_id",
        joined opened_by: OrganizationRow = "a" on "organization_id",
        joined other_party: OrganizationRow = "b" on "other_organization_id",
        column status: String,
        column reason: String,
        column resolution_note: Option<String>,
        column created_at: DateTime<Utc>,
        column updated_at: DateTime<Utc>,
    }
}

/// Inserts the dispute; its `id` is not looked at.
pub(crate) fn insert(sql: &dyn Session, row: &DisputeRow) -> Result<i64> {
    sql.insert_row(row)
}

pub(crate) fn live_of_conflict(sql: &dyn Session, conflict: i64) -> Result<Option<Uuid>> {
    sql.value(
        "SELECT public_id FROM disputes WHERE conflict_id = ?1 AND status IN ('open', 'under_review')",
        params![conflict],
    )
}

pub(crate) fn by_public_id(sql: &dyn Session, public_id: Uuid) -> Result<Option<DisputeRow>> {
    sql.row(select!(DisputeRow, "WHERE d.public_id = ?1"), params![public_id])
}

pub(crate) fn count_of_party(sql: &dyn Session, organization: i64) -> Result<u64> {
    sql.count(
        "SELECT count(*) FROM disputes WHERE organization_id = ?1 OR other_organization_id = ?1",
        params![organization],
    )
}

/// A page of the disputes of a party, newest first.
pub(crate) fn list_of_party(sql: &dyn Session, organization: i64, limit: u32, offset: u64) -> Result<Vec<DisputeRow>> {
    sql.rows(
        select!(
            DisputeRow,
            "WHERE d.organization_id = ?1 OR d.other_organization_id = ?1 ORDER BY d.id DESC LIMIT ?2 OFFSET ?3"
        ),
        params![organization, limit, offset],
    )
}

pub(crate) fn set_status(sql: &dyn Session, row: &DisputeRow) -> Result<()> {
    sql.run(
        "UPDATE disputes SET status = ?2, resolution_note = ?3, updated_at = ?4 WHERE id = ?1",
        params![row.id, row.status, row.resolution_note, row.updated_at],
    )?;
    Ok(())
}

/// Shows every dispute to `visit`, oldest first.
pub(crate) fn each(sql: &dyn Session, visit: impl FnMut(DisputeRow) -> Result<()>) -> Result<()> {
    sql.each(select!(DisputeRow, "ORDER BY d.id"), &[], visit)
}

row! {
    /// A message of a dispute.
    struct MessageRow in "dispute_messages" as "m" with "JOIN organizations AS o ON o.id = m.organization_id", recorded {
        column public_id: Uuid,
        hidden dispute_id: i64,
        joined organization: OrganizationRow = "o" on "organization_id",
        column body: String,
        column created_at: DateTime<Utc>,
    }
}

pub(crate) fn insert_message(sql: &dyn Session, row: &MessageRow) -> Result<()> {
    sql.insert_row(row)?;
    Ok(())
}

/// A dispute's messages, oldest first.
pub(crate) fn messages(sql: &dyn Session, dispute: i64) -> Result<Vec<MessageRow>> {
    sql.rows(select!(MessageRow, "WHERE m.dispute_id = ?1 ORDER BY m.id"), params![dispute])
}

/// Shows every message to `visit`, oldest first.
pub(crate) fn each_message(sql: &dyn Session, visit: impl FnMut(MessageRow) -> Result<()>) -> Result<()> {
    sql.each(select!(MessageRow, "ORDER BY m.id"), &[], visit)
}
