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
mod audit;
mod caller;
mod change;
mod disputes;
mod factor_load;
mod factors;
mod import;
mod lookup;
mod metadata;
mod random;
mod registrations;
mod verify;
mod webhooks;
mod wire;

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Datelike, Utc};

pub use access::{Access, Credential, CredentialKind, IssuedSecret, Organization, TokenRequest, TokenResponse};
pub use audit::{Audit, AuditEntry, AuditHead};
pub use caller::Caller;
pub use disputes::{Dispute, DisputeDetails, DisputeMessage, DisputeOpened, Disputes};
pub use factor_load::{FactorCounts, LoadedFactors, LoadedLibrary};
pub use factors::{Factors, FoundFactor, QueryFactors, RowFactors};
pub use import::{CsvImport, ImportProblem, ImportProgress};
pub use lookup::{
    ChargerPair, EntitledLookup, EntitledRegistration, Lookup, LookupItem, PrefixLookup, PublicLookup, Suffix,
};
pub use metadata::Metadata;
pub use registrations::{
    BatchItem, BatchItemStatus, BatchOutcome, BatchSummary, Charger, Conflict, ConflictKind, ConflictingRegistration,
    Expired, Registered, Registration, RegistrationDetails, RegistrationRequest, RegistrationUpdate, Registrations,
    RenewalRequest,
};
pub use verify::{Finding, VerifyReport};
pub use webhooks::{
    Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryStatus, EndpointRequest, EndpointSecret, EndpointStatus,
    EndpointUpdate, OutboxEvent, OutgoingRequest, WebhookEndpoint, Webhooks,
};

pub(crate) use crate::store::instant_text;
pub(crate) use registrations::check_batch_size;
pub(crate) use wire::json_of;

use crate::store::{Store, StoreSettings};
use crate::{Error, ErrorCode, Result};
use random::Random;

/// The registry in one SQLite file, or in memory.
///
/// It may be shared between threads (`&Ledger` is all that a call needs).
pub struct Ledger {
    store: Store,
    random: Random,
    identity_key: Option<Vec<u8>>,
}

/// How a ledger is opened: [`Ledger::options`].
pub struct LedgerOptions {
    settings: StoreSettings,
    random: Random,
    identity_key: Option<Vec<u8>>,
}

// Neither shows the identity key.
impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("store", &self.store).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for LedgerOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LedgerOptions").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Default for LedgerOptions {
    fn default() -> Self {
        let settings = StoreSettings { busy_timeout: Duration::from_secs(10), full_sync: true, read_only: false };
        Self { settings, random: Random::of_system(), identity_key: None }
    }
}

impl LedgerOptions {
    /// How long a call waits for a lock that another process holds before it answers [`ErrorCode::Busy`]; 10 s unless said.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.settings.busy_timeout = timeout;
        self
    }

    /// Whether a call returns only when the disk has the change (true unless said).
    ///
    /// Without, a loss of power may take the last changes with it, never earlier ones without later ones; a killed process
    /// loses nothing either way.
    #[must_use]
    pub fn full_sync(mut self, full: bool) -> Self {
        self.settings.full_sync = full;
        self
    }

    /// Opens the file for reading alone: every change is refused as [`ErrorCode::ReadOnly`], and a missing file is an error.
    ///
    /// A file of an earlier version stays as it is: what came later, such as emission factors, is then refused as
    /// [`ErrorCode::ReadOnly`] too. Opened for writing, it is brought to the present version.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.settings.read_only = true;
        self
    }

    /// Takes the random bytes for ids and secrets from `fill` in place of the operating system.
    ///
    /// For a host with a source of its own, and for tests. Whoever can foretell the bytes can foretell every secret.
    #[must_use]
    pub fn random(mut self, fill: impl FnMut(&mut [u8]) + Send + 'static) -> Self {
        self.random = Random::of_host(fill);
        self
    }

    /// The secret of the keyed hashes (DECISIONS 3), at least 16 bytes: chargers are then found by their keyed hash too.
    ///
    /// It is given when the file is made and from then on; the file holds a check of it and never the secret.
    #[must_use]
    pub fn identity_key(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.identity_key = Some(secret.into());
        self
    }

    /// Opens the file, which is made where there is none.
    ///
    /// # Errors
    ///
    /// At `path`: [`ErrorCode::NotADatabase`] for a file of another kind, [`ErrorCode::NewerVersion`] for one of a newer
    /// version, [`ErrorCode::FileError`] and [`ErrorCode::ReadOnly`] where it cannot be opened or written. At `identity_key`:
    /// [`ErrorCode::OutOfRange`] for a short one, [`ErrorCode::UnknownValue`] for another than the file was made with.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Ledger> {
        let store = Store::open(path.as_ref(), self.settings.clone())?;
        self.over(store)
    }

    /// A ledger in memory, which is gone when it is dropped.
    ///
    /// # Errors
    ///
    /// At `identity_key`, as [`LedgerOptions::open`].
    pub fn in_memory(self) -> Result<Ledger> {
        let store = Store::in_memory()?;
        self.over(store)
    }

    fn over(self, store: Store) -> Result<Ledger> {
        let read_only = self.settings.read_only;
        let ledger = Ledger { store, random: self.random, identity_key: self.identity_key };
        ledger.check_identity_key(read_only)?;
        Ok(ledger)
    }
}

impl Ledger {
    /// Opens the ledger in this file, which is made where there is none.
    ///
    /// # Errors
    ///
    /// As [`LedgerOptions::open`].
    ///
    /// ```
    /// let folder = std::env::temp_dir().join(format!("tierra-doc-{}", std::process::id()));
    /// std::fs::create_dir_all(&folder).unwrap();
    /// let ledger = tierra::ledger::Ledger::open(folder.join("registry.sqlite"))?;
    /// ledger.close()?;
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        LedgerOptions::default().open(path)
    }

    /// A ledger in memory, which is gone when it is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::FileError`] where SQLite has no memory.
    pub fn in_memory() -> Result<Self> {
        LedgerOptions::default().in_memory()
    }

    /// How the ledger is to be opened, where the defaults are not what is wanted.
    #[must_use]
    pub fn options() -> LedgerOptions {
        LedgerOptions::default()
    }

    /// The version of the file's schema that this library reads and writes.
    pub const SCHEMA_VERSION: usize = crate::store::SCHEMA_VERSION;

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

    /// Copies the whole ledger to a new file while others read and write; the copy is one state of it.
    ///
    /// `progress` is told the pages copied and the pages in all, and returns whether to go on; stopped or failed, no file is
    /// left behind.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::FileError`] at `path` where a file stands there already; those of the disk; [`ErrorCode::Closed`].
    pub fn back_up(&self, path: impl AsRef<Path>, mut progress: impl FnMut(u64, u64) -> bool) -> Result<()> {
        self.store.back_up(path.as_ref(), &mut progress)
    }

    /// Closes the file. Every later call answers [`ErrorCode::Closed`]; closing again does nothing.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn close(&self) -> Result<()> {
        self.store.close()
    }
}

/// Refuses to take on none, or more at once than a call bears.
fn check_limit(limit: usize, most: usize) -> Result<()> {
    if (1..=most).contains(&limit) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::OutOfRange, "limit", format!("is `{limit}`; expected 1 to {most}")))
}

/// The most rows that a call lists which takes a limit.
const MOST_LISTED: usize = 1000;

/// Refuses an instant that the file cannot hold.
fn check_now(now: DateTime<Utc>) -> Result<()> {
    if (1970..=9999).contains(&now.year()) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::OutOfRange, "now", format!("`{now}` is out of range; expected a year from 1970 to 9999")))
}
