//! Organisations, API keys, OAuth clients and tokens.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::registrations::OrganizationRow;
use super::{Sql, Text};
use crate::Result;

pub(crate) fn organization(sql: &Connection, public_id: Uuid) -> Result<Option<OrganizationRow>> {
    sql.row("SELECT id, public_id, name FROM organizations WHERE public_id = ?1", params![Text(public_id)], |row| {
        Ok(OrganizationRow { id: row.get(0)?, public_id: row.get::<_, Text<Uuid>>(1)?.0, name: row.get(2)? })
    })
}

pub(crate) fn organization_named(sql: &Connection, name: &str) -> Result<Option<Uuid>> {
    sql.row("SELECT public_id FROM organizations WHERE name = ?1", params![name], |row| {
        Ok(row.get::<_, Text<Uuid>>(0)?.0)
    })
}

pub(crate) fn insert_organization(sql: &Connection, public_id: Uuid, name: &str, at: DateTime<Utc>) -> Result<()> {
    sql.insert(
        "INSERT INTO organizations (public_id, name, created_at) VALUES (?1, ?2, ?3)",
        params![Text(public_id), name, Text(at)],
    )?;
    Ok(())
}

/// An organisation's id, name and when it was made.
pub(crate) type OrganizationEntry = (Uuid, String, DateTime<Utc>);

fn read_entry(row: &Row<'_>) -> rusqlite::Result<OrganizationEntry> {
    Ok((row.get::<_, Text<Uuid>>(0)?.0, row.get(1)?, row.get::<_, Text<DateTime<Utc>>>(2)?.0))
}

pub(crate) fn count_organizations(sql: &Connection) -> Result<u64> {
    sql.count("SELECT count(*) FROM organizations", ())
}

pub(crate) fn list_organizations(sql: &Connection, limit: u32, offset: u64) -> Result<Vec<OrganizationEntry>> {
    sql.rows(
        "SELECT public_id, name, created_at FROM organizations ORDER BY id LIMIT ?1 OFFSET ?2",
        params![limit, i64::try_from(offset).unwrap_or(i64::MAX)],
        read_entry,
    )
}

pub(crate) fn each_organization(
    sql: &Connection,
    mut visit: impl FnMut(OrganizationEntry) -> Result<()>,
) -> Result<()> {
    sql.each_row("SELECT public_id, name, created_at FROM organizations ORDER BY id", (), |row| {
        visit(read_entry(row).map_err(super::sql_error)?)
    })
}

/// An API key or an OAuth client.
#[derive(Debug, Clone)]
pub(crate) struct CredentialRow {
    pub(crate) id: i64,
    pub(crate) public_id: Uuid,
    pub(crate) kind: String,
    pub(crate) organization: Uuid,
    pub(crate) name: String,
    pub(crate) scopes: String,
    pub(crate) secret_sha256: [u8; 32],
    pub(crate) previous_sha256: Option<[u8; 32]>,
    pub(crate) previous_expires_at: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

macro_rules! select_credential {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.public_id, k.kind, o.public_id, k.name, k.scopes, k.secret_sha256, k.previous_sha256, ",
            "k.previous_expires_at, k.created_at, k.expires_at, k.revoked_at FROM credentials AS k ",
            "JOIN organizations AS o ON o.id = k.organization_id ",
            $rest
        )
    };
}

fn read_credential(row: &Row<'_>) -> rusqlite::Result<CredentialRow> {
    let instant = |at| row.get::<_, Option<Text<DateTime<Utc>>>>(at).map(|found| found.map(|Text(at)| at));
    Ok(CredentialRow {
        id: row.get(0)?,
        public_id: row.get::<_, Text<Uuid>>(1)?.0,
        kind: row.get(2)?,
        organization: row.get::<_, Text<Uuid>>(3)?.0,
        name: row.get(4)?,
        scopes: row.get(5)?,
        secret_sha256: row.get(6)?,
        previous_sha256: row.get(7)?,
        previous_expires_at: instant(8)?,
        created_at: row.get::<_, Text<DateTime<Utc>>>(9)?.0,
        expires_at: instant(10)?,
        revoked_at: instant(11)?,
    })
}

/// Inserts the credential for an organisation; its `id` is not looked at.
pub(crate) fn insert_credential(sql: &Connection, row: &CredentialRow, organization: i64) -> Result<()> {
    sql.insert(
        "INSERT INTO credentials (public_id, kind, organization_id, name, scopes, secret_sha256, created_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            Text(row.public_id),
            row.kind,
            organization,
            row.name,
            row.scopes,
            row.secret_sha256,
            Text(row.created_at),
            row.expires_at.map(Text),
        ],
    )?;
    Ok(())
}

pub(crate) fn credential(sql: &Connection, public_id: Uuid) -> Result<Option<CredentialRow>> {
    sql.row(select_credential!("WHERE k.public_id = ?1"), params![Text(public_id)], read_credential)
}

/// The API key of this secret, or of this secret before its last rotation.
pub(crate) fn key_of_secret(sql: &Connection, sha256: &[u8; 32]) -> Result<Option<CredentialRow>> {
    sql.row(
        select_credential!("WHERE (k.secret_sha256 = ?1 OR k.previous_sha256 = ?1) AND k.kind = 'api_key'"),
        params![sha256],
        read_credential,
    )
}

pub(crate) fn credentials_of(sql: &Connection, organization: i64, kind: &str) -> Result<Vec<CredentialRow>> {
    sql.rows(
        select_credential!("WHERE k.organization_id = ?1 AND k.kind = ?2 ORDER BY k.id"),
        params![organization, kind],
        read_credential,
    )
}

pub(crate) fn set_secret(sql: &Connection, row: &CredentialRow) -> Result<()> {
    sql.run(
        "UPDATE credentials SET secret_sha256 = ?2, previous_sha256 = ?3, previous_expires_at = ?4 WHERE id = ?1",
        params![row.id, row.secret_sha256, row.previous_sha256, row.previous_expires_at.map(Text)],
    )?;
    Ok(())
}

pub(crate) fn set_revoked(sql: &Connection, id: i64, at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE credentials SET revoked_at = ?2 WHERE id = ?1", params![id, Text(at)])?;
    Ok(())
}

pub(crate) fn each_credential(sql: &Connection, mut visit: impl FnMut(CredentialRow) -> Result<()>) -> Result<()> {
    sql.each_row(select_credential!("ORDER BY k.id"), (), |row| visit(read_credential(row).map_err(super::sql_error)?))
}

/// A token that a client was given.
#[derive(Debug, Clone)]
pub(crate) struct TokenRow {
    pub(crate) sha256: [u8; 32],
    pub(crate) scopes: String,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
}

pub(crate) fn insert_token(sql: &Connection, row: &TokenRow, credential: i64) -> Result<()> {
    sql.run(
        "INSERT INTO access_tokens (token_sha256, credential_id, scopes, issued_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![row.sha256, credential, row.scopes, Text(row.issued_at), Text(row.expires_at)],
    )?;
    Ok(())
}

macro_rules! select_token {
    ($rest:literal) => {
        concat!(
            "SELECT t.token_sha256, t.scopes, t.issued_at, t.expires_at, t.revoked_at, k.public_id FROM access_tokens AS t ",
            "JOIN credentials AS k ON k.id = t.credential_id ",
            $rest
        )
    };
}

/// A token and the id of the client that it was given to.
fn read_token(row: &Row<'_>) -> rusqlite::Result<(TokenRow, Uuid)> {
    let token = TokenRow {
        sha256: row.get(0)?,
        scopes: row.get(1)?,
        issued_at: row.get::<_, Text<DateTime<Utc>>>(2)?.0,
        expires_at: row.get::<_, Text<DateTime<Utc>>>(3)?.0,
        revoked_at: row.get::<_, Option<Text<DateTime<Utc>>>>(4)?.map(|Text(at)| at),
    };
    Ok((token, row.get::<_, Text<Uuid>>(5)?.0))
}

/// The token of this SHA-256, and the client that it was given to.
pub(crate) fn token(sql: &Connection, sha256: &[u8; 32]) -> Result<Option<(TokenRow, CredentialRow)>> {
    let found = sql.row(select_token!("WHERE t.token_sha256 = ?1"), params![sha256], read_token)?;
    let Some((token, client)) = found else { return Ok(None) };
    Ok(credential(sql, client)?.map(|client| (token, client)))
}

/// Shows every token and the id of its client to `visit`.
pub(crate) fn each_token(sql: &Connection, mut visit: impl FnMut(TokenRow, Uuid) -> Result<()>) -> Result<()> {
    sql.each_row(select_token!("ORDER BY t.issued_at"), (), |row| {
        let (token, client) = read_token(row).map_err(super::sql_error)?;
        visit(token, client)
    })
}

pub(crate) fn revoke_token(sql: &Connection, sha256: &[u8; 32], at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE access_tokens SET revoked_at = ?2 WHERE token_sha256 = ?1", params![sha256, Text(at)])?;
    Ok(())
}

/// Forgets tokens that expired before an instant.
pub(crate) fn forget_tokens(sql: &Connection, before: DateTime<Utc>) -> Result<()> {
    sql.run("DELETE FROM access_tokens WHERE expires_at < ?1", params![Text(before)])?;
    Ok(())
}
