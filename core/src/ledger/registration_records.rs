//! What is asked and told of registrations (charger-registry contract, schemas `Registration`, `Charger` and `Conflict`).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::limits::check_item_count;
use super::metadata::Metadata;
use crate::charger::SerialHash;
use crate::named_values::named_values;
use crate::overlap::ConflictKind;
use crate::registration::{OnConflict, RegistrationStatus};
use crate::store::registrations::{RegistrationRow, ShownRow};
use crate::wire::record;
use crate::{Error, Period};

/// The most characters of a programme's name.
pub(super) const MOST_PROGRAM_CHARS: usize = 255;

record! {
    /// What is to be registered.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RegistrationRequest<'a> {
        /// The maker, as people write it, 1 to 120 characters.
        #[wire(chars = 1..=crate::charger::MAX_VENDOR_CHARS)]
        pub vendor: &'a str,
        /// The serial number, as people write it, 1 to 255 characters.
        #[wire(chars = 1..=crate::charger::MAX_SERIAL_CHARS)]
        pub serial: &'a str,
        /// The programme that the charger is registered for, 1 to 255 characters.
        #[wire(chars = 1..=MOST_PROGRAM_CHARS)]
        pub program_name: &'a str,
        /// The first day claimed.
        pub start_date: NaiveDate,
        /// The last day claimed, which belongs to the period.
        pub end_date: NaiveDate,
        /// The organisation's own notes.
        pub metadata: Option<Metadata>,
        /// What to do where others have claimed a day of it.
        #[wire(default)]
        pub on_conflict: OnConflict,
    }
}

record! {
    /// What is to be registered at once.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RegistrationBatch<'a> {
        /// 1 to 100 registrations.
        #[wire(items = 1..=super::limits::MOST_ITEMS, count = check_item_count)]
        pub registrations: Vec<RegistrationRequest<'a>>,
    }
}

record! {
    /// A new period for what is registered already.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RenewalRequest {
        /// The first day claimed.
        pub start_date: NaiveDate,
        /// The last day claimed, which belongs to the period.
        pub end_date: NaiveDate,
        /// What to do where others, or the renewed registration itself, have claimed a day of it.
        #[wire(default)]
        pub on_conflict: OnConflict,
    }
}

record! {
    /// What may be changed of a registration; what is `None` stays.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct RegistrationUpdate<'a> {
        /// The programme's new name, 1 to 255 characters.
        #[wire(chars = 1..=MOST_PROGRAM_CHARS)]
        pub program_name: Option<&'a str>,
        /// The organisation's new notes, in place of the old ones.
        pub metadata: Option<Metadata>,
    }
}

record! {
    /// The charger of a registration (contract, schema `Charger`).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Charger {
        /// The maker in canonical form.
        pub vendor_canonical: String,
        /// The last four characters of the normalised serial.
        pub serial_last4: String,
        /// SHA-256 of maker and serial.
        pub serial_hash: SerialHash,
    }
}

record! {
    /// A registration (contract, schema `Registration`).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Registration {
        /// Its id.
        pub public_id: Uuid,
        /// Its state on the day asked.
        pub status: RegistrationStatus,
        /// The programme that it is for.
        pub program_name: String,
        /// The days claimed.
        pub period: Period,
        /// The charger claimed.
        pub charger: Charger,
    }
}

record! {
    /// The other side of a conflict.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ConflictingRegistration {
        /// The other registration's id.
        pub public_id: Uuid,
        /// The name of the organisation that made it.
        pub organization: String,
        /// The days that it claims.
        pub period: Period,
    }
}

record! {
    /// A conflict as one of its parties sees it (contract, schema `Conflict`).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Conflict {
        /// The conflict's id, the same for both parties; none where `fail` kept it from becoming one.
        #[wire(absent)]
        pub public_id: Option<Uuid>,
        /// The kind: `overlap`.
        #[wire(name = "type", python = "type")]
        pub kind: ConflictKind,
        /// The other party's registration.
        pub conflicting_registration: ConflictingRegistration,
    }
}

record! {
    /// A registration that was made, and what it conflicts with.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Registered {
        /// The new registration.
        pub registration: Registration,
        /// What it conflicts with, oldest first.
        pub conflicts: Vec<Conflict>,
    }
}

record! {
    /// A registration with all that its owner may know of it.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RegistrationDetails {
        /// The registration.
        #[wire(flatten)]
        pub registration: Registration,
        /// The owner's notes.
        pub metadata: Metadata,
        /// The registration that this one renews.
        pub renewed_from: Option<Uuid>,
        /// When it was made.
        pub created_at: DateTime<Utc>,
        /// What it conflicts with now, oldest first: no cancelled ones.
        pub conflicts: Vec<Conflict>,
    }
}

named_values! {
    /// What became of an item of a batch.
    BatchItemStatus {
        /// It is registered.
        Created => "created",
        /// `fail` was asked for and others have claimed a day of it.
        Conflict => "conflict",
        /// It could not be registered.
        Failed => "failed",
    }
}

record! {
    /// The answer for one item of a batch.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BatchItem {
        /// Where the item stands in the batch, from 0.
        pub index: usize,
        /// What became of it.
        pub status: BatchItemStatus,
        /// The registration, where it was created.
        #[wire(absent)]
        pub registration: Option<Registration>,
        /// What it conflicts with; none where it failed.
        #[wire(absent)]
        pub conflicts: Option<Vec<Conflict>>,
        /// Why it failed.
        #[wire(absent, sentence)]
        pub error: Option<Error>,
    }
}

record! {
    /// How many items of a batch came out how.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct BatchSummary {
        /// All items.
        pub total: usize,
        /// Those registered.
        pub created: usize,
        /// Those that `fail` stopped.
        pub conflict: usize,
        /// Those that could not be registered.
        pub failed: usize,
    }
}

record! {
    /// The answer for a batch.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BatchOutcome {
        /// One answer an item, in order.
        pub results: Vec<BatchItem>,
        /// How many came out how.
        pub summary: BatchSummary,
    }
}

record! {
    /// What [`Registrations::expire`](super::Registrations::expire) did.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Expired {
        /// How many registrations' expiry was recorded and told.
        pub expired: usize,
        /// Whether more wait: call again.
        pub more: bool,
    }
}

impl BatchSummary {
    pub(super) fn of(results: &[BatchItem]) -> Self {
        let count = |status| results.iter().filter(|item| item.status == status).count();
        Self {
            total: results.len(),
            created: count(BatchItemStatus::Created),
            conflict: count(BatchItemStatus::Conflict),
            failed: count(BatchItemStatus::Failed),
        }
    }
}

pub(super) fn status_on(row: &RegistrationRow, day: NaiveDate) -> RegistrationStatus {
    RegistrationStatus::by_day(&row.period, row.cancelled_at.is_some(), day)
}

/// A registration of a list.
pub(super) fn shown(row: ShownRow, day: NaiveDate) -> Registration {
    Registration {
        public_id: row.public_id,
        status: RegistrationStatus::by_day(&row.period, row.cancelled_at.is_some(), day),
        program_name: row.program_name,
        period: row.period,
        charger: Charger {
            vendor_canonical: row.vendor_canonical,
            serial_last4: row.serial_last4,
            serial_hash: row.serial_hash,
        },
    }
}

pub(super) fn registration_of(row: &RegistrationRow, day: NaiveDate) -> Registration {
    let seen = ShownRow {
        public_id: row.public_id,
        program_name: row.program_name.clone(),
        period: row.period,
        vendor_canonical: row.charger.vendor_canonical.clone(),
        serial_last4: row.charger.serial_last4.clone(),
        serial_hash: row.charger.serial_hash,
        cancelled_at: row.cancelled_at,
    };
    shown(seen, day)
}

/// The conflict as the party sees it whose registration is not `other`.
pub(super) fn conflict_of(public_id: Option<Uuid>, other: &RegistrationRow) -> Conflict {
    Conflict {
        public_id,
        kind: ConflictKind::Overlap,
        conflicting_registration: ConflictingRegistration {
            public_id: other.public_id,
            organization: other.organization.name.clone(),
            period: other.period,
        },
    }
}
