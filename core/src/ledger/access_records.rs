//! What is asked and told of organisations, keys, clients and tokens.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Result;
use crate::access::Scopes;
use crate::named_values::named_values;
use crate::store::access::CredentialRow;
use crate::store::organizations::OrganizationEntry;
use crate::wire::record;

record! {
    /// Who registers chargers.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Organization {
        /// Its id.
        pub public_id: Uuid,
        /// Its name, which no other has.
        pub name: String,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

named_values! {
    /// What a secret belongs to.
    CredentialKind {
        /// A key that is itself shown as the bearer.
        ApiKey => "api_key",
        /// A client that exchanges its secret for tokens.
        OauthClient => "oauth_client",
    }
}

record! {
    /// An API key or OAuth client, without its secret.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Credential {
        /// Its id; of a client the `client_id`.
        pub id: Uuid,
        /// Key or client.
        pub kind: CredentialKind,
        /// The organisation that it acts for.
        pub organization: Uuid,
        /// What the organisation calls it.
        pub name: String,
        /// What it may do.
        pub scopes: Scopes,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// From when on it is refused, if ever.
        pub expires_at: Option<DateTime<Utc>>,
        /// When it was revoked.
        pub revoked_at: Option<DateTime<Utc>>,
    }
}

record! {
    /// A key or client with its secret, which is shown here and never again.
    #[wire(snake_case: writes)]
    #[derive(Clone, PartialEq, Eq)]
    pub struct IssuedSecret {
        /// The key or client.
        #[wire(flatten)]
        pub credential: Credential,
        /// The secret: of a key what is shown as the bearer, of a client its `client_secret`.
        pub secret: String,
    }
}

impl std::fmt::Debug for IssuedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedSecret").field("credential", &self.credential).finish_non_exhaustive()
    }
}

/// The one kind of grant that a token is given for.
pub(super) const GRANT_TYPE: &str = "client_credentials";

record! {
    /// What a client sends for a token.
    #[wire(snake_case: reads)]
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct TokenRequest<'a> {
        /// `client_credentials`.
        #[wire(only = GRANT_TYPE)]
        pub grant_type: &'a str,
        /// The client's id.
        pub client_id: &'a str,
        /// Its secret.
        pub client_secret: &'a str,
        /// The scopes wanted, separated by spaces; all of the client's without.
        pub scope: Option<&'a str>,
    }
}

impl std::fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

record! {
    /// A token, which is shown here and never again (contract, `POST /api/v1/oauth/token`).
    #[wire(snake_case: writes)]
    #[derive(Clone, PartialEq, Eq)]
    pub struct TokenResponse {
        /// What is shown as the bearer.
        pub access_token: String,
        /// `Bearer`.
        pub token_type: &'static str,
        /// How many seconds it lives.
        pub expires_in: i64,
        /// What it may do, separated by spaces.
        pub scope: String,
    }
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Organization {
    pub(super) fn of(entry: OrganizationEntry) -> Self {
        Self { public_id: entry.public_id, name: entry.name, created_at: entry.created_at }
    }
}

impl CredentialKind {
    /// How its secrets begin, so that a scanner for leaked secrets knows them.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "tk_",
            Self::OauthClient => "tc_",
        }
    }
}

impl Credential {
    pub(super) fn of(row: CredentialRow) -> Result<Self> {
        Ok(Self {
            id: row.public_id,
            kind: row.kind.parse()?,
            organization: row.organization,
            name: row.name,
            scopes: row.scopes.parse()?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}
