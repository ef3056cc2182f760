//! Organisations.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Session;
use super::table::{row, select};
use super::value::params;
use crate::Result;

row! {
    /// Who registers, as other rows name it.
    struct OrganizationRow in "organizations" as "o" {
        key id: i64,
        column public_id: Uuid,
        column name: String,
    }
}

row! {
    /// An organisation as it was made.
    struct OrganizationEntry in "organizations" as "o", recorded {
        column public_id: Uuid,
        column name: String,
        column created_at: DateTime<Utc>,
    }
}

pub(crate) fn by_public_id(sql: &dyn Session, public_id: Uuid) -> Result<Option<OrganizationRow>> {
    sql.row(select!(OrganizationRow, "WHERE o.public_id = ?1"), params![public_id])
}

pub(crate) fn named(sql: &dyn Session, name: &str) -> Result<Option<Uuid>> {
    sql.value("SELECT public_id FROM organizations WHERE name = ?1", params![name])
}

pub(crate) fn insert(sql: &dyn Session, entry: &OrganizationEntry) -> Result<()> {
    sql.insert_row(entry)?;
    Ok(())
}

pub(crate) fn count(sql: &dyn Session) -> Result<u64> {
    sql.count("SELECT count(*) FROM organizations", &[])
}

/// A page of them, oldest first.
pub(crate) fn list(sql: &dyn Session, limit: u32, offset: u64) -> Result<Vec<OrganizationEntry>> {
    sql.rows(select!(OrganizationEntry, "ORDER BY o.id LIMIT ?1 OFFSET ?2"), params![limit, offset])
}

/// Shows every organisation to `visit`, oldest first.
pub(crate) fn each(sql: &dyn Session, visit: impl FnMut(OrganizationEntry) -> Result<()>) -> Result<()> {
    sql.each(select!(OrganizationEntry, "ORDER BY o.id"), &[], visit)
}
