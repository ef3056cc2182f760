//! Webhook endpoints, the outbox and deliveries (charger-registry contract, `/api/v1/webhooks`).

use chrono::{DateTime, Utc};

use super::audited::{AuditedRow, AuditedTable};
use super::caller::{Caller, organization_of};
use super::change::Change;
use super::deliveries::{extend_lease, hand_out, record_outcome};
use super::json_text::{EventBody, json_of};
use super::limits::{MOST_LISTED, check_limit};
use super::open::Ledger;
use super::secret::{check_overlap, rotated};
use super::webhook_records::{
    Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryStatus, EndpointRequest, EndpointSecret, EndpointStatus,
    EndpointUpdate, OutboxEvent, OutgoingRequest, WebhookEndpoint, delivery_of, endpoint_of, endpoint_record, subject,
};
use crate::access::Scope;
use crate::page::{Page, PageMeta, PageRequest};
use crate::store::Session;
use crate::store::organizations::OrganizationRow;
use crate::store::webhooks::{self as store, DeliveryRow, EndpointRow};
use crate::webhook::{EventType, WebhookSecret, check_webhook_url};
use crate::{Error, ErrorCode, Result};

/// Webhooks: [`Ledger::webhooks`].
///
/// The ledger writes events and says what to send when; the host sends. It resolves the endpoint's name, asks
/// [`check_webhook_address`](crate::webhook::check_webhook_address) of every address before it connects, follows no
/// redirects, and records what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Webhooks<'a> {
    pub(super) ledger: &'a Ledger,
}

/// How many requests to an endpoint that fails are handed out at once: enough to see that it is well again.
const MOST_FAILING: u32 = 10;
/// The most endpoints an organisation may have.
const MOST_ENDPOINTS: usize = 100;

impl Webhooks<'_> {
    /// Makes an endpoint. Its secret is in the answer and nowhere else. Needs the scope `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// Those of [`check_webhook_url`] at `url`; [`ErrorCode::Empty`] and [`ErrorCode::Duplicate`] at `events`;
    /// [`ErrorCode::OutOfRange`] for more than 100 endpoints; [`ErrorCode::InsufficientScope`].
    pub fn create(&self, caller: &Caller, request: &EndpointRequest<'_>, now: DateTime<Utc>) -> Result<EndpointSecret> {
        caller.require(Scope::WebhooksManage)?;
        let url = check_webhook_url(request.url)?;
        let events = event_names(&request.events)?;
        self.ledger.change(caller, now, |change, organization| {
            if store::endpoints_of(change.sql, organization.id)?.len() >= MOST_ENDPOINTS {
                let message = format!("would be one of more than {MOST_ENDPOINTS}; expected fewer endpoints");
                return Err(Error::new(ErrorCode::OutOfRange, "url", message));
            }
            let secret = new_secret(change)?;
            let mut row = EndpointRow {
                id: 0,
                organization_id: organization.id,
                organization: organization.public_id,
                url,
                events,
                status: EndpointStatus::Active.as_str().to_owned(),
                secret: secret.clone(),
                previous_secret: None,
                previous_secret_expires_at: None,
                failing_since: None,
                created_at: change.now,
            };
            row.id = store::insert_endpoint(change.sql, &row)?;
            change.log("endpoint.created", subject(row.id), None, Some(endpoint_record(change.sql, &row)?))?;
            Ok(EndpointSecret { endpoint: endpoint_of(&row)?, secret })
        })
    }

    /// The caller's endpoints, oldest first. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InsufficientScope`].
    pub fn list(&self, caller: &Caller) -> Result<Vec<WebhookEndpoint>> {
        caller.require(Scope::WebhooksManage)?;
        self.ledger.store.read(|sql| {
            let organization = organization_of(sql, caller)?;
            store::endpoints_of(sql, organization.id)?.iter().map(endpoint_of).collect()
        })
    }

    /// One of the caller's endpoints. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `id`, also for another organisation's; [`ErrorCode::InsufficientScope`].
    pub fn show(&self, caller: &Caller, id: i64) -> Result<WebhookEndpoint> {
        caller.require(Scope::WebhooksManage)?;
        self.ledger.store.read(|sql| endpoint_of(&owned(sql, &organization_of(sql, caller)?, id)?))
    }

    /// Changes an endpoint's URL, events or status. Disabling it gives up what waits for it. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// As [`Webhooks::create`] and [`Webhooks::show`].
    pub fn update(
        &self,
        caller: &Caller,
        id: i64,
        update: &EndpointUpdate<'_>,
        now: DateTime<Utc>,
    ) -> Result<WebhookEndpoint> {
        caller.require(Scope::WebhooksManage)?;
        let url = update.url.map(check_webhook_url).transpose()?;
        let events = update.events.as_deref().map(event_names).transpose()?;
        self.ledger.change(caller, now, |change, organization| {
            let before = owned(change.sql, organization, id)?;
            let mut after = before.clone();
            after.url = url.unwrap_or(after.url);
            after.events = events.unwrap_or(after.events);
            if let Some(status) = update.status {
                status.as_str().clone_into(&mut after.status);
            }
            if (&before.url, &before.events, &before.status) == (&after.url, &after.events, &after.status) {
                return endpoint_of(&after);
            }
            // What was wrong with it before says nothing of what it is now.
            after.failing_since = None;
            store::set_endpoint(change.sql, &after)?;
            if after.status == EndpointStatus::Disabled.as_str() {
                store::fail_pending(change.sql, id, "the endpoint was disabled", change.now)?;
            }
            change.log(
                "endpoint.updated",
                subject(id),
                Some(endpoint_record(change.sql, &before)?),
                Some(endpoint_record(change.sql, &after)?),
            )?;
            endpoint_of(&after)
        })
    }

    /// Deletes an endpoint and its delivery log. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// As [`Webhooks::show`].
    pub fn delete(&self, caller: &Caller, id: i64, now: DateTime<Utc>) -> Result<()> {
        caller.require(Scope::WebhooksManage)?;
        self.ledger.change(caller, now, |change, organization| {
            let row = owned(change.sql, organization, id)?;
            let record = endpoint_record(change.sql, &row)?;
            store::delete_endpoint(change.sql, id)?;
            change.log("endpoint.deleted", subject(id), Some(record), None)
        })
    }

    /// Gives an endpoint a new secret. For `overlap_seconds` (0 to 30 days) deliveries are signed with the old one too, and with
    /// those before it as long as they were given. With 0 all old ones end at once. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// At `overlap_seconds` [`ErrorCode::OutOfRange`], and [`ErrorCode::InvalidTransition`] where 15 old secrets go on already;
    /// as [`Webhooks::show`].
    pub fn rotate_secret(
        &self,
        caller: &Caller,
        id: i64,
        overlap_seconds: u32,
        now: DateTime<Utc>,
    ) -> Result<EndpointSecret> {
        caller.require(Scope::WebhooksManage)?;
        check_overlap(overlap_seconds)?;
        self.ledger.change(caller, now, |change, organization| {
            let before = owned(change.sql, organization, id)?;
            let secret = new_secret(change)?;
            let record = endpoint_record(change.sql, &before)?;
            let earlier = store::earlier_secrets(change.sql, id)?;
            let rotated = rotated(
                before.secret.clone(),
                before.previous_secret.clone().zip(before.previous_secret_expires_at),
                earlier.into_iter().map(|one| (one.id, one.expires_at)).collect(),
                overlap_seconds,
                change.now,
            )?;
            for over in rotated.over {
                store::forget_earlier_secret(change.sql, over)?;
            }
            if let Some((previous, until)) = rotated.goes_on {
                store::insert_earlier_secret(change.sql, id, previous, until)?;
            }
            let (previous_secret, previous_secret_expires_at) = rotated.previous.unzip();
            let after = EndpointRow { secret: secret.clone(), previous_secret, previous_secret_expires_at, ..before };
            store::set_endpoint(change.sql, &after)?;
            let shown = endpoint_record(change.sql, &after)?;
            change.log("endpoint.secret_rotated", subject(id), Some(record), Some(shown))?;
            Ok(EndpointSecret { endpoint: endpoint_of(&after)?, secret })
        })
    }

    /// An endpoint's deliveries, newest first. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// As [`Webhooks::show`].
    pub fn deliveries(&self, caller: &Caller, endpoint: i64, page: PageRequest) -> Result<Page<Delivery>> {
        caller.require(Scope::WebhooksManage)?;
        self.ledger.store.read(|sql| {
            owned(sql, &organization_of(sql, caller)?, endpoint)?;
            let total = store::count_deliveries(sql, endpoint)?;
            let rows = store::list_deliveries(sql, endpoint, page.per_page(), page.offset())?;
            let data = rows.into_iter().map(delivery_of).collect::<Result<_>>()?;
            Ok(Page { data, meta: PageMeta::of(page, total) })
        })
    }

    /// Every attempt at a delivery, oldest first. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `id`, also for another organisation's; [`ErrorCode::InsufficientScope`].
    pub fn attempts(&self, caller: &Caller, delivery: i64) -> Result<Vec<DeliveryAttempt>> {
        caller.require(Scope::WebhooksManage)?;
        self.ledger.store.read(|sql| {
            let (row, _) = owned_delivery(sql, &organization_of(sql, caller)?, delivery)?;
            let attempts = store::attempts(sql, row.id)?.into_iter().map(|row| DeliveryAttempt {
                attempt: row.attempt,
                started_at: row.started_at,
                recorded_at: row.recorded_at,
                response_status: row.response_status,
                error: row.error,
            });
            Ok(attempts.collect())
        })
    }

    /// Sends a delivery once more, at once and with a schedule of its own, whatever became of it. Needs `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `id`, also for another organisation's; [`ErrorCode::InvalidTransition`] where the endpoint is
    /// disabled; [`ErrorCode::InsufficientScope`].
    pub fn resend(&self, caller: &Caller, delivery: i64, now: DateTime<Utc>) -> Result<Delivery> {
        caller.require(Scope::WebhooksManage)?;
        self.ledger.change(caller, now, |change, organization| {
            let (before, endpoint) = owned_delivery(change.sql, organization, delivery)?;
            if endpoint.status != EndpointStatus::Active.as_str() {
                let message = format!("the endpoint {} is disabled; expected an active one", endpoint.id);
                return Err(Error::new(ErrorCode::InvalidTransition, "id", message));
            }
            let after = DeliveryRow {
                status: DeliveryStatus::Pending.as_str().to_owned(),
                round_attempts: 0,
                due_at: Some(change.now),
                completed_at: None,
                ..before.clone()
            };
            let record = json_of(&delivery_of(before)?);
            store::set_delivery(change.sql, &after)?;
            let after = delivery_of(after)?;
            change.log("delivery.resent", format!("delivery {delivery}"), Some(record), Some(json_of(&after)))?;
            Ok(after)
        })
    }

    /// The outbox after event number `after`, oldest first, at most `limit` (1 to 1,000): for a host that has a queue of its
    /// own in place of webhooks.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `limit`.
    pub fn events(&self, after: i64, limit: u32) -> Result<Vec<OutboxEvent>> {
        check_limit(limit as usize, MOST_LISTED)?;
        let rows = self.ledger.store.read(|sql| store::events_after(sql, after, limit))?;
        let event = |row: store::EventRow| {
            Ok(OutboxEvent {
                seq: row.id,
                id: row.public_id,
                event: row.event,
                organization: row.organization.public_id,
                created_at: row.created_at,
                body: EventBody::stored(row.body)?,
            })
        };
        rows.into_iter().map(event).collect()
    }

    /// The requests whose time has come, signed, at most `limit` (1 to 1,000). For the host's sender.
    ///
    /// Endpoints take turns, so that one with a thousand deliveries delays no other; of one whose last attempt failed there are
    /// ten at most. The host sends several at once, or a dead endpoint makes the others wait for its time-out.
    ///
    /// What is handed out is not handed out again for two minutes, nor before it would be tried again had it failed, to
    /// whichever process asks; what is not recorded by then counts as an attempt and is handed out again. So a delivery
    /// arrives at least once, and the receiver tells repeats by `webhook-id`. A sender that needs longer for what it was handed
    /// says so with [`Webhooks::extend_lease`].
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `limit`; those of the file.
    pub fn due(&self, limit: u32, now: DateTime<Utc>) -> Result<Vec<OutgoingRequest>> {
        check_limit(limit as usize, MOST_LISTED)?;
        // A sender asks often, and mostly there is nothing: that must cost no write lock.
        if self.next_due()?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        self.ledger.change_as_host(now, |change| {
            let mut requests = Vec::new();
            for row in store::due(change.sql, change.now, limit, MOST_FAILING)? {
                requests.extend(hand_out(change, row)?);
            }
            Ok(requests)
        })
    }

    /// Keeps a request that was handed out for `seconds` (1 to 3,600) from now: a sender with a long queue or a slow receiver
    /// calls it before the two minutes are over, and the request is not handed out to another one meanwhile. It never makes
    /// the time shorter.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `seconds`; [`ErrorCode::NotFound`] at `delivery_id` or `attempt`;
    /// [`ErrorCode::InvalidTransition`] at `attempt` where an outcome is recorded already or another attempt has taken its
    /// place: then the request must not be sent any more.
    pub fn extend_lease(&self, delivery: i64, attempt: u32, seconds: u32, now: DateTime<Utc>) -> Result<Delivery> {
        self.ledger.change_as_host(now, |change| extend_lease(change, delivery, attempt, seconds))
    }

    /// When the next delivery is due: the host may sleep until then, or until a change is made.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn next_due(&self) -> Result<Option<DateTime<Utc>>> {
        self.ledger.store.read(store::next_due)
    }

    /// Records what came of a request, and when it is tried again (DECISIONS 10). For the host's sender.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `delivery_id` or `attempt`; [`ErrorCode::InvalidTransition`] at `attempt` where an outcome
    /// is recorded already.
    pub fn record(
        &self,
        delivery: i64,
        attempt: u32,
        outcome: DeliveryOutcome<'_>,
        now: DateTime<Utc>,
    ) -> Result<Delivery> {
        self.ledger.change_as_host(now, |change| record_outcome(change, delivery, attempt, outcome))
    }
}

fn new_secret(change: &Change<'_>) -> Result<String> {
    Ok(WebhookSecret::from_bytes(&change.ledger.random.bytes::<32>()?)?.reveal().to_owned())
}

/// The events' names in the contract's order, separated by spaces.
fn event_names(events: &[EventType]) -> Result<String> {
    if events.is_empty() {
        return Err(Error::new(ErrorCode::Empty, "events", "is empty; expected at least one event"));
    }
    if let Some((index, event)) =
        events.iter().enumerate().find(|(index, event)| events.iter().take(*index).any(|e| e == *event))
    {
        let message = format!("`{event}` stands twice; expected it once");
        return Err(Error::new(ErrorCode::Duplicate, format!("events[{index}]"), message));
    }
    let names: Vec<_> =
        EventType::ALL.iter().filter(|event| events.contains(event)).map(|event| event.as_str()).collect();
    Ok(names.join(" "))
}

/// The endpoint of this id, if it is the organisation's.
fn owned(sql: &dyn Session, organization: &OrganizationRow, id: i64) -> Result<EndpointRow> {
    let row = store::endpoint(sql, id)?.filter(|row| row.organization_id == organization.id);
    row.ok_or_else(|| {
        Error::new(ErrorCode::NotFound, "id", format!("`{id}` is no endpoint of yours; expected the id of one"))
    })
}

/// The delivery of this id and its endpoint, if they are the organisation's.
fn owned_delivery(sql: &dyn Session, organization: &OrganizationRow, id: i64) -> Result<(DeliveryRow, EndpointRow)> {
    let unknown =
        || Error::new(ErrorCode::NotFound, "id", format!("`{id}` is no delivery of yours; expected the id of one"));
    let row = store::delivery(sql, id)?.ok_or_else(unknown)?;
    let endpoint = owned(sql, organization, row.endpoint_id).map_err(|_| unknown())?;
    Ok((row, endpoint))
}

/// What the audit log knows of webhooks.
pub(super) const TABLES: [AuditedTable; 1] = [AuditedTable {
    kind: "endpoint",
    logged_as: Some("endpoint"),
    each: |sql, visit| {
        store::each_endpoint(sql, |row| visit(AuditedRow::of(subject(row.id), endpoint_record(sql, &row))))
    },
}];
