//! Who may call: organisations, keys, clients and tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::access::Scopes;
use crate::ffi::call::calls;
use crate::ledger::{
    Caller, Credential, CredentialKind, IssuedSecret, Ledger, Organization, TokenRequest, TokenResponse,
};
use crate::{Page, PageRequest};

calls! {
    /// The calls on who may call.
    pub(in crate::ffi) CALLS: Ledger, "access.", "ledger::Access";

    create_organization(name: &str, now: DateTime<Utc>) -> Organization
        => |ledger| ledger.access().create_organization(name, now)?;
    organizations(page @flat: PageRequest, now @ignored: DateTime<Utc>) -> Page<Organization>
        => |ledger| ledger.access().organizations(page)?;
    issue_key(
        organization: Uuid,
        name: &str,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> IssuedSecret => |ledger| ledger.access().issue_key(organization, name, scopes, expires_at, now)?;
    create_client(organization: Uuid, name: &str, scopes: Scopes, now: DateTime<Utc>) -> IssuedSecret
        => |ledger| ledger.access().create_client(organization, name, scopes, now)?;
    credentials(
        organization: Uuid,
        kind: CredentialKind = CredentialKind::ApiKey,
        now @ignored: DateTime<Utc>,
    ) -> Vec<Credential> as data => |ledger| ledger.access().credentials(organization, kind)?;
    rotate(
        id: Uuid,
        /// For how many seconds the old secret goes on, 0 to 30 days.
        overlap_seconds: u32 = 0,
        now: DateTime<Utc>,
    ) -> IssuedSecret => |ledger| ledger.access().rotate(id, overlap_seconds, now)?;
    revoke(id: Uuid, now: DateTime<Utc>) -> Credential => |ledger| ledger.access().revoke(id, now)?;
    #[call(POST "/api/v1/oauth/token" 200)]
    token(request @body: TokenRequest<'_>, now: DateTime<Utc>) -> TokenResponse
        => |ledger| ledger.access().token(&request, now)?;
    revoke_token(token: &str, now: DateTime<Utc>) -> () => |ledger| ledger.access().revoke_token(token, now)?;
    verify(token: &str, now: DateTime<Utc>) -> Caller => |ledger| ledger.access().verify(token, now)?;
}
