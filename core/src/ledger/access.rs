//! Organisations, API keys, OAuth clients and their tokens (charger-registry contract, `/api/v1/oauth/token`).

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::access_records::{
    Credential, CredentialKind, GRANT_TYPE, IssuedSecret, Organization, TokenRequest, TokenResponse,
};
use super::audited::{AuditedRow, AuditedTable};
use super::caller::Caller;
use super::change::Change;
use super::json_text::json_of;
use super::limits::check_now;
use super::open::Ledger;
use super::secret::{EarlierSecret, check_overlap, rotated, sha256};
use crate::access::Scopes;
use crate::instant::{instant_text, to_milliseconds};
use crate::page::{Page, PageMeta, PageRequest};
use crate::store::access::{self as store, CredentialRow, TokenRow};
use crate::store::organizations::{self, OrganizationEntry, OrganizationRow};
use crate::store::{Session, record_of};
use crate::wire::record;
use crate::{Error, ErrorCode, Result, hex, mac, text};

/// How long a token lives, in seconds (DECISIONS 11).
const TOKEN_SECONDS: i64 = 3600;

/// Organisations, keys and tokens: [`Ledger::access`].
///
/// Making, rotating and revoking is the host's: it decides who its users are. Of secrets only a SHA-256 is kept, and each is
/// shown once (DECISIONS 11).
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    pub(super) ledger: &'a Ledger,
}

impl Access<'_> {
    /// Makes an organisation.
    ///
    /// # Errors
    ///
    /// At `name`: [`ErrorCode::Empty`], [`ErrorCode::TooLong`] (255 characters), [`ErrorCode::Duplicate`].
    pub fn create_organization(&self, name: &str, now: DateTime<Utc>) -> Result<Organization> {
        check_name(name)?;
        self.ledger.change_as_host(now, |change| {
            if let Some(other) = organizations::named(change.sql, name)? {
                let message = format!("`{}` is the name of {other} already; expected another", text::excerpt(name));
                return Err(Error::new(ErrorCode::Duplicate, "name", message));
            }
            let entry =
                OrganizationEntry { public_id: change.new_id()?, name: name.to_owned(), created_at: change.now };
            organizations::insert(change.sql, &entry)?;
            change.log("organization.created", entry.public_id.to_string(), None, Some(record_of(&entry)?))?;
            Ok(Organization::of(entry))
        })
    }

    /// The organisations, oldest first.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn organizations(&self, page: PageRequest) -> Result<Page<Organization>> {
        self.ledger.store.read(|sql| {
            let total = organizations::count(sql)?;
            let entries = organizations::list(sql, page.per_page(), page.offset())?;
            let data = entries.into_iter().map(Organization::of).collect();
            Ok(Page { data, meta: PageMeta::of(page, total) })
        })
    }

    /// Makes an API key. Its secret is in the answer and nowhere else.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `organization`; [`ErrorCode::Empty`] at `name` or `scopes`; [`ErrorCode::OutOfRange`] at
    /// `expires_at` where it is over already.
    pub fn issue_key(
        &self,
        organization: Uuid,
        name: &str,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<IssuedSecret> {
        if expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "expires_at",
                "is over already; expected an instant to come",
            ));
        }
        self.issue(CredentialKind::ApiKey, organization, name, scopes, expires_at, now)
    }

    /// Makes an OAuth client: the answer's `id` is its `client_id`, `secret` its `client_secret`.
    ///
    /// # Errors
    ///
    /// As [`Access::issue_key`].
    pub fn create_client(
        &self,
        organization: Uuid,
        name: &str,
        scopes: Scopes,
        now: DateTime<Utc>,
    ) -> Result<IssuedSecret> {
        self.issue(CredentialKind::OauthClient, organization, name, scopes, None, now)
    }

    fn issue(
        &self,
        kind: CredentialKind,
        organization: Uuid,
        name: &str,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<IssuedSecret> {
        check_name(name)?;
        if scopes.is_empty() {
            return Err(Error::new(ErrorCode::Empty, "scopes", "is empty; expected at least one scope"));
        }
        self.ledger.change_as_host(now, |change| {
            let organization = existing(change.sql, organization)?;
            let secret = new_secret(change, kind.prefix())?;
            let row = CredentialRow {
                id: 0,
                public_id: change.new_id()?,
                kind: kind.as_str().to_owned(),
                organization_id: organization.id,
                organization: organization.public_id,
                name: name.to_owned(),
                scopes: scopes.to_string(),
                secret_sha256: sha256(&secret),
                previous_sha256: None,
                previous_expires_at: None,
                created_at: change.now,
                expires_at: expires_at.map(to_milliseconds),
                revoked_at: None,
            };
            store::insert_credential(change.sql, &row)?;
            change.log(
                "credential.created",
                row.public_id.to_string(),
                None,
                Some(credential_record(change.sql, &row)?),
            )?;
            Ok(IssuedSecret { credential: Credential::of(row)?, secret })
        })
    }

    /// An organisation's API keys or OAuth clients, oldest first, revoked ones too.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `organization`.
    pub fn credentials(&self, organization: Uuid, kind: CredentialKind) -> Result<Vec<Credential>> {
        self.ledger.store.read(|sql| {
            let organization = existing(sql, organization)?;
            store::credentials_of(sql, organization.id, kind.as_str())?.into_iter().map(Credential::of).collect()
        })
    }

    /// Gives a key or client a new secret. The old one goes on for `overlap_seconds` (0 to 30 days), so that no program is
    /// locked out while it is told the new one, and those before it go on as long as they were given. With 0 all old ones end at
    /// once.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `id`; [`ErrorCode::InvalidTransition`] for a revoked one; at `overlap_seconds`
    /// [`ErrorCode::OutOfRange`], and [`ErrorCode::InvalidTransition`] where 15 old secrets go on already.
    pub fn rotate(&self, id: Uuid, overlap_seconds: u32, now: DateTime<Utc>) -> Result<IssuedSecret> {
        check_overlap(overlap_seconds)?;
        self.ledger.change_as_host(now, |change| {
            let before = live(change.sql, id)?;
            let secret = new_secret(change, before.kind.parse::<CredentialKind>()?.prefix())?;
            let record = credential_record(change.sql, &before)?;
            let earlier = store::earlier_secrets(change.sql, before.id)?;
            let rotated = rotated(
                before.secret_sha256,
                before.previous_sha256.zip(before.previous_expires_at),
                earlier.into_iter().map(|one| (one.id, one.expires_at)).collect(),
                overlap_seconds,
                change.now,
            )?;
            for over in rotated.over {
                store::forget_earlier_secret(change.sql, over)?;
            }
            if let Some((previous, until)) = rotated.goes_on {
                store::insert_earlier_secret(change.sql, before.id, previous, until)?;
            }
            let (previous_sha256, previous_expires_at) = rotated.previous.unzip();
            let row = CredentialRow { secret_sha256: sha256(&secret), previous_sha256, previous_expires_at, ..before };
            store::set_secret(change.sql, &row)?;
            let after = credential_record(change.sql, &row)?;
            change.log("credential.rotated", id.to_string(), Some(record), Some(after))?;
            Ok(IssuedSecret { credential: Credential::of(row)?, secret })
        })
    }

    /// Ends a key or client, and every token of the client, at once and for good.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `id`; [`ErrorCode::InvalidTransition`] for one that is revoked already.
    pub fn revoke(&self, id: Uuid, now: DateTime<Utc>) -> Result<Credential> {
        self.ledger.change_as_host(now, |change| {
            let before = live(change.sql, id)?;
            let row = CredentialRow { revoked_at: Some(change.now), ..before.clone() };
            store::set_revoked(change.sql, row.id, change.now)?;
            change.log(
                "credential.revoked",
                id.to_string(),
                Some(credential_record(change.sql, &before)?),
                Some(credential_record(change.sql, &row)?),
            )?;
            Credential::of(row)
        })
    }

    /// Exchanges a client's id and secret for a token that lives an hour.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnsupportedGrantType`] at `grant_type`; [`ErrorCode::InvalidClient`] for an unknown or revoked client and
    /// for a wrong secret, which look alike; [`ErrorCode::UnknownValue`] and [`ErrorCode::InsufficientScope`] at `scope`.
    pub fn token(&self, request: &TokenRequest<'_>, now: DateTime<Utc>) -> Result<TokenResponse> {
        if request.grant_type != GRANT_TYPE {
            let message = format!("`{}` is not supported; expected `{GRANT_TYPE}`", text::excerpt(request.grant_type));
            return Err(Error::new(ErrorCode::UnsupportedGrantType, "grant_type", message));
        }
        let wanted = request.scope.map(str::parse::<Scopes>).transpose().map_err(|error| error.under("scope"))?;
        check_now(now)?;
        // A guess must cost no write lock.
        self.ledger.store.read(|sql| client_of(sql, request, now))?;
        self.ledger.change_as_host(now, |change| {
            let client = client_of(change.sql, request, now)?;
            let own: Scopes = client.scopes.parse()?;
            let scopes = wanted.unwrap_or(own);
            if scopes.is_empty() || !own.contains_all(scopes) {
                let message = format!("`{scopes}` is more than the client has; expected some of `{own}`");
                return Err(Error::new(ErrorCode::InsufficientScope, "scope", message));
            }
            let access_token = new_secret(change, "tt_")?;
            let row = TokenRow {
                sha256: sha256(&access_token),
                credential_id: client.id,
                client: client.public_id,
                scope: scopes.to_string(),
                issued_at: change.now,
                expires_at: change.now + TimeDelta::seconds(TOKEN_SECONDS),
                revoked_at: None,
            };
            store::forget_tokens(change.sql, change.now - TimeDelta::days(1))?;
            store::insert_token(change.sql, &row)?;
            change.log("token.issued", token_subject(&row.sha256), None, Some(record_of(&row)?))?;
            Ok(TokenResponse { access_token, token_type: "Bearer", expires_in: TOKEN_SECONDS, scope: row.scope })
        })
    }

    /// Ends a token before its hour is over.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidToken`] at `token` for one that is unknown, over or revoked already.
    pub fn revoke_token(&self, token: &str, now: DateTime<Utc>) -> Result<()> {
        let digest = sha256(bearer(token));
        self.ledger.change_as_host(now, |change| {
            let (row, _) = store::token(change.sql, &digest)?.ok_or_else(unknown_token)?;
            refuse_ended(row.revoked_at, Some(row.expires_at), change.now)?;
            let after = TokenRow { revoked_at: Some(change.now), ..row.clone() };
            store::revoke_token(change.sql, &digest, change.now)?;
            change.log("token.revoked", token_subject(&digest), Some(record_of(&row)?), Some(record_of(&after)?))
        })
    }

    /// Who shows this key or token: what stands behind `Authorization: Bearer`, with or without that word.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidToken`] at `token` for one that is unknown, expired or revoked; the message says which, and never
    /// shows it.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Caller> {
        check_now(now)?;
        let digest = sha256(bearer(token));
        self.ledger.store.read(|sql| {
            if let Some(key) = store::key_of_secret(sql, &digest)? {
                if !is_secret_of(sql, &key, &digest, now)? {
                    return Err(unknown_token());
                }
                refuse_ended(key.revoked_at, key.expires_at, now)?;
                return Ok(Caller::new(key.organization, key.scopes.parse()?).with_credential(key.public_id));
            }
            let (row, client) = store::token(sql, &digest)?.ok_or_else(unknown_token)?;
            refuse_ended(row.revoked_at, Some(row.expires_at), now)?;
            refuse_ended(client.revoked_at, client.expires_at, now)?;
            Ok(Caller::new(client.organization, row.scope.parse()?).with_credential(client.public_id))
        })
    }
}

fn check_name(name: &str) -> Result<()> {
    const MOST_CHARS: usize = 255;
    text::check_text("name", name, MOST_CHARS, "a name")
}

/// 256 random bits as text.
fn new_secret(change: &Change<'_>, prefix: &str) -> Result<String> {
    Ok(format!("{prefix}{}", hex::digits(&change.ledger.random.bytes::<32>()?)))
}

/// The key or token of an `Authorization` header's value.
fn bearer(token: &str) -> &str {
    let token = token.trim();
    match token.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        _ => token,
    }
}

fn unknown_token() -> Error {
    Error::new(ErrorCode::InvalidToken, "token", "is unknown; expected an API key or access token of this ledger")
}

fn refuse_ended(
    revoked_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    if revoked_at.is_some() {
        return Err(Error::new(ErrorCode::InvalidToken, "token", "was revoked; expected a live key or token"));
    }
    if let Some(expired) = expires_at.filter(|expires_at| *expires_at <= now) {
        let message = format!("expired at {}; expected a live key or token", instant_text(expired));
        return Err(Error::new(ErrorCode::InvalidToken, "token", message));
    }
    Ok(())
}

/// Whether the digest is that of the secret, or of one before while it goes on; compared in constant time.
fn is_secret_of(sql: &dyn Session, row: &CredentialRow, digest: &[u8; 32], now: DateTime<Utc>) -> Result<bool> {
    let is = |stored: &[u8; 32]| mac::received(*stored) == mac::received(*digest);
    let earlier = store::earlier_secrets(sql, row.id)?.into_iter().map(|one| (one.secret_sha256, one.expires_at));
    let mut old = earlier.chain(row.previous_sha256.zip(row.previous_expires_at)).filter(|(_, until)| now < *until);
    Ok(is(&row.secret_sha256) || old.any(|(secret, _)| is(&secret)))
}

fn existing(sql: &dyn Session, public_id: Uuid) -> Result<OrganizationRow> {
    organizations::by_public_id(sql, public_id)?.ok_or_else(|| {
        let message = format!("`{public_id}` is no organisation; expected the id of one");
        Error::new(ErrorCode::NotFound, "organization", message)
    })
}

/// The key or client of this id, if it is not revoked.
fn live(sql: &dyn Session, id: Uuid) -> Result<CredentialRow> {
    let unknown =
        || Error::new(ErrorCode::NotFound, "id", format!("`{id}` is no key or client; expected the id of one"));
    let row = store::credential(sql, id)?.ok_or_else(unknown)?;
    if row.revoked_at.is_some() {
        let message = format!("`{id}` was revoked; expected a live key or client");
        return Err(Error::new(ErrorCode::InvalidTransition, "id", message));
    }
    Ok(row)
}

/// The client that a token request names and proves to be.
fn client_of(sql: &dyn Session, request: &TokenRequest<'_>, now: DateTime<Utc>) -> Result<CredentialRow> {
    let refuse = || {
        let message = "client id and secret belong to no live client; expected those of one";
        Error::new(ErrorCode::InvalidClient, "client_id", message)
    };
    let id = Uuid::try_parse(request.client_id).map_err(|_| refuse())?;
    let row = store::credential(sql, id)?.filter(|row| row.kind == CredentialKind::OauthClient.as_str());
    let row = row.filter(|row| row.revoked_at.is_none()).ok_or_else(refuse)?;
    if is_secret_of(sql, &row, &sha256(request.client_secret), now)? { Ok(row) } else { Err(refuse()) }
}

/// The key or client as the audit log holds it: its secrets by their digests.
fn credential_record(sql: &dyn Session, row: &CredentialRow) -> Result<String> {
    record! {
        #[wire(snake_case: writes)]
        struct CredentialRecord {
            #[wire(flatten)]
            credential: Credential,
            secret_sha256: [u8; 32],
            previous_sha256: Option<[u8; 32]>,
            previous_expires_at: Option<DateTime<Utc>>,
            // Left out where there are none, as in entries of before there could be.
            #[wire(absent)]
            earlier_secrets: Vec<EarlierSecret>,
        }
    }
    let earlier = store::earlier_secrets(sql, row.id)?.into_iter();
    let earlier_secrets =
        earlier.map(|one| EarlierSecret { secret_sha256: one.secret_sha256, expires_at: one.expires_at }).collect();
    Ok(json_of(&CredentialRecord {
        credential: Credential::of(row.clone())?,
        secret_sha256: row.secret_sha256,
        previous_sha256: row.previous_sha256,
        previous_expires_at: row.previous_expires_at,
        earlier_secrets,
    }))
}

fn token_subject(sha256: &[u8; 32]) -> String {
    format!("token {}", hex::digits(sha256))
}

/// What the audit log knows of who may call.
pub(super) const TABLES: [AuditedTable; 3] = [
    AuditedTable {
        kind: "organization",
        logged_as: Some("organization"),
        each: |sql, visit| organizations::each(sql, |row| visit(AuditedRow::of(row.public_id, record_of(&row)))),
    },
    AuditedTable {
        kind: "credential",
        logged_as: Some("credential"),
        each: |sql, visit| {
            store::each_credential(sql, |row| visit(AuditedRow::of(row.public_id, credential_record(sql, &row))))
        },
    },
    AuditedTable {
        kind: "token",
        // Tokens that are long over are forgotten.
        logged_as: None,
        each: |sql, visit| {
            store::each_token(sql, |row| visit(AuditedRow::of(token_subject(&row.sha256), record_of(&row))))
        },
    },
];
