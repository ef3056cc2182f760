//! Disputes over conflicts (charger-registry contract, `/api/v1/disputes`).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audited::{AuditedRow, AuditedTable};
use super::caller::{Caller, organization_of};
use super::change::Change;
use super::open::Ledger;
use crate::access::Scope;
use crate::page::{Page, PageMeta, PageRequest};
use crate::registration::{DisputeAction, DisputeStatus};
use crate::store::disputes::{self as store, DisputeRow, MessageRow};
use crate::store::organizations::OrganizationRow;
use crate::store::registrations::{self as registrations, RegistrationRow};
use crate::store::{Session, record_of};
use crate::webhook::EventType;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, text};

/// Disputes: [`Ledger::disputes`].
///
/// The registry records what the parties agreed; it never decides who owns a charger.
#[derive(Debug, Clone, Copy)]
pub struct Disputes<'a> {
    pub(super) ledger: &'a Ledger,
}

record! {
    /// A dispute (contract, schema `Dispute`).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Dispute {
        /// Its id.
        pub public_id: Uuid,
        /// Its state.
        pub status: DisputeStatus,
    }
}

record! {
    /// What opening a dispute answers.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DisputeOpened {
        /// The new dispute.
        pub dispute: Dispute,
    }
}

record! {
    /// A dispute with all that its parties may know of it.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DisputeDetails {
        /// The dispute.
        #[wire(flatten)]
        pub dispute: Dispute,
        /// The id of the conflict disputed.
        pub conflict: Uuid,
        /// The name of the organisation that opened it.
        pub opened_by: String,
        /// The name of the other party.
        pub other_party: String,
        /// Why it was opened.
        pub reason: String,
        /// The outcome, once recorded.
        pub resolution_note: Option<String>,
        /// When it was opened.
        pub created_at: DateTime<Utc>,
        /// When its state last changed.
        pub updated_at: DateTime<Utc>,
        /// What the parties wrote, oldest first.
        pub messages: Vec<DisputeMessage>,
    }
}

record! {
    /// A party's message.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DisputeMessage {
        /// Its id.
        pub public_id: Uuid,
        /// The name of the organisation that wrote it.
        pub organization: String,
        /// What it wrote.
        pub body: String,
        /// When.
        pub created_at: DateTime<Utc>,
    }
}

record! {
    /// Which conflict is disputed, and why.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct DisputeRequest<'a> {
        /// The conflict's id.
        pub conflict: Uuid,
        /// Why it is disputed, 1 to 5,000 characters.
        #[wire(chars = 1..=MOST_CHARS)]
        pub reason: &'a str,
    }
}

record! {
    /// A message to be added to a dispute.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct DisputeMessageRequest<'a> {
        /// What is written, 1 to 5,000 characters.
        #[wire(chars = 1..=MOST_CHARS)]
        pub body: &'a str,
    }
}

record! {
    /// The outcome of a dispute.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct DisputeResolution<'a> {
        /// What the parties agreed, 1 to 5,000 characters.
        #[wire(chars = 1..=MOST_CHARS)]
        pub resolution_note: &'a str,
    }
}

/// The most characters of a reason, a message or an outcome.
const MOST_CHARS: usize = 5000;

impl Disputes<'_> {
    /// Opens a dispute over a conflict that the caller is a party to. Needs the scope `disputes:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `conflict`; [`ErrorCode::DisputeExists`] where a live one is there;
    /// [`ErrorCode::InvalidTransition`] where a side of the conflict is cancelled, so that there is none any more;
    /// [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] (5,000 characters) at `reason`; [`ErrorCode::InsufficientScope`].
    pub fn open(&self, caller: &Caller, conflict: Uuid, reason: &str, now: DateTime<Utc>) -> Result<DisputeOpened> {
        caller.require(Scope::DisputesWrite)?;
        check_long_text("reason", reason, "why the conflict is disputed")?;
        self.ledger.change(caller, now, |change, organization| {
            let (conflict_id, sides) = conflict_sides(change.sql, organization, conflict)?;
            if let Some(live) = store::live_of_conflict(change.sql, conflict_id)? {
                let message =
                    format!("`{conflict}` is disputed already in `{live}`; expected a conflict without a live dispute");
                return Err(Error::new(ErrorCode::DisputeExists, "conflict", message));
            }
            if sides.iter().any(|side| side.cancelled_at.is_some()) {
                let message = format!("`{conflict}` is over, for one side is cancelled; expected one that lasts");
                return Err(Error::new(ErrorCode::InvalidTransition, "conflict", message));
            }
            let other = sides.iter().find(|side| side.organization.id != organization.id);
            let row = DisputeRow {
                id: 0,
                public_id: change.new_id()?,
                conflict_id,
                conflict,
                opened_by: organization.clone(),
                // An organisation may dispute what it claimed twice itself.
                other_party: other.map_or_else(|| organization.clone(), |side| side.organization.clone()),
                status: DisputeStatus::Open.as_str().to_owned(),
                reason: reason.to_owned(),
                resolution_note: None,
                created_at: change.now,
                updated_at: change.now,
            };
            store::insert(change.sql, &row)?;
            change.log("dispute.created", row.public_id.to_string(), None, Some(record_of(&row)?))?;
            emit(change, EventType::DisputeCreated, &row)?;
            Ok(DisputeOpened { dispute: dispute_of(&row)? })
        })
    }

    /// The disputes that the caller is a party to, newest first. Needs `disputes:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InsufficientScope`].
    pub fn list(&self, caller: &Caller, page: PageRequest) -> Result<Page<Dispute>> {
        caller.require(Scope::DisputesWrite)?;
        self.ledger.store.read(|sql| {
            let organization = organization_of(sql, caller)?;
            let total = store::count_of_party(sql, organization.id)?;
            let rows = store::list_of_party(sql, organization.id, page.per_page(), page.offset())?;
            let data = rows.iter().map(dispute_of).collect::<Result<_>>()?;
            Ok(Page { data, meta: PageMeta::of(page, total) })
        })
    }

    /// A dispute that the caller is a party to, with its messages; any dispute for a caller with `disputes:resolve`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `public_id`.
    pub fn show(&self, caller: &Caller, public_id: Uuid) -> Result<DisputeDetails> {
        self.ledger.store.read(|sql| {
            let organization = organization_of(sql, caller)?;
            let row = match caller.require(Scope::DisputesResolve) {
                Ok(()) => any(sql, public_id)?,
                Err(_) => party_to(sql, &organization, public_id)?,
            };
            let messages = store::messages(sql, row.id)?;
            Ok(DisputeDetails {
                dispute: dispute_of(&row)?,
                conflict: row.conflict,
                opened_by: row.opened_by.name,
                other_party: row.other_party.name,
                reason: row.reason,
                resolution_note: row.resolution_note,
                created_at: row.created_at,
                updated_at: row.updated_at,
                messages: messages.into_iter().map(message_of).collect(),
            })
        })
    }

    /// Adds a party's message to a live dispute. Needs `disputes:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] once it is resolved or withdrawn; [`ErrorCode::NotFound`] at `public_id`;
    /// [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] (5,000 characters) at `body`; [`ErrorCode::InsufficientScope`].
    pub fn message(&self, caller: &Caller, public_id: Uuid, body: &str, now: DateTime<Utc>) -> Result<DisputeMessage> {
        caller.require(Scope::DisputesWrite)?;
        check_long_text("body", body, "a message")?;
        self.ledger.change(caller, now, |change, organization| {
            let dispute = party_to(change.sql, organization, public_id)?;
            status_of(&dispute)?.after(DisputeAction::Message)?;
            let row = MessageRow {
                public_id: change.new_id()?,
                dispute_id: dispute.id,
                organization: organization.clone(),
                body: body.to_owned(),
                created_at: change.now,
            };
            store::insert_message(change.sql, &row)?;
            let record = record_of(&row)?;
            change.log("message.posted", row.public_id.to_string(), None, Some(record))?;
            Ok(message_of(row))
        })
    }

    /// The opener takes a live dispute back. Needs `disputes:write`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] at `status` once it is resolved or withdrawn, and at `caller` for the other party;
    /// [`ErrorCode::NotFound`] at `public_id`; [`ErrorCode::InsufficientScope`].
    pub fn withdraw(&self, caller: &Caller, public_id: Uuid, now: DateTime<Utc>) -> Result<Dispute> {
        caller.require(Scope::DisputesWrite)?;
        self.ledger.change(caller, now, |change, organization| {
            let row = party_to(change.sql, organization, public_id)?;
            if row.opened_by.id != organization.id {
                let message = "is not the organisation that opened the dispute; expected the opener to withdraw it";
                return Err(Error::new(ErrorCode::InvalidTransition, "caller", message));
            }
            act(change, row, DisputeAction::Withdraw, None)
        })
    }

    /// The operator takes an open dispute up, whoever its parties are. Needs `disputes:resolve`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] at `status` for one that is not open; [`ErrorCode::NotFound`] at `public_id`;
    /// [`ErrorCode::InsufficientScope`].
    pub fn review(&self, caller: &Caller, public_id: Uuid, now: DateTime<Utc>) -> Result<Dispute> {
        caller.require(Scope::DisputesResolve)?;
        self.ledger.change(caller, now, |change, _| {
            let row = any(change.sql, public_id)?;
            act(change, row, DisputeAction::Review, None)
        })
    }

    /// The operator records the outcome that the parties reached. Needs `disputes:resolve`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidTransition`] at `status` for one that is not under review; [`ErrorCode::NotFound`] at `public_id`;
    /// [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] (5,000 characters) at `resolution_note`;
    /// [`ErrorCode::InsufficientScope`].
    pub fn resolve(
        &self,
        caller: &Caller,
        public_id: Uuid,
        resolution_note: &str,
        now: DateTime<Utc>,
    ) -> Result<Dispute> {
        caller.require(Scope::DisputesResolve)?;
        check_long_text("resolution_note", resolution_note, "the outcome")?;
        self.ledger.change(caller, now, |change, _| {
            let row = any(change.sql, public_id)?;
            act(change, row, DisputeAction::Resolve, Some(resolution_note))
        })
    }
}

/// Takes a dispute to its next state.
fn act(change: &mut Change<'_>, before: DisputeRow, action: DisputeAction, note: Option<&str>) -> Result<Dispute> {
    let status = status_of(&before)?.after(action)?;
    let after = DisputeRow {
        status: status.as_str().to_owned(),
        resolution_note: note.map(str::to_owned),
        updated_at: change.now,
        ..before.clone()
    };
    store::set_status(change.sql, &after)?;
    let logged = format!("dispute.{status}");
    change.log(&logged, after.public_id.to_string(), Some(record_of(&before)?), Some(record_of(&after)?))?;
    if status == DisputeStatus::Resolved {
        emit(change, EventType::DisputeResolved, &after)?;
    }
    dispute_of(&after)
}

/// Tells both parties; an organisation that disputes with itself once.
fn emit(change: &mut Change<'_>, event: EventType, row: &DisputeRow) -> Result<()> {
    record! {
        #[wire(snake_case: writes)]
        struct DisputeTold<'a> {
            #[wire(flatten)]
            dispute: Dispute,
            conflict: Uuid,
            reason: &'a str,
            resolution_note: Option<&'a str>,
        }
    }
    record! {
        #[wire(snake_case: writes)]
        struct DisputeData<'a> {
            dispute: DisputeTold<'a>,
        }
    }
    let dispute = DisputeTold {
        dispute: dispute_of(row)?,
        conflict: row.conflict,
        reason: &row.reason,
        resolution_note: row.resolution_note.as_deref(),
    };
    let data = DisputeData { dispute };
    change.emit(event, &row.opened_by, &data)?;
    if row.other_party.id == row.opened_by.id {
        return Ok(());
    }
    change.emit(event, &row.other_party, &data)
}

fn check_long_text(field: &str, given: &str, expected: &str) -> Result<()> {
    text::check_text(field, given, MOST_CHARS, expected)
}

/// The conflict's two registrations, of which one must be the organisation's.
fn conflict_sides(
    sql: &dyn Session,
    organization: &OrganizationRow,
    conflict: Uuid,
) -> Result<(i64, Vec<RegistrationRow>)> {
    let unknown = || {
        let message = format!("`{conflict}` is no conflict of yours; expected the id of one");
        Error::new(ErrorCode::NotFound, "conflict", message)
    };
    let row = registrations::conflict_by_public_id(sql, conflict)?.ok_or_else(unknown)?;
    let sides: Vec<_> = [registrations::by_id(sql, row.first_id)?, registrations::by_id(sql, row.second_id)?]
        .into_iter()
        .flatten()
        .collect();
    if !sides.iter().any(|side| side.organization.id == organization.id) {
        return Err(unknown());
    }
    Ok((row.id, sides))
}

fn unknown_dispute(public_id: Uuid) -> Error {
    let message = format!("`{public_id}` is no dispute of yours; expected the id of one");
    Error::new(ErrorCode::NotFound, "public_id", message)
}

fn any(sql: &dyn Session, public_id: Uuid) -> Result<DisputeRow> {
    store::by_public_id(sql, public_id)?.ok_or_else(|| unknown_dispute(public_id))
}

fn party_to(sql: &dyn Session, organization: &OrganizationRow, public_id: Uuid) -> Result<DisputeRow> {
    let is_party = |row: &DisputeRow| [row.opened_by.id, row.other_party.id].contains(&organization.id);
    store::by_public_id(sql, public_id)?.filter(is_party).ok_or_else(|| unknown_dispute(public_id))
}

fn status_of(row: &DisputeRow) -> Result<DisputeStatus> {
    row.status.parse()
}

fn dispute_of(row: &DisputeRow) -> Result<Dispute> {
    Ok(Dispute { public_id: row.public_id, status: status_of(row)? })
}

fn message_of(row: MessageRow) -> DisputeMessage {
    DisputeMessage {
        public_id: row.public_id,
        organization: row.organization.name,
        body: row.body,
        created_at: row.created_at,
    }
}

/// What the audit log knows of disputes.
pub(super) const TABLES: [AuditedTable; 2] = [
    AuditedTable {
        kind: "dispute",
        logged_as: Some("dispute"),
        each: |sql, visit| store::each(sql, |row| visit(AuditedRow::of(row.public_id, record_of(&row)))),
    },
    AuditedTable {
        kind: "message",
        logged_as: Some("message"),
        each: |sql, visit| store::each_message(sql, |row| visit(AuditedRow::of(row.public_id, record_of(&row)))),
    },
];
