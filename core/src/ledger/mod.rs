//! What must be remembered: registrations, conflicts, disputes, keys, webhooks and emission factors in one SQLite file.
//!
//! A [`Ledger`] is the charger registry (charger-registry contract) as a library: what the contract says of a path is a call
//! here, and the bodies are the contract's. A web framework is all that a host adds: it reads the request, asks
//! [`Access::verify`] who calls, makes the call and writes the answer.
//!
//! | what | calls |
//! |---|---|
//! | [`Ledger::access`] | organisations, API keys, OAuth clients and their tokens |
//! | [`Ledger::lookup`] | has somebody registered this charger? |
//! | [`Ledger::registrations`] | register, list, show, update, cancel, renew, expire, import |
//! | [`Ledger::disputes`] | open, message, withdraw, review, resolve |
//! | [`Ledger::webhooks`] | endpoints, the outbox, deliveries |
//! | [`Ledger::factors`] | libraries of emission factors: load, list, resolve, count emissions |
//! | [`Ledger::audit`] | who changed what, and whether the file still says so |
//!
//! One call is one transaction: all of it is on disk when the call returns, or none of it. Any number of threads and
//! processes may use one file; changes come one after the other, readers never wait. There is no clock here: every call takes
//! `now`, and a day is that instant's day in UTC.
//!
//! ```
//! use tierra::access::{Scope, Scopes};
//! use tierra::ledger::{Caller, Ledger, RegistrationRequest};
//! use tierra::{chrono::DateTime, parse_date, registration::OnConflict};
//!
//! let ledger = Ledger::in_memory()?;
//! let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
//! let green = ledger.access().create_organization("Green Miles", now)?;
//! let volt = ledger.access().create_organization("Volt Credits", now)?;
//! let caller = |id| Caller::new(id, [Scope::RegistrationsWrite].into_iter().collect());
//!
//! let request = RegistrationRequest {
//!     vendor: "Wall Box Chargers S.L.",
//!     serial: "S/N: wbx-0048.2913",
//!     program_name: "Spring Rebate",
//!     start_date: parse_date("2026-01-01")?,
//!     end_date: parse_date("2026-12-31")?,
//!     metadata: None,
//!     on_conflict: OnConflict::Warn,
//! };
//! let first = ledger.registrations().register(&caller(green.public_id), &request, now)?;
//! assert!(first.conflicts.is_empty());
//!
//! let twice = RegistrationRequest { vendor: "WALLBOX", serial: "WBX00482913", ..request };
//! let second = ledger.registrations().register(&caller(volt.public_id), &twice, now)?;
//! assert_eq!(second.conflicts[0].conflicting_registration.organization, "Green Miles");
//! # Ok::<(), tierra::Error>(())
//! ```

mod access;
mod access_records;
mod audit;
mod audited;
mod caller;
mod change;
mod claims;
mod deliveries;
mod disputes;
mod factor_load;
mod factors;
mod identity_key;
mod import;
mod json_text;
mod limits;
mod lookup;
mod metadata;
mod open;
mod random;
mod registration_records;
mod registrations;
mod secret;
mod tables;
mod verify;
mod webhook_records;
mod webhooks;

pub use crate::charger::ChargerPair;
pub use access::Access;
pub use access_records::{Credential, CredentialKind, IssuedSecret, Organization, TokenRequest, TokenResponse};
pub use audit::{Audit, AuditEntry, AuditHead};
pub use caller::Caller;
pub use disputes::{
    Dispute, DisputeDetails, DisputeMessage, DisputeMessageRequest, DisputeOpened, DisputeRequest, DisputeResolution,
    Disputes,
};
pub use factor_load::{FactorCounts, LoadedFactors, LoadedLibrary};
pub use factors::{Factors, FoundFactor, QueryFactors, RowFactors};
pub use import::{CsvImport, ImportProblem, ImportProgress};
pub use json_text::{EventBody, JsonText};
pub use lookup::{
    EntitledLookup, EntitledRegistration, Lookup, LookupAnswer, LookupItem, LookupItems, LookupRequest, LookupResults,
    PrefixLookup, PublicLookup, Suffix,
};
pub use metadata::Metadata;
pub use open::{Ledger, LedgerOptions};
pub use registration_records::{
    BatchItem, BatchItemStatus, BatchOutcome, BatchSummary, Charger, Conflict, ConflictingRegistration, Expired,
    Registered, Registration, RegistrationBatch, RegistrationDetails, RegistrationRequest, RegistrationUpdate,
    RenewalRequest,
};
pub use registrations::Registrations;
pub use verify::{Finding, VerifyReport};
pub use webhook_records::{
    Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryStatus, EndpointRequest, EndpointSecret, EndpointStatus,
    EndpointUpdate, Headers, OutboxEvent, OutgoingRequest, WebhookEndpoint,
};
pub use webhooks::Webhooks;

impl Ledger {
    /// Organisations, API keys, OAuth clients and tokens.
    #[must_use]
    pub fn access(&self) -> Access<'_> {
        Access { ledger: self }
    }

    /// Has somebody registered this charger?
    #[must_use]
    pub fn lookup(&self) -> Lookup<'_> {
        Lookup { ledger: self }
    }

    /// Registrations and their conflicts.
    #[must_use]
    pub fn registrations(&self) -> Registrations<'_> {
        Registrations { ledger: self }
    }

    /// Disputes over conflicts.
    #[must_use]
    pub fn disputes(&self) -> Disputes<'_> {
        Disputes { ledger: self }
    }

    /// Webhook endpoints and deliveries.
    #[must_use]
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks { ledger: self }
    }

    /// Libraries of emission factors, and what they answer.
    #[must_use]
    pub fn factors(&self) -> Factors<'_> {
        Factors { ledger: self }
    }

    /// The log of changes.
    #[must_use]
    pub fn audit(&self) -> Audit<'_> {
        Audit { ledger: self }
    }
}
