//! Deliveries on their way: what is handed to the host, and what comes of it.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::change::Change;
use super::webhook_records::{
    Delivery, DeliveryOutcome, DeliveryStatus, EndpointStatus, Headers, OutgoingRequest, delivery_of, endpoint_record,
    subject,
};
use crate::store::Session;
use crate::store::webhooks::{self as store, DeliveryRow, EndpointRow};
use crate::webhook::{AttemptOutcome, RETRY_SCHEDULE, Verdict, WebhookSecret, after_attempt, sign};
use crate::{Error, ErrorCode, Result};

/// How long a request that was handed out is not handed out again, in seconds: a host that died in between must not keep
/// its deliveries for ever.
const LEASE_SECONDS: i64 = 120;
/// The longest that a request is kept with one call.
const MOST_LEASE_SECONDS: u32 = 3600;

/// The signed request for a delivery, which is leased; none where it is given up instead.
pub(super) fn hand_out(change: &Change<'_>, row: DeliveryRow) -> Result<Option<OutgoingRequest>> {
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
    let headers = Headers(headers_of(change.sql, &endpoint, row.event_id, change.now, &body)?);
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
    sql: &dyn Session,
    endpoint: &EndpointRow,
    event: Uuid,
    now: DateTime<Utc>,
    body: &str,
) -> Result<Vec<(&'static str, String)>> {
    let previous = endpoint.previous_secret.clone().zip(endpoint.previous_secret_expires_at);
    let earlier = store::earlier_secrets(sql, endpoint.id)?.into_iter().rev().map(|one| (one.secret, one.expires_at));
    let mut secrets = vec![endpoint.secret.parse::<WebhookSecret>()?];
    for (old, _) in previous.into_iter().chain(earlier).filter(|(_, until)| now < *until) {
        secrets.push(old.parse()?);
    }
    let signed = sign(&secrets, &event.to_string(), now.timestamp(), body.as_bytes())?;
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("user-agent", concat!("tierra/", env!("CARGO_PKG_VERSION")).to_owned()),
    ];
    headers.extend(signed.pairs().map(|(name, value)| (name, value.to_owned())));
    Ok(headers)
}

/// A delivery whose attempt was handed out and has no outcome yet.
fn on_its_way(change: &Change<'_>, delivery: i64, attempt: u32) -> Result<DeliveryRow> {
    let row = store::delivery(change.sql, delivery)?.ok_or_else(|| {
        Error::new(ErrorCode::NotFound, "delivery_id", format!("`{delivery}` is no delivery; expected the id of one"))
    })?;
    match store::attempt_is_recorded(change.sql, delivery, attempt)? {
        None => {
            let message = format!("`{attempt}` is no attempt at delivery {delivery}; expected one that was handed out");
            Err(Error::new(ErrorCode::NotFound, "attempt", message))
        }
        Some(true) => {
            let message = format!("`{attempt}` has its outcome already; expected an attempt without one");
            Err(Error::new(ErrorCode::InvalidTransition, "attempt", message))
        }
        Some(false) => Ok(row),
    }
}

/// Whether the outcome of this attempt is still awaited. One that was taken for lost, or that was made before the delivery was
/// sent off anew, has another one behind it.
fn is_awaited(row: &DeliveryRow, attempt: u32) -> bool {
    row.status == DeliveryStatus::Pending.as_str() && attempt == row.attempts && row.round_attempts > 0
}

pub(super) fn extend_lease(change: &Change<'_>, delivery: i64, attempt: u32, seconds: u32) -> Result<Delivery> {
    if !(1..=MOST_LEASE_SECONDS).contains(&seconds) {
        let message = format!("is `{seconds}`; expected 1 to {MOST_LEASE_SECONDS}");
        return Err(Error::new(ErrorCode::OutOfRange, "seconds", message));
    }
    let row = on_its_way(change, delivery, attempt)?;
    if !is_awaited(&row, attempt) {
        let message = format!("`{attempt}` is not awaited any more; expected the attempt that was handed out last");
        return Err(Error::new(ErrorCode::InvalidTransition, "attempt", message));
    }
    let until = change.now + TimeDelta::seconds(seconds.into());
    let due_at = Some(row.due_at.map_or(until, |due| due.max(until)));
    let row = DeliveryRow { due_at, ..row };
    store::set_delivery(change.sql, &row)?;
    delivery_of(row)
}

pub(super) fn record_outcome(
    change: &mut Change<'_>,
    delivery: i64,
    attempt: u32,
    outcome: DeliveryOutcome<'_>,
) -> Result<Delivery> {
    let row = on_its_way(change, delivery, attempt)?;
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
    let was_resent = row.status == DeliveryStatus::Pending.as_str() && row.round_attempts == 0;
    let decides = is_awaited(&row, attempt);
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
        let (before, after) = (endpoint_record(change.sql, &endpoint)?, endpoint_record(change.sql, &disabled)?);
        change.log("endpoint.disabled", subject(endpoint.id), Some(before), Some(after))?;
    } else if failing_since != endpoint.failing_since {
        // Kept where nothing is left to try, too: only a success ends it, however seldom there is an event.
        store::set_endpoint(change.sql, &EndpointRow { failing_since, ..endpoint })?;
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
