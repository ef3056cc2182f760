//! Registrations and their conflicts (charger-registry contract, `/api/v1/registrations`).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::audited::{AuditedRow, AuditedTable};
use super::caller::{Caller, organization_of};
use super::change::Change;
use super::limits::{check_batch_size, check_limit, check_now, check_pair};
use super::metadata::Metadata;
use super::open::Ledger;
use crate::access::Scope;
use crate::charger::{self, SerialHash};
use crate::named_values::named_values;
use crate::overlap::ConflictKind;
use crate::page::{Page, PageMeta, PageRequest};
use crate::registration::{OnConflict, RegistrationStatus};
use crate::store::organizations::OrganizationRow;
use crate::store::registrations::{self as store, ChargerRow, ConflictRow, Listed, RegistrationRow};
use crate::store::{Session, record_of};
use crate::webhook::EventType;
use crate::wire::record;
use crate::{Error, ErrorCode, Period, Result, text};

/// Registrations and their conflicts: [`Ledger::registrations`].
#[derive(Debug, Clone, Copy)]
pub struct Registrations<'a> {
    pub(super) ledger: &'a Ledger,
}

record! {
    /// What is to be registered.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RegistrationRequest<'a> {
        /// The maker, as people write it, 1 to 120 characters.
        #[wire(chars = 1..=charger::MAX_VENDOR_CHARS)]
        pub vendor: &'a str,
        /// The serial number, as people write it, 1 to 255 characters.
        #[wire(chars = 1..=charger::MAX_SERIAL_CHARS)]
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
        #[wire(count = check_registration_count)]
        pub registrations: Vec<RegistrationRequest<'a>>,
    }
}

fn check_registration_count(count: usize) -> Result<()> {
    check_batch_size("", count)
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
    /// What [`Registrations::expire`] did.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Expired {
        /// How many registrations' expiry was recorded and told.
        pub expired: usize,
        /// Whether more wait: call again.
        pub more: bool,
    }
}

/// The most characters of a programme's name.
const MOST_PROGRAM_CHARS: usize = 255;
/// The most registrations a new one may conflict with: more is a placeholder in place of a serial.
const MOST_CONFLICTS: usize = 1000;
/// The most of them that may be the organisation's own.
const MOST_OWN_CONFLICTS: usize = 50;

impl Registrations<'_> {
    /// Registers a charger for a period and lists what it conflicts with.
    ///
    /// With [`OnConflict::Warn`] it is created whatever it conflicts with, with [`OnConflict::Force`] too and the conflicts
    /// are recorded as known, with [`OnConflict::Fail`] only where there is no conflict. Of two racing calls with `Fail`, in
    /// whichever processes, exactly one creates. Needs the scope `registrations:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Conflict`] for `Fail`, and nothing is written; those of [`charger::identify`], [`ErrorCode::InvalidPeriod`]
    /// at `start_date`; [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] at `program_name`; [`ErrorCode::OutOfRange`] at `serial`
    /// for more than 1,000 conflicts, or 50 with the organisation's own; [`ErrorCode::InsufficientScope`].
    pub fn register(
        &self,
        caller: &Caller,
        request: &RegistrationRequest<'_>,
        now: DateTime<Utc>,
    ) -> Result<Registered> {
        caller.require(Scope::RegistrationsWrite)?;
        check_form(request)?;
        let claim = NewClaim::of(self.ledger, request)?;
        self.ledger.change(caller, now, |change, organization| match register_in(change, organization, &claim)? {
            Outcome::Created(registered) => Ok(registered),
            Outcome::Blocked(conflicts) => Err(conflict_error(&conflicts)),
        })
    }

    /// Registers 1 to 100 chargers, each with its own answer, in one transaction. Needs `registrations:write`.
    ///
    /// An item whose charger or period is no good is `failed`, one that [`OnConflict::Fail`] stopped is `conflict`; neither
    /// touches the others. Items of one batch conflict with each other like any other registrations.
    ///
    /// # Errors
    ///
    /// At `registrations`, and then nothing is written: [`ErrorCode::OutOfRange`] for none or more than 100,
    /// [`ErrorCode::Empty`], [`ErrorCode::TooLong`] and [`ErrorCode::InvalidCharacter`] for a text of an item that its field
    /// does not take; [`ErrorCode::InsufficientScope`].
    pub fn register_batch(
        &self,
        caller: &Caller,
        requests: &[RegistrationRequest<'_>],
        now: DateTime<Utc>,
    ) -> Result<BatchOutcome> {
        caller.require(Scope::RegistrationsWrite)?;
        check_batch_size("registrations", requests.len())?;
        for (index, request) in requests.iter().enumerate() {
            check_form(request).map_err(|error| error.at_index(index).under("registrations"))?;
        }
        // The hashing is done before the file's lock is taken.
        let claims: Vec<_> = requests.iter().map(|request| NewClaim::of(self.ledger, request)).collect();
        let results =
            self.ledger.change(caller, now, |change, organization| register_all(change, organization, claims))?;
        Ok(BatchOutcome { summary: BatchSummary::of(&results), results })
    }

    /// The caller's registrations, newest first; those of one status where one is named. Any caller.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn list(
        &self,
        caller: &Caller,
        status: Option<RegistrationStatus>,
        page: PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Page<Registration>> {
        check_now(now)?;
        let day = now.date_naive();
        self.ledger.store.read(|sql| {
            let organization = organization_of(sql, caller)?.id;
            let listed = Listed { organization, status: status.map(RegistrationStatus::as_str), day };
            let total = store::count_listed(sql, listed)?;
            let rows = store::list(sql, listed, page.per_page(), page.offset())?;
            let data = rows.iter().map(|row| registration_of(row, day)).collect();
            Ok(Page { data, meta: PageMeta::of(page, total) })
        })
    }

    /// One of the caller's registrations with its conflicts. Any caller.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `public_id`, also for another organisation's.
    pub fn show(&self, caller: &Caller, public_id: Uuid, now: DateTime<Utc>) -> Result<RegistrationDetails> {
        check_now(now)?;
        self.ledger.store.read(|sql| {
            let organization = organization_of(sql, caller)?;
            let row = owned(sql, &organization, public_id)?;
            Ok(RegistrationDetails {
                registration: registration_of(&row, now.date_naive()),
                metadata: Metadata::stored(row.metadata.clone())?,
                renewed_from: row.renewed_from,
                created_at: row.created_at,
                conflicts: live_conflicts(sql, &row)?,
            })
        })
    }

    /// Changes the programme's name and the notes, and nothing else. Needs `registrations:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `public_id`, [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] at `program_name`,
    /// [`ErrorCode::InsufficientScope`].
    pub fn update(
        &self,
        caller: &Caller,
        public_id: Uuid,
        update: &RegistrationUpdate<'_>,
        now: DateTime<Utc>,
    ) -> Result<Registration> {
        caller.require(Scope::RegistrationsWrite)?;
        if let Some(name) = update.program_name {
            check_program(name)?;
        }
        self.ledger.change(caller, now, |change, organization| {
            let before = owned(change.sql, organization, public_id)?;
            let mut after = before.clone();
            if let Some(name) = update.program_name {
                name.clone_into(&mut after.program_name);
            }
            if let Some(metadata) = &update.metadata {
                metadata.as_json().clone_into(&mut after.metadata);
            }
            if (&before.program_name, &before.metadata) != (&after.program_name, &after.metadata) {
                store::set_notes(change.sql, after.id, &after.program_name, &after.metadata)?;
                log_and_emit(change, EventType::RegistrationUpdated, Some(&before), &after)?;
            }
            Ok(registration_of(&after, change.today()))
        })
    }

    /// Withdraws a pending or active registration for good. Needs `registrations:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] at `status` for an expired or cancelled one, [`ErrorCode::NotFound`] at `public_id`,
    /// [`ErrorCode::InsufficientScope`].
    pub fn cancel(&self, caller: &Caller, public_id: Uuid, now: DateTime<Utc>) -> Result<Registration> {
        caller.require(Scope::RegistrationsWrite)?;
        self.ledger.change(caller, now, |change, organization| {
            let before = owned(change.sql, organization, public_id)?;
            status_on(&before, change.today()).cancelled()?;
            let after = RegistrationRow { cancelled_at: Some(change.now), ..before.clone() };
            store::set_cancelled(change.sql, after.id, change.now)?;
            store::leave_expiry_queue(change.sql, &after)?;
            log_and_emit(change, EventType::RegistrationCancelled, Some(&before), &after)?;
            Ok(registration_of(&after, change.today()))
        })
    }

    /// Registers the same charger for the same programme over a new period; the renewed registration stays as it is. Needs
    /// `registrations:write`.
    ///
    /// Notes are carried over. Where the new period shares a day with the renewed registration's, the two conflict.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] for a cancelled one; [`ErrorCode::InvalidPeriod`] at `start_date`;
    /// [`ErrorCode::Conflict`] for `Fail`; [`ErrorCode::NotFound`] at `public_id`; [`ErrorCode::InsufficientScope`].
    pub fn renew(
        &self,
        caller: &Caller,
        public_id: Uuid,
        request: RenewalRequest,
        now: DateTime<Utc>,
    ) -> Result<Registered> {
        caller.require(Scope::RegistrationsWrite)?;
        let period = new_period(request.start_date, request.end_date)?;
        self.ledger.change(caller, now, |change, organization| {
            let source = owned(change.sql, organization, public_id)?;
            status_on(&source, change.today()).renewable()?;
            let claim = NewClaim {
                charger: source.charger.clone(),
                program_name: &source.program_name,
                period,
                metadata: source.metadata.clone(),
                on_conflict: request.on_conflict,
                renewed_from: Some((source.id, source.public_id)),
            };
            match register_in(change, organization, &claim)? {
                Outcome::Created(registered) => Ok(registered),
                Outcome::Blocked(conflicts) => Err(conflict_error(&conflicts)),
            }
        })
    }

    /// Records and tells the expiry of registrations that ended before today, each once. For the host to call daily.
    ///
    /// At most `limit` (1 to 10,000) in one transaction.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `limit`; those of the file.
    pub fn expire(&self, limit: usize, now: DateTime<Utc>) -> Result<Expired> {
        const MOST: usize = 10_000;
        check_limit(limit, MOST)?;
        self.ledger.change_as_host(now, |change| {
            let all_queued = store::queue_expiries(change.sql)?;
            let mut rows = store::to_expire(change.sql, change.today(), limit + 1)?;
            let more = rows.len() > limit || !all_queued;
            rows.truncate(limit);
            for before in &rows {
                let after = RegistrationRow { expired_at: Some(change.now), ..before.clone() };
                store::set_expired(change.sql, after.id, change.now)?;
                store::leave_expiry_queue(change.sql, &after)?;
                log_and_emit(change, EventType::RegistrationExpired, Some(before), &after)?;
            }
            Ok(Expired { expired: rows.len(), more })
        })
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

/// Refuses texts that their field does not take, which makes a batch malformed.
pub(super) fn check_form(request: &RegistrationRequest<'_>) -> Result<()> {
    check_pair(request.vendor, request.serial)?;
    check_program(request.program_name)
}

fn check_program(name: &str) -> Result<()> {
    text::check_text("program_name", name, MOST_PROGRAM_CHARS, "the programme's name")
}

fn new_period(start: NaiveDate, end: NaiveDate) -> Result<Period> {
    // The request's own field names in place of the period's.
    Period::new(start, end).map_err(|error| {
        let field = if error.path() == "end" { "end_date" } else { "start_date" };
        Error::new(error.code(), field, error.message())
    })
}

/// A claim that is good in itself; what others claim is not looked at yet.
pub(super) struct NewClaim<'a> {
    charger: ChargerRow,
    program_name: &'a str,
    period: Period,
    metadata: String,
    on_conflict: OnConflict,
    renewed_from: Option<(i64, Uuid)>,
}

impl<'a> NewClaim<'a> {
    pub(super) fn of(ledger: &Ledger, request: &RegistrationRequest<'a>) -> Result<Self> {
        let identity = charger::identify(request.vendor, request.serial)?;
        let charger = ChargerRow {
            serial_hash: identity.serial_hash(),
            keyed_hash: ledger.identity_key.keyed_hash(&identity)?,
            vendor_canonical: identity.vendor_canonical().to_owned(),
            serial_last4: identity.serial_last4().to_owned(),
        };
        Ok(Self {
            charger,
            program_name: request.program_name,
            period: new_period(request.start_date, request.end_date)?,
            metadata: request.metadata.as_ref().map_or("{}", Metadata::as_json).to_owned(),
            on_conflict: request.on_conflict,
            renewed_from: None,
        })
    }
}

/// What became of a claim.
enum Outcome {
    Created(Registered),
    Blocked(Vec<RegistrationRow>),
}

/// Registers claims one after the other; those that are no good in themselves are failed.
pub(super) fn register_all(
    change: &mut Change<'_>,
    organization: &OrganizationRow,
    claims: Vec<Result<NewClaim<'_>>>,
) -> Result<Vec<BatchItem>> {
    let mut results = Vec::with_capacity(claims.len());
    for (index, claim) in claims.into_iter().enumerate() {
        let failed = |error| BatchItem {
            index,
            status: BatchItemStatus::Failed,
            registration: None,
            conflicts: None,
            error: Some(error),
        };
        let claim = match claim {
            Ok(claim) => claim,
            Err(error) => {
                results.push(failed(error));
                continue;
            }
        };
        results.push(match register_in(change, organization, &claim) {
            Ok(Outcome::Created(Registered { registration, conflicts })) => BatchItem {
                index,
                status: BatchItemStatus::Created,
                registration: Some(registration),
                conflicts: Some(conflicts),
                error: None,
            },
            Ok(Outcome::Blocked(rows)) => BatchItem {
                index,
                status: BatchItemStatus::Conflict,
                registration: None,
                conflicts: Some(rows.iter().map(|row| conflict_of(None, row)).collect()),
                error: None,
            },
            // What the item itself is to blame for. Nothing of it was written.
            Err(error) if error.code() == ErrorCode::OutOfRange => failed(error),
            // The file's fault ends the batch, of which nothing is kept.
            Err(error) => return Err(error),
        });
    }
    Ok(results)
}

/// Checks the claim against all others and writes it, its conflicts, its log rows and its events.
fn register_in(change: &mut Change<'_>, organization: &OrganizationRow, claim: &NewClaim<'_>) -> Result<Outcome> {
    change.check_identity_key()?;
    let overlapping = overlapping(change.sql, organization, claim.charger.serial_hash, &claim.period)?;
    if claim.on_conflict == OnConflict::Fail && !overlapping.is_empty() {
        return Ok(Outcome::Blocked(overlapping));
    }
    let row = insert(change, organization, claim)?;
    let today = change.today();
    let registration = registration_of(&row, today);
    let mut conflicts = Vec::with_capacity(overlapping.len());
    for other in &overlapping {
        conflicts.push(insert_conflict(change, &row, other, claim.on_conflict == OnConflict::Force)?);
    }
    Ok(Outcome::Created(Registered { registration, conflicts }))
}

/// The registrations of a charger that claim a day of the period.
///
/// An organisation's own are limited apart, so that none can fill a charger's place for the others.
fn overlapping(
    sql: &dyn Session,
    organization: &OrganizationRow,
    charger: SerialHash,
    period: &Period,
) -> Result<Vec<RegistrationRow>> {
    let rows = store::claiming(sql, charger, period, MOST_CONFLICTS + 1)?;
    let own = rows.iter().filter(|row| row.organization.id == organization.id).count();
    let (found, most) = if own > MOST_OWN_CONFLICTS { (own, MOST_OWN_CONFLICTS) } else { (rows.len(), MOST_CONFLICTS) };
    if found <= most {
        return Ok(rows);
    }
    let whose = if own > MOST_OWN_CONFLICTS { "registrations of yours" } else { "registrations" };
    let message = format!(
        "names a charger that more than {most} {whose} claim for these days; expected the serial of one device"
    );
    Err(Error::new(ErrorCode::OutOfRange, "serial", message))
}

fn insert(change: &mut Change<'_>, organization: &OrganizationRow, claim: &NewClaim<'_>) -> Result<RegistrationRow> {
    let mut row = RegistrationRow {
        id: 0,
        public_id: change.new_id()?,
        organization: organization.clone(),
        charger: claim.charger.clone(),
        program_name: claim.program_name.to_owned(),
        period: claim.period,
        metadata: claim.metadata.clone(),
        renewed_from_id: claim.renewed_from.map(|(id, _)| id),
        renewed_from: claim.renewed_from.map(|(_, public_id)| public_id),
        created_at: change.now,
        cancelled_at: None,
        expired_at: None,
    };
    row.id = store::insert(change.sql, &row)?;
    log_and_emit(change, EventType::RegistrationCreated, None, &row)?;
    Ok(row)
}

/// Records the pair once, and tells both parties; an organisation that conflicts with itself once.
fn insert_conflict(
    change: &mut Change<'_>,
    new: &RegistrationRow,
    old: &RegistrationRow,
    acknowledged: bool,
) -> Result<Conflict> {
    let mut row = ConflictRow {
        id: 0,
        public_id: change.new_id()?,
        first_id: old.id,
        second_id: new.id,
        first: Some(old.public_id),
        second: Some(new.public_id),
        acknowledged,
        detected_at: change.now,
    };
    row.id = store::insert_conflict(change.sql, &row)?;
    change.log("conflict.detected", row.public_id.to_string(), None, Some(record_of(&row)?))?;
    let seen = conflict_of(Some(row.public_id), old);
    emit_conflict(change, new, &seen)?;
    if old.organization.id != new.organization.id {
        emit_conflict(change, old, &conflict_of(Some(row.public_id), new))?;
    }
    Ok(seen)
}

fn emit_conflict(change: &mut Change<'_>, own: &RegistrationRow, conflict: &Conflict) -> Result<()> {
    record! {
        #[wire(snake_case: writes)]
        struct ConflictData<'a> {
            registration: Registration,
            conflict: &'a Conflict,
        }
    }
    let registration = registration_of(own, change.today());
    change.emit(EventType::ConflictDetected, &own.organization, &ConflictData { registration, conflict })
}

fn log_and_emit(
    change: &mut Change<'_>,
    event: EventType,
    before: Option<&RegistrationRow>,
    after: &RegistrationRow,
) -> Result<()> {
    record! {
        #[wire(snake_case: writes)]
        struct RegistrationData {
            registration: Registration,
        }
    }
    let before = before.map(record_of).transpose()?;
    let record = record_of(after)?;
    change.log(event.as_str(), after.public_id.to_string(), before, Some(record))?;
    let registration = registration_of(after, change.today());
    change.emit(event, &after.organization, &RegistrationData { registration })
}

fn status_on(row: &RegistrationRow, day: NaiveDate) -> RegistrationStatus {
    RegistrationStatus::by_day(&row.period, row.cancelled_at.is_some(), day)
}

fn registration_of(row: &RegistrationRow, day: NaiveDate) -> Registration {
    Registration {
        public_id: row.public_id,
        status: status_on(row, day),
        program_name: row.program_name.clone(),
        period: row.period,
        charger: Charger {
            vendor_canonical: row.charger.vendor_canonical.clone(),
            serial_last4: row.charger.serial_last4.clone(),
            serial_hash: row.charger.serial_hash,
        },
    }
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

fn conflict_error(rows: &[RegistrationRow]) -> Error {
    let Some(first) = rows.first() else {
        return Error::new(ErrorCode::Conflict, "", "the charger is claimed already; expected one that is free");
    };
    let others = if rows.len() > 1 { format!(" and {} more", rows.len() - 1) } else { String::new() };
    let message = format!(
        "the charger …{} is claimed from {} by `{}` (registration {}){others}; expected a period that nobody has claimed, or \
         `warn` or `force`",
        first.charger.serial_last4,
        first.period,
        text::excerpt(&first.organization.name),
        first.public_id,
    );
    Error::new(ErrorCode::Conflict, "", message)
}

/// The registration of this id, if it is the organisation's.
fn owned(sql: &dyn Session, organization: &OrganizationRow, public_id: Uuid) -> Result<RegistrationRow> {
    let row = store::by_public_id(sql, public_id)?.filter(|row| row.organization.id == organization.id);
    row.ok_or_else(|| {
        let message = format!("`{public_id}` is no registration of yours; expected the id of one");
        Error::new(ErrorCode::NotFound, "public_id", message)
    })
}

/// What a registration conflicts with now: neither it nor the other is cancelled.
fn live_conflicts(sql: &dyn Session, row: &RegistrationRow) -> Result<Vec<Conflict>> {
    if row.cancelled_at.is_some() {
        return Ok(Vec::new());
    }
    let mut conflicts = Vec::new();
    for conflict in store::conflicts_of(sql, row.id)? {
        let other = if conflict.first_id == row.id { conflict.second_id } else { conflict.first_id };
        let other = store::by_id(sql, other)?.filter(|other| other.cancelled_at.is_none());
        conflicts.extend(other.map(|other| conflict_of(Some(conflict.public_id), &other)));
    }
    Ok(conflicts)
}

/// What the audit log knows of registrations.
pub(super) const TABLES: [AuditedTable; 2] = [
    AuditedTable {
        kind: "registration",
        logged_as: Some("registration"),
        each: |sql, visit| store::each(sql, |row| visit(AuditedRow::of(row.public_id, record_of(&row)))),
    },
    AuditedTable {
        kind: "conflict",
        logged_as: Some("conflict"),
        each: |sql, visit| {
            store::each_conflict(sql, |row| {
                let has_sides = row.first.is_some() && row.second.is_some();
                let record = if has_sides { record_of(&row).map(Some) } else { Ok(None) };
                visit(AuditedRow { subject: row.public_id.to_string(), record })
            })
        },
    },
];
