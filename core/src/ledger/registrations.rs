//! Registrations and their conflicts (charger-registry contract, `/api/v1/registrations`).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audited::{AuditedRow, AuditedTable};
use super::caller::{Caller, organization_of};
use super::claims::{
    NewClaim, Outcome, check_form, check_program, conflict_error, log_and_emit, new_period, register_all, register_in,
};
use super::limits::{check_batch_size, check_limit, check_now};
use super::metadata::Metadata;
use super::open::Ledger;
use super::registration_records::{
    BatchOutcome, BatchSummary, Conflict, Expired, Registered, Registration, RegistrationDetails, RegistrationRequest,
    RegistrationUpdate, RenewalRequest, conflict_of, registration_of, shown, status_on,
};
use crate::access::Scope;
#[cfg(doc)]
use crate::charger;
use crate::page::{Page, PageMeta, PageRequest};
#[cfg(doc)]
use crate::registration::OnConflict;
use crate::registration::RegistrationStatus;
use crate::store::organizations::OrganizationRow;
use crate::store::registrations::{self as store, Listed, RegistrationRow};
use crate::store::{Session, record_of};
use crate::webhook::EventType;
use crate::{Error, ErrorCode, Result};

/// Registrations and their conflicts: [`Ledger::registrations`].
#[derive(Debug, Clone, Copy)]
pub struct Registrations<'a> {
    pub(super) ledger: &'a Ledger,
}

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
            let data = rows.into_iter().map(|row| shown(row, day)).collect();
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
