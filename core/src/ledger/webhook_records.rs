//! What is asked and told of webhooks, and what the audit log keeps of them.

use std::ops::Deref;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::json_text::{EventBody, json_of};
use super::secret::{EarlierSecret, sha256};
use crate::named_values::named_values;
use crate::store::Session;
use crate::store::webhooks::{self as store, DeliveryRow, EndpointRow};
use crate::webhook::EventType;
#[cfg(feature = "describe")]
use crate::wire::describe::{Describe, RecordShape, Shape};
use crate::wire::{Read, Sink, Value, Write, record, write_map};
use crate::{Error, ErrorCode, Result};

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
        #[wire(format = "uri", chars = 1..=crate::webhook::MAX_URL_CHARS)]
        pub url: &'a str,
        /// The events wanted, at least one.
        #[wire(items = 1..)]
        pub events: Vec<EventType>,
    }
}

record! {
    /// What is to be changed of an endpoint; what is `None` stays.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct EndpointUpdate<'a> {
        /// The new URL, of at most 2,048 characters.
        #[wire(format = "uri", chars = 1..=crate::webhook::MAX_URL_CHARS)]
        pub url: Option<&'a str>,
        /// The events wanted from now on, at least one.
        #[wire(items = 1..)]
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
        #[wire(format = "uri")]
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
        pub created_at: DateTime<Utc>,
        /// The body that is delivered: JSON.
        pub body: EventBody,
    }
}

record! {
    /// A request that the host is to send.
    #[wire(snake_case: writes)]
    #[derive(Clone, PartialEq, Eq)]
    pub struct OutgoingRequest {
        /// The delivery, for [`Webhooks::record`](super::Webhooks::record).
        pub delivery_id: i64,
        /// Which attempt at it this is, for [`Webhooks::record`](super::Webhooks::record).
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
pub struct Headers(pub(super) Vec<(&'static str, String)>);

impl Deref for Headers {
    type Target = [(&'static str, String)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Write for Headers {
    fn write(&self, out: &mut dyn Sink) {
        write_map(out, self.0.iter().map(|(name, value)| (*name, value)));
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

pub(super) fn subject(id: i64) -> String {
    format!("endpoint {id}")
}

pub(super) fn endpoint_of(row: &EndpointRow) -> Result<WebhookEndpoint> {
    Ok(WebhookEndpoint {
        id: row.id,
        url: row.url.clone(),
        events: row.events.split(' ').map(str::parse).collect::<Result<_>>()?,
        status: row.status.parse()?,
    })
}

pub(super) fn delivery_of(row: DeliveryRow) -> Result<Delivery> {
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
pub(super) fn endpoint_record(sql: &dyn Session, row: &EndpointRow) -> Result<String> {
    record! {
        #[wire(snake_case: writes)]
        struct EndpointRecord {
            #[wire(flatten)]
            endpoint: WebhookEndpoint,
            organization: Uuid,
            secret_sha256: [u8; 32],
            previous_secret_sha256: Option<[u8; 32]>,
            previous_secret_expires_at: Option<DateTime<Utc>>,
            // Left out where there are none, as in entries of before there could be.
            #[wire(absent)]
            earlier_secrets: Vec<EarlierSecret>,
            created_at: DateTime<Utc>,
        }
    }
    let earlier = store::earlier_secrets(sql, row.id)?.into_iter();
    let earlier_secrets =
        earlier.map(|one| EarlierSecret { secret_sha256: sha256(&one.secret), expires_at: one.expires_at }).collect();
    Ok(json_of(&EndpointRecord {
        endpoint: endpoint_of(row)?,
        organization: row.organization,
        secret_sha256: sha256(&row.secret),
        previous_secret_sha256: row.previous_secret.as_deref().map(sha256),
        previous_secret_expires_at: row.previous_secret_expires_at,
        earlier_secrets,
        created_at: row.created_at,
    }))
}
