//! Webhook endpoints, the outbox and deliveries (charger-registry contract, `/api/v1/webhooks`).

use std::ops::Deref;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::audited::{AuditedRow, AuditedTable};
use super::caller::{Caller, organization_of};
use super::change::Change;
use super::json_text::{JsonText, json_of};
use super::limits::{MOST_LISTED, check_limit};
use super::open::Ledger;
use super::secret::{check_overlap, sha256};
use crate::access::Scope;
use crate::named_values::named_values;
use crate::page::{Page, PageMeta, PageRequest};
use crate::store::Session;
use crate::store::organizations::OrganizationRow;
use crate::store::webhooks::{self as store, DeliveryRow, EndpointRow};
use crate::webhook::{
    AttemptOutcome, EventType, RETRY_SCHEDULE, Verdict, WebhookSecret, after_attempt, check_webhook_url, sign,
};
#[cfg(feature = "describe")]
use crate::wire::describe::{Describe, RecordShape, Shape};
use crate::wire::{Read, Sink, Value, Write, record};
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

named_values! {
    /// Whether an endpoint is sent to.
    EndpointStatus {
        /// It is.
        Active => "active",
        /// It is not: its owner said so, or it answered 410, or failed for five days.
        Disabled => "disabled",
    }
}

record! {
    /// What a new endpoint is to be.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EndpointRequest<'a> {
        /// An https URL of at most 2,048 characters.
        #[wire(chars = 1..=crate::webhook::MAX_URL_CHARS)]
        pub url: &'a str,
        /// The events wanted, at least one.
        pub events: Vec<EventType>,
    }
}

record! {
    /// What is to be changed of an endpoint; what is `None` stays.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct EndpointUpdate<'a> {
        /// The new URL, of at most 2,048 characters.
        #[wire(chars = 1..=crate::webhook::MAX_URL_CHARS)]
        pub url: Option<&'a str>,
        /// The events wanted from now on.
        pub events: Option<Vec<EventType>>,
        /// Whether it is sent to from now on.
        pub status: Option<EndpointStatus>,
    }
}

record! {
    /// Where an organisation wants its events sent.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WebhookEndpoint {
        /// Its id.
        pub id: i64,
        /// The URL, in normal form.
        pub url: String,
        /// The events wanted.
        pub events: Vec<EventType>,
        /// Whether it is sent to.
        pub status: EndpointStatus,
    }
}

record! {
    /// An endpoint with its secret, which is shown here and never again.
    #[wire(snake_case: writes)]
    #[derive(Clone, PartialEq, Eq)]
    pub struct EndpointSecret {
        /// The endpoint.
        #[wire(flatten)]
        pub endpoint: WebhookEndpoint,
        /// The secret that its deliveries are signed with.
        pub secret: String,
    }
}

impl std::fmt::Debug for EndpointSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointSecret").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

record! {
    /// An event of the outbox.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct OutboxEvent {
        /// Its number in the outbox.
        pub seq: i64,
        /// Its id.
        pub id: Uuid,
        /// What happened.
        #[wire(name = "type", python = "type")]
        pub event: EventType,
        /// The organisation that it is for.
        pub organization: Uuid,
        /// When, in UTC with milliseconds.
        pub created_at: String,
        /// The body that is delivered: JSON.
        pub body: JsonText,
    }
}

record! {
    /// A request that the host is to send.
    #[wire(snake_case: writes)]
    #[derive(Clone, PartialEq, Eq)]
    pub struct OutgoingRequest {
        /// The delivery, for [`Webhooks::record`].
        pub delivery_id: i64,
        /// Which attempt at it this is, for [`Webhooks::record`].
        pub attempt: u32,
        /// `POST`.
        pub method: &'static str,
        /// Where to.
        pub url: String,
        /// Names and values, the signatures among them.
        pub headers: Headers,
        /// The body to send, byte for byte: it is what was signed.
        pub body: String,
    }
}

/// The headers of a request: names and values.
#[derive(Clone, PartialEq, Eq)]
pub struct Headers(Vec<(&'static str, String)>);

impl Deref for Headers {
    type Target = [(&'static str, String)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Write for Headers {
    fn write(&self, out: &mut dyn Sink) {
        out.begin_map();
        for (name, value) in &self.0 {
            out.key(name);
            out.text(value);
        }
        out.end_map();
    }
}

#[cfg(feature = "describe")]
impl Describe for Headers {
    fn shape() -> Shape {
        Shape::Map(Box::new(Shape::Text))
    }
}

impl std::fmt::Debug for OutgoingRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("OutgoingRequest");
        shown.field("delivery_id", &self.delivery_id).field("attempt", &self.attempt).field("url", &self.url);
        shown.finish_non_exhaustive()
    }
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryOutcome<'a> {
    /// The endpoint answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The text of its `Retry-After` header, where there was one.
        retry_after: Option<&'a str>,
    },
    /// It did not: why, in the host's words, of which the first 500 characters are kept.
    Unreachable(&'a str),
}

record! {
    /// What came of a request: `status` of an answer with its `retry_after`, or the `error` where there was none.
    #[wire(snake_case: reads)]
    struct OutcomeParts<'a> {
        /// The HTTP status of the endpoint's answer.
        status: Option<u16>,
        /// The text of its `Retry-After` header, where there was one.
        retry_after: Option<&'a str>,
        /// Why there was no answer, in the host's words, of which the first 500 characters are kept.
        error: Option<&'a str>,
    }
}

impl<'a> Read<'a> for DeliveryOutcome<'a> {
    fn read(value: &'a Value) -> Result<Self> {
        match OutcomeParts::read(value)? {
            OutcomeParts { status: Some(status), retry_after, error: None } => {
                Ok(Self::Answered { status, retry_after })
            }
            OutcomeParts { status: None, error: Some(error), .. } => Ok(Self::Unreachable(error)),
            _ => {
                let message = "has both or neither of `status` and `error`; expected one of them";
                Err(Error::new(ErrorCode::MissingField, "", message))
            }
        }
    }
}

#[cfg(feature = "describe")]
impl Describe for DeliveryOutcome<'_> {
    fn shape() -> Shape {
        match OutcomeParts::shape() {
            Shape::Record(parts) => Shape::Record(RecordShape { name: "DeliveryOutcome", ..parts }),
            other => other,
        }
    }
}

named_values! {
    /// How far a delivery has come.
    DeliveryStatus {
        /// It will be tried, or tried again.
        Pending => "pending",
        /// The endpoint took it.
        Succeeded => "succeeded",
        /// It is given up.
        Failed => "failed",
    }
}

record! {
    /// An event on its way to an endpoint.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Delivery {
        /// Its id.
        pub id: i64,
        /// The endpoint.
        pub endpoint_id: i64,
        /// The event's id.
        pub event_id: Uuid,
        /// What happened.
        pub event: EventType,
        /// How far it has come.
        pub status: DeliveryStatus,
        /// How often it was tried.
        pub attempts: u32,
        /// The HTTP status of the last answer.
        pub last_response_status: Option<u16>,
        /// Why the last attempt failed.
        pub last_error: Option<String>,
        /// When it is tried next.
        pub next_attempt_at: Option<DateTime<Utc>>,
        /// When the event happened.
        pub created_at: DateTime<Utc>,
        /// When it succeeded or was given up.
        pub completed_at: Option<DateTime<Utc>>,
    }
}

record! {
    /// One try to deliver.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DeliveryAttempt {
        /// Its number, from 1.
        pub attempt: u32,
        /// When it was handed out, in UTC with milliseconds.
        pub started_at: String,
        /// When its outcome was recorded; none where it never was.
        pub recorded_at: Option<String>,
        /// The HTTP status of the answer.
        pub response_status: Option<u16>,
        /// Why there was none.
        pub error: Option<String>,
    }
}

/// How long a request that was handed out is not handed out again, in seconds: a host that died in between must not keep
/// its deliveries for ever.
const LEASE_SECONDS: i64 = 120;
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
            change.log("endpoint.created", subject(row.id), None, Some(record_of(&row)?))?;
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
            change.log("endpoint.updated", subject(id), Some(record_of(&before)?), Some(record_of(&after)?))?;
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
            store::delete_endpoint(change.sql, id)?;
            change.log("endpoint.deleted", subject(id), Some(record_of(&row)?), None)
        })
    }

    /// Gives an endpoint a new secret. For `overlap_seconds` (0 to 30 days) deliveries are signed with the old one too. Needs
    /// `webhooks:manage`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `overlap_seconds`, and as [`Webhooks::show`].
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
            let keeps_old = overlap_seconds > 0;
            let after = EndpointRow {
                secret: secret.clone(),
                previous_secret: keeps_old.then(|| before.secret.clone()),
                previous_secret_expires_at: keeps_old.then(|| change.now + TimeDelta::seconds(overlap_seconds.into())),
                ..before.clone()
            };
            store::set_endpoint(change.sql, &after)?;
            change.log("endpoint.secret_rotated", subject(id), Some(record_of(&before)?), Some(record_of(&after)?))?;
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
                body: JsonText::stored(row.body)?,
            })
        };
        rows.into_iter().map(event).collect()
    }

    /// The requests whose time has come, signed, at most `limit` (1 to 1,000). For the host's sender.
    ///
    /// What is handed out is not handed out again for two minutes, nor before it would be tried again had it failed, to
    /// whichever process asks; what is not recorded by then counts as an attempt and is handed out again. So a delivery
    /// arrives at least once, and the receiver tells repeats by `webhook-id`.
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
            for row in store::due(change.sql, change.now, limit)? {
                requests.extend(hand_out(change, row)?);
            }
            Ok(requests)
        })
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

/// The signed request for a delivery, which is leased; none where it is given up instead.
fn hand_out(change: &Change<'_>, row: DeliveryRow) -> Result<Option<OutgoingRequest>> {
    let endpoint = store::endpoint(change.sql, row.endpoint_id)?.ok_or_else(|| missing("endpoint", row.endpoint_id))?;
    let used_up = usize::try_from(row.round_attempts).is_ok_and(|made| made >= RETRY_SCHEDULE.len());
    if used_up || endpoint.status != EndpointStatus::Active.as_str() {
        let error = if used_up { "the last attempt's outcome was never recorded" } else { "the endpoint was disabled" };
        let row = DeliveryRow { last_error: Some(error.to_owned()), ..ended(row, DeliveryStatus::Failed, change.now) };
        store::set_delivery(change.sql, &row)?;
        return Ok(None);
    }
    let body = store::body_of_delivery(change.sql, row.id)?.ok_or_else(|| missing("event of delivery", row.id))?;
    let attempt = row.attempts + 1;
    let headers = Headers(headers_of(&endpoint, row.event_id, change.now, &body)?);
    store::insert_attempt(change.sql, row.id, attempt, change.now)?;
    let leased = DeliveryRow {
        attempts: attempt,
        round_attempts: row.round_attempts + 1,
        due_at: Some(change.now + TimeDelta::seconds(lease_seconds(row.round_attempts + 1))),
        ..row
    };
    store::set_delivery(change.sql, &leased)?;
    Ok(Some(OutgoingRequest { delivery_id: leased.id, attempt, method: "POST", url: endpoint.url, headers, body }))
}

/// How long a request is not handed out again, in seconds: no sooner than if it had failed.
fn lease_seconds(round_attempts: u32) -> i64 {
    let next = usize::try_from(round_attempts).ok().and_then(|made| RETRY_SCHEDULE.get(made));
    next.copied().unwrap_or(0).max(LEASE_SECONDS)
}

fn headers_of(
    endpoint: &EndpointRow,
    event: Uuid,
    now: DateTime<Utc>,
    body: &str,
) -> Result<Vec<(&'static str, String)>> {
    let mut secrets = vec![endpoint.secret.parse::<WebhookSecret>()?];
    if endpoint.previous_secret_expires_at.is_some_and(|until| now < until) {
        secrets.extend(endpoint.previous_secret.as_deref().map(str::parse::<WebhookSecret>).transpose()?);
    }
    let signed = sign(&secrets, &event.to_string(), now.timestamp(), body.as_bytes())?;
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("user-agent", concat!("tierra/", env!("CARGO_PKG_VERSION")).to_owned()),
    ];
    headers.extend(signed.pairs().map(|(name, value)| (name, value.to_owned())));
    Ok(headers)
}

fn record_outcome(
    change: &mut Change<'_>,
    delivery: i64,
    attempt: u32,
    outcome: DeliveryOutcome<'_>,
) -> Result<Delivery> {
    let row = store::delivery(change.sql, delivery)?.ok_or_else(|| {
        Error::new(ErrorCode::NotFound, "delivery_id", format!("`{delivery}` is no delivery; expected the id of one"))
    })?;
    match store::attempt_is_recorded(change.sql, delivery, attempt)? {
        None => {
            let message = format!("`{attempt}` is no attempt at delivery {delivery}; expected one that was handed out");
            return Err(Error::new(ErrorCode::NotFound, "attempt", message));
        }
        Some(true) => {
            let message = format!("`{attempt}` has its outcome already; expected an attempt without one");
            return Err(Error::new(ErrorCode::InvalidTransition, "attempt", message));
        }
        Some(false) => {}
    }
    let (status, error) = match outcome {
        DeliveryOutcome::Answered { status, .. } => (Some(status), None),
        DeliveryOutcome::Unreachable(error) => (None, Some(error.chars().take(500).collect::<String>())),
    };
    store::record_attempt(change.sql, delivery, attempt, change.now, status, error.as_deref())?;
    let endpoint = store::endpoint(change.sql, row.endpoint_id)?.ok_or_else(|| missing("endpoint", row.endpoint_id))?;
    let outcome = match outcome {
        DeliveryOutcome::Answered { status, retry_after } => AttemptOutcome::Answered { status, retry_after },
        DeliveryOutcome::Unreachable(_) => AttemptOutcome::Unreachable,
    };
    let jitter = u16::from_be_bytes(change.ledger.random.bytes()?);
    let next = after_attempt(row.round_attempts, outcome, change.now, endpoint.failing_since, jitter);
    let is_pending = row.status == DeliveryStatus::Pending.as_str();
    let was_resent = is_pending && row.round_attempts == 0;
    // The outcome of an attempt that was taken for lost, or of one before it was sent off anew: a later one is on its way.
    let decides = is_pending && attempt == row.attempts && !was_resent;
    let told = DeliveryRow { last_response_status: status, last_error: error, ..row.clone() };
    let (after, failing_since) = match next.verdict {
        Verdict::Succeeded if was_resent => (row, None),
        Verdict::Succeeded => (ended(told, DeliveryStatus::Succeeded, change.now), None),
        _ if !decides => (row, endpoint.failing_since),
        Verdict::Retry(at) => (DeliveryRow { due_at: Some(at), ..told }, next.failing_since),
        Verdict::GaveUp => (ended(told, DeliveryStatus::Failed, change.now), next.failing_since),
    };
    store::set_delivery(change.sql, &after)?;
    let is_gone = matches!(outcome, AttemptOutcome::Answered { status: 410, .. });
    let disables = next.disable_endpoint && (decides || is_gone) && endpoint.status == EndpointStatus::Active.as_str();
    if disables {
        let status = EndpointStatus::Disabled.as_str().to_owned();
        let disabled = EndpointRow { status, failing_since, ..endpoint.clone() };
        store::set_endpoint(change.sql, &disabled)?;
        store::fail_pending(change.sql, endpoint.id, "the endpoint was disabled", change.now)?;
        let (before, after) = (record_of(&endpoint)?, record_of(&disabled)?);
        change.log("endpoint.disabled", subject(endpoint.id), Some(before), Some(after))?;
    } else {
        // With nothing left to try, nothing fails any more: the next failure, months later perhaps, is a first one.
        let failing_since = if store::has_pending(change.sql, endpoint.id)? { failing_since } else { None };
        if failing_since != endpoint.failing_since {
            store::set_endpoint(change.sql, &EndpointRow { failing_since, ..endpoint })?;
        }
    }
    // As it stands now: with its endpoint disabled it may have been given up, whatever this attempt decided.
    delivery_of(store::delivery(change.sql, delivery)?.ok_or_else(|| missing("delivery", delivery))?)
}

fn ended(row: DeliveryRow, status: DeliveryStatus, now: DateTime<Utc>) -> DeliveryRow {
    DeliveryRow { status: status.as_str().to_owned(), due_at: None, completed_at: Some(now), ..row }
}

fn missing(what: &str, id: i64) -> Error {
    let message = format!("the {what} {id} is missing; expected it where this library left it");
    Error::new(ErrorCode::CorruptFile, "", message)
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

fn subject(id: i64) -> String {
    format!("endpoint {id}")
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

fn endpoint_of(row: &EndpointRow) -> Result<WebhookEndpoint> {
    Ok(WebhookEndpoint {
        id: row.id,
        url: row.url.clone(),
        events: row.events.split(' ').map(str::parse).collect::<Result<_>>()?,
        status: row.status.parse()?,
    })
}

fn delivery_of(row: DeliveryRow) -> Result<Delivery> {
    Ok(Delivery {
        id: row.id,
        endpoint_id: row.endpoint_id,
        event_id: row.event_id,
        event: row.event,
        status: row.status.parse()?,
        attempts: row.attempts,
        last_response_status: row.last_response_status,
        last_error: row.last_error,
        next_attempt_at: row.due_at,
        created_at: row.created_at,
        completed_at: row.completed_at,
    })
}

/// The endpoint as the audit log holds it: its secrets by their digests.
fn record_of(row: &EndpointRow) -> Result<String> {
    record! {
        #[wire(snake_case: writes)]
        struct EndpointRecord {
            #[wire(flatten)]
            endpoint: WebhookEndpoint,
            organization: Uuid,
            secret_sha256: [u8; 32],
            previous_secret_sha256: Option<[u8; 32]>,
            previous_secret_expires_at: Option<DateTime<Utc>>,
            created_at: DateTime<Utc>,
        }
    }
    Ok(json_of(&EndpointRecord {
        endpoint: endpoint_of(row)?,
        organization: row.organization,
        secret_sha256: sha256(&row.secret),
        previous_secret_sha256: row.previous_secret.as_deref().map(sha256),
        previous_secret_expires_at: row.previous_secret_expires_at,
        created_at: row.created_at,
    }))
}

/// What the audit log knows of webhooks.
pub(super) const TABLES: [AuditedTable; 1] = [AuditedTable {
    kind: "endpoint",
    logged_as: Some("endpoint"),
    each: |sql, visit| store::each_endpoint(sql, |row| visit(AuditedRow::of(subject(row.id), record_of(&row)))),
}];
