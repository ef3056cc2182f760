//! API keys, OAuth clients and tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Session;
use super::checks::holds_earlier_secrets;
use super::table::{row, select};
use super::value::params;
use crate::Result;

row! {
    /// An API key or an OAuth client.
    struct CredentialRow in "credentials" as "k" with "JOIN organizations AS o ON o.id = k.organization_id" {
        key id: i64,
        column public_id: Uuid,
        column kind: String,
        column organization_id: i64,
        seen organization: Uuid = "o.public_id",
        column name: String,
        column scopes: String,
        column secret_sha256: [u8; 32],
        column previous_sha256: Option<[u8; 32]>,
        column previous_expires_at: Option<DateTime<Utc>>,
        column created_at: DateTime<Utc>,
        column expires_at: Option<DateTime<Utc>>,
        column revoked_at: Option<DateTime<Utc>>,
    }
}

/// Inserts the credential; its `id` is not looked at.
pub(crate) fn insert_credential(sql: &dyn Session, row: &CredentialRow) -> Result<()> {
    sql.insert_row(row)?;
    Ok(())
}

pub(crate) fn credential(sql: &dyn Session, public_id: Uuid) -> Result<Option<CredentialRow>> {
    sql.row(select!(CredentialRow, "WHERE k.public_id = ?1"), params![public_id])
}

/// The API key that this secret is of, or was before a rotation.
pub(crate) fn key_of_secret(sql: &dyn Session, sha256: &[u8; 32]) -> Result<Option<CredentialRow>> {
    let found = sql.row(
        select!(CredentialRow, "WHERE (k.secret_sha256 = ?1 OR k.previous_sha256 = ?1) AND k.kind = 'api_key'"),
        params![sha256],
    )?;
    if found.is_some() || !holds_earlier_secrets(sql)? {
        return Ok(found);
    }
    sql.row(
        select!(
            CredentialRow,
            "WHERE k.id = (SELECT credential_id FROM credential_earlier_secrets WHERE secret_sha256 = ?1) \
             AND k.kind = 'api_key'"
        ),
        params![sha256],
    )
}

row! {
    /// A secret of a key or client that goes on beside its last two.
    struct EarlierSecretRow in "credential_earlier_secrets" as "s" {
        key id: i64,
        column credential_id: i64,
        column secret_sha256: [u8; 32],
        column expires_at: DateTime<Utc>,
    }
}

/// A credential's secrets before its last two, oldest first.
pub(crate) fn earlier_secrets(sql: &dyn Session, credential: i64) -> Result<Vec<EarlierSecretRow>> {
    if !holds_earlier_secrets(sql)? {
        return Ok(Vec::new());
    }
    sql.rows(select!(EarlierSecretRow, "WHERE s.credential_id = ?1 ORDER BY s.id"), params![credential])
}

pub(crate) fn insert_earlier_secret(
    sql: &dyn Session,
    credential_id: i64,
    secret_sha256: [u8; 32],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sql.insert_row(&EarlierSecretRow { id: 0, credential_id, secret_sha256, expires_at })?;
    Ok(())
}

pub(crate) fn forget_earlier_secret(sql: &dyn Session, id: i64) -> Result<()> {
    sql.run("DELETE FROM credential_earlier_secrets WHERE id = ?1", params![id])?;
    Ok(())
}

pub(crate) fn credentials_of(sql: &dyn Session, organization: i64, kind: &str) -> Result<Vec<CredentialRow>> {
    sql.rows(
        select!(CredentialRow, "WHERE k.organization_id = ?1 AND k.kind = ?2 ORDER BY k.id"),
        params![organization, kind],
    )
}

pub(crate) fn set_secret(sql: &dyn Session, row: &CredentialRow) -> Result<()> {
    sql.run(
        "UPDATE credentials SET secret_sha256 = ?2, previous_sha256 = ?3, previous_expires_at = ?4 WHERE id = ?1",
        params![row.id, row.secret_sha256, row.previous_sha256, row.previous_expires_at],
    )?;
    Ok(())
}

pub(crate) fn set_revoked(sql: &dyn Session, id: i64, at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE credentials SET revoked_at = ?2 WHERE id = ?1", params![id, at])?;
    Ok(())
}

/// Shows every key and client to `visit`, oldest first.
pub(crate) fn each_credential(sql: &dyn Session, visit: impl FnMut(CredentialRow) -> Result<()>) -> Result<()> {
    sql.each(select!(CredentialRow, "ORDER BY k.id"), &[], visit)
}

row! {
    /// A token that a client was given.
    struct TokenRow in "access_tokens" as "t" with "JOIN credentials AS k ON k.id = t.credential_id", recorded {
        hidden sha256: [u8; 32] = "token_sha256",
        hidden credential_id: i64,
        seen client: Uuid = "k.public_id",
        /// What it may do, separated by spaces.
        column scope: String = "scopes",
        column issued_at: DateTime<Utc>,
        column expires_at: DateTime<Utc>,
        column revoked_at: Option<DateTime<Utc>>,
    }
}

pub(crate) fn insert_token(sql: &dyn Session, row: &TokenRow) -> Result<()> {
    sql.insert_row(row)?;
    Ok(())
}

/// The token of this SHA-256, and the client that it was given to.
pub(crate) fn token(sql: &dyn Session, sha256: &[u8; 32]) -> Result<Option<(TokenRow, CredentialRow)>> {
    let found: Option<TokenRow> = sql.row(select!(TokenRow, "WHERE t.token_sha256 = ?1"), params![sha256])?;
    let Some(token) = found else { return Ok(None) };
    Ok(credential(sql, token.client)?.map(|client| (token, client)))
}

/// Shows every token to `visit`, oldest first.
pub(crate) fn each_token(sql: &dyn Session, visit: impl FnMut(TokenRow) -> Result<()>) -> Result<()> {
    sql.each(select!(TokenRow, "ORDER BY t.issued_at"), &[], visit)
}

pub(crate) fn revoke_token(sql: &dyn Session, sha256: &[u8; 32], at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE access_tokens SET revoked_at = ?2 WHERE token_sha256 = ?1", params![sha256, at])?;
    Ok(())
}

/// Forgets tokens that expired before an instant.
pub(crate) fn forget_tokens(sql: &dyn Session, before: DateTime<Utc>) -> Result<()> {
    sql.run("DELETE FROM access_tokens WHERE expires_at < ?1", params![before])?;
    Ok(())
}
