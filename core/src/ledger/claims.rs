//! Claims on the days of a charger: what others claim is looked at, and the new registration is written with its conflicts.

use chrono::NaiveDate;
use uuid::Uuid;

use super::change::Change;
use super::limits::check_pair;
use super::metadata::Metadata;
use super::open::Ledger;
use super::registration_records::{
    BatchItem, BatchItemStatus, Conflict, MOST_PROGRAM_CHARS, Registered, Registration, RegistrationRequest,
    conflict_of, registration_of,
};
use crate::charger::{self, SerialHash};
use crate::registration::OnConflict;
use crate::store::organizations::OrganizationRow;
use crate::store::registrations::{self as store, ChargerRow, ConflictRow, RegistrationRow};
use crate::store::{Session, record_of};
use crate::webhook::EventType;
use crate::wire::record;
use crate::{Error, ErrorCode, Period, Result, text};

/// The most registrations a new one may conflict with: more is a placeholder in place of a serial.
const MOST_CONFLICTS: usize = 1000;
/// The most of them that may be the organisation's own.
const MOST_OWN_CONFLICTS: usize = 50;

/// Refuses texts that their field does not take, which makes a batch malformed.
pub(super) fn check_form(request: &RegistrationRequest<'_>) -> Result<()> {
    check_pair(request.vendor, request.serial)?;
    check_program(request.program_name)
}

pub(super) fn check_program(name: &str) -> Result<()> {
    text::check_text("program_name", name, MOST_PROGRAM_CHARS, "the programme's name")
}

pub(super) fn new_period(start: NaiveDate, end: NaiveDate) -> Result<Period> {
    // The request's own field names in place of the period's.
    Period::new(start, end).map_err(|error| {
        let field = if error.path() == "end" { "end_date" } else { "start_date" };
        Error::new(error.code(), field, error.message())
    })
}

/// A claim that is good in itself; what others claim is not looked at yet.
pub(super) struct NewClaim<'a> {
    pub(super) charger: ChargerRow,
    pub(super) program_name: &'a str,
    pub(super) period: Period,
    pub(super) metadata: String,
    pub(super) on_conflict: OnConflict,
    pub(super) renewed_from: Option<(i64, Uuid)>,
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
pub(super) enum Outcome {
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
pub(super) fn register_in(
    change: &mut Change<'_>,
    organization: &OrganizationRow,
    claim: &NewClaim<'_>,
) -> Result<Outcome> {
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

pub(super) fn log_and_emit(
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

pub(super) fn conflict_error(rows: &[RegistrationRow]) -> Error {
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
