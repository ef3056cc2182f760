//! Who calls.

use uuid::Uuid;

use crate::access::{Scope, Scopes};
use crate::store::Session;
use crate::store::organizations::{self, OrganizationRow};
use crate::wire::record;
use crate::{Error, ErrorCode, Result};

record! {
    /// Who a call acts for: an organisation and what it may do.
    ///
    /// [`Access::verify`](super::Access::verify) makes one from a key or token; a host that knows its users otherwise makes its
    /// own.
    ///
    /// ```
    /// use tierra::{access::Scope, ledger::Caller, uuid::Uuid};
    /// let caller = Caller::new(Uuid::nil(), [Scope::Lookup].into_iter().collect());
    /// assert!(caller.require(Scope::Lookup).is_ok());
    /// assert_eq!(caller.require(Scope::DisputesResolve).unwrap_err().code().as_str(), "insufficient_scope");
    /// ```
    #[wire(snake_case: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Caller {
        /// The organisation acted for.
        organization: Uuid,
        /// What the caller may do: names, also as one text with spaces between them.
        scopes: Scopes,
        /// The API key or OAuth client that was shown, where one was.
        credential: Option<Uuid>,
    }
}

impl Caller {
    /// A caller that the host knows by means of its own.
    #[must_use]
    pub fn new(organization: Uuid, scopes: Scopes) -> Self {
        Self { organization, scopes, credential: None }
    }

    /// The same caller, known by this API key or OAuth client, which the audit log will name.
    #[must_use]
    pub fn with_credential(mut self, credential: Uuid) -> Self {
        self.credential = Some(credential);
        self
    }

    /// The organisation acted for.
    #[must_use]
    pub fn organization(&self) -> Uuid {
        self.organization
    }

    /// What the caller may do.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// The API key or OAuth client that was shown, where one was.
    #[must_use]
    pub fn credential(&self) -> Option<Uuid> {
        self.credential
    }

    /// Refuses a caller without this scope.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InsufficientScope`] at `caller`.
    pub fn require(&self, scope: Scope) -> Result<()> {
        if self.scopes.contains(scope) {
            return Ok(());
        }
        let scopes = self.scopes.to_string();
        let message = format!("has the scopes `{scopes}`; expected `{scope}` among them");
        Err(Error::new(ErrorCode::InsufficientScope, "caller", message))
    }

    /// The caller as the audit log names it.
    pub(super) fn actor(&self) -> String {
        match self.credential {
            Some(credential) => format!("organization {} by credential {credential}", self.organization),
            None => format!("organization {}", self.organization),
        }
    }
}

/// The caller's organisation, which must exist.
pub(super) fn organization_of(sql: &dyn Session, caller: &Caller) -> Result<OrganizationRow> {
    organizations::by_public_id(sql, caller.organization())?.ok_or_else(|| {
        let message =
            format!("`{}` is no organisation of this ledger; expected one that it made", caller.organization());
        Error::new(ErrorCode::NotFound, "caller.organization", message)
    })
}
