//! A change while it is made: its transaction, the log rows and events it writes.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::audit::{head, row_hash};
use super::wire::{json_of, to_milliseconds};
use super::{Caller, Ledger, check_now};
use crate::registration::RegistrationStatus;
use crate::store::audit::{self as audit_store, AuditRow};
use crate::store::registrations::OrganizationRow;
use crate::store::{Connection, access as access_store, instant_text, webhooks as webhook_store};
use crate::webhook::EventType;
use crate::{Error, ErrorCode, Result};

/// One transaction's worth of changes.
pub(super) struct Change<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) sql: &'a Connection,
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
    endpoints: HashMap<i64, Vec<(i64, String)>>,
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
            let (last_seq, last_hash) = head(sql)?;
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
            self.ledger.refuse_other_identity_key(self.sql)?;
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
    pub(super) fn emit(&mut self, event: EventType, organization: i64, data: &impl Serialize) -> Result<()> {
        #[derive(Serialize)]
        struct Body<'a, T> {
            id: Uuid,
            #[serde(rename = "type")]
            event: EventType,
            created_at: &'a str,
            data: &'a T,
        }
        let id = self.new_id()?;
        let body = json_of(&Body { id, event, created_at: &self.now_text, data })?;
        let event_id = webhook_store::insert_event(self.sql, id, event.as_str(), organization, &body, &self.now_text)?;
        let sql = self.sql;
        let endpoints = match self.endpoints.entry(organization) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(unknown) => {
                unknown.insert(webhook_store::live_endpoints(sql, organization)?)
            }
        };
        for (endpoint, events) in endpoints.iter() {
            if events.split(' ').any(|wanted| wanted == event.as_str()) {
                webhook_store::insert_delivery(sql, event_id, *endpoint, &self.now_text)?;
            }
        }
        Ok(())
    }

    /// The status of a registration on the day of the change.
    pub(super) fn status(&self, row: &crate::store::registrations::RegistrationRow) -> RegistrationStatus {
        super::registrations::status_on(row, self.today())
    }
}

/// The caller's organisation, which must exist.
pub(super) fn organization_of(sql: &Connection, caller: &Caller) -> Result<OrganizationRow> {
    access_store::organization(sql, caller.organization())?.ok_or_else(|| {
        let message =
            format!("`{}` is no organisation of this ledger; expected one that it made", caller.organization());
        Error::new(ErrorCode::NotFound, "caller.organization", message)
    })
}
