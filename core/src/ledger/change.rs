//! A change while it is made: its transaction, the log rows and events it writes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::audit::{head, row_hash};
use super::caller::{Caller, organization_of};
use super::json_text::json_of;
use super::limits::check_now;
use super::open::Ledger;
use crate::Result;
use crate::instant::{instant_text, to_milliseconds};
use crate::store::Session;
use crate::store::audit::{self as audit_store, AuditRow, HeadRow};
use crate::store::organizations::OrganizationRow;
use crate::store::webhooks::{self as webhook_store, EventRow, WantedRow};
use crate::webhook::EventType;
use crate::wire::{Sink, Write, write_map};

/// One transaction's worth of changes.
pub(super) struct Change<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) sql: &'a dyn Session,
    pub(super) now: DateTime<Utc>,
    now_text: String,
    actor: String,
    last_seq: i64,
    last_hash: [u8; 32],
    /// Whether the identity key was compared with the file's.
    identity_key_checked: bool,
    /// Random bytes for ids, drawn many at a time.
    random: Vec<u8>,
    /// The live endpoints of the organisations seen, with the events they want.
    endpoints: HashMap<i64, Vec<WantedRow>>,
}

impl Ledger {
    /// Makes a change that the host itself asks for.
    pub(super) fn change_as_host<T>(
        &self,
        now: DateTime<Utc>,
        make: impl FnOnce(&mut Change<'_>) -> Result<T>,
    ) -> Result<T> {
        self.change_as("host".to_owned(), now, make)
    }

    /// Makes a change for a caller, whose organisation must exist.
    pub(super) fn change<T>(
        &self,
        caller: &Caller,
        now: DateTime<Utc>,
        make: impl FnOnce(&mut Change<'_>, &OrganizationRow) -> Result<T>,
    ) -> Result<T> {
        self.change_as(caller.actor(), now, |change| {
            let organization = organization_of(change.sql, caller)?;
            make(change, &organization)
        })
    }

    fn change_as<T>(
        &self,
        actor: String,
        now: DateTime<Utc>,
        make: impl FnOnce(&mut Change<'_>) -> Result<T>,
    ) -> Result<T> {
        check_now(now)?;
        // What is stored has milliseconds: what is answered has no more.
        let now = to_milliseconds(now);
        self.store.write(|sql| {
            let HeadRow { seq: last_seq, hash: last_hash } = head(sql)?;
            let now_text = instant_text(now);
            let (random, endpoints) = (Vec::new(), HashMap::new());
            let identity_key_checked = false;
            let mut change = Change {
                identity_key_checked,
                ledger: self,
                sql,
                now,
                now_text,
                actor,
                last_seq,
                last_hash,
                random,
                endpoints,
            };
            let answer = make(&mut change)?;
            if change.last_seq != last_seq {
                audit_store::set_head(sql, change.last_seq, &change.last_hash)?;
            }
            Ok(answer)
        })
    }
}

impl Change<'_> {
    /// The day of the change.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// A new id, which sorts by time (UUID version 7).
    pub(super) fn new_id(&mut self) -> Result<Uuid> {
        const BYTES_AN_ID: usize = 10;
        const IDS_A_DRAW: usize = 64;
        let Some(rest) = self.random.len().checked_sub(BYTES_AN_ID) else {
            self.random = vec![0; BYTES_AN_ID * IDS_A_DRAW];
            self.ledger.random.fill(&mut self.random)?;
            return self.new_id();
        };
        let mut bytes = [0; BYTES_AN_ID];
        bytes.iter_mut().zip(self.random.drain(rest..)).for_each(|(byte, random)| *byte = random);
        // check_now saw to it that the instant is not before 1970.
        let milliseconds = u64::try_from(self.now.timestamp_millis()).unwrap_or(0);
        Ok(uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes).into_uuid())
    }

    /// Refuses to register chargers with another identity key than the file's.
    pub(super) fn check_identity_key(&mut self) -> Result<()> {
        if !self.identity_key_checked {
            self.ledger.identity_key.refuse_other(self.sql)?;
            self.identity_key_checked = true;
        }
        Ok(())
    }

    /// Logs a change: what was made has no `before`, what was deleted no `after`.
    pub(super) fn log(
        &mut self,
        action: &str,
        subject: String,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<()> {
        let mut row = AuditRow {
            seq: self.last_seq + 1,
            at: self.now_text.clone(),
            actor: self.actor.clone(),
            action: action.to_owned(),
            subject,
            before,
            after,
            hash: [0; 32],
        };
        row.hash = row_hash(&self.last_hash, &row);
        audit_store::insert(self.sql, &row)?;
        (self.last_seq, self.last_hash) = (row.seq, row.hash);
        Ok(())
    }

    /// Writes an event for an organisation to the outbox, and a delivery for each endpoint that wants it.
    pub(super) fn emit(&mut self, event: EventType, organization: &OrganizationRow, data: &dyn Write) -> Result<()> {
        let public_id = self.new_id()?;
        let body = json_of(&Body { id: public_id, event, created_at: &self.now_text, data });
        let row = EventRow { id: 0, public_id, event, organization: organization.clone(), body, created_at: self.now };
        let seq = webhook_store::insert_event(self.sql, &row)?;
        let wants = |endpoint: &&WantedRow| endpoint.events.split(' ').any(|wanted| wanted == event.as_str());
        let (sql, now) = (self.sql, self.now);
        let endpoints = match self.endpoints.entry(organization.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(webhook_store::live_endpoints(sql, organization.id)?),
        };
        for endpoint in endpoints.iter().filter(wants) {
            webhook_store::insert_delivery(sql, seq, &row, endpoint.id, now)?;
        }
        Ok(())
    }
}

/// An event as it is delivered.
struct Body<'a> {
    id: Uuid,
    event: EventType,
    created_at: &'a str,
    data: &'a dyn Write,
}

impl Write for Body<'_> {
    fn write(&self, out: &mut dyn Sink) {
        let fields: [(&str, &dyn Write); 4] =
            [("id", &self.id), ("type", &self.event), ("created_at", &self.created_at), ("data", &self.data)];
        write_map(out, fields);
    }
}
